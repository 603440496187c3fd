//! Which applications, routers and blueprints an expression names, and below which paths.

use codd_facts::{
    Bound, DefinitionId, Expr, ExprId, ImportId, ImportItem, Item, ModuleTarget, Name, Scope,
    ScopeId, Semantics, chained_router, conventions_of,
};
use codd_source::RepoPath;

use super::evaluate::Evaluator;
use super::names::find_name;
use super::rewritten::is_rewritten;
use super::value::{FileId, NO_FRAME, OWN, Site, Value};
use crate::{Prefix, Router};

/// What a file offers that has no name of its own there.
const DEFAULT: &str = "default";

/// The list of routes that a function gives back without a name.
pub(super) const RETURNED: &str = "<returned>";

/// The router that a function makes and gives back without a name.
pub(super) const MADE: &str = "<made>";

/// The routers that an expression of the own file names.
pub(super) fn routers(evaluator: &mut Evaluator<'_>, expr: ExprId) -> Vec<Router> {
    routers_at(evaluator, OWN, expr)
}

/// Lists of routes in lists, functions that give what functions give.
const MAX_DEPTH: u32 = 6;

/// The routers that an expression of some file names.
pub(super) fn routers_at(evaluator: &mut Evaluator<'_>, file: FileId, expr: ExprId) -> Vec<Router> {
    let mut out = routers_below(evaluator, file, expr, 0);
    out.sort();
    out.dedup();
    out
}

fn routers_below(
    evaluator: &mut Evaluator<'_>,
    file: FileId,
    expr: ExprId,
    depth: u32,
) -> Vec<Router> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let semantics = evaluator.semantics(file);
    let giving = conventions_of(evaluator.path(file)).giving_router;
    let expr = chained_router(&semantics, expr, giving);
    let flows = evaluator.expr(file, expr, NO_FRAME);
    let mut out: Vec<Router> = flows
        .iter()
        .filter_map(|flow| match &flow.value {
            Value::Definition { at, .. } => {
                Some(Router::Definition(evaluator.path(at.file).clone(), at.id))
            }
            _ => None,
        })
        .collect();
    if !out.is_empty() {
        return out;
    }
    let path = evaluator.path(file).clone();
    match semantics.expr(expr) {
        Expr::Name { scope, name } => {
            out.extend(handed(evaluator, file, *scope, name));
            if out.is_empty() {
                out.extend(local(&semantics, &path, *scope, name));
            }
            if out.is_empty()
                && let Some((_, bindings)) = find_name(&semantics, *scope, name)
            {
                for binding in bindings {
                    if let Bound::Import(id) = binding.bound {
                        out.extend(exported(evaluator, file, id));
                    }
                }
            }
        }
        Expr::Import(id) => {
            if let Some((of, whole)) = whole_export(evaluator, file, *id) {
                out.extend(routers_below(evaluator, of, whole, depth + 1));
            }
            if out.is_empty() {
                out.extend(exported(evaluator, file, *id));
            }
        }
        Expr::Either(options) => out.extend(framework_files(evaluator, file, options)),
        Expr::Joined(parts) => {
            for part in parts {
                out.extend(routers_below(evaluator, file, *part, depth + 1));
            }
        }
        Expr::Container { items, .. } => out.extend(listed(evaluator, file, (expr, items), depth)),
        Expr::Call { callee, arguments } => {
            // `router.routes()`, by which Koa serves one.
            if let Expr::Attribute { base, name } = semantics.expr(*callee)
                && arguments.is_empty()
                && matches!(name.as_str(), "routes" | "middleware")
            {
                out.extend(routers_below(evaluator, file, *base, depth + 1));
            }
            out.extend(holders(&semantics, &path, expr));
            if out.is_empty() {
                out.extend(returned(evaluator, file, *callee, depth));
            }
            if out.is_empty() {
                out.extend(given_back(&semantics, &path, expr));
            }
            if out.is_empty() {
                out.push(Router::Unnamed(path, expr));
            }
        }
        _ => {}
    }
    out
}

