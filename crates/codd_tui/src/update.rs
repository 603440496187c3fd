//! What each message changes in the state, and what is to be done outside because of it.

use codd_audit::{DecisionKind, FindingState};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::answer::{Answer, decision_word};
use crate::dialog::Dialog;
use crate::keys::{self, Action, Context};
use crate::state::{
    Effect, Ended, Failure, List, Msg, Overlay, Running, State, Status, VIEWS, View,
};
use crate::text::clean;
use crate::tree::{Thing, Tree};

/// The longest text that is taken in a line.
const TYPED_BYTES: usize = 1000;

/// Takes a message into the state; gives what is to be done outside, in order.
pub(crate) fn update(state: &mut State, message: Msg) -> Vec<Effect> {
    match message {
        Msg::Key(event) if event.kind == KeyEventKind::Release => Vec::new(),
        Msg::Key(event) => press(state, &event),
        Msg::Resized(width, height) => {
            state.size = (width, height);
            Vec::new()
        }
        Msg::Progress(running) => {
            // What arrives after the answer is about nothing any more.
            if state.running.is_some() {
                state.running = Some(running);
            }
            Vec::new()
        }
        Msg::Answered(pack) => {
            answered(state, Answer::new(*pack));
            Vec::new()
        }
        Msg::Failed(failure) => {
            failed(state, failure);
            Vec::new()
        }
        Msg::Decided(decision, path) => {
            let word = decision_word(decision.decision);
            if let Some(answer) = &mut state.answer {
                answer.decided(*decision);
            }
            refilter(state);
            state.status = Some(Status::done(format!("{word}: recorded in {}", clean(&path))));
            Vec::new()
        }
        Msg::Told(status) => {
            state.status = Some(status);
            Vec::new()
        }
        Msg::Signal(signal) => vec![Effect::Quit(Ended::Signal(signal))],
        Msg::Stop => vec![Effect::Suspend],
    }
}

/// Takes in an answer; who was at a finding or control stays there.
pub(crate) fn answered(state: &mut State, answer: Answer) {
    let before = state.answer.as_ref().map(|old| {
        let finding = state.findings.current().and_then(|it| old.assessment.findings.get(it));
        let control = state.controls.current().and_then(|it| old.assessment.controls.get(it));
        (finding.map(|it| it.fingerprint.clone()), control.map(|it| it.id.clone()))
    });
    let (finding, control) = before.unwrap_or_default();
    state.tree = Tree::new(&answer, state.tree.is_flipped);
    let findings = &answer.assessment.findings;
    let finding = findings.iter().position(|it| Some(&it.fingerprint) == finding.as_ref());
    let control = answer.assessment.controls.iter().position(|it| Some(&it.id) == control.as_ref());
    state.answer = Some(answer);
    if state.running.take().is_some() {
        state.status = None;
    }
    state.failure = None;
    refilter(state);
    if let Some(finding) = finding {
        state.findings.select(finding);
    }
    if let Some(control) = control {
        state.controls.select(control);
    }
}

fn failed(state: &mut State, failure: Failure) {
    state.running = None;
    // An answer that is there stays: the failure is told below it.
    state.status = state.answer.as_ref().map(|_| {
        Status::error(format!(
            "not run again: {}",
            clean(failure.message.lines().next().unwrap_or_default())
        ))
    });
    state.failure = Some(failure);
}

/// Applies the filters of all lists anew.
fn refilter(state: &mut State) {
    let Some(answer) = &state.answer else { return };
    let findings = answer.findings_with(&state.findings.filter);
    state.findings.show(findings);
    let controls = answer.controls_with(&state.controls.filter);
    state.controls.show(controls);
    let rows = state.tree.shown(answer, &state.impact.filter);
    state.impact.show(rows);
}

