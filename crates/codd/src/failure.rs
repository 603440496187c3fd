//! Why a command has no result, and how that is told.

use codd_audit::{PackError, SourceError, SystemError, WorkspaceError, printable};

use crate::context::Context;
use crate::exit::ExitStatus;

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    System(#[from] SystemError),
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error("failed to write the result: {0}")]
    Output(String),
    /// Anything else, with what to do about it.
    #[error("{message}")]
    Told { message: String, help: Option<String> },
}

impl Failure {
    pub(crate) fn told(message: impl Into<String>, help: impl Into<String>) -> Failure {
        Failure::Told { message: message.into(), help: Some(help.into()) }
    }

    /// Tells it on standard error; gives the exit code.
    pub(crate) fn report(&self, context: &Context) -> ExitStatus {
        if self.is_interruption() {
            context.tell("interrupted");
            return ExitStatus::Interrupted;
        }
        let text = self.to_string();
        context.tell(&format!("error: {}", lines(&text)));
        if let Some(help) = self.help() {
            context.tell(&format!("  help: {}", lines(&help)));
        }
        ExitStatus::Misuse
    }

    fn is_interruption(&self) -> bool {
        matches!(
            self,
            Failure::Workspace(
                WorkspaceError::Cancelled | WorkspaceError::Source(SourceError::Cancelled)
            ) | Failure::Source(SourceError::Cancelled)
        )
    }

    fn help(&self) -> Option<String> {
        match self {
            Failure::Workspace(error) => error.help(),
            Failure::Source(error) => error.help(),
            Failure::System(error) => error.help(),
            Failure::Pack(error) => miette::Diagnostic::help(error).map(|help| help.to_string()),
            Failure::Output(_) => None,
            Failure::Told { help, .. } => help.clone(),
        }
    }
}

/// Hostile text made safe, its line breaks kept.
fn lines(text: &str) -> String {
    text.lines().map(|line| printable(line).into_owned()).collect::<Vec<_>>().join("\n")
}
