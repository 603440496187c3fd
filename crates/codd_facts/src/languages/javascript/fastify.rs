//! What Fastify registers in its own words: hooks, routes as objects, plugins.

use std::collections::BTreeMap;

use super::classes::is_function;
use super::patterns::string_text;
use super::walker::{Here, READ, Walker};
use crate::node::{Node, children, field};
use crate::open_paths::unknown_path;
use crate::{
    ComputedPath, ContainerKind, Expr, ExprId, Name, Route, RouteHook, RouteHookKind,
    UNKNOWN_PREFIX, known_path,
};

/// The hooks that run before a handler.
const BEFORE: &[&str] = &["onRequest", "preHandler", "preParsing", "preValidation"];

/// Whether what stands at a key of a route's options runs before its handler.
pub(super) fn runs_before(key: Option<&str>) -> bool {
    key.is_some_and(|it| BEFORE.contains(&it))
}

impl<'t> Walker<'t> {
    /// `fastify.addHook(…)`, `fastify.decorate(…)`, `fastify.route({…})`; says of a plugin that is written in place that
    /// its routes are not followed. Gives the arguments' values if it takes the call.
    pub(super) fn fastify_call(
        &mut self,
        call: Node<'t>,
        property: &str,
        callee: ExprId,
        arguments: Node<'t>,
        here: Here,
    ) -> Option<Vec<ExprId>> {
        let Expr::Attribute { base, .. } = *self.semantics().expr(callee) else { return None };
        let (router, framework, _) = self.router_of(base)?;
        if framework != "fastify" {
            return None;
        }
        let all = children(arguments);
        match property {
            "addHook" => {
                let [event, function] = all[..] else { return None };
                if !runs_before(Some(string_text(event.text()))) {
                    return None;
                }
                let value = if is_function(function) {
                    let id = self.callback("HOOK", function, function, here);
                    self.add(Expr::Definition(id))
                } else {
                    self.expr(function, here, READ)
                };
                let event = self.expr(event, here, READ);
                let at = self.semantics().route_hooks.len();
                self.hook(router, None, value, RouteHookKind::Use, here);
                // Routes that stand before have it too.
                if let Some(hook) = self.builder.semantics.route_hooks.get_mut(at) {
                    *hook = RouteHook { order: None, ..hook.clone() };
                }
                Some(vec![event, value])
            }
            "decorate" => {
                let [name, function] = all[..] else { return None };
                if name.kind() != "string" || !is_function(function) {
                    return None;
                }
                let text = string_text(name.text());
                let id = self.callback(text, function, function, here);
                let value = self.add(Expr::Definition(id));
                self.decorated.push((text.into(), value));
                Some(vec![self.expr(name, here, READ), value])
            }
            "route" => {
                let [options] = all[..] else { return None };
                if options.kind() != "object" {
                    return None;
                }
                self.route_object(call, options, (router, framework), here)
            }
            _ => {
                let (plugin, options) = all.split_first()?;
                if !is_function(*plugin) {
                    return Some(self.plugin(router, *plugin, options, here));
                }
                let inside = *plugin;
                if inside.text().contains("(\"/") || inside.text().contains("('/") {
                    self.builder.not_modelled("routes of a plugin that is written in place");
                }
                None
            }
        }
    }

    /// What runs before routes is what it was made by: `fastify.decorate("check", async (request)
    /// => {…})` for `fastify.check`, where a file makes one thing of that name.
    pub(super) fn fastify_decorated(&mut self) {
        let mut made: BTreeMap<Name, Option<ExprId>> = BTreeMap::new();
        for (name, value) in std::mem::take(&mut self.decorated) {
            made.entry(name).and_modify(|it| *it = None).or_insert(Some(value));
        }
        if made.is_empty() {
            return;
        }
        let mut routes = std::mem::take(&mut self.builder.semantics.routes);
        for function in routes.iter_mut().flat_map(|it| &mut it.middleware) {
            *function = self.made_by(&made, *function);
        }
        self.builder.semantics.routes = routes;
        let mut hooks = std::mem::take(&mut self.builder.semantics.route_hooks);
        for hook in &mut hooks {
            hook.function = self.made_by(&made, hook.function);
        }
        self.builder.semantics.route_hooks = hooks;
    }

