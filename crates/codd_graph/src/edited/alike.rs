//! Whether two versions of a file are the same for all that is joined across files.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{Bound, Definition, DefinitionId, Expr, Name, Route, Semantics, interface};
use codd_source::RepoPath;

use crate::links::function_around;
use crate::{FileEdges, candidates_of, implicit, overrides};

/// Whether nothing differs but references, where they lead, and what only they look at.
///
/// Each comparison stands for what one part of the joining reads; what other files resolve by is
/// the interface and the index of names.
pub(super) fn are_alike(
    path: &RepoPath,
    before: (&Semantics, &FileEdges),
    after: (&Semantics, &FileEdges),
) -> bool {
    let ((old, old_edges), (new, new_edges)) = (before, after);
    same_edges_but_uses(old_edges, new_edges)
        && old.tests == new.tests
        && old.given_routes == new.given_routes
        && old.links == new.links
        && runs_base_methods(old) == runs_base_methods(new)
        && old.definitions.len() == new.definitions.len()
        && old.definitions.iter().zip(&new.definitions).all(|(a, b)| looks(old, a) == looks(new, b))
        && routes(old).eq(routes(new))
        && candidates_of(path, old) == candidates_of(path, new)
        && interface(old) == interface(new)
}

/// Whether all that files say of one another is the same, save for plain uses.
fn same_edges_but_uses(old: &FileEdges, new: &FileEdges) -> bool {
    // Written out, so that what is added has to be thought of.
    let FileEdges {
        edges: _,
        unresolved: _,
        routers,
        paths,
        hooks,
        handlers,
        without,
        absent,
        decorators,
        undecorated,
        called_on_itself,
        injections,
        prefixes,
        parts,
        handed_out,
        asked_for,
        callbacks,
        parameter_calls: _,
    } = new;
    old.routers == *routers
        && old.paths == *paths
        && old.hooks == *hooks
        && old.handlers == *handlers
        && old.without == *without
        && old.absent == *absent
        && old.decorators == *decorators
        && old.undecorated == *undecorated
        && old.called_on_itself == *called_on_itself
        && old.injections == *injections
        && old.prefixes == *prefixes
        && old.parts == *parts
        && old.handed_out == *handed_out
        && old.asked_for == *asked_for
        && old.callbacks == *callbacks
}

/// The new numbers of those uses of a file that other files have a say in.
pub(super) struct Renumbered {
    /// Of each reference that calls what a parameter is given.
    calls: BTreeMap<u32, u32>,
    /// How many references there were and are: links are numbered behind them.
    references: (u32, u32),
}

impl Renumbered {
    pub(super) fn of(&self, at: u32) -> u32 {
        let (before, after) = self.references;
        match at.checked_sub(before) {
            Some(link) => after.saturating_add(link),
            None => self.calls.get(&at).copied().unwrap_or(at),
        }
    }
}

/// The new numbers; `None` where calls of what parameters are given are not the same.
pub(super) fn renumbered(
    before: (&Semantics, &FileEdges),
    after: (&Semantics, &FileEdges),
) -> Option<Renumbered> {
    let ((old, old_edges), (new, new_edges)) = (before, after);
    let (old_calls, new_calls) = (&old_edges.parameter_calls, &new_edges.parameter_calls);
    if old_calls.len() != new_calls.len() {
        return None;
    }
    let certainty = |of: &Semantics, at: u32| of.references.get(at as usize).map(|it| it.certainty);
    let mut calls = BTreeMap::new();
    for (a, b) in old_calls.iter().zip(new_calls) {
        if (&a.from, &a.parameter) != (&b.from, &b.parameter) {
            return None;
        }
        match (a.reference, b.reference) {
            (Some(a), Some(b)) => {
                let is_same = certainty(old, a) == certainty(new, b);
                if !is_same || calls.insert(a, b).is_some_and(|known| known != b) {
                    return None;
                }
            }
            (None, None) => {}
            _ => return None,
        }
    }
    let references = (old.references.len() as u32, new.references.len() as u32);
    Some(Renumbered { calls, references })
}

/// The methods that run what they stand in the place of.
fn runs_base_methods(semantics: &Semantics) -> BTreeSet<DefinitionId> {
    let references = semantics.references.iter().filter_map(|reference| {
        let owner = reference.owner?;
        let Expr::Attribute { base, name } = semantics.expr(reference.target) else { return None };
        let is_super = matches!(semantics.expr(*base), Expr::Super { .. });
        (is_super && semantics.definition(owner).name == *name).then_some(owner)
    });
    references.collect()
}

/// What the joining sees of a definition that nobody else can name, besides what the interface has
/// of all.
#[derive(PartialEq)]
struct Looks<'a> {
    decorators: usize,
    bases: Vec<Option<&'a str>>,
    annotations: Vec<Option<&'a str>>,
    members: Vec<(&'a Name, Option<DefinitionId>)>,
}

fn looks<'a>(semantics: &'a Semantics, it: &'a Definition) -> Looks<'a> {
    let body = it.body.filter(|_| it.kind.has_members());
    let bindings = body.map_or(&[][..], |body| &semantics.scope(body).bindings);
    let definition = |bound: &Bound| match bound {
        Bound::Definition(id) => Some(*id),
        _ => None,
    };
    let annotation = |it: &codd_facts::Parameter| overrides::type_name(semantics, it.annotation);
    Looks {
        decorators: it.decorators.len(),
        bases: it.bases.iter().map(|base| implicit::base_name(semantics, *base)).collect(),
        annotations: it.parameters.iter().map(annotation).collect(),
        members: bindings.iter().map(|it| (&it.name, definition(&it.bound))).collect(),
    }
}

/// What the joining sees of routes.
fn routes(semantics: &Semantics) -> impl Iterator<Item = impl PartialEq + '_> {
    semantics.routes.iter().enumerate().map(|(at, route)| {
        let Route { method, path, framework, registered_by, order, .. } = route;
        let around = function_around(semantics, at as u32);
        (method, path, framework, registered_by, order, route.action(semantics), around)
    })
}
