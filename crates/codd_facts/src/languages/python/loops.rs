//! Loops, comprehensions and generators: what runs over what, and what is yielded.

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Argument, Bound, ContainerKind, Expr, ExprId, Item, ScopeKind};

impl Walk<'_, '_> {
    pub(super) fn comprehension(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let scope = self.builder.scope(ScopeKind::Block, Some(cx.scope), cx.owner);
        let inner = Cx { scope, ..*cx };
        let mut is_first = true;
        let body = self.child(node, fields.body);
        for clause in tree.named_children(node).filter(|it| Some(*it) != body) {
            let left = self.child(clause, fields.left);
            match (left, self.child(clause, fields.right)) {
                (Some(left), Some(right)) => {
                    // The first iterable is evaluated outside the comprehension.
                    self.loop_variable(left, right, &inner, if is_first { cx } else { &inner });
                    is_first = false;
                }
                _ => self.each(clause, &inner),
            }
        }
        let Some(body) = body else { return self.unknown };
        let (kind, value) = if self.kind(body) == Kind::Pair {
            if let Some(key) = self.child(body, fields.key) {
                self.expr(key, &inner);
            }
            (ContainerKind::Mapping, self.child(body, fields.value))
        } else {
            (ContainerKind::Sequence, Some(body))
        };
        let value = value.map_or(self.unknown, |it| self.expr(it, &inner));
        let items = vec![Item { key: None, value }];
        self.builder.expr(Expr::Container { kind, items })
    }

    /// Binds what a `for` runs over; `outer` is where the iterable is evaluated.
    pub(super) fn loop_variable(&mut self, left: NodeId, right: NodeId, cx: &Cx, outer: &Cx) {
        let iterable = self.expr(right, outer);
        if matches!(self.kind(left), Kind::PatternList | Kind::TuplePattern)
            && let Some(parts) = self.iterated_tuple(iterable)
        {
            let targets: Vec<NodeId> = self.tree.named_children(left).collect();
            if targets.len() == parts.len() {
                for (target, part) in targets.into_iter().zip(parts) {
                    self.assign(target, part.map_or(Bound::Unknown, Bound::Element), None, cx);
                }
                return;
            }
        }
        let iterable = self.iterated(iterable);
        self.assign(left, Bound::Element(iterable), None, cx);
    }

    /// `enumerate(x)`, `zip(x, y)` and `d.items()`: what each part of a tuple runs over.
    fn iterated_tuple(&self, iterable: ExprId) -> Option<Vec<Option<ExprId>>> {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, arguments } = semantics.expr(iterable) else { return None };
        match semantics.expr(*callee) {
            Expr::Name { name, .. } if name == "enumerate" => {
                Some(vec![None, Some(arguments.first()?.value)])
            }
            Expr::Name { name, .. } if name == "zip" => Some(
                arguments.iter().filter(|it| it.name.is_none()).map(|it| Some(it.value)).collect(),
            ),
            Expr::Attribute { base, name } if name == "items" && arguments.is_empty() => {
                Some(vec![None, Some(*base)])
            }
            _ => None,
        }
    }

    /// `sorted(x)` and the like run over the elements of `x`, `d.values()` over those of `d`.
    fn iterated(&self, iterable: ExprId) -> ExprId {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, arguments } = semantics.expr(iterable) else { return iterable };
        match (semantics.expr(*callee), arguments.first()) {
            (Expr::Name { name, .. }, Some(Argument { name: None, value }))
                if matches!(
                    name.as_str(),
                    "sorted" | "reversed" | "list" | "tuple" | "set" | "frozenset" | "iter"
                ) =>
            {
                *value
            }
            (Expr::Attribute { base, name }, None) if name == "values" => *base,
            _ => iterable,
        }
    }

    pub(super) fn yielded(&mut self, node: NodeId, cx: &Cx) {
        let Some(value) = self.first_named(node) else { return };
        let value = self.expr(value, cx);
        if cx.is_yield_direct || self.has_token(node, "from") {
            return self.returned(value, cx);
        }
        let items = vec![Item { key: None, value }];
        let sequence = Expr::Container { kind: ContainerKind::Sequence, items };
        let sequence = self.builder.expr(sequence);
        self.returned(sequence, cx);
    }
}