    /// What a function that runs before routes was made by, or itself; of a list, all of these.
    fn made_by(&mut self, made: &BTreeMap<Name, Option<ExprId>>, function: ExprId) -> ExprId {
        let one = |it: &Self, function: ExprId| {
            let Expr::Attribute { base, name } = it.semantics().expr(function) else { return None };
            let value = made.get(name).copied().flatten()?;
            let (_, framework, _) = it.router_of(*base)?;
            (framework == "fastify").then_some(value)
        };
        match self.semantics().expr(function).clone() {
            Expr::Container { kind: ContainerKind::Sequence, mut items } => {
                let mut is_made = false;
                for item in &mut items {
                    let value = one(self, item.value);
                    is_made |= value.is_some();
                    item.value = value.unwrap_or(item.value);
                }
                let kind = ContainerKind::Sequence;
                if is_made { self.add(Expr::Container { kind, items }) } else { function }
            }
            _ => one(self, function).unwrap_or(function),
        }
    }

    /// `fastify.register(users, { prefix: "/users" })`.
    fn plugin(
        &mut self,
        router: ExprId,
        plugin: Node<'t>,
        options: &[Node<'t>],
        here: Here,
    ) -> Vec<ExprId> {
        let function = self.expr(plugin, here, READ);
        let mut values = vec![function];
        values.extend(options.iter().map(|it| self.expr(*it, here, READ)));
        let options = values.get(1).copied();
        let prefix = match options.map(|it| self.semantics().expr(it)) {
            Some(Expr::Container { items, .. }) => {
                items.iter().find(|it| it.key.as_deref() == Some("prefix")).map(|it| it.value)
            }
            None | Some(Expr::Literal) => None,
            // Options that something holds may have one.
            Some(_) => options.map(|it| self.attribute(it, "prefix")),
        };
        self.hook(router, prefix, function, RouteHookKind::Plugin, here);
        values
    }

    /// `{ method: "GET", url: "/a", preHandler: check, handler }`.
    fn route_object(
        &mut self,
        call: Node<'t>,
        options: Node<'t>,
        (router, framework): (ExprId, Name),
        here: Here,
    ) -> Option<Vec<ExprId>> {
        let of = |key: &str| {
            children(options).into_iter().find_map(|it| {
                let name = field(it, "key").or_else(|| field(it, "name"))?;
                (name.text().trim_matches(['"', '\'']) == key)
                    .then_some(field(it, "value").unwrap_or(it))
            })
        };
        let path = of("url").or_else(|| of("path"));
        let path = match path {
            Some(it) => self.path_text(it, here).unwrap_or_else(|| unknown_path(it.text())),
            None => unknown_path(""),
        };
        let methods: Vec<String> = match of("method") {
            Some(it) if it.kind() == "string" => vec![string_text(it.text()).to_string()],
            Some(it) if it.kind() == "array" => {
                children(it).into_iter().map(|it| string_text(it.text()).to_string()).collect()
            }
            _ => vec!["*".to_owned()],
        };
        let object = self.expr(options, here, READ);
        let Expr::Container { items, .. } = self.semantics().expr(object).clone() else {
            return None;
        };
        let handler = match of("handler") {
            Some(it) if is_function(it) => {
                let path = known_path(&path);
                let title = format!("{} {path}", methods.first().map_or("*", String::as_str));
                let id = self.callback(&title, it, it, here);
                self.add(Expr::Definition(id))
            }
            _ => items.iter().find(|it| it.key.as_deref() == Some("handler"))?.value,
        };
        let middleware: Vec<ExprId> =
            items.iter().filter(|it| runs_before(it.key.as_deref())).map(|it| it.value).collect();
        let of_path = |it: &&crate::Item| matches!(it.key.as_deref(), Some("url" | "path"));
        let computed = items.iter().find(of_path).map(|it| it.value);
        let computed = computed.filter(|_| path.contains(UNKNOWN_PREFIX)).map(ComputedPath::whole);
        for method in methods {
            let route = Route {
                method: method.to_ascii_uppercase().into(),
                path: path.clone(),
                computed,
                framework: framework.clone(),
                handler,
                router: Some(router),
                middleware: middleware.clone(),
                without: Vec::new(),
                registered_by: None,
                order: Some(self.builder.registration_order(here.owner)),
            };
            self.builder.route(route, call.span());
        }
        Some(vec![object])
    }
}
