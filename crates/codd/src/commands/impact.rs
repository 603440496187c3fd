//! `codd impact`: what a change reaches, violates and puts at risk.

use codd_audit::{Activity, AssessOptions, formats};

use crate::arguments::{ChangeArgs, ExtentArgs, FormatArgs, GateArgs};
use crate::commands::gate;
use crate::commands::selection::TestArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Show what a change reaches, and which controls it violates or puts at risk
///
/// The base's controls judge the change: one that weakens a control is judged by the control
/// as it was, and the weakening is itself a finding.
#[derive(clap::Args, Debug)]
pub(crate) struct ImpactArgs {
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    extent: ExtentArgs,
    #[command(flatten)]
    tests: TestArgs,
    #[command(flatten)]
    gate: GateArgs,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(context: &Context, arguments: &ImpactArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let change = arguments.change.resolve(context, Vec::new())?;
    if arguments.tests.are_asked_for() {
        let (extent, format) = (arguments.extent.extent(), arguments.format.format());
        return arguments.tests.select(context, &mut workspace, &change, extent, format);
    }
    let options =
        AssessOptions { fail_on: arguments.gate.severity()?, extent: arguments.extent.extent() };
    let watch = Watch::new(context);
    let assessment = workspace.assess_change(&change, options, &watch)?;
    watch.finish();
    let _at = context.watched().at(Activity::Report);
    let options = context.render_options(&arguments.format);
    context.print(&formats::render(arguments.format.format(), &assessment, &options))?;
    context.tell_problems(&assessment.diagnostics);
    // What the work tree holds was asked already where it is a side of the change.
    let is_of_commits = assessment.subject.head.kind != "work tree";
    if assessment.controls.is_empty() && is_of_commits && !workspace.control_ids()?.is_empty() {
        context.tell(
            "the controls of the work tree are in neither of the two commits: commit them, or \
             compare with the work tree, as in `codd impact REV`",
        );
    }
    Ok(gate::status(&assessment, &arguments.gate))
}
