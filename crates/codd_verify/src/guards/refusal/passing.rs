//! How a function passes the request on: it calls what it is given for that, under whatever name.

use codd_facts::{FlowArgument, FlowValue, ValueId};

use super::later::runs_later;
use super::{MAX_DEPTH, Walk};

/// Methods of functions that call them or give them back bound.
const OF_FUNCTIONS: &[&str] = &["apply", "bind", "call"];

/// From here on, what a function of JavaScript is given goes on with the request.
const FIRST_OF_ARGUMENTS: i64 = 2;

/// Items of lists, and lists in lists, that are looked at.
const MAX_ITEMS: usize = 64;
const MAX_LISTS: u32 = 4;

impl Walk<'_> {
    /// Whether a value is what the request is passed on for.
    pub(super) fn passes_on(&self, id: ValueId, depth: u32) -> bool {
        let flow = self.asked.flow;
        match flow.value(id) {
            FlowValue::Awaited(inner) if depth < MAX_DEPTH => self.passes_on(*inner, depth + 1),
            FlowValue::Call { callee, .. } => self.is_passing(*callee),
            _ => false,
        }
    }

    /// Whether calling something passes the request on.
    fn is_passing(&self, callee: ValueId) -> bool {
        let flow = self.asked.flow;
        match flow.value(callee) {
            FlowValue::Name(_) | FlowValue::Any(_) => self.is_next(callee),
            FlowValue::Attribute { base, name } => {
                let name = flow.name(*name).as_str();
                matches!(
                    name,
                    "get_response" | "ServeHTTP" | "Next" | "doFilter" | "proceed" | "next"
                ) || OF_FUNCTIONS.contains(&name) && name != "bind" && self.is_next(*base)
                    || self.is_held(callee)
                    || self.is_list_of_next(*base, 0)
            }
            // `next.bind(null)()`.
            FlowValue::Call { callee: of, .. } => match flow.value(*of) {
                FlowValue::Attribute { base, name } => {
                    flow.name(*name) == "bind" && self.is_next(*base)
                }
                _ => false,
            },
            // `arguments[2]()`, `[next][0]()`, `held["next"]()`.
            FlowValue::Index { base, key } => {
                let is_argument = matches!(
                    (flow.value(*base), flow.value(*key)),
                    (FlowValue::Name(name), FlowValue::Integer(at))
                        if flow.name(*name) == "arguments" && *at >= FIRST_OF_ARGUMENTS
                );
                is_argument || self.is_held(callee) || self.is_list_of_next(*base, 0)
            }
            _ => false,
        }
    }

    /// Whether a value is something that the function is given and may call.
    fn is_next(&self, id: ValueId) -> bool {
        match self.asked.flow.value(id) {
            FlowValue::Name(name) => self.next.contains(name) || self.is_held(id),
            // `(0, next)`, `x ? next : next`.
            FlowValue::Any(parts) => {
                let mut named = parts.iter().take(MAX_ITEMS).map(|it| self.asked.flow.value(*it));
                named.any(|it| matches!(it, FlowValue::Name(name) if self.next.contains(name)))
            }
            _ => self.is_held(id),
        }
    }

    fn is_held(&self, id: ValueId) -> bool {
        !self.held.is_empty() && self.path(id, 0).is_some_and(|it| self.held.contains(&it))
    }

    fn is_list_of_next(&self, id: ValueId, depth: u32) -> bool {
        match self.asked.flow.value(id) {
            FlowValue::Sequence(items) if depth < MAX_LISTS => {
                items.iter().take(MAX_ITEMS).any(|it| match self.asked.flow.value(*it) {
                    FlowValue::Spread(inner) => self.is_list_of_next(*inner, depth + 1),
                    _ => self.is_next(*it),
                })
            }
            _ => false,
        }
    }

    /// Remembers what passes the request on under another name: `res.locals.go = next`.
    pub(super) fn hold(&mut self, target: ValueId, value: ValueId) {
        let flow = self.asked.flow;
        let is_bound = match flow.value(value) {
            FlowValue::Call { .. } => self.is_passing(value),
            _ => false,
        };
        if is_bound || self.is_next(value) {
            self.held.extend(self.path(target, 0));
        }
        match flow.value(value) {
            FlowValue::Sequence(_) if self.is_list_of_next(value, 0) => {
                if let FlowValue::Sequence(parts) = flow.value(target) {
                    for part in parts.iter().take(MAX_ITEMS) {
                        self.held.extend(self.path(*part, 0));
                    }
                }
            }
            FlowValue::Mapping(items) => {
                let Some(path) = self.path(target, 0) else { return };
                for (key, value) in items.iter().take(MAX_ITEMS) {
                    let key = key.map(|it| flow.value(it));
                    if let Some(FlowValue::Text(key) | FlowValue::Name(key)) = key
                        && self.is_next(*value)
                    {
                        self.held.insert(format!("{path}.{}", flow.name(*key)));
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether a call hands what passes the request on to who calls it later.
    pub(super) fn is_handed_on(&self, name: &str, arguments: &[FlowArgument]) -> bool {
        runs_later(name) && arguments.iter().any(|it| self.is_next(it.value))
    }
}
