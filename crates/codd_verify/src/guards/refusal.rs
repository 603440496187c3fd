//! Whether a function turns away who does not say who they are: what it does where every answer
//! to that question is empty.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{
    FlowFacts, FlowName, FlowOperator, FlowStatement, FlowValue, FunctionId, ValueId,
};

use super::credentials::{is_credential, is_identity, is_kept_identity};

/// Values within one another, and statements, that are looked at.
const MAX_DEPTH: u32 = 60;

/// Whether somebody is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refuses {
    No,
    /// Where an exception that it raises is not caught by itself.
    Perhaps,
    Surely,
}

/// What is looked for in one function.
pub(crate) struct Asked<'a> {
    pub(crate) flow: &'a FlowFacts,
    /// Where names end by which it learns who asks.
    pub(crate) asks: &'a BTreeSet<u32>,
    /// The same of calls that end a request by what they do, or by being given back or raised.
    pub(crate) ends: &'a BTreeSet<u32>,
    /// Whether any answer ends the request: of the function that answers it.
    pub(crate) is_handler: bool,
}

impl Asked<'_> {
    pub(crate) fn refuses(&self, function: FunctionId) -> Refuses {
        let mut walk = Walk {
            asked: self,
            names: BTreeMap::new(),
            next: self.parameters(function),
            tries: Vec::new(),
            has_asked: false,
            has_let_through: false,
            found: Refuses::No,
        };
        let body = &self.flow.function(function).body;
        let end = walk.statements(body, Some(State::default()), 0);
        walk.finish(end);
        walk.found
    }

    /// What a function, or the one around it, is given to go on with.
    fn parameters(&self, function: FunctionId) -> BTreeSet<FlowName> {
        let mut found = BTreeSet::new();
        let mut at = Some(function);
        // A decorator's own function stands in the one that is given what it decorates.
        for _ in 0..2 {
            let Some(id) = at else { break };
            let own = self.flow.function(id);
            for parameter in &own.parameters {
                if let FlowValue::Name(name) = self.flow.value(parameter.target) {
                    found.insert(*name);
                }
            }
            at = own.parent;
        }
        found
    }
}

/// What a value is where nobody has said who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// Whether it counts as true, where that is known.
    truth: Option<bool>,
    /// Whether it tells who asks.
    asks: bool,
    /// It is made of what tells who asks in a way that leaves its truth open: `strikes > 3`.
    is_open: bool,
}

impl Seen {
    /// A credential, or what is made of one: it is not there.
    const ABSENT: Seen = Seen::of(false);

    /// What tells who asks, and counts as this.
    const fn of(truth: bool) -> Seen {
        Seen { truth: Some(truth), asks: true, is_open: false }
    }

    fn not(self) -> Seen {
        Seen { truth: self.truth.map(|it| !it), ..self }
    }

    fn with(self, other: Seen) -> Seen {
        let is_open = self.is_open || other.is_open;
        Seen { truth: None, asks: self.asks || other.asks, is_open }
    }
}

/// What has happened on the way to a place.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Whether who asks has decided that it gets here.
    is_decided: bool,
    /// Whether the request has been passed on.
    is_passed: bool,
    /// Whether the request is answered, and nothing is passed on after that yet.
    is_answered: bool,
    /// Whether something else than an empty answer may be needed to get here.
    is_doubtful: bool,
}

impl State {
    /// Behind two ways, what either of them may have done.
    fn joined(self, other: State) -> State {
        State {
            is_passed: self.is_passed || other.is_passed,
            is_answered: self.is_answered || other.is_answered,
            ..self
        }
    }
}

struct Walk<'a> {
    asked: &'a Asked<'a>,
    names: BTreeMap<FlowName, Seen>,
    next: BTreeSet<FlowName>,
    /// Of the blocks around: whether what is raised in them may be caught and forgotten.
    tries: Vec<bool>,
    has_asked: bool,
    /// Whether some way ended and the request went on.
    has_let_through: bool,
    found: Refuses,
}

impl<'a> Walk<'a> {
    fn refuse(&mut self, state: State, is_raised: bool) {
        if !state.is_decided || state.is_passed {
            return;
        }
        let is_caught = is_raised && self.tries.iter().any(|it| *it);
        let is_sure = !is_caught && !state.is_doubtful;
        let found = if is_sure { Refuses::Surely } else { Refuses::Perhaps };
        self.found = self.found.max(found);
    }

