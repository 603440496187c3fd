//! What reaches an argument, and what the check makes of it.

use expect_test::{Expect, expect};

use crate::project::{example_files, verify_project};
use crate::testing::{check_diagnostics, controls, render};
use crate::{CheckPlan, Outcome};

const BITS: &str = "- argument: {call: lib.make, argument: [0, bits], must: {at_least: 256}}";

fn outcome(checks: &str, path: &str, text: &str) -> (Outcome, String) {
    let controls = controls(checks);
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    assert_eq!(diagnostics, []);
    let files = example_files(&path.into(), text);
    let outcomes = verify_project(&plan, &controls, &files);
    (outcomes[0].checks[0].outcome, render(&outcomes, &files))
}

fn check(checks: &str, text: &str, expect: Expect) {
    expect.assert_eq(&outcome(checks, "a.py", text).1);
}

/// Bodies behind `import lib` and what they give to `lib.make`, by outcome.
const PYTHON: &[(Outcome, &str)] = &[
    (Outcome::Pass, "lib.make(256)"),
    (Outcome::Undetermined, "lib.make(bits=x and 256)"),
    (Outcome::Fail, "lib.make(128)"),
    (Outcome::Fail, "lib.make(bits=128)"),
    (Outcome::Fail, "from lib import make as m\nm(128)"),
    (Outcome::Fail, "import lib as l\nmake = l.make\nmake(128)"),
    (Outcome::Fail, "b = 128\nlib.make(b)"),
    (Outcome::Pass, "b = 128\nb = 256\nlib.make(b)"),
    (Outcome::Fail, "b = 16 * 8\nlib.make(b)"),
    (Outcome::Fail, "b = 128 if x else 256\nlib.make(b)"),
    (Outcome::Fail, "b = 128 if x else 256\nlib.make(b - 1 + 1)"),
    (Outcome::Pass, "b = 512 if x else 256\nlib.make(b)"),
    (Outcome::Pass, "b = 512 if x else 256\nlib.make(b * 2)"),
    (Outcome::Fail, "if x:\n    b = 128\nelse:\n    b = 256\nlib.make(b)"),
    (Outcome::Undetermined, "b = read()\nlib.make(b)"),
    (Outcome::Undetermined, "b = int(read())\nlib.make(b)"),
    (Outcome::Fail, "b = read() or 128\nlib.make(b)"),
    (Outcome::Undetermined, "b = read() or 256\nlib.make(b)"),
    (Outcome::Fail, "b = 256\nfor i in x:\n    b = b - 1\nlib.make(b)"),
    (Outcome::Undetermined, "b = 256\nfor i in x:\n    b = b + 1\nlib.make(b)"),
    (Outcome::Fail, "for b in [128, 256]:\n    lib.make(b)"),
    (Outcome::Fail, "d = {'b': 128, 'c': 256}\nlib.make(d['b'])"),
    (Outcome::Pass, "d = {'b': 128, 'c': 256}\nlib.make(d['c'])"),
    (Outcome::Undetermined, "d = {'c': 256}\nd[x] = 128 + y\nlib.make(d['c'])"),
    (Outcome::Fail, "d = {'c': 256}\nd[x] = 128\nlib.make(d['c'])"),
    (Outcome::Fail, "d = {'bits': 128}\nlib.make(**d)"),
    (Outcome::Pass, "d = {'bits': 256}\nlib.make(**d)"),
    (Outcome::Fail, "d = {}\nif x:\n    d['bits'] = 256\nlib.make(**d)"),
    (Outcome::Undetermined, "lib.make(**x)"),
    (Outcome::Undetermined, "lib.make(*x)"),
    (Outcome::Fail, "lib.make(*[128])"),
    (Outcome::Fail, "lib.make()"),
    (Outcome::Fail, "def f(b):\n    lib.make(b)\nf(128)"),
    (Outcome::Pass, "def f(b):\n    lib.make(b)\nf(256)"),
    (Outcome::Fail, "def f(b):\n    lib.make(b)\nf(256)\nf(128)"),
    (Outcome::Undetermined, "def f(b):\n    lib.make(b)"),
    (Outcome::Undetermined, "def f(b):\n    lib.make(b)\nf(256)\nf(read())"),
    (Outcome::Fail, "def f(b=128):\n    lib.make(b)"),
    (Outcome::Fail, "def f(b=128):\n    lib.make(b)\nf()"),
    (Outcome::Pass, "def f(b=128):\n    lib.make(b)\nf(256)"),
    (Outcome::Undetermined, "def f(b=256):\n    lib.make(b)"),
    (Outcome::Pass, "def f(b=None):\n    b = b or 256\n    lib.make(b)\nf()"),
    (Outcome::Fail, "def f(b=None):\n    b = b or 256\n    lib.make(b)\nf(128)"),
    (Outcome::Pass, "def f(b=None):\n    b = b or 128\n    lib.make(b)\nf(256)"),
    (Outcome::Pass, "def f(b=None):\n    if b is None:\n        b = 256\n    lib.make(b)\nf()"),
    (Outcome::Fail, "def f(b=None):\n    if b is None:\n        b = 128\n    lib.make(b)\nf()"),
    (Outcome::Undetermined, "def f(b):\n    lib.make(b)\nf(*x)"),
    (Outcome::Undetermined, "def f(n):\n    g(n)\ndef g(n):\n    lib.make(n)\n    f(n)"),
    (Outcome::Fail, "def f(n):\n    g(n)\ndef g(n):\n    lib.make(n)\n    f(n)\nf(128)"),
    (Outcome::Fail, "def f():\n    return 128\nlib.make(f())"),
    (Outcome::Fail, "def f(n):\n    return n * 8\nlib.make(f(16) if x else 256)"),
    (Outcome::Fail, "class C:\n    bits = 128\nlib.make(C.bits)"),
    (
        Outcome::Fail,
        "class C:\n    bits = 256\n    def f(self):\n        lib.make(self.bits)\n\
         C().f()\nclass D(C):\n    bits = 128",
    ),
    (
        Outcome::Pass,
        "class C:\n    bits = 256\n    def f(self):\n        lib.make(self.bits)\n\
         class D(C):\n    bits = 128\n    def f(self):\n        pass",
    ),
    (Outcome::Fail, "class C:\n    bits = 128\n    def f(self):\n        lib.make(self.bits)"),
    (
        Outcome::Fail,
        "class C:\n    bits = 256\n    def f(self):\n        lib.make(self.bits)\n\
         class D(C):\n    bits = 128\nD().f()",
    ),
    (
        Outcome::Fail,
        "class C:\n    def __init__(self):\n        self.bits = 128\n    def f(self):\n        \
         lib.make(self.bits)",
    ),
    (
        Outcome::Fail,
        "class C:\n    def __init__(self, bits):\n        self.bits = bits\n    def f(self):\n        \
         lib.make(self.bits)\nC(128).f()",
    ),
    (
        Outcome::Fail,
        "class C:\n    def __init__(self, bits):\n        self.bits = bits\n\
         c = C(128) if x else C(256)\nlib.make(c.bits)",
    ),
    (Outcome::Fail, "d = {'b': 128} if x else {'b': 256}\nlib.make(d['b'])"),
    (Outcome::Fail, "m = lib.make if x else lib.other\nm(128)"),
    (Outcome::Fail, "m = lib.other if x else lib.make\nm(128)"),
    (Outcome::Pass, "x = 1\nif x == 2:\n    lib.make(128)\nlib.make(256)"),
    (Outcome::Undetermined, "lib.make(0.5 * y)"),
    (Outcome::Fail, "lib.make(0.5)"),
    (Outcome::Pass, "lib.make(256.5)"),
    (Outcome::Fail, "lib.make(None)"),
    (Outcome::Undetermined, "import conf\nlib.make(conf.BITS)"),
    (Outcome::Fail, "f = lambda b: lib.make(b)\nf(128)"),
    (Outcome::Fail, "def f(make):\n    make(128)\nf(lib.make)"),
    (Outcome::Fail, "b = 256\ndef low():\n    global b\n    b = 128\ndef f():\n    lib.make(b)"),
    (Outcome::Fail, "b = 256\ndef f():\n    lib.make(b)\ndef low():\n    global b\n    b = 128"),
    (Outcome::Fail, "d = {'bits': 256}\nd.update(bits=128)\nlib.make(**d)"),
    (Outcome::Undetermined, "d = {'bits': 256}\nd.update(x)\nlib.make(**d)"),
    (Outcome::Fail, "D = {'b': 256}\ndef f():\n    lib.make(D['b'])\ndef g():\n    D['b'] = 128"),
    (Outcome::Undetermined, "def f(c):\n    lib.make(c.bits)\nf()"),
    (Outcome::Undetermined, "def f(c=None):\n    lib.make(c.bits)\nf()"),
    (Outcome::NotApplicable, "lib.other(128)"),
    (Outcome::NotApplicable, "def make(b):\n    pass\nmake(128)"),
    (Outcome::Undetermined, "lib.make(256)\ndef f(:\n"),
];

