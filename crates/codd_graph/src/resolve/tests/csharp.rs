//! What C# code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn namespaces_and_using_directives() {
    check(
        r#"
//- /Items/Item.cs
namespace Shop.Items;
public class Item { public static int Limit = 1; public static void Help() {} public class Part {} }
//- /Items/Block.cs
namespace Shop { namespace Items { class Sibling { void F() { Item.Help(); } } } }
//- /Web/Used.cs
using Shop.Items;
using static Shop.Items.Item;
using It = Shop.Items.Item;
namespace Shop.Web;
class Used { int F() { Help(); It.Help(); new Item(); new Item.Part(); Shop.Items.Item.Help(); return Limit; } }
//- /Other/Unused.cs
namespace Other;
class Unused { void F() { Item.Help(); } }
//- /Items/Deep/Inner.cs
namespace Shop.Items.Deep;
class Inner { void F() { Item.Help(); } }
"#,
        &expect![[r#"
            Items/Block.cs:Sibling.F -reads exact- Items/Item.cs:Item
            Items/Block.cs:Sibling.F -calls exact- Items/Item.cs:Item.Help
            Items/Deep/Inner.cs:Inner.F -reads exact- Items/Item.cs:Item
            Items/Deep/Inner.cs:Inner.F -calls exact- Items/Item.cs:Item.Help
            Other/Unused.cs:Unused.F -calls possible- Items/Item.cs:Item.Help
            Web/Used.cs:Used.F -calls exact- Items/Item.cs:Item
            Web/Used.cs:Used.F -reads exact- Items/Item.cs:Item
            Web/Used.cs:Used.F -mentions exact- Items/Item.cs:Item
            Web/Used.cs:Used.F -reads exact- Items/Item.cs:Item.Limit
            Web/Used.cs:Used.F -calls exact- Items/Item.cs:Item.Help
            Web/Used.cs:Used.F -calls exact- Items/Item.cs:Item.Part
        "#]],
    );
}

#[test]
fn parts_of_one_type_see_one_another() {
    check(
        r#"
//- /A.One.cs
namespace N;
public partial class A { void F() { G(); } }
//- /A.Two.cs
namespace N;
public partial class A : Base { void G() { H(); } }
//- /Base.cs
namespace N;
public class Base { protected void H() {} }
//- /Main.cs
using N;
class Main { void F(A a) { a.G(); a.F(); } }
"#,
        &expect![[r#"
            A.One.cs:A.F -calls exact- A.Two.cs:A.G
            A.Two.cs:A -inherits exact- Base.cs:Base
            A.Two.cs:A.G -calls exact- Base.cs:Base.H
            Main.cs:Main.F -mentions exact- A.One.cs:A
            Main.cs:Main.F -calls probable- A.One.cs:A.F
            Main.cs:Main.F -mentions exact- A.Two.cs:A
            Main.cs:Main.F -calls probable- A.Two.cs:A.G
        "#]],
    );
}

#[test]
fn properties_run_and_extension_methods_are_members() {
    check(
        r#"
//- /Item.cs
namespace Shop;
public class Item {
    public Price Price { get; set; }
    public Price Best => Pick();
    public Price Checked { get { return Price; } set { Check(value); } }
    Price Pick() => Price;
    void Check(Price price) {}
}
public class Price { public void Show() {} }
//- /Extensions.cs
namespace Shop.More;
public static class Extensions {
    public static void Sell(this Item item) { item.Best.Show(); }
    public static Price Of(this Item item, int n) => null;
}
//- /Main.cs
using Shop;
using Shop.More;
class Main {
    void F(Item item) {
        item.Price.Show();
        item.Best.Show();
        item.Checked = null;
        item.Sell();
        item.Of(1).Show();
        Extensions.Sell(item);
    }
}
"#,
        &expect![[r#"
            Extensions.cs:Extensions.Sell -mentions exact- Item.cs:Item
            Extensions.cs:Extensions.Sell -calls probable- Item.cs:Item.Best
            Extensions.cs:Extensions.Sell -calls probable- Item.cs:Price.Show
            Extensions.cs:Extensions.Of -mentions exact- Item.cs:Item
            Extensions.cs:Extensions.Of -mentions exact- Item.cs:Price
            Item.cs:Item -contains exact- Extensions.cs:Extensions.Sell
            Item.cs:Item -contains exact- Extensions.cs:Extensions.Of
            Item.cs:Item -mentions exact- Item.cs:Price
            Item.cs:Item.Price -mentions exact- Item.cs:Price
            Item.cs:Item.Best -calls exact- Item.cs:Item.Pick
            Item.cs:Item.Best -mentions exact- Item.cs:Price
            Item.cs:Item.Checked -reads exact- Item.cs:Item.Price
            Item.cs:Item.Checked -calls exact- Item.cs:Item.Check
            Item.cs:Item.Checked -mentions exact- Item.cs:Price
            Item.cs:Item.Pick -reads exact- Item.cs:Item.Price
            Item.cs:Item.Pick -mentions exact- Item.cs:Price
            Item.cs:Item.Check -mentions exact- Item.cs:Price
            Main.cs:Main.F -reads exact- Extensions.cs:Extensions
            Main.cs:Main.F -calls exact- Extensions.cs:Extensions.Sell
            Main.cs:Main.F -calls probable- Extensions.cs:Extensions.Of
            Main.cs:Main.F -mentions exact- Item.cs:Item
            Main.cs:Main.F -reads probable- Item.cs:Item.Price
            Main.cs:Main.F -calls probable- Item.cs:Item.Best
            Main.cs:Main.F -calls probable- Item.cs:Item.Checked
            Main.cs:Main.F -calls probable- Item.cs:Price.Show
        "#]],
    );
}

#[test]
fn receivers_are_typed_by_declarations_creations_and_items() {
    check(
        r#"
//- /Item.cs
public class Item {
    public string Name { get; set; }
    public Item Next { get; set; }
    public void Sell() {}
    public Task<Item> Load() => null;
    public static List<Item> All() => null;
}
//- /Main.cs
class Main {
    private readonly Dictionary<string, Item> _byName = new();
    private Item made = new() { Name = "x" };
    async Task F(List<Item> items, object o, Func<Item, int> pick) {
        foreach (var item in items) item.Sell();
        (await made.Load()).Sell();
        items.Where(x => x.Name != null).First().Sell();
        items.Select(x => x.Next).ToList().ForEach(x => x.Sell());
        _byName["x"].Sell();
        if (o is Item it) it.Sell();
        if (o is Item { Name: "y" }) {}
        (o as Item)?.Sell();
        Use(x => x.Sell());
        foreach (var x in from y in items select y.Next) x.Sell();
    }
    void Use(Action<Item> action) { action(made); }
}
"#,
        &expect![[r#"
            Item.cs:Item.Next -mentions exact- Item.cs:Item
            Item.cs:Item.Load -mentions exact- Item.cs:Item
            Item.cs:Item.All -mentions exact- Item.cs:Item
            Main.cs:Main -calls exact- Item.cs:Item
            Main.cs:Main -mentions exact- Item.cs:Item
            Main.cs:Main._byName -mentions exact- Item.cs:Item
            Main.cs:Main.made -calls exact- Item.cs:Item
            Main.cs:Main.made -mentions exact- Item.cs:Item
            Main.cs:Main.F -mentions exact- Item.cs:Item
            Main.cs:Main.F -reads probable- Item.cs:Item.Name
            Main.cs:Main.F -reads probable- Item.cs:Item.Next
            Main.cs:Main.F -calls probable- Item.cs:Item.Sell
            Main.cs:Main.F -calls probable- Item.cs:Item.Load
            Main.cs:Main.F -reads exact- Main.cs:Main._byName
            Main.cs:Main.F -reads exact- Main.cs:Main.made
            Main.cs:Main.F -calls exact- Main.cs:Main.Use
            Main.cs:Main.Use -mentions exact- Item.cs:Item
            Main.cs:Main.Use -reads exact- Main.cs:Main.made
            Item.cs:Item.Name -writtenby probable- Main.cs:Main
            Main.cs: UnknownValue action
        "#]],
    );
}

#[test]
fn constructors_bases_and_overloads() {
    check(
        r#"
//- /A.cs
class A {
    public A() : this(1) {}
    public A(int n) {}
    public virtual void F() {}
    public void F(int a, int b = 2) {}
}
class B : A, IThing {
    public B(string s) : base(2) { F(); base.F(); F(1); }
    public override void F() {}
    public void Do() {}
}
class C(int n) : A(n) { public int N => n; }
interface IThing { void Do(); void Twice() { Do(); Do(); } }
class Main { void F(IThing thing) { thing.Do(); thing.Twice(); new B(""); new A(); new C(1); } }
"#,
        &expect![[r#"
            A.cs:A.A -calls exact- A.cs:A.A#1
            A.cs:B -inherits exact- A.cs:A
            A.cs:B -inherits exact- A.cs:IThing
            A.cs:B.B -calls exact- A.cs:A.A#1
            A.cs:B.B -calls exact- A.cs:A.F
            A.cs:B.B -calls exact- A.cs:B.F
            A.cs:C -inherits exact- A.cs:A
            A.cs:C -calls exact- A.cs:A.A#1
            A.cs:IThing.Twice -calls exact- A.cs:IThing.Do
            A.cs:Main.F -calls exact- A.cs:A
            A.cs:Main.F -calls exact- A.cs:A.A
            A.cs:Main.F -calls exact- A.cs:B
            A.cs:Main.F -calls exact- A.cs:B.B
            A.cs:Main.F -calls exact- A.cs:C
            A.cs:Main.F -calls exact- A.cs:C.C
            A.cs:Main.F -mentions exact- A.cs:IThing
            A.cs:Main.F -calls probable- A.cs:IThing.Do
            A.cs:Main.F -calls probable- A.cs:IThing.Twice
        "#]],
    );
}

#[test]
fn a_property_may_have_the_name_of_its_type() {
    check(
        r#"
//- /A.cs
enum Color { Red }
class Paint { public void Mix() {} }
class A {
    public Color Color { get; set; }
    public Paint Paint { get; }
    void F() { Paint.Mix(); Color = Color.Red; }
}
"#,
        &expect![[r#"
            A.cs:A -mentions exact- A.cs:Color
            A.cs:A -mentions exact- A.cs:Paint
            A.cs:A.Color -mentions exact- A.cs:Color
            A.cs:A.Color -writtenby exact- A.cs:A.F
            A.cs:A.Paint -mentions exact- A.cs:Paint
            A.cs:A.F -reads probable- A.cs:Color.Red
            A.cs:A.F -calls probable- A.cs:Paint.Mix
            A.cs:A.F -reads exact- A.cs:A.Color
            A.cs:A.F -reads exact- A.cs:A.Paint
        "#]],
    );
}

#[test]
fn records_delegates_events_and_local_functions() {
    check(
        r#"
//- /A.cs
record Point(int X, Item Item) { public int Sum() => X; }
class Item { public void Sell() {} }
delegate void Sold(Item item);
class A {
    public event Sold OnSold;
    void Run(Point point) {
        OnSold += Handle;
        OnSold?.Invoke(point.Item);
        point.Item.Sell();
        var other = point with { X = 1 };
        other.Sum();
        int Local() => point.Sum();
        Local();
    }
    void Handle(Item item) { item.Sell(); }
}
"#,
        &expect![[r#"
            A.cs:Point.Point -mentions exact- A.cs:Item
            A.cs:Point.Sum -reads exact- A.cs:Point.X
            A.cs:Sold -mentions exact- A.cs:Item
            A.cs:A -mentions exact- A.cs:Sold
            A.cs:A.OnSold -mentions exact- A.cs:Sold
            A.cs:A.OnSold -writtenby exact- A.cs:A.Run
            A.cs:A.Run -mentions exact- A.cs:Point
            A.cs:A.Run -reads probable- A.cs:Point.Item
            A.cs:A.Run -calls probable- A.cs:Point.Sum
            A.cs:A.Run -calls probable- A.cs:Item.Sell
            A.cs:A.Run -reads exact- A.cs:A.OnSold
            A.cs:A.Run -calls exact- A.cs:A.Run.Local
            A.cs:A.Run -reads exact- A.cs:A.Handle
            A.cs:A.Run.Local -calls probable- A.cs:Point.Sum
            A.cs:A.Handle -mentions exact- A.cs:Item
            A.cs:A.Handle -calls probable- A.cs:Item.Sell
        "#]],
    );
}

#[test]
fn a_global_using_opens_a_namespace_for_its_project() {
    check(
        r#"
//- /src/Web/GlobalUsings.cs
global using Shop.Items;
//- /src/Web/Pages/Page.cs
namespace Web.Pages;
class Page { void F() { Item.Help(); } }
//- /src/Items/Item.cs
namespace Shop.Items;
public class Item { public static void Help() {} }
//- /src/Other/Unseen.cs
namespace Other;
class Unseen { void F() { Item.Help(); } }
"#,
        &expect![[r#"
            src/Other/Unseen.cs:Unseen.F -calls possible- src/Items/Item.cs:Item.Help
            src/Web/Pages/Page.cs:Page.F -reads exact- src/Items/Item.cs:Item
            src/Web/Pages/Page.cs:Page.F -calls exact- src/Items/Item.cs:Item.Help
        "#]],
    );
}

#[test]
fn a_test_runs_the_set_up_of_its_class_its_bases_and_its_fixtures() {
    check(
        r#"
//- /Base.cs
public class Base {
    [SetUp] public void Start() {}
    [OneTimeTearDown] public void Stop() {}
}
//- /CartTests.cs
public class CartTests : Base {
    [SetUp] public void Fill() {}
    static object[] Amounts() { return null; }
    [Test] public void Adds() {}
    [TestCaseSource(nameof(Amounts))] public void Takes(int n) {}
}
//- /PlainTests.cs
public class PlainTests : Base { [TestMethod] public void Runs() {} public void Other() {} }
//- /Shop.cs
public class Database { public Database() {} }
public class ShopTests : IClassFixture<Database>, IDisposable {
    public ShopTests(Database it) {}
    public void Dispose() {}
    [Fact] public void Sells() {}
}
"#,
        &expect![[r#"
            CartTests.cs:CartTests -inherits exact- Base.cs:Base
            CartTests.cs:CartTests.Fill -calls exact- Base.cs:Base.Start
            CartTests.cs:CartTests.Fill -calls exact- Base.cs:Base.Stop
            CartTests.cs:CartTests.Adds -calls exact- CartTests.cs:CartTests
            CartTests.cs:CartTests.Adds -calls exact- CartTests.cs:CartTests.Fill
            CartTests.cs:CartTests.Takes -calls exact- CartTests.cs:CartTests
            CartTests.cs:CartTests.Takes -calls exact- CartTests.cs:CartTests.Fill
            CartTests.cs:CartTests.Takes -reads exact- CartTests.cs:CartTests.Amounts
            CartTests.cs:CartTests.Adds -tests exact- CartTests.cs:CartTests.Adds
            CartTests.cs:CartTests.Takes -tests exact- CartTests.cs:CartTests.Takes
            PlainTests.cs:PlainTests -inherits exact- Base.cs:Base
            PlainTests.cs:PlainTests.Runs -calls exact- Base.cs:Base.Start
            PlainTests.cs:PlainTests.Runs -calls exact- Base.cs:Base.Stop
            PlainTests.cs:PlainTests.Runs -calls exact- PlainTests.cs:PlainTests
            PlainTests.cs:PlainTests.Runs -tests exact- PlainTests.cs:PlainTests.Runs
            Shop.cs:ShopTests -mentions exact- Shop.cs:Database
            Shop.cs:ShopTests.ShopTests -mentions exact- Shop.cs:Database
            Shop.cs:ShopTests.Sells -calls exact- Shop.cs:Database
            Shop.cs:ShopTests.Sells -calls exact- Shop.cs:Database.Database
            Shop.cs:ShopTests.Sells -calls exact- Shop.cs:ShopTests
            Shop.cs:ShopTests.Sells -calls exact- Shop.cs:ShopTests.ShopTests
            Shop.cs:ShopTests.Sells -calls exact- Shop.cs:ShopTests.Dispose
            Shop.cs:ShopTests.Sells -tests exact- Shop.cs:ShopTests.Sells
        "#]],
    );
}

#[test]
fn extensions_of_literals_are_found_by_their_type() {
    check(
        r#"
//- /A.cs
namespace A {
    static class Extensions {
        public static int Go(this string it) => 1;
        public static int Count(this int it) => 1;
    }
    class Use {
        int Text() { return "a".Go(); }
        int Number() { return 1.Count(); }
    }
}
"#,
        &expect![[r#"
            A.cs:Use.Text -calls probable- A.cs:Extensions.Go
            A.cs:Use.Number -calls probable- A.cs:Extensions.Count
        "#]],
    );
}

#[test]
fn a_namespace_that_no_file_is_in_is_of_a_package() {
    let text = r#"
//- /Program.cs
using Newtonsoft.Json;
using App.Parts;
using App;
class Program { }
//- /Part.cs
namespace App.Parts { class Part { } }
"#;
    let bases = fixture(text).bases();
    let packages: Vec<&str> = bases.lines().filter(|it| it.contains("package")).collect();
    assert_eq!(packages, ["Program.cs -imports exact named- package Newtonsoft.Json"]);
}

#[test]
fn a_member_called_like_a_type_does_not_hide_it_where_a_type_is_named() {
    check(
        r#"
//- /A.cs
namespace App;
public class Address { public Address(int n) {} public string Line() { return "x"; } }
public class Person {
  public Address Address { get; set; }
  public string Made() { var a = new Address(1); return a.Line(); }
  public string Own() { return Address.Line(); }
}
public class Big { public int One() { return 1; } }
public class User {
  int Big() { var b = new Big(); return b.One(); }
  int Given(Big b) { return b.One() + Big(); }
}
"#,
        &expect![[r#"
            A.cs:Person -mentions exact- A.cs:Address
            A.cs:Person.Address -mentions exact- A.cs:Address
            A.cs:Person.Made -calls exact- A.cs:Address
            A.cs:Person.Made -calls exact- A.cs:Address.Address
            A.cs:Person.Made -calls probable- A.cs:Address.Line
            A.cs:Person.Own -calls probable- A.cs:Address.Line
            A.cs:Person.Own -reads exact- A.cs:Person.Address
            A.cs:User.Big -calls exact- A.cs:Big
            A.cs:User.Big -calls probable- A.cs:Big.One
            A.cs:User.Given -mentions exact- A.cs:Big
            A.cs:User.Given -calls probable- A.cs:Big.One
            A.cs:User.Given -calls exact- A.cs:User.Big
        "#]],
    );
}

#[test]
fn what_is_sent_runs_who_handles_its_type() {
    check(
        r#"
//- /Create.cs
namespace Shop.Orders;
public class Create {
  public record Command(string Title) : IRequest<int>;
  public class Handler : IRequestHandler<Command, int> {
    public Task<int> Handle(Command it, CancellationToken c) => null;
  }
}
//- /Edit.cs
namespace Shop.Orders;
public class Edit {
  public record Command(string Title) : IRequest<int>;
  public class Handler : IRequestHandler<Command, int> {
    public Task<int> Handle(Command it, CancellationToken c) => null;
  }
}
//- /Around.cs
namespace Shop;
public class Logs<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse> {
  public Task<TResponse> Handle(TRequest it, Next next) => next();
}
public record Paid(int Id) : INotification;
public class Mails : INotificationHandler<Paid> { public Task Handle(Paid it) => null; }
public class Counts : INotificationHandler<Paid> { public Task Handle(Paid it) => null; }
public record Alone(int Id);
//- /Calls.cs
using Shop;
using Shop.Orders;
class Calls(IMediator mediator) {
  void Make() => mediator.Send(new Create.Command("x"));
  void Change(Edit.Command it) => mediator.Send(it);
  void Pay() => mediator.Publish(new Paid(1));
  void Other(Alone it) => mediator.Send(it);
}
"#,
        &expect![[r#"
            Around.cs:Mails -mentions exact- Around.cs:Paid
            Around.cs:Mails.Handle -mentions exact- Around.cs:Paid
            Around.cs:Counts -mentions exact- Around.cs:Paid
            Around.cs:Counts.Handle -mentions exact- Around.cs:Paid
            Calls.cs:Calls.Make -calls probable- Around.cs:Logs.Handle
            Calls.cs:Calls.Make -mentions exact- Create.cs:Create
            Calls.cs:Calls.Make -calls exact- Create.cs:Create.Command
            Calls.cs:Calls.Make -calls exact- Create.cs:Create.Command.Command
            Calls.cs:Calls.Make -calls probable- Create.cs:Create.Handler.Handle
            Calls.cs:Calls.Change -calls probable- Around.cs:Logs.Handle
            Calls.cs:Calls.Change -mentions exact- Edit.cs:Edit
            Calls.cs:Calls.Change -mentions exact- Edit.cs:Edit.Command
            Calls.cs:Calls.Change -calls possible- Edit.cs:Edit.Command.Command
            Calls.cs:Calls.Change -calls probable- Edit.cs:Edit.Handler.Handle
            Calls.cs:Calls.Pay -calls probable- Around.cs:Logs.Handle
            Calls.cs:Calls.Pay -calls exact- Around.cs:Paid
            Calls.cs:Calls.Pay -calls exact- Around.cs:Paid.Paid
            Calls.cs:Calls.Pay -calls probable- Around.cs:Mails.Handle
            Calls.cs:Calls.Pay -calls probable- Around.cs:Counts.Handle
            Calls.cs:Calls.Other -mentions exact- Around.cs:Alone
            Calls.cs:Calls.Other -calls possible- Around.cs:Alone.Alone
            Create.cs:Create.Handler -mentions exact- Create.cs:Create.Command
            Create.cs:Create.Handler.Handle -mentions exact- Create.cs:Create.Command
            Edit.cs:Edit.Handler -mentions exact- Edit.cs:Edit.Command
            Edit.cs:Edit.Handler.Handle -mentions exact- Edit.cs:Edit.Command
        "#]],
    );
}

#[test]
fn extension_methods_of_built_in_types() {
    check(
        r#"
//- /Slug.cs
namespace Shop;
public static class Slug {
  public static string Gen(this string? it) => it;
  public static int Twice(this int it) => it;
  public static int Size(this string it) => 1;
  public static int Size(this int it) => 1;
}
//- /Calls.cs
using Shop;
class Data { public string? Title { get; set; } public string Name = ""; }
class Calls {
  void A(Data d) { d.Title.Gen(); }
  void B() { "a".Gen(); }
  void C(Data d) { d.Name.Trim().Gen(); }
  void D(string s) { s.Gen(); }
  void E() { 1.Twice(); }
  void F(int i) { i.Size(); }
}
"#,
        &expect![[r#"
            Calls.cs:Calls.A -mentions exact- Calls.cs:Data
            Calls.cs:Calls.A -reads probable- Calls.cs:Data.Title
            Calls.cs:Calls.A -calls probable- Slug.cs:Slug.Gen
            Calls.cs:Calls.B -calls probable- Slug.cs:Slug.Gen
            Calls.cs:Calls.C -mentions exact- Calls.cs:Data
            Calls.cs:Calls.C -reads probable- Calls.cs:Data.Name
            Calls.cs:Calls.C -calls probable- Slug.cs:Slug.Gen
            Calls.cs:Calls.D -calls possible- Slug.cs:Slug.Gen
            Calls.cs:Calls.E -calls probable- Slug.cs:Slug.Twice
            Calls.cs:Calls.F -calls possible- Slug.cs:Slug.Size
            Calls.cs:Calls.F -calls possible- Slug.cs:Slug.Size#1
        "#]],
    );
}
