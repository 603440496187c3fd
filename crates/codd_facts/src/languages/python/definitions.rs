//! Functions and classes, their parameters and decorators.

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::builder::{Branch, DefinitionText};
use crate::documentation::says_something;
use crate::tree::NodeId;
use crate::{
    Bound, Definition, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Name,
    Parameter, Reference, ReferenceKind, ScopeId, ScopeKind,
};

/// Base classes whose fields are instances of the class: of `enum`, and Django's.
const ENUMS: &[&str] = &[
    "Enum",
    "IntEnum",
    "StrEnum",
    "Flag",
    "IntFlag",
    "ReprEnum",
    "Choices",
    "TextChoices",
    "IntegerChoices",
];

/// Classes within another that a base of it reads: forms, models, serializers and filters of Django
/// and its kin, pydantic, factory_boy.
const READ_BY_BASES: &[&str] = &["Config", "Media", "Meta", "Params"];

/// Decorators of Python's own that say something of a function and leave it as it is, or give
/// what is called in its place.
const KEEPING: &[&str] = &[
    "abstractmethod",
    "cached_property",
    "classmethod",
    "deleter",
    "final",
    "getter",
    "overload",
    "override",
    "property",
    "setter",
    "staticmethod",
    "wraps",
];

impl Walk<'_, '_> {
    pub(super) fn decorated(&mut self, node: NodeId, cx: &Cx) {
        let fields = &self.grammar.fields;
        let decorators: Vec<NodeId> =
            self.tree.named_children(node).filter(|it| self.kind(*it) == Kind::Decorator).collect();
        match self.child(node, fields.definition) {
            Some(it) if self.kind(it) == Kind::ClassDefinition => {
                self.class(it, node, &decorators, cx);
            }
            Some(it) => self.function(it, node, &decorators, cx),
            None => self.block(node, cx),
        }
    }

    /// A definition without its parts.
    pub(super) fn new_definition(&self, kind: DefinitionKind, name: &str, cx: &Cx) -> Definition {
        self.definition_below(kind, name, cx.owner, cx)
    }

    pub(super) fn definition_below(
        &self,
        kind: DefinitionKind,
        name: &str,
        parent: Option<DefinitionId>,
        cx: &Cx,
    ) -> Definition {
        let qualified_name = match parent {
            Some(parent) => Name::new(format!("{}.{name}", self.definition(parent).qualified_name)),
            None => Name::new(name),
        };
        let is_dunder = name.starts_with("__") && name.ends_with("__");
        Definition {
            parent,
            flags: DefinitionFlags {
                is_private: name.starts_with('_') && !is_dunder,
                ..DefinitionFlags::default()
            },
            ..Definition::new(kind, Name::new(name), qualified_name, cx.scope)
        }
    }

    /// A docstring without its prefix; bytes and what is filled in when it runs document nothing.
    fn docstring_text(&self, statement: NodeId) -> &str {
        let text = self.text(statement);
        let rest = text.trim_start_matches(|char: char| char.is_ascii_alphabetic());
        let prefix = &text[..text.len() - rest.len()];
        if prefix.contains(['b', 'B', 'f', 'F', 't', 'T']) { "" } else { rest }
    }

    fn definition_text(&self, node: NodeId, whole: NodeId, name: NodeId) -> DefinitionText {
        let mut text = DefinitionText::new(whole, name);
        let body = self.child(node, self.grammar.fields.body);
        text.shape =
            self.tree.children(node).filter(|it| *it != name && Some(*it) != body).collect();
        text.documentation = body.and_then(|it| self.docstring(it));
        text.is_documented = text
            .documentation
            .is_some_and(|it| says_something(self.docstring_text(it), self.text(name)));
        text.body.extend(body);
        text
    }

