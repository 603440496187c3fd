//! What Scala code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn packages_imports_and_package_objects() {
    check(
        r#"
//- /Items.scala
package shop.items
class Item { def sell(): Unit = {} }
object Item { val limit = 1; def make(): Item = new Item }
//- /package.scala
package shop
package object items { def help(): Int = 1 }
//- /Used.scala
package web
import shop.items.{Item => It, _}
object Used { def f() = { It.make().sell(); help(); new It; It.limit } }
//- /Inner.scala
package shop
package items
import Item.make
object Inner { def f() = make() }
//- /Unseen.scala
package other
object Unseen { def f() = Item.make() }
"#,
        &expect![[r#"
            Inner.scala -reads exact- Items.scala:Item
            Inner.scala -reads exact- Items.scala:Item#1
            Inner.scala -reads exact- Items.scala:Item.make
            Inner.scala:Inner.f -calls probable- Items.scala:Item.make
            Items.scala:Item.make -calls exact- Items.scala:Item
            Items.scala:Item.make -mentions exact- Items.scala:Item
            Items.scala:Item.make -calls exact- Items.scala:Item#1
            Used.scala:Used.f -calls exact- Items.scala:Item
            Used.scala:Used.f -reads exact- Items.scala:Item
            Used.scala:Used.f -calls probable- Items.scala:Item.sell
            Used.scala:Used.f -calls exact- Items.scala:Item#1
            Used.scala:Used.f -reads exact- Items.scala:Item#1
            Used.scala:Used.f -reads exact- Items.scala:Item.limit
            Used.scala:Used.f -calls exact- Items.scala:Item.make
            Used.scala:Used.f -calls exact- package.scala:items.help
        "#]],
    );
}

#[test]
fn companions_case_classes_and_traits() {
    check(
        r#"
//- /A.scala
case class User(name: String, friend: User) extends Named with Sold {
  def sell(): Unit = save()
  override def hello: String = super.hello + friend.hello
}
object User {
  def empty: User = User("", null)
}
trait Named {
  def hello: String = "x"
}
trait Sold {
  def sell(): Unit
  def save(): Unit = {}
}
object Box {
  def apply(n: Int): User = User.empty
}
object Main {
  def run(sold: Sold): Unit = {
    sold.sell()
    User.empty.friend.hello
    Box(1).sell()
    new User("a", null).save()
  }
}
"#,
        &expect![[r#"
            A.scala:User -inherits exact- A.scala:Named
            A.scala:User -inherits exact- A.scala:Sold
            A.scala:User.User -mentions exact- A.scala:User
            A.scala:User.sell -calls exact- A.scala:Sold.save
            A.scala:User.hello -reads exact- A.scala:User.friend
            A.scala:User.hello -calls probable- A.scala:User.hello
            A.scala:User.hello -calls exact- A.scala:Named.hello
            A.scala:User.empty -calls exact- A.scala:User
            A.scala:User.empty -mentions exact- A.scala:User
            A.scala:User.empty -calls exact- A.scala:User.User
            A.scala:User.empty -calls exact- A.scala:User#1
            A.scala:Box.apply -reads exact- A.scala:User
            A.scala:Box.apply -mentions exact- A.scala:User
            A.scala:Box.apply -reads exact- A.scala:User#1
            A.scala:Box.apply -reads exact- A.scala:User.empty
            A.scala:Main.run -calls exact- A.scala:User
            A.scala:Main.run -reads exact- A.scala:User
            A.scala:Main.run -calls exact- A.scala:User.User
            A.scala:Main.run -reads probable- A.scala:User.friend
            A.scala:Main.run -calls probable- A.scala:User.sell
            A.scala:Main.run -calls probable- A.scala:User.hello
            A.scala:Main.run -calls exact- A.scala:User#1
            A.scala:Main.run -reads exact- A.scala:User#1
            A.scala:Main.run -reads exact- A.scala:User.empty
            A.scala:Main.run -mentions exact- A.scala:Sold
            A.scala:Main.run -calls probable- A.scala:Sold.sell
            A.scala:Main.run -calls probable- A.scala:Sold.save
            A.scala:Main.run -calls exact- A.scala:Box
            A.scala:Main.run -calls exact- A.scala:Box.apply
        "#]],
    );
}

#[test]
fn functions_are_given_items_and_patterns_bind() {
    check(
        r#"
//- /A.scala
class Item(val next: Item) {
  def sell(): Unit = {}
}
object Main {
  val limit = 3
  def use(action: Item => Unit): Unit = {}
  def run(items: List[Item], o: Any, one: Option[Item]): Unit = {
    items.foreach(x => x.sell())
    items.foreach(_.sell())
    items.map(_.next).foreach(_.sell())
    use(x => x.sell())
    for (x <- items) x.sell()
    val all = for { a <- items; b = a.next } yield b
    all.foreach { x => x.sell() }
    o match {
      case i: Item => i.sell()
    }
    one match {
      case Some(i) => i.sell()
      case None => limit
    }
    new Item(null) { override def sell(): Unit = limit }
  }
}
"#,
        &expect![[r#"
            A.scala:Item.Item -mentions exact- A.scala:Item
            A.scala:Main.use -mentions exact- A.scala:Item
            A.scala:Main.run -calls exact- A.scala:Item
            A.scala:Main.run -mentions exact- A.scala:Item
            A.scala:Main.run -calls exact- A.scala:Item.Item
            A.scala:Main.run -reads probable- A.scala:Item.next
            A.scala:Main.run -calls probable- A.scala:Item.sell
            A.scala:Main.run -reads exact- A.scala:Main.limit
            A.scala:Main.run -calls exact- A.scala:Main.use
            A.scala:Main.run -calls exact- A.scala:Main.run.$Item
            A.scala:Main.run.$Item.sell -reads exact- A.scala:Main.limit
        "#]],
    );
}

#[test]
fn extensions_and_implicit_classes_are_members() {
    check(
        r#"
//- /Item.scala
package shop
class Item { def sell(): Unit = {} }
//- /Extensions.scala
package shop.more
import shop.Item
extension (item: Item)
  def twice(n: Int): Item = item
object Implicits {
  implicit class Rich(item: Item) {
    def rich(): Unit = item.sell()
  }
}
//- /Main.scala
package web
import shop.Item
import shop.more._
object Main { def f(item: Item) = { item.twice(1).sell(); item.rich() } }
"#,
        &expect![[r#"
            Extensions.scala:twice -mentions exact- Item.scala:Item
            Extensions.scala:Implicits.Rich.Rich -mentions exact- Item.scala:Item
            Extensions.scala:Implicits.Rich.rich -calls probable- Item.scala:Item.sell
            Item.scala:Item -contains exact- Extensions.scala:twice
            Item.scala:Item -contains exact- Extensions.scala:Implicits.Rich.rich
            Main.scala:Main.f -calls probable- Extensions.scala:twice
            Main.scala:Main.f -calls probable- Extensions.scala:Implicits.Rich.rich
            Main.scala:Main.f -mentions exact- Item.scala:Item
            Main.scala:Main.f -calls probable- Item.scala:Item.sell
        "#]],
    );
}

#[test]
fn a_test_runs_the_set_up_and_the_body_of_its_suite_and_its_bases() {
    check(
        r#"
//- /a/Base.scala
package a
import org.scalatest._
abstract class Base extends AnyFunSuite with BeforeAndAfterAll {
  override def beforeAll(): Unit = {}
}
//- /a/CartSuite.scala
package a
import org.scalatest._
class CartSuite extends Base with BeforeAndAfter {
  val cart = Make.cart()
  before { fill() }
  def fill(): Unit = {}
  test("adds") { assert(true) }
}
class PlainSuite extends Base {
  test("runs") { assert(true) }
}
//- /a/Make.scala
package a
object Make { def cart(): Int = 1 }
"#,
        &expect![[r#"
            a/CartSuite.scala:CartSuite -inherits exact- a/Base.scala:Base
            a/CartSuite.scala:CartSuite -reads exact- a/Make.scala:Make
            a/CartSuite.scala:CartSuite -calls exact- a/Make.scala:Make.cart
            a/CartSuite.scala:CartSuite.cart -reads exact- a/Make.scala:Make
            a/CartSuite.scala:CartSuite.cart -calls exact- a/Make.scala:Make.cart
            a/CartSuite.scala:CartSuite.before -calls exact- a/Base.scala:Base.beforeAll
            a/CartSuite.scala:CartSuite.before -calls exact- a/CartSuite.scala:CartSuite.fill
            a/CartSuite.scala:CartSuite.adds -calls exact- a/CartSuite.scala:CartSuite
            a/CartSuite.scala:CartSuite.adds -calls exact- a/CartSuite.scala:CartSuite.before
            a/CartSuite.scala:PlainSuite -inherits exact- a/Base.scala:Base
            a/CartSuite.scala:PlainSuite.runs -calls exact- a/Base.scala:Base.beforeAll
            a/CartSuite.scala:PlainSuite.runs -calls exact- a/CartSuite.scala:PlainSuite
            a/CartSuite.scala:adds -tests exact- a/CartSuite.scala:CartSuite.adds
            a/CartSuite.scala:runs -tests exact- a/CartSuite.scala:PlainSuite.runs
        "#]],
    );
}

#[test]
fn members_of_a_self_type_are_its_own() {
    check(
        r#"
//- /a.scala
package a
trait Logging { def log(s: String): Unit = () }
trait Named { def name: String }
trait Service { this: Logging => def run(): Unit = log("x") }
trait Other { self: Logging with Named =>
  def run(): Unit = { self.log("x"); log(name) }
}
"#,
        &expect![[r#"
            a.scala:Service -mentions exact- a.scala:Logging
            a.scala:Service.run -calls probable- a.scala:Logging.log
            a.scala:Other -mentions exact- a.scala:Logging
            a.scala:Other -mentions exact- a.scala:Named
            a.scala:Other.run -calls probable- a.scala:Logging.log
            a.scala:Other.run -calls probable- a.scala:Named.name
        "#]],
    );
}

#[test]
fn objects_that_take_values_apart_are_called_by_patterns() {
    check(
        r#"
//- /src/main/scala/a/Ex.scala
package a
class M { def go(): Int = 1 }
object Ex { def unapply(s: String): Option[M] = Some(new M()) }
object Words { def unapplySeq(s: String): Option[Seq[String]] = None }
case class Plain(id: Int)
class U {
  def use(x: Any) = x match {
    case Ex(m) => m.go()
    case Words(first, _*) => 1
    case Plain(id) => id
  }
}
//- /src/test/scala/a/T.scala
package a
class T extends org.scalatest.funsuite.AnyFunSuite {
  test("runs") { new U().use(1) }
}
"#,
        &expect![[r#"
            src/main/scala/a/Ex.scala:Ex.unapply -calls exact- src/main/scala/a/Ex.scala:M
            src/main/scala/a/Ex.scala:Ex.unapply -mentions exact- src/main/scala/a/Ex.scala:M
            src/main/scala/a/Ex.scala:U.use -calls probable- src/main/scala/a/Ex.scala:M.go
            src/main/scala/a/Ex.scala:U.use -mentions exact- src/main/scala/a/Ex.scala:Ex
            src/main/scala/a/Ex.scala:U.use -calls exact- src/main/scala/a/Ex.scala:Ex.unapply
            src/main/scala/a/Ex.scala:U.use -mentions exact- src/main/scala/a/Ex.scala:Words
            src/main/scala/a/Ex.scala:U.use -calls exact- src/main/scala/a/Ex.scala:Words.unapplySeq
            src/main/scala/a/Ex.scala:U.use -mentions exact- src/main/scala/a/Ex.scala:Plain
            src/test/scala/a/T.scala:T.runs -calls exact- src/main/scala/a/Ex.scala:U
            src/test/scala/a/T.scala:T.runs -calls probable- src/main/scala/a/Ex.scala:U.use
            src/test/scala/a/T.scala:T.runs -calls exact- src/test/scala/a/T.scala:T
            src/test/scala/a/T.scala:runs -tests exact- src/test/scala/a/T.scala:T.runs
        "#]],
    );
}
