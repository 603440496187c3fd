//! `codd impact --tests`: the tests to run, as their runner takes them.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use codd_audit::formats::Format;
use codd_audit::runners::{RUNNERS, Runner, shell_word};
use codd_audit::{ChangeArguments, Extent, TestSelection, Workspace, counted, printable};

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

#[derive(clap::Args, Debug)]
pub(crate) struct TestArgs {
    /// Print the tests that the change reaches instead, in the form that their runner takes
    ///
    /// Each line holds the arguments of one call, the nearest tests first, quoted as `xargs` and
    /// shells read them. What was selected and why is told on standard error. Takes the formats
    /// `human` and `json`, and ends with 0 whatever is selected.
    #[arg(long, conflicts_with_all = ["fail_on", "strict"])]
    tests: bool,
    /// For this runner, and no tests of others [default: each test for its own]
    #[arg(long, value_name = "RUNNER", requires = "tests", value_parser = runner_parser())]
    runner: Option<&'static Runner>,
    /// All in one line: the arguments of a single call
    #[arg(long, requires = "tests")]
    args: bool,
}

fn runner_parser() -> impl TypedValueParser<Value = &'static Runner> {
    let names = RUNNERS.iter().map(|it| PossibleValue::new(it.name));
    PossibleValuesParser::new(names)
        .map(|name| Runner::named(&name).expect("the parser knows the names of the table"))
}

impl TestArgs {
    pub(crate) fn are_asked_for(&self) -> bool {
        self.tests
    }

    pub(crate) fn select(
        &self,
        context: &Context,
        workspace: &mut Workspace,
        change: &ChangeArguments,
        extent: Extent,
        format: Format,
    ) -> Result<ExitStatus, Failure> {
        if !matches!(format.name, "human" | "json") {
            let message = format!("a selection of tests has no form `{}`", format.name);
            return Err(Failure::told(message, "use `--format json`, or none"));
        }
        let watch = Watch::new(context);
        let selection = workspace.select_tests(change, extent, self.runner, &watch)?;
        watch.finish();
        if format.name == "json" {
            let json = serde_json::to_string_pretty(&selection)
                .map_err(|error| Failure::Output(error.to_string()))?;
            context.print(&(json + "\n"))?;
            return Ok(ExitStatus::Success);
        }
        let lines = selection
            .runners
            .iter()
            .flat_map(|it| if self.args { vec![it.arguments.clone()] } else { it.lines.clone() });
        let (mut text, mut unwritable) = (String::new(), 0);
        for line in lines {
            // No quoting carries these through a list of lines.
            if line.iter().any(|it| it.contains(char::is_control)) {
                unwritable += 1;
                continue;
            }
            let words: Vec<String> = line.iter().map(|it| shell_word(it)).collect();
            text.push_str(&format!("{}\n", words.join(" ")));
        }
        context.print(&text)?;
        tell(context, &selection, unwritable);
        Ok(ExitStatus::Success)
    }
}

fn tell(context: &Context, selection: &TestSelection, unwritable: usize) {
    let say = |text: String| context.tell(&printable(&text));
    let (number, total) = (selection.tests.len(), selection.total as usize);
    say(match number {
        0 if total == 0 => "no test is known in this project".to_owned(),
        0 => format!("no test is reached by this change, of {}", counted(total, "test")),
        _ if number == total => format!("all of {} selected", counted(total, "test")),
        _ => format!("{number} of {} selected, nearest first", counted(total, "test")),
    });
    for reason in &selection.reasons {
        let tests = counted(reason.tests as usize, "test");
        say(format!("{}: {} ({tests} for this alone)", reason.path, reason.reason));
    }
    for path in &selection.passed_over {
        say(format!("{path}: prose, taken to reach no test"));
    }
    if selection.unread_templates > 0 {
        let templates = counted(selection.unread_templates as usize, "template");
        say(format!(
            "{templates} not read: tests that reach the change through them are not known"
        ));
    }
    if selection.runners.len() > 1 {
        let each = selection.runners.iter().map(|it| format!("{} ({})", it.runner, it.tests));
        let each = each.collect::<Vec<_>>().join(", ");
        say(format!("these are for several runners: {each}; --runner chooses one"));
    }
    if selection.left_out > 0 {
        let tests = counted(selection.left_out as usize, "test");
        say(format!("{tests} of other runners left out"));
    }
    if unwritable > 0 {
        let lines = counted(unwritable, "line");
        say(format!("{lines} with control characters left out: --format json has all"));
    }
}
