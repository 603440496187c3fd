//! The walk over a file's statements.

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::builtins::{BUILTINS, can_lead_somewhere};
use super::calls::CODE_FROM_STRING;
use super::frameworks::Frameworks;
use super::grammar::{Grammar, Kind, grammar};
use super::pytest::Pytest;
use crate::builder::{Branch, MAX_DEPTH, SemanticsBuilder};
use crate::tree::{NodeId, SyntaxTree};
use crate::{
    Bound, Definition, DefinitionId, Expr, ExprId, FileFacts, MODULE_SCOPE, Name, Parsed,
    Reference, ReferenceKind, ScopeId, ScopeKind,
};

/// Everything known while one file is walked.
pub(super) struct Walk<'a, 't> {
    pub(super) tree: &'a SyntaxTree<'t>,
    pub(super) grammar: &'static Grammar,
    pub(super) builder: SemanticsBuilder,
    /// Shared by all places whose value is not known, and by all constants.
    pub(super) unknown: ExprId,
    pub(super) literal: ExprId,
    /// Variables and fields by the scope that binds them; fields of instances by class.
    pub(super) variables: FxHashMap<(ScopeId, Name), DefinitionId>,
    /// Functions that the bodies of classes define, wherever in them.
    pub(super) methods: FxHashSet<(ScopeId, Name)>,
    /// Names that a function declared `global` or `nonlocal`, and the scope they mean.
    pub(super) outers: FxHashMap<(ScopeId, Name), ScopeId>,
    /// Names of a scope that code of an inner one may assign.
    pub(super) set_from_within: FxHashSet<(ScopeId, Name)>,
    /// What `isinstance` says of a name.
    pub(super) narrowed: Vec<(ScopeId, Name, ExprId)>,
    /// What functions put into containers that nothing has bound so far.
    pub(super) late_stores: Vec<(Name, ExprId)>,
    /// Up to which expression dictionaries of a name are known to have no other use.
    pub(super) unused: FxHashMap<(ScopeId, Name), usize>,
    /// What `Annotated` adds to the annotation that was lowered last.
    pub(super) metadata: Vec<ExprId>,
    /// The annotation itself, where it was lowered as a value.
    pub(super) annotated: Option<ExprId>,
    /// `__all__` was given in a way that cannot be read.
    pub(super) is_all_computed: bool,
    pub(super) spine: Vec<NodeId>,
    pub(super) frameworks: Frameworks,
    pub(super) pytest: Pytest,
}

/// Where in the program the walk is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cx {
    pub(super) scope: ScopeId,
    pub(super) owner: Option<DefinitionId>,
    pub(super) initialises: Option<DefinitionId>,
    /// The class whose method this is, or lies in.
    pub(super) class: Option<DefinitionId>,
    /// The parameter that is the method's object or class.
    pub(super) receiver: Option<NodeId>,
    /// The function that `return` and `yield` belong to.
    pub(super) function: Option<DefinitionId>,
    /// What is yielded is what a caller gets, not an element of it.
    pub(super) is_yield_direct: bool,
    /// This code runs whenever its scope does: it is in no branch, loop or handler.
    pub(super) is_certain: bool,
    /// Part of a declaration that does not run when its owner does.
    pub(super) is_declared: bool,
    /// Whether this runs whenever what it stands in does.
    pub(super) branch: Branch,
    pub(super) depth: u32,
}

impl Cx {
    pub(super) fn deeper(&self) -> Cx {
        Cx { depth: self.depth + 1, ..*self }
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.depth > MAX_DEPTH
    }
}

/// The facts of a Python file.
pub(super) fn extract(parsed: &Parsed) -> FileFacts {
    let grammar = grammar();
    let tree = SyntaxTree::new(parsed, &grammar.roles);
    let mut builder = SemanticsBuilder::default();
    let module = builder.scope(ScopeKind::Module, None, None);
    builder.semantics.exports.all_bindings = true;
    let mut walk = Walk {
        tree: &tree,
        grammar,
        unknown: builder.expr(Expr::Unknown),
        literal: builder.expr(Expr::Literal),
        builder,
        variables: FxHashMap::default(),
        methods: FxHashSet::default(),
        outers: FxHashMap::default(),
        set_from_within: FxHashSet::default(),
        narrowed: Vec::new(),
        late_stores: Vec::new(),
        unused: FxHashMap::default(),
        metadata: Vec::new(),
        annotated: None,
        is_all_computed: false,
        spine: Vec::new(),
        frameworks: Frameworks::default(),
        pytest: Pytest::new(&parsed.path),
    };
    let cx = Cx {
        scope: module,
        owner: None,
        initialises: None,
        class: None,
        receiver: None,
        function: None,
        is_yield_direct: false,
        is_certain: true,
        is_declared: false,
        branch: Branch::Always,
        depth: 0,
    };
    walk.builder.module_documentation = walk.docstring(SyntaxTree::ROOT);
    walk.block(SyntaxTree::ROOT, &cx);
    walk.finish();
    super::links::collect(&parsed.path, &tree, &mut walk.builder);
    walk.builder.finish("python", &tree)
}

