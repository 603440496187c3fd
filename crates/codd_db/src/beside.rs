//! What is kept with a snapshot for those that lie beside it: what its graph was joined from, and
//! what each name may mean.
//!
//! ```text
//! joined      u32  little-endian, as all numbers: length of what the graph was joined from
//! starts      u32  a shard of names each, and the end of the last: where it begins behind these
//! ```
//!
//! Only what is asked for is decoded: an edit asks about a few names.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use codd_facts::{DefinitionId, Name};
use codd_graph::{Arity, Candidate, Graph, Joined};
use codd_source::RepoPath;
use codd_store::Value;
use serde::{Deserialize, Serialize};

use crate::queries::{NAME_SHARDS, NameShard, shard_of};

/// A candidate, its file by its place among all files.
#[derive(Serialize, Deserialize)]
struct KeptCandidate {
    file: u32,
    definition: Option<u32>,
    least: u32,
    most: Option<u32>,
    is_property: bool,
}

/// What each name of a shard may mean.
type Shard = BTreeMap<Name, Arc<[Candidate]>>;

/// What of a snapshot is asked for when another is told from it.
pub(crate) struct Beside {
    value: Value,
    paths: Vec<RepoPath>,
    shards: RefCell<BTreeMap<u32, Shard>>,
}

const STARTS: usize = 4;
const HEADER: usize = STARTS + 4 * (NAME_SHARDS as usize + 1);

/// The bytes that are kept; `None` where the graph does not tell what it was joined from.
pub(crate) fn encoded(
    graph: &Graph,
    shards: &[Arc<NameShard>],
    paths: &[&RepoPath],
) -> Option<Vec<u8>> {
    let joined = bitcode::serialize(&graph.joined_from()?.record()).ok()?;
    let mut bytes = vec![0; HEADER];
    let mut starts = vec![joined.len(), joined.len()];
    bytes.extend_from_slice(&joined);
    for shard in shards {
        bytes.extend(encoded_shard(shard, paths)?);
        starts.push(bytes.len() - HEADER);
    }
    if starts.len() != NAME_SHARDS as usize + 2 {
        return None;
    }
    for (at, start) in starts.into_iter().enumerate() {
        bytes[4 * at..4 * at + 4].copy_from_slice(&u32::try_from(start).ok()?.to_le_bytes());
    }
    Some(bytes)
}

fn encoded_shard(shard: &NameShard, paths: &[&RepoPath]) -> Option<Vec<u8>> {
    let kept = |it: &Candidate| {
        Some(KeptCandidate {
            file: paths.binary_search(&&it.path).ok()? as u32,
            definition: it.definition.map(|it| it.0),
            least: it.arity.least,
            most: it.arity.most,
            is_property: it.is_property,
        })
    };
    let mut names: Vec<(&Name, &Arc<[Candidate]>)> = shard.iter().collect();
    names.sort_unstable_by_key(|(name, _)| *name);
    let names: Option<Vec<(&Name, Vec<KeptCandidate>)>> = names
        .into_iter()
        .map(|(name, found)| Some((name, found.iter().map(kept).collect::<Option<_>>()?)))
        .collect();
    bitcode::serialize(&names?).ok()
}

impl Beside {
    pub(crate) fn new(value: Value, paths: Vec<RepoPath>) -> Option<Beside> {
        let beside = Beside { value, paths, shards: RefCell::default() };
        (beside.value.len() >= HEADER).then_some(beside)
    }

    /// What of these files the graph of the snapshot was joined from.
    pub(crate) fn joined<'p>(
        &self,
        graph: &Graph,
        paths: impl IntoIterator<Item = &'p RepoPath>,
    ) -> Option<Joined> {
        let record = self.part(0..self.number(0)?)?;
        graph.joined_of_record(&bitcode::deserialize(record).ok()?, paths)
    }

    /// What a name may mean where the receiver is not known; `None` where that cannot be read.
    pub(crate) fn candidates(&self, name: &str) -> Option<Arc<[Candidate]>> {
        let shard = shard_of(name);
        let mut shards = self.shards.borrow_mut();
        if let Entry::Vacant(place) = shards.entry(shard) {
            place.insert(self.shard(shard)?);
        }
        let found = shards.get(&shard)?.get(name).cloned();
        Some(found.unwrap_or_else(|| Arc::from([])))
    }

    fn shard(&self, shard: u32) -> Option<Shard> {
        let at = shard as usize + 1;
        let bytes = self.part(self.number(at)?..self.number(at + 1)?)?;
        let kept: Vec<(Name, Vec<KeptCandidate>)> = bitcode::deserialize(bytes).ok()?;
        let candidate = |it: KeptCandidate| {
            Some(Candidate {
                path: self.paths.get(it.file as usize)?.clone(),
                definition: it.definition.map(DefinitionId),
                arity: Arity { least: it.least, most: it.most },
                is_property: it.is_property,
            })
        };
        let names = kept.into_iter().map(|(name, found)| {
            Some((name, found.into_iter().map(candidate).collect::<Option<Arc<[_]>>>()?))
        });
        names.collect()
    }

    /// A number of the header: first the length of what comes before the shards, then their
    /// starts.
    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.value.get(4 * at..4 * at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes) as usize)
    }

    fn part(&self, range: Range<usize>) -> Option<&[u8]> {
        self.value.get(HEADER..)?.get(range)
    }
}
