//! What a framework calls to fill parameters: `Depends(f)`, said in place or by an alias.

use std::collections::BTreeSet;

use codd_facts::{DefinitionId, DefinitionKind, ExprId, Name};
use rustc_hash::FxHashSet;

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::middleware::functions;
use super::value::{At, NO_FRAME, OWN, Value};
use crate::{Confidence, EdgeTarget, Injected, InjectedRole};

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for injection in &semantics.injections {
        if injection.is_alias {
            // Of a function, an alias in the type of a result or beside others fills nothing.
            if !semantics.definition(injection.of).kind.is_function() {
                alias(evaluator, edges, injection.of, injection.function);
            }
            made(evaluator, edges, injection.of, injection.function);
            continue;
        }
        for (target, confidence) in functions(evaluator, injection.function) {
            let EdgeTarget::Definition(path, id) = target else { continue };
            let role = if injection.is_optional {
                InjectedRole::Optional
            } else {
                InjectedRole::Dependency
            };
            let by = (path, id);
            edges.injections.push(Injected { of: injection.of, by, role, confidence });
        }
    }
    of_views(evaluator, edges);
    for (at, definition) in semantics.definitions.iter().enumerate() {
        let named = definition.parameters.iter().filter(|it| it.is_named_type);
        for annotation in named.filter_map(|it| it.annotation) {
            alias(evaluator, edges, DefinitionId(at as u32), annotation);
        }
    }
}

/// A route that a method of a decorated class serves has what the class's fields ask for, and
/// those of its bases that it does not replace.
fn of_views(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let handlers: BTreeSet<DefinitionId> = edges
        .handlers
        .iter()
        .filter(|(_, path, _)| path == evaluator.path(OWN))
        .map(|(_, _, id)| *id)
        .collect();
    for of in handlers {
        let Some(id) = evaluator.definition(At { file: OWN, id: of }).parent else { continue };
        let class = At { file: OWN, id };
        let definition = evaluator.definition(class);
        if definition.kind != DefinitionKind::Class || definition.decorators.is_empty() {
            continue;
        }
        let ancestry = evaluator.ancestry(class);
        let mut names: FxHashSet<Name> = FxHashSet::default();
        for (base, confidence) in &ancestry.order {
            let semantics = evaluator.semantics(base.file);
            let members = semantics.definitions.iter().zip(0..);
            let members: Vec<_> = members.filter(|it| it.0.parent == Some(base.id)).collect();
            for (member, at) in &members {
                if member.kind == DefinitionKind::Field && !names.contains(&member.name) {
                    let by = (evaluator.path(base.file).clone(), DefinitionId(*at));
                    let (role, confidence) = (InjectedRole::Alias, *confidence);
                    edges.injections.push(Injected { of, by, role, confidence });
                }
            }
            names.extend(members.iter().map(|it| it.0.name.clone()));
        }
    }
}

/// `of` takes or gives back an instance of a class, if `annotation` names one.
fn made(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet, of: DefinitionId, annotation: ExprId) {
    let flows = evaluator.expr(OWN, annotation, NO_FRAME);
    for flow in flows.iter() {
        let Value::Definition { at, .. } = flow.value else { continue };
        if evaluator.definition(at).kind != DefinitionKind::Class {
            continue;
        }
        let by = (evaluator.path(at.file).clone(), at.id);
        let role = InjectedRole::Model;
        // The declared type says so, and no call.
        let confidence = flow.confidence.min(Confidence::Probable);
        edges.injections.push(Injected { of, by, role, confidence });
    }
}

/// `of` may be filled by what a type's alias says, if `annotation` names one.
fn alias(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet, of: DefinitionId, annotation: ExprId) {
    let flows = evaluator.expr(OWN, annotation, NO_FRAME);
    for flow in flows.iter() {
        let Value::Definition { at, .. } = flow.value else { continue };
        let kind = evaluator.definition(at).kind;
        if !matches!(kind, DefinitionKind::Variable | DefinitionKind::TypeAlias) {
            continue;
        }
        let by = (evaluator.path(at.file).clone(), at.id);
        let role = InjectedRole::Alias;
        edges.injections.push(Injected { of, by, role, confidence: flow.confidence });
    }
}
