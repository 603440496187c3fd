//! Routes by the names that Flask and Django give them, as tests ask for them:
//! `client.get(url_for("shop.item"))`, `client.get(reverse("item"))`.

use codd_source::RepoPath;

use super::super::frameworks::plain_path;
use super::super::pytest::is_test_file;
use super::{Call, Reading};
use crate::builder::SemanticsBuilder;
use crate::code_links::CodeLinks;
use crate::{
    Bound, Expr, ExprId, LinkKind, LinkRole, MODULE_SCOPE, Name, ROUTE_NAME, Semantics,
    UNKNOWN_PREFIX,
};

/// Calls that make the path of a route from its name.
const ASKING: [&str; 4] = ["resolve_url", "reverse", "reverse_lazy", "url_for"];

/// Adds the names of the routes that functions of a Flask application have: theirs, behind that
/// of the blueprint.
pub(super) fn declared(links: &mut CodeLinks<'_>, builder: &SemanticsBuilder) {
    let semantics = &builder.semantics;
    for (route, span) in semantics.routes.iter().zip(builder.route_spans()) {
        let handler = match semantics.expr(route.handler) {
            Expr::Name { name, .. } => name.clone(),
            Expr::Definition(id) => semantics.definition(*id).name.clone(),
            _ => continue,
        };
        if route.framework != "flask" || route.path.contains(UNKNOWN_PREFIX) {
            continue;
        }
        let blueprint = route.router.and_then(|it| blueprint(semantics, it));
        let name = match &blueprint {
            Some(blueprint) => format!("{ROUTE_NAME}{blueprint}.{handler}"),
            None => format!("{ROUTE_NAME}{handler}"),
        };
        let keys = vec![Name::from(name), route.path.clone()];
        links.add_for(None, LinkKind::Endpoint, LinkRole::Declares, keys, *span, true);
    }
}

/// The name that a blueprint of the file is given.
fn blueprint(semantics: &Semantics, router: ExprId) -> Option<Name> {
    let Expr::Name { name, .. } = semantics.expr(router) else { return None };
    let bindings = &semantics.scope(MODULE_SCOPE).bindings;
    let value = bindings.iter().filter(|it| it.name == *name).find_map(|it| match it.bound {
        Bound::Definition(id) => semantics.definition(id).value,
        Bound::Value(value) => Some(value),
        _ => None,
    })?;
    let Expr::Call { arguments, .. } = semantics.expr(value) else { return None };
    match semantics.expr(arguments.first()?.value) {
        Expr::Text(text) => Some(text.clone()),
        _ => None,
    }
}

impl<'t> Reading<'t> {
    /// `path("items/", view, name="items")`, and who asks for such a name.
    pub(super) fn route_name(&mut self, call: &Call<'t>) {
        let is_regex = matches!(call.last, "re_path" | "url");
        if is_regex || call.last == "path" {
            let (Some(path), Some(name)) = (call.text(0), call.named_text("name")) else { return };
            let path_text = if is_regex {
                plain_path(&path.text, false)
            } else {
                Name::from(path.text.as_str())
            };
            let name = match &self.app_name {
                Some(app) => format!("{ROUTE_NAME}{app}:{}", name.text),
                None => format!("{ROUTE_NAME}{}", name.text),
            };
            let keys = vec![Name::from(name), Name::from(format!("/{path_text}"))];
            self.links.add_for(None, LinkKind::Endpoint, LinkRole::Declares, keys, path.span, true);
        } else if ASKING.contains(&call.last)
            && is_of_tests(self.path)
            && let Some(name) = call.text(0)
        {
            let text = name.text.trim_start_matches('.');
            let keys = vec![Name::from(format!("* {ROUTE_NAME}{text}"))];
            self.links.add(LinkKind::Endpoint, LinkRole::Calls, keys, name.span, true);
        }
    }
}

/// Whether a path says that tests ask in this file: elsewhere the path is a link, and nothing
/// runs there.
fn is_of_tests(path: &RepoPath) -> bool {
    is_test_file(path)
        || path.file_name() == "conftest.py"
        || path.as_str().split('/').any(|it| matches!(it, "test" | "tests"))
}
