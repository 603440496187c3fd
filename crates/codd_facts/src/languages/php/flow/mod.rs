//! PHP code as flow facts: see [`FlowFacts`].
//!
//! Variables keep their dollar sign, so that they are told from functions and constants; what the
//! language fills with a request, `$_GET` and the like, is no variable but a name from outside.
//! Names of classes are written in full, with backslashes.

mod builtins;
mod calls;
mod classes;
mod functions;
mod names;
mod statements;
mod targets;
mod values;

use rustc_hash::FxHashMap;

use crate::flow::{FlowBuilder, FlowFunctionKind, FlowName};
use crate::node::{Grammar, Node};
use crate::tree::SyntaxTree;
use crate::{FlowFacts, Parsed};

/// The object that a method is called on.
const THIS: &str = "$this";
/// What makes the objects of a class, as the analysis calls it.
const CONSTRUCTOR: &str = "constructor";
/// What an object does that is called like a function.
const CALLED: &str = "__call__";

/// One file while it is lowered.
#[derive(Default)]
struct Lowering {
    builder: FlowBuilder,
    depth: u32,
    /// With backslashes; empty for the global one.
    namespace: String,
    /// What `use` brought in, by the name it has here: classes and functions by their full names.
    classes: FxHashMap<String, String>,
    functions: FxHashMap<String, String>,
    /// The classes around, the innermost last.
    around: Vec<ClassFrame>,
    /// The bodies around, the innermost last.
    bodies: Vec<Body>,
}

/// A class whose body is being lowered.
struct ClassFrame {
    /// In full; `None` for one without a name.
    name: Option<String>,
    parent: Option<String>,
}

/// A body whose variables are being collected.
#[derive(Default)]
struct Body {
    /// Sees the variables around it: an arrow function.
    is_open: bool,
    /// The body of a method that has no object.
    is_static: bool,
    /// Variables of other bodies: of `use (…)` and `global`.
    outer: Vec<FlowName>,
}

/// The flow facts of a file.
pub(super) fn flow(parsed: &Parsed, grammar: &'static Grammar) -> FlowFacts {
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut lowering = Lowering::default();
    lowering.builder.open(FlowFunctionKind::Module, None, root.span());
    lowering.bodies.push(Body::default());
    let body = lowering.block(root);
    let outer = lowering.bodies.pop().map(|it| it.outer).unwrap_or_default();
    lowering.builder.close(body, &outer);
    lowering.builder.facts
}
