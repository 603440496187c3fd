//! `codd tui`: the reviewer's terminal interface.

use std::sync::Arc;

use codd_audit::{AssessOptions, AuditPack, Extent, OpenOptions};
use codd_tui::{Ended, RunOptions, Source, TuiError};

use crate::arguments::{ChangeArgs, FailOnArg};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// The most bytes of a pack that are read.
const PACK_LIMIT: u64 = 1 << 30;

/// Review a change or an audit pack in the terminal
///
/// Takes what `codd impact` takes, or the file of a pack in place of the revision; where
/// nothing differs, it shows the whole project. Decisions are files in `.codd/reviews`, as
/// `codd review decide` writes them.
#[derive(clap::Args, Debug)]
pub(crate) struct TuiArgs {
    #[command(flatten)]
    change: ChangeArgs,
    /// Call failing what is of this severity or above [default: the configuration's, else high]
    #[arg(long, value_name = "SEVERITY", value_parser = severity_parser())]
    fail_on: Option<FailOnArg>,
}

pub(crate) fn run(context: &Context, arguments: &TuiArgs) -> Result<ExitStatus, Failure> {
    codd_tui::require_terminal()?;
    let source = match pack(context, arguments)? {
        Some(pack) => Source::Pack(Box::new(pack)),
        None => Source::Change {
            arguments: arguments.change.resolve(context, Vec::new())?,
            options: AssessOptions {
                fail_on: arguments.fail_on.and_then(FailOnArg::severity),
                extent: Extent::Safe,
            },
        },
    };
    let open = OpenOptions {
        folder: context.folder.clone(),
        as_of: context.now,
        cache: context.cache.clone(),
        shared: context.shared_place()?,
        cancel: context.cancel.clone(),
        watched: context.watched(),
    };
    let options = RunOptions { open, color: context.color };
    Ok(match codd_tui::run(Arc::clone(&context.system), source, options)? {
        Ended::Quit => ExitStatus::Success,
        Ended::Signal(signal) => ExitStatus::Signalled(u8::try_from(signal).unwrap_or(u8::MAX)),
    })
}

/// The pack that stands in the revision's place, if it names a file that looks like one.
fn pack(context: &Context, arguments: &TuiArgs) -> Result<Option<AuditPack>, Failure> {
    let Some(name) = arguments.change.range() else { return Ok(None) };
    let path = context.folder.join(name);
    if context.system.metadata(&path).is_err() {
        return Ok(None);
    }
    let bytes = context.system.read(&path, PACK_LIMIT)?;
    // A revision may have the name of a file; a pack is a JSON object, and a file that is called
    // one is meant as one.
    let is_json = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
    if !is_json && bytes.trim_ascii_start().first() != Some(&b'{') {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(AuditPack::open(&text)?))
}

impl From<TuiError> for Failure {
    fn from(error: TuiError) -> Failure {
        match error {
            TuiError::Workspace(error) => Failure::Workspace(error),
            other => Failure::Told { message: other.to_string(), help: None },
        }
    }
}

/// A severity, and nothing else by which a command may end with a code.
fn severity_parser() -> impl clap::builder::TypedValueParser<Value = FailOnArg> {
    use clap::ValueEnum;
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    let severities = FailOnArg::value_variants().iter().filter(|it| it.severity().is_some());
    let names = severities.filter_map(FailOnArg::to_possible_value);
    PossibleValuesParser::new(names).map(|name| {
        FailOnArg::from_str(&name, false).expect("the parser knows the names of the values")
    })
}
