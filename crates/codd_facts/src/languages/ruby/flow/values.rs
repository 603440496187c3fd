//! Ruby's expressions.

use super::statements::{is_jump, junction};
use super::{BLOCK, Lowering, SELF, Tail, parts};
use crate::flow::{
    FlowOperator, FlowStatement, FlowValue, MAX_FLOW_DEPTH, ValueId, integer, summands,
};
use crate::node::{Node, children, field};

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

    pub(super) fn values(&mut self, nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<ValueId> {
        nodes.into_iter().map(|it| self.value(it)).collect()
    }

    /// The value of statements, which run before the one around.
    pub(super) fn in_statements(&mut self, node: Node<'t>) -> ValueId {
        let name = self.temporary();
        let mut own = self.within(|it, out| {
            let tail = Tail::Assign(name);
            if node.kind() == "interpolation" {
                it.sequence(node, tail, out);
            } else {
                it.statement(node, tail, out);
            }
        });
        self.hoisted.append(&mut own);
        self.builder.value(FlowValue::Name(name), node.span())
    }

    /// The same as what a value is.
    fn hoisted_value(&mut self, node: Node<'t>) -> FlowValue {
        let id = self.in_statements(node);
        self.builder.facts.value(id).clone()
    }

    fn lower_value(&mut self, node: Node<'t>) -> FlowValue {
        match node.kind() {
            "identifier" => self.identifier(node),
            "constant" | "global_variable" => FlowValue::Name(self.builder.name(node.text())),
            "self" => FlowValue::Name(self.builder.name(SELF)),
            "instance_variable" | "class_variable" => self.of_self(node.text(), node),
            "scope_resolution" => match (field(node, "scope"), field(node, "name")) {
                (Some(scope), Some(name)) => FlowValue::Attribute {
                    base: self.value(scope),
                    name: self.builder.name(name.text()),
                },
                (None, Some(name)) => FlowValue::Name(self.builder.name(name.text())),
                _ => FlowValue::Unknown(Vec::new()),
            },
            "nil" => FlowValue::Nothing,
            "true" => FlowValue::Boolean(true),
            "false" => FlowValue::Boolean(false),
            "integer" => match integer(node.text()) {
                Some(number) => FlowValue::Integer(number),
                None => FlowValue::Decimal(self.builder.name(node.text())),
            },
            "float" => FlowValue::Decimal(self.builder.name(node.text())),
            "string" | "delimited_symbol" | "bare_string" | "bare_symbol" => self.string(node),
            "character" => FlowValue::Text(self.builder.name(node.text().trim_start_matches('?'))),
            "simple_symbol" | "hash_key_symbol" => self.symbol(node),
            "chained_string" => {
                FlowValue::Joined { parts: self.values(children(node)), is_text: true }
            }
            "subshell" => {
                let text = self.string(node);
                self.command(node, text)
            }
            "heredoc_beginning" => self.heredoc(node),
            "regex" => self.pattern_literal(node),
            "string_array" | "symbol_array" => self.words(node),
            "array" | "right_assignment_list" => {
                let (mut items, mapping) = self.items(node);
                items.extend(mapping);
                FlowValue::Sequence(items)
            }
            "splat_argument" | "hash_splat_argument" => match node.first_child() {
                Some(inner) => FlowValue::Spread(self.value(inner)),
                None => FlowValue::Unknown(Vec::new()),
            },
            "hash" => FlowValue::Mapping(self.pairs(parts(node))),
            "lambda" => FlowValue::Function(self.lambda(node)),
            "call" => self.call(node),
            "super" => self.super_call(None, None, node),
            "yield" => {
                self.method_frame().uses_block = true;
                let callee = self.builder.named(BLOCK, node.span());
                let arguments = self.arguments(node.first_child());
                FlowValue::Call { callee, arguments, is_new: false }
            }
            "element_reference" => self.element(node),
            "binary" => self.binary(node),
            "unary" => self.unary(node),
            "conditional" => FlowValue::Conditional {
                test: self.value_in(node, "condition"),
                then: self.value_in(node, "consequence"),
                otherwise: self.value_in(node, "alternative"),
            },
            "rescue_modifier" => {
                let test = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                let then = self.value_in(node, "body");
                FlowValue::Conditional { test, then, otherwise: self.value_in(node, "handler") }
            }
            "assignment" => match (field(node, "left"), field(node, "right")) {
                (Some(left), Some(right)) => {
                    let value = self.value(right);
                    FlowValue::Assigned { target: self.target(left), value }
                }
                _ => FlowValue::Unknown(self.values(parts(node))),
            },
            "parenthesized_statements" | "begin" => match parts(node)[..] {
                [] => FlowValue::Nothing,
                [one] if !matches!(one.kind(), "rescue" | "ensure" | "else") => {
                    if self.depth + 1 >= MAX_FLOW_DEPTH {
                        return FlowValue::Unknown(vec![self.value(one)]);
                    }
                    self.depth += 1;
                    let value = self.lower_value(one);
                    self.depth -= 1;
                    value
                }
                _ => self.hoisted_value(node),
            },
            "if"
            | "unless"
            | "case"
            | "case_match"
            | "if_modifier"
            | "unless_modifier"
            | "while"
            | "until"
            | "for"
            | "operator_assignment"
            | "class"
            | "module"
            | "method"
            | "singleton_method" => self.hoisted_value(node),
            "match_pattern" | "test_pattern" => {
                let value = self.value_in(node, "value");
                let targets =
                    field(node, "pattern").map(|it| self.captured(it)).unwrap_or_default();
                for target in targets {
                    let part = self.builder.value(FlowValue::Unknown(vec![value]), node.span());
                    self.hoisted.push(FlowStatement::Assign { target, value: part });
                }
                FlowValue::Unknown(Vec::new())
            }
            _ => FlowValue::Unknown(self.values(parts(node))),
        }
    }

    /// A variable, or a method that is called without arguments.
    fn identifier(&mut self, node: Node<'t>) -> FlowValue {
        let name = self.builder.name(node.text());
        if self.is_visible(name) || self.is_implied(name, node.text()) {
            return FlowValue::Name(name);
        }
        let callee = self.builder.value(FlowValue::Name(name), node.span());
        FlowValue::Call { callee, arguments: Vec::new(), is_new: false }
    }

    /// A read of a name, be it a variable or a method.
    pub(super) fn read_name(&mut self, name: &str, at: Node<'t>) -> ValueId {
        let id = self.builder.name(name);
        let named = self.builder.value(FlowValue::Name(id), at.span());
        if self.is_visible(id) {
            return named;
        }
        let call = FlowValue::Call { callee: named, arguments: Vec::new(), is_new: false };
        self.builder.value(call, at.span())
    }

    /// The items of a list, and what of them is a mapping without braces.
    fn items(&mut self, node: Node<'t>) -> (Vec<ValueId>, Option<ValueId>) {
        let (pairs, items): (Vec<_>, Vec<_>) = parts(node)
            .into_iter()
            .partition(|it| matches!(it.kind(), "pair" | "hash_splat_argument"));
        let items = self.values(items);
        if pairs.is_empty() {
            return (items, None);
        }
        let mapping = self.pairs(pairs);
        (items, Some(self.builder.value(FlowValue::Mapping(mapping), node.span())))
    }

    pub(super) fn pairs(&mut self, nodes: Vec<Node<'t>>) -> Vec<(Option<ValueId>, ValueId)> {
        let mut all = Vec::new();
        for node in nodes {
            if node.kind() == "pair" {
                let key = self.value_in(node, "key");
                let value = self.pair_value(node);
                all.push((Some(key), value));
            } else {
                let inner = node.first_child().unwrap_or(node);
                all.push((None, self.value(inner)));
            }
        }
        all
    }

    /// The value of `key: value`; of `key:` alone, what is called so.
    pub(super) fn pair_value(&mut self, node: Node<'t>) -> ValueId {
        match (field(node, "value"), field(node, "key")) {
            (Some(value), _) => self.value(value),
            (None, Some(key)) => self.read_name(key.text(), key),
            _ => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
        }
    }

    /// `a[key]`, `a[1..]`, `a[from, count]`.
    fn element(&mut self, node: Node<'t>) -> FlowValue {
        let object = field(node, "object");
        let base = self.value_in(node, "object");
        let keys = parts(node).into_iter().filter(|it| Some(*it) != object);
        let keys: Vec<Node<'t>> = keys.filter(|it| it.field_name() != "block").collect();
        match keys[..] {
            [key] if key.kind() == "range" => {
                // Which items a range takes depends on how it is written.
                let all = self.values(parts(key));
                let mut whole = vec![base];
                whole.extend(all);
                FlowValue::Unknown(whole)
            }
            [key] if !matches!(key.kind(), "splat_argument" | "pair") => {
                FlowValue::Index { base, key: self.value(key) }
            }
            _ => {
                let mut whole = vec![base];
                whole.extend(self.values(keys));
                FlowValue::Unknown(whole)
            }
        }
    }

    fn binary(&mut self, node: Node<'t>) -> FlowValue {
        let operator = field(node, "operator").map_or("", Node::text);
        if let Some(is_and) = junction(node) {
            if field(node, "right").is_some_and(is_jump) {
                return self.hoisted_value(node);
            }
            let all = self.junction_parts(node, is_and);
            let all = self.values(all);
            return if is_and { FlowValue::All(all) } else { FlowValue::Any(all) };
        }
        match operator {
            "+" => FlowValue::Joined { parts: self.values(summands(node)), is_text: false },
            "<<" => {
                let mut out = Vec::new();
                match self.append_all(node, &mut out) {
                    Some(base) => {
                        self.hoisted.append(&mut out);
                        let id = self.value(base);
                        self.builder.facts.value(id).clone()
                    }
                    None => self.append_call(node),
                }
            }
            "=~" | "===" | "!~" => {
                let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
                let name = if operator == "===" { "===" } else { "=~" };
                let asked = self.asked(left, name, right, node);
                match operator {
                    "!~" => FlowValue::Not(asked),
                    _ => self.builder.facts.value(asked).clone(),
                }
            }
            _ => {
                let operator = FlowOperator::of_symbol(operator).unwrap_or(FlowOperator::Other);
                let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
                FlowValue::Binary { operator, left, right }
            }
        }
    }

    fn unary(&mut self, node: Node<'t>) -> FlowValue {
        let operator = field(node, "operator").map_or("", Node::text);
        let operand = field(node, "operand");
        match (operator, operand) {
            ("!" | "not", Some(inner)) => FlowValue::Not(self.value(inner)),
            // Nothing is computed.
            ("defined?", _) => FlowValue::Unknown(Vec::new()),
            ("-", Some(inner)) => match integer(inner.text()) {
                Some(number) => FlowValue::Integer(-number),
                None => FlowValue::Unknown(vec![self.value(inner)]),
            },
            (_, inner) => FlowValue::Unknown(self.values(inner)),
        }
    }
}
