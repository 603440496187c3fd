//! Whose methods outside code may call: instances that it is given, and methods that the
//! repository asks for of values it knows nothing of.

use codd_facts::{
    DefinitionId, DefinitionKind, Expr, ExprId, Library, Name, ReferenceKind, Semantics,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::Evaluator;
use super::value::{At, FlowSet, NO_FRAME, OWN, Value};
use super::{EdgeSet, MAX_CANDIDATES, source};
use crate::project::speaking_with;
use crate::{Confidence, EdgeKind, EdgeSource, EdgeTarget};

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

/// Gives an attribute by its name.
const GET_ATTRIBUTE: &str = "getattr";

/// Methods of one object that outside code may call; of objects with more, those that nobody
/// here calls are linked to their class instead.
const MAX_METHODS: usize = 48;

/// Methods of one object of which one is taken by a name that is not known.
const MAX_TAKEN: usize = 128;

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    let callers = callers(&semantics);
    for (at, expr) in semantics.exprs.iter().enumerate() {
        let Expr::Call { callee, arguments } = expr else { continue };
        if arguments.is_empty() || !leads_outside(evaluator, *callee) {
            continue;
        }
        let caller = callers.get(&ExprId(at as u32));
        if is_getting(evaluator, *callee) {
            // An attribute whose name is known is found where it is looked up.
            let name = arguments.get(1).map(|it| evaluator.opened(OWN, it.value, NO_FRAME));
            if name.is_some_and(|it| it.flows().iter().all(|it| !is_text(&it.value))) {
                hand_out(evaluator, edges, arguments[0].value, (caller, MAX_TAKEN));
            }
            continue;
        }
        let library = library_of(evaluator, *callee);
        for argument in arguments {
            match (library, caller) {
                (Some(library), Some(caller)) => {
                    hand_to_library(evaluator, edges, argument.value, (caller, library));
                }
                (Some(_), None) => {}
                _ => hand_out(evaluator, edges, argument.value, (caller, MAX_METHODS)),
            }
        }
        if let (Some(caller), [object, rest @ ..]) = (caller, arguments.as_slice()) {
            for name in rest {
                spelled(evaluator, edges, *caller, object.value, name.value);
            }
        }
    }
}

fn is_getting(evaluator: &mut Evaluator<'_>, callee: ExprId) -> bool {
    let flows = evaluator.expr(OWN, callee, NO_FRAME);
    flows.iter().any(|it| matches!(&it.value, Value::External(name) if name == GET_ATTRIBUTE))
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Text(_))
}

/// `LocalProxy(context, "session")`: outside code is given something of the repository and a
/// text that names a method, which it may run.
fn spelled(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    caller: Caller,
    object: ExprId,
    name: ExprId,
) {
    let semantics = evaluator.semantics(OWN);
    let Expr::Text(name) = semantics.expr(name) else { return };
    let flows = evaluator.expr(OWN, object, NO_FRAME);
    let is_ours = |value: &Value| {
        matches!(value, Value::Definition { .. } | Value::Instance(..) | Value::Method { .. })
    };
    if !flows.iter().any(|flow| is_ours(&flow.value)) {
        return;
    }
    let path = evaluator.path(OWN).clone();
    let candidates = evaluator.project.candidates(name);
    let is_ours = speaking_with(&path);
    let ours = candidates.iter().filter(|it| is_ours(&it.path));
    let ours: Vec<_> = ours.take(MAX_CANDIDATES + 1).collect();
    if ours.len() > MAX_CANDIDATES {
        edges.asked_for.insert(name.clone());
        return;
    }
    let sources = [Some(source(caller.owner)), caller.initialises.map(EdgeSource::Definition)];
    for candidate in ours {
        let Some(id) = candidate.definition else { continue };
        for from in sources.iter().flatten() {
            let to = EdgeTarget::Definition(candidate.path.clone(), id);
            edges.add_implied(from.clone(), to, EdgeKind::Calls, Confidence::Possible);
        }
    }
}

/// Who makes a call, and the variable that gets what it gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub(super) owner: Option<DefinitionId>,
    initialises: Option<DefinitionId>,
}

/// Who makes each call that a reference stands for.
pub(super) fn callers(semantics: &Semantics) -> FxHashMap<ExprId, Caller> {
    let mut by_target = FxHashMap::default();
    for it in semantics.references.iter().filter(|it| it.kind == ReferenceKind::Call) {
        let caller = Caller { owner: it.owner, initialises: it.initialises };
        by_target.entry(it.target).or_insert(caller);
    }
    let calls = semantics.exprs.iter().enumerate();
    let calls = calls.filter_map(|(at, expr)| match expr {
        Expr::Call { callee, .. } => {
            let callee = semantics.unapplied(*callee);
            // A built-in is no reference.
            let by_scope = || match semantics.expr(callee) {
                Expr::Name { scope, .. } => {
                    Some(Caller { owner: semantics.scope(*scope).owner, initialises: None })
                }
                _ => None,
            };
            Some((ExprId(at as u32), by_target.get(&callee).copied().or_else(by_scope)?))
        }
        _ => None,
    });
    calls.collect()
}

