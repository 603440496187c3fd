//! Diffs as text in, what they say and what they make of a file out.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn shown(text: &[u8]) -> String {
    match parse(text) {
        Ok(patch) => {
            let mut shown = String::new();
            for file in patch.files {
                let name =
                    |path: Option<RepoPath>| path.map_or("-".to_owned(), |it| format!("{it:?}"));
                let mark =
                    |set: bool, text: &str| if set { format!(" {text}") } else { String::new() };
                writeln!(
                    shown,
                    "{} -> {}{}{}{}",
                    name(file.old),
                    name(file.new),
                    mark(file.is_copy, "copy"),
                    mark(file.is_binary, "binary"),
                    mark(file.is_submodule, "submodule")
                )
                .unwrap();
                if file.old_kind.is_some() || file.new_kind.is_some() {
                    writeln!(shown, "  {:?} -> {:?}", file.old_kind, file.new_kind).unwrap();
                }
                for hunk in file.hunks {
                    writeln!(shown, "  {}", hunk.header).unwrap();
                    for line in hunk.lines {
                        writeln!(
                            shown,
                            "    {:?} {}",
                            line.side,
                            printable(&String::from_utf8_lossy(&line.text))
                        )
                        .unwrap();
                    }
                }
            }
            for skipped in patch.skipped {
                writeln!(shown, "skipped {}: {}", skipped.path, skipped.reason).unwrap();
            }
            shown
        }
        Err(error) => format!("{}: {error}\n", error.code()),
    }
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&shown(text.as_bytes()));
}

