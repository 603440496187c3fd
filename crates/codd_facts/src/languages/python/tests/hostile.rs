//! Input that nobody wrote in good faith, and code that does not parse.

use expect_test::expect;
use proptest::prelude::*;

use super::{check, facts};
use crate::FileFacts;
use crate::render::render;

#[test]
fn python_two_and_broken_code_still_gives_facts() {
    check(
        r##"
def ok(): call_one()
print "hello", thing()
class Broken(:
    def m(self): return other(
def after(): call_two()
"##,
        &["Function", "Class", "Call", "not"],
        &expect![[r#"
            Function ok
            Class Broken
            Call call_one@1/0 in ok
            Call thing/0
        "#]],
    );
}

/// Runs on a thread with the small stack of a pool's worker.
fn facts_of_hostile(source: String) -> FileFacts {
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    worker.spawn(move || facts(&source)).expect("starts").join().expect("does not panic")
}

#[test]
fn nesting_of_any_depth_is_read() {
    let deep = 60_000;
    for (open, close) in
        [("[", "]"), ("f(", ")"), ("{1: ", "}"), ("not ", ""), ("-", ""), ("lambda: ", "")]
    {
        let source = format!("x = {}inner{}\n", open.repeat(deep), close.repeat(deep));
        let facts = facts_of_hostile(source);
        assert!(
            facts.not_modelled.iter().any(|(what, _)| what == "code nested too deeply"),
            "{open}"
        );
    }
    for link in [".a", "()", "[0]", " + 1", " and b", " if a else b"] {
        facts_of_hostile(format!("x = a{}\n", link.repeat(deep)));
    }
    let nested: Vec<String> =
        (0..3000).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect();
    let nested = nested.concat();
    facts_of_hostile(format!("{nested}{}deep()\n", " ".repeat(3000)));
    facts_of_hostile(format!("x: '{}'\n", "a[".repeat(deep)));
    facts_of_hostile(format!("x: '''{}'''\n", "\"'".repeat(deep)));
    for (open, close) in [("(", ")"), ("[", "]")] {
        let target = format!("{}a{}", open.repeat(deep), close.repeat(deep));
        facts_of_hostile(format!("{target} = x\nfor {target} in x: pass\n"));
        facts_of_hostile(format!("with x as {target}: pass\n"));
        facts_of_hostile(format!("match x:\n case {target}: pass\n"));
    }
}

#[test]
fn names_beyond_the_depth_limit_are_still_referred_to() {
    let facts = facts(&format!("x = {}needle{}\n", "[".repeat(500), "]".repeat(500)));
    assert!(render(&facts).contains("Read needle"));
}

const SAMPLE: &str = r#"
from a.b import c as d
import x.y
@route("/p", methods=["GET"])
class K(B[int], metaclass=M):
    f: "Opt[X | None]" = g(lambda a, *b: a)
    def m(self, q: int = 1, *r, **s) -> "List[K]":
        self.z, [w, *v] = yield (t := [i for i in q if i])
        match q:
            case P(u=1) as o if o: return super().m(f"{q!r:>{w}}")
        with e as (n, l): del self.z[0].k
        try: global h; h += 1
        except* (E, F) as err: raise err from None
async def j[T: B](): return await K().m(**{"a": 1, **d})
__all__ = ["K"] + x.__all__
"#;

proptest! {
    #[test]
    fn damaged_code_never_panics(cuts in prop::collection::vec((0..SAMPLE.len(), 0..20_usize, any::<char>()), 1..6)) {
        let mut text: Vec<char> = SAMPLE.chars().collect();
        for (at, length, inserted) in cuts {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, [inserted]);
        }
        facts(&text.into_iter().collect::<String>());
    }

    #[test]
    fn truncated_code_never_panics(at in 0..SAMPLE.len()) {
        facts(SAMPLE.get(..at).unwrap_or(SAMPLE));
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,80}") {
        facts(&text);
    }
}
