//! Calls of which nothing is made: a call that makes a guard runs none by itself.

use std::collections::BTreeSet;

use codd_facts::{FlowFacts, FlowStatement, FlowValue};

/// Statements within one another that are looked at.
const MAX_DEPTH: u32 = 60;

/// Where the names end that are called in statements of their own.
pub(crate) fn dropped_calls(flow: &FlowFacts) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for function in &flow.functions {
        collect(flow, &function.body, &mut found, 0);
    }
    found
}

fn collect(flow: &FlowFacts, body: &[FlowStatement], found: &mut BTreeSet<u32>, depth: u32) {
    if depth > MAX_DEPTH {
        return;
    }
    let mut below = |body: &[FlowStatement]| collect(flow, body, found, depth + 1);
    let mut dropped = Vec::new();
    for statement in body {
        match statement {
            FlowStatement::Evaluate(value) => dropped.push(*value),
            FlowStatement::Branch { then, otherwise, .. } => {
                below(then);
                below(otherwise);
            }
            FlowStatement::Loop { body, otherwise, .. } => {
                below(body);
                below(otherwise);
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                below(body);
                for handler in handlers {
                    below(handler);
                }
                below(otherwise);
                below(finally);
            }
            FlowStatement::Select { cases, .. } => {
                for case in cases {
                    below(&case.body);
                }
            }
            _ => {}
        }
    }
    for value in dropped {
        if let FlowValue::Call { callee, .. } = flow.value(value) {
            found.insert(flow.span(*callee).end);
        }
    }
}
