//! Whether a method of a guard that stands in the place of its base's lets through nobody whom that
//! would not: `canActivate` of NestJS, which may ask for a mark of the route before.

use std::collections::BTreeMap;

use codd_facts::{
    Certainty, FlowFacts, FlowFunction, FlowName, FlowOperator, FlowStatement, FlowValue,
    FunctionId, ValueId,
};

/// Values within one another, and statements, that are looked at.
const MAX_DEPTH: u32 = 40;

/// Methods of promises that make something else of what these give.
const FOLLOWED: &[&str] = &["catch", "then"];

/// What gives an answer although one of several has failed, or has not answered yet.
const ANY_OF: &[&str] = &["allSettled", "any", "catchError", "pipe", "race"];

/// Methods by which a guard reads what a route is marked with.
const READING: &[&str] = &["get", "getAll", "getAllAndMerge", "getAllAndOverride", "getMetadata"];

/// How surely a method asks what it stands in the place of, by its name, of all who come with a
/// request.
pub(crate) fn asks_base(flow: &FlowFacts, function: FunctionId, method: &str) -> Certainty {
    let mut walk =
        Walk { flow, method, names: BTreeMap::new(), has_asked: false, lets_through: false };
    walk.statements(&flow.function(function).body, Some(State::default()), 0);
    match (walk.has_asked, walk.lets_through) {
        (false, _) => Certainty::Never,
        (true, true) => Certainty::Perhaps,
        (true, false) => Certainty::Always,
    }
}

/// What a name holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// What a route is marked with.
    Mark,
    /// What the base answers.
    Answer,
}

/// What is known on the way to a place.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The base has answered, and did not raise.
    is_asked: bool,
    /// Only marked routes, and what is no request of HTTP, get here.
    is_marked: bool,
}

impl State {
    fn and(self, other: State) -> State {
        State {
            is_asked: self.is_asked && other.is_asked,
            is_marked: self.is_marked && other.is_marked,
        }
    }
}

struct Walk<'a> {
    flow: &'a FlowFacts,
    method: &'a str,
    names: BTreeMap<FlowName, Held>,
    has_asked: bool,
    lets_through: bool,
}

