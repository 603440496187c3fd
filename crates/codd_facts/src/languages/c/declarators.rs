//! Declarators: which name a declaration gives, and what is declared to be of that name.

use crate::node::{Node, child_of_kind, children, field};

/// Levels of one declarator that are looked through.
const MAX_LEVELS: usize = 64;

/// What a declarator says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared<'t> {
    pub(super) name: Node<'t>,
    /// With its parameters, where a function is declared and not a pointer to one.
    pub(super) function: Option<Node<'t>>,
    /// The value it begins with.
    pub(super) value: Option<Node<'t>>,
    pub(super) is_pointer: bool,
    pub(super) is_pointer_to_function: bool,
}

/// The name that a declarator declares.
pub(super) fn declared(declarator: Node<'_>) -> Option<Declared<'_>> {
    let mut at = declarator;
    let mut function = None;
    let mut value = None;
    let mut is_pointer = false;
    let mut is_pointer_to_function = false;
    for _ in 0..MAX_LEVELS {
        match at.kind() {
            "init_declarator" => {
                value = field(at, "value");
                at = field(at, "declarator")?;
            }
            "function_declarator" => {
                let inner = field(at, "declarator")?;
                let is_to_function = inner.kind() == "parenthesized_declarator"
                    && inner.below().any(|it| {
                        matches!(
                            it.kind(),
                            "pointer_declarator"
                                | "pointer_type_declarator"
                                | "abstract_pointer_declarator"
                        )
                    });
                is_pointer_to_function |= is_to_function;
                if !is_to_function {
                    function = Some(at);
                }
                at = inner;
            }
            "pointer_declarator" | "array_declarator" | "pointer_type_declarator" => {
                is_pointer = true;
                at = field(at, "declarator")?;
            }
            "reference_declarator" => {
                is_pointer = true;
                at = last_named(at)?;
            }
            // `(Class::*name)`, to the grammar a pointer of that scope.
            "qualified_identifier" if member_pointer(at).is_some() => {
                at = member_pointer(at)?;
            }
            "parenthesized_declarator" | "attributed_declarator" | "variadic_declarator" => {
                at = children(at).into_iter().find(|it| {
                    !matches!(it.kind(), "ms_call_modifier" | "attribute_declaration")
                })?;
            }
            "identifier"
            | "field_identifier"
            | "type_identifier"
            | "destructor_name"
            | "operator_name"
            | "qualified_identifier"
            | "template_function"
            | "template_method"
            | "operator_cast"
            | "structured_binding_declarator"
            | "primitive_type" => {
                return Some(Declared {
                    name: at,
                    function,
                    value,
                    is_pointer,
                    is_pointer_to_function,
                });
            }
            _ => return None,
        }
    }
    None
}

fn member_pointer(name: Node<'_>) -> Option<Node<'_>> {
    let (_, last) = parts_of(name);
    (last.kind() == "pointer_type_declarator").then_some(last)
}

fn last_named(node: Node<'_>) -> Option<Node<'_>> {
    children(node).last().copied()
}

/// The name without its template arguments; an operator without blanks.
pub(super) fn plain_name(name: Node<'_>) -> String {
    match name.kind() {
        "template_function" | "template_method" => {
            field(name, "name").map_or("", Node::text).to_owned()
        }
        "operator_cast" => {
            let kind = field(name, "type").map_or("", Node::text);
            format!("operator {kind}")
        }
        "operator_name" | "destructor_name" => {
            name.text().chars().filter(|it| !it.is_whitespace()).collect()
        }
        _ => name.text().to_owned(),
    }
}

/// The parts of `a::b::c`: what stands before, and the last name.
pub(super) fn parts_of(name: Node<'_>) -> (Vec<Node<'_>>, Node<'_>) {
    let mut scopes = Vec::new();
    let mut at = name;
    for _ in 0..MAX_LEVELS {
        if at.kind() != "qualified_identifier" {
            break;
        }
        scopes.extend(field(at, "scope"));
        // A keyword `template` may stand in the same field.
        let inner = children(at).into_iter().rfind(|it| Some(*it) != field(at, "scope"));
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    (scopes, at)
}

/// The word of a scope: `vector` of `vector<int>`.
pub(super) fn scope_word(node: Node<'_>) -> &str {
    match node.kind() {
        "template_type" => field(node, "name").map_or("", Node::text),
        "dependent_name" => node.first_child().map_or("", Node::text),
        _ => node.text(),
    }
}

/// Whether a declaration has a storage class or specifier of that word.
pub(super) fn has_word(node: Node<'_>, word: &str) -> bool {
    node.all_children().any(|it| {
        it.kind() == word
            || matches!(
                it.kind(),
                "storage_class_specifier"
                    | "type_qualifier"
                    | "virtual_function_specifier"
                    | "virtual_specifier"
                    | "virtual"
            ) && it.text() == word
    })
}

/// The parameters of a function declarator.
pub(super) fn parameter_nodes(function: Node<'_>) -> Vec<Node<'_>> {
    let list = field(function, "parameters").or_else(|| child_of_kind(function, "parameter_list"));
    list.map(|it| it.all_children().collect()).unwrap_or_default()
}
