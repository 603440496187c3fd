//! What cannot be followed is counted, whatever stands for what is called.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expect: Expect) {
    let edges = fixture(text).edges();
    let told: String =
        edges.lines().filter(|it| it.contains(": U")).map(|it| format!("{it}\n")).collect();
    expect.assert_eq(&told);
}

#[test]
fn items_and_results_that_are_called_are_counted_in_every_language() {
    check(
        r#"
//- /a.py
def f(x, k):
    x[k]()
    x(k)()
//- /a.ts
export function f(x: any, k: string) { x[k](); x.make()(); new x[k](); }
//- /a.go
package a

func f(m map[string]func(), k string) { m[k]() }
//- /a.rs
fn f(v: Vec<Box<dyn Fn()>>) { v[0](); }
//- /a.c
void f(void (**t)(int), int k) { t[k](1); }
//- /a.cs
class A { void F(System.Collections.Generic.Dictionary<string, System.Action> d, string k) { d[k](); d[k].Invoke(); } }
//- /a.kt
fun f(x: Map<String, () -> Unit>, k: String) { x.getValue(k)() }
//- /a.swift
func f(x: [String: () -> Void], k: String) { x[k]!() }
//- /a.php
<?php
function f($x, $k) { $x[$k](); }
//- /a.rb
def f(x, k)
  x[k].call
end
"#,
        expect![[r#"
            a.c: UnknownValue t[…]
            a.go: UnknownValue m[…]
            a.kt: UnknownValue x.getValue(…)
            a.php: UnknownValue $x[…]
            a.py: UnknownValue x[…]
            a.py: UnknownValue x
            a.py: UnknownValue x(…)
            a.rb: UnknownValue x[…].call
            a.rs: UnknownValue v[…]
            a.swift: UnknownValue x[…]
            a.ts: UnknownValue x[…]
            a.ts: UnknownValue x.make(…)
            a.ts: UnknownValue x[…]
        "#]],
    );
}

#[test]
fn a_function_or_class_for_a_type_is_no_item() {
    check(
        r#"
//- /a.go
package a

type User struct{}

func find[T any]() {}

func f() { find[User]() }
//- /a.py
from typing import Generic, TypeVar
from others import Set
T = TypeVar("T")
class Box(Generic[T]):
    pass
def f():
    Box[int]()
    Set[int]()
"#,
        expect![[""]],
    );
}
