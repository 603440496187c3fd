//! Which controls concern a project at all, by what its code shows and its context says.

use std::collections::BTreeSet;

use codd_controls::{Applicability, any_of};
use codd_facts::{FileFacts, LinkKind, is_code_language};
use codd_graph::NodeKind;
use serde::{Deserialize, Serialize};

use crate::SnapshotView;
use crate::context::is_unread_route;

/// What of a project decides which controls concern it.
#[derive(Debug)]
pub(crate) struct Architecture<'a> {
    /// By all their names.
    languages: BTreeSet<&'a str>,
    frameworks: BTreeSet<&'a str>,
    packages: BTreeSet<&'a str>,
    has_routes: bool,
    has_storage: bool,
    /// Whether some code could not be read, so that it may have what was not seen.
    is_partial: bool,
    view: SnapshotView<'a>,
}

/// Why a control concerns the project or does not; of `reasons` each is a part of a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    pub concerns: bool,
    /// Where it does not, what excludes it; else what speaks for it.
    pub reasons: Vec<String>,
}

impl<'a> Architecture<'a> {
    pub(crate) fn of(view: SnapshotView<'a>) -> Architecture<'a> {
        let facts = || view.files.values().filter_map(|it| it.facts.as_deref());
        let languages = view.files.values().filter_map(|it| it.language);
        let routes = || facts().flat_map(|it| &it.semantics.routes);
        let packages = view.graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Package);
        Architecture {
            languages: languages.flat_map(codd_facts::names_of).copied().collect(),
            frameworks: routes().map(|it| it.framework.as_str()).collect(),
            packages: packages.map(|(_, it)| it.key.path.as_str()).collect(),
            // What cannot be read is served all the same.
            has_routes: view.graph.nodes().any(|(_, it)| it.key.kind == NodeKind::Route)
                || facts().filter(|it| it.semantics.tests.is_empty()).any(has_unread_routes),
            has_storage: facts()
                .any(|it| it.semantics.links.iter().any(|link| link.kind == LinkKind::Table)),
            is_partial: view
                .files
                .values()
                .any(|it| it.facts.is_none() && it.language.is_some_and(is_code_language)),
            view,
        }
    }

    pub(crate) fn concern(&self, when: &Applicability) -> Concern {
        let mut asked = Asked { is_partial: self.is_partial, ..Asked::default() };
        let has = |wanted: &[String], own: &BTreeSet<&str>| {
            wanted.iter().find(|it| own.contains(it.as_str())).cloned()
        };
        let languages = &when.languages;
        asked.any(languages, has(languages, &self.languages), "code is in", "no code is in");
        let also = when.frameworks.iter().find(|it| when.also_frameworks.contains(it)).cloned();
        let seen = has(&when.frameworks, &self.frameworks);
        asked.any(&when.frameworks, seen.or(also), "routes are of", "no route is of");
        let mut packages = self.packages.iter().copied();
        let texts: Vec<&str> = when.packages.iter().map(|it| it.text.as_str()).collect();
        let package = packages.find(|it| Applicability::takes(&when.packages, [*it].into_iter()));
        asked.any(&texts, package.map(str::to_owned), "code imports", "no code imports");
        let texts: Vec<&str> = when.paths.iter().map(|it| it.text.as_str()).collect();
        let mut paths = self.view.files.keys().map(codd_source::RepoPath::as_str);
        let path = paths.find(|it| Applicability::takes(&when.paths, [*it].into_iter()));
        asked.any(&texts, path.map(str::to_owned), "there is", "no file is called");
        asked.flag(when.routes, self.has_routes, "routes are served", "no route is served");
        asked.flag(when.storage, self.has_storage, "tables are used", "no table is used");
        if let Some(excluded) = &when.excluded {
            asked.against.push(excluded.clone());
        }
        let unsaid = when.unsaid.iter();
        asked.by.extend(unsaid.map(|it| format!("`context.{it}` is not given")));
        if asked.against.is_empty() {
            Concern { concerns: true, reasons: asked.by }
        } else {
            Concern { concerns: false, reasons: asked.against }
        }
    }
}

/// What conditions came to.
#[derive(Default)]
struct Asked {
    by: Vec<String>,
    against: Vec<String>,
    is_partial: bool,
}

