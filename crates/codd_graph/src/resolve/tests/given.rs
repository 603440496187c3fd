//! Methods of what code from outside gives: found by the class that outside was asked through
//! or was given, else by name, and never dropped without a trace.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    let edges = fixture(text).edges();
    let calls = edges
        .lines()
        .filter(|it| it.to_lowercase().contains("verify"))
        .collect::<Vec<_>>()
        .join("\n");
    expected.assert_eq(&format!("{calls}\n"));
}

#[test]
fn python_models_are_asked_through_their_class() {
    check(
        r#"
//- /shop.py
from django.db import models
from db import session, select
class Acct(models.Model):
    def verify(self, code): pass
class Other(models.Model):
    def verify2(self): pass
def through(): Acct.objects.get(id=1).verify("x")
def filtered():
    it = Acct.objects.filter(a=1).first()
    it.verify("x")
def each():
    for it in Acct.objects.all(): it.verify("x")
def given(): session.get(Acct, 1).verify("x")
def selected(): session.execute(select(Acct).where(a=1)).scalar().verify("x")
def of_two(): session.query(Acct, Other).first().verify("x")
def unknown(): session.current().verify("x")
def untyped(it): it.verify("x")
def built_in(): open("a").verify("x")
def own(): session.verify("x")
"#,
        &expect![[r#"
            shop.py:through -calls probable- shop.py:Acct.verify
            shop.py:filtered -calls probable- shop.py:Acct.verify
            shop.py:each -calls probable- shop.py:Acct.verify
            shop.py:given -calls probable- shop.py:Acct.verify
            shop.py:selected -calls probable- shop.py:Acct.verify
            shop.py:of_two -calls possible- shop.py:Acct.verify
            shop.py:of_two -calls possible- shop.py:Other.verify2
            shop.py:unknown -calls possible- shop.py:Acct.verify
            shop.py:untyped -calls possible- shop.py:Acct.verify
        "#]],
    );
}

#[test]
fn ruby_models_are_asked_through_their_class() {
    check(
        r#"
//- /user.rb
class User < ApplicationRecord
  has_many :keys
  def verify(code) = code
end
class Key < ApplicationRecord
  def verify_key = 1
  scope :fresh, -> { where(old: false) }
end
class Login
  def first = User.where(a: 1).first.verify(1)
  def first! = User.where(a: 1).order(:b).first!.verify(1)
  def each = User.all.each { |it| it.verify(1) }
  def safe(id)
    user = User.joins(:keys).find_by(id: id)
    user&.verify(1)
  end
  def associated(user) = User.find(1).keys.build.verify_key
  def scoped = Key.fresh.first!.verify_key
  def made = create(:user).verify(1)
  def unknown = current_user.verify(1)
end
"#,
        &expect![[r#"
            user.rb:Login.first -calls probable- user.rb:User.verify
            user.rb:Login.first! -calls probable- user.rb:User.verify
            user.rb:Login.each -calls probable- user.rb:User.verify
            user.rb:Login.safe -calls probable- user.rb:User.verify
            user.rb:Login.associated -calls probable- user.rb:Key.verify_key
            user.rb:Login.scoped -calls probable- user.rb:Key.verify_key
            user.rb:Login.made -calls probable- user.rb:User.verify
            user.rb:Login.unknown -calls possible- user.rb:User.verify
        "#]],
    );
}

#[test]
fn javascript_go_php_java_and_csharp_lose_nothing() {
    check(
        r#"
//- /users.ts
import { repo, Entity } from "orm";
export class User extends Entity { verify(code: string) {} }
export async function one() { const u = await repo.findOne(1); u.verify("x"); }
export async function each() { const us = await repo.find(); for (const u of us) u.verify("x"); }
export async function given() { const u = await repo.find(User); u.verify("x"); }
export async function through() { const u = await User.findOne(1); u.verify("x"); }
export function own() { repo.verify("x"); }
export function made() { new Map().verify("x"); }
//- /go.mod
module shop
//- /user.go
package shop
import "example.com/lib"
type User struct{}
func (u *User) Verify(code string) {}
func one() { u := lib.Get(); u.Verify("x") }
func each() { for _, u := range lib.All() { u.Verify("x") } }
func own() { lib.Verify("x") }
//- /V.php
<?php
namespace App;
use Illuminate\Database\Eloquent\Model;
class User extends Model { public function verify($c) { return 1; } }
class C {
  public function a() { $u = User::where('a', 1)->first(); $u->verify(1); }
  public function b() { $u = User::find(1); $u->verify(1); }
  public function c() { User::all()->each(fn($u) => $u->verify(1)); }
}
//- /Login.java
import lib.Users;
class User { void verify(String code) {} }
class Login {
  void one(Users users) { var u = users.byId(1).get(); u.verify("x"); }
}
//- /Login.cs
using Lib;
class CUser { public void Verify(string code) {} }
class CLogin {
  void One(Users users) { var u = users.ById(1); u.Verify("x"); }
  void Two() { var u = Lib.Users.Get(); u.Verify("x"); }
}
"#,
        &expect![[r#"
            Login.cs:CLogin.One -calls possible- Login.cs:CUser.Verify
            Login.cs:CLogin.Two -calls possible- Login.cs:CUser.Verify
            Login.java:Login.one -calls possible- Login.java:User.verify
            V.php:C.a -calls probable- V.php:User.verify
            V.php:C.b -calls probable- V.php:User.verify
            V.php:C.c -calls possible- V.php:User.verify
            user.go:User.Verify -mentions exact- user.go:User
            user.go:one -calls possible- user.go:User.Verify
            user.go:each -calls possible- user.go:User.Verify
            users.ts:one -calls possible- users.ts:User.verify
            users.ts:each -calls possible- users.ts:User.verify
            users.ts:given -calls probable- users.ts:User.verify
            users.ts:through -calls probable- users.ts:User.verify
        "#]],
    );
}

#[test]
fn who_keeps_a_record_runs_its_callbacks_and_who_reads_its_class_does_not() {
    let edges = fixture(
        r#"
//- /comment.rb
class Comment < ApplicationRecord
  before_save :stamp
  after_destroy :tell
  def stamp = 1
  def tell = 1
end
class CommentsController < ApplicationController
  def count = Comment.count
  def add = Comment.new.save
  def create = Comment.create!(a: 1)
  def remove = Comment.find(1).destroy
end
"#,
    )
    .edges();
    let calls = |it: &&str| it.ends_with("stamp") || it.ends_with("tell");
    let calls = edges.lines().filter(calls).collect::<Vec<_>>().join("\n");
    expect![[r#"
        comment.rb:Comment -calls possible- comment.rb:Comment.stamp
        comment.rb:Comment -calls possible- comment.rb:Comment.tell
        comment.rb:CommentsController.add -calls probable- comment.rb:Comment.stamp
        comment.rb:CommentsController.create -calls probable- comment.rb:Comment.stamp
        comment.rb:CommentsController.remove -calls probable- comment.rb:Comment.stamp
        comment.rb:CommentsController.remove -calls probable- comment.rb:Comment.tell
    "#]]
    .assert_eq(&format!("{calls}\n"));
}

#[test]
fn what_a_test_writes_the_code_does_not_depend_on() {
    let edges = fixture(
        r#"
//- /models.py
import os
class Forum:
    def __init__(self): self.last = 0
def unrelated(forum: Forum): return forum.last + 1
def configured(): return os.environ["FORUM"]
//- /test_models.py
import os
from models import Forum
def test_unread():
    os.environ["FORUM"] = "x"
    forum = Forum()
    forum.last = 5
//- /setup.py
from models import Forum
def prepare(forum: Forum): forum.last = 1
"#,
    )
    .edges();
    let written = |it: &&str| it.contains("writtenby");
    let written = edges.lines().filter(written).collect::<Vec<_>>().join("\n");
    expect![[r#"
        models.py:Forum.last -writtenby probable- setup.py:prepare
    "#]]
    .assert_eq(&format!("{written}\n"));
}
