//! Writing a graph down.

use std::hash::Hash;

use codd_facts::Name;
use rustc_hash::FxHashMap;

use super::bytes::Bytes;
use super::{Dotted, GraphRecord, NodeShape, PlaceKind, RecordTables, Relation};
use crate::graph::HalfEdge;
use crate::{Graph, Node, NodeId, NodeKind, NodePlace};

/// Numbers the different values of a kind in the order in which they come.
pub(super) struct Numbered<T>(FxHashMap<T, u32>);

impl<T: Hash + Eq> Numbered<T> {
    pub(super) fn new() -> Numbered<T> {
        Numbered(FxHashMap::default())
    }

    fn number(&mut self, value: T) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(value).or_insert(next)
    }

    pub(super) fn into_values(self) -> Vec<T> {
        let mut values: Vec<(u32, T)> =
            self.0.into_iter().map(|(value, number)| (number, value)).collect();
        values.sort_unstable_by_key(|(number, _)| *number);
        values.into_iter().map(|(_, value)| value).collect()
    }
}

pub(super) fn record(graph: &Graph) -> GraphRecord {
    let mut texts: Numbered<&str> = Numbered::new();
    let mut shapes = Numbered::new();
    let mut relations = Numbered::new();
    let mut numbers = Bytes::default();
    nodes(graph, &mut texts, &mut shapes, &mut numbers);
    for (id, _) in graph.nodes() {
        let halves = graph.dependencies(id);
        numbers.push(halves.len() as u32);
        for half in halves {
            self::half(half, &mut relations, &mut numbers);
        }
    }
    for pairs in [&graph.handlers, &graph.undecorated, &graph.from_settings] {
        numbers.push(pairs.len() as u32);
        for (of, it) in pairs {
            numbers.push(of.0);
            numbers.push(it.0);
        }
    }
    let unresolved = graph.unresolved.iter().map(|(path, counts)| {
        (texts.number(path.as_str()), counts.iter().map(|(it, count)| (*it, *count)).collect())
    });
    let unresolved = unresolved.collect();
    let texts = texts.into_values();
    let mut all = Bytes::default();
    all.push(texts.len() as u32);
    for text in &texts {
        all.push(text.len() as u32);
    }
    all.0.append(&mut numbers.0);
    let id = |id: &NodeId| id.0;
    let tables = RecordTables {
        shapes: shapes.into_values(),
        relations: relations.into_values(),
        inherited_tests: graph
            .inherited_tests
            .iter()
            .map(|(at, it)| (id(at), it.clone()))
            .collect(),
        outside: graph.outside.iter().map(|(at, it)| (id(at), it.clone())).collect(),
        unresolved,
    };
    GraphRecord { tables, text: texts.concat(), numbers: all.0 }
}

/// An edge without its source.
pub(super) fn half(half: &HalfEdge, relations: &mut Numbered<Relation>, numbers: &mut Bytes) {
    numbers.push(relations.number(relation(half)));
    numbers.push(half.node.0);
    if let Some(reference) = half.reference {
        numbers.push(reference);
    }
}

/// Nodes by path: they are sorted by it.
fn nodes<'a>(
    graph: &'a Graph,
    texts: &mut Numbered<&'a str>,
    shapes: &mut Numbered<NodeShape>,
    numbers: &mut Bytes,
) {
    let runs = graph.nodes.chunk_by(|a, b| a.key.path == b.key.path);
    numbers.push(graph.nodes.len() as u32);
    for run in runs {
        numbers.push(run.len() as u32);
        numbers.push(texts.number(run[0].key.path.as_str()));
        let module = module_of(run);
        for node in run {
            let shape = shape(node, module);
            let (dotted, is_served) = (shape.dotted, shape.is_served);
            numbers.push(shapes.number(shape));
            numbers.push(texts.number(node.key.symbol.as_str()));
            numbers.push(node.key.ordinal);
            match node.place {
                NodePlace::File | NodePlace::Outside => {}
                NodePlace::Definition(id) => numbers.push(id.0),
                NodePlace::Route(at) | NodePlace::Test(at) => numbers.push(at),
                NodePlace::InheritedTest { class, at } => {
                    numbers.push(class.0);
                    numbers.push(at);
                }
            }
            if dotted == Dotted::Text {
                numbers.push(texts.number(node.dotted.as_str()));
            }
            if is_served {
                numbers.push(node.served.len() as u32);
                for path in &node.served {
                    numbers.push(texts.number(path.as_str()));
                }
            }
        }
    }
}

/// The dotted name of the file that nodes of one path are in.
fn module_of(run: &[Node]) -> Option<&Name> {
    let first = run.first().filter(|it| it.key.kind == NodeKind::File)?;
    Some(&first.dotted)
}

fn shape(node: &Node, module: Option<&Name>) -> NodeShape {
    let Node { key, place, definition_kind, dotted, language, is_abstract, served } = node;
    let in_file = || {
        let rest = dotted.strip_prefix(module?.as_str())?.strip_prefix('.')?;
        (rest == key.symbol).then_some(Dotted::InFile)
    };
    let dotted = if *dotted == key.symbol {
        Dotted::Symbol
    } else {
        let is_module = matches!(place, NodePlace::File);
        in_file().filter(|_| !is_module).unwrap_or(Dotted::Text)
    };
    NodeShape {
        kind: key.kind,
        place: match place {
            NodePlace::File => PlaceKind::File,
            NodePlace::Definition(_) => PlaceKind::Definition,
            NodePlace::Route(_) => PlaceKind::Route,
            NodePlace::Test(_) => PlaceKind::Test,
            NodePlace::InheritedTest { .. } => PlaceKind::InheritedTest,
            NodePlace::Outside => PlaceKind::Outside,
        },
        definition_kind: *definition_kind,
        language: language.clone(),
        is_abstract: *is_abstract,
        dotted,
        is_served: !served.is_empty(),
    }
}

fn relation(half: &HalfEdge) -> Relation {
    let HalfEdge { node: _, kind, confidence, basis, running, reference } = *half;
    Relation { kind, confidence, basis, running, has_reference: reference.is_some() }
}
