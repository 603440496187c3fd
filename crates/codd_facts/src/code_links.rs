//! Links out of code: what calls and texts of a program name outside of it.

use codd_source::Span;

use crate::builder::SemanticsBuilder;
use crate::commands::{LinkSink, Shell, commands, read_command};
use crate::endpoints::request_key;
use crate::languages::sql::statements::{is_sql, statements};
use crate::links::{normalized, paths_from};
use crate::resources::{Owners, is_environment_name};
use crate::settings::{Family, setting_key};
use crate::{DefinitionId, Link, LinkKind, LinkRole, Name};

/// Links of one file that are kept.
const MOST: usize = 50_000;

/// The longest text that is looked at: a query, a command.
const LONGEST: usize = 64 * 1024;

/// A text as code writes it, with `{}` for what is filled in when it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextValue {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl TextValue {
    /// The text, where nothing of it is filled in.
    pub(crate) fn constant(&self) -> Option<&str> {
        (!self.text.contains("{}")).then_some(&self.text)
    }
}

/// The links of one file of code as they are found.
pub(crate) struct CodeLinks<'t> {
    folder: &'t str,
    owners: Owners,
    found: Vec<(Link, Span)>,
}

impl<'t> CodeLinks<'t> {
    pub(crate) fn new(folder: &'t str, owners: Owners) -> CodeLinks<'t> {
        CodeLinks { folder, owners, found: Vec::new() }
    }

    /// Hands over what was found.
    pub(crate) fn give_to(self, builder: &mut SemanticsBuilder) {
        for (link, span) in self.found {
            builder.link(link, span);
        }
    }

    /// The folder of the file.
    pub(crate) fn folder(&self) -> &'t str {
        self.folder
    }

    pub(crate) fn owner(&self, span: Span) -> Option<DefinitionId> {
        self.owners.of(span)
    }

    pub(crate) fn add(
        &mut self,
        kind: LinkKind,
        role: LinkRole,
        keys: Vec<Name>,
        span: Span,
        is_certain: bool,
    ) {
        let owner = self.owners.of(span);
        self.add_for(owner, kind, role, keys, span, is_certain);
    }

    pub(crate) fn add_for(
        &mut self,
        owner: Option<DefinitionId>,
        kind: LinkKind,
        role: LinkRole,
        keys: Vec<Name>,
        span: Span,
        is_certain: bool,
    ) {
        if !keys.is_empty() && self.found.len() < MOST {
            self.found.push((Link { kind, role, keys, owner, is_certain }, span));
        }
    }

    pub(crate) fn environment(&mut self, name: &str, span: Span) {
        if is_environment_name(name) {
            let keys = vec![Name::new(name)];
            self.add(LinkKind::Environment, LinkRole::Reads, keys, span, true);
        }
    }

    /// A setting that is read, by the name that each of these families may know it by.
    pub(crate) fn setting(
        &mut self,
        families: &[Family],
        name: &str,
        role: LinkRole,
        span: Span,
        is_certain: bool,
    ) {
        let keys = families.iter().filter_map(|it| setting_key(*it, name)).collect();
        self.add(LinkKind::Setting, role, keys, span, is_certain);
    }

    /// A request that is sent to `url`.
    pub(crate) fn request(&mut self, method: &str, url: &TextValue) {
        if let Some(key) = request_key(method, &url.text) {
            self.add(LinkKind::Endpoint, LinkRole::Calls, vec![key], url.span, true);
        }
    }

    /// The tables of a text, if it is SQL.
    pub(crate) fn query(&mut self, text: &str, span: Span) {
        if text.len() > LONGEST || !is_sql(text) {
            return;
        }
        for statement in statements(text) {
            let made = statement.makes.iter().map(|it| (&it.name, LinkRole::Declares));
            let used = statement.uses.iter().map(|it| (it, LinkRole::Reads));
            for (named, role) in made.chain(used) {
                self.add(LinkKind::Table, role, named.keys(), span, true);
            }
        }
    }

