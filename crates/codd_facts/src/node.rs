//! Nodes of the flat tree with the grammar's own words for kinds and fields.

use std::sync::OnceLock;

use codd_source::Span;

use crate::tree::{NodeId, NodeRole, SyntaxTree};

/// The words of one grammar, by their numbers.
#[derive(Debug)]
pub(crate) struct Grammar {
    kinds: Vec<Box<str>>,
    fields: Vec<Box<str>>,
    roles: Vec<NodeRole>,
}

impl Grammar {
    /// What each kind means for the flat tree, by its number.
    pub(crate) fn roles(&self) -> &[NodeRole] {
        &self.roles
    }

    /// The word for a kind.
    pub(crate) fn word(&self, kind: u16) -> &str {
        // Errors have a number of their own, outside the grammar.
        self.kinds.get(kind as usize).map_or("ERROR", |kind| kind)
    }

    /// The grammar's words, read from it once.
    pub(crate) fn of(
        cell: &'static OnceLock<Grammar>,
        language: impl FnOnce() -> tree_sitter::Language,
        role: fn(&str) -> NodeRole,
    ) -> &'static Grammar {
        cell.get_or_init(|| {
            let language = language();
            let kinds: Vec<Box<str>> = (0..language.node_kind_count() as u16)
                .map(|id| language.node_kind_for_id(id).unwrap_or("").into())
                .collect();
            let fields = (0..=language.field_count() as u16)
                .map(|id| language.field_name_for_id(id).unwrap_or("").into())
                .collect();
            let roles = kinds.iter().map(|kind| role(kind)).collect();
            Grammar { kinds, fields, roles }
        })
    }
}

/// One node; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'t> {
    pub(crate) tree: &'t SyntaxTree<'t>,
    pub(crate) grammar: &'static Grammar,
    pub(crate) id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<'t> Node<'t> {
    pub(crate) fn kind(self) -> &'static str {
        // Errors have a number of their own, outside the grammar.
        self.grammar.kinds.get(self.tree.kind(self.id) as usize).map_or("ERROR", |kind| kind)
    }

    pub(crate) fn is_named(self) -> bool {
        self.tree.is_named(self.id)
    }

    pub(crate) fn span(self) -> Span {
        self.tree.span(self.id)
    }

    pub(crate) fn text(self) -> &'t str {
        self.tree.text(self.id)
    }

    /// The same tree's node of that number.
    fn at(self, id: NodeId) -> Node<'t> {
        Node { id, ..self }
    }

    /// Named and unnamed children.
    pub(crate) fn all_children(self) -> impl Iterator<Item = Node<'t>> {
        self.tree.children(self.id).map(move |id| self.at(id))
    }

    /// All nodes below this one, in the order of the text.
    pub(crate) fn below(self) -> impl Iterator<Item = Node<'t>> {
        self.tree.below(self.id).map(move |id| self.at(id))
    }

    pub(crate) fn first_child(self) -> Option<Node<'t>> {
        self.all_children().find(|child| child.is_named())
    }

    /// The children in the field of that name, which a grammar may use for a list.
    pub(crate) fn fields_named(self, name: &str) -> impl Iterator<Item = Node<'t>> {
        self.all_children().filter(move |child| child.field_name() == name)
    }

    /// The field of its parent that it is in; empty for none.
    pub(crate) fn field_name(self) -> &'static str {
        self.grammar.fields.get(self.tree.field(self.id) as usize).map_or("", |name| name)
    }

    pub(crate) fn is_leaf(self) -> bool {
        self.tree.after(self.id).0 == self.id.0 + 1
    }
}

/// The named children.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.all_children().filter(|child| child.is_named()).collect()
}

/// The first child in the field of that name.
pub(crate) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.all_children().find(|child| child.field_name() == name)
}

/// Whether a direct child, named or not, is of that kind.
pub(crate) fn has_child(node: Node<'_>, kind: &str) -> bool {
    child_of_kind(node, kind).is_some()
}

pub(crate) fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    node.all_children().find(|child| child.kind() == kind)
}
