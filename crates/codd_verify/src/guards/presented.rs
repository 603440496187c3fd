//! Credentials that a framework only hands over: that there is a token says nothing of whose it
//! is, before some function looks at it.

use std::collections::BTreeSet;

use codd_facts::{
    Certainty, DefinitionId, FileFacts, FlowFacts, FlowStatement, FlowValue, FunctionId,
    ReferenceKind, ValueId,
};
use codd_graph::{Confidence, EdgeKind, NodeId, NodePlace};
use codd_source::{RepoPath, Span};

use super::{Models, function_at, head_of};
use crate::SnapshotView;
use crate::nodes::definition_node;
use crate::targets::{Outside, Targets, given, outside_name};

/// Statements within one another, and attributes, that are looked at.
const MAX_DEPTH: u32 = 60;

/// Adds the functions and classes that look at what they are handed.
pub(crate) fn add(view: SnapshotView<'_>, models: &Models, guards: &mut Targets) {
    let mut search = Search { view, seen: BTreeSet::new(), todo: Vec::new(), found: Vec::new() };
    for (path, file) in view.files {
        if let Some(facts) =
            file.facts.as_ref().filter(|it| models.presents.may_be_in(&it.semantics))
        {
            search.file(models, path, facts);
        }
    }
    search.follow();
    let nodes = |sure: Certainty| {
        let found = search.found.iter().filter(move |it| it.1 == sure);
        found.map(|it| it.0)
    };
    guards.nodes.extend(nodes(Certainty::Always));
    guards.nodes.sort_unstable();
    guards.nodes.dedup();
    for id in nodes(Certainty::Perhaps) {
        guards.add_perhaps(view.graph, id);
    }
}

struct Search<'a> {
    view: SnapshotView<'a>,
    seen: BTreeSet<NodeId>,
    /// What hands a credential on, and whether somebody without one gets there at all.
    todo: Vec<(NodeId, Certainty)>,
    found: Vec<(NodeId, Certainty)>,
}

/// What a function does with what it is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Nothing,
    HandsOn,
    LooksAt,
}

impl Search<'_> {
    fn file(&mut self, models: &Models, path: &RepoPath, facts: &FileFacts) {
        let semantics = &facts.semantics;
        let places = &facts.places.references;
        for (reference, place) in semantics.references.iter().zip(places) {
            let is_one = |name: String| models.presents.takes(&name);
            if reference.is_declared
                || !outside_name(semantics, reference.target).is_some_and(is_one)
            {
                continue;
            }
            let node = |id: DefinitionId| definition_node(self.view.graph, path, semantics, id);
            let sure = given(semantics, reference);
            let variable = reference.initialises.and_then(node);
            if let Some(variable) = variable {
                self.hands_on(variable, sure);
            } else if let Some(owner) = reference.owner.and_then(node) {
                let is_base = reference.kind == ReferenceKind::Inherit;
                self.used_by(owner, is_base, *place, sure);
            }
        }
    }

    fn hands_on(&mut self, node: NodeId, sure: Certainty) {
        if self.seen.insert(node) {
            self.todo.push((node, sure));
        }
    }

    fn follow(&mut self) {
        while let Some((node, sure)) = self.todo.pop() {
            for half in self.view.graph.dependents(node) {
                let is_use = matches!(
                    half.kind,
                    EdgeKind::Calls | EdgeKind::Reads | EdgeKind::Mentions | EdgeKind::Inherits
                );
                let by = self.view.graph.node(half.node);
                let Some(facts) =
                    self.view.files.get(&by.key.path).and_then(|it| it.facts.as_ref())
                else {
                    continue;
                };
                let place = half.reference.and_then(|it| facts.places.used_at(it));
                let Some(place) = place.filter(|_| is_use) else { continue };
                if half.confidence > Confidence::Possible {
                    self.used_by(half.node, half.kind == EdgeKind::Inherits, place, sure);
                }
            }
        }
    }

    fn used_by(&mut self, id: NodeId, is_base: bool, place: Span, sure: Certainty) {
        let graph = self.view.graph;
        let node = graph.node(id);
        let NodePlace::Definition(definition) = node.place else { return };
        if is_base {
            // `class Bearer(HTTPBearer)` that is called in its own way looks at what it gets.
            let inside = graph.dependencies(id).iter().filter(|it| it.kind == EdgeKind::Contains);
            let mut methods = inside.map(|it| graph.node(it.node));
            if methods.any(|it| it.key.own_name() == "__call__") {
                self.found.push((id, Certainty::Always));
            } else {
                self.hands_on(id, sure);
            }
        } else if node.is_value() {
            self.hands_on(id, sure);
        } else if node.is_function() {
            let file = self.view.files.get(&node.key.path);
            let known = file.and_then(|file| {
                let (flow, facts) = (file.hits.flow.as_deref()?, file.facts.as_ref()?);
                let function = function_at(flow, facts, definition)?;
                Some(use_of(
                    flow,
                    facts.places.definitions[definition.index()].span,
                    function,
                    place,
                ))
            });
            match known {
                Some(Use::Nothing) => {}
                Some(Use::HandsOn) => self.hands_on(id, sure),
                Some(Use::LooksAt) => self.found.push((id, sure)),
                None => self.found.push((id, Certainty::Perhaps)),
            }
        }
    }
}

