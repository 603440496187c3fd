//! Classes and modules, which may be opened again anywhere.

use super::Walk;
use crate::lowering::{Here, New, Use};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionId, DefinitionKind, Expr, ReferenceKind};

pub(super) const INHERIT: Use = Use::Kind(ReferenceKind::Inherit);

impl<'t> Walk<'_, 't> {
    pub(super) fn class_definition(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let is_module = node.kind() == "module";
        let kind = if is_module && body.is_none_or(is_mere_namespace) {
            DefinitionKind::Namespace
        } else {
            DefinitionKind::Class
        };
        // `class A::B` is written in one.
        let last = match name.kind() {
            "scope_resolution" => field(name, "name").unwrap_or(name),
            _ => name,
        };
        let outer = match name.kind() {
            "scope_resolution" => field(name, "scope"),
            _ => None,
        };
        let around = self.namespace(here);
        let namespace = match outer {
            Some(outer) => {
                self.expr(outer, here);
                let outer = outer.text().trim_start_matches("::").replace("::", ".");
                if around.is_empty() { outer } else { format!("{around}.{outer}") }
            }
            None => around.to_string(),
        };
        let full = match namespace.as_str() {
            "" => last.text().to_owned(),
            namespace => format!("{namespace}.{}", last.text()),
        };
        let new = New::of(kind, node, last, body);
        let id = self.define_as(new, full.as_str().into(), here);
        self.bind(here, last.text(), Bound::Definition(id));
        self.offer(namespace.as_str(), id);
        self.open_around(&full);
        if let Some(base) = field(node, "superclass").and_then(Node::first_child) {
            let base = self.base_class(base, Here { owner: Some(id), ..here });
            self.definition(id).bases.push(base);
        }
        self.controller(id, node);
        self.sinatra_class(id, node);
        let inside = self.class_body(id, here);
        let (was_private, was_singleton) =
            (std::mem::take(&mut self.is_private), std::mem::take(&mut self.is_singleton));
        if let Some(body) = body {
            self.class_statements(body, inside);
        }
        self.is_private = was_private;
        self.is_singleton = was_singleton;
        // A module of that name is given to the class of whoever includes the one around.
        if is_module
            && last.text() == "ClassMethods"
            && let Some(outer) = here.class
        {
            let base = self.definition_value(id);
            self.definition(outer).bases.push(base);
        }
        self.test_class(id, node, inside);
    }

    fn base_class(&mut self, base: Node<'t>, here: Here) -> crate::ExprId {
        match base.kind() {
            "constant" | "scope_resolution" => self.constant(base, INHERIT, here),
            // `class Point < Struct.new(:x, :y)`, `class Api < Base[1]`.
            _ => {
                self.expr(base, here);
                self.literal()
            }
        }
    }

    /// The namespaces in which a name is looked up inside of `full`.
    fn open_around(&mut self, full: &str) {
        let mut at = Some(full);
        while let Some(namespace) = at {
            if !self.namespaces.insert(namespace.to_owned()) {
                break;
            }
            at = namespace.rsplit_once('.').map(|it| it.0);
        }
    }

    pub(super) fn class_statements(&mut self, body: Node<'t>, inside: Here) {
        self.mark_sure(body);
        for child in children(body) {
            self.expr(child, inside);
        }
    }

    /// `class << self`.
    pub(super) fn singleton_class(&mut self, node: Node<'t>, here: Here) {
        let Some(body) = field(node, "body") else { return };
        let is_self = field(node, "value").is_some_and(|it| it.kind() == "self");
        if !is_self {
            self.not_modelled("singleton class of an object");
        }
        let (was_private, was_singleton) =
            (std::mem::take(&mut self.is_private), std::mem::replace(&mut self.is_singleton, true));
        self.class_statements(body, here);
        self.is_private = was_private;
        self.is_singleton = was_singleton;
    }

    /// `include M`, `extend M`, `prepend M`: modules whose methods a class has.
    pub(super) fn mixin(&mut self, list: Node<'t>, word: &str, here: Here) {
        let Some(class) = here.class else {
            // Into every object.
            for it in children(list) {
                self.expr(it, here);
            }
            return;
        };
        for it in children(list) {
            match it.kind() {
                "constant" | "scope_resolution" => {
                    let base = self.constant(it, INHERIT, here);
                    let bases = &mut self.definition(class).bases;
                    // The last that is included is looked into first, and all before the base.
                    bases.insert(0, base);
                    if word != "extend" {
                        self.inherits(class, base);
                    }
                }
                "self" if word == "extend" => {}
                _ => {
                    self.not_modelled("mixin of a computed module");
                    self.expr(it, here);
                }
            }
        }
    }

    /// Whether a definition extends something whose last name `is` says yes to.
    pub(super) fn extends(&self, id: DefinitionId, is: impl Fn(&str) -> bool) -> bool {
        let it = self.semantics().definition(id);
        it.bases.iter().any(|base| match self.semantics().expr(*base) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => is(name),
            _ => false,
        })
    }
}

/// Whether a module holds nothing but other modules and classes: its name says where, not what.
fn is_mere_namespace(body: Node<'_>) -> bool {
    let parts = children(body);
    parts.iter().all(|it| matches!(it.kind(), "class" | "module"))
        && parts.iter().any(|it| matches!(it.kind(), "class" | "module"))
}
