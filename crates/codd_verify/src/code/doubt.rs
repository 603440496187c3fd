//! Where in a tree with syntax errors the code may be other than the tree says.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::preorder::Preorder;
use super::view::is_trivia;

/// The places of a file that its tree may have wrong, in order and without overlap.
///
/// These are the statements of the file that hold an error, with those before and behind them.
/// Behind the first error the parser may also take code for text: what spans several lines
/// there, or is a template, is in doubt as well.
pub(super) fn doubtful(tree: &Tree, text: &str) -> Vec<Range<usize>> {
    let root = tree.root_node();
    if !root.has_error() {
        return Vec::new();
    }
    let everywhere = 0..text.len();
    if root.is_error() {
        return vec![everywhere];
    }
    let mut cursor = root.walk();
    let statements: Vec<Node<'_>> =
        root.children(&mut cursor).filter(|it| !is_trivia(*it)).collect();
    let mut places: Vec<Range<usize>> = Vec::new();
    for (at, statement) in statements.iter().enumerate() {
        if statement.has_error() {
            let first = if at == 0 { 0 } else { statements[at - 1].start_byte() };
            let last = statements.get(at + 1).map_or(text.len(), Node::end_byte);
            places.push(first..last);
        }
    }
    let Some(first) = places.first().map(|it| it.start) else {
        // An error that is in no statement.
        return vec![everywhere];
    };
    let in_doubt = |it: &Node<'_>| it.start_byte() >= first && may_hold_code(*it, text);
    places.extend(Preorder::below(root).filter(in_doubt).map(|it| it.byte_range()));
    places.sort_by_key(|it| (it.start, it.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}

/// Whether a text could begin where another one really ends.
fn may_hold_code(node: Node<'_>, text: &str) -> bool {
    let has_lines = node.start_position().row != node.end_position().row;
    if is_trivia(node) {
        // A comment with a line of its own is one.
        let before = text.get(..node.start_byte()).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        return has_lines && !line.trim().is_empty();
    }
    let kind = node.kind();
    kind.contains("template_string")
        || has_lines
            && ["string", "heredoc", "regex", "text"].iter().any(|part| kind.contains(part))
}

#[cfg(test)]
mod tests {
    use codd_facts::{language_named, parse};
    use codd_source::RepoPath;

    use super::*;

    fn doubts(text: &str) -> Vec<String> {
        let language = language_named("typescript").unwrap();
        let parsed = parse(language, &RepoPath::from("a.ts"), text.as_bytes()).unwrap();
        doubtful(&parsed.tree, &parsed.text).into_iter().map(|it| text[it].to_owned()).collect()
    }

    #[test]
    fn statement_with_an_error_and_its_neighbours_are_in_doubt() {
        assert_eq!(doubts("a();\nb();\n"), [""; 0]);
        assert_eq!(
            doubts("a();\nb();\nlet x = (;\nc();\nd();\n/**\n * e\n */\nf(`g`);\n"),
            ["b();\nlet x = (;\nc();", "`g`"]
        );
    }
}
