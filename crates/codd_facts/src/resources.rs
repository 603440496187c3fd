//! Collects what configuration and infrastructure define and refer to.

use std::sync::Arc;

use codd_source::{RepoPath, Span};

use crate::builder::{DefinitionText, SemanticsBuilder};
use crate::commands::LinkSink;
use crate::tree::SyntaxTree;
use crate::{
    Definition, DefinitionId, DefinitionKind, DefinitionPlace, FileFacts, Link, LinkKind, LinkRole,
    MODULE_SCOPE, Name, ParseErrors, Parsed, ScopeKind, TokenHasher,
};

/// Definitions and links of one file; a hostile file gets no more.
const MOST: usize = 50_000;

/// The longest text that is a key.
const LONGEST_KEY: usize = 512;

/// The facts of one file of resources as they grow.
#[derive(Debug)]
pub(crate) struct Resources<'t> {
    pub(crate) builder: SemanticsBuilder,
    pub(crate) path: &'t RepoPath,
    pub(crate) text: Arc<str>,
    /// By definition.
    parts: Vec<Parts>,
}

/// Where the text of a definition is.
#[derive(Debug)]
struct Parts {
    whole: Span,
    name: Span,
    /// Further down, and part of it too.
    also: Vec<Span>,
    is_documented: bool,
}

/// What the text of a resource is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Text(Span),
    /// Where a block begins or ends whose layout is structure.
    Open(Span),
    Close(Span),
}

impl<'t> Resources<'t> {
    pub(crate) fn new(parsed: &'t Parsed) -> Resources<'t> {
        let mut builder = SemanticsBuilder::default();
        builder.scope(ScopeKind::Module, None, None);
        Resources { builder, path: &parsed.path, text: Arc::clone(&parsed.text), parts: Vec::new() }
    }

    /// The folder of the file.
    pub(crate) fn folder(&self) -> &'t str {
        self.path.parent()
    }

    /// Adds a resource that is written as `whole`; `None` where there are too many.
    pub(crate) fn define(
        &mut self,
        name: &str,
        whole: Span,
        name_span: Span,
        parent: Option<DefinitionId>,
    ) -> Option<DefinitionId> {
        self.define_as(DefinitionKind::Resource, name, whole, name_span, parent)
    }

    pub(crate) fn define_as(
        &mut self,
        kind: DefinitionKind,
        name: &str,
        whole: Span,
        name_span: Span,
        parent: Option<DefinitionId>,
    ) -> Option<DefinitionId> {
        let is_name = !name.is_empty() && name.len() <= LONGEST_KEY;
        if self.parts.len() >= MOST || !is_name {
            self.builder.not_modelled("definitions beyond the limits");
            return None;
        }
        let qualified_name = match parent {
            Some(parent) => {
                let outer = &self.builder.semantics.definition(parent).qualified_name;
                Name::from(format!("{outer}.{name}"))
            }
            None => Name::new(name),
        };
        if qualified_name.len() > 2 * LONGEST_KEY {
            return None;
        }
        let definition = Definition {
            parent,
            ..Definition::new(kind, Name::new(name), qualified_name, MODULE_SCOPE)
        };
        self.parts.push(Parts { whole, name: name_span, also: Vec::new(), is_documented: false });
        let text = DefinitionText::new(SyntaxTree::ROOT, SyntaxTree::ROOT);
        Some(self.builder.define(definition, text))
    }

    /// Says that a later part of the text belongs to a definition too.
    pub(crate) fn continue_with(&mut self, id: DefinitionId, span: Span) {
        self.parts[id.index()].also.push(span);
    }

    pub(crate) fn document(&mut self, id: DefinitionId) {
        self.parts[id.index()].is_documented = true;
    }

    /// The definition that a part of the text belongs to.
    pub(crate) fn owners(&self) -> Owners {
        Owners::new(self.parts.iter().enumerate().flat_map(|(at, parts)| {
            let id = DefinitionId(at as u32);
            std::iter::once(parts.whole).chain(parts.also.iter().copied()).map(move |it| (it, id))
        }))
    }

    /// Adds one declaration or use.
    pub(crate) fn link(
        &mut self,
        kind: LinkKind,
        role: LinkRole,
        keys: impl IntoIterator<Item = Name>,
        owner: Option<DefinitionId>,
        span: Span,
    ) {
        self.add_link(kind, role, keys, owner, span, true);
    }

    /// The same, where part of the key is a guess.
    pub(crate) fn guess(
        &mut self,
        kind: LinkKind,
        role: LinkRole,
        keys: impl IntoIterator<Item = Name>,
        owner: Option<DefinitionId>,
        span: Span,
    ) {
        self.add_link(kind, role, keys, owner, span, false);
    }

    fn add_link(
        &mut self,
        kind: LinkKind,
        role: LinkRole,
        keys: impl IntoIterator<Item = Name>,
        owner: Option<DefinitionId>,
        span: Span,
        is_certain: bool,
    ) {
        let keys = keys.into_iter().collect();
        self.put(Link { kind, role, keys, owner, is_certain }, span);
    }

