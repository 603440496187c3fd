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
            let is_seen = |to: &&NodeId| **to != from && (is_of_tests || !of_tests.contains(to));
            // Which of them a call gives, the callers say, each for itself.
            let certainty = call.reference.and_then(|at| semantics.references.get(at as usize));
            let certainty = certainty.map_or(Certainty::Always, |it| it.certainty);
            let running = match (certainty, functions.len()) {
                (Certainty::Never, _) => Running { confidence: None, alternatives: 1 },
                (Certainty::Always, 1) => Running::surely(Confidence::Probable),
                _ => Running::surely(Confidence::Possible),
            };
            let confidence = match functions.len() {
                ..=FEW => Confidence::Probable,
                _ => Confidence::Possible,
            };
            for to in functions.iter().filter(is_seen) {
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

/// The functions that each parameter is given, handed on from one to the next.
fn given<'f>(
    files: &[&'f GraphFile],
    index: &Index,
) -> BTreeMap<&'f FunctionParameter, BTreeSet<NodeId>> {
    let mut given: BTreeMap<&FunctionParameter, BTreeSet<NodeId>> = BTreeMap::new();
    let mut onward: BTreeMap<&FunctionParameter, Vec<&FunctionParameter>> = BTreeMap::new();
    for file in files {
        let Some((_, _, file_edges)) = &file.facts else { continue };
        for (to, handed) in &file_edges.callbacks {
            match handed {
                Callback::Function(path, id) => {
                    given.entry(to).or_default().extend(index.definition(path, *id));
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
            let before = known.len();
            known.extend(functions.iter().copied());
            if known.len() > before {
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
}
