//! Symbols that a check names, in the repository or outside, and the ways to them.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use codd_controls::ScopePattern;
use codd_facts::{
    Bound, Certainty, Expr, ExprId, ImportItem, Reference, ReferenceKind, Route, Semantics,
};
use codd_graph::{
    Asked, Confidence, EdgeKind, Graph, HalfEdge, Initialisers, NodeId, NodeKey, NodeKind,
    RunOptions, Target,
};

use rustc_hash::FxHashMap;

use crate::SnapshotView;
use crate::guards::dropped::dropped_calls;
use crate::guards::fields::{GUARD_FIELDS, holds_for_all};
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
    /// Definitions that count only where certain nodes use them, by these.
    used: BTreeMap<NodeId, NodeId>,
    /// Names that mean nothing here, with the nearest that do.
    pub(crate) missing: Vec<(String, Vec<String>)>,
}

/// How something from outside is used; ordered from weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// In code that may be skipped.
    Perhaps,
    /// Called by the initialiser of a variable, which ran when the variable was made.
    Initialises,
    /// As a decorator, which counts where the decorated function is what runs.
    Decorates,
    Uses,
}

/// Who uses something from outside.
#[derive(Clone, Debug)]
struct User {
    name: String,
    how: How,
}

impl User {
    fn target(&self, node: NodeId) -> Target {
        match self.how {
            How::Perhaps => Target::Perhaps(node),
            How::Initialises => Target::Run(node),
            How::Decorates => Target::Decorated(node),
            How::Uses => Target::Use(node),
        }
    }
}

/// Names of things from outside, as a check means them.
pub(crate) trait Outside {
    /// Whether code of a file that imports these modules may use one of them.
    fn may_be_in(&self, semantics: &Semantics) -> bool;

    /// Whether a dotted name is one of them.
    fn takes(&self, name: &str) -> bool;

    /// Whether a dotted name is what makes one of them, and none itself.
    fn is_made(&self, _name: &str) -> bool {
        false
    }

    /// Whether a name that nothing binds, or a text, is one of them in a language.
    fn takes_word(&self, _word: &str, _language: &str) -> bool {
        false
    }
}

/// A name or glob that a control writes.
struct Written<'a> {
    pattern: &'a str,
    scope: codd_controls::Scope,
}