impl<'t> Walk<'_, 't> {
    pub(super) fn kind(&self, node: NodeId) -> Kind {
        // The id of error nodes lies beyond the grammar's table.
        self.grammar.kinds.get(self.tree.kind(node) as usize).copied().unwrap_or(Kind::Other)
    }

    pub(super) fn text(&self, node: NodeId) -> &'t str {
        self.tree.text(node)
    }

    pub(super) fn child(&self, node: NodeId, field: u16) -> Option<NodeId> {
        self.tree.child_in(node, field)
    }

    pub(super) fn first_named(&self, node: NodeId) -> Option<NodeId> {
        self.tree.named_children(node).next()
    }

    pub(super) fn definition(&self, id: DefinitionId) -> &Definition {
        self.builder.semantics.definition(id)
    }

    /// Whether an unnamed child with this text is there: `async`, `from`, `*`.
    pub(super) fn has_token(&self, node: NodeId, token: &str) -> bool {
        self.tree.children(node).any(|it| !self.tree.is_named(it) && self.text(it) == token)
    }

    pub(super) fn refer(
        &mut self,
        kind: ReferenceKind,
        target: ExprId,
        node: NodeId,
        arguments: Option<u32>,
        cx: &Cx,
    ) {
        let span = self.tree.span(node);
        let reference = Reference {
            initialises: cx.initialises,
            arguments,
            is_declared: cx.is_declared,
            ..Reference::new(kind, target, cx.owner)
        };
        self.builder.reference(reference, span);
    }

    pub(super) fn refer_at(&mut self, kind: ReferenceKind, target: ExprId, span: Span, cx: &Cx) {
        let reference = Reference {
            initialises: cx.initialises,
            is_declared: cx.is_declared,
            ..Reference::new(kind, target, cx.owner)
        };
        self.builder.reference(reference, span);
    }

    /// A function's or class's or the file's docstring, as a statement node.
    pub(super) fn docstring(&self, body: NodeId) -> Option<NodeId> {
        let first = self.first_named(body)?;
        if self.kind(first) != Kind::ExpressionStatement {
            return None;
        }
        let mut children = self.tree.named_children(first);
        let is_text = |node| matches!(self.kind(node), Kind::String | Kind::ConcatenatedString);
        (is_text(children.next()?) && children.next().is_none()).then_some(first)
    }

    pub(super) fn block(&mut self, node: NodeId, cx: &Cx) {
        let tree = self.tree;
        for statement in tree.named_children(node) {
            self.statement(statement, cx);
        }
    }

    pub(super) fn statement(&mut self, node: NodeId, cx: &Cx) {
        if cx.is_too_deep() {
            return self.flat(node, cx);
        }
        let cx = &cx.deeper();
        let fields = &self.grammar.fields;
        let tree = self.tree;
        match self.kind(node) {
            Kind::ExpressionStatement => {
                for child in tree.named_children(node) {
                    match self.kind(child) {
                        Kind::Assignment | Kind::AugmentedAssignment => {
                            self.assignment(child, cx);
                        }
                        // A docstring, or a comment that happens to be a string.
                        Kind::String if !self.has_interpolation(child) => {}
                        Kind::Identifier | Kind::Attribute => {
                            let start = self.builder.semantics.references.len();
                            let value = self.expr(child, cx);
                            self.builder.discard_reference(start, value);
                        }
                        Kind::Call => {
                            let filled = self.call_in_place(child, cx);
                            self.expr(child, &Cx { initialises: filled.or(cx.initialises), ..*cx });
                        }
                        _ => {
                            self.expr(child, cx);
                        }
                    }
                }
            }
            Kind::DeleteStatement => self.deleted(node, cx),
            Kind::IfStatement => self.if_statement(node, cx),
            Kind::DecoratedDefinition => self.decorated(node, cx),
            Kind::FunctionDefinition => self.function(node, node, &[], cx),
            Kind::ClassDefinition => self.class(node, node, &[], cx),
            Kind::ImportStatement => self.import_statement(node, cx),
            Kind::ImportFrom => self.import_from(node, cx),
            Kind::FutureImport | Kind::Comment => {}
            Kind::RaiseStatement => {
                let raised = self.first_named(node);
                for child in tree.named_children(node) {
                    let makes = Some(child) == raised && self.names_a_class(child, cx);
                    let kind = if makes { ReferenceKind::Call } else { ReferenceKind::Read };
                    self.expr_as(child, kind, cx);
                }
            }
            Kind::ReturnStatement => {
                if let Some(value) = self.first_named(node) {
                    let value = self.expr(value, cx);
                    self.returned(value, cx);
                }
            }
            Kind::GlobalStatement | Kind::NonlocalStatement => {
                let is_global = self.kind(node) == Kind::GlobalStatement;
                self.outer_names(node, is_global, cx);
            }
            Kind::ForStatement => {
                let (left, right) = (self.child(node, fields.left), self.child(node, fields.right));
                if let (Some(left), Some(right)) = (left, right) {
                    let cx = &Cx { is_certain: false, ..*cx };
                    self.loop_variable(left, right, cx, cx);
                }
                for child in tree.named_children(node) {
                    if Some(child) != left && Some(child) != right {
                        self.statement(child, cx);
                    }
                }
            }
            Kind::WithItem => self.with_item(node, cx),
            Kind::ExceptClause => self.except_clause(node, cx),
            Kind::MatchStatement => self.match_statement(node, cx),
            Kind::TypeAlias => self.type_alias(node, cx),
            Kind::ExecStatement => self.builder.not_modelled(CODE_FROM_STRING),
            Kind::Block => self.block(node, &Cx { is_certain: false, ..*cx }),
            kind if is_expression(kind) => {
                self.expr(node, cx);
            }
            // Clauses of `if`, `while`, `try`; `assert`, `raise`, `del`; what the parser
            // could not read.
            _ => self.block(node, cx),
        }
    }

    pub(super) fn returned(&mut self, value: ExprId, cx: &Cx) {
        if let Some(function) = cx.function
            && value != self.literal
        {
            self.builder.definition_mut(function).returns.push(value);
        }
    }

    /// Reads code that is nested too deeply as a list of names.
    pub(super) fn flat(&mut self, node: NodeId, cx: &Cx) {
        self.builder.not_modelled("code nested too deeply");
        let fields = &self.grammar.fields;
        for node in std::iter::once(node).chain(self.tree.below(node)) {
            let field = self.tree.field(node);
            if self.kind(node) == Kind::Identifier
                && field != fields.attribute
                && field != fields.name
            {
                let name = Name::new(self.text(node));
                let target = self.builder.expr(Expr::Name { scope: cx.scope, name });
                self.refer(ReferenceKind::Read, target, node, None, cx);
            }
        }
    }

    fn finish(&mut self) {
        for (scope, name, kind) in std::mem::take(&mut self.narrowed) {
            if self.builder.bound_last(scope, &name).is_some() {
                self.builder.bind(scope, name, Bound::Typed(kind));
            }
        }
        for (name, value) in std::mem::take(&mut self.late_stores) {
            let is_bound = match self.builder.bound_last(MODULE_SCOPE, &name) {
                Some(bound) => !matches!(bound, Bound::Import(_)),
                None => false,
            };
            if is_bound {
                self.builder.bind(MODULE_SCOPE, name, Bound::Value(value));
            }
        }
        if self.is_all_computed {
            self.builder.semantics.exports.star_names = None;
            self.builder.not_modelled("computed `__all__`");
        }
        self.builder.sort_bindings();
        self.finish_pytest();
        self.finish_frameworks();
        let builtins: FxHashSet<&str> = BUILTINS.iter().copied().collect();
        let semantics = &self.builder.semantics;
        let keep: Vec<bool> = semantics
            .references
            .iter()
            .map(|reference| can_lead_somewhere(semantics, reference, &builtins))
            .collect();
        self.builder.retain_references(|at| keep[at]);
    }
}

fn is_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Attribute
            | Kind::Await
            | Kind::BinaryOperator
            | Kind::BooleanOperator
            | Kind::Call
            | Kind::ComparisonOperator
            | Kind::ConcatenatedString
            | Kind::ConditionalExpression
            | Kind::Dictionary
            | Kind::DictionaryComprehension
            | Kind::ExpressionList
            | Kind::GeneratorExpression
            | Kind::Identifier
            | Kind::Lambda
            | Kind::List
            | Kind::ListComprehension
            | Kind::NamedExpression
            | Kind::NotOperator
            | Kind::ParenthesizedExpression
            | Kind::Set
            | Kind::SetComprehension
            | Kind::String
            | Kind::Subscript
            | Kind::Tuple
            | Kind::UnaryOperator
            | Kind::Yield
    )
}
