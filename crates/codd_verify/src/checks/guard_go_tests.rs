//! Middleware of Go that a project writes itself: it is a guard by what it does.

use super::guard_tests::hooked;
use crate::Outcome::{Fail, Pass, Undetermined};

fn gin(own: &str) -> String {
    format!(
        "//- /go.mod\nmodule shop\n//- /main.go\npackage main\nimport (\n  \
         \"github.com/gin-gonic/gin\"\n  \"net/http\"\n  \"errors\"\n)\n\
         func get(c *gin.Context) {{ c.JSON(200, \"x\") }}\n{own}\n\
         func main() {{\n  r := gin.Default()\n  r.Use(tok)\n  r.GET(\"/x\", get)\n}}\n"
    )
}

/// What the body of a function of gin makes of it.
fn bodies(own: &str, cases: &[(&str, crate::Outcome)]) {
    hooked(&gin(&format!("{own}\nfunc tok(c *gin.Context) {{\n  HOOK\n}}")), cases);
}

const NOBODY: &str = "if c.GetHeader(\"Authorization\") == \"\" ";

#[test]
fn middleware_of_gin_stops_what_it_aborts() {
    let with = |body: &str| format!("{NOBODY}{{ {body} }}");
    let (aborts, both) = (with("c.AbortWithStatus(401)"), with("c.JSON(401, 1)\n  c.Abort()"));
    let next_first = format!("c.Next()\n  {aborts}");
    let alias = format!("n := c.Next\n  n()\n  {aborts}");
    let helper = format!("run(c)\n  {aborts}");
    let expression = format!("(*gin.Context).Next(c)\n  {aborts}");
    let early = format!("c.Handler()(c)\n  {aborts}");
    let odd = format!("if c.Request.URL.Path == \"/x\" {{ {aborts} }}");
    let each = format!("for range names {{ {aborts} }}");
    let all = [
        (aborts.as_str(), Pass),
        (&both, Pass),
        (&with("c.AbortWithStatusJSON(http.StatusUnauthorized, 1)\n  return"), Pass),
        (&with("c.JSON(401, 1)\n  return"), Fail),
        (&with("c.Copy().AbortWithStatus(401)"), Fail),
        (&with("go c.AbortWithStatus(401)"), Fail),
        (&with("print(\"nobody\")"), Fail),
        (&next_first, Fail),
        (&alias, Fail),
        (&helper, Fail),
        (&expression, Fail),
        (&early, Fail),
        (&odd, Undetermined),
        (&each, Undetermined),
        ("c.AbortWithStatus(503)", Fail),
        ("if isBusy { c.AbortWithStatus(429) }", Fail),
        ("if c.Query(\"user_id\") == \"\" { c.AbortWithStatus(400) }", Fail),
        (
            "if c.Request.Method == \"OPTIONS\" { return }\n  if c.GetString(\"user\") == \"\" { c.Abort() }",
            Pass,
        ),
        (
            "if c.GetHeader(\"X-Token\") == \"x\" {\n    c.Next()\n    return\n  }\n  c.AbortWithStatus(403)",
            Pass,
        ),
    ];
    bodies("func run(c *gin.Context) { c.Next() }", &all);
}

#[test]
fn what_jumps_elsewhere_may_go_on() {
    let stops = format!("{NOBODY}{{\n    c.AbortWithStatus(401)\n    return\n  }}");
    let jumps = "if c.Request.URL.Path == \"/x\" { goto allow }";
    let each = format!("for range names {{ {jumps} }}\n  {stops}\nallow:\n  c.Next()");
    let once = format!("{jumps}\n  {stops}\nallow:\n  c.Next()");
    let never = format!("{stops}\nallow:\n  c.Next()");
    let all = [(once.as_str(), Undetermined), (&each, Undetermined), (&never, Pass)];
    bodies("", &all);
}

