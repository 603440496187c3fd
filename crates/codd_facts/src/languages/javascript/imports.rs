//! ES modules: what a file takes from others and what it offers.

use super::classes::is_function;
use super::patterns::{bare_value, function_flags, string_text};
use super::segments::Part;
use super::walker::{Here, NewDefinition, READ, Walker};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Export, Expr, ExprId, ImportItem,
    MODULE_SCOPE, Name,
};

impl<'t> Walker<'t> {
    pub(super) fn import_statement(&mut self, node: Node<'t>, here: Here) {
        if let Some(clause) = child_of_kind(node, "import_require_clause") {
            // `import x = require("m")`.
            let source = field(clause, "source").map(|it| string_text(it.text()));
            let name = children(clause).into_iter().find(|it| it.kind() == "identifier");
            if let (Some(source), Some(name)) = (source, name) {
                let id = self.import(source, ImportItem::Module, node, here);
                self.bind(here.scope, name.text(), Bound::Import(id));
            }
            return;
        }
        let Some(source) = field(node, "source") else { return };
        let source = string_text(source.text());
        let Some(clause) = child_of_kind(node, "import_clause") else {
            self.import(source, ImportItem::Effect, node, here);
            return;
        };
        for part in children(clause) {
            match part.kind() {
                "identifier" => {
                    let item = ImportItem::Named(Name::new_static("default"));
                    self.bind_import(source, item, part, part, here);
                }
                "namespace_import" => {
                    if let Some(name) = part.first_child() {
                        self.bind_import(source, ImportItem::Module, name, part, here);
                    }
                }
                "named_imports" => {
                    let specifiers = children(part);
                    if specifiers.is_empty() {
                        self.import(source, ImportItem::Effect, node, here);
                    }
                    for specifier in specifiers {
                        let Some(name) = field(specifier, "name") else { continue };
                        let local = field(specifier, "alias").unwrap_or(name);
                        let item = ImportItem::Named(string_text(name.text()).into());
                        self.bind_import(source, item, local, specifier, here);
                    }
                }
                _ => {}
            }
        }
    }

    fn bind_import(
        &mut self,
        source: &str,
        item: ImportItem,
        local: Node<'t>,
        at: Node<'t>,
        here: Here,
    ) {
        let id = self.import(source, item, at, here);
        self.bind(here.scope, local.text(), Bound::Import(id));
    }

    /// `import A = N.B`.
    pub(super) fn import_alias(&mut self, node: Node<'t>, here: Here) {
        if let [name, target, ..] = children(node).as_slice() {
            let value = self.expr(*target, here, READ);
            self.bind(here.scope, name.text(), Bound::Value(value));
        }
    }

    pub(super) fn export_statement(&mut self, node: Node<'t>, here: Here) {
        let source = field(node, "source").map(|it| string_text(it.text()));
        if let Some(clause) = child_of_kind(node, "export_clause") {
            for specifier in children(clause) {
                self.export_specifier(specifier, source, here);
            }
            return;
        }
        if let Some(source) = source {
            if let Some(namespace) = child_of_kind(node, "namespace_export") {
                let id = self.import(source, ImportItem::Module, node, here);
                let value = self.add(Expr::Import(id));
                if let Some(name) = namespace.first_child() {
                    self.export(string_text(name.text()), value, here);
                }
            } else if has_child(node, "*") {
                let id = self.import(source, ImportItem::Star, node, here);
                self.builder.semantics.exports.stars.push(id);
            }
            return;
        }
        let is_default = has_child(node, "default");
        if let Some(declaration) = field(node, "declaration") {
            return self.export_declaration(declaration, node, is_default, here);
        }
        if let Some(value) = field(node, "value") {
            let value = self.export_default(value, node, here);
            return self.export("default", value, here);
        }
        let rest = children(node);
        if has_child(node, "=")
            && let Some(value) = rest.last()
        {
            // `export = value`.
            let value = self.expr(*value, here, READ);
            self.builder.semantics.exports.whole = Some(value);
            return;
        }
        // `export as namespace N` offers a global, which nothing here can see.
        if !has_child(node, "namespace") {
            self.statements(rest.into_iter().filter(|it| it.kind() != "decorator"), here);
        }
    }

