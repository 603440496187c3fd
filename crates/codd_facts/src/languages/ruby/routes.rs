//! Routes of Rails and Sinatra.

use std::collections::BTreeSet;

use codd_source::Span;

use super::Walk;
use super::controllers::filter_word;
use super::macros::{camelized, singular};
use super::methods::{plain_text, symbol_text};
use super::route_names::{self, NamedPath, ResourceNames};
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::open_paths::unknown_path;
use crate::tree::NodeId;
use crate::{
    DefinitionId, ExprId, MODULE_SCOPE, Name, Route, RouteHook, RouteHookKind, known_path,
};

const RAILS: &str = "rails";
const SINATRA: &str = "sinatra";

/// What holds for the routes of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    prefix: String,
    /// Modules around the controller's name: `admin`.
    module: String,
    /// Of the resource around: what a member's path begins with, and its controller.
    member: String,
    controller: String,
    /// What the names of routes begin with: `admin_`.
    pub(super) names: String,
    /// The resource right around, whose own further routes are named after it.
    pub(super) resource: ResourceNames,
    /// What those of a member or a collection end with.
    pub(super) ends: String,
}

/// The blocks of `routes.draw` around.
#[derive(Debug, Default)]
pub(super) struct Routing {
    levels: Vec<Level>,
    /// The file uses Sinatra at its top level.
    is_sinatra: bool,
    /// The application that routes of its top level are of.
    classic: Option<ExprId>,
    /// Classes of Sinatra.
    applications: Vec<DefinitionId>,
    /// Classes and modules whose hooks run before actions.
    pub(super) controllers: BTreeSet<DefinitionId>,
    /// The modules among them.
    pub(super) concerns: BTreeSet<DefinitionId>,
    /// The body around is run in each class that includes the module.
    pub(super) is_included: bool,
    /// The names of calls that run whenever the body of their class or function does.
    pub(super) sure: BTreeSet<NodeId>,
    pub(super) named: Vec<NamedPath>,
    /// Requests for actions: the method, the action, where.
    pub(super) asked: Vec<(String, String, Span)>,
    /// The classes that the tests around are of.
    pub(super) tested: Vec<String>,
}

