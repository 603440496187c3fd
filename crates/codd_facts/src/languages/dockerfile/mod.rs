//! Dockerfiles: stages, what they are made from, copy, set and run.

use std::sync::OnceLock;

use codd_source::{RepoPath, Span};

use crate::commands::{Shell, Word, assignment, read_command, read_script};
use crate::languages::NoModules;
use crate::links::{local_key, paths_from};
use crate::node::{Grammar, Node, child_of_kind, children, field};
use crate::programs;
use crate::resources::{Resources, is_environment_name, tree_tokens, unquoted};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{
    Conventions, DefinitionId, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules, Name,
    Parsed, ProjectFiles,
};

pub(super) struct Dockerfile;

impl Language for Dockerfile {
    fn name(&self) -> &'static str {
        "dockerfile"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["containerfile"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["dockerfile", "containerfile"]
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["Dockerfile", "Containerfile"]
    }

    /// `Dockerfile`, `Dockerfile.dev`, `Dockerfile-web`, `api.Dockerfile`.
    fn takes(&self, path: &RepoPath) -> bool {
        let name = path.file_name();
        let is_document = [".md", ".txt", ".dockerignore"].iter().any(|it| ends_with(name, it));
        let of = |word: &str| {
            name.eq_ignore_ascii_case(word)
                || starts_with(name, word) && name[word.len()..].starts_with(['.', '-', '_'])
                || ends_with(name, word)
                    && name[..name.len() - word.len()].ends_with(['.', '-', '_'])
        };
        (of("dockerfile") || of("containerfile")) && !is_document
    }

    fn takes_any_extension(&self) -> bool {
        true
    }

    fn is_code(&self) -> bool {
        false
    }

