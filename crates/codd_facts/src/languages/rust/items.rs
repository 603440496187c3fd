//! Items: modules, types with their fields and variants, constants.

use super::paths::{CHILD, FILE};
use super::walk::Walk;
use crate::lowering::{Here, New, READ, Use};
use crate::node::{Node, children, field};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, ImportItem, Name,
    ReferenceKind, ScopeKind,
};

pub(super) const INHERIT: Use = Use::Kind(ReferenceKind::Inherit);

impl<'t> Walk<'_, 't> {
    /// The items of a module: names and types first, then what is said of them.
    pub(super) fn module(&mut self, list: Node<'t>, here: Here) {
        self.items(&children(list), here);
    }

    /// Items among the nodes of a module or block.
    pub(super) fn items(&mut self, all: &[Node<'t>], here: Here) {
        let mut before = Vec::new();
        let mut items = Vec::new();
        for node in all {
            match node.kind() {
                "attribute_item" => before.push(*node),
                "inner_attribute_item" => self.attribute_path(*node, here),
                _ => {
                    let before = std::mem::take(&mut before);
                    if !before.is_empty() {
                        self.attributes.insert(node.id.0, before);
                    }
                    items.push(*node);
                }
            }
        }
        for node in &items {
            match node.kind() {
                "use_declaration" => self.use_declaration(*node, here),
                "extern_crate_declaration" => self.extern_crate(*node, here),
                "macro_definition" => self.macro_definition(*node, here),
                _ => {}
            }
        }
        let mut types = Vec::new();
        for node in &items {
            if let Some(id) = self.type_name(*node, here) {
                types.push((*node, id));
            }
        }
        for (node, id) in types {
            self.type_body(node, id, here);
        }
        for node in &items {
            self.note_inherent(*node, here);
        }
        for node in items {
            self.item(node, here);
        }
    }

    fn item(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "mod_item" => self.mod_item(node, here),
            "function_item" | "function_signature_item" => {
                self.function(node, here);
            }
            "const_item" | "static_item" => {
                self.constant(node, DefinitionKind::Variable, here);
            }
            "impl_item" => self.impl_item(node, here),
            "foreign_mod_item" => {
                if let Some(body) = field(node, "body") {
                    self.items_inside(body, here);
                }
            }
            "macro_invocation" => {
                self.macro_invocation(node, here);
            }
            "expression_statement" if here.owner.is_none() => {
                for child in children(node) {
                    self.item(child, here);
                }
            }
            "ERROR" => self.items_inside(node, here),
            _ => {}
        }
    }

    /// Items that stand in another item, which stand in the module around it too.
    fn items_inside(&mut self, node: Node<'t>, here: Here) {
        if self.enter(node, here) {
            self.items(&children(node), here);
            self.leave();
        }
    }

    fn extern_crate(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let bound = field(node, "alias").unwrap_or(name);
        self.note_root(name, here);
        let value = self.name(here.scope, format!("{}{}", super::paths::OUTSIDE, name.text()));
        self.bind(here, bound.text(), Bound::Alias(value));
    }

    fn mod_item(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let Some(body) = field(node, "body") else {
            let path = self.path_attribute(node);
            let request = match path {
                Some(path) => format!("{FILE}{path}"),
                None => {
                    let mut inline: Vec<&str> = self.inline.iter().map(Name::as_str).collect();
                    inline.push(name.text());
                    format!("{CHILD}{}", inline.join("::"))
                }
            };
            let id = self.import(request, ImportItem::Module, node, here);
            self.bind(here, name.text(), Bound::Import(id));
            return;
        };
        if !self.enter(node, here) {
            return;
        }
        let flags = DefinitionFlags { is_private: Self::is_private(node), ..Default::default() };
        let new = self.new_item(DefinitionKind::Namespace, node, name, Some(body)).with(flags);
        let id = self.define_bound(new, here);
        // What is around a module is not seen in it.
        let scope = self.lowering.builder.scope(ScopeKind::Block, None, None);
        self.definition(id).body = Some(scope);
        let inside = Here { scope, parent: Some(id), ..Here::TOP };
        self.inline.push(name.text().into());
        self.module(body, inside);
        self.inline.pop();
        self.leave();
    }

    /// A definition with the attributes before it.
    pub(super) fn new_item(
        &mut self,
        kind: DefinitionKind,
        node: Node<'t>,
        name: Node<'t>,
        body: Option<Node<'t>>,
    ) -> New<'t> {
        let attributes = self.attributes.get(&node.id.0).cloned().unwrap_or_default();
        New::of(kind, node, name, body).decorated_with(attributes)
    }

    fn type_name(&mut self, node: Node<'t>, here: Here) -> Option<DefinitionId> {
        let kind = match node.kind() {
            "struct_item" | "union_item" => DefinitionKind::Class,
            "enum_item" => DefinitionKind::Enum,
            "trait_item" => DefinitionKind::Interface,
            "type_item" => DefinitionKind::TypeAlias,
            _ => return None,
        };
        let name = field(node, "name")?;
        let body = field(node, "body");
        let flags = DefinitionFlags { is_private: Self::is_private(node), ..Default::default() };
        let new = self.new_item(kind, node, name, body).with(flags);
        Some(self.define_bound(new, here))
    }

    fn type_body(&mut self, node: Node<'t>, id: DefinitionId, here: Here) {
        if !self.enter(node, here) {
            return;
        }
        let around = Here { owner: Some(id), ..self.block(here) };
        let own = self.definition_value(id);
        self.bind(around, "Self", Bound::Alias(own));
        self.decorate(node, around);
        self.generics(node, super::functions::Generics::Of(id), around);
        let inside = self.class_body(id, around);
        let types = Here { scope: around.scope, ..inside };
        match node.kind() {
            "type_item" => {
                if let Some(of) = field(node, "type") {
                    let value = self.type_expr(of, types);
                    self.definition(id).value = Some(value);
                }
            }
            "trait_item" => {
                if let Some(bounds) = field(node, "bounds") {
                    for bound in children(bounds) {
                        let base = self.type_used(bound, INHERIT, types);
                        self.definition(id).bases.push(base);
                    }
                }
                if let Some(body) = field(node, "body") {
                    self.members(&children(body), inside, types);
                }
            }
            _ => {
                if let Some(body) = field(node, "body") {
                    self.fields(body, inside, types);
                }
            }
        }
        self.leave();
    }

    /// Fields of a struct or variant, or the variants of an enum.
    fn fields(&mut self, body: Node<'t>, inside: Here, types: Here) {
        let mut place = 0;
        for node in children(body) {
            match node.kind() {
                "attribute_item" => self.attribute_path(node, types),
                "visibility_modifier" => {}
                "field_declaration" => {
                    if let (Some(name), Some(of)) = (field(node, "name"), field(node, "type")) {
                        let declared = self.type_expr(of, types);
                        let is_private = Self::is_private(node);
                        let name = (Name::new(name.text()), name);
                        self.field_of(name, node, declared, is_private, inside);
                    }
                }
                "enum_variant" => self.variant(node, inside, types),
                _ => {
                    // One of a tuple: a type alone.
                    let declared = self.type_expr(node, types);
                    let name = (Name::new(place.to_string()), node);
                    self.field_of(name, node, declared, false, inside);
                    place += 1;
                }
            }
        }
    }

    fn field_of(
        &mut self,
        (name, name_node): (Name, Node<'t>),
        whole: Node<'t>,
        declared: ExprId,
        is_private: bool,
        inside: Here,
    ) {
        let mut new = New::of(DefinitionKind::Field, whole, name_node, None);
        new.name = name;
        new.flags.is_private = is_private;
        let id = self.define_bound(new, inside);
        self.definition(id).declared_type = Some(declared);
    }

    /// A variant that holds something is a type of its own below the enum.
    fn variant(&mut self, node: Node<'t>, inside: Here, types: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let kind = match body {
            Some(_) => DefinitionKind::Class,
            None => DefinitionKind::Field,
        };
        let new = New::of(kind, node, name, body);
        let id = self.define_bound(new, inside);
        if let Some(value) = field(node, "value") {
            self.expr(value, READ, types);
        }
        let Some(body) = body else { return };
        if let Some(owner) = inside.class {
            let base = self.definition_value(owner);
            self.definition(id).bases.push(base);
        }
        let own = self.class_body(id, inside);
        let types = Here { owner: Some(id), ..types };
        self.fields(body, own, types);
    }

    pub(super) fn constant(
        &mut self,
        node: Node<'t>,
        kind: DefinitionKind,
        here: Here,
    ) -> Option<DefinitionId> {
        let name = field(node, "name")?;
        let value = field(node, "value");
        let flags = DefinitionFlags { is_private: Self::is_private(node), ..Default::default() };
        let new = self.new_item(kind, node, name, value).with(flags);
        let is_bound = name.text() != "_";
        let id = if is_bound { self.define_bound(new, here) } else { self.define(new, here) };
        let inside = Here { initialises: Some(id), ..here };
        if let Some(of) = field(node, "type") {
            let declared = self.type_expr(of, inside);
            self.definition(id).declared_type = Some(declared);
            let value = value.map(|it| self.expr(it, READ, inside));
            let is_text =
                value.is_some_and(|it| matches!(self.semantics().expr(it), Expr::Text(_)));
            if is_text || self.says_little(declared, inside) {
                self.definition(id).value = value;
            }
        }
        Some(id)
    }
}