impl<'t> Walk<'_, 't> {
    /// Takes a call that a framework gives a meaning to; `None` where none does.
    pub(super) fn framework_call(
        &mut self,
        node: Node<'t>,
        receiver: Option<Node<'t>>,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let word = method.text();
        self.taken_back(receiver, method, list, block, here);
        if let Some(receiver) = receiver {
            let body = block.and_then(|it| field(it, "body"));
            let does_draw = matches!(word, "draw" | "append" | "prepend")
                && receiver.text().ends_with("routes");
            if does_draw && let Some(body) = body {
                self.routing.levels.push(Level::default());
                self.statements(body, here);
                self.routing.levels.pop();
                return Some(self.literal());
            }
            if receiver.text() == "RSpec" && self.suites.is_suite_word(word) {
                return self.suite_call(method, list, block, here);
            }
            if filter_word(word).is_some() {
                match receiver.kind() {
                    "constant" | "scope_resolution" => {
                        self.filter_of(receiver, method, list, here);
                    }
                    "self" => self.filter(method, list, block, here),
                    // `base` of `def self.included(base)`.
                    "identifier" if self.is_in_included() => {
                        self.filter(method, list, None, here);
                    }
                    _ => {}
                }
            }
            if matches!(word, "class_eval" | "instance_eval" | "class_exec")
                && self.is_in_included()
                && let Some(body) = body
            {
                self.mark_sure(body);
            }
            if let Some(value) = self.offered_to_specs(Some(receiver), method, list, block, here) {
                return Some(value);
            }
            return self.configured_hook(receiver, method, list, block?, here);
        }
        if word == "create_table"
            && let Some(value) = self.table(node, list, block, here)
        {
            return Some(value);
        }
        self.action_request(method, list, here);
        if !self.routing.levels.is_empty() && self.rails_route(node, word, list, block, here) {
            return Some(self.literal());
        }
        if word == "require"
            && list.and_then(Node::first_child).and_then(plain_text) == Some("sinatra")
        {
            self.routing.is_sinatra = true;
        }
        if self.sinatra_route(word, list, block, here) {
            return Some(self.literal());
        }
        if let Some(value) = self.offered_to_specs(None, method, list, block, here) {
            return Some(value);
        }
        self.suite_call(method, list, block, here)
    }

    fn rails_route(
        &mut self,
        node: Node<'t>,
        word: &str,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> bool {
        let level = self.routing.levels.last().cloned().unwrap_or_default();
        let all = list.map(children).unwrap_or_default();
        let first = all.first().copied();
        let name = first.map(|it| if it.kind() == "pair" { "" } else { symbol_text(it) });
        let name = name.unwrap_or("");
        let option = |key: &str| {
            all.iter().find_map(|it| {
                let is_it = field(*it, "key").is_some_and(|it| symbol_text(it) == key);
                if is_it { field(*it, "value") } else { None }
            })
        };
        let option_text = |key: &str| option(key).map_or("", symbol_text);
        match word {
            "namespace" => {
                let path = option("path").map_or(name, symbol_text);
                let module = option("module").map_or(name, symbol_text);
                let own = option("as").map_or(name, symbol_text);
                let inner = Level {
                    prefix: joined(&level.prefix, path),
                    module: joined_module(&level.module, module),
                    names: joined_names(&level.names, own),
                    ..Level::default()
                };
                self.below(inner, block, here);
            }
            "scope" => {
                let path = option("path").map_or(name, symbol_text);
                let inner = Level {
                    prefix: joined(&level.prefix, path),
                    module: joined_module(&level.module, option_text("module")),
                    names: joined_names(&level.names, option_text("as")),
                    resource: ResourceNames::default(),
                    ..level
                };
                self.below(inner, block, here);
            }
            "controller" => {
                let inner = Level { controller: name.to_owned(), ..level };
                self.below(inner, block, here);
            }
            "resources" | "resource" => {
                for it in all.iter().filter(|it| it.kind() == "simple_symbol") {
                    let resource = Resource {
                        name: symbol_text(*it),
                        is_many: word == "resources",
                        path: option("path").map_or("", symbol_text),
                        controller: option_text("controller"),
                        module: option_text("module"),
                        parameter: option_text("param"),
                        named: option_text("as"),
                        only: option("only").map(symbols),
                        except: option("except").map(symbols),
                    };
                    self.resource(node, &resource, &level, block, here);
                }
            }
            "member" => {
                let ends = level.resource.one.clone();
                let inner = Level { prefix: level.member.clone(), ends, ..level };
                self.below(inner, block, here);
            }
            "collection" => {
                let ends = level.resource.many.clone();
                self.below(Level { ends, ..level }, block, here);
            }
            "root" => {
                let target = option("to").or(first).map_or("", symbol_text).to_owned();
                let name = Some(format!("{}root", level.names));
                self.rails_action(node, ("GET", ""), &target, &level, name);
            }
            "get" | "post" | "put" | "patch" | "delete" | "match" => {
                let methods: Vec<String> = if word == "match" {
                    let via = option("via").map(symbols).unwrap_or_default();
                    let via: Vec<String> = via.iter().map(|it| it.to_uppercase()).collect();
                    if via.is_empty() || via == ["ALL"] { vec!["*".to_owned()] } else { via }
                } else {
                    vec![word.to_uppercase()]
                };
                // `get "path" => "controller#action"`.
                let arrow = first.filter(|it| it.kind() == "pair");
                let (path, arrow_target) = match arrow {
                    Some(pair) => (
                        field(pair, "key").map_or("", symbol_text),
                        field(pair, "value").map_or("", symbol_text),
                    ),
                    None => (name, ""),
                };
                let named =
                    route_names::of_route(option_text("as"), path, &level, option_text("on"));
                let level = match option_text("on") {
                    "member" => Level { prefix: level.member.clone(), ..level },
                    _ => level,
                };
                let to = option_text("to");
                let action = option_text("action");
                let own_controller = option("controller").map_or(&*level.controller, symbol_text);
                let target = match (to, arrow_target) {
                    ("", "") if !action.is_empty() => format!("{own_controller}#{action}"),
                    ("", "") if path.contains('/') => {
                        let (controller, action) =
                            path.trim_start_matches('/').rsplit_once('/').unwrap_or(("", path));
                        format!("{controller}#{action}")
                    }
                    ("", "") => format!("{own_controller}#{}", path.replace('-', "_")),
                    ("", target) | (target, _) if target.contains('#') => target.to_owned(),
                    ("", target) | (target, _) => format!("{own_controller}#{target}"),
                };
                for method in methods {
                    self.rails_action(node, (&method, path), &target, &level, named.clone());
                }
            }
            "constraints" | "defaults" | "concern" | "authenticate" | "authenticated"
            | "with_options" | "shallow" | "direct" => {
                self.arguments(list, here);
                self.below(level, block, here);
            }
            "mount" | "devise_for" | "concerns" | "draw" => {
                self.not_modelled("routes that are made elsewhere");
                self.arguments(list, here);
            }
            _ => return false,
        }
        true
    }

    fn below(&mut self, level: Level, block: Option<Node<'t>>, here: Here) {
        if let Some(body) = block.and_then(|it| field(it, "body")) {
            self.routing.levels.push(level);
            self.statements(body, here);
            self.routing.levels.pop();
        }
    }

    fn resource(
        &mut self,
        node: Node<'t>,
        it: &Resource<'_>,
        level: &Level,
        block: Option<Node<'t>>,
        here: Here,
    ) {
        let path = if it.path.is_empty() { it.name } else { it.path };
        let base = joined(&level.prefix, path);
        let parameter = if it.parameter.is_empty() { "id" } else { it.parameter };
        let plural = if it.is_many || it.name.ends_with('s') {
            it.name.to_owned()
        } else {
            format!("{}s", it.name)
        };
        let controller = if it.controller.is_empty() { plural } else { it.controller.to_owned() };
        let outer = Level {
            module: joined_module(&level.module, it.module),
            prefix: String::new(),
            ..level.clone()
        };
        let member = if it.is_many { format!("{base}/:{parameter}") } else { base.clone() };
        let own = if it.named.is_empty() { it.name } else { it.named };
        let names = ResourceNames::of(own, it.is_many);
        for (action, method, is_member, end) in ACTIONS {
            let is_left_out = action == "index" && !it.is_many
                || it.only.as_ref().is_some_and(|only| !only.iter().any(|it| it == action))
                || it.except.as_ref().is_some_and(|all| all.iter().any(|it| it == action));
            if !is_left_out {
                let start = if is_member { &member } else { &base };
                let path = format!("{start}{end}");
                let target = format!("{controller}#{action}");
                let name = Some(names.of_action(action, &outer.names));
                self.rails_action(node, (method, &path), &target, &outer, name);
            }
        }
        let nested = if it.is_many {
            format!("{base}/:{}_{parameter}", singular(it.name))
        } else {
            base.clone()
        };
        let Some(body) = block.and_then(|it| field(it, "body")) else { return };
        for child in children(body) {
            // What is nested lies below one of them; its own further routes do not.
            let word = field(child, "method").map_or("", Node::text);
            let is_nested = matches!(word, "resources" | "resource" | "namespace" | "scope");
            let (prefix, around, resource) = if is_nested {
                (&nested, joined_names(&outer.names, &names.one), ResourceNames::default())
            } else {
                (&base, outer.names.clone(), names.clone())
            };
            self.routing.levels.push(Level {
                prefix: prefix.clone(),
                module: outer.module.clone(),
                member: member.clone(),
                controller: controller.clone(),
                names: around,
                resource,
                ends: String::new(),
            });
            self.expr(child, here);
            self.routing.levels.pop();
        }
    }

    /// A route to `controller#action`.
    fn rails_action(
        &mut self,
        node: Node<'t>,
        (method, path): (&str, &str),
        target: &str,
        level: &Level,
        named: Option<String>,
    ) {
        let Some((controller, action)) = target.split_once('#') else {
            self.not_modelled("route to a computed action");
            return;
        };
        if controller.is_empty() || action.is_empty() {
            self.not_modelled("route to a computed action");
            return;
        }
        let name = joined_module(&level.module, controller.trim_start_matches('/'));
        let class = format!("{}Controller", camelized(&name));
        let class = self.constant_path(&class);
        let handler = self.attribute(class, Name::new(action));
        let path = joined(&level.prefix, path);
        for it in named.into_iter().chain([format!("{name}#{action}")]) {
            self.named_path(it, &path, node.span());
        }
        let mut route = Route::plain(method, path, RAILS, handler);
        route.router = Some(class);
        self.route(route, node.span());
    }

    /// `A::B` from the top level.
    pub(super) fn constant_path(&mut self, text: &str) -> ExprId {
        let mut parts = text.split("::");
        let mut value = self.name(MODULE_SCOPE, parts.next().unwrap_or(""));
        for part in parts {
            value = self.attribute(value, Name::new(part));
        }
        value
    }

    fn hook(
        &mut self,
        router: ExprId,
        function: ExprId,
        kind: RouteHookKind,
        is_conditional: bool,
        here: Here,
    ) {
        self.builder.route_hook(RouteHook {
            owner: here.function,
            is_conditional,
            ..RouteHook::plain(router, function, kind)
        });
    }

    /// Whether a class extends one of Sinatra's.
    pub(super) fn sinatra_class(&mut self, id: DefinitionId, node: Node<'t>) {
        if self.extends(id, |it| it == "Sinatra" || it == "Application" || it == "Base")
            && field(node, "superclass").is_some_and(|it| it.text().contains("Sinatra"))
        {
            self.routing.applications.push(id);
        }
    }

    /// `get "/path" do … end` of Sinatra, and `before do … end`.
    fn sinatra_route(
        &mut self,
        word: &str,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> bool {
        let application = here.class.filter(|it| {
            self.routing.applications.contains(it)
                || self.extends(*it, |name| name.ends_with("Application") || name == "Base")
                    && self.routing.is_sinatra
        });
        let is_top = here.class.is_none() && here.function.is_none() && self.routing.is_sinatra;
        if application.is_none() && !is_top {
            return false;
        }
        if word == "helpers" {
            self.helpers(list, block, here);
            return true;
        }
        let Some(block) = block else { return false };
        let router = match application {
            Some(it) => self.definition_value(it),
            None => self.classic_application(),
        };
        match word {
            "get" | "post" | "put" | "patch" | "delete" | "options" => {
                let Some(first) = list.and_then(Node::first_child) else { return false };
                let path: Name = match plain_text(first) {
                    Some(text) => text.into(),
                    // `get :name do` is something else.
                    None if first.kind().ends_with("symbol") => return false,
                    None => {
                        self.expr(first, here);
                        unknown_path(first.text())
                    }
                };
                let method = word.to_uppercase();
                let id = self.callback(&format!("{method} {}", known_path(&path)), block, here);
                let handler = self.definition_value(id);
                let mut route = Route::plain(method, path, SINATRA, handler);
                route.router = Some(router);
                self.route(route, block.span());
                true
            }
            "before" => {
                let id = self.callback("before", block, here);
                let function = self.definition_value(id);
                let is_conditional = list.is_some();
                self.hook(router, function, RouteHookKind::Use, is_conditional, here);
                true
            }
            _ => false,
        }
    }

    /// What the routes of the file's top level are registered on, which has no name there.
    fn classic_application(&mut self) -> ExprId {
        if let Some(known) = self.routing.classic {
            return known;
        }
        let callee = self.unknown();
        let application = self.call(callee, Vec::new());
        self.routing.classic = Some(application);
        application
    }

    /// `helpers do … end` and `helpers Mod`: methods for the blocks of routes, as if they were
    /// written beside them.
    fn helpers(&mut self, list: Option<Node<'t>>, block: Option<Node<'t>>, here: Here) {
        if let Some(list) = list {
            self.mixin(list, "include", here);
        }
        if let Some(body) = block.and_then(|it| field(it, "body")) {
            self.class_statements(body, here);
        }
    }
}

/// What `resources` says.
struct Resource<'a> {
    name: &'a str,
    is_many: bool,
    path: &'a str,
    controller: &'a str,
    module: &'a str,
    parameter: &'a str,
    /// What its routes are named after instead of it.
    named: &'a str,
    only: Option<Vec<String>>,
    except: Option<Vec<String>>,
}

