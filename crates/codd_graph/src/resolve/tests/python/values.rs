//! Functions and objects as values: passed, returned, held, looped over.

use expect_test::expect;

use super::check;

#[test]
fn closures_and_decorators() {
    check(
        r#"
//- /a.py
def logged(fn):
    def wrapper(*args):
        return fn(*args)
    return wrapper
@logged
def task(): pass
def run():
    task()
    logged(task)()
"#,
        &expect![[r#"
            a.py -calls probable- a.py:logged
            a.py:logged -reads exact- a.py:logged.wrapper
            a.py:logged.wrapper -calls probable- a.py:logged.wrapper
            a.py:logged.wrapper -calls probable- a.py:task
            a.py:task -decorates exact- a.py:logged
            a.py:run -calls exact- a.py:logged
            a.py:run -calls probable- a.py:logged.wrapper
            a.py:run -calls exact- a.py:task
            a.py:run -reads exact- a.py:task
        "#]],
    );
}

#[test]
fn functions_in_containers_and_partials() {
    check(
        r#"
//- /a.py
from functools import partial
def one(): pass
def two(x): pass
HANDLERS = {"one": one, "two": two}
def run(name):
    HANDLERS["one"]()
    HANDLERS[name]()
    HANDLERS.get("two")(1)
    for handler in HANDLERS.values():
        handler()
    later = partial(two, 1)
    later()
def take(table):
    table["one"]()
take(HANDLERS)
"#,
        &expect![[r#"
            a.py -reads exact- a.py:one
            a.py -reads exact- a.py:two
            a.py -reads exact- a.py:HANDLERS
            a.py -calls exact- a.py:take
            a.py:HANDLERS -reads exact- a.py:one
            a.py:HANDLERS -reads exact- a.py:two
            a.py:run -calls probable- a.py:one
            a.py:run -calls probable- a.py:two
            a.py:run -reads exact- a.py:two
            a.py:run -reads exact- a.py:HANDLERS
            a.py:take -calls probable- a.py:one
        "#]],
    );
}

#[test]
fn functions_returned_from_other_files() {
    check(
        r#"
//- /tools.py
def identity(x):
    return x
def pick(flag, a, b=None):
    if flag:
        return a
    return b
//- /a.py
from tools import identity, pick
def f(): pass
def g(): pass
def run():
    identity(f)()
    pick(True, f, b=g)()
"#,
        &expect![[r#"
            a.py:run -calls probable- a.py:f
            a.py:run -reads exact- a.py:f
            a.py:run -calls probable- a.py:g
            a.py:run -reads exact- a.py:g
            a.py:run -calls exact- tools.py:identity
            a.py:run -calls exact- tools.py:pick
        "#]],
    );
}

#[test]
fn returned_types_and_context_managers() {
    check(
        r#"
//- /a.py
class Session:
    def __enter__(self): return self
    def __exit__(self, *args): pass
    def query(self): pass
def connect(url) -> Session: ...
def run(session: "Session"):
    with connect("x") as it:
        it.query()
    connect("y").query()
    session.query()
"#,
        &expect![[r#"
            a.py:connect -mentions exact- a.py:Session
            a.py:run -mentions exact- a.py:Session
            a.py:run -calls probable- a.py:Session.__enter__
            a.py:run -calls probable- a.py:Session.__exit__
            a.py:run -calls probable- a.py:Session.query
            a.py:run -calls exact- a.py:connect
        "#]],
    );
}

#[test]
fn unknown_receivers_and_what_they_may_mean() {
    check(
        r#"
//- /a.py
class A:
    def save(self, x): pass
class B:
    def save(self): pass
    def get(self, key): pass
def run(it):
    it.save(1)
    it.missing()
    "text".get("x")
    {}.get("x")
"#,
        &expect![[r#"
            a.py:run -calls possible- a.py:A.save
        "#]],
    );
}

#[test]
fn a_name_too_common_is_counted_and_not_guessed() {
    let classes = ["A", "B", "C", "D", "E", "F", "G", "H", "I"]
        .map(|name| format!("class {name}:\n    def save(self): pass\n"))
        .concat();
    check(
        &format!("//- /a.py\n{classes}def run(it):\n    it.save()\n"),
        &expect![[r#"
            a.py: UnknownReceiver save
        "#]],
    );
}

#[test]
fn writers_are_what_a_variable_depends_on() {
    check(
        r#"
//- /config.py
DEBUG = False
def enable():
    global DEBUG
    DEBUG = True
//- /app.py
import config
def switch():
    config.DEBUG = True
def read():
    return config.DEBUG
"#,
        &expect![[r#"
            app.py:read -reads exact- config.py:DEBUG
            config.py:DEBUG -writtenby exact- app.py:switch
            config.py:DEBUG -writtenby exact- config.py:enable
        "#]],
    );
}

#[test]
fn loops_and_context_managers_run_methods() {
    check(
        r#"
//- /a.py
class Rows:
    def __iter__(self): return Cursor()
class Cursor:
    def __next__(self): return Row()
class Row:
    def show(self): pass
class Lock:
    def __enter__(self): pass
    def __exit__(self, *args): pass
def run():
    with Lock() as lock:
        for row in Rows():
            row.show()
"#,
        &expect![[r#"
            a.py:Rows.__iter__ -calls exact- a.py:Cursor
            a.py:Cursor.__next__ -calls exact- a.py:Row
            a.py:run -calls exact- a.py:Rows
            a.py:run -calls probable- a.py:Rows.__iter__
            a.py:run -calls probable- a.py:Cursor.__next__
            a.py:run -calls probable- a.py:Row.show
            a.py:run -calls exact- a.py:Lock
            a.py:run -calls probable- a.py:Lock.__enter__
            a.py:run -calls probable- a.py:Lock.__exit__
        "#]],
    );
}

#[test]
fn decorated_inner_functions_are_handed_on_and_properties_run_when_assigned() {
    check(
        r#"
//- /app.py
from ext import app
class Page:
    @property
    def folder(self): return self._folder
    @folder.setter
    def folder(self, value): self._folder = value
def keep(f): return f
def setup(page: Page):
    page.folder = "static"
    @app.route("/")
    def index(): pass
    @keep
    def later(): pass
    def never(): pass
"#,
        &expect![[r#"
            app.py:Page.folder -reads exact- app.py:Page._folder
            app.py:Page.folder#1 -reads exact- app.py:Page.folder
            app.py:setup -mentions exact- app.py:Page
            app.py:setup -calls probable- app.py:Page.folder
            app.py:setup -calls probable- app.py:Page.folder#1
            app.py:setup -calls probable- app.py:keep
            app.py:setup -reads exact- app.py:setup.index
            app.py:setup -reads exact- app.py:setup.later
            app.py:setup.later -decorates exact- app.py:keep
            app.py:GET / -calls exact- app.py:setup.index
        "#]],
    );
}

#[test]
fn decorators_put_their_wrappers_in_the_place_of_a_function() {
    check(
        r#"
//- /tools.py
from functools import wraps
def logged(f):
    @wraps(f)
    def wrapper(*args):
        return f(*args)
    return wrapper
def named(name):
    def decorate(f):
        return f
    return decorate
//- /a.py
from tools import logged, named
class Shop:
    @logged
    def sell(self): return Shop()
    @named("x")
    def buy(self): pass
def run(shop: Shop):
    shop.sell().buy()
"#,
        &expect![[r#"
            a.py:Shop -calls probable- tools.py:logged
            a.py:Shop -calls probable- tools.py:named
            a.py:Shop -calls probable- tools.py:named.decorate
            a.py:Shop.sell -calls exact- a.py:Shop
            a.py:Shop.sell -decorates exact- tools.py:logged
            a.py:Shop.buy -decorates exact- tools.py:named
            a.py:run -mentions exact- a.py:Shop
            a.py:run -calls probable- a.py:Shop.sell
            a.py:run -calls probable- a.py:Shop.buy
            a.py:run -calls probable- tools.py:logged.wrapper
            tools.py:logged -reads exact- tools.py:logged.wrapper
            tools.py:named -reads exact- tools.py:named.decorate
            tools.py: UnknownValue f
        "#]],
    );
}

#[test]
fn what_a_decorator_makes_of_a_function_has_members() {
    check(
        r#"
//- /a.py
class Command:
    def __init__(self, f): self.f = f
    def main(self): self.f()
def command(f):
    return Command(f)
@command
def tool(): pass
def run():
    tool.main()
"#,
        &expect![[r#"
            a.py -calls probable- a.py:command
            a.py:Command.main -reads exact- a.py:Command.f
            a.py:Command.main -calls probable- a.py:tool
            a.py:command -calls exact- a.py:Command
            a.py:command -calls exact- a.py:Command.__init__
            a.py:tool -decorates exact- a.py:command
            a.py:run -calls probable- a.py:Command.main
            a.py:run -reads exact- a.py:tool
        "#]],
    );
}

#[test]
fn a_class_that_is_raised_is_made() {
    check(
        r#"
//- /a.py
class Broken(Exception):
    def __init__(self): pass
def fail(error):
    if error:
        raise error
    raise Broken
"#,
        &expect![[r#"
            a.py:fail -calls exact- a.py:Broken
            a.py:fail -calls exact- a.py:Broken.__init__
        "#]],
    );
}

#[test]
fn items_of_dictionaries_of_dictionaries_and_of_those_bound_further_down() {
    check(
        r#"
//- /a.py
def one(): pass
def two(): pass
def three(): pass
def register(key):
    TABLE[key] = two
TABLE = {"a": {"b": 1}}
TABLE["a"]["b"] = one
TABLE.update({"c": three})
def run():
    TABLE["a"]["b"]()
    TABLE["c"]()
"#,
        &expect![[r#"
            a.py -reads exact- a.py:one
            a.py -reads exact- a.py:three
            a.py -reads exact- a.py:TABLE
            a.py:register -reads exact- a.py:two
            a.py:register -reads exact- a.py:TABLE
            a.py:TABLE -reads exact- a.py:one
            a.py:TABLE -reads exact- a.py:three
            a.py:TABLE -writtenby exact- a.py:register
            a.py:run -calls probable- a.py:one
            a.py:run -calls probable- a.py:two
            a.py:run -calls probable- a.py:three
            a.py:run -reads exact- a.py:TABLE
        "#]],
    );
}

#[test]
fn a_dictionary_holds_what_it_was_filled_with_before_anybody_used_it() {
    check(
        r#"
//- /a.py
def one(): pass
def two(): pass
def three(): pass
TABLE = {"a": one, "b": one}
TABLE["a"] = two
TABLE.update({"b": two, "c": three})
TABLE["a"]()
STEPS = [one, two, three]
STEPS[1:][0]()
OPEN = {"a": one}
print(OPEN)
OPEN["a"] = three
def run():
    OPEN["a"]()
"#,
        &expect![[r#"
            a.py -reads exact- a.py:one
            a.py -calls probable- a.py:two
            a.py -reads exact- a.py:two
            a.py -reads exact- a.py:three
            a.py -reads exact- a.py:TABLE
            a.py -reads exact- a.py:STEPS
            a.py -reads exact- a.py:OPEN
            a.py:TABLE -reads exact- a.py:one
            a.py:TABLE -reads exact- a.py:two
            a.py:TABLE -reads exact- a.py:three
            a.py:STEPS -reads exact- a.py:one
            a.py:STEPS -reads exact- a.py:two
            a.py:STEPS -reads exact- a.py:three
            a.py:OPEN -reads exact- a.py:one
            a.py:OPEN -reads exact- a.py:three
            a.py:run -calls probable- a.py:one
            a.py:run -calls probable- a.py:three
            a.py:run -reads exact- a.py:OPEN
        "#]],
    );
}

#[test]
fn a_class_uses_what_classes_that_extend_it_have() {
    check(
        r#"
//- /a.py
class Step:
    def run(self):
        self.act()
class Pay(Step):
    def __init__(self):
        self.act = self.pay
    def pay(self): pass
"#,
        &expect![[r#"
            a.py:Step.run -reads probable- a.py:Pay.act
            a.py:Step.run -calls probable- a.py:Pay.pay
            a.py:Pay -inherits exact- a.py:Step
            a.py:Pay.__init__ -reads exact- a.py:Pay.pay
            a.py:Pay.act -reads exact- a.py:Pay.pay
        "#]],
    );
}

#[test]
fn functions_given_to_builtins_are_called_by_who_gives_them() {
    check(
        r#"
//- /a.py
class Line:
    def total(self): pass
def line(text): return Line()
def size(line): pass
def run(texts):
    for it in map(line, texts):
        it.total()
    sorted(texts, key=size)
"#,
        &expect![[r#"
            a.py:line -calls exact- a.py:Line
            a.py:run -calls probable- a.py:Line.total
            a.py:run -calls probable- a.py:line
            a.py:run -reads exact- a.py:line
            a.py:run -calls probable- a.py:size
            a.py:run -reads exact- a.py:size
        "#]],
    );
}

#[test]
fn what_a_name_held_before_it_was_set_again_is_seen_only_in_between() {
    check(
        r#"
//- /a.py
def first(): pass
def second(): pass
def other(): pass

held = first
held()
held = second
held()

def later():
    held()

def local():
    it = first
    it()
    it = second
    it()
    return it

kept = first
def change():
    global kept
    kept = other
kept = second
def reader():
    kept()

maybe = first
if held:
    maybe = second
maybe()
"#,
        &expect![[r#"
            a.py -calls probable- a.py:first
            a.py -reads exact- a.py:first
            a.py -calls probable- a.py:second
            a.py -reads exact- a.py:second
            a.py -reads exact- a.py:held
            a.py -reads exact- a.py:maybe
            a.py:held -reads exact- a.py:first
            a.py:held -reads exact- a.py:second
            a.py:later -calls probable- a.py:second
            a.py:later -reads exact- a.py:held
            a.py:local -calls probable- a.py:first
            a.py:local -reads exact- a.py:first
            a.py:local -calls probable- a.py:second
            a.py:local -reads exact- a.py:second
            a.py:kept -reads exact- a.py:first
            a.py:kept -reads exact- a.py:second
            a.py:kept -writtenby exact- a.py:change
            a.py:change -reads exact- a.py:other
            a.py:reader -calls probable- a.py:first
            a.py:reader -calls probable- a.py:second
            a.py:reader -calls probable- a.py:other
            a.py:reader -reads exact- a.py:kept
            a.py:maybe -reads exact- a.py:first
            a.py:maybe -reads exact- a.py:second
        "#]],
    );
}
