//! One function, walked as it runs for a request that says nothing of who sends it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use codd_facts::{
    DefinitionId, FileFacts, FlowFacts, FlowFunction, FlowName, FlowStatement, FlowValue,
    FunctionId, ValueId,
};
use codd_source::RepoPath;

use super::super::own::OwnCalls;
use super::index::Index;
use super::seen::{Seen, compared};
use super::{Middleware, Refuses, Style, style_of, type_of};

/// Statements and values within one another.
pub(super) const MAX_DEPTH: u32 = 60;

/// A function with the file that it is in.
#[derive(Clone)]
pub(super) struct Function<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) facts: &'a FileFacts,
    pub(super) flow: &'a FlowFacts,
    pub(super) definition: DefinitionId,
    pub(super) id: FunctionId,
}

impl<'a> Function<'a> {
    pub(super) fn own(&self) -> &'a FlowFunction {
        self.flow.function(self.id)
    }

    /// Another function that is written in it.
    pub(super) fn at(&self, id: FunctionId) -> Function<'a> {
        Function { id, ..self.clone() }
    }

    pub(super) fn style(&self) -> Option<(Style, FlowName)> {
        style_of(self.flow, self.id)
    }
}

/// What has happened on the way to a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// Whether who asks has decided that the request gets here.
    pub(super) is_decided: bool,
    pub(super) passed: Refuses,
    pub(super) aborted: Refuses,
}

impl State {
    pub(super) const START: State =
        State { is_decided: false, passed: Refuses::No, aborted: Refuses::No };

    pub(super) fn pass(&mut self, how: Refuses) {
        // What is aborted goes on with nothing.
        match self.aborted {
            Refuses::Surely => {}
            Refuses::Perhaps => self.passed = self.passed.max(Refuses::Perhaps),
            Refuses::No => self.passed = self.passed.max(how),
        }
    }

    pub(super) fn abort(&mut self, how: Refuses) {
        self.aborted = self.aborted.max(how);
    }

    /// Behind two ways.
    pub(super) fn joined(self, other: State) -> State {
        // Where the ways differ, it is perhaps that one on which who asks has decided.
        let are_equal = (self.passed, self.aborted) == (other.passed, other.aborted);
        let is_decided = if are_equal {
            self.is_decided && other.is_decided
        } else {
            self.is_decided || other.is_decided
        };
        State {
            is_decided,
            passed: either(self.passed, other.passed),
            aborted: either(self.aborted, other.aborted),
        }
    }
}

fn either(one: Refuses, other: Refuses) -> Refuses {
    if one == other { one } else { Refuses::Perhaps }
}

/// How a function ended on one way.
pub(super) struct End {
    pub(super) state: State,
    /// What it gave back, in its places.
    pub(super) given: Vec<Seen>,
}

pub(super) struct Walk<'a, 'w> {
    pub(super) of: &'w Middleware<'a>,
    pub(super) function: Function<'a>,
    pub(super) flow: &'a FlowFacts,
    pub(super) style: Option<Style>,
    /// What the request goes on by.
    pub(super) context: Option<FlowName>,
    /// Variables by which the request can be answered: contexts, writers, what is made of them.
    pub(super) answers: BTreeSet<FlowName>,
    /// Those that are the request.
    pub(super) requests: BTreeSet<FlowName>,
    /// What the functions around are given to go on with.
    pub(super) handlers: BTreeSet<FlowName>,
    pub(super) own: OwnCalls<'a>,
    pub(super) index: Rc<Index>,
    pub(super) names: BTreeMap<FlowName, Seen>,
    /// Variables that hold functions, which may pass the request on.
    pub(super) functions: BTreeSet<FlowName>,
    pub(super) ends: Vec<End>,
    /// Where the loop or choice around is left.
    left: Vec<State>,
    /// Whether the last call that was looked at reads a credential.
    pub(super) has_read: bool,
    /// Calls of own functions around this one.
    pub(super) calls: u32,
    pub(super) gave_up: bool,
}

impl<'a, 'w> Walk<'a, 'w> {
    pub(super) fn new(
        of: &'w Middleware<'a>,
        function: &Function<'a>,
        names: BTreeMap<FlowName, Seen>,
    ) -> Walk<'a, 'w> {
        let (style, context) = function.style().unzip();
        let (answers, requests) = carriers(function);
        let index = of.index(function.path, function.flow, function.facts);
        let file = (function.path, function.facts);
        let own = OwnCalls::of(of.view, of.models, file, function.definition);
        Walk {
            of,
            flow: function.flow,
            style,
            context,
            answers,
            requests,
            handlers: handlers(function),
            own,
            index,
            names,
            functions: BTreeSet::new(),
            ends: Vec::new(),
            left: Vec::new(),
            has_read: false,
            calls: 0,
            gave_up: false,
            function: function.clone(),
        }
    }

