//! Python's module system: packages, namespace packages and source roots of one project.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use codd_source::{RepoPath, shared_parts};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

/// Where every module of the project is, by its path without extension.
#[derive(Debug)]
pub(super) struct PythonModules {
    /// `pkg` for `pkg/__init__.py`, `pkg/mod` for `pkg/mod.py`.
    files: FxHashMap<String, RepoPath>,
    /// Folders with an `__init__`.
    packages: FxHashSet<String>,
    /// Folders with Python files somewhere below.
    folders: FxHashSet<String>,
    /// For each top-level name the roots that have it.
    roots_of: FxHashMap<String, BTreeSet<String>>,
    conftests: FxHashMap<String, RepoPath>,
}

impl PythonModules {
    pub(super) fn new(project: &ProjectFiles) -> PythonModules {
        let mut files: FxHashMap<String, (u32, RepoPath)> = FxHashMap::default();
        let mut packages = FxHashSet::default();
        let mut folders = FxHashSet::default();
        let mut conftests = FxHashMap::default();
        for path in &project.paths {
            let is_stub = match path.extension() {
                Some("py" | "pyw") => false,
                Some("pyi") => true,
                _ => continue,
            };
            let is_package = path.stem() == "__init__";
            let key = if is_package {
                packages.insert(path.parent().to_owned());
                path.parent().to_owned()
            } else {
                joined(path.parent(), path.stem())
            };
            if path.stem() == "conftest" && !is_stub {
                conftests.insert(path.parent().to_owned(), path.clone());
            }
            // A package hides a module of its name, code hides its stub.
            let rank = u32::from(is_stub) * 2 + u32::from(!is_package);
            let known = files.get(&key).map(|it| it.0);
            if known.is_none_or(|known| rank < known) {
                files.insert(key, (rank, path.clone()));
            }
            let mut folder = path.parent();
            while folders.insert(folder.to_owned()) && !folder.is_empty() {
                folder = parent(folder);
            }
        }
        let files: FxHashMap<String, RepoPath> =
            files.into_iter().map(|(key, (_, path))| (key, path)).collect();
        let roots = source_roots(project, &packages);
        let mut roots_of: FxHashMap<String, BTreeSet<String>> = FxHashMap::default();
        for key in files.keys().chain(folders.iter()).filter(|it| !it.is_empty()) {
            let folder = parent(key);
            if roots.contains(folder) {
                roots_of.entry(last(key).to_owned()).or_default().insert(folder.to_owned());
            }
        }
        PythonModules { files, packages, folders, roots_of, conftests }
    }

    /// The module or package at a path without extension.
    fn at(&self, key: &str) -> Option<ModuleTarget> {
        if let Some(path) = self.files.get(key) {
            return Some(ModuleTarget::File(path.clone()));
        }
        let is_folder = self.folders.contains(key);
        is_folder.then(|| ModuleTarget::Folder(RepoPath::new(key)))
    }

    fn relative(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let mut folder = from.parent();
        for _ in 1..request.level {
            if folder.is_empty() {
                return ModuleTarget::Missing;
            }
            folder = parent(folder);
        }
        let key = if request.module.is_empty() {
            folder.to_owned()
        } else {
            joined(folder, &request.module.replace('.', "/"))
        };
        self.at(&key).unwrap_or(ModuleTarget::Missing)
    }

