//! Constants: names of classes, modules and values, by the namespaces around them.

use super::Walk;
use crate::lowering::{Here, New, Use, WRITE};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name};

impl<'t> Walk<'_, 't> {
    /// `A`, `A::B`, `::A`.
    pub(super) fn constant(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "scope_resolution" => {
                let Some(name) = field(node, "name") else { return self.unknown() };
                match field(node, "scope") {
                    Some(scope) => {
                        let base = self.expr(scope, here);
                        self.member_of(base, name, usage, here)
                    }
                    None => {
                        let target = self.name(MODULE_SCOPE, name.text());
                        self.refer(target, name, usage, here);
                        target
                    }
                }
            }
            _ => self.named(node, usage, here),
        }
    }

    /// The dotted name of the class or module around; empty at the top level.
    pub(super) fn namespace(&self, here: Here) -> Name {
        match here.parent {
            Some(parent) => self.semantics().definition(parent).qualified_name.clone(),
            None => Name::default(),
        }
    }

    /// `NAME = value`.
    pub(super) fn constant_assignment(
        &mut self,
        node: Node<'t>,
        name: Node<'t>,
        right: Option<Node<'t>>,
        here: Here,
    ) -> ExprId {
        if name.kind() == "scope_resolution" {
            self.constant(name, WRITE, here);
            return self.optional(right, here);
        }
        if let Some(id) = right.and_then(|it| self.made_class(node, name, it, here)) {
            return self.definition_value(id);
        }
        // In a method there are none; in a block they belong to what is around it.
        let kind = match here.class {
            Some(_) => DefinitionKind::Field,
            None => DefinitionKind::Variable,
        };
        let flags = DefinitionFlags { is_static: true, ..DefinitionFlags::default() };
        let new = New::of(kind, node, name, right).with(flags);
        let id = self.define_bound(new, here);
        let namespace = self.namespace(here);
        self.offer(namespace, id);
        let value = right.map(|it| self.expr(it, Here { initialises: Some(id), ..here }));
        self.definition(id).value = value;
        self.definition_value(id)
    }

    /// `Point = Struct.new(:x, :y) do … end` and its like are classes.
    fn made_class(
        &mut self,
        node: Node<'t>,
        name: Node<'t>,
        right: Node<'t>,
        here: Here,
    ) -> Option<DefinitionId> {
        if right.kind() != "call" {
            return None;
        }
        let receiver = field(right, "receiver")?.text();
        let method = field(right, "method")?.text();
        let is_class = matches!(
            (receiver.trim_start_matches("::"), method),
            ("Struct" | "Class" | "Module", "new") | ("Data", "define")
        );
        if !is_class {
            return None;
        }
        let block = field(right, "block");
        let new = New::of(DefinitionKind::Class, node, name, block);
        let id = self.define_bound(new, here);
        let namespace = self.namespace(here);
        self.offer(namespace, id);
        let inside = self.class_body(id, here);
        for argument in field(right, "arguments").map(children).unwrap_or_default() {
            match argument.kind() {
                "simple_symbol" => {
                    self.accessor(argument, true, true, inside);
                }
                "constant" | "scope_resolution" => {
                    let base = self.constant(argument, super::classes::INHERIT, here);
                    self.definition(id).bases.push(base);
                }
                _ => {
                    self.expr(argument, here);
                }
            }
        }
        if let Some(body) = block.and_then(|it| field(it, "body")) {
            self.class_statements(body, inside);
        }
        Some(id)
    }

    /// Binds a name for all of the file: a global variable.
    pub(super) fn global_assignment(&mut self, name: Node<'t>, node: Node<'t>, value: ExprId) {
        let top = Here::TOP;
        let known = self.builder.bound_last(MODULE_SCOPE, &name.text().into());
        match known {
            Some(Bound::Definition(_)) => self.bind(top, name.text(), Bound::Value(value)),
            _ => {
                let mut new = New::of(DefinitionKind::Variable, node, name, None);
                new.body = new.shape.drain(..).collect();
                let id = self.define_bound(new, top);
                self.definition(id).value = Some(value);
                self.offer("", id);
            }
        }
    }
}
