//! One pack as bytes: how it is laid out, written and looked up.
//!
//! ```text
//! magic                 8    CODDPACK
//! format                u32  little-endian, as all numbers
//! count                 u32  of entries
//! index                 u64  offset of the index, which is the rest of the pack
//! seal                  16   of all of the header before it, and the index
//! records                    key, then value, one after another
//! index                 48   an entry: hash of the key 16, offset u64, length of the key u32,
//!                            length of the value u32, seal of key and value 16; by hash
//! ```
//!
//! Hashes and seals are the first 16 bytes of keyed BLAKE3: damage is seen, and so is a pack of a
//! store with another secret. Where the secret is empty, as for a folder that only the user can
//! write to, a seal says nothing about who made a pack: whoever opens the store must not point it
//! at a folder that a repository fills.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use codd_source::SharedBytes;

use crate::SegmentFault;

const MAGIC: &[u8; 8] = b"CODDPACK";

/// Digits of the hash that a pack is called by.
pub(crate) const NAME_LENGTH: usize = 32;
pub(crate) const FORMAT: u32 = 2;
/// Where the header says whose seal it has.
const INSTALLATION: usize = 24;
const SEALED: usize = INSTALLATION + 8;
pub(crate) const HEADER: usize = SEALED + 16;
/// What an entry takes in the index.
pub(crate) const ENTRY: usize = 48;

/// The key of a store's hashes.
#[derive(Clone, Copy)]
pub(crate) struct SealKey([u8; 32]);

pub(crate) type Seal = [u8; 16];

impl SealKey {
    pub(crate) fn new(secret: &[u8]) -> SealKey {
        SealKey(blake3::derive_key("codd 2025 content-addressed store, seal of packs", secret))
    }

    /// The hash by which a key is found in any pack.
    pub(crate) fn of_key(&self, name: &[u8]) -> Seal {
        self.of([name, b""])
    }

    /// Tells packs of other secrets apart from damaged ones; says nothing of the secret.
    pub(crate) fn installation(&self) -> [u8; 8] {
        let mut id = [0; 8];
        id.copy_from_slice(&self.of([b"", b"installation"])[..8]);
        id
    }

    fn of(&self, parts: [&[u8]; 2]) -> Seal {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        // The length keeps the two parts apart.
        hasher.update(&(parts[0].len() as u64).to_le_bytes());
        hasher.update(parts[0]).update(parts[1]);
        let mut seal = Seal::default();
        hasher.finalize_xof().fill(&mut seal);
        seal
    }
}

/// A value of a store, shared with the pack it lies in.
#[derive(Clone)]
pub struct Value {
    bytes: SharedBytes,
    range: Range<usize>,
}

