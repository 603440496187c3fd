//! Requests of further clients in, the routes that answer them out.

use expect_test::expect;

use super::tests::check;

#[test]
fn urls_that_are_made_and_paths_below_a_base() {
    check(
        r#"
//- /api.js
const express = require("express");
const app = express();
app.get("/api/users", (req, res) => {});
app.post("/api/users", (req, res) => {});
app.delete("/api/users/:id", (req, res) => {});
//- /client.js
export function made() { fetch(new URL("/api/users", base)); }
export function sent() { fetch(new Request("/api/users", { method: "POST" })); }
export function below() { ky.post("api/users", { json: {} }); }
export function ajax(id) { $.ajax({ url: "/api/users/" + id, type: "DELETE" }); }
export function got() { $.get("/api/users"); }
export function json() { $.getJSON("/api/users", () => {}); }
"#,
        &expect![[r#"
            api.js:DELETE /api/users/:id -calls exact- api.js:DELETE /api/users/:id
            api.js:GET /api/users -calls exact- api.js:GET /api/users
            api.js:POST /api/users -calls exact- api.js:POST /api/users
            client.js:ajax -calls exact- api.js:DELETE /api/users/:id
            client.js:below -calls probable- api.js:POST /api/users
            client.js:got -calls exact- api.js:GET /api/users
            client.js:json -calls exact- api.js:GET /api/users
            client.js:made -calls exact- api.js:GET /api/users
            client.js:sent -calls exact- api.js:GET /api/users
        "#]],
    );
}
