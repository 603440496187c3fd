//! What comes behind the call that goes on, language by language: functions are named by it.

use super::super::tests::check;

#[test]
fn what_follows_the_handler_comes_too_late() {
    check(
        "a.py",
        r#"from m import *
def need(f):
    def wrapper(*args, **kwargs):
        sure_a()
        result = f(*args, **kwargs)
        maybe_a()
        return result
    return wrapper
async def middleware(request, call_next):
    sure_b()
    response = await call_next(request)
    maybe_b()
    return response
"#,
        4,
    );
    check(
        "a.js",
        "async function mw(ctx, next) { await sureA(ctx); await next(); await maybeA(ctx); }\n\
         (async () => { sureB(); })();\n",
        3,
    );
}

#[test]
fn every_language_has_its_own_way_of_going_on() {
    check(
        "a.py",
        r#"from m import *
def django(get_response):
    def middleware(request):
        sure_a()
        response = get_response(sure_b())
        maybe_a()
        return response
    return middleware
class Asgi:
    async def __call__(self, scope, receive, send):
        sure_c()
        await self.app(scope, receive, send)
        maybe_b()
async def aiohttp(request, handler):
    response = await handler(request)
    maybe_c()
    return response
def dependency(request):
    sure_d()
    try:
        yield 1
    finally:
        maybe_d()
@gen.coroutine
def tornado(request):
    user = yield load()
    sure_e()
    yield user
    sure_f()
"#,
        10,
    );
    check(
        "a.js",
        "function make(o) { return function (q, s, next) { sureA(q); next(); maybeA(q); }; }\n\
         const made = (getUser) => (q, s, next) => { getUser(q); sureB(q); next(sureC()); };\n",
        4,
    );
    check(
        "a.go",
        r#"package a
func Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sureA(r)
		next.ServeHTTP(w, sureB(r))
		maybeA(r)
	})
}
func Gin(c *gin.Context) {
	sureC(c)
	c.Next()
	maybeB(c)
}
func Rows(rows *sql.Rows) {
	rows.Next()
	sureD()
}
"#,
        6,
    );
    check(
        "A.java",
        r#"class A {
  void doFilter(Request q, Response p, FilterChain chain) {
    sureA(q); chain.doFilter(sureB(q), p); maybeA(q);
  }
  Object around(ProceedingJoinPoint point) { sureC(); Object it = point.proceed(); maybeB(); return it; }
}
"#,
        5,
    );
    check(
        "A.cs",
        r#"class A {
  private readonly RequestDelegate _next;
  async Task InvokeAsync(HttpContext c) { SureA(c); await _next(c); MaybeA(c); }
  void Map(App app) { app.Use(async (c, next) => { SureB(c); await next(); MaybeB(c); }); }
}
"#,
        4,
    );
    check(
        "a.rb",
        r#"class OrdersController < ApplicationController
  def around
    sure_a(1)
    yield
  ensure
    maybe_a(1)
  end
  def wrap(&block)
    sure_b(1)
    block.call
    maybe_b(1)
  end
  def each_of(list)
    yield list
    sure_c(1)
  end
end
class Middleware
  def call(env)
    sure_d(1)
    @app.call(env)
    maybe_c(1)
  end
end
"#,
        7,
    );
    check(
        "a.php",
        r#"<?php
class A {
  function process($request, $handler) { sureA(); $r = $handler->handle($request); maybeA(); return $r; }
  function handle($request, $next) { $r = $next(sureB($request)); maybeB(); return $r; }
}
"#,
        4,
    );
    check(
        "a.rs",
        "fn sure_a() {}\nfn maybe_a() {}\n\
         async fn mw(request: Request, next: Next) -> Response {\n\
         sure_a(); let r = next.run(request).await; maybe_a(); r\n}\n",
        2,
    );
    check(
        "a.kt",
        "fun m() {\n  intercept(A) {\n    sureA()\n    proceed()\n    maybeA()\n  }\n}\n",
        2,
    );
}

