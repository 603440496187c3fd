//! The names that Rails gives to routes, and the helpers that make their paths: `orders_path`.

use codd_source::Span;

use super::Walk;
use super::macros::singular;
use super::methods::symbol_text;
use super::routes::Level;
use crate::code_links::{CodeLinks, VERBS};
use crate::lowering::{CALL, Here};
use crate::node::{Node, children, field};
use crate::{LinkKind, LinkRole, Name, ROUTE_NAME};

/// A path that `routes.draw` names.
#[derive(Debug)]
pub(super) struct NamedPath {
    name: String,
    path: String,
    span: Span,
}

/// What a resource calls its own.
#[derive(Clone, Debug, Default)]
pub(super) struct ResourceNames {
    /// One of them, and many.
    pub(super) one: String,
    pub(super) many: String,
}

impl ResourceNames {
    pub(super) fn of(name: &str, is_many: bool) -> ResourceNames {
        let name = name.replace('-', "_");
        match singular(&name) {
            _ if !is_many => ResourceNames { one: name.clone(), many: name },
            one if one == name => ResourceNames { one, many: format!("{name}_index") },
            one => ResourceNames { one, many: name },
        }
    }

    /// The name of a resource's path by the action that answers there.
    pub(super) fn of_action(&self, action: &str, around: &str) -> String {
        let ResourceNames { one, many } = self;
        match action {
            "index" | "create" => format!("{around}{many}"),
            "new" | "edit" => format!("{action}_{around}{one}"),
            _ => format!("{around}{one}"),
        }
    }
}

/// The name of a route of its own: as it says, or by its path.
pub(super) fn of_route(given: &str, path: &str, level: &Level, on: &str) -> Option<String> {
    let path = path.trim_matches('/');
    let is_plain = path.starts_with(|it: char| it.is_ascii_alphabetic())
        && path.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-/".contains(&it));
    let own = match given {
        "" if is_plain => path.replace(['/', '-'], "_"),
        "" => return None,
        given => given.to_owned(),
    };
    let Level { names, resource, ends, .. } = level;
    let ends = match on {
        "member" => &resource.one,
        "collection" => &resource.many,
        _ => ends,
    };
    Some(match (ends.as_str(), resource.one.as_str()) {
        ("", "") => format!("{names}{own}"),
        ("", one) => format!("{names}{one}_{own}"),
        (ends, _) => format!("{own}_{names}{ends}"),
    })
}

impl<'t> Walk<'_, 't> {
    /// A path that has a name from here on.
    pub(super) fn named_path(&mut self, name: String, path: &str, span: Span) {
        let known = |it: &NamedPath| it.name == name && it.path == path;
        let named = &mut self.routing.named;
        // The routes of one resource come one behind the other.
        if !named.iter().rev().take(16).any(known) {
            named.push(NamedPath { name, path: path.to_owned(), span });
        }
    }

    /// Adds the names of the file's routes, and what its helpers and requests mean by them.
    pub(super) fn name_links(&mut self, root: Node<'t>, links: &mut CodeLinks<'t>) {
        for NamedPath { name, path, span } in std::mem::take(&mut self.routing.named) {
            let keys = vec![Name::from(format!("{ROUTE_NAME}{name}")), Name::from(path)];
            links.add_for(None, LinkKind::Endpoint, LinkRole::Declares, keys, span, true);
        }
        for (method, name, span) in std::mem::take(&mut self.routing.asked) {
            request(links, &method, &name, span, true);
        }
        let own = own_names(root);
        let mut read_to = 0;
        for node in root.below() {
            if node.span().start < read_to {
                continue;
            }
            if let Some((method, helper)) = requested(node) {
                let (name, at) = helper;
                if !own.contains(&name) {
                    request(links, &method, route_name(name), at.span(), true);
                }
                read_to = at.span().end;
            } else if let Some((name, at)) = helper(node).filter(|(it, _)| !own.contains(it)) {
                // What is done with the path is not said here.
                request(links, "*", route_name(name), at.span(), false);
                read_to = at.span().end;
            }
        }
    }

    /// `get :index` in the tests of a controller: a request for its action.
    pub(super) fn action_request(&mut self, method: Node<'t>, list: Option<Node<'t>>, here: Here) {
        let Some(first) = list.and_then(Node::first_child) else { return };
        let (verb, action) = (method.text(), symbol_text(first));
        if !VERBS.contains(&verb) || first.kind() != "simple_symbol" {
            return;
        }
        let of_class = here.class.and_then(|id| {
            let it = self.semantics().definition(id);
            it.qualified_name.strip_suffix("Test").map(str::to_owned)
        });
        let Some(class) = of_class.or_else(|| self.routing.tested.last().cloned()) else { return };
        let Some(controller) = controller_name(&class) else { return };
        let asked = (verb.to_owned(), format!("{controller}#{action}"), first.span());
        self.routing.asked.push(asked);
        // It is found without its route, too.
        let class = self.constant_path(&class.replace('.', "::"));
        let controller = self.instance_of(class);
        let target = self.attribute(controller, Name::new(action));
        self.refer(target, first, CALL, here);
    }
}

