//! Classes: the order in which members are looked up, and the members themselves.

use std::rc::Rc;

use codd_facts::{DefinitionId, DefinitionKind, Name};

use super::evaluate::Evaluator;
use super::names::{LATER, seen};
use super::value::{At, Flow, FlowSet, NO_FRAME, OWN, Receiver, Value};
use crate::Confidence;

/// A class and those it inherits from, nearest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Ancestry {
    pub(super) order: Vec<(At, Confidence)>,
    /// Some base is from outside the repository or unknown.
    pub(super) has_outside: bool,
    /// Classes that bases from outside are applied to, with how sure that is.
    given: Vec<(At, Confidence)>,
}

/// What was asked of a class: its member of a name, or that of the classes behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Member {
    class: At,
    skip: usize,
    name: Name,
    receiver: Receiver,
}

/// Classes that bases from outside are applied to, beyond which they are left out.
const MAX_GIVEN: usize = 4;

/// Longer inheritance than this is cut.
const MAX_ANCESTORS: usize = 200;

impl Evaluator<'_> {
    pub(super) fn ancestry(&mut self, class: At) -> Rc<Ancestry> {
        if let Some((known, is_provisional)) = self.ancestries.get(&class) {
            let known = Rc::clone(known);
            self.rests_on.is_provisional |= is_provisional;
            return known;
        }
        let is_open = self.open_ancestries.contains(&class);
        if is_open {
            self.rest_on_open(0);
        }
        if is_open || !self.descend() {
            let order = vec![(class, Confidence::Exact)];
            return Rc::new(Ancestry { order, has_outside: true, given: Vec::new() });
        }
        self.open_ancestries.insert(class);
        let around = self.rests_on.is_provisional;
        self.rests_on.is_provisional = false;
        let ancestry = Rc::new(self.ancestry_anew(class));
        let is_provisional = self.rests_on.is_provisional;
        self.rests_on.is_provisional |= around;
        self.open_ancestries.remove(&class);
        self.ascend();
        self.ancestries.insert(class, (Rc::clone(&ancestry), is_provisional));
        ancestry
    }

    /// Finds the bases of the file's own classes before anything else is asked.
    ///
    /// A base that is named inside of its class may be one of the class's own members, which
    /// its bases are asked for: who starts with the name would not find what they have.
    pub(super) fn meet_ancestors(&mut self) {
        if !self.conventions(OWN).implicit_members {
            return;
        }
        let semantics = self.semantics(OWN);
        for (at, it) in semantics.definitions.iter().enumerate() {
            if !it.bases.is_empty() {
                self.ancestry(At { file: OWN, id: DefinitionId(at as u32) });
            }
        }
    }

    fn ancestry_anew(&mut self, class: At) -> Ancestry {
        let semantics = self.semantics(class.file);
        let root = self.conventions(class.file).root_class;
        let mut has_outside = false;
        let mut given: Vec<(At, Confidence)> = Vec::new();
        let mut bases: Vec<(At, Confidence)> = Vec::new();
        for base in &semantics.definition(class.id).bases {
            let flows = self.opened(class.file, *base, NO_FRAME);
            for flow in flows.flows() {
                match &flow.value {
                    Value::Definition { at, .. }
                        if self.definition(*at).kind.can_be_inherited() =>
                    {
                        if *at != class && !bases.iter().any(|(it, _)| it == at) {
                            bases.push((*at, flow.confidence));
                        }
                    }
                    Value::Literal => {}
                    Value::External(name) if Some(name.as_str()) == root => {}
                    Value::ExternalOf { of, .. } => {
                        has_outside = true;
                        // What a class says of itself, as that it can be compared, is no more.
                        if *of != class {
                            given.push((*of, flow.confidence));
                        }
                    }
                    _ => has_outside = true,
                }
            }
        }
        for base in self.added_bases(class) {
            if base.0 != class && !bases.iter().any(|(it, _)| *it == base.0) {
                bases.push(base);
            }
        }
        let mut lists: Vec<Vec<At>> = Vec::new();
        let mut sureness: Vec<(At, Confidence)> = Vec::new();
        for (base, confidence) in &bases {
            let ancestry = self.ancestry(*base);
            has_outside |= ancestry.has_outside;
            given.extend(ancestry.given.iter().filter(|it| it.0 != class));
            for (at, own) in &ancestry.order {
                sureness.push((*at, (*own).min(*confidence)));
            }
            lists.push(ancestry.order.iter().map(|(at, _)| *at).collect());
        }
        lists.push(bases.iter().map(|(at, _)| *at).collect());
        let order = merged(lists.clone()).unwrap_or_else(|| {
            let mut all: Vec<At> = Vec::new();
            for at in lists.into_iter().flatten() {
                if !all.contains(&at) {
                    all.push(at);
                }
            }
            all
        });
        let mut with_confidence = vec![(class, Confidence::Exact)];
        for at in order.into_iter().filter(|at| *at != class).take(MAX_ANCESTORS) {
            let best = sureness.iter().filter(|(it, _)| *it == at).map(|(_, it)| *it).max();
            with_confidence.push((at, best.unwrap_or(Confidence::Probable)));
        }
        given.truncate(MAX_GIVEN);
        Ancestry { order: with_confidence, has_outside, given }
    }

    /// What `name` of a class, or of an instance of it, stands for.
    ///
    /// `None` where the class and all it inherits from are known and have no such member.
    pub(super) fn class_member(
        &mut self,
        class: At,
        name: &str,
        receiver: Receiver,
    ) -> Option<FlowSet> {
        self.member_after(class, 0, name, receiver)
    }

    /// The same, of what comes after the class itself: `super().name`.
    pub(super) fn inherited_member(
        &mut self,
        class: At,
        name: &str,
        receiver: Receiver,
    ) -> Option<FlowSet> {
        self.member_after(class, 1, name, receiver)
    }

    fn member_after(
        &mut self,
        class: At,
        skip: usize,
        name: &str,
        receiver: Receiver,
    ) -> Option<FlowSet> {
        let asked = Member { class, skip, name: Name::new(name), receiver };
        if let Some(known) = self.found_members.get(&asked) {
            let known = known.clone();
            self.rest_on(&known);
            return (!known.flows.is_empty()).then(|| FlowSet::shared(&known.flows));
        }
        let (found, is_whole) = self
            .answered(|it| it.member_after_anew(class, skip, name, receiver).unwrap_or_default());
        let flows = FlowSet::shared(&found.flows);
        if is_whole {
            self.found_members.insert(asked, found);
        }
        (!flows.is_empty()).then_some(flows)
    }

    fn member_after_anew(
        &mut self,
        class: At,
        skip: usize,
        name: &str,
        receiver: Receiver,
    ) -> Option<FlowSet> {
        let ancestry = self.ancestry(class);
        let mut out = FlowSet::default();
        for (at, confidence) in ancestry.order.iter().skip(skip) {
            if let Some(found) = self.with_definitions(*at, name) {
                let found = self.taken_from(&found, receiver).limited(*confidence);
                out.extend(found.flows(), Confidence::Exact);
                // What methods assign to `self` may be declared, or be a property, further up.
                if self.is_in_body(*at, name) {
                    break;
                }
            } else {
                let found = self.added_members(*at, name);
                let found = self.taken_from(&found, receiver).limited(*confidence);
                out.extend(found.flows(), Confidence::Exact);
            }
        }
        if !out.is_empty() {
            return Some(out);
        }
        ancestry.has_outside.then(|| {
            let member = |of| Value::Inherited { name: Name::new(name), of };
            let mut out = FlowSet::default();
            if receiver.is_instance {
                for (class, confidence) in &ancestry.given {
                    out.push(member(Some(*class)), *confidence);
                }
            } else {
                out.push(member(Some(receiver.class)), Confidence::Exact);
            }
            if out.is_empty() {
                out.push(member(None), Confidence::Exact);
            }
            out
        })
    }

    /// What `name` is of instances of the classes of the own file that extend `class`.
    pub(super) fn member_below(&mut self, class: At, name: &str) -> Option<FlowSet> {
        let semantics = self.semantics(OWN);
        let mut out = FlowSet::default();
        for (at, definition) in semantics.definitions.iter().enumerate() {
            let below = At { file: OWN, id: DefinitionId(at as u32) };
            if definition.kind != DefinitionKind::Class
                || definition.bases.is_empty()
                || below == class
                || !self.ancestry(below).order.iter().any(|(it, _)| *it == class)
            {
                continue;
            }
            if let Some(found) = self.own_members(below, name) {
                let found = self.taken_from(&found, Receiver::of(below, true));
                out.extend(found.flows(), Confidence::Probable);
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// Members of the class itself; instead of declarations, what is defined outside of its body.
    fn with_definitions(&mut self, class: At, name: &str) -> Option<FlowSet> {
        let mut own = self.own_members(class, name)?;
        let is_asked_for = |flow: &Flow| match &flow.value {
            Value::Definition { at, .. } => self.definition(*at).flags.is_abstract,
            _ => false,
        };
        if self.conventions(class.file).has_extensions && own.flows().iter().any(is_asked_for) {
            // An extension may do what the type itself only asks for.
            let added = self.added_members(class, name);
            own.extend(added.flows(), Confidence::Exact);
        }
        let is_companion = |it: &Self, flow: &Flow| match &flow.value {
            Value::Definition { at, .. } => it.definition(*at).flags.is_companion,
            _ => false,
        };
        if !self.conventions(class.file).has_extensions
            || !own.flows().iter().any(|it| is_companion(self, it))
        {
            return Some(own);
        }
        let added = self.added_members(class, name);
        let arity = |it: &Self, flow: &Flow| match &flow.value {
            Value::Definition { at, .. } => Some(it.definition(*at).parameters.len()),
            _ => None,
        };
        let defined: Vec<Flow> = own
            .flows()
            .iter()
            .chain(added.flows())
            .filter(|it| !is_companion(self, it))
            .cloned()
            .collect();
        let mut out = FlowSet::default();
        for flow in own.flows() {
            // Of overloads, each has a definition of its own.
            let is_defined = is_companion(self, flow)
                && defined.iter().any(|it| arity(self, it) == arity(self, flow));
            if !is_defined {
                out.push(flow.value.clone(), flow.confidence);
            }
        }
        for flow in defined {
            out.push(flow.value, flow.confidence);
        }
        Some(out)
    }

    /// Members of the class itself, as they are written.
    pub(super) fn own_members(&mut self, class: At, name: &str) -> Option<FlowSet> {
        let semantics = self.semantics(class.file);
        let mut out = FlowSet::default();
        if let Some(body) = semantics.definition(class.id).body
            && semantics.definition(class.id).kind.can_be_inherited()
            && semantics.definition(class.id).kind != DefinitionKind::Function
        {
            let bindings = semantics.scope(body).bindings_of(name);
            if !bindings.is_empty() {
                let found = self.bindings(class.file, seen(bindings, LATER), NO_FRAME);
                out.extend(found.flows(), Confidence::Exact);
            }
        }
        for index in self.members_of(class, name) {
            let member = &semantics.members[index as usize];
            match member.definition {
                Some(id) => {
                    let at = At { file: class.file, id };
                    out.push(Value::definition(at, NO_FRAME), Confidence::Exact);
                }
                None if out.flows().iter().any(|it| self.is_field(&it.value)) => {
                    // The field's definition is opened to all that it is given.
                }
                None => {
                    let flows = self.expr(class.file, member.value, NO_FRAME);
                    out.extend(&flows, Confidence::Probable);
                }
            }
        }
        (!out.is_empty()).then_some(out)
    }

    fn is_in_body(&self, class: At, name: &str) -> bool {
        let semantics = self.semantics(class.file);
        let body = semantics.definition(class.id).body;
        body.is_some_and(|body| !semantics.scope(body).bindings_of(name).is_empty())
    }

    fn is_field(&self, value: &Value) -> bool {
        matches!(value, Value::Definition { at, .. }
            if self.definition(*at).kind == DefinitionKind::Field)
    }

    /// Functions found in a class become methods of what they are taken from.
    pub(super) fn taken_from(&mut self, found: &FlowSet, receiver: Receiver) -> FlowSet {
        let mut out = FlowSet::default();
        let is_apart = |flow: &Flow| match &flow.value {
            Value::Definition { at, .. } => {
                let flags = self.definition(*at).flags;
                self.conventions(at.file).has_class_methods_apart
                    && flags.is_class_method == receiver.is_instance
            }
            _ => false,
        };
        // Where both are there, the receiver says which one is meant.
        let are_some_meant = !found.flows().iter().all(is_apart);
        let are_meant: Vec<&Flow> =
            found.flows().iter().filter(|it| !are_some_meant || !is_apart(it)).collect();
        for flow in are_meant {
            let value = match &flow.value {
                Value::Definition { at, frame, is_bare } => {
                    let (frame, is_bare) = (*frame, *is_bare);
                    let definition = self.definition(*at);
                    let is_function = matches!(
                        definition.kind,
                        DefinitionKind::Method | DefinitionKind::Function
                    );
                    if !is_function && definition.kind == DefinitionKind::Field {
                        Value::Definition { at: *at, frame: self.of_object(*at, receiver), is_bare }
                    } else if !is_function || definition.flags.is_static {
                        flow.value.clone()
                    } else if definition.flags.is_class_method {
                        let receiver = Receiver { is_instance: false, ..receiver };
                        Value::Method { at: *at, receiver, frame, is_bare }
                    } else if receiver.is_instance {
                        Value::Method { at: *at, receiver, frame, is_bare }
                    } else {
                        flow.value.clone()
                    }
                }
                other => other.clone(),
            };
            out.push(value, flow.confidence);
        }
        out
    }
}

/// The C3 merge; `None` where the orders contradict one another.
fn merged(mut lists: Vec<Vec<At>>) -> Option<Vec<At>> {
    let mut out = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() || out.len() > MAX_ANCESTORS {
            return Some(out);
        }
        let head = lists
            .iter()
            .map(|list| list[0])
            .find(|head| lists.iter().all(|list| !list[1..].contains(head)))?;
        out.push(head);
        for list in &mut lists {
            if list[0] == head {
                list.remove(0);
            }
        }
    }
}
