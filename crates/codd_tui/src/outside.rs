//! What the interface does beside drawing: analyse, record, edit, copy, suspend.

use std::path::{Component, Path};
use std::sync::Arc;

use codd_audit::{Decision, System, Workspace};

use crate::editor;
use crate::signals::Signals;
use crate::state::{Ended, Msg, Status};
use crate::terminal::Screen;
use crate::text::clean;
use crate::worker::Worker;

/// Everything that effects reach.
pub(crate) struct Outside<S> {
    pub(crate) system: Arc<dyn System>,
    /// Where decisions are recorded and files edited; `None` for a pack without its project.
    pub(crate) workspace: Option<Workspace>,
    pub(crate) worker: Option<Worker>,
    pub(crate) signals: Option<Signals>,
    pub(crate) screen: S,
}

/// What an effect led to.
#[derive(Debug)]
pub(crate) enum Done {
    Nothing,
    Tell(Msg),
    /// The screen was used by somebody else and must be drawn anew.
    Redraw(Option<Msg>),
    End(Ended),
}

impl<S: Screen> Outside<S> {
    /// The next message of the outside, if there is one; never waits.
    pub(crate) fn next(&mut self) -> Option<Msg> {
        let signal = self.signals.as_ref().and_then(|it| it.messages.try_recv().ok());
        signal.or_else(|| self.worker.as_mut()?.next())
    }

    /// Records a decision with the function that `codd review decide` uses.
    pub(crate) fn decide(&self, decision: Decision) -> Msg {
        let Some(workspace) = &self.workspace else {
            return error("there is no project here to record decisions in");
        };
        match workspace.decide(decision.clone()) {
            Ok(path) => Msg::Decided(Box::new(decision), path),
            Err(failure) => error(format!("not recorded: {failure}")),
        }
    }

    pub(crate) fn copy(&mut self, text: &str) -> Msg {
        match self.screen.copy(text) {
            Ok(()) => Msg::Told(Status::done(format!("copied {}", clean(text)))),
            Err(failure) => error(format!("not copied: {failure}")),
        }
    }

    pub(crate) fn suspend(&mut self) -> std::io::Result<()> {
        self.screen.leave();
        self.screen.stop()?;
        self.screen.enter()
    }

    /// Opens a file of the project in the user's editor and waits for it.
    pub(crate) fn edit(&mut self, path: &str, line: u32) -> std::io::Result<Done> {
        let tell = |text: String| Ok(Done::Tell(error(text)));
        let Some(workspace) = &self.workspace else {
            return tell("there is no project here to edit".to_owned());
        };
        // A pack may name any path; only files of the project are opened.
        let is_inside = !path.is_empty()
            && Path::new(path).components().all(|it| matches!(it, Component::Normal(_)));
        let root = workspace.root().path.clone();
        let file = root.join(path);
        if !is_inside || self.system.metadata(&file).is_err() {
            return tell(format!("{} is not in the work tree", clean(path)));
        }
        let variable = |name| self.system.variable(name).filter(|it| !it.trim().is_empty());
        let editor = variable("VISUAL").or_else(|| variable("EDITOR"));
        let call = editor.and_then(|it| editor::call(&it, &file.to_string_lossy(), line));
        let Some(call) = call else {
            return tell("no editor: set VISUAL or EDITOR".to_owned());
        };
        if !call.has_window {
            self.screen.leave();
        }
        let ran = self.system.run(&call.program, &call.arguments, &root);
        if !call.has_window {
            self.screen.enter()?;
        }
        let message = match ran {
            Ok(Some(0)) => None,
            Ok(Some(code)) => Some(error(format!("{} ended with {code}", clean(&call.program)))),
            Ok(None) => Some(error(format!("{} was ended by a signal", clean(&call.program)))),
            Err(failure) => Some(error(failure.to_string())),
        };
        Ok(Done::Redraw(message))
    }
}

fn error(text: impl Into<String>) -> Msg {
    Msg::Told(Status::error(text))
}