impl Outside for Written<'_> {
    fn may_be_in(&self, semantics: &Semantics) -> bool {
        let top = self.pattern.split('.').next().unwrap_or_default();
        let any_top = top.contains(['*', '?', '[', '{']);
        let mut imports = semantics.imports.iter();
        imports.any(|it| any_top || it.request.module.split('.').next() == Some(top))
    }

    fn takes(&self, name: &str) -> bool {
        self.scope.takes_symbol(&[name])
            || name.strip_prefix(self.pattern).is_some_and(|it| it.starts_with('.'))
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
            // What a name of this repository meant once is not there because code still asks
            // for it.
            let may_be_outside = is_glob || found.is_empty() && is_outside(view.graph, name);
            let written = Written { pattern: name.as_str(), scope };
            let users = if may_be_outside { users_of(view, &written) } else { BTreeMap::new() };
            if found.is_empty() && users.is_empty() && !is_outside(view.graph, name) {
                let nearest = view.graph.nearest_symbols(name);
                let nearest = nearest.iter().map(ToString::to_string).collect();
                targets.missing.push((name.clone(), nearest));
            }
            targets.nodes.extend(found);
            targets.add_users(users);
        }
        targets.nodes.sort_unstable();
        targets.nodes.dedup();
        targets
    }

    /// Adds definitions, and whoever uses something from outside.
    pub(crate) fn add(
        &mut self,
        view: SnapshotView<'_>,
        nodes: impl IntoIterator<Item = NodeId>,
        outside: &dyn Outside,
    ) {
        self.add_nodes(nodes);
        self.add_users(users_of(view, outside));
    }

    /// Adds definitions of the project.
    pub(crate) fn add_nodes(&mut self, nodes: impl IntoIterator<Item = NodeId>) {
        self.nodes.extend(nodes);
        self.nodes.sort_unstable();
        self.nodes.dedup();
    }

    fn add_users(&mut self, users: BTreeMap<NodeId, User>) {
        for (node, user) in users {
            let known = self.users.entry(node).or_insert_with(|| user.clone());
            if user.how > known.how {
                *known = user;
            }
        }
    }

    /// A definition that may let everybody through.
    pub(crate) fn add_perhaps(&mut self, graph: &Graph, node: NodeId) {
        let name = graph.node(node).key.own_name().to_owned();
        self.users.entry(node).or_insert(User { name, how: How::Perhaps });
    }

    /// Those at the other ends of these edges, which lead from them to a definition.
    pub(crate) fn add_users_of<'e>(
        &mut self,
        (id, name): (NodeId, &str),
        edges: impl Iterator<Item = &'e HalfEdge>,
    ) {
        let user = |edge: &HalfEdge| {
            let how = match (edge.running.confidence?, edge.kind) {
                (Confidence::Possible, _) => How::Perhaps,
                _ if edge.running.alternatives > 1 => How::Perhaps,
                (_, EdgeKind::Decorates) => How::Decorates,
                (_, EdgeKind::Calls) => How::Uses,
                _ => return None,
            };
            Some((edge.node, User { name: name.to_owned(), how }))
        };
        for (node, user) in edges.filter_map(user).collect::<BTreeMap<NodeId, User>>() {
            self.add_user(node, id, user);
        }
    }

    /// Of several guards at one node, the one counts that surely runs: what is said of the others
    /// says nothing of it.
    fn add_user(&mut self, node: NodeId, id: NodeId, user: User) {
        if self.users.get(&node).is_none_or(|known| user.how > known.how) {
            self.used.insert(node, id);
            self.users.insert(node, user);
        }
    }

    /// A node that has a definition run before what it stands for, without calling it.
    pub(crate) fn add_user_at(
        &mut self,
        node: NodeId,
        (id, name): (NodeId, &str),
        certainty: Certainty,
    ) {
        let how = match certainty {
            Certainty::Always => How::Uses,
            Certainty::Perhaps => How::Perhaps,
            Certainty::Never => return,
        };
        self.add_user(node, id, User { name: name.to_owned(), how });
    }

    /// The definition that counts where a way ends.
    pub(crate) fn counting_at(&self, end: NodeId) -> Option<NodeId> {
        match self.nodes.binary_search(&end) {
            Ok(_) => Some(end),
            Err(_) => self.used.get(&end).copied(),
        }
    }

    /// Whatever these use from outside, they may let everybody through.
    pub(crate) fn doubt(&mut self, nodes: &[NodeId]) {
        for node in nodes {
            if let Some(user) = self.users.get_mut(node) {
                user.how = How::Perhaps;
            }
        }
    }

    /// The nodes that use something from outside.
    pub(crate) fn users(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.users.keys().copied()
    }

    /// The names by which something from outside is used.
    pub(crate) fn used_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.users.values().map(|it| it.name.as_str())
    }

    /// Takes what is used by one of these names for what may let everybody through.
    pub(crate) fn doubt_names(&mut self, is_one: impl Fn(&str) -> bool) {
        for user in self.users.values_mut().filter(|it| is_one(&it.name)) {
            user.how = How::Perhaps;
        }
    }

    /// The same of what certain nodes use.
    pub(crate) fn doubt_users(&mut self, is_one: impl Fn(NodeId, &str) -> bool) {
        for (node, user) in &mut self.users {
            if is_one(*node, &user.name) {
                user.how = How::Perhaps;
            }
        }
    }

    /// Whether a node uses something from outside that may let everybody through.
    pub(crate) fn is_unsure_at(&self, node: NodeId) -> bool {
        self.users.get(&node).is_some_and(|it| it.how == How::Perhaps)
    }

    /// The name by which a node surely uses something from outside.
    pub(crate) fn used_by(&self, node: NodeId) -> Option<&str> {
        let user = self.users.get(&node).filter(|it| it.how > How::Initialises)?;
        Some(&user.name)
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
    name.split_once('.').is_some_and(|(top, _)| is_foreign(graph, top))
}

/// Whether a module is none of this repository.
fn is_foreign(graph: &Graph, top: &str) -> bool {
    !graph.nodes().any(|(_, node)| {
        node.key.kind == NodeKind::File
            && (node
                .dotted
                .strip_prefix(top)
                .is_some_and(|it| it.is_empty() || it.starts_with('.'))
                || node.key.path.as_str().split_once('/').is_some_and(|(it, _)| it == top))
    })
}

