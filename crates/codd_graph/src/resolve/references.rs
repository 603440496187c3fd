//! Edges of references: who calls, reads, writes, inherits and decorates what.

use codd_facts::{
    Bound, Certainty, DefinitionId, DefinitionKind, Expr, ExprId, ModuleTarget, Reference,
    ReferenceKind, Semantics,
};

use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;
use super::found::{Found, Target};
use super::names::find_name;
use super::overloads::{Calls, overloads};
use super::signatures::BIND;
use super::unresolved::{by_name, is_structural, nothing_found};
use super::value::{Flow, Flows, NO_FRAME, OWN, Value};
use super::{EdgeSet, callbacks, proxies, source, writes};
use crate::project::speak_one_language;
use crate::{Basis, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, Running};

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    let mut calls = Calls::default();
    for (at, reference) in semantics.references.iter().enumerate() {
        data_read(evaluator, edges, at as u32, reference);
        let flows = evaluator.expr(OWN, reference.target, NO_FRAME);
        let flows = evaluator.accessors(flows, reference.kind == ReferenceKind::Write);
        if reference.kind == ReferenceKind::Write {
            let flows = evaluator.fitting(OWN, &flows, false).share();
            writes::written(evaluator, edges, at as u32, reference, &flows);
            continue;
        }
        let is_called = reference.kind == ReferenceKind::Call;
        let start = semantics.expr(semantics.unapplied(reference.target));
        let is_result = is_called && matches!(start, Expr::Call { .. });
        let is_inferred = is_result || is_local(&semantics, reference);
        let mut found = Found::new(is_inferred, reference.arguments);
        let flows = if evaluator.conventions(OWN).methods_are_apart {
            evaluator.fitting(OWN, &flows, is_called).share()
        } else {
            flows
        };
        let flows = match reference.kind {
            ReferenceKind::Type | ReferenceKind::Inherit if flows.len() > 1 => {
                evaluator.types_alone(&flows).share()
            }
            _ => flows,
        };
        let flows = if is_called {
            let called = (reference.target, reference.arguments);
            overloads(evaluator, &mut calls, flows, called)
        } else {
            flows
        };
        if let (ReferenceKind::Decorate, Some(owner)) = (reference.kind, reference.owner) {
            let outside = flows.iter().filter_map(|it| Some((it.value.outside_name()?, it)));
            let is_one = flows.len() == 1;
            let given = semantics.decorates_surely(owner, reference.target);
            let given = given.min(reference.certainty);
            let is_one = is_one && given == Certainty::Always;
            let outside = outside.filter(|_| given > Certainty::Never);
            edges.decorators.extend(outside.map(|(name, flow)| {
                let limit = if is_one { Confidence::Exact } else { Confidence::Possible };
                (owner, name.clone(), flow.confidence.min(limit))
            }));
        }
        let is_bound = evaluator.is_bound(&semantics, reference);
        found.values = flows.len();
        for flow in flows.iter() {
            match reference.kind {
                ReferenceKind::Call if is_bound && !evaluator.is_named_bind(&flow.value) => {
                    found.mentioned(evaluator, flow, ReferenceKind::Read);
                }
                ReferenceKind::Call => found.called(evaluator, flow),
                _ => found.mentioned(evaluator, flow, reference.kind),
            }
        }
        found.tell_alternatives();
        // What a call gives back of what it is given, its caller has given it.
        if !found.parameters.is_empty() && !reference.is_declared && !is_result {
            callbacks::called(
                evaluator,
                edges,
                source(reference.owner),
                at as u32,
                &found.parameters,
            );
        }
        if found.targets.is_empty() {
            nothing_found(evaluator, edges, at as u32, reference, &flows);
            continue;
        }
        if found.targets.iter().all(|it| it.confidence == Confidence::Possible) {
            // Guesses for what is known do not speak for what is unknown.
            nothing_found(evaluator, edges, at as u32, reference, &flows);
        }
        if evaluator.conventions(OWN).implements_by_use {
            found.imply_overriders(evaluator);
        }
        if let Expr::Attribute { name, .. } = semantics.expr(reference.target)
            && is_called
            && flows.iter().any(|it| is_structural(evaluator, &it.value))
        {
            // Any object with the method may be meant.
            by_name(evaluator, edges, at as u32, reference, (name, false));
        }
        if is_result {
            // Which function a call gives is inferred.
            found.limit(Confidence::Probable);
        }
        if names_callback(&semantics, reference) {
            // Who keeps an object runs it, and who reads the class does not.
            found.limit(Confidence::Possible);
        }
        if reference.is_declared {
            found.mention();
        }
        if reference.is_discarded
            || is_returned_by_callback(&semantics, reference)
            || is_base_of_parts(evaluator, &semantics, at, &flows)
        {
            found.mention_reads();
        }
        if reference.is_implied {
            found.imply();
        }
        // Neither a type's own text nor a function that a list holds is run by the top level
        // around it.
        let is_apart = reference.kind == ReferenceKind::Type
            || matches!(semantics.expr(reference.target), Expr::Definition(id)
                if semantics.definition(*id).kind == DefinitionKind::Callback);
        let mut sources = Vec::new();
        if !(is_apart && reference.owner.is_none() && reference.initialises.is_some()) {
            sources.push(source(reference.owner));
        }
        sources.extend(reference.initialises.map(EdgeSource::Definition));
        let user = User {
            reference: Some(at as u32),
            sources: &sources,
            certainty: reference.certainty.min(managed(evaluator, &semantics, at as u32)),
            awaited: reference.awaited,
            is_value: reference.initialises.is_some_and(|it| is_value(&semantics, it, reference)),
            is_returned: reference.owner.is_some_and(|it| is_returned(&semantics, it, reference)),
        };
        if is_called || reference.kind == ReferenceKind::Read {
            proxies::called(evaluator, edges, reference, &found);
        }
        add_found(evaluator, edges, &user, found);
    }
    results_called(evaluator, edges);
}

