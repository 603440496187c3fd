//! A node of a tree as a code rule sees it, for ast-grep's matchers.

use std::borrow::Cow;
use std::num::NonZeroU16;
use std::ops::Range;

use ast_grep_core::Position;
use ast_grep_core::source::SgNode;
use tree_sitter::{Node, TreeCursor};

use super::preorder::Preorder;
use super::steps::Steps;
use super::view::{Appearance, View};

/// A node, with what is wrapped around it counted to its place and not to what it is.
#[derive(Clone)]
pub(crate) struct CodeNode<'t> {
    pub(crate) node: Node<'t>,
    view: &'t View,
    steps: &'t Steps,
    /// Of the outermost wrapper, so that a replacement takes all of it away.
    range: (usize, usize),
    /// The kind of token as which the node appears.
    token: Option<u16>,
    /// The kind of a list of arguments as which the node appears, with itself in it.
    list: Option<u16>,
}

impl<'t> CodeNode<'t> {
    /// A node by itself, even if it is a wrapper.
    pub(crate) fn new(node: Node<'t>, view: &'t View, steps: &'t Steps) -> CodeNode<'t> {
        let range = (node.start_byte(), node.end_byte());
        CodeNode { node, view, steps, range, token: None, list: None }
    }

    /// Another node of the same tree by itself.
    fn plain(&self, node: Node<'t>) -> CodeNode<'t> {
        CodeNode::new(node, self.view, self.steps)
    }

    /// A node as one of its parent's children.
    fn seen(&self, parent: Node<'t>, child: Node<'t>) -> Option<CodeNode<'t>> {
        match self.view.appearance(parent, child) {
            Appearance::Hidden => None,
            Appearance::AsItIs => Some(self.given(parent, child)),
            Appearance::Token(kind) => Some(CodeNode { token: Some(kind), ..self.plain(child) }),
        }
    }

    /// A node as its parent has it: what a call is given is a list, also without one.
    fn given(&self, parent: Node<'t>, child: Node<'t>) -> CodeNode<'t> {
        match self.view.lone_argument(parent, child) {
            list @ Some(_) => CodeNode { list, ..self.plain(child) },
            None => self.unwrapped(child),
        }
    }

    fn unwrapped(&self, outer: Node<'t>) -> CodeNode<'t> {
        let mut seen = self.plain(outer);
        while let Some(inner) = self.view.wrapped(seen.node) {
            seen.node = inner;
        }
        seen
    }

    /// The outermost wrapper around the node, or itself.
    fn outermost(&self) -> Node<'t> {
        let mut node = self.node;
        while let Some(parent) = node.parent()
            && self.view.wrapped(parent) == Some(node)
        {
            node = parent;
        }
        node
    }

    fn siblings(&self, step: fn(&mut TreeCursor<'t>) -> bool) -> impl Iterator<Item = Self> {
        let outermost = self.outermost();
        let this = self.clone();
        // Without a parent there are no siblings, and stepping from the node itself says so.
        let parent = outermost.parent().unwrap_or(outermost);
        let mut cursor = parent.walk();
        cursor.goto_first_child_for_byte(outermost.start_byte());
        std::iter::from_fn(move || {
            while this.steps.take() && step(&mut cursor) {
                if let Some(it) = this.seen(parent, cursor.node()) {
                    return Some(it);
                }
            }
            None
        })
    }
}

impl<'t> SgNode<'t> for CodeNode<'t> {
    fn parent(&self) -> Option<Self> {
        Some(self.plain(self.outermost().parent()?))
    }

    fn ancestors(&self, root: Self) -> impl Iterator<Item = Self> {
        let mut way = Vec::new();
        let mut next = Some(root.node);
        while let Some(node) = next.filter(|it| it.id() != self.node.id() && self.steps.take()) {
            way.push(node);
            next = node.child_with_descendant(self.node);
        }
        let this = self.clone();
        let mut below = self.node;
        way.into_iter().rev().take_while(|_| self.steps.take()).filter_map(move |node| {
            let wraps = this.view.wrapped(node) == Some(below);
            below = node;
            (!wraps).then(|| this.plain(node))
        })
    }

