//! Methods that take the place of methods of the types above theirs.

use std::collections::BTreeMap;
use std::rc::Rc;

use codd_facts::{Definition, DefinitionKind, Expr, ExprId, Semantics, conventions_of};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::build::edge;
use crate::graph::Edge;
use crate::places::Marked;
use crate::{Confidence, EdgeKind, GraphFile, Node, NodeId, NodePlace};

/// Levels of a type that are looked through for its name.
const MAX_TYPE_DEPTH: usize = 8;

/// Types above one that are looked through: more have only what no person wrote.
const MAX_ABOVE: usize = 256;

/// Methods of one name above a class, of which some may implement the others.
const MAX_SAME: usize = 64;

/// A call of a method may run what overrides it: the method depends on its overriders.
///
/// Only the nearest method above is linked; those further up are reached through it. A class
/// that a file of tests makes for itself is seldom what the code runs with.
pub(crate) fn edges(files: &[&GraphFile], nodes: &[Node], edges: &mut Vec<Edge>) {
    let has_tests = |path: &RepoPath| {
        let at = files.binary_search_by(|it| it.path.cmp(path));
        at.is_ok_and(|at| {
            files[at].facts.as_ref().is_some_and(|(_, semantics, _)| !semantics.tests.is_empty())
        })
    };
    let can_be_inherited = |id: NodeId| {
        nodes[id.index()].definition_kind.is_some_and(DefinitionKind::can_be_inherited)
    };
    let mut bases: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    let mut in_hierarchy = Marked::none_of(nodes.len());
    for it in edges.iter().filter(|it| it.kind == EdgeKind::Inherits) {
        if it.confidence >= Confidence::Probable
            && can_be_inherited(it.from)
            && can_be_inherited(it.to)
        {
            bases.entry(it.from).or_default().push(it.to);
            in_hierarchy.insert(it.from);
            in_hierarchy.insert(it.to);
        }
    }
    let mut members: FxHashMap<NodeId, Vec<(&str, NodeId)>> = FxHashMap::default();
    for it in edges.iter().filter(|it| it.kind == EdgeKind::Contains) {
        let node = &nodes[it.to.index()];
        if in_hierarchy.contains(it.from) && node.is_member() {
            members.entry(it.from).or_default().push((node.key.own_name(), it.to));
        }
    }
    for list in bases.values_mut() {
        list.sort();
        list.dedup();
    }
    let signatures = Signatures { files, nodes };
    let mut found = Vec::new();
    for class in bases.keys() {
        let path = &nodes[class.index()].key.path;
        let (is_of_test, conventions) = (has_tests(path), conventions_of(path));
        for (name, method) in members.get(class).into_iter().flatten() {
            if conventions.constructors.contains(name) {
                continue;
            }
            let (mut todo, mut at) = (vec![*class], 0);
            let mut seen = FxHashSet::from_iter([*class]);
            while at < todo.len() {
                for base in bases.get(&todo[at]).into_iter().flatten() {
                    if seen.len() > MAX_ABOVE || seen.contains(base) {
                        continue;
                    }
                    let same = members.get(base).into_iter().flatten();
                    let same = same.filter(|(it, _)| it == name).map(|(_, id)| *id);
                    let overridden = signatures.replaced(*method, same.collect());
                    for overridden in &overridden {
                        let is_double =
                            is_of_test && !has_tests(&nodes[overridden.index()].key.path);
                        let confidence =
                            if is_double { Confidence::Possible } else { Confidence::Probable };
                        found.push(edge(*overridden, *method, EdgeKind::Inherits, confidence));
                    }
                    if overridden.is_empty() {
                        seen.insert(*base);
                        todo.push(*base);
                    }
                }
                at += 1;
            }
        }
    }
    let mut hierarchy = Hierarchy { bases: &bases, members: &members, above: FxHashMap::default() };
    for class in bases.keys() {
        let path = &nodes[class.index()].key.path;
        let is_of_test = has_tests(path);
        for (declared, method) in hierarchy.implemented_by_others(*class, &signatures) {
            let is_double = is_of_test && !has_tests(&nodes[declared.index()].key.path);
            let confidence = if is_double { Confidence::Possible } else { Confidence::Probable };
            found.push(edge(declared, method, EdgeKind::Inherits, confidence));
        }
    }
    found.sort_by_key(|it| (it.from, it.to, std::cmp::Reverse(it.confidence)));
    found.dedup_by_key(|it| (it.from, it.to));
    edges.extend(found);
}

/// The types above each type, and the members of each.
struct Hierarchy<'a> {
    bases: &'a BTreeMap<NodeId, Vec<NodeId>>,
    members: &'a FxHashMap<NodeId, Vec<(&'a str, NodeId)>>,
    /// What was asked for so far.
    above: FxHashMap<NodeId, Rc<FxHashSet<NodeId>>>,
}

