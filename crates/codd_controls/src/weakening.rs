//! In which respects a control asks for less than it did.
//!
//! A change that asks for less is judged by the controls of before it, and the weakening is
//! itself a finding. What cannot be shown to be at least as strict therefore counts as weaker.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{Check, Control, ControlId, ControlSet, RouteScope, Scope, ScopePattern};

/// The ways a control can be weakened, the gravest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WeakeningKind {
    ControlRemoved,
    CheckRemoved,
    CheckChanged,
    ScopeNarrowed,
    SeverityLowered,
    RequirementSoftened,
    EvidenceDropped,
    /// A bad example is gone: the checks are no longer shown to find it.
    ExampleRemoved,
}

/// One respect in which a control asks for less.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weakening {
    pub control: ControlId,
    pub kind: WeakeningKind,
    /// One line, such as "severity lowered from critical to low".
    pub description: String,
}

impl ControlSet {
    /// What `head` asks less than `base`, by control and gravity.
    pub fn weakenings(base: &ControlSet, head: &ControlSet) -> Vec<Weakening> {
        let of_control =
            |control: &Control| Control::weakenings(control, head.controls.get(&control.id));
        base.iter().flat_map(of_control).collect()
    }
}

impl Control {
    /// What `head`, the same control of after if there is one, asks less than `base`.
    pub fn weakenings(base: &Control, head: Option<&Control>) -> Vec<Weakening> {
        let Some(head) = head else {
            return vec![Weakening {
                control: base.id.clone(),
                kind: WeakeningKind::ControlRemoved,
                description: "the control was removed, or can no longer be read".to_owned(),
            }];
        };
        let mut found = Vec::new();
        checks(base, head, &mut found);
        scope(&base.applies_to, &head.applies_to, &mut found);
        if let Some(detail) = base.when.narrowed(&head.when) {
            let text = format!("it may concern the project no longer: {detail}");
            found.push((WeakeningKind::ScopeNarrowed, text));
        }
        if head.severity < base.severity {
            found.push((
                WeakeningKind::SeverityLowered,
                format!("severity lowered from {} to {}", base.severity, head.severity),
            ));
        }
        requirement(&base.requirement, &head.requirement, &mut found);
        evidence(base, head, &mut found);
        let lost = base.examples.bad.iter().filter(|it| !head.examples.bad.contains(it)).count();
        if lost > 0 {
            found.push((
                WeakeningKind::ExampleRemoved,
                format!("{lost} of {} bad examples removed or changed", base.examples.bad.len()),
            ));
        }
        found.sort();
        let weakening =
            |(kind, description)| Weakening { control: base.id.clone(), kind, description };
        found.into_iter().map(weakening).collect()
    }
}

type Found = Vec<(WeakeningKind, String)>;

/// Checks may move; one that is not there any more is paired with a new one of its kind.
fn checks(base: &Control, head: &Control, found: &mut Found) {
    let is_same = |a: &Check, b: &Check| a.kind == b.kind && a.settings == b.settings;
    let mut rest: Vec<&Check> = head.checks.iter().collect();
    let mut lost = Vec::new();
    for check in &base.checks {
        match rest.iter().position(|it| is_same(it, check)) {
            Some(at) => {
                rest.remove(at);
            }
            None => lost.push(check),
        }
    }
    for check in lost {
        let number = check.ordinal + 1;
        match rest.iter().position(|it| it.kind == check.kind) {
            Some(at) => {
                rest.remove(at);
                let text = format!("settings of check {number} (`{}`) changed", check.kind);
                found.push((WeakeningKind::CheckChanged, text));
            }
            None => {
                let text = format!("check {number} (`{}`) removed", check.kind);
                found.push((WeakeningKind::CheckRemoved, text));
            }
        }
    }
}

