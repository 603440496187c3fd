//! YAML: GitHub workflows and actions, GitLab pipelines, compose files, Kubernetes manifests,
//! functions of clouds, OpenAPI descriptions, settings; what is none of these has no parts.

mod compose;
mod depth;
mod gitlab;
mod kubernetes;
pub(super) mod openapi;
mod serverless;
mod workflow;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use codd_source::RepoPath;

use crate::documents::{At, Document, is_layout};
use crate::languages::NoModules;
use crate::languages::helm::template::{self, chart_of, is_template, is_values, values_place};
use crate::node::{Grammar, Node};
use crate::resources::{Resources, Token, tree_tokens};
use crate::settings::{Declaring, Kept, holds_settings};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{
    Conventions, DefinitionId, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules, Name,
    ParseErrors, Parsed, ProjectFiles,
};

pub(super) struct Yaml;

/// Files that programs write and nobody reads.
const LOCK_FILES: &[&str] = &["pnpm-lock.yaml", "conda-lock.yml", "Podfile.lock"];

impl Language for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["yml"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["yaml", "yml"]
    }

    fn takes(&self, path: &RepoPath) -> bool {
        matches!(path.extension(), Some("yaml" | "yml")) && !LOCK_FILES.contains(&path.file_name())
    }

    fn is_code(&self) -> bool {
        false
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_yaml::LANGUAGE.into()
    }

    fn is_too_deep(&self, text: &str) -> bool {
        depth::is_too_deep(text)
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let role = |kind: &str| match kind {
            "comment" => NodeRole::Comment,
            "plain_scalar" | "double_quote_scalar" | "single_quote_scalar" => NodeRole::Atom,
            _ => NodeRole::Plain,
        };
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        let tree = SyntaxTree::new(parsed, grammar.roles());
        let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
        let document = Document::yaml(root);
        let mut resources = Resources::new(parsed);
        read(&document, &mut resources);
        let tokens = tokens(&tree, grammar);
        let mut errors = tree.errors.clone();
        if is_template(&parsed.path, &parsed.text) {
            if let Some(chart) = chart_of(&parsed.path) {
                template::read(chart, &mut resources);
            }
            // What it makes is YAML, and not it itself.
            errors = ParseErrors::default();
        } else if errors.count > 0 && parsed.text.contains("{{") {
            // It is filled in before anyone reads it as YAML.
            resources.builder.not_modelled("templated text");
            errors = ParseErrors::default();
        }
        resources.finish("yaml", &tokens, errors)
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &[
                "jobs and steps of GitHub workflows and actions",
                "jobs of GitLab pipelines, also of the files that they include",
                "functions of the Serverless Framework and of AWS SAM",
                "services of compose files",
                "Kubernetes objects",
                "operations and schemas of OpenAPI",
                "keys of files of settings, and of the values of Helm charts",
            ],
            references: &[
                "needs, depends_on, uses, extends",
                "files and scripts that are run",
                "functions that platforms run and descriptions name, by file and name",
                "files of kustomizations",
                "variables of the environment",
                "ConfigMaps, Secrets and other objects by name",
            ],
            modules: &["files and actions of the repository"],
            not_modelled: &[
                "YAML of any other kind",
                "text that is filled in first, but for templates of Helm",
                "expressions of workflows",
            ],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(NoModules)
    }
}

fn tokens(tree: &SyntaxTree<'_>, grammar: &'static Grammar) -> Vec<Token> {
    tree_tokens(tree, |kind| is_layout(grammar.word(kind)))
}

