//! What a project hands to libraries to decide by: the callbacks and classes that their guards
//! ask, since a library's guard is as good as these.

use std::collections::BTreeSet;

use codd_facts::{Bound, DefinitionId, DefinitionKind, Expr, ExprId, FileFacts, Semantics};
use codd_graph::{Confidence, EdgeKind, Graph, NodeId, NodeKind};
use codd_source::RepoPath;

use super::{Models, Names};
use crate::SnapshotView;
use crate::nodes::{definition_node, file_node};
use crate::targets::{Outside, outside_name};

/// Lists and objects within one another that are looked through for functions.
const MAX_DEPTH: u32 = 4;

/// The definitions by which guards decide that are called `used`.
pub(crate) fn of<'n>(
    view: SnapshotView<'_>,
    models: &Models,
    used: impl Iterator<Item = &'n str> + Clone,
) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    for (guards, decides) in &models.deciding {
        if used.clone().any(|name| guards.is_called(name)) {
            Search { view, guards, decides, found: &mut found }.all();
        }
    }
    found
}

struct Search<'a> {
    view: SnapshotView<'a>,
    /// What these decorate is guarded and decides nothing.
    guards: &'a Names,
    decides: &'a Names,
    found: &'a mut BTreeSet<NodeId>,
}

impl Search<'_> {
    fn all(&mut self) {
        let graph = self.view.graph;
        let decorated = graph.outside_hooks().filter(|(_, name, confidence)| {
            *confidence > Confidence::Possible && self.is_deciding(name)
        });
        let decorated: Vec<NodeId> = decorated.map(|it| it.0).collect();
        for id in decorated {
            self.add(id);
        }
        for (path, file) in self.view.files {
            let Some(facts) = &file.facts else { continue };
            if facts.semantics.tests.is_empty() && self.decides.may_be_in(&facts.semantics) {
                self.file(path, facts);
            }
        }
    }

    fn file(&mut self, path: &RepoPath, facts: &FileFacts) {
        let semantics = &*facts.semantics;
        for (at, definition) in semantics.definitions.iter().enumerate() {
            let id = DefinitionId(at as u32);
            let named = |it: &ExprId| self.name_of(semantics, *it);
            if definition.decorators.iter().filter_map(named).any(|it| self.is_deciding(&it)) {
                self.definition(path, semantics, id);
            }
            for base in &definition.bases {
                let name = self.name_of(semantics, *base);
                if self.is_taken(semantics, *base, facts.language.as_str()) {
                    self.definition(path, semantics, id);
                } else if let Some(name) = name {
                    self.methods_that(path, semantics, id, &name);
                }
            }
        }
        for reference in &semantics.references {
            if !self.is_taken(semantics, reference.target, facts.language.as_str()) {
                continue;
            }
            let owner = match reference.owner {
                Some(owner) => definition_node(self.view.graph, path, semantics, owner),
                None => file_node(self.view.graph, path),
            };
            let Some(owner) = owner else { continue };
            let calls = semantics.exprs.iter().filter_map(|it| match it {
                Expr::Call { callee, arguments } if *callee == reference.target => Some(arguments),
                _ => None,
            });
            let mut given: Vec<ExprId> = calls.flatten().map(|it| it.value).collect();
            for _ in 0..MAX_DEPTH {
                given = given.into_iter().flat_map(|it| parts(semantics, it)).collect();
            }
            for value in given {
                self.given(path, semantics, owner, value);
            }
        }
    }

    /// A function that is handed over: written in place, or by its name.
    fn given(&mut self, path: &RepoPath, semantics: &Semantics, owner: NodeId, value: ExprId) {
        let graph = self.view.graph;
        match semantics.expr(value) {
            Expr::Definition(id) => match definition_node(graph, path, semantics, *id) {
                Some(node) => self.add(node),
                // What has no name of its own is the body of what is around it.
                None => self.add(owner),
            },
            Expr::Unknown => self.add(owner),
            Expr::Name { .. } | Expr::Attribute { .. } => {
                let is_it = |at: u32| {
                    semantics.references.get(at as usize).is_some_and(|it| it.target == value)
                };
                let named = graph.dependencies(owner).iter().filter(|it| {
                    it.confidence > Confidence::Possible && it.reference.is_some_and(is_it)
                });
                let named: Vec<NodeId> = named.map(|it| it.node).collect();
                for it in named {
                    self.add(it);
                }
            }
            _ => {}
        }
    }

    /// Whether a decorator of this name makes of what it decorates what guards ask.
    fn is_deciding(&self, name: &str) -> bool {
        self.decides.takes(name) && !self.guards.takes(name)
    }

    fn is_taken(&self, semantics: &Semantics, expr: ExprId, language: &str) -> bool {
        if let Some(name) = self.name_of(semantics, expr) {
            return self.decides.takes(&name);
        }
        matches!(semantics.expr(semantics.unapplied(expr)),
            Expr::Name { name, .. } if self.decides.takes_word(name, language))
    }

    /// The dotted name of something of a library, or of what makes it: `PassportStrategy(Jwt)`.
    fn name_of(&self, semantics: &Semantics, expr: ExprId) -> Option<String> {
        let mut expr = semantics.unapplied(expr);
        if let Expr::Call { callee, .. } = semantics.expr(expr) {
            expr = semantics.unapplied(*callee);
        }
        outside_name(semantics, expr).or_else(|| match semantics.expr(expr) {
            Expr::Attribute { base, name } => {
                made_by(semantics, *base).map(|class| format!("{class}.{name}"))
            }
            _ => None,
        })
    }

    /// Adds the methods by which a class decides that extends the one of this name.
    fn methods_that(
        &mut self,
        path: &RepoPath,
        semantics: &Semantics,
        class: DefinitionId,
        base: &str,
    ) {
        let graph = self.view.graph;
        let Some(class) = definition_node(graph, path, semantics, class) else { return };
        let deciding = methods(graph, class)
            .filter(|it| self.decides.takes(&format!("{base}.{}", graph.node(*it).key.own_name())));
        let deciding: Vec<NodeId> = deciding.collect();
        self.found.extend(deciding);
    }

    fn definition(&mut self, path: &RepoPath, semantics: &Semantics, id: DefinitionId) {
        if let Some(node) = definition_node(self.view.graph, path, semantics, id) {
            self.add(node);
        }
    }

    /// A function, or a class with its methods and what extends it.
    fn add(&mut self, id: NodeId) {
        let graph = self.view.graph;
        if !self.is_code(id) || !self.found.insert(id) {
            return;
        }
        if !graph.node(id).definition_kind.is_some_and(DefinitionKind::is_type) {
            return;
        }
        for method in methods(graph, id) {
            self.found.insert(method);
        }
        let below = graph
            .dependents(id)
            .iter()
            .filter(|it| it.kind == EdgeKind::Inherits && it.confidence > Confidence::Possible);
        let below: Vec<NodeId> = below.map(|it| it.node).collect();
        for it in below {
            self.add(it);
        }
    }

    fn is_code(&self, id: NodeId) -> bool {
        matches!(self.view.graph.node(id).key.kind, NodeKind::Definition | NodeKind::File)
    }
}

fn methods(graph: &Graph, class: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let inside = graph.dependencies(class).iter().filter(|it| it.kind == EdgeKind::Contains);
    inside.map(|it| it.node).filter(|it| graph.node(*it).is_function())
}

/// The class of a library of which a variable of this file holds an instance.
fn made_by(semantics: &Semantics, expr: ExprId) -> Option<String> {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return None };
    let mut at = Some(*scope);
    while let Some(id) = at {
        let scope = semantics.scope(id);
        let value = match scope.bindings_of(name) {
            [] => {
                at = scope.parent;
                continue;
            }
            [.., last] => match &last.bound {
                Bound::Value(value) => Some(*value),
                Bound::Definition(id) => semantics.definition(*id).value,
                _ => None,
            },
        };
        let Expr::Call { callee, .. } = semantics.expr(value?) else { return None };
        return outside_name(semantics, semantics.unapplied(*callee));
    }
    None
}

/// What a list or an object holds; anything else is itself.
fn parts(semantics: &Semantics, expr: ExprId) -> Vec<ExprId> {
    match semantics.expr(expr) {
        Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
        Expr::Either(parts) => parts.clone(),
        _ => vec![expr],
    }
}
