//! Operators of C++, which are found by what they take.

use expect_test::expect;

use super::cpp::check;

#[test]
fn operators_are_found_by_what_they_take() {
    check(
        r#"
//- /v.h
#include <iostream>
namespace m {
struct V { int x; friend std::ostream& operator<<(std::ostream& o, const V& v) { return o; } V operator-() const; V& operator+=(const V& o); int norm(); };
struct W { int x; };
V operator+(const V& a, const V& b);
inline bool operator<(const V& a, const V& b) { return true; }
inline bool operator<(const W& a, const W& b) { return true; }
void swap(V& a, V& b);
void swap(W& a, W& b);
}
//- /u.cpp
#include "v.h"
using m::V;
void add(V a, V b) { a + b; }
int sum(V a, V b) { return (a + b).norm(); }
V neg(V a) { return -a; }
void more(V a, V b) { a += b; }
void show(V v) { std::cout << 1 << v << std::endl; }
void sw(V a, V b) { using std::swap; swap(a, b); }
bool lt(V a, V b) { return a < b; }
bool plain(int a, int b, std::vector<V>& v) { auto n = unknown(); return a < b && v.size() < a && n < 3; }
"#,
        &expect![[r#"
            u.cpp:add -mentions exact- v.h:m.V
            u.cpp:add -calls probable- v.h:m.operator+
            u.cpp:sum -mentions exact- v.h:m.V
            u.cpp:sum -calls probable- v.h:m.V.norm
            u.cpp:sum -calls probable- v.h:m.operator+
            u.cpp:neg -mentions exact- v.h:m.V
            u.cpp:neg -calls probable- v.h:m.V.operator-
            u.cpp:more -mentions exact- v.h:m.V
            u.cpp:more -calls probable- v.h:m.V.operator+=
            u.cpp:show -mentions exact- v.h:m.V
            u.cpp:show -calls probable- v.h:m.V.operator<<
            u.cpp:sw -mentions exact- v.h:m.V
            u.cpp:sw -calls probable- v.h:m.swap
            u.cpp:lt -mentions exact- v.h:m.V
            u.cpp:lt -calls probable- v.h:m.operator<
            u.cpp:plain -mentions exact- v.h:m.V
            v.h -mentions exact- v.h:m.V
            v.h:m.V.operator<< -mentions exact- v.h:m.V
            v.h:m.V.operator+= -mentions exact- v.h:m.V
            v.h:m.operator+ -mentions exact- v.h:m.V
            v.h:m.operator< -mentions exact- v.h:m.V
            v.h:m.operator<#1 -mentions exact- v.h:m.W
            v.h:m.swap -mentions exact- v.h:m.V
            v.h:m.swap#1 -mentions exact- v.h:m.W
        "#]],
    );
}

#[test]
fn overloads_of_other_classes_hide_no_operator() {
    let mut header = String::from("namespace m {\n");
    for at in 0..60 {
        header += &format!(
            "struct V{at} {{ int x; }};\nV{at} operator+(const V{at}& a, const V{at}& b);\n"
        );
    }
    let text = format!(
        "\n//- /v.h\n{header}}}\n//- /u.cpp\n#include \"v.h\"\n\
         void first(m::V0 a, m::V0 b) {{ a + b; }}\nvoid last(m::V59 a, m::V59 b) {{ a + b; }}\n"
    );
    let found = crate::testing::fixture(&text).edges();
    let calls: Vec<&str> =
        found.lines().filter(|it| it.contains("-calls")).map(str::trim).collect();
    assert_eq!(
        calls,
        [
            "u.cpp:first -calls probable- v.h:m.operator+",
            "u.cpp:last -calls probable- v.h:m.operator+#59",
        ]
    );
}

#[test]
fn operators_of_elements_are_found_by_their_class() {
    check(
        r#"
//- /v.h
#include <vector>
namespace m {
struct V { int x; };
V operator+(const V& a, const V& b);
struct Own { V& operator[](int at); V* begin(); V* end(); };
}
//- /u.cpp
#include "v.h"
void items(std::vector<m::V> v) { v[0] + v[1]; }
void array(m::V* v) { v[0] + v[1]; }
void pointers(m::V* p, m::V* q) { *p + *q; }
void iterators(std::vector<m::V> v) { auto p = v.begin(); *p + *p; }
void shared(std::shared_ptr<m::V> p) { *p + *p; }
void own(m::Own v) { v[0] + v[1]; }
void each(std::vector<m::V> v) { for (auto& it : v) { it + it; } }
"#,
        &expect![[r#"
            u.cpp:items -mentions exact- v.h:m.V
            u.cpp:items -calls probable- v.h:m.operator+
            u.cpp:array -mentions exact- v.h:m.V
            u.cpp:array -calls probable- v.h:m.operator+
            u.cpp:pointers -mentions exact- v.h:m.V
            u.cpp:pointers -calls probable- v.h:m.operator+
            u.cpp:iterators -mentions exact- v.h:m.V
            u.cpp:iterators -calls probable- v.h:m.operator+
            u.cpp:shared -mentions exact- v.h:m.V
            u.cpp:shared -calls probable- v.h:m.operator+
            u.cpp:own -calls probable- v.h:m.operator+
            u.cpp:own -mentions exact- v.h:m.Own
            u.cpp:each -mentions exact- v.h:m.V
            u.cpp:each -calls probable- v.h:m.operator+
            v.h -mentions exact- v.h:m.V
            v.h:m.operator+ -mentions exact- v.h:m.V
            v.h:m.Own -mentions exact- v.h:m.V
        "#]],
    );
}
