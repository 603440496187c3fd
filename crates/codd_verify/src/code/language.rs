//! Our languages and trees as ast-grep sees them, without parsing or copying anything again.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use ast_grep_core::Language;
use ast_grep_core::matcher::{Pattern, PatternBuilder, PatternError, PatternNode};
use ast_grep_core::source::{Content, Doc, Edit};
use codd_facts::{LanguageRef, Parsed};
use tree_sitter::{Node, Parser, Tree};

/// Levels of syntax beyond which code rules are not run: ast-grep's matchers recurse over the
/// tree, and no input may overflow the stack.
pub(crate) const MAX_RULE_DEPTH: u32 = 500;

/// Levels of syntax in a pattern; people write some ten.
const MAX_PATTERN_DEPTH: u32 = 100;

/// A language of codd, with what ast-grep asks of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeLanguage(pub(crate) LanguageRef);

impl Language for CodeLanguage {
    /// Writes meta-variables with a character that the grammar takes in an identifier.
    ///
    /// A `$` that starts no meta-variable stays, as in ast-grep's own languages.
    fn pre_process_pattern<'q>(&self, query: &'q str) -> Cow<'q, str> {
        let expando = self.expando_char();
        if expando == '$' {
            return Cow::Borrowed(query);
        }
        let mut text = String::with_capacity(query.len());
        let mut dollars = 0;
        for char in query.chars() {
            if char == '$' {
                dollars += 1;
                continue;
            }
            let starts_variable = matches!(char, 'A'..='Z' | '_') || dollars == 3;
            let sigil = if starts_variable { expando } else { '$' };
            text.extend(std::iter::repeat_n(sigil, dollars));
            dollars = 0;
            text.push(char);
        }
        let sigil = if dollars == 3 { expando } else { '$' };
        text.extend(std::iter::repeat_n(sigil, dollars));
        Cow::Owned(text)
    }

    fn expando_char(&self) -> char {
        self.0.expando_char()
    }

    fn kind_to_id(&self, kind: &str) -> u16 {
        self.0.grammar().id_for_node_kind(kind, true)
    }

    fn field_to_id(&self, field: &str) -> Option<u16> {
        self.0.grammar().field_id_for_name(field).map(std::num::NonZeroU16::get)
    }

    fn build_pattern(&self, builder: &PatternBuilder) -> Result<Pattern, PatternError> {
        let pattern = builder.build(|text| CodeDoc::of_pattern(text, *self))?;
        if has_error(&pattern.node) {
            return Err(PatternError::Parse(format!(
                "it is not {} by itself; give its surroundings as `pattern: {{context: …, \
                 selector: …}}`",
                self.0.name()
            )));
        }
        Ok(pattern)
    }
}

/// A parsed file as an ast-grep document; clones share text and tree.
#[derive(Clone)]
pub(crate) struct CodeDoc {
    language: CodeLanguage,
    text: Text,
    tree: Tree,
}

#[derive(Clone)]
pub(crate) struct Text(Arc<str>);

impl CodeDoc {
    pub(crate) fn of(parsed: &Parsed) -> CodeDoc {
        CodeDoc {
            language: CodeLanguage(parsed.language),
            text: Text(parsed.text.clone()),
            tree: parsed.tree.clone(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text.0
    }

    fn of_pattern(text: &str, language: CodeLanguage) -> Result<CodeDoc, String> {
        let mut parser = Parser::new();
        parser.set_language(&language.0.grammar()).map_err(|error| error.to_string())?;
        let tree = parser.parse(text, None).ok_or("the grammar gave up on it")?;
        if is_deeper_than(&tree, MAX_PATTERN_DEPTH) {
            return Err(format!("more than {MAX_PATTERN_DEPTH} levels of nested syntax"));
        }
        Ok(CodeDoc { language, text: Text(text.into()), tree })
    }
}

/// Whether the pattern holds something the grammar could not read: it would match nothing.
fn has_error(pattern: &PatternNode) -> bool {
    /// tree-sitter's kind of an error.
    const ERROR: u16 = u16::MAX;
    match pattern {
        PatternNode::MetaVar { .. } => false,
        PatternNode::Terminal { kind_id, .. } => *kind_id == ERROR,
        PatternNode::Internal { kind_id, children } => {
            *kind_id == ERROR || children.iter().any(has_error)
        }
    }
}

/// Whether some node lies more than `levels` below the root.
pub(crate) fn is_deeper_than(tree: &Tree, levels: u32) -> bool {
    let mut cursor = tree.walk();
    loop {
        if cursor.depth() > levels {
            return true;
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
        }
    }
}

impl Doc for CodeDoc {
    type Source = Text;
    type Lang = CodeLanguage;
    type Node<'r> = Node<'r>;

    fn get_lang(&self) -> &CodeLanguage {
        &self.language
    }

    fn get_source(&self) -> &Text {
        &self.text
    }

    fn do_edit(&mut self, _edit: &Edit<Text>) -> Result<(), String> {
        Err("trees of a snapshot are never edited".to_owned())
    }

    fn root_node(&self) -> Node<'_> {
        self.tree.root_node()
    }

    fn get_node_text<'a>(&'a self, node: &Node<'a>) -> Cow<'a, str> {
        Cow::Borrowed(self.text.0.get(node.byte_range()).unwrap_or_default())
    }
}

impl Content for Text {
    type Underlying = u8;

    fn get_range(&self, range: Range<usize>) -> &[u8] {
        &self.0.as_bytes()[range]
    }

    fn decode_str(text: &str) -> Cow<'_, [u8]> {
        Cow::Borrowed(text.as_bytes())
    }

    fn encode_bytes(bytes: &[u8]) -> Cow<'_, str> {
        String::from_utf8_lossy(bytes)
    }

    fn get_char_column(&self, column: usize, offset: usize) -> usize {
        self.0
            .get(offset.saturating_sub(column)..offset)
            .map_or(column, |start| start.chars().count())
    }
}
