//! Whether a function turns away who does not say who they are: what it does where every answer
//! to that question is empty.

mod escaping;
mod failing;
mod holders;
mod later;
mod passing;
mod seen;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{FlowFacts, FlowName, FlowStatement, FlowValue, FunctionId, ValueId};

use self::escaping::first_escape;
use self::later::leaves;
use self::seen::Seen;
use super::own::{Own, OwnCalls};

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
    /// The same of calls that fail where nobody says who they are.
    pub(crate) rejects: &'a BTreeSet<u32>,
    /// What the project's own functions do that it calls.
    pub(crate) own: &'a OwnCalls<'a>,
    /// Whether any answer ends the request: of the function that answers it.
    pub(crate) is_handler: bool,
    /// Whether it ends the request by saying no: `preHandle` of Spring's interceptors.
    pub(crate) answers_no: bool,
    /// Whether it is one of JavaScript, which is given more than it names.
    pub(crate) is_script: bool,
}

impl Asked<'_> {
    pub(crate) fn refuses(&self, function: FunctionId) -> Refuses {
        let mut walk = Walk {
            asked: self,
            names: BTreeMap::new(),
            next: self.parameters(function),
            held: BTreeSet::new(),
            tries: Vec::new(),
            has_asked: false,
            has_let_through: false,
            has_passed: false,
            callback: None,
            escapes: first_escape(self.flow, function, self.is_script).filter(|_| !self.is_handler),
            at: 0,
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
    /// By names, and by paths of what is kept: `g.user`.
    names: BTreeMap<String, Seen>,
    next: BTreeSet<FlowName>,
    /// What else holds one of these, by names and paths as in `names`.
    held: BTreeSet<String>,
    /// Of the blocks around: whether what is raised in them may be caught and forgotten.
    tries: Vec<bool>,
    has_asked: bool,
    /// Whether some way ended and the request went on.
    has_let_through: bool,
    /// Whether the request was passed on somewhere.
    has_passed: bool,
    /// Of the function around that was handed over to be called.
    callback: Option<Callback>,
    /// From where on it may have been passed on in a way that is not followed.
    escapes: Option<u32>,
    /// Where the statement ends that is looked at.
    at: u32,
    found: Refuses,
}

/// A function that is handed over: what it does, it does when whoever has it calls it.
#[derive(Clone, Copy, Debug, Default)]
struct Callback {
    /// Only when what hands it over has run: a timer, another thread.
    is_later: bool,
    /// It answers a request that is not passed on; and whether that is doubtful.
    answers: Option<bool>,
}

/// How somebody is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Raising,
    /// Giving back what ends the request.
    Returning,
    /// Writing the answer: `res.status(401).end()`.
    Answering,
}

