//! Middleware that leaves some routes out: `app.use(guard.unless({ path: ["/login"] }))`.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::named::variable;
use crate::builder::SemanticsBuilder;
use crate::{
    ContainerKind, Expr, ExprId, HookLimits, Item, Name, RouteHookKind, Semantics, is_leaving_out,
};

/// Names of names, lists in lists: more are not what people write.
const MAX_DEPTH: u32 = 8;

/// Values of one call that are looked at.
const MAX_VALUES: u32 = 10_000;

/// Options that say only how the path is read.
const PLAIN: &[&str] = &["useOriginalUrl", "originalUrl"];

/// Says of the hooks of a file which routes they leave out; bindings are sorted. What expressions
/// are regular expressions, their text says.
pub(super) fn collect(builder: &mut SemanticsBuilder, patterns: &BTreeMap<ExprId, Name>) {
    let semantics = &builder.semantics;
    let mut found: Vec<(usize, ExprId, HookLimits)> = Vec::new();
    for (at, hook) in semantics.route_hooks.iter().enumerate() {
        if matches!(hook.kind, RouteHookKind::Use | RouteHookKind::UseExactly)
            && hook.limits.is_none()
            && let Some((function, limits)) = left_out(semantics, patterns, hook.function)
        {
            found.push((at, function, limits));
        }
    }
    for (at, function, limits) in found {
        let hook = &mut builder.semantics.route_hooks[at];
        hook.function = function;
        hook.limits = Some(Box::new(limits));
    }
}

/// What runs, and before which routes not.
fn left_out(
    semantics: &Semantics,
    patterns: &BTreeMap<ExprId, Name>,
    function: ExprId,
) -> Option<(ExprId, HookLimits)> {
    let call = held(semantics, function);
    let Expr::Call { callee, arguments } = semantics.expr(call) else { return None };
    let Expr::Attribute { base, name } = semantics.expr(semantics.unapplied(*callee)) else {
        return None;
    };
    if !is_leaving_out(name) {
        return None;
    }
    let mut limits = HookLimits { is_from_root: true, ..HookLimits::default() };
    let options = match arguments.as_slice() {
        [one] => all_items(semantics, one.value),
        _ => None,
    };
    let read = Reader { semantics, patterns, room: Cell::new(MAX_VALUES) };
    match options {
        Some(options) => read.options(options, &mut limits),
        None => limits.is_open = true,
    }
    Some((*base, limits))
}

/// What a variable that nothing changes holds, or the expression itself.
fn held(semantics: &Semantics, mut expr: ExprId) -> ExprId {
    for _ in 0..MAX_DEPTH {
        let Expr::Name { scope, name } = semantics.expr(expr) else { break };
        let bound_in = crate::builder::lookup(semantics, *scope, name).map(|it| it.0);
        let is_changed = semantics.changed.iter().any(|it| Some(it.0) == bound_in && it.1 == *name);
        let Some(value) = variable(semantics, *scope, name).filter(|_| !is_changed) else { break };
        expr = value;
    }
    expr
}

fn all_items(semantics: &Semantics, expr: ExprId) -> Option<&[Item]> {
    match semantics.expr(held(semantics, expr)) {
        Expr::Container { kind: ContainerKind::Mapping, items } => Some(items),
        _ => None,
    }
}

struct Reader<'s> {
    semantics: &'s Semantics,
    patterns: &'s BTreeMap<ExprId, Name>,
    /// Values that may still be looked at: lists may hold the same lists many times.
    room: Cell<u32>,
}

