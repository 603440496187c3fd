//! What a test says of values where it is true, and where it is not.

use std::rc::Rc;

use codd_facts::{FlowOperator, FlowParameterKind, FlowValue, ValueId};

use super::Run;
use super::calls::{Call, Given};
use super::hosts::leads_to_one_host;
use crate::classes::Mask;
use crate::state::State;
use crate::value::{Constant, Key, Taint, Thing, Value};

/// Tests within one another that are looked into.
const MAX_DEPTH: u32 = 24;

impl Run<'_, '_> {
    /// From here on the test has come out so.
    pub(super) fn assume(&mut self, test: ValueId, is_true: bool) {
        self.assume_within(test, is_true, 0);
        self.assume_ways(test, is_true, 0);
    }

    fn assume_within(&mut self, test: ValueId, is_true: bool, depth: u32) {
        if depth > MAX_DEPTH || self.state.is_dead {
            return;
        }
        let flow = self.flow;
        match flow.value(test) {
            FlowValue::Not(inner) => self.assume_within(*inner, !is_true, depth + 1),
            FlowValue::All(parts) => self.assume_chain(parts, is_true, true, depth),
            FlowValue::Any(parts) => self.assume_chain(parts, is_true, false, depth),
            FlowValue::Assigned { target, value } => {
                self.assume_within(*value, is_true, depth + 1);
                if !is_true {
                    self.make_safe(*target, Mask::ALL);
                }
            }
            FlowValue::Binary { operator, left, right } => {
                self.compared(*operator, *left, *right, is_true);
            }
            FlowValue::Call { callee, arguments, .. } => {
                let given: Vec<(Option<Rc<str>>, ValueId)> = arguments
                    .iter()
                    .map(|it| (it.name.map(|name| flow.name(name).as_str().into()), it.value))
                    .collect();
                self.called(test, *callee, &given, is_true);
            }
            FlowValue::Name(name) => {
                // A test that was kept in a variable.
                if let Some(slot) = self.slot(*name)
                    && let Some(written) = self.state.written[slot]
                    && is_test(flow.value(written))
                {
                    self.assume_within(written, is_true, depth + 1);
                }
                if !is_true {
                    self.make_safe(test, Mask::ALL);
                }
            }
            FlowValue::Attribute { .. } | FlowValue::Index { .. } if !is_true => {
                self.make_safe(test, Mask::ALL);
            }
            FlowValue::Awaited(inner) => self.assume_within(*inner, is_true, depth + 1),
            _ => {}
        }
    }

    /// `a and b` is true where all are; it is false where one is, those before it being true.
    fn assume_chain(&mut self, parts: &[ValueId], is_true: bool, is_all: bool, depth: u32) {
        if is_true == is_all {
            for part in parts {
                self.assume_within(*part, is_true, depth + 1);
            }
            return;
        }
        let mut ways: Option<State> = None;
        for part in parts {
            let before = self.state.clone();
            let known = self.value(*part).constant.map(|it| it.is_true());
            self.assume_within(*part, is_true, depth + 1);
            if known == Some(!is_true) {
                self.state.is_dead = true;
            }
            let way = std::mem::replace(&mut self.state, before);
            ways = Some(match ways {
                Some(known) => known.join(way),
                None => way,
            });
            self.assume_within(*part, !is_true, depth + 1);
        }
        if let Some(ways) = ways {
            self.state = ways;
        }
    }

    fn compared(&mut self, operator: FlowOperator, left: ValueId, right: ValueId, is_true: bool) {
        let (is_positive, is_in) = match operator {
            FlowOperator::In => (is_true, true),
            FlowOperator::NotIn => (!is_true, true),
            FlowOperator::Equal => (is_true, false),
            FlowOperator::NotEqual => (!is_true, false),
            _ => return,
        };
        let (a, b) = (self.value(left), self.value(right));
        if is_in {
            if is_positive {
                if self.is_fixed(&b) && !b.is_blank() {
                    let mask = self.mask_of_members(&b);
                    self.make_safe(left, mask);
                }
            } else if let Some(text) = a.as_text() {
                self.excluded(right, text);
            }
            return;
        }
        let is_constant = |it: &Value| it.constant.is_some() && it.taint.is_empty();
        // `x.find("..") == -1`.
        if is_positive && b.constant == Some(Constant::Integer(-1)) {
            self.not_found(left);
        }
        if is_positive {
            if is_constant(&b) || b.taint.is_empty() && b.path.is_some() && !self.is_given(&b) {
                self.make_safe(left, Mask::ALL);
                self.type_is(left, b.as_text());
            }
            if is_constant(&a) {
                self.make_safe(right, Mask::ALL);
            }
        }
    }

