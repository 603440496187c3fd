//! Sets of views of Django REST framework: the routes that a router makes of one, and those that
//! its own methods add.
//!
//! A set of views seldom stands in the file of the router. The standard actions are routes of the
//! router's file, as if the set had all of them: which it has, its bases in other files say. What
//! `@action` adds are routes of the set's own file, with the class for their router.

use super::arguments::{keyword, method_names, positional};
use super::routes::{PendingRoute, route};
use super::urlconf::plain_path;
use super::{Called, Decorator, route_hook};
use crate::languages::python::grammar::Kind;
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{
    Bound, DefinitionId, DefinitionKind, Expr, ExprId, Name, RouteHook, RouteHookKind,
    RouterPrefix, VIEW_SET_ACTIONS,
};

const PACKAGE: &str = "rest_framework";

/// The path of one object of a set.
const DETAIL: &str = "<pk>/";

/// A set that takes in more others than this is nobody's.
const MOST_BASES: usize = 16;

/// Routers in routers.
const MOST_NESTED: u32 = 8;

/// Methods that one action is served by.
const MOST_METHODS: usize = 16;

impl Walk<'_, '_> {
    /// Whether a name was given a router of Django REST framework, which knows its paths.
    pub(super) fn is_rest_router(&self, router: ExprId, view: Option<ExprId>) -> bool {
        let semantics = &self.builder.semantics;
        // Other files keep their routers under such names, and nothing else is given sets of views.
        let is_set = || view.is_some_and(|it| is_set_name(self.last_name(it)));
        let (scope, name) = match semantics.expr(router) {
            Expr::Name { scope, name } => (*scope, name),
            Expr::Attribute { name, .. } => return is_router_name(name) && is_set(),
            _ => return false,
        };
        if let Some((_, Bound::Import(_))) = self.builder.bound_so_far(scope, name) {
            return is_router_name(name) && is_set();
        }
        let made = self.made_by(router);
        made.is_some_and(|it| match self.last_name(it) {
            "DefaultRouter" | "SimpleRouter" => true,
            // One of the project's own, or of another library.
            class => class.ends_with("Router") && (self.imports(PACKAGE) || is_set()),
        })
    }

    /// What a name was given.
    fn made_by(&self, router: ExprId) -> Option<ExprId> {
        let semantics = &self.builder.semantics;
        let Expr::Name { scope, name } = semantics.expr(router) else { return None };
        match self.builder.bound_so_far(*scope, name) {
            Some((_, Bound::Definition(id))) => semantics.definition(*id).value,
            Some((_, Bound::Value(value))) => Some(*value),
            _ => None,
        }
    }

    /// The path that a router of drf-nested-routers puts before its own:
    /// `NestedSimpleRouter(router, "users", lookup="user")`.
    fn nested_below(&self, router: ExprId, depth: u32) -> Option<String> {
        let made = self.made_by(router).filter(|_| depth < MOST_NESTED)?;
        let arguments = self.arguments(made);
        let semantics = &self.builder.semantics;
        let text = |it: Option<ExprId>| match semantics.expr(it?) {
            Expr::Text(text) => Some(text.trim_matches('/').to_owned()),
            _ => None,
        };
        let parent = positional(arguments, 0).or_else(|| keyword(arguments, "parent_router"))?;
        let own = positional(arguments, 1).or_else(|| keyword(arguments, "parent_prefix"));
        let own = text(own)?;
        let lookup = text(keyword(arguments, "lookup")).unwrap_or_else(|| "nested".to_owned());
        let outer = self.nested_below(parent, depth + 1);
        let outer = outer.map_or_else(String::new, |it| format!("{it}/"));
        Some(format!("{outer}{own}/<{lookup}_pk>"))
    }

