//! Calls, creations, lambdas and what they are given.

use super::super::jvm;
use super::declarations::Class;
use super::{Walk, plain_name};
use crate::lowering::{CALL, Here, New, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{
    Argument, Bound, ContainerKind, DefinitionFlags, DefinitionKind, Expr, ExprId, Item, Name,
};

impl<'t> Walk<'_, 't> {
    /// The number of arguments and what they are; `callee` is what takes them, `item` what
    /// functions among them are called with.
    pub(super) fn arguments(
        &mut self,
        list: Node<'t>,
        callee: Option<ExprId>,
        item: Option<ExprId>,
        here: Here,
    ) -> (u32, Vec<Argument>) {
        let nodes = match list.kind() {
            "arguments" => children(list),
            _ => vec![list],
        };
        let mut arguments = Vec::new();
        for (at, node) in nodes.into_iter().enumerate() {
            let (name, value) = match (node.kind(), field(node, "left"), field(node, "right")) {
                ("assignment_expression", Some(left), Some(right))
                    if left.kind() == "identifier" =>
                {
                    (Some(Name::from(plain_name(left))), right)
                }
                _ => (None, node),
            };
            let place = callee.map(|of| self.it.add(Expr::Passed { of, index: at as u32 }));
            let value = self.argument(value, place, item, here);
            arguments.push(Argument { name, value });
        }
        (arguments.len() as u32, arguments)
    }

    fn argument(
        &mut self,
        node: Node<'t>,
        place: Option<ExprId>,
        item: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        let inner = match (node.kind(), children(node).as_slice()) {
            ("block" | "indented_block", [only]) => *only,
            _ => node,
        };
        match inner.kind() {
            "lambda_expression" => self.lambda(inner, place, item, here),
            "colon_argument" => self.colon_argument(inner, place, item, here),
            "case_block" | "indented_cases" => {
                let inside = self.it.lambda_body(here);
                let value = self.given_at(place, item, 0);
                self.cases(inner, value, inside)
            }
            _ => {
                let outer = self.placeholder;
                self.placeholder = self.given_at(place, item, 0);
                let value = self.expression(node, READ, here);
                self.placeholder = outer;
                value
            }
        }
    }

    /// What a function is called with at one place.
    fn given_at(&mut self, place: Option<ExprId>, item: Option<ExprId>, at: u32) -> Option<ExprId> {
        let mut options: Vec<ExprId> = item.filter(|_| at == 0).into_iter().collect();
        if let Some(of) = place {
            options.push(self.it.add(Expr::Passed { of, index: at }));
        }
        (!options.is_empty()).then(|| self.it.either(options))
    }

    pub(super) fn call(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(value) = self.suite_call(node, here) {
            return value;
        }
        // `f(a)(b) { c }` is one call of `f` with several lists.
        let mut lists = Vec::new();
        let mut callee = node;
        while callee.kind() == "call_expression" {
            lists.extend(field(callee, "arguments"));
            match field(callee, "function") {
                Some(function) => callee = function,
                None => break,
            }
        }
        lists.reverse();
        if callee == node {
            return self.it.unknown();
        }
        let count = lists.first().map(|it| match it.kind() {
            "arguments" => children(*it).len() as u32,
            _ => 1,
        });
        let target = match callee.text() {
            "this" | "super" if callee.kind() == "identifier" => {
                let of = match (callee.text(), here.class) {
                    ("this", Some(class)) => self.it.definition_value(class),
                    _ => self.it.super_of(here),
                };
                let target = self.it.attribute(of, jvm::CONSTRUCTOR);
                self.it.refer(target, callee, Use::Called(count), here);
                target
            }
            _ => self.expression(callee, Use::Called(count), here),
        };
        self.it.refer_computed(target, callee, count, here);
        let semantics = self.it.semantics();
        let (base, name) = match semantics.expr(semantics.unapplied(target)) {
            Expr::Attribute { base, name } => (Some(*base), name.clone()),
            Expr::Name { name, .. } => (None, name.clone()),
            _ => (None, Name::default()),
        };
        let item = base.filter(|_| jvm::TAKES_ITEMS.contains(&name.as_str())).map(|base| {
            let iterator = self.it.attribute(base, "iterator");
            let iterator = self.it.call(iterator, Vec::new());
            let next = self.it.attribute(iterator, "next");
            self.it.call(next, Vec::new())
        });
        let mut arguments = Vec::new();
        for (at, list) in lists.into_iter().enumerate() {
            let callee = (at == 0).then_some(target);
            arguments.extend(self.arguments(list, callee, item, here).1);
        }
        if matches!(name.as_str(), "getMethod" | "getDeclaredMethod")
            && let (Some(base), Some(first)) = (base, arguments.first())
            && let Expr::Text(text) = self.it.semantics().expr(first.value)
        {
            // Reflection: the member is named by a text.
            let text = text.clone();
            let of = if callee.text().starts_with("classOf") { base } else { self.it.unknown() };
            let member = self.it.attribute(of, text);
            self.it.refer(member, callee, CALL, here);
        }
        let holds = base.is_none()
            && (jvm::holds_items(&name) || matches!(name.as_str(), "Some" | "Right" | "Success"));
        if holds && !arguments.is_empty() {
            let items = arguments.iter().map(|it| Item { key: None, value: it.value });
            let items = items.collect();
            return self.it.container(ContainerKind::Sequence, items);
        }
        let first = arguments.first().map(|it| it.value);
        let made = self.it.call(target, arguments);
        match (item, first) {
            (Some(_), Some(value)) if jvm::MAPS_ITEMS.contains(&name.as_str()) => {
                let item = Item { key: None, value };
                let items = self.it.container(ContainerKind::Sequence, vec![item]);
                self.it.either(vec![items, made])
            }
            _ => made,
        }
    }

    /// `new Type(…) { … }`.
    pub(super) fn creation(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let of = parts.iter().find(|it| {
            !matches!(
                it.kind(),
                "arguments" | "template_body" | "early_defs" | "end_marker" | "with_template_body"
            )
        });
        let list = field(node, "arguments").or_else(|| child_of_kind(node, "arguments"));
        let count = list.map_or(0, |it| children(it).len() as u32);
        let target = of.map(|it| self.type_used(*it, Use::Called(Some(count)), here));
        let target = target.unwrap_or_else(|| self.it.unknown());
        let mut arguments = Vec::new();
        for list in parts.iter().filter(|it| it.kind() == "arguments") {
            arguments.extend(self.arguments(*list, Some(target), None, here).1);
        }
        let body = parts.iter().find(|it| it.kind().ends_with("template_body"));
        let Some(body) = body else {
            return match self.it.semantics().expr(target) {
                Expr::Container { .. } => target,
                _ => self.it.call(target, arguments),
            };
        };
        let name_node = of.copied().unwrap_or(node);
        let name = super::types::type_name(name_node);
        let mut new = New::of(DefinitionKind::Class, node, name_node, Some(*body));
        new.name = Name::from(format!("${name}"));
        new.shape.clear();
        new.flags = DefinitionFlags { is_private: true, ..DefinitionFlags::default() };
        let id = self.it.define(new, here);
        self.it.definition(id).bases = vec![target];
        let inside = self.it.class_body(id, here);
        self.type_body(*body, &Class::default(), inside);
        let value = self.it.definition_value(id);
        self.it.refer(value, name_node, CALL, here);
        self.it.instance_of(value)
    }

    /// What a lambda gives: the value of its last statement.
    pub(super) fn lambda(
        &mut self,
        node: Node<'t>,
        place: Option<ExprId>,
        item: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        let inside = self.it.lambda_body(here);
        let parameters = field(node, "parameters");
        if let Some(parameters) = parameters {
            self.lambda_parameters(parameters, place, item, inside);
        }
        let mut last = None;
        for it in children(node) {
            if Some(it) != parameters && it.kind() != "type_parameters" {
                last = self.member(it, &Class::default(), inside);
            }
        }
        last.unwrap_or_else(|| self.it.unknown())
    }

    /// `xs.map: x => …`.
    fn colon_argument(
        &mut self,
        node: Node<'t>,
        place: Option<ExprId>,
        item: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        let inside = self.it.lambda_body(here);
        let parameters = field(node, "lambda_start");
        if let Some(parameters) = parameters {
            self.lambda_parameters(parameters, place, item, inside);
        }
        let mut last = None;
        for it in children(node).into_iter().filter(|it| Some(*it) != parameters) {
            last = Some(match it.kind() {
                "indented_cases" => {
                    let value = self.given_at(place, item, 0);
                    self.cases(it, value, inside)
                }
                _ => self.expression(it, READ, inside),
            });
        }
        last.unwrap_or_else(|| self.it.unknown())
    }

    fn lambda_parameters(
        &mut self,
        node: Node<'t>,
        place: Option<ExprId>,
        item: Option<ExprId>,
        inside: Here,
    ) {
        let names = match node.kind() {
            "identifier" => vec![node],
            _ => children(node),
        };
        for (at, binding) in names.into_iter().enumerate() {
            let name =
                if binding.kind() == "identifier" { Some(binding) } else { field(binding, "name") };
            let Some(name) = name else { continue };
            let bound = match field(binding, "type") {
                Some(of) => Bound::Typed(self.type_of(of, inside)),
                None => self.given_at(place, item, at as u32).map_or(Bound::Unknown, Bound::Value),
            };
            self.it.bind(inside, plain_name(name), bound);
        }
    }
}
