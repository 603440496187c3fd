//! Whatever happens to the packs, a key gives its value or nothing.

mod faults;
mod faulty;
mod sharing;
mod upkeep;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use codd_source::{MemorySystem, OsSystem, System};
use expect_test::expect;
use proptest::prelude::*;

use crate::{SegmentFault, Store, StoreOptions};

const FOLDER: &str = "/project/cache";

fn options(folder: impl Into<PathBuf>) -> StoreOptions {
    StoreOptions { folder: Some(folder.into()), secret: b"secret".to_vec(), max_bytes: u64::MAX }
}

fn open(system: &MemorySystem) -> Store {
    Store::open(Arc::new(system.clone()), options(FOLDER))
}

fn packs(system: &MemorySystem) -> Vec<PathBuf> {
    let names = system.list(FOLDER.as_ref()).unwrap_or_default();
    names.iter().map(|name| PathBuf::from(FOLDER).join(name)).collect()
}

fn get(store: &Store, key: &[u8]) -> Option<Vec<u8>> {
    store.get(key).map(|value| value.to_vec())
}

/// A folder with one pack of three entries, and the pack's bytes.
fn one_pack() -> (MemorySystem, PathBuf, Vec<u8>) {
    let system = MemorySystem::new();
    let store = open(&system);
    for (key, value) in ENTRIES {
        store.put(key, value);
    }
    store.flush();
    let path = packs(&system).remove(0);
    let bytes = system.read(&path, u64::MAX).expect("it was just written");
    (system, path, bytes)
}

const ENTRIES: [(&[u8], &[u8]); 3] = [(b"a", b"first"), (b"", b"of the empty key"), (b"c", b"")];

#[test]
fn values_outlive_the_process_that_put_them() {
    let (system, ..) = one_pack();
    let store = open(&system);
    for (key, value) in ENTRIES {
        assert_eq!(get(&store, key).as_deref(), Some(value));
    }
    assert_eq!(get(&store, b"b"), None);
    assert_eq!((store.status().segments, store.status().entries), (1, 3));
}

#[test]
fn a_value_is_there_before_it_is_written() {
    let system = MemorySystem::new();
    let store = open(&system);
    store.put(b"a", *b"1");
    assert_eq!(get(&store, b"a").as_deref(), Some(&b"1"[..]));
    assert!(packs(&system).is_empty());
}

#[test]
fn every_flipped_bit_gives_the_value_or_nothing() {
    let (system, path, bytes) = one_pack();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            system.set_file(&path, &damaged);
            let store = open(&system);
            let mut lost = 0;
            for (key, value) in ENTRIES {
                match get(&store, key) {
                    Some(found) => assert_eq!(found, value, "byte {at}"),
                    None => lost += 1,
                }
            }
            assert!(lost > 0, "byte {at} is covered by no seal");
            let status = store.status();
            assert_eq!(status.ignored.len() as u64 + status.damaged_values.min(1), 1, "byte {at}");
        }
    }
}

#[test]
fn a_pack_cut_off_anywhere_is_ignored() {
    let (system, path, bytes) = one_pack();
    for length in 0..bytes.len() {
        system.set_file(&path, &bytes[..length]);
        let store = open(&system);
        assert_eq!(get(&store, b"a"), None);
        assert_eq!(store.status().ignored.len(), 1);
    }
    system.set_file(&path, [&bytes[..], b"more"].concat());
    assert_eq!(open(&system).status().ignored[0].fault, SegmentFault::Damaged);
}

