//! The ways in which a language with classes and declared types adds facts while it walks.
//!
//! A language walks its own tree, with one function for statements and one for expressions,
//! and says here what it meets: definitions with their scopes ([`define`]), expressions and
//! references ([`express`]), what is imported and offered ([`share`]). Names, hashes, order and
//! bounds are kept here, so that they are the same in all of them.

mod around_tests;
pub(crate) use around_tests::AROUND;
mod define;
mod express;
mod kept;
mod share;

use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use self::define::New;
pub(crate) use self::express::{CALL, READ, TYPE, Use, WRITE};
use crate::builder::SemanticsBuilder;
use crate::code_links::CodeLinks;
use crate::documentation::{block_comment_at_end, text_before};
use crate::node::{Grammar, Node};
use crate::resources::Owners;
use crate::tree::SyntaxTree;
use crate::{
    Bound, DefinitionId, Expr, ExprId, FileFacts, MODULE_SCOPE, Name, Parsed, ScopeId, ScopeKind,
    Semantics,
};

/// Syntax nested deeper than this is read as a list of names, so that no file can exhaust the
/// stack; code that people write stays far below it.
const MAX_DEPTH: u32 = 100;

/// What `this` means at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum This {
    Unknown,
    Instance(DefinitionId),
    /// In a static method: the class itself.
    Class(DefinitionId),
    /// Any other expression: an instance of a type that is extended from outside.
    Object(ExprId),
}

/// Where in the program the walk stands; copied and changed on the way down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here {
    pub(crate) scope: ScopeId,
    /// Who owns references made here; `None` at the file's top level.
    pub(crate) owner: Option<DefinitionId>,
    /// Whose name comes before those of definitions made here.
    pub(crate) parent: Option<DefinitionId>,
    /// Who returns what `return` gives here; `None` inside an unnamed function.
    pub(crate) function: Option<DefinitionId>,
    /// The variable or field whose initial value is walked.
    pub(crate) initialises: Option<DefinitionId>,
    pub(crate) class: Option<DefinitionId>,
    pub(crate) this: This,
}

impl Here {
    pub(crate) const TOP: Here = Here {
        scope: MODULE_SCOPE,
        owner: None,
        parent: None,
        function: None,
        initialises: None,
        class: None,
        this: This::Unknown,
    };
}

/// The facts of one file as they grow.
pub(crate) struct Lowering<'t> {
    pub(crate) builder: SemanticsBuilder,
    pub(crate) path: &'t RepoPath,
    text: &'t str,
    language: &'static str,
    interned: FxHashMap<Expr, ExprId>,
    /// Names that are members of a class and no types, where types are looked for past them.
    values: FxHashMap<ScopeId, FxHashSet<Name>>,
    /// How many functions were put into each field.
    kept: FxHashMap<(DefinitionId, Name), u32>,
    /// What functions without a name call, by the values that stand for them.
    lambdas: FxHashMap<ExprId, Vec<ExprId>>,
    depth: u32,
}

/// The facts of a file: `walk` is given its root.
pub(crate) fn lower(
    parsed: &Parsed,
    grammar: &'static Grammar,
    walk: impl for<'t> FnOnce(&mut Lowering<'t>, Node<'t>),
) -> FileFacts {
    lower_tree(parsed, SyntaxTree::new(parsed, grammar.roles()), grammar, walk)
}

