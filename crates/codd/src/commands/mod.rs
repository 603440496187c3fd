//! The commands: a file each, and a line each in [`Command`] and [`run`].

mod audit;
mod cache;
mod check;
mod completions;
mod controls;
mod doctor;
mod explain;
mod gate;
mod graph;
mod impact;
mod init;
mod measure;
mod review;
mod scan;
mod schema;
mod secrets;
mod selection;
mod tui;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Init(init::InitArgs),
    Scan(scan::ScanArgs),
    Impact(impact::ImpactArgs),
    Check(check::CheckArgs),
    Audit(audit::AuditArgs),
    Measure(measure::MeasureArgs),
    Doctor(doctor::DoctorArgs),
    Explain(explain::ExplainArgs),
    Controls(controls::ControlsArgs),
    Graph(graph::GraphArgs),
    Review(review::ReviewArgs),
    Tui(tui::TuiArgs),
    Secrets(secrets::SecretsArgs),
    Cache(cache::CacheArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
}

pub(crate) fn run(context: &Context, command: Command) -> Result<ExitStatus, Failure> {
    match command {
        Command::Init(arguments) => init::run(context, &arguments),
        Command::Scan(arguments) => scan::run(context, &arguments),
        Command::Impact(arguments) => impact::run(context, &arguments),
        Command::Check(arguments) => check::run(context, &arguments),
        Command::Audit(arguments) => audit::run(context, &arguments),
        Command::Measure(arguments) => measure::run(context, &arguments),
        Command::Doctor(arguments) => doctor::run(context, &arguments),
        Command::Explain(arguments) => explain::run(context, &arguments),
        Command::Controls(arguments) => controls::run(context, &arguments),
        Command::Graph(arguments) => graph::run(context, &arguments),
        Command::Review(arguments) => review::run(context, &arguments),
        Command::Tui(arguments) => tui::run(context, &arguments),
        Command::Secrets(arguments) => secrets::run(context, &arguments),
        Command::Cache(arguments) => cache::run(context, &arguments),
        Command::Schema(arguments) => schema::run(context, &arguments),
        Command::Completions(arguments) => completions::run(context, &arguments),
    }
}
