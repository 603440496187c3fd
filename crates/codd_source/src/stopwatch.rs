//! What each thread works at, for whoever counts where the time goes; no answer depends on it.

use std::fmt;
use std::sync::Arc;

/// What a run spends time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// Finding the files and their content ids.
    Discover,
    /// Asking the store about files, and decoding what it has.
    Store,
    /// Reading files.
    Read,
    /// Parsing them.
    Parse,
    /// Extracting their facts.
    Extract,
    /// Running the local checks on them.
    LocalChecks,
    /// Resolving their references.
    Resolve,
    /// Joining them into the graph.
    Join,
    /// Telling what a change is and what it reaches.
    Trace,
    /// Deciding every check.
    Verify,
    /// Writing the answer.
    Report,
    /// Encoding and writing what the store did not have.
    Keep,
    /// All else.
    Rest,
}

impl Activity {
    /// Every activity, in the order in which a run comes to them.
    pub const ALL: [Activity; 13] = [
        Activity::Discover,
        Activity::Store,
        Activity::Read,
        Activity::Parse,
        Activity::Extract,
        Activity::LocalChecks,
        Activity::Resolve,
        Activity::Join,
        Activity::Trace,
        Activity::Verify,
        Activity::Report,
        Activity::Keep,
        Activity::Rest,
    ];

    /// The activity in words for people.
    pub fn name(self) -> &'static str {
        match self {
            Activity::Discover => "find the files",
            Activity::Store => "ask the store",
            Activity::Read => "read",
            Activity::Parse => "parse",
            Activity::Extract => "extract facts",
            Activity::LocalChecks => "local checks",
            Activity::Resolve => "resolve",
            Activity::Join => "join the graph",
            Activity::Trace => "trace the change",
            Activity::Verify => "verify",
            Activity::Report => "report",
            Activity::Keep => "keep",
            Activity::Rest => "all else",
        }
    }
}

/// Counts the time of each activity.
pub trait Stopwatch: fmt::Debug + Send + Sync {
    /// The calling thread works at `activity` from now on; gives what it worked at before.
    fn turn(&self, activity: Activity) -> Activity;
}

/// A stopwatch, or nobody who counts.
#[derive(Clone, Debug, Default)]
pub struct Watched(pub Option<Arc<dyn Stopwatch>>);

impl Watched {
    /// This thread works at `activity` until the guard is dropped.
    #[must_use]
    pub fn at(&self, activity: Activity) -> At {
        At(self.0.as_ref().map(|it| (Arc::clone(it), it.turn(activity))))
    }
}

/// While it lives, its thread works at one thing; afterwards at what it did before.
#[derive(Debug)]
pub struct At(Option<(Arc<dyn Stopwatch>, Activity)>);

impl Drop for At {
    fn drop(&mut self) {
        if let Some((stopwatch, before)) = self.0.take() {
            stopwatch.turn(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Debug)]
    struct Noting(Mutex<(Activity, Vec<Activity>)>);

    impl Stopwatch for Noting {
        fn turn(&self, activity: Activity) -> Activity {
            let mut state = self.0.lock().unwrap();
            state.1.push(activity);
            std::mem::replace(&mut state.0, activity)
        }
    }

    #[test]
    fn what_was_done_before_goes_on_afterwards() {
        let noting = Arc::new(Noting(Mutex::new((Activity::Rest, Vec::new()))));
        let watched = Watched(Some(Arc::clone(&noting) as Arc<dyn Stopwatch>));
        {
            let _resolve = watched.at(Activity::Resolve);
            drop(watched.at(Activity::Store));
        }
        let turns = noting.0.lock().unwrap().1.clone();
        assert_eq!(turns, [Activity::Resolve, Activity::Store, Activity::Resolve, Activity::Rest]);
    }

    #[test]
    fn every_part_is_listed_once() {
        for (at, activity) in Activity::ALL.iter().enumerate() {
            assert_eq!(*activity as usize, at);
        }
    }
}
