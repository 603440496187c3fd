//! `codd init`: makes a project ready.

use codd_audit::{ControlSummary, InitOptions, InitReport, counted, printable};

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Write a configuration and starter controls for the project
///
/// Nothing that is there already is overwritten.
#[derive(clap::Args, Debug)]
pub(crate) struct InitArgs {
    /// The project's name [default: the folder's]
    #[arg(value_name = "NAME", conflicts_with = "project_name")]
    name: Option<String>,
    /// The same, as an option
    #[arg(long, value_name = "NAME")]
    project_name: Option<String>,
    /// A language to analyse; without it all that codd knows (can be repeated)
    #[arg(long = "language", value_name = "L")]
    languages: Vec<String>,
    /// Take the controls of a catalogue that comes with codd, such as `baseline`, and say of
    /// each whether it concerns the project, and why (can be repeated)
    #[arg(long = "catalogue", value_name = "NAME")]
    catalogues: Vec<String>,
    /// Use this requirement file instead of writing starter controls
    #[arg(long, value_name = "FILE")]
    requirements: Option<String>,
}

pub(crate) fn run(context: &Context, arguments: &InitArgs) -> Result<ExitStatus, Failure> {
    let options = InitOptions {
        project_name: arguments.name.clone().or_else(|| arguments.project_name.clone()),
        languages: arguments.languages.clone(),
        catalogues: arguments.catalogues.clone(),
        requirements: arguments.requirements.clone(),
    };
    let watch = Watch::new(context);
    let report = context.open()?.init(&options, &watch)?;
    watch.finish();
    context.print(&text(&report))?;
    if !arguments.catalogues.is_empty() {
        let watch = Watch::new(context);
        let (controls, _) = context.open()?.controls(&watch)?;
        watch.finish();
        context.print(&concerns(&controls))?;
    }
    Ok(ExitStatus::Success)
}

fn text(report: &InitReport) -> String {
    let mut text = format!("project {}\n", report.project);
    for path in &report.written {
        text.push_str(&format!("  wrote {path}\n"));
    }
    for path in &report.kept {
        text.push_str(&format!("  kept  {path}, which was there already\n"));
    }
    let languages = match report.languages.as_slice() {
        [] => "no language that codd reads was found".to_owned(),
        languages => languages.join(", "),
    };
    let controls = counted(report.controls, "control");
    text.push_str(&format!("{controls} can be read; languages: {languages}\n"));
    if report.problems > 0 {
        text.push_str(&format!(
            "{} in the requirement files: `codd controls` shows what to do\n",
            counted(report.problems, "problem")
        ));
    }
    text.push_str("next: `codd scan` shows what codd sees, `codd impact` judges your change\n");
    text
}

/// Of each control of a catalogue, whether it concerns the project, and why.
fn concerns(controls: &[ControlSummary]) -> String {
    let mut text = String::new();
    for control in controls.iter().filter(|it| it.origin.starts_with("catalogue ")) {
        let standing = if control.concerns { "in " } else { "out" };
        let why = match control.why.as_slice() {
            [] => "every project".to_owned(),
            why => why.join("; "),
        };
        text.push_str(&format!(
            "{standing}  {}  {}: {}\n",
            control.id,
            control.name,
            printable(&why)
        ));
    }
    text.push_str("what codd cannot see, say under `context:` of codd.yaml; `codd controls new ID` writes a control of your own\n");
    text
}
