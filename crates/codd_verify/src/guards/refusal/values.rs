//! What values tell of who asks, as they are computed.

use codd_facts::{FlowArgument, FlowOperator, FlowStatement, FlowValue, ValueId};

use super::super::credentials::is_credential;
use super::holders::{Holder, is_holder, is_of_nobody, is_reading};
use super::later::runs_later;
use super::seen::Seen;
use super::{Callback, MAX_DEPTH, State, Walk};

impl<'a> Walk<'a> {
    pub(super) fn value(&mut self, id: ValueId, now: &mut State, depth: u32) -> Seen {
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
            FlowValue::Integer(it) => Seen { truth: Some(*it != 0), ..Seen::default() },
            FlowValue::Text(text) => {
                Seen { truth: Some(!flow.name(*text).is_empty()), ..Seen::default() }
            }
            FlowValue::Name(name) => match self.names.get(flow.name(*name).as_str()) {
                Some(seen) => *seen,
                None if self.is_asked(id) => Seen::ABSENT,
                None => Seen::default(),
            },
            FlowValue::Attribute { base, name } => {
                let name = flow.name(*name).as_str();
                if let Some(holder) = self.holder(*base) {
                    return if holder.tells(name) { self.kept(id) } else { Seen::default() };
                }
                let of = self.value(*base, now, depth);
                match of.asks || self.is_asked(id) || is_holder(name) {
                    true if is_of_nobody(name) => Seen::of(true),
                    true if of.asks => Seen::ABSENT,
                    true => self.kept(id),
                    false => Seen::default(),
                }
            }
            FlowValue::Index { base, key } => {
                if let Some(holder) = self.holder(*base) {
                    self.value(*key, now, depth);
                    let tells = self.text(*key).is_none_or(|it| holder.tells(it));
                    return if tells { self.kept(id) } else { Seen::default() };
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
        arguments: &[FlowArgument],
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
        let default = self.default(callee, arguments, now, depth);
        let first = arguments.first().and_then(|it| self.text(it.value));
        let (name, base) = match flow.value(callee) {
            FlowValue::Attribute { base, name } => (flow.name(*name).as_str(), Some(*base)),
            FlowValue::Name(name) => (flow.name(*name).as_str(), None),
            _ => ("", None),
        };
        if self.passes_on(id, 0) || self.is_handed_on(name, arguments) {
            (now.is_passed, now.is_answered) = (true, false);
            self.has_passed = true;
            return Seen::default();
        }
        let seen = match base.and_then(|it| self.holder(it)) {
            Some(holder) => match first {
                Some(key) if !holder.tells(key) => Seen::default(),
                _ => default.map_or(Seen::ABSENT, Seen::asked),
            },
            None => {
                let of = base.map_or_else(Seen::default, |it| self.value(it, now, depth));
                let is_read = base.is_some() && is_reading(name);
                if is_read && first.is_some_and(is_credential) {
                    default.map_or(Seen::ABSENT, Seen::asked)
                } else if let Some(default) = default.filter(|it| it.truth != Some(false)) {
                    // Whoever says nothing of it is this.
                    let asks = given.asks || of.asks || self.is_asked(callee);
                    if asks { default.asked() } else { Seen { is_open: true, ..Seen::default() } }
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
            let own = Callback { is_later: runs_later(name), answers: None };
            let around = self.callback.replace(own);
            let has_passed = std::mem::replace(&mut self.has_passed, false);
            let end = self.statements(&function.body, Some(state), depth);
            if self.has_passed && !seen.asks && !self.asked.is_handler {
                // It runs whoever asks: `list.map(() => next())`.
                self.escapes = Some(0);
            }
            // Whatever is answered meanwhile, it runs.
            now.is_passed |= own.is_later && self.has_passed;
            self.has_passed |= has_passed;
            self.finish(end);
            let answers = self.callback.and_then(|it| it.answers);
            self.callback = around;
            if let Some(is_doubtful) = answers {
                // It is an answer where nothing passes the request on before it is given.
                (now.is_answered, now.is_decided) = (true, true);
                now.is_doubtful |= is_doubtful;
            }
        }
        seen
    }

    /// What a call gives where there is nothing of the name that it asks for:
    /// `session.get("user", "guest")`.
    fn default(
        &mut self,
        callee: ValueId,
        arguments: &[FlowArgument],
        now: &mut State,
        depth: u32,
    ) -> Option<Seen> {
        let flow = self.asked.flow;
        let place = match flow.value(callee) {
            FlowValue::Attribute { name, .. } => match flow.name(*name).as_str() {
                "get" | "pop" | "setdefault" => 1,
                _ => return None,
            },
            FlowValue::Name(name) if flow.name(*name) == "getattr" => 2,
            _ => return None,
        };
        let is_named =
            |it: &&FlowArgument| it.name.is_some_and(|name| flow.name(name) == "default");
        let default = arguments
            .iter()
            .find(is_named)
            .or_else(|| arguments.get(place).filter(|it| it.name.is_none()))?;
        match flow.value(default.value) {
            FlowValue::Function(_) => None,
            _ => Some(self.value(default.value, now, depth)),
        }
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