#[test]
fn packs_of_others_are_ignored_and_named() {
    let (system, path, mut bytes) = one_pack();
    bytes[8] = 9;
    system.set_file(&path, &bytes);
    system.set_file(PathBuf::from(FOLDER).join("ffffffffffffffffffffffffffffffff.pack"), "text");
    system.set_file(PathBuf::from(FOLDER).join("notes.txt"), "text");
    let faults: Vec<String> =
        open(&system).status().ignored.iter().map(|it| it.fault.to_string()).collect();
    expect![[r#"
        [
            "it is not a pack",
            "it has format 9, which this version does not read",
        ]
    "#]]
    .assert_debug_eq(&faults);
}

#[test]
fn a_pack_made_with_another_secret_is_not_trusted() {
    let (system, ..) = one_pack();
    let other = StoreOptions { secret: b"other".to_vec(), ..options(FOLDER) };
    let store = Store::open(Arc::new(system), other);
    assert_eq!(get(&store, b"a"), None);
    assert_eq!(store.status().ignored[0].fault, SegmentFault::Installation);
}

#[test]
fn a_folder_that_cannot_be_written_leaves_the_store_in_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let in_the_way = folder.path().join("cache");
    OsSystem::new().write(&in_the_way, b"a file").expect("it can be written");
    let store = Store::open(Arc::new(OsSystem::new()), options(&in_the_way));
    store.put(b"a", *b"1");
    store.flush();
    assert!(store.status().read_only.is_some());
    assert_eq!(get(&store, b"a").as_deref(), Some(&b"1"[..]));
}

#[test]
fn a_store_without_a_folder_keeps_everything_in_memory() {
    let system = MemorySystem::new();
    let options = StoreOptions { folder: None, ..options(FOLDER) };
    let store = Store::open(Arc::new(system.clone()), options);
    store.put(b"a", *b"1");
    store.flush();
    assert_eq!(get(&store, b"a").as_deref(), Some(&b"1"[..]));
    assert!(packs(&system).is_empty());
}

#[test]
fn processes_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::thread::scope(|scope| {
        for writer in 0..4_u8 {
            let folder = folder.path();
            scope.spawn(move || {
                for at in 0..3_u8 {
                    // Each is a process of its own, as far as the folder can tell.
                    let store = Store::open(Arc::new(OsSystem::new()), options(folder));
                    store.put(&[writer, at], [writer, at]);
                    store.flush();
                }
            });
        }
    });
    let store = Store::open(Arc::new(OsSystem::new()), options(folder.path()));
    for writer in 0..4_u8 {
        for at in 0..3_u8 {
            assert_eq!(get(&store, &[writer, at]), Some(vec![writer, at]));
        }
    }
}

#[test]
fn threads_share_one_store() {
    let system = MemorySystem::new();
    let store = open(&system);
    std::thread::scope(|scope| {
        for writer in 0..4_u8 {
            let store = &store;
            scope.spawn(move || {
                for at in 0..20_u8 {
                    store.put(&[writer, at], [writer, at]);
                    store.flush();
                    assert_eq!(get(store, &[writer, at]), Some(vec![writer, at]));
                }
            });
        }
    });
    assert_eq!(store.status().pending, 0);
}

proptest! {
    #[test]
    fn what_was_put_is_what_is_got(
        runs in prop::collection::vec(
            prop::collection::btree_map(
                prop::collection::vec(any::<u8>(), 0..4),
                prop::collection::vec(any::<u8>(), 0..40),
                0..8,
            ),
            0..16,
        ),
    ) {
        let system = MemorySystem::new();
        let mut expected: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        for run in runs {
            let store = open(&system);
            for (key, value) in run {
                // A key's value never changes, so the first one stands.
                let value = expected.entry(key.clone()).or_insert(value);
                store.put(&key, value.clone());
            }
            store.flush();
            let reopened = open(&system);
            for (key, value) in &expected {
                prop_assert_eq!(get(&reopened, key), Some(value.clone()));
            }
        }
    }

    #[test]
    fn bytes_that_are_no_pack_are_no_trouble(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let system = MemorySystem::new();
        let pack = [b"CODDPACK\x01\0\0\0", &bytes[..]].concat();
        system.set_file(PathBuf::from(FOLDER).join("eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.pack"), pack);
        prop_assert!(open(&system).get(b"a").is_none());
    }
}
