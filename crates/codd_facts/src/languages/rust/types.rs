//! Type expressions: what values of a type are.
//!
//! References and boxes are what they point to. What holds items of one type (`Vec`, `Option`,
//! `Result`, locks, iterators) is a container of it; function types are signatures.

use super::walk::Walk;
use crate::lowering::{Here, READ, TYPE, Use};
use crate::node::{Node, children, field};
use crate::{ContainerKind, Expr, ExprId, Item, Name};

/// Types that are what their argument is: methods are found through them.
const SEEN_THROUGH: &[&str] = &[
    "Arc",
    "Box",
    "Cow",
    "ManuallyDrop",
    "MutexGuard",
    "Pin",
    "Rc",
    "Ref",
    "RefMut",
    "RwLockReadGuard",
    "RwLockWriteGuard",
];

/// Types of frameworks and libraries that dereference to what they are applied to; unlike
/// those above, projects give their own types such names.
pub(super) const WRAPPERS: &[&str] = &[
    "Data",
    "Extension",
    "Form",
    "Garde",
    "Guard",
    "Json",
    "Lazy",
    "MappedMutexGuard",
    "MappedRwLockReadGuard",
    "MappedRwLockWriteGuard",
    "OwnedMutexGuard",
    "OwnedRwLockReadGuard",
    "OwnedRwLockWriteGuard",
    "Path",
    "Qs",
    "Query",
    "ReqData",
    "RwLockUpgradableReadGuard",
    "State",
    "TypedHeader",
    "Valid",
    "ValidatedJson",
    "Xml",
];

/// Types that hold items of their first argument.
const HOLDING: &[&str] = &[
    "ArrayVec",
    "BTreeSet",
    "BinaryHeap",
    "Cell",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "FxHashSet",
    "HashSet",
    "IndexSet",
    "IntoIter",
    "IntoIterator",
    "Iter",
    "IterMut",
    "Iterator",
    "JoinHandle",
    "LazyCell",
    "LazyLock",
    "LinkedList",
    "Mutex",
    "OnceCell",
    "OnceLock",
    "Option",
    "PhantomData",
    "Poll",
    "Receiver",
    "RefCell",
    "Result",
    "RwLock",
    "SmallVec",
    "Vec",
    "VecDeque",
    "Weak",
];

/// Types that hold items of their last argument, by keys of the first.
const MAPPING: &[&str] = &["BTreeMap", "DashMap", "FxHashMap", "HashMap", "IndexMap"];

