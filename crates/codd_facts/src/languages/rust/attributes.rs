//! Attributes: the paths they name, derives, and which of them make a test.

use super::walk::Walk;
use crate::DefinitionId;
use crate::lowering::{Here, TYPE};
use crate::node::{Node, child_of_kind, children, field};

const FRAMEWORK: &str = "nextest";

/// Attributes whose texts name functions and modules.
const NAMING_IN_TEXTS: &[&str] =
    &["arg", "builder", "clap", "derivative", "educe", "serde", "serde_as", "validate"];

/// Attributes that are given functions as they stand: `#[arg(value_parser = parse)]`.
const NAMING: &[&str] = &["arg", "builder", "clap", "command", "structopt", "validate"];

impl<'t> Walk<'_, 't> {
    /// Attributes before an item name macros, and say what it is derived from.
    pub(super) fn decorate(&mut self, node: Node<'t>, here: Here) {
        for attribute in self.attributes.get(&node.id.0).cloned().unwrap_or_default() {
            self.attribute_path(attribute, here);
        }
    }

    pub(super) fn attribute_path(&mut self, item: Node<'t>, here: Here) {
        let Some(attribute) = child_of_kind(item, "attribute") else { return };
        let Some(path) = attribute.first_child() else { return };
        if path.kind() == "scoped_identifier" {
            self.path(path, TYPE, here);
        }
        let arguments = field(attribute, "arguments");
        match (path.text(), arguments) {
            ("derive", Some(arguments)) => {
                for name in children(arguments).into_iter().filter(|it| it.kind() == "identifier") {
                    self.named(name, TYPE, here);
                }
            }
            (of, Some(arguments)) => {
                self.names_in_texts(of, arguments, here);
                if NAMING.contains(&of) {
                    self.tokens(arguments, here);
                }
            }
            _ => {}
        }
    }

    /// `#[serde(with = "module", default = "function")]` names functions in texts.
    fn names_in_texts(&mut self, of: &str, arguments: Node<'t>, here: Here) {
        if !NAMING_IN_TEXTS.contains(&of) {
            return;
        }
        let mut key = "";
        for text in arguments.below() {
            if text.kind() == "identifier" {
                key = text.text();
            }
            if text.kind() != "string_literal" {
                continue;
            }
            let Some(path) = super::expressions::text_of(text) else { continue };
            let is_path = !path.is_empty()
                && path.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | ':'));
            if !is_path || !path.starts_with(char::is_lowercase) {
                continue;
            }
            let mut parts = path.split("::");
            let Some(first) = parts.next() else { continue };
            let mut target = self.name(here.scope, first);
            for part in parts {
                target = self.attribute(target, part);
            }
            self.refer(target, text, crate::lowering::READ, here);
            if key == "with" {
                for function in ["serialize", "deserialize"] {
                    let function = self.attribute(target, function);
                    self.refer(function, text, crate::lowering::READ, here);
                }
            }
        }
    }

    /// Takes a function for a test if an attribute makes it one.
    pub(super) fn test_function(&mut self, node: Node<'t>, id: DefinitionId) {
        let attributes = self.attributes.get(&node.id.0).cloned().unwrap_or_default();
        let is_test = attributes.iter().any(|it| {
            let path = child_of_kind(*it, "attribute").and_then(Node::first_child);
            let last = path.and_then(super::paths::last_segment).map_or("", Node::text);
            matches!(last, "test" | "rstest" | "test_case" | "wasm_bindgen_test" | "quickcheck")
        });
        if is_test {
            self.test_named(id);
        }
    }

    /// A test by its path in the crate, as its runner names it.
    pub(super) fn test_named(&mut self, id: DefinitionId) {
        let name = self.semantics().definition(id).qualified_name.replace('.', "::");
        self.test(name, FRAMEWORK, id);
    }

    /// The file of a module as `#[path = "…"]` says it.
    pub(super) fn path_attribute(&self, node: Node<'t>) -> Option<&'t str> {
        let attributes = self.attributes.get(&node.id.0)?;
        attributes.iter().find_map(|it| {
            let attribute = child_of_kind(*it, "attribute")?;
            let is_path = attribute.first_child()?.text() == "path";
            is_path.then(|| field(attribute, "value").and_then(super::expressions::text_of))?
        })
    }
}
