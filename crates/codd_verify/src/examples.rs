//! A control's own examples as tests of its checks: for `codd controls test`.

use std::collections::BTreeMap;

use codd_controls::{Applicability, Control, ControlSet, Example, Scope};
use codd_facts::{LanguageRef, language_named, language_of};
use codd_source::{LineIndex, RepoPath};

use crate::project::{example_files, verify_project};
use crate::{CheckOutcome, CheckPlan, Finding, Outcome};

/// What one example of a control showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleResult {
    pub is_good: bool,
    /// Its place among the good or the bad examples, from 0.
    pub ordinal: u32,
    pub language: String,
    /// The path it was tested under; of several files, the first.
    pub path: Option<RepoPath>,
    pub verdict: ExampleVerdict,
}

/// Whether an example behaves as its author says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExampleVerdict {
    AsExpected,
    /// One line that says what happened instead.
    Otherwise(String),
    /// One line that says why nothing can be shown.
    NotRun(String),
}

/// Runs the checks of a control over each of its examples, good ones first.
///
/// An example is a project of its own: one file, or several with `//- path` lines before each.
pub fn run_examples(control: &Control) -> Vec<ExampleResult> {
    // A few lines are no project that a control may or may not concern.
    let shown = Control { when: Applicability::default(), ..control.clone() };
    let controls = ControlSet { controls: BTreeMap::from([(shown.id.clone(), shown)]) };
    let (plan, _) = CheckPlan::compile(&controls);
    let run = |is_good: bool, examples: &[Example]| -> Vec<ExampleResult> {
        examples
            .iter()
            .enumerate()
            .map(|(ordinal, example)| {
                let (path, verdict) = run_example(&plan, &controls, control, example, is_good);
                let language = example.language.clone();
                ExampleResult { is_good, ordinal: ordinal as u32, language, path, verdict }
            })
            .collect()
    };
    let mut results = run(true, &control.examples.good);
    results.extend(run(false, &control.examples.bad));
    results
}

fn run_example(
    plan: &CheckPlan,
    controls: &ControlSet,
    control: &Control,
    example: &Example,
    is_good: bool,
) -> (Option<RepoPath>, ExampleVerdict) {
    let not_run = |text: String| (None, ExampleVerdict::NotRun(text));
    if !plan.decides_examples() {
        return not_run("no check of the control can be shown by a piece of code".to_owned());
    }
    let language = language_named(&example.language);
    let path = match &example.path {
        Some(text) => RepoPath::joined("", text),
        None => example_path(&control.applies_to, language, &example.language),
    };
    let Some(path) = path else {
        let text = "the control's scope takes no path that could be guessed: add `path:`";
        return not_run(text.to_owned());
    };
    let files = example_files(&path, &example.code);
    let outcomes = verify_project(plan, controls, &files);
    let checks: Vec<&CheckOutcome> = outcomes.iter().flat_map(|it| &it.checks).collect();
    let failures: Vec<&Finding> = checks
        .iter()
        .flat_map(|check| &check.findings)
        .filter(|finding| finding.outcome == Outcome::Fail && plan.can_be_shown(finding))
        .collect();
    let first = files.keys().next().cloned();
    let lines = |finding: &Finding| {
        finding.place.as_ref().map(|place| {
            // Bytes are there for each place, since places are in the example's files.
            let bytes = files.get(&place.path).map_or(&[][..], Vec::as_slice);
            LineIndex::new(bytes).position(place.span.start).line
        })
    };
    let verdict = match (is_good, failures.first(), example.line) {
        (true, Some(finding), _) => ExampleVerdict::Otherwise(format!(
            "a finding{}: {}",
            lines(finding).map_or(String::new(), |line| format!(" on line {line}")),
            finding.message
        )),
        (true, None, _) => {
            let open = checks.iter().find(|check| check.outcome == Outcome::Undetermined);
            match open {
                Some(check) => ExampleVerdict::Otherwise(format!(
                    "`{}` could not be decided: {}",
                    check.kind,
                    check.reason.as_deref().unwrap_or("no reason given")
                )),
                None => ExampleVerdict::AsExpected,
            }
        }
        (false, None, _) => ExampleVerdict::Otherwise("no finding".to_owned()),
        (false, Some(_), Some(line)) => {
            let found: Vec<u32> = failures.iter().filter_map(|finding| lines(finding)).collect();
            if found.contains(&line) {
                ExampleVerdict::AsExpected
            } else {
                let found: Vec<String> = found.iter().map(u32::to_string).collect();
                let found = if found.is_empty() { "no line".to_owned() } else { found.join(", ") };
                ExampleVerdict::Otherwise(format!(
                    "a finding on line {found}, expected on line {line}"
                ))
            }
        }
        (false, Some(_), None) => ExampleVerdict::AsExpected,
    };
    (first, verdict)
}

