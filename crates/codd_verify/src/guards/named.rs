//! The project's own guards, as they are called: a name says what runs in front of a route, and
//! nothing of a call whose answer nobody reads.

use std::collections::BTreeSet;

use codd_facts::{FlowFunctionKind, FlowStatement, FlowValue, FunctionId, is_script};
use codd_graph::{EdgeKind, Graph, NodeId, NodeKind, NodePlace};
use codd_source::Span;

use super::own::OwnCalls;
use super::{Asked, Models, Refuses, function_at, head_of};
use crate::SnapshotView;
use crate::targets::Targets;

/// Calls below a guard in which something may be raised.
const MAX_CALLS: u32 = 3;

/// Adds definitions that are called like guards, where they are used as guards.
pub(crate) fn add(view: SnapshotView<'_>, models: &Models, guards: &mut Targets) {
    let graph = view.graph;
    let mut whole = Vec::new();
    for id in Models::named(view) {
        if gives_back(view, id) {
            continue;
        }
        let may_raise = may_raise(view, models, id);
        // What is read and cannot end anything tells who asks; nobody is asked by it.
        if !may_raise && is_property(view, id) {
            continue;
        }
        let idle: BTreeSet<NodeId> = if may_raise {
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
        guards.add_users_of((id, name), others);
    }
    guards.add(view, whole, models.guards());
}

fn is_property(view: SnapshotView<'_>, id: NodeId) -> bool {
    let node = view.graph.node(id);
    let NodePlace::Definition(definition) = node.place else { return false };
    let facts = view.files.get(&node.key.path).and_then(|it| it.facts.as_ref());
    facts.is_some_and(|it| it.semantics.definition(definition).flags.is_property)
}

/// Whether a function does nothing but give back what it is given: `def login_required(f): return f`.
fn gives_back(view: SnapshotView<'_>, id: NodeId) -> bool {
    let node = view.graph.node(id);
    let NodePlace::Definition(definition) = node.place else { return false };
    let Some(file) = view.files.get(&node.key.path) else { return false };
    let (Some(flow), Some(facts)) = (&file.hits.flow, &file.facts) else { return false };
    let Some(function) = function_at(flow, facts, definition) else { return false };
    let function = flow.function(function);
    // What it says of itself does nothing.
    let is_text = |it: &&FlowStatement| matches!(it, FlowStatement::Evaluate(value) if matches!(flow.value(*value), FlowValue::Text(_)));
    let mut does = function.body.iter().skip_while(is_text);
    let (Some(FlowStatement::Return(Some(value))), None) = (does.next(), does.next()) else {
        return false;
    };
    let FlowValue::Name(given) = flow.value(*value) else { return false };
    function.parameters.iter().any(|it| match flow.value(it.target) {
        FlowValue::Name(name) => flow.name(*name) == flow.name(*given),
        _ => false,
    })
}

/// What calls it: functions, and routes, of which a handler that is written in place is part.
fn callers(graph: &Graph, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let calls = graph.dependents(id).iter().filter(|it| {
        let is_of_route = graph.node(it.node).key.kind == NodeKind::Route;
        it.kind == EdgeKind::Calls && (it.does_run() || !is_of_route)
    });
    calls.map(|it| it.node).filter(move |it| {
        matches!(graph.node(*it).key.kind, NodeKind::Definition | NodeKind::Route)
    })
}

/// Whether a function may end what calls it, by itself or by what it calls.
///
/// Of what no code is known, nothing is held against it.
pub(crate) fn may_raise(view: SnapshotView<'_>, models: &Models, id: NodeId) -> bool {
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

/// Whether a function, or one that a route is given in place, calls another in its own code and
/// goes on whatever the answer is.
fn is_idle(view: SnapshotView<'_>, models: &Models, caller: NodeId, guard: NodeId) -> bool {
    let graph = view.graph;
    let node = graph.node(caller);
    let Some(file) = view.files.get(&node.key.path) else { return false };
    let (Some(flow), Some(facts)) = (&file.hits.flow, &file.facts) else { return false };
    let (whole, functions) = match node.place {
        NodePlace::Definition(definition) => {
            let whole = facts.places.definitions[definition.index()].span;
            (whole, function_at(flow, facts, definition).into_iter().collect())
        }
        NodePlace::Route(at) => {
            let Some(whole) = facts.places.routes.get(at as usize) else { return false };
            (*whole, written_in(flow, *whole))
        }
        _ => return false,
    };
    let used: BTreeSet<u32> = graph
        .dependencies(caller)
        .iter()
        .filter(|it| it.node == guard && it.kind == EdgeKind::Calls)
        .filter_map(|it| Some(facts.places.used_at(it.reference?)?.end))
        .collect();
    let own = OwnCalls::within(view, models, (&node.key.path, facts), whole, caller);
    let ends = models.ends_in(facts);
    let rejects = models.rejects_in(facts);
    let is_route = matches!(node.place, NodePlace::Route(_));
    let calls: Vec<Span> = flow
        .values
        .iter()
        .filter_map(|value| match value {
            FlowValue::Call { callee, .. } => Some(flow.span(*callee)),
            _ => None,
        })
        .filter(|it| used.contains(&it.end))
        .collect();
    let mut has_one = false;
    for function in functions {
        let body = flow.function(function).place;
        // What stands in the head of the function runs before it: `user=Depends(current_user)`.
        let head: Vec<Span> = head_of(flow, function);
        let is_own = |it: &&Span| {
            (!is_route || holds(body, **it)) && !head.iter().any(|whole| holds(*whole, **it))
        };
        let asks: BTreeSet<u32> = calls.iter().filter(is_own).map(|it| it.end).collect();
        if asks.is_empty() {
            continue;
        }
        let asked = Asked {
            flow,
            asks: &asks,
            ends: &ends,
            rejects: &rejects,
            own: &own,
            is_handler: true,
            answers_no: false,
            is_script: is_script(&facts.language),
        };
        if asked.refuses(function) > Refuses::No {
            return false;
        }
        has_one = true;
    }
    has_one
}

fn holds(whole: Span, part: Span) -> bool {
    whole.start <= part.start && part.end <= whole.end
}

/// The functions without a name that a stretch of code has written in it, and in no other.
fn written_in(flow: &codd_facts::FlowFacts, whole: Span) -> Vec<FunctionId> {
    let is_in = |it: &FunctionId| holds(whole, flow.function(*it).place);
    let all = (0..flow.functions.len())
        .map(|at| FunctionId(at as u32))
        .filter(|it| flow.function(*it).kind == FlowFunctionKind::Lambda && is_in(it));
    all.filter(|it| !flow.function(*it).parent.is_some_and(|outer| is_in(&outer))).collect()
}
