//! Routes and tests that appeared, disappeared or differ.

use std::collections::BTreeMap;

use codd_facts::{ExprId, FileFacts, Name, Route, Semantics};
use codd_graph::{Graph, NodeKey, NodeKind, NodePlace};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use super::Changes;
use super::files::{self, FilePair, SideEntry};
use crate::{ChangeKind, Side};

/// Levels of an expression that are compared; what is nested deeper counts as equal, and is
/// part of the file's module code or of a body, which are compared by their hashes.
const DEPTH: u32 = 16;

/// The longest text of an expression that is compared.
const LENGTH: usize = 16 * 1024;

/// The routes and tests of all files that differ, joined.
#[derive(Debug, Default)]
pub(super) struct Entries {
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    pair: usize,
    at: u32,
    node: NodeKey,
    kind: ChangeKind,
    moved_from: Option<NodeKey>,
}

/// A route or a test where it is in its file.
#[derive(Clone, Copy)]
struct Entry<'a> {
    key: &'a NodeKey,
    place: NodePlace,
}

impl Entries {
    pub(super) fn compare(base: &Side, head: &Side, pairs: &[FilePair<'_>]) -> Entries {
        let compared: Vec<&FilePair<'_>> = files::compared(base, head, pairs).collect();
        let before_all = by_file(&base.graph, compared.iter().filter_map(|pair| pair.before));
        let after_all = by_file(&head.graph, compared.iter().filter_map(|pair| pair.after));
        let mut entries = Entries::default();
        for (pair, files) in pairs.iter().enumerate() {
            let before = files.before.and_then(|side| before_all.get(side.path));
            let after = files.after.and_then(|side| after_all.get(side.path));
            let mut by_name: BTreeMap<_, Entry<'_>> =
                before.into_iter().flatten().map(|entry| (name(entry.key), *entry)).collect();
            for entry in after.into_iter().flatten() {
                let old = by_name.remove(&name(entry.key));
                let kind = match old {
                    None => Some(ChangeKind::Added),
                    Some(old) if route_differs(files, old.place, entry.place) => {
                        Some(ChangeKind::Signature)
                    }
                    Some(old) => (old.key != entry.key).then_some(ChangeKind::Moved),
                };
                if let Some(kind) = kind {
                    let moved_from = old.map(|old| old.key.clone());
                    let at = offset(files.after, entry.place);
                    let node = entry.key.clone();
                    entries.found.push(Found { pair, at, node, kind, moved_from });
                }
            }
            for entry in by_name.into_values() {
                let (at, node) = (offset(files.before, entry.place), entry.key.clone());
                let kind = ChangeKind::Removed;
                entries.found.push(Found { pair, at, node, kind, moved_from: None });
            }
        }
        entries
    }

    pub(super) fn touches(&self, pair: usize) -> bool {
        self.found.iter().any(|found| found.pair == pair)
    }

    pub(super) fn add_to(&self, changes: &mut Changes) {
        for found in &self.found {
            changes.push(found.at, found.node.clone(), found.kind, found.moved_from.clone());
        }
    }
}

fn name(key: &NodeKey) -> (NodeKind, &Name, u32) {
    (key.kind, &key.symbol, key.ordinal)
}

fn by_file<'a, 'b>(
    graph: &'a Graph,
    files: impl Iterator<Item = SideEntry<'b>>,
) -> FxHashMap<&'b RepoPath, Vec<Entry<'a>>> {
    let mut found: FxHashMap<&RepoPath, Vec<Entry<'_>>> =
        files.map(|entry| (entry.path, Vec::new())).collect();
    if found.is_empty() {
        return found;
    }
    for (_, node) in graph.nodes() {
        if matches!(node.key.kind, NodeKind::Route | NodeKind::Test)
            && let Some(entries) = found.get_mut(&node.key.path)
        {
            entries.push(Entry { key: &node.key, place: node.place });
        }
    }
    found
}

fn offset(side: Option<SideEntry<'_>>, place: NodePlace) -> u32 {
    let places = |facts: &FileFacts| match place {
        NodePlace::Route(at) => facts.places.routes.get(at as usize).map(|span| span.start),
        NodePlace::Test(at) => {
            let test = facts.semantics.tests.get(at as usize)?;
            facts.places.definitions.get(test.definition.index()).map(|place| place.span.start)
        }
        NodePlace::InheritedTest { class, .. } => {
            facts.places.definitions.get(class.index()).map(|place| place.span.start)
        }
        NodePlace::Definition(_) | NodePlace::File | NodePlace::Outside => None,
    };
    side.and_then(|side| side.facts().and_then(places)).unwrap_or(0)
}

/// Whether the same method and path is served differently: handler, router or middleware.
fn route_differs(files: &FilePair<'_>, before: NodePlace, after: NodePlace) -> bool {
    let text = |side: Option<SideEntry<'_>>, place: NodePlace| -> Option<String> {
        let semantics = &side?.facts()?.semantics;
        let NodePlace::Route(at) = place else { return None };
        Some(route_text(semantics, semantics.routes.get(at as usize)?))
    };
    text(files.before, before) != text(files.after, after)
}