#[test]
fn calls_like_those_of_middleware_go_on_with_no_request() {
    check(
        "a.py",
        r#"from m import *
class Orders:
    def create(self, id):
        self.service.execute(id)
        sure_a()
def signed_in(request, auth):
    user = auth.handle(request)
    sure_b(user)
def start(service):
    service.run()
    sure_c()
def plan(id, action):
    action(id)
    sure_d()
def ship(order):
    order.proceed()
    sure_e()
"#,
        5,
    );
    check(
        "a.js",
        r#"import { check } from "m";
app.get("/a", (req, res, next) => {
  const fail = (message) => next(new Error(message));
  sureA(req);
  next();
});
class Pages {
  next() { return 1; }
  all() { this.next(); sureB(); }
}
app.get("/b", (req, res, next) => { next(undefined); maybeA(req); });
"#,
        3,
    );
    check(
        "a.rb",
        r#"class A
  def around
    I18n.with_locale(:de) do
      yield
    end
    maybe_a(1)
  end
end
"#,
        1,
    );
}

#[test]
fn what_goes_on_has_other_names_and_places() {
    check(
        "a.js",
        r#"import express from "express";
const app = express();
app.use((req, res, cont) => { sureA(req); cont(); maybeA(req); });
app.use((req, res, next) => { const go = next; go(); maybeB(req); });
app.use((req, res, next) => { const go = () => next(); sureB(req); go(); maybeC(req); });
function third(req, res, proceed) { proceed(); maybeD(req); }
function handed(req, res, next) { setImmediate(next); maybeE(req); }
async function promised(req, res, next) { await load().then(next); maybeF(req); }
function called(req, res, next) { next.call(null); maybeG(req); }
function reflected(req, res, next) { Reflect.apply(next, null, []); maybeH(req); }
function failing(req, res, next) { load().catch(next); res.once("error", next); sureC(req); next(); }
app.use((req, res, next) => { log("a", (err, n) => { n(); }); sureD(req); next(); });
function asks(req, res, next) { if (!req.x) { return next(new Error("no")); } sureF(req); next(); }
function tells(req, res, next) { if (!req.x) { next(new Error("no")); return; } sureG(req); next(); }
function leaves(req, res, next) { if (!req.x) { return next(); } maybeI(req); next(); }
function each(list, n) { n(list); sureE(list); }
app.use((req, res, next) => { each(req, (it) => it); next(); });
"#,
        16,
    );
    check(
        "a.py",
        r#"from m import *
def optional(option):
    def decorator(fn):
        def wrapper(*a):
            r = fn(*a)
            maybe_a()
            return r
        return wrapper
    return decorator
def of_role(view, role=None):
    @wraps(view)
    def wrapper(request):
        sure_a()
        go = view
        r = go(request)
        maybe_b()
        return r
    return wrapper
app = Flask(__name__)
class Middleware:
    def __init__(self, get_response):
        self.following = get_response
    def __call__(self, request):
        r = self.following(request)
        maybe_c()
        return r
@app.middleware("http")
async def named(request, following):
    r = await following(request)
    maybe_d()
    return r
def taken(request):
    x = yield 1
    maybe_e()
def validate(data, handler):
    handler(data)
    sure_b()
def hook():
    validate(request, print)
def authorize(req, client):
    client.call(req)
    sure_c(req)
@app.before_request
def other():
    authorize(request, app)
"#,
        8,
    );
    check(
        "a.php",
        r#"<?php
class A {
  function handle($request, \Closure $next, $role) { $r = $next($request); maybeA(); return $r; }
}
class B {
  function handle($request, \Closure $go) { $n = $go; $r = $n($request); maybeB(); return $r; }
}
class C {
  function process($r, $h) { sureA(); $x = $this->go($r, $h); maybeC(); return $x; }
  private function go($r, $h) { return $h->handle($r); }
}
"#,
        4,
    );
    check(
        "a.go",
        r#"package a
var cors = NewCors("*")
func Value(following http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := following.ServeHTTP
		f(w, r)
		maybeA(r)
	})
}
func Foreign(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cors.ServeHTTP(w, r)
		sureA(r)
		next.ServeHTTP(w, r)
		maybeB(r)
	})
}
func Made(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.TimeoutHandler(next, 1, "x").ServeHTTP(w, r)
		maybeC(r)
	})
}
func pass(c *gin.Context) { c.Next() }
func Helped(c *gin.Context) { pass(c); maybeD(c) }
"#,
        5,
    );
}