    /// Whether nobody gets through it.
    pub(super) fn refuses(mut self) -> Refuses {
        self.run(State::START);
        let (mut refused, mut perhaps, mut through) = (false, self.gave_up, false);
        for End { state, .. } in &self.ends {
            let stops = match self.style {
                Some(Style::Aborting) if state.passed == Refuses::No => state.aborted,
                Some(Style::Aborting) => state.aborted.min(Refuses::Perhaps),
                _ => Refuses::Surely,
            };
            match (state.passed, stops) {
                (Refuses::Surely, _) | (_, Refuses::No) => through = true,
                (Refuses::No, Refuses::Surely) => refused |= state.is_decided,
                _ => {
                    perhaps |= state.is_decided;
                    through |= !state.is_decided;
                }
            }
        }
        match (refused, perhaps, through) {
            (true, false, false) => Refuses::Surely,
            (true, ..) | (_, true, _) => Refuses::Perhaps,
            _ => Refuses::No,
        }
    }

    pub(super) fn run(&mut self, start: State) {
        let body = &self.flow.function(self.function.id).body;
        if let Some(state) = self.statements(body, Some(start), 0) {
            self.ends.push(End { state, given: Vec::new() });
        }
        // Where it goes on that is left outside of loops, nobody knows.
        self.gave_up |= !self.left.is_empty();
    }

    fn statements(
        &mut self,
        body: &'a [FlowStatement],
        mut at: Option<State>,
        depth: u32,
    ) -> Option<State> {
        // What the statement before gave to a name.
        let mut last = Seen::default();
        for statement in body {
            let Some(mut now) = at else { break };
            if depth > MAX_DEPTH || !self.of.step() {
                self.gave_up = true;
                return at;
            }
            let before = std::mem::take(&mut last);
            if let FlowStatement::Assign { target, value } = statement {
                last = self.assign(*target, *value, before, &mut now, depth);
                at = Some(now);
                continue;
            }
            at = self.statement(statement, now, depth);
        }
        at
    }

    fn statement(
        &mut self,
        statement: &'a FlowStatement,
        mut now: State,
        depth: u32,
    ) -> Option<State> {
        match statement {
            FlowStatement::Evaluate(value) => {
                match self.flow.value(*value) {
                    // `goto`, and what is too deep to be looked at.
                    FlowValue::Unknown(parts) if parts.is_empty() => self.gave_up = true,
                    // `go f()` runs beside it: it stops nobody, and may pass the request on.
                    FlowValue::Unknown(parts) => {
                        let mut beside = now;
                        for part in parts {
                            self.value(*part, &mut beside, depth);
                        }
                        now.passed = now.passed.max(beside.passed);
                    }
                    _ => {
                        self.value(*value, &mut now, depth);
                    }
                }
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
                let inside = State { is_decided: now.is_decided || seen.asks, ..now };
                self.ways(seen.truth, [then, otherwise], inside, depth)
            }
            FlowStatement::Loop { test, element, body, otherwise } => {
                let test = test.map(|it| self.value(it, &mut now, depth)).unwrap_or_default();
                if let Some((target, value)) = element {
                    let of = self.value(*value, &mut now, depth);
                    self.bind(*target, Seen { truth: None, ..of });
                }
                if test.truth == Some(false) {
                    return Some(now);
                }
                let names = self.names.clone();
                let around = std::mem::take(&mut self.left);
                let end = self.statements(body, Some(now), depth + 1);
                self.join_names(&names);
                let left = std::mem::replace(&mut self.left, around);
                let end = left.into_iter().chain(end).fold(now, State::joined);
                self.statements(otherwise, Some(end), depth + 1)
            }
            FlowStatement::Select { subject, cases, .. } => {
                let seen = self.value(*subject, &mut now, depth);
                let inside = State { is_decided: now.is_decided || seen.asks, ..now };
                let names = self.names.clone();
                let has_rest = cases.iter().any(|it| it.values.is_empty() && !it.is_pattern);
                let mut end = (!has_rest).then_some(now);
                let around = std::mem::take(&mut self.left);
                for case in cases {
                    self.names.clone_from(&names);
                    let own = self.statements(&case.body, Some(inside), depth + 1);
                    end = match (end, own) {
                        (Some(a), Some(b)) => Some(a.joined(b)),
                        (one, other) => one.or(other),
                    };
                }
                let left = std::mem::replace(&mut self.left, around);
                end = left
                    .into_iter()
                    .fold(end, |end, it| Some(end.map_or(it, |end| end.joined(it))));
                self.names =
                    names.into_iter().map(|it| (it.0, Seen { truth: None, ..it.1 })).collect();
                end
            }
            FlowStatement::Attempt { body, .. } => self.statements(body, Some(now), depth + 1),
            FlowStatement::Return(value) => {
                let mut given = Vec::new();
                if let Some(value) = value {
                    match self.flow.value(*value) {
                        FlowValue::Sequence(parts) => {
                            for part in parts {
                                given.push(self.given(*part, &mut now, depth));
                            }
                        }
                        _ => given.extend(self.given_all(*value, &mut now, depth)),
                    }
                }
                self.ends.push(End { state: now, given });
                None
            }
            FlowStatement::Leave | FlowStatement::Next => {
                self.left.push(now);
                None
            }
            FlowStatement::Raise(_) => None,
            FlowStatement::Assign { .. }
            | FlowStatement::Define(_)
            | FlowStatement::Bring { .. } => Some(now),
        }
    }

