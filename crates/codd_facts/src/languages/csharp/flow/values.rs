//! Expressions.

use super::{Lowering, plain};
use crate::flow::{
    FlowClause, FlowOperator, FlowValue, MAX_FLOW_DEPTH, ValueId, integer, read_escapes, summands,
};
use crate::node::{Node, child_of_kind, children, field};

use super::types::simple_name;

impl<'t> Lowering<'t> {
    pub(super) fn value_in(&mut self, node: Node<'t>, name: &str) -> ValueId {
        match field(node, name) {
            Some(it) => self.value(it),
            None => self.unknown(node),
        }
    }

    pub(super) fn unknown(&mut self, node: Node<'t>) -> ValueId {
        self.builder.value(FlowValue::Unknown(Vec::new()), node.span())
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

    /// What another node is, where this one adds nothing to it.
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

    /// What a value is, to stand where another stood.
    pub(super) fn same(&self, value: ValueId) -> FlowValue {
        self.builder.facts.value(value).clone()
    }

    fn lower_value(&mut self, node: Node<'t>) -> FlowValue {
        match node.kind() {
            "identifier" => self.name_value(node.text(), node.span()),
            "generic_name" => {
                let name = child_of_kind(node, "identifier").map_or("", Node::text);
                self.name_value(name, node.span())
            }
            "this" => FlowValue::Name(self.builder.name(super::THIS)),
            "base" => {
                let value = self.above(node);
                self.same(value)
            }
            "predefined_type" | "alias_qualified_name" => {
                let value = self.type_value(node);
                self.same(value)
            }
            "null_literal" | "default_expression" => FlowValue::Nothing,
            "boolean_literal" => FlowValue::Boolean(node.text() == "true"),
            "string_literal"
            | "verbatim_string_literal"
            | "raw_string_literal"
            | "character_literal" => FlowValue::Text(self.builder.name(&literal(node.text()))),
            "integer_literal" => self.number(node.text()),
            "real_literal" => {
                let text = node.text().trim_end_matches(['f', 'F', 'd', 'D', 'm', 'M']);
                FlowValue::Decimal(self.builder.name(text))
            }
            "interpolated_string_expression" => self.interpolated(node),
            "parenthesized_expression"
            | "checked_expression"
            | "ref_expression"
            | "argument"
            | "collection_element"
            | "expression_element" => self.inner(last_part(node)),
            "spread_element" => match node.first_child() {
                Some(inner) => FlowValue::Spread(self.value(inner)),
                None => FlowValue::Unknown(Vec::new()),
            },
            "member_access_expression" | "qualified_name" => self.member_of(node),
            "conditional_access_expression" => self.conditional_access(node),
            "element_access_expression" => self.element(node),
            "invocation_expression" => self.invocation(node),
            "object_creation_expression" | "implicit_object_creation_expression" => {
                self.creation(node, None)
            }
            "anonymous_object_creation_expression" => self.anonymous_object(node),
            "with_expression" => self.with_changes(node),
            "array_creation_expression"
            | "implicit_array_creation_expression"
            | "stackalloc_expression"
            | "implicit_stackalloc_expression" => self.array(node),
            "initializer_expression" | "collection_expression" => {
                FlowValue::Sequence(self.values(children(node)))
            }
            "binary_expression" => self.binary(node),
            "prefix_unary_expression" | "postfix_unary_expression" => self.unary(node),
            "conditional_expression" => FlowValue::Conditional {
                test: self.value_in(node, "condition"),
                then: self.value_in(node, "consequence"),
                otherwise: self.value_in(node, "alternative"),
            },
            "assignment_expression" => self.assignment(node),
            "cast_expression" | "as_expression" => {
                let (value, of) = if node.kind() == "as_expression" {
                    (field(node, "left"), field(node, "right"))
                } else {
                    (field(node, "value"), field(node, "type"))
                };
                let Some(value) = value else { return FlowValue::Unknown(Vec::new()) };
                let kind = value.kind();
                let value = self.value(value);
                let of = of.and_then(|it| self.declared(it));
                let value = self.typed(value, of, kind);
                self.same(value)
            }
            "is_expression" => {
                let left = self.value_in(node, "left");
                let right = match field(node, "right") {
                    Some(of) => self.type_value(of),
                    None => self.unknown(node),
                };
                FlowValue::Binary { operator: FlowOperator::InstanceOf, left, right }
            }
            "is_pattern_expression" => {
                let subject = self.value_in(node, "expression");
                match field(node, "pattern") {
                    Some(pattern) => {
                        let test = self.matches(pattern, subject);
                        self.same(test)
                    }
                    None => FlowValue::Unknown(vec![subject]),
                }
            }
            "switch_expression" => self.switched(node),
            "await_expression" => match last_part(node) {
                Some(inner) => FlowValue::Awaited(self.value(inner)),
                None => FlowValue::Unknown(Vec::new()),
            },
            // Nothing comes of it.
            "throw_expression" => match last_part(node) {
                Some(inner) => FlowValue::Not(self.value(inner)),
                None => FlowValue::Nothing,
            },
            "typeof_expression" => {
                let base = match field(node, "type") {
                    Some(of) => self.type_value(of),
                    None => self.unknown(node),
                };
                FlowValue::Attribute { base, name: self.builder.name("class") }
            }
            "lambda_expression" | "anonymous_method_expression" => {
                FlowValue::Function(self.lambda(node, None))
            }
            "query_expression" => self.query(node),
            "declaration_expression" => {
                let of = self.declared_in(node);
                match field(node, "name") {
                    Some(name) => {
                        let target = self.declare(name.text(), of, name.span());
                        self.same(target)
                    }
                    None => FlowValue::Unknown(Vec::new()),
                }
            }
            _ => FlowValue::Unknown(self.values(children(node))),
        }
    }

    /// The object, as the class above sees it.
    pub(super) fn above(&mut self, node: Node<'t>) -> ValueId {
        let callee = self.builder.named("super", node.span());
        let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
        self.builder.value(call, node.span())
    }

    fn member_of(&mut self, node: Node<'t>) -> FlowValue {
        let object = field(node, "expression").or_else(|| field(node, "qualifier"));
        let Some(object) = object else { return FlowValue::Unknown(Vec::new()) };
        let name = plain(simple_name(field(node, "name")));
        if name == "Result" && object.kind() == "invocation_expression" {
            // What a task gives.
            return FlowValue::Awaited(self.value(object));
        }
        let base = self.value(object);
        FlowValue::Attribute { base, name: self.builder.name(name) }
    }

    /// `a?.b` and `a?[b]`.
    fn conditional_access(&mut self, node: Node<'t>) -> FlowValue {
        let base = self.value_in(node, "condition");
        for it in children(node) {
            match it.kind() {
                "member_binding_expression" => {
                    let name = plain(simple_name(field(it, "name")));
                    return FlowValue::Attribute { base, name: self.builder.name(name) };
                }
                "element_binding_expression" => return self.indexed(base, it),
                _ => {}
            }
        }
        FlowValue::Unknown(vec![base])
    }

    fn element(&mut self, node: Node<'t>) -> FlowValue {
        let base = self.value_in(node, "expression");
        match field(node, "subscript") {
            Some(subscript) => self.indexed(base, subscript),
            None => FlowValue::Unknown(vec![base]),
        }
    }

    pub(super) fn indexed(&mut self, base: ValueId, subscript: Node<'t>) -> FlowValue {
        let keys: Vec<Node<'t>> = children(subscript);
        let only = match keys[..] {
            [only] => last_part(only),
            _ => None,
        };
        match only {
            Some(range) if range.kind() == "range_expression" => {
                let parts = self.values(children(range));
                // Which of its ends are written, and from where they count, is not looked at.
                let from = self.builder.value(FlowValue::Unknown(parts), range.span());
                FlowValue::Slice { base, from: Some(from), to: None }
            }
            Some(only) => FlowValue::Index { base, key: self.value(only) },
            None => {
                let parts = self.values(keys);
                let key = self.builder.value(FlowValue::Unknown(parts), subscript.span());
                FlowValue::Index { base, key }
            }
        }
    }

    fn interpolated(&mut self, node: Node<'t>) -> FlowValue {
        let is_regular = node.text().starts_with("$\"") && !node.text().starts_with("$\"\"\"");
        let mut parts = Vec::new();
        for it in children(node) {
            let span = it.span();
            match it.kind() {
                "string_content" => {
                    let text = it.text().replace("{{", "{").replace("}}", "}");
                    parts.push(self.builder.text(&text, span));
                }
                "escape_sequence" => {
                    let text =
                        if is_regular { read_escapes(it.text()) } else { it.text().to_owned() };
                    parts.push(self.builder.text(&text, span));
                }
                "interpolation" => {
                    let inner =
                        children(it).into_iter().find(|it| it.kind() != "interpolation_brace");
                    let inner = inner.or_else(|| self_reference(it));
                    if let Some(inner) = inner {
                        parts.push(self.value(inner));
                    }
                }
                _ => {}
            }
        }
        FlowValue::Joined { parts, is_text: true }
    }

    fn assignment(&mut self, node: Node<'t>) -> FlowValue {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return FlowValue::Unknown(self.values(children(node)));
        };
        let span = node.span();
        let operator = field(node, "operator").map_or("", Node::text);
        let value = self.assigned_value(left, right);
        // Read as what it is assigned to: what stands in it may be such an assignment, too.
        let target = self.target(left);
        let value = match operator {
            "=" => value,
            "+=" => {
                let parts = vec![target, value];
                self.builder.value(FlowValue::Joined { parts, is_text: false }, span)
            }
            "??=" => {
                let parts = vec![target, value];
                self.builder.value(FlowValue::Any(parts), span)
            }
            _ => self.builder.value(FlowValue::Unknown(vec![value]), span),
        };
        FlowValue::Assigned { target, value }
    }

