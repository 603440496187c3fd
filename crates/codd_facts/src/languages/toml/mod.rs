//! TOML, where it pays: the scripts, entry points and dependencies of `pyproject.toml`, and
//! settings.

use std::sync::OnceLock;

use codd_source::RepoPath;

use crate::commands::{Shell, read_script};
use crate::documents::{At, Document};
use crate::languages::NoModules;
use crate::links::{local_key, normalized};
use crate::node::{Grammar, Node};
use crate::programs;
use crate::resources::{Resources, tree_tokens};
use crate::settings::{Declaring, Kept, holds_settings};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{
    Conventions, DefinitionId, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules, Name,
    Parsed, ProjectFiles,
};

pub(super) struct Toml;

const MANIFEST: &str = "pyproject.toml";

/// Manifests of platforms that run a program.
const PLATFORMS: &[&str] = &["fly.toml", "nixpacks.toml", "railway.toml"];

/// Packages of the registry that a repository may hold itself.
const PLACE: &str = "pypi";

impl Language for Toml {
    fn name(&self) -> &'static str {
        "toml"
    }

    /// None by itself: most of it configures tools.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn file_names(&self) -> &'static [&'static str] {
        &[MANIFEST]
    }

    fn takes(&self, path: &RepoPath) -> bool {
        path.file_name() == MANIFEST
            || is_of_platform(path)
            || path.extension() == Some("toml") && holds_settings(path)
    }

    fn is_code(&self) -> bool {
        false
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_toml_ng::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let role = |kind: &str| match kind {
            "comment" => NodeRole::Comment,
            "string" => NodeRole::Atom,
            _ => NodeRole::Plain,
        };
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        let tree = SyntaxTree::new(parsed, grammar.roles());
        let document = Document::toml(Node { tree: &tree, grammar, id: SyntaxTree::ROOT });
        let mut resources = Resources::new(parsed);
        if let Some(root) = document.roots().next() {
            if parsed.path.file_name() == MANIFEST {
                read(root, &mut resources);
            } else if is_of_platform(&parsed.path) {
                platform(root, &mut resources);
            } else {
                Declaring::new(&mut resources, Kept::Settings).document(root);
            }
        }
        let tokens = tree_tokens(&tree, |_| false);
        resources.finish("toml", &tokens, tree.errors.clone())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &[
                "scripts and entry points of pyproject.toml",
                "processes of fly.toml, railway.toml and nixpacks.toml",
                "keys of files of settings",
            ],
            references: &["functions of entry points", "packages of the repository"],
            not_modelled: &["every other TOML file"],
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

fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    let folder = resources.folder();
    for table in root.fields() {
        let value = table.value;
        match table.key {
            "project" => {
                if let Some(name) = value.get("name") {
                    declare(name, resources);
                }
                dependencies(value.get("dependencies"), resources);
            }
            "tool.poetry" => {
                if let Some(name) = value.get("name") {
                    declare(name, resources);
                }
            }
            "project.optional-dependencies" | "dependency-groups" => {
                for group in value.fields() {
                    dependencies(Some(group.value), resources);
                }
            }
            "project.scripts" | "project.gui-scripts" | "tool.poetry.scripts" => {
                for script in value.fields() {
                    let name = format!("scripts.{}", script.key);
                    let own = resources.define(&name, script.span, script.key_span, None);
                    let keys = [local_key(folder, script.key)];
                    let span = script.key_span;
                    resources.link(LinkKind::Script, LinkRole::Declares, keys, own, span);
                    entry_point(script.value, own, resources);
                }
            }
            key if key.starts_with("project.entry-points.") => {
                for point in value.fields() {
                    let name = format!("entry-points.{}", point.key);
                    let own = resources.define(&name, point.span, point.key_span, None);
                    entry_point(point.value, own, resources);
                }
            }
            "tool.uv.sources" | "tool.poetry.dependencies" => {
                for source in value.fields() {
                    by_path(&source.value, resources);
                    by_name(source.key, source.key_span, resources);
                }
            }
            _ => {}
        }
    }
}

/// `fly.toml`, `fly.production.toml`.
fn is_of_platform(path: &RepoPath) -> bool {
    let name = path.file_name();
    PLATFORMS.contains(&name) || name.starts_with("fly.") && path.extension() == Some("toml")
}

