//! Routes of Laravel, Lumen and Symfony, and chains of calls that register routes.

use codd_source::{RepoPath, Span};

use super::callables::{argument, is_identifier, named_argument};
use super::controller_names::Namespace;
use super::expressions::string_text;
use super::middleware::is_of_framework;
use super::slim::SLIM;
use super::test_cases::last_name;
use super::{Walk, docblock};
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::open_paths::{open_path, unknown_path};
use crate::{ComputedPath, DefinitionId, ExprId, Name, Route, known_path};

pub(super) const LARAVEL: &str = "laravel";
const SYMFONY: &str = "symfony";

/// What holds for the routes of a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) prefix: String,
    /// What the names of its routes begin with.
    pub(super) name: String,
    pub(super) middleware: Vec<ExprId>,
    /// What routes of the group leave out; with the actions of a resource that do, if not all.
    pub(super) without: Vec<Left>,
    controller: Option<ExprId>,
    /// Where its controllers are that are named by texts.
    pub(super) namespace: Namespace,
    pub(super) router: Option<ExprId>,
    /// The variable that the routes of a group of Slim are registered on.
    pub(super) variable: Option<String>,
}

impl Group {
    /// Whether the routes of this group are registered on a variable.
    pub(super) fn is_of_slim(&self, variable: &str) -> bool {
        self.variable.as_deref() == Some(variable)
    }
}

/// Something that is left out of the middleware, and for which actions.
pub(super) type Left = (ExprId, Option<Vec<String>>);

/// The groups around, and what the file's own place says.
#[derive(Debug, Default)]
pub(super) struct Routing {
    pub(super) groups: Vec<Group>,
    is_routes_file: bool,
    /// What `#[Route]` of the class around says.
    class_routes: Vec<SaidRoute>,
    /// Names of routes, with their paths and where they are given.
    pub(super) names: Vec<(String, String, Span)>,
}

/// A path and its methods.
type SaidRoute = (String, Vec<String>);

/// One call of a chain: its name and its arguments.
pub(super) type Link<'t> = (Node<'t>, Node<'t>);

impl Routing {
    pub(super) fn of(path: &RepoPath) -> Routing {
        let folder = path.parent();
        let is_routes_file = folder == "routes" || folder.ends_with("/routes");
        let mut groups = Vec::new();
        if is_routes_file && path.file_name() == "api.php" {
            // The framework serves that file below a prefix.
            groups.push(Group { prefix: "/api".to_owned(), ..Group::default() });
        }
        Routing { groups, is_routes_file, ..Routing::default() }
    }
}

