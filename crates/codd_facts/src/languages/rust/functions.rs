//! Functions and methods: parameters, generics and what they return.

use super::conversions::tail;
use super::walk::Walk;
use crate::lowering::{Here, New, This};
use crate::node::{Node, child_of_kind, children, field};
use crate::{
    Bound, ContainerKind, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Parameter,
};

impl<'t> Walk<'_, 't> {
    pub(super) fn function(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let new = self.new_function(DefinitionKind::Function, node, name);
        let id = self.define_bound(new, here);
        let around = Here { this: This::Unknown, class: None, ..here };
        self.function_rest(node, id, around);
        self.test_function(node, id);
        self.route_attribute(node, id);
    }

    pub(super) fn new_function(
        &mut self,
        kind: DefinitionKind,
        node: Node<'t>,
        name: Node<'t>,
    ) -> New<'t> {
        let takes_self = field(node, "parameters").is_some_and(|list| {
            list.all_children().any(|it| {
                it.kind() == "self_parameter"
                    || field(it, "pattern").is_some_and(|it| it.kind() == "self")
            })
        });
        let modifiers = child_of_kind(node, "function_modifiers");
        let flags = DefinitionFlags {
            is_async: modifiers.is_some_and(|it| it.text().contains("async")),
            is_static: kind == DefinitionKind::Method && !takes_self,
            is_private: Self::is_private(node),
            ..Default::default()
        };
        self.new_item(kind, node, name, field(node, "body")).with(flags)
    }

    /// Parameters, results and the body of a function that is defined.
    pub(super) fn function_rest(&mut self, node: Node<'t>, id: DefinitionId, around: Here) {
        if !self.enter(node, around) {
            return;
        }
        let inside = self.function_body(id, Here { initialises: None, ..around });
        self.decorate(node, inside);
        self.generics(node, Generics::Of(id), inside);
        if let Some(list) = field(node, "parameters") {
            for parameter in children(list) {
                self.function_parameter(parameter, inside);
            }
        }
        let mut result = None;
        if let Some(of) = field(node, "return_type") {
            let declared = self.type_expr(of, inside);
            result = Some(declared);
            self.definition(id).declared_type = Some(declared);
            if self.says_little(declared, inside) {
                self.returns_opaque.insert(id);
            }
        }
        if let Some(body) = field(node, "body") {
            let value = self.block_value(body, inside);
            if self.returns_opaque.contains(&id) {
                self.returned(value, inside);
            }
            if let (Some(declared), Some(made)) = (result, tail(body)) {
                self.converted(made, declared, inside);
            }
        }
        self.note_extractors(node, id);
        self.note_refusal(node, id, around);
        self.leave();
    }

    fn function_parameter(&mut self, node: Node<'t>, inside: Here) {
        match node.kind() {
            "self_parameter" => self.receiver(None, inside),
            "parameter" => {
                let (Some(pattern), Some(of)) = (field(node, "pattern"), field(node, "type"))
                else {
                    return;
                };
                let annotation = self.type_expr(of, inside);
                if pattern.kind() == "self" {
                    self.receiver(Some(annotation), inside);
                    return;
                }
                let name = match pattern.kind() {
                    "identifier" => pattern.text(),
                    "mut_pattern" => child_of_kind(pattern, "identifier").map_or("_", Node::text),
                    _ => "_",
                };
                let parameter = Parameter {
                    is_named_type: of.is_leaf(),
                    runs: crate::Certainty::Always,
                    ..Parameter::typed(name, Some(annotation))
                };
                self.parameter(parameter, inside);
                if name == "_" {
                    let value = self.instance_of(annotation);
                    self.pattern(pattern, Some(value), inside);
                }
            }
            "attribute_item" | "variadic_parameter" => {}
            // The parameters of a function type, or of old traits.
            _ => {
                let annotation = self.type_expr(node, inside);
                self.parameter(Parameter::typed("_", Some(annotation)), inside);
            }
        }
    }

    fn receiver(&mut self, annotation: Option<ExprId>, inside: Here) {
        let value = self.this(inside);
        let parameter = Parameter { is_receiver: true, ..Parameter::typed("self", annotation) };
        match inside.function {
            Some(function) => {
                self.definition(function).parameters.push(parameter);
                self.bind(inside, "self", Bound::Value(value));
            }
            None => self.bind(inside, "self", Bound::Value(value)),
        }
    }

    /// Type parameters stand for the traits that they are bound by, and for nothing known
    /// where they are bound by none.
    pub(super) fn generics(&mut self, node: Node<'t>, of: Generics<'t>, inside: Here) {
        let list = field(node, "type_parameters").map(children).unwrap_or_default();
        let clause = child_of_kind(node, "where_clause").map(children).unwrap_or_default();
        let mut said: Vec<(&'t str, Vec<ExprId>)> = Vec::new();
        for parameter in list.iter().filter(|it| it.kind() == "type_parameter") {
            if let Some(name) = field(*parameter, "name") {
                said.push((name.text(), Vec::new()));
            }
        }
        for parameter in list.into_iter().filter(|it| it.kind() == "type_parameter") {
            let (Some(name), bounds) = (field(parameter, "name"), field(parameter, "bounds"))
            else {
                continue;
            };
            if let Some(bounds) = bounds {
                let bound = self.bounds(bounds, inside);
                if let Some(it) = said.iter_mut().find(|it| it.0 == name.text()) {
                    it.1.push(bound);
                }
            }
        }
        for predicate in clause.into_iter().filter(|it| it.kind() == "where_predicate") {
            let (Some(left), Some(bounds)) = (field(predicate, "left"), field(predicate, "bounds"))
            else {
                continue;
            };
            let bound = self.bounds(bounds, inside);
            match said.iter_mut().find(|it| it.0 == left.text()) {
                Some(it) => it.1.push(bound),
                None => {
                    self.type_expr(left, inside);
                }
            }
        }
        for (name, bounds) in said {
            let bounds: Vec<ExprId> = bounds
                .into_iter()
                .filter(|it| *self.semantics().expr(*it) != Expr::Unknown)
                .collect();
            // What bounds it may be applied to the parameter itself.
            let bounds: Vec<ExprId> =
                bounds.into_iter().map(|it| self.semantics().unapplied(it)).collect();
            let bound = (!bounds.is_empty()).then(|| self.either(bounds));
            match &of {
                Generics::Of(id) => {
                    self.type_parameter(name, bound, Here { parent: Some(*id), ..inside });
                }
                Generics::Given { of, names } => {
                    let place = names.iter().position(|it| *it == name);
                    let given =
                        |at: usize| Bound::TypeParameter { of: *of, index: at as u32, bound };
                    let plain = || bound.map_or(Bound::Unknown, Bound::Value);
                    self.bind(inside, name, place.map_or_else(plain, given));
                }
            }
        }
    }

    /// The traits that something is bound by.
    pub(super) fn bounds(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut all = Vec::new();
        for bound in children(node) {
            if matches!(bound.kind(), "lifetime" | "removed_trait_bound") {
                continue;
            }
            all.push(self.type_expr(bound, here));
        }
        self.either(all)
    }

    /// Whether what a place holds says more than this type does: a function, a type parameter.
    pub(super) fn says_little(&self, declared: ExprId, here: Here) -> bool {
        match self.semantics().expr(declared) {
            Expr::Signature { .. } | Expr::Unknown => true,
            // Which router it is, only what is given back says.
            Expr::Name { .. } | Expr::Attribute { .. } if self.is_router_type(declared) => true,
            Expr::Applied { of, .. } => self.says_little(*of, here),
            Expr::Name { name, .. } => {
                let bound = self.lowering.builder.bound_so_far(here.scope, name);
                matches!(
                    bound,
                    Some((_, Bound::Unknown | Bound::TypeParameter { bound: None, .. }))
                )
            }
            Expr::Container { items, kind: ContainerKind::Sequence } => {
                items.first().is_some_and(|it| match self.semantics().expr(it.value) {
                    Expr::InstanceOf(of) => {
                        matches!(self.semantics().expr(*of), Expr::Signature { .. })
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }
}

/// Whose type parameters are declared.
pub(super) enum Generics<'t> {
    Of(DefinitionId),
    /// Of an `impl`, which gives some of them to the type that it is of, by their places.
    Given {
        of: ExprId,
        names: Vec<&'t str>,
    },
}
