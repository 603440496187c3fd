//! Words without which a rule cannot match, so that most files need no walk at all.

use ast_grep_config::Rule;
use ast_grep_core::matcher::PatternNode;
use ast_grep_core::{MatchStrictness, Pattern};
use codd_facts::LanguageRef;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind};
use serde_yaml::Value;

/// A text that must stand in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Whether it is a name by itself and no part of a longer one.
    pub(crate) is_name: bool,
    /// Whether the name is called, so that what ends a type cannot follow it.
    pub(crate) is_called: bool,
}

/// Finds the words of a rule as it is written.
pub(super) struct RuleWords<'a> {
    pub(super) utils: Option<Value>,
    /// The words of a rule object with nothing but a `pattern`.
    pub(super) words_of_pattern: &'a dyn Fn(Value) -> Option<Vec<Word>>,
}

impl RuleWords<'_> {
    /// Words of which at least one stands inside of every match of `rule`.
    ///
    /// `None` where nothing is known. A text is taken only from what is compared literally; when
    /// in doubt the answer is `None`, which costs time and never a match.
    pub(super) fn required(&self, rule: &Value) -> Option<Vec<Word>> {
        self.required_within(rule, 0)
    }

    fn required_within(&self, rule: &Value, depth: u32) -> Option<Vec<Word>> {
        /// Utils may name themselves inside of `has`.
        const DEEPEST: u32 = 30;
        if depth > DEEPEST {
            return None;
        }
        let below = |rule: &Value| self.required_within(rule, depth + 1);
        // Any field's words would do; the longest are the rarest.
        let fields = rule.as_mapping()?.iter().filter_map(|(key, value)| match key.as_str()? {
            "pattern" => {
                let pattern = [(key.clone(), value.clone())].into_iter().collect();
                (self.words_of_pattern)(Value::Mapping(pattern))
            }
            "regex" => {
                let is_name = rule["kind"].as_str().is_some_and(is_name_kind);
                words_of_regex(value.as_str()?, is_name)
            }
            // What is around a match or beside it is not inside of it.
            "has" => below(value),
            "matches" => below(self.utils.as_ref()?.get(value.as_str()?)?),
            "all" => value.as_sequence()?.iter().filter_map(below).max_by_key(|it| shortest(it)),
            "any" => {
                let parts: Option<Vec<Vec<Word>>> =
                    value.as_sequence()?.iter().map(below).collect();
                parts.map(|parts| parts.concat()).filter(|words| !words.is_empty())
            }
            _ => None,
        });
        let mut words = fields.max_by_key(|it| shortest(it))?;
        words.sort();
        words.dedup();
        /// More words than these wake a rule nearly everywhere.
        const MOST: usize = 200;
        (words.len() <= MOST).then_some(words)
    }
}

fn shortest(words: &[Word]) -> Option<usize> {
    words.iter().map(|it| it.text.len()).min()
}

/// Whether the outcome of a rule may depend on more than the statement that holds the match:
/// on siblings, or on the file as a whole.
pub(super) fn looks_around(rule: &Value, language: LanguageRef) -> bool {
    let mut open = vec![rule];
    let root = root_kind(language);
    while let Some(value) = open.pop() {
        match value {
            Value::Mapping(fields) => {
                for (key, value) in fields {
                    match key.as_str() {
                        Some("precedes" | "follows" | "nthChild") => return true,
                        Some("kind") if root.is_none() || value.as_str() == root.as_deref() => {
                            return true;
                        }
                        _ => open.push(value),
                    }
                }
            }
            Value::Sequence(values) => open.extend(values),
            _ => {}
        }
    }
    false
}

/// The kind of a file's own node.
fn root_kind(language: LanguageRef) -> Option<String> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    Some(parser.parse("", None)?.root_node().kind().to_owned())
}

/// The longest name of a pattern, or another token that is compared literally.
pub(super) fn required_words(rule: &Rule, language: LanguageRef) -> Option<Vec<Word>> {
    let Rule::Pattern(pattern) = rule else { return None };
    longest_token(pattern, language).map(|word| vec![word])
}