/// Whether code that is not known may be what is called.
fn leads_outside(evaluator: &mut Evaluator<'_>, callee: ExprId) -> bool {
    let flows = evaluator.opened(OWN, callee, NO_FRAME);
    flows.flows().iter().any(|flow| match flow.value.outside_name() {
        // A built-in, or a method of something unknown, has no dot; what a type of `typing`
        // says is not where a value comes from.
        Some(name) if name == GET_ATTRIBUTE => true,
        Some(name) => name.rsplit_once('.').is_some_and(|(from, last)| {
            !["copy", "typing", "weakref"].contains(&from)
                && !from.starts_with("typing.")
                && INERT.binary_search(&last).is_err()
        }),
        None => false,
    })
}

/// The library that a function is of, if all it may be is of a library whose interfaces are
/// known.
fn library_of(evaluator: &mut Evaluator<'_>, callee: ExprId) -> Option<&'static Library> {
    let library = evaluator.conventions(OWN).library?;
    let flows = evaluator.opened(OWN, callee, NO_FRAME);
    let mut names = flows.flows().iter().filter_map(|flow| flow.value.outside_name());
    names.all(|name| (library.has)(name)).then_some(library)
}

/// Of an object that a library is given, the methods of that library's interfaces run.
fn hand_to_library(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    value: ExprId,
    (caller, library): (&Caller, &Library),
) {
    let flows = evaluator.opened(OWN, value, NO_FRAME);
    for flow in flows.flows() {
        let class = match &flow.value {
            Value::Instance(at, _) => *at,
            Value::Method { receiver, .. } => receiver.class,
            _ => continue,
        };
        if evaluator.definition(class).kind != DefinitionKind::Class
            || is_own(evaluator, caller.owner, class)
        {
            continue;
        }
        let methods: Vec<(Name, At)> = offered(evaluator, class)
            .into_iter()
            .map(|at| (evaluator.definition(at).name.clone(), at))
            .collect();
        let method = |name: &str| methods.iter().find(|it| it.0 == name).map(|it| it.1);
        let is_special = evaluator.conventions(class.file).is_special;
        for interface in library.interfaces {
            // Those that the language's own protocols run, the class runs already.
            let others = interface.iter().filter(|it| !is_special(it));
            let Some(all) = others.map(|it| method(it)).collect::<Option<Vec<At>>>() else {
                continue;
            };
            for method in all {
                let to = evaluator.target(method);
                let confidence = Confidence::Possible;
                edges.add_implied(source(caller.owner), to, EdgeKind::Calls, confidence);
            }
        }
    }
}

fn hand_out(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    value: ExprId,
    (caller, most): (Option<&Caller>, usize),
) {
    let flows = evaluator.opened(OWN, value, NO_FRAME);
    let is_container = |value: &Value| matches!(value, Value::Container(_));
    let items = if flows.flows().iter().any(|flow| is_container(&flow.value)) {
        evaluator.elements(flows.flows())
    } else {
        FlowSet::default()
    };
    for flow in flows.flows().iter().chain(items.flows()) {
        let class = match &flow.value {
            Value::Instance(at, _) | Value::Definition { at, .. } => *at,
            // A method takes its object along.
            Value::Method { receiver, .. } => receiver.class,
            _ => continue,
        };
        let kind = evaluator.definition(class).kind;
        if !matches!(kind, DefinitionKind::Class | DefinitionKind::Enum) {
            continue;
        }
        if caller.is_some_and(|it| is_own(evaluator, it.owner, class)) {
            continue;
        }
        let methods = offered(evaluator, class);
        match caller.filter(|_| methods.len() <= most) {
            Some(caller) => {
                for method in methods {
                    let to = evaluator.target(method);
                    let confidence = Confidence::Possible;
                    edges.add_implied(source(caller.owner), to, EdgeKind::Calls, confidence);
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
    fn attributes_that_are_named_by_a_text_or_by_nobody_knows_what() {
        check(
            r#"
//- /ctx.py
from werkzeug.local import LocalProxy
class Context:
    def session(self): pass
    def other(self): pass
stack = []
session = LocalProxy(stack, "session")
elsewhere = LocalProxy("session", 1)
def call(name): return getattr(Context(), name)()
def known(): return getattr(Context(), "other")()
"#,
            &expect![[r#"
                ctx.py -calls possible- ctx.py:Context.session
                ctx.py:session -calls possible- ctx.py:Context.session
                ctx.py:call -calls possible- ctx.py:Context.session
                ctx.py:call -calls possible- ctx.py:Context.other
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
