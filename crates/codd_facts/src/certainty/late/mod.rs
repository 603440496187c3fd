//! What middleware, wrappers and hooks do behind the call of what they are around: the handler
//! has run by then, and no check stops it.
//!
//! How code goes on with a request is known by names, types and places: every language has its
//! own, and few of them declare it.

mod blocks;
mod handles;
mod kept;
#[cfg(test)]
mod tests;
mod unnamed;
mod words;
mod yields;

use std::collections::{BTreeMap, BTreeSet};

use codd_source::Span;

use self::handles::{Handles, is_kept};
use self::words::{ASGI, GOING_ON, KEPT_NEXT, OF_FUNCTIONS, OF_HANDLERS, POINTS, PROCEED, SERVES};
use super::MAX_AROUND;
use super::stretches::{Finder, Stretch};
use super::words::Role;
use crate::builder::{SemanticsBuilder, lookup};
use crate::tree::{NodeId, SyntaxTree};
use crate::{
    Bound, Certainty, DefinitionId, DefinitionPlace, Expr, ExprId, Reference, ReferenceKind,
    Semantics,
};

/// Functions inside of functions that are followed to who calls them.
const MAX_CARRIERS: usize = 4;

/// A call that goes on: who calls, and where what is called stands.
type GoingOn = (Option<DefinitionId>, Span);

impl SemanticsBuilder {
    /// Says of what comes too late that a request need not come to it first; gives back where
    /// functions that have no definition of their own do so.
    pub(super) fn find_late(
        &mut self,
        finder: &Finder<'_, '_>,
        functions: &[Span],
        bodies: &[Span],
        definitions: &[DefinitionPlace],
    ) -> Vec<Stretch> {
        let mut handles = Handles::of(&self.semantics, finder);
        let mut ends = yields::yielding(&handles, finder, bodies, definitions);
        let calls = self.going_on(&mut handles, finder);
        let mut stretches = Vec::new();
        if !calls.is_empty() {
            let wanted = calls.iter().map(|it| it.1.end).collect();
            stretches.extend(finder.tried_in_spite(&wanted));
            let whole = finder.ends_of_calls(&wanted);
            for (owner, span) in calls {
                // What it is given is made before.
                let end = whole.get(&span.end).copied().unwrap_or(span.end);
                if let Some(owner) = owner {
                    let first = ends.entry(owner).or_insert(end);
                    *first = end.min(*first);
                } else if let Some(function) = innermost(functions, span) {
                    let behind = Span { start: end, end: function.end };
                    stretches.push(Stretch::new(behind, Certainty::Perhaps));
                }
            }
        }
        if ends.is_empty() {
            return stretches;
        }
        let starts: Vec<u32> = self.reference_places().iter().map(|it| it.start).collect();
        for (reference, start) in self.semantics.references.iter_mut().zip(starts) {
            let end = reference.owner.and_then(|it| ends.get(&it));
            if end.is_some_and(|it| *it <= start) {
                reference.certainty = reference.certainty.min(Certainty::Perhaps);
            }
        }
        stretches
    }

    /// All calls that go on, with those of functions that do nothing else.
    fn going_on(&self, handles: &mut Handles<'_>, finder: &Finder<'_, '_>) -> Vec<GoingOn> {
        let refusing = finder.refusing_calls();
        let mut calls = Vec::new();
        for _ in 0..MAX_CARRIERS {
            calls.clear();
            let mut carriers: Vec<(DefinitionId, ExprId)> = Vec::new();
            let placed = self.semantics.references.iter().zip(self.reference_places());
            for (reference, span) in placed {
                if reference.kind == ReferenceKind::Call
                    && !refusing.contains(&span.end)
                    && goes_on(handles, reference)
                {
                    calls.push((reference.owner, *span));
                    carriers.extend(reference.owner.map(|it| (it, reference.target)));
                }
            }
            let mut is_more = false;
            for (id, callee) in carriers {
                is_more |= handles.add_carrier(id, callee);
            }
            if !is_more {
                break;
            }
        }
        calls
    }
}

/// The innermost function around a place.
fn innermost(functions: &[Span], place: Span) -> Option<Span> {
    let behind = functions.partition_point(|it| it.start <= place.start);
    let before = functions[..behind].iter().rev().take(MAX_AROUND);
    before.copied().find(|it| it.end >= place.end)
}

