//! What keys do, without a terminal.

use codd_audit::DecisionKind;
use expect_test::{Expect, expect};

use crate::state::{Effect, Ended, Msg, Running, State, View};
use crate::testing::{assessment, empty_state, frame, node, pack, press, state_of, write};
use crate::update::{start, update};

fn state() -> State {
    state_of(assessment(), (100, 30))
}

/// The shown rows of the impact.
fn check_tree(state: &State, expected: &Expect) {
    let answer = state.answer.as_ref().unwrap();
    let rows = state.impact.shown.iter().enumerate().map(|(place, row)| {
        let cursor = if place == state.impact.selected { '>' } else { ' ' };
        let indent = "  ".repeat(state.tree.rows[*row].depth);
        format!("{cursor}{indent}{}\n", state.tree.text(answer, *row))
    });
    expected.assert_eq(&rows.collect::<String>());
}

#[test]
fn views_turn_both_ways_and_have_numbers() {
    let mut state = state();
    let mut seen = Vec::new();
    for keys in ["tab", "tab", "tab", "tab", "4", "2"] {
        press(&mut state, keys);
        seen.push(state.view);
    }
    use View::{Controls, Findings, Impact, Overview};
    assert_eq!(seen, [Findings, Impact, Controls, Overview, Controls, Findings]);
}

#[test]
fn moving_stops_at_both_ends() {
    let mut state = state();
    press(&mut state, "2 k");
    assert_eq!(state.findings.selected, 0);
    press(&mut state, "j j j j j");
    assert_eq!(state.findings.selected, 2);
    press(&mut state, "g");
    assert_eq!(state.findings.selected, 0);
    press(&mut state, "ctrl-d");
    assert_eq!(state.findings.selected, 2);
    press(&mut state, "ctrl-u end");
    assert_eq!(state.findings.selected, 2);
}

#[test]
fn open_details_scroll_and_close() {
    let mut state = state_of(assessment(), (40, 12));
    press(&mut state, "2 enter j j");
    assert_eq!((state.findings.is_open, state.findings.scroll), (true, 2));
    press(&mut state, "G");
    let end = state.findings.scroll;
    assert!(end > 5);
    press(&mut state, "j");
    assert_eq!(state.findings.scroll, end, "it stops at the last line");
    press(&mut state, "esc");
    assert_eq!((state.findings.is_open, state.findings.scroll), (false, 0));
}

