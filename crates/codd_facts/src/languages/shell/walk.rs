//! From a script's tree to its facts: one sweep for functions, one for commands.

use std::sync::OnceLock;

use codd_source::Span;
use rustc_hash::FxHashSet;

use crate::commands::{Shell, Word, assignment, plain_path, read_command};
use crate::documentation::{says_something, text_before};
use crate::node::{Grammar, Node, child_of_kind, children, field};
use crate::resources::{Owners, Resources, is_environment_name, tree_tokens, unquoted};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{
    Bound, DefinitionId, DefinitionKind, Expr, FileFacts, Import, ImportItem, ImportRequest,
    LinkKind, LinkRole, MODULE_SCOPE, Name, Parsed, Reference, ReferenceKind,
};

pub(super) fn extract(parsed: &Parsed) -> FileFacts {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    let role = |kind: &str| match kind {
        "comment" => NodeRole::Comment,
        "raw_string" | "heredoc_content" => NodeRole::Atom,
        _ => NodeRole::Plain,
    };
    let grammar = Grammar::of(&GRAMMAR, || parsed.language.grammar(), role);
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut resources = Resources::new(parsed);
    functions(root, &mut resources);
    let owners = resources.owners();
    let functions: FxHashSet<Name> =
        resources.builder.semantics.definitions.iter().map(|it| it.name.clone()).collect();
    let has_sources = sources(root, &owners, &mut resources);
    let exports = &mut resources.builder.semantics.exports;
    exports.all_bindings = true;
    // All of them, also those that begin with an underscore.
    let mut names: Vec<Name> = functions.iter().cloned().collect();
    names.sort();
    exports.star_names = Some(names);
    let mut shell = Shell::new(parsed.path.parent(), None);
    for command in root.below().filter(|it| it.kind() == "command") {
        shell.owner = owners.of(command.span());
        let words = words(command);
        call(command, &shell, &functions, has_sources, &mut resources);
        read_command(&mut resources, &words, &mut shell);
    }
    variables(root, &owners, &mut resources);
    let tokens = tree_tokens(&tree, |_| false);
    resources.finish("shell", &tokens, tree.errors.clone())
}

fn functions(root: Node<'_>, resources: &mut Resources<'_>) {
    let mut outer: Vec<(u32, DefinitionId)> = Vec::new();
    for node in root.below().filter(|it| it.kind() == "function_definition") {
        let Some(name) = field(node, "name") else { continue };
        let span = node.span();
        while outer.pop_if(|(end, _)| *end <= span.start).is_some() {}
        let parent = outer.last().map(|(_, id)| *id);
        let kind = DefinitionKind::Function;
        let Some(id) = resources.define_as(kind, name.text(), span, name.span(), parent) else {
            continue;
        };
        if is_documented(&resources.text, span, name.text()) {
            resources.document(id);
        }
        resources.builder.bind(MODULE_SCOPE, Name::new(name.text()), Bound::Definition(id));
        outer.push((span.end, id));
    }
}

/// Whether the line above is a comment that says something.
fn is_documented(text: &str, span: Span, name: &str) -> bool {
    let before = text_before(text, span.start as usize).trim_end_matches([' ', '\t']);
    let line = before.strip_suffix('\n').and_then(|it| it.rsplit('\n').next()).unwrap_or("");
    line.trim().strip_prefix('#').is_some_and(|it| says_something(it, name))
}

