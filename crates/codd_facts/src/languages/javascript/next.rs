//! Routes of Next.js, whose paths are the folders of their files, and the middleware before
//! them.

use codd_source::{RepoPath, Span};

use super::walker::Walker;
use crate::{
    Bound, Expr, ExprId, Import, ImportItem, ImportRequest, MODULE_SCOPE, Name, Route, RouteHook,
    RouteHookKind,
};

/// What stands for all routes of an application, in the file of its middleware.
const ROUTES: &str = "<routes of Next.js>";

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/// Names that the file of the middleware may have.
const MIDDLEWARE: &[&str] = &["middleware", "proxy"];

/// Alternatives of one pattern, `/(api|trpc)(.*)`, that are told apart.
const MAX_ALTERNATIVES: usize = 16;

impl Walker<'_> {
    /// Adds what the file's own place makes of its exports.
    pub(super) fn next_routes(&mut self, path: &RepoPath, whole: Span) {
        if let Some((served, ups)) = app_path(path) {
            for method in METHODS {
                if let Some(handler) = self.exported(method) {
                    self.next_route(method, &served, handler, ups, whole);
                }
            }
        } else if let Some((served, ups)) = pages_path(path) {
            if let Some(handler) = self.exported("default") {
                self.next_route("*", &served, handler, ups, whole);
            }
        } else if MIDDLEWARE.contains(&path.stem()) {
            let own = self.exported(path.stem()).or_else(|| self.exported("default"));
            if let Some(function) = own {
                self.next_middleware(path.stem(), function, whole);
            }
        }
    }

    fn exported(&self, name: &str) -> Option<ExprId> {
        let exports = &self.semantics().exports.named;
        exports.iter().find(|it| it.name == name).map(|it| it.value)
    }

    fn next_route(&mut self, method: &str, path: &str, handler: ExprId, ups: usize, whole: Span) {
        // The application has its middleware beside the folder of its routes.
        let up = "../".repeat(ups);
        let files = MIDDLEWARE.iter().map(|name| self.next_file(format!("{up}{name}"), whole));
        let files: Vec<ExprId> = files.collect();
        let router = self.add(Expr::Either(files));
        let span = self.definition_at(handler).map_or(whole, |at| self.places[at].0);
        let route = Route { router: Some(router), ..Route::plain(method, path, "nextjs", handler) };
        self.builder.route(route, span);
    }

    /// What stands for the routes of the application whose middleware is that file.
    fn next_file(&mut self, module: String, at: Span) -> ExprId {
        let import = Import {
            request: ImportRequest { module: module.into(), level: 0 },
            item: ImportItem::Named(Name::new_static(ROUTES)),
            owner: None,
            is_implied: true,
        };
        let id = self.builder.import(import, at);
        self.add(Expr::Import(id))
    }

    fn next_middleware(&mut self, stem: &str, function: ExprId, whole: Span) {
        let own = self.next_file(format!("./{stem}"), whole);
        let router = self.add(Expr::Either(vec![own]));
        let hook = |walker: &mut Self, (kind, prefix, is_conditional)| {
            walker.builder.route_hook(RouteHook {
                prefix,
                is_conditional,
                ..RouteHook::plain(router, function, kind)
            });
        };
        let Some(matchers) = self.matchers() else {
            hook(self, (RouteHookKind::Use, None, false));
            return;
        };
        for matcher in matchers {
            let paths = matcher.as_deref().and_then(matched);
            for (kind, prefix) in paths.clone().unwrap_or_default() {
                let prefix = prefix.map(|it| self.add(Expr::Text(it)));
                hook(self, (kind, prefix, false));
            }
            if paths.is_none() {
                // A pattern that is computed or says what does not match.
                hook(self, (RouteHookKind::Use, None, true));
            }
        }
    }

    /// The patterns of `export const config = { matcher: … }`, `None` among them for one that
    /// is computed or holds under more conditions.
    fn matchers(&self) -> Option<Vec<Option<String>>> {
        let semantics = self.semantics();
        let Some(config) = self.exported("config") else {
            // Another file may say it: `export * from "./config"`.
            let is_elsewhere = !semantics.exports.stars.is_empty();
            return is_elsewhere.then(|| vec![None]);
        };
        let Some(at) = self.definition_at(config) else { return Some(vec![None]) };
        let Some(value) = semantics.definitions[at].value else { return Some(vec![None]) };
        let Expr::Container { items, .. } = semantics.expr(value) else {
            return Some(vec![None]);
        };
        let Some(matcher) = items.iter().find(|it| it.key.as_deref() == Some("matcher")) else {
            // What is spread into it, or computed, may be the matcher.
            let is_open = items.iter().any(|it| it.key.is_none());
            return is_open.then(|| vec![None]);
        };
        let matcher = match semantics.expr(matcher.value) {
            Expr::Definition(id) => semantics.definition(*id).value.unwrap_or(matcher.value),
            _ => matcher.value,
        };
        let one = |value: ExprId| match semantics.expr(value) {
            Expr::Text(text) => Some(text.to_string()),
            _ => None,
        };
        Some(match semantics.expr(matcher) {
            Expr::Container { items, .. } => items.iter().map(|it| one(it.value)).collect(),
            _ => vec![one(matcher)],
        })
    }

    /// The definition of this file that an exported expression names.
    fn definition_at(&self, value: ExprId) -> Option<usize> {
        let semantics = self.semantics();
        match semantics.expr(value) {
            Expr::Definition(id) => Some(id.index()),
            Expr::Name { scope: MODULE_SCOPE, name } => {
                // The bindings are not sorted yet.
                let bindings = &semantics.scope(MODULE_SCOPE).bindings;
                bindings.iter().find_map(|it| match it.bound {
                    Bound::Definition(id) if it.name == *name => Some(id.index()),
                    _ => None,
                })
            }
            _ => None,
        }
    }
}

