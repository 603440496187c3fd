//! The folder stays small, and nothing stays in it that nobody can use.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use codd_source::{MemorySystem, OsSystem, System};
use proptest::prelude::*;

use super::{FOLDER, get, one_pack, open, options, packs};
use crate::{Store, StoreOptions};

#[test]
fn many_packs_are_joined_into_one() {
    let system = MemorySystem::new();
    let store = open(&system);
    for at in 0..40_u8 {
        store.put(&[at], [at]);
        store.flush();
    }
    assert!(packs(&system).len() <= 13);
    let store = open(&system);
    for at in 0..40_u8 {
        assert_eq!(get(&store, &[at]), Some(vec![at]));
    }
}

#[test]
fn a_store_that_grew_too_large_keeps_what_is_used() {
    let system = MemorySystem::new();
    let fill = open(&system);
    for at in 0..12_u8 {
        fill.put(&[at], [at]);
        fill.flush();
    }
    let small = StoreOptions { max_bytes: 300, ..options(FOLDER) };
    let store = Store::open(Arc::new(system.clone()), small);
    assert_eq!(get(&store, &[3]), Some(vec![3]));
    store.put(b"new", *b"1");
    store.flush();
    let store = open(&system);
    assert_eq!(get(&store, &[3]), Some(vec![3]));
    let kept = (0..12).filter(|at| get(&store, &[*at]).is_some()).count();
    assert!((1..4).contains(&kept), "{kept} of 12");
    assert_eq!(get(&store, b"new"), Some(b"1".to_vec()));
}

fn sizes(system: &MemorySystem) -> Vec<u64> {
    packs(system).iter().map(|it| system.metadata(it).expect("it is listed").size).collect()
}

#[test]
fn a_large_pack_is_not_written_again_for_small_ones() {
    let system = MemorySystem::new();
    let store = open(&system);
    store.put(b"large", vec![7; 10_000]);
    store.flush();
    let large = packs(&system).remove(0);
    for at in 0..30_u8 {
        store.put(&[at], [at]);
        store.flush();
        assert!(packs(&system).contains(&large));
    }
    assert!(packs(&system).len() <= 13);
    assert_eq!(get(&open(&system), b"large"), Some(vec![7; 10_000]));
}

proptest! {
    #[test]
    fn a_store_never_holds_more_than_it_may(
        runs in prop::collection::vec(prop::collection::vec((0..40_u8, 0..300_usize), 0..8), 0..30),
    ) {
        let system = MemorySystem::new();
        let limited = || StoreOptions { max_bytes: 2000, ..options(FOLDER) };
        let mut known = BTreeMap::new();
        for run in runs {
            let store = Store::open(Arc::new(system.clone()), limited());
            for (key, length) in run {
                let length = *known.entry(key).or_insert(length);
                match get(&store, &[key]) {
                    Some(found) => prop_assert_eq!(found, vec![key; length]),
                    None => store.put(&[key], vec![key; length]),
                }
            }
            store.flush();
            prop_assert!(sizes(&system).iter().sum::<u64>() <= 2000);
        }
    }
}

#[test]
fn what_was_asked_for_outlives_what_was_not() {
    let system = MemorySystem::new();
    let fill = open(&system);
    for at in 0..10_u8 {
        fill.put(&[at], vec![at; 100]);
    }
    fill.flush();
    let store =
        Store::open(Arc::new(system.clone()), StoreOptions { max_bytes: 1000, ..options(FOLDER) });
    assert!(get(&store, &[7]).is_some() && get(&store, &[9]).is_some());
    store.flush();
    let kept: Vec<u8> = (0..10).filter(|at| get(&open(&system), &[*at]).is_some()).collect();
    assert!(kept.contains(&7) && kept.contains(&9), "{kept:?}");
    assert!((3..10).contains(&kept.len()), "what has room stays: {kept:?}");
}

