//! What an ASP.NET application says of all its endpoints at once: conventions of all controllers,
//! the policy of who names none, filters of all controllers.

use super::Walk;
use super::endpoints::{Convention, DEFAULT, chained};
use super::policies;
use super::types::last_name;
use crate::lowering::Here;
use crate::node::{Node, field};
use crate::{
    Certainty, ExprId, MODULE_SCOPE, NO_FALLBACK, OPENS_OTHERS, Reference, ReferenceKind,
    RouteHook, RouteHookKind, WEAK_POLICY, WITHOUT_FILTERS,
};

/// By which names a check knows what holds for endpoints that say nothing themselves.
const FALLBACK: &str = "FallbackPolicy";
const FILTER: &str = "AuthorizeFilter";

impl<'t> Walk<'_, 't> {
    /// Adds what a call says of all endpoints, or gives to a function that registers some.
    pub(super) fn says_of_endpoints(&mut self, call: Node<'t>, callee: ExprId, here: Here) {
        let endpoints = self.endpoints;
        for it in endpoints.of_controllers(call).into_iter().flatten() {
            self.for_all(it.name, it.is_sure, here);
        }
        if let Some(policy) = policies::given_first(call) {
            match call_name(call) {
                Some("SetFallbackPolicy") => self.falls_back(policy, call, here),
                _ => self.default_policy(policy, call, here),
            }
        }
        if let Some(policy) = policies::weak(call) {
            self.mark(&format!("{WEAK_POLICY}{policy}"), call, here);
        }
        if let Some((filters, "Clear" | "Remove" | "RemoveAt" | "RemoveType")) = chained(call)
            && filters.kind() == "member_access_expression"
            && field(filters, "name").is_some_and(|it| it.text() == "Filters")
        {
            self.mark(WITHOUT_FILTERS, call, here);
        }
        if let Some(demands) = policies::added_filter(call, endpoints) {
            let is_sure = demands == Certainty::Always && endpoints.surely.is_come_to(call);
            self.for_all(FILTER, is_sure, here);
        }
        for (place, group) in endpoints.given(call) {
            let router = match &group.parameter {
                Some(name) => self.it.name(here.scope, name.as_str()),
                None => {
                    let of = self.it.unknown();
                    self.it.call(of, Vec::new())
                }
            };
            let prefix =
                (!group.prefix.is_empty()).then(|| self.it.text_constant(group.prefix.as_str()));
            let middleware = group.conventions.iter().map(|it| self.convention(*it)).collect();
            self.it.builder.route_hook(RouteHook {
                prefix,
                middleware,
                owner: here.owner,
                ..RouteHook::plain(router, callee, RouteHookKind::Given(place))
            });
        }
    }

    /// `options.FallbackPolicy = policy`.
    pub(super) fn assigned_policy(&mut self, left: Node<'t>, right: Node<'t>, here: Here) {
        let name = field(left, "name").filter(|_| left.kind() == "member_access_expression");
        match name.map(Node::text) {
            Some(FALLBACK) => self.falls_back(right, left, here),
            Some(DEFAULT) => self.default_policy(right, left, here),
            _ => {}
        }
    }

    fn default_policy(&mut self, policy: Node<'t>, at: Node<'t>, here: Here) {
        if policies::is_weak_default(policy, self.endpoints) {
            self.mark(WEAK_POLICY, at, here);
        }
    }

    /// `new AllowAnonymousAttribute()`, given to what is not seen here.
    pub(super) fn made_attribute(&mut self, made: Node<'t>, of: Node<'t>, here: Here) {
        if last_name(of) == "AllowAnonymousAttribute" && !self.endpoints.is_metadata(made) {
            self.mark(OPENS_OTHERS, made, here);
        }
    }

    /// Notes something of an application that no name of its code says.
    fn mark(&mut self, what: &str, at: Node<'t>, here: Here) {
        let target = self.it.name(MODULE_SCOPE, what);
        let reference = Reference {
            is_implied: true,
            ..Reference::new(ReferenceKind::Read, target, here.owner)
        };
        self.it.builder.reference(reference, at.span());
    }

    fn falls_back(&mut self, policy: Node<'t>, at: Node<'t>, here: Here) {
        // Where it is said to be none and something else elsewhere, the last that runs counts.
        if let Some(demands) = policies::demands(policy, self.endpoints) {
            let is_sure = demands == Certainty::Always
                && self.endpoints.surely.is_come_to(at)
                && self.endpoints.fallbacks() == 1;
            self.for_all(FALLBACK, is_sure, here);
        } else {
            self.mark(NO_FALLBACK, at, here);
        }
    }

    fn for_all(&mut self, name: &'static str, is_sure: bool, here: Here) {
        let function = self.it.name(MODULE_SCOPE, name);
        let owner = here.owner;
        self.it.builder.route_hook(RouteHook { owner, ..RouteHook::global(function, !is_sure) });
    }

    /// What stands before a route for what is said of it: where that is not sure, one of several.
    pub(super) fn convention(&mut self, convention: Convention) -> ExprId {
        let name = self.it.name(MODULE_SCOPE, convention.name);
        if convention.is_sure {
            return name;
        }
        let other = self.it.unknown();
        self.it.either(vec![name, other])
    }
}

fn call_name(call: Node<'_>) -> Option<&str> {
    Some(field(field(call, "function")?, "name")?.text())
}
