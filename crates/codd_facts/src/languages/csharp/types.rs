//! Types as they are written: what values of them are instances of.

use super::Walk;
use crate::lowering::{Here, READ, TYPE, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{ContainerKind, Expr, ExprId, Item};

/// Generic types whose last argument is what they hold.
const HOLDERS: &[&str] = &[
    "ActionResult",
    "Collection",
    "ConcurrentBag",
    "ConcurrentDictionary",
    "ConcurrentQueue",
    "DbSet",
    "Dictionary",
    "HashSet",
    "IAsyncEnumerable",
    "ICollection",
    "IDictionary",
    "IEnumerable",
    "IEnumerator",
    "IImmutableList",
    "IList",
    "IOptions",
    "IQueryable",
    "IReadOnlyCollection",
    "IReadOnlyDictionary",
    "IReadOnlyList",
    "ISet",
    "ImmutableArray",
    "ImmutableDictionary",
    "ImmutableList",
    "Lazy",
    "LinkedList",
    "List",
    "Nullable",
    "ObservableCollection",
    "Queue",
    "ReadOnlyCollection",
    "ReadOnlySpan",
    "SortedDictionary",
    "SortedList",
    "SortedSet",
    "Span",
    "Stack",
    "Task",
    "TaskCompletionSource",
    "ValueTask",
];

impl<'t> Walk<'_, 't> {
    /// The type, referred to with all types inside it.
    pub(super) fn type_of(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.type_used(node, TYPE, here)
    }

    /// A type of which a value is made or declared.
    pub(super) fn type_used(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (named, arguments) = self.named_type(node, usage, here);
        let name = last_name(node);
        match (name, arguments.as_slice()) {
            ("Func", [parameters @ .., result]) => {
                let (parameters, result) = (parameters.to_vec(), *result);
                self.it.add(Expr::Signature { parameters, result })
            }
            ("Action" | "Predicate", parameters) if !parameters.is_empty() => {
                let (parameters, result) = (parameters.to_vec(), self.it.literal());
                self.it.add(Expr::Signature { parameters, result })
            }
            (_, [.., last]) if HOLDERS.contains(&name) => self.container_of(*last),
            _ => self.it.applied(named, arguments),
        }
    }

    /// The type itself, used in some way, and what it is given, which is only mentioned.
    pub(super) fn named_type(
        &mut self,
        node: Node<'t>,
        usage: Use,
        here: Here,
    ) -> (ExprId, Vec<ExprId>) {
        self.deeper(node, here, |it| it.named_type_within(node, usage, here))
            .unwrap_or_else(|| (self.it.unknown(), Vec::new()))
    }

    fn named_type_within(
        &mut self,
        node: Node<'t>,
        usage: Use,
        here: Here,
    ) -> (ExprId, Vec<ExprId>) {
        let plain = |it: ExprId| (it, Vec::new());
        match node.kind() {
            "identifier" => plain(self.it.named_type(node, usage, here)),
            "generic_name" => {
                let name = child_of_kind(node, "identifier");
                let base = name.map(|it| self.it.named_type(it, usage, here));
                let base = base.unwrap_or_else(|| self.it.unknown());
                (base, self.type_arguments(node, here))
            }
            "qualified_name" | "alias_qualified_name" => {
                let outer = field(node, "qualifier").or_else(|| field(node, "alias"));
                let Some(name) = field(node, "name") else { return plain(self.it.unknown()) };
                let base = match outer {
                    Some(outer) if outer.text() != "global" => {
                        Some(self.named_type(outer, TYPE, here).0)
                    }
                    _ => None,
                };
                let leaf = match name.kind() {
                    "generic_name" => child_of_kind(name, "identifier").unwrap_or(name),
                    _ => name,
                };
                let named = match base {
                    Some(base) => self.it.member_of(base, leaf, usage, here),
                    None => self.it.named_type(leaf, usage, here),
                };
                (named, self.type_arguments(name, here))
            }
            "nullable_type" | "ref_type" | "scoped_type" | "pointer_type" => {
                match field(node, "type") {
                    Some(inner) => {
                        let inner = self.type_used(inner, usage, here);
                        plain(inner)
                    }
                    None => plain(self.it.unknown()),
                }
            }
            "array_type" => {
                let element = field(node, "type").map(|it| self.type_of(it, here));
                let element = element.unwrap_or_else(|| self.it.unknown());
                plain(self.container_of(element))
            }
            "tuple_type" => {
                for element in children(node) {
                    if let Some(of) = field(element, "type") {
                        self.type_of(of, here);
                    }
                }
                plain(self.it.unknown())
            }
            "predefined_type" => plain(self.it.literal()),
            "implicit_type" => plain(self.it.unknown()),
            _ => {
                for it in children(node) {
                    self.type_of(it, here);
                }
                plain(self.it.unknown())
            }
        }
    }

    pub(super) fn type_arguments(&mut self, node: Node<'t>, here: Here) -> Vec<ExprId> {
        let list = child_of_kind(node, "type_argument_list");
        list.into_iter().flat_map(children).map(|it| self.type_of(it, here)).collect()
    }

    /// The types that a member is given where it is used: `Add<IPay, Stripe>()` may make an
    /// instance of each.
    pub(super) fn given_types(&mut self, node: Node<'t>, here: Here) -> Vec<ExprId> {
        let list = child_of_kind(node, "type_argument_list");
        list.into_iter().flat_map(children).map(|it| self.type_used(it, READ, here)).collect()
    }

    /// Something that holds instances of a type.
    pub(super) fn container_of(&mut self, of: ExprId) -> ExprId {
        let value = self.it.instance_of(of);
        self.it.container(ContainerKind::Sequence, vec![Item { key: None, value }])
    }

    /// The declared type of a variable: `None` where it is inferred.
    pub(super) fn declared(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        (node.kind() != "implicit_type").then(|| self.type_of(node, here))
    }
}

/// The last name of a type, without its arguments.
pub(super) fn last_name(node: Node<'_>) -> &str {
    let mut at = node;
    for _ in 0..8 {
        let next = match at.kind() {
            "identifier" => return at.text(),
            "generic_name" => child_of_kind(at, "identifier"),
            "qualified_name" | "alias_qualified_name" => field(at, "name"),
            "nullable_type" | "ref_type" | "scoped_type" | "primary_constructor_base_type" => {
                field(at, "type")
            }
            _ => None,
        };
        let Some(next) = next else { return "" };
        at = next;
    }
    ""
}
