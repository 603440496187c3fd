use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts_at(path: &str, text: &str) -> FileFacts {
    let path = RepoPath::from(path);
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn facts(extension: &str, text: &str) -> FileFacts {
    facts_at(&format!("src/a.{extension}"), text)
}

fn check(language: &str, text: &str, expected: Expect) {
    expected.assert_eq(&render(&facts(language, text)));
}

/// The lines of the rendering that start with one of the words.
fn check_only(language: &str, starts: &[&str], text: &str, expected: Expect) {
    expected.assert_eq(&render_only(&facts(language, text), starts));
}

const DEFINITIONS: &[&str] = &[
    "Function",
    "Method",
    "Class",
    "Interface",
    "Enum",
    "TypeAlias",
    "Variable",
    "Field",
    "Namespace",
    "Callback",
];
const REFERENCES: &[&str] = &["Call", "Read", "Write", "Inherit", "Decorate", "Type "];

#[test]
fn es_imports_and_exports() {
    check(
        "ts",
        r#"
import def, { a as b, type T } from "./m";
import * as ns from "./n";
import "./setup";
import type { U } from "pkg";
export { x, y as z } from "./other";
export * from "./all";
export * as all from "./all";
export const one = b(), two = 2;
export function f(): T { return def; }
export default class K {}
const late = 1;
export { late as renamed };
const lazy = () => import("./lazy").then(m => m.run());
"#,
        expect![[r#"
            Variable one = b()
            Variable two = _
            Function f : T@1 returns [def@1]
            Class K
            Variable late = _
            Function lazy returns [<import ./lazy>.then(?)] private
            scope 0 Module
              K -> definition K
              T -> import ./m:T
              U -> import pkg:U
              b -> import ./m:a
              def -> import ./m:default
              f -> definition f
              late -> definition late
              lazy -> definition lazy
              ns -> import ./n
              one -> definition one
              two -> definition two
            scope 4 Function of lazy in 3
              m -> value <import ./lazy>
            import ./m:default
            import ./m:a
            import ./m:T
            import ./n
            import ./setup for its effect
            import pkg:U
            import ./other:x
            import ./other:y
            import ./all:*
            import ./all
            import ./lazy in lazy
            export x = <import ./other:x>
            export z = <import ./other:y>
            export all = <import ./all>
            export one = one
            export two = two
            export f = f
            export default = K
            export renamed = late
            export star ./all:*
            Call b/0 initialises one
            Type T@1 in f
            Read def@1 in f
            Read late
            Call <import ./lazy>.then/1 in lazy
            Call m@4.run/0 in lazy
        "#]],
    );
}

#[test]
fn commonjs_modules() {
    check(
        "js",
        r#"
const fs = require("fs");
const { a, b: c } = require("./m");
exports.one = function () { return a(); };
exports.two = 2;
module.exports.three = c;
function helper() {}
module.exports = { helper, other() { return this.helper(); } };
require("./effect");
"#,
        expect![[r#"
            Function one returns [a@2()]
            Variable two = _
            Function helper
            Method other returns [?.helper()]
            scope 0 Module
              a -> import ./m:a
              c -> import ./m:b
              fs -> import fs
              helper -> definition helper
            scope 1 Block in 0
              one -> definition one
            import fs
            import ./m:a
            import ./m:b
            import ./effect
            export one = <one>
            export two = <two>
            export three = c
            export helper = helper
            export other = <other>
            export whole {helper: helper, other: <other>}
            Call a@2/0 in one
            Read c
            Read helper
            Call ?.helper/0 in other
        "#]],
    );
}

#[test]
fn classes_and_their_members() {
    check(
        "ts",
        r#"
abstract class Base<T> {
  abstract run(): void;
}
export class Service extends Base<User> implements Runnable {
  static count = 0;
  #secret = make();
  handler = async (e: Event) => this.run(e);
  constructor(private db: Db, readonly log = console, plain) { super(); this.cache = new Map(); this.db.open(); }
  get size() { return this.cache.size; }
  run(x?: any): void { super.run(); Service.count++; }
  static create() { return new this(); }
  static { Service.count = init(); }
}
"#,
        expect![[r#"
            Class Base abstract private
            Method Base.run : _ abstract
            Class Service bases [Base, Runnable]
            Field Service.count = _ static
            Field Service.#secret = make() private
            Method Service.handler(e: Event@5) returns [<this Service>.run(e@5)] async
            Method Service.constructor(db: Db@6, log = console@6, plain)
            Field Service.cache = Map@6()
            Field Service.db : Db@6 = db@6 private
            Field Service.log = log@6
            Method Service.size returns [<this Service>.cache.size] property
            Method Service.run(x: _) : _
            Method Service.create returns [<Service>()] static
            scope 0 Module
              Base -> definition Base
              Service -> definition Service
            scope 1 Block in 0
              T -> unknown
            scope 2 Class of Base in 1
              run -> definition Base.run
            scope 4 Class of Service in 0
              #secret -> definition Service.#secret
              constructor -> definition Service.constructor
              count -> definition Service.count
              create -> definition Service.create
              db -> definition Service.db
              handler -> definition Service.handler
              log -> definition Service.log
              run -> definition Service.run
              size -> definition Service.size
            scope 5 Function of Service.handler in 0
              e -> parameter 0 of Service.handler
            scope 6 Function of Service.constructor in 0
              db -> parameter 0 of Service.constructor
              log -> parameter 1 of Service.constructor
              plain -> parameter 2 of Service.constructor
            scope 8 Function of Service.run in 0
              x -> parameter 0 of Service.run
            export Service = Service
            member Service.cache = Map@6() defines Service.cache
            member Service.db = db@6 defines Service.db
            member Service.log = log@6 defines Service.log
            member Service.count = init@10()
            Inherit Base in Service
            Type User in Service
            Inherit Runnable in Service
            Call make/0 in Service initialises Service.#secret
            Type Event@5 in Service.handler
            Call <this Service>.run/1 in Service.handler
            Type Db@6 in Service.constructor
            Read console@6 in Service.constructor
            Call <super Service>.constructor/0 in Service.constructor
            Write <this Service>.cache in Service.constructor
            Call Map@6/0 in Service.constructor initialises Service.cache
            Read <this Service>.db in Service.constructor
            Call <this Service>.db.open/0 in Service.constructor
            Read <this Service>.cache in Service.size
            Read <this Service>.cache.size in Service.size
            Call <super Service>.run/0 in Service.run
            Read Service@8 in Service.run
            Write Service@8.count in Service.run
            Read Service@10 in Service
            Write Service@10.count in Service
            Call init@10/0 in Service
        "#]],
    );
}

#[test]
fn prototypes_and_objects() {
    check(
        "js",
        r#"
function Old(name) { this.name = name; }
Old.prototype.hello = function () { return this.name; };
Old.create = () => new Old("x");
const api = { get() { return this.put(); }, put: () => send(), nested: { deep() {} }, plain: 1 };
const app = module.exports = {};
app.init = function init() { this.other(); };
"#,
        expect![[r#"
            Function Old(name) private
            Field Old.name = name@1
            Method Old.hello returns [<this Old>.name]
            Method Old.create returns [Old@3("x")] static
            Variable api = {get: <api.get>, put: <api.put>, nested: {deep: <api.deep>}, plain: _} private
            Method api.get returns [api.put()]
            Method api.put returns [send@5()]
            Method api.deep
            Variable app = {}
            Method app.init static
            scope 0 Module
              Old -> definition Old
              api -> definition api
              app -> definition app
            scope 1 Function of Old in 0
              name -> parameter 0 of Old
            export whole app
            member Old.name = name@1 defines Old.name
            member Old.hello = <Old.hello> defines Old.hello
            member Old.create = <Old.create> defines Old.create
            member app.init = <app.init> defines app.init
            Write <this Old>.name in Old
            Read Old
            Read Old.prototype
            Write Old.prototype.hello
            Read <this Old>.name in Old.hello
            Read Old
            Write Old.create
            Call Old@3/1 in Old.create
            Call api.put/0 in api.get
            Call send@5/0 in api.put
            Read app
            Write app.init
            Call <app>.other/0 in app.init
        "#]],
    );
}

#[test]
fn types_and_declarations() {
    check(
        "ts",
        r#"
interface Shape extends Base<Point> { area(): number; area(scale: Unit): number; name: Name; }
interface Shape { more?: Extra[] }
type Pair<A> = { left: A; right: Other } | null;
enum Color { Red = start(), Green }
namespace Geometry { export const origin: Point = zero(); export function dist(a: Point) {} }
declare module "ext" { export function ext(): Promise<Item>; }
export function over(x: A): B;
export function over(x: C): D;
export function over(x: any) { return x as E; }
"#,
        expect![[r#"
            Interface Shape bases [Base@1] private
            Method Shape.area(scale: Unit@4) : _
            Field Shape.name : Name@1
            Interface Shape#1 private
            Field Shape.more : [~Extra@5]
            TypeAlias Pair = {left: ~A@7, right: ~Other@7} private
            Enum Color private
            Field Color.Red = start() static
            Field Color.Green static
            Namespace Geometry private
            Variable Geometry.origin : Point@9 = zero@9()
            Function Geometry.dist(a: Point@10)
            Namespace ext private
            Function ext.ext : Item@12
            Function over(x: _) returns [(x@15 | ~E@15)]
            scope 0 Module
              Color -> definition Color
              Geometry -> definition Geometry
              Pair -> definition Pair
              Shape -> definition Shape
              Shape -> definition Shape#1
              over -> definition over
            scope 2 Class of Shape in 1
              area -> definition Shape.area
              name -> definition Shape.name
            scope 4 Function of Shape.area in 1
              scale -> parameter 0 of Shape.area
            scope 6 Class of Shape#1 in 5
              more -> definition Shape.more
            scope 7 Block in 0
              A -> unknown
            scope 8 Class of Color in 0
              Green -> definition Color.Green
              Red -> definition Color.Red
            scope 9 Block of Geometry in 0
              dist -> definition Geometry.dist
              origin -> definition Geometry.origin
            scope 10 Function of Geometry.dist in 9
              a -> parameter 0 of Geometry.dist
            scope 11 Block of ext in 0
              ext -> definition ext.ext
            scope 13 Function of over in 0
              x -> parameter 0 of over
            scope 14 Function of over in 0
              x -> parameter 0 of over
            scope 15 Function of over in 0
              x -> parameter 0 of over
            export over = over
            Inherit Base@1 in Shape
            Type Point@1 in Shape
            Type Unit@4 in Shape.area
            Type Name@1 in Shape initialises Shape.name
            Type Extra@5 in Shape#1 initialises Shape.more
            Type Other@7 in Pair
            Call start/0 in Color initialises Color.Red
            Type Point@9 in Geometry initialises Geometry.origin
            Call zero@9/0 in Geometry initialises Geometry.origin
            Type Point@10 in Geometry.dist
            Type Promise@12 in ext.ext
            Type Item@12 in ext.ext
            Type A@13 in over
            Type B@13 in over
            Type C@14 in over
            Type D@14 in over
            Type E@15 in over
        "#]],
    );
}

#[test]
fn references_of_expressions() {
    check_only(
        "tsx",
        REFERENCES,
        r#"
import { a, Comp, tag, conf } from "./m";
function f(p: P, q = conf) {
  a.b.c(p, 1);
  const { x, y: [z] } = a;
  const local = a?.d ?? q;
  local.go();
  tag`text ${a.e}`;
  for (const item of a.items) item.run();
  a.list.forEach((it) => it.visit());
  new a.Klass<G>(...p);
  a.counter += 1;
  if (p instanceof Comp) throw p;
  return <Comp prop={a.f} {...q}><a.Inner>{z(x)}</a.Inner><div /></Comp>;
}
"#,
        expect![[r#"
            Type P@1 in f
            Read conf@1 in f
            Read a@1 in f
            Read a@1.b in f
            Call a@1.b.c/2 in f
            Read a@1.x in f
            Read a@1.y in f
            Read a@1 in f
            Read a@1 in f
            Read a@1.d in f
            Call local@1.go/0 in f
            Call tag@1 in f
            Read a@1 in f
            Read a@1.e in f
            Read a@1 in f
            Read a@1.items in f
            Call item@2.run/0 in f
            Read a@1 in f
            Read a@1.list in f
            Call a@1.list.forEach/1 in f
            Call it@3.visit/0 in f
            Read a@1 in f
            Call a@1.Klass in f
            Type G@1 in f
            Read a@1 in f
            Write a@1.counter in f
            Type Comp@1 in f
            Call Comp@1 in f
            Read a@1 in f
            Read a@1.f in f
            Read a@1 in f
            Call a@1.Inner in f
            Call z@1/1 in f
        "#]],
    );
}

#[test]
fn scopes_hoist_and_shadow() {
    check_only(
        "js",
        &["scope", "Call"],
        r#"
import { f, g } from "./m";
function outer() {
  g();
  { let g = 1; g(); var v = f; }
  v();
  const inner = (f) => f();
  return inner;
}
"#,
        expect![[r#"
            scope 0 Module
              f -> import ./m:f
              g -> import ./m:g
              outer -> definition outer
            scope 1 Function of outer in 0
              inner -> definition outer.inner
              v -> value f@2
            scope 2 Block of outer in 1
              g -> value _
            scope 3 Function of outer.inner in 1
              f -> parameter 0 of outer.inner
            Call g@1/0 in outer
            Call g@2/0 in outer
            Call v@1/0 in outer
            Call f@3/0 in outer.inner
        "#]],
    );
}

#[test]
fn decorators_and_nest_routes() {
    check(
        "ts",
        r#"
import { Controller, Get, UseGuards } from "@nestjs/common";
@Controller("cats")
export class Cats {
  constructor(@Inject(TOKEN) private svc: Service) {}
  @Get(":id") @UseGuards(Auth)
  find(@Param("id") id: string) { return this.svc.find(id); }
}
"#,
        expect![[r#"
            Class Cats decorators [Controller("cats")]
            Method Cats.constructor(svc: Service@2)
            Field Cats.svc : Service@2 = svc@2 private
            Method Cats.find(id: _) decorators [Get(":id"), UseGuards(Auth)] returns [<this Cats>.svc.find(id@3)]
            scope 0 Module
              Cats -> definition Cats
              Controller -> import @nestjs/common:Controller
              Get -> import @nestjs/common:Get
              UseGuards -> import @nestjs/common:UseGuards
            scope 1 Class of Cats in 0
              constructor -> definition Cats.constructor
              find -> definition Cats.find
              svc -> definition Cats.svc
            scope 2 Function of Cats.constructor in 0
              svc -> parameter 0 of Cats.constructor
            scope 3 Function of Cats.find in 0
              id -> parameter 0 of Cats.find
            import @nestjs/common:Controller
            import @nestjs/common:Get
            import @nestjs/common:UseGuards
            export Cats = Cats
            member Cats.svc = svc@2 defines Cats.svc
            Decorate Controller in Cats
            Decorate Inject@2 in Cats.constructor
            Read TOKEN@2 in Cats.constructor
            Type Service@2 in Cats.constructor
            Decorate Get in Cats.find
            Decorate UseGuards in Cats.find
            Read Auth in Cats.find
            Decorate Param@3 in Cats.find
            Read <this Cats>.svc in Cats.find
            Call <this Cats>.svc.find/1 in Cats.find
            route GET /cats/:id (nestjs) handler <Cats.find> router <Cats> middleware [Auth]
        "#]],
    );
}

#[test]
fn express_routes() {
    check_only(
        "js",
        &["route", "hook", "Callback"],
        r#"
const express = require("express");
const auth = require("./auth");
const app = express();
const router = express.Router();
app.use(express.json());
app.use("/api", auth, router);
app.get("/", (req, res) => res.send("hi"));
router.post("/users", auth, [a, b], create);
router.route("/items/:id").get(show).put(auth, update);
app.all("*", notFound);
app.get("setting");
const cache = new Map();
cache.get("/x", fallback);
function mount(router) { router.delete("/y", gone); }
"#,
        expect![[r#"
            Callback GET /(req, res) returns [res@1.send("hi")]
            route GET / (express) handler <GET /> router app
            route POST /users (express) handler create router router middleware [auth, a, b]
            route GET /items/:id (express) handler show router router
            route PUT /items/:id (express) handler update router router middleware [auth]
            route * * (express) handler notFound router app
            route DELETE /y (express) handler gone@2 router router@2
            hook express.json() on app
            hook auth on app below /api
            hook router on app below /api
        "#]],
    );
}

#[test]
fn tests_of_runners() {
    let text = r#"
import { setup } from "./m";
describe("login", () => {
  beforeEach(() => setup());
  function helper() {}
  it("accepts", async () => { helper(); });
  describe.skip("deep", () => { test.each([1])("n %i", (n) => {}); });
  it.todo("later");
  it.skip("not now", () => {});
});
test("alone", function () {});
"#;
    // Whose words these are, the file's name says, or its imports.
    assert_eq!(facts("js", text).semantics.tests.len(), 0);
    let imported = format!("import {{ it, describe, test }} from 'vitest';{text}");
    assert_eq!(facts("ts", &imported).semantics.tests[0].framework, "vitest");
    let facts = facts_at("src/a.test.js", text);
    let starts = &["test", "Callback", "Call <", "Function"];
    expect![[r#"
        Callback login > beforeEach returns [setup@2()]
        Function helper
        Callback login > accepts async
        Callback login > deep > n %i(n)
        Callback login > not now
        Callback alone
        Call <login > beforeEach>/0 in login > accepts
        Call <login > beforeEach>/0 in login > deep > n %i
        Call <login > beforeEach>/0 in login > not now
        test login > accepts (jest) login > accepts
        test alone (jest) alone
    "#]]
    .assert_eq(&render_only(&facts, starts));
}

/// Each definition's name and which hashes differ between two versions of a file.
fn check_hashes(before: &str, after: &str, expected: Expect) {
    let (before, after) = (facts("ts", before), facts("ts", after));
    let mut out = String::new();
    let pairs = before.places.definitions.iter().zip(&after.places.definitions);
    for ((old, new), definition) in pairs.zip(&after.semantics.definitions) {
        let parts = [
            ("shape", old.shape != new.shape),
            ("decorators", old.decorators != new.decorators),
            ("body", old.body != new.body),
        ];
        let changed: Vec<&str> =
            parts.iter().filter(|(_, differs)| *differs).map(|(part, _)| *part).collect();
        if !changed.is_empty() {
            out.push_str(&format!("{}: {}\n", definition.qualified_name, changed.join(" ")));
        }
    }
    if before.places.module_hash != after.places.module_hash {
        out.push_str("module\n");
    }
    expected.assert_eq(&out);
}

#[test]
fn comments_and_layout_change_no_hash() {
    check_hashes(
        "export function f(a, b) { return [a, b]; }\nlet x = 1;\nrun();",
        "// note\nexport function f(a, b,) {\n  return [a, b,] /* why */\n}\nlet x = 1\nrun()",
        expect![""],
    );
}

#[test]
fn edits_change_the_hashes_they_touch() {
    check_hashes(
        "class A { @dec() m(x) { return 1; } n() { for (;a;) {} } }\nfunction f() { return g(); }\ngo();",
        "class A { @dec(1) m(x, y) { return 1; } n() { for (a;;) {} } }\nfunction f() { return h(); }\ngone();",
        expect![[r#"
            A.m: shape decorators
            A.n: body
            f: body
            module
        "#]],
    );
}

#[test]
fn renaming_keeps_body_and_shape() {
    check_hashes(
        "function f(n) { return n ? f(n - 1) : 0; }\nconst k = () => 1;",
        "function g(n) { return n ? g(n - 1) : 0; }\nconst l = () => 1;",
        expect![""],
    );
}

#[test]
fn nested_definitions_count_by_name_alone() {
    check_hashes(
        "function outer() { function inner() { return 1; } return inner; }\nclass C { constructor() { this.x = 1; } m() { return 1; } }",
        "function outer() { function inner() { return 2; } return inner; }\nclass C { constructor() { this.x = 2; } m() { return 2; } }",
        expect![[r#"
            outer.inner: body
            C.constructor: body
            C.x: body
            C.m: body
        "#]],
    );
}

#[test]
fn documentation_is_a_comment_right_before() {
    let facts = facts(
        "ts",
        "/** Says. */\nexport function f() {}\n// no\nfunction g() {}\nclass K {\n  /** Yes. */\n  m() {}\n}",
    );
    let documented: Vec<bool> =
        facts.places.definitions.iter().map(|place| place.is_documented).collect();
    assert_eq!(documented, [true, false, false, true]);
}

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
