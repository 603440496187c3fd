//! The cases of enums, with what they carry.

use super::declarations::attribute_nodes;
use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, New, READ};
use crate::node::{Node, field};
use crate::{DefinitionFlags, DefinitionKind, Expr};

impl<'t> Walk<'_, 't> {
    /// `case small, other(Int)`: each a value of the enum, or a function that gives one.
    pub(super) fn enum_entry(&mut self, node: Node<'t>, here: Here) {
        let Some(around) = here.class else { return };
        let attributes = attribute_nodes(node);
        let parts: Vec<Node<'t>> = node.all_children().collect();
        let names: Vec<Node<'t>> = node.fields_named("name").collect();
        for (at, name) in names.iter().enumerate() {
            let until = names.get(at + 1).map_or(u32::MAX, |it| it.span().start);
            let own = parts.iter().filter(|it| {
                it.span().start > name.span().start && it.span().start < until && it.is_named()
            });
            let own: Vec<Node<'t>> = own.copied().collect();
            let payload = own.iter().find(|it| it.kind() == "enum_type_parameters").copied();
            let mut new = New::of(DefinitionKind::Field, node, *name, None);
            new.name = plain_name(*name).into();
            new.shape = payload.into_iter().collect();
            new.body = own.iter().filter(|it| Some(**it) != payload).copied().collect();
            new.flags = DefinitionFlags { is_static: true, ..DefinitionFlags::default() };
            let id = self.it.define_bound(new, here);
            self.attributes(id, &attributes, here);
            let inside = Here { owner: Some(id), ..here };
            let of = self.it.definition_value(around);
            match payload {
                Some(payload) => {
                    let mut parameters = Vec::new();
                    for part in payload.all_children() {
                        if is_type(part) {
                            parameters.push(self.type_of(part, inside));
                        } else if part.is_named() && part.kind() != "simple_identifier" {
                            self.expression(part, READ, inside);
                        }
                    }
                    let case = self.it.add(Expr::Signature { parameters, result: of });
                    self.it.definition(id).declared_type = Some(case);
                }
                None => {
                    let value = self.it.instance_of(of);
                    self.it.definition(id).value = Some(value);
                    if let Some(raw) = field(node, "raw_value").filter(|it| own.contains(it)) {
                        self.expression(raw, READ, Here { initialises: Some(id), ..here });
                    }
                }
            }
        }
    }
}
