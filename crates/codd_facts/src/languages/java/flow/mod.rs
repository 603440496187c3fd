//! Java code as flow facts: see [`FlowFacts`].
//!
//! Every variable is declared, so that each name is looked up here: a variable, a field of a
//! class around it, or a type. A class's constructors are its methods `constructor`.

mod classes;
mod members;
mod names;
mod statements;
mod types;
mod values;

use codd_source::Span;
use rustc_hash::FxHashSet;

use self::names::Entry;
use crate::flow::{FlowBuilder, FlowFunctionKind, FlowName, FlowStatement, FlowValue, ValueId};
use crate::node::{Grammar, Node, children, field, has_child};
use crate::tree::SyntaxTree;
use crate::{FlowFacts, Parsed};

/// What the constructors of a class are called.
const CONSTRUCTOR: &str = "constructor";

/// One file while it is lowered.
struct Lowering<'t> {
    builder: FlowBuilder,
    depth: u32,
    /// What is declared around the place that is being lowered, the innermost last.
    scope: Vec<Entry<'t>>,
    /// Names that imports bind, and names of the file's own types.
    brought: FxHashSet<&'t str>,
    /// Types that are written with their packages: brought in before anything else.
    written_out: Vec<FlowStatement>,
    known_out: FxHashSet<FlowName>,
    /// Fields of these names are assigned to somewhere in the file.
    assigned: FxHashSet<&'t str>,
    /// The type that the method being lowered gives back.
    results: Vec<Option<ValueId>>,
}

/// The flow facts of a file.
pub(super) fn flow(parsed: &Parsed, grammar: &'static Grammar) -> FlowFacts {
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut lowering = Lowering {
        builder: FlowBuilder::default(),
        depth: 0,
        scope: Vec::new(),
        brought: FxHashSet::default(),
        written_out: Vec::new(),
        known_out: FxHashSet::default(),
        assigned: assigned(root),
        results: Vec::new(),
    };
    lowering.builder.open(FlowFunctionKind::Module, None, root.span());
    let body = lowering.unit(root);
    lowering.builder.close(body, &[]);
    lowering.builder.facts
}

/// The last names of all that is assigned to.
fn assigned(root: Node<'_>) -> FxHashSet<&str> {
    let mut out = FxHashSet::default();
    for node in root.below() {
        let target = match node.kind() {
            "assignment_expression" => field(node, "left"),
            "update_expression" => node.first_child(),
            _ => None,
        };
        let Some(target) = target else { continue };
        let name = match target.kind() {
            "identifier" => Some(target),
            "field_access" => field(target, "field"),
            _ => None,
        };
        out.extend(name.map(Node::text));
    }
    out
}

impl<'t> Lowering<'t> {
    fn unit(&mut self, root: Node<'t>) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        let mut types = Vec::new();
        for child in children(root) {
            match child.kind() {
                "package_declaration" => {
                    let name = children(child).into_iter().find(|it| it.kind() != "annotation");
                    if let Some(name) = name.filter(|it| it.kind() != "marker_annotation") {
                        let package = self.builder.name(&plain_path(name.text()));
                        self.builder.facts.package = Some(package);
                    }
                }
                "import_declaration" => self.import(child, &mut out),
                _ => {
                    self.brought.extend(field(child, "name").map(Node::text));
                    types.push(child);
                }
            }
        }
        for child in types {
            self.statement(child, &mut out);
        }
        let mut body = std::mem::take(&mut self.written_out);
        body.append(&mut out);
        body
    }

    fn import(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(path) = node.first_child() else { return };
        let is_star = has_child(node, "asterisk");
        let text = plain_path(path.text());
        let star = if is_star { Some((text.as_str(), "*")) } else { text.rsplit_once('.') };
        let Some((module, item)) = star else { return };
        if !is_star && let Some(name) = last_name(path) {
            self.brought.insert(name);
        }
        let statement = self.bring(item, module, item);
        out.push(statement);
    }

    fn bring(&mut self, name: &str, module: &str, item: &str) -> FlowStatement {
        let name = self.builder.name(name);
        let module = self.builder.name(module);
        let item = self.builder.name(item);
        self.builder.bind(name);
        FlowStatement::Bring { name, module, level: 0, item: Some(item) }
    }

    /// A type that is written with its package, as a value.
    fn written_out(&mut self, package: &str, name: &str, span: Span) -> ValueId {
        // No code can write such a name.
        let own = self.builder.name(&format!("<{package}.{name}>"));
        if self.known_out.insert(own) {
            let module = self.builder.name(package);
            let item = self.builder.name(name);
            self.builder.bind_in_module(own);
            let item = Some(item);
            self.written_out.push(FlowStatement::Bring { name: own, module, level: 0, item });
        }
        self.builder.value(FlowValue::Name(own), span)
    }
}

fn last_name(path: Node<'_>) -> Option<&str> {
    match path.kind() {
        "scoped_identifier" => field(path, "name").map(Node::text),
        "identifier" => Some(path.text()),
        _ => None,
    }
}

/// A dotted name, whatever stands between its parts.
fn plain_path(text: &str) -> String {
    text.split('.').map(str::trim).collect::<Vec<_>>().join(".")
}
