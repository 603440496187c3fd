//! The keys of a file of settings as definitions: a section holds those below it.

use codd_source::Span;
use rustc_hash::FxHashMap;

use super::readers::placeholders;
use super::{Family, data_keys, setting_key};
use crate::documents::At;
use crate::resources::{Resources, expanded_names, is_environment_name};
use crate::{DefinitionId, LinkKind, LinkRole, Name};

/// Keys of one file that are read; a larger file is data.
const MOST: u32 = 4_000;

/// Sections in sections that are read, nested or in one key.
const DEEPEST: u32 = 16;

/// The longest value that is looked into.
const LONGEST_VALUE: usize = 8 * 1024;

/// How the keys of a file are found.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    /// By all code of the project.
    Settings,
    /// By the templates of a chart alone, as they are spelled.
    Chart(Name),
}

/// Adds the keys of one file, one after another.
pub(crate) struct Declaring<'r, 't> {
    resources: &'r mut Resources<'t>,
    kept: Kept,
    by_path: FxHashMap<String, DefinitionId>,
    left: u32,
}

impl<'r, 't> Declaring<'r, 't> {
    pub(crate) fn new(resources: &'r mut Resources<'t>, kept: Kept) -> Declaring<'r, 't> {
        Declaring { resources, kept, by_path: FxHashMap::default(), left: MOST }
    }

    /// All keys of a document.
    pub(crate) fn document(&mut self, root: At<'_, '_>) {
        self.map(root, "", 0);
    }

    fn map(&mut self, map: At<'_, '_>, outer: &str, depth: u32) {
        for field in map.fields() {
            let Some(path) = self.key(outer, field.key, field.span, field.key_span) else {
                continue;
            };
            for item in field.value.items_or_self() {
                if let Some((text, start)) = item.raw() {
                    self.value(&path, text, start);
                }
            }
            if !field.value.is_map() {
                continue;
            }
            if depth >= DEEPEST {
                self.resources.builder.not_modelled("deeply nested settings");
            } else {
                self.map(field.value, &path, depth + 1);
            }
        }
    }

    /// One key of the section `outer`; gives its whole path, by which it is a section itself.
    ///
    /// Of `a.b.c` the sections `a` and `a.b` are made as well, where they are not yet there.
    pub(crate) fn key(
        &mut self,
        outer: &str,
        key: &str,
        whole: Span,
        key_span: Span,
    ) -> Option<String> {
        let key = key.trim();
        if self.left == 0 {
            self.resources.builder.not_modelled("settings beyond the limit");
            return None;
        }
        self.left -= 1;
        let path = if outer.is_empty() { key.to_owned() } else { format!("{outer}.{key}") };
        let mut parent = self.by_path.get(outer).copied();
        let mut name = key;
        let is_deep = key.matches('.').count() > DEEPEST as usize;
        if is_deep {
            self.resources.builder.not_modelled("deeply nested settings");
        }
        if matches!(self.kept, Kept::Settings) && !is_deep {
            let start = path.len() - key.len();
            for (at, _) in key.match_indices('.') {
                let section = &path[..start + at];
                let last = section.rsplit('.').next().unwrap_or(section);
                if last.is_empty() {
                    continue;
                }
                parent = match self.by_path.get(section) {
                    Some(id) => Some(*id),
                    None => {
                        let written = Span { end: key_span.start + at as u32, ..key_span };
                        let section = section.to_owned();
                        self.define(section, last, written, written, parent)
                    }
                };
            }
            name = key.rsplit('.').next().unwrap_or(key);
        }
        self.define(path.clone(), name, whole, key_span, parent)?;
        Some(path)
    }

    /// What the value of a key is made of: `${NAME}`, `%env(NAME)%`, `<%= ENV["NAME"] %>` of the
    /// environment, `${a.b}` of other settings.
    pub(crate) fn value(&mut self, path: &str, text: &str, start: u32) {
        if !matches!(self.kept, Kept::Settings) || text.len() > LONGEST_VALUE {
            return;
        }
        let owner = self.by_path.get(path).copied();
        let at = |name: &str| {
            let start = start + (name.as_ptr() as usize - text.as_ptr() as usize) as u32;
            Span { start, end: start + name.len() as u32 }
        };
        let is_upper = |it: &&str| !it.contains(|it: char| it.is_ascii_lowercase());
        let expanded = expanded_names(text).filter(is_upper);
        for name in expanded.chain(named_in(text, "ENV")).chain(named_in(text, "env(")) {
            let (kind, role) = (LinkKind::Environment, LinkRole::Forwards);
            self.resources.link(kind, role, [Name::new(name)], owner, at(name));
        }
        for name in placeholders(text).filter(|it| it.contains('.')) {
            let keys = setting_key(Family::Data, name);
            self.resources.link(LinkKind::Setting, LinkRole::Reads, keys, owner, at(name));
        }
    }

    fn define(
        &mut self,
        path: String,
        name: &str,
        whole: Span,
        key_span: Span,
        parent: Option<DefinitionId>,
    ) -> Option<DefinitionId> {
        let own = self.resources.define(name, whole, key_span, parent)?;
        let (kind, keys) = match &self.kept {
            Kept::Settings => (LinkKind::Setting, data_keys(&path)),
            Kept::Chart(place) => (LinkKind::Local, vec![crate::links::local_key(place, &path)]),
        };
        self.resources.link(kind, LinkRole::Declares, keys, Some(own), key_span);
        self.by_path.insert(path, own);
        Some(own)
    }
}

/// The names of variables that a text gives behind a word: `ENV["NAME"]`, `ENV.fetch('NAME')`,
/// `env(int:NAME)`.
fn named_in<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = &'t str> {
    text.match_indices(word).filter_map(move |(at, _)| {
        let rest = text[at + word.len()..].trim_start_matches(".fetch");
        let rest = rest.trim_start_matches(['(', '[', '"', '\'']);
        let end = rest.find(['"', '\'', ')', ']', ','])?;
        let name = rest[..end].rsplit(':').next()?;
        is_environment_name(name).then_some(name)
    })
}
