//! Where the value at a YAML path lies in its text, in block and in flow style.
//!
//! Only for text that [`crate::outline::outline`] has accepted: it bounds the nesting, which
//! the grammar's scanner does not (beyond 253 open blocks it writes past its buffer).

use std::ops::Range;

use tree_sitter::{Node, Parser, Tree};

/// One step into a YAML value: a map's key or a list's index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    Key(Box<str>),
    Index(usize),
}

impl From<&str> for PathStep {
    fn from(key: &str) -> PathStep {
        PathStep::Key(key.into())
    }
}

impl From<String> for PathStep {
    fn from(key: String) -> PathStep {
        PathStep::Key(key.into())
    }
}

impl From<usize> for PathStep {
    fn from(index: usize) -> PathStep {
        PathStep::Index(index)
    }
}

/// Which part of a map's entry is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Key,
    Value,
}

/// One entry of a map, as ranges of the text.
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) key_range: Range<usize>,
    pub(crate) value_range: Range<usize>,
}

/// The range of what `path` leads to, or of the deepest thing on the way that exists.
pub(crate) fn locate(text: &str, path: &[PathStep], part: Part) -> Option<Range<usize>> {
    let tree = parse(text)?;
    let mut node = content(tree.root_node())?;
    let mut range = range_of(node, text);
    for (at, step) in path.iter().enumerate() {
        let is_last = at + 1 == path.len();
        let next = match step {
            PathStep::Key(key) => {
                let Some(pair) =
                    pair_nodes(node).into_iter().find(|it| key_text(*it, text) == **key)
                else {
                    break;
                };
                let key = pair.child_by_field_name("key").unwrap_or(pair);
                if is_last && part == Part::Key {
                    return Some(range_of(key, text));
                }
                // A key without a value is found at the key.
                range = range_of(key, text);
                pair.child_by_field_name("value")
            }
            PathStep::Index(index) => {
                let Some(item) = item_nodes(node).into_iter().nth(*index) else { break };
                range = range_of(item, text);
                Some(item)
            }
        };
        let Some(next) = next else { break };
        range = range_of(next, text);
        let Some(next) = content(next) else { break };
        node = next;
    }
    Some(range)
}

/// The entries of the map that the text is, and the items of each list that it has under `key`;
/// nothing if it is none.
pub(crate) fn pairs_and_items(text: &str, key: &str) -> (Vec<Pair>, Vec<Range<usize>>) {
    let nothing = || (Vec::new(), Vec::new());
    let Some(tree) = parse(text) else { return nothing() };
    let Some(node) = content(tree.root_node()) else { return nothing() };
    let pairs = pair_nodes(node);
    let lists = pairs.iter().filter(|pair| key_text(**pair, text) == key);
    let lists = lists.filter_map(|pair| content(pair.child_by_field_name("value")?));
    let items = lists.flat_map(item_nodes).map(|item| range_of(item, text)).collect();
    let pairs = pairs
        .into_iter()
        .map(|pair| {
            let key = pair.child_by_field_name("key").unwrap_or(pair);
            let value = pair.child_by_field_name("value");
            let key_range = range_of(key, text);
            let after_key = key_range.end..key_range.end;
            Pair {
                key: key_text(pair, text),
                key_range,
                value_range: value.map_or(after_key, |value| range_of(value, text)),
            }
        })
        .collect();
    (pairs, items)
}

/// The keys that a map holds a second time: the key, its first place and its second.
pub(crate) fn duplicate_keys(text: &str) -> Vec<(String, Range<usize>, Range<usize>)> {
    let Some(tree) = parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        let mut seen: Vec<(String, Range<usize>)> = Vec::new();
        for pair in pair_nodes(node) {
            let key = key_text(pair, text);
            let range = range_of(pair.child_by_field_name("key").unwrap_or(pair), text);
            match seen.iter().find(|(it, _)| *it == key) {
                Some((_, first)) => found.push((key, first.clone(), range)),
                None => seen.push((key, range)),
            }
        }
        open.extend(node.named_children(&mut node.walk()));
    }
    found.sort_by_key(|(_, _, second)| second.start);
    found
}

fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_yaml::LANGUAGE.into())
        .expect("the grammar is built for this version of the library");
    parser.parse(text, None)
}

/// The scalar, map or list inside the nodes that wrap it with tags, anchors and comments.
fn content(mut node: Node<'_>) -> Option<Node<'_>> {
    while matches!(
        node.kind(),
        "stream" | "document" | "block_node" | "flow_node" | "block_sequence_item"
    ) {
        let mut cursor = node.walk();
        node = node.named_children(&mut cursor).find(|child| {
            !child.kind().ends_with("directive")
                && !matches!(child.kind(), "comment" | "tag" | "anchor")
        })?;
    }
    Some(node)
}

fn pair_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    if !matches!(node.kind(), "block_mapping" | "flow_mapping") {
        return Vec::new();
    }
    node.named_children(&mut node.walk())
        .filter(|child| matches!(child.kind(), "block_mapping_pair" | "flow_pair"))
        .collect()
}

/// The values of a list; of an item without a value, the item's own node.
fn item_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    if !matches!(node.kind(), "block_sequence" | "flow_sequence") {
        return Vec::new();
    }
    node.named_children(&mut node.walk())
        .filter(|child| child.kind() != "comment")
        .map(|item| match item.named_child(0) {
            Some(value) if item.kind() == "block_sequence_item" && value.kind() != "comment" => {
                value
            }
            _ => item,
        })
        .collect()
}

fn key_text(pair: Node<'_>, text: &str) -> String {
    let Some(key) = pair.child_by_field_name("key").and_then(content) else {
        return String::new();
    };
    let raw = &text[range_of(key, text)];
    match key.kind() {
        "double_quote_scalar" | "single_quote_scalar" => {
            serde_yaml::from_str(raw).unwrap_or_else(|_| raw.to_owned())
        }
        _ => raw.to_owned(),
    }
}

/// The node's range without the white space that the grammar leaves at the end of blocks.
fn range_of(node: Node<'_>, text: &str) -> Range<usize> {
    let range = node.byte_range();
    range.start..range.start + text[range.clone()].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, path: &[PathStep], part: Part) -> &'a str {
        &text[locate(text, path, part).unwrap()]
    }

    const BLOCK: &str =
        "a: 1\nb:\n  # c\n  - x: é\n    \"y z\": !t [p, {q: r}]\n  - |\n    text\nc:\n";

    #[test]
    fn values_and_keys_are_found_in_both_styles() {
        let y = [PathStep::from("b"), 0.into(), "y z".into()];
        assert_eq!(found(BLOCK, &y, Part::Key), "\"y z\"");
        assert_eq!(found(BLOCK, &y, Part::Value), "!t [p, {q: r}]");
        let q = [&y[..], &[1.into(), "q".into()]].concat();
        assert_eq!(found(BLOCK, &q, Part::Value), "r");
        assert_eq!(found(BLOCK, &["b".into(), 1.into()], Part::Value), "|\n    text");
    }

    #[test]
    fn what_does_not_exist_is_found_at_what_does() {
        assert_eq!(
            found(BLOCK, &["b".into(), 0.into(), "x".into(), "no".into()], Part::Value),
            "é"
        );
        assert_eq!(found(BLOCK, &["c".into()], Part::Value), "c");
        assert_eq!(found("- 1\n", &["c".into()], Part::Value), "- 1");
    }

    #[test]
    fn duplicates_are_found_at_every_depth() {
        let text = "a: {b: 1, b: 2}\nc:\n  d: 1\n  d: 2\n'a': 3\n";
        let found: Vec<_> = duplicate_keys(text)
            .into_iter()
            .map(|(key, first, second)| format!("{key} {}..{}", first.start, second.start))
            .collect();
        assert_eq!(found, ["b 4..10", "d 21..28", "a 0..33"]);
    }
}
