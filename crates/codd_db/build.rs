//! Digests the sources that decide what is read from a file, for the keys of the store.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files beside this one; one that is not there counts as empty.
const SOURCES: [&str; 10] = [
    "src",
    "../codd_facts/src",
    "../codd_source/src",
    "../codd_verify/models",
    "../codd_verify/src",
    // What outcomes are found with besides.
    "../codd_flow/models",
    "../codd_flow/src",
    "../codd_graph/src",
    // What a plan is compiled from.
    "../codd_controls/src",
    // Versions of grammars.
    "../../Cargo.lock",
];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let bytes = read(&file);
        let name = file.to_string_lossy().replace('\\', "/");
        hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
    }
    println!("cargo::rustc-env=CODD_SOURCES_DIGEST={}", &hasher.finalize().to_hex()[..16]);
}

#[expect(clippy::disallowed_methods, reason = "a build script runs before there is a `System`")]
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_path_buf());
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
}

#[expect(clippy::disallowed_methods, reason = "a build script runs before there is a `System`")]
fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_default()
}
