//! Where a function lets what goes on with the request out of its hands: under another name, in a
//! list, in a class, to whoever calls it some day. From there on, it may have gone on.

use std::collections::BTreeSet;

use codd_facts::{
    FlowFacts, FlowFunctionKind, FlowName, FlowParameterKind, FlowStatement, FlowValue, FunctionId,
    ValueId,
};

use super::MAX_DEPTH;

/// Where what goes on with a request stands among the parameters of a function of Express.
const THIRD: usize = 2;

/// What all that a function of JavaScript is given is called.
const ARGUMENTS: &str = "arguments";

/// Types of what goes on with a request.
const TYPES: &[&str] = &["DoneFuncWithErrOrRes", "HookHandlerDoneFunction", "Next", "NextFunction"];

/// Values of one function that are looked at.
const MAX_VALUES: u32 = 65_536;

/// How what stands in a function within another one runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs {
    /// With what is around it, or as a call says that it is handed to.
    AsWritten,
    /// When somebody calls it.
    ByCall,
}

struct Search<'a> {
    flow: &'a FlowFacts,
    passing: BTreeSet<FlowName>,
    /// Of which any item may be one of these.
    rest: BTreeSet<FlowName>,
    is_script: bool,
    first: Option<u32>,
    looked_at: u32,
}

/// The first place from which on a function may have gone on with the request, whatever it does.
///
/// That of a script is given more than it names.
pub(super) fn first_escape(flow: &FlowFacts, function: FunctionId, is_script: bool) -> Option<u32> {
    let own = flow.function(function);
    let mut search = Search {
        flow,
        passing: BTreeSet::new(),
        rest: BTreeSet::new(),
        is_script,
        first: None,
        looked_at: 0,
    };
    let parameters = own.parameters.iter().filter(|it| it.kind != FlowParameterKind::Receiver);
    for (at, parameter) in parameters.enumerate() {
        let name = match flow.value(parameter.target) {
            FlowValue::Name(name) => *name,
            // `(...[request, response, go])`.
            _ if parameter.kind == FlowParameterKind::Rest && is_script => return Some(0),
            _ => continue,
        };
        let is_named = {
            let text = flow.name(name).to_ascii_lowercase();
            text.contains("next") || text == "done"
        };
        let is_typed = parameter.annotation.map(|it| is_of_passing(flow, it));
        match parameter.kind {
            FlowParameterKind::Rest if is_script => {
                search.rest.insert(name);
            }
            FlowParameterKind::Plain
                if is_named && at > 0
                    || is_script
                        && at == THIRD
                        && parameter.default.is_none()
                        && is_typed != Some(false) =>
            {
                search.passing.insert(name);
            }
            _ => {}
        }
    }
    search.statements(&own.body, Runs::AsWritten, 0);
    search.first
}

fn is_of_passing(flow: &FlowFacts, annotation: ValueId) -> bool {
    match flow.value(annotation) {
        FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
            TYPES.contains(&flow.name(*name).as_str())
        }
        _ => false,
    }
}

