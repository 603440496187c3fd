//! Symbols that a check names, in the repository or outside, and the ways to them.

use std::collections::BTreeMap;

use codd_controls::ScopePattern;
use codd_facts::{Bound, Expr, ExprId, ImportItem, Reference, ReferenceKind, Route, Semantics};
use codd_graph::{
    Confidence, Graph, Initialisers, NodeId, NodeKey, NodeKind, Overriders, RunOptions, Target,
};

use crate::SnapshotView;
use crate::nodes::{definition_node, file_node, route_node};

/// Steps of attributes and scopes that are followed for one name.
const MAX_STEPS: usize = 64;

/// What some names mean in one snapshot.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    /// Definitions, sorted.
    pub(crate) nodes: Vec<NodeId>,
    /// Nodes that use something from outside the repository by one of the names.
    users: BTreeMap<NodeId, User>,
    /// Names that mean nothing here, with the nearest that do.
    pub(crate) missing: Vec<(String, Vec<String>)>,
}

/// How something from outside is used.
#[derive(Clone, Debug)]
struct User {
    name: String,
    /// Called by the initialiser of a variable, which ran when the variable was made.
    is_initialiser: bool,
}

impl User {
    fn target(&self, node: NodeId) -> Target {
        if self.is_initialiser { Target::Run(node) } else { Target::Use(node) }
    }
}

impl Targets {
    /// What `names`, dotted or globs, mean.
    pub(crate) fn find(view: SnapshotView<'_>, names: &[String]) -> Targets {
        let mut targets = Targets::default();
        for name in names {
            let is_glob = name.contains(['*', '?', '[', '{']);
            let Ok(pattern) = ScopePattern::of_names(name) else { continue };
            let scope =
                codd_controls::Scope { symbols: vec![pattern], ..codd_controls::Scope::default() };
            let found: Vec<NodeId> = if is_glob {
                let nodes = view.graph.nodes();
                let is_named = |node: &codd_graph::Node| {
                    node.key.kind == NodeKind::Definition && codd_graph::takes_symbol(&scope, node)
                };
                nodes.filter(|(_, node)| is_named(node)).map(|(id, _)| id).collect()
            } else {
                let is_definition =
                    |id: &NodeId| view.graph.node(*id).key.kind == NodeKind::Definition;
                view.graph.find_symbol(name).into_iter().filter(is_definition).collect()
            };
            let takes = |outside: &str| {
                scope.takes_symbol(&[outside])
                    || outside.strip_prefix(name.as_str()).is_some_and(|it| it.starts_with('.'))
            };
            // What a name of this repository meant once is not there because code still asks
            // for it.
            let may_be_outside = is_glob || found.is_empty() && is_outside(view.graph, name);
            let users = if may_be_outside { users_of(view, name, &takes) } else { BTreeMap::new() };
            if found.is_empty() && users.is_empty() && !is_outside(view.graph, name) {
                let nearest = view.graph.nearest_symbols(name);
                let nearest = nearest.iter().map(ToString::to_string).collect();
                targets.missing.push((name.clone(), nearest));
            }
            targets.nodes.extend(found);
            targets.users.extend(users);
        }
        targets.nodes.sort_unstable();
        targets.nodes.dedup();
        targets
    }

    /// Whether none of the names means anything here.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.users.is_empty()
    }

    /// What is missing, in one line; empty where nothing is.
    pub(crate) fn missing_text(&self) -> String {
        let parts = self.missing.iter().map(|(name, nearest)| match nearest.as_slice() {
            [] => format!("`{name}` is not in this snapshot"),
            nearest => {
                format!("`{name}` is not in this snapshot; the nearest: {}", nearest.join(", "))
            }
        });
        let text = parts.collect::<Vec<_>>().join("; ");
        if text.is_empty() { "nothing in this snapshot uses it".to_owned() } else { text }
    }
}

/// Whether a dotted name is of no module of this repository.
fn is_outside(graph: &Graph, name: &str) -> bool {
    let Some((top, _)) = name.split_once('.') else { return false };
    !graph.nodes().any(|(_, node)| {
        node.key.kind == NodeKind::File
            && (node
                .dotted
                .strip_prefix(top)
                .is_some_and(|it| it.is_empty() || it.starts_with('.'))
                || node.key.path.as_str().split_once('/').is_some_and(|(it, _)| it == top))
    })
}

