//! Objects and functions that are made in place, and what is passed.

use super::Walk;
use crate::lowering::{CALL, Here, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Argument, Bound, Expr, ExprId};

impl<'t> Walk<'_, 't> {
    pub(super) fn closure(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.lambda_body(here);
        self.closure_parts(node, inside, here);
        self.literal()
    }

    /// What a function without a name takes and does; `here` is around it.
    pub(super) fn closure_parts(&mut self, node: Node<'t>, inside: Here, here: Here) {
        if let Some(used) = child_of_kind(node, "anonymous_function_use_clause") {
            for it in children(used) {
                let name = if it.kind() == "by_ref" { it.first_child().unwrap_or(it) } else { it };
                let outer = self.name(here.scope, name.text());
                self.bind(inside, name.text(), Bound::Value(outer));
            }
        }
        self.parameters(node, None, inside);
        if let Some(declared) = field(node, "return_type") {
            self.type_of(declared, inside);
        }
        match field(node, "body") {
            Some(body) if body.kind() == "compound_statement" => self.visit_children(body, inside),
            Some(body) => {
                let value = self.expr(body, inside);
                self.returned(value, inside);
            }
            None => {}
        }
    }

    pub(super) fn creation(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let arguments = parts.iter().find(|it| it.kind() == "arguments").copied();
        let Some(class) = parts.iter().find(|it| it.kind() != "arguments").copied() else {
            return self.unknown();
        };
        if class.kind() == "anonymous_class" {
            let inner = child_of_kind(class, "arguments");
            let (given, count) =
                inner.map_or_else(|| (Vec::new(), Some(0)), |it| self.arguments(it, here));
            let value = self.anonymous_class(class, here);
            self.refer(value, class, Use::Called(count), here);
            return self.call(value, given);
        }
        let (given, count) =
            arguments.map_or_else(|| (Vec::new(), Some(0)), |it| self.arguments(it, here));
        let callee = match class.kind() {
            "name" | "qualified_name" | "relative_name" => {
                let text = class.text();
                let target = self.meaning_of(text, class, here);
                self.refer(target, class, Use::Called(count), here);
                target
            }
            _ => {
                let read = self.expr(class, here);
                let named = self.text_held(class, here);
                let named = named.and_then(|it| self.callable_named(&it, class, here));
                let target = named.unwrap_or(read);
                self.refer(target, class, CALL, here);
                target
            }
        };
        self.call(callee, given)
    }

    /// What is passed, and how many where nothing is spread.
    pub(super) fn arguments(&mut self, node: Node<'t>, here: Here) -> (Vec<Argument>, Option<u32>) {
        let mut given = Vec::new();
        let mut count = Some(0);
        for it in children(node) {
            let name = field(it, "name");
            let Some(value) = children(it).into_iter().rfind(|it| Some(*it) != name) else {
                continue;
            };
            if value.kind() == "variadic_unpacking" {
                count = None;
                self.expr(value, here);
                continue;
            }
            let at = value;
            let value = self.expr(value, here);
            if matches!(self.semantics().expr(value), Expr::Text(text) if text.contains("::")) {
                self.named_in_text(value, at, READ, here);
            }
            given.push(Argument { name: name.map(|it| format!("${}", it.text()).into()), value });
            count = count.map(|it| it + 1);
        }
        (given, count)
    }
}