    fn absolute(&self, from: &RepoPath, module: &str) -> ModuleTarget {
        let top = module.split('.').next().unwrap_or(module);
        let path = module.replace('.', "/");
        // The folder Python would put first on its path for this file: scripts and tests
        // import what lies beside them, modules of a package do not.
        let base = self.base(from.parent());
        let mut is_ours = false;
        if let Some(path) = self.files.get(&joined(base, &path)) {
            return ModuleTarget::File(path.clone());
        }
        is_ours |= self.files.contains_key(&joined(base, top));
        let mut roots: Vec<&str> =
            self.roots_of.get(top).into_iter().flatten().map(String::as_str).collect();
        roots.sort_by_key(|root| {
            let is_around = root.is_empty() || is_below(from.as_str(), root);
            let shared = shared_folders(root, from.parent());
            (!is_around, Reverse(shared), *root)
        });
        let mut folder = None;
        for root in roots {
            match self.at(&joined(root, &path)) {
                Some(ModuleTarget::Folder(path)) => {
                    // Another root may have the package itself.
                    folder.get_or_insert(path);
                }
                Some(target) => return target,
                None => is_ours |= self.files.contains_key(&joined(root, top)),
            }
        }
        match folder {
            Some(path) => ModuleTarget::Folder(path),
            None if is_ours => ModuleTarget::Missing,
            None => ModuleTarget::External(Name::new(top)),
        }
    }

    /// The first folder upwards that is no package.
    fn base<'a>(&self, folder: &'a str) -> &'a str {
        let mut folder = folder;
        while !folder.is_empty() && self.packages.contains(folder) {
            folder = parent(folder);
        }
        folder
    }

    /// The `conftest.py` whose fixtures a file sees first.
    fn conftest(&self, from: &RepoPath) -> ModuleTarget {
        let mut folder = from.parent();
        loop {
            if let Some(path) = self.conftests.get(folder).filter(|path| *path != from) {
                return ModuleTarget::File(path.clone());
            }
            if folder.is_empty() {
                // A fixture that no file of the project defines is one of a plugin.
                return ModuleTarget::External(Name::new_static("pytest"));
            }
            folder = parent(folder);
        }
    }
}

impl Modules for PythonModules {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        match (request.level, request.module.as_str()) {
            (0, "conftest") => self.conftest(from),
            (0, "") => ModuleTarget::Missing,
            (0, module) => self.absolute(from, module),
            _ => self.relative(from, request),
        }
    }

    fn submodule(&self, module: &ModuleTarget, name: &str) -> ModuleTarget {
        let folder = match module {
            ModuleTarget::File(path) if path.stem() == "__init__" => path.parent(),
            ModuleTarget::File(_) | ModuleTarget::Missing => return ModuleTarget::Missing,
            ModuleTarget::Folder(path) => path.as_str(),
            ModuleTarget::External(_) | ModuleTarget::Namespace(_) => return module.clone(),
        };
        self.at(&joined(folder, &name.replace('.', "/"))).unwrap_or(ModuleTarget::Missing)
    }
}

/// The folders that top-level modules lie in.
fn source_roots(project: &ProjectFiles, packages: &FxHashSet<String>) -> FxHashSet<String> {
    let mut roots: FxHashSet<String> = packages
        .iter()
        .filter(|package| !package.is_empty() && !packages.contains(parent(package)))
        .map(|package| parent(package).to_owned())
        .collect();
    let is_project =
        |name: &str| matches!(name, "pyproject.toml" | "setup.cfg" | "setup.py" | "manage.py");
    let manifests = project.paths.iter().filter(|path| is_project(path.file_name()));
    let folders: BTreeSet<&str> = manifests.map(RepoPath::parent).chain([""]).collect();
    for folder in folders {
        roots.insert(folder.to_owned());
        roots.insert(joined(folder, "src"));
        roots.insert(joined(folder, "lib"));
    }
    for (path, text) in &project.manifests {
        let named = match path.file_name() {
            "pyproject.toml" => pyproject_roots(text),
            "setup.cfg" => setup_cfg_roots(text),
            _ => Vec::new(),
        };
        let folders = named.iter().filter_map(|it| RepoPath::joined(path.parent(), it));
        roots.extend(folders.map(|it| it.as_str().to_owned()));
    }
    roots
}