#[test]
fn what_goes_on_is_hidden_in_lists_and_objects() {
    check(
        "a.js",
        r#"import express from "express";
const app = express();
app.use((req, res, next) => { sureA(req); next.bind(null)(); maybeA(req); });
app.use((req, res, next) => { const go = next.bind(null); go(); maybeB(req); });
app.use((req, res, next) => { sureB(req); res.locals.n = next; res.locals.n(); maybeC(req); });
app.use((req, res, next) => { req.later = { next }; req.later.next(); maybeD(req); });
app.use((req, res, next) => { const held = { n: next }; held.n(); maybeE(req); });
app.use((req, res, next) => { [...[next]][0](); maybeF(req); });
app.use((req, res, next) => { [...[next]].forEach((f) => f()); maybeG(req); });
app.use((req, res, next) => { const [n] = [...[next]]; n(); maybeH(req); });
app.use(function (req, res) { sureC(req); arguments[2](); maybeI(req); });
function named(req, res) { sureD(req); arguments[2](); maybeJ(req); }
app.use((req, res, next) => { setImmediate(() => next()); maybeK(req); });
app.use((req, res, next) => { setImmediate(function () { next(); }); maybeL(req); });
app.use((req, res, cont) => { res.locals.n = cont; res.locals.n(); maybeM(req); });
app.use((req, res, next) => { res.locals.n = req.user; res.locals.m(); sureE(req); next(); });
app.use((req, res, next) => { res["n"] = next; res["n"](); maybeN(req); });
module.exports = () => (req, res, next) => { res.n = next; res.n(); maybeO(req); };
module.exports.b = () => function (req, res) { sureF(req); arguments[2](); maybeP(req); };
module.exports.c = () => (req, res, next) => { next.bind(null)(); maybeQ(req); };
module.exports.d = () => (req, res, next) => { setTimeout(() => next(), 1); maybeR(req); };
"#,
        24,
    );
}

#[test]
fn a_context_has_the_handler_and_stands_in_structs() {
    check(
        "a.go",
        r#"package a
type Ctx struct {
	*gin.Context
	user string
}
type Plain struct{ rows *sql.Rows }
func Embedded(c *Ctx) { sureA(c); c.Next(); maybeA(c) }
func Of(c *gin.Context) { own := Ctx{c, "x"}; sureB(c); own.Next(); maybeB(c) }
func (c *Ctx) Pass() { c.Next(); maybeC(c) }
func Handler(c *gin.Context) { sureC(c); c.Handler()(c); maybeD(c) }
func Named(c *gin.Context) { h := c.Handler(); sureD(c); h(c); maybeE(c) }
func Named2(c *Plain) { c.Next(); sureE(c) }
"#,
        10,
    );
}

#[test]
fn blocks_of_ruby_are_of_those_who_give_them() {
    check(
        "a.rb",
        r#"class OrdersController < ApplicationController
  around_action :around
  before_action :ask
  def around(&action)
    timed(&action)
    maybe_a(1)
  end
  def ask
    with_user { log(1) }
    sure_a(1)
  end
  def with_user
    yield
    sure_b(1)
  end
  def passing(&block)
    nested { block.call }
    maybe_b(1)
  end
  def nested
    yield
    maybe_c(1)
  end
end
"#,
        5,
    );
}

