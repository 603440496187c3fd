//! How certain calls are, language by language: functions are named by it.

use codd_source::RepoPath;

use crate::{Certainty, Expr, FileFacts, Reference, ReferenceKind, extract, language_of, parse};

pub(super) fn facts(path: &str, text: &str) -> FileFacts {
    let path = RepoPath::from(path);
    let language = language_of(&path).unwrap();
    extract(&parse(language, &path, text.as_bytes()).unwrap())
}

/// Checks that functions are called as certainly as their names say.
pub(super) fn check(path: &str, text: &str, calls: usize) {
    check_as(path, text, calls, |it| it.certainty);
}

fn check_as(path: &str, text: &str, calls: usize, certainty: impl Fn(&Reference) -> Certainty) {
    let facts = facts(path, text);
    let mut count = 0;
    let mut wrong = Vec::new();
    let placed = facts.semantics.references.iter().zip(&facts.places.references);
    for (reference, span) in placed.filter(|(it, _)| it.kind == ReferenceKind::Call) {
        let (Expr::Name { name, .. } | Expr::Attribute { name, .. }) =
            facts.semantics.expr(reference.target)
        else {
            continue;
        };
        let said = match name.to_lowercase() {
            it if it.starts_with("sure") => Certainty::Always,
            it if it.starts_with("maybe") => Certainty::Perhaps,
            it if it.starts_with("never") => Certainty::Never,
            _ => continue,
        };
        count += 1;
        if said != certainty(reference) {
            let line = text[..span.start as usize].lines().count();
            wrong.push(format!("{line}: {name} is {:?}", certainty(reference)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(count, calls);
}

#[test]
fn python_statements_that_may_be_skipped() {
    check(
        "a.py",
        r#"from m import *
def plain(x):
    if not sure_a(): raise Error()
    with sure_b(): sure_c()
    try: sure_d()
    except Error: raise
    try: sure_e()
    finally: sure_f()
    if x or not sure_g(): raise Error()
    if not x: return "no", 401
    return sure_h()
def branches(x):
    if x: maybe_a()
    else: maybe_b()
    for i in sure_a(): maybe_c()
    while sure_b(): maybe_d()
    try: maybe_e()
    except Error: maybe_f()
    x and maybe_g()
    maybe_h() if sure_c() else maybe_i()
    [maybe_j() for i in sure_d() if maybe_k()]
    with suppress(Error): maybe_l()
    f = lambda: maybe_m()
    if x and not maybe_n(): raise Error()
    match sure_e():
        case 1: maybe_o()
def early(x):
    sure_a()
    if x: return 1
    maybe_a()
def dead(x):
    if False: never_a()
    if TYPE_CHECKING: never_b()
    while False: never_c()
    False and never_d()
    return 1
    never_e()
@decorate(lambda: 1)
def inner(f):
    def wrapper(*a):
        sure_a()
        return f(*a)
    return wrapper
"#,
        36,
    );
}

#[test]
fn javascript_expressions_that_may_be_skipped() {
    check(
        "a.js",
        r#"import { check } from "m";
const plain = async (req, res) => {
  if (!sureA(req)) return res.status(401).end();
  if (!req.x || !sureB(req)) { throw new Error(); }
  try { sureC(); } catch (e) { return next(e); }
  for (const x of sureD()) { maybeA(); }
  req.x && maybeB();
  req.x ? maybeC() : maybeD();
  req.x?.maybeE();
  list.forEach(() => maybeF());
  run(() => sureE());
  try { maybeH(); } catch (e) {}
  switch (sureF()) { case 1: maybeI(); }
  if (false) { neverA(); }
  if (req.y) return res.send("x");
  maybeJ();
};
const made = (role) => (req, res) => { sureA(role); };
function wrap(handler) { return async (req) => { sureA(req); return handler(req); }; }
"#,
        18,
    );
}

#[test]
fn other_languages_name_their_branches_alike() {
    check(
        "a.go",
        r#"package a
func Plain(w int) {
	if err := sureA(); err != nil { w.WriteHeader(http.StatusForbidden); return }
	if w > 1 { maybeA() }
	for i := range sureB() { maybeB(i) }
	w > 1 && maybeC()
	go maybeD()
	switch sureC() { case 1: maybeE() }
}
"#,
        8,
    );
    check(
        "A.java",
        r#"class A {
  void plain(int w) {
    if (!sureA()) throw new E();
    try { sureB(); } catch (E e) { throw e; }
    if (w > 1) maybeA();
    for (int i : sureC()) maybeB();
    try { maybeC(); } catch (E e) { log(); }
    int x = w > 1 ? maybeD() : maybeE();
    boolean b = sureD() && maybeF();
  }
}
"#,
        10,
    );
    check(
        "a.rb",
        r#"def plain(w)
  sure_a(1)
  maybe_a(1) if w
  begin
    maybe_b(1)
  rescue E
    log(1)
  end
  w && maybe_c(1)
end
"#,
        4,
    );
    check(
        "a.php",
        r#"<?php
function plain($w) {
  if (!sureA()) { throw new E(); }
  if ($w) { maybeA(); }
  foreach (sureB() as $x) { maybeB(); }
  try { maybeC(); } catch (E $e) { }
  $w && maybeD();
}
"#,
        6,
    );
    check(
        "A.cs",
        r#"class A {
  void Plain(int w) {
    if (!SureA()) throw new E();
    if (w > 1) MaybeA();
    foreach (var x in SureB()) MaybeB();
    try { MaybeC(); } catch (E e) { }
    var y = w > 1 && MaybeD();
  }
}
"#,
        6,
    );
    check(
        "a.kt",
        r#"fun plain(w: Int) {
  if (!sureA()) throw E()
  if (w > 1) maybeA() else maybeB()
  for (x in sureB()) { maybeC() }
  try { maybeD() } catch (e: E) { }
  w > 1 && maybeE()
  when (sureC()) { 1 -> maybeF() }
}
"#,
        9,
    );
}

#[test]
fn coroutines_and_promises_that_nobody_waits_for() {
    check_as(
        "a.py",
        r#"from m import *
async def handler(request, call_next):
    await sure_a()
    never_a()
    if not never_b(): return 1
    x = never_c()
    y = sure_b()
    await y
    z = maybe_a()
    if z == 1: pass
    asyncio.create_task(maybe_b())
    await asyncio.gather(sure_c(), sure_d())
    await asyncio.gather(maybe_c(), return_exceptions=True)
    sure_e(request, call_next)
    return sure_f()
"#,
        12,
        |it| it.awaited,
    );
    check_as(
        "a.js",
        r#"import { check } from "m";
async function handler(req, res, next) {
  await sureA(req);
  neverA(req);
  void neverB(req);
  await maybeA(req).catch(() => {});
  await sureB(req).catch((e) => { throw e; });
  await Promise.allSettled([maybeB(req)]);
  await Promise.all([sureC(req)]);
  const p = neverC(req);
  if (!neverD(req)) return res.status(401).end();
  sureD(req, res, next);
}
const chained = (req, res, next) => {
  sureE(req).then(() => next()).catch(next);
};
"#,
        11,
        |it| it.awaited,
    );
}

#[test]
fn hooks_are_registered_as_surely_as_they_are_come_to() {
    let facts = facts(
        "app.js",
        r#"const express = require("express");
const { sure, maybe, never } = require("./guards");
const app = express();
app.use(sure);
for (const it of list) app.use(maybe);
setTimeout(() => app.use(maybe), 10);
load().then(() => app.use(maybe));
try { app.use(maybe); } catch (e) {}
function mount() { return; app.use(never); }
app.get("/a", (req, res) => res.send("a"));
try { app.use(sure); app.get("/b", (req, res) => res.send("b")); } catch (e) { console.log(e); }
"#,
    );
    let semantics = &facts.semantics;
    for hook in &semantics.route_hooks {
        let Expr::Name { name, .. } = semantics.expr(hook.function) else { continue };
        assert_eq!(hook.is_conditional, name == "maybe", "{name}");
        assert_ne!(name, "never");
    }
    assert_eq!(semantics.route_hooks.len(), 6);
}

#[test]
fn middleware_of_slim_is_registered_as_surely_as_it_is_come_to() {
    let facts = facts(
        "index.php",
        r#"<?php
use Slim\Factory\AppFactory;
$app = AppFactory::create();
$app->add(new Sure());
if (getenv("A")) { $app->add(new Maybe()); }
getenv("B") && $app->add(Maybe::class);
$app->group("/a", function ($group) use ($app) {
  $group->get("/b", function ($q, $s) { return $s; });
  $group->add(new Maybe());
  $app->add(new Sure());
});
"#,
    );
    let semantics = &facts.semantics;
    let mut count = 0;
    for hook in &semantics.route_hooks {
        let Expr::Either(methods) = semantics.expr(hook.function) else { continue };
        let Expr::Attribute { base, .. } = semantics.expr(methods[0]) else { continue };
        let name = crate::around::called_name(semantics, *base).unwrap();
        assert_eq!(hook.is_conditional, name == "Maybe", "{name}");
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn containers_that_are_changed_are_named() {
    let changed = |path: &str, text: &str| {
        let facts = facts(path, text);
        facts.semantics.changed.iter().map(|(_, name)| name.to_string()).collect::<Vec<_>>()
    };
    let text = "const a = [1], b = [2], c = [3], d = [4], e = [5];\n\
                a.length = 0; b.pop(); if (x) c.push(6); d.push(7); Object.assign(e, {});\n";
    assert_eq!(changed("a.js", text), ["a", "b", "c", "e"]);
    assert_eq!(changed("a.py", "g = [1]\nh = [2]\ng.clear()\nh.append(3)\n"), ["g"]);
}

#[test]
fn what_functions_do_with_what_they_are_given() {
    let facts = facts(
        "a.js",
        r#"function wraps(sure) { return (q, s, n) => sure(q, s, n); }
function unless(maybe) { return (q, s, n) => (q.x ? n() : maybe(q, s, n)); }
function drops(never) { return (q, s, n) => n(); }
function passes(sure) { return other(sure); }
function picks(maybe) { if (x) return maybe; return allow; }
"#,
    );
    for function in facts.semantics.definitions.iter().filter(|it| it.parent.is_none()) {
        for it in &function.parameters {
            let said = match it.name.as_str() {
                "sure" => Certainty::Always,
                "maybe" => Certainty::Perhaps,
                _ => Certainty::Never,
            };
            assert_eq!(it.runs, said, "{}", function.name);
        }
    }
}

#[test]
fn handlers_that_let_everybody_through_end_no_request() {
    check(
        "a.py",
        r#"from m import *
def dependency(request):
    try: return maybe_a(request)
    except Error: return None
def raising(request):
    try: return sure_a(request)
    except Error: return "no", 401
"#,
        2,
    );
    check(
        "a.js",
        "import { check } from \"m\";\n\
         function a(q) { try { return maybeA(q); } catch (e) { return true; } }\n\
         function b(q) { try { return sureA(q); } catch (e) { return false; } }\n",
        2,
    );
}

#[test]
fn what_decorates_one_method_of_a_class_does_not_the_others() {
    let text = "@method_decorator(only, name='post')\nclass A(View):\n    \
                def get(self): pass\n    def post(self): pass\n\
                @method_decorator(every, name='dispatch')\nclass B(View):\n    \
                def get(self): pass\n    def post(self): pass\n\
                @method_decorator([one], name='post')\nclass C(View):\n    def post(self): pass\n\
                @method_decorator(some, name='get')\nclass D(UpdateView):\n    def get(self): pass\n";
    let facts = facts("a.py", text);
    for (name, certainty) in [
        ("only", Certainty::Perhaps),
        ("every", Certainty::Always),
        ("one", Certainty::Always),
        // Its base answers to more.
        ("some", Certainty::Perhaps),
    ] {
        let is_it = |it: &&Reference| matches!(facts.semantics.expr(it.target), Expr::Name { name: of, .. } if of == name);
        let all: Vec<_> = facts.semantics.references.iter().filter(is_it).collect();
        assert!(!all.is_empty(), "{name}");
        assert!(all.iter().all(|it| it.certainty == certainty), "{name}");
    }
}
