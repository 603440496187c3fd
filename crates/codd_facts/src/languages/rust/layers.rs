//! What runs before the handlers of routers: layers of axum, middleware of actix-web.

use super::refusal::EXTRACTING;
use super::walk::Walk;
use crate::lowering::Here;
use crate::node::{Node, children};
use crate::{Expr, ExprId, RouteHook, RouteHookKind};

/// What makes a layer of a function, with the place at which it is given that.
const OF_FUNCTIONS: &[(&str, usize)] =
    &[("from_fn", 0), ("from_fn_with_state", 1), ("map_request", 0), ("map_request_with_state", 1)];

/// What makes a layer of a type that is made of a request.
const OF_TYPES: &[&str] = &["from_extractor", "from_extractor_with_state"];

/// Types of libraries whose layers turn people away.
const OF_LIBRARIES: &[&str] =
    &["HttpAuthentication", "RequireAuthorizationLayer", "ValidateRequestHeaderLayer"];

/// What is not run for sure.
const BRANCHES: &[&str] =
    &["for_expression", "if_expression", "loop_expression", "match_expression", "while_expression"];

/// Layers in one layer that are looked at.
const MAX_LAYERS: usize = 64;

impl<'t> Walk<'_, 't> {
    /// Where code of a file need not run, or is not there: branches, and what is compiled for
    /// some alone.
    pub(super) fn note_branches(&mut self, root: Node<'t>) {
        if !self.is_served {
            return;
        }
        let mut end = 0;
        for node in root.below() {
            let place = node.span();
            if place.start >= end && BRANCHES.contains(&node.kind()) {
                end = place.end;
                self.branches.push(place);
            }
            if node.kind() == "block" {
                let mut is_partial = false;
                for statement in children(node) {
                    let is_attribute = statement.kind() == "attribute_item";
                    if is_partial && !is_attribute {
                        self.branches.push(statement.span());
                    }
                    is_partial = is_attribute && (is_partial || statement.text().contains("cfg"));
                }
            }
        }
        self.branches.sort_unstable_by_key(|it| (it.start, it.end));
    }

    fn is_in_branch(&self, node: Node<'t>) -> bool {
        // A chain of calls begins where its receiver does.
        let at = node.span().end;
        let before = self.branches.partition_point(|it| it.start < at);
        self.branches[..before].iter().rev().take(MAX_LAYERS).any(|it| at <= it.end)
    }

    /// `.layer(…)` and `.route_layer(…)` of axum, `.wrap(…)` of actix-web.
    pub(super) fn layer_call(
        &mut self,
        node: Node<'t>,
        router: ExprId,
        (method, layer): (&str, ExprId),
        here: Here,
    ) {
        let kind = match method {
            "layer" | "route_layer" => RouteHookKind::Layer,
            "wrap" => RouteHookKind::Use,
            _ => return,
        };
        let is_conditional = self.is_in_branch(node);
        // Middleware of actix-web is around all of its router, whatever comes first.
        let (order, owner) = match kind {
            RouteHookKind::Layer => (Some(self.builder.registration_order(here.owner)), here.owner),
            _ => (None, None),
        };
        for function in self.layered(layer) {
            self.builder.route_hook(RouteHook {
                order,
                owner,
                is_conditional,
                ..RouteHook::plain(router, function, kind)
            });
        }
    }

    /// What a layer runs before what it is put around, as far as that may turn somebody away.
    pub(super) fn layered(&mut self, layer: ExprId) -> Vec<ExprId> {
        let mut todo = vec![layer];
        let mut found = Vec::new();
        for _ in 0..MAX_LAYERS {
            let Some(at) = todo.pop() else { break };
            match self.semantics().expr(at).clone() {
                // Several in their places, `(a, b)`.
                Expr::Container { items, .. } => todo.extend(items.iter().map(|it| it.value)),
                Expr::Call { callee, arguments } => {
                    let values: Vec<ExprId> = arguments.iter().map(|it| it.value).collect();
                    todo.extend(self.layer_of(at, callee, &values, &mut found));
                }
                _ => {}
            }
        }
        found
    }

    /// Adds what one call makes a layer of; gives what else it is made of.
    fn layer_of(
        &mut self,
        call: ExprId,
        callee: ExprId,
        values: &[ExprId],
        found: &mut Vec<ExprId>,
    ) -> Vec<ExprId> {
        let types = match self.semantics().expr(callee) {
            Expr::Applied { types, .. } => types.clone(),
            _ => Vec::new(),
        };
        let (base, name) = match self.semantics().expr(self.semantics().unapplied(callee)) {
            Expr::Attribute { base, name } => (Some(*base), name.clone()),
            Expr::Name { name, .. } => (None, name.clone()),
            _ => return Vec::new(),
        };
        if let Some((_, place)) = OF_FUNCTIONS.iter().find(|it| it.0 == name) {
            found.extend(values.get(*place));
            return Vec::new();
        }
        if OF_TYPES.contains(&name.as_str()) {
            for of in types.into_iter().take(1) {
                found.extend(EXTRACTING.iter().map(|it| self.attribute(of, *it)));
            }
            return Vec::new();
        }
        let of = base.and_then(|it| super::paths::last_name(self.semantics(), it));
        if of.is_some_and(|it| OF_LIBRARIES.contains(&it.as_str())) {
            found.push(call);
            return Vec::new();
        }
        match (name.as_str(), base) {
            // `ServiceBuilder::new().layer(a).layer(b)`.
            ("layer", Some(base)) => values.iter().copied().chain([base]).collect(),
            ("into_inner", Some(base)) => vec![base],
            _ => Vec::new(),
        }
    }
}
