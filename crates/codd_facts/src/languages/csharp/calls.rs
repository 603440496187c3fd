//! Calls, creations, lambdas and the values that are passed to them.

use super::Walk;
use super::declarations::attribute_nodes;
use super::endpoints::below;
use super::frameworks;
use crate::lowering::{Here, New, READ, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field};
use crate::open_paths::open_path;
use crate::{
    Argument, Bound, ComputedPath, ContainerKind, DefinitionKind, Expr, ExprId, Item, Name,
    known_path,
};

/// Methods of collections that call a function with each item.
const TAKES_ITEMS: &[&str] = &[
    "All",
    "Any",
    "AnyAsync",
    "Count",
    "DistinctBy",
    "Exists",
    "Find",
    "FindAll",
    "First",
    "FirstOrDefault",
    "FirstOrDefaultAsync",
    "ForEach",
    "GroupBy",
    "Include",
    "Last",
    "LastOrDefault",
    "Max",
    "MaxBy",
    "Min",
    "MinBy",
    "OrderBy",
    "OrderByDescending",
    "RemoveAll",
    "Select",
    "SelectMany",
    "Single",
    "SingleOrDefault",
    "SkipWhile",
    "Sum",
    "TakeWhile",
    "ThenBy",
    "ThenByDescending",
    "ToDictionary",
    "Where",
];

