//! The names that a call's value has to do with: what it is made of, what it goes into, what it is
//! kept in.

use std::collections::BTreeSet;

use codd_facts::{
    FlowFacts, FlowFunctionKind, FlowName, FlowStatement, FlowValue, FunctionId, ValueId,
};
use codd_source::Span;
use regex::Regex;

/// Values within one another, and statements, that are looked at.
const MAX_DEPTH: u32 = 60;

/// How often a value is followed from one variable into the next.
const MAX_ROUNDS: usize = 8;

/// Whether a name matches of what the value of the call at `place` flows from or to.
///
/// That some other value around it is called so says nothing of this one.
pub(super) fn has_name(flow: &FlowFacts, place: Span, regex: &Regex) -> bool {
    let home = home_of(flow, place);
    let mut walk =
        Walk { flow, place, regex, kept: BTreeSet::new(), made: BTreeSet::new(), is_found: false };
    for _ in 0..MAX_ROUNDS {
        let before = (walk.kept.len(), walk.made.len());
        for id in &home {
            let own = flow.function(*id);
            walk.statements(&own.body, *id, 0);
        }
        if walk.is_found || before == (walk.kept.len(), walk.made.len()) {
            break;
        }
    }
    walk.is_found
}

/// The body that holds a place and has a name, with those without one inside it and itself.
fn home_of(flow: &FlowFacts, place: Span) -> Vec<FunctionId> {
    let ids = || (0..flow.functions.len()).map(|at| FunctionId(at as u32));
    let holds = |id: &FunctionId| {
        let mut spans = Vec::new();
        value_spans(flow, &flow.function(*id).body, &mut spans, 0);
        spans.iter().any(|it| it.start <= place.start && place.end <= it.end)
    };
    // Bodies are written in others: the last that holds it is the innermost.
    let Some(mut home) = ids().rfind(holds) else { return Vec::new() };
    let mut all = vec![home];
    while flow.function(home).kind == FlowFunctionKind::Lambda
        && let Some(parent) = flow.function(home).parent
        && all.len() < MAX_DEPTH as usize
    {
        home = parent;
        all.push(home);
    }
    all
}

/// The places of the values in statements, those of bodies within left out.
fn value_spans(flow: &FlowFacts, body: &[FlowStatement], spans: &mut Vec<Span>, depth: u32) {
    if depth > MAX_DEPTH {
        return;
    }
    for statement in body {
        let (values, blocks) = parts(statement);
        spans.extend(values.into_iter().map(|it| flow.span(it)));
        for block in blocks {
            value_spans(flow, block, spans, depth + 1);
        }
    }
}

/// The values and the blocks of a statement.
fn parts(statement: &FlowStatement) -> (Vec<ValueId>, Vec<&[FlowStatement]>) {
    match statement {
        FlowStatement::Evaluate(value) => (vec![*value], Vec::new()),
        FlowStatement::Assign { target, value } | FlowStatement::Augment { target, value, .. } => {
            (vec![*target, *value], Vec::new())
        }
        FlowStatement::Branch { test, then, otherwise } => (vec![*test], vec![then, otherwise]),
        FlowStatement::Loop { test, element, body, otherwise } => {
            let of = element.iter().flat_map(|(target, of)| [*target, *of]);
            (test.iter().copied().chain(of).collect(), vec![body, otherwise])
        }
        FlowStatement::Attempt { body, handlers, otherwise, finally } => {
            let mut blocks: Vec<&[FlowStatement]> = vec![body, otherwise, finally];
            blocks.extend(handlers.iter().map(Vec::as_slice));
            (Vec::new(), blocks)
        }
        FlowStatement::Select { subject, cases, .. } => {
            (vec![*subject], cases.iter().map(|it| it.body.as_slice()).collect())
        }
        FlowStatement::Return(value) | FlowStatement::Raise(value) => {
            (value.iter().copied().collect(), Vec::new())
        }
        _ => (Vec::new(), Vec::new()),
    }
}

struct Walk<'a> {
    flow: &'a FlowFacts,
    place: Span,
    regex: &'a Regex,
    /// Variables that hold the value, or what is made of it.
    kept: BTreeSet<FlowName>,
    /// Functions without a name that give it back.
    made: BTreeSet<FunctionId>,
    is_found: bool,
}

