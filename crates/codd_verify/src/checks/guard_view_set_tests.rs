//! Who may call the actions of sets of views of Django REST framework.

use expect_test::expect;

use super::guard_tests::check;
use super::taken_tests::check_forms;

const SET: &str = r#"
//- /permissions.py
from rest_framework.permissions import BasePermission
class IsOwner(BasePermission):
    def has_permission(self, request, view): return request.user.is_owner
class IsOther(BasePermission):
    def has_permission(self, request, view): return True
//- /views.py
from rest_framework import permissions, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from permissions import IsOther, IsOwner
class UserViewSet(viewsets.ViewSet):
HERE
//- /urls.py
from rest_framework.routers import DefaultRouter
from views import UserViewSet
router = DefaultRouter()
router.register("users", UserViewSet)
"#;

#[test]
fn an_action_says_who_may_in_the_place_of_its_set() {
    let list = "    def list(self, request): return 1\n";
    let guarded = "    permission_classes = [IsAuthenticated]\n";
    let pay = |decorator: &str, class: &str| {
        format!("{class}    {decorator}\n    def pay(self, request): return 1\n")
    };
    let holds = [
        format!("{guarded}{list}"),
        pay("@action(detail=True)", guarded),
        pay("@action(detail=True, permission_classes=[IsAuthenticated])", ""),
        pay(
            "@action(detail=True, permission_classes=[IsAuthenticated])",
            "    permission_classes = [AllowAny]\n",
        ),
        pay(
            "@action(detail=False, methods=[\"post\"], permission_classes=(permissions.IsAdminUser,))",
            "",
        ),
        format!("    def get_permissions(self): return [IsAuthenticated()]\n{list}"),
        format!(
            "    permission_classes = [AllowAny]\n    def get_permissions(self): return [permissions.IsAuthenticated()]\n{list}"
        ),
        format!("{guarded}    def get_permissions(self): return super().get_permissions()\n{list}"),
        pay(
            "@action(detail=True, permission_classes=[])",
            "    def get_permissions(self): return [IsAuthenticated()]\n",
        ),
    ];
    let fails = [
        list.to_owned(),
        pay(
            "@action(detail=True, permission_classes=[IsAuthenticated])",
            "    def get_permissions(self): return []\n",
        ),
        pay(
            "@action(detail=True, permission_classes=[IsAuthenticated])",
            "    def get_permissions(self): return [it() for it in self.mine]\n",
        ),
        format!("    permission_classes = []\n{list}"),
        format!("    permission_classes = [AllowAny]\n{list}"),
        format!("    permission_classes = [IsAuthenticated | IsOther]\n{list}"),
        format!("    authentication_classes = [Token]\n{list}"),
        pay("@action(detail=True)", ""),
        pay("@action(detail=True, permission_classes=[])", guarded),
        pay("@action(detail=True, permission_classes=[AllowAny])", guarded),
        pay("@action(detail=True, permission_classes=[IsOther])", guarded),
        pay("@action(detail=True, permission_classes=MINE)", guarded),
        pay("@action(detail=True, permission_classes=[IsAuthenticated | IsOther])", ""),
        format!("{guarded}    def get_permissions(self): return []\n{list}"),
        format!("{guarded}    def get_permissions(self): return [AllowAny()]\n{list}"),
        format!(
            "{guarded}    def get_permissions(self): return [it() for it in self.mine]\n{list}"
        ),
        format!(
            "    def get_permissions(self):\n        if self.action == \"list\": return [AllowAny()]\n        return [IsAuthenticated()]\n{list}"
        ),
    ];
    let holds: Vec<&str> = holds.iter().map(String::as_str).collect();
    let fails: Vec<&str> = fails.iter().map(String::as_str).collect();
    check_forms("- guard: {use: framework-auth}", SET, &holds, &fails);
}

#[test]
fn permissions_of_the_project_guard_where_they_are_named() {
    let list = "    def list(self, request): return 1\n";
    let guarded = "    permission_classes = [IsOwner]\n";
    let pay = |decorator: &str, class: &str| {
        format!("{class}    {decorator}\n    def pay(self, request): return 1\n")
    };
    let holds = [
        format!("{guarded}{list}"),
        pay("@action(detail=True)", guarded),
        pay("@action(detail=True, permission_classes=[IsOwner])", ""),
        pay(
            "@action(detail=True, permission_classes=[IsOwner])",
            "    permission_classes = [IsOther]\n",
        ),
        format!("    def get_permissions(self): return [IsOwner()]\n{list}"),
    ];
    let fails = [
        format!("    permission_classes = [IsOther]\n{list}"),
        pay("@action(detail=True, permission_classes=[IsOther])", guarded),
        pay("@action(detail=True, permission_classes=[])", guarded),
        format!("{guarded}    def get_permissions(self): return [IsOther()]\n{list}"),
        format!("    def get_permissions(self): return [IsOwner()] if self.action else []\n{list}"),
    ];
    let holds: Vec<&str> = holds.iter().map(String::as_str).collect();
    let fails: Vec<&str> = fails.iter().map(String::as_str).collect();
    check_forms("- guard: {by: permissions.IsOwner}", SET, &holds, &fails);
}

