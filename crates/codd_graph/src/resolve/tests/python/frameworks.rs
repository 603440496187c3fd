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

#[test]
fn fixtures_of_other_files_go_by_the_names_they_are_given() {
    check(
        r#"
//- /app.py
class Client:
    def get(self): pass
//- /conftest.py
import pytest
from app import Client
@pytest.fixture(name="client")
def make_client(): return Client()
//- /test_app.py
def test_get(client): client.get()
"#,
        &expect![[r#"
            conftest.py:make_client -calls exact- app.py:Client
            test_app.py:test_get -calls probable- app.py:Client.get
            test_app.py:test_get -calls exact- conftest.py:make_client
            test_app.py:test_get -tests exact- test_app.py:test_get
        "#]],
    );
}

#[test]
fn who_uses_a_model_or_a_signal_runs_what_listens_to_it() {
    check(
        r#"
//- /models.py
from django.db import models
class User(models.Model): pass
//- /signals.py
from django.db.models.signals import post_save
from django.dispatch import Signal, receiver
from models import User
done = Signal()
@receiver(post_save, sender=User)
def saved(sender, **kwargs): pass
@receiver([done, post_save])
def finished(sender, **kwargs): pass
def connected(sender, **kwargs): pass
done.connect(connected)
def finish(): done.send(None)
//- /events.py
from sqlalchemy import event
from models import User
@event.listens_for(User, "before_insert")
def stamp(mapper, connection, target): pass
def check(mapper, connection, target): pass
event.listen(User, "before_update", check)
//- /use.py
import socket
def reach(address): socket.socket().connect(address)
"#,
        &expect![[r#"
            events.py -reads exact- events.py:check
            events.py -reads exact- models.py:User
            events.py:stamp -reads exact- models.py:User
            models.py:User -calls probable- events.py:stamp
            models.py:User -calls probable- events.py:check
            signals.py -reads exact- signals.py:done
            signals.py -reads exact- signals.py:connected
            signals.py:done -calls probable- signals.py:finished
            signals.py:done -calls probable- signals.py:connected
            signals.py:saved -reads exact- models.py:User
            signals.py:finished -reads exact- signals.py:done
            signals.py:finish -reads exact- signals.py:done
            models.py:User -calls probable- signals.py:saved
        "#]],
    );
}

#[test]
fn sets_of_views_are_served_at_the_paths_of_their_router() {
    check(
        r#"
//- /views.py
from rest_framework import viewsets
from forms import UserForm
class Users(viewsets.ModelViewSet):
    serializer_class = UserForm
//- /forms.py
from rest_framework import serializers
class UserForm(serializers.Serializer):
    def validate(self, values): pass
//- /urls.py
from rest_framework.routers import DefaultRouter
from views import Users
router = DefaultRouter()
router.register("users", Users)
registry.register("users", Users)
"#,
        &expect![[r#"
            urls.py -reads exact- urls.py:router
            urls.py -reads exact- views.py:Users
            urls.py:GET users/ -calls exact- views.py:Users
            urls.py:POST users/ -calls exact- views.py:Users
            urls.py:GET users/<pk>/ -calls exact- views.py:Users
            urls.py:PUT users/<pk>/ -calls exact- views.py:Users
            urls.py:PATCH users/<pk>/ -calls exact- views.py:Users
            urls.py:DELETE users/<pk>/ -calls exact- views.py:Users
            views.py:Users -reads exact- forms.py:UserForm
            views.py:Users.serializer_class -reads exact- forms.py:UserForm
        "#]],
    );
}

#[test]
fn plugins_and_hooks_of_a_conftest_and_fixtures_asked_for_by_a_call() {
    check(
        r#"
//- /tests/conftest.py
import pytest
pytest_plugins = ["tests.plug"]
def pytest_configure(config): pass
@pytest.fixture
def own(): pass
//- /tests/plug.py
import pytest
def pytest_runtest_setup(item): pass
@pytest.fixture
def shared(): pass
@pytest.fixture(name="named")
def _named(): pass
//- /tests/test_a.py
def test_parameter(shared, named): pass
def test_call(request):
    request.getfixturevalue("own")
    request.getfixturevalue("shared")
"#,
        &expect![[r#"
            tests/test_a.py:test_parameter -calls probable- tests/conftest.py:pytest_configure
            tests/test_a.py:test_parameter -calls probable- tests/plug.py:pytest_runtest_setup
            tests/test_a.py:test_parameter -calls exact- tests/plug.py:shared
            tests/test_a.py:test_parameter -calls exact- tests/plug.py:_named
            tests/test_a.py:test_call -calls probable- tests/conftest.py:pytest_configure
            tests/test_a.py:test_call -calls exact- tests/conftest.py:own
            tests/test_a.py:test_call -calls probable- tests/plug.py:pytest_runtest_setup
            tests/test_a.py:test_call -calls exact- tests/plug.py:shared
            tests/test_a.py:test_parameter -tests exact- tests/test_a.py:test_parameter
            tests/test_a.py:test_call -tests exact- tests/test_a.py:test_call
        "#]],
    );
}

#[test]
fn names_that_a_module_answers_for() {
    check(
        r#"
//- /pkg/__init__.py
def __getattr__(name): return made(name)
def made(name): pass
def there(): pass
//- /use.py
import pkg
from pkg import late
def by_name(): return pkg.there()
def by_hook(): return pkg.missing
def imported(): return late()
"#,
        &expect![[r#"
            pkg/__init__.py:__getattr__ -calls exact- pkg/__init__.py:made
            use.py:by_name -calls exact- pkg/__init__.py:there
            use.py:by_hook -reads probable- pkg/__init__.py:__getattr__
            use.py:imported -calls probable- pkg/__init__.py:__getattr__
        "#]],
    );
}

#[test]
fn who_has_a_group_may_run_its_commands() {
    check(
        r#"
//- /cli.py
import click, typer
@click.group()
def main(): pass
@main.command("run")
def run(): pass
@main.group()
def sub(): pass
@sub.command()
def deep(): pass
@click.command()
def added(): pass
main.add_command(added)
t = typer.Typer()
@t.command()
def hello(): pass
other = typer.Typer()
t.add_typer(other)
@other.command()
def far(): pass
"#,
        &expect![[r#"
            cli.py -reads exact- cli.py:main
            cli.py -reads exact- cli.py:added
            cli.py -reads exact- cli.py:t
            cli.py -reads exact- cli.py:other
            cli.py:main -calls probable- cli.py:run
            cli.py:main -calls probable- cli.py:sub
            cli.py:main -calls probable- cli.py:added
            cli.py:run -reads exact- cli.py:main
            cli.py:sub -reads exact- cli.py:main
            cli.py:sub -calls probable- cli.py:deep
            cli.py:deep -reads exact- cli.py:sub
            cli.py:t -calls probable- cli.py:hello
            cli.py:t -calls probable- cli.py:other
            cli.py:hello -reads exact- cli.py:t
            cli.py:other -calls probable- cli.py:far
            cli.py:far -reads exact- cli.py:other
        "#]],
    );
}

#[test]
fn a_function_of_singledispatch_may_run_what_is_registered() {
    check(
        r#"
//- /a.py
from functools import singledispatch, singledispatchmethod
@singledispatch
def show(x): pass
@show.register
def _(x: int): pass
@show.register(str)
def of_text(x): pass
class K:
    @singledispatchmethod
    def m(self, x): pass
    @m.register
    def of_int(self, x: int): pass
def use(k: K): show(1); k.m(1)
"#,
        &expect![[r#"
            a.py:show -calls probable- a.py:_
            a.py:show -calls probable- a.py:of_text
            a.py:_ -reads exact- a.py:show
            a.py:of_text -reads exact- a.py:show
            a.py:K.m -calls probable- a.py:K.of_int
            a.py:K.of_int -reads exact- a.py:K.m
            a.py:use -calls exact- a.py:show
            a.py:use -mentions exact- a.py:K
            a.py:use -calls probable- a.py:K.m
        "#]],
    );
}
