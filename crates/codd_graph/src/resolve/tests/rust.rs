//! What Rust code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn modules_are_files_and_folders_and_written_in_place() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "shop"
//- /src/lib.rs
mod db;
pub mod web;
#[path = "other/odd.rs"]
mod odd;
pub mod inner {
    pub mod deep;
    pub fn up() { super::top(); self::deep::down(); crate::db::open(); }
}
pub fn top() { db::open(); odd::run(); inner::up(); web::routes::list(); missing::gone(); }
//- /src/db.rs
pub fn open() { connect() }
fn connect() { super::top() }
//- /src/web/mod.rs
pub mod routes;
pub fn serve() { routes::list() }
//- /src/web/routes.rs
pub fn list() { super::serve(); super::super::top(); crate::web::serve() }
//- /src/other/odd.rs
pub fn run() {}
//- /src/inner/deep.rs
pub fn down() {}
//- /src/main.rs
fn main() { shop::top(); }
//- /tests/it.rs
use shop::inner;
#[test]
fn works() { inner::up() }
"#,
        &expect![[r#"
            src/db.rs:open -calls exact- src/db.rs:connect
            src/db.rs:connect -calls exact- src/lib.rs:top
            src/lib.rs:inner.up -calls exact- src/db.rs:open
            src/lib.rs:inner.up -calls exact- src/inner/deep.rs:down
            src/lib.rs:inner.up -calls exact- src/lib.rs:top
            src/lib.rs:top -calls exact- src/db.rs:open
            src/lib.rs:top -mentions exact- src/lib.rs:inner
            src/lib.rs:top -calls exact- src/lib.rs:inner.up
            src/lib.rs:top -calls exact- src/other/odd.rs:run
            src/lib.rs:top -calls exact- src/web/routes.rs:list
            src/main.rs:main -calls exact- src/lib.rs:top
            src/web/mod.rs:serve -calls exact- src/web/routes.rs:list
            src/web/routes.rs:list -calls exact- src/lib.rs:top
            src/web/routes.rs:list -calls exact- src/web/mod.rs:serve
            tests/it.rs -mentions probable- src/lib.rs:inner
            tests/it.rs:works -mentions exact- src/lib.rs:inner
            tests/it.rs:works -calls exact- src/lib.rs:inner.up
            tests/it.rs:works -tests exact- tests/it.rs:works
        "#]],
    );
}

