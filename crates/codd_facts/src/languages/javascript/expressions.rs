//! Expressions: where values come from and which names they mention on the way.

use super::classes::is_function;
use super::patterns::{bare_value, string_text};
use super::walker::{Given, Here, READ, Use, WRITE, Walker};
use crate::node::{Node, children, field, has_child};
use crate::{ContainerKind, Expr, ExprId, Item, ReferenceKind};

/// Longer strings are constants like any other.
const MAX_TEXT: usize = 200;

/// What is counted as not modelled where code is made of text.
const CODE_FROM_STRING: &str = "code run from a string";

impl<'t> Walker<'t> {
    /// The value of an expression; unnamed functions in it belong to what is around them.
    pub(super) fn expr(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        let value = self.deeper(node, here, |it| it.expr_inside(node, here, usage));
        value.unwrap_or_else(|| self.unknown())
    }

    fn expr_inside(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        match node.kind() {
            "identifier" | "shorthand_property_identifier" | "type_identifier" => {
                let name = node.text();
                if name == "arguments" {
                    return self.unknown();
                }
                if name == "eval" && self.lookup(here.scope, name).is_none() {
                    self.builder.not_modelled(CODE_FROM_STRING);
                }
                let target = self.name(here.scope, name);
                self.refer(target, node, usage, here);
                target
            }
            "this" => self.this(here),
            "super" => self.super_class(here),
            "member_expression"
            | "subscript_expression"
            | "call_expression"
            | "non_null_expression"
            | "nested_identifier"
            | "nested_type_identifier" => self.chain(node, here, usage),
            "new_expression" => self.new_expression(node, here),
            "arrow_function" | "function_expression" | "generator_function" => {
                self.folded(node, here, &Given::default())
            }
            "class" => self.class_expression(node, here),
            "object" => self.object(node, here, None),
            "array" => self.array(node, here),
            "assignment_expression" => self.assignment(node, here),
            "augmented_assignment_expression" => self.augmented(node, here),
            "binary_expression" => self.binary(node, here),
            "ternary_expression" => {
                if let Some(condition) = field(node, "condition") {
                    self.expr(condition, here, READ);
                }
                let branches = ["consequence", "alternative"].map(|it| field(node, it));
                let options =
                    branches.into_iter().flatten().map(|it| self.expr(it, here, usage)).collect();
                self.either(options)
            }
            "unary_expression" => {
                self.each(node, here, READ);
                self.literal()
            }
            "update_expression" => {
                self.each(node, here, WRITE);
                self.literal()
            }
            "await_expression"
            | "parenthesized_expression"
            | "spread_element"
            | "sequence_expression"
            | "jsx_expression" => self.each(node, here, usage),
            "yield_expression" => {
                let value = self.each(node, here, READ);
                let is_delegated = has_child(node, "*");
                let value = if is_delegated { self.element(value) } else { value };
                self.returned(value, here);
                self.unknown()
            }
            "as_expression" | "satisfies_expression" | "type_assertion" => {
                self.cast(node, here, usage)
            }
            "instantiation_expression" => {
                let parts = children(node);
                let Some((function, types)) = parts.split_first() else { return self.unknown() };
                let value = self.expr(*function, here, usage);
                for arguments in types {
                    self.type_arguments(*arguments, here);
                }
                value
            }
            "string" => {
                let text = string_text(node.text());
                if text.len() <= MAX_TEXT {
                    self.add(Expr::Text(text.into()))
                } else {
                    self.literal()
                }
            }
            "template_string" => self.template(node, here),
            "number" | "true" | "false" | "null" | "undefined" | "regex" => self.literal(),
            "jsx_element" | "jsx_self_closing_element" => self.jsx(node, here),
            "import" | "meta_property" | "comment" | "private_property_identifier" => {
                self.unknown()
            }
            "ERROR" => {
                self.statements(children(node), here);
                self.unknown()
            }
            // In code that did not parse, types stand where expressions should.
            kind if is_type_syntax(kind) => self.type_expr(node, here),
            kind => {
                self.each(node, here, READ);
                self.builder.not_modelled(kind);
                self.unknown()
            }
        }
    }

    /// Walks the operands; the value is the last one's.
    fn each(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        let parts = children(node);
        let Some((last, before)) = parts.split_last() else { return self.unknown() };
        for part in before {
            self.expr(*part, here, READ);
        }
        self.expr(*last, here, usage)
    }

    fn super_class(&mut self, here: Here) -> ExprId {
        match here.class {
            Some(class) => self.add(Expr::Super { class }),
            None => self.unknown(),
        }
    }

