//! Runs documents: the files they show are written, the commands they show are executed, and
//! what the commands print must be what the document says.
//!
//! Three kinds of fenced blocks take part, all others are prose:
//! - one whose first line is `//- /PATH` shows files, each after such a line;
//! - `console` shows commands after `$ ` and below each its output, a last line `[exit N]` for
//!   an exit code that is not 0, `[no line break]` for an output that ends without one;
//! - `text` right after `sh` shows the output of that command alone, whatever its exit code.
//!
//! Each heading of the second level starts again from what the text above the first one set up.
//! `UPDATE_EXPECT=1` writes what is printed into the document.

mod markdown;
mod sandbox;

use std::fs;
use std::path::Path;

use self::markdown::{Block, blocks, fenced};
pub(crate) use self::sandbox::Sandbox;

/// Executes the document; fails where it says something else than what happens.
pub(crate) fn check(document: &Path, sandbox: Sandbox) {
    let text = fs::read_to_string(document).unwrap();
    let actual = run(&text, sandbox);
    if actual == text {
        return;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(document, actual).unwrap();
        return;
    }
    let at = text.lines().zip(actual.lines()).take_while(|(said, is)| said == is).count();
    let from = at.saturating_sub(8);
    let part = |text: &str| text.lines().skip(from).take(30).collect::<Vec<_>>().join("\n");
    panic!(
        "{} differs from line {} on (`UPDATE_EXPECT=1 cargo test` writes what happens)\n\
         ---- it says ----\n{}\n---- it is ----\n{}\n",
        document.display(),
        at + 1,
        part(&text),
        part(&actual)
    );
}

/// The document with the outputs that its commands really have.
fn run(text: &str, mut sandbox: Sandbox) -> String {
    let mut actual = String::new();
    let mut base: Option<Sandbox> = None;
    // The output of the `sh` block above, as long as nothing but a blank line came after it.
    let mut pending: Option<String> = None;
    for block in blocks(text) {
        match block {
            Block::Prose(line) => {
                if line.starts_with("## ") {
                    let start = base.get_or_insert_with(|| sandbox.fork());
                    sandbox = start.fork();
                }
                if !line.trim().is_empty() {
                    pending = None;
                }
                actual.push_str(line);
                actual.push('\n');
            }
            Block::Fenced { info, lines, fence } => {
                let shown = match info {
                    "console" => console(&lines, &sandbox),
                    "sh" => {
                        let [command] = lines.as_slice() else {
                            panic!("a `sh` block holds one command: {lines:?}")
                        };
                        let own =
                            command.replace("cargo run --release --locked --quiet --", "codd");
                        pending = own.starts_with("codd ").then(|| sandbox.run(&own).0);
                        lines.iter().map(|it| format!("{it}\n")).collect()
                    }
                    "text" if pending.is_some() => pending.take().unwrap(),
                    _ => {
                        if lines.first().is_some_and(|it| it.starts_with("//- /")) {
                            sandbox.write_files(&lines);
                        }
                        lines.iter().map(|it| format!("{it}\n")).collect()
                    }
                };
                if info != "sh" {
                    pending = None;
                }
                actual.push_str(&fenced(fence, info, &shown));
            }
        }
    }
    actual
}

/// A `console` block with the outputs that its commands really have.
fn console(lines: &[&str], sandbox: &Sandbox) -> String {
    let commands: Vec<&&str> = lines.iter().filter(|it| it.starts_with("$ ")).collect();
    assert!(
        lines.first().is_some_and(|it| it.starts_with("$ ")),
        "a `console` block begins with a command: {lines:?}"
    );
    let mut shown = String::new();
    for command in commands {
        let (output, code) = sandbox.run(&command[2..]);
        shown.push_str(&format!("{command}\n{output}"));
        if !output.is_empty() && !output.ends_with('\n') {
            shown.push_str("\n[no line break]\n");
        }
        if code != 0 {
            shown.push_str(&format!("[exit {code}]\n"));
        }
    }
    shown
}

#[test]
fn a_wrong_output_a_wrong_code_and_a_lost_line_are_seen() {
    let run = |text: &str| run(text, Sandbox::empty("paper"));
    let right = "# A\n\n```console\n$ echo one; echo two\none\ntwo\n$ exit 3\n[exit 3]\n```\n";
    assert_eq!(run(right), right);
    assert_eq!(run(&right.replace("two\n$", "three\n$")), right);
    assert_eq!(run(&right.replace("[exit 3]\n", "")), right);
    assert_eq!(run(&right.replace("one\ntwo", "two")), right);
}

#[test]
fn a_section_starts_from_what_the_text_above_the_first_one_set_up() {
    let text = "```text\n//- /a\none\n//- /b/c\ntwo\n```\n\n## First\n\n```console\n$ rm a; ls\nb\n```\n\n\
                ## Second\n\n```console\n$ cat a b/c\none\ntwo\n```\n";
    assert_eq!(run(text, Sandbox::empty("paper")), text);
}

#[test]
fn an_output_that_holds_a_fence_is_fenced_by_a_longer_one() {
    let text = "````console\n$ printf '```text\\n'\n```text\n````\n";
    assert_eq!(run(text, Sandbox::empty("paper")), text);
    let short = "```console\n$ printf '```text\\n'\n```\n";
    assert_eq!(run(short, Sandbox::empty("paper")), text);
}

#[test]
fn times_and_digests_that_differ_are_written_alike() {
    let digest = "0".repeat(64);
    let text = format!("resolve      12 ms\nwithin 12 ms of it\npack sha256:{digest}: 1\n");
    assert_eq!(
        sandbox::normalised(&text),
        "resolve       N ms\nwithin 12 ms of it\npack sha256:…: 1\n"
    );
}
