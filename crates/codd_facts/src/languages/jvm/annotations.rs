//! Annotations that frameworks read: routes of Spring, JAX-RS and Micronaut, tests.

use codd_source::Span;

use crate::builder::SemanticsBuilder;
use crate::endpoints::{open_parameters, request_key};
use crate::open_paths::open_path;
use crate::{
    DefinitionId, DefinitionKind, Expr, ExprId, Link, LinkKind, LinkRole, Name, OPEN_SEGMENT,
    Route, Semantics, known_path,
};

/// An annotation as it is used.
#[derive(Clone, Debug)]
pub(in crate::languages) struct Annotation {
    /// Its last name.
    pub(in crate::languages) name: Name,
    /// The texts of each argument; `value` where it has no key.
    pub(in crate::languages) texts: Vec<(Name, Vec<Name>)>,
    pub(in crate::languages) value: ExprId,
}

/// What a class says of the routes that its methods serve.
#[derive(Clone, Debug, Default)]
pub(in crate::languages) struct Controller {
    prefixes: Vec<Name>,
    /// A client of a service elsewhere, whose methods serve nothing.
    is_client: bool,
    /// Annotations that hold for every method.
    guards: Vec<ExprId>,
}

/// The annotation, the method it stands for, and its framework.
const ROUTES: &[(&str, &str, &str)] = &[
    ("DeleteMapping", "DELETE", "spring"),
    ("GetMapping", "GET", "spring"),
    ("PatchMapping", "PATCH", "spring"),
    ("PostMapping", "POST", "spring"),
    ("PutMapping", "PUT", "spring"),
    ("RequestMapping", "*", "spring"),
    ("Delete", "DELETE", "micronaut"),
    ("Get", "GET", "micronaut"),
    ("Head", "HEAD", "micronaut"),
    ("Options", "OPTIONS", "micronaut"),
    ("Patch", "PATCH", "micronaut"),
    ("Post", "POST", "micronaut"),
    ("Put", "PUT", "micronaut"),
];

/// JAX-RS says the method and the path apart.
const JAX_RS: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Annotations of a class that say where its routes are.
const PREFIXES: &[&str] = &["Controller", "HttpExchange", "Path", "RequestMapping"];

/// Annotations of the methods of clients that Spring makes.
const EXCHANGES: &[(&str, &str)] = &[
    ("DeleteExchange", "DELETE"),
    ("GetExchange", "GET"),
    ("PatchExchange", "PATCH"),
    ("PostExchange", "POST"),
    ("PutExchange", "PUT"),
];

const TESTS: &[&str] =
    &["ParameterizedTest", "Property", "RepeatedTest", "Test", "TestFactory", "TestTemplate"];

pub(in crate::languages) fn is_test(annotation: &Annotation) -> bool {
    TESTS.contains(&annotation.name.as_str())
}

