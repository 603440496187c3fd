//! Where Django serves its lists of paths: what includes them, and which of them is the first.

use super::super::walk::{Cx, Walk};
use super::django::DJANGO_PATHS;
use super::{Called, route_hook};
use crate::{Bound, Expr, ExprId, MODULE_SCOPE, Name, RouteHook, RouteHookKind, UNKNOWN_PREFIX};

/// The list of paths that a module is asked for.
const PATTERNS: &str = "urlpatterns";

/// The setting that names the module whose list is served first.
const ROOT: &str = "ROOT_URLCONF";

impl Walk<'_, '_> {
    /// `path("api/", include("shop.urls"))`: whether it serves other paths, below its own.
    pub(super) fn included(
        &mut self,
        called: &Called<'_>,
        path: ExprId,
        view: ExprId,
        cx: &Cx,
    ) -> bool {
        let included = match self.builder.semantics.expr(view) {
            Expr::Call { arguments, .. } if self.last_name(view) == "include" => {
                arguments.first().map(|it| it.value)
            }
            // `([path(…)], "app", "namespace")`, as `admin.site.urls` is.
            Expr::Container { .. } => Some(view),
            Expr::Attribute { name, .. } if name == "urls" => Some(view),
            _ => return false,
        };
        let path = self.written_path(called, path, true);
        let lists = included.map(|it| self.lists_of(it)).unwrap_or_default();
        for list in lists {
            let hook = route_hook(called.call, list, RouteHookKind::Include, cx);
            self.builder.route_hook(RouteHook { prefix: Some(path), ..hook });
        }
        true
    }

    /// The path that a function of Django is given; `re_path` and `url` are given expressions.
    pub(super) fn written_path(
        &mut self,
        called: &Called<'_>,
        path: ExprId,
        is_prefix: bool,
    ) -> ExprId {
        match self.builder.semantics.expr(path) {
            Expr::Text(regex) if called.name != "path" => {
                let path = plain_path(regex, is_prefix);
                self.builder.expr(Expr::Text(path))
            }
            _ => path,
        }
    }

    /// The lists that `include` may be given: a module by its name or by an import, a list, one
    /// of these with a namespace.
    fn lists_of(&mut self, included: ExprId) -> Vec<ExprId> {
        let semantics = &self.builder.semantics;
        match semantics.expr(included) {
            Expr::Text(module) => {
                let module = module.clone();
                self.dotted_path(&format!("{module}.{PATTERNS}")).into_iter().collect()
            }
            Expr::Container { items, .. } => {
                let is_path = |it: ExprId| {
                    matches!(semantics.expr(it), Expr::Call { .. })
                        && DJANGO_PATHS.contains(&self.last_name(it))
                };
                match items.first() {
                    Some(first) if items.len() <= 3 && !is_path(first.value) => {
                        let first = first.value;
                        self.lists_of(first)
                    }
                    _ => vec![included],
                }
            }
            // `router.urls`: what the router makes.
            Expr::Attribute { base, name } if name == "urls" => {
                let name = Name::new_static(PATTERNS);
                let base = *base;
                vec![base, self.builder.expr(Expr::Attribute { base: included, name })]
            }
            _ => {
                let name = Name::new_static(PATTERNS);
                vec![included, self.builder.expr(Expr::Attribute { base: included, name })]
            }
        }
    }

    /// `ROOT_URLCONF = "site.urls"`: what that module lists is served as it stands.
    pub(super) fn finish_root(&mut self) {
        let semantics = &self.builder.semantics;
        let texts = semantics.scope(MODULE_SCOPE).bindings_of(ROOT).iter().filter_map(|it| {
            let value = match it.bound {
                Bound::Definition(id) => semantics.definition(id).value?,
                Bound::Value(value) => value,
                _ => return None,
            };
            match semantics.expr(value) {
                Expr::Text(text) => Some(text.clone()),
                _ => None,
            }
        });
        for module in texts.collect::<Vec<_>>() {
            let Some(function) = self.dotted_path(&format!("{module}.{PATTERNS}")) else {
                continue;
            };
            let name = Name::new_static(ROOT);
            let router = self.builder.expr(Expr::Name { scope: MODULE_SCOPE, name });
            let root = self.builder.expr(Expr::Text(Name::new_static("/")));
            self.builder.route_hook(RouteHook {
                router,
                prefix: Some(root),
                kind: RouteHookKind::Include,
                ..RouteHook::global(function, false)
            });
        }
    }
}

/// The path that a regular expression of Django takes, as `path()` would write it, or the one
/// that other paths are below; what is behind something that it cannot write is open.
pub(in super::super) fn plain_path(regex: &str, is_prefix: bool) -> Name {
    let mut out = String::new();
    let mut rest = regex.trim_start_matches('^');
    loop {
        let end = rest.find(['(', '[', '\\', '.', '*', '+', '?', '|', '$', '{']);
        let Some(end) = end else {
            out.push_str(rest);
            // Whatever comes behind is taken too.
            let open = if is_prefix { "" } else { UNKNOWN_PREFIX };
            return Name::new(out + open);
        };
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        if rest == "$" {
            return Name::new(out);
        }
        if let Some(literal) = rest.strip_prefix('\\').and_then(|it| it.chars().next())
            && matches!(literal, '.' | '-' | '/')
        {
            out.push(literal);
            rest = &rest[1 + literal.len_utf8()..];
            continue;
        }
        let group = rest.strip_prefix("(?P<").and_then(|it| {
            let (name, _) = it.split_once('>')?;
            Some((name, closed(rest)?))
        });
        let Some((name, end)) = group else { break };
        out.push_str(&format!("<{name}>"));
        rest = &rest[end..];
    }
    Name::new(out + UNKNOWN_PREFIX)
}

/// Where the group that a text starts with ends.
fn closed(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut is_escaped = false;
    for (at, char) in text.char_indices() {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::plain_path;

    #[test]
    fn regular_expressions_are_written_as_paths_as_far_as_they_can_be() {
        for (regex, path) in [
            ("^users/$", "users/"),
            (r"^users/(?P<pk>[0-9]+(\.\d)?)/$", "users/<pk>/"),
            ("^users/[0-9]{4}/$", "users/…"),
            ("^admin/", "admin/…"),
            (r"^a\.b$", "a.b"),
            ("", "…"),
        ] {
            assert_eq!(plain_path(regex, false), path, "{regex}");
        }
        assert_eq!(plain_path("^api/", true), "api/");
        assert_eq!(plain_path("^v[0-9]/", true), "v…");
    }
}
