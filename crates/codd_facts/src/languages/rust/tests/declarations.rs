//! Items, tests and routes.

use expect_test::expect;

use super::{check, facts_of};

#[test]
fn definitions_of_every_kind() {
    check(
        r#"
//! A shop.
/// What somebody wants.
#[derive(Clone)]
pub struct Order<T> { pub id: u64, items: Vec<T> }
struct Pair(u32, Order<u8>);
pub enum State { Open, Closed { by: Pair }, Moved(u32) }
pub trait Price: Clone { const MAX: u32; type Unit; fn price(&self) -> u32; fn double(&self) -> u32 { 2 } }
impl<T> Price for Order<T> { const MAX: u32 = 1; type Unit = Pair; fn price(&self) -> u32 { 1 } }
impl Order<u8> { pub async fn load(id: u64) -> Option<Self> { None } }
impl fmt::Display for other::Thing { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { Ok(()) } }
type Short = Order<u8>;
pub const LIMIT: usize = 3;
static mut COUNT: u32 = 0;
macro_rules! twice { ($x:expr) => { helper($x) } }
mod inner { pub fn f<T: super::Price>(t: &T, (a, b): (u32, u32)) -> impl Fn(u32) -> u32 { |x| x } }
"#,
        &[
            "Function",
            "Method",
            "Class",
            "Interface",
            "Enum",
            "TypeAlias",
            "Variable",
            "Field",
            "Namespace",
            "offer",
            "extension",
        ],
        &expect![[r#"
            Function twice private
            Class Order bases [Price@17]
            Class Pair private
            Enum State
            Interface Price bases [Clone@10]
            TypeAlias Short = Order@15 private
            Field Order.id : _
            Field Order.items : [~T@2] private
            Field Pair.0 : _
            Field Pair.1 : Order@4
            Field State.Open
            Class State.Closed bases [<State>]
            Field State.Closed.by : Pair@6 private
            Class State.Moved bases [<State>]
            Field State.Moved.0 : _
            Field Price.MAX : _ private
            Method Price.price(self!) : _ abstract
            Method Price.double(self!) : _
            Field Order.MAX : _ private
            TypeAlias Order.Unit = Pair@17
            Method Order.price(self!) : _ private
            Method Order.load(id: _) : [~Self@21] async static
            Method Thing.fmt(self!, f: fmt@24.Formatter) : fmt@24.Result private
            Variable LIMIT : _
            Variable COUNT : _ private
            Namespace inner private
            Function inner.f(t: T@27, _: [0: ~_, 1: ~_]) : (_) => _ returns [(?) => x@29]
            offer twice! in macro
            extension of other@23.Thing: base fmt@23.Display
            extension of other@23.Thing: Thing.fmt
        "#]],
    );
}

#[test]
fn attributes_belong_to_what_they_stand_before() {
    let source = "/// Says something.\n#[inline]\nfn f() {}\n\n#[derive(Debug)]\nstruct S;\nimpl S { fn m(&self) -> u32 { 1 } }\n";
    let one = facts_of(source);
    assert!(one.places.definitions[1].is_documented, "{:?}", one.semantics.definitions[1].name);
    let two = facts_of(&source.replace("inline", "cold").replace("Debug", "Clone"));
    assert_eq!(one.places.module_hash, two.places.module_hash);
    assert_ne!(one.places.definitions[0].decorators, two.places.definitions[0].decorators);
    let three = facts_of(&source.replace("{ 1 }", "{ 2 }"));
    assert_eq!(one.places.module_hash, three.places.module_hash);
    assert_eq!(one.places.definitions[0], three.places.definitions[0]);
}

#[test]
fn tests_are_named_as_their_runner_names_them_in_the_file() {
    check(
        r#"
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    #[should_panic]
    fn fails() { run() }
    #[tokio::test(flavor = "multi_thread")]
    async fn waits() {}
    fn helper() {}
}
#[rstest] fn cases() {}
"#,
        &["test"],
        &expect![[r#"
            test tests::fails (nextest) tests.fails
            test tests::waits (nextest) tests.waits
            test cases (nextest) cases
        "#]],
    );
}

#[test]
fn routes_of_axum_actix_and_rocket() {
    check(
        r#"
use actix_web::{get, web};
#[get("/items/{id}")]
async fn item() {}
#[route("/both", method = "GET", method = "POST")]
async fn both() {}
fn axum() -> Router { Router::new().route("/users", get(list).post(handlers::create)).route("/any", any(all)) }
fn actix(c: &mut web::ServiceConfig) { c.route("/x", web::post().to(post_x)); map.route("x", get(y)); }
"#,
        &["route"],
        &expect![[r#"
            route GET /items/{id} (actix-web) handler <item> router <item>
            route GET /both (actix-web) handler <both> router <both>
            route POST /both (actix-web) handler <both> router <both>
            route GET /users (axum) handler list@6 router Router@6.new()
            route POST /users (axum) handler handlers@6.create router Router@6.new()
            route * /any (axum) handler all@6 router Router@6.new()
            route POST /x (actix-web) handler post_x@8 router c@8
        "#]],
    );
    check(
        "use rocket::get;\n#[get(\"/hello/<name>\")]\nfn hello(name: &str) {}\n",
        &["route"],
        &expect![[r#"
            route GET /hello/<name> (rocket) handler <hello> router <hello>
        "#]],
    );
}

#[test]
fn what_is_named_among_tokens_is_referred_to() {
    check(
        r#"
fn run(order: &Order) {
    println!("{} {}", order.total(1, 2), shop::name(), count = size());
    assert!(matches!(order.state, State::Open { .. }), "{}", vec![first(), second][0]);
    lazy! { static ref ONE: Thing = Thing::new(order.id?); }
}
"#,
        &["Call", "Read", "Type"],
        &expect![[r#"
            Type Order@1 in run
            Call println!@2 in run
            Call order@2.total/2 in run
            Type shop@2 in run
            Call shop@2.name in run
            Call size@2 in run
            Call assert!@2 in run
            Call matches!@2 in run
            Read order@2.state in run
            Type State@2 in run
            Call State@2.Open in run
            Call vec!@2 in run
            Call first@2 in run
            Read second@2 in run
            Call lazy!@2 in run
            Read Thing@2 in run
            Type Thing@2 in run
            Call Thing@2.new in run
            Read order@2.id in run
        "#]],
    );
}
