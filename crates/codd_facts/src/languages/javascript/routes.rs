//! Routes of Express and of frameworks that register handlers in its manner.

use super::classes::is_function;
use super::fastify::runs_before;
use super::hono;
use super::patterns::string_text;
use super::walker::{Here, READ, Use, Walker};
use crate::builder::Branch;
use crate::node::{Node, children, field, has_child};
use crate::open_paths::{open_path, unknown_path};
use crate::{
    Bound, ComputedPath, ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, Name, Route,
    RouteHook, RouteHookKind, ScopeId, UNKNOWN_PREFIX, known_path,
};

/// Packages whose constructors make applications and routers.
const FRAMEWORKS: &[&str] = &[
    "express",
    "fastify",
    "koa",
    "koa-router",
    "@koa/router",
    "hono",
    "restify",
    "polka",
    "router",
    "express-promise-router",
    "find-my-way",
    "h3",
    "elysia",
    "@hono/hono",
];

/// Frameworks in which a handler that takes no `next` is the last one to run.
const ENDING: &[&str] = &["express", "router", "polka", "restify"];

const METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "del", "head", "options", "trace", "all"];

/// Methods of routers that give back the router.
pub(super) const GIVING_ROUTER: &[&str] = &[
    "all", "basePath", "del", "delete", "get", "head", "options", "patch", "post", "put", "route",
    "trace", "use",
];

/// What is not known of a path.
const OPEN: Name = Name::new_static(UNKNOWN_PREFIX);

/// The path that `router.route(path)` has fixed for what is registered behind it.
pub(super) struct Chained {
    path: Name,
    /// What gives it, where it is not wholly known.
    computed: Option<ExprId>,
}

/// Registrations chained to one another that are looked through.
const MAX_CHAIN: usize = 64;

/// Types of parameters that stand for an application or router.
const ROUTER_TYPES: &[&str] = &[
    "Express",
    "Application",
    "Router",
    "IRouter",
    "FastifyInstance",
    "Hono",
    "express.Application",
    "express.Express",
    "express.Router",
];

/// What is counted of a registration on what another file made, and no name tells what that is.
const ELSEWHERE: &str = "route on an object of another file";

