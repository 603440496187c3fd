//! What one reference was found to mean: the definitions it uses, and how.

use std::collections::BTreeSet;

use codd_facts::{DefinitionKind, ReferenceKind};

use super::evaluate::Evaluator;
use super::value::{At, Flow, FlowSet, Receiver, Value};
use crate::{Arity, Basis, Confidence, EdgeKind, Running};

pub(super) struct Found {
    pub(super) targets: Vec<Target>,
    /// Parameters that hold what is called.
    pub(super) parameters: Vec<(At, u32)>,
    /// The text does not name what it uses: a local variable or the result of a call holds it.
    pub(super) is_local: bool,
    /// How many are passed where it is called.
    pub(super) arguments: Option<u32>,
    /// How many values the expression may have.
    pub(super) values: usize,
    /// Values of which one runs, that are no target here.
    others: usize,
}

pub(super) struct Target {
    pub(super) at: At,
    pub(super) kind: EdgeKind,
    pub(super) confidence: Confidence,
    pub(super) basis: Basis,
    /// How surely it, or what it holds, runs where the reference is come to.
    pub(super) running: Running,
    part: Part,
}

/// What a target is of all that a reference runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It runs whatever else does.
    Lone,
    /// One of the values that may be called.
    Value,
    /// It runs with one of them.
    Beside,
}

impl Found {
    pub(super) fn new(is_local: bool, arguments: Option<u32>) -> Found {
        Found {
            targets: Vec::new(),
            parameters: Vec::new(),
            is_local,
            arguments,
            values: 1,
            others: 0,
        }
    }

    /// Says of the values that may be called how many they are, when all are found.
    pub(super) fn tell_alternatives(&mut self) {
        let values = self.targets.iter().filter(|it| it.part == Part::Value);
        let values: BTreeSet<At> = values.map(|it| it.at).collect();
        let count = values.len() + self.others;
        if count < 2 {
            return;
        }
        let alternatives = u8::try_from(count).unwrap_or(u8::MAX);
        for target in &mut self.targets {
            match target.part {
                Part::Lone => {}
                Part::Value => target.running.alternatives = alternatives,
                Part::Beside => target.running = Running::surely(Confidence::Possible),
            }
        }
    }

    /// Makes mentions of what does not run here.
    pub(super) fn mention(&mut self) {
        for target in &mut self.targets {
            target.kind = EdgeKind::Mentions;
        }
    }

    /// Makes nothing of it surer than this.
    pub(super) fn limit(&mut self, confidence: Confidence) {
        for target in &mut self.targets {
            target.confidence = target.confidence.min(confidence);
            target.running.confidence = target.running.confidence.min(Some(confidence));
        }
    }

    /// Makes mentions of what is read and neither called nor handed to anybody; a property
    /// that is read runs.
    pub(super) fn mention_reads(&mut self) {
        for target in &mut self.targets {
            if target.kind == EdgeKind::Reads {
                target.kind = EdgeKind::Mentions;
            }
        }
    }

    /// Where a variable is declared to hold a base, what classes below it have in place of the
    /// base's method is known by the hierarchy and not named.
    pub(super) fn imply_overriders(&mut self, evaluator: &mut Evaluator<'_>) {
        let classes: Vec<Option<At>> = self
            .targets
            .iter()
            .map(|it| {
                let definition = evaluator.definition(it.at);
                let parent =
                    definition.parent.filter(|_| definition.kind == DefinitionKind::Method);
                parent.map(|id| At { file: it.at.file, id })
            })
            .collect();
        for (place, own) in classes.iter().enumerate() {
            let Some(own) = own else { continue };
            let ancestry = evaluator.ancestry(*own);
            let is_above =
                |class: &At| class != own && ancestry.order.iter().any(|it| it.0 == *class);
            if classes.iter().flatten().any(is_above) {
                self.targets[place].basis = Basis::Implied;
            }
        }
    }

    /// Says that no text stands for any of it.
    pub(super) fn imply(&mut self) {
        for target in &mut self.targets {
            target.basis = Basis::Implied;
        }
    }

    fn push(&mut self, at: At, kind: EdgeKind, confidence: Confidence, basis: Basis) {
        self.push_as(Part::Lone, at, kind, confidence, basis);
    }

    fn push_as(
        &mut self,
        part: Part,
        at: At,
        kind: EdgeKind,
        confidence: Confidence,
        basis: Basis,
    ) {
        // Reading a variable runs nothing of what it holds.
        let running = match kind {
            EdgeKind::Reads => Running { confidence: None, alternatives: 1 },
            _ => Running::surely(confidence),
        };
        self.targets.push(Target { at, kind, confidence, basis, running, part });
    }

    /// What a use of the value itself rests on.
    fn basis(&self) -> Basis {
        if self.is_local { Basis::Flow } else { Basis::Named }
    }

