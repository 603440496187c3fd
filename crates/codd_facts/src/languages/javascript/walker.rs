//! The state of one walk over a tree, and the few ways in which facts are added to it.

use std::collections::BTreeMap;

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::registrations::RegisteringCall;
use super::segments::{Part, Segment};
use super::test_cases::Suite;
use crate::builder::{Branch, DefinitionText, SemanticsBuilder};
use crate::documentation::{block_comment_at_end, says_something, text_before};
use crate::node::Node;
use crate::{
    Argument, Bound, Definition, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId,
    Import, ImportId, ImportItem, ImportRequest, Item, MODULE_SCOPE, Name, Reference,
    ReferenceKind, ScopeId, ScopeKind, Semantics,
};

/// Syntax nested deeper than this is read as a list of names, so that no file can exhaust the
/// stack; code that people write stays far below it.
const MAX_DEPTH: u32 = 128;

/// Conditions around one definition, and definitions below one condition, that are looked at.
const MAX_CONDITIONS: usize = 8;
const MAX_CONDITIONED: usize = 256;

/// What `this` means at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum This {
    Unknown,
    Instance(DefinitionId),
    /// In a static method: the class itself.
    Class(DefinitionId),
    /// In a method of an object literal: that object.
    Object(ExprId),
}

/// Where in the program the walk stands; copied and changed on the way down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here {
    pub scope: ScopeId,
    /// Where `var` binds.
    pub hoist: ScopeId,
    /// Who owns references made here.
    pub owner: Option<DefinitionId>,
    /// Whose name comes before those of definitions made here.
    pub parent: Option<DefinitionId>,
    /// Who returns what `return` gives here; `None` inside a folded callback.
    pub function: Option<DefinitionId>,
    pub initialises: Option<DefinitionId>,
    pub this: This,
    pub class: Option<DefinitionId>,
    /// Statements here run when the module is loaded and their names are the module's.
    pub is_top: bool,
    /// What is returned here is the module.
    pub is_factory: bool,
    /// Whether statements here run whenever what they stand in does.
    pub branch: Branch,
}

/// How an expression is used: the kind of its reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Kind(ReferenceKind),
    /// Called with that many arguments, where this is known.
    Called(Option<u32>),
}

pub(super) const READ: Use = Use::Kind(ReferenceKind::Read);
pub(super) const WRITE: Use = Use::Kind(ReferenceKind::Write);

/// What is known of the arguments of a function before its own parameters are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// By place.
    pub known: Vec<ExprId>,
    /// The function's type, or what it is passed as.
    pub by: Option<ExprId>,
    /// Its `require`, `exports` and `module` are those of the file.
    pub is_module: bool,
}

/// What a new definition is, before its body is walked.
pub(super) struct NewDefinition<'t> {
    pub kind: DefinitionKind,
    pub name: Name,
    pub name_node: Node<'t>,
    pub outer: Node<'t>,
    pub flags: DefinitionFlags,
}

pub(super) struct Walker<'t> {
    pub builder: SemanticsBuilder,
    text: &'t str,
    pub segments: Vec<Segment>,
    /// What top-level code around stands under, with how many names that decides.
    pub conditions: Vec<(Node<'t>, usize)>,
    /// Of each definition: its whole text, its name, whether it is documented.
    pub places: Vec<(Span, Span, bool)>,
    /// Signatures that wait for their implementation.
    pub signatures: FxHashMap<(ScopeId, Name, bool), DefinitionId>,
    /// What `this.name` and `Class.prototype.name` are already known to be.
    pub fields: FxHashMap<(DefinitionId, Name), DefinitionId>,
    /// Members that class bodies declare themselves.
    pub declared_members: FxHashSet<(DefinitionId, Name)>,
    /// Values assigned to names that may be declared further down.
    pub assigned: Vec<(ScopeId, Name, Bound)>,
    /// Items that are put into containers which may be declared further down.
    pub added: Vec<(ScopeId, Name, ExprId)>,
    /// How many items were put into each field.
    pub put_into: FxHashMap<(DefinitionId, Name), u32>,
    /// Something is put on the object of the module, or made that object.
    pub is_commonjs: bool,
    /// Variables that hold the object of the module, `const api = module.exports`.
    pub module_names: FxHashSet<DefinitionId>,
    /// What is put on the object of the module by name, whatever that object is.
    pub added_to_module: Vec<Item>,
    /// Objects whose items are put on the object of the module.
    pub spread_on_module: Vec<ExprId>,
    /// What the folded functions around the walk return, outermost first.
    pub folded_returns: Vec<Vec<ExprId>>,
    /// What the last folded function returns.
    pub folded_return: Option<ExprId>,
    /// The path says that test runners read this file.
    pub is_test_file: bool,
    /// Its tests without a runner of their own are Cypress'.
    pub is_cypress: bool,
    pub suites: Vec<Suite>,
    /// Calls of functions by name, among the file's routes and hooks.
    pub registering_calls: Vec<RegisteringCall>,
    /// Functions that a Fastify application is given by name.
    pub decorated: Vec<(Name, ExprId)>,
    /// Regular expressions, as they are written.
    pub patterns: BTreeMap<ExprId, Name>,
    /// Tests and hooks outside every suite.
    pub top_tests: Vec<DefinitionId>,
    pub top_hooks: Vec<DefinitionId>,
    interned: FxHashMap<Expr, ExprId>,
    depth: u32,
}

