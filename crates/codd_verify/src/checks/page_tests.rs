//! Every manual page shows a check with examples, and the examples behave as it says.

use codd_source::{LineIndex, RepoPath};

use super::page::blocks;
use crate::project::{example_files, verify_project};
use crate::testing::controls;
use crate::{CheckPlan, Outcome, check_schemas, kind_pages};

#[test]
fn examples_of_each_page_behave_as_it_says() {
    for page in kind_pages() {
        assert!(page.manual.starts_with(&format!("# {}\n", page.name)), "{}", page.name);
        let blocks = blocks(page.manual);
        let (first, examples) = blocks.split_first().expect("a page has an example");
        assert_eq!(first.language, "yaml", "{}", page.name);
        let controls = controls(&first.text);
        let (plan, diagnostics) = CheckPlan::compile(&controls);
        assert_eq!(diagnostics, [], "{}", page.name);
        assert!(examples.len() >= 2, "{} shows no bad and good example", page.name);
        for example in examples {
            let outcome = match example.label {
                "Bad:" => Outcome::Fail,
                "Good:" => Outcome::Pass,
                "Review:" => Outcome::Review,
                "Not applicable:" => Outcome::NotApplicable,
                label => panic!("{}: an example is called `{label}`", page.name),
            };
            let language = codd_facts::language_named(example.language);
            let extension = language.and_then(|it| it.extensions().first().copied());
            let extension = extension.unwrap_or(example.language);
            let path = RepoPath::new(format!("example.{extension}"));
            let files = example_files(&path, &example.text);
            let outcomes = verify_project(&plan, &controls, &files);
            let check = &outcomes[0].checks[0];
            let what = format!("{} {}", page.name, example.label);
            assert_eq!(check.outcome, outcome, "{what} {:?} {:?}", check.reason, check.findings);
            let mut expected: Vec<(RepoPath, u32)> = Vec::new();
            for (path, bytes) in &files {
                let text = std::str::from_utf8(bytes).unwrap();
                for (at, line) in text.lines().enumerate() {
                    if line.ends_with("# finding") || line.ends_with("// finding") {
                        expected.push((path.clone(), at as u32 + 1));
                    }
                }
            }
            let mut found: Vec<(RepoPath, u32)> = check
                .findings
                .iter()
                .filter_map(|finding| finding.place.as_ref())
                .map(|place| {
                    let lines = LineIndex::new(&files[&place.path]);
                    (place.path.clone(), lines.position(place.span.start).line)
                })
                .collect();
            found.sort();
            assert_eq!(found, expected, "{what}");
        }
    }
}

#[test]
fn each_kind_has_a_schema_that_is_complete() {
    for (name, schema) in check_schemas() {
        let text = serde_json::to_string(&schema).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        for reference in text.split("\"#/$defs/").skip(1) {
            let definition = reference.split('"').next().unwrap();
            assert!(value["$defs"].get(definition).is_some(), "{name}: {definition}");
        }
    }
}