    pub(super) fn function(&mut self, node: NodeId, whole: NodeId, decorators: &[NodeId], cx: &Cx) {
        let fields = &self.grammar.fields;
        let Some(name_node) = self.child(node, fields.name) else { return self.block(node, cx) };
        let name = self.text(name_node);
        let start = self.builder.semantics.exprs.len();
        let is_method = self.builder.semantics.scope(cx.scope).kind == ScopeKind::Class;
        let kind = if is_method { DefinitionKind::Method } else { DefinitionKind::Function };
        let mut definition = self.new_definition(kind, name, cx);
        definition.flags.is_async = self.has_token(node, "async");
        let mut text = self.definition_text(node, whole, name_node);
        text.decorators = decorators.to_vec();
        let id = self.builder.define(definition, text);
        let body = self.builder.scope(ScopeKind::Function, Some(cx.scope), Some(id));
        self.builder.definition_mut(id).body = Some(body);
        self.builder.bind(cx.scope, Name::new(name), Bound::Definition(id));

        let outside = Cx { owner: Some(id), initialises: None, is_declared: false, ..*cx };
        let decorators = self.decorators(id, decorators, &outside);
        let outside = Cx { is_declared: true, ..outside };
        let is_yield_direct = decorators.iter().any(|it| {
            matches!(self.last_name(*it), "contextmanager" | "asynccontextmanager" | "fixture")
        });
        let mut flags = self.definition(id).flags;
        self.flags_of_decorators(&decorators, &mut flags);
        flags.is_class_method |=
            is_method && matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__");
        self.builder.definition_mut(id).flags = flags;
        let made = self.decorated_value(id, &decorators);
        self.builder.definition_mut(id).value = made;
        self.builder.definition_mut(id).decorators = decorators;

        if let Some(parameters) = self.child(node, fields.type_parameters) {
            self.type_parameters(parameters, body, &outside);
        }
        let has_receiver = is_method && !flags.is_static;
        let receiver = self
            .child(node, fields.parameters)
            .and_then(|it| self.parameters(it, id, has_receiver, &outside));
        self.replace_earlier(&Name::new(name), start, cx);
        if cx.function.is_some() && !is_method && !self.definition(id).decorators.is_empty() {
            // The function around hands it to its decorators, who may keep and call it.
            self.implied_read(id, name_node, cx);
        }
        let before = self.builder.semantics.references.len();
        if let Some(annotation) = self.child(node, fields.return_type) {
            let declared = self.annotation(annotation, &outside);
            self.builder.definition_mut(id).declared_type = Some(declared);
        }
        let returned = self.builder.targets_since(before, ReferenceKind::Type);
        self.framework_function(id, returned);
        let inner = Cx {
            scope: body,
            owner: Some(id),
            initialises: None,
            function: Some(id),
            is_yield_direct,
            is_certain: true,
            branch: Branch::Always,
            is_declared: false,
            receiver: if has_receiver { receiver } else { self.visible_receiver(id, cx) },
            class: if is_method { cx.owner } else { cx.class },
            ..*cx
        };
        if let Some(block) = self.child(node, fields.body) {
            self.block(block, &inner);
            self.builder.definition_mut(id).flags.is_stub = self.is_stub(block);
        }
        self.pytest_function(id, cx);
    }

    /// Whether a body is `...` or `raise NotImplementedError`, with or without a docstring.
    fn is_stub(&self, body: NodeId) -> bool {
        let documentation = self.docstring(body);
        let mut statements = self
            .tree
            .named_children(body)
            .filter(|it| Some(*it) != documentation && self.kind(*it) != Kind::Comment);
        let (Some(only), None) = (statements.next(), statements.next()) else { return false };
        let Some(mut value) = self.first_named(only) else { return false };
        match self.kind(only) {
            Kind::ExpressionStatement => self.kind(value) == Kind::Ellipsis,
            Kind::RaiseStatement => {
                if self.kind(value) == Kind::Call
                    && let Some(function) = self.child(value, self.grammar.fields.function)
                {
                    value = function;
                }
                self.text(value) == "NotImplementedError"
            }
            _ => false,
        }
    }

    /// Whoever is around a definition reads it though no text says so.
    fn implied_read(&mut self, id: DefinitionId, name: NodeId, cx: &Cx) {
        let target = self.builder.expr(Expr::Definition(id));
        let reference =
            Reference { is_implied: true, ..Reference::new(ReferenceKind::Read, target, cx.owner) };
        self.builder.reference(reference, self.tree.span(name));
    }

    /// The receiver of the method around a nested function, unless a parameter hides it.
    fn visible_receiver(&self, id: DefinitionId, cx: &Cx) -> Option<NodeId> {
        let receiver = cx.receiver?;
        let name = self.text(receiver);
        let is_hidden = self.definition(id).parameters.iter().any(|it| it.name == name);
        (!is_hidden).then_some(receiver)
    }

    fn decorators(&mut self, id: DefinitionId, nodes: &[NodeId], cx: &Cx) -> Vec<ExprId> {
        let mut exprs = Vec::new();
        for node in nodes {
            if let Some(expr) = self.first_named(*node) {
                let start = self.builder.semantics.references.len();
                let decorator = self.expr_as(expr, ReferenceKind::Decorate, cx);
                let is_route =
                    self.framework_decorator(id, decorator, exprs.len() as u32, expr, cx);
                if is_route && let Some(list) = self.child(expr, self.grammar.fields.arguments) {
                    // The framework runs some of it before this route; the function, none.
                    // What `**options` hold is not looked into, and left as it is.
                    let tree = self.tree;
                    for argument in tree.named_children(list) {
                        let span = tree.span(argument);
                        if self.kind(argument) != Kind::DictionarySplat {
                            self.builder.declare_references(start, span);
                        }
                        let keyword = self.child(argument, self.grammar.fields.name);
                        if keyword.is_some_and(|it| self.text(it) == "response_model") {
                            let named = self.builder.targets_in(start, span);
                            self.response_model(id, named);
                        }
                    }
                }
                exprs.push(decorator);
            }
        }
        exprs
    }

