//! Which change is meant, on repositories in memory.

use std::path::Path;

use super::*;
use crate::MemorySystem;

fn compare_in(
    system: &MemorySystem,
    arguments: &ChangeArguments,
) -> Result<Comparison, SourceError> {
    let project = ProjectRoot::discover(system, Path::new("."))?;
    let system: Arc<dyn System> = Arc::new(system.clone());
    compare(&system, &project, arguments, &CancelToken::default())
}

fn range(text: &str) -> ChangeArguments {
    ChangeArguments { range: Some(text.to_owned()), ..ChangeArguments::default() }
}

fn claims(texts: &[&str]) -> ChangeArguments {
    let changes = texts.iter().map(|text| text.parse().unwrap()).collect();
    ChangeArguments { changes, ..ChangeArguments::default() }
}

fn diff(text: &str) -> ChangeArguments {
    ChangeArguments { diff: Some(text.as_bytes().to_vec()), ..ChangeArguments::default() }
}

/// The description, then each differing path with its text on both sides.
fn shown(result: Result<Comparison, SourceError>) -> String {
    match result {
        Ok(it) => {
            let mut text = format!("{}\n", it.description);
            for path in it.differing_paths() {
                let side = |side: &Snapshot| match side.read_text(&path) {
                    Ok(text) => format!("{text:?}"),
                    Err(error) => error.code().trim_start_matches("snapshot::").to_owned(),
                };
                text.push_str(&format!("  {path}: {} -> {}\n", side(&it.base), side(&it.head)));
            }
            for claim in it.claimed {
                let whole = if claim.whole_file { ", all of it" } else { "" };
                text.push_str(&format!("  {} {}{whole}\n", claim.claim.verb, claim.path));
            }
            for commit in it.commits {
                text.push_str(&format!("  by {:?}\n", commit.message));
            }
            text
        }
        Err(error) => {
            format!("{}: {error}\n  help: {}\n", error.code(), error.help().unwrap_or_default())
        }
    }
}

fn check(system: &MemorySystem, arguments: &ChangeArguments, expected: &expect_test::Expect) {
    expected.assert_eq(&shown(compare_in(system, arguments)));
}

fn project() -> MemorySystem {
    let system = MemorySystem::with_files([("a.py", "a1\n"), ("src/b.py", "b1\n")]);
    system.commit("first");
    system.set_file("a.py", "a2\n");
    system.commit("second");
    system.set_file("src/b.py", "b2\n");
    system
}

#[test]
fn no_argument_is_head_against_the_work_tree() {
    use expect_test::expect;
    let system = project();
    system.set_file("new.py", "n\n");
    check(
        &system,
        &ChangeArguments::default(),
        &expect![[r#"
        HEAD to work tree
          new.py: not_found -> "n\n"
          src/b.py: "b1\n" -> "b2\n"
    "#]],
    );
}
