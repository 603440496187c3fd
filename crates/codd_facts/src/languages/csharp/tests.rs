//! Facts of small C# files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts(text: &str) -> FileFacts {
    let path = RepoPath::from("src/Shop/A.cs");
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&render(&facts(text)));
}

fn check_only(starts: &[&str], text: &str, expected: &Expect) {
    expected.assert_eq(&render_only(&facts(text), starts));
}

#[test]
fn types_with_their_members() {
    check(
        "using System.Linq;
using static Shop.Math;
using Cart = Shop.Carts.Basket;
namespace Shop.Items;
/// <summary>What is sold.</summary>
public abstract partial class Item<T>(int start) : Thing(start), ISold where T : Price {
    private const int Max = 3;
    public List<Item> Parts { get; set; } = new();
    public int Size => start;
    public Price Price { get { return null; } set { Check(value); } }
    public Item(Price price) : this(1) { _price = price; }
    public Item this[int at] => Parts[at];
    public event EventHandler Sold;
    public static Item operator +(Item a, Item b) => a;
    protected abstract T Cost();
    public static Item Of(params string[] names) => new Item(1);
    public enum Kind { Small, Big = 2 }
    public record Point(int X, int Y);
    public delegate int Pick(Item item);
    interface IShape { int Area(); }
}
static class Extensions { public static void Sell(this Item item, int n = 1) {} }
",
        &expect![[r#"
            Class Item bases [Thing@1, ISold@1, Object] abstract
            Method Item.Item(start: _)
            Field Item.Max : _ = _ static private
            Field Item.Parts : [~Item@2] = [~Item@2]
            Method Item.Size : _ property
            Method Item.Price : Price property
            Method Item.Item#1(price: Price@1)
            Method Item.this[](at: _) : Item@12
            Field Item.Sold : EventHandler@2
            Method Item.operator +(a: Item@13, b: Item@13) : Item@13 static
            Method Item.Cost : T@14 abstract
            Method Item.Of(*names: [~_]) : Item@15 static
            Enum Item.Kind bases [Enum]
            Field Item.Kind.Small static
            Field Item.Kind.Big static
            Class Item.Point bases [Object]
            Method Item.Point.Point(X: _, Y: _)
            Field Item.Point.X : _
            Field Item.Point.Y : _
            TypeAlias Item.Pick = (Item@2) => _
            Interface Item.IShape bases [Object] private
            Method Item.IShape.Area : _ abstract
            Class Extensions bases [Object] static
            Method Extensions.Sell(item: Item@22 = _, n: _ = _) : _ static
            scope 0 Module
              Cart -> import Shop.Carts:Basket
              Extensions -> definition Extensions
              Item -> definition Item
            scope 1 Block in 0
              T -> type 0 of <Item> below Price@1
            scope 2 Class of Item in 1
              <init> -> definition Item.Item
              <init> -> definition Item.Item#1
              Cost -> definition Item.Cost
              IShape -> definition Item.IShape
              Kind -> definition Item.Kind
              Max -> definition Item.Max
              Of -> definition Item.Of
              Parts -> definition Item.Parts
              Pick -> definition Item.Pick
              Point -> definition Item.Point
              Price -> definition Item.Price
              Size -> definition Item.Size
              Sold -> definition Item.Sold
              operator + -> definition Item.operator +
              start -> typed _
              this[] -> definition Item.this[]
            scope 3 Function of Item.Item in 2
              start -> parameter 0 of Item.Item
            scope 6 Block of Item.Price in 5
              value -> typed Price
            scope 8 Block of Item.Price in 5
              value -> typed Price
            scope 10 Function of Item.Item#1 in 2
              price -> parameter 0 of Item.Item#1
            scope 12 Function of Item.this[] in 2
              at -> parameter 0 of Item.this[]
            scope 13 Function of Item.operator + in 2
              a -> parameter 0 of Item.operator +
              b -> parameter 1 of Item.operator +
            scope 15 Function of Item.Of in 2
              names -> parameter 0 of Item.Of
            scope 16 Class of Item.Kind in 2
              Big -> definition Item.Kind.Big
              Small -> definition Item.Kind.Small
            scope 17 Class of Item.Point in 2
              <init> -> definition Item.Point.Point
              X -> definition Item.Point.X
              Y -> definition Item.Point.Y
            scope 18 Function of Item.Point.Point in 17
              X -> parameter 0 of Item.Point.Point
              Y -> parameter 1 of Item.Point.Point
            scope 19 Class of Item.IShape in 2
              Area -> definition Item.IShape.Area
            scope 21 Class of Extensions in 0
              Sell -> definition Extensions.Sell
            scope 22 Function of Extensions.Sell in 21
              item -> parameter 0 of Extensions.Sell
              n -> parameter 1 of Extensions.Sell
            import System.Linq:*
            import Shop.Math:*
            import Shop.Carts:Basket
            offer Item in Shop.Items
            offer Of in Shop.Items.Item
            offer Kind in Shop.Items.Item
            offer Small in Shop.Items.Item.Kind
            offer Big in Shop.Items.Item.Kind
            offer Point in Shop.Items.Item
            offer Pick in Shop.Items.Item
            offer Extensions in Shop.Items
            offer Sell in Shop.Items.Extensions
            opened ["Shop.Items", "Shop", "", "System.Linq", "Shop.Math"]
            extension of Item@22: Extensions.Sell
            Inherit Thing@1 in Item
            Call <super Item>.<init>/1 in Item
            Inherit ISold@1 in Item
            Type Price@1 in Item
            Type List@2 in Item initialises Item.Parts
            Type Item@2 in Item initialises Item.Parts
            Call [~Item@2]/0 in Item initialises Item.Parts
            Type Price in Item.Price
            Call Check@9/1 in Item.Price
            Type Price@1 in Item.Item#1
            Call <Item>.<init>/1 in Item.Item#1
            Write _price@11 in Item.Item#1
            Type Item@12 in Item.this[]
            Read Parts@12 in Item.this[]
            Type EventHandler@2 in Item initialises Item.Sold
            Type Item@13 in Item.operator +
            Type Item@13 in Item.operator +
            Type Item@13 in Item.operator +
            Type Item@15 in Item.Of
            Call Item@15/1 in Item.Of
            Type Item@2 in Item.Pick
            Type Item@22 in Extensions.Sell
        "#]],
    );
}

#[test]
fn statements_and_expressions_refer_to_what_they_name() {
    check_only(
        &["Call", "Read", "Write", "Type "],
        r#"class A {
    int n;
    async Task Run(object o, List<Item> items, A? other) {
        foreach (var item in items) item.Sell();
        using (var it = Open()) { it.Hold(); }
        using var file = Open();
        try { } catch (Failure e) when (e.Bad) { e.Tell(); }
        if (o is Item { Price: > 1 } found && found.Free) found.Give();
        var made = new Box<Item>(1) { Name = "x", Size = n };
        Item next = new(1);
        items.Where(x => x.Free).Select(x => x.Price).ToList();
        var text = $"{other?.n} {nameof(Item)}";
        var got = await other!.Load<Item>(1);
        var size = o switch { Item i when i.Big => i.Size, _ => 0 };
        var all = from x in items where x.Free select x.Price;
        this.n += size; made.Changed += OnChanged;
        void OnChanged() { n++; }
    }
}
"#,
        &expect![[r#"
            Type Task@2 in A.Run
            Type List@2 in A.Run
            Type Item@2 in A.Run
            Type A@2 in A.Run
            Call item@4.Sell/0 in A.Run
            Call it@5.Dispose/0 in A.Run
            Call Open@5/0 in A.Run
            Call it@6.Hold/0 in A.Run
            Call file@3.Dispose/0 in A.Run
            Call Open@3/0 in A.Run
            Type Failure@8 in A.Run
            Read e@8.Bad in A.Run
            Call e@9.Tell/0 in A.Run
            Type Item@3 in A.Run
            Read ~Item@3.Price in A.Run
            Read found@3.Free in A.Run
            Call found@3.Give/0 in A.Run
            Call Box@3/1 in A.Run
            Type Item@3 in A.Run
            Write ~Box@3<Item@3>.Name in A.Run
            Write ~Box@3<Item@3>.Size in A.Run
            Read n@3 in A.Run
            Type Item@3 in A.Run
            Call Item@3/1 in A.Run
            Call items@3.Where/1 in A.Run
            Read x@10.Free in A.Run
            Call items@3.Where(x@10.Free).Select/1 in A.Run
            Read x@11.Price in A.Run
            Call ([x@11.Price] | items@3.Where(x@10.Free).Select(x@11.Price)).ToList/0 in A.Run
            Read other@3.n in A.Run
            Read Item@3 in A.Run
            Call other@3.Load/1 in A.Run
            Read Item@3 in A.Run
            Type Item@12 in A.Run
            Read i@12.Big in A.Run
            Read i@12.Size in A.Run
            Read x@14.Free in A.Run
            Read x@14.Price in A.Run
            Write <this A>.n in A.Run
            Read <this A>.n in A.Run
            Write made@3.Changed in A.Run
            Read made@3.Changed in A.Run
            Read OnChanged@3 in A.Run
            Write n@16 in A.Run.OnChanged
        "#]],
    );
}

#[test]
fn routes_of_controllers_and_endpoints() {
    check_only(
        &["Callback", "route"],
        r#"using Microsoft.AspNetCore.Mvc;
var app = Build();
app.MapGet("/health", () => "ok");
app.MapPost("/orders", Orders.Add);
[ApiController, Route("api/[controller]"), Authorize]
public class OrdersController : ControllerBase {
    [HttpGet] public int All() => 1;
    [HttpGet("{id}")] public int One(int id) => id;
    [HttpPut, Route("[action]")] public void Change() {}
    [HttpDelete("~/all")] public void Clear() {}
    [Route("any")] public void Any() {}
    public void Helper() {}
}
"#,
        &expect![[r#"
            Callback GET /health
            route GET /health (aspnet) handler <GET /health>
            route POST /orders (aspnet) handler Orders.Add
            route GET /api/Orders (aspnet) handler <OrdersController.All> router <OrdersController> middleware [Authorize]
            route GET /api/Orders/{id} (aspnet) handler <OrdersController.One> router <OrdersController> middleware [Authorize]
            route PUT /api/Orders/Change (aspnet) handler <OrdersController.Change> router <OrdersController> middleware [Authorize]
            route DELETE /all (aspnet) handler <OrdersController.Clear> router <OrdersController> middleware [Authorize]
            route * /api/Orders/any (aspnet) handler <OrdersController.Any> router <OrdersController> middleware [Authorize]
        "#]],
    );
}

#[test]
fn conventions_of_endpoints_and_groups() {
    check_only(
        &["route"],
        r#"var app = Build();
app.MapGet("/own", () => "").RequireAuthorization().WithName("own");
app.MapGet("/open", () => "").WithName("open");
var api = app.MapGroup("/api").WithTags("x").RequireAuthorization();
api.MapGet("/orders", List);
api.MapPost("/", Make).AllowAnonymous();
var inner = api.MapGroup("inner");
inner.MapGet("/x", List);
var late = app.MapGroup(prefix);
late.RequireAuthorization();
late.MapGet("/late", List);
var perhaps = app.MapGroup("/perhaps");
if (isLive) { perhaps.RequireAuthorization(); }
perhaps.MapGet("/", List);
app.MapGroup("/chained").RequireAuthorization().MapGet("/x", List);
"#,
        &expect![[r#"
            route GET /own (aspnet) handler <GET /own> middleware [RequireAuthorization]
            route GET /open (aspnet) handler <GET /open>
            route GET /api/orders (aspnet) handler List middleware [RequireAuthorization]
            route POST /api (aspnet) handler Make middleware [RequireAuthorization, AllowAnonymous]
            route GET /api/inner/x (aspnet) handler List middleware [RequireAuthorization]
            route GET …/late (aspnet) handler List middleware [RequireAuthorization]
            route GET /perhaps (aspnet) handler List middleware [(RequireAuthorization | ?)]
            route GET /chained/x (aspnet) handler List middleware [RequireAuthorization]
        "#]],
    );
}

#[test]
fn tests_of_all_frameworks() {
    check_only(
        &["test"],
        "class CartTests {
    [Fact] public void Adds() {}
    [Theory, InlineData(1)] public void Takes(int n) {}
    [Test] public void Old() {}
    [TestMethod] public void Ms() {}
    public void Helper() {}
}
",
        &expect![[r#"
            test CartTests.Adds (xunit) CartTests.Adds
            test CartTests.Takes (xunit) CartTests.Takes
            test CartTests.Old (nunit) CartTests.Old
            test CartTests.Ms (mstest) CartTests.Ms
        "#]],
    );
}

#[test]
fn an_endpoint_of_a_computed_path_is_a_route() {
    let facts = facts("var p = \"/x\"; app.MapGet(path, Run);\n");
    let routes = facts.semantics.routes.iter().map(|it| format!("{} {}", it.method, it.path));
    assert_eq!(routes.collect::<Vec<_>>(), ["GET … (path)"]);
    assert_eq!(facts.not_modelled, []);
}

#[test]
fn hostile_files_give_facts() {
    let deep = "(".repeat(5_000);
    let nested = "class A { ".repeat(3_000);
    let calls = format!("class A {{ void F() {{ {}; }} }}", "a?.b().".repeat(4_000));
    let sum = format!("class A {{ int n = {}1; }}", "1 + ".repeat(20_000));
    let lambdas = format!("class A {{ object o = {}1; }}", "x => ".repeat(4_000));
    let generics = format!("class A {{ {}B c; }}", "List<".repeat(4_000));
    let namespaces = "namespace A { ".repeat(2_000);
    for text in [deep, nested, calls, sum, lambdas, generics, namespaces, "class".into()] {
        let facts = facts(&text);
        assert_eq!(facts.semantics.references.len(), facts.places.references.len());
    }
}