/// The dotted name of something that a library offers; `None` where the expression is anything
/// else.
pub fn library_name(graph: &Graph, semantics: &Semantics, expr: ExprId) -> Option<String> {
    outside_name(semantics, expr).filter(|name| is_outside(graph, name))
}

/// The nodes in which something from outside is used by one of the names.
fn users_of(view: SnapshotView<'_>, outside: &dyn Outside) -> BTreeMap<NodeId, User> {
    let mut users = Users { found: BTreeMap::new() };
    // The same names are used all over a project.
    let known: RefCell<FxHashMap<String, bool>> = RefCell::default();
    let takes = |name: &str| {
        if let Some(known) = known.borrow().get(name) {
            return *known;
        }
        // A whole package is called by its name alone: `basic({ authorizer })`.
        let top = name.split('.').next().unwrap_or(name);
        let is_taken = outside.takes(name) && is_foreign(view.graph, top);
        known.borrow_mut().insert(name.to_owned(), is_taken);
        is_taken
    };
    for (path, file) in view.files {
        let Some(facts) = &file.facts else { continue };
        let semantics = &*facts.semantics;
        if !outside.may_be_in(semantics) {
            continue;
        }
        let language = facts.language.as_str();
        let named = |expr: ExprId| -> Option<String> {
            outside_name(semantics, expr)
                .filter(|it| takes(it))
                .or_else(|| word(semantics, expr).filter(|it| outside.takes_word(it, language)))
        };
        let runs = |it: &&Reference| !it.is_declared && it.kind != ReferenceKind::Type;
        let dropped = OnceCell::new();
        let is_dropped = |at: usize| {
            let calls = || file.hits.flow.as_deref().map(dropped_calls).unwrap_or_default();
            let place = facts.places.references.get(at);
            place.is_some_and(|it| dropped.get_or_init(calls).contains(&it.end))
        };
        let references = semantics.references.iter().enumerate();
        for (at, reference) in references.filter(|(_, it)| runs(it)) {
            let Some(name) = named(reference.target) else { continue };
            if reference.kind == ReferenceKind::Call && outside.is_made(&name) && is_dropped(at) {
                continue;
            }
            let owner = match reference.owner {
                Some(owner) => definition_node(view.graph, path, semantics, owner),
                None => file_node(view.graph, path),
            };
            let limit = given(semantics, reference).min(placed(semantics, reference));
            let how = match (reference.certainty.min(limit), reference.kind) {
                (Certainty::Never, _) => continue,
                (Certainty::Perhaps, _) => How::Perhaps,
                (Certainty::Always, ReferenceKind::Decorate) => How::Decorates,
                (Certainty::Always, _) => How::Uses,
            };
            users.add(owner, &name, how);
            let variable = reference.initialises;
            let variable = variable.and_then(|id| definition_node(view.graph, path, semantics, id));
            let is_made = reference.kind == ReferenceKind::Call;
            let how = if is_made { how.min(How::Initialises) } else { how };
            users.add(variable, &name, how);
        }
        for (at, route) in semantics.routes.iter().enumerate() {
            let node = || route_node(view.graph, path, semantics, at as u32);
            if let Some((name, how)) = used_by_route(semantics, route, &named) {
                users.add(node(), &name, how);
            }
        }
    }
    for (route, name, confidence) in view.graph.outside_hooks() {
        let language = view.graph.node(route).language.as_deref().unwrap_or_default();
        if outside.takes(name) || outside.takes_word(name, language) {
            let is_route = view.graph.node(route).key.kind == NodeKind::Route;
            let how = match (confidence, is_route) {
                (Confidence::Possible, _) => How::Perhaps,
                (_, true) => How::Uses,
                (_, false) => How::Decorates,
            };
            users.add(Some(route), name, how);
        }
    }
    users.found
}

struct Users {
    found: BTreeMap<NodeId, User>,
}

impl Users {
    /// The surest use of a node counts.
    fn add(&mut self, node: Option<NodeId>, name: &str, how: How) {
        let Some(node) = node else { return };
        let known = self.found.entry(node).or_insert_with(|| User { name: name.into(), how });
        if how > known.how {
            *known = User { name: name.into(), how };
        }
    }
}

