//! A file's syntax tree as one flat array in pre-order: what extraction walks.
//!
//! The parser's own tree is read once by a cursor; random access to its nodes is slow and
//! recursion over it is not bounded, an array has neither fault. Comments are left out, but
//! for those that say something to a compiler, so the leaves are the tokens that count.

use std::sync::OnceLock;

use codd_source::Span;

use crate::{Hash64, ParseErrors, Parsed, TokenHasher};

/// A node of a [`SyntaxTree`], by its place in pre-order; 0 is the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// What a node's kind means for the array and for token hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum NodeRole {
    #[default]
    Plain,
    /// Left out of the array, but for the part that is a directive: a comment.
    Comment,
    /// A leaf whatever the grammar puts into it: the text of a string.
    Atom,
    /// A list of statements whose layout is structure, as in Python.
    Block,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: u16,
    field: u16,
    start: u32,
    end: u32,
    /// The first node behind this one and all below it.
    after: u32,
    is_named: bool,
    is_block: bool,
    is_statement: bool,
    is_directive: bool,
}

/// The array of a file, made once for all who walk it.
#[derive(Debug, Default)]
pub(crate) struct Flat(OnceLock<Array>);

#[derive(Debug)]
struct Array {
    nodes: Vec<Node>,
    errors: ParseErrors,
    /// What it was made with.
    roles: Vec<NodeRole>,
}

#[derive(Debug)]
pub(crate) struct SyntaxTree<'t> {
    nodes: &'t [Node],
    text: &'t str,
    /// The grammar, for the words of kinds and fields.
    pub(crate) language: tree_sitter::Language,
    pub(crate) errors: ParseErrors,
}

/// Nodes of a text that was read apart, for the node that they belong to.
#[derive(Debug)]
pub(crate) struct Graft {
    /// Where the node begins without them.
    before: u32,
    /// Of the node's first child: that kind, or one that is put there.
    list: u16,
    /// In pre-order; what is behind each counts from the first.
    nodes: Vec<Node>,
}

impl Graft {
    fn start(&self) -> u32 {
        self.nodes.first().map_or(self.before, |it| it.start)
    }

    fn add_to(&self, nodes: &mut Vec<Node>) {
        let base = nodes.len() as u32;
        nodes.extend(self.nodes.iter().map(|it| Node { after: it.after + base, ..*it }));
    }

    fn add_list_to(&self, nodes: &mut Vec<Node>) {
        let Some(last) = self.nodes.last() else { return };
        let after = (nodes.len() + 1 + self.nodes.len()) as u32;
        let (kind, start, end) = (self.list, self.start(), last.end);
        nodes.push(Node { kind, field: 0, start, end, after, is_named: true, ..*last });
        self.add_to(nodes);
    }
}

impl Array {
    fn of(parsed: &Parsed, roles: &[NodeRole], grafts: &[Graft]) -> Array {
        let mut grafts = grafts.iter().peekable();
        // Belongs to the node that was pushed last, and its first child is still to come.
        let mut list: Option<&Graft> = None;
        let root = parsed.tree.root_node();
        let has_error = root.has_error();
        let mut nodes: Vec<Node> = Vec::with_capacity(parsed.text.len() / 4);
        let mut errors = ParseErrors::default();
        // What is open, and its children that are still to come: to ask the cursor for one more
        // where there is none costs more than any other step.
        let mut open: Vec<(u32, usize)> = Vec::new();
        let mut cursor = root.walk();
        let mut parent_is_block = false;
        'walk: loop {
            let node = cursor.node();
            let kind = node.kind_id();
            let role = roles.get(kind as usize).copied().unwrap_or_default();
            let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
            if role == NodeRole::Comment {
                let directive = parsed.language.directive(&parsed.text, Span { start, end });
                if let Some(Span { start, end }) = directive {
                    let after = nodes.len() as u32 + 1;
                    // A token like punctuation, which no walk takes for syntax.
                    nodes.push(Node {
                        kind,
                        field: 0,
                        start,
                        end,
                        after,
                        is_named: false,
                        is_block: false,
                        is_statement: false,
                        is_directive: true,
                    });
                }
            } else {
                let (mut start, mut graft) = (start, None);
                match list.take() {
                    Some(it) if it.list == kind => (start, graft) = (it.start(), Some(it)),
                    Some(it) => it.add_list_to(&mut nodes),
                    None => {}
                }
                while let Some(lost) = grafts.next_if(|it| it.before < start) {
                    errors.add(Span { start: lost.start(), end: lost.before });
                }
                // The outermost that begins there is the one, but for the file itself.
                if !nodes.is_empty()
                    && let Some(it) = grafts.next_if(|it| it.before == start)
                {
                    start = it.start();
                    list = Some(it);
                }
                let at = nodes.len() as u32;
                let is_named = node.is_named();
                nodes.push(Node {
                    kind,
                    field: cursor.field_id().map_or(0, std::num::NonZeroU16::get),
                    start,
                    end,
                    after: at + 1,
                    is_named,
                    is_block: role == NodeRole::Block,
                    is_statement: parent_is_block && is_named,
                    is_directive: false,
                });
                if let Some(it) = graft {
                    it.add_to(&mut nodes);
                }
                if has_error && (node.is_error() || node.is_missing()) {
                    errors.add(Span { start, end });
                }
                let children = if role == NodeRole::Atom { 0 } else { node.child_count() as usize };
                if children > 0 && cursor.goto_first_child() {
                    open.push((at, children - 1));
                    parent_is_block = role == NodeRole::Block;
                    continue;
                }
            }
            loop {
                let Some((at, left)) = open.last_mut() else { break 'walk };
                if *left > 0 && cursor.goto_next_sibling() {
                    *left -= 1;
                    break;
                }
                debug_assert!(!cursor.goto_next_sibling(), "a child that was not counted");
                nodes[*at as usize].after = nodes.len() as u32;
                open.pop();
                cursor.goto_parent();
                parent_is_block = open.last().is_some_and(|(at, _)| nodes[*at as usize].is_block);
            }
        }
        Array { nodes, errors, roles: roles.to_vec() }
    }
}

