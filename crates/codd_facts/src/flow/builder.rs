//! What lowering of every language shares: the arenas of one file and the names of its bodies.

use codd_source::Span;
use rustc_hash::FxHashMap;

use super::{
    FlowCase, FlowFacts, FlowFunction, FlowFunctionKind, FlowName, FlowStatement, FlowValue,
    FunctionId, ValueId,
};
use crate::Name;
use crate::node::{Node, field};

/// Statements and values within one another that are lowered.
pub(crate) const MAX_FLOW_DEPTH: u32 = 96;
/// Values of one file that are lowered.
const MAX_VALUES: usize = 1_000_000;

/// The flow facts of one file as they grow.
#[derive(Debug, Default)]
pub(crate) struct FlowBuilder {
    pub(crate) facts: FlowFacts,
    names: FxHashMap<Name, FlowName>,
    /// The bodies that are being lowered, the innermost last.
    open: Vec<FunctionId>,
}

impl FlowBuilder {
    pub(crate) fn name(&mut self, text: &str) -> FlowName {
        if let Some(id) = self.names.get(text) {
            return *id;
        }
        let id = FlowName(self.facts.names.len() as u32);
        let name = Name::new(text);
        self.facts.names.push(name.clone());
        self.names.insert(name, id);
        id
    }

    pub(crate) fn value(&mut self, value: FlowValue, span: Span) -> ValueId {
        let id = ValueId(self.facts.values.len() as u32);
        self.facts.values.push(value);
        self.facts.spans.push(span);
        id
    }

    /// Whether code at this depth is not lowered: it nests too deep, or there is too much of it.
    pub(crate) fn is_too_much(&self, depth: u32) -> bool {
        depth >= MAX_FLOW_DEPTH || self.facts.values.len() >= MAX_VALUES
    }

    pub(crate) fn named(&mut self, text: &str, span: Span) -> ValueId {
        let name = self.name(text);
        self.value(FlowValue::Name(name), span)
    }

    pub(crate) fn text(&mut self, text: &str, span: Span) -> ValueId {
        let name = self.name(text);
        self.value(FlowValue::Text(name), span)
    }

    /// An unknown value, for code that is not lowered: counted.
    pub(crate) fn too_deep(&mut self, span: Span) -> ValueId {
        self.facts.given_up += 1;
        self.value(FlowValue::Unknown(Vec::new()), span)
    }

    /// Opens a body; what is bound from here on is its own until it is closed.
    pub(crate) fn open(
        &mut self,
        kind: FlowFunctionKind,
        name: Option<FlowName>,
        place: Span,
    ) -> FunctionId {
        let id = FunctionId(self.facts.functions.len() as u32);
        self.facts.functions.push(FlowFunction {
            kind,
            name,
            place,
            parent: self.open.last().copied(),
            parameters: Vec::new(),
            bases: Vec::new(),
            decorators: Vec::new(),
            body: Vec::new(),
            locals: Vec::new(),
            is_property: false,
            is_static: false,
            is_abstract: false,
            is_private: false,
            is_partial: false,
        });
        self.open.push(id);
        id
    }

    pub(crate) fn close(&mut self, body: Vec<FlowStatement>, outer: &[FlowName]) {
        let Some(id) = self.open.pop() else { return };
        let function = &mut self.facts.functions[id.index()];
        function.body = body;
        function.locals.sort_unstable();
        function.locals.dedup();
        function.locals.retain(|name| !outer.contains(name));
    }

    pub(crate) fn function(&mut self, id: FunctionId) -> &mut FlowFunction {
        &mut self.facts.functions[id.index()]
    }

    pub(crate) fn innermost(&self) -> Option<FunctionId> {
        self.open.last().copied()
    }

    /// The body's own name from here on.
    pub(crate) fn bind(&mut self, name: FlowName) {
        if let Some(id) = self.open.last() {
            self.facts.functions[id.index()].locals.push(name);
        }
    }

