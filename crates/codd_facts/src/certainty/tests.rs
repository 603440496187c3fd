//! How certain calls are, language by language: functions are named by it.

use codd_source::RepoPath;

use crate::{Certainty, Expr, ReferenceKind, extract, language_of, parse};

/// Checks that functions are called as certainly as their names say.
fn check(path: &str, text: &str, calls: usize) {
    let path = RepoPath::from(path);
    let language = language_of(&path).unwrap();
    let parsed = parse(language, &path, text.as_bytes()).unwrap();
    let facts = extract(&parsed);
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
        if said != reference.certainty {
            let line = text[..span.start as usize].lines().count();
            wrong.push(format!("{line}: {name} is {:?}", reference.certainty));
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
