//! Which routes a hook leaves out by their methods and paths.

use codd_facts::{HookLimits, UNKNOWN_PREFIX};

use crate::{Confidence, Prefix};

/// Stands for any method.
const ANY: &str = "*";

/// How surely a hook holds for a route, which its prefix takes; `None` where it does not.
pub(super) fn holds(
    limits: &HookLimits,
    prefix: Option<&Prefix>,
    method: &str,
    path: &str,
) -> Option<Confidence> {
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
        match is_same(left_out, path) {
            _ if !is_of_method && method != ANY => {}
            Some(true) if is_of_method => return None,
            Some(_) => held = Confidence::Possible,
            None => {}
        }
    }
    Some(if limits.is_open { Confidence::Possible } else { held })
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
