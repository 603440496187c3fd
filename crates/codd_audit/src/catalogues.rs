//! The catalogues that codd ships: controls a project takes by name in `codd.yaml`.

use codd_source::{Diagnostic, nearest};

/// A file of `requirements/catalogue`, embedded when codd is built.
struct Catalogue {
    name: &'static str,
    text: &'static str,
    starts: Starts,
}

impl Catalogue {
    fn is_in_baseline(&self) -> bool {
        matches!(self.starts, Starts::InBaseline | Starts::WithGuards)
    }
}

/// Where `codd init` writes a copy of a catalogue.
enum Starts {
    Everywhere,
    /// In projects with code in one of these languages.
    With(&'static [&'static str]),
    /// In projects of which some route has a guard, which a change may take away; elsewhere it
    /// is taken with the rest of the baseline.
    WithGuards,
    /// Nowhere: it is taken by its name, or with the rest of the baseline.
    InBaseline,
    /// Nowhere: it is taken by its name alone.
    ByName,
}

/// The name by which the catalogues of codd's own numbering are taken together.
const BASELINE: &str = "baseline";

macro_rules! catalogues {
    ($($name:literal: $starts:expr,)*) => {
        static CATALOGUES: &[Catalogue] = &[$(Catalogue {
            name: $name,
            text: include_str!(concat!("../../../requirements/catalogue/", $name, ".yaml")),
            starts: $starts,
        },)*];
    };
}

catalogues! {
    "access": Starts::InBaseline,
    "arguments": Starts::InBaseline,
    "authentication": Starts::WithGuards,
    "data": Starts::InBaseline,
    "flows": Starts::InBaseline,
    "javascript": Starts::With(&["javascript", "typescript", "tsx"]),
    "operations": Starts::InBaseline,
    "process": Starts::InBaseline,
    "python": Starts::With(&["python"]),
    "repository": Starts::Everywhere,
    "review": Starts::ByName,
    "web": Starts::InBaseline,
}

/// The names of all catalogues, in order.
pub(crate) fn catalogue_names() -> impl Iterator<Item = &'static str> {
    CATALOGUES.iter().map(|it| it.name).chain([BASELINE])
}

/// Every catalogue, as name and text.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    CATALOGUES.iter().map(|it| (it.name, it.text)).collect()
}

/// What names of catalogues mean.
#[derive(Default)]
pub(crate) struct Named {
    /// Name and text of each.
    pub(crate) found: Vec<(&'static str, &'static str)>,
    /// Names that are none, each with its diagnostic.
    pub(crate) unknown: Vec<(String, Diagnostic)>,
}

/// The catalogues of these names.
pub(crate) fn named(names: &[String]) -> Named {
    let mut named = Named::default();
    for name in names {
        let is_meant = |it: &&Catalogue| it.name == name || name == BASELINE && it.is_in_baseline();
        let before = named.found.len();
        named.found.extend(CATALOGUES.iter().filter(is_meant).map(|it| (it.name, it.text)));
        if named.found.len() == before {
            let text = format!("there is no catalogue `{name}`");
            let diagnostic = Diagnostic::error("config::unknown_catalogue", text);
            let diagnostic = match nearest(name, catalogue_names(), 1).first() {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic,
            };
            named.unknown.push((name.clone(), diagnostic));
        }
    }
    named
}

/// The catalogue that says that routes have guards, as name and text.
pub(crate) fn of_guards() -> (&'static str, &'static str) {
    let is_it = |it: &&Catalogue| matches!(it.starts, Starts::WithGuards);
    let it = CATALOGUES.iter().find(is_it).expect("the table has one");
    (it.name, it.text)
}

/// The catalogues that fit a project of these languages, as name and text.
pub(crate) fn starters(
    languages: &[String],
    has_guards: bool,
) -> Vec<(&'static str, &'static str)> {
    let fits = |it: &&Catalogue| match it.starts {
        Starts::Everywhere => true,
        Starts::With(known) => known.iter().any(|it| languages.iter().any(|own| own == it)),
        Starts::WithGuards => has_guards,
        Starts::InBaseline | Starts::ByName => false,
    };
    CATALOGUES.iter().filter(fits).map(|it| (it.name, it.text)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use codd_controls::{Control, Example, ProjectConfig, load_controls};
    use codd_verify::{CheckPlan, ExampleVerdict, run_examples};

    use super::*;

    fn controls(name: &str, text: &str) -> Vec<Control> {
        let mut loaded = load_controls(&[], &[(name, text)]);
        loaded.settle(&ProjectConfig::default());
        assert_eq!(loaded.diagnostics, [], "{name}");
        assert_eq!(CheckPlan::compile(&loaded.set).1, [], "{name}");
        loaded.set.controls.into_values().collect()
    }

    #[test]
    fn every_example_behaves_as_stated() {
        for (name, text) in all() {
            for control in controls(name, text) {
                for example in run_examples(&control) {
                    let what = format!("{name} {} example {}", control.id, example.ordinal + 1);
                    assert_eq!(example.verdict, ExampleVerdict::AsExpected, "{what}");
                }
            }
        }
    }

    #[test]
    fn controls_that_code_can_meet_are_shown_twice_good_and_twice_bad_in_each_language() {
        let count = |examples: &[Example]| {
            let mut by_language: BTreeMap<String, u32> = BTreeMap::new();
            for it in examples {
                *by_language.entry(it.language.clone()).or_default() += 1;
            }
            by_language
        };
        let mut ids = Vec::new();
        for it in CATALOGUES.iter().filter(|it| it.is_in_baseline()) {
            for control in controls(it.name, it.text) {
                ids.push(control.id.to_string());
                if control.checks.iter().all(|it| &*it.kind == "manual") {
                    continue;
                }
                let (good, bad) = (count(&control.examples.good), count(&control.examples.bad));
                assert_eq!(
                    good.keys().collect::<Vec<_>>(),
                    bad.keys().collect::<Vec<_>>(),
                    "{}",
                    control.id
                );
                let code =
                    good.iter().chain(&bad).filter(|(it, _)| codd_facts::is_code_language(it));
                for (language, count) in code {
                    assert!(*count >= 2, "{} has {count} of {language}", control.id);
                }
                assert!(bad.values().sum::<u32>() >= 2, "{}", control.id);
            }
        }
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id stands in two catalogues");
    }
}
