//! Whether each way through a function that uses something also calls something else.

use std::collections::BTreeSet;

use codd_facts::{FlowFacts, FlowStatement, FlowValue, FunctionId, ValueId};

/// Values within one another, and statements, that are looked at.
const MAX_DEPTH: u32 = 60;

/// Whether a function has a way on which something of `uses` is read or called and nothing of
/// `calls` is called, before or after; `None` where it calls nothing of that by itself.
pub(crate) fn misses_a_way(
    flow: &FlowFacts,
    function: FunctionId,
    uses: &BTreeSet<&str>,
    calls: &BTreeSet<&str>,
) -> Option<bool> {
    let mut walk = Walk {
        flow,
        uses,
        calls,
        ending: Vec::new(),
        has_call: false,
        is_missed: false,
        is_deep: false,
    };
    let body = &flow.function(function).body;
    let mut loops = Vec::new();
    let end = walk.statements(body, Some(At::default()), &mut loops, 0);
    walk.end(end);
    (walk.has_call && !walk.is_deep).then_some(walk.is_missed)
}

/// What has happened on every way that leads to a place.
#[derive(Clone, Copy, Debug, Default)]
struct At {
    is_called: bool,
    /// On some way it was used and not called yet.
    is_open: bool,
}

/// What holds on either way; `None` is no way.
fn join(a: Option<At>, b: Option<At>) -> Option<At> {
    match (a, b) {
        (Some(a), Some(b)) => {
            Some(At { is_called: a.is_called && b.is_called, is_open: a.is_open || b.is_open })
        }
        (one, other) => one.or(other),
    }
}

struct Walk<'a> {
    flow: &'a FlowFacts,
    uses: &'a BTreeSet<&'a str>,
    calls: &'a BTreeSet<&'a str>,
    /// Ways that end in blocks with something that still runs then, innermost last.
    ending: Vec<Option<At>>,
    has_call: bool,
    is_missed: bool,
    is_deep: bool,
}

