//! Languages in which methods have names of their own: a field and a method may share one.

use codd_facts::DefinitionKind;

use super::evaluate::Evaluator;
use super::value::{FileId, Flow, FlowSet, Value};

impl Evaluator<'_> {
    /// Of what a name stands for, what can be called there, or what can be read: all of it
    /// where the language makes no difference, or where nothing of the sort is found.
    pub(super) fn fitting(&self, file: FileId, flows: &[Flow], is_called: bool) -> FlowSet {
        let mut out = FlowSet::default();
        let is_fitting = |flow: &Flow| match self.is_function(&flow.value) {
            Some(is_function) => is_function == is_called,
            None => true,
        };
        let is_apart = self.conventions(file).methods_are_apart && flows.iter().any(is_fitting);
        for flow in flows.iter().filter(|it| !is_apart || is_fitting(it)) {
            out.push(flow.value.clone(), flow.confidence);
        }
        out
    }

    /// Of what a type's name stands for, the types: an object beside the class of its name,
    /// which is static, is none.
    pub(super) fn types_alone(&self, flows: &[Flow]) -> FlowSet {
        let class = |flow: &Flow| match &flow.value {
            Value::Definition { at, .. } => {
                let it = self.definition(*at);
                let is_class = it.kind != DefinitionKind::Method && it.body.is_some();
                is_class.then(|| (it.qualified_name.clone(), it.flags.is_static))
            }
            _ => None,
        };
        let known: Vec<_> = flows.iter().map(class).collect();
        let mut out = FlowSet::default();
        for (flow, own) in flows.iter().zip(&known) {
            let is_beside = own.as_ref().is_some_and(|(name, is_static)| {
                *is_static && known.iter().flatten().any(|it| it.0 == *name && !it.1)
            });
            if !is_beside {
                out.push(flow.value.clone(), flow.confidence);
            }
        }
        out
    }

    /// Whether a value is a function and not a field; `None` for what is neither.
    fn is_function(&self, value: &Value) -> Option<bool> {
        match value {
            // Naming it runs it, and what it gives may be called.
            Value::Method { at, .. } | Value::Definition { at, .. }
                if self.definition(*at).flags.is_property =>
            {
                None
            }
            Value::Method { .. } => Some(true),
            Value::Definition { at, .. } => match self.definition(*at).kind {
                DefinitionKind::Method | DefinitionKind::Function => Some(true),
                DefinitionKind::Field | DefinitionKind::Variable => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}
