//! Rules of Spring Security: whether nobody is sent away by one.

/// Rules in rules that are looked into.
const DEEPEST: usize = 8;

/// What everybody complies with, or who is not known.
const OPEN: &[&str] = &["permitAll", "isAnonymous", "ANONYMOUS"];

/// The same, where it is all of the rule.
const WORDS: &[&str] = &["anonymous", "true"];

/// Whether a rule may hold for who is not known: `hasRole('A') or true`, `!hasRole('A')`.
pub(super) fn is_open(rule: &str) -> bool {
    may_hold(rule, DEEPEST)
}

fn may_hold(rule: &str, room: usize) -> bool {
    let Some(room) = room.checked_sub(1) else { return true };
    let rule = unwrapped(rule.trim());
    let either = split(rule, "||", "or");
    if either.len() > 1 {
        return either.iter().any(|it| may_hold(it, room));
    }
    let all = split(rule, "&&", "and");
    if all.len() > 1 {
        return all.iter().all(|it| may_hold(it, room));
    }
    let denied = rule.strip_prefix('!').or_else(|| {
        let (word, rest) = rule.split_at_checked(3)?;
        let is_apart = rest.starts_with(|it: char| !is_of_word(it));
        (word.eq_ignore_ascii_case("not") && is_apart).then_some(rest)
    });
    match denied {
        // What is asked of several things at once may fail by any of them.
        Some(denied) => {
            !OPEN.iter().any(|it| denied.contains(it))
                || ["||", "&&", " or ", " and "].iter().any(|it| denied.contains(it))
        }
        None => {
            WORDS.iter().any(|it| rule.eq_ignore_ascii_case(it))
                || OPEN.iter().any(|it| rule.contains(it))
        }
    }
}

fn is_of_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
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

/// The parts of a rule between operators, which are a sign or a word, that stand in no
/// parentheses and in no text.
fn split<'r>(rule: &'r str, sign: &str, word: &str) -> Vec<&'r str> {
    let (mut parts, mut from, mut depth, mut is_text) = (Vec::new(), 0, 0i32, false);
    let mut before = ' ';
    for (at, it) in rule.char_indices() {
        let is_apart = !is_of_word(before);
        before = it;
        if it == '\'' {
            is_text = !is_text;
        }
        if is_text {
            continue;
        }
        depth += i32::from(it == '(') - i32::from(it == ')');
        if depth != 0 || at < from {
            continue;
        }
        let rest = &rule[at..];
        let is_word = is_apart
            && rest.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word))
            && !rest[word.len()..].starts_with(is_of_word);
        let operator = match () {
            () if rest.starts_with(sign) => sign,
            () if is_word => word,
            () => continue,
        };
        parts.push(&rule[from..at]);
        from = at + operator.len();
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
            "anonymous",
            "hasRole('A')or true",
            "hasRole('A') OR\n TRUE",
            "!(isAnonymous() and hasRole('A'))",
            "NOT hasRole('A')",
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
            "hasAuthority('read or true')",
            "notary == principal.name",
        ] {
            assert!(!is_open(rule), "{rule}");
        }
        assert!(!is_open(&"(".repeat(100_000)));
    }
}