    /// What a function's name stands for behind decorators that may replace it.
    fn decorated_value(&mut self, id: DefinitionId, decorators: &[ExprId]) -> Option<ExprId> {
        let mut made = None;
        for by in decorators.iter().rev() {
            if KEEPING.contains(&self.last_name(*by)) {
                continue;
            }
            let of = made.unwrap_or_else(|| self.builder.expr(Expr::Definition(id)));
            made = Some(self.builder.expr(Expr::Decorated { by: *by, of }));
        }
        made
    }

    fn flags_of_decorators(&self, decorators: &[ExprId], flags: &mut DefinitionFlags) {
        for decorator in decorators {
            match self.last_name(*decorator) {
                "staticmethod" => flags.is_static = true,
                "classmethod" => flags.is_class_method = true,
                "property" | "cached_property" | "getter" | "hybrid_property" | "classproperty" => {
                    flags.is_property = true;
                }
                "setter" | "deleter" => {
                    flags.is_property = true;
                    flags.is_companion = true;
                }
                // A signature for type checkers: nothing runs it.
                "overload" => {
                    flags.is_abstract = true;
                    flags.is_companion = true;
                }
                "abstractmethod" => flags.is_abstract = true,
                "abstractproperty" => {
                    flags.is_abstract = true;
                    flags.is_property = true;
                }
                _ => {}
            }
        }
    }

    /// The last part of a dotted name, of what is called if it is a call.
    pub(super) fn last_name(&self, expr: ExprId) -> &str {
        let semantics = &self.builder.semantics;
        let expr = match semantics.expr(expr) {
            Expr::Call { callee, .. } => semantics.expr(*callee),
            expr => expr,
        };
        match expr {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => name,
            _ => "",
        }
    }

