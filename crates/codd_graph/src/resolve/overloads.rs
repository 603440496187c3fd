//! Functions that share one name: those that take what is passed.

use std::collections::BTreeMap;

use codd_facts::{Argument, DefinitionKind, Expr, ExprId, Name, Parameter, Semantics};
use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;
use super::value::{At, FileId, Flow, Flows, NO_FRAME, OWN, Value};
use crate::{Arity, Confidence};

/// Calls of one name in one scope whose arguments are looked at.
const MAX_CALLS: usize = 16;

/// Functions of one name and arity whose parameters are looked at.
const MAX_COMPARED: usize = 64;

/// The calls of the own file, by what is called.
#[derive(Debug, Default)]
pub(super) struct Calls {
    by_callee: Option<FxHashMap<ExprId, Vec<ExprId>>>,
}

impl Calls {
    fn of(&mut self, semantics: &Semantics, callee: ExprId) -> &[ExprId] {
        let all = self.by_callee.get_or_insert_with(|| {
            let mut all: FxHashMap<ExprId, Vec<ExprId>> = FxHashMap::default();
            for (at, expr) in semantics.exprs.iter().enumerate() {
                if let Expr::Call { callee, .. } = expr {
                    let of = all.entry(semantics.unapplied(*callee)).or_default();
                    of.push(ExprId(at as u32));
                }
            }
            all
        });
        all.get(&callee).map_or(&[], Vec::as_slice)
    }
}

/// Whether a function takes what is passed, as far as the classes of both are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    Unknown,
    Yes,
}

/// Of functions that share one name, those that take that many arguments, if any does; of these,
/// those that take instances of the classes that are passed are surer.
pub(super) fn overloads(
    evaluator: &mut Evaluator<'_>,
    calls: &mut Calls,
    flows: Flows,
    (target, arguments): (ExprId, Option<u32>),
) -> Flows {
    let function = |flow: &Flow| match &flow.value {
        Value::Definition { at, .. } | Value::Method { at, .. } => {
            let it = evaluator.definition(*at);
            let is_function = matches!(it.kind, DefinitionKind::Function | DefinitionKind::Method);
            is_function.then(|| (it.qualified_name.clone(), Arity::of(it), *at))
        }
        _ => None,
    };
    // What is added to a type from outside does not replace what that has and we do not see.
    let is_added = |flow: &Flow| match &flow.value {
        Value::Definition { at, .. } => {
            evaluator.extended(at.file).contains_key(&at.id)
                && !Arity::of(evaluator.definition(*at)).takes(arguments)
        }
        _ => false,
    };
    if flows.iter().any(is_added) {
        let mut limited = flows.to_vec();
        for flow in limited.iter_mut().filter(|it| is_added(it)) {
            flow.confidence = Confidence::Possible;
        }
        return limited.into();
    }
    if flows.len() < 2 {
        return flows;
    }
    let functions: Vec<_> = flows.iter().map(function).collect();
    let mut taking: BTreeMap<&Name, Vec<At>> = BTreeMap::new();
    for (name, arity, at) in functions.iter().flatten() {
        let of_name = taking.entry(name).or_default();
        of_name.extend(arity.takes(arguments).then_some(*at));
    }
    let mut limits: FxHashMap<At, Confidence> = FxHashMap::default();
    for of_name in taking.values().filter(|it| it.len() > 1) {
        let fits = fitting(evaluator, calls, target, of_name);
        let best = fits.iter().max().copied().unwrap_or(Fit::Unknown);
        for (at, fit) in of_name.iter().zip(fits) {
            let is_best = fit == best || best != Fit::Yes;
            let limit = if is_best { Confidence::Probable } else { Confidence::Possible };
            limits.insert(*at, limit);
        }
    }
    let limited = |(flow, function): (&Flow, &Option<(Name, Arity, At)>)| {
        let mut flow = flow.clone();
        if let Some((name, arity, at)) = function {
            if !arity.takes(arguments) && !taking.get(name).is_none_or(Vec::is_empty) {
                return None;
            }
            let limit = limits.get(at).copied().unwrap_or(Confidence::Exact);
            flow.confidence = flow.confidence.min(limit);
        }
        Some(flow)
    };
    flows.iter().zip(&functions).filter_map(limited).collect()
}

/// How well each function takes what the calls of `target` pass.
fn fitting(
    evaluator: &mut Evaluator<'_>,
    calls: &mut Calls,
    target: ExprId,
    functions: &[At],
) -> Vec<Fit> {
    let mut best = vec![Fit::Unknown; functions.len()];
    let semantics = evaluator.semantics(OWN);
    let calls = calls.of(&semantics, target);
    if calls.is_empty() || calls.len() > MAX_CALLS || functions.len() > MAX_COMPARED {
        return best;
    }
    // What one of the calls may mean is meant.
    best.fill(Fit::No);
    for call in calls {
        let Expr::Call { arguments, .. } = semantics.expr(*call) else { continue };
        let given: Vec<Flows> =
            arguments.iter().map(|it| evaluator.opened(OWN, it.value, NO_FRAME).share()).collect();
        let fits: Vec<Fit> =
            functions.iter().map(|it| evaluator.fit(*it, arguments, &given)).collect();
        let is_told = fits.contains(&Fit::Yes);
        for (known, fit) in best.iter_mut().zip(fits) {
            let fit = if !is_told && fit == Fit::No { Fit::Unknown } else { fit };
            *known = fit.max(*known);
        }
        if !is_told {
            // This call may mean any of them.
            return vec![Fit::Unknown; functions.len()];
        }
    }
    best
}

impl Evaluator<'_> {
    fn fit(&mut self, function: At, arguments: &[Argument], given: &[Flows]) -> Fit {
        let semantics = self.semantics(function.file);
        let parameters = &semantics.definition(function.id).parameters;
        // `Type::method(object, …)` passes the object too.
        let is_whole = arguments.len() == parameters.len();
        let plain: Vec<&Parameter> =
            parameters.iter().filter(|it| is_whole || !it.is_receiver).collect();
        let mut fit = Fit::Unknown;
        for (at, (argument, flows)) in arguments.iter().zip(given).enumerate() {
            let parameter = match &argument.name {
                Some(name) => plain.iter().find(|it| it.name == *name),
                None => plain.get(at),
            };
            let Some(annotation) = parameter.and_then(|it| it.annotation) else { continue };
            match self.fits_type(function.file, annotation, flows) {
                Fit::No => return Fit::No,
                other => fit = fit.max(other),
            }
        }
        fit
    }

    /// Whether values are instances of a declared type.
    fn fits_type(&mut self, file: FileId, annotation: ExprId, given: &[Flow]) -> Fit {
        let mut passed: Vec<At> = Vec::new();
        let mut is_outside = false;
        for flow in given {
            match &flow.value {
                Value::Instance(class, _) => passed.push(*class),
                Value::External(_) => is_outside = true,
                _ => return Fit::Unknown,
            }
        }
        let types = self.types_of(file, annotation);
        if types.is_empty() || (passed.is_empty() && !is_outside) {
            return Fit::Unknown;
        }
        let is_of = |it: &mut Self, class: &At| {
            let ancestry = it.ancestry(*class);
            ancestry.order.iter().any(|(known, _)| types.contains(known))
        };
        let fitting = passed.iter().filter(|class| is_of(self, class)).count();
        match fitting {
            0 => Fit::No,
            _ if fitting == passed.len() && !is_outside => Fit::Yes,
            _ => Fit::Unknown,
        }
    }
}
