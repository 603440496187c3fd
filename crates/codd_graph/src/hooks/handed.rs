//! What functions register on a router that calls give them, `setup(app)`: it is registered on
//! that router, where the call stands.

use std::collections::BTreeMap;

use codd_facts::RouteHookKind;
use codd_source::RepoPath;

use super::standing::run_of;
use crate::{GraphFile, Hook, HookAction, Router};

/// Functions that give functions what they are given, at most this deep.
const MAX_DEPTH: usize = 8;

/// What is handed on in a whole project: more is not what people write.
const MAX_HANDED: usize = 16_384;

/// Hooks of parameters as hooks of the routers that these are given, each with the file of the
/// call; of what is given to a function of the same file, its hooks know already.
pub(super) fn hooks(files: &[&GraphFile]) -> Vec<(Hook, RepoPath)> {
    let facts = files.iter().filter_map(|it| Some((&it.path, &it.facts.as_ref()?.2)));
    let all: Vec<(&Hook, &RepoPath)> =
        facts.flat_map(|(path, it)| it.hooks.iter().map(move |hook| (hook, path))).collect();
    let mut given: BTreeMap<&Router, Vec<(&Hook, &RepoPath)>> = BTreeMap::new();
    for (hook, path) in &all {
        if let (RouteHookKind::Given(_), HookAction::Mount(parameter, ..)) =
            (hook.kind, &hook.action)
        {
            given.entry(parameter).or_default().push((hook, path));
        }
    }
    if given.is_empty() {
        return Vec::new();
    }
    let runs = |it: &Hook| {
        let is_of_action = matches!(it.action, HookAction::RunOutside(..));
        it.controller.is_none() && (is_of_action || run_of(&it.action).is_some())
    };
    let mut out: Vec<(Hook, RepoPath)> = Vec::new();
    let mut layer: Vec<Hook> =
        all.into_iter().map(|it| it.0).filter(|it| runs(it)).cloned().collect();
    for _ in 0..MAX_DEPTH {
        let start = out.len();
        for hook in &layer {
            let Router::Local(_, function, _) = &hook.router else { continue };
            for (call, path) in given.get(&hook.router).into_iter().flatten() {
                let is_of_function = hook.owner.as_ref() == Some(function);
                let handed = Hook {
                    router: call.router.clone(),
                    order: hook.order.and(call.order),
                    owner: call.owner,
                    is_conditional: hook.is_conditional || call.is_conditional || !is_of_function,
                    ..hook.clone()
                };
                if out.len() < MAX_HANDED {
                    out.push((handed, (*path).clone()));
                }
            }
        }
        if out.len() == start {
            break;
        }
        layer = out[start..].iter().map(|it| it.0.clone()).collect();
    }
    out.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    out.dedup();
    out
}
