//! Regular expressions that a text is tested with.

use std::rc::Rc;

use codd_facts::{FlowValue, ValueId};

use super::Run;
use super::calls::Call;
use crate::classes::Mask;
use crate::value::{Constant, Key, Value};

/// Of a compiled pattern: whether its ends may be those of a line.
const OF_LINES: &str = "=of lines";

/// Regular expressions of .NET: the class, and one that was made.
const REGEX: &str = "System.Text.RegularExpressions.Regex";
const MADE_REGEX: &str = "System.Text.RegularExpressions.Regex()";

impl Run<'_, '_> {
    /// A regular expression that takes the whole text, and only harmless ones.
    pub(super) fn pattern_matched(
        &mut self,
        callee: ValueId,
        given: &[(Option<Rc<str>>, ValueId)],
    ) {
        let flow = self.flow;
        let FlowValue::Attribute { base, name } = flow.value(callee) else { return };
        let name = flow.name(*name).as_str();
        let owner = self.value(*base);
        let path = owner.path.map(|it| Rc::clone(self.engine.paths.text(it)));
        // With flags that are not known to leave `^` and `$` as they are, only `fullmatch` is.
        let flags = match given {
            _ if path.as_deref() != Some("re") && path.as_deref() != Some("regex") => None,
            [_, _, (_, flags), ..] => Some(*flags),
            _ => None,
        };
        if name == "match" && flags.is_some_and(|it| !self.keeps_ends(it)) {
            return;
        }
        let (pattern, subject) = match (name, path.as_deref(), given) {
            ("fullmatch" | "match", Some("re" | "regex"), [(_, pattern), (_, subject), ..])
            | ("matches", Some("java.util.regex.Pattern"), [(_, pattern), (_, subject)]) => {
                (self.value(*pattern).as_text().map(str::to_owned), *subject)
            }
            (
                "fullmatch" | "match",
                Some("re.compile()" | "regex.compile()"),
                [(_, subject), ..],
            ) => {
                let key = Key::Named("=pattern".into());
                let pattern = self.read(&owner, Some(&key), *base);
                (pattern.as_text().map(str::to_owned), *subject)
            }
            ("IsMatch", Some(REGEX), [(_, subject), (_, pattern), options @ ..]) => {
                for (_, options) in options {
                    let options = self.value(*options);
                    if !self.keeps_line_ends(&options) {
                        return;
                    }
                }
                (self.value(*pattern).as_text().map(str::to_owned), *subject)
            }
            ("IsMatch", Some(MADE_REGEX), [(_, subject)]) => {
                let key = Key::Named("=pattern".into());
                let pattern = self.read(&owner, Some(&key), *base);
                let flags = self.read(&owner, Some(&Key::Named(OF_LINES.into())), callee);
                if flags.constant.is_some() {
                    return;
                }
                (pattern.as_text().map(str::to_owned), *subject)
            }
            ("test", _, [(_, subject)]) => (owner.as_text().map(str::to_owned), *subject),
            ("matches", _, [(_, pattern)]) if self.is_typed() => {
                (self.value(*pattern).as_text().map(str::to_owned), *base)
            }
            // `pattern.matcher(text).matches()`.
            ("matches", _, []) if self.is_typed() => match self.matched_by(*base) {
                Some(found) => found,
                None => return,
            },
            _ => return,
        };
        let Some(pattern) = pattern else { return };
        if name == "match" {
            let flags = self.read(&owner, Some(&Key::Named(OF_LINES.into())), callee);
            if flags.constant == Some(Constant::Boolean(true)) {
                return;
            }
        }
        let is_ended = ["$", "\\Z", "\\z"].iter().any(|it| pattern.ends_with(it));
        let is_whole = matches!(name, "fullmatch" | "matches")
            || (name == "match" || pattern.starts_with('^'))
                && is_ended
                && !pattern.ends_with("\\$")
                && !has_ways(&pattern);
        if is_whole && is_harmless_pattern(&pattern) {
            // There, the end is before a last line end, too.
            let has_line_end = match name {
                "IsMatch" => pattern.ends_with(['$', 'Z']),
                "match" => pattern.ends_with('$'),
                "test" => pattern.ends_with("\\Z"),
                _ => false,
            };
            let mask = if has_line_end { without_line_ends() } else { Mask::ALL };
            self.make_safe(subject, Mask(mask.0 & harmless_to(&pattern).0));
        }
    }

    /// The pattern and the text of a matcher.
    pub(super) fn matched_by(&mut self, matcher: ValueId) -> Option<(Option<String>, ValueId)> {
        let flow = self.flow;
        let made = match flow.value(matcher) {
            FlowValue::Name(name) => self.state.written[self.slot(*name)?]?,
            _ => matcher,
        };
        let made = match flow.value(made) {
            FlowValue::Typed { value, .. } => *value,
            _ => made,
        };
        let FlowValue::Call { callee, arguments, .. } = flow.value(made) else { return None };
        let FlowValue::Attribute { base, name } = flow.value(*callee) else { return None };
        let [argument] = &arguments[..] else { return None };
        if flow.name(*name) != "matcher" {
            return None;
        }
        let pattern = self.value(*base);
        let pattern = self.read(&pattern, Some(&Key::Named("=pattern".into())), *base);
        Some((pattern.as_text().map(str::to_owned), argument.value))
    }

