//! Functions of gin that answer and let the request go on: what stands behind them in a chain runs
//! when the answer is given.

use std::collections::{BTreeMap, BTreeSet};

use super::walk::Walk;
use crate::builder::lookup;
use crate::{Bound, DefinitionId, Expr, ExprId, ReferenceKind, Route, RouteHookKind, Semantics};

/// Methods of a context that answer.
const ANSWERING: &[&str] = &[
    "AsciiJSON",
    "Data",
    "DataFromReader",
    "File",
    "FileAttachment",
    "FileFromFS",
    "HTML",
    "IndentedJSON",
    "JSON",
    "JSONP",
    "ProtoBuf",
    "PureJSON",
    "Redirect",
    "Render",
    "SSEvent",
    "SecureJSON",
    "Status",
    "Stream",
    "String",
    "TOML",
    "XML",
    "YAML",
];

/// How methods of it are called that end the request.
const ENDING: &str = "Abort";

/// Functions of one chain that are looked at.
const MAX_CHAIN: usize = 64;

/// Whether calls of these methods, in the order of the text, answer and do not end the request
/// with it.
pub(super) fn is_answered_by<'a>(methods: impl Iterator<Item = &'a str>) -> bool {
    let mut is_answered = false;
    for method in methods {
        is_answered |= ANSWERING.contains(&method);
        is_answered &= !method.starts_with(ENDING);
    }
    is_answered
}

/// What a function does to its context, in the order of the text.
#[derive(Clone, Copy)]
enum Does<'a> {
    Method(&'a str),
    /// Calls another function of the file.
    Calls(DefinitionId),
}

/// Calls of functions that answer, one by the other.
const MAX_CALLS: usize = 4;

impl Walk<'_, '_> {
    /// Says of the functions of a file whether they answer and let the request go on.
    pub(super) fn note_answers(&mut self) {
        if !self.frameworks.has_gin() {
            return;
        }
        let mut answering: BTreeSet<DefinitionId> = BTreeSet::new();
        let does = self.done_by_functions();
        for _ in 0..MAX_CALLS {
            let known = answering.len();
            let answers = |does: &[Does<'_>]| {
                is_answered_by(does.iter().filter_map(|it| match it {
                    Does::Method(name) => Some(*name),
                    Does::Calls(id) => answering.contains(id).then_some(ANSWERING[0]),
                }))
            };
            let new: Vec<DefinitionId> =
                does.iter().filter(|(_, does)| answers(does)).map(|it| *it.0).collect();
            answering.extend(new);
            if answering.len() == known {
                break;
            }
        }
        for id in answering {
            self.definition(id).flags.answers = true;
        }
        self.doubt_behind_hooks();
    }

    fn done_by_functions(&self) -> BTreeMap<DefinitionId, Vec<Does<'_>>> {
        let builder = &self.lowering.builder;
        let semantics = &builder.semantics;
        let mut done: BTreeMap<DefinitionId, Vec<Does<'_>>> = BTreeMap::new();
        for it in semantics.references.iter().filter(|it| it.kind == ReferenceKind::Call) {
            let Some(owner) = it.owner else { continue };
            let is_given = |expr: ExprId| match semantics.expr(expr) {
                Expr::Name { scope, name } => matches!(
                    builder.bound_so_far(*scope, name),
                    Some((_, Bound::Parameter { function, .. })) if *function == owner
                ),
                _ => false,
            };
            let does = match semantics.expr(it.target) {
                Expr::Attribute { base, name } if is_given(*base) => Does::Method(name.as_str()),
                // `c.Writer.WriteString("x")`.
                Expr::Attribute { base, name } if name.starts_with("Write") => {
                    match semantics.expr(*base) {
                        Expr::Attribute { base, name } if name == "Writer" && is_given(*base) => {
                            Does::Method(ANSWERING[0])
                        }
                        _ => continue,
                    }
                }
                Expr::Name { scope, name } => match builder.bound_so_far(*scope, name) {
                    Some((_, Bound::Definition(id))) => Does::Calls(*id),
                    _ => continue,
                },
                _ => continue,
            };
            done.entry(owner).or_default().push(does);
        }
        done
    }

    /// What is registered behind a function that answers, asks too late: `r.Use(own, auth)`.
    fn doubt_behind_hooks(&mut self) {
        let semantics = self.semantics();
        let answers = |expr: ExprId| match semantics.expr(expr) {
            Expr::Definition(id) => semantics.definition(*id).flags.answers,
            Expr::Name { scope, name } => matches!(
                self.lowering.builder.bound_so_far(*scope, name),
                Some((_, Bound::Definition(id))) if semantics.definition(*id).flags.answers
            ),
            _ => false,
        };
        let mut answered: BTreeSet<(Option<DefinitionId>, String)> = BTreeSet::new();
        let mut late = Vec::new();
        for (at, hook) in semantics.route_hooks.iter().enumerate() {
            let Expr::Name { name, .. } = semantics.expr(hook.router) else { continue };
            if hook.kind != RouteHookKind::Use {
                continue;
            }
            let router = (hook.owner, name.to_string());
            if answered.contains(&router) {
                late.push(at);
            }
            if answers(hook.function) {
                answered.insert(router);
            }
        }
        for at in late {
            self.lowering.builder.semantics.route_hooks[at].is_conditional = true;
        }
    }
}

impl Semantics {
    /// Whether a function of the route's file has answered before what an expression of its chain
    /// runs.
    pub fn is_answered_before(&self, route: &Route, expr: ExprId) -> bool {
        let chain = route.middleware.iter().chain([&route.handler]).take(MAX_CHAIN);
        route.framework == "gin"
            && chain.take_while(|it| **it != expr).any(|it| {
                if let Expr::Definition(id) = self.expr(*it) {
                    return self.definition(*id).flags.answers;
                }
                let Expr::Name { scope, name } = self.expr(*it) else { return false };
                lookup(self, *scope, name).is_some_and(|(_, all)| {
                    all.iter().any(|it| {
                        matches!(it.bound, Bound::Definition(id)
                            if self.definition(id).flags.answers)
                    })
                })
            })
    }
}