impl Walk<'_> {
    fn named(&mut self, name: FlowName) {
        self.is_found |= self.regex.is_match(self.flow.name(name));
    }

    fn statements(&mut self, body: &[FlowStatement], within: FunctionId, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        for statement in body {
            match statement {
                FlowStatement::Assign { target, value }
                | FlowStatement::Augment { target, value, .. } => {
                    if self.flows(*value, 0) {
                        self.keep(*target);
                    }
                }
                FlowStatement::Loop { element: Some((target, of)), .. } => {
                    if self.flows(*of, 0) {
                        self.keep(*target);
                    }
                }
                FlowStatement::Return(Some(value)) => {
                    if self.flows(*value, 0) {
                        self.give_back(within);
                    }
                }
                _ => {
                    for value in parts(statement).0 {
                        self.flows(value, 0);
                    }
                }
            }
            for block in parts(statement).1 {
                self.statements(block, within, depth + 1);
            }
        }
    }

    fn give_back(&mut self, from: FunctionId) {
        let function = self.flow.function(from);
        match function.name {
            Some(name) => self.named(name),
            None => {
                self.made.insert(from);
            }
        }
    }

    /// What holds the value from now on.
    fn keep(&mut self, target: ValueId) {
        match self.flow.value(target) {
            FlowValue::Name(name) => {
                self.named(*name);
                self.kept.insert(*name);
            }
            FlowValue::Attribute { name, .. } => self.named(*name),
            FlowValue::Index { base, key } => {
                self.chain(*base);
                if let FlowValue::Text(key) | FlowValue::Name(key) = self.flow.value(*key) {
                    self.named(*key);
                }
            }
            FlowValue::Sequence(parts) => {
                for part in parts.clone() {
                    if let FlowValue::Name(name) = self.flow.value(part) {
                        self.named(*name);
                        self.kept.insert(*name);
                    }
                }
            }
            _ => {}
        }
    }

    /// The names of `a.b.c`.
    fn chain(&mut self, id: ValueId) {
        let mut at = id;
        for _ in 0..MAX_DEPTH {
            match self.flow.value(at) {
                FlowValue::Name(name) => return self.named(*name),
                FlowValue::Attribute { base, name } => {
                    self.named(*name);
                    at = *base;
                }
                FlowValue::Call { callee, .. } => at = *callee,
                _ => return,
            }
        }
    }

    /// The names that a value is made of.
    fn made_of(&mut self, id: ValueId, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        match self.flow.value(id) {
            FlowValue::Text(_) | FlowValue::Function(_) => {}
            FlowValue::Name(name) => self.named(*name),
            FlowValue::Attribute { base, name } => {
                self.named(*name);
                self.made_of(*base, depth + 1);
            }
            _ => {
                for part in children(self.flow, id) {
                    self.made_of(part, depth + 1);
                }
            }
        }
    }

    /// Whether a value is or holds what the call gives; notes the names on the way.
    fn flows(&mut self, id: ValueId, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let flow = self.flow;
        let is_it = flow.span(id) == self.place;
        match flow.value(id) {
            FlowValue::Name(name) => self.kept.contains(name),
            FlowValue::Function(function) => self.made.contains(function),
            FlowValue::Call { callee, arguments, .. } => {
                let is_of = self.flows(*callee, depth + 1);
                let mut is_given = false;
                for argument in arguments {
                    let flows = self.flows(argument.value, depth + 1);
                    if let Some(name) = argument.name.filter(|_| flows) {
                        self.named(name);
                    }
                    is_given |= flows;
                }
                if is_given {
                    self.chain(*callee);
                }
                // What is fed to it: `hash.update(text)`.
                if is_it || is_of {
                    for argument in arguments {
                        self.made_of(argument.value, depth + 1);
                    }
                }
                is_it || is_of || is_given
            }
            FlowValue::Mapping(items) => {
                let mut any = false;
                for (key, value) in items {
                    let flows = self.flows(*value, depth + 1);
                    let key = key.map(|it| flow.value(it));
                    if let Some(FlowValue::Text(key) | FlowValue::Name(key)) = key
                        && flows
                    {
                        self.named(*key);
                    }
                    any |= flows;
                }
                any || is_it
            }
            FlowValue::Assigned { target, value } => {
                let flows = self.flows(*value, depth + 1);
                if flows {
                    self.keep(*target);
                }
                flows
            }
            _ => {
                let all = children(flow, id).into_iter();
                all.fold(is_it, |any, part| self.flows(part, depth + 1) || any)
            }
        }
    }
}

/// The values that a value is made of, but for those of calls.
fn children(flow: &FlowFacts, id: ValueId) -> Vec<ValueId> {
    match flow.value(id) {
        FlowValue::Index { base, key } => vec![*base, *key],
        FlowValue::Attribute { base, .. } | FlowValue::Slice { base, .. } => vec![*base],
        FlowValue::Call { callee, arguments, .. } => {
            std::iter::once(*callee).chain(arguments.iter().map(|it| it.value)).collect()
        }
        FlowValue::Unknown(parts)
        | FlowValue::Joined { parts, .. }
        | FlowValue::All(parts)
        | FlowValue::Any(parts)
        | FlowValue::Sequence(parts) => parts.clone(),
        FlowValue::Binary { left, right, .. } => vec![*left, *right],
        FlowValue::Conditional { then, otherwise, .. } => vec![*then, *otherwise],
        FlowValue::Mapping(items) => items.iter().map(|it| it.1).collect(),
        FlowValue::Comprehension { clauses, key, value } => {
            let of = clauses.iter().map(|it| it.iterable);
            key.iter().copied().chain([*value]).chain(of).collect()
        }
        FlowValue::Assigned { value: one, .. }
        | FlowValue::Typed { value: one, .. }
        | FlowValue::Not(one)
        | FlowValue::Spread(one)
        | FlowValue::Awaited(one)
        | FlowValue::Yielded(one)
        | FlowValue::Entered(one) => vec![*one],
        _ => Vec::new(),
    }
}
