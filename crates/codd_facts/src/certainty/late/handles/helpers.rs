//! Functions of a file that others of it call with something else than what goes on, and parameters
//! that hold what a decorator wraps.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::stretches::Finder;
use super::super::words::{ADDING, MAKERS, NOT_GOING_ON, PARTIAL, WRAPPING};
use super::{DEEPEST, Handles, MOST_LOOKED_AT, defined};
use crate::around::called_name;
use crate::builder::lookup;
use crate::{Bound, DefinitionId, Expr, ExprId, ReferenceKind};

impl Handles<'_> {
    pub(super) fn find_wrapped(&mut self) {
        let semantics = self.semantics;
        let mut functions_in: FxHashMap<DefinitionId, Vec<DefinitionId>> = FxHashMap::default();
        for (at, it) in semantics.definitions.iter().enumerate() {
            if let Some(parent) = it.parent.filter(|_| it.kind.is_function()) {
                functions_in.entry(parent).or_default().push(DefinitionId(at as u32));
            }
        }
        let first = |id: DefinitionId| {
            let parameters = &semantics.definition(id).parameters;
            parameters.iter().position(|it| !it.is_receiver).map(|at| (id, at as u32))
        };
        // Many things have the same decorator, which may hold many functions.
        let mut made_before: FxHashSet<DefinitionId> = FxHashSet::default();
        let mut applied_before: FxHashSet<DefinitionId> = FxHashSet::default();
        for decorator in semantics.definitions.iter().flat_map(|it| &it.decorators) {
            match semantics.expr(*decorator) {
                // `@wraps(f)`.
                Expr::Call { callee, arguments } => {
                    let is_wrapping = called_name(semantics, *callee)
                        .is_some_and(|it| WRAPPING.contains(&it.as_str()));
                    if let Some(of) = arguments.first().filter(|_| is_wrapping) {
                        self.wrapped.extend(self.parameter(of.value));
                    }
                    // `@deco(option)`: what it gives back is the decorator.
                    let made = defined(semantics, *callee).into_iter();
                    let made = made.filter(|it| made_before.insert(*it));
                    let inner = made.filter_map(|it| functions_in.get(&it)).flatten();
                    self.wrapped.extend(inner.filter_map(|it| first(*it)));
                }
                _ => {
                    for id in defined(semantics, *decorator) {
                        if !applied_before.insert(id) {
                            continue;
                        }
                        let is_function = semantics.definition(id).kind.is_function();
                        let of_class = functions_in.get(&id).into_iter().flatten().find(|it| {
                            !is_function
                                && MAKERS.contains(&semantics.definition(**it).name.as_str())
                        });
                        let it = if is_function { Some(&id) } else { of_class };
                        self.wrapped.extend(it.and_then(|it| first(*it)));
                    }
                }
            }
        }
    }

    pub(super) fn find_helpers(&mut self, finder: &Finder<'_, '_>) {
        let semantics = self.semantics;
        if self.has_blocks {
            let answered = finder.answered();
            for (at, it) in semantics.definitions.iter().enumerate() {
                let id = DefinitionId(at as u32);
                if answered.contains(it.name.as_str()) && !self.is_hooked(id) {
                    self.helpers.insert(id);
                }
            }
            return;
        }
        let (mut helpers, mut others) = (BTreeSet::new(), BTreeSet::new());
        for reference in &semantics.references {
            let is_call = reference.kind == ReferenceKind::Call;
            for id in defined(semantics, reference.target) {
                if !is_call || self.hands_on(reference.target) {
                    others.insert(id);
                } else if reference.owner != Some(id) {
                    helpers.insert(id);
                }
            }
        }
        helpers.retain(|it| !others.contains(it) && !self.is_hooked(*it));
        self.helpers = helpers;
    }

    pub(super) fn parameter(&self, expr: ExprId) -> Option<(DefinitionId, u32)> {
        let Expr::Name { scope, name } = self.semantics.expr(expr) else { return None };
        let (_, bindings) = lookup(self.semantics, *scope, name)?;
        bindings.iter().find_map(|it| match it.bound {
            Bound::Parameter { function, index } => Some((function, index)),
            _ => None,
        })
    }

    /// Whether what is called is given what goes on, and may call it.
    pub(in crate::certainty::late) fn hands_on(&self, callee: ExprId) -> bool {
        self.room.set(MOST_LOOKED_AT);
        let name = called_name(self.semantics, callee);
        let calls_none =
            |it: &str| NOT_GOING_ON.contains(&it) || PARTIAL.contains(&it) || ADDING.contains(&it);
        if name.is_some_and(|it| calls_none(it)) {
            return false;
        }
        let given = self.given.get(&callee).into_iter().flatten();
        given.into_iter().any(|it| self.is_next(*it, DEEPEST))
    }
}