impl<'t> Walk<'_, 't> {
    /// The type that a node names, with references to what it is made of.
    pub(super) fn type_expr(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.type_used(node, TYPE, here)
    }

    pub(super) fn type_used(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let id = self.type_inside(node, usage, here);
        self.leave();
        id
    }

    fn type_inside(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "type_identifier"
            | "identifier"
            | "scoped_type_identifier"
            | "scoped_identifier"
            | "self"
            | "super"
            | "crate" => self.path(node, usage, here),
            "primitive_type" | "unit_type" | "never_type" => self.literal(),
            "generic_type" => self.generic_type(node, usage, here),
            "reference_type" | "pointer_type" | "higher_ranked_trait_bound" => {
                match field(node, "type") {
                    Some(inner) => self.type_used(inner, usage, here),
                    None => self.unknown(),
                }
            }
            "array_type" => {
                if let Some(length) = field(node, "length") {
                    self.expr(length, READ, here);
                }
                let element = field(node, "element").map(|it| self.type_expr(it, here));
                self.holding(ContainerKind::Sequence, element)
            }
            "tuple_type" => {
                let types: Vec<ExprId> =
                    children(node).into_iter().map(|it| self.type_expr(it, here)).collect();
                let values: Vec<ExprId> = types.iter().map(|it| self.instance_of(*it)).collect();
                self.places(&values)
            }
            "function_type" => self.function_type(node, here),
            "dynamic_type" | "abstract_type" => match field(node, "trait") {
                Some(inner) => self.type_used(inner, usage, here),
                None => self.unknown(),
            },
            "bounded_type" => {
                let is_bound = |it: &Node<'t>| !matches!(it.kind(), "lifetime" | "use_bounds");
                let all: Vec<ExprId> = children(node)
                    .into_iter()
                    .filter(is_bound)
                    .map(|it| self.type_used(it, usage, here))
                    .collect();
                self.either(all)
            }
            "bracketed_type" => match node.first_child() {
                Some(inner) => self.type_expr(inner, here),
                None => self.unknown(),
            },
            "qualified_type" => {
                let of = field(node, "type").map(|it| self.type_expr(it, here));
                if let Some(by) = field(node, "alias") {
                    self.type_expr(by, here);
                }
                match of {
                    Some(of) => of,
                    None => self.unknown(),
                }
            }
            "macro_invocation" => self.macro_invocation(node, here),
            _ => self.unknown(),
        }
    }

    fn generic_type(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let Some(of) = field(node, "type") else { return self.unknown() };
        let base = self.path(of, usage, here);
        let arguments = match field(node, "type_arguments") {
            Some(list) => self.type_arguments(list, here),
            None => Vec::new(),
        };
        let name = super::paths::last_segment(of).map_or("", Node::text);
        let (first, last) = (arguments.first().copied(), arguments.last().copied());
        if SEEN_THROUGH.contains(&name) && last.is_some() {
            last.unwrap_or(base)
        } else if HOLDING.contains(&name) && first.is_some() {
            self.holding(ContainerKind::Sequence, first)
        } else if MAPPING.contains(&name) && arguments.len() > 1 {
            self.holding(ContainerKind::Mapping, arguments.get(1).copied())
        } else {
            self.applied(base, arguments)
        }
    }

    /// The types among type arguments; of `Item = T`, what is given.
    pub(super) fn type_arguments(&mut self, list: Node<'t>, here: Here) -> Vec<ExprId> {
        let mut out = Vec::new();
        for argument in children(list) {
            match argument.kind() {
                "lifetime" => {}
                "type_binding" => {
                    if let Some(of) = field(argument, "type") {
                        out.push(self.type_expr(of, here));
                    }
                }
                "trait_bounds" => out.push(self.bounds(argument, here)),
                "block" => {
                    self.block_value(argument, here);
                }
                _ => out.push(self.type_expr(argument, here)),
            }
        }
        out
    }

    pub(super) fn holding(&mut self, kind: ContainerKind, of: Option<ExprId>) -> ExprId {
        let of = match of {
            Some(of) => of,
            None => self.unknown(),
        };
        let value = self.instance_of(of);
        self.container(kind, vec![Item { key: None, value }])
    }

    /// Several values in their places.
    pub(super) fn places(&mut self, values: &[ExprId]) -> ExprId {
        let item = |(at, value): (usize, &ExprId)| Item {
            key: Some(Name::new(at.to_string())),
            value: *value,
        };
        let items = values.iter().enumerate().map(item).collect();
        self.container(ContainerKind::Sequence, items)
    }

    /// `fn(A) -> B`, `Fn(A) -> B`.
    fn function_type(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(of) = field(node, "trait") {
            self.path(of, TYPE, here);
        }
        let mut parameters = Vec::new();
        for parameter in field(node, "parameters").map(children).unwrap_or_default() {
            let of = match parameter.kind() {
                "parameter" => field(parameter, "type"),
                "attribute_item" | "variadic_parameter" | "self_parameter" => None,
                _ => Some(parameter),
            };
            if let Some(of) = of {
                parameters.push(self.type_expr(of, here));
            }
        }
        let result = match field(node, "return_type") {
            Some(result) => self.type_expr(result, here),
            None => self.literal(),
        };
        self.add(Expr::Signature { parameters, result })
    }
}
