//! What Express runs for the parameters of paths: `router.param("id", find)`.

use super::classes::is_function;
use super::patterns::string_text;
use super::walker::{Here, READ, Walker};
use crate::builder::Branch;
use crate::node::{Node, children};
use crate::{Expr, ExprId, RouteHook, RouteHookKind};

impl<'t> Walker<'t> {
    /// Takes a call that has a function run for a parameter; gives its arguments' values.
    pub(super) fn parameter_call(
        &mut self,
        callee: ExprId,
        arguments: Node<'t>,
        here: Here,
    ) -> Option<Vec<ExprId>> {
        let Expr::Attribute { base, .. } = *self.semantics().expr(callee) else { return None };
        let (router, ..) = self.router_of(base)?;
        let [name, function] = children(arguments)[..] else { return None };
        if name.kind() != "string" {
            return None;
        }
        let title = format!("PARAM {}", string_text(name.text()));
        let name = self.expr(name, here, READ);
        let function = if is_function(function) {
            let id = self.callback(&title, function, function, here);
            self.add(Expr::Definition(id))
        } else {
            self.expr(function, here, READ)
        };
        if here.branch != Branch::Never {
            let owner = here.owner;
            let is_conditional = here.branch != Branch::Always;
            let hook = RouteHook::global(function, is_conditional);
            let kind = RouteHookKind::Parameter;
            self.builder.route_hook(RouteHook { router, prefix: Some(name), kind, owner, ..hook });
        }
        Some(vec![name, function])
    }
}
