//! Routes and tests.

use expect_test::expect;

use super::check;

#[test]
fn routes_of_the_standard_library_with_methods_in_patterns() {
    check(
        "main.go",
        r#"package main

import "net/http"

func main() {
	http.HandleFunc("/health", health)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", item)
	mux.Handle("/admin/", auth(http.HandlerFunc(admin)))
	mux.HandleFunc("POST /items", func(w http.ResponseWriter, r *http.Request) { create(w) })
	client.Get("https://example.com")
}
"#,
        &["route", "Callback", "Call create"],
        &expect![[r#"
            Callback main.POST /items(w: http@2.ResponseWriter, r: http@2.Request)
            Call create@2/1 in main.POST /items
            route * /health (net/http) handler health@1
            route GET /items/{id} (net/http) handler item@1 router mux@1
            route * /admin/ (net/http) handler auth@1(http@1.HandlerFunc(admin@1)) router mux@1
            route POST /items (net/http) handler <main.POST /items> router mux@1
        "#]],
    );
}

#[test]
fn groups_and_middleware_of_gin_and_echo() {
    check(
        "main.go",
        r#"package main

import "github.com/gin-gonic/gin"

func main() {
	r := gin.Default()
	r.Use(logging())
	r.GET("/ping", ping)
	api := r.Group("/api", auth)
	api.POST("/orders", limit, create)
	api.Any("", any)
}
"#,
        &["route", "hook"],
        &expect![[r#"
            route GET /ping (gin) handler ping@1 router r@1
            route POST /orders (gin) handler create@1 router api@1 middleware [limit@1]
            route *  (gin) handler any@1 router api@1
            hook logging@1() on r@1
            hook r@1.Group("/api", auth@1) on r@1 below "/api" behind [auth@1] (include)
        "#]],
    );
    check(
        "main.go",
        "package main\nimport \"github.com/labstack/echo/v4\"\nfunc f(e *echo.Echo) { e.GET(\"/x\", get, auth) }\n",
        &["route"],
        &expect![[r#"
            route GET /x (echo) handler get@1 router e@1 middleware [auth@1]
        "#]],
    );
}

#[test]
fn routers_that_chi_gives_to_functions() {
    check(
        "main.go",
        r#"package main

import "github.com/go-chi/chi/v5"

func routes() {
	r := chi.NewRouter()
	r.Use(log)
	r.With(limit).Get("/", index)
	r.Route("/articles", func(r chi.Router) {
		r.Use(auth)
		r.Post("/", create)
		r.Route("/{id}", func(r chi.Router) { r.Delete("/", remove) })
	})
	r.Group(func(r chi.Router) {
		r.Use(admin)
		r.Get("/stats", stats)
	})
	r.Mount("/debug", debug())
}
"#,
        &["route", "hook"],
        &expect![[r#"
            route GET / (chi) handler index@1 router r@1 middleware [limit@1]
            route POST /articles/ (chi) handler create@2 router r@1 middleware [auth@2]
            route DELETE /articles/{id}/ (chi) handler remove@3 router r@1 middleware [auth@2]
            route GET /stats (chi) handler stats@4 router r@1 middleware [admin@4]
            hook log@1 on r@1
            hook debug@1() on r@1 below "/debug" (include)
        "#]],
    );
}

#[test]
fn methods_of_gorilla_stand_behind() {
    check(
        "main.go",
        r#"package main

import "github.com/gorilla/mux"

func routes() {
	r := mux.NewRouter()
	r.HandleFunc("/a", a).Methods("GET", http.MethodPost)
	s := r.PathPrefix("/api").Subrouter()
	s.HandleFunc("/b", b)
}
"#,
        &["route", "hook"],
        &expect![[r#"
            route GET /a (gorilla/mux) handler a@1 router r@1
            route POST /a (gorilla/mux) handler a@1 router r@1
            route * /b (gorilla/mux) handler b@1 router s@1
            hook r@1.PathPrefix("/api").Subrouter() on r@1 below "/api" (include)
        "#]],
    );
}

#[test]
fn tests_subtests_examples_and_suites() {
    check(
        "a_test.go",
        r#"package a

import "github.com/stretchr/testify/suite"

func TestOne(t *testing.T) {
	t.Run("with a name", func(t *testing.T) {
		t.Run("inner", func(t *testing.T) { check(t) })
	})
	for _, it := range cases {
		t.Run(it.name, func(t *testing.T) { it.run() })
	}
}
func Testimony(t *testing.T) {}
func TestMain(m *testing.M) {}
func BenchmarkOne(b *testing.B) {}
func FuzzOne(f *testing.F) {}
func ExampleOne() {}
type Suite struct { suite.Suite }
func (s *Suite) TestTwo() {}
func (s *Suite) SetupTest() {}
"#,
        &["test", "Callback", "Call check"],
        &expect![[r#"
            Callback TestOne.with_a_name(t: testing@3.T)
            Callback TestOne.with_a_name.inner(t: testing@4.T)
            Call check@4/1 in TestOne.with_a_name.inner
            test TestOne (go) TestOne
            test TestOne/with_a_name (go) TestOne.with_a_name
            test TestOne/with_a_name/inner (go) TestOne.with_a_name.inner
            test FuzzOne (go) FuzzOne
            test ExampleOne (go) ExampleOne
            test Suite/TestTwo (go) Suite.TestTwo
        "#]],
    );
}
