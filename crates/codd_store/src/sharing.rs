//! A store that takes from a shared place what it lacks, and gives what was found out.
//!
//! Packs lie there under the name that their content gives them, so that two machines never
//! write different things under one name, and nothing is ever changed or removed. Which packs
//! there are is asked of the place each time: there is no list that somebody could write over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codd_source::SharedBytes;

use crate::catalogue::{self, Catalogue};
use crate::segment::{FORMAT, Seal, Segment, encode, name_of};
use crate::shared_place::{PlaceFault, SharedPack, SharedPlace};
use crate::upkeep::is_pack;
use crate::{IgnoredSegment, SegmentFault, SharingStatus, Store, Value};

/// The most bytes of packs that a run takes.
const MAX_TAKEN: u64 = 256 << 20;

/// Of how many packs the index is read: of the largest ones half of them, of the latest the rest.
///
/// What lies in none of these is found out again and given again, in one larger pack, so that
/// nobody has to tidy up a place for it to stay quick.
const MAX_CONSIDERED: usize = 48;

/// A pack of which less than one part in so many is wanted is not worth the way.
const WORTH: u64 = 16;

/// So few missing values are found out sooner than somebody else could be asked for them...
const FEW: usize = 64;
/// ...where they are at most one in so many of all.
const FEW_OF: usize = 8;

/// More in one pack makes it slow to take and too large for some places.
const MAX_GIVEN: usize = 64 << 20;

/// A value of this size is about more than one file, and few want it.
const LARGE: usize = 1 << 20;

/// A place and what this process knows of it.
pub(crate) struct Sharing {
    place: Arc<dyn SharedPlace>,
    /// Holds packs of this secret, this format and this scope alone.
    pub(crate) folder: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Whether the place was asked what it has.
    is_listed: bool,
    /// Of packs that are not here.
    catalogues: Vec<Catalogue>,
    /// Names of packs that the place has.
    there: HashSet<String>,
    status: SharingStatus,
}

impl Sharing {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What lies in the folder, which is asked once.
    fn list(&self, state: &mut State) -> Vec<SharedPack> {
        if mem::replace(&mut state.is_listed, true) {
            return Vec::new();
        }
        match self.place.list(&self.folder) {
            Ok(mut packs) => {
                packs.retain(|it| is_pack(&it.name));
                packs.sort_by(|a, b| a.name.cmp(&b.name));
                packs.dedup_by(|a, b| a.name == b.name);
                state.there.extend(packs.iter().map(|it| it.name.clone()));
                state.status.packs = packs.len();
                state.status.bytes = packs.iter().map(|it| it.size).fold(0, u64::saturating_add);
                packs
            }
            Err(fault) => {
                state.status.trouble = Some(fault);
                Vec::new()
            }
        }
    }
}

impl Store {
    /// The same store, which shares with others what it holds at `place`.
    ///
    /// `scope` tells apart what is of no use to each other, as builds are. Whoever has the
    /// store's secret and can write there decides what a check sees.
    pub fn sharing_at(mut self, place: Arc<dyn SharedPlace>, scope: &str) -> Store {
        let hex = |seal: &[u8]| seal.iter().map(|it| format!("{it:02x}")).collect::<String>();
        let scope = hex(&self.key.of_key(scope.as_bytes())[..8]);
        let folder = format!("codd-{FORMAT}/{}/{scope}", hex(&self.key.installation()));
        let status = SharingStatus { place: place.shown().to_owned(), ..SharingStatus::default() };
        let state = State { status, ..State::default() };
        self.sharing = Some(Sharing { place, folder, state: Mutex::new(state) });
        self
    }

    /// Whether the store shares what it holds with others.
    pub fn is_sharing(&self) -> bool {
        self.sharing.is_some()
    }

    /// Takes from the shared place the packs that hold many of these keys which are missing here.
    ///
    /// That it could not be reached, or has something that is no pack of this secret, is told
    /// by the status; the keys are then missing still.
    pub fn take(&self, keys: &[[u8; 32]]) {
        let Some(sharing) = &self.sharing else { return };
        let mut missing = self.missing(keys);
        if missing.is_empty() || missing.len() < FEW && missing.len() * FEW_OF < keys.len() {
            return;
        }
        let mut state = sharing.state();
        if state.status.trouble.is_some() {
            return;
        }
        let packs = self.considered(sharing.list(&mut state));
        self.read_catalogues(sharing, &mut state, packs);
        while state.status.trouble.is_none() {
            let room = MAX_TAKEN.saturating_sub(state.status.taken_bytes);
            let best = catalogue::best(&mut state.catalogues, &missing, room, WORTH);
            let Some(best) = best else { return };
            if let Some(segment) = self.take_pack(sharing, &mut state, best) {
                missing.retain(|it| !segment.has(*it));
            }
        }
    }

    /// Asks the place what it has, for who wants to know only that.
    pub fn look_at_shared(&self) {
        if let Some(sharing) = &self.sharing {
            sharing.list(&mut sharing.state());
        }
    }

    pub(crate) fn sharing_status(&self) -> Option<SharingStatus> {
        Some(self.sharing.as_ref()?.state().status.clone())
    }

    fn missing(&self, keys: &[[u8; 32]]) -> HashSet<Seal> {
        let state = self.state();
        let is_here = |hash: &Seal| state.segments.iter().any(|it| it.has(*hash));
        let keys = keys.iter().filter(|it| !state.is_pending(&it[..]));
        keys.map(|it| self.key.of_key(it)).filter(|it| !is_here(it)).collect()
    }

