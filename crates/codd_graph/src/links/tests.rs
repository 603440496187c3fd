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

#[test]
fn files_that_variables_embed() {
    check(
        r#"
//- /go.mod
module example.com/shop
//- /web/web.go
package web
import "embed"
//go:embed data.json
var Data string
//go:embed static templates/*.html
var files embed.FS
var (
	//go:embed more/*
	More embed.FS
	plain string
)
func Show() string { return Data }
//- /web/data.json
{}
//- /web/static/a/b.css
a {}
//- /web/templates/x.html
<p>
//- /web/templates/x.txt
x
//- /web/more/y.txt
y
"#,
        &expect![[r#"
            web/web.go:Data -reads exact- web/data.json
            web/web.go:More -reads probable- web/more/y.txt
            web/web.go:Show -reads exact- web/web.go:Data
            web/web.go:files -reads probable- web/static/a/b.css
            web/web.go:files -reads probable- web/templates/x.html
        "#]],
    );
}
