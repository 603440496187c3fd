//! Calls and what they are given.

use super::values::last_part;
use super::{Lowering, plain};
use crate::flow::{FlowArgument, FlowValue, FunctionId, ValueId};
use crate::node::{Node, child_of_kind, children, field, has_child};

use super::types::{is_number_type, simple_name};

/// Functions that an application maps to a path.
const MAPPING: &[&str] = &["MapDelete", "MapGet", "MapPatch", "MapPost", "MapPut"];

impl<'t> Lowering<'t> {
    pub(super) fn invocation(&mut self, node: Node<'t>) -> FlowValue {
        let Some(function) = field(node, "function") else {
            return FlowValue::Unknown(self.values(children(node)));
        };
        let list = field(node, "arguments");
        if function.text() == "nameof" {
            let named = list.map_or("", Node::text).trim_matches(['(', ')']);
            let last = named.rsplit('.').next().unwrap_or(named).trim();
            return FlowValue::Text(self.builder.name(last));
        }
        let callee = match list.filter(|it| is_bound_in_place(function, *it)) {
            Some(_) => self.interpolated_call(function),
            None => self.value(function),
        };
        let method = match function.kind() {
            "member_access_expression" => simple_name(field(function, "name")),
            _ => "",
        };
        let arguments = match list {
            Some(list) if MAPPING.contains(&method) => self.mapped(list),
            Some(list) if method == "TryGetValue" => self.found_or_not(list, callee),
            Some(list) => self.given(list, Some(function)),
            None => Vec::new(),
        };
        let call = FlowValue::Call { callee, arguments, is_new: false };
        match self.given_type(function) {
            Some(of) => {
                let value = self.builder.value(call, node.span());
                FlowValue::Typed { value, of }
            }
            None => call,
        }
    }

    /// `x.FromSql($"…")` is `x.FromSqlInterpolated($"…")`: what is put into the text is bound.
    fn interpolated_call(&mut self, function: Node<'t>) -> ValueId {
        let base = self.value_in(function, "expression");
        let name = simple_name(field(function, "name"));
        let name = self.builder.name(&format!("{name}Interpolated"));
        self.builder.value(FlowValue::Attribute { base, name }, function.span())
    }

    pub(super) fn arguments(&mut self, list: Option<Node<'t>>) -> Vec<FlowArgument> {
        list.map(|it| self.given(it, None)).unwrap_or_default()
    }

    /// Arguments; what is passed to be filled gets what is known to go in.
    fn given(&mut self, list: Node<'t>, function: Option<Node<'t>>) -> Vec<FlowArgument> {
        let nodes = children(list);
        let has_filled = nodes.iter().any(|it| is_filled(*it));
        let mut out = Vec::with_capacity(nodes.len());
        let mut given: Vec<ValueId> = Vec::new();
        for node in &nodes {
            let name = field(*node, "name");
            let name_id = name.map(|it| self.builder.name(plain(it.text())));
            let Some(inner) = last_part(*node) else { continue };
            if is_filled(*node) {
                out.push((name_id, Err(inner)));
                continue;
            }
            let mut value = self.value(inner);
            if has_filled {
                let is_plain = matches!(
                    self.builder.facts.value(value),
                    FlowValue::Name(_)
                        | FlowValue::Text(_)
                        | FlowValue::Attribute { .. }
                        | FlowValue::Integer(_)
                );
                if is_plain {
                    given.push(value);
                } else {
                    // Looked at once, to be given and to be in what is filled.
                    let own = self.made_variable();
                    let target = self.builder.value(FlowValue::Name(own), inner.span());
                    let assigned = FlowValue::Assigned { target, value };
                    value = self.builder.value(assigned, inner.span());
                    given.push(target);
                }
            }
            out.push((name_id, Ok(value)));
        }
        let receiver = function.filter(|_| has_filled).and_then(|it| self.number_parser(it));
        let mut arguments = Vec::with_capacity(out.len());
        for (name, value) in out {
            let value = match value {
                Ok(value) => value,
                Err(node) => {
                    let span = node.span();
                    let mut parts = given.clone();
                    let is_declared = node.kind() == "declaration_expression";
                    // Lowered once: what stands in it may be such a call, too.
                    let target = self.target(node);
                    let is_read = node.kind() != "identifier" || has_child_ref(list, node);
                    if !is_declared && is_read {
                        parts.push(target);
                    }
                    let value = match receiver {
                        Some(of) => {
                            let value = self.builder.value(FlowValue::Unknown(Vec::new()), span);
                            self.builder.value(FlowValue::Typed { value, of }, span)
                        }
                        None => {
                            let value = self.builder.value(FlowValue::Unknown(parts), span);
                            let of = if is_declared { self.declared_in(node) } else { None };
                            self.typed(value, of, "")
                        }
                    };
                    self.builder.value(FlowValue::Assigned { target, value }, span)
                }
            };
            arguments.push(FlowArgument { name, value });
        }
        arguments
    }

