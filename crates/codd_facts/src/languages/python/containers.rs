//! Containers that grow where they stand: `handlers.append(f)`, `table.update({…})`.

use super::assignments::AllChange;
use super::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Argument, ContainerKind, Expr, ExprId, Item};

impl Walk<'_, '_> {
    /// A call of a container's own method that puts something into it.
    pub(super) fn container_call(&mut self, call: ExprId, called: &str, node: NodeId, cx: &Cx) {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, arguments } = semantics.expr(call) else { return };
        let Expr::Attribute { base, .. } = semantics.expr(*callee) else { return };
        let base = *base;
        match (called, &arguments[..]) {
            ("append" | "add", [item]) | ("insert", [_, item]) => {
                let item = Item { key: None, value: item.value };
                self.stored(base, ContainerKind::Sequence, item, cx);
            }
            ("extend", [all]) => {
                let value = all.value;
                if self.is_container(arguments) {
                    self.also_held(base, value, cx);
                }
                let is_all = matches!(
                    self.builder.semantics.expr(base),
                    Expr::Name { name, .. } if name == "__all__"
                );
                if is_all
                    && let Some(function) = self.child(node, self.grammar.fields.function)
                    && let Some(object) = self.child(function, self.grammar.fields.object)
                {
                    self.all_names(object, value, AllChange::Extend, cx);
                }
            }
            ("update", [all]) if self.is_container(arguments) && !self.is_overrides(base) => {
                let value = all.value;
                if !self.updated(base, value, cx) {
                    self.also_held(base, value, cx);
                }
            }
            _ => {}
        }
    }

    /// Whether a call passes one list or dictionary as it is written.
    fn is_container(&self, arguments: &[Argument]) -> bool {
        let [Argument { name: None, value }] = arguments else { return false };
        matches!(self.builder.semantics.expr(*value), Expr::Container { .. })
    }
}
