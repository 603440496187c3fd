//! Routers of Go and Rust that are nested in one another.

use expect_test::expect;

use super::tests::{check, shown};

#[test]
fn routers_of_go_that_functions_make_and_are_given() {
    check(
        r#"
//- /go.mod
module ex
//- /users/users.go
package users
import ("github.com/go-chi/chi/v5"; "github.com/gin-gonic/gin"; "net/http")
func get(w http.ResponseWriter, r *http.Request) {}
func Routes() chi.Router { r := chi.NewRouter(); r.Get("/a", get); return r }
func Handler() http.Handler { r := chi.NewRouter(); r.Method(http.MethodPut, "/m", http.HandlerFunc(get)); return r }
type Api struct {}
func (a *Api) Router() http.Handler { r := chi.NewRouter(); r.Get("/method", get); return r }
func Register(g *gin.RouterGroup) { g.GET("/given", list) }
func list(c *gin.Context) {}
//- /main.go
package main
import ("github.com/go-chi/chi/v5"; "github.com/gin-gonic/gin"; "ex/users")
func main() {
	r := chi.NewRouter()
	r.Mount("/sub", users.Routes())
	r.Mount("/handler", users.Handler())
	api := &users.Api{}
	r.Mount("/api", api.Router())
	r.Route("/deep", func(r chi.Router) { r.Mount("/sub", own()) })
	e := gin.Default()
	users.Register(e.Group("/v1"))
	g := e.Group("/v2")
	local(g)
}
func own() chi.Router { r := chi.NewRouter(); r.Get("/own", nil); return r }
func local(g *gin.RouterGroup) { g.GET("/local", nil) }
"#,
        &expect![[r#"
            GET /v2/local
            GET /deep/sub/own
            GET /sub/a -calls exact- users/users.go:get
            GET /v1/given -calls exact- users/users.go:list
            GET /api/method -calls exact- users/users.go:get
            PUT /handler/m -calls exact- users/users.go:get
        "#]],
    );
}

#[test]
fn routers_of_rust_are_nested_and_mounted() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "ex"
//- /src/main.rs
use axum::{Router, routing::get};
mod users;
fn app() -> Router {
    let api = Router::new().route("/own", get(own)).layer(Trace::new());
    Router::new()
        .route("/", get(own))
        .nest("/users", users::router())
        .nest("/api", api)
        .merge(users::plain())
        .with_state(1)
}
async fn own() {}
//- /src/users.rs
use axum::{Router, routing::get};
pub fn router() -> Router { Router::new().route("/list", get(list)) }
pub fn plain() -> Router { let r = Router::new(); r.route("/plain", get(list)) }
async fn list() {}
//- /actix/Cargo.toml
[package]
name = "actix"
//- /actix/src/main.rs
use actix_web::{get, web, App};
#[get("/{id}")]
async fn show() {}
async fn index() {}
fn routes(cfg: &mut web::ServiceConfig) { cfg.service(web::scope("/v1").route("/given", web::get().to(index))); }
fn main() {
    App::new()
        .service(web::scope("/orders").service(show).route("/all", web::get().to(index)))
        .service(web::scope("/api").configure(routes));
}
//- /rock/Cargo.toml
[package]
name = "rock"
//- /rock/src/main.rs
use rocket::{get, routes};
#[get("/hello/<name>?<age>")]
fn hello() {}
#[launch]
fn rocket() -> _ { rocket::build().mount("/rocket", routes![hello]) }
"#,
        &expect![[r#"
            GET /orders/all -calls exact- actix/src/main.rs:index
            GET /api/v1/given -calls exact- actix/src/main.rs:index
            GET /orders/{id} -calls exact- actix/src/main.rs:show
            GET /rocket/hello/<name> -calls exact- rock/src/main.rs:hello
            GET / -calls exact- src/main.rs:own
            GET /api/own -calls exact- src/main.rs:own
            GET /users/list -calls exact- src/users.rs:list
            GET /plain -calls exact- src/users.rs:list
        "#]],
    );
}

#[test]
fn methods_that_give_the_router_of_one_language_mean_nothing_in_another() {
    check(
        r#"
//- /main.js
const express = require("express");
const app = express();
const inner = express.Router();
inner.get("/list", (req, res) => {});
app.use("/v1", inner.merge(other));
"#,
        &expect![[r#"
            GET …/list
        "#]],
    );
}

#[test]
fn long_chains_of_rust_keep_the_router_that_they_begin_with() {
    let routes: String = (0..70).map(|at| format!(".route(\"/own/{at}\", get(own))")).collect();
    let text = format!(
        r#"
//- /Cargo.toml
[package]
name = "ex"
//- /src/main.rs
use axum::{{Router, routing::get}};
fn app() -> Router {{
    let api = Router::new().route("/below", get(own));
    Router::new(){routes}.nest("/api", api)
}}
async fn own() {{}}
"#
    );
    let found = shown(&text);
    assert!(found.contains("GET /api/below "), "{found}");
    assert!(found.contains("GET /own/69 "), "{found}");
}

#[test]
fn prefixes_of_rust_that_are_no_texts_are_constants_or_not_known() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "ex"
//- /src/main.rs
use axum::{Router, routing::get};
use crate::model::Scope;
mod model;
const API: &str = "/api";
fn app(cfg: Config) -> Router {
    let known = Router::new().route("/known", get(own));
    let open = Router::new().route("/open", get(own));
    Router::new().nest(API, known).nest(&cfg.place, open)
}
async fn own() { scope().leave() }
fn scope() -> Scope { make() }
//- /src/model.rs
pub struct Scope {}
impl Scope { pub fn leave(&self) {} }
//- /actix/Cargo.toml
[package]
name = "actix"
//- /actix/src/main.rs
use actix_web::{get, web, App};
const BASE: &str = "/base";
async fn index() {}
fn main() {
    App::new()
        .service(web::scope(BASE).route("/known", web::get().to(index)))
        .service(web::scope(&cfg.place).route("/open", web::get().to(index)));
}
//- /rock/Cargo.toml
[package]
name = "rock"
//- /rock/src/main.rs
use rocket::{get, routes};
const BASE: &str = "/rocket";
#[get("/known")]
fn known() {}
#[get("/open")]
fn open() {}
#[launch]
fn rocket() -> _ { rocket::build().mount(BASE, routes![known]).mount(place(), routes![open]) }
"#,
        &expect![[r#"
            GET /base/known -calls exact- actix/src/main.rs:index
            GET …/open -calls exact- actix/src/main.rs:index
            GET /rocket/known -calls exact- rock/src/main.rs:known
            GET …/open -calls exact- rock/src/main.rs:open
            GET /api/known -calls exact- src/main.rs:own
            GET …/open -calls exact- src/main.rs:own
        "#]],
    );
}

#[test]
fn scopes_of_actix_keep_their_path_for_what_functions_serve_on_them() {
    check(
        r#"
//- /Cargo.toml
[package]
name = "actix"
//- /src/main.rs
use actix_web::{get, web, App};
mod items;
fn main() { App::new().service(web::scope("/api").configure(items::routes)); }
//- /src/items.rs
use actix_web::{get, web};
#[get("/a/{id}")]
async fn a() {}
async fn b() {}
pub fn routes(c: &mut web::ServiceConfig) { c.service(a).route("/b", web::get().to(b)); }
"#,
        &expect![[r#"
            GET /api/a/{id} -calls exact- src/items.rs:a
            GET /api/b -calls exact- src/items.rs:b
        "#]],
    );
}
