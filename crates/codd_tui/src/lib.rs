//! The reviewer's terminal interface: state, keys, views.
//!
//! [`run`] shows one assessment until the user quits. `update` turns messages into a new
//! state and effects, `draw` turns the state into a frame; neither touches the outside.
//! Nothing from the repository under review can set a key or name a program to run.

mod answer;
mod dialog;
mod draw;
mod editor;
mod event;
mod keys;
#[cfg(test)]
mod keys_to_pack_tests;
mod outside;
mod signals;
mod state;
mod terminal;
#[cfg(test)]
mod testing;
mod text;
mod tree;
mod update;
#[cfg(test)]
mod update_tests;
mod words;
mod worker;

use std::io::{IsTerminal, stdout};
use std::sync::Arc;

use codd_audit::{
    AssessOptions, AuditPack, ChangeArguments, OpenOptions, System, Workspace, WorkspaceError,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::answer::Answer;
use crate::event::{RealInput, terminal_error};
use crate::outside::Outside;
use crate::signals::Signals;
pub use crate::state::Ended;
use crate::state::{Setting, State};
use crate::terminal::{Held, RealScreen};
use crate::worker::Worker;

/// What is shown.
#[derive(Debug)]
pub enum Source {
    /// The answer to a question, which the user may ask again; where nothing differs, the
    /// whole project.
    Change { arguments: ChangeArguments, options: AssessOptions },
    /// A sealed pack.
    Pack(Box<AuditPack>),
}

/// How the interface is run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The project; a pack may be shown without one, but then nothing can be decided.
    pub open: OpenOptions,
    /// Whether colours may be used.
    pub color: bool,
}

/// Why there is no interface.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    #[error("the terminal interface needs a terminal on standard input and output")]
    NoTerminal,
    #[error("the terminal failed: {0}")]
    Terminal(String),
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

/// Refuses where standard input or output is no terminal.
pub fn require_terminal() -> Result<(), TuiError> {
    #[expect(clippy::disallowed_methods, reason = "only asks what it is; nothing is read")]
    let input = std::io::stdin();
    let is_terminal = input.is_terminal() && stdout().is_terminal();
    if is_terminal { Ok(()) } else { Err(TuiError::NoTerminal) }
}

/// Shows `source` on this process's terminal until the user quits or a signal ends it.
///
/// The terminal is given back however this ends, by a panic too. Work that is still going
/// on is asked to stop by the cancel token of `options.open`.
pub fn run(
    system: Arc<dyn System>,
    source: Source,
    options: RunOptions,
) -> Result<Ended, TuiError> {
    require_terminal()?;
    let cancel = options.open.cancel.clone();
    let (mut state, mut outside, first) = prepare(system, source, options, RealScreen)?;
    outside.signals = Some(Signals::watch().map_err(terminal_error)?);
    let held = Held::take().map_err(terminal_error)?;
    let mut terminal = Terminal::new(CrosstermBackend::new(stdout())).map_err(terminal_error)?;
    let size = terminal.size().map_err(terminal_error)?;
    state.size = (size.width, size.height);
    let ended = event::run(&mut terminal, &mut RealInput, &mut outside, &mut state, first);
    cancel.cancel();
    drop(held);
    ended
}

/// The state to begin with, what effects reach, and the first effects.
fn prepare<S: terminal::Screen>(
    system: Arc<dyn System>,
    source: Source,
    options: RunOptions,
    screen: S,
) -> Result<(State, Outside<S>, Vec<state::Effect>), TuiError> {
    let workspace = Workspace::open(Arc::clone(&system), options.open.clone());
    let today = workspace.as_ref().map_or_else(|_| system.today(), Workspace::as_of);
    let mut setting = Setting {
        color: options.color,
        today: options.open.as_of.unwrap_or(today),
        reviewer: system.variable("CODD_REVIEWER").filter(|it| !it.trim().is_empty()),
        can_decide: false,
        can_analyse: false,
    };
    match source {
        Source::Change { arguments, options: assess } => {
            let workspace = workspace?;
            (setting.can_decide, setting.can_analyse) = (!workspace.root().is_bare(), true);
            let worker = Worker::start(Arc::clone(&system), options.open, arguments, assess);
            let worker = Some(worker.map_err(terminal_error)?);
            let mut state = State::new(setting, (0, 0));
            let first = update::start(&mut state);
            let workspace = Some(workspace);
            Ok((state, Outside { system, workspace, worker, signals: None, screen }, first))
        }
        Source::Pack(pack) => {
            // Outside of any repository there is no project to keep a decision in.
            let workspace = workspace.ok().filter(|it| it.root().repository.is_some());
            setting.can_decide = workspace.as_ref().is_some_and(|it| !it.root().is_bare());
            let mut state = State::new(setting, (0, 0));
            update::answered(&mut state, Answer::new(*pack));
            let outside = Outside { system, workspace, worker: None, signals: None, screen };
            Ok((state, outside, Vec::new()))
        }
    }
}