fn scope(base: &Scope, head: &Scope, found: &mut Found) {
    let mut narrowed = |what: &str, detail: &str| {
        let text = format!("scope may be narrower: {what} {detail}");
        found.push((WeakeningKind::ScopeNarrowed, text));
    };
    if let Some(detail) = narrower(&base.paths, &head.paths) {
        narrowed("`paths`", &detail);
    }
    let dropped: Vec<_> =
        base.languages.iter().filter(|it| !head.languages.contains(it)).cloned().collect();
    if !head.languages.is_empty() && base.languages.is_empty() {
        narrowed("`languages`", "now restrict it");
    } else if !head.languages.is_empty() && !dropped.is_empty() {
        narrowed("`languages`", &format!("no longer hold {}", dropped.join(", ")));
    }
    if head.leaves_tests_out && !base.leaves_tests_out {
        narrowed("`tests`", "now leaves the code of tests out");
    }
    // Without either, whole files are governed, which nothing exceeds.
    if head.symbols.is_empty() && head.routes.is_none() {
        return;
    }
    if base.symbols.is_empty() != head.symbols.is_empty() {
        narrowed("`symbols`", "now govern another kind of place");
    } else if let Some(detail) = narrower(&base.symbols, &head.symbols) {
        narrowed("`symbols`", &detail);
    }
    match (&base.routes, &head.routes) {
        (Some(base), Some(head)) => {
            if let Some(detail) = narrower_methods(base, head) {
                narrowed("`routes.methods`", &detail);
            }
            if let Some(detail) = narrower(&base.paths, &head.paths) {
                narrowed("`routes.paths`", &detail);
            }
        }
        (None, None) => {}
        _ => narrowed("`routes`", "now govern another kind of place"),
    }
}

/// In which way `head` may take less than `base`; `None` if it provably does not.
fn narrower(base: &[ScopePattern], head: &[ScopePattern]) -> Option<String> {
    let texts = |patterns: &[ScopePattern], excluding: bool| -> BTreeSet<String> {
        patterns.iter().filter(|it| it.excludes == excluding).map(|it| it.text.clone()).collect()
    };
    let quoted = |it: &String| format!("`{}`", it.escape_debug());
    let (base_in, head_in) = (texts(base, false), texts(head, false));
    if !head_in.is_empty() && base_in.is_empty() {
        return Some("now restrict it".to_owned());
    }
    if !head_in.is_empty()
        && let Some(lost) = base_in.difference(&head_in).next()
    {
        return Some(format!("no longer hold {}", quoted(lost)));
    }
    let added = texts(head, true).difference(&texts(base, true)).next().map(quoted);
    added.map(|added| format!("now hold {added}"))
}

fn narrower_methods(base: &RouteScope, head: &RouteScope) -> Option<String> {
    let takes_all =
        |it: &RouteScope| it.methods.is_empty() || it.methods.iter().any(|it| it == "*");
    if takes_all(head) {
        return None;
    }
    if takes_all(base) {
        return Some("now restrict it".to_owned());
    }
    let lost = base.methods.iter().find(|it| !head.methods.contains(it))?;
    Some(format!("no longer hold {lost}"))
}

/// How binding a statement is, by its RFC 2119 words, whatever their case.
#[derive(Clone, Copy, Debug, Default)]
struct Force {
    must: usize,
    should: usize,
    may: usize,
    not: usize,
}

impl Force {
    fn of(statement: &str) -> Force {
        let mut force = Force::default();
        let mut after_keyword = false;
        for word in statement.split(|it: char| !it.is_alphabetic()).filter(|it| !it.is_empty()) {
            let count = match word.to_ascii_lowercase().as_str() {
                "must" | "shall" | "required" => &mut force.must,
                "should" | "recommended" => &mut force.should,
                "may" | "optional" => &mut force.may,
                "not" if after_keyword => &mut force.not,
                _ => {
                    after_keyword = false;
                    continue;
                }
            };
            *count += 1;
            after_keyword = true;
        }
        force
    }

    /// The strongest word, from 0 for none to 3 for MUST.
    fn strongest(self) -> u8 {
        match self {
            Force { must: 1.., .. } => 3,
            Force { should: 1.., .. } => 2,
            Force { may: 1.., .. } => 1,
            _ => 0,
        }
    }
}

fn requirement(base: &str, head: &str, found: &mut Found) {
    let (before, after) = (Force::of(base), Force::of(head));
    let word =
        |force: Force| ["no keyword", "MAY", "SHOULD", "MUST"][usize::from(force.strongest())];
    let weaker = |force: Force| force.should + force.may;
    let description = if head.trim().is_empty() && !base.trim().is_empty() {
        "requirement emptied".to_owned()
    } else if after.strongest() < before.strongest() {
        format!("requirement softened from {} to {}", word(before), word(after))
    } else if after.must < before.must && weaker(after) > weaker(before) {
        "requirement softened: a MUST became a SHOULD or MAY".to_owned()
    } else if after.not < before.not {
        "requirement softened: a prohibition was dropped".to_owned()
    } else {
        return;
    };
    found.push((WeakeningKind::RequirementSoftened, description));
}