fn press(state: &mut State, event: &KeyEvent) -> Vec<Effect> {
    let action = keys::action(state.context(), event);
    match (state.context(), action) {
        (_, Some(Action::Quit)) => vec![Effect::Quit(Ended::Quit)],
        (_, Some(Action::Suspend)) => vec![Effect::Suspend],
        (Context::Typing | Context::Help, Some(action)) => typing(state, action),
        (Context::Typing | Context::Help, None) => {
            let plain = event.modifiers & !KeyModifiers::SHIFT == KeyModifiers::NONE;
            if let (KeyCode::Char(character), true) = (event.code, plain) {
                typed(state, |text| {
                    if text.len() < TYPED_BYTES && !character.is_control() {
                        text.push(character);
                    }
                });
            }
            Vec::new()
        }
        (_, Some(action)) => act(state, action),
        (_, None) => Vec::new(),
    }
}

/// Changes the text that is being typed.
fn typed(state: &mut State, change: impl FnOnce(&mut String)) {
    match &mut state.overlay {
        Some(Overlay::Help { filter, selected, .. }) => {
            change(filter);
            *selected = 0;
        }
        Some(Overlay::Dialog(dialog)) => {
            if let Some(text) = dialog.text_mut() {
                change(text);
            }
        }
        Some(Overlay::Filter { .. }) => {
            if let Some(list) = state.list_mut() {
                change(&mut list.filter);
                list.is_open = false;
            }
            refilter(state);
        }
        None => {}
    }
}

fn typing(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Erase => typed(state, |text| {
            text.pop();
        }),
        Action::EraseAll => typed(state, String::clear),
        Action::Cancel => {
            if let Some(Overlay::Filter { before }) = state.overlay.take() {
                if let Some(list) = state.list_mut() {
                    list.filter = before;
                }
                refilter(state);
            }
        }
        Action::Accept => return accept(state),
        Action::NextField => {
            if let Some(Overlay::Dialog(dialog)) = &mut state.overlay {
                dialog.next_field();
            }
        }
        Action::Down | Action::Up => {
            if let Some(Overlay::Help { filter, selected, context }) = &mut state.overlay {
                let last = help_lines(*context, filter).len().saturating_sub(1);
                *selected = match action {
                    Action::Down => (*selected + 1).min(last),
                    _ => selected.saturating_sub(1),
                };
            }
        }
        _ => {}
    }
    Vec::new()
}

/// The bindings that the help shows.
pub(crate) fn help_lines(context: Context, filter: &str) -> Vec<&'static keys::Binding> {
    let holds = |it: &&keys::Binding| {
        crate::answer::contains(&format!("{} {}", it.names(), it.help), filter)
    };
    keys::bindings(context).filter(holds).collect()
}

fn accept(state: &mut State) -> Vec<Effect> {
    match state.overlay.take() {
        Some(Overlay::Help { filter, selected, context }) => {
            let chosen = help_lines(context, &filter).get(selected).map(|it| it.action);
            chosen.map(|action| act(state, action)).unwrap_or_default()
        }
        Some(Overlay::Dialog(dialog)) => decide(state, dialog),
        Some(Overlay::Filter { .. }) | None => Vec::new(),
    }
}