    /// Directives of the builder stand before everything else.
    fn directive(&self, text: &str, comment: Span) -> Option<Span> {
        /// Bytes from the start in which they are looked for.
        const HEAD: u32 = 4096;
        if comment.start > HEAD {
            return None;
        }
        let own = text.get(comment.start as usize..comment.end as usize)?;
        let before = text.get(..comment.start as usize)?;
        let (name, _) = own.trim_start_matches('#').split_once('=')?;
        let known = ["syntax", "escape", "check"];
        let is_known = known.iter().any(|it| name.trim().eq_ignore_ascii_case(it));
        let is_remark = |it: &str| it.trim().is_empty() || it.trim_start().starts_with('#');
        (is_known && before.lines().all(is_remark)).then_some(comment)
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_containerfile::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let role = |kind: &str| match kind {
            "comment" => NodeRole::Comment,
            // Of a tag and a digest the grammar shows the mark before them alone.
            "image_spec"
            | "shell_command"
            | "path"
            | "unquoted_string"
            | "double_quoted_string"
            | "single_quoted_string"
            | "json_string" => NodeRole::Atom,
            _ => NodeRole::Plain,
        };
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        let tree = SyntaxTree::new(parsed, grammar.roles());
        let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
        let mut resources = Resources::new(parsed);
        read(root, &mut resources);
        let tokens = tree_tokens(&tree, |_| false);
        resources.finish("dockerfile", &tokens, tree.errors.clone())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["build stages", "variables (ENV, ARG)"],
            references: &[
                "FROM and COPY --from",
                "files that are copied and run",
                "variables of the environment",
            ],
            modules: &["the build context, looked for from the folder upwards"],
            not_modelled: &[
                "names that are filled in when an image is built",
                "copying all of the context",
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

fn read(root: Node<'_>, resources: &mut Resources<'_>) {
    let mut stage = None;
    let mut count = 0u32;
    for instruction in children(root) {
        let span = instruction.span();
        if instruction.kind() == "from_instruction" {
            stage = from(instruction, count, resources);
            count += 1;
            continue;
        }
        if let Some(stage) = stage {
            resources.continue_with(stage, span);
        }
        match instruction.kind() {
            "copy_instruction" | "add_instruction" => copied(instruction, stage, resources),
            "env_instruction" | "arg_instruction" => variables(instruction, stage, resources),
            "run_instruction"
            | "cmd_instruction"
            | "entrypoint_instruction"
            | "healthcheck_instruction" => runs(instruction, stage, resources),
            _ => {}
        }
    }
}

fn stage_key(place: &str, name: &str) -> Name {
    local_key(place, &format!("stage:{}", name.to_ascii_lowercase()))
}

/// A stage begins; without a name of its own it has the one that Docker shows.
fn from(node: Node<'_>, count: u32, resources: &mut Resources<'_>) -> Option<DefinitionId> {
    let image = child_of_kind(node, "image_spec")?;
    let alias = field(node, "as");
    // The image is what a stage is made of, never its name.
    let start = node.span().start;
    let keyword = Span { start, end: start + "FROM".len() as u32 };
    let named = alias.map_or(keyword, Node::span);
    let name = alias.map_or_else(|| format!("stage-{count}"), |it| it.text().to_owned());
    let place = resources.path.as_str();
    let own = resources.define(&name, node.span(), named, None);
    let mut keys = vec![stage_key(place, &count.to_string())];
    keys.extend(alias.map(|it| stage_key(place, it.text())));
    resources.link(LinkKind::Local, LinkRole::Declares, keys, own, named);
    let key = stage_key(place, image.text());
    resources.link(LinkKind::Local, LinkRole::Reads, [key], own, image.span());
    own
}

/// `COPY --from=stage`, or files of the build's context.
fn copied(node: Node<'_>, stage: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let from = children(node).into_iter().find_map(|it| {
        let name = it.text().strip_prefix("--from=")?;
        Some((unquoted(name), it.span()))
    });
    if let Some((name, span)) = from {
        let key = stage_key(resources.path.as_str(), name);
        resources.link(LinkKind::Local, LinkRole::Reads, [key], stage, span);
        return;
    }
    let mut paths: Vec<(&str, Span)> = node
        .below()
        .filter(|it| matches!(it.kind(), "path" | "json_string"))
        .map(|it| (unquoted(it.text()), it.span()))
        .collect();
    paths.pop();
    for (path, span) in paths {
        // All of the context says nothing about any part of it.
        if path.contains(['$', '*', '?']) || path.contains("://") || path.starts_with("<<") {
            continue;
        }
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let folder = resources.folder();
        let files = paths_from(folder, path);
        let folders = files.iter().map(|it| Name::from(format!("{it}/")));
        let keys: Vec<Name> = files.iter().cloned().chain(folders).collect();
        resources.link(LinkKind::File, LinkRole::Reads, keys, stage, span);
    }
}

/// `ENV` and `ARG`: what they set is part of their stage.
fn variables(node: Node<'_>, stage: Option<DefinitionId>, resources: &mut Resources<'_>) {
    for pair in children(node) {
        let Some(name) = field(pair, "name") else { continue };
        let text = name.text();
        if !is_environment_name(text) {
            continue;
        }
        let whole = if children(node).len() == 1 { node.span() } else { pair.span() };
        let own = resources.define(&format!("environment.{text}"), whole, name.span(), stage);
        let value = field(pair, "value").or_else(|| field(pair, "default"));
        let is_given = value.is_some();
        let run = value.map(|it| programs::of_variable(resources.folder(), text, it.text()));
        if let Some(run) = run.filter(|it| !it.is_empty()) {
            resources.guess(LinkKind::File, LinkRole::Calls, run, own, name.span());
        }
        // An argument without a value is given by who builds the image.
        let role = if is_given { LinkRole::Declares } else { LinkRole::Adopts };
        resources.link(LinkKind::Environment, role, [Name::new(text)], own, name.span());
    }
}

fn runs(node: Node<'_>, stage: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let mut shell = Shell::new(resources.folder(), stage);
    for part in node.below() {
        match part.kind() {
            "shell_command" | "heredoc_content" => {
                read_script(resources, part.text(), part.span().start, &shell);
            }
            "json_string_array" => {
                let words: Vec<Word<'_>> = children(part)
                    .iter()
                    .map(|it| Word { text: it.text(), span: it.span() })
                    .collect();
                let words: Vec<Word<'_>> =
                    words.into_iter().filter(|it| assignment(it.text).is_none()).collect();
                read_command(resources, &words, &mut shell);
            }
            _ => {}
        }
    }
    mounted(node, stage, resources);
}

/// `RUN --mount=type=bind,source=uv.lock,…`.
fn mounted(node: Node<'_>, stage: Option<DefinitionId>, resources: &mut Resources<'_>) {
    for mount in children(node).into_iter().filter(|it| it.kind() == "mount_param") {
        let text = mount.text();
        let Some((_, values)) = text.split_once("--mount=") else { continue };
        let value =
            |key: &str| values.split(',').find_map(|it| it.strip_prefix(key)?.strip_prefix('='));
        if let Some(name) = value("from") {
            let key = stage_key(resources.path.as_str(), name);
            resources.link(LinkKind::Local, LinkRole::Reads, [key], stage, mount.span());
        } else if value("type") == Some("bind")
            && let Some(source) = value("source").or_else(|| value("src"))
        {
            let keys = paths_from(resources.folder(), source);
            resources.link(LinkKind::File, LinkRole::Reads, keys, stage, mount.span());
        }
    }
}

fn starts_with(name: &str, word: &str) -> bool {
    name.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word))
}

