//! Routes and middleware of net/http, gin, chi, echo, fiber and gorilla/mux.

use rustc_hash::FxHashSet;

use super::answers::is_answered_by;
use super::imports::text_of;
use super::test_cases::Callback;
use super::walk::Walk;
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::open_paths::unknown_path;
use crate::{
    Bound, ComputedPath, Expr, ExprId, MODULE_SCOPE, Name, Route, RouteHook, RouteHookKind,
    ScopeId, UNKNOWN_PREFIX, known_path,
};

/// Routers in routers in routers.
const MAX_NESTED: usize = 16;

/// Types of frameworks on which routes are registered.
pub(super) const ROUTERS: [&str; 12] = [
    "App",
    "Echo",
    "Engine",
    "Group",
    "Handler",
    "IRouter",
    "IRoutes",
    "Mux",
    "Route",
    "Router",
    "RouterGroup",
    "ServeMux",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framework {
    NetHttp,
    Gin,
    Chi,
    Echo,
    Fiber,
    Gorilla,
}

impl Framework {
    fn name(self) -> &'static str {
        match self {
            Framework::NetHttp => "net/http",
            Framework::Gin => "gin",
            Framework::Chi => "chi",
            Framework::Echo => "echo",
            Framework::Fiber => "fiber",
            Framework::Gorilla => "gorilla/mux",
        }
    }
}

/// Which frameworks a file imports, and the routers that functions in it are given.
#[derive(Debug, Default)]
pub(super) struct Frameworks {
    imported: Vec<Framework>,
    pub(super) has_suites: bool,
    /// Variables that hold one router after another.
    pub(super) replaced: FxHashSet<(ScopeId, Name)>,
    /// By the scope of the function that is given one.
    nested: Vec<(ScopeId, Nested)>,
}

/// A router that a function is given by another one: `r.Route("/x", func(r chi.Router) {…})`.
#[derive(Clone, Debug)]
pub(super) struct Nested {
    router: ExprId,
    prefix: String,
    middleware: Vec<ExprId>,
}

impl Frameworks {
    pub(super) fn imported(&mut self, path: &str) {
        if path == "github.com/stretchr/testify/suite" {
            self.has_suites = true;
        }
        self.imported.extend(framework_of(path));
    }

    pub(super) fn nest(&mut self, scope: ScopeId, nested: Nested) {
        self.nested.push((scope, nested));
    }

    pub(super) fn has_gin(&self) -> bool {
        self.imported.contains(&Framework::Gin)
    }

    pub(super) fn has_gorilla(&self) -> bool {
        self.imported.contains(&Framework::Gorilla)
    }

    /// Whether a type is a framework's router: which one it is, only what is returned says.
    pub(super) fn is_router(&self, of: Node<'_>) -> bool {
        let of = match of.kind() {
            "pointer_type" => of.first_child().unwrap_or(of),
            _ => of,
        };
        let name = field(of, "name").filter(|_| of.kind() == "qualified_type");
        !self.imported.is_empty() && name.is_some_and(|it| ROUTERS.contains(&it.text()))
    }

    pub(super) fn are_any(&self) -> bool {
        !self.imported.is_empty()
    }

    fn first_of(&self, of: &[Framework]) -> Option<Framework> {
        of.iter().copied().find(|it| self.imported.contains(it))
    }
}

/// What a call registers, found before its arguments are walked.
pub(super) struct Registration {
    kind: Kind,
    framework: Framework,
    router: Option<ExprId>,
    prefix: String,
    middleware: Vec<ExprId>,
    callbacks: Vec<(usize, Callback)>,
}

enum Kind {
    /// Methods, the path, and which arguments are handler and middleware.
    Route {
        methods: Vec<String>,
        path: String,
        path_at: usize,
        handler: usize,
        middleware: Vec<usize>,
    },
    /// Arguments from there on run before the routes.
    Use {
        from: usize,
    },
    /// A router below a prefix, with what runs before it from the second argument on.
    Group {
        path: String,
    },
    /// The second argument is a router, or a function that is given one.
    Below {
        path: String,
        function: usize,
        is_mounted: bool,
    },
    Test,
}