/// Records what the dialog says, or shows it again with what is wrong.
fn decide(state: &mut State, mut dialog: Dialog) -> Vec<Effect> {
    let setting = &mut state.setting;
    match dialog.decision(setting.reviewer.as_deref(), setting.today) {
        Ok(decision) => {
            setting.reviewer = Some(decision.reviewer.clone());
            vec![Effect::Decide(Box::new(decision))]
        }
        Err((field, error)) => {
            dialog.at = field;
            dialog.error = Some(error);
            state.overlay = Some(Overlay::Dialog(dialog));
            Vec::new()
        }
    }
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    // A message stays until the next key that does something.
    state.status = None;
    match action {
        Action::Overview => state.view = View::Overview,
        Action::Findings => state.view = View::Findings,
        Action::Impact => state.view = View::Impact,
        Action::Controls => state.view = View::Controls,
        Action::NextView => turn(state, 1),
        Action::PreviousView => turn(state, VIEWS.len() - 1),
        Action::Down => walk(state, |at, _| at.saturating_add(1)),
        Action::Up => walk(state, |at, _| at.saturating_sub(1)),
        Action::HalfDown => walk(state, usize::saturating_add),
        Action::HalfUp => walk(state, usize::saturating_sub),
        Action::Top => walk(state, |_, _| 0),
        Action::Bottom => walk(state, |_, _| usize::MAX),
        Action::Filter => {
            if let Some(list) = state.list() {
                state.overlay = Some(Overlay::Filter { before: list.filter.clone() });
            }
        }
        Action::NextMatch | Action::PreviousMatch => next_match(state, action),
        Action::Open => return open(state),
        Action::Back => back(state),
        Action::Fold => fold(state),
        Action::Flip => {
            if let Some(answer) = &state.answer {
                state.tree = Tree::new(answer, !state.tree.is_flipped);
                state.impact.selected = 0;
                refilter(state);
                state.impact.move_to(0);
            }
        }
        Action::ControlFindings => {
            let current = state.controls.current();
            let answer = state.answer.as_ref();
            let id = current.and_then(|it| Some(answer?.assessment.controls.get(it)?.id.clone()));
            if let Some(id) = id {
                state.view = View::Findings;
                state.findings = List { filter: id, ..List::default() };
                refilter(state);
            }
        }
        Action::Affirm => return ask(state, DecisionKind::Affirm),
        Action::Waive => return ask(state, DecisionKind::Waive),
        Action::NeedsFix => return ask(state, DecisionKind::NeedsFix),
        Action::Edit => match place(state) {
            Some((path, line)) => return vec![Effect::Edit { path, line }],
            None => state.status = Some(Status::error("this line names no place")),
        },
        Action::Copy => match place(state) {
            // Made safe: a line break in a path that is pasted into a shell runs what follows.
            Some((path, line)) => return vec![Effect::Copy(clean(&format!("{path}:{line}")))],
            None => state.status = Some(Status::error("this line names no place")),
        },
        Action::Rerun => return rerun(state),
        Action::Help => {
            let (filter, context) = (String::new(), state.view_context());
            state.overlay = Some(Overlay::Help { filter, selected: 0, context });
        }
        Action::Quit => return vec![Effect::Quit(Ended::Quit)],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Accept | Action::Cancel | Action::Erase | Action::EraseAll | Action::NextField => {}
    }
    Vec::new()
}

fn turn(state: &mut State, by: usize) {
    let at = VIEWS.iter().position(|(view, _)| *view == state.view).unwrap_or(0);
    state.view = VIEWS[(at + by) % VIEWS.len()].0;
}

/// Moves in the list, or in the details where they are open.
fn walk(state: &mut State, to: impl Fn(usize, usize) -> usize) {
    let half = (usize::from(state.size.1) / 2).max(1);
    let longest = crate::draw::longest_scroll(state);
    let Some(list) = state.list_mut() else {
        state.overview_scroll = to(state.overview_scroll.min(longest), half).min(longest);
        return;
    };
    if list.is_open {
        list.scroll = to(list.scroll.min(longest), half).min(longest);
    } else {
        list.move_to(to(list.selected, half));
    }
}

/// Goes to the next line that holds the filter, round the end.
fn next_match(state: &mut State, action: Action) {
    let is_impact = state.view == View::Impact;
    let Some(list) = state.list() else { return };
    let count = list.shown.len();
    if list.filter.is_empty() || count == 0 {
        state.status = Some(Status::error("no filter: type one after /"));
        return;
    }
    let step = if action == Action::NextMatch { 1 } else { count - 1 };
    let places = (1..=count).map(|it| (list.selected + it * step) % count);
    let is_match = |place: &usize| {
        !is_impact || list.shown.get(*place).is_some_and(|row| state.tree.is_match(*row))
    };
    let place = places.into_iter().find(is_match);
    if let (Some(place), Some(list)) = (place, state.list_mut()) {
        list.move_to(place);
    }
}

