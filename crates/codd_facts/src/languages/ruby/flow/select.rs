//! `case` with `when` and with `in`.

use super::{Lowering, Tail, parts};
use crate::flow::{FlowArgument, FlowCase, FlowOperator, FlowStatement, FlowValue, ValueId};
use crate::node::{Node, children, field};

impl<'t> Lowering<'t> {
    pub(super) fn case(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) {
        let subject = field(node, "value").map(|it| self.value(it));
        let clauses = children(node).into_iter().filter(|it| Some(*it) != field(node, "value"));
        let clauses: Vec<Node<'t>> = clauses.collect();
        let otherwise = clauses.iter().find(|it| it.kind() == "else").copied();
        let whens = clauses.into_iter().filter(|it| it.kind() == "when");
        let Some(subject) = subject else {
            let mut arms = Vec::new();
            for clause in whens {
                let tests =
                    self.values(clause.fields_named("pattern").filter_map(Node::first_child));
                let test = self.any_of(tests, clause);
                arms.push((test, self.clause(field(clause, "body"), tail, clause)));
            }
            let rest = self.clause(otherwise, tail, node);
            out.extend(self.builder.branches(arms, rest, node.span()));
            return;
        };
        let mut cases = Vec::new();
        for clause in whens {
            let mut case = self.when(subject, clause);
            case.body = self.clause(field(clause, "body"), tail, clause);
            cases.push(case);
        }
        self.finish_case(subject, cases, otherwise, tail, node, out);
    }

    fn finish_case(
        &mut self,
        subject: ValueId,
        mut cases: Vec<FlowCase>,
        otherwise: Option<Node<'t>>,
        tail: Tail,
        node: Node<'t>,
        out: &mut Vec<FlowStatement>,
    ) {
        if otherwise.is_some() || tail != Tail::Discard {
            let body = self.clause(otherwise, tail, node);
            cases.push(FlowCase { body, ..no_case() });
        }
        out.push(FlowStatement::Select { subject, cases, falls_through: false });
    }

    fn any_of(&mut self, mut tests: Vec<ValueId>, at: Node<'t>) -> ValueId {
        match tests.len() {
            1 => tests.swap_remove(0),
            _ => self.builder.value(FlowValue::Any(tests), at.span()),
        }
    }

    /// `when "a", /b/, *LIST, Integer`: what each asks of the subject.
    fn when(&mut self, subject: ValueId, clause: Node<'t>) -> FlowCase {
        let mut case = no_case();
        let mut guards = Vec::new();
        for node in clause.fields_named("pattern").filter_map(Node::first_child) {
            let asks = match node.kind() {
                "regex" => Some("match?"),
                "splat_argument" => Some("include?"),
                "constant" if is_number(node.text()) => Some("is_a?"),
                _ => None,
            };
            let is_value = matches!(
                node.kind(),
                "string"
                    | "chained_string"
                    | "simple_symbol"
                    | "integer"
                    | "float"
                    | "nil"
                    | "true"
                    | "false"
                    | "constant"
                    | "scope_resolution"
            );
            let of = match node.kind() {
                "splat_argument" => node.first_child().unwrap_or(node),
                _ => node,
            };
            let value = self.value(of);
            match asks {
                Some("is_a?") => guards.push(self.asked(subject, "is_a?", value, node)),
                Some(asks) => guards.push(self.asked(value, asks, subject, node)),
                None if is_value => case.values.push(value),
                None => {
                    let unknown = FlowValue::Unknown(vec![value]);
                    guards.push(self.builder.value(unknown, node.span()));
                }
            }
        }
        if guards.is_empty() {
            return case;
        }
        for right in std::mem::take(&mut case.values) {
            let operator = FlowOperator::Equal;
            let test = FlowValue::Binary { operator, left: subject, right };
            guards.push(self.builder.value(test, clause.span()));
        }
        case.is_pattern = true;
        case.guard = Some(self.any_of(guards, clause));
        case
    }

    /// `base.name(argument)`.
    pub(super) fn asked(
        &mut self,
        base: ValueId,
        name: &str,
        argument: ValueId,
        at: Node<'t>,
    ) -> ValueId {
        let name = self.builder.name(name);
        let callee = self.builder.value(FlowValue::Attribute { base, name }, at.span());
        let arguments = vec![FlowArgument { name: None, value: argument }];
        self.builder.value(FlowValue::Call { callee, arguments, is_new: false }, at.span())
    }

    pub(super) fn case_match(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) {
        let subject = self.value_in(node, "value");
        let mut cases = Vec::new();
        for clause in node.fields_named("clauses").collect::<Vec<_>>() {
            let mut case = no_case();
            if let Some(pattern) = field(clause, "pattern") {
                self.pattern(pattern, &mut case);
            }
            if let Some(guard) = field(clause, "guard") {
                let mut test = self.value_in(guard, "condition");
                if guard.kind() == "unless_guard" {
                    test = self.builder.value(FlowValue::Not(test), guard.span());
                }
                case.guard = Some(test);
            }
            case.body = self.clause(field(clause, "body"), tail, clause);
            cases.push(case);
        }
        self.finish_case(subject, cases, field(node, "else"), tail, node, out);
    }

    fn pattern(&mut self, node: Node<'t>, case: &mut FlowCase) {
        if self.builder.is_too_much(self.depth) {
            self.builder.too_deep(node.span());
            case.is_pattern = true;
            return;
        }
        self.depth += 1;
        match node.kind() {
            "alternative_pattern" | "parenthesized_pattern" => {
                for part in parts(node) {
                    self.pattern(part, case);
                }
            }
            "string" | "simple_symbol" | "integer" | "true" | "false" | "nil" => {
                let value = self.value(node);
                case.values.push(value);
            }
            "as_pattern" => {
                if let Some(value) = field(node, "value") {
                    self.pattern(value, case);
                }
                if let Some(name) = field(node, "name") {
                    self.captures(name, case);
                }
            }
            "identifier" => self.captures(node, case),
            _ => {
                case.is_pattern = true;
                self.captures(node, case);
            }
        }
        self.depth -= 1;
    }

    /// The names that a pattern binds, wherever in it.
    fn captures(&mut self, pattern: Node<'t>, case: &mut FlowCase) {
        let targets = self.captured(pattern);
        case.targets.extend(targets);
    }

    pub(super) fn captured(&mut self, pattern: Node<'t>) -> Vec<ValueId> {
        let mut targets = Vec::new();
        let mut open = vec![pattern];
        while let Some(node) = open.pop() {
            let named = match node.kind() {
                "identifier" => Some(node),
                "keyword_pattern" if field(node, "value").is_none() => field(node, "key"),
                "variable_reference_pattern" | "expression_reference_pattern" => continue,
                _ => None,
            };
            match named {
                Some(named) => {
                    let name = self.builder.name(named.text());
                    self.bind(name);
                    targets.push(self.builder.value(FlowValue::Name(name), named.span()));
                }
                None => open.extend(children(node)),
            }
        }
        targets
    }
}

fn no_case() -> FlowCase {
    FlowCase {
        values: Vec::new(),
        is_pattern: false,
        targets: Vec::new(),
        guard: None,
        body: Vec::new(),
    }
}

/// Classes whose values hold no text.
fn is_number(name: &str) -> bool {
    matches!(
        name,
        "Integer" | "Numeric" | "Float" | "TrueClass" | "FalseClass" | "NilClass" | "Date" | "Time"
    )
}