/// The framework that a package is of.
fn framework_of(path: &str) -> Option<Framework> {
    Some(match path {
        "net/http" => Framework::NetHttp,
        _ if path.starts_with("github.com/gin-gonic/gin") => Framework::Gin,
        _ if path.starts_with("github.com/go-chi/chi") => Framework::Chi,
        _ if path.starts_with("github.com/labstack/echo") => Framework::Echo,
        _ if path.starts_with("github.com/gofiber/fiber") => Framework::Fiber,
        _ if path.starts_with("github.com/gorilla/mux") => Framework::Gorilla,
        _ => return None,
    })
}

/// Whether a package is one of a framework.
pub(super) fn is_framework(path: &str) -> bool {
    framework_of(path).is_some()
}

/// The path that an expression gives, as far as it writes it out.
fn open_end(node: Node<'_>) -> Name {
    let end = field(node, "right").filter(|_| node.kind() == "binary_expression");
    match end.and_then(text_of) {
        Some(end) => Name::from(format!("{UNKNOWN_PREFIX}{end}")),
        None => unknown_path(node.text()),
    }
}

impl Registration {
    pub(super) fn callback(&self, at: usize) -> Option<&Callback> {
        self.callbacks.iter().find(|it| it.0 == at).map(|it| &it.1)
    }

    /// What a function that is written as this argument is given as a router.
    pub(super) fn nested(&self, at: usize) -> Option<Nested> {
        let Kind::Below { path, function, is_mounted: false } = &self.kind else { return None };
        (*function == at).then_some(())?;
        Some(Nested {
            router: self.router?,
            prefix: format!("{}{path}", self.prefix),
            middleware: self.middleware.clone(),
        })
    }
}

