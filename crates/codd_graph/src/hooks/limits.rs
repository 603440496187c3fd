//! Which routes a hook leaves out by their methods and paths.

use codd_facts::{HookLimits, UNKNOWN_PREFIX};

use crate::{Confidence, Prefix};

/// Stands for any method.
const ANY: &str = "*";

/// How surely a hook holds for a route, which its prefix takes; `None` where it does not. The
/// path is the whole one where the router is not mounted.
pub(super) fn holds(
    limits: &HookLimits,
    prefix: Option<&Prefix>,
    (method, path): (&str, &str),
    is_mounted: bool,
) -> Option<Confidence> {
    let is_part = is_mounted && limits.is_from_root;
    let mut held = Confidence::Exact;
    if !limits.methods.is_empty() && !limits.methods.iter().any(|it| it == method) {
        if method != ANY {
            return None;
        }
        held = Confidence::Possible;
    }
    if limits.is_exact {
        held = held.min(match prefix {
            Some(Prefix::Known(own)) if is_same(own, path)? => Confidence::Exact,
            _ => Confidence::Possible,
        });
    }
    for (of, left_out) in &limits.except {
        let is_of_method = of == ANY || of == method;
        let is_it = match left_out.strip_prefix('^') {
            Some(start) => (is_part || may_begin_with(start, path)).then_some(false),
            None if is_part => is_end_of(left_out, path).then_some(false),
            None => is_same(left_out, path),
        };
        match is_it {
            _ if !is_of_method && method != ANY => {}
            Some(true) if is_of_method => return None,
            Some(_) => held = Confidence::Possible,
            None => {}
        }
    }
    Some(if limits.is_open { Confidence::Possible } else { held })
}

/// Whether a path that is asked for may be one of a router that is served below some of it.
fn is_end_of(written: &str, path: &str) -> bool {
    let mut ends = written.match_indices('/').map(|(at, _)| &written[at..]);
    path.trim_matches('/').is_empty() || ends.any(|it| is_same(it, path).is_some())
}

/// Whether a route's path may begin with what is written down.
fn may_begin_with(written: &str, path: &str) -> bool {
    let known = path.split([':', '*', '{']).next().unwrap_or_default();
    path.contains(UNKNOWN_PREFIX)
        || known.starts_with(written)
        || known.len() < path.len() && written.starts_with(known)
}

/// Whether a route's path is one that is written down, `false` where it may be; `None` where it
/// is another.
fn is_same(written: &str, path: &str) -> Option<bool> {
    if path.contains(UNKNOWN_PREFIX) {
        return Some(false);
    }
    let parts = |it: &str| -> Vec<String> {
        it.split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let (written, path) = (parts(written), parts(path));
    let mut is_sure = true;
    for (at, part) in written.iter().enumerate() {
        if part.contains(['*', '(', '{']) {
            // A wildcard at the end takes all that is below; what others take is not followed.
            let is_rest = at + 1 == written.len()
                && matches!(part.as_str(), "*" | "(.*)" | "*path" | "*splat");
            return Some(is_sure && is_rest && path.len() > at);
        }
        let own = path.get(at)?;
        if part.starts_with(':') {
            continue;
        }
        // The route takes more than what is written down.
        if own.starts_with(':') {
            is_sure = false;
        } else if part != own {
            return None;
        }
    }
    (written.len() == path.len()).then_some(is_sure)
}