impl Reader<'_> {
    fn has_room(&self) -> bool {
        let left = self.room.get();
        self.room.set(left.saturating_sub(1));
        left > 0
    }

    /// Each option leaves out routes of its own, whatever the others say.
    fn options(&self, options: &[Item], limits: &mut HookLimits) {
        let mut paths: Vec<(Vec<Name>, Name)> = Vec::new();
        for option in options {
            match option.key.as_deref() {
                Some("path" | "paths") => {
                    limits.is_open |= !self.paths(option.value, &mut paths, 0);
                }
                Some("method" | "methods") => match self.texts(option.value, 0) {
                    Some(methods) => paths.push((methods, Name::new_static("/*"))),
                    None => limits.is_open = true,
                },
                Some(other) if PLAIN.contains(&other) => {}
                _ => limits.is_open = true,
            }
        }
        for (mut methods, path) in paths {
            if methods.is_empty() {
                methods.push(Name::new_static("*"));
            }
            limits.except.extend(methods.into_iter().map(|it| (it, path.clone())));
        }
    }

    /// Adds the paths that a value says, each with the methods that it is limited to; whether
    /// they are all.
    fn paths(&self, value: ExprId, found: &mut Vec<(Vec<Name>, Name)>, depth: u32) -> bool {
        let value = held(self.semantics, value);
        if depth > MAX_DEPTH || !self.has_room() {
            return false;
        }
        if let Some(pattern) = self.patterns.get(&value) {
            let Some(path) = path_of_pattern(pattern) else { return false };
            found.push((Vec::new(), path));
            return true;
        }
        match self.semantics.expr(value) {
            Expr::Text(path) => {
                found.push((Vec::new(), path.clone()));
                true
            }
            Expr::Container { kind: ContainerKind::Sequence, items } => {
                let mut is_all = true;
                for item in items {
                    is_all &= self.paths(item.value, found, depth + 1);
                }
                is_all
            }
            // Each of `...shared`.
            Expr::Index { base, key: None } => self.paths(*base, found, depth + 1),
            // `{ url: "/login", methods: ["POST"] }`.
            Expr::Container { kind: ContainerKind::Mapping, items } => {
                let of = |keys: &[&str]| {
                    let is_it = |it: &&Item| it.key.as_deref().is_some_and(|it| keys.contains(&it));
                    items.iter().find(is_it).map(|it| it.value)
                };
                let methods = match of(&["method", "methods"]) {
                    Some(value) => self.texts(value, 0),
                    None => Some(Vec::new()),
                };
                let mut own = Vec::new();
                let is_known =
                    of(&["url", "path"]).is_some_and(|it| self.paths(it, &mut own, depth + 1));
                // Where the methods are not known, it may be all.
                let is_all = is_known && methods.is_some();
                let methods = methods.unwrap_or_default();
                found.extend(own.into_iter().map(|(_, path)| (methods.clone(), path)));
                is_all
            }
            _ => false,
        }
    }

    fn texts(&self, value: ExprId, depth: u32) -> Option<Vec<Name>> {
        let value = held(self.semantics, value);
        match self.semantics.expr(value) {
            _ if depth > MAX_DEPTH || !self.has_room() => None,
            Expr::Text(text) => Some(vec![text.to_uppercase().into()]),
            Expr::Container { kind: ContainerKind::Sequence, items } => {
                let all = items.iter().map(|it| self.texts(it.value, depth + 1));
                Some(all.collect::<Option<Vec<_>>>()?.concat())
            }
            _ => None,
        }
    }
}

/// The beginning of all paths that a regular expression takes, after `^`: `^/public` of
/// `/^\/public\/.*/`; one that is not anchored may take any.
fn path_of_pattern(pattern: &str) -> Option<Name> {
    let (body, flags) = pattern.strip_prefix('/')?.rsplit_once('/')?;
    let mut rest = body.strip_prefix('^')?.chars().peekable();
    if flags.contains(['i', 'm']) || body.contains('|') {
        return None;
    }
    let mut path = String::from("^");
    while let Some(char) = rest.next() {
        let literal = match char {
            '\\' => match rest.next() {
                Some(escaped) if !escaped.is_ascii_alphanumeric() => escaped,
                _ => break,
            },
            '/' | '-' | '_' => char,
            char if char.is_alphanumeric() => char,
            _ => break,
        };
        // `/users?` takes `/user` too.
        if matches!(rest.peek(), Some('?' | '*' | '{')) {
            break;
        }
        path.push(literal);
    }
    path.starts_with("^/").then(|| path.into())
}

#[cfg(test)]
mod tests {
    use super::path_of_pattern;

    #[test]
    fn a_pattern_begins_with_what_it_writes_out() {
        let of = |it: &str| path_of_pattern(it).map(|it| it.to_string());
        assert_eq!(of(r"/^\/public\/.*/").as_deref(), Some("^/public/"));
        assert_eq!(of(r"/^\/api\/users?$/").as_deref(), Some("^/api/user"));
        assert_eq!(of(r"/\/public/"), None);
        assert_eq!(of(r"/^\/a|\/b/"), None);
        assert_eq!(of(r"/^\/A/i"), None);
    }
}
