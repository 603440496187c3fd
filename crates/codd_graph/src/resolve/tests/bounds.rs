//! Resolution ends in time, whatever the code looks like.

use std::fmt::Write;

use expect_test::expect;
use proptest::prelude::*;

use crate::testing::fixture;

#[test]
fn code_that_feeds_on_itself_ends() {
    // Every function passes every other one on: without bounds, each of the closures would
    // be told apart by the calls that led to it.
    let mut text = String::from("//- /a.py\n");
    for at in 0..60 {
        let (next, other) = ((at + 1) % 60, (at * 7 + 3) % 60);
        let _ = writeln!(
            text,
            "def f{at}(a, b):\n    def inner(c):\n        return a(b)(c)\n    \
             return f{next}(inner, f{other})(a(b, inner))\n"
        );
    }
    assert!(fixture(&text).edges().contains("a.py:f0 -calls exact- a.py:f1"));
}

#[test]
fn long_chains_do_not_overflow_the_stack() {
    let chain = ".then(g)".repeat(3_000);
    let mut text = format!("//- /a.js\nfunction g() {{}}\nfunction f() {{ return g(){chain}; }}\n");
    for at in 0..2_000 {
        let _ = writeln!(text, "class C{} extends C{} {{ m{at}() {{}} }}", at + 1, at);
    }
    text.push_str("class C0 {}\nfunction h() { new C2000().m0(); }\n");
    assert!(fixture(&text).edges().contains("a.js:h -calls exact- a.js:C2000"));
}

#[test]
fn deep_recursion_through_every_construct_fits_a_small_stack() {
    // Each class inherits from what the one before returns, each attribute from a call.
    let mut text = String::from(
        "//- /a.py\ndef make0():\n    class C0:\n        def m(self): return self\n    return C0\n",
    );
    for at in 1..400 {
        let _ = writeln!(
            text,
            "def make{at}(p=None):\n    class C{at}(make{}()):\n        \
             def m(self): return super().m().n[make{}(p)().m()]\n        n = {{'x': make{}()().m()}}\n    return C{at}\n",
            at - 1,
            at - 1,
            at - 1
        );
    }
    let reversed = "def run():\n    return make399()().m().m()\n";
    let text = text.replace("//- /a.py\n", &format!("//- /a.py\n{reversed}"));
    let edges = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || fixture(&text).edges())
        .unwrap()
        .join()
        .unwrap();
    assert!(edges.contains("a.py:run -calls exact- a.py:make399"));
    assert!(edges.contains("a.py: UnknownValue (cut short)"));
}

#[test]
fn what_functions_of_other_files_pass_on_is_not_followed() {
    let edges = fixture(
        r#"
//- /tools.py
class Kept:
    def run(self): pass
def same(x): return x
def handed(x): return same(x)
def made(): return same(Kept())
whole = same(Kept())
def inside(): made().run()
//- /main.py
from tools import Kept, handed, made, whole
def own(): handed(Kept()).run()
def module(): whole.run()
def foreign(): made().run()
"#,
    )
    .edges();
    expect![[r#"
        main.py:own -calls exact- tools.py:Kept
        main.py:own -calls probable- tools.py:Kept.run
        main.py:own -calls exact- tools.py:handed
        main.py:module -calls probable- tools.py:Kept.run
        main.py:module -reads exact- tools.py:whole
        main.py:foreign -calls possible- tools.py:Kept.run
        main.py:foreign -calls exact- tools.py:made
        tools.py -calls exact- tools.py:Kept
        tools.py -calls exact- tools.py:same
        tools.py:handed -calls exact- tools.py:same
        tools.py:made -calls exact- tools.py:Kept
        tools.py:made -calls exact- tools.py:same
        tools.py:whole -calls exact- tools.py:Kept
        tools.py:whole -calls exact- tools.py:same
        tools.py:inside -calls probable- tools.py:Kept.run
        tools.py:inside -calls exact- tools.py:made
    "#]]
    .assert_eq(&edges);
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c", "f", "g", "K", "L", "self", "mod1", "mod2"])
}

fn statement() -> impl Strategy<Value = String> {
    (name(), name(), name(), 0..9_u8).prop_map(|(a, b, c, shape)| match shape {
        0 => format!("{a} = {b}({c})"),
        1 => format!("def {a}({b}):\n    return {c}({b}.{a})"),
        2 => format!("class {a}({b}):\n    def {c}(self): return self.{b}({c})"),
        3 => format!("from mod1 import {a} as {b}"),
        4 => format!("from mod2 import *\n{a}.{b} = {c}"),
        5 => format!("{a} = {{'x': {b}, 'y': {c}}}['x']"),
        6 => format!("@{a}\ndef {b}({c}=None):\n    def {a}(): return {c}\n    return {a}"),
        7 => format!("for {a} in {b}: {c}({a})"),
        _ => format!("with {a} as {b}: {b}.{c}()"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_tangle_resolves_the_same_twice(
        one in prop::collection::vec(statement(), 0..12),
        two in prop::collection::vec(statement(), 0..12),
    ) {
        let text = format!(
            "//- /mod1.py\n{}\n//- /mod2.py\n{}\n",
            one.join("\n"),
            two.join("\n"),
        );
        prop_assert_eq!(fixture(&text).edges(), fixture(&text).edges());
    }
}
