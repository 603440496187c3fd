//! Waivers: accepted exceptions, in a file of their own so that each is a reviewable change.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use codd_source::{Date, Diagnostic, DiagnosticSeverity, RepoPath, Span};

use crate::control::ControlId;
use crate::list_file::split_list_file;
use crate::locate::Part;
use crate::read::Fields;
use crate::read_scope::read_patterns;
use crate::scope::{ScopePattern, takes};
use crate::yaml_text::YamlText;

/// What a waiver excuses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaiverTarget {
    Control(ControlId),
    /// Of one finding.
    Fingerprint(String),
}

impl fmt::Display for WaiverTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WaiverTarget::Control(id) => id.fmt(f),
            WaiverTarget::Fingerprint(fingerprint) => f.write_str(fingerprint),
        }
    }
}

/// An accepted exception; two that say the same are equal wherever they stand.
#[derive(Clone, Debug)]
pub struct Waiver {
    pub target: WaiverTarget,
    /// Of files; empty for all.
    pub paths: Vec<ScopePattern>,
    pub reason: String,
    pub requested_by: String,
    pub approved_by: String,
    /// The first day it counts.
    pub created: Date,
    /// The last day it counts.
    pub expires: Date,
    pub span: Span,
}

/// Whether a waiver counts on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaiverState {
    Active,
    Expired,
    NotYet,
}

impl Waiver {
    pub fn state(&self, today: Date) -> WaiverState {
        if today > self.expires {
            WaiverState::Expired
        } else if today < self.created {
            WaiverState::NotYet
        } else {
            WaiverState::Active
        }
    }

    pub fn takes_path(&self, path: &str) -> bool {
        takes(&self.paths, path)
    }

    fn content(&self) -> impl Ord + '_ {
        let paths: Vec<&str> = self.paths.iter().map(|it| it.text.as_str()).collect();
        let people = (&self.requested_by, &self.approved_by);
        (&self.target, paths, &self.reason, people, self.created, self.expires)
    }
}