/// Source folders that `pyproject.toml` names, for setuptools, poetry, hatch and pytest.
fn pyproject_roots(text: &str) -> Vec<String> {
    let Ok(manifest) = text.parse::<toml::Table>() else { return Vec::new() };
    let tool = |path: &[&str]| {
        let mut at = manifest.get("tool")?;
        for part in path {
            at = at.get(part)?;
        }
        Some(at)
    };
    let mut roots = Vec::new();
    let mut add_all = |value: Option<&toml::Value>| match value {
        Some(toml::Value::String(text)) => roots.push(text.clone()),
        Some(toml::Value::Array(items)) => {
            roots.extend(items.iter().filter_map(|it| Some(it.as_str()?.to_owned())));
        }
        _ => {}
    };
    add_all(tool(&["setuptools", "packages", "find", "where"]));
    add_all(tool(&["setuptools", "package-dir", ""]));
    add_all(tool(&["pytest", "ini_options", "pythonpath"]));
    for package in tool(&["poetry", "packages"]).and_then(|it| it.as_array()).into_iter().flatten()
    {
        add_all(package.get("from"));
    }
    let wheel = tool(&["hatch", "build", "targets", "wheel", "packages"]);
    for package in wheel.and_then(|it| it.as_array()).into_iter().flatten() {
        if let Some(package) = package.as_str() {
            roots.push(parent(package).to_owned());
        }
    }
    roots
}

/// `where = src` and `package_dir = =src` of `setup.cfg`.
fn setup_cfg_roots(text: &str) -> Vec<String> {
    let mut roots = Vec::new();
    let mut is_package_dir = false;
    for line in text.lines() {
        let is_continued = line.starts_with([' ', '\t']);
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let (key, value) = (key.trim(), value.trim());
        if is_continued {
            if is_package_dir && key.is_empty() {
                roots.push(value.to_owned());
            }
            continue;
        }
        is_package_dir = matches!(key, "package_dir" | "package-dir");
        match key {
            "where" if !value.is_empty() => roots.push(value.to_owned()),
            _ if is_package_dir => {
                roots.extend(value.strip_prefix('=').map(|it| it.trim().to_owned()));
            }
            _ => {}
        }
    }
    roots
}

