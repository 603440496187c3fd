//! Routes as Python's frameworks declare them: found while a file is walked, made when all of
//! it is known.

use super::super::walk::Walk;
use super::arguments::{method_names, path_argument, positional, route_methods};
use super::fastapi::STARLETTE_ROUTE;
use super::paths::{is_path, path_texts, table_rows};
use super::wrappers::WRAPPED;
use crate::builder::lookup;
use crate::open_paths::open_path;
use crate::tree::NodeId;
use crate::{
    Bound, ComputedPath, DefinitionId, DefinitionKind, Expr, ExprId, ImportItem, Name,
    ReferenceKind, Route, Semantics,
};

pub(super) const HTTP_METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// Lists of applications and routers that hold their guards or their routes.
const GUARD_LISTS: &[&str] = &[
    "before_request_funcs",
    "dependencies",
    "dependency_overrides",
    "middlewares",
    "permission_classes",
    "routes",
    "view_functions",
];

/// Methods that change a container; of overrides, those that set one are read.
const MUTATORS: &[&str] = &["append", "clear", "extend", "insert", "pop", "remove", "setdefault"];

/// Names and containers that are looked through for a path.
const MAX_PATH_STEPS: u32 = 4;

/// A route whose path and router are looked at when the file has been read.
#[derive(Debug)]
pub(super) struct PendingRoute {
    /// Without its path, which names of the file may hold.
    pub(super) route: Route,
    pub(super) path: ExprId,
    /// A path that cannot be read is counted only where this is a route for certain.
    pub(super) is_certain: bool,
    pub(super) handler: Option<DefinitionId>,
    /// Where it is said.
    pub(super) node: NodeId,
    /// A class whose methods named like HTTP methods are the handlers.
    pub(super) is_class: bool,
}

/// What a route is registered with.
struct Served {
    handler: ExprId,
    /// What a decorator stands on, and which of its decorators that is.
    definition: Option<(DefinitionId, u32)>,
    is_class: bool,
}

/// Whether a method of this name may register a route.
fn is_route_method(name: &str) -> bool {
    HTTP_METHODS.contains(&name) || matches!(name, "route" | "api_route" | "websocket")
}

/// A route of any method that nothing else is known of.
pub(super) fn route(framework: &'static str, handler: ExprId, router: Option<ExprId>) -> Route {
    Route {
        method: Name::new_static("*"),
        path: Name::default(),
        computed: None,
        framework: Name::new_static(framework),
        handler,
        router,
        middleware: Vec::new(),
        without: Vec::new(),
        registered_by: None,
        order: None,
    }
}

impl Walk<'_, '_> {
    /// `@app.get("/x")`, `@bp.route("/x", methods=[…])`: which framework's `app` is, often
    /// only the file as a whole tells.
    pub(super) fn route_decorator(
        &mut self,
        id: DefinitionId,
        decorator: ExprId,
        place: u32,
        node: NodeId,
    ) -> bool {
        let handler = self.builder.expr(Expr::Definition(id));
        let is_class = self.definition(id).kind == DefinitionKind::Class;
        let served = Served { handler, definition: Some((id, place)), is_class };
        self.registered(decorator, &served, node)
    }

