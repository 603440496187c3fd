//! The real system against real repositories, made by `git` in temporary folders.
#![expect(clippy::disallowed_methods, reason = "fixtures are made with git and on disk")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use expect_test::{Expect, expect};

use crate::{
    CancelToken, ChangeArguments, Comparison, OsSystem, ProjectRoot, RepoPath, Snapshot,
    SourceError, System, compare, printable,
};

/// A repository in a temporary folder that goes away with it.
struct Fixture {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

impl Fixture {
    fn new() -> Fixture {
        let fixture = Fixture::empty();
        fixture.git("init -q -b main");
        fixture
    }

    fn empty() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap().join("project");
        fs::create_dir(&root).unwrap();
        Fixture { _folder: folder, root }
    }

    fn git(&self, arguments: &str) -> &Fixture {
        git(&self.root, arguments);
        self
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Fixture {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn commit(&self, message: &str) -> &Fixture {
        self.git("add -A").git(&format!("commit -q -m {message}"))
    }
}

/// Runs git with a configuration of its own, the arguments split at spaces.
fn git(folder: &Path, arguments: &str) {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let output = run_git(folder, &arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {error}");
}

fn run_git(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@example.org")])
        .envs([("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@example.org")])
        .envs([("GIT_AUTHOR_DATE", "1700000000 +0000"), ("GIT_COMMITTER_DATE", "1700000000 +0000")])
        .output()
        .expect("git is installed")
}

fn compare_at(folder: &Path, range: Option<&str>) -> Result<Comparison, SourceError> {
    let system: Arc<dyn System> = Arc::new(OsSystem::new());
    let project = ProjectRoot::discover(system.as_ref(), folder)?;
    let arguments =
        ChangeArguments { range: range.map(ToOwned::to_owned), ..ChangeArguments::default() };
    compare(&system, &project, &arguments, &CancelToken::default())
}

fn shown(result: Result<Comparison, SourceError>) -> String {
    let it = match result {
        Ok(it) => it,
        Err(error) => {
            let help = error.help().unwrap_or_default();
            return format!("{}: {error}\n  help: {help}\n", error.code());
        }
    };
    let mut text = format!("{}\n", it.description);
    for path in it.differing_paths() {
        let side = |side: &Snapshot| match (side.get(&path), side.read_text(&path)) {
            (Some(file), Ok(text)) => format!("{:?} {text:?}", file.kind),
            (_, Ok(_)) => unreachable!("only files of the snapshot are read"),
            (_, Err(error)) => error.code().trim_start_matches("snapshot::").to_owned(),
        };
        let (base, head) = (side(&it.base), side(&it.head));
        writeln!(text, "  {}: {base} -> {head}", printable(path.as_str())).unwrap();
    }
    for skipped in it.head.skipped() {
        writeln!(text, "  skipped {}: {}", skipped.path, skipped.reason).unwrap();
    }
    for commit in it.commits {
        let date = commit.date.map(|it| it.to_string()).unwrap_or_default();
        let (author, message) = (commit.author_email, commit.message.trim().to_owned());
        writeln!(text, "  by {author} on {date}: {message}").unwrap();
    }
    text
}

fn check(folder: &Path, range: Option<&str>, expected: &Expect) {
    expected.assert_eq(&shown(compare_at(folder, range)));
}

#[test]
fn work_tree_with_every_kind_of_change() {
    let it = Fixture::new();
    it.write("kept.py", "k\n").write("gone.py", "g\n").write("edited.py", "e1\n");
    it.write("tracked.log", "t\n")
        .write("run.sh", "r\n")
        .write("becomes_link", "b\n")
        .commit("first");
    it.write(".gitignore", "*.log\nbuild/\n").write("new.log", "").write("build/x.py", "");
    it.write("edited.py", "e2\n").write(".hidden/new.py", "n\n").write("tracked.log", "t2\n");
    it.write(".codd/cache/pack", "").write("caf\u{e9} \"q\"\n\u{1b}[31m.py", "odd\n");
    fs::remove_file(it.root.join("gone.py")).unwrap();
    check(
        &it.root,
        None,
        &expect![[r#"
        HEAD to work tree
          .gitignore: not_found -> Regular "*.log\nbuild/\n"
          .hidden/new.py: not_found -> Regular "n\n"
          café "q"\n\u{1b}[31m.py: not_found -> Regular "odd\n"
          edited.py: Regular "e1\n" -> Regular "e2\n"
          gone.py: Regular "g\n" -> not_found
          tracked.log: Regular "t\n" -> Regular "t2\n"
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn links_pipes_modes_and_names_that_are_not_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let it = Fixture::new();
    it.write("run.sh", "r\n").write("was/file.py", "f\n").write("real/a.py", "a\n").commit("first");
    fs::set_permissions(it.root.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink(".", it.root.join("loop")).unwrap();
    symlink("/etc/passwd", it.root.join("outside")).unwrap();
    fs::remove_dir_all(it.root.join("was")).unwrap();
    // What is now behind a link is not in the tree any more.
    it.write("elsewhere/file.py", "f\n");
    symlink("elsewhere", it.root.join("was")).unwrap();
    fs::write(it.root.join(OsStr::from_bytes(b"bad\xff.py")), "").unwrap();
    let pipe = it.root.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    check(
        &it.root,
        None,
        &expect![[r#"
        HEAD to work tree
          elsewhere/file.py: not_found -> Regular "f\n"
          loop: not_found -> Symlink "."
          outside: not_found -> Symlink "/etc/passwd"
          run.sh: Regular "r\n" -> Executable "r\n"
          was: not_found -> Symlink "elsewhere"
          was/file.py: Regular "f\n" -> not_found
          skipped bad\xff.py: name is not UTF-8
          skipped pipe: not a regular file
    "#]],
    );
}

#[test]
fn a_line_ending_that_git_converts_is_no_change() {
    let it = Fixture::new();
    it.git("config core.autocrlf true").write("crlf.txt", "a\r\nb\r\n").write("b.py", "b\n");
    age(&it, &["crlf.txt", "b.py"]);
    it.commit("first");
    check(
        &it.root,
        None,
        &expect![[r#"
        HEAD to work tree
    "#]],
    );
    let comparison = compare_at(&it.root, None).unwrap();
    assert_eq!(comparison.head.read_text(&RepoPath::from("crlf.txt")).unwrap(), "a\nb\n");
}

/// The work tree of the project in this folder, by path with what each file holds.
fn on_disk(folder: &Path) -> String {
    let system: Arc<dyn System> = Arc::new(OsSystem::new());
    let project = ProjectRoot::discover(&*system, folder).unwrap();
    let options = crate::WorkTreeOptions::default();
    let cancel = CancelToken::default();
    let snapshot = Snapshot::of_work_tree(&system, &project, &options, &cancel).unwrap();
    let mut text = String::new();
    for (path, file) in snapshot.files() {
        let bytes = snapshot.read(path).expect("its content id is that of its bytes");
        assert_eq!(crate::ContentId::of(&bytes), file.content, "{path}");
        writeln!(text, "{path}: {:?}", String::from_utf8_lossy(&bytes)).unwrap();
    }
    text
}

/// Has every file look as if it had been there long before the index was written.
fn age(it: &Fixture, names: &[&str]) {
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    for name in names {
        let file = fs::File::options().write(true).open(it.root.join(name)).unwrap();
        file.set_modified(old).unwrap();
    }
}

#[test]
fn a_file_changed_in_the_tick_in_which_it_was_added_is_changed() {
    let it = Fixture::new();
    for round in 0..20 {
        it.write("a.py", format!("x = {round:02}\n")).git("add a.py");
        // The same length, so that only its time could tell.
        it.write("a.py", format!("y = {round:02}\n"));
        assert_eq!(on_disk(&it.root), format!("a.py: \"y = {round:02}\\n\"\n"));
    }
}

#[test]
fn files_are_what_is_on_disk_whatever_stands_between_it_and_the_index() {
    let it = Fixture::new();
    // The blobs get other bytes of the same length.
    for (key, value) in [("clean", "tr ab ba"), ("smudge", "tr ab ba")] {
        run_git(&it.root, &["config", &format!("filter.swap.{key}"), value]);
    }
    it.write(".gitattributes", "*.sw filter=swap\n*.id ident\n");
    it.write("top.sw", "aaa\n").write("app/in.sw", "aab\n").write("app/plain.py", "aab\n");
    it.write("app/new.id", "$Id: 0123456789012345678901234567890123456789 $\n");
    let names = [".gitattributes", "top.sw", "app/in.sw", "app/plain.py", "app/new.id"];
    age(&it, &names);
    it.commit("first").git("update-index --assume-unchanged app/plain.py");
    let expected = "in.sw: \"aab\\n\"\nnew.id: \"$Id: 0123456789012345678901234567890123456789 \
                    $\\n\"\nplain.py: \"aab\\n\"\n";
    it.write("app/codd.yaml", "");
    let app = on_disk(&it.root.join("app"));
    assert_eq!(app.replace("codd.yaml: \"\"\n", ""), expected);
    assert!(on_disk(&it.root).contains("top.sw: \"aaa\\n\""));
    // What git was told to take for unchanged is still what it is.
    it.write("app/plain.py", "baa\n");
    assert!(on_disk(&it.root.join("app")).contains("plain.py: \"baa\\n\""));
    // Attributes that are only in the index count as well.
    fs::remove_file(it.root.join(".gitattributes")).unwrap();
    assert!(on_disk(&it.root).contains("top.sw: \"aaa\\n\""));
}

#[test]
fn a_name_that_git_only_intends_to_add_has_its_own_content() {
    let it = Fixture::new();
    it.write("empty.py", "").write("full.py", "x\n");
    age(&it, &["empty.py", "full.py"]);
    it.git("add -N empty.py full.py");
    assert_eq!(on_disk(&it.root), "empty.py: \"\"\nfull.py: \"x\\n\"\n");
}

#[test]
fn nothing_a_repository_configures_is_run() {
    let it = Fixture::new();
    it.write("a.txt", "a\n").commit("first");
    let touch = "touch ran; cat";
    for key in
        ["filter.x.clean", "filter.x.smudge", "diff.x.textconv", "core.fsmonitor", "core.pager"]
    {
        assert!(run_git(&it.root, &["config", key, touch]).status.success());
    }
    it.write(".gitattributes", "* filter=x diff=x\n").write("a.txt", "b\n");
    check(
        &it.root,
        None,
        &expect![[r#"
        HEAD to work tree
          .gitattributes: not_found -> Regular "* filter=x diff=x\n"
          a.txt: Regular "a\n" -> Regular "b\n"
    "#]],
    );
    assert!(!it.root.join("ran").exists());
}

#[test]
fn submodules_and_other_repositories_are_counted_not_entered() {
    let (outer, inner) = (Fixture::new(), Fixture::new());
    inner.write("inner.py", "i\n").commit("inner");
    outer.write("a.py", "a\n").commit("first");
    outer.git(&format!("submodule --quiet add {} sub", inner.root.display()));
    outer.write("other/b.py", "b\n");
    git(&outer.root.join("other"), "init -q -b main");
    let text = shown(compare_at(&outer.root, None));
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains(".gitmodules")).collect();
    expect![[r#"
        HEAD to work tree
          skipped other: another repository
          skipped sub: submodule"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn a_sparse_checkout_deletes_nothing() {
    let it = Fixture::new();
    it.write("in/a.py", "a\n")
        .write("out/deep/b.py", "b\n")
        .write("out/c.py", "c\n")
        .commit("first");
    it.git("sparse-checkout set --cone --sparse-index in");
    assert!(!it.root.join("out").exists());
    check(
        &it.root,
        None,
        &expect![[r#"
        HEAD to work tree
    "#]],
    );
    let comparison = compare_at(&it.root, None).unwrap();
    assert_eq!(comparison.head.read_text(&RepoPath::from("out/deep/b.py")).unwrap(), "b\n");
}

#[test]
fn a_linked_work_tree_and_a_bare_clone_see_the_same_commits() {
    let it = Fixture::new();
    it.write("a.py", "1\n").commit("one").write("a.py", "2\n").commit("two");
    it.git("worktree add -q ../linked HEAD~1");
    it.git("clone -q --bare . ../bare.git");
    let folder = it.root.parent().unwrap();
    check(
        &folder.join("linked"),
        Some("main"),
        &expect![[r#"
        main to work tree
          a.py: Regular "2\n" -> Regular "1\n"
    "#]],
    );
    check(
        &folder.join("bare.git"),
        Some("HEAD~1..HEAD"),
        &expect![[r#"
        HEAD~1 to HEAD
          a.py: Regular "1\n" -> Regular "2\n"
          by a@example.org on 2023-11-14: two
    "#]],
    );
    check(
        &folder.join("bare.git"),
        None,
        &expect![[r#"
        git::bare: a bare repository has no work tree
          help: compare two commits, as in `HEAD~1..HEAD`
    "#]],
    );
}

#[test]
fn a_shallow_clone_without_the_merge_base_names_the_command() {
    let it = Fixture::new();
    it.write("a.py", "1\n").commit("one");
    it.git("branch side").write("a.py", "2\n").commit("two").write("a.py", "3\n").commit("three");
    it.git("checkout -q side").write("b.py", "1\n").commit("four").git("checkout -q main");
    let url = format!("file://{}", it.root.display());
    it.git(&format!("clone -q --depth=1 --no-single-branch {url} ../shallow"));
    let shallow = it.root.parent().unwrap().join("shallow");
    let text = shown(compare_at(&shallow, Some("origin/side...HEAD")));
    let text: String = text
        .split('`')
        .enumerate()
        .filter(|(at, _)| ![1, 3].contains(at))
        .map(|(_, it)| it)
        .collect();
    expect![[r#"
        git::no_merge_base:  and  have no commit in common
          help: this clone is shallow and ends before their merge base: run git fetch --deepen=100, or git fetch --unshallow for all of it
    "#]].assert_eq(&text);
    check(
        &shallow,
        Some("HEAD~1"),
        &expect![[r#"
        git::unknown_revision: unknown revision `HEAD~1`
          help: `git branch --all` and `git tag` list the names there are; this clone is shallow and may not reach it: run `git fetch --deepen=100`, or `git fetch --unshallow` for all of it
    "#]],
    );
}

#[test]
fn a_partial_clone_without_its_blobs_says_so() {
    let it = Fixture::new();
    it.write("a.py", "1\n").commit("one").write("a.py", "2\n").commit("two");
    it.git("config uploadpack.allowFilter true");
    let url = format!("file://{}", it.root.display());
    it.git(&format!("clone -q --filter=blob:none {url} ../partial"));
    let partial = it.root.parent().unwrap().join("partial");
    let comparison = compare_at(&partial, Some("HEAD~1")).unwrap();
    assert!(comparison.base.lacks(&RepoPath::from("a.py")));
    assert!(!comparison.head.lacks(&RepoPath::from("a.py")));
    let error = SourceError::from(comparison.base.read(&RepoPath::from("a.py")).unwrap_err());
    expect![[r#"
        git::missing_object: object d00491fd7e5bb6fa28c517a0bb32b8b506539d4d is not in this clone
          help: this is a partial clone, and codd never fetches: run `git fetch --refetch --no-filter` to complete it
    "#]].assert_eq(&shown(Err(error)));
}

#[test]
fn sha256_repositories_and_broken_ones_are_refused_clearly() {
    let it = Fixture::empty();
    it.git("init -q --object-format=sha256");
    check(
        &it.root,
        None,
        &expect![[r#"
        git::sha256: repositories with SHA-256 object names are not supported
          help: use a clone with SHA-1 object names
    "#]],
    );
    let it = Fixture::empty();
    it.write(".git", "gitdir: nowhere\n");
    assert_eq!(compare_at(&it.root, None).unwrap_err().code(), "git::broken");
}

#[test]
fn lfs_content_is_unchanged_when_the_index_holds_its_pointer() {
    let it = Fixture::new();
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
        oid sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\nsize 6\n";
    it.write("model.bin", pointer).write("other.bin", pointer).commit("first");
    it.write("model.bin", "hello\n").write("other.bin", "HELLO\n");
    check(
        &it.root,
        None,
        &expect![[r#"
        HEAD to work tree
          other.bin: lfs_pointer -> Regular "HELLO\n"
    "#]],
    );
}

#[test]
fn an_unfinished_merge_keeps_ours_in_the_index() {
    let it = Fixture::new();
    it.write("a.py", "base\n").commit("base").git("checkout -q -b side").write("a.py", "theirs\n");
    it.commit("theirs").git("checkout -q main").write("a.py", "ours\n").commit("ours");
    assert!(!run_git(&it.root, &["merge", "side"]).status.success());
    let system: Arc<dyn System> = Arc::new(OsSystem::new());
    let repository = system.discover_repository(&it.root).unwrap().unwrap();
    let index = Snapshot::of_index(&repository, "").unwrap();
    assert_eq!(index.read_text(&RepoPath::from("a.py")).unwrap(), "ours\n");
    assert_eq!(index.skipped().len(), 1);
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads() {
    let it = Fixture::new();
    for number in 0..50 {
        it.write(&format!("folder{}/file{number}.py", number % 7), format!("{number}\n"));
    }
    it.commit("first").write("folder1/new.py", "n\n");
    let digest = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| compare_at(&it.root, None).unwrap().head.digest().to_owned())
    };
    assert_eq!(digest(1), digest(4));
}

#[cfg(unix)]
#[test]
fn ignore_files_neither_block_nor_lead_out_of_the_repository() {
    use std::os::unix::fs::symlink;
    let it = Fixture::new();
    it.write("a.py", "1\n").write("pipe/b.py", "2\n").write("link/c.py", "3\n");
    it.write("codd/d.py", "4\n").write("huge/e.py", "5\n").commit("first");
    for path in ["a.py", "pipe/b.py", "link/c.py", "codd/d.py", "huge/e.py"] {
        it.write(path, "new\n");
    }
    fs::write(it.root.with_file_name("outside"), "*.py\nnew/\n").unwrap();
    it.write("pipe/new/f.py", "").write("link/new/g.py", "").write("huge/new/h.py", "");
    let pipe = |path: &str| {
        let made = Command::new("mkfifo").arg(it.root.join(path)).status().unwrap();
        assert!(made.success());
    };
    pipe("pipe/.gitignore");
    symlink("../../outside", it.root.join("link/.gitignore")).unwrap();
    symlink("/dev/zero", it.root.join(".gitignore")).unwrap();
    symlink("../../outside", it.root.join("codd/.coddignore")).unwrap();
    it.write("huge/.gitignore", "new/\n".repeat(1_000_000));
    fs::remove_file(it.root.join(".git/info/exclude")).ok();
    pipe(".git/info/exclude");
    let comparison = compare_at(&it.root, None).unwrap();
    let paths: Vec<String> = comparison.differing_paths().iter().map(ToString::to_string).collect();
    let skipped: Vec<String> =
        comparison.head.skipped().iter().map(|it| format!("{}: {}", it.path, it.reason)).collect();
    expect![[r#"
        .gitignore a.py codd/.coddignore codd/d.py huge/.gitignore huge/e.py huge/new/h.py link/.gitignore link/c.py link/new/g.py pipe/b.py pipe/new/f.py
        .git/info/exclude: not a regular file
        .gitignore: an ignore file that is a symbolic link has no say
        codd/.coddignore: an ignore file that is a symbolic link has no say
        huge/.gitignore: too large
        link/.gitignore: an ignore file that is a symbolic link has no say
        pipe/.gitignore: not a regular file
    "#]]
    .assert_eq(&format!("{}\n{}\n", paths.join(" "), skipped.join("\n")));
}

#[test]
fn ignore_files_of_all_folders_count_as_in_git() {
    let it = Fixture::new();
    it.write(".gitignore", "*.log\n/root.py\nsub/deep/\n!keep.log\n").write("root.py", "");
    it.write("sub/.gitignore", "\u{feff}!own.log\nx.py\n").write("sub/own.log", "");
    it.write("sub/x.py", "").write("sub/root.py", "").write("sub/deep/y.py", "");
    it.write("keep.log", "").write("a.log", "").write(".git/info/exclude", "excluded.py\n*.log\n");
    it.write("excluded.py", "").write("sub/excluded.py", "").write("sub/b.log", "");
    let listed = |folder: &str| {
        let walked = OsSystem::new().walk(&it.root.join(folder)).unwrap();
        walked.files.iter().map(|file| file.path.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(listed(""), ".gitignore keep.log sub/.gitignore sub/own.log sub/root.py");
    // A folder of the repository is told the same from inside.
    assert_eq!(listed("sub"), ".gitignore own.log root.py");
}

#[test]
fn code_that_is_committed_to_the_cache_is_seen() {
    let it = Fixture::new();
    it.write(".codd/cache/.gitignore", "*\n").write("a.py", "").commit("first");
    it.write(".codd/cache/x.py", "eval(x)\n").write(".codd/cache/1.pack", "");
    it.git("add -f .codd/cache/x.py .codd/cache/1.pack").git("commit -q -m second");
    check(
        &it.root,
        Some("HEAD~1..HEAD"),
        &expect![[r#"
            HEAD~1 to HEAD
              .codd/cache/x.py: not_found -> Regular "eval(x)\n"
              by a@example.org on 2023-11-14: second
        "#]],
    );
    check(
        &it.root,
        Some("HEAD~1"),
        &expect![[r#"
            HEAD~1 to work tree
              .codd/cache/x.py: not_found -> Regular "eval(x)\n"
              by a@example.org on 2023-11-14: second
        "#]],
    );
}

#[test]
fn who_wrote_a_change_is_told_apart_from_who_committed_decisions() {
    let it = Fixture::new();
    it.write("a.py", "1\n").write("b.py", "1\n").commit("first");
    let as_author = |name: &str, message: &str| {
        let author = format!("--author={name} <{name}@example.org>");
        it.git("add -A");
        let made = run_git(&it.root, &["commit", "-q", "-m", message, &author]);
        assert!(made.status.success());
    };
    it.git("checkout -q -b side");
    it.write("b.py", "2\n");
    as_author("other", "aside");
    it.git("checkout -q main");
    it.write("a.py", "2\n");
    as_author("ada", "change");
    it.write(".codd/reviews/one.yaml", "x\n");
    as_author("grace", "review");
    it.write(".codd/reviews/two.yaml", "x\n").write("a.py", "3\n");
    as_author("linus", "both");
    it.write(".codd/reviews/two.yaml", "y\n");
    as_author("grace", "review");
    // A merge that takes each file from one side is nobody's own work.
    it.git("merge -q --no-ff -m merged side");
    let authorship = compare_at(&it.root, Some("HEAD~5..HEAD")).unwrap().authorship;
    let names = |authors: &std::collections::BTreeSet<crate::Author>| {
        authors.iter().map(|it| it.name.clone()).collect::<Vec<_>>().join(" ")
    };
    let mut text = format!("authors: {}\n", names(&authorship.authors));
    for (path, decision) in &authorship.decisions {
        let count = decision.contents.len();
        writeln!(text, "{path}: {count} by {}", names(&decision.authors)).unwrap();
    }
    expect![[r#"
        authors: ada linus other
        .codd/reviews/one.yaml: 1 by grace
        .codd/reviews/two.yaml: 2 by grace linus
    "#]]
    .assert_eq(&text);
}

#[test]
fn an_object_is_what_its_name_says() {
    let it = Fixture::new();
    it.write("a.py", "one\n").commit("first").write("a.py", "two\n").commit("second");
    let id = |revision: &str| {
        let output = run_git(&it.root, &["rev-parse", revision]);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    it.git(&format!("replace {} {}", id("HEAD:a.py"), id("HEAD~1:a.py")));
    let text = |range: &str| {
        compare_at(&it.root, Some(range)).unwrap().head.read_text(&RepoPath::from("a.py"))
    };
    assert_eq!(text("HEAD~1..HEAD").unwrap(), "two\n");
    it.git("replace -d HEAD:a.py");
    let place = |id: &str| it.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let (one, two) = (place(&id("HEAD~1:a.py")), place(&id("HEAD:a.py")));
    fs::remove_file(&two).unwrap();
    fs::copy(one, &two).unwrap();
    assert_eq!(text("HEAD~1..HEAD").unwrap_err().code(), "git::broken");
}

#[test]
fn a_damaged_repository_is_not_taken_for_none() {
    let it = Fixture::new();
    it.write("a.py", "one\n").commit("first");
    fs::remove_file(it.root.join(".git/HEAD")).unwrap();
    check(
        &it.root,
        None,
        &expect![[r#"
        git::broken: failed to open the repository: Missing HEAD at ".git/HEAD"
          help: `git fsck` says more
    "#]],
    );
}

#[test]
fn a_commit_holds_the_same_whatever_the_index_is() {
    let it = Fixture::new();
    // In the order of a tree a folder is named with a slash behind it.
    for path in ["a", "b-c", "b/one.py", "b.c", "b/d/two.py", "b0", "x/y/z/three.py", "x/w", "z"] {
        it.write(path, format!("{path}\n"));
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("one.py", it.root.join("b/link")).unwrap();
    it.commit("first");
    let repository = OsSystem::new().discover_repository(&it.root).unwrap().unwrap();
    let id = repository.resolve("HEAD").unwrap();
    let index = it.root.join(".git/index");
    let listed = || ["", "b", "x/y", "none"].map(|folder| repository.tree(id, folder).unwrap());
    let with_index = listed();
    let kept = fs::read(&index).unwrap();
    fs::remove_file(&index).unwrap();
    let expected = listed();
    assert!(expected[0].len() >= 9 && expected[1].len() >= 2 && expected[2].len() == 1);
    assert_eq!(with_index, expected);
    fs::write(&index, kept).unwrap();
    it.write("b/one.py", "other\n").write("x/y/new.py", "").git("add -A");
    assert_eq!(listed(), expected);
    it.git("rm -q -r -f b x/w").git("update-index --chmod=+x z");
    assert_eq!(listed(), expected);
    it.write("later.py", "").git("add -N later.py");
    assert_eq!(listed(), expected);
    fs::write(&index, "no index").unwrap();
    assert_eq!(listed(), expected);
    fs::remove_file(&index).unwrap();
    // What the index has is not read, so that it need not be there.
    it.git("reset -q");
    let folder = run_git(&it.root, &["rev-parse", "HEAD:x/y"]);
    let folder = String::from_utf8(folder.stdout).unwrap().trim().to_owned();
    fs::remove_file(it.root.join(".git/objects").join(&folder[..2]).join(&folder[2..])).unwrap();
    assert_eq!(repository.tree(id, "").unwrap(), expected[0]);
}