fn ends_with(name: &str, word: &str) -> bool {
    let start = name.len().checked_sub(word.len()).and_then(|at| name.get(at..));
    start.is_some_and(|it| it.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn another_image_is_another_body() {
        let hash = |text: &str| {
            let language = crate::language_named("dockerfile").unwrap();
            let path = "Dockerfile".into();
            let parsed = crate::parse(language, &path, text.as_bytes()).unwrap();
            let facts = crate::extract(&parsed);
            facts.places.definitions.iter().map(|it| (it.shape, it.body)).collect::<Vec<_>>()
        };
        assert_ne!(hash("FROM node:20\nRUN make\n"), hash("FROM node:8\nRUN make\n"));
        assert_ne!(hash("FROM node:20 AS web\n"), hash("FROM node:8 AS web\n"));
        assert_eq!(hash("FROM node:20 AS web\n"), hash("FROM node:20 AS page\n"));
    }

    #[test]
    fn stages_copy_and_run() {
        check_file(
            "api/Dockerfile",
            r#"ARG BASE=python:3.12
FROM node:20 AS web
COPY package.json bun.lock /app/
COPY ./web /app/web
ARG VITE_API_URL
RUN npm run build && \
    node scripts/pack.js
FROM ${BASE}
ENV DB_HOST=db LOG_LEVEL=info
COPY --from=web /app/dist /app/dist
COPY . .
RUN --mount=type=bind,source=uv.lock,target=uv.lock uv sync
CMD ["uvicorn", "app.main:app", "--port", "80"]
"#,
            &expect![[r#"
                Resource environment.BASE
                Resource web
                Resource web.environment.VITE_API_URL
                Resource stage-1
                Resource stage-1.environment.DB_HOST
                Resource stage-1.environment.LOG_LEVEL
                link Environment Declares BASE in environment.BASE
                link Local Reads api/Dockerfile#stage:node:20 in web
                link Local Declares api/Dockerfile#stage:0 | api/Dockerfile#stage:web in web
                link File Reads api/package.json | package.json | api/package.json/ | package.json/ in web
                link File Reads api/bun.lock | bun.lock | api/bun.lock/ | bun.lock/ in web
                link File Reads api/web | web | api/web/ | web/ in web
                link Environment Adopts VITE_API_URL in web.environment.VITE_API_URL
                link Script Calls api#build | #build in web
                link File Calls api/scripts/pack.js | scripts/pack.js in web
                link Local Declares api/Dockerfile#stage:1 in stage-1
                link Local Reads api/Dockerfile#stage:${base} in stage-1
                link Environment Declares DB_HOST in stage-1.environment.DB_HOST
                link Environment Declares LOG_LEVEL in stage-1.environment.LOG_LEVEL
                link Local Reads api/Dockerfile#stage:web in stage-1
                link File Reads api | api/ in stage-1
                link File Reads api/uv.lock | uv.lock in stage-1
                link File Calls api/app/main.py | app/main.py | api/app/main/__init__.py | app/main/__init__.py in stage-1 (guess)
            "#]],
        );
    }
}