    /// `router.register("users", UserViewSet)`.
    pub(super) fn rest_routes(&mut self, called: &Called<'_>, cx: &Cx) {
        let arguments = self.arguments(called.call);
        let path = positional(arguments, 0).or_else(|| keyword(arguments, "prefix"));
        let view = positional(arguments, 1).or_else(|| keyword(arguments, "viewset"));
        let (Some(path), Some(view), Some(router)) = (path, view, called.base) else { return };
        let prefix = match self.builder.semantics.expr(path) {
            Expr::Text(text) => Some(match text.trim_matches('/') {
                regex if regex.contains('(') => plain_path(regex, true),
                plain => Name::new(plain),
            }),
            _ => None,
        };
        for (action, method, is_detail) in VIEW_SET_ACTIONS {
            let rest = if *is_detail { DETAIL } else { "" };
            let path = match prefix.as_deref() {
                Some("") => self.builder.expr(Expr::Text(Name::new_static(rest))),
                Some(prefix) => {
                    self.builder.expr(Expr::Text(Name::new(format!("{prefix}/{rest}"))))
                }
                None => {
                    let rest = Name::new(format!("/{rest}"));
                    let rest = self.builder.expr(Expr::Text(rest));
                    self.builder.expr(Expr::Joined(vec![path, rest]))
                }
            };
            let handler = Expr::Attribute { base: view, name: Name::new_static(action) };
            let handler = self.builder.expr(handler);
            let mut route = route("django", handler, Some(router));
            route.method = Name::new_static(method);
            let (is_certain, is_class, handler, node) = (true, false, None, called.node);
            let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
            self.frameworks.routes.push(pending);
        }
        if let Some(outer) = self.nested_below(router, 0) {
            let prefix = self.builder.expr(Expr::Text(Name::new(outer)));
            self.builder.semantics.router_prefixes.push(RouterPrefix { router, prefix });
        }
        let prefix = prefix.map_or(path, |it| self.builder.expr(Expr::Text(it)));
        let hook = route_hook(router, view, RouteHookKind::Include, cx);
        self.builder.route_hook(RouteHook { prefix: Some(prefix), ..hook });
    }

