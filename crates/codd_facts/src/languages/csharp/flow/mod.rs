//! C# code as flow facts: see [`FlowFacts`].
//!
//! What a name means, many files decide: members of classes above, parts of partial classes,
//! `using` directives of the project. A name that nothing around it declares stays one, to be
//! looked up with all of them; where a type must stand, it is written behind `::`. A class's
//! constructors are its methods `constructor`, what sets a property is a method `set_Name`.

mod arguments;
mod classes;
mod creations;
mod members;
mod names;
mod patterns;
mod properties;
mod statements;
mod types;
mod values;

use rustc_hash::FxHashSet;

use self::names::Entry;
use crate::flow::{FlowBuilder, FlowFunctionKind, FlowStatement, ValueId};
use crate::node::{Grammar, Node, children, field, has_child};
use crate::tree::SyntaxTree;
use crate::{FlowFacts, Parsed};

/// What the constructors of a class are called.
const CONSTRUCTOR: &str = "constructor";

/// What a method calls its object.
const THIS: &str = "this";

/// Of a star that brings in what a type has, and of one that all files of the project have.
const STATIC: u32 = 1;
const GLOBAL: u32 = 2;

/// Directives within one another that are looked into.
const MAX_DIRECTIVES: u32 = 16;

/// One file while it is lowered.
struct Lowering<'t> {
    builder: FlowBuilder,
    depth: u32,
    /// What is declared around the place that is being lowered, the innermost last.
    scope: Vec<Entry<'t>>,
    /// Fields of these names are assigned to somewhere in the file.
    assigned: FxHashSet<&'t str>,
    /// The type that the method being lowered gives back.
    results: Vec<Option<ValueId>>,
    /// The namespace that is being lowered.
    namespace: String,
    /// Variables that are written nowhere.
    made: u32,
}

/// The flow facts of a file.
pub(super) fn flow(parsed: &Parsed, grammar: &'static Grammar) -> FlowFacts {
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut lowering = Lowering {
        builder: FlowBuilder::default(),
        depth: 0,
        scope: Vec::new(),
        assigned: assigned(root),
        results: Vec::new(),
        namespace: String::new(),
        made: 0,
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
            "prefix_unary_expression" | "postfix_unary_expression" => node.first_child(),
            // `out` and `ref`.
            "argument" => children(node).pop(),
            _ => None,
        };
        let Some(target) = target else { continue };
        let name = match target.kind() {
            "identifier" => Some(target),
            "member_access_expression" => field(target, "name"),
            _ => None,
        };
        out.extend(name.map(Node::text));
    }
    out
}

/// Nodes with those that stand in directives of the preprocessor: each may be there.
fn flattened<'t>(nodes: Vec<Node<'t>>, depth: u32, out: &mut Vec<Node<'t>>) {
    for node in nodes {
        let is_directive = matches!(node.kind(), "preproc_if" | "preproc_elif" | "preproc_else")
            || node.kind() == "ERROR";
        if is_directive && depth < MAX_DIRECTIVES {
            let inner = node.all_children();
            let inner = inner.filter(|it| it.is_named() && it.field_name() != "condition");
            flattened(inner.collect(), depth + 1, out);
        } else if !is_directive {
            out.push(node);
        }
    }
}

impl<'t> Lowering<'t> {
    fn unit(&mut self, root: Node<'t>) -> Vec<FlowStatement> {
        let mut nodes = Vec::new();
        flattened(children(root), 0, &mut nodes);
        let first = nodes.iter().find(|it| it.kind().ends_with("namespace_declaration"));
        if let Some(name) = first.and_then(|it| field(*it, "name")) {
            let package = self.builder.name(&plain_path(name.text()));
            self.builder.facts.package = Some(package);
        }
        let mut out = Vec::new();
        let mut statements = Vec::new();
        self.namespace_members(nodes, &mut statements, &mut out);
        let statements: Vec<Node<'t>> =
            statements.into_iter().filter_map(|it| children(it).pop()).collect();
        self.block_of(&statements, &mut out);
        out
    }

    /// Types and directives; the statements of the top level are only gathered.
    fn namespace_members(
        &mut self,
        nodes: Vec<Node<'t>>,
        statements: &mut Vec<Node<'t>>,
        out: &mut Vec<FlowStatement>,
    ) {
        for node in nodes {
            match node.kind() {
                "using_directive" => self.import(node, out),
                "file_scoped_namespace_declaration" => {
                    let name = field(node, "name").map_or("", Node::text);
                    self.namespace = plain_path(name);
                }
                "namespace_declaration" => self.namespace(node, statements, out),
                "global_statement" => statements.push(node),
                kind if is_type(kind) => {
                    let id = self.nested(node);
                    if let Some(id) = id {
                        let package = self.builder.facts.package;
                        let package = package.map_or("", |it| self.builder.facts.name(it).as_str());
                        if package != self.namespace {
                            let own = self.namespace.clone();
                            let own = self.builder.name(&own);
                            self.builder.facts.packages.push((id, own));
                        }
                        out.push(FlowStatement::Define(id));
                    }
                }
                _ => {}
            }
        }
    }

    fn namespace(
        &mut self,
        node: Node<'t>,
        statements: &mut Vec<Node<'t>>,
        out: &mut Vec<FlowStatement>,
    ) {
        if self.depth >= crate::flow::MAX_FLOW_DEPTH {
            self.builder.facts.given_up += 1;
            return;
        }
        self.depth += 1;
        let own = plain_path(field(node, "name").map_or("", Node::text));
        let around = self.namespace.clone();
        self.namespace = if around.is_empty() { own } else { format!("{around}.{own}") };
        let mut nodes = Vec::new();
        flattened(field(node, "body").map(children).unwrap_or_default(), 0, &mut nodes);
        self.namespace_members(nodes, statements, out);
        self.namespace = around;
        self.depth -= 1;
    }

    /// `using A.B;`, `using static A.B.C;`, `using X = A.B.C;`.
    fn import(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let alias = field(node, "name");
        let Some(path) = children(node).into_iter().rfind(|it| Some(*it) != alias) else { return };
        let text = plain_path(path.text());
        let mut level = 0;
        if has_child(node, "static") {
            level |= STATIC;
        }
        if has_child(node, "global") {
            level |= GLOBAL;
        }
        let statement = match alias {
            Some(alias) => {
                let (module, item) = text.rsplit_once('.').unwrap_or(("", &text));
                let name = self.builder.name(alias.text());
                self.builder.bind(name);
                let item = Some(self.builder.name(item));
                FlowStatement::Bring { name, module: self.builder.name(module), level: 0, item }
            }
            None => {
                let name = self.builder.name("*");
                let module = self.builder.name(&text);
                FlowStatement::Bring { name, module, level, item: Some(name) }
            }
        };
        out.push(statement);
    }
}

fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "interface_declaration"
            | "enum_declaration"
    )
}

/// A dotted name without layout, type arguments and `global::`.
fn plain_path(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for it in text.chars() {
        match it {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            '@' => {}
            _ if depth == 0 && !it.is_whitespace() => out.push(it),
            _ => {}
        }
    }
    match out.strip_prefix("global::") {
        Some(rest) => rest.to_owned(),
        None => out.replace("::", "."),
    }
}

/// A name as others write it: `@class` is `class`.
fn plain(text: &str) -> &str {
    text.strip_prefix('@').unwrap_or(text)
}
