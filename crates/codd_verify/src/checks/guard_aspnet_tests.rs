//! What an ASP.NET application says of all its endpoints, and of groups that functions are given.

use expect_test::expect;

use super::guard_tests::{check, hooked};
use crate::Outcome::{Fail, Pass, Undetermined};

const GUARD: &str = "- guard: {}";

/// A program with one controller and one endpoint that say nothing themselves.
fn program(startup: &str, attribute: &str) -> String {
    format!(
        "//- /Program.cs\nvar builder = WebApplication.CreateBuilder(args);\n{startup}\n\
         //- /Orders.cs\nusing Microsoft.AspNetCore.Mvc;\n\
         [ApiController, Route(\"orders\")]\npublic class OrdersController : ControllerBase {{\n    \
         {attribute}[HttpGet] public int All() => 1;\n}}\n"
    )
}

#[test]
fn functions_that_all_call_one_another_are_followed_once() {
    let calls: String = (0..40).map(|it| format!("F{it}(b); ")).collect();
    let said = "b.Services.AddAuthorization(o => o.FallbackPolicy = new \
                AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());";
    let functions: String =
        (0..40).map(|it| format!("static void F{it}(Builder b) {{ {calls} {said} }}\n")).collect();
    let text = program("app.UseAuthorization(); app.MapControllers();", "")
        + &format!("//- /Setup.cs\nstatic class Setup {{\n{functions}}}\n");
    check(
        GUARD,
        &text,
        expect![[r#"
            guard: Undetermined, 1 anchors; whether a guard runs is not sure for 1 routes
              Orders.cs:4 GET /orders: whether a guard runs before `GET /orders` is not sure: `FallbackPolicy` may be skipped, or is one of several
        "#]],
    );
}

#[test]
fn conventions_of_all_controllers() {
    let sure = [
        "app.MapControllers().RequireAuthorization();",
        "app.MapControllers().WithOpenApi().RequireAuthorization(\"staff\");",
        "var all = app.MapControllers(); all.RequireAuthorization();",
        "app.MapGroup(\"/api\").RequireAuthorization().MapControllers();",
        "app.UseEndpoints(endpoints => { endpoints.MapControllers().RequireAuthorization(); });",
        "app.MapControllers().RequireAuthorization(p => p.RequireRole(\"a\").RequireAssertion(x));",
    ];
    let perhaps = [
        "if (isLive) { app.MapControllers().RequireAuthorization(); }",
        "if (isLive) app.MapControllers().RequireAuthorization(); else app.MapControllers();",
        "var all = app.MapControllers(); if (isLive) { all.RequireAuthorization(); }",
        "app.MapControllers().RequireAuthorization(p => p.RequireAssertion(_ => true));",
        "app.MapControllers(); app.MapGroup(\"/api\").RequireAuthorization().MapControllers();",
        "app.MapControllers().RequireAuthorization();\nif (isDevelopment) \
         app.MapControllers().AllowAnonymous();",
        "#if DEBUG\napp.MapControllers();\n#else\napp.MapControllers().RequireAuthorization();\n\
         #endif",
        "static void Unused(WebApplication it) { it.MapControllers().RequireAuthorization(); }",
    ];
    let open = [
        "app.MapControllers();",
        "app.MapControllers().AllowAnonymous();",
        "app.MapControllers().RequireAuthorization().AllowAnonymous();",
        "app.MapControllerRoute(\"a\", \"{controller}\").RequireAuthorization();",
        "if (isLive) { app.MapControllers().AllowAnonymous(); }",
    ];
    let all = sure.map(|it| (it, Pass)).into_iter();
    let all = all.chain(perhaps.map(|it| (it, Undetermined)));
    let all: Vec<_> = all.chain(open.map(|it| (it, Fail))).collect();
    hooked(&program("var app = builder.Build();\nHOOK", ""), &all);
}

#[test]
fn a_controller_says_otherwise_than_all_of_them() {
    let all = [("[AllowAnonymous] ", Fail), ("", Pass), ("[Authorize] ", Pass)];
    hooked(&program("builder.Build().MapControllers().RequireAuthorization();", "HOOK"), &all);
    let all = [("[Authorize] ", Fail), ("", Fail)];
    hooked(&program("builder.Build().MapControllers().AllowAnonymous();", "HOOK"), &all);
    let perhaps = "var app = builder.Build();\n\
                   if (isDevelopment) app.MapControllers().AllowAnonymous(); \
                   else app.MapControllers();";
    hooked(&program(perhaps, "HOOK"), &[("[Authorize] ", Undetermined), ("", Fail)]);
}

#[test]
fn what_holds_for_controllers_holds_for_no_endpoint() {
    check(
        GUARD,
        r#"
//- /Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers(o => o.Filters.Add(new AuthorizeFilter()));
var app = builder.Build();
app.MapControllers().RequireAuthorization();
app.MapGet("/plain", () => "x");
"#,
        expect![[r#"
            guard: Fail, 1 anchors
              Program.cs:5 GET /plain: no guard runs before `GET /plain`
        "#]],
    );
}

#[test]
fn policies_of_who_says_nothing() {
    let user = "new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()";
    let sure = [
        format!("builder.Services.AddAuthorization(o => {{ o.FallbackPolicy = {user}; }});"),
        format!("builder.Services.AddAuthorization(o => o.FallbackPolicy = {user});"),
        format!("builder.Services.AddAuthorizationBuilder().SetFallbackPolicy({user});"),
        format!(
            "var policy = {user};\nbuilder.Services.AddAuthorizationBuilder()\
                 .AddPolicy(\"x\", p => p.RequireRole(\"x\")).SetFallbackPolicy(policy);"
        ),
        "builder.Services.AddAuthorization(o => o.FallbackPolicy = o.DefaultPolicy);".to_owned(),
        "builder.Services.AddAuthorization(o => o.FallbackPolicy = \
         new AuthorizationPolicyBuilder(\"jwt\").RequireRole(\"staff\").Build());"
            .to_owned(),
    ];
    let perhaps = [
        format!("if (isLive) builder.Services.AddAuthorization(o => o.FallbackPolicy = {user});"),
        format!(
            "builder.Services.AddAuthorization(o => {{ o.FallbackPolicy = {user};\n\
                 if (isDevelopment) o.FallbackPolicy = null; }});"
        ),
        format!(
            "builder.Services.AddAuthorization(o => {{ if (isDevelopment) return;\n\
                 o.FallbackPolicy = {user}; }});"
        ),
        "builder.Services.AddAuthorization(o => o.FallbackPolicy = new \
         AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build());"
            .to_owned(),
        "builder.Services.AddAuthorization(o => o.FallbackPolicy = made);".to_owned(),
        "builder.Services.AddAuthorization(o => { o.DefaultPolicy = made; \
         o.FallbackPolicy = o.DefaultPolicy; });"
            .to_owned(),
        format!(
            "static void Unused(IServiceCollection it) {{ it.AddAuthorization(o => \
                 o.FallbackPolicy = {user}); }}"
        ),
    ];
    let open = ["builder.Services.AddAuthorization(o => o.FallbackPolicy = null);".to_owned()];
    let sure = sure.iter().map(|it| (it.as_str(), Pass));
    let perhaps = perhaps.iter().map(|it| (it.as_str(), Undetermined));
    let all: Vec<_> =
        sure.chain(perhaps).chain(open.iter().map(|it| (it.as_str(), Fail))).collect();
    let rest = "HOOK\nvar app = builder.Build();\napp.UseAuthorization();\n";
    hooked(&program(&format!("{rest}app.MapControllers();"), ""), &all);
    hooked(&format!("//- /Program.cs\n{rest}app.MapGet(\"/a\", () => 1);\n"), &all);
    // Without what asks, nobody is asked.
    let rest = "HOOK\nvar app = builder.Build();\napp.MapControllers();\n";
    hooked(&program(rest, ""), &[(all[0].0, Undetermined)]);
}

#[test]
fn who_says_something_is_not_asked_by_the_policy_of_the_others() {
    check(
        GUARD,
        r#"
//- /Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAccess();
var app = builder.Build();
app.UseAuthorization();
app.MapGet("/a", () => "x");
app.MapGet("/b", () => "x").AllowAnonymous();
app.MapGet("/c", [AllowAnonymous] () => "x");
app.MapGet("/d", () => "x").WithMetadata(new AllowAnonymousAttribute());
app.MapGet("/e", Handlers.Open);
app.MapControllers();
//- /Access.cs
public static class Access {
    public static IServiceCollection AddAccess(this IServiceCollection services) {
        services.AddAuthorization(options => {
            options.FallbackPolicy = new AuthorizationPolicyBuilder()
                .RequireAuthenticatedUser()
                .Build();
        });
        return services;
    }
}
//- /Handlers.cs
public class OpenAttribute : Attribute, IAllowAnonymous {}
public static class Handlers {
    [AllowAnonymous] public static string Open() => "x";
}
//- /Orders.cs
[ApiController, Route("orders")]
public class OrdersController : ControllerBase {
    [HttpGet] public int All() => 1;
    [AllowAnonymous, HttpPost] public int Add() => 1;
    [Open, HttpPut] public int Change() => 1;
}
"#,
        expect![[r#"
            guard: Fail, 8 anchors
              Orders.cs:4 POST /orders: `POST /orders` opts out of its guards by `AllowAnonymous`
              Orders.cs:5 PUT /orders: `PUT /orders` opts out of its guards by `OpenAttribute`
              Program.cs:6 GET /b: `GET /b` opts out of its guards by `AllowAnonymous`
              Program.cs:7 GET /c: `GET /c` opts out of its guards by `AllowAnonymous`
              Program.cs:8 GET /d: `GET /d` opts out of its guards by `AllowAnonymous`
              Program.cs:9 GET /e: `GET /e` opts out of its guards by `AllowAnonymous`
        "#]],
    );
}

#[test]
fn filters_of_all_controllers() {
    let user = "new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()";
    let sure = [
        "builder.Services.AddControllers(o => o.Filters.Add(new AuthorizeFilter()));".to_owned(),
        "builder.Services.AddMvc(o => { o.Filters.Add<AuthorizeFilter>(); });".to_owned(),
        "builder.Services.AddControllers(o => o.Filters.Add(typeof(AuthorizeFilter)));".to_owned(),
        "builder.Services.Configure<MvcOptions>(o => o.Filters.Add(new \
         AuthorizeFilter(\"staff\")));"
            .to_owned(),
        format!(
            "builder.Services.AddControllers(o => {{ var policy = {user};\n\
                 o.Filters.Add(new AuthorizeFilter(policy)); }});"
        ),
    ];
    let perhaps = [
        "builder.Services.AddControllers(o => { if (isLive) \
         o.Filters.Add(new AuthorizeFilter()); });",
        "builder.Services.AddControllers(o => o.Filters.Add(new AuthorizeFilter(made)));",
        "if (isLive) builder.Services.AddMvc(o => o.Filters.Add<AuthorizeFilter>());",
    ];
    let open = [
        "builder.Services.AddControllers(o => o.Filters.Add<LogFilter>());",
        // What one controller is given is not what all are.
        "class A : IControllerModelConvention { public void Apply(ControllerModel it) { \
         it.Filters.Add(new AuthorizeFilter()); } }",
    ];
    let sure = sure.iter().map(|it| (it.as_str(), Pass));
    let all = sure.chain(perhaps.map(|it| (it, Undetermined)));
    let all: Vec<_> = all.chain(open.map(|it| (it, Fail))).collect();
    hooked(&program("HOOK\nbuilder.Build().MapControllers();", ""), &all);
    let filter = "builder.Services.AddControllers(o => o.Filters.Add(new AuthorizeFilter()));";
    hooked(
        &program(&format!("{filter}\nbuilder.Build().MapControllers();"), "HOOK"),
        &[("[AllowAnonymous] ", Fail), ("[Authorize] ", Pass)],
    );
}

#[test]
fn groups_that_functions_are_given() {
    check(
        GUARD,
        r#"
//- /Program.cs
var app = WebApplication.CreateBuilder(args).Build();
app.MapGroup("/guarded").RequireAuthorization().MapOrders();
app.MapGroup("/plain").MapUsers();
var both = app.MapGroup("/both").RequireAuthorization();
Both.Map(both);
app.MapGroup("/both-plain").MapGroup("/x").MapBothToo();
app.MapGroup("/twice").RequireAuthorization().MapTwice();
app.MapTwice();
app.MapGroup("/open").AllowAnonymous().MapOpen();
app.MapOwn();
app.MapGroup("/behind").MapBehind().RequireAuthorization();
//- /Orders.cs
public static class Orders {
    public static RouteGroupBuilder MapOrders(this RouteGroupBuilder group) {
        group.MapGet("/orders", () => "x");
        group.MapPost("/orders", () => "x").AllowAnonymous();
        var inner = group.MapGroup("/inner");
        inner.MapGet("/x", () => "x");
        return group;
    }
    public static void MapUsers(this IEndpointRouteBuilder routes) {
        routes.MapGet("/users", () => "x");
    }
    public static void MapTwice(this IEndpointRouteBuilder routes) {
        routes.MapGet("/twice", () => "x");
    }
    public static void MapOpen(this RouteGroupBuilder routes) {
        routes.MapGet("/x", () => "x").RequireAuthorization();
    }
    public static void MapOwn(this WebApplication app) {
        var group = app.MapGroup("/own");
        group.RequireAuthorization();
        group.MapGet("/x", () => "x");
    }
    public static RouteGroupBuilder MapBehind(this RouteGroupBuilder group) {
        group.MapGet("/x", () => "x");
        return group;
    }
}
//- /Both.cs
public static class Both {
    public static void Map(RouteGroupBuilder group) {
        group.MapGet("/x", () => "x");
    }
    public static void MapBothToo(this IEndpointRouteBuilder group) {
        var inner = group.MapGroup("/y").RequireAuthorization();
        inner.MapGet("/z", () => "x");
    }
}
"#,
        expect![[r#"
            guard: Fail, 10 anchors
              Orders.cs:4 POST /orders: `POST /guarded/orders` opts out of its guards by `AllowAnonymous`
              Orders.cs:10 GET /users: no guard runs before `GET /plain/users`
              Orders.cs:13 GET /twice: whether a guard runs before `GET /twice, /twice/twice` is not sure: `RequireAuthorization` may be skipped, or is one of several
              Orders.cs:16 GET /x: `GET /open/x` opts out of its guards by `AllowAnonymous`
              Orders.cs:24 GET /x: whether a guard runs before `GET /behind/x` is not sure: `RequireAuthorization` may be skipped, or is one of several
        "#]],
    );
}

#[test]
fn groups_of_one_name_are_told_apart() {
    check(
        GUARD,
        r#"
//- /Api.cs
public static class Api {
    public static void MapA(this WebApplication app) {
        var group = app.MapGroup("/a");
        group.MapGet("/x", () => "x");
    }
    public static void MapB(this WebApplication app) {
        var group = app.MapGroup("/b").RequireAuthorization();
        group.MapGet("/x", () => "x");
        var inner = group.MapGroup("/inner");
        inner.MapGet("/late", () => "x");
        group.AllowAnonymous();
    }
    public static void MapC(this WebApplication app) {
        var group = app.MapGroup("/c").RequireAuthorization();
        group = app.MapGroup("/d");
        group.MapGet("/x", () => "x");
    }
    public static void MapE(this WebApplication app) {
        var group = app.MapGroup("/e").RequireAuthorization();
        if (isDevelopment) { group.AllowAnonymous(); }
        group.MapGet("/x", () => "x");
    }
    public static void MapF(this WebApplication app) {
        if (isLive) { app.MapGet("/f", () => "x").RequireAuthorization(); }
        var one = app.MapGet("/g", () => "x");
        one.RequireAuthorization();
    }
}
"#,
        expect![[r#"
            guard: Fail, 7 anchors
              Api.cs:4 GET /a/x: no guard runs before `GET /a/x`
              Api.cs:8 GET /b/x: `GET /b/x` opts out of its guards by `AllowAnonymous`
              Api.cs:10 GET /b/inner/late: `GET /b/inner/late` opts out of its guards by `AllowAnonymous`
              Api.cs:16 GET …/x: whether a guard runs before `GET …/x` is not sure: `RequireAuthorization` may be skipped, or is one of several
              Api.cs:21 GET /e/x: whether a guard runs before `GET /e/x` is not sure: `RequireAuthorization` may be skipped, or is one of several
        "#]],
    );
}

#[test]
fn what_asks_of_some_requests_alone_asks_of_none() {
    let policy = "o.FallbackPolicy = new \
                  AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();";
    let startup = format!(
        "builder.Services.AddAuthorization(o => {{ {policy} }});\nvar app = \
         builder.Build();\nHOOK"
    );
    let controllers = "app.MapControllers();";
    let all = [
        (format!("app.UseAuthorization();\n{controllers}"), Pass),
        (format!("app.UseWhen(isAdmin, b => b.UseAuthorization());\n{controllers}"), Undetermined),
        (
            format!("app.Map(\"/x\", b => {{ b.UseAuthorization(); }});\n{controllers}"),
            Undetermined,
        ),
        (format!("#if !DEBUG\napp.UseAuthorization();\n#endif\n{controllers}"), Undetermined),
        (
            "app.UseEndpoints(e => { e.MapControllers(); });\napp.UseAuthorization();".to_owned(),
            Undetermined,
        ),
        (
            "app.UseAuthorization();\napp.UseEndpoints(e => { e.MapControllers(); });".to_owned(),
            Pass,
        ),
        (
            format!(
                "app.UseAuthorization();\n{controllers}\nstatic class S {{ static void Add(IServiceCollection s) \
                 => s.PostConfigure<AuthorizationOptions>(o => o.FallbackPolicy = null); }}"
            ),
            Undetermined,
        ),
    ];
    let all: Vec<_> = all.iter().map(|it| (it.0.as_str(), it.1)).collect();
    hooked(&program(&startup, ""), &all);
}

#[test]
fn guards_that_other_code_takes_back() {
    let startup = "builder.Services.AddControllers(o => { o.Filters.Add(new AuthorizeFilter()); \
                   HOOK });\nvar app = builder.Build();\napp.MapControllers();";
    let filters = [
        ("", Pass),
        ("o.Filters.Clear();", Undetermined),
        ("o.Filters.Add(new AllowAnonymousFilter());", Undetermined),
        ("o.Filters.Add<LogFilter>();", Pass),
    ];
    hooked(&program(startup, ""), &filters);
    let open = "builder.Services.AddAuthorization(o => o.AddPolicy(\"Open\", p => \
                p.RequireAssertion(_ => true)));\nvar app = builder.Build();\n\
                app.MapControllers();";
    let attributes = [
        ("[Authorize(\"Staff\")]", Pass),
        ("[Authorize]", Pass),
        ("[Authorize(\"Open\")]", Undetermined),
        ("[Authorize(Policy = \"Open\")]", Undetermined),
    ];
    hooked(&program(open, "HOOK"), &attributes);
    let endpoint = "builder.Services.AddAuthorization(o => { o.AddPolicy(\"Open\", p => \
                    p.RequireAssertion(_ => true)); o.AddPolicy(\"Mine\", p => \
                    p.RequireAssertion(c => c.User.HasClaim(\"a\", \"b\"))); });\n\
                    var app = builder.Build();\napp.MapGet(\"/a\", () => 1)HOOK;\n\
                    static class E { public static T Open<T>(this T it) where T : \
                    IEndpointConventionBuilder => it.AllowAnonymous(); }";
    let chained = [
        (".RequireAuthorization(\"Open\")", Undetermined),
        (".RequireAuthorization(\"Mine\")", Pass),
        (".RequireAuthorization(\"Staff\")", Pass),
        (".RequireAuthorization()", Pass),
        (".RequireAuthorization().Open()", Undetermined),
        (".RequireAuthorization().WithMetadata(new AllowAnonymousAttribute())", Fail),
        (
            ".RequireAuthorization().Add(b => b.Metadata.Add(new AllowAnonymousAttribute()))",
            Undetermined,
        ),
    ];
    let text =
        format!("//- /Program.cs\nvar builder = WebApplication.CreateBuilder(args);\n{endpoint}\n");
    hooked(&text, &chained);
    let default = "builder.Services.AddAuthorization(o => o.DefaultPolicy = HOOK);\n\
                   var app = builder.Build();\napp.MapControllers().RequireAuthorization();";
    let policies = [
        ("new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()", Pass),
        ("new AuthorizationPolicyBuilder().RequireAssertion(_ => true).Build()", Undetermined),
    ];
    hooked(&program(default, ""), &policies);
}

#[test]
fn methods_that_replace_open_ones_are_open() {
    let base = "public abstract class Open : ControllerBase {\n    [AllowAnonymous] public virtual int All() => 1;\n}\n";
    let text =
        program("var app = builder.Build();\napp.MapControllers().RequireAuthorization();", "")
            .replace(": ControllerBase", ": Base")
            .replace("public int All", "public override int All");
    let text = format!(
        "{text}//- /Open.cs\nusing Microsoft.AspNetCore.Mvc;\n{}",
        base.replace("class Open", "class Base")
    );
    hooked(&text.replace("[AllowAnonymous]", "HOOK"), &[("[AllowAnonymous]", Fail), ("", Pass)]);
}
