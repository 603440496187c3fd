//! Calls that export: what compilers write for re-exports, and properties that are put on the
//! object of a module.

use super::patterns::property_name;
use super::walker::{Here, READ, Walker};
use crate::node::{Node, children, field};
use crate::{Expr, ImportItem};

impl<'t> Walker<'t> {
    /// `Object.defineProperty(exports, "x", { get })`, `Object.defineProperties(exports, …)`,
    /// `Object.assign(exports, { x })`, `__exportStar(require("./m"), exports)`.
    pub(super) fn exporting_call(
        &mut self,
        function: Node<'t>,
        arguments: Node<'t>,
        here: Here,
    ) -> bool {
        let all = children(arguments);
        let is_exports = |node: &Node<'t>| {
            let global = match node.text() {
                "exports" => "exports",
                "module.exports" => "module",
                _ => return false,
            };
            self.lookup(here.scope, global).is_none()
        };
        match (function.text(), all.as_slice()) {
            ("Object.defineProperty", [target, name, descriptor])
                if is_exports(target) && name.kind() == "string" =>
            {
                self.described_export(*name, *descriptor, arguments, here);
                true
            }
            ("Object.defineProperties", [target, described])
                if is_exports(target) && described.kind() == "object" =>
            {
                for pair in children(*described) {
                    match (field(pair, "key"), field(pair, "value")) {
                        (Some(name), Some(descriptor)) => {
                            self.described_export(name, descriptor, pair, here);
                        }
                        _ => {
                            self.expr(pair, here, READ);
                        }
                    }
                }
                true
            }
            ("Object.assign", [target, given @ ..]) if is_exports(target) => {
                for given in given {
                    self.assigned_exports(*given, here);
                }
                true
            }
            (text, [source, rest @ ..])
                if (text.ends_with("__exportStar") || text == "__export")
                    && rest.iter().all(is_exports) =>
            {
                self.starred_export(*source, here)
            }
            _ => false,
        }
    }

    /// One export by what a property's descriptor says; `outer` holds both.
    fn described_export(
        &mut self,
        name: Node<'t>,
        descriptor: Node<'t>,
        outer: Node<'t>,
        here: Here,
    ) {
        /// A mark of compilers: nothing to depend on.
        const MARK: &str = "__esModule";
        let Some(text) = property_name(name) else {
            self.expr(descriptor, here, READ);
            return;
        };
        let is_value = |pair: &Node<'t>| {
            let key = field(*pair, "key").and_then(property_name);
            key.is_some_and(|it| it == "value")
        };
        let pairs = children(descriptor);
        let value = pairs.iter().copied().find(is_value).and_then(|it| field(it, "value"));
        if let Some(value) = value.filter(|_| text != MARK) {
            for other in pairs.into_iter().filter(|it| !is_value(it)) {
                if let Some(said) = field(other, "value") {
                    self.expr(said, here, READ);
                }
            }
            self.named_export(&text, name, outer, value, here);
            return;
        }
        self.folded_return = None;
        let described = self.expr(descriptor, here, READ);
        let getter = self.folded_return.take();
        // `{ value }`, or a descriptor that a name stands for.
        let value = getter.or_else(|| match self.semantics().expr(described) {
            Expr::Container { items, .. } => {
                items.iter().find(|it| it.key.as_deref() == Some("value")).map(|it| it.value)
            }
            _ => None,
        });
        if let Some(value) = value.filter(|it| *self.semantics().expr(*it) != Expr::Literal) {
            self.export(&text, value, Walker::top());
        }
    }

    /// What `Object.assign` puts on the module's object.
    fn assigned_exports(&mut self, given: Node<'t>, here: Here) {
        if given.kind() == "object" {
            let value = self.module_object(given, here);
            self.export_entries(value);
        } else if !self.starred_export(given, here) {
            let value = self.expr(given, here, READ);
            self.export_entries(value);
        }
    }

    /// Everything that another module exports, if `source` is one.
    fn starred_export(&mut self, source: Node<'t>, here: Here) -> bool {
        let Some(module) = self.required_module(source, here) else { return false };
        let id = self.import(&module, ImportItem::Star, source, here);
        self.builder.semantics.exports.stars.push(id);
        true
    }
}
