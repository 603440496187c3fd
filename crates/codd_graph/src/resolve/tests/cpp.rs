//! What C++ code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

pub(super) fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn methods_outside_of_their_class_stand_for_their_declaration() {
    check(
        r#"
//- /shop.hpp
#pragma once
namespace shop {
class Base { public: virtual void run() = 0; void log(); };
class Shop : public Base {
public:
    Shop(int n);
    void run() override;
    static int count();
private:
    int n_;
};
}
//- /shop.cpp
#include "shop.hpp"
namespace shop {
Shop::Shop(int n) : n_(n) { log(); }
void Shop::run() { log(); count(); this->n_ = 1; }
int Shop::count() { return 1; }
void Base::log() {}
}
//- /main.cpp
#include "shop.hpp"
using shop::Shop;
void one() { Shop s(1); s.run(); Shop::count(); }
void two() { auto p = std::make_unique<shop::Shop>(2); p->run(); }
void three(shop::Base& b) { b.run(); b.log(); }
"#,
        &expect![[r#"
            main.cpp:one -calls exact- shop.cpp:shop.Shop.Shop
            main.cpp:one -calls probable- shop.cpp:shop.Shop.run
            main.cpp:one -calls exact- shop.cpp:shop.Shop.count
            main.cpp:one -calls exact- shop.hpp:shop.Shop
            main.cpp:one -mentions exact- shop.hpp:shop.Shop
            main.cpp:two -calls exact- shop.cpp:shop.Shop.Shop
            main.cpp:two -calls probable- shop.cpp:shop.Shop.run
            main.cpp:two -calls exact- shop.hpp:shop.Shop
            main.cpp:two -mentions exact- shop.hpp:shop.Shop
            main.cpp:three -calls probable- shop.cpp:shop.Base.log
            main.cpp:three -mentions exact- shop.hpp:shop.Base
            main.cpp:three -calls probable- shop.hpp:shop.Base.run
            shop.cpp:shop.Shop.Shop -calls exact- shop.cpp:shop.Base.log
            shop.cpp:shop.Shop.Shop -mentions exact- shop.hpp:shop.Shop
            shop.cpp:shop.Shop.run -calls exact- shop.cpp:shop.Shop.count
            shop.cpp:shop.Shop.run -calls exact- shop.cpp:shop.Base.log
            shop.cpp:shop.Shop.run -mentions exact- shop.hpp:shop.Shop
            shop.cpp:shop.Shop.count -mentions exact- shop.hpp:shop.Shop
            shop.cpp:shop.Base.log -mentions exact- shop.hpp:shop.Base
            shop.hpp:shop.Base -contains exact- shop.cpp:shop.Base.log
            shop.hpp:shop.Shop -contains exact- shop.cpp:shop.Shop.Shop
            shop.hpp:shop.Shop -contains exact- shop.cpp:shop.Shop.run
            shop.hpp:shop.Shop -contains exact- shop.cpp:shop.Shop.count
            shop.hpp:shop.Shop.n_ -writtenby probable- shop.cpp:shop.Shop.Shop
            shop.hpp:shop.Shop.n_ -writtenby probable- shop.cpp:shop.Shop.run
            shop.hpp:shop.Shop -inherits exact- shop.hpp:shop.Base
        "#]],
    );
}

#[test]
fn namespaces_are_found_from_inside_and_outside() {
    check(
        r#"
//- /a.hpp
namespace a { namespace b { inline void deep() {} }
void flat();
namespace { void hidden() {} } }
//- /a.cpp
#include "a.hpp"
void a::flat() { b::deep(); }
//- /main.cpp
#include "a.hpp"
namespace ab = a::b;
void one() { a::b::deep(); ::a::flat(); ab::deep(); }
namespace a { void two() { flat(); b::deep(); } }
using namespace a::b;
void three() { deep(); }
"#,
        &expect![[r#"
            main.cpp:one -calls exact- a.cpp:a.flat
            main.cpp:one -calls exact- a.hpp:a.b.deep
            main.cpp:one -mentions exact- main.cpp:a
            main.cpp:a.two -calls exact- a.cpp:a.flat
            main.cpp:a.two -calls exact- a.hpp:a.b.deep
            main.cpp:three -calls exact- a.hpp:a.b.deep
        "#]],
    );
}

#[test]
fn templates_lambdas_and_what_pointers_hold() {
    check(
        r#"
//- /a.cpp
#include <vector>
#include <memory>
struct Item { void use(); int n; };
void Item::use() {}
template <typename T> T make(T x) { return x; }
template <class T> class Box { public: void put(T x) {} };
struct Owner {
    std::unique_ptr<Item> item;
    std::vector<Item> items;
    void go() {
        item->use();
        for (auto& it : items) it.use();
        items[0].use();
        auto f = [this](Item& x) { x.use(); };
    }
};
void run() { make<int>(1); Box<int> b; b.put(1); Item* i = new Item(); i->use(); static_cast<Item*>(0)->use(); }
"#,
        &expect![[r#"
            a.cpp:Item.use#1 -mentions exact- a.cpp:Item
            a.cpp:Owner -mentions exact- a.cpp:Item
            a.cpp:Owner.go -mentions exact- a.cpp:Item
            a.cpp:Owner.go -calls probable- a.cpp:Item.use#1
            a.cpp:Owner.go -reads exact- a.cpp:Owner.item
            a.cpp:Owner.go -reads exact- a.cpp:Owner.items
            a.cpp:run -calls exact- a.cpp:Item
            a.cpp:run -mentions exact- a.cpp:Item
            a.cpp:run -calls probable- a.cpp:Item.use#1
            a.cpp:run -calls exact- a.cpp:make
            a.cpp:run -calls exact- a.cpp:Box
            a.cpp:run -mentions exact- a.cpp:Box
            a.cpp:run -calls probable- a.cpp:Box.put
        "#]],
    );
}

#[test]
fn overloads_are_picked_by_the_number_of_arguments() {
    check(
        r#"
//- /a.hpp
class A { public: A(); A(int); void f(); void f(int); };
//- /a.cpp
#include "a.hpp"
A::A() {}
A::A(int x) { f(x); }
void A::f() {}
void A::f(int x) {}
//- /b.cpp
#include "a.hpp"
void run() { A a; A b(1); a.f(); b.f(2); }
"#,
        &expect![[r#"
            a.cpp:A.A -mentions exact- a.hpp:A
            a.cpp:A.A#1 -calls exact- a.cpp:A.f#1
            a.cpp:A.A#1 -mentions exact- a.hpp:A
            a.cpp:A.f -mentions exact- a.hpp:A
            a.cpp:A.f#1 -mentions exact- a.hpp:A
            a.hpp:A -contains exact- a.cpp:A.A
            a.hpp:A -contains exact- a.cpp:A.A#1
            a.hpp:A -contains exact- a.cpp:A.f
            a.hpp:A -contains exact- a.cpp:A.f#1
            b.cpp:run -calls exact- a.cpp:A.A
            b.cpp:run -calls exact- a.cpp:A.A#1
            b.cpp:run -calls probable- a.cpp:A.f
            b.cpp:run -calls probable- a.cpp:A.f#1
            b.cpp:run -calls exact- a.hpp:A
            b.cpp:run -mentions exact- a.hpp:A
        "#]],
    );
}

#[test]
fn headers_that_may_be_either_are_read_as_what_they_say() {
    check(
        r#"
//- /a.h
class Tool { public: void run() {} };
//- /b.h
struct tool { int class; };
//- /a.cpp
#include "a.h"
void go() { Tool t; t.run(); }
//- /b.c
#include "b.h"
int f(struct tool *t) { return t->class; }
"#,
        &expect![[r#"
            a.cpp:go -calls exact- a.h:Tool
            a.cpp:go -mentions exact- a.h:Tool
            a.cpp:go -calls probable- a.h:Tool.run
            b.c:f -mentions exact- b.h:tool
            b.c:f -reads probable- b.h:tool.class
        "#]],
    );
}

#[test]
fn tests_of_googletest_reach_their_fixture() {
    check(
        r#"
//- /a_test.cc
#include <gtest/gtest.h>
class Fix : public ::testing::Test { protected: void SetUp() override {} int value() { return 1; } };
TEST_F(Fix, Works) { EXPECT_EQ(value(), 1); }
static int helper() { return 1; }
TEST(Plain, Runs) { EXPECT_EQ(helper(), 1); }
TEST_CASE("sums", "[math]") {
    helper();
}
"#,
        &expect![[r#"
            a_test.cc:Fix.Works -inherits exact- a_test.cc:Fix
            a_test.cc:Fix.Works.TestBody -calls exact- a_test.cc:Fix.SetUp
            a_test.cc:Fix.Works.TestBody -calls exact- a_test.cc:Fix.value
            a_test.cc:Plain.Runs -calls exact- a_test.cc:helper
            a_test.cc:sums -calls exact- a_test.cc:helper
            a_test.cc:Fix.Works -tests exact- a_test.cc:Fix.Works.TestBody
            a_test.cc:Plain.Runs -tests exact- a_test.cc:Plain.Runs
            a_test.cc:sums -tests exact- a_test.cc:sums
        "#]],
    );
}

#[test]
fn methods_written_in_full_see_the_namespace_and_the_types_around_their_class() {
    check(
        r#"
//- /lib.hpp
namespace lib {
extern const int LIMIT;
int clamp(int v);
class Foo {
public:
    static const int SIZE = 4;
    int bar();
    class In { int go(); };
};
namespace detail { int deep(); }
}
//- /lib.cpp
namespace lib {
const int LIMIT = 9;
int clamp(int v) { return v; }
namespace detail { int deep() { return 1; } }
}
//- /foo.cpp
#include "lib.hpp"
int lib::Foo::bar() { return clamp(LIMIT) + detail::deep(); }
int lib::Foo::In::go() { return clamp(SIZE); }
"#,
        &expect![[r#"
            foo.cpp:lib.Foo.bar -calls exact- lib.cpp:lib.clamp
            foo.cpp:lib.Foo.bar -calls exact- lib.cpp:lib.detail.deep
            foo.cpp:lib.Foo.bar -reads exact- lib.hpp:lib.LIMIT
            foo.cpp:lib.Foo.bar -mentions exact- lib.hpp:lib.Foo
            foo.cpp:lib.Foo.In.go -calls exact- lib.cpp:lib.clamp
            foo.cpp:lib.Foo.In.go -mentions exact- lib.hpp:lib.Foo
            foo.cpp:lib.Foo.In.go -reads exact- lib.hpp:lib.Foo.SIZE
            foo.cpp:lib.Foo.In.go -mentions exact- lib.hpp:lib.Foo.In
            lib.hpp:lib.Foo -contains exact- foo.cpp:lib.Foo.bar
            lib.hpp:lib.Foo.In -contains exact- foo.cpp:lib.Foo.In.go
            lib.hpp:lib.LIMIT -reads exact- lib.cpp:lib.LIMIT
        "#]],
    );
}

#[test]
fn constructors_make_the_bases_they_do_not_name() {
    check(
        r#"
//- /a.cpp
class Base { public: Base() {} Base(int n) {} };
class Plain : public Base { public: Plain() {} };
class Told : public Base { public: Told() : Base(2) {} };
//- /b.hpp
#include "a.cpp"
class Elsewhere : public Plain { public: Elsewhere(); };
"#,
        &expect![[r#"
            a.cpp:Plain -inherits exact- a.cpp:Base
            a.cpp:Plain.Plain -calls exact- a.cpp:Base.Base
            a.cpp:Told -inherits exact- a.cpp:Base
            a.cpp:Told.Told -calls exact- a.cpp:Base
            a.cpp:Told.Told -calls exact- a.cpp:Base.Base#1
            b.hpp:Elsewhere -inherits exact- a.cpp:Plain
            b.hpp:Elsewhere -calls exact- a.cpp:Plain.Plain
        "#]],
    );
}

#[test]
fn an_arrow_leads_to_what_it_gives() {
    check(
        r#"
//- /a.cpp
struct Shop { void sell() {} };
struct Handle { Shop* operator->() { return shop; } Shop* shop; void own() {} };
void f(Handle h) { h->sell(); h.own(); }
"#,
        &expect![[r#"
            a.cpp:Handle -mentions exact- a.cpp:Shop
            a.cpp:Handle.operator-> -mentions exact- a.cpp:Shop
            a.cpp:Handle.operator-> -reads exact- a.cpp:Handle.shop
            a.cpp:f -calls probable- a.cpp:Shop.sell
            a.cpp:f -mentions exact- a.cpp:Handle
            a.cpp:f -calls probable- a.cpp:Handle.own
        "#]],
    );
}

#[test]
fn what_a_condition_declares_is_run() {
    check(
        r#"
//- /a.cpp
struct R { int size(); };
int free() { return 1; }
int a(R& r) { if (auto n = r.size()) return n; return 0; }
int b(R& r) { while (int n = r.size()) { return n; } return 0; }
int c() { switch (auto n = free()) { default: return n; } }
int d(R& r) { if (auto n = r.size(); n > 0) return n; return 0; }
"#,
        &expect![[r#"
            a.cpp:a -mentions exact- a.cpp:R
            a.cpp:a -calls probable- a.cpp:R.size
            a.cpp:b -mentions exact- a.cpp:R
            a.cpp:b -calls probable- a.cpp:R.size
            a.cpp:c -calls exact- a.cpp:free
            a.cpp:d -mentions exact- a.cpp:R
            a.cpp:d -calls probable- a.cpp:R.size
        "#]],
    );
}

#[test]
fn boost_tests_have_what_is_in_their_fixture() {
    check(
        r#"
//- /t.cpp
struct M { int cents() const; };
struct F { M m; void setup(); };
BOOST_FIXTURE_TEST_CASE(sums, F) { BOOST_TEST(m.cents() == 1); }
"#,
        &expect![[r#"
            t.cpp:F -mentions exact- t.cpp:M
            t.cpp:sums -inherits exact- t.cpp:F
            t.cpp:sums.TestBody -calls probable- t.cpp:M.cents
            t.cpp:sums.TestBody -reads exact- t.cpp:F.m
            t.cpp:sums.TestBody -calls exact- t.cpp:F.setup
            t.cpp:sums -tests exact- t.cpp:sums.TestBody
        "#]],
    );
}

#[test]
fn what_holds_something_is_not_what_it_holds() {
    check(
        r#"
//- /a.cpp
#include <map>
#include <memory>
#include <optional>
#include <vector>
struct A { void run(); int size(); void reset(); A* get(); bool empty(); void clear(); A* value(); };
void lists(std::vector<A>& v, std::vector<A>* out, std::vector<A*>& p, std::map<int, A>& m) {
    v.size(); v.empty(); v.clear(); out->size(); out->clear(); p.clear(); m.empty(); m.size();
    for (auto& it : m) { it.first.size(); }
    for (const auto& [key, it] : m) { key.size(); }
}
void pointers(std::unique_ptr<A> p, std::shared_ptr<A> q, std::optional<A> o) {
    p.reset(); q.get(); o.value(); o.reset(); p = std::make_unique<A>(); auto r = std::make_shared<A>(); r.reset();
}
void of_lists(std::unique_ptr<std::vector<A>> p, std::function<void(A)> f) { p->size(); p->clear(); }
"#,
        &expect![[r#"
            a.cpp:lists -mentions exact- a.cpp:A
            a.cpp:lists -calls possible- a.cpp:A.size
            a.cpp:pointers -calls exact- a.cpp:A
            a.cpp:pointers -mentions exact- a.cpp:A
            a.cpp:of_lists -mentions exact- a.cpp:A
        "#]],
    );
}

#[test]
fn what_is_held_is_reached_through_its_holder() {
    check(
        r#"
//- /a.hpp
#include <map>
#include <memory>
#include <optional>
#include <vector>
struct A { void run(); int size(); };
struct Base { virtual void go(); };
struct Derived : Base { void go() override; };
//- /lists.cpp
#include "a.hpp"
void index(std::vector<A>& v) { v[0].run(); }
void at(std::vector<A>& v) { v.at(0).run(); }
void front(std::vector<A>& v) { v.front().run(); }
void range(std::vector<A>& v) { for (auto& it : v) it.run(); }
void pointed(std::vector<A>* v) { (*v)[0].run(); }
void iterator(std::vector<A>& v) { auto it = v.begin(); it->run(); (*it).size(); }
void iterators(std::vector<A>& v) { for (auto it = v.begin(); it != v.end(); ++it) it->run(); }
void unique(std::vector<std::unique_ptr<A>>& v) { for (auto& it : v) it->run(); }
//- /maps.cpp
#include "a.hpp"
using namespace std;
void index(map<string, A>& m) { m["a"].run(); }
void at(map<string, A>& m) { m.at("a").run(); }
void found(map<string, A>& m) { auto it = m.find("a"); it->second.run(); }
void pairs(map<string, A>& m) { for (auto& it : m) it.second.run(); }
void named(map<string, A>& m) { for (auto& [k, v] : m) v.run(); }
//- /pointers.cpp
#include "a.hpp"
void arrow(std::unique_ptr<A> p) { p->run(); }
void star(std::unique_ptr<A>& p) { (*p).run(); }
void got(std::shared_ptr<A> p) { p.get()->run(); }
void locked(std::weak_ptr<A> p) { if (auto q = p.lock()) q->run(); }
void value(std::optional<A> o) { o.value().run(); }
void arrow_of(std::optional<A> o) { o->run(); }
void made() { auto p = std::make_unique<A>(); p->run(); }
void derived() { std::unique_ptr<Base> p = std::make_unique<Derived>(); p->go(); }
void qt(QSharedPointer<Base> p) { p->go(); }
void other(boost::shared_ptr<Base> p) { p->go(); }
void unknown(com::Box<Base> p) { p->go(); }
//- /own.cpp
#include "a.hpp"
template <typename T> struct Own { T* operator->(); T& value(); T inner; };
template <typename T> std::unique_ptr<T> create();
void arrow(Own<A> o) { o->run(); }
void value(Own<A>& o) { o.value().run(); }
void field(Own<A>& o) { o.inner.run(); }
void create_it() { create<A>()->run(); }
"#,
        &expect![[r#"
            a.hpp:Derived -inherits exact- a.hpp:Base
            lists.cpp:index -mentions exact- a.hpp:A
            lists.cpp:index -calls probable- a.hpp:A.run
            lists.cpp:at -mentions exact- a.hpp:A
            lists.cpp:at -calls probable- a.hpp:A.run
            lists.cpp:front -mentions exact- a.hpp:A
            lists.cpp:front -calls probable- a.hpp:A.run
            lists.cpp:range -mentions exact- a.hpp:A
            lists.cpp:range -calls probable- a.hpp:A.run
            lists.cpp:pointed -mentions exact- a.hpp:A
            lists.cpp:pointed -calls probable- a.hpp:A.run
            lists.cpp:iterator -mentions exact- a.hpp:A
            lists.cpp:iterator -calls probable- a.hpp:A.run
            lists.cpp:iterator -calls probable- a.hpp:A.size
            lists.cpp:iterators -mentions exact- a.hpp:A
            lists.cpp:iterators -calls probable- a.hpp:A.run
            lists.cpp:unique -mentions exact- a.hpp:A
            lists.cpp:unique -calls probable- a.hpp:A.run
            maps.cpp:index -mentions exact- a.hpp:A
            maps.cpp:index -calls probable- a.hpp:A.run
            maps.cpp:at -mentions exact- a.hpp:A
            maps.cpp:at -calls probable- a.hpp:A.run
            maps.cpp:found -mentions exact- a.hpp:A
            maps.cpp:found -calls probable- a.hpp:A.run
            maps.cpp:pairs -mentions exact- a.hpp:A
            maps.cpp:pairs -calls probable- a.hpp:A.run
            maps.cpp:named -mentions exact- a.hpp:A
            maps.cpp:named -calls probable- a.hpp:A.run
            own.cpp:arrow -mentions exact- a.hpp:A
            own.cpp:arrow -calls probable- a.hpp:A.run
            own.cpp:arrow -mentions exact- own.cpp:Own
            own.cpp:value -mentions exact- a.hpp:A
            own.cpp:value -calls probable- a.hpp:A.run
            own.cpp:value -mentions exact- own.cpp:Own
            own.cpp:value -calls probable- own.cpp:Own.value
            own.cpp:field -mentions exact- a.hpp:A
            own.cpp:field -calls probable- a.hpp:A.run
            own.cpp:field -mentions exact- own.cpp:Own
            own.cpp:field -reads probable- own.cpp:Own.inner
            own.cpp:create_it -mentions exact- a.hpp:A
            own.cpp:create_it -calls probable- a.hpp:A.run
            own.cpp:create_it -calls exact- own.cpp:create
            pointers.cpp:arrow -mentions exact- a.hpp:A
            pointers.cpp:arrow -calls probable- a.hpp:A.run
            pointers.cpp:star -mentions exact- a.hpp:A
            pointers.cpp:star -calls probable- a.hpp:A.run
            pointers.cpp:got -mentions exact- a.hpp:A
            pointers.cpp:got -calls probable- a.hpp:A.run
            pointers.cpp:locked -mentions exact- a.hpp:A
            pointers.cpp:locked -calls probable- a.hpp:A.run
            pointers.cpp:value -mentions exact- a.hpp:A
            pointers.cpp:value -calls probable- a.hpp:A.run
            pointers.cpp:arrow_of -mentions exact- a.hpp:A
            pointers.cpp:arrow_of -calls probable- a.hpp:A.run
            pointers.cpp:made -calls exact- a.hpp:A
            pointers.cpp:made -mentions exact- a.hpp:A
            pointers.cpp:made -calls probable- a.hpp:A.run
            pointers.cpp:derived -mentions exact- a.hpp:Base
            pointers.cpp:derived -calls probable- a.hpp:Base.go
            pointers.cpp:derived -calls exact- a.hpp:Derived
            pointers.cpp:derived -mentions exact- a.hpp:Derived
            pointers.cpp:derived -calls probable- a.hpp:Derived.go
            pointers.cpp:qt -mentions exact- a.hpp:Base
            pointers.cpp:qt -calls probable- a.hpp:Base.go
            pointers.cpp:other -mentions exact- a.hpp:Base
            pointers.cpp:other -calls probable- a.hpp:Base.go
            pointers.cpp:unknown -mentions exact- a.hpp:Base
            pointers.cpp:unknown -calls possible- a.hpp:Base.go
        "#]],
    );
}

#[test]
fn what_a_class_hides_in_a_source_is_found_from_its_pointer() {
    check(
        r#"
//- /w.hpp
#include <memory>
class W { public: W(); void work(); private: struct Impl; std::unique_ptr<Impl> impl_; };
namespace n { class V { public: void work(); private: class Private; Private* d; }; }
//- /w.cc
#include "w.hpp"
struct W::Impl { void run() { deep(); } void deep() {} };
W::W() : impl_(std::make_unique<Impl>()) {}
void W::work() { impl_->run(); }
//- /v.cc
#include "w.hpp"
namespace n {
class V::Private { public: void run(); };
void V::Private::run() {}
void V::work() { d->run(); }
}
//- /u.cc
class U { struct Impl; Impl* impl_; void work(); };
struct U::Impl { void run() {} };
void U::work() { impl_->run(); }
"#,
        &expect![[r#"
            u.cc:U -mentions exact- u.cc:U.Impl
            u.cc:U.work#1 -mentions exact- u.cc:U
            u.cc:U.work#1 -reads exact- u.cc:U.impl_
            u.cc:U.work#1 -calls probable- u.cc:U.Impl.run
            v.cc:n.V.Private -contains exact- v.cc:n.V.Private.run#1
            v.cc:n.V.Private -mentions exact- w.hpp:n.V
            v.cc:n.V.Private.run#1 -mentions exact- v.cc:n.V.Private
            v.cc:n.V.Private.run#1 -mentions exact- w.hpp:n.V
            v.cc:n.V.work -calls probable- v.cc:n.V.Private.run#1
            v.cc:n.V.work -mentions exact- w.hpp:n.V
            v.cc:n.V.work -reads exact- w.hpp:n.V.d
            w.hpp:n.V -contains exact- v.cc:n.V.Private
            w.hpp:n.V -contains exact- v.cc:n.V.work
            w.cc:W.Impl -mentions exact- w.hpp:W
            w.cc:W.Impl.run -calls exact- w.cc:W.Impl.deep
            w.cc:W.W -calls exact- w.cc:W.Impl
            w.cc:W.W -mentions exact- w.cc:W.Impl
            w.cc:W.W -mentions exact- w.hpp:W
            w.cc:W.work -calls probable- w.cc:W.Impl.run
            w.cc:W.work -mentions exact- w.hpp:W
            w.cc:W.work -reads exact- w.hpp:W.impl_
            w.hpp:W -contains exact- w.cc:W.Impl
            w.hpp:W -contains exact- w.cc:W.W
            w.hpp:W -contains exact- w.cc:W.work
            w.hpp:W.impl_ -writtenby probable- w.cc:W.W
            w.hpp:W -mentions exact- w.cc:W.Impl
            w.hpp:n.V -mentions exact- v.cc:n.V.Private
        "#]],
    );
}

#[test]
fn addresses_of_members_are_values_of_their_pointers() {
    check(
        r#"
//- /b.cc
class Base { public: int run(int n) { return n; } };
int one() { int (Base::*m)(int) = &Base::run; return 0; }
int two() { int (Base::*m)(int); m = &Base::run; return 0; }
"#,
        &expect![[r#"
            b.cc:one -mentions exact- b.cc:Base
            b.cc:one -reads exact- b.cc:Base.run
            b.cc:two -mentions exact- b.cc:Base
            b.cc:two -reads exact- b.cc:Base.run
        "#]],
    );
}
