//! The exit codes of codd, all of them.

use std::process::ExitCode;

/// How a run ended, as scripts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ExitStatus {
    /// Nothing that was asked to fail the run was found.
    Success,
    /// New findings at or above `--fail-on`; where it says so, undecided controls; with `--strict`
    /// also a conditional verdict.
    Findings,
    /// Wrong use, unreadable controls, an unknown revision, or nothing was checked.
    Misuse,
    /// A bug in codd.
    Bug,
    /// Stopped by the user.
    Interrupted,
    /// Ended by this signal.
    Signalled(u8),
}

impl ExitStatus {
    pub(crate) fn code(self) -> u8 {
        match self {
            ExitStatus::Success => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Misuse => 2,
            ExitStatus::Bug => 101,
            ExitStatus::Interrupted => 130,
            ExitStatus::Signalled(signal) => 128_u8.saturating_add(signal),
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status.code())
    }
}

/// The codes in words, for the end of every help.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0    nothing found that fails the run
  1    findings at or above --fail-on (with `--fail-on undetermined` also undecided controls, with
       --strict also a conditional verdict)
  2    wrong use, unreadable controls, unknown revision, or nothing was checked
  101  a bug in codd
  130  interrupted; 128 + N for signal N";
