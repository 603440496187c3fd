//! Blocks that methods of Ruby are given: whether a method is around actions, or answers to who
//! calls it with a block of its own.

use std::collections::BTreeSet;

use codd_source::Span;

use super::super::stretches::{Finder, Stretch};
use super::super::words::Role;
use crate::Certainty;
use crate::tree::{NodeId, SyntaxTree};

/// Blocks with more in them are not looked through: they may yield.
const MAX_NODES: u32 = 20_000;

impl<'t> Finder<'_, 't> {
    /// Methods that the file gives blocks which do nothing of what is around them.
    pub(super) fn answered(&self) -> BTreeSet<&'t str> {
        let (mut answered, mut others) = (BTreeSet::new(), BTreeSet::new());
        // What a method is given goes on to whoever gave it.
        let mut room = MAX_NODES;
        for node in self.tree.below(SyntaxTree::ROOT) {
            let Some(method) = self.in_field(node, "method").filter(|_| self.kind(node) == "call")
            else {
                continue;
            };
            let name = self.tree.text(method);
            let block = self.in_field(node, "block").or_else(|| {
                let mut parts = self.tree.named_children(node);
                parts.find(|it| matches!(self.kind(*it), "do_block" | "block"))
            });
            let size = block.map_or(0, |it| self.tree.after(it).0 - it.0);
            let is_plain = block.is_some_and(|it| size <= room && !self.passes_on(it));
            room = room.saturating_sub(size);
            if is_plain {
                answered.insert(name);
            } else {
                others.insert(name);
            }
        }
        answered.retain(|it| !others.contains(it));
        answered
    }

    fn passes_on(&self, block: NodeId) -> bool {
        self.tree.below(block).any(|it| match self.kind(it) {
            "yield" | "block_argument" => true,
            "call" => self.in_field(it, "method").is_none_or(|it| {
                matches!(self.tree.text(it), "call" | "yield" | "instance_exec" | "()")
            }),
            _ => false,
        })
    }

    /// What a method does behind the call to which it hands the block that it is given.
    pub(in crate::certainty) fn behind_handed_blocks(&self, out: &mut Vec<Stretch>) {
        if !self.has_blocks {
            return;
        }
        let mut methods: Vec<NodeId> = Vec::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            while methods.last().is_some_and(|it| self.tree.after(*it) <= node) {
                methods.pop();
            }
            if self.role(node) == Role::Function {
                methods.push(node);
            }
            if self.kind(node) == "block_argument"
                && let Some(method) = methods.last()
                && self.is_own_block(*method, node)
            {
                let span =
                    Span { start: self.tree.span(node).end, end: self.tree.span(*method).end };
                out.push(Stretch::new(span, Certainty::Perhaps));
            }
        }
    }

    /// Whether what is handed on is the block that the method is given itself.
    fn is_own_block(&self, method: NodeId, handed: NodeId) -> bool {
        let Some(handed) = self.tree.named_children(handed).next() else { return true };
        let list = self.in_field(method, "parameters");
        list.into_iter().flat_map(|it| self.tree.named_children(it)).any(|it| {
            self.kind(it) == "block_parameter"
                && self.tree.text(it).trim_start_matches('&') == self.tree.text(handed)
        })
    }
}
