//! Routes of Slim: on an application, and on what the functions of its groups are given.

use super::Walk;
use super::callables::argument;
use super::routes::{Group, Link, joined};
use super::texts::string_text;
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::{Expr, ExprId, Route, RouteHook, RouteHookKind};

pub(super) const SLIM: &str = "slim";

impl<'t> Walk<'_, 't> {
    pub(super) fn slim(
        &mut self,
        node: Node<'t>,
        links: &[Link<'t>],
        router: Option<ExprId>,
        here: Here,
    ) {
        let Some(((word, list), rest)) = links.split_first() else { return };
        let mut own = Group::default();
        for (name, list) in rest {
            match name.text() {
                "add" | "addMiddleware" => {
                    if let Some(it) = argument(*list, 0) {
                        self.slim_middleware(it, &mut own, here);
                    }
                }
                _ => {
                    self.arguments(*list, here);
                }
            }
        }
        let outer = self.routing.groups.last().and_then(|it| it.router);
        // What a group's function is given is no router of its own: of which routes this holds,
        // only those of the group could be said.
        let is_of_group = router.is_some_and(|it| match self.semantics().expr(it) {
            Expr::Name { name, .. } => self.routing.groups.iter().any(|it| it.is_of_slim(name)),
            _ => false,
        });
        match word.text() {
            "add" | "addMiddleware" => {
                let mut group = Group::default();
                if let Some(it) = argument(*list, 0) {
                    self.slim_middleware(it, &mut group, here);
                }
                let Some(own) = router else { return };
                let router = outer.unwrap_or(own);
                for function in group.middleware {
                    self.builder.route_hook(RouteHook {
                        owner: here.owner,
                        is_conditional: is_of_group,
                        ..RouteHook::plain(router, function, RouteHookKind::Use)
                    });
                }
            }
            "group" => {
                own.prefix = argument(*list, 0).and_then(string_text).unwrap_or_default();
                own.router = outer.or(router);
                own.variable = argument(*list, 1).and_then(first_parameter);
                self.group_body(argument(*list, 1), own, here);
            }
            verb => {
                let at = usize::from(verb == "map");
                let methods = if verb == "map" {
                    let all = argument(*list, 0).map(children).unwrap_or_default();
                    all.iter().filter_map(|it| string_text(it.first_child()?)).collect()
                } else if verb == "any" {
                    vec!["*".to_owned()]
                } else {
                    vec![verb.to_ascii_uppercase()]
                };
                let Some(path) = argument(*list, at).and_then(string_text) else {
                    self.arguments(*list, here);
                    return;
                };
                let all = self.around(&own);
                let path = joined(&all.prefix, &path);
                let Some(handler) = argument(*list, at + 1) else { return };
                let label = methods.first().map_or("*", String::as_str);
                let handler = self.handler(handler, &format!("{label} {path}"), &all, here);
                for method in methods {
                    let mut route = Route::plain(method, path.as_str(), SLIM, handler);
                    route.middleware.clone_from(&all.middleware);
                    route.router = outer.or(router);
                    self.route(route, node.span());
                }
            }
        }
    }

    /// Middleware of Slim: a function, or an object that is called or has `process`.
    fn slim_middleware(&mut self, node: Node<'t>, own: &mut Group, here: Here) {
        if matches!(node.kind(), "anonymous_function" | "arrow_function") {
            let id = self.callback("middleware", node, here);
            let function = self.definition_value(id);
            own.middleware.push(function);
            return;
        }
        // What implements the interface of PSR-15 is asked to process, whatever else is called.
        let value = self.expr(node, here);
        let methods = ["process", "__invoke"].map(|it| self.attribute(value, it));
        own.middleware.push(self.add(Expr::Either(methods.to_vec())));
    }
}

/// The variable of the first parameter of a function.
fn first_parameter(function: Node<'_>) -> Option<String> {
    let first = children(field(function, "parameters")?).into_iter().next()?;
    Some(field(first, "name")?.text().to_owned())
}
