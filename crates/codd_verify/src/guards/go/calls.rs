//! What calls do to a request, and what they give where nobody says who they are.

use codd_facts::{FlowArgument, FlowFacts, FlowStatement, FlowValue, ValueId};

use super::super::credentials::is_credential;
use super::seen::Seen;
use super::walk::{MAX_DEPTH, State, Walk};
use super::{Refuses, Style};

/// Methods that read one header, cookie or what earlier middleware has found out.
const READING: &[&str] = &[
    "Cookie",
    "Get",
    "GetHeader",
    "GetInt",
    "GetInt64",
    "GetString",
    "GetUint",
    "Locals",
    "MustGet",
    "Value",
    "Cookies",
];

/// Those that read a parameter, which anybody may send.
const PARAMETERS: &[&str] =
    &["DefaultQuery", "FormValue", "Params", "PostForm", "PostFormValue", "Query", "QueryParam"];

/// What gives the parameters of a request.
const OF_PARAMETERS: &[&str] = &["Form", "PostForm", "Query", "Vars", "PathValue"];

/// Fields and methods of a context, request or writer that are one again.
const PARTS: &[&str] =
    &["Clone", "Copy", "Request", "Response", "ResponseWriter", "WithContext", "Writer"];

/// Whether a method of this name goes on with the request.
pub(super) fn passes_by_name(name: &str) -> bool {
    matches!(name, "Next" | "ServeHTTP" | "next" | "RestartRouting" | "HandleContext")
}

/// Whether a name says that something is not there, or not allowed.
pub(super) fn is_of_nobody(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "anonymous",
        "guest",
        "unauth",
        "invalid",
        "missing",
        "denied",
        "expired",
        "revoked",
        "isempty",
    ]
    .iter()
    .any(|it| name.contains(it))
}