impl Finder<'_, '_> {
    /// Where the calls end of which these are the ends of what is called.
    fn ends_of_calls(&self, wanted: &BTreeSet<u32>) -> BTreeMap<u32, u32> {
        let mut found = BTreeMap::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            let mut before = None;
            // One node has few children that are lists of arguments; the walk over all of them is
            // the walk over the tree once more.
            if self.tree.after(node).0 == node.0 + 1 {
                continue;
            }
            for child in self.tree.named_children(node) {
                if is_arguments(self.kind(child))
                    && let Some(end) = before.filter(|it| wanted.contains(it))
                {
                    found.insert(end, self.tree.span(child).end);
                }
                before = Some(self.tree.span(child).end);
            }
        }
        found
    }

    /// What is tried where a handler goes on all the same: `catch (e) { return next(); }`.
    fn tried_in_spite(&self, going_on: &BTreeSet<u32>) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            if self.role(node) != Role::Try {
                continue;
            }
            let (handlers, tried): (Vec<_>, Vec<_>) =
                self.tree.named_children(node).partition(|it| self.is_handler(*it));
            if handlers.iter().any(|it| self.goes_on_in(*it, going_on)) {
                let tried = tried.into_iter().filter(|it| self.role(*it) != Role::Finally);
                stretches.extend(tried.map(|it| Stretch {
                    is_tried: true,
                    ..Stretch::new(self.tree.span(it), Certainty::Perhaps)
                }));
            }
        }
        stretches
    }

    /// Whether a handler goes on otherwise than with what it has caught: `next(error)`.
    fn goes_on_in(&self, handler: NodeId, going_on: &BTreeSet<u32>) -> bool {
        let Span { start, end } = self.tree.span(handler);
        let mut calls = going_on.range(start..end).peekable();
        if calls.peek().is_none() {
            return false;
        }
        let caught = self.in_field(handler, "parameter").map(|it| self.tree.text(it));
        let is_handed_on = |it: &NodeId| {
            let list = self.in_field(*it, "arguments");
            let mut given = list.into_iter().flat_map(|it| self.tree.named_children(it));
            caught.is_some() && given.next().map(|it| self.tree.text(it)) == caught
        };
        let below = self.tree.below(handler);
        let refusing = below.filter(|it| self.kind(*it) == "call_expression" && is_handed_on(it));
        let refusing = refusing.filter_map(|it| self.in_field(it, "function"));
        let refusing: BTreeSet<u32> = refusing.map(|it| self.tree.span(it).end).collect();
        calls.any(|it| !refusing.contains(it))
    }

    /// Where what is called ends of calls that refuse the request: `next(new Error("nobody"))`.
    fn refusing_calls(&self) -> BTreeSet<u32> {
        if self.is_python || !self.gives_functions {
            return BTreeSet::new();
        }
        let calls = self
            .tree
            .below(SyntaxTree::ROOT)
            .filter(|it| self.kind(*it) == "call_expression" && self.is_given_error(*it));
        let called = calls.filter_map(|it| self.in_field(it, "function"));
        called.map(|it| self.tree.span(it).end).collect()
    }

    /// Whether a call is given an error that it makes.
    pub(super) fn is_given_error(&self, call: NodeId) -> bool {
        let list = self.in_field(call, "arguments");
        let first = list.and_then(|it| self.tree.named_children(it).next());
        first.is_some_and(|it| self.kind(it) == "new_expression")
    }
}

/// Whether a kind of node is what a call is given.
fn is_arguments(kind: &str) -> bool {
    matches!(kind, "arguments" | "argument_list" | "call_suffix" | "value_arguments")
}

/// Whether a call goes on with the request.
fn goes_on(handles: &Handles<'_>, reference: &Reference) -> bool {
    let semantics = handles.semantics;
    if handles.goes_on(reference.target, reference.owner, reference.arguments) {
        return true;
    }
    let Expr::Attribute { base, name } = semantics.expr(reference.target) else { return false };
    let Some(owner) = reference.owner else { return false };
    let word = name.as_str();
    GOING_ON.contains(&word)
        || word == SERVES && !handles.is_foreign(*base)
        || is_kept(semantics, *base)
            && (word == "app" && reference.arguments.is_none_or(|it| it == ASGI)
                || KEPT_NEXT.contains(&word) && !handles.is_own_method(owner, word))
        || word == PROCEED && is_point(semantics, *base)
        || (OF_HANDLERS.contains(&word) || OF_FUNCTIONS.contains(&word))
            && handles.holds_handler(*base, word, owner)
}

/// Whether a parameter is where advice goes on.
fn is_point(semantics: &Semantics, base: ExprId) -> bool {
    let Expr::Name { scope, name } = semantics.expr(base) else { return false };
    let is_parameter = lookup(semantics, *scope, name).is_some_and(
        |(_, found)| matches!(found, [it] if matches!(it.bound, Bound::Parameter { .. })),
    );
    is_parameter && POINTS.contains(&name.as_str())
}