    fn export_specifier(&mut self, node: Node<'t>, source: Option<&str>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let exported = string_text(field(node, "alias").unwrap_or(name).text());
        let local = string_text(name.text());
        let value = match source {
            Some(source) => {
                let item = ImportItem::Named(local.into());
                let id = self.import(source, item, node, here);
                self.add(Expr::Import(id))
            }
            None => {
                let value = self.name(here.scope, local);
                self.refer(value, name, READ, here);
                value
            }
        };
        self.export(exported, value, here);
    }

    fn export_declaration(
        &mut self,
        declaration: Node<'t>,
        outer: Node<'t>,
        is_default: bool,
        here: Here,
    ) {
        if is_default && field(declaration, "name").is_none() {
            let value = self.export_default(declaration, outer, here);
            return self.export("default", value, here);
        }
        let bound_before = self.semantics().scope(here.scope).bindings.len();
        self.declaration(declaration, outer, here);
        let scope = self.semantics().scope(here.scope);
        let mut names: Vec<Name> =
            scope.bindings[bound_before..].iter().map(|it| it.name.clone()).collect();
        if names.is_empty()
            && let Some(name) = field(declaration, "name")
        {
            // The implementation of signatures that were exported before it.
            names.push(name.text().into());
        }
        names.dedup();
        for name in names {
            let value = self.name(here.scope, name.clone());
            let exported = if is_default { "default" } else { name.as_str() };
            self.export(exported, value, here);
        }
    }

    /// The value of a default export; what has no name there is called `default`.
    fn export_default(&mut self, value: Node<'t>, outer: Node<'t>, here: Here) -> ExprId {
        let bare = bare_value(value);
        match bare.kind() {
            "identifier" => self.expr(bare, here, READ),
            "class" | "class_declaration" => {
                let id = self.class(bare, outer, None, here);
                self.add(Expr::Definition(id))
            }
            kind if is_function(bare) || kind.ends_with("function_declaration") => {
                let name_node = field(bare, "name");
                let new = NewDefinition {
                    kind: DefinitionKind::Function,
                    name: name_node.map_or(Name::new_static("default"), |it| it.text().into()),
                    name_node: name_node.unwrap_or(bare),
                    outer,
                    flags: function_flags(bare),
                };
                let name = new.name.clone();
                let id = self.define_named(new, name_node, here);
                if name_node.is_some() {
                    self.bind(here.scope, name, Bound::Definition(id));
                }
                self.function(bare, Some(id), here);
                self.add(Expr::Definition(id))
            }
            _ => {
                let new = NewDefinition {
                    kind: DefinitionKind::Variable,
                    name: Name::new_static("default"),
                    name_node: bare,
                    outer,
                    flags: DefinitionFlags::default(),
                };
                let id = self.define_named(new, None, here);
                self.segment(id, value, Part::Body);
                let inside = Here { initialises: Some(id), parent: Some(id), ..here };
                let given = self.value(value, inside);
                self.definition(id).value = Some(given);
                self.add(Expr::Definition(id))
            }
        }
    }

    fn define_named(
        &mut self,
        new: NewDefinition<'t>,
        name_node: Option<Node<'t>>,
        here: Here,
    ) -> DefinitionId {
        if name_node.is_some() {
            return self.define_apart(new, here);
        }
        let outer = new.outer;
        let id = self.define(new, here);
        self.segment(id, outer, Part::Shape);
        id
    }

    /// Adds to what the module offers; a namespace's own exports are its scope's names.
    pub(super) fn export(&mut self, name: &str, value: ExprId, here: Here) {
        if here.scope != MODULE_SCOPE {
            return;
        }
        let exports = &mut self.builder.semantics.exports.named;
        let export = Export { name: name.into(), value };
        if !exports.contains(&export) {
            exports.push(export);
        }
    }
}
