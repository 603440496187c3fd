//! The fields of ast-grep's rule objects: what we understand, and what was probably meant.
//!
//! ast-grep ignores unknown fields inside `inside`, `has`, `follows` and `precedes`, so that a
//! misspelt condition there would silently widen a rule; we look before it does.

use serde_yaml::Value;

const RULE: &[&str] = &[
    "all", "any", "follows", "has", "inside", "kind", "matches", "not", "nthChild", "pattern",
    "precedes", "range", "regex",
];
const RELATION_ONLY: &[&str] = &["field", "stopBy"];
const PATTERN: &[&str] = &["context", "selector", "strictness"];
const NTH_CHILD: &[&str] = &["ofRule", "position", "reverse"];

/// Something in a rule object that would not mean what its author thinks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldProblem {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// What is wrong with the fields and patterns of `rule`, which stands at `place` in the check.
///
/// With `is_glued_literal`, a `$` behind a letter is part of a name and never a meta-variable,
/// as in every language whose identifiers have no `$`.
pub(crate) fn rule_field_problems(
    rule: &Value,
    place: &str,
    is_glued_literal: bool,
) -> Vec<FieldProblem> {
    let mut look = Look { problems: Vec::new(), is_glued_literal };
    look.rule(rule, place, false);
    look.problems
}

struct Look {
    problems: Vec<FieldProblem>,
    is_glued_literal: bool,
}

impl Look {
    // The depth is bounded by what serde_yaml reads: 128 levels.
    fn rule(&mut self, rule: &Value, place: &str, is_relation: bool) {
        let Value::Mapping(fields) = rule else { return };
        for (key, value) in fields {
            let Some(key) = key.as_str() else { continue };
            let place = format!("{place}.{key}");
            match key {
                "inside" | "has" | "follows" | "precedes" => self.rule(value, &place, true),
                "not" => self.rule(value, &place, false),
                "all" | "any" => {
                    for (at, part) in value.as_sequence().into_iter().flatten().enumerate() {
                        self.rule(part, &format!("{place}[{at}]"), false);
                    }
                }
                "pattern" => self.pattern(value, &place),
                "nthChild" => {
                    self.known(value, NTH_CHILD, &[], &place);
                    self.rule(&value["ofRule"], &format!("{place}.ofRule"), false);
                }
                "stopBy" if is_relation => self.rule(value, &place, false),
                "matches" => {
                    for arguments in value.as_mapping().into_iter().flat_map(|it| it.values()) {
                        for (name, argument) in arguments.as_mapping().into_iter().flatten() {
                            let name = name.as_str().unwrap_or_default();
                            self.rule(argument, &format!("{place}.{name}"), false);
                        }
                    }
                }
                _ => {}
            }
        }
        let more = if is_relation { RELATION_ONLY } else { &[] };
        self.known(rule, RULE, more, place);
    }

    fn pattern(&mut self, pattern: &Value, place: &str) {
        let text = match pattern {
            Value::String(text) => Some(text.as_str()),
            _ => {
                self.known(pattern, PATTERN, &[], place);
                pattern["context"].as_str()
            }
        };
        let Some(glued) = text.filter(|_| self.is_glued_literal).and_then(glued_variable) else {
            return;
        };
        self.problems.push(FieldProblem {
            message: format!(
                "`{glued}` in `{place}` can match nothing: a meta-variable stands for a whole \
                 node, not for a part of a name or text"
            ),
            help: Some(
                "use a meta-variable alone and constrain it, as in `pattern: run($TEXT)` with \
                 `constraints: {TEXT: {regex: '^f'}}`"
                    .to_owned(),
            ),
        });
    }

    fn known(&mut self, value: &Value, known: &[&str], more: &[&str], place: &str) {
        for key in value.as_mapping().into_iter().flat_map(|fields| fields.keys()) {
            let key = match key {
                Value::String(key) => key.clone(),
                other => serde_yaml::to_string(other).unwrap_or_default().trim_end().to_owned(),
            };
            if known.contains(&key.as_str()) || more.contains(&key.as_str()) {
                continue;
            }
            let candidates = known.iter().chain(more).copied();
            let help = match crate::settings::suggestion(&key, candidates) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("fields there are {}", listed(known, more)),
            };
            self.problems.push(FieldProblem {
                message: format!("unknown rule field `{key}` in `{place}`"),
                help: Some(help),
            });
        }
    }
}

fn listed(known: &[&str], more: &[&str]) -> String {
    let names: Vec<String> = known.iter().chain(more).map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// A meta-variable that sticks to the letter before it: `f$S`.
fn glued_variable(pattern: &str) -> Option<&str> {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    for (at, _) in pattern.match_indices('$') {
        let before = &pattern[..at];
        let after = pattern[at..].trim_start_matches('$');
        let starts_variable = after.starts_with(|char: char| char.is_ascii_uppercase());
        if starts_variable && before.ends_with(is_word) {
            let start = before.rfind(|char| !is_word(char)).map_or(0, |space| {
                space + before[space..].chars().next().map_or(1, char::len_utf8)
            });
            let length = after.find(|char| !is_word(char)).unwrap_or(after.len());
            let end = pattern.len() - after.len() + length;
            return Some(&pattern[start..end]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(rule: &str, expect: Expect) {
        let rule: Value = serde_yaml::from_str(rule).unwrap();
        let problems = rule_field_problems(&rule, "rule", true);
        let lines: Vec<String> = problems
            .iter()
            .map(|it| format!("{}; {}\n", it.message, it.help.as_deref().unwrap_or("-")))
            .collect();
        expect.assert_eq(&lines.concat());
    }

    #[test]
    fn misspelt_field_is_found_at_any_depth() {
        check(
            "{pattern: 'f($X)', inside: {any: [{knid: call}], stopby: end}}",
            expect![[r#"
                unknown rule field `knid` in `rule.inside.any[0]`; did you mean `kind`?
                unknown rule field `stopby` in `rule.inside`; did you mean `stopBy`?
            "#]],
        );
    }

    #[test]
    fn stop_by_belongs_to_relations() {
        check(
            "{pattern: 'f($X)', stopBy: end}",
            expect![[r#"
                unknown rule field `stopBy` in `rule`; fields there are `all`, `any`, `follows`, `has`, `inside`, `kind`, `matches`, `not`, `nthChild`, `pattern`, `precedes`, `range`, `regex`
            "#]],
        );
    }

    #[test]
    fn variable_inside_a_word_is_refused() {
        check(
            "{pattern: '$C.execute(f$S)'}",
            expect![[r#"
                `f$S` in `rule.pattern` can match nothing: a meta-variable stands for a whole node, not for a part of a name or text; use a meta-variable alone and constrain it, as in `pattern: run($TEXT)` with `constraints: {TEXT: {regex: '^f'}}`
            "#]],
        );
        check("{pattern: 'f($$$ARGS, x=$Y)'}", expect![""]);
    }
}
