//! Scala 2 and 3: packages, companions, traits, givens and extensions, patterns, ScalaTest.

mod calls;
mod declarations;
mod expressions;
mod imports;
mod members;
mod modelled;
mod patterns;
mod suites;
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
    Conventions, ExprId, FileFacts, Language, Modelled, Modules, Parsed, ProjectFiles, Trivia,
};

pub(super) struct Scala;

impl Language for Scala {
    fn name(&self) -> &'static str {
        "scala"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["scala", "sbt", "sc"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_scala::LANGUAGE.into()
    }

    fn trivia(&self) -> Trivia {
        Trivia {
            parentheses: &["parenthesized_expression"],
            casts: &["ascription_expression"],
            asides: &[],
        }
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        lower(parsed, grammar, |it, root| {
            let unit = imports::unit(&parsed.path, root);
            Walk { it, unit: &unit, placeholder: None }.compilation_unit(root, Here::TOP);
        })
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
    calling: Some("apply"),
    iterators: &["iterator"],
    next_items: &["next"],
    leaving: &["close"],
    indexing: &["apply"],
    delegating: Some(jvm::SELF_TYPE),
    function_methods: &["apply", "andThen", "compose"],
    is_special: |name| {
        jvm::SPECIAL.contains(&name)
            || matches!(name, "apply" | "unapply" | "unapplySeq" | "update" | "hasNext" | "next")
            || !name.starts_with(|it: char| it.is_alphabetic() || it == '_')
    },
    showing: &["toString"],
    inert_bases: jvm::INERT_BASES,
    inert_endings: &["Error", "Exception"],
    implicit_members: true,
    has_extensions: true,
    item_methods: jvm::ITEM_METHODS,
    whole_methods: jvm::WHOLE_METHODS,
    has_overloads: true,
    ..Conventions::NONE
};

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" | "block_comment" => NodeRole::Comment,
        _ => NodeRole::Plain,
    }
}

/// What the whole file says of its names.
struct Unit {
    /// Its packages, each clause with those before it: `a`, `a.b`.
    packages: Vec<crate::Name>,
    /// The framework whose suites stand here, if any.
    suites: Option<&'static str>,
}

/// One walk over a file.
struct Walk<'w, 't> {
    it: &'w mut Lowering<'t>,
    unit: &'w Unit,
    /// What `_` stands for in an argument.
    placeholder: Option<ExprId>,
}

impl<'t> Walk<'_, 't> {
    /// Runs `inside` one level deeper, if that is not too deep.
    fn deeper<R>(
        &mut self,
        node: Node<'t>,
        here: Here,
        inside: impl FnOnce(&mut Walk<'_, 't>) -> R,
    ) -> Option<R> {
        let (unit, placeholder) = (self.unit, self.placeholder);
        self.it.deeper(node, here, |it| inside(&mut Walk { it, unit, placeholder }))
    }
}

/// A name without the quotes that let it be any text.
fn plain_name(node: Node<'_>) -> &str {
    node.text().trim_matches('`')
}

/// All children in a field of that name, which a grammar may use for a list.
fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    node.fields_named(name).filter(|it| it.is_named()).collect()
}
