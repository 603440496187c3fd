//! Routes of the resources of Laravel, and which of a resource's actions have one.

use super::Walk;
use super::callables::argument;
use super::expressions::string_text;
use super::routes::{Group, LARAVEL, Link, joined, left_out};
use crate::lowering::Here;
use crate::node::{Node, children};
use crate::{ExprId, Route};

const ACTIONS: [(&str, &str, &str); 8] = [
    ("index", "GET", ""),
    ("create", "GET", "/create"),
    ("store", "POST", ""),
    ("show", "GET", "/{}"),
    ("edit", "GET", "/{}/edit"),
    ("update", "PUT", "/{}"),
    ("update", "PATCH", "/{}"),
    ("destroy", "DELETE", "/{}"),
];

/// Which actions a resource has, where it says so.
#[derive(Debug, Default)]
struct Chosen {
    only: Option<Vec<String>>,
    except: Vec<String>,
}

impl Chosen {
    /// What is computed, may be any action.
    fn choose(&mut self, word: &str, names: Option<Vec<String>>) {
        match (word, names) {
            ("only", names) => self.only = names,
            ("except", Some(names)) => self.except = names,
            _ => {}
        }
    }

    fn has(&self, action: &str) -> bool {
        self.only.as_ref().is_none_or(|it| it.iter().any(|it| it == action))
            && !self.except.iter().any(|it| it == action)
    }
}

impl<'t> Walk<'_, 't> {
    /// `Route::resource('users', C::class, ['only' => …])` and those that are made several at once.
    pub(super) fn laravel_resources(
        &mut self,
        node: Node<'t>,
        (word, list): Link<'t>,
        links: &[Link<'t>],
        own: &Group,
        here: Here,
    ) {
        let word = word.text();
        let is_several = word.ends_with('s');
        let mut own = own.clone();
        let mut chosen = Chosen::default();
        for option in
            argument(list, if is_several { 1 } else { 2 }).map(children).unwrap_or_default()
        {
            let [key, value] = children(option)[..] else { continue };
            match string_text(key).as_deref() {
                Some("middleware") => self.middleware(value, "handle", &mut own, here),
                Some(word @ ("only" | "except")) => chosen.choose(word, names(value)),
                _ => {}
            }
        }
        for (name, list) in links {
            if matches!(name.text(), "only" | "except") {
                chosen.choose(name.text(), listed_names(*list));
            }
        }
        if word.starts_with("api") {
            chosen.except.extend(["create", "edit"].map(str::to_owned));
        }
        let namespace = self.around(&own).namespace;
        let all = if is_several {
            let map = argument(list, 0).map(children).unwrap_or_default();
            map.into_iter().filter_map(|it| <[Node<'t>; 2]>::try_from(children(it)).ok()).collect()
        } else {
            let both = argument(list, 0).zip(argument(list, 1));
            both.map(|(path, class)| vec![[path, class]]).unwrap_or_default()
        };
        for [path, class] in all {
            let class = self.controller(class, &namespace, here);
            if let Some(path) = string_text(path) {
                self.resource(node, &path, class, &chosen, &own);
            }
        }
    }

    fn resource(
        &mut self,
        node: Node<'t>,
        path: &str,
        class: ExprId,
        chosen: &Chosen,
        own: &Group,
    ) {
        let all = self.around(own);
        let mut base = all.prefix.clone();
        let parts: Vec<&str> = path.trim_matches('/').split('.').collect();
        for (at, part) in parts.iter().enumerate() {
            base = joined(&base, part);
            if at + 1 < parts.len() {
                base = format!("{base}/{{{}}}", singular(part));
            }
        }
        let named = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
        let parameter = singular(parts.last().unwrap_or(&"").rsplit('/').next().unwrap_or(""));
        for (action, method, rest) in ACTIONS {
            if !chosen.has(action) {
                continue;
            }
            let path = format!("{base}{}", rest.replace("{}", &format!("{{{parameter}}}")));
            let name = format!("{}{named}.{action}", all.name);
            self.routing.names.push((name, path.clone(), node.span()));
            let handler = self.action_of(class, action);
            let mut route = Route::plain(method, path, LARAVEL, handler);
            route.middleware.clone_from(&all.middleware);
            route.without = left_out(&all.without, Some(action));
            route.router = Some(class);
            self.route(route, node.span());
        }
    }
}

/// A text, or a list of nothing but texts.
fn names(node: Node<'_>) -> Option<Vec<String>> {
    match node.kind() {
        "array_creation_expression" => {
            children(node).into_iter().map(|it| string_text(it.first_child()?)).collect()
        }
        _ => Some(vec![string_text(node)?]),
    }
}

/// The names that `->only(…)` is given, in a list or one by one.
fn listed_names(list: Node<'_>) -> Option<Vec<String>> {
    let all: Option<Vec<_>> =
        children(list).into_iter().map(|it| names(it.first_child()?)).collect();
    Some(all?.into_iter().flatten().collect())
}

/// The name of one of those that a word names, near enough for the name of a parameter.
fn singular(word: &str) -> String {
    let word = word.replace('-', "_");
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if word.ends_with("ss") {
        return word;
    }
    word.strip_suffix('s').unwrap_or(&word).to_owned()
}
