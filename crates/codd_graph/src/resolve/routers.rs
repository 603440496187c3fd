//! Which applications, routers and blueprints an expression names, and below which paths.

use codd_facts::{
    Bound, DefinitionId, Expr, ExprId, ImportId, ImportItem, ModuleTarget, Name, Scope, ScopeId,
    Semantics, chained_router,
};
use codd_source::RepoPath;

use super::evaluate::Evaluator;
use super::names::find_name;
use super::value::{NO_FRAME, OWN, Value};
use crate::{Prefix, Router};

/// What a file offers that has no name of its own there.
const DEFAULT: &str = "default";

/// The routers that an expression names.
pub(super) fn routers(evaluator: &mut Evaluator<'_>, expr: ExprId) -> Vec<Router> {
    let semantics = evaluator.semantics(OWN);
    let expr = chained_router(&semantics, expr);
    let flows = evaluator.expr(OWN, expr, NO_FRAME);
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
    let path = evaluator.path(OWN).clone();
    match semantics.expr(expr) {
        Expr::Name { scope, name } => {
            out.extend(handed(evaluator, &semantics, *scope, name));
            if out.is_empty() {
                out.extend(local(&semantics, &path, *scope, name));
            }
            if out.is_empty()
                && let Some((_, bindings)) = find_name(&semantics, *scope, name)
            {
                for binding in bindings {
                    if let Bound::Import(id) = binding.bound {
                        out.extend(exported(evaluator, &semantics, id));
                    }
                }
            }
        }
        Expr::Import(id) => out.extend(exported(evaluator, &semantics, *id)),
        Expr::Either(options) => out.extend(framework_files(evaluator, &semantics, options)),
        Expr::Call { callee, .. } => {
            out.extend(holders(&semantics, &path, expr));
            if out.is_empty() {
                out.extend(returned(evaluator, *callee));
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
fn handed(
    evaluator: &mut Evaluator<'_>,
    semantics: &Semantics,
    scope: ScopeId,
    name: &Name,
) -> Vec<Router> {
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
        let flows = evaluator.expr(OWN, argument.value, NO_FRAME);
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

/// What another file exports without a name: `export default Router().use(…)`.
fn exported(evaluator: &Evaluator<'_>, semantics: &Semantics, import: ImportId) -> Option<Router> {
    let import = semantics.import(import);
    let name = match &import.item {
        ImportItem::Named(name) => name.clone(),
        ImportItem::Module => Name::new_static(DEFAULT),
        ImportItem::Star | ImportItem::Effect => return None,
    };
    match evaluator.project.module(evaluator.path(OWN), &import.request) {
        ModuleTarget::File(path) => Some(Router::Export(path, name)),
        _ => None,
    }
}

/// What a framework keeps in a file of one of several names; without such a file, the own one
/// stands for it.
fn framework_files(
    evaluator: &Evaluator<'_>,
    semantics: &Semantics,
    options: &[ExprId],
) -> Option<Router> {
    let imports = options.iter().filter_map(|option| match semantics.expr(*option) {
        Expr::Import(id) if semantics.import(*id).is_optional() => Some(*id),
        _ => None,
    });
    let own = imports.clone().next().map(|id| &semantics.import(id).item);
    imports.clone().find_map(|id| exported(evaluator, semantics, id)).or_else(|| match own {
        Some(ImportItem::Named(name)) => {
            Some(Router::Export(evaluator.path(OWN).clone(), name.clone()))
        }
        _ => None,
    })
}

/// What holds a router that is made in a chain: `const api = Router().use(…)`.
fn holders(semantics: &Semantics, path: &RepoPath, root: ExprId) -> Vec<Router> {
    let is_it = |value: ExprId| chained_router(semantics, value) == root;
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

/// The local router that a function of the project makes and gives back.
fn returned(evaluator: &mut Evaluator<'_>, callee: ExprId) -> Vec<Router> {
    let mut out = Vec::new();
    let callees = evaluator.opened(OWN, callee, NO_FRAME);
    for flow in callees.flows() {
        let (Value::Definition { at, .. } | Value::Method { at, .. }) = flow.value else {
            continue;
        };
        let semantics = evaluator.semantics(at.file);
        let path = evaluator.path(at.file).clone();
        for value in &semantics.definition(at.id).returns {
            if let Expr::Name { scope, name } = semantics.expr(*value) {
                out.extend(local(&semantics, &path, *scope, name));
            }
        }
    }
    out
}

/// The paths that an expression stands for; `None` where it is no path but a function.
pub(super) fn prefixes(evaluator: &mut Evaluator<'_>, expr: ExprId) -> Option<Vec<Prefix>> {
    let semantics = evaluator.semantics(OWN);
    let exprs: Vec<ExprId> = match semantics.expr(expr) {
        Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
        _ => vec![expr],
    };
    let mut out = Vec::new();
    for expr in exprs {
        let flows = evaluator.opened(OWN, expr, NO_FRAME);
        let mut texts: Vec<&Name> = Vec::new();
        let mut is_unknown = false;
        for flow in flows.flows() {
            match &flow.value {
                Value::Text(text) => texts.push(text),
                // What type a setting is declared with.
                Value::External(name) if matches!(name.as_str(), "str" | "string") => {}
                Value::External(name) if name.starts_with("process.env") => is_unknown = true,
                Value::Literal => is_unknown = true,
                _ => return None,
            }
        }
        out.push(match texts[..] {
            [text] if !is_unknown => Prefix::Known(text.clone()),
            _ => Prefix::Unknown,
        });
    }
    Some(out)
}
