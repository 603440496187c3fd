//! Python code as flow facts: see [`FlowFacts`].

mod statements;
mod values;

use std::sync::OnceLock;

use crate::flow::{FlowBuilder, FlowFunctionKind};
use crate::node::{Grammar, Node};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{FlowFacts, Parsed};

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" => NodeRole::Comment,
        "string_content" => NodeRole::Atom,
        "block" | "module" => NodeRole::Block,
        _ => NodeRole::Plain,
    }
}

/// One file while it is lowered.
struct Lowering {
    builder: FlowBuilder,
    depth: u32,
}

/// The flow facts of a Python file.
pub(super) fn flow(parsed: &Parsed) -> FlowFacts {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    let grammar = Grammar::of(&GRAMMAR, || tree_sitter_python::LANGUAGE.into(), role);
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut lowering = Lowering { builder: FlowBuilder::default(), depth: 0 };
    lowering.builder.open(FlowFunctionKind::Module, None, root.span());
    let body = lowering.block(root);
    lowering.builder.close(body, &[]);
    lowering.builder.facts
}
