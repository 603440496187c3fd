//! Single-file components of Vue and Svelte: the scripts in them are read, at their places in the file.

use std::borrow::Cow;

use codd_source::Span;

use crate::builder::SemanticsBuilder;
use crate::parse::with_line_feeds;
use crate::{
    Definition, DefinitionId, DefinitionKind, DefinitionPlace, Export, Expr, ImportId, Listener,
    MODULE_SCOPE, Name, Reference, ReferenceKind, Semantics, TokenHasher,
};

/// The name that a component is given by.
const DEFAULT: &str = "default";

/// Definitions around one that are looked through.
const MOST_AROUND: usize = 16;

const OPEN: &str = "<script";
const CLOSE: &str = "</script";
const COMMENT: &str = "<!--";
const COMMENT_END: &str = "-->";

/// The scripts of a component; all else is blank, so that places stay what they are.
pub(super) fn scripts(text: &str) -> Cow<'_, str> {
    let text = with_line_feeds(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        blank(before, &mut out);
        let skipped = if tag.starts_with(COMMENT) {
            tag.find(COMMENT_END).map_or(tag.len(), |end| end + COMMENT_END.len())
        } else if starts_tag(tag, OPEN) {
            let end = tag_end(tag);
            blank(&tag[..end], &mut out);
            let inside = &tag[end..];
            let length = inside
                .match_indices("</")
                .map(|(at, _)| at)
                .find(|at| starts_tag(&inside[*at..], CLOSE))
                .unwrap_or(inside.len());
            out.push_str(&inside[..length]);
            rest = &inside[length..];
            if let Some(close) = rest.strip_prefix('<') {
                out.push(' ');
                rest = close;
            }
            continue;
        } else {
            1
        };
        blank(&tag[..skipped], &mut out);
        rest = &tag[skipped..];
    }
    blank(rest, &mut out);
    Cow::Owned(out)
}

/// A component is what its file gives, also where no script says so; who has it runs what it
/// declares.
pub(super) fn add_component(
    builder: &mut SemanticsBuilder,
    places: &mut Vec<DefinitionPlace>,
    whole: Span,
) {
    let semantics = &builder.semantics;
    let default = semantics.exports.named.iter().find(|it| it.name == DEFAULT);
    let own = default.map(|it| semantics.expr(it.value));
    let component = match own {
        // `export default { … }`.
        Some(Expr::Definition(id)) => Some(*id),
        Some(_) => return,
        None => None,
    };
    let Some(component) = component else { return add_script(builder, places, whole) };
    let parts: Vec<DefinitionId> = (0..semantics.definitions.len() as u32)
        .map(DefinitionId)
        .filter(|id| {
            let around = std::iter::successors(semantics.definition(*id).parent, |it| {
                semantics.definition(*it).parent
            });
            is_function(semantics, *id) && around.take(MOST_AROUND).any(|it| it == component)
        })
        .collect();
    runs(builder, component, parts);
}

/// A component by what stands in its script, all of which runs for each of it: `<script setup>`.
fn add_script(builder: &mut SemanticsBuilder, places: &mut Vec<DefinitionPlace>, whole: Span) {
    let name = Name::new_static(DEFAULT);
    let (kind, scope) = (DefinitionKind::Variable, MODULE_SCOPE);
    let component = DefinitionId(builder.semantics.definitions.len() as u32);
    let definition = Definition::new(kind, name.clone(), name.clone(), scope);
    builder.semantics.definitions.push(definition);
    let nothing = TokenHasher::default().finish();
    let start = Span { start: whole.start, end: whole.start };
    places.push(DefinitionPlace {
        span: start,
        name: start,
        shape: nothing,
        decorators: nothing,
        body: nothing,
        is_documented: false,
    });
    builder.own_from_file(component);
    // What only the markup names: `<Child/>`.
    let children: Vec<usize> = (0..builder.semantics.imports.len())
        .filter(|at| {
            let module = &builder.semantics.imports[*at].request.module;
            module.ends_with(".vue") || module.ends_with(".svelte")
        })
        .collect();
    for at in children {
        let target = builder.expr(Expr::Import(ImportId(at as u32)));
        let reference = Reference {
            is_implied: true,
            ..Reference::new(ReferenceKind::Read, target, Some(component))
        };
        builder.reference(reference, start);
    }
    let semantics = &builder.semantics;
    let parts = (0..semantics.definitions.len() as u32).map(DefinitionId).filter(|id| {
        let it = semantics.definition(*id);
        it.parent.is_none() && it.scope == MODULE_SCOPE && is_function(semantics, *id)
    });
    let parts = parts.collect();
    runs(builder, component, parts);
    let value = builder.expr(Expr::Definition(component));
    builder.semantics.exports.named.push(Export { name, value });
}

fn is_function(semantics: &Semantics, id: DefinitionId) -> bool {
    matches!(semantics.definition(id).kind, DefinitionKind::Function | DefinitionKind::Method)
}

/// Who has the component may run these parts of it.
fn runs(builder: &mut SemanticsBuilder, component: DefinitionId, parts: Vec<DefinitionId>) {
    for part in parts {
        let to = builder.expr(Expr::Definition(component));
        let function = builder.expr(Expr::Definition(part));
        builder.listener(Listener::of(to, function));
    }
}

fn blank(text: &str, out: &mut String) {
    out.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

fn starts_tag(text: &str, tag: &str) -> bool {
    let is_it = text.get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag));
    let next = text.as_bytes().get(tag.len());
    is_it && next.is_none_or(|it| it.is_ascii_whitespace() || matches!(it, b'>' | b'/'))
}

/// Behind the `>` of a tag, which may stand in an attribute's text too.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::scripts;

    #[test]
    fn scripts_keep_their_places() {
        let text = "<template>ä<b/></template>\n<!-- <script>no()</script> -->\n\
                    <script setup lang=\"ts\" generic=\"T extends A<B>\">\nrun(a < b);\n</script>\n\
                    <style>a{}</style>\n<SCRIPT>two()</SCRIPT>";
        let read = scripts(text);
        assert_eq!(read.len(), text.len());
        let lines: Vec<&str> = read.lines().map(str::trim_end).collect();
        expect![[r#"



            run(a < b);


                    two()"#]]
        .assert_eq(&lines.join("\n"));
        assert_eq!(scripts("<script>open(").trim(), "open(");
        assert_eq!(scripts("<script").trim(), "");
    }
}
