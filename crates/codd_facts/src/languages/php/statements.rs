//! Statements, and what any other syntax holds.

use super::{Walk, docblock};
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::{Bound, ExprId, MODULE_SCOPE};

/// What a name is given: a value, or each element of one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given {
    Value(ExprId),
    Element(ExprId),
}

impl<'t> Walk<'_, 't> {
    pub(super) fn visit_children(&mut self, node: Node<'t>, here: Here) {
        for child in children(node) {
            self.visit(child, here);
        }
    }

    /// A statement, or an expression of whose value nothing is made.
    pub(super) fn visit(&mut self, node: Node<'t>, here: Here) {
        if !self.enter(node, here) {
            return;
        }
        self.statement(node, here);
        self.leave();
    }

    fn statement(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "namespace_definition" => self.namespace_definition(node, here),
            "namespace_use_declaration" => self.use_declaration(node, here),
            "function_definition" => self.function_definition(node, here),
            "class_declaration"
            | "interface_declaration"
            | "trait_declaration"
            | "enum_declaration" => self.class_declaration(node, here),
            "const_declaration" => self.constants(node, here),
            "expression_statement" => {
                if let Some(inner) = node.first_child() {
                    self.documented_variable(node, inner, here);
                    if !self.pest_call(inner, here) {
                        self.expr(inner, here);
                    }
                }
            }
            "return_statement" => {
                let Some(value) = node.first_child() else { return };
                let value = self.expr(value, here);
                self.returned(value, here);
                if here.scope == MODULE_SCOPE && here.owner.is_none() {
                    // What `include` of this file gives.
                    self.builder.semantics.exports.whole = Some(value);
                }
            }
            "foreach_statement" => self.foreach(node, here),
            "catch_clause" => {
                let declared = field(node, "type").and_then(|it| self.type_of(it, here));
                if let Some(name) = field(node, "name") {
                    self.local(name.text(), declared, None, here);
                }
                if let Some(body) = field(node, "body") {
                    self.visit_children(body, here);
                }
            }
            "global_declaration" => {
                for name in children(node) {
                    if name.kind() == "variable_name" && here.scope != MODULE_SCOPE {
                        self.bind(here, name.text(), Bound::Outer);
                    }
                }
            }
            "function_static_declaration" => self.static_variables(node, here),
            "if_statement" | "else_if_clause" => {
                if let Some(condition) = field(node, "condition") {
                    self.expr(condition, here);
                }
                for child in children(node) {
                    if Some(child) != field(node, "condition") {
                        self.visit(child, here);
                    }
                }
            }
            "goto_statement" | "named_label_statement" | "declare_directive" | "text" => {}
            kind if kind.ends_with("_statement")
                || kind.ends_with("_block")
                || kind.ends_with("_clause")
                || kind == "compound_statement"
                || kind == "program"
                || kind == "ERROR" =>
            {
                self.visit_children(node, here);
            }
            _ => {
                self.expr(node, here);
            }
        }
    }

    fn foreach(&mut self, node: Node<'t>, here: Here) {
        let body = field(node, "body");
        let parts: Vec<Node<'t>> =
            children(node).into_iter().filter(|it| Some(*it) != body).collect();
        if let [collection, target, ..] = parts.as_slice() {
            let collection = self.expr(*collection, here);
            let target = match target.kind() {
                "pair" => {
                    let pair = children(*target);
                    if let Some(key) = pair.first() {
                        let unknown = self.unknown();
                        self.assign(*key, Given::Value(unknown), here);
                    }
                    pair.get(1).copied()
                }
                _ => Some(*target),
            };
            if let Some(target) = target {
                self.assign(target, Given::Element(collection), here);
            }
        }
        if let Some(body) = body {
            self.visit(body, here);
        }
    }

    /// `/** @var Type $name */` before a statement.
    fn documented_variable(&mut self, node: Node<'t>, inner: Node<'t>, here: Here) {
        let Some(comment) = self.comment_before(node) else { return };
        if !comment.contains("@var") {
            return;
        }
        for rest in docblock::tags(comment, "@var") {
            let Some(kind) = docblock::tag(comment, "@var") else { continue };
            let named = rest.split_whitespace().find(|it| it.starts_with('$'));
            let assigned = field(inner, "left").filter(|it| it.kind() == "variable_name");
            let Some(name) = named.or(assigned.map(Node::text)) else { continue };
            let name = name.trim_end_matches("*/").trim_end();
            if let Some(class) = self.documented_type(kind, node, here) {
                self.bind(here, name, Bound::Typed(class));
            }
        }
    }
}
