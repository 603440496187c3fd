//! Code that sends requests in, their methods and paths out.

use expect_test::expect;

use crate::render::check_links;

#[test]
fn requests_of_go() {
    check_links(
        "client.go",
        r#"package client
func all(c *Client) {
	http.Get(base + "/users")
	http.Post("http://localhost:8080/users", "application/json", body)
	http.NewRequestWithContext(ctx, http.MethodDelete, fmt.Sprintf("%s/users/%d", base, id), nil)
	httptest.NewRequest("PATCH", "/users/1", nil)
	resty.New().R().Get("/health")
	r.Get("/served", handler)
	cache.Get("key")
}
"#,
        &expect![[r#"
            link Endpoint Calls GET …/users in all
            link Endpoint Calls POST /users in all
            link Endpoint Calls DELETE …/users/{} in all
            link Endpoint Calls PATCH /users/1 in all
            link Endpoint Calls GET /health in all
        "#]],
    );
}

#[test]
fn requests_of_java() {
    check_links(
        "Client.java",
        r#"class Client {
  void all() {
    restTemplate.getForObject(base + "/users/{id}", User.class, id);
    restTemplate.exchange("/users", HttpMethod.PUT, entity, User.class);
    webClient.post().uri("/orders/{id}", id).retrieve();
    HttpRequest request = HttpRequest.newBuilder().uri(URI.create("http://api/jobs")).DELETE().build();
    HttpRequest.newBuilder(URI.create(String.format("%s/jobs/%s", base, id))).build();
    new Request.Builder().url("http://api/files").post(body).build();
    map.get("/no");
  }
}
"#,
        &expect![[r#"
            link Endpoint Calls GET …/users/{} in Client.all
            link Endpoint Calls PUT /users in Client.all
            link Endpoint Calls POST /orders/{} in Client.all
            link Endpoint Calls DELETE /jobs in Client.all
            link Endpoint Calls GET …/jobs/{} in Client.all
            link Endpoint Calls POST /files in Client.all
        "#]],
    );
    check_links(
        "UserTest.java",
        "class UserTest { void t() { mockMvc.perform(get(\"/users/1\")); given().when().delete(\"/users/2\"); } MockMvc m; }\n",
        &expect![[r#"
            link Endpoint Calls GET /users/1 in UserTest.t
            link Endpoint Calls DELETE /users/2 in UserTest.t
        "#]],
    );
}

#[test]
fn interfaces_that_stand_for_services_of_java_and_kotlin() {
    check_links(
        "Users.java",
        r#"
@FeignClient(name = "users", path = "/api")
interface Users {
  @GetMapping("/users/{id}") User find(long id);
  @RequestLine("DELETE /users/{id}") void remove(long id);
}
interface Github {
  @GET("repos/{owner}") Call<Repo> repo(String owner);
}
@HttpExchange("/v1")
interface Jobs { @PostExchange("/jobs") void add(); }
"#,
        &expect![[r#"
            link Endpoint Calls GET /api/users/{} in Users.find
            link Endpoint Calls DELETE /users/{} in Users.remove
            link Endpoint Calls GET …/repos/{} in Github.repo
            link Endpoint Calls POST /v1/jobs in Jobs.add
        "#]],
    );
    check_links(
        "Users.kt",
        r#"
interface Users { @POST("users/{id}") suspend fun save(id: Int): User }
suspend fun all(client: HttpClient, id: Int) {
    client.get("$base/users/$id")
    client.post("/orders/${order.id}/pay") { setBody(order) }
    map.get("/no")
}
"#,
        &expect![[r#"
            link Endpoint Calls POST …/users/{} in Users.save
            link Endpoint Calls GET …/users/{} in all
            link Endpoint Calls POST /orders/{}/pay in all
        "#]],
    );
}

#[test]
fn requests_of_csharp() {
    check_links(
        "Client.cs",
        r#"class Client {
  async Task All() {
    await _httpClient.GetFromJsonAsync<User>($"api/users/{id}");
    await client.PostAsJsonAsync("/api/users", user);
    var request = new HttpRequestMessage(HttpMethod.Delete, "/api/users/1");
    await cache.GetStringAsync("key");
  }
}
"#,
        &expect![[r#"
            link Operation Calls getfromjsonasync | httpgetfromjsonasync in Client.All (guess)
            link Endpoint Calls GET …/api/users/{} in Client.All
            link Operation Calls postasjsonasync in Client.All (guess)
            link Endpoint Calls POST /api/users in Client.All
            link Endpoint Calls DELETE /api/users/1 in Client.All
        "#]],
    );
}

#[test]
fn requests_of_rust_and_swift() {
    check_links(
        "src/client.rs",
        r#"async fn all(client: &Client) {
    reqwest::get("http://localhost/users").await;
    client.post(format!("{}/users/{id}", base)).json(&x).send().await;
    self.client.request(Method::PUT, format!("{base}/users/{}", 1)).send();
    let r = Request::builder().method("DELETE").uri("/users/1").body(()).unwrap();
    Request::builder().uri("/jobs").method("PATCH").body(());
    test::TestRequest::get().uri("/health").to_request();
    map.get("/no");
}
"#,
        &expect![[r#"
            link Endpoint Calls GET /users in all
            link Endpoint Calls POST …/users/{} in all
            link Endpoint Calls PUT …/users/{} in all
            link Endpoint Calls DELETE /users/1 in all
            link Endpoint Calls PATCH /jobs in all
            link Endpoint Calls GET /health in all
        "#]],
    );
    check_links(
        "Sources/App/Client.swift",
        r#"
func load(id: Int) async {
    let url = URL(string: "\(base)/users/\(id)")!
    let other = URL(string: base + "/orders")!
    var request = URLRequest(url: other)
    request.httpMethod = "POST"
    AF.request("http://localhost/jobs", method: .delete)
}
"#,
        &expect![[r#"
            link Endpoint Calls GET …/users/{} in load
            link Endpoint Calls POST …/orders in load
            link Endpoint Calls DELETE /jobs in load
        "#]],
    );
}

#[test]
fn nesting_of_any_depth_is_read() {
    for (open, close) in [("f(", ")"), ("\"a\" + (", ")"), ("x.get(", ")"), ("URI.create(", ")")] {
        let (open, close) = (open.repeat(3_000), close.repeat(3_000));
        let text = format!("class A {{ void f() {{ client.get({open}\"/x\"{close}); }} }}\n");
        check_links("A.java", &text, &expect![[""]]);
    }
    let chain = format!("class A {{ void f() {{ client{}; }} }}\n", ".get(\"/x\")".repeat(2_000));
    let path = codd_source::RepoPath::from("A.java");
    let language = crate::language_of(&path).unwrap();
    let parsed = crate::parse(language, &path, chain.as_bytes()).unwrap();
    assert!(crate::extract(&parsed).semantics.links.len() <= 2_000);
}

#[test]
fn clients_of_ruby_with_and_without_a_base() {
    check_links(
        "lib/api.rb",
        r#"
def a; Faraday.new("http://h").get("/users/1"); end
def b; api = Faraday.new(url: "http://h"); api.post("users"); end
def c; RestClient::Request.execute(method: :delete, url: "http://h/users/#{id}"); end
def d; Net::HTTP.get(URI("http://h/users")); URI.open("http://h/open"); end
def e; Typhoeus.put("http://h/users/2"); hash.get("/no"); Net::HTTP.get_response(URI("http://h/r")); end
def f; @http = Net::HTTP.new("h"); @http.get("/kept"); end
"#,
        &expect![[r#"
            link Endpoint Calls GET /users/1 in a
            link Endpoint Calls POST …/users in b
            link Endpoint Calls DELETE /users/{} in c
            link Endpoint Calls GET /users in d
            link Endpoint Calls GET /open in d
            link Endpoint Calls PUT /users/2 in e
            link Endpoint Calls GET /r in e
            link Endpoint Calls GET /kept in f
        "#]],
    );
}

#[test]
fn clients_of_ktor_are_functions() {
    check_links(
        "a.kt",
        "import io.ktor.client.HttpClient\nsuspend fun a(c: HttpClient) = c.get(\"/users/1\")\n\
         suspend fun b(web: HttpClient) { web.post(\"http://h/users\") }\nfun r() { routing { get(\"/no\") { } } }\n",
        &expect![[r#"
            link Endpoint Calls GET /users/1 in a
            link Endpoint Calls POST /users in b
        "#]],
    );
    check_links("b.kt", "fun a(m: Map<String, Int>) = m.get(\"/no\")\n", &expect![[r#""#]]);
}
