//! The pointcuts of aspects, as far as they name types and methods.

use crate::Name;

/// A longer pointcut is not read.
const LONGEST: usize = 4096;

/// The types that a pointcut names, with the pattern of their methods: those by whole names
/// alone, since a pattern of packages may mean any class.
pub(super) fn pointcuts(text: &str) -> Vec<(Name, Option<Name>)> {
    let mut found = Vec::new();
    for (word, inside) in designators(text) {
        let is_name = |it: &str| {
            !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || "_.$".contains(it))
        };
        match word {
            "execution" => {
                let head = inside.split('(').next().unwrap_or_default();
                let whole = head.split_whitespace().next_back().unwrap_or_default();
                let Some((class, method)) = whole.rsplit_once('.') else { continue };
                let class = class.trim_end_matches('+');
                if is_name(class) && !class.contains("..") {
                    found.push((Name::new(class), Some(Name::new(method))));
                }
            }
            "within" | "target" | "this" => {
                let class = inside.trim().trim_end_matches('+');
                if is_name(class) && !class.contains("..") {
                    found.push((Name::new(class), Some(Name::new_static("*"))));
                }
            }
            "@annotation" | "@within" | "@target" => {
                let class = inside.trim();
                if is_name(class) {
                    found.push((Name::new(class), None));
                }
            }
            _ => {}
        }
    }
    found
}

/// The words of a pointcut, each with what its parentheses hold, without those that it excludes.
pub(super) fn designators(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = if text.len() > LONGEST { "" } else { text };
    while let Some(open) = rest.find('(') {
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '@' | '_' | '.');
        let head = &rest[..open];
        let before = head.trim_end_matches(is_part);
        let word = &head[before.len()..];
        let is_excluded = before.trim_end().ends_with('!');
        if word.is_empty() && !is_excluded {
            // What is in a group counts as it does without.
            rest = &rest[open + 1..];
            continue;
        }
        let mut depth = 0usize;
        let end = rest[open..].char_indices().find(|(_, it)| {
            match it {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let Some((length, _)) = end else { break };
        if !is_excluded {
            found.push((word, &rest[open + 1..open + length]));
        }
        rest = &rest[open + length + 1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::pointcuts;

    #[test]
    fn pointcuts_name_types_and_methods() {
        let read = |text: &str| {
            let found = pointcuts(text).into_iter().map(|(class, methods)| {
                methods.map_or(class.to_string(), |it| format!("{class}#{it}"))
            });
            found.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(read("execution(* a.Svc.*(..))"), "a.Svc#*");
        assert_eq!(
            read("execution(public int a.b.Svc.pay*(int, ..)) && !within(a.No)"),
            "a.b.Svc#pay*"
        );
        assert_eq!(read("@annotation(a.Audited) || @within(Slow)"), "a.Audited Slow");
        assert_eq!(read("execution(* a..*.*(..)) || execution(* a.*.run(..)) || within(a..*)"), "");
        assert_eq!(read("execution(* a.Svc.x("), "");
        assert_eq!(read("pay() && args(x)"), "");
        assert_eq!(
            read("(execution(* a.Svc.pay(..)) || within(a.X)) && args(x)"),
            "a.Svc#pay a.X#*"
        );
        assert_eq!(read("!(within(a.No) || within(a.Never)) && within(a.X)"), "a.X#*");
        assert_eq!(read("\u{201c}execution(* a.S.x(..))"), "a.S#x");
        assert_eq!(read(&"(".repeat(100_000)), "");
    }
}
