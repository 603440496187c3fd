//! Functions that are found by the class of what they take: operators that are no members.

use std::rc::Rc;

use codd_facts::{DefinitionKind, Name, Pointing};
use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;
use super::value::{At, Flow, FlowSet, NO_FRAME, NO_TYPES, OWN, Receiver, Types, Value};
use crate::Confidence;

/// Namespaces in which the functions of one name are looked for.
const MAX_NAMESPACES: usize = 16;

/// Functions of one name that are asked what they take: more overloads have only what no person
/// wrote.
const MAX_LOOKED_AT: usize = 2_048;

/// The functions of one name that take an instance of one class.
#[derive(Debug, Default)]
pub(super) struct Taking {
    functions: Vec<At>,
    /// Not all that there are were looked at.
    is_cut: bool,
    /// Another round may find more.
    pub(super) is_provisional: bool,
}

/// The functions of one name in one namespace, by the types that they take.
#[derive(Debug, Default)]
pub(super) struct Offered {
    /// Each with its place among them.
    by_type: FxHashMap<At, Vec<(u32, At)>>,
    is_cut: bool,
    pub(super) is_provisional: bool,
}

impl Evaluator<'_> {
    /// The member of that name of an instance, or else the functions that take one.
    pub(super) fn operated(&mut self, bases: &[Flow], name: &str) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in bases {
            let Some((class, types)) = self.class_operated(&flow.value) else { continue };
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
        let mut is_cut = false;
        for flow in bases {
            let Some((class, _)) = self.class_operated(&flow.value) else { continue };
            let taking = self.taking(class, name);
            let limit = if taking.is_cut { Confidence::Possible } else { Confidence::Probable };
            is_cut |= taking.is_cut;
            for function in &taking.functions {
                out.push(Value::definition(*function, NO_FRAME), flow.confidence.min(limit));
            }
        }
        match (out.is_empty(), is_cut) {
            (true, true) => FlowSet::of(Value::Unknown, Confidence::Possible),
            (true, false) => FlowSet::of(Value::Literal, Confidence::Exact),
            (false, _) => out,
        }
    }

    /// The class of an instance, or of what a collection or a pointer of another package holds.
    fn class_operated(&self, value: &Value) -> Option<(At, Types)> {
        match value {
            Value::Instance(class, types) => Some((*class, *types)),
            // What one of its members gives has a longer name.
            Value::Given { name, of: Some(class) } => {
                let last = name.rsplit('.').next().unwrap_or(name);
                let is_held = (self.conventions(OWN).pointing)(last) != Pointing::Perhaps;
                is_held.then_some((*class, NO_TYPES))
            }
            _ => None,
        }
    }

    /// The functions of a name in the namespaces of a class's file, where friends are too, and in
    /// those that are open here, that take one.
    fn taking(&mut self, class: At, name: &str) -> Rc<Taking> {
        let key = (class, Name::new(name));
        if let Some(known) = self.taking.get(&key).map(Rc::clone) {
            self.rests_on.is_provisional |= known.is_provisional;
            if known.is_cut {
                self.give_up();
            }
            return known;
        }
        let around = std::mem::take(&mut self.rests_on.is_provisional);
        let mut found = Taking::default();
        let own = self.semantics(OWN);
        let of_class = self.semantics(class.file);
        let mut namespaces: Vec<&str> = Vec::new();
        for namespace in of_class.opened.iter().chain(&own.opened) {
            if namespaces.len() == MAX_NAMESPACES {
                found.is_cut = true;
                break;
            }
            if !namespaces.contains(&namespace.as_str()) {
                namespaces.push(namespace);
            }
        }
        // Who opens no namespace sees none of theirs.
        namespaces.retain(|_| !own.opened.is_empty());
        let ancestry = self.ancestry(class);
        for namespace in namespaces {
            let offered = self.offered_by_type(namespace, name);
            found.is_cut |= offered.is_cut;
            let of_class = ancestry.order.iter().filter_map(|(it, _)| offered.by_type.get(it));
            let mut taking: Vec<(u32, At)> = of_class.flatten().copied().collect();
            taking.sort_unstable();
            taking.dedup();
            let taking = taking.into_iter().map(|it| it.1);
            let taking = taking.filter(|it| !found.functions.contains(it)).collect();
            found.functions.extend(self.speaking(taking));
        }
        if found.is_cut {
            self.give_up();
        }
        found.is_provisional = self.rests_on.is_provisional;
        self.rests_on.is_provisional |= around;
        let found = Rc::new(found);
        self.taking.insert(key, Rc::clone(&found));
        found
    }

    fn offered_by_type(&mut self, namespace: &str, name: &str) -> Rc<Offered> {
        let key = (Name::new(namespace), Name::new(name));
        if let Some(known) = self.offered_by_type.get(&key).map(Rc::clone) {
            self.rests_on.is_provisional |= known.is_provisional;
            return known;
        }
        let around = std::mem::take(&mut self.rests_on.is_provisional);
        let mut offered = Offered::default();
        for (place, at) in self.all_offered(namespace, name).into_iter().enumerate() {
            if place == MAX_LOOKED_AT {
                offered.is_cut = true;
                break;
            }
            if self.definition(at).kind != DefinitionKind::Function {
                continue;
            }
            let semantics = self.semantics(at.file);
            let parameters = &semantics.definition(at.id).parameters;
            for annotation in parameters.iter().filter_map(|it| it.annotation) {
                for of in self.types_of(at.file, annotation) {
                    offered.by_type.entry(of).or_default().push((place as u32, at));
                }
            }
        }
        offered.is_provisional = self.rests_on.is_provisional;
        self.rests_on.is_provisional |= around;
        let offered = Rc::new(offered);
        self.offered_by_type.insert(key, Rc::clone(&offered));
        offered
    }
}