impl<'a> Hierarchy<'a> {
    /// The types above one, the nearest first.
    fn all_above(&self, class: NodeId) -> Vec<NodeId> {
        let (mut all, mut at) = (vec![class], 0);
        let mut seen = FxHashSet::from_iter([class]);
        while at < all.len() {
            for base in self.bases.get(&all[at]).into_iter().flatten() {
                if all.len() <= MAX_ABOVE && seen.insert(*base) {
                    all.push(*base);
                }
            }
            at += 1;
        }
        all.remove(0);
        all
    }

    /// The same, to ask whether a type is among them.
    fn above(&mut self, class: NodeId) -> Rc<FxHashSet<NodeId>> {
        if let Some(known) = self.above.get(&class) {
            return Rc::clone(known);
        }
        let above: Rc<FxHashSet<NodeId>> = Rc::new(self.all_above(class).into_iter().collect());
        self.above.insert(class, Rc::clone(&above));
        above
    }

    /// Methods that one type above a class only declares and another of them defines, which
    /// knows nothing of the first: a trait's method that implements the interface of the class
    /// that uses the trait.
    fn implemented_by_others(
        &mut self,
        class: NodeId,
        signatures: &Signatures<'_>,
    ) -> Vec<(NodeId, NodeId)> {
        if self.bases.get(&class).is_none_or(|it| it.len() < 2) {
            return Vec::new();
        }
        let all_members = self.members;
        let members = |of: NodeId| all_members.get(&of).into_iter().flatten();
        let mut of_name: BTreeMap<&'a str, Vec<(NodeId, NodeId)>> = BTreeMap::new();
        for above in self.all_above(class) {
            for (name, method) in members(above) {
                of_name.entry(name).or_default().push((above, *method));
            }
        }
        let mut own: BTreeMap<&'a str, Vec<NodeId>> = BTreeMap::new();
        for (name, method) in members(class) {
            own.entry(name).or_default().push(*method);
        }
        let mut found = Vec::new();
        for (name, methods) in of_name.into_iter().filter(|it| it.1.len() > 1) {
            let (mut declared, defined): (Vec<_>, Vec<_>) =
                methods.into_iter().take(MAX_SAME).partition(|it| signatures.is_declared(it.1));
            if declared.is_empty() || defined.is_empty() {
                continue;
            }
            // What the class does itself, no other type above it does for it.
            for method in own.get(name).into_iter().flatten().take(MAX_SAME) {
                let all = declared.iter().map(|it| it.1).collect();
                let done = signatures.replaced(*method, all);
                declared.retain(|it| !done.contains(&it.1));
            }
            for (owner, method) in &defined {
                let above = self.above(*owner);
                let mut others = Vec::new();
                for it in declared.iter().filter(|it| it.0 != *owner && !above.contains(&it.0)) {
                    if !self.above(it.0).contains(owner) {
                        others.push(it.1);
                    }
                }
                let replaced = signatures.replaced(*method, others);
                found.extend(replaced.into_iter().map(|it| (it, *method)));
            }
        }
        found
    }
}

/// How methods of one name are told apart.
struct Signatures<'a> {
    files: &'a [&'a GraphFile],
    nodes: &'a [Node],
}

impl Signatures<'_> {
    /// Of methods of one name, those that `method` takes the place of: with as many parameters
    /// and the same labels, and of these the ones with the same types where there are any.
    fn replaced(&self, method: NodeId, same: Vec<NodeId>) -> Vec<NodeId> {
        let conventions = conventions_of(&self.nodes[method.index()].key.path);
        let own = self.definition(method).filter(|(_, it)| it.kind == DefinitionKind::Method);
        let Some((semantics, definition)) = own.filter(|_| conventions.has_overloads) else {
            return same;
        };
        let fitting: Vec<(NodeId, bool)> = same
            .into_iter()
            .filter_map(|id| {
                let (other, it) = match self.definition(id) {
                    Some(known) if known.1.kind == DefinitionKind::Method => known,
                    _ => return Some((id, false)),
                };
                let pairs = || taken(definition).zip(taken(it));
                let is_fitting = taken(definition).count() == taken(it).count()
                    && (!conventions.has_labels || pairs().all(|(a, b)| a.name == b.name));
                let are_types_known = pairs().all(|(a, b)| {
                    let name = type_name(semantics, a.annotation);
                    name.is_some() && name == type_name(other, b.annotation)
                });
                is_fitting.then_some((id, are_types_known))
            })
            .collect();
        let some_are_same = fitting.iter().any(|it| it.1);
        fitting.into_iter().filter(|it| it.1 || !some_are_same).map(|it| it.0).collect()
    }

    /// Whether a method is declared without a body of its own.
    fn is_declared(&self, method: NodeId) -> bool {
        self.definition(method).is_some_and(|(_, it)| it.flags.is_abstract || it.flags.is_stub)
    }

    fn definition(&self, id: NodeId) -> Option<(&Semantics, &Definition)> {
        let node = &self.nodes[id.index()];
        let NodePlace::Definition(id) = node.place else { return None };
        let at = self.files.binary_search_by(|it| it.path.cmp(&node.key.path)).ok()?;
        let (_, semantics, _) = self.files[at].facts.as_ref()?;
        Some((semantics, semantics.definition(id)))
    }
}

