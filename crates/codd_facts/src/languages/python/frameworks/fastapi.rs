//! FastAPI and Starlette: routers, middleware, dependencies that fill parameters.

use super::arguments::{keyword, path_argument, positional, route_methods};
use super::routes::{PendingRoute, route, view_class};
use super::{Called, Decorator, Framework, route_hook};
use crate::builder::Branch;
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{
    Argument, DefinitionId, DefinitionKind, Expr, ExprId, Injection, Name, Route, RouteHook,
    RouteHookKind, RouterPrefix,
};

pub(super) const FASTAPI: Framework = Framework { decorator, call };

/// Whose routes run the dependencies of their routers, and whose do not.
pub(super) const FASTAPI_ROUTE: &str = "fastapi";
pub(super) const STARLETTE_ROUTE: &str = "starlette";

fn decorator(walk: &mut Walk<'_, '_>, decorator: &Decorator, cx: &Cx) -> bool {
    let semantics = &walk.builder.semantics;
    let Expr::Attribute { base, name } = semantics.expr(decorator.callee) else { return false };
    let router = *base;
    if name == "exception_handler"
        && let Some(of) = positional(walk.arguments(decorator.expr), 0)
    {
        let function = walk.builder.expr(Expr::Definition(decorator.id));
        walk.aside(router, function, Some(of), RouteHookKind::Aside, cx);
        return true;
    }
    if name != "middleware" || walk.arguments(decorator.expr).is_empty() {
        return false;
    }
    let function = walk.builder.expr(Expr::Definition(decorator.id));
    walk.hook(router, function, Some(decorator.place), RouteHookKind::Use, cx);
    true
}

fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, cx: &Cx) -> bool {
    if matches!(called.name, "APIRoute" | "Route" | "WebSocketRoute")
        && walk.is_listed_route(called)
    {
        return true;
    }
    if called.name == "Mount" && walk.is_of_starlette(called) {
        walk.mounted(called, cx);
        return true;
    }
    let Some(base) = called.base else { return false };
    let arguments = walk.arguments(called.call);
    match called.name {
        "add_api_route" | "add_route" | "add_websocket_route" => {
            let arguments = arguments.to_vec();
            if let Some(path) = path_argument(&arguments) {
                walk.registered_route(Some(base), called, path, &arguments);
            }
        }
        "add_middleware" => {
            if let Some(function) = arguments.first().map(|it| it.value) {
                walk.hook(base, function, None, RouteHookKind::Use, cx);
            }
        }
        "add_exception_handler" => {
            let of = keyword(arguments, "exc_class_or_status_code");
            let of = of.or_else(|| positional(arguments, 0));
            let function = keyword(arguments, "handler").or_else(|| positional(arguments, 1));
            let Some(function) = function else { return true };
            walk.aside(base, function, of, RouteHookKind::Aside, cx);
        }
        "include_router" => {
            let Some(router) = arguments.first().map(|it| it.value) else { return true };
            let prefix = keyword(arguments, "prefix").or_else(|| keyword(arguments, "url_prefix"));
            let middleware = walk.dependencies_argument(arguments);
            let hook = route_hook(base, router, RouteHookKind::Include, cx);
            walk.builder.route_hook(RouteHook { prefix, middleware, ..hook });
        }
        "mount" if arguments.len() >= 2 => {
            let (prefix, function) = (Some(arguments[0].value), arguments[1].value);
            let hook = route_hook(base, function, RouteHookKind::Mount, cx);
            walk.builder.route_hook(RouteHook { prefix, ..hook });
        }
        "update" if walk.is_overrides(base) => walk.overridden(called.node),
        "__init__" => return walk.made_by_base(called, cx),
        _ => return false,
    }
    true
}

impl Walk<'_, '_> {
    /// The functions of `dependencies=[Depends(f), …]`, and the variables that hold such.
    pub(super) fn dependencies_argument(&self, arguments: &[Argument]) -> Vec<ExprId> {
        let semantics = &self.builder.semantics;
        let Some(list) = keyword(arguments, "dependencies") else { return Vec::new() };
        let Expr::Container { items, .. } = semantics.expr(list) else { return vec![list] };
        items.iter().map(|item| self.depends_on(item.value).unwrap_or(item.value)).collect()
    }

    /// `f` of `Depends(f)` and `Security(f)`.
    fn depends_on(&self, expr: ExprId) -> Option<ExprId> {
        let Expr::Call { arguments, .. } = self.builder.semantics.expr(expr) else { return None };
        let is_dependency = matches!(self.last_name(expr), "Depends" | "Security");
        let function =
            arguments.iter().find(|it| it.name.as_ref().is_none_or(|name| name == "dependency"))?;
        is_dependency.then_some(function.value)
    }

