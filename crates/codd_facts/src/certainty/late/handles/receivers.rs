//! Whether what a method is called on goes on with requests: a handler, a context.

use super::super::super::words::NEXT;
use super::super::words::{CONTEXTS, FIELDS, HANDLERS, RUN_AS, WRAPPED};
use super::{DEEPEST, Handles, MOST_CALLS, MOST_LOOKED_AT, defined, is_kept};
use crate::around::called_name;
use crate::builder::lookup;
use crate::{Bound, DefinitionId, Expr, ExprId};

impl Handles<'_> {
    /// Whether a parameter or a field holds what goes on with the request.
    pub(in crate::certainty::late) fn holds_handler(
        &self,
        base: ExprId,
        method: &str,
        owner: DefinitionId,
    ) -> bool {
        self.room.set(MOST_LOOKED_AT);
        let semantics = self.semantics;
        let is_run = RUN_AS.contains(&semantics.definition(owner).name.as_str());
        match semantics.expr(base) {
            Expr::Name { scope, name } => {
                let word = name.trim_start_matches(['$', '@']);
                match lookup(semantics, *scope, name) {
                    Some((_, [binding])) => match binding.bound {
                        Bound::Parameter { function, index } => {
                            let count = semantics.definition(function).parameters.len();
                            let is_last = index > 0 && index as usize + 1 == count;
                            // What middleware of PSR-15 is given, whatever it calls that.
                            (is_last || index == 1)
                                && is_run
                                && method == "handle"
                                && name.starts_with('$')
                                || NEXT.contains(&word)
                                || is_last
                                    && HANDLERS.contains(&word)
                                    && !(function == owner && self.is_helper(function))
                                || function != owner && count == 1 && WRAPPED.contains(&word)
                                || self.is_next_of(function, index)
                        }
                        Bound::Definition(id) => {
                            let it = semantics.definition(id);
                            is_run
                                && !it.kind.is_function()
                                && (FIELDS.contains(&word) || self.keeps_next(it, DEEPEST))
                        }
                        // Ruby's `&blk`.
                        Bound::Unknown if self.has_blocks => !self.is_helper(owner),
                        Bound::Unknown | Bound::Typed(_) => {
                            NEXT.contains(&word) || HANDLERS.contains(&word)
                        }
                        _ => false,
                    },
                    Some(_) => false,
                    None => is_run && FIELDS.contains(&word) && name.starts_with('@'),
                }
            }
            Expr::Attribute { base: of, name } => {
                let is_kept = is_kept(semantics, *of);
                is_run
                    && is_kept
                    && (FIELDS.contains(&name.trim_start_matches(['$', '@']))
                        || self.is_next(base, DEEPEST))
            }
            _ => false,
        }
    }

    /// Whether an expression is the one object that is both request and answer, or what is kept of
    /// it for middleware.
    pub(super) fn is_context(&self, base: ExprId, room: usize) -> bool {
        let Some(room) = room.checked_sub(1) else { return false };
        match self.semantics.expr(base) {
            Expr::Name { scope, name } => {
                let Some((_, [binding])) = lookup(self.semantics, *scope, name) else {
                    return false;
                };
                match binding.bound {
                    Bound::Parameter { function, index } => {
                        let parameters = &self.semantics.definition(function).parameters;
                        let annotation =
                            parameters.get(index as usize).and_then(|it| it.annotation);
                        annotation.is_some_and(|it| self.is_type_of_context(it))
                    }
                    // The receiver of a method of Go.
                    Bound::Typed(of) => self.is_type_of_context(of),
                    Bound::Value(value) if value != base => {
                        matches!(self.semantics.expr(value), Expr::InstanceOf(of)
                            if self.is_type_of_context(*of))
                            || self.is_context(value, room)
                    }
                    _ => false,
                }
            }
            Expr::Attribute { name, .. } => name == "Middleware",
            _ => false,
        }
    }

    /// Whether a type is that of such an object, or one of the file that has it embedded.
    fn is_type_of_context(&self, of: ExprId) -> bool {
        let is_named = |of: ExprId| {
            called_name(self.semantics, of).is_some_and(|it| CONTEXTS.contains(&it.as_str()))
        };
        let embeds = |id: DefinitionId| {
            let bases = self.semantics.definition(id).bases.iter().take(MOST_CALLS);
            bases.copied().any(is_named)
        };
        is_named(of) || defined(self.semantics, of).into_iter().any(embeds)
    }

    /// Whether what answers a request in Go is none of the program: what a call makes of
    /// something else than what goes on.
    pub(in crate::certainty::late) fn is_foreign(&self, base: ExprId) -> bool {
        let mut at = base;
        for _ in 0..DEEPEST {
            match self.semantics.expr(at) {
                Expr::Call { callee, .. } => return !self.gives_on(*callee),
                Expr::Name { scope, name } => {
                    let Some((_, [binding])) = lookup(self.semantics, *scope, name) else {
                        return false;
                    };
                    let value = match binding.bound {
                        Bound::Value(value) | Bound::Alias(value) => Some(value),
                        Bound::Definition(id) => self.semantics.definition(id).value,
                        _ => None,
                    };
                    match value.filter(|it| *it != at) {
                        Some(value) => at = value,
                        None => return false,
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a call is given something that may be what goes on: a parameter, a field.
    fn gives_on(&self, callee: ExprId) -> bool {
        let given = self.given.get(&callee).into_iter().flatten();
        given
            .into_iter()
            .any(|it| !matches!(self.semantics.expr(*it), Expr::Text(_) | Expr::Literal))
            || self.parameter(callee).is_some()
    }
}
