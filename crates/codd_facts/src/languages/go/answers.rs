//! Functions of gin that answer and let the request go on: what stands behind them in a chain runs
//! when the answer is given.

use std::collections::BTreeMap;

use super::walk::Walk;
use crate::builder::lookup;
use crate::{Bound, DefinitionId, Expr, ExprId, ReferenceKind, Route, Semantics};

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

impl Walk<'_, '_> {
    /// Says of the functions of a file whether they answer and let the request go on.
    pub(super) fn note_answers(&mut self) {
        if !self.frameworks.has_gin() {
            return;
        }
        let builder = &self.lowering.builder;
        let semantics = &builder.semantics;
        let mut called: BTreeMap<DefinitionId, Vec<&str>> = BTreeMap::new();
        for it in semantics.references.iter().filter(|it| it.kind == ReferenceKind::Call) {
            if let Some(owner) = it.owner
                && let Expr::Attribute { base, name } = semantics.expr(it.target)
                && let Expr::Name { scope, name: of } = semantics.expr(*base)
                && matches!(builder.bound_so_far(*scope, of),
                    Some((_, Bound::Parameter { function, .. })) if *function == owner)
            {
                called.entry(owner).or_default().push(name);
            }
        }
        let answering: Vec<DefinitionId> = called
            .into_iter()
            .filter(|(_, methods)| is_answered_by(methods.iter().copied()))
            .map(|it| it.0)
            .collect();
        for id in answering {
            self.definition(id).flags.answers = true;
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