#[test]
fn what_nobody_has_equals_what_is_empty() {
    let own = "const Guest = \"\"\nconst User = \"user\"\n\
        type Role string\nconst Typed Role = \"\"\nvar changed = \"x\"\n\
        func change() { changed = \"\" }";
    let with = |other: &str| {
        format!(
            "role := c.GetHeader(\"X-Token\")\n  if role == {other} {{\n    c.Next()\n    \
             return\n  }}\n  c.AbortWithStatus(403)"
        )
    };
    let all = [
        (with("Guest"), Fail),
        (with("Typed"), Fail),
        (with("User"), Pass),
        (with("changed"), Undetermined),
        (with("roles.Guest"), Undetermined),
        (with("unknown()"), Undetermined),
        (with("\"user\""), Pass),
    ];
    let all: Vec<_> = all.iter().map(|it| (it.0.as_str(), it.1)).collect();
    bodies(own, &all);
}

#[test]
fn own_functions_that_middleware_calls() {
    let own = "func deny(c *gin.Context) { c.AbortWithStatus(401) }\n\
        func say(c *gin.Context) { c.JSON(401, 1) }\n\
        func valid(t string) bool { return t == \"x\" }\n\
        func all(t string) bool { return true }\n\
        func find(c *gin.Context) (string, error) {\n  t := c.GetHeader(\"Authorization\")\n  \
        if t == \"\" {\n    return \"\", errors.New(\"nobody\")\n  }\n  return t, nil\n}\n\
        func check(c *gin.Context) bool {\n  if c.GetHeader(\"Authorization\") == \"\" {\n    \
        c.Abort()\n    return false\n  }\n  return true\n}";
    let header = "c.GetHeader(\"Authorization\")";
    let all = [
        (format!("if !valid({header}) {{ deny(c) }}"), Pass),
        (format!("if !valid({header}) {{ say(c) }}"), Fail),
        (format!("if !all({header}) {{ deny(c) }}"), Fail),
        ("if _, err := find(c); err != nil { deny(c) }".to_owned(), Pass),
        ("if _, err := find(c); err == nil { deny(c) }".to_owned(), Fail),
        ("if !check(c) { return }\n  c.Next()".to_owned(), Pass),
    ];
    let all: Vec<_> = all.iter().map(|it| (it.0.as_str(), it.1)).collect();
    bodies(own, &all);
}

#[test]
fn constants_make_middleware_that_stops_or_does_not() {
    let own = "func made(stops bool) gin.HandlerFunc {\n  return func(c *gin.Context) {\n    \
        if c.GetHeader(\"Authorization\") == \"\" {\n      if stops {\n        \
        c.AbortWithStatus(401)\n      }\n      return\n    }\n  }\n}\n\
        func plain(key string) gin.HandlerFunc {\n  return func(c *gin.Context) {\n    \
        if c.GetHeader(\"X-Token\") != key { c.AbortWithStatus(401) }\n  }\n}\n\
        func either(stops bool) gin.HandlerFunc {\n  if !stops {\n    \
        return func(c *gin.Context) {}\n  }\n  return plain2()\n}\n\
        func two(stops bool) gin.HandlerFunc {\n  if !stops {\n    \
        return func(c *gin.Context) {}\n  }\n  return func(c *gin.Context) {\n    \
        if c.GetHeader(\"X-Token\") == \"\" { c.AbortWithStatus(401) }\n  }\n}";
    let main = gin(own).replace("r.Use(tok)", "HOOK");
    let all = [
        ("r.Use(made(true))", Pass),
        ("r.Use(made(false))", Fail),
        ("r.Use(made(isLive))", Undetermined),
        ("r.Use(made(false))\n  r.Use(made(true))", Pass),
        ("r.Use(plain(\"key\"))", Undetermined),
        ("r.Use(plain(\"\"))", Undetermined),
        ("r.Use(plain(key))", Undetermined),
        ("r.Use(two(true))", Pass),
        ("r.Use(two(false))", Fail),
        ("r.Use(two(isLive))", Undetermined),
        ("r.Use(func(c *gin.Context) { if c.GetHeader(\"X-Token\") == \"\" { c.Abort() } })", Pass),
        ("r.Use(func(c *gin.Context) { if c.GetHeader(\"X-Token\") == \"\" { return } })", Fail),
    ];
    hooked(&main, &all);
}

