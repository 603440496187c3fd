//! Expressions: where values come from, and who is called and read.

use super::new_values::NEW_OF_VALUE;
use super::routes::is_made_by_constant;
use super::walk::Walk;
use crate::lowering::{Here, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Argument, Expr, ExprId, Parameter};

impl<'t> Walk<'_, 't> {
    pub(super) fn expr(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        // Calls of what calls give, and sums of sums, are long and not deep to those who write
        // them.
        let mut spine = vec![node];
        let mut at = node;
        while let Some(inner) = inner_of(at) {
            spine.push(inner);
            at = inner;
        }
        if !self.enter(node, here) {
            return self.unknown();
        }
        if self.frameworks.has_gorilla() {
            self.note_methods(&spine);
        }
        let mut usages = vec![usage];
        for (at, outer) in spine[..spine.len() - 1].iter().enumerate() {
            usages.push(used_by(*outer, usages[at]));
        }
        let last = spine.len() - 1;
        let mut value = self.start(spine[last], usages[last], here);
        for at in (0..last).rev() {
            value = self.step(spine[at], value, usages[at], here);
        }
        self.leave();
        value
    }

    /// An expression that does not begin with another one.
    fn start(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "identifier" => match node.text() {
                "_" => self.unknown(),
                _ => self.named(node, usage, here),
            },
            "type_identifier" if usage == READ => self.type_expr(node, here),
            "type_identifier" => self.named(node, usage, here),
            "interpreted_string_literal" | "raw_string_literal" => {
                match super::imports::text_of(node) {
                    Some(text) => self.text_constant(text),
                    None => self.literal(),
                }
            }
            "literal_value" => {
                self.not_modelled("literal without a type");
                self.unknown()
            }
            "composite_literal" => self.composite_literal(node, here),
            "func_literal" => self.function_literal(node, here),
            "type_conversion_expression" => {
                let of = field(node, "type").map(|it| self.type_expr(it, here));
                if let Some(operand) = field(node, "operand") {
                    self.expr(operand, READ, here);
                }
                match of {
                    Some(of) => self.instance_of(of),
                    None => self.unknown(),
                }
            }
            "type_instantiation_expression" => {
                let mut types = children(node).into_iter();
                let value = types.next().map(|it| self.type_used(it, usage, here));
                let types = types.map(|it| self.type_expr(it, here)).collect();
                match value {
                    Some(value) => self.applied(value, types),
                    None => self.unknown(),
                }
            }
            "generic_type" | "qualified_type" | "slice_type" | "map_type" | "array_type"
            | "channel_type" | "function_type" | "struct_type" | "interface_type"
            | "pointer_type" | "parenthesized_type" => self.type_used(node, usage, here),
            "unary_expression" => {
                let value = field(node, "operand").map(|it| self.expr(it, READ, here));
                match field(node, "operator").map_or("", Node::text) {
                    "<-" => match value {
                        Some(value) => self.index(value, None),
                        None => self.unknown(),
                    },
                    _ => self.literal(),
                }
            }
            "int_literal" | "float_literal" | "imaginary_literal" | "rune_literal" | "nil"
            | "true" | "false" | "iota" => self.literal(),
            "block" => {
                self.statement(node, here);
                self.unknown()
            }
            _ => {
                for child in children(node) {
                    self.expr(child, READ, here);
                }
                self.unknown()
            }
        }
    }

    /// What an expression makes of the one that it begins with.
    fn step(&mut self, node: Node<'t>, inner: ExprId, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "selector_expression" => match field(node, "field") {
                Some(name) => self.member_of(inner, name, usage, here),
                None => self.unknown(),
            },
            "call_expression" => self.call_of(node, inner, here),
            "index_expression" => {
                if let Some(index) = field(node, "index") {
                    self.expr(index, READ, here);
                }
                self.index(inner, None)
            }
            "slice_expression" => {
                for name in ["start", "end", "capacity"] {
                    if let Some(bound) = field(node, name) {
                        self.expr(bound, READ, here);
                    }
                }
                inner
            }
            "type_assertion_expression" => match field(node, "type") {
                Some(of) => {
                    let of = self.type_expr(of, here);
                    self.instance_of(of)
                }
                None => self.unknown(),
            },
            "binary_expression" => {
                let right = field(node, "right").map(|it| self.expr(it, READ, here));
                let is_sum = field(node, "operator").is_some_and(|it| it.text() == "+");
                match right {
                    Some(right) if is_sum => self.sum(inner, right),
                    _ => self.literal(),
                }
            }
            // In parentheses, `&x`, `*x`, `xs...`.
            _ => inner,
        }
    }

    /// Two texts put together, as paths are; other sums are numbers.
    fn sum(&mut self, left: ExprId, right: ExprId) -> ExprId {
        /// Parts of one text: no path has more.
        const MAX_PARTS: usize = 16;
        let is_text = |it: ExprId| matches!(self.semantics().expr(it), Expr::Text(_));
        let mut parts = match self.semantics().expr(left) {
            Expr::Joined(parts) if parts.len() < MAX_PARTS => parts.clone(),
            _ if is_text(left) || is_text(right) => vec![left],
            _ => return self.literal(),
        };
        parts.push(right);
        self.add(Expr::Joined(parts))
    }

    fn call_of(&mut self, node: Node<'t>, callee: ExprId, here: Here) -> ExprId {
        let types = match child_of_kind(node, "type_arguments") {
            Some(list) => self.each_type(list, here),
            None => self.indexed_type(node, here).into_iter().collect(),
        };
        let Some(list) = field(node, "arguments") else { return self.unknown() };
        let arguments = children(list);
        let function = field(node, "function");
        if let Some(name) = function.filter(|it| it.kind() == "identifier")
            && self.is_builtin(name, here)
            && let Some(value) = self.builtin(name.text(), &arguments, here)
        {
            return value;
        }
        let planned = self.registration(node, callee, &arguments, here);
        let mut values = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            let callback = planned.as_ref().and_then(|it| it.callback(at));
            let value = match callback {
                Some(callback) if argument.kind() == "func_literal" => {
                    self.callback(*argument, callback, here)
                }
                Some(callback) if is_made_by_constant(*argument) => {
                    self.made_callback(*argument, callback, here)
                }
                _ if argument.kind() == "func_literal" => {
                    let nested = planned.as_ref().and_then(|it| it.nested(at));
                    self.function_literal_in(*argument, nested, here)
                }
                _ => self.expr(*argument, READ, here),
            };
            values.push(value);
        }
        self.refer_computed(callee, function.unwrap_or(node), argument_count(node), here);
        let arguments = values.iter().map(|it| Argument::plain(*it)).collect();
        let callee = self.applied(callee, types);
        let value = self.call(callee, arguments);
        self.note_passed(value, here);
        if let Some(planned) = planned {
            self.register(planned, node, value, &values, here);
        } else {
            self.note_given(callee, &values, here);
        }
        value
    }

    /// The type in `Find[User](1)`, which may be an item's key as well to the grammar.
    fn indexed_type(&mut self, call: Node<'t>, here: Here) -> Option<ExprId> {
        let function = field(call, "function").filter(|it| it.kind() == "index_expression")?;
        let mut index = field(function, "index")?;
        if index.kind() == "unary_expression" && index.text().starts_with('*') {
            index = field(index, "operand")?;
        }
        match index.kind() {
            "identifier" => Some(self.name(here.scope, index.text())),
            "selector_expression" => {
                let package = field(index, "operand").filter(|it| it.kind() == "identifier")?;
                let package = self.name(here.scope, package.text());
                Some(self.attribute(package, field(index, "field")?.text()))
            }
            _ => None,
        }
    }

    /// Whether a name is that of a built-in function here.
    fn is_builtin(&self, name: Node<'t>, here: Here) -> bool {
        matches!(name.text(), "new" | NEW_OF_VALUE | "make" | "append" | "min" | "max")
            && self.lowering.builder.bound_so_far(here.scope, &name.text().into()).is_none()
    }

    fn builtin(&mut self, name: &str, arguments: &[Node<'t>], here: Here) -> Option<ExprId> {
        let (first, rest) = arguments.split_first()?;
        let value = match name {
            "new" | "make" => {
                let of = self.expr(*first, READ, here);
                self.instance_of(of)
            }
            _ => self.expr(*first, READ, here),
        };
        for argument in rest {
            let given = self.expr(*argument, READ, here);
            if name == "append" {
                self.keep(value, given, here);
            }
        }
        Some(value)
    }

    pub(super) fn function_literal(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.function_literal_in(node, None, here)
    }

    /// A function without a name: what is in it belongs to what holds it.
    fn function_literal_in(
        &mut self,
        node: Node<'t>,
        nested: Option<super::routes::Nested>,
        here: Here,
    ) -> ExprId {
        let inside = self.lambda_body(here);
        if let Some(nested) = nested {
            self.frameworks.nest(inside.scope, nested);
        }
        let parameters = self.parameter_types(node, inside);
        for taken in &parameters {
            if let Some(name) = taken.name {
                self.parameter(Parameter::typed(name, Some(taken.of)), inside);
            }
        }
        let result = match field(node, "result") {
            Some(result) => self.result_type(result, inside, true),
            None => self.literal(),
        };
        let mark = self.references_so_far();
        if let Some(body) = field(node, "body") {
            self.block_statements(body, inside);
        }
        let parameters = parameters.into_iter().map(|it| it.of).collect();
        let value = self.add(Expr::Signature { parameters, result });
        self.lambda_value(value, mark)
    }
}