impl PartialEq for Waiver {
    fn eq(&self, other: &Waiver) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiver {}

impl PartialOrd for Waiver {
    fn partial_cmp(&self, other: &Waiver) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiver {
    fn cmp(&self, other: &Waiver) -> Ordering {
        self.content().cmp(&other.content())
    }
}

/// Reads a file of waivers, in its order; a waiver with any error is left out.
pub fn load_waivers(path: &RepoPath, bytes: &[u8]) -> (Vec<Waiver>, Vec<Diagnostic>) {
    let file = split_list_file(path, bytes, "waivers");
    let mut diagnostics = file.diagnostics;
    let mut waivers = Vec::new();
    for source in &file.entries {
        let mut found = Vec::new();
        let waiver = read_waiver(source, &file.text, &mut found);
        let is_broken = found.iter().any(|it| it.severity == DiagnosticSeverity::Error);
        waivers.extend(waiver.filter(|_| !is_broken));
        diagnostics.extend(found);
    }
    (waivers, diagnostics)
}

fn read_waiver(source: &YamlText, file: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Waiver> {
    let value = source.value(file).map_err(|found| diagnostics.extend(found)).ok()?;
    let mut fields = Fields::open(source, Vec::new(), &value, "this waiver", diagnostics)?;
    let control: Option<String> = fields.take("control", diagnostics);
    let fingerprint: Option<String> = fields.take("fingerprint", diagnostics);
    let target = match (control, fingerprint) {
        (Some(control), None) => Some(WaiverTarget::Control(ControlId(control.into()))),
        (None, Some(fingerprint)) => Some(WaiverTarget::Fingerprint(fingerprint)),
        (both, _) => {
            let what = if both.is_some() { "both a control and a fingerprint" } else { "nothing" };
            let message = format!("this waiver excuses {what}");
            diagnostics.push(
                source
                    .diagnostic("waivers::bad_target", &[], message)
                    .help("give either `control:` or `fingerprint:`"),
            );
            None
        }
    };
    let mut paths = Vec::new();
    if let Some(mut scope) = fields.map("scope", diagnostics) {
        paths = read_patterns(&mut scope, "paths", ScopePattern::of_paths, source, diagnostics);
        scope.finish(diagnostics);
    }
    let reason = said(&mut fields, "reason", source, diagnostics);
    let requested_by = said(&mut fields, "requested_by", source, diagnostics);
    let approved_by = said(&mut fields, "approved_by", source, diagnostics);
    let created = day(&mut fields, "created", source, diagnostics);
    let expires = day(&mut fields, "expires", source, diagnostics);
    fields.finish(diagnostics);
    let is_same_person = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    if let (Some(a), Some(b)) = (&requested_by, &approved_by)
        && is_same_person(a, b)
    {
        diagnostics.push(
            source
                .diagnostic(
                    "waivers::self_approved",
                    &["approved_by".into()],
                    format!("`{}` asked for this waiver and approved it", b.escape_debug()),
                )
                .help("have someone else approve it"),
        );
    }
    if let (Some(created), Some(expires)) = (created, expires)
        && expires < created
    {
        diagnostics.push(
            source
                .diagnostic(
                    "waivers::never_valid",
                    &["expires".into()],
                    format!("this waiver expires on {expires}, before it was created"),
                )
                .help("give a later day"),
        );
    }
    Some(Waiver {
        target: target?,
        paths,
        reason: reason?,
        requested_by: requested_by?,
        approved_by: approved_by?,
        created: created?,
        expires: expires?,
        span: source.span(),
    })
}

/// The text under `key`, which must say something.
fn said(
    fields: &mut Fields<'_>,
    key: &'static str,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let text: String = fields.require(key, diagnostics)?;
    if !text.trim().is_empty() {
        return Some(text);
    }
    let error = Diagnostic::error("waivers::empty", format!("`{key}` is empty"));
    diagnostics.push(
        source
            .label(error, &fields.path_to(key), Part::Value, "")
            .help("a waiver says why it is, who asked for it and who approved it"),
    );
    None
}

fn day(
    fields: &mut Fields<'_>,
    key: &'static str,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Date> {
    let text: String = fields.require(key, diagnostics)?;
    Date::from_str(&text)
        .map_err(|error| {
            diagnostics.push(
                source
                    .diagnostic("waivers::bad_date", &fields.path_to(key), error.to_string())
                    .help("write a day such as `2026-01-31`"),
            );
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::render;

    fn check(yaml: &str, expected: &Expect) {
        let (waivers, diagnostics) = load_waivers(&"waivers.yaml".into(), yaml.as_bytes());
        let mut out = String::new();
        for it in &waivers {
            let on = |day: &str| it.state(day.parse().unwrap());
            writeln!(
                out,
                "{} {:?}: {:?} {:?} {:?} {:?}",
                it.target,
                it.paths,
                on("2026-01-01"),
                on("2026-01-02"),
                on("2026-02-01"),
                on("2026-02-02"),
            )
            .unwrap();
        }
        expected.assert_eq(&(out + &render(&diagnostics, yaml.as_bytes())));
    }

    const REST: &str =
        "reason: r, requested_by: a, approved_by: b, created: 2026-01-02, expires: 2026-02-01";

    #[test]
    fn waivers_count_from_their_first_day_to_their_last() {
        check(
            &format!(
                "version: 1\nwaivers:\n  - {{control: A, {REST}, scope: {{paths: ['src/**']}}}}\n  - {{fingerprint: abc, {REST}}}\n"
            ),
            &expect![[r#"
                A ["src/**"]: NotYet Active Active Expired
                abc []: NotYet Active Active Expired
            "#]],
        );
    }

    #[test]
    fn each_bad_waiver_costs_itself_alone() {
        check(
            "waivers:\n  - control: A\n    reson: r\n    created: yesterday\n    approved_by: ' '\n",
            &expect![[r#"
                yaml::missing_key: the key `reason` is missing
                  2:5-2:15 "control: A" of this
                  help: add `reason:` with a value
                yaml::missing_key: the key `requested_by` is missing
                  2:5-2:15 "control: A" of this
                  help: add `requested_by:` with a value
                waivers::empty: `approved_by` is empty
                  5:18-5:21 "' '" 
                  help: a waiver says why it is, who asked for it and who approved it
                waivers::bad_date: `yesterday` is not a day of the form `YYYY-MM-DD`
                  4:14-4:23 "yesterday" 
                  help: write a day such as `2026-01-31`
                yaml::missing_key: the key `expires` is missing
                  2:5-2:15 "control: A" of this
                  help: add `expires:` with a value
                yaml::unknown_key: unknown key `reson`
                  3:5-3:10 "reson" not a key of this map
                  help: did you mean `reason`?
            "#]],
        );
        check(
            &format!(
                "waivers:\n  - {{{REST}}}\n  - {{control: A, fingerprint: b, {REST}}}\n  - {{control: A, {REST}}}\n"
            ),
            &expect![[r#"
                A []: NotYet Active Active Expired
                waivers::bad_target: this waiver excuses nothing
                  2:5-2:91 "{reason: r, requested_by: a, approved_by: b, created: 2026-0" 
                  help: give either `control:` or `fingerprint:`
                waivers::bad_target: this waiver excuses both a control and a fingerprint
                  3:5-3:119 "{control: A, fingerprint: b, reason: r, requested_by: a, app" 
                  help: give either `control:` or `fingerprint:`
            "#]],
        );
        check(
            &format!(
                "waivers:\n  - {{control: A, {}}}\n  - {{control: A, {}}}\n",
                REST.replace("by: b", "by: A"),
                REST.replace("2026-02-01", "2025-02-30")
            ),
            &expect![[r#"
                waivers::self_approved: `A` asked for this waiver and approved it
                  2:59-2:60 "A" 
                  help: have someone else approve it
                waivers::bad_date: `2025-02-30` is not a day of the form `YYYY-MM-DD`
                  3:92-3:102 "2025-02-30" 
                  help: write a day such as `2026-01-31`
            "#]],
        );
        check(
            &format!(
                "waivers:\n  - {{control: A, {}}}\n  - control: [\n",
                REST.replace("2026-02-01", "2025-02-01")
            ),
            &expect![[r#"
                waivers::never_valid: this waiver expires on 2025-02-01, before it was created
                  2:92-2:102 "2025-02-01" 
                  help: give a later day
                yaml::syntax: not valid YAML: did not find expected node content, while parsing a flow node
                  3:14-3:15 "[" here
                  help: close the bracket, and put commas between its items
            "#]],
        );
    }

    #[test]
    fn what_a_waiver_says_makes_it_equal() {
        let yaml = format!(
            "waivers:\n  - {{control: A, {REST}}}\n  - {{control: A, {REST}}}\n  - {{control: B, {REST}}}\n"
        );
        let (waivers, _) = load_waivers(&"waivers.yaml".into(), yaml.as_bytes());
        assert!(waivers[0] == waivers[1] && waivers[0] != waivers[2]);
    }
}
