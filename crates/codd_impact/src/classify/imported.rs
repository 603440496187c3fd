//! Finds code whose text is the same and whose names another package gives now.
//!
//! `import jwt` becomes `import evil as jwt`: nothing of the project changed but the import, and
//! the functions below it call something else. What the project itself gives is told by the
//! graph's edges (`rebound`); packages have none but from files.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{Bound, DefinitionId, Expr, ExprId, ImportId, ImportItem, Name, Semantics};
use codd_graph::{EdgeKind, Graph, NodeKey, NodeKind, find_name, root_of};

use super::files::{self, FilePair, SideEntry};
use crate::Side;

/// Definitions of files that differ which take names from other packages than before.
pub(super) fn imported_elsewhere(base: &Side, head: &Side, pairs: &[FilePair<'_>]) -> Vec<NodeKey> {
    let mut found = Vec::new();
    for pair in files::compared(base, head, pairs) {
        let (Some(before), Some(after)) = (pair.before, pair.after) else { continue };
        let (Some(old), Some(new)) = (Used::of(before, &base.graph), Used::of(after, &head.graph))
        else {
            continue;
        };
        for (definition, names) in &new.names {
            if old.names.get(definition).is_some_and(|it| it != names) {
                let (symbol, ordinal) = (definition.0.clone(), definition.1);
                let (path, kind) = (after.path.clone(), NodeKind::Definition);
                found.push(NodeKey { path, kind, symbol, ordinal });
            }
        }
    }
    found
}

/// A name, and what of which package it stands for.
type Taken<'a> = (&'a str, &'a str, Option<&'a str>);

/// What each definition of a file takes from packages, by its name and ordinal.
struct Used<'a> {
    names: BTreeMap<(Name, u32), BTreeSet<Taken<'a>>>,
}

impl<'a> Used<'a> {
    fn of(entry: SideEntry<'a>, graph: &Graph) -> Option<Used<'a>> {
        let semantics = &entry.facts()?.semantics;
        let packages = packages(entry, graph);
        let mut names = BTreeMap::new();
        for definition in &semantics.definitions {
            let key = (definition.qualified_name.clone(), definition.ordinal);
            names.insert(key, BTreeSet::new());
        }
        for reference in &semantics.references {
            let holder = reference.owner.or(reference.initialises);
            let taken = imported(semantics, reference.target).filter(|(_, import)| {
                let module = semantics.imports[import.index()].request.module.as_str();
                packages.iter().any(|package| is_of(module, package))
            });
            let (Some(DefinitionId(holder)), Some((name, import))) = (holder, taken) else {
                continue;
            };
            let definition = &semantics.definitions[holder as usize];
            let import = &semantics.imports[import.index()];
            let item = match &import.item {
                ImportItem::Named(item) => Some(item.as_str()),
                ImportItem::Module | ImportItem::Star | ImportItem::Effect => None,
            };
            let key = (definition.qualified_name.clone(), definition.ordinal);
            let of_holder: &mut BTreeSet<Taken<'_>> = names.entry(key).or_default();
            of_holder.insert((name, import.request.module.as_str(), item));
        }
        Some(Used { names })
    }
}

/// The packages that a file imports.
fn packages<'g>(entry: SideEntry<'_>, graph: &'g Graph) -> Vec<&'g str> {
    let Some(file) = graph.find(&super::file_key(entry.path)) else { return Vec::new() };
    let imports = graph.dependencies(file).iter().filter(|it| it.kind == EdgeKind::Imports);
    let nodes = imports.map(|it| &graph.node(it.node).key);
    nodes.filter(|key| key.kind == NodeKind::Package).map(|key| key.path.as_str()).collect()
}

/// Whether a module is a package, or one of its modules.
fn is_of(module: &str, package: &str) -> bool {
    module
        .strip_prefix(package)
        .is_some_and(|rest| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_'))
}

/// The name from which a value is reached, if an import gives it.
fn imported(semantics: &Semantics, target: ExprId) -> Option<(&str, ImportId)> {
    let Expr::Name { scope, name } = semantics.expr(root_of(semantics, target)) else {
        return None;
    };
    let (_, bindings) = find_name(semantics, *scope, name)?;
    let import = bindings.iter().find_map(|it| import_of(semantics, &it.bound))?;
    Some((name.as_str(), import))
}

fn import_of(semantics: &Semantics, bound: &Bound) -> Option<ImportId> {
    match bound {
        Bound::Import(id) => Some(*id),
        Bound::Value(value) | Bound::Alias(value) => match semantics.expr(*value) {
            Expr::Import(id) => Some(*id),
            _ => None,
        },
        _ => None,
    }
}
