//! Members, fields and constructors.

use expect_test::expect;

use super::check;

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
            app.py:Service.db -writtenby exact- app.py:Service.reset
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
fn assigning_to_a_property_below_runs_it() {
    check(
        r#"
//- /a.py
class Box:
    def __init__(self, size):
        self.size = size
    @property
    def size(self): return self._size
    @size.setter
    def size(self, value): self._size = value
"#,
        &expect![[r#"
            a.py:Box.__init__ -calls exact- a.py:Box.size
            a.py:Box.__init__ -calls exact- a.py:Box.size#1
            a.py:Box.size -reads exact- a.py:Box._size
            a.py:Box.size#1 -reads exact- a.py:Box.size
        "#]],
    );
}

#[test]
fn what_has_the_methods_of_a_protocol_may_be_meant_by_it() {
    check(
        r#"
//- /p.py
from typing import Protocol, Annotated, Optional
from fastapi import Depends
class Sink(Protocol):
    def write(self, s: str) -> None: ...
class Named:
    def write(self, s: str) -> None: ...
def emit(s: Sink): s.write("x")
def other(s: Named): s.write("x")
//- /impl.py
class FileSink:
    def write(self, s): pass
class TwoSink:
    def write(self, s, t): pass
//- /a.py
from typing import Annotated, Optional
from impl import FileSink
Dep = Annotated[FileSink, Depends()]
Maybe = Optional[FileSink]
def one(s: Dep): s.write("x")
def two(s: Maybe): s.write("x")
"#,
        &expect![[r#"
            a.py -reads exact- impl.py:FileSink
            a.py:Dep -reads exact- impl.py:FileSink
            a.py:Maybe -reads exact- impl.py:FileSink
            a.py:one -mentions exact- a.py:Dep
            a.py:one -calls probable- impl.py:FileSink.write
            a.py:two -mentions exact- a.py:Maybe
            a.py:two -calls probable- impl.py:FileSink.write
            p.py:emit -calls possible- impl.py:FileSink.write
            p.py:emit -mentions exact- p.py:Sink
            p.py:emit -calls probable- p.py:Sink.write
            p.py:emit -calls possible- p.py:Named.write
            p.py:other -mentions exact- p.py:Named
            p.py:other -calls probable- p.py:Named.write
        "#]],
    );
}
