//! Callbacks across files: what calls pass to a function of another file is called there.
//!
//! Each file says what it passes to parameters and which parameters it calls; who calls what
//! is joined here, so that an edit of either file resolves no other.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::Certainty;

use crate::build::{FileNodes, Index};
use crate::graph::Edge;
use crate::{
    Basis, Callback, Confidence, EdgeKind, EdgeSource, FunctionParameter, GraphFile, NodeId,
    Running,
};

/// Functions given to one parameter up to which each is probably called.
const FEW: usize = 8;

/// Functions that one parameter is followed to; one that is given more says too little: whoever
/// passes a function depends on it already.
const MAX_GIVEN: usize = 32;

/// Adds the calls of what parameters are given.
pub(crate) fn edges(files: &[&GraphFile], index: &Index, edges: &mut Vec<Edge>) {
    let given = given(files, index);
    let of_tests = of_tests(files, index);
    for file in files {
        let Some((_, semantics, file_edges)) = &file.facts else { continue };
        let own = index.file(&file.path);
        let is_of_tests = !semantics.tests.is_empty();
        for call in &file_edges.parameter_calls {
            let Some(from) = source(&call.from, own) else { continue };
            let Some(functions) = given.get(&call.parameter) else { continue };
            // What runs in the very call that it is passed in, whoever makes that depends on.
            let is_at_once = call.from == EdgeSource::Definition(call.parameter.function)
                && call.parameter.path == file.path;
            let is_seen = |(to, passed): &(&NodeId, &Passed)| {
                **to != from
                    && (is_of_tests || !of_tests.contains(to))
                    && !(is_at_once && **passed == Passed::Inside)
            };
            // Which of them a call gives, the callers say, each for itself.
            let certainty = call.reference.and_then(|at| semantics.references.get(at as usize));
            let certainty = certainty.map_or(Certainty::Always, |it| it.certainty);
            let is_one_of = call.is_of_instance && functions.len() > 1;
            let running = match (certainty, functions.len()) {
                (Certainty::Never, _) => Running { confidence: None, alternatives: 1 },
                (Certainty::Always, 1) => Running::surely(Confidence::Probable),
                _ => Running::surely(Confidence::Possible),
            };
            if is_at_once && functions.len() > FEW {
                continue;
            }
            let confidence = match functions.len() {
                ..=FEW if !is_one_of => Confidence::Probable,
                _ => Confidence::Possible,
            };
            for (to, _) in functions.iter().filter(is_seen) {
                edges.push(Edge {
                    from,
                    to: *to,
                    kind: EdgeKind::Calls,
                    confidence,
                    basis: Basis::Flow,
                    running,
                    reference: call.reference,
                });
            }
        }
    }
}

/// The functions that files of tests define: what a test hands to the code says nothing of the
/// code, and the test depends on it already.
fn of_tests(files: &[&GraphFile], index: &Index) -> BTreeSet<NodeId> {
    let with_tests = files.iter().filter(|file| match &file.facts {
        Some((_, semantics, _)) => !semantics.tests.is_empty(),
        None => false,
    });
    with_tests.flat_map(|it| index.file(&it.path).definitions.values().copied()).collect()
}

fn source(from: &EdgeSource, own: &FileNodes) -> Option<NodeId> {
    match from {
        EdgeSource::File => own.file,
        EdgeSource::Definition(id) => own.definitions.get(id).copied(),
        EdgeSource::Elsewhere(..) | EdgeSource::Route(_) | EdgeSource::Test(_) => None,
    }
}

/// How a function gets into a parameter; ordered from what says less to what says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Passed {
    /// In a function without a name.
    Inside,
    Itself,
}

/// Notes how a function is given; false where that is known.
fn note(known: &mut BTreeMap<NodeId, Passed>, function: NodeId, passed: Passed) -> bool {
    let is_more = known.get(&function) < Some(&passed);
    if is_more {
        known.insert(function, passed);
    }
    is_more
}

