//! Frames of every view at three sizes, and what holds for all of them.

use std::path::PathBuf;

use codd_audit::{Assessment, FindingState, Location, StepRecord};
use expect_test::{expect, expect_file};
use ratatui::style::{Color, Modifier};

use crate::state::{Failure, Msg, Running, State};
use crate::testing::{
    assessment, buffer, empty_state, finding, frame, node, press, state_of, write,
};
use crate::update::{start, update};

const SIZES: [(u16, u16); 3] = [(100, 30), (80, 24), (40, 12)];

/// Everything that can be on the screen, with the keys that lead there.
const SCREENS: [(&str, &str); 10] = [
    ("overview", "1"),
    ("findings", "2"),
    ("finding-open", "2 enter"),
    ("impact", "3"),
    ("impact-flipped", "3 t"),
    ("impact-filtered", "3 / e x p o"),
    ("controls", "4 j"),
    ("help", "2 ?"),
    ("waive", "2 w"),
    ("filter-nothing", "2 / z z z"),
];

fn file(name: &str, size: (u16, u16)) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/draw/frames");
    folder.join(format!("{name}-{}x{}.txt", size.0, size.1))
}

#[test]
fn every_screen_at_three_sizes() {
    for size in SIZES {
        for (name, keys) in SCREENS {
            let mut state = state_of(assessment(), size);
            press(&mut state, keys);
            expect_file![file(name, size)].assert_eq(&frame(&state));
        }
    }
}

