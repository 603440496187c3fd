//! Nodes by number: what hash maps and trees of small numbers would be, without their price.

use codd_facts::DefinitionId;

use crate::NodeId;

/// A number that counts from zero without large gaps.
pub(crate) trait Number: Copy {
    fn place(self) -> usize;
}

impl Number for u32 {
    fn place(self) -> usize {
        self as usize
    }
}

impl Number for DefinitionId {
    fn place(self) -> usize {
        self.index()
    }
}

/// The nodes of the parts of one file, by the parts' numbers.
#[derive(Default)]
pub(crate) struct Places(Vec<Option<NodeId>>);

impl Places {
    pub(crate) fn insert(&mut self, at: impl Number, node: NodeId) {
        let at = at.place();
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        self.0[at] = Some(node);
    }

    pub(crate) fn get(&self, at: &impl Number) -> Option<&NodeId> {
        self.0.get(at.place())?.as_ref()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &NodeId> {
        self.0.iter().flatten()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Some of the nodes of a graph.
pub(crate) struct Marked(Vec<bool>);

impl Marked {
    /// None yet, of so many.
    pub(crate) fn none_of(count: usize) -> Marked {
        Marked(vec![false; count])
    }

    pub(crate) fn insert(&mut self, node: NodeId) {
        self.0[node.index()] = true;
    }

    pub(crate) fn contains(&self, node: NodeId) -> bool {
        self.0[node.index()]
    }
}
