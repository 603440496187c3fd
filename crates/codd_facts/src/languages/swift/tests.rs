//! Facts of small Swift files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts(text: &str) -> FileFacts {
    let path = RepoPath::from("Sources/Shop/A.swift");
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
        "import Core
import struct Foundation.Date
/// What is sold.
@MainActor
final class Item<T: Price>: Thing, Sold {
    @Published private var parts: [String: Part] = [:]
    static let shared = Item()
    var size: Int { parts.count }
    var width: Int = 0 { willSet { tell(newValue) } didSet(old) { told(old) } }
    init?(price p: T = make(), _ many: Part...) { super.init(price: p) }
    deinit { close() }
    override class func sell<U>(_ unit: U) async throws -> [Item]? where U: Unit { nil }
    subscript(at: Int) -> Part { get { parts[at] } }
    static func == (left: Item, right: Item) -> Bool { left.size == right.size }
}
enum Kind: String { case small = \"s\", big; case other(Int, of: Item) }
protocol Sold: AnyObject { associatedtype Entity: Part; var size: Int { get }; func sell(_ n: Int) -> Entity? }
actor Desk {}
extension Item: Named { func named() -> Self { self } }
extension Core.Price { struct Tax {}; static func free() -> Tax { Tax() } }
typealias Pick = (Item) -> Int
fileprivate func hidden(part: some Sold) {}
",
        &expect![[r#"
            Class Item bases [Thing@1, Sold@1, Named] decorators [MainActor]
            Field Item.parts decorators [Published@2] : [~Part@2] = {} private
            Field Item.shared = Item@2() static
            Method Item.size : Int@5 property
            Field Item.width : Int@2 = _
            Method Item.init(price: T@10 = make@10(), *_: [~Part@10])
            Method Item.deinit
            Method Item.sell(_: U@14) : [~Item@14] async static
            Method Item.subscript(at: Int@16) : Part@16
            Method Item.==(left: Item@18, right: Item@18) : Bool@18 static
            Enum Kind bases [String]
            Field Kind.small = ~<Kind> static
            Field Kind.big = ~<Kind> static
            Field Kind.other : (Int@20, Item@20) => <Kind> static
            Interface Sold bases [AnyObject]
            TypeAlias Sold.Entity = Part@21 abstract
            Field Sold.size : Int@21 abstract
            Method Sold.sell(_: Int@22) : Entity@22 abstract
            Class Desk
            Method Item.named : <Item>
            Class Core.Price.Tax
            Method Core.Price.free : Tax@28 static
            TypeAlias Pick = (Item) => Int
            Function hidden(part: Sold@30) private
            scope 0 Module
              Desk -> definition Desk
              Item -> definition Item
              Kind -> definition Kind
              Pick -> definition Pick
              Sold -> definition Sold
              hidden -> definition hidden
            scope 1 Block in 0
              T -> type 0 of <Item> below Price@1
            scope 2 Class of Item in 1
              == -> definition Item.==
              deinit -> definition Item.deinit
              init -> definition Item.init
              named -> definition Item.named
              parts -> definition Item.parts
              sell -> definition Item.sell
              shared -> definition Item.shared
              size -> definition Item.size
              subscript -> definition Item.subscript
              width -> definition Item.width
            scope 8 Block of Item.width in 7
              newValue -> typed Int@2
            scope 9 Block of Item.width in 7
              old -> typed Int@2
            scope 10 Function of Item.init in 2
              many -> parameter 1 of Item.init
              p -> parameter 0 of Item.init
            scope 14 Function of Item.sell in 2
              U -> type 0 of <Item.sell>
              U -> value Unit@14
              unit -> parameter 0 of Item.sell
            scope 16 Function of Item.subscript in 2
              at -> parameter 0 of Item.subscript
            scope 18 Function of Item.== in 2
              left -> parameter 0 of Item.==
              right -> parameter 1 of Item.==
            scope 20 Class of Kind in 0
              big -> definition Kind.big
              other -> definition Kind.other
              small -> definition Kind.small
            scope 21 Class of Sold in 0
              Entity -> definition Sold.Entity
              sell -> definition Sold.sell
              size -> definition Sold.size
            scope 22 Function of Sold.sell in 21
              n -> parameter 0 of Sold.sell
            scope 26 Block in 0
              Self -> alias of Core.Price
              Tax -> definition Core.Price.Tax
            scope 30 Function of hidden in 0
              part -> parameter 0 of hidden
            import .:*
            import Core:*
            import Foundation:*
            offer Item in Shop
            offer Item in Sources/
            offer Kind in Shop
            offer Kind in Sources/
            offer Sold in Shop
            offer Sold in Sources/
            offer Desk in Shop
            offer Desk in Sources/
            offer Pick in Shop
            offer Pick in Sources/
            opened ["Shop", "Core", "Foundation"]
            extension of Core.Price: Core.Price.Tax
            extension of Core.Price: Core.Price.free
            Decorate MainActor in Item
            Type Price@1 in Item
            Inherit Thing@1 in Item
            Inherit Sold@1 in Item
            Decorate Published@2 in Item.parts
            Type String@2 in Item initialises Item.parts
            Type Part@2 in Item initialises Item.parts
            Call Item@2/0 in Item initialises Item.shared
            Type Int@5 in Item.size
            Read parts@6 in Item.size
            Read parts@6.count in Item.size
            Type Int@2 in Item initialises Item.width
            Call tell@8/1 in Item.width
            Call told@9/1 in Item.width
            Call make@10/0 in Item.init
            Type Part@10 in Item.init
            Call <super Item>.init/1 in Item.init
            Call close@13/0 in Item.deinit
            Type Item@14 in Item.sell
            Type Unit@14 in Item.sell
            Type Int@16 in Item.subscript
            Type Part@16 in Item.subscript
            Read parts@17 in Item.subscript
            Type Item@18 in Item.==
            Type Item@18 in Item.==
            Type Bool@18 in Item.==
            Read left@19.size in Item.==
            Read right@19.size in Item.==
            Inherit String in Kind
            Type Int@20 in Kind.other
            Type Item@20 in Kind.other
            Inherit AnyObject in Sold
            Type Part@21 in Sold.Entity
            Type Int@21 in Sold.size
            Type Int@22 in Sold.sell
            Type Entity@22 in Sold.sell
            Type Item in Item
            Inherit Named in Item
            Type Core
            Type Core.Price
            Type Tax@28 in Core.Price.free
            Call Tax@29/0 in Core.Price.free
            Type Item in Pick
            Type Int in Pick
            Type Sold@30 in hidden
        "#]],
    );
}

#[test]
fn statements_and_expressions_refer_to_what_they_name() {
    check_only(
        &["Call", "Read", "Write", "Type "],
        r#"class A {
    var n = 0
    func run(o: Any, items: [Item], kind: Kind) -> Kind {
        for item in items { item.sell() }
        for (key, value) in table where key { value.sell() }
        items.filter { $0.free }.map { x in x.price }.forEach { pay($0) }
        if let item = o as? Item, case .other(let n, let m) = kind, n.ok { item.sell(m) } else { fail() }
        guard let n = n, !n.found(o) else { return .small }
        switch kind {
        case .small, .big: n.sell()
        case let .other(x, _): x.sell()
        case is Item: break
        }
        do { try risky() } catch let e as Failure { e.tell() } catch { error.tell() }
        let k: Kind = .big
        set(.small, .other(1, of: o), k == .big)
        self.n += 1
        let text = "a \(o.x)"
        items.map(\.price)
        let empty = [Item]()
        items[0].next?.sell()
        DispatchQueue.main.async { [weak self] in self?.run() }
        #expect(k.ok() == true)
        items.first?.sell()
        return .other(1, of: o)
    }
}
"#,
        &expect![[r#"
            Type Any@3 in A.run
            Type Item@3 in A.run
            Type Kind@3 in A.run
            Type Kind@3 in A.run
            Call item@5.sell/0 in A.run
            Read table@4 in A.run
            Call value@6.sell/0 in A.run
            Call items@4.filter/1 in A.run
            Read $0@7.free in A.run
            Call items@4.filter($0@7.free).map/1 in A.run
            Read x@8.price in A.run
            Call ([x@8.price] | items@4.filter($0@7.free).map(x@8.price)).forEach/1 in A.run
            Call pay@9/1 in A.run
            Type Item@10 in A.run
            Read kind@10.other in A.run
            Read n@10.ok in A.run
            Call item@11.sell/1 in A.run
            Call fail@12/0 in A.run
            Call n@13.found/1 in A.run
            Read Kind@3.small in A.run
            Read kind@13.small in A.run
            Read kind@13.big in A.run
            Call n@16.sell/0 in A.run
            Read kind@13.other in A.run
            Call x@18.sell/0 in A.run
            Type Item@19 in A.run
            Call risky@21/0 in A.run
            Type Failure@22 in A.run
            Call e@23.tell/0 in A.run
            Call error@25.tell/0 in A.run
            Type Kind@13 in A.run
            Read Kind@13.big in A.run
            Call set@13/3 in A.run
            Read <passed 0 to set@13>.small in A.run
            Call <passed 1 to set@13>.other/2 in A.run
            Read k@13.big in A.run
            Write <this A>.n in A.run
            Read <this A>.n in A.run
            Read o@13.x in A.run
            Call items@13.map/1 in A.run
            Read items@13[?].price in A.run
            Read Item@13 in A.run
            Read items@13[?].next in A.run
            Call items@13[?].next.sell/0 in A.run
            Read DispatchQueue@13 in A.run
            Read DispatchQueue@13.main in A.run
            Call DispatchQueue@13.main.async/1 in A.run
            Call <this A>.run/0 in A.run
            Call k@13.ok/0 in A.run
            Read items@13.first in A.run
            Call items@13.first.sell/0 in A.run
            Call Kind@3.other/2 in A.run
        "#]],
    );
}

#[test]
fn routes_of_vapor() {
    check_only(
        &["Callback", "route", "Read"],
        r#"import Vapor
func routes(_ app: Application) throws {
    app.get("health") { req in "ok" }
    let api = app.grouped("api", "v1").grouped(Guard())
    api.post("users", ":id", use: create)
    api.group("todos") { todos in
        todos.delete(":id", use: remove)
        todos.on(.PUT, .constant("all"), .parameter("id")) { change($0) }
    }
    app.get(computed, use: create)
    client.get("x")
}
"#,
        &expect![[r#"
            Callback routes.GET /health
            Callback routes.PUT /api/v1/todos/all/:id
            Read create@2 in routes
            Read remove@4 in routes
            Read computed@2 in routes
            Read create@2 in routes
            Read client@2 in routes
            route GET /health (vapor) handler <routes.GET /health>
            route POST /api/v1/users/:id (vapor) handler create@2 middleware [Guard@2()]
            route DELETE /api/v1/todos/:id (vapor) handler remove@4 middleware [Guard@2()]
            route PUT /api/v1/todos/all/:id (vapor) handler <routes.PUT /api/v1/todos/all/:id> middleware [Guard@2()]
            route GET /… (computed) (vapor) handler create@2
        "#]],
    );
}

#[test]
fn files_without_vapor_have_no_routes() {
    check_only(&["route"], "func f() { app.get(\"x\") { req in 1 } }", &expect![[""]]);
}

#[test]
fn tests_of_xctest_and_swift_testing() {
    check_only(
        &["test"],
        "import XCTest
import Testing
class CartTests: XCTestCase {
    func testAdds() throws {}
    func testHelper(n: Int) {}
    private func testNot() {}
    func helper() {}
}
extension CartTests { func testMore() async {} }
@Suite struct Carts { @Test(\"adds\") func adds() {}; func other() {}; struct Inner { @Test func deep() {} } }
@Test func alone() {}
",
        &expect![[r#"
            test CartTests/testAdds (xctest) CartTests.testAdds
            test CartTests/testMore (xctest) CartTests.testMore
            test Carts/adds (swift-testing) Carts.adds
            test Carts/Inner/deep (swift-testing) Carts.Inner.deep
            test alone (swift-testing) alone
        "#]],
    );
}

#[test]
fn hostile_files_give_facts() {
    let deep = "(".repeat(5_000);
    let nested = "class A { ".repeat(3_000);
    let calls = format!("func f() {{ a{} }}", "?.b()".repeat(2_000));
    let sum = format!("let n = {}1", "1 + ".repeat(10_000));
    let closures = format!("let o = {}", "{ x in ".repeat(2_000));
    let types = format!("let c: {}B", "[".repeat(2_000));
    let generics = format!("let c: {}B", "Array<".repeat(2_000));
    let branches = format!("func f() {{ {} {{}} }}", "if a {} else ".repeat(3_000));
    let patterns = format!("func f() {{ switch a {{ case {} }} }}", ".a(".repeat(2_000));
    for text in
        [deep, nested, calls, sum, closures, types, generics, branches, patterns, "class".into()]
    {
        let facts = facts(&text);
        assert_eq!(facts.semantics.references.len(), facts.places.references.len());
    }
}
