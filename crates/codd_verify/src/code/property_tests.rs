//! The literal filter never loses a match: with and without it, the same hits.

use codd_facts::{language_named, parse};
use codd_source::RepoPath;
use proptest::prelude::*;

use super::{CodeRule, RuleTable};
use crate::Hit;
use crate::checks::compile;
use crate::settings::CheckSource;
use crate::testing::controls;

/// Rules of every form that literals are taken from.
const RULES: &[&str] = &[
    "{pattern: 'eval($X)'}",
    "{pattern: '$O.load($$$)'}",
    "{pattern: '$A + 1'}",
    "{any: [{pattern: 'eval($X)'}, {pattern: 'load'}]}",
    "{any: [{pattern: 'eval($X)'}, {kind: string}]}",
    "{all: [{kind: call}, {pattern: 'run($X)'}]}",
    "{not: {pattern: 'eval($X)'}, kind: call}",
    "{pattern: {context: 'eval($X)', strictness: signature}}",
    "{pattern: {context: 'run($X)', strictness: relaxed}}",
    "{pattern: {context: 'run($X)', strictness: template}}",
    "{pattern: 'run($X)', inside: {pattern: 'eval($$$)', stopBy: end}}",
    "{kind: identifier, regex: '^l'}",
    "{pattern: '\"a b\"'}",
];

fn hits(rules: &[CodeRule], keeps_literals: bool, text: &str) -> Vec<Hit> {
    let python = language_named("python").unwrap();
    let parsed = parse(python, &RepoPath::from("a.py"), text.as_bytes()).unwrap();
    let mut table = RuleTable::default();
    for (at, rule) in rules.iter().enumerate() {
        table.add(0, at as u32, rule);
    }
    if !keeps_literals {
        table.wake_all();
    }
    table.finish(|_, at| rules[at as usize].literals.as_deref());
    table.scan(&parsed, &|_| true, &|_, at| &rules[at as usize]).hits
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn filter_loses_nothing(
        lines in prop::collection::vec(
            prop::sample::select(vec![
                "eval(x)", "  load", "yaml.load(f, L)", "x + 1", "run(eval(run(1)))", "'a b'",
                "\"a b\"", "class lo: pass", "def eval(x):", "    return run (x)", "other(x)", "(",
                "# eval(1)", "é = ev\u{0061}l(x)", "(eval)(x)", "ｅval(x)", "x = (run # c", ")(x)",
            ]),
            0..8,
        ),
        rules in prop::sample::subsequence(RULES.to_vec(), 1..5),
    ) {
        let text = lines.join("\n");
        let list: Vec<String> =
            rules.iter().map(|rule| format!("{{language: python, rule: {rule}}}")).collect();
        let controls = controls(&format!("- forbid: [{}]", list.join(", ")));
        let control = controls.iter().next().unwrap();
        let source = CheckSource { control, check: &control.checks[0] };
        let compiled = compile(source, &mut Vec::new()).unwrap();
        let rules = compiled.code_rules();
        prop_assert_eq!(hits(rules, true, &text), hits(rules, false, &text));
    }
}
