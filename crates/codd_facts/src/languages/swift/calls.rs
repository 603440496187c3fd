//! Calls, subscripts, arguments.

use super::closures::{Given, given_items};
use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Argument, ContainerKind, Expr, ExprId, Item, Name};

/// Methods of sequences and optionals whose closure's values are in what they give.
const MAPS_ITEMS: &[&str] = &["compactMap", "flatMapThrowing", "map", "mapValues"];

/// One argument as it is written, trailing closures among them.
#[derive(Clone, Copy)]
pub(super) struct Written<'t> {
    pub(super) label: Option<&'t str>,
    pub(super) value: Node<'t>,
}

/// The arguments of a call, those behind it too.
pub(super) fn written(suffix: Option<Node<'_>>) -> Vec<Written<'_>> {
    let mut found = Vec::new();
    let mut label = None;
    for part in suffix.into_iter().flat_map(children) {
        match part.kind() {
            "value_arguments" => {
                for it in children(part).into_iter().filter(|it| it.kind() == "value_argument") {
                    let name = child_of_kind(it, "value_argument_label").map(plain_name);
                    if let Some(value) = field(it, "value") {
                        found.push(Written { label: name, value });
                    }
                }
            }
            "simple_identifier" => label = Some(plain_name(part)),
            "lambda_literal" => found.push(Written { label: label.take(), value: part }),
            _ => {}
        }
    }
    found
}

impl<'t> Walk<'_, 't> {
    /// What is passed; `callee` is what takes it.
    pub(super) fn arguments(
        &mut self,
        suffix: Option<Node<'t>>,
        callee: Option<ExprId>,
        given: Option<Given>,
        here: Here,
    ) -> Vec<Argument> {
        let outer = self.item;
        self.item = given.map(|it| it.value).or(outer);
        let mut arguments = Vec::new();
        for (at, one) in written(suffix).into_iter().enumerate() {
            let place = callee.map(|of| self.it.add(Expr::Passed { of, index: at as u32 }));
            let value = match one.value.kind() {
                "lambda_literal" => self.closure(one.value, place, given, here),
                _ => {
                    self.expected = place;
                    let value = self.expression(one.value, READ, here);
                    self.expected = None;
                    value
                }
            };
            arguments.push(Argument::plain(value));
        }
        self.item = outer;
        arguments
    }

    pub(super) fn call(&mut self, node: Node<'t>, expected: Option<ExprId>, here: Here) -> ExprId {
        let parts = children(node);
        let Some(first) = parts.first() else { return self.it.unknown() };
        let suffix = child_of_kind(node, "call_suffix")
            .or_else(|| child_of_kind(node, "constructor_suffix"));
        let callee = without_sign(*first);
        let list = suffix.and_then(|it| child_of_kind(it, "value_arguments"));
        let is_index =
            list.is_some_and(|it| it.all_children().next().is_some_and(|it| it.kind() == "["));
        let count = written(suffix).len() as u32;
        if is_index {
            let base = self.expression(callee, READ, here);
            self.arguments(suffix, None, None, here);
            return self.it.index(base, None);
        }
        let target = match callee.kind() {
            "array_literal" | "dictionary_literal" => {
                // `[Item]()`: a type that is written as a value.
                let value = self.expression(callee, READ, here);
                self.arguments(suffix, None, None, here);
                return self.emptied(value);
            }
            "lambda_literal" => {
                let value = self.closure(callee, expected, None, here);
                self.arguments(suffix, None, None, here);
                return value;
            }
            _ if is_type(callee) => {
                let of = self.type_used(callee, Use::Called(Some(count)), here);
                if matches!(self.it.semantics().expr(of), Expr::Container { .. }) {
                    self.arguments(suffix, None, None, here);
                    return of;
                }
                of
            }
            _ => {
                self.expected = expected;
                let target = self.expression(callee, Use::Called(Some(count)), here);
                self.expected = None;
                target
            }
        };
        self.it.refer_computed(target, callee, Some(count), here);
        let (base, name) = self.base_and_name(target);
        if let Some(found) = self.vapor_call(node, target, base, &name, suffix, here) {
            return found;
        }
        let given = base.and_then(|base| {
            let (first, last) = given_items(&name)?;
            Some(Given { value: self.it.index(base, None), first, last })
        });
        let arguments = self.arguments(suffix, Some(target), given, here);
        let given = self.given_back(target, base, &name, arguments);
        self.it.note_passed(given, here);
        given
    }

    pub(super) fn base_and_name(&self, target: ExprId) -> (Option<ExprId>, Name) {
        match self.it.semantics().expr(target) {
            Expr::Attribute { base, name } => (Some(*base), name.clone()),
            Expr::Name { name, .. } => (None, name.clone()),
            _ => (None, Name::default()),
        }
    }

    /// A collection of instances of the types that a literal names.
    fn emptied(&mut self, value: ExprId) -> ExprId {
        let Expr::Container { items, .. } = self.it.semantics().expr(value) else { return value };
        let types: Vec<ExprId> = items.iter().map(|it| it.value).collect();
        match types.last() {
            Some(of) => self.container_of(*of),
            None => value,
        }
    }

    /// What a call gives, where the function is known by its name.
    fn given_back(
        &mut self,
        target: ExprId,
        base: Option<ExprId>,
        name: &str,
        arguments: Vec<Argument>,
    ) -> ExprId {
        let last = arguments.last().map(|it| it.value);
        match (base, name, last) {
            (Some(base), "first" | "last", Some(_)) => self.it.index(base, None),
            (Some(_), _, Some(value)) if MAPS_ITEMS.contains(&name) => {
                let items = vec![Item { key: None, value }];
                let items = self.it.container(ContainerKind::Sequence, items);
                let made = self.it.call(target, arguments);
                self.it.either(vec![items, made])
            }
            (Some(_), "flatMap", Some(value)) => {
                let made = self.it.call(target, arguments);
                self.it.either(vec![value, made])
            }
            (None, "Array" | "Set" | "zip", Some(_)) => arguments[0].value,
            _ => self.it.call(target, arguments),
        }
    }
}

/// The operand of a sign, which the grammar binds closer than the call behind: `!found(x)` is
/// a call of `!found` to it.
fn without_sign(node: Node<'_>) -> Node<'_> {
    if node.kind() != "prefix_expression" {
        return node;
    }
    match (field(node, "operation"), field(node, "target")) {
        (Some(operation), Some(target)) if operation.text() != "." => target,
        _ => node,
    }
}