/// Actions of a resource: name, method, whether of one of them, the end of the path.
const ACTIONS: [(&str, &str, bool, &str); 8] = [
    ("index", "GET", false, ""),
    ("new", "GET", false, "/new"),
    ("create", "POST", false, ""),
    ("show", "GET", true, ""),
    ("edit", "GET", true, "/edit"),
    ("update", "PATCH", true, ""),
    ("update", "PUT", true, ""),
    ("destroy", "DELETE", true, ""),
];

/// A symbol, or a list of them.
fn symbols(node: Node<'_>) -> Vec<String> {
    match symbol_text(node) {
        "" => children(node).into_iter().map(|it| symbol_text(it).to_owned()).collect(),
        text => vec![text.to_owned()],
    }
}

fn joined(prefix: &str, path: &str) -> String {
    let (prefix, path) = (prefix.trim_matches('/'), path.trim_matches('/'));
    match (prefix.is_empty(), path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => format!("/{prefix}"),
        (false, false) => format!("/{prefix}/{path}"),
    }
}

fn joined_names(outer: &str, inner: &str) -> String {
    match inner {
        "" => outer.to_owned(),
        inner => format!("{outer}{}_", inner.trim_matches('/').replace(['/', '-'], "_")),
    }
}

fn joined_module(outer: &str, inner: &str) -> String {
    match (outer.is_empty(), inner.is_empty()) {
        (true, _) => inner.to_owned(),
        (false, true) => outer.to_owned(),
        (false, false) => format!("{outer}/{inner}"),
    }
}
