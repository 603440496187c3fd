//! Declarations whose annotations the grammar reads as statements of their own.
//!
//! To it `@A @B("x") class C { … }` may as well be an annotated expression `("x")` before a
//! class, or one that calls a function named `C` on something named `class`; what comes behind
//! decides which of them it takes. Such annotations are read apart, the file without them, and
//! what was read of them is put before the declarations again.

use codd_source::Span;
use rustc_hash::FxHashSet;
use tree_sitter::{Node, TreeCursor};

use crate::Parsed;
use crate::node::Grammar;
use crate::reread::read;
use crate::tree::{Graft, NodeId, SyntaxTree};

/// What is known of a declaration only once the one around it is understood.
const MAX_ROUNDS: u32 = 8;

/// Statements that the annotations of one declaration are read as.
const MAX_STATEMENTS: usize = 16;

/// What annotations are read behind: nothing else than a parameter may follow them there.
const BEFORE: &str = "fun f(";

/// Words that no name is, and that begin a declaration.
const DECLARING: &[&str] =
    &["class", "fun", "interface", "object", "package", "typealias", "val", "var"];

/// What may stand between annotations and such a word.
const MODIFIERS: &[&str] = &[
    "abstract",
    "actual",
    "annotation",
    "companion",
    "const",
    "data",
    "enum",
    "expect",
    "external",
    "final",
    "infix",
    "inline",
    "inner",
    "internal",
    "lateinit",
    "open",
    "operator",
    "override",
    "private",
    "protected",
    "public",
    "sealed",
    "suspend",
    "tailrec",
    "value",
];

/// A file that is understood with what was read apart.
pub(super) struct Mended {
    pub(super) parsed: Parsed,
    grafts: Vec<Graft>,
    /// Annotations that cannot be read apart either.
    lost: Vec<Span>,
}

