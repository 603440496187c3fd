//! The loop: draw, hear, update, act, over any backend and any source of keys.

use std::io;
use std::time::Duration;

use crossterm::event::Event;
use ratatui::Terminal;
use ratatui::backend::Backend;

use crate::TuiError;
use crate::draw::draw;
use crate::outside::{Done, Outside};
use crate::state::{Effect, Ended, Msg, State};
use crate::terminal::Screen;
use crate::update::update;

/// How long to wait for a key before the outside is asked again.
const TICK: Duration = Duration::from_millis(40);

/// Where keys come from.
pub(crate) trait Input {
    /// The next event, `None` when none came in time.
    fn next(&mut self, wait: Duration) -> io::Result<Option<Event>>;
}

/// The keys of this process's terminal.
#[derive(Debug)]
pub(crate) struct RealInput;

impl Input for RealInput {
    fn next(&mut self, wait: Duration) -> io::Result<Option<Event>> {
        // No thread of its own reads keys, so that none takes those of the editor.
        if crossterm::event::poll(wait)? { crossterm::event::read().map(Some) } else { Ok(None) }
    }
}

/// Runs until the user quits or a signal ends it.
pub(crate) fn run<B: Backend, S: Screen>(
    terminal: &mut Terminal<B>,
    input: &mut dyn Input,
    outside: &mut Outside<S>,
    state: &mut State,
    first: Vec<Effect>,
) -> Result<Ended, TuiError> {
    if let Some(ended) = act(terminal, outside, state, first)? {
        return Ok(ended);
    }
    show(terminal, state)?;
    loop {
        if let Some(ended) = turn(terminal, input, outside, state)? {
            return Ok(ended);
        }
    }
}

/// Takes in what happened since the last turn, and draws when something did.
pub(crate) fn turn<B: Backend, S: Screen>(
    terminal: &mut Terminal<B>,
    input: &mut dyn Input,
    outside: &mut Outside<S>,
    state: &mut State,
) -> Result<Option<Ended>, TuiError> {
    let mut messages = Vec::new();
    if let Some(event) = input.next(TICK).map_err(terminal_error)? {
        match event {
            Event::Key(key) => messages.push(Msg::Key(key)),
            Event::Resize(width, height) => messages.push(Msg::Resized(width, height)),
            _ => {}
        }
    }
    messages.extend(outside.next());
    let is_quiet = messages.is_empty();
    for message in messages {
        let effects = update(state, message);
        if let Some(ended) = act(terminal, outside, state, effects)? {
            return Ok(Some(ended));
        }
    }
    if !is_quiet {
        show(terminal, state)?;
    }
    Ok(None)
}

fn act<B: Backend, S: Screen>(
    terminal: &mut Terminal<B>,
    outside: &mut Outside<S>,
    state: &mut State,
    effects: Vec<Effect>,
) -> Result<Option<Ended>, TuiError> {
    for effect in effects {
        let done = match effect {
            Effect::Analyse => {
                if let Some(worker) = &mut outside.worker {
                    worker.ask();
                }
                Done::Nothing
            }
            Effect::Decide(decision) => Done::Tell(outside.decide(*decision)),
            Effect::Copy(text) => Done::Tell(outside.copy(&text)),
            Effect::Edit { path, line } => outside.edit(&path, line).map_err(terminal_error)?,
            Effect::Suspend => {
                outside.suspend().map_err(terminal_error)?;
                Done::Redraw(None)
            }
            Effect::Quit(ended) => Done::End(ended),
        };
        let message = match done {
            Done::Nothing => None,
            Done::Tell(message) => Some(message),
            Done::Redraw(message) => {
                terminal.clear().map_err(terminal_error)?;
                let size = terminal.size().map_err(terminal_error)?;
                state.size = (size.width, size.height);
                message
            }
            Done::End(ended) => return Ok(Some(ended)),
        };
        if let Some(message) = message {
            // What an effect tells leads to no further effect.
            update(state, message);
        }
    }
    Ok(None)
}

fn show<B: Backend>(terminal: &mut Terminal<B>, state: &State) -> Result<(), TuiError> {
    terminal.draw(|frame| draw(state, frame)).map_err(terminal_error)?;
    Ok(())
}

pub(crate) fn terminal_error(error: impl std::fmt::Display) -> TuiError {
    TuiError::Terminal(error.to_string())
}
