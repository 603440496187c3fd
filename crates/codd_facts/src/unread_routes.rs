//! What looks like a route and cannot be read: decorators of a library whose routes codd does not
//! know, functions of the project that register what they are given.

use rustc_hash::FxHashSet;

use crate::{Bound, Expr, ExprId, ImportId, ReferenceKind, Semantics};

/// What is counted for each of them.
pub(crate) const UNKNOWN_DECORATOR: &str = "route by a decorator of an unknown library";

/// What is counted of a function that registers what its own file gives it: others may call it
/// too, which the graph says.
pub const CALLED_ELSEWHERE: &str = "route registered by a function that other files may call";

/// Scopes around a name in which it is looked for.
const MAX_SCOPES: usize = 64;

/// Decorators that are called like methods of HTTP, in lower case.
const METHODS: &[&str] = &[
    "delete",
    "get",
    "head",
    "httpdelete",
    "httpget",
    "httppatch",
    "httppost",
    "httpput",
    "options",
    "patch",
    "post",
    "put",
    "route",
];

/// Parts of the names of libraries whose decorators say what a client asks for, or a test answers.
const CLIENTS: &[&str] =
    &["client", "feign", "mock", "requests", "respx", "responses", "retrofit", "uplink"];

/// The references, by their place among those of a file, that decorate what may answer requests.
///
/// In a file with routes or tests there are none: its decorators are known.
pub(crate) fn decorators(semantics: &Semantics) -> Vec<usize> {
    if !semantics.routes.is_empty() || !semantics.tests.is_empty() {
        return Vec::new();
    }
    let decorators: Vec<(usize, ExprId)> = semantics
        .references
        .iter()
        .enumerate()
        .filter(|(_, it)| it.kind == ReferenceKind::Decorate)
        .map(|(at, it)| (at, it.target))
        .filter(|(_, target)| is_method(semantics, *target))
        .collect();
    if decorators.is_empty() {
        return Vec::new();
    }
    let callees = semantics.exprs.iter().filter_map(|it| match it {
        Expr::Call { callee, .. } => Some(*callee),
        _ => None,
    });
    let called: FxHashSet<ExprId> = callees.collect();
    let is_route = |target: ExprId| {
        let is_called =
            matches!(semantics.expr(target), Expr::Call { .. }) || called.contains(&target);
        let import = imported(semantics, callee_of(semantics, target));
        is_called && import.is_some_and(|it| is_of_library(semantics, it))
    };
    decorators.into_iter().filter(|(_, target)| is_route(*target)).map(|(at, _)| at).collect()
}

fn callee_of(semantics: &Semantics, target: ExprId) -> ExprId {
    match semantics.expr(target) {
        Expr::Call { callee, .. } => *callee,
        _ => target,
    }
}

fn is_method(semantics: &Semantics, target: ExprId) -> bool {
    let (Expr::Name { name, .. } | Expr::Attribute { name, .. }) =
        semantics.expr(callee_of(semantics, target))
    else {
        return false;
    };
    METHODS.contains(&name.to_ascii_lowercase().as_str())
}

fn imported(semantics: &Semantics, expr: ExprId) -> Option<ImportId> {
    let mut at = expr;
    for _ in 0..MAX_SCOPES {
        match semantics.expr(at) {
            Expr::Attribute { base, .. } => at = *base,
            Expr::Import(import) => return Some(*import),
            Expr::Name { .. } => {
                return match bound(semantics, at)? {
                    Bound::Import(import) => Some(import),
                    _ => None,
                };
            }
            _ => return None,
        }
    }
    None
}

fn bound(semantics: &Semantics, expr: ExprId) -> Option<Bound> {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return None };
    let mut scope = Some(*scope);
    for _ in 0..MAX_SCOPES {
        let current = semantics.scope(scope?);
        match current.bindings_of(name) {
            [] => scope = current.parent,
            [.., last] => return Some(last.bound.clone()),
        }
    }
    None
}

fn is_of_library(semantics: &Semantics, import: ImportId) -> bool {
    let request = &semantics.import(import).request;
    let module = request.module.to_ascii_lowercase();
    request.level == 0 && !module.starts_with('.') && !CLIENTS.iter().any(|it| module.contains(it))
}

#[cfg(test)]
mod tests {
    fn not_modelled(path: &str, text: &str, what: &str) -> u32 {
        let path = codd_source::RepoPath::from(path);
        let language = crate::language_of(&path).unwrap();
        let parsed = crate::parse(language, &path, text.as_bytes()).unwrap();
        let facts = crate::extract(&parsed);
        let count = facts.not_modelled.iter().find(|(own, _)| own == what).map_or(0, |it| it.1);
        let places = facts.places.not_modelled.iter().filter(|(own, _)| own == what);
        assert_eq!(places.count() as u32, count, "{text}");
        count
    }

    #[test]
    fn decorators_of_unknown_libraries_are_counted() {
        for (path, text, expected) in [
            (
                "a.ts",
                "import { Get, Post } from '@idm/koa';\nclass A { @Get('/x') x() {} @Post() y() {} }\n",
                2,
            ),
            ("a.ts", "import * as http from 'some-http';\nclass A { @http.Get('/x') x() {} }\n", 1),
            ("a.ts", "import { Get } from './own';\nclass A { @Get('/x') x() {} }\n", 0),
            ("a.ts", "import { Get } from 'axios-client';\nclass A { @Get('/x') x() {} }\n", 0),
            ("a.ts", "import { Input } from 'angular';\nclass A { @Input() x() {} }\n", 0),
            ("a.py", "import responses\n@responses.get('/x')\ndef x(): pass\n", 0),
            ("a.py", "from lib import Cache\nc = Cache()\n@c.get('x')\ndef x(): pass\n", 0),
        ] {
            assert_eq!(not_modelled(path, text, super::UNKNOWN_DECORATOR), expected, "{text}");
        }
    }
}
