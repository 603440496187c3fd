//! The table of languages: a folder each, and a line each here.

mod csharp;
mod go;
mod java;
mod javascript;
mod jvm;
mod php;
mod python;

pub use self::javascript::chained_router;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use codd_source::RepoPath;

use crate::{Language, LanguageRef};

/// Every language codd models, in the order of their names.
static LANGUAGES: &[&dyn Language] = &[
    &csharp::CSharp,
    &go::Go,
    &java::Java,
    &javascript::JavaScript,
    &php::Php,
    &python::Python,
    &javascript::Tsx,
    &javascript::TypeScript,
];

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

/// Every name that the language called `name` goes by: its own, its aliases, and those of the
/// language it is part of; none for a language that codd does not model.
pub fn names_of(name: &str) -> &'static [&'static str] {
    static NAMES: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
        all_languages()
            .map(|language| {
                let whole = language.0.part_of().and_then(language_named);
                let both = std::iter::once(language).chain(whole);
                let names =
                    both.flat_map(|it| std::iter::once(it.0.name()).chain(it.0.aliases().to_vec()));
                (language.0.name(), names.collect())
            })
            .collect()
    });
    NAMES.get(name).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_goes_by_the_names_of_its_language_and_not_the_other_way_round() {
        assert_eq!(names_of("tsx"), ["tsx", "typescript", "ts"]);
        assert_eq!(names_of("typescript"), ["typescript", "ts"]);
        assert!(names_of("cobol").is_empty());
    }
}