impl Search<'_> {
    fn found(&mut self, at: u32) {
        self.first = Some(self.first.map_or(at, |it| it.min(at)));
    }

    fn function(&mut self, function: FunctionId, runs: Runs, depth: u32) {
        let flow = self.flow;
        let own = flow.function(function);
        for parameter in &own.parameters {
            if let Some(default) = parameter.default {
                self.value(default, Runs::ByCall, depth);
            }
        }
        for value in own.bases.iter().chain(&own.decorators) {
            self.value(*value, runs, depth);
        }
        self.statements(&own.body, runs, depth);
    }

    fn statements(&mut self, body: &[FlowStatement], runs: Runs, depth: u32) {
        if depth > MAX_DEPTH {
            self.found(0);
            return;
        }
        let depth = depth + 1;
        for statement in body {
            match statement {
                FlowStatement::Evaluate(value)
                | FlowStatement::Return(Some(value))
                | FlowStatement::Raise(Some(value)) => self.value(*value, runs, depth),
                // Under another name that is followed, it is what it was.
                FlowStatement::Assign { target, value }
                    if runs == Runs::AsWritten
                        && matches!(self.flow.value(*value),
                            FlowValue::Name(name) if self.passing.contains(name)) =>
                {
                    match self.flow.value(*target) {
                        FlowValue::Name(name) => {
                            self.passing.insert(*name);
                        }
                        FlowValue::Attribute { .. } => {}
                        _ => self.value(*value, runs, depth),
                    }
                }
                FlowStatement::Assign { target, value }
                | FlowStatement::Augment { target, value, .. } => {
                    self.target(*target, runs, depth);
                    self.value(*value, runs, depth);
                }
                FlowStatement::Branch { test, then, otherwise } => {
                    self.value(*test, runs, depth);
                    self.statements(then, runs, depth);
                    self.statements(otherwise, runs, depth);
                }
                FlowStatement::Loop { test, element, body, otherwise } => {
                    let element = element.iter().flat_map(|(a, b)| [*a, *b]);
                    for value in test.iter().copied().chain(element) {
                        self.value(value, runs, depth);
                    }
                    self.statements(body, runs, depth);
                    self.statements(otherwise, runs, depth);
                }
                FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                    self.statements(body, runs, depth);
                    for handler in handlers {
                        self.statements(handler, runs, depth);
                    }
                    self.statements(otherwise, runs, depth);
                    self.statements(finally, runs, depth);
                }
                FlowStatement::Select { subject, cases, .. } => {
                    self.value(*subject, runs, depth);
                    for case in cases {
                        self.statements(&case.body, runs, depth);
                    }
                }
                FlowStatement::Define(function) => {
                    let before = self.first.take();
                    self.function(*function, Runs::ByCall, depth);
                    let is_class = self.flow.function(*function).kind == FlowFunctionKind::Class;
                    // Functions are there before what stands above them.
                    let own = self.first.map(|it| if is_class { it } else { 0 });
                    self.first = match (before, own) {
                        (Some(a), Some(b)) => Some(a.min(b)),
                        (one, other) => one.or(other),
                    };
                }
                _ => {}
            }
        }
    }

    fn value(&mut self, id: ValueId, runs: Runs, depth: u32) {
        self.looked_at += 1;
        if depth > MAX_DEPTH || self.looked_at > MAX_VALUES {
            self.found(0);
            return;
        }
        let depth = depth + 1;
        let flow = self.flow;
        let place = flow.span(id).start;
        match flow.value(id) {
            FlowValue::Name(name) => {
                let is_all = self.is_script && flow.name(*name) == ARGUMENTS;
                if is_all || self.passing.contains(name) || self.rest.contains(name) {
                    self.found(place);
                }
            }
            FlowValue::Call { callee, arguments, .. } => {
                match flow.value(*callee) {
                    FlowValue::Name(name) if self.passing.contains(name) => {
                        if runs == Runs::ByCall {
                            self.found(place);
                        }
                    }
                    FlowValue::Function(function) => {
                        self.function(*function, Runs::ByCall, depth);
                    }
                    _ => self.value(*callee, runs, depth),
                }
                let method = match flow.value(*callee) {
                    FlowValue::Attribute { name, .. } => flow.name(*name).as_str(),
                    _ => "",
                };
                for (at, argument) in arguments.iter().enumerate() {
                    match flow.value(argument.value) {
                        FlowValue::Function(function) => self.function(*function, runs, depth),
                        // What is given what went wrong ends the request by that.
                        FlowValue::Name(_) if method == "catch" || method == "then" && at == 1 => {}
                        _ => self.value(argument.value, runs, depth),
                    }
                }
            }
            FlowValue::Function(function) => self.function(*function, Runs::ByCall, depth),
            FlowValue::Attribute { base, .. }
            | FlowValue::Slice { base, .. }
            | FlowValue::Not(base)
            | FlowValue::Spread(base)
            | FlowValue::Awaited(base)
            | FlowValue::Yielded(base)
            | FlowValue::Entered(base)
            | FlowValue::Typed { value: base, .. } => self.value(*base, runs, depth),
            FlowValue::Index { base, key } => {
                self.value(*base, runs, depth);
                self.value(*key, runs, depth);
            }
            FlowValue::Joined { parts, .. }
            | FlowValue::All(parts)
            | FlowValue::Any(parts)
            | FlowValue::Sequence(parts)
            | FlowValue::Unknown(parts) => {
                for part in parts {
                    self.value(*part, runs, depth);
                }
            }
            FlowValue::Binary { left, right, .. } => {
                self.value(*left, runs, depth);
                self.value(*right, runs, depth);
            }
            FlowValue::Conditional { test, then, otherwise } => {
                for part in [*test, *then, *otherwise] {
                    self.value(part, runs, depth);
                }
            }
            FlowValue::Mapping(items) => {
                for (key, value) in items {
                    if let Some(key) = key {
                        self.value(*key, runs, depth);
                    }
                    self.value(*value, runs, depth);
                }
            }
            FlowValue::Comprehension { clauses, key, value } => {
                for clause in clauses {
                    self.value(clause.iterable, runs, depth);
                    for test in &clause.tests {
                        self.value(*test, runs, depth);
                    }
                }
                for part in key.iter().chain([value]) {
                    self.value(*part, runs, depth);
                }
            }
            FlowValue::Assigned { target, value } => {
                self.target(*target, runs, depth);
                self.value(*value, runs, depth);
            }
            _ => {}
        }
    }

    /// What is assigned to is used by that where it is a part of something.
    fn target(&mut self, id: ValueId, runs: Runs, depth: u32) {
        if !matches!(self.flow.value(id), FlowValue::Name(_)) {
            self.value(id, runs, depth);
        }
    }
}
