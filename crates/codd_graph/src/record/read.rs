//! Reading a graph back.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, Name};
use codd_source::RepoPath;

use super::bytes::Numbers;
use super::{Dotted, PlaceKind, RecordTables, Relation};
use crate::graph::{Adjacency, HalfEdge};
use crate::{Graph, Node, NodeId, NodeKey, NodeKind, NodePlace};

pub(super) fn graph(record: &RecordTables, text: &str, numbers: &[u8]) -> Option<Graph> {
    let mut numbers = Numbers::of(numbers);
    let texts = Texts::read(text, &mut numbers)?;
    let nodes = nodes(record, &texts, &mut numbers)?;
    let count = nodes.len() as u32;
    let dependencies = dependencies(record, count, &mut numbers)?;
    let known = |id: u32| (id < count).then_some(NodeId(id));
    let mut pairs = || -> Option<BTreeSet<(NodeId, NodeId)>> {
        let count = numbers.count()?;
        (0..count).map(|_| Some((known(numbers.next()?)?, known(numbers.next()?)?))).collect()
    };
    let (handlers, undecorated, from_settings) = (pairs()?, pairs()?, pairs()?);
    if !numbers.is_at_end() {
        return None;
    }
    let inherited_tests = record.inherited_tests.iter();
    let outside = record.outside.iter();
    let unresolved = record.unresolved.iter();
    let mut graph = Graph::of_dependencies(nodes, dependencies);
    graph.handlers = handlers;
    graph.undecorated = undecorated;
    graph.from_settings = from_settings;
    graph.inherited_tests = inherited_tests
        .map(|(id, it)| Some((known(*id)?, it.clone())))
        .collect::<Option<BTreeMap<_, _>>>()?;
    graph.outside = outside
        .map(|(id, it)| Some((known(*id)?, it.clone())))
        .collect::<Option<BTreeMap<_, _>>>()?;
    graph.unresolved = unresolved
        .map(|(path, counts)| {
            Some((RepoPath::new(texts.get(*path)?), counts.iter().copied().collect()))
        })
        .collect::<Option<BTreeMap<_, _>>>()?;
    Some(graph)
}

/// The texts by number.
struct Texts<'a>(Vec<&'a str>);

impl<'a> Texts<'a> {
    fn read(all: &'a str, numbers: &mut Numbers<'_>) -> Option<Texts<'a>> {
        let count = numbers.count()?;
        let mut texts = Vec::with_capacity(count);
        let mut rest = all;
        for _ in 0..count {
            let (text, behind) = rest.split_at_checked(numbers.next()? as usize)?;
            texts.push(text);
            rest = behind;
        }
        rest.is_empty().then_some(Texts(texts))
    }

    fn get(&self, number: u32) -> Option<&'a str> {
        self.0.get(number as usize).copied()
    }

    fn name(&self, number: u32) -> Option<Name> {
        self.get(number).map(Name::new)
    }
}

fn nodes(record: &RecordTables, texts: &Texts<'_>, numbers: &mut Numbers<'_>) -> Option<Vec<Node>> {
    let count = numbers.count()?;
    let mut nodes = Vec::with_capacity(count);
    while nodes.len() < count {
        let run = numbers.count().filter(|it| (1..=count - nodes.len()).contains(it))?;
        let path = RepoPath::new(texts.get(numbers.next()?)?);
        let mut module = None;
        for _ in 0..run {
            let node = node(record, texts, numbers, &path, module.as_ref())?;
            if node.key.kind == NodeKind::File {
                module = Some(node.dotted.clone());
            }
            nodes.push(node);
        }
    }
    Some(nodes)
}

fn node(
    record: &RecordTables,
    texts: &Texts<'_>,
    numbers: &mut Numbers<'_>,
    path: &RepoPath,
    module: Option<&Name>,
) -> Option<Node> {
    let shape = record.shapes.get(numbers.next()? as usize)?;
    let symbol = texts.name(numbers.next()?)?;
    let ordinal = numbers.next()?;
    let place = match shape.place {
        PlaceKind::File => NodePlace::File,
        PlaceKind::Outside => NodePlace::Outside,
        PlaceKind::Definition => NodePlace::Definition(DefinitionId(numbers.next()?)),
        PlaceKind::Route => NodePlace::Route(numbers.next()?),
        PlaceKind::Test => NodePlace::Test(numbers.next()?),
        PlaceKind::InheritedTest => {
            let class = DefinitionId(numbers.next()?);
            NodePlace::InheritedTest { class, at: numbers.next()? }
        }
    };
    let dotted = match shape.dotted {
        Dotted::Symbol => symbol.clone(),
        Dotted::Text => texts.name(numbers.next()?)?,
        Dotted::InFile => {
            let module = module?;
            let mut text = String::with_capacity(module.len() + 1 + symbol.len());
            text.push_str(module);
            text.push('.');
            text.push_str(&symbol);
            Name::from(text)
        }
    };
    let served = if shape.is_served { numbers.count()? } else { 0 };
    let served = (0..served).map(|_| texts.name(numbers.next()?)).collect::<Option<Vec<_>>>()?;
    Some(Node {
        key: NodeKey { path: path.clone(), kind: shape.kind, symbol, ordinal },
        place,
        definition_kind: shape.definition_kind,
        dotted,
        language: shape.language.clone(),
        is_abstract: shape.is_abstract,
        served,
    })
}

fn dependencies(record: &RecordTables, count: u32, numbers: &mut Numbers<'_>) -> Option<Adjacency> {
    let mut starts = Vec::with_capacity(count as usize + 1);
    let mut edges = Vec::new();
    starts.push(0);
    for _ in 0..count {
        let own = numbers.count()?;
        edges.reserve(own);
        for _ in 0..own {
            edges.push(half(&record.relations, count, numbers)?);
        }
        starts.push(edges.len() as u32);
    }
    Some(Adjacency { starts, edges })
}

/// An edge without its source, in a graph of so many nodes.
pub(super) fn half(
    relations: &[Relation],
    count: u32,
    numbers: &mut Numbers<'_>,
) -> Option<HalfEdge> {
    let relation = relations.get(numbers.next()? as usize)?;
    let node = Some(numbers.next()?).filter(|it| *it < count)?;
    let reference = if relation.has_reference { Some(numbers.next()?) } else { None };
    Some(HalfEdge {
        node: NodeId(node),
        kind: relation.kind,
        confidence: relation.confidence,
        basis: relation.basis,
        running: relation.running,
        reference,
    })
}
