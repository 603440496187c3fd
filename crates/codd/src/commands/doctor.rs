//! `codd doctor`: what keeps codd from doing its work here.

use codd_audit::{DoctorReport, counted, printable};

use crate::arguments::JsonArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Look for what keeps codd from doing its work here, and say what to do
///
/// Looks at configuration, controls, scopes in which nothing is, rules that never match,
/// catalogues, schemas, languages and the store. Ends with 2 where something should be done.
#[derive(clap::Args, Debug)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    form: JsonArgs,
}

pub(crate) fn run(context: &Context, arguments: &DoctorArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let watch = Watch::new(context);
    let report = workspace.doctor(&watch)?;
    watch.finish();
    if arguments.form.is_json() {
        context.print_json(&report)?;
    } else {
        context.print(&text(&report))?;
    }
    Ok(if report.is_ill() { ExitStatus::Misuse } else { ExitStatus::Success })
}

fn text(report: &DoctorReport) -> String {
    let mut text = String::new();
    let width = report.areas.iter().map(|it| it.name.len()).max().unwrap_or(0);
    for area in &report.areas {
        text.push_str(&format!("{:<width$}  {}\n", area.name, printable(&area.found)));
        for problem in &area.problems {
            let place = problem.location.as_ref().map_or_else(String::new, |place| {
                let path = printable(&place.path).into_owned();
                format!("{path}:{}: ", place.line)
            });
            text.push_str(&format!(
                "{:<width$}  {:<7}  {place}{}\n",
                "",
                problem.severity,
                printable(&problem.message)
            ));
            if let Some(help) = &problem.help {
                text.push_str(&format!("{:<width$}           {}\n", "", printable(help)));
            }
        }
    }
    let count = |severity: &str| {
        let problems = report.areas.iter().flat_map(|it| &it.problems);
        problems.filter(|it| it.severity == severity).count()
    };
    text.push_str(&match (count("error"), count("warning")) {
        (0, 0) => "nothing needs to be done\n".to_owned(),
        (errors, warnings) => {
            format!("{}, {}\n", counted(errors, "error"), counted(warnings, "warning"))
        }
    });
    text
}
