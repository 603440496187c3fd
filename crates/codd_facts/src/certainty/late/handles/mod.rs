//! What holds what a request goes on with: parameters, other names for them, fields, functions
//! that do nothing but go on.

mod helpers;
mod next;
mod receivers;

use std::cell::Cell;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::stretches::Finder;
use super::words::{ADDING, RUN_AS};
use crate::builder::lookup;
use crate::{
    Argument, Bound, DefinitionId, Expr, ExprId, Name, RouteHookKind, ScopeId, ScopeKind, Semantics,
};

/// Names for names, and calls of what calls give, that are followed.
const DEEPEST: usize = 6;

/// Calls of one name, and arguments of one, that are looked at.
const MOST_CALLS: usize = 64;

/// Expressions that are looked at for one call.
const MOST_LOOKED_AT: u32 = 1000;

/// What of a file goes on with requests.
pub(super) struct Handles<'s> {
    pub(super) semantics: &'s Semantics,
    is_script: bool,
    has_blocks: bool,
    /// What each thing is called with that is called.
    given: FxHashMap<ExprId, Vec<ExprId>>,
    /// Functions that the file registers to run before others.
    hooked: BTreeSet<DefinitionId>,
    /// Methods that controllers name to run around their actions.
    named: BTreeSet<Name>,
    /// Parameters that hold what a decorator wraps.
    wrapped: BTreeSet<(DefinitionId, u32)>,
    /// Functions that the file calls itself with something else than what goes on.
    helpers: BTreeSet<DefinitionId>,
    /// Functions inside of others that go on where they are called.
    carriers: BTreeSet<DefinitionId>,
    /// Fields by their class and name.
    fields: FxHashMap<(DefinitionId, &'s str), DefinitionId>,
    /// Methods by their class and name.
    methods: FxHashSet<(DefinitionId, &'s str)>,
    /// Classes with a method by which middleware is run.
    run: FxHashSet<DefinitionId>,
    /// What the file puts into lists by their names: `steps.append(f)`.
    added: FxHashMap<(ScopeId, &'s str), Vec<ExprId>>,
    /// Expressions that are still looked at for one call.
    room: Cell<u32>,
}

impl<'s> Handles<'s> {
    pub(super) fn of(semantics: &'s Semantics, finder: &Finder<'_, '_>) -> Handles<'s> {
        let mut handles = Handles {
            semantics,
            is_script: finder.gives_functions && !finder.is_python,
            has_blocks: finder.has_blocks,
            given: FxHashMap::default(),
            hooked: BTreeSet::new(),
            named: BTreeSet::new(),
            wrapped: BTreeSet::new(),
            helpers: BTreeSet::new(),
            carriers: BTreeSet::new(),
            fields: FxHashMap::default(),
            methods: FxHashSet::default(),
            run: FxHashSet::default(),
            added: FxHashMap::default(),
            room: Cell::new(0),
        };
        for (at, it) in semantics.definitions.iter().enumerate() {
            let Some(parent) = it.parent else { continue };
            if !it.kind.is_function() {
                let id = DefinitionId(at as u32);
                handles.fields.entry((parent, it.name.as_str())).or_insert(id);
                continue;
            }
            handles.methods.insert((parent, it.name.as_str()));
            if RUN_AS.contains(&it.name.as_str()) {
                handles.run.insert(parent);
            }
        }
        for expr in &semantics.exprs {
            if let Expr::Call { callee, arguments } = expr
                && !arguments.is_empty()
            {
                let known = handles.given.entry(*callee).or_default();
                let room = MOST_CALLS.saturating_sub(known.len());
                known.extend(arguments.iter().map(|it| it.value).take(room));
                handles.note_added(*callee, arguments);
            }
        }
        for hook in &semantics.route_hooks {
            // A function that is given a router is no middleware.
            if matches!(hook.kind, RouteHookKind::Given(_) | RouteHookKind::Plugin) {
                continue;
            }
            handles.hooked.extend(defined(semantics, hook.function));
            handles.named.extend(hook.controller.as_ref().and_then(|it| it.name.clone()));
        }
        handles.find_wrapped();
        handles.find_helpers(finder);
        handles
    }

    /// Notes what a call puts into a list.
    fn note_added(&mut self, callee: ExprId, arguments: &[Argument]) {
        let semantics = self.semantics;
        let Expr::Attribute { base, name } = semantics.expr(callee) else { return };
        let Expr::Name { scope, name: list } = semantics.expr(*base) else { return };
        if !ADDING.contains(&name.as_str()) {
            return;
        }
        if let Some((scope, _)) = lookup(semantics, *scope, list) {
            let known = self.added.entry((scope, list.as_str())).or_default();
            let room = MOST_CALLS.saturating_sub(known.len());
            known.extend(arguments.iter().map(|it| it.value).take(room));
        }
    }

    /// Whether the class around a method has a method of that name.
    pub(super) fn is_own_method(&self, owner: DefinitionId, name: &'s str) -> bool {
        let class = self.semantics.definition(owner).parent;
        class.is_some_and(|it| self.methods.contains(&(it, name)))
    }

    /// Whether the file registers a function to run around others.
    pub(super) fn is_hooked(&self, id: DefinitionId) -> bool {
        self.hooked.contains(&id) || self.named.contains(&self.semantics.definition(id).name)
    }

    /// Whether a function is called by others of its file with something of theirs.
    pub(super) fn is_helper(&self, id: DefinitionId) -> bool {
        self.helpers.contains(&id)
    }

    /// A function inside of another that goes on, or one that is given what does: who calls it
    /// goes on.
    pub(super) fn add_carrier(&mut self, id: DefinitionId, callee: ExprId) -> bool {
        let scope = self.semantics.definition(id).scope;
        if let Expr::Attribute { base, .. } = self.semantics.expr(callee)
            && self.is_context(*base, DEEPEST)
        {
            return self.carriers.insert(id);
        }
        let is_inside =
            !matches!(self.semantics.scope(scope).kind, ScopeKind::Module | ScopeKind::Class);
        is_inside && self.carriers.insert(id)
    }
}

/// What an expression names of the file's own definitions.
fn defined(semantics: &Semantics, expr: ExprId) -> Vec<DefinitionId> {
    match semantics.expr(expr) {
        Expr::Definition(id) => vec![*id],
        Expr::Name { scope, name } => {
            let bindings = lookup(semantics, *scope, name).map_or(&[][..], |it| it.1);
            let defined = bindings.iter().take(MOST_CALLS).filter_map(|it| match it.bound {
                Bound::Definition(id) => Some(id),
                _ => None,
            });
            defined.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an expression is the object whose method is running.
pub(super) fn is_kept(semantics: &Semantics, base: ExprId) -> bool {
    match semantics.expr(base) {
        Expr::This { .. } => true,
        Expr::Name { name, .. } => matches!(name.as_str(), "self" | "this" | "$this"),
        _ => false,
    }
}
