//! What is said to have changed between two sides.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::{show_changes, side};

fn check(base: &str, head: &str, expected: Expect) {
    check_with(base, head, ChangeOptions { claimed: &[], changed_controls: &[] }, expected);
}

fn check_with(base: &str, head: &str, options: ChangeOptions<'_>, expected: Expect) {
    expected.assert_eq(&show_changes(&change_set(&side(base), &side(head), &options)));
}

#[test]
fn equal_sides_have_no_change() {
    let text = "//- a.py top\nfunction f | (x) | | run()\n//- b.txt\nany";
    check(text, text, expect![[""]]);
}

#[test]
fn each_definition_has_the_strongest_kind_of_its_edit() {
    check(
        "//- a.py top
         function kept | (x) | | run()
         function body | (x) | | run()
         function shape | (x) | | run()
         function decorated | (x) | | run()
         function both | (x) | | run()
         function gone | (x) | | old()",
        "//- a.py top
         function kept | (x) | | run()
         function body | (x) | | walk()
         function shape | (x, y) | | run()
         function decorated | (x) | @auth | run()
         function both | (x, y) | @auth | walk()
         function fresh | (x) | | new()",
        expect![[r#"
            Modified a.py
              Body a.py:body
              Signature a.py:shape
              Decorators a.py:decorated
              Signature a.py:both
              Added a.py:fresh
              Removed a.py:gone
        "#]],
    );
}

#[test]
fn comments_alone_are_formatting() {
    check(
        "//- a.py top\nfunction f | (x) | | run()",
        "//- a.py top\n# why\nfunction f | (x) | | run()",
        expect![[r#"
            Formatting a.py
              Formatting a.py
        "#]],
    );
}

#[test]
fn a_renamed_function_keeps_its_identity_and_an_empty_one_does_not() {
    check(
        "//- a.py top\nfunction sign | (x) | | hmac()\nfunction a | () | | pass",
        "//- a.py top\nfunction sign_token | (x) | | hmac()\nfunction b | () | | pass",
        expect![[r#"
            Modified a.py
              Moved a.py:sign_token <- a.py:sign
              Removed a.py:a
              Added a.py:b
        "#]],
    );
}

#[test]
fn two_equal_candidates_are_no_move() {
    check(
        "//- a.py top\nfunction f | (x) | | run()",
        "//- a.py top\nfunction g | (x) | | run()\nfunction h | (x) | | run()",
        expect![[r#"
            Modified a.py
              Removed a.py:f
              Added a.py:g
              Added a.py:h
        "#]],
    );
}

#[test]
fn members_move_with_their_class() {
    check(
        "//- a.py top
         class Old | | | run close
         method Old.run | (self) | | work()
         method Old.close | (self) | | pass",
        "//- a.py top
         //- b.py top
         class New | | | run close
         method New.run | (self) | | work()
         method New.close | (self) | | pass",
        expect![[r#"
            Modified a.py
            Added b.py
              Added b.py
              Moved b.py:New <- a.py:Old
              Moved b.py:New.run <- a.py:Old.run
              Moved b.py:New.close <- a.py:Old.close
        "#]],
    );
}

#[test]
fn a_renamed_file_is_recognised_by_its_definitions() {
    check(
        "//- old.py top
         function f | (x) | | run()
         function g | (x) | | walk()
         route GET /f = f",
        "//- new.py top
         function f | (x) | | run()
         function g | (x) | | crawl()
         route GET /f = f",
        expect![[r#"
            Renamed new.py <- old.py
              Moved new.py <- old.py
              Moved new.py:f <- old.py:f
              Body new.py:g <- old.py:g
              Moved new.py GET /f <- old.py GET /f
        "#]],
    );
}

#[test]
fn empty_files_are_never_renamed() {
    let side_of = |path: &str| {
        let mut side = side(&format!("//- {path} top"));
        let files = std::sync::Arc::make_mut(&mut side.files);
        for file in files.values_mut() {
            file.content = codd_source::ContentId::of(b"");
        }
        side
    };
    let options = ChangeOptions { claimed: &[], changed_controls: &[] };
    let changes = change_set(&side_of("a/__init__.py"), &side_of("b/__init__.py"), &options);
    expect![[r#"
        Deleted a/__init__.py
        Added b/__init__.py
          Removed a/__init__.py
          Added b/__init__.py
    "#]]
    .assert_eq(&show_changes(&changes));
}

#[test]
fn a_new_method_is_not_an_edit_of_the_class_and_a_new_field_is() {
    check(
        "//- a.py top
         class C | | | f
         method C.f | (self) | | run()
         class D | | | x
         field D.x | | | 1",
        "//- a.py top
         class C | | | f g
         method C.f | (self) | | run()
         method C.g | (self) | | walk()
         class D | | | x y
         field D.x | | | 1
         field D.y | | | 2",
        expect![[r#"
            Modified a.py
              Members a.py:C
              Added a.py:C.g
              Body a.py:D
              Added a.py:D.y
        "#]],
    );
}

#[test]
fn routes_and_tests_are_nodes_that_change() {
    check(
        "//- a.py top
         function f | (x) | | run()
         route GET /a = f
         route GET /b = f
         test test_f = f",
        "//- a.py top
         function f | (x) | | run()
         route GET /a = guarded
         route POST /b = f",
        expect![[r#"
            Modified a.py
              Removed a.py test test_f
              Signature a.py GET /a
              Removed a.py GET /b
              Added a.py POST /b
        "#]],
    );
}

#[test]
fn a_swapped_import_rebinds_the_functions_that_use_it() {
    check(
        "//- a.py import check from auth
         function f | (x) | | check()
         f calls auth.py:check
         //- auth.py top
         function check | | | verify()
         //- open.py top
         function check | | | pass",
        "//- a.py import check from open
         function f | (x) | | check()
         f calls open.py:check
         //- auth.py top
         function check | | | verify()
         //- open.py top
         function check | | | pass",
        expect![[r#"
            Modified a.py
              ModuleCode a.py
              Rebound a.py:f
        "#]],
    );
}

#[test]
fn a_file_without_a_model_is_reported_as_reach_unknown() {
    check(
        "//- a.bin\nx\n//- b.py\nbinary\n//- c.py top",
        "//- a.bin\ny\n//- b.py\nother binary\n//- c.py top\n//- d.md\nfresh",
        expect![[r#"
            Modified a.bin  (no model of this kind of file)
            Modified b.py  (could not be read as python)
            Formatting c.py
            Added d.md  (no model of this kind of file)
              Content a.bin
              Content b.py
              Formatting c.py
              Added d.md
        "#]],
    );
}

#[test]
fn code_that_can_no_longer_be_read_is_traced_as_removed() {
    check(
        "//- a.py top\nfunction f | (x) | | run()",
        "//- a.py\nunreadable",
        expect![[r#"
        Modified a.py  (could not be read as python)
          Content a.py
          Removed a.py:f
    "#]],
    );
}

#[test]
fn another_version_of_a_package_changes_it_as_imports_spell_it() {
    check(
        "//- requirements.txt\npackages PyYAML=5 flask-login=1 same=1\n//- a.py top\nimports %flask_login",
        "//- requirements.txt\npackages PyYAML=6 flask-login=2 same=1\n//- a.py top\nimports %flask_login",
        expect![[r#"
            Modified requirements.txt
              PackageVersion %flask_login 1 to 2
              Content requirements.txt
              PackageVersion %yaml 5 to 6
        "#]],
    );
}

#[test]
fn what_a_lock_file_installs_changes_what_code_imports_and_tells_of_the_rest() {
    check(
        "//- uv.lock\ninstalled PyYAML=5 urllib3=1 same=1\n//- a.py top\nimports %yaml",
        "//- uv.lock\ninstalled PyYAML=6 urllib3=2 same=1\n//- a.py top\nimports %yaml",
        expect![[r#"
            Modified uv.lock  (1 package in it changed that nothing here imports by name)
              PackageVersion %urllib3 1 to 2
              Content uv.lock
              PackageVersion %yaml 5 to 6
        "#]],
    );
    check(
        "//- requirements.txt\npackages google-cloud-storage=1 google-cloud-pubsub=1 flask=1\n//- a.py top\nimports %google",
        "//- requirements.txt\npackages google-cloud-storage=2 google-cloud-pubsub=1 flask=1\n//- a.py top\nimports %google",
        expect![[r#"
            Modified requirements.txt
              PackageVersion %google 1 to 2
              Content requirements.txt
        "#]],
    );
}

#[test]
fn a_claimed_file_counts_as_changed_as_a_whole() {
    let text = "//- a.py top\nclass C | | | f\nmethod C.f | | | pass\n//- b.txt\nx\n//- c.txt\nx";
    let options = ChangeOptions {
        claimed: &["a.py".into(), "b.txt".into(), "not_there.py".into()],
        changed_controls: &["SEC-1".into()],
    };
    check_with(
        text,
        text,
        options,
        expect![[r#"
        Claimed a.py
        Claimed b.txt  (no model of this kind of file)
          Control !SEC-1
          ModuleCode a.py
          Body a.py:C
          Body a.py:C.f
          Content b.txt
    "#]],
    );
}
