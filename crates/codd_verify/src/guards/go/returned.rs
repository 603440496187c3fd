//! The functions that a function gives back: `func Auth(…) gin.HandlerFunc { return func(…) {…} }`.

use std::collections::BTreeMap;

use codd_facts::{FlowFacts, FlowName, FlowStatement, FlowValue, FunctionId, ValueId};

use super::seen::Seen;
use super::style_of;
use super::walk::Function;

/// Functions that give back functions that give back functions.
const MAX_DEPTH: u32 = 4;

/// Statements within one another.
const MAX_NESTED: u32 = 60;

/// Functions that are given back by one.
const MAX_FOUND: usize = 16;

/// What is run before a route of what a function gives back; `None` for what is not known.
pub(super) fn functions(
    function: &Function<'_>,
    known: &BTreeMap<FlowName, Seen>,
) -> Vec<Option<FunctionId>> {
    let mut found = Vec::new();
    let search = Search { flow: function.flow, known };
    search.of(function.id, 0, &mut found);
    // Nothing that is given back is middleware.
    if found.iter().all(Option::is_none) { Vec::new() } else { found }
}

struct Search<'a> {
    flow: &'a FlowFacts,
    known: &'a BTreeMap<FlowName, Seen>,
}

impl Search<'_> {
    fn of(&self, id: FunctionId, depth: u32, found: &mut Vec<Option<FunctionId>>) {
        let mut values = Vec::new();
        self.returns(&self.flow.function(id).body, 0, &mut values);
        for value in values {
            if found.len() >= MAX_FOUND {
                found.push(None);
                return;
            }
            match self.function(id, value, 0) {
                Some(it) if style_of(self.flow, it).is_some() => found.push(Some(it)),
                Some(it) if depth < MAX_DEPTH => self.of(it, depth + 1, found),
                _ => found.push(None),
            }
        }
    }

    /// What statements give back, as far as constants do not rule it out; whether they end there.
    fn returns(&self, body: &[FlowStatement], depth: u32, values: &mut Vec<ValueId>) -> bool {
        if depth > MAX_NESTED {
            return false;
        }
        for statement in body {
            let ends = match statement {
                FlowStatement::Return(value) => {
                    values.extend(*value);
                    true
                }
                FlowStatement::Raise(_) => true,
                FlowStatement::Branch { test, then, otherwise } => {
                    let truth = self.truth(*test);
                    let then = truth != Some(false) && self.returns(then, depth + 1, values)
                        || truth == Some(false);
                    let otherwise = truth != Some(true)
                        && self.returns(otherwise, depth + 1, values)
                        || truth == Some(true);
                    then && otherwise
                }
                FlowStatement::Loop { body, .. } => {
                    self.returns(body, depth + 1, values);
                    false
                }
                FlowStatement::Select { cases, .. } => {
                    for case in cases {
                        self.returns(&case.body, depth + 1, values);
                    }
                    false
                }
                _ => false,
            };
            if ends {
                return true;
            }
        }
        false
    }

    fn truth(&self, test: ValueId) -> Option<bool> {
        match self.flow.value(test) {
            FlowValue::Name(name) => self.known.get(name)?.truth,
            FlowValue::Not(inner) => match self.flow.value(*inner) {
                FlowValue::Name(name) => self.known.get(name)?.truth.map(|it| !it),
                _ => None,
            },
            _ => None,
        }
    }

    /// The function that a value is: written in place, kept in a variable, or converted.
    fn function(&self, of: FunctionId, value: ValueId, depth: u32) -> Option<FunctionId> {
        match self.flow.value(value) {
            FlowValue::Function(id) => Some(*id),
            _ if depth > MAX_DEPTH => None,
            FlowValue::Typed { value, .. } => self.function(of, *value, depth + 1),
            FlowValue::Call { callee, arguments, .. } => {
                // `http.HandlerFunc(func(…) {…})`.
                let is_conversion = match self.flow.value(*callee) {
                    FlowValue::Attribute { name, .. } => matches!(
                        self.flow.name(*name).as_str(),
                        "Handler" | "HandlerFunc" | "MiddlewareFunc"
                    ),
                    _ => false,
                };
                match arguments.as_slice() {
                    [only] if is_conversion => self.function(of, only.value, depth + 1),
                    _ => None,
                }
            }
            FlowValue::Name(name) => {
                let assigned = self.flow.function(of).body.iter().filter_map(|it| match it {
                    FlowStatement::Assign { target, value }
                        if matches!(self.flow.value(*target), FlowValue::Name(own) if own == name) =>
                    {
                        Some(*value)
                    }
                    _ => None,
                });
                let mut assigned = assigned;
                match (assigned.next(), assigned.next()) {
                    (Some(value), None) => self.function(of, value, depth + 1),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
