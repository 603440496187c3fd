//! Expressions.

use super::Lowering;
use crate::flow::{
    FlowArgument, FlowOperator, FlowValue, MAX_FLOW_DEPTH, ValueId, integer, read_escapes, summands,
};
use crate::node::{Node, child_of_kind, children, field};

impl<'t> Lowering<'t> {
    pub(super) fn value_in(&mut self, node: Node<'t>, name: &str) -> ValueId {
        match field(node, name) {
            Some(it) => self.value(it),
            None => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
        }
    }

    pub(super) fn value(&mut self, node: Node<'t>) -> ValueId {
        if self.builder.is_too_much(self.depth) {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let value = self.lower_value(node);
        self.depth -= 1;
        self.builder.value(value, node.span())
    }

    fn values(&mut self, nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<ValueId> {
        nodes.into_iter().map(|it| self.value(it)).collect()
    }

    fn inner(&mut self, node: Option<Node<'t>>) -> FlowValue {
        match node {
            Some(inner) if self.depth < MAX_FLOW_DEPTH => {
                self.depth += 1;
                let value = self.lower_value(inner);
                self.depth -= 1;
                value
            }
            Some(inner) => FlowValue::Unknown(self.values([inner])),
            None => FlowValue::Unknown(Vec::new()),
        }
    }

    fn lower_value(&mut self, node: Node<'t>) -> FlowValue {
        match node.kind() {
            "identifier" | "type_identifier" | "package_identifier" => {
                match self.variable(node.text()) {
                    Some(it) => FlowValue::Name(it.name),
                    None => FlowValue::Name(self.builder.name(node.text())),
                }
            }
            "nil" => FlowValue::Nothing,
            "true" => FlowValue::Boolean(true),
            "false" => FlowValue::Boolean(false),
            "interpreted_string_literal" | "rune_literal" => {
                let text = node.text();
                let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
                FlowValue::Text(self.builder.name(&read_escapes(inner)))
            }
            "raw_string_literal" => {
                FlowValue::Text(self.builder.name(node.text().trim_matches('`')))
            }
            "int_literal" => self.number(node.text()),
            "float_literal" => FlowValue::Decimal(self.builder.name(node.text())),
            "parenthesized_expression" | "literal_element" => self.inner(node.first_child()),
            "variadic_argument" => match node.first_child() {
                Some(inner) => FlowValue::Spread(self.value(inner)),
                None => FlowValue::Unknown(Vec::new()),
            },
            "selector_expression" => {
                let base = self.value_in(node, "operand");
                let name = field(node, "field").map_or("", Node::text);
                FlowValue::Attribute { base, name: self.builder.name(name) }
            }
            "index_expression" => FlowValue::Index {
                base: self.value_in(node, "operand"),
                key: self.value_in(node, "index"),
            },
            "slice_expression" => FlowValue::Slice {
                base: self.value_in(node, "operand"),
                from: field(node, "start").map(|it| self.value(it)),
                to: field(node, "end").map(|it| self.value(it)),
            },
            "call_expression" => self.call(node),
            "type_conversion_expression" => self.inner(field(node, "operand")),
            "type_assertion_expression" => {
                let value = self.value_in(node, "operand");
                match field(node, "type").and_then(|it| self.declared(it)) {
                    Some(of) => FlowValue::Typed { value, of },
                    None => self.builder.facts.value(value).clone(),
                }
            }
            "composite_literal" => self.composite(node),
            "literal_value" => self.items(node),
            "func_literal" => FlowValue::Function(self.literal(node)),
            "unary_expression" => self.unary(node),
            "binary_expression" => self.binary(node),
            "qualified_type" => match self.type_value(node) {
                Some(value) => self.builder.facts.value(value).clone(),
                None => FlowValue::Unknown(Vec::new()),
            },
            kind if kind.ends_with("_type") => FlowValue::Unknown(Vec::new()),
            _ => FlowValue::Unknown(self.values(children(node))),
        }
    }

    fn call(&mut self, node: Node<'t>) -> FlowValue {
        let Some(function) = field(node, "function") else { return FlowValue::Unknown(Vec::new()) };
        let list = field(node, "arguments").map(children).unwrap_or_default();
        let is_own = self.variable(function.text()).is_some();
        if !is_own
            && matches!(function.text(), "make" | "new")
            && let Some(of) = list.first()
        {
            let span = node.span();
            return match of.kind() {
                "map_type" => FlowValue::Mapping(Vec::new()),
                "slice_type" | "channel_type" => {
                    let callee = self.builder.named("<list>", span);
                    FlowValue::Call { callee, arguments: Vec::new(), is_new: true }
                }
                _ => {
                    let value = self.builder.value(FlowValue::Unknown(Vec::new()), span);
                    match self.declared(*of) {
                        Some(of) => FlowValue::Typed { value, of },
                        None => FlowValue::Unknown(Vec::new()),
                    }
                }
            };
        }
        let callee = self.value(function);
        let arguments =
            self.values(list).into_iter().map(|value| FlowArgument { name: None, value });
        FlowValue::Call { callee, arguments: arguments.collect(), is_new: false }
    }

    fn composite(&mut self, node: Node<'t>) -> FlowValue {
        let (Some(of), Some(body)) = (field(node, "type"), field(node, "body")) else {
            return FlowValue::Unknown(Vec::new());
        };
        let callee = match of.kind() {
            "map_type"
            | "slice_type"
            | "array_type"
            | "implicit_length_array_type"
            | "struct_type" => None,
            _ => self.type_value(of),
        };
        let is_map = of.kind() == "map_type" || has_text_keys(body);
        match callee {
            Some(callee) if !is_map => {
                let mut arguments = Vec::new();
                for it in children(body) {
                    let name = field(it, "key").map(|it| self.builder.name(it.text()));
                    let inner = field(it, "value").unwrap_or(it);
                    let value = self.value(inner);
                    arguments.push(FlowArgument { name, value });
                }
                FlowValue::Call { callee, arguments, is_new: true }
            }
            _ => self.items(body),
        }
    }

    /// The items between the braces of a literal.
    fn items(&mut self, body: Node<'t>) -> FlowValue {
        let all = children(body);
        if !all.iter().any(|it| it.kind() == "keyed_element") {
            return FlowValue::Sequence(self.values(all));
        }
        let mut items = Vec::new();
        for it in all {
            let key = field(it, "key").and_then(Node::first_child);
            let key = key.map(|key| {
                if key.kind() == "identifier" && self.variable(key.text()).is_none() {
                    self.builder.text(key.text(), key.span())
                } else {
                    self.value(key)
                }
            });
            let value = self.value_in(it, "value");
            items.push((key, value));
        }
        FlowValue::Mapping(items)
    }

    fn unary(&mut self, node: Node<'t>) -> FlowValue {
        let inner = field(node, "operand");
        match field(node, "operator").map_or("", Node::text) {
            // A pointer is what it points to.
            "&" | "*" => self.inner(inner),
            "!" => {
                let value = self.value_in(node, "operand");
                FlowValue::Not(value)
            }
            "<-" => {
                let base = self.value_in(node, "operand");
                let key = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                FlowValue::Index { base, key }
            }
            "-" => match inner.map(|it| self.number(it.text())) {
                Some(FlowValue::Integer(number)) => FlowValue::Integer(number.wrapping_neg()),
                _ => FlowValue::Unknown(Vec::new()),
            },
            _ => FlowValue::Unknown(Vec::new()),
        }
    }

    /// `0xff`, `0o7` and `1_000` are integers too.
    fn number(&mut self, written: &str) -> FlowValue {
        match integer(written) {
            Some(number) => FlowValue::Integer(number),
            None => FlowValue::Decimal(self.builder.name(written)),
        }
    }

    fn binary(&mut self, node: Node<'t>) -> FlowValue {
        let own = field(node, "operator").map_or("", Node::text);
        if own == "+" {
            return FlowValue::Joined { parts: self.values(summands(node)), is_text: false };
        }
        let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
        let operator = match own {
            "&&" => return FlowValue::All(vec![left, right]),
            "||" => return FlowValue::Any(vec![left, right]),
            _ => match FlowOperator::of_symbol(own) {
                Some(operator) => operator,
                // Numbers, all of them.
                None => return FlowValue::Unknown(Vec::new()),
            },
        };
        FlowValue::Binary { operator, left, right }
    }
}

/// Whether the keys of a literal are texts: those of a struct are names.
fn has_text_keys(body: Node<'_>) -> bool {
    children(body).into_iter().any(|it| {
        let key = field(it, "key").and_then(Node::first_child);
        key.is_some_and(|it| it.kind().ends_with("string_literal"))
            || it.kind() == "keyed_element" && child_of_kind(it, "literal_value").is_some()
    })
}
