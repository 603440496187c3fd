//! What the settings of an application run before all routes of its framework: NestJS'
//! `APP_GUARD`, the `MIDDLEWARE` of Django.

use codd_facts::{DefinitionKind, Expr, MODULE_SCOPE, RouteHookKind};
use codd_source::RepoPath;

use super::Hooked;
use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::{Confidence, EdgeKind, GraphFile, Hook, HookAction};

/// The variable that Django's settings keep their middleware in.
const MIDDLEWARE: &str = "MIDDLEWARE";

/// Adds calls from routes to what runs before all of them.
pub(super) fn edges(
    files: &[&GraphFile],
    index: &Index,
    edges: &mut Vec<Edge>,
    hooked: &mut Hooked,
) {
    let facts = files.iter().filter_map(|it| Some((&it.path, &it.facts.as_ref()?.2)));
    let all = facts.flat_map(|(path, it)| it.hooks.iter().map(move |hook| (hook, path)));
    let all: Vec<(&Hook, &RepoPath)> =
        all.filter(|(hook, _)| hook.kind == RouteHookKind::Global).collect();
    if all.is_empty() {
        return;
    }
    let settings = settings(files);
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        for (at, route) in semantics.routes.iter().enumerate() {
            let Some(from) = index.file(&file.path).routes.get(&(at as u32)) else { continue };
            for (hook, path) in &all {
                if framework(path) != route.framework {
                    continue;
                }
                let limit = match route.framework.as_str() {
                    _ if hook.is_conditional => Confidence::Possible,
                    "django" if settings.iter().any(|it| !has(&all, it, &hook.action)) => {
                        Confidence::Possible
                    }
                    "nestjs" if !file.path.as_str().starts_with(application(path)) => {
                        Confidence::Possible
                    }
                    _ => Confidence::Exact,
                };
                match &hook.action {
                    HookAction::Run(path, id, confidence) => {
                        if let Some(to) = index.definition(path, *id) {
                            let confidence = limit.min(*confidence);
                            hooked.from_settings.insert((*from, to));
                            edges.push(edge(*from, to, EdgeKind::Calls, confidence));
                        }
                    }
                    HookAction::RunOutside(name, confidence) => {
                        hooked.from_settings.insert((*from, *from));
                        let known = hooked.outside.entry(*from).or_default();
                        known.push((name.clone(), limit.min(*confidence)));
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Whose settings a file of this kind holds.
fn framework(path: &RepoPath) -> &'static str {
    if path.as_str().ends_with(".py") { "django" } else { "nestjs" }
}

/// The folder of the application that a module is of: `apps/api/` of `apps/api/src/app.ts`.
fn application(path: &RepoPath) -> &str {
    let path = path.as_str();
    match path.find("src/") {
        Some(at) if at == 0 || path[..at].ends_with('/') => &path[..at],
        _ => "",
    }
}

/// The files of settings that write all of Django's middleware down: a program runs with one of
/// them.
fn settings<'a>(files: &[&'a GraphFile]) -> Vec<&'a RepoPath> {
    let says = |file: &GraphFile| {
        let Some((_, semantics, _)) = &file.facts else { return false };
        semantics.tests.is_empty()
            && semantics.definitions.iter().any(|it| {
                it.kind == DefinitionKind::Variable
                    && it.scope == MODULE_SCOPE
                    && it.name == MIDDLEWARE
                    && it
                        .value
                        .is_some_and(|it| matches!(semantics.expr(it), Expr::Container { .. }))
            })
    };
    let all = files.iter().filter(|it| it.path.as_str().ends_with(".py") && says(it));
    all.map(|it| &it.path).collect()
}

/// Whether a file has the same run before all routes.
fn has(all: &[(&Hook, &RepoPath)], path: &RepoPath, action: &HookAction) -> bool {
    let is_same = |other: &HookAction| match (action, other) {
        (HookAction::Run(path, id, _), HookAction::Run(other, of, _)) => path == other && id == of,
        (HookAction::RunOutside(name, _), HookAction::RunOutside(other, _)) => name == other,
        _ => false,
    };
    all.iter().any(|(hook, of)| *of == path && is_same(&hook.action))
}
