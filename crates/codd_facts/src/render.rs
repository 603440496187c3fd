//! Facts as text, for the tests of every language.

use std::fmt::Write;

use crate::{
    Added, Bound, DefinitionId, Expr, ExprId, FileFacts, ImportId, ImportItem, ReferenceKind,
    RouteHookKind, ScopeId, Semantics,
};

/// Deep or shared expressions are cut here.
const MAX_DEPTH: u32 = 12;

/// All facts but hashes and spans, one a line.
pub(crate) fn render(facts: &FileFacts) -> String {
    let it = &*facts.semantics;
    let mut out = String::new();
    for definition in &it.definitions {
        let _ = write!(out, "{:?} {}", definition.kind, definition.qualified_name);
        if definition.ordinal > 0 {
            let _ = write!(out, "#{}", definition.ordinal);
        }
        if !definition.parameters.is_empty() {
            let parameters: Vec<String> = definition
                .parameters
                .iter()
                .map(|parameter| {
                    let mut text = String::new();
                    if parameter.is_variadic {
                        text.push('*');
                    }
                    text.push_str(&parameter.name);
                    if parameter.is_receiver {
                        text.push('!');
                    }
                    if let Some(annotation) = parameter.annotation {
                        let _ = write!(text, ": {}", expr(it, annotation));
                    }
                    if let Some(default) = parameter.default {
                        let _ = write!(text, " = {}", expr(it, default));
                    }
                    text
                })
                .collect();
            let _ = write!(out, "({})", parameters.join(", "));
        }
        list(&mut out, it, " bases", &definition.bases);
        list(&mut out, it, " decorators", &definition.decorators);
        if let Some(declared) = definition.declared_type {
            let _ = write!(out, " : {}", expr(it, declared));
        }
        if let Some(value) = definition.value {
            let _ = write!(out, " = {}", expr(it, value));
        }
        list(&mut out, it, " returns", &definition.returns);
        let flags = &definition.flags;
        for (is_set, word) in [
            (flags.is_async, "async"),
            (flags.is_generator, "generator"),
            (flags.swallows, "swallows"),
            (flags.answers, "answers"),
            (flags.is_static, "static"),
            (flags.is_class_method, "classmethod"),
            (flags.is_property, "property"),
            (flags.is_abstract, "abstract"),
            (flags.is_stub, "stub"),
            (flags.is_companion, "companion"),
            (flags.is_private, "private"),
        ] {
            if is_set {
                let _ = write!(out, " {word}");
            }
        }
        out.push('\n');
    }
    for (at, scope) in it.scopes.iter().enumerate() {
        if scope.bindings.is_empty() {
            continue;
        }
        let _ = write!(out, "scope {at} {:?}", scope.kind);
        if let Some(owner) = scope.owner {
            let _ = write!(out, " of {}", name(it, owner));
        }
        if let Some(parent) = scope.parent {
            let _ = write!(out, " in {}", parent.0);
        }
        out.push('\n');
        for binding in &scope.bindings {
            let replaced = if binding.replaced_behind.is_some() { " (replaced)" } else { "" };
            let _ = writeln!(out, "  {} -> {}{replaced}", binding.name, bound(it, &binding.bound));
        }
    }
    for at in 0..it.imports.len() {
        let id = ImportId(at as u32);
        let _ = write!(out, "import {}", import(it, id));
        if let Some(owner) = it.import(id).owner {
            let _ = write!(out, " in {}", name(it, owner));
        }
        out.push('\n');
    }
    let exports = &it.exports;
    if let Some(names) = &exports.star_names {
        let _ = writeln!(out, "star names {}", names.join(", "));
    }
    for export in &exports.named {
        let _ = writeln!(out, "export {} = {}", export.name, expr(it, export.value));
    }
    for star in &exports.stars {
        let _ = writeln!(out, "export star {}", import(it, *star));
    }
    if let Some(whole) = exports.whole {
        let _ = writeln!(out, "export whole {}", expr(it, whole));
    }
    for offer in &it.offers {
        let namespace = if offer.namespace.is_empty() { "(global)" } else { &offer.namespace };
        let _ = writeln!(out, "offer {} in {namespace}", offer.name);
    }
    if !it.opened.is_empty() {
        let _ = writeln!(out, "opened {:?}", it.opened);
    }
    for extension in &it.extensions {
        let of = expr(it, extension.of);
        let _ = match extension.added {
            Added::Member(id) => writeln!(out, "extension of {of}: {}", name(it, id)),
            Added::Handler(id) => writeln!(out, "handler of {of}: {}", name(it, id)),
            Added::Base(base) => writeln!(out, "extension of {of}: base {}", expr(it, base)),
        };
    }
    for member in &it.members {
        let _ = write!(out, "member {}.{}", name(it, member.class), member.name);
        let _ = write!(out, " = {}", expr(it, member.value));
        if let Some(definition) = member.definition {
            let _ = write!(out, " defines {}", name(it, definition));
        }
        out.push('\n');
    }
    for reference in &it.references {
        let _ = write!(out, "{:?} {}", reference.kind, expr(it, reference.target));
        if let Some(count) = reference.arguments {
            let _ = write!(out, "/{count}");
        }
        if let Some(owner) = reference.owner {
            let _ = write!(out, " in {}", name(it, owner));
        }
        if let Some(definition) = reference.initialises {
            let _ = write!(out, " initialises {}", name(it, definition));
        }
        // A type never runs.
        if reference.is_declared && reference.kind != ReferenceKind::Type {
            out.push_str(" declared");
        }
        if reference.is_discarded {
            out.push_str(" discarded");
        }
        out.push('\n');
    }
    for (at, route) in it.routes.iter().enumerate() {
        let _ = write!(out, "route {} {} ({})", route.method, route.path, route.framework);
        let _ = write!(out, " handler {}", expr(it, route.handler));
        if let Some(router) = route.router {
            let _ = write!(out, " router {}", expr(it, router));
        }
        list(&mut out, it, " middleware", &route.middleware);
        if it.given_routes.contains(&(at as u32)) {
            out.push_str(" if it is one");
        }
        out.push('\n');
    }
    for listener in &it.listeners {
        let _ =
            writeln!(out, "listener {} to {}", expr(it, listener.function), expr(it, listener.to));
    }
    for injection in &it.injections {
        let function = expr(it, injection.function);
        let word = match (injection.is_alias, injection.is_optional) {
            (true, _) => "alias of",
            (_, true) => "optional injection",
            _ => "injection",
        };
        let _ = writeln!(out, "{word} {function} into {}", name(it, injection.of));
    }
    for hook in &it.route_hooks {
        let _ = write!(out, "hook {} on {}", expr(it, hook.function), expr(it, hook.router));
        if let Some(prefix) = hook.prefix {
            let _ = write!(out, " below {}", expr(it, prefix));
        }
        if !hook.middleware.is_empty() {
            let functions: Vec<String> = hook.middleware.iter().map(|id| expr(it, *id)).collect();
            let _ = write!(out, " behind [{}]", functions.join(", "));
        }
        if hook.is_conditional {
            out.push_str(" conditional");
        }
        if let Some(it) = &hook.controller {
            controller_hook(it, &mut out);
        }
        match hook.kind {
            RouteHookKind::Use => {}
            RouteHookKind::UseExactly => out.push_str(" (exactly)"),
            RouteHookKind::Application => out.push_str(" (application)"),
            RouteHookKind::Layer => out.push_str(" (layer)"),
            RouteHookKind::Aside => out.push_str(" (aside)"),
            RouteHookKind::ApplicationAside => out.push_str(" (application aside)"),
            RouteHookKind::Parameter => out.push_str(" (parameter)"),
            RouteHookKind::Global => out.push_str(" (global)"),
            RouteHookKind::Below => out.push_str(" (below)"),
            RouteHookKind::Depend => out.push_str(" (depend)"),
            RouteHookKind::Include => out.push_str(" (include)"),
            RouteHookKind::Register => out.push_str(" (register)"),
            RouteHookKind::Mount => out.push_str(" (mount)"),
            RouteHookKind::Module => out.push_str(" (module)"),
            RouteHookKind::Given(place) => {
                let _ = write!(out, " (given at {place})");
            }
            RouteHookKind::Plugin => out.push_str(" (plugin)"),
            RouteHookKind::Inherit => out.push_str(" (inherit)"),
            RouteHookKind::Configure => out.push_str(" (configure)"),
            RouteHookKind::Skip => out.push_str(" (skip)"),
        }
        out.push('\n');
    }
    for own in &it.router_prefixes {
        let (router, prefix) = (expr(it, own.router), expr(it, own.prefix));
        let _ = writeln!(out, "prefix {prefix} of {router}");
    }
    for test in &it.tests {
        let _ =
            writeln!(out, "test {} ({}) {}", test.name, test.framework, name(it, test.definition));
    }
    for link in &it.links {
        let _ = write!(out, "link {:?} {:?} {}", link.kind, link.role, link.keys.join(" | "));
        if let Some(owner) = link.owner {
            let _ = write!(out, " in {}", name(it, owner));
        }
        out.push_str(if link.is_certain { "\n" } else { " (guess)\n" });
    }
    for (what, count) in &facts.not_modelled {
        let _ = writeln!(out, "not modelled: {what} {count}");
    }
    out
}

