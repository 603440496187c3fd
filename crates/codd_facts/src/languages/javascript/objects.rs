//! Object and array literals: what is kept in them, and under which names.

use super::classes::is_function;
use super::patterns::{bare_value, function_flags, property_name};
use super::segments::Part;
use super::walker::{Given, Here, NewDefinition, READ, This, Walker};
use crate::node::{Node, children, field, has_child};
use crate::{Bound, ContainerKind, DefinitionFlags, DefinitionKind, Expr, ExprId, Item, ScopeId};

/// Properties of one object that are definitions of their own beside its functions; more are
/// text of the object.
const MAX_FIELDS: usize = 64;

impl<'t> Walker<'t> {
    /// An object literal; with `named`, its methods and what is made for it by a call are
    /// definitions, and `this` in methods is the value given.
    #[expect(clippy::option_option, reason = "no names, names without and with a value for `this`")]
    pub(super) fn object(
        &mut self,
        node: Node<'t>,
        here: Here,
        named: Option<Option<ExprId>>,
    ) -> ExprId {
        let is_kept = named.is_some() && here.is_top && self.is_kept(here) && holds_others(node);
        self.object_with(node, here, named, is_kept)
    }

    /// An object that the module is: `module.exports = { … }`.
    pub(super) fn module_object(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let value =
            self.deeper(node, here, |it| it.object_with(node, here, Some(None), here.is_top));
        value.unwrap_or_else(|| self.unknown())
    }

    /// Whether what is written here is held by a variable of the module, or right inside of
    /// such an object.
    fn is_kept(&self, here: Here) -> bool {
        let kind = |id| self.semantics().definition(id).kind;
        let Some(holder) = here.initialises else { return false };
        match kind(holder) {
            DefinitionKind::Variable => true,
            DefinitionKind::Field => {
                let outer = self.semantics().definition(holder).parent;
                outer.is_none_or(|outer| kind(outer) == DefinitionKind::Variable)
            }
            _ => false,
        }
    }

    /// With `is_kept`, properties that are no names are definitions too: code can depend on
    /// one and not on the functions beside it.
    #[expect(clippy::option_option, reason = "no names, names without and with a value for `this`")]
    fn object_with(
        &mut self,
        node: Node<'t>,
        here: Here,
        named: Option<Option<ExprId>>,
        is_kept: bool,
    ) -> ExprId {
        let mut items = Vec::new();
        let mut spreads = Vec::new();
        let mut names = None;
        let mut fields = 0;
        let this = named.flatten().map_or(This::Unknown, This::Object);
        for child in children(node) {
            match child.kind() {
                "pair" => {
                    let Some(key) = field(child, "key") else { continue };
                    self.computed_key(key, here);
                    let name = property_name(key);
                    let Some(value) = field(child, "value") else { continue };
                    let bare = bare_value(value);
                    let is_field = name.is_some()
                        && (is_kept && fields < MAX_FIELDS && !is_name(bare)
                            || named.is_some() && here.is_top && is_made(bare));
                    let value = if named.is_some() && is_function(bare) && name.is_some() {
                        let is_arrow = bare.kind() == "arrow_function";
                        let this = if is_arrow { here.this } else { this };
                        self.object_method(key, child, bare, this, here)
                    } else if is_field {
                        fields += 1;
                        let scope = *names.get_or_insert_with(|| self.block(here).scope);
                        self.object_field(key, child, value, scope, here)
                    } else if named.is_some() && matches!(bare.kind(), "object" | "array") {
                        self.value_of(value, here, None)
                    } else {
                        self.expr(value, here, READ)
                    };
                    let is_default =
                        name.as_ref().is_some_and(|it| crate::says_default(it, bare.text()));
                    if !is_default {
                        items.push(Item { key: name, value });
                    }
                }
                "method_definition" => {
                    let Some(key) = field(child, "name") else { continue };
                    self.computed_key(key, here);
                    let name = property_name(key);
                    let value = if named.is_some() {
                        self.object_method(key, child, child, this, here)
                    } else {
                        self.folded(child, here, &Given::default())
                    };
                    items.push(Item { key: name, value });
                }
                "shorthand_property_identifier" => {
                    let value = self.expr(child, here, READ);
                    items.push(Item { key: Some(child.text().into()), value });
                }
                "spread_element" => {
                    let value = self.expr(child, here, READ);
                    spreads.push(value);
                }
                _ => {
                    self.expr(child, here, READ);
                }
            }
        }
        let own = self.add(Expr::Container { kind: ContainerKind::Mapping, items });
        spreads.insert(0, own);
        self.either(spreads)
    }

