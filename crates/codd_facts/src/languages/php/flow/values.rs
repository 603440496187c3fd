//! Expressions.

use super::Lowering;
use crate::flow::{
    FlowArgument, FlowOperator, FlowValue, MAX_FLOW_DEPTH, ValueId, integer, read_escapes,
};
use crate::languages::php::texts::string_text;
use crate::node::{Node, children, field};

/// Arms of one `match` that are told apart.
const MAX_ARMS: usize = 24;

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

    pub(super) fn values<'t>(&mut self, nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<ValueId> {
        nodes.into_iter().map(|it| self.value(it)).collect()
    }

    pub(super) fn lower_value(&mut self, node: Node<'_>) -> FlowValue {
        match node.kind() {
            "variable_name" => self.variable(node),
            // A constant.
            "name" | "qualified_name" | "relative_name" => {
                let name = self.function_name(node.text());
                FlowValue::Name(self.builder.name(&name))
            }
            "null" => FlowValue::Nothing,
            "boolean" => FlowValue::Boolean(node.text().eq_ignore_ascii_case("true")),
            "integer" => match integer(node.text()) {
                Some(number) => FlowValue::Integer(number),
                None => FlowValue::Decimal(self.builder.name(node.text())),
            },
            "float" => FlowValue::Decimal(self.builder.name(node.text())),
            "string" => {
                let text = string_text(node).unwrap_or_default();
                FlowValue::Text(self.builder.name(&text))
            }
            // Its first and last line are its quotes.
            "nowdoc" => {
                let text = node.text().split_once('\n').map_or("", |(_, rest)| rest);
                let text = text.rsplit_once('\n').map_or("", |(text, _)| text);
                FlowValue::Text(self.builder.name(text))
            }
            "encapsed_string" => self.text_of(node),
            "heredoc" => match field(node, "value") {
                Some(body) => self.text_of(body),
                None => FlowValue::Text(self.builder.name("")),
            },
            "shell_command_expression" => {
                let command = self.text_of(node);
                let command = self.builder.value(command, node.span());
                self.builtin("shell_exec", vec![command], node)
            }
            "parenthesized_expression"
            | "error_suppression_expression"
            | "by_ref"
            | "sequence_expression" => self.wrapped(node),
            "clone_expression" => FlowValue::Any(self.values(children(node))),
            "member_access_expression" | "nullsafe_member_access_expression" => {
                let base = self.value_in(node, "object");
                self.attribute(node, base)
            }
            "scoped_property_access_expression" | "class_constant_access_expression" => {
                self.of_scope(node)
            }
            "subscript_expression" => self.subscript(node, false),
            "function_call_expression"
            | "member_call_expression"
            | "nullsafe_member_call_expression"
            | "scoped_call_expression"
            | "object_creation_expression" => self.call(node),
            "print_intrinsic" => self.with_one(node, "print"),
            "include_expression"
            | "include_once_expression"
            | "require_expression"
            | "require_once_expression" => self.with_one(node, "include"),
            "array_creation_expression" => self.array(node),
            "binary_expression" => self.binary(node),
            "unary_op_expression" => self.unary(node),
            "cast_expression" => self.cast(node),
            // A number, whatever it was.
            "update_expression" => {
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                match field(node, "argument") {
                    Some(argument) => FlowValue::Assigned { target: self.target(argument), value },
                    None => FlowValue::Unknown(Vec::new()),
                }
            }
            "conditional_expression" => {
                let test = self.value_in(node, "condition");
                let otherwise = self.value_in(node, "alternative");
                match field(node, "body") {
                    Some(then) => {
                        FlowValue::Conditional { test, then: self.value(then), otherwise }
                    }
                    None => FlowValue::Any(vec![test, otherwise]),
                }
            }
            "match_expression" => self.matched(node),
            "assignment_expression" | "reference_assignment_expression" => self.assigned(node),
            "augmented_assignment_expression" => {
                let Some(left) = field(node, "left") else {
                    return FlowValue::Unknown(self.values(children(node)));
                };
                let target = self.target(left);
                FlowValue::Assigned { target, value: self.augmented_value(node, target) }
            }
            "anonymous_function" | "arrow_function" => {
                FlowValue::Function(self.function(node, None, false))
            }
            "yield_expression" => {
                let parts = self.values(children(node));
                match parts.last() {
                    Some(last) => FlowValue::Yielded(*last),
                    None => FlowValue::Nothing,
                }
            }
            // Does not come back.
            "throw_expression" => {
                let raised = self.values(children(node));
                self.builtin("exit", raised, node)
            }
            _ => FlowValue::Unknown(self.values(children(node))),
        }
    }

    /// What parentheses and the like are around; of several, the last counts.
    fn wrapped(&mut self, node: Node<'_>) -> FlowValue {
        let inner = children(node);
        match inner[..] {
            [one] if self.depth < MAX_FLOW_DEPTH => {
                self.depth += 1;
                let value = self.lower_value(one);
                self.depth -= 1;
                value
            }
            _ => match self.values(inner).last() {
                Some(last) => FlowValue::Any(vec![*last]),
                None => FlowValue::Nothing,
            },
        }
    }

    fn with_one(&mut self, node: Node<'_>, name: &str) -> FlowValue {
        let arguments = self.values(children(node));
        self.builtin(name, arguments, node)
    }

    /// A call of something of the language's own.
    pub(super) fn builtin(&mut self, name: &str, given: Vec<ValueId>, at: Node<'_>) -> FlowValue {
        let callee = self.builder.named(name, at.span());
        let arguments = given.into_iter().map(|value| FlowArgument { name: None, value }).collect();
        FlowValue::Call { callee, arguments, is_new: false }
    }

    /// A member by the name that is written, or by one that is computed.
    pub(super) fn attribute(&mut self, node: Node<'_>, base: ValueId) -> FlowValue {
        match field(node, "name") {
            Some(name) if name.kind() == "name" => {
                FlowValue::Attribute { base, name: self.builder.name(name.text()) }
            }
            Some(name) => {
                let key = self.value(name);
                FlowValue::Index { base, key }
            }
            None => FlowValue::Unknown(vec![base]),
        }
    }

    /// `A::$b`, `A::B`, `A::class`.
    fn of_scope(&mut self, node: Node<'_>) -> FlowValue {
        let parts = children(node);
        let (Some(scope), Some(name)) = (parts.first(), parts.last()) else {
            return FlowValue::Unknown(Vec::new());
        };
        if name.text() == "class" && scope.kind() != "variable_name" {
            let class = self.class_name(scope.text()).unwrap_or_default();
            return FlowValue::Text(self.builder.name(&class));
        }
        let base = self.scope(*scope);
        let name = self.builder.name(name.text().trim_start_matches('$'));
        FlowValue::Attribute { base, name }
    }

    /// `$a[key]`; in a text a key without quotes is text.
    fn subscript(&mut self, node: Node<'_>, is_in_text: bool) -> FlowValue {
        let parts = children(node);
        match parts[..] {
            [base, key] if is_told_by_server(base, key) => {
                FlowValue::Name(self.builder.name("_UPLOADED"))
            }
            [base, key] => {
                let base = self.value(base);
                let key = if is_in_text && key.kind() == "name" {
                    self.builder.text(key.text(), key.span())
                } else {
                    self.value(key)
                };
                FlowValue::Index { base, key }
            }
            _ => FlowValue::Unknown(self.values(parts)),
        }
    }

    /// A text with values in it.
    fn text_of(&mut self, node: Node<'_>) -> FlowValue {
        let (whole, start) = (node.text().as_bytes(), node.span().start);
        let mut parts = Vec::new();
        for part in children(node) {
            let span = part.span();
            let before = (span.start - start) as usize;
            let is_code = before > 0 && whole.get(before - 1) == Some(&b'{');
            parts.push(match part.kind() {
                "string_content" => self.builder.text(part.text(), span),
                "escape_sequence" => {
                    let text = read_escapes(part.text());
                    self.builder.text(&text, span)
                }
                "subscript_expression" if !is_code => {
                    let value = self.subscript(part, true);
                    self.builder.value(value, span)
                }
                _ => self.value(part),
            });
        }
        match parts[..] {
            [] => FlowValue::Text(self.builder.name("")),
            [one] if matches!(self.builder.facts.value(one), FlowValue::Text(_)) => {
                self.builder.facts.value(one).clone()
            }
            _ => FlowValue::Joined { parts, is_text: true },
        }
    }

    fn array(&mut self, node: Node<'_>) -> FlowValue {
        let elements = children(node);
        let has_keys = elements.iter().any(|it| it.all_children().any(|it| it.text() == "=>"));
        let mut place = 0;
        let mut items = Vec::new();
        for element in elements {
            let parts = children(element);
            match parts[..] {
                [spread] if spread.kind() == "variadic_unpacking" => {
                    let Some(inner) = spread.first_child() else { continue };
                    let inner = self.value(inner);
                    items.push(if has_keys {
                        (None, inner)
                    } else {
                        (None, self.builder.value(FlowValue::Spread(inner), spread.span()))
                    });
                }
                [value] => {
                    let key = self.builder.value(FlowValue::Integer(place), element.span());
                    place += 1;
                    items.push((Some(key), self.value(value)));
                }
                [key, value] => {
                    let key = self.value(key);
                    items.push((Some(key), self.value(value)));
                }
                _ => {}
            }
        }
        if has_keys {
            FlowValue::Mapping(items)
        } else {
            FlowValue::Sequence(items.into_iter().map(|(_, value)| value).collect())
        }
    }

    fn binary(&mut self, node: Node<'_>) -> FlowValue {
        let operator = field(node, "operator").map_or("", Node::text).to_ascii_lowercase();
        match operator.as_str() {
            "." => {
                let parts = self.values(in_a_row(node));
                return FlowValue::Joined { parts, is_text: true };
            }
            "&&" | "and" => return FlowValue::All(self.values(in_a_row(node))),
            "||" | "or" => return FlowValue::Any(self.values(in_a_row(node))),
            "??" => {
                let parts = vec![self.value_in(node, "left"), self.value_in(node, "right")];
                return FlowValue::Any(parts);
            }
            "instanceof" => {
                let left = self.value_in(node, "left");
                let right = match field(node, "right") {
                    Some(class)
                        if class.kind().ends_with("name") && class.kind() != "variable_name" =>
                    {
                        self.class_value(class.text(), class.span())
                    }
                    Some(other) => self.value(other),
                    None => left,
                };
                return FlowValue::Binary { operator: FlowOperator::InstanceOf, left, right };
            }
            _ => {}
        }
        if let Some(found) = self.compared_call(node, &operator) {
            return found;
        }
        let (left, right) = (self.value_in(node, "left"), self.value_in(node, "right"));
        let is_number = |id| {
            let value = self.builder.facts.value(id);
            matches!(value, FlowValue::Integer(_) | FlowValue::Decimal(_))
        };
        let operator = match operator.as_str() {
            // Two arrays that are put together, unless it is a number.
            "+" if !is_number(left) && !is_number(right) => {
                return FlowValue::Joined { parts: vec![left, right], is_text: false };
            }
            "+" => FlowOperator::Subtract,
            "===" => FlowOperator::Equal,
            "!==" | "<>" => FlowOperator::NotEqual,
            other => FlowOperator::of_symbol(other).unwrap_or(FlowOperator::Other),
        };
        FlowValue::Binary { operator, left, right }
    }

    fn unary(&mut self, node: Node<'_>) -> FlowValue {
        let inner = field(node, "argument").or(node.first_child());
        let Some(inner) = inner else { return FlowValue::Unknown(Vec::new()) };
        match field(node, "operator").map_or("", Node::text) {
            "!" => FlowValue::Not(self.value(inner)),
            "-" if integer(inner.text()).is_some() => {
                FlowValue::Integer(-integer(inner.text()).unwrap_or_default())
            }
            // A number.
            _ => {
                let inner = self.value(inner);
                self.builtin("intval", vec![inner], node)
            }
        }
    }

    fn cast(&mut self, node: Node<'_>) -> FlowValue {
        let value = self.value_in(node, "value");
        let of = field(node, "type").map_or("", Node::text).trim().to_ascii_lowercase();
        match of.as_str() {
            "int" | "integer" | "float" | "double" | "real" | "bool" | "boolean" => {
                self.builtin("intval", vec![value], node)
            }
            _ => FlowValue::Any(vec![value]),
        }
    }

    /// `match`: the value of the first arm that takes the subject.
    fn matched(&mut self, node: Node<'_>) -> FlowValue {
        let subject = self.value_in(node, "condition");
        let is_of_tests = matches!(self.builder.facts.value(subject), FlowValue::Boolean(true));
        let arms = field(node, "body").map(children).unwrap_or_default();
        let mut end: Option<ValueId> = None;
        let mut told = Vec::new();
        for (nth, arm) in arms.into_iter().enumerate() {
            let Some(value) = field(arm, "return_expression") else { continue };
            let conditions = field(arm, "conditional_expressions").map(children);
            let Some(conditions) = conditions else {
                end = Some(self.value(value));
                continue;
            };
            let span = arm.span();
            let mut tests = Vec::new();
            for condition in conditions {
                let right = self.value(condition);
                tests.push(if is_of_tests {
                    right
                } else {
                    let operator = FlowOperator::Equal;
                    let test = FlowValue::Binary { operator, left: subject, right };
                    self.builder.value(test, span)
                });
            }
            let test = self.builder.value(FlowValue::Any(tests), span);
            let value = self.value(value);
            if nth < MAX_ARMS {
                told.push((test, value));
            } else {
                // Whichever it is.
                let either = end.into_iter().chain([value]).collect();
                end = Some(self.builder.value(FlowValue::Any(either), span));
            }
        }
        let mut value = match end {
            Some(end) => FlowValue::Any(vec![end]),
            None => FlowValue::Nothing,
        };
        for (test, then) in told.into_iter().rev() {
            let otherwise = self.builder.value(value, node.span());
            value = FlowValue::Conditional { test, then, otherwise };
        }
        value
    }

    /// What `.=`, `??=` and the like assign to what is at their left.
    pub(super) fn augmented_value(&mut self, node: Node<'_>, left: ValueId) -> ValueId {
        let right = self.value_in(node, "right");
        let parts = vec![left, right];
        let value = match field(node, "operator").map_or("", Node::text) {
            ".=" => FlowValue::Joined { parts, is_text: true },
            "??=" => FlowValue::Any(parts),
            "+=" => FlowValue::Joined { parts, is_text: false },
            _ => FlowValue::Binary { operator: FlowOperator::Subtract, left, right },
        };
        self.builder.value(value, node.span())
    }
}

/// What the server itself says of an uploaded file: `$_FILES['a']['tmp_name']`.
fn is_told_by_server(base: Node<'_>, key: Node<'_>) -> bool {
    let key = key.text().trim_matches(['"', '\'']);
    matches!(key, "tmp_name" | "size" | "error")
        && base.kind() == "subscript_expression"
        && base.first_child().is_some_and(|it| it.text() == "$_FILES")
}

/// The operands of a chain of one operator, which leans to the left, deeper than anything may
/// nest.
fn in_a_row(chain: Node<'_>) -> Vec<Node<'_>> {
    let operator =
        |node: Node<'_>| field(node, "operator").map(|it| it.text().to_ascii_lowercase());
    let own = operator(chain);
    let mut parts = Vec::new();
    let mut at = Some(chain);
    while let Some(node) = at {
        parts.extend(field(node, "right"));
        let left = field(node, "left");
        at = left.filter(|it| it.kind() == chain.kind() && operator(*it) == own);
        if at.is_none() {
            parts.extend(left);
        }
    }
    parts.reverse();
    parts
}
