//! What runs before the routes of routers and views whose classes are the project's own.

use expect_test::expect;

use super::tests::check;

#[test]
fn a_router_has_what_the_constructor_of_its_class_says() {
    check(
        r#"
//- /users.py
from fastapi import APIRouter, Depends
def current(): pass
def admin(): pass
class Users(APIRouter):
    def __init__(self, tags=None, prefix="", dependencies=None, **kwargs):
        super().__init__(tags=tags, prefix=prefix, dependencies=[Depends(current)], **kwargs)
class Admins(Users):
    def __init__(self, **kwargs):
        super().__init__(dependencies=[Depends(admin)], **kwargs)
class Plain(APIRouter):
    pass
class Fixed(APIRouter):
    def __init__(self):
        super().__init__(prefix="/fixed")
//- /orders.py
from users import Admins, Fixed, Plain, Users
orders = Users(prefix="/orders")
admins = Admins(prefix="/admins")
plain = Plain(prefix="/plain", dependencies=[Depends(other)])
fixed = Fixed()
both = Fixed(prefix="/both")
def other(): pass
@orders.get("/all")
def all_orders(): pass
@admins.get("/all")
def all_admins(): pass
@plain.get("/all")
def all_plain(): pass
@fixed.get("/all")
def all_fixed(): pass
@both.get("/all")
def all_both(): pass
//- /app.py
from fastapi import Depends, FastAPI
from orders import orders
def check(): pass
class App(FastAPI):
    def __init__(self, **kwargs):
        super().__init__(dependencies=[Depends(check)], **kwargs)
app = App()
app.include_router(orders, prefix="/api")
"#,
        &expect![[r#"
            GET /api/orders/all -calls exact- app.py:check -calls exact- orders.py:all_orders -calls exact- users.py:current
            GET /admins/all -calls exact- orders.py:all_admins -calls exact- users.py:admin -calls exact- users.py:current
            GET /plain/all -calls exact- orders.py:all_plain -calls possible- orders.py:other
            GET /fixed/all -calls exact- orders.py:all_fixed
            GET …/all -calls exact- orders.py:all_both
        "#]],
    );
}

#[test]
fn the_fields_of_a_view_and_of_its_bases_are_filled_before_its_routes() {
    check(
        r#"
//- /base.py
from typing import Annotated
from fastapi import Depends
def session(): pass
def current(it = Depends(session)): pass
def tenant(): pass
class Base:
    user = Depends(current)
class Middle(Base):
    of: Annotated[str, Depends(tenant)] = None
//- /views.py
from fastapi import APIRouter
from fastapi_utils.cbv import cbv
from base import Middle
router = APIRouter()
@cbv(router)
class Orders(Middle):
    @router.get("/orders")
    def all(self): pass
class Other:
    @router.get("/other")
    def all(self): pass
"#,
        &expect![[r#"
            GET /orders -calls exact- base.py:current -calls exact- base.py:session -calls exact- base.py:tenant -calls exact- views.py:Orders.all
            GET /other -calls exact- views.py:Other.all
        "#]],
    );
}