/// The functions that each parameter is given, handed on from one to the next.
fn given<'f>(
    files: &[&'f GraphFile],
    index: &Index,
) -> BTreeMap<&'f FunctionParameter, BTreeMap<NodeId, Passed>> {
    let mut given: BTreeMap<&FunctionParameter, BTreeMap<NodeId, Passed>> = BTreeMap::new();
    let mut onward: BTreeMap<&FunctionParameter, Vec<&FunctionParameter>> = BTreeMap::new();
    for file in files {
        let Some((_, _, file_edges)) = &file.facts else { continue };
        for (to, handed) in &file_edges.callbacks {
            match handed {
                Callback::Function(path, id) => {
                    let Some(function) = index.definition(path, *id) else { continue };
                    note(given.entry(to).or_default(), function, Passed::Itself);
                }
                Callback::Inside(path, id) => {
                    let Some(function) = index.definition(path, *id) else { continue };
                    note(given.entry(to).or_default(), function, Passed::Inside);
                }
                Callback::Parameter(from) => onward.entry(from).or_default().push(to),
            }
        }
    }
    let mut changed: Vec<&FunctionParameter> = given.keys().copied().collect();
    while let Some(from) = changed.pop() {
        let Some(functions) = given.get(from).cloned() else { continue };
        if functions.len() > MAX_GIVEN {
            continue;
        }
        for to in onward.get(from).into_iter().flatten() {
            let known = given.entry(to).or_default();
            let mut is_more = false;
            for (function, passed) in &functions {
                is_more |= note(known, *function, *passed);
            }
            if is_more {
                changed.push(to);
            }
        }
    }
    given.retain(|_, functions| functions.len() <= MAX_GIVEN);
    given
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::{fixture, label, words};
    use crate::{Basis, EdgeKind};

    /// The calls that flow from one file to another.
    fn check(text: &str, expected: &Expect) {
        let graph = fixture(text).graph();
        let mut out = String::new();
        for edge in graph.edges().filter(|it| it.basis == Basis::Flow) {
            let (from, to) = (graph.node(edge.from), graph.node(edge.to));
            if edge.kind == EdgeKind::Calls && from.key.path != to.key.path {
                let words = words(edge.kind, edge.confidence);
                out += &format!("{} -{words}- {}\n", label(from), label(to));
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn callbacks_are_called_where_they_are_passed_to() {
        check(
            r#"
//- /bus.py
class Bus:
    def __init__(self):
        self.listeners = []
    def listen(self, listener):
        self.listeners.append(listener)
    def emit(self):
        for listener in self.listeners:
            listener()
def each(function):
    run(function)
def run(function):
    function()
//- /a.py
from bus import Bus, each
def one(): pass
def two(): pass
class Made:
    def __init__(self): pass
bus = Bus()
bus.listen(one)
each(two)
each(function=Made)
"#,
            &expect![[r#"
                bus.py:Bus.emit -calls probable- a.py:one
                bus.py:run -calls probable- a.py:Made
                bus.py:run -calls probable- a.py:Made.__init__
                bus.py:run -calls probable- a.py:two
            "#]],
        );
    }

    #[test]
    fn code_does_not_call_what_tests_hand_to_it() {
        check(
            r#"
//- /shop.py
def run(function):
    function()
//- /test_shop.py
from shop import run
def test_it():
    def inner(): pass
    run(inner)
"#,
            &expect![[""]],
        );
    }

    /// The calls of what was passed before, in one file.
    fn check_kept(text: &str, expected: &Expect) {
        let graph = fixture(text).graph();
        let mut out = String::new();
        for edge in graph.edges().filter(|it| it.kind == EdgeKind::Calls) {
            let (from, to) = (graph.node(edge.from), graph.node(edge.to));
            if from.key.symbol.contains("fire") && from.key.symbol != to.key.symbol {
                let words = words(edge.kind, edge.confidence);
                out += &format!("{} -{words}- {}\n", label(from), label(to));
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn what_an_object_keeps_is_called_by_who_calls_what_it_keeps() {
        check_kept(
            r#"
//- /go.mod
module ex
//- /m.go
package m
type Bus struct { hooks []func(int); named map[string]func(int); one func(int) }
func (b *Bus) On(f func(int)) { b.hooks = append(b.hooks, f) }
func (b *Bus) Put(n string, f func(int)) { b.named[n] = f }
func (b *Bus) Set(f func(int)) { b.one = f }
func (b *Bus) fire() { for _, h := range b.hooks { h(1) } }
func (b *Bus) fireNamed(n string) { if h := b.named[n]; h != nil { h(1) } }
func (b *Bus) fireOne() { b.one(1) }
func a(int) {}
func c(int) {}
func d(int) {}
func e(int) {}
func wire(b *Bus) { b.On(a); b.On(func(i int) { c(i) }); b.Put("d", d); b.Set(e) }
//- /src/lib.rs
pub struct Bus { hooks: Vec<Box<dyn Fn(u8)>> }
impl Bus {
    pub fn on<F: Fn(u8) + 'static>(&mut self, f: F) { self.hooks.push(Box::new(f)); }
    pub fn fire(&self) { for h in &self.hooks { h(1); } }
}
fn a(_: u8) {}
fn c(_: u8) {}
pub fn wire(b: &mut Bus) { b.on(a); b.on(|x| c(x)); }
"#,
            &expect![[r#"
                m.go:Bus.fire -calls probable- m.go:a
                m.go:Bus.fire -calls probable- m.go:c
                m.go:Bus.fireNamed -calls probable- m.go:d
                m.go:Bus.fireOne -calls probable- m.go:e
                src/lib.rs:Bus.fire -calls probable- src/lib.rs:a
                src/lib.rs:Bus.fire -calls probable- src/lib.rs:c
            "#]],
        );
        check_kept(
            r#"
//- /A.java
import java.util.*;
class A {
  interface Handler { void on(String s); }
  private final List<Handler> handlers = new ArrayList<>();
  private final Map<String, Runnable> named = new HashMap<>();
  A() { named.put("x", this::x); named.put("y", () -> y()); }
  void add(Handler h) { handlers.add(h); }
  void fire() { for (Handler h : handlers) h.on("x"); }
  void fireNamed(String n) { named.get(n).run(); }
  void x() {} void y() {} void lambda() {}
  static void reference(String s) {}
  void wire() { add(s -> lambda()); add(A::reference); }
}
//- /a.kt
class Bus {
  private val hooks = mutableListOf<(Int) -> Unit>()
  fun on(h: (Int) -> Unit) { hooks.add(h) }
  fun fire() { for (h in hooks) h(1) }
}
fun a(x: Int) {}
fun c(x: Int) {}
fun wire(b: Bus) { b.on(::a); b.on { c(it) } }
//- /a.cs
using System; using System.Collections.Generic;
class Bus {
  readonly Dictionary<string, Action> named = new();
  void On(string n, Action f) { named[n] = f; }
  void fire(string n) { named[n](); }
  static void A() {}
  static void C() {}
  static void Wire(Bus b) { b.On("a", A); b.On("c", () => C()); }
}
//- /a.swift
class Bus {
  var hooks: [(Int) -> Void] = []
  func on(_ h: @escaping (Int) -> Void) { hooks.append(h) }
  func fire() { for h in hooks { h(1) } }
}
func a(_ x: Int) {}
func c(_ x: Int) {}
func wire(b: Bus) { b.on(a); b.on { x in c(x) } }
//- /m.ts
class Bus {
  hooks: Array<(x: number) => void> = [];
  on(h: (x: number) => void) { this.hooks.push(h); }
  fire() { this.hooks.forEach((h) => h(1)); }
}
function a(x: number) {}
function c(x: number) {}
const b = new Bus(); b.on(a); b.on((x) => c(x));
"#,
            &expect![[r#"
                A.java:A.fire -calls probable- A.java:A.Handler.on
                A.java:A.fireNamed -calls probable- A.java:A.x
                A.java:A.fireNamed -calls probable- A.java:A.y
                a.cs:Bus.fire -calls probable- a.cs:Bus.A
                a.cs:Bus.fire -calls probable- a.cs:Bus.C
                a.kt:Bus.fire -calls probable- a.kt:a
                a.kt:Bus.fire -calls probable- a.kt:c
                a.swift:Bus.fire -calls probable- a.swift:a
                a.swift:Bus.fire -calls probable- a.swift:c
                m.ts:Bus.fire -calls probable- m.ts:a
                m.ts:Bus.fire -calls probable- m.ts:c
            "#]],
        );
    }

    #[test]
    fn an_instance_calls_one_of_what_all_are_made_with() {
        check_kept(
            r#"
//- /a.py
class Button:
    def __init__(self, press): self.press = press
    def fire(self): self.press()
//- /b.py
from a import Button
def one(): pass
def first(): Button(one)
//- /c.py
from a import Button
def two(): pass
def second(): Button(two)
//- /d.py
class Only:
    def __init__(self, press): self.press = press
    def fire(self): self.press()
def only(): pass
def third(): Only(only)
//- /e.js
class Timer {
  constructor(press) { this.press = press; }
  fire() { this.press(1); }
}
function inline(x) {}
function make() { return new Timer((x) => { inline(x); }); }
//- /f.py
class Many:
    def __init__(self, press): self.press = press
    def fire(self): self.press()
def three(): pass
def four(): pass
def fourth(): Many(three); Many(four)
"#,
            &expect![[r#"
                a.py:Button.fire -calls possible- b.py:one
                a.py:Button.fire -calls possible- c.py:two
                d.py:Only.fire -calls probable- d.py:only
                e.js:Timer.fire -calls probable- e.js:inline
                f.py:Many.fire -calls possible- f.py:four
                f.py:Many.fire -calls possible- f.py:three
            "#]],
        );
    }

    #[test]
    fn what_is_added_with_an_operator_is_kept() {
        check_kept(
            r#"
//- /a.swift
class Bus {
  var hooks: [() -> Void] = []
  func on(_ h: @escaping () -> Void) { hooks += [h] }
  func fire() { for h in hooks { h() } }
}
func a() {}
func c() {}
func wire(b: Bus) { b.on(a); b.on { c() } }
"#,
            &expect![[r#"
                a.swift:Bus.fire -calls probable- a.swift:a
                a.swift:Bus.fire -calls probable- a.swift:c
            "#]],
        );
    }

    #[test]
    fn what_runs_inside_the_call_it_is_passed_in_is_of_the_caller() {
        check_kept(
            r#"
//- /a.rs
fn fire<F: Fn()>(f: F) { f() }
fn one() {}
fn other() {}
fn user() { fire(|| one()) }
fn named() { fire(other) }
"#,
            &expect![[r#"
                a.rs:fire -calls probable- a.rs:other
            "#]],
        );
        // Whoever else passes it inside of another takes nothing away.
        check_kept(
            r#"
//- /a.rs
fn fire<F: Fn()>(f: F) { f() }
fn inner<F: Fn()>(f: F) { fire(f) }
fn outer<F: Fn()>(f: F) { fire(f) }
fn one() {}
fn before() { inner(|| one()) }
fn user() { outer(one) }
"#,
            &expect![[r#"
                a.rs:fire -calls probable- a.rs:one
            "#]],
        );
    }
}
