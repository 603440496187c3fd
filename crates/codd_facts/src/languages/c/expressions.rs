//! Expressions: where values come from and what they refer to.

use super::Walk;
use super::declarators::{declared, parts_of, plain_name};
use crate::lowering::{CALL, Here, READ, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, Expr, ExprId, MODULE_SCOPE, Member, POINTED_TO};

/// Casts that are written as calls.
const CASTS: [&str; 6] = [
    "static_cast",
    "dynamic_cast",
    "const_cast",
    "reinterpret_cast",
    "static_pointer_cast",
    "dynamic_pointer_cast",
];

/// Functions that give what they are handed.
const SAME: [&str; 6] = ["move", "forward", "ref", "cref", "as_const", "addressof"];

impl<'t> Walk<'_, 't> {
    pub(super) fn expr(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let value = self.expr_within(node, here);
        self.leave();
        value
    }

    pub(super) fn each(&mut self, node: Node<'t>, here: Here) {
        for child in children(node) {
            self.expr(child, here);
        }
    }

    fn expr_within(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "identifier" => self.named(node, READ, here),
            "qualified_identifier" => self.qualified_value(node, READ, here),
            "template_function" => {
                let types = self.template_arguments(node, here);
                match field(node, "name") {
                    Some(name) => {
                        let function = self.named(name, READ, here);
                        self.applied(function, types)
                    }
                    None => self.unknown(),
                }
            }
            "this" => self.this(here),
            "number_literal" | "char_literal" | "true" | "false" | "null" | "nullptr" => {
                self.literal()
            }
            "string_literal" | "raw_string_literal" | "concatenated_string" => match node.kind() {
                "string_literal" => self.text_constant(node.text().trim_matches('"')),
                _ => self.literal(),
            },
            "parenthesized_expression" | "co_await_expression" | "extension_expression" => {
                match node.first_child() {
                    Some(inner) => self.expr(inner, here),
                    None => self.unknown(),
                }
            }
            "pointer_expression" => match field(node, "argument") {
                Some(inner) => {
                    let value = self.expr(inner, here);
                    if node.text().starts_with('*') { self.pointed_to(value) } else { value }
                }
                None => self.unknown(),
            },
            "call_expression" => self.call_expression(node, here),
            "field_expression" => self.field_expression(node, READ, here),
            "subscript_expression" => self.subscript(node, here),
            "assignment_expression" => self.assignment(node, here),
            "binary_expression" => self.binary(node, here),
            "comma_expression" => {
                let mut value = self.unknown();
                for child in children(node) {
                    value = self.expr(child, here);
                }
                value
            }
            "conditional_expression" => {
                if let Some(condition) = field(node, "condition") {
                    self.expr(condition, here);
                }
                let then = field(node, "consequence").map(|it| self.expr(it, here));
                let otherwise = field(node, "alternative").map(|it| self.expr(it, here));
                self.either(then.into_iter().chain(otherwise).collect())
            }
            "update_expression" => match field(node, "argument") {
                Some(it) => {
                    let value = self.expr(it, here);
                    self.write_again(it);
                    self.operator_of(value, node, here);
                    value
                }
                None => self.unknown(),
            },
            "cast_expression" => {
                let kind = field(node, "type").and_then(|it| self.type_of(it, here));
                let value = field(node, "value").map(|it| self.expr(it, here));
                match (kind, value) {
                    (Some(kind), _) => self.instance_of(kind),
                    (None, Some(value)) => value,
                    (None, None) => self.unknown(),
                }
            }
            "unary_expression" => self.unary(node, here),
            "compound_literal_expression" => self.braced_object(node, here),
            "new_expression" => self.new_expression(node, here),
            "lambda_expression" => self.lambda(node, here),
            "initializer_list" => self.initializer_list(node, None, here),
            "sizeof_expression" | "alignof_expression" | "offsetof_expression" => {
                if let Some(kind) = field(node, "type") {
                    self.type_of(kind, here);
                }
                if let Some(value) = field(node, "value") {
                    self.expr(value, here);
                }
                self.literal()
            }
            "type_descriptor" | "type_identifier" | "template_type" | "struct_specifier"
            | "class_specifier" | "union_specifier" | "enum_specifier" | "dependent_type"
            | "decltype" => match self.type_of(node, here) {
                Some(kind) => kind,
                None => self.unknown(),
            },
            "compound_statement" => {
                self.compound(node, here);
                self.unknown()
            }
            "function_definition" | "template_declaration" => {
                self.item(node, None, here);
                self.unknown()
            }
            "declaration"
            | "expression_statement"
            | "return_statement"
            | "if_statement"
            | "for_statement"
            | "while_statement"
            | "for_range_loop"
            | "try_statement"
            | "switch_statement"
            | "do_statement"
            | "case_statement"
            | "catch_clause" => {
                self.statement(node, here);
                self.unknown()
            }
            "field_identifier"
            | "primitive_type"
            | "sized_type_specifier"
            | "auto"
            | "storage_class_specifier"
            | "type_qualifier" => self.unknown(),
            _ => {
                self.each(node, here);
                self.unknown()
            }
        }
    }

    fn call_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(function), Some(list)) = (field(node, "function"), field(node, "arguments"))
        else {
            self.each(node, here);
            return self.unknown();
        };
        if list.kind() != "argument_list" {
            self.each(node, here);
            return self.unknown();
        }
        self.test_call(function, list, here);
        let (_, last) = parts_of(function);
        let word = plain_name(last);
        match function.kind() {
            "identifier" | "qualified_identifier" | "template_function" => {
                if let Some(value) = self.known_call(function, last, &word, list, here) {
                    return value;
                }
                let (given, count) = self.arguments(list, here);
                let usage = Use::Called(count);
                let callee = match function.kind() {
                    "identifier" => {
                        self.found_by_arguments(function, &given, here);
                        self.named(function, usage, here)
                    }
                    "template_function" => {
                        let types = self.template_arguments(function, here);
                        let name = field(function, "name").unwrap_or(function);
                        let function = self.named(name, usage, here);
                        self.applied(function, types)
                    }
                    _ => self.qualified_value(function, usage, here),
                };
                self.call(callee, given)
            }
            "field_expression" => {
                let (given, count) = self.arguments(list, here);
                let callee = self.field_expression(function, Use::Called(count), here);
                self.call(callee, given)
            }
            "primitive_type" | "sized_type_specifier" => {
                self.arguments(list, here);
                self.literal()
            }
            _ => {
                let callee = self.expr(function, here);
                let (given, _) = self.arguments(list, here);
                self.refer(callee, function, CALL, here);
                self.call(callee, given)
            }
        }
    }

    /// Functions of the standard library whose result its types or arguments tell.
    fn known_call(
        &mut self,
        function: Node<'t>,
        last: Node<'t>,
        word: &str,
        list: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        let first_type = || {
            let arguments = field(last, "arguments")?;
            children(arguments).into_iter().find(|it| it.kind() == "type_descriptor")
        };
        if matches!(word, "make_unique" | "make_shared" | "allocate_shared") {
            let kind = first_type()?;
            let class = self.type_of(kind, here);
            let (given, count) = self.arguments(list, here);
            let class = class?;
            self.refer(class, kind, Use::Called(count), here);
            self.call(class, given);
            let pointer = if word == "make_unique" { "unique_ptr" } else { "shared_ptr" };
            let std = self.name(MODULE_SCOPE, "std");
            let pointer = self.attribute(std, pointer);
            let pointer = self.applied(pointer, vec![class]);
            return Some(self.instance_of(pointer));
        }
        if CASTS.contains(&word) {
            let kind = first_type()?;
            let class = self.type_of(kind, here);
            let (given, _) = self.arguments(list, here);
            return Some(match (class, given.first()) {
                (Some(class), _) => self.instance_of(class),
                (None, Some(only)) => only.value,
                (None, None) => self.unknown(),
            });
        }
        let is_std = function.kind() == "qualified_identifier"
            && function.text().trim_start_matches("::").starts_with("std::");
        if is_std && SAME.contains(&word) {
            let (given, _) = self.arguments(list, here);
            return given.first().map(|it| it.value);
        }
        None
    }

    pub(super) fn field_expression(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (Some(argument), Some(name)) = (field(node, "argument"), field(node, "field")) else {
            return self.unknown();
        };
        let mut base = self.expr(argument, here);
        if field(node, "operator").is_some_and(|it| it.text() == "->") {
            base = self.pointed_to(base);
        }
        match name.kind() {
            "field_identifier" | "destructor_name" => {
                let target = self.attribute(base, plain_name(name));
                self.refer(target, name, usage, here);
                target
            }
            "template_method" => {
                let types = self.template_arguments(name, here);
                let at = field(name, "name").unwrap_or(name);
                let method = self.member_of(base, at, usage, here);
                self.applied(method, types)
            }
            "dependent_name" => {
                let inner = name.first_child().unwrap_or(name);
                let types = self.template_arguments(inner, here);
                let at = field(inner, "name").unwrap_or(inner);
                let method = self.member_of(base, at, usage, here);
                self.applied(method, types)
            }
            // `object.Base::method()`.
            "qualified_identifier" => self.qualified_value(name, usage, here),
            _ => self.unknown(),
        }
    }

    /// What a value leads to, which may be a pointer or an object that is used like one.
    fn pointed_to(&mut self, value: ExprId) -> ExprId {
        let is_pointer = matches!(self.semantics().expr(value), Expr::This { .. });
        // There are no such objects in C.
        if is_pointer || !self.is_cpp { value } else { self.attribute(value, POINTED_TO) }
    }

    fn subscript(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(base) = field(node, "argument") else { return self.unknown() };
        let base = self.expr(base, here);
        let mut key = None;
        for it in children(node).into_iter().skip(1) {
            let only = match it.kind() {
                "subscript_argument_list" => it.first_child().unwrap_or(it),
                _ => it,
            };
            key = match only.kind() {
                "number_literal" => Some(only.text().into()),
                "string_literal" => Some(only.text().trim_matches('"').into()),
                _ => None,
            };
            self.expr(only, here);
        }
        self.index(base, key)
    }

    fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            self.each(node, here);
            return self.unknown();
        };
        let value = match right.kind() {
            "initializer_list" => self.initializer_list(right, None, here),
            _ => self.expr(right, here),
        };
        let is_plain = field(node, "operator").is_none_or(|it| it.text() == "=");
        if !is_plain {
            let changed = self.expr(left, here);
            self.write_again(left);
            self.operator(changed, value, node, here);
            return changed;
        }
        self.assign(left, value, here);
        value
    }

    /// Says of what was read just now that it is written as well.
    fn write_again(&mut self, node: Node<'t>) {
        let at = match node.kind() {
            "field_expression" => field(node, "field").unwrap_or(node),
            _ => node,
        };
        self.builder.write_reference(at.span());
    }

    fn assign(&mut self, target: Node<'t>, value: ExprId, here: Here) {
        if !self.enter(target, here) {
            return;
        }
        match target.kind() {
            "identifier" => {
                self.named(target, WRITE, here);
                self.also_bind(target.text(), value, here);
            }
            "qualified_identifier" => {
                self.qualified_value(target, WRITE, here);
            }
            "field_expression" => {
                self.field_expression(target, WRITE, here);
                self.member_value(target, value, here);
            }
            "parenthesized_expression" => {
                if let Some(inner) = target.first_child() {
                    self.assign(inner, value, here);
                }
            }
            _ => {
                self.expr(target, here);
            }
        }
        self.leave();
    }

    /// A further value of a local variable, or of a global one of this file.
    fn also_bind(&mut self, name: &str, value: ExprId, here: Here) {
        let Some((scope, bound)) = self.builder.bound_so_far(here.scope, &name.into()) else {
            return;
        };
        let is_variable = match bound {
            Bound::Definition(id) => {
                self.semantics().definition(*id).kind == crate::DefinitionKind::Variable
            }
            _ => true,
        };
        if is_variable {
            self.bind(Here { scope, ..here }, name, Bound::Value(value));
        }
    }

    /// A value that a field of the class around is given, or of a local one.
    fn member_value(&mut self, target: Node<'t>, value: ExprId, here: Here) {
        let (Some(object), Some(name)) = (field(target, "argument"), field(target, "field")) else {
            return;
        };
        if name.kind() != "field_identifier" {
            return;
        }
        let class = match object.kind() {
            "this" => here.class,
            _ => None,
        };
        if let Some(class) = class {
            let name = name.text().into();
            self.builder.semantics.members.push(Member { class, name, value, definition: None });
        }
    }

    /// `Type{…}`, or in C `(Type){…}`.
    fn braced_object(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let kind_node = field(node, "type");
        let kind = kind_node.and_then(|it| self.type_of(it, here));
        let value = field(node, "value");
        let list = value.map(|it| self.initializer_list(it, kind, here));
        match (kind, kind_node) {
            (Some(kind), Some(at)) if self.is_cpp => {
                let count = value.map_or(0, |it| children(it).len() as u32);
                self.refer(kind, at, Use::Called(Some(count)), here);
                self.instance_of(kind)
            }
            (Some(kind), _) => self.instance_of(kind),
            (None, _) => list.unwrap_or_else(|| self.unknown()),
        }
    }

    fn new_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let kind_node = field(node, "type");
        let kind = kind_node.and_then(|it| self.type_of(it, here));
        if let Some(placement) = field(node, "placement") {
            self.arguments(placement, here);
        }
        let (given, count) = match field(node, "arguments") {
            Some(list) => self.arguments(list, here),
            None => (Vec::new(), Some(0)),
        };
        match (kind, kind_node) {
            (Some(kind), Some(at)) => {
                self.refer(kind, at, Use::Called(count), here);
                self.call(kind, given)
            }
            _ => self.unknown(),
        }
    }

    fn lambda(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.lambda_body(here);
        for it in field(node, "captures").map(children).unwrap_or_default() {
            match it.kind() {
                "lambda_capture_initializer" => {
                    let value = field(it, "right").map(|it| self.expr(it, here));
                    if let Some(name) = field(it, "left") {
                        self.local(name.text(), None, value, inside);
                    }
                }
                "lambda_default_capture" | "this" => {}
                _ => {
                    self.expr(it, here);
                }
            }
        }
        if let Some(list) = field(node, "template_parameters") {
            self.unknown_template_parameters(list, inside);
        }
        if let Some(declarator) = field(node, "declarator") {
            if let Some(list) = field(declarator, "parameters") {
                for it in children(list) {
                    let kind = field(it, "type").and_then(|it| self.type_of(it, inside));
                    if let Some(name) = field(it, "declarator").and_then(declared) {
                        self.local(name.name.text(), kind, None, inside);
                    }
                }
            }
            if let Some(trailing) = child_of_kind(declarator, "trailing_return_type") {
                self.type_of(trailing, inside);
            }
        }
        if let Some(body) = field(node, "body") {
            for child in children(body) {
                self.statement(child, inside);
            }
        }
        self.literal()
    }
}