impl<'a> Walk<'a, '_> {
    /// What a call gives, in its places; `None` where a value is none.
    pub(super) fn called(&mut self, id: ValueId, now: &mut State, depth: u32) -> Option<Vec<Seen>> {
        let flow = self.flow;
        let FlowValue::Call { callee, arguments, .. } = flow.value(id) else { return None };
        if depth > MAX_DEPTH || !self.of.step() {
            self.gave_up = true;
            return Some(vec![Seen::default()]);
        }
        let (callee, at) = (*callee, flow.span(*callee).end);
        let mut given = Vec::new();
        for argument in arguments {
            given.push(match flow.value(argument.value) {
                FlowValue::Function(function) => {
                    if may_pass(flow, &flow.function(*function).body, 0) {
                        now.pass(Refuses::Perhaps);
                    }
                    Seen::default()
                }
                _ => self.value(argument.value, now, depth + 1),
            });
        }
        let (name, base) = match flow.value(callee) {
            FlowValue::Attribute { base, name } => (flow.name(*name).as_str(), Some(*base)),
            FlowValue::Name(name) => (flow.name(*name).as_str(), None),
            _ => ("", None),
        };
        if self.is_passing(callee, name, base, arguments) {
            now.pass(Refuses::Surely);
            return Some(vec![Seen::default()]);
        }
        let is_of_context = base.is_some_and(|it| self.is_context(it));
        if self.style == Some(Style::Aborting) && is_of_context && name.starts_with("Abort") {
            now.abort(Refuses::Surely);
            return Some(vec![Seen::default()]);
        }
        let is_carried = |(it, seen): (&FlowArgument, &Seen)| {
            // What is computed of the context and tells who asks is read, not handed on.
            let is_read = seen.asks && !matches!(flow.value(it.value), FlowValue::Name(_));
            !is_read && self.can_answer(it.value, 0)
        };
        let carried: Vec<bool> = arguments.iter().zip(&given).map(is_carried).collect();
        let has_context =
            carried.contains(&true) || arguments.iter().any(|it| self.is_request(it.value, 0));
        let nodes = self.own.nodes(at);
        if let [only] = nodes {
            if let Some(found) = self.own_call(*only, &given, &carried, now) {
                return Some(found);
            }
            if has_context {
                now.pass(Refuses::Perhaps);
            }
        } else if has_context && (!nodes.is_empty() || !self.index.packages.contains(&at)) {
            // What it does with the request is not known.
            now.pass(Refuses::Perhaps);
        }
        let of = base.map(|it| self.value(it, now, depth + 1)).unwrap_or_default();
        let first = arguments.first().map(|it| it.value);
        let reads = READING.contains(&name)
            && !self.index.packages.contains(&at)
            && first
                .is_some_and(|it| self.tells(it, base.is_some_and(|it| self.is_of_parameters(it))))
            || PARAMETERS.contains(&name) && first.is_some_and(|it| self.tells(it, true))
            || name == "BasicAuth" && arguments.is_empty() && base.is_some();
        self.has_read = reads;
        let is_asked = of.asks || given.iter().any(|it| it.asks);
        Some(vec![if reads || self.index.asks.contains(&at) {
            Seen::ABSENT
        } else if !is_asked {
            Seen::default()
        } else if is_of_nobody(name) || matches!((name, base), ("Is" | "As", Some(_))) {
            Seen::OPEN
        } else {
            Seen::ABSENT
        }])
    }

    /// Whether a call goes on with the request.
    fn is_passing(
        &self,
        callee: ValueId,
        name: &str,
        base: Option<ValueId>,
        arguments: &[FlowArgument],
    ) -> bool {
        let flow = self.flow;
        let is_next = |it: ValueId| match flow.value(it) {
            FlowValue::Name(name) => self.handlers.contains(name) || self.functions.contains(name),
            _ => false,
        };
        is_next(callee)
            || base.is_some() && passes_by_name(name)
            || arguments.iter().any(|it| is_next(it.value))
            || base.is_none()
                && name.is_empty()
                && arguments.iter().any(|it| self.is_context(it.value))
    }

    pub(super) fn is_context(&self, value: ValueId) -> bool {
        matches!(self.flow.value(value), FlowValue::Name(name) if Some(*name) == self.context)
    }

    /// Whether the request can be answered by a value: the context, a writer, and what is made
    /// of them.
    pub(super) fn can_answer(&self, value: ValueId, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let flow = self.flow;
        let below = |it: &ValueId| self.can_answer(*it, depth + 1);
        match flow.value(value) {
            FlowValue::Name(name) => self.answers.contains(name),
            FlowValue::Attribute { base, name } => {
                PARTS.contains(&flow.name(*name).as_str()) && below(base)
            }
            FlowValue::Call { callee, arguments, .. } => {
                let is_part = matches!(flow.value(*callee), FlowValue::Attribute { .. });
                is_part && below(callee) || arguments.iter().any(|it| below(&it.value))
            }
            FlowValue::Mapping(items) => items.iter().any(|it| below(&it.1)),
            FlowValue::Sequence(parts) | FlowValue::Unknown(parts) => parts.iter().any(below),
            FlowValue::Typed { value, .. } | FlowValue::Spread(value) => below(value),
            _ => false,
        }
    }

    /// Whether a value is the request itself, or a copy of it.
    pub(super) fn is_request(&self, value: ValueId, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let flow = self.flow;
        match flow.value(value) {
            FlowValue::Name(name) => self.requests.contains(name),
            FlowValue::Call { callee, .. } => match flow.value(*callee) {
                FlowValue::Attribute { base, name } => {
                    PARTS.contains(&flow.name(*name).as_str()) && self.is_request(*base, depth + 1)
                }
                _ => false,
            },
            FlowValue::Typed { value, .. } => self.is_request(*value, depth + 1),
            _ => false,
        }
    }

    pub(super) fn is_own_call(&self, value: ValueId) -> bool {
        match self.flow.value(value) {
            FlowValue::Call { callee, .. } => {
                self.own.nodes(self.flow.span(*callee).end).len() == 1
            }
            _ => false,
        }
    }

    /// Whether a value is the query or the form of a request.
    fn is_of_parameters(&self, value: ValueId) -> bool {
        let flow = self.flow;
        let name = match flow.value(value) {
            FlowValue::Call { callee, .. } => match flow.value(*callee) {
                FlowValue::Attribute { name, .. } => name,
                _ => return false,
            },
            FlowValue::Attribute { name, .. } => name,
            _ => return false,
        };
        OF_PARAMETERS.contains(&flow.name(*name).as_str())
    }

    /// `r.Header["Authorization"]`, `session.Values["user"]`.
    pub(super) fn reads_credential(&self, base: ValueId, key: ValueId) -> bool {
        match self.flow.value(base) {
            FlowValue::Attribute { name, .. } => {
                matches!(self.flow.name(*name).as_str(), "Header" | "Values" | "Keys")
                    && self.tells(key, false)
            }
            _ => false,
        }
    }

    /// Whether what is called so tells who asks; a parameter of the name of a user asks for one.
    fn tells(&self, key: ValueId, is_parameter: bool) -> bool {
        let Some(text) = self.text(key, 0) else { return false };
        let lower = text.to_ascii_lowercase();
        is_credential(text)
            && !(is_parameter && ["user", "login", "passw"].iter().any(|it| lower.contains(it)))
    }

    /// A constant text, or the name of one that is not known here.
    fn text(&self, id: ValueId, depth: u32) -> Option<&'a str> {
        let flow = self.flow;
        match flow.value(id) {
            FlowValue::Text(text) => Some(flow.name(*text)),
            FlowValue::Attribute { name, .. } => Some(flow.name(*name)),
            FlowValue::Name(name) => {
                let constant = self.index.declared(*name).and_then(|it| match flow.value(it) {
                    FlowValue::Text(text) => Some(flow.name(*text).as_str()),
                    _ => None,
                });
                Some(constant.unwrap_or_else(|| flow.name(*name).as_str()))
            }
            // `ctx.Value(userKey{})`.
            FlowValue::Call { callee: of, .. } | FlowValue::Typed { of, .. }
                if depth < MAX_DEPTH =>
            {
                self.text(*of, depth + 1)
            }
            _ => None,
        }
    }
}

/// Whether statements of a function that is handed over go on with a request.
fn may_pass(flow: &FlowFacts, body: &[FlowStatement], depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return true;
    }
    let below = |it: &[FlowStatement]| may_pass(flow, it, depth + 1);
    let passes = |it: codd_facts::ValueId| match flow.value(it) {
        FlowValue::Call { callee, .. } => match flow.value(*callee) {
            FlowValue::Attribute { name, .. } | FlowValue::Name(name) => {
                passes_by_name(flow.name(*name))
            }
            _ => false,
        },
        _ => false,
    };
    body.iter().any(|it| match it {
        FlowStatement::Evaluate(value)
        | FlowStatement::Assign { value, .. }
        | FlowStatement::Return(Some(value)) => passes(*value),
        FlowStatement::Branch { then, otherwise, .. } => below(then) || below(otherwise),
        FlowStatement::Loop { body, .. } | FlowStatement::Attempt { body, .. } => below(body),
        FlowStatement::Select { cases, .. } => cases.iter().any(|it| below(&it.body)),
        _ => false,
    })
}
