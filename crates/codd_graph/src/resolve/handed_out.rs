//! Whose methods outside code may call: instances that it is given, and methods that the
//! repository asks for of values it knows nothing of.

use codd_facts::{DefinitionId, DefinitionKind, Expr, ExprId, Name, ReferenceKind, Semantics};
use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::Evaluator;
use super::value::{At, FlowSet, NO_FRAME, OWN, Value};
use super::{EdgeSet, source};
use crate::{Confidence, EdgeKind};

/// Methods of containers, which keep what they are given, and functions that look at nothing
/// of it but what the language itself asks.
const INERT: &[&str] = &[
    "add",
    "append",
    "appendleft",
    "cast",
    "count",
    "debug",
    "error",
    "exception",
    "extend",
    "get",
    "getattr",
    "index",
    "info",
    "insert",
    "join",
    "log",
    "next",
    "pop",
    "push",
    "remove",
    "setdefault",
    "update",
    "warn",
    "warning",
];

/// Methods of one object that outside code may call; of objects with more, those that nobody
/// here calls are linked to their class instead.
const MAX_METHODS: usize = 48;

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    let owners = owners(&semantics);
    for (at, expr) in semantics.exprs.iter().enumerate() {
        let Expr::Call { callee, arguments } = expr else { continue };
        if arguments.is_empty() || !leads_outside(evaluator, *callee) {
            continue;
        }
        let owner = owners.get(&ExprId(at as u32)).copied();
        for argument in arguments {
            hand_out(evaluator, edges, argument.value, owner);
        }
    }
}

/// Who makes each call that a reference stands for.
fn owners(semantics: &Semantics) -> FxHashMap<ExprId, Option<DefinitionId>> {
    let mut by_target = FxHashMap::default();
    for reference in &semantics.references {
        if reference.kind == ReferenceKind::Call {
            by_target.entry(reference.target).or_insert(reference.owner);
        }
    }
    let calls = semantics.exprs.iter().enumerate();
    let calls = calls.filter_map(|(at, expr)| match expr {
        Expr::Call { callee, .. } => Some((ExprId(at as u32), *by_target.get(callee)?)),
        _ => None,
    });
    calls.collect()
}

/// Whether code that is not known may be what is called.
fn leads_outside(evaluator: &mut Evaluator<'_>, callee: ExprId) -> bool {
    let flows = evaluator.opened(OWN, callee, NO_FRAME);
    flows.flows().iter().any(|flow| match &flow.value {
        // A built-in, or a method of something unknown, has no dot; what a type of `typing`
        // says is not where a value comes from.
        Value::External(name) => name.rsplit_once('.').is_some_and(|(from, last)| {
            !["copy", "typing", "weakref"].contains(&from)
                && !from.starts_with("typing.")
                && INERT.binary_search(&last).is_err()
        }),
        _ => false,
    })
}

fn hand_out(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    value: ExprId,
    owner: Option<Option<DefinitionId>>,
) {
    let flows = evaluator.opened(OWN, value, NO_FRAME);
    let is_container = |value: &Value| matches!(value, Value::Container(_));
    let items = match flows.flows().iter().any(|flow| is_container(&flow.value)) {
        true => evaluator.elements(flows.flows()),
        false => FlowSet::default(),
    };
    for flow in flows.flows().iter().chain(items.flows()) {
        let class = match &flow.value {
            Value::Instance(at) | Value::Definition { at, .. } => *at,
            // A method takes its object along.
            Value::Method { receiver, .. } => receiver.class,
            _ => continue,
        };
        let kind = evaluator.definition(class).kind;
        if !matches!(kind, DefinitionKind::Class | DefinitionKind::Enum) {
            continue;
        }
        if owner.is_some_and(|owner| is_own(evaluator, owner, class)) {
            continue;
        }
        let methods = offered(evaluator, class);
        match owner.filter(|_| methods.len() <= MAX_METHODS) {
            Some(owner) => {
                for method in methods {
                    let to = evaluator.target(method);
                    let confidence = Confidence::Possible;
                    edges.add_implied(source(owner), to, EdgeKind::Calls, confidence);
                }
            }
            None => {
                edges.handed_out.insert((evaluator.path(class.file).clone(), class.id));
            }
        }
    }
}

/// Whether a method hands out its own object: it was made elsewhere, and who made it knows more
/// of what is done with it.
fn is_own(evaluator: &mut Evaluator<'_>, owner: Option<DefinitionId>, class: At) -> bool {
    let Some(around) = owner.and_then(|id| evaluator.definition(At { file: OWN, id }).parent)
    else {
        return false;
    };
    let ancestry = evaluator.ancestry(class);
    ancestry.order.iter().any(|(it, _)| *it == At { file: OWN, id: around })
}

/// The methods of an object that others call by their names, and not by what the language does.
fn offered(evaluator: &mut Evaluator<'_>, class: At) -> Vec<At> {
    let mut found: Vec<At> = Vec::new();
    let mut names: FxHashSet<Name> = FxHashSet::default();
    let ancestry = evaluator.ancestry(class);
    for (class, _) in &ancestry.order {
        let conventions = evaluator.conventions(class.file);
        let semantics = evaluator.semantics(class.file);
        for (at, it) in semantics.definitions.iter().enumerate() {
            let is_offered = it.kind == DefinitionKind::Method
                && it.parent == Some(class.id)
                && !it.flags.is_private
                && !conventions.constructors.contains(&it.name.as_str())
                && !(conventions.is_special)(&it.name);
            if is_offered && names.insert(it.name.clone()) {
                found.push(At { file: class.file, id: DefinitionId(at as u32) });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::INERT;
    use crate::testing::fixture;

    fn check(text: &str, expected: &Expect) {
        let fixture = fixture(text);
        let mut out = String::new();
        for line in fixture.edges().lines().filter(|it| it.contains("possible")) {
            out += &format!("{line}\n");
        }
        for file in fixture.graph_files() {
            for name in file.facts.iter().flat_map(|(_, _, edges)| &edges.asked_for) {
                out += &format!("{}: .{name}\n", file.path);
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn outside_code_may_call_methods_of_what_it_is_given() {
        check(
            r#"
//- /jar.py
import cookies
class Base:
    def host(self): pass
class Request(Base):
    def __init__(self): pass
    def full_url(self): pass
    def _own(self): pass
    def sent(self): cookies.note(self)
class Plain:
    def own(self): pass
class Bound:
    def run(self): pass
    def stop(self): pass
def load(jar):
    cookies.extract(Request(), len(Plain()))
    cookies.hook([Bound().run])
"#,
            &expect![[r#"
                jar.py:load -calls possible- jar.py:Base.host
                jar.py:load -calls possible- jar.py:Request.full_url
                jar.py:load -calls possible- jar.py:Request.sent
                jar.py:load -calls possible- jar.py:Bound.run
                jar.py:load -calls possible- jar.py:Bound.stop
            "#]],
        );
    }

    #[test]
    fn names_that_too_many_or_none_of_the_methods_fit() {
        let classes: String =
            (0..9).map(|at| format!("class C{at}:\n    def show(self): pass\n")).collect();
        check(
            &format!(
                "//- /a.py\n{classes}class One:\n    def only(self): pass\n    def pair(self, a): pass\n\
                 def use(it):\n    it.show()\n    it.only()\n    it.pair()\n    it.nobody()\n"
            ),
            &expect![[r#"
                a.py:use -calls possible- a.py:One.only
                a.py: .pair
                a.py: .show
            "#]],
        );
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(INERT.is_sorted());
    }
}
