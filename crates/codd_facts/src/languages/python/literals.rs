//! Lists and dictionaries that are filled and cut right behind where they are written, before
//! anybody else has seen them: these say exactly what is in them.

use super::walk::{Cx, Walk};
use crate::{Bound, ContainerKind, Expr, ExprId, Item, Name, ScopeId, ScopeKind};

impl Walk<'_, '_> {
    /// Replaces the item of a dictionary that nobody has used since it was written; says
    /// whether it did. `target` is the subscript that is assigned to, lowered.
    pub(super) fn overwritten(&mut self, target: ExprId, value: ExprId, cx: &Cx) -> bool {
        let mut keys = Vec::new();
        let mut at = target;
        while let Expr::Index { base, key: Some(key) } = self.builder.semantics.expr(at)
            && base.0 < at.0
        {
            keys.push(key.clone());
            at = *base;
        }
        let Some((literal, place)) = self.unused_literal(at, cx) else { return false };
        let Some(container) = self.container_at(literal, &keys[1..]) else { return false };
        self.put(container, Some(keys[0].clone()), value);
        self.unused.insert(place, self.builder.semantics.exprs.len());
        true
    }

    /// The same of all items of `added`, for `d.update({…})`.
    pub(super) fn updated(&mut self, base: ExprId, added: ExprId, cx: &Cx) -> bool {
        let Some((literal, place)) = self.unused_literal(base, cx) else { return false };
        let Expr::Container { kind: ContainerKind::Mapping, items } =
            self.builder.semantics.expr(added)
        else {
            return false;
        };
        for item in items.clone() {
            self.put(literal, item.key, item.value);
        }
        self.unused.insert(place, self.builder.semantics.exprs.len());
        true
    }

    /// `list[a:b]` of a list that is written out and never added to, as a list of its own.
    pub(super) fn cut(&mut self, base: ExprId, slice: &str) -> Option<ExprId> {
        let (start, end) = slice.split_once(':')?;
        let bound = |text: &str, otherwise: usize| match text.trim() {
            "" => Some(otherwise),
            text => text.parse::<usize>().ok(),
        };
        let literal = self.only_literal(base)?;
        let Expr::Container { kind: ContainerKind::Sequence, items } =
            self.builder.semantics.expr(literal)
        else {
            return None;
        };
        let (start, end) = (bound(start, 0)?, bound(end, items.len())?);
        let cut = items.get(start..end.min(items.len()))?;
        let items = cut.iter().map(|it| Item { key: None, value: it.value }).collect();
        Some(self.container(ContainerKind::Sequence, items))
    }

    fn put(&mut self, container: ExprId, key: Option<Name>, value: ExprId) {
        let Expr::Container { items, .. } = &mut self.builder.semantics.exprs[container.index()]
        else {
            return;
        };
        match items.iter_mut().find(|it| key.is_some() && it.key == key) {
            Some(item) => item.value = value,
            None => items.push(Item { key, value }),
        }
    }

    /// The dictionary inside `literal` that these keys lead to, the last of them first.
    fn container_at(&self, literal: ExprId, keys: &[Name]) -> Option<ExprId> {
        let semantics = &self.builder.semantics;
        let mut at = literal;
        for key in keys.iter().rev() {
            let Expr::Container { items, .. } = semantics.expr(at) else { return None };
            at = items.iter().find(|it| it.key.as_ref() == Some(key))?.value;
        }
        let is_mapping =
            matches!(semantics.expr(at), Expr::Container { kind: ContainerKind::Mapping, .. });
        is_mapping.then_some(at)
    }

    /// The dictionary that a name holds, if it was written in this very scope and nothing has
    /// named it since but this expression.
    fn unused_literal(&self, name: ExprId, cx: &Cx) -> Option<(ExprId, (ScopeId, Name))> {
        let Expr::Name { scope, name: text } = self.builder.semantics.expr(name) else {
            return None;
        };
        let literal = self.only_literal(name)?;
        let is_here = cx.is_certain
            && *scope == cx.scope
            && self.builder.bound_last(cx.scope, text).is_some()
            && self.builder.semantics.scope(cx.scope).kind != ScopeKind::Class;
        if !is_here {
            return None;
        }
        let place = (cx.scope, text.clone());
        let start = self.unused.get(&place).copied().unwrap_or(literal.index() + 1);
        let since = self.builder.semantics.exprs.iter().enumerate().skip(start);
        let is_used = since
            .filter(|(at, _)| *at != name.index())
            .any(|(_, it)| matches!(it, Expr::Name { name: it, .. } if it == text));
        (!is_used).then_some((literal, place))
    }

    /// The list or dictionary that a name stands for, if it is bound to that alone so far.
    fn only_literal(&self, name: ExprId) -> Option<ExprId> {
        let semantics = &self.builder.semantics;
        let Expr::Name { scope, name } = semantics.expr(name) else { return None };
        let (scope, bound) = self.builder.bound_so_far(*scope, name)?;
        let value = match bound {
            Bound::Definition(id) => semantics.definition(*id).value?,
            Bound::Value(value) => *value,
            _ => return None,
        };
        let is_literal = matches!(semantics.expr(value), Expr::Container { .. });
        (is_literal && self.builder.is_bound_once(scope, name)).then_some(value)
    }
}
