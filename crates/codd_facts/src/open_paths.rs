//! Paths of routes of which their file does not say all: what is known of them, and what tells
//! such routes apart.

use crate::{Expr, ExprId, Name, Semantics, UNKNOWN_PREFIX};

/// Stands before the expression of a path of which nothing is known, which tells it apart.
const WRITTEN: &str = "… (";

/// Expressions in expressions that are spelled.
const MAX_DEPTH: u32 = 4;

/// The longest spelling that is kept.
const MAX_SPELLED: usize = 120;

/// Parts of a path that are joined.
const MAX_PARTS: u32 = 6;

/// Values of one path that are told apart.
const MAX_OPTIONS: usize = 8;

/// The path without the expression that tells an unknown one apart: `…` of `… (paths.users)`.
pub fn known_path(path: &str) -> &str {
    path.find(WRITTEN).map_or(path, |at| &path[..at + UNKNOWN_PREFIX.len()])
}

/// The expression that tells a path apart of which nothing is known: `(paths.users)`.
pub fn written_path(path: &str) -> Option<&str> {
    path.find(WRITTEN).map(|at| &path[at + WRITTEN.len() - 1..])
}

/// The path that an expression stands for, as far as its file says: `…/users` of
/// `PREFIX + "/users"`, `… (paths.users)` where it says nothing.
///
/// `held` gives the text that a name stands for.
pub(crate) fn open_path(
    semantics: &Semantics,
    expr: ExprId,
    held: &dyn Fn(ExprId) -> Option<Name>,
) -> Name {
    let mut known = String::new();
    push(semantics, expr, held, MAX_PARTS, &mut known);
    if known == UNKNOWN_PREFIX { unknown_path(&spelled(semantics, expr)) } else { known.into() }
}

/// The path of a route of which nothing is known but how it is written.
pub(crate) fn unknown_path(written: &str) -> Name {
    let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = written.char_indices().map(|it| it.0).nth(MAX_SPELLED).unwrap_or(written.len());
    match &written[..end] {
        "" => Name::new_static(UNKNOWN_PREFIX),
        written => Name::from(format!("{WRITTEN}{written})")),
    }
}

fn push(
    semantics: &Semantics,
    expr: ExprId,
    held: &dyn Fn(ExprId) -> Option<Name>,
    depth: u32,
    out: &mut String,
) {
    match semantics.expr(expr) {
        Expr::Text(text) => out.push_str(text),
        Expr::Joined(parts) if depth > 0 => {
            for part in parts {
                push(semantics, *part, held, depth - 1, out);
            }
        }
        Expr::Either(options) if depth > 0 && options.len() <= MAX_OPTIONS => {
            let each = options.iter().map(|it| {
                let mut text = String::new();
                push(semantics, *it, held, depth - 1, &mut text);
                text
            });
            push_part(out, &common_end(&each.collect::<Vec<_>>()));
        }
        _ => match held(expr) {
            Some(text) => out.push_str(&text),
            None => push_part(out, UNKNOWN_PREFIX),
        },
    }
}

/// Adds a part to a path: what is not known on both sides of where they meet is so once.
pub fn push_part(path: &mut String, part: &str) {
    let is_open = path.ends_with(UNKNOWN_PREFIX);
    path.push_str(part.strip_prefix(UNKNOWN_PREFIX).filter(|_| is_open).unwrap_or(part));
}

/// An expression as it may be written.
pub(crate) fn spelled(semantics: &Semantics, expr: ExprId) -> String {
    let mut out = String::new();
    spell(semantics, expr, MAX_DEPTH, &mut out);
    out
}

fn spell(semantics: &Semantics, expr: ExprId, depth: u32, out: &mut String) {
    let Some(depth) = depth.checked_sub(1).filter(|_| out.len() < MAX_SPELLED) else {
        out.push('_');
        return;
    };
    let list = |all: &mut dyn Iterator<Item = ExprId>, separator: &str, out: &mut String| {
        for (at, it) in all.enumerate() {
            out.push_str(if at > 0 { separator } else { "" });
            spell(semantics, it, depth, out);
        }
    };
    match semantics.expr(expr) {
        Expr::Name { name, .. } => out.push_str(name),
        Expr::Attribute { base, name } => {
            spell(semantics, *base, depth, out);
            out.push('.');
            out.push_str(name);
        }
        Expr::Call { callee, arguments } => {
            spell(semantics, *callee, depth, out);
            out.push('(');
            list(&mut arguments.iter().map(|it| it.value), ", ", out);
            out.push(')');
        }
        Expr::Index { base, key } => {
            spell(semantics, *base, depth, out);
            out.push_str(&format!("[{}]", key.as_deref().unwrap_or("_")));
        }
        Expr::Text(text) => out.push_str(&format!("\"{text}\"")),
        Expr::Joined(parts) => list(&mut parts.iter().copied(), " + ", out),
        Expr::Either(options) => list(&mut options.iter().copied(), " | ", out),
        Expr::Container { items, .. } => {
            out.push('[');
            list(&mut items.iter().map(|it| it.value), ", ", out);
            out.push(']');
        }
        Expr::Definition(id) => out.push_str(&semantics.definition(*id).name),
        Expr::This { .. } => out.push_str("this"),
        _ => out.push('_'),
    }
}

/// The text that all of these are, or the end of a path that they have in common.
pub fn common_end(texts: &[String]) -> String {
    let Some((first, rest)) = texts.split_first() else { return UNKNOWN_PREFIX.to_owned() };
    if rest.iter().all(|it| it == first) {
        return first.clone();
    }
    let mut end = first.as_str();
    for it in rest {
        let same = end.chars().rev().zip(it.chars().rev()).take_while(|(a, b)| a == b);
        let length: usize = same.map(|(it, _)| it.len_utf8()).sum();
        end = &end[end.len() - length..];
    }
    // Whole segments.
    let start = end.find('/').unwrap_or(end.len());
    format!("{UNKNOWN_PREFIX}{}", &end[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_an_unknown_path_apart_is_no_part_of_it() {
        for (path, known, written) in [
            ("/users", "/users", None),
            ("…/users", "…/users", None),
            ("… (paths.users)", "…", Some("(paths.users)")),
            ("/api/… (at(\"/x\"))", "/api/…", Some("(at(\"/x\"))")),
        ] {
            assert_eq!((known_path(path), written_path(path)), (known, written), "{path}");
        }
        assert_eq!(unknown_path("a  +\n b"), "… (a + b)");
        assert_eq!(unknown_path(&"x".repeat(500)).chars().count(), 3 + MAX_SPELLED + 1);
    }

    #[test]
    fn what_several_paths_have_in_common_is_their_end() {
        let common = |texts: &[&str]| {
            common_end(&texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(common(&["/a", "/a"]), "/a");
        assert_eq!(common(&["/<org>/api/x", "/api/x"]), "…/api/x");
        assert_eq!(common(&["/users", "/superusers"]), "…");
        assert_eq!(common(&["…/x", "/x"]), "…/x");
        assert_eq!(common(&["/a/é", "/b/é"]), "…/é");
        assert_eq!(common(&["", "/x"]), "…");
        assert_eq!(common(&[]), "…");
    }
}
