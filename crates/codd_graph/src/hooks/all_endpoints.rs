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
        let is_run = |owner| self.started.run.contains(&(path, owner));
        let is_said = hook.owner.is_none_or(is_run);
        let is_asked = || {
            let mut asked = self.started.asking.iter();
            let mut said = self
                .said
                .iter()
                .filter(|it| self::word(it.0) == Some(word) && application(it.1) == own);
            let is_sure = said.next().is_some_and(|it| !it.0.is_conditional);
            asked.any(|it| application(it) == own) && is_sure && said.next().is_none()
        };
        let is_sure = is_said && (word != FALLBACK || is_asked());
        Some(if is_sure { Confidence::Exact } else { Confidence::Possible })
    }
}

fn word(hook: &Hook) -> Option<&'static str> {
    let HookAction::RunOutside(name, _) = &hook.action else { return None };
    OF_CONTROLLERS.into_iter().chain([FALLBACK]).find(|it| name == it)
}

/// Which functions of a program surely run.
#[derive(Default)]
struct Started<'a> {
    run: BTreeSet<Function<'a>>,
    /// The files that put in front of endpoints what asks who may.
    asking: BTreeSet<&'a RepoPath>,
}

type Function<'a> = (&'a RepoPath, DefinitionId);

impl<'a> Started<'a> {
    fn of(files: &[&'a GraphFile]) -> Started<'a> {
        let mut asking = BTreeSet::new();
        // Who has a name, and what is called by whom: by no one at the top level of a file.
        let mut named: BTreeMap<&str, Vec<Function<'a>>> = BTreeMap::new();
        let mut calls: BTreeMap<Option<Function<'a>>, BTreeSet<&str>> = BTreeMap::new();
        for file in files.iter().filter(|it| it.path.extension() == Some("cs")) {
            let Some((_, semantics, _)) = &file.facts else { continue };
            for (at, it) in semantics.definitions.iter().enumerate() {
                if it.kind.is_function() {
                    let function = (&file.path, DefinitionId(at as u32));
                    named.entry(it.name.as_str()).or_default().push(function);
                }
            }
            for call in &semantics.references {
                if call.kind == ReferenceKind::Call
                    && call.certainty == Certainty::Always
                    && let Expr::Attribute { name, .. } | Expr::Name { name, .. } =
                        semantics.expr(semantics.unapplied(call.target))
                {
                    if name == ASKING {
                        asking.insert(&file.path);
                    }
                    let owner = call.owner.map(|it| (&file.path, it));
                    calls.entry(owner).or_default().insert(name.as_str());
                }
            }
        }
        // Where several have one name, it is not known which of them is called.
        let only = |name: &str| match named.get(name).map(Vec::as_slice) {
            Some([function]) => Some(*function),
            _ => None,
        };
        let called = |by: Option<Function<'a>>| calls.get(&by).into_iter().flatten();
        let starting = STARTING.iter().filter_map(|it| named.get(it)).flatten().copied();
        let mut run: BTreeSet<Function<'a>> = starting.collect();
        run.extend(called(None).filter_map(|it| only(it)));
        let mut open: Vec<Function<'a>> = run.iter().copied().collect();
        while let Some(function) = open.pop() {
            open.extend(
                called(Some(function)).filter_map(|it| only(it)).filter(|it| run.insert(*it)),
            );
        }
        Started { run, asking }
    }
}
