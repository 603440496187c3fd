//! Facts of small Java files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts(text: &str) -> FileFacts {
    let path = RepoPath::from("src/main/java/shop/A.java");
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&render(&facts(text)));
}

fn check_only(starts: &[&str], text: &str, expected: &Expect) {
    expected.assert_eq(&render_only(&facts(text), starts));
}

#[test]
fn classes_with_their_members() {
    check(
        "package shop;
import java.util.List;
/** What is sold. */
public abstract class Item<T extends Price> extends Thing implements Comparable<Item> {
    private static final int MAX = 3;
    protected List<Item> parts, others;
    Item(Price price) { this.price = price; }
    Item() { this(null); }
    abstract T price();
    static Item of(String... names) { return new Item(); }
    enum Kind { SMALL { int size() { return 1; } }, BIG(2); Kind(int it) {} Kind() {} }
    record Point(int x, int y) { Point { check(x); } }
    interface Shape { int area(); default void draw() { area(); } }
}
",
        &expect![[r#"
            Class Item bases [Thing@1, Comparable@1<Item@1>, Object] abstract
            Field Item.MAX : _ = _ static private
            Field Item.parts : [~Item@2]
            Field Item.others : [~Item@2]
            Method Item.Item(price: Price@3)
            Method Item.Item#1
            Method Item.price : T@7 abstract
            Method Item.of(*names: [~String@8]) : Item@8 static
            Enum Item.Kind bases [Enum]
            Field Item.Kind.SMALL = ~<Item.Kind.$SMALL> static
            Class Item.Kind.$SMALL bases [<Item.Kind>] private
            Method Item.Kind.$SMALL.size : _
            Field Item.Kind.BIG = ~<Item.Kind> static
            Method Item.Kind.Kind(it: _)
            Method Item.Kind.Kind#1
            Class Item.Point bases [Object]
            Field Item.Point.x : _
            Field Item.Point.y : _
            Method Item.Point.Point(x: _, y: _)
            Interface Item.Shape bases [Object]
            Method Item.Shape.area : _ abstract
            Method Item.Shape.draw : _
            scope 0 Module
              Item -> definition Item
              List -> import java.util:List
            scope 1 Block in 0
              T -> type 0 of <Item> below Price@1
            scope 2 Class of Item in 1
              <init> -> definition Item.Item
              <init> -> definition Item.Item#1
              Kind -> definition Item.Kind
              MAX -> definition Item.MAX
              Point -> definition Item.Point
              Shape -> definition Item.Shape
              of -> definition Item.of
              others -> definition Item.others
              parts -> definition Item.parts
              price -> definition Item.price
            scope 3 Function of Item.Item in 2
              price -> parameter 0 of Item.Item
            scope 8 Function of Item.of in 2
              names -> parameter 0 of Item.of
            scope 10 Class of Item.Kind in 2
              <init> -> definition Item.Kind.Kind
              <init> -> definition Item.Kind.Kind#1
              BIG -> definition Item.Kind.BIG
              SMALL -> definition Item.Kind.SMALL
            scope 11 Class of Item.Kind.$SMALL in 10
              size -> definition Item.Kind.$SMALL.size
            scope 14 Function of Item.Kind.Kind in 10
              it -> parameter 0 of Item.Kind.Kind
            scope 18 Class of Item.Point in 2
              <init> -> definition Item.Point.Point
              x -> definition Item.Point.x
              y -> definition Item.Point.y
            scope 19 Function of Item.Point.Point in 18
              x -> parameter 0 of Item.Point.Point
              y -> parameter 1 of Item.Point.Point
            scope 21 Class of Item.Shape in 2
              area -> definition Item.Shape.area
              draw -> definition Item.Shape.draw
            import java.util:List
            offer Item in shop
            offer of in shop.Item
            offer Kind in shop.Item
            offer SMALL in shop.Item.Kind
            offer BIG in shop.Item.Kind
            offer Point in shop.Item
            offer Shape in shop.Item
            opened ["shop", "java.lang"]
            member Item.price = price@4
            Type Price@1 in Item
            Inherit Thing@1 in Item
            Inherit Comparable@1 in Item
            Type Item@1 in Item
            Type List@2 in Item initialises Item.parts
            Type Item@2 in Item initialises Item.parts
            Call <super Item>.<init>/0 in Item.Item
            Type Price@3 in Item.Item
            Write <this Item>.price in Item.Item
            Call <Item>.<init>/1 in Item.Item#1
            Type Item@8 in Item.of
            Type String@8 in Item.of
            Call Item@9/0 in Item.of
            Call <Item.Kind>.<init>/0 in Item.Kind initialises Item.Kind.SMALL
            Inherit <Item.Kind> in Item.Kind.$SMALL
            Call <Item.Kind>.<init>/1 in Item.Kind initialises Item.Kind.BIG
            Call <super Item.Kind>.<init>/0 in Item.Kind.Kind
            Call <super Item.Kind>.<init>/0 in Item.Kind.Kind#1
            Call check@20/1 in Item.Point.Point
            Call area@24/0 in Item.Shape.draw
        "#]],
    );
}

#[test]
fn statements_and_expressions_refer_to_what_they_name() {
    check_only(
        &["Call", "Read", "Write", "Type "],
        r#"class A {
    int n;
    void run(Object o, List<Item> items) throws Failure {
        for (Item item : items) item.sell();
        try (Lock lock = open()) { lock.hold(); } catch (Failure | Panic e) { e.tell(); }
        if (o instanceof Item it && it.isFree()) { it.give(); }
        var made = new Box<Item>(1) { void inside() { n++; } };
        items.forEach(each -> each.sell());
        items.stream().map(Item::price).forEach(this::pay);
        int size = switch (o) { case Item i when i.isBig() -> i.size(); default -> 0; };
        A.this.n = size;
    }
}
"#,
        &expect![[r#"
            Type Object@2 in A.run
            Type List@2 in A.run
            Type Item@2 in A.run
            Type Failure@2 in A.run
            Type Item@4 in A.run
            Call item@4.sell/0 in A.run
            Type Lock@5 in A.run
            Call lock@5.close/0 in A.run
            Call open@5/0 in A.run
            Call lock@6.hold/0 in A.run
            Type Failure@7 in A.run
            Type Panic@7 in A.run
            Call e@8.tell/0 in A.run
            Type Item@9 in A.run
            Call it@9.isFree/0 in A.run
            Call it@10.give/0 in A.run
            Call Box@3/1 in A.run
            Call <A.run.$Box> in A.run
            Type Item@3 in A.run
            Write n@13 in A.run.$Box.inside
            Call items@3.forEach/1 in A.run
            Call each@14.sell/0 in A.run
            Call items@3.stream/0 in A.run
            Call items@3.stream().map/1 in A.run
            Read Item@3 in A.run
            Call Item@3.price in A.run
            Call ([Item@3.price()] | items@3.stream().map(Item@3.price)).forEach/1 in A.run
            Call <this A>.pay in A.run
            Type Item@17 in A.run
            Call i@17.isBig/0 in A.run
            Call i@17.size/0 in A.run
            Type A@3 in A.run
            Write <this A>.n in A.run
        "#]],
    );
}

#[test]
fn routes_of_spring_and_jax_rs() {
    check_only(
        &["route"],
        r#"@RestController @RequestMapping("/api") @PreAuthorize("hasRole('A')")
class Orders {
    @GetMapping("/orders/{id}") Order one(@PathVariable int id) { return null; }
    @PostMapping({"/orders", "/order"}) void add() {}
    @RequestMapping(value = "/x", method = {RequestMethod.PUT, RequestMethod.PATCH}) void x() {}
    @DeleteMapping void all() {}
}
@Path("users") class Users {
    @GET @Path("{id}") User one() { return null; }
    @POST void add() {}
}
@FeignClient("other") interface Other { @GetMapping("/there") String there(); }
"#,
        &expect![[r#"
            route GET /api/orders/{id} (spring) handler <Orders.one> middleware [PreAuthorize("hasRole('A')")]
            route POST /api/orders (spring) handler <Orders.add> middleware [PreAuthorize("hasRole('A')")]
            route POST /api/order (spring) handler <Orders.add> middleware [PreAuthorize("hasRole('A')")]
            route PUT /api/x (spring) handler <Orders.x> middleware [PreAuthorize("hasRole('A')")]
            route PATCH /api/x (spring) handler <Orders.x> middleware [PreAuthorize("hasRole('A')")]
            route DELETE /api (spring) handler <Orders.all> middleware [PreAuthorize("hasRole('A')")]
            route GET /users/{id} (jax-rs) handler <Users.one>
            route POST /users (jax-rs) handler <Users.add>
        "#]],
    );
}

#[test]
fn tests_of_junit_old_and_new() {
    check_only(
        &["test"],
        "import org.junit.jupiter.api.Test;
class CartTest {
    @Test void adds() {}
    @ParameterizedTest @ValueSource(ints = {1}) void takes(int n) {}
    void helper() {}
    @Nested class WhenEmpty { @Test void isFree() {} }
}
class OldTest extends TestCase { public void testIt() {} }
",
        &expect![[r#"
            test CartTest#adds (junit) CartTest.adds
            test CartTest#takes (junit) CartTest.takes
            test CartTest$WhenEmpty#isFree (junit) CartTest.WhenEmpty.isFree
            test OldTest#testIt (junit) OldTest.testIt
        "#]],
    );
}

#[test]
fn what_is_not_followed_is_counted() {
    let facts = facts("module shop { requires java.sql; }\n");
    assert_eq!(facts.not_modelled, [("module declaration".into(), 1)]);
}

#[test]
fn hostile_files_give_facts() {
    let deep = "(".repeat(5_000);
    let nested = "class A { ".repeat(3_000);
    let calls = format!("class A {{ void f() {{ {}; }} }}", "a.b().".repeat(4_000));
    let sum = format!("class A {{ int n = {}1; }}", "1 + ".repeat(20_000));
    let lambdas = format!("class A {{ Object o = {}1; }}", "x -> ".repeat(4_000));
    let generics = format!("class A {{ {}B c; }}", "List<".repeat(4_000));
    for text in [deep, nested, calls, sum, lambdas, generics, "class".into(), "\u{0}{".into()] {
        let facts = facts(&text);
        assert_eq!(facts.semantics.references.len(), facts.places.references.len());
    }
}