/// The parameters that callers fill.
fn taken(definition: &Definition) -> impl Iterator<Item = &codd_facts::Parameter> {
    definition.parameters.iter().filter(|it| !it.is_receiver)
}

/// The last name of a type.
pub(crate) fn type_name(semantics: &Semantics, of: Option<ExprId>) -> Option<&str> {
    let mut at = of?;
    for _ in 0..MAX_TYPE_DEPTH {
        match semantics.expr(at) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => return Some(name),
            Expr::Index { base, .. } => at = *base,
            Expr::Literal => return Some("(built-in)"),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::{fixture, label};
    use crate::{EdgeKind, Node};

    fn check(text: &str, expected: &Expect) {
        let graph = fixture(text).graph();
        let name = |node: &Node| match node.key.ordinal {
            0 => label(node),
            ordinal => format!("{}#{ordinal}", label(node)),
        };
        let mut out = String::new();
        for edge in graph.edges().filter(|it| it.kind == EdgeKind::Inherits) {
            let (from, to) = (graph.node(edge.from), graph.node(edge.to));
            if from.key.symbol.contains('.') {
                out += &format!("{} by {}\n", name(from), name(to));
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn overloads_replace_those_they_have_the_parameters_of() {
        check(
            r#"
//- /a/Visitor.java
package a;
interface Visitor {
    void visit(Leaf it);
    void visit(Branch it);
    void visit(Leaf it, int depth);
    void end();
}
class Printer implements Visitor {
    public void visit(Leaf it) {}
    public void visit(Branch it) {}
    public void visit(Leaf it, int depth) {}
    public void end(int code) {}
}
class Leaf {}
class Branch {}
"#,
            &expect![[r#"
                a/Visitor.java:Visitor.visit by a/Visitor.java:Printer.visit
                a/Visitor.java:Visitor.visit#1 by a/Visitor.java:Printer.visit#1
                a/Visitor.java:Visitor.visit#2 by a/Visitor.java:Printer.visit#2
            "#]],
        );
    }

    #[test]
    fn labels_are_part_of_the_name_of_a_method() {
        check(
            r#"
//- /Sources/A/a.swift
protocol Loader {
    func load(_ x: Int)
    func load(named n: String)
    func save()
}
struct Disk: Loader {
    func load(_ y: Int) {}
    func load(named name: String) {}
    func load(at path: String) {}
    func save() {}
    func save(to path: String) {}
}
"#,
            &expect![[r#"
                Sources/A/a.swift:Loader.load by Sources/A/a.swift:Disk.load
                Sources/A/a.swift:Loader.load#1 by Sources/A/a.swift:Disk.load#1
                Sources/A/a.swift:Loader.save by Sources/A/a.swift:Disk.save
            "#]],
        );
    }

    #[test]
    fn what_one_base_declares_another_may_define() {
        check(
            r#"
//- /a.php
<?php
interface Shape { public function area(); public function name(); }
trait Loud { public function area() { return 1; } public function other() {} }
class Square implements Shape { use Loud; public function name() {} }
abstract class Task { abstract public function go(); public function other() {} }
trait Goer { public function go() {} }
class Job extends Task { use Goer; }
//- /A.java
interface Runner { void run(); void stop(int code); }
class Base { public void run() {} public void stop() {} }
class Both extends Base implements Runner { public void stop(int code) {} }
interface Walker { void walk(); }
class Legs { public void walk() {} }
class Person extends Legs implements Walker { public void walk(int fast) {} }
"#,
            &expect![[r#"
                A.java:Runner.run by A.java:Base.run
                A.java:Runner.stop by A.java:Both.stop
                A.java:Walker.walk by A.java:Legs.walk
                a.php:Shape.area by a.php:Loud.area
                a.php:Shape.name by a.php:Square.name
                a.php:Task.go by a.php:Goer.go
            "#]],
        );
    }
}