impl Mended {
    pub(super) fn tree(&self, grammar: &'static Grammar) -> SyntaxTree<'_> {
        let mut tree = SyntaxTree::grafted(&self.parsed, grammar.roles(), &self.grafts);
        for span in &self.lost {
            tree.errors.add(*span);
        }
        tree
    }
}

/// Annotations in the text, and where the declaration begins that they belong to.
#[derive(Clone, Copy, Debug)]
struct Misread {
    start: usize,
    end: usize,
    before: usize,
}

/// The file with the annotations that it was misread at; `None` where there are none.
pub(super) fn mended(parsed: &Parsed, grammar: &'static Grammar) -> Option<Mended> {
    if !parsed.text.contains('@') {
        return None;
    }
    let mut text = parsed.text.to_string();
    let mut current: Option<Parsed> = None;
    let mut found: Vec<Misread> = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let misread = misread(current.as_ref().unwrap_or(parsed));
        if misread.is_empty() {
            break;
        }
        let mut bytes = text.clone().into_bytes();
        for it in &misread {
            for byte in &mut bytes[it.start..it.end] {
                // Lines stay what they are, as they may end a statement.
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        let Some(next) = String::from_utf8(bytes).ok() else { break };
        let Some(tree) = read(parsed, parsed.language, &next) else { break };
        (text, current) = (next, Some(tree));
        found.extend(misread);
    }
    let current = current?;
    // Those before one declaration, from the first to the last.
    found.sort_by_key(|it| (it.before, it.start));
    let (mut grafts, mut lost) = (Vec::new(), Vec::new());
    for run in found.chunk_by(|one, other| one.before == other.before) {
        match read_apart(parsed, run, grammar) {
            Some(graft) => grafts.push(graft),
            None => lost.extend(run.iter().map(|it| Span::new(it.start, it.end))),
        }
    }
    Some(Mended { parsed: Parsed { text: parsed.text.clone(), ..current }, grafts, lost })
}

/// The annotations before one declaration.
fn read_apart(parsed: &Parsed, run: &[Misread], grammar: &'static Grammar) -> Option<Graft> {
    let (first, last) = (run.first()?, run.last()?);
    let text = format!("{BEFORE}{} p: T)\n", &parsed.text[first.start..last.end]);
    let apart = read(parsed, parsed.language, &text)?;
    if apart.tree.root_node().has_error() {
        return None;
    }
    let tree = SyntaxTree::new(&apart, grammar.roles());
    let list = tree
        .below(SyntaxTree::ROOT)
        .find(|it| grammar.word(tree.kind(*it)) == "parameter_modifiers")?;
    let shift = i64::try_from(first.start).ok()? - i64::try_from(BEFORE.len()).ok()?;
    let kind = tree.language.id_for_node_kind("modifiers", true);
    Some(tree.cut(list, shift, last.before as u32, kind))
}

/// What the grammar has misread of a file, in the order of the text.
fn misread(parsed: &Parsed) -> Vec<Misread> {
    let mut found = Vec::new();
    // What is annotated several times is one inside of the other: the outermost speaks for all.
    let mut inner: FxHashSet<usize> = FxHashSet::default();
    let mut cursor = parsed.tree.walk();
    loop {
        let node = cursor.node();
        let mut of = None;
        if node.kind() == "annotated_expression" {
            inner.extend(parts(node).map(|(_, value)| value.id()));
            if !inner.contains(&node.id()) {
                of = misread_at(&cursor, &parsed.text);
            }
        }
        found.extend(of);
        // What is in a misread declaration is read once that one is understood.
        if of.is_none() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// What is misread where a walk stands; what follows is asked of the walk, as a node finds its
/// sibling only by looking through all of them.
fn misread_at(cursor: &TreeCursor<'_>, text: &str) -> Option<Misread> {
    let node = cursor.node();
    let start = node.start_byte();
    let (end, value) = annotated(node)?;
    if value.kind() != "parenthesized_expression" || value.start_byte() != end {
        let before = value.start_byte();
        return is_declaration(value, text).then_some(Misread { start, end, before });
    }
    // Its arguments; a declaration follows.
    let end = value.end_byte();
    let mut behind = cursor.clone();
    for _ in 0..MAX_STATEMENTS {
        let next = next_sibling(&mut behind)?;
        if next.kind() != "annotated_expression" {
            let before = next.start_byte();
            return is_declaration(next, text).then_some(Misread { start, end, before });
        }
        let (end_of_next, value) = annotated(next)?;
        if value.kind() != "parenthesized_expression" || value.start_byte() != end_of_next {
            let before = value.start_byte();
            return is_declaration(value, text).then_some(Misread { start, end, before });
        }
    }
    None
}

/// The next named sibling that is no comment.
fn next_sibling<'t>(cursor: &mut TreeCursor<'t>) -> Option<Node<'t>> {
    while cursor.goto_next_sibling() {
        let node = cursor.node();
        if node.is_named() && !is_comment(&node) {
            return Some(node);
        }
    }
    None
}

/// Where the annotations of an annotated expression end, and what they annotate.
fn annotated(node: Node<'_>) -> Option<(usize, Node<'_>)> {
    let (mut annotation, mut value) = parts(node)?;
    while value.kind() == "annotated_expression" {
        (annotation, value) = parts(value)?;
    }
    Some((annotation.end_byte(), value))
}

/// The last annotation of an annotated expression, and what it annotates.
fn parts(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let mut cursor = node.walk();
    let mut parts = node.named_children(&mut cursor).filter(|it| !is_comment(it));
    Some((parts.next()?, parts.next()?))
}

fn is_comment(node: &Node<'_>) -> bool {
    matches!(node.kind(), "line_comment" | "block_comment")
}

/// Whether a declaration stands there, as it is read or as it is written.
fn is_declaration(node: Node<'_>, text: &str) -> bool {
    match node.kind() {
        "class_declaration"
        | "object_declaration"
        | "function_declaration"
        | "property_declaration"
        | "type_alias" => true,
        _ if leftmost(node).kind() != "identifier" => false,
        _ => {
            let mut words = text[node.start_byte()..].split_whitespace();
            let word = words.find(|it| !MODIFIERS.contains(it));
            word.is_some_and(|it| DECLARING.contains(&it))
        }
    }
}

fn leftmost(mut node: Node<'_>) -> Node<'_> {
    while let Some(first) = node.child(0) {
        node = first;
    }
    node
}

/// The tree, in which names that are none count as errors: what is still misread.
pub(super) fn counted<'t>(mut tree: SyntaxTree<'t>, grammar: &Grammar) -> SyntaxTree<'t> {
    let is_misread = |id: &NodeId| {
        grammar.word(tree.kind(*id)) == "identifier" && DECLARING.contains(&tree.text(*id))
    };
    let misread: Vec<_> = tree.below(SyntaxTree::ROOT).filter(is_misread).collect();
    for id in misread {
        let span = tree.span(id);
        tree.errors.add(span);
    }
    tree
}

#[cfg(test)]
mod tests {
    use codd_source::RepoPath;

