//! What code rules look through: comments, grouping, assertions, annotations and layout.

use expect_test::expect;

use super::local_tests::EVAL;
use crate::CheckPlan;
use crate::testing::{check_local, controls, files, verify_local};

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

#[test]
fn a_generator_is_what_a_call_is_given() {
    check_local(
        "- forbid: {language: python, rule: {any: [{pattern: 'eval($$$)'}, {pattern: 'run($X)'}]}, message: 'got `$X`'}",
        r#"
//- /a.py
eval(y for y in x)
run(y for y in x)
run((y for y in x))
run(1, (y for y in x))
other(y for y in x)
"#,
        expect![[r#"
            forbid: Fail, 1 anchors
              a.py:1: got `$X`
              a.py:2: got `(y for y in x)`
              a.py:3: got `(y for y in x)`
        "#]],
    );
}
