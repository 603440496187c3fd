//! Our languages and trees as ast-grep sees them, without parsing or copying anything again.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use ast_grep_core::Language;
use ast_grep_core::matcher::{Pattern, PatternBuilder, PatternError, PatternNode};
use ast_grep_core::meta_var::MetaVariable;
use ast_grep_core::source::{Content, Doc, Edit};
use codd_facts::{LanguageRef, Parsed};
use tree_sitter::{Node, Tree};

use super::node::CodeNode;
use super::preorder::Preorder;
use super::steps::Steps;
use super::view::{View, is_trivia, shown_by_pattern};

/// Levels of syntax beyond which code rules are not run: ast-grep's matchers recurse over the
/// tree, and no input may overflow the stack.
pub(crate) const MAX_RULE_DEPTH: usize = 500;

/// Levels of syntax in a pattern; people write some ten.
const MAX_PATTERN_DEPTH: usize = 100;

/// A language of codd with what one rule sees of it.
#[derive(Clone, Debug)]
pub(crate) struct CodeLanguage {
    language: LanguageRef,
    view: Arc<View>,
    /// Gathers the kinds that the rule names, before its view is known.
    named: Option<Arc<Mutex<BTreeSet<u16>>>>,
}

impl CodeLanguage {
    /// With a view that the rule's own kinds are not part of yet.
    pub(crate) fn gathering(language: LanguageRef) -> CodeLanguage {
        let view = Arc::new(View::new(language, BTreeSet::new()));
        CodeLanguage { language, view, named: Some(Arc::default()) }
    }

    /// With the kinds seen that were named since [`CodeLanguage::gathering`].
    pub(crate) fn seeing_what_is_named(&self) -> CodeLanguage {
        let named = self.named.as_ref().map(|it| match it.lock() {
            Ok(named) => named.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        });
        let view = match named {
            Some(named) if !named.is_empty() => Arc::new(View::new(self.language, named)),
            _ => self.view.clone(),
        };
        CodeLanguage { language: self.language, view, named: None }
    }

    pub(crate) fn view(&self) -> &Arc<View> {
        &self.view
    }

    fn name(&self, kinds: impl IntoIterator<Item = u16>) {
        if let Some(named) = &self.named
            && let Ok(mut named) = named.lock()
        {
            named.extend(kinds);
        }
    }
}

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
        self.language.expando_char()
    }

    fn kind_to_id(&self, kind: &str) -> u16 {
        let id = self.language.grammar().id_for_node_kind(kind, true);
        self.name([id]);
        id
    }

    fn field_to_id(&self, field: &str) -> Option<u16> {
        self.language.grammar().field_id_for_name(field).map(std::num::NonZeroU16::get)
    }

    fn build_pattern(&self, builder: &PatternBuilder) -> Result<Pattern, PatternError> {
        let mut pattern = builder.build(|text| CodeDoc::of_pattern(text, self))?;
        if has_error(&pattern.node) {
            return Err(PatternError::Parse(format!(
                "it is not {} by itself; give its surroundings as `pattern: {{context: …, \
                 selector: …}}`",
                self.language.name()
            )));
        }
        if let Some(comma) = separator(self.language) {
            drop_commas_before_any(&mut pattern.node, comma);
        }
        Ok(pattern)
    }
}

/// A parsed file as an ast-grep document; clones share text and tree.
#[derive(Clone)]
pub(crate) struct CodeDoc {
    language: CodeLanguage,
    text: Text,
    tree: Arc<Tree>,
    survey: Arc<Survey>,
}

#[derive(Clone)]
pub(crate) struct Text(Arc<str>);

/// What one walk over a tree tells.
pub(super) struct Survey {
    /// Places of comments and the like, in order.
    extras: Vec<Range<usize>>,
    /// Whether some name is written in another way than the language compares it.
    has_odd_names: bool,
    /// What the rules may still look at.
    steps: Steps,
}

impl Survey {
    /// Whether the rules were stopped before they had looked at everything they ask about.
    pub(super) fn is_too_much(&self) -> bool {
        self.steps.are_gone()
    }
}

