//! What the checks that need one file alone conclude.

use expect_test::expect;

use crate::CheckPlan;
use crate::testing::verify_local;
use crate::testing::{check_diagnostics, check_local, controls, controls_for, files, render};

pub(super) const EVAL: &str = r"
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
- forbid: {language: html, rule: {pattern: x}}
- require: {languages: [python, template], for: {pattern: x}, must: {pattern: y}}
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
            checks::language: `html` is read as text alone: `forbid` has no tree to look through
              at html
              ask for its text with `text: {pattern: …}`
            checks::language: `template` is read as text alone: `require` has no tree to look through
              at template
              ask for its text with `text: {pattern: …}`
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
fn relations_within_relations_come_to_an_end() {
    let checks = "
- forbid:
    language: python
    rule:
      kind: expression_statement
      follows:
        kind: expression_statement
        stopBy: end
        follows:
          kind: expression_statement
          stopBy: end
          follows: {kind: expression_statement, stopBy: end, follows: {pattern: nowhere, stopBy: end}}
- forbid: {language: python, rule: {pattern: f($$$), inside: {pattern: g($$$), stopBy: end}}}
";
    let calls = format!("{}x{}\n", "f(".repeat(150), ")".repeat(150)).repeat(20);
    let text = format!("//- /a.py\n{}//- /b.py\n{calls}", "x\n".repeat(3000));
    check_local(
        checks,
        &text,
        expect![[r#"
        forbid: Undetermined, 1 anchors; could not look at `a.py`: its rules ask about too many places at once in it
        forbid: Pass, 2 anchors
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
    let when = controls_for("{}\n    when: {languages: [go]}", EVAL);
    assert_ne!(digest(when), digest(controls(EVAL)));
    assert_ne!(digest(controls_for("{tests: false}", EVAL)), digest(controls(EVAL)));
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