#[test]
fn middleware_of_others_stops_what_it_does_not_call() {
    let chi = "//- /go.mod\nmodule shop\n//- /main.go\npackage main\nimport (\n  \
        \"github.com/go-chi/chi/v5\"\n  \"github.com/go-chi/chi/v5/middleware\"\n  \
        \"net/http\"\n)\ntype key struct{}\n\
        func get(w http.ResponseWriter, r *http.Request) {}\n\
        func mw(next http.Handler) http.Handler {\n  \
        return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n    HOOK\n    \
        next.ServeHTTP(w, r)\n  })\n}\n\
        func main() {\n  r := chi.NewRouter()\n  r.Use(mw)\n  r.Get(\"/x\", get)\n}\n";
    let all = [
        (
            "if r.Header.Get(\"Authorization\") == \"\" {\n http.Error(w, \"no\", 401)\n return\n }",
            Pass,
        ),
        ("if r.Header.Get(\"Authorization\") == \"\" {\n http.Error(w, \"no\", 401)\n }", Fail),
        (
            "u, _, ok := r.BasicAuth()\n if !ok || u != \"a\" {\n w.WriteHeader(401)\n return\n }",
            Pass,
        ),
        (
            "if _, err := r.Cookie(\"session\"); err != nil {\n w.WriteHeader(401)\n return\n }",
            Pass,
        ),
        (
            "if _, ok := r.Context().Value(key{}).(string); !ok {\n w.WriteHeader(401)\n return\n }",
            Fail,
        ),
        (
            "if r.URL.Path == \"/login\" {\n next.ServeHTTP(w, r)\n return\n }\n if r.Header.Get(\"Authorization\") == \"\" {\n return\n }",
            Undetermined,
        ),
        (
            "rw := middleware.NewWrapResponseWriter(w, 1)\n if r.Header.Get(\"Authorization\") == \"\" {\n rw.WriteHeader(401)\n return\n }",
            Pass,
        ),
        (
            "rw := middleware.NewWrapResponseWriter(w, 1)\n table[\"x\"](rw, r)\n if r.Header.Get(\"Authorization\") == \"\" {\n return\n }",
            Undetermined,
        ),
        (
            "table[\"x\"](nil, r)\n if r.Header.Get(\"Authorization\") == \"\" {\n return\n }",
            Undetermined,
        ),
        (
            "if r.Header.Get(\"Authorization\") == \"\" {\n h := next\n h.ServeHTTP(w, r)\n return\n }",
            Fail,
        ),
    ];
    hooked(chi, &all);
    let echo = "//- /go.mod\nmodule shop\n//- /main.go\npackage main\nimport \"github.com/labstack/echo/v4\"\n\
        func get(c echo.Context) error { return nil }\n\
        func mw(next echo.HandlerFunc) echo.HandlerFunc {\n  return func(c echo.Context) error {\n    \
        if c.Request().Header.Get(\"Authorization\") == \"\" {\n      HOOK\n    }\n    return next(c)\n  }\n}\n\
        func main() {\n  e := echo.New()\n  e.Use(mw)\n  e.GET(\"/x\", get)\n}\n";
    let all =
        [("return echo.ErrUnauthorized", Pass), ("c.JSON(401, 1)", Fail), ("return next(c)", Fail)];
    hooked(echo, &all);
    let fiber = "//- /go.mod\nmodule shop\n//- /main.go\npackage main\nimport \"github.com/gofiber/fiber/v2\"\n\
        func get(c *fiber.Ctx) error { return nil }\n\
        func main() {\n  e := fiber.New()\n  e.Use(func(c *fiber.Ctx) error {\n    \
        if c.Locals(\"user\") == nil {\n      HOOK\n    }\n    return c.Next()\n  })\n  e.Get(\"/x\", get)\n}\n";
    hooked(fiber, &[("return c.SendStatus(401)", Pass), ("c.Status(401)", Fail)]);
}