/// A text, or a name that nothing of the file binds, with what it is taken from.
fn word(semantics: &Semantics, expr: ExprId) -> Option<String> {
    let (mut parts, mut at) = (Vec::new(), expr);
    while let Expr::Attribute { base, name } = semantics.expr(at)
        && parts.len() < MAX_STEPS
    {
        parts.push(name.as_str());
        at = *base;
    }
    if parts.is_empty() {
        return one_word(semantics, expr);
    }
    let first = match semantics.expr(at) {
        Expr::Name { .. } => one_word(semantics, at)?,
        _ => return None,
    };
    parts.reverse();
    Some(format!("{first}.{}", parts.join(".")))
}

fn one_word(semantics: &Semantics, expr: ExprId) -> Option<String> {
    match semantics.expr(expr) {
        Expr::Text(text) => Some(text.to_string()),
        Expr::Name { scope, name } => {
            let mut at = Some(*scope);
            for _ in 0..MAX_STEPS {
                let Some(scope) = at else { break };
                let scope = semantics.scope(scope);
                if !scope.bindings_of(name).is_empty() {
                    return None;
                }
                at = scope.parent;
            }
            Some(name.to_string())
        }
        _ => None,
    }
}

/// How surely something from outside does what it is there for, by what it is given.
pub(crate) fn given(semantics: &Semantics, reference: &Reference) -> Certainty {
    match (reference.kind, reference.owner) {
        (ReferenceKind::Decorate, Some(owner)) => {
            semantics.decorates_surely(owner, reference.target)
        }
        (ReferenceKind::Call, _) => {
            // Of `{required: jwt({…}), optional: jwt({…})}` each is what its own call says.
            let made = reference.initialises.and_then(|it| semantics.definition(it).value);
            let of_call =
                |it: ExprId| semantics.guards_surely(it).min(semantics.runs_everywhere(it));
            if let Some(made) =
                made.filter(|it| callee_of(semantics, *it) == Some(reference.target))
            {
                return of_call(made);
            }
            let all = (0..semantics.exprs.len()).map(|at| ExprId(at as u32));
            let calls = all.filter(|it| callee_of(semantics, *it) == Some(reference.target));
            calls.map(of_call).min().unwrap_or_default()
        }
        _ => Certainty::Always,
    }
}

fn callee_of(semantics: &Semantics, expr: ExprId) -> Option<ExprId> {
    match semantics.expr(expr) {
        Expr::Call { callee, .. } => Some(semantics.unapplied(*callee)),
        _ => None,
    }
}

/// How surely something from outside counts at the place of a class where it stands: as the
/// one value of a field that frameworks look at, before the bases that would answer.
fn placed(semantics: &Semantics, reference: &Reference) -> Certainty {
    match (reference.kind, reference.owner, reference.initialises) {
        (ReferenceKind::Read, Some(owner), Some(field)) => {
            let id = field;
            let field = semantics.definition(field);
            let is_of_class = semantics.definition(owner).kind.is_type()
                && field.kind == codd_facts::DefinitionKind::Field;
            let count = semantics.scope(field.scope).bindings_of(&field.name).len();
            if is_of_class && (count > 1 || !GUARD_FIELDS.contains(&field.name.as_str())) {
                return Certainty::Perhaps;
            }
            holds_for_all(semantics, id, reference.target)
        }
        (ReferenceKind::Inherit, Some(owner), _) => {
            // Python asks the bases in their order, and a view answers.
            let bases = &semantics.definition(owner).bases;
            let before = bases.iter().take_while(|it| **it != reference.target);
            let answers = |expr: &ExprId| match semantics.expr(*expr) {
                Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                    ["View", "ViewSet", "Base"].iter().any(|it| name.ends_with(it))
                }
                _ => false,
            };
            if before.copied().any(|it| answers(&it)) {
                return Certainty::Perhaps;
            }
            Certainty::Always
        }
        _ => Certainty::Always,
    }
}

