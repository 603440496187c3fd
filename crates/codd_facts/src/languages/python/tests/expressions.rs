//! References, bindings and what values are made of.

use expect_test::expect;

use super::check;

#[test]
fn names_in_comprehensions_and_lambdas_belong_to_the_definition_around() {
    check(
        r##"
def f(xs, g):
    ys = [g(x) for x in xs if ok(x)]
    by = {k: helper(v) for k, v in xs.items()}
    h = lambda y, z=default(): g(y, z)
    if (n := size(xs)) > 1:
        return sorted(ys, key=lambda it: it.weight()), n
    return any((m := t) for t in xs)
"##,
        &["Call", "Read", "scope", "Function"],
        &expect![[r#"
            Function f(xs, g) returns [[0: sorted@1(ys@1, key=?), 1: n@1], any@1([t@6])]
            scope 0 Module
              f -> definition f
            scope 1 Function of f in 0
              by -> value {helper@3(v@3)}
              g -> parameter 1 of f
              h -> value ?
              m -> value t@6
              n -> value size@1(xs@1)
              xs -> parameter 0 of f
              ys -> value [g@2(x@2)]
            scope 2 Block of f in 1
              x -> element of xs@1
            scope 3 Block of f in 1
              k -> unknown
              v -> element of xs@1
            scope 4 Block of f in 1
              y -> unknown
              z -> unknown
            scope 5 Block of f in 1
              it -> unknown
            scope 6 Block of f in 1
              t -> element of xs@1
            Call g@2/1 in f
            Call ok@2/1 in f
            Call helper@3/1 in f
            Call xs@1.items/0 in f
            Call default@1/0 in f
            Call g@4/2 in f
            Call size@1/1 in f
            Call it@5.weight/0 in f
        "#]],
    );
}

#[test]
fn assignments_of_every_form() {
    check(
        r##"
a = b = first()
c, (d, *e) = pair()
f, g = one, two
h: int
a = again()
a += more()
handlers = {}
handlers["x"] = on_x
callbacks = []
callbacks.append(on_y)

def use(obj):
    p, q = obj.pair()
    obj.attr = p
    handlers["z"] = q
    del obj.gone
"##,
        &["Variable", "scope", "Write", "Read", "Call"],
        &expect![[r#"
            Variable a = again()
            Variable b = first()
            Variable c = pair()[0]
            Variable f = one
            Variable g = two
            Variable h : int
            Variable handlers = {x: on_x}
            Variable callbacks = []
            scope 0 Module
              a -> definition a
              a -> value first() (replaced)
              a -> value more()
              b -> definition b
              c -> definition c
              callbacks -> definition callbacks
              callbacks -> value [on_y]
              d -> value pair()[1][0]
              e -> value [pair()[1][?]]
              f -> definition f
              g -> definition g
              h -> definition h
              handlers -> definition handlers
              handlers -> value {z: q@1}
              use -> definition use
            scope 1 Function of use in 0
              obj -> parameter 0 of use
              p -> value obj@1.pair()[0]
              q -> value obj@1.pair()[1]
            Call first/0 initialises b
            Call first/0 initialises a
            Call pair/0 initialises c
            Read one initialises f
            Read one initialises g
            Read two initialises f
            Read two initialises g
            Call again/0 initialises a
            Call more/0 initialises a
            Read handlers
            Write handlers[?]
            Read on_x initialises handlers
            Read callbacks initialises callbacks
            Write callbacks[?]
            Call callbacks.append/1 initialises callbacks
            Read on_y initialises callbacks
            Call obj@1.pair/0 in use
            Write obj@1.attr in use
            Read handlers@1 in use
            Write handlers@1[?] in use
            Write obj@1.gone in use
        "#]],
    );
}

#[test]
fn statements_that_bind() {
    check(
        r##"
def f(items, thing):
    with open_it(items) as handle, other():
        pass
    for i, item in enumerate(items):
        item.go()
    for k, (x, y) in items.items():
        pass
    for v in items.values():
        pass
    try:
        pass
    except (ErrorA, mod.ErrorB) as error:
        raise Wrapped(error) from error
    except ErrorC:
        pass
    match thing:
        case Point(x=0, y=yy) as point if check(yy):
            pass
        case Color.RED | "text":
            pass
        case [first, *others]:
            pass
        case {"k": value, **more}:
            pass
        case captured:
            pass
"##,
        &["scope", "Type", "Call", "Read"],
        &expect![[r#"
            scope 0 Module
              f -> definition f
            scope 1 Function of f in 0
              captured -> value thing@1
              error -> typed (ErrorA@1 | mod@1.ErrorB)
              first -> unknown
              handle -> entered open_it@1(items@1)
              i -> unknown
              item -> element of items@1
              items -> parameter 0 of f
              k -> unknown
              more -> unknown
              others -> unknown
              point -> typed Point@1
              thing -> parameter 1 of f
              v -> element of items@1
              value -> unknown
              x -> value items@1[?][0]
              y -> value items@1[?][1]
              yy -> unknown
            Call open_it@1/1 in f
            Call other@1/0 in f
            Call item@1.go/0 in f
            Call items@1.items/0 in f
            Call items@1.values/0 in f
            Read ErrorA@1 in f
            Read mod@1 in f
            Read mod@1.ErrorB in f
            Call Wrapped@1/1 in f
            Read ErrorC@1 in f
            Type Point@1 in f
            Type Point@1 in f
            Call check@1/1 in f
            Read Color@1 in f
            Read Color@1.RED in f
        "#]],
    );
}

#[test]
fn values_returned_yielded_and_chosen() {
    check(
        r##"
from contextlib import contextmanager
from functools import partial

def f(a):
    if a:
        return a.b[0]["key"]
    return A() if a else (B or C)

def g():
    yield one
    yield from others()
    return None

@contextmanager
def h():
    yield Thing()

def i():
    return partial(f, 1), {"k": f, **g}, [*h], f"{f(1)}", "a" + x
"##,
        &["Function"],
        &expect![[r#"
            Function f(a) returns [a@1.b[0][key], (A@1() | (B@1 | C@1))]
            Function g returns [[one@2], others@2()] generator
            Function h decorators [contextmanager] = @contextmanager <h> returns [Thing@3()] generator
            Function i returns [[0: f@4, 1: {k: f@4, g@4[?]}, 2: [h@4[?]], 3: _, 4: "a" + x@4]]
        "#]],
    );
}

#[test]
fn reads_of_locals_and_builtins_are_left_out() {
    check(
        r##"
import json
def local(value, callback):
    total = len(value)
    callback(total)
    take(handler, value, total)
    value.attribute.method()
    return json.dumps(total, default=str)
def handler(): pass
"##,
        &["Read", "Call", "Write"],
        &expect![[r#"
            Call callback@1/1 in local
            Call take@1/3 in local
            Read handler@1 in local
            Read value@1.attribute in local
            Call value@1.attribute.method/0 in local
            Read json@1 in local
            Call json@1.dumps/2 in local
        "#]],
    );
}

#[test]
fn known_calls_give_known_values() {
    check(
        r##"
class A:
    def m(self, name):
        f = getattr(self, "target")
        g = getattr(self, name, None)
        setattr(self, "made", helper)
        return f, g, exec("x")
"##,
        &["Function", "Call", "Read", "Write", "member", "not"],
        &expect![[r#"
            member A.made = helper@2
            Read self@2.target in A.m
            Write self@2.made in A.m
            Read self@2.made in A.m declared
            Read helper@2 in A.m
            not modelled: attribute named at run time 1
            not modelled: code run from a string 1
        "#]],
    );
}

#[test]
fn code_made_of_text_is_counted_under_any_name() {
    check(
        r##"
from builtins import eval as safe
import builtins as b
e = (eval)
print(map(exec, x), b.eval(t), __builtins__.exec(t), getattr(b, "eval")(t))
@eval
def f(eval):
    return eval
model.eval()
b.open(t)
(eval)(t)
__builtins__["eval"](t)
"##,
        &["not"],
        &expect![[r#"
            not modelled: code run from a string 9
        "#]],
    );
}