impl Walk<'_> {
    fn end(&mut self, at: Option<At>) {
        match self.ending.last_mut() {
            Some(all) => *all = join(*all, at),
            None => self.is_missed |= at.is_some_and(|it| it.is_open),
        }
    }

    /// `left` gets the ways that leave the loop around or go on with its next round.
    fn statements(
        &mut self,
        body: &[FlowStatement],
        mut at: Option<At>,
        left: &mut Vec<At>,
        depth: u32,
    ) -> Option<At> {
        if depth > MAX_DEPTH {
            self.is_deep = true;
            return at;
        }
        for statement in body {
            let Some(now) = at else { break };
            at = self.statement(statement, now, left, depth + 1);
        }
        at
    }

    fn statement(
        &mut self,
        statement: &FlowStatement,
        now: At,
        left: &mut Vec<At>,
        depth: u32,
    ) -> Option<At> {
        match statement {
            FlowStatement::Evaluate(value) => Some(self.value(*value, now, depth)),
            FlowStatement::Assign { target, value }
            | FlowStatement::Augment { target, value, .. } => {
                let now = self.value(*value, now, depth);
                Some(self.value(*target, now, depth))
            }
            FlowStatement::Branch { test, then, otherwise } => {
                let now = self.value(*test, now, depth);
                let then = self.statements(then, Some(now), left, depth);
                join(then, self.statements(otherwise, Some(now), left, depth))
            }
            FlowStatement::Loop { test, element, body, otherwise } => {
                let mut now = now;
                for value in test.iter().copied().chain(element.map(|(_, of)| of)) {
                    now = self.value(value, now, depth);
                }
                let mut own = Vec::new();
                let round = self.statements(body, Some(now), &mut own, depth);
                let done = own.into_iter().fold(join(Some(now), round), |a, b| join(a, Some(b)));
                self.statements(otherwise, done, left, depth)
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                if !finally.is_empty() {
                    self.ending.push(None);
                }
                let tried = self.statements(body, Some(now), left, depth);
                // What raises may have run up to any point.
                let raised = join(Some(now), tried);
                let mut end = self.statements(otherwise, tried, left, depth);
                for handler in handlers {
                    let handled = self.statements(handler, raised, left, depth);
                    end = join(end, handled);
                }
                if !finally.is_empty() {
                    let ended = self.ending.pop().flatten();
                    let ended = self.statements(finally, ended, left, depth);
                    self.end(ended);
                }
                self.statements(finally, end, left, depth)
            }
            FlowStatement::Select { subject, cases, .. } => {
                let now = self.value(*subject, now, depth);
                let mut own = Vec::new();
                let mut end = Some(now);
                for case in cases {
                    let done = self.statements(&case.body, Some(now), &mut own, depth);
                    end = join(end, done);
                }
                own.into_iter().fold(end, |a, b| join(a, Some(b)))
            }
            FlowStatement::Return(value) => {
                let now = value.map_or(now, |it| self.value(it, now, depth));
                self.end(Some(now));
                None
            }
            FlowStatement::Raise(value) => {
                if let Some(value) = value {
                    self.value(*value, now, depth);
                }
                None
            }
            FlowStatement::Leave | FlowStatement::Next => {
                left.push(now);
                None
            }
            FlowStatement::Define(_) | FlowStatement::Bring { .. } => Some(now),
        }
    }

    /// What has happened when a value is there.
    fn value(&mut self, id: ValueId, mut now: At, depth: u32) -> At {
        if depth > MAX_DEPTH {
            self.is_deep = true;
            return now;
        }
        let depth = depth + 1;
        let flow = self.flow;
        match flow.value(id) {
            FlowValue::Attribute { base, name } => {
                now = self.value(*base, now, depth);
                self.named(flow.name(*name), now)
            }
            FlowValue::Call { callee, arguments, .. } => {
                for argument in arguments {
                    now = self.value(argument.value, now, depth);
                }
                let name = match flow.value(*callee) {
                    FlowValue::Attribute { base, name } => {
                        now = self.value(*base, now, depth);
                        Some(flow.name(*name).as_str())
                    }
                    FlowValue::Name(name) => Some(flow.name(*name).as_str()),
                    _ => {
                        now = self.value(*callee, now, depth);
                        None
                    }
                };
                match name {
                    Some(name) if self.calls.contains(name) => {
                        self.has_call = true;
                        At { is_called: true, is_open: false }
                    }
                    Some(name) => self.named(name, now),
                    None => now,
                }
            }
            FlowValue::All(parts) | FlowValue::Any(parts) => {
                let Some((first, rest)) = parts.split_first() else { return now };
                let now = self.value(*first, now, depth);
                let end = rest.iter().fold(now, |now, part| self.value(*part, now, depth));
                self.maybe(now, end)
            }
            FlowValue::Conditional { test, then, otherwise } => {
                let now = self.value(*test, now, depth);
                let then = self.value(*then, now, depth);
                let otherwise = self.value(*otherwise, now, depth);
                self.maybe(then, otherwise)
            }
            FlowValue::Comprehension { clauses, key, value } => {
                for clause in clauses {
                    now = self.value(clause.iterable, now, depth);
                }
                let end =
                    key.iter().chain([value]).fold(now, |now, it| self.value(*it, now, depth));
                self.maybe(now, end)
            }
            FlowValue::Index { base, key } => {
                let now = self.value(*base, now, depth);
                self.value(*key, now, depth)
            }
            FlowValue::Binary { left, right, .. } => {
                let now = self.value(*left, now, depth);
                self.value(*right, now, depth)
            }
            FlowValue::Assigned { value, .. } => self.value(*value, now, depth),
            FlowValue::Slice { base: one, .. }
            | FlowValue::Not(one)
            | FlowValue::Spread(one)
            | FlowValue::Awaited(one)
            | FlowValue::Yielded(one) => self.value(*one, now, depth),
            FlowValue::Unknown(parts)
            | FlowValue::Sequence(parts)
            | FlowValue::Joined { parts, .. } => {
                parts.iter().fold(now, |now, part| self.value(*part, now, depth))
            }
            FlowValue::Mapping(items) => items.iter().fold(now, |now, (key, item)| {
                let now = key.map_or(now, |key| self.value(key, now, depth));
                self.value(*item, now, depth)
            }),
            _ => now,
        }
    }

    fn maybe(&self, one: At, other: At) -> At {
        join(Some(one), Some(other)).unwrap_or(one)
    }

    fn named(&self, name: &str, now: At) -> At {
        let is_used = self.uses.contains(name) && !now.is_called;
        At { is_open: now.is_open || is_used, ..now }
    }
}

