//! What a pack elsewhere holds, read from its index alone, and which packs are worth taking.

use std::collections::HashSet;

use crate::SegmentFault;
use crate::segment::{ENTRY, HEADER, Header, Seal, SealKey, hashes_and_sizes};
use crate::shared_place::{Part, PlaceFault, SharedPack, SharedPlace};
use crate::sharing::NotTaken;

/// A pack of at most this size is read as a whole at once.
const SMALL: u64 = 256 << 10;

/// Indexes that are longer together are not read: no run writes so much, and whoever says so need
/// not have the secret.
const MAX_INDEXES: u64 = 64 << 20;

/// The sealed index of a pack elsewhere.
pub(crate) struct Catalogue {
    pub(crate) name: String,
    size: u64,
    entries: Vec<(Seal, u64)>,
    /// All of it, where that came along.
    whole: Option<Vec<u8>>,
}

type Read = (String, Result<Catalogue, NotTaken>);

/// The catalogues of these packs, each for itself, in their order.
pub(crate) fn read(
    place: &dyn SharedPlace,
    folder: &str,
    packs: Vec<SharedPack>,
    key: &SealKey,
) -> Vec<Read> {
    let part = |pack: &SharedPack, range| Part {
        folder: folder.to_owned(),
        name: pack.name.clone(),
        range,
    };
    let begin = |size: u64| if size <= SMALL { size } else { HEADER as u64 };
    let parts: Vec<Part> = packs.iter().map(|it| part(it, 0..begin(it.size))).collect();
    let mut begun = Vec::new();
    let mut catalogues = Vec::new();
    let mut wanted = Vec::new();
    let mut left = MAX_INDEXES;
    for (pack, bytes) in packs.into_iter().zip(place.read(&parts)) {
        match bytes.map_err(NotTaken::from).and_then(|it| begun_of(&pack, it, key, &mut left)) {
            Ok(Begun::Whole(catalogue)) => catalogues.push((pack.name, Ok(catalogue))),
            Ok(Begun::Header(header)) => {
                wanted.push(part(&pack, header.index as u64..pack.size));
                begun.push((pack, header));
            }
            Err(fault) => catalogues.push((pack.name, Err(fault))),
        }
    }
    for ((pack, header), index) in begun.into_iter().zip(place.read(&wanted)) {
        let catalogue = index.map_err(NotTaken::from).and_then(|index| {
            header.check(&index, key)?;
            Ok(Catalogue::new(&pack, &index, None))
        });
        catalogues.push((pack.name, catalogue));
    }
    catalogues
}

/// What the first read of a pack gave.
enum Begun {
    Whole(Catalogue),
    Header(Header),
}

fn begun_of(
    pack: &SharedPack,
    bytes: Vec<u8>,
    key: &SealKey,
    left: &mut u64,
) -> Result<Begun, NotTaken> {
    let header = Header::read(&bytes, key)?;
    if pack.size <= SMALL {
        let index = bytes.get(header.index..).ok_or(SegmentFault::Damaged)?;
        header.check(index, key)?;
        let catalogue = Catalogue::new(pack, index, None);
        return Ok(Begun::Whole(Catalogue { whole: Some(bytes), ..catalogue }));
    }
    let size = (header.count as u64).saturating_mul(ENTRY as u64);
    let is_sound = (header.index as u64).checked_add(size) == Some(pack.size);
    match left.checked_sub(size).filter(|_| is_sound) {
        Some(rest) => {
            *left = rest;
            Ok(Begun::Header(header))
        }
        None => Err(SegmentFault::Damaged.into()),
    }
}

impl Catalogue {
    fn new(pack: &SharedPack, index: &[u8], whole: Option<Vec<u8>>) -> Catalogue {
        let entries = hashes_and_sizes(index).collect();
        Catalogue { name: pack.name.clone(), size: pack.size, entries, whole }
    }

    /// How many bytes of it are missing elsewhere.
    fn gain(&self, missing: &HashSet<Seal>) -> u64 {
        let entries = self.entries.iter().filter(|it| missing.contains(&it.0));
        entries.map(|it| it.1).fold(0, u64::saturating_add)
    }

    /// All of the pack.
    pub(crate) fn into_bytes(
        self,
        place: &dyn SharedPlace,
        folder: &str,
    ) -> Result<Vec<u8>, PlaceFault> {
        if let Some(whole) = self.whole {
            return Ok(whole);
        }
        let part = Part { folder: folder.to_owned(), name: self.name, range: 0..self.size };
        place.read(&[part]).pop().unwrap_or(Err(PlaceFault::NotFound))
    }
}

/// Moves out the pack that holds most of what is missing, if there is room for it and one part in
/// `worth` of it is wanted.
pub(crate) fn best(
    catalogues: &mut Vec<Catalogue>,
    missing: &HashSet<Seal>,
    room: u64,
    worth: u64,
) -> Option<Catalogue> {
    let mut best: Option<(usize, u64)> = None;
    for (at, catalogue) in catalogues.iter().enumerate() {
        let gain = catalogue.gain(missing);
        let is_worth_it = gain > 0 && gain.saturating_mul(worth) >= catalogue.size;
        if is_worth_it && catalogue.size <= room && best.is_none_or(|it| gain > it.1) {
            best = Some((at, gain));
        }
    }
    best.map(|(at, _)| catalogues.remove(at))
}
