//! Routes and the functions before them: Flask, FastAPI and Starlette, Django.

use codd_source::Span;

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::builder::{Branch, lookup};
use crate::tree::NodeId;
use crate::{
    Argument, Bound, DefinitionId, DefinitionKind, Expr, ExprId, Injection, Name, Route, RouteHook,
    RouteHookKind, RouterPrefix, Semantics,
};

const HTTP_METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// Functions of an application or blueprint that register what runs before its routes.
const BEFORE_REQUEST: &[&str] = &["before_request", "before_app_request", "url_value_preprocessor"];

/// What is seen of frameworks while a file is walked.
#[derive(Debug, Default)]
pub(super) struct Frameworks {
    routes: Vec<PendingRoute>,
    /// Dependencies in the parameters of the function that is being read.
    dependencies: Vec<ExprId>,
}

#[derive(Debug)]
struct PendingRoute {
    /// Without its path, which names of the file may hold.
    route: Route,
    path: ExprId,
    /// A path that cannot be read is counted only where this is a route for certain.
    is_certain: bool,
    handler: Option<DefinitionId>,
    span: Span,
    /// A class whose methods named like HTTP methods are the handlers.
    is_class: bool,
}

impl Walk<'_, '_> {
    /// A decorator that may make `id` a route or a hook: whether it looks like a route's.
    pub(super) fn framework_decorator(
        &mut self,
        id: DefinitionId,
        decorator: ExprId,
        place: u32,
        node: NodeId,
        cx: &Cx,
    ) -> bool {
        let semantics = &self.builder.semantics;
        let (callee, arguments) = match semantics.expr(decorator) {
            Expr::Call { callee, arguments } => (*callee, arguments.clone()),
            _ => (decorator, Vec::new()),
        };
        let Expr::Attribute { base, name } = semantics.expr(callee) else { return false };
        let (router, name) = (*base, name.clone());
        if BEFORE_REQUEST.contains(&name.as_str())
            || (name == "middleware" && !arguments.is_empty())
        {
            let function = self.builder.expr(Expr::Definition(id));
            self.hook(router, function, Some(place), hook_kind(&name), cx);
            return false;
        }
        let Some(path) = path_argument(&arguments) else { return false };
        let is_method = HTTP_METHODS.contains(&name.as_str());
        if !is_method && !matches!(name.as_str(), "route" | "api_route" | "websocket") {
            return false;
        }
        let methods = match name.as_str() {
            "route" | "api_route" => route_methods(semantics, &arguments)
                .unwrap_or_else(|| vec![Name::new_static("GET")]),
            name => vec![Name::new(name.to_ascii_uppercase())],
        };
        let middleware = self.dependencies_argument(&arguments);
        let handler = self.builder.expr(Expr::Definition(id));
        let is_class = self.definition(id).kind == DefinitionKind::Class;
        let framework = Name::new_static(if name == "route" { "flask" } else { "fastapi" });
        let span = self.tree.span(node);
        for method in methods {
            self.frameworks.routes.push(PendingRoute {
                route: Route {
                    method,
                    path: Name::default(),
                    framework: framework.clone(),
                    handler,
                    router: Some(router),
                    middleware: middleware.clone(),
                    registered_by: Some(place),
                    order: None,
                },
                path,
                is_certain: false,
                handler: Some(id),
                span,
                is_class,
            });
        }
        true
    }

    fn hook(
        &mut self,
        router: ExprId,
        function: ExprId,
        registered_by: Option<u32>,
        kind: RouteHookKind,
        cx: &Cx,
    ) {
        if cx.branch == Branch::Never {
            return;
        }
        self.builder.route_hook(RouteHook {
            router,
            prefix: None,
            function,
            registered_by,
            order: None,
            kind,
            middleware: Vec::new(),
            owner: cx.function,
            is_conditional: cx.branch != Branch::Always,
        });
    }

