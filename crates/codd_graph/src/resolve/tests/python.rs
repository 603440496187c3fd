//! What Python code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn imports_of_names_modules_and_submodules() {
    check(
        r#"
//- /shop/__init__.py
//- /shop/db.py
def find(): pass
LIMIT = 10
//- /app.py
import shop.db
from shop import db
from shop.db import find as f, LIMIT
from . import nothing
def run():
    shop.db.find()
    db.find()
    f()
    return LIMIT
"#,
        &expect![[r#"
            app.py:run -calls exact- shop/db.py:find
            app.py:run -reads exact- shop/db.py:LIMIT
            app.py: MissingName nothing
        "#]],
    );
}

#[test]
fn a_package_that_imports_its_own_submodules_offers_them() {
    check(
        r#"
//- /shop/__init__.py
from . import db
def start(): db.find()
//- /shop/db.py
def find(): pass
//- /shop/api.py
from . import db
def run(): db.find()
"#,
        &expect![[r#"
            shop/__init__.py:start -calls exact- shop/db.py:find
            shop/api.py:run -calls exact- shop/db.py:find
        "#]],
    );
}

#[test]
fn reexports_and_star_imports() {
    check(
        r#"
//- /pkg/__init__.py
from .a import *
from .b import shown as renamed
//- /pkg/a.py
__all__ = ["public", "_listed"]
def public(): pass
def _listed(): pass
def unlisted(): pass
//- /pkg/b.py
def shown(): pass
//- /use.py
from pkg import public, renamed, _listed, unlisted
from pkg.b import *
def run():
    public(); renamed(); _listed(); unlisted(); shown()
"#,
        &expect![[r#"
            use.py:run -calls exact- pkg/a.py:public
            use.py:run -calls exact- pkg/a.py:_listed
            use.py:run -calls exact- pkg/b.py:shown
            use.py: MissingName unlisted
        "#]],
    );
}

#[test]
fn names_of_a_class_are_not_seen_from_its_methods() {
    check(
        r#"
//- /a.py
def size(): pass
class Box:
    def size(self): pass
    def run(self):
        size()
        self.size()
    alias = size
"#,
        &expect![[r#"
            a.py:Box -reads exact- a.py:Box.size
            a.py:Box.run -calls exact- a.py:size
            a.py:Box.run -calls exact- a.py:Box.size
            a.py:Box.alias -reads exact- a.py:Box.size
        "#]],
    );
}

#[test]
fn members_by_resolution_order() {
    check(
        r#"
//- /a.py
class Root:
    def run(self): pass
    def only_root(self): pass
class Left(Root):
    pass
class Right(Root):
    def run(self): pass
class Both(Left, Right):
    def go(self):
        self.run()
        self.only_root()
        super().run()
    @classmethod
    def make(cls):
        return cls()
    @property
    def size(self):
        return self.only_root()
def use():
    it = Both.make()
    it.go()
    return it.size
"#,
        &expect![[r#"
            a.py:Left -inherits exact- a.py:Root
            a.py:Right -inherits exact- a.py:Root
            a.py:Both -inherits exact- a.py:Left
            a.py:Both -inherits exact- a.py:Right
            a.py:Both.go -calls exact- a.py:Root.only_root
            a.py:Both.go -calls exact- a.py:Right.run
            a.py:Both.make -calls exact- a.py:Both
            a.py:Both.size -calls exact- a.py:Root.only_root
            a.py:use -reads exact- a.py:Both
            a.py:use -calls probable- a.py:Both.go
            a.py:use -calls exact- a.py:Both.make
            a.py:use -calls probable- a.py:Both.size
        "#]],
    );
}

#[test]
fn attributes_assigned_elsewhere_and_the_fields_they_make() {
    check(
        r#"
//- /db.py
class Db:
    def find(self): pass
//- /app.py
from db import Db
class Service:
    def __init__(self):
        self.db = Db()
    def reset(self):
        self.db = Db()
    def run(self):
        return self.db.find()
"#,
        &expect![[r#"
            app.py:Service.__init__ -calls exact- db.py:Db
            app.py:Service.db -reads exact- app.py:Service.reset
            app.py:Service.db -calls exact- db.py:Db
            app.py:Service.reset -calls exact- db.py:Db
            app.py:Service.run -reads exact- app.py:Service.db
            app.py:Service.run -calls probable- db.py:Db.find
        "#]],
    );
}

#[test]
fn constructors_wherever_they_are_inherited_from() {
    check(
        r#"
//- /a.py
class Base:
    def __init__(self, x): pass
class Child(Base):
    pass
def make():
    return Child(1)
"#,
        &expect![[r#"
            a.py:Child -inherits exact- a.py:Base
            a.py:make -calls exact- a.py:Base.__init__
            a.py:make -calls exact- a.py:Child
        "#]],
    );
}

#[test]
fn closures_and_decorators() {
    check(
        r#"
//- /a.py
def logged(fn):
    def wrapper(*args):
        return fn(*args)
    return wrapper
@logged
def task(): pass
def run():
    task()
    logged(task)()
"#,
        &expect![[r#"
            a.py:logged -reads exact- a.py:logged.wrapper
            a.py:logged.wrapper -calls probable- a.py:task
            a.py:task -decorates exact- a.py:logged
            a.py:run -calls exact- a.py:logged
            a.py:run -calls probable- a.py:logged.wrapper
            a.py:run -calls exact- a.py:task
            a.py:run -reads exact- a.py:task
        "#]],
    );
}

#[test]
fn functions_in_containers_and_partials() {
    check(
        r#"
//- /a.py
from functools import partial
def one(): pass
def two(x): pass
HANDLERS = {"one": one, "two": two}
def run(name):
    HANDLERS["one"]()
    HANDLERS[name]()
    HANDLERS.get("two")(1)
    for handler in HANDLERS.values():
        handler()
    later = partial(two, 1)
    later()
def take(table):
    table["one"]()
take(HANDLERS)
"#,
        &expect![[r#"
            a.py -reads exact- a.py:one
            a.py -reads exact- a.py:two
            a.py -reads exact- a.py:HANDLERS
            a.py -calls exact- a.py:take
            a.py:HANDLERS -reads exact- a.py:one
            a.py:HANDLERS -reads exact- a.py:two
            a.py:run -calls probable- a.py:one
            a.py:run -calls probable- a.py:two
            a.py:run -reads exact- a.py:two
            a.py:run -reads exact- a.py:HANDLERS
            a.py:take -calls probable- a.py:one
        "#]],
    );
}

#[test]
fn functions_returned_from_other_files() {
    check(
        r#"
//- /tools.py
def identity(x):
    return x
def pick(flag, a, b=None):
    if flag:
        return a
    return b
//- /a.py
from tools import identity, pick
def f(): pass
def g(): pass
def run():
    identity(f)()
    pick(True, f, b=g)()
"#,
        &expect![[r#"
            a.py:run -calls probable- a.py:f
            a.py:run -reads exact- a.py:f
            a.py:run -calls probable- a.py:g
            a.py:run -reads exact- a.py:g
            a.py:run -calls exact- tools.py:identity
            a.py:run -calls exact- tools.py:pick
        "#]],
    );
}

#[test]
fn returned_types_and_context_managers() {
    check(
        r#"
//- /a.py
class Session:
    def __enter__(self): return self
    def __exit__(self, *args): pass
    def query(self): pass
def connect(url) -> Session: ...
def run(session: "Session"):
    with connect("x") as it:
        it.query()
    connect("y").query()
    session.query()
"#,
        &expect![[r#"
            a.py:connect -reads exact- a.py:Session
            a.py:run -reads exact- a.py:Session
            a.py:run -calls probable- a.py:Session.__enter__
            a.py:run -calls probable- a.py:Session.__exit__
            a.py:run -calls probable- a.py:Session.query
            a.py:run -calls exact- a.py:connect
        "#]],
    );
}

#[test]
fn unknown_receivers_and_what_they_may_mean() {
    check(
        r#"
//- /a.py
class A:
    def save(self, x): pass
class B:
    def save(self): pass
    def get(self, key): pass
def run(it):
    it.save(1)
    it.missing()
    "text".get("x")
    {}.get("x")
"#,
        &expect![[r#"
            a.py:run -calls possible- a.py:A.save
        "#]],
    );
}

#[test]
fn a_name_too_common_is_counted_and_not_guessed() {
    let classes = ["A", "B", "C", "D", "E", "F", "G", "H", "I"]
        .map(|name| format!("class {name}:\n    def save(self): pass\n"))
        .concat();
    check(
        &format!("//- /a.py\n{classes}def run(it):\n    it.save()\n"),
        &expect![[r#"
            a.py: UnknownReceiver save
        "#]],
    );
}

#[test]
fn writers_are_what_a_variable_depends_on() {
    check(
        r#"
//- /config.py
DEBUG = False
def enable():
    global DEBUG
    DEBUG = True
//- /app.py
import config
def switch():
    config.DEBUG = True
def read():
    return config.DEBUG
"#,
        &expect![[r#"
            app.py:read -reads exact- config.py:DEBUG
            config.py:DEBUG -reads exact- app.py:switch
            config.py:DEBUG -reads exact- config.py:enable
        "#]],
    );
}

#[test]
fn missing_modules_and_names_are_counted() {
    check(
        r#"
//- /pkg/__init__.py
//- /pkg/a.py
from .nothing import x
from . import gone
from pkg.a import absent
import requests
requests.get("x")
"#,
        &expect![[r#"
            pkg/a.py: MissingModule .nothing
            pkg/a.py: MissingName absent
            pkg/a.py: MissingName gone
        "#]],
    );
}

#[test]
fn circles_end() {
    check(
        r#"
//- /a.py
from b import g
x = x
y = z
z = y
def f(n):
    return f(f)(g)
class A(A): pass
class B(C): pass
class C(B):
    def m(self): self.m().m().other
f(f)
//- /b.py
from a import f as g
from a import *
"#,
        &expect![[r#"
            a.py -reads exact- a.py:x
            a.py -reads exact- a.py:y
            a.py -reads exact- a.py:z
            a.py -calls exact- a.py:f
            a.py -reads exact- a.py:f
            a.py:y -reads exact- a.py:z
            a.py:z -reads exact- a.py:y
            a.py:f -calls exact- a.py:f
            a.py:B -inherits exact- a.py:C
            a.py:C -inherits exact- a.py:B
            a.py:C.m -calls exact- a.py:C.m
        "#]],
    );
}

#[test]
fn routes_tests_and_hooks() {
    check(
        r#"
//- /app.py
from flask import Flask
app = Flask(__name__)
@app.route("/users")
def users(): return load()
def load(): pass
//- /test_app.py
from app import users
def test_users():
    users()
"#,
        &expect![[r#"
            app.py:users -reads exact- app.py:app
            app.py:users -calls exact- app.py:load
            app.py:GET /users -calls exact- app.py:users
            test_app.py:test_users -calls exact- app.py:users
            test_app.py:test_users -tests exact- test_app.py:test_users
        "#]],
    );
}

#[test]
fn loops_and_context_managers_run_methods() {
    check(
        r#"
//- /a.py
class Rows:
    def __iter__(self): return Cursor()
class Cursor:
    def __next__(self): return Row()
class Row:
    def show(self): pass
class Lock:
    def __enter__(self): pass
    def __exit__(self, *args): pass
def run():
    with Lock() as lock:
        for row in Rows():
            row.show()
"#,
        &expect![[r#"
            a.py:Rows.__iter__ -calls exact- a.py:Cursor
            a.py:Cursor.__next__ -calls exact- a.py:Row
            a.py:run -calls exact- a.py:Rows
            a.py:run -calls probable- a.py:Rows.__iter__
            a.py:run -calls probable- a.py:Cursor.__next__
            a.py:run -calls probable- a.py:Row.show
            a.py:run -calls exact- a.py:Lock
            a.py:run -calls probable- a.py:Lock.__enter__
            a.py:run -calls probable- a.py:Lock.__exit__
        "#]],
    );
}

#[test]
fn functions_and_other_files_do_not_see_what_was_replaced_for_certain() {
    check(
        r#"
//- /auth.py
def check(): pass
def check_all(): pass
def log(): pass
//- /noop.py
def check(): pass
//- /app.py
from auth import check, check_all, log
from noop import check
check_all = lambda: None
def log(): pass
def run():
    check(); check_all(); log()
//- /other.py
from app import check, log
def run():
    check(); log()
"#,
        &expect![[r#"
            app.py:run -calls exact- app.py:log
            app.py:run -calls probable- auth.py:check
            app.py:run -calls probable- noop.py:check
            app.py: UnknownValue check_all
            other.py:run -calls exact- app.py:log
            other.py:run -calls probable- auth.py:check
            other.py:run -calls probable- noop.py:check
        "#]],
    );
}

#[test]
fn what_may_be_made_of_the_earlier_meaning_or_may_not_run_replaces_nothing() {
    check(
        r#"
//- /auth.py
def check(): pass
def log(): pass
def wait(): pass
//- /app.py
from ext import wrap
from auth import check, log, wait
check = wrap(check)
try:
    from fast import log
except ImportError:
    def log(): pass
if wrap:
    wait = None
def run():
    check(); log(); wait()
"#,
        &expect![[r#"
            app.py -reads probable- auth.py:check
            app.py:run -calls probable- app.py:log
            app.py:run -calls probable- auth.py:check
            app.py:run -calls probable- auth.py:log
            app.py:run -calls probable- auth.py:wait
        "#]],
    );
}

#[test]
fn fixtures_of_base_classes_and_of_every_conftest_above() {
    check(
        r#"
//- /lib.py
class Signer:
    def sign(self): pass
class Timed(Signer):
    def age(self): pass
//- /conftest.py
import pytest
from lib import Signer
@pytest.fixture
def app():
    return Signer()
//- /tests/__init__.py
//- /tests/conftest.py
import pytest
@pytest.fixture
def other(app):
    app.sign()
//- /tests/test_base.py
from functools import partial
import pytest
from lib import Signer
class TestSigner:
    @pytest.fixture()
    def factory(self):
        return partial(Signer, 1)
    @pytest.fixture()
    def signer(self, factory):
        return factory()
    def test_sign(self, signer):
        signer.sign()
//- /tests/test_timed.py
from functools import partial
import pytest
from lib import Timed
from tests.test_base import TestSigner
class TestTimed(TestSigner):
    @pytest.fixture()
    def factory(self):
        return partial(Timed, 1)
    def test_age(self, signer, app):
        signer.age()
        app.sign()
"#,
        &expect![[r#"
            conftest.py:app -calls exact- lib.py:Signer
            lib.py:Timed -inherits exact- lib.py:Signer
            tests/conftest.py:other -calls exact- conftest.py:app
            tests/conftest.py:other -calls probable- lib.py:Signer.sign
            tests/test_base.py:TestSigner.factory -reads exact- lib.py:Signer
            tests/test_base.py:TestSigner.signer -calls probable- lib.py:Signer
            tests/test_base.py:TestSigner.signer -calls exact- tests/test_base.py:TestSigner.factory
            tests/test_base.py:TestSigner.test_sign -calls probable- lib.py:Signer.sign
            tests/test_base.py:TestSigner.test_sign -calls exact- tests/test_base.py:TestSigner.signer
            tests/test_base.py:TestSigner::test_sign -tests exact- tests/test_base.py:TestSigner.test_sign
            tests/test_timed.py:TestTimed -inherits exact- tests/test_base.py:TestSigner
            tests/test_timed.py:TestTimed.factory -reads exact- lib.py:Timed
            tests/test_timed.py:TestTimed.test_age -calls probable- conftest.py:app
            tests/test_timed.py:TestTimed.test_age -calls probable- lib.py:Signer.sign
            tests/test_timed.py:TestTimed.test_age -calls probable- lib.py:Timed.age
            tests/test_timed.py:TestTimed.test_age -calls probable- tests/test_base.py:TestSigner.signer
            tests/test_timed.py:TestTimed::test_age -tests exact- tests/test_timed.py:TestTimed.test_age
        "#]],
    );
}

#[test]
fn decorated_inner_functions_are_handed_on_and_properties_run_when_assigned() {
    check(
        r#"
//- /app.py
from ext import app
class Page:
    @property
    def folder(self): return self._folder
    @folder.setter
    def folder(self, value): self._folder = value
def keep(f): return f
def setup(page: Page):
    page.folder = "static"
    @app.route("/")
    def index(): pass
    @keep
    def later(): pass
    def never(): pass
"#,
        &expect![[r#"
            app.py:Page.folder -reads exact- app.py:Page._folder
            app.py:Page.folder#1 -reads exact- app.py:Page.folder
            app.py:setup -reads exact- app.py:Page
            app.py:setup -calls probable- app.py:Page.folder
            app.py:setup -calls probable- app.py:Page.folder#1
            app.py:setup -reads exact- app.py:setup.index
            app.py:setup -reads exact- app.py:setup.later
            app.py:setup.later -decorates exact- app.py:keep
            app.py:GET / -calls exact- app.py:setup.index
        "#]],
    );
}

#[test]
fn what_tests_set_up_moves_no_code_for_certain() {
    check(
        r#"
//- /app.py
class App:
    def __init__(self): self.debug = False
    def run(self): return self.debug
def enable(app: App): app.debug = True
//- /other.py
from app import App
def switch(app: App): app.debug = True
//- /test_app.py
from app import App
def test_debug():
    app = App()
    app.debug = True
"#,
        &expect![[r#"
            app.py:App.debug -reads probable- app.py:enable
            app.py:App.run -reads exact- app.py:App.debug
            app.py:enable -reads exact- app.py:App
            other.py:switch -reads exact- app.py:App
            app.py:App.debug -reads probable- other.py:switch
            test_app.py:test_debug -calls exact- app.py:App
            test_app.py:test_debug -calls exact- app.py:App.__init__
            app.py:App.debug -reads possible- test_app.py:test_debug
            test_app.py:test_debug -tests exact- test_app.py:test_debug
        "#]],
    );
}
