//! What decides how tests run beside the code that they call: configurations, the files that
//! these say run around all tests, and what stands for a module in tests.

use codd_db::Analysis;
use codd_facts::{all_languages, language_named};
use codd_graph::{Graph, NodeId};
use codd_source::RepoPath;

/// What a runner tries behind the name of a file, in this order.
const SET_UP_EXTENSIONS: &[&str] =
    &["", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", "/index.ts", "/index.js"];

/// The folder of files that stand for those beside it.
const MOCKS: &str = "__mocks__";

/// Files that decide how tests run, by the languages whose tests these are; a manifest of a
/// language is one too. A name that ends with `*` stands for all that begin so, and one that
/// begins with `*` for all that end so.
const CONFIGURATION: &[(&[&str], &[&str])] = &[
    (
        &["python"],
        &[
            "pytest.ini",
            ".pytest.ini",
            "tox.ini",
            "noxfile.py",
            "setup.py",
            "requirements*",
            "poetry.lock",
            "uv.lock",
            "pdm.lock",
            "Pipfile",
            "Pipfile.lock",
            ".python-version",
        ],
    ),
    (
        &["javascript", "typescript", "tsx"],
        &[
            "jest.config.*",
            "vitest.config.*",
            "vitest.workspace.*",
            "vite.config.*",
            "babel.config.*",
            ".babelrc*",
            ".mocharc*",
            ".swcrc",
            "playwright.config.*",
            "cypress.config.*",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "pnpm-workspace.yaml",
            "bun.lock",
            "bun.lockb",
            ".nvmrc",
            ".node-version",
        ],
    ),
    (&["go"], &["go.sum", "go.work", "go.work.sum"]),
    (
        &["rust"],
        &["Cargo.lock", "build.rs", "rust-toolchain", "rust-toolchain.toml", "nextest.toml"],
    ),
    (
        &["java", "kotlin", "scala", "groovy"],
        &[
            "pom.xml",
            "build.gradle*",
            "settings.gradle*",
            "gradle.properties",
            "gradle.lockfile",
            "build.sbt",
            "junit-platform.properties",
        ],
    ),
    (
        &["csharp"],
        &[
            "*.csproj",
            "*.sln",
            "*.runsettings",
            "global.json",
            "Directory.Build.*",
            "Directory.Packages.props",
        ],
    ),
    (&["ruby"], &["Gemfile", "Gemfile.lock", ".rspec", ".ruby-version", "Rakefile"]),
    (&["php"], &["composer.lock", "phpunit.xml*"]),
    (&["swift"], &["Package.swift", "Package.resolved"]),
    (
        &["c", "cpp"],
        &["CMakeLists.txt", "CMakePresets.json", "meson.build", "conanfile.*", "vcpkg.json"],
    ),
];

/// The languages whose tests a file configures; none for a file that is no configuration.
pub(super) fn configured_by(path: &RepoPath) -> Vec<&'static str> {
    let name = path.file_name();
    let is_named = |pattern: &str| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => name == pattern,
    };
    let of_table = CONFIGURATION
        .iter()
        .filter(|(_, names)| names.iter().any(|it| is_named(it)))
        .flat_map(|(languages, _)| languages.iter().copied());
    let of_manifests =
        all_languages().filter(|it| it.manifests().contains(&name)).map(|it| it.0.name());
    let mut languages: Vec<&str> = of_table.chain(of_manifests).collect();
    languages.sort_unstable();
    languages.dedup();
    languages
}

/// Every node below a folder that is of one of these languages.
pub(super) fn nodes_below(graph: &Graph, folder: &str, languages: &[&str]) -> Vec<NodeId> {
    let is_below = |path: &str| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let is_of = |language: &str| {
        let whole = language_named(language).and_then(|it| it.0.part_of());
        languages.contains(&language) || whole.is_some_and(|it| languages.contains(&it))
    };
    graph
        .nodes()
        .filter(|(_, node)| {
            node.language.as_deref().is_some_and(is_of) && is_below(node.key.path.as_str())
        })
        .map(|(id, _)| id)
        .collect()
}

/// The folder whose tests a configuration decides about: what lies in a hidden folder, or among
/// the resources of a module's sources, is for what is around that.
pub(super) fn configured_folder(path: &RepoPath) -> &str {
    let folder = path.parent();
    let hidden = folder.split('/').scan(0, |at, part| {
        let start = *at;
        *at += part.len() + 1;
        Some((start, part))
    });
    let hidden = hidden.into_iter().find(|(_, part)| part.starts_with('.'));
    if let Some((start, _)) = hidden {
        return folder[..start].trim_end_matches('/');
    }
    let parts: Vec<&str> = folder.rsplitn(4, '/').collect();
    match parts[..] {
        ["resources", _, "src"] => "",
        ["resources", _, "src", module] => module,
        _ => folder,
    }
}

/// The files that configurations of runners say run around all of their tests, each with the
/// configuration.
pub(super) fn set_up_files(analysis: &Analysis) -> Vec<(&RepoPath, &RepoPath)> {
    let mut found = Vec::new();
    for (config, file) in analysis.files.iter() {
        for text in file.outline.set_up.iter() {
            let Some(named) = RepoPath::joined(config.parent(), text) else { continue };
            let named = SET_UP_EXTENSIONS.iter().find_map(|it| {
                analysis.files.get_key_value(&RepoPath::new(format!("{named}{it}")))
            });
            found.extend(named.map(|(path, _)| (path, config)));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The files that a file stands for in tests, as jest and vitest have it: `a/__mocks__/b.ts`
/// for `a/b.ts`.
pub(super) fn mocked<'a>(analysis: &'a Analysis, path: &RepoPath) -> Vec<&'a RepoPath> {
    let Some(around) = path.parent().strip_suffix(MOCKS) else { return Vec::new() };
    let is_folder_of_mocks = around.is_empty() || around.ends_with('/');
    let around = around.trim_end_matches('/');
    let of_stem = |it: &&RepoPath| it.parent() == around && it.stem() == path.stem();
    if is_folder_of_mocks { analysis.files.keys().filter(of_stem).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_for_what_is_around_them() {
        for (path, folder) in [
            ("src/test/resources/junit-platform.properties", ""),
            ("a/b/src/test/resources/junit-platform.properties", "a/b"),
            ("a/src/x/test/resources/junit-platform.properties", "a/src/x/test/resources"),
            (".config/nextest.toml", ""),
            ("a/.config/x/nextest.toml", "a"),
            ("a/jest.config.js", "a"),
            ("pytest.ini", ""),
        ] {
            assert_eq!(configured_folder(&path.into()), folder, "{path}");
        }
    }
}
