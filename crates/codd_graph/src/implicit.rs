//! Methods that run without a call that names them: what a language's own syntax and a base
//! class from outside call of every instance.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, ImportItem, Semantics,
    conventions_of,
};

use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::places::Marked;
use crate::{Confidence, EdgeKind, GraphFile, Node, NodeId, NodePlace};

/// Levels of an expression that are looked through for the name of a base.
const MAX_BASE_DEPTH: usize = 16;

/// Calls from classes to their methods: who makes or extends one depends on them.
///
/// | method | how sure |
/// |---|---|
/// | one that an operator, a built-in or a protocol runs | `Probable` |
/// | one that shows or copies a value | `Possible` |
/// | one of a class that extends something from outside, which no code beside the class calls: it is what the class offers to outside | `Possible` |
/// | any other of such a class of which the text says that it stands for one of the base: who calls it here says nothing of who does there | `Possible` |
/// | one that nobody here calls, of a class that outside code is given | `Possible` |
/// | one that nobody here calls, asked for by name where nobody knows of what | `Possible` |
/// | one that needs no instance and nobody here calls, of a class that a variable or field holds | `Possible` |
/// | a constructor of a class that is read: who gets it may make an instance | `Possible` |
///
/// A class that says its fields to something from outside, which it extends or is decorated
/// with, reads them.
pub(crate) fn edges(files: &[&GraphFile], nodes: &[Node], index: &Index, edges: &mut Vec<Edge>) {
    let none = || Marked::none_of(nodes.len());
    let (mut called, mut offered) = (none(), none());
    // Their runner calls them, whoever else mentions their class.
    let mut tests = none();
    let mut bases: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    let (mut read, mut held) = (none(), none());
    let mut decorators: BTreeMap<NodeId, usize> = BTreeMap::new();
    for it in edges.iter().filter(|it| it.confidence >= Confidence::Probable) {
        match it.kind {
            // What a field is read for may be what such a method did: it is used.
            EdgeKind::Calls | EdgeKind::Reads | EdgeKind::Mentions | EdgeKind::WrittenBy => {
                called.insert(it.to);
                let (from, to) = (&nodes[it.from.index()].key, &nodes[it.to.index()].key);
                let is_used = matches!(it.kind, EdgeKind::Calls | EdgeKind::Reads);
                if is_used && (&from.path, first(&from.symbol)) != (&to.path, first(&to.symbol)) {
                    offered.insert(it.to);
                }
                if it.kind == EdgeKind::Reads {
                    read.insert(it.to);
                    if nodes[it.from.index()].is_value() {
                        held.insert(it.to);
                    }
                }
            }
            EdgeKind::Tests => {
                tests.insert(it.to);
            }
            EdgeKind::Inherits => {
                bases.entry(it.from).or_default().insert(it.to);
            }
            EdgeKind::Decorates => *decorators.entry(it.from).or_default() += 1,
            _ => {}
        }
    }
    let open = open_classes(files, nodes, index, &bases);
    let handed_out = handed_out(files, index, &bases);
    let asked_for = asked_for(files);
    let replacing = replacing(files, index);
    let mut found = Vec::new();
    let mut last = None;
    for it in edges.iter().filter(|it| it.kind == EdgeKind::Contains) {
        let (class, method) = (&nodes[it.from.index()], &nodes[it.to.index()]);
        if !can_be_made(class) || method.definition_kind != Some(DefinitionKind::Method) {
            continue;
        }
        let name = method.key.own_name();
        // What a class contains comes in a row.
        let conventions = match last {
            Some((of, known)) if of == it.from => known,
            _ => conventions_of(&class.key.path),
        };
        last = Some((it.from, conventions));
        if tests.contains(it.to) {
            continue;
        }
        let confidence = if conventions.constructors.contains(&name) {
            if !read.contains(it.from) {
                continue;
            }
            Confidence::Possible
        } else if conventions.showing.contains(&name) {
            Confidence::Possible
        } else if (conventions.is_special)(name) {
            Confidence::Probable
        } else {
            match (open.contains(&it.from), called.contains(it.to)) {
                // What is read like a field is not called.
                (true, _) if flags(files, method).is_some_and(|it| it.is_property) => continue,
                (true, false) => Confidence::Possible,
                (true, true) if !offered.contains(it.to) || replacing.contains(&it.to) => {
                    Confidence::Possible
                }
                (false, false)
                    if handed_out.contains(&it.from)
                        || held.contains(it.from) && needs_no_instance(files, method)
                        || asked_for.contains(name) =>
                {
                    Confidence::Possible
                }
                _ => continue,
            }
        };
        found.push(edge(it.from, it.to, EdgeKind::Calls, confidence));
    }
    edges.extend(found);
    for (class, field) in declared_fields(files, index, &open, &decorators) {
        edges.push(edge(class, field, EdgeKind::Reads, Confidence::Probable));
    }
}