impl Walk<'_> {
    fn statements(
        &mut self,
        body: &[FlowStatement],
        mut at: Option<State>,
        depth: u32,
    ) -> Option<State> {
        if depth > MAX_DEPTH {
            self.lets_through = true;
            return None;
        }
        for statement in body {
            let Some(now) = at else { break };
            at = self.statement(statement, now, depth + 1);
        }
        at
    }

    fn statement(
        &mut self,
        statement: &FlowStatement,
        mut now: State,
        depth: u32,
    ) -> Option<State> {
        match statement {
            FlowStatement::Evaluate(value) => {
                now.is_asked |= self.is_awaited(*value, depth);
                Some(now)
            }
            FlowStatement::Assign { target, value } => {
                now.is_asked |= self.is_awaited(*value, depth);
                if let FlowValue::Name(name) = self.flow.value(*target) {
                    let held = if self.is_mark(*value, depth) {
                        Some(Held::Mark)
                    } else {
                        self.holds_answer(*value, depth).then_some(Held::Answer)
                    };
                    match held {
                        Some(held) => self.names.insert(*name, held),
                        None => self.names.remove(name),
                    };
                }
                Some(now)
            }
            FlowStatement::Branch { test, then, otherwise } => {
                now.is_asked |= self.is_awaited(*test, depth);
                let marked = self.marks(*test, depth);
                let inside =
                    |it: bool| State { is_marked: now.is_marked || marked == Some(it), ..now };
                let names = self.names.clone();
                let then = self.statements(then, Some(inside(true)), depth);
                let after = std::mem::replace(&mut self.names, names);
                let otherwise = self.statements(otherwise, Some(inside(false)), depth);
                self.names.retain(|name, held| after.get(name) == Some(held));
                match (then, otherwise) {
                    (Some(one), Some(other)) => Some(one.and(other)),
                    (one, other) => one.or(other),
                }
            }
            FlowStatement::Loop { body, otherwise, .. } => {
                self.statements(body, Some(now), depth);
                self.statements(otherwise, Some(now), depth)
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                let tried = self.statements(body, Some(now), depth);
                let mut end = self.statements(otherwise, tried, depth);
                for handler in handlers {
                    end = match (end, self.statements(handler, Some(now), depth)) {
                        (Some(one), Some(other)) => Some(one.and(other)),
                        (one, other) => one.or(other),
                    };
                }
                let after = self.statements(finally, Some(end.unwrap_or(now)), depth);
                end.and(after)
            }
            FlowStatement::Select { cases, .. } => {
                for case in cases {
                    self.statements(&case.body, Some(now), depth);
                }
                Some(now)
            }
            FlowStatement::Return(value) => {
                let is_fine = now.is_asked || now.is_marked;
                let is_answered = value.is_none_or(|it| self.answers(it, depth));
                self.lets_through |= !is_fine && !is_answered;
                None
            }
            FlowStatement::Raise(_) | FlowStatement::Leave | FlowStatement::Next => None,
            FlowStatement::Augment { .. }
            | FlowStatement::Define(_)
            | FlowStatement::Bring { .. } => Some(now),
        }
    }

    /// Whether a value lets nobody through, or only whom the base does.
    fn answers(&mut self, id: ValueId, depth: u32) -> bool {
        let flow = self.flow;
        match flow.value(id) {
            _ if depth > MAX_DEPTH => false,
            FlowValue::Boolean(false) | FlowValue::Nothing | FlowValue::Integer(0) => true,
            FlowValue::Any(parts) => {
                // All are looked at: one of them asks.
                let each =
                    parts.iter().map(|it| self.is_mark(*it, depth) || self.answers(*it, depth + 1));
                each.filter(|it| !it).count() == 0
            }
            FlowValue::All(parts) => {
                let each = parts.iter().map(|it| self.answers(*it, depth + 1));
                each.filter(|it| *it).count() > 0
            }
            FlowValue::Conditional { test, then, otherwise } => {
                let marked = self.marks(*test, depth);
                let then = self.answers(*then, depth + 1);
                let otherwise = self.answers(*otherwise, depth + 1);
                (then || marked == Some(true)) && (otherwise || marked == Some(false))
            }
            FlowValue::Awaited(inner)
            | FlowValue::Typed { value: inner, .. }
            | FlowValue::Assigned { value: inner, .. } => self.answers(*inner, depth + 1),
            // The other way round.
            FlowValue::Not(inner) => match flow.value(*inner) {
                FlowValue::Not(inner) => self.answers(*inner, depth + 1),
                _ => {
                    self.holds_answer(*inner, depth + 1);
                    false
                }
            },
            FlowValue::Call { callee, arguments, .. } if !self.is_base(*callee) => {
                // `of(false)`, `firstValueFrom(super.canActivate(context))`.
                let (of, name) = match flow.value(*callee) {
                    FlowValue::Attribute { base, name } => {
                        (self.holds_answer(*base, depth + 1), flow.name(*name).as_str())
                    }
                    FlowValue::Name(name) => (false, flow.name(*name).as_str()),
                    _ => (false, ""),
                };
                if of && FOLLOWED.contains(&name) {
                    // What is made of the answer, and of that there is none, is what counts.
                    return arguments.iter().all(|it| self.gives_answer(it.value, depth + 1));
                }
                if ANY_OF.contains(&name) {
                    for argument in arguments {
                        self.answers(argument.value, depth + 1);
                    }
                    return false;
                }
                let given = arguments.iter().map(|it| self.answers(it.value, depth + 1));
                given.fold(of, |any, it| any || it)
            }
            _ => self.holds_answer(id, depth),
        }
    }

    /// Whether a function that is handed over gives an answer again, of the one that it is given.
    fn gives_answer(&mut self, id: ValueId, depth: u32) -> bool {
        let FlowValue::Function(function) = self.flow.value(id) else { return false };
        let function = self.flow.function(*function);
        let names = self.names.clone();
        for parameter in &function.parameters {
            if let FlowValue::Name(name) = self.flow.value(parameter.target) {
                self.names.insert(*name, Held::Answer);
            }
        }
        let is_answer = match function.body.as_slice() {
            [FlowStatement::Return(Some(value))] => self.answers(*value, depth + 1),
            [FlowStatement::Raise(_)] => true,
            _ => false,
        };
        self.names = names;
        is_answer
    }

    /// Whether a value is made of what the base answers.
    fn holds_answer(&mut self, id: ValueId, depth: u32) -> bool {
        let flow = self.flow;
        match flow.value(id) {
            _ if depth > MAX_DEPTH => false,
            FlowValue::Name(name) => self.names.get(name) == Some(&Held::Answer),
            FlowValue::Call { callee, .. } if self.is_base(*callee) => {
                self.has_asked = true;
                true
            }
            FlowValue::Call { .. } | FlowValue::Any(_) | FlowValue::Conditional { .. } => {
                self.answers(id, depth + 1)
            }
            FlowValue::Awaited(inner)
            | FlowValue::Typed { value: inner, .. }
            | FlowValue::Assigned { value: inner, .. }
            | FlowValue::Attribute { base: inner, .. }
            | FlowValue::Not(inner) => self.holds_answer(*inner, depth + 1),
            FlowValue::Binary { left, right, .. } => {
                let (one, other) = (*left, *right);
                let one = self.holds_answer(one, depth + 1);
                self.holds_answer(other, depth + 1) || one
            }
            FlowValue::All(parts) | FlowValue::Sequence(parts) | FlowValue::Unknown(parts) => {
                let each = parts.iter().map(|it| self.holds_answer(*it, depth + 1));
                each.filter(|it| *it).count() > 0
            }
            _ => false,
        }
    }

    /// Whether somebody waits for what the base answers, which raises for who is nobody.
    fn is_awaited(&mut self, id: ValueId, depth: u32) -> bool {
        let is_asked = self.holds_answer(id, depth);
        is_asked && self.waits(id, 0)
    }

    fn waits(&self, id: ValueId, depth: u32) -> bool {
        match self.flow.value(id) {
            _ if depth > MAX_DEPTH => false,
            FlowValue::Awaited(inner) => self.raises(*inner, depth + 1),
            FlowValue::Not(inner)
            | FlowValue::Typed { value: inner, .. }
            | FlowValue::Assigned { value: inner, .. } => self.waits(*inner, depth + 1),
            FlowValue::Binary { left, right, .. } => {
                self.waits(*left, depth + 1) || self.waits(*right, depth + 1)
            }
            FlowValue::Unknown(parts) => parts.iter().any(|it| self.waits(*it, depth + 1)),
            _ => false,
        }
    }

    /// Whether what is waited for raises where the base does: nobody has caught that before.
    fn raises(&self, id: ValueId, depth: u32) -> bool {
        match self.flow.value(id) {
            _ if depth > MAX_DEPTH => false,
            FlowValue::Typed { value, .. } | FlowValue::Awaited(value) => {
                self.raises(*value, depth + 1)
            }
            FlowValue::Call { callee, arguments, .. } => match self.flow.value(*callee) {
                FlowValue::Attribute { base, name } => {
                    let name = self.flow.name(*name).as_str();
                    !ANY_OF.contains(&name)
                        && name != "catch"
                        && (name != "then" || arguments.len() < 2)
                        && self.raises(*base, depth + 1)
                }
                _ => true,
            },
            _ => true,
        }
    }

    /// `super.canActivate`.
    fn is_base(&self, callee: ValueId) -> bool {
        match self.flow.value(callee) {
            FlowValue::Attribute { base, name } => {
                self.flow.name(*name) == self.method
                    && matches!(self.flow.value(*base), FlowValue::Name(of)
                        if self.flow.name(*of) == "super")
            }
            _ => false,
        }
    }

    /// Whether a test holds for marked routes alone, `Some(true)`, or for all others.
    fn marks(&self, test: ValueId, depth: u32) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        let flow = self.flow;
        match flow.value(test) {
            FlowValue::Not(inner) => self.marks(*inner, depth + 1).map(|it| !it),
            FlowValue::All(parts) => {
                let mut marks = parts.iter().map(|it| self.marks(*it, depth + 1));
                marks.any(|it| it == Some(true)).then_some(true)
            }
            FlowValue::Any(parts) => {
                let mut marks = parts.iter().map(|it| self.marks(*it, depth + 1));
                marks.all(|it| it == Some(true)).then_some(true)
            }
            FlowValue::Binary { operator, left, right } => {
                let is_equal = match operator {
                    FlowOperator::Equal => true,
                    FlowOperator::NotEqual => false,
                    _ => return None,
                };
                let said = match (flow.value(*left), flow.value(*right)) {
                    (FlowValue::Boolean(it), _) => self.is_mark(*right, depth).then_some(*it),
                    (_, FlowValue::Boolean(it)) => self.is_mark(*left, depth).then_some(*it),
                    // `context.getType() !== "http"`.
                    (FlowValue::Call { callee, .. }, FlowValue::Text(text)) => {
                        let is_type = matches!(flow.value(*callee),
                            FlowValue::Attribute { name, .. } if flow.name(*name) == "getType");
                        let is_http = flow.name(*text) == "http";
                        match (is_type, is_http, is_equal) {
                            (true, true, _) => Some(false),
                            (true, false, true) => Some(true),
                            _ => None,
                        }
                    }
                    _ => None,
                };
                said.map(|it| it == is_equal)
            }
            _ => self.is_mark(test, depth).then_some(true),
        }
    }

    /// Whether a value is what a route is marked with: `this.reflector.get(PUBLIC, handler)`.
    fn is_mark(&self, id: ValueId, depth: u32) -> bool {
        let flow = self.flow;
        match flow.value(id) {
            _ if depth > MAX_DEPTH => false,
            FlowValue::Name(name) => self.names.get(name) == Some(&Held::Mark),
            FlowValue::Awaited(inner) | FlowValue::Typed { value: inner, .. } => {
                self.is_mark(*inner, depth + 1)
            }
            FlowValue::Not(inner) => match flow.value(*inner) {
                FlowValue::Not(inner) => self.is_mark(*inner, depth + 1),
                _ => false,
            },
            FlowValue::Call { callee, .. } => match flow.value(*callee) {
                FlowValue::Attribute { base, name } if self.is_this(*base) => {
                    let own = flow.name(*name).as_str();
                    own != self.method && self.gives_mark(own, depth + 1)
                }
                FlowValue::Attribute { base, name } => {
                    READING.contains(&flow.name(*name).as_str()) && self.is_reflector(*base)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn is_this(&self, id: ValueId) -> bool {
        matches!(self.flow.value(id), FlowValue::Name(name) if self.flow.name(*name) == "this")
    }

    fn is_reflector(&self, id: ValueId) -> bool {
        match self.flow.value(id) {
            FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
                self.flow.name(*name).to_lowercase().contains("reflect")
            }
            _ => false,
        }
    }

    /// Whether a method of the file gives back what a route is marked with, and nothing else.
    fn gives_mark(&self, method: &str, depth: u32) -> bool {
        let is_it = |it: &&FlowFunction| it.name.is_some_and(|name| self.flow.name(name) == method);
        let mut found = self.flow.functions.iter().filter(is_it);
        let (Some(only), None) = (found.next(), found.next()) else { return false };
        match only.body.as_slice() {
            [FlowStatement::Return(Some(value))] => self.is_mark(*value, depth + 1),
            _ => false,
        }
    }
}
