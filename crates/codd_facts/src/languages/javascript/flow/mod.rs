//! JavaScript and TypeScript code as flow facts: see [`FlowFacts`].
//!
//! What a module exports is what its variable `exports` holds, whichever way it says so.

mod functions;
mod modules;
mod statements;
mod values;

use crate::flow::{FlowBuilder, FlowFunctionKind, FlowStatement};
use crate::node::{Grammar, Node};
use crate::tree::SyntaxTree;
use crate::{FlowFacts, Parsed};

/// The variable that holds what a module exports.
const EXPORTS: &str = "exports";

/// One file while it is lowered.
struct Lowering {
    builder: FlowBuilder,
    depth: u32,
    /// What must run before the statement that is being lowered: what it requires.
    pending: Vec<FlowStatement>,
}

/// The flow facts of a file.
pub(super) fn flow(parsed: &Parsed, grammar: &'static Grammar) -> FlowFacts {
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut lowering = Lowering { builder: FlowBuilder::default(), depth: 0, pending: Vec::new() };
    lowering.builder.open(FlowFunctionKind::Module, None, root.span());
    let exports = lowering.builder.name(EXPORTS);
    lowering.builder.bind(exports);
    let body = lowering.block(root);
    lowering.builder.close(body, &[]);
    lowering.builder.facts
}
