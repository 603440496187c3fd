//! Vapor's routes, with the groups that they are registered on.

use rustc_hash::FxHashMap;

use super::calls::{Written, written};
use super::expressions::plain_text;
use super::{Walk, plain_name};
use crate::lowering::{Here, New, READ};
use crate::node::{Node, child_of_kind, children, field};
use crate::open_paths::unknown_path;
use crate::{DefinitionId, DefinitionKind, Expr, ExprId, Name, Route, UNKNOWN_PREFIX, known_path};

/// A part of the paths with what runs before its routes.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    prefix: String,
    middleware: Vec<ExprId>,
}

/// The groups that names and calls stand for.
#[derive(Debug, Default)]
pub(super) struct Groups {
    named: Vec<(Name, Group)>,
    made: FxHashMap<ExprId, Group>,
}

impl Groups {
    pub(super) fn len(&self) -> usize {
        self.named.len()
    }

    /// Forgets the names of a function that ends.
    pub(super) fn truncate(&mut self, len: usize) {
        self.named.truncate(len);
    }

    pub(super) fn push(&mut self, name: Name, group: Group) {
        self.named.push((name, group));
    }

    pub(super) fn made_by(&self, call: ExprId) -> Option<Group> {
        self.made.get(&call).cloned()
    }
}

/// The method that a registration of that name answers.
fn method_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "delete" => "DELETE",
        "get" | "webSocket" => "GET",
        "patch" => "PATCH",
        "post" => "POST",
        "put" => "PUT",
        _ => return None,
    })
}

impl<'t> Walk<'_, 't> {
    /// A call that registers a route or makes a group.
    pub(super) fn vapor_call(
        &mut self,
        node: Node<'t>,
        target: ExprId,
        base: Option<ExprId>,
        name: &str,
        suffix: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let base = base.filter(|_| self.unit.uses_vapor)?;
        let all = written(suffix);
        let group = self.group_of(base);
        match name {
            "grouped" => {
                let group = self.grown(group, &all, here);
                let made = self.it.call(target, Vec::new());
                self.groups.made.insert(made, group);
                Some(made)
            }
            "group" => {
                let (last, before) = all.split_last()?;
                if last.value.kind() != "lambda_literal" {
                    return None;
                }
                let group = self.grown(group, before, here);
                let head = child_of_kind(last.value, "lambda_function_type");
                let list = head.and_then(|it| child_of_kind(it, "lambda_function_type_parameters"));
                let parameter = list.map(children).unwrap_or_default().first().copied();
                let parameter = parameter.and_then(|it| child_of_kind(it, "simple_identifier"));
                let parameter = parameter.map_or("$0", plain_name);
                let known = self.groups.len();
                self.groups.push(parameter.into(), group);
                let value = self.closure(last.value, None, None, here);
                self.groups.truncate(known);
                Some(value)
            }
            _ => self.route(node, name, group, &all, here),
        }
    }

    fn route(
        &mut self,
        node: Node<'t>,
        name: &str,
        group: Group,
        all: &[Written<'t>],
        here: Here,
    ) -> Option<ExprId> {
        let (handler, before) = all.split_last()?;
        let is_closure = handler.value.kind() == "lambda_literal";
        if !is_closure && handler.label != Some("use") {
            return None;
        }
        let mut before: Vec<Written<'t>> = before.to_vec();
        let method: Name = match name {
            // `on(.GET, "path")`.
            "on" => {
                let first = before.first()?.value;
                let word =
                    field(first, "target").filter(|_| first.kind() == "prefix_expression")?;
                before.remove(0);
                word.text().to_ascii_uppercase().into()
            }
            _ => Name::new_static(method_of(name)?),
        };
        let paths = before.iter().filter(|it| it.label.is_none());
        let mut parts: Vec<String> = Vec::new();
        let mut computed: Vec<Node<'t>> = Vec::new();
        for it in paths.map(|it| it.value) {
            parts.push(segment(it).unwrap_or_else(|| {
                computed.push(it);
                UNKNOWN_PREFIX.to_owned()
            }));
        }
        let mut path = joined(&group.prefix, &parts);
        for it in &computed {
            self.expression(*it, READ, here);
        }
        if let ([only], [_]) = (&computed[..], &parts[..]) {
            path = joined(&group.prefix, &[unknown_path(only.text()).to_string()]);
        }
        for labelled in before.iter().filter(|it| it.label.is_some()) {
            self.expression(labelled.value, READ, here);
        }
        let value = if is_closure {
            let id =
                self.handler(node, &format!("{method} {}", known_path(&path)), handler.value, here);
            self.it.definition_value(id)
        } else {
            self.expression(handler.value, READ, here)
        };
        let mut route = Route::plain(method, path, "vapor", value);
        route.middleware = group.middleware;
        self.it.route(route, node.span());
        Some(value)
    }

    /// The closure as a function of its own, which the framework calls.
    fn handler(
        &mut self,
        whole: Node<'t>,
        name: &str,
        closure: Node<'t>,
        here: Here,
    ) -> DefinitionId {
        let mut new = New::of(DefinitionKind::Callback, whole, closure, Some(closure));
        new.name = name.into();
        new.shape.clear();
        let id = self.it.define(new, here);
        let inside = self.it.function_body(id, here);
        self.closure_parameters(closure, None, None, inside);
        for it in children(closure).into_iter().filter(|it| it.kind() == "statements") {
            self.statements(it, inside);
        }
        id
    }

    fn group_of(&self, base: ExprId) -> Group {
        if let Some(group) = self.groups.made.get(&base) {
            return group.clone();
        }
        let Expr::Name { name, .. } = self.it.semantics().expr(base) else {
            return Group::default();
        };
        let known = self.groups.named.iter().rev().find(|(it, _)| it == name);
        known.map(|it| it.1.clone()).unwrap_or_default()
    }

    /// A group inside of one: texts are path, all else runs before the routes.
    fn grown(&mut self, mut group: Group, arguments: &[Written<'t>], here: Here) -> Group {
        for argument in arguments {
            match segment(argument.value) {
                Some(part) => group.prefix = joined(&group.prefix, &[part]),
                None => group.middleware.push(self.expression(argument.value, READ, here)),
            }
        }
        group
    }
}

/// A part of a path that is written out.
fn segment(node: Node<'_>) -> Option<String> {
    match node.kind() {
        "line_string_literal" => plain_text(node).map(str::to_owned),
        // `.catchall`, `.anything`.
        "prefix_expression" => match field(node, "target")?.text() {
            "anything" => Some("*".to_owned()),
            "catchall" => Some("**".to_owned()),
            _ => None,
        },
        // `.constant("x")`, `.parameter("x")`.
        "call_expression" => {
            let callee = children(node).into_iter().next()?;
            if callee.kind() != "prefix_expression" {
                return None;
            }
            let only = written(child_of_kind(node, "call_suffix")).first()?.value;
            let text = plain_text(only)?;
            match field(callee, "target")?.text() {
                "constant" => Some(text.to_owned()),
                "parameter" => Some(format!(":{text}")),
                _ => None,
            }
        }
        _ => None,
    }
}

fn joined(prefix: &str, parts: &[String]) -> String {
    let parts = std::iter::once(prefix).chain(parts.iter().map(String::as_str));
    let parts = parts.map(|it| it.trim_matches('/')).filter(|it| !it.is_empty());
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}
