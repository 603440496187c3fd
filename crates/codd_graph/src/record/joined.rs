//! What a graph was joined from, written down apart: few who read a graph back ask for it.

use std::ops::Range;

use codd_source::RepoPath;
use serde::{Deserialize, Serialize};

use super::bytes::Bytes;
use super::write::Numbered;
use super::{Relation, read, write};
use crate::graph::Edge;
use crate::{Graph, Joined, NodeId};

/// All of a [`Joined`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedRecord {
    relations: Vec<Relation>,
    /// Edges, each source less the one before, then the functions that register something.
    numbers: Bytes,
}

impl Joined {
    /// This as it is written down.
    pub fn record(&self) -> JoinedRecord {
        let mut relations = Numbered::new();
        let mut numbers = Bytes::default();
        numbers.push(self.edges.len() as u32);
        let mut last = 0;
        for edge in &self.edges {
            let half = edge.half(edge.to);
            numbers.push(edge.from.0 - last);
            last = edge.from.0;
            write::half(&half, &mut relations, &mut numbers);
        }
        numbers.push(self.hook_owners.len() as u32);
        for owner in &self.hook_owners {
            numbers.push(owner.0);
        }
        JoinedRecord { relations: relations.into_values(), numbers }
    }
}

impl Graph {
    /// What of these files this graph was joined from, as it was written down; `None` where that
    /// is nothing of the kind.
    pub fn joined_of_record<'p>(
        &self,
        record: &JoinedRecord,
        paths: impl IntoIterator<Item = &'p RepoPath>,
    ) -> Option<Joined> {
        let asked: Vec<Range<u32>> = paths.into_iter().map(|it| self.range_of(it)).collect();
        let mut numbers = record.numbers.numbers();
        let nodes = self.node_count() as u32;
        let known = |id: u32| (id < nodes).then_some(NodeId(id));
        let count = numbers.count()?;
        let mut edges: Vec<Edge> = Vec::new();
        let (mut last, mut is_asked) = (0_u32, asked.iter().any(|it| it.contains(&0)));
        for _ in 0..count {
            let more = numbers.next()?;
            if more > 0 {
                last = last.checked_add(more)?;
                is_asked = asked.iter().any(|it| it.contains(&last));
            }
            let half = read::half(&record.relations, nodes, &mut numbers)?;
            let from = known(last)?;
            if is_asked {
                edges.push(half.from(from));
            }
        }
        let count = numbers.count()?;
        let hook_owners = (0..count).map(|_| known(numbers.next()?)).collect::<Option<_>>()?;
        numbers.is_at_end().then_some(Joined { edges, hook_owners })
    }
}
