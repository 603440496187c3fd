//! Hashes of what each definition is written with: whether an edit changed its shape or body.

use super::SemanticsBuilder;
use super::branches::Branches;
use crate::facts::TokenHasher;
use crate::tree::{NodeId, SyntaxTree};
use crate::{DefinitionId, DefinitionPlace, Hash64, language_named};

/// Statements of one definition whose conditions are looked at.
const MOST_ALSO: usize = 64;

/// Which nodes a definition is written with.
#[derive(Clone, Debug)]
pub(crate) struct DefinitionText {
    /// With its decorators: what its parent's body is hashed without.
    pub(crate) whole: NodeId,
    pub(crate) name: NodeId,
    /// The signature without the name.
    pub(crate) shape: Vec<NodeId>,
    pub(crate) decorators: Vec<NodeId>,
    pub(crate) body: Vec<NodeId>,
    /// A docstring inside the body: not part of its hash.
    pub(crate) documentation: Option<NodeId>,
    pub(crate) is_documented: bool,
    /// Later statements of the same scope that belong to this definition too: further
    /// assignments to a variable.
    pub(crate) also: Vec<NodeId>,
}

impl DefinitionText {
    pub(crate) fn new(whole: NodeId, name: NodeId) -> DefinitionText {
        DefinitionText {
            whole,
            name,
            shape: Vec::new(),
            decorators: Vec::new(),
            body: Vec::new(),
            documentation: None,
            is_documented: false,
            also: Vec::new(),
        }
    }
}

impl SemanticsBuilder {
    /// The places of the definitions with the hashes of their tokens, and the hash of what is
    /// outside of them, with imports and without.
    pub(super) fn hashed_definitions(
        &self,
        language: &str,
        tree: &SyntaxTree<'_>,
    ) -> (Vec<DefinitionPlace>, Hash64, Option<Hash64>) {
        let definitions = &self.semantics.definitions;
        // By parent; the last list is the top level's.
        let mut holes: Vec<Vec<(NodeId, &str)>> = vec![Vec::new(); definitions.len() + 1];
        let around = self.written_in(tree);
        let decorators: Vec<Vec<NodeId>> =
            self.texts.iter().map(|it| decorators(tree, it)).collect();
        let texts = self.texts.iter().zip(&decorators);
        for ((definition, (text, decorators)), around) in definitions.iter().zip(texts).zip(around)
        {
            let (list, replacement) = match around {
                Some(parent) => (parent.index(), definition.name.as_str()),
                None => (definitions.len(), ""),
            };
            holes[list].push((text.whole, replacement));
            holes[list].extend(text.also.iter().map(|node| (*node, "")));
            // Attributes may stand before what they are about, and not in it.
            let is_outside = |it: &&NodeId| **it < text.whole;
            let before = decorators.iter().filter(is_outside);
            holes[list].extend(before.map(|node| (*node, "")));
        }
        for (text, list) in self.texts.iter().zip(&mut holes) {
            list.extend(text.documentation.map(|node| (node, "")));
        }
        holes[definitions.len()].extend(self.module_documentation.map(|node| (node, "")));
        for list in &mut holes {
            list.sort_by_key(|(node, _)| *node);
        }
        let branches = Branches::of(tree);
        let surrounded = |definition: &crate::Definition, text: &DefinitionText, body: Hash64| {
            let (outer, list) = match definition.parent {
                Some(parent) => (self.texts[parent.index()].whole, parent.index()),
                None => (SyntaxTree::ROOT, definitions.len()),
            };
            let mut hasher = TokenHasher::default();
            hasher.token(&body.0.to_le_bytes());
            let mut is_any = false;
            for node in std::iter::once(&text.whole).chain(&text.also).take(MOST_ALSO) {
                is_any |= branches.hash_around(tree, (*node, outer), &holes[list], &mut hasher);
            }
            if is_any { hasher.finish() } else { body }
        };
        let places = definitions
            .iter()
            .zip(self.texts.iter().zip(&decorators))
            .zip(&holes)
            .map(|((definition, (text, decorators)), holes)| {
                let body: Vec<NodeId> = text.body.iter().chain(&text.also).copied().collect();
                let body = tree.hash(&body, holes, &definition.name);
                let body =
                    if branches.is_empty() { body } else { surrounded(definition, text, body) };
                DefinitionPlace {
                    span: tree.span(text.whole),
                    name: tree.span(text.name),
                    shape: tree.hash(&text.shape, &[], &definition.name),
                    decorators: tree.hash(decorators, &[], ""),
                    body,
                    is_documented: text.is_documented,
                }
            })
            .collect();
        let mut outside = std::mem::take(&mut holes[definitions.len()]);
        let module_hash = tree.hash(&[SyntaxTree::ROOT], &outside, "");
        let is_import = language_named(language).and_then(|it| it.0.conventions().is_import);
        let loaded_hash = is_import.map(|is_import| {
            let statements = tree.children(SyntaxTree::ROOT);
            let imports = statements.filter(|it| is_import(tree.text(*it)));
            outside.extend(imports.map(|node| (node, "")));
            outside.sort_by_key(|(node, _)| *node);
            tree.hash(&[SyntaxTree::ROOT], &outside, "")
        });
        (places, module_hash, loaded_hash)
    }

    /// For each definition the one in whose text it stands: its parent, but for a member that
    /// is written outside its type.
    fn written_in(&self, tree: &SyntaxTree<'_>) -> Vec<Option<DefinitionId>> {
        let definitions = &self.semantics.definitions;
        let holds = |outer: NodeId, inner: NodeId| outer <= inner && inner < tree.after(outer);
        let mut around: Vec<Option<DefinitionId>> =
            definitions.iter().map(|it| it.parent).collect();
        let is_outside = |at: usize| {
            let parent = definitions[at].parent;
            parent.is_some_and(|it| !holds(self.texts[it.index()].whole, self.texts[at].whole))
        };
        if !(0..definitions.len()).any(is_outside) {
            return around;
        }
        let mut order: Vec<usize> = (0..definitions.len()).collect();
        order.sort_by_key(|at| self.texts[*at].whole);
        let mut open: Vec<usize> = Vec::new();
        for at in order {
            let whole = self.texts[at].whole;
            while open.last().is_some_and(|it| !holds(self.texts[*it].whole, whole)) {
                open.pop();
            }
            if is_outside(at) {
                around[at] = open.last().map(|it| DefinitionId(*it as u32));
            }
            open.push(at);
        }
        around
    }
}

/// What a definition is decorated with: also comments before it that are directives.
fn decorators(tree: &SyntaxTree<'_>, text: &DefinitionText) -> Vec<NodeId> {
    let first = text.decorators.iter().copied().chain([text.whole]).min();
    let mut all = tree.directives_before(first.unwrap_or(text.whole));
    all.extend(&text.decorators);
    all
}
