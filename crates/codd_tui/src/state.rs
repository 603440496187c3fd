//! What the interface shows, all of it: drawing reads it, only `update` changes it.

use codd_audit::{AuditPack, Date, Decision, DecisionKind, Stage};
use crossterm::event::KeyEvent;

use crate::answer::Answer;
use crate::dialog::Dialog;
use crate::keys::Context;
use crate::tree::Tree;

/// The smallest terminal that is drawn to.
pub(crate) const SMALLEST: (u16, u16) = (40, 10);

/// Up to this many columns, panes are stacked instead of side by side.
pub(crate) const STACKED: u16 = 84;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum View {
    Overview,
    Findings,
    Impact,
    Controls,
}

pub(crate) const VIEWS: [(View, &str); 4] = [
    (View::Overview, "Overview"),
    (View::Findings, "Findings"),
    (View::Impact, "Impact"),
    (View::Controls, "Controls"),
];

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Msg {
    Key(KeyEvent),
    Resized(u16, u16),
    /// The analysis gets on.
    Progress(Running),
    Answered(Box<AuditPack>),
    Failed(Failure),
    /// A decision was written to the file of this path.
    Decided(Box<Decision>, String),
    Told(Status),
    /// The process was asked to end by this signal.
    Signal(i32),
    /// The process was asked to stop until it is resumed.
    Stop,
}

/// What is to be done outside, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Analyse,
    Decide(Box<Decision>),
    Edit { path: String, line: u32 },
    Copy(String),
    Suspend,
    Quit(Ended),
}

/// How the interface was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The user quit.
    Quit,
    /// This signal ended it; the exit code is 128 and its number.
    Signal(i32),
}

/// How far the analysis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Running {
    pub(crate) stage: Option<Stage>,
    pub(crate) done: usize,
    pub(crate) steps: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// One line about what just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) text: String,
    pub(crate) is_error: bool,
}

/// A list: which lines its filter leaves, and where the user is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    pub(crate) filter: String,
    /// Indexes of the lines that are shown.
    pub(crate) shown: Vec<usize>,
    /// A place in `shown`.
    pub(crate) selected: usize,
    /// The first line of the details that is shown.
    pub(crate) scroll: usize,
    /// Whether the details are open: then moving scrolls them.
    pub(crate) is_open: bool,
}

/// What takes the keys before the view does.
#[derive(Debug)]
pub(crate) enum Overlay {
    Help {
        filter: String,
        selected: usize,
        /// Where the help was asked for: its keys are shown.
        context: Context,
    },
    /// Typing the filter of the current list; holds the filter to return to.
    Filter {
        before: String,
    },
    Dialog(Dialog),
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) view: View,
    pub(crate) overlay: Option<Overlay>,
    pub(crate) answer: Option<Answer>,
    pub(crate) tree: Tree,
    pub(crate) running: Option<Running>,
    pub(crate) failure: Option<Failure>,
    pub(crate) status: Option<Status>,
    pub(crate) overview_scroll: usize,
    pub(crate) findings: List,
    pub(crate) impact: List,
    pub(crate) controls: List,
    pub(crate) size: (u16, u16),
    pub(crate) setting: Setting,
}

/// What does not change while the interface is open, but for the reviewer's name.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Whether colours may be used.
    pub(crate) color: bool,
    /// The day by which waivers are judged and decisions are dated.
    pub(crate) today: Date,
    pub(crate) reviewer: Option<String>,
    /// Whether there is a project to write decisions to.
    pub(crate) can_decide: bool,
    /// Whether there is a question that can be asked again.
    pub(crate) can_analyse: bool,
}

impl State {
    pub(crate) fn new(setting: Setting, size: (u16, u16)) -> State {
        let list = List::default;
        State {
            view: View::Overview,
            overlay: None,
            answer: None,
            tree: Tree::default(),
            running: None,
            failure: None,
            status: None,
            overview_scroll: 0,
            findings: list(),
            impact: list(),
            controls: list(),
            size,
            setting,
        }
    }

    /// Which keys count now.
    pub(crate) fn context(&self) -> Context {
        match &self.overlay {
            Some(Overlay::Help { .. }) => Context::Help,
            Some(Overlay::Filter { .. } | Overlay::Dialog(_)) => Context::Typing,
            None => self.view_context(),
        }
    }

    pub(crate) fn view_context(&self) -> Context {
        match self.view {
            View::Overview => Context::Overview,
            View::Findings => Context::Findings,
            View::Impact => Context::Impact,
            View::Controls => Context::Controls,
        }
    }

    /// The list of the current view.
    pub(crate) fn list(&self) -> Option<&List> {
        match self.view {
            View::Overview => None,
            View::Findings => Some(&self.findings),
            View::Impact => Some(&self.impact),
            View::Controls => Some(&self.controls),
        }
    }

    pub(crate) fn list_mut(&mut self) -> Option<&mut List> {
        match self.view {
            View::Overview => None,
            View::Findings => Some(&mut self.findings),
            View::Impact => Some(&mut self.impact),
            View::Controls => Some(&mut self.controls),
        }
    }

    /// Whether panes lie above each other.
    pub(crate) fn is_stacked(&self) -> bool {
        self.size.0 <= STACKED
    }
}

impl List {
    /// The index of the selected line.
    pub(crate) fn current(&self) -> Option<usize> {
        self.shown.get(self.selected).copied()
    }

    /// Goes to the line of this index, if it is shown.
    pub(crate) fn select(&mut self, index: usize) -> bool {
        let place = self.shown.iter().position(|it| *it == index);
        if let Some(place) = place {
            self.move_to(place);
        }
        place.is_some()
    }

    /// Goes to a place among the shown lines, at most the last one.
    pub(crate) fn move_to(&mut self, place: usize) {
        let place = place.min(self.shown.len().saturating_sub(1));
        if place != self.selected {
            self.selected = place;
            self.scroll = 0;
        }
    }

    /// Shows other lines, staying at the same one where it is still there.
    pub(crate) fn show(&mut self, shown: Vec<usize>) {
        let current = self.current();
        self.shown = shown;
        let place = current.and_then(|it| self.shown.iter().position(|shown| *shown == it));
        match place {
            Some(place) => self.selected = place,
            None => self.move_to(self.selected.min(self.shown.len().saturating_sub(1))),
        }
    }
}

impl Status {
    pub(crate) fn done(text: impl Into<String>) -> Status {
        Status { text: text.into(), is_error: false }
    }

    pub(crate) fn error(text: impl Into<String>) -> Status {
        Status { text: text.into(), is_error: true }
    }
}

/// The mark of a decision in a list.
pub(crate) fn mark(decision: Option<&Decision>) -> &'static str {
    match decision.map(|it| it.decision) {
        None => "[ ]",
        Some(DecisionKind::Affirm) => "[a]",
        Some(DecisionKind::Waive) => "[w]",
        Some(DecisionKind::NeedsFix) => "[x]",
    }
}
