//! `documented`: governed definitions say what they are for.

use codd_facts::DefinitionKind;
use codd_graph::{NodeId, NodePlace};
use codd_source::Diagnostic;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_yaml::Value;

use super::{CheckKind, CompiledCheck};
use crate::CheckOutcome;
use crate::context::CheckContext;
use crate::settings::CheckSource;

pub(super) struct Documented;

/// Governed definitions have a docstring or documentation comment.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Which definitions are asked; by default classes, functions and methods that are not
    /// private, or the handlers of routes where the control governs routes.
    #[serde(default)]
    kinds: Vec<Kind>,
    /// Ask private definitions too.
    #[serde(default)]
    private: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Class,
    Function,
    Method,
    Interface,
    Enum,
    Type,
    Variable,
    Field,
}

impl CheckKind for Documented {
    fn name(&self) -> &'static str {
        "documented"
    }

    fn manual(&self) -> &'static str {
        include_str!("documented.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Settings>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        let settings: Settings = match &source.check.settings {
            Value::Null => Settings::default(),
            _ => source.read(diagnostics)?,
        };
        Some(Box::new(settings))
    }
}

impl CompiledCheck for Settings {
    fn decides_examples(&self) -> bool {
        false
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let graph = ctx.view.graph;
        let governed = ctx.governed();
        let mut asked: Vec<NodeId> = if ctx.control.applies_to.routes.is_some() {
            governed.routes.iter().flat_map(|route| graph.handlers(*route)).collect()
        } else {
            governed.definitions.clone()
        };
        asked.sort_unstable();
        asked.dedup();
        for id in asked {
            let node = graph.node(id);
            let Some(facts) = ctx.view.files.get(&node.key.path).and_then(|it| it.facts.as_ref())
            else {
                continue;
            };
            let NodePlace::Definition(definition_id) = node.place else { continue };
            let definition = facts.semantics.definition(definition_id);
            let is_inside_function = definition
                .parent
                .is_some_and(|parent| facts.semantics.definition(parent).kind.is_function());
            let is_test = facts.semantics.tests.iter().any(|it| it.definition == definition_id);
            if is_test
                || is_inside_function
                || !self.asks(definition.kind)
                || definition.flags.is_companion
                || (definition.flags.is_private && !self.private)
            {
                continue;
            }
            outcome.anchors += 1;
            let place = ctx.node_place(id);
            if facts.places.definitions[definition_id.index()].is_documented {
                outcome.complies(|| place);
            } else {
                let message =
                    format!("{} `{}` has no documentation", word(definition.kind), node.dotted);
                let mut finding = ctx.failure(place, "undocumented", message);
                finding.help.get_or_insert_with(|| {
                    "say in a docstring or documentation comment what it is for".to_owned()
                });
                outcome.findings.push(finding);
            }
        }
        ctx.count_files_of_nodes(&mut outcome);
        outcome.decide("no definition of these kinds is in scope")
    }
}

impl Settings {
    fn asks(&self, kind: DefinitionKind) -> bool {
        let kind = match kind {
            DefinitionKind::Class => Kind::Class,
            DefinitionKind::Function => Kind::Function,
            DefinitionKind::Method => Kind::Method,
            DefinitionKind::Interface => Kind::Interface,
            DefinitionKind::Enum => Kind::Enum,
            DefinitionKind::TypeAlias => Kind::Type,
            DefinitionKind::Variable => Kind::Variable,
            DefinitionKind::Field => Kind::Field,
            DefinitionKind::Namespace | DefinitionKind::Callback | DefinitionKind::Resource => {
                return false;
            }
        };
        match self.kinds.as_slice() {
            [] => matches!(kind, Kind::Class | Kind::Function | Kind::Method),
            kinds => kinds.contains(&kind),
        }
    }
}

/// What a message calls a definition.
fn word(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Function => "function",
        DefinitionKind::Method => "method",
        DefinitionKind::Class => "class",
        DefinitionKind::Interface => "interface",
        DefinitionKind::Enum => "enum",
        DefinitionKind::TypeAlias => "type",
        DefinitionKind::Variable => "variable",
        DefinitionKind::Field => "field",
        DefinitionKind::Namespace => "namespace",
        DefinitionKind::Resource => "resource",
        DefinitionKind::Callback => "callback",
    }
}
