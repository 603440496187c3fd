//! The fields of ast-grep's rule objects: what we understand, and what was probably meant.
//!
//! ast-grep ignores unknown fields inside `inside`, `has`, `follows` and `precedes`, so that a
//! misspelt condition there would silently widen a rule; we look before it does.

use codd_controls::{Part, PathStep};
use codd_source::suggestion;
use serde_yaml::Value;

const RULE: &[&str] = &[
    "all", "any", "follows", "has", "inside", "kind", "matches", "not", "nthChild", "pattern",
    "precedes", "range", "regex",
];
const RELATION_ONLY: &[&str] = &["field", "stopBy"];
const PATTERN: &[&str] = &["context", "selector", "strictness"];
const NTH_CHILD: &[&str] = &["ofRule", "position", "reverse"];

/// Something in a rule object that would not mean what its author thinks.
#[derive(Clone, Debug)]
pub(crate) struct FieldProblem {
    /// Leads to it within the settings.
    pub(crate) path: Vec<PathStep>,
    /// Whether it is the key itself or what it holds.
    pub(crate) part: Part,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// What about patterns depends on the language.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PatternTraits {
    /// A `$` behind a letter is part of a name and never a meta-variable, as in every language
    /// whose identifiers have no `$`.
    pub(crate) is_glued_literal: bool,
    /// `a=1` is an assignment where it stands alone, and an argument in a call.
    pub(crate) has_keyword_arguments: bool,
}

/// What is wrong with the fields and patterns of `rule`, to which `path` leads in the check.
pub(crate) fn rule_field_problems(
    rule: &Value,
    path: &[PathStep],
    traits: PatternTraits,
) -> Vec<FieldProblem> {
    let mut look = Look { problems: Vec::new(), traits };
    look.rule(rule, path, false);
    look.problems
}

struct Look {
    problems: Vec<FieldProblem>,
    traits: PatternTraits,
}

impl Look {
    // The depth is bounded by what the loader of requirement files takes.
    fn rule(&mut self, rule: &Value, path: &[PathStep], is_relation: bool) {
        let Value::Mapping(fields) = rule else { return };
        for (key, value) in fields {
            let Some(key) = key.as_str() else { continue };
            let path = joined(path, key);
            match key {
                "inside" | "has" | "follows" | "precedes" => self.rule(value, &path, true),
                "not" => self.rule(value, &path, false),
                "all" | "any" => {
                    for (at, part) in value.as_sequence().into_iter().flatten().enumerate() {
                        self.rule(part, &joined(&path, at), false);
                    }
                }
                "pattern" => self.pattern(value, &path),
                "nthChild" => {
                    self.known(value, NTH_CHILD, &[], &path);
                    self.position(value, &path);
                    self.rule(&value["ofRule"], &joined(&path, "ofRule"), false);
                }
                "stopBy" if is_relation => self.rule(value, &path, false),
                "matches" => {
                    for (util, arguments) in value.as_mapping().into_iter().flatten() {
                        let path = joined(&path, util.as_str().unwrap_or_default());
                        for (name, argument) in arguments.as_mapping().into_iter().flatten() {
                            let name = name.as_str().unwrap_or_default();
                            self.rule(argument, &joined(&path, name), false);
                        }
                    }
                }
                _ => {}
            }
        }
        let more = if is_relation { RELATION_ONLY } else { &[] };
        self.known(rule, RULE, more, path);
    }

    fn pattern(&mut self, pattern: &Value, path: &[PathStep]) {
        let text = match pattern {
            Value::String(text) => Some(text.as_str()),
            _ => {
                self.known(pattern, PATTERN, &[], path);
                pattern["context"].as_str()
            }
        };
        if self.traits.has_keyword_arguments
            && let Some((name, value)) = pattern.as_str().and_then(tight_assignment)
        {
            self.problems.push(FieldProblem {
                path: path.to_vec(),
                part: Part::Value,
                message: format!(
                    "`{name}={value}` is an assignment by itself and matches no argument of a call"
                ),
                help: Some(format!(
                    "write `f($$$, {name}={value}, $$$)` for calls with the argument, or \
                     `{name} = {value}` if you mean an assignment"
                )),
            });
        }
        let Some(glued) = text.filter(|_| self.traits.is_glued_literal).and_then(glued_variable)
        else {
            return;
        };
        self.problems.push(FieldProblem {
            path: path.to_vec(),
            part: Part::Value,
            message: format!(
                "`{glued}` matches nothing: a meta-variable stands for a whole node, not for a \
                 part of a name or text"
            ),
            help: Some(
                "use a meta-variable alone and constrain it, as in `pattern: run($TEXT)` with \
                 `constraints: {TEXT: {regex: '^f'}}`"
                    .to_owned(),
            ),
        });
    }

    /// ast-grep calculates with the numbers of `An+B`, which overflow when they are long.
    fn position(&mut self, value: &Value, path: &[PathStep]) {
        const LONGEST: usize = 6;
        let (text, path) = match (value.as_str(), value["position"].as_str()) {
            (Some(text), _) => (text, path.to_vec()),
            (None, Some(text)) => (text, joined(path, "position")),
            (None, None) => return,
        };
        if text.split(|it: char| !it.is_ascii_digit()).any(|number| number.len() > LONGEST) {
            self.problems.push(FieldProblem {
                path,
                part: Part::Value,
                message: "a number of `nthChild` is too large".to_owned(),
                help: Some("write a position such as `2`, or `2n+1`".to_owned()),
            });
        }
    }

