//! Java: packages, nested and anonymous types, overloads, lambdas, records, annotations.

mod declarations;
mod expressions;
mod flow;
mod imports;
mod members;
mod modelled;
mod statements;
mod types;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use codd_source::RepoPath;

use super::jvm;
use crate::lowering::{Here, Lowering, lower};
use crate::node::{Grammar, Node};
use crate::tree::NodeRole;
use crate::{
    Conventions, FileFacts, FlowFacts, Language, Modelled, Modules, Name, Parsed, ProjectFiles,
    Trivia,
};

pub(super) struct Java;

impl Language for Java {
    fn name(&self) -> &'static str {
        "java"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["java"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_java::LANGUAGE.into()
    }

    fn trivia(&self) -> Trivia {
        Trivia {
            parentheses: &["parenthesized_expression"],
            casts: &["cast_expression"],
            asides: &[],
        }
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        lower(parsed, grammar, |it, root| {
            let unit = imports::unit(root);
            Walk { it, unit: &unit }.compilation_unit(root, Here::TOP);
        })
    }

    fn flow(&self, parsed: &Parsed) -> Option<FlowFacts> {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        Some(flow::flow(parsed, Grammar::of(&GRAMMAR, || self.grammar(), role)))
    }

    fn has_flow(&self) -> bool {
        true
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
        jvm::MANIFESTS
    }

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        jvm::packages::declared(path, text)
    }

    fn fit_of_package(&self, declared: &str, imported: &str) -> crate::Fit {
        crate::packages::fit_by_words(declared, imported)
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(jvm::JvmModules::new(project))
    }
}

static CONVENTIONS: Conventions = Conventions {
    constructors: &[jvm::CONSTRUCTOR],
    iterators: &["iterator"],
    next_items: &["next"],
    leaving: &["close"],
    is_special: |name| jvm::SPECIAL.contains(&name),
    showing: &["clone", "toString"],
    inert_bases: jvm::INERT_BASES,
    inert_endings: &["Error", "Exception"],
    inherited_tests: Some(&jvm::test_cases::INHERITED),
    implicit_members: true,
    function_methods: jvm::FUNCTION_METHODS,
    has_extensions: true,
    has_overloads: true,
    methods_are_apart: true,
    item_methods: jvm::ITEM_METHODS,
    whole_methods: jvm::WHOLE_METHODS,
    ..Conventions::NONE
};

fn role(kind: &str) -> NodeRole {
    match kind {
        "line_comment" | "block_comment" => NodeRole::Comment,
        _ => NodeRole::Plain,
    }
}

/// What the whole file says of its names.
struct Unit {
    /// Its package; empty for the unnamed one.
    package: Name,
    /// It uses TestNG and not JUnit.
    is_testng: bool,
}

/// One walk over a file.
struct Walk<'w, 't> {
    it: &'w mut Lowering<'t>,
    unit: &'w Unit,
}

impl<'t> Walk<'_, 't> {
    /// Runs `inside` one level deeper, if that is not too deep.
    fn deeper<R>(
        &mut self,
        node: Node<'t>,
        here: Here,
        inside: impl FnOnce(&mut Walk<'_, 't>) -> R,
    ) -> Option<R> {
        let unit = self.unit;
        self.it.deeper(node, here, |it| inside(&mut Walk { it, unit }))
    }
}
