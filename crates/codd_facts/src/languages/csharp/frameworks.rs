//! Attributes that frameworks read, and the routes of ASP.NET among them.

use crate::node::{Node, field};
use crate::{ExprId, Name, Route};

/// An attribute as it is used.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// Its last name.
    pub(super) name: Name,
    /// The constant texts among its arguments.
    pub(super) texts: Vec<(Option<Name>, Name)>,
    pub(super) value: ExprId,
}

impl Attribute {
    /// Its name, however much of it is written.
    pub(super) fn short_name(&self) -> &str {
        self.name.strip_suffix("Attribute").unwrap_or(&self.name)
    }

    pub(super) fn path(&self) -> Option<&Name> {
        self.texts.iter().find(|(key, _)| key.is_none()).map(|(_, text)| text)
    }
}

/// Whether an attribute of that name is given the path of a route.
pub(super) fn is_served_by(name: &str) -> bool {
    let short = name.strip_suffix("Attribute").unwrap_or(name);
    short == "Route" || METHODS.iter().any(|it| it.0 == short)
}

/// What a class says of the routes that its methods serve.
#[derive(Clone, Debug, Default)]
pub(super) struct Controller {
    /// What `[controller]` stands for.
    name: Name,
    prefixes: Vec<Name>,
    guards: Vec<ExprId>,
}

const METHODS: &[(&str, &str)] = &[
    ("HttpDelete", "DELETE"),
    ("HttpGet", "GET"),
    ("HttpHead", "HEAD"),
    ("HttpOptions", "OPTIONS"),
    ("HttpPatch", "PATCH"),
    ("HttpPost", "POST"),
    ("HttpPut", "PUT"),
];

impl Controller {
    pub(super) fn of(class: &str, attributes: &[Attribute]) -> Controller {
        let mut controller = Controller {
            name: class.strip_suffix("Controller").unwrap_or(class).into(),
            ..Controller::default()
        };
        for it in attributes {
            match it.short_name() {
                "Route" => controller.prefixes.extend(it.path().cloned()),
                "ApiController" => {}
                _ => controller.guards.push(it.value),
            }
        }
        controller
    }

    /// The routes that a method with these attributes serves.
    pub(super) fn routes(
        &self,
        action: &str,
        attributes: &[Attribute],
        handler: ExprId,
    ) -> Vec<Route> {
        let own: Vec<&Name> = attributes
            .iter()
            .filter(|it| it.short_name() == "Route")
            .filter_map(Attribute::path)
            .collect();
        let mut routes = Vec::new();
        for attribute in attributes {
            let method = METHODS.iter().find(|it| it.0 == attribute.short_name());
            let Some((_, method)) = method else { continue };
            let paths = match attribute.path() {
                Some(path) => vec![path.as_str()],
                None if own.is_empty() => vec![""],
                None => own.iter().map(|it| it.as_str()).collect(),
            };
            self.add(&mut routes, method, &paths, action, handler);
        }
        if routes.is_empty() && !own.is_empty() {
            let paths: Vec<&str> = own.iter().map(|it| it.as_str()).collect();
            self.add(&mut routes, "*", &paths, action, handler);
        }
        routes
    }

    fn add(
        &self,
        routes: &mut Vec<Route>,
        method: &'static str,
        paths: &[&str],
        action: &str,
        handler: ExprId,
    ) {
        let none = [Name::default()];
        let prefixes = if self.prefixes.is_empty() { &none[..] } else { &self.prefixes };
        for path in paths {
            for prefix in prefixes {
                let whole = joined(prefix, path)
                    .replace("[controller]", &self.name)
                    .replace("[action]", action);
                let mut route = Route::plain(method, whole, "aspnet", handler);
                route.middleware.clone_from(&self.guards);
                routes.push(route);
            }
        }
    }
}

/// A path below a prefix; one that starts with `/` or `~/` stands alone.
pub(super) fn joined(prefix: &str, path: &str) -> String {
    let path = path.strip_prefix('~').unwrap_or(path);
    if path.starts_with('/') {
        return path.to_owned();
    }
    let prefix = prefix.trim_matches('/');
    match (prefix.is_empty(), path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => format!("/{prefix}"),
        (false, false) => format!("/{prefix}/{path}"),
    }
}

/// Whether a call may register an endpoint: `app.MapGet`.
pub(super) fn is_endpoint(function: Node<'_>) -> bool {
    endpoint_method(function).is_some()
}

pub(super) fn endpoint_method(function: Node<'_>) -> Option<&'static str> {
    if function.kind() != "member_access_expression" {
        return None;
    }
    match field(function, "name")?.text() {
        "MapDelete" => Some("DELETE"),
        "MapGet" => Some("GET"),
        "MapPatch" => Some("PATCH"),
        "MapPost" => Some("POST"),
        "MapPut" => Some("PUT"),
        _ => None,
    }
}
