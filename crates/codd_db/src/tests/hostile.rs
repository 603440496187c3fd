//! Files that are made to break the engine, and bugs of its own, cost themselves alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use codd_source::{CancelToken, ContentId, RepoPath};

use super::{Fixture, Memory, OTHER_CONTROLS, assert_as_from_scratch};
use crate::{Analysis, ContentReader, Engine, ReadFailure, Silent};

/// A reader in which one file hits a bug, or is refused.
#[derive(Debug)]
struct Broken {
    inner: Memory,
    path: RepoPath,
    panics: bool,
    is_on: AtomicBool,
}

impl ContentReader for Broken {
    fn read(&self, path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure> {
        if *path == self.path && self.is_on.load(Ordering::Relaxed) {
            assert!(!self.panics, "a bug for {path}");
            return Err(ReadFailure("no permission".to_owned()));
        }
        self.inner.read(path, content)
    }
}

const PROJECT: &str = "
//- /a.py
from b import check
eval(check())
//- /b.py
def check():
    return 1
";

fn broken(fixture: &Fixture, panics: bool, is_on: bool) -> Arc<Broken> {
    let is_on = AtomicBool::new(is_on);
    Arc::new(Broken { inner: fixture.reader(), path: "a.py".into(), panics, is_on })
}

fn analyse(engine: &mut Engine, fixture: &Fixture, reader: Arc<Broken>) -> Analysis {
    engine.analyse(&fixture.request_with(reader), &CancelToken::default(), &Silent).unwrap()
}

fn failure<'a>(analysis: &'a Analysis, path: &str) -> Option<&'a str> {
    let failure = analysis.files[&RepoPath::new(path)].outline.failure.as_ref();
    failure.map(|failure| failure.0.as_str())
}

const BUG: Option<&str> = Some("codd failed on this file (a bug in codd)");

#[test]
fn a_bug_costs_its_own_file_and_is_told() {
    let fixture = Fixture::new(PROJECT);
    let analysis = analyse(&mut Engine::default(), &fixture, broken(&fixture, true, true));
    assert_eq!(failure(&analysis, "a.py"), BUG);
    assert_eq!(failure(&analysis, "b.py"), None);
    assert!(analysis.files[&RepoPath::new("b.py")].facts().is_some());
    // Nothing was found in it, but nobody may say that there is nothing.
    let forbid = &analysis.outcomes[0][0].checks[0];
    assert_eq!(forbid.outcome, codd_verify::Outcome::Undetermined);
    assert_eq!(forbid.skipped[0].reason, BUG.unwrap());
}

#[test]
fn a_bug_in_the_checks_alone_keeps_the_facts() {
    let mut fixture = Fixture::new(PROJECT);
    let mut engine = Engine::default();
    let reader = broken(&fixture, true, false);
    analyse(&mut engine, &fixture, Arc::clone(&reader));
    fixture.set_controls(OTHER_CONTROLS);
    reader.is_on.store(true, Ordering::Relaxed);
    let analysis = analyse(&mut engine, &fixture, reader);
    assert_eq!(failure(&analysis, "a.py"), BUG);
    let a = &analysis.files[&RepoPath::new("a.py")];
    assert!(a.facts().is_some() && !a.hits()[0].was_read);
    assert_eq!(analysis.outcomes[0][0].checks[0].outcome, codd_verify::Outcome::Undetermined);
}

#[test]
fn a_refused_file_is_read_when_the_next_reader_can() {
    let fixture = Fixture::new(PROJECT);
    let mut engine = Engine::default();
    let analysis = analyse(&mut engine, &fixture, broken(&fixture, false, true));
    assert_eq!(failure(&analysis, "a.py"), Some("no permission"));
    let analysis = analyse(&mut engine, &fixture, broken(&fixture, false, false));
    assert_as_from_scratch(&analysis, &fixture);
}

#[test]
fn a_manifest_that_could_not_be_read_is_read_again() {
    let mut fixture = Fixture::new(PROJECT);
    fixture.set("m.ts", "import { x } from '@/n';\nx();\n");
    fixture.set("n.ts", "export function x() {}\n");
    fixture.set("tsconfig.json", r#"{"compilerOptions": {"paths": {"@/*": ["./*"]}}}"#);
    let mut engine = Engine::default();
    let mut reader = Arc::into_inner(broken(&fixture, false, true)).unwrap();
    reader.path = "tsconfig.json".into();
    let refused = analyse(&mut engine, &fixture, Arc::new(reader));
    let answer = fixture.analysed_by(&mut engine);
    assert_as_from_scratch(&answer, &fixture);
    assert!(refused.graph != answer.graph, "the manifest must matter here");
}

/// Sources nested far deeper than any stack, in each way that makes a deep tree.
fn deep_sources() -> Vec<(String, String)> {
    const DEPTH: usize = 60_000;
    let around = |open: &str, middle: &str, close: &str| {
        format!("x = {}{middle}{}\n", open.repeat(DEPTH), close.repeat(DEPTH))
    };
    let both = [
        ("round", around("(", "1", ")")),
        ("square", around("[", "1", "]")),
        ("curly", around("{a:", "1", "}")),
        ("unclosed", around("[", "", "")),
        ("calls", around("f(", "1", ")")),
        ("sums", around("1+", "1", "")),
        ("attributes", around("", "a", ".b")),
        ("called", around("", "a", "()")),
        ("indexed", around("", "a", "[0]")),
        ("lambdas", around("f(lambda: ", "1", ")")),
        ("arrows", around("() => (", "1", ")")),
        ("negations", around("- ", "1", "")),
        ("conditions", around("1 if 2 else ", "3", "")),
        ("ternaries", around("a ? b : ", "c", "")),
        ("types", format!("let x: {}A{};\n", "A<".repeat(DEPTH), ">".repeat(DEPTH))),
        ("elements", format!("x = {}{};\n", "<a>".repeat(DEPTH), "</a>".repeat(DEPTH))),
        ("blocks", format!("{}{}\n", "{".repeat(DEPTH), "}".repeat(DEPTH))),
        ("functions", format!("{}{}\n", "function f() {".repeat(DEPTH), "}".repeat(DEPTH))),
        ("classes", (0..400).map(|at| format!("{}class C:\n", " ".repeat(at))).collect()),
        ("elses", format!("{}{{}}\n", "if (a) {} else ".repeat(DEPTH))),
        ("strings", around("`${", "1", "}`")),
    ];
    both.iter()
        .flat_map(|(name, text)| {
            ["py", "js", "tsx", "ts"].map(|end| (format!("{name}.{end}"), text.clone()))
        })
        .collect()
}

/// Threads of their default size must do; an overflow would end the whole test run.
#[test]
fn deep_nesting_overflows_no_stack() {
    let mut fixture = Fixture::new("");
    for (path, text) in deep_sources() {
        fixture.set(&path, text);
    }
    let analysis = fixture.analysed_by(&mut Engine::default());
    for (path, file) in analysis.files.iter() {
        assert_eq!(file.outline.failure, None, "{path}");
        assert!(file.facts().is_some(), "{path}");
    }
}
