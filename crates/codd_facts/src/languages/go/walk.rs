//! The walk over a file's top level: types first, so that methods find them.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::modules::{namespace, test_namespace};
use super::routes::Frameworks;
use crate::lowering::{Here, Lowering, lower};
use crate::node::{Grammar, Node, children};
use crate::tree::NodeRole;
use crate::{DefinitionId, FileFacts, ImportId, Language, Name, Parsed};

pub(super) fn role(kind: &str) -> NodeRole {
    match kind {
        "comment" => NodeRole::Comment,
        "interpreted_string_literal" | "raw_string_literal" | "rune_literal" => NodeRole::Atom,
        _ => NodeRole::Plain,
    }
}

/// A type of this file.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnType<'t> {
    pub(super) id: DefinitionId,
    /// What it is declared as.
    pub(super) underlying: Node<'t>,
}

pub(super) struct Walk<'l, 't> {
    pub(super) lowering: &'l mut Lowering<'t>,
    /// That of the package.
    pub(super) namespace: Name,
    pub(super) is_test_file: bool,
    pub(super) types: FxHashMap<&'t str, OwnType<'t>>,
    pub(super) frameworks: Frameworks,
    /// Functions of which what they return says more than what they are declared to.
    pub(super) returns_opaque: FxHashSet<DefinitionId>,
    /// By the call of a route's registration, the call of `Methods` behind it.
    pub(super) calls_behind: FxHashMap<u32, Node<'t>>,
    /// Tests and subtests, as their runner names them.
    pub(super) test_names: FxHashMap<DefinitionId, String>,
    /// Imports without a name of their own, with their paths and the names they may go by.
    pub(super) guessed: Vec<(ImportId, &'t str, Vec<String>)>,
    /// Variables that functions give another value: of the package, or of none that is known.
    pub(super) rewritten: BTreeSet<Name>,
}

impl<'t> Deref for Walk<'_, 't> {
    type Target = Lowering<'t>;

    fn deref(&self) -> &Lowering<'t> {
        self.lowering
    }
}

impl<'t> DerefMut for Walk<'_, 't> {
    fn deref_mut(&mut self) -> &mut Lowering<'t> {
        self.lowering
    }
}

pub(super) fn extract(parsed: &Parsed) -> FileFacts {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    let grammar = Grammar::of(&GRAMMAR, || super::Go.grammar(), role);
    lower(parsed, grammar, |lowering, root| {
        let folder = lowering.path.parent();
        let is_test_file = lowering.path.stem().ends_with("_test");
        let clause = root.all_children().find(|it| it.kind() == "package_clause");
        let package = clause.and_then(Node::first_child).map_or("", Node::text);
        let own = namespace(folder);
        let is_outside_test = is_test_file && package.ends_with("_test");
        let namespace = if is_outside_test { test_namespace(folder) } else { own };
        lowering.open(namespace.clone());
        let mut walk = Walk {
            lowering,
            namespace,
            is_test_file,
            types: FxHashMap::default(),
            frameworks: Frameworks::default(),
            returns_opaque: FxHashSet::default(),
            calls_behind: FxHashMap::default(),
            test_names: FxHashMap::default(),
            guessed: Vec::new(),
            rewritten: BTreeSet::new(),
        };
        walk.top_level(root);
        walk.other_package_names();
        walk.forget_rewritten();
        walk.note_made();
        walk.note_answers();
        for line in parsed.text.lines().filter(|it| it.starts_with("//go:linkname ")) {
            walk.linked_name(line, root);
        }
        walk.embedded(root);
    })
}

impl<'t> Walk<'_, 't> {
    fn top_level(&mut self, root: Node<'t>) {
        let all = children(root);
        for node in all.iter().filter(|it| it.kind() == "import_declaration") {
            self.import_declaration(*node);
        }
        for node in all.iter().filter(|it| it.kind() == "type_declaration") {
            self.type_declaration(*node, Here::TOP);
        }
        for node in all {
            match node.kind() {
                "import_declaration" | "type_declaration" | "package_clause" => {}
                "function_declaration" => self.function_declaration(node),
                "method_declaration" => self.method_declaration(node),
                "const_declaration" | "var_declaration" => {
                    self.value_declaration(node, Here::TOP);
                }
                _ => {
                    self.statement(node, Here::TOP);
                }
            }
        }
    }

    /// Whether a definition of this name is seen by other packages.
    pub(super) fn is_private(name: &str) -> bool {
        !name.starts_with(char::is_uppercase)
    }
}
