//! What Python code names outside of it: variables of the environment, settings, requests,
//! tables, templates, files and commands.

mod commands;
mod outside;
mod route_names;
mod settings;
mod tables;
mod template_tags;

use std::sync::OnceLock;

use codd_source::{RepoPath, Span};
use rustc_hash::FxHashSet;

use crate::builder::SemanticsBuilder;
use crate::code_links::{CodeLinks, TextValue, filled};
use crate::node::{Grammar, Node, child_of_kind, children, field};
use crate::resources::Owners;
use crate::tree::{NodeRole, SyntaxTree};
use crate::{LinkKind, LinkRole, Name};

/// The longest text of what is called that is looked at.
const LONGEST_CALLEE: usize = 200;

/// Adds the links of a file that was walked.
pub(super) fn collect(path: &RepoPath, tree: &SyntaxTree<'_>, builder: &mut SemanticsBuilder) {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    let language = || tree_sitter_python::LANGUAGE.into();
    let grammar = Grammar::of(&GRAMMAR, language, |_| NodeRole::Plain);
    let spans = builder.definition_spans(tree);
    let owners = Owners::new(spans.iter().copied());
    let mut reading = Reading {
        path,
        links: CodeLinks::new(path.parent(), owners),
        done: 0,
        read_to: 0,
        bare: Vec::new(),
        written: None,
        settings: Vec::new(),
        app_name: None,
        of_django: commands::names_of_django(&builder.semantics),
    };
    let root = Node { tree, grammar, id: SyntaxTree::ROOT };
    for node in root.below().filter(|it| it.is_named() && !it.is_leaf()) {
        reading.node(node);
    }
    crate::services::collect_calls(&mut reading.links, "python", root);
    let semantics = &builder.semantics;
    crate::services::collect_answers(&mut reading.links, "python", "", semantics, &spans);
    route_names::declared(&mut reading.links, builder);
    commands::declared(&mut reading.links, path, &builder.semantics, &spans);
    template_tags::declared(&mut reading.links, path, &builder.semantics, &spans);
    if settings::is_settings_module(path) {
        settings::declared(&mut reading.links, builder, &spans);
    }
    reading.links.give_to(builder);
}

struct Reading<'t> {
    path: &'t RepoPath,
    links: CodeLinks<'t>,
    /// Texts up to here were read as parts of another.
    done: u32,
    /// Parts of decorators, in which a call of a verb registers a route.
    bare: Vec<Span>,
    /// Subscripts up to here were read as parts of another.
    read_to: u32,
    /// What the assignment that was met last writes to.
    written: Option<Span>,
    /// Names of objects whose attributes are the settings of the project.
    settings: Vec<&'t str>,
    /// What the names of the file's routes stand behind.
    app_name: Option<String>,
    /// Names that stand for something of Django.
    of_django: FxHashSet<Name>,
}

impl<'t> Reading<'t> {
    fn node(&mut self, node: Node<'t>) {
        match node.kind() {
            "decorator" => self.bare.push(node.span()),
            "call" => self.call(node),
            "subscript" => self.subscript(node),
            "string" | "concatenated_string" if node.span().start >= self.done => {
                if let Some(value) = text_value(node) {
                    self.links.query(&value.text, value.span);
                    self.named_definition(&value);
                }
                self.done = node.span().end;
            }
            "class_definition" => self.class(node),
            "assignment" => {
                let left = field(node, "left");
                self.written = left.map(Node::span);
                if left.is_some_and(|it| it.text() == "app_name") {
                    let value = field(node, "right").and_then(text_value);
                    self.app_name = value.map(|it| it.text);
                }
                self.assignment(node);
            }
            "import_from_statement" => self.imported(node),
            "attribute" => self.attribute(node),
            "binary_operator" => self.joined(node),
            _ => {}
        }
    }

    /// `"shop.backends.Smtp"`: who loads what settings name gets it by such a text.
    fn named_definition(&mut self, value: &TextValue) {
        let Some((module, name)) = value.text.rsplit_once('.') else { return };
        if module.contains('.') || name.starts_with(char::is_uppercase) {
            let files = crate::programs::module_files(self.path.parent(), module).into_iter();
            let keys = files.map(|it| Name::from(format!("{it}#{name}"))).collect();
            self.links.add(LinkKind::Definition, LinkRole::Reads, keys, value.span, true);
        }
    }