/// The name by which a route itself has something of outside run before its handler.
fn used_by_route(
    semantics: &Semantics,
    route: &Route,
    named: &dyn Fn(ExprId) -> Option<String>,
) -> Option<(String, How)> {
    let of = |expr: &ExprId| match semantics.expr(*expr) {
        Expr::Call { callee, .. } => semantics.unapplied(*callee),
        _ => *expr,
    };
    let name = |expr: ExprId| outside_name(semantics, expr).or_else(|| word(semantics, expr));
    let left_out: Vec<Option<String>> = route.without.iter().map(|it| name(of(it))).collect();
    // Where it is not known what a route leaves out, it may be any.
    let is_kept = |expr: &ExprId| {
        let name = name(of(expr));
        !left_out.iter().any(|left_out| left_out.is_none() || *left_out == name)
    };
    // One that is left out by another of its names may be the same.
    let is_left_out = route.without.iter().any(|it| named(of(it)).is_some());
    // So may what the project calls by a name of its own, which another file says.
    let mut places = 0..route.without.len();
    let is_left_out = is_left_out || places.any(|at| route.leaves_out_own_name(semantics, at));
    let used = |expr: ExprId| {
        if let Expr::Either(options) = semantics.expr(expr) {
            // One of them runs, nobody knows which.
            let name = options.iter().find_map(|it| named(of(it)))?;
            return Some((name, How::Perhaps));
        }
        let name = named(of(&expr))?;
        let is_late = semantics.is_answered_before(route, expr);
        match semantics.guards_surely(expr) {
            Certainty::Never => None,
            Certainty::Always if !is_left_out && !is_late => Some((name, How::Uses)),
            _ => Some((name, How::Perhaps)),
        }
    };
    let kept = route.middleware.iter().copied().filter(is_kept).filter_map(used);
    let kept = kept.max_by_key(|it| it.1);
    let made = kept.or_else(|| used(maker_of(semantics, route)));
    made.or_else(|| {
        // Of what stands around a function, what is below its registration is served.
        let at = route.registered_by? as usize;
        let Expr::Definition(id) = semantics.expr(route.handler) else { return None };
        let below = semantics.definition(*id).decorators.get(at + 1..)?;
        below.iter().copied().filter_map(used).max_by_key(|it| it.1)
    })
}

/// What makes the handler of a route: `user_passes_test(is_staff)` of
/// `user_passes_test(is_staff)(view)`.
fn maker_of(semantics: &Semantics, route: &Route) -> ExprId {
    match semantics.expr(route.handler) {
        Expr::Call { callee, .. }
            if route.framework == "django"
                && matches!(semantics.expr(*callee), Expr::Call { .. }) =>
        {
            *callee
        }
        _ => route.handler,
    }
}

/// The dotted name of something imported, as its module calls it; `None` where the expression
/// is no plain name of something imported.
pub(crate) fn outside_name(semantics: &Semantics, expr: ExprId) -> Option<String> {
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
                            let (at, import) =
                                bindings.iter().enumerate().find_map(|(at, it)| {
                                    match it.bound {
                                        Bound::Import(import) => Some((at, import)),
                                        _ => None,
                                    }
                                })?;
                            if bindings[at..].iter().any(|it| is_function(semantics, &it.bound)) {
                                return None;
                            }
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

/// Whether a binding puts a function of the file in the place of what the name was.
fn is_function(semantics: &Semantics, bound: &Bound) -> bool {
    let is_written = |value: ExprId| match semantics.expr(value) {
        Expr::Definition(id) => semantics.definition(*id).kind.is_function(),
        // A lambda among others.
        Expr::Unknown => true,
        _ => false,
    };
    match bound {
        Bound::Value(value) => is_written(*value),
        Bound::Definition(id) => {
            let definition = semantics.definition(*id);
            definition.kind.is_function() || definition.value.is_some_and(is_written)
        }
        _ => false,
    }
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
        asked: Asked,
    ) -> Ways<'t> {
        let used = targets.nodes.iter().map(|node| Target::Use(*node));
        let users = targets.users.iter().map(|(node, user)| user.target(*node));
        let ends: Vec<Target> = used.chain(users).collect();
        let options = RunOptions { initialisers: Initialisers::RanBefore, asked };
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

    /// The nodes on the way from `from` to the target, both included.
    pub(crate) fn nodes(&self, from: NodeId) -> Vec<NodeId> {
        self.ways.path(from)
    }

    /// The name of what `from` reaches, for a message.
    pub(crate) fn target(&self, from: NodeId, written: &str) -> String {
        let last = self.ways.path(from).last().copied();
        let user = last.and_then(|node| self.targets.users.get(&node));
        user.map_or(written, |user| &user.name).to_owned()
    }
}
