//! Routers that functions are given: `module.exports = (app) => { app.get("/", list); }`.

use super::patterns::string_text;
use super::routes::Chained;
use super::walker::{Here, Walker};
use crate::builder::Branch;
use crate::node::{Node, children, field};
use crate::{Bound, Expr, ExprId, Name, RouteHook, RouteHookKind};

/// What people call an application or router that a function is given.
const USUAL_NAMES: &[&str] = &["api", "app", "application", "fastify", "router", "server"];

/// What runs such routes in the order of their registration.
const FRAMEWORK: Name = Name::new_static("router");

impl<'t> Walker<'t> {
    /// A parameter that something is registered on if it is a router, which callers know.
    pub(super) fn given_router(
        &self,
        base: ExprId,
        is_method: bool,
        all: &[Node<'t>],
    ) -> Option<(ExprId, Name, Option<Chained>)> {
        let Expr::Name { scope, name } = self.semantics().expr(base) else { return None };
        if !matches!(self.lookup(*scope, name), Some(Bound::Parameter { .. })) {
            return None;
        }
        let (first, last) = (all.first()?, all.last()?);
        let fits = if is_method {
            let is_path = matches!(first.kind(), "string" | "template_string")
                && string_text(first.text()).starts_with('/');
            is_path && all.len() > 1 && may_be_handler(*last)
        } else {
            USUAL_NAMES.contains(&name.as_str()) && may_be_handler(*last)
        };
        fits.then_some((base, FRAMEWORK, None))
    }

    /// Remembers a call that gives a router to a function, which may register routes on it.
    pub(super) fn note_given(&mut self, callee: ExprId, values: &[ExprId], here: Here) {
        if here.branch == Branch::Never {
            return;
        }
        for (place, value) in values.iter().enumerate() {
            let is_passed_on = match self.semantics().expr(*value) {
                Expr::Name { scope, name } => {
                    USUAL_NAMES.contains(&name.as_str())
                        && matches!(self.lookup(*scope, name), Some(Bound::Parameter { .. }))
                }
                _ => false,
            };
            if !is_passed_on && !self.is_router(*value) {
                continue;
            }
            let hook = RouteHook {
                order: Some(self.builder.registration_order(here.owner)),
                owner: here.owner,
                is_conditional: here.branch != Branch::Always,
                ..RouteHook::plain(*value, callee, RouteHookKind::Given(place as u32))
            };
            self.builder.route_hook(hook);
        }
    }
}

/// Whether an argument may be a function: a client is given an object or a text there.
fn may_be_handler(node: Node<'_>) -> bool {
    /// Calls around a handler: `wrap(log(handler))`, and not `JSON.stringify(value)`.
    const MOST_WRAPPERS: usize = 8;
    let mut level = vec![node];
    for _ in 0..=MOST_WRAPPERS {
        if level.iter().any(|it| is_function_value(*it)) {
            return true;
        }
        let calls = level.into_iter().filter(|it| it.kind() == "call_expression");
        let arguments = calls.filter_map(|it| field(it, "arguments"));
        level = arguments.flat_map(children).collect();
    }
    false
}

/// Whether it is a function, or the name of something that may be one.
fn is_function_value(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "arrow_function"
            | "function_expression"
            | "generator_function"
            | "identifier"
            | "member_expression"
            | "array"
    )
}
