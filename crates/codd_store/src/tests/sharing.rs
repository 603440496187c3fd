//! Several stores and one place: what is taken from it is what somebody with the secret gave.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use codd_source::MemorySystem;

use super::{FOLDER, get, options};
use crate::{
    Part, PlaceFault, SegmentFault, SharedPack, SharedPlace, SharingStatus, Store, StoreOptions,
};

type Objects = BTreeMap<String, Vec<u8>>;

/// A place in memory; later written is later in `order`.
#[derive(Debug, Default)]
struct Place {
    objects: Mutex<Objects>,
    order: Mutex<Vec<String>>,
    asked: Mutex<Vec<String>>,
    refuses: Mutex<Option<(&'static str, PlaceFault)>>,
}

impl Place {
    fn fault(&self, what: &str) -> Result<(), PlaceFault> {
        match *self.refuses.lock().unwrap() {
            Some((refused, fault)) if refused == what => Err(fault),
            _ => Ok(()),
        }
    }

    fn change(&self, change: impl Fn(&str, &mut Vec<u8>)) {
        for (name, bytes) in self.objects.lock().unwrap().iter_mut() {
            change(name, bytes);
        }
    }

    fn asked(&self) -> String {
        std::mem::take(&mut *self.asked.lock().unwrap()).join(" ")
    }
}

impl SharedPlace for Place {
    fn shown(&self) -> &'static str {
        "memory"
    }

    fn list(&self, folder: &str) -> Result<Vec<SharedPack>, PlaceFault> {
        self.asked.lock().unwrap().push("list".to_owned());
        self.fault("list")?;
        let objects = self.objects.lock().unwrap();
        let order = self.order.lock().unwrap();
        let packs = objects.iter().filter_map(|(path, bytes)| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?.to_owned();
            let written = order.iter().position(|it| it == path).unwrap_or(0);
            let written = i64::try_from(written).unwrap();
            Some(SharedPack { name, size: bytes.len() as u64, written })
        });
        Ok(packs.collect())
    }

    fn read(&self, parts: &[Part]) -> Vec<Result<Vec<u8>, PlaceFault>> {
        let read = |part: &Part| {
            self.asked.lock().unwrap().push(format!("read({})", part.range.end - part.range.start));
            self.fault("read")?;
            let objects = self.objects.lock().unwrap();
            let object = objects.get(&format!("{}/{}", part.folder, part.name));
            let object = object.ok_or(PlaceFault::NotFound)?;
            let end = (part.range.end as usize).min(object.len());
            Ok(object[(part.range.start as usize).min(end)..end].to_vec())
        };
        parts.iter().map(read).collect()
    }

    fn write(&self, folder: &str, name: &str, bytes: Vec<u8>) -> Result<(), PlaceFault> {
        self.asked.lock().unwrap().push("write".to_owned());
        self.fault("write")?;
        let path = format!("{folder}/{name}");
        self.order.lock().unwrap().push(path.clone());
        self.objects.lock().unwrap().insert(path, bytes);
        Ok(())
    }
}

/// A machine with an empty folder.
fn machine(place: &Arc<Place>) -> Store {
    sharing(place, options(FOLDER))
}

fn sharing(place: &Arc<Place>, options: StoreOptions) -> Store {
    Store::open(Arc::new(MemorySystem::new()), options)
        .sharing_at(Arc::clone(place) as Arc<dyn SharedPlace>, "build")
}

fn key(of: u32) -> [u8; 32] {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&of.to_le_bytes());
    key
}

fn keys(of: impl IntoIterator<Item = u32>) -> Vec<[u8; 32]> {
    of.into_iter().map(key).collect()
}

/// Finds out these values and gives them.
fn gives(place: &Arc<Place>, values: impl IntoIterator<Item = u32>) {
    let store = machine(place);
    for value in values {
        store.put(&key(value), vec![value as u8; 1000]);
    }
    store.flush();
    assert_eq!(sharing_of(&store).trouble, None);
}

fn sharing_of(store: &Store) -> SharingStatus {
    store.status().sharing.unwrap()
}

fn known(store: &Store, values: impl IntoIterator<Item = u32>) -> usize {
    let known = values.into_iter().filter(|it| match get(store, &key(*it)) {
        Some(found) => {
            assert_eq!(found, vec![*it as u8; 1000]);
            true
        }
        None => false,
    });
    known.count()
}

