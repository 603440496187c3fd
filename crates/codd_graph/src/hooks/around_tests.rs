//! What frameworks run around routes and methods although no code calls it.

use expect_test::{Expect, expect};

use crate::testing::{fixture, label, words};
use crate::{Basis, EdgeKind, NodeKind};

/// The calls that no text says: of routes, and of what somebody uses.
fn check(text: &str, expected: &Expect) {
    let graph = fixture(text).graph();
    let mut out = String::new();
    for edge in graph.edges() {
        let (from, to) = (graph.node(edge.from), graph.node(edge.to));
        let is_own = from.key.kind == NodeKind::Definition && to.key.path == from.key.path;
        let is_member = is_own && to.key.symbol.starts_with(from.key.symbol.as_str());
        let is_shown = !is_member || edge.confidence > crate::Confidence::Possible;
        if edge.kind == EdgeKind::Calls && edge.basis == Basis::Implied && is_shown {
            let words = words(edge.kind, edge.confidence);
            // What may be skipped, no guard rests on.
            let is_sure = edge.running.confidence == Some(edge.confidence);
            let running = if is_sure { "" } else { ", if at all" };
            out += &format!("{} -{words}{running}- {}\n", label(from), label(to));
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn advice_and_filters_run_around_the_routes_of_their_application() {
    check(
        r#"
//- /api/src/main/java/a/C.java
package a;
@RestController class C {
  @GetMapping("/c") String c() { return "x"; }
  @ExceptionHandler(Own.class) String own(Own e) { return ""; }
}
//- /api/src/main/java/a/Adv.java
package a;
@RestControllerAdvice class Adv { @ExceptionHandler(RuntimeException.class) String h(RuntimeException e) { return x(); } String x() { return ""; } }
//- /api/src/main/java/a/JwtF.java
package a;
class JwtF extends OncePerRequestFilter { @Override protected void doFilterInternal(A a, B b, Chain c) { } }
@Component class Log implements HandlerInterceptor { public boolean preHandle(A a) { return true; } }
class Other implements Pipe { void doFilter() {} }
//- /common/src/main/java/b/AuthFilter.java
package b;
@Provider public class AuthFilter implements ContainerRequestFilter { @Override public void filter(Context c) { } }
//- /web/src/main/java/c/Web.java
package c;
@RestController class Web { @GetMapping("/w") String w() { return "x"; } }
"#,
        &expect![[r#"
            api/src/main/java/a/C.java:C.c -calls probable, if at all- api/src/main/java/a/C.java:C.own
            api/src/main/java/a/C.java:GET /c -calls probable, if at all- api/src/main/java/a/Adv.java:Adv.h
            api/src/main/java/a/C.java:GET /c -calls exact- api/src/main/java/a/C.java:C.c
            api/src/main/java/a/C.java:GET /c -calls possible- api/src/main/java/a/JwtF.java:JwtF.doFilterInternal
            api/src/main/java/a/C.java:GET /c -calls probable, if at all- api/src/main/java/a/JwtF.java:Log.preHandle
            api/src/main/java/a/C.java:GET /c -calls possible- common/src/main/java/b/AuthFilter.java:AuthFilter.filter
            api/src/main/java/a/JwtF.java:JwtF -calls probable, if at all- api/src/main/java/a/JwtF.java:JwtF.doFilterInternal
            api/src/main/java/a/JwtF.java:Log -calls probable, if at all- api/src/main/java/a/JwtF.java:Log.preHandle
            common/src/main/java/b/AuthFilter.java:AuthFilter -calls probable, if at all- common/src/main/java/b/AuthFilter.java:AuthFilter.filter
            web/src/main/java/c/Web.java:GET /w -calls possible- common/src/main/java/b/AuthFilter.java:AuthFilter.filter
            web/src/main/java/c/Web.java:GET /w -calls exact- web/src/main/java/c/Web.java:Web.w
        "#]],
    );
}

#[test]
fn events_reach_those_who_listen_to_their_type() {
    check(
        r#"
//- /a/E.java
package a;
public record E(int x) {}
//- /a/L.java
package a;
@Component class L {
  @EventListener void on(E e) { }
  @TransactionalEventListener(E.class) void later() { }
  @EventListener({F.class, E.class}) void either() { }
  void plain(E e) { }
}
class M implements ApplicationListener<E> { public void onApplicationEvent(E e) { } }
//- /app/Events/Paid.php
<?php
namespace App\Events;
class Paid { }
//- /app/Listeners/SendMail.php
<?php
namespace App\Listeners;
use App\Events\Paid;
class SendMail { public function handle(Paid $e) { } }
//- /app/Jobs/Ship.php
<?php
namespace App\Jobs;
use App\Events\Paid;
class Ship { public function handle(Paid $e) { } }
"#,
        &expect![[r#"
            a/E.java:E -calls probable, if at all- a/L.java:L.either
            a/E.java:E -calls probable, if at all- a/L.java:L.later
            a/E.java:E -calls probable, if at all- a/L.java:L.on
            a/E.java:E -calls probable, if at all- a/L.java:M.onApplicationEvent
            app/Events/Paid.php:Paid -calls probable, if at all- app/Listeners/SendMail.php:SendMail.handle
        "#]],
    );
}

#[test]
fn aspects_run_around_the_methods_of_their_pointcuts() {
    check(
        r#"
//- /a/Asp.java
package a;
@Aspect class Asp {
  @Around("execution(* a.Svc.pay*(..))") Object around(Point j) { return null; }
  @Before("@annotation(Audited)") void bef() { }
  @Pointcut("within(a.b.Store)") void store() { }
  @After("store()") void aft() { }
}
//- /a/Audited.java
package a;
public @interface Audited { }
//- /a/Svc.java
package a;
class Svc { void pay() {} void payAll() {} void other() {} }
//- /a/b/Store.java
package a.b;
public class Store { void put() {} }
"#,
        &expect![[r#"
            a/Audited.java:Audited -calls probable, if at all- a/Asp.java:Asp.bef
            a/Svc.java:Svc.pay -calls probable, if at all- a/Asp.java:Asp.around
            a/Svc.java:Svc.payAll -calls probable, if at all- a/Asp.java:Asp.around
            a/b/Store.java:Store.put -calls probable, if at all- a/Asp.java:Asp.aft
        "#]],
    );
}

#[test]
fn guards_filters_and_middleware_run_where_their_class_is_named() {
    check(
        r#"
//- /c.ts
import { Controller, Get, UseGuards, UseInterceptors, Injectable } from "@nestjs/common";
@Injectable() export class Guard { canActivate(c: any) { return true; } }
export class Inter implements NestInterceptor { intercept(c: any) { } }
export class Plain { canActivate() { } }
@Controller("cats") @UseGuards(Guard) export class Cats { @Get(":id") @UseInterceptors(Inter) one() { } }
//- /Mw.cs
public class RequestLog(RequestDelegate next) { public async Task InvokeAsync(HttpContext c) { } }
public class LogFilter : IActionFilter { public void OnActionExecuting(ActionExecutingContext c) { } }
public class Plain { public void InvokeAsync(string c) { } }
//- /Ctl.cs
[Route("v2/items")]
public class ItemsController : Controller { [HttpGet] public IActionResult Index() => Ok(1); }
"#,
        &expect![[r#"
            Ctl.cs:GET /v2/items -calls exact- Ctl.cs:ItemsController.Index
            Ctl.cs:GET /v2/items -calls probable, if at all- Mw.cs:RequestLog.InvokeAsync
            Mw.cs:LogFilter -calls probable, if at all- Mw.cs:LogFilter.OnActionExecuting
            Mw.cs:RequestLog -calls probable, if at all- Mw.cs:RequestLog.InvokeAsync
            c.ts -calls possible- c.ts:Guard.canActivate
            c.ts -calls possible- c.ts:Inter.intercept
            c.ts:Guard -calls probable, if at all- c.ts:Guard.canActivate
            c.ts:Inter -calls probable, if at all- c.ts:Inter.intercept
            c.ts:GET /cats/:id -calls exact- c.ts:Cats.one
            c.ts:GET /cats/:id -calls exact- c.ts:Guard
        "#]],
    );
}

#[test]
fn what_rails_runs_behind_actions_may_run() {
    check(
        r#"
//- /config/routes.rb
Rails.application.routes.draw { get "/orders" => "orders#index" }
//- /app/controllers/orders_controller.rb
class OrdersController < ApplicationController
  rescue_from ActiveRecord::RecordNotFound, with: :not_found
  after_action -> { Log.write }
  after_action :track
  def index; end
  private
  def not_found; end
  def track; end
end
"#,
        &expect![[r#"
            config/routes.rb:GET /orders -calls possible- app/controllers/orders_controller.rb:OrdersController.after_action
            config/routes.rb:GET /orders -calls exact- app/controllers/orders_controller.rb:OrdersController.index
            config/routes.rb:GET /orders -calls possible- app/controllers/orders_controller.rb:OrdersController.not_found
            config/routes.rb:GET /orders -calls possible- app/controllers/orders_controller.rb:OrdersController.track
        "#]],
    );
}