    fn known(&mut self, value: &Value, known: &[&str], more: &[&str], path: &[PathStep]) {
        for key in value.as_mapping().into_iter().flat_map(|fields| fields.keys()) {
            let Some(key) = key.as_str() else { continue };
            if known.contains(&key) || more.contains(&key) {
                continue;
            }
            let candidates = known.iter().chain(more).copied();
            let help = match suggestion(key, candidates) {
                // What is left of a pattern that was meant as one text.
                None if key.contains(['$', '(', ')']) => {
                    "a comma ends a value between braces: put the pattern in quotes".to_owned()
                }
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("fields there are {}", listed(known, more)),
            };
            self.problems.push(FieldProblem {
                path: joined(path, key),
                part: Part::Key,
                message: format!("unknown rule field `{key}`"),
                help: Some(help),
            });
        }
    }
}

fn joined(path: &[PathStep], step: impl Into<PathStep>) -> Vec<PathStep> {
    let mut path = path.to_vec();
    path.push(step.into());
    path
}

fn listed(known: &[&str], more: &[&str]) -> String {
    let names: Vec<String> = known.iter().chain(more).map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The sides of `name=value`, written as only an argument is written.
fn tight_assignment(pattern: &str) -> Option<(&str, &str)> {
    let pattern = pattern.trim();
    let (name, value) = pattern.split_once('=')?;
    let is_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let is_tight = !name.is_empty()
        && name.chars().all(is_word)
        && value.starts_with(|char: char| char != '=' && !char.is_whitespace())
        && !pattern.contains('\n');
    is_tight.then_some((name, value))
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
    #![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

    use expect_test::{Expect, expect};

    use super::*;

    fn check(rule: &str, expect: Expect) {
        let rule: Value = serde_yaml::from_str(rule).unwrap();
        let problems = rule_field_problems(
            &rule,
            &["rule".into()],
            PatternTraits { is_glued_literal: true, has_keyword_arguments: true },
        );
        let lines: Vec<String> = problems
            .iter()
            .map(|it| {
                let steps = it.path.iter().map(|step| match step {
                    PathStep::Key(key) => key.to_string(),
                    PathStep::Index(index) => index.to_string(),
                });
                let path = steps.collect::<Vec<_>>().join(".");
                format!("{path}: {}; {}\n", it.message, it.help.as_deref().unwrap_or("-"))
            })
            .collect();
        expect.assert_eq(&lines.concat());
    }

    #[test]
    fn misspelt_field_is_found_at_any_depth() {
        check(
            "{pattern: 'f($X)', inside: {any: [{knid: call}], stopby: end}}",
            expect![[r#"
                rule.inside.any.0.knid: unknown rule field `knid`; did you mean `kind`?
                rule.inside.stopby: unknown rule field `stopby`; did you mean `stopBy`?
            "#]],
        );
    }

    #[test]
    fn stop_by_belongs_to_relations() {
        check(
            "{pattern: 'f($X)', stopBy: end}",
            expect![[r#"
                rule.stopBy: unknown rule field `stopBy`; fields there are `all`, `any`, `follows`, `has`, `inside`, `kind`, `matches`, `not`, `nthChild`, `pattern`, `precedes`, `range`, `regex`
            "#]],
        );
    }

    #[test]
    fn position_that_cannot_be_calculated_with_is_refused() {
        check(
            "{nthChild: '99999999999999n+1', not: {nthChild: {position: '-n+9999999999'}}}",
            expect![[r#"
                rule.nthChild: a number of `nthChild` is too large; write a position such as `2`, or `2n+1`
                rule.not.nthChild.position: a number of `nthChild` is too large; write a position such as `2`, or `2n+1`
            "#]],
        );
        check("{all: [{nthChild: 999}, {nthChild: '2n+1'}]}", expect![[""]]);
    }

    #[test]
    fn argument_by_itself_is_refused() {
        check(
            "{any: [{pattern: 'verify=False'}, {pattern: 'verify = False'}, {pattern: 'a==b'}]}",
            expect![[r#"
                rule.any.0.pattern: `verify=False` is an assignment by itself and matches no argument of a call; write `f($$$, verify=False, $$$)` for calls with the argument, or `verify = False` if you mean an assignment
            "#]],
        );
        check("{pattern: {context: 'f(a=1)', selector: keyword_argument}}", expect![""]);
    }

    #[test]
    fn variable_inside_a_word_is_refused() {
        check(
            "{pattern: '$C.execute(f$S)'}",
            expect![[r#"
                rule.pattern: `f$S` matches nothing: a meta-variable stands for a whole node, not for a part of a name or text; use a meta-variable alone and constrain it, as in `pattern: run($TEXT)` with `constraints: {TEXT: {regex: '^f'}}`
            "#]],
        );
        check("{pattern: 'f($$$ARGS, x=$Y)'}", expect![""]);
    }
}
