//! What each thread works at, for whoever counts where the time goes; no answer depends on it.

use std::fmt;
use std::sync::Arc;

/// The parts of a run that cost time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
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

impl Part {
    /// Every part, in the order in which a run comes to them.
    pub const ALL: [Part; 13] = [
        Part::Discover,
        Part::Store,
        Part::Read,
        Part::Parse,
        Part::Extract,
        Part::LocalChecks,
        Part::Resolve,
        Part::Join,
        Part::Trace,
        Part::Verify,
        Part::Report,
        Part::Keep,
        Part::Rest,
    ];

    /// The part in words for people.
    pub fn name(self) -> &'static str {
        match self {
            Part::Discover => "find the files",
            Part::Store => "ask the store",
            Part::Read => "read",
            Part::Parse => "parse",
            Part::Extract => "extract facts",
            Part::LocalChecks => "local checks",
            Part::Resolve => "resolve",
            Part::Join => "join the graph",
            Part::Trace => "trace the change",
            Part::Verify => "verify",
            Part::Report => "report",
            Part::Keep => "keep",
            Part::Rest => "all else",
        }
    }
}

/// Counts the time of each part.
pub trait Stopwatch: fmt::Debug + Send + Sync {
    /// The calling thread works at `part` from now on; gives what it worked at before.
    fn turn(&self, part: Part) -> Part;
}

/// A stopwatch, or nobody who counts.
#[derive(Clone, Debug, Default)]
pub struct Watched(pub Option<Arc<dyn Stopwatch>>);

impl Watched {
    /// This thread works at `part` until the guard is dropped.
    #[must_use]
    pub fn at(&self, part: Part) -> At {
        At(self.0.as_ref().map(|it| (Arc::clone(it), it.turn(part))))
    }
}

/// While it lives, its thread works at a part; afterwards at what it did before.
#[derive(Debug)]
pub struct At(Option<(Arc<dyn Stopwatch>, Part)>);

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
    struct Noting(Mutex<(Part, Vec<Part>)>);

    impl Stopwatch for Noting {
        fn turn(&self, part: Part) -> Part {
            let mut state = self.0.lock().unwrap();
            state.1.push(part);
            std::mem::replace(&mut state.0, part)
        }
    }

    #[test]
    fn what_was_done_before_goes_on_afterwards() {
        let noting = Arc::new(Noting(Mutex::new((Part::Rest, Vec::new()))));
        let watched = Watched(Some(Arc::clone(&noting) as Arc<dyn Stopwatch>));
        {
            let _resolve = watched.at(Part::Resolve);
            drop(watched.at(Part::Store));
        }
        let turns = noting.0.lock().unwrap().1.clone();
        assert_eq!(turns, [Part::Resolve, Part::Store, Part::Resolve, Part::Rest]);
    }

    #[test]
    fn every_part_is_listed_once() {
        for (at, part) in Part::ALL.iter().enumerate() {
            assert_eq!(*part as usize, at);
        }
    }
}
