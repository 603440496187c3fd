//! Files of several languages in, the edges between them out.

use expect_test::{Expect, expect};

use crate::testing::{fixture, label, words};
use crate::{EdgeKind, NodeKind};

/// Edges between different files, and those inside a file that lead to a resource.
pub(super) fn check(text: &str, expected: &Expect) {
    let graph = fixture(text).graph();
    let mut out = String::new();
    for edge in graph.edges() {
        let (from, to) = (graph.node(edge.from), graph.node(edge.to));
        let is_link = edge.reference.is_some() || to.key.kind == NodeKind::Definition;
        let is_wanted = !matches!(edge.kind, EdgeKind::Contains | EdgeKind::Imports);
        if is_link
            && is_wanted
            && !(from.key.kind == NodeKind::File && from.key.path == to.key.path)
        {
            let words = words(edge.kind, edge.confidence);
            out += &format!("{} -{words}- {}\n", label(from), label(to));
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn requests_reach_the_routes_that_answer_them() {
    check(
        r#"
//- /api/main.py
from fastapi import APIRouter, FastAPI
app = FastAPI()
router = APIRouter(prefix="/users")
@router.get("/{user_id}")
def read_user(user_id: int): ...
@router.get("/me")
def read_me(): ...
@router.delete("/{user_id}")
def delete_user(user_id: int): ...
app.include_router(router, prefix="/api/v1")
//- /api/test_main.py
def test_read(client):
    client.get(f"{settings.PREFIX}/users/{user.id}")
    client.get("/api/v1/users/me")
    {}.get("key")
//- /web/client.ts
export const remove = (id: string) => fetch(`/api/v1/users/${id}`, { method: "DELETE" });
export const me = () => axios.get("/users/me");
export const other = () => axios.get("https://api.github.com/users/me");
//- /openapi.yaml
openapi: 3.1.0
paths: {"/api/v1/users/me": {get: {operationId: readMe}}}
"#,
        &expect![[r#"
            api/main.py:delete_user -reads exact- api/main.py:router
            api/main.py:read_me -reads exact- api/main.py:router
            api/main.py:read_user -reads exact- api/main.py:router
            api/main.py:DELETE /{user_id} -calls exact- api/main.py:delete_user
            api/main.py:GET /me -calls exact- api/main.py:read_me
            api/main.py:GET /me -reads exact- openapi.yaml:readMe
            api/main.py:GET /{user_id} -calls exact- api/main.py:read_user
            api/test_main.py:test_read -calls probable- api/main.py:GET /me
            api/test_main.py:test_read -calls probable- api/main.py:GET /{user_id}
            api/test_main.py:test_read -calls probable- openapi.yaml:readMe
            api/test_main.py:test_read -tests exact- api/test_main.py:test_read
            web/client.ts:me -calls probable- api/main.py:GET /me
            web/client.ts:me -calls probable- openapi.yaml:readMe
            web/client.ts:remove -calls exact- api/main.py:DELETE /{user_id}
        "#]],
    );
}

#[test]
fn variables_of_the_environment_reach_the_code_that_reads_them() {
    check(
        r#"
//- /.env
SECRET=x
DB_URL=postgres://${SECRET}@db
//- /compose.yml
services:
  api:
    image: api
    environment: {SECRET: "${SECRET}"}
//- /api/config.py
import os
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    DB_URL: str
def secret():
    return os.environ["SECRET"]
//- /web/config.ts
export const secret = () => process.env.SECRET;
"#,
        &expect![[r#"
            .env:DB_URL -reads exact- .env:SECRET
            api/config.py:Settings -reads probable- api/config.py:Settings.DB_URL
            api/config.py:Settings.DB_URL -reads exact- .env:DB_URL
            api/config.py:secret -reads probable- .env:SECRET
            api/config.py:secret -reads probable- compose.yml:services.api.environment.SECRET
            compose.yml:services.api -reads exact- compose.yml:services.api.environment.SECRET
            compose.yml:services.api.environment.SECRET -reads exact- .env:SECRET
            web/config.ts:secret -reads probable- .env:SECRET
            web/config.ts:secret -reads probable- compose.yml:services.api.environment.SECRET
        "#]],
    );
}

#[test]
fn tables_reach_models_and_queries() {
    check(
        r#"
//- /db/001.sql
CREATE TABLE users (id int);
CREATE VIEW active AS SELECT * FROM users;
//- /app/models.py
class User(Base):
    __tablename__ = "users"
def find(db):
    return db.execute("SELECT * FROM public.users u JOIN active a ON a.id = u.id")
//- /app/versions/1.py
from alembic import op
def upgrade():
    op.add_column("users", None)
//- /web/db.ts
export const all = () => db.query(`select id from users where id = ${id}`);
"#,
        &expect![[r#"
            app/models.py:User -reads probable- app/models.py:User.__tablename__
            app/models.py:User -reads probable- app/versions/1.py:upgrade
            app/models.py:User -reads probable- db/001.sql:users
            app/models.py:find -reads probable- app/models.py:User
            app/models.py:find -reads probable- app/versions/1.py:upgrade
            app/models.py:find -reads exact- db/001.sql:active
            app/models.py:find -reads probable- db/001.sql:users
            db/001.sql:active -reads probable- app/models.py:User
            db/001.sql:active -reads probable- app/versions/1.py:upgrade
            db/001.sql:active -reads probable- db/001.sql:users
            web/db.ts:all -reads probable- app/models.py:User
            web/db.ts:all -reads probable- app/versions/1.py:upgrade
            web/db.ts:all -reads probable- db/001.sql:users
        "#]],
    );
}

#[test]
fn commands_reach_files_scripts_and_functions() {
    check(
        r#"
//- /.github/workflows/ci.yml
on: push
jobs:
  test:
    steps:
      - run: cd api && bash scripts/test.sh
      - run: npm run build
  ship: {needs: test, uses: ./.github/workflows/ship.yml}
//- /.github/workflows/ship.yml
on: workflow_call
jobs: {ship: {steps: [{run: docker compose -f compose.yml up}]}}
//- /compose.yml
services: {api: {build: {context: ., dockerfile: api/Dockerfile}}}
//- /api/Dockerfile
FROM python AS base
FROM base
COPY ./api/data /data
CMD ["python", "api/run.py"]
//- /api/data/cities.json
{}
//- /api/run.py
def main(): open("data/cities.json")
//- /api/scripts/test.sh
. ./lib.sh
run() { prepare; python run.py; }
//- /api/scripts/lib.sh
prepare() { true; }
//- /api/pyproject.toml
[project]
name = "api"
scripts.x = "no"
[project.scripts]
serve = "run:main"
//- /package.json
{"scripts": {"build": "node build.js"}}
//- /build.js
main();
"#,
        &expect![[r#"
            .github/workflows/ci.yml:jobs.ship -reads exact- .github/workflows/ci.yml:jobs.test
            .github/workflows/ci.yml:jobs.ship -calls exact- .github/workflows/ship.yml
            .github/workflows/ci.yml:jobs.test -calls exact- api/scripts/test.sh
            .github/workflows/ci.yml:jobs.test -calls exact- package.json:scripts.build
            .github/workflows/ship.yml:jobs.ship -calls exact- compose.yml
            api/Dockerfile:stage-1 -reads exact- api/Dockerfile:base
            api/Dockerfile:stage-1 -reads probable- api/data/cities.json
            api/Dockerfile:stage-1 -calls probable- api/run.py
            api/pyproject.toml:scripts.serve -calls probable- api/run.py
            api/pyproject.toml:scripts.serve -calls exact- api/run.py:main
            api/run.py:main -reads exact- api/data/cities.json
            api/scripts/test.sh -calls exact- api/scripts/lib.sh
            api/scripts/test.sh:run -calls probable- api/run.py
            api/scripts/test.sh:run -calls exact- api/scripts/lib.sh:prepare
            compose.yml:services.api -calls exact- api/Dockerfile
            package.json:scripts.build -calls exact- build.js
        "#]],
    );
}

#[test]
fn templates_are_found_by_the_end_of_their_path() {
    check(
        r#"
//- /shop/views.py
def index(request):
    return render(request, "shop/index.html")
//- /shop/templates/shop/index.html
//- /blog/templates/shop/index.html
//- /web/app.js
app.get("/x", (req, res) => res.render("users/list"));
//- /web/views/users/list.ejs
//- /web/users/list.txt
"#,
        &expect![[r#"
            shop/views.py:index -reads probable- shop/templates/shop/index.html
            web/app.js -reads exact- web/views/users/list.ejs
        "#]],
    );
}

#[test]
fn templates_reach_those_that_are_made_of_them() {
    check(
        r#"
//- /web/app.js
app.get("/", (req, res) => res.render("index"));
//- /web/views/index.ejs
<%- include('partials/head') %>
//- /web/views/partials/head.ejs
<h1>
//- /shop/templates/shop/list.html
{% extends "base.html" %}{% include "./row.html" %}
//- /shop/templates/shop/row.html
row
//- /shop/templates/base.html
<html>
//- /blog/templates/base.html
<html>
//- /app/controllers/orders_controller.rb
class OrdersController < ApplicationController
  def show
  end
end
//- /app/views/orders/show.html.erb
<%= render "form" %>
//- /app/views/orders/_form.html.erb
<form>
//- /app/views/layouts/application.html.erb
<%= yield %>
//- /cs/HomeController.cs
public class HomeController : Controller { public IActionResult Index() { return View(); } }
//- /cs/Views/Home/Index.cshtml
<partial name="_Row" />
//- /cs/Views/Shared/_Row.cshtml
x
//- /cs/Views/_ViewStart.cshtml
@{ Layout = "_Layout"; }
//- /cs/Views/Shared/_Layout.cshtml
x
//- /jv/C.java
@Controller class C { @GetMapping("/h") String h() { return "home"; } }
//- /jv/src/main/resources/templates/home.html
<div th:replace="fragments/x :: y"></div>
//- /jv/src/main/resources/templates/fragments/x.html
x
//- /go/main.go
package main
func h() { t.ExecuteTemplate(w, "page", nil) }
//- /go/tmpl/page.tmpl
{{define "page"}}{{template "foot"}}{{end}}
//- /go/tmpl/foot.tmpl
{{define "foot"}}x{{end}}
//- /php/views/orders/show.blade.php
@extends('layouts.app')
@section('x') @include("parts.row", ['a' => 1]) <x-forms.input a="1"/> @endsection
//- /php/views/layouts/app.blade.php
x
//- /php/views/parts/row.blade.php
x
//- /php/views/components/forms/input.blade.php
x
"#,
        &expect![[r#"
            app/controllers/orders_controller.rb:OrdersController -calls possible- app/controllers/orders_controller.rb:OrdersController.show
            app/controllers/orders_controller.rb:OrdersController.show -reads probable- app/views/orders/show.html.erb
            app/views/orders/show.html.erb -reads probable- app/views/layouts/application.html.erb
            app/views/orders/show.html.erb -reads exact- app/views/orders/_form.html.erb
            cs/HomeController.cs:HomeController -calls possible- cs/HomeController.cs:HomeController.Index
            cs/HomeController.cs:HomeController.Index -reads exact- cs/Views/Home/Index.cshtml
            cs/Views/Home/Index.cshtml -reads exact- cs/Views/Shared/_Row.cshtml
            cs/Views/Home/Index.cshtml -reads probable- cs/Views/_ViewStart.cshtml
            cs/Views/_ViewStart.cshtml -reads exact- cs/Views/Shared/_Layout.cshtml
            go/main.go:h -reads exact- go/tmpl/page.tmpl
            go/tmpl/page.tmpl:page -reads exact- go/tmpl/foot.tmpl:foot
            jv/C.java:C.h -reads exact- jv/src/main/resources/templates/home.html
            jv/C.java:GET /h -calls exact- jv/C.java:C.h
            jv/src/main/resources/templates/home.html -reads exact- jv/src/main/resources/templates/fragments/x.html
            php/views/orders/show.blade.php -reads exact- php/views/components/forms/input.blade.php
            php/views/orders/show.blade.php -reads exact- php/views/layouts/app.blade.php
            php/views/orders/show.blade.php -reads exact- php/views/parts/row.blade.php
            shop/templates/shop/list.html -reads probable- shop/templates/base.html
            shop/templates/shop/list.html -reads exact- shop/templates/shop/row.html
            web/app.js -reads exact- web/views/index.ejs
            web/views/index.ejs -reads exact- web/views/partials/head.ejs
        "#]],
    );
}

#[test]
fn modules_of_terraform_and_calls_of_services() {
    check(
        r#"
//- /infra/main.tf
module "bucket" {
  source = "./bucket"
  name   = var.name
}
variable "name" {}
output "id" { value = module.bucket.id }
//- /infra/bucket/main.tf
variable "name" {}
resource "aws_s3_bucket" "it" { bucket = var.name }
output "id" { value = aws_s3_bucket.it.id }
//- /greeter.proto
service Greeter { rpc Hello (Request) returns (Request); }
message Request {}
//- /server.py
class Greeter(greeter_pb2_grpc.GreeterServicer):
    def Hello(self, request, context): ...
"#,
        &expect![[r#"
            greeter.proto:Greeter -reads exact- greeter.proto:Greeter.Hello
            greeter.proto:Greeter.Hello -reads exact- greeter.proto:Request
            infra/bucket/main.tf:aws_s3_bucket.it -reads probable- infra/bucket/main.tf:var.name
            infra/bucket/main.tf:aws_s3_bucket.it -reads probable- infra/main.tf:module.bucket
            infra/bucket/main.tf:output.id -reads exact- infra/bucket/main.tf:aws_s3_bucket.it
            infra/main.tf:module.bucket -reads probable- infra/bucket/main.tf
            infra/main.tf:module.bucket -reads exact- infra/main.tf:var.name
            infra/main.tf:output.id -reads exact- infra/bucket/main.tf:output.id
            infra/main.tf:output.id -reads exact- infra/main.tf:module.bucket
            server.py:Greeter -calls possible- server.py:Greeter.Hello
            server.py:Greeter.Hello -reads exact- greeter.proto:Greeter.Hello
        "#]],
    );
}

#[test]
fn a_test_asks_the_application_that_it_makes_itself() {
    check(
        r#"
//- /test_app.py
from flask import Flask
def test_one():
    app = Flask(__name__)
    @app.route("/")
    def index(): ...
    app.test_client().get("/")
def test_two():
    app = Flask(__name__)
    @app.route("/")
    def index(): ...
    app.test_client().get("/")
//- /other.py
from flask import Flask
app = Flask(__name__)
@app.route("/")
def index(): ...
"#,
        &expect![[r#"
            other.py:index -reads exact- other.py:app
            other.py:GET / -calls exact- other.py:index
            test_app.py:test_one -reads exact- test_app.py:test_one.index
            test_app.py:test_one -calls exact- test_app.py:GET /
            test_app.py:test_two -reads exact- test_app.py:test_two.index
            test_app.py:test_two -calls exact- test_app.py:GET /
            test_app.py:GET / -calls exact- test_app.py:test_one.index
            test_app.py:GET / -calls exact- test_app.py:test_two.index
            test_app.py:test_one -tests exact- test_app.py:test_one
            test_app.py:test_two -tests exact- test_app.py:test_two
        "#]],
    );
}

#[test]
fn php_ruby_and_c_name_what_is_outside_of_them() {
    check(
        r##"
//- /db/schema.sql
create table orders (id int);
create table line_items (id int);
//- /.env
API_URL=http://localhost
//- /app/Order.php
<?php
class Order extends Model { protected $table = 'orders'; }
class Stats {
    public function count() { return $this->db->fetch("SELECT count(*) FROM orders WHERE id > $x"); }
    public function url() { return getenv('API_URL'); }
    public function show() { return view('orders.show'); }
}
//- /resources/views/orders/show.blade.php
<p></p>
//- /app/models/line_item.rb
class LineItem < ApplicationRecord
  def self.recent = connection.execute("SELECT * FROM line_items")
  def url = ENV.fetch("API_URL") + ENV["API_URL"]
end
//- /tool.c
int main(void) { return query(getenv("API_URL"), "DELETE FROM orders"); }
"##,
        &expect![[r#"
            app/Order.php:Order -reads probable- app/Order.php:Order.$table
            app/Order.php:Order -reads exact- db/schema.sql:orders
            app/Order.php:Stats -calls probable- app/Order.php:Stats.count
            app/Order.php:Stats.count -reads probable- app/Order.php:Order
            app/Order.php:Stats.count -reads probable- db/schema.sql:orders
            app/Order.php:Stats.show -reads exact- resources/views/orders/show.blade.php
            app/Order.php:Stats.url -reads exact- .env:API_URL
            app/models/line_item.rb:LineItem -calls possible- app/models/line_item.rb:LineItem.recent
            app/models/line_item.rb:LineItem -calls possible- app/models/line_item.rb:LineItem.url
            app/models/line_item.rb:LineItem -reads probable- db/schema.sql:line_items
            app/models/line_item.rb:LineItem.recent -reads probable- app/models/line_item.rb:LineItem
            app/models/line_item.rb:LineItem.recent -reads probable- db/schema.sql:line_items
            app/models/line_item.rb:LineItem.url -reads exact- .env:API_URL
            tool.c:main -reads exact- .env:API_URL
            tool.c:main -reads probable- app/Order.php:Order
            tool.c:main -reads probable- db/schema.sql:orders
        "#]],
    );
}

#[test]
fn steps_of_workflows_reach_targets_of_makefiles() {
    check(
        r#"
//- /.github/workflows/ci.yml
on: push
jobs:
  test: {steps: [{run: make test}, {run: make -C docs, name: docs}]}
  ship: {steps: [{run: helm upgrade api ./deploy/api -f deploy/api/values.yaml}]}
//- /Makefile
include mk/common.mk
all: test
test: build
	$(PYTHON) scripts/check.py
build: conf.ini
	npm run build
//- /mk/common.mk
PYTHON = python3
clean:
	rm -r dist
//- /docs/Makefile
html: ; sphinx-build
//- /scripts/check.py
subprocess.run(["make", "clean"])
//- /conf.ini
[a]
b = 1
//- /package.json
{"scripts": {"build": "make build"}}
//- /deploy/api/templates/web.yaml
image: {{ .Values.image.tag }}
labels: {{ include "api.labels" . }}
//- /deploy/api/templates/_helpers.tpl
{{ define "api.labels" }}name: {{ .Values.name }}{{ end }}
//- /deploy/api/values.yaml
name: api
image: {tag: 1}
//- /deploy/other/values.yaml
name: other
"#,
        &expect![[r#"
            .github/workflows/ci.yml:jobs.ship -reads probable- deploy/api/templates/_helpers.tpl
            .github/workflows/ci.yml:jobs.ship -reads probable- deploy/api/templates/web.yaml
            .github/workflows/ci.yml:jobs.ship -reads exact- deploy/api/values.yaml
            .github/workflows/ci.yml:jobs.test -reads exact- .github/workflows/ci.yml:jobs.test.docs
            .github/workflows/ci.yml:jobs.test -calls exact- Makefile:test
            .github/workflows/ci.yml:jobs.test.docs -calls exact- docs/Makefile:html
            Makefile -reads exact- mk/common.mk
            Makefile:all -calls exact- Makefile:test
            Makefile:build -reads exact- conf.ini
            Makefile:build -calls exact- package.json:scripts.build
            Makefile:test -calls exact- Makefile:build
            Makefile:test -reads probable- mk/common.mk:PYTHON
            Makefile:test -reads exact- scripts/check.py
            conf.ini:a -reads exact- conf.ini:a.b
            deploy/api/templates/_helpers.tpl:api.labels -reads exact- deploy/api/values.yaml:name
            deploy/api/templates/web.yaml -calls exact- deploy/api/templates/_helpers.tpl:api.labels
            deploy/api/templates/web.yaml -reads exact- deploy/api/values.yaml:image.tag
            deploy/api/values.yaml:image -reads exact- deploy/api/values.yaml:image.tag
            package.json:scripts.build -calls exact- Makefile:build
            scripts/check.py -calls probable- mk/common.mk:clean
        "#]],
    );
}

#[test]
fn calls_of_services_reach_what_answers_them() {
    check(
        r#"
//- /users.proto
service Users { rpc GetUser (Id) returns (Id); rpc ListUsers (Id) returns (Id); }
message Id {}
//- /py/server.py
class Server(users_pb2_grpc.UsersServicer):
    def GetUser(self, request, context): ...
//- /py/client.py
class Client:
    def __init__(self, channel):
        self.stub = users_pb2_grpc.UsersStub(channel)
    def user(self):
        return self.stub.GetUser(1)
//- /go/client.go
package client
type App struct { users pb.UsersClient }
func (a *App) user() { a.users.GetUser(ctx, nil) }
func other(conn Conn) { c := pb.NewUsersClient(conn); c.GetUser(ctx, nil); c.ListUsers(ctx, nil); c.Close() }
func once(conn Conn) { pb.NewUsersClient(conn).GetUser(ctx, nil) }
//- /go/server/server.go
package server
type server struct { pb.UnimplementedUsersServer }
func (s *server) GetUser(ctx Context) error { return nil }
//- /go/server/list.go
package server
func (s *server) ListUsers(ctx Context) error { return nil }
//- /java/Server.java
class Server extends UsersGrpc.UsersImplBase { public void getUser(Id id) {} }
//- /java/Client.java
class Client {
  private final UsersGrpc.UsersBlockingStub stub;
  Client(Channel channel) { stub = UsersGrpc.newBlockingStub(channel); }
  Id user() { return stub.getUser(id); }
}
//- /cs/Server.cs
class Server : Users.UsersBase { public override Task<Id> GetUser(Id id) { return null; } }
//- /cs/Client.cs
using Grpc = Users.UsersClient;
class Client { Grpc users; void Run() { var client = new Users.UsersClient(channel); client.GetUserAsync(id); } void Other() { users.GetUser(id); } }
//- /js/server.js
function getUser(call, reply) { reply(null, call.request); }
server.addService(proto.Users.service, { getUser });
//- /js/client.js
const client = new proto.Users("host", grpc.credentials.createInsecure());
export function user() { client.getUser({}, print); }
//- /rs/main.rs
use tonic::transport::Server;
struct MyUsers;
impl Users for MyUsers { fn get_user(&self) {} }
fn ask() { let mut client = UsersClient::connect("http://[::1]"); client.get_user(1); }
"#,
        &expect![[r#"
            cs/Client.cs:Client.Other -reads exact- cs/Client.cs:Client.users
            cs/Client.cs:Client.Other -calls probable- cs/Server.cs:Server.GetUser
            cs/Client.cs:Client.Other -calls probable- go/server/server.go:server.GetUser
            cs/Client.cs:Client.Other -calls probable- java/Server.java:Server.getUser
            cs/Client.cs:Client.Other -calls probable- js/server.js:getUser
            cs/Client.cs:Client.Other -calls probable- py/server.py:Server.GetUser
            cs/Client.cs:Client.Other -calls probable- rs/main.rs:MyUsers.get_user
            cs/Client.cs:Client.Other -calls exact- users.proto:Users.GetUser
            cs/Client.cs:Client.Run -calls probable- cs/Server.cs:Server.GetUser
            cs/Client.cs:Client.Run -calls probable- go/server/server.go:server.GetUser
            cs/Client.cs:Client.Run -calls probable- java/Server.java:Server.getUser
            cs/Client.cs:Client.Run -calls probable- js/server.js:getUser
            cs/Client.cs:Client.Run -calls probable- py/server.py:Server.GetUser
            cs/Client.cs:Client.Run -calls probable- rs/main.rs:MyUsers.get_user
            cs/Client.cs:Client.Run -calls exact- users.proto:Users.GetUser
            cs/Server.cs:Server.GetUser -reads exact- users.proto:Users.GetUser
            go/client.go:App.user -calls probable- cs/Server.cs:Server.GetUser
            go/client.go:App.user -mentions exact- go/client.go:App
            go/client.go:App.user -reads probable- go/client.go:App.users
            go/client.go:App.user -calls probable- go/server/server.go:server.GetUser
            go/client.go:App.user -calls probable- java/Server.java:Server.getUser
            go/client.go:App.user -calls probable- js/server.js:getUser
            go/client.go:App.user -calls probable- py/server.py:Server.GetUser
            go/client.go:App.user -calls probable- rs/main.rs:MyUsers.get_user
            go/client.go:App.user -calls exact- users.proto:Users.GetUser
            go/client.go:once -calls probable- cs/Server.cs:Server.GetUser
            go/client.go:once -calls probable- go/server/server.go:server.GetUser
            go/client.go:once -calls probable- java/Server.java:Server.getUser
            go/client.go:once -calls probable- js/server.js:getUser
            go/client.go:once -calls probable- py/server.py:Server.GetUser
            go/client.go:once -calls probable- rs/main.rs:MyUsers.get_user
            go/client.go:once -calls exact- users.proto:Users.GetUser
            go/client.go:other -calls probable- cs/Server.cs:Server.GetUser
            go/client.go:other -calls exact- go/server/list.go:server.ListUsers
            go/client.go:other -calls probable- go/server/server.go:server.GetUser
            go/client.go:other -calls probable- java/Server.java:Server.getUser
            go/client.go:other -calls probable- js/server.js:getUser
            go/client.go:other -calls probable- py/server.py:Server.GetUser
            go/client.go:other -calls probable- rs/main.rs:MyUsers.get_user
            go/client.go:other -calls exact- users.proto:Users.GetUser
            go/client.go:other -calls exact- users.proto:Users.ListUsers
            go/server/list.go:server.ListUsers -mentions exact- go/server/server.go:server
            go/server/list.go:server.ListUsers -reads exact- users.proto:Users.ListUsers
            go/server/server.go:server.GetUser -mentions exact- go/server/server.go:server
            go/server/server.go:server.GetUser -reads exact- users.proto:Users.GetUser
            java/Client.java:Client.stub -writtenby exact- java/Client.java:Client.Client
            java/Client.java:Client.user -calls probable- cs/Server.cs:Server.GetUser
            java/Client.java:Client.user -calls probable- go/server/server.go:server.GetUser
            java/Client.java:Client.user -reads exact- java/Client.java:Client.stub
            java/Client.java:Client.user -calls probable- java/Server.java:Server.getUser
            java/Client.java:Client.user -calls probable- js/server.js:getUser
            java/Client.java:Client.user -calls probable- py/server.py:Server.GetUser
            java/Client.java:Client.user -calls probable- rs/main.rs:MyUsers.get_user
            java/Client.java:Client.user -calls exact- users.proto:Users.GetUser
            java/Server.java:Server.getUser -reads exact- users.proto:Users.GetUser
            js/client.js:user -calls probable- cs/Server.cs:Server.GetUser
            js/client.js:user -calls probable- go/server/server.go:server.GetUser
            js/client.js:user -calls probable- java/Server.java:Server.getUser
            js/client.js:user -reads exact- js/client.js:client
            js/client.js:user -calls probable- js/server.js:getUser
            js/client.js:user -calls probable- py/server.py:Server.GetUser
            js/client.js:user -calls probable- rs/main.rs:MyUsers.get_user
            js/client.js:user -calls exact- users.proto:Users.GetUser
            js/server.js:getUser -reads exact- users.proto:Users.GetUser
            py/client.py:Client.user -calls probable- cs/Server.cs:Server.GetUser
            py/client.py:Client.user -calls probable- go/server/server.go:server.GetUser
            py/client.py:Client.user -calls probable- java/Server.java:Server.getUser
            py/client.py:Client.user -calls probable- js/server.js:getUser
            py/client.py:Client.user -reads exact- py/client.py:Client.stub
            py/client.py:Client.user -calls probable- py/server.py:Server.GetUser
            py/client.py:Client.user -calls probable- rs/main.rs:MyUsers.get_user
            py/client.py:Client.user -calls exact- users.proto:Users.GetUser
            py/server.py:Server.GetUser -reads exact- users.proto:Users.GetUser
            rs/main.rs:MyUsers.get_user -reads exact- users.proto:Users.GetUser
            rs/main.rs:ask -calls probable- cs/Server.cs:Server.GetUser
            rs/main.rs:ask -calls probable- go/server/server.go:server.GetUser
            rs/main.rs:ask -calls probable- java/Server.java:Server.getUser
            rs/main.rs:ask -calls probable- js/server.js:getUser
            rs/main.rs:ask -calls probable- py/server.py:Server.GetUser
            rs/main.rs:ask -calls probable- rs/main.rs:MyUsers.get_user
            rs/main.rs:ask -calls exact- users.proto:Users.GetUser
            users.proto:Users -reads exact- users.proto:Users.GetUser
            users.proto:Users -reads exact- users.proto:Users.ListUsers
            users.proto:Users.GetUser -reads exact- users.proto:Id
            users.proto:Users.ListUsers -reads exact- users.proto:Id
        "#]],
    );
}

#[test]
fn generated_clients_reach_the_routes_of_operations() {
    check(
        r#"
//- /openapi.yaml
openapi: 3.1.0
paths: {"/pets/{id}": {get: {operationId: getPetById}}}
//- /server.js
const app = require("express")();
app.get("/pets/:id", (req, res) => res.send(1));
//- /web/pets.ts
export const pet = (id: string) => petsApi.getPetById(id);
//- /cli.py
def pet(client):
    return client.get_pet_by_id(1)
"#,
        &expect![[r#"
            cli.py:pet -calls probable- openapi.yaml:getPetById
            cli.py:pet -calls probable- server.js:GET /pets/:id
            server.js:GET /pets/:id -reads exact- openapi.yaml:getPetById
            server.js:GET /pets/:id -calls exact- server.js:GET /pets/:id
            web/pets.ts:pet -calls probable- openapi.yaml:getPetById
            web/pets.ts:pet -calls probable- server.js:GET /pets/:id
        "#]],
    );
}

#[test]
fn clients_of_every_language_reach_routes() {
    check(
        r#"
//- /api/main.py
from fastapi import FastAPI
app = FastAPI()
@app.get("/api/users/{id}")
def read(id: int): ...
@app.post("/api/users")
def create(): ...
//- /go/main.go
package main
func all() { http.Get(base + "/api/users/1"); http.NewRequest("POST", "http://localhost/api/users", nil) }
//- /java/Client.java
class Client { void all() { restTemplate.getForObject(base + "/api/users/{id}", User.class, 1); } }
//- /java/Users.java
@FeignClient(name = "users", path = "/api") interface Users { @GetMapping("/users/{id}") User one(int id); }
//- /kt/Client.kt
suspend fun all(client: HttpClient) { client.post("$base/api/users") }
interface Api { @GET("users/{id}") fun one(id: Int): User }
//- /rs/client.rs
async fn all() { reqwest::get(format!("{base}/api/users/{}", 1)).await; }
//- /cs/Client.cs
class Client { void Run() { client.GetAsync($"api/users/{id}"); } }
//- /php/Client.php
<?php
class Client { function all() { $this->client->request('GET', 'users/' . $id); Http::post('/api/users'); } }
//- /php/tests/UserTest.php
<?php
class UserTest extends TestCase { function testOne() { $this->getJson('/api/users/1'); } }
//- /rb/client.rb
def all
  Net::HTTP.get(URI("http://localhost/api/users/1"))
  @conn.post("/api/users")
end
//- /Client.swift
func all(id: Int) { let url = URL(string: "\(base)/api/users/\(id)") }
"#,
        &expect![[r#"
            Client.swift:all -calls probable- api/main.py:GET /api/users/{id}
            api/main.py:create -reads exact- api/main.py:app
            api/main.py:read -reads exact- api/main.py:app
            api/main.py:GET /api/users/{id} -calls exact- api/main.py:read
            api/main.py:POST /api/users -calls exact- api/main.py:create
            cs/Client.cs:Client.Run -calls probable- api/main.py:GET /api/users/{id}
            go/main.go:all -calls probable- api/main.py:GET /api/users/{id}
            go/main.go:all -calls exact- api/main.py:POST /api/users
            java/Client.java:Client.all -calls probable- api/main.py:GET /api/users/{id}
            java/Users.java:Users.one -calls exact- api/main.py:GET /api/users/{id}
            kt/Client.kt:Api.one -calls probable- api/main.py:GET /api/users/{id}
            kt/Client.kt:all -calls probable- api/main.py:POST /api/users
            php/Client.php:Client.all -calls probable- api/main.py:GET /api/users/{id}
            php/Client.php:Client.all -calls exact- api/main.py:POST /api/users
            php/tests/UserTest.php:UserTest.testOne -calls exact- api/main.py:GET /api/users/{id}
            php/tests/UserTest.php:UserTest::testOne -tests exact- php/tests/UserTest.php:UserTest.testOne
            rb/client.rb:all -calls exact- api/main.py:GET /api/users/{id}
            rb/client.rb:all -calls exact- api/main.py:POST /api/users
            rs/client.rs:all -calls probable- api/main.py:GET /api/users/{id}
        "#]],
    );
}

#[test]
fn requests_reach_the_routes_that_folders_are() {
    check(
        r#"
//- /app/api/users/[id]/route.ts
export async function GET() {}
//- /app/docs/[...slug]/route.ts
export async function GET() {}
//- /src/client.ts
export const one = (id: string) => fetch(`/api/users/${id}`);
export const page = () => fetch("/docs/guides/start");
export const none = () => fetch("/docs");
"#,
        &expect![[r#"
            app/api/users/[id]/route.ts:GET /api/users/[id] -calls exact- app/api/users/[id]/route.ts:GET
            app/docs/[...slug]/route.ts:GET /docs/[...slug] -calls exact- app/docs/[...slug]/route.ts:GET
            src/client.ts:one -calls exact- app/api/users/[id]/route.ts:GET /api/users/[id]
            src/client.ts:page -calls probable- app/docs/[...slug]/route.ts:GET /docs/[...slug]
        "#]],
    );
}

#[test]
fn each_function_of_a_list_of_migrations_declares_its_own_tables() {
    check(
        r#"
//- /go.mod
module example.com/m
//- /db/migrations.go
package db
import "database/sql"
var migrations = [...]func(tx *sql.Tx) error{
	func(tx *sql.Tx) error {
		_, err := tx.Exec(`CREATE TABLE users (id bigint)`)
		return err
	},
	func(tx *sql.Tx) error {
		_, err := tx.Exec(`CREATE TABLE feeds (id int)`)
		return err
	},
	func(tx *sql.Tx) error {
		_, err := tx.Exec(`ALTER TABLE feeds ADD COLUMN title text`)
		tx.Exec(`UPDATE users SET id = 1`)
		return err
	},
}
var named = map[string]func(tx *sql.Tx){"tags": func(tx *sql.Tx) { tx.Exec("CREATE TABLE tags (id int)") }}
func Migrate(tx *sql.Tx) { for _, it := range migrations { it(tx) } }
//- /store/store.go
package store
import "database/sql"
func GetFeeds(db *sql.DB) { db.Query(`SELECT id FROM feeds`) }
func GetUsers(db *sql.DB) { db.Query(`SELECT id FROM users`) }
func GetTags(db *sql.DB) { db.Query(`SELECT id FROM tags`) }
//- /web/migrations.js
export const steps = [
  (tx) => tx.query('CREATE TABLE logs (id int)'),
  (tx) => tx.query('CREATE TABLE posts (id int)'),
  (tx) => tx.other(),
];
export function migrate(tx) { for (const step of steps) step(tx); }
//- /web/read.js
export function getLogs(db) { return db.query('SELECT id FROM logs'); }
"#,
        &expect![[r#"
            db/migrations.go:Migrate -reads exact- db/migrations.go:migrations
            db/migrations.go:Migrate -calls probable- db/migrations.go:migrations.[ALTER TABLE feeds ADD COLUMN title]
            db/migrations.go:Migrate -calls probable- db/migrations.go:migrations.[CREATE TABLE feeds]
            db/migrations.go:Migrate -calls probable- db/migrations.go:migrations.[CREATE TABLE users]
            db/migrations.go:migrations -reads exact- db/migrations.go:migrations.[ALTER TABLE feeds ADD COLUMN title]
            db/migrations.go:migrations -reads exact- db/migrations.go:migrations.[CREATE TABLE feeds]
            db/migrations.go:migrations -reads exact- db/migrations.go:migrations.[CREATE TABLE users]
            db/migrations.go:named -reads exact- db/migrations.go:named.[tags]
            store/store.go:GetFeeds -reads exact- db/migrations.go:migrations.[ALTER TABLE feeds ADD COLUMN title]
            store/store.go:GetFeeds -reads exact- db/migrations.go:migrations.[CREATE TABLE feeds]
            store/store.go:GetTags -reads exact- db/migrations.go:named.[tags]
            store/store.go:GetUsers -reads exact- db/migrations.go:migrations.[CREATE TABLE users]
            web/migrations.js:migrate -reads exact- web/migrations.js:steps
            web/migrations.js:migrate -calls probable- web/migrations.js:steps.[2]
            web/migrations.js:migrate -calls probable- web/migrations.js:steps.[CREATE TABLE logs]
            web/migrations.js:migrate -calls probable- web/migrations.js:steps.[CREATE TABLE posts]
            web/read.js:getLogs -reads exact- web/migrations.js:steps.[CREATE TABLE logs]
        "#]],
    );
}
