//! Go.

use expect_test::expect;

use crate::testing::{check, flows};

/// Flows in the body of one handler, in which `x` is a parameter of the query.
fn in_handler(body: &str) -> String {
    flows(&format!(
        "//- /main.go\npackage main\nimport (\n\"fmt\"\n\"net/http\"\n\"os/exec\"\n\"strconv\"\n\"strings\"\n\"encoding/json\"\n)\n\
         type Box struct {{ in string; other string }}\n\
         func (b *Box) get() string {{ return b.in }}\n\
         type Runner interface {{ run(a string) string }}\n\
         type same struct {{}}\nfunc (s same) run(a string) string {{ return a }}\n\
         func two(a string) (string, error) {{ return a, nil }}\n\
         func second(a string) (string, string) {{ return \"ls\", a }}\n\
         func handle(w http.ResponseWriter, r *http.Request) {{\n\
         x := r.URL.Query().Get(\"x\")\nrun := func(c string) {{ exec.Command(\"sh\", \"-c\", c) }}\n{body}\n}}\n"
    ))
}

#[test]
fn text_flows_through_what_passes_it_on() {
    for body in [
        "run(x)",
        "run(\"ls \" + x)",
        "run(fmt.Sprintf(\"ls %s\", x))",
        "y, err := two(x); if err != nil { return }; run(y)",
        "_, y := second(x); run(y)",
        "b := &Box{in: x}; run(b.get())",
        "var b Box; b.in = x; run(b.in)",
        "m := map[string]string{\"a\": x}; run(m[\"a\"])",
        "m := make(map[string]string); m[\"a\"] = x; if y, ok := m[\"a\"]; ok { run(y) }",
        "l := []string{\"a\"}; l = append(l, x); run(l[1])",
        "for _, y := range []string{x} { run(y) }",
        "var s strings.Builder; s.WriteString(\"ls \"); s.WriteString(x); run(s.String())",
        "y := \"\"; y += x; run(y)",
        "var o Runner = same{}; run(o.run(x))",
        "func(o Runner) { run(o.run(x)) }(same{})",
        "y := \"ls\"; { y := x; run(y) }; run(y)",
        "switch { case len(x) > 3: run(x) }",
        "switch \"a\" { case \"a\": run(x); default: run(\"ls\") }",
        "var in struct { A string }; json.NewDecoder(r.Body).Decode(&in); run(in.A)",
        "defer run(x)",
        "go func() { run(x) }()",
        "c := make(chan string); c <- x; run(<-c)",
        "var i interface{} = x; if s, ok := i.(string); ok { run(s) }",
    ] {
        let found = in_handler(body);
        assert!(found.starts_with("command-injection"), "no flow in\n{body}\n{found}");
    }
}

#[test]
fn text_ends_where_it_is_no_danger() {
    for body in [
        "run(\"ls\")",
        "n, err := strconv.Atoi(x); if err != nil { return }; run(fmt.Sprint(\"ls \", n))",
        "y, _ := second(x); run(y)",
        "b := Box{in: x, other: \"ls\"}; run(b.other)",
        "m := map[string]string{\"a\": \"ls\", \"b\": x}; run(m[\"a\"])",
        "l := []string{\"ls\", x}; run(l[0])",
        "y := \"ls\"; { y := x; _ = y }; run(y)",
        "if x == \"a\" || x == \"b\" { run(x) }",
        "switch x { case \"a\", \"b\": run(x) }",
        "exec.Command(\"ls\", x)",
        "if x != \"a\" { return }; run(x)",
        "allowed := map[string]string{\"a\": \"ls\"}; run(allowed[x])",
    ] {
        let found = in_handler(body);
        assert!(!found.contains("command-injection"), "a flow in\n{body}\n{found}");
    }
}

#[test]
fn packages_know_one_another() {
    check(
        r#"
//- /main.go
package main

import (
	"example.com/shop/store"
	"github.com/gin-gonic/gin"
)

type server struct {
	items *store.Items
}

func main() {
	s := &server{items: store.New()}
	r := gin.Default()
	r.GET("/items/:id", s.item)
}

func (s *server) item(c *gin.Context) {
	id := c.Param("id")
	c.JSON(200, s.items.Find(id))
}
//- /store/items.go
package store

import "database/sql"

type Items struct {
	db *sql.DB
}

func New() *Items {
	return &Items{db: open()}
}
//- /store/find.go
package store

import "database/sql"

func open() *sql.DB {
	db, err := sql.Open("postgres", "")
	if err != nil {
		panic(err)
	}
	return db
}

func (i *Items) Find(id string) string {
	row := i.db.QueryRow("SELECT name FROM items WHERE id = '" + id + "'")
	var name string
	row.Scan(&name)
	return name
}
"#,
        expect![[r#"
            sql-injection store/find.go:14 the path of the request: main.go:19 main.go:19 main.go:20 14 14
        "#]],
    );
}

#[test]
fn deep_code_is_counted_and_nothing_overflows() {
    for body in [
        format!("a := {}1{}", "(".repeat(3000), ")".repeat(3000)),
        format!("f{}", ".b()".repeat(3000)),
        format!("{}{}", "if a {\n".repeat(600), "}\n".repeat(600)),
        format!("{}{}", "func() {\n".repeat(300), "}()\n".repeat(300)),
        format!("a := {}{}", "[]A{".repeat(600), "}".repeat(600)),
    ] {
        let found = flows(&format!("//- /a.go\npackage a\nfunc f() {{\n{body}\n}}\n"));
        assert!(found.contains("given up in a.go"), "{}", &body[..40]);
    }
    let text = "//- /a.go\npackage a\ntype A struct { B }\ntype B struct { A }\n\
        func (a A) f() string { return a.g() }\nfunc (b B) g() string { return b.f() }\n\
        type I interface { J }\ntype J interface { I }\nfunc h(i I, a A) string { return i.f() + a.x }\n";
    flows(text);
}

#[test]
fn a_condition_of_gorm_that_is_a_struct_is_bound() {
    for (call, is_flow) in [
        ("find(&User{Name: x})", false),
        ("find(User{Name: x})", false),
        ("find(map[string]interface{}{\"name\": x})", false),
        ("twice(&User{Name: x})", false),
        ("condition := &User{Name: x}; find(condition)", false),
        ("db.Where(&User{Name: x}).First(&found)", false),
        ("find(x)", true),
        ("find(\"name = '\" + x + \"'\")", true),
        ("twice(fmt.Sprintf(\"name = '%s'\", x))", true),
        ("written(User{Name: x})", true),
        ("u := User{Name: x}; find(u.Name)", true),
    ] {
        let found = flows(&format!(
            "//- /main.go\npackage main\nimport (\n\"fmt\"\n\"net/http\"\n\"gorm.io/gorm\"\n)\n\
             type User struct {{ Name string }}\nvar db *gorm.DB\n\
             func find(condition interface{{}}) {{ var found User; db.Where(condition).First(&found) }}\n\
             func twice(condition interface{{}}) {{ find(condition) }}\n\
             func written(condition interface{{}}) {{ db.Where(fmt.Sprintf(\"name = '%v'\", condition)) }}\n\
             func handle(w http.ResponseWriter, r *http.Request) {{\n\
             x := r.URL.Query().Get(\"x\")\nvar found User\n{call}\n_ = found\n}}\n"
        ));
        assert_eq!(found.contains("sql-injection"), is_flow, "{call}\n{found}");
    }
}
