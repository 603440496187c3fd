//! C#: namespaces, partial types, properties, extension methods, LINQ, ASP.NET, xUnit.

mod calls;
mod declarations;
mod endpoints;
mod expressions;
mod flow;
mod frameworks;
mod global_guards;
mod members;
mod modelled;
mod namespaces;
mod packages;
mod parameters;
mod patterns;
mod policies;
mod statements;
mod surely;
mod test_cases;
mod types;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use codd_source::RepoPath;

use self::endpoints::Endpoints;
use crate::lowering::{Here, Lowering, lower};
use crate::node::{Grammar, Node};
use crate::tree::NodeRole;
use crate::{
    Conventions, FileFacts, FlowFacts, Language, Modelled, Modules, Parsed, ProjectFiles, Trivia,
};

pub(super) struct CSharp;

impl Language for CSharp {
    fn name(&self) -> &'static str {
        "csharp"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["c#", "cs"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["cs"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_c_sharp::LANGUAGE.into()
    }

    /// The grammar has no `$` in identifiers; this is a letter that nobody uses in one.
    fn expando_char(&self) -> char {
        'ǂ'
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
            let endpoints = Endpoints::of(root);
            Walk { it, endpoints: &endpoints }.compilation_unit(root, Here::TOP);
        })
    }

    fn flow(&self, parsed: &Parsed) -> Option<FlowFacts> {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        Some(flow::flow(parsed, Grammar::of(&GRAMMAR, || self.grammar(), role)))
    }

    /// The fields of a page of Web Forms, whose code is in a file beside it.
    fn is_generated_part(&self, path: &RepoPath) -> bool {
        let name = path.file_name().to_ascii_lowercase();
        let stem = name.strip_suffix(".designer.cs");
        stem.is_some_and(|it| [".aspx", ".ascx", ".master"].iter().any(|end| it.ends_with(end)))
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

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        packages::declared(path, text)
    }

    fn fit_of_package(&self, declared: &str, imported: &str) -> crate::Fit {
        crate::packages::fit_by_words(declared, imported)
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(namespaces::CSharpModules)
    }
}

/// The name by which a class's constructors are bound in its scope.
const CONSTRUCTOR: &str = "<init>";

/// The name of an indexer, as its declaration spells it.
const INDEXER: &str = "this[]";

static CONVENTIONS: Conventions = Conventions {
    constructors: &[CONSTRUCTOR],
    routes_ignore_case: true,
    inherited_tests: Some(&test_cases::INHERITED),
    iterators: &["GetEnumerator"],
    next_items: &["Current", "MoveNext"],
    leaving: &["Dispose"],
    indexing: &[INDEXER],
    function_methods: &["DynamicInvoke", "Invoke"],
    is_special: |name| SPECIAL.contains(&name) || name.starts_with("operator "),
    showing: &["ToString"],
    inert_bases: &[
        "Attribute",
        "IAsyncDisposable",
        "IComparable",
        "IDisposable",
        "IEnumerable",
        "IEquatable",
        "Object",
    ],
    inert_endings: &["Exception"],
    implicit_members: true,
    has_extensions: true,
    has_partial_types: true,
    item_methods: ITEM_METHODS,
    whole_methods: WHOLE_METHODS,
    has_overloads: true,
    types_are_capitalised: false,
    ..Conventions::NONE
};

/// Methods that the language itself and its collections run.
const SPECIAL: &[&str] = &[
    "CompareTo",
    "Dispose",
    "DisposeAsync",
    "Equals",
    "GetEnumerator",
    "GetHashCode",
    "ToString",
    INDEXER,
];

/// Methods of collections and their like that give one of the items.
const ITEM_METHODS: &[&str] = &[
    "Aggregate",
    "Dequeue",
    "ElementAt",
    "ElementAtOrDefault",
    "Find",
    "FindAsync",
    "First",
    "FirstAsync",
    "FirstOrDefault",
    "FirstOrDefaultAsync",
    "GetAwaiter",
    "GetResult",
    "GetValueOrDefault",
    "Last",
    "LastOrDefault",
    "Max",
    "MaxBy",
    "Min",
    "MinBy",
    "Peek",
    "Pop",
    "Result",
    "Single",
    "SingleAsync",
    "SingleOrDefault",
    "SingleOrDefaultAsync",
    "Value",
];

/// Methods of them that give a collection of the same items.
const WHOLE_METHODS: &[&str] = &[
    "Append",
    "AsEnumerable",
    "AsNoTracking",
    "AsQueryable",
    "AsReadOnly",
    "Concat",
    "ConfigureAwait",
    "Distinct",
    "DistinctBy",
    "Except",
    "FindAll",
    "GetEnumerator",
    "Include",
    "Intersect",
    "OrderBy",
    "OrderByDescending",
    "Prepend",
    "Reverse",
    "Skip",
    "SkipWhile",
    "Take",
    "TakeWhile",
    "ThenBy",
    "ThenByDescending",
    "ToArray",
    "ToArrayAsync",
    "ToHashSet",
    "ToImmutableArray",
    "ToImmutableList",
    "ToList",
    "ToListAsync",
    "Union",
    "Values",
    "Where",
];

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" => NodeRole::Comment,
        _ => NodeRole::Plain,
    }
}

/// One walk over a file.
struct Walk<'w, 't> {
    it: &'w mut Lowering<'t>,
    endpoints: &'w Endpoints<'t>,
}

impl<'t> Walk<'_, 't> {
    /// Runs `inside` one level deeper, if that is not too deep.
    fn deeper<R>(
        &mut self,
        node: Node<'t>,
        here: Here,
        inside: impl FnOnce(&mut Walk<'_, 't>) -> R,
    ) -> Option<R> {
        let endpoints = self.endpoints;
        self.it.deeper(node, here, |it| inside(&mut Walk { it, endpoints }))
    }
}
