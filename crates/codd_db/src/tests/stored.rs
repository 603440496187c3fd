//! What the store gives is what a file would have given, or it gives nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use codd_flow::{
    ClassId, FlowAnalysis, FlowFinding, FlowStep, FlowWay, KnownFlows, ProbeCall, ProbeSeen,
    ProbeValue, ProbeWay, ProbeWhat, SinkPlace, StepKind,
};
use codd_source::{CancelToken, ContentId, Date, MemorySystem, RepoPath, Span, System};
use codd_store::{Store, StoreOptions};

use super::{Fixture, Memory, OTHER_CONTROLS, assert_as_from_scratch};
use crate::kept::{ANALYSIS, Identity, KeptFiles, digest_of_controls};
use crate::{Analysis, ContentReader, Engine, ReadFailure, Silent, Treatment, known};

const PROJECT: &str = r#"
//- /a.py
from b import check
eval(check())
//- /b.py
def check():
    return 1 # FIXME
//- /m.ts
export function f() { return eval("1"); }
//- /notes.txt
FIXME
//- /requirements.txt
flask>=3
"#;

/// Notes which files are read.
#[derive(Debug)]
struct Noting {
    inner: Memory,
    read: Mutex<Vec<String>>,
}

impl ContentReader for Noting {
    fn read(&self, path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure> {
        self.read.lock().unwrap().push(path.to_string());
        self.inner.read(path, content)
    }
}

fn store(system: &MemorySystem) -> Arc<Store> {
    let folder = Some(PathBuf::from("/cache"));
    let options = StoreOptions { folder, secret: b"secret".to_vec(), max_bytes: 1 << 20 };
    Arc::new(Store::open(Arc::new(system.clone()), options))
}

/// The answer of a new engine, and the files that it read for it.
fn analyse(mut engine: Engine, fixture: &Fixture) -> (Analysis, Vec<String>) {
    let reader = Arc::new(Noting { inner: fixture.reader(), read: Mutex::default() });
    let request = fixture.request_with(Arc::clone(&reader) as Arc<dyn ContentReader>);
    let analysis = engine.analyse(&request, &CancelToken::default(), &Silent).unwrap();
    engine.flush();
    let mut read = reader.read.lock().unwrap().clone();
    read.sort();
    (analysis, read)
}

fn with_store(system: &MemorySystem, fixture: &Fixture) -> (Analysis, Vec<String>) {
    analyse(Engine::with_store(store(system)), fixture)
}

#[test]
fn a_warm_store_reads_nothing_and_answers_the_same() {
    let (system, fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    let (cold, read) = with_store(&system, &fixture);
    assert_eq!(read, ["a.py", "b.py", "m.ts", "notes.txt", "requirements.txt"]);
    let (warm, read) = with_store(&system, &fixture);
    assert_eq!(read, [""; 0]);
    assert!(warm == cold);
    assert_as_from_scratch(&warm, &fixture);
}

#[test]
fn only_what_is_new_is_read() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    with_store(&system, &fixture);
    fixture.replace("b.py", "1", "2");
    // The same content in another place may say something else.
    let bytes = fixture.remove("a.py");
    fixture.set("tests/test_a.py", bytes);
    let (warm, read) = with_store(&system, &fixture);
    assert_eq!(read, ["b.py", "tests/test_a.py"]);
    assert_as_from_scratch(&warm, &fixture);
}

#[test]
fn other_checks_read_files_and_take_their_facts_from_the_store() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    with_store(&system, &fixture);
    let facts_before = store(&system).status().entries;
    fixture.set_controls(OTHER_CONTROLS);
    let (warm, read) = with_store(&system, &fixture);
    assert_eq!(read.len(), 5);
    assert_as_from_scratch(&warm, &fixture);
    let added = store(&system).status().entries - facts_before;
    let all = "one value of hits a file, no facts, the outcomes and the snapshot in two parts";
    assert_eq!(added, 8, "{all}");
}

#[test]
fn a_snapshot_that_the_same_plan_judged_on_that_day_is_not_judged_again() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    let shared = store(&system);
    let request = fixture.request();
    let controls = digest_of_controls(&request.controls);
    let identity = Identity::of_snapshot(&request, controls).of_outcomes(&request.plans[0]);
    // Outcomes that no verification gives.
    KeptFiles::new(Arc::clone(&shared)).keep_outcomes(&identity, &[]);
    let ask = |fixture: &Fixture| analyse(Engine::with_store(Arc::clone(&shared)), fixture).0;
    assert!(ask(&fixture).outcomes[0].is_empty());

    let plan = Arc::clone(&fixture.plans[0]);
    let day = Date::new(2026, 1, 31).unwrap();
    fixture.plans = Arc::from([Arc::new(plan.on(day))]);
    assert_as_from_scratch(&ask(&fixture), &fixture);
    fixture.plans = Arc::from([plan]);
    fixture.replace("b.py", "1", "2");
    assert_as_from_scratch(&ask(&fixture), &fixture);
    fixture.replace("b.py", "2", "1");
    fixture.set_controls(OTHER_CONTROLS);
    assert_as_from_scratch(&ask(&fixture), &fixture);
}