impl<'t> Walker<'t> {
    /// Takes a call that registers a route or middleware; gives its arguments' values.
    pub(super) fn route_call(
        &mut self,
        call: Node<'t>,
        function: Node<'t>,
        callee: ExprId,
        arguments: Node<'t>,
        here: Here,
    ) -> Option<Vec<ExprId>> {
        let property = match function.kind() {
            "member_expression" => field(function, "property")?.text(),
            "subscript_expression" => {
                let key = field(function, "index").filter(|it| it.kind() == "string");
                let key = key.map(|it| it.text().trim_matches(['"', '\'']));
                let Some(key) = key else {
                    self.computed_method(callee, arguments);
                    return None;
                };
                key
            }
            _ => return None,
        };
        let is_method = METHODS.contains(&property);
        if property == "route"
            && let Some(values) = self.hono_call(callee, arguments, here)
        {
            return Some(values);
        }
        if matches!(property, "addHook" | "decorate" | "register" | "route") {
            return self.fastify_call(call, property, callee, arguments, here);
        }
        if property == "param" {
            return self.parameter_call(callee, arguments, here);
        }
        if !is_method && property != "use" {
            return None;
        }
        let (Expr::Attribute { base, .. } | Expr::Index { base, .. }) =
            *self.semantics().expr(callee)
        else {
            return None;
        };
        let all = children(arguments);
        let known = self.router_of(base);
        let is_given = known.is_none();
        let router = known.or_else(|| self.given_router(base, is_method, &all));
        if router.is_none() && is_method && self.may_be_served(base, &all, here) {
            self.builder.not_modelled_at(ELSEWHERE, call.span());
        }
        let (router, framework, chained) = router?;
        if property == "use" {
            return Some(self.used(&all, (router, &framework), here));
        }
        let first = all.first().copied().filter(|_| chained.is_none());
        // `app.get(["/a", "/b"], handler)`.
        let listed = first.filter(|it| it.kind() == "array").map(children).unwrap_or_default();
        let listed: Option<Vec<Name>> =
            listed.into_iter().map(|it| self.path_text(it, here)).collect();
        let listed = listed.unwrap_or_default();
        let own_path = listed.first().cloned();
        let own_path = own_path.or_else(|| first.and_then(|first| self.path_text(first, here)));
        let has_path = first.is_some();
        let fixed = chained.as_ref().and_then(|it| it.computed);
        let path = match (chained, own_path) {
            (Some(chained), _) => chained.path,
            // `app.get("setting")` reads a setting.
            _ if all.len() < 2 => return None,
            (None, Some(path)) => path,
            (None, None) => unknown_path(first.map_or("", |it| it.text())),
        };
        let is_known = !path.contains(UNKNOWN_PREFIX);
        let method = match property {
            "all" => Name::new_static("*"),
            "del" => Name::new_static("DELETE"),
            other => Name::from(other.to_ascii_uppercase()),
        };
        let title = match method.as_str() {
            "*" => format!("ALL {}", known_path(&path)),
            method => format!("{method} {}", known_path(&path)),
        };
        let mut values = Vec::new();
        let mut functions: Vec<ExprId> = Vec::new();
        let mut is_ended = false;
        let last = all.len().saturating_sub(1);
        for (at, argument) in all.iter().enumerate() {
            let is_path = at == 0 && has_path;
            let value = match is_function(*argument) {
                true if at == last => {
                    let id = self.callback(&title, *argument, arguments, here);
                    self.add(Expr::Definition(id))
                }
                true => {
                    let id =
                        self.callback(&format!("{title} middleware"), *argument, arguments, here);
                    self.add(Expr::Definition(id))
                }
                false => match wrapped_function(*argument) {
                    Some((wrapper, function)) => {
                        let title =
                            if at == last { title.clone() } else { format!("{title} middleware") };
                        self.wrapped(*argument, wrapper, function, &title, here)
                    }
                    None => self.expr(*argument, here, READ),
                },
            };
            values.push(value);
            match self.semantics().expr(value).clone() {
                _ if is_path => {}
                // Fastify's `{ preHandler: check }`.
                Expr::Container { kind: ContainerKind::Mapping, items }
                    if at != last && framework == "fastify" =>
                {
                    let before = items.into_iter().filter(|it| runs_before(it.key.as_deref()));
                    functions.extend(before.map(|it| it.value));
                }
                // `app.get(path, [auth, validate], handler)`.
                Expr::Container { items, .. } if at != last && !is_ended => {
                    let ended = children(*argument).iter().position(|it| takes_no_next(*it));
                    let ended = ended.filter(|_| ENDING.contains(&framework.as_str()));
                    let values = items.into_iter().map(|it| it.value);
                    functions.extend(values.take(ended.map_or(usize::MAX, |at| at + 1)));
                    if ended.is_some() {
                        is_ended = true;
                    }
                }
                _ if is_ended => {}
                _ => functions.push(value),
            }
        }
        if ENDING.contains(&framework.as_str())
            && let Some(at) = functions.iter().position(|it| self.ends_request(*it))
        {
            functions.truncate(at + 1);
        }
        let before: Vec<ExprId> = match property {
            "all" => functions.clone(),
            _ => Vec::new(),
        };
        let handler = functions.pop()?;
        let hooked_path = path.clone();
        let own_value = values.first().copied().filter(|_| has_path);
        let computed = own_value.filter(|_| !is_known && listed.is_empty()).or(fixed);
        let computed = computed.map(ComputedPath::whole);
        let route = Route {
            method,
            path,
            computed,
            framework,
            handler,
            router: Some(router),
            middleware: functions,
            without: Vec::new(),
            registered_by: None,
            order: Some(self.builder.registration_order(here.owner)),
        };
        if is_given {
            let at = self.semantics().routes.len() as u32;
            self.builder.semantics.given_routes.push(at);
        }
        let has_several = listed.len() > 1;
        for path in listed.into_iter().skip(1) {
            self.builder.route(Route { path, ..route.clone() }, call.span());
        }
        self.builder.route(route, call.span());
        if !before.is_empty() {
            // What goes on from there goes on to what is registered behind it.
            let kind = if wildcard_prefix(&hooked_path) {
                RouteHookKind::Use
            } else {
                RouteHookKind::UseExactly
            };
            let given = own_value.filter(|_| !is_known || has_several).or(fixed);
            let prefix = given.unwrap_or_else(|| self.add(Expr::Text(hooked_path)));
            for function in before {
                self.hook(router, Some(prefix), function, kind, here);
            }
        }
        Some(values)
    }

