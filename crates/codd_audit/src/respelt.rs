//! Violations that seem to be fixed and are only spelt otherwise: the same call by another name.

use std::collections::{BTreeMap, BTreeSet};

use codd_db::Analysis;
use codd_facts::{DefinitionId, FileFacts, ReferenceKind};
use codd_graph::{NodeKey, NodeKind};
use codd_source::{Snapshot, Span};
use codd_verify::Finding;

/// Longer calls are not compared.
const LONGEST: usize = 4096;

/// Words that no renaming makes another of.
const CONSTANTS: &[&str] = &[
    "True",
    "False",
    "None",
    "true",
    "false",
    "null",
    "undefined",
    "nil",
    "self",
    "this",
    "await",
    "new",
    "not",
    "and",
    "or",
    "in",
    "is",
    "if",
    "else",
    "lambda",
];

/// One side of a change.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) analysis: &'a Analysis,
}

/// A call as it is written, and what it calls.
struct Call {
    /// The dotted name of something of a library, or the definition of the project.
    target: Option<String>,
    callee: String,
    arguments: Vec<String>,
    span: Span,
}

/// A call of the head that is a violation of the base by another name.
pub(crate) struct Respelt {
    pub(crate) path: codd_source::RepoPath,
    pub(crate) span: Span,
    pub(crate) was: String,
    pub(crate) now: String,
    /// What both call, where that is known.
    pub(crate) target: Option<String>,
}

/// Where the call of a finding that is gone is now, in the definition that it stood in, which
/// the head has as `anchor`.
pub(crate) fn respelt(
    gone: &Finding,
    anchor: &NodeKey,
    base: Texts<'_>,
    head: Texts<'_>,
) -> Option<Respelt> {
    let place = gone.place.as_ref()?;
    let before = Body::of(base, &place.anchor)?;
    let after = Body::of(head, anchor)?;
    let (old, new) = (before.calls(), after.calls());
    // The call that the finding is about is the outermost of those within it.
    let within = |it: &&Call| place.span.start <= it.span.start && it.span.end <= place.span.end;
    let was = old.iter().filter(within).max_by_key(|it| it.span.len())?;
    let count = |calls: &[Call], like: &Call| {
        calls.iter().filter(|it| it.text() == like.text() && it.target == like.target).count()
    };
    let is_added = |it: &&Call| count(&new, it) > count(&old, it);
    let now = new.iter().filter(is_added).find(|now| is_same(was, now, &before, &after))?;
    Some(Respelt {
        path: anchor.path.clone(),
        span: now.span,
        was: was.callee.clone(),
        now: now.callee.clone(),
        target: was.target.clone().filter(|it| now.target.as_ref() == Some(it)),
    })
}

/// Whether a call is another one with nothing but names changed.
fn is_same(was: &Call, now: &Call, before: &Body, after: &Body) -> bool {
    let renamed = |it: &[(String, String)]| {
        let is_gone = |name: &str| !after.words.contains(name);
        let is_new = |name: &str| !before.words.contains(name);
        it.iter().all(|(old, new)| old == new || is_gone(old) && is_new(new))
    };
    let arguments = renaming(&was.arguments, &now.arguments).is_some_and(|it| renamed(&it));
    match (&was.target, &now.target) {
        (Some(one), Some(other)) => one == other && arguments && was.text() != now.text(),
        _ => {
            let last = |it: &Call| it.callee.rsplit(['.', ':', '>']).next().map(str::to_owned);
            let (old, new) = (tokens(&was.callee), tokens(&now.callee));
            let callee = renaming(&old, &new).is_some_and(|it| renamed(&it));
            callee && last(was) == last(now) && arguments
        }
    }
}

/// Which names stand for which, where two texts differ in nothing else.
fn renaming(one: &[String], other: &[String]) -> Option<Vec<(String, String)>> {
    if one.len() != other.len() {
        return None;
    }
    let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
    for (old, new) in one.iter().zip(other) {
        let is_name = is_word(old) && is_word(new);
        let is_constant = |it: &String| CONSTANTS.contains(&it.as_str());
        if old != new && (!is_name || is_constant(old) || is_constant(new)) {
            return None;
        }
        if is_name
            && (*there.entry(old).or_insert(new) != new || *back.entry(new).or_insert(old) != old)
        {
            return None;
        }
    }
    Some(there.into_iter().map(|(old, new)| (old.clone(), new.clone())).collect())
}

fn is_word(token: &str) -> bool {
    token.starts_with(|it: char| it.is_alphabetic() || it == '_')
}

/// Names, numbers, texts and signs.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_part = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
        let end = if is_part(first) {
            rest.find(|it| !is_part(it)).unwrap_or(rest.len())
        } else if matches!(first, '"' | '\'' | '`') {
            closing(rest, first)
        } else {
            first.len_utf8()
        };
        found.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    found
}