impl Deref for Value {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // A file that shrank under its map has no such bytes any more.
        (*self.bytes).as_ref().get(self.range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl From<Arc<[u8]>> for Value {
    fn from(bytes: Arc<[u8]>) -> Value {
        let range = 0..bytes.len();
        Value { bytes: Arc::new(bytes), range }
    }
}

/// A pack whose header and index are sound.
pub(crate) struct Segment {
    pub(crate) name: String,
    bytes: SharedBytes,
    index: usize,
    count: usize,
    /// Entries that were asked for since the pack was opened.
    used: Vec<AtomicBool>,
    /// Whether one of these was not as it was written.
    is_damaged: AtomicBool,
}

/// What the first bytes of a pack say about the rest, before its index has shown that it is so.
pub(crate) struct Header {
    bytes: [u8; HEADER],
    /// Where the index begins.
    pub(crate) index: usize,
    /// Entries of the index.
    pub(crate) count: usize,
}

impl Header {
    /// The header at the beginning of `bytes`.
    pub(crate) fn read(bytes: &[u8], key: &SealKey) -> Result<Header, SegmentFault> {
        if !bytes.starts_with(MAGIC) {
            return Err(SegmentFault::Foreign);
        }
        let format = u32::from_le_bytes(array(bytes, 8).ok_or(SegmentFault::Damaged)?);
        if format != FORMAT {
            return Err(SegmentFault::Format(format));
        }
        let bytes: [u8; HEADER] = array(bytes, 0).ok_or(SegmentFault::Damaged)?;
        if array(&bytes, INSTALLATION) != Some(key.installation()) {
            return Err(SegmentFault::Installation);
        }
        let places = || {
            let count = u32::from_le_bytes(array(&bytes, 12)?) as usize;
            let index = usize::try_from(u64::from_le_bytes(array(&bytes, 16)?)).ok()?;
            (index >= HEADER).then_some((index, count))
        };
        let (index, count) = places().ok_or(SegmentFault::Damaged)?;
        Ok(Header { bytes, index, count })
    }

    /// Whether this is the index that was written with the header.
    pub(crate) fn check(&self, index: &[u8], key: &SealKey) -> Result<(), SegmentFault> {
        let is_sound = Some(index.len()) == self.count.checked_mul(ENTRY)
            && Some(key.of([&self.bytes[..SEALED], index])) == array::<16>(&self.bytes, SEALED);
        if is_sound { Ok(()) } else { Err(SegmentFault::Damaged) }
    }
}

/// What an index says of an entry to who has the index alone: by which hash it is found, and how
/// much it is.
pub(crate) fn hashes_and_sizes(index: &[u8]) -> impl Iterator<Item = (Seal, u64)> {
    index.chunks_exact(ENTRY).filter_map(|entry| {
        let key = u32::from_le_bytes(array(entry, 24)?);
        let value = u32::from_le_bytes(array(entry, 28)?);
        Some((array(entry, 0)?, u64::from(key) + u64::from(value)))
    })
}

/// What a look-up found.
#[derive(Debug)]
pub(crate) enum Found {
    Value(Value),
    Nothing,
    /// There is an entry, and what it leads to is not what was written.
    Damaged,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: Seal,
    offset: u64,
    key: u32,
    value: u32,
    seal: Seal,
}

/// The bytes of a pack with these entries.
///
/// Keys and values must be shorter than 4 GiB; longer ones are left out.
pub(crate) fn encode(entries: &BTreeMap<Vec<u8>, Value>, key: &SealKey) -> Vec<u8> {
    let size: usize = entries.iter().map(|(key, value)| key.len() + value.len() + ENTRY).sum();
    let mut bytes = Vec::with_capacity(HEADER + size);
    bytes.resize(HEADER, 0);
    let mut index = Vec::with_capacity(entries.len());
    for (name, value) in entries {
        let (Ok(key_length), Ok(value_length)) =
            (u32::try_from(name.len()), u32::try_from(value.len()))
        else {
            continue;
        };
        index.push(Entry {
            hash: key.of_key(name),
            offset: bytes.len() as u64,
            key: key_length,
            value: value_length,
            seal: key.of([name, value]),
        });
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(value);
    }
    index.sort_by_key(|entry| entry.hash);
    let start = bytes.len();
    for entry in &index {
        bytes.extend_from_slice(&entry.hash);
        bytes.extend_from_slice(&entry.offset.to_le_bytes());
        bytes.extend_from_slice(&entry.key.to_le_bytes());
        bytes.extend_from_slice(&entry.value.to_le_bytes());
        bytes.extend_from_slice(&entry.seal);
    }
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[12..16].copy_from_slice(&(index.len() as u32).to_le_bytes());
    bytes[16..INSTALLATION].copy_from_slice(&(start as u64).to_le_bytes());
    bytes[INSTALLATION..SEALED].copy_from_slice(&key.installation());
    let seal = key.of([&bytes[..SEALED], &bytes[start..]]);
    bytes[SEALED..HEADER].copy_from_slice(&seal);
    bytes
}

/// The name of a pack: what is in it, so that two processes never write different packs
/// under one name.
pub(crate) fn name_of(bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    format!("{}.pack", &hash[..NAME_LENGTH])
}

impl Segment {
    /// The pack that `bytes` are, if its header and index are as they were written.
    pub(crate) fn open(
        name: String,
        bytes: SharedBytes,
        key: &SealKey,
    ) -> Result<Segment, SegmentFault> {
        let all = (*bytes).as_ref();
        let header = Header::read(all, key)?;
        let index = all.get(header.index..).ok_or(SegmentFault::Damaged)?;
        header.check(index, key)?;
        let Header { index, count, .. } = header;
        let used = (0..count).map(|_| AtomicBool::new(false)).collect();
        Ok(Segment { name, bytes, index, count, used, is_damaged: AtomicBool::new(false) })
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn size(&self) -> u64 {
        (*self.bytes).as_ref().len() as u64
    }

    /// The value of the key `name`, whose hash is `hash`.
    pub(crate) fn get(&self, name: &[u8], hash: Seal, key: &SealKey) -> Found {
        let Some((at, entry)) = self.find(hash) else { return Found::Nothing };
        self.used[at].store(true, Ordering::Relaxed);
        match self.record(&entry, key) {
            Some((found, value)) if found == name => Found::Value(value),
            _ => {
                self.is_damaged.store(true, Ordering::Relaxed);
                Found::Damaged
            }
        }
    }

    pub(crate) fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Relaxed)
    }

    /// Whether there is an entry of this hash; it may still turn out to be damaged.
    pub(crate) fn has(&self, hash: Seal) -> bool {
        self.find(hash).is_some()
    }

    /// Says that this entry is in use, as looking it up does.
    pub(crate) fn touch(&self, name: &[u8], key: &SealKey) {
        if let Some((at, _)) = self.find(key.of_key(name)) {
            self.used[at].store(true, Ordering::Relaxed);
        }
    }

    fn find(&self, hash: Seal) -> Option<(usize, Entry)> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.entry(middle)?.hash < hash {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let entry = self.entry(low).filter(|entry| entry.hash == hash)?;
        Some((low, entry))
    }

    /// Every entry that is sound, in no order that means anything, with whether it was used.
    pub(crate) fn records(&self, key: &SealKey) -> impl Iterator<Item = (Vec<u8>, Value, bool)> {
        (0..self.count).filter_map(|at| {
            let (name, value) = self.record(&self.entry(at)?, key)?;
            Some((name.to_vec(), value, self.used[at].load(Ordering::Relaxed)))
        })
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let start = self.index + at.checked_mul(ENTRY)?;
        let entry = (*self.bytes).as_ref().get(start..start + ENTRY)?;
        Some(Entry {
            hash: array(entry, 0)?,
            offset: u64::from_le_bytes(array(entry, 16)?),
            key: u32::from_le_bytes(array(entry, 24)?),
            value: u32::from_le_bytes(array(entry, 28)?),
            seal: array(entry, 32)?,
        })
    }

    /// Key and value of an entry, if they are as they were written.
    fn record(&self, entry: &Entry, key: &SealKey) -> Option<(&[u8], Value)> {
        let start = usize::try_from(entry.offset).ok()?;
        let middle = start.checked_add(entry.key as usize)?;
        let end = middle.checked_add(entry.value as usize).filter(|end| *end <= self.index)?;
        let all = (*self.bytes).as_ref();
        let (name, value) = (all.get(start..middle)?, all.get(middle..end)?);
        let is_sound = key.of([name, value]) == entry.seal;
        is_sound.then(|| (name, Value { bytes: Arc::clone(&self.bytes), range: middle..end }))
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}
