//! Expressions.

use super::{CONSTRUCTOR, Lowering};
use crate::flow::{
    FlowArgument, FlowOperator, FlowStatement, FlowValue, MAX_FLOW_DEPTH, ValueId, integer,
    read_escapes, summands,
};
use crate::node::{Node, child_of_kind, children, field, has_child};

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

    fn lower_value(&mut self, node: Node<'t>) -> FlowValue {
        match node.kind() {
            "identifier" | "type_identifier" => self.name_value(node.text(), node.span()),
            "this" => {
                let value = self.this(node.span());
                self.builder.facts.value(value).clone()
            }
            "null_literal" => FlowValue::Nothing,
            "true" => FlowValue::Boolean(true),
            "false" => FlowValue::Boolean(false),
            "string_literal" | "character_literal" => {
                let text = literal(node.text());
                FlowValue::Text(self.builder.name(&text))
            }
            kind if kind.ends_with("_integer_literal") => self.number(node.text()),
            kind if kind.ends_with("_point_literal") => {
                let text = node.text().trim_end_matches(['f', 'F', 'd', 'D']);
                FlowValue::Decimal(self.builder.name(text))
            }
            "parenthesized_expression" => match node.first_child() {
                Some(inner) if self.depth < MAX_FLOW_DEPTH => {
                    self.depth += 1;
                    let value = self.lower_value(inner);
                    self.depth -= 1;
                    value
                }
                Some(inner) => FlowValue::Unknown(self.values([inner])),
                None => FlowValue::Nothing,
            },
            "field_access" => self.field_access(node),
            "array_access" => FlowValue::Index {
                base: self.value_in(node, "array"),
                key: self.value_in(node, "index"),
            },
            "method_invocation" => self.invocation(node),
            "object_creation_expression" => self.creation(node),
            "array_creation_expression" => match field(node, "value") {
                Some(items) => FlowValue::Sequence(self.values(children(items))),
                None => self.array(node),
            },
            "array_initializer" => FlowValue::Sequence(self.values(children(node))),
            "binary_expression" => self.binary(node),
            "unary_expression" => self.unary(node),
            "update_expression" => {
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                match node.first_child() {
                    Some(target) => FlowValue::Assigned { target: self.value(target), value },
                    None => FlowValue::Unknown(Vec::new()),
                }
            }
            "ternary_expression" => FlowValue::Conditional {
                test: self.value_in(node, "condition"),
                then: self.value_in(node, "consequence"),
                otherwise: self.value_in(node, "alternative"),
            },
            "assignment_expression" => {
                let right = self.value_in(node, "right");
                let Some(left) = field(node, "left") else {
                    return FlowValue::Unknown(vec![right]);
                };
                let target = self.value(left);
                let value = match field(node, "operator").map_or("", Node::text) {
                    "=" => {
                        let of = match left.kind() {
                            "identifier" => self.type_of_variable(left.text()),
                            _ => None,
                        };
                        let kind = field(node, "right").map_or("", Node::kind);
                        self.typed(right, of, kind)
                    }
                    "+=" => {
                        let parts = vec![self.value(left), right];
                        let sum = FlowValue::Joined { parts, is_text: false };
                        self.builder.value(sum, node.span())
                    }
                    _ => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
                };
                FlowValue::Assigned { target, value }
            }
            "cast_expression" => {
                let value = self.value_in(node, "value");
                let kind = field(node, "value").map_or("", Node::kind);
                let of = field(node, "type").and_then(|it| self.declared(it));
                let value = self.typed(value, of, kind);
                self.builder.facts.value(value).clone()
            }
            "instanceof_expression" => self.instance_of(node),
            "lambda_expression" => FlowValue::Function(self.lambda(node)),
            "method_reference" => self.method_reference(node),
            "switch_expression" => self.switched(node),
            "class_literal" => {
                let parts = children(node);
                let of = parts.first().map(|it| self.type_value(*it));
                let base = of.unwrap_or_else(|| self.builder.named("class", node.span()));
                FlowValue::Attribute { base, name: self.builder.name("class") }
            }
            _ => FlowValue::Unknown(self.values(children(node))),
        }
    }

    /// An array whose items come later.
    fn array(&mut self, node: Node<'t>) -> FlowValue {
        let lengths: Vec<ValueId> = node
            .fields_named("dimensions")
            .filter_map(Node::first_child)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|it| self.value(it))
            .collect();
        let callee = self.builder.named("<array>", node.span());
        let arguments = lengths.into_iter().map(plain).collect();
        FlowValue::Call { callee, arguments, is_new: true }
    }

    fn field_access(&mut self, node: Node<'t>) -> FlowValue {
        let (Some(object), Some(name)) = (field(node, "object"), field(node, "field")) else {
            return FlowValue::Unknown(Vec::new());
        };
        if name.kind() == "this" {
            // `Outer.this`.
            let receiver = self.receiver_of(object.text());
            return FlowValue::Name(self.builder.name(&receiver));
        }
        let base = match dotted(node).filter(|path| self.is_package(path[0])) {
            Some(path) => {
                let value = self.scoped(&path.join("."), node);
                return self.builder.facts.value(value).clone();
            }
            None if object.kind() == "super" => self.this(object.span()),
            None => self.value(object),
        };
        FlowValue::Attribute { base, name: self.builder.name(name.text()) }
    }

    fn arguments(&mut self, node: Node<'t>) -> Vec<FlowArgument> {
        let list = field(node, "arguments").into_iter().flat_map(children);
        self.values(list).into_iter().map(plain).collect()
    }

    fn invocation(&mut self, node: Node<'t>) -> FlowValue {
        let Some(name) = field(node, "name") else { return FlowValue::Unknown(Vec::new()) };
        let span = name.span();
        let callee = match field(node, "object") {
            None => self.method_value(name.text(), span),
            Some(object) => {
                let base = if object.kind() == "super" || has_child(node, "super") {
                    self.above(object)
                } else {
                    self.value(object)
                };
                FlowValue::Attribute { base, name: self.builder.name(name.text()) }
            }
        };
        let callee = self.builder.value(callee, span);
        FlowValue::Call { callee, arguments: self.arguments(node), is_new: false }
    }

    /// The object, as the class above sees it.
    fn above(&mut self, node: Node<'t>) -> ValueId {
        let callee = self.builder.named("super", node.span());
        let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
        self.builder.value(call, node.span())
    }

    /// `this(…)` and `super(…)`.
    pub(super) fn other_constructor(&mut self, node: Node<'t>) -> ValueId {
        let word = field(node, "constructor").unwrap_or(node);
        let base = if word.kind() == "super" { self.above(word) } else { self.this(word.span()) };
        let name = self.builder.name(CONSTRUCTOR);
        let callee = self.builder.value(FlowValue::Attribute { base, name }, word.span());
        let arguments = self.arguments(node);
        let call = FlowValue::Call { callee, arguments, is_new: false };
        self.builder.value(call, node.span())
    }

    fn creation(&mut self, node: Node<'t>) -> FlowValue {
        let arguments = self.arguments(node);
        let callee = match (child_of_kind(node, "class_body"), field(node, "type")) {
            (Some(body), _) => {
                let id = self.anonymous(node, body);
                self.builder.value(FlowValue::Function(id), node.span())
            }
            (None, Some(of)) => self.type_value(of),
            (None, None) => {
                return FlowValue::Unknown(arguments.iter().map(|it| it.value).collect());
            }
        };
        FlowValue::Call { callee, arguments, is_new: true }
    }

    fn instance_of(&mut self, node: Node<'t>) -> FlowValue {
        let mut left = self.value_in(node, "left");
        let of = field(node, "right");
        let right = match of {
            Some(of) => self.type_value(of),
            None => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
        };
        if let (Some(name), Some(of)) = (field(node, "name"), of) {
            let of = self.declared(of);
            let value = self.typed(left, of, "");
            let target = self.declare(name.text(), None, name.span());
            let assigned = FlowValue::Assigned { target, value };
            left = self.builder.value(assigned, node.span());
        }
        FlowValue::Binary { operator: FlowOperator::InstanceOf, left, right }
    }

    fn method_reference(&mut self, node: Node<'t>) -> FlowValue {
        let parts = children(node);
        let Some(first) = parts.first() else { return FlowValue::Unknown(Vec::new()) };
        let base = match first.kind() {
            "super" => self.above(*first),
            kind if kind.ends_with("type") || kind == "type_identifier" => self.type_value(*first),
            _ => self.value(*first),
        };
        match parts.last().filter(|it| it.kind() == "identifier" && parts.len() > 1) {
            Some(name) => FlowValue::Attribute { base, name: self.builder.name(name.text()) },
            // `Class::new`.
            None => self.builder.facts.value(base).clone(),
        }
    }

    /// A `switch` that gives a value: one of its cases'.
    fn switched(&mut self, node: Node<'t>) -> FlowValue {
        let subject = self.value_in(node, "condition");
        let mut cases: Vec<(Option<ValueId>, ValueId)> = Vec::new();
        for rule in field(node, "body").into_iter().flat_map(children) {
            let mark = self.mark();
            let labels: Vec<Node<'t>> =
                children(rule).into_iter().filter(|it| it.kind() == "switch_label").collect();
            let case = self.case(&labels, subject);
            let span = rule.span();
            let tests: Vec<ValueId> = case
                .values
                .iter()
                .map(|right| {
                    let operator = FlowOperator::Equal;
                    let test = FlowValue::Binary { operator, left: subject, right: *right };
                    self.builder.value(test, span)
                })
                .collect();
            let mut bound = Vec::new();
            for statement in case.body {
                if let FlowStatement::Assign { target, value } = statement {
                    bound.push(self.builder.value(FlowValue::Assigned { target, value }, span));
                }
            }
            let test = match tests[..] {
                // What a pattern binds.
                [] if case.is_pattern => Some(self.builder.value(FlowValue::Unknown(bound), span)),
                [] => None,
                [one] => Some(one),
                _ => Some(self.builder.value(FlowValue::Any(tests), span)),
            };
            let value = self.given_by(rule);
            self.leave(mark);
            cases.push((test, value));
        }
        let rest = cases.iter().position(|(test, _)| test.is_none());
        let mut value = match rest {
            Some(at) => cases.remove(at).1,
            None => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
        };
        for (test, then) in cases.into_iter().rev() {
            let Some(test) = test else { continue };
            let either = FlowValue::Conditional { test, then, otherwise: value };
            value = self.builder.value(either, node.span());
        }
        self.builder.facts.value(value).clone()
    }

    /// What one case of a `switch` gives.
    fn given_by(&mut self, rule: Node<'t>) -> ValueId {
        let parts: Vec<Node<'t>> =
            children(rule).into_iter().filter(|it| it.kind() != "switch_label").collect();
        if let [one] = parts[..]
            && one.kind() == "expression_statement"
            && let Some(inner) = one.first_child()
        {
            return self.value(inner);
        }
        let mut given = Vec::new();
        for part in parts.iter().flat_map(|it| std::iter::once(*it).chain(it.below())) {
            if part.kind() == "yield_statement"
                && let Some(inner) = part.first_child()
            {
                given.push(self.value(inner));
            }
        }
        self.builder.value(FlowValue::Unknown(given), rule.span())
    }

    fn unary(&mut self, node: Node<'t>) -> FlowValue {
        let operator = field(node, "operator").map_or("", Node::text);
        let Some(inner) = field(node, "operand") else { return FlowValue::Unknown(Vec::new()) };
        if operator == "-"
            && let FlowValue::Integer(number) = self.number(inner.text())
        {
            return FlowValue::Integer(number.wrapping_neg());
        }
        let value = self.value(inner);
        if operator == "!" { FlowValue::Not(value) } else { FlowValue::Unknown(Vec::new()) }
    }

    /// `0xff`, `1_000` and `100L` are integers too.
    fn number(&mut self, written: &str) -> FlowValue {
        match integer(written.trim_end_matches(['l', 'L'])) {
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

fn plain(value: ValueId) -> FlowArgument {
    FlowArgument { name: None, value }
}

/// The names of `a.b.c`, where it is nothing else.
fn dotted(node: Node<'_>) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut at = node;
    while at.kind() == "field_access" {
        names.push(field(at, "field").filter(|it| it.kind() == "identifier")?.text());
        at = field(at, "object")?;
    }
    if at.kind() != "identifier" {
        return None;
    }
    names.push(at.text());
    names.reverse();
    Some(names)
}

/// The text of a literal with its escapes read.
fn literal(text: &str) -> String {
    if let Some(inner) = text.strip_prefix("\"\"\"").and_then(|it| it.strip_suffix("\"\"\"")) {
        return read_escapes(inner.strip_prefix('\n').unwrap_or(inner));
    }
    let quote = text.chars().next().unwrap_or('"');
    let inner = text.strip_prefix(quote).unwrap_or(text);
    read_escapes(inner.strip_suffix(quote).unwrap_or(inner))
}
