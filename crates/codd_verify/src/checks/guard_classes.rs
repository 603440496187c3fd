//! What the classes around handlers say of guards: by themselves, by their bases, and by the
//! methods that they put in the place of those that ask.

use std::collections::BTreeSet;

use codd_facts::{Certainty, DefinitionId, DefinitionKind, Expr, ExprId, ReferenceKind, is_script};
use codd_graph::{Confidence, EdgeKind, Graph, NodeId, NodeKind};
use codd_source::RepoPath;

use super::guard_permissions::{self as permissions, GETTER, Given, PERMISSIONS};
use crate::SnapshotView;
use crate::guards::base_asked::asks_base;
use crate::guards::defaults::{Default, Defaults};
use crate::guards::turns_away_without;
use crate::guards::{Models, fields, function_at, marks, named};
use crate::nodes::definition_node;
use crate::targets::Targets;

/// Bases of the class of a handler that are looked at for guards.
const MAX_BASES: usize = 64;

/// Sets of views that one route may serve: which of more there are says who may, is not sure.
const MAX_SETS: usize = 64;

/// Methods of views by which frameworks ask who may; without `super` nobody asks.
const ASKING: &[&str] = &["check_permissions", "dispatch", "initial"];

/// What the classes around a handler say.
pub(super) enum Held {
    Nothing,
    /// By what is named at a node, or by the settings.
    Guarded(Option<NodeId>),
    /// A guard is named, and whether it asks is not sure.
    Unsure,
    /// Whatever guards it, perhaps nobody is asked.
    PerhapsOpen,
    /// With the name of what opts out.
    Open(String),
}

impl Held {
    /// What holds where this and that do, of which only one is asked.
    fn and(self, other: Held) -> Held {
        match (self, other) {
            (Held::Guarded(at), Held::Guarded(_)) => Held::Guarded(at),
            (Held::Nothing, Held::Nothing) => Held::Nothing,
            (Held::Open(by), Held::Open(_) | Held::Nothing) | (Held::Nothing, Held::Open(by)) => {
                Held::Open(by)
            }
            _ => Held::Unsure,
        }
    }
}

/// The classes of methods, and their bases.
pub(super) struct Classes<'g> {
    view: SnapshotView<'g>,
    graph: &'g Graph,
    defaults: Defaults,
    models: &'g Models,
    /// Guards that put a method of their own in the place of the one that asks; sorted.
    replaced: Vec<NodeId>,
    /// Views that code takes out of the guards of the settings, perhaps.
    marked: BTreeSet<NodeId>,
}

