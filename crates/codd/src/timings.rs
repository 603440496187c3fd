//! Where the time of a run went, for `--timings`: told apart from every answer.

use std::cell::Cell;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use codd_audit::{Activity, Stopwatch, System};

/// Counts the processor time of each activity over all threads.
#[derive(Debug)]
pub(crate) struct Timings {
    system: Arc<dyn System>,
    /// Nanoseconds, by the activity's place in [`Activity::ALL`].
    spent: [AtomicU64; Activity::ALL.len()],
}

thread_local! {
    /// What this thread works at, and its processor time when it began to.
    static AT: Cell<(Activity, Option<Duration>)> = const { Cell::new((Activity::Rest, None)) };
}

impl Timings {
    pub(crate) fn new(system: Arc<dyn System>) -> Timings {
        Timings { system, spent: Default::default() }
    }

    /// The parts that took time, then all of it, then what a clock on the wall would say.
    pub(crate) fn table(&self) -> String {
        // What the calling thread works at counts so far.
        self.turn(self.turn(Activity::Rest));
        let all = self.system.process_time();
        let spent = |activity: Activity| {
            Duration::from_nanos(self.spent[activity as usize].load(Ordering::Relaxed))
        };
        let known = Activity::ALL.into_iter().filter(|it| *it != Activity::Rest).map(spent).sum();
        let mut text = String::from("processor time of all threads:\n");
        let mut row = |name: &str, time: Duration| {
            let _ = writeln!(text, "  {name:<17}  {:>7} ms", time.as_millis());
        };
        for activity in Activity::ALL {
            match activity {
                Activity::Rest => row(activity.name(), all.saturating_sub(known)),
                _ if spent(activity).is_zero() => {}
                _ => row(activity.name(), spent(activity)),
            }
        }
        row("together", all);
        row("time that passed", self.system.elapsed());
        text.truncate(text.trim_end().len());
        text
    }
}

impl Stopwatch for Timings {
    fn turn(&self, activity: Activity) -> Activity {
        let now = self.system.thread_time();
        let (before, since) = AT.replace((activity, Some(now)));
        if let Some(since) = since {
            let took = now.saturating_sub(since).as_nanos();
            let took = u64::try_from(took).unwrap_or(u64::MAX);
            self.spent[before as usize].fetch_add(took, Ordering::Relaxed);
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use codd_audit::{OsSystem, Watched};

    use super::*;

    #[test]
    fn each_part_gets_its_own_time_and_all_is_told() {
        let timings = Arc::new(Timings::new(Arc::new(OsSystem::new())));
        let watched = Watched(Some(Arc::clone(&timings) as Arc<dyn Stopwatch>));
        let resolving = watched.at(Activity::Resolve);
        let parsing = watched.at(Activity::Parse);
        let began = timings.system.thread_time();
        // Work until the clock has seen some.
        while timings.system.thread_time().saturating_sub(began) < Duration::from_millis(5) {
            std::hint::spin_loop();
        }
        drop(parsing);
        let spent = |activity: Activity| timings.spent[activity as usize].load(Ordering::Relaxed);
        assert!(spent(Activity::Parse) >= 5_000_000);
        drop(resolving);
        assert!(spent(Activity::Resolve) < spent(Activity::Parse));
        let table = timings.table();
        let names: Vec<&str> = table.lines().skip(1).map(|line| line[2..19].trim()).collect();
        assert_eq!(names, ["parse", "resolve", "all else", "together", "time that passed"]);
    }
}
