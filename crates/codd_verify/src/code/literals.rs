//! Texts without which a rule cannot match, so that most files need no walk at all.

use ast_grep_config::Rule;
use ast_grep_core::matcher::PatternNode;
use ast_grep_core::{MatchStrictness, Pattern};

/// Texts of which at least one stands in every file in which `rule` matches.
///
/// `None` where nothing is known. A text is taken only from a token that ast-grep compares
/// literally; when in doubt the answer is `None`, which costs time and never a match.
pub(crate) fn required_literals(rule: &Rule) -> Option<Vec<String>> {
    match rule {
        Rule::Pattern(pattern) => longest_token(pattern).map(|text| vec![text]),
        // Any part's texts would do; the longest are the rarest.
        Rule::All(all) => all
            .inner()
            .iter()
            .filter_map(required_literals)
            .max_by_key(|texts| texts.iter().map(String::len).min()),
        Rule::Any(any) if !any.inner().is_empty() => {
            let parts: Option<Vec<Vec<String>>> =
                any.inner().iter().map(required_literals).collect();
            parts.map(|parts| {
                let mut texts = parts.concat();
                texts.sort();
                texts.dedup();
                texts
            })
        }
        _ => None,
    }
}

fn longest_token(pattern: &Pattern) -> Option<String> {
    // A signature compares kinds and never texts.
    if matches!(pattern.strictness, MatchStrictness::Signature) {
        return None;
    }
    let mut longest: Option<&str> = None;
    let mut open = vec![&pattern.node];
    while let Some(node) = open.pop() {
        match node {
            PatternNode::Terminal { text, is_named: true, .. } if !text.is_empty() => {
                if longest.is_none_or(|so_far| so_far.len() < text.len()) {
                    longest = Some(text);
                }
            }
            // Unnamed tokens are compared by kind alone.
            PatternNode::Terminal { .. } | PatternNode::MetaVar { .. } => {}
            PatternNode::Internal { children, .. } => open.extend(children),
        }
    }
    longest.map(str::to_owned)
}
