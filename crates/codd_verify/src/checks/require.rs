//! `require`: for which places of the code something must be present.

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

pub(super) struct Require;

/// Every place that `for` finds must match `must`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The language of the rules; by default the one language of `applies_to.languages`.
    #[expect(dead_code, reason = "read before the rest, so that errors can name the language")]
    language: Option<String>,
    /// Several languages whose syntax the rules fit.
    #[serde(default)]
    #[expect(dead_code, reason = "read before the rest, so that errors can name the language")]
    languages: Vec<String>,
    /// An ast-grep rule object: the places that are asked about.
    #[serde(rename = "for")]
    anchors: SerializableRule,
    /// An ast-grep rule object that each of those places must match; it may use what `for` has
    /// captured.
    must: SerializableRule,
    /// By meta-variable of `for`: a rule that what it has captured must match.
    constraints: Option<BTreeMap<String, SerializableRule>>,
    /// Rules that `matches` can name.
    utils: Option<BTreeMap<String, SerializableRule>>,
    /// What is missing, with `$NAME` for what `for` has captured.
    message: Option<String>,
    /// What to write instead, with `$NAME` for what `for` has captured.
    fix: Option<String>,
}

impl CheckKind for Require {
    fn name(&self) -> &'static str {
        "require"
    }

    fn manual(&self) -> &'static str {
        include_str!("require.md")
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
            rule: read.anchors,
            constraints: read.constraints,
            utils: read.utils,
            must: Some(read.must),
            message: read.message,
            fix: read.fix,
        };
        let rules = code_check::compile(source, &["for", "must"], parts, diagnostics)?;
        Some(Box::new(CompiledRequire { rules }))
    }
}

struct CompiledRequire {
    rules: Vec<CodeRule>,
}

impl CompiledCheck for CompiledRequire {
    fn code_rules(&self) -> &[CodeRule] {
        &self.rules
    }

    fn found(&self, ctx: &CheckContext<'_>) -> Option<CheckOutcome> {
        Some(code_check::collect(ctx, &self.rules))
    }

    fn concluded(&self, _ctx: &CheckContext<'_>, found: CheckOutcome) -> CheckOutcome {
        found.decide("no such place is in scope")
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        self.concluded(ctx, code_check::collect(ctx, &self.rules))
    }
}