    /// The facts, with every definition hashed over its tokens.
    pub(crate) fn finish(
        self,
        language: &'static str,
        tokens: &[Token],
        errors: ParseErrors,
    ) -> FileFacts {
        let owners = self.owners();
        let mut hashers = vec![TokenHasher::default(); self.parts.len()];
        let mut module = TokenHasher::default();
        let mut is_named = vec![false; self.parts.len()];
        for token in tokens {
            let (Token::Text(span) | Token::Open(span) | Token::Close(span)) = *token;
            let owner = owners.of(span);
            let bytes = match token {
                Token::Text(span) => {
                    self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
                }
                Token::Open(_) => "\0{",
                Token::Close(_) => "\0}",
            };
            let Some(owner) = owner else {
                module.token(bytes.as_bytes());
                continue;
            };
            if !std::mem::replace(&mut is_named[owner.index()], true) {
                // Whoever holds it sees its name, and nothing else of it.
                let definition = self.builder.semantics.definition(owner);
                let outer = definition.parent.map(|it| &mut hashers[it.index()]);
                if let Some(outer) = outer {
                    outer.token(definition.name.as_bytes());
                }
            }
            // A new name alone is no new body; one that has no other text is all there is.
            let Parts { whole, name, .. } = self.parts[owner.index()];
            let is_name = name.start <= span.start && span.end <= name.end && name != whole;
            if !is_name {
                hashers[owner.index()].token(bytes.as_bytes());
            }
        }
        let nothing = TokenHasher::default().finish();
        let places = self
            .parts
            .iter()
            .zip(&hashers)
            .map(|(parts, hasher)| DefinitionPlace {
                span: parts.whole,
                name: parts.name,
                shape: nothing,
                decorators: nothing,
                body: hasher.finish(),
                is_documented: parts.is_documented,
            })
            .collect();
        self.builder.finish_with(language, errors, places, Some(module.finish()))
    }
}

impl LinkSink for Resources<'_> {
    fn put(&mut self, mut link: Link, span: Span) {
        link.keys.retain(|it| it.len() <= LONGEST_KEY);
        if link.keys.is_empty() {
            return;
        }
        if self.builder.semantics.links.len() >= MOST {
            self.builder.not_modelled("links beyond the limit");
            return;
        }
        self.builder.link(link, span);
    }
}

/// The leaves of a tree, with the bounds of the nodes whose layout is structure.
pub(crate) fn tree_tokens(tree: &SyntaxTree<'_>, is_block: impl Fn(u16) -> bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut open: Vec<(u32, Span)> = Vec::new();
    for id in std::iter::once(SyntaxTree::ROOT).chain(tree.below(SyntaxTree::ROOT)) {
        while let Some((_, span)) = open.pop_if(|(after, _)| *after <= id.0) {
            tokens.push(Token::Close(Span { start: span.end, end: span.end }));
        }
        let span = tree.span(id);
        if is_block(tree.kind(id)) {
            tokens.push(Token::Open(Span { start: span.start, end: span.start }));
            open.push((tree.after(id).0, span));
        } else if tree.after(id).0 == id.0 + 1 && span.start < span.end {
            tokens.push(Token::Text(span));
        }
    }
    tokens
}

/// Whether something can be the name of a variable of the shell.
pub(crate) fn is_variable_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_')
        && chars.all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// Whether something is the name of an environment variable that a project may declare: not
/// one that every process has.
pub(crate) fn is_environment_name(name: &str) -> bool {
    const EVERYWHERE: &[&str] = &[
        "CI",
        "EDITOR",
        "HOME",
        "HOSTNAME",
        "IFS",
        "LANG",
        "LC_ALL",
        "LD_LIBRARY_PATH",
        "LOGNAME",
        "OLDPWD",
        "OPTARG",
        "OPTIND",
        "PATH",
        "PIPESTATUS",
        "PWD",
        "PYTHONPATH",
        "RANDOM",
        "SECONDS",
        "SHELL",
        "TERM",
        "TMP",
        "TMPDIR",
        "TZ",
        "UID",
        "USER",
    ];
    is_variable_name(name) && name.len() > 1 && !EVERYWHERE.contains(&name)
}

/// The lines of a file of settings that say something, without the space around them, and where
/// each begins.
pub(crate) fn said_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start + (line.len() - line.trim_start().len()), line.trim()))
    });
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// The names in `$NAME` and `${NAME…}` of a text.
pub(crate) fn expanded_names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| {
        // `$$` is a dollar sign in the files of compose and make.
        if text[..at].ends_with('$') || text[..at].ends_with('\\') {
            return None;
        }
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        let name = &rest[..end.unwrap_or(rest.len())];
        is_environment_name(name).then_some(name)
    })
}

/// The text of a string without its quotes.
pub(crate) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'', '`']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

/// The innermost definition around a place, for those that are told by their spans.
pub(crate) struct Owners {
    /// By start, then the longer first; with the entry that encloses each.
    spans: Vec<(Span, DefinitionId, Option<usize>)>,
}

impl Owners {
    pub(crate) fn new(spans: impl IntoIterator<Item = (Span, DefinitionId)>) -> Owners {
        let mut spans: Vec<_> = spans.into_iter().map(|(span, id)| (span, id, None)).collect();
        spans.sort_by_key(|(span, id, _)| (span.start, std::cmp::Reverse(span.end), *id));
        let mut open: Vec<usize> = Vec::new();
        for at in 0..spans.len() {
            let start = spans[at].0.start;
            while open.last().is_some_and(|last: &usize| spans[*last].0.end <= start) {
                open.pop();
            }
            spans[at].2 = open.last().copied();
            open.push(at);
        }
        Owners { spans }
    }

    pub(crate) fn of(&self, span: Span) -> Option<DefinitionId> {
        let behind = self.spans.partition_point(|(it, _, _)| it.start <= span.start);
        let mut at = behind.checked_sub(1);
        while let Some(index) = at {
            let (it, id, outer) = self.spans[index];
            if span.end <= it.end {
                return Some(id);
            }
            at = outer;
        }
        None
    }
}