impl<'t> Walk<'_, 't> {
    /// What the framework itself puts around the routes of a file.
    pub(super) fn enter_routes_file(&mut self, root: Node<'t>) {
        if !self.routing.is_routes_file {
            return;
        }
        if let Some(group) = self.group_of_file(root) {
            if self.routing.groups.is_empty() {
                self.routing.groups.push(Group::default());
            }
            self.routing.groups[0].middleware.push(group);
        }
    }

    /// Takes a chain of calls that registers routes; `None` where it is none.
    pub(super) fn route_chain(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let mut links: Vec<Link<'t>> = Vec::new();
        let mut at = node;
        while at.kind() == "member_call_expression" {
            links.push((field(at, "name")?, field(at, "arguments")?));
            at = field(at, "object")?;
        }
        let (framework, router) = match at.kind() {
            "scoped_call_expression" => {
                let scope = field(at, "scope").filter(|it| last_name(*it) == "Route")?;
                let full = self.full_name(scope.text());
                let is_laravel = full == "Illuminate.Support.Facades.Route"
                    || self.routing.is_routes_file && !full.contains('.');
                if !is_laravel {
                    return None;
                }
                links.push((field(at, "name")?, field(at, "arguments")?));
                (LARAVEL, None)
            }
            "variable_name" => {
                let uses = |start: &str| self.uses.values().any(|it| it.starts_with(start));
                let word = at.text();
                let is_group = self.routing.groups.iter().any(|it| it.is_of_slim(word));
                let is_router = is_group
                    || matches!(word, "$app" | "$group" | "$router" | "$route" | "$api" | "$r");
                if !is_router {
                    return None;
                }
                if is_group || uses("Slim.") {
                    (SLIM, Some(at))
                } else if self.routing.is_routes_file && word != "$app" {
                    (LARAVEL, None)
                } else {
                    return None;
                }
            }
            _ => return None,
        };
        links.reverse();
        let does_register = links.iter().any(|(name, _)| {
            is_verb(name.text())
                || matches!(
                    name.text(),
                    "group"
                        | "add"
                        | "addMiddleware"
                        | "resource"
                        | "apiResource"
                        | "map"
                        | "resources"
                        | "apiResources"
                        | "singleton"
                        | "apiSingleton"
                        | "fallback"
                        | "view"
                        | "inertia"
                )
        });
        if !does_register {
            return None;
        }
        let router = router.map(|it| self.expr(it, here));
        match framework {
            LARAVEL => self.laravel(node, &links, here),
            _ => self.slim(node, &links, router, here),
        }
        Some(self.unknown())
    }

    fn laravel(&mut self, node: Node<'t>, links: &[Link<'t>], here: Here) {
        let mut own = Group::default();
        for (name, list) in links {
            match name.text() {
                "prefix" => {
                    let text = argument(*list, 0).and_then(string_text);
                    own.prefix = joined(&own.prefix, &text.unwrap_or_default());
                }
                "middleware" => {
                    for it in children(*list).iter().filter_map(|it| it.first_child()) {
                        self.middleware(it, "handle", &mut own, here);
                    }
                }
                "withoutMiddleware" => {
                    for it in children(*list).iter().filter_map(|it| it.first_child()) {
                        self.without(it, None, &mut own, here);
                    }
                }
                "withoutMiddlewareFor" => {
                    let actions = argument(*list, 0).map(texts);
                    // Of which it is computed, it may be all.
                    let actions = actions.filter(|it| !it.is_empty());
                    if let Some(it) = argument(*list, 1) {
                        self.without(it, actions.as_deref(), &mut own, here);
                    }
                }
                "controller" => {
                    own.controller = argument(*list, 0).map(|it| self.expr(it, here));
                }
                "namespace" => {
                    if let Some(it) = argument(*list, 0) {
                        own.namespace = own.namespace.inner(&Namespace::of(it));
                    }
                }
                "name" | "as" => {
                    let text = argument(*list, 0).and_then(string_text);
                    own.name.push_str(&text.unwrap_or_default());
                }
                _ => {}
            }
        }
        for (name, list) in links {
            match name.text() {
                "group" => self.laravel_group(*list, own.clone(), here),
                "resource" | "apiResource" | "resources" | "apiResources" => {
                    self.laravel_resources(node, (*name, *list), links, &own, here);
                }
                "middleware"
                | "withoutMiddleware"
                | "withoutMiddlewareFor"
                | "controller"
                | "name"
                | "namespace"
                | "as"
                | "prefix" => {}
                "singleton" | "apiSingleton" => {
                    self.not_modelled("routes of one object");
                    self.arguments(*list, here);
                }
                "fallback" => self.laravel_fallback(node, *list, &own, here),
                "view" | "inertia" => self.laravel_view(node, *list, &own, here),
                "match" => {
                    let methods = argument(*list, 0).map(children).unwrap_or_default();
                    let methods: Vec<String> = methods
                        .iter()
                        .filter_map(|it| string_text(it.first_child()?))
                        .map(|it| it.to_ascii_uppercase())
                        .collect();
                    self.laravel_route(node, *list, 1, &methods, &own, here);
                }
                word if is_verb(word) => {
                    let method = if word == "any" { "*".into() } else { word.to_ascii_uppercase() };
                    self.laravel_route(node, *list, 0, &[method], &own, here);
                }
                _ => {
                    self.arguments(*list, here);
                }
            }
        }
    }

    fn laravel_route(
        &mut self,
        node: Node<'t>,
        list: Node<'t>,
        at: usize,
        methods: &[String],
        own: &Group,
        here: Here,
    ) {
        let Some((path, computed)) = self.laravel_path(list, at, here) else { return };
        let Some(action) = argument(list, at + 1) else { return };
        let mut own = own.clone();
        let action = self.described_action(action, &mut own, here);
        let all = self.around(&own);
        let is_named = !own.name.is_empty();
        let own = path;
        let path = joined(&all.prefix, &own);
        if is_named {
            self.routing.names.push((all.name.clone(), path.clone(), node.span()));
        }
        let computed = computed.and_then(|it| ComputedPath::end(&path, &own, it));
        let label = methods.first().map_or("*", String::as_str);
        let title = format!("{label} {}", known_path(&path));
        let handler = self.handler(action, &title, &all, here);
        for method in methods {
            let mut route = Route::plain(method.as_str(), path.as_str(), LARAVEL, handler);
            route.computed = computed;
            route.middleware.clone_from(&all.middleware);
            route.without = left_out(&all.without, None);
            route.router = self.controller_of(handler);
            self.route(route, node.span());
        }
    }

    /// What answers a route whose action is a list of what is said of it: `['uses' => 'C@index',
    /// 'middleware' => 'auth']`.
    fn described_action(&mut self, node: Node<'t>, own: &mut Group, here: Here) -> Node<'t> {
        if node.kind() != "array_creation_expression" {
            return node;
        }
        let mut answering = None;
        let mut is_described = false;
        for it in children(node) {
            match children(it)[..] {
                [key, value] => {
                    is_described = true;
                    match string_text(key).as_deref() {
                        Some("uses") => answering = Some(value),
                        Some("middleware") => self.middleware(value, "handle", own, here),
                        Some("as") => own.name.push_str(&string_text(value).unwrap_or_default()),
                        _ => {}
                    }
                }
                [value] if matches!(value.kind(), "anonymous_function" | "arrow_function") => {
                    answering = answering.or(Some(value));
                }
                _ => {}
            }
        }
        answering.filter(|_| is_described).unwrap_or(node)
    }

    /// The path that an argument is, and what gives it where that is computed.
    fn laravel_path(
        &mut self,
        list: Node<'t>,
        at: usize,
        here: Here,
    ) -> Option<(Name, Option<ExprId>)> {
        let written = argument(list, at)?;
        if let Some(text) = string_text(written) {
            return Some((text.into(), None));
        }
        let value = self.expr(written, here);
        Some((open_path(self.semantics(), value, &|_| None), Some(value)))
    }

    /// `Route::fallback(function () { … })`, which answers what no other route does.
    fn laravel_fallback(&mut self, node: Node<'t>, list: Node<'t>, own: &Group, here: Here) {
        let all = self.around(own);
        let path = joined(&all.prefix, "{fallback}");
        let Some(handler) = argument(list, 0) else { return };
        let handler = self.handler(handler, &format!("GET {path}"), &all, here);
        self.laravel_plain(node, &path, handler, &all);
    }

    /// `Route::view("/path", "name")`, which has no handler.
    fn laravel_view(&mut self, node: Node<'t>, list: Node<'t>, own: &Group, here: Here) {
        let path = argument(list, 0).and_then(string_text);
        let written = argument(list, 0).map_or("", Node::text);
        let path = path.map_or_else(|| unknown_path(written), Name::from);
        self.arguments(list, here);
        let all = self.around(own);
        let handler = self.unknown();
        self.laravel_plain(node, &joined(&all.prefix, &path), handler, &all);
    }

    fn laravel_plain(&mut self, node: Node<'t>, path: &str, handler: ExprId, all: &Group) {
        let mut route = Route::plain("GET", path, LARAVEL, handler);
        route.middleware.clone_from(&all.middleware);
        route.without = left_out(&all.without, None);
        self.route(route, node.span());
    }

    /// `$route->withoutMiddleware(…)` of a route that another statement made.
    pub(super) fn taken_back(&mut self, node: Node<'t>) {
        let is_it = field(node, "name")
            .is_some_and(|it| it.text().eq_ignore_ascii_case("withoutMiddleware"));
        if is_it {
            self.not_modelled("routes whose guards are changed in place");
        }
    }

    fn laravel_group(&mut self, list: Node<'t>, mut own: Group, here: Here) {
        let all = children(list);
        if let Some(options) =
            argument(list, 0).filter(|it| it.kind() == "array_creation_expression")
        {
            for it in children(options) {
                let [key, value] = children(it)[..] else { continue };
                match string_text(key).as_deref() {
                    Some("prefix") => {
                        let text = string_text(value).unwrap_or_default();
                        own.prefix = joined(&own.prefix, &text);
                    }
                    Some("middleware") => self.middleware(value, "handle", &mut own, here),
                    Some("excluded_middleware") => self.without(value, None, &mut own, here),
                    Some("controller") => own.controller = Some(self.expr(value, here)),
                    Some("namespace") => own.namespace = Namespace::of(value),
                    Some("as") => own.name = string_text(value).unwrap_or_default(),
                    _ => {}
                }
            }
        }
        let body = all.len().checked_sub(1).and_then(|last| argument(list, last));
        self.group_body(body, own, here);
    }

    /// Walks the function of a group.
    pub(super) fn group_body(&mut self, body: Option<Node<'t>>, own: Group, here: Here) {
        let Some(body) = body else { return };
        if matches!(body.kind(), "anonymous_function" | "arrow_function") {
            let around = self.around(&own);
            self.routing.groups.push(around);
            self.closure(body, here);
            self.routing.groups.pop();
        } else {
            self.not_modelled("routes of a group in another file");
            self.expr(body, here);
        }
    }

    /// What the groups around and this one say together.
    pub(super) fn around(&self, own: &Group) -> Group {
        let Some(outer) = self.routing.groups.last() else {
            return Group { prefix: joined("", &own.prefix), ..own.clone() };
        };
        Group {
            prefix: joined(&outer.prefix, &own.prefix),
            name: format!("{}{}", outer.name, own.name),
            middleware: outer.middleware.iter().chain(&own.middleware).copied().collect(),
            without: outer.without.iter().chain(&own.without).cloned().collect(),
            controller: own.controller.or(outer.controller),
            namespace: outer.namespace.inner(&own.namespace),
            router: own.router.or(outer.router),
            variable: own.variable.clone(),
        }
    }

    pub(super) fn middleware(&mut self, node: Node<'t>, method: &str, own: &mut Group, here: Here) {
        let nodes = match node.kind() {
            "array_creation_expression" => {
                children(node).iter().filter_map(|it| it.first_child()).collect()
            }
            _ => vec![node],
        };
        for node in nodes {
            let value = self.expr(node, here);
            if let Some(class) = self.middleware_class(node, here) {
                own.middleware.push(self.attribute(class, Name::new(method)));
                continue;
            }
            if let Some(alias) = string_text(node) {
                // Those of the framework itself, no file of the project says.
                own.middleware.push(self.middleware_named(&alias, node, here));
                own.middleware.push(self.text_constant(alias));
                continue;
            }
            own.middleware.push(self.attribute(value, Name::new(method)));
        }
    }

    /// Middleware that is left out: classes; what is named otherwise may be any.
    fn without(&mut self, node: Node<'t>, actions: Option<&[String]>, own: &mut Group, here: Here) {
        let nodes = match node.kind() {
            "array_creation_expression" => {
                children(node).iter().filter_map(|it| it.first_child()).collect()
            }
            _ => vec![node],
        };
        for node in nodes {
            self.expr(node, here);
            let actions = actions.map(<[String]>::to_vec);
            if let Some(class) = self.middleware_class(node, here) {
                own.without.push((self.attribute(class, "handle"), actions));
            } else if let Some(alias) = string_text(node) {
                // With what it is given, it is left out only where it is given that.
                let named = match alias.split_once(':') {
                    Some(_) => self.unknown(),
                    None => self.middleware_named(&alias, node, here),
                };
                own.without.push((named, actions.clone()));
                if is_of_framework(&alias) {
                    own.without.push((self.text_constant(alias), actions));
                }
            } else {
                own.without.push((self.unknown(), actions));
            }
        }
    }

    /// What a route names as its handler: a function, a pair, `Class@method`, a class.
    pub(super) fn handler(
        &mut self,
        node: Node<'t>,
        label: &str,
        group: &Group,
        here: Here,
    ) -> ExprId {
        if matches!(node.kind(), "anonymous_function" | "arrow_function") {
            let id = self.callback(label, node, here);
            return self.definition_value(id);
        }
        if let Some(text) = string_text(node) {
            let (class, method) = match text.split_once(['@', ':']) {
                Some((class, method)) => (class, method.trim_start_matches(':')),
                None if group.controller.is_some() && is_identifier(&text) => {
                    let controller = group.controller.map(|it| self.attribute(it, text.as_str()));
                    return controller.unwrap_or_else(|| self.unknown());
                }
                None => (text.as_str(), "__invoke"),
            };
            let class = self.controller_named(class, &group.namespace, node, here);
            return self.action_of(class, method);
        }
        // `Class::class . ':method'`.
        if node.kind() == "binary_expression"
            && let (Some(left), Some(text)) =
                (field(node, "left"), field(node, "right").and_then(string_text))
            && let Some(method) = text.strip_prefix([':', '@'])
        {
            let class = self.expr(left, here);
            return self.attribute(class, Name::new(method));
        }
        let value = self.expr(node, here);
        match node.kind() {
            "class_constant_access_expression" | "object_creation_expression" => {
                self.attribute(value, "__invoke")
            }
            _ => value,
        }
    }

    /// Routes that `#[Route]` or `@Route` give to a method of a controller.
    pub(super) fn method_routes(&mut self, id: DefinitionId, node: Node<'t>, inside: Here) {
        if inside.class.is_none() {
            return;
        }
        let mut own = said_routes(field(node, "attributes"), self.comment_before(node));
        if own.is_empty() && field(node, "name").is_some_and(|it| it.text() == "__invoke") {
            own.clone_from(&self.routing.class_routes);
            for it in &mut own {
                it.0.clear();
            }
        }
        let prefix = self.routing.class_routes.first().map_or("", |it| &it.0).to_owned();
        let handler = self.definition_value(id);
        for (path, methods) in own {
            let path = joined(&prefix, &path);
            for method in methods {
                let route = Route::plain(method, path.as_str(), SYMFONY, handler);
                self.route(route, node.span());
            }
        }
    }

    /// Says what a class says of its routes; gives what the one around said.
    pub(super) fn enter_class_routes(&mut self, node: Node<'t>) -> Vec<SaidRoute> {
        let said = said_routes(field(node, "attributes"), self.comment_before(node));
        std::mem::replace(&mut self.routing.class_routes, said)
    }

    pub(super) fn leave_class_routes(&mut self, outer: Vec<SaidRoute>) {
        self.routing.class_routes = outer;
    }
}