    fn is_decorator(&self, node: Node<'_>) -> bool {
        let span = node.span();
        self.bare.last().is_some_and(|it| it.start <= span.start && span.end <= it.end)
    }

    fn call(&mut self, node: Node<'t>) {
        let Some(call) = Call::of(node) else { return };
        self.asked(&call);
        if !self.is_decorator(node) {
            self.request(&call);
        }
        self.rendered(&call);
        self.opened(&call);
        self.named_modules(&call);
        self.tables(&call);
        self.ran(&call);
        self.route_name(&call);
        self.command(&call);
    }
}

/// A call with what it is given.
struct Call<'t> {
    /// As written, `a.b.c`; of a long one the last name alone.
    callee: &'t str,
    /// Its first and its last name.
    root: &'t str,
    last: &'t str,
    arguments: Vec<Node<'t>>,
    positional: Vec<Node<'t>>,
}

impl<'t> Call<'t> {
    fn of(node: Node<'t>) -> Option<Call<'t>> {
        let function = field(node, "function")?;
        let arguments = children(field(node, "arguments")?);
        let callee = match function.text() {
            text if text.len() <= LONGEST_CALLEE => text,
            _ => field(function, "attribute").map_or("", Node::text),
        };
        let positional =
            arguments.iter().copied().filter(|it| it.kind() != "keyword_argument").collect();
        Some(Call {
            callee,
            root: callee.split(['.', '(']).next().unwrap_or(callee),
            last: callee.rsplit('.').next().unwrap_or(callee),
            arguments,
            positional,
        })
    }

    /// The text that is given at a place.
    fn text(&self, at: usize) -> Option<TextValue> {
        self.positional.get(at).and_then(|it| text_value(*it))
    }

    /// The names of the arguments that have one, and their values.
    fn keywords(&self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> {
        let named = self.arguments.iter().filter(|it| it.kind() == "keyword_argument");
        named.filter_map(|it| Some((field(*it, "name")?, field(*it, "value")?)))
    }

    fn keyword(&self, name: &str) -> Option<Node<'t>> {
        self.keywords().find(|(it, _)| it.text() == name).map(|(_, value)| value)
    }

    /// The text that is given under a name.
    fn named_text(&self, name: &str) -> Option<TextValue> {
        self.keyword(name).and_then(text_value)
    }
}

/// The assignments that are statements of a block.
fn statements(body: Node<'_>) -> Vec<Node<'_>> {
    children(body)
        .into_iter()
        .filter(|it| it.kind() == "expression_statement")
        .filter_map(|it| child_of_kind(it, "assignment"))
        .collect()
}

/// The text that a node is, if it is one.
fn text_value(node: Node<'_>) -> Option<TextValue> {
    let mut node = node;
    while node.kind() == "parenthesized_expression" {
        node = node.first_child()?;
    }
    let span = node.span();
    match node.kind() {
        "string" => Some(TextValue { text: written(node.text())?, span }),
        "concatenated_string" => {
            let parts: Option<Vec<String>> =
                children(node).iter().map(|it| written(it.text())).collect();
            Some(TextValue { text: parts?.concat(), span })
        }
        // `BASE + "/users"`, `"/users/" + name`.
        "binary_operator" if node.all_children().any(|it| it.text() == "+") => {
            let part = |name| match field(node, name).map(text_of_operand) {
                Some(Some(text)) => text,
                _ => "{}".to_owned(),
            };
            let text = format!("{}{}", part("left"), part("right"));
            (text.contains(|it: char| it.is_alphanumeric())).then_some(TextValue { text, span })
        }
        _ => None,
    }
}

/// Not more than one level, so that a long sum costs no more than its length.
fn text_of_operand(node: Node<'_>) -> Option<String> {
    match node.kind() {
        "string" => written(node.text()),
        _ => None,
    }
}

/// The text between the quotes of a literal.
fn written(text: &str) -> Option<String> {
    let start = text.find(['"', '\''])?;
    let (prefix, rest) = text.split_at(start);
    let quote = &rest[..1];
    let triple = quote.repeat(3);
    let inner = match rest.strip_prefix(triple.as_str()) {
        Some(inner) => inner.strip_suffix(triple.as_str())?,
        None => rest.strip_prefix(quote)?.strip_suffix(quote)?,
    };
    Some(if prefix.contains(['f', 'F', 't', 'T']) { filled(inner, "{") } else { inner.to_owned() })
}
