//! Ruby code as flow facts: see [`FlowFacts`].
//!
//! Everything is a message: `a.b` is a call of `b`, and so is a bare name that is no variable.
//! Instance variables are attributes of `self` under their whole names (`@a`), methods of a class
//! itself are called `self.name`, and the block of a call is its argument `&`.

mod assignments;
mod calls;
mod classes;
mod functions;
mod select;
mod statements;
mod strings;
mod values;

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::role;
use crate::flow::{
    FlowBuilder, FlowFunctionKind, FlowName, FlowParameterKind, FlowStatement, FunctionId, ValueId,
};
use crate::node::{Grammar, Node, children};
use crate::tree::SyntaxTree;
use crate::{FlowFacts, Parsed};

/// The name of the object whose method runs: the first of each file's names.
const SELF: &str = "self";
/// The parameter that a block is given as.
const BLOCK: &str = "&";
/// What a block gives back for the method around it.
const GIVEN: &str = "=given";

/// One file while it is lowered.
struct Lowering<'t> {
    builder: FlowBuilder,
    depth: u32,
    /// The bodies around, the innermost last.
    frames: Vec<Frame>,
    /// What must run before the statement that is being lowered.
    hoisted: Vec<FlowStatement>,
    temporaries: u32,
    /// The text of each `<<~NAME`, which stands behind the line.
    heredocs: FxHashMap<u32, Node<'t>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    Top,
    Class,
    Method,
    /// Sees the variables around it.
    Block,
    /// The same, and gives back by `return`.
    Lambda,
}

/// A body whose code is being lowered.
struct Frame {
    kind: FrameKind,
    id: FunctionId,
    names: FxHashSet<FlowName>,
    /// Loops around the statement, within this body.
    loops: u32,
    /// Calls its block, or passes it on.
    uses_block: bool,
    /// A block in it gives back for it.
    is_left: bool,
    /// Parameters that are named nowhere: `it`, `_1`.
    implied: Vec<FlowName>,
    has_parameters: bool,
    /// What `super` calls, and with which parameters.
    name: String,
    passed: Vec<(FlowParameterKind, FlowName)>,
    /// Of a class: what it extends and takes in.
    bases: Vec<ValueId>,
    /// Of a class: whether methods are those of the class itself.
    is_singleton: bool,
}

impl Frame {
    fn of(kind: FrameKind, id: FunctionId) -> Frame {
        Frame {
            kind,
            id,
            names: FxHashSet::default(),
            loops: 0,
            uses_block: false,
            is_left: false,
            implied: Vec::new(),
            has_parameters: false,
            name: String::new(),
            passed: Vec::new(),
            bases: Vec::new(),
            is_singleton: false,
        }
    }

    fn sees_around(&self) -> bool {
        matches!(self.kind, FrameKind::Block | FrameKind::Lambda)
    }
}

/// What becomes of the value of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Discard,
    Return,
    Assign(FlowName),
}

/// The flow facts of a Ruby file.
pub(super) fn flow(parsed: &Parsed) -> FlowFacts {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    let grammar = Grammar::of(&GRAMMAR, || tree_sitter_ruby::LANGUAGE.into(), role);
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut lowering = Lowering {
        builder: FlowBuilder::default(),
        depth: 0,
        frames: Vec::new(),
        hoisted: Vec::new(),
        temporaries: 0,
        heredocs: heredocs(root),
    };
    lowering.builder.name(SELF);
    let id = lowering.builder.open(FlowFunctionKind::Module, None, root.span());
    lowering.frames.push(Frame::of(FrameKind::Top, id));
    let mut body = Vec::new();
    lowering.sequence(root, Tail::Discard, &mut body);
    lowering.builder.close(body, &[]);
    lowering.builder.facts
}

/// The text of each here document by its beginning: both come in the same order.
fn heredocs(root: Node<'_>) -> FxHashMap<u32, Node<'_>> {
    let (mut open, mut bodies) = (Vec::new(), Vec::new());
    for node in root.below() {
        match node.kind() {
            "heredoc_beginning" => open.push(node.id.0),
            "heredoc_body" => bodies.push(node),
            _ => {}
        }
    }
    open.into_iter().zip(bodies).collect()
}

/// The children that are code where they stand.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let is_code = |it: &Node<'_>| {
        !matches!(it.kind(), "heredoc_body" | "heredoc_end" | "empty_statement" | "comment")
    };
    children(node).into_iter().filter(is_code).collect()
}

impl Lowering<'_> {
    fn frame(&mut self) -> &mut Frame {
        // The file's own is never closed.
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// The method around, or what stands for one.
    fn method_frame(&mut self) -> &mut Frame {
        let at = self.frames.iter().rposition(|it| !it.sees_around()).unwrap_or(0);
        &mut self.frames[at]
    }

    /// Whether a variable of that name is seen here.
    fn is_visible(&self, name: FlowName) -> bool {
        for frame in self.frames.iter().rev() {
            if frame.names.contains(&name) {
                return true;
            }
            if !frame.sees_around() {
                return false;
            }
        }
        false
    }

    /// A variable that is assigned here: its own from here on, but for one that is seen already.
    fn bind(&mut self, name: FlowName) {
        if !self.is_visible(name) {
            self.bind_here(name);
        }
    }

    fn bind_here(&mut self, name: FlowName) {
        self.frame().names.insert(name);
        self.builder.bind(name);
    }

    /// A new variable that no code names.
    fn temporary(&mut self) -> FlowName {
        self.temporaries += 1;
        let name = self.builder.name(&format!("={}", self.temporaries));
        self.bind_here(name);
        name
    }
}
