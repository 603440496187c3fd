//! What runs when the value of an expression is called before a route.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{
    Argument, Bound, Certainty, ContainerKind, DefinitionKind, Expr, ExprId, ImportItem, Name,
    Semantics, is_leaving_out,
};

use super::evaluate::Evaluator;
use super::names::{find_name, seen};
use super::value::{At, Flow, NO_FRAME, OWN, Value};
use crate::{Confidence, EdgeTarget};

/// Containers in containers, variables of variables: more are not what people write.
const MAX_DEPTH: u32 = 8;

/// Parts of one expression that are looked at.
const MAX_PARTS: usize = 4_096;

/// Expressions that are looked through for what comes from outside.
const MAX_LOOKED_AT: usize = 64;

/// What runs, by name, when the value of an expression is called before a route.
///
/// A variable, field or property that holds the function is part of it, so that a control can
/// name it, and so is what made the function: `requireRole` of `requireRole("admin")`, with
/// the functions that are handed to it.
pub(super) fn functions(
    evaluator: &mut Evaluator<'_>,
    expr: ExprId,
) -> Vec<(EdgeTarget, Confidence)> {
    let mut found = Middleware::default();
    found.expr(evaluator, expr, Confidence::Exact, 0);
    found.out
}

/// What comes from outside and is called before a route as the value of an expression, or
/// made that, by its dotted name.
pub(super) fn outside(evaluator: &mut Evaluator<'_>, expr: ExprId) -> Vec<(Name, Confidence)> {
    let mut out = Vec::new();
    let mut todo = vec![(expr, Confidence::Exact)];
    let semantics = evaluator.semantics(OWN);
    for _ in 0..MAX_LOOKED_AT {
        let Some((expr, limit)) = todo.pop() else { break };
        match semantics.expr(expr) {
            Expr::Either(options) => {
                let is_one = are_of_one_object(&semantics, options);
                let limit = if is_one { limit } else { Confidence::Possible };
                todo.extend(options.iter().map(|it| (*it, limit)));
            }
            Expr::Container { items, .. } => todo.extend(items.iter().map(|it| (it.value, limit))),
            Expr::Call { callee, arguments } => {
                let limit = match semantics.guards_surely(expr) {
                    Certainty::Always => limit,
                    Certainty::Perhaps => Confidence::Possible,
                    Certainty::Never => continue,
                };
                if let Some(base) = left_out_of(&semantics, expr) {
                    todo.push((base, Confidence::Possible));
                    continue;
                }
                todo.push((semantics.unapplied(*callee), limit));
                // `wrap(jwt({ … }))` runs what is made there.
                let made = arguments.iter().enumerate().filter(|(_, it)| {
                    it.name.is_none() && matches!(semantics.expr(it.value), Expr::Call { .. })
                });
                let mut makers = None;
                for (place, argument) in made {
                    let makers = makers.get_or_insert_with(|| Makers::of(evaluator, *callee));
                    let limit = limit.min(match makers.run(evaluator, place, argument) {
                        Certainty::Always => Confidence::Probable,
                        Certainty::Perhaps => Confidence::Possible,
                        Certainty::Never => continue,
                    });
                    todo.push((argument.value, limit));
                }
            }
            Expr::Name { .. } | Expr::Attribute { .. } | Expr::Import(_) => {
                let flows = evaluator.expr(OWN, expr, NO_FRAME);
                let limit = one_of(&flows, limit);
                for flow in flows.iter() {
                    if let Some(name) = flow.value.outside_name() {
                        out.push((name.clone(), flow.confidence.min(limit)));
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// The functions that run before a handler, as they are found.
#[derive(Default)]
pub(super) struct Middleware {
    pub(super) out: Vec<(EdgeTarget, Confidence)>,
    seen: Vec<Value>,
    /// Lists of the same list many times over would be walked for ever.
    looked_at: usize,
}

impl Middleware {
    fn expr(&mut self, evaluator: &mut Evaluator<'_>, expr: ExprId, limit: Confidence, depth: u32) {
        let mut limit = limit;
        if depth > MAX_DEPTH {
            return;
        }
        if self.looked_at > MAX_PARTS {
            evaluator.give_up();
            return;
        }
        self.looked_at += 1;
        let semantics = evaluator.semantics(OWN);
        match semantics.expr(expr) {
            Expr::Either(options)
                if are_of_one_object(&semantics, options)
                    || are_names_of_one(&semantics, options) =>
            {
                self.one_of_methods(evaluator, options, limit, depth);
                return;
            }
            // One of them runs, nobody knows which.
            Expr::Either(options) => {
                for option in options {
                    self.expr(evaluator, *option, Confidence::Possible, depth + 1);
                }
                return;
            }
            Expr::Container { items, .. } => {
                for item in items {
                    self.expr(evaluator, item.value, limit, depth + 1);
                }
                return;
            }
            Expr::Call { callee, arguments } => {
                let receivers = match semantics.expr(*callee) {
                    // `guard.bind(this)` is the guard, whatever else `this` has.
                    Expr::Attribute { base, name } if is_of_functions(evaluator, name) => {
                        self.expr(evaluator, *base, limit, depth + 1);
                        1
                    }
                    _ => match left_out_of(&semantics, expr) {
                        Some(base) => {
                            limit = limit.min(Confidence::Possible);
                            self.expr(evaluator, base, limit, depth + 1);
                            0
                        }
                        None => {
                            self.expr(evaluator, *callee, limit, depth + 1);
                            0
                        }
                    },
                };
                let makers = Makers::of(evaluator, *callee);
                for (place, argument) in arguments.iter().enumerate().skip(receivers) {
                    let limit = limit.min(match makers.run(evaluator, place, argument) {
                        Certainty::Always => Confidence::Probable,
                        // Whether it is called, nobody but the maker knows.
                        Certainty::Perhaps | Certainty::Never => Confidence::Possible,
                    });
                    self.handed(evaluator, argument.value, limit, depth + 1);
                }
            }
            // What a function has of its own does not run it.
            Expr::Attribute { name, .. } if is_of_functions(evaluator, name) => return,
            // Each of `[...guards]`.
            Expr::Index { base, key: None } => {
                self.expr(evaluator, *base, limit, depth + 1);
            }
            Expr::Index { base, .. } | Expr::Attribute { base, .. } => {
                if is_changed_name(&semantics, *base) {
                    limit = limit.min(Confidence::Possible);
                }
                self.holder(evaluator, *base, limit);
            }
            // A local variable has no node: what made its value counts.
            Expr::Name { scope, name } => {
                let found = find_name(&semantics, *scope, name);
                let (bound_in, bindings) = found.map_or((*scope, &[][..]), |it| it);
                if semantics.changed.contains(&(bound_in, name.clone())) {
                    limit = limit.min(Confidence::Possible);
                }
                let bindings: Vec<_> = seen(bindings, expr).collect();
                if bindings.iter().filter(|it| is_given_value(&semantics, &it.bound)).count() > 1 {
                    limit = limit.min(Confidence::Possible);
                }
                for binding in bindings {
                    if let Bound::Value(value) = binding.bound
                        && matches!(
                            semantics.expr(value),
                            Expr::Call { .. } | Expr::Container { .. }
                        )
                    {
                        self.expr(evaluator, value, limit.min(Confidence::Probable), depth + 1);
                    }
                }
            }
            _ => {}
        }
        let flows = evaluator.expr(OWN, expr, NO_FRAME);
        let limit = one_of(&flows, limit);
        for flow in flows.iter() {
            self.value(evaluator, &flow.value, flow.confidence.min(limit), depth + 1);
        }
    }

    /// The one of these methods that an object has; where it has several, any of them may be
    /// what is called.
    fn one_of_methods(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        options: &[ExprId],
        limit: Confidence,
        depth: u32,
    ) {
        let start = self.out.len();
        let mut found: Vec<BTreeSet<EdgeTarget>> = Vec::new();
        for option in options {
            let own = self.out.len();
            self.expr(evaluator, *option, limit, depth + 1);
            found.push(self.out[own..].iter().map(|it| it.0.clone()).collect());
        }
        // The object itself is found with each of them.
        let mut counts: BTreeMap<&EdgeTarget, usize> = BTreeMap::new();
        for target in found.iter().flatten() {
            *counts.entry(target).or_default() += 1;
        }
        let is_own = |it: &EdgeTarget| counts.get(it) == Some(&1);
        if found.iter().filter(|it| it.iter().any(is_own)).count() > 1 {
            for (target, confidence) in &mut self.out[start..] {
                if is_own(target) {
                    *confidence = Confidence::Possible;
                }
            }
        }
    }

    /// Functions and variables among what is handed to what makes the middleware.
    fn handed(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        expr: ExprId,
        limit: Confidence,
        depth: u32,
    ) {
        let semantics = evaluator.semantics(OWN);
        match semantics.expr(expr) {
            Expr::Name { .. } | Expr::Attribute { .. } | Expr::Definition(_) => {
                let flows = evaluator.expr(OWN, expr, NO_FRAME);
                for flow in flows.iter() {
                    if let Value::Definition { at, .. } | Value::Method { at, .. } = flow.value {
                        self.out.push((evaluator.target(at), flow.confidence.min(limit)));
                    }
                }
            }
            Expr::Container { items, .. } if depth <= MAX_DEPTH => {
                for item in items {
                    self.handed(evaluator, item.value, limit, depth + 1);
                }
            }
            Expr::Call { .. } | Expr::Either(_) => self.expr(evaluator, expr, limit, depth),
            _ => {}
        }
    }

    /// The object that a property is taken from, where it has a name of its own.
    fn holder(&mut self, evaluator: &mut Evaluator<'_>, base: ExprId, limit: Confidence) {
        let flows = evaluator.expr(OWN, base, NO_FRAME);
        for flow in flows.iter() {
            if let Value::Definition { at, .. } = flow.value
                && is_variable(evaluator, at)
            {
                self.out.push((evaluator.target(at), flow.confidence.min(limit)));
            }
        }
    }

    pub(super) fn value(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        value: &Value,
        confidence: Confidence,
        depth: u32,
    ) {
        if depth > MAX_DEPTH || self.seen.contains(value) {
            return;
        }
        self.seen.push(value.clone());
        let mut confidence = confidence;
        match value {
            Value::Definition { at, .. } if is_text(evaluator, *at) => return,
            Value::Definition { at, .. } => {
                if is_changed(evaluator, *at) {
                    confidence = confidence.min(Confidence::Possible);
                }
                self.out.push((evaluator.target(*at), confidence));
            }
            Value::Container(site) => {
                let semantics = evaluator.semantics(site.file);
                let Expr::Container { kind: ContainerKind::Sequence, items } =
                    semantics.expr(site.expr)
                else {
                    return;
                };
                for item in items {
                    let flows = evaluator.expr(site.file, item.value, site.frame);
                    for flow in flows.iter() {
                        let confidence = flow.confidence.min(confidence);
                        self.value(evaluator, &flow.value, confidence, depth + 1);
                    }
                }
                return;
            }
            _ => {}
        }
        for (at, _) in evaluator.called(value) {
            self.out.push((evaluator.target(at), confidence));
        }
        let is_one_of = match value {
            Value::Definition { at, .. } => {
                let value = evaluator.definition(*at).value;
                value.is_some_and(|it| {
                    matches!(evaluator.semantics(at.file).expr(it), Expr::Either(_))
                })
            }
            _ => false,
        };
        let confidence = if is_one_of { Confidence::Possible } else { confidence };
        let held = evaluator.held_by(value);
        let confidence = held.as_ref().map_or(confidence, |it| one_of(it, confidence));
        for flow in held.iter().flat_map(|it| it.iter()) {
            let confidence = flow.confidence.min(confidence).min(Confidence::Probable);
            self.value(evaluator, &flow.value, confidence, depth + 1);
        }
    }
}

/// Whether an attribute is one that every function has: `guard.bind`.
fn is_of_functions(evaluator: &Evaluator<'_>, name: &str) -> bool {
    matches!(name, "apply" | "bind" | "call" | "toString")
        && evaluator.conventions(OWN).function_methods.contains(&name)
}

/// The methods by which an object is run that is registered itself: it has one of them.
const RUN_BY: [&str; 2] = ["__invoke", "process"];

/// Whether these are methods of one object, of which what runs is the one that is there.
fn are_of_one_object(semantics: &Semantics, options: &[ExprId]) -> bool {
    let method = |it: &ExprId| match semantics.expr(*it) {
        Expr::Attribute { base, name } => Some((*base, name.as_str())),
        _ => None,
    };
    let [Some(one), Some(other)] =
        [options.first().and_then(method), options.get(1).and_then(method)]
    else {
        return false;
    };
    let mut names = [one.1, other.1];
    names.sort_unstable();
    options.len() == 2 && one.0 == other.0 && names == RUN_BY
}

/// Whether these are a method of one class, whose namespace may be written in full or not:
/// `App.Http.Controllers.Api.C` and `Api.C`.
fn are_names_of_one(semantics: &Semantics, options: &[ExprId]) -> bool {
    let named = |it: &ExprId| {
        let Expr::Attribute { base, name: method } = semantics.expr(*it) else { return None };
        let Expr::Import(id) = semantics.expr(*base) else { return None };
        let import = semantics.import(*id);
        let ImportItem::Named(name) = &import.item else { return None };
        Some((method, name, import.request.module.as_str()))
    };
    let [one, rest @ ..] = options else { return false };
    let Some((method, name, module)) = named(one).filter(|_| !rest.is_empty()) else {
        return false;
    };
    let is_same = |of: &str| module.ends_with(of) || of.ends_with(module);
    rest.iter()
        .all(|it| named(it).is_some_and(|it| it.0 == method && it.1 == name && is_same(it.2)))
}

/// Whether a definition holds a text, which runs nothing: a path, say.
fn is_text(evaluator: &Evaluator<'_>, at: At) -> bool {
    let value = evaluator.definition(at).value;
    value.is_some_and(|it| matches!(evaluator.semantics(at.file).expr(it), Expr::Text(_)))
}

/// Whether a binding gives its name a value that may run.
fn is_given_value(semantics: &Semantics, bound: &Bound) -> bool {
    match bound {
        Bound::Value(value) => !matches!(semantics.expr(*value), Expr::Literal),
        Bound::Definition(_) | Bound::Alias(_) | Bound::Import(_) => true,
        _ => false,
    }
}

/// What runs before some routes and not before others: `guard` of `guard.unless({ … })`.
fn left_out_of(semantics: &Semantics, expr: ExprId) -> Option<ExprId> {
    let Expr::Call { callee, .. } = semantics.expr(expr) else { return None };
    match semantics.expr(semantics.unapplied(*callee)) {
        Expr::Attribute { base, name } if is_leaving_out(name) => Some(*base),
        _ => None,
    }
}

/// Names of functions that decide when what they are given runs.
const DECIDERS: &[&str] = &[
    "cond",
    "conditional",
    "conditionally",
    "except",
    "fallback",
    "if",
    "maybe",
    "optional",
    "optionally",
    "skip",
    "sometimes",
    "unless",
    "when",
];

/// Words in the names of functions of libraries that run what they are given, and say no more of
/// it than how it is called.
const PLAIN_WRAPPERS: &[&str] = &[
    "adapt",
    "all",
    "apply",
    "async",
    "bind",
    "catch",
    "chain",
    "combine",
    "compose",
    "connect",
    "convert",
    "curry",
    "every",
    "express",
    "fn",
    "guard",
    "handle",
    "log",
    "measure",
    "memo",
    "middleware",
    "middie",
    "partial",
    "pipe",
    "plugin",
    "promis",
    "rescue",
    "sequence",
    "series",
    "time",
    "trace",
    "use",
    "wrap",
];

fn is_plain_wrapper(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PLAIN_WRAPPERS.iter().any(|it| name.contains(it))
}

/// Whether a word in the name of a function says that it decides: `asyncUnless`, `run_when`.
fn decides_by_name(name: &str) -> bool {
    let mut words = vec![String::new()];
    for it in name.chars() {
        if it.is_uppercase() || it == '_' {
            words.push(String::new());
        }
        if it != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(it.to_lowercase());
        }
    }
    words.iter().any(|it| DECIDERS.contains(&it.as_str()))
}

/// The functions that make middleware of others.
struct Makers {
    known: Vec<(At, usize)>,
    /// They decide when what they are given runs.
    decides: bool,
    /// What they are called says nothing of whether it runs.
    is_unknown: bool,
}

impl Makers {
    fn of(evaluator: &mut Evaluator<'_>, callee: ExprId) -> Makers {
        let semantics = evaluator.semantics(OWN);
        let mut known = Vec::new();
        let flows = evaluator.opened(OWN, callee, NO_FRAME);
        for flow in flows.flows() {
            known.extend(evaluator.called(&flow.value));
        }
        let (mut decides, mut is_unknown) = (false, false);
        match semantics.expr(semantics.unapplied(callee)) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                decides = decides_by_name(name) || name == "Proxy";
                is_unknown = is_of_functions(evaluator, "bind") && !is_plain_wrapper(name);
            }
            _ => {}
        }
        Makers { known, decides, is_unknown }
    }

    /// How surely they run what they are given at one place.
    fn run(&self, evaluator: &Evaluator<'_>, place: usize, argument: &Argument) -> Certainty {
        if self.known.is_empty() {
            let is_option = || {
                matches!(
                    evaluator.semantics(OWN).expr(argument.value),
                    Expr::Container { kind: ContainerKind::Mapping, .. }
                )
            };
            let is_doubtful = self.decides || self.is_unknown && !is_option();
            return if is_doubtful { Certainty::Perhaps } else { Certainty::Always };
        }
        let runs = self.known.iter().map(|(at, shift)| {
            let parameters = &evaluator.definition(*at).parameters;
            let parameter = match &argument.name {
                Some(name) => parameters.iter().find(|it| it.name == *name),
                None => parameters.get(place + shift).filter(|it| !it.is_variadic),
            };
            parameter.map_or(Certainty::Always, |it| it.runs)
        });
        runs.min().unwrap_or_default()
    }
}

/// Of several values one runs, nobody knows which.
pub(super) fn one_of(flows: &[Flow], limit: Confidence) -> Confidence {
    if flows.len() > 1 { limit.min(Confidence::Possible) } else { limit }
}

/// Whether a name of this file stands for a container that is changed.
fn is_changed_name(semantics: &Semantics, expr: ExprId) -> bool {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return false };
    let bound_in = find_name(semantics, *scope, name).map(|it| it.0);
    bound_in.is_some_and(|it| semantics.changed.contains(&(it, name.clone())))
}

/// Whether a variable holds a container that its file changes.
fn is_changed(evaluator: &Evaluator<'_>, at: At) -> bool {
    if !is_variable(evaluator, at) {
        return false;
    }
    let semantics = evaluator.semantics(at.file);
    let definition = semantics.definition(at.id);
    semantics.changed.iter().any(|it| it.0 == definition.scope && it.1 == definition.name)
}

fn is_variable(evaluator: &Evaluator<'_>, at: At) -> bool {
    matches!(evaluator.definition(at).kind, DefinitionKind::Variable | DefinitionKind::Field)
}

#[cfg(test)]
mod tests {
    use super::{decides_by_name, is_plain_wrapper};

    #[test]
    fn a_word_in_the_name_of_a_wrapper_decides() {
        for name in ["unless", "optionally", "conditionally", "asyncUnless", "run_if", "sometimes"]
        {
            assert!(decides_by_name(name), "{name}");
        }
        for name in ["asyncHandler", "notify", "wrap", "middleware"] {
            assert!(!decides_by_name(name), "{name}");
        }
        assert!(is_plain_wrapper("asyncHandler"));
    }
}
