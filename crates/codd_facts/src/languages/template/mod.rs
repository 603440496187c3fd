//! Templates of pages, mails and files: which other templates each is made of.
//!
//! They are read as text: what stands between the marks of a template language is looked at, and
//! nothing is rendered.

mod attributes;
mod calls;
mod libraries;
mod names;
mod parts;
mod read;
mod tags;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use codd_source::{RepoPath, Span};

use crate::languages::NoModules;
use crate::resources::{Resources, Token};
use crate::{
    Conventions, FileFacts, Language, Modelled, Modules, ParseErrors, Parsed, ProjectFiles,
};

/// How the names of Laravel's templates end.
const BLADE: &str = ".blade.php";

pub(super) struct Template;

impl Language for Template {
    fn name(&self) -> &'static str {
        "template"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["html", "templates"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[
            "cshtml",
            "eex",
            "ejs",
            "erb",
            "eta",
            "ftl",
            "ftlh",
            "gohtml",
            "haml",
            "handlebars",
            "hbs",
            "heex",
            "htm",
            "html",
            "j2",
            "jade",
            "jinja",
            "jinja2",
            "jsp",
            "jspf",
            "liquid",
            "mak",
            "mako",
            "mustache",
            "njk",
            "peb",
            "pug",
            "rhtml",
            "slim",
            "tera",
            "tmpl",
            "tpl",
            "twig",
            "vbhtml",
            "vm",
            "xhtml",
        ]
    }

    /// And `show.blade.php`.
    fn takes(&self, path: &RepoPath) -> bool {
        path.file_name().ends_with(BLADE)
            || path.extension().is_some_and(|extension| {
                self.extensions().iter().any(|own| own.eq_ignore_ascii_case(extension))
            })
    }

    fn takes_any_extension(&self) -> bool {
        true
    }

    fn is_code(&self) -> bool {
        false
    }

    /// Of no use: its files are read as text.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_properties::LANGUAGE.into()
    }

    fn is_plain_text(&self) -> bool {
        true
    }

    fn is_in_other_plain_encoding(&self, _bytes: &[u8]) -> bool {
        true
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        let text = &*parsed.text;
        let mut cuts: BTreeSet<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        cuts.insert(text.len());
        let tags = tags::tags(text);
        let parts = parts::parts(text, &tags);
        cuts.extend(parts.iter().flat_map(|it| [it.whole.start as usize, it.whole.end as usize]));
        parts::define(&parts, &mut resources);
        read::read(&mut resources, &tags);
        // Space may be seen in what is made of a template, so that all of it counts.
        let mut tokens = Vec::new();
        let mut from = 0;
        for end in cuts {
            if from < end {
                tokens.push(Token::Text(Span::new(from, end)));
            }
            from = end;
        }
        resources.finish("template", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["named templates of Go (define, block)"],
            references: &[
                "templates that are extended, included and imported, by name",
                "partials, layouts and fragments",
                "tags and filters of the libraries that Django's load",
                "routes that Laravel's name",
            ],
            not_modelled: &[
                "names of templates that are computed",
                "blocks and macros one by one: a template is used as a whole",
                "filters, tags and helpers that code defines, but for Django's",
                "code in templates (PHP, Ruby, Razor, Go): what it calls, and what rules would find",
            ],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(NoModules)
    }
}