    /// A name of the file's top level, wherever that is said.
    pub(crate) fn bind_in_module(&mut self, name: FlowName) {
        if let Some(module) = self.facts.functions.first_mut() {
            module.locals.push(name);
        }
    }

    /// `if` with its `elif`s, as branches within one another; of many, the further ones stand side
    /// by side, for others go through statements as deep as they nest.
    pub(crate) fn branches(
        &mut self,
        mut arms: Vec<(ValueId, Vec<FlowStatement>)>,
        mut otherwise: Vec<FlowStatement>,
        span: Span,
    ) -> Vec<FlowStatement> {
        const MOST: usize = 64;
        let further = arms.split_off(arms.len().min(MOST));
        if !further.is_empty() {
            let case = |guard: Option<ValueId>, body| FlowCase {
                values: Vec::new(),
                is_pattern: guard.is_some(),
                targets: Vec::new(),
                guard,
                body,
            };
            let mut cases: Vec<FlowCase> =
                further.into_iter().map(|(test, body)| case(Some(test), body)).collect();
            cases.push(case(None, otherwise));
            let subject = self.value(FlowValue::Boolean(true), span);
            otherwise = vec![FlowStatement::Select { subject, cases, falls_through: false }];
        }
        for (test, then) in arms.into_iter().rev() {
            otherwise = vec![FlowStatement::Branch { test, then, otherwise }];
        }
        otherwise
    }

    /// The names that a target binds.
    pub(crate) fn bind_target(&mut self, target: ValueId) {
        let mut next = vec![target];
        while let Some(id) = next.pop() {
            match &self.facts.values[id.index()] {
                FlowValue::Name(name) => {
                    let name = *name;
                    self.bind(name);
                }
                FlowValue::Sequence(parts) | FlowValue::Unknown(parts) => next.extend(parts),
                FlowValue::Spread(inner) => next.push(*inner),
                FlowValue::Mapping(parts) => next.extend(parts.iter().map(|(_, value)| *value)),
                FlowValue::Assigned { target, .. } => next.push(*target),
                _ => {}
            }
        }
    }
}

/// A loop that asks only behind each round: what is tested holds behind the loop alone. That no
/// round may run only adds what was so before.
pub(crate) fn asked_behind(test: Option<ValueId>, mut body: Vec<FlowStatement>) -> FlowStatement {
    body.extend(test.map(FlowStatement::Evaluate));
    let again = |test| FlowStatement::Branch {
        test,
        then: vec![FlowStatement::Raise(None)],
        otherwise: Vec::new(),
    };
    let otherwise = test.map(again).into_iter().collect();
    FlowStatement::Loop { test: None, element: None, body, otherwise }
}

/// The parts of a sum, in their order: long sums lean to the left, deeper than anything may nest.
pub(crate) fn summands(sum: Node<'_>) -> Vec<Node<'_>> {
    let is_sum = |node: &Node<'_>| {
        node.kind() == sum.kind() && field(*node, "operator").is_some_and(|it| it.text() == "+")
    };
    let mut parts = Vec::new();
    let mut at = Some(sum);
    while let Some(node) = at {
        parts.extend(field(node, "right"));
        let left = field(node, "left");
        at = left.filter(is_sum);
        if at.is_none() {
            parts.extend(left);
        }
    }
    parts.reverse();
    parts
}

/// An integer as it is written, without a suffix: `0xff`, `0o7` and `1_000` are some too.
pub(crate) fn integer(written: &str) -> Option<i64> {
    let text = written.replace('_', "");
    let parsed = match text.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(&text[2..], 16),
        Some("0o" | "0O") => i64::from_str_radix(&text[2..], 8),
        Some("0b" | "0B") => i64::from_str_radix(&text[2..], 2),
        _ => text.parse(),
    };
    parsed.ok()
}

/// The inside of a literal with its common escapes read.
pub(crate) fn read_escapes(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner.chars();
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
            Some(other) => out.push(other),
        }
    }
    out
}
