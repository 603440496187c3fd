//! Files of several languages in, the edges between them out.

use expect_test::{Expect, expect};

use crate::testing::{fixture, label, words};
use crate::{EdgeKind, NodeKind};

/// Edges between different files, and those inside a file that lead to a resource.
fn check(text: &str, expected: &Expect) {
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
            server.py:Greeter -calls probable- server.py:Greeter.Hello
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
            app/models/line_item.rb:LineItem -calls probable- app/models/line_item.rb:LineItem.recent
            app/models/line_item.rb:LineItem -calls probable- app/models/line_item.rb:LineItem.url
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
