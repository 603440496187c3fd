//! The rules under `utils`, which may name each other and must not go in a circle.

use std::collections::BTreeSet;

use serde_yaml::Value;

/// A circle of `utils`, each naming the next and the last the first; the same for the same
/// rules, whatever their order.
///
/// `has` and `inside` go down or up one level at least, so that a rule may name itself there;
/// `follows` and `precedes` could go on through all siblings of a file and are refused.
pub(crate) fn utils_circle(utils: &Value) -> Option<Vec<String>> {
    let mut names: Vec<&str> =
        utils.as_mapping()?.iter().filter_map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let mut done = BTreeSet::new();
    for name in names {
        // The names on the way, each with those it names that are still to be followed.
        let mut way = vec![(name, named_by(&utils[name]))];
        while let Some((last, next)) = way.last_mut() {
            let Some(next) = next.pop_first() else {
                done.insert(*last);
                way.pop();
                continue;
            };
            if let Some(start) = way.iter().position(|(name, _)| *name == next) {
                return Some(way[start..].iter().map(|(name, _)| (*name).to_owned()).collect());
            }
            if !done.contains(next) {
                way.push((next, named_by(&utils[next])));
            }
        }
    }
    None
}

/// What a rule names through `matches` about the same node or its siblings.
fn named_by(rule: &Value) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut open = vec![rule];
    while let Some(rule) = open.pop() {
        for (key, value) in rule.as_mapping().into_iter().flatten() {
            match key.as_str() {
                Some("all" | "any") => open.extend(value.as_sequence().into_iter().flatten()),
                Some("not" | "follows" | "precedes") => open.push(value),
                Some("matches") => match value {
                    Value::String(name) => {
                        names.insert(name.as_str());
                    }
                    call => {
                        for (name, arguments) in call.as_mapping().into_iter().flatten() {
                            names.extend(name.as_str());
                            open.extend(
                                arguments.as_mapping().into_iter().flatten().map(|it| it.1),
                            );
                        }
                    }
                },
                _ => {}
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(utils: &str) -> String {
        utils_circle(&serde_yaml::from_str(utils).unwrap()).unwrap_or_default().join(" ")
    }

    #[test]
    fn circle_is_named_from_its_first_name_on() {
        assert_eq!(circle("{b: {matches: a}, a: {matches: b}}"), "a b");
        assert_eq!(circle("{z: {any: [{matches: y}]}, y: {not: {matches: y}}}"), "y");
        assert_eq!(circle("{a: {precedes: {matches: a, stopBy: end}}}"), "a");
    }

    #[test]
    fn rules_may_share_a_rule_and_name_themselves_within() {
        assert_eq!(
            circle("{a: {matches: c}, b: {all: [{matches: c}, {matches: a}]}, c: {kind: x}}"),
            ""
        );
        assert_eq!(circle("{a: {any: [{kind: x}, {inside: {matches: a}}]}}"), "");
    }
}
