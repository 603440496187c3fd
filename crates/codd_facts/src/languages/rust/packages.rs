//! What `Cargo.toml` declares.

use std::collections::BTreeMap;

use codd_source::RepoPath;
use toml::{Table, Value};

/// What a `Cargo.toml` says, as far as it is read.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// Of the package, as code names it.
    pub(super) name: Option<String>,
    /// As code names it, where it differs.
    pub(super) library: Option<String>,
    pub(super) library_path: Option<String>,
    /// Files that are crates of their own.
    pub(super) roots: Vec<String>,
    pub(super) dependencies: BTreeMap<String, Dependency>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Dependency {
    /// The package's own name, as code would spell it.
    pub(super) package: String,
    pub(super) path: Option<String>,
    version: String,
}

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The name that code has for a package.
pub(super) fn spelled(name: &str) -> String {
    name.replace('-', "_")
}

pub(super) fn parse(text: &str) -> Option<Manifest> {
    let table: Table = text.parse().ok()?;
    let mut out = Manifest::default();
    let text_in = |table: &Table, key: &str| Some(table.get(key)?.as_str()?.to_owned());
    if let Some(package) = table.get("package").and_then(Value::as_table) {
        out.name = text_in(package, "name").map(|it| spelled(&it));
        out.roots.extend(text_in(package, "build"));
    }
    if let Some(library) = table.get("lib").and_then(Value::as_table) {
        out.library = text_in(library, "name").map(|it| spelled(&it));
        out.library_path = text_in(library, "path");
    }
    for kind in ["bin", "test", "bench", "example"] {
        let list = table.get(kind).and_then(Value::as_array);
        for target in list.into_iter().flatten().filter_map(Value::as_table) {
            out.roots.extend(text_in(target, "path"));
        }
    }
    let mut sections: Vec<&Table> = Vec::new();
    let mut within = |table: &'_ Table| -> Vec<Table> {
        SECTIONS.iter().filter_map(|it| table.get(*it)?.as_table().cloned()).collect()
    };
    let mut all = within(&table);
    if let Some(targets) = table.get("target").and_then(Value::as_table) {
        all.extend(targets.values().filter_map(Value::as_table).flat_map(&mut within));
    }
    if let Some(workspace) = table.get("workspace").and_then(Value::as_table) {
        all.extend(workspace.get("dependencies").and_then(Value::as_table).cloned());
    }
    sections.extend(all.iter());
    for (name, value) in sections.into_iter().flatten() {
        let mut dependency = Dependency { package: spelled(name), ..Dependency::default() };
        match value {
            Value::String(version) => dependency.version.clone_from(version),
            Value::Table(table) => {
                if let Some(package) = text_in(table, "package") {
                    dependency.package = spelled(&package);
                }
                dependency.path = text_in(table, "path");
                dependency.version = text_in(table, "version").unwrap_or_default();
            }
            _ => {}
        }
        out.dependencies.entry(spelled(name)).or_insert(dependency);
    }
    Some(out)
}

/// The packages of a manifest under the names that code has for them.
pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    if path.file_name() != "Cargo.toml" {
        return None;
    }
    let manifest = parse(text)?;
    Some(manifest.dependencies.into_iter().map(|(name, it)| (name, it.version)).collect())
}
