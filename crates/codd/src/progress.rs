//! Progress on standard error.

use codd_audit::{Progress, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;

/// Shows progress if somebody watches.
pub(crate) struct Watch {
    bar: ProgressBar,
}

impl Watch {
    pub(crate) fn new(context: &Context) -> Watch {
        let target = if context.shows_progress {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg:<18} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Watch { bar }
    }

    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Read => "read and extract",
        Stage::Resolve => "resolve",
        Stage::Join => "join the graph",
        Stage::Verify => "verify",
    }
}

impl Progress for Watch {
    fn begin(&self, stage: Stage, steps: usize) {
        self.bar.set_length(steps as u64);
        self.bar.set_position(0);
        self.bar.set_message(stage_name(stage));
    }

    fn step(&self) {
        self.bar.inc(1);
    }
}
