//! Templates that hold what they are applied to: pointers, collections, optional values.

use crate::Pointing;

/// What a template of the standard library is to what it is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// What `->` and `*` lead through: a pointer, an optional value, one that comes later.
    Pointer,
    List,
    /// From keys to what is asked for.
    Map,
}

const HOLDERS: [(&str, Holder); 24] = [
    ("array", Holder::List),
    ("atomic", Holder::Pointer),
    ("deque", Holder::List),
    ("forward_list", Holder::List),
    ("future", Holder::Pointer),
    ("initializer_list", Holder::List),
    ("list", Holder::List),
    ("map", Holder::Map),
    ("multimap", Holder::Map),
    ("multiset", Holder::List),
    ("optional", Holder::Pointer),
    ("queue", Holder::List),
    ("reference_wrapper", Holder::Pointer),
    ("set", Holder::List),
    ("shared_ptr", Holder::Pointer),
    ("span", Holder::List),
    ("stack", Holder::List),
    ("unique_ptr", Holder::Pointer),
    ("unordered_map", Holder::Map),
    ("unordered_multimap", Holder::Map),
    ("unordered_multiset", Holder::List),
    ("unordered_set", Holder::List),
    ("vector", Holder::List),
    ("weak_ptr", Holder::Pointer),
];

/// How the names of templates end that point to what they are applied to, whoever wrote them.
const POINTERS: [&str; 9] =
    ["_ptr", "Ptr", "Pointer", "Ref", "RefPtr", "Handle", "ptr", "optional", "Optional"];

pub(super) fn kind_of(name: &str) -> Option<Holder> {
    let at = HOLDERS.binary_search_by_key(&name, |it| it.0).ok()?;
    Some(HOLDERS[at].1)
}

/// Whether the name of a template says that it points to what it is applied to.
pub(super) fn points(name: &str) -> bool {
    kind_of(name) == Some(Holder::Pointer) || POINTERS.iter().any(|it| name.ends_with(it))
}

/// What `->` leads to from something from outside that is applied to a class, by the last of its
/// names: from a collection, a pointer to it leads to the collection.
pub(super) fn pointing(name: &str) -> Pointing {
    match kind_of(name) {
        Some(Holder::List | Holder::Map) => Pointing::Itself,
        _ if points(name) => Pointing::Held,
        _ => Pointing::Perhaps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(HOLDERS.is_sorted_by_key(|it| it.0));
    }
}
