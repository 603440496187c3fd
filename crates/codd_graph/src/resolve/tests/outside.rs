//! What files add to types from outside of the repository, and who uses it.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn kotlin_extends_what_the_library_has() {
    check(
        r#"
//- /Extensions.kt
package shop
fun String.go() {}
fun List<Int>.total() = 1
fun <T> T.any() {}
val String.size2: Int get() = 1
//- /Main.kt
package shop
import other.Outer
class Item : Outer()
fun written() { "".go() }
fun given(s: String) { s.go() }
fun listed(l: List<Int>) { l.total() }
fun anything(s: String) { s.any() }
fun own(s: Item) { s.any() }
fun property(s: String) = s.size2
fun unfitting(s: String) { s.go(1) }
"#,
        &expect![[r#"
            Main.kt:written -calls probable- Extensions.kt:go
            Main.kt:given -calls probable- Extensions.kt:go
            Main.kt:listed -calls possible- Extensions.kt:total
            Main.kt:anything -calls possible- Extensions.kt:any
            Main.kt:own -calls possible- Extensions.kt:any
            Main.kt:own -mentions exact- Main.kt:Item
            Main.kt:property -calls probable- Extensions.kt:size2
            Main.kt:unfitting -calls possible- Extensions.kt:go
        "#]],
    );
}

#[test]
fn csharp_extends_what_the_library_has() {
    check(
        r#"
//- /Extensions.cs
using System.Collections.Generic;
namespace Shop {
    static class Extensions {
        public static void Go(this string s) {}
        public static void En<T>(this IEnumerable<T> s) {}
    }
}
//- /Main.cs
using System.Collections.Generic;
namespace Shop {
    class Main {
        void Written() { "a".Go(); }
        void Given(List<int> l) { l.En(); }
        void Text(string s) { s.Go(); }
    }
}
"#,
        &expect![[r#"
            Main.cs:Main.Written -calls probable- Extensions.cs:Extensions.Go
            Main.cs:Main.Given -calls probable- Extensions.cs:Extensions.En
            Main.cs:Main.Text -calls possible- Extensions.cs:Extensions.Go
        "#]],
    );
}

#[test]
fn scala_extends_what_the_library_has() {
    check(
        r#"
//- /Extensions.scala
package shop
object Extensions {
  implicit class Rich(s: String) { def go = 1 }
  extension (s: String) def come = 1
}
//- /Main.scala
package shop
import Extensions._
object Main {
  def written = "".go
  def given1(s: String) = s.go
  def coming(s: String) = s.come
}
"#,
        &expect![[r#"
            Main.scala:Main.written -reads probable- Extensions.scala:Extensions.Rich.go
            Main.scala:Main.given1 -reads probable- Extensions.scala:Extensions.Rich.go
            Main.scala:Main.coming -reads probable- Extensions.scala:Extensions.come
        "#]],
    );
}

#[test]
fn ruby_reopens_what_the_library_has() {
    check(
        r#"
//- /core.rb
class String
  def go; end
end
//- /main.rb
def written
  "".go
end
"#,
        &expect![[r#"
            main.rb:written -calls possible- core.rb:String.go
        "#]],
    );
}

#[test]
fn a_type_of_many_parts_has_the_members_of_each() {
    use std::fmt::Write as _;

    let mut text = String::new();
    for at in 0..60 {
        let next = (at + 41) % 60;
        let _ = writeln!(
            text,
            "//- /P{at}.cs\nnamespace Shop {{ partial class Big {{ void M{at}() {{ M{next}(); }} }} }}"
        );
    }
    let edges = fixture(&text).edges();
    for at in 0..60 {
        let next = (at + 41) % 60;
        let edge = format!("P{at}.cs:Big.M{at} -calls exact- P{next}.cs:Big.M{next}");
        assert!(edges.contains(&edge), "{edge}");
    }
}

#[test]
fn names_of_one_languages_library_mean_nothing_in_another() {
    check(
        r#"
//- /a.py
def one(): pass
def two(): sorted([], key=one)
//- /b.rb
def one; end
def two; sorted(method(:one)); end
//- /c.php
<?php
function one() {}
function two() { sorted("one"); filter(one(...)); }
//- /go.mod
module shop
//- /d.go
package shop
func one() {}
func two() { sorted(one) }
//- /e.ts
function one() {}
function two() { filter(one); }
"#,
        &expect![[r#"
            a.py:two -calls probable- a.py:one
            a.py:two -reads exact- a.py:one
            b.rb:two -reads exact- b.rb:one
            c.php:two -reads exact- c.php:one
            d.go:two -reads exact- d.go:one
            e.ts:two -reads exact- e.ts:one
        "#]],
    );
}
