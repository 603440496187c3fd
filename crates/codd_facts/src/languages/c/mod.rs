//! C and C++: headers and sources, namespaces, classes, templates, macros, function pointers;
//! GoogleTest, Catch2, doctest, Unity, Check and CMocka.
//!
//! A header `.h` may be either. It counts as C, and is read again by the grammar of C++ where
//! its text says something that only C++ has, so that its facts are those of C++.

mod classes;
mod conventions;
mod declarations;
mod declarators;
mod expressions;
mod functions;
mod holders;
mod initializers;
mod links;
mod masking;
mod modelled;
mod modules;
#[cfg(test)]
mod nesting;
mod operators;
mod packages;
mod preprocessor;
mod statements;
mod test_cases;
#[cfg(test)]
mod tests;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use codd_source::RepoPath;
use rustc_hash::FxHashSet;

use crate::lowering::{Here, Lowering, lower};
use crate::node::{Grammar, Node};
use crate::reread::{errors, read};
use crate::tree::NodeRole;
use crate::{
    Conventions, DefinitionId, FileFacts, Language, LanguageRef, Modelled, Modules, Parsed,
    ProjectFiles, Trivia,
};

const HEADERS: [&str; 8] = ["h", "hh", "hpp", "hxx", "inl", "ipp", "tpp", "h++"];

macro_rules! languages {
    ($($name:ident $text:literal $aliases:expr, $extensions:expr, $modelled:ident, $nesting:ident, $grammar:expr;)*) => {$(
        pub(super) struct $name;

        impl Language for $name {
            fn name(&self) -> &'static str {
                $text
            }

            fn aliases(&self) -> &'static [&'static str] {
                $aliases
            }

            fn extensions(&self) -> &'static [&'static str] {
                $extensions
            }

            fn grammar(&self) -> tree_sitter::Language {
                $grammar.into()
            }

            fn expando_char(&self) -> char {
                '\u{10000}'
            }

            fn trivia(&self) -> Trivia {
                Trivia { parentheses: &["parenthesized_expression"], ..Trivia::default() }
            }

            fn extract(&self, parsed: &Parsed) -> FileFacts {
                match read_again(parsed) {
                    Some(parsed) => walk(&parsed),
                    None => walk(parsed),
                }
            }

            #[cfg(test)]
            fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
                nesting::$nesting
            }

            fn modelled(&self) -> Modelled {
                modelled::$modelled
            }

            fn conventions(&self) -> &'static Conventions {
                &conventions::C
            }

            fn manifests(&self) -> &'static [&'static str] {
                packages::MANIFESTS
            }

            fn declared_packages(
                &self,
                path: &RepoPath,
                text: &str,
            ) -> Option<BTreeMap<String, String>> {
                packages::declared(path, text)
            }

            fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
                Box::new(modules::CModules::new(project))
            }
        }
    )*};
}

languages! {
    C "c" &[], &["c", "h"], C, C, tree_sitter_c::LANGUAGE;
    Cpp "cpp" &["c++", "cxx"], &["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "inl", "ipp", "tpp"], CPP, CPP, tree_sitter_cpp::LANGUAGE;
}

/// Whether files of this ending are read as C or C++.
fn is_code(ending: &str) -> bool {
    C.extensions().contains(&ending) || Cpp.extensions().contains(&ending)
}

/// A file as it is understood better: a header of C that is one of C++ by the other grammar,
/// one with syntax errors without the macros that only the preprocessor understands.
fn read_again(parsed: &Parsed) -> Option<Parsed> {
    let is_cpp = parsed.path.extension() == Some("h")
        && parsed.language == LanguageRef(&C)
        && says_cpp(&parsed.text);
    let by_language =
        if is_cpp { Some(read(parsed, LanguageRef(&Cpp), &parsed.text)?) } else { None };
    let best = by_language.as_ref().unwrap_or(parsed);
    if !best.tree.root_node().has_error() {
        return by_language;
    }
    let masked = masking::masked(&parsed.text).and_then(|it| read(parsed, best.language, &it));
    match masked {
        Some(masked) if errors(&masked) < errors(best) => Some(masked),
        _ => by_language,
    }
}

/// Whether a line begins as only C++ does.
fn says_cpp(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "class ",
        "namespace ",
        "template<",
        "template <",
        "using ",
        "public:",
        "private:",
        "protected:",
        "constexpr ",
    ];
    let mut in_comment = false;
    for line in text.lines() {
        let line = line.trim_start();
        if in_comment {
            in_comment = !line.contains("*/");
            continue;
        }
        if line.starts_with("/*") {
            in_comment = !line.contains("*/");
            continue;
        }
        let line = line.strip_prefix("inline ").unwrap_or(line);
        if WORDS.iter().any(|it| line.starts_with(it)) {
            return true;
        }
        let code = line.split("//").next().unwrap_or("");
        if code.contains("std::") || code.contains("operator==") {
            return true;
        }
    }
    false
}

fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" => NodeRole::Comment,
        "string_literal" | "raw_string_literal" | "char_literal" | "system_lib_string"
        | "preproc_arg" => NodeRole::Atom,
        _ => NodeRole::Plain,
    }
}

fn walk(parsed: &Parsed) -> FileFacts {
    static GRAMMARS: [OnceLock<Grammar>; 2] = [OnceLock::new(), OnceLock::new()];
    let language = parsed.language;
    let cell = &GRAMMARS[usize::from(language == LanguageRef(&Cpp))];
    let grammar = Grammar::of(cell, || language.grammar(), role);
    lower(parsed, grammar, |lower, root| {
        let mut walk = Walk::new(lower, parsed);
        walk.file(root);
    })
}

/// The walk over one file, with what C and C++ have and the shared lowering does not know.
struct Walk<'l, 't> {
    lower: &'l mut Lowering<'t>,
    /// Its types and macros are seen by those that include it.
    is_header: bool,
    is_cpp: bool,
    /// Dotted; empty for the global one.
    namespace: String,
    /// Inside of a namespace without a name, or of something else that only this file sees.
    is_hidden: bool,
    /// Members of the class body around are private from here on.
    is_private: bool,
    /// Fields of structs that may hold functions.
    holds_functions: FxHashSet<DefinitionId>,
    /// Namespaces whose names are seen in the file.
    namespaces: BTreeSet<String>,
    /// Those that `using namespace` opens, in order.
    used: Vec<String>,
    /// The same, to ask for.
    known_used: FxHashSet<String>,
}

impl<'l, 't> Walk<'l, 't> {
    /// Opens a namespace for the whole file.
    fn uses(&mut self, namespace: String) {
        if self.known_used.insert(namespace.clone()) {
            self.used.push(namespace);
        }
    }

    fn new(lower: &'l mut Lowering<'t>, parsed: &Parsed) -> Walk<'l, 't> {
        let extension = parsed.path.extension().unwrap_or("");
        Walk {
            lower,
            is_header: HEADERS.contains(&extension),
            is_cpp: parsed.language == LanguageRef(&Cpp),
            namespace: String::new(),
            is_hidden: false,
            is_private: false,
            holds_functions: FxHashSet::default(),
            namespaces: BTreeSet::new(),
            used: Vec::new(),
            known_used: FxHashSet::default(),
        }
    }

    fn file(&mut self, root: Node<'t>) {
        self.items(root, Here::TOP);
        self.links(root);
        // The innermost namespace is the nearest.
        let mut namespaces: Vec<String> =
            std::mem::take(&mut self.namespaces).into_iter().collect();
        namespaces.sort_by_key(|it| std::cmp::Reverse(it.matches('.').count()));
        namespaces.extend(std::mem::take(&mut self.used));
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
