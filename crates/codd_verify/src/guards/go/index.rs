//! What is found once in a file, however many calls in it are looked at.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{
    FlowArgument, FlowFacts, FlowName, FlowStatement, FlowValue, FunctionId, ValueId,
};

/// The top level of a file.
const PACKAGE: FunctionId = FunctionId(0);

/// A file by what is asked of it.
pub(super) struct Index {
    /// Calls by where what is called ends.
    calls: BTreeMap<u32, ValueId>,
    /// Texts that constants and variables of the package are declared to be.
    texts: BTreeMap<FlowName, ValueId>,
    /// Variables that functions give something, by the body that they are declared in.
    given: BTreeSet<(FunctionId, FlowName)>,
    /// Where names end by which it is asked who somebody is.
    pub(super) asks: BTreeSet<u32>,
    /// Where those end of what comes from outside.
    pub(super) packages: BTreeSet<u32>,
}

impl Index {
    pub(super) fn of(flow: &FlowFacts, asks: BTreeSet<u32>, packages: BTreeSet<u32>) -> Index {
        let mut calls = BTreeMap::new();
        for (at, value) in flow.values.iter().enumerate() {
            if let FlowValue::Call { callee, .. } = value {
                calls.entry(flow.span(*callee).end).or_insert(ValueId(at as u32));
            }
        }
        let mut texts = BTreeMap::new();
        for statement in flow.functions.first().into_iter().flat_map(|it| &it.body) {
            if let FlowStatement::Assign { target, value } = statement
                && let FlowValue::Name(name) = flow.value(*target)
                && text_in(flow, *value).is_some()
            {
                texts.entry(*name).or_insert(*value);
            }
        }
        Index { calls, texts, given: given(flow), asks, packages }
    }

    /// What the call is given of which this is where what is called ends.
    pub(super) fn arguments<'f>(&self, flow: &'f FlowFacts, at: u32) -> Option<&'f [FlowArgument]> {
        match flow.value(*self.calls.get(&at)?) {
            FlowValue::Call { arguments, .. } => Some(arguments.as_slice()),
            _ => None,
        }
    }

    /// What a name of the package is declared to be.
    pub(super) fn declared(&self, name: FlowName) -> Option<ValueId> {
        self.texts.get(&name).copied()
    }

    /// Whether what a function calls so is a text of the package that has something in it, as far
    /// as that is known.
    pub(super) fn truth(
        &self,
        flow: &FlowFacts,
        function: FunctionId,
        name: FlowName,
    ) -> Option<bool> {
        let text = text_in(flow, self.declared(name)?)?;
        let is_kept = owner(flow, function, name) == PACKAGE && !self.is_given_again(PACKAGE, name);
        is_kept.then(|| !flow.name(text).is_empty())
    }

    /// Whether a variable that a body declares may be something else later.
    pub(super) fn is_given_again(&self, body: FunctionId, name: FlowName) -> bool {
        self.given.contains(&(body, name))
    }
}

/// A text that is written in place, of whatever type.
fn text_in(flow: &FlowFacts, value: ValueId) -> Option<FlowName> {
    let value = match flow.value(value) {
        FlowValue::Typed { value, .. } => *value,
        _ => value,
    };
    match flow.value(value) {
        FlowValue::Text(text) => Some(*text),
        _ => None,
    }
}

/// The body that declares what a function calls so.
fn owner(flow: &FlowFacts, function: FunctionId, name: FlowName) -> FunctionId {
    let mut at = function;
    while at != PACKAGE {
        let body = flow.function(at);
        if body.locals.binary_search(&name).is_ok() {
            return at;
        }
        at = body.parent.unwrap_or(PACKAGE);
    }
    PACKAGE
}

fn given(flow: &FlowFacts) -> BTreeSet<(FunctionId, FlowName)> {
    let mut found = BTreeSet::new();
    for (at, function) in flow.functions.iter().enumerate().skip(1) {
        let id = FunctionId(at as u32);
        let mut bodies = vec![function.body.as_slice()];
        while let Some(body) = bodies.pop() {
            for statement in body {
                let target = match statement {
                    FlowStatement::Assign { target, .. }
                    | FlowStatement::Augment { target, .. } => Some(*target),
                    FlowStatement::Branch { then, otherwise, .. } => {
                        bodies.extend([then.as_slice(), otherwise.as_slice()]);
                        None
                    }
                    FlowStatement::Loop { element, body, otherwise, .. } => {
                        bodies.extend([body.as_slice(), otherwise.as_slice()]);
                        element.map(|it| it.0)
                    }
                    FlowStatement::Select { cases, .. } => {
                        bodies.extend(cases.iter().map(|it| it.body.as_slice()));
                        None
                    }
                    FlowStatement::Attempt { body, .. } => {
                        bodies.push(body.as_slice());
                        None
                    }
                    _ => None,
                };
                let Some(target) = target else { continue };
                let targets = match flow.value(target) {
                    FlowValue::Sequence(targets) => targets.as_slice(),
                    _ => std::slice::from_ref(&target),
                };
                for it in targets {
                    if let FlowValue::Name(name) = flow.value(*it) {
                        found.insert((owner(flow, id, *name), *name));
                    }
                }
            }
        }
    }
    found
}
