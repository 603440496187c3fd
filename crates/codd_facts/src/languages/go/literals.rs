//! Values that are written in place: structs, lists and maps.

use super::walk::Walk;
use crate::listed::name_in_list;
use crate::lowering::{Here, New, READ, WRITE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{ContainerKind, DefinitionId, DefinitionKind, ExprId, Item, Name};

/// What the elements of a literal are, where they leave out their own type.
#[derive(Clone, Copy)]
enum Elements<'t> {
    /// Fields of a type; the type as a value.
    Fields(ExprId),
    /// Fields of a struct without a name, in the order of their names.
    Places(Node<'t>),
    /// Values of a type that is written there.
    Of(Node<'t>),
    Unknown,
}

impl<'t> Walk<'_, 't> {
    pub(super) fn composite_literal(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(of), Some(body)) = (field(node, "type"), field(node, "body")) else {
            return self.unknown();
        };
        let named = self.type_used(of, crate::lowering::CALL, here);
        let instance = self.instance_of(named);
        let values = self.elements(body, self.elements_of(of, instance), here);
        match of.kind() {
            "struct_type" => self.container(ContainerKind::Mapping, values),
            "slice_type" | "array_type" | "implicit_length_array_type" | "map_type"
                if field(of, "element")
                    .or_else(|| field(of, "value"))
                    .is_some_and(|it| Self::is_opaque(it) || it.kind() == "struct_type") =>
            {
                let kind = match of.kind() {
                    "map_type" => ContainerKind::Mapping,
                    _ => ContainerKind::Sequence,
                };
                self.container(kind, values)
            }
            _ => instance,
        }
    }

    fn elements_of(&self, of: Node<'t>, instance: ExprId) -> Elements<'t> {
        match of.kind() {
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                field(of, "element").map_or(Elements::Unknown, Elements::Of)
            }
            "map_type" => field(of, "value").map_or(Elements::Unknown, Elements::Of),
            "type_identifier" => match self.types.get(of.text()) {
                Some(own) if own.underlying.kind() != "struct_type" => {
                    let underlying = own.underlying;
                    let element =
                        field(underlying, "element").or_else(|| field(underlying, "value"));
                    element.map_or(Elements::Unknown, Elements::Of)
                }
                _ => Elements::Fields(instance),
            },
            "struct_type" => Elements::Places(of),
            _ => Elements::Fields(instance),
        }
    }

    fn elements(&mut self, body: Node<'t>, of: Elements<'t>, here: Here) -> Vec<Item> {
        if !self.enter(body, here) {
            return Vec::new();
        }
        let mut items = Vec::new();
        let places = match of {
            Elements::Places(of) => field_names(of),
            _ => Vec::new(),
        };
        for (at, element) in children(body).into_iter().enumerate() {
            let (key, value) = match element.kind() {
                "keyed_element" => (field(element, "key"), field(element, "value")),
                _ => (None, Some(element)),
            };
            let field = match (key, of) {
                (Some(key), Elements::Fields(_)) => key.first_child(),
                _ => None,
            };
            let key = match key {
                Some(key) => self.element_key(key, of, here),
                None => places.get(at).cloned(),
            };
            let Some(value) = value else { continue };
            let listed = value.first_child().filter(|_| matches!(of, Elements::Of(_)));
            let held = match (listed, here.initialises) {
                (Some(function), Some(list)) if function.kind() == "func_literal" => {
                    let name = match &key {
                        Some(key) => Name::new(format!("[{key}]")),
                        None => name_in_list(function, at),
                    };
                    self.listed_function(function, name, (list, here))
                }
                _ => self.element(value, of, here),
            };
            if let (Some(field), Elements::Fields(instance)) = (field, of) {
                let into = self.attribute(instance, field.text());
                self.keep_as(into, held, here);
            }
            items.push(Item { key, value: held });
        }
        self.leave();
        items
    }

    /// A function without a name in a list or map that a variable of the package holds: one can
    /// change without the others.
    fn listed_function(
        &mut self,
        node: Node<'t>,
        name: Name,
        (list, here): (DefinitionId, Here),
    ) -> ExprId {
        let body = field(node, "body");
        let mut new = New::of(DefinitionKind::Callback, node, node, body);
        new.name = name;
        new.shape = field(node, "parameters").into_iter().chain(field(node, "result")).collect();
        let id = self.define(new, Here { parent: Some(list), ..here });
        let value = self.definition_value(id);
        self.refer(value, node, READ, here);
        let inside = self.function_body(id, here);
        self.parameters_and_result(node, id, inside);
        if let Some(body) = body {
            self.block_statements(body, inside);
        }
        value
    }

    fn element_key(&mut self, key: Node<'t>, of: Elements<'t>, here: Here) -> Option<Name> {
        let inner = key.first_child()?;
        match of {
            Elements::Fields(instance) if inner.kind() == "identifier" => {
                let target = self.attribute(instance, inner.text());
                self.refer(target, inner, WRITE, here);
                Some(inner.text().into())
            }
            Elements::Places(_) if inner.kind() == "identifier" => Some(inner.text().into()),
            Elements::Unknown if inner.kind() == "identifier" => None,
            _ if inner.kind() == "literal_value" => {
                self.elements(inner, Elements::Unknown, here);
                None
            }
            _ => {
                self.expr(inner, READ, here);
                super::imports::text_of(inner).map(Name::new)
            }
        }
    }

    fn element(&mut self, value: Node<'t>, of: Elements<'t>, here: Here) -> ExprId {
        let Some(inner) = value.first_child() else { return self.unknown() };
        if inner.kind() != "literal_value" {
            return self.expr(inner, READ, here);
        }
        // `{a, b}` is a value of the type that is written outside.
        let Elements::Of(of) = of else {
            self.elements(inner, Elements::Unknown, here);
            return self.unknown();
        };
        let of = match of.kind() {
            "pointer_type" => of.first_child().unwrap_or(of),
            _ => of,
        };
        let count = self.semantics().references.len();
        let named = self.type_expr(of, here);
        let instance = self.instance_of(named);
        self.lowering.builder.forget_references(count);
        let elements = self.elements_of(of, instance);
        let items = self.elements(inner, elements, here);
        match of.kind() {
            "struct_type" => self.container(ContainerKind::Mapping, items),
            _ => instance,
        }
    }
}

/// The names of the fields of a struct, in order.
fn field_names(of: Node<'_>) -> Vec<Name> {
    let list = child_of_kind(of, "field_declaration_list");
    let declarations = list.map(children).unwrap_or_default().into_iter();
    declarations
        .flat_map(children)
        .filter(|it| it.kind() == "field_identifier")
        .map(|it| it.text().into())
        .collect()
}
