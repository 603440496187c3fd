//! What takes guards of ASP.NET back that other code sets: policies that let everybody through,
//! filters that are removed, endpoints that the project's own functions open.

use std::collections::BTreeSet;

use codd_facts::{
    Bound, Expr, ExprId, FileFacts, NO_FALLBACK, OPENS_OTHERS, Reference, ReferenceKind, Semantics,
    WEAK_POLICY, WITHOUT_FILTERS,
};
use codd_graph::{EdgeKind, NodeId, find_name};
use codd_source::RepoPath;

use crate::SnapshotView;
use crate::nodes::{definition_node, route_node};
use crate::targets::Targets;

const ALLOW: &str = "AllowAnonymous";
const REQUIRE: &str = "RequireAuthorization";
const FALLBACK: &str = "FallbackPolicy";
const FILTER: &str = "AuthorizeFilter";

/// Calls that are chained to one another.
const MAX_CHAIN: usize = 64;

/// Makes guards unsure that something of the project takes back.
pub(crate) fn doubt(view: SnapshotView<'_>, guards: &mut Targets) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut weak: BTreeSet<&str> = BTreeSet::new();
    let mut openers: BTreeSet<&str> = BTreeSet::new();
    for (_, facts) in files(view) {
        let semantics = &*facts.semantics;
        for reference in &semantics.references {
            let Some(name) = last_name(semantics, reference.target) else { continue };
            match name {
                NO_FALLBACK => names.extend([FALLBACK]),
                WITHOUT_FILTERS | "AllowAnonymousFilter" => names.extend([FILTER]),
                OPENS_OTHERS => names.extend([REQUIRE]),
                // What it falls back to, it says itself.
                "IAuthorizationPolicyProvider" if reference.kind == ReferenceKind::Inherit => {
                    names.extend([FALLBACK]);
                }
                ALLOW => openers.extend(opener(semantics, reference)),
                _ => weak.extend(name.strip_prefix(WEAK_POLICY)),
            }
        }
    }
    if weak.remove("") {
        names.extend([REQUIRE, FILTER, "Authorize", "AuthorizeAttribute"]);
    }
    let mut doubtful = Vec::new();
    for (path, facts) in files(view) {
        let semantics = &*facts.semantics;
        doubtful.extend(by_policy(view, (path, semantics), &weak));
        let calls = |wanted: &dyn Fn(&str) -> bool| {
            semantics.references.iter().any(|it| {
                it.kind == ReferenceKind::Call
                    && last_name(semantics, it.target).is_some_and(wanted)
            })
        };
        if openers.is_empty() || !calls(&|it| openers.contains(it)) {
            continue;
        }
        // What of the file they open, the chains of its calls say and nobody reads.
        let routes =
            (0..semantics.routes.len()).filter(|at| semantics.routes[*at].framework == "aspnet");
        doubtful.extend(routes.filter_map(|at| route_node(view.graph, path, semantics, at as u32)));
        if calls(&|it| it == "MapControllers") {
            names.extend([REQUIRE]);
        }
    }
    guards.doubt(&doubtful);
    guards.doubt_names(|it| names.contains(it));
}

/// Adds methods that replace one which is open to everybody: the attribute is inherited.
pub(crate) fn add_inherited(view: SnapshotView<'_>, opens: &mut Targets) {
    let graph = view.graph;
    let known: Vec<NodeId> = opens.users().collect();
    for id in known {
        let node = graph.node(id);
        if node.language.as_deref() != Some("csharp") || !node.is_function() {
            continue;
        }
        let replacing = graph
            .dependencies(id)
            .iter()
            .filter(|it| it.kind == EdgeKind::Inherits && graph.node(it.node).is_function());
        for edge in replacing {
            opens.add_user_at(edge.node, (id, ALLOW), codd_facts::Certainty::Always);
        }
    }
}

fn files(view: SnapshotView<'_>) -> impl Iterator<Item = (&RepoPath, &FileFacts)> {
    let all = view.files.iter().filter_map(|(path, file)| {
        let facts: &FileFacts = file.facts.as_ref()?;
        Some((path, facts))
    });
    all.filter(|it| it.1.language == "csharp")
}

fn last_name(semantics: &Semantics, expr: ExprId) -> Option<&str> {
    match semantics.expr(semantics.unapplied(expr)) {
        Expr::Name { name, .. } | Expr::Attribute { name, .. } => Some(name.as_str()),
        _ => None,
    }
}

/// The function that opens what it is given: `static T Open<T>(this T it) => it.AllowAnonymous()`.
fn opener<'s>(semantics: &'s Semantics, reference: &Reference) -> Option<&'s str> {
    let owner = reference.owner.filter(|_| reference.kind == ReferenceKind::Call)?;
    let Expr::Attribute { base, .. } = semantics.expr(semantics.unapplied(reference.target)) else {
        return None;
    };
    let mut at = *base;
    for _ in 0..MAX_CHAIN {
        match semantics.expr(at) {
            Expr::Call { callee, .. } => match semantics.expr(semantics.unapplied(*callee)) {
                Expr::Attribute { name, .. } if name.starts_with("Map") => return None,
                Expr::Attribute { base, .. } => at = *base,
                _ => return None,
            },
            Expr::Name { scope, name } => {
                let (_, bindings) = find_name(semantics, *scope, name)?;
                let is_given = bindings.iter().any(
                    |it| matches!(it.bound, Bound::Parameter { function, .. } if function == owner),
                );
                return is_given.then(|| semantics.definition(owner).name.as_str());
            }
            _ => return None,
        }
    }
    None
}

/// Definitions that name a policy which need not keep anybody out: `[Authorize("Open")]`.
fn by_policy(
    view: SnapshotView<'_>,
    (path, semantics): (&RepoPath, &Semantics),
    weak: &BTreeSet<&str>,
) -> Vec<NodeId> {
    let names_weak = |decorator: &ExprId| {
        let Expr::Call { callee, arguments } = semantics.expr(*decorator) else { return false };
        let name = last_name(semantics, *callee).unwrap_or_default();
        matches!(name, "Authorize" | "AuthorizeAttribute")
            && arguments.iter().any(|it| {
                matches!(semantics.expr(it.value), Expr::Text(text) if weak.contains(text.as_str()))
            })
    };
    if weak.is_empty() {
        return Vec::new();
    }
    let all = semantics.definitions.iter().enumerate();
    let all = all.filter(|(_, it)| it.decorators.iter().any(names_weak));
    all.filter_map(|(at, _)| {
        definition_node(view.graph, path, semantics, codd_facts::DefinitionId(at as u32))
    })
    .collect()
}