impl<'t> SyntaxTree<'t> {
    /// Reads the parser's tree; `roles` is indexed by the grammar's kind, short is fine. Those of
    /// one language are always the same.
    pub(crate) fn new(parsed: &'t Parsed, roles: &[NodeRole]) -> SyntaxTree<'t> {
        SyntaxTree::grafted(parsed, roles, &[])
    }

    /// What is below `id`, to be put first into the list of that kind which the node that
    /// begins at `before` begins with; this tree's text begins `shift` behind the other's.
    pub(crate) fn cut(&self, id: NodeId, shift: i64, before: u32, list: u16) -> Graft {
        let moved = |at: u32| u32::try_from(i64::from(at) + shift).unwrap_or_default();
        let first = id.0 + 1;
        let nodes = self.nodes[first as usize..self.node(id).after as usize].iter();
        let nodes = nodes.map(|node| Node {
            start: moved(node.start),
            end: moved(node.end),
            after: node.after - first,
            ..*node
        });
        Graft { before, list, nodes: nodes.collect() }
    }

    /// The same with what was read apart: `grafts` are sorted by what they stand before, one
    /// for each. Those that nothing stands behind are counted as errors.
    pub(crate) fn grafted(
        parsed: &'t Parsed,
        roles: &[NodeRole],
        grafts: &[Graft],
    ) -> SyntaxTree<'t> {
        let array = parsed.flat.0.get_or_init(|| Array::of(parsed, roles, grafts));
        debug_assert!(array.roles == roles, "{} is walked in two ways", parsed.language.name());
        let language = tree_sitter::Language::clone(&parsed.tree.language());
        let errors = array.errors.clone();
        SyntaxTree { nodes: &array.nodes, text: &parsed.text, language, errors }
    }

    pub(crate) const ROOT: NodeId = NodeId(0);

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn kind(&self, id: NodeId) -> u16 {
        self.node(id).kind
    }

    /// The grammar's id of the field this node stands in, 0 for none.
    pub(crate) fn field(&self, id: NodeId) -> u16 {
        self.node(id).field
    }

    pub(crate) fn is_named(&self, id: NodeId) -> bool {
        self.node(id).is_named
    }