fn open(state: &mut State) -> Vec<Effect> {
    if state.view != View::Impact {
        if let Some(list) = state.list_mut()
            && list.current().is_some()
        {
            list.is_open = !list.is_open;
        }
        return Vec::new();
    }
    let row = state.impact.current().and_then(|it| state.tree.rows.get(it));
    if let Some(Thing::Control { index, .. }) = row.map(|it| it.thing) {
        state.view = View::Controls;
        if !state.controls.select(index) {
            state.controls.filter.clear();
            refilter(state);
            state.controls.select(index);
        }
    } else {
        fold(state);
    }
    Vec::new()
}

fn back(state: &mut State) {
    let Some(list) = state.list_mut() else { return };
    if list.is_open {
        list.is_open = false;
        list.scroll = 0;
    } else {
        list.filter.clear();
        refilter(state);
    }
}

fn fold(state: &mut State) {
    if !state.impact.filter.is_empty() {
        state.status =
            Some(Status::error("a filter shows every way to a match: clear it with esc"));
        return;
    }
    let Some(row) = state.impact.current() else { return };
    let row = state.tree.fold(row);
    refilter(state);
    state.impact.select(row);
}

/// Starts a decision about the selected finding.
fn ask(state: &mut State, kind: DecisionKind) -> Vec<Effect> {
    let finding = state.findings.current();
    let finding = finding.and_then(|it| state.answer.as_ref()?.assessment.findings.get(it));
    let Some(finding) = finding else { return Vec::new() };
    let refused = if !state.setting.can_decide {
        Some("there is no project here to record decisions in")
    } else if finding.state == FindingState::Absent {
        Some("the change fixed it: there is nothing to decide")
    } else if kind.refused_for(finding).is_some() {
        Some("a violation cannot be affirmed: fix it, or waive it for a while with w")
    } else {
        None
    };
    if let Some(refused) = refused {
        state.status = Some(Status::error(refused));
        return Vec::new();
    }
    let setting = &state.setting;
    let dialog = Dialog::new(kind, finding, setting.reviewer.as_deref(), setting.today);
    if dialog.fields.is_empty() {
        return decide(state, dialog);
    }
    state.overlay = Some(Overlay::Dialog(dialog));
    Vec::new()
}

fn rerun(state: &mut State) -> Vec<Effect> {
    let refused = if !state.setting.can_analyse {
        "a sealed pack cannot be analysed again: run `codd tui` on the change"
    } else if state.running.is_some() {
        "the analysis is running"
    } else {
        return start(state);
    };
    state.status = Some(Status::error(refused));
    Vec::new()
}

/// Begins the analysis.
pub(crate) fn start(state: &mut State) -> Vec<Effect> {
    state.running = Some(Running { stage: None, done: 0, steps: 0 });
    state.failure = None;
    vec![Effect::Analyse]
}

/// The file and line that the selected line is about.
fn place(state: &State) -> Option<(String, u32)> {
    let assessment = &state.answer.as_ref()?.assessment;
    let current = state.list()?.current()?;
    let node = |index: u32| {
        let node = &assessment.impact.nodes.get(index as usize)?.node;
        Some((node.path.clone(), node.line.unwrap_or(1)))
    };
    match state.view {
        View::Overview => None,
        View::Findings => {
            let location = assessment.findings.get(current)?.location.as_ref()?;
            Some((location.path.clone(), location.line))
        }
        View::Impact => match state.tree.rows.get(current)?.thing {
            Thing::Node(index) => node(index),
            Thing::Unknown(index) => Some((assessment.changes.files.get(index)?.path.clone(), 1)),
            Thing::Control { index, .. } => {
                Some((assessment.controls.get(index)?.origin.clone(), 1))
            }
            Thing::Cut => None,
        },
        View::Controls => Some((assessment.controls.get(current)?.origin.clone(), 1)),
    }
}
