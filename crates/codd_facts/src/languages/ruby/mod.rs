//! Ruby: modules and classes with mixins, blocks, Rails and Sinatra, RSpec and minitest.

mod assignments;
mod branches;
mod calls;
mod classes;
mod constants;
mod controllers;
mod conventions;
mod expressions;
mod flow;
mod links;
mod macros;
mod methods;
mod modelled;
mod modules;
#[cfg(test)]
mod nesting;
mod packages;
mod records;
mod route_names;
mod routes;
mod settings;
mod taken_back;
mod test_cases;
mod test_classes;
#[cfg(test)]
mod tests;
mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use codd_source::{RepoPath, Span};

use self::routes::Routing;
use self::test_cases::Suites;
use crate::lowering::{Here, Lowering, lower};
use crate::node::{Grammar, Node};
use crate::tree::NodeRole;
use crate::{
    Conventions, DefinitionId, FileFacts, FlowFacts, Language, Modelled, Modules, Name, Parsed,
    ProjectFiles, Trivia,
};

pub(super) struct Ruby;

impl Language for Ruby {
    fn name(&self) -> &'static str {
        "ruby"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["rb"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rb", "rake", "gemspec", "ru"]
    }

    fn directive(&self, text: &str, comment: Span) -> Option<Span> {
        const KNOWN: &[&str] =
            &["frozen_string_literal", "encoding", "coding", "shareable_constant_value"];
        let own = text.get(comment.start as usize..comment.end as usize)?;
        if comment.start == 0 && own.starts_with("#!") {
            return Some(comment);
        }
        let words = own.trim_start_matches('#').trim().trim_start_matches("-*-").trim();
        let (name, _) = words.split_once(':')?;
        let name = name.trim().replace('-', "_");
        KNOWN.iter().any(|it| name.eq_ignore_ascii_case(it)).then_some(comment)
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_ruby::LANGUAGE.into()
    }

    fn expando_char(&self) -> char {
        'µ'
    }

    fn trivia(&self) -> Trivia {
        Trivia { parentheses: &["parenthesized_statements"], ..Trivia::default() }
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        lower(parsed, grammar, |lower, root| {
            let mut walk = Walk::new(lower);
            walk.file(root);
        })
    }

    fn flow(&self, parsed: &Parsed) -> Option<FlowFacts> {
        Some(flow::flow(parsed))
    }

    fn has_flow(&self) -> bool {
        true
    }

    fn follows_arguments(&self) -> bool {
        false
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        modelled::MODELLED
    }

    fn conventions(&self) -> &'static Conventions {
        &conventions::RUBY
    }

    fn manifests(&self) -> &'static [&'static str] {
        modules::MANIFESTS
    }

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        packages::declared(path, text)
    }

    fn fit_of_package(&self, declared: &str, imported: &str) -> crate::Fit {
        packages::fit(declared, imported)
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(modules::RubyModules::new(project))
    }
}

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" | "uninterpreted" => NodeRole::Comment,
        "simple_symbol" | "regex" | "heredoc_end" => NodeRole::Atom,
        _ => NodeRole::Plain,
    }
}

/// The walk over one file, with what Ruby has and the shared lowering does not know.
struct Walk<'l, 't> {
    lower: &'l mut Lowering<'t>,
    /// Fields that instance variables got, by class and name.
    fields: BTreeMap<(DefinitionId, Name), DefinitionId>,
    /// Namespaces that are opened in the file: their names are seen in it.
    namespaces: BTreeSet<String>,
    /// Names of the methods around, for `super`.
    methods: Vec<Name>,
    /// Whether methods of the class body around are private from here on.
    is_private: bool,
    /// Whether methods of the class body around are those of the class itself.
    is_singleton: bool,
    /// Whether symbols in the call around name methods for certain: `before_save :touch`.
    is_hook_word: bool,
    routing: Routing,
    suites: Suites,
}

impl<'l, 't> Walk<'l, 't> {
    fn new(lower: &'l mut Lowering<'t>) -> Walk<'l, 't> {
        let suites = Suites::of(lower.path);
        Walk {
            lower,
            fields: BTreeMap::new(),
            namespaces: BTreeSet::new(),
            methods: Vec::new(),
            is_private: false,
            is_singleton: false,
            is_hook_word: false,
            routing: Routing::default(),
            suites,
        }
    }

    fn file(&mut self, root: Node<'t>) {
        self.statements(root, Here::TOP);
        self.finish_suites();
        self.links(root);
        // The innermost namespace is the nearest.
        let mut namespaces: Vec<String> =
            std::mem::take(&mut self.namespaces).into_iter().collect();
        namespaces.sort_by_key(|it| std::cmp::Reverse(it.matches('.').count()));
        for namespace in namespaces {
            self.open(namespace);
        }
        self.open("");
    }
}

impl<'t> Deref for Walk<'_, 't> {
    type Target = Lowering<'t>;

    fn deref(&self) -> &Lowering<'t> {
        self.lower
    }
}

impl DerefMut for Walk<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.lower
    }
}
