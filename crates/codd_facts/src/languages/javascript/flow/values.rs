//! Expressions and targets.

use super::modules::unquoted;
use super::{EXPORTS, Lowering};
use crate::flow::{
    FlowArgument, FlowFunctionKind, FlowOperator, FlowValue, MAX_FLOW_DEPTH, ValueId, integer,
    read_escapes, summands,
};
use crate::node::{Node, children, field};

impl Lowering {
    pub(super) fn value_in(&mut self, node: Node<'_>, name: &str) -> ValueId {
        match field(node, name) {
            Some(it) => self.value(it),
            None => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
        }
    }

    pub(super) fn value(&mut self, node: Node<'_>) -> ValueId {
        if self.builder.is_too_much(self.depth) {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let value = self.lower_value(node);
        self.depth -= 1;
        self.builder.value(value, node.span())
    }

    /// What is assigned to: a name, a place in something, or a pattern.
    pub(super) fn target(&mut self, node: Node<'_>) -> ValueId {
        if self.builder.is_too_much(self.depth) {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let value = self.lower_target(node);
        self.depth -= 1;
        self.builder.value(value, node.span())
    }

    fn lower_target(&mut self, node: Node<'_>) -> FlowValue {
        match node.kind() {
            "shorthand_property_identifier_pattern" => {
                FlowValue::Name(self.builder.name(node.text()))
            }
            "array_pattern" => {
                FlowValue::Sequence(children(node).into_iter().map(|it| self.target(it)).collect())
            }
            "rest_pattern" => match node.first_child() {
                Some(inner) => FlowValue::Spread(self.target(inner)),
                None => FlowValue::Unknown(Vec::new()),
            },
            "object_pattern" => {
                let mut parts = Vec::new();
                for part in children(node) {
                    let span = part.span();
                    match part.kind() {
                        "shorthand_property_identifier_pattern" => {
                            let key = self.builder.text(part.text(), span);
                            parts.push((Some(key), self.target(part)));
                        }
                        "pair_pattern" => {
                            let key = field(part, "key").map(|it| self.key(it));
                            let Some(value) = field(part, "value") else { continue };
                            parts.push((key, self.target(value)));
                        }
                        "object_assignment_pattern" => {
                            let Some(left) = field(part, "left") else { continue };
                            let key = self.builder.text(left.text(), span);
                            let target = self.target(left);
                            let value = self.value_in(part, "right");
                            let whole = FlowValue::Assigned { target, value };
                            parts.push((Some(key), self.builder.value(whole, span)));
                        }
                        _ => parts.push((None, self.target(part))),
                    }
                }
                FlowValue::Mapping(parts)
            }
            "assignment_pattern" => {
                let Some(left) = field(node, "left") else {
                    return FlowValue::Unknown(Vec::new());
                };
                let target = self.target(left);
                FlowValue::Assigned { target, value: self.value_in(node, "right") }
            }
            "parenthesized_expression" | "non_null_expression" | "as_expression" => {
                match node.first_child() {
                    Some(inner) => self.lower_target(inner),
                    None => FlowValue::Unknown(Vec::new()),
                }
            }
            _ => self.lower_value(node),
        }
    }

    /// The key of an item, as a constant where it is one.
    fn key(&mut self, node: Node<'_>) -> ValueId {
        match node.kind() {
            "computed_property_name" => match node.first_child() {
                Some(inner) => self.value(inner),
                None => self.value(node),
            },
            "string" => {
                let text = plain(node.text());
                self.builder.text(&text, node.span())
            }
            _ => self.builder.text(node.text(), node.span()),
        }
    }

    fn values<'t>(&mut self, nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<ValueId> {
        nodes.into_iter().map(|it| self.value(it)).collect()
    }

    fn lower_value(&mut self, node: Node<'_>) -> FlowValue {
        match node.kind() {
            "identifier"
            | "this"
            | "super"
            | "property_identifier"
            | "shorthand_property_identifier"
            | "shorthand_property_identifier_pattern"
            | "type_identifier" => FlowValue::Name(self.builder.name(node.text())),
            "null" | "undefined" => FlowValue::Nothing,
            "true" => FlowValue::Boolean(true),
            "false" => FlowValue::Boolean(false),
            "number" => self.number(node.text()),
            "string" => {
                let text = plain(node.text());
                FlowValue::Text(self.builder.name(&text))
            }
            "regex" => {
                let text = node.text();
                let end = text.rfind('/').filter(|at| *at > 0).unwrap_or(text.len());
                let source = text.get(1..end).unwrap_or_default();
                // With `m`, its ends are those of a line: said as a pattern says it by itself.
                let is_of_lines = text.get(end..).is_some_and(|flags| flags.contains('m'));
                let lines = if is_of_lines { "(?m)" } else { "" };
                FlowValue::Pattern(self.builder.name(&format!("{lines}{source}")))
            }
            "template_string" => self.template(node),
            "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "type_assertion"
            | "instantiation_expression" => {
                let inner = if node.kind() == "type_assertion" {
                    children(node).pop()
                } else {
                    node.first_child()
                };
                match inner {
                    Some(inner) if self.depth < MAX_FLOW_DEPTH => {
                        self.depth += 1;
                        let value = self.lower_value(inner);
                        self.depth -= 1;
                        value
                    }
                    Some(inner) => FlowValue::Unknown(self.values([inner])),
                    None => FlowValue::Nothing,
                }
            }
            "member_expression" => {
                let property = field(node, "property").map_or("", Node::text);
                let object = field(node, "object");
                if property == EXPORTS
                    && object.is_some_and(|it| it.kind() == "identifier" && it.text() == "module")
                {
                    return FlowValue::Name(self.builder.name(EXPORTS));
                }
                FlowValue::Attribute {
                    base: self.value_in(node, "object"),
                    name: self.builder.name(property),
                }
            }
            "subscript_expression" => FlowValue::Index {
                base: self.value_in(node, "object"),
                key: self.value_in(node, "index"),
            },
            "call_expression" | "new_expression" => self.call(node),
            "binary_expression" => self.binary(node),
            "unary_expression" => self.unary(node),
            // A number, whatever it was.
            "update_expression" => {
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                match field(node, "argument") {
                    Some(argument) => FlowValue::Assigned { target: self.target(argument), value },
                    None => FlowValue::Unknown(Vec::new()),
                }
            }
            "ternary_expression" => FlowValue::Conditional {
                test: self.value_in(node, "condition"),
                then: self.value_in(node, "consequence"),
                otherwise: self.value_in(node, "alternative"),
            },
            "array" => FlowValue::Sequence(self.values(children(node))),
            "object" => self.object(node),
            "spread_element" => match node.first_child() {
                Some(inner) => FlowValue::Spread(self.value(inner)),
                None => FlowValue::Nothing,
            },
            "arrow_function" | "function_expression" | "function" | "generator_function" => {
                FlowValue::Function(self.function(node, None, false, Vec::new()))
            }
            "class" | "class_expression" => FlowValue::Function(self.class(node, None)),
            "await_expression" => match node.first_child() {
                Some(inner) => FlowValue::Awaited(self.value(inner)),
                None => FlowValue::Nothing,
            },
            "yield_expression" => match node.first_child() {
                Some(inner) => FlowValue::Yielded(self.value(inner)),
                None => FlowValue::Nothing,
            },
            "assignment_expression" => {
                let value = self.assigned_value(node);
                match field(node, "left") {
                    Some(left) => {
                        let target = self.target(left);
                        FlowValue::Assigned { target, value }
                    }
                    None => FlowValue::Unknown(vec![value]),
                }
            }
            "augmented_assignment_expression" => {
                let parts = vec![self.value_in(node, "left"), self.value_in(node, "right")];
                let sum = FlowValue::Joined { parts, is_text: false };
                let value = self.builder.value(sum, node.span());
                match field(node, "left") {
                    Some(left) => FlowValue::Assigned { target: self.target(left), value },
                    None => FlowValue::Unknown(vec![value]),
                }
            }
            "sequence_expression" => {
                let parts = self.values(children(node));
                match parts.last() {
                    Some(last) => FlowValue::Any(vec![*last]),
                    None => FlowValue::Nothing,
                }
            }
            "jsx_attribute" => self.jsx_attribute(node),
            _ => FlowValue::Unknown(self.values(children(node))),
        }
    }

    /// What an assignment gives: a function that it puts under a name has its place there.
    pub(super) fn assigned_value(&mut self, node: Node<'_>) -> ValueId {
        let value = self.value_in(node, "right");
        if let Some(property) = field(node, "left").and_then(|it| field(it, "property")) {
            self.put_under(value, property);
        }
        value
    }

    /// Gives a function without a name the place of the one that it is put under.
    pub(super) fn put_under(&mut self, value: ValueId, name: Node<'_>) {
        let &FlowValue::Function(id) = self.builder.facts.value(value) else { return };
        let function = self.builder.function(id);
        if function.kind == FlowFunctionKind::Lambda {
            function.place = name.span();
        }
    }

    fn jsx_attribute(&mut self, node: Node<'_>) -> FlowValue {
        let parts = children(node);
        let name = parts.first().map_or("", |it| it.text()).to_owned();
        let values = self.values(parts.into_iter().skip(1));
        if name == "dangerouslySetInnerHTML" {
            // The one attribute that takes a page: read as a call, so that it can be a sink.
            let callee = self.builder.named(&name, node.span());
            let arguments =
                values.into_iter().map(|value| FlowArgument { name: None, value }).collect();
            return FlowValue::Call { callee, arguments, is_new: false };
        }
        FlowValue::Unknown(values)
    }

    fn template(&mut self, node: Node<'_>) -> FlowValue {
        let mut parts = Vec::new();
        for part in children(node) {
            match part.kind() {
                "template_substitution" => {
                    parts.extend(part.first_child().map(|it| self.value(it)));
                }
                _ => parts.push(self.builder.text(part.text(), part.span())),
            }
        }
        match parts[..] {
            [] => {
                // Some grammars give the text no node of its own.
                let text = unquoted(node.text()).to_owned();
                FlowValue::Text(self.builder.name(&text))
            }
            [one] if matches!(self.builder.facts.value(one), FlowValue::Text(_)) => {
                self.builder.facts.value(one).clone()
            }
            _ => FlowValue::Joined { parts, is_text: true },
        }
    }

    fn object(&mut self, node: Node<'_>) -> FlowValue {
        let mut items = Vec::new();
        for part in children(node) {
            let span = part.span();
            match part.kind() {
                "pair" => {
                    let key = field(part, "key").map(|it| self.key(it));
                    items.push((key, self.value_in(part, "value")));
                }
                "shorthand_property_identifier" => {
                    let key = self.builder.text(part.text(), span);
                    items.push((Some(key), self.value(part)));
                }
                "method_definition" => {
                    let text = field(part, "name").map_or("", Node::text).to_owned();
                    let key = self.builder.text(&text, span);
                    let name = self.builder.name(&text);
                    let id = self.function(part, Some(name), true, Vec::new());
                    self.builder.function(id).is_property = Lowering::is_getter(part);
                    items.push((Some(key), self.builder.value(FlowValue::Function(id), span)));
                }
                _ => {
                    let inner = part.first_child().unwrap_or(part);
                    items.push((None, self.value(inner)));
                }
            }
        }
        FlowValue::Mapping(items)
    }

    fn call(&mut self, node: Node<'_>) -> FlowValue {
        let is_new = node.kind() == "new_expression";
        let Some(function) = field(node, if is_new { "constructor" } else { "function" }) else {
            return FlowValue::Unknown(Vec::new());
        };
        let list = field(node, "arguments");
        if matches!(function.text(), "require" | "import")
            && let Some(list) = list
            && let [source] = children(list)[..]
            && source.kind() == "string"
        {
            let source = unquoted(source.text()).to_owned();
            let value = self.required(&source, None, node.span());
            return self.builder.facts.value(value).clone();
        }
        let callee = self.value(function);
        let mut arguments = Vec::new();
        if let Some(list) = list {
            if list.kind() == "template_string" {
                // A tagged template: its tag gets the parts.
                let value = self.value(list);
                let callee_text = function.text().to_owned();
                let tag = self.builder.named(&format!("{callee_text}``"), node.span());
                let arguments = vec![FlowArgument { name: None, value }];
                return FlowValue::Call { callee: tag, arguments, is_new: false };
            }
            for part in children(list) {
                let value = self.value(part);
                arguments.push(FlowArgument { name: None, value });
            }
        }
        FlowValue::Call { callee, arguments, is_new }
    }

    fn unary(&mut self, node: Node<'_>) -> FlowValue {
        let operator = field(node, "operator").map_or("", Node::text).to_owned();
        let Some(inner) = field(node, "argument") else { return FlowValue::Unknown(Vec::new()) };
        if operator == "-"
            && let Ok(number) = inner.text().parse::<i64>()
        {
            return FlowValue::Integer(-number);
        }
        let value = self.value(inner);
        match operator.as_str() {
            "!" => FlowValue::Not(value),
            "typeof" => {
                let callee = self.builder.named("typeof", node.span());
                let arguments = vec![FlowArgument { name: None, value }];
                FlowValue::Call { callee, arguments, is_new: false }
            }
            // A number, whatever it was.
            "+" | "-" | "~" => {
                let callee = self.builder.named("Number", node.span());
                let arguments = vec![FlowArgument { name: None, value }];
                FlowValue::Call { callee, arguments, is_new: false }
            }
            "void" => FlowValue::Nothing,
            _ => FlowValue::Unknown(Vec::new()),
        }
    }

    /// `0xff`, `1_000` and `100n` are integers too.
    fn number(&mut self, written: &str) -> FlowValue {
        match integer(written.strip_suffix('n').unwrap_or(written)) {
            Some(number) => FlowValue::Integer(number),
            None => FlowValue::Decimal(self.builder.name(written)),
        }
    }

    fn binary(&mut self, node: Node<'_>) -> FlowValue {
        let own = field(node, "operator").map_or("", Node::text).to_owned();
        if own == "+" {
            return FlowValue::Joined { parts: self.values(summands(node)), is_text: false };
        }
        let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
        let operator = match own.as_str() {
            "&&" => return FlowValue::All(vec![left, right]),
            "||" | "??" => return FlowValue::Any(vec![left, right]),
            "===" => FlowOperator::Equal,
            "!==" => FlowOperator::NotEqual,
            "in" => FlowOperator::In,
            "instanceof" => FlowOperator::InstanceOf,
            own => match FlowOperator::of_symbol(own) {
                Some(operator) => operator,
                // Numbers, all of them.
                None => return FlowValue::Unknown(Vec::new()),
            },
        };
        FlowValue::Binary { operator, left, right }
    }
}

/// A string literal's text with its common escapes read.
fn plain(text: &str) -> String {
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\''));
    let inner = match quote {
        Some(quote) => {
            let inner = text.strip_prefix(quote).unwrap_or(text);
            inner.strip_suffix(quote).unwrap_or(inner)
        }
        None => text,
    };
    read_escapes(inner)
}
