//! References of which nothing is known for sure: what their names may mean, or that they are
//! counted.

use codd_facts::{Bound, Expr, ExprId, Name, Reference, ReferenceKind, Semantics};

use super::evaluate::Evaluator;
use super::given::are_given;
use super::names::find_name;
use super::value::{Flows, NO_FRAME, OWN, Value};
use super::{EdgeSet, MAX_CANDIDATES, source};
use crate::project::speaking_with;
use crate::{Basis, Confidence, EdgeKind, EdgeTarget, FileEdge, Running, UnresolvedReason};

/// Falls back to the name, or counts what could not be followed.
pub(super) fn nothing_found(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    at: u32,
    reference: &Reference,
    flows: &Flows,
) {
    // What a framework would run, were it there, is no use of a name.
    if reference.is_implied {
        return;
    }
    // A function's type says nothing of which function it is.
    let is_unknown = flows.is_empty()
        || flows.iter().any(|it| matches!(it.value, Value::Unknown | Value::Signature(_)));
    let semantics = evaluator.semantics(OWN);
    let is_given =
        are_given(flows) && matches!(semantics.expr(reference.target), Expr::Attribute { .. });
    if !is_unknown && !is_given {
        return;
    }
    match semantics.expr(reference.target) {
        Expr::Name { scope, name } => {
            let is_call = reference.kind == ReferenceKind::Call;
            let is_import = find_name(&semantics, *scope, name).is_some_and(|(_, bindings)| {
                bindings.iter().all(|it| matches!(it.bound, Bound::Import(_)))
            });
            // A missing import is counted once, where it stands.
            if is_call && !is_import {
                edges.unresolved(Some(at), name.clone(), UnresolvedReason::UnknownValue);
            }
        }
        Expr::Attribute { base, name } => {
            let bases = evaluator.opened(OWN, *base, NO_FRAME);
            let is_module = bases.flows().iter().any(|it| matches!(it.value, Value::Module(_)));
            if is_module && bases.flows().len() == 1 {
                edges.unresolved(Some(at), name.clone(), UnresolvedReason::MissingName);
            } else {
                by_name(evaluator, edges, at, reference, (name, !is_unknown));
            }
        }
        _ if reference.kind == ReferenceKind::Call
            && !applies_to_types(evaluator, reference.target) =>
        {
            let name = computed_name(&semantics, reference.target);
            edges.unresolved(Some(at), name, UnresolvedReason::UnknownValue);
        }
        _ => {}
    }
}

/// Whether what looks like an item is a function or class for a type, Go's `find[User]()` and
/// Python's `Box[int]()`, or may be one that is somebody else's.
fn applies_to_types(evaluator: &mut Evaluator<'_>, target: ExprId) -> bool {
    let semantics = evaluator.semantics(OWN);
    let Expr::Index { base, .. } = semantics.expr(target) else { return false };
    let bases = evaluator.expr(OWN, *base, NO_FRAME);
    bases.iter().any(|it| match &it.value {
        Value::Definition { at, .. } => {
            let kind = evaluator.definition(*at).kind;
            kind.is_function() || kind.is_type()
        }
        value => value.outside_name().is_some(),
    })
}

/// Whether what a member is of is a variable or field of the project: who writes it is known.
fn is_held(evaluator: &mut Evaluator<'_>, reference: &Reference) -> bool {
    let semantics = evaluator.semantics(OWN);
    let Expr::Attribute { base, .. } = semantics.expr(reference.target) else { return false };
    let bases = evaluator.expr(OWN, *base, NO_FRAME);
    bases.iter().any(|it| matches!(it.value, Value::Definition { .. }))
}

/// How what is computed and called is told to people: `table[…]`, `make(…)`.
fn computed_name(semantics: &Semantics, target: ExprId) -> Name {
    /// Parts of a chain that are written.
    const MAX_PARTS: usize = 4;
    let mut parts = Vec::new();
    let mut at = target;
    let start = loop {
        if parts.len() == MAX_PARTS {
            break "…";
        }
        at = match semantics.expr(at) {
            Expr::Index { base, .. } => {
                parts.push("[…]".to_owned());
                *base
            }
            Expr::Call { callee, .. } => {
                parts.push("(…)".to_owned());
                *callee
            }
            Expr::Attribute { base, name } => {
                parts.push(format!(".{name}"));
                *base
            }
            Expr::Applied { of, .. } => *of,
            Expr::Name { name, .. } => break name,
            Expr::This { .. } => break "this",
            _ => break "…",
        };
    };
    parts.reverse();
    Name::new(format!("{start}{}", parts.concat()))
}

/// Whether a method is of a class that only says which methods an object must have.
pub(super) fn is_structural(evaluator: &mut Evaluator<'_>, value: &Value) -> bool {
    let Value::Method { at, .. } = value else { return false };
    let bases = evaluator.conventions(at.file).structural_bases;
    if bases.is_empty() {
        return false;
    }
    let semantics = evaluator.semantics(at.file);
    let Some(class) = semantics.definition(at.id).parent else { return false };
    semantics.definition(class).bases.iter().any(|base| {
        let flows = evaluator.opened(at.file, *base, NO_FRAME);
        let mut names = flows.flows().iter().filter_map(|it| it.value.outside_name());
        names.any(|it| bases.contains(&it.as_str()))
    })
}

pub(super) fn by_name(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    at: u32,
    reference: &Reference,
    (name, is_given): (&Name, bool),
) {
    let is_call = reference.kind == ReferenceKind::Call;
    if !is_call && reference.kind != ReferenceKind::Read {
        return;
    }
    let conventions = evaluator.conventions(OWN);
    let says_little = is_given
        && (!is_call || conventions.built_in_methods.binary_search(&name.as_str()).is_ok());
    // Who makes an instance depends on these already.
    if conventions.showing.contains(&name.as_str()) {
        return;
    }
    let candidates = evaluator.project.candidates(name);
    let path = evaluator.path(OWN).clone();
    let is_ours = speaking_with(&path);
    let fitting: Vec<_> = candidates
        .iter()
        .filter(|it| if is_call { it.arity.takes(reference.arguments) } else { it.is_property })
        .filter(|it| is_ours(&it.path))
        .take(MAX_CANDIDATES + 1)
        .collect();
    if fitting.len() > MAX_CANDIDATES || (fitting.is_empty() && !candidates.is_empty()) {
        edges.asked_for.insert(name.clone());
    }
    if fitting.len() > MAX_CANDIDATES || (says_little && !fitting.is_empty()) {
        edges.unresolved(Some(at), name.clone(), UnresolvedReason::UnknownReceiver);
        return;
    }
    let is_function = is_call && conventions.function_methods.contains(&name.as_str());
    if is_function && !is_given && candidates.is_empty() && !is_held(evaluator, reference) {
        // `handlers.fetch(name).call(1)`: a function is called, and nobody says which.
        let called = computed_name(&evaluator.semantics(OWN), reference.target);
        edges.unresolved(Some(at), called, UnresolvedReason::UnknownValue);
    }
    for candidate in fitting {
        let Some(definition) = candidate.definition else { continue };
        let to = EdgeTarget::Definition(candidate.path.clone(), definition);
        let from = source(reference.owner);
        let kind = if reference.is_declared { EdgeKind::Mentions } else { EdgeKind::Calls };
        edges.add(FileEdge {
            from,
            to,
            kind,
            confidence: Confidence::Possible,
            basis: Basis::Named,
            running: Running::surely(Confidence::Possible).limited(reference.certainty),
            reference: Some(at),
        });
    }
}
