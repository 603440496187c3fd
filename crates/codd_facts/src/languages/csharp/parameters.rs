//! Parameters of methods, lambdas and indexers.

use super::Walk;
use super::declarations::{attribute_nodes, has_modifier};
use super::types::last_name;
use crate::lowering::{Here, READ};
use crate::node::{Node, children, field, has_child};
use crate::{MODULE_SCOPE, Parameter};

impl<'t> Walk<'_, 't> {
    /// Adds the parameters of a list; gives the type of what an extension method extends.
    pub(super) fn parameters(&mut self, list: Node<'t>, inside: Here) -> Option<Node<'t>> {
        let mut extended = None;
        for (at, node) in children(list).into_iter().enumerate() {
            if node.kind() != "parameter" {
                continue;
            }
            for attribute in attribute_nodes(node).into_iter().flat_map(children) {
                self.attribute_use(attribute, inside);
            }
            let (of, Some(name)) = (field(node, "type"), field(node, "name")) else { continue };
            // A type may have the name of the parameter, which a record makes a property.
            let is_same = of.is_some_and(|it| last_name(it) == name.text());
            let scope = if is_same { MODULE_SCOPE } else { inside.scope };
            let annotation = of.and_then(|it| self.declared(it, Here { scope, ..inside }));
            let is_default = |it: &Node<'t>| {
                Some(*it) != of
                    && *it != name
                    && !matches!(it.kind(), "attribute_list" | "modifier")
            };
            let default = children(node).into_iter().find(is_default);
            let mut default = default.map(|it| self.expression(it, READ, inside));
            if at == 0 && has_modifier(node, "this") {
                extended = of;
                // Called on an instance, it is not among the arguments.
                default = Some(self.it.literal());
            }
            let parameter = Parameter {
                default,
                is_named_type: of.is_some_and(|it| it.kind() == "identifier"),
                runs: crate::Certainty::Always,
                ..Parameter::typed(name.text(), annotation)
            };
            self.it.parameter(parameter, inside);
        }
        // `params T[] rest` stands in the list itself.
        if has_child(list, "params")
            && let (Some(of), Some(name)) = (field(list, "type"), field(list, "name"))
        {
            let annotation = self.declared(of, inside);
            let parameter =
                Parameter { is_variadic: true, ..Parameter::typed(name.text(), annotation) };
            self.it.parameter(parameter, inside);
        }
        extended
    }
}