impl CodeDoc {
    /// The document of a file as a rule with this view sees it.
    pub(super) fn surveyed(
        parsed: &Parsed,
        tree: &Arc<Tree>,
        survey: &Arc<Survey>,
        view: &Arc<View>,
    ) -> CodeDoc {
        CodeDoc {
            language: CodeLanguage { language: parsed.language, view: view.clone(), named: None },
            text: Text(parsed.text.clone()),
            tree: Arc::clone(tree),
            survey: Arc::clone(survey),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text.0
    }

    pub(crate) fn view(&self) -> &View {
        &self.language.view
    }

    /// A node of the tree by itself, even if it is a wrapper.
    pub(crate) fn node<'t>(&'t self, node: Node<'t>) -> CodeNode<'t> {
        CodeNode::new(node, &self.language.view, &self.survey.steps)
    }

    /// The text of a node without children, as the language compares it.
    pub(crate) fn token<'a>(&'a self, node: Node<'_>) -> Cow<'a, str> {
        let text = self.text.0.get(node.byte_range()).unwrap_or_default();
        if self.survey.has_odd_names && node.kind().contains("identifier") {
            return match self.language.language.canonical_names(text) {
                Some(name) => Cow::Owned(name),
                None => Cow::Borrowed(text),
            };
        }
        Cow::Borrowed(text)
    }

    fn of_pattern(text: &str, language: &CodeLanguage) -> Result<CodeDoc, String> {
        let tree = codd_facts::tree_of(language.language, text).map_err(|it| it.to_string())?;
        let survey = survey(&tree, language.language, text, MAX_PATTERN_DEPTH, |_| {})
            .ok_or_else(|| format!("more than {MAX_PATTERN_DEPTH} levels of nested syntax"))?;
        language.name(shown_by_pattern(language.language, tree.root_node()));
        Ok(CodeDoc {
            language: language.clone(),
            text: Text(text.into()),
            tree: Arc::new(tree),
            survey: Arc::new(survey),
        })
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

/// The kind of the comma, if the language has one.
fn separator(language: LanguageRef) -> Option<u16> {
    let comma = language.grammar().id_for_node_kind(",", false);
    (comma != 0).then_some(comma)
}

/// Takes the commas away behind which `$$$` stands, so that it stands for nothing, too.
///
/// Those behind it are left out by ast-grep itself. A `$$$NAME` keeps its comma, which would
/// otherwise be part of what it captures.
// The depth is that of the pattern's tree, which is bounded.
fn drop_commas_before_any(pattern: &mut PatternNode, comma: u16) {
    let PatternNode::Internal { children, .. } = pattern else { return };
    let is_any =
        |it: &PatternNode| matches!(it, PatternNode::MetaVar { meta_var: MetaVariable::Multiple });
    let is_comma =
        |it: &PatternNode| matches!(it, PatternNode::Terminal { kind_id, .. } if *kind_id == comma);
    let mut at = 0;
    while at + 1 < children.len() {
        if is_comma(&children[at]) && is_any(&children[at + 1]) {
            children.remove(at);
        } else {
            at += 1;
        }
    }
    for child in children {
        drop_commas_before_any(child, comma);
    }
}

/// What a walk over the tree tells, which shows `see` every node; `None` where some lies more than
/// `levels` below the root.
pub(super) fn survey<'t>(
    tree: &'t Tree,
    language: LanguageRef,
    text: &str,
    levels: usize,
    mut see: impl FnMut(Node<'t>),
) -> Option<Survey> {
    let mut extras = Vec::new();
    see(tree.root_node());
    let mut below = Preorder::below(tree.root_node());
    let mut nodes = 0;
    while let Some(node) = below.next() {
        nodes += 1;
        if below.depth() > levels {
            return None;
        }
        if is_trivia(node) {
            extras.push(node.byte_range());
        }
        see(node);
    }
    let has_odd_names = language.canonical_names(text).is_some();
    Some(Survey { extras, has_odd_names, steps: Steps::for_nodes(nodes) })
}

impl Doc for CodeDoc {
    type Source = Text;
    type Lang = CodeLanguage;
    type Node<'r> = CodeNode<'r>;

    fn get_lang(&self) -> &CodeLanguage {
        &self.language
    }

    fn get_source(&self) -> &Text {
        &self.text
    }

    fn do_edit(&mut self, _edit: &Edit<Text>) -> Result<(), String> {
        Err("trees of a snapshot are never edited".to_owned())
    }

    fn root_node(&self) -> CodeNode<'_> {
        self.node(self.tree.root_node())
    }

    /// Without what the rule does not see inside of the node.
    fn get_node_text<'a>(&'a self, node: &CodeNode<'a>) -> Cow<'a, str> {
        let node = node.node;
        if node.child_count() == 0 {
            let token = self.token(node);
            // A string is the same between other quotes.
            return match node.kind() {
                "string_start" | "string_end" if token.contains('\'') => {
                    Cow::Owned(token.replace('\'', "\""))
                }
                _ => token,
            };
        }
        let range = node.byte_range();
        let text = self.text.0.get(range.clone()).unwrap_or_default();
        let extras = &self.survey.extras;
        let inside = extras
            .get(extras.partition_point(|it| it.start < range.start)..)
            .unwrap_or_default()
            .iter()
            .take_while(|it| it.end <= range.end);
        let mut kept = String::new();
        let mut end = range.start;
        for extra in inside {
            // An extra node may hold others.
            if extra.start >= end && *extra != range {
                kept.push_str(self.text.0.get(end..extra.start).unwrap_or_default());
                kept.push(' ');
                end = extra.end;
            }
        }
        if end == range.start {
            return Cow::Borrowed(text);
        }
        kept.push_str(self.text.0.get(end..range.end).unwrap_or_default());
        Cow::Owned(kept)
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