    pub(super) fn mentioned(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        flow: &Flow,
        kind: ReferenceKind,
    ) {
        let (kind, follows_local) = match kind {
            ReferenceKind::Inherit => (EdgeKind::Inherits, true),
            ReferenceKind::Decorate => (EdgeKind::Decorates, true),
            ReferenceKind::Type => (EdgeKind::Mentions, false),
            _ => (EdgeKind::Reads, false),
        };
        if self.is_local && !follows_local {
            return;
        }
        match &flow.value {
            Value::Definition { at, .. } => {
                let runs = kind == EdgeKind::Reads && evaluator.is_own_getter(*at);
                let kind = if runs { EdgeKind::Calls } else { kind };
                let is_variable = matches!(
                    evaluator.definition(*at).kind,
                    DefinitionKind::Variable | DefinitionKind::Field
                );
                let part = if is_variable { Part::Beside } else { Part::Value };
                let part = if follows_local { part } else { Part::Lone };
                self.push_as(part, *at, kind, flow.confidence, self.basis());
                if is_variable && follows_local {
                    let held = evaluator.open_all(std::slice::from_ref(flow));
                    for flow in held.flows() {
                        if let Value::Definition { at, .. } = flow.value {
                            self.push_as(Part::Value, at, kind, flow.confidence, Basis::Flow);
                        } else {
                            self.others += 1;
                        }
                    }
                }
            }
            Value::Method { at, .. } => {
                // Reading a property runs it.
                let is_property = evaluator.is_property(*at);
                let kind = match kind {
                    EdgeKind::Reads if is_property => EdgeKind::Calls,
                    kind => kind,
                };
                self.push(*at, kind, flow.confidence, Basis::Named);
            }
            Value::Instance(..) if kind == EdgeKind::Decorates => {
                for (at, _) in evaluator.called(&flow.value) {
                    self.push(at, kind, flow.confidence, Basis::Flow);
                }
            }
            _ => {}
        }
    }

    pub(super) fn called(&mut self, evaluator: &mut Evaluator<'_>, flow: &Flow) {
        let at = match &flow.value {
            Value::Definition { at, .. } | Value::Method { at, .. } => Some(*at),
            _ => None,
        };
        if let Some(held) = evaluator.held_by(&flow.value) {
            // What is called is held by a variable, or given by a property.
            if let Some(at) = at {
                let runs =
                    matches!(flow.value, Value::Method { .. }) || evaluator.is_own_getter(at);
                let kind = if runs { EdgeKind::Calls } else { EdgeKind::Reads };
                self.push(at, kind, flow.confidence, Basis::Named);
                let is_only = self.values < 2;
                if let Some(target) = self.targets.last_mut() {
                    // What it holds is called.
                    let limit = if is_only { Confidence::Exact } else { Confidence::Possible };
                    target.running = Running::surely(flow.confidence.min(limit));
                }
            }
            for inner in held.iter() {
                let confidence = inner.confidence.min(flow.confidence).min(Confidence::Probable);
                self.run(evaluator, &inner.value, confidence, Basis::Flow);
            }
        } else {
            let replaced = evaluator.replaced(&flow.value);
            self.run(evaluator, &flow.value, flow.confidence, self.basis());
            let others = self.others;
            for inner in replaced.iter().flat_map(|it| it.iter()) {
                let confidence = inner.confidence.min(flow.confidence).min(Confidence::Probable);
                let start = self.targets.len();
                self.run(evaluator, &inner.value, confidence, Basis::Flow);
                // It runs around the function, and not instead of another.
                for target in &mut self.targets[start..] {
                    target.part = Part::Beside;
                }
            }
            self.others = others;
        }
    }

    pub(super) fn run(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        value: &Value,
        confidence: Confidence,
        basis: Basis,
    ) {
        let start = self.targets.len();
        match value {
            Value::Definition { at, .. } => {
                self.push(*at, EdgeKind::Calls, confidence, basis);
                let kind = evaluator.definition(*at).kind;
                if matches!(kind, DefinitionKind::Class | DefinitionKind::Enum) {
                    let constructors: Vec<At> =
                        evaluator.called(value).into_iter().map(|it| it.0).collect();
                    let arguments = self.arguments;
                    let fitting = |at: &&At| Arity::of(evaluator.definition(**at)).takes(arguments);
                    let some_fit = constructors.iter().any(|at| fitting(&at));
                    for at in constructors.iter().filter(|at| !some_fit || fitting(at)) {
                        self.push(*at, EdgeKind::Calls, confidence, basis);
                    }
                }
            }
            Value::Parameter { function, index } => self.parameters.push((*function, *index)),
            Value::Method { at, .. } => self.push(*at, EdgeKind::Calls, confidence, basis),
            Value::Instance(..) => {
                for (at, _) in evaluator.called(value) {
                    let confidence = confidence.min(Confidence::Probable);
                    self.push(at, EdgeKind::Calls, confidence, basis);
                }
            }
            Value::Super { class, .. } => {
                let receiver = Receiver::of(*class, true);
                for name in evaluator.conventions(class.file).constructors {
                    let found = evaluator.inherited_member(*class, name, receiver);
                    for flow in found.iter().flat_map(FlowSet::flows) {
                        if let Value::Method { at, .. } = flow.value {
                            let confidence = confidence.min(flow.confidence);
                            self.push(at, EdgeKind::Calls, confidence, basis);
                        }
                    }
                }
            }
            _ => {}
        }
        if self.targets.len() == start {
            self.others += 1;
        }
        for (place, target) in self.targets[start..].iter_mut().enumerate() {
            target.part = if place == 0 { Part::Value } else { Part::Beside };
        }
    }
}
