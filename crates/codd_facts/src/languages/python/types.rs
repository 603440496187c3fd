//! Annotations: the classes they name, as expressions whose instances are meant.
//!
//! `Optional[X]` is `X`, `list[X]` a sequence of `X`, `dict[K, V]` a mapping to `V`.

use codd_source::Span;

use super::grammar::Kind;
use super::string_types::TypeText;
use super::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Bound, ContainerKind, Expr, ExprId, Item, Name, ReferenceKind, ScopeId};

impl Walk<'_, '_> {
    pub(super) fn annotation(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        self.type_expr(node, cx)
    }

    pub(super) fn type_expr(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        if cx.is_too_deep() {
            self.flat(node, cx);
            return self.unknown;
        }
        let cx = &cx.deeper();
        let fields = &self.grammar.fields;
        let tree = self.tree;
        match self.kind(node) {
            Kind::Type | Kind::ParenthesizedExpression => {
                self.first_named(node).map_or(self.unknown, |it| self.type_expr(it, cx))
            }
            Kind::None | Kind::Ellipsis => self.literal,
            Kind::Identifier | Kind::Attribute => self.expr_as(node, ReferenceKind::Type, cx),
            Kind::MemberType => {
                let mut parts = tree.named_children(node);
                let (Some(base), Some(attribute)) = (parts.next(), parts.next()) else {
                    return self.unknown;
                };
                let base = self.type_expr(base, cx);
                let name = Name::new(self.text(attribute));
                let target = self.builder.expr(Expr::Attribute { base, name });
                self.refer(ReferenceKind::Type, target, attribute, None, cx);
                target
            }
            Kind::Subscript => {
                let Some(value) = self.child(node, fields.value) else { return self.unknown };
                let base = self.expr_as(value, ReferenceKind::Type, cx);
                let arguments: Vec<NodeId> =
                    tree.children(node).filter(|it| tree.field(*it) == fields.subscript).collect();
                self.generic(base, &arguments, cx)
            }
            Kind::GenericType => {
                let mut parts = tree.named_children(node);
                let (Some(value), arguments) = (parts.next(), parts.next()) else {
                    return self.unknown;
                };
                let base = self.expr_as(value, ReferenceKind::Type, cx);
                let arguments: Vec<NodeId> =
                    arguments.map(|it| tree.named_children(it).collect()).unwrap_or_default();
                self.generic(base, &arguments, cx)
            }
            Kind::UnionType => {
                let values = tree.named_children(node).map(|it| self.type_expr(it, cx)).collect();
                self.either(values)
            }
            Kind::BinaryOperator => {
                let mut operands = Vec::new();
                self.left_spine(node, Kind::BinaryOperator, &mut operands);
                let values = operands.into_iter().map(|it| self.type_expr(it, cx)).collect();
                self.either(values)
            }
            Kind::List | Kind::Tuple | Kind::ExpressionList => {
                for child in tree.named_children(node) {
                    self.type_expr(child, cx);
                }
                self.unknown
            }
            Kind::String => self.string_type(node, cx),
            _ => self.expr(node, cx),
        }
    }

    fn generic(&mut self, base: ExprId, arguments: &[NodeId], cx: &Cx) -> ExprId {
        match self.last_name(base) {
            "Literal" => return self.unknown,
            "Annotated" => {
                let Some((first, rest)) = arguments.split_first() else { return self.unknown };
                let value = self.type_expr(*first, cx);
                for node in rest {
                    let metadata = self.expr(*node, cx);
                    self.metadata.push(metadata);
                }
                return value;
            }
            _ => {}
        }
        let arguments = arguments.iter().map(|it| self.type_expr(*it, cx)).collect();
        self.generic_of(base, arguments)
    }