    /// Whether a call may register a route on what another file of the project made: it is given a
    /// path, and a function that answers.
    fn may_be_served(&self, base: ExprId, arguments: &[Node<'t>], here: Here) -> bool {
        /// Steps from an object to the import that it is a part of.
        const MAX_STEPS: usize = 8;
        let semantics = self.semantics();
        let mut at = Some(base);
        let mut is_own = false;
        for _ in 0..MAX_STEPS {
            let Some(expr) = at else { break };
            let import = match semantics.expr(expr) {
                Expr::Import(id) => Some(*id),
                Expr::Name { scope, name } => match self.lookup(*scope, name) {
                    Some(Bound::Import(id)) => Some(*id),
                    _ => None,
                },
                _ => None,
            };
            is_own |= import.is_some_and(|it| semantics.import(it).request.module.starts_with('.'));
            at = match semantics.expr(expr) {
                Expr::Attribute { base, .. } => Some(*base),
                Expr::Name { scope, name } => match self.lookup(*scope, name) {
                    Some(Bound::Definition(id)) => semantics.definition(*id).value,
                    Some(Bound::Value(value)) => Some(*value),
                    _ => None,
                },
                _ => None,
            };
        }
        let [path, .., last] = arguments else { return false };
        let answers = is_function(*last)
            && field(*last, "parameters").is_some_and(|it| children(it).len() > 1);
        is_own && answers && self.path_text(*path, here).is_some_and(|it| it.starts_with('/'))
    }

    /// Whether an expression names an application or router.
    pub(super) fn is_router(&self, expr: ExprId) -> bool {
        self.router_framework(expr, 0).is_some()
    }

    /// Whether a function that stands in the call takes no `next`, so that nothing behind it
    /// runs.
    fn ends_request(&self, function: ExprId) -> bool {
        let Expr::Definition(id) = self.semantics().expr(function) else { return false };
        let definition = self.semantics().definition(*id);
        definition.kind == DefinitionKind::Callback
            && definition.parameters.len() < 3
            && !definition.parameters.iter().any(|it| it.is_variadic)
    }

    pub(super) fn hook(
        &mut self,
        router: ExprId,
        prefix: Option<ExprId>,
        function: ExprId,
        kind: RouteHookKind,
        here: Here,
    ) {
        // Express calls a function of four parameters for errors alone.
        let is_for_errors = match self.semantics().expr(function) {
            Expr::Definition(id) => self.semantics().definition(*id).parameters.len() == 4,
            _ => false,
        };
        if is_for_errors && kind != RouteHookKind::Use || here.branch == Branch::Never {
            return;
        }
        let kind = if is_for_errors { RouteHookKind::Aside } else { kind };
        let hook = RouteHook {
            prefix,
            order: Some(self.builder.registration_order(here.owner)),
            owner: here.owner,
            is_conditional: here.branch != Branch::Always,
            ..RouteHook::plain(router, function, kind)
        };
        self.builder.route_hook(hook);
    }

    /// `router[method](path, handler)`: the method is known only when it runs.
    fn computed_method(&mut self, callee: ExprId, arguments: Node<'t>) {
        if let Expr::Index { base, .. } = *self.semantics().expr(callee)
            && self.router_of(base).is_some()
            && children(arguments).len() > 1
        {
            self.builder.not_modelled_at("route with an unknown method", arguments.span());
        }
    }

    /// The path that an expression writes out, or that a variable of this file holds; what is
    /// not known of it is open.
    pub(super) fn path_text(&self, node: Node<'t>, here: Here) -> Option<Name> {
        let operand = |name: &str| field(node, name).map(|it| self.path_part(it, here));
        match node.kind() {
            "identifier" => self.text_of_name(here.scope, node.text()),
            "template_string" => {
                let start = node.span().start;
                let mut text = String::new();
                let mut at = 1;
                for part in children(node) {
                    if part.kind() == "template_substitution" {
                        let from = (part.span().start - start) as usize;
                        text.push_str(node.text().get(at..from).unwrap_or_default());
                        at = (part.span().end - start) as usize;
                        let value = part.first_child();
                        text.push_str(&value.map_or(OPEN, |it| self.path_part(it, here)));
                    }
                }
                let end = node.text().len().saturating_sub(1);
                text.push_str(node.text().get(at..end).unwrap_or_default());
                Some(text.into())
            }
            "binary_expression" if has_child(node, "+") => {
                let text = format!("{}{}", operand("left")?, operand("right")?);
                // `offset + 1` is no path.
                text.contains('/').then(|| text.into())
            }
            _ => path_of(node),
        }
    }

    /// A part of a path.
    fn path_part(&self, node: Node<'t>, here: Here) -> Name {
        self.path_text(node, here).unwrap_or(OPEN)
    }

    /// The text that a variable of this file holds.
    pub(super) fn text_of_name(&self, scope: ScopeId, name: &str) -> Option<Name> {
        let value = match self.lookup(scope, name)? {
            Bound::Definition(id) => {
                let definition = self.semantics().definition(*id);
                (definition.kind == DefinitionKind::Variable).then_some(definition.value?)?
            }
            Bound::Value(value) => *value,
            _ => return None,
        };
        match self.semantics().expr(value) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// `wrap(async (req, res) => { … })`: the function inside is the handler.
    fn wrapped(
        &mut self,
        call: Node<'t>,
        wrapper: Node<'t>,
        function: Node<'t>,
        title: &str,
        here: Here,
    ) -> ExprId {
        let arguments = field(call, "arguments").map(children).unwrap_or_default();
        self.expr(wrapper, here, Use::Called(Some(arguments.len() as u32)));
        let mut handler = None;
        for argument in arguments {
            if argument == function {
                let id = self.callback(title, function, function, here);
                handler = Some(self.add(Expr::Definition(id)));
            } else {
                self.expr(argument, here, READ);
            }
        }
        handler.unwrap_or_else(|| self.unknown())
    }

    /// `app.use(…)`, with a path before it or not.
    fn used(
        &mut self,
        all: &[Node<'t>],
        (router, framework): (ExprId, &str),
        here: Here,
    ) -> Vec<ExprId> {
        let written = all.first().and_then(|first| path_of(*first));
        let is_exact = hono::PACKAGES.contains(&framework)
            && written.as_ref().is_some_and(|path| !path.ends_with('*'));
        let kind = if is_exact { RouteHookKind::UseExactly } else { RouteHookKind::Use };
        let mut prefix = None;
        let mut values = Vec::new();
        for (at, argument) in all.iter().enumerate() {
            let value = if is_function(*argument) {
                let title = format!("USE {}", written.as_ref().map_or("/", Name::as_str));
                let id = self.callback(&title, *argument, *argument, here);
                self.add(Expr::Definition(id))
            } else {
                let value = self.expr(*argument, here, READ);
                self.routes_of(value)
            };
            values.push(value);
            if at == 0 && all.len() > 1 && may_be_path(*argument) {
                // Whether a variable holds a path or a function, other files may say.
                prefix = Some(value);
            }
            if at > 0 || written.is_none() {
                let prefix = prefix.filter(|_| at > 0);
                self.hook(router, prefix, value, kind, here);
            }
        }
        values
    }

    /// The router in `router.routes()`, by which Koa serves one.
    fn routes_of(&self, value: ExprId) -> ExprId {
        if let Expr::Call { callee, arguments } = self.semantics().expr(value)
            && let Expr::Attribute { base, name } = self.semantics().expr(*callee)
            && arguments.is_empty()
            && matches!(name.as_str(), "routes" | "middleware")
            && self.router_framework(*base, 0).is_some_and(|it| it.contains("koa"))
        {
            return *base;
        }
        value
    }

    /// The router that calls on `base` register with, its framework, and the path that
    /// `router.route(path)` has fixed.
    pub(super) fn router_of(&self, base: ExprId) -> Option<(ExprId, Name, Option<Chained>)> {
        let mut at = base;
        let mut path = None;
        // `router.route("/x").get(a).post(b)`, `app.use(a).use(b)`.
        for _ in 0..MAX_CHAIN {
            let Expr::Call { callee, arguments } = self.semantics().expr(at) else { break };
            let callee = self.semantics().unapplied(*callee);
            let Expr::Attribute { base, name } = self.semantics().expr(callee) else { break };
            if name == "route"
                && let Some(first) = arguments.first()
                && (arguments.len() == 1
                    || matches!(self.semantics().expr(first.value), Expr::Text(_)))
            {
                let held = |it| match self.semantics().expr(it) {
                    Expr::Name { scope, name } => self.text_of_name(*scope, name),
                    _ => None,
                };
                let text = open_path(self.semantics(), first.value, &held);
                let computed = Some(first.value).filter(|_| text.contains(UNKNOWN_PREFIX));
                path = Some(Chained { path: text, computed });
                at = *base;
                break;
            }
            if name != "use" && !METHODS.contains(&name.as_str()) {
                break;
            }
            at = *base;
        }
        let framework = self.router_framework(at, 0)?;
        Some((at, framework, path))
    }

    /// The framework of a name that holds an application or router.
    fn router_framework(&self, expr: ExprId, depth: u32) -> Option<Name> {
        if depth > 4 {
            return None;
        }
        match self.semantics().expr(expr) {
            Expr::Name { scope, name } => match self.lookup(*scope, name)? {
                Bound::Definition(id) => self.definition_framework(*id, depth),
                Bound::Value(value) => self.router_framework(*value, depth + 1),
                Bound::Typed(named) => self.typed_router(*named),
                Bound::Parameter { function, index } => {
                    let parameter =
                        self.semantics().definition(*function).parameters.get(*index as usize)?;
                    match parameter.annotation {
                        Some(named) => self.typed_router(named),
                        None => match name.as_str() {
                            "app" | "router" => Some(Name::new_static("express")),
                            // What a plugin is given.
                            "fastify" => Some(Name::new_static("fastify")),
                            _ => None,
                        },
                    }
                }
                Bound::Unknown => {
                    matches!(name.as_str(), "app" | "router").then_some(Name::new_static("express"))
                }
                // Another file of the project made it; its name is all that is seen from here.
                Bound::Import(id) => {
                    let module = &self.semantics().import(*id).request.module;
                    let is_named = matches!(name.as_str(), "app" | "router")
                        || name.ends_with("App")
                        || name.ends_with("Router");
                    (is_named && module.starts_with('.')).then_some(Name::new_static("express"))
                }
                _ => None,
            },
            Expr::Call { callee, .. } => match self.semantics().expr(*callee) {
                // `new Hono().basePath("/api")`.
                Expr::Attribute { base, name } if name == "basePath" => {
                    self.router_framework(*base, depth + 1)
                }
                _ => self.constructor_framework(*callee, depth),
            },
            Expr::Attribute { base, name } => {
                // `this.app`, `this.router`: what the class's field was given.
                let Expr::This { class } = self.semantics().expr(*base) else { return None };
                let members = self.semantics().members.iter();
                let mut values =
                    members.filter(|it| it.class == *class && it.name == *name).map(|it| it.value);
                let assigned = values.find_map(|it| self.router_framework(it, depth + 1));
                assigned.or_else(|| {
                    let body = self.semantics().definition(*class).body?;
                    let scope = self.semantics().scope(body);
                    let binding = scope.bindings.iter().find(|it| it.name == *name)?;
                    match binding.bound {
                        Bound::Definition(id) => self.definition_framework(id, depth),
                        _ => None,
                    }
                })
            }
            _ => None,
        }
    }

    fn definition_framework(&self, id: DefinitionId, depth: u32) -> Option<Name> {
        let definition = self.semantics().definition(id);
        if let Some(named) = definition.declared_type
            && let Some(framework) = self.typed_router(named)
        {
            return Some(framework);
        }
        self.router_framework(definition.value?, depth + 1)
    }

    /// `express()`, `express.Router()`, `Router()`, `new Hono()`.
    fn constructor_framework(&self, callee: ExprId, depth: u32) -> Option<Name> {
        let callee = self.semantics().unapplied(callee);
        let (scope, name) = match self.semantics().expr(callee) {
            Expr::Name { scope, name } => (*scope, name.as_str()),
            Expr::Attribute { base, name } if name == "Router" => {
                match self.semantics().expr(*base) {
                    Expr::Name { scope, name } => (*scope, name.as_str()),
                    Expr::Import(id) => return self.framework_of(*id),
                    _ => return None,
                }
            }
            Expr::Import(id) => return self.framework_of(*id),
            Expr::Call { callee, .. } if depth < 4 => {
                return self.constructor_framework(*callee, depth + 1);
            }
            _ => return None,
        };
        match self.lookup(scope, name)? {
            Bound::Import(id) => self.framework_of(*id),
            // `class Own extends Router`, `function make() { return Router(); }`.
            Bound::Definition(id) if depth < 4 => {
                let definition = self.semantics().definition(*id);
                let mut bases = definition.bases.iter();
                let mut returns = definition.returns.iter();
                bases
                    .find_map(|it| self.constructor_framework(*it, depth + 1))
                    .or_else(|| returns.find_map(|it| self.router_framework(*it, depth + 1)))
            }
            _ => None,
        }
    }

    fn framework_of(&self, import: crate::ImportId) -> Option<Name> {
        let import = self.semantics().import(import);
        let module = import.request.module.as_str();
        FRAMEWORKS.contains(&module).then(|| Name::from(module))
    }

    fn typed_router(&self, named: ExprId) -> Option<Name> {
        let named = self.semantics().unapplied(named);
        let (text, scope, head) = match self.semantics().expr(named) {
            Expr::Name { scope, name } => (name.to_string(), *scope, name.clone()),
            Expr::Attribute { base, name } => match self.semantics().expr(*base) {
                Expr::Name { scope, name: head } => {
                    (format!("{head}.{name}"), *scope, head.clone())
                }
                _ => return None,
            },
            _ => return None,
        };
        if !ROUTER_TYPES.contains(&text.as_str()) {
            return None;
        }
        match self.lookup(scope, &head) {
            Some(Bound::Import(id)) => self.framework_of(*id),
            _ => None,
        }
    }
}

/// The wrapper's name and the only function among a call's arguments.
fn wrapped_function(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    if node.kind() != "call_expression" {
        return None;
    }
    let wrapper = field(node, "function")?;
    let mut functions =
        children(field(node, "arguments")?).into_iter().filter(|it| is_function(*it));
    let function = functions.next()?;
    functions.next().is_none().then_some((wrapper, function))
}

/// Whether a function that is written in place takes less than three parameters.
fn takes_no_next(node: Node<'_>) -> bool {
    let parameters = field(node, "parameters").map(children).unwrap_or_default();
    is_function(node)
        && parameters.len() < 3
        && !parameters.iter().any(|it| it.kind() == "rest_pattern" || it.text().starts_with("..."))
}

/// Whether a path means all that begins with it.
fn wildcard_prefix(path: &str) -> bool {
    path == "*" || path.ends_with("/*")
}

fn may_be_path(node: Node<'_>) -> bool {
    let is_computed = matches!(
        node.kind(),
        "array"
            | "as_expression"
            | "await_expression"
            | "binary_expression"
            | "call_expression"
            | "identifier"
            | "member_expression"
            | "new_expression"
            | "non_null_expression"
            | "parenthesized_expression"
            | "subscript_expression"
            | "ternary_expression"
    );
    is_computed || path_of(node).is_some()
}

fn path_of(node: Node<'_>) -> Option<Name> {
    match node.kind() {
        "string" | "template_string" => Some(string_text(node.text()).into()),
        "regex" => Some(node.text().into()),
        _ => None,
    }
}
