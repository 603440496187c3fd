//! Small projects analysed: edits in, executed queries and answers out.

mod executed;
mod histories;
mod hostile;
mod stopped;
mod stored;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use codd_controls::{ControlSet, load_controls};
use codd_source::{CancelToken, ContentId, RepoPath};
use codd_verify::CheckPlan;

use crate::{
    Analysis, ContentReader, Engine, ReadFailure, Request, RequestFile, Silent, Treatment,
};

/// The files of a project with the controls it is checked for.
#[derive(Clone)]
struct Fixture {
    files: BTreeMap<RepoPath, Arc<[u8]>>,
    /// How files are read that are not read as their name and content say.
    treatments: BTreeMap<RepoPath, Treatment>,
    controls: Arc<ControlSet>,
    plans: Arc<[Arc<CheckPlan>]>,
}

impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &Arc<[u8]>| String::from_utf8_lossy(bytes).into_owned();
        f.debug_map().entries(self.files.iter().map(|(path, it)| (path, text(it)))).finish()
    }
}

impl Fixture {
    /// The files of a text with `//- /path` lines, under the controls of [`CONTROLS`].
    fn new(text: &str) -> Fixture {
        let mut fixture = Fixture {
            files: BTreeMap::new(),
            treatments: BTreeMap::new(),
            controls: Arc::default(),
            plans: Arc::new([]),
        };
        fixture.set_controls(CONTROLS);
        for part in text.trim_start_matches('\n').split("//- /").skip(1) {
            let (path, text) = part.split_once('\n').unwrap();
            fixture.set(path.trim(), text);
        }
        fixture
    }

    fn set_controls(&mut self, yaml: &str) {
        let loaded = load_controls(&[("controls.yaml".into(), yaml.as_bytes().into())], &[]);
        assert_eq!(loaded.diagnostics, []);
        let (plan, diagnostics) = CheckPlan::compile(&loaded.set);
        assert_eq!(diagnostics, []);
        self.controls = Arc::new(loaded.set);
        self.plans = Arc::new([Arc::new(plan)]);
    }

    fn set(&mut self, path: &str, text: impl AsRef<[u8]>) {
        self.files.insert(RepoPath::new(path), text.as_ref().into());
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8(self.files[&RepoPath::new(path)].to_vec()).unwrap()
    }

    /// Replaces text that must be there.
    fn replace(&mut self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "`{from}` is not in {path}");
        self.set(path, text.replace(from, to));
    }

    fn remove(&mut self, path: &str) -> Arc<[u8]> {
        self.files.remove(&RepoPath::new(path)).unwrap()
    }

    fn reader(&self) -> Memory {
        Memory(self.files.values().map(|it| (ContentId::of(it), Arc::clone(it))).collect())
    }

    fn request(&self) -> Request {
        self.request_with(Arc::new(self.reader()))
    }

    fn request_with(&self, reader: Arc<dyn ContentReader>) -> Request {
        let file = |(path, bytes): (&RepoPath, &Arc<[u8]>)| RequestFile {
            path: path.clone(),
            content: ContentId::of(bytes),
            treatment: self.treatments.get(path).copied().unwrap_or_default(),
        };
        Request {
            files: self.files.iter().map(file).collect(),
            reader,
            controls: Arc::clone(&self.controls),
            plans: Arc::clone(&self.plans),
        }
    }

    fn analysed_by(&self, engine: &mut Engine) -> Analysis {
        engine.analyse(&self.request(), &CancelToken::default(), &Silent).unwrap()
    }
}

/// What of two answers differs first, in words.
fn difference(a: &Analysis, b: &Analysis) -> Option<String> {
    let keys = |it: &Analysis| it.files.keys().cloned().collect::<Vec<_>>();
    if keys(a) != keys(b) {
        return Some("the files".to_owned());
    }
    for ((path, a), b) in a.files.iter().zip(b.files.values()) {
        if a.outline != b.outline {
            return Some(format!("outline of {path}: {:#?} and {:#?}", a.outline, b.outline));
        }
        if a.facts() != b.facts() || a.lines() != b.lines() {
            return Some(format!("facts of {path}"));
        }
        if a.hits() != b.hits() {
            return Some(format!("hits of {path}"));
        }
    }
    if a.graph != b.graph {
        return Some("the graph".to_owned());
    }
    (a.outcomes != b.outcomes).then(|| "the outcomes".to_owned())
}

/// Checks that an answer is the one that a new engine gives.
fn assert_as_from_scratch(answer: &Analysis, fixture: &Fixture) {
    let fresh = fixture.analysed_by(&mut Engine::default());
    assert_eq!(difference(&fresh, answer), None);
}

/// Contents by their id.
#[derive(Debug)]
struct Memory(BTreeMap<ContentId, Arc<[u8]>>);

impl Memory {
    fn with(mut self, mut other: Memory) -> Memory {
        self.0.append(&mut other.0);
        self
    }
}

impl ContentReader for Memory {
    fn read(&self, _path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure> {
        self.0.get(&content).cloned().ok_or_else(|| ReadFailure("it is gone".to_owned()))
    }
}

const CONTROLS: &str = r#"
controls:
  - id: T-1
    name: No eval
    requirement: Code MUST NOT be made from text.
    checks:
      - forbid: {language: python, rule: {pattern: "eval($A)"}}
      - forbid: {language: typescript, rule: {pattern: "eval($A)"}}
  - id: T-2
    name: No markers
    requirement: There MUST NOT be a marker.
    checks:
      - text: {pattern: "FIXME", must: absent}
  - id: T-3
    name: Checks are documented
    requirement: A check MUST be documented.
    applies_to: {symbols: ["*.check"]}
    checks:
      - documented: {}
  - id: T-4
    name: Routes are guarded
    requirement: A route MUST be guarded, and nothing it is given may be run.
    checks:
      - guard: {use: [framework-auth]}
      - flow: {class: code-injection}
"#;

/// As [`CONTROLS`], with another rule.
const OTHER_CONTROLS: &str = r#"
controls:
  - id: T-1
    name: No eval
    requirement: Code MUST NOT be made from text.
    checks:
      - forbid: {language: python, rule: {pattern: "exec($A)"}}
"#;