    /// The meaning of `base[arguments]` as a type.
    pub(super) fn generic_of(&mut self, base: ExprId, arguments: Vec<ExprId>) -> ExprId {
        let (first, last) = (arguments.first().copied(), arguments.last().copied());
        match self.last_name(base) {
            "Optional" | "Union" => self.either(arguments),
            "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "InitVar"
            | "Awaitable" | "Annotated" => first.unwrap_or(self.unknown),
            "Coroutine" => last.unwrap_or(self.unknown),
            "List" | "list" | "Sequence" | "MutableSequence" | "Iterable" | "Iterator"
            | "Collection" | "Set" | "set" | "FrozenSet" | "frozenset" | "MutableSet"
            | "AbstractSet" | "Deque" | "deque" | "Generator" | "AsyncGenerator"
            | "AsyncIterable" | "AsyncIterator" | "Reversible" => {
                let items = first.map(|it| self.instance_item(it)).into_iter().collect();
                self.builder.expr(Expr::Container { kind: ContainerKind::Sequence, items })
            }
            "Tuple" | "tuple" => {
                let is_uniform = last == Some(self.literal);
                let mut items: Vec<Item> =
                    arguments.into_iter().map(|it| self.instance_item(it)).collect();
                if is_uniform {
                    // `tuple[X, ...]`
                    items.truncate(1);
                }
                self.container(ContainerKind::Sequence, items)
            }
            "Dict" | "dict" | "Mapping" | "MutableMapping" | "DefaultDict" | "defaultdict"
            | "OrderedDict" => {
                let items = last.map(|it| self.instance_item(it)).into_iter().collect();
                self.builder.expr(Expr::Container { kind: ContainerKind::Mapping, items })
            }
            // A class itself or a function: no instance of what is named.
            "Type" | "type" | "Callable" | "Literal" | "TypeGuard" | "TypeIs" => self.unknown,
            _ => base,
        }
    }

    /// An item of a container whose items are instances of a type.
    fn instance_item(&mut self, kind: ExprId) -> Item {
        Item { key: None, value: self.builder.expr(Expr::InstanceOf(kind)) }
    }

    /// An annotation in quotes.
    fn string_type(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let Some(text) = self.plain_text(node) else { return self.unknown };
        let offset = self.tree.span(node).start;
        let inside = text.as_ptr() as usize - self.text(node).as_ptr() as usize;
        // First without building: what turns out to be no type must leave no reference.
        if TypeText::new(text).parse(&mut |_| ExprId(0)).is_none() {
            self.builder.not_modelled("annotation in a string");
            return self.unknown;
        }
        let offset = offset + inside as u32;
        TypeText::new(text)
            .parse(&mut |part| self.string_type_part(part, offset, cx))
            .unwrap_or(self.unknown)
    }

    fn string_type_part(&mut self, part: TypePart<'_>, offset: u32, cx: &Cx) -> ExprId {
        match part {
            TypePart::Name { path, at } => {
                let mut at = offset + at as u32;
                let mut current = None;
                let count = path.split('.').count();
                for (index, name) in path.split('.').enumerate() {
                    let span = Span { start: at, end: at + name.len() as u32 };
                    at = span.end + 1;
                    let name = Name::new(name.trim());
                    let target = self.builder.expr(match current {
                        None => Expr::Name { scope: cx.scope, name },
                        Some(base) => Expr::Attribute { base, name },
                    });
                    let is_last = index + 1 == count;
                    let kind = if is_last { ReferenceKind::Type } else { ReferenceKind::Read };
                    self.refer_at(kind, target, span, cx);
                    current = Some(target);
                }
                current.unwrap_or(self.unknown)
            }
            TypePart::Generic { base, arguments } => self.generic_of(base, arguments),
            TypePart::Either(values) => self.either(values),
            TypePart::None => self.literal,
            TypePart::Unknown => self.unknown,
        }
    }

    /// Type parameters of a function or class: `def f[T: Base]`.
    pub(super) fn type_parameters(&mut self, list: NodeId, scope: ScopeId, cx: &Cx) {
        let tree = self.tree;
        for parameter in tree.named_children(list) {
            let mut identifiers =
                tree.below(parameter).filter(|it| self.kind(*it) == Kind::Identifier);
            let Some(name) = identifiers.next() else { continue };
            for bound in identifiers.collect::<Vec<_>>() {
                self.name(bound, ReferenceKind::Type, None, cx);
            }
            self.builder.bind(scope, Name::new(self.text(name)), Bound::Unknown);
        }
    }
}

/// One step in reading an annotation that is a string.
pub(super) enum TypePart<'a> {
    /// A dotted name without spaces, at an offset in the string.
    Name {
        path: &'a str,
        at: usize,
    },
    Generic {
        base: ExprId,
        arguments: Vec<ExprId>,
    },
    Either(Vec<ExprId>),
    None,
    Unknown,
}
