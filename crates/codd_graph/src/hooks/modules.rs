//! Which modules of NestJS a program includes: what others provide, nobody runs.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{Certainty, DefinitionId, DefinitionKind, RouteHookKind, Semantics};
use codd_source::RepoPath;

use crate::{GraphFile, Hook, HookAction, Router};

/// A module, or a list that modules take in.
type Module<'a> = (&'a RepoPath, DefinitionId);

/// What programs include.
#[derive(Default)]
pub(super) struct Modules<'a> {
    /// Whether it is known what programs start with.
    has_programs: bool,
    all: BTreeSet<Module<'a>>,
    surely: BTreeSet<Module<'a>>,
    perhaps: BTreeSet<Module<'a>>,
    /// Something is included that is not known.
    is_open: bool,
    facts: BTreeMap<&'a RepoPath, &'a Semantics>,
}

impl<'a> Modules<'a> {
    pub(super) fn of(files: &[&'a GraphFile]) -> Modules<'a> {
        let mut modules = Modules::default();
        let mut included: BTreeMap<Module<'a>, Vec<&'a Hook>> = BTreeMap::new();
        let mut others: Vec<&'a Hook> = Vec::new();
        for file in files {
            let Some((_, semantics, edges)) = &file.facts else { continue };
            let hooks = edges.hooks.iter().filter(|it| it.kind == RouteHookKind::Module);
            for hook in hooks {
                modules.facts.insert(&file.path, semantics);
                match (definition(&hook.router), target(hook)) {
                    (Some(of), Some(it)) if of == it && hook.limits.is_none() => {
                        modules.all.insert(of);
                    }
                    (Some(of), _) => included.entry(of).or_default().push(hook),
                    // What tests put together is no program.
                    (None, _) if semantics.tests.is_empty() => others.push(hook),
                    (None, _) => {}
                }
            }
        }
        let mut todo: Vec<(Module<'a>, bool)> = Vec::new();
        for hook in others {
            if let Some(it) = target(hook).filter(|it| modules.all.contains(it)) {
                modules.has_programs = true;
                todo.push((it, true));
            }
        }
        if !modules.has_programs {
            // Whatever starts is somewhere else: any of them may be what it starts with.
            let all = modules.all.iter().filter(|it| !modules.is_list(**it));
            todo.extend(all.map(|it| (*it, true)));
        }
        while let Some((at, is_sure)) = todo.pop() {
            let known = if is_sure { &mut modules.surely } else { &mut modules.perhaps };
            if !known.insert(at) {
                continue;
            }
            for hook in included.get(&at).into_iter().flatten() {
                let to = target(hook);
                match to.filter(|_| hook.limits.is_none()) {
                    Some(to) if modules.all.contains(&to) => {
                        todo.push((to, is_sure && !hook.is_conditional));
                    }
                    // A class that is no module is provided; a list may hold anything.
                    Some(to) if !modules.is_list(to) => {}
                    _ => modules.is_open = true,
                }
            }
        }
        modules
    }

    fn is_list(&self, (path, id): Module<'_>) -> bool {
        // Of a file that says nothing of modules, nothing is known.
        let facts = self.facts.get(path);
        facts.is_none_or(|it| it.definition(id).kind == DefinitionKind::Variable)
    }

    /// How surely what a module or a list provides is there in some program.
    pub(super) fn include(&self, path: &'a RepoPath, id: DefinitionId) -> Certainty {
        let of = (path, id);
        if !self.all.contains(&of) {
            return Certainty::Always;
        }
        if self.surely.contains(&of) {
            Certainty::Always
        } else if self.perhaps.contains(&of) || self.is_open || self.is_list(of) {
            Certainty::Perhaps
        } else {
            Certainty::Never
        }
    }
}

fn definition(router: &Router) -> Option<Module<'_>> {
    match router {
        Router::Definition(path, id) => Some((path, *id)),
        _ => None,
    }
}

fn target(hook: &Hook) -> Option<Module<'_>> {
    match &hook.action {
        HookAction::Mount(router, ..) => definition(router),
        _ => None,
    }
}