fn controller_hook(it: &crate::ControllerHook, out: &mut String) {
    let actions = &it.actions;
    if let Some(name) = &it.name {
        let _ = write!(out, " named {name}");
    }
    if let Some(only) = &actions.only {
        let _ = write!(out, " only [{}]", only.join(", "));
    }
    if !actions.except.is_empty() {
        let _ = write!(out, " except [{}]", actions.except.join(", "));
    }
    if actions.is_computed {
        out.push_str(" computed");
    }
    if actions.is_passed {
        out.push_str(" passed");
    }
}

/// Renders the facts of one file, whose language is told by its name.
pub(crate) fn check_file(path: &str, text: &str, expected: &expect_test::Expect) {
    let path = codd_source::RepoPath::from(path);
    let language = crate::language_of(&path).expect("a known language");
    let parsed = crate::parse(language, &path, text.as_bytes()).expect("a tree");
    expected.assert_eq(&render(&crate::extract(&parsed)));
}

/// Renders the links of one file, whose language is told by its name.
pub(crate) fn check_links(path: &str, text: &str, expected: &expect_test::Expect) {
    let path = codd_source::RepoPath::from(path);
    let language = crate::language_of(&path).expect("a known language");
    let parsed = crate::parse(language, &path, text.as_bytes()).expect("a tree");
    expected.assert_eq(&render_only(&crate::extract(&parsed), &["link"]));
}

