//! Types as values: their names, and which of them say something of what they hold.

use super::{Lowering, plain};
use crate::flow::{FlowValue, MAX_FLOW_DEPTH, ValueId};
use crate::node::{Node, child_of_kind, children, field};

/// Types that say nothing of what a value is: texts, anything, and containers, whose items are
/// followed by themselves.
const OPEN: &[&str] = &[
    "Action",
    "ArrayList",
    "BlockingCollection",
    "Collection",
    "ConcurrentBag",
    "ConcurrentDictionary",
    "ConcurrentQueue",
    "ConcurrentStack",
    "Dictionary",
    "Func",
    "HashSet",
    "Hashtable",
    "IAsyncEnumerable",
    "ICollection",
    "IComparable",
    "IDictionary",
    "IEnumerable",
    "IEnumerator",
    "IGrouping",
    "IList",
    "IOrderedEnumerable",
    "IReadOnlyCollection",
    "IReadOnlyDictionary",
    "IReadOnlyList",
    "ISet",
    "ImmutableArray",
    "ImmutableDictionary",
    "ImmutableList",
    "KeyValuePair",
    "LinkedList",
    "List",
    "Memory",
    "Object",
    "Queue",
    "ReadOnlyCollection",
    "ReadOnlyMemory",
    "ReadOnlySpan",
    "SortedDictionary",
    "SortedList",
    "SortedSet",
    "Span",
    "Stack",
    "String",
    "Tuple",
    "ValueTuple",
    "dynamic",
    "nint",
    "var",
];

/// Types of what gives a value of another type later, or holds one at most.
const HOLDERS: &[&str] =
    &["ActionResult", "Lazy", "Nullable", "Task", "TaskCompletionSource", "ValueTask"];

/// Methods that give a value of the type that they are given.
const GIVES_ITS_TYPE: &[&str] = &[
    "CreateInstance",
    "Deserialize",
    "DeserializeAsync",
    "DeserializeObject",
    "Field",
    "GetFieldValue",
    "GetFromJsonAsync",
    "GetKeyedService",
    "GetRequiredKeyedService",
    "GetRequiredService",
    "GetService",
    "GetValue",
    "ReadFromJsonAsync",
    "Resolve",
    "ToObject",
    "Value",
];