#[test]
fn what_one_machine_found_out_another_one_takes() {
    let place = Arc::new(Place::default());
    gives(&place, 0..300);
    let store = machine(&place);
    store.take(&keys(0..300));
    assert_eq!(known(&store, 0..300), 300);
    let status = sharing_of(&store);
    assert_eq!((status.packs, status.taken, status.given), (1, 1, 0));
    assert_eq!(store.status().segments, 1, "it lies in the machine's own folder too");
    store.flush();
    assert_eq!(sharing_of(&store).given, 0, "nothing was found out");
}

#[test]
fn what_is_of_use_here_alone_is_given_to_nobody() {
    let place = Arc::new(Place::default());
    let store = machine(&place);
    store.replace_here(&key(1), vec![1; 1000]);
    store.flush();
    assert_eq!((sharing_of(&store).given, known(&store, 1..2)), (0, 1));
}

#[test]
fn without_a_folder_all_stays_in_memory() {
    let place = Arc::new(Place::default());
    let options = StoreOptions { folder: None, ..options(FOLDER) };
    let store = sharing(&place, options.clone());
    store.put(&key(1), vec![1; 1000]);
    store.flush();
    store.flush();
    assert_eq!((sharing_of(&store).given, known(&store, 1..2)), (1, 1));
    let store = sharing(&place, options);
    store.take(&keys(1..2));
    assert_eq!(known(&store, 1..2), 1);
}

#[test]
fn only_the_packs_that_matter_are_taken() {
    let place = Arc::new(Place::default());
    gives(&place, 0..500);
    gives(&place, 500..1500);
    gives(&place, 2000..2300);
    place.asked();
    let store = machine(&place);
    store.take(&keys((0..500).chain(2000..2002)));
    let status = sharing_of(&store);
    assert_eq!((status.packs, status.taken), (3, 1), "two values of 300 are not worth the way");
    assert_eq!(known(&store, 0..500), 500);
    let asked = place.asked();
    // Headers and indexes alone, before the one that is wanted.
    assert_eq!(asked.matches("read(48)").count(), 3, "{asked}");
    assert_eq!(asked.matches("read(").count(), 7, "{asked}");
}

#[test]
fn a_place_is_not_asked_for_the_few_values_that_a_warm_machine_lacks() {
    let place = Arc::new(Place::default());
    gives(&place, 0..300);
    let store = machine(&place);
    store.take(&keys(0..300));
    place.asked();
    store.take(&keys(0..301));
    assert_eq!(place.asked(), "");
    store.take(&keys(5000..5100));
    assert_eq!(place.asked(), "", "it is asked once what it has");
}

#[test]
fn what_is_not_as_it_was_given_is_refused() {
    let cut = |_: &str, bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2);
    let flipped = |_: &str, bytes: &mut Vec<u8>| bytes[100] ^= 1;
    let in_index = |_: &str, bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1;
    let empty = |_: &str, bytes: &mut Vec<u8>| bytes.clear();
    let foreign = |_: &str, bytes: &mut Vec<u8>| bytes.fill(b'x');
    let huge = |_: &str, bytes: &mut Vec<u8>| bytes[12..24].fill(0xff);
    type Change = fn(&str, &mut Vec<u8>);
    let changes: [Change; 6] = [cut, flipped, in_index, empty, foreign, huge];
    // Read as a whole at once, and by its index.
    for values in [10, 1000] {
        for (at, change) in changes.iter().enumerate() {
            let place = Arc::new(Place::default());
            gives(&place, 0..values);
            place.change(change);
            let store = machine(&place);
            store.take(&keys(0..values));
            assert_eq!(known(&store, 0..values), 0, "{at}");
            let status = sharing_of(&store);
            assert_eq!((status.taken, status.refused.len()), (0, 1), "{at}");
            assert_eq!(status.trouble, None);
        }
    }
}

#[test]
fn a_pack_in_the_place_of_another_is_refused() {
    let place = Arc::new(Place::default());
    gives(&place, 0..10);
    gives(&place, 10..20);
    let swapped = place.objects.lock().unwrap().values().next().unwrap().clone();
    place.change(|_, bytes| bytes.clone_from(&swapped));
    let store = machine(&place);
    store.take(&keys(0..20));
    let status = sharing_of(&store);
    assert_eq!((status.taken, status.refused.len(), known(&store, 0..20)), (1, 1, 10));
    assert_eq!(status.refused[0].fault, SegmentFault::Damaged);
}