/// The constant texts that an argument is; of `RequestMethod.POST`, its last name.
fn texts_of(semantics: &Semantics, value: ExprId) -> Vec<Name> {
    match semantics.expr(value) {
        Expr::Text(text) | Expr::Attribute { name: text, .. } | Expr::Name { name: text, .. } => {
            vec![text.clone()]
        }
        Expr::Container { items, .. } => items
            .iter()
            .filter_map(|it| match semantics.expr(it.value) {
                Expr::Text(text)
                | Expr::Attribute { name: text, .. }
                | Expr::Name { name: text, .. } => Some(text.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The texts of an argument of an annotation: of a path, what is computed is open.
pub(in crate::languages) fn texts_at(semantics: &Semantics, key: &str, value: ExprId) -> Vec<Name> {
    if !is_path_key(key) {
        return texts_of(semantics, value);
    }
    let one = |it| match semantics.expr(it) {
        Expr::Text(text) => text.clone(),
        _ => open_path(semantics, it, &|it| constant(semantics, it)),
    };
    match semantics.expr(value) {
        Expr::Container { items, .. } => items.iter().map(|it| one(it.value)).collect(),
        _ => vec![one(value)],
    }
}

/// Whether an argument of an annotation switches something on or off: what it says counts.
pub(in crate::languages) fn is_switch(key: &str) -> bool {
    key.ends_with("Enabled")
}

fn is_path_key(key: &str) -> bool {
    matches!(key, "value" | "path" | "uri" | "url")
}

/// The text of a constant of a class around the annotation, or of none.
fn constant(semantics: &Semantics, expr: ExprId) -> Option<Name> {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return None };
    let scopes = std::iter::successors(Some(*scope), |it| semantics.scope(*it).parent);
    let around: Vec<_> = scopes.filter_map(|it| semantics.scope(it).owner).collect();
    let mut named = semantics.definitions.iter().filter(|it| {
        it.name == *name
            && matches!(it.kind, DefinitionKind::Field | DefinitionKind::Variable)
            && it.parent.is_none_or(|it| around.contains(&it))
    });
    match (named.next(), named.next()) {
        (Some(only), None) => match semantics.expr(only.value?) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

impl Annotation {
    fn paths(&self) -> Vec<Name> {
        let found = self.texts.iter().filter(|(key, _)| is_path_key(key));
        found.flat_map(|(_, texts)| texts.clone()).collect()
    }
}

impl Controller {
    pub(in crate::languages) fn of(annotations: &[Annotation]) -> Controller {
        let mut controller = Controller::default();
        for it in annotations {
            let name = it.name.as_str();
            if PREFIXES.contains(&name) {
                let paths = it.paths().into_iter();
                controller.prefixes.extend(paths.map(|it| Name::new(known_path(&it))));
            } else {
                controller.is_client |=
                    matches!(name, "FeignClient" | "Client" | "RegisterRestClient");
                if name == "FeignClient" {
                    let path = it.texts.iter().filter(|(key, _)| key == "path");
                    controller.prefixes.extend(path.flat_map(|(_, texts)| texts.clone()));
                }
                if name != "RestController" {
                    controller.guards.push(it.value);
                }
            }
        }
        controller
    }

    /// The routes that a method with these annotations serves.
    pub(in crate::languages) fn routes(
        &self,
        annotations: &[Annotation],
        handler: ExprId,
    ) -> Vec<Route> {
        if self.is_client {
            return Vec::new();
        }
        let own_path = annotations.iter().find(|it| it.name == "Path").map(Annotation::paths);
        let mut routes = Vec::new();
        for annotation in annotations {
            let name = annotation.name.as_str();
            if JAX_RS.contains(&name) {
                if !annotation.paths().is_empty() {
                    // Retrofit's, of a client.
                    continue;
                }
                let paths = own_path.clone().unwrap_or_default();
                self.add(&mut routes, &[Name::from(name)], &paths, "jax-rs", handler);
            } else if let Some((_, method, framework)) = ROUTES.iter().find(|it| it.0 == name) {
                let mut methods = vec![Name::new_static(method)];
                let given = annotation.texts.iter().find(|(key, _)| key == "method");
                if let Some((_, texts)) = given.filter(|(_, texts)| !texts.is_empty()) {
                    methods.clone_from(texts);
                }
                self.add(&mut routes, &methods, &annotation.paths(), framework, handler);
            }
        }
        routes
    }

    /// The requests that a method of a client with these annotations sends: methods, and paths
    /// in which parameters are left open.
    pub(in crate::languages) fn requests(&self, annotations: &[Annotation]) -> Vec<(Name, String)> {
        let own_path = annotations.iter().find(|it| it.name == "Path").map(Annotation::paths);
        let mut found = Vec::new();
        for annotation in annotations {
            let name = annotation.name.as_str();
            let mut paths = annotation.paths();
            if name == "RequestLine" {
                let said = paths.iter().filter_map(|it| it.split_once(' '));
                let said = said.map(|(method, path)| (Name::from(method), open_parameters(path)));
                found.extend(said);
                continue;
            }
            let route = ROUTES.iter().find(|it| it.0 == name && self.is_client);
            let exchange = EXCHANGES.iter().find(|it| it.0 == name);
            let method = if let Some((_, method, _)) = route {
                let given = annotation.texts.iter().find(|(key, _)| key == "method");
                given.and_then(|(_, texts)| texts.first().cloned()).unwrap_or(Name::from(*method))
            } else if let Some((_, method)) = exchange {
                Name::from(*method)
            } else if JAX_RS.contains(&name) && (self.is_client || !paths.is_empty()) {
                Name::from(name)
            } else {
                continue;
            };
            let is_relative = JAX_RS.contains(&name) && !paths.is_empty();
            if paths.is_empty() {
                paths.extend(own_path.clone().unwrap_or_default());
            }
            if paths.is_empty() {
                paths.push(Name::default());
            }
            for path in paths {
                let prefix = self.prefixes.first().map_or("", Name::as_str);
                let whole = open_parameters(&joined(prefix, &path));
                // Below the address that the client is made with.
                let whole = if is_relative { format!("{OPEN_SEGMENT}{whole}") } else { whole };
                found.push((method.clone(), whole));
            }
        }
        found
    }

    fn add(
        &self,
        routes: &mut Vec<Route>,
        methods: &[Name],
        paths: &[Name],
        framework: &'static str,
        handler: ExprId,
    ) {
        let none = [Name::default()];
        let prefixes = if self.prefixes.is_empty() { &none[..] } else { &self.prefixes };
        let paths = if paths.is_empty() { &none[..] } else { paths };
        for method in methods {
            for prefix in prefixes {
                for path in paths {
                    let mut route =
                        Route::plain(method.clone(), joined(prefix, path), framework, handler);
                    route.middleware.clone_from(&self.guards);
                    routes.push(route);
                }
            }
        }
    }
}

/// Adds the requests that a method of a client sends.
pub(in crate::languages) fn add_requests(
    requests: Vec<(Name, String)>,
    method: DefinitionId,
    span: Span,
    builder: &mut SemanticsBuilder,
) {
    for (verb, path) in requests {
        if let Some(key) = request_key(&verb, &path) {
            let (kind, role, keys) = (LinkKind::Endpoint, LinkRole::Calls, vec![key]);
            let link = Link { kind, role, keys, owner: Some(method), is_certain: true };
            builder.link(link, span);
        }
    }
}

/// A path below a prefix, with one slash between them.
pub(in crate::languages) fn joined(prefix: &str, path: &str) -> String {
    let (prefix, path) = (prefix.trim_matches('/'), path.trim_start_matches('/'));
    match (prefix.is_empty(), path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => format!("/{prefix}"),
        (false, false) => format!("/{prefix}/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn paths_are_joined_with_one_slash() {
        for (prefix, path, whole) in [
            ("", "", "/"),
            ("/api/", "", "/api"),
            ("api", "users", "/api/users"),
            ("/api", "/users/", "/api/users/"),
            ("", "x", "/x"),
        ] {
            assert_eq!(joined(prefix, path), whole);
        }
    }
}
