//! Swift: targets, extensions, protocols, properties, closures, XCTest and swift-testing, Vapor.

mod calls;
mod closures;
mod declarations;
mod enums;
mod expressions;
mod functions;
mod imports;
mod modelled;
mod modules;
mod packages;
mod patterns;
mod properties;
mod routes;
mod statements;
mod targets;
mod types;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use codd_source::RepoPath;

use self::routes::Groups;
use crate::lowering::{Here, Lowering, lower};
use crate::node::{Grammar, Node};
use crate::tree::NodeRole;
use crate::{
    Conventions, ExprId, FileFacts, Language, Modelled, Modules, Parsed, ProjectFiles, Trivia,
};

pub(super) struct Swift;

impl Language for Swift {
    fn name(&self) -> &'static str {
        "swift"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["swift"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_swift::LANGUAGE.into()
    }

    /// `$0` is a name of its own; this is a letter that nobody uses in one.
    fn expando_char(&self) -> char {
        'ǂ'
    }

    fn trivia(&self) -> Trivia {
        Trivia { parentheses: &[], casts: &["as_expression"], asides: &[] }
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        lower(parsed, grammar, |it, root| {
            let unit = imports::unit(root);
            let groups = Groups::default();
            Walk { it, unit, groups, expected: None, item: None }.source_file(root, Here::TOP);
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
        &[packages::MANIFEST]
    }

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        (path.file_name() == packages::MANIFEST).then(|| packages::declared(text))
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(modules::SwiftModules::new(project))
    }
}

/// The name of what makes an instance.
const INIT: &str = "init";

/// The name of what `value[key]` runs.
const SUBSCRIPT: &str = "subscript";

static CONVENTIONS: Conventions = Conventions {
    constructors: &[INIT],
    inherited_tests: Some(&functions::INHERITED),
    calling: Some("callAsFunction"),
    iterators: &["makeIterator", "makeAsyncIterator"],
    next_items: &["next"],
    indexing: &[SUBSCRIPT],
    is_special: |name| SPECIAL.contains(&name) || !name.starts_with(is_of_name),
    showing: &["debugDescription", "description"],
    // Sorted.
    inert_bases: &[
        "AnyObject",
        "CaseIterable",
        "Codable",
        "CodingKey",
        "Comparable",
        "CustomDebugStringConvertible",
        "CustomStringConvertible",
        "Decodable",
        "Encodable",
        "Equatable",
        "Error",
        "Hashable",
        "Identifiable",
        "Int",
        "LocalizedError",
        "NSObject",
        "ObservableObject",
        "OptionSet",
        "RawRepresentable",
        "Sendable",
        "String",
    ],
    inert_endings: &["Error"],
    implicit_members: true,
    has_extensions: true,
    item_methods: &[
        "first",
        "get",
        "last",
        "max",
        "min",
        "next",
        "popFirst",
        "popLast",
        "randomElement",
        "remove",
        "removeFirst",
        "removeLast",
        "removeValue",
        "updateValue",
        "wait",
    ],
    whole_methods: &[
        "drop",
        "dropFirst",
        "dropLast",
        "enumerated",
        "filter",
        "makeIterator",
        "prefix",
        "reversed",
        "shuffled",
        "sorted",
        "suffix",
        "union",
    ],
    item_properties: &["first", "last"],
    whole_properties: &["indices", "lazy", "values"],
    has_overloads: true,
    has_labels: true,
    ..Conventions::NONE
};

/// Members that the language itself and the standard protocols run.
const SPECIAL: &[&str] = &[
    "body",
    "callAsFunction",
    "debugDescription",
    "deinit",
    "description",
    "encode",
    "errorDescription",
    "hash",
    "init",
    "makeAsyncIterator",
    "makeIterator",
    "next",
    "subscript",
    "wrappedValue",
];

fn is_of_name(it: char) -> bool {
    it.is_alphabetic() || it == '_' || it == '`'
}

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" | "multiline_comment" => NodeRole::Comment,
        _ => NodeRole::Plain,
    }
}

/// What the whole file says of its names.
struct Unit {
    uses_xctest: bool,
    uses_testing: bool,
    uses_vapor: bool,
}

/// One walk over a file.
struct Walk<'w, 't> {
    it: &'w mut Lowering<'t>,
    unit: Unit,
    groups: Groups,
    /// The type, or a value of the type, that the next expression is expected to have: that of
    /// which `.name` is a member. Taken by the expression.
    expected: Option<ExprId>,
    /// What a key path without a type starts at.
    item: Option<ExprId>,
}

impl<'t> Walk<'_, 't> {
    /// Runs `inside` one level deeper, if that is not too deep.
    fn deeper<R>(
        &mut self,
        node: Node<'t>,
        here: Here,
        inside: impl FnOnce(&mut Self) -> R,
    ) -> Option<R> {
        if !self.it.enter(node, here) {
            return None;
        }
        let result = inside(self);
        self.it.leave();
        Some(result)
    }
}

/// A name without the quotes that let it be a keyword, and a projected value's as the value's.
fn plain_name(node: Node<'_>) -> &str {
    let text = node.text().trim_matches('`');
    match text.strip_prefix('$') {
        Some(rest) if rest.starts_with(is_of_name) => rest,
        _ => text,
    }
}