    /// What membership says: of a set of characters little, of one of texts all.
    fn mask_of_members(&self, container: &Value) -> Mask {
        let is_character = |it: &Value| it.as_text().is_some_and(|it| it.chars().count() <= 1);
        let are_characters = match self.state.shape(container) {
            Some(shape) => {
                !shape.items.is_empty() && shape.items.iter().all(|(_, it)| is_character(it))
            }
            None => container.as_text().is_some(),
        };
        if are_characters { Mask::ALL } else { Mask::ALL.or(Mask::LOOKED_AT) }
    }

    /// Whether a value stands for what a caller gives.
    fn is_given(&self, value: &Value) -> bool {
        value.path.is_some_and(|it| self.engine.paths.is_symbolic(it))
    }

    /// `typeof x === "number"`.
    fn type_is(&mut self, test: ValueId, name: Option<&str>) {
        if !matches!(name, Some("number" | "boolean" | "undefined" | "bigint")) {
            return;
        }
        let flow = self.flow;
        if let FlowValue::Call { callee, arguments, .. } = flow.value(test)
            && let FlowValue::Name(of) = flow.value(*callee)
            && flow.name(*of) == "typeof"
            && let [argument] = &arguments[..]
        {
            self.make_safe(argument.value, Mask::ALL);
        }
    }

    fn not_found(&mut self, call: ValueId) {
        let flow = self.flow;
        if let FlowValue::Call { callee, arguments, .. } = flow.value(call)
            && let FlowValue::Attribute { base, name } = flow.value(*callee)
            && matches!(flow.name(*name).as_str(), "find" | "indexOf" | "search" | "IndexOf")
            && let [argument] = &arguments[..]
        {
            let text = self.value(argument.value);
            if let Some(text) = text.as_text() {
                self.excluded(*base, text);
            }
        }
    }

    /// The value does not hold this text.
    fn excluded(&mut self, value: ValueId, text: &str) {
        if let FlowValue::Slice { base, .. } = self.flow.value(value) {
            if matches!(text, "'" | "\"") {
                self.make_safe(*base, Mask::NO_QUOTE_INSIDE);
            }
            return;
        }
        let mask = self
            .engine
            .models
            .excludes
            .iter()
            .filter(|(own, _)| own == text)
            .fold(Mask::default(), |sum, (_, mask)| sum.or(*mask));
        if mask != Mask::default() {
            self.make_safe(value, mask);
        }
    }

    /// Whether all of a container was written by the project itself.
    fn is_fixed(&mut self, value: &Value) -> bool {
        if value.as_text().is_some() {
            return true;
        }
        let taint: Taint = self.state.whole_taint(value);
        // What is in a parameter is not known; what is in a container of ours is.
        taint.is_empty()
            && (self.state.shape(value).is_some_and(|it| !it.items.is_empty() || it.rest.is_some())
                || value.thing.is_some())
            && !self.says_itself(value)
    }

    /// Whether a class of the project's decides what is in its objects.
    fn says_itself(&mut self, value: &Value) -> bool {
        let Some(Thing::Instance(class)) = value.thing.as_deref() else { return false };
        ["__contains__", "__iter__", "__getitem__", "includes", "has", "contains"]
            .iter()
            .any(|name| self.engine.method(*class, name).is_some())
    }