impl<'t> Lowering<'t> {
    /// The name of a type, without marks and what is between its angle brackets.
    fn bare(node: Node<'t>) -> Option<Node<'t>> {
        let mut at = node;
        for _ in 0..MAX_FLOW_DEPTH {
            match at.kind() {
                "nullable_type" | "ref_type" | "scoped_type" | "primary_constructor_base_type" => {
                    at = field(at, "type")?;
                }
                _ => return Some(at),
            }
        }
        None
    }

    /// A type as a value.
    pub(super) fn type_value(&mut self, node: Node<'t>) -> ValueId {
        let span = node.span();
        let Some(bare) = Self::bare(node) else {
            return self.builder.value(FlowValue::Unknown(Vec::new()), span);
        };
        if self.depth >= MAX_FLOW_DEPTH {
            return self.builder.too_deep(span);
        }
        match bare.kind() {
            "identifier" | "predefined_type" => self.type_named(bare.text(), span),
            "generic_name" => {
                let name = child_of_kind(bare, "identifier").map_or("", Node::text);
                self.type_named(name, span)
            }
            "qualified_name" => {
                self.depth += 1;
                let base = field(bare, "qualifier").map(|it| self.type_value(it));
                self.depth -= 1;
                let base = base.unwrap_or_else(|| self.builder.named("", span));
                let name = self.builder.name(plain(simple_name(field(bare, "name"))));
                self.builder.value(FlowValue::Attribute { base, name }, span)
            }
            "alias_qualified_name" => {
                let name = simple_name(field(bare, "name"));
                match field(bare, "alias").map_or("", Node::text) {
                    "global" => self.builder.named(plain(name), span),
                    alias => {
                        let base = self.type_named(alias, span);
                        let name = self.builder.name(plain(name));
                        self.builder.value(FlowValue::Attribute { base, name }, span)
                    }
                }
            }
            "array_type" => self.builder.named("<array>", span),
            _ => self.builder.value(FlowValue::Unknown(Vec::new()), span),
        }
    }

    /// A type where it says something of what a value is.
    pub(super) fn declared(&mut self, node: Node<'t>) -> Option<ValueId> {
        let mut at = Self::bare(node)?;
        // What is in a container of numbers is a number.
        let mut is_item = false;
        for _ in 0..16 {
            let (name, generic) = match at.kind() {
                "generic_name" => (child_of_kind(at, "identifier").map_or("", Node::text), at),
                "qualified_name" => {
                    let last = field(at, "name")?;
                    (simple_name(Some(last)), last)
                }
                _ => ("", at),
            };
            let given = child_of_kind(generic, "type_argument_list").map(children);
            match (at.kind(), given.as_deref()) {
                ("array_type", _) => {
                    is_item = true;
                    at = Self::bare(field(at, "type")?)?;
                }
                (_, Some([only])) if HOLDERS.contains(&name) => at = Self::bare(*only)?,
                (_, Some([only])) if OPEN.contains(&name) => {
                    is_item = true;
                    at = Self::bare(*only)?;
                }
                (_, Some(_)) if OPEN.contains(&name) => return None,
                _ => break,
            }
        }
        let is_named = matches!(at.kind(), "identifier" | "generic_name" | "qualified_name");
        let last = last_name(at);
        match at.kind() {
            "predefined_type" => {
                let is_number = !matches!(at.text(), "string" | "object" | "void" | "char");
                is_number.then(|| self.type_named(at.text(), at.span()))
            }
            _ if is_item && !is_number_type(last) => None,
            "identifier" if self.is_open_type(at.text()) => None,
            _ if is_named && (OPEN.contains(&last) || HOLDERS.contains(&last)) => None,
            "alias_qualified_name" => Some(self.type_value(at)),
            _ if is_named => Some(self.type_value(at)),
            _ => None,
        }
    }

    pub(super) fn declared_in(&mut self, node: Node<'t>) -> Option<ValueId> {
        field(node, "type").and_then(|it| self.declared(it))
    }

    /// The type of what a call gives, where that is the one type it is given.
    pub(super) fn given_type(&mut self, function: Node<'t>) -> Option<ValueId> {
        let name = match function.kind() {
            "generic_name" => function,
            "member_access_expression" => {
                field(function, "name").filter(|it| it.kind() == "generic_name")?
            }
            _ => return None,
        };
        let of = child_of_kind(name, "type_argument_list").map(children)?;
        let [of] = of[..] else { return None };
        if !GIVES_ITS_TYPE.contains(&simple_name(Some(name))) {
            return None;
        }
        self.declared(of)
    }
}

/// Types of the library whose values are no texts, by their last names.
pub(super) fn is_number_type(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "byte"
            | "decimal"
            | "double"
            | "float"
            | "int"
            | "long"
            | "sbyte"
            | "short"
            | "uint"
            | "ulong"
            | "ushort"
            | "Boolean"
            | "DateOnly"
            | "DateTime"
            | "DateTimeOffset"
            | "Decimal"
            | "Double"
            | "Guid"
            | "Int16"
            | "Int32"
            | "Int64"
            | "TimeOnly"
            | "TimeSpan"
    )
}

/// `Name` of `Name<T>`.
pub(super) fn simple_name(node: Option<Node<'_>>) -> &str {
    let Some(node) = node else { return "" };
    match node.kind() {
        "generic_name" => child_of_kind(node, "identifier").map_or("", Node::text),
        _ => node.text(),
    }
}

/// The last name of a type that may be qualified.
pub(super) fn last_name(node: Node<'_>) -> &str {
    match node.kind() {
        "qualified_name" | "alias_qualified_name" => simple_name(field(node, "name")),
        _ => simple_name(Some(node)),
    }
}
