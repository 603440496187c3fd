//! Patterns: what they ask of a value, and the names that they bind.

use super::Lowering;
use super::values::last_part;
use crate::flow::{FlowCase, FlowOperator, FlowStatement, FlowValue, MAX_FLOW_DEPTH, ValueId};
use crate::node::{Node, child_of_kind, children, field};

impl<'t> Lowering<'t> {
    /// Whether a value is what a pattern asks for.
    pub(super) fn matches(&mut self, node: Node<'t>, subject: ValueId) -> ValueId {
        if self.depth >= MAX_FLOW_DEPTH {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let test = self.match_within(node, subject);
        self.depth -= 1;
        self.builder.value(test, node.span())
    }

    fn match_within(&mut self, node: Node<'t>, subject: ValueId) -> FlowValue {
        let span = node.span();
        match node.kind() {
            "negated_pattern" => match last_part(node) {
                Some(inner) => FlowValue::Not(self.matches(inner, subject)),
                None => FlowValue::Unknown(Vec::new()),
            },
            "parenthesized_pattern" => match last_part(node) {
                Some(inner) => {
                    let test = self.matches(inner, subject);
                    self.same(test)
                }
                None => FlowValue::Unknown(Vec::new()),
            },
            "and_pattern" | "or_pattern" => {
                let sides = [field(node, "left"), field(node, "right")];
                let sides: Vec<ValueId> =
                    sides.into_iter().flatten().map(|it| self.matches(it, subject)).collect();
                if node.kind() == "and_pattern" {
                    FlowValue::All(sides)
                } else {
                    FlowValue::Any(sides)
                }
            }
            "constant_pattern" => match last_part(node) {
                Some(inner) => self.equals(inner, subject),
                None => FlowValue::Unknown(Vec::new()),
            },
            "relational_pattern" => {
                let text = node.text().trim_start().as_bytes();
                let symbol = match (text.first(), text.get(1)) {
                    (Some(b'<'), Some(b'=')) => "<=",
                    (Some(b'>'), Some(b'=')) => ">=",
                    (Some(b'<'), _) => "<",
                    _ => ">",
                };
                match (FlowOperator::of_symbol(symbol), last_part(node)) {
                    (Some(operator), Some(inner)) => {
                        let right = self.value(inner);
                        FlowValue::Binary { operator, left: subject, right }
                    }
                    _ => FlowValue::Unknown(Vec::new()),
                }
            }
            "type_pattern" => {
                let right = match field(node, "type") {
                    Some(of) => self.type_value(of),
                    None => self.unknown(node),
                };
                FlowValue::Binary { operator: FlowOperator::InstanceOf, left: subject, right }
            }
            "declaration_pattern" | "recursive_pattern" | "var_pattern" | "list_pattern" => {
                self.shape(node, subject)
            }
            "discard" => FlowValue::Boolean(true),
            kind if kind.ends_with("_pattern") => {
                let parts = children(node);
                let parts = parts.into_iter().map(|it| self.matches(it, subject)).collect();
                let parts = self.builder.value(FlowValue::Unknown(parts), span);
                FlowValue::Not(parts)
            }
            _ => self.equals(node, subject),
        }
    }

    fn equals(&mut self, node: Node<'t>, subject: ValueId) -> FlowValue {
        let right = self.value(node);
        FlowValue::Binary { operator: FlowOperator::Equal, left: subject, right }
    }

    /// A pattern of a type, of parts, or of anything, with the name that it binds.
    fn shape(&mut self, node: Node<'t>, subject: ValueId) -> FlowValue {
        let span = node.span();
        let of = field(node, "type");
        let mut subject = subject;
        if let Some(name) = field(node, "name") {
            let of = of.and_then(|it| self.declared(it));
            let value = self.typed(subject, of, "");
            let target = self.declare(name.text(), of, name.span());
            subject = self.builder.value(FlowValue::Assigned { target, value }, span);
        } else if let Some(names) = child_of_kind(node, "parenthesized_variable_designation") {
            let target = self.target(names);
            let value = FlowValue::Assigned { target, value: subject };
            subject = self.builder.value(value, span);
        }
        let right = match of {
            Some(of) => self.type_value(of),
            None => self.unknown(node),
        };
        let is_it = FlowValue::Binary { operator: FlowOperator::InstanceOf, left: subject, right };
        let mut tests = vec![self.builder.value(is_it, span)];
        let clauses = children(node);
        for clause in clauses.iter().filter(|it| it.kind().ends_with("pattern_clause")) {
            for part in children(*clause) {
                let pieces = children(part);
                let Some((pattern, named)) = pieces.split_last() else { continue };
                let owner = match self.builder.facts.value(subject) {
                    FlowValue::Assigned { target, .. } => *target,
                    _ => subject,
                };
                let of = match named.first() {
                    Some(name) if name.kind() == "identifier" => {
                        let name = self.builder.name(name.text());
                        FlowValue::Attribute { base: owner, name }
                    }
                    _ => FlowValue::Unknown(vec![owner]),
                };
                let of = self.builder.value(of, part.span());
                tests.push(self.matches(*pattern, of));
            }
        }
        if node.kind() == "list_pattern" {
            for part in clauses {
                let item = self.builder.value(FlowValue::Unknown(vec![subject]), span);
                tests.push(self.matches(part, item));
            }
        }
        match tests[..] {
            [only] => self.same(only),
            _ => FlowValue::All(tests),
        }
    }

    /// One label of a `switch`; whether it takes whatever no other does.
    pub(super) fn label(&mut self, node: Node<'t>, subject: ValueId, case: &mut FlowCase) -> bool {
        match node.kind() {
            "discard" => return true,
            "var_pattern" if case.guard.is_none() => {
                if let Some(name) = field(node, "name") {
                    let target = self.declare(name.text(), None, name.span());
                    case.body.push(FlowStatement::Assign { target, value: subject });
                }
                return true;
            }
            "constant_pattern" => {
                if let Some(inner) = last_part(node) {
                    let value = self.value(inner);
                    case.values.push(value);
                }
            }
            kind if kind.ends_with("_pattern") => {
                case.is_pattern = true;
                let test = self.matches(node, subject);
                case.guard = Some(test);
            }
            _ => {
                let value = self.value(node);
                case.values.push(value);
            }
        }
        false
    }

    /// A `switch` that gives a value: one of its arms'.
    pub(super) fn switched(&mut self, node: Node<'t>) -> FlowValue {
        let mut parts = children(node);
        let given = if parts.first().is_some_and(|it| it.kind() != "switch_expression_arm") {
            self.value(parts.remove(0))
        } else {
            match last_part(node).filter(|it| matches!(it.kind(), "this" | "base")) {
                Some(own) => self.value(own),
                None => self.unknown(node),
            }
        };
        // It is looked at once, and named in each arm.
        let is_named = matches!(
            self.builder.facts.value(given),
            FlowValue::Name(_) | FlowValue::Attribute { .. }
        );
        let mut steps = Vec::new();
        let subject = if is_named {
            given
        } else {
            let name = self.made_variable();
            let target = self.builder.value(FlowValue::Name(name), node.span());
            let assigned = FlowValue::Assigned { target, value: given };
            steps.push(self.builder.value(assigned, node.span()));
            target
        };
        let mut cases = Vec::new();
        let mut rest = None;
        for arm in parts {
            let mark = self.mark();
            let pieces = children(arm);
            let Some((value, labels)) = pieces.split_last() else { continue };
            let mut tests = Vec::new();
            let mut is_rest = true;
            for label in labels {
                match label.kind() {
                    "discard" => {}
                    "when_clause" => {
                        is_rest = false;
                        tests.extend(last_part(*label).map(|it| self.value(it)));
                    }
                    _ => {
                        is_rest &= label.kind() == "var_pattern";
                        tests.push(self.matches(*label, subject));
                    }
                }
            }
            let value = self.value(*value);
            self.leave(mark);
            let test = match tests[..] {
                [only] => only,
                _ => self.builder.value(FlowValue::All(tests), arm.span()),
            };
            if is_rest && labels.iter().all(|it| it.kind() == "discard") {
                rest = Some(value);
                break;
            }
            cases.push((test, value));
        }
        let mut value = match rest {
            Some(value) => value,
            None => self.unknown(node),
        };
        for (test, then) in cases.into_iter().rev() {
            let either = FlowValue::Conditional { test, then, otherwise: value };
            value = self.builder.value(either, node.span());
        }
        if steps.is_empty() {
            return self.same(value);
        }
        steps.push(value);
        self.last_of(steps, node)
    }
}
