//! Reading a file once more, as a text of the same length that its grammar understands better.

use tree_sitter::Node;

use crate::tree::Flat;
use crate::{LanguageRef, Parsed, tree_of};

/// The file as if it had this text.
pub(crate) fn read(parsed: &Parsed, language: LanguageRef, text: &str) -> Option<Parsed> {
    let tree = tree_of(language, text).ok()?;
    Some(Parsed {
        unread: None,
        path: parsed.path.clone(),
        language,
        text: text.into(),
        tree,
        lines: parsed.lines.clone(),
        flat: Flat::default(),
    })
}

/// How many places the grammar did not understand.
pub(crate) fn errors(parsed: &Parsed) -> u32 {
    let mut count = 0;
    in_error(parsed, |node| {
        // What is missing may be a token that the tree does not show.
        let is_innermost = || !node.children(&mut node.walk()).any(|it| it.has_error());
        count += u32::from(node.is_error() || node.is_missing() || is_innermost());
    });
    count
}

/// Shows every node that is or has a place which the grammar did not understand.
pub(crate) fn in_error(parsed: &Parsed, mut show: impl FnMut(Node<'_>)) {
    let mut cursor = parsed.tree.walk();
    loop {
        let node = cursor.node();
        if node.has_error() {
            show(node);
            if cursor.goto_first_child() {
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}