/// A path of the language that the scope takes.
fn example_path(scope: &Scope, language: Option<LanguageRef>, name: &str) -> Option<RepoPath> {
    let known = language.and_then(|language| language.0.extensions().first());
    let extension = known.copied().unwrap_or(name);
    let mut candidates = vec![format!("example.{extension}")];
    // Some are told by the names of their files alone.
    let names = language.map_or(&[][..], |language| language.0.file_names());
    candidates.extend(names.iter().map(|it| (*it).to_owned()));
    for pattern in scope.paths.iter().filter(|pattern| !pattern.excludes) {
        let text = pattern.text.trim_start_matches("./");
        let plain = text.replace("**/", "").replace("**", "example").replace('*', "example");
        candidates.push(plain.clone());
        candidates.push(format!("{}.{extension}", plain.trim_end_matches('/')));
        candidates.push(format!("{}/example.{extension}", plain.trim_end_matches('/')));
        let folder = text.split("**").next().unwrap_or_default();
        candidates.push(format!("{folder}example.{extension}"));
        candidates.push(format!("{folder}example/example.{extension}"));
    }
    for pattern in scope.symbols.iter().filter(|pattern| !pattern.excludes) {
        let parts: Vec<&str> = pattern.text.split('.').take_while(|it| !it.contains('*')).collect();
        for end in (1..=parts.len()).rev() {
            candidates.insert(0, format!("{}.{extension}", parts[..end].join("/")));
        }
    }
    candidates
        .into_iter()
        .filter_map(|text| RepoPath::joined("", &text))
        .find(|path| scope.takes_path(path.as_str()) && language_of(path) == language)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

    use expect_test::{Expect, expect};

    use super::*;

    /// Checks what the examples of a control with this YAML, below its requirement, show.
    fn check(rest: &str, expect: Expect) {
        let rest = rest.trim_matches('\n').replace('\n', "\n    ");
        let text = format!(
            "controls:\n  - id: T-1\n    name: Tested\n    requirement: It MUST hold.\n    {rest}\n"
        );
        let loaded =
            codd_controls::load_controls(&[("t.yaml".into(), text.as_bytes().into())], &[]);
        assert_eq!(loaded.diagnostics, []);
        let control = loaded.set.iter().next().unwrap();
        let lines: Vec<String> = run_examples(control)
            .iter()
            .map(|it| {
                let word = if it.is_good { "good" } else { "bad" };
                let path = it.path.as_ref().map_or("-", RepoPath::as_str);
                format!("{word} {} {path}: {:?}\n", it.ordinal, it.verdict)
            })
            .collect();
        expect.assert_eq(&lines.concat());
    }

    #[test]
    fn examples_are_compared_with_what_they_promise() {
        check(
            r#"
applies_to: {paths: ["src/**/*.py", "!src/vendor/**"]}
checks:
  - forbid: {language: python, rule: {pattern: "eval($X)"}, message: no eval}
examples:
  good:
    - {language: python, code: "print(1)"}
    - {language: python, code: "eval(1)"}
    - {language: python, code: "(eval"}
  bad:
    - {language: python, code: "x = 1\neval(x)\n", line: 2}
    - {language: python, code: "x = 1\neval(x)\n", line: 1}
    - {language: python, code: "print(1)"}
    - {language: python, code: "eval(1)", path: "src/vendor/a.py"}
    - {language: javascript, code: "eval(1)"}
"#,
            expect![[r#"
                good 0 src/example.py: AsExpected
                good 1 src/example.py: Otherwise("a finding on line 1: no eval")
                good 2 src/example.py: Otherwise("`forbid` could not be decided: could not look at `src/example.py`: it has syntax errors, and the rule might match there")
                bad 0 src/example.py: AsExpected
                bad 1 src/example.py: Otherwise("a finding on line 2, expected on line 1")
                bad 2 src/example.py: Otherwise("no finding")
                bad 3 src/vendor/a.py: Otherwise("no finding")
                bad 4 -: NotRun("the control's scope takes no path that could be guessed: add `path:`")
            "#]],
        );
    }

    #[test]
    fn several_files_are_one_project() {
        check(
            r#"
checks:
  - reach: {must: auth.check}
examples:
  good:
    - language: python
      code: |
        //- auth.py
        def check(): pass
        //- api.py
        from flask import Flask
        from auth import check
        app = Flask(__name__)
        @app.get("/a")
        def a():
            check()
  bad:
    - language: python
      line: 3
      code: |
        from flask import Flask
        app = Flask(__name__)
        @app.get("/a")
        def a(): pass
"#,
            expect![[r#"
                good 0 api.py: AsExpected
                bad 0 example.py: AsExpected
            "#]],
        );
    }

    #[test]
    fn what_no_code_can_show_is_not_run() {
        check(
            "checks: [{manual: Read it.}]\nexamples: {good: [{language: python, code: x}]}",
            expect![[r#"
                good 0 -: NotRun("no check of the control can be shown by a piece of code")
            "#]],
        );
    }

    #[test]
    fn a_language_of_named_files_has_examples_too() {
        check(
            r#"
checks:
  - dependency: {ecosystem: python, package: django, version: ">=5"}
examples:
  good:
    - {language: toml, code: "[project]\ndependencies = ['django==5.1']\n"}
  bad:
    - {language: toml, code: "//- /pyproject.toml\n[project]\ndependencies = ['django==3.2']\n"}
"#,
            expect![[r#"
                good 0 pyproject.toml: AsExpected
                bad 0 pyproject.toml: AsExpected
            "#]],
        );
    }
}