    pub(crate) fn table(&mut self, name: &str, role: LinkRole, span: Span) {
        let name = name.to_lowercase();
        let last = name.rsplit('.').next().unwrap_or(&name).to_owned();
        let mut keys = vec![Name::from(name.as_str())];
        if last != name {
            keys.push(Name::from(last));
        }
        self.add(LinkKind::Table, role, keys, span, true);
    }

    /// A file or folder that the code opens.
    pub(crate) fn file(&mut self, path: &str, role: LinkRole, span: Span) {
        let is_path = !path.is_empty()
            && path.len() < 512
            && !path.contains("://")
            && !path.contains(['\n', '*', '{', '<'])
            && path.chars().any(char::is_alphanumeric);
        if !is_path {
            return;
        }
        let path = path.trim_end_matches('/');
        let mut keys = paths_from(self.folder, path);
        // A folder of code is given to tools more often than it is read.
        let folders: Vec<Name> = keys.iter().map(|it| Name::from(format!("{it}/**"))).collect();
        // A name without an extension is more often a word than a file above.
        if !path.contains(['/', '.']) {
            keys.truncate(1);
        }
        keys.extend(folders.into_iter().take(1));
        self.add(LinkKind::File, role, keys, span, true);
    }

    /// The path of a file, or of those of an ending, that is written from the code's own folder.
    pub(crate) fn below(&self, path: &str) -> Option<Name> {
        (path.len() < 512).then(|| normalized(self.folder, path).map(Name::from)).flatten()
    }

    pub(crate) fn template(&mut self, name: &str, span: Span) {
        let name = name.trim_start_matches('/').trim_start_matches("./");
        if !name.is_empty() && name.len() < 512 && !name.contains(['\n', '{', ' ']) {
            let keys = vec![Name::new(name)];
            self.add(LinkKind::Template, LinkRole::Reads, keys, span, true);
        }
    }

    /// A command line, or the words of one.
    pub(crate) fn command(&mut self, text: &str, span: Span) {
        if text.len() > LONGEST || text.contains("{}") {
            return;
        }
        let mut shell = Shell::new(self.folder, self.owners.of(span));
        for words in commands(text, 0) {
            read_command(&mut Within { links: self, span }, &words, &mut shell);
        }
    }
}

/// Puts what a text names at the place of the text.
struct Within<'l, 't> {
    links: &'l mut CodeLinks<'t>,
    span: Span,
}

impl LinkSink for Within<'_, '_> {
    fn put(&mut self, link: Link, _span: Span) {
        let is_told = matches!(link.kind, LinkKind::Endpoint | LinkKind::File | LinkKind::Script);
        if is_told && self.links.found.len() < MOST {
            self.links.found.push((link, self.span));
        }
    }
}

/// A text with `{}` for each part between `open` and the brace that closes it.
pub(crate) fn filled(text: &str, open: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        out.push_str(&rest[..at]);
        let inside = &rest[at + open.len()..];
        if open == "{" && inside.starts_with('{') {
            out.push('{');
            rest = &inside[1..];
            continue;
        }
        let mut depth = 1usize;
        let end = inside.char_indices().find(|(_, it)| {
            match it {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        out.push_str("{}");
        rest = end.map_or("", |(at, _)| &inside[at + 1..]);
    }
    out.push_str(rest);
    out
}

/// Whether a name is written like a variable of the environment.
pub(crate) fn is_upper(name: &str) -> bool {
    is_environment_name(name)
        && !name.contains(|it: char| it.is_ascii_lowercase())
        && name.contains(|it: char| it.is_ascii_uppercase())
}

/// The verbs that clients have a method for.
pub(crate) const VERBS: &[&str] = &["delete", "get", "head", "options", "patch", "post", "put"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_left_open() {
        assert_eq!(filled("/users/${user.id}/x", "${"), "/users/{}/x");
        assert_eq!(filled("${`a${b}`}/y", "${"), "{}/y");
        assert_eq!(filled("{base}/{{x}}/{f({1})}", "{"), "{}/{x}}/{}");
        assert_eq!(filled("{never closed", "{"), "{}");
    }
}
