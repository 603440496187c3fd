//! Rust: crates and modules, impl blocks and traits, macros by their tokens, axum, actix-web
//! and rocket, `#[test]`.

mod attributes;
mod blocks;
mod branches;
mod calls;
mod closures;
mod conversions;
mod expressions;
mod extractors;
mod functions;
mod impls;
mod items;
mod layers;
mod macros;
mod methods;
mod modelled;
mod modules;
mod mounts;
#[cfg(test)]
mod nesting;
mod packages;
mod paths;
mod patterns;
mod refusal;
mod routes;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use std::collections::BTreeMap;

use codd_source::RepoPath;

use crate::{Conventions, FileFacts, Language, Modelled, Modules, Parsed, ProjectFiles, Trivia};

pub(super) struct Rust;

static CONVENTIONS: Conventions = Conventions {
    iterators: &["into_iter"],
    next_items: &["next"],
    indexing: &["index"],
    giving_router: mounts::GIVING_ROUTER,
    is_special: |name| methods::SPECIAL.binary_search(&name).is_ok(),
    showing: methods::SHOWING,
    delegating: Some("deref"),
    wrappers: types::WRAPPERS,
    // A trait from outside that calls a type's methods does so where the type is handed to it.
    inert_endings: &[""],
    has_extensions: true,
    methods_are_apart: true,
    waits_to_run: true,
    item_methods: methods::ITEM,
    whole_methods: methods::WHOLE,
    has_globs: true,
    names_modules: true,
    types_make_themselves: true,
    built_ins_are_unbound: true,
    ..Conventions::NONE
};

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_rust::LANGUAGE.into()
    }

    /// Rust's grammar has no `$` in identifiers; this is a letter that nobody uses in one.
    fn expando_char(&self) -> char {
        'ǂ'
    }

    fn trivia(&self) -> Trivia {
        Trivia { parentheses: &["parenthesized_expression"], ..Trivia::default() }
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        walk::extract(parsed)
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        modelled::MODELLED
    }

    fn conventions(&self) -> &'static Conventions {
        &CONVENTIONS
    }

    fn manifests(&self) -> &'static [&'static str] {
        &["Cargo.toml"]
    }

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        packages::declared(path, text)
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(modules::RustModules::new(project))
    }
}
