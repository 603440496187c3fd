//! Facts of small files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts_at(path: &str, text: &str) -> FileFacts {
    let path = RepoPath::from(path);
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn check(path: &str, text: &str, expected: &Expect) {
    expected.assert_eq(&render(&facts_at(path, text)));
}

fn check_only(path: &str, starts: &[&str], text: &str, expected: &Expect) {
    expected.assert_eq(&render_only(&facts_at(path, text), starts));
}

#[test]
fn declarations_of_a_header() {
    check(
        "include/a.h",
        r#"
#ifndef A_H
#define A_H
#include "b.h"
#define LIMIT 3
#define MAX(a, b) pick(a, b)
/* Says hello. */
typedef struct { int n; char name[8]; } user;
typedef struct node node;
struct node { node *next; int (*run)(int); };
enum color { RED, GREEN = LIMIT };
typedef int (*handler)(user *u);
extern int count;
int open_it(user *u, const char *path, ...);
static inline int twice(int x) { return x * 2; }
#endif
"#,
        &expect![[r#"
            Variable LIMIT
            Function MAX(a, b)
            Class user
            Field user.n
            Field user.name
            Class node
            Field node.next : node@3
            Field node.run
            Enum color
            Field color.RED static
            Field color.GREEN static
            TypeAlias handler
            Variable count companion
            Function open_it(u: user@5, path, *...) companion
            Function twice(x) returns [_] private
            scope 0 Module
              GREEN -> definition color.GREEN
              LIMIT -> definition LIMIT
              MAX -> definition MAX
              RED -> definition color.RED
              color -> definition color
              handler -> definition handler
              node -> definition node
              twice -> definition twice
              user -> definition user
            scope 1 Function of MAX in 0
              a -> parameter 0 of MAX
              b -> parameter 1 of MAX
            scope 2 Class of user in 0
              n -> definition user.n
              name -> definition user.name
            scope 3 Class of node in 0
              <0> -> definition node.next
              <1> -> definition node.run
              next -> definition node.next
              run -> definition node.run
            scope 4 Class of color in 0
              GREEN -> definition color.GREEN
              RED -> definition color.RED
            scope 5 Function of open_it in 0
              ... -> parameter 2 of open_it
              path -> parameter 1 of open_it
              u -> parameter 0 of open_it
            scope 6 Function of twice in 0
              x -> parameter 0 of twice
            import b.h for its effect
            offer LIMIT in (global)
            offer MAX in (global)
            offer user in (global)
            offer node in (global)
            offer color in (global)
            offer RED in (global)
            offer GREEN in (global)
            offer handler in (global)
            offer count in (global)
            offer open_it in (global)
            offer twice in (global)
            opened [""]
            Read A_H
            Call pick in MAX
            Type node
            Type node@3 in node
            Read LIMIT@4 in color initialises color.GREEN
            Type user@5 in open_it
        "#]],
    );
}

#[test]
fn declarations_of_cpp() {
    check_only(
        "src/a.cpp",
        &[
            "Class",
            "Method",
            "Function",
            "Field",
            "Namespace",
            "Enum",
            "Variable",
            "TypeAlias",
            "offer",
            "extension",
            "opened",
        ],
        r#"
namespace a::b {
template <typename T, int N = 1> class Box : public Base<T>, private c::Other {
public:
    Box() = default;
    explicit Box(T x) : x_(x) {}
    virtual ~Box();
    virtual T get() const = 0;
    bool operator==(const Box& other) const { return true; }
    static int made;
    enum class Kind { A, B };
private:
    T x_{};
    using Items = std::vector<T>;
};
constexpr int kLimit = 3;
auto make() -> Box<int>;
}
void a::Other::run(int n) {}
namespace { int hidden() { return 1; } }
using namespace std;
"#,
        &expect![[r#"
            Namespace a.b
            Class a.b.Box bases [Base@3, c@3.Other]
            Method a.b.Box.Box
            Method a.b.Box.Box#1(x: T@5)
            Method a.b.Box.~Box companion
            Method a.b.Box.get : T@3 abstract
            Method a.b.Box.operator==(other: Box@8) returns [_]
            Field a.b.Box.made static
            Enum a.b.Box.Kind
            Field a.b.Box.Kind.A static
            Field a.b.Box.Kind.B static
            Field a.b.Box.x_ : T@3 = [] private
            TypeAlias a.b.Box.Items = std@3.vector<T@3>
            Variable a.b.kLimit = _
            Function a.b.make : Box@10 companion
            Method a.Other.run(n)
            Function hidden returns [_] private
            offer Box in "a.cpp"
            offer Items in "a.cpp"
            offer const kLimit in a.b
            offer kLimit in "a.cpp"
            offer make in a.b
            offer run in a.Other
            offer hidden in "a.cpp"
            opened ["a.b", "a", "std", ""]
            extension of a.Other: a.Other.run
        "#]],
    );
}

#[test]
fn tests_of_c() {
    check_only(
        "test/a_test.c",
        &["test"],
        r#"
void setUp(void) {}
void test_one(void) {}
static void test_two(void **state) {}
START_TEST(test_three) { run(); }
int main(void) {
    RUN_TEST(test_one);
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_two) };
    return 0;
}
"#,
        &expect![[r#"
            test test_three (check) test_three
            test test_one (unity) test_one
            test test_two (cmocka) test_two
        "#]],
    );
}

#[test]
fn a_header_is_of_the_language_that_it_says() {
    assert_eq!(facts_at("a.h", "struct a { int class; };").language, "c");
    assert_eq!(facts_at("a.h", "// class A\n/* namespace x {} */\nint f(void);").language, "c");
    assert_eq!(facts_at("a.h", "#pragma once\nclass A {};").language, "cpp");
    assert_eq!(facts_at("a.h", "void f(const std::string& x);").language, "cpp");
}

/// Source with most constructs: what mutations start from.
const EVERYTHING: &str = r#"
#include <a.h>
#include "b/c.h"
#define F(x, ...) g(x, #x, "s", __VA_ARGS__)
#if defined(X) && Y > 1
typedef struct s { int (*f)(int, char *[]); union { int a; float b : 3; }; struct s *n; } s, *sp;
#elif Z
#else
#endif
namespace a::b { inline namespace v1 { template <typename T, template <class> class U, int N = 1> struct K final : public L<T>, virtual M {
 using N = typename T::x; friend class P; enum class E : int { A = 1, B }; static constexpr auto q = sizeof(T); explicit K(T t) noexcept : L<T>(t), t_{t} {}
 ~K() override; operator bool() const; K& operator=(K&&) = delete; virtual void r() = 0; template <class V> auto w(V&& v) -> decltype(v) { return std::forward<V>(v); } T t_{}; }; } }
template <> void a::b::K<int>::r() { this->t_ = static_cast<int>(1)[0]; a::b::K<int>::z(); x.template y<int>(); }
static const struct ops o[] = { { .open = f, .n = { 1, 2 } }, [3] = { g } }; extern "C" { int c(void); }
int main(int argc, char **argv) { for (auto& [k, v] : m) { auto l = [&, x = 1](auto y) mutable -> int { return y + x; }; } A a(b), c{1}, *d = new A[2](); goto e; e: switch (argc) { case 1: break; default: delete d; }
 try { throw E("x"); } catch (const E& e) { } while (int i = f()) (*fp)(i, &h, (T*)p, (struct s){ .a = 1 }); co_await x; return a ? b->c.d : F(1, 2); }
TEST_F(Fix, Name) { EXPECT_EQ(1, x); }
TEST_CASE("t") { SECTION("u") { REQUIRE(x); } }
RUN_TEST(c); requires C<T> concept D = true; [[nodiscard]] int z [[maybe_unused]];
"#;

/// On a thread with less than the stack that workers have.
fn extract_on_small_stack(path: &'static str, text: String) -> FileFacts {
    let worker = std::thread::Builder::new().stack_size(3 << 19);
    worker.spawn(move || facts_at(path, &text)).unwrap().join().unwrap()
}

#[test]
fn deep_nesting_is_cut_and_counted() {
    let deep = 20_000;
    for path in ["a.c", "a.cpp"] {
        for (open, close) in
            [("{", "}"), ("(", ")"), ("f(", ")"), ("!", ""), ("a[", "]"), ("*", "")]
        {
            let text = format!("int v = {}1{};", open.repeat(deep), close.repeat(deep));
            let facts = extract_on_small_stack(path, text);
            let is_counted = facts.not_modelled.iter().any(|(what, _)| what == "deep nesting");
            assert!(is_counted || facts.errors.count > 0, "{open}");
        }
        for text in [
            format!("int v = {}1;", "a + ".repeat(deep)),
            format!("int v = a{};", "->b".repeat(deep)),
            format!("int v = a{};", ".b()".repeat(deep)),
            format!("int {}v;", "*".repeat(deep)),
            format!("int {}v{};", "(".repeat(deep), ")".repeat(deep)),
            format!("{}x v;", "a::".repeat(deep)),
            format!("{}x{} v;", "a<".repeat(2000), ">".repeat(2000)),
            "void f() { ".to_owned() + &"if (a) {} else ".repeat(deep) + "{} }",
            "void f() { ".to_owned() + &"{ ".repeat(deep) + &"}".repeat(deep) + "}",
            "struct A { ".repeat(5000) + &"}; ".repeat(5000),
            "namespace a { ".repeat(5000) + &"}".repeat(5000),
            "#if A\n".repeat(5000) + &"#endif\n".repeat(5000),
            format!("#define A {}", "(a".repeat(deep)),
        ] {
            extract_on_small_stack(path, text);
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn broken_text_never_panics(
        cuts in proptest::collection::vec((0..2300usize, 0..60usize, "[\\PC]{0,3}|[(){}<>\\[\\];,=.'\"#?:&*~\\\\]{0,4}"), 1..6)
    ) {
        let mut text: Vec<char> = EVERYTHING.chars().collect();
        for (at, length, insertion) in cuts {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, insertion.chars());
        }
        let text: String = text.into_iter().collect();
        for path in ["a.c", "a.h", "a.cpp"] {
            let facts = facts_at(path, &text);
            let semantics = &facts.semantics;
            assert_eq!(semantics.definitions.len(), facts.places.definitions.len());
            assert_eq!(semantics.references.len(), facts.places.references.len());
            assert_eq!(semantics.imports.len(), facts.places.imports.len());
        }
    }
}