#[test]
fn damaged_packs_go_and_those_of_other_versions_stay() {
    let (system, path, bytes) = one_pack();
    let other = PathBuf::from(FOLDER).join("11111111111111111111111111111111.pack");
    let mut of_other_version = bytes.clone();
    of_other_version[8] = 9;
    system.set_file(&other, of_other_version);
    system.set_file(PathBuf::from(FOLDER).join("22222222222222222222222222222222.pack"), "text");
    let torn = PathBuf::from(FOLDER).join("33333333333333333333333333333333.pack");
    system.set_file(&torn, &bytes[..bytes.len() - 1]);
    let store = open(&system);
    assert_eq!(store.status().ignored.len(), 3);
    store.flush();
    let names: Vec<PathBuf> = packs(&system);
    assert!(!names.contains(&torn));
    assert!(names.contains(&other) && names.contains(&path), "{names:?}");
    assert_eq!(names.len(), 3);
}

#[test]
fn a_pack_with_a_damaged_value_is_written_again_without_it() {
    let (system, path, mut bytes) = one_pack();
    let at = bytes.windows(5).position(|it| it == b"first").expect("the value is in it");
    bytes[at] ^= 1;
    system.set_file(&path, &bytes);
    let store = open(&system);
    assert_eq!(get(&store, b"a"), None);
    assert_eq!(store.status().damaged_values, 1);
    store.put(b"a", *b"first");
    store.flush();
    let store = open(&system);
    assert_eq!(get(&store, b"a"), Some(b"first".to_vec()));
    assert_eq!(get(&store, b""), Some(b"of the empty key".to_vec()));
    assert_eq!(store.status().damaged_values, 0);
}

#[test]
fn a_pack_that_was_written_anew_since_is_not_taken_for_damaged() {
    let (system, path, bytes) = one_pack();
    system.set_file(&path, &bytes[..50]);
    let store = open(&system);
    system.set_file(&path, &bytes);
    store.flush();
    assert_eq!(get(&open(&system), b"a"), Some(b"first".to_vec()));
}

#[test]
fn what_a_killed_process_left_behind_is_removed_once_it_is_old() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let system = OsSystem::new();
    let names = [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.pack.17-0",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.pack.18-0",
        "cc",
    ];
    for (name, age) in names.into_iter().zip([7200, 60, 7200]) {
        let mut made = tempfile::Builder::new();
        let made = made.prefix(name).suffix(".tmp").rand_bytes(0).tempfile_in(folder.path());
        let (file, _) = made.and_then(|it| Ok(it.keep()?)).expect("it can be made");
        let now = file.metadata().and_then(|it| it.modified()).expect("it has a time");
        file.set_modified(now - Duration::from_secs(age)).expect("its time can be set");
    }
    let store = Store::open(Arc::new(OsSystem::new()), options(folder.path()));
    store.put(b"a", *b"1");
    store.flush();
    let left = system.list(folder.path()).expect("it can be listed");
    let left: Vec<&String> = left.iter().filter(|it| it.ends_with(".tmp")).collect();
    assert_eq!(left, ["bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.pack.18-0.tmp", "cc.tmp"]);
}

#[test]
fn cleaning_removes_what_is_the_stores_and_nothing_else() {
    let (system, ..) = one_pack();
    for name in [
        "0123456789abcdef0123456789abcdef.pack.1-0.tmp",
        ".gitignore",
        "notes.txt",
        "graph.json",
        "pack-0f.pack",
    ] {
        system.set_file(PathBuf::from(FOLDER).join(name), "text");
    }
    let store = open(&system);
    store.put(b"new", *b"1");
    let removed = store.clean();
    assert_eq!((removed.files, removed.refused.len()), (2, 0));
    assert!(removed.bytes > 100);
    store.flush();
    assert_eq!(get(&store, b"a"), None);
    let left = system.list(FOLDER.as_ref()).expect("it is there");
    assert_eq!(left, [".gitignore", "graph.json", "notes.txt", "pack-0f.pack"]);
    store.put(b"a", *b"2");
    store.flush();
    assert_eq!(get(&open(&system), b"a"), Some(b"2".to_vec()));
}

#[test]
fn joining_does_not_bring_back_what_was_replaced() {
    let system = MemorySystem::new();
    let first = open(&system);
    first.put(b"edges", *b"old");
    first.flush();
    let store = open(&system);
    assert_eq!(get(&store, b"edges"), Some(b"old".to_vec()));
    store.replace(b"edges", *b"new");
    store.flush();
    for at in 0..20_u8 {
        store.put(&[at], [at]);
        store.flush();
    }
    assert!(packs(&system).len() <= 13);
    assert_eq!(get(&store, b"edges"), Some(b"new".to_vec()));
}
