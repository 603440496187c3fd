//! Classes that are functions: what their prototypes are made of.

use super::classes::is_function;
use super::patterns::{bare_value, function_flags};
use super::walker::{Given, Here, NewDefinition, READ, This, Use, Walker};
use crate::node::{Node, children, field};
use crate::{
    Added, Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Extension, Item,
    ReferenceKind,
};

/// How the names of functions end that make one class extend another.
const INHERITING: &[&str] =
    &["inherits", "__extends", "_inherits", "_inheritsLoose", "Object.setPrototypeOf"];

impl<'t> Walker<'t> {
    /// `Class.prototype = { … }`.
    pub(super) fn prototype(&mut self, class: DefinitionId, right: Node<'t>, here: Here) -> ExprId {
        let bare = bare_value(right);
        if bare.kind() != "object" {
            if let Some(base) = made_from(bare) {
                self.inherit(class, base, here);
            }
            return self.value(right, here);
        }
        let inside = Here { parent: Some(class), class: Some(class), ..here };
        let this = self.add(Expr::This { class });
        let value = self.object(bare, inside, Some(Some(this)));
        if let Expr::Container { items, .. } = self.semantics().expr(value).clone() {
            for Item { key, value } in items {
                let Some(name) = key else { continue };
                let definition = match self.semantics().expr(value) {
                    Expr::Definition(id) => Some(*id),
                    _ => None,
                };
                let member = crate::Member { class, name, value, definition };
                self.builder.semantics.members.push(member);
            }
        }
        value
    }

    /// `String.prototype.name = function () { … }`: a method that is given to a class of the
    /// language or of another file.
    pub(super) fn extending_method(
        &mut self,
        left: Node<'t>,
        assignment: Node<'t>,
        right: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        let function = Some(bare_value(right)).filter(|it| is_function(*it))?;
        let name_node = field(left, "property")?;
        let class = field(left, "object").and_then(prototype_of)?;
        let of = self.expr(class, here, READ);
        let new = NewDefinition {
            kind: DefinitionKind::Method,
            name: name_node.text().into(),
            name_node,
            outer: assignment,
            flags: DefinitionFlags {
                is_async: function_flags(function).is_async,
                ..DefinitionFlags::default()
            },
        };
        let id = self.define_apart(new, Here { parent: None, ..here });
        let full = format!("{}.{}", class.text(), name_node.text());
        self.definition(id).qualified_name = full.into();
        self.builder.semantics.extensions.push(Extension {
            of,
            type_name: class.text().into(),
            added: Added::Member(id),
        });
        let instance = self.add(Expr::InstanceOf(of));
        let this = match function.kind() {
            "arrow_function" => here.this,
            _ => This::Object(instance),
        };
        self.function_with_this(function, Some(id), this, here, &Given::default());
        Some(self.add(Expr::Definition(id)))
    }

    /// `inherits(Class, Base)`, `Object.assign(Class.prototype, { … })`: both are calls like any
    /// other, too.
    pub(super) fn prototype_call(
        &mut self,
        function: Node<'t>,
        arguments: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        let text = function.text();
        let last = text.rsplit('.').next().unwrap_or(text);
        let all = children(arguments);
        let [target, rest @ ..] = all.as_slice() else { return None };
        if INHERITING.contains(&text) || INHERITING.contains(&last) {
            let base = rest.first().copied()?;
            let class = self.class_named(prototype_of(*target).unwrap_or(*target), here)?;
            self.inherit(class, prototype_of(base).unwrap_or(base), here);
            return None;
        }
        if text != "Object.assign" {
            return None;
        }
        let class = self.class_named(prototype_of(*target)?, here)?;
        self.expr(*target, here, READ);
        for part in rest {
            self.prototype(class, *part, here);
        }
        Some(self.unknown())
    }

    fn class_named(&self, node: Node<'t>, here: Here) -> Option<DefinitionId> {
        let bound = self.lookup(here.scope, node.text()).filter(|_| node.kind() == "identifier")?;
        let Bound::Definition(id) = bound else { return None };
        let kind = self.semantics().definition(*id).kind;
        matches!(kind, DefinitionKind::Class | DefinitionKind::Function).then_some(*id)
    }

    fn inherit(&mut self, class: DefinitionId, base: Node<'t>, here: Here) {
        let kind = self.semantics().definition(class).kind;
        if !matches!(kind, DefinitionKind::Class | DefinitionKind::Function)
            || self.class_named(base, here) == Some(class)
        {
            return;
        }
        let inside = Here { owner: Some(class), initialises: None, ..here };
        let base = self.expr(base, inside, Use::Kind(ReferenceKind::Inherit));
        let bases = &mut self.definition(class).bases;
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
}

/// The class of `Object.create(Base.prototype)` or `new Base()`.
fn made_from(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "new_expression" => field(node, "constructor").map(bare_value),
        "call_expression" if field(node, "function")?.text() == "Object.create" => {
            prototype_of(field(node, "arguments")?.first_child()?)
        }
        _ => None,
    }
}

/// The `Class` of `Class.prototype`.
fn prototype_of(node: Node<'_>) -> Option<Node<'_>> {
    let is_prototype = node.kind() == "member_expression"
        && field(node, "property").is_some_and(|it| it.text() == "prototype");
    field(node, "object").filter(|_| is_prototype)
}