    /// A parameter that FastAPI fills by calling a function, or by making an instance of what
    /// its annotation names.
    pub(in super::super) fn framework_parameter(
        &mut self,
        annotation: Option<ExprId>,
        default: Option<ExprId>,
        metadata: &[ExprId],
        named: Vec<ExprId>,
    ) {
        let mut is_filled = false;
        for value in metadata.iter().chain(&default) {
            // `x: Service = Depends()` calls the class of the annotation.
            let function = if self.is_bare(*value) { annotation } else { self.depends_on(*value) };
            if let Some(function) = function {
                self.frameworks.dependencies.push(function);
                is_filled = true;
            }
        }
        if !is_filled {
            self.frameworks.annotated.extend(named);
        }
    }

    /// `Depends()`, which calls what the annotation beside it names.
    fn is_bare(&self, value: ExprId) -> bool {
        let is_call = matches!(self.builder.semantics.expr(value), Expr::Call { .. });
        is_call && self.last_name(value) == "Depends" && self.arguments(value).is_empty()
    }

    /// Dependencies of a route's parameters run before it, as its decorator's do; and classes
    /// that it takes and gives back, `returned` with them.
    pub(in super::super) fn framework_function(&mut self, id: DefinitionId, returned: Vec<ExprId>) {
        let annotated = std::mem::take(&mut self.frameworks.annotated);
        self.frameworks.typed.extend(annotated.into_iter().map(|it| (id, it)));
        if self.frameworks.routes.last().is_some_and(|it| it.handler == Some(id)) {
            self.frameworks.typed.extend(returned.into_iter().map(|it| (id, it)));
        }
        let functions = std::mem::take(&mut self.frameworks.dependencies);
        for function in &functions {
            let injection =
                Injection { of: id, function: *function, is_alias: false, is_optional: false };
            self.builder.injection(injection);
        }
        // The routes that the function's decorators made are the last ones.
        let routes = self.frameworks.routes.iter_mut().rev();
        for pending in routes.take_while(|it| it.handler == Some(id)) {
            pending.route.middleware.extend(&functions);
        }
    }

    /// `CurrentUser = Annotated[User, Depends(f)]`, and other names for such an alias.
    pub(in super::super) fn framework_alias(
        &mut self,
        alias: DefinitionId,
        value: ExprId,
        metadata: &[ExprId],
    ) {
        let annotated = self.annotated.take().unwrap_or(value);
        let called =
            |it: &ExprId| if self.is_bare(*it) { Some(annotated) } else { self.depends_on(*it) };
        let functions: Vec<ExprId> = metadata.iter().filter_map(called).collect();
        for function in functions {
            self.builder.injection(Injection {
                of: alias,
                function,
                is_alias: false,
                is_optional: false,
            });
        }
        let is_name = self.definition(alias).kind == DefinitionKind::Variable
            && matches!(
                self.builder.semantics.expr(value),
                Expr::Name { .. } | Expr::Attribute { .. }
            );
        if is_name {
            self.builder.injection(Injection {
                of: alias,
                function: value,
                is_alias: true,
                is_optional: false,
            });
        }
    }

    /// What an annotated field of a class asks for by its value, or beside its type, runs before
    /// the routes that the class serves; what it was given before does not.
    pub(in super::super) fn framework_field(
        &mut self,
        field: DefinitionId,
        (value, is_typed): (Option<ExprId>, bool),
        metadata: &[ExprId],
        cx: &Cx,
    ) {
        if self.definition(field).kind != DefinitionKind::Field {
            return;
        }
        self.builder.semantics.injections.retain(|it| it.of != field);
        if !is_typed || cx.branch != Branch::Always {
            return;
        }
        let asked = metadata.iter().copied().chain(value);
        let functions: Vec<ExprId> = asked.filter_map(|it| self.depends_on(it)).collect();
        for function in functions {
            self.builder.injection(Injection {
                of: field,
                function,
                is_alias: false,
                is_optional: false,
            });
        }
    }

    /// `router = APIRouter(prefix=…, dependencies=[…])`, `Blueprint(…, url_prefix=…)`.
    pub(super) fn router_assignment(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        let arguments = self.arguments(value);
        let functions = self.dependencies_argument(arguments);
        let prefix = keyword(arguments, "prefix").or_else(|| keyword(arguments, "url_prefix"));
        if functions.is_empty() && prefix.is_none() {
            return;
        }
        let name = Name::new(self.text(target));
        let router = self.builder.expr(Expr::Name { scope: cx.scope, name });
        if let Some(prefix) = prefix {
            self.builder.semantics.router_prefixes.push(RouterPrefix { router, prefix });
        }
        for function in functions {
            self.hook(router, function, None, RouteHookKind::Depend, cx);
        }
    }