#[cfg(test)]
mod tests {
    use crate::project::verify_project;
    use crate::testing::{controls, files};
    use crate::{CheckPlan, Outcome};

    fn outcome(file: &str, body: &str) -> Outcome {
        let checks =
            "- reach: {from: {uses: '*.Person.ssn'}, must: '*audit.record', every_way: true}";
        let controls = controls(checks);
        let (plan, diagnostics) = CheckPlan::compile(&controls);
        assert_eq!(diagnostics, []);
        let shared = if file == "a.py" {
            "//- /audit.py\ndef record(who):\n    print(who)\n//- /people.py\n\
             class Person:\n    ssn = ''\n//- /a.py\nfrom audit import record\n\
             from people import Person\n"
        } else {
            "//- /audit.ts\nexport function record(who: string) {}\n//- /people.ts\n\
             export class Person { ssn = \"\"; }\n//- /a.ts\nimport { record } from './audit';\n\
             import { Person } from './people';\n"
        };
        let files = files(&format!("{shared}{body}\n"));
        verify_project(&plan, &controls, &files)[0].checks[0].outcome
    }

    #[test]
    fn what_is_called_on_some_ways_alone_is_found_in_python() {
        for (expected, body) in [
            (Outcome::Pass, "record(u)\n    return p.ssn"),
            (Outcome::Pass, "n = p.ssn\n    record(u)\n    return n"),
            (Outcome::Pass, "if not u:\n        return None\n    record(u)\n    return p.ssn"),
            (Outcome::Pass, "if not u:\n        raise KeyError\n    record(u)\n    return p.ssn"),
            (Outcome::Pass, "if u:\n        record(u)\n        return p.ssn\n    return None"),
            (
                Outcome::Pass,
                "if u:\n        record(u)\n    else:\n        record(1)\n    return p.ssn",
            ),
            (Outcome::Pass, "try:\n        return p.ssn\n    finally:\n        record(u)"),
            (Outcome::Pass, "with record(u):\n        return p.ssn"),
            (Outcome::Fail, "if u:\n        record(u)\n    return p.ssn"),
            (Outcome::Fail, "u and record(u)\n    return p.ssn"),
            (Outcome::Fail, "record(u) if u else None\n    return p.ssn"),
            (Outcome::Fail, "for i in u:\n        record(i)\n    return p.ssn"),
            (Outcome::Fail, "if u:\n        return p.ssn\n    record(u)"),
            (
                Outcome::Fail,
                "try:\n        record(u)\n    except E:\n        pass\n    return p.ssn",
            ),
            (Outcome::Fail, "def f():\n        record(u)\n    return p.ssn"),
        ] {
            let found = outcome("a.py", &format!("def show(p: Person, u):\n    {body}"));
            assert_eq!(found, expected, "{body}");
        }
    }

    #[test]
    fn what_is_called_on_some_ways_alone_is_found_in_typescript() {
        for (expected, body) in [
            (Outcome::Pass, "record(u); return p.ssn;"),
            (Outcome::Pass, "try { return p.ssn; } finally { record(u); }"),
            (Outcome::Fail, "if (u) { record(u); } return p.ssn;"),
            (Outcome::Fail, "u && record(u); return p.ssn;"),
            (Outcome::Fail, "switch (u) { case 'a': record(u); break; } return p.ssn;"),
        ] {
            let text = format!("export function show(p: Person, u: string) {{ {body} }}");
            assert_eq!(outcome("a.ts", &text), expected, "{body}");
        }
    }
}
