//! The keys of requests: a method and a path whose parameters are left open.

use crate::Name;

/// Stands in a key for the beginning of a path that is not known.
pub const UNKNOWN_PREFIX: &str = "…";

/// A part of a path in a key that may be anything.
pub const OPEN_SEGMENT: &str = "{}";

/// Stands in a key before the name that a framework has for a path: in that of a request
/// instead of the path, `GET @orders`; a link that declares the name has the paths behind it.
pub const ROUTE_NAME: char = '@';

/// Parts of a path that are looked at.
const MOST_SEGMENTS: usize = 32;

/// The key of a request to `url`, in which `{}` stands for what is filled in: `GET /users/{}`.
///
/// `None` where it says too little, or is sent to a host that is not the project's.
pub(crate) fn request_key(method: &str, url: &str) -> Option<Name> {
    let path = request_path(url)?;
    Some(Name::from(format!("{} {path}", method.to_ascii_uppercase())))
}

/// The path with its parameters open: `/users/{id}` as `/users/{}`.
pub(crate) fn open_parameters(path: &str) -> String {
    let parts = path.split('/').map(|it| if it.contains('{') { OPEN_SEGMENT } else { it });
    parts.collect::<Vec<_>>().join("/")
}

fn request_path(url: &str) -> Option<String> {
    let url = url.trim();
    let path = match url.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|it| it.is_ascii_alphabetic()) => {
            let (host, path) = rest.split_at(rest.find('/')?);
            if !is_own_host(host) {
                return None;
            }
            path
        }
        _ => url,
    };
    let mut is_open = false;
    let mut path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    if let Some(rest) = path.strip_prefix(OPEN_SEGMENT)
        && !rest.is_empty()
    {
        is_open = true;
        path = rest;
    }
    if !path.starts_with('/') {
        return None;
    }
    let segments: Vec<&str> = path
        .split('/')
        .filter(|it| !it.is_empty())
        .map(|it| if it.contains(OPEN_SEGMENT) { OPEN_SEGMENT } else { it })
        .collect();
    let says_something = segments.iter().any(|it| *it != OPEN_SEGMENT);
    let is_root = segments.is_empty() && !is_open && path == "/";
    if segments.len() > MOST_SEGMENTS
        || !(says_something || is_root)
        || path.contains(char::is_whitespace)
    {
        return None;
    }
    let prefix = if is_open { UNKNOWN_PREFIX } else { "" };
    Some(format!("{prefix}/{}", segments.join("/")))
}

/// Whether a host may be one of the project's own services.
fn is_own_host(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    name.contains(OPEN_SEGMENT)
        || !name.contains('.')
        || matches!(name, "127.0.0.1" | "0.0.0.0")
        || [".local", ".localhost", ".internal", ".test"].iter().any(|it| name.ends_with(it))
}

/// The parts of a route's path as frameworks write it, with `{}` for a parameter.
///
/// Nothing stands for a beginning that is not known: who must know asks whether the path starts
/// with [`UNKNOWN_PREFIX`].
pub fn route_segments(path: &str) -> Vec<&str> {
    let is_parameter = |part: &str| {
        part.starts_with([':', '<', '*', '[', '$'])
            || part.contains(['{', '<', '*', '('])
            || part.contains(UNKNOWN_PREFIX)
    };
    let parts = path.trim_start_matches(UNKNOWN_PREFIX).split('/').filter(|it| !it.is_empty());
    parts
        .take(MOST_SEGMENTS)
        .map(|part| if is_parameter(part) { OPEN_SEGMENT } else { part })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_requests() {
        let key = |url| request_key("get", url).map_or("-".to_owned(), |it| it.to_string());
        assert_eq!(key("/api/users/{}?page={}"), "GET /api/users/{}");
        assert_eq!(key("{}/users/me"), "GET …/users/me");
        assert_eq!(key("/users/user-{}/"), "GET /users/{}");
        assert_eq!(key("http://localhost:8000/health"), "GET /health");
        assert_eq!(key("http://backend/health"), "GET /health");
        assert_eq!(key("https://api.github.com/users/{}"), "-");
        assert_eq!(key("{}/{}"), "-");
        assert_eq!(key("key"), "-");
        assert_eq!(key("/"), "GET /");
    }

    #[test]
    fn parameters_of_routes_are_open() {
        for path in ["/users/{id}", "/users/:id", "/users/<int:id>", "/users/*"] {
            assert_eq!(route_segments(path), ["users", "{}"], "{path}");
        }
    }
}