    /// The model of `@app.get("/x", response_model=Model)`: what `named` it holds.
    pub(in super::super) fn response_model(&mut self, id: DefinitionId, named: Vec<ExprId>) {
        self.frameworks.typed.extend(named.into_iter().map(|it| (id, it)));
    }

    /// Classes that annotations name are made and read where FastAPI calls a function.
    pub(super) fn finish_annotations(&mut self, framework: Option<&str>) {
        let typed = std::mem::take(&mut self.frameworks.typed);
        let is_served = match framework {
            Some(framework) => framework == "fastapi",
            None => self.frameworks.routes.iter().any(|it| it.route.framework == "fastapi"),
        };
        for (of, function) in typed.into_iter().filter(|_| is_served) {
            self.builder.injection(Injection { of, function, is_alias: true, is_optional: false });
        }
    }

    /// Whether this is FastAPI's table of functions that run in place of others.
    pub(in super::super) fn is_overrides(&self, base: ExprId) -> bool {
        matches!(self.builder.semantics.expr(base), Expr::Attribute { name, .. } if name == "dependency_overrides")
    }

    /// `app.dependency_overrides.update({f: g})` decides what runs in place of `f`.
    fn overridden(&mut self, call: NodeId) {
        let tree = self.tree;
        let fields = &self.grammar.fields;
        let Some(list) = self.child(call, fields.arguments) else { return };
        for dictionary in tree.named_children(list) {
            for pair in tree.named_children(dictionary) {
                if let Some(key) = self.child(pair, fields.key) {
                    self.builder.write_reference(tree.span(key));
                }
            }
        }
    }

    /// `routes=[Route("/path", handler)]`; whether it is one.
    fn is_listed_route(&mut self, called: &Called<'_>) -> bool {
        let is_one = self.is_of_starlette(called);
        let arguments = self.arguments(called.call).to_vec();
        let Some(path) = path_argument(&arguments).filter(|_| is_one) else { return false };
        self.registered_route(Some(called.call), called, path, &arguments);
        true
    }

    fn is_of_starlette(&self, called: &Called<'_>) -> bool {
        ["starlette", "fastapi"].iter().any(|it| self.is_from(it, called.callee))
    }

    /// `Mount("/api", routes=[…])`, `Mount("/static", app)`, in the list in which it stands.
    fn mounted(&mut self, called: &Called<'_>, cx: &Cx) {
        let arguments = self.arguments(called.call);
        let prefix = path_argument(arguments);
        let list = keyword(arguments, "routes");
        let inner = keyword(arguments, "app").or_else(|| positional(arguments, 1));
        let kind = if list.is_some() { RouteHookKind::Include } else { RouteHookKind::Mount };
        if let Some(function) = list.or(inner) {
            let hook = route_hook(called.call, function, kind, cx);
            self.builder.route_hook(RouteHook { prefix, ..hook });
        }
    }

    /// `app = Starlette(routes=[…])`.
    pub(super) fn served_list(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        let Some(list) = keyword(self.arguments(value), "routes") else { return };
        let name = Name::new(self.text(target));
        let router = self.builder.expr(Expr::Name { scope: cx.scope, name });
        let hook = route_hook(router, list, RouteHookKind::Include, cx);
        self.builder.route_hook(hook);
    }

    /// Starlette's `add_route(path, view)`.
    fn registered_route(
        &mut self,
        router: Option<ExprId>,
        called: &Called<'_>,
        path: ExprId,
        arguments: &[Argument],
    ) {
        let semantics = &self.builder.semantics;
        let view = keyword(arguments, "endpoint").or_else(|| keyword(arguments, "route"));
        let Some(view) = view.or_else(|| positional(arguments, 1)) else { return };
        let (handler, is_class) = view_class(semantics, view);
        let any = match called.name {
            "add_websocket_route" | "WebSocketRoute" => "WEBSOCKET",
            _ if is_class => "*",
            _ => "GET",
        };
        let methods =
            route_methods(semantics, arguments).unwrap_or_else(|| vec![Name::new_static(any)]);
        let middleware = self.dependencies_argument(arguments);
        for method in methods {
            let middleware = middleware.clone();
            let framework = if called.name == "add_api_route" || called.name == "APIRoute" {
                FASTAPI_ROUTE
            } else {
                STARLETTE_ROUTE
            };
            let route = Route { method, middleware, ..route(framework, handler, router) };
            let (is_certain, handler, node) = (true, None, called.node);
            let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
            self.frameworks.routes.push(pending);
        }
    }
}
