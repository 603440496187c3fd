//! The packages of the repository, by their manifests: entries, subpaths, internal imports.

use codd_source::RepoPath;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{Files, below, file_or_missing, star_match};
use crate::{ModuleTarget, ProjectFiles};

/// Folders of built files that are often not committed; their sources are.
const OUTPUT_FOLDERS: &[&str] =
    &["dist", "lib", "build", "out", "es", "esm", "cjs", "umd", "types", "dist-src", "module"];

/// The parts of a manifest that name other packages.
const DEPENDENCIES: &[&str] =
    &["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/// Levels of nested conditions that are followed.
const MAX_CONDITIONS: u32 = 8;

#[derive(Debug, Default)]
pub(in super::super) struct Packages {
    /// By folder.
    manifests: FxHashMap<Box<str>, Manifest>,
    /// Folders by package name, nearest the root first.
    by_name: FxHashMap<String, Vec<Box<str>>>,
}

#[derive(Debug, Default)]
struct Manifest {
    exports: Option<Value>,
    imports: Option<Value>,
    /// `source`, `module`, `main`, `types`, in this order.
    entries: Vec<String>,
    /// The packages that it asks for, sorted.
    dependencies: Vec<String>,
}

impl Packages {
    pub(super) fn new(project: &ProjectFiles) -> Packages {
        let mut packages = Packages::default();
        for (path, text) in &project.manifests {
            if path.file_name() != "package.json" {
                continue;
            }
            let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(text) else {
                continue;
            };
            let folder: Box<str> = path.parent().into();
            if let Some(Value::String(name)) = fields.get("name") {
                let depth = |folder: &str| folder.matches('/').count();
                let folders = packages.by_name.entry(name.clone()).or_default();
                // Manifests come in the order of their paths.
                let at = folders.partition_point(|other| depth(other) <= depth(&folder));
                folders.insert(at, folder.clone());
            }
            let entries = ["source", "module", "main", "types", "typings"]
                .iter()
                .filter_map(|key| fields.get(*key)?.as_str().map(str::to_owned))
                .collect();
            let mut dependencies: Vec<String> = DEPENDENCIES
                .iter()
                .filter_map(|key| fields.get(*key)?.as_object())
                .flat_map(|names| names.keys().cloned())
                .collect();
            dependencies.sort();
            let manifest = Manifest {
                dependencies,
                exports: fields.remove("exports").filter(|it| !it.is_null()),
                imports: fields.remove("imports"),
                entries,
            };
            packages.manifests.insert(folder, manifest);
        }
        packages
    }

    /// The folder of the package of that name which a file in `from` would get.
    pub(super) fn named(&self, name: &str, from: &RepoPath) -> Option<&str> {
        let folders = self.by_name.get(name)?;
        // A package may ask for itself by name.
        let own = folders.iter().rev().find(|folder| is_inside(from.parent(), folder));
        own.or_else(|| folders.first()).map(|folder| &**folder)
    }

    /// The package folders around `from`, innermost first.
    fn around<'a>(&'a self, from: &'a RepoPath) -> impl Iterator<Item = (&'a str, &'a Manifest)> {
        folders_around(from.parent())
            .filter_map(|folder| Some((folder, self.manifests.get(folder)?)))
    }

    /// Whether a manifest around `from` asks for a package of that name, or for its types.
    pub(super) fn declares(&self, from: &RepoPath, name: &str) -> bool {
        let types = format!("@types/{}", name.trim_start_matches('@').replace('/', "__"));
        let has = |manifest: &Manifest, name: &str| {
            manifest.dependencies.binary_search_by(|it| it.as_str().cmp(name)).is_ok()
        };
        self.around(from).any(|(_, manifest)| has(manifest, name) || has(manifest, &types))
    }

    /// The folders of the packages around `from`, innermost first, and the project's own.
    pub(super) fn folders(&self, from: &RepoPath) -> Vec<String> {
        let mut folders: Vec<String> =
            self.around(from).map(|(folder, _)| folder.to_owned()).collect();
        if folders.last().is_none_or(|it| !it.is_empty()) {
            folders.push(String::new());
        }
        folders
    }

    /// What a subpath (`""` for none) of the package in `folder` is.
    pub(super) fn entry(&self, files: &Files, folder: &str, subpath: &str) -> Option<RepoPath> {
        let manifest = self.manifests.get(folder)?;
        if let Some(exports) = &manifest.exports {
            let key = if subpath.is_empty() { ".".to_owned() } else { format!("./{subpath}") };
            let mut targets = Vec::new();
            exported(exports, &key, &mut targets);
            if let Some(path) = self.first_target(files, folder, &targets) {
                return Some(path);
            }
        }
        if subpath.is_empty() {
            return files.folder(folder, self).or_else(|| files.file(&below(folder, "src/index")));
        }
        let at = below(folder, subpath);
        files
            .file(&at)
            .or_else(|| files.folder(&at, self))
            .or_else(|| self.source_of(files, folder, subpath))
            .or_else(|| files.relative(&below(folder, "src"), &format!("./{subpath}"), self))
    }

    /// The file that a package's manifest calls its entry.
    pub(super) fn main(&self, files: &Files, folder: &str) -> Option<RepoPath> {
        let manifest = self.manifests.get(folder)?;
        self.first_target(files, folder, &manifest.entries)
    }

    /// `#internal` names of the package around `from`.
    pub(super) fn internal(
        &self,
        files: &Files,
        from: &RepoPath,
        specifier: &str,
    ) -> Option<ModuleTarget> {
        let (folder, imports) = self
            .around(from)
            .find_map(|(folder, manifest)| Some((folder, manifest.imports.as_ref()?)))?;
        let mut targets = Vec::new();
        exported(imports, specifier, &mut targets);
        if targets.is_empty() {
            return None;
        }
        if let Some(path) = self.first_target(files, folder, &targets) {
            return Some(ModuleTarget::File(path));
        }
        match targets.iter().find(|target| !target.starts_with('.')) {
            Some(package) => Some(ModuleTarget::External(super::top_name(package))),
            None => Some(file_or_missing(None)),
        }
    }

    /// The first target that is there, itself or as the source it was built from.
    fn first_target(&self, files: &Files, folder: &str, targets: &[String]) -> Option<RepoPath> {
        let plain = targets.iter().filter(|target| !target.starts_with("..")).find_map(|target| {
            let path = RepoPath::joined(folder, target)?;
            files.file(path.as_str()).or_else(|| {
                // A folder as `main` is its index; its own manifest is not asked again.
                files.file(&below(path.as_str(), "index"))
            })
        });
        plain.or_else(|| targets.iter().find_map(|target| self.source_of(files, folder, target)))
    }

    /// `./dist/esm/a.js` was built from `./src/a.ts`.
    #[expect(clippy::unused_self, reason = "reads as a question about packages")]
    fn source_of(&self, files: &Files, folder: &str, target: &str) -> Option<RepoPath> {
        let target = target.trim_start_matches("./");
        let mut rest = target;
        while let Some((first, behind)) = rest.split_once('/')
            && (OUTPUT_FOLDERS.contains(&first) || first.starts_with("dist"))
        {
            rest = behind;
        }
        if rest == target {
            return None;
        }
        let stem = EXTENSIONS_OF_OUTPUT.iter().find_map(|end| rest.strip_suffix(end));
        let stem = stem.unwrap_or(rest);
        [format!("src/{stem}"), stem.to_owned(), format!("src/{stem}/index")]
            .iter()
            .find_map(|path| files.file(&below(folder, path)))
    }
}