/// How many values a new process with this store finds out anew; none of them a wrong one.
fn found_out(system: &MemorySystem, fixture: &Fixture) -> usize {
    let mut engine = Engine::with_store(store(system));
    let analysis = fixture.analysed_by(&mut engine);
    assert_as_from_scratch(&analysis, fixture);
    let pending = engine.store_status().unwrap().pending;
    engine.flush();
    pending
}

#[test]
fn a_warm_store_follows_no_reference() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    // What each of five files says and holds, what three of them refer to, the flows of two
    // families of languages, the outcomes, and all of it as a whole in two parts.
    assert_eq!(found_out(&system, &fixture), 18);
    // A file whose facts nobody has looked at.
    fixture.set("more.txt", "more");
    let mut engine = Engine::with_store(store(&system));
    let queries = engine.executed_by(|engine| drop(fixture.analysed_by(engine)));
    let made = queries.iter().filter(|it| it.starts_with("interface("));
    assert_eq!(made.count(), 0, "nobody looks at other files: {queries:?}");
}

#[test]
fn only_who_asked_what_is_answered_otherwise_is_resolved_again() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    found_out(&system, &fixture);
    // A file's facts, hits and references, the references of who imports it, the flows of the one
    // family, and of the whole the outcomes and itself in two parts.
    fixture.replace("b.py", "# FIXME", "\n\ndef other():\n    pass");
    assert_eq!(found_out(&system, &fixture), 8);
    // A body that gives back the same: nobody sees it but the file itself.
    fixture.replace("b.py", "pass", "print(1)");
    assert_eq!(found_out(&system, &fixture), 7);
    // Back to what was: the older of two answers holds again.
    fixture.replace("b.py", "\n\ndef other():\n    print(1)", "# FIXME");
    assert_eq!(found_out(&system, &fixture), 0);
}

#[test]
fn a_file_that_comes_goes_or_moves_changes_who_asked_for_it() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    found_out(&system, &fixture);
    let bytes = fixture.remove("b.py");
    found_out(&system, &fixture);
    fixture.set("lib/b.py", bytes.clone());
    found_out(&system, &fixture);
    fixture.set("b.py", bytes);
    found_out(&system, &fixture);
    fixture.remove("lib/b.py");
    assert_eq!(found_out(&system, &fixture), 0, "all as at first");
}

#[test]
fn a_snapshot_that_was_analysed_before_is_taken_whole() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    let (cold, _) = with_store(&system, &fixture);
    let mut engine = Engine::with_store(store(&system));
    let mut answer = None;
    let queries = engine.executed_by(|engine| answer = Some(fixture.analysed_by(engine)));
    assert_eq!(queries, [""; 0]);
    assert!(answer.unwrap() == cold);
    // The next one is computed, and the one after that is known again.
    fixture.replace("b.py", "1", "2");
    let queries = engine.executed_by(|engine| drop(fixture.analysed_by(engine)));
    assert!(queries.iter().any(|it| it == "file_analysis(b.py)"), "{queries:?}");
    fixture.replace("b.py", "2", "1");
    let again = fixture.analysed_by(&mut engine);
    assert_as_from_scratch(&again, &fixture);
}

