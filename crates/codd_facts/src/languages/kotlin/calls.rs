//! Calls, lambdas, and the functions of the standard library that pass their receiver on.

use super::super::jvm;
use super::types::is_type;
use super::{Walk, frameworks, plain_name};
use crate::lowering::{CALL, Here, READ, This, Use};
use crate::node::{Node, child_of_kind, children};
use crate::{Argument, Bound, ContainerKind, Expr, ExprId, Item, Name};

/// What a lambda is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given {
    /// As `it`, or the first named parameter.
    Item(ExprId),
    /// As `this`.
    Receiver(ExprId),
}

/// Functions that make a collection of what they are given.
const MAKERS: &[&str] = &[
    "arrayListOf",
    "arrayOf",
    "listOf",
    "listOfNotNull",
    "mutableListOf",
    "mutableSetOf",
    "sequenceOf",
    "setOf",
    "flowOf",
];

impl<'t> Walk<'_, 't> {
    /// The number of arguments and what they are; `callee` is what takes them.
    pub(super) fn arguments(
        &mut self,
        list: Option<Node<'t>>,
        callee: Option<ExprId>,
        given: Option<Given>,
        here: Here,
    ) -> (u32, Vec<Argument>) {
        let mut arguments = Vec::new();
        for (at, node) in list.into_iter().flat_map(children).enumerate() {
            let parts = children(node);
            let (name, value) = match parts.as_slice() {
                [name, value] if name.kind() == "identifier" => {
                    (Some(Name::from(plain_name(*name))), *value)
                }
                [.., value] => (None, *value),
                [] => continue,
            };
            let value = match value.kind() {
                "lambda_literal" => {
                    let place = callee.map(|of| self.it.add(Expr::Passed { of, index: at as u32 }));
                    self.lambda(value, place, given, here)
                }
                _ => self.expression(value, READ, here),
            };
            arguments.push(Argument { name, value });
        }
        (arguments.len() as u32, arguments)
    }

    pub(super) fn call(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let Some(first) = parts.first() else { return self.it.unknown() };
        let lambda = child_of_kind(node, "annotated_lambda")
            .and_then(|it| child_of_kind(it, "lambda_literal"));
        let mut callee = without_sign(*first);
        let mut list = child_of_kind(node, "value_arguments");
        let mut types = child_of_kind(node, "type_arguments");
        // `f(a) { … }` is a call of a call to the grammar.
        if lambda.is_some()
            && list.is_none()
            && callee.kind() == "call_expression"
            && child_of_kind(callee, "annotated_lambda").is_none()
        {
            list = child_of_kind(callee, "value_arguments");
            types = types.or_else(|| child_of_kind(callee, "type_arguments"));
            callee = children(callee).into_iter().next().map_or(callee, without_sign);
        }
        if let Some(found) = self.framework_call(node, callee, list, lambda, here) {
            return found;
        }
        let count = list.map_or(0, |it| children(it).len() as u32) + u32::from(lambda.is_some());
        let target = self.expression(callee, Use::Called(Some(count)), here);
        self.it.refer_computed(target, callee, Some(count), here);
        let mut type_arguments = Vec::new();
        if let Some(types) = types {
            type_arguments = self.type_arguments(types, here);
        }
        let (base, name) = self.base_and_name(target);
        let name = name.as_str();
        let given = match (base, name) {
            (Some(base), "let" | "also" | "takeIf" | "takeUnless" | "use") => {
                Some(Given::Item(base))
            }
            (Some(base), "apply" | "run") => Some(Given::Receiver(base)),
            (Some(base), _) if jvm::TAKES_ITEMS.contains(&name) => {
                let iterator = self.it.attribute(base, "iterator");
                let iterator = self.it.call(iterator, Vec::new());
                let next = self.it.attribute(iterator, "next");
                Some(Given::Item(self.it.call(next, Vec::new())))
            }
            _ => None,
        };
        if name == "use"
            && let Some(base) = base
        {
            let close = self.it.attribute(base, "close");
            self.it.refer(close, callee, Use::Called(Some(0)), here);
        }
        let (_, mut arguments) = self.arguments(list, Some(target), given, here);
        let given = match (name, arguments.first(), base) {
            ("with", Some(first), None) => Some(Given::Receiver(first.value)),
            _ => given,
        };
        let mut result = None;
        if let Some(lambda) = lambda {
            let index = arguments.len() as u32;
            let place = self.it.add(Expr::Passed { of: target, index });
            let value = self.lambda(lambda, Some(place), given, here);
            arguments.push(Argument::plain(value));
            result = Some(value);
        }
        self.reflection(base, name, &arguments, callee, here);
        let given = self.given_back(target, base, name, result, type_arguments, arguments);
        self.it.note_passed(given, here);
        given
    }

    fn base_and_name(&self, target: ExprId) -> (Option<ExprId>, Name) {
        let semantics = self.it.semantics();
        match semantics.expr(target) {
            Expr::Attribute { base, name } => (Some(*base), name.clone()),
            Expr::Name { name, .. } => (None, name.clone()),
            Expr::Either(options) => match options.last().map(|it| semantics.expr(*it)) {
                Some(Expr::Name { name, .. }) => (None, name.clone()),
                _ => (None, Name::default()),
            },
            _ => (None, Name::default()),
        }
    }

    fn reflection(
        &mut self,
        base: Option<ExprId>,
        name: &str,
        arguments: &[Argument],
        at: Node<'t>,
        here: Here,
    ) {
        if matches!(name, "getMethod" | "getDeclaredMethod")
            && let (Some(base), Some(first)) = (base, arguments.first())
            && let Expr::Text(text) = self.it.semantics().expr(first.value)
        {
            let text = text.clone();
            let of = if at.text().contains("::class") { base } else { self.it.unknown() };
            let member = self.it.attribute(of, text);
            self.it.refer(member, at, CALL, here);
        }
    }

    /// What a call gives, where the function is known by its name.
    fn given_back(
        &mut self,
        target: ExprId,
        base: Option<ExprId>,
        name: &str,
        result: Option<ExprId>,
        type_arguments: Vec<ExprId>,
        arguments: Vec<Argument>,
    ) -> ExprId {
        match (base, name, result) {
            (Some(base), "apply" | "also" | "takeIf" | "takeUnless" | "onEach", _) => {
                let made = self.it.call(target, arguments);
                return self.it.either(vec![base, made]);
            }
            (_, "let" | "run" | "with" | "use", Some(result)) => {
                let made = self.it.call(target, arguments);
                return self.it.either(vec![result, made]);
            }
            (Some(_), _, Some(value)) if jvm::MAPS_ITEMS.contains(&name) => {
                let items =
                    self.it.container(ContainerKind::Sequence, vec![Item { key: None, value }]);
                let made = self.it.call(target, arguments);
                return self.it.either(vec![items, made]);
            }
            _ => {}
        }
        let target = self.it.applied(target, type_arguments.clone());
        let holds = |name: &str| jvm::holds_items(name) || MAKERS.contains(&name);
        if base.is_none() && (holds(name) || name.starts_with("mutableMap")) {
            if let Some(of) = type_arguments.last() {
                return self.container_of(*of);
            }
            if MAKERS.contains(&name) && !arguments.is_empty() {
                let items = arguments.iter().map(|it| Item { key: None, value: it.value });
                let items = items.collect();
                return self.it.container(ContainerKind::Sequence, items);
            }
        }
        self.it.call(target, arguments)
    }

    /// What a lambda gives: the value of its last statement.
    pub(super) fn lambda(
        &mut self,
        node: Node<'t>,
        passed_to: Option<ExprId>,
        given: Option<Given>,
        here: Here,
    ) -> ExprId {
        let mut inside = self.it.lambda_body(here);
        let item = match given {
            Some(Given::Item(item)) => Some(item),
            Some(Given::Receiver(receiver)) => {
                inside.this = This::Object(receiver);
                None
            }
            None => None,
        };
        self.lambda_parameters(node, passed_to, item, inside);
        let mark = self.it.references_so_far();
        let mut last = None;
        for it in children(node) {
            if it.kind() != "lambda_parameters" {
                last = self.statement(it, inside);
            }
        }
        let value = last.unwrap_or_else(|| self.it.unknown());
        self.it.lambda_value(value, mark)
    }

    fn lambda_parameters(
        &mut self,
        node: Node<'t>,
        passed_to: Option<ExprId>,
        item: Option<ExprId>,
        inside: Here,
    ) {
        let bound_at = |walk: &mut Self, at: usize| {
            let mut options: Vec<ExprId> = Vec::new();
            options.extend(item.filter(|_| at == 0));
            if let Some(of) = passed_to {
                options.push(walk.it.add(Expr::Passed { of, index: at as u32 }));
            }
            if options.is_empty() { Bound::Unknown } else { Bound::Value(walk.it.either(options)) }
        };
        let Some(list) = child_of_kind(node, "lambda_parameters") else {
            let bound = bound_at(self, 0);
            self.it.bind(inside, "it", bound);
            return;
        };
        for (at, parameter) in children(list).into_iter().enumerate() {
            if parameter.kind() == "multi_variable_declaration" {
                self.taken_apart(parameter, inside);
                continue;
            }
            let Some(name) = child_of_kind(parameter, "identifier") else { continue };
            let of = children(parameter).into_iter().find(|it| is_type(*it));
            let bound = match of {
                Some(of) => Bound::Typed(self.type_of(of, inside)),
                None => bound_at(self, at),
            };
            self.it.bind(inside, plain_name(name), bound);
        }
    }

    /// Calls that register a route or a test, whose lambda a framework runs.
    fn framework_call(
        &mut self,
        node: Node<'t>,
        callee: Node<'t>,
        list: Option<Node<'t>>,
        lambda: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let lambda = lambda?;
        let word = match callee.kind() {
            "identifier" => callee.text(),
            "string_literal" => "",
            _ => return None,
        };
        if self.unit.uses_ktor
            && let Some(block) = frameworks::ktor(word)
            && let Some(value) = self.ktor_call(block, (node, callee), list, lambda, here)
        {
            return Some(value);
        }
        let text_node = match callee.kind() {
            "string_literal" => callee,
            _ => first_argument(list)?,
        };
        let text = jvm::plain_text(text_node.text()).filter(|it| !it.contains('$'))?;
        if self.unit.uses_kotest
            && let Some(block) = frameworks::kotest(word)
        {
            let whole = match self.prefix.as_str() {
                "" => text.to_owned(),
                outer => format!("{outer} > {text}"),
            };
            return Some(match block {
                frameworks::Block::Prefix | frameworks::Block::Asking => {
                    let outer = std::mem::replace(&mut self.prefix, whole.into());
                    let value = self.lambda(lambda, None, None, here);
                    self.prefix = outer;
                    value
                }
                frameworks::Block::Code(_) => {
                    let id = self.callback(node, text_node, text, lambda, here);
                    self.it.test(whole, "kotest", id);
                    self.it.definition_value(id)
                }
            });
        }
        None
    }
}

/// The value of the first argument.
pub(super) fn first_argument(list: Option<Node<'_>>) -> Option<Node<'_>> {
    let first = children(list?).into_iter().next()?;
    children(first).into_iter().next_back()
}

/// The operand of a sign, which the grammar binds closer than the call or member behind:
/// `!found(x)` is a call of `!found` to it.
pub(super) fn without_sign(node: Node<'_>) -> Node<'_> {
    let is_sign = node.kind() == "unary_expression"
        && node.all_children().next().is_some_and(|it| matches!(it.text(), "!" | "+" | "-"));
    match children(node).last() {
        Some(operand) if is_sign => *operand,
        _ => node,
    }
}