    fn ways(
        &mut self,
        truth: Option<bool>,
        [then, otherwise]: [&'a Vec<FlowStatement>; 2],
        inside: State,
        depth: u32,
    ) -> Option<State> {
        match truth {
            Some(true) => self.statements(then, Some(inside), depth + 1),
            Some(false) => self.statements(otherwise, Some(inside), depth + 1),
            None => {
                let names = self.names.clone();
                let then = self.statements(then, Some(inside), depth + 1);
                let after_then = std::mem::replace(&mut self.names, names);
                let otherwise = self.statements(otherwise, Some(inside), depth + 1);
                match (then, otherwise) {
                    (Some(a), Some(b)) => {
                        self.join_names(&after_then);
                        Some(a.joined(b))
                    }
                    (Some(one), None) => {
                        self.names = after_then;
                        Some(one)
                    }
                    (None, other) => other,
                }
            }
        }
    }

    fn join_names(&mut self, other: &BTreeMap<FlowName, Seen>) {
        for (name, seen) in other {
            let own = self.names.entry(*name).or_default();
            *own = own.or(*seen);
        }
        for (name, seen) in &mut self.names {
            if !other.contains_key(name) {
                seen.truth = None;
            }
        }
    }

    /// What a function gives back at one place: an error is one, whatever it says.
    fn given(&mut self, value: ValueId, now: &mut State, depth: u32) -> Seen {
        let seen = self.value(value, now, depth);
        match seen.truth {
            None if self.is_error(value) => Seen { truth: Some(true), ..seen },
            _ => seen,
        }
    }

    fn given_all(&mut self, value: ValueId, now: &mut State, depth: u32) -> Vec<Seen> {
        match self.called(value, now, depth) {
            Some(all) if all.len() > 1 => all,
            Some(all) => match all.first() {
                Some(one) if one.truth.is_some() => vec![*one],
                other => {
                    let truth = self.is_error(value).then_some(true);
                    vec![Seen { truth, ..other.copied().unwrap_or_default() }]
                }
            },
            None => vec![self.given(value, now, depth)],
        }
    }

    fn is_error(&self, value: ValueId) -> bool {
        let name = match self.flow.value(value) {
            FlowValue::Call { callee, .. } => match self.flow.value(*callee) {
                FlowValue::Attribute { base, name } => {
                    let of = match self.flow.value(*base) {
                        FlowValue::Name(of) => self.flow.name(*of).as_str(),
                        _ => "",
                    };
                    return matches!(
                        (of, self.flow.name(*name).as_str()),
                        ("errors", "New" | "Wrap" | "Wrapf" | "Errorf" | "WithStack")
                            | ("fmt", "Errorf")
                            | ("echo", "NewHTTPError")
                            | ("fiber", "NewError")
                    );
                }
                _ => return false,
            },
            FlowValue::Attribute { name, .. } | FlowValue::Name(name) => self.flow.name(*name),
            _ => return false,
        };
        name.starts_with("Err") || name.starts_with("err") && name.len() > 3
    }

    fn assign(
        &mut self,
        target: ValueId,
        value: ValueId,
        before: Seen,
        now: &mut State,
        depth: u32,
    ) -> Seen {
        let holds = match self.flow.value(value) {
            FlowValue::Function(_) => {
                if let FlowValue::Name(name) = self.flow.value(target) {
                    self.functions.insert(*name);
                }
                return Seen::default();
            }
            FlowValue::Attribute { name, .. } => {
                super::calls::passes_by_name(self.flow.name(*name))
            }
            FlowValue::Name(name) => self.handlers.contains(name) || self.functions.contains(name),
            // Whether there was something, beside what was there.
            FlowValue::Unknown(parts) if parts.is_empty() && before.asks => {
                self.bind(target, Seen { truth: before.truth.filter(|it| !it), asks: true });
                return Seen::default();
            }
            _ => false,
        };
        if holds && let FlowValue::Name(name) = self.flow.value(target) {
            self.functions.insert(*name);
        }
        let all = self.called(value, now, depth);
        if !all.iter().flatten().any(|it| it.asks) {
            self.carry(target, value);
        }
        match (self.flow.value(target), all) {
            (FlowValue::Sequence(targets), Some(all)) if all.len() == targets.len() => {
                for (target, seen) in targets.iter().zip(all) {
                    self.bind(*target, seen);
                }
                Seen::default()
            }
            (FlowValue::Sequence(targets), all) => {
                let seen = match all.as_deref() {
                    Some([only]) => *only,
                    Some(all) => all.iter().copied().fold(Seen::default(), Seen::with),
                    None => self.value(value, now, depth),
                };
                let (last, rest) = match targets.split_last() {
                    Some((last, rest)) if !rest.is_empty() => (Some(*last), rest),
                    _ => (None, targets.as_slice()),
                };
                for target in rest {
                    self.bind(*target, seen);
                }
                if let Some(last) = last {
                    let is_error = seen.asks && seen.truth == Some(false) && self.is_err(last);
                    self.bind(last, if is_error { Seen::PRESENT } else { seen });
                }
                Seen::default()
            }
            (_, Some(all)) => {
                let seen = all.first().copied().unwrap_or_default();
                self.bind(target, seen);
                seen
            }
            (_, None) => {
                let seen = self.value(value, now, depth);
                let is_call = matches!(self.flow.value(value), FlowValue::Call { .. });
                let is_error = is_call && seen == Seen::ABSENT && self.is_err(target);
                self.bind(target, if is_error { Seen::PRESENT } else { seen });
                seen
            }
        }
    }

    /// What is made of what carries the request carries it too.
    fn carry(&mut self, target: ValueId, value: ValueId) {
        let flow = self.flow;
        let (answers, is_request) = (self.can_answer(value, 0), self.is_request(value, 0));
        let targets = match flow.value(target) {
            FlowValue::Sequence(targets) => targets.as_slice(),
            _ => std::slice::from_ref(&target),
        };
        for it in targets {
            let FlowValue::Name(name) = flow.value(*it) else { continue };
            if answers && !self.is_err(*it) {
                self.answers.insert(*name);
            }
            if is_request {
                self.requests.insert(*name);
            }
        }
    }

    /// Whether a variable is called as errors are.
    fn is_err(&self, target: ValueId) -> bool {
        let FlowValue::Name(name) = self.flow.value(target) else { return false };
        let name = self.flow.name(*name);
        let name = name.split('\'').next().unwrap_or(name);
        name == "e" || name.to_ascii_lowercase().contains("err")
    }

    pub(super) fn bind(&mut self, target: ValueId, seen: Seen) {
        if let FlowValue::Name(name) = self.flow.value(target) {
            self.names.insert(*name, seen);
        }
    }

    pub(super) fn value(&mut self, id: ValueId, now: &mut State, depth: u32) -> Seen {
        if depth > MAX_DEPTH || !self.of.step() {
            self.gave_up = true;
            return Seen::default();
        }
        let depth = depth + 1;
        let flow = self.flow;
        match flow.value(id) {
            FlowValue::Nothing => Seen::known(false),
            FlowValue::Boolean(it) => Seen::known(*it),
            FlowValue::Integer(it) => Seen::known(*it != 0),
            FlowValue::Text(text) => Seen::known(!flow.name(*text).is_empty()),
            FlowValue::Name(name) => match self.names.get(name) {
                Some(seen) => *seen,
                None => {
                    Seen { truth: self.index.truth(flow, self.function.id, *name), asks: false }
                }
            },
            FlowValue::Attribute { base, name } => {
                let of = self.value(*base, now, depth);
                match of.asks {
                    // What a failure says of itself.
                    true if of.truth == Some(true) => Seen::OPEN,
                    true if super::calls::is_of_nobody(flow.name(*name)) => Seen::PRESENT,
                    true => Seen::ABSENT,
                    false if self.index.asks.contains(&flow.span(id).end) => Seen::ABSENT,
                    false => Seen::default(),
                }
            }
            FlowValue::Index { base, key } => {
                let of = self.value(*base, now, depth);
                let by = self.value(*key, now, depth);
                if of.asks || by.asks || self.reads_credential(*base, *key) {
                    Seen::ABSENT
                } else {
                    Seen::default()
                }
            }
            FlowValue::Call { .. } => {
                let all = self.called(id, now, depth);
                match all.as_deref() {
                    Some([only]) => *only,
                    Some(all) => all.iter().copied().fold(Seen::default(), Seen::with),
                    None => Seen::default(),
                }
            }
            FlowValue::Not(inner) => self.value(*inner, now, depth).not(),
            FlowValue::All(parts) => self.several(parts, false, now, depth),
            FlowValue::Any(parts) => self.several(parts, true, now, depth),
            FlowValue::Binary { operator, left, right } => {
                let a = self.value(*left, now, depth);
                let b = self.value(*right, now, depth);
                let is_nothing = |it: ValueId| matches!(flow.value(it), FlowValue::Nothing);
                let is_call = |it: ValueId| matches!(flow.value(it), FlowValue::Call { .. });
                // Of what a call gives, an error is there where a user is not.
                let is_unknown = |one: ValueId, other: ValueId| {
                    is_nothing(one) && is_call(other) && !self.is_own_call(other)
                };
                let found = compared(flow, *operator, (*left, a), (*right, b));
                let is_unknown = is_unknown(*left, *right) || is_unknown(*right, *left);
                if found.asks && is_unknown && !self.has_read {
                    return Seen::OPEN;
                }
                found
            }
            FlowValue::Typed { value: one, .. }
            | FlowValue::Awaited(one)
            | FlowValue::Entered(one)
            | FlowValue::Spread(one)
            | FlowValue::Slice { base: one, .. } => self.value(*one, now, depth),
            FlowValue::Unknown(parts) if parts.len() == 1 => self.value(parts[0], now, depth),
            FlowValue::Joined { parts, .. }
            | FlowValue::Sequence(parts)
            | FlowValue::Unknown(parts) => {
                parts.iter().fold(Seen::default(), |all, it| all.with(self.value(*it, now, depth)))
            }
            FlowValue::Mapping(items) => {
                let values = items.iter().map(|it| it.1);
                values.fold(Seen::default(), |all, it| all.with(self.value(it, now, depth)))
            }
            _ => Seen::default(),
        }
    }

    fn several(&mut self, parts: &[ValueId], is_any: bool, now: &mut State, depth: u32) -> Seen {
        let mut seen = Vec::new();
        for part in parts {
            let one = self.value(*part, now, depth);
            seen.push(one);
            // The rest does not run.
            if one.truth == Some(is_any) {
                break;
            }
        }
        Seen::several(&seen, is_any)
    }
}

/// The parameters of a function by which a request can be answered, and those that are one.
fn carriers(function: &Function<'_>) -> (BTreeSet<FlowName>, BTreeSet<FlowName>) {
    let flow = function.flow;
    let (mut answers, mut requests) = (BTreeSet::new(), BTreeSet::new());
    for parameter in &function.own().parameters {
        let FlowValue::Name(name) = flow.value(parameter.target) else { continue };
        match type_of(flow, parameter) {
            Some(("gin" | "echo", "Context") | ("fiber", "Ctx") | ("http", "ResponseWriter")) => {
                answers.insert(*name);
            }
            Some(("http", "Request")) => {
                requests.insert(*name);
            }
            _ => {}
        }
    }
    (answers, requests)
}

/// What a function and those around it are given that may be what comes next.
fn handlers(function: &Function<'_>) -> BTreeSet<FlowName> {
    let flow = function.flow;
    let mut found = BTreeSet::new();
    let mut at = Some(function.id);
    for _ in 0..MAX_DEPTH {
        let Some(id) = at else { break };
        let outer = flow.function(id);
        for parameter in &outer.parameters {
            let FlowValue::Name(name) = flow.value(parameter.target) else { continue };
            let is_next =
                matches!(flow.name(*name).as_str(), "next" | "h" | "handler" | "fn" | "f");
            let is_handler = parameter.annotation.is_some_and(|it| match flow.value(it) {
                FlowValue::Attribute { name, .. } | FlowValue::Name(name) => {
                    let name = flow.name(*name);
                    name.ends_with("Handler") || name.ends_with("HandlerFunc")
                }
                _ => false,
            });
            if is_next || is_handler {
                found.insert(*name);
            }
        }
        at = outer.parent;
    }
    found
}