impl Asked {
    fn any<T: AsRef<str>>(&mut self, wanted: &[T], found: Option<String>, yes: &str, no: &str) {
        match found {
            _ if wanted.is_empty() => {}
            Some(found) => self.by.push(format!("{yes} {}", any_of(&[found]))),
            None => self.absent(format!("{no} {}", any_of(wanted))),
        }
    }

    fn flag(&mut self, wanted: Option<bool>, is: bool, yes: &str, no: &str) {
        let Some(wanted) = wanted else { return };
        let text = if is { yes } else { no }.to_owned();
        match (wanted, is) {
            (true, false) => self.absent(text),
            (false, true) => self.against.push(text),
            _ => self.by.push(text),
        }
    }

    /// What was not seen excludes only where all was looked at.
    fn absent(&mut self, text: String) {
        if self.is_partial {
            self.by.push(format!("{text}, but some code could not be read"));
        } else {
            self.against.push(text);
        }
    }
}

fn has_unread_routes(facts: &FileFacts) -> bool {
    facts.not_modelled.iter().any(|(what, _)| is_unread_route(what))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use codd_controls::{ProjectConfig, load_controls};

    use crate::CheckPlan;
    use crate::project::viewed;
    use crate::testing::files;

    fn check(when: &str, code: &str, expected: &Expect) {
        let text = format!(
            "controls:\n- {{id: A, name: n, requirement: It MUST, when: {when}, \
             checks: [{{text: {{pattern: x, must: absent}}}}]}}\n"
        );
        let mut loaded = load_controls(&[("t.yaml".into(), text.as_bytes().into())], &[]);
        loaded.settle(&ProjectConfig::default());
        assert_eq!(loaded.diagnostics, []);
        let (plan, _) = CheckPlan::compile(&loaded.set);
        let out = viewed(&plan, &loaded.set, &files(code), |view| {
            let outcome = &plan.verify(view)[0];
            let check = &outcome.checks[0];
            let reason = check.reason.as_deref().unwrap_or("-");
            format!("{:?}\n{:?}: {reason}\n", outcome.concern, check.outcome)
        });
        expected.assert_eq(&out);
    }

    const SHOP: &str = "//- /app.py\nfrom flask import Flask\napp = Flask(__name__)\n\
                        @app.get('/')\ndef home():\n    return 'y'\n";

    #[test]
    fn a_control_concerns_a_project_by_what_its_code_shows() {
        check(
            "{languages: [python, go], routes: true}",
            SHOP,
            &expect![[r#"
            Concern { concerns: true, reasons: ["code is in `python`", "routes are served"] }
            Pass: -
        "#]],
        );
        check(
            "{frameworks: [flask], packages: ['fl*']}",
            SHOP,
            &expect![[r#"
            Concern { concerns: true, reasons: ["routes are of `flask`", "code imports `flask`"] }
            Pass: -
        "#]],
        );
        check(
            "{paths: ['*.py'], storage: false}",
            SHOP,
            &expect![[r#"
            Concern { concerns: true, reasons: ["there is `app.py`", "no table is used"] }
            Pass: -
        "#]],
        );
    }

    #[test]
    fn what_excludes_a_control_is_told_and_its_checks_do_not_apply() {
        check(
            "{languages: [go], packages: [openai, 'anthropic*']}",
            SHOP,
            &expect![[r#"
            Concern { concerns: false, reasons: ["no code is in `go`", "no code imports `openai` or `anthropic*`"] }
            NotApplicable: no code is in `go`; no code imports `openai` or `anthropic*`
        "#]],
        );
        check(
            "{routes: false, storage: true}",
            SHOP,
            &expect![[r#"
            Concern { concerns: false, reasons: ["routes are served", "no table is used"] }
            NotApplicable: routes are served; no table is used
        "#]],
        );
    }

    #[test]
    fn what_the_context_does_not_say_excludes_nothing() {
        check(
            "{data_classes: [pii]}",
            SHOP,
            &expect![[r#"
            Concern { concerns: true, reasons: ["`context.data_classes` is not given"] }
            Pass: -
        "#]],
        );
    }
}
