//! Rules of Spring Security: whether nobody is sent away by one.

/// Rules in rules that are looked into.
const DEEPEST: usize = 8;

/// What everybody complies with, or who is not known.
const OPEN: &[&str] = &["permitAll", "isAnonymous", "ANONYMOUS"];

/// Whether a rule may hold for who is not known: `hasRole('A') or true`, `!hasRole('A')`.
pub(super) fn is_open(rule: &str) -> bool {
    may_hold(rule, DEEPEST)
}

fn may_hold(rule: &str, room: usize) -> bool {
    let Some(room) = room.checked_sub(1) else { return true };
    let rule = unwrapped(rule.trim());
    let either = split(rule, &["||", " or ", " OR "]);
    if either.len() > 1 {
        return either.iter().any(|it| may_hold(it, room));
    }
    let all = split(rule, &["&&", " and ", " AND "]);
    if all.len() > 1 {
        return all.iter().all(|it| may_hold(it, room));
    }
    let denied = rule.strip_prefix('!').or_else(|| rule.strip_prefix("not "));
    match denied {
        Some(denied) => !OPEN.iter().any(|it| denied.contains(it)),
        None => rule == "true" || OPEN.iter().any(|it| rule.contains(it)),
    }
}

/// Without parentheses around all of it.
fn unwrapped(rule: &str) -> &str {
    let Some(inner) = rule.strip_prefix('(').and_then(|it| it.strip_suffix(')')) else {
        return rule;
    };
    let mut depth = 0i32;
    let is_whole = inner.chars().all(|it| {
        depth += i32::from(it == '(') - i32::from(it == ')');
        depth >= 0
    });
    if is_whole { inner.trim() } else { rule }
}

/// The parts of a rule between operators that stand in no parentheses.
fn split<'r>(rule: &'r str, operators: &[&str]) -> Vec<&'r str> {
    let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0i32);
    let mut skipped = 0;
    for (at, it) in rule.char_indices() {
        depth += i32::from(it == '(') - i32::from(it == ')');
        if at < skipped || depth != 0 {
            continue;
        }
        if let Some(operator) = operators.iter().find(|it| rule[at..].starts_with(**it)) {
            parts.push(&rule[from..at]);
            from = at + operator.len();
            skipped = from;
        }
    }
    parts.push(&rule[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn rules_hold_for_nobody_where_one_part_is_asked_of_all() {
        for rule in [
            "permitAll()",
            "true",
            "hasRole('A') or true",
            "isAuthenticated() || isAnonymous()",
            "!hasRole('A')",
            "not hasRole('A')",
            "(hasRole('A') or (permitAll()))",
            "ROLE_ANONYMOUS",
        ] {
            assert!(is_open(rule), "{rule}");
        }
        for rule in [
            "hasRole('A')",
            "isAuthenticated() and !hasRole('B')",
            "!isAnonymous()",
            "isAuthenticated() and (hasRole('A') or true)",
            "hasAnyRole('A', 'B') or hasAuthority('or')",
            "#id == principal.id",
        ] {
            assert!(!is_open(rule), "{rule}");
        }
        assert!(!is_open(&"(".repeat(100_000)));
    }
}
