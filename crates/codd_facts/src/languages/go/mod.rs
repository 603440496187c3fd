//! Go: modules and packages, methods and embedding, net/http, gin, chi and echo, `go test`.

mod answers;
mod declarations;
mod embedded;
mod expressions;
mod flow;
mod functions;
mod given;
mod imports;
mod library;
mod literals;
mod modelled;
mod modules;
#[cfg(test)]
mod nesting;
mod new_values;
mod packages;
mod routes;
mod statements;
mod test_cases;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use codd_source::{RepoPath, Span};

use crate::node::Grammar;
use crate::{
    Conventions, FileFacts, FlowFacts, Language, Modelled, Modules, Parsed, ProjectFiles, Trivia,
};

/// A type's own name for what its elements are, where it is a named list, map or channel; no
/// name of the language looks like it.
const ELEMENT: &str = "[]";

/// A type's own name for what calling it does, where it is a named function type.
const CALLING: &str = "()";

pub(super) struct Go;

static CONVENTIONS: Conventions = Conventions {
    calling: Some(CALLING),
    stays_in_folder: |path| path.stem().ends_with("_test"),
    iterators: &[ELEMENT],
    indexing: &[ELEMENT],
    is_special: |name| {
        matches!(
            name,
            "As" | "Close"
                | "Error"
                | "Is"
                | "Len"
                | "Less"
                | "MarshalBinary"
                | "MarshalJSON"
                | "MarshalText"
                | "MarshalYAML"
                | "Pop"
                | "Push"
                | "Read"
                | "RoundTrip"
                | "Scan"
                | "ServeHTTP"
                | "Set"
                | "String"
                | "Swap"
                | "UnmarshalBinary"
                | "UnmarshalJSON"
                | "UnmarshalText"
                | "UnmarshalYAML"
                | "Unwrap"
                | "Value"
                | "Write"
        )
    },
    keys_are_attributes: true,
    library: Some(&library::LIBRARY),
    showing: &["Error", "Format", "GoString", "String"],
    // What is embedded never calls what embeds it.
    inert_endings: &[""],
    has_extensions: true,
    is_structural: true,
    types_are_capitalised: false,
    built_ins_are_unbound: true,
    ..Conventions::NONE
};

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["golang"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn directive(&self, text: &str, comment: Span) -> Option<Span> {
        let own = text.get(comment.start as usize..comment.end as usize)?;
        let rest = text.get(comment.end as usize..)?;
        let words = own.strip_prefix("//");
        let is_told = words.is_some_and(|it| {
            it.starts_with("go:")
                || it.starts_with("export ")
                || it.starts_with("line ")
                || it.trim_start().starts_with("+build")
        });
        (is_told || is_before_cgo(rest)).then_some(comment)
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_go::LANGUAGE.into()
    }

    /// Go's grammar has no `$` in identifiers; this is a letter that nobody uses in one.
    fn expando_char(&self) -> char {
        'ǂ'
    }

    fn trivia(&self) -> Trivia {
        Trivia {
            parentheses: &["parenthesized_expression", "parenthesized_type"],
            ..Trivia::default()
        }
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        match new_values::read_again(parsed) {
            Some(parsed) => walk::extract(&parsed),
            None => walk::extract(parsed),
        }
    }

    fn flow(&self, parsed: &Parsed) -> Option<FlowFacts> {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        Some(flow::flow(parsed, Grammar::of(&GRAMMAR, || self.grammar(), walk::role)))
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
        &["go.mod"]
    }

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        packages::declared(path, text)
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(modules::GoModules::new(project))
    }
}

/// Whether a comment that ends here is C code for cgo: directly above `import "C"`.
fn is_before_cgo(rest: &str) -> bool {
    /// Lines of a preamble written with `//` that are looked at.
    const LINES: usize = 200;
    let rest = rest.strip_prefix('\r').unwrap_or(rest);
    let Some(rest) = rest.strip_prefix('\n') else { return false };
    let code = rest.lines().map(str::trim).take(LINES).find(|it| !it.starts_with("//"));
    code.and_then(|it| it.strip_prefix("import"))
        .is_some_and(|it| it.trim_start().starts_with("\"C\""))
}