impl<'t> Walker<'t> {
    pub(super) fn new(text: &'t str) -> Walker<'t> {
        let mut builder = SemanticsBuilder::default();
        builder.scope(ScopeKind::Module, None, None);
        Walker {
            builder,
            text,
            segments: Vec::new(),
            conditions: Vec::new(),
            places: Vec::new(),
            signatures: FxHashMap::default(),
            fields: FxHashMap::default(),
            declared_members: FxHashSet::default(),
            assigned: Vec::new(),
            added: Vec::new(),
            put_into: FxHashMap::default(),
            is_commonjs: false,
            module_names: FxHashSet::default(),
            added_to_module: Vec::new(),
            spread_on_module: Vec::new(),
            folded_returns: Vec::new(),
            folded_return: None,
            is_test_file: false,
            is_cypress: false,
            registering_calls: Vec::new(),
            decorated: Vec::new(),
            patterns: BTreeMap::new(),
            suites: Vec::new(),
            top_tests: Vec::new(),
            top_hooks: Vec::new(),
            interned: FxHashMap::default(),
            depth: 0,
        }
    }

    pub(super) fn top() -> Here {
        Here {
            scope: MODULE_SCOPE,
            hoist: MODULE_SCOPE,
            owner: None,
            parent: None,
            function: None,
            initialises: None,
            this: This::Unknown,
            class: None,
            is_top: true,
            is_factory: false,
            branch: Branch::Always,
        }
    }

    /// Runs `inside` one level deeper; beyond the bound, reads `node` as a list of names.
    pub(super) fn deeper<R>(
        &mut self,
        node: Node<'t>,
        here: Here,
        inside: impl FnOnce(&mut Self) -> R,
    ) -> Option<R> {
        if self.depth >= MAX_DEPTH {
            self.builder.not_modelled("deep nesting");
            for name in node.below().filter(|it| it.kind() == "identifier") {
                let target = self.name(here.scope, name.text());
                self.refer(target, name, READ, here);
            }
            return None;
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        Some(result)
    }

    /// A block of its own inside `here`.
    pub(super) fn block(&mut self, here: Here) -> Here {
        let scope = self.builder.scope(ScopeKind::Block, Some(here.scope), here.owner);
        Here { scope, ..here }
    }

    pub(super) fn bind(&mut self, scope: ScopeId, name: impl Into<Name>, bound: Bound) {
        self.builder.bind(scope, name.into(), bound);
    }

    /// The expression's id; equal names and attributes share one.
    pub(super) fn add(&mut self, expr: Expr) -> ExprId {
        let is_shared = matches!(
            expr,
            Expr::Name { .. }
                | Expr::Attribute { .. }
                | Expr::Literal
                | Expr::Unknown
                | Expr::This { .. }
                | Expr::Super { .. }
                | Expr::Definition(_)
                | Expr::Import(_)
                | Expr::InstanceOf(_)
                | Expr::Text(_)
                | Expr::Passed { .. }
                | Expr::Applied { .. }
        );
        if is_shared && let Some(id) = self.interned.get(&expr) {
            return *id;
        }
        let key = is_shared.then(|| expr.clone());
        let id = self.builder.expr(expr);
        if let Some(key) = key {
            self.interned.insert(key, id);
        }
        id
    }

    pub(super) fn unknown(&mut self) -> ExprId {
        self.add(Expr::Unknown)
    }

    pub(super) fn literal(&mut self) -> ExprId {
        self.add(Expr::Literal)
    }

    pub(super) fn name(&mut self, scope: ScopeId, name: impl Into<Name>) -> ExprId {
        self.add(Expr::Name { scope, name: name.into() })
    }

    pub(super) fn attribute(&mut self, base: ExprId, name: impl Into<Name>) -> ExprId {
        self.add(Expr::Attribute { base, name: name.into() })
    }

    pub(super) fn call(&mut self, callee: ExprId, arguments: Vec<ExprId>) -> ExprId {
        let arguments = arguments.into_iter().map(|value| Argument { name: None, value }).collect();
        self.add(Expr::Call { callee, arguments })
    }

    /// A type or function applied to types; it stands for itself where nothing is known of
    /// these.
    pub(super) fn applied(&mut self, of: ExprId, types: Vec<ExprId>) -> ExprId {
        let says =
            |it: &ExprId| !matches!(self.semantics().expr(*it), Expr::Literal | Expr::Unknown);
        if !types.iter().any(says) {
            return of;
        }
        self.add(Expr::Applied { of, types })
    }

    /// One of `options`; several unknowns are one.
    pub(super) fn either(&mut self, mut options: Vec<ExprId>) -> ExprId {
        options.dedup();
        match options.as_slice() {
            [] => self.unknown(),
            [only] => *only,
            _ => self.add(Expr::Either(options)),
        }
    }

    pub(super) fn this(&mut self, here: Here) -> ExprId {
        match here.this {
            This::Unknown => self.unknown(),
            This::Instance(class) => self.add(Expr::This { class }),
            This::Class(class) => self.add(Expr::Definition(class)),
            This::Object(expr) => expr,
        }
    }

    pub(super) fn refer(&mut self, target: ExprId, at: Node<'_>, usage: Use, here: Here) {
        let (kind, arguments) = match usage {
            Use::Kind(kind) => (kind, None),
            Use::Called(arguments) => (ReferenceKind::Call, arguments),
        };
        let reference = Reference {
            initialises: here.initialises,
            arguments,
            ..Reference::new(kind, target, here.owner)
        };
        self.builder.reference(reference, at.span());
    }

    pub(super) fn import(
        &mut self,
        module: &str,
        item: ImportItem,
        at: Node<'_>,
        here: Here,
    ) -> ImportId {
        let request = ImportRequest { module: module.into(), level: 0 };
        self.builder
            .import(Import { request, item, owner: here.owner, is_implied: false }, at.span())
    }

    /// Adds a definition below `here.parent`, named in `here.scope`, and does not bind it.
    pub(super) fn define(&mut self, new: NewDefinition<'t>, here: Here) -> DefinitionId {
        let qualified_name = match here.parent {
            Some(parent) => {
                let parent = &self.semantics().definition(parent).qualified_name;
                Name::from(format!("{parent}.{}", new.name))
            }
            None => new.name.clone(),
        };
        let is_private = new.flags.is_private || new.name.starts_with(['_', '#']);
        let definition = Definition {
            parent: here.parent,
            flags: DefinitionFlags { is_private, ..new.flags },
            ..Definition::new(new.kind, new.name, qualified_name, here.scope)
        };
        let text = DefinitionText::new(new.outer.id, new.name_node.id);
        let outer = new.outer.span();
        let documented = is_documented(self.text, outer.start as usize, new.name_node.text());
        self.places.push((outer, new.name_node.span(), documented));
        self.builder.define(definition, text)
    }

    pub(super) fn semantics(&self) -> &Semantics {
        &self.builder.semantics
    }

    /// Adds a definition whose tokens, from `new.outer`, belong to nothing else.
    pub(super) fn define_apart(&mut self, new: NewDefinition<'t>, here: Here) -> DefinitionId {
        let (outer, name_node) = (new.outer, new.name_node);
        let id = self.define(new, here);
        self.segment(id, outer, Part::Shape);
        self.segment(id, name_node, Part::Name);
        self.conditioned(id, here);
        id
    }

    /// Says that the conditions around decide what a name of the top level is.
    pub(super) fn conditioned(&mut self, definition: DefinitionId, here: Here) {
        if here.owner.is_some() || here.function.is_some() {
            return;
        }
        for at in 0..self.conditions.len().min(MAX_CONDITIONS) {
            let (condition, of) = &mut self.conditions[at];
            let condition = *condition;
            *of += 1;
            if *of < MAX_CONDITIONED {
                self.shared_segment(definition, condition, Part::Body);
            }
        }
    }

    pub(super) fn definition(&mut self, id: DefinitionId) -> &mut Definition {
        self.builder.definition_mut(id)
    }

    /// Says that the tokens of `node` belong to a part of `definition`.
    pub(super) fn segment(&mut self, definition: DefinitionId, node: Node<'_>, part: Part) {
        self.segments.push(Segment { span: node.span(), definition, part, is_shared: false });
    }

    /// The same for tokens that belong to what is around them, too.
    pub(super) fn shared_segment(&mut self, definition: DefinitionId, node: Node<'_>, part: Part) {
        self.segments.push(Segment { span: node.span(), definition, part, is_shared: true });
    }

    /// What `name`, used in `scope`, is bound to as far as the walk has come.
    pub(super) fn lookup(&self, scope: ScopeId, name: &str) -> Option<&Bound> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = self.semantics().scope(id);
            if scope.kind != ScopeKind::Class
                && let Some(binding) = scope.bindings.iter().rev().find(|it| it.name == name)
            {
                return Some(&binding.bound);
            }
            at = scope.parent;
        }
        None
    }
}

/// Whether a `/** … */` comment about `name` ends right before `start`, apart from white space.
fn is_documented(text: &str, start: usize, name: &str) -> bool {
    let comment = block_comment_at_end(text_before(text, start).trim_end());
    let words = comment.and_then(|it| it.strip_prefix("/**"));
    words.is_some_and(|it| says_something(it, name))
}
