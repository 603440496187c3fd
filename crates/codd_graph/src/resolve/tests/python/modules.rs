//! Imports, re-exports and names that are bound again.

use expect_test::expect;

use super::check;

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
            app.py:run -calls exact- noop.py:check
            app.py: UnknownValue check_all
            other.py:run -calls exact- app.py:log
            other.py:run -calls exact- noop.py:check
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
fn the_last_import_of_a_name_is_the_one_that_counts() {
    check(
        r#"
//- /real.py
def guard(f): pass
def helper(): pass
//- /noop.py
def guard(f): pass
def helper(): pass
//- /a.py
from real import guard, helper
@guard
def early(): helper()
from noop import guard
@guard
def late(): helper()
try:
    from noop import helper
except ImportError:
    pass
"#,
        &expect![[r#"
            a.py -calls probable- noop.py:guard
            a.py -calls probable- real.py:guard
            a.py:early -decorates probable- noop.py:guard
            a.py:early -calls probable- noop.py:helper
            a.py:early -decorates probable- real.py:guard
            a.py:early -calls probable- real.py:helper
            a.py:late -decorates exact- noop.py:guard
            a.py:late -calls probable- noop.py:helper
            a.py:late -calls probable- real.py:helper
        "#]],
    );
}