    /// Member accesses and calls, from the innermost out: chains can be long.
    fn chain(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        let mut links = vec![node];
        while let Some(inner) = links.last().and_then(|last| inner_of(*last)) {
            links.push(inner);
        }
        let mut value = None;
        for at in (0..links.len()).rev() {
            let link = links[at];
            let usage = usage_in(&links[..at], usage);
            value = Some(match value {
                None => self.chain_head(link, links.get(at.wrapping_sub(1)).copied(), here, usage),
                Some(base) => self.chain_link(link, base, here, usage),
            });
        }
        value.unwrap_or_else(|| self.unknown())
    }

    fn chain_head(
        &mut self,
        head: Node<'t>,
        around: Option<Node<'t>>,
        here: Here,
        usage: Use,
    ) -> ExprId {
        if let Some(around) = around
            && around.kind() == "call_expression"
        {
            if head.kind() == "super" {
                let class = self.super_class(here);
                let constructor = self.attribute(class, "constructor");
                self.refer(constructor, head, usage, here);
                return constructor;
            }
            if head.kind() == "import" || self.required_module(around, here).is_some() {
                return self.unknown();
            }
        }
        if inner_of(head).is_none() && is_link(head) {
            return self.unknown();
        }
        self.expr(head, here, usage)
    }

    fn chain_link(&mut self, link: Node<'t>, base: ExprId, here: Here, usage: Use) -> ExprId {
        match link.kind() {
            "member_expression" | "nested_identifier" | "nested_type_identifier" => {
                let property = field(link, "property").or_else(|| field(link, "name"));
                let Some(property) = property else { return self.unknown() };
                let name = property.text();
                self.note_global_eval(base, name);
                let target = self.attribute(base, name);
                self.refer(target, property, usage, here);
                target
            }
            "subscript_expression" => self.subscript(link, base, here, usage),
            "call_expression" => self.call_link(link, base, here),
            _ => base,
        }
    }

    fn subscript(&mut self, link: Node<'t>, base: ExprId, here: Here, usage: Use) -> ExprId {
        let Some(index) = field(link, "index") else { return self.unknown() };
        match index.kind() {
            "string" => {
                let name = string_text(index.text());
                self.note_global_eval(base, name);
                let target = self.attribute(base, name);
                self.refer(target, index, usage, here);
                target
            }
            "number" => {
                let key = Some(index.text().into());
                self.add(Expr::Index { base, key })
            }
            _ => {
                self.expr(index, here, READ);
                self.element(base)
            }
        }
    }

    /// Counts `eval` of the global object.
    fn note_global_eval(&mut self, base: ExprId, name: &str) {
        const GLOBALS: &[&str] = &["frames", "global", "globalThis", "self", "window"];
        let is_global = match self.builder.semantics.expr(base) {
            Expr::Name { scope, name } => {
                GLOBALS.contains(&name.as_str()) && self.lookup(*scope, name).is_none()
            }
            _ => false,
        };
        if is_global && matches!(name, "eval" | "Function") {
            self.builder.not_modelled(CODE_FROM_STRING);
        }
    }

    /// Counts a call of `Function`, which makes a function of texts.
    fn note_function_of_text(&mut self, callee: Node<'t>, here: Here) {
        let callee = bare_value(callee);
        if callee.text() == "Function" && self.lookup(here.scope, "Function").is_none() {
            self.builder.not_modelled(CODE_FROM_STRING);
        }
    }

    fn call_link(&mut self, link: Node<'t>, callee: ExprId, here: Here) -> ExprId {
        let returned = self.folded_return.take();
        if let Some(types) = field(link, "type_arguments") {
            self.type_arguments(types, here);
        }
        if let Some(module) = self.required_module(link, here) {
            let import = self.import(&module, crate::ImportItem::Module, link, here);
            return self.add(Expr::Import(import));
        }
        let Some(arguments) = field(link, "arguments") else { return self.unknown() };
        if arguments.kind() == "template_string" {
            self.template(arguments, here);
            return self.call(callee, Vec::new());
        }
        let function = field(link, "function");
        if let Some(function) = function {
            self.note_function_of_text(function, here);
            if self.test_call(function, arguments, here) {
                return self.unknown();
            }
            if let Some(values) = self.route_call(link, function, callee, arguments, here) {
                return self.call(callee, values);
            }
            if is_function(bare_value(function)) {
                // A function that is called where it stands gives what it returns.
                self.arguments(arguments, callee, here);
                return returned.unwrap_or_else(|| self.unknown());
            }
            if self.compiled_export(function, arguments, here) {
                return self.unknown();
            }
            // `Object.freeze(x)` is `x`.
            if matches!(function.text(), "Object.freeze" | "Object.seal") {
                let values = self.arguments(arguments, callee, here);
                return values.first().copied().unwrap_or_else(|| self.unknown());
            }
        }
        let values = self.arguments(arguments, callee, here);
        let returned = self.folded_return.take();
        let call = self.call(callee, values);
        self.note_registering_call(callee, call, here);
        self.well_known_result(callee, call, returned)
    }

