//! How command lines are read.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use super::{Search, parse_command};

fn check(command: &str, expect: Expect) {
    let read = parse_command(command).and_then(|command| Ok((Search::new(&command)?, command)));
    let text = match read {
        Err(refusal) => format!("refused: {}", refusal.reason),
        Ok((_, command)) => {
            let written = &command.files.written;
            let mut text = format!(
                "{:?} {:?} {:?} in {:?}",
                command.expectation, command.syntax, command.patterns, written.roots
            );
            for (name, list) in [
                ("include", &written.include),
                ("exclude", &written.exclude),
                ("exclude_dir", &written.exclude_dir),
                ("glob", &written.glob),
                ("types", &written.types),
                ("pathspec", &written.pathspec),
            ] {
                if !list.is_empty() {
                    text.push_str(&format_args!(" {name} {list:?}").to_string());
                }
            }
            for (name, is_set) in [
                ("ignore_case", command.ignore_case),
                ("word", command.word),
                ("whole_line", command.whole_line),
                ("invert", command.invert),
                ("multiline", command.multiline),
            ] {
                if is_set {
                    text.extend([" ", name]);
                }
            }
            text
        }
    };
    expect.assert_eq(&text);
}

#[test]
fn options_and_files_are_read() {
    check(
        "grep -r 'AESGCM' --include='*.py'",
        expect![[r#"Present Basic ["AESGCM"] in [] include ["*.py"]"#]],
    );
    check(
        "grep -r \"AESGCM\" --include=*.py .",
        expect![[r#"Present Basic ["AESGCM"] in ["."] include ["*.py"]"#]],
    );
    check("grep -rn 'AES.*GCM' src/", expect![[r#"Present Basic ["AES.*GCM"] in ["src/"]"#]]);
    check(
        "grep -rE 'md5|sha1' --include='*.py' src tests",
        expect![[r#"Present Extended ["md5|sha1"] in ["src", "tests"] include ["*.py"]"#]],
    );
    check("egrep -ir md5 .", expect![[r#"Present Extended ["md5"] in ["."] ignore_case"#]]);
    check("grep -rF 'eval(' .", expect![[r#"Present Fixed ["eval("] in ["."]"#]]);
    check(
        "grep -riw password config/",
        expect![[r#"Present Basic ["password"] in ["config/"] ignore_case word"#]],
    );
    check("grep -rP '\\bAES\\b' src", expect![[r#"Present Perl ["\\bAES\\b"] in ["src"]"#]]);
    check(
        "grep -r -e foo -e bar --exclude-dir=node_modules --exclude='*.min.js' .",
        expect![[
            r#"Present Basic ["foo", "bar"] in ["."] exclude ["*.min.js"] exclude_dir ["node_modules"]"#
        ]],
    );
    check("grep -rv AESGCM src", expect![[r#"Present Basic ["AESGCM"] in ["src"] invert"#]]);
    check("grep -rvx -e a src", expect![[r#"Present Basic ["a"] in ["src"] whole_line invert"#]]);
    check("grep -r '$PATTERN' .", expect![[r#"Present Basic ["$PATTERN"] in ["."]"#]]);
    check("grep -r foo src/*.py", expect![[r#"Present Basic ["foo"] in ["src/*.py"]"#]]);
    check("grep -A3 -re foo", expect![[r#"Present Basic ["foo"] in []"#]]);
    check(
        "rg -n 'AES-?256' -g '*.ts' -g '!**/dist/**' src",
        expect![[r#"Present Rust ["AES-?256"] in ["src"] glob ["*.ts", "!**/dist/**"]"#]],
    );
    check(
        "rg -t py 'hashlib\\.md5'",
        expect![[r#"Present Rust ["hashlib\\.md5"] in [] types ["py"]"#]],
    );
    check("rg -U 'a\\nb' .", expect![[r#"Present Rust ["a\\nb"] in ["."] multiline"#]]);
    check("rg -S abc", expect![[r#"Present Rust ["abc"] in [] ignore_case"#]]);
    check(
        "git grep -n 'AESGCM' -- '*.py'",
        expect![[r#"Present Basic ["AESGCM"] in [] pathspec ["*.py"]"#]],
    );
}

#[test]
fn expectation_follows_the_command() {
    check(
        "! grep -r 'verify=False' --include='*.py' .",
        expect![[r#"Absent Basic ["verify=False"] in ["."] include ["*.py"]"#]],
    );
    check(
        "grep -rL 'login_required' --include='views.py' app/",
        expect![[
            r#"PresentInEveryFile Basic ["login_required"] in ["app/"] include ["views.py"]"#
        ]],
    );
    check("grep -rc AESGCM src", expect![[r#"Present Basic ["AESGCM"] in ["src"]"#]]);
    check("! grep -rL x .", expect!["refused: -L together with ! or -v"]);
}

#[test]
fn what_only_a_shell_can_do_is_refused() {
    for (command, expect) in [
        ("grep -r foo . | wc -l", expect!["refused: shell operator |"]),
        ("grep -r foo . && echo ok", expect!["refused: shell operator &&"]),
        ("grep -r foo .; rm -rf /", expect!["refused: shell operator ;"]),
        ("grep -r \"$(cat /etc/passwd)\" .", expect!["refused: command substitution"]),
        ("grep -r `id` .", expect!["refused: command substitution"]),
        ("grep -r \"$PATTERN\" .", expect!["refused: variable expansion"]),
        ("grep -r foo . > out.txt", expect!["refused: redirection"]),
        (
            "grep -r foo *.{js,ts}",
            expect![
                "refused: brace expansion, which not every shell does: write one option for each"
            ],
        ),
        ("grep -r 'foo", expect!["refused: unclosed quote"]),
        ("grep -r foo .\nrm x", expect!["refused: more than one line"]),
        ("(grep -r foo .)", expect!["refused: shell operator ("]),
    ] {
        check(command, expect);
    }
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_the_reason() {
    for (command, expect) in [
        (
            "grep -rPn '(?<=api_key=)\\w+' .",
            expect![
                "refused: -P: Perl regex with look-around; not supported by the linear-time engine"
            ],
        ),
        ("grep -rf patterns.txt src", expect!["refused: -f: pattern file"]),
        ("rg --pre 'cat' x", expect!["refused: --pre: runs a program"]),
        (
            "git grep --open-files-in-pager=sh x",
            expect!["refused: git grep -O / --open-files-in-pager: runs a program"],
        ),
        ("grep -r foo ../../etc", expect!["refused: path leaves the repository"]),
        ("grep -r foo /etc", expect!["refused: absolute path"]),
        ("grep -r foo ~/x", expect!["refused: tilde path"]),
        ("grep foo", expect!["refused: reads standard input (no -r and no file)"]),
        ("grep -rz foo .", expect!["refused: -z: not an option of grep that is known"]),
        (
            "grep -r --line-buffered foo .",
            expect!["refused: --line-buffered: not an option of grep that is known"],
        ),
        (
            "grep -r '\\(a\\)\\1' .",
            expect![[
                r#"refused: pattern `\(a\)\1`: back-reference, which the linear-time engine lacks"#
            ]],
        ),
        ("grep -rE '(a' .", expect![[r#"refused: pattern `(a`: unmatched ( or \("#]]),
        ("rg -t cobol x", expect!["refused: -t cobol: not a file type that is known"]),
        (
            "ag 'foo' src",
            expect!["refused: ag: not a known matcher (grep, egrep, fgrep, rg, git grep)"],
        ),
        ("bash -c 'grep -r foo .'", expect!["refused: not a matcher: bash"]),
        ("find . -name '*.py' -exec grep -l foo {} +", expect!["refused: not a matcher: find"]),
        ("python scripts/check.py", expect!["refused: not a matcher: python"]),
        ("pytest tests/security -k tls", expect!["refused: not a matcher: pytest"]),
        ("", expect!["refused: empty"]),
    ] {
        check(command, expect);
    }
}

#[test]
fn sentences_are_told_from_commands() {
    assert!(super::is_prose("Manual review by the security team"));
    assert!(super::is_prose("Check the team's keys; then sign."));
    assert!(!super::is_prose("grep -r foo ."));
    assert!(!super::is_prose("CI=1 make check"));
    assert!(!super::is_prose("Rscript --file x"));
}
