//! Turns one file's facts into edges, reading other files through their interfaces.
//!
//! Expressions are evaluated to bounded sets of what they may stand for ([`evaluate`]), in
//! the manner of PyCG's assignment graph (Salis et al., ICSE 2021); what the own file's calls pass to its own functions is
//! found in a few rounds, so that a callback is followed to where it is called.

mod accessors;
mod answers;
mod apart;
mod attributes;
mod callbacks;
mod calls;
mod classes;
mod controllers;
mod decorators;
mod evaluate;
mod extensions;
mod followed;
mod found;
mod generics;
mod given;
mod globs;
mod handed_out;
mod implemented;
mod imports;
mod injections;
mod items;
mod listeners;
mod middleware;
mod modules;
mod names;
mod namespaces;
mod outside;
mod overloads;
mod parameters;
mod parts;
mod paths;
mod protocols;
mod proxies;
mod references;
mod rewritten;
mod routers;
mod routes;
mod signatures;
mod tables;
mod taking;
#[cfg(test)]
mod tests;
mod unresolved;
mod value;
mod view_sets;
mod writes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use codd_facts::{DefinitionId, Name, Semantics};
use codd_source::RepoPath;

use self::evaluate::Evaluator;
pub use self::names::{find_name, root_of};
use self::proxies::Itself;
use self::value::At;
use crate::{
    Basis, Callback, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, FileEdges,
    FunctionParameter, Hook, Injected, ParameterCall, Prefix, Project, Router, Running, Unresolved,
    UnresolvedReason,
};

/// Methods of one name that a call with an unknown receiver is taken to mean; where there are
/// more, the name says too little and the call is counted as unresolved.
pub(crate) const MAX_CANDIDATES: usize = 8;

/// Stands for a name where the bounds of evaluation were met.
const CUT_SHORT: &str = "(cut short)";

/// Rounds of passing arguments to parameters.
const MAX_ROUNDS: u32 = 4;

/// The edges of the file at `path`, with its full `semantics`.
///
/// The result depends on `semantics` and on the answers of `project` and nothing else.
pub fn resolve_file(
    project: &dyn Project,
    path: &RepoPath,
    semantics: &Arc<Semantics>,
) -> FileEdges {
    if semantics.scopes.is_empty() {
        return FileEdges::default();
    }
    let mut evaluator = Evaluator::new(project, path, Arc::clone(semantics));
    for round in 0..MAX_ROUNDS {
        evaluator.meet_ancestors();
        let passed = evaluator.pass_arguments();
        let is_new = passed != evaluator.passed;
        evaluator.passed = passed;
        if !is_new && (round > 0 || !evaluator.has_met_cycle()) {
            break;
        }
        evaluator.next_round();
    }
    let mut edges = EdgeSet::default();
    imports::resolve(&mut evaluator, &mut edges);
    references::resolve(&mut evaluator, &mut edges);
    extensions::resolve(&mut evaluator, &mut edges);
    decorators::resolve(&mut evaluator, &mut edges);
    protocols::resolve(&mut evaluator, &mut edges);
    implemented::resolve(&mut evaluator, &mut edges);
    callbacks::resolve(&mut evaluator, &mut edges);
    routes::resolve(&mut evaluator, &mut edges);
    injections::resolve(&mut evaluator, &mut edges);
    listeners::resolve(&mut evaluator, &mut edges);
    handed_out::resolve(&mut evaluator, &mut edges);
    if evaluator.has_given_up() {
        let name = Name::new_static(CUT_SHORT);
        edges.unresolved(None, name, UnresolvedReason::UnknownValue);
    }
    edges.finish()
}

type Relation = (EdgeSource, EdgeTarget, EdgeKind);

