//! What one reference was found to mean: the definitions it uses, and how.

use codd_facts::{DefinitionKind, ReferenceKind};

use super::evaluate::Evaluator;
use super::value::{At, Flow, FlowSet, Receiver, Value};
use crate::{Arity, Basis, Confidence, EdgeKind};

pub(super) struct Found {
    pub(super) targets: Vec<Target>,
    /// Parameters that hold what is called.
    pub(super) parameters: Vec<(At, u32)>,
    /// The text does not name what it uses: a local variable or the result of a call holds it.
    pub(super) is_local: bool,
    /// How many are passed where it is called.
    pub(super) arguments: Option<u32>,
}

pub(super) struct Target {
    pub(super) at: At,
    pub(super) kind: EdgeKind,
    pub(super) confidence: Confidence,
    pub(super) basis: Basis,
}

impl Found {
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
        self.targets.push(Target { at, kind, confidence, basis });
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
                self.push(*at, kind, flow.confidence, self.basis());
                let is_variable = matches!(
                    evaluator.definition(*at).kind,
                    DefinitionKind::Variable | DefinitionKind::Field
                );
                if is_variable && follows_local {
                    let held = evaluator.open_all(std::slice::from_ref(flow));
                    for flow in held.flows() {
                        if let Value::Definition { at, .. } = flow.value {
                            self.push(at, kind, flow.confidence, Basis::Flow);
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
            }
            for inner in held.iter() {
                let confidence = inner.confidence.min(flow.confidence).min(Confidence::Probable);
                self.run(evaluator, &inner.value, confidence, Basis::Flow);
            }
        } else {
            let replaced = evaluator.replaced(&flow.value);
            self.run(evaluator, &flow.value, flow.confidence, self.basis());
            for inner in replaced.iter().flat_map(|it| it.iter()) {
                let confidence = inner.confidence.min(flow.confidence).min(Confidence::Probable);
                self.run(evaluator, &inner.value, confidence, Basis::Flow);
            }
        }
    }

    pub(super) fn run(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        value: &Value,
        confidence: Confidence,
        basis: Basis,
    ) {
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
    }
}
