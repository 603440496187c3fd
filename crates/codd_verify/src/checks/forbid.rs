//! `forbid`: code that must not be there, in ast-grep's rule language.

use std::collections::BTreeMap;

use ast_grep_config::SerializableRule;
use codd_source::Diagnostic;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::code_check;
use super::{CheckKind, CompiledCheck};
use crate::CheckOutcome;
use crate::code::{CodeRule, RuleParts};
use crate::context::CheckContext;
use crate::settings::{CheckSource, OneOrMany};

pub(super) struct Forbid;

/// Every match of a rule is a violation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The language of the rule; by default the one language of `applies_to.languages`.
    #[expect(dead_code, reason = "read before the rest, so that errors can name the language")]
    language: Option<String>,
    /// Several languages whose syntax the rule fits.
    #[serde(default)]
    #[expect(dead_code, reason = "read before the rest, so that errors can name the language")]
    languages: Vec<String>,
    /// An ast-grep rule object.
    rule: SerializableRule,
    /// By meta-variable: a rule that what it has captured must match.
    constraints: Option<BTreeMap<String, SerializableRule>>,
    /// Rules that `matches` can name.
    utils: Option<BTreeMap<String, SerializableRule>>,
    /// What is wrong, with `$NAME` for what was captured.
    message: Option<String>,
    /// What to write instead, with `$NAME` for what was captured.
    fix: Option<String>,
}

impl CheckKind for Forbid {
    fn name(&self) -> &'static str {
        "forbid"
    }

    fn manual(&self) -> &'static str {
        include_str!("forbid.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<OneOrMany<Settings>>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        let parts = |read: Settings| RuleParts {
            rule: read.rule,
            constraints: read.constraints,
            utils: read.utils,
            must: None,
            message: read.message,
            fix: read.fix,
        };
        let rules = code_check::compile(source, &["rule"], parts, diagnostics)?;
        Some(Box::new(CompiledForbid { rules }))
    }
}

struct CompiledForbid {
    rules: Vec<CodeRule>,
}

impl CompiledCheck for CompiledForbid {
    fn code_rules(&self) -> &[CodeRule] {
        &self.rules
    }

    fn found(&self, ctx: &CheckContext<'_>) -> Option<CheckOutcome> {
        Some(code_check::collect(ctx, &self.rules))
    }

    fn concluded(&self, _ctx: &CheckContext<'_>, mut found: CheckOutcome) -> CheckOutcome {
        found.anchors = found.files;
        found.decide("no file of the rule's language is in scope")
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        self.concluded(ctx, code_check::collect(ctx, &self.rules))
    }
}
