//! The documents that are tests: the README, the examples, and the behaviour documents.

use std::fs;
use std::path::{Path, PathBuf};

use crate::transcript::{Sandbox, check};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Runs in a new repository that holds the folder `examples`, as a clone of codd does.
#[test]
fn the_readme_says_what_happens() {
    check(
        &root().join("README.md"),
        Sandbox::repository_of("codd", &root().join("examples"), "examples"),
    );
}

#[test]
fn the_readme_begins_with_the_main_job_and_the_suite() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let commands: Vec<&str> =
        text.split("```sh\n").skip(1).map(|it| it.split_once("\n```").unwrap().0).collect();
    assert_eq!(
        commands[..2],
        [
            "cargo run --release --locked --quiet -- -C examples/orders-python impact --diff change.patch",
            "cargo test --workspace --locked",
        ]
    );
    assert!(
        text.contains("impact --diff change.patch\n```\n\n```text\ncodd "),
        "the transcript comes right after the first command"
    );
}

fn check_example(name: &str) {
    let folder = root().join("examples").join(name);
    check(&folder.join("README.md"), Sandbox::repository_of(name, &folder, ""));
}

#[test]
fn the_python_example_tells_its_story() {
    check_example("orders-python");
}

#[test]
fn the_typescript_example_tells_its_story() {
    check_example("notes-typescript");
}

/// One test for each file of `tests/suite`, and one that fails on a file without a test.
macro_rules! suite {
    ($($name:ident = $file:literal,)*) => {
        $(
            #[test]
            fn $name() {
                let name = $file.trim_end_matches(".md");
                check(&root().join("tests/suite").join($file), Sandbox::empty(name));
            }
        )*

        #[test]
        fn every_behaviour_document_is_run() {
            let entries = fs::read_dir(root().join("tests/suite")).unwrap();
            let mut there: Vec<String> =
                entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
            there.sort();
            assert_eq!(there, [$($file),*]);
        }
    };
}

suite! {
    agent = "agent.md",
    another_way_in = "another-way-in.md",
    around_tests = "around-tests.md",
    at_risk = "at-risk.md",
    broken_controls = "broken-controls.md",
    code_of_tests = "code-of-tests.md",
    control_authors = "control-authors.md",
    exit_codes = "exit-codes.md",
    files_of_packages = "files-of-packages.md",
    formats = "formats.md",
    graph_exports = "graph-exports.md",
    graph_import = "graph-import.md",
    graph_questions = "graph-questions.md",
    inherited_tests = "inherited-tests.md",
    languages = "languages.md",
    a_route_that_fails_already_can_get_worse = "less-in-front.md",
    what_a_librarys_guard_decides_by_is_trusted = "library-guards.md",
    a_guarded_route_that_becomes_public_is_told = "opened-by-its-path.md",
    out_of_sight = "out-of-sight.md",
    read_by_a_person = "read-by-a-person.md",
    review = "review.md",
    secrets = "secrets.md",
    seed_file = "seed-file.md",
    settings = "settings.md",
    what_is_only_spelt_otherwise_is_not_fixed = "spelt-otherwise.md",
    undecided_before = "undecided-before.md",
    unread_rules = "unread-rules.md",
    what_is_kept = "what-is-kept.md",
    what_is_reached = "what-is-reached.md",
    which_change = "which-change.md",
    which_controls = "which-controls.md",
    which_tests = "which-tests.md",
    whose_rules = "whose-rules.md",
    the_interface_needs_a_terminal = "without-a-terminal.md",
}
