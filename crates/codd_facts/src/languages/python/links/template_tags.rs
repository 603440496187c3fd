//! Tags and filters that Python adds to Django's templates: `@register.filter`.

use codd_source::{RepoPath, Span};

use crate::code_links::CodeLinks;
use crate::links::{template_library_key, template_tag_key};
use crate::{DefinitionId, Expr, ExprId, LinkKind, LinkRole, Name, Semantics};

/// Where a file stands that is a library of its name.
const FOLDER: &str = "templatetags";

/// What registers a function; the first argument of the last is a template.
const REGISTERING: [&str; 5] = ["filter", "simple_block_tag", "simple_tag", "tag", "inclusion_tag"];
const WITH_TEMPLATE: &str = "inclusion_tag";

/// Adds that a file of tags has them.
pub(super) fn declared(
    links: &mut CodeLinks<'_>,
    path: &RepoPath,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    let library = path.stem();
    let is_library = path.parent().rsplit('/').next() == Some(FOLDER);
    if !is_library || library.starts_with('_') {
        return;
    }
    let mut add = |owner, key: Name, span| {
        links.add_for(owner, LinkKind::Object, LinkRole::Declares, vec![key], span, true);
    };
    add(None, template_library_key(library), Span::new(0, 0));
    let mut templates = Vec::new();
    for (span, id) in spans {
        let definition = semantics.definition(*id);
        for decorator in &definition.decorators {
            let Some((word, arguments)) = registering(semantics, *decorator) else { continue };
            let first = arguments.first().filter(|it| it.0.is_none()).map(|it| it.1.clone());
            let named = arguments.iter().find(|it| it.0.as_deref() == Some("name"));
            let named = named.map(|it| it.1.clone());
            let name = match word {
                WITH_TEMPLATE => {
                    templates.extend(first.map(|it| (*span, it)));
                    named
                }
                _ => named.or(first),
            };
            let name = name.unwrap_or_else(|| definition.name.clone());
            add(Some(*id), template_tag_key(library, &name), *span);
        }
    }
    // `register.filter("cut", cut)`
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        let (true, [name, function, ..]) =
            (is_registering(semantics, *callee), arguments.as_slice())
        else {
            continue;
        };
        let (Expr::Text(name), Expr::Name { name: function, .. }) =
            (semantics.expr(name.value), semantics.expr(function.value))
        else {
            continue;
        };
        let own = spans.iter().find(|it| semantics.definition(it.1).qualified_name == *function);
        if let Some((span, id)) = own {
            add(Some(*id), template_tag_key(library, name), *span);
        }
    }
    for (span, name) in templates {
        links.template(&name, span);
    }
}

fn is_registering(semantics: &Semantics, callee: ExprId) -> bool {
    matches!(semantics.expr(callee), Expr::Attribute { name, .. }
        if REGISTERING.contains(&name.as_str()))
}

type Given = Vec<(Option<Name>, Name)>;

/// What a decorator registers by, and the texts that it is given.
fn registering(semantics: &Semantics, decorator: ExprId) -> Option<(&str, Given)> {
    let (callee, arguments) = match semantics.expr(decorator) {
        Expr::Call { callee, arguments } => (*callee, arguments.as_slice()),
        _ => (decorator, &[][..]),
    };
    let Expr::Attribute { name, .. } = semantics.expr(callee) else { return None };
    let text = |it: &crate::Argument| match semantics.expr(it.value) {
        Expr::Text(text) => Some((it.name.clone(), text.clone())),
        _ => None,
    };
    let is_one = REGISTERING.contains(&name.as_str());
    is_one.then(|| (name.as_str(), arguments.iter().filter_map(text).collect()))
}
