//! Flask and Quart: blueprints, rules, views as classes, hooks before requests.

use super::arguments::{keyword, path_argument, positional, route_methods};
use super::routes::{PendingRoute, route, view_class};
use super::{Called, Decorator, Framework, route_hook};
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Argument, Expr, ExprId, Name, Route, RouteHook, RouteHookKind};

pub(super) const FLASK: Framework = Framework { decorator, call };

/// Functions of an application or blueprint that register what runs before its routes.
const BEFORE_REQUEST: &[&str] = &["before_request", "before_app_request", "url_value_preprocessor"];

/// Those that register what runs where a route fails or has answered.
const BESIDE: &[&str] = &["after_app_request", "after_request", "app_errorhandler", "errorhandler"];

fn decorator(walk: &mut Walk<'_, '_>, decorator: &Decorator, cx: &Cx) -> bool {
    let Expr::Attribute { base, name } = walk.builder.semantics.expr(decorator.callee) else {
        return false;
    };
    let (router, kind) = (*base, hook_kind(name));
    if BESIDE.contains(&name.as_str()) {
        let of = positional(walk.arguments(decorator.expr), 0);
        let function = walk.builder.expr(Expr::Definition(decorator.id));
        walk.aside(router, function, of, kind, cx);
        return true;
    }
    if !BEFORE_REQUEST.contains(&name.as_str()) {
        return false;
    }
    let function = walk.builder.expr(Expr::Definition(decorator.id));
    walk.hook(router, function, Some(decorator.place), kind, cx);
    true
}

fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, cx: &Cx) -> bool {
    let arguments = walk.arguments(called.call);
    match (called.name, called.base) {
        ("add_url_rule", Some(router)) => {
            let arguments = arguments.to_vec();
            if let Some(path) = path_argument(&arguments) {
                walk.ruled(router, path, &arguments, called.node);
            }
        }
        ("before_request" | "before_app_request", Some(router)) if arguments.len() == 1 => {
            let function = arguments[0].value;
            walk.hook(router, function, None, hook_kind(called.name), cx);
        }
        ("after_request" | "after_app_request", Some(router)) if arguments.len() == 1 => {
            let function = arguments[0].value;
            walk.aside(router, function, None, hook_kind(called.name), cx);
        }
        ("register_error_handler", Some(router)) => {
            let of = keyword(arguments, "code_or_exception").or_else(|| positional(arguments, 0));
            let function = keyword(arguments, "f").or_else(|| positional(arguments, 1));
            let Some(function) = function else { return true };
            walk.aside(router, function, of, RouteHookKind::Aside, cx);
        }
        ("register_blueprint", Some(outer)) => {
            let Some(router) = arguments.first().map(|it| it.value) else { return true };
            let prefix = keyword(arguments, "prefix").or_else(|| keyword(arguments, "url_prefix"));
            let middleware = walk.dependencies_argument(arguments);
            let hook = route_hook(outer, router, RouteHookKind::Register, cx);
            walk.builder.route_hook(RouteHook { prefix, middleware, ..hook });
        }
        ("add_resource", Some(router)) => {
            let arguments = arguments.to_vec();
            walk.resource(router, &arguments, called.node);
        }
        _ if keyword(arguments, "view_func").is_some() => {
            let arguments = arguments.to_vec();
            walk.handed_route(&arguments, called.node);
        }
        _ => return false,
    }
    true
}

/// Whose routes what is registered with this name runs for, and when.
fn hook_kind(called: &str) -> RouteHookKind {
    match called {
        "before_app_request" => RouteHookKind::Application,
        "after_app_request" | "app_errorhandler" => RouteHookKind::ApplicationAside,
        _ if BESIDE.contains(&called) => RouteHookKind::Aside,
        _ => RouteHookKind::Use,
    }
}

impl Walk<'_, '_> {
    /// A function of the project that is handed a blueprint, a list of paths and a
    /// `view_func`, as Flask calls it: it can do nothing with them but register them.
    fn handed_route(&mut self, arguments: &[Argument], node: NodeId) {
        let semantics = &self.builder.semantics;
        let is_paths = |it: &&Argument| match semantics.expr(it.value) {
            Expr::Container { items, .. } => {
                let is_path =
                    |value| matches!(semantics.expr(value), Expr::Text(it) if it.starts_with('/'));
                !items.is_empty() && items.iter().all(|item| is_path(item.value))
            }
            _ => false,
        };
        let Some(router) = positional(arguments, 0) else { return };
        let Some(path) = arguments.iter().find(is_paths).map(|it| it.value) else { return };
        self.ruled(router, path, arguments, node);
    }

    /// Flask's `add_url_rule(path, endpoint, view)`.
    fn ruled(&mut self, router: ExprId, path: ExprId, arguments: &[Argument], node: NodeId) {
        let semantics = &self.builder.semantics;
        let view = keyword(arguments, "view_func").or_else(|| positional(arguments, 2));
        let Some(view) = view else { return };
        let (handler, is_class) = view_class(semantics, view);
        let methods = route_methods(semantics, arguments)
            .unwrap_or_else(|| vec![Name::new_static(if is_class { "*" } else { "GET" })]);
        let middleware = self.dependencies_argument(arguments);
        for method in methods {
            let middleware = middleware.clone();
            let route = Route { method, middleware, ..route("flask", handler, Some(router)) };
            let (is_certain, handler) = (true, None);
            let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
            self.frameworks.routes.push(pending);
        }
    }

    /// Flask-RESTful's `api.add_resource(Class, "/path", …)`.
    fn resource(&mut self, router: ExprId, arguments: &[Argument], node: NodeId) {
        let Some((class, paths)) = arguments.split_first() else { return };
        for path in paths.iter().filter(|it| it.name.is_none()) {
            self.frameworks.routes.push(PendingRoute {
                route: route("flask", class.value, Some(router)),
                path: path.value,
                is_certain: true,
                handler: None,
                node,
                is_class: true,
            });
        }
    }
}