/// Where a text in quotes ends that begins here.
fn closing(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, it) in text.char_indices().skip(1) {
        match it {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if it == quote => return at + it.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A definition, or a whole file, with its text.
struct Body<'a> {
    analysis: &'a Analysis,
    anchor: NodeKey,
    facts: &'a FileFacts,
    text: String,
    words: BTreeSet<String>,
}

impl<'a> Body<'a> {
    fn of(side: Texts<'a>, anchor: &NodeKey) -> Option<Body<'a>> {
        let facts = &**side.analysis.files.get(&anchor.path)?.facts()?;
        let bytes = side.snapshot.read(&anchor.path).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // Spans count from behind the mark, and in bytes that are text.
        if text.len() != bytes.len() || text.starts_with('\u{feff}') {
            return None;
        }
        let mut body = Body {
            analysis: side.analysis,
            anchor: anchor.clone(),
            facts,
            text,
            words: BTreeSet::new(),
        };
        let span = match body.definition() {
            Some(id) => facts.places.definitions.get(id.index())?.span,
            None if anchor.kind == NodeKind::File => Span::new(0, body.text.len()),
            None => return None,
        };
        let own = body.text.get(span.start as usize..span.end as usize)?;
        body.words = tokens(own).into_iter().filter(|it| is_word(it)).collect();
        Some(body)
    }

    fn definition(&self) -> Option<DefinitionId> {
        let is_it = |it: &codd_facts::Definition| {
            it.qualified_name == self.anchor.symbol && it.ordinal == self.anchor.ordinal
        };
        let at = self.facts.semantics.definitions.iter().position(is_it)?;
        (self.anchor.kind == NodeKind::Definition).then_some(DefinitionId(at as u32))
    }

    fn calls(&self) -> Vec<Call> {
        let owner = self.definition();
        let semantics = &self.facts.semantics;
        let graph = &self.analysis.graph;
        let own = semantics
            .references
            .iter()
            .enumerate()
            .filter(|(_, it)| it.kind == ReferenceKind::Call && it.owner == owner);
        let edges = graph.find(&self.anchor).map_or(&[][..], |id| graph.dependencies(id));
        own.filter_map(|(at, reference)| {
            let end = self.facts.places.used_at(at as u32)?.end as usize;
            let start = callee_start(&self.text, end);
            let close = arguments_end(&self.text, end)?;
            let within = edges.iter().find(|it| {
                it.reference == Some(at as u32) && it.confidence > codd_graph::Confidence::Possible
            });
            let own = within.map(|it| graph.node(it.node).dotted.to_string());
            let target =
                own.or_else(|| codd_verify::library_name(graph, semantics, reference.target));
            Some(Call {
                target,
                callee: self.text.get(start..end)?.to_owned(),
                arguments: tokens(self.text.get(end..close)?),
                span: Span::new(start, close),
            })
        })
        .collect()
    }
}

impl Call {
    fn text(&self) -> String {
        format!("{}{}", self.callee, self.arguments.join(" "))
    }
}

/// Where the dotted name begins that ends here.
fn callee_start(text: &str, end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default();
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$' | '.');
    before
        .rfind(|it| !is_part(it))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))
}

/// Where the arguments end that begin here, in brackets.
fn arguments_end(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let mut depth = 0u32;
    let mut at = 0;
    while let Some(first) = rest.get(at..)?.chars().next() {
        match first {
            '(' => depth += 1,
            ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(from + at + 1);
                }
            }
            '"' | '\'' | '`' => {
                at += closing(&rest[at..], first);
                continue;
            }
            _ if depth == 0 && !first.is_whitespace() => return None,
            _ => {}
        }
        at += first.len_utf8();
        if at > LONGEST {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_differ_and_nothing_else() {
        let check = |one: &str, other: &str| {
            renaming(&tokens(one), &tokens(other)).map(|it| {
                let changed = it.into_iter().filter(|(a, b)| a != b);
                changed.map(|(a, b)| format!("{a}→{b}")).collect::<Vec<_>>().join(" ")
            })
        };
        assert_eq!(check("(q, 'a')", "(query, 'a')").as_deref(), Some("q→query"));
        assert_eq!(check("(q)", "(q)").as_deref(), Some(""));
        assert_eq!(check("(a, a)", "(b, c)"), None);
        assert_eq!(check("(q, 'a')", "(q, 'b')"), None);
        assert_eq!(check("(q, verify=False)", "(q, verify=True)"), None);
        assert_eq!(check("(q, 1)", "(q, 2)"), None);
    }

    #[test]
    fn a_call_is_read_where_it_stands() {
        let text = "x = a.b.load(f(')'), 1) + 2";
        let end = text.find("(f").unwrap();
        assert_eq!(&text[callee_start(text, end)..end], "a.b.load");
        assert_eq!(arguments_end(text, end), Some(text.find(" +").unwrap()));
        assert_eq!(arguments_end("f x", 1), None);
    }
}