/// Whether a method can be called on the class itself.
fn needs_no_instance(files: &[&GraphFile], method: &Node) -> bool {
    flags(files, method).is_some_and(|it| it.is_static || it.is_class_method)
}

/// Methods that run the method of a base in whose place they stand.
fn replacing(files: &[&GraphFile], index: &Index) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        let own = index.file(&file.path);
        for reference in &semantics.references {
            if let Some(owner) = reference.owner
                && let Expr::Attribute { base, name } = semantics.expr(reference.target)
                && matches!(semantics.expr(*base), Expr::Super { .. })
                && semantics.definition(owner).name == *name
            {
                found.extend(own.definitions.get(&owner));
            }
        }
    }
    found
}

fn flags(files: &[&GraphFile], method: &Node) -> Option<DefinitionFlags> {
    let NodePlace::Definition(id) = method.place else { return None };
    let at = files.binary_search_by(|it| it.path.cmp(&method.key.path)).ok()?;
    let (_, semantics, _) = files[at].facts.as_ref()?;
    Some(semantics.definition(id).flags)
}

/// Fields that a class's body says to something from outside: a model, a table, a dataclass.
fn declared_fields(
    files: &[&GraphFile],
    index: &Index,
    open: &BTreeSet<NodeId>,
    decorators: &BTreeMap<NodeId, usize>,
) -> Vec<(NodeId, NodeId)> {
    let mut found = Vec::new();
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        let own = index.file(&file.path);
        let node = |id: usize| own.definitions.get(&DefinitionId(id as u32)).copied();
        for (at, field) in semantics.definitions.iter().enumerate() {
            let (DefinitionKind::Field, Some(class)) = (field.kind, field.parent) else { continue };
            let Some((class_node, field_node)) = node(class.index()).zip(node(at)) else {
                continue;
            };
            let class = semantics.definition(class);
            let known = decorators.get(&class_node).copied().unwrap_or_default();
            if class.kind != DefinitionKind::Class
                || !(open.contains(&class_node) || class.decorators.len() > known)
            {
                continue;
            }
            let is_declared = class.body.is_some_and(|body| {
                let bindings = semantics.scope(body).bindings_of(&field.name);
                bindings.iter().any(|it| it.bound == Bound::Definition(DefinitionId(at as u32)))
            });
            if is_declared {
                found.push((class_node, field_node));
            }
        }
    }
    found
}

/// Classes of which outside code may get an instance, and those that these extend.
fn handed_out(
    files: &[&GraphFile],
    index: &Index,
    bases: &BTreeMap<NodeId, BTreeSet<NodeId>>,
) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let mut next: Vec<NodeId> = Vec::new();
    for (_, _, file_edges) in files.iter().filter_map(|it| it.facts.as_ref()) {
        let classes = file_edges.handed_out.iter();
        next.extend(classes.filter_map(|(path, id)| index.definition(path, *id)));
    }
    while let Some(class) = next.pop() {
        if found.insert(class) {
            next.extend(bases.get(&class).into_iter().flatten());
        }
    }
    found
}

fn asked_for<'f>(files: &[&'f GraphFile]) -> BTreeSet<&'f str> {
    let edges = files.iter().filter_map(|it| it.facts.as_ref()).map(|(_, _, edges)| edges);
    edges.flat_map(|it| it.asked_for.iter().map(codd_facts::Name::as_str)).collect()
}

/// Classes that extend, directly or through others, something from outside that may call them.
fn open_classes(
    files: &[&GraphFile],
    nodes: &[Node],
    index: &Index,
    bases: &BTreeMap<NodeId, BTreeSet<NodeId>>,
) -> BTreeSet<NodeId> {
    let mut open = BTreeSet::new();
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        let (own, conventions) = (index.file(&file.path), conventions_of(&file.path));
        for (at, definition) in semantics.definitions.iter().enumerate() {
            let Some(id) = own.definitions.get(&DefinitionId(at as u32)) else { continue };
            let known = bases.get(id);
            let is_known = |name: &str| {
                known.into_iter().flatten().any(|it| nodes[it.index()].key.own_name() == name)
            };
            let are_known = known.map_or(0, BTreeSet::len) >= definition.bases.len();
            if !are_known
                && definition.bases.iter().any(|base| match base_name(semantics, *base) {
                    Some(name) => !is_known(name) && !conventions.is_inert(name),
                    None => true,
                })
            {
                open.insert(*id);
            }
        }
    }
    let mut extended: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    for (class, its_bases) in bases {
        for base in its_bases {
            extended.entry(*base).or_default().push(*class);
        }
    }
    let mut next: Vec<NodeId> = open.iter().copied().collect();
    while let Some(class) = next.pop() {
        for extending in extended.get(&class).into_iter().flatten() {
            if can_be_made(&nodes[extending.index()]) && open.insert(*extending) {
                next.push(*extending);
            }
        }
    }
    open
}

