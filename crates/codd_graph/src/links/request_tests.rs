//! Requests and calls of services, and what answers them.

use expect_test::expect;

use super::tests::check;

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
