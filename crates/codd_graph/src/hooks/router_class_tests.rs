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
def strip(it): return APIRouter
@strip
class Stripped(APIRouter):
    def __init__(self, **kwargs):
        super().__init__(dependencies=[Depends(current)], **kwargs)
//- /orders.py
from fastapi import APIRouter
from users import Admins, Fixed, Plain, Stripped, Users
stripped = Stripped(prefix="/stripped")
rebound = Users(prefix="/rebound")
rebound = APIRouter()
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
@stripped.get("/all")
def all_stripped(): pass
@rebound.get("/all")
def all_rebound(): pass
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
            GET /admins/all -calls exact- orders.py:all_admins -calls possible- users.py:admin -calls exact- users.py:current
            GET /plain/all -calls exact- orders.py:all_plain -calls possible- orders.py:other
            GET /fixed/all -calls exact- orders.py:all_fixed
            GET …/all -calls exact- orders.py:all_both
            GET /stripped/all -calls exact- orders.py:all_stripped -calls possible- users.py:current
            GET …/rebound/all -calls exact- orders.py:all_rebound -calls possible- users.py:current
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
def kept_asked(): pass
def bare(): pass
def twice_asked(): pass
class Base:
    user: str = Depends(current)
    kept: str = Depends(kept_asked)
    bare = Depends(bare)
    twice: str = Depends(bare)
    twice: str = Depends(twice_asked)
    shared: ClassVar[str] = Depends(bare)
    if DEBUG:
        perhaps: str = Depends(bare)
class Middle(Base):
    of: Annotated[str, Depends(tenant)] = None
//- /views.py
from fastapi import APIRouter, Depends
from fastapi_utils.cbv import cbv
from base import Middle, current
router = APIRouter()
@cbv(router)
class Orders(Middle):
    @router.get("/orders")
    def all(self): pass
@cbv(router)
class Replacing(Middle):
    kept: str = None
    @router.get("/replacing")
    def all(self): pass
class Other:
    user: str = Depends(current)
    @router.get("/other")
    def all(self): pass
class Asked:
    user: str = Depends(current)
@router.get("/asked")
def asked(it: Asked = Depends()): pass
"#,
        &expect![[r#"
            GET …/asked -calls exact- views.py:Asked -calls exact- views.py:asked
            GET …/orders -calls exact- base.py:current -calls exact- base.py:kept_asked -calls exact- base.py:session -calls exact- base.py:tenant -calls exact- base.py:twice_asked -calls exact- views.py:Orders.all
            GET …/other -calls exact- views.py:Other.all
            GET …/replacing -calls exact- base.py:current -calls exact- base.py:session -calls exact- base.py:tenant -calls exact- base.py:twice_asked -calls exact- views.py:Replacing.all
        "#]],
    );
}