#[test]
fn each_set_that_has_an_action_says_who_may() {
    check(
        "- guard: {use: framework-auth}",
        r#"
//- /base.py
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
class Exports:
    @action(detail=False)
    def export(self, request): return 1
class Guarded(viewsets.ViewSet):
    permission_classes = [IsAuthenticated]
    def list(self, request): return 1
    @action(detail=False)
    def pay(self, request): return 1
//- /views.py
from rest_framework import viewsets
from rest_framework.permissions import AllowAny, IsAuthenticated
from base import Exports, Guarded
class OneViewSet(Exports, viewsets.ViewSet):
    permission_classes = [IsAuthenticated]
class TwoViewSet(Exports, viewsets.ViewSet): pass
class OpenViewSet(Guarded):
    permission_classes = [AllowAny]
class StillViewSet(Guarded): pass
//- /urls.py
from rest_framework.routers import DefaultRouter
from views import OneViewSet, OpenViewSet, StillViewSet, TwoViewSet
router = DefaultRouter()
router.register("one", OneViewSet)
router.register("two", TwoViewSet)
router.register("open", OpenViewSet)
router.register("still", StillViewSet)
"#,
        expect![[r#"
            guard: Fail, 4 anchors
              base.py:5 GET export/: whether a guard runs before `GET …/one/export/, …/two/export/` is not sure: `rest_framework.permissions.IsAuthenticated` may be skipped, or is one of several
              base.py:10 GET pay/: whether a guard runs before `GET …/open/pay/, …/still/pay/` is not sure: `rest_framework.permissions.IsAuthenticated` may be skipped, or is one of several
              urls.py:6 GET open/: `GET …/open/` opts out of its guards by `rest_framework.permissions.AllowAny`
              assumes rest_framework 
        "#]],
    );
}

#[test]
fn function_views_say_who_may_by_decorators() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /settings.py
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
//- /views.py
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny, IsAdminUser
HERE
def a(request): return 1
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.a)]
"#,
        &["@api_view([\"GET\"])", "@api_view([\"GET\"])\n@permission_classes([IsAdminUser])"],
        &[
            "@other",
            "@api_view([\"GET\"])\n@permission_classes([])",
            "@api_view([\"GET\"])\n@permission_classes([AllowAny])",
        ],
    );
}

#[test]
fn a_test_that_everybody_passes_guards_nothing() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /views.py
from django.contrib.auth.decorators import login_required, user_passes_test
always = lambda user: True
HERE
def a(request): return 1
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.a)]
"#,
        &[
            "@user_passes_test(lambda user: user.is_staff)",
            "@user_passes_test(lambda user: user.is_staff and True)",
            "@user_passes_test(is_staff)",
            "@login_required\n@user_passes_test(lambda user: True)",
        ],
        &[
            "@user_passes_test(lambda user: True)",
            "@user_passes_test(lambda user: user.is_staff or True, login_url=\"/in\")",
            "@user_passes_test(test_func=lambda user: (True))",
            "@user_passes_test(always)",
        ],
    );
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /views.py
def a(request): return 1
//- /urls.py
from django.contrib.auth.decorators import user_passes_test
from django.urls import path
import views
urlpatterns = [path("a", HERE(views.a))]
"#,
        &["user_passes_test(lambda user: user.is_staff)"],
        &["user_passes_test(lambda user: True)"],
    );
}

#[test]
fn a_view_may_be_taken_out_of_the_middleware_behind_its_back() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /settings.py
MIDDLEWARE = ["django.contrib.auth.middleware.LoginRequiredMiddleware"]
//- /views.py
from django.contrib.auth.decorators import login_required
HERE
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.a)]
"#,
        &[
            "def a(request): return 1",
            "def a(request): return 1\ndef b(request): return 1\nb.login_required = False",
            "@login_required\ndef a(request): return 1\na.login_required = False",
        ],
        &[
            "def a(request): return 1\na.login_required = False",
            "def a(request): return 1\nsetattr(a, \"login_required\", False)",
        ],
    );
    check(
        "- guard: {use: framework-auth}",
        r#"
//- /settings.py
MIDDLEWARE = ["django.contrib.auth.middleware.LoginRequiredMiddleware"]
//- /views.py
def a(request): return 1
def b(request): return 1
def c(request): return 1
c.login_required = False
//- /urls.py
from django.urls import path
import views
views.a.login_required = False
urlpatterns = [path("a", views.a), path("b", views.b), path("c", views.c)]
"#,
        expect![[r#"
            guard: Undetermined, 3 anchors; whether a guard runs is not sure for 2 routes
              urls.py:4 * a: whether a guard runs before `* …/a` is not sure: `django.contrib.auth.middleware.LoginRequiredMiddleware` may be skipped, or is one of several
              urls.py:4 * c: whether a guard runs before `* …/c` is not sure: `django.contrib.auth.middleware.LoginRequiredMiddleware` may be skipped, or is one of several
              assumes django 
        "#]],
    );
}
