//! Functions that are found by the class of what they take: operators that are no members.

use codd_facts::DefinitionKind;

use super::evaluate::Evaluator;
use super::value::{At, Flow, FlowSet, NO_FRAME, OWN, Receiver, Value};
use crate::Confidence;

/// Namespaces in which the functions of one name are looked for.
const MAX_NAMESPACES: usize = 16;

impl Evaluator<'_> {
    /// The member of that name of an instance, or else the functions that take one.
    pub(super) fn operated(&mut self, bases: &[Flow], name: &str) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in bases {
            let Value::Instance(class, types) = flow.value else { continue };
            let member = self.class_member(class, name, Receiver::instance(class, types));
            let is_method = |it: &&Flow| matches!(it.value, Value::Method { .. });
            let methods: Vec<Flow> =
                member.iter().flat_map(FlowSet::flows).filter(is_method).cloned().collect();
            match methods.as_slice() {
                [] => {
                    let functions = self.functions_taking(std::slice::from_ref(flow), name);
                    out.extend(functions.flows(), flow.confidence);
                }
                methods => out.extend(methods, flow.confidence.min(Confidence::Probable)),
            }
        }
        if out.is_empty() { FlowSet::of(Value::Literal, Confidence::Exact) } else { out }
    }

    /// The functions of a name that have a parameter of the class, or of a base of it, that one
    /// of these values is an instance of; nothing for all other values.
    pub(super) fn functions_taking(&mut self, bases: &[Flow], name: &str) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in bases {
            let Value::Instance(class, _) = flow.value else { continue };
            for function in self.free_functions(class, name) {
                if self.takes(function, class) {
                    let limit = flow.confidence.min(Confidence::Probable);
                    out.push(Value::definition(function, NO_FRAME), limit);
                }
            }
        }
        if out.is_empty() { FlowSet::of(Value::Literal, Confidence::Exact) } else { out }
    }

    /// The functions of a name in the namespace of a class and in those that are open here, also
    /// those of the class's own file: friends.
    fn free_functions(&mut self, class: At, name: &str) -> Vec<At> {
        let mut found: Vec<At> = Vec::new();
        let own = self.semantics(OWN);
        let of_class = self.semantics(class.file);
        let opened = own.opened.iter().chain(&of_class.opened).take(MAX_NAMESPACES);
        for namespace in opened {
            let offered = self.offered_by_namespace(namespace, name);
            for flow in offered.iter().flat_map(FlowSet::flows) {
                if let Value::Definition { at, .. } = flow.value
                    && self.definition(at).kind == DefinitionKind::Function
                    && !found.contains(&at)
                {
                    found.push(at);
                }
            }
        }
        found
    }

    fn takes(&mut self, function: At, class: At) -> bool {
        let semantics = self.semantics(function.file);
        let ancestry = self.ancestry(class);
        let parameters = &semantics.definition(function.id).parameters;
        parameters.iter().filter_map(|it| it.annotation).any(|it| {
            let types = self.types_of(function.file, it);
            types.iter().any(|it| ancestry.order.iter().any(|(known, _)| known == it))
        })
    }
}
