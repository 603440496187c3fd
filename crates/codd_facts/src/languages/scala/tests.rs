//! Facts of small Scala files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts(text: &str) -> FileFacts {
    let path = RepoPath::from("src/main/scala/A.scala");
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
package items
import parts.{Part => Piece, Bolt, _}
import Kinds.small
/** What is sold. */
@entity
case class Item[T <: Price](price: T, parts: List[Piece] = Nil)(implicit ev: Ev) extends Thing(1) with Sold {
  private val max = 3
  var count: Int = 0
  def size: Int = parts.size
  def sell(n: Int = 1, to: String*): Option[Item] = Some(this)
  def this(price: T) = this(price, Nil)
  type Own = Item
}
object Item {
  def apply(n: Int): Item = new Item(n)
  val first = new Item(1)
}
trait Sold {
  def sell(): Unit
  def twice(): Unit = { sell(); sell() }
}
enum Color {
  case Red, Green
  case Mix(a: Color) extends Color
}
given ordering: Ordering[Item] with {
  def compare(a: Item, b: Item) = 0
}
extension (item: Item)
  def cheap(n: Int): Boolean = item.size < n
implicit class Rich(val item: Item) { def rich = item.size }
",
        &expect![[r#"
            Class Item bases [Thing@1, Sold@1, AnyRef] decorators [entity]
            Method Item.Item(price: T@3, parts: [~Piece@3] = Nil@3, ev: Ev@3 = _)
            Field Item.price : T@3 = price@3
            Field Item.parts : [~Piece@3] = parts@3
            Field Item.max = _ private
            Field Item.count : Int@2 = _
            Method Item.size : Int@4 property
            Method Item.sell(n: Int@5 = _, *to: [~String@5]) : [~Item@5]
            Method Item.Item#1(price: T@6) returns [<Item>.<init>(price@6, Nil@6)]
            TypeAlias Item.Own = Item@2
            Class Item#1 bases [AnyRef] static
            Method Item.apply(n: Int@8) : Item@8
            Field Item.first = Item@7(_)
            Interface Sold bases [AnyRef]
            Method Sold.sell : Unit@10 abstract
            Method Sold.twice : Unit@11
            Enum Color bases [Enum]
            Field Color.Red static
            Field Color.Green static
            Class Color.Mix bases [Color@13, AnyRef]
            Method Color.Mix.Mix(a: Color@15)
            Class ordering bases [Ordering<Item>, AnyRef]
            Method ordering.compare(a: Item@17, b: Item@17) returns [_]
            Function cheap(n: Int@18) : Boolean@18
            Class Rich bases [AnyRef]
            Method Rich.Rich(item: Item@20)
            Field Rich.item : Item@20 = item@20
            Method Rich.rich returns [item@21.size] property
            scope 0 Module
              Bolt -> import parts:Bolt
              Color -> definition Color
              Item -> definition Item
              Item -> definition Item#1
              Piece -> import parts:Part
              Rich -> definition Rich
              Sold -> definition Sold
              cheap -> definition cheap
              ordering -> definition ordering
              small -> value Kinds.small
            scope 1 Block in 0
              T -> type 0 of <Item> below Price@1
            scope 2 Class of Item in 1
              <init> -> definition Item.Item
              <init> -> definition Item.Item#1
              Own -> definition Item.Own
              count -> definition Item.count
              ev -> typed Ev@3
              max -> definition Item.max
              parts -> definition Item.parts
              price -> definition Item.price
              sell -> definition Item.sell
              size -> definition Item.size
            scope 3 Function of Item.Item in 2
              ev -> parameter 2 of Item.Item
              parts -> parameter 1 of Item.Item
              price -> parameter 0 of Item.Item
            scope 5 Function of Item.sell in 2
              n -> parameter 0 of Item.sell
              to -> parameter 1 of Item.sell
            scope 6 Function of Item.Item#1 in 2
              price -> parameter 0 of Item.Item#1
            scope 7 Class of Item#1 in 0
              <init> -> definition Item.apply
              apply -> definition Item.apply
              first -> definition Item.first
            scope 8 Function of Item.apply in 7
              n -> parameter 0 of Item.apply
            scope 9 Class of Sold in 0
              sell -> definition Sold.sell
              twice -> definition Sold.twice
            scope 13 Class of Color in 0
              Green -> definition Color.Green
              Mix -> definition Color.Mix
              Red -> definition Color.Red
            scope 14 Class of Color.Mix in 13
              <init> -> definition Color.Mix.Mix
              a -> typed Color@15
            scope 15 Function of Color.Mix.Mix in 14
              a -> parameter 0 of Color.Mix.Mix
            scope 16 Class of ordering in 0
              compare -> definition ordering.compare
            scope 17 Function of ordering.compare in 16
              a -> parameter 0 of ordering.compare
              b -> parameter 1 of ordering.compare
            scope 18 Function of cheap in 0
              item -> typed Item@18
              n -> parameter 0 of cheap
            scope 19 Class of Rich in 0
              <init> -> definition Rich.Rich
              item -> definition Rich.item
              rich -> definition Rich.rich
            scope 20 Function of Rich.Rich in 19
              item -> parameter 0 of Rich.Rich
            import parts:Part
            import parts:Bolt
            import parts:*
            offer Item in shop.items
            offer Item in shop.items
            offer apply in shop.items.Item
            offer first in shop.items.Item
            offer Sold in shop.items
            offer Color in shop.items
            offer ordering in shop.items
            offer cheap in shop.items
            offer Rich in shop.items
            opened ["shop.items", "shop", "parts", "scala"]
            extension of Item@18: cheap
            extension of Item@20: Rich.rich
            Read Kinds
            Read Kinds.small
            Decorate entity in Item
            Type Price@1 in Item
            Type List@3 in Item.Item
            Type Piece@3 in Item.Item
            Read Nil@3 in Item.Item
            Type Ev@3 in Item.Item
            Inherit Thing@1 in Item
            Call <super Item>.<init>/1 in Item
            Inherit Sold@1 in Item
            Type Int@2 in Item initialises Item.count
            Type Int@4 in Item.size
            Read parts@4 in Item.size
            Read parts@4.size in Item.size
            Type Int@5 in Item.sell
            Type String@5 in Item.sell
            Type Option@5 in Item.sell
            Type Item@5 in Item.sell
            Call Some@5/1 in Item.sell
            Call <Item>.<init>/2 in Item.Item#1
            Read Nil@6 in Item.Item#1
            Type Item@2 in Item.Own
            Type Int@8 in Item.apply
            Type Item@8 in Item.apply
            Call Item@8/1 in Item.apply
            Call Item@7/1 in Item#1 initialises Item.first
            Type Unit@10 in Sold.sell
            Type Unit@11 in Sold.twice
            Call sell@12/0 in Sold.twice
            Call sell@12/0 in Sold.twice
            Type Color@15 in Color.Mix.Mix
            Inherit Color@13 in Color.Mix
            Inherit Ordering in ordering
            Type Item in ordering
            Type Item@17 in ordering.compare
            Type Item@17 in ordering.compare
            Type Item@18 in cheap
            Type Int@18 in cheap
            Type Boolean@18 in cheap
            Read item@18.size in cheap
            Type Item@20 in Rich.Rich
            Read item@21 in Rich.rich
            Read item@21.size in Rich.rich
        "#]],
    );
}

