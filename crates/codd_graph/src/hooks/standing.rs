//! What stands of the hooks of one router: what its own file registers, what it inherits, and
//! what is taken back or replaced on the way.

use std::collections::BTreeSet;

use codd_facts::{Actions, ControllerHook, DefinitionId, Held, Name, RouteHookKind};
use codd_source::RepoPath;

use super::{
    Action, Place, Routers, Run, Served, fits, fits_exactly, has_parameter, is_aside, is_made_by,
    limits, runs_around, runs_aside, runs_before,
};
use crate::{Confidence, Hook, HookAction, Router};

/// Bases of bases of controllers, and so on, at most this many together.
const MAX_BASES: usize = 128;

/// Bases of bases, at most this deep.
const MAX_DEPTH: usize = 32;

/// What is asked of a route itself.
#[derive(Clone, Copy)]
pub(super) struct Asked<'r> {
    pub(super) method: &'r str,
    /// Starlette's routes run no dependencies of FastAPI's routers.
    pub(super) runs_dependencies: bool,
    /// Of the router that it is registered on, and not of one that serves that.
    pub(super) is_own: bool,
    /// The name of its action, where its controller has one.
    pub(super) action: Option<&'r str>,
}

/// The hooks that run where a route is served, and how surely.
pub(super) fn hooks_at<'a>(
    routers: &Routers<'a>,
    at: &Served<'a>,
    asked: Asked<'_>,
    is_called: &impl Fn(&RepoPath, DefinitionId) -> bool,
) -> Stands<'a> {
    let mut standing = Standing {
        routers,
        at,
        asked,
        is_called,
        all: Vec::new(),
        line: Vec::new(),
        inherited: BTreeSet::new(),
        depth: 0,
        is_cut: false,
    };
    standing.router(at.router, Confidence::Exact, None);
    standing.found()
}

