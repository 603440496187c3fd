//! JavaScript and TypeScript with JSX: ES modules and CommonJS, Express, jest and vitest.

mod amd;
mod calls;
mod classes;
mod commonjs;
mod containers;
mod conventions;
mod exporting;
mod expressions;
mod extract;
mod fastify;
mod flow;
mod functions;
mod given;
mod hono;
mod imports;
mod jsx;
mod koa;
mod links;
mod listeners;
mod modelled;
mod modules;
mod named;
mod nest;
#[cfg(test)]
mod nesting;
mod next;
mod objects;
mod packages;
mod parameters;
mod patterns;
mod prototypes;
mod registrations;
mod routes;
mod runner_config;
mod segments;
mod spelling;
mod statements;
mod test_cases;
#[cfg(test)]
mod tests;
mod types;
mod unless;
mod vue;
mod walker;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use codd_source::RepoPath;

use crate::node::Grammar;
use crate::tree::NodeRole;
// A `#!` line ends at any end of line, and the grammar's does not.
use crate::parse::with_line_feeds;
use crate::{
    Conventions, FileFacts, FlowFacts, Language, Modelled, Modules, Parsed, ProjectFiles, Trivia,
};

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" | "html_comment" | "hash_bang_line" => NodeRole::Comment,
        "string" | "regex" => NodeRole::Atom,
        _ => NodeRole::Plain,
    }
}

macro_rules! languages {
    ($($name:ident $text:literal $aliases:expr, $part_of:expr, $extensions:expr, $modelled:ident, $nesting:ident, $readable:path, $grammar:expr;)*) => {$(
        pub(super) struct $name;

        impl Language for $name {
            fn name(&self) -> &'static str {
                $text
            }

            fn aliases(&self) -> &'static [&'static str] {
                $aliases
            }

            fn part_of(&self) -> Option<&'static str> {
                $part_of
            }

            fn extensions(&self) -> &'static [&'static str] {
                $extensions
            }

            fn grammar(&self) -> tree_sitter::Language {
                $grammar.into()
            }

            fn trivia(&self) -> Trivia {
                spelling::TRIVIA
            }

            fn readable<'t>(&self, text: &'t str) -> Cow<'t, str> {
                $readable(text)
            }

            fn canonical_names(&self, text: &str) -> Option<String> {
                spelling::canonical_names(text)
            }

            fn extract(&self, parsed: &Parsed) -> FileFacts {
                static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
                extract::extract(parsed, Grammar::of(&GRAMMAR, || self.grammar(), role))
            }

            fn flow(&self, parsed: &Parsed) -> Option<FlowFacts> {
                static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
                let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
                Some(flow::flow(parsed, grammar))
            }

            fn has_flow(&self) -> bool {
                true
            }

            #[cfg(test)]
            fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
                nesting::$nesting
            }

            fn modelled(&self) -> Modelled {
                modelled::$modelled
            }

            fn conventions(&self) -> &'static Conventions {
                &conventions::JAVASCRIPT
            }

            fn manifests(&self) -> &'static [&'static str] {
                modules::MANIFESTS
            }

            fn set_up_files(&self, path: &RepoPath, text: &str) -> Vec<String> {
                runner_config::set_up_files(path, text)
            }

            fn declared_packages(
                &self,
                path: &RepoPath,
                text: &str,
            ) -> Option<BTreeMap<String, String>> {
                packages::declared(path, text)
            }

            fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
                Box::new(modules::JavaScriptModules::new(project))
            }
        }
    )*};
}

languages! {
    JavaScript "javascript" &["js", "jsx"], None, &["js", "mjs", "cjs", "jsx"], JAVASCRIPT, JAVASCRIPT, with_line_feeds, tree_sitter_javascript::LANGUAGE;
    TypeScript "typescript" &["ts"], None, &["ts", "mts", "cts"], TYPESCRIPT, TYPESCRIPT, with_line_feeds, tree_sitter_typescript::LANGUAGE_TYPESCRIPT;
    Tsx "tsx" &[], Some("typescript"), &["tsx"], TYPESCRIPT, TYPESCRIPT, with_line_feeds, tree_sitter_typescript::LANGUAGE_TSX;
    Vue "vue" &[], Some("typescript"), &["vue"], VUE, VUE, vue::scripts, tree_sitter_typescript::LANGUAGE_TYPESCRIPT;
    Svelte "svelte" &[], Some("typescript"), &["svelte"], VUE, VUE, vue::scripts, tree_sitter_typescript::LANGUAGE_TYPESCRIPT;
}
