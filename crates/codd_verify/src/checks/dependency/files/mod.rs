//! The manifests and lock files of each ecosystem: what each declares, at its line.
//!
//! [`codd_facts::declared_packages`] reads manifests and lock files too, for what a change of a
//! version reaches: without places, ranges and digests, and less strictly.

mod dotnet;
mod go;
mod javascript;
mod jvm;
mod php;
mod python;
mod ruby;
mod rust;

use codd_source::RepoPath;

use super::Ecosystem;
use super::record::{Asked, Record};
use crate::document::{Entry, Format, Value, part};

/// A reader of one kind of file: its records, or why it cannot be read.
type Reader = fn(&RepoPath, &str) -> Result<Vec<Record>, String>;

/// The reader of a file, by its name; `None` for a file that declares nothing.
pub(super) fn reader_of(path: &RepoPath) -> Option<(Ecosystem, Reader)> {
    let name = path.file_name();
    let lower = name.to_ascii_lowercase();
    let is_requirements = || {
        let is_text = lower.ends_with(".txt") || lower.ends_with(".in");
        is_text
            && (lower.contains("requirements")
                || lower.starts_with("constraints")
                || path.parent().rsplit('/').next() == Some("requirements"))
    };
    Some(match name {
        "package.json" => (Ecosystem::JavaScript, javascript::package),
        "package-lock.json" | "npm-shrinkwrap.json" => {
            (Ecosystem::JavaScript, javascript::npm_lock)
        }
        "yarn.lock" => (Ecosystem::JavaScript, javascript::yarn_lock),
        "bun.lock" => (Ecosystem::JavaScript, javascript::bun_lock),
        "pnpm-lock.yaml" => (Ecosystem::JavaScript, javascript::pnpm_lock),
        "pyproject.toml" => (Ecosystem::Python, python::project),
        "setup.cfg" => (Ecosystem::Python, python::setup),
        "Pipfile" => (Ecosystem::Python, python::pipfile),
        "Pipfile.lock" => (Ecosystem::Python, python::pipfile_lock),
        "poetry.lock" | "uv.lock" | "pdm.lock" => (Ecosystem::Python, python::lock),
        "go.mod" => (Ecosystem::Go, go::manifest),
        "go.sum" => (Ecosystem::Go, go::sums),
        "Cargo.toml" => (Ecosystem::Rust, rust::manifest),
        "Cargo.lock" => (Ecosystem::Rust, rust::lock),
        "pom.xml" => (Ecosystem::Java, jvm::maven),
        "build.gradle" | "build.gradle.kts" => (Ecosystem::Java, jvm::gradle),
        "gradle.lockfile" => (Ecosystem::Java, jvm::gradle_lock),
        "Gemfile" | "gems.rb" => (Ecosystem::Ruby, ruby::manifest),
        "Gemfile.lock" | "gems.locked" => (Ecosystem::Ruby, ruby::lock),
        "composer.json" => (Ecosystem::Php, php::manifest),
        "composer.lock" => (Ecosystem::Php, php::lock),
        "packages.lock.json" => (Ecosystem::Dotnet, dotnet::lock),
        "packages.config" | "Directory.Packages.props" | "Directory.Build.props" => {
            (Ecosystem::Dotnet, dotnet::project)
        }
        _ if name.ends_with(".versions.toml") => (Ecosystem::Java, jvm::catalog),
        _ if is_requirements() => (Ecosystem::Python, python::requirements),
        _ if [".csproj", ".fsproj", ".vbproj"].iter().any(|it| name.ends_with(it)) => {
            (Ecosystem::Dotnet, dotnet::project)
        }
        _ => return None,
    })
}

/// The document of a file with one.
fn document(format: Format, text: &str) -> Result<Value, String> {
    let mut documents = format.read(text, None)?;
    if documents.is_empty() { Err("it is empty".to_owned()) } else { Ok(documents.swap_remove(0)) }
}

/// The entries below each of these paths of keys.
fn entries_at<'v>(value: &'v Value, keys: &[&str]) -> &'v [Entry] {
    value.at(keys).map_or(&[], Value::entries)
}

/// The text of a key's value.
fn text_at<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_text()
}

fn dynamic(why: impl Into<String>) -> Asked {
    Asked::Dynamic(why.into())
}

/// The lines with where each starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

#[cfg(test)]
mod tests;
