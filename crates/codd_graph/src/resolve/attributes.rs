//! What an attribute of a value stands for, by what kind of value it is.

use codd_facts::{
    ContainerKind, DefinitionKind, Expr, MODULE_SCOPE, Name, OPERATED, POINTED_TO, Pointing,
    TAKING_IT,
};

use super::evaluate::Evaluator;
use super::names::{LATER, seen};
use super::value::{At, Flow, FlowSet, NO_FRAME, OWN, Receiver, Value};
use crate::Confidence;

/// Longer dotted names of outside things are cut: they come from loops, not from people.
const MAX_DOTTED: usize = 120;

impl Evaluator<'_> {
    /// What `name` of these values stands for.
    pub(super) fn attribute(&mut self, bases: &[Flow], name: &str) -> FlowSet {
        if name == POINTED_TO {
            return self.pointed_to(bases);
        }
        if let Some(name) = name.strip_prefix(TAKING_IT) {
            return self.functions_taking(bases, name);
        }
        if let Some(name) = name.strip_prefix(OPERATED) {
            return self.operated(bases, name);
        }
        let mut out = FlowSet::default();
        for flow in bases {
            let found = self.attribute_of(&flow.value, name);
            out.extend(found.flows(), flow.confidence);
        }
        out
    }

    /// What pointers lead to, and objects from outside that are used like them.
    fn pointed_to(&self, bases: &[Flow]) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in bases {
            let (name, of) = match &flow.value {
                Value::ExternalOf { name, of } => (name, of),
                // What walks over a collection leads to what that holds.
                Value::Given { name, of } if self.is_walking(name) => {
                    let collection = name.rsplit_once('.').map_or(name.as_str(), |it| it.0);
                    let given = Value::Given { name: Name::new(collection), of: *of };
                    out.push(given, flow.confidence.min(Confidence::Probable));
                    continue;
                }
                _ => {
                    out.push(flow.value.clone(), flow.confidence);
                    continue;
                }
            };
            let last = name.rsplit('.').next().unwrap_or(name);
            let given = Value::Given { name: name.clone(), of: Some(*of) };
            let confidence = flow.confidence.min(Confidence::Probable);
            match (self.conventions(OWN).pointing)(last) {
                Pointing::Held => out.push(given, confidence),
                Pointing::Perhaps => out.push(given, Confidence::Possible),
                Pointing::Itself => out.push(flow.value.clone(), flow.confidence),
            }
        }
        out
    }

    /// Whether a name is that of what a collection from outside gives to be walked over.
    fn is_walking(&self, name: &str) -> bool {
        let conventions = self.conventions(OWN);
        name.rsplit_once('.').is_some_and(|(collection, last)| {
            let of = collection.rsplit('.').next().unwrap_or(collection);
            conventions.iterators.contains(&last) && (conventions.pointing)(of) == Pointing::Itself
        })
    }

    fn attribute_of(&mut self, value: &Value, name: &str) -> FlowSet {
        match value {
            Value::Definition { at, .. } => self.definition_attribute(value, *at, name),
            Value::Instance(class, types) => {
                let receiver = Receiver::instance(*class, *types);
                let found = self.class_member(*class, name, receiver);
                // A class may use what only those that extend it have.
                let found = found.or_else(|| self.member_below(*class, name));
                if found.as_ref().is_none_or(|it| self.are_foreign_fields(it))
                    && let Some(accessors) = self.by_getter(*class, name)
                {
                    return accessors;
                }
                let is_known = found
                    .as_ref()
                    .is_some_and(|it| it.flows().iter().any(|it| !it.value.is_from_outside()));
                let mut found = found.unwrap_or_else(FlowSet::unknown);
                if !is_known {
                    if let Some(delegated) = self.delegated_member(receiver, name) {
                        return delegated;
                    }
                    // It may be added to all types, or to a base from outside.
                    let added = self.added_outside(class.file, name, value);
                    found.extend(added.flows(), Confidence::Possible);
                }
                found
            }
            Value::Super { class, is_instance } => {
                let receiver = Receiver::of(*class, *is_instance);
                self.inherited_member(*class, name, receiver).unwrap_or_else(FlowSet::unknown)
            }
            Value::Module(file) => {
                let flows = self.export(*file, name);
                let mut out = FlowSet::default();
                out.extend(&flows, Confidence::Exact);
                if out.is_empty() { FlowSet::unknown() } else { out }
            }
            Value::Folder(path) => {
                let from = self.path(OWN).clone();
                let folder = codd_facts::ModuleTarget::Folder(path.clone());
                let target = self.project.submodule(&from, &folder, name);
                self.module_value(target, name).unwrap_or_else(FlowSet::unknown)
            }
            Value::External(outer) => {
                if let Some(found) = self.offered_by_relative(outer, name) {
                    return found;
                }
                self.or_added(Value::External(dotted(outer, name)), name, value)
            }
            Value::ExternalOf { name: outer, of } => {
                let member = Value::Inherited { name: dotted(outer, name), of: Some(*of) };
                let mut out = self.or_added(member, name, value);
                out.extend(self.wrapped_member(*of, name).flows(), Confidence::Possible);
                out
            }
            Value::Inherited { name: outer, of } | Value::Given { name: outer, of } => {
                self.given_attribute(outer, *of, name)
            }
            Value::Container(site) => {
                let semantics = self.semantics(site.file);
                let Expr::Container { kind, items } = semantics.expr(site.expr) else {
                    return FlowSet::unknown();
                };
                let conventions = self.conventions(site.file);
                if conventions.item_properties.contains(&name) {
                    return self.items(*site, None);
                }
                if conventions.whole_properties.contains(&name) {
                    return FlowSet::of(value.clone(), Confidence::Exact);
                }
                let method = Value::ContainerMethod { of: *site, name: Name::new(name) };
                if !conventions.keys_are_attributes {
                    return self.or_added(method, name, value);
                }
                match items.iter().rev().find(|it| it.key.as_deref() == Some(name)) {
                    Some(item) => {
                        let flows = self.expr(site.file, item.value, site.frame);
                        let mut out = FlowSet::default();
                        out.extend(&flows, Confidence::Exact);
                        out
                    }
                    None if *kind == ContainerKind::Mapping
                        && items.iter().any(|it| it.key.is_none()) =>
                    {
                        // Under a computed key anything may be.
                        let mut out = self.items(*site, None);
                        out.push(method, Confidence::Probable);
                        out
                    }
                    None => self.or_added(method, name, value),
                }
            }
            Value::Method { at, .. }
                if self.conventions(at.file).function_methods.contains(&name) =>
            {
                FlowSet::of(value.clone(), Confidence::Exact)
            }
            Value::Signature(site)
                if self.conventions(site.file).function_methods.contains(&name) =>
            {
                FlowSet::of(value.clone(), Confidence::Exact)
            }
            Value::Method { .. }
            | Value::Signature(_)
            | Value::ContainerMethod { .. }
            | Value::Text(_)
            | Value::Literal => self.or_added(Value::Literal, name, value),
            // Whatever function it is given is called.
            Value::Parameter { .. } if self.conventions(OWN).function_methods.contains(&name) => {
                FlowSet::of(value.clone(), Confidence::Probable)
            }
            // It stands beside what else is known of the parameter, or that nothing is.
            Value::Parameter { .. } => FlowSet::default(),
            Value::Unknown => FlowSet::unknown(),
        }
    }

    /// What `name` of something from outside gives, or what files of the project add to it.
    fn or_added(&mut self, value: Value, name: &str, to: &Value) -> FlowSet {
        let added = self.added_outside(OWN, name, to);
        let mut out = FlowSet::of(value, Confidence::Exact);
        out.extend(added.flows(), Confidence::Probable);
        out
    }

    /// A member of the class that something from outside is applied to, in a language in which
    /// anything may be used like what it holds.
    fn wrapped_member(&mut self, class: At, name: &str) -> FlowSet {
        if self.conventions(class.file).wrappers.is_empty() {
            return FlowSet::default();
        }
        let found = self.class_member(class, name, Receiver::of(class, true));
        let mut out = FlowSet::default();
        for flow in found.unwrap_or_default().flows() {
            if !flow.value.is_from_outside() && flow.value != Value::Unknown {
                out.push(flow.value.clone(), flow.confidence);
            }
        }
        out
    }

    /// A member of what an instance stands for: by `impl Deref`, `operator->`, a self type.
    pub(super) fn delegated_member(&mut self, receiver: Receiver, name: &str) -> Option<FlowSet> {
        let class = receiver.class;
        let delegating = self.conventions(class.file).delegating?;
        if name == delegating || !self.descend() {
            return None;
        }
        let methods = self.class_member(class, delegating, receiver).unwrap_or_default();
        let mut out = FlowSet::default();
        for flow in methods.flows() {
            let given = match &flow.value {
                Value::Method { .. } => self.call(&flow.value, None),
                Value::Instance(..) => FlowSet::of(flow.value.clone(), flow.confidence),
                _ => continue,
            };
            let others = given
                .flows()
                .iter()
                .filter(|it| !matches!(it.value, Value::Instance(it, _) if it == class));
            let others: Vec<Flow> = others.cloned().collect();
            let found = self.attribute(&others, name);
            let known = found.flows().iter().filter(|it| {
                !it.value.is_from_outside() && !matches!(it.value, Value::Unknown | Value::Literal)
            });
            for it in known {
                out.push(it.value.clone(), it.confidence.min(Confidence::Probable));
            }
        }
        self.ascend();
        (!out.is_empty()).then_some(out)
    }

    fn definition_attribute(&mut self, value: &Value, at: At, name: &str) -> FlowSet {
        let semantics = self.semantics(at.file);
        let definition = semantics.definition(at.id);
        match definition.kind {
            DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum => {
                // What is in a type that is written in many files, these offer.
                let is_of_parts = self.conventions(at.file).has_class_methods_apart;
                let qualified = definition.qualified_name.clone();
                if is_of_parts
                    && name.starts_with(char::is_uppercase)
                    && let Some(found) = self.offered_by_namespace(&qualified, name)
                {
                    return found;
                }
                let receiver = Receiver::of(at, false);
                let found = self.class_member(at, name, receiver);
                let is_known = found
                    .as_ref()
                    .is_some_and(|it| it.flows().iter().any(|it| !it.value.is_from_outside()));
                if is_of_parts
                    && !is_known
                    && let Some(found) = self.offered_by_namespace(&qualified, name)
                {
                    return found;
                }
                found.unwrap_or_else(FlowSet::unknown)
            }
            DefinitionKind::Namespace => {
                let body = definition.body.unwrap_or(MODULE_SCOPE);
                let bindings = semantics.scope(body).bindings_of(name);
                match bindings {
                    [] => {
                        if let Some(found) = self.globbed_in(at.file, body, name) {
                            return found;
                        }
                        let qualified = definition.qualified_name.clone();
                        if self.semantics(OWN).opened.is_empty() {
                            return FlowSet::unknown();
                        }
                        // Other files may have more of it, also namespaces inside of it.
                        self.offered_by_namespace(&qualified, name).unwrap_or_else(|| {
                            let inner = Value::External(dotted(&qualified, name));
                            FlowSet::of(inner, Confidence::Exact)
                        })
                    }
                    _ => self.bindings(at.file, seen(bindings, LATER), NO_FRAME),
                }
            }
            _ if self.conventions(at.file).function_methods.contains(&name) => {
                FlowSet::of(value.clone(), Confidence::Exact)
            }
            _ => match self.own_members(at, name) {
                Some(found) => found,
                None => FlowSet::of(Value::Literal, Confidence::Exact),
            },
        }
    }
}

pub(super) fn dotted(outer: &Name, name: &str) -> Name {
    if outer.len() + name.len() > MAX_DOTTED {
        return outer.clone();
    }
    Name::new(format!("{outer}.{name}"))
}
