//! Kotlin: packages, extensions, properties, companions, lambdas with receivers, Ktor, kotest.

mod annotated;
mod annotations;
mod calls;
mod declarations;
mod expressions;
mod frameworks;
mod functions;
mod imports;
mod modelled;
mod one_liners;
mod properties;
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
use crate::lowering::{Here, Lowering, lower_tree};
use crate::node::{Grammar, Node};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{
    Certainty, Conventions, FileFacts, Language, Modelled, Modules, Name, Parsed, ProjectFiles,
    Trivia,
};

pub(super) struct Kotlin;

impl Language for Kotlin {
    fn name(&self) -> &'static str {
        "kotlin"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["kt"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["kt", "kts"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_kotlin_ng::LANGUAGE.into()
    }

    fn is_endless(&self, text: &str) -> bool {
        annotations::is_endless(text)
    }

    /// The grammar has no `$` in identifiers; this is a letter that nobody uses in one.
    fn expando_char(&self) -> char {
        'ǂ'
    }

    fn trivia(&self) -> Trivia {
        Trivia {
            parentheses: &["parenthesized_expression"],
            casts: &["as_expression"],
            asides: &[],
        }
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        let mended = parsed.tree.root_node().has_error().then(|| one_liners::mended(parsed));
        let mended = mended.flatten();
        let parsed = mended.as_ref().unwrap_or(parsed);
        let annotated = annotated::mended(parsed, grammar);
        let (parsed, tree) = match &annotated {
            Some(it) => (&it.parsed, it.tree(grammar)),
            None => (parsed, SyntaxTree::new(parsed, grammar.roles())),
        };
        let tree = annotated::counted(tree, grammar);
        lower_tree(parsed, tree, grammar, |it, root| {
            let unit = imports::unit(&parsed.path, root);
            Walk { it, unit: &unit, prefix: Name::default(), asks: Certainty::Never }
                .source_file(root, Here::TOP);
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
    inherited_tests: Some(&jvm::test_cases::INHERITED),
    calling: Some("invoke"),
    iterators: &["iterator"],
    next_items: &["next"],
    leaving: &["close"],
    indexing: &["get"],
    function_methods: &["call", "invoke"],
    is_special: |name| jvm::SPECIAL.contains(&name) || OPERATORS.contains(&name),
    showing: &["toString"],
    inert_bases: jvm::INERT_BASES,
    inert_endings: &["Error", "Exception"],
    implicit_members: true,
    has_extensions: true,
    has_overloads: true,
    reads_by_getters: true,
    methods_are_apart: true,
    item_methods: jvm::ITEM_METHODS,
    whole_methods: jvm::WHOLE_METHODS,
    item_properties: &["value"],
    ..Conventions::NONE
};

/// Functions that operators run.
const OPERATORS: &[&str] = &[
    "component1",
    "component2",
    "component3",
    "component4",
    "component5",
    "contains",
    "dec",
    "div",
    "divAssign",
    "get",
    "getValue",
    "hasNext",
    "inc",
    "invoke",
    "minus",
    "minusAssign",
    "next",
    "not",
    "plus",
    "plusAssign",
    "provideDelegate",
    "rangeTo",
    "rem",
    "set",
    "setValue",
    "times",
    "timesAssign",
    "unaryMinus",
    "unaryPlus",
];

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
    uses_kotest: bool,
    uses_ktor: bool,
    /// What asks in Ktor who sends a request.
    uses_ktor_auth: bool,
}

/// One walk over a file.
struct Walk<'w, 't> {
    it: &'w mut Lowering<'t>,
    unit: &'w Unit,
    /// The path of the `route` blocks around, or the names of the test containers.
    prefix: Name,
    /// Whether the blocks around ask who sends a request.
    asks: Certainty,
}

impl<'t> Walk<'_, 't> {
    /// Runs `inside` one level deeper, if that is not too deep.
    fn deeper<R>(
        &mut self,
        node: Node<'t>,
        here: Here,
        inside: impl FnOnce(&mut Walk<'_, 't>) -> R,
    ) -> Option<R> {
        let (unit, prefix, asks) = (self.unit, self.prefix.clone(), self.asks);
        self.it.deeper(node, here, |it| inside(&mut Walk { it, unit, prefix, asks }))
    }
}

/// A name without the quotes that let it be any text.
fn plain_name(node: Node<'_>) -> &str {
    node.text().trim_matches('`')
}
