//! The table of languages: a folder each, and a line each here.

mod javascript;
mod python;

use codd_source::RepoPath;

use crate::{Language, LanguageRef};

/// Every language codd models, in the order of their names.
static LANGUAGES: &[&dyn Language] =
    &[&javascript::JavaScript, &python::Python, &javascript::Tsx, &javascript::TypeScript];

pub fn all_languages() -> impl Iterator<Item = LanguageRef> {
    LANGUAGES.iter().map(|language| LanguageRef(*language))
}

/// The language of that name or alias, in any case.
pub fn language_named(name: &str) -> Option<LanguageRef> {
    let name = name.to_ascii_lowercase();
    all_languages().find(|it| it.name() == name || it.aliases().contains(&name.as_str()))
}

/// The language of a file, by its extension.
pub fn language_of(path: &RepoPath) -> Option<LanguageRef> {
    let extension = path.extension()?;
    all_languages().find(|it| it.extensions().iter().any(|own| own.eq_ignore_ascii_case(extension)))
}

/// Whether the language named `name` is among `names`, which may be aliases in any case;
/// TSX is among them where TypeScript is.
pub fn is_one_of(name: &str, names: &[String]) -> bool {
    let family = if name == "tsx" { "typescript" } else { name };
    let is_named =
        |it: &String| language_named(it).is_some_and(|it| it.name() == name || it.name() == family);
    names.iter().any(is_named)
}