fn evidence(base: &Control, head: &Control, found: &mut Found) {
    // Without a limit any age will do.
    let age = |days: Option<u32>| days.unwrap_or(u32::MAX);
    for request in &base.evidence {
        let best = head.evidence.iter().filter(|it| it.kind == request.kind);
        let kind = &request.kind;
        let description = match best.map(|it| age(it.max_age_days)).min() {
            None => format!("evidence `{}` no longer asked for", kind.escape_debug()),
            Some(days) if days > age(request.max_age_days) => {
                format!("evidence `{}` may be older than before", kind.escape_debug())
            }
            Some(_) => continue,
        };
        found.push((WeakeningKind::EvidenceDropped, description));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::{Expect, expect};

    use crate::{ControlSet, load_controls};

    fn set(rest: &str) -> ControlSet {
        let yaml = if rest.is_empty() {
            "controls: []".to_owned()
        } else {
            format!("controls: [{{id: A, name: n, {rest}}}]")
        };
        let loaded = load_controls(&[("a.yaml".into(), Arc::from(yaml.as_bytes()))], &[]);
        assert!(loaded.unreadable.is_empty(), "{:?}", loaded.diagnostics);
        loaded.set
    }

    fn check(base: &str, head: &str, expected: &Expect) {
        let weakenings = ControlSet::weakenings(&set(base), &set(head));
        let lines: String = weakenings
            .iter()
            .flat_map(|it| {
                [format!("{:?}", it.kind), ": ".to_owned(), it.description.clone(), "\n".to_owned()]
            })
            .collect();
        expected.assert_eq(&lines);
    }

    fn check_with(base: &str, head: &str, expected: &Expect) {
        let whole = |rest: &str| format!("requirement: It MUST, {rest}");
        check(&whole(base), &whole(head), expected);
    }

    #[test]
    fn removal_and_severity() {
        check(
            "requirement: It MUST",
            "",
            &expect![[r#"
            ControlRemoved: the control was removed, or can no longer be read
        "#]],
        );
        check("", "requirement: It MUST", &expect![[""]]);
        check_with(
            "severity: critical",
            "severity: low",
            &expect![[r#"
            SeverityLowered: severity lowered from critical to low
        "#]],
        );
        check_with("severity: low", "severity: critical", &expect![[""]]);
    }

    #[test]
    fn checks_may_move_but_not_change() {
        let two = "checks: [{text: {a: 1}}, {forbid: {b: 2}}]";
        check_with(two, "checks: [{forbid: {b: 2}}, {manual: {}}, {text: {a: 1}}]", &expect![[""]]);
        check_with(
            two,
            "checks: [{forbid: {b: 3}}]",
            &expect![[r#"
            CheckRemoved: check 1 (`text`) removed
            CheckChanged: settings of check 2 (`forbid`) changed
        "#]],
        );
        check_with(
            "checks: [{text: {}}, {text: {}}]",
            "checks: [{text: {}}]",
            &expect![[r#"
            CheckRemoved: check 2 (`text`) removed
        "#]],
        );
        check_with(
            "verification: grep a",
            "verification: grep b",
            &expect![[r#"
            CheckChanged: settings of check 1 (`verification`) changed
        "#]],
        );
    }

    #[test]
    fn scope_may_only_grow() {
        let narrow = "applies_to: {paths: ['src/**', '!src/gen/**'], languages: [python]}";
        check_with(narrow, "applies_to: {}", &expect![[""]]);
        check_with(
            narrow,
            "applies_to: {paths: ['src/**', 'lib/**'], languages: [python, go]}",
            &expect![[""]],
        );
        check_with(
            "applies_to: {tests: true}",
            "applies_to: {tests: false}",
            &expect![[r#"
                ScopeNarrowed: scope may be narrower: `tests` now leaves the code of tests out
            "#]],
        );
        check_with(
            "owner: a",
            narrow,
            &expect![[r#"
            ScopeNarrowed: scope may be narrower: `languages` now restrict it
            ScopeNarrowed: scope may be narrower: `paths` now restrict it
        "#]],
        );
        check_with(
            narrow,
            "applies_to: {paths: ['src/*', '!src/gen/**', '!x'], languages: [go]}",
            &expect![[r#"
                ScopeNarrowed: scope may be narrower: `languages` no longer hold python
                ScopeNarrowed: scope may be narrower: `paths` no longer hold `src/**`
            "#]],
        );
        check_with(
            narrow,
            "applies_to: {paths: ['src/**', '!src/gen/**', '!x']}",
            &expect![[r#"
            ScopeNarrowed: scope may be narrower: `paths` now hold `!x`
        "#]],
        );
        let routes = "applies_to: {routes: {methods: [GET, POST], paths: ['/a']}}";
        check_with(routes, "applies_to: {routes: {methods: [POST, GET, PUT]}}", &expect![[""]]);
        check_with(
            routes,
            "applies_to: {routes: {methods: [POST], paths: ['!/a']}}",
            &expect![[r#"
                ScopeNarrowed: scope may be narrower: `routes.methods` no longer hold GET
                ScopeNarrowed: scope may be narrower: `routes.paths` now hold `!/a`
            "#]],
        );
        check_with(
            "applies_to: {routes: {}}",
            routes,
            &expect![[r#"
            ScopeNarrowed: scope may be narrower: `routes.methods` now restrict it
            ScopeNarrowed: scope may be narrower: `routes.paths` now restrict it
        "#]],
        );
        check_with(
            "owner: a",
            "applies_to: {symbols: ['a.*'], routes: {}}",
            &expect![[r#"
            ScopeNarrowed: scope may be narrower: `routes` now govern another kind of place
            ScopeNarrowed: scope may be narrower: `symbols` now govern another kind of place
        "#]],
        );
        check_with(
            "applies_to: {symbols: [a, b], routes: {}}",
            "applies_to: {symbols: [a]}",
            &expect![[r#"
                ScopeNarrowed: scope may be narrower: `routes` now govern another kind of place
                ScopeNarrowed: scope may be narrower: `symbols` no longer hold `b`
            "#]],
        );
    }

    #[test]
    fn statement_may_not_soften() {
        let check = |base: &str, head: &str, expected: &Expect| {
            self::check(
                &format!("requirement: '{base}'"),
                &format!("requirement: '{head}'"),
                expected,
            );
        };
        check(
            "Keys MUST be rotated",
            "Keys SHOULD be rotated",
            &expect![[r#"
            RequirementSoftened: requirement softened from MUST to SHOULD
        "#]],
        );
        check(
            "Keys must be rotated",
            "Keys may be rotated",
            &expect![[r#"
            RequirementSoftened: requirement softened from MUST to MAY
        "#]],
        );
        check(
            "A MUST hold and B MUST hold",
            "A MUST hold and B SHOULD hold",
            &expect![[r#"
            RequirementSoftened: requirement softened: a MUST became a SHOULD or MAY
        "#]],
        );
        check(
            "Keys MUST NOT be logged",
            "Keys MUST be logged",
            &expect![[r#"
            RequirementSoftened: requirement softened: a prohibition was dropped
        "#]],
        );
        check("Keys SHOULD be rotated", "Keys MUST be rotated, in May", &expect![[""]]);
        check("Keys MUST be rotated", "Every key MUST be rotated", &expect![[""]]);
        check(
            "Keys MUST be rotated",
            "",
            &expect![[r#"
            RequirementSoftened: requirement emptied
        "#]],
        );
    }

    #[test]
    fn evidence_and_examples_may_not_vanish() {
        check_with(
            "evidence: [{kind: scan, max_age_days: 7}, {kind: review}]",
            "evidence: [{kind: scan, max_age_days: 30}]",
            &expect![[r#"
                EvidenceDropped: evidence `review` no longer asked for
                EvidenceDropped: evidence `scan` may be older than before
            "#]],
        );
        check_with(
            "evidence: [{kind: scan}]",
            "evidence: [{kind: scan, max_age_days: 3}]",
            &expect![[""]],
        );
        check_with(
            "examples: {bad: [{language: python, code: eval(x)}]}",
            "examples: {good: [{language: python, code: f(x)}]}",
            &expect![[r#"
                ExampleRemoved: 1 of 1 bad examples removed or changed
            "#]],
        );
    }
}