    /// What a compiled pattern was made of, which is written without names most often.
    pub(super) fn note_pattern(&mut self, call: &Call<'_>, settings: &mut Vec<(Key, Value)>) {
        let path = call.callee.path.map(|it| Rc::clone(self.engine.paths.text(it)));
        if !matches!(path.as_deref(), Some("re.compile" | "regex.compile")) {
            return;
        }
        let placed = |at: usize| call.given.get(at).filter(|it| it.name.is_none() && !it.is_spread);
        if let Some(pattern) = placed(0)
            && pattern.value.constant.is_some()
        {
            settings.push((Key::Named("=pattern".into()), pattern.value.clone()));
        }
        let named = call.given.iter().find(|it| it.name.as_deref() == Some("flags"));
        if let Some(flags) = named.or_else(|| placed(1)) {
            let is_of_lines = flags.id.is_none_or(|it| !self.keeps_ends(it));
            let value = Value::constant(Constant::Boolean(is_of_lines));
            settings.push((Key::Named(OF_LINES.into()), value));
        }
    }

    /// Whether flags of a regular expression of Python's say nothing of lines.
    pub(super) fn keeps_ends(&mut self, flags: ValueId) -> bool {
        let mut open = vec![flags];
        while let Some(id) = open.pop() {
            match self.flow.value(id) {
                FlowValue::Binary { left, right, .. } => open.extend([*left, *right]),
                FlowValue::Joined { parts, .. } | FlowValue::Unknown(parts) => open.extend(parts),
                FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
                    let name = self.flow.name(*name).as_str();
                    if !matches!(
                        name,
                        "I" | "IGNORECASE" | "A" | "ASCII" | "U" | "UNICODE" | "X" | "VERBOSE"
                    ) {
                        return false;
                    }
                }
                FlowValue::Integer(0) => {}
                _ => return false,
            }
        }
        true
    }
}

/// What is no danger to anything, but for the line end that it may end with.
pub(super) fn without_line_ends() -> Mask {
    Mask(Mask::ALL.0 & !Mask::of_names(&["header-injection", "log-injection"]).0)
}

/// What the texts that a harmless pattern takes are no danger to: with `/` among their characters
/// they may be any path or address, with blanks several words.
pub(super) fn harmless_to(pattern: &str) -> Mask {
    let (mut has_slash, mut has_blank, mut in_class) = (false, false, false);
    let mut rest = pattern.chars();
    while let Some(next) = rest.next() {
        match next {
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if in_class => has_slash = true,
            ' ' if in_class => has_blank = true,
            '\\' => match rest.next() {
                Some('/' | '\\') if in_class => has_slash = true,
                Some('s') => has_blank = true,
                _ => {}
            },
            _ => {}
        }
    }
    let mut lost = Mask::default();
    if has_slash {
        lost = lost.or(Mask::of_names(&["path-traversal", "ssrf", "open-redirect"]));
    }
    if has_blank {
        lost = lost.or(Mask::of_names(&["sql-injection", "command-injection", "code-injection"]));
    }
    Mask(Mask::ALL.0 & !lost.0)
}

/// Whether a pattern is one or another outside of groups: `^a|b$` takes more than `a` and `b`.
pub(super) fn has_ways(pattern: &str) -> bool {
    let mut depth = 0_i32;
    let mut rest = pattern.chars();
    while let Some(next) = rest.next() {
        match next {
            '\\' => {
                rest.next();
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth <= 0 => return true,
            _ => {}
        }
    }
    false
}

/// Whether what a pattern takes holds no character that means anything to an interpreter: it
/// has neither `.` nor a negated class, nor quotes, nor a class of many kinds.
pub(super) fn is_harmless_pattern(pattern: &str) -> bool {
    const OPEN: [&str; 10] =
        ["[:^", "[:print", "[:graph", "[:punct", "\\p", "\\P", "\\H", "\\R", "\\X", "\\N"];
    if OPEN.iter().any(|it| pattern.contains(it)) {
        return false;
    }
    let mut rest = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(next) = rest.next() {
        match next {
            '\\' => {
                // Negated classes hold anything else.
                if let Some('S' | 'W' | 'D' | 'V') = rest.next() {
                    return false;
                }
            }
            '[' if !in_class => {
                in_class = true;
                if rest.peek() == Some(&'^') {
                    return false;
                }
            }
            ']' => in_class = false,
            '.' if !in_class => return false,
            '\'' | '"' | '<' | '>' | ';' | '`' => return false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_take_anything_are_no_guards() {
        for harmless in ["^[a-z0-9_]+$", r"\d+", r"^\w{1,8}$", r"[a-z]+\.[a-z]+"] {
            assert!(is_harmless_pattern(harmless), "{harmless}");
        }
        for open in ["^.*$", r"^\S+$", "^[^/]+$", "^[a-z']+$", "a.c", r"^\P{L}+$", "^[[:print:]]+$"]
        {
            assert!(!is_harmless_pattern(open), "{open}");
        }
        let path = Mask::of_names(&["path-traversal"]);
        assert!(!harmless_to(r"^[\w./]+$").has(path) && harmless_to(r"^/a/[\w.]+$").has(path));
        assert!(!harmless_to(r"^[\w\s=]+$").has(Mask::of_names(&["sql-injection"])));
        assert!(has_ways("^[a-z]+|x$"));
        assert!(!has_ways("^(a|b)$"));
    }
}