/// How surely what a call raises gets out of the context managers around it.
fn managed(evaluator: &mut Evaluator<'_>, semantics: &Semantics, reference: u32) -> Certainty {
    let first = semantics.managed.partition_point(|it| it.0 < reference);
    let around = semantics.managed[first..].iter().take_while(|it| it.0 == reference);
    for (_, manager) in around {
        for flow in evaluator.expr(OWN, *manager, NO_FRAME).iter() {
            if let Value::Definition { at, .. } = flow.value
                && evaluator.definition(at).flags.swallows
            {
                return Certainty::Perhaps;
            }
        }
    }
    Certainty::Always
}

/// A name that an import of a file of data binds: who uses it depends on that file.
fn data_read(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    index: u32,
    reference: &Reference,
) {
    let semantics = evaluator.semantics(OWN);
    let Expr::Name { scope, name } = semantics.expr(reference.target) else { return };
    let Some((_, [binding])) = find_name(&semantics, *scope, name) else { return };
    let Bound::Import(id) = binding.bound else { return };
    let ModuleTarget::File(path) = evaluator.module_of(OWN, id) else { return };
    if speak_one_language(evaluator.path(OWN), &path) {
        return;
    }
    let initialised = reference.initialises.map(EdgeSource::Definition);
    for from in std::iter::once(source(reference.owner)).chain(initialised) {
        edges.add(FileEdge {
            from,
            to: EdgeTarget::File(path.clone()),
            kind: EdgeKind::Reads,
            confidence: Confidence::Exact,
            basis: Basis::Named,
            running: NOTHING_RUNS,
            reference: Some(index),
        });
    }
}

/// Who uses what was found, and how.
struct User<'a> {
    reference: Option<u32>,
    /// The first holds the text; the value of the others depends on it.
    sources: &'a [EdgeSource],
    certainty: Certainty,
    /// Whether somebody waits for what a call gives.
    awaited: Certainty,
    /// It gives a variable its one value.
    is_value: bool,
    /// The function around gives it back.
    is_returned: bool,
}

const NOTHING_RUNS: Running = Running { confidence: None, alternatives: 1 };

/// Whether a variable's or field's one value is what is referred to, or what a call of it gives.
fn is_value(semantics: &Semantics, variable: DefinitionId, reference: &Reference) -> bool {
    let it = semantics.definition(variable);
    let is_it = |value: ExprId| match semantics.expr(value) {
        Expr::Call { callee, .. } => semantics.unapplied(*callee) == reference.target,
        _ => value == reference.target,
    };
    let given = semantics.members.iter().filter(|it| it.definition == Some(variable)).count();
    let bound = semantics.scope(it.scope).bindings_of(&it.name).len();
    it.value.is_some_and(is_it) && given <= 1 && bound <= 1
}

/// Whether a function gives back what it refers to, or what a call makes of that.
fn is_returned(semantics: &Semantics, function: DefinitionId, reference: &Reference) -> bool {
    semantics.definition(function).returns.iter().any(|value| match semantics.expr(*value) {
        Expr::Call { arguments, .. } => arguments.iter().any(|it| it.value == reference.target),
        _ => *value == reference.target,
    })
}