/// Paths and methods of the `Route` attributes and annotations of a declaration.
fn said_routes(attributes: Option<Node<'_>>, comment: Option<&str>) -> Vec<SaidRoute> {
    let mut found = Vec::new();
    for attribute in attributes.map(children).unwrap_or_default().into_iter().flat_map(children) {
        if attribute.first_child().is_none_or(|it| last_name(it) != "Route") {
            continue;
        }
        let Some(list) = field(attribute, "parameters") else { continue };
        let path = named_argument(list, "path").or_else(|| {
            let first = children(list).into_iter().next()?;
            field(first, "name").is_none().then_some(first.first_child()?)
        });
        // A path in each language is a map.
        let path = match path.map(|it| (it.kind(), it)) {
            Some(("array_creation_expression", map)) => {
                children(map).first().and_then(|it| children(*it).last().copied())
            }
            Some((_, it)) => Some(it),
            None => None,
        };
        let path = path.and_then(string_text).unwrap_or_default();
        let methods = named_argument(list, "methods").map(texts).unwrap_or_default();
        found.push((path, or_any(methods)));
    }
    for rest in comment.into_iter().flat_map(|it| docblock::tags(it, "@Route")) {
        let mut quoted = rest.split('"').skip(1).step_by(2);
        let path = quoted.next().unwrap_or_default().to_owned();
        let methods = rest.split_once("methods").map_or(Vec::new(), |(_, rest)| {
            rest.split('"').skip(1).step_by(2).map(str::to_owned).collect()
        });
        found.push((path, or_any(methods)));
    }
    found
}

/// What is left out for an action, `None` being one that no resource names.
pub(super) fn left_out(all: &[Left], action: Option<&str>) -> Vec<ExprId> {
    let is_meant = |it: &&Left| match (&it.1, action) {
        (Some(actions), Some(action)) => actions.iter().any(|it| it == action),
        _ => true,
    };
    all.iter().filter(is_meant).map(|it| it.0).collect()
}

fn or_any(methods: Vec<String>) -> Vec<String> {
    if methods.is_empty() { vec!["*".to_owned()] } else { methods }
}

fn texts(node: Node<'_>) -> Vec<String> {
    match string_text(node) {
        Some(text) => vec![text],
        None => {
            children(node).into_iter().filter_map(|it| string_text(it.first_child()?)).collect()
        }
    }
}

fn is_verb(word: &str) -> bool {
    matches!(word, "get" | "post" | "put" | "patch" | "delete" | "options" | "any" | "match")
}

/// One path below another, with one slash between them.
pub(super) fn joined(prefix: &str, path: &str) -> String {
    let (prefix, path) = (prefix.trim_matches('/'), path.trim_matches('/'));
    match (prefix.is_empty(), path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => format!("/{prefix}"),
        (false, false) => format!("/{prefix}/{path}"),
    }
}
