//! Functions, classes, types and their members.

use expect_test::expect;

use super::check;

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
            Read LIMIT in outer declared
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
            import conftest:<autouse>
            member Shop.db = db@2 defines Shop.db
            member Shop.name = name@2 defines Shop.name
            member Shop.other = make@2() defines Shop.other
            member Shop.db = wrap@2(db@2)
            member Shop._total = value@4 defines Shop._total
            member Shop.count = _ defines Shop.count
            member Shop.extra = helper_function
            Call <import conftest:<autouse>> in Shop
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
            Function f decorators [plain, mod.with_args(option, _), registry[x].add] = @plain @mod.with_args(option, _) @registry[x].add <f>
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
            Function open(path: str) decorators [t.overload] : str abstract stub companion
            Function open#1(path: bytes) decorators [t.overload] : bytes abstract stub companion
            Function open#2(path) returns [path@3]
            Method Page.folder(self!) decorators [property@4] property
            Method Page.folder#1(self!, value) decorators [folder@4.setter] property companion
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
            Function first(x: T) : T stub
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
