//! Routes of axum, actix-web and rocket.

use super::calls::method_name;
use super::walk::Walk;
use crate::node::{Node, child_of_kind, children, field};
use crate::open_paths::open_path;
use crate::{ComputedPath, DefinitionId, Expr, ExprId, Name, Route};

const METHODS: &[&str] =
    &["connect", "delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// Calls in a chain of methods of one route.
const MAX_CHAIN: usize = 16;

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
                self.route(Route::plain(method, path, framework, handler), item.span());
            }
        }
    }

    /// `.route("/x", get(list).post(create))` of axum, `.route("/x", web::get().to(list))` of
    /// actix-web.
    pub(super) fn route_call(&mut self, node: Node<'t>, values: &[ExprId]) {
        let [path, served] = values else { return };
        if method_name(node) != Some("route") {
            return;
        }
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
        let mut at = *served;
        let mut found: Vec<(String, &'static str, ExprId)> = Vec::new();
        let mut handler = None;
        for _ in 0..MAX_CHAIN {
            let Expr::Call { callee, arguments } = self.semantics().expr(at).clone() else { break };
            let (base, name) = match self.semantics().expr(callee) {
                Expr::Attribute { base, name } => (Some(*base), name.clone()),
                Expr::Name { name, .. } => (None, name.clone()),
                _ => break,
            };
            let first = arguments.first().map(|it| it.value);
            match (name.as_str(), first) {
                ("to", Some(function)) => handler = Some(function),
                ("any", Some(function)) => found.push(("*".into(), "axum", function)),
                (method, Some(function)) if METHODS.contains(&method) => {
                    found.push((method.to_ascii_uppercase(), "axum", function));
                }
                (method, None) if METHODS.contains(&method) => {
                    if let Some(handler) = handler {
                        found.push((method.to_ascii_uppercase(), "actix-web", handler));
                    }
                }
                _ => {}
            }
            match base {
                Some(base) => at = base,
                None => break,
            }
        }
        for (method, framework, handler) in found.into_iter().rev() {
            let route = Route::plain(method, Name::clone(&path), framework, handler);
            self.route(Route { computed, ..route }, node.span());
        }
    }
}
