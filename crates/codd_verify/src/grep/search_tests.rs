//! Which files are searched, and which lines are found: by cases, and against grep itself.

use std::process::{Command as Process, Stdio};

use codd_source::RepoPath;
use proptest::prelude::*;

use super::{Search, parse_command};

fn takes(command: &str, path: &str) -> bool {
    parse_command(command).unwrap().files.takes(&RepoPath::from(path))
}

/// Lines found, from 1.
fn found(command: &str, text: &str) -> Vec<usize> {
    let command = parse_command(command).unwrap();
    let spans = Search::new(&command).unwrap().find(text.as_bytes(), 100);
    spans.iter().map(|span| text[..span.start as usize].matches('\n').count() + 1).collect()
}

#[test]
fn include_and_exclude_are_of_names_and_the_last_counts() {
    assert!(takes("grep -r x --include='*.py'", "a/b.py"));
    assert!(!takes("grep -r x --include='*.py'", "a/b.js"));
    assert!(!takes("grep -r x --include='.py'", "a/b.py"));
    assert!(takes("grep -r x --include='.py'", "a/.py"));
    assert!(!takes("grep -r x --include='*.py' --exclude='b*'", "a/b.py"));
    assert!(takes("grep -r x --exclude='b*' --include='*.py'", "a/b.py"));
    assert!(takes("grep -r x --exclude='b*' --include='*.py'", "a/c.js"));
    assert!(!takes("grep -r x --exclude-dir=lib", "a/lib/c/d.js"));
    assert!(takes("grep -r x --exclude-dir=lib", "a/lib"));
}

#[test]
fn roots_are_folders_files_or_globs() {
    assert!(takes("grep -r x src", "src/a/b.py"));
    assert!(!takes("grep -r x src", "srcs/a.py"));
    assert!(takes("grep x ./src/a.py", "src/a.py"));
    assert!(!takes("grep x src", "src/a.py"));
    assert!(takes("grep x src/*.py", "src/a.py"));
    assert!(!takes("grep x src/*.py", "src/b/a.py"));
    assert!(takes("grep -r x s*", "src/b/a.py"));
}

#[test]
fn ripgrep_globs_types_and_hidden_files() {
    assert!(takes("rg x -g '*.{ts,js}'", "a/b.ts"));
    assert!(!takes("rg x -g '*.ts' -g '!**/dist/**'", "a/dist/b.ts"));
    assert!(!takes("rg x -g '!node_modules'", "a/node_modules/b.ts"));
    assert!(!takes("rg x -g '/b.ts'", "a/b.ts"));
    assert!(takes("rg -t py x", "a.pyi"));
    assert!(!takes("rg -t py x", "a.rb"));
    assert!(!takes("rg x", "a/.env"));
    assert!(takes("rg --hidden x", "a/.env"));
    assert!(takes("rg x a/.env", "a/.env"));
}

#[test]
fn git_pathspecs_cross_folders_and_can_exclude() {
    assert!(takes("git grep x -- '*.py'", "a/b.py"));
    assert!(takes("git grep x -- a", "a/b.py"));
    assert!(!takes("git grep x -- '*.py' ':!a'", "a/b.py"));
}

#[test]
fn lines_are_found_as_grep_finds_them() {
    let text = "AESGCM\nuse aesgcm(1)\n\na+b\n";
    assert_eq!(found("grep -r AESGCM", text), [1]);
    assert_eq!(found("grep -ri aesgcm", text), [1, 2]);
    assert_eq!(found("grep -rix aesgcm", text), [1]);
    assert_eq!(found("grep -rv AES", text), [2, 3, 4]);
    assert_eq!(found("grep -r 'a+b'", text), [4]);
    assert_eq!(found("grep -rE 'a+b'", text), [] as [usize; 0]);
    assert_eq!(found("grep -r 'a\\+b\\|use'", text), [2]);
    assert_eq!(found("grep -rw gcm", text), [] as [usize; 0]);
    assert_eq!(found("grep -rw use", text), [2]);
    assert_eq!(found("grep -r ''", text), [1, 2, 3, 4]);
    assert_eq!(found("grep -rF '(1'", text), [2]);
    assert_eq!(found("rg -U 'M\\nuse'", text), [1]);
}

#[test]
fn binary_files_match_for_grep_and_not_for_ripgrep() {
    let text = "a\0b\nAES\n";
    assert_eq!(found("grep -r AES", text), [2]);
    assert_eq!(found("grep -rI AES", text), [] as [usize; 0]);
    assert_eq!(found("rg AES", text), [] as [usize; 0]);
}

/// Whether real grep finds a line; `None` where it is not there or refuses the pattern.
#[expect(clippy::disallowed_methods, reason = "grep itself is what we compare with")]
fn grep_finds(options: &[&str], pattern: &str, text: &str) -> Option<bool> {
    let mut child = Process::new("grep")
        .args(options)
        .args(["-q", "-e", pattern])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // It stops reading at the first match.
    let _ = std::io::Write::write_all(&mut child.stdin.take()?, text.as_bytes());
    match child.wait().ok()?.code()? {
        0 => Some(true),
        1 => Some(false),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn finds_what_grep_finds(
        pattern in r"[ab]{0,2}(\\?[(){}|*+?.^$<>w]|\[\^?[]ab-]{1,3}\]|[ab1,]|[ab]\\?\{[0-2],?[0-2]?\\?\}){1,5}[ab]{0,2}",
        text in "([ab(){}*+?.^$1]{0,4}[ \n]?){0,4}",
        options in prop::sample::subsequence(vec!["-i", "-w", "-x", "-v"], 0..3),
        syntax in prop::sample::select(vec!["-G", "-E", "-F"]),
    ) {
        let mut options = options;
        options.push(syntax);
        let command = format!("grep -r {} -e {}", options.join(" "), quoted(&pattern));
        let ours = parse_command(&command).and_then(|it| Search::new(&it));
        // What is refused is undetermined, which is no answer that could differ.
        if let (Ok(ours), Some(theirs)) = (ours, grep_finds(&options, &pattern, &text)) {
            let found = !ours.find(text.as_bytes(), 1).is_empty();
            prop_assert_eq!(found, theirs, "{} in {:?}", command, text);
        }
    }
}
