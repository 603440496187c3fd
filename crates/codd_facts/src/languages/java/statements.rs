//! Statements: blocks, loops, `try`, `switch`, and the locals they bind.

use super::super::jvm;
use super::Walk;
use super::declarations::{Class, annotation_nodes};
use crate::lowering::{Here, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, ExprId, ScopeKind};

impl<'t> Walk<'_, 't> {
    pub(super) fn statement(&mut self, node: Node<'t>, here: Here) {
        self.deeper(node, here, |it| it.statement_within(node, here));
    }

    fn statement_within(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "block"
            | "constructor_body"
            | "for_statement"
            | "switch_block"
            | "switch_block_statement_group"
            | "switch_rule"
            | "try_with_resources_statement" => {
                let inside = self.it.block(here);
                self.statements(node, inside);
            }
            "local_variable_declaration" => self.local(node, here),
            "expression_statement" | "parenthesized_expression" => {
                for it in children(node) {
                    self.expression(it, READ, here);
                }
            }
            "return_statement" | "yield_statement" => {
                for it in children(node) {
                    let value = self.expression(it, READ, here);
                    if node.kind() == "return_statement" && self.infers_result(here) {
                        self.it.returned(value, here);
                    }
                }
            }
            "if_statement" | "while_statement" => {
                // Patterns of the condition are bound in the branches, and behind it.
                let inside =
                    if has_jump(field(node, "consequence")) { here } else { self.it.block(here) };
                for it in children(node) {
                    self.statement(it, inside);
                }
            }
            "enhanced_for_statement" => {
                let inside = self.it.block(here);
                for annotation in annotation_nodes(node) {
                    self.annotation_use(annotation, inside);
                }
                let declared = field(node, "type").and_then(|it| self.declared(it, inside));
                let value = field(node, "value").map(|it| self.expression(it, READ, here));
                if let (Some(name), Some(value)) = (field(node, "name"), value) {
                    self.it.bind(inside, name.text(), Bound::Element(value));
                    if let Some(declared) = declared {
                        self.it.bind(inside, name.text(), Bound::Typed(declared));
                    }
                }
                if let Some(body) = field(node, "body") {
                    self.statement(body, inside);
                }
            }
            "resource" => self.resource(node, here),
            "catch_clause" => {
                let inside = self.it.block(here);
                if let Some(parameter) = child_of_kind(node, "catch_formal_parameter") {
                    let of = child_of_kind(parameter, "catch_type");
                    let of = of.map(|it| self.type_of(it, inside));
                    if let Some(name) = field(parameter, "name") {
                        self.it.local(name.text(), of, None, inside);
                    }
                }
                if let Some(body) = field(node, "body") {
                    self.statement(body, inside);
                }
            }
            "switch_label" => {
                for it in children(node) {
                    self.label(it, here);
                }
            }
            "labeled_statement" => {
                for it in children(node).into_iter().skip(1) {
                    self.statement(it, here);
                }
            }
            "explicit_constructor_invocation" => self.other_constructor(node, here),
            "break_statement" | "continue_statement" => {}
            "do_statement"
            | "resource_specification"
            | "synchronized_statement"
            | "try_statement"
            | "finally_clause"
            | "throw_statement"
            | "assert_statement"
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

    /// What could not be parsed: the statements and names in it.
    pub(super) fn leftovers(&mut self, node: Node<'t>, here: Here) {
        self.statements(node, here);
    }

    /// Whether the result of the function is not told by its declared type.
    fn infers_result(&self, here: Here) -> bool {
        let semantics = self.it.semantics();
        here.function.is_some_and(|it| {
            match semantics.definition(it).declared_type.map(|it| semantics.expr(it)) {
                Some(crate::Expr::Name { scope, name }) => {
                    name == "Object"
                        || semantics.scope(*scope).kind == ScopeKind::Function && name.len() <= 2
                }
                _ => false,
            }
        })
    }

    fn local(&mut self, node: Node<'t>, here: Here) {
        for annotation in annotation_nodes(node) {
            self.annotation_use(annotation, here);
        }
        let declared = field(node, "type").and_then(|it| self.declared(it, here));
        for declarator in children(node) {
            if declarator.kind() != "variable_declarator" {
                continue;
            }
            let value = field(declarator, "value").map(|it| self.expression(it, READ, here));
            let Some(name) = field(declarator, "name") else { continue };
            let declared = match child_of_kind(declarator, "dimensions") {
                Some(_) => declared.map(|it| self.container_of(it)),
                None => declared,
            };
            self.it.local(name.text(), declared, value, here);
        }
    }

    /// `try (A a = …)`: the value is closed at the end.
    fn resource(&mut self, node: Node<'t>, here: Here) {
        let declared = field(node, "type").and_then(|it| self.declared(it, here));
        let given = field(node, "value").or_else(|| {
            children(node).into_iter().find(|it| matches!(it.kind(), "identifier" | "field_access"))
        });
        let value = given.map(|it| self.expression(it, READ, here));
        let mut closed: Option<ExprId> = value;
        if let (Some(name), true) = (field(node, "name"), field(node, "value").is_some()) {
            self.it.local(name.text(), declared, value, here);
            closed = Some(self.it.name(here.scope, name.text()));
        }
        if let Some(closed) = closed {
            let target = self.it.attribute(closed, "close");
            let at = field(node, "name").or(given).unwrap_or(node);
            self.it.refer(target, at, Use::Called(Some(0)), here);
        }
    }

    /// What a `case` compares with: constants of an enum, types with patterns.
    fn label(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "pattern" | "type_pattern" | "record_pattern" => self.pattern(node, here),
            "identifier" => {
                // A constant of the enum that is switched over, which is not named.
                let switched = self.it.name(here.scope, jvm::SWITCHED);
                let of = self.it.attribute(switched, node.text());
                let plain = self.it.name(here.scope, node.text());
                let target = self.it.either(vec![of, plain]);
                self.it.refer(target, node, READ, here);
            }
            _ => {
                self.expression(node, READ, here);
            }
        }
    }

    pub(super) fn pattern(&mut self, node: Node<'t>, here: Here) {
        self.deeper(node, here, |it| it.pattern_within(node, here));
    }

    fn pattern_within(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "type_pattern" | "record_pattern_component" => {
                let parts = children(node);
                if let [of, name] = parts.as_slice() {
                    let declared = self.declared(*of, here);
                    self.it.local(name.text(), declared, None, here);
                }
            }
            "record_pattern" => {
                for it in children(node) {
                    match it.kind() {
                        "record_pattern_body" => self.pattern(it, here),
                        _ => {
                            self.type_of(it, here);
                        }
                    }
                }
            }
            _ => {
                for it in children(node) {
                    self.pattern(it, here);
                }
            }
        }
    }

    /// `this(…)` and `super(…)`.
    fn other_constructor(&mut self, node: Node<'t>, here: Here) {
        if let Some(object) = field(node, "object") {
            self.expression(object, READ, here);
        }
        let (count, _) = self.arguments(field(node, "arguments"), here);
        let Some(word) = field(node, "constructor") else { return };
        let of = match (word.kind(), here.class) {
            ("this", Some(class)) => self.it.definition_value(class),
            _ => self.it.super_of(here),
        };
        let target = self.it.attribute(of, jvm::CONSTRUCTOR);
        self.it.refer(target, word, Use::Called(Some(count)), here);
    }
}

/// Whether a branch leaves what is around it, so that a pattern's negation holds behind it.
fn has_jump(branch: Option<Node<'_>>) -> bool {
    let Some(branch) = branch else { return false };
    let last = match branch.kind() {
        "block" => children(branch).into_iter().next_back(),
        _ => Some(branch),
    };
    last.is_some_and(|it| {
        matches!(
            it.kind(),
            "return_statement" | "throw_statement" | "continue_statement" | "break_statement"
        )
    })
}
