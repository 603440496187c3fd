//! What is said of types outside them: `impl` blocks, inherent and of traits.

use super::items::INHERIT;
use super::paths::{last_name, last_segment, through_trait};
use super::walk::Walk;
use crate::lowering::{Here, This};
use crate::node::{Node, children, field};
use crate::{Added, Bound, DefinitionId, DefinitionKind, Expr, ExprId, Name};

/// The type that an `impl` block is about.
#[derive(Clone, Copy)]
pub(super) struct Target<'t> {
    /// Where this module defines it.
    pub(super) own: Option<DefinitionId>,
    pub(super) of: ExprId,
    pub(super) through: Option<Node<'t>>,
}

impl<'t> Walk<'_, 't> {
    /// Notes the methods that a type of this module has of its own.
    pub(super) fn note_inherent(&mut self, node: Node<'t>, here: Here) {
        if node.kind() != "impl_item" || field(node, "trait").is_some() {
            return;
        }
        let Some(id) = field(node, "type").and_then(|it| self.own_type(it, here)) else { return };
        for item in field(node, "body").map(children).unwrap_or_default() {
            if let Some(name) = field(item, "name") {
                self.inherent.insert((id, name.text()));
            }
        }
    }

    /// The definition in this module that a type names.
    fn own_type(&self, of: Node<'t>, here: Here) -> Option<DefinitionId> {
        let mut of = of;
        while of.kind() == "reference_type" {
            of = field(of, "type")?;
        }
        let name = match of.kind() {
            "type_identifier" => of,
            "generic_type" => field(of, "type").filter(|it| it.kind() == "type_identifier")?,
            _ => return None,
        };
        match self.lowering.builder.bound_last(here.scope, &name.text().into())? {
            Bound::Definition(id) => {
                let kind = self.semantics().definition(*id).kind;
                matches!(
                    kind,
                    DefinitionKind::Class | DefinitionKind::Enum | DefinitionKind::Interface
                )
                .then_some(*id)
            }
            _ => None,
        }
    }

    pub(super) fn impl_item(&mut self, node: Node<'t>, here: Here) {
        let Some(typed) = field(node, "type") else { return };
        if !self.enter(node, here) {
            return;
        }
        let own = self.own_type(typed, here);
        let block = self.block(here);
        let around = Here { owner: own.or(here.owner), ..block };
        let of = match (own, last_segment(typed)) {
            (Some(own), _) => self.definition_value(own),
            (None, Some(name)) => self.name(here.scope, name.text()),
            (None, None) => self.unknown(),
        };
        let names = applied_to(typed);
        self.generics(node, super::functions::Generics::Given { of, names }, around);
        let of = self.type_expr(typed, around);
        let of = self.semantics().unapplied(of);
        self.bind(around, "Self", Bound::Alias(of));
        let through = field(node, "trait");
        let base = through.map(|it| self.type_used(it, INHERIT, around));
        let type_name = self.name_of_type(of, around).or_else(|| builtin_or_any(typed));
        match (own, base) {
            (Some(own), Some(base)) => self.definition(own).bases.push(base),
            (None, Some(base)) => {
                if let Some(name) = &type_name {
                    self.extend(of, name.clone(), Added::Base(base));
                }
            }
            _ => {}
        }
        let target = Target { own, of, through };
        let written = last_segment(typed).map_or("", Node::text);
        let inside = match own {
            Some(own) => Here {
                scope: around.scope,
                parent: Some(own),
                class: Some(own),
                this: This::Instance(own),
                ..around
            },
            None => {
                let this = self.instance_of(of);
                Here { this: This::Object(this), ..around }
            }
        };
        if let Some(body) = field(node, "body") {
            self.impl_members(&children(body), target, (type_name, written), inside);
        }
        self.leave();
    }

    fn impl_members(
        &mut self,
        all: &[Node<'t>],
        target: Target<'t>,
        (type_name, written): (Option<Name>, &'t str),
        inside: Here,
    ) {
        let mut before = Vec::new();
        for node in all {
            match node.kind() {
                "attribute_item" => before.push(*node),
                "function_item" | "const_item" | "type_item" | "macro_invocation" => {
                    let before = std::mem::take(&mut before);
                    if !before.is_empty() {
                        self.attributes.insert(node.id.0, before);
                    }
                    self.impl_member(*node, target, type_name.as_ref(), written, inside);
                }
                _ => before.clear(),
            }
        }
    }

    fn impl_member(
        &mut self,
        node: Node<'t>,
        target: Target<'t>,
        type_name: Option<&Name>,
        written: &'t str,
        inside: Here,
    ) {
        let body = target.own.and_then(|it| self.semantics().definition(it).body);
        let members = body.map(|scope| Here { scope, ..inside });
        match node.kind() {
            "function_item" => {
                let Some(name) = field(node, "name") else { return };
                let new = self.new_function(DefinitionKind::Method, node, name);
                let id = match members {
                    Some(members) => {
                        let id = self.define(new, members);
                        self.bind_member(id, name.text(), target, members);
                        id
                    }
                    None => {
                        let prefix = match inside.parent {
                            Some(parent) => {
                                format!("{}.", self.semantics().definition(parent).qualified_name)
                            }
                            None => String::new(),
                        };
                        let qualified = Name::new(format!("{prefix}{written}.{}", name.text()));
                        let id = self.define_as(new, qualified, inside);
                        if let Some(type_name) = type_name {
                            self.extend(target.of, type_name.clone(), Added::Member(id));
                        }
                        id
                    }
                };
                self.function_rest(node, id, inside);
            }
            "const_item" => {
                if let Some(members) = members {
                    self.constant(node, DefinitionKind::Field, members);
                } else if let Some(id) = self.constant(node, DefinitionKind::Field, inside)
                    && let Some(type_name) = type_name
                {
                    self.extend(target.of, type_name.clone(), Added::Member(id));
                }
            }
            "type_item" => {
                let (Some(name), Some(of)) = (field(node, "name"), field(node, "type")) else {
                    return;
                };
                let new = self.new_item(DefinitionKind::TypeAlias, node, name, Some(of));
                let id = match members {
                    Some(members) => self.define_bound(new, members),
                    None => {
                        let qualified = Name::new(format!("{written}.{}", name.text()));
                        let id = self.define_as(new, qualified, inside);
                        self.bind(inside, name.text(), Bound::Definition(id));
                        id
                    }
                };
                let own = Here { owner: Some(id), ..inside };
                let value = self.type_expr(of, own);
                self.definition(id).value = Some(value);
            }
            _ => {
                self.macro_invocation(node, inside);
            }
        }
    }

    /// A method of a trait is known by its plain name where the type has no own one.
    fn bind_member(&mut self, id: DefinitionId, name: &'t str, target: Target<'t>, members: Here) {
        let through = target.through.and_then(last_segment);
        if let Some(through) = through {
            self.bind(members, through_trait(through.text(), name), Bound::Definition(id));
        }
        let has_own = target.own.is_some_and(|it| self.inherent.contains(&(it, name)));
        if through.is_none() || !has_own {
            self.bind(members, name, Bound::Definition(id));
        }
    }

    /// The name by which a type is found where it is defined.
    fn name_of_type(&self, of: ExprId, here: Here) -> Option<Name> {
        let semantics = self.semantics();
        let name = last_name(semantics, of)?;
        if !matches!(semantics.expr(of), Expr::Name { .. } | Expr::Index { .. }) {
            return Some(name);
        }
        // `use X as Y`, a type parameter that is bound by a trait, an alias.
        match self.lowering.builder.bound_so_far(here.scope, &name).map(|it| it.1) {
            Some(Bound::Alias(value) | Bound::Value(value)) => last_name(semantics, *value),
            Some(Bound::Unknown) => None,
            Some(Bound::Definition(id)) => {
                let definition = semantics.definition(*id);
                match definition.kind {
                    DefinitionKind::TypeAlias => last_name(semantics, definition.value?),
                    _ => Some(name),
                }
            }
            _ => Some(name),
        }
    }

    /// Members of a trait.
    pub(super) fn members(&mut self, all: &[Node<'t>], inside: Here, types: Here) {
        let mut before = Vec::new();
        for node in all {
            if node.kind() == "attribute_item" {
                before.push(*node);
                continue;
            }
            let before = std::mem::take(&mut before);
            if !before.is_empty() {
                self.attributes.insert(node.id.0, before);
            }
            match node.kind() {
                "function_item" | "function_signature_item" => {
                    let Some(name) = field(*node, "name") else { continue };
                    let mut new = self.new_function(DefinitionKind::Method, *node, name);
                    new.flags.is_private = false;
                    new.flags.is_abstract = node.kind() == "function_signature_item";
                    let id = self.define_bound(new, inside);
                    let around = Here { scope: types.scope, ..inside };
                    self.function_rest(*node, id, around);
                }
                "const_item" => {
                    self.constant(*node, DefinitionKind::Field, inside);
                }
                "associated_type" => {
                    let Some(name) = field(*node, "name") else { continue };
                    let bound = match field(*node, "bounds") {
                        Some(bounds) => Bound::Value(self.bounds(bounds, types)),
                        None => Bound::Unknown,
                    };
                    self.bind(inside, name.text(), bound);
                }
                "macro_invocation" => {
                    self.macro_invocation(*node, types);
                }
                _ => {}
            }
        }
    }
}

/// The name of a type that no definition stands for: a built-in, or a type parameter without
/// a bound, which is any type.
fn builtin_or_any(typed: Node<'_>) -> Option<Name> {
    last_segment(typed).map(|it| Name::new(it.text()))
}

/// The names that a type is applied to.
fn applied_to(typed: Node<'_>) -> Vec<&str> {
    let list = field(typed, "type_arguments").filter(|_| typed.kind() == "generic_type");
    let list = list.into_iter().flat_map(children).filter(|it| it.kind() != "lifetime");
    list.map(Node::text).collect()
}