impl<'t> Walk<'_, 't> {
    /// What a call registers with a framework, or as a subtest.
    pub(super) fn registration(
        &mut self,
        node: Node<'t>,
        callee: ExprId,
        arguments: &[Node<'t>],
        here: Here,
    ) -> Option<Registration> {
        let function = field(node, "function").filter(|it| it.kind() == "selector_expression")?;
        let method = field(function, "field")?.text();
        let Expr::Attribute { base, .. } = *self.semantics().expr(callee) else { return None };
        if let Some(test) = self.subtest(method, arguments, here) {
            return Some(Registration {
                kind: Kind::Test,
                framework: Framework::NetHttp,
                router: None,
                prefix: String::new(),
                middleware: Vec::new(),
                callbacks: vec![(1, test)],
            });
        }
        let (kind, framework) = self.kind_of(method, arguments)?;
        let (router, prefix, middleware) = self.router_of(base);
        let callbacks = callbacks_of(&kind, &prefix, arguments);
        Some(Registration { kind, framework, router, prefix, middleware, callbacks })
    }

    fn kind_of(&self, method: &str, arguments: &[Node<'t>]) -> Option<(Kind, Framework)> {
        let path_at = |at: usize| {
            let written = arguments.get(at).filter(|it| it.kind() != "binary_expression")?;
            text_of(*written)
        };
        let is_path = |it: &&str| it.is_empty() || it.starts_with('/') || *it == "*";
        let open_at = |at: usize| match path_at(at) {
            Some(text) => Some(Name::new(text)).filter(|it| is_path(&it.as_str())),
            None => arguments.get(at).map(|it| open_end(*it)),
        };
        let frameworks = &self.frameworks;
        let count = arguments.len();
        let method_is_given =
            matches!(method, "Handle" | "Add" | "Method" | "MethodFunc") && count >= 3;
        let route = |methods: &[&str], path: &str, handler: usize, middleware: Vec<usize>| {
            let methods = methods.iter().map(|it| (*it).to_owned()).collect();
            let path_at = usize::from(method_is_given);
            Kind::Route { methods, path: path.to_owned(), path_at, handler, middleware }
        };
        let upper = method.to_ascii_uppercase();
        let is_verb = matches!(
            upper.as_str(),
            "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS" | "CONNECT" | "TRACE"
        );
        let verb = match method {
            "Any" | "All" => "*",
            _ => upper.as_str(),
        };
        if (is_verb && method == upper || method == "Any") && count >= 2 {
            // A logger's `Any` is given a name, too.
            let is_clear =
                method != "Any" || arguments.last().is_some_and(|it| it.kind() == "func_literal");
            let path = if is_clear { open_at(0)? } else { path_at(0).filter(is_path)?.into() };
            let path = &path;
            return match frameworks.first_of(&[Framework::Gin, Framework::Echo])? {
                Framework::Echo => {
                    Some((route(&[verb], path, 1, (2..count).collect()), Framework::Echo))
                }
                other => Some((route(&[verb], path, count - 1, (1..count - 1).collect()), other)),
            };
        }
        if (is_verb || method == "All") && count >= 2 {
            // Whatever else has a `Get` and a `Delete` is not given a function.
            let is_clear = arguments.last().is_some_and(|it| it.kind() == "func_literal");
            let path = if is_clear { open_at(0)? } else { path_at(0).filter(is_path)?.into() };
            let path = &path;
            let framework = frameworks.first_of(&[Framework::Chi, Framework::Fiber])?;
            return Some((route(&[verb], path, count - 1, (1..count - 1).collect()), framework));
        }
        match method {
            "HandleFunc" | "Handle" if count == 2 => {
                let is_clear = method == "HandleFunc";
                let (verb, path) = match path_at(0) {
                    Some(text) => pattern(text).map(|(verb, path)| (verb, Name::new(path)))?,
                    None => ("*", open_at(0).filter(|_| is_clear)?),
                };
                let path = &path;
                let framework = frameworks.first_of(&[
                    Framework::Gorilla,
                    Framework::Chi,
                    Framework::NetHttp,
                ])?;
                Some((route(&[verb], path, 1, Vec::new()), framework))
            }
            "Handle" | "Add" | "Method" | "MethodFunc" if count >= 3 => {
                let verb = path_at(0).map(str::to_owned);
                let verb =
                    verb.or_else(|| arguments.first().and_then(|it| method_constant(*it)))?;
                let path = &open_at(1)?;
                // A cache has an `Add` too.
                let is_verb = !verb.is_empty() && verb.bytes().all(|it| it.is_ascii_uppercase());
                if !is_verb && path_at(1).is_none() {
                    return None;
                }

                let framework =
                    frameworks.first_of(&[Framework::Gin, Framework::Echo, Framework::Chi])?;
                let (handler, middleware) = match framework {
                    Framework::Echo => (2, (3..count).collect()),
                    _ => (count - 1, (2..count - 1).collect()),
                };
                Some((route(&[&verb.to_ascii_uppercase()], path, handler, middleware), framework))
            }
            "Use" | "Pre" if count >= 1 => {
                let framework = frameworks.first_of(&[
                    Framework::Gin,
                    Framework::Echo,
                    Framework::Chi,
                    Framework::Fiber,
                    Framework::Gorilla,
                ])?;
                Some((Kind::Use { from: 0 }, framework))
            }
            "Group" if count == 1 && arguments[0].kind() == "func_literal" => {
                let framework = frameworks.first_of(&[Framework::Chi])?;
                let path = String::new();
                Some((Kind::Below { path, function: 0, is_mounted: false }, framework))
            }
            "Group" if count >= 1 => {
                let path = path_at(0).filter(is_path)?.to_owned();
                let framework =
                    frameworks.first_of(&[Framework::Gin, Framework::Echo, Framework::Fiber])?;
                Some((Kind::Group { path }, framework))
            }
            "Route" | "Mount" if count == 2 => {
                let path = path_at(0).filter(is_path)?.to_owned();
                let framework = frameworks.first_of(&[Framework::Chi, Framework::Fiber])?;
                Some((Kind::Below { path, function: 1, is_mounted: method == "Mount" }, framework))
            }
            "Subrouter" if count == 0 => {
                let framework = frameworks.first_of(&[Framework::Gorilla])?;
                Some((Kind::Group { path: String::new() }, framework))
            }
            _ => None,
        }
    }

    /// The router that a registration is made on, below which path, and behind what.
    fn router_of(&self, base: ExprId) -> (Option<ExprId>, String, Vec<ExprId>) {
        let semantics = self.semantics();
        let mut at = base;
        let mut prefix = String::new();
        let mut middleware: Vec<ExprId> = Vec::new();
        // `r.With(auth).Get(…)`, `r.PathPrefix("/x").Subrouter()`.
        for _ in 0..MAX_NESTED {
            let Expr::Call { callee, arguments } = semantics.expr(at) else { break };
            let callee = semantics.unapplied(*callee);
            let Expr::Attribute { base, name } = semantics.expr(callee) else { break };
            let first = arguments.first().map(|it| semantics.expr(it.value));
            match (name.as_str(), first) {
                ("With", _) => {
                    let own: Vec<ExprId> = arguments.iter().map(|it| it.value).collect();
                    middleware.splice(0..0, own);
                }
                ("PathPrefix", Some(Expr::Text(text))) => prefix.insert_str(0, text),
                _ => break,
            }
            at = *base;
        }
        let Expr::Name { scope, name } = semantics.expr(at) else {
            return (Some(at), prefix, middleware);
        };
        let bound = self.lowering.builder.bound_so_far(*scope, name);
        match bound {
            // The package's own default router.
            Some((MODULE_SCOPE, Bound::Import(_))) => (None, prefix, middleware),
            Some((scope, _)) => {
                let nested = self.frameworks.nested.iter().rev().find(|it| it.0 == scope);
                match nested {
                    Some((_, nested)) => {
                        let mut all = nested.middleware.clone();
                        all.extend(middleware);
                        (Some(nested.router), format!("{}{prefix}", nested.prefix), all)
                    }
                    None => (Some(at), prefix, middleware),
                }
            }
            None => (Some(at), prefix, middleware),
        }
    }

    /// Adds what a call registers, when the values of its arguments are known.
    pub(super) fn register(
        &mut self,
        registration: Registration,
        node: Node<'t>,
        call: ExprId,
        values: &[ExprId],
        here: Here,
    ) {
        let Registration { kind, framework, router, prefix, middleware, .. } = registration;
        match kind {
            Kind::Test => {}
            Kind::Route { methods, path, path_at, handler, middleware: own } => {
                let path_value = values.get(path_at).filter(|_| path.contains(UNKNOWN_PREFIX));
                let Some(handler) = values.get(handler) else { return };
                let mut handler = self.unwrapped(*handler);
                let mut before = middleware;
                before.extend(own.iter().filter_map(|at| values.get(*at)).copied());
                let order = self.lowering.builder.registration_order(here.owner);
                // What a function makes, `api(r).GET(…)`, has all that it has by then.
                let is_made =
                    router.is_some_and(|it| matches!(self.semantics().expr(it), Expr::Call { .. }));
                let order = Some(order).filter(|_| !is_made);
                if framework == Framework::Gin {
                    self.doubt_behind_answers(node, &own, &mut before, &mut handler);
                }
                for method in self.methods_of(node, methods) {
                    let computed = path_value
                        .and_then(|it| ComputedPath::end(&format!("{prefix}{path}"), &path, *it));
                    let path = format!("{prefix}{path}");
                    let mut route = Route::plain(method, path, framework.name(), handler);
                    route.computed = computed;
                    route.router = router;
                    route.middleware.clone_from(&before);
                    route.order = order;
                    self.route(route, node.span());
                }
            }
            Kind::Use { from } => {
                let functions = values.get(from..).unwrap_or_default();
                let nested = self.nested_of(node, here);
                if let Some(at) = nested {
                    self.frameworks.nested[at].1.middleware.extend_from_slice(functions);
                    return;
                }
                for function in functions {
                    let hook = (RouteHookKind::Use, None, *function);
                    self.hook(router, hook, &middleware, here);
                }
            }
            Kind::Group { path } => {
                let path = self.text_constant(format!("{prefix}{path}"));
                let mut before = middleware;
                before.extend_from_slice(values.get(1..).unwrap_or_default());
                self.hook(router, (RouteHookKind::Include, Some(path), call), &before, here);
            }
            Kind::Below { path, function, is_mounted } => {
                let Some(function) = values.get(function) else { return };
                if is_mounted {
                    let path = self.text_constant(format!("{prefix}{path}"));
                    let hook = (RouteHookKind::Include, Some(path), *function);
                    self.hook(router, hook, &middleware, here);
                } else if !matches!(self.semantics().expr(*function), Expr::Signature { .. }) {
                    self.not_modelled("router given to a function");
                }
            }
        }
    }

    /// What runs behind a function that is written in place and answers, asks too late.
    fn doubt_behind_answers(
        &mut self,
        call: Node<'t>,
        own: &[usize],
        before: &mut [ExprId],
        handler: &mut ExprId,
    ) {
        let arguments = field(call, "arguments").map(children).unwrap_or_default();
        let answering = own.iter().position(|at| {
            arguments.get(*at).is_some_and(|it| it.kind() == "func_literal" && answers(*it))
        });
        let Some(answering) = answering else { return };
        let first = before.len() - own.len() + answering + 1;
        for it in before.iter_mut().skip(first).chain([handler]) {
            let other = self.unknown();
            *it = self.either(vec![*it, other]);
        }
    }

    fn hook(
        &mut self,
        router: Option<ExprId>,
        (kind, prefix, function): (RouteHookKind, Option<ExprId>, ExprId),
        middleware: &[ExprId],
        here: Here,
    ) {
        let Some(router) = router else { return };
        let builder = &mut self.lowering.builder;
        let order = Some(builder.registration_order(here.owner));
        builder.route_hook(RouteHook {
            prefix,
            order,
            middleware: middleware.to_vec(),
            owner: here.owner,
            ..RouteHook::plain(router, function, kind)
        });
    }

    /// Another router in the variable of one: what runs before the routes of the first need not
    /// run before those that are registered by this name.
    pub(super) fn replaced_router(&mut self, name: &Name, here: Here) {
        let builder = &mut self.lowering.builder;
        let Some((scope, _)) = builder.bound_so_far(here.scope, name) else { return };
        if self.frameworks.are_any() {
            self.frameworks.replaced.insert((scope, name.clone()));
        }
        let semantics = &builder.semantics;
        let is_it = |router: ExprId| {
            matches!(semantics.expr(router), Expr::Name { scope: at, name: own }
                if own == name && builder.bound_so_far(*at, own).is_some_and(|it| it.0 == scope))
        };
        let are_it: Vec<bool> = semantics.route_hooks.iter().map(|it| is_it(it.router)).collect();
        for (hook, is_it) in builder.semantics.route_hooks.iter_mut().zip(are_it) {
            hook.is_conditional |= is_it;
        }
    }

    /// Whether a variable holds one router after another.
    pub(super) fn is_replaced(&self, value: ExprId) -> bool {
        let Expr::Name { scope, name } = self.semantics().expr(value) else { return false };
        let bound = self.lowering.builder.bound_so_far(*scope, name);
        bound.is_some_and(|it| self.frameworks.replaced.contains(&(it.0, name.clone())))
    }

    /// The router that the function around was given, if it is this call's.
    fn nested_of(&self, node: Node<'t>, here: Here) -> Option<usize> {
        let operand = field(field(node, "function")?, "operand")?;
        let name = Name::new(operand.text());
        let (scope, _) = self.lowering.builder.bound_so_far(here.scope, &name)?;
        self.frameworks.nested.iter().rposition(|it| it.0 == scope)
    }

    /// The function in `http.HandlerFunc(f)`.
    fn unwrapped(&self, handler: ExprId) -> ExprId {
        let semantics = self.semantics();
        if let Expr::Call { callee, arguments } = semantics.expr(handler)
            && let Expr::Attribute { name, .. } = semantics.expr(*callee)
            && name == "HandlerFunc"
            && let [only] = arguments.as_slice()
        {
            return only.value;
        }
        handler
    }

    /// Notes which call says the methods of the route that another one registers.
    pub(super) fn note_methods(&mut self, spine: &[Node<'t>]) {
        for calls in spine.windows(3) {
            let is_methods = calls[0].kind() == "call_expression"
                && field(calls[1], "field").is_some_and(|it| it.text() == "Methods");
            if is_methods {
                self.calls_behind.insert(calls[2].id.0, calls[0]);
            }
        }
    }

    /// The methods that a call behind says: `r.HandleFunc(…).Methods("GET")`.
    fn methods_of(&self, node: Node<'t>, methods: Vec<String>) -> Vec<String> {
        let behind = self.calls_behind.get(&node.id.0);
        let Some(outer) = behind else { return methods };
        let list = field(*outer, "arguments").map(children).unwrap_or_default();
        let named: Vec<String> = list
            .into_iter()
            .filter_map(|it| match text_of(it) {
                Some(text) => Some(text.to_ascii_uppercase()),
                None => method_constant(it),
            })
            .collect();
        if named.is_empty() { methods } else { named }
    }
}

/// Whether a function of gin that is written in place answers and does not end the request.
fn answers(function: Node<'_>) -> bool {
    let called = function.below().filter(|it| it.kind() == "call_expression");
    let names = called.filter_map(|it| {
        let function = field(it, "function").filter(|it| it.kind() == "selector_expression")?;
        field(function, "field").map(Node::text)
    });
    is_answered_by(names)
}

/// What functions without a name, and those that a call makes by a constant, are called among the
/// arguments of a registration.
fn callbacks_of(kind: &Kind, prefix: &str, arguments: &[Node<'_>]) -> Vec<(usize, Callback)> {
    let (before, path): (Vec<usize>, &str) = match kind {
        Kind::Route { path, middleware, .. } => (middleware.clone(), known_path(path)),
        Kind::Use { from } => ((*from..arguments.len()).collect(), "/"),
        Kind::Group { path } => ((1..arguments.len()).collect(), path),
        Kind::Below { .. } | Kind::Test => (Vec::new(), ""),
    };
    let mut found = Vec::new();
    if let Kind::Route { methods, handler, .. } = kind {
        let name = format!("{} {prefix}{path}", methods.join("|"));
        found.push((*handler, Callback { name, test: None }));
    }
    for at in before.into_iter().filter(|at| *at < arguments.len()) {
        let argument = arguments[at];
        let name = match argument.kind() {
            "func_literal" => format!("USE {prefix}{path}"),
            _ if is_made_by_constant(argument) => argument.text().to_owned(),
            _ => continue,
        };
        found.push((at, Callback { name, test: None }));
    }
    found
}

/// Whether a call is given `true` or `false`, by which what it makes may do something or nothing:
/// `AuthMiddleware(true)`.
pub(super) fn is_made_by_constant(call: Node<'_>) -> bool {
    /// Longer ones are no names.
    const MAX_NAME: usize = 80;
    let function = field(call, "function").filter(|_| call.kind() == "call_expression");
    let is_named =
        function.is_some_and(|it| matches!(it.kind(), "identifier" | "selector_expression"));
    let arguments = field(call, "arguments").map(children).unwrap_or_default();
    is_named
        && call.text().len() <= MAX_NAME
        && !call.text().contains(['\n', '"'])
        && arguments.iter().any(|it| matches!(it.kind(), "true" | "false"))
}

/// `GET` of `http.MethodGet`.
fn method_constant(node: Node<'_>) -> Option<String> {
    let name = field(node, "field")?.text().strip_prefix("Method")?;
    Some(name.to_ascii_uppercase())
}

/// The method and path of a pattern of net/http: `GET /items/{id}`, `example.com/`.
fn pattern(text: &str) -> Option<(&str, &str)> {
    let (verb, path) = match text.split_once(' ') {
        Some((verb, path)) if verb.bytes().all(|it| it.is_ascii_uppercase()) => {
            (verb, path.trim_start())
        }
        Some(_) => return None,
        None => ("*", text),
    };
    (path.contains('/')).then_some((verb, path))
}