    /// What an assignment gives to its left side.
    pub(super) fn assigned_value(&mut self, left: Node<'t>, right: Node<'t>) -> ValueId {
        if left.kind() == "tuple_expression" && right.kind() == "tuple_expression" {
            // One by one.
            let parts = self.values(children(right));
            return self.builder.value(FlowValue::Sequence(parts), right.span());
        }
        if right.kind() == "implicit_object_creation_expression" {
            return self.value(right);
        }
        let value = self.value(right);
        let of = match left.kind() {
            "identifier" => self.type_of_variable(left.text()),
            _ => None,
        };
        self.typed(value, of, right.kind())
    }

    /// What is assigned to.
    pub(super) fn target(&mut self, node: Node<'t>) -> ValueId {
        if self.builder.is_too_much(self.depth) {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let target = match node.kind() {
            "identifier" => self.target_value(node.text(), node.span()),
            "tuple_expression" | "tuple_pattern" | "parenthesized_variable_designation" => {
                let is_pattern = node.kind() != "tuple_expression";
                let mut parts = Vec::new();
                for it in children(node) {
                    parts.push(if is_pattern && it.kind() == "identifier" {
                        self.declare(it.text(), None, it.span())
                    } else {
                        self.target(it)
                    });
                }
                self.builder.value(FlowValue::Sequence(parts), node.span())
            }
            "argument" | "parenthesized_expression" => match last_part(node) {
                Some(inner) => self.target(inner),
                None => self.unknown(node),
            },
            "discard" => self.unknown(node),
            _ => self.value(node),
        };
        self.depth -= 1;
        target
    }

    /// `from x in xs where … select …`.
    fn query(&mut self, node: Node<'t>) -> FlowValue {
        let mark = self.mark();
        let mut clauses: Vec<FlowClause> = Vec::new();
        let mut others = Vec::new();
        let mut value = None;
        for clause in children(node) {
            let span = clause.span();
            let parts = children(clause);
            match clause.kind() {
                "from_clause" => {
                    let (name, of) = (field(clause, "name"), field(clause, "type"));
                    let given = parts.iter().rfind(|it| Some(**it) != name && Some(**it) != of);
                    let iterable = given.map(|it| self.value(*it));
                    let of = of.and_then(|it| self.declared(it));
                    if let (Some(name), Some(iterable)) = (name, iterable) {
                        let target = self.declare(name.text(), of, name.span());
                        clauses.push(FlowClause { target, iterable, tests: Vec::new() });
                    }
                }
                "let_clause" | "join_clause" => {
                    let name = parts.iter().find(|it| it.kind() == "identifier");
                    let others: Vec<Node<'t>> =
                        parts.iter().copied().filter(|it| Some(it) != name).collect();
                    let first = others.first().map(|it| self.value(*it));
                    let (Some(name), Some(given)) = (name, first) else { continue };
                    let iterable = if clause.kind() == "let_clause" {
                        self.builder.value(FlowValue::Sequence(vec![given]), span)
                    } else {
                        given
                    };
                    let target = self.declare(name.text(), None, name.span());
                    clauses.push(FlowClause { target, iterable, tests: Vec::new() });
                    for it in others.iter().skip(1) {
                        if it.kind() == "join_into_clause" {
                            if let Some(name) = it.first_child() {
                                let target = self.declare(name.text(), None, name.span());
                                clauses.push(FlowClause { target, iterable, tests: Vec::new() });
                            }
                        } else if let Some(last) = clauses.last().map(|it| it.tests.len()) {
                            let test = self.value(*it);
                            let test = self.builder.value(FlowValue::Unknown(vec![test]), span);
                            if let Some(clause) = clauses.last_mut() {
                                clause.tests.insert(last, test);
                            }
                        }
                    }
                }
                "where_clause" => {
                    for it in parts {
                        let test = self.value(it);
                        if let Some(last) = clauses.last_mut() {
                            last.tests.push(test);
                        }
                    }
                }
                "select_clause" | "group_clause" => {
                    let all = self.values(parts);
                    value = all.first().copied();
                }
                // `into x`: the rest is of what was selected.
                "identifier" => {
                    if let Some(given) = value.take() {
                        let made = FlowValue::Comprehension {
                            clauses: std::mem::take(&mut clauses),
                            key: None,
                            value: given,
                        };
                        let iterable = self.builder.value(made, span);
                        let target = self.declare(clause.text(), None, span);
                        clauses.push(FlowClause { target, iterable, tests: Vec::new() });
                    }
                }
                _ => others.extend(self.values(parts)),
            }
        }
        self.leave(mark);
        match value {
            Some(value) => FlowValue::Comprehension { clauses, key: None, value },
            None => {
                others.extend(clauses.iter().map(|it| it.iterable));
                FlowValue::Unknown(others)
            }
        }
    }

    fn unary(&mut self, node: Node<'t>) -> FlowValue {
        let Some(inner) = last_part(node) else { return FlowValue::Unknown(Vec::new()) };
        let text = node.text();
        let is_postfix = node.kind() == "postfix_unary_expression";
        if text.starts_with("++") || text.starts_with("--") || text.ends_with("++") {
            let value = self.unknown(node);
            return FlowValue::Assigned { target: self.target(inner), value };
        }
        if is_postfix && text.ends_with("--") {
            let value = self.unknown(node);
            return FlowValue::Assigned { target: self.target(inner), value };
        }
        if is_postfix {
            // `x!`, which says nothing of the value.
            return self.inner(Some(inner));
        }
        if text.starts_with('-')
            && inner.kind() == "integer_literal"
            && let FlowValue::Integer(number) = self.number(inner.text())
        {
            return FlowValue::Integer(number.wrapping_neg());
        }
        let value = self.value(inner);
        match text.as_bytes().first() {
            Some(b'!') => FlowValue::Not(value),
            _ => FlowValue::Unknown(vec![value]),
        }
    }

    /// `0xff`, `1_000` and `100L` are integers too.
    fn number(&mut self, written: &str) -> FlowValue {
        match integer(written.trim_end_matches(['l', 'L', 'u', 'U'])) {
            Some(number) => FlowValue::Integer(number),
            None => FlowValue::Decimal(self.builder.name(written)),
        }
    }

    /// The parts of a chain of one operator, which leans to the left.
    fn chain(&mut self, node: Node<'t>, operator: &str) -> Vec<ValueId> {
        let mut parts = Vec::new();
        let mut at = Some(node);
        while let Some(it) = at {
            let is_it = it.kind() == "binary_expression"
                && field(it, "operator").is_some_and(|own| own.text() == operator);
            if !is_it {
                parts.push(it);
                break;
            }
            parts.extend(field(it, "right"));
            at = field(it, "left");
        }
        parts.reverse();
        self.values(parts)
    }

    fn binary(&mut self, node: Node<'t>) -> FlowValue {
        let own = field(node, "operator").map_or("", Node::text);
        match own {
            "+" => {
                return FlowValue::Joined { parts: self.values(summands(node)), is_text: false };
            }
            "&&" => return FlowValue::All(self.chain(node, own)),
            "||" => return FlowValue::Any(self.chain(node, own)),
            "??" => {
                let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
                return FlowValue::Any(vec![left, right]);
            }
            _ => {}
        }
        let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
        match FlowOperator::of_symbol(own) {
            Some(operator) => FlowValue::Binary { operator, left, right },
            // Numbers, all of them: looked at for what they do.
            None => FlowValue::Binary { operator: FlowOperator::Subtract, left, right },
        }
    }
}

/// The last part of a node that is an expression: `this` and `base` have no names.
pub(super) fn last_part(node: Node<'_>) -> Option<Node<'_>> {
    children(node).pop().or_else(|| self_reference(node))
}

fn self_reference(node: Node<'_>) -> Option<Node<'_>> {
    node.all_children().find(|it| matches!(it.kind(), "this" | "base"))
}

/// The text of a literal with its escapes read.
fn literal(text: &str) -> String {
    let text = text.strip_suffix("u8").or_else(|| text.strip_suffix("U8")).unwrap_or(text);
    if let Some(inner) = text.strip_prefix("@\"") {
        return inner.strip_suffix('"').unwrap_or(inner).replace("\"\"", "\"");
    }
    if text.starts_with("\"\"\"") {
        let inner = text.trim_matches('"');
        return inner.strip_prefix('\n').unwrap_or(inner).to_owned();
    }
    let quote = text.chars().next().unwrap_or('"');
    let inner = text.strip_prefix(quote).unwrap_or(text);
    read_escapes(inner.strip_suffix(quote).unwrap_or(inner))
}