    /// What methods of arrays and promises give, beside what a class of that name would.
    fn well_known_result(
        &mut self,
        callee: ExprId,
        call: ExprId,
        returned: Option<ExprId>,
    ) -> ExprId {
        let Expr::Attribute { base, name } = self.semantics().expr(callee).clone() else {
            return call;
        };
        let known = match (name.as_str(), returned) {
            ("map" | "flatMap", Some(value)) => {
                let items = vec![Item { key: None, value }];
                self.add(Expr::Container { kind: ContainerKind::Sequence, items })
            }
            ("then" | "catch" | "reduce", Some(value)) => value,
            ("filter" | "slice" | "concat" | "reverse" | "sort" | "values", _) => base,
            ("find" | "findLast" | "at" | "pop" | "shift", _) => self.element(base),
            _ => return call,
        };
        self.either(vec![call, known])
    }

    /// The arguments of a call; functions among them are folded.
    pub(super) fn arguments(
        &mut self,
        arguments: Node<'t>,
        callee: ExprId,
        here: Here,
    ) -> Vec<ExprId> {
        let mut values = Vec::new();
        let arguments = children(arguments).into_iter().filter(|it| it.kind() != "comment");
        for (index, argument) in arguments.enumerate() {
            values.push(match argument.kind() {
                "arrow_function" | "function_expression" | "generator_function" => {
                    let known = self.callback_parameters(callee);
                    let by = self.add(Expr::Passed { of: callee, index: index as u32 });
                    self.folded(argument, here, &Given { known, by: Some(by) })
                }
                _ => self.expr(argument, here, READ),
            });
        }
        values
    }

    /// What well-known methods pass to their callback.
    fn callback_parameters(&mut self, callee: ExprId) -> Vec<ExprId> {
        let Expr::Attribute { base, name } = self.semantics().expr(callee).clone() else {
            return Vec::new();
        };
        match name.as_str() {
            "forEach" | "map" | "filter" | "some" | "every" | "find" | "findIndex" | "findLast"
            | "flatMap" => vec![self.element(base)],
            "reduce" | "reduceRight" => vec![self.unknown(), self.element(base)],
            "sort" => vec![self.element(base), self.element(base)],
            "then" => vec![base],
            _ => Vec::new(),
        }
    }