/// Edges as they are found: the surest of each relation counts, then the first reference.
#[derive(Debug, Default)]
struct EdgeSet {
    edges: BTreeMap<Relation, (Confidence, Basis, Running, Option<u32>)>,
    unresolved: Vec<Unresolved>,
    routers: Vec<(u32, Router)>,
    paths: Vec<(u32, Name)>,
    hooks: Vec<Hook>,
    handlers: Vec<(u32, RepoPath, DefinitionId)>,
    without: Vec<(u32, Option<(RepoPath, DefinitionId)>)>,
    absent: Vec<u32>,
    undecorated: Vec<(u32, DefinitionId)>,
    itself: Itself,
    decorators: Vec<(DefinitionId, Name, Confidence)>,
    injections: Vec<Injected>,
    prefixes: Vec<(Router, Prefix)>,
    parts: BTreeSet<Router>,
    handed_out: BTreeSet<(RepoPath, DefinitionId)>,
    asked_for: BTreeSet<Name>,
    callbacks: Vec<(FunctionParameter, Callback)>,
    parameter_calls: Vec<ParameterCall>,
}

impl EdgeSet {
    fn add(&mut self, edge: FileEdge) {
        let FileEdge { from, to, kind, confidence, basis, running, reference } = edge;
        let known = self.edges.entry((from, to, kind));
        let known = known.or_insert((confidence, basis, running, reference));
        known.1 = known.1.max(basis);
        let surer = known.2.or(running);
        // Which other values are meant, the reference says.
        if confidence > known.0 || surer != known.2 && surer.alternatives > 1 {
            (known.0, known.3) = (known.0.max(confidence), reference);
        }
        known.2 = surer;
    }

    /// Adds what no reference says.
    fn add_implied(
        &mut self,
        from: EdgeSource,
        to: EdgeTarget,
        kind: EdgeKind,
        confidence: Confidence,
    ) {
        let (basis, running) = (Basis::Implied, Running::of(kind, confidence));
        self.add(FileEdge { from, to, kind, confidence, basis, running, reference: None });
    }

    fn unresolved(&mut self, reference: Option<u32>, name: Name, reason: UnresolvedReason) {
        self.unresolved.push(Unresolved { reference, name, reason });
    }

    fn finish(mut self) -> FileEdges {
        let edges = std::mem::take(&mut self.edges)
            .into_iter()
            .map(|((from, to, kind), (confidence, basis, running, reference))| FileEdge {
                from,
                to,
                kind,
                confidence,
                basis,
                running,
                reference,
            })
            .collect();
        self.unresolved.sort();
        self.unresolved.dedup();
        self.routers.sort();
        self.routers.dedup();
        self.hooks.sort();
        self.hooks.dedup();
        self.handlers.sort();
        self.handlers.dedup();
        self.without.sort();
        self.without.dedup();
        self.absent.sort_unstable();
        self.undecorated.sort();
        self.undecorated.dedup();
        self.decorators.sort();
        self.decorators.dedup();
        self.injections.sort();
        self.injections.dedup();
        self.prefixes.sort();
        self.prefixes.dedup();
        self.callbacks.sort();
        self.callbacks.dedup();
        self.parameter_calls.sort();
        self.parameter_calls.dedup();
        FileEdges {
            edges,
            unresolved: self.unresolved,
            routers: self.routers,
            paths: self.paths,
            hooks: self.hooks,
            handlers: self.handlers,
            without: self.without,
            absent: self.absent,
            undecorated: self.undecorated,
            called_on_itself: self.itself.alone(),
            decorators: self.decorators,
            injections: self.injections,
            prefixes: self.prefixes,
            parts: self.parts.into_iter().collect(),
            handed_out: self.handed_out.into_iter().collect(),
            asked_for: self.asked_for.into_iter().collect(),
            callbacks: self.callbacks,
            parameter_calls: self.parameter_calls,
        }
    }
}

fn source(owner: Option<DefinitionId>) -> EdgeSource {
    owner.map_or(EdgeSource::File, EdgeSource::Definition)
}

impl Evaluator<'_> {
    fn target(&self, at: At) -> EdgeTarget {
        EdgeTarget::Definition(self.path(at.file).clone(), at.id)
    }
}
