//! What Java code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn packages_imports_and_nested_types() {
    check(
        r#"
//- /src/main/java/a/b/Outer.java
package a.b;
public class Outer {
    public static int LIMIT = 1;
    public static void help() {}
    public static class Inner { public void run() {} }
}
//- /src/main/java/a/b/Sibling.java
package a.b;
class Sibling { void f() { Outer.help(); } }
//- /src/main/java/c/Named.java
package c;
import a.b.Outer;
import a.b.Outer.Inner;
import static a.b.Outer.help;
class Named { int f() { help(); new Inner().run(); new Outer.Inner().run(); return Outer.LIMIT; } }
//- /src/main/java/c/Starred.java
package c;
import a.b.*;
import static a.b.Outer.*;
class Starred { int f() { help(); new Inner(); a.b.Outer.help(); return LIMIT; } }
"#,
        &expect![[r#"
            src/main/java/a/b/Sibling.java:Sibling.f -reads exact- src/main/java/a/b/Outer.java:Outer
            src/main/java/a/b/Sibling.java:Sibling.f -calls exact- src/main/java/a/b/Outer.java:Outer.help
            src/main/java/c/Named.java:Named.f -reads exact- src/main/java/a/b/Outer.java:Outer
            src/main/java/c/Named.java:Named.f -mentions exact- src/main/java/a/b/Outer.java:Outer
            src/main/java/c/Named.java:Named.f -reads exact- src/main/java/a/b/Outer.java:Outer.LIMIT
            src/main/java/c/Named.java:Named.f -calls exact- src/main/java/a/b/Outer.java:Outer.help
            src/main/java/c/Named.java:Named.f -calls exact- src/main/java/a/b/Outer.java:Outer.Inner
            src/main/java/c/Named.java:Named.f -calls probable- src/main/java/a/b/Outer.java:Outer.Inner.run
            src/main/java/c/Starred.java:Starred.f -reads exact- src/main/java/a/b/Outer.java:Outer
            src/main/java/c/Starred.java:Starred.f -reads exact- src/main/java/a/b/Outer.java:Outer.LIMIT
            src/main/java/c/Starred.java:Starred.f -calls exact- src/main/java/a/b/Outer.java:Outer.help
            src/main/java/c/Starred.java:Starred.f -calls exact- src/main/java/a/b/Outer.java:Outer.Inner
        "#]],
    );
}

#[test]
fn a_name_of_another_package_is_not_seen_without_an_import() {
    check(
        r#"
//- /a/Tool.java
package a;
public class Tool { public static void run() {} }
//- /b/Main.java
package b;
class Main { void f() { Tool.run(); } }
"#,
        &expect![""],
    );
}

#[test]
fn overloads_are_picked_by_the_number_of_arguments() {
    check(
        r#"
//- /A.java
class A {
    A() { this(1); }
    A(int n) { super(); }
    void f() {}
    void f(int a) {}
    void f(String a, Object... rest) {}
    void run() { f(); f(1); f("", 2, 3); new A(); new A(1); }
}
"#,
        &expect![[r#"
            A.java:A.A -calls exact- A.java:A.A#1
            A.java:A.run -calls exact- A.java:A
            A.java:A.run -calls exact- A.java:A.A
            A.java:A.run -calls exact- A.java:A.A#1
            A.java:A.run -calls exact- A.java:A.f
            A.java:A.run -calls probable- A.java:A.f#1
            A.java:A.run -calls exact- A.java:A.f#2
        "#]],
    );
}

#[test]
fn members_are_inherited_and_overridden_ones_are_reached_through_the_base() {
    check(
        r#"
//- /Base.java
abstract class Base {
    protected int count;
    Base(String name) {}
    void save() { check(); }
    abstract void check();
}
//- /Sub.java
class Sub extends Base implements Store {
    Sub() { super("sub"); }
    void check() { count = 1; }
    public void put() { super.save(); save(); }
}
//- /Store.java
interface Store { void put(); default void twice() { put(); put(); } }
//- /Main.java
class Main { void f(Store store) { store.put(); store.twice(); new Sub().save(); } }
"#,
        &expect![[r#"
            Base.java:Base.save -calls exact- Base.java:Base.check
            Main.java:Main.f -calls probable- Base.java:Base.save
            Main.java:Main.f -mentions exact- Store.java:Store
            Main.java:Main.f -calls probable- Store.java:Store.put
            Main.java:Main.f -calls probable- Store.java:Store.twice
            Main.java:Main.f -calls exact- Sub.java:Sub
            Main.java:Main.f -calls exact- Sub.java:Sub.Sub
            Store.java:Store.twice -calls exact- Store.java:Store.put
            Sub.java:Sub -inherits exact- Base.java:Base
            Sub.java:Sub -inherits exact- Store.java:Store
            Sub.java:Sub.Sub -calls exact- Base.java:Base.Base
            Sub.java:Sub.put -calls exact- Base.java:Base.save
            Base.java:Base.count -writtenby exact- Sub.java:Sub.check
        "#]],
    );
}

#[test]
fn a_field_and_a_method_may_share_a_name() {
    check(
        r#"
//- /A.java
class A {
    private B name;
    B name() { return name; }
    void f() { name(); name.go(); this.name().go(); }
}
class B { void go() {} }
"#,
        &expect![[r#"
            A.java:A -mentions exact- A.java:B
            A.java:A.name -mentions exact- A.java:B
            A.java:A.name#1 -reads exact- A.java:A.name
            A.java:A.name#1 -mentions exact- A.java:B
            A.java:A.f -reads exact- A.java:A.name
            A.java:A.f -calls exact- A.java:A.name#1
            A.java:A.f -calls probable- A.java:B.go
        "#]],
    );
}

#[test]
fn receivers_are_typed_by_declarations_creations_and_items() {
    check(
        r#"
//- /Item.java
import java.util.*;
class Item {
    Item next() { return this; }
    void sell() {}
    static List<Item> all() { return null; }
}
//- /Main.java
import java.util.*;
class Main {
    private final Map<String, Item> byName = new HashMap<>();
    void f(List<Item> items, Item[] more, Object o) {
        for (Item item : items) item.sell();
        for (var item : more) item.sell();
        var made = new Item();
        made.next().next().sell();
        byName.get("x").sell();
        items.stream().filter(it -> it != null).forEach(it -> it.sell());
        items.stream().map(it -> it.next()).forEach(it -> it.sell());
        Item.all().get(0).sell();
        ((Item) o).sell();
        if (o instanceof Item it) it.sell();
        items.forEach(Item::sell);
    }
}
"#,
        &expect![[r#"
            Item.java:Item.next -mentions exact- Item.java:Item
            Item.java:Item.all -mentions exact- Item.java:Item
            Main.java:Main -mentions exact- Item.java:Item
            Main.java:Main.byName -mentions exact- Item.java:Item
            Main.java:Main.f -calls exact- Item.java:Item
            Main.java:Main.f -reads exact- Item.java:Item
            Main.java:Main.f -mentions exact- Item.java:Item
            Main.java:Main.f -calls probable- Item.java:Item.next
            Main.java:Main.f -calls exact- Item.java:Item.sell
            Main.java:Main.f -calls exact- Item.java:Item.all
            Main.java:Main.f -reads exact- Main.java:Main.byName
        "#]],
    );
}

#[test]
fn lambdas_methods_and_anonymous_classes_are_values() {
    check(
        r#"
//- /Main.java
interface Task { void run(); }
class Main {
    void start(Task task) { task.run(); }
    void work() {}
    void f() {
        start(() -> work());
        start(this::work);
        start(new Task() { public void run() { work(); } });
    }
}
"#,
        &expect![[r#"
            Main.java:Task.run -calls possible- Main.java:Main.work
            Main.java:Main.start -mentions exact- Main.java:Task
            Main.java:Main.start -calls probable- Main.java:Task.run
            Main.java:Main.start -calls probable- Main.java:Main.work
            Main.java:Main.start -calls probable- Main.java:Main.f.$Task.run
            Main.java:Main.f -calls exact- Main.java:Task
            Main.java:Main.f -calls exact- Main.java:Main.start
            Main.java:Main.f -calls exact- Main.java:Main.work
            Main.java:Main.f -calls exact- Main.java:Main.f.$Task
            Main.java:Main.f.$Task -inherits exact- Main.java:Task
            Main.java:Main.f.$Task.run -calls exact- Main.java:Main.work
        "#]],
    );
}

#[test]
fn enums_records_and_resources() {
    check(
        r#"
//- /Kind.java
enum Kind {
    ONE { int size() { return 1; } }, TWO;
    int size() { return 2; }
    static Kind best() { return ONE; }
}
//- /Main.java
class Main {
    record Point(int x, Kind kind) { Point { check(x); } static void check(int x) {} }
    static class Lock implements AutoCloseable { public void close() {} }
    int f(Point point, Kind kind) throws Exception {
        try (Lock lock = new Lock()) {}
        switch (kind) { case ONE: return 1; default: }
        return point.kind().size() + Kind.TWO.size() + Kind.valueOf("ONE").size();
    }
}
"#,
        &expect![[r#"
            Kind.java:Kind.$ONE -inherits exact- Kind.java:Kind
            Kind.java:Kind.best -mentions exact- Kind.java:Kind
            Kind.java:Kind.best -reads exact- Kind.java:Kind.ONE
            Main.java:Main.Point -mentions exact- Kind.java:Kind
            Main.java:Main.Point.kind -mentions exact- Kind.java:Kind
            Main.java:Main.Point.Point -calls exact- Main.java:Main.Point.check
            Main.java:Main.f -reads exact- Kind.java:Kind
            Main.java:Main.f -mentions exact- Kind.java:Kind
            Main.java:Main.f -reads probable- Kind.java:Kind.ONE
            Main.java:Main.f -reads exact- Kind.java:Kind.TWO
            Main.java:Main.f -calls probable- Kind.java:Kind.size
            Main.java:Main.f -mentions exact- Main.java:Main.Point
            Main.java:Main.f -reads probable- Main.java:Main.Point.kind
            Main.java:Main.f -calls exact- Main.java:Main.Lock
            Main.java:Main.f -mentions exact- Main.java:Main.Lock
            Main.java:Main.f -calls probable- Main.java:Main.Lock.close
        "#]],
    );
}

#[test]
fn calls_of_what_every_object_has_mean_nothing_of_other_classes() {
    check(
        r#"
//- /Main.java
class Main { boolean f(Other other) { return other.equals(this) && other.getClass() == null; } }
class Other {}
class Third { public boolean equals(Object o) { return true; } }
"#,
        &expect![[r#"
            Main.java:Main.f -mentions exact- Main.java:Other
        "#]],
    );
}

#[test]
fn a_test_runs_the_set_up_of_its_class_its_bases_and_the_classes_around() {
    check(
        r#"
//- /a/Base.java
package a;
abstract class Base {
    Connection it = Connection.open();
    @BeforeEach void start() {}
    @AfterAll static void stop() {}
}
//- /a/CartTest.java
package a;
@ExtendWith(Clock.class)
class CartTest extends Base {
    CartTest() {}
    @BeforeEach void fill() {}
    static void amounts() {}
    static void takes() {}
    @ParameterizedTest @MethodSource("amounts") void adds(int n) {}
    @ParameterizedTest @MethodSource void takes(int n) {}
    @ParameterizedTest @MethodSource("a.Given#all") void all(int n) {}
    @Nested class Empty { @Test void isFree() {} }
}
//- /a/PlainTest.java
package a;
class PlainTest extends Base { @Test void runs() {} void before() {} }
//- /a/Clock.java
package a;
class Clock implements BeforeEachCallback { public void beforeEach(Object of) {} }
//- /a/Given.java
package a;
class Given { static void all() {} }
//- /a/Other.java
package a;
class Other { void beforeAll() {} }
"#,
        &expect![[r#"
            a/CartTest.java:CartTest -inherits exact- a/Base.java:Base
            a/CartTest.java:CartTest -mentions exact- a/Clock.java:Clock
            a/CartTest.java:CartTest.fill -calls exact- a/Base.java:Base.start
            a/CartTest.java:CartTest.fill -calls exact- a/Base.java:Base.stop
            a/CartTest.java:CartTest.adds -calls exact- a/CartTest.java:CartTest
            a/CartTest.java:CartTest.adds -calls exact- a/CartTest.java:CartTest.CartTest
            a/CartTest.java:CartTest.adds -calls exact- a/CartTest.java:CartTest.fill
            a/CartTest.java:CartTest.adds -calls exact- a/CartTest.java:CartTest.amounts
            a/CartTest.java:CartTest.adds -calls exact- a/Clock.java:Clock
            a/CartTest.java:CartTest.adds -calls probable- a/Clock.java:Clock.beforeEach
            a/CartTest.java:CartTest.takes#1 -calls exact- a/CartTest.java:CartTest
            a/CartTest.java:CartTest.takes#1 -calls exact- a/CartTest.java:CartTest.CartTest
            a/CartTest.java:CartTest.takes#1 -calls exact- a/CartTest.java:CartTest.fill
            a/CartTest.java:CartTest.takes#1 -calls probable- a/CartTest.java:CartTest.takes
            a/CartTest.java:CartTest.takes#1 -calls probable- a/CartTest.java:CartTest.takes#1
            a/CartTest.java:CartTest.takes#1 -calls exact- a/Clock.java:Clock
            a/CartTest.java:CartTest.takes#1 -calls probable- a/Clock.java:Clock.beforeEach
            a/CartTest.java:CartTest.all -calls exact- a/CartTest.java:CartTest
            a/CartTest.java:CartTest.all -calls exact- a/CartTest.java:CartTest.CartTest
            a/CartTest.java:CartTest.all -calls exact- a/CartTest.java:CartTest.fill
            a/CartTest.java:CartTest.all -calls exact- a/Clock.java:Clock
            a/CartTest.java:CartTest.all -calls probable- a/Clock.java:Clock.beforeEach
            a/CartTest.java:CartTest.all -calls exact- a/Given.java:Given.all
            a/CartTest.java:CartTest.Empty.isFree -calls exact- a/CartTest.java:CartTest
            a/CartTest.java:CartTest.Empty.isFree -calls exact- a/CartTest.java:CartTest.CartTest
            a/CartTest.java:CartTest.Empty.isFree -calls exact- a/CartTest.java:CartTest.fill
            a/CartTest.java:CartTest.Empty.isFree -calls exact- a/CartTest.java:CartTest.Empty
            a/CartTest.java:CartTest.Empty.isFree -calls exact- a/Clock.java:Clock
            a/CartTest.java:CartTest.Empty.isFree -calls probable- a/Clock.java:Clock.beforeEach
            a/CartTest.java:CartTest#adds -tests exact- a/CartTest.java:CartTest.adds
            a/CartTest.java:CartTest#takes -tests exact- a/CartTest.java:CartTest.takes#1
            a/CartTest.java:CartTest#all -tests exact- a/CartTest.java:CartTest.all
            a/CartTest.java:CartTest$Empty#isFree -tests exact- a/CartTest.java:CartTest.Empty.isFree
            a/PlainTest.java:PlainTest -inherits exact- a/Base.java:Base
            a/PlainTest.java:PlainTest.runs -calls exact- a/Base.java:Base.start
            a/PlainTest.java:PlainTest.runs -calls exact- a/Base.java:Base.stop
            a/PlainTest.java:PlainTest.runs -calls exact- a/PlainTest.java:PlainTest
            a/PlainTest.java:PlainTest#runs -tests exact- a/PlainTest.java:PlainTest.runs
        "#]],
    );
}

#[test]
fn overloads_of_as_many_parameters_are_no_certainty() {
    check(
        r#"
//- /A.java
class A {
    void go(int a) {}
    void go(String a) {}
    void go(int a, int b) {}
    void one() { go(1); }
    void two() { go(1, 2); }
}
"#,
        &expect![[r#"
            A.java:A.one -calls probable- A.java:A.go
            A.java:A.one -calls probable- A.java:A.go#1
            A.java:A.two -calls exact- A.java:A.go#2
        "#]],
    );
}

#[test]
fn constants_and_unnamed_classes_override_what_they_extend() {
    check(
        r#"
//- /a/Op.java
package a;
enum Op {
    PLUS { @Override int apply(int x) { return help(x); } },
    MINUS { @Override int apply(int x) { return -x; } };
    int help(int x) { return x; }
    abstract int apply(int x);
    static int all(int x) { return PLUS.apply(x); }
}
"#,
        &expect![[r#"
            a/Op.java:Op.$PLUS -inherits exact- a/Op.java:Op
            a/Op.java:Op.$PLUS.apply -calls exact- a/Op.java:Op.help
            a/Op.java:Op.$MINUS -inherits exact- a/Op.java:Op
            a/Op.java:Op.all -reads exact- a/Op.java:Op.PLUS
            a/Op.java:Op.all -calls probable- a/Op.java:Op.$PLUS.apply
            a/Op.java:Op.all -calls probable- a/Op.java:Op.apply
        "#]],
    );
}

#[test]
fn rules_of_a_class_run_with_each_of_its_tests() {
    check(
        r#"
//- /a/RuleTest.java
package a;
import org.junit.Rule;
import org.junit.Test;
class RuleTest {
    @Rule public Clock clock = new Clock();
    @Test public void works() {}
}
//- /a/Clock.java
package a;
class Clock extends org.junit.rules.ExternalResource {
    @Override protected void before() { start(); }
    void start() {}
}
"#,
        &expect![[r#"
            a/Clock.java:Clock.before -calls exact- a/Clock.java:Clock.start
            a/RuleTest.java:RuleTest -calls exact- a/Clock.java:Clock
            a/RuleTest.java:RuleTest -mentions exact- a/Clock.java:Clock
            a/RuleTest.java:RuleTest.clock -calls exact- a/Clock.java:Clock
            a/RuleTest.java:RuleTest.clock -mentions exact- a/Clock.java:Clock
            a/RuleTest.java:RuleTest.clock -calls probable- a/Clock.java:Clock.before
            a/RuleTest.java:RuleTest.works -calls exact- a/RuleTest.java:RuleTest
            a/RuleTest.java:RuleTest.works -reads exact- a/RuleTest.java:RuleTest.clock
            a/RuleTest.java:RuleTest#works -tests exact- a/RuleTest.java:RuleTest.works
        "#]],
    );
}

#[test]
fn tests_of_testng_run_the_providers_that_they_name() {
    check(
        r#"
//- /src/test/java/a/ATest.java
package a;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;
public class ATest {
    @DataProvider(name = "ids") public Object[][] provide() { return null; }
    @Test(dataProvider = "ids") public void reads(int id) {}
    @Test(dataProvider = "shared", dataProviderClass = Shared.class) public void other(int id) {}
}
//- /src/test/java/a/Shared.java
package a;
import org.testng.annotations.DataProvider;
public class Shared {
    @DataProvider(name = "shared") public static Object[][] all() { return null; }
}
"#,
        &expect![[r#"
            src/test/java/a/ATest.java:ATest -calls possible- src/test/java/a/Shared.java:Shared.all
            src/test/java/a/ATest.java:ATest.reads -calls exact- src/test/java/a/ATest.java:ATest
            src/test/java/a/ATest.java:ATest.reads -calls exact- src/test/java/a/ATest.java:ATest.provide
            src/test/java/a/ATest.java:ATest.other -calls exact- src/test/java/a/ATest.java:ATest
            src/test/java/a/ATest.java:ATest.other -mentions exact- src/test/java/a/Shared.java:Shared
            src/test/java/a/ATest.java:ATest.other -calls exact- src/test/java/a/Shared.java:Shared.all
            src/test/java/a/ATest.java:ATest#reads -tests exact- src/test/java/a/ATest.java:ATest.reads
            src/test/java/a/ATest.java:ATest#other -tests exact- src/test/java/a/ATest.java:ATest.other
        "#]],
    );
}
