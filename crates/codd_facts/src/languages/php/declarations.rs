//! Namespaces, what `use` brings in, functions, parameters and constants.

use super::{Walk, docblock};
use crate::lowering::{Here, New, WRITE};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, ImportItem, Name, Parameter,
    ReferenceKind,
};

impl<'t> Walk<'_, 't> {
    pub(super) fn namespace_definition(&mut self, node: Node<'t>, here: Here) {
        let name = field(node, "name").map_or("", Node::text);
        self.namespace = name.replace('\\', ".");
        self.uses.clear();
        let namespace = self.namespace.clone();
        self.open(namespace);
        self.open("");
        if let Some(body) = field(node, "body") {
            self.visit_children(body, here);
        }
    }

    pub(super) fn use_declaration(&mut self, node: Node<'t>, here: Here) {
        let group = field(node, "body").or_else(|| child_of_kind(node, "namespace_use_group"));
        let prefix = child_of_kind(node, "namespace_name").map(|it| it.text().replace('\\', "."));
        for clause in children(group.unwrap_or(node)) {
            if clause.kind() != "namespace_use_clause" {
                continue;
            }
            let alias = field(clause, "alias");
            let Some(named) = children(clause).into_iter().find(|it| Some(*it) != alias) else {
                continue;
            };
            let own = named.text().trim_start_matches('\\').replace('\\', ".");
            let full = match (&prefix, group) {
                (Some(prefix), Some(_)) => format!("{}.{own}", prefix.trim_matches('.')),
                _ => own,
            };
            let last = full.rsplit('.').next().unwrap_or(&full);
            let name = alias.map_or(last, Node::text).to_owned();
            let (namespace, item) = full.rsplit_once('.').unwrap_or(("", &full));
            let item = ImportItem::Named(item.into());
            let id = self.import_as(name.as_str(), namespace, item, clause, here);
            let value = self.import_value(id);
            self.absolute.insert(full.clone(), value);
            self.uses.insert(name, full);
        }
    }

    /// A function, which is seen everywhere wherever it stands.
    pub(super) fn function_definition(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let new = New::of(DefinitionKind::Function, node, name, body)
            .decorated_with(field(node, "attributes").into_iter().collect());
        let id = self.define(new, here);
        let top = Here { scope: crate::MODULE_SCOPE, ..here };
        self.bind(top, name.text(), Bound::Definition(id));
        let namespace = self.namespace.clone();
        self.offer(namespace, id);
        self.attributes(node, Some(id), here);
        let inside = Here { class: None, this: crate::lowering::This::Unknown, ..here };
        self.function_parts(id, node, body, inside);
    }

    /// Parameters, types and body of a function or method.
    pub(super) fn function_parts(
        &mut self,
        id: DefinitionId,
        node: Node<'t>,
        body: Option<Node<'t>>,
        here: Here,
    ) -> Here {
        let inside = self.function_body(id, here);
        let comment = self.comment_before(node);
        self.parameters(node, comment, inside);
        let declared = match field(node, "return_type") {
            Some(it) => self.type_of(it, inside),
            None => None,
        };
        let documented = comment.and_then(|it| docblock::tag(it, "@return"));
        let declared = match (declared, documented) {
            (None, Some(text)) => self.documented_type(text, node, inside),
            (declared, _) => declared,
        };
        self.definition(id).declared_type = declared;
        match body {
            Some(body) if body.kind() == "compound_statement" => self.visit_children(body, inside),
            Some(body) => {
                let value = self.expr(body, inside);
                self.returned(value, inside);
            }
            None => {}
        }
        inside
    }

    pub(super) fn parameters(&mut self, node: Node<'t>, comment: Option<&'t str>, inside: Here) {
        let Some(list) = field(node, "parameters") else { return };
        for it in children(list) {
            let Some(name) = field(it, "name") else { continue };
            let name = match name.kind() {
                "by_ref" => name.first_child().unwrap_or(name),
                _ => name,
            };
            self.attributes(it, None, inside);
            let declared = field(it, "type").and_then(|it| self.type_of(it, inside));
            let documented = comment.and_then(|all| docblock::parameter(all, name.text()));
            let annotation = match (declared, documented) {
                (None, Some(text)) => self.documented_type(text, it, inside),
                (declared, _) => declared,
            };
            let default = field(it, "default_value").map(|it| self.expr(it, inside));
            let is_named_type = field(it, "type").is_some_and(|it| it.kind() == "named_type");
            self.parameter(
                Parameter {
                    default,
                    is_variadic: it.kind() == "variadic_parameter",
                    is_named_type,
                    ..Parameter::typed(name.text(), annotation)
                },
                inside,
            );
            if it.kind() == "property_promotion_parameter" {
                self.promoted_property(it, name, annotation, inside);
            }
        }
    }

    /// `const A = 1, B = 2;` outside of classes.
    pub(super) fn constants(&mut self, node: Node<'t>, here: Here) {
        for element in children(node).into_iter().filter(|it| it.kind() == "const_element") {
            let parts = children(element);
            let Some(name) = parts.first() else { continue };
            let mut new = New::of(DefinitionKind::Variable, element, *name, None);
            new.body = new.shape.drain(..).collect();
            let id = self.define_bound(new, here);
            let namespace = self.namespace.clone();
            self.offer(namespace, id);
            if let Some(value) = parts.get(1) {
                let value = self.expr(*value, Here { initialises: Some(id), ..here });
                self.definition(id).value = Some(value);
            }
        }
    }

    /// `define('NAME', value)`, seen everywhere.
    pub(super) fn defined_constant(&mut self, call: Node<'t>, name: Node<'t>, text: &str) {
        let last = text.rsplit('\\').next().unwrap_or(text);
        let namespace = match text.trim_start_matches('\\').rsplit_once('\\') {
            Some((namespace, _)) => namespace.replace('\\', "."),
            None => String::new(),
        };
        let mut new = New::of(DefinitionKind::Variable, call, name, None);
        new.name = Name::new(last);
        new.body = new.shape.drain(..).collect();
        let here = Here::TOP;
        let id = self.define(new, here);
        self.bind(here, last, Bound::Definition(id));
        self.offer(namespace, id);
    }

    /// A variable of the top level, which other code of the file may name.
    pub(super) fn top_variable(&mut self, node: Node<'t>, whole: Node<'t>) -> DefinitionId {
        let here = Here::TOP;
        if let Some(Bound::Definition(id)) =
            self.builder.bound_so_far(here.scope, &node.text().into()).map(|it| it.1)
        {
            return *id;
        }
        let mut new = New::of(DefinitionKind::Variable, whole, node, None);
        new.body = new.shape.drain(..).collect();
        self.define_bound(new, here)
    }

    /// Attributes of a declaration decorate it, where it has a definition.
    pub(super) fn attributes(&mut self, node: Node<'t>, id: Option<DefinitionId>, here: Here) {
        let Some(list) = field(node, "attributes") else { return };
        for group in children(list) {
            for attribute in children(group) {
                let Some(name) = attribute.first_child() else { continue };
                let usage = crate::lowering::Use::Kind(ReferenceKind::Decorate);
                let inside = Here { owner: id.or(here.owner), ..here };
                let class = self.named_at(name, usage, inside);
                let arguments = field(attribute, "parameters");
                let arguments = arguments.map(|it| self.arguments(it, inside).0);
                let made = self.call(class, arguments.unwrap_or_default());
                if let Some(id) = id {
                    self.definition(id).decorators.push(made);
                }
            }
        }
    }

    pub(super) fn flags(node: Node<'t>) -> DefinitionFlags {
        let visibility = child_of_kind(node, "visibility_modifier").map_or("", Node::text);
        DefinitionFlags {
            is_static: has_child(node, "static_modifier"),
            is_abstract: has_child(node, "abstract_modifier"),
            is_private: visibility.starts_with("private"),
            ..DefinitionFlags::default()
        }
    }

    /// `static $x = 1;` in a function.
    pub(super) fn static_variables(&mut self, node: Node<'t>, here: Here) {
        for it in children(node) {
            let Some(name) = field(it, "name") else { continue };
            let value = field(it, "value").map(|it| self.expr(it, here));
            self.local(name.text(), None, value, here);
            self.variable(name, WRITE, here);
        }
    }
}
