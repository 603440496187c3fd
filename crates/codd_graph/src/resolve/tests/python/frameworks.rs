//! Routes, tests, fixtures and hooks.

use expect_test::expect;

use super::check;

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
            app.py:App.debug -writtenby probable- app.py:enable
            app.py:App.run -reads exact- app.py:App.debug
            app.py:enable -mentions exact- app.py:App
            other.py:switch -mentions exact- app.py:App
            app.py:App.debug -writtenby probable- other.py:switch
            test_app.py:test_debug -calls exact- app.py:App
            test_app.py:test_debug -calls exact- app.py:App.__init__
            app.py:App.debug -writtenby possible- test_app.py:test_debug
            test_app.py:test_debug -tests exact- test_app.py:test_debug
        "#]],
    );
}

#[test]
fn fixtures_that_nobody_asks_for_run_for_the_tests_of_their_folder() {
    check(
        r#"
//- /conftest.py
import pytest
@pytest.fixture(autouse=True)
def outer(): pass
//- /a/conftest.py
import pytest
@pytest.fixture(autouse=True)
def inner(): pass
@pytest.fixture
def asked(): pass
//- /a/test_a.py
def test_it(): pass
//- /b/test_b.py
def test_it(): pass
"#,
        &expect![[r#"
            a/test_a.py:test_it -calls probable- a/conftest.py:inner
            a/test_a.py:test_it -calls probable- conftest.py:outer
            a/test_a.py:test_it -tests exact- a/test_a.py:test_it
            b/test_b.py:test_it -calls probable- conftest.py:outer
            b/test_b.py:test_it -tests exact- b/test_b.py:test_it
        "#]],
    );
}
