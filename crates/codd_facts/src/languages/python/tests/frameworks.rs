//! Routes and tests.

use expect_test::expect;

use super::{check, facts_at};

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
fn aiohttp_routes() {
    check(
        r##"
from aiohttp import web
from . import views
from .guards import check

routes = web.RouteTableDef()

@routes.get("/a")
async def a(request): ...

class Users(web.View):
    async def get(self): ...
    async def post(self): ...

def setup_routes(app):
    app.router.add_route("GET", r"/b/{id:\d+}", views.b)
    app.router.add_route("*", "/c", views.c)
    app.router.add_post("/d", views.d, name="d")
    app.router.add_view("/users", Users)
    app.router.add_static("/static", "static")
    app.router.add_route("/starlette", views.e)

def main():
    app = web.Application(middlewares=[check])
    app.middlewares.append(views.other)
    app.add_routes([web.get("/e", views.e), web.delete("/f", views.f)])
    app.add_routes(routes)
"##,
        &["route", "hook"],
        &expect![[r#"
            route GET /a (aiohttp) handler <a> router routes
            route GET /b/{id:\d+} (aiohttp) handler views@5.b router app@5
            route * /c (aiohttp) handler views@5.c router app@5
            route POST /d (aiohttp) handler views@5.d router app@5
            route GET /users (aiohttp) handler <Users.get> router app@5
            route POST /users (aiohttp) handler <Users.post> router app@5
            route GET /starlette (aiohttp) handler views@5.e router app@5.router
            route GET /e (aiohttp) handler views@6.e router [0: web@6.get("/e", views@6.e), 1: web@6.delete("/f", views@6.f)]
            route DELETE /f (aiohttp) handler views@6.f router [0: web@6.get("/e", views@6.e), 1: web@6.delete("/f", views@6.f)]
            hook check@6 on app@6
            hook views@6.other on app@6
            hook [0: web@6.get("/e", views@6.e), 1: web@6.delete("/f", views@6.f)] on app@6 (include)
            hook routes@6 on app@6 (include)
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
            hook audit on router (depend)
            hook <log> on app
            hook Cors on app
            hook router on app behind [admin] (include)
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
            route * users/ (django) handler views.users router [0: path("users/", views.users), 1: path("items/", views.Items.as_view(), name="items"), 2: path("api/", include("api.urls")), 3: re_path("^x$", views.x)]
            route * items/ (django) handler views.Items router [0: path("users/", views.users), 1: path("items/", views.Items.as_view(), name="items"), 2: path("api/", include("api.urls")), 3: re_path("^x$", views.x)]
            route * x (django) handler views.x router [0: path("users/", views.users), 1: path("items/", views.Items.as_view(), name="items"), 2: path("api/", include("api.urls")), 3: re_path("^x$", views.x)]
        "#]],
    );
}

#[test]
fn fixtures_of_all_tests_of_a_file_or_class() {
    check(
        r##"
import pytest
pytestmark = pytest.mark.usefixtures("db")

@pytest.fixture
def db(): ...

@pytest.fixture
def cache(): ...

def test_one(): ...

class TestShop:
    pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("cache")]
    def test_two(self): ...
"##,
        &["test", "Call"],
        &expect![[r#"
            Call pytest.mark.usefixtures/1 initialises pytestmark
            Call <import conftest:db> in db
            Call <db> in cache
            Call <db> in test_one
            Call <import conftest:<autouse>> in test_one
            Call pytest@4.mark.usefixtures/1 in TestShop initialises TestShop.pytestmark
            Call <cache> in TestShop.test_two
            Call <db> in TestShop.test_two
            Call <import conftest:<autouse>> in TestShop.test_two
            test test_one (pytest) test_one
            test TestShop::test_two (pytest) TestShop.test_two
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
            Function client(app = <import conftest:app>(), tmp_path) decorators [pytest.fixture] = @pytest.fixture <client> returns [Client@1(app@1)] generator
            Function _named decorators [pytest.fixture(name="named", autouse=_)] = @pytest.fixture(name="named", autouse=_) <_named> stub private
            Function test_it(client = <client>(), a, b, imported = imported(), other = _) decorators [pytest.mark.parametrize("a, b", [[0: _, 1: _]])] = @pytest.mark.parametrize("a, b", [[0: _, 1: _]]) <test_it>
            Method TestShop.setup_method(self!) stub
            Method TestShop.test_one(self!, named = <_named>()) stub
            Method TestShop.helper(self!) stub
            Method TestWithInit.__init__(self!) stub
            Method TestWithInit.test_no(self!) stub
            Function setup_module stub
            import pytest
            import .more:imported
            import conftest:app in client
            import conftest:<autouse>
            Call <import conftest:app> in client
            Call Client@1/1 in client
            Call <client> in test_it
            Call imported in test_it
            Call <setup_module> in test_it
            Call <_named> in test_it
            Call <import conftest:<autouse>> in test_it
            Call client@3.get/0 in test_it
            Call <_named> in TestShop.test_one
            Call <client> in TestShop.test_one
            Call <TestShop.setup_method> in TestShop.test_one
            Call <setup_module> in TestShop.test_one
            Call <_named> in TestShop.test_one
            Call <import conftest:<autouse>> in TestShop.test_one
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
            Call <import conftest:<autouse>> in Base
            Call <import conftest:<autouse>> in LoginTests
            Call <LoginTests.setUp> in LoginTests.test_login
            Call <import conftest:<autouse>> in LoginTests.test_login
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
fn paths_are_read_from_names_loops_and_helpers_or_open() {
    check(
        r#"
from flask import Flask
from flask.views import MethodView
from helpers import register, PATHS
app = Flask(__name__)
KNOWN = "/known"
@app.route(KNOWN)
def known(): pass
@app.route(PATHS[0])
def unknown(): pass
def f(): pass
for p in ["/a", "/b"]:
    app.add_url_rule(p, view_func=f)
for q in PATHS:
    app.add_url_rule(q, view_func=f)
class V(MethodView):
    def get(self): pass
register(app, routes=["/one", "/two"], view_func=V.as_view("v"))
"#,
        &["route", "not modelled"],
        &expect![[r#"
            route GET /known (flask) handler <known> router app
            route GET … (PATHS[0]) (flask) handler <unknown> router app
            route GET /a (flask) handler f router app
            route GET /b (flask) handler f router app
            route GET … (q) (flask) handler f router app
            route GET /one (flask) handler <V.get> router app
            route GET /two (flask) handler <V.get> router app
        "#]],
    );
}

#[test]
fn what_a_route_is_given_and_what_stands_alone_does_not_run_with_the_function() {
    check(
        r#"
from fastapi import Depends, FastAPI
from auth import check
app = FastAPI()
@app.get("/x", dependencies=[Depends(check)], responses={401: check})
@app.get("/y")
def x():
    check
    check()
@other(check)
def y(): ...
app.dependency_overrides[check] = y
app.dependency_overrides.update({check: y})
"#,
        &["Read", "Call", "Write"],
        &expect![[r#"
            Call FastAPI/0 initialises app
            Read app in x
            Call Depends/1 in x declared
            Read check in x declared
            Read check in x declared
            Read app in x
            Read check@1 in x discarded
            Call check@1/0 in x
            Read check in y
            Read app
            Write app.dependency_overrides[?]
            Read app.dependency_overrides
            Read check
            Write check
            Read y initialises app
            Read app
            Write app.dependency_overrides[?]
            Read app.dependency_overrides
            Call app.dependency_overrides.update/1
            Read check
            Write check
            Read y
        "#]],
    );
}

#[test]
fn paths_that_functions_make_are_open_and_told_apart() {
    check(
        r#"
from flask import Flask
from elsewhere import scoped, PREFIX
app = Flask(__name__)
@app.post(scoped("/format"))
def format(): pass
@app.get(f"{PREFIX}/users")
def users(): pass
@app.get("%s/items" % PREFIX)
def items(): pass
@app.get("{}/{}".format(PREFIX, "orders"))
def orders(): pass
"#,
        &["route", "not modelled"],
        &expect![[r#"
            route POST … (scoped("/format")) (flask) handler <format> router app
            route GET …/users (flask) handler <users> router app
            route GET …/items (flask) handler <items> router app
            route GET …/orders (flask) handler <orders> router app
        "#]],
    );
}

#[test]
fn what_a_function_of_the_file_hands_on_is_registered_at_its_calls() {
    check(
        r#"
from flask import Flask
from flask_restful import Api
from elsewhere import scoped, Users, Items
class OwnApi(Api):
    def add(self, resource, *urls, **kwargs):
        urls = [scoped(url) for url in urls]
        return self.add_resource(resource, *urls, **kwargs)
def add_rule(app, path, view):
    app.add_url_rule("/api" + path, view_func=view)
def unused(app, path, view):
    app.add_url_rule(path, view_func=view)
app = Flask(__name__)
api = OwnApi(app)
def up(): pass
api.add(Users, "/users", "/people", endpoint="users")
api.add(Items, "/items")
add_rule(app, "/up", up)
"#,
        &["route", "not modelled"],
        &expect![[r#"
            route * … ("/users" | scoped("/users")) (flask) handler Users router api middleware [Users.decorators, Users.dispatch_request]
            route * … ("/people" | scoped("/people")) (flask) handler Users router api middleware [Users.decorators, Users.dispatch_request]
            route * … ("/items" | scoped("/items")) (flask) handler Items router api middleware [Items.decorators, Items.dispatch_request]
            route GET /api/up (flask) handler up router app
            not modelled: route registered by a function of the project 1
            not modelled: route registered by a function that other files may call 2
        "#]],
    );
}

#[test]
fn routes_that_a_call_registers() {
    check(
        r##"
from flask import Flask
from flask_login import login_required
app = Flask(__name__)
def plain(): ...
def guarded(): ...
app.route("/plain", methods=["POST"])(plain)
app.get(rule="/guarded")(login_required(guarded))
at = app.route("/at")
at(plain)
checks.get(kind, plain)(value)
"##,
        &["route"],
        &expect![[r#"
            route POST /plain (flask) handler plain router app
            route GET /guarded (flask) handler login_required(guarded) router app
            route GET /at (flask) handler plain router app
        "#]],
    );
}

#[test]
fn sets_of_views_are_registered_and_have_actions() {
    check(
        r##"
from rest_framework import viewsets
from rest_framework.decorators import action, detail_route
from rest_framework.routers import DefaultRouter
from nested import NestedRouter, shared_router, registry
from base import BaseViewSet, Mixin, PREFIX
class UserViewSet(Mixin, viewsets.ViewSet):
    @action(detail=True, methods=["post", "put"], url_path="pass", url_name="p")
    def set_password(self, request): ...
    @set_password.mapping.delete
    def drop(self, request): ...
    @action(False)
    def unsaid(self, request): ...
    @detail_route()
    def old(self, request): ...
class Later(BaseViewSet): ...
router = DefaultRouter()
router.register("/users/", UserViewSet)
router.register(r"orgs/(?P<org>[^/.]+)/teams", viewset=Later)
router.register(PREFIX, Later)
router.register("", Later)
nested = NestedRouter(router, "users", lookup="user")
inner = NestedRouter(nested, r"notes", lookup="note")
inner.register("pages", Mixin)
nested.register("notes", Later)
shared_router.register("shared", BaseViewSet)
shared_router.register("plain", Mixin)
registry.register("other", BaseViewSet)
"##,
        &["route", "hook", "prefix"],
        &expect![[r#"
            route POST <pk>/pass/ (django) handler <UserViewSet.set_password> router <UserViewSet>
            route PUT <pk>/pass/ (django) handler <UserViewSet.set_password> router <UserViewSet>
            route DELETE <pk>/pass/ (django) handler <UserViewSet.drop> router <UserViewSet>
            route * …/unsaid/ (django) handler <UserViewSet.unsaid> router <UserViewSet>
            route GET <pk>/old/ (django) handler <UserViewSet.old> router <UserViewSet>
            route GET users/ (django) handler UserViewSet.list router router
            route POST users/ (django) handler UserViewSet.create router router
            route GET users/<pk>/ (django) handler UserViewSet.retrieve router router
            route PUT users/<pk>/ (django) handler UserViewSet.update router router
            route PATCH users/<pk>/ (django) handler UserViewSet.partial_update router router
            route DELETE users/<pk>/ (django) handler UserViewSet.destroy router router
            route GET orgs/<org>/teams/ (django) handler Later.list router router
            route POST orgs/<org>/teams/ (django) handler Later.create router router
            route GET orgs/<org>/teams/<pk>/ (django) handler Later.retrieve router router
            route PUT orgs/<org>/teams/<pk>/ (django) handler Later.update router router
            route PATCH orgs/<org>/teams/<pk>/ (django) handler Later.partial_update router router
            route DELETE orgs/<org>/teams/<pk>/ (django) handler Later.destroy router router
            route GET …/ (django) handler Later.list router router
            route POST …/ (django) handler Later.create router router
            route GET …/<pk>/ (django) handler Later.retrieve router router
            route PUT …/<pk>/ (django) handler Later.update router router
            route PATCH …/<pk>/ (django) handler Later.partial_update router router
            route DELETE …/<pk>/ (django) handler Later.destroy router router
            route GET  (django) handler Later.list router router
            route POST  (django) handler Later.create router router
            route GET <pk>/ (django) handler Later.retrieve router router
            route PUT <pk>/ (django) handler Later.update router router
            route PATCH <pk>/ (django) handler Later.partial_update router router
            route DELETE <pk>/ (django) handler Later.destroy router router
            route GET pages/ (django) handler Mixin.list router inner
            route POST pages/ (django) handler Mixin.create router inner
            route GET pages/<pk>/ (django) handler Mixin.retrieve router inner
            route PUT pages/<pk>/ (django) handler Mixin.update router inner
            route PATCH pages/<pk>/ (django) handler Mixin.partial_update router inner
            route DELETE pages/<pk>/ (django) handler Mixin.destroy router inner
            route GET notes/ (django) handler Later.list router nested
            route POST notes/ (django) handler Later.create router nested
            route GET notes/<pk>/ (django) handler Later.retrieve router nested
            route PUT notes/<pk>/ (django) handler Later.update router nested
            route PATCH notes/<pk>/ (django) handler Later.partial_update router nested
            route DELETE notes/<pk>/ (django) handler Later.destroy router nested
            route GET shared/ (django) handler BaseViewSet.list router shared_router
            route POST shared/ (django) handler BaseViewSet.create router shared_router
            route GET shared/<pk>/ (django) handler BaseViewSet.retrieve router shared_router
            route PUT shared/<pk>/ (django) handler BaseViewSet.update router shared_router
            route PATCH shared/<pk>/ (django) handler BaseViewSet.partial_update router shared_router
            route DELETE shared/<pk>/ (django) handler BaseViewSet.destroy router shared_router
            hook Mixin on <UserViewSet> (include)
            hook BaseViewSet on <Later> (include)
            hook UserViewSet on router below "users" (include)
            hook Later on router below "orgs/<org>/teams" (include)
            hook Later on router below PREFIX (include)
            hook Later on router below "" (include)
            hook Mixin on inner below "pages" (include)
            hook Later on nested below "notes" (include)
            hook BaseViewSet on shared_router below "shared" (include)
            hook DefaultRouter on router (inherit)
            hook NestedRouter on nested (inherit)
            hook NestedRouter on inner (inherit)
            prefix "users/<user_pk>/notes/<note_pk>" of inner
            prefix "users/<user_pk>" of nested
        "#]],
    );
}
