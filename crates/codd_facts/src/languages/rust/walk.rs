//! The walk over a file's modules.

use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::macros::MACROS;
use crate::lowering::{Here, Lowering, lower};
use crate::node::{Grammar, Node, field};
use crate::tree::NodeRole;
use crate::{
    Bound, DefinitionId, ExprId, FileFacts, ImportItem, Language, Name, Parsed, ScopeKind,
};

fn role(kind: &str) -> NodeRole {
    match kind {
        "line_comment" | "block_comment" => NodeRole::Comment,
        "string_literal" | "raw_string_literal" | "char_literal" => NodeRole::Atom,
        _ => NodeRole::Plain,
    }
}

pub(super) struct Walk<'l, 't> {
    pub(super) lowering: &'l mut Lowering<'t>,
    /// Names of the modules around that are written in place.
    pub(super) inline: Vec<Name>,
    /// Methods that types have of their own, not of a trait.
    pub(super) inherent: FxHashSet<(DefinitionId, &'t str)>,
    /// Names that `use` gives to something.
    pub(super) used_as: FxHashSet<&'t str>,
    /// First names of paths, which may be other crates.
    pub(super) roots: Vec<(Node<'t>, Here)>,
    pub(super) roots_seen: FxHashSet<(Option<DefinitionId>, &'t str)>,
    /// Functions of which what they return says more than what they are declared to.
    pub(super) returns_opaque: FxHashSet<DefinitionId>,
    /// Attributes by the item that they stand before.
    pub(super) attributes: FxHashMap<u32, Vec<Node<'t>>>,
    pub(super) is_rocket: bool,
    /// Whether a framework is named whose routes are registered by calls.
    pub(super) is_served: bool,
    /// By receivers of calls: where the chains of calls that these end begin.
    pub(super) chain_starts: FxHashMap<ExprId, ExprId>,
    /// Where code need not run, in order.
    pub(super) branches: Vec<Span>,
    /// By calls that convert: what these are called on.
    pub(super) converting: FxHashMap<u32, ExprId>,
    /// By functions with types of their own, the first of these: `parse::<Order>`.
    pub(super) turbofish: FxHashMap<u32, ExprId>,
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
    let grammar = Grammar::of(&GRAMMAR, || super::Rust.grammar(), role);
    lower(parsed, grammar, |lowering, root| {
        lowering.open(MACROS);
        lowering.builder.semantics.exports.all_bindings = true;
        let mut walk = Walk {
            lowering,
            inline: Vec::new(),
            inherent: FxHashSet::default(),
            used_as: FxHashSet::default(),
            roots: Vec::new(),
            roots_seen: FxHashSet::default(),
            returns_opaque: FxHashSet::default(),
            attributes: FxHashMap::default(),
            is_rocket: parsed.text.contains("rocket"),
            is_served: ["axum", "actix_web"].iter().any(|it| parsed.text.contains(it)),
            chain_starts: FxHashMap::default(),
            branches: Vec::new(),
            converting: FxHashMap::default(),
            turbofish: FxHashMap::default(),
        };
        walk.note_uses(root);
        walk.note_branches(root);
        walk.module(root, Here::TOP);
        walk.other_crates();
    })
}

impl<'t> Walk<'_, 't> {
    /// The names that `use` gives to something anywhere in the file.
    fn note_uses(&mut self, root: Node<'t>) {
        for node in root.below() {
            match node.kind() {
                "use_declaration" | "use_list" => {
                    let ends = node.all_children().filter(|it| it.is_named());
                    self.used_as.extend(ends.filter_map(used_name));
                }
                _ => {}
            }
        }
    }

    /// Imports the crates that paths start with: first names that nothing of the file binds.
    fn other_crates(&mut self) {
        let bound: FxHashSet<Name> = self
            .semantics()
            .scopes
            .iter()
            .filter(|it| it.kind != ScopeKind::Class)
            .flat_map(|it| &it.bindings)
            .filter(|it| !matches!(it.bound, Bound::Alias(_)))
            .map(|it| it.name.clone())
            .collect();
        for (name, here) in std::mem::take(&mut self.roots) {
            if !bound.contains(name.text()) {
                self.import(name.text(), ImportItem::Module, name, here);
            }
        }
    }

    /// Whether an item is seen by other modules.
    pub(super) fn is_private(node: Node<'t>) -> bool {
        !node.all_children().any(|it| it.kind() == "visibility_modifier")
    }
}

/// The name that one branch of a `use` tree gives to something.
fn used_name(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        "identifier" => Some(node.text()),
        "scoped_identifier" => field(node, "name").map(Node::text),
        "use_as_clause" => field(node, "alias").map(Node::text),
        _ => None,
    }
}
