//! The table of check kinds: a file and a manual page each, and a line each here.

mod argument;
mod before;
mod code_check;
mod config;
mod dependency;
mod documented;
mod flow;
mod flow_ends;
mod followed;
mod forbid;
#[cfg(test)]
mod graph_tests;
mod guard;
#[cfg(test)]
mod guard_around_tests;
#[cfg(test)]
mod guard_aspnet_tests;
#[cfg(test)]
mod guard_chain_tests;
mod guard_classes;
#[cfg(test)]
mod guard_gin_tests;
#[cfg(test)]
mod guard_go_tests;
#[cfg(test)]
mod guard_hooks_tests;
#[cfg(test)]
mod guard_library_tests;
#[cfg(test)]
mod guard_nest_tests;
#[cfg(test)]
mod guard_open_tests;
#[cfg(test)]
mod guard_options_tests;
mod guard_permissions;
#[cfg(test)]
mod guard_refusal_tests;
#[cfg(test)]
mod guard_routes_tests;
#[cfg(test)]
mod guard_rust_tests;
#[cfg(test)]
mod guard_spring_tests;
#[cfg(test)]
mod guard_tests;
#[cfg(test)]
mod guard_view_set_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod local_tests;
mod manual;
mod page;
#[cfg(test)]
mod page_tests;
mod reach;
mod require;
#[cfg(test)]
mod route_scope_tests;
#[cfg(test)]
mod running_tests;
mod secret;
#[cfg(test)]
mod taken_tests;
mod tested;
mod text;
#[cfg(test)]
mod text_tests;
#[cfg(test)]
mod trivia_tests;
mod verification;

pub use self::page::{PageCode, PageExample};
pub use self::secret::FoundSecret;
pub(crate) use self::secret::{found_secret, needs_tree, secrets_in};
pub use self::verification::proposed_fixes;

use codd_facts::{FileClass, Parsed};
use codd_flow::{ModelFile, ProbePattern};
use codd_source::{Diagnostic, RepoPath, suggestion};
use schemars::{Schema, SchemaGenerator};

use crate::code::CodeRule;
use crate::context::CheckContext;
use crate::settings::CheckSource;
use crate::{CheckOutcome, FileHits, Hit};

/// Every kind of check, in the order of their names.
static KINDS: &[&dyn CheckKind] = &[
    &argument::Argument,
    &config::Config,
    &dependency::Dependency,
    &documented::Documented,
    &flow::Flow,
    &forbid::Forbid,
    &guard::Guard,
    &manual::Manual,
    &reach::Reach,
    &require::Require,
    &secret::Secret,
    &tested::Tested,
    &text::Text,
    &verification::Verification,
];

/// A type of check: reads its settings and compiles them.
pub(crate) trait CheckKind: Send + Sync {
    /// The key under `checks:`.
    fn name(&self) -> &'static str;

    /// The manual page; its examples are tests.
    fn manual(&self) -> &'static str;

    /// Of the settings.
    fn schema(&self, generator: &mut SchemaGenerator) -> Schema;

    /// The check, or `None` with at least one error among the diagnostics.
    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>>;
}

/// One check of one control, ready to be decided.
pub(crate) trait CompiledCheck: Send + Sync {
    /// The rules that are run over every tree of their language.
    fn code_rules(&self) -> &[CodeRule] {
        &[]
    }

    /// Whether [`CompiledCheck::scan_file`] wants this file.
    fn reads_bytes_of(&self, _path: &RepoPath) -> bool {
        false
    }

    /// The hits in a file's bytes, a byte order mark left out; `check` goes into each.
    fn scan_bytes(&self, _check: u32, _bytes: &[u8]) -> Vec<Hit> {
        Vec::new()
    }

    /// Adds what is found in one file: hits, what it leaves open, what must not be shown.
    fn scan_file(&self, check: u32, file: &LocalFile<'_>, found: &mut FileHits) {
        found.hits.extend(self.scan_bytes(check, file.bytes));
    }

    /// Whether generated, vendored and minified files are read like any other.
    fn reads_every_class(&self) -> bool {
        false
    }

    /// The class of flows that it looks for, and what it adds to the shipped models.
    fn flow_model(&self) -> Option<(&str, &ModelFile)> {
        None
    }

    /// The calls whose arguments it asks for.
    fn probes(&self) -> &[ProbePattern] {
        &[]
    }

    /// Whether it reads in which order code does what, without following values.
    fn reads_code(&self) -> bool {
        false
    }

    /// Whether an example of a few lines can show that it holds.
    fn decides_examples(&self) -> bool {
        true
    }

    /// What it finds in the files at hand before it concludes anything, where that of many files
    /// is the sum of what it finds in each by itself; `None` where other files have a say.
    fn found(&self, _ctx: &CheckContext<'_>) -> Option<CheckOutcome> {
        None
    }

    /// Concludes from what [`CompiledCheck::found`] gave.
    fn concluded(&self, _ctx: &CheckContext<'_>, found: CheckOutcome) -> CheckOutcome {
        found
    }

    /// Decides the check from the hits and the graph of one snapshot.
    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome;
}

/// One file as the checks see it that need no other.
pub(crate) struct LocalFile<'a> {
    pub(crate) path: &'a RepoPath,
    pub(crate) class: FileClass,
    /// A byte order mark left out.
    pub(crate) bytes: &'a [u8],
    pub(crate) parsed: Option<&'a Parsed>,
}

/// A kind as documentation and front ends see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindPage {
    pub name: &'static str,
    /// Markdown.
    pub manual: &'static str,
}

impl KindPage {
    /// The check that it shows, with code where it has some.
    pub fn example(&self) -> Option<PageExample> {
        page::example(self.manual)
    }
}

/// The manual pages of all kinds, in the order of their names.
pub fn kind_pages() -> Vec<KindPage> {
    KINDS.iter().map(|kind| KindPage { name: kind.name(), manual: kind.manual() }).collect()
}

/// The schema of every kind's settings, each complete in itself.
pub fn check_schemas() -> Vec<(&'static str, Schema)> {
    KINDS
        .iter()
        .map(|kind| {
            let mut generator = SchemaGenerator::default();
            let mut schema = kind.schema(&mut generator);
            let definitions = generator.take_definitions(true);
            if !definitions.is_empty() {
                schema.insert("$defs".to_owned(), definitions.into());
            }
            (kind.name(), schema)
        })
        .collect()
}

/// The compiled check, or `None` with at least one error among the diagnostics.
pub(crate) fn compile(
    source: CheckSource<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Box<dyn CompiledCheck>> {
    let name: &str = &source.check.kind;
    if let Some(kind) = KINDS.iter().find(|kind| kind.name() == name) {
        return kind.compile(source, diagnostics);
    }
    let names = KINDS.iter().map(|kind| kind.name());
    let help = match suggestion(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            format!("the kinds are {}", names.join(", "))
        }
    };
    let message = format!("unknown kind of check `{name}`");
    diagnostics.push(source.check.kind_diagnostic("checks::unknown_kind", message).help(help));
    None
}
