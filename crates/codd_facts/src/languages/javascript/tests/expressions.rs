//! References and scopes.

use expect_test::expect;

use super::{REFERENCES, check_only};

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
        &expect![[r#"
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
        &expect![[r#"
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
fn code_made_of_text_is_counted_under_any_name() {
    check_only(
        "ts",
        &["not"],
        r##"
const e = eval;
(0, eval)(t);
window.eval(t);
globalThis["eval"](t);
Function("x")();
new (Function as any)("x");
function f(eval: any) { eval(t); }
model.eval(t);
x instanceof Function;
"##,
        &expect![[r#"
            not modelled: code run from a string 6
        "#]],
    );
}

#[test]
fn what_is_taken_apart_is_part_of_every_name_that_gets_some_of_it() {
    check_only(
        "ts",
        &["Call ", "Read "],
        r##"
export const { inc, dec } = make(red).actions;
const { a = first(), b: { c, d = second() } } = make(() => inner());
const [x, [y]] = list(inc);
"##,
        &expect![[r#"
            Read make(red).actions.inc initialises inc
            Read make(red).actions.dec initialises dec
            Call make/1 initialises inc
            Call make/1 initialises dec
            Read red initialises inc
            Read red initialises dec
            Read make(red).actions initialises inc
            Read make(red).actions initialises dec
            Read make(?).a initialises a
            Call first/0 initialises a
            Read make(?).b initialises c
            Read make(?).b initialises d
            Read make(?).b.c initialises c
            Read make(?).b.d initialises d
            Call second/0 initialises d
            Call make/1 initialises a
            Call make/1 initialises c
            Call make/1 initialises d
            Call inner@1/0 initialises a
            Call inner@1/0 initialises c
            Call inner@1/0 initialises d
            Call list/1 initialises x
            Call list/1 initialises y
            Read inc initialises x
            Read inc initialises y
        "#]],
    );
}
