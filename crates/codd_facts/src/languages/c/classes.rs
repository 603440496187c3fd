//! Structs, unions, classes and enums with their members.

use super::Walk;
use super::declarations::declarator_nodes;
use super::declarators::{declared, has_word, parts_of, plain_name, scope_word};
use crate::lowering::{Here, New, This, Use};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{Added, Bound, DefinitionFlags, DefinitionId, DefinitionKind, Name, ReferenceKind};

pub(super) const INHERIT: Use = Use::Kind(ReferenceKind::Inherit);

impl<'t> Walk<'_, 't> {
    pub(super) fn class_specifier(
        &mut self,
        node: Node<'t>,
        template: Option<Node<'t>>,
        here: Here,
    ) -> Option<DefinitionId> {
        let name = field(node, "name");
        let named = match name {
            Some(name) => {
                let (_, last) = parts_of(name);
                let last = match last.kind() {
                    "template_type" => field(last, "name").unwrap_or(last),
                    _ => last,
                };
                Some((last, template.unwrap_or(node)))
            }
            None => None,
        };
        self.class_specifier_named(node, named, template, here)
    }

    /// The same, where the name may stand outside of it.
    pub(super) fn class_specifier_named(
        &mut self,
        node: Node<'t>,
        named: Option<(Node<'t>, Node<'t>)>,
        template: Option<Node<'t>>,
        here: Here,
    ) -> Option<DefinitionId> {
        let body = field(node, "body")?;
        if node.kind() == "enum_specifier" {
            return self.enumeration(node, named, body, here);
        }
        let (name_node, whole) = named.unwrap_or((node.all_children().next()?, node));
        let mut new = New::of(DefinitionKind::Class, whole, name_node, Some(body));
        new.shape =
            children(node).into_iter().filter(|it| *it != body && *it != name_node).collect();
        if named.is_none() {
            new.name = Name::new_static("(unnamed)");
        }
        if let Some(outer) = field(node, "name").filter(|it| it.kind() == "qualified_identifier") {
            let (id, around) = self.outside_class(new, outer, here);
            return Some(self.class_parts(id, node, body, template, around));
        }
        let around = Here { function: None, ..here };
        let id = self.define(new, around);
        if named.is_some() {
            self.bind(here, name_node.text(), Bound::Definition(id));
            if here.class.is_none() && here.function.is_none() {
                self.offer_here(id, true);
            }
        }
        Some(self.class_parts(id, node, body, template, around))
    }

    /// `struct A::B { … }`, in a class that this file or another defines; with where it stands.
    fn outside_class(&mut self, new: New<'t>, name: Node<'t>, here: Here) -> (DefinitionId, Here) {
        let (scopes, last) = parts_of(name);
        let words: Vec<&str> = scopes.iter().map(|it| scope_word(*it)).collect();
        let word = new.name.clone();
        let own_class = self.class_here(&words, here);
        let Some(outer) = own_class else {
            let mut path = words.join(".");
            if !self.namespace.is_empty() {
                path = format!("{}.{path}", self.namespace);
            }
            let around = Here { function: None, ..here };
            let id = self.define_as(new, Name::new(format!("{path}.{word}")), around);
            let scope = self.scope_named(&words, name, here);
            if let Some(class_word) = words.last() {
                self.extend(scope, *class_word, Added::Member(id));
            }
            self.scope_value(&scopes, name, Here { owner: Some(id), ..here });
            return (id, around);
        };
        let outer = self.semantics().definition(outer);
        let full = Name::new(format!("{}.{word}", outer.qualified_name));
        let is_class = outer.kind == DefinitionKind::Class;
        let scope = outer.body.unwrap_or(here.scope);
        let around = Here { scope, function: None, parent: own_class, ..here };
        let around = match own_class.filter(|_| is_class) {
            Some(class) => Here { class: Some(class), this: This::Instance(class), ..around },
            None => around,
        };
        let id = self.define_as(new, full, around);
        self.bind(around, plain_name(last), Bound::Definition(id));
        (id, around)
    }

    fn class_parts(
        &mut self,
        id: DefinitionId,
        node: Node<'t>,
        body: Node<'t>,
        template: Option<Node<'t>>,
        around: Here,
    ) -> DefinitionId {
        let head = match template.and_then(|it| field(it, "parameters")) {
            Some(list) => {
                let head = self.type_head(id, around);
                self.template_parameters(list, head);
                head
            }
            None => around,
        };
        let inside = self.class_body(id, head);
        if let Some(clause) = child_of_kind(node, "base_class_clause") {
            for base in children(clause) {
                if !matches!(base.kind(), "access_specifier" | "attribute_declaration") {
                    self.base(id, base, inside);
                }
            }
        }
        let was_private = std::mem::replace(&mut self.is_private, node.kind() == "class_specifier");
        self.list(&children(body), inside);
        self.is_private = was_private;
        self.name_places(id, inside);
        id
    }

    /// Binds the fields of a struct by their place, too: a list of values without names gives
    /// each to the field at its place.
    fn name_places(&mut self, id: DefinitionId, inside: Here) {
        // Those of a struct stand behind it.
        let all = self.semantics().definitions.iter().enumerate().skip(id.index() + 1);
        let fields = all.filter(|(_, it)| {
            it.parent == Some(id) && it.kind == DefinitionKind::Field && !it.flags.is_static
        });
        let fields: Vec<_> = fields
            .map(|(at, _)| DefinitionId(at as u32))
            .take(MAX_PLACES)
            .enumerate()
            .filter(|(_, id)| self.holds_functions.contains(id))
            .collect();
        for (at, field) in fields {
            self.bind(inside, place_name(at), Bound::Definition(field));
        }
    }

    fn base(&mut self, id: DefinitionId, base: Node<'t>, inside: Here) {
        let target = match base.kind() {
            "qualified_identifier" => self.qualified_value(base, INHERIT, inside),
            "template_type" => {
                for it in field(base, "arguments").map(children).unwrap_or_default() {
                    self.type_of(it, inside);
                }
                match field(base, "name") {
                    Some(name) => self.named(name, INHERIT, inside),
                    None => return,
                }
            }
            _ => self.named(base, INHERIT, inside),
        };
        self.definition(id).bases.push(target);
    }

    fn enumeration(
        &mut self,
        node: Node<'t>,
        named: Option<(Node<'t>, Node<'t>)>,
        body: Node<'t>,
        here: Here,
    ) -> Option<DefinitionId> {
        let is_scoped = has_child(node, "class") || has_child(node, "struct");
        let id = match named {
            Some((name, whole)) => {
                let mut new = New::of(DefinitionKind::Enum, whole, name, Some(body));
                new.shape =
                    children(node).into_iter().filter(|it| *it != body && *it != name).collect();
                let id = self.define_bound(new, here);
                if here.class.is_none() && here.function.is_none() {
                    self.offer_here(id, true);
                }
                Some(id)
            }
            None => None,
        };
        let inside = match id {
            Some(id) => self.class_body(id, here),
            None => here,
        };
        let mut enumerators = Vec::new();
        self.enumerators(body, id, inside, &mut enumerators);
        if !is_scoped {
            for (name, enumerator) in enumerators {
                if id.is_some() {
                    self.bind(here, name, Bound::Definition(enumerator));
                }
                if here.class.is_none() && here.function.is_none() {
                    self.offer_here(enumerator, true);
                }
            }
        }
        id
    }

    fn enumerators(
        &mut self,
        body: Node<'t>,
        of: Option<DefinitionId>,
        inside: Here,
        found: &mut Vec<(Name, DefinitionId)>,
    ) {
        for it in children(body) {
            if it.kind() == "enumerator" {
                let Some(name) = field(it, "name") else { continue };
                let kind = match of {
                    Some(_) => DefinitionKind::Field,
                    None => DefinitionKind::Variable,
                };
                let flags = DefinitionFlags { is_static: true, ..DefinitionFlags::default() };
                let value = field(it, "value");
                let new = New::of(kind, it, name, value).with(flags);
                let id = self.define_bound(new, inside);
                found.push((name.text().into(), id));
                if let Some(value) = value {
                    self.expr(value, Here { initialises: Some(id), ..inside });
                }
            } else if it.kind().starts_with("preproc_") && self.enter(it, inside) {
                self.condition(it, inside);
                self.enumerators(it, of, inside, found);
                self.leave();
            }
        }
    }

    /// Fields and methods without a body.
    pub(super) fn field_declaration(
        &mut self,
        node: Node<'t>,
        template: Option<Node<'t>>,
        here: Here,
    ) {
        let kind = field(node, "type");
        let declared_type =
            kind.filter(|_| template.is_none()).and_then(|it| self.type_of(it, here));
        let declarators = declarator_nodes(node);
        if declarators.is_empty()
            && let Some(kind) = kind.filter(|it| field(*it, "name").is_none())
            && field(kind, "body").is_some()
            && let (Some(class), Some(target)) = (here.class, declared_type)
        {
            // The members of an unnamed struct are those of the one around.
            self.definition(class).bases.push(target);
        }
        for declarator in declarators.iter().copied() {
            let Some(it) = declared(declarator) else { continue };
            if let Some(function) = it.function {
                self.prototype(node, it, function, declared_type, template, here);
                continue;
            }
            let flags = DefinitionFlags {
                is_static: has_word(node, "static"),
                is_private: self.is_private,
                ..DefinitionFlags::default()
            };
            let value = it.value.or_else(|| field(node, "default_value"));
            let whole = if declarators.len() == 1 { node } else { declarator };
            let mut new = New::of(DefinitionKind::Field, whole, it.name, value).with(flags);
            new.name = Name::new(plain_name(it.name));
            let id = self.define_bound(new, here);
            if kind.is_some_and(|it| it.kind() == "type_identifier") || it.is_pointer_to_function {
                self.holds_functions.insert(id);
            }
            self.definition(id).declared_type = declared_type;
            let inside = Here { initialises: Some(id), ..here };
            let value = self.initial_value(value, declared_type, inside);
            self.definition(id).value = value;
        }
    }
}

/// Fields of a struct that are known by their place.
const MAX_PLACES: usize = 64;

/// The name of the field at a place; no field of the text is called so.
pub(super) fn place_name(at: usize) -> Name {
    Name::new(format!("<{at}>"))
}
