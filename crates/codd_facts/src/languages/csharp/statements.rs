//! Statements, local functions, and the locals they bind.

use super::Walk;
use super::declarations::{Class, attribute_nodes, flags_of};
use crate::lowering::{Here, New, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, DefinitionKind, ExprId};

impl<'t> Walk<'_, 't> {
    pub(super) fn statement(&mut self, node: Node<'t>, here: Here) {
        self.deeper(node, here, |it| it.statement_within(node, here));
    }

    fn statement_within(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "block" | "for_statement" | "fixed_statement" => {
                let inside = self.it.block(here);
                self.statements(node, inside);
            }
            "local_declaration_statement" => {
                let is_used = node.all_children().any(|it| it.kind() == "using");
                for it in children(node) {
                    if it.kind() == "variable_declaration" {
                        self.locals(it, is_used, here);
                    }
                }
            }
            "variable_declaration" => self.locals(node, false, here),
            "local_function_statement" => self.local_function(node, here),
            "return_statement" | "yield_statement" | "arrow_expression_clause" => {
                for it in children(node) {
                    let value = self.expression(it, READ, here);
                    let is_told = here.function.is_none_or(|it| {
                        self.it.semantics().definition(it).declared_type.is_some()
                    });
                    if !is_told {
                        self.it.returned(value, here);
                    }
                }
            }
            "foreach_statement" => self.foreach(node, here),
            "using_statement" => {
                let inside = self.it.block(here);
                for it in children(node) {
                    if it.kind() == "variable_declaration" {
                        self.locals(it, true, inside);
                    } else if it.kind().ends_with("statement") || it.kind() == "block" {
                        self.statement(it, inside);
                    } else {
                        let value = self.expression(it, READ, inside);
                        self.disposed(value, it, inside);
                    }
                }
            }
            "catch_clause" => {
                let inside = self.it.block(here);
                if let Some(declaration) = child_of_kind(node, "catch_declaration") {
                    let of = field(declaration, "type").map(|it| self.type_of(it, inside));
                    if let Some(name) = field(declaration, "name") {
                        self.it.local(name.text(), of, None, inside);
                    }
                }
                for it in children(node) {
                    if it.kind() != "catch_declaration" {
                        self.statement(it, inside);
                    }
                }
            }
            "switch_section" => {
                let inside = self.it.block(here);
                for it in children(node) {
                    if it.kind().ends_with("pattern") {
                        self.pattern(it, None, inside);
                    } else {
                        self.statement(it, inside);
                    }
                }
            }
            "labeled_statement" => {
                for it in children(node).into_iter().skip(1) {
                    self.statement(it, here);
                }
            }
            "break_statement" | "continue_statement" | "empty_statement" | "goto_statement" => {}
            "expression_statement"
            | "if_statement"
            | "while_statement"
            | "do_statement"
            | "try_statement"
            | "finally_clause"
            | "throw_statement"
            | "lock_statement"
            | "checked_statement"
            | "unsafe_statement"
            | "switch_statement"
            | "switch_body"
            | "when_clause"
            | "catch_filter_clause"
            | "preproc_if"
            | "preproc_elif"
            | "preproc_else"
            | "global_statement"
            | "ERROR" => self.statements(node, here),
            _ => {
                if self.type_declaration(node, &Class::default(), here).is_none() {
                    self.expression(node, READ, here);
                }
            }
        }
    }

    fn statements(&mut self, node: Node<'t>, here: Here) {
        for it in children(node) {
            self.statement(it, here);
        }
    }

    pub(super) fn locals(&mut self, node: Node<'t>, is_used: bool, here: Here) {
        let declared = field(node, "type").and_then(|it| self.declared(it, here));
        for declarator in children(node) {
            if declarator.kind() != "variable_declarator" {
                continue;
            }
            let name = field(declarator, "name");
            let tuple = child_of_kind(declarator, "tuple_pattern");
            let value = children(declarator).into_iter().rfind(|it| {
                Some(*it) != name && Some(*it) != tuple && it.kind() != "bracketed_argument_list"
            });
            let value = value.map(|it| self.initial(it, declared, here));
            if let Some(tuple) = tuple {
                self.tuple(tuple, here);
            }
            let Some(name) = name else { continue };
            self.it.local(name.text(), declared, value, here);
            if is_used {
                let closed = self.it.name(here.scope, name.text());
                self.disposed(closed, name, here);
            }
        }
    }

    /// Binds the names of a tuple that is taken apart.
    pub(super) fn tuple(&mut self, node: Node<'t>, here: Here) {
        for name in node.below().filter(|it| it.kind() == "identifier") {
            self.it.bind(here, name.text(), Bound::Unknown);
        }
    }

    fn disposed(&mut self, value: ExprId, at: Node<'t>, here: Here) {
        let target = self.it.attribute(value, "Dispose");
        self.it.refer(target, at, Use::Called(Some(0)), here);
    }

    fn foreach(&mut self, node: Node<'t>, here: Here) {
        let inside = self.it.block(here);
        let value = field(node, "right").map(|it| self.expression(it, READ, here));
        let declared = field(node, "type").and_then(|it| self.declared(it, inside));
        match (field(node, "left"), value) {
            (Some(name), Some(value)) if name.kind() == "identifier" => {
                self.it.bind(inside, name.text(), Bound::Element(value));
                if let Some(declared) = declared {
                    self.it.bind(inside, name.text(), Bound::Typed(declared));
                }
            }
            (Some(tuple), _) => self.tuple(tuple, inside),
            _ => {}
        }
        if let Some(body) = field(node, "body") {
            self.statement(body, inside);
        }
    }

    fn local_function(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let attributes = attribute_nodes(node);
        let new = New::of(DefinitionKind::Function, node, name, body)
            .decorated_with(attributes.clone())
            .with(flags_of(node, false));
        let id = self.it.define_bound(new, here);
        self.attributes(id, &attributes, here);
        let inside = self.it.function_body(id, here);
        self.type_parameters(node, inside);
        let declared = field(node, "type").map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        if let Some(list) = field(node, "parameters") {
            self.parameters(list, inside);
        }
        if let Some(body) = body {
            self.statement(body, inside);
        }
    }
}
