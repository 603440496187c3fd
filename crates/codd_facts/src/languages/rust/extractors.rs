//! What a framework makes the parameters of a handler with: extractors and request guards.

use super::paths::last_segment;
use super::refusal::EXTRACTING;
use super::walk::Walk;
use crate::node::{Node, child_of_kind, children, field};
use crate::{DefinitionId, Expr, ExprId, Injection};

/// Types of parameters that are there whether or not what they hold could be made.
const OPTIONAL: &[&str] = &["Option", "Result"];

impl<'t> Walk<'_, 't> {
    /// Says of a function that may be a handler what its parameters are made with: only routes
    /// tell whether it is one.
    pub(super) fn note_extractors(&mut self, node: Node<'t>, id: DefinitionId) {
        if !(self.is_served || self.is_rocket) {
            return;
        }
        let modifiers = child_of_kind(node, "function_modifiers");
        let is_async = modifiers.is_some_and(|it| it.text().contains("async"));
        if !is_async && !self.attributes.contains_key(&node.id.0) {
            return;
        }
        let typed = |it: &Node<'t>| matches!(it.kind(), "parameter" | "self_parameter");
        let written = field(node, "parameters").map(children).unwrap_or_default();
        let written: Vec<Node<'t>> = written.into_iter().filter(typed).collect();
        let declared: Vec<Option<ExprId>> =
            self.semantics().definition(id).parameters.iter().map(|it| it.annotation).collect();
        for (parameter, annotation) in written.into_iter().zip(declared) {
            let (Some(of), Some(annotation)) = (field(parameter, "type"), annotation) else {
                continue;
            };
            if of.kind() == "reference_type" {
                continue;
            }
            let is_optional = last_segment(of).is_some_and(|it| OPTIONAL.contains(&it.text()));
            let made = if is_optional { self.item_type(annotation) } else { Some(annotation) };
            let made = made.filter(|it| {
                let of = self.semantics().unapplied(*it);
                matches!(
                    self.semantics().expr(of),
                    Expr::Name { .. } | Expr::Attribute { .. } | Expr::Definition(_)
                )
            });
            let Some(made) = made else { continue };
            for method in EXTRACTING {
                let function = self.attribute(made, *method);
                self.builder.injection(Injection {
                    of: id,
                    function,
                    is_alias: false,
                    is_optional,
                });
            }
        }
    }

    /// The type of what another holds: `T` of `Option<T>`.
    pub(super) fn item_type(&self, of: ExprId) -> Option<ExprId> {
        let Expr::Container { items, .. } = self.semantics().expr(of) else { return None };
        match self.semantics().expr(items.first()?.value) {
            Expr::InstanceOf(of) => Some(*of),
            _ => None,
        }
    }
}
