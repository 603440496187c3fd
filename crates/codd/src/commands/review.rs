//! `codd review`: record what a reviewer decided.

use codd_audit::{ChangeArguments, Decision, DecisionKind, Explanation, FindingRecord, Workspace};

use crate::arguments::ChangeArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Record decisions about findings
#[derive(clap::Args, Debug)]
pub(crate) struct ReviewArgs {
    #[command(subcommand)]
    command: ReviewCommand,
}

#[derive(clap::Subcommand, Debug)]
enum ReviewCommand {
    Decide(DecideArgs),
}

/// Affirm, waive or send back one finding
///
/// The decision is a file of its own in `.codd/reviews`, to be committed by its reviewer in a
/// commit of its own; `codd audit` seals it into the pack.
///
/// Among the commits of a change, a decision counts only if all commits that touch its file are
/// the reviewer's own, and the reviewer wrote no other commit of the change. One that lies
/// uncommitted in the work tree counts for the answer on this machine and is called not attested,
/// since nobody can tell who wrote it. A waiver counts once it is merged.
#[derive(clap::Args, Debug)]
struct DecideArgs {
    /// The finding's fingerprint
    fingerprint: String,
    #[command(flatten)]
    change: ChangeArgs,
    /// The control the finding belongs to, which saves looking for the finding
    #[arg(long, value_name = "ID")]
    control: Option<String>,
    #[command(flatten)]
    kind: KindArgs,
    /// Why; a waiver needs it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The last day a waiver counts
    #[arg(long, value_name = "YYYY-MM-DD")]
    expires: Option<String>,
    /// Who decides [default: the variable CODD_REVIEWER]
    #[arg(long, value_name = "NAME")]
    reviewer: Option<String>,
}

#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
struct KindArgs {
    /// It was looked at and is in order
    #[arg(long)]
    affirm: bool,
    /// The risk is accepted for a while
    #[arg(long)]
    waive: bool,
    /// It must be fixed
    #[arg(long)]
    needs_fix: bool,
}

pub(crate) fn run(context: &Context, arguments: &ReviewArgs) -> Result<ExitStatus, Failure> {
    let ReviewCommand::Decide(arguments) = &arguments.command;
    let mut workspace = context.open()?;
    let decision = match &arguments.kind {
        KindArgs { affirm: true, .. } => DecisionKind::Affirm,
        KindArgs { waive: true, .. } => DecisionKind::Waive,
        KindArgs { .. } => DecisionKind::NeedsFix,
    };
    // Resolved once: a diff on standard input can be read only once.
    let resolve = || arguments.change.resolve(context, Vec::new());
    let (fingerprint, control, change, known) = match &arguments.control {
        // Only what is no violation can be affirmed, so that is looked at.
        Some(control) => {
            let known = match decision {
                DecisionKind::Affirm => {
                    let change = resolve()?;
                    looked_up(context, &mut workspace, &arguments.fingerprint, &change)?
                }
                DecisionKind::Waive | DecisionKind::NeedsFix => None,
            };
            (arguments.fingerprint.clone(), control.clone(), None, known)
        }
        None => {
            let change = resolve()?;
            let known = finding(context, &mut workspace, &arguments.fingerprint, &change)?;
            let (fingerprint, control) = (known.fingerprint.clone(), known.control.clone());
            (fingerprint, control, Some(change), Some(known))
        }
    };
    if let Some(finding) = &known
        && let Some(refused) = decision.refused_for(finding)
    {
        return Err(codd_audit::WorkspaceError::from(refused).into());
    }
    let reviewer = arguments.reviewer.clone().or_else(|| context.system.variable("CODD_REVIEWER"));
    let path = workspace.decide(Decision {
        fingerprint,
        control,
        decision,
        reviewer: reviewer.unwrap_or_default(),
        date: workspace.as_of().to_string(),
        reason: arguments.reason.clone(),
        expires: arguments.expires.clone(),
    })?;
    context.print(&format!("recorded in {path}: have its reviewer commit it\n"))?;
    if let (DecisionKind::Affirm, Some(change)) = (decision, &change) {
        let finding = finding(context, &mut workspace, &arguments.fingerprint, change)?;
        if let (None, Some(help)) = (finding.decision, finding.help) {
            context.tell(&help);
        }
    }
    if decision == DecisionKind::Waive {
        context.tell(
            "the waiver counts once it is merged, or at once where the base's `codd.yaml` says \
             `waivers: {accept_in_change: true}`",
        );
    }
    Ok(ExitStatus::Success)
}

/// The finding that is meant, as it is now.
fn finding(
    context: &Context,
    workspace: &mut Workspace,
    fingerprint: &str,
    change: &ChangeArguments,
) -> Result<FindingRecord, Failure> {
    looked_up(context, workspace, fingerprint, change)?.ok_or_else(|| {
        Failure::told(
            format!("no finding has the fingerprint `{fingerprint}`"),
            "`codd impact` lists findings; one of another change than the work tree's needs the \
             arguments that name the change, as in `codd review decide ID --diff FILE`",
        )
    })
}

/// The same; `None` where no finding of the change has the fingerprint.
fn looked_up(
    context: &Context,
    workspace: &mut Workspace,
    fingerprint: &str,
    change: &ChangeArguments,
) -> Result<Option<FindingRecord>, Failure> {
    let watch = Watch::new(context);
    let explanation = workspace.explain(fingerprint, change, &watch)?;
    watch.finish();
    match explanation {
        Some(Explanation::Finding(it)) => Ok(Some(it.finding)),
        _ => Ok(None),
    }
}
