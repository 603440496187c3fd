//! Sets of views of Django REST framework: which routes a router makes of one, and where they are.

use expect_test::expect;

use super::tests::check;

#[test]
fn a_set_is_served_by_the_actions_that_it_has() {
    check(
        r#"
//- /site/__init__.py
//- /site/settings.py
ROOT_URLCONF = "site.urls"
//- /site/urls.py
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from site import views
router = DefaultRouter()
router.register("users", views.UserViewSet)
router.register(r"tags", views.TagViewSet, basename="tag")
router.register("logs", views.LogViewSet)
router.register("read", views.ReadViewSet)
router.register("less", views.LessViewSet)
router.register("limited", views.LimitedViewSet)
router.register("foreign", views.ForeignViewSet)
urlpatterns = [
    path("api/", include(router.urls)),
    path("me/", views.UserViewSet.as_view({"get": "retrieve", "post": "absent"})),
]
//- /site/base.py
from rest_framework import mixins, viewsets
class Base(mixins.ListModelMixin, viewsets.GenericViewSet):
    def destroy(self, request, pk): pass
//- /site/views.py
from rest_framework import mixins, viewsets
from djoser.views import UserViewSet as Theirs
from site.base import Base
class UserViewSet(viewsets.ModelViewSet):
    def create(self, request): pass
class TagViewSet(Base):
    def not_an_action(self): pass
class LogViewSet(viewsets.ViewSet):
    def list(self, request): pass
class ReadViewSet(viewsets.ReadOnlyModelViewSet): pass
class LessViewSet(UserViewSet):
    destroy = None
class LimitedViewSet(viewsets.ModelViewSet):
    http_method_names = ["get", "post"]
class ForeignViewSet(Theirs): pass
"#,
        &expect![[r#"
            DELETE /api/foreign/<pk>/ -calls exact- site/views.py:ForeignViewSet
            DELETE /api/tags/<pk>/ -calls exact- site/base.py:Base.destroy -calls exact- site/views.py:TagViewSet
            DELETE /api/users/<pk>/ -calls exact- site/views.py:UserViewSet
            GET /api/foreign/ -calls exact- site/views.py:ForeignViewSet
            GET /api/foreign/<pk>/ -calls exact- site/views.py:ForeignViewSet
            GET /api/less/ -calls exact- site/views.py:LessViewSet
            GET /api/less/<pk>/ -calls exact- site/views.py:LessViewSet
            GET /api/limited/ -calls exact- site/views.py:LimitedViewSet
            GET /api/limited/<pk>/ -calls exact- site/views.py:LimitedViewSet
            GET /api/logs/ -calls exact- site/views.py:LogViewSet -calls exact- site/views.py:LogViewSet.list
            GET /me/ -calls exact- site/views.py:UserViewSet
            GET /api/read/ -calls exact- site/views.py:ReadViewSet
            GET /api/read/<pk>/ -calls exact- site/views.py:ReadViewSet
            GET /api/tags/ -calls exact- site/views.py:TagViewSet
            GET /api/users/ -calls exact- site/views.py:UserViewSet
            GET /api/users/<pk>/ -calls exact- site/views.py:UserViewSet
            PATCH /api/foreign/<pk>/ -calls exact- site/views.py:ForeignViewSet
            PATCH /api/less/<pk>/ -calls exact- site/views.py:LessViewSet
            PATCH /api/users/<pk>/ -calls exact- site/views.py:UserViewSet
            POST /api/foreign/ -calls exact- site/views.py:ForeignViewSet
            POST /api/less/ -calls exact- site/views.py:LessViewSet -calls exact- site/views.py:UserViewSet.create
            POST /api/limited/ -calls exact- site/views.py:LimitedViewSet
            POST /api/users/ -calls exact- site/views.py:UserViewSet -calls exact- site/views.py:UserViewSet.create
            PUT /api/foreign/<pk>/ -calls exact- site/views.py:ForeignViewSet
            PUT /api/less/<pk>/ -calls exact- site/views.py:LessViewSet
            PUT /api/users/<pk>/ -calls exact- site/views.py:UserViewSet
        "#]],
    );
}

#[test]
fn actions_of_a_set_are_served_where_it_is_registered() {
    check(
        r#"
//- /site/__init__.py
//- /site/settings.py
ROOT_URLCONF = "site.urls"
//- /site/urls.py
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from site.views import UserViewSet, TeamViewSet, ClubViewSet
router = DefaultRouter()
router.register("users", UserViewSet)
router.register("teams", TeamViewSet)
router.register("clubs", ClubViewSet)
urlpatterns = [path("api/", include(router.urls))]
//- /site/base.py
from rest_framework.decorators import action
class Exports:
    @action(detail=False)
    def export(self, request): pass
//- /site/views.py
from rest_framework import viewsets
from rest_framework.decorators import action
from site.base import Exports
class UserViewSet(viewsets.ViewSet):
    @action(detail=True, methods=["post"])
    def set_password(self, request, pk=None): pass
    @set_password.mapping.delete
    def delete_password(self, request, pk=None): pass
    @action(detail=False, url_path="recent-users", methods=["GET", "post"])
    def recent(self, request): pass
    @action(detail=True, url_path=r"notes/(?P<note>\d+)")
    def note(self, request, pk, note): pass
    @action(detail=SOME, methods=METHODS)
    def computed(self, request): pass
    @other(detail=True)
    def plain(self, request): pass
class TeamViewSet(Exports, viewsets.ViewSet): pass
class ClubViewSet(Exports, viewsets.ViewSet): pass
class LostViewSet(viewsets.ViewSet):
    @action(detail=False)
    def lost(self, request): pass
"#,
        &expect![[r#"
            GET /api/clubs/export/, /api/teams/export/ -calls exact- site/base.py:Exports.export -calls exact- site/views.py:ClubViewSet -calls exact- site/views.py:TeamViewSet
            * /api/users/…/computed/ -calls exact- site/views.py:UserViewSet -calls exact- site/views.py:UserViewSet.computed
            DELETE /api/users/<pk>/set_password/ -calls exact- site/views.py:UserViewSet -calls exact- site/views.py:UserViewSet.delete_password
            GET /api/users/<pk>/notes/<note>/ -calls exact- site/views.py:UserViewSet -calls exact- site/views.py:UserViewSet.note
            GET …/lost/ -calls exact- site/views.py:LostViewSet -calls exact- site/views.py:LostViewSet.lost
            GET /api/users/recent-users/ -calls exact- site/views.py:UserViewSet -calls exact- site/views.py:UserViewSet.recent
            POST /api/users/<pk>/set_password/ -calls exact- site/views.py:UserViewSet -calls exact- site/views.py:UserViewSet.set_password
            POST /api/users/recent-users/ -calls exact- site/views.py:UserViewSet -calls exact- site/views.py:UserViewSet.recent
        "#]],
    );
}

#[test]
fn routers_in_routers_are_served_below_what_they_are_in() {
    check(
        r#"
//- /settings.py
ROOT_URLCONF = "urls"
//- /urls.py
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from rest_framework_nested.routers import NestedSimpleRouter
from views import NoteViewSet, PageViewSet, UserViewSet
router = DefaultRouter()
router.register("users", UserViewSet)
users = NestedSimpleRouter(router, "users", lookup="user")
users.register("notes", NoteViewSet)
notes = NestedSimpleRouter(users, "notes", lookup="note")
notes.register("pages", PageViewSet)
urlpatterns = [
    path("api/", include(router.urls)),
    path("api/", include(users.urls)),
    path("api/", include(notes.urls)),
]
//- /views.py
from rest_framework import viewsets
from rest_framework.decorators import action
class UserViewSet(viewsets.ViewSet):
    def list(self, request): pass
class NoteViewSet(viewsets.ViewSet):
    def retrieve(self, request, user_pk, pk): pass
class PageViewSet(viewsets.ViewSet):
    @action(detail=False)
    def first(self, request, user_pk, note_pk): pass
"#,
        &expect![[r#"
            GET /api/users/<user_pk>/notes/<pk>/ -calls exact- views.py:NoteViewSet -calls exact- views.py:NoteViewSet.retrieve
            GET /api/users/ -calls exact- views.py:UserViewSet -calls exact- views.py:UserViewSet.list
            GET /api/users/<user_pk>/notes/<note_pk>/pages/first/ -calls exact- views.py:PageViewSet -calls exact- views.py:PageViewSet.first
        "#]],
    );
}
