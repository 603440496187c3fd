//! PHP: namespaces, classes with traits, Composer, Laravel, Symfony and Slim, PHPUnit and Pest.

mod arrays;
mod assignments;
mod callables;
mod classes;
mod controller_names;
mod controllers;
mod conventions;
mod creations;
mod declarations;
mod docblock;
mod expressions;
mod flow;
mod includes;
mod links;
mod middleware;
mod modelled;
mod modules;
mod names;
#[cfg(test)]
mod nesting;
mod packages;
mod resources;
mod routes;
mod settings;
mod slim;
mod statements;
mod tags;
mod test_cases;
#[cfg(test)]
mod tests;
mod texts;
mod types;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use codd_source::{RepoPath, Span};

use self::routes::Routing;
use self::test_cases::Suites;
use crate::lowering::{Here, Lowering, lower};
use crate::node::Grammar;
use crate::tree::{NodeId, NodeRole};
use crate::{
    Conventions, ExprId, FileFacts, FlowFacts, Language, Modelled, Modules, Parsed, ProjectFiles,
    Trivia,
};

pub(super) struct Php;

impl Language for Php {
    fn name(&self) -> &'static str {
        "php"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["php", "phtml", "inc"]
    }

    /// All but templates of Blade, which are text in which little is PHP.
    fn takes(&self, path: &RepoPath) -> bool {
        let is_own = path.extension().is_some_and(|extension| {
            self.extensions().iter().any(|own| own.eq_ignore_ascii_case(extension))
        });
        is_own && !path.file_name().ends_with(".blade.php")
    }

    /// The annotations that frameworks read: `@IsGranted("ADMIN")`, and not `@param`.
    fn directive(&self, text: &str, comment: Span) -> Option<Span> {
        let own = text.get(comment.start as usize..comment.end as usize)?;
        let own = own.strip_suffix("*/").filter(|it| it.starts_with("/**"))?;
        let mut at = 0;
        for line in own.split_inclusive('\n') {
            let words =
                line.trim_start_matches(|it: char| it.is_whitespace() || matches!(it, '*' | '/'));
            let name = words.strip_prefix('@').unwrap_or_default().trim_start_matches('\\');
            if name.starts_with(|it: char| it.is_uppercase()) {
                let start = comment.start + (at + line.len() - words.len()) as u32;
                return Some(Span { start, end: comment.start + own.trim_end().len() as u32 });
            }
            at += line.len();
        }
        None
    }

    fn grammar(&self) -> tree_sitter::Language {
        // The grammar without HTML around, so that code patterns need no opening tag.
        tree_sitter_php::LANGUAGE_PHP_ONLY.into()
    }

    fn expando_char(&self) -> char {
        'µ'
    }

    fn trivia(&self) -> Trivia {
        Trivia { parentheses: &["parenthesized_expression"], ..Trivia::default() }
    }

    fn readable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        tags::code_alone(text)
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        lower(parsed, words(), |lower, root| {
            let mut walk = Walk::new(lower);
            walk.file(root);
        })
    }

    fn flow(&self, parsed: &Parsed) -> Option<FlowFacts> {
        Some(flow::flow(parsed, words()))
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
        &conventions::PHP
    }

    fn manifests(&self) -> &'static [&'static str] {
        modules::MANIFESTS
    }

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        packages::declared(path, text)
    }

    fn fit_of_package(&self, declared: &str, imported: &str) -> crate::Fit {
        crate::packages::fit_by_words(declared, imported)
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(modules::PhpModules::new(project))
    }
}

/// The grammar's words.
fn words() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    Grammar::of(&GRAMMAR, || Php.grammar(), role)
}

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" | "php_tag" | "php_end_tag" => NodeRole::Comment,
        "string" | "nowdoc" => NodeRole::Atom,
        _ => NodeRole::Plain,
    }
}

/// The walk over one file, with what PHP has and the shared lowering does not know.
struct Walk<'l, 't> {
    lower: &'l mut Lowering<'t>,
    /// Dotted; empty for the global one.
    namespace: String,
    /// What `use` brought in, by the name it has here: its full dotted name.
    uses: BTreeMap<String, String>,
    /// Values of full dotted names that were met.
    absolute: BTreeMap<String, ExprId>,
    routing: Routing,
    suites: Suites,
    /// Calls of constructors that run whenever these do.
    sure: BTreeSet<NodeId>,
}

impl<'l, 't> Walk<'l, 't> {
    fn new(lower: &'l mut Lowering<'t>) -> Walk<'l, 't> {
        let routing = Routing::of(lower.path);
        let suites = Suites::of(lower.path);
        Walk {
            lower,
            namespace: String::new(),
            uses: BTreeMap::new(),
            absolute: BTreeMap::new(),
            routing,
            suites,
            sure: BTreeSet::new(),
        }
    }

    fn file(&mut self, root: crate::node::Node<'t>) {
        self.enter_routes_file(root);
        for child in crate::node::children(root) {
            self.visit(child, Here::TOP);
        }
        self.finish_suites();
        self.settings(root);
        self.told_middleware(root);
        self.links(root);
        if self.semantics().opened.is_empty() {
            self.open("");
        }
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
