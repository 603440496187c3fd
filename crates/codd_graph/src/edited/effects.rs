//! Whether an edit changes no edge but those that start in the edited file.

use std::collections::BTreeSet;
use std::ops::Range;

use codd_facts::DefinitionKind;

use super::Joined;
use crate::graph::Edge;
use crate::implicit::{can_be_made, first};
use crate::{Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, FileEdges, Graph, NodeId};

pub(super) struct Effects<'a> {
    /// Before the edit.
    pub(super) graph: &'a Graph,
    pub(super) joined: &'a Joined,
    /// Those of the edited file.
    pub(super) nodes: &'a Range<u32>,
}

/// What an edge says of its target, by which the joining decides what runs without being named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Called,
    /// Used by code that does not stand in the same definition of the top level.
    Offered,
    Read,
    /// Read by a variable or a field.
    Held,
}

const SIGNS: [Sign; 4] = [Sign::Called, Sign::Offered, Sign::Read, Sign::Held];

impl Effects<'_> {
    /// `before` and `after` are what the file's own edges are in the graph.
    pub(super) fn are_local(
        &self,
        before_said: &FileEdges,
        after_said: &FileEdges,
        before: &[Edge],
        after: &[Edge],
    ) -> bool {
        let said = |it: &FileEdges| {
            let mut all: Vec<FileEdge> = it.edges.clone();
            // Which reference makes an edge is seen by nobody but its source.
            for it in &mut all {
                it.reference = None;
            }
            all.sort_unstable();
            all
        };
        let (old, new) = (said(before_said), said(after_said));
        let is_plain = |it: &FileEdge| self.is_plain(it);
        only_in(&old, &new).all(is_plain)
            && only_in(&new, &old).all(is_plain)
            && self.leave_signs(before, after)
    }

    /// Whether the edge may come and go without making a node, or other edges than itself.
    fn is_plain(&self, it: &FileEdge) -> bool {
        let is_use = matches!(
            it.kind,
            EdgeKind::Calls
                | EdgeKind::Reads
                | EdgeKind::Mentions
                | EdgeKind::WrittenBy
                | EdgeKind::Imports
        );
        let is_of_code = match &it.from {
            EdgeSource::File | EdgeSource::Definition(_) | EdgeSource::Test(_) => true,
            EdgeSource::Elsewhere(..) | EdgeSource::Route(_) => false,
        };
        // A package is a node because something needs it.
        is_use && is_of_code && !matches!(it.to, EdgeTarget::Package(_))
    }

    /// Whether each target keeps the signs that decide something, with the edges before and after.
    fn leave_signs(&self, before: &[Edge], after: &[Edge]) -> bool {
        let keys = |edges: &[Edge]| -> BTreeSet<_> {
            edges.iter().map(|it| (it.to, it.from, it.kind, it.confidence)).collect()
        };
        let (old, new) = (keys(before), keys(after));
        let targets: BTreeSet<NodeId> = old.symmetric_difference(&new).map(|it| it.0).collect();
        targets.into_iter().all(|to| {
            let gives =
                |edges: &[Edge], sign| edges.iter().any(|it| it.to == to && self.gives(it, sign));
            let calls =
                |edges: &[Edge]| edges.iter().any(|it| it.to == to && it.kind == EdgeKind::Calls);
            let is_owner = self.joined.hook_owners.binary_search(&to).is_ok();
            if is_owner && calls(before) != calls(after) {
                return false;
            }
            SIGNS.into_iter().all(|sign| {
                !self.matters(to, sign)
                    || gives(before, sign) == gives(after, sign)
                    || self.is_given_elsewhere(to, sign)
            })
        })
    }

    /// Whether anything is decided by the sign of such a node.
    fn matters(&self, to: NodeId, sign: Sign) -> bool {
        let node = self.graph.node(to);
        match sign {
            Sign::Called | Sign::Offered => node.definition_kind == Some(DefinitionKind::Method),
            Sign::Read | Sign::Held => can_be_made(node),
        }
    }

    fn gives(&self, edge: &Edge, sign: Sign) -> bool {
        if edge.confidence < Confidence::Probable {
            return false;
        }
        let is_used = matches!(edge.kind, EdgeKind::Calls | EdgeKind::Reads);
        let from = self.graph.node(edge.from);
        match sign {
            Sign::Called => {
                is_used || matches!(edge.kind, EdgeKind::Mentions | EdgeKind::WrittenBy)
            }
            Sign::Offered => {
                let (from, to) = (&from.key, &self.graph.node(edge.to).key);
                is_used && (&from.path, first(&from.symbol)) != (&to.path, first(&to.symbol))
            }
            Sign::Read => edge.kind == EdgeKind::Reads,
            Sign::Held => edge.kind == EdgeKind::Reads && from.is_value(),
        }
    }

    /// Whether an edge that the edit leaves as it is gives the sign, too.
    fn is_given_elsewhere(&self, to: NodeId, sign: Sign) -> bool {
        let halves = self.graph.dependents(to);
        // What a class is said to run of its own methods follows from the signs.
        let is_around =
            |from: NodeId| halves.iter().any(|it| it.node == from && it.kind == EdgeKind::Contains);
        halves.iter().any(|half| {
            !self.nodes.contains(&half.node.0)
                && !is_around(half.node)
                && self.gives(&half.to(to), sign)
        })
    }
}

/// Those of some sorted values that are not among others, as often as they are not.
fn only_in<'a>(these: &'a [FileEdge], those: &'a [FileEdge]) -> impl Iterator<Item = &'a FileEdge> {
    let mut rest = those.iter().peekable();
    these.iter().filter(move |it| {
        while rest.next_if(|other| other < it).is_some() {}
        rest.next_if(|other| other == it).is_none()
    })
}