impl User<'_> {
    /// How surely a target runs, or what it holds does, when the source at `place` runs.
    fn running(&self, evaluator: &Evaluator<'_>, target: &Target, place: usize) -> Running {
        let definition = evaluator.definition(target.at);
        let is_variable =
            matches!(definition.kind, DefinitionKind::Variable | DefinitionKind::Field);
        let running = match target.kind {
            EdgeKind::Reads if place > 0 && self.is_value => Running::surely(target.confidence),
            EdgeKind::Reads if is_variable => target.running,
            EdgeKind::Reads => {
                // A function that is only read may be called by whoever gets it.
                let is_inner = target.at.file == OWN
                    && self.is_returned
                    && self.sources.first()
                        == definition.parent.map(EdgeSource::Definition).as_ref();
                let limit = if is_inner { target.confidence } else { Confidence::Possible };
                Running::surely(limit)
            }
            // Only the value itself is sure to be part of what a variable holds.
            _ if place > 0 && !self.is_value => {
                let limit = target.running.confidence.min(Some(Confidence::Possible));
                Running { confidence: limit, alternatives: 1 }
            }
            _ => target.running,
        };
        let awaited = match target.kind {
            EdgeKind::Calls if self.awaited < Certainty::Always => self.awaited(evaluator, target),
            _ => Certainty::Always,
        };
        running.limited(self.certainty.min(awaited))
    }

    /// How surely a function that others have to wait for runs to its end.
    fn awaited(&self, evaluator: &Evaluator<'_>, target: &Target) -> Certainty {
        let definition = evaluator.definition(target.at);
        let is_lazy = evaluator.conventions(target.at.file).waits_to_run;
        let flags = definition.flags;
        match (flags.is_generator && definition.decorators.is_empty(), flags.is_async) {
            (true, _) => self.awaited,
            (false, true) if is_lazy => self.awaited,
            // It has begun, and what it throws is lost.
            (false, true) => Certainty::Perhaps,
            (false, false) => Certainty::Always,
        }
    }
}

fn add_found(evaluator: &Evaluator<'_>, edges: &mut EdgeSet, user: &User<'_>, found: Found) {
    for target in found.targets {
        let Target { at, kind, confidence, basis, .. } = target;
        let to = evaluator.target(at);
        for (place, from) in user.sources.iter().enumerate() {
            let is_itself =
                at.file == OWN && *from == EdgeSource::Definition(at.id) && kind != EdgeKind::Calls;
            if is_itself {
                continue;
            }
            let running = user.running(evaluator, &target, place);
            let basis = if place == 0 { basis } else { Basis::Implied };
            let (from, to) = (from.clone(), to.clone());
            let reference = user.reference;
            edges.add(FileEdge { from, to, kind, confidence, basis, running, reference });
        }
    }
}

/// Calls of what a call or an item gives, `f(x)()` and `table[k]()`: no name stands for
/// what is called, so it belongs to the reference it starts from.
fn results_called(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    let mut by_target: FxHashMap<ExprId, u32> = FxHashMap::default();
    for (at, reference) in semantics.references.iter().enumerate() {
        by_target.entry(reference.target).or_insert(at as u32);
    }
    let starts = starts(&semantics);
    for expr in &semantics.exprs {
        let Expr::Call { callee, .. } = expr else { continue };
        let start = starts[callee.index()];
        if start == semantics.unapplied(*callee) {
            continue;
        }
        let mut is_declared = false;
        let mut certainty = Certainty::Always;
        let (at, owner, initialises) = match (by_target.get(&start), semantics.expr(start)) {
            (Some(at), _) => {
                let reference = &semantics.references[*at as usize];
                is_declared = reference.is_declared;
                certainty = reference.certainty;
                (Some(*at), reference.owner, reference.initialises)
            }
            // Reads of local names are no references.
            (None, Expr::Name { scope, .. }) => (None, semantics.scope(*scope).owner, None),
            _ => continue,
        };
        let flows = evaluator.opened(OWN, *callee, NO_FRAME);
        let mut found = Found::new(true, None);
        found.values = flows.flows().len();
        for flow in flows.flows() {
            let confidence = flow.confidence.min(Confidence::Probable);
            found.run(evaluator, &flow.value, confidence, Basis::Flow);
        }
        if is_declared {
            found.mention();
        } else if let (Some(at), Expr::Index { .. }) = (at, semantics.expr(*callee)) {
            // What a call gives back of what it is given, its caller has given it.
            callbacks::called(evaluator, edges, source(owner), at, &found.parameters);
        }
        found.tell_alternatives();
        let mut sources = vec![source(owner)];
        sources.extend(initialises.map(EdgeSource::Definition));
        let user = User {
            reference: at,
            sources: &sources,
            certainty,
            awaited: Certainty::Always,
            is_value: false,
            is_returned: false,
        };
        add_found(evaluator, edges, &user, found);
    }
}

