//! What a code rule looks through: grouping, type assertions, comments, `?.`.
//!
//! A rule that names one of these kinds, or has one in its pattern, sees it.

use std::collections::BTreeSet;

use codd_facts::LanguageRef;
use tree_sitter::Node;

/// Which nodes of one language's trees a rule sees.
#[derive(Debug)]
pub(crate) struct View {
    /// By kind: whether the node stands for the expression in it.
    is_wrapper: Vec<bool>,
    /// By kind: whether the node is grouping, and no type assertion.
    is_parentheses: Vec<bool>,
    asides: Vec<SeenAside>,
    type_arguments: u16,
    /// The kinds of a generator that is all that a call is given, without parentheses of its own,
    /// and of a list of arguments: `any(x for x in y)`.
    lone_argument: Option<(u16, u16)>,
    /// The kinds of `'` and `"`, which are the same around a string.
    quotes: Option<(u16, u16)>,
    /// Kinds that are seen whatever the rest says.
    pub(crate) shown: BTreeSet<u16>,
}

#[derive(Debug)]
struct SeenAside {
    parent: u16,
    kind: u16,
    replaces: Option<u16>,
}

/// How a child appears.
pub(super) enum Appearance {
    Hidden,
    AsItIs,
    /// As a token of this kind.
    Token(u16),
}

impl View {
    /// Without anything in the language's trivia except `shown`.
    pub(crate) fn new(language: LanguageRef, shown: BTreeSet<u16>) -> View {
        let grammar = language.grammar();
        let trivia = language.trivia();
        let id = |kind: &str| {
            let named = grammar.id_for_node_kind(kind, true);
            if named == 0 { grammar.id_for_node_kind(kind, false) } else { named }
        };
        let table = |kinds: &[&str]| {
            let mut table = vec![false; grammar.node_kind_count()];
            for id in kinds.iter().map(|kind| id(kind)) {
                table[usize::from(id)] = id != 0 && !shown.contains(&id);
            }
            table
        };
        let is_parentheses = table(trivia.parentheses);
        let mut is_wrapper = table(trivia.casts);
        for (is_wrapper, is_parentheses) in is_wrapper.iter_mut().zip(&is_parentheses) {
            *is_wrapper |= is_parentheses;
        }
        let asides = trivia
            .asides
            .iter()
            .map(|it| SeenAside {
                parent: id(it.parent),
                kind: id(it.kind),
                replaces: it.replaces.map(|token| grammar.id_for_node_kind(token, false)),
            })
            .filter(|it| it.parent != 0 && it.kind != 0 && !shown.contains(&it.kind))
            .collect();
        let quotes = (grammar.id_for_node_kind("'", false), grammar.id_for_node_kind("\"", false));
        let quotes = Some(quotes).filter(|(single, double)| *single != 0 && *double != 0);
        let type_arguments = id("type_arguments");
        let lone_argument = (id("generator_expression"), id("argument_list"));
        let lone_argument =
            Some(lone_argument).filter(|(generator, list)| *generator != 0 && *list != 0);
        View { is_wrapper, is_parentheses, asides, type_arguments, lone_argument, quotes, shown }
    }

    /// The kind as which a token is compared.
    pub(super) fn compared_kind(&self, kind: u16) -> u16 {
        match self.quotes {
            Some((single, double)) if kind == single => double,
            _ => kind,
        }
    }

    pub(super) fn is_wrapper(&self, node: Node<'_>) -> bool {
        self.is_wrapper.get(usize::from(node.kind_id())).is_some_and(|it| *it)
    }

    /// The kind of a list of arguments, where a child is the one argument of a call by itself.
    pub(super) fn lone_argument(&self, parent: Node<'_>, child: Node<'_>) -> Option<u16> {
        let (generator, list) = self.lone_argument?;
        let is_it = child.kind_id() == generator
            && parent.child_by_field_name("arguments").is_some_and(|it| it.id() == child.id());
        is_it.then_some(list)
    }

    pub(super) fn is_parentheses(&self, node: Node<'_>) -> bool {
        self.is_parentheses.get(usize::from(node.kind_id())).is_some_and(|it| *it)
    }

    /// Whether a child is an aside of its parent that stands for no token.
    pub(super) fn is_left_out(&self, parent: Node<'_>, child: Node<'_>) -> bool {
        matches!(self.appearance(parent, child), Appearance::Hidden)
    }

    pub(super) fn is_hidden_extra(&self, node: Node<'_>) -> bool {
        is_trivia(node) && !self.shown.contains(&node.kind_id())
    }

    /// The expression that a wrapper stands for.
    pub(super) fn wrapped<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        if !self.is_wrapper(node) {
            return None;
        }
        let mut cursor = node.walk();
        if !cursor.goto_first_child() {
            return None;
        }
        loop {
            let it = cursor.node();
            if it.is_named() && !is_trivia(it) && it.kind_id() != self.type_arguments {
                return Some(it);
            }
            if !cursor.goto_next_sibling() {
                return None;
            }
        }
    }

    pub(super) fn appearance(&self, parent: Node<'_>, child: Node<'_>) -> Appearance {
        if self.is_hidden_extra(child) {
            return Appearance::Hidden;
        }
        let kind = child.kind_id();
        let aside = self.asides.iter().find(|it| it.kind == kind && it.parent == parent.kind_id());
        match aside {
            None => Appearance::AsItIs,
            Some(SeenAside { replaces: Some(token), .. }) => Appearance::Token(*token),
            Some(_) => Appearance::Hidden,
        }
    }
}

/// Whether the node is a comment or a line's continuation: something between all others.
pub(super) fn is_trivia(node: Node<'_>) -> bool {
    // Where the parser has skipped something, that is an extra node too.
    node.is_extra() && !node.is_error() && !node.is_missing()
}

/// The kinds in a pattern's own tree that its author must have meant: a type assertion or
/// `?.` anywhere, and parentheses around the whole.
pub(super) fn shown_by_pattern(language: LanguageRef, root: Node<'_>) -> BTreeSet<u16> {
    let trivia = language.trivia();
    let mut shown = BTreeSet::new();
    let mut whole = root;
    loop {
        if trivia.parentheses.contains(&whole.kind()) {
            shown.insert(whole.kind_id());
        }
        let mut cursor = whole.walk();
        let children: Vec<Node<'_>> =
            whole.children(&mut cursor).filter(|it| !is_trivia(*it)).collect();
        match children.as_slice() {
            [only] => whole = *only,
            _ => break,
        }
    }
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let kind = node.kind();
        let parent = node.parent().map_or("", |it| it.kind());
        if trivia.casts.contains(&kind)
            || trivia.asides.iter().any(|it| it.kind == kind && it.parent == parent)
        {
            shown.insert(node.kind_id());
        }
        let mut cursor = node.walk();
        open.extend(node.children(&mut cursor));
    }
    shown
}
