//! Facts of small Kotlin files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts(text: &str) -> FileFacts {
    let path = RepoPath::from("src/main/kotlin/A.kt");
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&render(&facts(text)));
}

fn check_only(starts: &[&str], text: &str, expected: &Expect) {
    expected.assert_eq(&render_only(&facts(text), starts));
}

#[test]
fn declarations_of_a_file() {
    check(
        "package shop
import shop.parts.Part as Piece
import shop.more.*
/** What is sold. */
@Entity
data class Item<T : Price>(val price: T, private var parts: List<Piece> = emptyList(), name: String) : Thing(name), Sold {
    val size: Int get() = parts.size
    val first by lazy { parts.first() }
    constructor(price: T) : this(price, emptyList(), \"\")
    companion object { const val MAX = 3; fun of() = Item(1) }
    override fun sell(n: Int, vararg to: String): Item? { return this }
}
enum class Kind {
    SMALL { override fun size() = 1 },
    BIG;
    open fun size() = 2
}
object Registry { fun add(item: Item) {} }
interface Sold {
    fun sell()
    fun twice() { sell() }
}
typealias Pick = (Item) -> Int
fun Item.cheap(): Boolean = price < 1
val Item.best: Int get() = size
const val LIMIT = 10
",
        &expect![[r#"
            Class Item bases [Thing, Sold, Any] decorators [Entity]
            Method Item.Item(price: T@3, parts: [~Piece@3] = emptyList@3(), name: String@3)
            Field Item.price : T@3 = price@3
            Field Item.parts : [~Piece@3] = parts@3 private
            Method Item.size : Int@4 property
            Field Item.first = (parts@6.first())
            Method Item.Item#1(price: T@8)
            Class Item.Companion bases [Any]
            Field Item.Companion.MAX = _
            Method Item.Companion.of returns [Item@11(_)]
            Method Item.sell(n: Int@12, *to: [~String@12]) : Item@12
            Function size returns [_]
            scope 0 Module
              Item -> definition Item
              Piece -> import shop.parts:Part
              size -> definition size
            scope 1 Block in 0
              T -> type 0 of <Item> below Price@1
            scope 2 Class of Item in 1
              <init> -> definition Item.Item
              <init> -> definition Item.Item#1
              Companion -> definition Item.Companion
              MAX -> definition Item.Companion.MAX
              first -> definition Item.first
              getFirst -> alias of <Item.first>
              getPrice -> alias of <Item.price>
              getSize -> alias of <Item.size>
              name -> typed String@3
              of -> definition Item.Companion.of
              parts -> definition Item.parts
              price -> definition Item.price
              sell -> definition Item.sell
              size -> definition Item.size
            scope 3 Function of Item.Item in 2
              name -> parameter 2 of Item.Item
              parts -> parameter 1 of Item.Item
              price -> parameter 0 of Item.Item
            scope 5 Block of Item.size in 4
              field -> typed Int@4
            scope 6 Function of Item in 2
              it -> unknown
            scope 8 Function of Item.Item#1 in 2
              price -> parameter 0 of Item.Item#1
            scope 9 Class of Item.Companion in 2
              MAX -> definition Item.Companion.MAX
              of -> definition Item.Companion.of
            scope 12 Function of Item.sell in 2
              n -> parameter 0 of Item.sell
              to -> parameter 1 of Item.sell
            import shop.parts:Part
            import shop.more:*
            offer Item in shop
            offer Companion in shop.Item
            offer MAX in shop.Item.Companion
            offer of in shop.Item.Companion
            opened ["shop", "shop.more", "kotlin"]
            Decorate Entity in Item
            Type Price@1 in Item
            Type List@3 in Item.Item
            Type Piece@3 in Item.Item
            Call emptyList@3/0 in Item.Item
            Type String@3 in Item.Item
            Inherit Thing in Item
            Call <super Item>.<init>/1 in Item
            Inherit Sold in Item
            Type Int@4 in Item.size
            Read parts@5 in Item.size
            Read parts@5.size in Item.size
            Read parts@6 in Item initialises Item.first
            Call parts@6.first/0 in Item initialises Item.first
            Call <Item>.<init>/3 in Item.Item#1
            Call emptyList@8/0 in Item.Item#1
            Call Item@11/1 in Item.Companion.of
            Type Int@12 in Item.sell
            Type String@12 in Item.sell
            Type Item@12 in Item.sell
            Read Kind
            Read SMALL
            link Table Adopts item | item in Item (guess)
        "#]],
    );
}

#[test]
fn statements_and_expressions_refer_to_what_they_name() {
    check_only(
        &["Call", "Read", "Write", "Type "],
        r#"class A {
    var n = 0
    fun run(o: Any, items: List<Item>) {
        for (item in items) item.sell()
        items.filter { it.free }.map { x -> x.price }.forEach { pay(it) }
        if (o is Item && o.free) { o.sell() }
        when (o) { is Item -> o.sell()
            else -> { } }
        val made = object : Base(1), Sold { override fun sell() { n = 1 } }
        o.let { it.toString() }
        Item(1).apply { sell() }
        with(made) { sell() }
        items.map(Item::price)
        val text = "a $n ${made.x}"
        this@A.n += 1
        try { risky() } catch (e: Failure) { e.tell() }
        made to n
        items[0]?.sell() ?: fail()
    }
}
"#,
        &expect![[r#"
            Type Any@3 in A.run
            Type List@3 in A.run
            Type Item@3 in A.run
            Call item@5.sell/0 in A.run
            Call items@4.filter/1 in A.run
            Read it@6.free in A.run
            Call items@4.filter(it@6.free).map/1 in A.run
            Read x@7.price in A.run
            Call ([x@7.price] | items@4.filter(it@6.free).map(x@7.price)).forEach/1 in A.run
            Call pay@8/1 in A.run
            Type Item@4 in A.run
            Type Item@9 in A.run
            Read o@4.free in A.run
            Call o@10.sell/0 in A.run
            Type Item@11 in A.run
            Type Item@12 in A.run
            Call o@12.sell/0 in A.run
            Call <A.run.$Base> in A.run
            Call <super A.run.$Base>.<init>/1 in A.run.$Base
            Write n@17 in A.run.$Base.sell
            Call o@4.let/1 in A.run
            Call it@18.toString/0 in A.run
            Call Item@4/1 in A.run
            Call Item@4(_).apply/1 in A.run
            Call (Item@4(_).sell | sell@19)/0 in A.run
            Call with@4/2 in A.run
            Call (made@4.sell | sell@20)/0 in A.run
            Call items@4.map/1 in A.run
            Read Item@4 in A.run
            Call Item@4.price in A.run
            Read n@4 in A.run
            Read made@4.x in A.run
            Write <this A>.n in A.run
            Read <this A>.n in A.run
            Call risky@21/0 in A.run
            Type Failure@22 in A.run
            Call e@23.tell/0 in A.run
            Call made@4.to/1 in A.run
            Read n@4 in A.run
            Call items@4[?].sell/0 in A.run
            Call fail@4/0 in A.run
        "#]],
    );
}

#[test]
fn suites_that_extend_a_base_of_the_project() {
    let tests = |path: &str, text: &str| {
        let path = RepoPath::from(path);
        let facts = extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap());
        render_only(&facts, &["test"])
    };
    let text = "class LoginTest : OwnSpec({\n    \"lets in\" { go() }\n    context(\"b\") { test(\"c\") { go() } }\n})\n";
    expect![[r#"
        test lets in (kotest) LoginTest.lets in
        test b > c (kotest) LoginTest.c
    "#]]
    .assert_eq(&tests("src/test/kotlin/LoginTest.kt", text));
    assert_eq!(tests("src/main/kotlin/LoginTest.kt", text), "");
    assert_eq!(tests("src/test/kotlin/A.kt", &text.replace("OwnSpec", "Helper")), "");
}

#[test]
fn routes_of_spring_and_ktor() {
    check_only(
        &["Callback", "route"],
        r#"import io.ktor.server.routing.*
@RestController
@RequestMapping("/api")
class Orders {
    @GetMapping("/orders")
    fun all() = 1
}
fun Application.module() {
    routing {
        get("/health") { call.respond("ok") }
        route("/v1") {
            post("users") { add() }
            get { call.respond(1) }
            authenticate("auth") { post { make() } }
            route("{id}") { put { change() } }
            route("/any", HttpMethod.Get) { handle { any() } }
        }
        post<Body>("/typed") { b -> b.check() }
        get { root() }
        client.get("/not") { }
    }
}
"#,
        &expect![[r#"
            Callback module.GET /health
            Callback module.POST /v1/users
            Callback module.GET /v1
            Callback module.POST /v1
            Callback module.PUT /v1/{id}
            Callback module.* /v1/any
            Callback module.POST /typed
            Callback module.GET /
            route GET /api/orders (spring) handler <Orders.all>
            route GET /health (ktor) handler <module.GET /health>
            route POST /v1/users (ktor) handler <module.POST /v1/users>
            route GET /v1 (ktor) handler <module.GET /v1>
            route POST /v1 (ktor) handler <module.POST /v1>
            route PUT /v1/{id} (ktor) handler <module.PUT /v1/{id}>
            route * /v1/any (ktor) handler <module.* /v1/any>
            route POST /typed (ktor) handler <module.POST /typed>
            route GET / (ktor) handler <module.GET />
        "#]],
    );
}

#[test]
fn routes_of_a_controller_that_is_not_alone_in_its_file() {
    check_only(
        &["definition", "route"],
        "package shop
import org.springframework.web.bind.annotation.*
@RestController
@RequestMapping(\"/items\")
class Items {
    @GetMapping(\"/{id}\")
    fun one(id: Long) = Item(id)
}

data class Item(val id: Long)
",
        &expect![[r#"
            route GET /items/{id} (spring) handler <Items.one>
        "#]],
    );
}

#[test]
fn tests_of_junit_and_kotest() {
    check_only(
        &["test"],
        "import io.kotest.core.spec.style.FunSpec
class CartTest {
    @Test fun `adds items`() {}
    fun helper() {}
}
class Specs : FunSpec({
    test(\"adds\") { run() }
    context(\"empty\") { test(\"is free\") { } }
})
",
        &expect![[r#"
            test CartTest#adds items (junit) CartTest.adds items
            test adds (kotest) Specs.adds
            test empty > is free (kotest) Specs.is free
        "#]],
    );
}

#[test]
fn hostile_files_give_facts() {
    let deep = "(".repeat(5_000);
    let nested = "class A { ".repeat(3_000);
    let calls = format!("fun f() {{ {} }}", "a?.b().".repeat(2_000));
    let sum = format!("val n = {}1", "1 + ".repeat(10_000));
    let lambdas = format!("val o = {}", "{ x -> ".repeat(2_000));
    let generics = format!("val c: {}B", "List<".repeat(2_000));
    for text in [deep, nested, calls, sum, lambdas, generics, "class".into()] {
        let facts = facts(&text);
        assert_eq!(facts.semantics.references.len(), facts.places.references.len());
    }
}