/// The routers of this file that a function's parameter is given: `setup(app)`.
fn handed(evaluator: &mut Evaluator<'_>, file: FileId, scope: ScopeId, name: &Name) -> Vec<Router> {
    let semantics = &*evaluator.semantics(file);
    let Some((_, [binding])) = find_name(semantics, scope, name) else { return Vec::new() };
    let Bound::Parameter { function, index } = binding.bound else { return Vec::new() };
    let mut out = Vec::new();
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        let callee = semantics.unapplied(*callee);
        let Expr::Name { scope, name } = semantics.expr(callee) else { continue };
        let is_it = find_name(semantics, *scope, name)
            .is_some_and(|(_, it)| it.iter().any(|it| it.bound == Bound::Definition(function)));
        if !is_it {
            continue;
        }
        let argument = arguments.get(index as usize).filter(|it| it.name.is_none());
        let Some(argument) = argument else { continue };
        let flows = evaluator.expr(file, argument.value, NO_FRAME);
        for flow in flows.iter() {
            if let Value::Definition { at, .. } = flow.value {
                out.push(Router::Definition(evaluator.path(at.file).clone(), at.id));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The parameters by which functions have what they are given at one place.
pub(super) fn given_to(evaluator: &mut Evaluator<'_>, callee: ExprId, place: usize) -> Vec<Router> {
    let callees = evaluator.opened(OWN, callee, NO_FRAME);
    let mut out = Vec::new();
    for flow in callees.flows() {
        for (function, shift) in evaluator.called(&flow.value) {
            let parameter = evaluator.definition(function).parameters.get(place + shift);
            if let Some(name) = parameter.map(|it| it.name.clone()) {
                out.push(Router::Local(evaluator.path(function.file).clone(), function.id, name));
            }
        }
    }
    out
}

/// The local variable of a function that a name means.
fn local(semantics: &Semantics, path: &RepoPath, scope: ScopeId, name: &Name) -> Option<Router> {
    let (scope, _) = find_name(semantics, scope, name)?;
    local_of(semantics, path, scope, name)
}

/// The local variable that a scope binds: blocks of one function may each have one of a name.
fn local_of(semantics: &Semantics, path: &RepoPath, scope: ScopeId, name: &Name) -> Option<Router> {
    let owner = semantics.scope(scope).owner?;
    let binds = |it: &&Scope| {
        it.owner == Some(owner) && it.bindings.iter().any(|binding| binding.name == *name)
    };
    let before = semantics.scopes.get(..scope.index()).unwrap_or_default();
    let name = match before.iter().filter(binds).count() {
        0 => name.clone(),
        earlier => Name::new(format!("{name}#{earlier}")),
    };
    Some(Router::Local(path.clone(), owner, name))
}

/// What another file is as a whole, `module.exports = router`, and that file.
fn whole_export(
    evaluator: &mut Evaluator<'_>,
    file: FileId,
    import: ImportId,
) -> Option<(FileId, ExprId)> {
    let semantics = evaluator.semantics(file);
    let import = semantics.import(import);
    if import.item != ImportItem::Module {
        return None;
    }
    let target = evaluator.project.module(evaluator.path(file), &import.request);
    let ModuleTarget::File(path) = target else { return None };
    let of = evaluator.file(&path)?;
    Some((of, evaluator.semantics(of).exports.whole?))
}

/// What another file exports without a name: `export default Router().use(…)`.
fn exported(evaluator: &Evaluator<'_>, file: FileId, import: ImportId) -> Option<Router> {
    let semantics = evaluator.semantics(file);
    let import = semantics.import(import);
    let name = match &import.item {
        ImportItem::Named(name) => name.clone(),
        ImportItem::Module => Name::new_static(DEFAULT),
        ImportItem::Star | ImportItem::Effect => return None,
    };
    match evaluator.project.module(evaluator.path(file), &import.request) {
        ModuleTarget::File(path) => Some(Router::Export(path, name)),
        _ => None,
    }
}

/// What a framework keeps in a file of one of several names; without such a file, the own one
/// stands for it.
fn framework_files(evaluator: &Evaluator<'_>, file: FileId, options: &[ExprId]) -> Option<Router> {
    let semantics = evaluator.semantics(file);
    let imports = options.iter().filter_map(|option| match semantics.expr(*option) {
        Expr::Import(id) if semantics.import(*id).is_optional() => Some(*id),
        _ => None,
    });
    let own = imports.clone().next().map(|id| &semantics.import(id).item);
    imports.clone().find_map(|id| exported(evaluator, file, id)).or_else(|| match own {
        Some(ImportItem::Named(name)) => {
            Some(Router::Export(evaluator.path(file).clone(), name.clone()))
        }
        _ => None,
    })
}

/// What holds a router that is made in a chain: `const api = Router().use(…)`.
fn holders(semantics: &Semantics, path: &RepoPath, root: ExprId) -> Vec<Router> {
    let giving = conventions_of(path).giving_router;
    let is_it = |value: ExprId| chained_router(semantics, value, giving) == root;
    let mut out = Vec::new();
    for (at, definition) in semantics.definitions.iter().enumerate() {
        if definition.value.is_some_and(is_it) {
            out.push(Router::Definition(path.clone(), DefinitionId(at as u32)));
        }
    }
    for (scope, at) in semantics.scopes.iter().zip(0..) {
        for binding in &scope.bindings {
            if let Bound::Value(value) = binding.bound
                && is_it(value)
            {
                out.extend(local_of(semantics, path, ScopeId(at), &binding.name));
            }
        }
    }
    for export in &semantics.exports.named {
        if is_it(export.value) {
            out.push(Router::Export(path.clone(), export.name.clone()));
        }
    }
    if semantics.exports.whole.is_some_and(is_it) {
        out.push(Router::Export(path.clone(), Name::new_static(DEFAULT)));
    }
    out
}

/// The functions that give back a router which they make in a chain: other files know them, not
/// what is written in them.
fn given_back(semantics: &Semantics, path: &RepoPath, root: ExprId) -> Vec<Router> {
    let giving = conventions_of(path).giving_router;
    let is_it = |value: &ExprId| chained_router(semantics, *value, giving) == root;
    let functions = semantics.definitions.iter().zip(0..);
    let functions = functions.filter(|(it, _)| it.returns.iter().any(is_it));
    let made = Name::new_static(MADE);
    functions.map(|(_, at)| Router::Local(path.clone(), DefinitionId(at), made.clone())).collect()
}

/// A list of routes, and the lists that it takes in where no name holds it.
fn listed(
    evaluator: &mut Evaluator<'_>,
    file: FileId,
    (list, items): (ExprId, &[Item]),
    depth: u32,
) -> Vec<Router> {
    let semantics = evaluator.semantics(file);
    let path = evaluator.path(file).clone();
    let mut out = holders(&semantics, &path, list);
    if !out.is_empty() {
        return out;
    }
    let definitions = semantics.definitions.iter().zip(0..);
    let functions = definitions.filter(|(it, _)| it.returns.contains(&list));
    let returned = Name::new_static(RETURNED);
    out.extend(
        functions.map(|(_, at)| Router::Local(path.clone(), DefinitionId(at), returned.clone())),
    );
    if out.is_empty() {
        out.push(Router::Unnamed(path, list));
    }
    for item in items {
        if let Expr::Index { base, key: None } = semantics.expr(item.value) {
            out.extend(routers_below(evaluator, file, *base, depth + 1));
        }
    }
    out
}

/// The local router that a function of the project makes and gives back.
fn returned(
    evaluator: &mut Evaluator<'_>,
    file: FileId,
    callee: ExprId,
    depth: u32,
) -> Vec<Router> {
    let mut out = Vec::new();
    let callees = evaluator.opened(file, callee, NO_FRAME);
    for flow in callees.flows() {
        let (Value::Definition { at, .. } | Value::Method { at, .. }) = flow.value else {
            continue;
        };
        let semantics = evaluator.semantics(at.file);
        let path = evaluator.path(at.file).clone();
        for value in &semantics.definition(at.id).returns {
            match semantics.expr(*value) {
                Expr::Name { scope, name } => out.extend(local(&semantics, &path, *scope, name)),
                Expr::Container { .. } | Expr::Joined(_) | Expr::Call { .. } => {
                    out.extend(routers_below(evaluator, at.file, *value, depth + 1));
                }
                _ => {}
            }
        }
    }
    out
}

/// The paths that an expression of the own file stands for; `None` where it is no path but a
/// function.
pub(super) fn prefixes(evaluator: &mut Evaluator<'_>, expr: ExprId) -> Option<Vec<Prefix>> {
    prefixes_at(evaluator, Site { file: OWN, expr, frame: NO_FRAME })
}

/// The paths that an expression of some file stands for; `None` where it is no path but a
/// function.
pub(super) fn prefixes_at(evaluator: &mut Evaluator<'_>, site: Site) -> Option<Vec<Prefix>> {
    let semantics = evaluator.semantics(site.file);
    let exprs: Vec<ExprId> = match semantics.expr(site.expr) {
        Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
        _ => vec![site.expr],
    };
    let mut out = Vec::new();
    for expr in exprs {
        let flows = evaluator.opened(site.file, expr, site.frame);
        let may_be_path = may_be_path(&semantics, expr);
        let mut texts: Vec<&Name> = Vec::new();
        let mut is_unknown = false;
        for flow in flows.flows() {
            match &flow.value {
                Value::Text(text) => texts.push(text),
                // What type a setting is declared with.
                Value::External(name) if matches!(name.as_str(), "str" | "string") => {}
                Value::External(name) if name.starts_with("process.env") => is_unknown = true,
                // Nothing says that it is a function.
                Value::Literal | Value::Unknown | Value::Parameter { .. } => is_unknown = true,
                Value::External(_) | Value::Given { .. } if may_be_path => is_unknown = true,
                _ => return None,
            }
        }
        let is_sure = !is_unknown && !is_rewritten(&semantics, expr);
        out.push(match texts[..] {
            [text] if is_sure => Prefix::Known(text.clone()),
            _ => Prefix::Unknown,
        });
    }
    Some(out)
}

/// Parts of the names that people give to paths.
const PATH_WORDS: &[&str] =
    &["base", "endpoint", "mount", "path", "prefix", "root", "route", "uri", "url", "version"];

/// Functions that give a path, of what comes from outside: a setting, a part, a pattern.
const PATH_MAKERS: &[&str] = &[
    "RegExp",
    "String",
    "concat",
    "get",
    "join",
    "replace",
    "replaceAll",
    "resolve",
    "slice",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
];

/// Whether what an expression stands for may be a path by how it is written.
fn may_be_path(semantics: &Semantics, expr: ExprId) -> bool {
    match semantics.expr(expr) {
        Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
            let lower = name.to_ascii_lowercase();
            !name.contains(char::is_lowercase) || PATH_WORDS.iter().any(|it| lower.contains(it))
        }
        Expr::Call { callee, .. } => match semantics.expr(semantics.unapplied(*callee)) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                PATH_MAKERS.contains(&name.as_str())
            }
            _ => false,
        },
        Expr::Joined(_) | Expr::Index { .. } | Expr::Literal | Expr::Either(_) => true,
        _ => false,
    }
}