    fn new_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let arguments = field(node, "arguments");
        let count = match arguments {
            Some(arguments) => argument_count(arguments),
            None => Some(0),
        };
        if let Some(constructor) = field(node, "constructor") {
            self.note_function_of_text(constructor, here);
        }
        let callee = match field(node, "constructor") {
            Some(constructor) => self.expr(constructor, here, Use::Called(count)),
            None => self.unknown(),
        };
        if let Some(types) = field(node, "type_arguments") {
            self.type_arguments(types, here);
        }
        let values = match arguments {
            Some(arguments) => self.arguments(arguments, callee, here),
            None => Vec::new(),
        };
        self.call(callee, values)
    }

    fn array(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut items = Vec::new();
        for child in children(node) {
            let value = self.expr(child, here, READ);
            let value = if child.kind() == "spread_element" { self.element(value) } else { value };
            items.push(Item { key: None, value });
        }
        self.add(Expr::Container { kind: ContainerKind::Sequence, items })
    }

    fn augmented(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let old = field(node, "left").map(|left| self.expr(left, here, WRITE));
        let new = field(node, "right").map(|right| self.expr(right, here, READ));
        let operator = field(node, "operator").map(Node::kind);
        if !matches!(operator, Some("||=" | "&&=" | "??=")) {
            return self.literal();
        }
        if let (Some(left), Some(new)) = (field(node, "left"), new)
            && left.kind() == "identifier"
        {
            let name = left.text().into();
            self.assigned.push((here.scope, name, crate::Bound::Value(new)));
        }
        self.either(old.into_iter().chain(new).collect())
    }

    /// Walks down the left operands in a loop: sums of strings can be long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut chain = vec![node];
        while let Some(left) = chain.last().and_then(|last| field(*last, "left"))
            && left.kind() == "binary_expression"
        {
            chain.push(left);
        }
        let innermost = chain.last().and_then(|last| field(*last, "left"));
        let mut value = match innermost {
            Some(left) => self.expr(left, here, READ),
            None => self.unknown(),
        };
        for node in chain.into_iter().rev() {
            let Some(right) = field(node, "right") else { continue };
            let operator = field(node, "operator").map(Node::kind);
            let usage = match operator {
                Some("instanceof") => Use::Kind(ReferenceKind::Type),
                _ => READ,
            };
            let right = self.expr(right, here, usage);
            value = match operator {
                Some("||" | "??") => self.either(vec![value, right]),
                Some("&&") => right,
                _ => self.literal(),
            };
        }
        value
    }

    fn cast(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        let mut parts = children(node);
        if node.kind() == "type_assertion" {
            parts.reverse();
        }
        let Some((value, types)) = parts.split_first() else { return self.unknown() };
        let value = self.expr(*value, here, usage);
        let mut options = vec![value];
        for kind in types {
            let named = match kind.kind() {
                "type_arguments" => {
                    let all = self.type_arguments(*kind, here);
                    all.first().copied()
                }
                _ => Some(self.type_expr(*kind, here)),
            };
            if let Some(named) = named
                && !matches!(self.semantics().expr(named), Expr::Unknown | Expr::Literal)
            {
                options.push(self.add(Expr::InstanceOf(named)));
            }
        }
        if options.len() > 1 && *self.semantics().expr(value) == Expr::Unknown {
            options.remove(0);
        }
        self.either(options)
    }

    fn template(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut is_constant = true;
        for part in children(node) {
            if part.kind() == "template_substitution" {
                is_constant = false;
                self.each(part, here, READ);
            }
        }
        let text = string_text(node.text());
        if is_constant && text.len() <= MAX_TEXT {
            self.add(Expr::Text(text.into()))
        } else {
            self.literal()
        }
    }

    fn jsx(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let opening = field(node, "open_tag").unwrap_or(node);
        let name = field(opening, "name");
        let mut callee = None;
        if let Some(name) = name
            && is_component(name, name.text())
        {
            callee = Some(self.expr(name, here, Use::Called(None)));
        }
        if let Some(types) = field(opening, "type_arguments") {
            self.type_arguments(types, here);
        }
        for part in children(opening) {
            match part.kind() {
                "jsx_attribute" => {
                    for value in children(part).into_iter().skip(1) {
                        if value.kind() != "string" {
                            self.expr(value, here, READ);
                        }
                    }
                }
                "jsx_expression" => {
                    self.each(part, here, READ);
                }
                _ => {}
            }
        }
        if opening != node {
            for part in children(node) {
                if matches!(
                    part.kind(),
                    "jsx_element" | "jsx_self_closing_element" | "jsx_expression"
                ) {
                    self.expr(part, here, READ);
                }
            }
        }
        match callee {
            Some(callee) => self.call(callee, Vec::new()),
            None => self.literal(),
        }
    }
}

fn is_type_syntax(kind: &str) -> bool {
    kind.ends_with("_type")
        || kind.starts_with("type_")
        || matches!(
            kind,
            "formal_parameters"
                | "required_parameter"
                | "optional_parameter"
                | "constraint"
                | "default_type"
                | "call_signature"
                | "rest_pattern"
                | "accessibility_modifier"
        )
}

/// What a member access, subscript or call is applied to.
fn inner_of(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "member_expression" | "subscript_expression" | "nested_identifier" => field(node, "object"),
        "nested_type_identifier" => field(node, "module"),
        "call_expression" => field(node, "function"),
        "non_null_expression" => node.first_child(),
        _ => None,
    }
}

fn is_link(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "member_expression"
            | "subscript_expression"
            | "nested_identifier"
            | "nested_type_identifier"
            | "call_expression"
            | "non_null_expression"
    )
}

/// How a link is used, given the links around it, outermost first.
fn usage_in(around: &[Node<'_>], usage: Use) -> Use {
    for link in around.iter().rev() {
        match link.kind() {
            "non_null_expression" => {}
            "call_expression" => {
                let count = field(*link, "arguments").and_then(argument_count);
                return Use::Called(count);
            }
            // A type's qualifier is read, whatever the type is used for.
            _ => return READ,
        }
    }
    usage
}

/// How many arguments are passed, unless some are spread.
fn argument_count(arguments: Node<'_>) -> Option<u32> {
    if arguments.kind() != "arguments" {
        return None;
    }
    let mut all = children(arguments);
    all.retain(|it| it.kind() != "comment");
    if all.iter().any(|it| it.kind() == "spread_element") {
        return None;
    }
    Some(all.len() as u32)
}

/// Whether a tag is a component and no HTML element.
fn is_component(name: Node<'_>, text: &str) -> bool {
    match name.kind() {
        "identifier" => text.starts_with(|it: char| !it.is_lowercase()),
        "jsx_namespace_name" => false,
        _ => true,
    }
}