    /// Lowers a parameter list; gives the receiver's name.
    fn parameters(
        &mut self,
        list: NodeId,
        id: DefinitionId,
        has_receiver: bool,
        cx: &Cx,
    ) -> Option<NodeId> {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let mut receiver = None;
        for (position, node) in tree.named_children(list).enumerate() {
            let (mut named, mut annotation, mut default) = (Some(node), None, None);
            match self.kind(node) {
                Kind::KeywordSeparator | Kind::PositionalSeparator => continue,
                Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                    named = self.child(node, fields.name);
                    annotation = self.child(node, fields.type_);
                    default = self.child(node, fields.value);
                }
                Kind::TypedParameter => {
                    named = self.first_named(node);
                    annotation = self.child(node, fields.type_);
                }
                _ => {}
            }
            let Some(mut named) = named else { continue };
            let is_variadic =
                matches!(self.kind(named), Kind::ListSplatPattern | Kind::DictionarySplatPattern);
            if is_variadic && let Some(inner) = self.first_named(named) {
                named = inner;
            }
            self.metadata.clear();
            let before = self.builder.semantics.references.len();
            let is_named_type = annotation.is_some_and(|it| self.is_named_type(it));
            let annotation = annotation.map(|it| self.annotation(it, cx));
            let metadata = std::mem::take(&mut self.metadata);
            let types = self.builder.targets_since(before, ReferenceKind::Type);
            let default = default.map(|it| self.expr(it, cx));
            self.framework_parameter(annotation, default, &metadata, types);
            if self.kind(named) != Kind::Identifier {
                // Python 2 unpacked tuples in parameter lists.
                self.builder.not_modelled("tuple parameter");
                continue;
            }
            let is_receiver = has_receiver && position == 0 && !is_variadic;
            if is_receiver {
                receiver = Some(named);
            }
            let name = Name::new(self.text(named));
            let definition = self.builder.definition_mut(id);
            let index = definition.parameters.len() as u32;
            definition.parameters.push(Parameter {
                name: name.clone(),
                annotation,
                default,
                is_receiver,
                is_variadic,
                is_named_type,
                runs: crate::Certainty::Always,
            });
            if let Some(body) = definition.body {
                self.builder.bind(body, name, Bound::Parameter { function: id, index });
            }
        }
        receiver
    }

    /// Whether an annotation is one name, dotted or not, in quotes or not.
    fn is_named_type(&self, annotation: NodeId) -> bool {
        let inner = match self.kind(annotation) {
            Kind::Type => self.first_named(annotation).unwrap_or(annotation),
            _ => annotation,
        };
        match self.kind(inner) {
            Kind::Identifier | Kind::Attribute | Kind::MemberType => true,
            Kind::String => self.plain_text(inner).is_some_and(|text| {
                text.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.'))
            }),
            _ => false,
        }
    }

    pub(super) fn class(&mut self, node: NodeId, whole: NodeId, decorators: &[NodeId], cx: &Cx) {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let Some(name_node) = self.child(node, fields.name) else { return self.block(node, cx) };
        let name = self.text(name_node);
        let start = self.builder.semantics.exprs.len();
        let definition = self.new_definition(DefinitionKind::Class, name, cx);
        let mut text = self.definition_text(node, whole, name_node);
        text.decorators = decorators.to_vec();
        let id = self.builder.define(definition, text);
        let body = self.builder.scope(ScopeKind::Class, Some(cx.scope), Some(id));
        self.builder.definition_mut(id).body = Some(body);

        let outside = Cx { owner: Some(id), initialises: None, is_declared: false, ..*cx };
        let decorators = self.decorators(id, decorators, &outside);
        self.builder.definition_mut(id).decorators = decorators;
        if let Some(parameters) = self.child(node, fields.type_parameters) {
            self.type_parameters(parameters, body, &outside);
        }
        if let Some(list) = self.child(node, fields.superclasses) {
            for argument in tree.named_children(list) {
                if self.kind(argument) == Kind::KeywordArgument {
                    let keyword = self.child(argument, fields.name).map(|it| self.text(it));
                    let Some(value) = self.child(argument, fields.value) else { continue };
                    let kind = match keyword {
                        Some("metaclass") => ReferenceKind::Inherit,
                        _ => ReferenceKind::Read,
                    };
                    self.expr_as(value, kind, &outside);
                    continue;
                }
                let base = self.base_class(argument, &outside);
                self.builder.definition_mut(id).bases.push(base);
            }
        }
        let is_enum =
            self.definition(id).bases.iter().any(|it| ENUMS.contains(&self.last_name(*it)));
        if is_enum {
            self.builder.definition_mut(id).kind = DefinitionKind::Enum;
        }
        // Bound after its bases: `class A(A)` extends what `A` was before.
        self.builder.bind(cx.scope, Name::new(name), Bound::Definition(id));
        self.replace_earlier(&Name::new(name), start, cx);
        let inner = Cx {
            scope: body,
            is_certain: true,
            branch: Branch::Always,
            is_declared: false,
            owner: Some(id),
            initialises: None,
            class: None,
            receiver: None,
            function: None,
            ..*cx
        };
        self.view_set(id, cx);
        if let Some(block) = self.child(node, fields.body) {
            self.note_methods(block, body);
            self.block(block, &inner);
        }
        if READ_BY_BASES.contains(&name)
            && let Some(around) = cx.owner
            && self.builder.semantics.scope(cx.scope).kind == ScopeKind::Class
            && !self.definition(around).bases.is_empty()
        {
            self.implied_read(id, name_node, cx);
        }
    }

    /// Notes the functions of a class before its first method is walked.
    fn note_methods(&mut self, block: NodeId, body: ScopeId) {
        for statement in self.tree.named_children(block) {
            let function = match self.kind(statement) {
                Kind::DecoratedDefinition => self.child(statement, self.grammar.fields.definition),
                Kind::FunctionDefinition => Some(statement),
                _ => None,
            };
            let function = function.filter(|it| self.kind(*it) == Kind::FunctionDefinition);
            if let Some(name) = function.and_then(|it| self.child(it, self.grammar.fields.name)) {
                self.methods.insert((body, Name::new(self.text(name))));
            }
        }
    }

    /// Notes that what was bound last, by code that begins with expression `start`, replaces
    /// what the name meant before, unless it may be made of it.
    pub(super) fn replace_earlier(&mut self, name: &Name, start: usize, cx: &Cx) {
        if cx.is_certain
            && !self.builder.is_named_since(start, name)
            && !self.set_from_within.contains(&(cx.scope, name.clone()))
        {
            self.builder.replace_earlier(cx.scope, name);
        }
    }

    /// A base class; `Base[T]` is `Base`, its type arguments are types.
    fn base_class(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        if self.kind(node) == Kind::Subscript
            && let Some(value) = self.child(node, fields.value)
        {
            for child in tree.children(node).filter(|it| tree.field(*it) == fields.subscript) {
                self.type_expr(child, cx);
            }
            return self.expr_as(value, ReferenceKind::Inherit, cx);
        }
        self.expr_as(node, ReferenceKind::Inherit, cx)
    }
}
