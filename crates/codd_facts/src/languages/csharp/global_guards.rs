//! What an ASP.NET application says of all its endpoints at once: conventions of all controllers,
//! the policy of who names none, filters of all controllers.

use super::Walk;
use super::endpoints::Convention;
use super::policies;
use crate::lowering::Here;
use crate::node::{Node, field};
use crate::{Certainty, ExprId, MODULE_SCOPE, RouteHook, RouteHookKind};

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
        if let Some(policy) = policies::given_first(call)
            && call_name(call) == Some("SetFallbackPolicy")
        {
            self.falls_back(policy, call, here);
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
        if name.is_some_and(|it| it.text() == FALLBACK) {
            self.falls_back(right, left, here);
        }
    }

    fn falls_back(&mut self, policy: Node<'t>, at: Node<'t>, here: Here) {
        // Where it is said to be none and something else elsewhere, the last that runs counts.
        if let Some(demands) = policies::demands(policy, self.endpoints) {
            let is_sure = demands == Certainty::Always
                && self.endpoints.surely.is_come_to(at)
                && self.endpoints.fallbacks() == 1;
            self.for_all(FALLBACK, is_sure, here);
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
