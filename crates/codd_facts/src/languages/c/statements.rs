//! Statements of function bodies, and local variables.

use super::Walk;
use super::declarations::declarator_nodes;
use super::declarators::{declared, parameter_nodes};
use crate::lowering::{Here, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, ExprId, Name};

impl<'t> Walk<'_, 't> {
    /// A block with its own names.
    pub(super) fn compound(&mut self, node: Node<'t>, here: Here) {
        let is_body = here
            .function
            .is_some_and(|function| self.semantics().definition(function).body == Some(here.scope));
        // The outermost block of a function shares the scope of its parameters.
        let inside = if is_body { here } else { self.block(here) };
        for child in children(node) {
            self.statement(child, inside);
        }
    }

    pub(super) fn statement(&mut self, node: Node<'t>, here: Here) {
        if !self.enter(node, here) {
            return;
        }
        self.statement_within(node, here);
        self.leave();
    }

    fn statement_within(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "declaration" => self.local_declaration(node, here),
            "compound_statement" => {
                let inside = self.block(here);
                for child in children(node) {
                    self.statement(child, inside);
                }
            }
            "return_statement" | "co_return_statement" | "co_yield_statement" => {
                if let Some(value) = node.first_child() {
                    let value = self.expr(value, here);
                    self.returned(value, here);
                }
            }
            "for_range_loop" => {
                let inside = self.block(here);
                let Some(right) = field(node, "right") else { return };
                let collection = self.expr(right, inside);
                let kind = field(node, "type").and_then(|it| self.type_of(it, inside));
                if let Some(it) = field(node, "declarator").and_then(declared) {
                    self.loop_variable(it.name, collection, kind, inside);
                }
                if let Some(body) = field(node, "body") {
                    self.statement(body, inside);
                }
            }
            "for_statement" | "while_statement" | "if_statement" | "switch_statement"
            | "condition_clause" | "init_statement" => {
                let inside = match node.kind() {
                    "condition_clause" | "init_statement" => here,
                    _ => self.block(here),
                };
                for child in children(node) {
                    self.statement(child, inside);
                }
            }
            "catch_clause" => {
                let inside = self.block(here);
                if let Some(list) = field(node, "parameters") {
                    for it in children(list) {
                        let kind = field(it, "type").and_then(|it| self.type_of(it, inside));
                        if let Some(name) = field(it, "declarator").and_then(declared) {
                            self.local(name.name.text(), kind, None, inside);
                        }
                    }
                }
                if let Some(body) = field(node, "body") {
                    self.statement(body, inside);
                }
            }
            "labeled_statement"
            | "case_statement"
            | "do_statement"
            | "else_clause"
            | "expression_statement"
            | "try_statement"
            | "attributed_statement"
            | "seh_try_statement" => {
                for child in children(node) {
                    self.statement(child, here);
                }
            }
            "statement_identifier"
            | "break_statement"
            | "continue_statement"
            | "goto_statement" => {}
            "preproc_if" | "preproc_ifdef" | "preproc_elif" | "preproc_elifdef"
            | "preproc_else" => {
                self.condition(node, here);
                for child in Self::conditional_parts(node) {
                    self.statement(child, here);
                }
            }
            "preproc_include"
            | "preproc_def"
            | "preproc_function_def"
            | "preproc_call"
            | "type_definition"
            | "alias_declaration"
            | "using_declaration"
            | "namespace_alias_definition"
            | "struct_specifier"
            | "class_specifier"
            | "union_specifier"
            | "enum_specifier"
            | "function_definition"
            | "template_declaration"
            | "static_assert_declaration" => {
                self.item(node, None, here);
            }
            _ => {
                self.expr(node, here);
            }
        }
    }

    fn loop_variable(
        &mut self,
        name: Node<'t>,
        collection: ExprId,
        kind: Option<ExprId>,
        inside: Here,
    ) {
        if name.kind() == "structured_binding_declarator" {
            let item = self.index(collection, None);
            let names = children(name);
            let is_entry = names.len() == 2;
            for (at, it) in names.into_iter().enumerate() {
                // Of a map's entry it is the key, which is not what the map is asked for.
                let bound = if is_entry && at == 0 { Bound::Unknown } else { Bound::Value(item) };
                self.bind(inside, it.text(), bound);
            }
            return;
        }
        match kind {
            Some(kind) => self.bind(inside, name.text(), Bound::Typed(kind)),
            None => self.bind(inside, name.text(), Bound::Element(collection)),
        }
    }

    fn local_declaration(&mut self, node: Node<'t>, here: Here) {
        let kind = field(node, "type");
        let declared_type = kind.and_then(|it| self.type_of(it, here));
        for declarator in declarator_nodes(node) {
            let Some(mut it) = declared(declarator) else {
                self.expr(declarator, here);
                continue;
            };
            // In a condition, the value stands beside the declarator.
            it.value = it.value.or_else(|| field(node, "value"));
            if it.name.kind() == "structured_binding_declarator" {
                let value = it.value.map(|it| self.expr(it, here));
                for (at, name) in children(it.name).into_iter().enumerate() {
                    let value = value.map(|it| self.index(it, Some(Name::from(at.to_string()))));
                    self.local(name.text(), None, value, here);
                }
                continue;
            }
            if let Some(function) = it.function {
                if self.is_cpp && declared_type.is_some() && self.looks_like_object(function, here)
                {
                    // `Tool tool(other);` reads like the prototype of a function.
                    self.constructed(declared_type, kind, function, here);
                    self.local(it.name.text(), declared_type, None, here);
                } else {
                    self.prototype(node, it, function, declared_type, None, here);
                }
                continue;
            }
            let value = self.initial_value(it.value, declared_type, here);
            let is_built = it
                .value
                .is_some_and(|it| matches!(it.kind(), "argument_list" | "initializer_list"));
            if self.is_cpp
                && !it.is_pointer
                && let (Some(class), Some(at)) = (declared_type, kind)
                && (it.value.is_none() || is_built)
                && can_be_class(at)
            {
                let count = it.value.map_or(0, |it| children(it).len() as u32);
                self.refer(class, at, Use::Called(Some(count)), here);
            }
            let value = match declared_type {
                // What it is declared as says more than a constant.
                Some(_) if is_built => None,
                _ => value,
            };
            self.local(it.name.text(), declared_type, value, here);
        }
    }

    /// Whether what the grammar takes for parameter types are values.
    fn looks_like_object(&self, function: Node<'t>, here: Here) -> bool {
        let parameters: Vec<Node<'t>> =
            parameter_nodes(function).into_iter().filter(|it| it.is_named()).collect();
        !parameters.is_empty()
            && parameters.iter().all(|it| {
                it.kind() == "parameter_declaration"
                    && field(*it, "declarator").is_none()
                    && field(*it, "type").is_some_and(|it| {
                        it.kind() == "type_identifier"
                            && matches!(
                                self.builder.bound_so_far(here.scope, &Name::new(it.text())),
                                Some((_, bound)) if !matches!(bound, Bound::Definition(_))
                            )
                    })
            })
    }

    fn constructed(
        &mut self,
        class: Option<ExprId>,
        at: Option<Node<'t>>,
        function: Node<'t>,
        here: Here,
    ) {
        let mut count = 0;
        for it in parameter_nodes(function).into_iter().filter(|it| it.is_named()) {
            if let Some(name) = field(it, "type") {
                let target = self.name(here.scope, name.text());
                self.refer(target, name, READ, here);
                count += 1;
            }
        }
        if let (Some(class), Some(at)) = (class, at) {
            self.refer(class, at, Use::Called(Some(count)), here);
        }
    }
}

/// Whether a type is written so that a variable of it makes an object.
fn can_be_class(node: Node<'_>) -> bool {
    matches!(node.kind(), "type_identifier" | "qualified_identifier" | "template_type")
        && child_of_kind(node, "auto").is_none()
}