    /// `Object.assign({}, base, { … })`: an object with the items of all.
    pub(super) fn assigned_object(
        &mut self,
        node: Node<'t>,
        here: Here,
        this: Option<ExprId>,
    ) -> ExprId {
        let (Some(function), Some(arguments)) = (field(node, "function"), field(node, "arguments"))
        else {
            return self.unknown();
        };
        if self.prototype_call(function, arguments, here).is_some() {
            return self.unknown();
        }
        let parts = children(arguments).into_iter().filter(|it| it.kind() != "comment");
        let values = parts.map(|it| self.value_of(it, here, this)).collect();
        self.either(values)
    }

    /// An array whose functions are definitions, named by the first text in them or their
    /// place.
    pub(super) fn array_of_values(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut items = Vec::new();
        let parts = children(node).into_iter().filter(|it| it.kind() != "comment");
        for (at, child) in parts.enumerate() {
            let bare = bare_value(child);
            let value = match bare.kind() {
                "spread_element" => {
                    let all = self.expr(child, here, READ);
                    self.element(all)
                }
                "object" | "array" => self.value_of(child, here, None),
                _ if is_function(bare) && field(bare, "name").is_none() => {
                    self.array_function(at, bare, here)
                }
                _ => self.expr(child, here, READ),
            };
            items.push(Item { key: None, value });
        }
        self.add(Expr::Container { kind: ContainerKind::Sequence, items })
    }

    fn array_function(&mut self, at: usize, function: Node<'t>, here: Here) -> ExprId {
        let new = NewDefinition {
            kind: DefinitionKind::Function,
            name: crate::listed::name_in_list(function, at),
            name_node: function,
            outer: function,
            flags: function_flags(function),
        };
        let id = self.define(new, here);
        self.segment(id, function, Part::Shape);
        self.function(function, Some(id), here);
        self.add(Expr::Definition(id))
    }

    pub(super) fn object_method(
        &mut self,
        key: Node<'t>,
        outer: Node<'t>,
        function: Node<'t>,
        this: This,
        here: Here,
    ) -> ExprId {
        let flags = DefinitionFlags {
            is_property: has_child(function, "get") || has_child(function, "set"),
            ..function_flags(function)
        };
        let new = NewDefinition {
            kind: DefinitionKind::Method,
            name: property_name(key).unwrap_or_else(|| key.text().into()),
            name_node: key,
            outer,
            flags,
        };
        let id = self.define_apart(new, here);
        self.function_with_this(function, Some(id), this, here, &Given::default());
        self.add(Expr::Definition(id))
    }

    /// A property that holds what a call gives, `{ required: jwt({ … }) }`, or any value beside
    /// functions: code can depend on it and not on the others of its object.
    fn object_field(
        &mut self,
        key: Node<'t>,
        outer: Node<'t>,
        value: Node<'t>,
        scope: ScopeId,
        here: Here,
    ) -> ExprId {
        let new = NewDefinition {
            kind: DefinitionKind::Field,
            name: property_name(key).unwrap_or_else(|| key.text().into()),
            name_node: key,
            outer,
            flags: DefinitionFlags::default(),
        };
        let name = new.name.clone();
        let id = self.define(new, Here { scope, ..here });
        // Who uses the object as a whole depends on the text of each of its properties.
        self.shared_segment(id, outer, Part::Shape);
        self.shared_segment(id, value, Part::Body);
        self.bind(scope, name, Bound::Definition(id));
        let first = self.builder.semantics.references.len();
        let inside = Here { initialises: Some(id), ..here };
        let value = if matches!(bare_value(value).kind(), "object" | "array") {
            self.value_of(value, Here { parent: Some(id), ..inside }, None)
        } else {
            self.expr(value, inside, READ)
        };
        if let Some(object) = here.initialises {
            self.builder.repeat_references_of(first, id, object);
        }
        self.definition(id).value = Some(value);
        self.add(Expr::Definition(id))
    }
}

/// Whether an object holds functions, or what has a name elsewhere.
fn holds_others(object: Node<'_>) -> bool {
    children(object).into_iter().any(|child| match child.kind() {
        "pair" => field(child, "value").is_some_and(|value| {
            let bare = bare_value(value);
            is_function(bare) || is_name(bare)
        }),
        kind => {
            matches!(kind, "method_definition" | "shorthand_property_identifier" | "spread_element")
        }
    })
}

/// Whether a value is what a name stands for, or a class.
fn is_name(bare: Node<'_>) -> bool {
    matches!(bare.kind(), "identifier" | "member_expression" | "class")
}

/// Whether a value is what some call gives, whatever that is.
fn is_made(bare: Node<'_>) -> bool {
    matches!(bare.kind(), "call_expression" | "new_expression" | "await_expression")
}