/// What runs, of the project and of outside.
#[derive(Default)]
pub(super) struct Stands<'a> {
    pub(super) runs: Vec<(Run<'a>, Confidence)>,
    pub(super) outside: Vec<(&'a Name, Confidence)>,
}

struct Standing<'a, 'r, F> {
    routers: &'r Routers<'a>,
    at: &'r Served<'a>,
    asked: Asked<'r>,
    is_called: &'r F,
    all: Vec<One<'a>>,
    /// The router and its bases, those that are looked into last first.
    line: Vec<&'a Router>,
    inherited: BTreeSet<&'a Router>,
    depth: usize,
    is_cut: bool,
}

/// One thing that runs.
struct One<'a> {
    /// `None` is the method of its name, whoever defines it.
    run: Option<Run<'a>>,
    outside: Option<&'a Name>,
    name: Option<&'a Name>,
    /// Who registers it: one hook may run several functions.
    by: (&'a Router, u32),
    confidence: Confidence,
}

impl<'a, F: Fn(&RepoPath, DefinitionId) -> bool> Standing<'a, '_, F> {
    /// Adds what one router registers, as surely as that is its own, for the actions that the
    /// call of a function passes on.
    fn router(&mut self, router: &'a Router, limit: Confidence, passed: Option<&'a Actions>) {
        if self.depth >= MAX_DEPTH || self.line.len() >= MAX_BASES {
            self.is_cut = true;
            return;
        }
        let routers = self.routers;
        for (hook, file) in routers.hooks.get(router).into_iter().flatten().copied() {
            match &hook.controller {
                Some((ordinal, it)) => {
                    self.of_controller(hook, (router, *ordinal), it, limit, passed);
                }
                None => self.plain(hook, (file, hook.order), limit),
            }
        }
        self.line.push(router);
    }

    /// A hook that is no controller's, on a router that has it as surely as `limit`.
    fn plain(&mut self, hook: &'a Hook, place: Place<'a>, limit: Confidence) {
        let is_aside = is_aside(hook.kind);
        let (run, outside, confidence) = match &hook.action {
            HookAction::RunOutside(..) | HookAction::Decorate(..) if is_aside => return,
            HookAction::RunOutside(name, confidence) => (None, Some(name), *confidence),
            action => match run_of(action) {
                Some(((path, id, _), confidence)) if is_aside => {
                    // Of some requests alone.
                    let confidence = confidence.min(Confidence::Probable);
                    (Some((path, id, Action::Aside)), None, confidence)
                }
                Some((run, confidence)) => (Some(run), None, confidence),
                None => return,
            },
        };
        if hook.kind == RouteHookKind::Depend && !self.asked.runs_dependencies {
            return;
        }
        let at = self.at;
        let order = match hook.kind {
            RouteHookKind::Aside | RouteHookKind::ApplicationAside => runs_aside(place, at.place),
            RouteHookKind::Layer => runs_around(place, at.place),
            _ => runs_before(place, at.place, at.router),
        };
        let fits = match hook.kind {
            RouteHookKind::Parameter => has_parameter(hook.prefix.as_ref(), &at.path)
                .map(|it| if self.asked.is_own { it } else { Confidence::Possible }),
            RouteHookKind::UseExactly => fits_exactly(hook.prefix.as_ref(), &at.path),
            _ => fits(hook.prefix.as_ref(), &at.path),
        };
        let kept = hook.limits.as_ref().map_or(Some(Confidence::Exact), |it| {
            let is_mounted = self.routers.mounts.contains_key(at.router);
            let asked = (self.asked.method, at.path.as_str());
            limits::holds(it, hook.prefix.as_ref(), asked, is_mounted)
        });
        let all = order.min(fits).min(kept);
        let Some(limit) = all.map(|it| it.min(limit)) else { return };
        let is_sure = !hook.is_conditional
            && hook.owner.is_none_or(|owner| {
                hook.order.is_some()
                    || is_made_by(at.router, owner)
                    || (self.is_called)(place.0, owner)
            });
        let limit = if is_sure { limit } else { Confidence::Possible };
        let confidence = limit.min(confidence);
        let by = (&hook.router, 0);
        self.all.push(One { run, outside, name: None, by, confidence });
    }

    fn of_controller(
        &mut self,
        hook: &'a Hook,
        by: (&'a Router, u32),
        controller: &'a ControllerHook,
        limit: Confidence,
        passed: Option<&'a Actions>,
    ) {
        let limit = if hook.is_conditional { Confidence::Possible } else { limit };
        let name = controller.name.as_ref();
        match &hook.action {
            HookAction::Inherit(base, confidence) => {
                let limit = limit.min(*confidence);
                let is_call = hook.kind == RouteHookKind::Configure;
                if is_call || self.inherited.insert(base) {
                    self.depth += 1;
                    self.router(base, limit, is_call.then_some(&controller.actions));
                    self.depth -= 1;
                }
            }
            HookAction::Skip => match self.held(&controller.actions, passed) {
                Held::No => {}
                Held::Surely if limit > Confidence::Possible && name.is_some() => {
                    self.all.retain(|it| it.name != name);
                }
                _ => self.doubt(|it| name.is_none() || it.name == name),
            },
            action => {
                // One that is registered again under its name replaces what was there.
                if name.is_some() && limit > Confidence::Possible {
                    self.all.retain(|it| it.name != name || it.by == by);
                } else if name.is_some() {
                    self.doubt(|it| it.name == name && it.by != by);
                }
                let limit = match self.held(&controller.actions, passed) {
                    Held::No => return,
                    Held::Perhaps => Confidence::Possible,
                    Held::Surely => limit,
                };
                let run = run_of(action);
                let (outside, of_outside) = match action {
                    HookAction::RunOutside(name, confidence) => (Some(name), Some(*confidence)),
                    _ => (None, None),
                };
                let own = run.map(|it| it.1).or(of_outside);
                let confidence = own.map_or(limit, |it| it.min(limit));
                let run = run.map(|it| it.0);
                self.all.push(One { run, outside, name, by, confidence });
            }
        }
    }

    fn held(&self, actions: &Actions, passed: Option<&Actions>) -> Held {
        let own = actions.hold(self.asked.action);
        if !actions.is_passed {
            return own;
        }
        own.min(passed.map_or(Held::Perhaps, |it| it.hold(self.asked.action)))
    }

    fn doubt(&mut self, is_meant: impl Fn(&One<'a>) -> bool) {
        for it in self.all.iter_mut().filter(|it| is_meant(it)) {
            it.confidence = Confidence::Possible;
        }
    }

    fn found(mut self) -> Stands<'a> {
        if self.is_cut {
            // What was not read may take back what was.
            self.doubt(|_| true);
        }
        let all = std::mem::take(&mut self.all);
        let limit = self.at.limit;
        let mut stands = Stands::default();
        for it in all {
            let named = it.name.and_then(|name| self.method(name));
            let confidence = it.confidence.min(limit);
            match (named.or(it.run), it.outside.or(it.name)) {
                (Some(run), _) => stands.runs.push((run, confidence)),
                // A method that no class of the project has, a library gives.
                (None, Some(name)) => stands.outside.push((name, confidence)),
                (None, None) => {}
            }
        }
        stands
    }

    /// The method of a name that the controller has: its own, or that of the nearest base.
    fn method(&self, name: &str) -> Option<Run<'a>> {
        self.line.iter().rev().find_map(|router| match router {
            Router::Definition(path, class) => {
                let (path, method) = self.routers.methods.get(&(path, *class))?.get(name)?;
                Some((*path, *method, Action::Run))
            }
            _ => None,
        })
    }
}

pub(super) fn run_of(action: &HookAction) -> Option<(Run<'_>, Confidence)> {
    match action {
        HookAction::Run(path, id, it) => Some(((path, *id, Action::Run), *it)),
        HookAction::RunBare(path, id, it) => Some(((path, *id, Action::RunBare), *it)),
        HookAction::Decorate(path, id, it) => Some(((path, *id, Action::Decorate), *it)),
        HookAction::RunNamed
        | HookAction::RunOutside(..)
        | HookAction::Mount(..)
        | HookAction::Inherit(..)
        | HookAction::Skip
        | HookAction::Below => None,
    }
}
