//! `codd completions`: scripts that teach a shell codd's commands.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::Cli;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Print the completion script of a shell
#[derive(clap::Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(context: &Context, arguments: &CompletionsArgs) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "codd", &mut script);
    context.print(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Success)
}