#[test]
fn a_mail_with_prose_signature_and_two_files() {
    let text = "From 1111111111111111111111111111111111111111 Mon Sep 17 00:00:00 2001
Subject: [PATCH] fix
--- not a file
---
 a.py | 2 +-

diff --git a/a.py b/a.py
index 1234567..89abcde 100644
--- a/a.py
+++ b/a.py
@@ -1,2 +1,2 @@ def f():
-x

+y
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
-- \n2.47.3
";
    check(
        text,
        &expect![[r#"
            `a.py` -> `a.py`
              Some(Regular) -> Some(Regular)
              @@ -1,2 +1,2 @@
                Old x\n
                Both \n
                New y\n
            `run.sh` -> `run.sh`
              Some(Regular) -> Some(Executable)
        "#]],
    );
}

#[test]
fn names_quoted_unprefixed_copied_and_linked() {
    let text = r#"diff --git "a/new\nline \"q\" \303\251.py" "b/new\nline \"q\" \303\251.py"
new file mode 100644
--- /dev/null
+++ "b/new\nline \"q\" \303\251.py"
@@ -0,0 +1 @@
+x
diff --git src/a.py src/a.py
--- src/a.py
+++ src/a.py
@@ -1 +1 @@
-x
+y
diff --git a/from b.txt b/to b.txt
similarity index 100%
copy from from b.txt
copy to to b.txt
diff --git a/link b/link
new file mode 120000
--- /dev/null
+++ b/link
@@ -0,0 +1 @@
+../target
\ No newline at end of file
diff --git a/sub b/sub
index 1111111..2222222 160000
--- a/sub
+++ b/sub
@@ -1 +1 @@
-Subproject commit 1111111111111111111111111111111111111111
+Subproject commit 2222222222222222222222222222222222222222
diff --git "a/caf\351" "b/caf\351"
deleted file mode 100644
"#;
    check(
        text,
        &expect![[r#"
        - -> `new
        line "q" é.py`
          None -> Some(Regular)
          @@ -0,0 +1 @@
            New x\n
        `src/a.py` -> `src/a.py`
          @@ -1 +1 @@
            Old x\n
            New y\n
        `from b.txt` -> `to b.txt` copy
        - -> `link`
          None -> Some(Symlink)
          @@ -0,0 +1 @@
            New ../target
        `sub` -> `sub` submodule
          Some(Regular) -> Some(Regular)
          @@ -1 +1 @@
            Old Subproject commit 1111111111111111111111111111111111111111\n
            New Subproject commit 2222222222222222222222222222222222222222\n
        skipped caf\xe9: name is not UTF-8
    "#]],
    );
}

#[test]
fn binary_patches_and_plain_diffs() {
    let text = "diff --git a/x.bin b/x.bin
index 0000000000000000000000000000000000000000..1111111111111111111111111111111111111111
GIT binary patch
literal 3
Kcmb<mVE_UE00IC2

literal 0
HcmV?d00001

Only in new: y
diff -ru old/src/z.c new/src/z.c
--- old/src/z.c\t2024-05-01 10:00:00.000000000 +0000
+++ new/src/z.c\t2024-05-02 10:00:00.000000000 +0000
@@ -1 +1 @@
-a
+b
--- old/w.c\t2024-05-01 10:00:00.000000000 +0000
+++ new/w.c\t1970-01-01 00:00:00.000000000 +0000
@@ -1 +0,0 @@
-a
Binary files old/logo.png and new/logo.png differ
";
    check(
        text,
        &expect![[r#"
            `x.bin` -> `x.bin` binary
            `src/z.c` -> `src/z.c`
              @@ -1 +1 @@
                Old a\n
                New b\n
            `w.c` -> -
              @@ -1 +0,0 @@
                Old a\n
            `logo.png` -> `logo.png` binary
        "#]],
    );
}

#[test]
fn what_is_no_diff_says_why() {
    for (text, expected) in [
        (
            "hello\n",
            expect![[r#"
            patch::no_diff: there is no diff in this text
        "#]],
        ),
        (
            "diff --cc a.py\n",
            expect![[r#"
            patch::combined: line 1: a combined diff of a merge can't be applied
        "#]],
        ),
        (
            "--- a/x\n+++ b/x\n@@ -1,3 +1 @@\n a\n",
            expect![[r#"
            patch::hunk_length: line 5: the hunk `@@ -1,3 +1 @@` has other lines than its header says
        "#]],
        ),
        (
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n a\n@@ -x +1 @@\n",
            expect![[r#"
            patch::hunk_header: line 5: `@@ -x +1 @@` is not a hunk header
        "#]],
        ),
        (
            "--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n",
            expect![[r#"
                patch::outside_path: line 1: `../../etc/passwd` is not a path of the repository
            "#]],
        ),
        (
            "@@ -1 +1 @@\n-a\n+b\n",
            expect![[r#"
            patch::hunk_without_file: line 1: a hunk belongs to no file
        "#]],
        ),
        (
            "--- a/x\n+++ b/x\n@@ -1,99999999999 +1 @@\n-a\n",
            expect![[r#"
            patch::hunk_header: line 3: `@@ -1,99999999999 +1 @@` is not a hunk header
        "#]],
        ),
        ("", expect![[r#""#]]),
    ] {
        check(text, &expected);
    }
    assert_eq!(parse(b"\xff\xfed\0"), Err(PatchError::Utf16));
}

#[test]
fn a_diff_converted_to_crlf_is_read_and_crlf_content_is_kept() {
    let crlf = "--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n";
    assert_eq!(applied(crlf, "a\n", Direction::Forward), Ok("b\n".to_owned()));
    let content = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\r\n";
    assert_eq!(applied(content, "a\r\n", Direction::Forward), Ok("b\r\n".to_owned()));
    assert!(applied(content, "a\n", Direction::Forward).is_err());
}

fn applied(patch: &str, text: &str, direction: Direction) -> Result<String, MisfitReason> {
    let patch = parse(patch.as_bytes()).unwrap();
    let result = apply(&patch.files[0].hunks, text.as_bytes(), direction);
    result.map(|it| String::from_utf8(it).unwrap()).map_err(|misfits| misfits[0].1)
}

#[test]
fn a_moved_hunk_is_found_only_where_it_is_the_only_one() {
    let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n k\n-a\n+b\n";
    assert_eq!(applied(patch, "1\n2\nk\na\n", Direction::Forward), Ok("1\n2\nk\nb\n".to_owned()));
    let twice = "1\nk\na\nk\na\n";
    assert_eq!(applied(patch, twice, Direction::Forward), Err(MisfitReason::Ambiguous));
    assert_eq!(applied(patch, "k\nA\n", Direction::Forward), Err(MisfitReason::LinesDiffer));
    // Not even a last line break is guessed.
    assert_eq!(applied(patch, "k\na", Direction::Forward), Err(MisfitReason::LinesDiffer));
}

/// A unified diff by the longest common subsequence, `context` lines around each change.
fn diff_of(old: &str, new: &str, context: usize) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut longest = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] = if a[i] == b[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut edits) = (0, 0, Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            edits.push((' ', a[i], i, j));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || i < a.len() && longest[i + 1][j] >= longest[i][j + 1] {
            edits.push(('-', a[i], i, j));
            i += 1;
        } else {
            edits.push(('+', b[j], i, j));
            j += 1;
        }
    }
    let changed: Vec<usize> =
        edits.iter().enumerate().filter(|(_, it)| it.0 != ' ').map(|(at, _)| at).collect();
    let mut text = String::from("--- a/x\n+++ b/x\n");
    for run in changed.chunk_by(|one, two| two - one <= 2 * context + 1) {
        let from = run[0].saturating_sub(context);
        let to = (run[run.len() - 1] + context + 1).min(edits.len());
        let count = |skip| edits[from..to].iter().filter(|it| it.0 != skip).count();
        let (old_count, new_count) = (count('+'), count('-'));
        let start = |at: usize, count: usize| if count == 0 { at } else { at + 1 };
        let (_, _, i, j) = edits[from];
        writeln!(
            text,
            "@@ -{},{old_count} +{},{new_count} @@",
            start(i, old_count),
            start(j, new_count)
        )
        .unwrap();
        for (side, line, ..) in &edits[from..to] {
            text.push(*side);
            text.push_str(line);
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_diff_goes_forward_and_back(
        old in "([ab+-]?\r?\n){0,12}[ab ]?",
        new in "([ab+-]?\r?\n){0,12}[ab ]?",
        context in 0usize..4,
    ) {
        let text = diff_of(&old, &new, context);
        if text.contains("@@") {
            prop_assert_eq!(applied(&text, &old, Direction::Forward), Ok(new.clone()));
            prop_assert_eq!(applied(&text, &new, Direction::Reverse), Ok(old));
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(
        text in "(diff --git (a/|\"b/)?x( b/x)?|(---|\\+\\+\\+) (a/x|/dev/null|\"\\\\3)|@@ -[0-9],?[0-9]? \\+[0-9] @@|[ +\\\\-]a|rename from y|GIT binary patch|index 12345..0|\r|\n)*",
        bytes in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        if let Ok(patch) = parse(text.as_bytes()) {
            for file in &patch.files {
                let _ = apply(&file.hunks, &bytes, Direction::Forward);
                let _ = apply(&file.hunks, text.as_bytes(), Direction::Reverse);
            }
        }
        let _ = parse(&bytes);
    }
}