impl Walk<'_> {
    fn refuse(&mut self, state: State, by: By) {
        if !state.is_decided || state.is_passed {
            return;
        }
        let may_be_passed = self.escapes.is_some_and(|it| it < self.at);
        let state = State { is_doubtful: state.is_doubtful || may_be_passed, ..state };
        if let Some(callback) =
            self.callback.as_mut().filter(|it| !self.asked.is_handler || it.is_later)
        {
            match by {
                By::Answering => {
                    let doubt = state.is_doubtful && callback.answers.unwrap_or(true);
                    callback.answers = Some(doubt);
                }
                // Whoever calls it may be who is to be stopped, or nobody that is.
                _ if !callback.is_later => self.found = self.found.max(Refuses::Perhaps),
                _ => {}
            }
            return;
        }
        let is_caught = by == By::Raising && self.tries.iter().any(|it| *it);
        let is_sure = !is_caught && !state.is_doubtful;
        let found = if is_sure { Refuses::Surely } else { Refuses::Perhaps };
        self.found = self.found.max(found);
    }

    fn finish(&mut self, end: Option<State>) {
        if let Some(state) = end.filter(|it| it.is_answered) {
            self.refuse(State { is_passed: false, ..state }, By::Answering);
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
        if let FlowStatement::Evaluate(value)
        | FlowStatement::Assign { value, .. }
        | FlowStatement::Return(Some(value))
        | FlowStatement::Raise(Some(value)) = statement
        {
            self.at = self.asked.flow.span(*value).end;
        }
        if let Some(by) = self.fails(statement) {
            self.has_asked = true;
            self.refuse(State { is_decided: true, ..now }, by);
            return None;
        }
        match statement {
            FlowStatement::Evaluate(value) => {
                self.value(*value, &mut now, depth);
                self.evaluated(*value, now)
            }
            FlowStatement::Assign { target, value } => {
                let seen = self.value(*value, &mut now, depth);
                self.hold(*target, *value);
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
                let is_no = |it: &ValueId| {
                    let flow = self.asked.flow;
                    let said = match flow.value(*it) {
                        FlowValue::Typed { value, .. } => *value,
                        _ => *it,
                    };
                    self.asked.answers_no && matches!(flow.value(said), FlowValue::Boolean(false))
                };
                let is_end = match value {
                    Some(value) if is_no(value) => true,
                    // Whatever was written, the request goes on.
                    Some(_) if self.asked.answers_no => false,
                    Some(value) if !is_nothing => self.asked.is_handler || self.ends(*value, 0),
                    _ => self.asked.is_handler || state.is_answered,
                };
                if is_end && (state.is_passed == now.is_passed) {
                    let is_written = value.is_none_or(|it| is_nothing || self.writes(it));
                    let by = if is_written { By::Answering } else { By::Returning };
                    // A callback of what is given back may have answered.
                    let is_decided = now.is_decided || state.is_answered && state.is_decided;
                    self.refuse(State { is_decided, ..now }, by);
                } else {
                    self.has_let_through = true;
                }
                None
            }
            FlowStatement::Raise(value) => {
                if let Some(value) = value {
                    self.value(*value, &mut now, depth);
                }
                self.refuse(now, By::Raising);
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
        let at = flow.span(*callee).end;
        if self.asked.own.at(at).is_some_and(|it| it < Own::MayEnd) {
            return Some(now);
        }
        let name = match flow.value(*callee) {
            FlowValue::Name(name) | FlowValue::Attribute { name, .. } => flow.name(*name).as_str(),
            _ => "",
        };
        if matches!(name, "abort" | "throw" | "abort_unauthorized") {
            // Of a plain name it is known what it stands for, or it may be anything.
            let is_plain = matches!(flow.value(*callee), FlowValue::Name(_));
            let is_doubtful = now.is_doubtful || is_plain && !self.asked.ends.contains(&at);
            self.refuse(State { is_doubtful, ..now }, By::Raising);
            return if is_doubtful { Some(State { is_doubtful, ..now }) } else { None };
        }
        // A response or an exception that is made and not used ends nothing: `redirect("/")`.
        // Once the request has been passed on, an answer stops nobody.
        if self.writes(value) && !now.is_passed {
            now.is_answered = true;
        }
        Some(now)
    }

    /// Whether a value is a call that writes the answer by itself, as methods do.
    fn writes(&self, value: ValueId) -> bool {
        let flow = self.asked.flow;
        let value = match flow.value(value) {
            FlowValue::Awaited(inner) => *inner,
            _ => value,
        };
        let FlowValue::Call { callee, arguments, .. } = flow.value(value) else { return false };
        let FlowValue::Attribute { name, .. } = flow.value(*callee) else { return false };
        let name = flow.name(*name).as_str();
        // `logger.warning("denied", 403)` answers nobody.
        let is_of_request = self.asked.ends.contains(&flow.span(*callee).end)
            || self.is_of_given(*callee, 0)
            || arguments.iter().any(|it| self.is_of_given(it.value, 0));
        is_of_request
            && !is_class_like(name)
            && !matches!(name, "abort" | "throw" | "abort_unauthorized")
    }

    /// Whether a value is something that the function is given, or of it: `res.status(401)`.
    fn is_of_given(&self, id: ValueId, depth: u32) -> bool {
        let flow = self.asked.flow;
        match flow.value(id) {
            FlowValue::Name(name) => self.next.contains(name),
            FlowValue::Call { callee: of, .. }
            | FlowValue::Attribute { base: of, .. }
            | FlowValue::Awaited(of)
            | FlowValue::Typed { value: of, .. } => {
                depth < MAX_DEPTH && self.is_of_given(*of, depth + 1)
            }
            _ => false,
        }
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
        let before = self.found;
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
        match leaves(finally, depth) {
            None => self.statements(finally, end, depth),
            // Whatever was raised or given back is forgotten.
            Some(leaves) => {
                let most = if leaves == Refuses::Surely { Refuses::No } else { Refuses::Perhaps };
                self.found = before.max(self.found.min(most));
                self.statements(finally, Some(raised), depth)
            }
        }
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
            Some(FlowStatement::Evaluate(value)) => {
                !(self.ends(*value, 0) || self.answers_error(handler, *value))
            }
            Some(FlowStatement::Branch { then, otherwise, .. }) => {
                self.goes_on(then, depth + 1) || self.goes_on(otherwise, depth + 1)
            }
            _ => true,
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
            FlowValue::Call { callee, .. }
                if self.asked.own.at(flow.span(*callee).end) == Some(Own::GoesOn) =>
            {
                false
            }
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
}

/// Whether a name is written as classes are, exceptions among them.
fn is_class_like(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_uppercase())
}
