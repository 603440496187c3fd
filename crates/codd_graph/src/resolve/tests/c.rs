//! What C code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn prototypes_lead_to_definitions_and_static_functions_stay_at_home() {
    check(
        r#"
//- /include/store.h
#ifndef STORE_H
#define STORE_H
int store_open(const char *path);
int store_missing(void);
extern int store_count;
#endif
//- /src/store.c
#include "store.h"
int store_count = 0;
static int check(int n) { return n; }
int store_open(const char *path) { return check(store_count); }
//- /src/main.c
#include <stdio.h>
#include "../include/store.h"
static int check(int n) { return n + 1; }
int store_open(const char *path);
int main(void) { store_count = 1; store_missing(); return check(store_open("x")); }
"#,
        &expect![[r#"
            src/main.c:main -calls exact- include/store.h:store_missing
            src/main.c:main -calls exact- src/main.c:check
            src/main.c:main -calls exact- src/store.c:store_open
            src/store.c:store_count -writtenby exact- src/main.c:main
            src/store.c:store_open -reads exact- src/store.c:store_count
            src/store.c:store_open -calls exact- src/store.c:check
        "#]],
    );
}

#[test]
fn fields_of_declared_types() {
    check(
        r#"
//- /user.h
struct address { int zip; };
typedef struct user { char *name; struct address home; } user_t;
enum color { RED, GREEN };
//- /a.c
#include "user.h"
int f(const user_t *u, struct user *v) { u->name; v->home.zip = RED; return u->home.zip; }
"#,
        &expect![[r#"
            a.c:f -reads probable- user.h:address.zip
            a.c:f -mentions exact- user.h:user_t
            a.c:f -mentions exact- user.h:user
            a.c:f -reads probable- user.h:user.name
            a.c:f -reads probable- user.h:user.home
            a.c:f -reads exact- user.h:color.RED
            user.h:address.zip -writtenby probable- a.c:f
            user.h:user -mentions exact- user.h:address
        "#]],
    );
}

#[test]
fn function_pointers_are_followed() {
    check(
        r#"
//- /a.c
struct ops { int (*open)(int); };
static int my_open(int x) { return x; }
static int other(int x) { return x; }
static struct ops table = { .open = my_open };
static int (*handlers[])(int) = { my_open, other };
static int apply(int (*f)(int)) { return f(1); }
int run(void) {
    int (*local)(int) = other;
    table.open(1);
    handlers[1](2);
    local(3);
    return apply(my_open);
}
"#,
        &expect![[r#"
            a.c -mentions exact- a.c:ops
            a.c -reads exact- a.c:my_open
            a.c -reads exact- a.c:other
            a.c:table -reads exact- a.c:my_open
            a.c:handlers -reads exact- a.c:my_open
            a.c:handlers -reads exact- a.c:other
            a.c:apply -calls probable- a.c:my_open
            a.c:run -reads probable- a.c:ops.open
            a.c:run -calls probable- a.c:my_open
            a.c:run -reads exact- a.c:my_open
            a.c:run -calls probable- a.c:other
            a.c:run -reads exact- a.c:other
            a.c:run -reads exact- a.c:table
            a.c:run -reads exact- a.c:handlers
            a.c:run -calls exact- a.c:apply
        "#]],
    );
}

#[test]
fn macros_and_what_their_text_names() {
    check(
        r#"
//- /m.h
#define LIMIT 10
#define CALL(x) do_call(x, LIMIT)
int do_call(int x, int y);
//- /m.c
#include "m.h"
int do_call(int x, int y) { return x; }
//- /a.c
#include "m.h"
int run(void) {
#ifdef LIMIT
    return CALL(LIMIT);
#endif
}
"#,
        &expect![[r#"
            a.c:run -reads exact- m.h:LIMIT
            a.c:run -calls exact- m.h:CALL
            m.h:CALL -calls exact- m.c:do_call
            m.h:CALL -reads exact- m.h:LIMIT
        "#]],
    );
}

#[test]
fn two_programs_have_names_of_their_own() {
    check(
        r#"
//- /one/util.c
void usage(void) {}
//- /one/main.c
void usage(void);
int main(void) { usage(); }
//- /two/util.c
void usage(void) {}
//- /two/main.c
void usage(void);
int main(void) { usage(); }
"#,
        &expect![[r#"
            one/main.c:main -calls exact- one/util.c:usage
            two/main.c:main -calls exact- two/util.c:usage
        "#]],
    );
}

#[test]
fn values_without_names_are_what_the_fields_at_their_places_may_hold() {
    check(
        r#"
//- /ops.h
typedef int (*closing)(int);
struct ops { const char *name; int (*open)(int), size; closing close; };
//- /null.c
#include "ops.h"
static int null_open(int x) { return x; }
static int null_close(int x) { return x; }
struct ops null_ops = { "null", null_open, 1, &null_close };
struct ops all[] = { { "a", null_open, 2 }, { .name = "b", .close = null_close } };
//- /use.c
#include "ops.h"
int go(struct ops *o) { return o->open(1) + o->close(2); }
"#,
        &expect![[r#"
            null.c -reads exact- null.c:null_open
            null.c -reads exact- null.c:null_close
            null.c -mentions exact- ops.h:ops
            null.c:null_ops -reads exact- null.c:null_open
            null.c:null_ops -reads exact- null.c:null_close
            null.c:all -reads exact- null.c:null_open
            null.c:all -reads exact- null.c:null_close
            ops.h:ops.name -writtenby probable- null.c
            ops.h:ops.open -writtenby probable- null.c
            ops.h:ops.close -writtenby probable- null.c
            ops.h:ops -mentions exact- ops.h:closing
            use.c:go -mentions exact- ops.h:ops
            use.c:go -reads probable- ops.h:ops.open
            use.c:go -reads probable- ops.h:ops.close
        "#]],
    );
}

#[test]
fn a_source_that_is_included_shows_what_is_its_own() {
    check(
        r#"
//- /src/foo.c
#include "foo.h"
#define LIMIT 3
struct item { int n; };
static int seen = 1;
static int clamp(int x) { return x > LIMIT ? LIMIT : x; }
int foo(int x) { return clamp(x); }
//- /src/foo.h
int foo(int x);
//- /tests/foo_test.c
#include "unity.h"
#include "../src/foo.c"
void test_clamp(void) { struct item it; it.n = clamp(9) + LIMIT + seen; }
//- /tests/other_test.c
void test_other(void) { clamp(9); }
"#,
        &expect![[r#"
            src/foo.c:clamp -reads exact- src/foo.c:LIMIT
            src/foo.c:foo -calls exact- src/foo.c:clamp
            tests/foo_test.c:test_clamp -reads exact- src/foo.c:LIMIT
            tests/foo_test.c:test_clamp -mentions exact- src/foo.c:item
            tests/foo_test.c:test_clamp -reads exact- src/foo.c:seen
            tests/foo_test.c:test_clamp -calls exact- src/foo.c:clamp
            src/foo.c:item.n -writtenby probable- tests/foo_test.c:test_clamp
        "#]],
    );
}