/// The last name of `a.b.Base[T]`.
pub(crate) fn base_name(semantics: &Semantics, base: ExprId) -> Option<&str> {
    let mut at = base;
    for _ in 0..MAX_BASE_DEPTH {
        match semantics.expr(at) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => return Some(name),
            Expr::Import(id) => match &semantics.import(*id).item {
                ImportItem::Named(name) => return Some(name),
                _ => return None,
            },
            Expr::Index { base, .. } => at = *base,
            _ => return None,
        }
    }
    None
}

pub(crate) fn can_be_made(node: &Node) -> bool {
    node.definition_kind.is_some_and(DefinitionKind::can_be_made)
}

pub(crate) fn first(symbol: &str) -> &str {
    symbol.split('.').next().unwrap_or(symbol)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::{fixture, label, words};
    use crate::{EdgeKind, NodeKind};

    fn check(text: &str, expected: &Expect) {
        let graph = fixture(text).graph();
        let mut out = String::new();
        for edge in graph.edges().filter(|it| it.kind == EdgeKind::Calls) {
            let (from, to) = (graph.node(edge.from), graph.node(edge.to));
            if from.key.kind == NodeKind::Definition && to.key.symbol.starts_with(&*from.key.symbol)
            {
                let words = words(edge.kind, edge.confidence);
                out += &format!("{} -{words}- {}\n", label(from), label(to));
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn special_methods_and_those_nobody_calls() {
        check(
            r#"
//- /shop.py
from abc import ABC
class Box(ABC):
    def __init__(self): self.called()
    def __getitem__(self, key): return key
    def __repr__(self): return "box"
    def called(self): pass
    def duck(self): pass
//- /test_shop.py
class TestBox:
    def make(self): pass
    def test_it(self): pass
//- /use.py
from shop import Box
def use(it): it.duck("quack")
def kinds(): return [Box]
"#,
            &expect![[r#"
                shop.py:Box -calls probable- shop.py:Box.__getitem__
                shop.py:Box -calls possible- shop.py:Box.__init__
                shop.py:Box -calls possible- shop.py:Box.__repr__
                shop.py:Box -calls possible- shop.py:Box.duck
            "#]],
        );
    }

    #[test]
    fn methods_that_nobody_asks_for_do_not_run() {
        check(
            r#"
//- /shop.py
class Kept:
    def open(self): pass
    def close(self, how): pass
def keep(): return Kept()
def use(it): it.close()
class Held:
    @staticmethod
    def open(): pass
    def shut(self): pass
class Holder:
    kind = Held
"#,
            &expect![[r#"
                shop.py:Held -calls possible- shop.py:Held.open
                shop.py:Kept -calls possible- shop.py:Kept.close
            "#]],
        );
    }

    #[test]
    fn fields_that_are_said_to_a_framework_are_read_by_it() {
        let graph = fixture(
            r#"
//- /models.py
from dataclasses import dataclass
from pydantic import BaseModel
class Address(BaseModel):
    city: str = "x"
class User(BaseModel):
    address: Address
    def rename(self): self.nick = "y"
@dataclass
class Point:
    x: int = 0
class Plain:
    x = 0
"#,
        )
        .graph();
        let mut out = String::new();
        for edge in graph.edges().filter(|it| it.kind == EdgeKind::Reads) {
            let words = words(edge.kind, edge.confidence);
            let (from, to) = (graph.node(edge.from), graph.node(edge.to));
            out += &format!("{} -{words}- {}\n", label(from), label(to));
        }
        expect![[r#"
            models.py:Address -reads probable- models.py:Address.city
            models.py:Point -reads probable- models.py:Point.x
            models.py:User -reads probable- models.py:User.address
        "#]]
        .assert_eq(&out);
    }

    #[test]
    fn bases_from_outside_call_what_replaces_their_methods() {
        check(
            r#"
//- /shop.py
from starlette.middleware import base
class Guard(base.Middleware[int]):
    async def dispatch(self, request): return self.check(request)
    def check(self, request): pass
class Stricter(Guard):
    def finish(self): pass
    def offered(self): pass
class Plain:
    def used(self): pass
def run(plain: Plain, stricter: Stricter):
    plain.used()
    stricter.offered()
//- /view.ts
import { Component } from "react";
export class View extends Component {
    render() { return this.rows(); }
    rows() { return []; }
}
"#,
            &expect![[r#"
                shop.py:Guard -calls possible- shop.py:Guard.check
                shop.py:Guard -calls possible- shop.py:Guard.dispatch
                shop.py:Stricter -calls possible- shop.py:Stricter.finish
                view.ts:View -calls possible- view.ts:View.render
                view.ts:View -calls possible- view.ts:View.rows
            "#]],
        );
    }
}