    /// The functions of `dependencies=[Depends(f), …]`, and the variables that hold such.
    fn dependencies_argument(&self, arguments: &[Argument]) -> Vec<ExprId> {
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

    /// A parameter that FastAPI fills by calling a function.
    pub(super) fn framework_parameter(
        &mut self,
        annotation: Option<ExprId>,
        default: Option<ExprId>,
        metadata: &[ExprId],
    ) {
        for value in metadata.iter().chain(&default) {
            let is_bare = matches!(self.builder.semantics.expr(*value), Expr::Call { arguments, .. } if arguments.is_empty())
                && self.last_name(*value) == "Depends";
            // `x: Service = Depends()` calls the class of the annotation.
            let function = if is_bare { annotation } else { self.depends_on(*value) };
            if let Some(function) = function {
                self.frameworks.dependencies.push(function);
            }
        }
    }

    /// Dependencies of a route's parameters run before it, as its decorator's do.
    pub(super) fn framework_function(&mut self, id: DefinitionId) {
        let functions = std::mem::take(&mut self.frameworks.dependencies);
        for function in &functions {
            let injection = Injection { of: id, function: *function, is_alias: false };
            self.builder.injection(injection);
        }
        // The routes that the function's decorators made are the last ones.
        let routes = self.frameworks.routes.iter_mut().rev();
        for pending in routes.take_while(|it| it.handler == Some(id)) {
            pending.route.middleware.extend(&functions);
        }
    }

    /// `CurrentUser = Annotated[User, Depends(f)]`, and other names for such an alias.
    pub(super) fn framework_alias(
        &mut self,
        alias: DefinitionId,
        value: ExprId,
        metadata: &[ExprId],
    ) {
        let functions: Vec<ExprId> =
            metadata.iter().filter_map(|it| self.depends_on(*it)).collect();
        for function in functions {
            self.builder.injection(Injection { of: alias, function, is_alias: false });
        }
        let is_name = self.definition(alias).kind == DefinitionKind::Variable
            && matches!(
                self.builder.semantics.expr(value),
                Expr::Name { .. } | Expr::Attribute { .. }
            );
        if is_name {
            self.builder.injection(Injection { of: alias, function: value, is_alias: true });
        }
    }

    /// `router = APIRouter(prefix=…, dependencies=[…])`, `Blueprint(…, url_prefix=…)`.
    pub(super) fn framework_assignment(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        if !matches!(self.last_name(value), "APIRouter" | "FastAPI" | "Blueprint") {
            return;
        }
        let Expr::Call { arguments, .. } = self.builder.semantics.expr(value) else { return };
        let functions = self.dependencies_argument(arguments);
        let prefix = keyword(arguments, "prefix").or_else(|| keyword(arguments, "url_prefix"));
        if functions.is_empty() && prefix.is_none() || self.kind(target) != Kind::Identifier {
            return;
        }
        let name = Name::new(self.text(target));
        let router = self.builder.expr(Expr::Name { scope: cx.scope, name });
        if let Some(prefix) = prefix {
            self.builder.semantics.router_prefixes.push(RouterPrefix { router, prefix });
        }
        for function in functions {
            self.hook(router, function, None, RouteHookKind::Use, cx);
        }
    }

    /// A call that may register a route or a hook.
    /// Whether a call passes one list or dictionary as it is written.
    fn is_container(&self, arguments: &[Argument]) -> bool {
        let [Argument { name: None, value }] = arguments else { return false };
        matches!(self.builder.semantics.expr(*value), Expr::Container { .. })
    }

    pub(super) fn framework_call(&mut self, call: ExprId, called: &str, node: NodeId, cx: &Cx) {
        let Expr::Call { callee, arguments } = self.builder.semantics.expr(call) else { return };
        let callee = *callee;
        let base = match self.builder.semantics.expr(callee) {
            Expr::Attribute { base, .. } => Some(*base),
            _ => None,
        };
        match (called, base) {
            ("append" | "add", Some(base)) if arguments.len() == 1 => {
                let item = crate::Item { key: None, value: arguments[0].value };
                self.stored(base, crate::ContainerKind::Sequence, item, cx);
            }
            ("insert", Some(base)) if arguments.len() == 2 => {
                let item = crate::Item { key: None, value: arguments[1].value };
                self.stored(base, crate::ContainerKind::Sequence, item, cx);
            }
            ("extend", Some(base)) if arguments.len() == 1 => {
                let value = arguments[0].value;
                if self.is_container(arguments) {
                    self.also_held(base, value, cx);
                }
                let is_all = matches!(
                    self.builder.semantics.expr(base),
                    Expr::Name { name, .. } if name == "__all__"
                );
                if is_all
                    && let Some(function) = self.child(node, self.grammar.fields.function)
                    && let Some(object) = self.child(function, self.grammar.fields.object)
                {
                    self.all_names(object, value, super::assignments::AllChange::Extend, cx);
                }
            }
            (
                "add_url_rule" | "add_api_route" | "add_route" | "add_websocket_route",
                Some(base),
            ) => {
                let arguments = arguments.clone();
                self.registered_route(base, called, &arguments, node);
            }
            ("before_request" | "before_app_request", Some(router)) if arguments.len() == 1 => {
                let function = arguments[0].value;
                self.hook(router, function, None, hook_kind(called), cx);
            }
            ("add_middleware", Some(router)) => {
                if let Some(function) = arguments.first().map(|it| it.value) {
                    self.hook(router, function, None, RouteHookKind::Use, cx);
                }
            }
            ("include_router" | "register_blueprint", Some(outer)) => {
                let Some(router) = arguments.first().map(|it| it.value) else { return };
                let prefix = keyword(arguments, "prefix");
                let prefix = prefix.or_else(|| keyword(arguments, "url_prefix"));
                let kind = match called {
                    "include_router" => RouteHookKind::Include,
                    _ => RouteHookKind::Register,
                };
                let middleware = self.dependencies_argument(&arguments.clone());
                self.builder.route_hook(RouteHook {
                    router: outer,
                    prefix,
                    function: router,
                    registered_by: None,
                    order: None,
                    kind,
                    middleware,
                    owner: cx.function,
                    is_conditional: cx.branch != Branch::Always,
                });
            }
            ("update", Some(base)) if self.is_overrides(base) => self.overridden(node),
            ("update", Some(base)) if self.is_container(arguments) => {
                let value = arguments[0].value;
                if !self.updated(base, value, cx) {
                    self.also_held(base, value, cx);
                }
            }
            ("mount", Some(router)) if arguments.len() >= 2 => {
                let (prefix, function) = (Some(arguments[0].value), arguments[1].value);
                self.builder.route_hook(RouteHook {
                    router,
                    prefix,
                    function,
                    registered_by: None,
                    order: None,
                    kind: RouteHookKind::Mount,
                    middleware: Vec::new(),
                    owner: cx.function,
                    is_conditional: cx.branch != Branch::Always,
                });
            }
            ("add_resource", Some(router)) => {
                let arguments = arguments.clone();
                self.resource(router, &arguments, node);
            }
            ("path" | "re_path" | "url", _)
                if arguments.len() >= 2 && (self.is_from("django", callee)) =>
            {
                let arguments = arguments.clone();
                self.django_route(&arguments, node);
            }
            _ if keyword(arguments, "view_func").is_some() => {
                let arguments = arguments.clone();
                self.handed_route(&arguments, node);
            }
            _ => {}
        }
    }

    /// Whether this is FastAPI's table of functions that run in place of others.
    pub(super) fn is_overrides(&self, base: ExprId) -> bool {
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

    /// A function of the project that is handed a blueprint, a list of paths and a
    /// `view_func`, as Flask calls it: it can do nothing with them but register them.
    fn handed_route(&mut self, arguments: &[Argument], node: NodeId) {
        let semantics = &self.builder.semantics;
        let is_paths = |it: &&Argument| {
            match semantics.expr(it.value) {
            Expr::Container { items, .. } => {
                !items.is_empty()
                    && items.iter().all(|item| {
                        matches!(semantics.expr(item.value), Expr::Text(it) if it.starts_with('/'))
                    })
            }
            _ => false,
        }
        };
        let Some(router) = arguments.first().filter(|it| it.name.is_none()) else { return };
        let Some(paths) = arguments.iter().find(is_paths) else { return };
        let (router, path) = (router.value, paths.value);
        self.registered_at(router, "add_url_rule", path, arguments, node);
    }

    /// Flask's `add_url_rule(path, endpoint, view)` and Starlette's `add_route(path, view)`.
    fn registered_route(
        &mut self,
        router: ExprId,
        called: &str,
        arguments: &[Argument],
        node: NodeId,
    ) {
        if let Some(path) = path_argument(arguments) {
            self.registered_at(router, called, path, arguments, node);
        }
    }

    fn registered_at(
        &mut self,
        router: ExprId,
        called: &str,
        path: ExprId,
        arguments: &[Argument],
        node: NodeId,
    ) {
        let semantics = &self.builder.semantics;
        let is_flask = called == "add_url_rule";
        let keywords = if is_flask { ["view_func", "view_func"] } else { ["endpoint", "route"] };
        let view = keywords.iter().find_map(|it| keyword(arguments, it)).or_else(|| {
            let position = if is_flask { 2 } else { 1 };
            arguments.get(position).filter(|it| it.name.is_none()).map(|it| it.value)
        });
        let Some(view) = view else { return };
        let (handler, is_class) = view_class(semantics, view);
        let methods = match route_methods(semantics, arguments) {
            Some(methods) => methods,
            None if called == "add_websocket_route" => vec![Name::new_static("WEBSOCKET")],
            None if is_class => vec![Name::new_static("*")],
            None => vec![Name::new_static("GET")],
        };
        let framework = Name::new_static(if is_flask { "flask" } else { "fastapi" });
        let middleware = self.dependencies_argument(arguments);
        let span = self.tree.span(node);
        for method in methods {
            let route = Route {
                method,
                path: Name::default(),
                framework: framework.clone(),
                handler,
                router: Some(router),
                middleware: middleware.clone(),
                registered_by: None,
                order: None,
            };
            self.frameworks.routes.push(PendingRoute {
                route,
                path,
                is_certain: true,
                handler: None,
                span,
                is_class,
            });
        }
    }

    /// Flask-RESTful's `api.add_resource(Class, "/path", …)`.
    fn resource(&mut self, router: ExprId, arguments: &[Argument], node: NodeId) {
        let Some((class, paths)) = arguments.split_first() else { return };
        let span = self.tree.span(node);
        for path in paths.iter().filter(|it| it.name.is_none()) {
            let route = Route {
                method: Name::new_static("*"),
                path: Name::default(),
                framework: Name::new_static("flask"),
                handler: class.value,
                router: Some(router),
                middleware: Vec::new(),
                registered_by: None,
                order: None,
            };
            self.frameworks.routes.push(PendingRoute {
                route,
                path: path.value,
                is_certain: true,
                handler: None,
                span,
                is_class: true,
            });
        }
    }

    /// `path("users/", view)` of `django.urls`; what it includes has its own file.
    fn django_route(&mut self, arguments: &[Argument], node: NodeId) {
        let semantics = &self.builder.semantics;
        let path = arguments[0].value;
        let (handler, is_class) = view_class(semantics, arguments[1].value);
        if self.last_name(handler) == "include"
            || matches!(semantics.expr(handler), Expr::Container { .. })
        {
            return;
        }
        let route = Route {
            method: Name::new_static("*"),
            path: Name::default(),
            framework: Name::new_static("django"),
            handler,
            router: None,
            middleware: Vec::new(),
            registered_by: None,
            order: None,
        };
        let span = self.tree.span(node);
        let is_certain = true;
        let pending = PendingRoute { route, path, is_certain, handler: None, span, is_class };
        self.frameworks.routes.push(pending);
    }

    /// Adds the routes whose router this file knows; bindings are sorted by now.
    pub(super) fn finish_frameworks(&mut self) {
        let uses = |module: &str| {
            self.builder.semantics.imports.iter().any(|import| {
                let name = &import.request.module;
                import.request.level == 0
                    && (name == module
                        || name.strip_prefix(module).is_some_and(|it| it.starts_with('.')))
            })
        };
        let framework = match (uses("flask") || uses("quart"), uses("fastapi") || uses("starlette"))
        {
            (true, false) => Some(Name::new_static("flask")),
            (false, true) => Some(Name::new_static("fastapi")),
            _ => None,
        };
        for mut pending in std::mem::take(&mut self.frameworks.routes) {
            let semantics = &self.builder.semantics;
            if pending.route.router.is_some_and(|router| !is_root_bound(semantics, router)) {
                continue;
            }
            let Some(mut paths) = path_texts(semantics, pending.path, MAX_PATH_STEPS) else {
                if pending.is_certain || framework.is_some() {
                    self.builder.not_modelled("route with an unknown path");
                }
                continue;
            };
            // Django's begin without a slash; what is no path elsewhere is no route.
            paths.retain(|it| pending.route.router.is_none() || is_path(it));
            if pending.route.router.is_some()
                && let Some(framework) = &framework
            {
                pending.route.framework = framework.clone();
            }
            let routes = self.routes_of(&pending);
            for path in paths {
                for route in &routes {
                    let route = Route { path: path.clone(), ..route.clone() };
                    self.builder.route(route, pending.span);
                }
            }
        }
        self.builder.sort_routes();
    }

    /// The route itself, or one for each method of the class that serves it.
    fn routes_of(&mut self, pending: &PendingRoute) -> Vec<Route> {
        let mut route = pending.route.clone();
        if !pending.is_class {
            return vec![route];
        }
        if route.framework == "flask" {
            // `dispatch_request` is what calls the method of the request.
            for name in ["decorators", "dispatch_request"] {
                if may_have(&self.builder.semantics, route.handler, name) {
                    let (base, name) = (route.handler, Name::new_static(name));
                    route.middleware.push(self.builder.expr(Expr::Attribute { base, name }));
                }
            }
        }
        let methods = class_methods(&self.builder.semantics, &route);
        if methods.is_empty() {
            return vec![route];
        }
        let mut routes = Vec::new();
        for (method, definition) in methods {
            let handler = self.builder.expr(Expr::Definition(definition));
            routes.push(Route { method, handler, registered_by: None, ..route.clone() });
        }
        routes
    }
}

/// Whose routes what is registered with this name runs before.
fn hook_kind(called: &str) -> RouteHookKind {
    match called {
        "before_app_request" => RouteHookKind::Application,
        _ => RouteHookKind::Use,
    }
}

/// Names and containers that are looked through for a path.
const MAX_PATH_STEPS: u32 = 4;

/// The texts that a path may be: written in place, held by a name of this file, or each of a
/// list that a loop goes over; `None` where that is known only when the code runs.
fn path_texts(semantics: &Semantics, expr: ExprId, steps: u32) -> Option<Vec<Name>> {
    let steps = steps.checked_sub(1)?;
    match semantics.expr(expr) {
        Expr::Text(text) => Some(vec![text.clone()]),
        Expr::Container { items, .. } => {
            let texts = items.iter().map(|it| path_texts(semantics, it.value, steps));
            Some(texts.collect::<Option<Vec<_>>>()?.concat())
        }
        Expr::Name { scope, name } => {
            let (_, bindings) = lookup(semantics, *scope, name)?;
            let [binding] = bindings else { return None };
            match binding.bound {
                Bound::Definition(id) => {
                    let definition = semantics.definition(id);
                    let is_variable = definition.kind == DefinitionKind::Variable;
                    path_texts(semantics, definition.value.filter(|_| is_variable)?, steps)
                }
                Bound::Value(value) | Bound::Element(value) => path_texts(semantics, value, steps),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_path(text: &str) -> bool {
    text.is_empty() || text.starts_with('/')
}

/// Whether a view class has an attribute, of its own or of a base that this file does not
/// know.
fn may_have(semantics: &Semantics, handler: ExprId, name: &str) -> bool {
    let Some(class) = class_of(semantics, handler) else { return true };
    let definition = semantics.definition(class);
    let has_own =
        definition.body.is_some_and(|body| !semantics.scope(body).bindings_of(name).is_empty());
    let is_plain = |base: &ExprId| {
        matches!(semantics.expr(*base), Expr::Name { name, .. } | Expr::Attribute { name, .. }
            if matches!(name.as_str(), "View" | "MethodView" | "Resource"))
    };
    has_own || !definition.bases.iter().all(is_plain)
}

/// The path of a route: the first argument, or `path=`, `rule=`.
fn path_argument(arguments: &[Argument]) -> Option<ExprId> {
    match arguments.first() {
        Some(Argument { name: None, value }) => Some(*value),
        _ => keyword(arguments, "path").or_else(|| keyword(arguments, "rule")),
    }
}

fn route_methods(semantics: &Semantics, arguments: &[Argument]) -> Option<Vec<Name>> {
    method_names(semantics, keyword(arguments, "methods")?)
}

fn method_names(semantics: &Semantics, list: ExprId) -> Option<Vec<Name>> {
    let Expr::Container { items, .. } = semantics.expr(list) else { return None };
    let methods = items.iter().filter_map(|item| match semantics.expr(item.value) {
        Expr::Text(method) => Some(Name::new(method.to_ascii_uppercase())),
        _ => None,
    });
    Some(methods.collect::<Vec<_>>()).filter(|it| !it.is_empty())
}

fn keyword(arguments: &[Argument], name: &str) -> Option<ExprId> {
    arguments.iter().find(|it| it.name.as_deref() == Some(name)).map(|it| it.value)
}

/// The class of `Class.as_view(…)`; a function view is itself.
fn view_class(semantics: &Semantics, view: ExprId) -> (ExprId, bool) {
    if let Expr::Call { callee, .. } = semantics.expr(view)
        && let Expr::Attribute { base, name } = semantics.expr(*callee)
        && name == "as_view"
    {
        return (*base, true);
    }
    (view, false)
}

/// Whether the file binds the name an expression starts with.
fn is_root_bound(semantics: &Semantics, expr: ExprId) -> bool {
    let mut at = expr;
    loop {
        match semantics.expr(at) {
            Expr::Name { scope, name } => return lookup(semantics, *scope, name).is_some(),
            Expr::Attribute { base, .. } | Expr::Index { base, .. } => at = *base,
            Expr::Call { callee, .. } => at = *callee,
            _ => return false,
        }
    }
}

/// The class of this file that an expression names.
fn class_of(semantics: &Semantics, handler: ExprId) -> Option<DefinitionId> {
    match semantics.expr(handler) {
        Expr::Definition(id) => Some(*id),
        Expr::Name { scope, name } => lookup(semantics, *scope, name).and_then(|(_, bindings)| {
            bindings.iter().rev().find_map(|binding| match binding.bound {
                Bound::Definition(id) => Some(id),
                _ => None,
            })
        }),
        _ => None,
    }
}

/// The methods of a class of this file that handle HTTP methods, of those the route and the
/// class's own `methods` allow.
fn class_methods(semantics: &Semantics, route: &Route) -> Vec<(Name, DefinitionId)> {
    let class = class_of(semantics, route.handler);
    let Some(body) = class.and_then(|id| semantics.definition(id).body) else { return Vec::new() };
    let own = match semantics.scope(body).bindings_of("methods") {
        [binding] => match binding.bound {
            Bound::Definition(id) => semantics.definition(id).value,
            Bound::Value(value) => Some(value),
            _ => None,
        },
        _ => None,
    };
    let own = own.and_then(|value| method_names(semantics, value));
    let is_allowed = |method: &str| {
        (route.method == "*" || route.method == method)
            && own.as_ref().is_none_or(|own| own.iter().any(|it| it == method))
    };
    let mut methods = Vec::new();
    for name in HTTP_METHODS {
        let method = name.to_ascii_uppercase();
        for binding in semantics.scope(body).bindings_of(name) {
            if let Bound::Definition(id) = binding.bound
                && is_allowed(&method)
            {
                methods.push((Name::new(&method), id));
            }
        }
    }
    methods
}