#[test]
fn values_are_followed_in_python() {
    let mut wrong = String::new();
    for (expected, body) in PYTHON {
        let (found, text) = outcome(BITS, "a.py", &format!("import lib\n{body}\n"));
        if found != *expected {
            wrong.push_str(&format!("--- {expected:?}\n{body}\n{text}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

const SCRIPT: &[(Outcome, &str)] = &[
    (Outcome::Fail, "lib.make({ bits: 128 });"),
    (Outcome::Pass, "lib.make({ bits: 256 });"),
    (Outcome::Fail, "const { make } = require('lib');\nmake({ bits: 128 });"),
    (Outcome::Fail, "const o = { bits: 128 };\nlib.make({ ...o, name: 'a' });"),
    (Outcome::Pass, "const o = { bits: 128 };\nlib.make({ ...o, bits: 256 });"),
    (Outcome::Undetermined, "lib.make(o);"),
    (Outcome::Undetermined, "lib.make({ ...o });"),
    (Outcome::Fail, "const f = (bits = 128) => lib.make({ bits });\nf();"),
    (Outcome::Pass, "const f = (bits = 128) => lib.make({ bits });\nf(256);"),
    (Outcome::Fail, "function f({ bits = 128 }) { lib.make({ bits }); }\nf({});"),
    (Outcome::Pass, "function f({ bits = 128 }) { lib.make({ bits }); }\nf({ bits: 256 });"),
    (
        Outcome::Fail,
        "class C { constructor() { this.bits = 128; }\n f() { lib.make({ bits: this.bits }); } }",
    ),
    (Outcome::Fail, "lib.make({ bits: x ? 128 : 256 });"),
    (Outcome::Undetermined, "lib.make({ bits: x | 128 });"),
    (Outcome::Undetermined, "let b = 256; b--; lib.make({ bits: b });"),
    (Outcome::Fail, "lib.make({});"),
    (Outcome::Fail, "const o = { bits: 256 }; Object.assign(o, { bits: 128 }); lib.make(o);"),
    (Outcome::Undetermined, "lib.make(Object.assign({}, x));"),
    (Outcome::Fail, "const o = {}; o.bits = 0x80; lib.make(o);"),
];

#[test]
fn values_are_followed_in_javascript() {
    let checks = "- argument: {call: lib.make, argument: 0.bits, must: {at_least: 256}}";
    let mut wrong = String::new();
    for (expected, body) in SCRIPT {
        let (found, text) =
            outcome(checks, "a.js", &format!("const lib = require('lib');\n{body}\n"));
        if found != *expected {
            wrong.push_str(&format!("--- {expected:?}\n{body}\n{text}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A check, a body behind imports, and its outcome.
const CONDITIONS: &[(&str, Outcome, &str)] = &[
    ("{call: hashlib.md5, must: absent}", Outcome::Fail, "hashlib.md5(b'')"),
    ("{call: hashlib.md5, must: absent}", Outcome::NotApplicable, "hashlib.sha256(b'')"),
    (
        "{call: hashlib.md5, where: {usedforsecurity: {not_equals: false}}, must: absent}",
        Outcome::NotApplicable,
        "hashlib.md5(b'', usedforsecurity=False)",
    ),
    (
        "{call: hashlib.md5, where: {usedforsecurity: {not_equals: false}}, must: absent}",
        Outcome::Undetermined,
        "hashlib.md5(b'', usedforsecurity=read())",
    ),
    (
        "{call: lib.f, argument: 0, must: {not_equals: hashlib.md5}}",
        Outcome::Fail,
        "lib.f(hashlib.md5)",
    ),
    (
        "{call: lib.f, argument: 0, must: {not_equals: hashlib.md5}}",
        Outcome::Pass,
        "lib.f(hashlib.sha256)",
    ),
    (
        "{call: lib.f, argument: 0, must: {not_equals: hashlib.md5}}",
        Outcome::Undetermined,
        "lib.f(conf.hash)",
    ),
    ("{call: lib.f, argument: 0, must: {in: [md5, sha1]}}", Outcome::Fail, "lib.f('sha2')"),
    (
        "{call: lib.f, argument: 0, must: {not_matches: 'ECB$'}}",
        Outcome::Fail,
        "from c import modes\nlib.f(modes.ECB())",
    ),
    (
        "{call: lib.f, argument: 0, must: {not_matches: 'ECB$'}}",
        Outcome::Pass,
        "from c import modes\nlib.f(modes.GCM(x))",
    ),
    (
        "{call: lib.f, argument: 0, must: {not_matches: 'ECB$'}}",
        Outcome::Undetermined,
        "lib.f(os.getenv('A'))",
    ),
    (
        "{call: lib.f, argument: 'a[*]', must: {not_equals: none}}",
        Outcome::Fail,
        "lib.f(a=['HS256', 'none'])",
    ),
    (
        "{call: lib.f, argument: 'a[*]', must: {not_equals: none}}",
        Outcome::Pass,
        "lib.f(a=['HS256'])",
    ),
    (
        "{call: lib.f, argument: a, must: {not_contains: none}}",
        Outcome::Undetermined,
        "lib.f(a=['HS256', read()])",
    ),
    (
        "{call: lib.f, argument: t, read: seconds, must: {at_most: 900}}",
        Outcome::Pass,
        "lib.f(t=timedelta(minutes=15))",
    ),
    (
        "{call: lib.f, argument: t, read: seconds, must: {at_most: 900}}",
        Outcome::Fail,
        "lib.f(t=timedelta(0, 901))",
    ),
    (
        "{call: lib.f, argument: t, read: seconds, must: {at_most: 900}}",
        Outcome::Fail,
        "lib.f(t=datetime.utcnow() + timedelta(hours=1))",
    ),
    (
        "{call: lib.f, argument: t, read: seconds, must: {at_most: 900}}",
        Outcome::Fail,
        "lib.f(t=int(time.time()) + 60 * 60)",
    ),
    (
        "{call: lib.f, argument: t, read: seconds, must: {at_most: 900}}",
        Outcome::Undetermined,
        "lib.f(t=timedelta(minutes=n))",
    ),
    (
        "{call: lib.f, argument: 0, read: bits, must: {at_least: 256}}",
        Outcome::Fail,
        "k = os.urandom(16)\nlib.f(k)",
    ),
    (
        "{call: lib.f, argument: 0, read: length, must: {in: [32]}}",
        Outcome::Pass,
        "lib.f(b'0' * 32)",
    ),
    (
        "{call: lib.f, argument: 0, read: length, must: {in: [32]}}",
        Outcome::Fail,
        "lib.f(b'secret')",
    ),
    (
        "{call: lib.f, argument: secure, must: {equals: true, default: false}}",
        Outcome::Fail,
        "lib.f('a')",
    ),
    ("{call: lib.f, argument: secure, must: absent}", Outcome::Pass, "lib.f('a')"),
    ("{call: lib.f, argument: secure, must: present}", Outcome::Pass, "lib.f('a', secure=read())"),
    (
        "{call: '*.set_cookie', argument: secure, must: {equals: true, default: false}}",
        Outcome::Fail,
        "def f(r):\n    r.set_cookie('a', 'b')",
    ),
    (
        "{call: 'lib.*', except: lib.g, argument: 0, must: {equals: 1}}",
        Outcome::NotApplicable,
        "lib.g(2)",
    ),
    (
        "{call: lib.f, where: {mode: wb}, argument: 0, must: {equals: 1}}",
        Outcome::NotApplicable,
        "lib.f(2, mode='rb')",
    ),
    (
        "{call: lib.f, where: {mode: wb}, argument: 0, must: {equals: 1}}",
        Outcome::Fail,
        "lib.f(2, mode='wb')",
    ),
    (
        "{assigned: '*.verify_mode', must: {not_equals: ssl.CERT_NONE}}",
        Outcome::Fail,
        "c = lib.context()\nc.verify_mode = ssl.CERT_NONE",
    ),
    (
        "{assigned: '*.verify_mode', must: {not_equals: ssl.CERT_NONE}}",
        Outcome::Pass,
        "c = lib.context()\nc.verify_mode = ssl.CERT_REQUIRED",
    ),
];

#[test]
fn conditions_hold_of_names_times_lengths_and_what_is_not_given() {
    let imports =
        "import conf, hashlib, lib, os, ssl, time\nfrom datetime import datetime, timedelta\n";
    let mut wrong = String::new();
    for (settings, expected, body) in CONDITIONS {
        let checks = format!("- argument: {settings}");
        let (found, text) = outcome(&checks, "a.py", &format!("{imports}{body}\n"));
        if found != *expected {
            wrong.push_str(&format!("--- {expected:?} {settings}\n{body}\n{text}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_finding_says_what_the_value_is_and_where_it_is_written() {
    check(
        BITS,
        "//- /main.py\nimport lib\nfrom conf import BITS\ndef f(b):\n    return lib.make(b)\nf(BITS)\n\
         //- /conf.py\nBITS = 128\n",
        expect![[r#"
            argument: Fail, 1 anchors
              main.py:4 f: `bits` is `128`, from `conf.py` and must be at least 256
        "#]],
    );
    check(
        BITS,
        "//- /a.py\nimport lib\ndef f(b):\n    lib.make(b)\ndef g():\n    lib.make(read())\n",
        expect![[r#"
            argument: Undetermined, 2 anchors; the value of `0|bits` is not known at 2 calls, first in `a.py`: it is computed or comes from outside
        "#]],
    );
}

#[test]
fn other_languages_in_scope_leave_it_open() {
    check(
        BITS,
        "//- /a.py\nimport lib\nlib.make(256)\n//- /b.kt\nval x = 1\n",
        expect![[r#"
            argument: Undetermined, 1 anchors; could not look at `b.kt`: values in kotlin are not followed
        "#]],
    );
    check(
        BITS,
        "//- /a.py\nimport lib\nlib.make(256)\n//- /b.rb\nx = 1\n",
        expect![[r#"
            argument: Undetermined, 1 anchors; could not look at `b.rb`: what calls are given in ruby is not followed
        "#]],
    );
    check(
        BITS,
        "//- /a.py\nimport lib\nlib.make(256)\n//- /b.php\n<?php\n$x = 1;\n",
        expect![[r#"
            argument: Undetermined, 1 anchors; could not look at `b.php`: what calls are given in php is not followed
        "#]],
    );
}

#[test]
fn wrong_settings_are_said_with_their_place() {
    check_diagnostics(
        "- argument: {call: a.b, argument: 'x[', must: {equals: 1}}\n\
         - argument: {call: a.b, must: {equals: 1}}\n\
         - argument: {argument: 0, must: present}\n\
         - argument: {call: a.b, argument: 0, must: {matches: '('}}",
        expect![[r#"
            checks::argument: `x[` is not an argument: a `[` has no `]`
              at 'x['
              arguments are like `bit_length`, `0`, `0|bit_length` for either, `1.rejectUnauthorized`, `algorithms[*]`
            checks::condition: without `argument`, `must` can only be `absent`
              at {equals: 1}
              write `must: absent`, or which argument
            checks::argument: `argument` says neither which calls nor which attributes it asks
              at {argument: 0, must: present}
              write `call: jwt.decode`, or `assigned: "*.verify_mode"`
            checks::condition: pattern `(` is not valid
              at '('
              patterns are Rust's regular expressions
        "#]],
    );
}

#[test]
fn hostile_code_comes_to_an_end() {
    let deep = format!("import lib\nlib.make({}1{})\n", "(".repeat(3000), ")".repeat(3000));
    let sums = format!("import lib\nlib.make({})\n", vec!["1"; 5000].join(" +\n"));
    let calls: String = (0..400)
        .map(|at| format!("def f{at}(b):\n    f{}(b)\n    f{}(b)\n", at + 1, at + 1))
        .collect();
    let calls = format!("import lib\n{calls}def f400(b):\n    lib.make(b)\nf0(128)\n");
    let nested = format!("import lib\nlib.make({}1{})\n", "{'a': ".repeat(200), "}".repeat(200));
    let circles =
        "import lib\na = {}\na['a'] = a\nlib.make(a)\nclass C(C):\n    b = 1\nlib.make(C.b)\n";
    let imports = "//- /a.py\nimport lib\n//- /b.py\nfrom a import lib\nlib.make(256)\n";
    for (at, text) in [&deep, &sums, &calls, &nested, circles, imports].into_iter().enumerate() {
        let (found, text) = outcome(BITS, "a.py", text);
        let is_open = matches!(found, Outcome::Undetermined | Outcome::Fail | Outcome::Pass);
        assert!(is_open, "{at} {text}");
    }
}

#[test]
fn only_calls_among_names_of_a_kind_are_asked() {
    let make = |keys: &str| format!("- argument: {{call: lib.make, {keys}, must: absent}}");
    let around = make("around: '(?i)token|otp'");
    let not_around = make("not_around: (?i)bcrypt");
    for (checks, body, expected) in [
        (&around, "def token():\n    return lib.make()", Outcome::Fail),
        (&around, "def f(x):\n    x.otp = 1\n    return lib.make()", Outcome::Fail),
        (&around, "def f(x):\n    x['token'] = lib.make()", Outcome::Fail),
        (&around, "def f(x):\n    x.put(otp=lib.make())", Outcome::Fail),
        (&around, "class Tokens:\n    def f(self):\n        return lib.make()", Outcome::Fail),
        (&around, "TOKEN = lib.make()", Outcome::Fail),
        (&around, "token = 1\nwait = lib.make()", Outcome::NotApplicable),
        (&around, "token = 1\ndef f():\n    return lib.make()", Outcome::NotApplicable),
        (
            &around,
            "def f():\n    log('no token was found')\n    lib.make()",
            Outcome::NotApplicable,
        ),
        (&not_around, "def f(x):\n    return lib.make(x)", Outcome::Fail),
        (&not_around, "def f(x):\n    return bcrypt.hashpw(lib.make(x))", Outcome::NotApplicable),
        (
            &not_around,
            "def f(x):\n    y = lib.make(x).digest()\n    z = y + salt\n    return bcrypt.hashpw(z)",
            Outcome::NotApplicable,
        ),
        (&not_around, "def f(x):\n    x['bcrypt'] = lib.make(1)", Outcome::NotApplicable),
        (&not_around, "def f(x):\n    x.put(bcrypt=lib.make(1))", Outcome::NotApplicable),
        (&not_around, "def for_bcrypt(x):\n    return lib.make(x)", Outcome::NotApplicable),
        (
            &not_around,
            "def f(bcrypt_key):\n    return lib.make(bcrypt_key)",
            Outcome::NotApplicable,
        ),
        (
            &not_around,
            "def f(x):\n    h = lib.make()\n    h.update(x.bcrypt)\n    return h",
            Outcome::NotApplicable,
        ),
        (&not_around, "bcrypt_seed = lib.make(1)", Outcome::NotApplicable),
        (&not_around, "def f(x):\n    bcrypt = None\n    return lib.make(x)", Outcome::Fail),
        (&not_around, "def f(x, bcrypt=None):\n    return lib.make(x)", Outcome::Fail),
        (&not_around, "def f(x):\n    log('bcrypt')\n    return lib.make(x)", Outcome::Fail),
        (&not_around, "def f(x):\n    return lib.make('bcrypt')", Outcome::Fail),
        (
            &not_around,
            "class Bcrypt:\n    def f(self, x):\n        return lib.make(x)",
            Outcome::Fail,
        ),
        (
            &not_around,
            "def f(x):\n    if bcrypt.is_on():\n        return lib.make(x)",
            Outcome::Fail,
        ),
    ] {
        let (found, text) =
            outcome(checks, "a.py", &format!("import lib\nimport bcrypt\n{body}\n"));
        assert_eq!(found, expected, "{body}\n{text}");
    }
    check_diagnostics(
        &make("around: '('"),
        expect![[r#"
        checks::argument: pattern `(` is not valid
          at '('
          patterns are Rust's regular expressions
    "#]],
    );
}