/// `Admin::OrdersController` as routes name it: `admin/orders`.
fn controller_name(class: &str) -> Option<String> {
    let class = class.trim_start_matches("::").strip_suffix("Controller")?;
    let parts = class.split("::").flat_map(|it| it.split('.')).map(crate::tables::snake);
    Some(parts.collect::<Vec<_>>().join("/")).filter(|it| !it.is_empty())
}

fn request(links: &mut CodeLinks<'_>, method: &str, name: &str, span: Span, is_certain: bool) {
    let method = method.to_ascii_uppercase();
    let keys = vec![Name::from(format!("{method} {ROUTE_NAME}{name}"))];
    links.add(LinkKind::Endpoint, LinkRole::Calls, keys, span, is_certain);
}

/// A call that says by which method a helper's path is asked for, with the helper.
fn requested(node: Node<'_>) -> Option<(String, (&str, Node<'_>))> {
    let method = (node.kind() == "call").then(|| field(node, "method")).flatten()?;
    let list = children(field(node, "arguments")?);
    let first = || list.first().copied().and_then(helper);
    let said = || option(&list, &["method", "turbo_method"]).map(symbol_text);
    let found = match method.text() {
        verb if VERBS.contains(&verb) && field(node, "receiver").is_none() => {
            (verb.to_owned(), first()?)
        }
        "redirect_to" | "visit" | "redirect_back_or_to" => ("get".to_owned(), first()?),
        word @ ("link_to" | "button_to") => {
            let otherwise = if word == "link_to" { "get" } else { "post" };
            (said().unwrap_or(otherwise).to_owned(), list.iter().copied().find_map(helper)?)
        }
        "form_with" | "form_tag" => {
            let url = option(&list, &["url"]).or(list.first().copied()).and_then(helper);
            (said().unwrap_or("post").to_owned(), url?)
        }
        _ => return None,
    };
    Some(found)
}

/// The value of an option by its name, also among those in `data: { … }`.
fn option<'t>(list: &[Node<'t>], names: &[&str]) -> Option<Node<'t>> {
    list.iter().filter(|it| it.kind() == "pair").find_map(|pair| {
        let (key, value) = (field(*pair, "key")?, field(*pair, "value")?);
        match symbol_text(key) {
            "data" => option(&children(value), names),
            key => names.contains(&key).then_some(value),
        }
    })
}

/// The helper that a node asks for a path, by its name.
fn helper(node: Node<'_>) -> Option<(&str, Node<'_>)> {
    let name = match node.kind() {
        "identifier" => node,
        "call" => {
            let of = field(node, "receiver").map_or("", Node::text);
            let is_helpers = of.is_empty() || of.ends_with("url_helpers") || of == "main_app";
            field(node, "method").filter(|_| is_helpers)?
        }
        _ => return None,
    };
    let text = name.text();
    let is_helper = name.kind() == "identifier" && route_name(text).len() < text.len();
    is_helper.then_some((text, name))
}

fn route_name(helper: &str) -> &str {
    let stem = helper.strip_suffix("_path").or_else(|| helper.strip_suffix("_url"));
    stem.unwrap_or(helper)
}

/// Names of that kind which the file gives to something else.
fn own_names(root: Node<'_>) -> Vec<&str> {
    let nodes = root.below().filter(|it| it.kind() == "identifier");
    let is_own = |it: &Node<'_>| matches!(it.field_name(), "name" | "left");
    nodes.filter(is_own).map(Node::text).filter(|it| route_name(it).len() < it.len()).collect()
}
