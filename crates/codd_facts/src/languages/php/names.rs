//! Names of classes, functions and constants, by the namespace and the `use` of their file.

use super::Walk;
use crate::lowering::{Here, Use};
use crate::node::Node;
use crate::{Expr, ExprId, ImportItem, MODULE_SCOPE};

impl<'t> Walk<'_, 't> {
    /// A class, function or constant that is named at a node.
    pub(super) fn named_at(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let target = self.meaning_of(node.text(), node, here);
        self.refer(target, node, usage, here);
        target
    }

    /// What a name as it is written stands for.
    pub(super) fn meaning_of(&mut self, text: &str, at: Node<'t>, here: Here) -> ExprId {
        match text {
            "self" | "static" => {
                return match here.class {
                    Some(class) => self.definition_value(class),
                    None => self.unknown(),
                };
            }
            "parent" => return self.super_of(here),
            _ => {}
        }
        let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
        if let Some(full) = text.strip_prefix('\\') {
            let full = full.replace('\\', ".");
            return self.absolute(&full, at, here);
        }
        if let Some(rest) = text.strip_prefix("namespace\\") {
            let full = self.in_namespace(&rest.replace('\\', "."));
            return self.absolute(&full, at, here);
        }
        let Some((first, rest)) = text.split_once('\\') else {
            return self.name(MODULE_SCOPE, text);
        };
        let rest = rest.replace('\\', ".");
        let full = match self.uses.get(first) {
            Some(outer) => format!("{outer}.{rest}"),
            None => self.in_namespace(&format!("{first}.{rest}")),
        };
        self.absolute(&full, at, here)
    }

    /// The full dotted name of a class, as far as the file tells.
    pub(super) fn full_name(&self, text: &str) -> String {
        if let Some(full) = text.strip_prefix('\\') {
            return full.replace('\\', ".");
        }
        let dotted = text.replace('\\', ".");
        let (first, rest) = dotted.split_once('.').unwrap_or((&dotted, ""));
        match self.uses.get(first) {
            Some(full) if rest.is_empty() => full.clone(),
            Some(full) => format!("{full}.{rest}"),
            None => self.in_namespace(&dotted),
        }
    }

    fn in_namespace(&self, name: &str) -> String {
        match self.namespace.as_str() {
            "" => name.to_owned(),
            namespace => format!("{namespace}.{name}"),
        }
    }

    /// Something by its full dotted name, whatever names are bound in the file.
    pub(super) fn absolute(&mut self, full: &str, at: Node<'t>, here: Here) -> ExprId {
        if let Some(known) = self.absolute.get(full) {
            return *known;
        }
        let value = match full.rsplit_once('.') {
            Some((namespace, name)) => {
                let id = self.import(namespace, ImportItem::Named(name.into()), at, here);
                self.import_value(id)
            }
            None if !self.namespace.is_empty() || self.uses.contains_key(full) => {
                let id = self.import("", ImportItem::Named(full.into()), at, here);
                self.import_value(id)
            }
            None => self.name(MODULE_SCOPE, full),
        };
        self.absolute.insert(full.to_owned(), value);
        value
    }

    /// A variable, with its dollar sign.
    pub(super) fn variable(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let text = node.text();
        if text == "$this" {
            return self.this(here);
        }
        let name = text.into();
        // Variables of the top level are not seen in functions.
        let is_outside = here.owner.is_some()
            && here.scope != MODULE_SCOPE
            && self.builder.bound_so_far(here.scope, &name).is_some_and(|it| it.0 == MODULE_SCOPE);
        if is_outside {
            return self.unknown();
        }
        let target = self.add(Expr::Name { scope: here.scope, name });
        self.refer(target, node, usage, here);
        target
    }
}