impl<'g> Classes<'g> {
    pub(super) fn new(
        view: SnapshotView<'g>,
        models: &'g Models,
        defaults: Defaults,
        guards: &Targets,
    ) -> Classes<'g> {
        let graph = view.graph;
        let mut classes = Classes {
            view,
            graph,
            defaults,
            models,
            replaced: Vec::new(),
            marked: marks::marked(view),
        };
        let all = graph.nodes().map(|(id, _)| id);
        let is_named = |it: &NodeId| guards.nodes.binary_search(it).is_ok();
        classes.replaced =
            all.filter(|it| classes.is_replaced_guard(*it) && !is_named(it)).collect();
        classes
    }

    /// What need not run the guards that it leads to, sorted: classes that extend a guard and do
    /// not ask it, variables whose list of guards another file changes.
    pub(super) fn doubtful(&self) -> Vec<NodeId> {
        let graph = self.graph;
        let is_changed_elsewhere = |id: NodeId| {
            let node = graph.node(id);
            let is_script = node.language.as_deref().is_some_and(is_script);
            is_script
                && node.definition_kind == Some(DefinitionKind::Variable)
                && graph.dependencies(id).iter().any(|it| {
                    it.kind == EdgeKind::WrittenBy && graph.node(it.node).key.path != node.key.path
                })
        };
        let changed = graph.nodes().map(|(id, _)| id).filter(|id| is_changed_elsewhere(*id));
        let mut all: Vec<NodeId> = changed.chain(self.replaced.iter().copied()).collect();
        all.sort_unstable();
        all
    }

    /// The names of guards that the settings give to views.
    pub(super) fn given_by_settings(&self) -> impl Iterator<Item = &str> + Clone {
        self.defaults.names()
    }

    /// Whether a class extends another and decides itself who may, without asking that:
    /// `canActivate() { return true }`, or a `handleRequest` that sends nobody away.
    fn is_replaced_guard(&self, class: NodeId) -> bool {
        let node = self.graph.node(class);
        let is_type = node.definition_kind.is_some_and(DefinitionKind::is_type);
        let is_script = node.language.as_deref().is_some_and(is_script);
        if !is_type || !is_script {
            return false;
        }
        let Some((semantics, id)) = self.definition(class) else { return false };
        // `implements CanActivate` says what a guard is, and asks nobody.
        let is_guard = |base: &ExprId| {
            !matches!(semantics.expr(*base),
                Expr::Name { name, .. } | Expr::Attribute { name, .. } if name == "CanActivate")
        };
        let extends = semantics.definition(id).bases.iter().any(is_guard);
        extends
            && self.members(class).iter().any(|(method, name)| {
                let lets_through = || {
                    let path = &node.key.path;
                    if let Some(is_it) = self.lets_nobody_through(path, *method) {
                        return !is_it;
                    }
                    let own = definition_node(self.graph, path, semantics, *method);
                    own.is_some_and(|it| !named::may_raise(self.view, self.models, it))
                };
                let is_in_its_place = match name.as_str() {
                    "canActivate" => true,
                    "handleRequest" => lets_through(),
                    _ => false,
                };
                is_in_its_place
                    && semantics.definition(*method).kind.is_function()
                    && !self.asks_base(&node.key.path, *method, name)
            })
    }

    /// Whether a method lets through nobody whom the one of its base would not.
    fn asks_base(&self, path: &RepoPath, method: DefinitionId, name: &str) -> bool {
        let Some(file) = self.view.files.get(path) else { return false };
        let Some(facts) = &file.facts else { return false };
        let flow = file.hits.flow.as_deref().filter(|_| name == "canActivate");
        let function = flow.and_then(|flow| Some((flow, function_at(flow, facts, method)?)));
        match function {
            Some((flow, function)) => asks_base(flow, function, name) == Certainty::Always,
            None => goes_on_to_super(&facts.semantics, method, name),
        }
    }

    /// Whether a `handleRequest(error, user)` turns away whom it is given no user of; `None` where
    /// its code is not followed.
    fn lets_nobody_through(&self, path: &RepoPath, method: DefinitionId) -> Option<bool> {
        let file = self.view.files.get(path)?;
        let (facts, flow) = (file.facts.as_ref()?, file.hits.flow.as_deref()?);
        let function = function_at(flow, facts, method)?;
        Some(turns_away_without(self.view, self.models, (path, facts, flow), (method, function)))
    }

    /// Whether one of these is decorated with a guard that does not ask.
    fn has_replaced(&self, level: &[NodeId]) -> bool {
        !self.replaced.is_empty()
            && level.iter().any(|it| {
                let mut halves = self.graph.dependencies(*it).iter();
                halves.any(|it| self.replaced.binary_search(&it.node).is_ok())
            })
    }

    /// What the nearest of handler, its class and the bases of that says.
    pub(super) fn guarded(&self, route: NodeId, guards: &Targets, opens: &Targets) -> Held {
        let mut result = Held::Nothing;
        let mut is_perhaps_open = false;
        for handler in self.graph.handlers(route) {
            let levels = self.levels(handler);
            if self.is_of(handler, "csharp") {
                let all: Vec<NodeId> = levels.iter().flatten().copied().chain([route]).collect();
                // Wherever it stands, nobody is asked.
                if let Some(by) = all.iter().find_map(|it| self.opened(*it, opens)) {
                    return Held::Open(by);
                }
                is_perhaps_open |= all.iter().any(|it| opens.is_unsure_at(*it));
            }
            let sets = self.view_sets(route, handler);
            if sets.len() > MAX_SETS {
                return Held::Unsure;
            }
            let held = if sets.is_empty() {
                self.held(route, handler, levels, guards, opens)
            } else {
                // One action of several sets of views: each of them says by itself who may.
                let mut all = sets.into_iter().map(|set| {
                    let mut levels = vec![vec![handler]];
                    levels.extend(self.levels(set));
                    self.held(route, handler, levels, guards, opens)
                });
                let first = all.next().unwrap_or(Held::Nothing);
                all.fold(first, Held::and)
            };
            match held {
                Held::Nothing => {}
                Held::Guarded(_) => result = held,
                Held::Unsure | Held::PerhapsOpen | Held::Open(_) => return held,
            }
        }
        match result {
            Held::Guarded(_) if is_perhaps_open => Held::Unsure,
            _ if is_perhaps_open => Held::PerhapsOpen,
            result => result,
        }
    }

    /// What some levels say, the nearest first.
    fn held(
        &self,
        route: NodeId,
        handler: NodeId,
        levels: Vec<Vec<NodeId>>,
        guards: &Targets,
        opens: &Targets,
    ) -> Held {
        // What the nearest `get_permissions` gives, stands in the place of all fields.
        let nearest = levels.iter().enumerate().find_map(|(at, level)| {
            let mut given = level.iter().map(|it| permissions::given_by(self, *it, guards));
            given.find(|it| !matches!(it, Given::Nothing)).map(|it| (at, it))
        });
        let given = match nearest {
            Some((at, Given::Guards(method))) => {
                let mut nearer = levels[..=at].iter().flatten();
                let is_replaced = nearer.any(|it| self.replaces_asking(*it));
                return if is_replaced { Held::Unsure } else { Held::Guarded(Some(method)) };
            }
            Some((_, given)) => given,
            None => Given::Nothing,
        };
        let (mut is_replaced, mut is_said) = (false, false);
        let mut taken: Vec<(String, bool)> = Vec::new();
        for level in &levels {
            is_replaced |= level.iter().any(|it| self.replaces_asking(*it));
            if self.has_replaced(level) {
                return Held::Unsure;
            }
            let open = level.iter().find_map(|it| self.opened(*it, opens));
            let guarded_at = level
                .iter()
                .copied()
                .find(|it| guards.used_by(*it).is_some() && !self.graph.is_undecorated(route, *it));
            let is_guarded = guarded_at.is_some();
            is_said |= level.iter().any(|it| self.says_permissions(*it));
            let fields: Vec<(String, bool)> =
                level.iter().flat_map(|it| self.guard_fields(*it)).collect();
            // What a class names, one that extends it names in its place.
            let is_taken = |it: &&(String, bool)| fields.iter().any(|own| own.0 == it.0);
            if is_guarded && fields.iter().any(|it| it.0 == PERMISSIONS) {
                match given {
                    Given::None => return Held::Open(GETTER.to_owned()),
                    Given::Perhaps | Given::Computed => return Held::Unsure,
                    Given::Nothing | Given::Guards(_) => {}
                }
            }
            if is_guarded && let Some((by, is_all)) = taken.iter().find(is_taken) {
                return if *is_all { Held::Open(by.clone()) } else { Held::Unsure };
            }
            // Of `[One | Other]` of a decorator, one is asked.
            let is_one_of = |it: &NodeId| {
                let said = self.definition(*it).map(|(semantics, id)| {
                    fields::replaced_by_decorators(semantics, id).iter().any(|it| !it.1)
                });
                said == Some(true)
            };
            if is_guarded && self.is_of(handler, "python") && level.iter().any(is_one_of) {
                return Held::Unsure;
            }
            taken.extend(fields);
            match (open, is_guarded) {
                (Some(by), false) => return Held::Open(by),
                (_, true) if is_replaced => return Held::Unsure,
                (_, true) => return Held::Guarded(guarded_at),
                (None, false) if level.iter().any(|it| guards.is_unsure_at(*it)) => {
                    return Held::Unsure;
                }
                (None, false) => {}
            }
        }
        if let Given::Perhaps = given {
            return Held::Unsure;
        }
        if is_said {
            return Held::Nothing;
        }
        match self.defaults.at(levels.concat().into_iter()) {
            Default::None => Held::Nothing,
            Default::Perhaps => Held::Unsure,
            Default::Surely if is_replaced => Held::Unsure,
            Default::Surely => Held::Guarded(None),
        }
    }

    /// The sets of views of Django REST framework of which a route serves an action that one of
    /// their classes has.
    fn view_sets(&self, route: NodeId, handler: NodeId) -> Vec<NodeId> {
        if !self.is_of(handler, "python") {
            return Vec::new();
        }
        let around = self.levels(handler).get(1).cloned().unwrap_or_default();
        let is_class = |id: NodeId| {
            let kind = self.graph.node(id).definition_kind;
            kind.is_some_and(DefinitionKind::is_type)
        };
        let called = self.graph.dependencies(route).iter();
        let called = called.filter(|it| it.kind == EdgeKind::Calls && it.node != handler);
        let classes = called.map(|it| it.node).filter(|it| is_class(*it));
        let of_handler = |it: &NodeId| {
            let own = self.levels(*it).concat();
            around.iter().any(|class| own.contains(class))
        };
        let mut sets: Vec<NodeId> = classes.filter(of_handler).collect();
        sets.sort_unstable();
        sets.dedup();
        sets
    }

    fn is_of(&self, node: NodeId, language: &str) -> bool {
        self.graph.node(node).language.as_deref() == Some(language)
    }

    /// The handler, its class, that class's bases, and so on; each with what decorates it.
    fn levels(&self, handler: NodeId) -> Vec<Vec<NodeId>> {
        let mut levels = vec![vec![handler]];
        let is_class = |id: &NodeId| {
            let kind = self.graph.node(*id).definition_kind;
            kind.is_some_and(DefinitionKind::is_type)
        };
        let around = self.graph.dependents(handler).iter();
        let around = around.filter(|it| it.kind == EdgeKind::Contains).map(|it| it.node);
        let mut next: Vec<NodeId> = around.filter(is_class).collect();
        if is_class(&handler) {
            next = self.bases(&[handler]);
        }
        let mut seen: BTreeSet<NodeId> = BTreeSet::new();
        while !next.is_empty() && seen.len() < MAX_BASES {
            next.retain(|it| seen.insert(*it));
            let bases = self.bases(&next);
            levels.push(std::mem::replace(&mut next, bases));
        }
        levels
    }

    fn bases(&self, classes: &[NodeId]) -> Vec<NodeId> {
        let halves = classes.iter().flat_map(|it| self.graph.dependencies(*it));
        let bases = halves.filter(|it| {
            it.kind == EdgeKind::Inherits
                && it.confidence > Confidence::Possible
                && self.graph.node(it.node).key.kind == NodeKind::Definition
        });
        bases.map(|it| it.node).collect()
    }

    /// Whether a way leads through the handler or the settings, and not through a hook or a
    /// router.
    pub(super) fn is_own(&self, route: NodeId, path: &[NodeId]) -> bool {
        let second = path.get(1).copied();
        if self.graph.is_from_settings(route, second.unwrap_or(route)) {
            return true;
        }
        let Some(second) = second else {
            // What the route itself names: in Python a wrapper of its URL configuration, which
            // no mark of the view takes back; elsewhere an annotation or a decorator.
            return match self.graph.node(route).language.as_deref() {
                Some("python") => false,
                // Nor what filters say by the path of a request, which come before all of it.
                Some("java" | "kotlin") => {
                    !self.graph.outside_of(route).iter().any(|it| it.1 > Confidence::Possible)
                }
                _ => true,
            };
        };
        self.graph.handlers(route).any(|it| {
            let is_of = |id: NodeId| id == second || self.levels(id).concat().contains(&second);
            is_of(it) || self.view_sets(route, it).into_iter().any(is_of)
        })
    }

    /// Whether a way leads by the settings to a view that code may take out of what they say.
    pub(super) fn may_be_taken_out(&self, route: NodeId, path: &[NodeId]) -> bool {
        !self.marked.is_empty()
            && self.graph.is_from_settings(route, path.get(1).copied().unwrap_or(route))
            && self.graph.handlers(route).any(|it| self.marked.contains(&it))
    }

    /// What opts a definition out, by its name.
    fn opened(&self, node: NodeId, opens: &Targets) -> Option<String> {
        if let Some(name) = opens.used_by(node) {
            return Some(name.to_owned());
        }
        let mut halves = self.graph.dependencies(node).iter();
        let by = halves.find(|it| {
            it.kind == EdgeKind::Decorates && opens.nodes.binary_search(&it.node).is_ok()
        })?;
        Some(self.graph.node(by.node).key.own_name().to_owned())
    }

    /// Whether a view says itself who may: then what the settings say does not count.
    fn says_permissions(&self, node: NodeId) -> bool {
        let named = |it: &str| matches!(it, "permission_classes" | "get_permissions");
        let is_member = self.members(node).iter().any(|(_, name)| named(name));
        let Some((semantics, id)) = self.definition(node) else { return is_member };
        is_member || fields::said_by_decorators(semantics, id).iter().any(|it| named(it.0))
    }

    /// The fields of a class in which frameworks look for guards, and whether all they hold is
    /// written out.
    fn guard_fields(&self, class: NodeId) -> Vec<(String, bool)> {
        if !self.is_of(class, "python") {
            return Vec::new();
        }
        let Some((semantics, id)) = self.definition(class) else { return Vec::new() };
        let own = fields::replaced(semantics, id).into_iter();
        let own = own.chain(fields::replaced_by_decorators(semantics, id));
        own.map(|(name, is_all)| (name.to_owned(), is_all)).collect()
    }

    /// The graph that the classes are of.
    pub(super) fn graph(&self) -> &'g Graph {
        self.graph
    }

    /// Whether a class has a method in the place of one that asks, which does not go on to it.
    fn replaces_asking(&self, class: NodeId) -> bool {
        if !self.is_of(class, "python") {
            return false;
        }
        let members = self.members(class);
        let mut asking = members.iter().filter(|(_, name)| ASKING.contains(&name.as_str()));
        let Some((semantics, _)) = self.definition(class) else { return false };
        asking.any(|(method, name)| {
            let is_method = semantics.definition(*method).kind.is_function();
            is_method && !goes_on_to_super(semantics, *method, name)
        })
    }

    /// The methods and fields of a class.
    pub(super) fn members(&self, class: NodeId) -> Vec<(DefinitionId, String)> {
        let Some((semantics, id)) = self.definition(class) else { return Vec::new() };
        if !semantics.definition(id).kind.is_type() {
            return Vec::new();
        }
        let all = semantics.definitions.iter().enumerate();
        let own = all.filter(|(_, it)| it.parent == Some(id));
        own.map(|(at, it)| (DefinitionId(at as u32), it.name.to_string())).collect()
    }

    pub(super) fn definition(
        &self,
        node: NodeId,
    ) -> Option<(&'g codd_facts::Semantics, DefinitionId)> {
        let key = &self.graph.node(node).key;
        let file = self.view.files.get(&key.path)?;
        let semantics = &*file.facts.as_ref()?.semantics;
        let at = semantics
            .definitions
            .iter()
            .position(|it| it.qualified_name == key.symbol && it.ordinal == key.ordinal)?;
        Some((semantics, DefinitionId(at as u32)))
    }
}

/// Whether a method calls the one of its bases that it is in the place of.
pub(super) fn goes_on_to_super(
    semantics: &codd_facts::Semantics,
    method: DefinitionId,
    name: &str,
) -> bool {
    semantics.references.iter().any(|it| {
        it.kind == ReferenceKind::Call
            && it.owner == Some(method)
            && matches!(semantics.expr(it.target), Expr::Attribute { base, name: of }
                if of == name && is_super(semantics, *base))
    })
}

/// Whether an expression stands for the bases of a class: `super()`.
fn is_super(semantics: &codd_facts::Semantics, expr: codd_facts::ExprId) -> bool {
    match semantics.expr(expr) {
        Expr::Super { .. } => true,
        Expr::Call { callee, .. } => {
            matches!(semantics.expr(*callee), Expr::Super { .. })
                || matches!(semantics.expr(*callee), Expr::Name { name, .. } if name == "super")
        }
        _ => false,
    }
}