    fn called(
        &mut self,
        test: ValueId,
        callee: ValueId,
        given: &[(Option<Rc<str>>, ValueId)],
        is_true: bool,
    ) {
        let flow = self.flow;
        let method = match flow.value(callee) {
            FlowValue::Attribute { base, name } => Some((*base, flow.name(*name).clone())),
            _ => None,
        };
        // `list.includes(x)`, `set.has(x)`; and `x.includes("..")`.
        if let Some((base, name)) = &method
            && matches!(
                name.as_str(),
                "includes"
                    | "has"
                    | "contains"
                    | "__contains__"
                    | "include?"
                    | "member?"
                    | "key?"
                    | "has_key?"
                    | "Contains"
                    | "ContainsKey"
            )
            && let [(_, argument)] = given
        {
            let owner = self.value(*base);
            if is_true {
                let is_map_or_list =
                    self.state.shape(&owner).is_some() || owner.as_text().is_some();
                if is_map_or_list && self.is_fixed(&owner) {
                    self.make_safe(*argument, Mask::ALL);
                }
            } else {
                let text = self.value(*argument);
                if let Some(text) = text.as_text() {
                    self.excluded(*base, text);
                }
            }
        }
        // `x.in?(list)`.
        if let Some((base, name)) = &method
            && name == "in?"
            && let [(_, list)] = given
        {
            self.compared(FlowOperator::In, *base, *list, is_true);
        }
        // `x.equals("a")`, as Java compares texts.
        if let Some((base, name)) = &method
            && self.is_typed()
        {
            let sides = match (name.as_str(), given) {
                ("Equals", [(_, left), (_, right), ..]) if self.is_text_type(*base) => {
                    Some((*left, *right))
                }
                ("Equals", [(_, argument), ..]) => Some((*base, *argument)),
                ("equals" | "equalsIgnoreCase" | "contentEquals", [(_, argument)]) => {
                    Some((*base, *argument))
                }
                ("equals" | "equalsIgnoreCase", [(_, left), (_, right)]) => Some((*left, *right)),
                _ => None,
            };
            if let Some((left, right)) = sides {
                self.compared(FlowOperator::Equal, left, right, is_true);
            }
        }
        if !is_true {
            return;
        }
        if let Some((base, name)) = &method {
            self.of_text(*base, name, given);
        }
        if let FlowValue::Name(name) = flow.value(callee)
            && flow.name(*name) == "isinstance"
            && let [(_, value), (_, types)] = given
        {
            if self.are_all(*types, is_no_text) {
                self.make_safe(*value, Mask::ALL);
            } else if self.are_all(*types, is_container_or_bytes) {
                self.make_safe(*value, Mask::INTACT);
            }
        }
        if self.is_ruby() {
            self.ruby_pattern(callee, given);
        } else {
            self.pattern_matched(callee, given);
        }
        self.by_model(test, callee, given);
    }

    /// Whether a value is the type of texts.
    fn is_text_type(&mut self, value: ValueId) -> bool {
        let path = self.value(value).path;
        path.is_some_and(|it| matches!(&**self.engine.paths.text(it), "string" | "object"))
    }

    /// Whether a type, or each of several, has such a name.
    fn are_all(&self, types: ValueId, is_such: fn(&str) -> bool) -> bool {
        let flow = self.flow;
        let is_one = |named: ValueId| match flow.value(named) {
            FlowValue::Name(name) | FlowValue::Attribute { name, .. } => is_such(flow.name(*name)),
            _ => false,
        };
        match flow.value(types) {
            FlowValue::Sequence(parts) => parts.iter().all(|it| is_one(*it)),
            _ => is_one(types),
        }
    }

    /// `x.startswith("'")` and the like.
    fn of_text(&mut self, base: ValueId, name: &str, given: &[(Option<Rc<str>>, ValueId)]) {
        let [(_, argument), ..] = given else { return };
        let begins = matches!(name, "startswith" | "startsWith" | "StartsWith");
        if !begins && !matches!(name, "endswith" | "endsWith" | "EndsWith") {
            return;
        }
        let argument = self.value(*argument);
        let Some(text) = argument.as_text() else { return };
        if matches!(text, "'" | "\"") {
            self.make_safe(base, if begins { Mask::BEGINS_QUOTED } else { Mask::ENDS_QUOTED });
        } else if begins && leads_to_one_host(text) {
            let mask = self.host_mask();
            self.make_safe(base, mask);
        }
    }