#[test]
fn facts_of_a_known_snapshot_that_the_store_lost_are_read_once_more() {
    let (system, fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    let (cold, _) = with_store(&system, &fixture);
    let kept = KeptFiles::new(store(&system));
    let request = fixture.request();
    let identity = Identity::of_snapshot(&request, digest_of_controls(&request.controls));
    // The snapshot and its outcomes alone.
    let system = MemorySystem::new();
    let alone = store(&system);
    known::keep(&KeptFiles::new(Arc::clone(&alone)), &identity, &cold.graph, &cold.files, &[]);
    let of = identity.of_outcomes(&request.plans[0]);
    KeptFiles::new(Arc::clone(&alone)).keep_outcomes(&of, &kept.outcomes(&of).unwrap());
    let reader = Arc::new(Noting { inner: fixture.reader(), read: Mutex::default() });
    let request = fixture.request_with(Arc::clone(&reader) as Arc<dyn ContentReader>);
    let mut engine = Engine::with_store(alone);
    let warm = engine.analyse(&request, &CancelToken::default(), &Silent).unwrap();
    let read = || reader.read.lock().unwrap().len();
    assert_eq!(read(), 0);
    assert!(warm.files[&RepoPath::new("a.py")].facts().is_some());
    assert_eq!(read(), 1);
    assert!(warm == cold);
}

#[test]
fn a_known_snapshot_is_judged_on_another_day_without_being_read() {
    let (system, mut fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    with_store(&system, &fixture);
    let plan = fixture.plans[0].on(Date::new(2026, 1, 31).unwrap());
    fixture.plans = Arc::from([Arc::new(plan)]);
    let mut engine = Engine::with_store(store(&system));
    let queries = engine.executed_by(|engine| drop(fixture.analysed_by(engine)));
    assert_eq!(queries, [""; 0]);
    let (answer, read) = with_store(&system, &fixture);
    assert_eq!(read, [""; 0]);
    assert_as_from_scratch(&answer, &fixture);
}

/// What a process with this store runs and reads for the second of two snapshots.
fn beside(system: &MemorySystem, before: &Fixture, after: &Fixture) -> (Vec<String>, Vec<String>) {
    let inner = before.reader().with(after.reader());
    let reader = Arc::new(Noting { inner, read: Mutex::default() });
    let ask = |engine: &mut Engine, fixture: &Fixture| {
        let request = fixture.request_with(Arc::clone(&reader) as Arc<dyn ContentReader>);
        engine.analyse(&request, &CancelToken::default(), &Silent).unwrap()
    };
    let mut engine = Engine::with_store(store(system));
    ask(&mut engine, before);
    reader.read.lock().unwrap().clear();
    let mut answer = None;
    let queries = engine.executed_by(|engine| answer = Some(ask(engine, after)));
    let read = reader.read.lock().unwrap().clone();
    assert_as_from_scratch(&answer.unwrap(), after);
    (queries, read)
}

#[test]
fn beside_a_known_snapshot_only_what_differs_is_read() {
    let (system, before) = (MemorySystem::new(), Fixture::new(PROJECT));
    with_store(&system, &before);
    let edits: [(&str, &str, &str); 4] = [
        ("b.py", "def check", "# Moved down.\ndef check"),
        ("b.py", "# FIXME", "# done"),
        ("notes.txt", "FIXME", "done"),
        ("a.py", "eval(check())", "eval( check() )"),
    ];
    for (path, from, to) in edits {
        let mut after = before.clone();
        after.replace(path, from, to);
        let (queries, read) = beside(&system, &before, &after);
        assert_eq!(queries, [""; 0], "{path}: {to}");
        assert_eq!(read, [path]);
    }
}

#[test]
fn beside_a_known_snapshot_an_edited_body_is_resolved_anew_and_nothing_else() {
    let (system, mut before) = (MemorySystem::new(), Fixture::new(PROJECT));
    before.set("c.py", "from b import check\nclass C:\n    def run(self, x):\n        return 1\n");
    with_store(&system, &before);
    let edits: [(&str, &str, &str); 3] = [
        ("b.py", "    return 1", "    print(1)\n    return 1"),
        ("c.py", "        return 1", "        check()\n        return 1"),
        (
            "c.py",
            "        return 1",
            "        x.run(check)\n        x.missing.more()\n        return 1",
        ),
    ];
    for (path, from, to) in edits {
        let mut after = before.clone();
        after.replace(path, from, to);
        let (queries, read) = beside(&system, &before, &after);
        assert_eq!(queries, [""; 0], "{path}: {to}");
        assert_eq!(read, [path]);
    }
}

#[test]
fn beside_a_known_snapshot_what_the_graph_tells_apart_is_joined_anew() {
    let (system, before) = (MemorySystem::new(), Fixture::new(PROJECT));
    with_store(&system, &before);
    let is_joined = |after: &Fixture| {
        let (queries, _) = beside(&system, &before, after);
        queries.iter().any(|it| it == "graph")
    };
    let mut after = before.clone();
    after.replace("b.py", "return 1", "return check");
    assert!(is_joined(&after));
    let mut after = before.clone();
    after.set("c.py", "");
    assert!(is_joined(&after));
    let mut after = before.clone();
    after.remove("notes.txt");
    assert!(is_joined(&after));
    let mut after = before.clone();
    after.treatments.insert(RepoPath::new("b.py"), Treatment::Generated);
    assert!(is_joined(&after));
    let mut after = before.clone();
    after.set_controls(OTHER_CONTROLS);
    assert!(is_joined(&after));
}

#[test]
fn beside_a_known_snapshot_a_definition_that_goes_is_asked_of_nobody() {
    let own = "package main\nimport \"net/http\"\n\
               func q(w http.ResponseWriter, r *http.Request) {\n\tp(w)\n}\n\
               func own(w http.ResponseWriter, r *http.Request) {\n\tp(r)\n}\n\
               func main() {\n\thttp.HandleFunc(\"/q\", q)\n\thttp.HandleFunc(\"/own\", own)\n}\n";
    let first = "func q(w http.ResponseWriter, r *http.Request) {\n";
    let mut before = Fixture::new("");
    before.set("main.go", own);
    let mut after = Fixture::new("");
    // Somebody is still typing: the rest of the file is part of the first function.
    after.set("main.go", own.replacen(first, &first.repeat(2), 1));
    let system = MemorySystem::new();
    with_store(&system, &before);
    beside(&system, &before, &after);
}

#[test]
fn what_another_build_kept_is_not_used() {
    let (system, fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    let shared = store(&system);
    let other = KeptFiles::of_build(Arc::clone(&shared), "another build");
    analyse(Engine::keeping(Some(Arc::clone(&shared)), Some(other)), &fixture);
    let (_, read) = with_store(&system, &fixture);
    assert_eq!(read.len(), 5);
}

#[test]
fn what_cannot_be_decoded_is_not_there() {
    let (system, fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    let shared = store(&system);
    // Every key of this project, with a value of another shape.
    let kept = KeptFiles::new(Arc::clone(&shared));
    for file in fixture.request().files {
        let identity = Identity::new(&file.path, file.content, file.treatment);
        kept.put(&identity, ANALYSIS, &vec![u64::MAX; 40]);
        kept.put(&identity, fixture.plans[0].digest(), &"hits");
    }
    let (analysis, read) = analyse(Engine::with_store(Arc::clone(&shared)), &fixture);
    assert_eq!(read.len(), 5);
    assert_as_from_scratch(&analysis, &fixture);
}

#[test]
fn a_flipped_byte_anywhere_costs_time_alone() {
    let (system, fixture) = (MemorySystem::new(), Fixture::new(PROJECT));
    let (cold, _) = with_store(&system, &fixture);
    let names = system.list(Path::new("/cache")).unwrap();
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let path = Path::new("/cache").join(name);
    let whole = system.read(&path, 1 << 20).unwrap();
    let mut read_some = 0;
    for at in (0..whole.len()).step_by(23) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        let damaged = MemorySystem::new();
        damaged.set_file(&path, bytes);
        let (warm, read) = with_store(&damaged, &fixture);
        assert!(warm == cold, "byte {at}");
        read_some += usize::from(!read.is_empty());
    }
    assert!(read_some > 20, "damage was noticed {read_some} times");
}

#[test]
fn flows_are_found_as_they_were_kept() {
    let what = vec![
        ProbeWhat::Duration(1.5),
        ProbeWhat::Text("a".to_owned()),
        ProbeWhat::Mapping {
            items: vec![("k".to_owned(), value(ProbeWhat::Nothing))],
            is_open: true,
        },
    ];
    fn value(what: ProbeWhat) -> ProbeValue {
        ProbeValue { ways: vec![ProbeWay { what, origin: None }] }
    }
    let (path, span) = (RepoPath::new("a.py"), Span::new(1, 2));
    let sink = SinkPlace { class: ClassId(3), path: path.clone(), span };
    let step = FlowStep { path: path.clone(), span, kind: StepKind::Joined };
    let way = FlowWay { source: "q".to_owned(), steps: vec![step], body: (path.clone(), span) };
    let seen = ProbeSeen { values: what.into_iter().map(value).collect(), steps: Vec::new() };
    let flows = FlowAnalysis {
        findings: vec![FlowFinding { sink: sink.clone(), ways: vec![way] }],
        sinks: vec![sink],
        probes: vec![ProbeCall {
            probe: 7,
            path: path.clone(),
            span,
            arguments: vec![None, Some(span)],
            seen: vec![seen],
        }],
        given_up: [(path, 2)].into(),
    };
    let kept = KeptFiles::new(store(&MemorySystem::new()));
    assert_eq!(kept.find(&[1; 32]), None);
    kept.keep(&[1; 32], &flows);
    assert_eq!(kept.find(&[1; 32]), Some(flows));
    assert_eq!(kept.find(&[2; 32]), None);
}
