//! `codd schema`: the published JSON schemas.

use clap::builder::PossibleValuesParser;
use codd_audit::SCHEMA_NAMES;

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Print a JSON schema: of requirement files, the configuration, the audit pack, …
#[derive(clap::Args, Debug)]
pub(crate) struct SchemaArgs {
    /// Which one
    #[arg(value_parser = PossibleValuesParser::new(SCHEMA_NAMES))]
    name: String,
}

pub(crate) fn run(context: &Context, arguments: &SchemaArgs) -> Result<ExitStatus, Failure> {
    context.print(&codd_audit::schema(&arguments.name).expect("the parser knows the names"))?;
    Ok(ExitStatus::Success)
}
