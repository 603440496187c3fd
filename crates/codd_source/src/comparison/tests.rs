//! Which change is meant, on repositories in memory.

use std::fmt::Write;
use std::path::Path;

use expect_test::expect;

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
                writeln!(text, "  {path}: {} -> {}", side(&it.base), side(&it.head)).unwrap();
            }
            for claim in it.claimed {
                let whole = if claim.whole_file { ", all of it" } else { "" };
                writeln!(text, "  {} {}{whole}", claim.claim.verb, claim.path).unwrap();
            }
            for commit in it.commits {
                writeln!(text, "  by {:?}", commit.message).unwrap();
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

#[test]
fn ranges_compare_trees_from_either_end_or_the_merge_base() {
    let system = project();
    check(
        &system,
        &range("HEAD~1"),
        &expect![[r#"
            HEAD~1 to work tree
              a.py: "a1\n" -> "a2\n"
              src/b.py: "b1\n" -> "b2\n"
              by "second"
        "#]],
    );
    check(
        &system,
        &range("HEAD~1.."),
        &expect![[r#"
            HEAD~1 to HEAD
              a.py: "a1\n" -> "a2\n"
              by "second"
        "#]],
    );
    let repository = system.discover_repository(Path::new("/project")).unwrap().unwrap();
    let first = repository.resolve("HEAD~1").unwrap();
    let memory = system.repository().unwrap();
    memory.switch("feature", first);
    memory.commit_files("on the branch", [("a.py", "a1\n"), ("src/b.py", "b3\n")]);
    check(
        &system,
        &range("main...feature"),
        &expect![[r#"
            merge base of main and feature to feature
              src/b.py: "b1\n" -> "b3\n"
              by "on the branch"
        "#]],
    );
    check(
        &system,
        &range("mian..feature"),
        &expect![[r#"
            git::unknown_revision: unknown revision `mian`
              help: did you mean `main`?
        "#]],
    );
}

#[test]
fn staged_is_the_index_and_not_the_work_tree() {
    let system = project();
    system.stage();
    system.set_file("src/b.py", "b3\n");
    let arguments = ChangeArguments { staged: true, ..ChangeArguments::default() };
    check(
        &system,
        &arguments,
        &expect![[r#"
            HEAD to index
              src/b.py: "b1\n" -> "b2\n"
        "#]],
    );
}

#[test]
fn without_a_commit_everything_is_new() {
    let system = MemorySystem::with_files([("a.py", "a\n")]);
    system.init_repository();
    check(
        &system,
        &ChangeArguments::default(),
        &expect![[r#"
            nothing to work tree
              a.py: not_found -> "a\n"
        "#]],
    );
    check(
        &system,
        &range("HEAD~1"),
        &expect![[r#"
            git::unknown_revision: unknown revision `HEAD~1`
              help: `git branch --all` and `git tag` list the names there are
        "#]],
    );
}

#[test]
fn a_bare_repository_has_ranges_only() {
    let system = MemorySystem::new();
    let repository = system.init_bare_repository();
    repository.commit_files("one", [("a.py", "1\n")]);
    repository.commit_files("two", [("a.py", "2\n")]);
    check(
        &system,
        &range("HEAD~1..HEAD"),
        &expect![[r#"
            HEAD~1 to HEAD
              a.py: "1\n" -> "2\n"
              by "two"
        "#]],
    );
    check(
        &system,
        &ChangeArguments::default(),
        &expect![[r#"
            git::bare: a bare repository has no work tree
              help: compare two commits, as in `HEAD~1..HEAD`
        "#]],
    );
}

#[test]
fn outside_of_git_only_claims_and_diffs_say_what_changed() {
    let system = MemorySystem::with_files([("src/auth_service.py", "x\n"), ("b.py", "y\n")]);
    check(
        &system,
        &ChangeArguments::default(),
        &expect![[r#"
            change::not_in_repository: this folder is not in a git repository, so there is nothing to compare with
              help: say what changed with `--change "modified: PATH"` or `--diff FILE`, or check everything with `codd check`
        "#]],
    );
    check(
        &system,
        &claims(&["modified: auth_service.py", "deleted: b.py"]),
        &expect![[r#"
            work tree, as claimed
              b.py: "y\n" -> not_found
              modified src/auth_service.py, all of it
              deleted b.py
        "#]],
    );
}

#[test]
fn a_claim_without_a_difference_means_the_whole_file() {
    let system = project();
    check(
        &system,
        &claims(&["modified: a.py", "m src/b.py"]),
        &expect![[r#"
            HEAD to work tree, with 2 claimed changes
              src/b.py: "b1\n" -> "b2\n"
              modified a.py, all of it
              modified src/b.py
        "#]],
    );
    check(
        &system,
        &claims(&["added: a.py"]),
        &expect![[r#"
            HEAD to work tree, with 1 claimed change
              a.py: not_found -> "a2\n"
              src/b.py: "b1\n" -> "b2\n"
              added a.py
        "#]],
    );
}

#[test]
fn a_claimed_path_that_is_unclear_names_what_it_may_be() {
    let system =
        MemorySystem::with_files([("x/login.py", ""), ("y/login.py", ""), ("auth.py", "")]);
    check(
        &system,
        &claims(&["modified: login.py"]),
        &expect![[r#"
            change::ambiguous_path: `login.py` may be any of 2 files
              help: give more of its path: `x/login.py` or `y/login.py`
        "#]],
    );
    check(
        &system,
        &claims(&["modified: src/auht.py"]),
        &expect![[r#"
            change::unknown_path: `src/auht.py` is not in the project
              help: did you mean `auth.py`?
        "#]],
    );
    let renamed = "renamed: a.py".parse::<ChangeClaim>().unwrap_err();
    assert_eq!(renamed.code(), "change::bad_claim");
}

#[test]
fn a_diff_applies_to_head_or_is_taken_back_from_the_work_tree() {
    let text = "--- a/src/b.py\n+++ b/src/b.py\n@@ -1 +1 @@\n-b1\n+b2\n";
    let system = project();
    check(
        &system,
        &diff(text),
        &expect![[r#"
            HEAD to HEAD with the diff
              src/b.py: "b1\n" -> "b2\n"
        "#]],
    );
    system.commit("third");
    check(
        &system,
        &diff(text),
        &expect![[r#"
            work tree without the diff to work tree
              src/b.py: "b1\n" -> "b2\n"
        "#]],
    );
    system.set_file("src/b.py", "b4\n");
    check(
        &system,
        &diff(text),
        &expect![[r#"
            change::diff_fits_neither: the diff does not fit: `@@ -1 +1 @@` for `src/b.py` (line 3 of the diff): the lines it expects are not there
              help: it was tried on HEAD, and in reverse on the work tree, where it does not fit either: `@@ -1 +1 @@` for `src/b.py` (line 3 of the diff): the lines it expects are not there
        "#]],
    );
}

#[test]
fn a_diff_can_add_delete_rename_swap_and_leave_binaries_unknown() {
    let system = MemorySystem::with_files([
        ("a", "a\n"),
        ("b", "b\n"),
        ("old", "1\n2\n"),
        ("gone", "g\n"),
        ("logo.png", "\0"),
    ]);
    system.commit("first");
    let text = "\
diff --git a/a b/b
similarity index 100%
rename from a
rename to b
diff --git a/b b/a
similarity index 100%
rename from b
rename to a
diff --git a/gone b/gone
deleted file mode 100644
index 1111111..0000000
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-g
diff --git a/logo.png b/logo.png
index f76dd23..2222222 100644
Binary files a/logo.png and b/logo.png differ
diff --git a/empty b/empty
new file mode 100755
index 0000000..e69de29
diff --git a/old b/moved
similarity index 50%
rename from old
rename to moved
index 1191247..4444444 100644
--- a/old
+++ b/moved
@@ -1,2 +1,2 @@
 1
-2
+two
\\ No newline at end of file
";
    check(
        &system,
        &diff(text),
        &expect![[r#"
            HEAD to HEAD with the diff
              a: "a\n" -> "b\n"
              b: "b\n" -> "a\n"
              empty: not_found -> ""
              gone: "g\n" -> not_found
              logo.png: "\0" -> unknown_content
              moved: not_found -> "1\ntwo"
              old: "1\n2\n" -> not_found
        "#]],
    );
}

#[test]
fn a_change_can_not_hide_its_own_files() {
    let system = MemorySystem::with_files([(".coddignore", "vendor/\n"), ("vendor/v.py", "v1\n")]);
    system.commit("first");
    system.set_file(".coddignore", "vendor/\nevil.py\n");
    system.set_file("evil.py", "eval(x)\n");
    system.set_file("vendor/v.py", "v2\n");
    check(
        &system,
        &ChangeArguments::default(),
        &expect![[r#"
            HEAD to work tree
              .coddignore: "vendor/\n" -> "vendor/\nevil.py\n"
              evil.py: not_found -> "eval(x)\n"
        "#]],
    );
}

#[test]
fn what_codd_writes_to_is_not_what_it_reads() {
    let system = MemorySystem::with_files([("a.py", "a\n"), ("pack.json", "old\n")]);
    system.commit("first");
    system.set_file("pack.json", "");
    system.set_file("report.txt", "");
    system.set_file("out.sarif", "");
    system.set_output("report.txt");
    let leave_out = vec!["/project/pack.json".into(), "/project/out.sarif".into()];
    let arguments = ChangeArguments { leave_out, ..ChangeArguments::default() };
    check(
        &system,
        &arguments,
        &expect![[r#"
            HEAD to work tree
        "#]],
    );
}

#[test]
fn unreadable_and_ignored_tracked_files_are_not_deleted() {
    let system = MemorySystem::with_files([("a.py", "a\n"), ("kept.log", "k\n")]);
    system.commit("first");
    system.set_file(".gitignore", "*.log\n");
    system.set_file("new.log", "");
    system.set_unreadable("a.py");
    let comparison = compare_in(&system, &ChangeArguments::default()).unwrap();
    let paths: Vec<String> = comparison.differing_paths().iter().map(ToString::to_string).collect();
    assert_eq!(paths, [".gitignore"]);
    assert_eq!(comparison.head.read(&"a.py".into()).unwrap_err().code(), "io::denied");
    assert_eq!(comparison.head.skipped().len(), 1);
}

#[test]
fn a_file_that_changes_while_reading_is_an_error_not_a_wrong_answer() {
    let system = project();
    let comparison = compare_in(&system, &ChangeArguments::default()).unwrap();
    system.set_file("a.py", "different\n");
    let error = comparison.head.read(&"a.py".into()).unwrap_err();
    assert_eq!(error.code(), "snapshot::changed");
}

#[test]
fn a_project_in_a_folder_sees_its_part_of_commits_diffs_and_claims() {
    let system =
        MemorySystem::with_files([("api/codd.yaml", ""), ("api/a.py", "1\n"), ("web/b.ts", "1\n")]);
    system.commit("first");
    system.set_current_directory("api");
    system.set_file("/project/api/a.py", "2\n");
    system.set_file("/project/web/b.ts", "2\n");
    check(
        &system,
        &claims(&["modified: api/a.py"]),
        &expect![[r#"
            HEAD to work tree, with 1 claimed change
              a.py: "1\n" -> "2\n"
              modified a.py
        "#]],
    );
    let text = "--- a/api/a.py\n+++ b/api/a.py\n@@ -1 +1 @@\n-1\n+3\n--- a/web/b.ts\n+++ b/web/b.ts\n@@ -1 +1 @@\n-9\n+3\n";
    check(
        &system,
        &diff(text),
        &expect![[r#"
            HEAD to HEAD with the diff
              a.py: "1\n" -> "3\n"
        "#]],
    );
}

#[test]
fn arguments_that_exclude_each_other_are_refused() {
    let system = project();
    let arguments = ChangeArguments { staged: true, ..range("A..B") };
    check(
        &system,
        &arguments,
        &expect![[r#"
            change::conflict: `A..B` and `--staged` can't be used together
              help: give one of them
        "#]],
    );
}

#[test]
fn a_series_of_commits_applies_one_after_the_other_and_submodules_are_counted() {
    let system = MemorySystem::with_files([("a.py", "1\n")]);
    system.commit("first");
    let from = |digit: &str| format!("From {} Mon Sep 17 00:00:00 2001\n\n", digit.repeat(40));
    let text = [
        &from("1"),
        "diff --git a/a.py b/b.py\nrename from a.py\nrename to b.py\n",
        &from("2"),
        "diff --git a/b.py b/b.py\n--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-1\n+2\n",
        "diff --git a/sub b/sub\nindex 1111111..2222222 160000\n--- a/sub\n+++ b/sub\n@@ -1 +1 @@\n",
        "-Subproject commit 1\n+Subproject commit 2\n",
    ]
    .concat();
    check(
        &system,
        &diff(&text),
        &expect![[r#"
            HEAD to HEAD with the diff
              a.py: "1\n" -> not_found
              b.py: not_found -> "2\n"
        "#]],
    );
    let comparison = compare_in(&system, &diff(&text)).unwrap();
    assert_eq!(comparison.head.skipped()[0].reason, crate::SkipReason::Submodule);
    // Taken back from the work tree, the last commit goes first.
    system.delete("a.py");
    system.set_file("b.py", "2\n");
    system.commit("second");
    check(
        &system,
        &diff(&text),
        &expect![[r#"
            work tree without the diff to work tree
              a.py: "1\n" -> not_found
              b.py: not_found -> "2\n"
        "#]],
    );
}

#[test]
fn a_range_that_an_unset_variable_leaves_names_nothing() {
    let arguments = ["", "..", "...", " "].map(range);
    for arguments in arguments {
        let error = check_conflicts(&arguments).unwrap_err();
        assert_eq!(error.code(), "change::no_revision");
    }
    assert!(check_conflicts(&range("..main")).is_ok());
}

#[test]
fn a_folder_that_the_change_makes_a_project_belonged_to_one_above() {
    let split = |base: &[(&str, &str)]| {
        let system = MemorySystem::with_files(base.iter().copied());
        system.commit("first");
        system.set_file("svc/codd.yaml", "");
        let system: Arc<dyn System> = Arc::new(system);
        let project = ProjectRoot::discover(&*system, Path::new("svc")).unwrap();
        assert_eq!(project.prefix.trim_end_matches('/'), "svc");
        let arguments = ChangeArguments::default();
        compare(&system, &project, &arguments, &CancelToken::default()).unwrap().split_from
    };
    assert_eq!(split(&[("codd.yaml", ""), ("svc/a.py", "")]).as_deref(), Some("."));
    assert_eq!(split(&[("requirements/a.yaml", ""), ("svc/a.py", "")]).as_deref(), Some("."));
    assert_eq!(split(&[("svc/a.py", "")]), None);
    assert_eq!(split(&[("codd.yaml", ""), ("svc/codd.yaml", "# old")]), None);
}