fn route_text(semantics: &Semantics, route: &Route) -> String {
    let mut text = format!("{} ", route.framework);
    let parts =
        [route.handler].into_iter().chain(route.router).chain(route.middleware.iter().copied());
    for part in parts {
        write_expr(semantics, part, DEPTH, &mut text);
        text.push(';');
    }
    text
}

/// An expression without the numbers of its file, so that texts of two files compare.
fn write_expr(semantics: &Semantics, id: ExprId, depth: u32, text: &mut String) {
    use codd_facts::Expr;
    let Some(depth) = depth.checked_sub(1) else { return };
    let Some(expr) = semantics.exprs.get(id.index()) else { return };
    if text.len() > LENGTH {
        return;
    }
    let mut many = |label: &str, parts: &mut dyn Iterator<Item = (Option<&Name>, ExprId)>| {
        text.push_str(label);
        text.push('(');
        for (name, part) in parts {
            text.extend(name.map(|name| format!("{name:?}=")));
            write_expr(semantics, part, depth, text);
            text.push(',');
        }
        text.push(')');
    };
    let defined = |id: &codd_facts::DefinitionId| {
        let definition = semantics.definitions.get(id.index());
        definition.map_or("", |definition| definition.qualified_name.as_str())
    };
    match expr {
        Expr::Name { name, .. } => many(&format!("name {name:?}"), &mut std::iter::empty()),
        Expr::Attribute { base, name } => {
            many(&format!("attribute {name:?}"), &mut [(None, *base)].into_iter());
        }
        Expr::Call { callee, arguments } => many("call", &mut {
            let arguments = arguments.iter().map(|one| (one.name.as_ref(), one.value));
            [(None, *callee)].into_iter().chain(arguments)
        }),
        Expr::Index { base, key } => {
            many(&format!("index {key:?}"), &mut [(None, *base)].into_iter());
        }
        Expr::Definition(id) => {
            many(&format!("definition {}", defined(id)), &mut std::iter::empty());
        }
        Expr::Import(id) => {
            let import = semantics.imports.get(id.index());
            let import = import.map(|import| (&import.request, &import.item));
            many(&format!("import {import:?}"), &mut std::iter::empty());
        }
        Expr::This { class } => many(&format!("this {}", defined(class)), &mut std::iter::empty()),
        Expr::Super { class } => {
            many(&format!("super {}", defined(class)), &mut std::iter::empty());
        }
        Expr::InstanceOf(of) => many("instance", &mut [(None, *of)].into_iter()),
        Expr::Text(value) => many(&format!("text {value:?}"), &mut std::iter::empty()),
        Expr::Literal => many("literal", &mut std::iter::empty()),
        Expr::Container { kind, items } => many(&format!("{kind:?}"), &mut {
            items.iter().map(|item| (item.key.as_ref(), item.value))
        }),
        Expr::Either(parts) => many("either", &mut parts.iter().map(|part| (None, *part))),
        Expr::Joined(parts) => many("joined", &mut parts.iter().map(|part| (None, *part))),
        Expr::Signature { parameters, result } => {
            let parts = parameters.iter().chain([result]);
            many("signature", &mut parts.map(|part| (None, *part)));
        }
        Expr::Applied { of, types } => {
            many("applied", &mut { [of].into_iter().chain(types).map(|part| (None, *part)) });
        }
        Expr::Decorated { by, of } => {
            many("decorated", &mut [(None, *by), (None, *of)].into_iter());
        }
        Expr::Passed { of, index } => {
            many(&format!("passed {index}"), &mut [(None, *of)].into_iter());
        }
        Expr::Unknown => many("unknown", &mut std::iter::empty()),
    }
}