impl<'t> Walk<'_, 't> {
    /// The number of arguments and what they are; `callee` is what takes them.
    pub(super) fn arguments(
        &mut self,
        list: Option<Node<'t>>,
        callee: Option<ExprId>,
        here: Here,
    ) -> (u32, Vec<Argument>) {
        self.arguments_with(list, callee, None, here)
    }

    fn arguments_with(
        &mut self,
        list: Option<Node<'t>>,
        callee: Option<ExprId>,
        item: Option<ExprId>,
        here: Here,
    ) -> (u32, Vec<Argument>) {
        let mut arguments = Vec::new();
        for (at, node) in list.into_iter().flat_map(children).enumerate() {
            let name = field(node, "name").filter(|_| node.kind() == "argument");
            let value = match node.kind() {
                "argument" => children(node).into_iter().rfind(|it| Some(*it) != name),
                _ => Some(node),
            };
            let Some(value) = value else { continue };
            let value = match value.kind() {
                "lambda_expression" | "anonymous_method_expression" => {
                    let passed_to =
                        callee.map(|of| self.it.add(Expr::Passed { of, index: at as u32 }));
                    self.lambda(value, passed_to, item, here)
                }
                _ => self.expression(value, READ, here),
            };
            let name = name.map(|it| Name::from(it.text()));
            arguments.push(Argument { name, value });
        }
        (arguments.len() as u32, arguments)
    }

    pub(super) fn call(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(function), list) = (field(node, "function"), field(node, "arguments")) else {
            return self.it.unknown();
        };
        if function.text() == "nameof" {
            for it in list.into_iter().flat_map(Node::below) {
                if it.kind() == "identifier" {
                    self.it.named(it, READ, here);
                }
            }
            return self.it.literal();
        }
        let count = list.map_or(0, |it| children(it).len() as u32);
        let usage = Use::Called(Some(count));
        if frameworks::is_endpoint(function) && self.endpoint(node, function, list, here) {
            return self.it.unknown();
        }
        if let Some((receiver, super::endpoints::ASKING)) = super::endpoints::chained(node)
            && !self.endpoints.asks_of_all(node)
        {
            // It asks of some requests alone: nothing rests on it.
            return self.expression(receiver, READ, here);
        }
        let target = self.expression(function, usage, here);
        self.it.refer_computed(target, function, Some(count), here);
        let semantics = self.it.semantics();
        let (base, name) = match semantics.expr(semantics.unapplied(target)) {
            Expr::Attribute { base, name } => (Some(*base), name.clone()),
            Expr::Name { name, .. } => (None, name.clone()),
            _ => (None, Name::default()),
        };
        let item = base.filter(|_| TAKES_ITEMS.contains(&name.as_str())).map(|base| {
            let first = self.it.attribute(base, "First");
            self.it.call(first, Vec::new())
        });
        let (_, arguments) = self.arguments_with(list, Some(target), item, here);
        if matches!(name.as_str(), "GetMethod" | "GetProperty" | "GetField")
            && let Some(Argument { value, .. }) = arguments.first()
            && let (Some(base), Expr::Text(text)) = (base, self.it.semantics().expr(*value))
        {
            // Reflection: the member is named by a text.
            let text = text.clone();
            let of = if function.text().starts_with("typeof") { base } else { self.it.unknown() };
            let member = self.it.attribute(of, text);
            self.it.refer(member, function, Use::Called(None), here);
        }
        let first = arguments.first().map(|it| it.value);
        if let (Some(_), Some(sent)) = (base, first)
            && matches!(name.as_str(), "Send" | "Publish" | "CreateStream")
        {
            self.sends(sent, function, here);
        }
        self.says_of_endpoints(node, target, here);
        let made = self.it.call(target, arguments);
        self.it.note_passed(made, here);
        match (item, first) {
            (Some(_), Some(value)) if name == "Select" => {
                let item = Item { key: None, value };
                let items = self.it.container(ContainerKind::Sequence, vec![item]);
                self.it.either(vec![items, made])
            }
            _ => made,
        }
    }

    /// `mediator.Send(command)`: whoever handles its type runs.
    fn sends(&mut self, sent: ExprId, at: Node<'t>, here: Here) {
        let Some(owner) = here.owner else { return };
        let handled = self.it.attribute(sent, crate::HANDLED);
        self.it.implied_call(owner, handled, at.span());
    }

    /// `app.MapGet("/path", handler)`; whether it is one.
    fn endpoint(
        &mut self,
        node: Node<'t>,
        function: Node<'t>,
        list: Option<Node<'t>>,
        here: Here,
    ) -> bool {
        let arguments: Vec<Node<'t>> = list
            .into_iter()
            .flat_map(children)
            .filter_map(|it| children(it).into_iter().next_back())
            .collect();
        let [path, handler, ..] = arguments.as_slice() else { return false };
        let Some(method) = frameworks::endpoint_method(function) else { return false };
        self.expression(function, Use::Called(Some(arguments.len() as u32)), here);
        let path_value = self.expression(*path, READ, here);
        let group = self.endpoints.at(node);
        let (served, computed) = match self.it.semantics().expr(path_value) {
            Expr::Text(text) => {
                let own = frameworks::joined("", text);
                (Name::from(below(&group.prefix, &own)), None)
            }
            _ => {
                let own = open_path(self.it.semantics(), path_value, &|_| None);
                let whole = below(&group.prefix, &own);
                let computed = ComputedPath::end(&whole, &own, path_value);
                (Name::from(whole), computed)
            }
        };
        let value = if handler.kind() == "lambda_expression" {
            let body = field(*handler, "body");
            let attributes = attribute_nodes(*handler);
            let mut new = New::of(DefinitionKind::Callback, *handler, *path, body)
                .decorated_with(attributes.clone());
            new.name = Name::from(format!("{method} {}", known_path(&served)));
            let id = self.it.define(new, here);
            self.attributes(id, &attributes, here);
            let inside = self.it.function_body(id, here);
            self.lambda_parameters(*handler, None, None, inside);
            if let Some(body) = body {
                self.statement(body, inside);
            }
            self.it.definition_value(id)
        } else {
            self.expression(*handler, READ, here)
        };
        for other in &arguments[2..] {
            self.expression(*other, READ, here);
        }
        let middleware = group.conventions.iter().map(|it| self.convention(*it)).collect();
        let router = group.parameter.map(|it| self.it.name(here.scope, it));
        let route = crate::Route::plain(method, served, "aspnet", value);
        let route = crate::Route { computed, router, middleware, ..route };
        self.it.route(route, node.span());
        true
    }

    /// `new Type(…) { … }`.
    pub(super) fn creation(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(of) = field(node, "type") else { return self.it.unknown() };
        self.made_attribute(node, of, here);
        let list = field(node, "arguments");
        let count = list.map_or(0, |it| children(it).len() as u32);
        let target = self.type_used(of, Use::Called(Some(count)), here);
        let (_, arguments) = self.arguments(list, Some(target), here);
        self.initializer(field(node, "initializer"), target, here);
        match self.it.semantics().expr(target) {
            Expr::Container { .. } => target,
            _ => self.it.call(target, arguments),
        }
    }

    /// The first value of something that may be declared: `Type x = new(…)`.
    pub(super) fn initial(
        &mut self,
        node: Node<'t>,
        declared: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        let (Some(declared), "implicit_object_creation_expression") = (declared, node.kind())
        else {
            return self.expression(node, READ, here);
        };
        let list = child_of_kind(node, "argument_list");
        let (count, arguments) = self.arguments(list, Some(declared), here);
        self.it.refer(declared, node, Use::Called(Some(count)), here);
        self.initializer(child_of_kind(node, "initializer_expression"), declared, here);
        match self.it.semantics().expr(declared) {
            Expr::Container { .. } => declared,
            _ => self.it.call(declared, arguments),
        }
    }

    /// `{ Name = value, … }` behind a creation: what is written are members of the type.
    pub(super) fn initializer(&mut self, node: Option<Node<'t>>, of: ExprId, here: Here) {
        for it in node.into_iter().flat_map(children) {
            let (left, right) = (field(it, "left"), field(it, "right"));
            match (it.kind(), left, right) {
                ("assignment_expression", Some(left), Some(right)) => {
                    if left.kind() == "identifier" {
                        let instance = self.it.instance_of(of);
                        self.it.member_of(instance, left, WRITE, here);
                    } else {
                        self.expression(left, READ, here);
                    }
                    self.expression(right, READ, here);
                }
                _ => {
                    self.expression(it, READ, here);
                }
            }
        }
    }

    /// What a lambda gives; `passed_to` is the place of the parameter that takes it, `item`
    /// what it is called with if that is a collection's method.
    pub(super) fn lambda(
        &mut self,
        node: Node<'t>,
        passed_to: Option<ExprId>,
        item: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        let inside = self.it.lambda_body(here);
        self.lambda_parameters(node, passed_to, item, inside);
        let body = field(node, "body").or_else(|| child_of_kind(node, "block"));
        let mark = self.it.references_so_far();
        let value = match body {
            Some(body) if body.kind() == "block" => {
                self.statement(body, inside);
                self.it.unknown()
            }
            Some(body) => self.expression(body, READ, inside),
            None => self.it.unknown(),
        };
        self.it.lambda_value(value, mark)
    }

    fn lambda_parameters(
        &mut self,
        node: Node<'t>,
        passed_to: Option<ExprId>,
        item: Option<ExprId>,
        inside: Here,
    ) {
        let Some(list) = field(node, "parameters") else { return };
        if list.kind() == "parameter_list"
            && children(list).iter().any(|it| field(*it, "type").is_some())
        {
            self.parameters(list, inside);
            return;
        }
        let names: Vec<Node<'t>> = match list.kind() {
            "parameter_list" => {
                children(list).into_iter().filter_map(|it| field(it, "name")).collect()
            }
            _ => vec![list],
        };
        for (at, name) in names.iter().enumerate() {
            let mut options: Vec<ExprId> = Vec::new();
            options.extend(item.filter(|_| at == 0));
            if let Some(of) = passed_to {
                options.push(self.it.add(Expr::Passed { of, index: at as u32 }));
            }
            let bound = if options.is_empty() {
                Bound::Unknown
            } else {
                Bound::Value(self.it.either(options))
            };
            self.it.bind(inside, name.text(), bound);
        }
    }
}
