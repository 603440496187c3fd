//! `codd measure`: the health score, term by term.

use codd_audit::{AssessOptions, Extent, Score, points};

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Print the health score of the project and what it is made of
#[derive(clap::Args, Debug)]
pub(crate) struct MeasureArgs {}

pub(crate) fn run(context: &Context, _arguments: &MeasureArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let watch = Watch::new(context);
    let assessment =
        workspace.assess_project(AssessOptions { fail_on: None, extent: Extent::Safe }, &watch)?;
    watch.finish();
    let Some(score) = &assessment.score.after else {
        let why = if assessment.controls.is_empty() {
            Failure::told("no control could be read, so there is no score", "run `codd init`")
        } else {
            Failure::told(
                "no source file could be analysed, so there is no score",
                "`codd scan` says which files codd knows",
            )
        };
        return Err(why);
    };
    context.print(&text(score, assessment.undetermined().count(), assessment.controls.len()))?;
    Ok(if assessment.has_errors() { ExitStatus::Misuse } else { ExitStatus::Success })
}

fn text(score: &Score, undetermined: usize, controls: usize) -> String {
    let Score { value, violations, documentation_gaps, terms } = score;
    let mut text = format!(
        "Health Score: {value}/100 - {violations} security violations detected, \
         {documentation_gaps} documentation gaps\n"
    );
    text.push_str(&format!("{undetermined} of {controls} controls could not be decided\n\n"));
    text.push_str("  100     at the start\n");
    for term in terms {
        let cost = format!("-{}", points(term.cost));
        text.push_str(&format!("  {cost:<7} {}: {}\n", term.name, term.explanation));
    }
    let shown = terms.iter().map(|term| term.cost).sum::<u32>();
    text.push_str(&format!(
        "  {value:<7} in all: 100 less {}, rounded down, at least 0\n",
        points(shown)
    ));
    text
}

#[cfg(test)]
mod tests {
    use codd_audit::ScoreTerm;
    use expect_test::expect;

    use super::*;

    #[test]
    fn the_first_line_has_exactly_this_form() {
        let term = ScoreTerm {
            name: "violations, medium".to_owned(),
            explanation: "3 controls failing in 3 places".to_owned(),
            cost: 1250,
        };
        let score = Score { value: 87, violations: 3, documentation_gaps: 2, terms: vec![term] };
        expect![[r#"
            Health Score: 87/100 - 3 security violations detected, 2 documentation gaps
            1 of 4 controls could not be decided

              100     at the start
              -12.5   violations, medium: 3 controls failing in 3 places
              87      in all: 100 less 12.5, rounded down, at least 0
        "#]]
        .assert_eq(&text(&score, 1, 4));
    }
}
