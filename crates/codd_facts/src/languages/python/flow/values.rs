//! Python's expressions and targets.

use super::Lowering;
use crate::flow::{
    FlowArgument, FlowClause, FlowFunctionKind, FlowOperator, FlowStatement, FlowValue,
    MAX_FLOW_DEPTH, ValueId, integer, summands,
};
use crate::node::{Node, children, field};

impl Lowering {
    pub(super) fn value_in(&mut self, node: Node<'_>, name: &str) -> ValueId {
        match field(node, name) {
            Some(it) => self.value(it),
            None => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
        }
    }

    pub(super) fn target_in(&mut self, node: Node<'_>, name: &str) -> ValueId {
        let target = self.value_in(node, name);
        self.builder.bind_target(target);
        target
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

    fn values<'t>(&mut self, nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<ValueId> {
        nodes.into_iter().map(|it| self.value(it)).collect()
    }

    fn lower_value(&mut self, node: Node<'_>) -> FlowValue {
        match node.kind() {
            "identifier" => FlowValue::Name(self.builder.name(node.text())),
            "dotted_name" => {
                let mut parts = children(node).into_iter();
                let Some(first) = parts.next() else { return FlowValue::Unknown(Vec::new()) };
                let mut value = FlowValue::Name(self.builder.name(first.text()));
                for part in parts {
                    let base = self.builder.value(value, first.span());
                    value = FlowValue::Attribute { base, name: self.builder.name(part.text()) };
                }
                value
            }
            "none" => FlowValue::Nothing,
            "float" => FlowValue::Decimal(self.builder.name(node.text())),
            "ellipsis" => FlowValue::Unknown(Vec::new()),
            "true" => FlowValue::Boolean(true),
            "false" => FlowValue::Boolean(false),
            "integer" => match integer(node.text()) {
                Some(number) => FlowValue::Integer(number),
                None => FlowValue::Decimal(self.builder.name(node.text())),
            },
            "string" => self.string(node),
            "concatenated_string" => {
                let parts = children(node).into_iter().map(|it| self.value(it)).collect();
                FlowValue::Joined { parts, is_text: true }
            }
            "parenthesized_expression"
            | "type"
            | "expression_list"
            | "await"
            | "list_splat"
            | "list_splat_pattern"
            | "dictionary_splat"
            | "generic_type"
            | "type_parameter" => self.wrapper(node),
            "attribute" => FlowValue::Attribute {
                base: self.value_in(node, "object"),
                name: self.builder.name(field(node, "attribute").map_or("", Node::text)),
            },
            "subscript" => self.subscript(node),
            "call" => self.call(node),
            "binary_operator" => self.binary(node),
            "boolean_operator" => {
                let parts = vec![self.value_in(node, "left"), self.value_in(node, "right")];
                match field(node, "operator").map(Node::text) {
                    Some("and") => FlowValue::All(parts),
                    _ => FlowValue::Any(parts),
                }
            }
            "not_operator" => FlowValue::Not(self.value_in(node, "argument")),
            "unary_operator" => {
                let inner = field(node, "argument").or(node.first_child());
                if let Some(inner) = inner
                    && node.text().starts_with('-')
                    && let Some(number) = integer(inner.text())
                {
                    return FlowValue::Integer(-number);
                }
                FlowValue::Unknown(inner.map(|it| self.value(it)).into_iter().collect())
            }
            "comparison_operator" => self.comparison(node),
            "conditional_expression" => {
                let parts = self.values(children(node));
                match parts[..] {
                    [then, test, otherwise] => FlowValue::Conditional { test, then, otherwise },
                    _ => FlowValue::Unknown(parts),
                }
            }
            "named_expression" => {
                let value = self.value_in(node, "value");
                let target = self.target_in(node, "name");
                FlowValue::Assigned { target, value }
            }
            "as_pattern" => {
                let mut parts = children(node).into_iter();
                let value = parts.next().map(|it| self.value(it));
                let target = field(node, "alias").and_then(Node::first_child);
                match (value, target) {
                    (Some(value), Some(target)) => {
                        let target = self.value(target);
                        self.builder.bind_target(target);
                        FlowValue::Assigned { target, value }
                    }
                    (value, _) => FlowValue::Unknown(value.into_iter().collect()),
                }
            }
            "list" | "tuple" | "set" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
                FlowValue::Sequence(self.values(children(node)))
            }
            "dictionary" => {
                let mut items = Vec::new();
                for part in children(node) {
                    if part.kind() == "pair" {
                        let key = self.value_in(part, "key");
                        items.push((Some(key), self.value_in(part, "value")));
                    } else {
                        let inner = part.first_child().unwrap_or(part);
                        items.push((None, self.value(inner)));
                    }
                }
                FlowValue::Mapping(items)
            }
            "list_comprehension"
            | "set_comprehension"
            | "generator_expression"
            | "dictionary_comprehension" => self.comprehension(node),
            "lambda" => {
                let parameters = field(node, "parameters")
                    .map(|it| self.parameters(it, false))
                    .unwrap_or_default();
                let id = self.builder.open(FlowFunctionKind::Lambda, None, node.span());
                for parameter in &parameters {
                    self.builder.bind_target(parameter.target);
                }
                self.builder.function(id).parameters = parameters;
                let value = self.value_in(node, "body");
                self.builder.close(vec![FlowStatement::Return(Some(value))], &[]);
                FlowValue::Function(id)
            }
            "yield" => match node.first_child() {
                Some(inner) => FlowValue::Yielded(self.value(inner)),
                None => FlowValue::Nothing,
            },
            "assignment" | "augmented_assignment" => {
                let value = self.value_in(node, "right");
                let target = self.target_in(node, "left");
                FlowValue::Assigned { target, value }
            }
            _ => FlowValue::Unknown(self.values(children(node))),
        }
    }

    /// Syntax around one value; a list of several is a tuple.
    fn wrapper(&mut self, node: Node<'_>) -> FlowValue {
        let inner = children(node);
        match (node.kind(), &inner[..]) {
            ("await", [one]) => FlowValue::Awaited(self.value(*one)),
            ("list_splat" | "list_splat_pattern" | "dictionary_splat", [one]) => {
                FlowValue::Spread(self.value(*one))
            }
            ("expression_list", _) => FlowValue::Sequence(self.values(inner)),
            ("parenthesized_expression" | "type", [one]) => {
                let one = *one;
                if one.kind() == "yield" || self.depth + 1 >= MAX_FLOW_DEPTH {
                    return FlowValue::Unknown(self.values([one]));
                }
                self.depth += 1;
                let value = self.lower_value(one);
                self.depth -= 1;
                value
            }
            // `Optional[X]`, `list[X]` too.
            _ => FlowValue::Unknown(self.values(inner)),
        }
    }

    fn string(&mut self, node: Node<'_>) -> FlowValue {
        let mut start = "";
        let mut parts: Vec<ValueId> = Vec::new();
        for child in children(node) {
            match child.kind() {
                "string_start" => start = child.text(),
                "string_content" => {
                    let is_raw = start.contains(['r', 'R']);
                    let text = if is_raw { child.text().to_owned() } else { plain(child.text()) };
                    parts.push(self.builder.text(&text, child.span()));
                }
                "interpolation" => {
                    let inner = field(child, "expression").or_else(|| child.first_child());
                    let Some(inner) = inner else { continue };
                    let value = self.value(inner);
                    let parts_of = children(child);
                    let conversion = parts_of.iter().find(|it| it.kind() == "type_conversion");
                    // `{x!r}` is the text that `repr(x)` gives.
                    parts.push(match conversion.map(|it| it.text()) {
                        Some("!r" | "!a") => {
                            let callee = self.builder.named("repr", child.span());
                            let arguments = vec![FlowArgument { name: None, value }];
                            let call = FlowValue::Call { callee, arguments, is_new: false };
                            self.builder.value(call, child.span())
                        }
                        _ => value,
                    });
                }
                _ => {}
            }
        }
        match parts[..] {
            [] => FlowValue::Text(self.builder.name("")),
            [one] if matches!(self.builder.facts.value(one), FlowValue::Text(_)) => {
                self.builder.facts.value(one).clone()
            }
            _ => FlowValue::Joined { parts, is_text: true },
        }
    }

    fn subscript(&mut self, node: Node<'_>) -> FlowValue {
        let base = self.value_in(node, "value");
        let keys: Vec<Node<'_>> = node.fields_named("subscript").collect();
        match keys[..] {
            [key] if key.kind() == "slice" => {
                let mut colons = 0;
                let (mut from, mut to) = (None, None);
                for part in key.all_children() {
                    if !part.is_named() {
                        colons += u32::from(part.text() == ":");
                    } else if colons == 0 {
                        from = Some(self.value(part));
                    } else if colons == 1 {
                        to = Some(self.value(part));
                    }
                }
                FlowValue::Slice { base, from, to }
            }
            [key] => FlowValue::Index { base, key: self.value(key) },
            _ => {
                let mut parts = vec![base];
                parts.extend(self.values(keys));
                FlowValue::Unknown(parts)
            }
        }
    }

    fn call(&mut self, node: Node<'_>) -> FlowValue {
        let callee = self.value_in(node, "function");
        let mut arguments = Vec::new();
        if let Some(list) = field(node, "arguments") {
            let parts = if list.kind() == "argument_list" { children(list) } else { vec![list] };
            for part in parts {
                let (name, value) = if part.kind() == "keyword_argument" {
                    let name = field(part, "name").map_or("", Node::text);
                    (Some(self.builder.name(name)), self.value_in(part, "value"))
                } else {
                    (None, self.value(part))
                };
                arguments.push(FlowArgument { name, value });
            }
        }
        FlowValue::Call { callee, arguments, is_new: false }
    }

    fn binary(&mut self, node: Node<'_>) -> FlowValue {
        let own = field(node, "operator").map_or("", Node::text).to_owned();
        if own == "+" {
            return FlowValue::Joined { parts: self.values(summands(node)), is_text: false };
        }
        let operator = match own.as_str() {
            "-" => FlowOperator::Subtract,
            "*" => FlowOperator::Multiply,
            "/" | "//" => FlowOperator::Divide,
            "%" => FlowOperator::Modulo,
            _ => FlowOperator::Other,
        };
        let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
        FlowValue::Binary { operator, left, right }
    }

    /// `a < b < c` as `a < b and b < c`.
    fn comparison(&mut self, node: Node<'_>) -> FlowValue {
        let mut sides: Vec<ValueId> = Vec::new();
        let mut operators = Vec::new();
        for child in node.all_children() {
            // `not in` is a node of two tokens.
            if child.field_name() == "operators" {
                let text: Vec<&str> = child.text().split_whitespace().collect();
                operators.push(match text.join(" ").as_str() {
                    "<" => FlowOperator::Less,
                    "<=" => FlowOperator::LessOrEqual,
                    ">" => FlowOperator::Greater,
                    ">=" => FlowOperator::GreaterOrEqual,
                    "==" | "is" => FlowOperator::Equal,
                    "!=" | "<>" | "is not" => FlowOperator::NotEqual,
                    "in" => FlowOperator::In,
                    "not in" => FlowOperator::NotIn,
                    _ => FlowOperator::Other,
                });
            } else if child.is_named() {
                sides.push(self.value(child));
            }
        }
        let mut tests: Vec<FlowValue> = sides
            .windows(2)
            .zip(operators)
            .map(|(pair, operator)| FlowValue::Binary { operator, left: pair[0], right: pair[1] })
            .collect();
        if tests.len() == 1
            && let Some(one) = tests.pop()
        {
            return one;
        }
        let span = node.span();
        FlowValue::All(tests.into_iter().map(|it| self.builder.value(it, span)).collect())
    }

    fn comprehension(&mut self, node: Node<'_>) -> FlowValue {
        let mut clauses: Vec<FlowClause> = Vec::new();
        for part in children(node) {
            match part.kind() {
                "for_in_clause" => {
                    let iterable = self.value_in(part, "right");
                    let target = self.target_in(part, "left");
                    clauses.push(FlowClause { target, iterable, tests: Vec::new() });
                }
                "if_clause" => {
                    let test = part.first_child().map(|it| self.value(it));
                    if let Some(clause) = clauses.last_mut() {
                        clause.tests.extend(test);
                    }
                }
                _ => {}
            }
        }
        let Some(body) = field(node, "body") else { return FlowValue::Unknown(Vec::new()) };
        let (key, value) = if body.kind() == "pair" {
            (Some(self.value_in(body, "key")), self.value_in(body, "value"))
        } else {
            (None, self.value(body))
        };
        FlowValue::Comprehension { clauses, key, value }
    }
}

/// A literal's text with its common escapes read.
pub(super) fn plain(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        if next != '\\' {
            out.push(next);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('\n') | None => {}
            Some(quoted @ ('\\' | '\'' | '"')) => out.push(quoted),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out
}
