//! What generic types and functions give where they are applied to types of the project.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use crate::testing::fixture;

/// The calls of methods of `User` and `Order`.
fn check(text: &str, expected: &Expect) {
    let mut out = String::new();
    for line in fixture(text).edges().lines() {
        let is_asked = ["User.", "Order."]
            .iter()
            .any(|it| line.split_once("- ").is_some_and(|(_, to)| to.contains(it)));
        if is_asked && line.contains("-calls") {
            let _ = writeln!(out, "{line}");
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn typescript() {
    check(
        r#"
//- /model.ts
export class User { verify() {} label: string }
export class Order { verify() {} }
//- /repo.ts
export interface Source<T> { one(id: number): T; all(): T[]; each(f: (it: T) => void): void; later(): Promise<T> }
export class Repository<T> {
  item: T;
  items: T[];
  get(id: number): T { return this.item; }
  find(): Promise<T | undefined> { return null; }
  list(): Array<T> { return this.items; }
  each(f: (it: T) => void) { for (const it of this.items) f(it); }
}
export class Orders extends Repository<Order> {}
import { Order } from "./model";
export interface Page<T> { rows: T[]; first: T }
export type Lookup<T> = Page<T>;
export function make<T>(): T { return null; }
//- /use.ts
import { User, Order } from "./model";
import { Repository, Orders, Page, Lookup, make, Source } from "./repo";
import { Model, load } from "orm";
function method(r: Repository<User>) { r.get(1).verify(); }
async function awaited(r: Repository<User>) { const u = await r.find(); u.verify(); }
function loop(r: Repository<User>) { for (const u of r.list()) u.verify(); }
function field(r: Repository<User>) { r.item.verify(); }
function fields(r: Repository<User>) { r.items[0].verify(); }
function callback(r: Repository<User>) { r.each(u => u.verify()); }
function base(o: Orders) { o.get(1).verify(); }
function inherited(o: Orders) { o.items[0].verify(); }
function made() { const r = new Repository<User>(); r.get(1).verify(); }
function alias(p: Lookup<User>) { p.first.verify(); }
function rows(p: Page<Order>) { p.rows.forEach(o => o.verify()); }
function explicit() { make<User>().verify(); }
function declared(s: Source<Order>) { s.one(1).verify(); }
async function later(s: Source<Order>) { (await s.later()).verify(); }
function outside(m: Model<User>) { m.findOne(1).verify(); }
function outsideCall() { load<User>(1).verify(); }
class Service { constructor(private users: Repository<User>) {} run() { this.users.get(1).verify(); } }
"#,
        &expect![[r#"
            use.ts:method -calls probable- model.ts:User.verify
            use.ts:awaited -calls probable- model.ts:User.verify
            use.ts:loop -calls probable- model.ts:User.verify
            use.ts:field -calls probable- model.ts:User.verify
            use.ts:fields -calls probable- model.ts:User.verify
            use.ts:callback -calls probable- model.ts:User.verify
            use.ts:base -calls probable- model.ts:Order.verify
            use.ts:inherited -calls probable- model.ts:Order.verify
            use.ts:made -calls probable- model.ts:User.verify
            use.ts:alias -calls probable- model.ts:User.verify
            use.ts:rows -calls probable- model.ts:Order.verify
            use.ts:explicit -calls probable- model.ts:User.verify
            use.ts:declared -calls probable- model.ts:Order.verify
            use.ts:later -calls probable- model.ts:Order.verify
            use.ts:outside -calls probable- model.ts:User.verify
            use.ts:outsideCall -calls probable- model.ts:User.verify
            use.ts:Service.run -calls probable- model.ts:User.verify
        "#]],
    );
}

#[test]
fn java() {
    check(
        r#"
//- /app/User.java
package app;
public class User { void verify() {} }
//- /app/Order.java
package app;
public class Order { void verify() {} }
//- /app/Repository.java
package app;
public class Repository<T, K> {
  T item;
  T get(K id) { return item; }
  java.util.List<T> all() { return null; }
  java.util.Optional<T> find(K id) { return null; }
}
//- /app/Orders.java
package app;
public interface Orders extends Source<Order> {}
//- /app/Source.java
package app;
public interface Source<T extends Comparable<T>> { T one(); void each(java.util.function.Consumer<T> f); }
//- /app/UserStore.java
package app;
import org.springframework.data.jpa.repository.JpaRepository;
public interface UserStore extends JpaRepository<User, Long> {}
//- /app/Main.java
package app;
import org.acme.Box;
class Main {
  Repository<User, Long> users;
  static <T> T make() { return null; }
  void method() { users.get(1L).verify(); }
  void list() { for (User u : users.all()) u.verify(); for (var u : users.all()) u.verify(); }
  void option() { users.find(1L).get().verify(); }
  void field() { users.item.verify(); }
  void made() { var r = new Repository<Order, Long>(); r.get(1L).verify(); }
  void diamond() { Repository<Order, Long> r = new Repository<>(); r.get(1L).verify(); }
  void base(Orders o) { o.one().verify(); }
  void explicit() { Main.<User>make().verify(); }
  void outside(Box<User> b) { b.open().verify(); }
  void store(UserStore s) { s.findById(1L).get().verify(); }
  void stored(UserStore s) { s.findAll().forEach(u -> u.verify()); }
}
"#,
        &expect![[r#"
            app/Main.java:Main.method -calls probable- app/User.java:User.verify
            app/Main.java:Main.list -calls probable- app/User.java:User.verify
            app/Main.java:Main.option -calls probable- app/User.java:User.verify
            app/Main.java:Main.field -calls probable- app/User.java:User.verify
            app/Main.java:Main.made -calls probable- app/Order.java:Order.verify
            app/Main.java:Main.diamond -calls probable- app/Order.java:Order.verify
            app/Main.java:Main.base -calls probable- app/Order.java:Order.verify
            app/Main.java:Main.explicit -calls probable- app/User.java:User.verify
            app/Main.java:Main.outside -calls probable- app/User.java:User.verify
            app/Main.java:Main.store -calls probable- app/User.java:User.verify
            app/Main.java:Main.stored -calls probable- app/User.java:User.verify
        "#]],
    );
}

#[test]
fn csharp() {
    check(
        r#"
//- /Model.cs
namespace App;
public class User { public void Verify() {} }
public class Order { public void Verify() {} }
//- /Repository.cs
namespace App;
public class Repository<T> where T : class {
  public T Item { get; set; }
  public T Get(int id) { return Item; }
  public async Task<T> Find(int id) { return null; }
  public IEnumerable<T> All() { return null; }
}
public class Orders : Repository<Order> {}
public static class Factory { public static T Make<T>() { return default; } }
//- /Main.cs
using Microsoft.EntityFrameworkCore;
namespace App;
class Main {
  private readonly Repository<User> users;
  DbSet<User> set;
  void Method() { users.Get(1).Verify(); }
  async Task Awaited() { var u = await users.Find(1); u.Verify(); }
  void Loop() { foreach (var u in users.All()) u.Verify(); }
  void Property() { users.Item.Verify(); }
  void Base(Orders o) { o.Get(1).Verify(); }
  void Made() { var r = new Repository<Order>(); r.Get(1).Verify(); }
  void Explicit() { Factory.Make<User>().Verify(); }
  void Outside(Bag<User> b) { b.Open().Verify(); }
  void OutsideCall(Mapper m) { m.Map<User>(1).Verify(); }
  void Set() { set.First().Verify(); }
}
"#,
        &expect![[r#"
            Main.cs:Main.Method -calls probable- Model.cs:User.Verify
            Main.cs:Main.Awaited -calls probable- Model.cs:User.Verify
            Main.cs:Main.Loop -calls probable- Model.cs:User.Verify
            Main.cs:Main.Property -calls probable- Model.cs:User.Verify
            Main.cs:Main.Base -calls probable- Model.cs:Order.Verify
            Main.cs:Main.Made -calls probable- Model.cs:Order.Verify
            Main.cs:Main.Explicit -calls probable- Model.cs:User.Verify
            Main.cs:Main.Outside -calls probable- Model.cs:User.Verify
            Main.cs:Main.OutsideCall -calls probable- Model.cs:User.Verify
            Main.cs:Main.Set -calls probable- Model.cs:User.Verify
        "#]],
    );
}

#[test]
fn kotlin() {
    check(
        r#"
//- /app/Model.kt
package app
class User {
  fun verify() {}
}
class Order {
  fun verify() {}
}
//- /app/Repository.kt
package app
open class Repository<T>(val item: T) {
  fun get(id: Int): T = item
  fun all(): List<T> = listOf(item)
  fun each(f: (T) -> Unit) { f(item) }
}
class Orders : Repository<Order>(Order())
fun <T> make(): T = TODO()
//- /app/Main.kt
package app
import org.acme.Box
class Main(val users: Repository<User>) {
  fun method() { users.get(1).verify() }
  fun loop() { for (u in users.all()) u.verify() }
  fun property() { users.item.verify() }
  fun base(o: Orders) { o.get(1).verify() }
  fun callback() { users.each { it.verify() } }
  fun explicit() { make<User>().verify() }
  fun outside(b: Box<User>) { b.open().verify() }
  fun outsideCall(b: Any) { org.acme.load<Order>(1).verify() }
}
"#,
        &expect![[r#"
            app/Main.kt:Main.method -calls probable- app/Model.kt:User.verify
            app/Main.kt:Main.loop -calls probable- app/Model.kt:User.verify
            app/Main.kt:Main.property -calls probable- app/Model.kt:User.verify
            app/Main.kt:Main.base -calls probable- app/Model.kt:Order.verify
            app/Main.kt:Main.callback -calls probable- app/Model.kt:User.verify
            app/Main.kt:Main.explicit -calls probable- app/Model.kt:User.verify
            app/Main.kt:Main.outside -calls probable- app/Model.kt:User.verify
            app/Main.kt:Main.outsideCall -calls probable- app/Model.kt:Order.verify
        "#]],
    );
}

#[test]
fn go() {
    check(
        r#"
//- /go.mod
module app
//- /model.go
package app
type User struct{}
func (u *User) Verify() {}
type Order struct{}
func (o Order) Verify() {}
type Repository[T any] struct { Item T; Items []T }
func (r *Repository[T]) Get(id int) T { return r.Item }
func (r *Repository[E]) All() []E { return r.Items }
func Find[T any](id int) T { var it T; return it }
//- /use.go
package app
import "example.com/lib"
type service struct { users *Repository[User] }
func method(r *Repository[*User]) { r.Get(1).Verify() }
func loop(r Repository[Order]) { for _, o := range r.All() { o.Verify() } }
func field(r Repository[Order]) { r.Item.Verify(); r.Items[0].Verify() }
func explicit() { u := Find[User](1); u.Verify() }
func made() { r := &Repository[User]{}; r.Get(1).Verify() }
func outside() { u := lib.Load[User](1); u.Verify() }
func (s *service) run() { s.users.Get(1).Verify() }
"#,
        &expect![[r#"
            use.go:method -calls probable- model.go:User.Verify
            use.go:loop -calls probable- model.go:Order.Verify
            use.go:field -calls probable- model.go:Order.Verify
            use.go:made -calls probable- model.go:User.Verify
            use.go:service.run -calls probable- model.go:User.Verify
        "#]],
    );
}

#[test]
fn rust() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "app"
//- /src/lib.rs
mod model;
mod uses;
//- /src/model.rs
pub struct User;
impl User { pub fn verify(&self) {} }
pub struct Order;
impl Order { pub fn verify(&self) {} }
pub struct Repository<T> { pub item: T, pub items: Vec<T> }
impl<T> Repository<T> {
    pub fn get(&self, id: u32) -> &T { &self.item }
    pub fn find(&self, id: u32) -> Option<T> { None }
}
pub trait Source<T> { fn one(&self) -> T; }
//- /src/uses.rs
use crate::model::{Order, Repository, Source, User};
use lib::Store;
fn method(r: &Repository<User>) { r.get(1).verify(); }
fn option(r: &Repository<User>) { r.find(1).unwrap().verify(); }
fn field(r: &Repository<Order>) { r.item.verify(); }
fn each(r: &Repository<Order>) { for o in &r.items { o.verify(); } }
fn source(s: &dyn Source<User>) { s.one().verify(); }
fn outside(s: Store<Order>) { s.load(1).verify(); }
"#,
        &expect![[r#"
            src/uses.rs:method -calls probable- src/model.rs:User.verify
            src/uses.rs:option -calls probable- src/model.rs:User.verify
            src/uses.rs:field -calls probable- src/model.rs:Order.verify
            src/uses.rs:each -calls probable- src/model.rs:Order.verify
            src/uses.rs:source -calls probable- src/model.rs:User.verify
            src/uses.rs:outside -calls probable- src/model.rs:Order.verify
        "#]],
    );
}

#[test]
fn scala() {
    check(
        r#"
//- /app/Model.scala
package app
class User { def verify(): Unit = {} }
class Order { def verify(): Unit = {} }
//- /app/Repository.scala
package app
class Repository[T](val item: T) {
  def get(id: Int): T = item
  def all(): List[T] = List(item)
}
trait Orders extends Source[Order]
trait Source[T] { def one(): T }
object Factory { def make[T](): T = ??? }
//- /app/Main.scala
package app
import org.acme.Box
class Main(users: Repository[User]) {
  def method() = users.get(1).verify()
  def loop() = for (u <- users.all()) u.verify()
  def property() = users.item.verify()
  def base(o: Orders) = o.one().verify()
  def explicit() = Factory.make[User]().verify()
  def outside(b: Box[User]) = b.open().verify()
}
"#,
        &expect![[r#"
            app/Main.scala:Main.method -calls probable- app/Model.scala:User.verify
            app/Main.scala:Main.loop -calls probable- app/Model.scala:User.verify
            app/Main.scala:Main.property -calls probable- app/Model.scala:User.verify
            app/Main.scala:Main.base -calls probable- app/Model.scala:Order.verify
            app/Main.scala:Main.explicit -calls probable- app/Model.scala:User.verify
            app/Main.scala:Main.outside -calls probable- app/Model.scala:User.verify
        "#]],
    );
}

#[test]
fn swift() {
    check(
        r#"
//- /Package.swift
let package = Package(name: "App", targets: [.target(name: "App")])
//- /Sources/App/Model.swift
class User { func verify() {} }
class Order { func verify() {} }
class Repository<T> {
    var item: T
    func get(_ id: Int) -> T { return item }
    func all() -> [T] { return [item] }
}
class Orders: Repository<Order> {}
//- /Sources/App/Main.swift
class Main {
    let users: Repository<User>
    func method() { users.get(1).verify() }
    func loop() { for u in users.all() { u.verify() } }
    func property() { users.item.verify() }
    func base(o: Orders) { o.get(1).verify() }
    func outside(b: Box<User>) { b.open().verify() }
}
"#,
        &expect![[r#"
            Sources/App/Main.swift:Main.method -calls probable- Sources/App/Model.swift:User.verify
            Sources/App/Main.swift:Main.loop -calls probable- Sources/App/Model.swift:User.verify
            Sources/App/Main.swift:Main.property -calls probable- Sources/App/Model.swift:User.verify
            Sources/App/Main.swift:Main.base -calls probable- Sources/App/Model.swift:Order.verify
            Sources/App/Main.swift:Main.outside -calls probable- Sources/App/Model.swift:User.verify
        "#]],
    );
}

#[test]
fn one_of_several_types_is_a_guess_that_is_not_handed_on() {
    check(
        r#"
//- /app/User.java
package app;
public class User { void verify() {} boolean isOpen() { return true; } }
//- /app/Order.java
package app;
public class Order { void verify() {} boolean isOpen() { return true; } }
//- /app/Main.java
package app;
import org.acme.Mapper;
class Main {
  void run(Mapper<User, Order> m, User u) { m.map(u).verify(); show(m.map(u)); }
  void show(Order o) { o.isOpen(); }
}
"#,
        &expect![[r#"
            app/Main.java:Main.run -calls possible- app/Order.java:Order.verify
            app/Main.java:Main.run -calls possible- app/User.java:User.verify
            app/Main.java:Main.run -calls possible- app/User.java:User.isOpen
            app/Main.java:Main.show -calls probable- app/Order.java:Order.isOpen
        "#]],
    );
}
