//! Which languages a project has, and what of each is modelled.

use std::collections::BTreeMap;

use codd_db::Analysis;
use codd_facts::{all_languages, language_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Languages that codd does not model, by the extensions of their files.
///
/// One that gets a model leaves this list by itself: its files have a language then.
const OTHERS: &[(&str, &[&str])] = &[
    ("ada", &["adb", "ads"]),
    ("apex", &["cls", "trigger"]),
    ("assembly", &["asm", "s"]),
    ("awk", &["awk"]),
    ("c", &["c", "h"]),
    ("c#", &["cs"]),
    ("c++", &["cc", "cpp", "cxx", "hh", "hpp", "hxx"]),
    ("clojure", &["clj", "cljc", "cljs"]),
    ("cobol", &["cbl", "cob"]),
    ("coffeescript", &["coffee"]),
    ("crystal", &["cr"]),
    ("css", &["css", "less", "sass", "scss"]),
    ("cuda", &["cu", "cuh"]),
    ("d", &["d"]),
    ("dart", &["dart"]),
    ("elixir", &["ex", "exs"]),
    ("elm", &["elm"]),
    ("erlang", &["erl", "hrl"]),
    ("f#", &["fs", "fsi", "fsx"]),
    ("fortran", &["f", "f03", "f08", "f90", "f95", "for"]),
    ("gdscript", &["gd"]),
    ("gleam", &["gleam"]),
    ("go", &["go"]),
    ("graphql", &["gql", "graphql"]),
    ("groovy", &["gradle", "groovy"]),
    ("haskell", &["hs", "lhs"]),
    ("hcl", &["hcl", "tf", "tfvars"]),
    ("java", &["java"]),
    ("json", &["json", "json5", "jsonc"]),
    ("julia", &["jl"]),
    ("kotlin", &["kt", "kts"]),
    ("lisp", &["el", "lisp", "lsp", "scm"]),
    ("lua", &["lua"]),
    ("makefile", &["mak", "mk"]),
    ("matlab and objective-c", &["m", "mm"]),
    ("nim", &["nim"]),
    ("nix", &["nix"]),
    ("notebook", &["ipynb"]),
    ("ocaml", &["ml", "mli"]),
    ("pascal", &["dpr", "pas"]),
    ("perl", &["pl", "pm", "t"]),
    ("php", &["php", "phtml"]),
    ("powershell", &["ps1", "psm1"]),
    ("prolog", &["pro"]),
    ("protobuf", &["proto"]),
    ("r", &["r", "rmd"]),
    ("racket", &["rkt"]),
    ("rescript", &["res", "resi"]),
    ("ruby", &["gemspec", "rake", "rb"]),
    ("rust", &["rs"]),
    ("scala", &["sbt", "sc", "scala"]),
    ("shell", &["bash", "fish", "ksh", "sh", "zsh"]),
    ("solidity", &["sol"]),
    ("sql", &["sql"]),
    ("starlark", &["bzl", "star"]),
    ("svelte", &["svelte"]),
    ("swift", &["swift"]),
    ("tcl", &["tcl"]),
    ("toml", &["toml"]),
    ("v", &["v"]),
    ("verilog and vhdl", &["sv", "svh", "vhd", "vhdl"]),
    ("visual basic", &["bas", "vb", "vbs"]),
    ("vue", &["vue"]),
    ("xml", &["xml", "xsd", "xsl", "xslt"]),
    ("yaml", &["yaml", "yml"]),
    ("zig", &["zig"]),
];

/// One language that codd models, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LanguageRecord {
    pub name: String,
    /// Of the files that it is told by, without their dot.
    pub extensions: Vec<String>,
    /// Files of this project that were analysed.
    pub analysed: u32,
    /// Files of this project that could not be.
    pub failed: u32,
    /// By kind: `definitions`, `references`, `inheritance`, `modules`, `tests`, `routes`,
    /// `value flow`, `not modelled`; an empty list says that nothing of the kind is modelled.
    pub modelled: BTreeMap<String, Vec<String>>,
}

/// The answer of `codd scan --languages`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LanguagesReport {
    /// Every language that codd models, those of this project first, by files.
    pub languages: Vec<LanguageRecord>,
    /// Files of this project in languages that codd does not model: none is analysed.
    pub not_analysed: BTreeMap<String, u32>,
}

impl LanguagesReport {
    pub(crate) fn of(analysis: &Analysis) -> LanguagesReport {
        let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        let mut not_analysed: BTreeMap<String, u32> = BTreeMap::new();
        for (path, file) in analysis.files.iter().filter(|(_, file)| !file.is_link) {
            if let Some(facts) = &file.outline.facts {
                counts.entry(facts.language.as_str()).or_default().0 += 1;
            } else if let Some(language) = file.outline.language {
                counts.entry(language).or_default().1 += 1;
            } else if language_of(path).is_none()
                && let Some(name) = path.extension().and_then(other)
            {
                *not_analysed.entry(name.to_owned()).or_default() += 1;
            }
        }
        let words = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let mut languages: Vec<LanguageRecord> = all_languages()
            .map(|language| {
                let (analysed, failed) = counts.get(language.name()).copied().unwrap_or_default();
                let modelled = language.modelled();
                let lists = modelled.lists().into_iter();
                LanguageRecord {
                    name: language.name().to_owned(),
                    extensions: words(language.extensions()),
                    analysed,
                    failed,
                    modelled: lists.map(|(kind, list)| (kind.to_owned(), words(list))).collect(),
                }
            })
            .collect();
        languages.sort_by(|a, b| {
            let files = |it: &LanguageRecord| it.analysed + it.failed;
            files(b).cmp(&files(a)).then_with(|| a.name.cmp(&b.name))
        });
        LanguagesReport { languages, not_analysed }
    }
}

fn other(extension: &str) -> Option<&'static str> {
    let extension = extension.to_ascii_lowercase();
    let is_of = |(_, extensions): &&(&str, &[&str])| extensions.contains(&extension.as_str());
    OTHERS.iter().find(is_of).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_of_one_language() {
        let mut seen = BTreeMap::new();
        for (name, extensions) in OTHERS {
            for extension in *extensions {
                assert_eq!(seen.insert(extension, name), None, "`{extension}` is listed twice");
            }
        }
    }

    #[test]
    fn every_language_says_what_it_has_and_what_it_lacks() {
        for language in all_languages() {
            let modelled = language.modelled();
            let name = language.name();
            assert!(!modelled.definitions.is_empty(), "{name} has no definitions");
            assert!(!modelled.references.is_empty(), "{name} has no references");
            assert!(!modelled.not_modelled.is_empty(), "{name} claims to lack nothing");
        }
    }
}
