//! What Kotlin code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn packages_imports_and_java_beside() {
    check(
        r#"
//- /src/main/kotlin/shop/Items.kt
package shop
class Item { fun sell() {} }
fun make(): Item = Item()
const val LIMIT = 1
//- /src/main/java/shop/Old.java
package shop;
public class Old { public static void run() { new Item().sell(); } }
//- /src/main/kotlin/web/Named.kt
package web
import shop.make as create
import shop.LIMIT
import shop.Old
fun f(): Int { create().sell(); Old.run(); return LIMIT }
//- /src/main/kotlin/web/Starred.kt
package web
import shop.*
fun g() { make().sell() }
//- /src/main/kotlin/other/Unseen.kt
package other
fun h() { make() }
"#,
        &expect![[r#"
            src/main/java/shop/Old.java:Old.run -calls exact- src/main/kotlin/shop/Items.kt:Item
            src/main/java/shop/Old.java:Old.run -calls probable- src/main/kotlin/shop/Items.kt:Item.sell
            src/main/kotlin/shop/Items.kt:make -calls exact- src/main/kotlin/shop/Items.kt:Item
            src/main/kotlin/shop/Items.kt:make -mentions exact- src/main/kotlin/shop/Items.kt:Item
            src/main/kotlin/web/Named.kt:f -reads exact- src/main/java/shop/Old.java:Old
            src/main/kotlin/web/Named.kt:f -calls exact- src/main/java/shop/Old.java:Old.run
            src/main/kotlin/web/Named.kt:f -calls probable- src/main/kotlin/shop/Items.kt:Item.sell
            src/main/kotlin/web/Named.kt:f -calls exact- src/main/kotlin/shop/Items.kt:make
            src/main/kotlin/web/Named.kt:f -reads exact- src/main/kotlin/shop/Items.kt:LIMIT
            src/main/kotlin/web/Starred.kt:g -calls probable- src/main/kotlin/shop/Items.kt:Item.sell
            src/main/kotlin/web/Starred.kt:g -calls exact- src/main/kotlin/shop/Items.kt:make
        "#]],
    );
}

#[test]
fn extensions_are_members_of_the_types_they_extend() {
    check(
        r#"
//- /Item.kt
package shop
open class Item { fun sell() {} }
class Special : Item()
//- /Extensions.kt
package shop.more
import shop.Item
fun Item.twice(): Item { sell(); this.sell(); return this }
val Item.best: Item get() = twice()
infix fun Item.with(other: Item) = other
//- /Main.kt
package web
import shop.*
import shop.more.*
fun f(item: Item, special: Special) { item.twice().best.sell(); special.twice(); (item with special).sell() }
"#,
        &expect![[r#"
            Extensions.kt:twice -mentions exact- Item.kt:Item
            Extensions.kt:twice -calls probable- Item.kt:Item.sell
            Extensions.kt:best -calls probable- Extensions.kt:twice
            Extensions.kt:best -mentions exact- Item.kt:Item
            Extensions.kt:with -mentions exact- Item.kt:Item
            Item.kt:Item -contains exact- Extensions.kt:twice
            Item.kt:Item -contains exact- Extensions.kt:best
            Item.kt:Item -contains exact- Extensions.kt:with
            Item.kt:Special -inherits exact- Item.kt:Item
            Main.kt:f -calls probable- Extensions.kt:twice
            Main.kt:f -calls probable- Extensions.kt:best
            Main.kt:f -calls probable- Extensions.kt:with
            Main.kt:f -mentions exact- Item.kt:Item
            Main.kt:f -calls probable- Item.kt:Item.sell
            Main.kt:f -mentions exact- Item.kt:Special
        "#]],
    );
}

#[test]
fn lambdas_get_items_receivers_and_what_function_types_say() {
    check(
        r#"
//- /Main.kt
class Item(val next: Item) { fun sell() {} }
fun use(action: (Item) -> Unit) { }
class Main(private val items: List<Item>) {
    fun f(item: Item?) {
        items.forEach { it.sell() }
        items.map { it.next }.first().sell()
        item?.let { it.sell() }
        item!!.apply { sell() }
        with(item) { sell() }
        item.also { x -> x.sell() }.sell()
        use { it.sell() }
        items.forEach(Item::sell)
        val made by lazy { Item(item) }
        made.sell()
        listOf(item)[0].sell()
    }
}
"#,
        &expect![[r#"
            Main.kt:Item.Item -mentions exact- Main.kt:Item
            Main.kt:use -mentions exact- Main.kt:Item
            Main.kt:Main.Main -mentions exact- Main.kt:Item
            Main.kt:Main.f -calls exact- Main.kt:Item
            Main.kt:Main.f -reads exact- Main.kt:Item
            Main.kt:Main.f -mentions exact- Main.kt:Item
            Main.kt:Main.f -calls exact- Main.kt:Item.Item
            Main.kt:Main.f -reads probable- Main.kt:Item.next
            Main.kt:Main.f -calls exact- Main.kt:Item.sell
            Main.kt:Main.f -calls exact- Main.kt:use
            Main.kt:Main.f -reads exact- Main.kt:Main.items
        "#]],
    );
}

#[test]
fn classes_companions_objects_and_constructors() {
    check(
        r#"
//- /Main.kt
open class Base(val name: String) { open fun run() {} }
class Sub(n: Int) : Base("x"), Sold {
    constructor() : this(1)
    init { prepare() }
    override fun run() { super.run(); help() }
    override fun sell() {}
    private fun prepare() {}
    companion object { fun create() = Sub(); fun help() {} }
}
interface Sold {
    fun sell()
    fun twice() { sell() }
}
object Registry { fun add(sold: Sold) { sold.twice() } }
class Deco(private val inner: Sold) : Sold by inner
fun main() {
    Sub.create().run()
    Registry.add(Sub(2))
    val made = object : Base("y") {
        override fun run() { help() }
        fun help() {}
    }
    made.run()
}
"#,
        &expect![[r#"
            Main.kt:Sub -inherits exact- Main.kt:Base
            Main.kt:Sub -calls exact- Main.kt:Base.Base
            Main.kt:Sub -calls exact- Main.kt:Sub.prepare
            Main.kt:Sub -inherits exact- Main.kt:Sold
            Main.kt:Sub.Sub#1 -calls exact- Main.kt:Sub.Sub
            Main.kt:Sub.run -calls exact- Main.kt:Base.run
            Main.kt:Sub.run -calls exact- Main.kt:Sub.Companion.help
            Main.kt:Sub.Companion.create -calls exact- Main.kt:Sub
            Main.kt:Sub.Companion.create -calls exact- Main.kt:Sub.Sub#1
            Main.kt:Sold.twice -calls exact- Main.kt:Sold.sell
            Main.kt:Registry.add -mentions exact- Main.kt:Sold
            Main.kt:Registry.add -calls probable- Main.kt:Sold.twice
            Main.kt:Deco -inherits exact- Main.kt:Sold
            Main.kt:Deco -reads exact- Main.kt:Deco.inner
            Main.kt:Deco.Deco -mentions exact- Main.kt:Sold
            Main.kt:main -calls exact- Main.kt:Base.Base
            Main.kt:main -calls exact- Main.kt:Sub
            Main.kt:main -reads exact- Main.kt:Sub
            Main.kt:main -calls exact- Main.kt:Sub.Sub
            Main.kt:main -calls probable- Main.kt:Sub.run
            Main.kt:main -calls exact- Main.kt:Sub.Companion.create
            Main.kt:main -reads exact- Main.kt:Registry
            Main.kt:main -calls exact- Main.kt:Registry.add
            Main.kt:main -calls exact- Main.kt:main.$Base
            Main.kt:main -calls probable- Main.kt:main.$Base.run
            Main.kt:main.$Base -inherits exact- Main.kt:Base
            Main.kt:main.$Base -calls exact- Main.kt:Base.Base
            Main.kt:main.$Base.run -calls exact- Main.kt:main.$Base.help
        "#]],
    );
}

#[test]
fn smart_casts_type_locals() {
    check(
        r#"
//- /Main.kt
package shop
class Item {
    fun sell() {}
}
class Other {
    fun sell() {}
}
fun f(o: Any) {
    if (o is Item && true) { o.sell() }
    when (o) {
        is Other -> o.sell()
        else -> { }
    }
}
"#,
        &expect![[r#"
            Main.kt:f -mentions exact- Main.kt:Item
            Main.kt:f -calls probable- Main.kt:Item.sell
            Main.kt:f -mentions exact- Main.kt:Other
            Main.kt:f -calls probable- Main.kt:Other.sell
        "#]],
    );
}

#[test]
fn properties_run_their_accessors_and_enums_their_bodies() {
    check(
        r#"
//- /Main.kt
package shop
enum class Kind {
    ONE { override fun size() = 1 },
    TWO;
    open fun size() = 2
}
class Item(var kind: Kind) {
    val size: Int get() = kind.size()
    var checked: Int = 0
        set(value) { check(value); field = value }
    fun check(n: Int) {}
}
fun f(item: Item) { item.size; item.checked = 1; Kind.TWO.size(); item.kind = Kind.ONE }
"#,
        &expect![[r#"
            Main.kt:Kind.$ONE -inherits exact- Main.kt:Kind
            Main.kt:Item.Item -mentions exact- Main.kt:Kind
            Main.kt:Item.kind -writtenby probable- Main.kt:f
            Main.kt:Item.size -calls probable- Main.kt:Kind.size
            Main.kt:Item.size -reads exact- Main.kt:Item.kind
            Main.kt:Item.checked -calls exact- Main.kt:Item.check
            Main.kt:Item.checked -writtenby probable- Main.kt:f
            Main.kt:f -reads exact- Main.kt:Kind
            Main.kt:f -reads exact- Main.kt:Kind.ONE
            Main.kt:f -reads exact- Main.kt:Kind.TWO
            Main.kt:f -calls probable- Main.kt:Kind.size
            Main.kt:f -mentions exact- Main.kt:Item
            Main.kt:f -calls probable- Main.kt:Item.size
        "#]],
    );
}

#[test]
fn a_test_runs_the_set_up_of_its_class_and_its_bases() {
    check(
        r#"
//- /a/Base.kt
package a
abstract class Base {
    @BeforeEach fun start() {}
}
//- /a/CartTest.kt
package a
@ExtendWith(Clock::class)
class CartTest : Base() {
    val cart = make()
    @BeforeTest fun fill() {}
    @Test fun adds() {}
    companion object {
        @BeforeAll @JvmStatic fun open() {}
        @JvmStatic fun amounts() {}
    }
    @ParameterizedTest @MethodSource("amounts") fun takes(n: Int) {}
}
//- /a/PlainTest.kt
package a
class PlainTest : Base() { @Test fun runs() {} }
//- /a/Clock.kt
package a
class Clock : BeforeEachCallback { override fun beforeEach(of: Any) {} }
fun make() {}
"#,
        &expect![[r#"
            a/CartTest.kt:CartTest -inherits exact- a/Base.kt:Base
            a/CartTest.kt:CartTest -reads exact- a/Clock.kt:Clock
            a/CartTest.kt:CartTest -calls exact- a/Clock.kt:make
            a/CartTest.kt:CartTest.cart -calls exact- a/Clock.kt:make
            a/CartTest.kt:CartTest.fill -calls exact- a/Base.kt:Base.start
            a/CartTest.kt:CartTest.adds -calls exact- a/CartTest.kt:CartTest
            a/CartTest.kt:CartTest.adds -calls exact- a/CartTest.kt:CartTest.fill
            a/CartTest.kt:CartTest.adds -calls exact- a/CartTest.kt:CartTest.Companion.open
            a/CartTest.kt:CartTest.adds -calls exact- a/Clock.kt:Clock
            a/CartTest.kt:CartTest.adds -calls probable- a/Clock.kt:Clock.beforeEach
            a/CartTest.kt:CartTest.Companion.open -calls exact- a/Base.kt:Base.start
            a/CartTest.kt:CartTest.takes -calls exact- a/CartTest.kt:CartTest
            a/CartTest.kt:CartTest.takes -calls exact- a/CartTest.kt:CartTest.fill
            a/CartTest.kt:CartTest.takes -calls exact- a/CartTest.kt:CartTest.Companion.open
            a/CartTest.kt:CartTest.takes -calls exact- a/CartTest.kt:CartTest.Companion.amounts
            a/CartTest.kt:CartTest.takes -calls exact- a/Clock.kt:Clock
            a/CartTest.kt:CartTest.takes -calls probable- a/Clock.kt:Clock.beforeEach
            a/CartTest.kt:CartTest#adds -tests exact- a/CartTest.kt:CartTest.adds
            a/CartTest.kt:CartTest#takes -tests exact- a/CartTest.kt:CartTest.takes
            a/PlainTest.kt:PlainTest -inherits exact- a/Base.kt:Base
            a/PlainTest.kt:PlainTest.runs -calls exact- a/Base.kt:Base.start
            a/PlainTest.kt:PlainTest.runs -calls exact- a/PlainTest.kt:PlainTest
            a/PlainTest.kt:PlainTest#runs -tests exact- a/PlainTest.kt:PlainTest.runs
        "#]],
    );
}

#[test]
fn java_and_kotlin_see_the_properties_of_one_another() {
    check(
        r#"
//- /shop/Names.kt
package shop
fun helper(x: Int) = x
val top: String = "x"
class Person(val name: String) {
    var friend: Person? = null
    fun greet() {}
    companion object {
        fun of(n: String): Person = Person(n)
    }
}
object Registry {
    fun add(p: Person) {}
}
fun reads(it: Bean) { it.title; it.title = "x"; it.isReady; it.owner.greet() }
class Sub : Bean() {
    fun own() = title
}
//- /shop/named.kt
@file:JvmName("Named")
package shop
fun named() = 1
//- /shop/Bean.java
package shop;
public class Bean {
    private String title;
    public String getTitle() { return title; }
    public void setTitle(String it) {}
    public boolean isReady() { return true; }
    public Person getOwner() { return null; }
}
//- /shop/Main.java
package shop;
class Main {
    void functions() { NamesKt.helper(1); Named.named(); NamesKt.getTop(); }
    void properties(Person it) { it.getName(); it.getFriend().greet(); }
    void objects(Person it) { Person.Companion.of("x"); Registry.INSTANCE.add(it); }
}
"#,
        &expect![[r#"
            shop/Bean.java:Bean.getTitle -reads exact- shop/Bean.java:Bean.title
            shop/Bean.java:Bean.getOwner -mentions exact- shop/Names.kt:Person
            shop/Main.java:Main.functions -calls exact- shop/Names.kt:helper
            shop/Main.java:Main.functions -reads exact- shop/Names.kt:top
            shop/Main.java:Main.functions -calls exact- shop/named.kt:named
            shop/Main.java:Main.properties -mentions exact- shop/Names.kt:Person
            shop/Main.java:Main.properties -reads probable- shop/Names.kt:Person.name
            shop/Main.java:Main.properties -reads probable- shop/Names.kt:Person.friend
            shop/Main.java:Main.properties -calls probable- shop/Names.kt:Person.greet
            shop/Main.java:Main.objects -reads exact- shop/Names.kt:Person
            shop/Main.java:Main.objects -mentions exact- shop/Names.kt:Person
            shop/Main.java:Main.objects -reads exact- shop/Names.kt:Person.Companion
            shop/Main.java:Main.objects -calls exact- shop/Names.kt:Person.Companion.of
            shop/Main.java:Main.objects -reads exact- shop/Names.kt:Registry
            shop/Main.java:Main.objects -calls exact- shop/Names.kt:Registry.add
            shop/Names.kt:Person.friend -mentions exact- shop/Names.kt:Person
            shop/Names.kt:Person.Companion.of -calls exact- shop/Names.kt:Person
            shop/Names.kt:Person.Companion.of -mentions exact- shop/Names.kt:Person
            shop/Names.kt:Person.Companion.of -calls exact- shop/Names.kt:Person.Person
            shop/Names.kt:Registry.add -mentions exact- shop/Names.kt:Person
            shop/Names.kt:reads -mentions exact- shop/Bean.java:Bean
            shop/Names.kt:reads -calls probable- shop/Bean.java:Bean.getTitle
            shop/Names.kt:reads -calls probable- shop/Bean.java:Bean.setTitle
            shop/Names.kt:reads -calls probable- shop/Bean.java:Bean.isReady
            shop/Names.kt:reads -calls probable- shop/Bean.java:Bean.getOwner
            shop/Names.kt:reads -calls probable- shop/Names.kt:Person.greet
            shop/Names.kt:Sub -inherits exact- shop/Bean.java:Bean
            shop/Names.kt:Sub.own -calls exact- shop/Bean.java:Bean.getTitle
        "#]],
    );
}

#[test]
fn types_on_one_line_and_extension_properties_are_understood() {
    check(
        r#"
//- /a.kt
package a
interface Sized { val size: Int get() = 1; fun twice() = size }
interface Named { fun name(): String }
val String.initial get() = this[0]
fun first() = "abc".initial
fun both(it: Sized) = it.twice()
"#,
        &expect![[r#""#]],
    );
}

#[test]
fn states_hold_their_value() {
    check(
        r#"
//- /a/Base.kt
package a
class Base {
    fun run(): Int { return 1 }
}
//- /a/Uses.kt
package a
fun one(state: StateFlow<Base>) { state.value.run() }
fun two(data: MutableLiveData<Base>) { data.value?.run() }
fun three(late: Lazy<Base>) { late.value.run() }
"#,
        &expect![[r#"
            a/Uses.kt:one -mentions exact- a/Base.kt:Base
            a/Uses.kt:one -calls probable- a/Base.kt:Base.run
            a/Uses.kt:two -mentions exact- a/Base.kt:Base
            a/Uses.kt:two -calls probable- a/Base.kt:Base.run
            a/Uses.kt:three -mentions exact- a/Base.kt:Base
            a/Uses.kt:three -calls probable- a/Base.kt:Base.run
        "#]],
    );
}
