//! Calls: what is passed, and what calls of the standard library give.

use super::closures::Given;
use super::methods::{COPYING, MAPPING, VISITING};
use super::walk::Walk;
use crate::lowering::{Here, READ};
use crate::node::{Node, children, field};
use crate::{Argument, ContainerKind, Expr, ExprId, Item};

impl<'t> Walk<'_, 't> {
    pub(super) fn call_of(&mut self, node: Node<'t>, callee: ExprId, here: Here) -> ExprId {
        let list = field(node, "arguments").map(children).unwrap_or_default();
        let receiver = match *self.semantics().expr(callee) {
            Expr::Attribute { base, .. } if is_method_call(node) => Some(base),
            _ => None,
        };
        let method = method_name(node).unwrap_or("");
        let mut values = Vec::new();
        for (at, argument) in
            list.into_iter().filter(|it| it.kind() != "attribute_item").enumerate()
        {
            let value = match argument.kind() {
                "closure_expression" => {
                    let visited = match receiver {
                        Some(base) if VISITING.contains(&method) => Some(base),
                        _ => None,
                    };
                    let given = Given { callee, place: at as u32, visited };
                    self.closure(argument, Some(given), here)
                }
                _ => self.expr(argument, READ, here),
            };
            values.push(value);
        }
        if let Some(value) = self.wrapped(node, &values) {
            return value;
        }
        self.route_call(node, receiver, &values, here);
        self.mount_call(node, receiver, &values, here);
        let at = field(node, "function").unwrap_or(node);
        self.refer_computed(callee, at, Some(values.len() as u32), here);
        let arguments = values.iter().map(|it| Argument::plain(*it)).collect();
        let value = self.call(callee, arguments);
        self.note_passed(value, here);
        if let Some(receiver) = receiver {
            self.shown(node, receiver, method, here);
            self.note_converting(node, receiver, method, here);
        }
        self.scope_call(value, callee, &values);
        match (receiver, values.last()) {
            // What holds what the function gives.
            (Some(_), Some(function)) if MAPPING.contains(&method) => {
                let given = self.call(*function, Vec::new());
                let given = match method {
                    "map" | "then" => given,
                    _ => {
                        let inner = self.index(given, None);
                        self.either(vec![inner, given])
                    }
                };
                let item = Item { key: None, value: given };
                let held = self.container(ContainerKind::Sequence, vec![item]);
                self.either(vec![value, held])
            }
            (Some(receiver), _) if COPYING.contains(&method) => self.either(vec![value, receiver]),
            (None, None) if is_default(node) => match *self.semantics().expr(callee) {
                // It may be derived.
                Expr::Attribute { base, .. } => {
                    let instance = self.instance_of(base);
                    self.either(vec![value, instance])
                }
                _ => value,
            },
            _ => value,
        }
    }

    /// `Some(x)`, `Ok(x)`, `Box::new(x)`: what is wrapped is known.
    fn wrapped(&mut self, node: Node<'t>, values: &[ExprId]) -> Option<ExprId> {
        let function = field(node, "function")?;
        let [only] = values else { return None };
        match function.kind() {
            "identifier" if matches!(function.text(), "Some" | "Ok") => {
                let item = Item { key: None, value: *only };
                Some(self.container(ContainerKind::Sequence, vec![item]))
            }
            "scoped_identifier" if field(function, "name")?.text() == "new" => {
                let of = field(function, "path")?.text();
                match of {
                    "Box" | "Rc" | "Arc" | "Pin" => Some(*only),
                    "Mutex" | "RwLock" | "RefCell" | "Cell" => {
                        let item = Item { key: None, value: *only };
                        Some(self.container(ContainerKind::Sequence, vec![item]))
                    }
                    _ => None,
                }
            }
            "scoped_identifier" if matches!(function.text(), "Arc::clone" | "Rc::clone") => {
                Some(*only)
            }
            _ => None,
        }
    }
}

fn is_method_call(call: Node<'_>) -> bool {
    method_name(call).is_some()
}

/// The method that a call names: `f` of `x.f()` and `x.f::<T>()`.
pub(super) fn method_name(call: Node<'_>) -> Option<&str> {
    let mut function = field(call, "function")?;
    if function.kind() == "generic_function" {
        function = field(function, "function")?;
    }
    match function.kind() {
        "field_expression" => field(function, "field").map(Node::text),
        _ => None,
    }
}

/// `T::default()`
fn is_default(call: Node<'_>) -> bool {
    field(call, "function")
        .filter(|it| it.kind() == "scoped_identifier")
        .and_then(|it| field(it, "name"))
        .is_some_and(|it| it.text() == "default")
}