/// The nodes in which something from outside is used by a name that `takes` wants, as
/// `pattern` says.
fn users_of(
    view: SnapshotView<'_>,
    pattern: &str,
    takes: &dyn Fn(&str) -> bool,
) -> BTreeMap<NodeId, User> {
    let mut users = BTreeMap::new();
    let top = pattern.split('.').next().unwrap_or_default();
    let any_top = top.contains(['*', '?', '[', '{']);
    let takes = |name: &str| takes(name) && is_outside(view.graph, name);
    for (path, file) in view.files {
        let Some(facts) = &file.facts else { continue };
        let semantics = &*facts.semantics;
        let imports_it = semantics
            .imports
            .iter()
            .any(|import| any_top || import.request.module.split('.').next() == Some(top));
        if !imports_it {
            continue;
        }
        let runs = |it: &&Reference| !it.is_declared && it.kind != ReferenceKind::Type;
        for reference in semantics.references.iter().filter(runs) {
            let Some(name) = outside_name(semantics, reference.target) else { continue };
            if !takes(&name) {
                continue;
            }
            let owner = match reference.owner {
                Some(owner) => definition_node(view.graph, path, semantics, owner),
                None => file_node(view.graph, path),
            };
            let user = User { name, is_initialiser: false };
            users.extend(owner.map(|node| (node, user.clone())));
            let variable = reference.initialises;
            let variable = variable.and_then(|id| definition_node(view.graph, path, semantics, id));
            if let Some(variable) = variable {
                let is_initialiser = reference.kind == ReferenceKind::Call;
                let known = users.entry(variable).or_insert(User { is_initialiser, ..user });
                known.is_initialiser &= is_initialiser;
            }
        }
        for (at, route) in semantics.routes.iter().enumerate() {
            let Some(name) = used_by_route(semantics, route).find(|name| takes(name)) else {
                continue;
            };
            let user = User { name, is_initialiser: false };
            users.extend(
                route_node(view.graph, path, semantics, at as u32).map(|node| (node, user)),
            );
        }
    }
    users
}

fn used_by_route<'s>(
    semantics: &'s Semantics,
    route: &'s Route,
) -> impl Iterator<Item = String> + 's {
    let name = |expr: &ExprId| {
        let expr = match semantics.expr(*expr) {
            Expr::Call { callee, .. } => semantics.unapplied(*callee),
            _ => *expr,
        };
        outside_name(semantics, expr)
    };
    let left_out: Vec<Option<String>> = route.without.iter().map(name).collect();
    let middleware = route.middleware.iter().filter_map(name);
    // Where it is not known what a route leaves out, it may be any.
    let kept = middleware.filter(move |it| {
        !left_out.iter().any(|left_out| left_out.as_ref().is_none_or(|left_out| left_out == it))
    });
    kept.chain(name(&route.handler))
}

/// The dotted name of something imported, as its module calls it; `None` where the expression
/// is no plain name of something imported.
fn outside_name(semantics: &Semantics, expr: ExprId) -> Option<String> {
    let mut attributes: Vec<&str> = Vec::new();
    let mut at = expr;
    for _ in 0..MAX_STEPS {
        match semantics.expr(at) {
            Expr::Attribute { base, name } => {
                attributes.push(name);
                at = *base;
            }
            Expr::Name { scope, name } => {
                let mut scope = Some(*scope);
                for _ in 0..MAX_STEPS {
                    let current = semantics.scope(scope?);
                    match current.bindings_of(name) {
                        [] => scope = current.parent,
                        bindings => {
                            let import = bindings.iter().find_map(|it| match it.bound {
                                Bound::Import(import) => Some(import),
                                _ => None,
                            })?;
                            return imported_name(semantics, import, name, &attributes);
                        }
                    }
                }
                return None;
            }
            Expr::Import(import) => return imported_name(semantics, *import, "", &attributes),
            _ => return None,
        }
    }
    None
}

fn imported_name(
    semantics: &Semantics,
    import: codd_facts::ImportId,
    bound: &str,
    attributes: &[&str],
) -> Option<String> {
    let import = semantics.import(import);
    if import.request.level > 0 || import.request.module.starts_with('.') {
        return None;
    }
    let module = import.request.module.as_str();
    let mut name = match &import.item {
        // `import a.b` binds `a`.
        ImportItem::Module if module.split('.').next() == Some(bound) => bound.to_owned(),
        ImportItem::Module => module.to_owned(),
        ImportItem::Named(item) if item == "default" => module.to_owned(),
        ImportItem::Named(item) => format!("{module}.{item}"),
        ImportItem::Star | ImportItem::Effect => return None,
    };
    for attribute in attributes.iter().rev() {
        name.push('.');
        name.push_str(attribute);
    }
    Some(name)
}

/// How sure it is that a target runs, for every node from which one does.
#[derive(Debug)]
pub(crate) struct Ways<'t> {
    targets: &'t Targets,
    ways: codd_graph::Ways,
}

impl<'t> Ways<'t> {
    /// The ways to `targets` that lead through no node of `cut` (sorted).
    pub(crate) fn to(
        graph: &Graph,
        targets: &'t Targets,
        cut: &[NodeId],
        overriders: Overriders,
    ) -> Ways<'t> {
        let used = targets.nodes.iter().map(|node| Target::Use(*node));
        let users = targets.users.iter().map(|(node, user)| user.target(*node));
        let ends: Vec<Target> = used.chain(users).collect();
        let options = RunOptions { initialisers: Initialisers::RanBefore, overriders };
        Ways { targets, ways: graph.ways_to(&ends, cut, options) }
    }

    /// How sure it is that `from` reaches a target; `None` where it does not.
    pub(crate) fn confidence(&self, from: NodeId) -> Option<Confidence> {
        self.ways.confidence(from)
    }

    /// The way from `from` to the target, both included.
    pub(crate) fn witness(&self, graph: &Graph, from: NodeId) -> Vec<NodeKey> {
        self.ways.path(from).into_iter().map(|node| graph.node(node).key.clone()).collect()
    }

    /// The name of what `from` reaches, for a message.
    pub(crate) fn target(&self, from: NodeId, written: &str) -> String {
        let last = self.ways.path(from).last().copied();
        let user = last.and_then(|node| self.targets.users.get(&node));
        user.map_or(written, |user| &user.name).to_owned()
    }
}
