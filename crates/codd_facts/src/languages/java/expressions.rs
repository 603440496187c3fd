//! Expressions: calls, members, lambdas, method references, `switch`.

use super::super::jvm;
use super::Walk;
use crate::lowering::{CALL, Here, READ, TYPE, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{Argument, Bound, ContainerKind, Expr, ExprId, Item, Member};

impl<'t> Walk<'_, 't> {
    pub(super) fn expression(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        self.deeper(node, here, |it| it.expression_within(node, usage, here))
            .unwrap_or_else(|| self.it.unknown())
    }

    fn expression_within(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "identifier" => self.it.named(node, usage, here),
            "this" => self.it.this(here),
            "super" => self.it.super_of(here),
            "string_literal" => self.string(node, here),
            "field_access" => self.field_access(node, usage, here),
            "method_invocation" => self.call(node, here),
            "object_creation_expression" => self.creation(node, here),
            "lambda_expression" => self.lambda(node, None, here),
            "method_reference" => self.method_reference(node, here),
            "assignment_expression" => self.assignment(node, here),
            "array_access" => {
                let base = field(node, "array").map(|it| self.expression(it, READ, here));
                if let Some(index) = field(node, "index") {
                    self.expression(index, READ, here);
                }
                match base {
                    Some(base) => self.it.index(base, None),
                    None => self.it.unknown(),
                }
            }
            "update_expression" => {
                for it in children(node) {
                    self.expression(it, WRITE, here);
                }
                self.it.literal()
            }
            "binary_expression" => self.binary(node, here),
            "unary_expression" => {
                self.parts(node, here);
                self.it.literal()
            }
            "parenthesized_expression" => match children(node).as_slice() {
                [inner] => self.expression(*inner, usage, here),
                _ => self.it.unknown(),
            },
            "ternary_expression" => {
                if let Some(condition) = field(node, "condition") {
                    self.expression(condition, READ, here);
                }
                let options = ["consequence", "alternative"];
                let options = options.iter().filter_map(|it| field(node, it));
                let options: Vec<Node<'t>> = options.collect();
                let options = options.into_iter().map(|it| self.expression(it, READ, here));
                let options = options.collect();
                self.it.either(options)
            }
            "cast_expression" => {
                let mut types = Vec::new();
                let value = field(node, "value");
                for it in children(node).into_iter().filter(|it| Some(*it) != value) {
                    types.push(self.type_of(it, here));
                }
                if let Some(value) = value {
                    self.expression(value, READ, here);
                }
                match types.first() {
                    Some(of) => self.it.instance_of(*of),
                    None => self.it.unknown(),
                }
            }
            "instanceof_expression" => self.instance_check(node, here),
            "switch_expression" => self.switch(node, here),
            "class_literal" => match children(node).first() {
                Some(of) => self.type_of(*of, here),
                None => self.it.unknown(),
            },
            "array_creation_expression" => {
                let of = field(node, "type").map(|it| self.type_of(it, here));
                for it in children(node) {
                    match it.kind() {
                        "dimensions_expr" | "array_initializer" => self.parts(it, here),
                        _ => {}
                    }
                }
                match of {
                    Some(of) => self.container_of(of),
                    None => self.it.unknown(),
                }
            }
            "array_initializer" => {
                let items = children(node).into_iter();
                let items = items
                    .map(|it| Item { key: None, value: self.expression(it, READ, here) })
                    .collect();
                self.it.container(ContainerKind::Sequence, items)
            }
            "template_expression" => {
                self.parts(node, here);
                self.it.unknown()
            }
            kind if kind.ends_with("_literal") || matches!(kind, "true" | "false") => {
                self.it.literal()
            }
            kind if kind.ends_with("annotation") => {
                self.annotation_use(node, here);
                self.it.unknown()
            }
            kind if kind.ends_with("statement") || kind == "block" => {
                self.statement(node, here);
                self.it.unknown()
            }
            _ => {
                self.parts(node, here);
                self.it.unknown()
            }
        }
    }

    fn parts(&mut self, node: Node<'t>, here: Here) {
        for it in children(node) {
            self.expression(it, READ, here);
        }
    }

    fn string(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut is_constant = true;
        for it in children(node) {
            if it.kind() == "string_interpolation" {
                is_constant = false;
                self.parts(it, here);
            }
        }
        match jvm::plain_text(node.text()).filter(|_| is_constant) {
            Some(text) => self.it.text_constant(text),
            None => self.it.literal(),
        }
    }

    /// A chain of operators, which is as deep as it is long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut rights = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" {
            let (Some(left), Some(right)) = (field(at, "left"), field(at, "right")) else { break };
            rights.push(right);
            at = left;
        }
        if at == node {
            self.parts(node, here);
            return self.it.literal();
        }
        self.expression(at, READ, here);
        for right in rights.into_iter().rev() {
            self.expression(right, READ, here);
        }
        self.it.literal()
    }

    fn field_access(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (Some(object), Some(name)) = (field(node, "object"), field(node, "field")) else {
            return self.it.unknown();
        };
        if name.kind() == "this" {
            // `Outer.this`.
            self.expression(object, TYPE, here);
            return match self.class_around(object.text(), here) {
                Some(class) => self.this_of(class),
                None => self.it.unknown(),
            };
        }
        let base = if has_child(node, "super") && object.kind() != "super" {
            self.expression(object, TYPE, here);
            self.it.super_of(here)
        } else {
            self.expression(object, READ, here)
        };
        self.it.member_of(base, name, usage, here)
    }

    /// The number of arguments and what they are.
    pub(super) fn arguments(&mut self, list: Option<Node<'t>>, here: Here) -> (u32, Vec<Argument>) {
        let nodes: Vec<Node<'t>> = list.into_iter().flat_map(children).collect();
        let count = nodes.len() as u32;
        let arguments =
            nodes.into_iter().map(|it| Argument::plain(self.expression(it, READ, here)));
        (count, arguments.collect())
    }

    fn call(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(name) = field(node, "name") else { return self.it.unknown() };
        let object = field(node, "object");
        let base = object.map(|object| match object.kind() {
            "super" => self.it.super_of(here),
            _ if has_child(node, "super") => {
                // `Interface.super.method()`.
                self.expression(object, TYPE, here)
            }
            _ => self.expression(object, READ, here),
        });
        let mut types = Vec::new();
        for it in field(node, "type_arguments").into_iter().flat_map(children) {
            types.push(self.type_of(it, here));
        }
        let nodes: Vec<Node<'t>> =
            field(node, "arguments").into_iter().flat_map(children).collect();
        let count = nodes.len() as u32;
        let usage = Use::Called(Some(count));
        let target = match base {
            Some(base) => self.it.member_of(base, name, usage, here),
            None => self.it.named(name, usage, here),
        };
        let item = match base {
            Some(base) if jvm::TAKES_ITEMS.contains(&name.text()) => Some(base),
            _ => None,
        };
        let mut arguments = Vec::new();
        for it in nodes {
            let value = match (it.kind(), item) {
                ("lambda_expression", Some(of)) => self.lambda(it, Some(of), here),
                _ => self.expression(it, READ, here),
            };
            arguments.push(Argument::plain(value));
        }
        if let Some(Argument { value, .. }) = arguments.first()
            && matches!(name.text(), "getMethod" | "getDeclaredMethod" | "getField")
            && let Expr::Text(text) = &self.it.semantics().exprs[value.index()]
            && let Some(base) = base
        {
            // Reflection: the member is named by a text.
            let text = text.clone();
            let is_literal = object.is_some_and(|it| it.kind() == "class_literal");
            let of = if is_literal { base } else { self.it.unknown() };
            let member = self.it.attribute(of, text);
            self.it.refer(member, name, CALL, here);
        }
        let target = self.it.applied(target, types);
        let made = self.it.call(target, arguments.clone());
        self.it.note_passed(made, here);
        match (item, arguments.first()) {
            (Some(_), Some(first)) if jvm::MAPS_ITEMS.contains(&name.text()) => {
                self.mapped(made, first.value)
            }
            _ => made,
        }
    }

    /// What `items.map(function)` gives: what the method says, or what the function makes.
    fn mapped(&mut self, made: ExprId, function: ExprId) -> ExprId {
        let value = match self.it.semantics().expr(function) {
            Expr::Attribute { .. } => self.it.call(function, Vec::new()),
            _ => function,
        };
        let items = self.it.container(ContainerKind::Sequence, vec![Item { key: None, value }]);
        self.it.either(vec![items, made])
    }

    fn creation(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(of) = field(node, "type") else { return self.it.unknown() };
        let outer = children(node).into_iter().next().filter(|it| {
            *it != of && !it.kind().ends_with("annotation") && it.kind() != "type_arguments"
        });
        let outer = outer.map(|it| self.expression(it, READ, here));
        let (count, arguments) = self.arguments(field(node, "arguments"), here);
        let usage = Use::Called(Some(count));
        let target = match outer {
            // `outer.new Inner()`.
            Some(outer) => self.it.member_of(outer, of, usage, here),
            None => self.type_used(of, usage, here),
        };
        match child_of_kind(node, "class_body") {
            Some(body) => {
                let class = self.anonymous(node, of, target, body, here);
                let value = self.it.definition_value(class);
                self.it.refer(value, of, CALL, here);
                self.it.instance_of(value)
            }
            None if matches!(self.it.semantics().expr(target), Expr::Container { .. }) => target,
            None => {
                let made = self.it.call(target, arguments);
                self.it.note_passed(made, here);
                made
            }
        }
    }

    /// What a lambda gives; `item` is that of which it is given the items.
    fn lambda(&mut self, node: Node<'t>, item: Option<ExprId>, here: Here) -> ExprId {
        let inside = self.it.lambda_body(here);
        let list = field(node, "parameters");
        let plain: Vec<Node<'t>> = match list {
            Some(list) if list.kind() == "identifier" => vec![list],
            Some(list) if list.kind() == "inferred_parameters" => children(list),
            _ => Vec::new(),
        };
        for name in &plain {
            let bound = match item {
                Some(of) if plain.len() == 1 => {
                    let iterator = self.it.attribute(of, "iterator");
                    let iterator = self.it.call(iterator, Vec::new());
                    let next = self.it.attribute(iterator, "next");
                    Bound::Value(self.it.call(next, Vec::new()))
                }
                _ => Bound::Unknown,
            };
            self.it.bind(inside, name.text(), bound);
        }
        if let Some(list) = list.filter(|it| it.kind() == "formal_parameters") {
            self.parameters(Some(list), inside);
        }
        let mark = self.it.references_so_far();
        let value = match field(node, "body") {
            Some(body) if body.kind() == "block" => {
                self.statement(body, inside);
                self.it.unknown()
            }
            Some(body) => self.expression(body, READ, inside),
            None => self.it.unknown(),
        };
        self.it.lambda_value(value, mark)
    }

    /// `Type::method`, `value::method`, `Type::new`.
    fn method_reference(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let Some(first) = parts.first() else { return self.it.unknown() };
        let base = match first.kind() {
            "super" => self.it.super_of(here),
            kind if kind.ends_with("type") => self.type_of(*first, here),
            _ => self.expression(*first, READ, here),
        };
        let last = parts.last().filter(|it| it.kind() == "identifier" && parts.len() > 1);
        match last {
            Some(name) => self.it.member_of(base, *name, CALL, here),
            None => {
                self.it.refer(base, *first, CALL, here);
                self.it.instance_of(base)
            }
        }
    }

    fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return self.it.unknown();
        };
        let target = self.expression(left, WRITE, here);
        if field(node, "operator").is_some_and(|it| it.text() != "=") {
            self.expression(left, READ, here);
            self.expression(right, READ, here);
            return self.it.literal();
        }
        let value = self.expression(right, READ, here);
        // What is assigned to a field of this very object is what its methods find there.
        if let Some(class) = here.class && let Some(name) = match self.it.semantics().expr(target) {
            Expr::Attribute { base, name } => {
                matches!(self.it.semantics().expr(*base), Expr::This { class: it } if *it == class)
                    .then(|| name.clone())
            }
            Expr::Name { name, .. } if left.kind() == "identifier" => {
                let body = self.it.semantics().definition(class).body;
                let is_field = body.is_some_and(|body| {
                    matches!(
                        self.it.builder.bound_so_far(here.scope, name),
                        Some((scope, Bound::Definition(_))) if scope == body
                    )
                });
                is_field.then(|| name.clone())
            }
            _ => None,
        } {
            self.it.builder.semantics.members.push(Member { class, name, value, definition: None });
        }
        value
    }

    fn instance_check(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(left) = field(node, "left") {
            self.expression(left, READ, here);
        }
        let declared = field(node, "right").map(|it| self.type_of(it, here));
        if let Some(pattern) = field(node, "pattern") {
            self.pattern(pattern, here);
        }
        if let Some(name) = field(node, "name") {
            self.it.local(name.text(), declared, None, here);
        }
        self.it.literal()
    }

    fn switch(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.it.block(here);
        if let Some(condition) = field(node, "condition") {
            let value = self.expression(condition, READ, here);
            self.it.bind(inside, jvm::SWITCHED, Bound::Value(value));
        }
        if let Some(body) = field(node, "body") {
            self.statement(body, inside);
        }
        self.it.unknown()
    }
}