/// The path that `app/**/route.ts` serves, and how many folders above it the application is.
fn app_path(path: &RepoPath) -> Option<(String, usize)> {
    let folders: Vec<&str> = path.parent().split('/').collect();
    let at = folders.iter().position(|it| *it == "app").filter(|_| path.stem() == "route")?;
    let below = &folders[at + 1..];
    let is_private = below.iter().any(|it| it.starts_with('_'));
    let is_segment =
        |it: &&&str| !(it.starts_with('@') || it.starts_with('(') && it.ends_with(')'));
    let parts: Vec<&str> = below.iter().filter(is_segment).copied().collect();
    (!is_private).then(|| (format!("/{}", parts.join("/")), below.len() + 1))
}

/// The path that `pages/api/**` serves, and how many folders above it the application is.
fn pages_path(path: &RepoPath) -> Option<(String, usize)> {
    let folders: Vec<&str> = path.parent().split('/').collect();
    let at = folders
        .windows(2)
        .position(|it| it == ["pages", "api"])
        .or_else(|| folders.ends_with(&["pages"]).then(|| folders.len() - 1))?;
    let below = &folders[at + 1..];
    let stem = path.stem();
    if below.is_empty() && stem != "api" {
        return None;
    }
    let last = Some(stem).filter(|it| *it != "index");
    let parts: Vec<&str> = below.iter().copied().chain(last).collect();
    Some((format!("/{}", parts.join("/")), below.len() + 1))
}

/// The paths that a pattern matches: one, or all below a prefix; `None` where it says more.
fn matched(pattern: &str) -> Option<Vec<(RouteHookKind, Option<Name>)>> {
    let rest = pattern.strip_prefix('/')?;
    let below = |prefix: &str| match prefix.trim_end_matches('/') {
        "" => (RouteHookKind::Use, None),
        prefix => (RouteHookKind::Use, Some(Name::from(format!("/{prefix}")))),
    };
    let start = ["(.*)", ":path*", ":slug*"].iter().find_map(|end| rest.strip_suffix(end));
    let is_literal = |it: &str| !it.contains([':', '(', ')', '*', '+', '?', '[', '\\', '|']);
    match start {
        Some(start) if is_literal(start) => Some(vec![below(start)]),
        Some(start) => {
            let words = start.strip_prefix('(')?.strip_suffix(')')?;
            let words: Vec<&str> = words.split('|').take(MAX_ALTERNATIVES + 1).collect();
            let is_plain = words.len() <= MAX_ALTERNATIVES && words.iter().all(|it| is_literal(it));
            is_plain.then(|| words.into_iter().map(below).collect())
        }
        None if is_literal(rest) => {
            Some(vec![(RouteHookKind::UseExactly, Some(Name::new(pattern)))])
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_the_path() {
        let app = |path: &str| app_path(&RepoPath::from(path)).map(|it| it.0);
        assert_eq!(app("src/app/api/users/[id]/route.ts").as_deref(), Some("/api/users/[id]"));
        assert_eq!(app("app/(shop)/@cart/items/route.js").as_deref(), Some("/items"));
        assert_eq!(app("web/app/docs/[...slug]/route.ts").as_deref(), Some("/docs/[...slug]"));
        assert_eq!(app("app/route.ts").as_deref(), Some("/"));
        assert_eq!(app("app/_lib/route.ts"), None);
        assert_eq!(app("src/api/route.ts"), None);
        assert_eq!(app("app/api/routes.ts"), None);
        let pages = |path: &str| pages_path(&RepoPath::from(path)).map(|it| it.0);
        assert_eq!(pages("pages/api/users/index.ts").as_deref(), Some("/api/users"));
        assert_eq!(pages("src/pages/api/users/[id].ts").as_deref(), Some("/api/users/[id]"));
        assert_eq!(pages("pages/api.ts").as_deref(), Some("/api"));
        assert_eq!(pages("pages/about.tsx"), None);
    }

    #[test]
    fn patterns_match_paths_or_are_not_read() {
        let text = |pattern: &str| {
            matched(pattern).map(|all| {
                let one = |(kind, prefix): (RouteHookKind, Option<Name>)| {
                    format!("{kind:?} {}", prefix.unwrap_or_default())
                };
                all.into_iter().map(one).collect::<Vec<_>>().join(", ")
            })
        };
        assert_eq!(text("/api/:path*").as_deref(), Some("Use /api"));
        assert_eq!(text("/about").as_deref(), Some("UseExactly /about"));
        assert_eq!(text("/(api|trpc)(.*)").as_deref(), Some("Use /api, Use /trpc"));
        assert_eq!(text("/(.*)").as_deref(), Some("Use "));
        assert_eq!(text("/((?!api|_next).*)"), None);
        assert_eq!(text("/users/:id"), None);
    }
}