    /// The actions that `UserViewSet.as_view({"get": "list"})` is told to answer with: by method,
    /// what serves it.
    pub(super) fn told_actions(&mut self, view: ExprId) -> Vec<(Name, ExprId)> {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, arguments } = semantics.expr(view) else { return Vec::new() };
        let Expr::Attribute { base, name } = semantics.expr(*callee) else { return Vec::new() };
        let told = positional(arguments, 0).or_else(|| keyword(arguments, "actions"));
        let Some(Expr::Container { items, .. }) = told.map(|it| semantics.expr(it)) else {
            return Vec::new();
        };
        if name != "as_view" {
            return Vec::new();
        }
        let named = |it: &crate::Item| match semantics.expr(it.value) {
            Expr::Text(action) => {
                Some((Name::new(it.key.as_ref()?.to_uppercase()), action.clone()))
            }
            _ => None,
        };
        let told: Vec<(Name, Name)> = items.iter().take(MOST_METHODS).filter_map(named).collect();
        let base = *base;
        let told = told.into_iter();
        told.map(|(method, name)| (method, self.builder.expr(Expr::Attribute { base, name })))
            .collect()
    }

    /// `@action(detail=True, methods=["post"])` of a method, and `@pay.mapping.delete` of another
    /// that answers at the same path: whether it is one of these.
    pub(super) fn rest_action(&mut self, decorator: &Decorator) -> bool {
        let definition = self.definition(decorator.id);
        let Some(class) = definition.parent else { return false };
        if self.definition(class).kind != DefinitionKind::Class {
            return false;
        }
        let name = definition.name.clone();
        if let Some((first, method)) = self.mapped(decorator) {
            let mut of_first = self.frameworks.routes.iter().rev();
            let of_first = of_first.find(|it| it.handler == Some(first)).map(|it| it.path);
            if let Some(path) = of_first {
                self.own_action(class, decorator, vec![method], path);
            }
            return true;
        }
        let is_of = |it: &str| {
            self.last_name(decorator.expr) == it && self.is_from(PACKAGE, decorator.callee)
        };
        let is_detail = match () {
            // Of versions before 3.8.
            () if is_of("detail_route") => Some(true),
            () if is_of("list_route") => Some(false),
            () if is_of("action") => self.flag(decorator.node, "detail"),
            () => return false,
        };
        let arguments = self.arguments(decorator.expr);
        let semantics = &self.builder.semantics;
        let given = keyword(arguments, "methods").or_else(|| positional(arguments, 0));
        let methods = match given {
            Some(list) => method_names(semantics, list)
                .unwrap_or_else(|| vec![Name::new_static("*")])
                .into_iter()
                .take(MOST_METHODS)
                .collect(),
            None => vec![Name::new_static("GET")],
        };
        let own = match keyword(arguments, "url_path").map(|it| semantics.expr(it)) {
            Some(Expr::Text(regex)) => plain_path(&format!("{}/$", regex.trim_matches('/')), false),
            Some(Expr::Literal) | None => Name::new(format!("{name}/")),
            Some(_) => Name::new_static("…/"),
        };
        let path = match is_detail {
            Some(true) => Name::new(format!("{DETAIL}{own}")),
            Some(false) => own,
            None => Name::new(format!("…/{own}")),
        };
        let path = self.builder.expr(Expr::Text(path));
        self.own_action(class, decorator, methods, path);
        true
    }

    fn own_action(
        &mut self,
        class: DefinitionId,
        decorator: &Decorator,
        methods: Vec<Name>,
        path: ExprId,
    ) {
        let router = self.builder.expr(Expr::Definition(class));
        let handler = self.builder.expr(Expr::Definition(decorator.id));
        for method in methods {
            let mut route = route("django", handler, Some(router));
            route.method = method;
            let (is_certain, handler) = (true, Some(decorator.id));
            let (node, is_class) = (decorator.node, false);
            let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
            self.frameworks.routes.push(pending);
        }
    }

    /// The action that `@pay.mapping.delete` says another method of, and that.
    fn mapped(&self, decorator: &Decorator) -> Option<(DefinitionId, Name)> {
        let semantics = &self.builder.semantics;
        let Expr::Attribute { base, name: method } = semantics.expr(decorator.callee) else {
            return None;
        };
        let Expr::Attribute { base, name } = semantics.expr(*base) else { return None };
        let Expr::Name { scope, name: action } = semantics.expr(*base) else { return None };
        match self.builder.bound_so_far(*scope, action) {
            Some((_, Bound::Definition(id))) if name == "mapping" => {
                Some((*id, Name::new(method.to_ascii_uppercase())))
            }
            _ => None,
        }
    }

    /// A keyword argument that is written as `True` or `False`.
    fn flag(&self, call: NodeId, name: &str) -> Option<bool> {
        let fields = &self.grammar.fields;
        let list = self.child(call, fields.arguments)?;
        let named = |it: &NodeId| {
            self.kind(*it) == Kind::KeywordArgument
                && self.child(*it, fields.name).is_some_and(|it| self.text(it) == name)
        };
        let given = self.tree.named_children(list).find(named)?;
        match self.text(self.child(given, fields.value)?) {
            "True" => Some(true),
            "False" => Some(false),
            _ => None,
        }
    }

    /// What a set of views has from its bases is served where the set is.
    pub(in super::super) fn view_set(&mut self, class: DefinitionId, cx: &Cx) {
        let definition = self.definition(class);
        let is_set = is_set_name(&definition.name)
            || definition.bases.iter().any(|it| is_set_name(self.last_name(*it)));
        if !is_set {
            return;
        }
        let own = definition.bases.iter().take(MOST_BASES);
        let bases: Vec<ExprId> = own.copied().filter(|it| !self.is_from(PACKAGE, *it)).collect();
        for base in bases {
            let router = self.builder.expr(Expr::Definition(class));
            self.builder.route_hook(route_hook(router, base, RouteHookKind::Include, cx));
        }
    }
}

/// Whether a class says by its name that it is a set of views.
fn is_set_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("viewset")
}

fn is_router_name(name: &str) -> bool {
    name.to_ascii_lowercase().contains("router")
}
