//! What extraction says of each construct of the language, text in and text out.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::Python;
use crate::render::{render, render_only};
use crate::{FileFacts, LanguageRef, extract, parse};

fn facts_at(path: &str, source: &str) -> FileFacts {
    extract(&parse(LanguageRef(&Python), &path.into(), source.as_bytes()).expect("parses"))
}

fn facts(source: &str) -> FileFacts {
    facts_at("test_sample.py", source)
}

/// Compares the lines of the facts that start with one of `starts`, all if that is empty.
fn check(source: &str, starts: &[&str], expected: &Expect) {
    let facts = facts(source);
    expected.assert_eq(&match starts {
        [] => render(&facts),
        _ => render_only(&facts, starts),
    });
}

#[test]
fn modules_functions_and_nested_scopes() {
    check(
        r##"
import os
LIMIT = 10

def outer(a, b=LIMIT, *rest, key: int = 1, **others):
    c = a
    def inner():
        nonlocal c
        c = os.getcwd()
        return c
    return inner

async def later():
    global LIMIT, made
    LIMIT = await outer(1)
    made = 2
"##,
        &[],
        &expect![[r#"
            Variable LIMIT = _
            Function outer(a, b = LIMIT, *rest, key: int = _, *others) returns [inner@1]
            Function outer.inner returns [c@2]
            Function later async
            scope 0 Module
              LIMIT -> definition LIMIT
              LIMIT -> value outer@3(_)
              later -> definition later
              made -> value _
              os -> import os
              outer -> definition outer
            scope 1 Function of outer in 0
              a -> parameter 0 of outer
              b -> parameter 1 of outer
              c -> value a@1
              c -> value os@2.getcwd()
              inner -> definition outer.inner
              key -> parameter 3 of outer
              others -> parameter 4 of outer
              rest -> parameter 2 of outer
            scope 2 Function of outer.inner in 1
              c -> outer
            scope 3 Function of later in 0
              LIMIT -> outer
              made -> outer
            import os
            Read LIMIT in outer
            Write c@2 in outer.inner
            Read os@2 in outer.inner
            Call os@2.getcwd/0 in outer.inner
            Read c@2 in outer.inner
            Read inner@1 in outer
            Write LIMIT@3 in later
            Call outer@3/1 in later
            Write made@3 in later
        "#]],
    );
}

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
fn imports_of_every_form() {
    check(
        r##"
from __future__ import annotations
import os, a.b.c
import a.b as ab
from . import sibling
from ..pkg.mod import (one, two as deux)
from star import *
try:
    import fast
except ImportError:
    fast = None

def lazy():
    from late import thing
    import importlib
    m = importlib.import_module("plugins.x")
    return thing, m
"##,
        &["import", "scope", "export", "star"],
        &expect![[r#"
            scope 0 Module
              a -> import a
              ab -> import a.b
              deux -> import ..pkg.mod:two
              fast -> import fast
              fast -> value _
              lazy -> definition lazy
              one -> import ..pkg.mod:one
              os -> import os
              sibling -> import .:sibling
            scope 1 Function of lazy in 0
              importlib -> import importlib
              m -> value <import plugins.x>
              thing -> import late:thing
            import os
            import a
            import a.b.c for its effect
            import a.b
            import .:sibling
            import ..pkg.mod:one
            import ..pkg.mod:two
            import star:*
            import fast
            import late:thing in lazy
            import importlib in lazy
            import plugins.x in lazy
            export star star:*
        "#]],
    );
}

#[test]
fn all_is_read_where_it_is_written_out() {
    check(
        r##"
from .a import x
__all__ = ["x"]
__all__ += ("y", "z")
__all__.extend(["w"])
def y(): pass
"##,
        &["star", "not", "Function", "import"],
        &expect![[r#"
            Function y
            import .a:x
            star names x, y, z, w
            not modelled: operator 1
        "#]],
    );
}

#[test]
fn computed_all_is_counted() {
    check(
        r##"
from . import a
__all__ = ["x"] + a.__all__
"##,
        &["star", "not"],
        &expect![[r#"
            not modelled: computed `__all__` 1
            not modelled: operator 1
        "#]],
    );
}

#[test]
fn classes_fields_and_members() {
    check(
        r##"
from base import Base, Meta

class Shop(Base["T"], metaclass=Meta, flag=True):
    """Sells."""
    kind: str = "shop"
    limit = compute()
    owner: "Owner | None"

    def __init__(self, db, name):
        super().__init__(name)
        self.db = db
        self.name, self.other = name, make()
        self.db = wrap(db)
        self.db.pool.size = 3

    @property
    def total(self):
        return self.db.total(Shop.kind)

    @total.setter
    def total(self, value):
        self._total = value

    @classmethod
    def open(cls, path):
        cls.count = 0
        return cls(path)

    @staticmethod
    def helper(x):
        return type(x)

    class Inner(Base):
        def run(self):
            def nested():
                return self.find()
            return super(Shop.Inner, self).run(), self.__class__.kind, nested

Shop.extra = helper_function
"##,
        &[],
        &expect![[r#"
            Class Shop bases [Base]
            Field Shop.kind : str@1 = "shop"
            Field Shop.limit = compute@1()
            Field Shop.owner : Owner@1
            Method Shop.__init__(self!, db, name)
            Field Shop.db = db@2
            Field Shop.name = name@2
            Field Shop.other = make@2()
            Method Shop.total(self!) decorators [property@1] returns [self@3.db.total(Shop@3.kind)] property
            Method Shop.total#1(self!, value) decorators [total@1.setter] property companion
            Field Shop._total = value@4 private
            Method Shop.open(cls!, path) decorators [classmethod@1] returns [cls@5(path@5)] classmethod
            Field Shop.count = _
            Method Shop.helper(x) decorators [staticmethod@1] returns [type@6(x@6)] static
            Class Shop.Inner bases [Base@1]
            Method Shop.Inner.run(self!) returns [[0: <super Shop.Inner>.run(), 1: <Shop.Inner>.kind, 2: nested@8]]
            Function Shop.Inner.run.nested returns [self@9.find()]
            scope 0 Module
              Base -> import base:Base
              Meta -> import base:Meta
              Shop -> definition Shop
            scope 1 Class of Shop in 0
              Inner -> definition Shop.Inner
              __init__ -> definition Shop.__init__
              helper -> definition Shop.helper
              kind -> definition Shop.kind
              limit -> definition Shop.limit
              open -> definition Shop.open
              owner -> definition Shop.owner
              total -> definition Shop.total
              total -> definition Shop.total#1
            scope 2 Function of Shop.__init__ in 1
              db -> parameter 1 of Shop.__init__
              name -> parameter 2 of Shop.__init__
              self -> parameter 0 of Shop.__init__
            scope 3 Function of Shop.total in 1
              self -> parameter 0 of Shop.total
            scope 4 Function of Shop.total#1 in 1
              self -> parameter 0 of Shop.total#1
              value -> parameter 1 of Shop.total#1
            scope 5 Function of Shop.open in 1
              cls -> parameter 0 of Shop.open
              path -> parameter 1 of Shop.open
            scope 6 Function of Shop.helper in 1
              x -> parameter 0 of Shop.helper
            scope 7 Class of Shop.Inner in 1
              run -> definition Shop.Inner.run
            scope 8 Function of Shop.Inner.run in 7
              nested -> definition Shop.Inner.run.nested
              self -> parameter 0 of Shop.Inner.run
            import base:Base
            import base:Meta
            member Shop.db = db@2 defines Shop.db
            member Shop.name = name@2 defines Shop.name
            member Shop.other = make@2() defines Shop.other
            member Shop.db = wrap@2(db@2)
            member Shop._total = value@4 defines Shop._total
            member Shop.count = _ defines Shop.count
            member Shop.extra = helper_function
            Inherit Base in Shop
            Type T in Shop
            Inherit Meta in Shop
            Call compute@1/0 in Shop initialises Shop.limit
            Type Owner@1 in Shop initialises Shop.owner
            Call <super Shop>.__init__/1 in Shop.__init__
            Call make@2/0 in Shop.__init__ initialises Shop.name
            Call make@2/0 in Shop.__init__ initialises Shop.other
            Write self@2.db in Shop.__init__
            Call wrap@2/1 in Shop.__init__
            Read self@2.db in Shop.__init__
            Read self@2.db.pool in Shop.__init__
            Write self@2.db.pool.size in Shop.__init__
            Read self@3.db in Shop.total
            Call self@3.db.total/1 in Shop.total
            Read Shop@3 in Shop.total
            Read Shop@3.kind in Shop.total
            Read total@1 in Shop.total#1
            Decorate total@1.setter in Shop.total#1
            Call cls@5/1 in Shop.open
            Inherit Base@1 in Shop.Inner
            Call self@9.find/0 in Shop.Inner.run.nested
            Read Shop@8 in Shop.Inner.run
            Read Shop@8.Inner in Shop.Inner.run
            Call <super Shop.Inner>.run/0 in Shop.Inner.run
            Read <Shop.Inner> in Shop.Inner.run
            Read <Shop.Inner>.kind in Shop.Inner.run
            Read nested@8 in Shop.Inner.run
            Read Shop
            Write Shop.extra
            Read helper_function
        "#]],
    );
}

#[test]
fn annotations_name_what_values_are() {
    check(
        r##"
import typing as t
from typing import Optional, List, Annotated

X: "t.Optional[Model]" = None

def f(a: Optional[User], b: list[User] | None, c: "dict[str, models.Item]", d: t.Union[A, "B"],
      e: type[User], g: Annotated[User, Depends(get_user)], h: "not a (type"=1) -> List["User"]:
    y: User
    z: User = load()
    w = t.cast("User", z)
    if isinstance(a, (A, B)):
        pass
"##,
        &["Function", "Variable", "Type", "scope", "not"],
        &expect![[r#"
            Variable X : Model = _
            Function f(a: User, b: [~User], c: {~models.Item}, d: (A | B), e: ?, g: User, h: ? = _) : [~User]
            scope 0 Module
              Annotated -> import typing:Annotated
              List -> import typing:List
              Optional -> import typing:Optional
              X -> definition X
              f -> definition f
              t -> import typing
            scope 1 Function of f in 0
              a -> parameter 0 of f
              a -> typed (A@1 | B@1)
              b -> parameter 1 of f
              c -> parameter 2 of f
              d -> parameter 3 of f
              e -> parameter 4 of f
              g -> parameter 5 of f
              h -> parameter 6 of f
              w -> value (~User@1 | z@1)
              y -> typed User@1
              z -> typed User@1
              z -> value load@1()
            Type t.Optional initialises X
            Type Model initialises X
            Type Optional in f
            Type User in f
            Type User in f
            Type models.Item in f
            Type t.Union in f
            Type A in f
            Type B in f
            Type User in f
            Type Annotated in f
            Type User in f
            Type List in f
            Type User in f
            Type User@1 in f
            Type User@1 in f
            Type User@1 in f
            not modelled: annotation in a string 1
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
            Variable a = first()
            Variable b = first()
            Variable c = pair()[0]
            Variable f = one
            Variable g = two
            Variable h : int
            Variable handlers = {}
            Variable callbacks = []
            scope 0 Module
              a -> definition a
              a -> value again()
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
              handlers -> value {x: on_x}
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
            Read on_x
            Read callbacks
            Call callbacks.append/1
            Read on_y
            Call obj@1.pair/0 in use
            Write obj@1.attr in use
            Read handlers@1 in use
            Read obj@1.gone in use
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
            Function g returns [[one@2], others@2()]
            Function h decorators [contextmanager] returns [Thing@3()]
            Function i returns [[0: f@4, 1: {k: f@4, g@4[?]}, 2: [h@4[?]], 3: _, 4: _]]
        "#]],
    );
}

#[test]
fn decorators_belong_to_what_they_decorate() {
    check(
        r##"
@plain
@mod.with_args(option, 1)
@registry["x"].add
def f(): pass

@dataclass(frozen=True)
class C:
    x: int = field(default_factory=list)
"##,
        &["Function", "Class", "Decorate", "Call", "Read"],
        &expect![[r#"
            Function f decorators [plain, mod.with_args(option, _), registry[x].add]
            Class C decorators [dataclass(frozen=_)]
            Decorate plain in f
            Read mod in f
            Decorate mod.with_args/2 in f
            Read option in f
            Read registry in f
            Decorate registry[x].add in f
            Decorate dataclass/1 in C
            Call field@2/1 in C initialises C.x
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
fn flask_routes() {
    check(
        r##"
from flask import Flask, Blueprint
from flask.views import MethodView
app = Flask(__name__)
bp = Blueprint("b", __name__)

@app.route("/users/<int:id>", methods=["GET", "post"])
@login_required
def users(id): ...

@bp.get("/x")
def x(): ...

@app.before_request
def check(): ...

class Items(MethodView):
    def get(self): ...
    def post(self): ...

app.add_url_rule("/items", view_func=Items.as_view("items"))
app.add_url_rule("/only", view_func=Items.as_view("only"), methods=["POST"])
bp.add_url_rule("/plain", "plain", x)

@unknown.get("/not-bound-here")
def n(): ...

@app.cli.command("/x")
def c(): ...
"##,
        &["route", "hook"],
        &expect![[r#"
            route GET /users/<int:id> (flask) handler <users> router app
            route POST /users/<int:id> (flask) handler <users> router app
            route GET /x (flask) handler <x> router bp
            route GET /items (flask) handler <Items.get> router app
            route POST /items (flask) handler <Items.post> router app
            route POST /only (flask) handler <Items.post> router app
            route GET /plain (flask) handler x router bp
            hook <check> on app
        "#]],
    );
}

#[test]
fn fastapi_routes() {
    check(
        r##"
from typing import Annotated
from fastapi import APIRouter, Depends, FastAPI, Security
from .auth import current_user, admin, audit, Service
app = FastAPI()
router = APIRouter(prefix="/v1", dependencies=[Depends(audit)])

@router.get("/me", dependencies=[Depends(admin)])
async def me(user=Depends(current_user), s: Service = Depends()): ...

@router.post("/x")
def x(user: Annotated[str, Security(current_user)]): ...

@app.api_route("/any", methods=["PUT"])
def any_(): ...

@app.middleware("http")
async def log(request, call_next): ...

app.add_middleware(Cors)
app.include_router(router, dependencies=[Depends(admin)])
"##,
        &["route", "hook"],
        &expect![[r#"
            route GET /me (fastapi) handler <me> router router middleware [admin, current_user, Service]
            route POST /x (fastapi) handler <x> router router middleware [current_user]
            route PUT /any (fastapi) handler <any_> router app
            hook audit on router
            hook <log> on app
            hook Cors on app
            hook admin on router
        "#]],
    );
}

#[test]
fn django_routes() {
    check(
        r##"
from django.urls import path, include, re_path
from . import views
urlpatterns = [
    path("users/", views.users),
    path("items/", views.Items.as_view(), name="items"),
    path("api/", include("api.urls")),
    re_path(r"^x$", views.x),
]
"##,
        &["route"],
        &expect![[r#"
            route * users/ (django) handler views.users
            route * items/ (django) handler views.Items
            route * ^x$ (django) handler views.x
        "#]],
    );
}

#[test]
fn pytest_tests_and_fixtures() {
    check(
        r##"
import pytest
from .more import imported

@pytest.fixture
def client(app, tmp_path):
    yield Client(app)

@pytest.fixture(name="named", autouse=True)
def _named(): ...

@pytest.mark.parametrize("a, b", [(1, 2)])
def test_it(client, a, b, imported, other=1):
    client.get()

@pytest.mark.usefixtures("client")
class TestShop:
    def setup_method(self): ...
    def test_one(self, named): ...
    def helper(self): ...

class TestWithInit:
    def __init__(self): ...
    def test_no(self): ...

def setup_module(): ...
"##,
        &["test", "Function", "Method", "Call", "import"],
        &expect![[r#"
            Function client(app = <import conftest:app>(), tmp_path) decorators [pytest.fixture] returns [Client@1(app@1)]
            Function _named decorators [pytest.fixture(name="named", autouse=_)] private
            Function test_it(client = <client>(), a, b, imported = imported(), other = _) decorators [pytest.mark.parametrize("a, b", [[0: _, 1: _]])]
            Method TestShop.setup_method(self!)
            Method TestShop.test_one(self!, named = <_named>())
            Method TestShop.helper(self!)
            Method TestWithInit.__init__(self!)
            Method TestWithInit.test_no(self!)
            Function setup_module
            import pytest
            import .more:imported
            import conftest:app in client
            Call <import conftest:app> in client
            Call Client@1/1 in client
            Call <client> in test_it
            Call imported in test_it
            Call <setup_module> in test_it
            Call <_named> in test_it
            Call client@3.get/0 in test_it
            Call <_named> in TestShop.test_one
            Call <client> in TestShop.test_one
            Call <TestShop.setup_method> in TestShop.test_one
            Call <setup_module> in TestShop.test_one
            Call <_named> in TestShop.test_one
            test test_it (pytest) test_it
            test TestShop::test_one (pytest) TestShop.test_one
        "#]],
    );
}

#[test]
fn unittest_tests() {
    check(
        r##"
import unittest
class Base(unittest.TestCase):
    def setUp(self): ...
class LoginTests(Base):
    def test_login(self): ...
    def setUp(self): ...
class Plain:
    def test_not_collected(self): ...
"##,
        &["test", "Call"],
        &expect![[r#"
            Call <LoginTests.setUp> in LoginTests.test_login
            test LoginTests::test_login (unittest) LoginTests.test_login
        "#]],
    );
}

#[test]
fn tests_are_collected_from_test_files_alone() {
    let tests = |path| facts_at(path, "def test_a(): pass\n").semantics.tests.len();
    let counts = ["test_a.py", "x/a_test.py", "app/tests.py", "app/check.py"].map(tests);
    assert_eq!(counts, [1, 1, 1, 0]);
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
            Read helper@2 in A.m
            not modelled: attribute named at run time 1
            not modelled: code run from a string 1
        "#]],
    );
}

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

#[test]
fn type_parameters_and_aliases() {
    check(
        r##"
type Pair[T] = tuple[T, Item]
def first[T: Base](x: T) -> T: ...
class Box[T]:
    def get(self) -> T: ...
"##,
        &["TypeAlias", "Function", "Class", "Type", "scope"],
        &expect![[r#"
            TypeAlias Pair = [0: ~T, 1: ~Item]
            Function first(x: T) : T
            Class Box
            scope 0 Module
              Box -> definition Box
              Pair -> definition Pair
              first -> definition first
            scope 1 Function of first in 0
              T -> unknown
              x -> parameter 0 of first
            scope 2 Class of Box in 0
              T -> unknown
              get -> definition Box.get
            scope 3 Function of Box.get in 2
              self -> parameter 0 of Box.get
            Type T initialises Pair
            Type Item initialises Pair
            Type Base in first
            Type T in first
            Type T in first
            Type T@2 in Box.get
        "#]],
    );
}

/// Shape, decorators and body of a definition, and the hash of the top level.
fn hashes(source: &str, name: &str) -> [u64; 4] {
    let facts = facts(source);
    let at = facts.semantics.definitions.iter().position(|it| it.qualified_name == name);
    let place = facts.places.definitions[at.expect("the definition is there")];
    let module = facts.places.module_hash.expect("always set");
    [place.shape.0, place.decorators.0, place.body.0, module.0]
}

#[track_caller]
fn check_hashes(name: &str, before: &str, after: &str, same: [bool; 4]) {
    let (before, after) = (hashes(before, name), hashes(after, name));
    let equal = std::array::from_fn(|at| before[at] == after[at]);
    assert_eq!(equal, same, "shape, decorators, body, module");
}

#[test]
fn layout_comments_and_docstrings_change_no_hash() {
    check_hashes(
        "f",
        "import os\n\ndef f(a, b):\n    \"\"\"Old.\"\"\"\n    if a:\n        return b\n",
        "# new\nimport os\ndef f(a,\n      b):  # why\n  \"\"\"New.\"\"\"\n\n  if a :\n     return b\n",
        [true; 4],
    );
    check_hashes("f", "def f(): pass\n", "\"\"\"About.\"\"\"\ndef f(): pass\n", [true; 4]);
}

#[test]
fn indentation_is_structure() {
    check_hashes(
        "f",
        "def f(a):\n    if a:\n        x()\n        y()\n",
        "def f(a):\n    if a:\n        x()\n    y()\n",
        [true, true, false, true],
    );
    check_hashes(
        "f",
        "def f():\n    a\n    (b)\n",
        "def f():\n    a(b)\n",
        [true, true, false, true],
    );
}

#[test]
fn each_part_has_its_own_hash() {
    let before = "@a\ndef f(x):\n    return 1\n";
    check_hashes("f", before, "@b\ndef f(x):\n    return 1\n", [true, false, true, true]);
    check_hashes("f", before, "@a\ndef f(x, y):\n    return 1\n", [false, true, true, true]);
    check_hashes("f", before, "@a\ndef f(x):\n    return 2\n", [true, true, false, true]);
    check_hashes("f", before, "import b\n@a\ndef f(x):\n    return 1\n", [true, true, true, false]);
}

#[test]
fn nested_definitions_count_by_their_name_alone() {
    let before = "class C:\n    x = 1\n    def m(self):\n        self.y = 1\n";
    let value = "class C:\n    x = 2\n    def m(self):\n        self.y = 1\n";
    let body = "class C:\n    x = 1\n    def m(self):\n        self.y = 2\n";
    let name = "class C:\n    x = 1\n    def n(self):\n        self.y = 1\n";
    check_hashes("C", before, value, [true; 4]);
    check_hashes("C.x", before, value, [true, true, false, true]);
    check_hashes("C", before, body, [true; 4]);
    check_hashes("C.m", before, body, [true, true, false, true]);
    check_hashes("C.y", before, body, [true, true, false, true]);
    check_hashes("C", before, name, [true, true, false, true]);
}

#[test]
fn variables_are_no_part_of_the_top_level() {
    check_hashes("A", "A = 1\nrun()\n", "A = 2\nrun()\n", [true, true, false, true]);
    check_hashes("A", "A = 1\nA += 1\n", "A = 1\nA += 2\n", [true, true, false, true]);
    check_hashes("A", "A = 1\nrun()\n", "A = 1\nstop()\n", [true, true, true, false]);
}

#[test]
fn a_renamed_function_keeps_shape_and_body() {
    let old = hashes("def f(n):\n    return f(n - 1)\n", "f");
    let new = hashes("def g(n):\n    return g(n - 1)\n", "g");
    assert_eq!(old, new);
}

#[test]
fn a_docstring_documents() {
    let facts = facts("def f():\n    'Says.'\ndef g(): pass\nclass C:\n    \"\"\"Is.\"\"\"\n");
    let documented: Vec<bool> =
        facts.places.definitions.iter().map(|place| place.is_documented).collect();
    assert_eq!(documented, [true, false, true]);
}

#[test]
fn spans_cover_decorators_and_names() {
    let source = "@a\nclass C:\n    def m(self): pass\n";
    let facts = facts(source);
    let place = facts.places.definitions[0];
    assert_eq!(place.span.of(source.as_bytes()), source.trim_end().as_bytes());
    assert_eq!(place.name.of(source.as_bytes()), b"C");
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

#[test]
fn overloads_and_setters_are_companions() {
    check(
        r##"
import typing as t
@t.overload
def open(path: str) -> str: ...
@t.overload
def open(path: bytes) -> bytes: ...
def open(path):
    return path
class Page:
    @property
    def folder(self): return 1
    @folder.setter
    def folder(self, value): pass
"##,
        &["Function", "Method"],
        &expect![[r#"
            Function open(path: str) decorators [t.overload] : str abstract companion
            Function open#1(path: bytes) decorators [t.overload] : bytes abstract companion
            Function open#2(path) returns [path@3]
            Method Page.folder(self!) decorators [property@4] property
            Method Page.folder#1(self!, value) decorators [folder@4.setter] property companion
        "#]],
    );
}