#[test]
fn analysis_shows_its_progress_and_its_failure() {
    let mut state = empty_state((40, 10));
    start(&mut state);
    let running = Running { stage: Some(codd_audit::Stage::Resolve), done: 3, steps: 7 };
    update(&mut state, Msg::Progress(running));
    expect![[r#"
        [1 Overview]  2   3   4
        ┌ Analysing ───────────────────────────┐
        │resolving 3/7                         │
        │                                      │
        │                                      │
        │                                      │
        │                                      │
        │                                      │
        └──────────────────────────────────────┘
        tab view  r run again  ? help  q quit
    "#]]
    .assert_eq(&frame(&state));
    let message = "`v9` names no revision".to_owned();
    update(&mut state, Msg::Failed(Failure { message, help: Some("see `git tag`".to_owned()) }));
    expect![[r#"
        [1 Overview]  2   3   4
        ┌ No answer ───────────────────────────┐
        │`v9` names no revision                │
        │                                      │
        │help: see `git tag`                   │
        │                                      │
        │r tries again, q quits                │
        │                                      │
        └──────────────────────────────────────┘
        tab view  r run again  ? help  q quit
    "#]]
    .assert_eq(&frame(&state));
}

#[test]
fn a_terminal_too_small_gets_a_message() {
    let mut state = state_of(assessment(), (39, 24));
    expect!["too small: needs 40x10, q quits"].assert_eq(frame(&state).trim_end());
    for size in [(1, 1), (2, 3), (40, 9), (0, 0)] {
        state.size = size;
        assert!(frame(&state).len() < 60);
    }
}

#[test]
fn nothing_at_all_is_said_to_be_nothing() {
    let mut state = state_of(Assessment::default(), (100, 16));
    assert!(frame(&state).contains("NOTHING WAS CHECKED"));
    press(&mut state, "3");
    assert!(frame(&state).contains("the whole project was assessed"));
}

#[test]
fn without_colour_there_is_none_and_with_it_only_safe_ones() {
    for (_, keys) in SCREENS {
        let mut state = state_of(assessment(), (100, 30));
        press(&mut state, keys);
        let is_safe = |it: Color| {
            matches!(it, Color::Reset | Color::Red | Color::Green | Color::Yellow | Color::Cyan)
        };
        let colored = buffer(&state);
        assert!(colored.content.iter().all(|it| is_safe(it.fg) && it.bg == Color::Reset));
        let has_color = |it: &ratatui::buffer::Cell| it.fg != Color::Reset;
        assert!(keys.contains('/') || colored.content.iter().any(has_color), "{keys}");
        state.setting.color = false;
        let plain = buffer(&state);
        assert!(!plain.content.iter().any(|it| has_color(it) || it.bg != Color::Reset));
        assert_eq!(crate::testing::text(&plain), crate::testing::text(&colored));
    }
}

#[test]
fn the_selected_line_is_reversed_over_its_whole_width() {
    let mut state = state_of(assessment(), (100, 30));
    press(&mut state, "2 j");
    let buffer = buffer(&state);
    let reversed =
        |y: u16| (0..100).filter(|x| buffer[(*x, y)].modifier.contains(Modifier::REVERSED)).count();
    // 45 columns less the box.
    assert_eq!((reversed(2), reversed(3)), (0, 43));
}

/// An assessment whose every text is hostile.
fn hostile() -> Assessment {
    let evil = "\u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本\u{301}語\u{0}\u{9b}2J";
    let mut hostile = assessment();
    let mut all = finding(evil, evil, FindingState::New, evil, (evil, u32::MAX, evil));
    all.help = Some(evil.to_owned());
    all.kind = evil.to_owned();
    all.outcome = evil.to_owned();
    all.control_name = evil.to_owned();
    all.fingerprint = evil.to_owned();
    all.caused_by = Some(node(evil, evil, 1));
    all.witness = vec![node(evil, evil, 1)];
    all.steps = all
        .location
        .iter()
        .map(|it| StepRecord {
            location: Location { end_line: 0, ..it.clone() },
            text: evil.to_owned(),
        })
        .collect();
    all.reached = Some(3);
    hostile.findings.insert(0, all);
    for reached in &mut hostile.impact.nodes {
        reached.node = node(evil, evil, 7);
        reached.confidence = evil.to_owned();
        reached.edge = reached.edge.as_ref().map(|_| evil.to_owned());
    }
    for change in &mut hostile.changes.nodes {
        change.node = node(evil, evil, 7);
        change.kind = evil.to_owned();
    }
    for control in &mut hostile.controls {
        control.id = evil.to_owned();
        control.name = evil.to_owned();
        control.requirement = evil.to_owned();
        control.severity = evil.to_owned();
        control.origin = evil.to_owned();
        control.reasons = vec![evil.to_owned()];
        control.frameworks.insert(evil.to_owned(), vec![evil.to_owned()]);
        for check in &mut control.checks {
            check.kind = evil.to_owned();
            check.outcome = evil.to_owned();
            check.reason = Some(evil.to_owned());
        }
    }
    hostile.changes.files[0].path = evil.to_owned();
    hostile.changes.files[0].reach_unknown = Some(evil.to_owned());
    hostile.project = evil.to_owned();
    hostile.subject.description = evil.to_owned();
    hostile.coverage.unknown.insert(evil.to_owned(), 1);
    hostile.coverage.parse_errors[0].path = evil.to_owned();
    if let Some(verdict) = &mut hostile.verdict {
        verdict.reasons = vec![evil.to_owned()];
    }
    hostile
}

fn is_harmless(state: &State) -> bool {
    let bad = |it: char| it.is_control() || matches!(it, '\u{202a}'..='\u{202e}');
    !buffer(state).content.iter().any(|cell| cell.symbol().chars().any(bad))
}

#[test]
fn no_escape_sequence_of_a_repository_reaches_the_terminal() {
    for size in SIZES {
        for (_, keys) in SCREENS {
            let mut state = state_of(hostile(), size);
            press(&mut state, keys);
            assert!(is_harmless(&state), "{keys} at {size:?}");
        }
    }
    let mut state = state_of(hostile(), (80, 12));
    press(&mut state, "3");
    expect![[r#"
         1 Overview   2 Findings  [3 Impact]  4 Controls  \u{1b}[31m\u{1b}]0;owned\u{7…
        ┌ Impact: change > control  1 changed, 2 exact, 1 probable, 0 possible ────────┐
        │▼ ~ \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{9b}2J  \u{1b}[31m\…│
        │  ▼ ~ \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{9b}2J  \u{1b}[31…│
        │      AT RISK \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{9b}2J \u…│
        │    ▼ ~ \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{9b}2J  \u{1b}[…│
        │        NOT SATISFIED \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{…│
        │        ~ \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{9b}2J  \u{1b…│
        │        ~ \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{9b}2J  \u{1b…│
        │  ? \u{1b}[31m\u{1b}]0;owned\u{7}\r\n\u{202e}日本́語\u{0}\u{9b}2J  reach unkno…│
        └──────────────────────────────────────────────────────────────────────────────┘
        tab view  space fold  t flip  enter open  / filter  e edit  ? help  q quit
    "#]]
    .assert_eq(&frame(&state));
    let mut state = state_of(hostile(), (100, 16));
    press(&mut state, "2 w");
    write(&mut state, "日本\u{1b}語\u{202e}");
    update(&mut state, Msg::Told(crate::state::Status::error("\u{1b}[2J")));
    assert!(is_harmless(&state));
}

#[test]
fn paths_that_go_in_circles_or_nowhere_end() {
    let mut broken = assessment();
    broken.impact.nodes[0].via = Some(3);
    broken.impact.nodes[1].via = Some(1);
    broken.impact.nodes[2].via = Some(900);
    broken.findings[0].reached = Some(77);
    broken.findings[0].waived_by = Some(77);
    broken.controls[0].touched = Some(77);
    broken.controls[1].at_risk = vec![3, 77];
    for (_, keys) in SCREENS {
        let mut state = state_of(broken.clone(), (80, 24));
        press(&mut state, keys);
        assert!(!frame(&state).is_empty());
    }
}

#[test]
fn a_path_of_a_hundred_thousand_steps_is_drawn() {
    let mut deep = assessment();
    let first = deep.impact.nodes[1].clone();
    for at in 5..100_000 {
        let mut next = first.clone();
        (next.via, next.distance) = (Some(at - 1), at);
        deep.impact.nodes.push(next);
    }
    deep.controls[1].touched = Some(99_999);
    deep.findings[0].reached = Some(99_999);
    let mut state = state_of(deep, (80, 24));
    for keys in ["3", "G", "k", "t", "2", "4"] {
        press(&mut state, keys);
        assert!(!frame(&state).is_empty());
    }
}
