//! NestJS: routes of controllers, and what the application has before and around all of them.

mod bootstrap;
mod globals;
mod middleware;
mod modules;

use super::named::value_of;
use super::walker::Walker;
use crate::builder::SemanticsBuilder;
use crate::open_paths::open_path;
use crate::{
    Bound, Certainty, ComputedPath, ContainerKind, DefinitionId, Expr, ExprId, ImportItem,
    Listener, Name, Route, RouterPrefix, Semantics, UNKNOWN_PREFIX,
};

/// Decorators of a controller that name what runs around each of its methods and keeps nobody
/// out, with the method of it that NestJS calls.
const AROUND: &[(&str, &str)] =
    &[("UseFilters", "catch"), ("UseInterceptors", "intercept"), ("UsePipes", "transform")];

/// Adds what a file says of all routes; bindings are sorted, what surely runs is known.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    globals::collect(builder);
    middleware::collect(builder);
    bootstrap::collect(builder);
    modules::collect(builder);
}

/// Whether a call may be left out: it stands in a branch, or nobody knows.
fn may_be_left_out(semantics: &Semantics, callee: ExprId) -> bool {
    let mut calls = semantics.references.iter().filter(|it| it.target == callee);
    !calls.any(|it| it.certainty == Certainty::Always)
}

impl Walker<'_> {
    /// A method of a NestJS controller, by its decorators and its class's.
    pub(super) fn nest_route(&mut self, class: DefinitionId, method: DefinitionId) {
        let of_class = self.nest_decorators(class);
        let Some((_, prefix)) = of_class.iter().find(|(name, _)| name == "Controller") else {
            return;
        };
        let of_method = self.nest_decorators(method);
        // What a method says of itself beside guards, its handler has already.
        let all = of_class.iter().chain(&of_method);
        let guards = all.filter(|(name, _)| name == "UseGuards");
        let middleware: Vec<ExprId> = guards.flat_map(|(_, arguments)| arguments.clone()).collect();
        let around = AROUND.iter().flat_map(|(decorator, called)| {
            let named = of_class.iter().filter(move |(name, _)| name == decorator);
            named.flat_map(|(_, arguments)| arguments).map(|it| (*it, *called))
        });
        let around: Vec<(ExprId, &str)> = around.collect();
        let is_versioned = of_method.iter().any(|(name, _)| name == "Version")
            || prefix
                .first()
                .is_some_and(|it| value_of(self.semantics(), *it, "version").is_some());
        let router = self.add(Expr::Definition(class));
        let prefixes = match self.paths_argument(prefix) {
            Paths::Known(paths) => paths,
            Paths::Held(prefix) => {
                let known = &mut self.builder.semantics.router_prefixes;
                if !known.iter().any(|it| it.router == router) {
                    known.push(RouterPrefix { router, prefix });
                }
                vec![Name::default()]
            }
        };
        for (base, called) in around {
            let to = self.add(Expr::Definition(method));
            let function = self.add(Expr::Attribute { base, name: called.into() });
            let before = match called {
                "catch" => Certainty::Never,
                _ => Certainty::Perhaps,
            };
            self.builder.listener(Listener { before, ..Listener::of(to, function) });
        }
        for (name, arguments) in &of_method {
            let verb = name.to_ascii_uppercase();
            let method_name = match verb.as_str() {
                "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS" => verb.as_str(),
                "ALL" => "*",
                _ => continue,
            };
            let (own, computed) = match self.paths_argument(arguments) {
                Paths::Known(paths) => (paths, None),
                Paths::Held(path) => {
                    let held = |it| match self.semantics().expr(it) {
                        Expr::Name { scope, name } => self.text_of_name(*scope, name),
                        _ => None,
                    };
                    (vec![open_path(self.semantics(), path, &held)], Some(path))
                }
            };
            let all = prefixes.iter().flat_map(|prefix| own.iter().map(move |it| (prefix, it)));
            for (prefix, own) in all {
                // Whether versions are part of paths, the application says.
                let version = if is_versioned { UNKNOWN_PREFIX } else { "" };
                let parts = [prefix.as_str(), own.as_str()];
                let parts = parts.iter().map(|it| it.trim_matches('/')).filter(|it| !it.is_empty());
                let path = format!("{version}/{}", parts.collect::<Vec<_>>().join("/"));
                let computed = computed.and_then(|it| ComputedPath::end(&path, own, it));
                let route = Route {
                    method: method_name.into(),
                    path: path.into(),
                    computed,
                    framework: Name::new_static("nestjs"),
                    handler: self.add(Expr::Definition(method)),
                    router: Some(router),
                    middleware: middleware.clone(),
                    without: Vec::new(),
                    registered_by: None,
                    order: None,
                };
                let span = self.places[method.index()].0;
                self.builder.route(route, span);
            }
        }
    }

    /// The decorators that come from NestJS, with their arguments.
    fn nest_decorators(&self, id: DefinitionId) -> Vec<(Name, Vec<ExprId>)> {
        let decorators = self.semantics().definition(id).decorators.iter();
        decorators
            .filter_map(|decorator| {
                let Expr::Call { callee, arguments } = self.semantics().expr(*decorator) else {
                    return None;
                };
                let Expr::Name { scope, name } = self.semantics().expr(*callee) else {
                    return None;
                };
                let Bound::Import(import) = self.lookup(*scope, name)? else { return None };
                let import = self.semantics().import(*import);
                let ImportItem::Named(name) = &import.item else { return None };
                (import.request.module == "@nestjs/common")
                    .then(|| (name.clone(), arguments.iter().map(|it| it.value).collect()))
            })
            .collect()
    }

    /// The paths that a decorator is given: none is that of what is around.
    fn paths_argument(&self, arguments: &[ExprId]) -> Paths {
        let Some(first) = arguments.first() else { return Paths::Known(vec![Name::default()]) };
        let semantics = self.semantics();
        // `@Controller({ path: "cats", version: "1" })`.
        let is_options =
            matches!(semantics.expr(*first), Expr::Container { kind: ContainerKind::Mapping, .. });
        let path = if is_options { value_of(semantics, *first, "path") } else { Some(*first) };
        let Some(path) = path else { return Paths::Known(vec![Name::default()]) };
        let text = |it: ExprId| match semantics.expr(it) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        };
        let texts: Option<Vec<Name>> = match semantics.expr(path) {
            Expr::Container { kind: ContainerKind::Sequence, items } => {
                items.iter().map(|it| text(it.value)).collect()
            }
            _ => text(path).map(|it| vec![it]),
        };
        texts.map_or(Paths::Held(path), Paths::Known)
    }
}

/// Paths as they are written, or what holds them.
enum Paths {
    Known(Vec<Name>),
    Held(ExprId),
}
