//! What is assigned to a place of an interface's type implements the interface, as TypeScript
//! has it.

use codd_facts::{DefinitionId, DefinitionKind, Expr, ExprId};

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::value::{At, Flow, FlowSet, NO_FRAME, OWN, Receiver, Site, Value};
use crate::{Basis, Confidence, EdgeKind, EdgeSource, FileEdge, Running};

/// Items of one object that are.
const MAX_ITEMS: usize = 256;

/// Objects in objects that are compared with their types.
const MAX_LEVELS: u32 = 4;

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for (at, definition) in semantics.definitions.iter().enumerate() {
        made_bases(evaluator, edges, DefinitionId(at as u32));
        if !evaluator.conventions(OWN).implements_by_use {
            continue;
        }
        if let Some(declared) = definition.declared_type {
            for value in definition.returns.iter().chain(&definition.value) {
                let types = evaluator.opened(OWN, declared, NO_FRAME);
                given(evaluator, edges, types.flows(), *value);
            }
        }
    }
    if !evaluator.conventions(OWN).implements_by_use {
        return;
    }
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        if arguments.is_empty() {
            continue;
        }
        let callees = evaluator.opened(OWN, *callee, NO_FRAME);
        for flow in callees.flows() {
            for (function, shift) in evaluator.called(&flow.value) {
                for (place, argument) in arguments.iter().enumerate() {
                    let definition = evaluator.definition(function);
                    let parameter = definition.parameters.get(place + shift);
                    let Some(annotation) = parameter.and_then(|it| it.annotation) else { continue };
                    let types = evaluator.opened(function.file, annotation, NO_FRAME);
                    given(evaluator, edges, types.flows(), argument.value);
                }
            }
        }
    }
}

/// The classes that a base is which a call gives: `extends Loud(Base)`.
fn made_bases(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet, class: DefinitionId) {
    let semantics = evaluator.semantics(OWN);
    for base in &semantics.definition(class).bases {
        if !matches!(semantics.expr(*base), Expr::Call { .. }) {
            continue;
        }
        let flows = evaluator.opened(OWN, *base, NO_FRAME);
        for flow in flows.flows() {
            let Value::Definition { at, .. } = flow.value else { continue };
            if evaluator.definition(at).kind == DefinitionKind::Class {
                edges.add(FileEdge {
                    from: EdgeSource::Definition(class),
                    to: evaluator.target(at),
                    kind: EdgeKind::Inherits,
                    confidence: flow.confidence.min(Confidence::Probable),
                    basis: Basis::Flow,
                    running: Running::surely(flow.confidence.min(Confidence::Probable)),
                    reference: None,
                });
            }
        }
    }
}

/// Compares a value of the own file with the types of the place that it is given to.
fn given(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet, types: &[Flow], value: ExprId) {
    let places = evaluator.instances(types, 0);
    if places.flows().iter().any(|it| says_shape(evaluator, &it.value)) {
        let values = evaluator.opened(OWN, value, NO_FRAME);
        compare(evaluator, edges, &places, &values, MAX_LEVELS);
    }
}

fn says_shape(evaluator: &Evaluator<'_>, place: &Value) -> bool {
    match place {
        Value::Instance(at, _) => evaluator.definition(*at).kind == DefinitionKind::Interface,
        Value::Container(_) => true,
        _ => false,
    }
}

fn compare(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    places: &FlowSet,
    values: &FlowSet,
    levels: u32,
) {
    if levels == 0 {
        return;
    }
    for place in places.flows() {
        for value in values.flows() {
            match (&place.value, &value.value) {
                (Value::Instance(interface, _), Value::Instance(class, _))
                    if says_shape(evaluator, &place.value) =>
                {
                    implements(evaluator, edges, *class, *interface);
                }
                (Value::Instance(interface, _), Value::Container(site))
                    if says_shape(evaluator, &place.value) =>
                {
                    let receiver = Receiver::of(*interface, true);
                    for (name, item) in named_items(evaluator, *site) {
                        let member = evaluator.class_member(*interface, &name, receiver);
                        let Some(member) = member else { continue };
                        item_of(evaluator, edges, &member, item, levels);
                    }
                }
                (Value::Container(named), Value::Container(site)) if named != site => {
                    let typed = named_items(evaluator, *named);
                    for (name, item) in named_items(evaluator, *site) {
                        let Some((_, typed)) = typed.iter().find(|it| it.0 == name) else {
                            continue;
                        };
                        let flows = evaluator.expr(typed.file, typed.expr, typed.frame);
                        let mut member = FlowSet::default();
                        member.extend(&flows, Confidence::Probable);
                        item_of(evaluator, edges, &member, item, levels);
                    }
                }
                _ => {}
            }
        }
    }
}

fn named_items(evaluator: &Evaluator<'_>, of: Site) -> Vec<(codd_facts::Name, Site)> {
    let semantics = evaluator.semantics(of.file);
    let Expr::Container { items, .. } = semantics.expr(of.expr) else { return Vec::new() };
    let site = |item: &codd_facts::Item| Site { expr: item.value, ..of };
    items.iter().take(MAX_ITEMS).filter_map(|it| Some((it.key.clone()?, site(it)))).collect()
}

/// The item of an object that is kept under the name of a type's member.
fn item_of(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    member: &FlowSet,
    item: Site,
    levels: u32,
) {
    let values = evaluator.expr(item.file, item.expr, item.frame);
    for declared in member.flows() {
        let (Value::Definition { at: declared, .. } | Value::Method { at: declared, .. }) =
            declared.value
        else {
            continue;
        };
        for value in values.iter() {
            let (Value::Definition { at, .. } | Value::Method { at, .. }) = value.value else {
                continue;
            };
            let kind = evaluator.definition(at).kind;
            if matches!(kind, DefinitionKind::Function | DefinitionKind::Method) && at != declared {
                replaces(evaluator, edges, declared, at);
            }
        }
    }
    let places = evaluator.open_all(member.flows());
    if places.flows().iter().any(|it| says_shape(evaluator, &it.value)) {
        let values = evaluator.open_all(&values);
        compare(evaluator, edges, &places, &values, levels - 1);
    }
}

/// Adds that a class has an interface that it does not say it has.
fn implements(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet, class: At, interface: At) {
    let is_class = evaluator.definition(class).kind == DefinitionKind::Class;
    if !is_class || evaluator.ancestry(class).order.iter().any(|(it, _)| *it == interface) {
        return;
    }
    let semantics = evaluator.semantics(interface.file);
    let Some(body) = semantics.definition(interface.id).body else { return };
    let receiver = Receiver::of(class, true);
    let mut names = semantics.scope(body).bindings.iter().map(|it| it.name.clone());
    if names.any(|name| evaluator.class_member(class, &name, receiver).is_some()) {
        replaces(evaluator, edges, class, interface);
    }
}

/// The relation of inheritance, by the file in which it shows.
fn replaces(evaluator: &Evaluator<'_>, edges: &mut EdgeSet, from: At, to: At) {
    let from = match from.file {
        OWN => EdgeSource::Definition(from.id),
        file => EdgeSource::Elsewhere(evaluator.path(file).clone(), from.id),
    };
    let to = evaluator.target(to);
    edges.add_implied(from, to, EdgeKind::Inherits, Confidence::Probable);
}