    /// The type of `int.TryParse`, of which nothing of the text is left.
    fn number_parser(&mut self, function: Node<'t>) -> Option<ValueId> {
        let (object, name) = (field(function, "expression")?, field(function, "name")?);
        let name = simple_name(Some(name));
        let last = match object.kind() {
            "member_access_expression" => simple_name(field(object, "name")),
            _ => object.text(),
        };
        if !matches!(name, "TryParse" | "TryParseExact" | "TryFormat") {
            return None;
        }
        match last {
            "Enum" => Some(self.builder.named("int", object.span())),
            _ if is_number_type(last) => Some(self.builder.named("int", object.span())),
            _ => None,
        }
    }

    /// `map.TryGetValue(key, out var value)`: what is under the key.
    fn found_or_not(&mut self, list: Node<'t>, callee: ValueId) -> Vec<FlowArgument> {
        let nodes = children(list);
        let FlowValue::Attribute { base, .. } = *self.builder.facts.value(callee) else {
            return self.given(list, None);
        };
        let [key, filled] = nodes[..] else { return self.given(list, None) };
        let (Some(key), Some(inner)) = (last_part(key), last_part(filled)) else {
            return Vec::new();
        };
        let span = inner.span();
        let key = self.value(key);
        let of = match inner.kind() {
            "declaration_expression" => self.declared_in(inner),
            _ => None,
        };
        let target = self.target(inner);
        let value = self.builder.value(FlowValue::Index { base, key }, span);
        let value = self.typed(value, of, "");
        let value = self.builder.value(FlowValue::Assigned { target, value }, span);
        [key, value].into_iter().map(|value| FlowArgument { name: None, value }).collect()
    }

    /// The arguments of `app.MapGet("/path", …)`: what answers is known by its path.
    fn mapped(&mut self, list: Node<'t>) -> Vec<FlowArgument> {
        let nodes = children(list);
        let path = nodes.first().and_then(|it| last_part(*it));
        let mut out = Vec::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            let Some(inner) = last_part(*node) else { continue };
            let value = match (at, inner.kind(), path) {
                (1, "lambda_expression", Some(path)) => {
                    let id = self.lambda(inner, Some(path));
                    self.given_context(inner, id);
                    self.builder.value(FlowValue::Function(id), inner.span())
                }
                _ => self.value(inner),
            };
            out.push(FlowArgument { name: None, value });
        }
        out
    }
}

impl<'t> Lowering<'t> {
    /// What answers a route and says no types is given the request with its answer.
    fn given_context(&mut self, lambda: Node<'t>, id: FunctionId) {
        let list = field(lambda, "parameters");
        let is_untyped = list.is_some_and(|list| match list.kind() {
            "parameter_list" => children(list).iter().all(|it| field(*it, "type").is_none()),
            _ => true,
        });
        let of = self.type_named("HttpContext", lambda.span());
        let parameters = &mut self.builder.function(id).parameters;
        if let ([only], true) = (&mut parameters[..], is_untyped) {
            only.annotation = Some(of);
        }
    }
}

/// Whether an argument is passed to be filled, or to be changed.
fn is_filled(argument: Node<'_>) -> bool {
    has_child(argument, "out") || has_child(argument, "ref")
}

/// Whether a call is given a query that is written in place, as a text with its values.
fn is_bound_in_place(function: Node<'_>, list: Node<'_>) -> bool {
    let first = children(list).into_iter().next().and_then(last_part);
    function.kind() == "member_access_expression"
        && simple_name(field(function, "name")) == "FromSql"
        && first.is_some_and(|it| it.kind() == "interpolated_string_expression")
}

/// Whether it is one that is changed, and holds what it held.
fn has_child_ref(list: Node<'_>, inner: Node<'_>) -> bool {
    let is_it = |it: &Node<'_>| last_part(*it) == Some(inner);
    children(list).iter().find(|it| is_it(it)).is_some_and(|it| child_of_kind(*it, "ref").is_some())
}
