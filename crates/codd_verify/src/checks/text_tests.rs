//! What the check of text concludes.

use codd_controls::Origin;
use expect_test::expect;

use super::local_tests::EVAL;
use crate::CheckPlan;
use crate::testing::{check_diagnostics, check_local, controls, files, render, verify_local};

#[test]
fn text_in_an_unknown_encoding_is_left_open() {
    let (plan, _) = CheckPlan::compile(&controls(EVAL));
    let mut given = files("//- /a.py\n");
    let mut check = |bytes: &[u8], expect: expect_test::Expect| {
        given.insert("a.py".into(), bytes.to_vec());
        expect.assert_eq(&render(&verify_local(&plan, &given), &given));
    };
    check(
        b"# coding: utf-7\n+AGUAdgBhAGw-(x)\n",
        expect![[r#"
        forbid: Undetermined, 0 anchors; could not look at `a.py`: it could not be parsed, and the rule might match there
    "#]],
    );
    check(
        b"# coding: latin-1\nev\xaal(x)\n",
        expect![[r#"
        forbid: Undetermined, 0 anchors; could not look at `a.py`: it could not be parsed, and the rule might match there
    "#]],
    );
}

#[test]
fn text_in_utf16_was_not_searched() {
    let (plan, _) =
        CheckPlan::compile(&controls("- text: {pattern: password, must: absent, paths: '*.txt'}"));
    for bytes in [&b"\xff\xfep\0a\0s\0s\0"[..], b"\xfe\xff\0p\0a", b"p\0a\0s\0s\0w\0o\0"] {
        let mut given = files("//- /a.txt\n");
        given.insert("a.txt".into(), bytes.to_vec());
        let outcome = render(&verify_local(&plan, &given), &given);
        assert!(outcome.starts_with("text: Undetermined"), "{outcome}");
        assert!(outcome.contains("it is UTF-16"), "{outcome}");
    }
}

#[test]
fn text_must_be_absent() {
    check_local(
        r"
- text: {pattern: '(?i)password\s*=', must: absent, paths: '**/*.{ini,py}', message: a password}
",
        "//- /a.ini\nuser = x\n Password = 1\n//- /b.txt\npassword = 2\n//- /c.py\npassword=3 # password =\n",
        expect![[r#"
            text: Fail, 2 anchors
              a.ini:2: a password
              c.py:1: a password
              c.py:1: a password
        "#]],
    );
}

#[test]
fn of_what_a_pattern_takes_some_may_be_excepted() {
    let texts = "//- /a.txt\nname|safe\nhelp|safe and name|safe\n//- /b.txt\nhelp|safe\n";
    check_local(
        "- text: {pattern: '\\w+\\|safe', except: '^help\\|', must: absent}",
        texts,
        expect![[r#"
            text: Fail, 2 anchors
              a.txt:1: does not meet `Tested control`
              a.txt:2: does not meet `Tested control`
        "#]],
    );
    check_local(
        "- text: {pattern: '\\w+\\|safe', except: ['^help\\|', '^n'], must: absent, multiline: true}",
        texts,
        expect![[r#"
            text: Pass, 2 anchors
        "#]],
    );
    check_diagnostics(
        "- text: {pattern: a, except: [b, '('], must: absent}",
        expect![[r#"
            checks::pattern: pattern `(` is not valid: unclosed group
              at '('
              patterns are Rust's regular expressions: no look-around and no back-references
        "#]],
    );
}

#[test]
fn a_line_begins_and_ends_where_a_text_does() {
    check_local(
        "- text: {pattern: '\\Asecret$|^end\\z', must: absent}",
        "//- /a.ini\na\nsecret\nend\nb secret\n",
        expect![[r#"
            text: Fail, 1 anchors
              a.ini:2: does not meet `Tested control`
              a.ini:3: does not meet `Tested control`
        "#]],
    );
}

#[test]
fn text_must_be_present_in_the_project_or_in_each_file() {
    let check = |per: &str, text: &str, expect| {
        let checks =
            format!("- text: {{pattern: '^#!', must: present, paths: ['*.sh'], per: {per}}}");
        check_local(&checks, text, expect);
    };
    check(
        "project",
        "//- /a.sh\n#!/bin/sh\n//- /b.sh\ntrue\n",
        expect![[r#"
        text: Pass weak, 2 anchors
    "#]],
    );
    check(
        "project",
        "//- /b.sh\ntrue\n",
        expect![[r#"
        text: Fail weak, 1 anchors
          project: `^#!` is not there
    "#]],
    );
    check(
        "project",
        "//- /b.txt\ntrue\n",
        expect![[r#"
        text: Undetermined weak, 0 anchors; no file is in scope, so nothing was searched
    "#]],
    );
    check(
        "file",
        "//- /a.sh\n#!/bin/sh\n//- /b.sh\ntrue\n",
        expect![[r#"
        text: Fail weak, 2 anchors
          b.sh:1: `^#!` is not there
    "#]],
    );
    check(
        "file",
        "//- /b.txt\ntrue\n",
        expect![[r#"
            text: Undetermined weak, 0 anchors; no file is in scope, so nothing was searched
        "#]],
    );
}

#[test]
fn pattern_does_not_match_where_it_is_written() {
    let text = "//- /t.yaml\n- text: {pattern: secret}\n//- /a.yaml\nsecret: 1\n";
    check_local(
        "- text: {pattern: secret, must: absent}",
        text,
        expect![[r#"
        text: Fail, 1 anchors
          a.yaml:1: does not meet `Tested control`
    "#]],
    );
    check_local(
        "- text: {pattern: secret, must: absent, paths: t.yaml}",
        text,
        expect![[r#"
        text: Fail, 1 anchors
          t.yaml:1: does not meet `Tested control`
    "#]],
    );
}

#[test]
fn a_shared_pattern_does_not_match_in_the_copy_of_its_file() {
    let mut controls = controls("- text: {pattern: secret, must: absent}");
    for control in controls.controls.values_mut() {
        control.origin = Origin::Catalogue { name: "../shared/o.yaml".to_owned() };
    }
    let (plan, _) = CheckPlan::compile(&controls);
    let files = files(
        "//- /.codd/extends/0a/o.yaml\n- text: {pattern: secret}\n\
         //- /.codd/extends/0a/p.yaml\nsecret: 1\n//- /o.yaml\nsecret: 1\n",
    );
    expect![[r#"
        text: Fail, 2 anchors
          .codd/extends/0a/p.yaml:1: does not meet `Tested control`
          o.yaml:1: does not meet `Tested control`
    "#]]
    .assert_eq(&render(&verify_local(&plan, &files), &files));
}

#[test]
fn command_does_not_find_itself() {
    let text = "//- /t.yaml\n- verification: grep -r secret .\n//- /a.txt\nnothing\n";
    check_local(
        "- verification: 'grep -r secret .'\n- verification: '! grep -r secret .'\n- verification: \
         grep secret t.yaml",
        text,
        expect![[r#"
            verification: Fail weak, 1 anchors
              project: `secret` is nowhere in the 1 file searched
            verification: Pass weak, 1 anchors
            verification: Pass weak, 1 anchors
        "#]],
    );
}

#[test]
fn text_spans_lines_only_when_asked() {
    let text = "//- /a.txt\none\ntwo\n";
    check_local(
        "- text: {pattern: 'one\\stwo', must: absent}",
        text,
        expect![[r#"
        text: Pass, 1 anchors
    "#]],
    );
    check_local(
        "- text: {pattern: 'one.two', must: absent, multiline: true}",
        text,
        expect![[r#"
            text: Fail, 1 anchors
              a.txt:1: does not meet `Tested control`
        "#]],
    );
}