/// What a function does with the parameter in whose head something is named; what it calls in
/// its body by itself, it calls for what that gives.
fn use_of(flow: &FlowFacts, whole: Span, function: FunctionId, place: Span) -> Use {
    let holds = |whole: Span, part: Span| whole.start <= part.start && part.end <= whole.end;
    let parameters = &flow.function(function).parameters;
    let parameter = parameters.iter().find(|it| {
        let head = it.default.into_iter().chain(it.annotation);
        head.into_iter().any(|value| holds(flow.span(value), place))
    });
    let head = head_of(flow, function);
    let Some(parameter) = parameter else {
        // What stands in a decorator gives the function nothing.
        let is_beside = head.iter().any(|head| holds(*head, place));
        return if is_beside { Use::Nothing } else { Use::LooksAt };
    };
    let FlowValue::Name(name) = flow.value(parameter.target) else { return Use::LooksAt };
    let mut returned = BTreeSet::new();
    returns(flow, &flow.function(function).body, &mut returned, 0);
    let values = flow.values.iter().enumerate().map(|(at, value)| (ValueId(at as u32), value));
    let read = values.filter(|(id, value)| {
        let span = flow.span(*id);
        matches!(value, FlowValue::Name(it) if it == name)
            && *id != parameter.target
            && holds(whole, span)
            && !head.iter().any(|head| holds(*head, span))
    });
    let read: Vec<ValueId> = read.map(|it| it.0).collect();
    match read.iter().all(|it| returned.contains(it)) {
        _ if read.is_empty() => Use::Nothing,
        true => Use::HandsOn,
        false => Use::LooksAt,
    }
}

/// The names that are given back as they are, or a part of them.
fn returns(flow: &FlowFacts, body: &[FlowStatement], found: &mut BTreeSet<ValueId>, depth: u32) {
    if depth > MAX_DEPTH {
        return;
    }
    for statement in body {
        let inner: Vec<&[FlowStatement]> = match statement {
            FlowStatement::Return(Some(value)) => {
                let mut at = *value;
                for _ in 0..MAX_DEPTH {
                    let FlowValue::Attribute { base, .. } = flow.value(at) else { break };
                    at = *base;
                }
                found.insert(at);
                continue;
            }
            FlowStatement::Branch { then: one, otherwise, .. }
            | FlowStatement::Loop { body: one, otherwise, .. } => vec![one, otherwise],
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                let handlers = handlers.iter().map(Vec::as_slice);
                handlers.chain([body.as_slice(), otherwise, finally]).collect()
            }
            FlowStatement::Select { cases, .. } => {
                cases.iter().map(|it| it.body.as_slice()).collect()
            }
            _ => continue,
        };
        for inner in inner {
            returns(flow, inner, found, depth + 1);
        }
    }
}