/// What the file is, by its name and its outermost keys.
fn read(document: &Document<'_>, resources: &mut Resources<'_>) {
    let path = resources.path.as_str();
    let name = resources.path.file_name();
    let Some(root) = document.roots().next() else { return };
    let has = |key: &str| root.get(key).is_some();
    if is_values(resources.path) {
        let place = values_place(resources.folder());
        Declaring::new(resources, Kept::Chart(place)).document(root);
    } else if has("openapi") || has("swagger") {
        openapi::read(root, resources);
        refer(document, resources);
    } else if matches!(name, "action.yml" | "action.yaml") && has("runs") {
        workflow::read_action(root, resources);
    } else if has("jobs") && (path.contains(".github/workflows/") || has("on")) {
        workflow::read(root, resources);
    } else if name.contains(".gitlab-ci.") || path.contains(".gitlab/ci/") {
        gitlab::read(root, resources);
    } else if has("services") && is_compose(name, root) {
        compose::read(root, resources);
    } else if serverless::is_one(root) {
        serverless::read(root, resources);
    } else if gitlab::is_included(root) {
        gitlab::read(root, resources);
    } else {
        for root in document.roots() {
            kubernetes::read(root, resources);
        }
        if resources.builder.semantics.definitions.is_empty()
            && resources.builder.semantics.links.is_empty()
        {
            if is_template(resources.path, &resources.text) {
                // Read as such.
            } else if holds_settings(resources.path) {
                let mut declaring = Declaring::new(resources, Kept::Settings);
                document.roots().for_each(|root| declaring.document(root));
            } else {
                resources.builder.not_modelled("YAML of no known kind");
            }
        }
    }
}

fn is_compose(name: &str, root: At<'_, '_>) -> bool {
    name.contains("compose")
        || root.get("services").is_some_and(|services| {
            services
                .fields()
                .all(|it| it.value.get("image").is_some() || it.value.get("build").is_some())
        })
}

/// What `$ref` names: a part of this file, or another file.
fn refer(document: &Document<'_>, resources: &mut Resources<'_>) {
    let owners = resources.owners();
    for field in document.all_fields().filter(|it| it.key == "$ref") {
        if let Some(text) = field.value.text() {
            openapi::reference(resources, text, owners.of(field.span), field.span);
        }
    }
}

/// Adds the variables of a process below what sets them: `{NAME: value}` or `[NAME=value]`.
///
/// One that is given what another has hands that on.
fn environment(value: At<'_, '_>, owner: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let mut set = |key: &str, whole, key_span, text: Option<(&str, u32)>| {
        if !crate::resources::is_environment_name(key) {
            return;
        }
        let name = format!("environment.{key}");
        let own = resources.define(&name, whole, key_span, owner);
        let expanded: Vec<(&str, u32)> = text
            .into_iter()
            .flat_map(|(text, start)| {
                crate::resources::expanded_names(text).map(move |name| {
                    (name, start + (name.as_ptr() as usize - text.as_ptr() as usize) as u32)
                })
            })
            .collect();
        let value = text.map_or("", |(text, _)| text);
        let run = crate::programs::of_variable(resources.folder(), key, value);
        if !run.is_empty() {
            resources.guess(LinkKind::File, LinkRole::Calls, run, own, key_span);
        }
        let hands_on = text.is_none() || expanded.iter().any(|(name, _)| *name == key);
        let role = if hands_on { LinkRole::Adopts } else { LinkRole::Declares };
        resources.link(LinkKind::Environment, role, [Name::new(key)], own, key_span);
        for (name, start) in expanded.into_iter().filter(|(name, _)| *name != key) {
            let span = codd_source::Span { start, end: start + name.len() as u32 };
            let role = LinkRole::Forwards;
            resources.link(LinkKind::Environment, role, [Name::new(name)], own, span);
        }
    };
    for field in value.fields() {
        // Without a value it is that of the process which starts this one.
        let text = field.value.raw().filter(|(text, _)| !text.is_empty());
        set(field.key, field.span, field.key_span, text);
    }
    for item in value.items() {
        let Some((raw, start)) = item.raw() else { continue };
        let text = crate::resources::unquoted(raw);
        let start = start + (text.as_ptr() as usize - raw.as_ptr() as usize) as u32;
        match text.split_once('=') {
            Some((key, value)) => {
                let from = start + key.len() as u32 + 1;
                let key_span = codd_source::Span { start, end: from - 1 };
                set(key, item.span(), key_span, Some((value, from)));
            }
            None => set(text, item.span(), item.span(), None),
        }
    }
}