/// The commands that a platform starts.
fn platform(root: At<'_, '_>, resources: &mut Resources<'_>) {
    for field in root.fields().flat_map(|it| match it.key {
        "processes" | "deploy" | "experimental" | "start" => it.value.fields().collect(),
        _ => Vec::new(),
    }) {
        let words: Vec<&str> = field.value.items().filter_map(At::text).collect();
        let own =
            resources.define(&format!("processes.{}", field.key), field.span, field.key_span, None);
        let shell = Shell::new(resources.folder(), own);
        let start = field.value.span().start;
        match field.value.raw() {
            Some((text, start)) if words.is_empty() => {
                let inner = crate::resources::unquoted(text);
                let before = inner.as_ptr() as usize - text.as_ptr() as usize;
                read_script(resources, inner, start + before as u32, &shell);
            }
            _ => read_script(resources, &words.join(" "), start, &shell),
        }
    }
    for variable in root.get("env").into_iter().flat_map(At::fields) {
        let Some(text) = variable.value.text() else { continue };
        let keys = programs::of_variable(resources.folder(), variable.key, text);
        resources.guess(LinkKind::File, LinkRole::Calls, keys, None, variable.span);
    }
}

fn declare(name: At<'_, '_>, resources: &mut Resources<'_>) {
    if let Some(text) = name.text() {
        let keys = [local_key(PLACE, &comparable(text))];
        resources.link(LinkKind::Local, LinkRole::Declares, keys, None, name.span());
    }
}

/// The packages of requirement lines.
fn dependencies(list: Option<At<'_, '_>>, resources: &mut Resources<'_>) {
    for item in list.into_iter().flat_map(At::items) {
        let Some(text) = item.text() else { continue };
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        let end = text.find(|it| !is_name(it)).unwrap_or(text.len());
        by_name(&text[..end], item.span(), resources);
    }
}

fn by_name(name: &str, span: codd_source::Span, resources: &mut Resources<'_>) {
    if !name.is_empty() && name != "python" {
        let keys = [local_key(PLACE, &comparable(name))];
        resources.link(LinkKind::Local, LinkRole::Reads, keys, None, span);
    }
}

/// The manifest of a package that is taken from a folder of the repository.
fn by_path(value: &At<'_, '_>, resources: &mut Resources<'_>) {
    if let Some(path) = value.text_of("path")
        && let Some(folder) = normalized(resources.folder(), path)
    {
        let keys = [Name::from(format!("{folder}/pyproject.toml"))];
        resources.link(LinkKind::File, LinkRole::Reads, keys, None, value.span());
    }
}

/// As the registry compares names.
fn comparable(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// The function of `package.module:function`, and its file.
fn entry_point(value: At<'_, '_>, own: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let Some(text) = value.text() else { return };
    let point = programs::entry_point(resources.folder(), text);
    if !point.functions.is_empty() {
        resources.link(LinkKind::Definition, LinkRole::Calls, point.functions, own, value.span());
    }
    resources.guess(LinkKind::File, LinkRole::Calls, point.files, own, value.span());
}

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn scripts_call_functions_and_packages_depend_on_packages() {
        check_file(
            "api/pyproject.toml",
            r#"
[project]
name = "Shop_Api"
dependencies = ["shared-lib>=1", "fastapi"]
[project.scripts]
serve = "shop.cli:main"
[tool.uv.sources]
shared-lib = { path = "../shared" }
"#,
            &expect![[r#"
                Resource scripts.serve
                link Local Declares pypi#shop-api
                link Local Reads pypi#shared-lib
                link Local Reads pypi#fastapi
                link Script Declares api#serve in scripts.serve
                link File Calls api/shop/cli.py | api/src/shop/cli.py | api/lib/shop/cli.py | api/shop/cli/__init__.py | api/src/shop/cli/__init__.py | api/lib/shop/cli/__init__.py in scripts.serve (guess)
                link Definition Calls api/shop/cli.py#main | api/src/shop/cli.py#main | api/lib/shop/cli.py#main | api/shop/cli/__init__.py#main | api/src/shop/cli/__init__.py#main | api/lib/shop/cli/__init__.py#main in scripts.serve
                link Local Reads pypi#shared-lib
                link File Reads shared/pyproject.toml
            "#]],
        );
    }
}