#[test]
fn a_pack_of_another_secret_is_not_believed_wherever_it_lies() {
    let place = Arc::new(Place::default());
    let other = StoreOptions { secret: b"other".to_vec(), ..options(FOLDER) };
    let forger = sharing(&place, other);
    forger.put(&key(1), b"approved".to_vec());
    forger.flush();
    let honest = machine(&place);
    honest.take(&keys(1..2));
    assert_eq!((sharing_of(&honest).packs, get(&honest, &key(1))), (0, None));
    // In the folder of the honest ones, under the name of its content.
    let folder = honest.sharing.as_ref().unwrap().folder.clone();
    let forged: Vec<(String, Vec<u8>)> = {
        let objects = place.objects.lock().unwrap();
        objects.iter().map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    };
    for (path, bytes) in forged {
        let name = path.rsplit('/').next().unwrap();
        place.objects.lock().unwrap().insert(format!("{folder}/{name}"), bytes);
    }
    let honest = machine(&place);
    honest.take(&keys(1..2));
    let status = sharing_of(&honest);
    assert_eq!((status.packs, status.taken, get(&honest, &key(1))), (1, 0, None));
    assert_eq!(status.refused[0].fault, SegmentFault::Installation);
}

#[test]
fn two_that_give_at_once_lose_nothing() {
    let place = Arc::new(Place::default());
    let (one, two) = (machine(&place), machine(&place));
    for store in [&one, &two] {
        store.take(&keys(0..20));
    }
    one.put(&key(1), vec![1; 1000]);
    two.put(&key(1), vec![1; 1000]);
    two.put(&key(2), vec![2; 1000]);
    two.flush();
    one.flush();
    let store = machine(&place);
    store.take(&keys(1..3));
    assert_eq!(known(&store, 1..3), 2);
}

#[test]
fn trouble_is_told_and_ends_the_asking() {
    for (what, asked) in [("list", "list"), ("read", "list read(1080)"), ("write", "write")] {
        let place = Arc::new(Place::default());
        gives(&place, 1..2);
        place.asked();
        *place.refuses.lock().unwrap() = Some((what, PlaceFault::Unreachable));
        let store = machine(&place);
        if what != "write" {
            store.take(&keys(0..20));
        }
        store.put(&key(7), vec![7; 1000]);
        store.flush();
        store.take(&keys(20..40));
        store.flush();
        assert_eq!(sharing_of(&store).trouble, Some(PlaceFault::Unreachable), "{what}");
        let expected = asked.replace("1080", &(48 + 32 + 1000 + 48).to_string());
        assert_eq!(place.asked(), expected, "{what}");
        assert_eq!(known(&store, 7..8), 1, "what was found out is kept here");
    }
}

#[test]
fn a_pack_that_went_meanwhile_is_no_trouble() {
    let place = Arc::new(Place::default());
    gives(&place, 1..2);
    *place.refuses.lock().unwrap() = Some(("read", PlaceFault::NotFound));
    let store = machine(&place);
    store.take(&keys(0..20));
    let status = sharing_of(&store);
    assert_eq!((status.trouble, status.refused.len(), status.taken), (None, 0, 0));
}

#[test]
fn of_many_packs_few_are_considered_and_what_they_lack_is_given_in_one() {
    let place = Arc::new(Place::default());
    gives(&place, 1000..1100);
    for value in 0..100 {
        gives(&place, [value]);
    }
    place.asked();
    let all = || (0..100).chain(1000..1100);
    let store = machine(&place);
    store.take(&keys(all()));
    assert_eq!(place.asked().matches("read(").count(), 48);
    let (found, lacking): (Vec<u32>, Vec<u32>) =
        all().partition(|it| get(&store, &key(*it)).is_some());
    assert!(found.len() >= 124 && found.contains(&99) && found.contains(&1000));
    for value in lacking {
        store.put(&key(value), vec![value as u8; 1000]);
    }
    store.flush();
    let store = machine(&place);
    store.take(&keys(all()));
    // One of the small ones had to make room for it.
    assert!(known(&store, all()) >= 199, "the larger pack is seen");
    assert_eq!(PathBuf::from(FOLDER), store.folder().unwrap());
}

#[test]
fn a_large_value_is_taken_by_who_wants_it_alone() {
    let place = Arc::new(Place::default());
    let store = machine(&place);
    for value in 0..10 {
        store.put(&key(value), vec![value as u8; 1000]);
    }
    store.put(&key(99), vec![99; 2 << 20]);
    store.flush();
    assert_eq!(sharing_of(&store).given, 2);
    for (wanted, bytes) in [(0..10, 12_000), (99..100, 3 << 20)] {
        let store = machine(&place);
        store.take(&keys(wanted.clone()));
        assert!(wanted.clone().all(|it| get(&store, &key(it)).is_some()));
        assert!(sharing_of(&store).taken == 1 && sharing_of(&store).taken_bytes < bytes);
    }
}
