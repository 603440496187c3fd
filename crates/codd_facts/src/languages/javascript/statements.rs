//! Statements: control flow, blocks and the scopes they open.

use super::walker::{Here, READ, WRITE, Walker};
use crate::builder::Branch;
use crate::node::{Node, children, field};
use crate::{Bound, Expr, ExprId};

/// Below a condition.
fn maybe(here: Here) -> Here {
    match here.branch {
        Branch::Never => here,
        _ => Here { branch: Branch::Maybe, ..here },
    }
}

impl<'t> Walker<'t> {
    pub(super) fn statements(&mut self, nodes: impl IntoIterator<Item = Node<'t>>, here: Here) {
        for node in nodes {
            self.statement(node, here);
        }
    }

    pub(super) fn statement(&mut self, node: Node<'t>, here: Here) {
        self.deeper(node, here, |it| it.statement_inside(node, here));
    }

    fn statement_inside(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "expression_statement" => {
                for child in children(node) {
                    if child.kind() == "internal_module" {
                        self.namespace(child, node, here);
                    } else if matches!(child.kind(), "identifier" | "member_expression") {
                        let start = self.semantics().references.len();
                        let value = self.expr(child, here, READ);
                        self.builder.discard_reference(start, value);
                    } else if matches!(child.kind(), "binary_expression" | "ternary_expression") {
                        // `x && app.use(f)`.
                        self.expr(child, maybe(here), READ);
                    } else {
                        self.expr(child, here, READ);
                    }
                }
            }
            "variable_declaration" | "lexical_declaration" | "using_declaration" => {
                self.variables(node, node, here);
            }
            "statement_block" => self.braces(node, here),
            "return_statement" | "throw_statement" => {
                for child in children(node) {
                    if node.kind() == "return_statement" {
                        self.returned_value(child, here);
                    } else {
                        self.value(child, here);
                    }
                }
            }
            "if_statement" => self.if_statement(node, here),
            "for_statement" => self.for_statement(node, here),
            "for_in_statement" => self.for_in(node, here),
            "switch_statement" => {
                if let Some(value) = field(node, "value") {
                    self.expr(value, here, READ);
                }
                if let Some(body) = field(node, "body") {
                    let inside = maybe(self.block(here));
                    for case in children(body) {
                        let value = field(case, "value");
                        if let Some(value) = value {
                            self.expr(value, here, READ);
                        }
                        let body = children(case).into_iter().filter(|it| Some(*it) != value);
                        self.statements(body, inside);
                    }
                }
            }
            "catch_clause" => {
                let inside = maybe(self.block(here));
                if let Some(parameter) = field(node, "parameter") {
                    let unknown = self.unknown();
                    self.bind_locals(parameter, unknown, inside);
                }
                if let Some(annotation) = field(node, "type") {
                    self.annotation(annotation, inside);
                }
                if let Some(body) = field(node, "body") {
                    self.statements(children(body), inside);
                }
            }
            "labeled_statement" => {
                if let Some(body) = field(node, "body") {
                    self.statement(body, here);
                }
            }
            "while_statement" => self.statements(children(node), maybe(here)),
            "do_statement" | "with_statement" | "finally_clause" | "else_clause"
            | "try_statement" | "ERROR" => self.statements(children(node), here),
            "break_statement" | "continue_statement" | "debugger_statement" | "empty_statement"
            | "comment" | "hash_bang_line" => {}
            _ => {
                if !self.declaration(node, node, here) {
                    self.expr(node, here, READ);
                }
            }
        }
    }

    /// Declarations that may stand behind `export`; false for anything else.
    ///
    /// `outer` is what the declaration's span covers: itself, or its export statement.
    pub(super) fn declaration(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) -> bool {
        match node.kind() {
            "variable_declaration" | "lexical_declaration" | "using_declaration" => {
                self.variables(node, outer, here);
            }
            "function_declaration" | "generator_function_declaration" | "function_signature" => {
                self.function_declaration(node, outer, here);
            }
            "class_declaration" | "abstract_class_declaration" => {
                self.class(node, outer, None, here);
            }
            "interface_declaration" => self.interface(node, outer, here),
            "enum_declaration" => self.enumeration(node, outer, here),
            "type_alias_declaration" => self.type_alias(node, outer, here),
            "module" | "internal_module" => self.namespace(node, outer, here),
            "ambient_declaration" => self.ambient(node, outer, here),
            "import_statement" => self.import_statement(node, here),
            "export_statement" => self.export_statement(node, here),
            "import_alias" => self.import_alias(node, here),
            _ => return false,
        }
        true
    }

    /// `{ … }`, with a scope where it declares something.
    fn braces(&mut self, node: Node<'t>, here: Here) {
        let nodes = children(node);
        let declares = nodes.iter().any(|it| {
            !matches!(
                it.kind(),
                "expression_statement" | "return_statement" | "if_statement" | "throw_statement"
            )
        });
        let inside = if declares { self.block(here) } else { here };
        self.statements(nodes, inside);
    }

    /// A loop over the `else if` chain, which can be long.
    fn if_statement(&mut self, node: Node<'t>, here: Here) {
        let conditions = self.conditions.len();
        self.branches(node, here);
        self.conditions.truncate(conditions);
    }

    fn branches(&mut self, node: Node<'t>, here: Here) {
        let mut at = node;
        loop {
            let condition = field(at, "condition");
            if let Some(condition) = condition {
                self.expr(condition, here, READ);
                if here.owner.is_none() && here.function.is_none() {
                    self.conditions.push((condition, 0));
                }
            }
            let is_never =
                condition.is_some_and(|it| matches!(it.text(), "(false)" | "(0)" | "(null)"));
            if let Some(consequence) = field(at, "consequence") {
                let inside = maybe(here);
                let branch = if is_never { Branch::Never } else { inside.branch };
                self.statement(consequence, Here { branch, ..inside });
            }
            let Some(otherwise) = field(at, "alternative") else { return };
            let Some(otherwise) = children(otherwise).into_iter().next() else { return };
            if otherwise.kind() != "if_statement" {
                return self.statement(otherwise, maybe(here));
            }
            at = otherwise;
        }
    }

    fn for_statement(&mut self, node: Node<'t>, here: Here) {
        let inside = self.block(here);
        for part in ["initializer", "condition", "increment", "body"] {
            if let Some(part) = field(node, part)
                && part.is_named()
            {
                self.statement(part, inside);
            }
        }
    }

    fn for_in(&mut self, node: Node<'t>, here: Here) {
        let inside = self.block(here);
        let source = match field(node, "right") {
            Some(right) => self.expr(right, here, READ),
            None => self.unknown(),
        };
        let is_of = field(node, "operator").is_some_and(|it| it.kind() == "of");
        if let Some(left) = field(node, "left") {
            let element = if is_of { self.element(source) } else { self.literal() };
            match field(node, "kind").map(Node::kind) {
                Some("var") => {
                    let hoisted = Here { scope: here.hoist, ..inside };
                    self.bind_locals_as(left, element, hoisted, is_of.then_some(source));
                }
                Some(_) => {
                    self.bind_locals_as(left, element, inside, is_of.then_some(source));
                }
                None => self.assign_pattern(left, element, inside),
            }
        }
        if let Some(body) = field(node, "body") {
            self.statement(body, inside);
        }
    }

    fn bind_locals_as(
        &mut self,
        left: Node<'t>,
        element: ExprId,
        here: Here,
        source: Option<ExprId>,
    ) {
        match source {
            Some(source) if left.kind() == "identifier" => {
                let name = left.text();
                self.bind(here.scope, name, Bound::Element(source));
            }
            _ => self.bind_locals(left, element, here),
        }
    }

    /// One element of a sequence, as a value.
    pub(super) fn element(&mut self, base: ExprId) -> ExprId {
        self.add(Expr::Index { base, key: None })
    }

    pub(super) fn returned_value(&mut self, node: Node<'t>, here: Here) {
        let value =
            if here.is_factory { self.module_value(node, here) } else { self.value(node, here) };
        self.returned(value, here);
    }

    pub(super) fn returned(&mut self, value: ExprId, here: Here) {
        let returns = match here.function {
            Some(function) => &mut self.definition(function).returns,
            None => match self.folded_returns.last_mut() {
                Some(returns) => returns,
                None => return,
            },
        };
        if !returns.contains(&value) {
            returns.push(value);
        }
    }

    /// An expression that is assigned to: `x`, `a.b`, `[a, b]`.
    pub(super) fn assign_pattern(&mut self, node: Node<'t>, value: ExprId, here: Here) {
        match node.kind() {
            "identifier" => {
                let name = node.text();
                self.expr(node, here, WRITE);
                self.assigned.push((here.scope, name.into(), Bound::Value(value)));
            }
            "object_pattern" | "array_pattern" => {
                for (target, value) in self.leaves(node, value, here) {
                    self.assign_pattern(target, value, here);
                }
            }
            "shorthand_property_identifier_pattern" => {
                let name = node.text();
                let target = self.name(here.scope, name);
                self.refer(target, node, WRITE, here);
                self.assigned.push((here.scope, name.into(), Bound::Value(value)));
            }
            _ => {
                self.expr(node, here, WRITE);
            }
        }
    }
}
