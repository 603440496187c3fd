//! Input that nobody wrote in good faith, and code that does not parse.

use super::facts_of;
use crate::FileFacts;
use crate::render::render;

/// Runs on a thread with the small stack of a pool's worker.
fn facts_of_hostile(source: String) -> FileFacts {
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    worker.spawn(move || facts_of(&source)).expect("starts").join().expect("does not panic")
}

#[test]
fn nesting_of_any_depth_is_read() {
    let deep = 10_000;
    let in_function = |text: String| format!("fn f() {{\n{text}\n}}\n");
    for (open, close) in [
        ("f(", ")"),
        ("(", ")"),
        ("-", ""),
        ("[", "]"),
        ("|| ", ""),
        ("m!(", ")"),
        ("S { a: ", " }"),
        ("{ ", " }"),
        ("if a { ", " }"),
        ("loop { ", " }"),
        ("match a { b => ", " }"),
    ] {
        let text = format!("{}inner(){}", open.repeat(deep), close.repeat(deep));
        facts_of_hostile(in_function(text));
    }
    for link in [".a", "()", "[0]", " + 1", "?", ".await", ".f()", " as T"] {
        facts_of_hostile(in_function(format!("a{};", link.repeat(deep))));
    }
    for (open, close) in [("&", ""), ("[", "]"), ("Vec<", ">"), ("(", ",)"), ("fn() -> ", "")] {
        facts_of_hostile(format!("type T = {}u8{};\n", open.repeat(deep), close.repeat(deep)));
    }
    for (open, close) in [("(", ",)"), ("Some(", ")"), ("&", ""), ("S { a: ", " }")] {
        let pattern = format!("{}a{}", open.repeat(deep), close.repeat(deep));
        facts_of_hostile(in_function(format!("let {pattern} = b;")));
    }
    facts_of_hostile(format!("{}{}", "mod a { ".repeat(deep), "}".repeat(deep)));
    facts_of_hostile(format!("use {}a{};\n", "a::{".repeat(deep), "}".repeat(deep)));
    facts_of_hostile(format!("fn f() {{ {}b::c(); }}\n", "a::".repeat(deep)));
    facts_of_hostile(in_function("if a { b() } else ".repeat(2000) + "{ c() }"));
    facts_of_hostile(in_function("let x = x(x);\n".repeat(5000)));
}

#[test]
fn names_beyond_the_depth_limit_are_still_referred_to() {
    let text = format!("const X: u8 = {}needle{};\n", "f(".repeat(500), ")".repeat(500));
    assert!(render(&facts_of(&text)).contains("Read needle"));
}

#[test]
fn damaged_code_never_panics() {
    let sample = "#[a(b)] pub mod m { use super::{self, a::*}; impl<T: A + 'b> B<T> for &C where T: D { \
        const E: u8 = 1; type F = (T, [u8; 2]); fn g(&self, (h, i): J) -> K<L> { let M { n, .. } = o? else { return }; \
        match p { Q::R(s) | S { t: s } if u => v!(w.x(y)), _ => |z| z.await } } } macro_rules! aa { ($b:ty) => { $b::c } } }\n";
    for at in 0..sample.len() {
        facts_of(&sample[..at]);
        facts_of(&format!("{}}}){{{}", &sample[..at], &sample[at..]));
    }
}