/// The same of a tree that is not the parser's alone.
pub(crate) fn lower_tree<'p>(
    parsed: &'p Parsed,
    tree: SyntaxTree<'p>,
    grammar: &'static Grammar,
    walk: impl for<'t> FnOnce(&mut Lowering<'t>, Node<'t>),
) -> FileFacts {
    let mut builder = SemanticsBuilder::default();
    builder.scope(ScopeKind::Module, None, None);
    let mut lowering = Lowering {
        builder,
        path: &parsed.path,
        text: &parsed.text,
        language: parsed.language.name(),
        interned: FxHashMap::default(),
        values: FxHashMap::default(),
        kept: FxHashMap::default(),
        lambdas: FxHashMap::default(),
        depth: 0,
    };
    walk(&mut lowering, Node { tree: &tree, grammar, id: SyntaxTree::ROOT });
    let Lowering { mut builder, language, .. } = lowering;
    builder.sort_bindings();
    builder.drop_local_reads(is_local);
    builder.sort_routes();
    crate::around::collect(&mut builder, language, parsed.path.as_str());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let spans = builder.definition_spans(&tree);
    crate::languages::jvm::filter_chains::collect(&mut builder, language, root, &spans);
    let mut links = CodeLinks::new(parsed.path.parent(), Owners::new(spans.iter().copied()));
    crate::text_links::collect(&mut links, language, root, &builder.semantics, &spans);
    crate::clients::collect(&mut links, language, root);
    crate::tables::collect(&mut links, language, root, &builder.semantics, &spans);
    crate::views::collect(&mut links, language, root, &builder.semantics, &spans);
    crate::services::collect_calls(&mut links, language, root);
    let text = &parsed.text;
    crate::services::collect_answers(&mut links, language, text, &builder.semantics, &spans);
    links.give_to(&mut builder);
    builder.finish(language, &tree)
}

impl<'t> Lowering<'t> {
    /// Runs `inside` one level deeper; beyond the bound, reads `node` as a list of names.
    ///
    /// Every function of a language that may call itself goes through here.
    pub(crate) fn deeper<R>(
        &mut self,
        node: Node<'t>,
        here: Here,
        inside: impl FnOnce(&mut Self) -> R,
    ) -> Option<R> {
        self.enter(node, here).then(|| {
            let result = inside(self);
            self.leave();
            result
        })
    }

    /// Goes one level deeper, for a walk that keeps facts of its own beside these; where that
    /// is too deep, reads `node` as a list of names and says no. See [`Lowering::leave`].
    pub(crate) fn enter(&mut self, node: Node<'t>, here: Here) -> bool {
        if self.depth >= MAX_DEPTH {
            self.builder.not_modelled("deep nesting");
            let is_name = |it: &Node<'t>| it.is_leaf() && it.kind().ends_with("identifier");
            for name in node.below().filter(is_name) {
                let target = self.name(here.scope, name.text());
                self.refer(target, name, READ, here);
            }
            return false;
        }
        self.depth += 1;
        true
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The text of the block comment that ends right before a node, or before the line on
    /// which it starts.
    pub(crate) fn comment_before(&self, node: Node<'_>) -> Option<&'t str> {
        let before = text_before(self.text, node.span().start as usize).trim_end();
        let before = if before.ends_with("*/") {
            before
        } else {
            before.trim_end_matches(|it: char| it != '\n').trim_end()
        };
        block_comment_at_end(before)
    }

    pub(crate) fn semantics(&self) -> &Semantics {
        &self.builder.semantics
    }

    /// Counts something of the language that was seen and not followed.
    pub(crate) fn not_modelled(&mut self, what: &'static str) {
        self.builder.not_modelled(what);
    }
}

/// Whether a name stands for local values alone.
fn is_local(semantics: &Semantics, scope: ScopeId, name: &str, is_called: bool) -> bool {
    let mut at = Some(scope);
    while let Some(id) = at {
        let scope = semantics.scope(id);
        let bindings = scope.bindings_of(name);
        if !bindings.is_empty() {
            return bindings.iter().all(|binding| match &binding.bound {
                Bound::Definition(_) | Bound::Import(_) | Bound::Alias(_) => false,
                Bound::Unknown | Bound::TypeParameter { bound: None, .. } => true,
                // What a function without a name does belongs to what holds it.
                Bound::Value(value) if is_signature(semantics, *value) => true,
                // What a local holds may be a function from elsewhere.
                _ => !is_called,
            });
        }
        at = scope.parent;
    }
    false
}

fn is_signature(semantics: &Semantics, value: ExprId) -> bool {
    match semantics.expr(value) {
        Expr::Signature { .. } => true,
        Expr::Either(values) => {
            matches!(values.as_slice(), [only] if matches!(semantics.expr(*only), Expr::Signature { .. }))
        }
        _ => false,
    }
}
