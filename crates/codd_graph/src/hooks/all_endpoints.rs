//! What an ASP.NET application says of all its endpoints at once: conventions and filters of all
//! controllers, the policy of who names none.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{Certainty, DefinitionId, Expr, ReferenceKind, Route, RouteHookKind, Semantics};
use codd_source::RepoPath;

use crate::{Confidence, GraphFile, Hook, HookAction};

/// What holds for the routes of controllers alone.
const OF_CONTROLLERS: [&str; 3] = ["AllowAnonymous", "AuthorizeFilter", "RequireAuthorization"];

/// What holds for all endpoints that say nothing themselves, where something asks for it.
const FALLBACK: &str = "FallbackPolicy";
const ASKING: &str = "UseAuthorization";

/// Methods that the framework runs as a program starts, or the language does.
const STARTING: [&str; 5] =
    ["Configure", "ConfigureContainer", "ConfigureServices", "Main", "<init>"];

/// Functions that functions call, at most this deep.
const MAX_DEPTH: u32 = 8;

/// One thing that is said, with the file that says it.
type Said<'a> = (&'a Hook, &'a RepoPath);

/// What is said of all endpoints, and what of that is come to.
#[derive(Default)]
pub(super) struct AllEndpoints<'a> {
    pub(super) said: Vec<Said<'a>>,
    started: Started<'a>,
}

impl<'a> AllEndpoints<'a> {
    /// Whether a hook is one of these.
    pub(super) fn is_one(hook: &Hook, path: &RepoPath) -> bool {
        hook.kind == RouteHookKind::Global && path.extension() == Some("cs") && word(hook).is_some()
    }

    pub(super) fn of(files: &[&'a GraphFile], said: Vec<Said<'a>>) -> AllEndpoints<'a> {
        let is_needed =
            said.iter().any(|(hook, _)| hook.owner.is_some() || word(hook) == Some(FALLBACK));
        let started = if is_needed { Started::of(files) } else { Started::default() };
        AllEndpoints { said, started }
    }

    /// How surely a thing holds for a route, of what is said in the application `own`.
    pub(super) fn limit(
        &self,
        (hook, path): Said<'a>,
        (route, semantics): (&Route, &Semantics),
        application: &dyn Fn(&'a RepoPath) -> &'a str,
    ) -> Option<Confidence> {
        let word = word(hook)?;
        let is_of_controller =
            route.router.is_some_and(|it| matches!(semantics.expr(it), Expr::Definition(_)));
        if OF_CONTROLLERS.contains(&word) && !is_of_controller {
            return None;
        }
        let own = application(path);
        let is_said = hook.owner.is_none_or(|owner| self.started.is_run(path, owner));
        let is_asked = || {
            let mut asked = self.started.asking.iter();
            let mut others = self
                .said
                .iter()
                .filter(|it| self::word(it.0) == Some(word) && application(it.1) == own);
            asked.any(|it| application(it) == own) && others.all(|it| !it.0.is_conditional)
        };
        let is_sure = is_said && (word != FALLBACK || is_asked());
        Some(if is_sure { Confidence::Exact } else { Confidence::Possible })
    }
}

fn word(hook: &Hook) -> Option<&'static str> {
    let HookAction::RunOutside(name, _) = &hook.action else { return None };
    OF_CONTROLLERS.into_iter().chain([FALLBACK]).find(|it| name == it)
}

/// Which functions are surely called, by their names: where several have one, it is not known
/// which is meant.
#[derive(Default)]
struct Started<'a> {
    /// By name: who calls it, and the file of that; `None` for the top level.
    calls: BTreeMap<&'a str, Vec<(&'a RepoPath, Option<DefinitionId>)>>,
    /// By name, the functions.
    functions: BTreeMap<&'a str, usize>,
    facts: BTreeMap<&'a RepoPath, &'a Semantics>,
    /// The files that put in front of endpoints what asks who may.
    asking: BTreeSet<&'a RepoPath>,
}

impl<'a> Started<'a> {
    fn of(files: &[&'a GraphFile]) -> Started<'a> {
        let mut started = Started::default();
        for file in files.iter().filter(|it| it.path.extension() == Some("cs")) {
            let Some((_, semantics, _)) = &file.facts else { continue };
            started.facts.insert(&file.path, semantics);
            for it in semantics.definitions.iter().filter(|it| it.kind.is_function()) {
                *started.functions.entry(it.name.as_str()).or_default() += 1;
            }
            let calls = semantics
                .references
                .iter()
                .filter(|it| it.kind == ReferenceKind::Call && it.certainty == Certainty::Always);
            for call in calls {
                let (Expr::Attribute { name, .. } | Expr::Name { name, .. }) =
                    semantics.expr(semantics.unapplied(call.target))
                else {
                    continue;
                };
                if name == ASKING {
                    started.asking.insert(&file.path);
                }
                let known = started.calls.entry(name.as_str()).or_default();
                known.push((&file.path, call.owner));
            }
        }
        started
    }

    fn is_run(&self, path: &RepoPath, function: DefinitionId) -> bool {
        self.is_run_within(path, function, 0)
    }

    fn is_run_within(&self, path: &RepoPath, function: DefinitionId, depth: u32) -> bool {
        let Some(semantics) = self.facts.get(path) else { return false };
        let name = semantics.definition(function).name.as_str();
        if STARTING.contains(&name) || depth > MAX_DEPTH {
            return depth <= MAX_DEPTH;
        }
        let is_only = self.functions.get(name) == Some(&1);
        // One caller that runs is enough, and those of one name are few.
        let callers = self.calls.get(name).into_iter().flatten().take(64);
        is_only
            && callers.into_iter().any(|(path, owner)| {
                owner.is_none_or(|it| it != function && self.is_run_within(path, it, depth + 1))
            })
    }
}
