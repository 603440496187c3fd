//! What the project's own functions do where code calls them: one that is called `abort` need
//! not end anything.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, FileFacts, FlowStatement, FlowValue};
use codd_graph::{Confidence, EdgeKind, NodeId, NodePlace};
use codd_source::{RepoPath, Span};

use super::{Models, function_at, named};
use crate::SnapshotView;
use crate::nodes::definition_node;

/// Statements within one another that are looked at.
const MAX_DEPTH: u32 = 60;

/// What a function of the project does, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Own {
    /// Neither raises nor gives anything back.
    GoesOn,
    /// Gives something back, which ends nothing by itself.
    Answers,
    /// May raise what ends the request, or answer it.
    MayEnd,
}

/// The calls of own functions in one function.
pub(crate) struct OwnCalls<'a> {
    view: SnapshotView<'a>,
    models: &'a Models,
    /// By where what is called ends.
    called: BTreeMap<u32, Vec<NodeId>>,
    known: RefCell<BTreeMap<NodeId, Own>>,
}

impl<'a> OwnCalls<'a> {
    /// Those of a function and of what is written in it.
    pub(crate) fn of(
        view: SnapshotView<'a>,
        models: &'a Models,
        (path, facts): (&RepoPath, &FileFacts),
        function: DefinitionId,
    ) -> OwnCalls<'a> {
        let whole = facts.places.definitions[function.index()].span;
        let node = definition_node(view.graph, path, &facts.semantics, function);
        match node {
            Some(node) => OwnCalls::within(view, models, (path, facts), whole, node),
            None => OwnCalls { view, models, called: BTreeMap::new(), known: RefCell::default() },
        }
    }

    /// Those of a node, and of what is written in its code.
    pub(super) fn within(
        view: SnapshotView<'a>,
        models: &'a Models,
        (path, facts): (&RepoPath, &FileFacts),
        whole: Span,
        node: NodeId,
    ) -> OwnCalls<'a> {
        let mut called: BTreeMap<u32, Vec<NodeId>> = BTreeMap::new();
        let inside = facts.places.definitions.iter().enumerate().filter_map(|(at, place)| {
            let is_inside = whole.start <= place.span.start && place.span.end <= whole.end;
            let id = DefinitionId(at as u32);
            is_inside.then(|| definition_node(view.graph, path, &facts.semantics, id))?
        });
        let nodes: BTreeSet<NodeId> = inside.chain([node]).collect();
        for node in nodes {
            for edge in view.graph.dependencies(node) {
                let is_sure = edge.confidence > Confidence::Possible;
                let used = edge.reference.and_then(|it| facts.places.used_at(it));
                if let Some(used) = used
                    && edge.kind == EdgeKind::Calls
                    && is_sure
                    && view.graph.node(edge.node).is_function()
                {
                    called.entry(used.end).or_default().push(edge.node);
                }
            }
        }
        OwnCalls { view, models, called, known: RefCell::default() }
    }

    /// What is called where this ends; `None` where that is no function of the project.
    pub(crate) fn at(&self, end: u32) -> Option<Own> {
        self.called.get(&end)?.iter().map(|it| self.what(*it)).max()
    }

    /// The functions of the project that are called where this ends.
    pub(super) fn nodes(&self, end: u32) -> &[NodeId] {
        self.called.get(&end).map_or(&[], Vec::as_slice)
    }

    fn what(&self, id: NodeId) -> Own {
        if let Some(known) = self.known.borrow().get(&id) {
            return *known;
        }
        let what = if named::may_raise(self.view, self.models, id) {
            Own::MayEnd
        } else if self.answers(id) {
            Own::Answers
        } else {
            Own::GoesOn
        };
        self.known.borrow_mut().insert(id, what);
        what
    }

    /// Whether a function gives back more than nothing; one whose code is not known may.
    fn answers(&self, id: NodeId) -> bool {
        let node = self.view.graph.node(id);
        let NodePlace::Definition(definition) = node.place else { return true };
        let Some(file) = self.view.files.get(&node.key.path) else { return true };
        let (Some(flow), Some(facts)) = (&file.hits.flow, &file.facts) else { return true };
        let Some(function) = function_at(flow, facts, definition) else { return true };
        let is_something = |id| !matches!(flow.value(id), FlowValue::Nothing);
        gives(&flow.function(function).body, &is_something, 0)
    }
}

fn gives(
    body: &[FlowStatement],
    is_something: &dyn Fn(codd_facts::ValueId) -> bool,
    depth: u32,
) -> bool {
    let below = |it: &[FlowStatement]| depth > MAX_DEPTH || gives(it, is_something, depth + 1);
    body.iter().any(|it| match it {
        FlowStatement::Return(value) => value.is_some_and(is_something),
        FlowStatement::Branch { then, otherwise, .. } => below(then) || below(otherwise),
        FlowStatement::Loop { body, otherwise, .. } => below(body) || below(otherwise),
        FlowStatement::Attempt { body, handlers, otherwise, finally } => {
            below(body) || handlers.iter().any(|it| below(it)) || below(otherwise) || below(finally)
        }
        FlowStatement::Select { cases, .. } => cases.iter().any(|it| below(&it.body)),
        _ => false,
    })
}
