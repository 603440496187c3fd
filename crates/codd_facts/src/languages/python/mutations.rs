//! Values that are changed where they stand: `CONFIG["a"] = 1`, `REGISTRY.append(f)`.
//!
//! Who reads a name of a module depends on every statement that changes what it holds. One at
//! the level at which the name is defined is part of its definition, like a further
//! assignment; any other writes to it.

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::builder::Branch;
use crate::tree::NodeId;
use crate::{Bound, DefinitionId, Expr, ExprId, MODULE_SCOPE, Name, ReferenceKind, ScopeKind};

/// Methods of Python's own containers that change them.
const MUTATORS: &[&str] = &[
    "__delitem__",
    "__setitem__",
    "add",
    "append",
    "appendleft",
    "clear",
    "difference_update",
    "discard",
    "extend",
    "extendleft",
    "insert",
    "intersection_update",
    "move_to_end",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "reverse",
    "rotate",
    "setdefault",
    "sort",
    "subtract",
    "symmetric_difference_update",
    "update",
];

/// Attributes and items from a name to what is changed.
const MAX_STEPS: usize = 16;

impl Walk<'_, '_> {
    /// Adds to what `target`, an attribute or an item, is part of that `whole` changes it, if
    /// both stand at one level. Gives what was changed where it is a variable.
    pub(super) fn changed_in_place(
        &mut self,
        target: NodeId,
        whole: NodeId,
        cx: &Cx,
    ) -> Option<DefinitionId> {
        let scope = self.builder.semantics.scope(cx.scope).kind;
        if !matches!(scope, ScopeKind::Module | ScopeKind::Class) {
            return None;
        }
        let root = self.root_of(target)?;
        let name = Name::new(self.text(root));
        let known = match self.variables.get(&(cx.scope, name.clone())) {
            Some(variable) => *variable,
            None => match self.builder.bound_last(cx.scope, &name)? {
                Bound::Definition(id) => *id,
                _ => return None,
            },
        };
        let text = self.builder.text_mut(known);
        if text.also.last() != Some(&whole) {
            text.also.push(whole);
        }
        self.variables.get(&(cx.scope, name)).copied()
    }

    /// A statement that is nothing but a call: what is called may change what it is called on.
    ///
    /// Gives the variable whose items it puts in.
    pub(super) fn call_in_place(&mut self, call: NodeId, cx: &Cx) -> Option<DefinitionId> {
        let fields = &self.grammar.fields;
        let function = self.child(call, fields.function)?;
        if self.kind(function) != Kind::Attribute {
            return None;
        }
        let object = self.child(function, fields.object)?;
        let is_mutator = MUTATORS.contains(&self.text(self.child(function, fields.attribute)?));
        // `if __name__ == "__main__": app.run()` is no part of what others see.
        if !is_mutator && cx.branch != Branch::Always {
            return None;
        }
        self.changed_in_place(object, call, cx)
            .filter(|_| is_mutator && self.kind(object) == Kind::Identifier)
    }

    /// A call that changes what it is called on.
    pub(super) fn mutating_call(&mut self, callee: ExprId, called: &str, node: NodeId, cx: &Cx) {
        if MUTATORS.contains(&called)
            && let Expr::Attribute { base, .. } = self.builder.semantics.expr(callee)
        {
            let base = *base;
            self.item_written(base, node, cx);
        }
    }

    /// Refers to an item of `base` that is written, if `base` may be of a module, this one or
    /// another: who reads it depends on this code.
    pub(super) fn item_written(&mut self, base: ExprId, node: NodeId, cx: &Cx) {
        if self.may_be_of_module(base) {
            let item = self.element(base);
            let cx = &Cx { initialises: None, ..*cx };
            self.refer(ReferenceKind::Write, item, node, None, cx);
        }
    }

    /// Whether attributes and items start from a name that no function binds.
    fn may_be_of_module(&self, expr: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let mut at = expr;
        for _ in 0..MAX_STEPS {
            at = match semantics.expr(at) {
                Expr::Attribute { base, .. } | Expr::Index { base, .. } => *base,
                Expr::Name { scope, name } => {
                    return match self.builder.bound_so_far(*scope, name) {
                        Some((scope, Bound::Outer)) => {
                            self.outers.get(&(scope, name.clone())) == Some(&MODULE_SCOPE)
                        }
                        Some((scope, _)) => scope == MODULE_SCOPE,
                        // The module may bind it further down.
                        None => true,
                    };
                }
                _ => return false,
            };
        }
        false
    }

    /// The name that attributes and items start from.
    fn root_of(&self, target: NodeId) -> Option<NodeId> {
        let fields = &self.grammar.fields;
        let mut at = target;
        for _ in 0..MAX_STEPS {
            at = match self.kind(at) {
                Kind::Identifier => return Some(at),
                Kind::Attribute => self.child(at, fields.object)?,
                Kind::Subscript => self.child(at, fields.value)?,
                _ => return None,
            };
        }
        None
    }
}
