//! What Swift code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn targets_see_themselves_and_what_they_import() {
    check(
        r#"
//- /Package.swift
let package = Package(name: "shop", targets: [
    .target(name: "Core"),
    .target(name: "Web", dependencies: ["Core"]),
    .target(name: "Legacy", path: "Old"),
    .testTarget(name: "WebTests", dependencies: ["Web"]),
])
//- /Sources/Core/Items.swift
public func make() -> Int { limit }
let limit = 1
//- /Sources/Core/More.swift
func again() { make() }
//- /Sources/Web/Main.swift
import Core
import Legacy
import Foundation
func serve() { make(); Core.make(); old() }
//- /Sources/Web/Unseen.swift
func unseen() { make() }
//- /Old/Parts/Old.swift
func old() {}
//- /Tests/WebTests/T.swift
@testable import Web
func check() { serve() }
"#,
        &expect![[r#"
            Sources/Core/Items.swift:make -reads exact- Sources/Core/Items.swift:limit
            Sources/Core/More.swift:again -calls exact- Sources/Core/Items.swift:make
            Sources/Web/Main.swift:serve -calls exact- Old/Parts/Old.swift:old
            Sources/Web/Main.swift:serve -calls exact- Sources/Core/Items.swift:make
            Tests/WebTests/T.swift:check -calls exact- Sources/Web/Main.swift:serve
        "#]],
    );
}

#[test]
fn a_package_of_one_target_sees_all_its_folders() {
    check(
        r#"
//- /Package.swift
let package = Package(name: "one", targets: [.target(name: "One", path: "Sources"), .testTarget(name: "OneTests")])
//- /Sources/Models/A.swift
struct Model {}
//- /Sources/Views/B.swift
func show() { Model() }
//- /Tests/OneTests/T.swift
import One
func check() { show() }
"#,
        &expect![[r#"
            Sources/Views/B.swift:show -calls exact- Sources/Models/A.swift:Model
            Tests/OneTests/T.swift:check -calls exact- Sources/Views/B.swift:show
        "#]],
    );
}

#[test]
fn extensions_are_members_of_the_types_they_extend() {
    check(
        r#"
//- /Sources/Shop/Item.swift
class Item { func sell() {} }
extension Item { func more() { sell() } }
protocol Priced { func price() -> Int; func tax() }
//- /Sources/Shop/Item+Price.swift
extension Item: Priced {
    func price() -> Int { sell(); return self.cheap }
    var cheap: Int { 1 }
    static func best() -> Item { Self.other() }
    static func other() -> Item { Item() }
    func tax() {}
}
extension Priced { func twice() { price() } }
//- /Sources/Shop/Main.swift
func run(item: Item, priced: Priced) { item.more(); item.price(); item.twice(); Item.best().sell(); priced.tax(); priced.twice() }
"#,
        &expect![[r#"
            Sources/Shop/Item+Price.swift -mentions exact- Sources/Shop/Item.swift:Item
            Sources/Shop/Item+Price.swift -inherits exact- Sources/Shop/Item.swift:Priced
            Sources/Shop/Item+Price.swift -mentions exact- Sources/Shop/Item.swift:Priced
            Sources/Shop/Item+Price.swift:Item.price -calls probable- Sources/Shop/Item+Price.swift:Item.cheap
            Sources/Shop/Item+Price.swift:Item.price -calls exact- Sources/Shop/Item.swift:Item.sell
            Sources/Shop/Item+Price.swift:Item.best -calls exact- Sources/Shop/Item+Price.swift:Item.other
            Sources/Shop/Item+Price.swift:Item.best -mentions exact- Sources/Shop/Item.swift:Item
            Sources/Shop/Item+Price.swift:Item.other -calls exact- Sources/Shop/Item.swift:Item
            Sources/Shop/Item+Price.swift:Item.other -mentions exact- Sources/Shop/Item.swift:Item
            Sources/Shop/Item+Price.swift:Priced.twice -calls exact- Sources/Shop/Item.swift:Priced.price
            Sources/Shop/Item.swift:Item -contains exact- Sources/Shop/Item+Price.swift:Item.price
            Sources/Shop/Item.swift:Item -contains exact- Sources/Shop/Item+Price.swift:Item.cheap
            Sources/Shop/Item.swift:Item -contains exact- Sources/Shop/Item+Price.swift:Item.best
            Sources/Shop/Item.swift:Item -contains exact- Sources/Shop/Item+Price.swift:Item.other
            Sources/Shop/Item.swift:Item -contains exact- Sources/Shop/Item+Price.swift:Item.tax
            Sources/Shop/Item.swift:Item -inherits exact- Sources/Shop/Item.swift:Priced
            Sources/Shop/Item.swift:Priced -contains exact- Sources/Shop/Item+Price.swift:Priced.twice
            Sources/Shop/Item.swift:Item.more -calls exact- Sources/Shop/Item.swift:Item.sell
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Item+Price.swift:Item.price
            Sources/Shop/Main.swift:run -calls exact- Sources/Shop/Item+Price.swift:Item.best
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Item+Price.swift:Priced.twice
            Sources/Shop/Main.swift:run -reads exact- Sources/Shop/Item.swift:Item
            Sources/Shop/Main.swift:run -mentions exact- Sources/Shop/Item.swift:Item
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Item.swift:Item.sell
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Item.swift:Item.more
            Sources/Shop/Main.swift:run -mentions exact- Sources/Shop/Item.swift:Priced
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Item.swift:Priced.price
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Item.swift:Priced.tax
        "#]],
    );
}

#[test]
fn default_implementations_stand_for_what_a_protocol_asks_for() {
    check(
        r#"
//- /Sources/Shop/Sold.swift
protocol Sold { func sell() }
//- /Sources/Shop/Default.swift
extension Sold { func sell() {} }
//- /Sources/Shop/Main.swift
struct Own: Sold { func sell() {} }
struct Plain: Sold {}
func run(plain: Plain, own: Own) { plain.sell() }
"#,
        &expect![[r#"
            Sources/Shop/Default.swift -mentions exact- Sources/Shop/Sold.swift:Sold
            Sources/Shop/Sold.swift:Sold -contains exact- Sources/Shop/Default.swift:Sold.sell
            Sources/Shop/Main.swift:Own -inherits exact- Sources/Shop/Sold.swift:Sold
            Sources/Shop/Main.swift:Plain -inherits exact- Sources/Shop/Sold.swift:Sold
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Default.swift:Sold.sell
            Sources/Shop/Main.swift:run -mentions exact- Sources/Shop/Main.swift:Own
            Sources/Shop/Main.swift:run -mentions exact- Sources/Shop/Main.swift:Plain
            Sources/Shop/Main.swift:run -calls probable- Sources/Shop/Sold.swift:Sold.sell
        "#]],
    );
}

#[test]
fn closures_get_items_and_what_function_types_say() {
    check(
        r#"
//- /Main.swift
class Item { let next: Item; init(next: Item) { self.next = next }; func sell() {} }
func use(_ action: (Item) -> Void) { }
class Main {
    private let items: [Item] = []
    private var table: [String: Item] = [:]
    func each() { items.forEach { $0.sell() } }
    func mapped() { items.map { $0.next }.first?.sell() }
    func keyed() { items.map(\.next) }
    func passed() { use { $0.sell() } }
    func named() { use { item in item.sell() } }
    func looped() { for item in items { item.sell() } }
    func paired() { for (_, item) in table { item.sell() } }
    func indexed() { items[0].sell(); table["a"]?.sell() }
    func bound(item: Item?) { guard let item else { return }; item.sell() }
    func sorted() { items.sorted { $0.next === $1.next } }
    func found() { if let it = items.first(where: { $0.next != nil }) { it.sell() } }
}
"#,
        &expect![[r#"
            Main.swift:Item.next -mentions exact- Main.swift:Item
            Main.swift:Item.next -writtenby exact- Main.swift:Item.init
            Main.swift:Item.init -mentions exact- Main.swift:Item
            Main.swift:use -mentions exact- Main.swift:Item
            Main.swift:Main -mentions exact- Main.swift:Item
            Main.swift:Main.items -mentions exact- Main.swift:Item
            Main.swift:Main.table -mentions exact- Main.swift:Item
            Main.swift:Main.each -calls probable- Main.swift:Item.sell
            Main.swift:Main.each -reads exact- Main.swift:Main.items
            Main.swift:Main.mapped -reads probable- Main.swift:Item.next
            Main.swift:Main.mapped -calls probable- Main.swift:Item.sell
            Main.swift:Main.mapped -reads exact- Main.swift:Main.items
            Main.swift:Main.keyed -reads probable- Main.swift:Item.next
            Main.swift:Main.keyed -reads exact- Main.swift:Main.items
            Main.swift:Main.passed -calls probable- Main.swift:Item.sell
            Main.swift:Main.passed -calls exact- Main.swift:use
            Main.swift:Main.named -calls probable- Main.swift:Item.sell
            Main.swift:Main.named -calls exact- Main.swift:use
            Main.swift:Main.looped -calls probable- Main.swift:Item.sell
            Main.swift:Main.looped -reads exact- Main.swift:Main.items
            Main.swift:Main.paired -calls probable- Main.swift:Item.sell
            Main.swift:Main.paired -reads exact- Main.swift:Main.table
            Main.swift:Main.indexed -calls probable- Main.swift:Item.sell
            Main.swift:Main.indexed -reads exact- Main.swift:Main.items
            Main.swift:Main.indexed -reads exact- Main.swift:Main.table
            Main.swift:Main.bound -mentions exact- Main.swift:Item
            Main.swift:Main.bound -calls probable- Main.swift:Item.sell
            Main.swift:Main.sorted -reads probable- Main.swift:Item.next
            Main.swift:Main.sorted -reads exact- Main.swift:Main.items
            Main.swift:Main.found -reads probable- Main.swift:Item.next
            Main.swift:Main.found -calls probable- Main.swift:Item.sell
            Main.swift:Main.found -reads exact- Main.swift:Main.items
        "#]],
    );
}

#[test]
fn classes_cases_and_implicit_members() {
    check(
        r#"
//- /Main.swift
enum Kind { case small, other(Item); static let usual = Kind.small; func show() {} }
struct Item { func sell() {} }
class Base { init(n: Int) {}; func run() {}; static let shared = Base(n: 1) }
class Sub: Base {
    override init(n: Int) { super.init(n: n) }
    convenience init() { self.init(n: 1) }
    override func run() { super.run(); stop() }
    func stop() {}
}
func take(_ kind: Kind, _ base: Base) {}
func make() -> Kind { return .other(Item()) }
func typed() { let kind: Kind = .small; kind.show() }
func passed() { take(.usual, .shared) }
func matched(kind: Kind) { switch kind { case .other(let item): item.sell()
    case .small: break } }
func made() { Sub(); Sub(n: 1).run() }
func generic<T: Base>(_ value: T) where T: Sub { value.stop() }
"#,
        &expect![[r#"
            Main.swift:Kind -reads exact- Main.swift:Kind.small
            Main.swift:Kind.other -mentions exact- Main.swift:Item
            Main.swift:Kind.usual -reads exact- Main.swift:Kind
            Main.swift:Kind.usual -reads exact- Main.swift:Kind.small
            Main.swift:Base -calls exact- Main.swift:Base
            Main.swift:Base -calls exact- Main.swift:Base.init
            Main.swift:Base.shared -calls exact- Main.swift:Base
            Main.swift:Base.shared -calls exact- Main.swift:Base.init
            Main.swift:Sub -inherits exact- Main.swift:Base
            Main.swift:Sub.init -calls exact- Main.swift:Base.init
            Main.swift:Sub.init#1 -calls exact- Main.swift:Sub.init
            Main.swift:Sub.run -calls exact- Main.swift:Base.run
            Main.swift:Sub.run -calls exact- Main.swift:Sub.stop
            Main.swift:take -mentions exact- Main.swift:Kind
            Main.swift:take -mentions exact- Main.swift:Base
            Main.swift:make -mentions exact- Main.swift:Kind
            Main.swift:make -reads exact- Main.swift:Kind.other
            Main.swift:make -calls exact- Main.swift:Item
            Main.swift:typed -mentions exact- Main.swift:Kind
            Main.swift:typed -reads exact- Main.swift:Kind.small
            Main.swift:typed -calls probable- Main.swift:Kind.show
            Main.swift:passed -reads probable- Main.swift:Kind.usual
            Main.swift:passed -reads probable- Main.swift:Base.shared
            Main.swift:passed -calls exact- Main.swift:take
            Main.swift:matched -mentions exact- Main.swift:Kind
            Main.swift:matched -reads probable- Main.swift:Kind.small
            Main.swift:matched -reads probable- Main.swift:Kind.other
            Main.swift:matched -calls probable- Main.swift:Item.sell
            Main.swift:made -calls exact- Main.swift:Sub
            Main.swift:made -calls exact- Main.swift:Sub.init
            Main.swift:made -calls exact- Main.swift:Sub.init#1
            Main.swift:made -calls probable- Main.swift:Sub.run
            Main.swift:generic -mentions exact- Main.swift:Base
            Main.swift:generic -mentions exact- Main.swift:Sub
            Main.swift:generic -calls probable- Main.swift:Sub.stop
        "#]],
    );
}

#[test]
fn a_test_runs_the_set_up_of_its_class_and_its_bases() {
    check(
        r#"
//- /Package.swift
let package = Package(name: "Shop", targets: [.testTarget(name: "ShopTests")])
//- /Tests/ShopTests/Base.swift
import XCTest
class Base: XCTestCase { override func setUp() {} }
//- /Tests/ShopTests/CartTests.swift
import XCTest
class CartTests: Base {
    override func tearDown() {}
    func testAdds() {}
}
//- /Tests/ShopTests/Suite.swift
import Testing
struct Suite {
    init() {}
    @Test func sells() {}
}
"#,
        &expect![[r#"
            Tests/ShopTests/CartTests.swift:CartTests -inherits exact- Tests/ShopTests/Base.swift:Base
            Tests/ShopTests/CartTests.swift:CartTests.tearDown -calls exact- Tests/ShopTests/Base.swift:Base.setUp
            Tests/ShopTests/CartTests.swift:CartTests.testAdds -calls exact- Tests/ShopTests/CartTests.swift:CartTests
            Tests/ShopTests/CartTests.swift:CartTests.testAdds -calls exact- Tests/ShopTests/CartTests.swift:CartTests.tearDown
            Tests/ShopTests/CartTests.swift:CartTests/testAdds -tests exact- Tests/ShopTests/CartTests.swift:CartTests.testAdds
            Tests/ShopTests/Suite.swift:Suite.sells -calls exact- Tests/ShopTests/Suite.swift:Suite
            Tests/ShopTests/Suite.swift:Suite.sells -calls exact- Tests/ShopTests/Suite.swift:Suite.init
            Tests/ShopTests/Suite.swift:Suite/sells -tests exact- Tests/ShopTests/Suite.swift:Suite.sells
        "#]],
    );
}

#[test]
fn initialisers_of_a_class_run_the_one_of_its_base() {
    check(
        r#"
//- /Sources/A/a.swift
class Base {
    init() {}
    init(count: Int) {}
}
class Plain: Base {
    override init() { own() }
    func own() {}
}
class Told: Base {
    init(other: Int) { super.init(count: other) }
}
"#,
        &expect![[r#"
            Sources/A/a.swift:Plain -inherits exact- Sources/A/a.swift:Base
            Sources/A/a.swift:Plain.init -calls exact- Sources/A/a.swift:Base.init
            Sources/A/a.swift:Plain.init -calls exact- Sources/A/a.swift:Plain.own
            Sources/A/a.swift:Told -inherits exact- Sources/A/a.swift:Base
            Sources/A/a.swift:Told.init -calls exact- Sources/A/a.swift:Base.init#1
        "#]],
    );
}