    use crate::{extract, language_named, parse};

    const ANNOTATIONS: &[&str] = &[
        "@A",
        "@A(\"x\")",
        "@a.A(\n    x = 1,\n    y = [\"y\"],\n)",
        "@get:A(1) // why",
        "@[A(1) B] /* why */",
    ];

    const DECLARATIONS: &[&str] = &[
        "class X {\n    @A\n    @B(\"y\")\n    fun one() = 1\n}",
        "class X(val s: Int) {\n    fun one() = 1\n}",
        "class X : Y() {\n    fun one() = 1\n}",
        "private open class X {\n    fun one() = 1\n}",
        "interface X {\n    fun one(): Int\n}",
        "object X {\n    fun one() = 1\n}",
        "enum class X { ONE }",
        "fun X() { class Local {} }",
        "val X = 1",
    ];

    const BEHIND: &[&str] =
        &["", "class Z\n", "fun z() = 1\n\n/** Last. */\ndata class Z(val z: Int)\n"];

    /// The facts are those of the annotations and of the declaration, whatever comes behind.
    fn check(annotations: &[&str], declaration: &str, behind: &str) {
        let annotated = annotations.join("\n");
        let text = format!("package p\n\n{annotated}\n{declaration}\n\n{behind}");
        let kotlin = language_named("kotlin").unwrap();
        let parsed = parse(kotlin, &RepoPath::from("a.kt"), text.as_bytes()).unwrap();
        let facts = extract(&parsed);
        assert_eq!(facts.errors.count, 0, "{text}");
        let definitions = &facts.semantics.definitions;
        let at = definitions.iter().position(|it| it.name == "X").expect(&text);
        assert_eq!(facts.places.definitions[at].span.start, 11, "{text}");
        let lists = annotations.iter().filter(|it| it.contains('B')).count();
        let decorators = annotations.len() + lists;
        assert_eq!(definitions[at].decorators.len(), decorators, "{text}");
        let one = definitions.iter().find(|it| it.name == "one");
        assert_eq!(one.is_some(), declaration.contains("one()"), "{text}");
        assert!(one.is_none_or(|it| it.parent.is_some()), "{text}");
        assert_eq!(definitions.iter().any(|it| it.name == "Z"), !behind.is_empty(), "{text}");
    }

    #[test]
    fn annotations_belong_to_what_they_stand_before() {
        for declaration in DECLARATIONS {
            for behind in BEHIND {
                for first in ANNOTATIONS {
                    check(&[first], declaration, behind);
                    for second in ANNOTATIONS {
                        check(&[first, second], declaration, behind);
                        check(&[first, "@A(2)", second], declaration, behind);
                    }
                }
            }
        }
    }

    #[test]
    fn declaration_that_stays_misread_is_an_error() {
        let kotlin = language_named("kotlin").unwrap();
        let text = "val a = b class C\n";
        let parsed = parse(kotlin, &RepoPath::from("a.kt"), text.as_bytes()).unwrap();
        assert!(!parsed.tree.root_node().has_error());
        assert_eq!(extract(&parsed).errors.count, 1);
    }
}
