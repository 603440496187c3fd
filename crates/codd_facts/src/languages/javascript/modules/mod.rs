//! Which file an import of JavaScript or TypeScript means.

mod mapped;
mod packages;
#[cfg(test)]
mod tests;
mod tsconfig;

use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use self::mapped::MappedNames;
use self::packages::Packages;
use self::tsconfig::Configs;
use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

/// `tsconfig.json` and the usual names of what it extends or refers to, and configurations
/// that map names to paths.
pub(super) const MANIFESTS: &[&str] = &[
    "package.json",
    "tsconfig.json",
    "jsconfig.json",
    "tsconfig.base.json",
    "tsconfig.common.json",
    "tsconfig.paths.json",
    "tsconfig.app.json",
    "tsconfig.lib.json",
    "tsconfig.build.json",
    "jest.config.cjs",
    "jest.config.js",
    "jest.config.json",
    "jest.config.mjs",
    "jest.config.ts",
    "vite.config.js",
    "vite.config.mjs",
    "vite.config.mts",
    "vite.config.ts",
    "vitest.config.js",
    "vitest.config.mjs",
    "vitest.config.mts",
    "vitest.config.ts",
];

/// In order of preference: code before its types.
const EXTENSIONS: &[&str] = &[
    ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".d.mts", ".d.cts",
    ".json", ".vue",
];

/// Modules that Node brings, which no file of a project replaces; sorted.
const BUILT_IN: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// TypeScript imports `./x.ts` by the name of its output.
const OUTPUTS: &[(&str, &[&str])] = &[
    (".js", &[".ts", ".tsx", ".jsx", ".d.ts"]),
    (".jsx", &[".tsx", ".d.ts"]),
    (".mjs", &[".mts", ".d.mts", ".ts"]),
    (".cjs", &[".cts", ".d.cts", ".ts"]),
];

/// The module system over one project.
#[derive(Debug)]
pub(super) struct JavaScriptModules {
    files: Files,
    packages: Packages,
    configs: Configs,
    mapped: MappedNames,
}

/// The project's files by path.
#[derive(Debug, Default)]
pub(super) struct Files(FxHashMap<Box<str>, RepoPath>);

impl JavaScriptModules {
    pub(super) fn new(project: &ProjectFiles) -> JavaScriptModules {
        let files =
            project.paths.iter().map(|path| (Box::from(path.as_str()), path.clone())).collect();
        let packages = Packages::new(project);
        let configs = Configs::new(project, &packages);
        let mapped = MappedNames::new(project);
        JavaScriptModules { files: Files(files), packages, configs, mapped }
    }

    fn found(&self, from: &RepoPath, specifier: &str) -> ModuleTarget {
        if let Some(name) = specifier.strip_prefix("node:") {
            return ModuleTarget::External(top_name(name));
        }
        let is_relative = specifier == "."
            || specifier == ".."
            || specifier.starts_with("./")
            || specifier.starts_with("../");
        if is_relative {
            return file_or_missing(self.files.relative(from.parent(), specifier, &self.packages));
        }
        if specifier.starts_with('/') {
            return file_or_missing(self.files.relative("", specifier, &self.packages));
        }
        if specifier.starts_with('#')
            && let Some(target) = self.packages.internal(&self.files, from, specifier)
        {
            return target;
        }
        if let Some(path) = self.configs.resolve(&self.files, &self.packages, from, specifier) {
            return ModuleTarget::File(path);
        }
        if let Some(path) = self.mapped.resolve(&self.files, &self.packages, from, specifier) {
            return ModuleTarget::File(path);
        }
        let name = package_name(specifier);
        match self.packages.named(name, from) {
            Some(package) => {
                let subpath = specifier[name.len()..].trim_start_matches('/');
                file_or_missing(self.packages.entry(&self.files, package, subpath))
            }
            None if specifier.contains("://") => ModuleTarget::External(specifier.into()),
            None => match self.beside(from, name, specifier) {
                Some(path) => ModuleTarget::File(path),
                None => ModuleTarget::External(name.into()),
            },
        }
    }

    /// The file that a name without dots means where no manifest knows a package of that name:
    /// loaders are told folders to look in, and most are told the nearest.
    fn beside(&self, from: &RepoPath, name: &str, specifier: &str) -> Option<RepoPath> {
        if BUILT_IN.binary_search(&name).is_ok() || self.packages.declares(from, name) {
            return None;
        }
        let relative = format!("./{specifier}");
        let around = self.packages.folders(from);
        std::iter::once(from.parent().to_owned())
            .chain(around.into_iter().flat_map(|folder| [below(&folder, "src"), folder]))
            .find_map(|folder| self.files.relative(&folder, &relative, &self.packages))
            .filter(|path| path != from)
    }
}

impl Modules for JavaScriptModules {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let specifier = request.module.as_str();
        let target = self.found(from, specifier);
        if target != ModuleTarget::Missing {
            return target;
        }
        // Bundlers take directions behind a question mark: `./icon.svg?raw`.
        match specifier.split_once('?') {
            Some((bare, _)) => self.found(from, bare),
            None => target,
        }
    }

    /// No module of JavaScript is inside another.
    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}

impl Files {
    pub(super) fn exact(&self, path: &str) -> Option<&RepoPath> {
        self.0.get(path)
    }

    /// The file that `text`, relative to `folder`, means.
    pub(super) fn relative(
        &self,
        folder: &str,
        text: &str,
        packages: &Packages,
    ) -> Option<RepoPath> {
        let path = RepoPath::joined(folder, text)?;
        if text.ends_with('/') || text == "." || text == ".." || text.ends_with("/..") {
            return self.folder(path.as_str(), packages);
        }
        self.file(path.as_str()).or_else(|| self.folder(path.as_str(), packages))
    }

    /// The file of this path, with its extension, without, or with that of its output.
    pub(super) fn file(&self, path: &str) -> Option<RepoPath> {
        if path.is_empty() {
            return None;
        }
        if let Some(exact) = self.exact(path) {
            return Some(exact.clone());
        }
        let mut candidate = String::with_capacity(path.len() + 6);
        for (output, sources) in OUTPUTS {
            let Some(stem) = path.strip_suffix(output) else { continue };
            for source in *sources {
                candidate.clear();
                candidate.push_str(stem);
                candidate.push_str(source);
                if let Some(path) = self.exact(&candidate) {
                    return Some(path.clone());
                }
            }
        }
        for extension in EXTENSIONS {
            candidate.clear();
            candidate.push_str(path);
            candidate.push_str(extension);
            if let Some(path) = self.exact(&candidate) {
                return Some(path.clone());
            }
        }
        None
    }

    /// The module that a folder is: by its manifest's `main`, or its index.
    pub(super) fn folder(&self, folder: &str, packages: &Packages) -> Option<RepoPath> {
        packages.main(self, folder).or_else(|| self.file(&below(folder, "index")))
    }
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn file_or_missing(path: Option<RepoPath>) -> ModuleTarget {
    path.map_or(ModuleTarget::Missing, ModuleTarget::File)
}

/// `@scope/name` or `name`, without a path behind it.
fn package_name(specifier: &str) -> &str {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map(|(at, _)| at);
    &specifier[..end.unwrap_or(specifier.len())]
}

fn top_name(specifier: &str) -> Name {
    package_name(specifier).into()
}

/// Where `name` matches a pattern with one `*`: what the star stands for.
fn star_match<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let (before, after) = pattern.split_once('*')?;
    let rest = name.strip_prefix(before)?;
    rest.strip_suffix(after)
}