#[test]
fn the_overview_scrolls_to_its_last_line() {
    let mut state = state_of(assessment(), (40, 12));
    press(&mut state, "G");
    assert!(state.overview_scroll > 10);
    assert!(frame(&state).contains("17 unknown receiver"));
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_esc_takes_it_back() {
    let mut state = state();
    press(&mut state, "2 / S Q L");
    assert_eq!(state.findings.shown, [2]);
    press(&mut state, "enter");
    assert_eq!((state.findings.filter.as_str(), state.overlay.is_none()), ("SQL", true));
    press(&mut state, "/ x");
    assert_eq!(state.findings.shown, [0; 0]);
    press(&mut state, "esc");
    assert_eq!((state.findings.filter.as_str(), state.findings.shown.len()), ("SQL", 1));
    press(&mut state, "esc");
    assert_eq!(state.findings.shown, [0, 1, 2]);
    press(&mut state, "/ q q backspace ctrl-u enter");
    assert_eq!(state.findings.filter, "");
}

#[test]
fn n_goes_from_match_to_match() {
    let mut state = state();
    press(&mut state, "2 / S E C enter");
    let mut seen = Vec::new();
    for keys in ["n", "n", "n", "N"] {
        press(&mut state, keys);
        seen.push(state.findings.selected);
    }
    assert_eq!(seen, [1, 2, 0, 2]);
}

#[test]
fn the_tree_leads_from_the_change_to_controls_and_back() {
    let mut state = state();
    press(&mut state, "3 j");
    check_tree(
        &state,
        &expect![[r#"
             ~ auth.check_token  src/auth/token.py:12  body changed   3 reached, 2 controls
            >  api.require_auth  src/api/mw.py:8  called by
                 AT RISK SEC-003 Audit logging  trusts the line above
                 api.export_user  src/api/export.py:18  called by
                   NOT SATISFIED SEC-002 API authentication
                   test_export  tests/test_export.py:5  tested by  (probable)
             ? src/legacy/gen.xyz  reach unknown: no known language
        "#]],
    );
    press(&mut state, "t");
    check_tree(
        &state,
        &expect![[r#"
            >NOT SATISFIED SEC-002 API authentication
               api.export_user  src/api/export.py:18  calls
                 api.require_auth  src/api/mw.py:8  calls
                   ~ auth.check_token  src/auth/token.py:12  body changed
             AT RISK SEC-003 Audit logging
               api.require_auth  src/api/mw.py:8  calls
                 ~ auth.check_token  src/auth/token.py:12  body changed
             ? src/legacy/gen.xyz  reach unknown: no known language
        "#]],
    );
}

#[test]
fn branches_fold_and_a_line_without_one_folds_its_parent() {
    let mut state = state();
    press(&mut state, "3 j space");
    check_tree(
        &state,
        &expect![[r#"
             ~ auth.check_token  src/auth/token.py:12  body changed   3 reached, 2 controls
            >  api.require_auth  src/api/mw.py:8  called by
             ? src/legacy/gen.xyz  reach unknown: no known language
        "#]],
    );
    press(&mut state, "space j space");
    assert_eq!(state.impact.selected, 1);
    assert_eq!(state.impact.shown.len(), 3);
}

#[test]
fn the_tree_begins_with_what_reaches_something() {
    let mut assessment = assessment();
    let nodes = &mut assessment.impact.nodes;
    let mut silent = nodes[0].clone();
    silent.node = node("CHANGES.md", "", 1);
    silent.node.symbol = None;
    nodes.insert(0, silent);
    for reached in nodes.iter_mut() {
        reached.via = reached.via.map(|via| via + 1);
    }
    for control in &mut assessment.controls {
        control.touched = control.touched.map(|at| at + 1);
        control.at_risk = control.at_risk.iter().map(|at| at + 1).collect();
    }
    let mut state = state_of(assessment, (100, 30));
    press(&mut state, "3 space");
    check_tree(
        &state,
        &expect![[r#"
        >~ auth.check_token  src/auth/token.py:12  body changed   3 reached, 2 controls
         CHANGES.md:1
         ? src/legacy/gen.xyz  reach unknown: no known language
    "#]],
    );
}

#[test]
fn a_filter_of_the_tree_keeps_the_way_to_each_match() {
    let mut state = state();
    press(&mut state, "3 space / t e s t _ e enter n");
    check_tree(
        &state,
        &expect![[r#"
             ~ auth.check_token  src/auth/token.py:12  body changed   3 reached, 2 controls
               api.require_auth  src/api/mw.py:8  called by
                 api.export_user  src/api/export.py:18  called by
            >      test_export  tests/test_export.py:5  tested by  (probable)
        "#]],
    );
}

#[test]
fn a_control_of_the_tree_opens_and_shows_its_findings() {
    let mut state = state();
    press(&mut state, "4 / Z enter 3 / S E C - 0 0 2 enter n enter");
    assert_eq!(state.view, View::Controls);
    assert_eq!(state.controls.current(), Some(1));
    press(&mut state, "f");
    assert_eq!((state.view, state.findings.shown.as_slice()), (View::Findings, [0].as_slice()));
}

#[test]
fn a_decision_names_finding_reviewer_and_day() {
    let mut assessment = assessment();
    "review".clone_into(&mut assessment.findings[0].outcome);
    let mut state = state_of(assessment, (100, 30));
    let effects = press(&mut state, "2 a");
    let [Effect::Decide(decision)] = effects.as_slice() else { panic!("{effects:?}") };
    let finding = &state.answer.as_ref().unwrap().assessment.findings[0];
    assert_eq!(decision.fingerprint, finding.fingerprint);
    assert_eq!((decision.decision, decision.control.as_str()), (DecisionKind::Affirm, "SEC-002"));
    assert_eq!((decision.reviewer.as_str(), decision.date.as_str()), ("eve", "2025-01-01"));
    let path = decision.file_name();
    update(&mut state, Msg::Decided(decision.clone(), path));
    assert!(frame(&state).contains("[a] HIGH +SEC-002"));
    let effects = press(&mut state, "x");
    let [Effect::Decide(decision)] = effects.as_slice() else { panic!("{effects:?}") };
    let path = decision.file_name();
    update(&mut state, Msg::Decided(decision.clone(), path));
    assert!(frame(&state).contains("[x] HIGH +SEC-002"), "the same reviewer's last one counts");
}

#[test]
fn a_waiver_needs_a_reason_and_an_end_to_come() {
    let mut state = state();
    assert_eq!(press(&mut state, "2 w enter"), []);
    assert!(frame(&state).contains("! a waiver needs a reason"));
    write(&mut state, "the HSM comes");
    press(&mut state, "tab ctrl-u");
    assert_eq!(press(&mut state, "enter"), []);
    assert!(frame(&state).contains("! a waiver needs an end"));
    write(&mut state, "2024-12-31");
    assert_eq!(press(&mut state, "enter"), []);
    assert!(frame(&state).contains("! the waiver would end on 2024-12-31, which is over"));
    press(&mut state, "ctrl-u");
    write(&mut state, "soon");
    assert_eq!(press(&mut state, "enter"), []);
    assert!(frame(&state).contains("! `soon` is not a date"));
    press(&mut state, "ctrl-u");
    write(&mut state, "2025-03-01");
    let effects = press(&mut state, "enter");
    let [Effect::Decide(decision)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(decision.reason.as_deref(), Some("the HSM comes"));
    assert_eq!(decision.expires.as_deref(), Some("2025-03-01"));
}

#[test]
fn an_unknown_reviewer_is_asked_once() {
    let mut state = state();
    state.setting.reviewer = None;
    assert_eq!(press(&mut state, "2 x enter"), []);
    assert!(frame(&state).contains("! no reviewer is named"));
    write(&mut state, "dana");
    assert_eq!(press(&mut state, "enter").len(), 1);
    assert_eq!(state.setting.reviewer.as_deref(), Some("dana"));
    assert_eq!(press(&mut state, "x").len(), 1);
}

#[test]
fn a_violation_is_not_affirmed() {
    let mut state = state();
    assert_eq!(press(&mut state, "2 a"), []);
    assert!(state.overlay.is_none());
    assert!(frame(&state).contains("! a violation cannot be affirmed"));
}

#[test]
fn what_is_fixed_or_has_no_project_is_not_decided() {
    let mut state = state();
    assert_eq!(press(&mut state, "2 G a"), []);
    assert!(frame(&state).contains("! the change fixed it"));
    state.setting.can_decide = false;
    assert_eq!(press(&mut state, "g w"), []);
    assert!(state.overlay.is_none());
    assert!(frame(&state).contains("! there is no project here"));
}

#[test]
fn help_finds_a_key_and_runs_it() {
    let mut state = state();
    press(&mut state, "3 ?");
    write(&mut state, "flip");
    press(&mut state, "enter");
    assert!(state.tree.is_flipped);
    assert!(state.overlay.is_none());
    press(&mut state, "? down down up esc");
    assert!(state.overlay.is_none());
}

#[test]
fn letters_typed_into_a_text_are_no_commands() {
    let mut state = state();
    assert_eq!(press(&mut state, "2 / q"), []);
    assert_eq!(state.findings.filter, "q");
    assert_eq!(press(&mut state, "ctrl-c"), [Effect::Quit(Ended::Quit)]);
}

#[test]
fn places_are_opened_and_copied() {
    let mut state = state();
    let edit = |path: &str, line| Effect::Edit { path: path.to_owned(), line };
    assert_eq!(press(&mut state, "2 e"), [edit("src/api/export.py", 18)]);
    assert_eq!(press(&mut state, "y"), [Effect::Copy("src/api/export.py:18".to_owned())]);
    assert_eq!(press(&mut state, "3 e"), [edit("src/auth/token.py", 12)]);
    assert_eq!(press(&mut state, "G e"), [edit("src/legacy/gen.xyz", 1)]);
    assert_eq!(press(&mut state, "4 e"), [edit("requirements/api.yaml", 1)]);
}

#[test]
fn a_new_answer_keeps_the_place_and_a_failure_keeps_the_answer() {
    let mut state = state();
    press(&mut state, "2 j");
    assert_eq!(press(&mut state, "r"), [Effect::Analyse]);
    assert_eq!(press(&mut state, "r"), [], "one at a time");
    let mut next = assessment();
    next.findings.remove(0);
    update(&mut state, Msg::Answered(Box::new(pack(next))));
    assert_eq!((state.findings.current(), state.running), (Some(0), None));
    start(&mut state);
    let message = "no revision".to_owned();
    update(&mut state, Msg::Failed(crate::state::Failure { message, help: None }));
    assert!(state.answer.is_some());
    assert!(frame(&state).contains("! not run again: no revision"));
}

#[test]
fn a_pack_is_not_analysed_again() {
    let mut state = state();
    state.setting.can_analyse = false;
    assert_eq!(press(&mut state, "r"), []);
    assert!(frame(&state).contains("! a sealed pack cannot be analysed again"));
}

#[test]
fn signals_end_and_stop_even_while_typing() {
    let mut state = state();
    press(&mut state, "2 w");
    assert_eq!(update(&mut state, Msg::Signal(15)), [Effect::Quit(Ended::Signal(15))]);
    assert_eq!(update(&mut state, Msg::Stop), [Effect::Suspend]);
    assert_eq!(press(&mut state, "ctrl-z"), [Effect::Suspend]);
}

#[test]
fn late_progress_is_about_nothing() {
    let mut state = empty_state((80, 24));
    update(&mut state, Msg::Progress(Running { stage: None, done: 1, steps: 2 }));
    assert_eq!(state.running, None);
}