/// The expression that another one begins with.
fn inner_of(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "selector_expression"
        | "index_expression"
        | "slice_expression"
        | "type_assertion_expression" => field(node, "operand"),
        "call_expression" => field(node, "function"),
        "binary_expression" => field(node, "left"),
        "parenthesized_expression" | "variadic_argument" | "literal_element" => node.first_child(),
        "unary_expression" => {
            let operator = field(node, "operator").map_or("", Node::text);
            matches!(operator, "&" | "*").then(|| field(node, "operand")).flatten()
        }
        _ => None,
    }
    // A composite literal stands in a literal element too, and begins with nothing.
    .filter(|it| it.kind() != "literal_value")
}

/// How what an expression begins with is used by it.
fn used_by(outer: Node<'_>, usage: Use) -> Use {
    match outer.kind() {
        "call_expression" => Use::Called(argument_count(outer)),
        "parenthesized_expression" | "unary_expression" => usage,
        "index_expression" => match usage {
            // One of a function's type arguments, or an item that is called.
            Use::Called(_) => READ,
            usage @ Use::Kind(_) => usage,
        },
        _ => READ,
    }
}

/// How many arguments a call passes, where that can be told.
fn argument_count(call: Node<'_>) -> Option<u32> {
    let arguments = children(field(call, "arguments")?);
    let is_spread = match arguments.as_slice() {
        [only] => only.kind() == "call_expression",
        _ => false,
    } || arguments.iter().any(|it| it.kind() == "variadic_argument");
    (!is_spread).then_some(arguments.len() as u32)
}