    pub(crate) fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span { start: node.start, end: node.end }
    }

    pub(crate) fn text(&self, id: NodeId) -> &'t str {
        let node = self.node(id);
        &self.text[node.start as usize..node.end as usize]
    }

    /// The first node in pre-order that is not below `id`.
    pub(crate) fn after(&self, id: NodeId) -> NodeId {
        NodeId(self.node(id).after)
    }

    /// Named and unnamed children.
    pub(crate) fn children(&self, id: NodeId) -> Children<'_, 't> {
        Children { tree: self, at: id.0 + 1, end: self.node(id).after }
    }

    pub(crate) fn named_children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(|child| self.is_named(*child))
    }

    /// The first child in a field of the grammar.
    pub(crate) fn child_in(&self, id: NodeId, field: u16) -> Option<NodeId> {
        self.children(id).find(|child| self.field(*child) == field)
    }

    /// All nodes below `id` in pre-order, without `id`.
    pub(crate) fn below(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0 + 1..self.node(id).after).map(NodeId)
    }

    /// Adds the tokens of `id` to a hash.
    ///
    /// Instead of a hole's tokens its text is added, nothing where that is empty; tokens that
    /// read `own_name` are hashed alike whatever it is, so that a recursive function can be
    /// renamed. Holes are sorted by node and not nested.
    pub(crate) fn hash_into(
        &self,
        hasher: &mut TokenHasher,
        id: NodeId,
        holes: &[(NodeId, &str)],
        own_name: &str,
    ) {
        let end = self.node(id).after;
        let mut at = id.0;
        let mut hole = holes.partition_point(|(node, _)| node.0 < at);
        let mut open_blocks: Vec<u32> = Vec::new();
        while at < end {
            while open_blocks.last().is_some_and(|block_end| *block_end <= at) {
                open_blocks.pop();
                hasher.token(b"\0}");
            }
            if let Some((node, replacement)) = holes.get(hole)
                && node.0 == at
            {
                if !replacement.is_empty() {
                    hasher.token(b"\0hole");
                    hasher.token(replacement.as_bytes());
                }
                at = self.node(*node).after;
                while holes.get(hole).is_some_and(|(node, _)| node.0 < at) {
                    hole += 1;
                }
                continue;
            }
            let node = &self.nodes[at as usize];
            if node.is_statement {
                hasher.token(b"\0;");
            }
            if node.is_block {
                hasher.token(b"\0{");
                open_blocks.push(node.after);
            } else if node.after == at + 1 && node.start < node.end {
                let token = &self.text.as_bytes()[node.start as usize..node.end as usize];
                hasher.token(if token == own_name.as_bytes() { b"\0own" } else { token });
            }
            at += 1;
        }
    }

    /// The directives that stand directly before a node: also before the declaration that
    /// begins with it, but for keywords.
    pub(crate) fn directives_before(&self, id: NodeId) -> Vec<NodeId> {
        /// Nodes before it that are looked at.
        const STEPS: usize = 64;
        let mut found = Vec::new();
        for at in (0..id.0).rev().take(STEPS) {
            let node = &self.nodes[at as usize];
            // What the node itself begins: a declaration of several, or its keyword.
            let is_around = node.after > id.0;
            let is_keyword = || {
                let text = &self.text[node.start as usize..node.end as usize];
                let is_leaf = node.after == at + 1 && !node.is_named;
                is_leaf && text.bytes().all(|byte| byte.is_ascii_lowercase())
            };
            if node.is_directive {
                // Lines like Ruby's magic comments are about the whole file.
                if self.text[node.start as usize..].starts_with('#') {
                    break;
                }
                found.push(NodeId(at));
            } else if !found.is_empty() || !(is_around || is_keyword()) {
                break;
            }
        }
        found.reverse();
        found
    }

    pub(crate) fn hash(
        &self,
        nodes: &[NodeId],
        holes: &[(NodeId, &str)],
        own_name: &str,
    ) -> Hash64 {
        let mut hasher = TokenHasher::default();
        for node in nodes {
            self.hash_into(&mut hasher, *node, holes, own_name);
        }
        hasher.finish()
    }
}

/// The children of a node; see [`SyntaxTree::children`].
#[derive(Clone, Debug)]
pub(crate) struct Children<'a, 't> {
    tree: &'a SyntaxTree<'t>,
    at: u32,
    end: u32,
}

impl Iterator for Children<'_, '_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.at >= self.end {
            return None;
        }
        let child = NodeId(self.at);
        self.at = self.tree.node(child).after;
        Some(child)
    }
}

/// The grammar's kinds as a language's own enum: `kinds! { Kind { Call = "call", … } }`.
///
/// Kinds of one name are one variant; what is not listed is `Other`.
macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name {
            $($variant,)*
            Other,
        }

        impl $name {
            /// One entry for each kind of the grammar.
            pub(super) fn table(grammar: &tree_sitter::Language) -> Vec<$name> {
                (0..grammar.node_kind_count() as u16)
                    .map(|id| match grammar.node_kind_for_id(id) {
                        $(Some($text) if grammar.node_kind_is_named(id) => $name::$variant,)*
                        _ => $name::Other,
                    })
                    .collect()
            }
        }
    };
}

pub(crate) use kinds;
