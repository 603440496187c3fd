//! Progress on standard error, and how long each stage took.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use codd_audit::{Progress, Stage, System};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;

/// Shows progress if somebody watches, and notes the time of each stage.
pub(crate) struct Watch {
    system: Arc<dyn System>,
    bar: ProgressBar,
    stages: Mutex<Vec<(Stage, usize, Duration)>>,
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
        Watch { system: Arc::clone(&context.system), bar, stages: Mutex::default() }
    }

    /// How long each stage took, in their order; of a repeated stage the sum.
    pub(crate) fn finish(self) -> Vec<(Stage, usize, Duration)> {
        self.bar.finish_and_clear();
        let end = self.system.elapsed();
        let stages = self.stages.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut times: Vec<(Stage, usize, Duration)> = Vec::new();
        for (at, (stage, steps, began)) in stages.iter().enumerate() {
            let ended = stages.get(at + 1).map_or(end, |(_, _, next)| *next);
            let took = ended.saturating_sub(*began);
            match times.iter_mut().find(|(known, ..)| known == stage) {
                Some(known) => {
                    known.1 += steps;
                    known.2 += took;
                }
                None => times.push((*stage, *steps, took)),
            }
        }
        times
    }
}

pub(crate) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Read => "read and extract",
        Stage::Resolve => "resolve",
        Stage::Join => "join the graph",
        Stage::Verify => "verify",
    }
}

impl Progress for Watch {
    fn begin(&self, stage: Stage, steps: usize) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.push((stage, steps, self.system.elapsed()));
        self.bar.set_length(steps as u64);
        self.bar.set_position(0);
        self.bar.set_message(stage_name(stage));
    }

    fn step(&self) {
        self.bar.inc(1);
    }
}