fn joined(folder: &str, name: &str) -> String {
    match (folder.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn shared_folders(a: &str, b: &str) -> usize {
    if a.is_empty() || b.is_empty() { 0 } else { shared_parts(a, b) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;

    /// Resolves lines `FILE: MODULE` over a list of files; dots in front are levels.
    fn check(paths: &[&str], manifests: &[(&str, &str)], requests: &str, expected: &Expect) {
        let mut all: Vec<RepoPath> = paths.iter().map(|it| RepoPath::from(*it)).collect();
        all.extend(manifests.iter().map(|it| RepoPath::from(it.0)));
        all.sort();
        let manifests = manifests.iter().map(|it| (it.0.into(), it.1.into())).collect();
        let modules = PythonModules::new(&ProjectFiles { paths: all, manifests });
        let mut out = String::new();
        for line in requests.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let (from, module) = line.split_once(": ").expect("FILE: MODULE");
            let name = module.trim_start_matches('.');
            let level = (module.len() - name.len()) as u32;
            let request = ImportRequest { module: Name::new(name), level };
            let target = modules.resolve(&from.into(), &request);
            let _ = writeln!(out, "{line} -> {target:?}");
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn packages_are_found_in_every_layout() {
        check(
            &[
                "src/shop/__init__.py",
                "src/shop/auth.py",
                "src/shop/logging.py",
                "src/shop/db/__init__.py",
                "tests/test_auth.py",
                "tests/fixtures.py",
                "scripts/run.py",
                "scripts/common.py",
                "ns/part/mod.py",
            ],
            &[],
            r"
            tests/test_auth.py: shop.auth
            tests/test_auth.py: shop
            tests/test_auth.py: fixtures
            tests/test_auth.py: shop.missing
            tests/test_auth.py: requests.adapters
            src/shop/auth.py: logging
            src/shop/auth.py: .db
            src/shop/auth.py: .
            src/shop/db/__init__.py: ..auth
            src/shop/db/__init__.py: .nothing
            src/shop/auth.py: .....far
            scripts/run.py: common
            scripts/run.py: ns.part.mod
            scripts/run.py: ns.part
            ",
            &expect![[r#"
                tests/test_auth.py: shop.auth -> File(`src/shop/auth.py`)
                tests/test_auth.py: shop -> File(`src/shop/__init__.py`)
                tests/test_auth.py: fixtures -> File(`tests/fixtures.py`)
                tests/test_auth.py: shop.missing -> Missing
                tests/test_auth.py: requests.adapters -> External("requests")
                src/shop/auth.py: logging -> External("logging")
                src/shop/auth.py: .db -> File(`src/shop/db/__init__.py`)
                src/shop/auth.py: . -> File(`src/shop/__init__.py`)
                src/shop/db/__init__.py: ..auth -> File(`src/shop/auth.py`)
                src/shop/db/__init__.py: .nothing -> Missing
                src/shop/auth.py: .....far -> Missing
                scripts/run.py: common -> File(`scripts/common.py`)
                scripts/run.py: ns.part.mod -> File(`ns/part/mod.py`)
                scripts/run.py: ns.part -> Folder(`ns/part`)
            "#]],
        );
    }

    #[test]
    fn the_nearest_root_wins() {
        check(
            &[
                "a/app/__init__.py",
                "a/tests/test_app.py",
                "b/app/__init__.py",
                "b/tests/test_app.py",
            ],
            &[],
            "
            a/tests/test_app.py: app
            b/tests/test_app.py: app
            ",
            &expect![[r#"
                a/tests/test_app.py: app -> File(`a/app/__init__.py`)
                b/tests/test_app.py: app -> File(`b/app/__init__.py`)
            "#]],
        );
    }

    #[test]
    fn code_hides_its_stub_and_a_stub_alone_counts() {
        check(
            &["p/__init__.py", "p/a.py", "p/a.pyi", "p/b.pyi", "main.py"],
            &[],
            "
            main.py: p.a
            main.py: p.b
            ",
            &expect![[r#"
                main.py: p.a -> File(`p/a.py`)
                main.py: p.b -> File(`p/b.pyi`)
            "#]],
        );
    }

    #[test]
    fn manifests_name_source_folders() {
        check(
            &["python/ns/mod.py", "code/ns2/mod.py", "x.py"],
            &[
                ("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = [\"python\"]\n"),
                ("setup.cfg", "[options]\npackage_dir =\n    =code\n"),
            ],
            "
            x.py: ns.mod
            x.py: ns2.mod
            ",
            &expect![[r#"
                x.py: ns.mod -> File(`python/ns/mod.py`)
                x.py: ns2.mod -> File(`code/ns2/mod.py`)
            "#]],
        );
    }

    #[test]
    fn conftest_is_the_nearest_one_above() {
        check(
            &["tests/conftest.py", "tests/api/conftest.py", "tests/api/test_a.py", "x/test_b.py"],
            &[],
            "
            tests/api/test_a.py: conftest
            tests/api/conftest.py: conftest
            tests/conftest.py: conftest
            x/test_b.py: conftest
            ",
            &expect![[r#"
                tests/api/test_a.py: conftest -> File(`tests/api/conftest.py`)
                tests/api/conftest.py: conftest -> File(`tests/conftest.py`)
                tests/conftest.py: conftest -> External("pytest")
                x/test_b.py: conftest -> External("pytest")
            "#]],
        );
    }

    #[test]
    fn submodules_are_below_packages_and_folders() {
        let paths = ["p/__init__.py", "p/a.py", "q/b.py"].map(RepoPath::from).to_vec();
        let modules = PythonModules::new(&ProjectFiles { paths, manifests: BTreeMap::default() });
        let file = |path: &str| ModuleTarget::File(path.into());
        assert_eq!(modules.submodule(&file("p/__init__.py"), "a"), file("p/a.py"));
        assert_eq!(modules.submodule(&file("p/a.py"), "a"), ModuleTarget::Missing);
        assert_eq!(modules.submodule(&ModuleTarget::Folder("q".into()), "b"), file("q/b.py"));
    }
}