/// The lines of [`render`] that start with one of these words.
pub(crate) fn render_only(facts: &FileFacts, starts: &[&str]) -> String {
    let text = render(facts);
    let mut is_wanted = false;
    let mut out = String::new();
    for line in text.lines() {
        if !line.starts_with(' ') {
            is_wanted = starts.iter().any(|start| line.starts_with(start));
        }
        if is_wanted {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn list(out: &mut String, it: &Semantics, label: &str, exprs: &[ExprId]) {
    if !exprs.is_empty() {
        let _ = write!(out, "{label} [{}]", joined(it, exprs, 0));
    }
}

fn joined(it: &Semantics, exprs: &[ExprId], depth: u32) -> String {
    exprs.iter().map(|id| expr_at(it, *id, depth)).collect::<Vec<_>>().join(", ")
}

fn name(it: &Semantics, id: DefinitionId) -> String {
    let definition = it.definition(id);
    match definition.ordinal {
        0 => definition.qualified_name.to_string(),
        ordinal => format!("{}#{ordinal}", definition.qualified_name),
    }
}

fn import(it: &Semantics, id: ImportId) -> String {
    let import = it.import(id);
    let dots = ".".repeat(import.request.level as usize);
    let module = format!("{dots}{}", import.request.module);
    match &import.item {
        ImportItem::Module => module,
        ImportItem::Named(name) => format!("{module}:{name}"),
        ImportItem::Star => format!("{module}:*"),
        ImportItem::Effect => format!("{module} for its effect"),
    }
}

fn bound(it: &Semantics, bound: &Bound) -> String {
    match bound {
        Bound::Definition(id) => format!("definition {}", name(it, *id)),
        Bound::Import(id) => format!("import {}", import(it, *id)),
        Bound::Value(value) => format!("value {}", expr(it, *value)),
        Bound::Typed(value) => format!("typed {}", expr(it, *value)),
        Bound::Parameter { function, index } => {
            format!("parameter {index} of {}", name(it, *function))
        }
        Bound::Alias(value) => format!("alias of {}", expr(it, *value)),
        Bound::Element(value) => format!("element of {}", expr(it, *value)),
        Bound::Entered(value) => format!("entered {}", expr(it, *value)),
        Bound::TypeParameter { of, index, bound } => {
            let bound = bound.map_or_else(String::new, |id| format!(" below {}", expr(it, id)));
            format!("type {index} of {}{bound}", expr(it, *of))
        }
        Bound::Outer => "outer".into(),
        Bound::Unknown => "unknown".into(),
    }
}

fn expr(it: &Semantics, id: ExprId) -> String {
    expr_at(it, id, 0)
}

fn expr_at(it: &Semantics, id: ExprId, depth: u32) -> String {
    if depth > MAX_DEPTH {
        return "…".into();
    }
    let depth = depth + 1;
    match it.expr(id) {
        Expr::Name { scope: ScopeId(0), name } => name.to_string(),
        Expr::Name { scope, name } => format!("{name}@{}", scope.0),
        Expr::Attribute { base, name } => format!("{}.{name}", expr_at(it, *base, depth)),
        Expr::Call { callee, arguments } => {
            let arguments: Vec<String> = arguments
                .iter()
                .map(|argument| {
                    let value = expr_at(it, argument.value, depth);
                    argument.name.as_ref().map_or(value.clone(), |name| format!("{name}={value}"))
                })
                .collect();
            format!("{}({})", expr_at(it, *callee, depth), arguments.join(", "))
        }
        Expr::Index { base, key } => {
            format!("{}[{}]", expr_at(it, *base, depth), key.as_deref().unwrap_or("?"))
        }
        Expr::Definition(id) => format!("<{}>", name(it, *id)),
        Expr::Import(id) => format!("<import {}>", import(it, *id)),
        Expr::This { class } => format!("<this {}>", name(it, *class)),
        Expr::Super { class } => format!("<super {}>", name(it, *class)),
        Expr::InstanceOf(of) => format!("~{}", expr_at(it, *of, depth)),
        Expr::Text(text) => format!("{text:?}"),
        Expr::Literal => "_".into(),
        Expr::Container { kind, items } => {
            let items: Vec<String> = items
                .iter()
                .map(|item| {
                    let value = expr_at(it, item.value, depth);
                    item.key.as_ref().map_or(value.clone(), |key| format!("{key}: {value}"))
                })
                .collect();
            match kind {
                crate::ContainerKind::Sequence => format!("[{}]", items.join(", ")),
                crate::ContainerKind::Mapping => format!("{{{}}}", items.join(", ")),
            }
        }
        Expr::Signature { parameters, result } => {
            let parameters: Vec<String> =
                parameters.iter().map(|id| expr_at(it, *id, depth)).collect();
            format!("({}) => {}", parameters.join(", "), expr_at(it, *result, depth))
        }
        Expr::Passed { of, index } => format!("<passed {index} to {}>", expr_at(it, *of, depth)),
        Expr::Applied { of, types } => {
            let types: Vec<String> = types.iter().map(|id| expr_at(it, *id, depth)).collect();
            format!("{}<{}>", expr_at(it, *of, depth), types.join(", "))
        }
        Expr::Decorated { by, of } => {
            format!("@{} {}", expr_at(it, *by, depth), expr_at(it, *of, depth))
        }
        Expr::Either(values) => format!("({})", {
            let values: Vec<String> = values.iter().map(|id| expr_at(it, *id, depth)).collect();
            values.join(" | ")
        }),
        Expr::Joined(parts) => {
            let parts: Vec<String> = parts.iter().map(|id| expr_at(it, *id, depth)).collect();
            parts.join(" + ")
        }
        Expr::Unknown => "?".into(),
    }
}
