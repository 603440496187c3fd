//! Groups and chains of gin: who makes a group, and in which order functions run.

use super::guard_tests::hooked;
use crate::Outcome::{Fail, Pass, Undetermined};

/// A program whose last lines are given.
fn program(main: &str) -> String {
    format!(
        "//- /main.go\npackage main\nimport \"github.com/gin-gonic/gin\"\n\
         func requireAuth(c *gin.Context) {{\n  if c.GetHeader(\"Authorization\") != \"x\" {{\n    \
         c.AbortWithStatus(401)\n    return\n  }}\n  c.Next()\n}}\n\
         func own(c *gin.Context) {{ c.JSON(200, \"x\") }}\n\
         func indirect(c *gin.Context) {{ own(c) }}\n\
         func written(c *gin.Context) {{ c.Writer.WriteString(\"x\") }}\n\
         func log(c *gin.Context) {{ print(c.Request.URL.Path) }}\n\
         func limit(c *gin.Context) {{\n  if isMuch {{\n    c.JSON(429, \"much\")\n    c.Abort()\n  \
         }}\n}}\n{main}\n"
    )
}

#[test]
fn groups_that_functions_make() {
    let api = "func api(r *gin.Engine) *gin.RouterGroup {\n  g := r.Group(\"/api\")\n  \
               BODY\n  return g\n}\n";
    let main = "func main() {\n  r := gin.Default()\n  g := api(r)\n  g.GET(\"/x\", own)\n}\n";
    let all = [
        ("g.Use(requireAuth)", Pass),
        ("g.Use(log)", Fail),
        ("g.Use(requireAuth)\n  g = r.Group(\"/open\")", Fail),
        ("if isLive { g.Use(requireAuth) }", Undetermined),
        ("if isLocal { return r.Group(\"/local\") }\n  g.Use(requireAuth)", Undetermined),
    ];
    hooked(&program(&format!("{}{main}", api.replace("BODY", "HOOK"))), &all);
    let main = "func main() {\n  r := gin.Default()\n  HOOK\n}\n";
    let guarded = api.replace("BODY", "g.Use(requireAuth)");
    let all = [
        ("api(r).GET(\"/x\", own)", Pass),
        ("g := api(r)\n  v := g.Group(\"/v\")\n  v.GET(\"/x\", own)", Pass),
        ("var g = api(r)\n  g.GET(\"/x\", own)", Pass),
        ("g := api(r)\n  g = r.Group(\"/y\")\n  g.GET(\"/x\", own)", Undetermined),
        ("_ = api(r)\n  r.GET(\"/x\", own)", Fail),
    ];
    hooked(&program(&format!("{guarded}{main}")), &all);
    let given = [
        ("g := api(r)\n  users(g)", Pass),
        ("users(api(r))", Pass),
        ("users(api(r))\n  users(r.Group(\"/open\"))", Undetermined),
    ];
    let users = "func users(g *gin.RouterGroup) { g.GET(\"/x\", own) }\n";
    hooked(&program(&format!("{guarded}{users}{main}")), &given);
    let chained = "func api(r *gin.Engine) *gin.RouterGroup {\n  \
                   return r.Group(\"/api\", requireAuth)\n}\n";
    hooked(&program(&format!("{chained}{main}")), &all[..4]);
    hooked(&program(&format!("{chained}{users}{main}")), &given);
}

