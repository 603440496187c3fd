//! Libraries of tags and filters that Django's templates load: `{% load money %}`,
//! `{{ total|currency }}`.

use std::collections::BTreeSet;

use super::tags::{Marks, Tag};
use crate::Name;
use crate::links::{template_library_key, template_tag_key};

/// Libraries of one template that are looked into, and names of one tag.
const MOST_LIBRARIES: usize = 32;
const MOST_NAMES: usize = 64;

/// What a template uses of a library.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Used {
    /// The likeliest first.
    pub(super) keys: Vec<Name>,
    /// A tag or a filter, and no whole library.
    pub(super) is_run: bool,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What the tags of a template use of the libraries that it loads.
pub(super) fn used(tags: &[Tag<'_>]) -> Vec<Used> {
    let mut found = Vec::new();
    let mut loaded: BTreeSet<&str> = BTreeSet::new();
    for tag in tags {
        let mut words = tag.inside.split_whitespace();
        let word = words.next().unwrap_or_default();
        if word == "load" && tag.marks == Marks::Statement {
            let named: Vec<&str> = words.collect();
            let libraries = match named.iter().position(|it| *it == "from") {
                Some(at) => &named[at + 1..],
                None => &named[..],
            };
            for library in libraries.iter().filter(|it| is_name(it)) {
                if loaded.len() < MOST_LIBRARIES {
                    loaded.insert(library);
                }
                let keys = vec![template_library_key(library)];
                found.push(Used { keys, is_run: false, start: tag.start, end: tag.end });
            }
            continue;
        }
        if loaded.is_empty() || tag.marks == Marks::Code {
            continue;
        }
        let called = (tag.marks == Marks::Statement).then_some(word);
        let names: BTreeSet<&str> = called.into_iter().chain(filters(tag.inside)).collect();
        for name in names.into_iter().filter(|it| is_name(it)).take(MOST_NAMES) {
            let keys = loaded.iter().map(|library| template_tag_key(library, name)).collect();
            found.push(Used { keys, is_run: true, start: tag.start, end: tag.end });
        }
    }
    found
}

/// The filters that values go through: what stands behind a `|`, outside of texts.
fn filters(inside: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut quote = None;
    for (at, char) in inside.char_indices() {
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '"' | '\'') => quote = Some(char),
            (None, '|') => {
                let rest = inside[at + 1..].trim_start();
                let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_');
                found.push(&rest[..end.unwrap_or(rest.len())]);
            }
            _ => {}
        }
    }
    found
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.'))
}