/// The words of a command, with the assignments in front of it.
fn words(command: Node<'_>) -> Vec<Word<'_>> {
    let is_word = |it: &Node<'_>| !matches!(it.kind(), "file_redirect" | "herestring_redirect");
    let parts = children(command).into_iter().filter(is_word);
    parts.map(|it| Word { text: it.text(), span: it.span() }).collect()
}

/// Commands that no script defines.
const BUILT_IN: &[&str] = &[
    ".", "cat", "cd", "command", "cp", "echo", "eval", "exec", "exit", "export", "false", "grep",
    "local", "mkdir", "mv", "printf", "read", "return", "rm", "sed", "set", "shift", "source",
    "test", "trap", "true", "unset",
];

/// A call of a function of this file or of one that it sources.
fn call(
    command: Node<'_>,
    shell: &Shell,
    functions: &FxHashSet<Name>,
    has_sources: bool,
    resources: &mut Resources<'_>,
) {
    let Some(name) = field(command, "name") else { return };
    let mut called = vec![name];
    // `trap cleanup EXIT`, `time build`, `if ! check`: what runs is named behind.
    if matches!(name.text(), "trap" | "time" | "command" | "exec" | "xargs" | "run") {
        called.extend(field(command, "argument"));
    }
    for node in called {
        let text = unquoted(node.text());
        let is_name =
            !text.is_empty() && text.chars().all(|it| it.is_alphanumeric() || "_-:.".contains(it));
        let is_known = functions.contains(text) || has_sources && !BUILT_IN.contains(&text);
        if !is_name || !is_known {
            continue;
        }
        let name = Name::new(text);
        let target = resources.builder.expr(Expr::Name { scope: MODULE_SCOPE, name });
        let reference = Reference::new(ReferenceKind::Call, target, shell.owner);
        resources.builder.reference(reference, node.span());
    }
}

/// `source x.sh` and `. x.sh`: its functions are this file's from there on.
fn sources(root: Node<'_>, owners: &Owners, resources: &mut Resources<'_>) -> bool {
    let mut is_any = false;
    for command in root.below().filter(|it| it.kind() == "command") {
        let is_source =
            field(command, "name").is_some_and(|it| matches!(it.text(), "source" | "."));
        let Some(argument) = field(command, "argument").filter(|_| is_source) else { continue };
        let Some((path, _)) = plain_path(argument.text()) else {
            resources.builder.not_modelled("a sourced file whose name is computed");
            continue;
        };
        let import = Import {
            request: ImportRequest { module: Name::new(path), level: 0 },
            item: ImportItem::Star,
            owner: owners.of(command.span()),
            is_implied: false,
        };
        let id = resources.builder.import(import, argument.span());
        resources.builder.semantics.exports.stars.push(id);
        is_any = true;
    }
    is_any
}

/// Variables that the file exports, and those that it reads and does not set.
fn variables(root: Node<'_>, owners: &Owners, resources: &mut Resources<'_>) {
    let mut own: FxHashSet<&str> = FxHashSet::default();
    for node in root.below() {
        match node.kind() {
            "variable_assignment" => {
                own.extend(assignment(node.text()).map(|(name, _)| name));
            }
            "for_statement" => {
                own.extend(child_of_kind(node, "variable_name").map(Node::text));
            }
            "command" if field(node, "name").is_some_and(|it| it.text() == "read") => {
                own.extend(children(node).into_iter().skip(1).map(Node::text));
            }
            _ => {}
        }
    }
    for node in root.below() {
        match node.kind() {
            "declaration_command" if node.text().starts_with("export") => {
                for part in children(node) {
                    let name = match part.kind() {
                        "variable_assignment" => field(part, "name"),
                        "variable_name" => Some(part),
                        _ => None,
                    };
                    let Some(name) = name.filter(|it| is_environment_name(it.text())) else {
                        continue;
                    };
                    let (kind, keys) = (LinkKind::Environment, [Name::new(name.text())]);
                    let owner = owners.of(node.span());
                    resources.link(kind, LinkRole::Declares, keys, owner, name.span());
                }
            }
            "simple_expansion" | "expansion" => {
                let Some(name) = child_of_kind(node, "variable_name") else { continue };
                let text = name.text();
                let is_outer = is_environment_name(text)
                    && !text.contains(|it: char| it.is_ascii_lowercase())
                    && !own.contains(text);
                if is_outer {
                    let (kind, keys) = (LinkKind::Environment, [Name::new(text)]);
                    let owner = owners.of(name.span());
                    resources.link(kind, LinkRole::Reads, keys, owner, name.span());
                }
            }
            _ => {}
        }
    }
}
