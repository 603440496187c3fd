//! A kill at any moment, a full disk, two processes, bytes that nobody wrote: value or nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use codd_source::{MemorySystem, System};
use proptest::prelude::*;

use super::faulty::{Fault, Faulty};
use super::{FOLDER, get, open, options, packs};
use crate::{Store, StoreOptions};

type Known = BTreeMap<u8, Vec<u8>>;

const FAULTS: [Fault; 5] =
    [Fault::Refused, Fault::KilledBefore, Fault::KilledWithin, Fault::Torn, Fault::KilledAfter];

/// A run of a process: what it looks up and puts, how often it flushes, and what befalls it.
#[derive(Clone, Debug)]
struct Run {
    keys: Vec<u8>,
    flushes: usize,
    fault: Option<(usize, Fault)>,
    max_bytes: u64,
}

fn run() -> impl Strategy<Value = Run> {
    let fault = prop::option::of((0..6_usize, prop::sample::select(&FAULTS[..])));
    (prop::collection::vec(0..60_u8, 0..12), 1..4_usize, fault)
        .prop_map(|(keys, flushes, fault)| Run { keys, flushes, fault, max_bytes: u64::MAX })
}

fn value(key: u8) -> Vec<u8> {
    vec![key; usize::from(key)]
}

/// Looks up and puts as codd does; every value that is found is the one that was put.
fn work(store: &Store, run: &Run) {
    for keys in run.keys.chunks(run.keys.len().div_ceil(run.flushes).max(1)) {
        for key in keys {
            match get(store, &[*key]) {
                Some(found) => assert_eq!(found, value(*key)),
                None => store.put(&[*key], value(*key)),
            }
        }
        store.flush();
        for key in keys {
            let found = get(store, &[*key]);
            let may_be_evicted = run.max_bytes != u64::MAX && found.is_none();
            assert!(may_be_evicted || found == Some(value(*key)), "what was put is there");
        }
    }
}

fn check_all(system: &MemorySystem) {
    let store = open(system);
    for key in 0..60 {
        let found = get(&store, &[key]);
        assert!(found.is_none() || found == Some(value(key)), "{key}");
    }
}

/// A whole run without any fault leaves a folder that is as good as new.
fn heals(system: &MemorySystem) {
    let all = Run { keys: (0..60).collect(), flushes: 1, fault: None, max_bytes: u64::MAX };
    work(&open(system), &all);
    let store = open(system);
    for key in 0..60 {
        assert_eq!(get(&store, &[key]), Some(value(key)));
    }
    assert_eq!(store.status().ignored, []);
    assert_eq!(store.status().damaged_values, 0);
}

proptest! {
    #[test]
    fn whatever_befalls_a_run_the_next_one_reads_no_wrong_value(
        mut runs in prop::collection::vec(run(), 1..25),
        max_bytes in prop::sample::select(vec![400_u64, 3000, u64::MAX]),
    ) {
        let system = MemorySystem::new();
        for run in &mut runs {
            run.max_bytes = max_bytes;
            let (at, fault) = run.fault.unzip();
            let faulty = Faulty::new(&system, at.unwrap_or(0), fault);
            let options = StoreOptions { max_bytes, ..options(FOLDER) };
            work(&Store::open(Arc::new(faulty), options), run);
            check_all(&system);
        }
        heals(&system);
    }

    #[test]
    fn two_processes_at_once_read_no_wrong_value(
        turns in prop::collection::vec((any::<bool>(), run()), 1..30),
    ) {
        let system = MemorySystem::new();
        let (one, two) = (open(&system), open(&system));
        let mut expected = Known::new();
        for (is_one, run) in &turns {
            work(if *is_one { &one } else { &two }, run);
            expected.extend(run.keys.iter().map(|key| (*key, value(*key))));
        }
        let store = open(&system);
        for (key, value) in expected {
            prop_assert_eq!(get(&store, &[key]), Some(value), "nothing is lost");
        }
    }

    #[test]
    fn whatever_is_done_to_the_files_no_wrong_value_is_read(
        runs in prop::collection::vec(run(), 1..6),
        damages in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8, 1..=255_u8),
            1..6,
        ),
    ) {
        let system = MemorySystem::new();
        for run in &runs {
            work(&open(&system), run);
        }
        for (which, at, how, bits) in &damages {
            let packs = packs(&system);
            if packs.is_empty() {
                break;
            }
            let path = which.get(&packs);
            let mut bytes = system.read(path, u64::MAX).expect("it is listed");
            if bytes.is_empty() {
                continue;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] ^= bits,
                1 => bytes.truncate(at),
                2 => bytes.extend(vec![*bits; at]),
                3 => {
                    // Under another name, and in another's place.
                    let other = PathBuf::from(FOLDER).join(format!("{bits:032x}.pack"));
                    system.set_file(&other, &bytes);
                    system.set_file(&packs[0], &bytes);
                }
                _ => bytes[at..].fill(*bits),
            }
            if *how != 3 {
                system.set_file(path, &bytes);
            }
        }
        check_all(&system);
        // What is no pack at all is left alone: somebody may want to see it.
        let store = open(&system);
        let foreign: Vec<_> = store.status().ignored.into_iter().map(|it| it.name).collect();
        let all = Run { keys: (0..60).collect(), flushes: 1, fault: None, max_bytes: u64::MAX };
        work(&store, &all);
        let store = open(&system);
        for key in 0..60 {
            prop_assert_eq!(get(&store, &[key]), Some(value(key)));
        }
        for left in store.status().ignored {
            prop_assert!(foreign.contains(&left.name));
            prop_assert!(left.fault != crate::SegmentFault::Damaged);
        }
    }
}

#[test]
fn a_full_disk_costs_what_is_new_and_is_told() {
    let system = MemorySystem::new();
    work(&open(&system), &Run { keys: vec![1, 2], flushes: 1, fault: None, max_bytes: u64::MAX });
    let faulty = Faulty::new(&system, 0, Some(Fault::KilledBefore));
    let store = Store::open(Arc::new(faulty), options(FOLDER));
    store.put(&[3], value(3));
    store.flush();
    assert_eq!(get(&store, &[1]), Some(value(1)));
    assert_eq!(get(&store, &[3]), Some(value(3)));
    let reason = store.status().read_only.expect("it was refused");
    assert!(reason.contains("No space left on device"), "{reason}");
    check_all(&system);
}