    /// Guards that models speak of, and functions of the project that say so themselves.
    fn by_model(&mut self, test: ValueId, callee: ValueId, given: &[(Option<Rc<str>>, ValueId)]) {
        let flow = self.flow;
        let (found, receiver, method) = match flow.value(callee) {
            FlowValue::Attribute { base, name } => {
                let owner = self.value(*base);
                let name: Rc<str> = flow.name(*name).as_str().into();
                let found = self.read(&owner, Some(&Key::Named(Rc::clone(&name))), callee);
                (found, Some((Some(*base), owner)), Some(name))
            }
            FlowValue::Name(name) if self.is_ruby() => self.on_self(*name, callee),
            _ => (self.value(callee), None, None),
        };
        let mut values = Vec::new();
        for (name, id) in given {
            let value = self.value(*id);
            values.push(Given { name: name.clone(), value, is_spread: false, id: Some(*id) });
        }
        let own = match found.thing.as_deref() {
            Some(Thing::Function { function, .. } | Thing::Method { function, .. }) => {
                let first = self.engine.program.body(*function).parameters.first();
                let has_receiver = first.is_some_and(|it| it.kind == FlowParameterKind::Receiver);
                Some((*function, usize::from(has_receiver)))
            }
            _ => None,
        };
        if let Some((function, skipped)) = own
            && let Some(summary) = self.engine.summary_of(function)
        {
            for (at, mask) in summary.guards.clone() {
                let argument = (at as usize).checked_sub(skipped).and_then(|at| given.get(at));
                if let Some((None, id)) = argument {
                    self.make_safe(*id, mask);
                }
            }
        }
        let mut known = Vec::new();
        if let Some(path) = found.path
            && let Some(it) = self.engine.models.exact(self.engine.paths.text(path))
        {
            known.extend(it.guards.clone());
        }
        if let Some((function, _)) = own
            && let Some(dotted) = &self.engine.program.function(function).dotted
            && let Some(it) = self.engine.models.of_own(dotted)
        {
            known.extend(it.guards);
        }
        if let Some(method) = &method
            && own.is_none()
            && let Some(it) = self.engine.models.method(method)
        {
            known.extend(it.guards.clone());
        }
        let base = receiver.as_ref().and_then(|(base, _)| *base);
        let call = Call {
            id: test,
            place: self.place(test),
            callee: found,
            receiver,
            method,
            of_attribute: None,
            given: &values,
        };
        for guard in known {
            if !self.holds_all(&guard.when, &call) {
                continue;
            }
            let subject = match &guard.argument {
                None => base,
                Some(selected) => self.selected(selected, call.given).first().and_then(|it| it.id),
            };
            let Some(subject) = subject else { continue };
            if guard.of_resolved {
                self.make_safe_if(subject, guard.classes, Mask::RESOLVED);
            } else {
                self.make_safe(subject, guard.classes);
            }
        }
    }
}

/// Types whose values hold no text.
fn is_no_text(name: &str) -> bool {
    matches!(name, "int" | "float" | "bool" | "complex" | "UUID" | "date" | "datetime" | "Decimal")
}

/// Types whose values are written with line ends in them escaped.
fn is_container_or_bytes(name: &str) -> bool {
    matches!(
        name,
        "dict"
            | "list"
            | "tuple"
            | "set"
            | "frozenset"
            | "bytes"
            | "bytearray"
            | "Mapping"
            | "MutableMapping"
            | "defaultdict"
            | "OrderedDict"
    )
}

fn is_test(value: &FlowValue) -> bool {
    match value {
        FlowValue::Binary { operator, .. } => operator.is_test(),
        FlowValue::Not(_) | FlowValue::All(_) | FlowValue::Any(_) | FlowValue::Call { .. } => true,
        _ => false,
    }
}