    fn finish(&mut self, end: Option<State>) {
        if let Some(state) = end.filter(|it| it.is_answered) {
            self.refuse(State { is_passed: false, ..state }, false);
        }
    }

    fn statements(
        &mut self,
        body: &[FlowStatement],
        mut at: Option<State>,
        depth: u32,
    ) -> Option<State> {
        if depth > MAX_DEPTH {
            return at;
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
                self.value(*value, &mut now, depth);
                self.evaluated(*value, now)
            }
            FlowStatement::Assign { target, value } => {
                let seen = self.value(*value, &mut now, depth);
                self.bind(*target, seen);
                Some(now)
            }
            FlowStatement::Augment { target, value, .. } => {
                let seen = self.value(*value, &mut now, depth);
                let before = self.value(*target, &mut now, depth);
                self.bind(*target, seen.with(before));
                Some(now)
            }
            FlowStatement::Branch { test, then, otherwise } => {
                let seen = self.value(*test, &mut now, depth);
                // Which requests come here, something else may say.
                let is_open = seen.is_open || seen.truth.is_none() && !seen.asks;
                let inside = State {
                    is_decided: now.is_decided || seen.asks,
                    is_doubtful: now.is_doubtful || is_open,
                    ..now
                };
                let before = std::mem::replace(&mut self.has_let_through, false);
                let names = self.names.clone();
                let then = match seen.truth {
                    Some(false) => None,
                    _ => self.statements(then, Some(inside), depth),
                };
                let after_then = std::mem::replace(&mut self.names, names);
                let otherwise = match seen.truth {
                    Some(true) => None,
                    _ => self.statements(otherwise, Some(inside), depth),
                };
                let is_doubtful = now.is_doubtful || is_open && self.has_let_through;
                self.has_let_through |= before;
                let now = State { is_doubtful, ..now };
                match (then, otherwise) {
                    (Some(a), Some(b)) => {
                        self.join(&after_then);
                        Some(now.joined(a).joined(b))
                    }
                    (Some(one), None) => {
                        self.names = after_then;
                        Some(State { is_doubtful, ..one })
                    }
                    (None, other) => other.map(|it| State { is_doubtful, ..it }),
                }
            }
            FlowStatement::Loop { test, element, body, otherwise } => {
                let test = test.map_or_else(Seen::default, |it| self.value(it, &mut now, depth));
                let mut of = Seen::default();
                if let Some((target, value)) = element {
                    of = self.value(*value, &mut now, depth);
                    self.bind(*target, Seen { truth: None, ..of });
                }
                // Of what is not there, there is nothing to loop over.
                if test.truth != Some(false) && of.truth != Some(false) {
                    let is_sure = element.is_none() && test.truth == Some(true);
                    let is_doubtful = now.is_doubtful || !is_sure;
                    self.statements(body, Some(State { is_doubtful, ..now }), depth);
                }
                self.statements(otherwise, Some(now), depth)
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                self.attempt(body, handlers, otherwise, finally, now, depth)
            }
            FlowStatement::Select { subject, cases, .. } => {
                let seen = self.value(*subject, &mut now, depth);
                let is_decided = now.is_decided || seen.asks;
                let inside = State { is_decided, is_doubtful: true, ..now };
                for case in cases {
                    let end = self.statements(&case.body, Some(inside), depth);
                    now = end.map_or(now, |it| now.joined(it));
                }
                Some(now)
            }
            FlowStatement::Return(value) => {
                let mut state = now;
                let is_nothing = match value {
                    Some(value) => {
                        self.value(*value, &mut state, depth);
                        matches!(self.asked.flow.value(*value), FlowValue::Nothing)
                    }
                    None => true,
                };
                let is_end = match value {
                    Some(value) if !is_nothing => self.asked.is_handler || self.ends(*value, 0),
                    _ => self.asked.is_handler || now.is_answered,
                };
                if is_end && (state.is_passed == now.is_passed) {
                    self.refuse(now, false);
                } else {
                    self.has_let_through = true;
                }
                None
            }
            FlowStatement::Raise(value) => {
                if let Some(value) = value {
                    self.value(*value, &mut now, depth);
                }
                self.refuse(now, true);
                None
            }
            FlowStatement::Leave | FlowStatement::Next => None,
            FlowStatement::Define(_) | FlowStatement::Bring { .. } => Some(now),
        }
    }

    /// What stands alone: a call that answers the request, or raises what ends it.
    fn evaluated(&mut self, value: ValueId, mut now: State) -> Option<State> {
        let flow = self.asked.flow;
        let value = match flow.value(value) {
            FlowValue::Awaited(inner) => *inner,
            _ => value,
        };
        if !self.ends(value, 0) {
            return Some(now);
        }
        let FlowValue::Call { callee, .. } = flow.value(value) else { return Some(now) };
        let name = match flow.value(*callee) {
            FlowValue::Name(name) | FlowValue::Attribute { name, .. } => flow.name(*name).as_str(),
            _ => "",
        };
        if matches!(name, "abort" | "throw" | "abort_unauthorized") {
            self.refuse(now, true);
            return None;
        }
        // A response or an exception that is made and not used ends nothing: `redirect("/")`.
        if matches!(flow.value(*callee), FlowValue::Attribute { .. }) && !is_class_like(name) {
            now.is_answered = true;
        }
        Some(now)
    }

    fn attempt(
        &mut self,
        body: &[FlowStatement],
        handlers: &[Vec<FlowStatement>],
        otherwise: &[FlowStatement],
        finally: &[FlowStatement],
        now: State,
        depth: u32,
    ) -> Option<State> {
        let is_forgotten = handlers.iter().any(|it| self.goes_on(it, depth));
        self.tries.push(is_forgotten);
        let has_asked = std::mem::replace(&mut self.has_asked, false);
        let tried = self.statements(body, Some(now), depth);
        self.tries.pop();
        // What cannot be read of nobody raises.
        let raised = State { is_decided: now.is_decided || self.has_asked, ..now };
        self.has_asked |= has_asked;
        let mut end = self.statements(otherwise, tried, depth);
        for handler in handlers {
            let handled = self.statements(handler, Some(raised), depth);
            end = match (end, handled) {
                (Some(a), Some(b)) => Some(now.joined(a).joined(b)),
                (one, other) => one.or(other),
            };
        }
        self.statements(finally, end, depth)
    }

    /// Whether a handler of exceptions lets what was raised be as if it were not.
    fn goes_on(&self, handler: &[FlowStatement], depth: u32) -> bool {
        match handler.last() {
            _ if depth > MAX_DEPTH => true,
            Some(FlowStatement::Raise(_)) => false,
            Some(FlowStatement::Return(Some(value))) => {
                matches!(self.asked.flow.value(*value), FlowValue::Nothing)
                    || self.passes_on(*value, 0)
            }
            Some(FlowStatement::Evaluate(value)) => !self.ends(*value, 0),
            Some(FlowStatement::Branch { then, otherwise, .. }) => {
                self.goes_on(then, depth + 1) || self.goes_on(otherwise, depth + 1)
            }
            _ => true,
        }
    }

    fn bind(&mut self, target: ValueId, seen: Seen) {
        match self.asked.flow.value(target) {
            FlowValue::Name(name) => {
                self.names.insert(*name, seen);
            }
            FlowValue::Sequence(parts) => {
                for part in parts {
                    if let FlowValue::Name(name) = self.asked.flow.value(*part) {
                        self.names.insert(*name, seen);
                    }
                }
            }
            _ => {}
        }
    }

    /// What names are on either of two ways.
    fn join(&mut self, other: &BTreeMap<FlowName, Seen>) {
        for (name, seen) in other {
            let own = self.names.entry(*name).or_default();
            let truth = own.truth.filter(|it| Some(*it) == seen.truth);
            let is_open = own.is_open || seen.is_open;
            *own = Seen { truth, asks: own.asks || seen.asks, is_open };
        }
    }

    /// Whether a value is made by what ends a request, or says that nobody is allowed.
    fn ends(&self, id: ValueId, depth: u32) -> bool {
        let flow = self.asked.flow;
        if depth > MAX_DEPTH {
            return false;
        }
        let below = |id: ValueId| self.ends(id, depth + 1);
        match flow.value(id) {
            FlowValue::Integer(401 | 403) => true,
            FlowValue::Call { callee, arguments, .. } => {
                self.asked.ends.contains(&flow.span(*callee).end)
                    || below(*callee)
                    || arguments.iter().any(|it| below(it.value))
            }
            FlowValue::Attribute { base: one, .. }
            | FlowValue::Awaited(one)
            | FlowValue::Typed { value: one, .. } => below(*one),
            FlowValue::Sequence(parts) => parts.iter().any(|it| below(*it)),
            _ => false,
        }
    }

    /// Whether a value is what the request is passed on for.
    fn passes_on(&self, id: ValueId, depth: u32) -> bool {
        let flow = self.asked.flow;
        match flow.value(id) {
            FlowValue::Awaited(inner) if depth < MAX_DEPTH => self.passes_on(*inner, depth + 1),
            FlowValue::Call { callee, .. } => match flow.value(*callee) {
                FlowValue::Name(name) => self.next.contains(name),
                FlowValue::Attribute { name, .. } => matches!(
                    flow.name(*name).as_str(),
                    "get_response" | "ServeHTTP" | "Next" | "doFilter" | "proceed" | "next"
                ),
                _ => false,
            },
            _ => false,
        }
    }

    fn value(&mut self, id: ValueId, now: &mut State, depth: u32) -> Seen {
        if depth > MAX_DEPTH {
            return Seen::default();
        }
        let seen = self.read(id, now, depth + 1);
        self.has_asked |= seen.asks;
        seen
    }

    fn read(&mut self, id: ValueId, now: &mut State, depth: u32) -> Seen {
        let flow = self.asked.flow;
        match flow.value(id) {
            FlowValue::Nothing => Seen { truth: Some(false), ..Seen::default() },
            FlowValue::Boolean(it) => Seen { truth: Some(*it), ..Seen::default() },
            FlowValue::Name(name) => match self.names.get(name) {
                Some(seen) => *seen,
                None if self.is_asked(id) => Seen::ABSENT,
                None => Seen::default(),
            },
            FlowValue::Attribute { base, name } => {
                let name = flow.name(*name).as_str();
                if let Some(holder) = self.holder(*base) {
                    return if holder.tells(name) { Seen::ABSENT } else { Seen::default() };
                }
                let of = self.value(*base, now, depth);
                match of.asks || self.is_asked(id) || is_holder(name) {
                    true if is_of_nobody(name) => Seen::of(true),
                    true => Seen::ABSENT,
                    false => Seen::default(),
                }
            }
            FlowValue::Index { base, key } => {
                if let Some(holder) = self.holder(*base) {
                    self.value(*key, now, depth);
                    let tells = self.text(*key).is_none_or(|it| holder.tells(it));
                    return if tells { Seen::ABSENT } else { Seen::default() };
                }
                let (of, key) = (self.value(*base, now, depth), self.value(*key, now, depth));
                if of.asks || key.asks { Seen::ABSENT } else { Seen::default() }
            }
            FlowValue::Call { callee, arguments, .. } => {
                let (callee, arguments) = (*callee, arguments.clone());
                self.call(id, callee, &arguments, now, depth)
            }
            FlowValue::Not(inner) => self.value(*inner, now, depth).not(),
            FlowValue::All(parts) => self.several(&parts.clone(), false, now, depth),
            FlowValue::Any(parts) => self.several(&parts.clone(), true, now, depth),
            FlowValue::Binary { operator, left, right } => {
                let (operator, left, right) = (*operator, *left, *right);
                let a = self.value(left, now, depth);
                let b = self.value(right, now, depth);
                self.compared(operator, (left, a), (right, b))
            }
            FlowValue::Conditional { test, then, otherwise } => {
                let (test, then, otherwise) = (*test, *then, *otherwise);
                let test = self.value(test, now, depth);
                let (a, b) = (self.value(then, now, depth), self.value(otherwise, now, depth));
                let chosen = match test.truth {
                    Some(true) => a,
                    Some(false) => b,
                    None => a.with(b),
                };
                let is_open = chosen.is_open || test.is_open;
                Seen { truth: chosen.truth, asks: chosen.asks || test.asks, is_open }
            }
            FlowValue::Assigned { target, value } => {
                let (target, value) = (*target, *value);
                let seen = self.value(value, now, depth);
                self.bind(target, seen);
                seen
            }
            FlowValue::Awaited(one)
            | FlowValue::Typed { value: one, .. }
            | FlowValue::Entered(one)
            | FlowValue::Spread(one) => self.value(*one, now, depth),
            FlowValue::Slice { base, .. } => self.value(*base, now, depth),
            FlowValue::Joined { parts, .. }
            | FlowValue::Sequence(parts)
            | FlowValue::Unknown(parts) => {
                let parts = parts.clone();
                let start = Seen::default();
                parts.iter().fold(start, |all, it| all.with(self.value(*it, now, depth)))
            }
            FlowValue::Mapping(items) => {
                let items: Vec<ValueId> = items.iter().map(|it| it.1).collect();
                let start = Seen::default();
                items.iter().fold(start, |all, it| all.with(self.value(*it, now, depth)))
            }
            _ => Seen::default(),
        }
    }

    fn several(&mut self, parts: &[ValueId], is_any: bool, now: &mut State, depth: u32) -> Seen {
        let seen: Vec<Seen> = parts.iter().map(|it| self.value(*it, now, depth)).collect();
        let asks = seen.iter().any(|it| it.asks);
        let truth = if seen.iter().any(|it| it.truth == Some(is_any)) {
            Some(is_any)
        } else if seen.iter().all(|it| it.truth == Some(!is_any)) {
            Some(!is_any)
        } else {
            None
        };
        // What else decides, nobody knows here: `path.startswith("/admin") and not user`.
        let is_open = truth.is_none() && seen.iter().any(|it| it.is_open || it.truth.is_none());
        Seen { truth, asks, is_open }
    }

    fn compared(
        &self,
        operator: FlowOperator,
        (left, a): (ValueId, Seen),
        (right, b): (ValueId, Seen),
    ) -> Seen {
        let asks = a.asks || b.asks;
        if !asks {
            // What browsers ask beforehand serves nothing.
            let is_preflight = [left, right].iter().any(|it| self.text(*it) == Some("OPTIONS"));
            let truth = match operator {
                FlowOperator::Equal if is_preflight => Some(false),
                FlowOperator::NotEqual if is_preflight => Some(true),
                _ => None,
            };
            return Seen { truth, ..Seen::default() };
        }
        let is_empty = |id: ValueId| match self.asked.flow.value(id) {
            FlowValue::Nothing | FlowValue::Boolean(false) | FlowValue::Integer(0) => true,
            FlowValue::Text(text) => self.asked.flow.name(*text).is_empty(),
            _ => false,
        };
        let is_equal = if a.asks { is_empty(right) } else { is_empty(left) };
        // Anonymous is what nobody is: nothing equals it that is known.
        let is_plain = |it: Seen| !it.asks || it.truth == Some(false);
        // `user.is_anonymous == True`.
        let is_said = |it: Seen, of: ValueId| match self.asked.flow.value(of) {
            FlowValue::Boolean(said) if it.asks => it.truth.map(|it| it == *said),
            _ => None,
        };
        let is_said = is_said(a, right).or_else(|| is_said(b, left));
        let truth = match operator {
            FlowOperator::Equal if is_said.is_some() => is_said,
            FlowOperator::NotEqual if is_said.is_some() => is_said.map(|it| !it),
            _ if !is_plain(a) || !is_plain(b) => None,
            FlowOperator::Equal => Some(is_equal),
            FlowOperator::NotEqual => Some(!is_equal),
            FlowOperator::In | FlowOperator::InstanceOf => Some(false),
            FlowOperator::NotIn => Some(true),
            _ => None,
        };
        Seen { truth, asks, is_open: truth.is_none() }
    }

    fn call(
        &mut self,
        id: ValueId,
        callee: ValueId,
        arguments: &[codd_facts::FlowArgument],
        now: &mut State,
        depth: u32,
    ) -> Seen {
        let flow = self.asked.flow;
        let mut given = Seen::default();
        let mut inside = Vec::new();
        for argument in arguments {
            match flow.value(argument.value) {
                FlowValue::Function(function) => inside.push(*function),
                _ => given = given.with(self.value(argument.value, now, depth)),
            }
        }
        let first = arguments.first().and_then(|it| self.text(it.value));
        let (name, base) = match flow.value(callee) {
            FlowValue::Attribute { base, name } => (flow.name(*name).as_str(), Some(*base)),
            FlowValue::Name(name) => (flow.name(*name).as_str(), None),
            _ => ("", None),
        };
        if self.passes_on(id, 0) {
            (now.is_passed, now.is_answered) = (true, false);
            return Seen::default();
        }
        let seen = match base.and_then(|it| self.holder(it)) {
            Some(holder) => match first {
                Some(key) if !holder.tells(key) => Seen::default(),
                _ => Seen::ABSENT,
            },
            None => {
                let of = base.map_or_else(Seen::default, |it| self.value(it, now, depth));
                let is_read = base.is_some() && is_reading(name);
                if is_read && first.is_some_and(is_credential) {
                    Seen::ABSENT
                } else if given.asks || of.asks || self.is_asked(callee) {
                    if is_of_nobody(name) { Seen::of(true) } else { Seen::ABSENT }
                } else {
                    Seen::default()
                }
            }
        };
        // What is handed the answer later: `verify(token, (error, user) => …)`.
        for function in inside {
            let state = State { is_decided: now.is_decided || seen.asks, ..*now };
            let function = flow.function(function);
            for parameter in &function.parameters {
                self.bind(parameter.target, Seen { truth: None, ..seen });
            }
            let end = self.statements(&function.body, Some(state), depth);
            self.finish(end);
        }
        seen
    }

    fn is_asked(&self, id: ValueId) -> bool {
        self.asked.asks.contains(&self.asked.flow.span(id).end)
    }

    /// What holds credentials beside much else, where a value is that.
    fn holder(&self, id: ValueId) -> Option<Holder> {
        let flow = self.asked.flow;
        match flow.value(id) {
            FlowValue::Attribute { name, .. } => Holder::named(flow.name(*name)),
            FlowValue::Name(name) if self.is_asked(id) => Holder::named(flow.name(*name)),
            FlowValue::Call { callee, .. } => match flow.value(*callee) {
                FlowValue::Attribute { name, .. } => Holder::named(flow.name(*name)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A constant text, or the name of one that is not known here.
    fn text(&self, id: ValueId) -> Option<&'a str> {
        let flow = self.asked.flow;
        match flow.value(id) {
            FlowValue::Text(text) => Some(flow.name(*text)),
            FlowValue::Name(name) => {
                let constant = flow.functions.first()?.body.iter().find_map(|it| match it {
                    FlowStatement::Assign { target, value } => {
                        let is_it =
                            matches!(flow.value(*target), FlowValue::Name(own) if own == name);
                        match flow.value(*value) {
                            FlowValue::Text(text) if is_it => Some(flow.name(*text).as_str()),
                            _ => None,
                        }
                    }
                    _ => None,
                });
                Some(constant.unwrap_or_else(|| flow.name(*name).as_str()))
            }
            FlowValue::Attribute { name, .. } => Some(flow.name(*name)),
            _ => None,
        }
    }
}

/// Something that holds what requests bring: credentials, and much that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// Headers and cookies.
    Request,
    /// What earlier code left for later.
    Context,
    /// What was left when an earlier request came, a login or a shopping cart.
    Session,
}

impl Holder {
    fn named(name: &str) -> Option<Holder> {
        Some(match name {
            "headers" | "cookies" | "META" | "Header" | "signedCookies" | "COOKIES" => {
                Holder::Request
            }
            "g" | "state" | "locals" => Holder::Context,
            "session" => Holder::Session,
            _ => return None,
        })
    }

    fn tells(self, key: &str) -> bool {
        match self {
            // `headers.get` is a part of what asks, and not yet a question.
            Holder::Request => is_credential(key),
            Holder::Context => is_identity(key),
            Holder::Session => is_kept_identity(key),
        }
    }
}

fn is_holder(name: &str) -> bool {
    Holder::named(name) == Some(Holder::Request)
}

/// Whether a method reads one header or cookie: `req.get("Authorization")`.
fn is_reading(name: &str) -> bool {
    matches!(
        name,
        "get"
            | "Get"
            | "header"
            | "cookie"
            | "getHeader"
            | "GetHeader"
            | "getCookie"
            | "getSession"
    )
}

/// Whether a name says that nobody is known: `is_anonymous`.
fn is_of_nobody(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["anonymous", "isguest", "is_guest", "unauthenticated"].iter().any(|it| name.contains(it))
}

/// Whether a name is written as classes are, exceptions among them.
fn is_class_like(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_uppercase())
}