/// What each expression starts from: the `f` of `f(x)()` and `f[k]`, or itself.
fn starts(semantics: &Semantics) -> Vec<ExprId> {
    let mut starts: Vec<ExprId> = Vec::with_capacity(semantics.exprs.len());
    for (at, expr) in semantics.exprs.iter().enumerate() {
        // Parts come before the whole, so that theirs are known.
        starts.push(match expr {
            Expr::Call { callee: inner, .. }
            | Expr::Index { base: inner, .. }
            | Expr::Applied { of: inner, .. }
                if inner.index() < at =>
            {
                starts[inner.index()]
            }
            _ => ExprId(at as u32),
        });
    }
    starts
}

/// Whether a name is a local variable or parameter: what flows into it is referred to where
/// it is assigned.
fn is_local(semantics: &Semantics, reference: &Reference) -> bool {
    let Expr::Name { scope, name } = semantics.expr(reference.target) else { return false };
    find_name(semantics, *scope, name).is_some_and(|(_, bindings)| {
        bindings.iter().all(|it| {
            !matches!(it.bound, Bound::Definition(_) | Bound::Import(_) | Bound::Alias(_))
        })
    })
}

/// Whether a class's own text names a method of its instances that others run.
fn names_callback(semantics: &Semantics, reference: &Reference) -> bool {
    let Expr::Attribute { base, .. } = semantics.expr(reference.target) else { return false };
    let Expr::InstanceOf(of) = semantics.expr(*base) else { return false };
    matches!(semantics.expr(*of), Expr::Definition(class) if reference.owner == Some(*class))
}

/// Whether a framework gets a function as the result of a callback: it makes nothing of it.
fn is_returned_by_callback(semantics: &Semantics, reference: &Reference) -> bool {
    reference.kind == ReferenceKind::Read
        && reference.owner.is_some_and(|owner| {
            let owner = semantics.definition(owner);
            owner.kind == DefinitionKind::Callback && owner.returns.contains(&reference.target)
        })
}

/// Whether an object is named only to take from it what is a definition itself: who does so
/// depends on that.
///
/// The references to what is taken stand around the one to the object: behind it in
/// `object.part`, before it in `const { part } = object`. Where several names get their values
/// from one object, the one to it stands there once for each.
fn is_base_of_parts(
    evaluator: &mut Evaluator<'_>,
    semantics: &Semantics,
    at: usize,
    flows: &Flows,
) -> bool {
    let base = &semantics.references[at];
    if !base.is_taken_apart
        || base.kind != ReferenceKind::Read
        || !evaluator.conventions(OWN).keys_are_attributes
    {
        return false;
    }
    let is_same = |it: &&Reference| it.target == base.target;
    let is_taken = |it: &&Reference| {
        let of = |expr: ExprId| match semantics.expr(expr) {
            Expr::Attribute { base, .. } => Some(*base),
            _ => None,
        };
        let from = of(it.target);
        from == Some(base.target) || from.and_then(of) == Some(base.target)
    };
    let behind = semantics.references[at + 1..].iter().skip_while(is_same).take_while(is_taken);
    let before = semantics.references[..at].iter().rev();
    let before = before.skip_while(is_same).take_while(is_taken);
    let mut parts = 0;
    for part in behind.chain(before) {
        if !matches!(semantics.expr(part.target), Expr::Attribute { base: of, .. }
            if *of == base.target)
        {
            // A part of a part.
            continue;
        }
        let taken = evaluator.expr(OWN, part.target, NO_FRAME);
        let is_definition =
            |it: &Flow| matches!(it.value, Value::Definition { .. } | Value::Method { .. });
        if taken.is_empty() || !taken.iter().all(is_definition) {
            return false;
        }
        parts += 1;
    }
    parts > 0
        && flows.iter().all(|flow| {
            let held = evaluator.held_by(&flow.value).unwrap_or_default();
            held.iter().any(|it| matches!(it.value, Value::Container(_)))
        })
}

impl Evaluator<'_> {
    /// Whether a call is `f.bind(…)`, which does not run the function.
    fn is_bound(&self, semantics: &Semantics, reference: &Reference) -> bool {
        matches!(semantics.expr(reference.target), Expr::Attribute { name, .. } if name == BIND)
            && self.conventions(OWN).function_methods.contains(&BIND)
    }

    fn is_named_bind(&self, value: &Value) -> bool {
        match value {
            Value::Definition { at, .. } | Value::Method { at, .. } => {
                self.definition(*at).name == BIND
            }
            _ => false,
        }
    }
}
