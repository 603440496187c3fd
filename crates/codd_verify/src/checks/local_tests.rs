//! What the checks that need one file alone conclude.

use expect_test::expect;

use crate::CheckPlan;
use crate::testing::verify_local;
use crate::testing::{check_diagnostics, check_local, controls, controls_for, files, render};

const EVAL: &str = r"
- forbid:
    language: python
    rule: {pattern: 'eval($X)'}
    message: '`eval` of `$X`'
    fix: 'ast.literal_eval($X)'
";

#[test]
fn required_part_is_asked_of_every_place() {
    check_local(
        r"
- require:
    language: python
    for: {pattern: 'open($PATH)'}
    must: {inside: {kind: with_item, stopBy: end}}
    message: '`open` of `$PATH` outside of `with`'
",
        "//- /a.py\nwith open(a) as f:\n    g = open(b)\nopen(c, 'w')\n//- /b.py\nwith open(d): pass\n",
        expect![[r#"
            require: Fail, 3 anchors
              a.py:2: `open` of `b` outside of `with`
        "#]],
    );
}

#[test]
fn trivia_in_python_hides_nothing() {
    check_local(
        "- forbid: {language: python, rule: {any: [{pattern: 'eval($$$)'}, {pattern: 'a.b($X, 1)'}]}, message: 'got `$X`'}",
        "//- /a.py
eval \\
  (t)
(eval)(t)
((eval))((t))
x = (eval # c
  (t))
eval( # c
  t)
a.b(y, # c
  1)
(a # c
 # d
 .b)((y), (1))
ｅｖａｌ(t)
𝓮val(t)
pass # c\reval(t)
ok = evaluate(t); a.b(1, y)
",
        expect![[r#"
            forbid: Fail, 1 anchors
              a.py:1: got `$X`
              a.py:3: got `$X`
              a.py:4: got `$X`
              a.py:5: got `$X`
              a.py:7: got `$X`
              a.py:9: got `y`
              a.py:11: got `y`
              a.py:14: got `$X`
              a.py:15: got `$X`
              a.py:16: got `$X`
        "#]],
    );
}

#[test]
fn trivia_in_typescript_hides_nothing() {
    check_local(
        "- forbid: {language: typescript, rule: {any: [{pattern: 'eval($$$)'}, {pattern: 'new Function($$$)'}, {pattern: 'a.b($X)'}, {pattern: 'a[0]'}]}, message: found}",
        "//- /b.ts
#!/x\reval(t);
//- /a.ts
eval /* c */ (t);
(eval)(t);
eval?.(t);
eval!(t);
(eval as any)(t);
(<any>eval)(t);
(eval satisfies unknown)(t);
eval<string>(t);
new /* c */ (Function)(t);
a?.b(t);
a!.b?.(t);
(a as any) // c
  .b(t);
a?.[0];
\\u0065val(t);
// c\reval(t);
// c\u{2028}eval(t);
evaluate(t);
",
        expect![[r#"
            forbid: Fail, 2 anchors
              a.ts:1: found
              a.ts:2: found
              a.ts:3: found
              a.ts:4: found
              a.ts:5: found
              a.ts:6: found
              a.ts:7: found
              a.ts:8: found
              a.ts:9: found
              a.ts:10: found
              a.ts:11: found
              a.ts:12: found
              a.ts:14: found
              a.ts:15: found
              a.ts:16: found
              a.ts:17: found
              b.ts:1: found
        "#]],
    );
}

#[test]
fn what_a_rule_names_it_sees() {
    check_local(
        r"
- forbid: {language: typescript, rule: {pattern: '$X as any'}, message: 'cast of `$X`'}
- forbid: {language: typescript, rule: {kind: comment, regex: TODO}, message: note}
- forbid: {language: typescript, rule: {pattern: 'f($X!)'}, message: 'not null `$X`'}
- forbid: {language: typescript, rule: {kind: parenthesized_expression, has: {kind: identifier}}, message: grouped}
- forbid: {language: typescript, rule: {pattern: '$A?.b'}, message: optional}
- forbid: {language: typescript, rule: {pattern: 'if ($A) { g() }'}, message: 'if `$A`'}
",
        "//- /a.ts
f(x as any);
g(y /* TODO */);
f(z!);
f((z));
a?.b; a.b;
if ((c)) { g() }
",
        expect![[r#"
            forbid: Fail, 1 anchors
              a.ts:1: cast of `x`
            forbid: Fail, 1 anchors
              a.ts:2: note
            forbid: Fail, 1 anchors
              a.ts:3: not null `z`
            forbid: Fail, 1 anchors
              a.ts:4: grouped
              a.ts:6: grouped
            forbid: Fail, 1 anchors
              a.ts:5: optional
            forbid: Fail, 1 anchors
              a.ts:6: if `c`
        "#]],
    );
}

#[test]
fn trivia_satisfies_nothing() {
    check_local(
        r"
- require:
    language: python
    for: {pattern: 'get($$$)'}
    must: {regex: timeout}
- require:
    language: python
    for: {pattern: 'get($$$)'}
    must: {not: {pattern: 'get($$$, verify=False)'}}
- forbid: {language: python, rule: {pattern: 'run($X)'}, constraints: {X: {regex: '^cmd'}}, message: '$X', fix: 'safe($X * 2)'}
",
        "//- /a.py
get(u # timeout
)
get(u, verify=(False))
(get)(u, timeout=(3))
run((cmd + 1))
",
        expect![[r#"
            require: Fail, 3 anchors
              a.py:1: does not meet `Tested control`
              a.py:3: does not meet `Tested control`
            require: Fail, 3 anchors
              a.py:3: does not meet `Tested control`
            forbid: Fail, 1 anchors
              a.py:5: cmd + 1 => safe((cmd + 1) * 2)
        "#]],
    );
}

#[test]
fn relations_hold_through_trivia() {
    check_local(
        r"
- require:
    language: javascript
    for: {pattern: '$LOCK.acquire()'}
    must:
      inside:
        kind: expression_statement
        precedes: {has: {pattern: '$LOCK.release()'}}
    message: '`$LOCK` is not released'
- forbid:
    language: javascript
    rule: {kind: identifier, regex: '^eval$', inside: {kind: call_expression, field: function}}
    message: called
- forbid:
    language: javascript
    rule: {kind: call_expression, has: {field: function, pattern: eval}}
    message: calls
- forbid:
    language: javascript
    rule: {kind: lexical_declaration, has: {kind: identifier, regex: '^eval$', stopBy: end}}
    message: keeps
",
        "//- /a.js
(a.acquire());
// between
a.release();
a.acquire();
(/* c */ (eval))(t);
const e = ((eval));
",
        expect![[r#"
            require: Fail, 2 anchors
              a.js:4: `a` is not released
            forbid: Fail, 1 anchors
              a.js:5: called
            forbid: Fail, 1 anchors
              a.js:5: calls
            forbid: Fail, 1 anchors
              a.js:6: keeps
        "#]],
    );
}

#[test]
fn fingerprint_is_of_the_plain_form() {
    let checks = "- forbid: {language: typescript, rule: {pattern: 'eval($$$)'}}";
    let (plan, _) = CheckPlan::compile(&controls(checks));
    let snippets = |text: &str| -> Vec<String> {
        let outcomes = verify_local(&plan, &files(&format!("//- /a.ts\n{text}")));
        let findings = outcomes.iter().flat_map(|it| &it.checks).flat_map(|it| &it.findings);
        findings.map(|finding| finding.snippet.clone()).collect()
    };
    for text in [
        "eval(t)",
        "(eval)(t)",
        "((eval))((t))",
        "eval?.(t)",
        "eval!(t as any)",
        "eval/**/(t,)",
        "(<any>eval)(t)",
        "eval<string>((t))",
        "\\u{65}val(t)",
    ] {
        assert_eq!(snippets(text), ["eval ( t )"], "{text}");
    }
    assert_eq!(snippets("eval(a*(b+c))"), ["eval ( a * ( b + c ) )"]);
}

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
fn errors_of_named_rules_do_not_depend_on_their_order() {
    check_diagnostics(
        r"
- forbid: {language: python, rule: {matches: a}, utils: {b: {matches: a}, a: {matches: b}}}
- forbid: {language: python, rule: {matches: a}, utils: {a: {kind: calk}, b: {kind: calm}, c: {kind: caln}}}
- forbid: {language: python, rule: {pattern: 'f($A, $B)'}, constraints: {A: {kind: calk}, B: {kind: calm}}}
",
        expect![[r#"
            checks::rule: `utils` name each other in a circle: `a` → `b` → `a`
              at {matches: b}
              write out in one of them what it means, without `matches`
            checks::rule: not a rule for python: kind `calk` is invalid
              at {matches: a}
              did you mean `call`?
            checks::rule: not a rule for python: kind `calk` is invalid
              at {pattern: 'f($A, $B)'}
              did you mean `call`?
        "#]],
    );
}

#[test]
fn what_must_hold_may_use_what_was_captured() {
    check_local(
        r"
- require:
    language: javascript
    for: {pattern: '$LOCK.acquire()'}
    must:
      inside:
        kind: expression_statement
        precedes: {pattern: '$LOCK.release()', stopBy: end}
    message: '`$LOCK` is not released'
",
        "//- /a.js\na.acquire();\nb.acquire();\na.release();\n",
        expect![[r#"
            require: Fail, 2 anchors
              a.js:1: `a` is not released
              a.js:2: `b` is not released
        "#]],
    );
}

#[test]
fn nothing_required_where_nothing_is_found() {
    let checks = "- require: {language: python, for: {pattern: 'open($X)'}, must: {inside: {kind: with_item}}}";
    check_local(
        checks,
        "//- /a.py\nprint(1)\n",
        expect![[r#"
        require: NotApplicable, 0 anchors; no such place is in scope
    "#]],
    );
    check_local(
        checks,
        "//- /a.py\nopen(\n",
        expect![[r#"
        require: Undetermined, 0 anchors; could not look at `a.py`: it has syntax errors, and the rule might match there
    "#]],
    );
}

#[test]
fn each_match_is_a_violation_with_its_captures() {
    check_local(
        EVAL,
        r#"
//- /a.py
def f(x):
    # eval(1)
    return eval(x)
text = "eval(2)"
eval( 3 ) + eval(eval(4))
//- /b.js
eval(5)
"#,
        expect![[r#"
            forbid: Fail, 1 anchors
              a.py:3: `eval` of `x` => ast.literal_eval(x)
              a.py:5: `eval` of `3` => ast.literal_eval(3)
              a.py:5: `eval` of `eval(4)` => ast.literal_eval(eval(4))
              a.py:5: `eval` of `4` => ast.literal_eval(4)
        "#]],
    );
}

#[test]
fn passes_only_where_a_file_was_read() {
    check_local(
        EVAL,
        "//- /a.py\nprint(1)\n",
        expect![[r#"
        forbid: Pass, 1 anchors
    "#]],
    );
    check_local(
        EVAL,
        "//- /a.js\nprint(1)\n",
        expect![[r#"
        forbid: NotApplicable, 0 anchors; no file of the rule's language is in scope
    "#]],
    );
}

#[test]
fn broken_file_is_open_only_where_the_rule_might_match() {
    check_local(
        EVAL,
        "//- /a.py\ndef (:\n  literal\n",
        expect![[r#"
        forbid: Pass, 1 anchors
    "#]],
    );
    check_local(
        EVAL,
        "//- /a.py\ndef (:\n  evaluate = eval\n",
        expect![[r#"
        forbid: Undetermined, 0 anchors; could not look at `a.py`: it has syntax errors, and the rule might match there
    "#]],
    );
}

#[test]
fn file_without_a_tree_is_open_where_the_rule_might_match() {
    let (plan, _) = CheckPlan::compile(&controls(EVAL));
    let mut given = files("//- /a.py\n");
    let mut check = |bytes: &[u8], expect: expect_test::Expect| {
        given.insert("a.py".into(), bytes.to_vec());
        expect.assert_eq(&render(&verify_local(&plan, &given), &given));
    };
    check(
        b"# \xff\nprint(1)\n",
        expect![[r#"
        forbid: Pass, 1 anchors
    "#]],
    );
    check(
        b"# \xff\neval(1)\n",
        expect![[r#"
        forbid: Undetermined, 0 anchors; could not look at `a.py`: it could not be parsed, and the rule might match there
    "#]],
    );
    check(
        b"\xff\xfee\0v\0a\0l\0",
        expect![[r#"
        forbid: Undetermined, 0 anchors; could not look at `a.py`: it could not be parsed, and the rule might match there
    "#]],
    );
}

#[test]
fn ignore_comment_of_ast_grep_silences_nothing() {
    check_local(
        EVAL,
        "//- /a.py\n# ast-grep-ignore\neval(x) # ast-grep-ignore: T-1\n",
        expect![[r#"
            forbid: Fail, 1 anchors
              a.py:2: `eval` of `x` => ast.literal_eval(x)
        "#]],
    );
}

#[test]
fn typescript_rule_reads_tsx_and_javascript_rule_reads_neither() {
    let checks = r"
- forbid: {language: typescript, rule: {pattern: eval($X)}, message: ts}
- forbid: {language: javascript, rule: {pattern: eval($X)}, message: js}
- forbid: {languages: [js, ts], rule: {pattern: eval($X)}, message: both}
";
    check_local(
        checks,
        "//- /a.ts\neval(1)\n//- /b.tsx\neval(2)\n//- /c.jsx\neval(3)\n",
        expect![[r#"
            forbid: Fail, 2 anchors
              a.ts:1: ts
              b.tsx:1: ts
            forbid: Fail, 1 anchors
              c.jsx:1: js
            forbid: Fail, 3 anchors
              a.ts:1: both
              b.tsx:1: both
              c.jsx:1: both
        "#]],
    );
}

#[test]
fn list_of_rules_is_one_check() {
    let checks = r"
- forbid:
    - {language: python, rule: {pattern: 'eval($X)'}, message: no eval}
    - language: javascript
      rule: {pattern: '$A == $B'}
      constraints: {B: {regex: '^null$'}}
      message: no loose equality with null
";
    check_local(
        checks,
        "//- /a.py\neval(1)\n//- /b.js\nx == null; x == 1\n",
        expect![[r#"
            forbid: Fail, 2 anchors
              a.py:1: no eval
              b.js:1: no loose equality with null
        "#]],
    );
}

#[test]
fn generated_and_vendored_files_are_read_only_when_named() {
    let text = "//- /gen.py\n# @generated\neval(1)\n//- /vendor/x.py\neval(2)\n//- /a.py\n";
    check_local(
        EVAL,
        text,
        expect![[r#"
        forbid: Pass, 1 anchors
    "#]],
    );
    let (plan, _) = CheckPlan::compile(&controls_for("{paths: ['vendor/**']}", EVAL));
    let given = files(text);
    expect![[r#"
        forbid: Fail, 1 anchors
          vendor/x.py:1: `eval` of `2` => ast.literal_eval(2)
    "#]]
    .assert_eq(&render(&verify_local(&plan, &given), &given));
}

#[test]
fn fingerprint_keeps_through_moving_and_reformatting() {
    let (plan, _) = CheckPlan::compile(&controls(EVAL));
    let prints = |text: &str| -> Vec<String> {
        let outcomes = verify_local(&plan, &files(text));
        let findings = outcomes.iter().flat_map(|it| &it.checks).flat_map(|it| &it.findings);
        findings.map(|finding| finding.fingerprint.clone()).collect()
    };
    let before = prints("//- /a.py\neval(f(1, 2))\neval(f(1, 2))\neval(3)\n");
    let after = prints(
        "//- /a.py\n\n\nimport x\neval( f(\n    1, # one\n    2,\n) )\neval(3)\neval(f(1,2))\n",
    );
    assert_eq!(before.len(), 3);
    assert_ne!(before[0], before[1]);
    assert_eq!((&before[0], &before[1], &before[2]), (&after[0], &after[2], &after[1]));
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

#[test]
fn diagnostics_name_the_problem_and_the_next_step() {
    check_diagnostics(
        r"
- forbdi: {rule: {pattern: x}}
- forbid: {language: pyhton, rule: {pattern: x}}
- forbid: {rule: {pattern: x}}
- forbid: {language: python, rule: {patern: x}}
- forbid: {language: python, rule: {pattern: 'f(x) g(x)'}}
- forbid: {language: python, rule: {kind: call_expression}}
- forbid: {language: python, rule: {pattern: '$C.execute(f$S)'}}
- forbid: {language: python, rule: {regex: '('}}
- forbid: {language: python, rule: {pattern: 'f($X)'}, constraints: {Y: {regex: a}}}
- forbid: {language: python, rule: {pattern: 'f($X)'}, fix: 'g($Y)'}
- forbid: {language: python, rule: {pattern: 'f($X)', inside: {kid: call}}}
- forbid: {language: python, rules: {pattern: 'f($X)'}}
- forbid: {language: python, rule: {matches: nothing}}
- forbid: {language: javascript, rule: {pattern: 'function ('}}
- forbid: []
- text: {pattern: '(a', must: absent}
- text: {pattern: 'a', must: gone}
- text: {must: absent}
- text: {pattern: a, must: absent, per: file}
- text: {pattern: a, must: absent, paths: '[a'}
",
        expect![[r#"
            checks::unknown_kind: unknown kind of check `forbdi`
              at forbdi
              did you mean `forbid`?
            checks::language: unknown language `pyhton`
              at pyhton
              did you mean `python`?
            checks::language: `forbid` does not say its language
              at {rule: {pattern: x}}
              add `language: python`, or `languages: […]` for several
            checks::rule_field: unknown rule field `patern`
              at patern
              did you mean `pattern`?
            checks::rule: not a rule for python: it is not python by itself; give its surroundings as `pattern: {context: …, selector: …}`
              at {pattern: 'f(x) g(x)'}
              https://ast-grep.github.io/reference/rule.html has the rule language
            checks::rule: not a rule for python: kind `call_expression` is invalid
              at {kind: call_expression}
              did you mean `call`?
            checks::rule_field: `f$S` matches nothing: a meta-variable stands for a whole node, not for a part of a name or text
              at '$C.execute(f$S)'
              use a meta-variable alone and constrain it, as in `pattern: run($TEXT)` with `constraints: {TEXT: {regex: '^f'}}`
            checks::rule: not a rule for python: regex parse error: ( ^ error: unclosed group
              at {regex: '('}
              https://ast-grep.github.io/reference/rule.html has the rule language
            checks::rule: not a rule for python: undefined meta var `Y` used in `constraints`
              at {pattern: 'f($X)'}
              https://ast-grep.github.io/reference/rule.html has the rule language
            checks::rule: not a rule for python: `fix` uses `$Y`, which the rule does not bind
              at {pattern: 'f($X)'}
              https://ast-grep.github.io/reference/rule.html has the rule language
            checks::rule_field: unknown rule field `kid`
              at kid
              did you mean `kind`?
            yaml::unknown_key: unknown key `rules`
              at rules
              did you mean `rule`?
            checks::rule: not a rule for python: rule `nothing` is not defined
              at {matches: nothing}
              https://ast-grep.github.io/reference/rule.html has the rule language
            checks::rule: not a rule for javascript: it is not javascript by itself; give its surroundings as `pattern: {context: …, selector: …}`
              at {pattern: 'function ('}
              https://ast-grep.github.io/reference/rule.html has the rule language
            checks::rule: `forbid` has no rule
              at []
              add `rule: {pattern: …}`
            checks::pattern: pattern `(a` is not valid: unclosed group
              at '(a'
              patterns are Rust's regular expressions: no look-around and no back-references
            yaml::unknown_value: unknown value `gone`
              at gone
              allowed: `present`, `absent`
            checks::pattern: `text` has no pattern
              at {must: absent}
              add `pattern: …`, a regular expression
            checks::settings: `per` of `text` has no meaning with `must: absent`
              at file
              leave `per` out: every match in every file is a finding
            checks::glob: glob `[a` is not valid: unclosed character class; missing ']'
              at '[a'
              `*` stays within a folder, `**` does not, a leading `!` excludes
        "#]],
    );
}

#[test]
fn check_that_cannot_be_compiled_is_undetermined() {
    let checks =
        "- forbid: {language: python, rule: {patern: x}}\n- text: {pattern: x, must: absent}";
    let (plan, diagnostics) = CheckPlan::compile(&controls(checks));
    assert_eq!(diagnostics.len(), 1);
    let given = files("//- /a.py\n");
    expect![[r#"
        forbid: Undetermined, 0 anchors; unknown rule field `patern`
        text: Pass, 1 anchors
    "#]]
    .assert_eq(&render(&verify_local(&plan, &given), &given));
}

#[test]
fn deep_nesting_is_given_up_and_said() {
    let deep = |levels: usize| {
        format!("//- /a.py\nx = {}1{}\neval(x)\n", "[\n".repeat(levels), "]".repeat(levels))
    };
    check_local(
        EVAL,
        &deep(60_000),
        expect![[r#"
            forbid: Undetermined, 0 anchors; could not look at `a.py`: its syntax is nested more than 500 levels deep, and the rule might match there
        "#]],
    );
    check_local(
        EVAL,
        &deep(200),
        expect![[r#"
            forbid: Fail, 1 anchors
              a.py:202: `eval` of `x` => ast.literal_eval(x)
        "#]],
    );
    let without = format!("//- /a.py\nx = {}1{}\n", "[\n".repeat(60_000), "]".repeat(60_000));
    check_local(
        EVAL,
        &without,
        expect![[r#"
            forbid: Pass, 1 anchors
        "#]],
    );
}

#[test]
fn comparing_trees_at_the_deepest_allowed_level_fits_a_small_stack() {
    // `$A == $A` compares two trees level by level.
    let checks = "- forbid: {language: python, rule: {pattern: '$A == $A'}, message: same}";
    let side = format!("{}1{}", "[".repeat(480), "]".repeat(480));
    let text = format!("//- /a.py\n{side} == {side}\n");
    let run = move || {
        check_local(
            checks,
            &text,
            expect![[r#"
        forbid: Fail, 1 anchors
          a.py:1: same
    "#]],
        );
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap();
    thread.join().unwrap();
}

#[test]
fn digest_is_of_what_checks_read_and_not_of_where_it_stands() {
    let digest = |controls| CheckPlan::compile(&controls).0.digest().to_owned();
    assert_eq!(digest(controls(&format!("\n# moved\n{EVAL}"))), digest(controls(EVAL)));
    assert_ne!(digest(controls_for("{paths: ['src/**']}", EVAL)), digest(controls(EVAL)));
}

#[test]
fn any_arguments_may_be_none() {
    check_local(
        "- forbid: {language: python, rule: {pattern: 'get($$$, verify=False, $$$)'}}",
        "//- /a.py\nget(u, verify=False)\nget(verify=False)\nget(u, verify=False, t=1)\nget(u)\n",
        expect![[r#"
            forbid: Fail, 1 anchors
              a.py:1: does not meet `Tested control`
              a.py:2: does not meet `Tested control`
              a.py:3: does not meet `Tested control`
        "#]],
    );
}

#[test]
fn fix_is_given_only_for_all_that_was_found() {
    check_local(
        "- forbid: {language: python, rule: {pattern: $X == None}, fix: $X is None, message: none}",
        "//- /a.py\na == None\na == None == b\n",
        expect![[r#"
            forbid: Fail, 1 anchors
              a.py:1: none => a is None
              a.py:2: none
        "#]],
    );
}

#[test]
fn syntax_error_leaves_open_only_what_stands_near_it() {
    let checks = "- forbid: {language: typescript, rule: {pattern: 'Function($$$)'}}";
    check_local(
        checks,
        "//- /a.ts\nx();\ny();\nlet z = (;\ny();\nx();\nrun(Function);\nUnaryFunction();\n",
        expect![[r#"
            forbid: Pass, 1 anchors
        "#]],
    );
    check_local(
        checks,
        "//- /a.ts\nlet z = (; type A = Function | string; let f: Function;\n",
        expect![[r#"
            forbid: Pass, 1 anchors
        "#]],
    );
    check_local(
        checks,
        "//- /a.ts\nlet z = (( Function /* c */ (\n",
        expect![[r#"
        forbid: Undetermined, 0 anchors; could not look at `a.ts`: it has syntax errors, and the rule might match there
    "#]],
    );
}

#[test]
fn quotes_and_annotations_change_nothing() {
    check_local(
        r#"
- forbid: {language: python, rule: {pattern: "password = 'w'"}, message: set}
- forbid: {language: python, rule: {pattern: "x: int = $A"}, message: annotated}
- forbid: {language: javascript, rule: {pattern: "f('w')"}, message: called}
- forbid: {language: python, rule: {pattern: "$A = \"\""}, message: empty}
"#,
        "
//- /a.py
password = 'w'
password = \"w\"
password: str = \"w\"
password = b'w'
x = 1
x: int = 1
//- /b.py
y = ''
//- /a.js
f('w')
f(\"w\")
f(`w`)
",
        expect![[r#"
            forbid: Fail, 2 anchors
              a.py:1: set
              a.py:2: set
              a.py:3: set
            forbid: Fail, 2 anchors
              a.py:6: annotated
            forbid: Fail, 1 anchors
              a.js:1: called
              a.js:2: called
            forbid: Fail, 2 anchors
              b.py:1: empty
        "#]],
    );
}
