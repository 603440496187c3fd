//! Input that nobody wrote in good faith, and code that does not parse.

use super::facts_of;
use crate::FileFacts;
use crate::render::render;

/// Runs on a thread with the small stack of a pool's worker.
fn facts_of_hostile(source: String) -> FileFacts {
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    worker.spawn(move || facts_of("a.go", &source)).expect("starts").join().expect("does not panic")
}

#[test]
fn nesting_of_any_depth_is_read() {
    let deep = 20_000;
    let in_function = |text: String| format!("package a\nfunc f() {{\n{text}\n}}\n");
    for (open, close) in
        [("f(", ")"), ("(", ")"), ("-", ""), ("[]T{", "}"), ("func() { _ = ", " }"), ("a[", "]")]
    {
        let text = format!("_ = {}inner{}", open.repeat(deep), close.repeat(deep));
        facts_of_hostile(in_function(text));
    }
    for (open, close) in [("{ ", " }"), ("if a { ", " }"), ("for { ", " }")] {
        let facts = facts_of_hostile(in_function(format!(
            "{}inner(){}",
            open.repeat(deep),
            close.repeat(deep)
        )));
        assert!(facts.not_modelled.iter().any(|(what, _)| what == "deep nesting"), "{open}");
    }
    for link in [".a", "()", "[0]", " + 1", ".(T)"] {
        facts_of_hostile(in_function(format!("_ = a{}", link.repeat(deep))));
    }
    for open in ["[]", "*", "map[a]", "chan ", "func() "] {
        facts_of_hostile(format!("package a\ntype T {}int\n", open.repeat(deep)));
    }
    let chain = "if a { b() } else ".repeat(2000);
    facts_of_hostile(in_function(format!("{chain}{{ c() }}")));
}

#[test]
fn names_beyond_the_depth_limit_are_still_referred_to() {
    let text = format!("package a\nvar x = {}needle{}\n", "f(".repeat(500), ")".repeat(500));
    assert!(render(&facts_of("a.go", &text)).contains("Read needle"));
}

#[test]
fn damaged_code_never_panics() {
    let sample = "package a\nimport b \"c/d\"\ntype T[U any] struct { E; f func(int) (a, b T) `x` }\n\
        func (t *T[U]) m(x ...int) (n int, err error) { for i, v := range x { switch y := v.(type) { \
        case int: t.f = func() { go g(<-c) }; default: select { case z, ok := <-c: _ = T{f: z} } } } return }\n";
    for at in 0..sample.len() {
        facts_of("a.go", &sample[..at]);
        facts_of("a.go", &format!("{}}}){{{}", &sample[..at], &sample[at..]));
    }
}
