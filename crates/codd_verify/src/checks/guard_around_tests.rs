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
