//! What an edit makes run again, and above all what not.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::{Fixture, OTHER_CONTROLS, assert_as_from_scratch};
use crate::Engine;

/// Two languages, each with a file that others import and one that nobody does.
const PROJECT: &str = r#"
//- /app/__init__.py
//- /app/auth.py
def check(user):
    token = user.token
    return user

class Guard:
    def allow(self, user):
        return check(user)
//- /app/views.py
from app.auth import Guard, check

def index(user):
    return Guard().allow(check(user))
//- /app/other.py
def alone(thing):
    return thing.size()
//- /web/api.ts
export function load(id: string) { return fetch(id); }
//- /web/page.ts
import { load } from "./api";
export function page() { return load("x"); }
"#;

/// Checks which queries run when an analysed project is analysed again after an edit.
fn check(edit: impl FnOnce(&mut Fixture), expect: Expect) {
    let mut fixture = Fixture::new(PROJECT);
    let mut engine = Engine::default();
    fixture.analysed_by(&mut engine);
    edit(&mut fixture);
    let mut answer = None;
    let executed = engine.executed_by(|engine| answer = Some(fixture.analysed_by(engine)));
    assert_as_from_scratch(&answer.unwrap(), &fixture);
    let mut text = String::new();
    for queries in executed.chunk_by(|a, b| a == b) {
        match queries {
            [query] => writeln!(text, "{query}").unwrap(),
            _ => writeln!(text, "{} ×{}", queries[0], queries.len()).unwrap(),
        }
    }
    expect.assert_eq(&text);
}

#[test]
fn nothing_runs_for_the_same_request() {
    check(|_| {}, expect![[""]]);
}

#[test]
fn a_comment_stops_at_the_semantics() {
    check(
        |it| it.replace("app/auth.py", "    token =", "    # Why.\n    token ="),
        expect![[r#"
            file_analysis(app/auth.py)
            file_checks(app/auth.py)
            file_class(app/auth.py)
            semantics(app/auth.py)
            semantics_digest(app/auth.py)
        "#]],
    );
    check(
        |it| it.replace("web/api.ts", "export", "// Why.\nexport"),
        expect![[r#"
            file_analysis(web/api.ts)
            file_checks(web/api.ts)
            file_class(web/api.ts)
            semantics(web/api.ts)
            semantics_digest(web/api.ts)
        "#]],
    );
}

#[test]
fn a_body_resolves_its_own_file_alone() {
    check(
        |it| it.replace("app/auth.py", "user.token", "user.token.strip()"),
        expect![[r#"
            edges(app/auth.py)
            file_analysis(app/auth.py)
            file_checks(app/auth.py)
            file_class(app/auth.py)
            graph
            interface(app/auth.py)
            listed(app/auth.py)
            name_shard
            semantics(app/auth.py)
            semantics_digest(app/auth.py)
        "#]],
    );
    check(
        |it| it.replace("web/api.ts", "{ return", "{ log(id); return"),
        expect![[r#"
            edges(web/api.ts)
            file_analysis(web/api.ts)
            file_checks(web/api.ts)
            file_class(web/api.ts)
            graph
            interface(web/api.ts)
            listed(web/api.ts)
            semantics(web/api.ts)
            semantics_digest(web/api.ts)
        "#]],
    );
}

#[test]
fn a_returned_value_resolves_who_imports_it() {
    check(
        |it| it.replace("app/auth.py", "return user\n", "return Guard()\n"),
        expect![[r#"
            edges(app/auth.py)
            edges(app/views.py)
            file_analysis(app/auth.py)
            file_checks(app/auth.py)
            file_class(app/auth.py)
            graph
            interface(app/auth.py)
            listed(app/auth.py)
            semantics(app/auth.py)
            semantics_digest(app/auth.py)
        "#]],
    );
}

#[test]
fn a_signature_resolves_who_imports_it() {
    check(
        |it| it.replace("app/auth.py", "def check(user)", "def check(user, now)"),
        expect![[r#"
            edges(app/auth.py)
            edges(app/views.py)
            file_analysis(app/auth.py)
            file_checks(app/auth.py)
            file_class(app/auth.py)
            graph
            interface(app/auth.py)
            listed(app/auth.py)
            semantics(app/auth.py)
            semantics_digest(app/auth.py)
        "#]],
    );
}

#[test]
fn a_new_method_resolves_who_calls_that_name() {
    check(
        |it| {
            it.replace(
                "app/auth.py",
                "    def allow",
                "    def size(self):\n        pass\n\n    def allow",
            );
        },
        expect![[r#"
            edges(app/auth.py)
            edges(app/other.py)
            edges(app/views.py)
            file_analysis(app/auth.py)
            file_checks(app/auth.py)
            file_class(app/auth.py)
            graph
            interface(app/auth.py)
            listed(app/auth.py)
            name_index
            name_shard ×2
            semantics(app/auth.py)
            semantics_digest(app/auth.py)
        "#]],
    );
}

#[test]
fn a_new_file_asks_every_import_again_and_resolves_none() {
    check(
        |it| it.set("app/new.py", "def fresh():\n    pass\n"),
        expect![[r#"
            edges(app/new.py)
            file_analysis(app/new.py)
            file_at ×2
            file_checks(app/new.py)
            file_class(app/new.py)
            file_table
            graph
            import_target ×2
            listed(app/new.py)
            modules ×2
            name_index
            name_shard ×2
            project_files
            semantics(app/new.py)
            semantics_digest(app/new.py)
        "#]],
    );
}

#[test]
fn a_deleted_file_resolves_who_imported_it() {
    check(
        |it| drop(it.remove("web/api.ts")),
        expect![[r#"
        edges(web/page.ts)
        file_at
        file_table
        graph
        import_target ×2
        modules ×2
        name_index
        name_shard ×2
        project_files
    "#]],
    );
}

#[test]
fn a_renamed_file_resolves_who_imported_it() {
    check(
        |it| {
            let bytes = it.remove("app/auth.py");
            it.set("app/login.py", bytes);
        },
        expect![[r#"
            edges(app/login.py)
            edges(app/views.py)
            file_analysis(app/login.py)
            file_at
            file_checks(app/login.py)
            file_class(app/login.py)
            file_table
            graph
            import_target ×2
            listed(app/login.py)
            modules ×2
            name_index
            name_shard ×2
            project_files
            semantics(app/login.py)
            semantics_digest(app/login.py)
        "#]],
    );
}

#[test]
fn a_changed_control_checks_files_and_extracts_nothing() {
    check(
        |it| it.set_controls(OTHER_CONTROLS),
        expect![[r#"
        file_checks(app/__init__.py)
        file_checks(app/auth.py)
        file_checks(app/other.py)
        file_checks(app/views.py)
        file_checks(web/api.ts)
        file_checks(web/page.ts)
        graph
    "#]],
    );
}
