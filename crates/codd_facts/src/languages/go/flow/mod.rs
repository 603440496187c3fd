//! Go code as flow facts: see [`FlowFacts`].
//!
//! A method is a function of the file with a receiver, whose type says whose it is; pointers
//! are what they point to.

mod functions;
mod statements;
mod types;
mod values;

use codd_source::Span;

use crate::flow::{FlowBuilder, FlowFunctionKind, FlowName, FlowStatement, FlowValue, ValueId};
use crate::node::{Grammar, Node, children, field};
use crate::tree::SyntaxTree;
use crate::{FlowFacts, Parsed};

/// A variable as it is written, and by the name that no other of its body has.
struct Variable<'t> {
    written: &'t str,
    name: FlowName,
    /// The type that says something of what is in it.
    of: Option<ValueId>,
}

/// One file while it is lowered.
struct Lowering<'t> {
    builder: FlowBuilder,
    depth: u32,
    /// Variables that are declared around the place that is being lowered.
    scope: Vec<Variable<'t>>,
    /// Where in it the innermost block begins.
    block: usize,
    /// What the functions around the place give back by name.
    results: Vec<Vec<&'t str>>,
}

/// The flow facts of a file.
pub(super) fn flow(parsed: &Parsed, grammar: &'static Grammar) -> FlowFacts {
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut lowering = Lowering {
        builder: FlowBuilder::default(),
        depth: 0,
        scope: Vec::new(),
        block: 0,
        results: Vec::new(),
    };
    lowering.builder.open(FlowFunctionKind::Module, None, root.span());
    let body = lowering.file(root);
    lowering.builder.close(body, &[]);
    lowering.builder.facts
}

impl<'t> Lowering<'t> {
    fn file(&mut self, root: Node<'t>) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        let all = children(root);
        for child in &all {
            match child.kind() {
                "package_clause" => {
                    let name = child.first_child().map(|it| self.builder.name(it.text()));
                    self.builder.facts.package = name;
                }
                "import_declaration" => {
                    for spec in child.below().filter(|it| it.kind() == "import_spec") {
                        self.import(spec, &mut out);
                    }
                }
                _ => {}
            }
        }
        // Types and functions are there before anything is computed.
        let is_first = |it: &&Node<'t>| {
            matches!(it.kind(), "type_declaration" | "function_declaration" | "method_declaration")
        };
        let (first, rest): (Vec<&Node<'t>>, Vec<&Node<'t>>) = all.iter().partition(is_first);
        for child in first.into_iter().chain(rest) {
            match child.kind() {
                "package_clause" | "import_declaration" => {}
                "function_declaration" | "method_declaration" => self.function(*child, &mut out),
                _ => self.statement(*child, &mut out),
            }
        }
        out
    }

    fn import(&mut self, spec: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(path) = field(spec, "path").map(|it| it.text().trim_matches(['"', '`'])) else {
            return;
        };
        let name = match field(spec, "name") {
            Some(name) if name.kind() != "package_identifier" => return,
            Some(name) => name.text(),
            None => package_name(path),
        };
        let name = self.builder.name(name);
        let module = self.builder.name(path);
        self.builder.bind(name);
        out.push(FlowStatement::Bring { name, module, level: 0, item: None });
    }

    /// Begins a block; gives what [`Lowering::leave`] goes back to.
    fn enter(&mut self) -> (usize, usize) {
        let before = (self.scope.len(), self.block);
        self.block = self.scope.len();
        before
    }

    fn leave(&mut self, (count, block): (usize, usize)) {
        self.scope.truncate(count);
        self.block = block;
    }

    /// Declares a variable; one that hides another has a name of its own.
    fn declare(&mut self, written: &'t str, of: Option<ValueId>, span: Span) -> ValueId {
        let is_hiding = self.scope.iter().any(|it| it.written == written);
        let name = if is_hiding {
            let count = self.builder.facts.values.len();
            self.builder.name(&format!("{written}'{count}"))
        } else {
            self.builder.name(written)
        };
        self.builder.bind(name);
        self.scope.push(Variable { written, name, of });
        self.builder.value(FlowValue::Name(name), span)
    }

    /// The variable of that name that is declared nearest.
    fn variable(&self, written: &str) -> Option<&Variable<'t>> {
        self.scope.iter().rev().find(|it| it.written == written)
    }
}

/// The name that a package most likely has.
fn package_name(path: &str) -> &str {
    let is_version = |it: &str| {
        it.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|it| it.is_ascii_digit()))
    };
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let last = if is_version(last) { parts.next().unwrap_or(last) } else { last };
    // `gopkg.in/yaml.v2`.
    last.split_once(".v").map_or(last, |(name, _)| name)
}
