//! Input that nobody wrote in good faith.

use super::facts;
use crate::FileFacts;

/// On a thread with less than the stack that workers have.
fn extract_on_small_stack(language: &'static str, text: String) -> FileFacts {
    let worker = std::thread::Builder::new().stack_size(3 << 19);
    worker.spawn(move || facts(language, &text)).unwrap().join().unwrap()
}

#[test]
fn deep_nesting_is_cut_and_counted() {
    let deep = 60_000;
    for (open, close) in
        [("[", "]"), ("(", ")"), ("{", "}"), ("a(", ")"), ("{a:", "}"), ("x?", ":y")]
    {
        let text = format!("v = {}1{}", open.repeat(deep), close.repeat(deep));
        let facts = extract_on_small_stack("js", text);
        let is_counted = facts.not_modelled.iter().any(|(what, _)| what == "deep nesting");
        assert!(is_counted || facts.errors.count > 0, "{open}");
    }
    for text in [
        format!("v = {}", "a + ".repeat(deep) + "1"),
        format!("v = a{}", ".b()".repeat(deep)),
        "if (a) {} else ".repeat(deep) + "{}",
        "function f() { ".repeat(deep) + &"}".repeat(deep),
        "<a>".repeat(deep) + &"</a>".repeat(deep),
        "class A { m() { ".repeat(5000) + &"} }".repeat(5000),
        format!("type T = {}x{}", "A<".repeat(5000), ">".repeat(5000)),
    ] {
        extract_on_small_stack("tsx", text);
    }
}

#[test]
fn lists_of_lists_of_modules_are_read_within_bounds() {
    // Each level names the next a hundred times: a hundred million ways, and nothing at their end.
    let names = ["aModule", "bModule", "cModule", "dModule", "eModule"];
    let mut text = "import { Module } from '@nestjs/common';\nconst eModule = [];\n".to_owned();
    for pair in names.windows(2) {
        let list = [pair[1]; 100].join(", ");
        text.push_str(&format!("const {} = [{list}];\n", pair[0]));
    }
    text.push_str("@Module({ imports: [aModule], providers: [aModule] })\nclass AppModule {}\n");
    let facts = facts("ts", &text);
    let unknown = facts.semantics.route_hooks.iter().filter(|it| it.limits.is_some()).count();
    assert!(unknown > 0, "that more may be included is known");
}

/// Source with most constructs: what mutations start from.
const EVERYTHING: &str = r#"
import d, { a as b } from "./m"; import * as n from 'n'; export * from "./x";
@dec export class K<T> extends n.B<T> implements I { #p = 1; static s = () => this; constructor(private q: Q) { super(q); this.z = { m() {} }; } get v(): T { return this.#p!; } }
export default async function* f({ x, ...r }: P = {}, [y] = [1]) { yield* g`t ${x}`; for (const k of r) { await k?.(y ?? 1); } }
module.exports = { f, h: function () {} }; K.prototype.w = function () {};
enum E { A = 1, "b" } namespace N.M { export type U = A | B[]; } declare module "q" { }
describe("s", () => { beforeEach(() => {}); it.each`a`("t", () => {}); });
const app = require("express")(); app.get("/", (q, s) => <K a={b} {...c}>{d}</K>);
type C<X> = X extends infer Y ? { [P in keyof X]: Y } : (a: X) => asserts a is T;
"#;

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn broken_text_never_panics(
        cuts in proptest::collection::vec((0..1400usize, 0..60usize, "[\\PC]{0,3}|[(){}<>\\[\\];,=.'`\"@#?:]{0,4}"), 1..6)
    ) {
        let mut text: Vec<char> = EVERYTHING.chars().collect();
        for (at, length, insertion) in cuts {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, insertion.chars());
        }
        let text: String = text.into_iter().collect();
        for language in ["js", "ts", "tsx"] {
            let facts = facts(language, &text);
            let semantics = &facts.semantics;
            assert_eq!(semantics.definitions.len(), facts.places.definitions.len());
            assert_eq!(semantics.references.len(), facts.places.references.len());
            assert_eq!(semantics.imports.len(), facts.places.imports.len());
        }
    }
}
