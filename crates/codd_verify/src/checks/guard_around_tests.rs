//! What frameworks run around routes and that lets nobody in or keeps nobody out: handlers of
//! errors, advice, listeners, filters.

use expect_test::expect;

use super::guard_tests::check;

const GUARD: &str = "- guard: {by: [requireAuth]}";

#[test]
fn nothing_rests_on_what_runs_behind_a_handler_or_where_it_fails() {
    check(
        GUARD,
        r#"
//- /src/main/java/a/Guards.java
package a;
public class Guards { public static void requireAuth() { if (User.none()) { throw new Denied(); } } }
//- /src/main/java/a/C.java
package a;
@RestController class C {
  @PostMapping("/own") String own(Pay pay) { return pay.now(); }
  @ExceptionHandler(Own.class) String failed(Own e) { Guards.requireAuth(); return ""; }
}
@Component class Pay { String now() { return new Paid().toString(); } }
class Paid { }
@Component class Ears { @EventListener void on(Paid p) { Guards.requireAuth(); } }
@Aspect @Component class Late {
  @AfterThrowing("execution(* a.Pay.now(..))") void late() { Guards.requireAuth(); }
  @Before("execution(* a..*(..)) && !within(a.C)") void never() { Guards.requireAuth(); }
}
"#,
        expect![[r#"
            guard: Fail, 1 anchors
              src/main/java/a/C.java:3 POST /own: no guard runs before `POST /own`
        "#]],
    );
    check(
        GUARD,
        r#"
//- /guards.ts
export function requireAuth(request) { if (!request.user) { throw new Error("no"); } }
//- /c.ts
import { Controller, Post, UseFilters, UseInterceptors } from "@nestjs/common";
import { requireAuth } from "./guards";
@Injectable() export class After implements NestInterceptor {
  async intercept(context, next) { const found = await next.handle(); requireAuth(context); return found; }
}
@Catch() export class Failed implements ExceptionFilter { catch(error, host) { requireAuth(host); } }
@Controller("a") @UseInterceptors(After) @UseFilters(Failed) export class C {
  @Post("own") own() { return 1; }
}
"#,
        expect![[r#"
            guard: Undetermined, 1 anchors; whether a guard runs is not sure for 1 routes
              c.ts:8 POST /a/own: whether a guard runs before `POST /a/own` is not sure: `requireAuth` may be skipped, or is one of several
        "#]],
    );
}

#[test]
fn middleware_of_slim_guards_by_the_method_that_is_called_and_before_it_goes_on() {
    const AUTH: &str = "\n//- /composer.json\n{\"require\":{\"slim/slim\":\"4.0.0\"}}\n//- /index.php\n<?php\n\
        use Slim\\Factory\\AppFactory;\n\
        function requireAuth($r) { if (!$r) { throw new Exception(); } }\n\
        class Auth { public function process($r, $h) { requireAuth($r); return $h->handle($r); } }\n\
        class Late { public function process($r, $h) { $x = $h->handle($r); requireAuth($r); return $x; } }\n\
        class Both { public function process($r, $h) { return $h->handle($r); }\n\
          public function __invoke($r, $h) { requireAuth($r); return $h->handle($r); } }\n\
        $app = AppFactory::create();\n";
    const ROUTE: &str = "$app->delete(\"/own\", function ($r, $s) { return $s; });\n";
    for (registered, outcome) in [
        ("$app->add(new Auth());\n", "Pass"),
        ("$app->add(Auth::class);\n", "Pass"),
        ("if (getenv(\"A\")) { $app->add(new Auth()); }\n", "Undetermined"),
        ("$app->add(new Late());\n", "Undetermined"),
        ("$app->add(new Both());\n", "Undetermined"),
        ("$app->add(Both::class);\n", "Undetermined"),
    ] {
        let found = super::guard_tests::found(GUARD, &format!("{AUTH}{registered}{ROUTE}"));
        assert!(found.starts_with(&format!("guard: {outcome}")), "{registered}: {found}");
    }
}

#[test]
fn what_runs_around_actions_guards_only_what_it_has_not_let_through() {
    const RAILS: &str = "\n//- /config/routes.rb\nRails.application.routes.draw do\n  \
        resources :orders, only: [:destroy]\nend\n//- /app/controllers/orders_controller.rb\n\
        class OrdersController < ApplicationController\n  around_action :around\n  \
        def destroy\n    head :ok\n  end\n  private\n  \
        def requireAuth\n    head :unauthorized unless session[:user_id]\n  end\n";
    for (around, outcome) in [
        ("  def around\n    requireAuth\n    yield\n  end\n", "Pass"),
        ("  def around\n    yield\n    requireAuth\n  end\n", "Undetermined"),
        ("  def around\n    yield\n  ensure\n    requireAuth\n  end\n", "Undetermined"),
        ("  def around(&block)\n    block.call\n    requireAuth\n  end\n", "Undetermined"),
        (
            "  def around\n    I18n.with_locale(:de) do\n      yield\n    end\n    requireAuth\n  end\n",
            "Undetermined",
        ),
    ] {
        let found = super::guard_tests::found(GUARD, &format!("{RAILS}{around}end\n"));
        assert!(found.starts_with(&format!("guard: {outcome}")), "{around}: {found}");
    }
}

#[test]
fn one_of_two_functions_guards_only_if_both_do() {
    const APP: &str = "\n//- /package.json\n{\"dependencies\":{\"express\":\"4.0.0\"}}\n\
        //- /auth.js\nexports.requireAuth = (req, res, next) => { if (!req.user) throw new Error(); next(); };\n\
        //- /app.js\nconst g = require(\"./auth\");\nconst app = require(\"express\")();\n";
    for (guard, outcome) in [
        ("g.requireAuth", "Pass"),
        ("process.env.DEV ? g.missing : g.requireAuth", "Undetermined"),
        ("g.missing || g.requireAuth", "Undetermined"),
    ] {
        let route = format!("app.delete(\"/a\", {guard}, (req, res) => res.end());\n");
        let found = super::guard_tests::found(GUARD, &format!("{APP}{route}"));
        assert!(found.starts_with(&format!("guard: {outcome}")), "{guard}: {found}");
    }
}
