//! Methods that run where a property is read or written.

use codd_facts::DefinitionKind;

use super::evaluate::Evaluator;
use super::value::{At, Flow, FlowSet, Flows, OWN, Receiver, Value};

impl Evaluator<'_> {
    /// Of a property's getter and setter, the one that runs.
    pub(super) fn accessors(&self, flows: Flows, is_write: bool) -> Flows {
        let takes = |flow: &Flow| match &flow.value {
            Value::Definition { at, .. } | Value::Method { at, .. } => {
                let it = self.definition(*at);
                // Where one speaks for the other, both do.
                let is_apart = it.flags.is_property && !it.flags.is_companion;
                let is_apart = is_apart || self.is_foreign_accessor(*at);
                is_apart.then(|| it.parameters.iter().any(|it| !it.is_receiver))
            }
            _ => None,
        };
        let has = |wanted: bool| flows.iter().any(|it| takes(it) == Some(wanted));
        if has(true) && has(false) {
            flows.iter().filter(|it| takes(it) != Some(!is_write)).cloned().collect()
        } else {
            flows
        }
    }

    /// Whether naming a method without a call runs it.
    pub(super) fn is_property(&self, at: At) -> bool {
        self.definition(at).flags.is_property || self.is_foreign_accessor(at)
    }

    /// Whether a method is the getter or setter of what the own file's language takes for a
    /// property, and the method's own language does not.
    fn is_foreign_accessor(&self, at: At) -> bool {
        let it = self.definition(at);
        if it.kind != DefinitionKind::Method
            || !self.conventions(OWN).reads_by_getters
            || self.conventions(at.file).reads_by_getters
        {
            return false;
        }
        let begins = |word: &str| {
            it.name.strip_prefix(word).is_some_and(|rest| rest.starts_with(char::is_uppercase))
        };
        match it.parameters.len() {
            0 => begins("get") || begins("is"),
            1 => begins("set"),
            _ => false,
        }
    }

    /// The getter and setter of another language that are the property `name` here.
    pub(super) fn by_getter(&mut self, class: At, name: &str) -> Option<FlowSet> {
        if !self.conventions(OWN).reads_by_getters {
            return None;
        }
        let mut letters = name.chars();
        let first = letters.next()?;
        let capitalised: String = first.to_uppercase().chain(letters).collect();
        let setter = match name.strip_prefix("is") {
            Some(rest) if rest.starts_with(char::is_uppercase) => format!("set{rest}"),
            _ => format!("set{capitalised}"),
        };
        let receiver = Receiver::of(class, true);
        let mut out = FlowSet::default();
        for method in [format!("get{capitalised}"), name.to_owned(), setter] {
            let found = self.class_member(class, &method, receiver);
            for flow in found.iter().flat_map(FlowSet::flows) {
                if let Value::Method { at, .. } = flow.value
                    && self.is_foreign_accessor(at)
                {
                    out.push(flow.value.clone(), flow.confidence);
                }
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// Whether all that was found are fields that another language hides behind getters.
    pub(super) fn are_foreign_fields(&self, found: &FlowSet) -> bool {
        self.conventions(OWN).reads_by_getters
            && found.flows().iter().all(|flow| match &flow.value {
                Value::Definition { at, .. } | Value::Method { at, .. } => {
                    !self.conventions(at.file).reads_by_getters
                }
                _ => true,
            })
    }
}