const EXTENSIONS_OF_OUTPUT: &[&str] = &[
    ".d.ts", ".d.mts", ".d.cts", ".min.js", ".esm.js", ".cjs.js", ".umd.js", ".js", ".mjs", ".cjs",
    ".ts",
];

/// The targets of one name in an `exports` or `imports` map, code before types.
fn exported(map: &Value, name: &str, targets: &mut Vec<String>) {
    let is_subpath_map = map.as_object().is_some_and(|fields| {
        fields.keys().any(|key| key.starts_with('.') || key.starts_with('#'))
    });
    if !is_subpath_map {
        if name == "." {
            conditions(map, None, 0, targets);
        }
    } else if let Some(fields) = map.as_object() {
        if let Some(exact) = fields.get(name) {
            conditions(exact, None, 0, targets);
        } else {
            // The longest pattern counts.
            let best = fields
                .iter()
                .filter_map(|(pattern, value)| Some((pattern, value, star_match(pattern, name)?)))
                .max_by_key(|(pattern, ..)| pattern.find('*'));
            if let Some((_, value, star)) = best {
                conditions(value, Some(star), 0, targets);
            }
        }
    }
    targets.sort_by_key(|target| {
        target.ends_with(".d.ts") || target.ends_with(".d.mts") || target.ends_with(".d.cts")
    });
}

fn conditions(value: &Value, star: Option<&str>, depth: u32, targets: &mut Vec<String>) {
    if depth > MAX_CONDITIONS {
        return;
    }
    match value {
        Value::String(text) => targets.push(match star {
            Some(star) => text.replace('*', star),
            None => text.clone(),
        }),
        Value::Array(all) => {
            for one in all {
                conditions(one, star, depth + 1, targets);
            }
        }
        Value::Object(fields) => {
            for one in fields.values() {
                conditions(one, star, depth + 1, targets);
            }
        }
        _ => {}
    }
}

/// `a/b`, `a` and the root for `a/b`.
pub(super) fn folders_around(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |at| {
        if at.is_empty() { None } else { Some(at.rfind('/').map_or("", |end| &at[..end])) }
    })
}

fn is_inside(folder: &str, outer: &str) -> bool {
    outer.is_empty()
        || folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
