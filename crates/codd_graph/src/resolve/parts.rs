//! Routers and lists of routes that serve nothing by themselves: where, and behind what, only what mounts them says.

use codd_facts::{
    Bound, DefinitionId, Expr, ExprId, Name, Semantics, chained_router, conventions_of,
};

use super::evaluate::Evaluator;
use super::routers::{MADE, RETURNED};
use super::value::{FileId, NO_FRAME, Value};
use crate::Router;

/// What makes such a router, by its dotted name; of a package's default export, the package.
const MAKERS: &[&str] = &[
    "@koa/router",
    "@koa/router.Router",
    "@koa/router.default",
    "aiohttp.web.RouteTableDef",
    "aiohttp.web.delete",
    "aiohttp.web.get",
    "aiohttp.web.head",
    "aiohttp.web.options",
    "aiohttp.web.patch",
    "aiohttp.web.post",
    "aiohttp.web.put",
    "aiohttp.web.route",
    "aiohttp.web.view",
    "django.conf.urls.url",
    "django.urls.path",
    "django.urls.re_path",
    "express-promise-router",
    "express-promise-router.default",
    "express.Router",
    "express.default.Router",
    "fastapi.APIRouter",
    "fastapi.routing.APIRoute",
    "fastapi.routing.APIRouter",
    "flask.Blueprint",
    "flask.blueprints.Blueprint",
    "koa-router",
    "koa-router.default",
    "quart.Blueprint",
    "quart.blueprints.Blueprint",
    "rest_framework.routers.DefaultRouter",
    "rest_framework.routers.SimpleRouter",
    "router",
    "router.default",
    "starlette.routing.Mount",
    "starlette.routing.Route",
    "starlette.routing.WebSocketRoute",
];

/// Whether a router has to be mounted, by what makes it.
pub(super) fn is_part(evaluator: &mut Evaluator<'_>, router: &Router) -> bool {
    let (path, made) = match router {
        Router::Definition(path, id) => (path, Made::Definition(*id)),
        Router::Local(path, owner, name) => (path, Made::Local(*owner, name)),
        Router::Export(path, name) => (path, Made::Export(name)),
        Router::Unnamed(path, expr) => (path, Made::Expr(*expr)),
    };
    let Some(file) = evaluator.file(path) else { return false };
    let semantics = evaluator.semantics(file);
    let giving = conventions_of(path).giving_router;
    match made.by(&semantics, giving).map(|it| semantics.expr(it)) {
        Some(Expr::Call { callee, .. }) => {
            makes_part(evaluator, file, semantics.unapplied(*callee))
        }
        // A list of routes.
        Some(Expr::Container { .. } | Expr::Joined(_)) => true,
        _ => matches!(router, Router::Local(_, _, name) if name == RETURNED),
    }
}

/// Where it is said what makes a router.
enum Made<'r> {
    Definition(DefinitionId),
    Local(DefinitionId, &'r Name),
    Export(&'r Name),
    Expr(ExprId),
}

impl Made<'_> {
    /// What makes it.
    fn by(&self, semantics: &Semantics, giving: &[&str]) -> Option<ExprId> {
        let value = match self {
            Made::Definition(id) => semantics.definitions.get(id.index())?.value?,
            Made::Local(owner, name) if *name == MADE => {
                *semantics.definitions.get(owner.index())?.returns.first()?
            }
            Made::Local(owner, name) => local(semantics, *owner, name)?,
            Made::Export(name) => {
                let named = semantics.exports.named.iter().find(|it| it.name == **name);
                named.map(|it| it.value).or(semantics.exports.whole)?
            }
            Made::Expr(expr) => *expr,
        };
        Some(chained_router(semantics, value, giving))
    }
}

/// What a local variable is given: the first of that name, or of its block.
fn local(semantics: &Semantics, owner: DefinitionId, name: &Name) -> Option<ExprId> {
    let (name, nth) = match name.split_once('#') {
        Some((name, nth)) => (name, nth.parse().ok()?),
        None => (name.as_str(), 0),
    };
    let scopes = semantics.scopes.iter().filter(|it| it.owner == Some(owner));
    let bound = scopes.map(|it| it.bindings_of(name)).filter(|it| !it.is_empty()).nth(nth)?;
    match bound {
        [only] => match only.bound {
            Bound::Value(value) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

fn makes_part(evaluator: &mut Evaluator<'_>, file: FileId, callee: ExprId) -> bool {
    let flows = evaluator.opened(file, callee, NO_FRAME);
    !flows.is_empty()
        && flows.flows().iter().all(|flow| match &flow.value {
            Value::External(name) => MAKERS.contains(&name.as_str()),
            _ => false,
        })
}
