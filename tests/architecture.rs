//! The layers of the house: who uses whom, and that every file says what it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which of our own crates each crate may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("codd_source", &[]),
    ("codd_controls", &["codd_source"]),
    ("codd_facts", &["codd_source"]),
    ("codd_store", &["codd_source"]),
    ("codd_remote", &["codd_source", "codd_store"]),
    ("codd_graph", &["codd_source", "codd_controls", "codd_facts"]),
    ("codd_flow", &["codd_source", "codd_facts", "codd_graph"]),
    ("codd_impact", &["codd_source", "codd_facts", "codd_graph"]),
    ("codd_verify", &["codd_source", "codd_controls", "codd_facts", "codd_flow", "codd_graph"]),
    (
        "codd_db",
        &[
            "codd_source",
            "codd_controls",
            "codd_facts",
            "codd_store",
            "codd_graph",
            "codd_flow",
            "codd_impact",
            "codd_verify",
        ],
    ),
    (
        "codd_audit",
        &[
            "codd_source",
            "codd_controls",
            "codd_facts",
            "codd_graph",
            "codd_impact",
            "codd_verify",
            "codd_db",
        ],
    ),
    ("codd_tui", &["codd_audit"]),
    ("codd", &["codd_audit", "codd_remote", "codd_tui"]),
];

/// More packages than this in the lock file are added knowingly, by raising it.
const LOCKED_PACKAGES: usize = 570;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The dependencies of a crate, and those of its tests alone.
fn dependencies(name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let text = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
    let mut sections: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut section = String::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            title.clone_into(&mut section);
        } else if let Some((key, _)) = line.split_once(['.', '=']) {
            sections.entry(section.clone()).or_default().insert(key.trim().to_owned());
        }
    }
    let mut take = |section: &str| sections.remove(section).unwrap_or_default();
    (take("dependencies"), take("dev-dependencies"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|it| it == "rs") {
            found.push(entry);
        }
    }
}

#[test]
fn crates_use_only_the_layers_below_them() {
    let known: BTreeSet<String> = LAYERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let entries = fs::read_dir(root().join("crates")).unwrap().map(|it| it.unwrap());
    let there: BTreeSet<String> = entries
        .filter(|it| it.path().is_dir())
        .map(|it| it.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, known, "every crate has its place in LAYERS and in crates/README.md");
    for (name, allowed) in LAYERS {
        let (own, _) = dependencies(name);
        let used: Vec<&String> = own.iter().filter(|it| it.starts_with("codd")).collect();
        for used in used {
            assert!(allowed.contains(&used.as_str()), "{name} may not use {used}");
        }
    }
}

/// The cells of each row of the table below a heading of `crates/README.md`, without backticks.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("crates/README.md")).unwrap();
    let section = text.split("\n## ").find(|it| it.starts_with(heading)).unwrap();
    let rows = section.lines().filter(|it| it.starts_with('|')).skip(2);
    let cells = |row: &str| {
        let row = row.trim_matches('|').replace('`', "");
        row.split('|').map(|it| it.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn the_map_says_which_layers_there_are() {
    let written: Vec<(String, BTreeSet<String>)> = table("The map")
        .into_iter()
        .map(|row| (row[0].clone(), row[2].split(' ').map(|it| format!("codd_{it}")).collect()))
        .collect();
    assert_eq!(written.len(), LAYERS.len());
    for ((name, uses), (layer, allowed)) in written.iter().zip(LAYERS) {
        assert_eq!(name, layer);
        let is_list = allowed.iter().all(|it| uses.contains(*it)) && uses.len() == allowed.len();
        // Where the map says it in words, the words are for people.
        let in_words = ["codd_db", "codd_audit"].contains(layer);
        assert!(is_list || in_words || allowed.is_empty(), "{name}: {uses:?}");
    }
}

/// The names, without extensions, of everything in a folder that does not belong to tests.
fn entries(folder: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name());
    let names = names.map(|it| it.to_string_lossy().split('.').next().unwrap().to_owned());
    let is_table_or_test = |it: &String| it == "mod" || it == "snapshots" || it.ends_with("tests");
    names.filter(|it| !is_table_or_test(it)).collect()
}

#[test]
fn what_is_added_is_one_file_or_folder_and_a_line_in_one_table() {
    let crates = root().join("crates");
    for row in table("Where to add what") {
        let place = row[1].split(' ').next().unwrap();
        let (folder, _) = place.split_once('<').unwrap();
        let in_root = root().join(folder);
        let folder = if in_root.is_dir() { in_root } else { crates.join(folder) };
        let table = fs::read_to_string(crates.join(&row[2])).unwrap();
        for name in entries(&folder) {
            assert!(table.contains(&name), "`{name}` of {} is not in {}", row[1], row[2]);
        }
    }
}

#[test]
fn every_kind_of_check_has_its_manual_page() {
    let folder = root().join("crates/codd_verify/src/checks");
    let table = fs::read_to_string(folder.join("mod.rs")).unwrap();
    let kinds = table.split("static KINDS").nth(1).unwrap().split("];").next().unwrap();
    for name in entries(&folder).iter().filter(|it| kinds.contains(&format!("&{it}::"))) {
        assert!(folder.join(format!("{name}.md")).is_file(), "`{name}` has no page");
    }
}

#[test]
fn only_one_crate_knows_salsa_one_a_network_and_only_the_front_ends_know_terminals() {
    for (name, _) in LAYERS {
        let (own, _) = dependencies(name);
        let uses = |it: &str| own.contains(it);
        assert!(!uses("salsa") || *name == "codd_db", "{name} uses salsa");
        assert!(!uses("gix") || *name == "codd_source", "{name} uses gix");
        for network in ["futures", "opendal", "opendal-core", "redis", "rustls", "tokio"] {
            assert!(!uses(network) || *name == "codd_remote", "{name} uses {network}");
        }
        for terminal in ["clap", "ratatui", "crossterm", "indicatif"] {
            assert!(
                !uses(terminal) || ["codd", "codd_tui"].contains(name),
                "{name} uses {terminal}"
            );
        }
    }
}

#[test]
fn every_dependency_is_used() {
    for (name, _) in LAYERS {
        let (own, tests) = dependencies(name);
        let mut files = Vec::new();
        let home = root().join("crates").join(name);
        sources(&home.join("src"), &mut files);
        if home.join("benches").is_dir() {
            sources(&home.join("benches"), &mut files);
        }
        if *name == "codd" {
            sources(&root().join("tests"), &mut files);
        }
        let text: String = files.iter().map(|it| fs::read_to_string(it).unwrap()).collect();
        for dependency in own.iter().chain(&tests) {
            let identifier = dependency.replace('-', "_");
            assert!(text.contains(&identifier), "{name} does not use its dependency {dependency}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    sources(&root().join("tests"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{} does not begin with `//!`", file.display());
    }
}

#[test]
fn the_lock_file_grows_knowingly() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let packages = lock.matches("[[package]]").count();
    assert!(packages <= LOCKED_PACKAGES, "{packages} packages are locked");
}

#[test]
fn the_top_level_stays_as_it_is() {
    let allowed = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "codd.yaml",
        "crates",
        "examples",
        "requirements",
        "target",
        "tests",
    ];
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || allowed.contains(&name.as_str()), "`{name}` at the top");
    }
}