#[test]
fn use_trees_renames_globs_and_re_exports() {
    check(
        r#"
//- /src/lib.rs
mod a;
mod prelude { pub use crate::a::{Thing, make as build}; pub use crate::a::sub::*; }
use prelude::*;
use a::{self, sub::{self, helper as help}};
use a::Color::{Red, *};
fn run() { build(); help(); a::make(); sub::helper(); helper(); Thing::new(); let c = (Red, Green); }
//- /src/a.rs
pub struct Thing;
impl Thing { pub fn new() -> Self { Thing } }
pub enum Color { Red, Green }
pub fn make() {}
pub mod sub { pub fn helper() {} }
"#,
        &expect![[r#"
            src/a.rs:Thing.new -reads exact- src/a.rs:Thing
            src/lib.rs -mentions probable- src/a.rs:Thing
            src/lib.rs -mentions probable- src/a.rs:Color
            src/lib.rs -mentions probable- src/a.rs:Color.Red
            src/lib.rs -mentions probable- src/a.rs:sub
            src/lib.rs -mentions exact- src/lib.rs:prelude
            src/lib.rs:run -mentions probable- src/a.rs:Thing
            src/lib.rs:run -reads probable- src/a.rs:Color.Red
            src/lib.rs:run -reads probable- src/a.rs:Color.Green
            src/lib.rs:run -calls probable- src/a.rs:Thing.new
            src/lib.rs:run -calls probable- src/a.rs:make
            src/lib.rs:run -mentions probable- src/a.rs:sub
            src/lib.rs:run -calls probable- src/a.rs:sub.helper
        "#]],
    );
}

#[test]
fn crates_of_a_workspace_use_one_another_by_their_manifests() {
    check(
        r#"
//- /Cargo.toml
[workspace]
members = ["crates/*"]
[workspace.dependencies]
my-core = { path = "crates/core" }
//- /crates/core/Cargo.toml
[package]
name = "my-core"
//- /crates/core/src/lib.rs
pub struct Config { pub name: String }
impl Config { pub fn load() -> Config { any!() } }
#[macro_export]
macro_rules! check { ($x:expr) => { $crate::verify($x) } }
pub fn verify(x: u32) {}
//- /crates/app/Cargo.toml
[package]
name = "app"
[dependencies]
my-core.workspace = true
other = { path = "../other", package = "renamed" }
serde = "1"
//- /crates/app/src/main.rs
use my_core::{Config, check};
use serde::Serialize;
fn main() { let c = Config::load(); c.name; other::go(); check!(1); my_core::check!(2); }
//- /crates/other/Cargo.toml
[package]
name = "renamed"
[lib]
path = "lib.rs"
//- /crates/other/lib.rs
pub fn go() {}
"#,
        &expect![[r#"
            crates/app/src/main.rs -mentions exact- crates/core/src/lib.rs:Config
            crates/app/src/main.rs:main -calls exact- crates/core/src/lib.rs:check
            crates/app/src/main.rs:main -mentions exact- crates/core/src/lib.rs:Config
            crates/app/src/main.rs:main -reads probable- crates/core/src/lib.rs:Config.name
            crates/app/src/main.rs:main -calls exact- crates/core/src/lib.rs:Config.load
            crates/app/src/main.rs:main -calls exact- crates/other/lib.rs:go
            crates/core/src/lib.rs:check -calls exact- crates/core/src/lib.rs:verify
            crates/core/src/lib.rs:Config.load -mentions exact- crates/core/src/lib.rs:Config
        "#]],
    );
}

#[test]
fn methods_of_impl_blocks_and_traits() {
    check(
        r#"
//- /src/lib.rs
mod shape;
use shape::{Shape, Square as Box2};
pub struct Circle { r: f64 }
impl Circle {
    pub fn new(r: f64) -> Self { Self { r } }
    fn area(&self) -> f64 { self.r }
}
impl Shape for Circle {
    fn area(&self) -> f64 { Circle::area(self) }
}
impl Circle { fn grow(&mut self) { self.r = 2.0; self.area(); self.describe(); } }
fn concrete(c: &Circle) { c.area(); <Circle as Shape>::area(c); Shape::area(c); }
fn dynamic(s: &dyn Shape, t: Box<dyn Shape>) { s.area(); t.describe(); }
fn generic<T: Shape, U>(t: T, u: U) where U: shape::Named { t.describe(); u.name(); }
fn made() { Circle::new(1.0).grow(); Box2::default().describe(); }
//- /src/shape.rs
pub trait Named { fn name(&self) -> String; }
pub trait Shape: Named {
    fn area(&self) -> f64;
    fn describe(&self) { self.area(); self.name(); }
}
#[derive(Default)]
pub struct Square;
impl Shape for Square { fn area(&self) -> f64 { 1.0 } }
//- /src/named.rs
use crate::Circle;
use crate::shape::Named;
impl Named for Circle { fn name(&self) -> String { self.describe(); String::new() } }
"#,
        &expect![[r#"
            src/lib.rs -mentions exact- src/shape.rs:Shape
            src/lib.rs -mentions exact- src/shape.rs:Square
            src/lib.rs:Circle -inherits exact- src/shape.rs:Shape
            src/lib.rs:Circle.r -writtenby probable- src/lib.rs:Circle.new
            src/lib.rs:Circle.r -writtenby probable- src/lib.rs:Circle.grow
            src/lib.rs:Circle.area -reads probable- src/lib.rs:Circle.r
            src/lib.rs:Circle.area#1 -mentions exact- src/lib.rs:Circle
            src/lib.rs:Circle.area#1 -calls exact- src/lib.rs:Circle.area
            src/lib.rs:Circle.grow -calls probable- src/lib.rs:Circle.area
            src/lib.rs:Circle.grow -calls probable- src/shape.rs:Shape.describe
            src/lib.rs:concrete -mentions exact- src/lib.rs:Circle
            src/lib.rs:concrete -calls probable- src/lib.rs:Circle.area
            src/lib.rs:concrete -calls probable- src/lib.rs:Circle.area#1
            src/lib.rs:concrete -mentions exact- src/shape.rs:Shape
            src/lib.rs:concrete -calls exact- src/shape.rs:Shape.area
            src/lib.rs:dynamic -mentions exact- src/shape.rs:Shape
            src/lib.rs:dynamic -calls probable- src/shape.rs:Shape.area
            src/lib.rs:dynamic -calls probable- src/shape.rs:Shape.describe
            src/lib.rs:generic -mentions exact- src/shape.rs:Named
            src/lib.rs:generic -mentions exact- src/shape.rs:Shape
            src/lib.rs:generic -calls probable- src/shape.rs:Named.name
            src/lib.rs:generic -calls probable- src/shape.rs:Shape.describe
            src/lib.rs:made -mentions exact- src/lib.rs:Circle
            src/lib.rs:made -calls exact- src/lib.rs:Circle.new
            src/lib.rs:made -calls probable- src/lib.rs:Circle.grow
            src/lib.rs:made -mentions exact- src/shape.rs:Square
            src/lib.rs:made -calls probable- src/shape.rs:Shape.describe
            src/named.rs -mentions exact- src/lib.rs:Circle
            src/named.rs -inherits exact- src/shape.rs:Named
            src/named.rs -mentions exact- src/shape.rs:Named
            src/named.rs:Circle.name -calls probable- src/shape.rs:Shape.describe
            src/lib.rs:Circle -contains exact- src/named.rs:Circle.name
            src/lib.rs:Circle -inherits exact- src/shape.rs:Named
            src/shape.rs:Shape -inherits exact- src/shape.rs:Named
            src/shape.rs:Square -inherits exact- src/shape.rs:Shape
            src/shape.rs:Shape.describe -calls probable- src/shape.rs:Named.name
            src/shape.rs:Shape.describe -calls probable- src/shape.rs:Shape.area
        "#]],
    );
}

#[test]
fn values_are_typed_by_what_gives_them() {
    check(
        r#"
//- /src/lib.rs
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
pub struct Item { next: Option<Box<Item>>, tags: Vec<Tag> }
pub struct Tag(String);
impl Item { fn show(&self) {} fn find() -> Result<Item, Error> { any!() } fn tags(&self) -> &[Tag] { &self.tags } }
impl Tag { fn text(&self) -> &str { &self.0 } }
enum Event { Made { item: Item }, Tagged(Tag, u32), Gone }
type Shared = Arc<Mutex<Item>>;
fn one() -> Result<(), Error> { let item = Item::find()?; item.show(); let item = item.next.unwrap(); item.show(); Ok(()) }
fn two(items: &[Item], map: HashMap<String, Item>) {
    for item in items { item.show(); }
    for (_, item) in &map { item.show(); }
    if let Some(item) = map.get("a") { item.tags().first().unwrap().text(); }
    items.iter().filter(|it| it.tags.is_empty()).map(|it| it.tags()).for_each(|tags| tags[0].text().len());
}
fn three(event: Event) { match event { Event::Made { item } => item.show(), Event::Tagged(tag, _) => { tag.text(); } Event::Gone => {} } }
fn four(shared: &Shared) { shared.lock().unwrap().show(); }
fn five() { let (a, b) = pair(); a.show(); b.text(); let f = |t: &Tag| t.text(); f(&b); }
fn pair() -> (Item, Tag) { any!() }
fn six(f: impl Fn(&Item) -> Tag, g: fn(Tag) -> Item) { each(|it| it.show()); f(any!()).text(); g(any!()).show(); }
fn each<F: FnMut(&Item)>(f: F) { apply(Item::show); }
fn apply(f: fn(&Item)) { f(&make!()) }
fn seven() { assert_eq!(Item::find().unwrap().tags()[0].text(), helper(1, 2)); println!("{}", Tag::text); }
fn helper(a: u32, b: u32) -> &'static str { "" }
"#,
        &expect![[r#"
            src/lib.rs:Item -mentions exact- src/lib.rs:Tag
            src/lib.rs:Shared -mentions exact- src/lib.rs:Item
            src/lib.rs:Event.Made -mentions exact- src/lib.rs:Item
            src/lib.rs:Event.Tagged -mentions exact- src/lib.rs:Tag
            src/lib.rs:Item.find -mentions exact- src/lib.rs:Item
            src/lib.rs:Item.tags#1 -mentions exact- src/lib.rs:Tag
            src/lib.rs:Item.tags#1 -reads probable- src/lib.rs:Item.tags
            src/lib.rs:Tag.text -reads probable- src/lib.rs:Tag.0
            src/lib.rs:one -mentions exact- src/lib.rs:Item
            src/lib.rs:one -reads probable- src/lib.rs:Item.next
            src/lib.rs:one -calls probable- src/lib.rs:Item.show
            src/lib.rs:one -calls exact- src/lib.rs:Item.find
            src/lib.rs:two -mentions exact- src/lib.rs:Item
            src/lib.rs:two -reads probable- src/lib.rs:Item.tags
            src/lib.rs:two -calls probable- src/lib.rs:Item.show
            src/lib.rs:two -calls probable- src/lib.rs:Item.tags#1
            src/lib.rs:two -calls probable- src/lib.rs:Tag.text
            src/lib.rs:three -mentions exact- src/lib.rs:Event
            src/lib.rs:three -mentions exact- src/lib.rs:Event.Made
            src/lib.rs:three -reads probable- src/lib.rs:Event.Made.item
            src/lib.rs:three -reads exact- src/lib.rs:Event.Tagged
            src/lib.rs:three -reads exact- src/lib.rs:Event.Gone
            src/lib.rs:three -calls probable- src/lib.rs:Item.show
            src/lib.rs:three -calls probable- src/lib.rs:Tag.text
            src/lib.rs:four -mentions exact- src/lib.rs:Shared
            src/lib.rs:four -calls probable- src/lib.rs:Item.show
            src/lib.rs:five -mentions exact- src/lib.rs:Tag
            src/lib.rs:five -calls probable- src/lib.rs:Item.show
            src/lib.rs:five -calls probable- src/lib.rs:Tag.text
            src/lib.rs:five -calls exact- src/lib.rs:pair
            src/lib.rs:pair -mentions exact- src/lib.rs:Item
            src/lib.rs:pair -mentions exact- src/lib.rs:Tag
            src/lib.rs:six -mentions exact- src/lib.rs:Item
            src/lib.rs:six -mentions exact- src/lib.rs:Tag
            src/lib.rs:six -calls probable- src/lib.rs:Item.show
            src/lib.rs:six -calls probable- src/lib.rs:Tag.text
            src/lib.rs:six -calls exact- src/lib.rs:each
            src/lib.rs:each -mentions exact- src/lib.rs:Item
            src/lib.rs:each -reads exact- src/lib.rs:Item.show
            src/lib.rs:each -calls exact- src/lib.rs:apply
            src/lib.rs:apply -mentions exact- src/lib.rs:Item
            src/lib.rs:apply -calls probable- src/lib.rs:Item.show
            src/lib.rs:seven -mentions exact- src/lib.rs:Item
            src/lib.rs:seven -mentions exact- src/lib.rs:Tag
            src/lib.rs:seven -calls exact- src/lib.rs:Item.find
            src/lib.rs:seven -calls probable- src/lib.rs:Item.tags#1
            src/lib.rs:seven -calls probable- src/lib.rs:Tag.text
            src/lib.rs:seven -reads exact- src/lib.rs:Tag.text
            src/lib.rs:seven -calls exact- src/lib.rs:helper
            src/lib.rs: UnknownValue f
            src/lib.rs: UnknownValue g
        "#]],
    );
}

#[test]
fn an_enum_that_implements_a_trait_overrides_its_methods() {
    let graph = fixture(
        r#"
//- /src/lib.rs
trait Speak { fn say(&self); fn twice(&self) { self.say() } }
enum Pet { Cat }
impl Speak for Pet { fn say(&self) {} }
"#,
    )
    .graph();
    let inherits: Vec<String> = graph
        .edges()
        .filter(|it| it.kind == crate::EdgeKind::Inherits)
        .map(|it| format!("{} {}", graph.node(it.from).key.symbol, graph.node(it.to).key.symbol))
        .collect();
    expect![[r#"
        Pet Speak
        Speak.say Pet.say"#]]
    .assert_eq(&inherits.join("\n"));
}

#[test]
fn property_tests_are_tests() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "shop"
//- /src/lib.rs
pub fn add(n: u32) -> u32 { n }
pub fn amounts() -> u32 { 1 }
#[cfg(test)]
mod tests {
    use super::*;
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(9))]
        #[test]
        fn adds(n in amounts(), m in 0..9u32) {
            prop_assert_eq!(add(n), n);
        }
        #[test]
        fn keeps(n in 0..9u32) { add(n); }
    }
}
"#,
        &expect![[r#"
            src/lib.rs:tests.adds -calls exact- src/lib.rs:add
            src/lib.rs:tests.adds -calls exact- src/lib.rs:amounts
            src/lib.rs:tests.keeps -calls exact- src/lib.rs:add
            src/lib.rs:tests::adds -tests exact- src/lib.rs:tests.adds
            src/lib.rs:tests::keeps -tests exact- src/lib.rs:tests.keeps
        "#]],
    );
}

#[test]
fn methods_are_found_through_deref_and_on_types_from_outside() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "a"
//- /src/lib.rs
use std::ops::Deref;
pub struct Inner;
impl Inner { pub fn go(&self) {} }
pub struct Guard { inner: Inner }
impl Deref for Guard { type Target = Inner; fn deref(&self) -> &Inner { &self.inner } }
pub fn through(it: Guard) { it.go(); }
pub trait Loud { fn loud(&self); }
impl Loud for str { fn loud(&self) {} }
impl<T> Loud for Vec<T> { fn loud(&self) {} }
pub fn text() { "x".loud(); }
pub fn list(it: Vec<u8>) { it.loud(); }
include!("more.rs");
pub fn included() { more(); }
//- /src/more.rs
pub fn more() {}
//- /src/config.rs
#[derive(serde::Deserialize, clap::Parser)]
struct Config {
    #[serde(default = "port")]
    #[arg(value_parser = parse)]
    port: u16,
    #[serde(with = "hex")]
    key: String,
}
fn port() -> u16 { 80 }
fn parse() {}
mod hex { pub fn serialize() {} pub fn deserialize() {} }
"#,
        &expect![[r#"
            src/config.rs:Config -reads exact- src/config.rs:port
            src/config.rs:Config -reads exact- src/config.rs:parse
            src/config.rs:Config -reads exact- src/config.rs:hex
            src/config.rs:Config -reads exact- src/config.rs:hex.serialize
            src/config.rs:Config -reads exact- src/config.rs:hex.deserialize
            src/lib.rs -inherits exact- src/lib.rs:Loud
            src/lib.rs:Guard -mentions exact- src/lib.rs:Inner
            src/lib.rs:Guard.Target -mentions exact- src/lib.rs:Inner
            src/lib.rs:Guard.deref -mentions exact- src/lib.rs:Inner
            src/lib.rs:Guard.deref -reads probable- src/lib.rs:Guard.inner
            src/lib.rs:through -mentions exact- src/lib.rs:Guard
            src/lib.rs:through -calls probable- src/lib.rs:Inner.go
            src/lib.rs:text -calls probable- src/lib.rs:str.loud
            src/lib.rs:list -calls probable- src/lib.rs:Vec.loud
            src/lib.rs:included -calls exact- src/more.rs:more
        "#]],
    );
}

#[test]
fn values_that_a_framework_hands_over_are_what_their_wrappers_are_applied_to() {
    check(
        r#"
//- /src/main.rs
use std::sync::{Arc, Mutex};
use axum::{Json, extract::{Extension, State}};
use actix_web::web;
pub struct Svc;
impl Svc { pub fn load(&self) {} pub fn send(&self) {} }
pub struct AppState { svc: Arc<Svc> }
pub struct Body { n: u32 }
impl Body { fn check(&self) -> bool { true } }
async fn state(State(st): State<AppState>) { st.svc.load(); }
async fn shared(State(st): State<Arc<AppState>>, Json(b): Json<Vec<Body>>) { st.svc.load(); b[0].check(); }
async fn locked(State(svc): State<Arc<Mutex<Svc>>>) { svc.lock().unwrap().load(); }
async fn extension(Extension(svc): Extension<Arc<Svc>>) { svc.load(); }
async fn data(d: web::Data<Svc>, j: web::Json<Body>) { d.load(); j.check(); }
async fn locked_data(d: web::Data<Mutex<Svc>>) { d.lock().unwrap().load(); }
fn of_a_window(s: tauri::State<'_, Svc>) { s.load(); }
fn borrowed(s: &rocket::State<Svc>) { s.load(); }
fn other(s: flume::Sender<Svc>) { s.send(); }
struct Own<T>(T);
fn own(Own(svc): Own<Svc>) { svc.load(); }
"#,
        &expect![[r#"
            src/main.rs:AppState -mentions exact- src/main.rs:Svc
            src/main.rs:state -mentions exact- src/main.rs:AppState
            src/main.rs:state -reads probable- src/main.rs:AppState.svc
            src/main.rs:state -calls probable- src/main.rs:Svc.load
            src/main.rs:shared -mentions exact- src/main.rs:AppState
            src/main.rs:shared -mentions exact- src/main.rs:Body
            src/main.rs:shared -reads probable- src/main.rs:AppState.svc
            src/main.rs:shared -calls probable- src/main.rs:Svc.load
            src/main.rs:shared -calls probable- src/main.rs:Body.check
            src/main.rs:locked -mentions exact- src/main.rs:Svc
            src/main.rs:locked -calls probable- src/main.rs:Svc.load
            src/main.rs:extension -mentions exact- src/main.rs:Svc
            src/main.rs:extension -calls probable- src/main.rs:Svc.load
            src/main.rs:data -mentions exact- src/main.rs:Svc
            src/main.rs:data -mentions exact- src/main.rs:Body
            src/main.rs:data -calls probable- src/main.rs:Svc.load
            src/main.rs:data -calls probable- src/main.rs:Body.check
            src/main.rs:locked_data -mentions exact- src/main.rs:Svc
            src/main.rs:locked_data -calls probable- src/main.rs:Svc.load
            src/main.rs:of_a_window -mentions exact- src/main.rs:Svc
            src/main.rs:of_a_window -calls probable- src/main.rs:Svc.load
            src/main.rs:borrowed -mentions exact- src/main.rs:Svc
            src/main.rs:borrowed -calls probable- src/main.rs:Svc.load
            src/main.rs:other -mentions exact- src/main.rs:Svc
            src/main.rs:other -calls possible- src/main.rs:Svc.send
            src/main.rs:own -mentions exact- src/main.rs:Svc
            src/main.rs:own -reads exact- src/main.rs:Own
            src/main.rs:own -mentions exact- src/main.rs:Own
            src/main.rs:own -calls probable- src/main.rs:Svc.load
        "#]],
    );
}

#[test]
fn guards_of_rocket_run_before_handlers_and_resources_of_actix_are_routes() {
    check(
        r#"
//- /src/main.rs
#[macro_use] extern crate rocket;
#[get("/hello/<name>?<age>")]
fn hello(name: &str, age: Option<u8>, _g: Guard) -> String { String::new() }
struct Guard;
impl<'r> FromRequest<'r> for Guard {
    async fn from_request(r: &'r Request<'_>) -> Outcome<Self, ()> { verify(r) }
}
fn verify(_: &Request) {}
//- /src/web.rs
use actix_web::{web, App};
async fn idx() {}
async fn made() {}
fn app() { App::new().service(web::resource("/r").name("r").route(web::delete().to(idx)).route(web::post().to(made))); }
"#,
        &expect![[r#"
            src/main.rs:hello -mentions exact- src/main.rs:Guard
            src/main.rs:Guard.from_request -calls exact- src/main.rs:verify
            src/main.rs:GET /hello/<name> -calls exact- src/main.rs:hello
            src/web.rs:app -reads exact- src/web.rs:idx
            src/web.rs:app -reads exact- src/web.rs:made
            src/web.rs:DELETE /r -calls exact- src/web.rs:idx
            src/web.rs:POST /r -calls exact- src/web.rs:made
        "#]],
    );
}

#[test]
fn conversions_run_the_trait_of_the_type_that_is_declared() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "shop"
//- /src/lib.rs
use std::{fmt, str::FromStr};
pub struct Order(u8);
impl FromStr for Order { type Err = (); fn from_str(text: &str) -> Result<Order, ()> { Ok(Order(1)) } }
impl From<u8> for Order { fn from(it: u8) -> Order { Order(it) } }
impl fmt::Display for Order { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) } }
fn parsed(text: &str) -> Result<(), ()> { let order: Order = text.parse().map_err(|_| ())?; Ok(()) }
fn perhaps(text: &str) { let order: Result<Order, _> = text.parse(); }
fn made() { let order: Order = 1u8.into(); }
fn shown(order: &Order) -> String { order.to_string() }
fn other(text: &str) -> String { let count: usize = text.parse().unwrap(); text.to_string() }
"#,
        &expect![[r#"
            src/lib.rs:Order.from_str -calls exact- src/lib.rs:Order
            src/lib.rs:Order.from_str -mentions exact- src/lib.rs:Order
            src/lib.rs:Order.from -calls exact- src/lib.rs:Order
            src/lib.rs:Order.from -mentions exact- src/lib.rs:Order
            src/lib.rs:parsed -mentions exact- src/lib.rs:Order
            src/lib.rs:parsed -calls exact- src/lib.rs:Order.from_str
            src/lib.rs:perhaps -mentions exact- src/lib.rs:Order
            src/lib.rs:perhaps -calls exact- src/lib.rs:Order.from_str
            src/lib.rs:made -mentions exact- src/lib.rs:Order
            src/lib.rs:made -calls exact- src/lib.rs:Order.from
            src/lib.rs:shown -mentions exact- src/lib.rs:Order
            src/lib.rs:shown -calls probable- src/lib.rs:Order.fmt
        "#]],
    );
}

#[test]
fn of_several_conversions_that_of_the_type_that_is_given_is_surer() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "shop"
//- /src/lib.rs
use std::str::FromStr;
pub struct Order(u8);
pub struct Basket;
pub struct Cart;
impl From<Basket> for Order { fn from(it: Basket) -> Order { Order(1) } }
impl From<Cart> for Order { fn from(it: Cart) -> Order { Order(2) } }
impl FromStr for Order { type Err = (); fn from_str(text: &str) -> Result<Order, ()> { Ok(Order(1)) } }
fn called(it: Basket) { Order::from(it); }
fn declared(it: Cart) { let order: Order = it.into(); }
fn result(it: Cart) -> Order { it.into() }
fn unknown(it: impl Into<Order>) { let order: Order = it.into(); }
fn asked(text: &str) { text.parse::<Order>().unwrap(); }
fn wrapped(text: &str) -> Result<Order, ()> { Ok(text.parse()?) }
fn count(text: &str) { text.parse::<u32>().unwrap(); }
"#,
        &expect![[r#"
            src/lib.rs:Order -mentions exact- src/lib.rs:Basket
            src/lib.rs:Order -mentions exact- src/lib.rs:Cart
            src/lib.rs:Order.from -calls exact- src/lib.rs:Order
            src/lib.rs:Order.from -mentions exact- src/lib.rs:Order
            src/lib.rs:Order.from -mentions exact- src/lib.rs:Basket
            src/lib.rs:Order.from#1 -calls exact- src/lib.rs:Order
            src/lib.rs:Order.from#1 -mentions exact- src/lib.rs:Order
            src/lib.rs:Order.from#1 -mentions exact- src/lib.rs:Cart
            src/lib.rs:Order.from_str -calls exact- src/lib.rs:Order
            src/lib.rs:Order.from_str -mentions exact- src/lib.rs:Order
            src/lib.rs:called -mentions exact- src/lib.rs:Order
            src/lib.rs:called -mentions exact- src/lib.rs:Basket
            src/lib.rs:called -calls probable- src/lib.rs:Order.from
            src/lib.rs:called -calls possible- src/lib.rs:Order.from#1
            src/lib.rs:declared -mentions exact- src/lib.rs:Order
            src/lib.rs:declared -mentions exact- src/lib.rs:Cart
            src/lib.rs:declared -calls possible- src/lib.rs:Order.from
            src/lib.rs:declared -calls probable- src/lib.rs:Order.from#1
            src/lib.rs:result -mentions exact- src/lib.rs:Order
            src/lib.rs:result -mentions exact- src/lib.rs:Cart
            src/lib.rs:result -calls possible- src/lib.rs:Order.from
            src/lib.rs:result -calls probable- src/lib.rs:Order.from#1
            src/lib.rs:unknown -mentions exact- src/lib.rs:Order
            src/lib.rs:unknown -calls probable- src/lib.rs:Order.from
            src/lib.rs:unknown -calls probable- src/lib.rs:Order.from#1
            src/lib.rs:asked -mentions exact- src/lib.rs:Order
            src/lib.rs:asked -calls exact- src/lib.rs:Order.from_str
            src/lib.rs:wrapped -mentions exact- src/lib.rs:Order
            src/lib.rs:wrapped -calls exact- src/lib.rs:Order.from_str
        "#]],
    );
}