fn longest_token(pattern: &Pattern, language: LanguageRef) -> Option<Word> {
    // A signature compares kinds and never texts.
    if matches!(pattern.strictness, MatchStrictness::Signature) {
        return None;
    }
    // The template's tokens may be of other kinds than those of the code.
    let has_kinds = !matches!(pattern.strictness, MatchStrictness::Template);
    let grammar = language.grammar();
    // In the order in which they stand, with `None` for what is not one certain token.
    let mut tokens: Vec<Option<(&str, u16, bool)>> = Vec::new();
    let mut open = vec![&pattern.node];
    while let Some(node) = open.pop() {
        match node {
            PatternNode::Terminal { text, is_named, kind_id } => {
                tokens.push(Some((text, *kind_id, *is_named)));
            }
            PatternNode::MetaVar { .. } => tokens.push(None),
            PatternNode::Internal { children, .. } => open.extend(children.iter().rev()),
        }
    }
    // Unnamed tokens are compared by kind alone.
    let named = tokens.iter().enumerate().filter_map(|(at, token)| {
        // Quotes are compared without regard to which they are.
        let is_certain = |text: &str| !text.is_empty() && !text.contains(['\'', '"']);
        token.filter(|(text, _, is_named)| *is_named && is_certain(text)).map(|it| (at, it))
    });
    let (at, (text, kind, _)) = named.rev().max_by_key(|(_, (text, ..))| text.len())?;
    let is_name = has_kinds && grammar.node_kind_for_id(kind).is_some_and(is_name_kind);
    let is_called = is_name
        && matches!(tokens.get(at + 1), Some(Some((_, kind, false)))
            if grammar.node_kind_for_id(*kind) == Some("("));
    Some(Word { text: text.to_owned(), is_name, is_called })
}

fn is_name_kind(kind: &str) -> bool {
    kind.contains("identifier")
}

/// Words of which one is in every text that the expression finds; `is_name` says that it reads
/// names alone.
fn words_of_regex(regex: &str, is_name: bool) -> Option<Vec<Word>> {
    let hir = regex_syntax::parse(regex).ok()?;
    let properties = hir.properties();
    let is_whole = properties.look_set_prefix().contains_anchor_haystack()
        && properties.look_set_suffix().contains_anchor_haystack();
    let exact = Extractor::new().extract(&hir);
    let words = match exact.literals().filter(|_| exact.is_exact()) {
        Some(literals) if !literals.is_empty() => {
            literals.iter().map(|it| run_of(it.as_bytes())).collect::<Option<Vec<_>>>()
        }
        _ => None,
    };
    let is_exact = words.is_some();
    let mut words = words.or_else(|| runs(&hir, 0))?;
    words.sort();
    words.dedup();
    let is_name = is_name && is_whole && is_exact;
    Some(words.into_iter().map(|text| Word { text, is_name, is_called: false }).collect())
}

/// As [`words_of_regex`], by the structure of the expression.
fn runs(hir: &Hir, depth: u32) -> Option<Vec<String>> {
    const DEEPEST: u32 = 50;
    if depth > DEEPEST {
        return None;
    }
    let below = |it: &Hir| runs(it, depth + 1);
    match hir.kind() {
        HirKind::Literal(literal) => run_of(&literal.0).map(|run| vec![run]),
        HirKind::Capture(capture) => below(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => below(&repetition.sub),
        HirKind::Concat(parts) => parts
            .iter()
            .filter_map(below)
            .max_by_key(|words: &Vec<String>| words.iter().map(String::len).min()),
        HirKind::Alternation(parts) => {
            let parts: Option<Vec<Vec<String>>> = parts.iter().map(below).collect();
            parts.map(|parts| parts.concat())
        }
        _ => None,
    }
}

/// The longest run of letters in a literal: a comment or line break can stand between others.
fn run_of(literal: &[u8]) -> Option<String> {
    const SHORTEST: usize = 2;
    let text = std::str::from_utf8(literal).ok()?;
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let run = text.split(|char| !is_word(char)).max_by_key(|run| run.len())?;
    (run.len() >= SHORTEST).then(|| run.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_an_expression_are_in_all_that_it_finds() {
        let words = |regex: &str| {
            words_of_regex(regex, true).map_or("-".to_owned(), |words| {
                let texts = words
                    .iter()
                    .map(|it| if it.is_name { format!("={}", it.text) } else { it.text.clone() });
                texts.collect::<Vec<_>>().join(" ")
            })
        };
        assert_eq!(words("^(eval|exec)$"), "=eval =exec");
        assert_eq!(words("eval"), "eval");
        assert_eq!(words("^['\"]?rejectUnauthorized['\"]?$"), "=rejectUnauthorized");
        assert_eq!(words("foo.*(barbar|bazbaz)"), "barbar bazbaz");
        assert_eq!(words("(verify)*x+"), "-");
        assert_eq!(words("^.$"), "-");
        assert_eq!(words("two words"), "words");
    }
}
