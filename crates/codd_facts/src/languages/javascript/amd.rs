//! AMD: `define` and `require` with a list of modules, as RequireJS has them.

use super::classes::is_function;
use super::patterns::{bare_value, string_text};
use super::walker::{Given, Here, Walker};
use crate::node::{Node, children};
use crate::{Bound, Expr, ExprId, ImportItem};

/// A package that gives Node a `define`.
const ADAPTER: &str = "amdefine";

impl<'t> Walker<'t> {
    /// Takes `define(…)`, which says what the module is, or `require([…], f)`.
    pub(super) fn amd_call(&mut self, function: Node<'t>, arguments: Node<'t>, here: Here) -> bool {
        if function.kind() != "identifier" || here.owner.is_some() {
            return false;
        }
        let is_define = match function.text() {
            "define" => true,
            "require" | "requirejs" => false,
            _ => return false,
        };
        if !self.is_loader(function.text(), here) {
            return false;
        }
        let mut all = children(arguments);
        all.retain(|it| it.kind() != "comment");
        // `define("its/name", …)`.
        if is_define && all.first().is_some_and(|it| it.kind() == "string") {
            all.remove(0);
        }
        let (listed, factory) = match all.as_slice() {
            [list, factory] if list.kind() == "array" => (Some(*list), *factory),
            [factory] if is_define => (None, *factory),
            _ => return false,
        };
        let bare = bare_value(factory);
        let known = self.listed_modules(listed, here);
        let made = if is_function(bare) {
            self.folded(bare, here, &Given { known, by: None, is_module: true });
            self.folded_return.take()
        } else if bare.kind() == "object" && is_define {
            Some(self.value(factory, here))
        } else {
            return false;
        };
        if let Some(made) = made.filter(|_| is_define && self.semantics().exports.whole.is_none()) {
            self.export_whole(made);
        }
        true
    }

    /// Whether a name is the loader's and none of the file's own.
    fn is_loader(&self, name: &str, here: Here) -> bool {
        let semantics = self.semantics();
        let value = match self.lookup(here.scope, name) {
            None => return true,
            Some(Bound::Value(value)) => Some(*value),
            Some(Bound::Definition(id)) => semantics.definition(*id).value,
            Some(_) => None,
        };
        let Some(Expr::Call { callee, .. }) = value.map(|it| semantics.expr(it)) else {
            return false;
        };
        match semantics.expr(*callee) {
            Expr::Import(id) => semantics.import(*id).request.module == ADAPTER,
            _ => false,
        }
    }

    fn listed_modules(&mut self, list: Option<Node<'t>>, here: Here) -> Vec<ExprId> {
        let mut modules = Vec::new();
        for part in list.map(children).unwrap_or_default() {
            if part.kind() == "comment" {
                continue;
            }
            let name = string_text(part.text());
            let is_own = matches!(name, "require" | "exports" | "module");
            modules.push(if part.kind() == "string" && !is_own {
                let import = self.import(name, ImportItem::Module, part, here);
                self.add(Expr::Import(import))
            } else {
                self.unknown()
            });
        }
        modules
    }
}