    /// The packs whose index is worth a look, latest first.
    fn considered(&self, mut packs: Vec<SharedPack>) -> Vec<SharedPack> {
        let own: HashSet<String> = self.state().segments.iter().map(|it| it.name.clone()).collect();
        packs.retain(|it| !own.contains(&it.name) && it.size <= MAX_TAKEN);
        packs.sort_by(|a, b| (Reverse(a.size), &a.name).cmp(&(Reverse(b.size), &b.name)));
        let rest = packs.split_off(packs.len().min(MAX_CONSIDERED / 2));
        let latest = |packs: &mut Vec<SharedPack>| {
            packs.sort_by(|a, b| (Reverse(a.written), &a.name).cmp(&(Reverse(b.written), &b.name)));
        };
        let mut others = rest;
        latest(&mut others);
        packs.extend(others.into_iter().take(MAX_CONSIDERED / 2));
        latest(&mut packs);
        packs
    }

    fn read_catalogues(&self, sharing: &Sharing, state: &mut State, packs: Vec<SharedPack>) {
        let read = catalogue::read(&*sharing.place, &sharing.folder, packs, &self.key);
        for (name, it) in read {
            match it {
                Ok(catalogue) => state.catalogues.push(catalogue),
                Err(fault) => state.not_taken(name, fault),
            }
        }
    }

    fn take_pack(
        &self,
        sharing: &Sharing,
        state: &mut State,
        chosen: Catalogue,
    ) -> Option<Arc<Segment>> {
        let name = chosen.name.clone();
        let taken = chosen.into_bytes(&*sharing.place, &sharing.folder);
        let opened = taken.map_err(NotTaken::from).and_then(|bytes| {
            // The name is that of the content: what was cut off, changed or put in another's
            // place has another.
            if name_of(&bytes) != name {
                return Err(SegmentFault::Damaged.into());
            }
            let kept = self.kept_in_folder(&name, &bytes);
            let bytes: SharedBytes = kept.unwrap_or_else(|| Arc::new(bytes));
            Ok(Segment::open(name.clone(), bytes, &self.key)?)
        });
        match opened {
            Ok(segment) => {
                state.status.taken += 1;
                state.status.taken_bytes += segment.size();
                let segment = Arc::new(segment);
                // Behind what this machine found out itself.
                self.state().segments.push(Arc::clone(&segment));
                Some(segment)
            }
            Err(fault) => {
                state.not_taken(name, fault);
                None
            }
        }
    }

    /// The pack as it lies in the store's own folder, so that it is taken once.
    fn kept_in_folder(&self, name: &str, bytes: &[u8]) -> Option<SharedBytes> {
        let path = self.folder()?.join(name);
        self.system.write(&path, bytes).ok()?;
        let mapped = self.system.map(&path).ok()?;
        // Somebody else may write to the folder.
        ((*mapped).as_ref() == bytes).then_some(mapped)
    }

    /// What was put since the last flush, where it is to be given to others.
    pub(crate) fn to_give(&self) -> Option<BTreeMap<Vec<u8>, Value>> {
        let is_in_trouble = self.sharing.as_ref()?.state().status.trouble.is_some();
        (!is_in_trouble).then(|| self.state().to_give())
    }

    /// Gives these values to the shared place.
    pub(crate) fn give(&self, found: BTreeMap<Vec<u8>, Value>) {
        let Some(sharing) = &self.sharing else { return };
        let mut state = sharing.state();
        for entries in split(found) {
            let bytes = encode(&entries, &self.key);
            let name = name_of(&bytes);
            if !state.there.contains(&name) {
                match sharing.place.write(&sharing.folder, &name, bytes.clone()) {
                    Ok(()) => {
                        state.status.given += 1;
                        state.status.given_bytes += bytes.len() as u64;
                        state.there.insert(name.clone());
                    }
                    Err(fault) => {
                        state.status.trouble = Some(fault);
                        return;
                    }
                }
            }
            if self.folder().is_none()
                && let Ok(segment) = Segment::open(name, Arc::new(bytes), &self.key)
            {
                self.settle(Arc::new(segment), &entries);
            }
        }
    }
}

impl State {
    fn not_taken(&mut self, name: String, fault: NotTaken) {
        match fault {
            // The place was tidied meanwhile.
            NotTaken::Place(PlaceFault::NotFound) => {}
            NotTaken::Place(fault) => self.status.trouble = Some(fault),
            NotTaken::Pack(fault) => self.status.refused.push(IgnoredSegment { name, fault }),
        }
    }
}

/// Why a pack of a shared place is not used.
pub(crate) enum NotTaken {
    Place(PlaceFault),
    Pack(SegmentFault),
}

impl From<PlaceFault> for NotTaken {
    fn from(fault: PlaceFault) -> NotTaken {
        NotTaken::Place(fault)
    }
}

impl From<SegmentFault> for NotTaken {
    fn from(fault: SegmentFault) -> NotTaken {
        NotTaken::Pack(fault)
    }
}

/// The entries in parts that are not too large, none of them empty; a large one by itself, so that
/// who wants the small ones need not take it too.
fn split(entries: BTreeMap<Vec<u8>, Value>) -> Vec<BTreeMap<Vec<u8>, Value>> {
    let mut parts = Vec::new();
    let (mut part, mut size) = (BTreeMap::new(), 0);
    for (key, value) in entries {
        if value.len() >= LARGE {
            parts.push(BTreeMap::from([(key, value)]));
            continue;
        }
        size += key.len() + value.len();
        part.insert(key, value);
        if size >= MAX_GIVEN {
            parts.push(mem::take(&mut part));
            size = 0;
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}
