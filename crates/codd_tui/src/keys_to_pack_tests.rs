//! From keys to the decision's file and into the pack, on a real folder.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use codd_audit::{
    AssessOptions, CacheChoice, CancelToken, ChangeArguments, DecisionKind, Extent, OpenItems,
    OpenOptions, OsSystem, ReviewStatus, Silent, System, Watched, Workspace,
};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use expect_test::expect;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::event::{Input, run, turn};
use crate::state::{Ended, State};
use crate::terminal::Screen;
use crate::testing::{frame, key};
use crate::{RunOptions, Source, prepare};

const CONTROLS: &str = r#"
controls:
  - id: SEC-001
    name: No eval
    requirement: Text is never run as code.
    severity: high
    checks:
      - forbid: {language: python, rule: {pattern: eval($$$)}}
"#;

/// Keys that were written down before.
#[derive(Default)]
struct Script(VecDeque<KeyEvent>);

impl Input for Script {
    fn next(&mut self, wait: Duration) -> io::Result<Option<Event>> {
        if self.0.is_empty() {
            std::thread::sleep(wait);
        }
        Ok(self.0.pop_front().map(Event::Key))
    }
}

impl Script {
    fn press(&mut self, keys: &str) {
        self.0.extend(keys.split_whitespace().map(key));
    }

    fn write(&mut self, text: &str) {
        let plain = |it| KeyEvent::new(KeyCode::Char(it), KeyModifiers::NONE);
        self.0.extend(text.chars().map(plain));
    }
}

/// What was asked of the terminal.
#[derive(Default)]
struct NoScreen(Vec<String>);

impl Screen for NoScreen {
    fn enter(&mut self) -> io::Result<()> {
        self.0.push("enter".to_owned());
        Ok(())
    }

    fn leave(&mut self) {
        self.0.push("leave".to_owned());
    }

    fn stop(&mut self) -> io::Result<()> {
        self.0.push("stop".to_owned());
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.0.push(format!("copy {text}"));
        Ok(())
    }
}

fn project(folder: &Path) -> Arc<dyn System> {
    let system = OsSystem::new();
    for (path, text) in [
        ("codd.yaml", "project:\n  name: shop\n"),
        ("requirements/code.yaml", CONTROLS),
        ("app.py", "def run(text):\n    return eval(text)\n"),
    ] {
        system.write(&folder.join(path), text.as_bytes()).unwrap();
    }
    Arc::new(system)
}

fn open(folder: &Path) -> OpenOptions {
    OpenOptions {
        folder: folder.to_path_buf(),
        as_of: Some("2025-01-01".parse().unwrap()),
        cache: CacheChoice::default(),
        shared: None,
        cancel: CancelToken::default(),
        watched: Watched::default(),
    }
}

fn change() -> ChangeArguments {
    ChangeArguments::default()
}

#[test]
fn keys_write_a_decision_that_the_pack_has() {
    let folder = tempfile::tempdir().unwrap();
    let system = project(folder.path());
    let options = RunOptions { open: open(folder.path()), color: false };
    let assess = AssessOptions { fail_on: None, extent: Extent::Safe };
    let source = Source::Change { arguments: change(), options: assess };
    let (mut state, mut outside, first) =
        prepare(Arc::clone(&system), source, options, NoScreen::default()).unwrap();
    state.setting.reviewer = None;
    state.size = (100, 30);
    let mut terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
    assert!(!first.is_empty());
    outside.worker.as_mut().unwrap().ask();
    let mut input = Script::default();
    wait_for_answer(&mut terminal, &mut input, &mut outside, &mut state);

    input.press("2 w");
    input.write("the text is ours");
    input.press("tab tab");
    input.write("dana@example.com");
    input.press("enter y ctrl-z q");
    let ended = run(&mut terminal, &mut input, &mut outside, &mut state, Vec::new()).unwrap();
    assert_eq!(ended, Ended::Quit);
    assert_eq!(outside.screen.0, ["copy app.py:2", "leave", "stop", "enter"]);
    assert!(frame(&state).contains("[w] HIGH"));

    let reviews = folder.path().join(".codd/reviews");
    let names = system.list(&reviews).unwrap();
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let text = String::from_utf8(system.read(&reviews.join(name), 10_000).unwrap()).unwrap();
    let fingerprint = name.split('-').next().unwrap();
    expect![[r#"
        fingerprint: FINGERPRINT
        control: SEC-001
        decision: waive
        reviewer: dana@example.com
        date: 2025-01-01
        reason: the text is ours
        expires: 2025-04-01
    "#]]
    .assert_eq(&text.replace(fingerprint, "FINGERPRINT"));

    let mut workspace = Workspace::open(system, open(folder.path())).unwrap();
    let pack = workspace.audit(&change(), assess, OpenItems::Undecided, &Silent).unwrap();
    assert_eq!(pack.review.items.len(), 1);
    assert_eq!(pack.review.items[0].status, ReviewStatus::Waived);
    assert_eq!(pack.review.decisions[0].decision, DecisionKind::Waive);
    assert_eq!(pack.review.decisions[0].fingerprint, fingerprint);

    // The pack shows the decision again, and the next analysis too.
    let (mut shown, _, _) = prepare(
        Arc::new(OsSystem::new()),
        Source::Pack(Box::new(pack)),
        RunOptions { open: open(folder.path()), color: false },
        NoScreen::default(),
    )
    .unwrap();
    shown.size = (100, 30);
    crate::testing::press(&mut shown, "2");
    assert!(frame(&shown).contains("[w] HIGH"));
    input.press("r");
    turn(&mut terminal, &mut input, &mut outside, &mut state).unwrap();
    assert!(state.running.is_some());
    wait_for_answer(&mut terminal, &mut input, &mut outside, &mut state);
    assert!(frame(&state).contains("[w] HIGH"));
}

fn wait_for_answer(
    terminal: &mut Terminal<TestBackend>,
    input: &mut Script,
    outside: &mut crate::outside::Outside<NoScreen>,
    state: &mut State,
) {
    // About a minute: a slow machine is no failure, a hang is.
    for _ in 0..1500 {
        turn(terminal, input, outside, state).unwrap();
        assert_eq!(state.failure, None);
        if state.running.is_none() {
            return;
        }
    }
    panic!("no answer came");
}

#[test]
fn only_files_of_the_project_are_edited() {
    let folder = tempfile::tempdir().unwrap();
    let system = project(folder.path());
    let options = RunOptions { open: open(folder.path()), color: false };
    let source = Source::Change {
        arguments: change(),
        options: AssessOptions { fail_on: None, extent: Extent::Safe },
    };
    let (_, mut outside, _) = prepare(system, source, options, NoScreen::default()).unwrap();
    for path in ["../app.py", "/etc/hosts", "", "missing.py", "a/../app.py"] {
        let done = format!("{:?}", outside.edit(path, 1).unwrap());
        assert!(done.contains("is not in the work tree"), "{path}: {done}");
    }
    assert!(outside.screen.0.is_empty());
}