#[test]
fn statements_and_expressions_refer_to_what_they_name() {
    check_only(
        &["Call", "Read", "Write", "Type "],
        r#"class A {
  var n = 0
  def run(o: Any, items: List[Item]): Unit = {
    for (item <- items if item.free) item.sell()
    val all = for { a <- items; b = a.next } yield b.price
    items.filter(_.free).map(x => x.price).foreach { pay }
    items.map { case Item(p, _) => p.tell() }
    o match {
      case it: Item if it.free => it.sell()
      case Limit => stop()
      case _ => 0
    }
    val made = new Base(1) with Sold { def sell() = n = 1 }
    items sortBy weight
    s"a $n ${made.x}"
    A.this.n = 1
    try risky() catch { case e: Failure => e.tell() } finally close()
    fold(1)(add)
    a.b[Item](x = 2)
  }
}
"#,
        &expect![[r#"
            Type Any@2 in A.run
            Type List@2 in A.run
            Type Item@2 in A.run
            Type Unit@2 in A.run
            Read item@5.free in A.run
            Call item@5.sell/0 in A.run
            Read a@7.next in A.run
            Read b@8.price in A.run
            Call items@3.filter/1 in A.run
            Read (items@3.iterator().next() | <passed 0 to <passed 0 to items@3.filter>>).free in A.run
            Call items@3.filter((items@3.iterator().next() | <passed 0 to <passed 0 to items@3.filter>>).free).map/1 in A.run
            Read x@9.price in A.run
            Call ([x@9.price] | items@3.filter((items@3.iterator().next() | <passed 0 to <passed 0 to items@3.filter>>).free).map(x@9.price)).foreach/1 in A.run
            Read pay@10 in A.run
            Call items@3.map/1 in A.run
            Type Item@12 in A.run
            Call Item@12.unapply in A.run
            Call Item@12.unapplySeq in A.run
            Call p@12.tell/0 in A.run
            Type Item@13 in A.run
            Read it@13.free in A.run
            Call it@13.sell/0 in A.run
            Read Limit@14 in A.run
            Call stop@14/0 in A.run
            Call Base@3/0 in A.run
            Call <A.run.$Base> in A.run
            Type Sold@3 in A.run
            Write n@17 in A.run.$Base.sell
            Call items@3.sortBy/1 in A.run
            Read weight@3 in A.run
            Read n@3 in A.run
            Read made@18.x in A.run
            Write <this A>.n in A.run
            Call risky@3/0 in A.run
            Type Failure@19 in A.run
            Call e@19.tell/0 in A.run
            Call close@3/0 in A.run
            Call fold@3/1 in A.run
            Read add@3 in A.run
            Read a@3 in A.run
            Call a@3.b/1 in A.run
            Type Item@3 in A.run
        "#]],
    );
}

#[test]
fn tests_of_scalatest_and_munit() {
    check_only(
        &["test", "Callback"],
        "import org.scalatest.flatspec.AnyFlatSpec
class StackSpec extends AnyFlatSpec {
  \"A stack\" should \"pop\" in { pop() }
  test(\"pushes\") { push() }
}
",
        &expect![[r#"
            Callback StackSpec.A stack should pop
            Callback StackSpec.pushes
            test A stack should pop (scalatest) StackSpec.A stack should pop
            test pushes (scalatest) StackSpec.pushes
        "#]],
    );
    check_only(
        &["test"],
        "class S extends munit.FunSuite {\n  test(\"adds\") { add() }\n}\n",
        &expect![[r#"
            test adds (munit) S.adds
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
    let text = "class LoginTest extends OwnBaseTest with Helper {
  \"Login\" should \"let in\" in { go() }
  it should \"wait\" in await { go() }
  test(\"more\") { go() }
  val is = a in b
}
";
    expect![[r#"
        test Login should let in (scalatest) LoginTest.Login should let in
        test it should wait (scalatest) LoginTest.it should wait
        test more (scalatest) LoginTest.more
    "#]]
    .assert_eq(&tests("test/users/LoginTest.scala", text));
    // Neither code beside the tests nor what extends something else.
    assert_eq!(tests("app/users/LoginTest.scala", text), "");
    assert_eq!(tests("test/users/A.scala", &text.replace("OwnBaseTest", "Helper")), "");
}

#[test]
fn hostile_files_give_facts() {
    let deep = "(".repeat(5_000);
    let nested = "class A { ".repeat(3_000);
    let calls = format!("object A {{ def f = {} }}", "a.b().".repeat(2_000));
    let lists = format!("object A {{ def f = a{} }}", "(1)".repeat(5_000));
    let sum = format!("object A {{ val n = {}1 }}", "1 + ".repeat(10_000));
    let lambdas = format!("object A {{ val o = {}1 }}", "x => ".repeat(2_000));
    let generics = format!("object A {{ val c: {}B }}", "List[".repeat(2_000));
    let strings = format!("object A {{ def f = {}x{} }}", "s\"${".repeat(60), "}\"".repeat(60));
    for text in [deep, nested, calls, lists, sum, lambdas, generics, strings, "class".into()] {
        let facts = facts(&text);
        assert_eq!(facts.semantics.references.len(), facts.places.references.len());
    }
}
