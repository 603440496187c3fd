//! Routes of axum, actix-web and rocket.

use super::calls::method_name;
use super::walk::Walk;
use crate::lowering::Here;
use crate::node::{Node, child_of_kind, children, field};
use crate::open_paths::open_path;
use crate::{ComputedPath, DefinitionId, Expr, ExprId, Name, Route};

const METHODS: &[&str] =
    &["connect", "delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// Calls in a chain of methods of one route.
const MAX_CHAIN: usize = 16;

/// A method that is answered.
struct Served {
    method: String,
    framework: &'static str,
    handler: ExprId,
    /// What runs before it alone.
    layers: Vec<ExprId>,
}

impl<'t> Walk<'_, 't> {
    /// `#[get("/items/{id}")]` of actix-web, `#[get("/items/<id>")]` of rocket.
    pub(super) fn route_attribute(&mut self, node: Node<'t>, id: DefinitionId) {
        for item in self.attributes.get(&node.id.0).cloned().unwrap_or_default() {
            let Some(attribute) = child_of_kind(item, "attribute") else { continue };
            let path = attribute.first_child().and_then(super::paths::last_segment);
            let method = path.map_or("", Node::text);
            let Some(arguments) = field(attribute, "arguments") else { continue };
            let texts = children(arguments);
            let text = texts.iter().find(|it| it.kind() == "string_literal");
            let Some(path) = text.and_then(|it| super::expressions::text_of(*it)) else { continue };
            // What rocket says of the query is no part of the path.
            let path = path.split_once("?<").map_or(path, |it| it.0);
            if !path.starts_with('/') || !(METHODS.contains(&method) || method == "route") {
                continue;
            }
            let methods: Vec<String> = if method == "route" {
                let named = texts.iter().skip(1).filter(|it| it.kind() == "string_literal");
                named.filter_map(|it| super::expressions::text_of(*it)).map(str::to_owned).collect()
            } else {
                vec![method.to_ascii_uppercase()]
            };
            let framework = if self.is_rocket { "rocket" } else { "actix-web" };
            let handler = self.definition_value(id);
            for method in methods {
                // What serves it names its function.
                let router = Some(handler);
                let route = Route { router, ..Route::plain(method, path, framework, handler) };
                self.route(route, item.span());
            }
        }
    }

    /// `.route("/x", get(list).post(create))` of axum, `.route("/x", web::get().to(list))` of
    /// actix-web.
    pub(super) fn route_call(
        &mut self,
        node: Node<'t>,
        receiver: Option<ExprId>,
        values: &[ExprId],
        here: Here,
    ) {
        if method_name(node) != Some("route") {
            return;
        }
        let router = receiver.map(|it| self.router_of(it));
        let order = Some(self.builder.registration_order(here.owner));
        let [path, served] = values else {
            // `web::resource("/x").route(web::get().to(list))` of actix-web.
            if let ([served], Some(path)) = (values, resource_path(node)) {
                for it in self.served(*served) {
                    let route = Route::plain(it.method, path, it.framework, it.handler);
                    self.route(Route { router, order, ..route }, node.span());
                }
            }
            return;
        };
        let path_value = *path;
        let (path, computed) = match self.semantics().expr(path_value) {
            Expr::Text(path) if !path.starts_with('/') => return,
            Expr::Text(path) => (path.clone(), None),
            // Whatever else has a `route` is given none.
            _ if !self.is_served => return,
            _ => {
                let path = open_path(self.semantics(), path_value, &|_| None);
                (path, Some(ComputedPath::whole(path_value)))
            }
        };
        for it in self.served(*served) {
            let route = Route::plain(it.method, Name::clone(&path), it.framework, it.handler);
            let middleware = it.layers;
            self.route(Route { computed, router, middleware, order, ..route }, node.span());
        }
    }

    /// The methods that a chain of calls answers.
    fn served(&mut self, served: ExprId) -> Vec<Served> {
        let mut at = served;
        let mut found: Vec<Served> = Vec::new();
        let mut handler = None;
        // Those that stand behind a method are around it.
        let mut layers: Vec<ExprId> = Vec::new();
        for _ in 0..MAX_CHAIN {
            let Expr::Call { callee, arguments } = self.semantics().expr(at).clone() else { break };
            let (base, name) = match self.semantics().expr(callee) {
                Expr::Attribute { base, name } => (Some(*base), name.clone()),
                Expr::Name { name, .. } => (None, name.clone()),
                _ => break,
            };
            let first = arguments.first().map(|it| it.value);
            let axum = |method: String, handler, layers: &[ExprId]| Served {
                method,
                framework: "axum",
                handler,
                layers: layers.to_vec(),
            };
            match (name.as_str(), first) {
                ("to", Some(function)) => handler = Some(function),
                ("layer" | "route_layer", Some(layer)) => {
                    let inner = self.layered(layer);
                    layers.splice(0..0, inner);
                }
                ("any", Some(function)) => found.push(axum("*".into(), function, &layers)),
                (method, Some(function)) if METHODS.contains(&method) => {
                    found.push(axum(method.to_ascii_uppercase(), function, &layers));
                }
                (method, None) if METHODS.contains(&method) => {
                    if let Some(handler) = handler {
                        found.push(Served {
                            method: method.to_ascii_uppercase(),
                            framework: "actix-web",
                            handler,
                            layers: Vec::new(),
                        });
                    }
                }
                _ => {}
            }
            match base {
                Some(base) => at = base,
                None => break,
            }
        }
        found.reverse();
        found
    }
}

/// The path of the resource that a chain of calls begins with.
fn resource_path(node: Node<'_>) -> Option<&str> {
    let mut at = node;
    for _ in 0..MAX_CHAIN {
        let function = field(at, "function")?;
        if function.kind() != "field_expression" {
            let name = super::paths::last_segment(function)?;
            let first = field(at, "arguments").and_then(Node::first_child)?;
            return (name.text() == "resource").then(|| super::expressions::text_of(first))?;
        }
        at = field(function, "value").filter(|it| it.kind() == "call_expression")?;
    }
    None
}
