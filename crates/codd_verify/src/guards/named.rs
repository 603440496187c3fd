//! The project's own guards, as they are called: a name says what runs in front of a route, and
//! nothing of a call whose answer nobody reads.

use std::collections::BTreeSet;

use codd_facts::{FlowStatement, FlowValue, FunctionId};
use codd_graph::{EdgeKind, Graph, NodeId, NodeKind, NodePlace};
use codd_source::Span;

use super::own::OwnCalls;
use super::{Asked, Models, Refuses, function_at};
use crate::SnapshotView;
use crate::targets::Targets;

/// Calls below a guard in which something may be raised.
const MAX_CALLS: u32 = 3;

/// Adds definitions that are called like guards, where they are used as guards.
pub(crate) fn add(view: SnapshotView<'_>, models: &Models, guards: &mut Targets) {
    let graph = view.graph;
    let mut whole = Vec::new();
    for id in Models::named(view) {
        let idle: BTreeSet<NodeId> = if may_raise(view, models, id) {
            BTreeSet::new()
        } else {
            callers(graph, id).filter(|it| is_idle(view, models, *it, id)).collect()
        };
        if idle.is_empty() {
            whole.push(id);
            continue;
        }
        let name = graph.node(id).key.own_name();
        let others = graph.dependents(id).iter().filter(|it| !idle.contains(&it.node));
        guards.add_users_of(name, others);
    }
    guards.add(view, whole, models.guards());
}

fn callers(graph: &Graph, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let calls = graph.dependents(id).iter().filter(|it| it.kind == EdgeKind::Calls);
    calls.map(|it| it.node).filter(move |it| graph.node(*it).key.kind == NodeKind::Definition)
}

/// Whether a function may end what calls it, by itself or by what it calls.
///
/// Of what no code is known, nothing is held against it.
pub(super) fn may_raise(view: SnapshotView<'_>, models: &Models, id: NodeId) -> bool {
    let graph = view.graph;
    let mut seen = BTreeSet::from([id]);
    let mut layer = vec![id];
    for _ in 0..=MAX_CALLS {
        if layer.iter().any(|it| raises_itself(view, models, *it)) {
            return true;
        }
        let called = layer.iter().flat_map(|it| graph.dependencies(*it));
        let called = called.filter(|it| {
            it.kind == EdgeKind::Calls && graph.node(it.node).key.kind == NodeKind::Definition
        });
        layer = called.map(|it| it.node).filter(|it| seen.insert(*it)).collect();
    }
    false
}

fn raises_itself(view: SnapshotView<'_>, models: &Models, id: NodeId) -> bool {
    let node = view.graph.node(id);
    let NodePlace::Definition(definition) = node.place else { return true };
    let Some(file) = view.files.get(&node.key.path) else { return true };
    let (Some(flow), Some(facts)) = (&file.hits.flow, &file.facts) else { return true };
    if !facts.semantics.definition(definition).kind.is_function() {
        return false;
    }
    let Some(function) = function_at(flow, facts, definition) else { return true };
    let place = facts.places.definitions[definition.index()].span;
    let ends = models.ends_in(facts);
    raises(&flow.function(function).body, 0) || ends.range(place.start..=place.end).next().is_some()
}

fn raises(body: &[FlowStatement], depth: u32) -> bool {
    /// Statements within one another that are looked at.
    const MAX_DEPTH: u32 = 60;
    let below = |it: &[FlowStatement]| depth < MAX_DEPTH && raises(it, depth + 1);
    body.iter().any(|it| match it {
        FlowStatement::Raise(_) => true,
        FlowStatement::Branch { then, otherwise, .. } => below(then) || below(otherwise),
        FlowStatement::Loop { body, otherwise, .. } => below(body) || below(otherwise),
        FlowStatement::Attempt { body, handlers, otherwise, finally } => {
            below(body) || handlers.iter().any(|it| below(it)) || below(otherwise) || below(finally)
        }
        FlowStatement::Select { cases, .. } => cases.iter().any(|it| below(&it.body)),
        _ => false,
    })
}

/// Whether a function calls another in its own code and goes on whatever the answer is.
fn is_idle(view: SnapshotView<'_>, models: &Models, caller: NodeId, guard: NodeId) -> bool {
    let graph = view.graph;
    let node = graph.node(caller);
    let NodePlace::Definition(definition) = node.place else { return false };
    let Some(file) = view.files.get(&node.key.path) else { return false };
    let (Some(flow), Some(facts)) = (&file.hits.flow, &file.facts) else { return false };
    let Some(function) = function_at(flow, facts, definition) else { return false };
    let used: BTreeSet<u32> = graph
        .dependencies(caller)
        .iter()
        .filter(|it| it.node == guard && it.kind == EdgeKind::Calls)
        .filter_map(|it| Some(facts.places.used_at(it.reference?)?.end))
        .collect();
    // What stands in the head of the function runs before it: `user=Depends(current_user)`.
    let head: Vec<Span> = head_of(flow, function);
    let calls: BTreeSet<u32> = flow
        .values
        .iter()
        .filter_map(|value| match value {
            FlowValue::Call { callee, .. } => Some(flow.span(*callee)),
            _ => None,
        })
        .filter(|it| used.contains(&it.end))
        .filter(|it| !head.iter().any(|whole| whole.start <= it.start && it.end <= whole.end))
        .map(|it| it.end)
        .collect();
    if calls.is_empty() {
        return false;
    }
    let ends = models.ends_in(facts);
    let own = OwnCalls::of(view, models, (&node.key.path, facts), definition);
    let asked = Asked { flow, asks: &calls, ends: &ends, own: &own, is_handler: true };
    asked.refuses(function) == Refuses::No
}

fn head_of(flow: &codd_facts::FlowFacts, function: FunctionId) -> Vec<Span> {
    let function = flow.function(function);
    let of_parameters = function.parameters.iter().flat_map(|it| {
        it.default.into_iter().chain(it.annotation).chain(it.decorators.iter().copied())
    });
    of_parameters.chain(function.decorators.iter().copied()).map(|it| flow.span(it)).collect()
}