#[test]
fn groups_that_functions_of_other_files_make() {
    let files = "//- /routes/api.go\npackage routes\nimport \"github.com/gin-gonic/gin\"\n\
        func API(r *gin.Engine) *gin.RouterGroup {\n  g := r.Group(\"/api\")\n  HOOK\n  return g\n}\n\
        //- /go.mod\nmodule shop\n//- /auth/auth.go\npackage auth\n\
        import \"github.com/gin-gonic/gin\"\n\
        func RequireAuth(c *gin.Context) {\n  if c.GetHeader(\"Authorization\") == \"\" {\n    \
        c.AbortWithStatus(401)\n  }\n}\n\
        //- /main.go\npackage main\nimport (\n  \"github.com/gin-gonic/gin\"\n  \
        \"shop/routes\"\n)\nfunc own(c *gin.Context) { c.JSON(200, \"x\") }\n\
        func main() {\n  r := gin.Default()\n  g := routes.API(r)\n  g.GET(\"/x\", own)\n}\n";
    let imports = "import \"github.com/gin-gonic/gin\"\nfunc API";
    let with = "import (\n  \"github.com/gin-gonic/gin\"\n  \"shop/auth\"\n)\nfunc API";
    hooked(&files.replace(imports, with), &[("g.Use(auth.RequireAuth)", Pass), ("", Fail)]);
}

#[test]
fn what_answers_first_is_not_guarded_by_what_follows() {
    let all = [
        ("r.DELETE(\"/x\", requireAuth, own)", Pass),
        ("r.DELETE(\"/x\", own, requireAuth)", Undetermined),
        ("r.DELETE(\"/x\", log, requireAuth, own)", Pass),
        ("r.DELETE(\"/x\", limit, requireAuth, own)", Pass),
        ("r.DELETE(\"/x\", log, own, requireAuth)", Undetermined),
        ("r.DELETE(\"/x\", own, gin.BasicAuth(users))", Undetermined),
        ("r.DELETE(\"/x\", gin.BasicAuth(users), own)", Pass),
        ("r.Use(requireAuth)\n  r.DELETE(\"/x\", own, requireAuth)", Pass),
        ("r.DELETE(\"/x\", indirect, requireAuth)", Undetermined),
        ("r.DELETE(\"/x\", written, requireAuth)", Undetermined),
        ("r.Use(own, requireAuth)\n  r.DELETE(\"/x\", own)", Undetermined),
        ("r.Use(own)\n  r.Use(requireAuth)\n  r.DELETE(\"/x\", own)", Undetermined),
        ("r.Use(log, limit, requireAuth)\n  r.DELETE(\"/x\", own)", Pass),
        (
            "r.DELETE(\"/x\", func(c *gin.Context) { c.String(200, \"x\") }, requireAuth)",
            Undetermined,
        ),
    ];
    hooked(&program("func main() {\n  r := gin.Default()\n  HOOK\n}\n"), &all);
}

#[test]
fn what_runs_the_handler_itself_asks_too_late() {
    let main = "func main() {\n  r := gin.Default()\n  r.Use(HOOK)\n  r.GET(\"/x\", own)\n}\n\
        func early(c *gin.Context) { gin.BasicAuth(users)(c) }\n\
        func late(c *gin.Context) {\n  c.Handler()(c)\n  gin.BasicAuth(users)(c)\n}\n\
        func named(c *gin.Context) {\n  h := c.Handler()\n  h(c)\n  gin.BasicAuth(users)(c)\n}\n\
        func next(c *gin.Context) {\n  c.Next()\n  gin.BasicAuth(users)(c)\n}\n\
        type Ctx struct {\n  *gin.Context\n}\n\
        func embedded(c *Ctx) {\n  c.Next()\n  gin.BasicAuth(users)(c.Context)\n}\n\
        func wrapped(c *gin.Context) { embedded(&Ctx{c}) }\n\
        func held(c *gin.Context) {\n  own := Ctx{c}\n  own.Next()\n  gin.BasicAuth(users)(c)\n}\n\
        func before(c *gin.Context) {\n  own := Ctx{c}\n  gin.BasicAuth(users)(c)\n  own.Next()\n}\n";
    let all = [
        ("early", Pass),
        ("late", Undetermined),
        ("named", Undetermined),
        ("next", Undetermined),
        ("wrapped", Undetermined),
        ("held", Undetermined),
        ("before", Pass),
    ];
    hooked(&program(main), &all);
}