#[test]
fn names_for_names_for_many_are_looked_at_in_bounded_time() {
    let mut text = String::from("from m import *\ndef a(request):\n");
    for level in 0..12 {
        let many = format!("n{}, ", level + 1).repeat(64);
        text += &format!("    n{level} = f({many})\n");
    }
    text += "    n0(request)\n    check(request)\n";
    super::super::tests::facts("a.py", &text);
}

#[test]
fn what_is_tried_stops_nobody_where_the_handler_goes_on() {
    check(
        "a.js",
        "function optional(req, res, next) {\n  try { maybeA(req); next(); }\n  \
         catch (e) { return next(); }\n}\n\
         function strict(req, res, next) {\n  try { sureA(req); next(); }\n  \
         catch (e) { return next(e); }\n}\n\
         function sent(req, res, next) {\n  try { sureB(req); next(); }\n  \
         catch (e) { return res.status(401).end(); }\n}\n",
        3,
    );
    check(
        "a.py",
        r#"from m import *
def optional(f):
    @wraps(f)
    def inner(*args):
        try:
            maybe_a()
        except Exception:
            return f(*args)
        return f(*args)
    return inner
class Middleware:
    def __call__(self, request):
        try:
            maybe_b(request)
        except Missing:
            return self.get_response(request)
        return self.get_response(request)
def strict(f):
    @wraps(f)
    def inner(*args):
        try:
            sure_a()
        except Exception:
            return redirect("/login")
        return f(*args)
    return inner
"#,
        3,
    );
}

#[test]
fn what_goes_on_is_kept_in_lists_and_partial_functions() {
    check(
        "a.py",
        r#"from m import *
import functools
def partial_call(f):
    def wrapper(*args, **kwargs):
        sure_a()
        result = functools.partial(f, *args, **kwargs)()
        maybe_a()
        return result
    return wrapper
def partial_name(f):
    @wraps(f)
    def wrapper(*args):
        later = partial(f, *args)
        sure_b()
        result = later()
        maybe_b()
        return result
    return wrapper
def listed(f):
    def wrapper(*args):
        steps = [before, f]
        sure_c()
        for step in steps:
            result = step(*args)
        maybe_c()
        return result
    return wrapper
def by_place(f):
    @wraps(f)
    def wrapper(*args):
        steps = (f,)
        result = steps[0](*args)
        maybe_d()
        return result
    return wrapper
def appended(f):
    @wraps(f)
    def wrapper(*args):
        steps = []
        steps.append(f)
        for step in reversed(steps):
            result = step(*args)
        maybe_e()
        return result
    return wrapper
def others(f):
    def wrapper(*args):
        for step in [before, after]:
            step(*args)
        sure_d()
        partial(log, 1)()
        sure_e()
        return f(*args)
    return wrapper
"#,
        10,
    );
    check(
        "a.js",
        r#"function each(req, res, next) { for (const it of [next]) { it(); } maybeA(req); }
function keyed(req, res, next) { const all = { go: next }; all["go"](); maybeB(req); }
function pushed(req, res, next) { const all = []; all.push(next); all[0](); maybeC(req); }
function others(req, res, next) { const all = [log]; all[0](); sureA(req); next(); }
"#,
        4,
    );
    check(
        "a.php",
        r#"<?php
class A {
  function handle($request, \Closure $go) { sureA(); $r = $go($request); maybeA(); return $r; }
}
class B {
  function handle($request, \Closure $go, ...$roles) { $r = call_user_func($go, $request); maybeB(); return $r; }
}
class C {
  function handle($request, ?\Closure $go = null) { $steps = [$go]; $r = $steps[0]($request); maybeC(); return $r; }
}
class D {
  function __invoke($request, \Closure $go) { $r = $go($request); maybeD(); return $r; }
}
"#,
        5,
    );
}
