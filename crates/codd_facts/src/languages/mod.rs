//! The table of languages: a folder each, and a line each here.

mod c;
mod csharp;
mod dockerfile;
mod dotenv;
mod go;
mod hcl;
mod helm;
mod java;
mod javascript;
mod json;
pub(crate) mod jvm;
mod kotlin;
mod launch;
mod make;
mod php;
mod procfile;
mod properties;
mod protobuf;
mod python;
mod ruby;
mod rust;
mod scala;
mod shell;
pub(crate) mod sql;
mod swift;
mod template;
mod toml;
mod yaml;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use crate::{ImportRequest, Language, LanguageRef, ModuleTarget, Modules};

/// Every language codd models, in the order of their names.
static LANGUAGES: &[&dyn Language] = &[
    &c::C,
    &c::Cpp,
    &csharp::CSharp,
    &dockerfile::Dockerfile,
    &dotenv::Dotenv,
    &go::Go,
    &hcl::Hcl,
    &helm::Helm,
    &java::Java,
    &javascript::JavaScript,
    &json::Json,
    &kotlin::Kotlin,
    &launch::Launch,
    &make::Make,
    &php::Php,
    &procfile::Procfile,
    &properties::Properties,
    &protobuf::Protobuf,
    &python::Python,
    &ruby::Ruby,
    &rust::Rust,
    &scala::Scala,
    &shell::Shell,
    &sql::Sql,
    &javascript::Svelte,
    &swift::Swift,
    &template::Template,
    &toml::Toml,
    &javascript::Tsx,
    &javascript::TypeScript,
    &javascript::Vue,
    &yaml::Yaml,
];

pub fn all_languages() -> impl Iterator<Item = LanguageRef> {
    LANGUAGES.iter().map(|language| LanguageRef(*language))
}

/// The language of that name or alias, in any case.
pub fn language_named(name: &str) -> Option<LanguageRef> {
    let name = name.to_ascii_lowercase();
    all_languages().find(|it| it.name() == name || it.aliases().contains(&name.as_str()))
}

/// The language of a file, by its name.
pub fn language_of(path: &RepoPath) -> Option<LanguageRef> {
    // Asked for every file that a name may lead to: most are told by their extension.
    static BY_EXTENSION: LazyLock<FxHashMap<&str, Vec<LanguageRef>>> = LazyLock::new(|| {
        let code = all_languages().filter(|it| it.is_code());
        let extensions = code.flat_map(|it| it.extensions().iter().copied());
        extensions
            .map(|it| (it, all_languages().filter(|its| may_take(*its, it)).collect()))
            .collect()
    });
    match path.extension().and_then(|it| BY_EXTENSION.get(it)) {
        Some(some) => some.iter().copied().find(|it| it.takes(path)),
        None => all_languages().find(|it| it.takes(path)),
    }
}

/// Whether a language may take a file with the extension of some language of code.
fn may_take(language: LanguageRef, extension: &str) -> bool {
    let has = |name: &&str| name.rsplit_once('.').is_some_and(|(_, it)| it == extension);
    language.takes_any_extension()
        || language.extensions().contains(&extension)
        || language.file_names().iter().any(has)
}

/// The language of a file of code: none for one that only configures.
pub fn code_language_of(path: &RepoPath) -> Option<LanguageRef> {
    language_of(path).filter(|it| it.is_code())
}

/// Whether the language of that name is one of code.
pub fn is_code_language(name: &str) -> bool {
    language_named(name).is_some_and(|it| it.is_code())
}

/// Whether the language of that name is JavaScript, or written with it.
pub fn is_script(name: &str) -> bool {
    matches!(name, "javascript" | "typescript" | "tsx" | "vue" | "svelte")
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

/// The modules of a language that has none.
struct NoModules;

impl Modules for NoModules {
    fn resolve(&self, _from: &RepoPath, _request: &ImportRequest) -> ModuleTarget {
        ModuleTarget::Missing
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_the_extension_as_by_asking_all() {
        let languages = all_languages();
        let extensions = languages.flat_map(|it| it.extensions().iter().copied());
        let stems =
            ["a", "a.blade", "Dockerfile", "x.DOCKERFILE", ".env", "openapi", "values", "Makefile"];
        let folders = ["", "config/", "charts/a/templates/", "src/main/resources/"];
        for extension in extensions.chain(["json", "toml", "ini", "tpl", "txt", "PY"]) {
            for stem in stems {
                for folder in folders {
                    let path = RepoPath::new(format!("{folder}{stem}.{extension}"));
                    let asked = all_languages().find(|it| it.takes(&path));
                    assert_eq!(language_of(&path), asked, "{path}");
                }
            }
        }
    }

    #[test]
    fn a_dialect_goes_by_the_names_of_its_language_and_not_the_other_way_round() {
        assert_eq!(names_of("tsx"), ["tsx", "typescript", "ts"]);
        assert_eq!(names_of("typescript"), ["typescript", "ts"]);
        assert!(names_of("cobol").is_empty());
    }
}