    fn children(&self) -> impl ExactSizeIterator<Item = Self> {
        let mut children = Vec::with_capacity(self.node.child_count() as usize);
        if self.list.is_some() {
            // Its parentheses are those of the call.
            let last = self.node.child_count().saturating_sub(1);
            children.extend(self.node.child(0).map(|it| self.plain(it)));
            children.push(self.plain(self.node));
            children.extend(self.node.child(last).map(|it| self.plain(it)));
            return children.into_iter();
        }
        let mut cursor = self.node.walk();
        if cursor.goto_first_child() {
            loop {
                children.extend(self.seen(self.node, cursor.node()));
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        children.into_iter()
    }

    fn dfs(&self) -> impl Iterator<Item = Self> {
        let this = self.clone();
        let mut next = Some(self.clone());
        let mut below = Preorder::below(self.node);
        // The expression in a wrapper has appeared in the wrapper's place.
        let mut appeared = None;
        std::iter::from_fn(move || {
            if let Some(start) = next.take() {
                return Some(start);
            }
            while this.steps.take() {
                let node = below.next()?;
                if this.view.is_hidden_extra(node) || appeared == Some(node.id()) {
                    continue;
                }
                let seen = this.unwrapped(node);
                if seen.node.id() != node.id() {
                    if appeared == Some(seen.node.id()) {
                        continue;
                    }
                    appeared = Some(seen.node.id());
                }
                return Some(seen);
            }
            None
        })
    }

    fn next(&self) -> Option<Self> {
        self.next_all().next()
    }

    fn prev(&self) -> Option<Self> {
        self.prev_all().next()
    }

    fn next_all(&self) -> impl Iterator<Item = Self> {
        self.siblings(TreeCursor::goto_next_sibling)
    }

    fn prev_all(&self) -> impl Iterator<Item = Self> {
        self.siblings(TreeCursor::goto_previous_sibling)
    }

    fn is_named(&self) -> bool {
        self.token.is_none() && self.node.is_named()
    }

    fn is_named_leaf(&self) -> bool {
        self.list.is_none() && self.node.named_child_count() == 0
            || !self.children().any(|it| it.is_named())
    }

    fn is_leaf(&self) -> bool {
        self.token.is_some() || self.node.child_count() == 0 || self.children().len() == 0
    }

    fn kind(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.node.kind())
    }

    fn kind_id(&self) -> u16 {
        self.token.or(self.list).unwrap_or_else(|| self.view.compared_kind(self.node.kind_id()))
    }

    fn node_id(&self) -> usize {
        self.node.id()
    }

    fn range(&self) -> Range<usize> {
        self.range.0..self.range.1
    }

    fn start_pos(&self) -> Position {
        let start = self.node.start_position();
        Position::new(start.row, start.column, self.node.start_byte())
    }

    fn end_pos(&self) -> Position {
        let end = self.node.end_position();
        Position::new(end.row, end.column, self.node.end_byte())
    }

    fn is_missing(&self) -> bool {
        self.node.is_missing()
    }

    fn is_error(&self) -> bool {
        self.node.is_error()
    }

    fn is_extra(&self) -> bool {
        self.node.is_extra()
    }

    fn field(&self, name: &str) -> Option<Self> {
        Some(self.given(self.node, self.node.child_by_field_name(name)?))
    }

    fn field_children(&self, field_id: Option<u16>) -> impl Iterator<Item = Self> {
        let field = field_id.and_then(NonZeroU16::new);
        let mut found = Vec::new();
        let mut cursor = self.node.walk();
        if field.is_some() && cursor.goto_first_child() {
            loop {
                if cursor.field_id() == field {
                    found.push(self.given(self.node, cursor.node()));
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        found.into_iter()
    }

    fn child_by_field_id(&self, field_id: u16) -> Option<Self> {
        Some(self.given(self.node, self.node.child_by_field_id(field_id)?))
    }
}