    /// `app.route("/x")(handler)`: what decorates a function elsewhere, called.
    pub(super) fn applied_route(&mut self, call: ExprId, node: NodeId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, arguments } = semantics.expr(call) else { return false };
        let Some(view) = positional(arguments, 0).filter(|_| arguments.len() == 1) else {
            return false;
        };
        let made = match semantics.expr(*callee) {
            Expr::Call { .. } => Some(*callee),
            // `at = app.route("/x"); at(handler)`.
            Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name) {
                Some((_, Bound::Value(value))) => Some(*value),
                Some((_, Bound::Definition(id))) => {
                    let definition = self.definition(*id);
                    definition.value.filter(|_| definition.kind == DefinitionKind::Variable)
                }
                _ => None,
            },
            _ => None,
        };
        let Some(made) = made.filter(|it| self.is_registering(*it)) else { return false };
        let (handler, is_class) = view_class(semantics, view);
        self.registered(made, &Served { handler, definition: None, is_class }, node)
    }

    /// Whether what a call gives registers a route, and is no item of a table of functions:
    /// `checks.get(kind)(value)`.
    fn is_registering(&self, made: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, arguments } = semantics.expr(made) else { return false };
        let path = path_argument(arguments);
        let is_written = path.is_some_and(
            |it| matches!(semantics.expr(it), Expr::Text(text) if text.starts_with('/')),
        );
        is_written
            || matches!(semantics.expr(self.registering(*callee)),
                Expr::Attribute { base, .. } if self.may_be_router(*base))
    }

    /// Takes what is registered by what a call gives: `app.get("/x")`.
    fn registered(&mut self, decorator: ExprId, served: &Served, node: NodeId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, arguments } = semantics.expr(decorator) else { return false };
        let callee = &self.registering(*callee);
        let Expr::Attribute { base, name } = semantics.expr(*callee) else {
            if self.may_register(*callee) {
                self.builder.not_modelled_at(WRAPPED, self.tree.span(node));
            }
            return false;
        };
        let (router, name, arguments) = (*base, name.clone(), arguments.clone());
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
        let framework = if name == "route" { "flask" } else { "fastapi" };
        // The file that made it may be the only one to import the framework.
        let is_certain = self.may_be_router(router);
        let (handler, is_class) = (served.definition.map(|it| it.0), served.is_class);
        for method in methods {
            let route = Route {
                method,
                middleware: middleware.clone(),
                without: Vec::new(),
                registered_by: served.definition.map(|it| it.1),
                ..route(framework, served.handler, Some(router))
            };
            let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
            self.frameworks.routes.push(pending);
        }
        true
    }

    /// What a name was bound to last, where that is a method of something: `get = app.get`.
    fn registering(&self, callee: ExprId) -> ExprId {
        let semantics = &self.builder.semantics;
        let Expr::Name { scope, name } = semantics.expr(callee) else { return callee };
        let value = match self.builder.bound_so_far(*scope, name) {
            Some((_, Bound::Value(value))) => Some(*value),
            Some((_, Bound::Definition(id))) => match self.definition(*id).kind {
                DefinitionKind::Variable | DefinitionKind::Field => self.definition(*id).value,
                _ => None,
            },
            _ => None,
        };
        value
            .filter(|it| matches!(semantics.expr(*it), Expr::Attribute { name, .. } if is_route_method(name)))
            .unwrap_or(callee)
    }

    /// Whether a function of this file gives what registers a route: `return app.route(path)`.
    fn may_register(&self, callee: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Name { scope, name } = semantics.expr(callee) else { return false };
        let is_registering = |value: &ExprId| match semantics.expr(*value) {
            Expr::Call { callee, .. } => matches!(
                semantics.expr(*callee),
                Expr::Attribute { name, .. } if is_route_method(name)
            ),
            _ => false,
        };
        match self.builder.bound_so_far(*scope, name) {
            Some((_, Bound::Definition(id))) => {
                self.definition(*id).returns.iter().any(is_registering)
            }
            _ => false,
        }
    }

    /// Adds the routes whose router this file knows; bindings are sorted by now.
    pub(in super::super) fn finish_frameworks(&mut self) {
        let framework = self.route_framework();
        self.place_listed();
        self.finish_annotations(framework);
        self.finish_made();
        self.doubt_constructors();
        self.finish_middleware();
        self.finish_root();
        for (mut pending, at) in self.unwrapped_routes() {
            let span = at.unwrap_or_else(|| self.tree.span(pending.node));
            let semantics = &self.builder.semantics;
            if pending.route.router.is_some_and(|router| !is_root_bound(semantics, router)) {
                continue;
            }
            let rows = table_rows(semantics, pending.path, pending.route.handler);
            if !rows.is_empty() {
                if let Some(framework) = framework.filter(|_| pending.route.router.is_some()) {
                    pending.route.framework = Name::new_static(framework);
                }
                for (path, handler) in rows {
                    pending.route.handler = handler;
                    for route in self.routes_of(&pending) {
                        self.builder.route(Route { path: path.clone(), ..route }, span);
                    }
                }
                continue;
            }
            let known = path_texts(semantics, pending.path, MAX_PATH_STEPS);
            let mut paths = match known {
                Some(paths) => paths,
                None if pending.is_certain || framework.is_some() => {
                    let text = |it| match path_texts(semantics, it, MAX_PATH_STEPS)?.as_slice() {
                        [only] => Some(only.clone()),
                        _ => None,
                    };
                    pending.route.computed = Some(ComputedPath::whole(pending.path));
                    vec![open_path(semantics, pending.path, &text)]
                }
                None => continue,
            };
            // Django's begin without a slash; what is no path elsewhere is no route.
            let is_of_router = pending.route.router.is_some();
            let may_be_path = |it: &Name| is_path(it) || pending.route.computed.is_some();
            paths.retain(|it| !is_of_router || pending.is_relative() || may_be_path(it));
            if is_of_router
                && !pending.is_relative()
                && let Some(framework) = framework
            {
                // `@router.route` is Starlette's.
                let is_plain = framework == "fastapi"
                    && matches!(pending.route.framework.as_str(), "flask" | STARLETTE_ROUTE);
                if is_plain {
                    pending.route.middleware.clear();
                }
                let framework = if is_plain { STARLETTE_ROUTE } else { framework };
                pending.route.framework = Name::new_static(framework);
            }
            let routes = self.routes_of(&pending);
            for path in paths {
                for route in &routes {
                    let route = Route { path: path.clone(), ..route.clone() };
                    self.builder.route(route, span);
                }
            }
        }
        self.builder.sort_routes();
        if framework.is_some() || self.imports("rest_framework") {
            for _ in 0..self.changed_guards() {
                self.builder.not_modelled("routes whose guards are changed in place");
            }
        }
    }

    /// How often the file changes what runs before routes behind the framework's back:
    /// `router.dependencies = []`, `bp.before_request_funcs.clear()`.
    fn changed_guards(&self) -> usize {
        let semantics = &self.builder.semantics;
        let is_list = |expr: ExprId| {
            let whole = match semantics.expr(expr) {
                Expr::Index { base, .. } => *base,
                _ => expr,
            };
            matches!(semantics.expr(whole), Expr::Attribute { name, .. }
                if GUARD_LISTS.contains(&name.as_str()))
        };
        // What is added to middlewares is read.
        let is_read = |list: ExprId, method: &str| {
            matches!(semantics.expr(list), Expr::Attribute { name, .. } if name == "middlewares")
                && matches!(method, "append" | "extend" | "insert")
        };
        let references = semantics.references.iter().filter(|it| match it.kind {
            ReferenceKind::Write => is_list(it.target),
            ReferenceKind::Call => {
                matches!(semantics.expr(it.target), Expr::Attribute { base, name }
                if (MUTATORS.contains(&name.as_str()) && is_list(*base) && !is_read(*base, name))
                    || name == "update" && matches!(semantics.expr(*base),
                        Expr::Attribute { name, .. } if name == "view_functions"))
            }
            _ => false,
        });
        references.count()
    }

    /// Whether the file imports a package or a part of it.
    pub(super) fn imports(&self, module: &str) -> bool {
        self.builder.semantics.imports.iter().any(|import| {
            let name = &import.request.module;
            import.request.level == 0
                && (name == module
                    || name.strip_prefix(module).is_some_and(|it| it.starts_with('.')))
        })
    }

    /// The framework that the file imports, of those whose routes look alike.
    pub(super) fn route_framework(&self) -> Option<&'static str> {
        let uses = |module: &str| self.imports(module);
        match (uses("flask") || uses("quart"), uses("fastapi") || uses("starlette")) {
            (true, false) => Some("flask"),
            (false, true) => Some("fastapi"),
            (false, false) if uses("aiohttp.web") || self.serves_aiohttp() => Some("aiohttp"),
            _ => None,
        }
    }

    /// `from aiohttp import web`: the server, and not the client alone.
    fn serves_aiohttp(&self) -> bool {
        self.builder.semantics.imports.iter().any(|it| {
            it.request.module == "aiohttp"
                && matches!(&it.item, ImportItem::Named(name) if name == "web")
        })
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

impl PendingRoute {
    /// Whether paths of its framework begin without a slash.
    fn is_relative(&self) -> bool {
        self.route.framework == "django"
    }
}

/// The class of `Class.as_view(…)`; a function view is itself.
pub(super) fn view_class(semantics: &Semantics, view: ExprId) -> (ExprId, bool) {
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
            Expr::Container { .. } | Expr::Definition(_) => return true,
            _ => return false,
        }
    }
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

/// The class of this file that an expression names.
pub(super) fn class_of(semantics: &Semantics, handler: ExprId) -> Option<DefinitionId> {
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
    let class = class.filter(|id| semantics.definition(*id).kind == DefinitionKind::Class);
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
