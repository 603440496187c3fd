//! What Go code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn a_package_is_a_folder_and_an_import_path_lies_below_a_module() {
    check(
        r#"
//- /go.mod
module example.com/shop
//- /main.go
package main
import (
	"fmt"
	"example.com/shop/db"
	store "example.com/shop/internal/store"
	_ "example.com/shop/driver"
)
func main() { fmt.Println(helper()); db.Open(); store.New().Put(); db.Missing() }
//- /help.go
package main
func helper() int { return 1 }
//- /db/open.go
package db
func Open() { connect() }
//- /db/connect.go
package db
func connect() {}
//- /internal/store/store.go
package store
type Store struct{}
func New() *Store { return &Store{} }
//- /internal/store/put.go
package store
func (s *Store) Put() { s.check() }
func (s *Store) check() {}
//- /driver/driver.go
package driver
func init() { register() }
func register() {}
"#,
        &expect![[r#"
            db/open.go:Open -calls exact- db/connect.go:connect
            driver/driver.go -calls exact- driver/driver.go:init
            driver/driver.go:init -calls exact- driver/driver.go:register
            internal/store/put.go:Store.Put -calls probable- internal/store/put.go:Store.check
            internal/store/put.go:Store.Put -mentions exact- internal/store/store.go:Store
            internal/store/put.go:Store.check -mentions exact- internal/store/store.go:Store
            internal/store/store.go:Store -contains exact- internal/store/put.go:Store.Put
            internal/store/store.go:Store -contains exact- internal/store/put.go:Store.check
            internal/store/store.go:New -calls exact- internal/store/store.go:Store
            internal/store/store.go:New -mentions exact- internal/store/store.go:Store
            main.go:main -calls exact- db/open.go:Open
            main.go:main -calls exact- help.go:helper
            main.go:main -calls probable- internal/store/put.go:Store.Put
            main.go:main -calls exact- internal/store/store.go:New
        "#]],
    );
}

#[test]
fn modules_of_a_workspace_and_replaced_ones_use_one_another() {
    check(
        r#"
//- /go.work
use ./api
use ./lib
//- /api/go.mod
module example.com/api
replace example.com/old => ../lib
//- /api/main.go
package main
import ("example.com/lib/v2/text"; old "example.com/old/text"; "example.com/api/gone")
func main() { text.Wrap(); old.Wrap(); gone.Do() }
//- /lib/go.mod
module example.com/lib/v2
//- /lib/text/text.go
package text
func Wrap() {}
//- /lib/text/text_test.go
package text_test
import "example.com/lib/v2/text"
func Wrap() {}
func TestWrap(t *testing.T) { text.Wrap() }
"#,
        &expect![[r#"
            api/main.go:main -calls exact- lib/text/text.go:Wrap
            api/main.go: MissingModule example.com/api/gone
            lib/text/text_test.go:TestWrap -calls exact- lib/text/text.go:Wrap
            lib/text/text_test.go:TestWrap -tests exact- lib/text/text_test.go:TestWrap
        "#]],
    );
}

#[test]
fn members_of_embedded_types_are_promoted() {
    check(
        r#"
//- /a.go
package a
type Base struct{ Log *Logger }
func (b *Base) Start() { b.Log.Print() }
type Server struct {
	*Base
	name string
}
func run(s *Server) { s.Start(); s.Base.Start(); s.Log.Print() }
//- /log.go
package a
type Logger struct{}
func (l Logger) Print() {}
"#,
        &expect![[r#"
            a.go:Base -mentions exact- log.go:Logger
            a.go:Server -inherits exact- a.go:Base
            a.go:Base.Start -mentions exact- a.go:Base
            a.go:Base.Start -reads probable- a.go:Base.Log
            a.go:Base.Start -calls probable- log.go:Logger.Print
            a.go:run -reads probable- a.go:Base.Log
            a.go:run -mentions exact- a.go:Server
            a.go:run -reads probable- a.go:Server.Base
            a.go:run -calls probable- a.go:Base.Start
            a.go:run -calls probable- log.go:Logger.Print
            log.go:Logger.Print -mentions exact- log.go:Logger
        "#]],
    );
}

#[test]
fn values_are_typed_by_what_gives_them() {
    check(
        r#"
//- /a.go
package a
type Item struct{ next *Item }
func (i *Item) Show() {}
type Items []*Item
func (l Items) Len() int { return len(l) }
func NewItem() (*Item, error) { return nil, nil }
func one() { i, err := NewItem(); i.Show(); err.Error() }
func two(m map[string]Items) { for _, items := range m { items.Len(); for _, it := range items { it.Show() } } }
func three(x any) {
	if i, ok := x.(*Item); ok { i.next.Show() }
	switch v := x.(type) {
	case Items: v.Len()
	case *Item: v.Show()
	}
}
func four(c chan *Item, all []Item) { (<-c).Show(); all[0].Show(); (&all[1]).Show(); for i := range c { i.Show() } }
func five() { Items{{}, {}}.Len(); new(Item).Show(); (*Item)(nil).Show(); make(Items, 1)[0].Show() }
func six() { f := func() *Item { return nil }; f().Show() }
func seven(i Items) { for { i := i[0]; i.Show() } }
"#,
        &expect![[r#"
            a.go:Items -mentions exact- a.go:Item
            a.go:Item.Show -mentions exact- a.go:Item
            a.go:Items.Len -mentions exact- a.go:Items
            a.go:NewItem -mentions exact- a.go:Item
            a.go:one -calls probable- a.go:Item.Show
            a.go:one -calls exact- a.go:NewItem
            a.go:two -mentions exact- a.go:Items
            a.go:two -calls probable- a.go:Item.Show
            a.go:two -calls probable- a.go:Items.Len
            a.go:three -mentions exact- a.go:Item
            a.go:three -reads probable- a.go:Item.next
            a.go:three -mentions exact- a.go:Items
            a.go:three -calls probable- a.go:Item.Show
            a.go:three -calls probable- a.go:Items.Len
            a.go:four -mentions exact- a.go:Item
            a.go:four -calls probable- a.go:Item.Show
            a.go:five -calls exact- a.go:Item
            a.go:five -mentions exact- a.go:Item
            a.go:five -calls exact- a.go:Items
            a.go:five -mentions exact- a.go:Items
            a.go:five -calls probable- a.go:Item.Show
            a.go:five -calls probable- a.go:Items.Len
            a.go:six -mentions exact- a.go:Item
            a.go:six -calls probable- a.go:Item.Show
            a.go:seven -mentions exact- a.go:Items
            a.go:seven -calls probable- a.go:Item.Show
        "#]],
    );
}

#[test]
fn functions_are_passed_and_methods_are_values() {
    check(
        r#"
//- /a.go
package a
type Job struct{ run func() }
func (j *Job) Do() {}
type Handler func(j *Job) *Job
func each(f func(*Job)) { f(nil) }
func done() {}
func start(j *Job) { each((*Job).Do); each(func(j *Job) { j.Do() }); go j.run(); x := Job{run: done}; x.Do() }
func call(h Handler) { h(nil).Do() }
var table = map[string]func(){"done": done}
func look() { table["done"]() }
"#,
        &expect![[r#"
            a.go -reads exact- a.go:done
            a.go:Job.run -writtenby probable- a.go:start
            a.go:Handler -mentions exact- a.go:Job
            a.go:Job.Do -mentions exact- a.go:Job
            a.go:each -mentions exact- a.go:Job
            a.go:each -calls probable- a.go:Job.Do
            a.go:start -calls exact- a.go:Job
            a.go:start -reads exact- a.go:Job
            a.go:start -mentions exact- a.go:Job
            a.go:start -reads probable- a.go:Job.run
            a.go:start -calls probable- a.go:Job.Do
            a.go:start -reads exact- a.go:Job.Do
            a.go:start -calls exact- a.go:each
            a.go:start -calls probable- a.go:done
            a.go:start -reads exact- a.go:done
            a.go:call -mentions exact- a.go:Handler
            a.go:call -calls probable- a.go:Job.Do
            a.go:table -reads exact- a.go:done
            a.go:look -calls probable- a.go:done
            a.go:look -reads exact- a.go:table
        "#]],
    );
}

#[test]
fn interfaces_are_implemented_by_what_has_their_methods() {
    let graph = fixture(
        r#"
//- /a.go
package a
type Reader interface { Get() string }
type ReadWriter interface { Reader; Put(string) }
func use(rw ReadWriter) { rw.Get(); rw.Put("") }
//- /b/b.go
package b
type file struct{}
func (f file) Get() string { return "" }
func (f file) Put(s string) {}
type half struct{}
func (h half) Get() string { return "" }
"#,
    )
    .graph();
    let inherits: Vec<String> = graph
        .edges()
        .filter(|it| it.kind == crate::EdgeKind::Inherits)
        .map(|it| format!("{} {}", graph.node(it.from).key.symbol, graph.node(it.to).key.symbol))
        .collect();
    expect![[r#"
        ReadWriter Reader
        ReadWriter.Put file.Put
        Reader.Get file.Get
        Reader.Get half.Get
        file ReadWriter
        file Reader
        half Reader"#]]
    .assert_eq(&inherits.join("\n"));
}

#[test]
fn type_parameters_are_what_they_are_bound_by() {
    check(
        r#"
//- /a.go
package a
type Named interface { Name() string }
type List[T Named] struct{ head T }
func (l *List[T]) First() T { return l.head }
func Each[T Named](all []T) { for _, it := range all { it.Name() } }
func run(l *List[User]) { Each[User](nil); l.First() }
type User struct{}
func (u User) Name() string { return "" }
"#,
        &expect![[r#"
            a.go:List -mentions exact- a.go:Named
            a.go:List.First -mentions exact- a.go:List
            a.go:List.First -reads probable- a.go:List.head
            a.go:Each -mentions exact- a.go:Named
            a.go:Each -calls probable- a.go:Named.Name
            a.go:run -mentions exact- a.go:List
            a.go:run -mentions exact- a.go:User
            a.go:run -calls probable- a.go:List.First
            a.go:run -mentions exact- a.go:Each
            a.go:User.Name -mentions exact- a.go:User
        "#]],
    );
}

#[test]
fn a_test_runs_what_its_package_starts_with() {
    check(
        r#"
//- /go.mod
module example.com/shop
//- /db/db.go
package db
import "errors"
var pool = connect()
var ErrGone = errors.New("gone")
var sizes = make([]int, 3)
func connect() int { return 1 }
func init() { register() }
func register() {}
//- /db/main_test.go
package db
func TestMain(m *testing.M) { m.Run() }
var fixed = load()
func load() int { return 1 }
//- /db/db_test.go
package db
func TestGet(t *testing.T) {}
//- /db/outside_test.go
package db_test
func TestPut(t *testing.T) {}
//- /other/other_test.go
package other
func init() {}
func TestOther(t *testing.T) {}
"#,
        &expect![[r#"
            db/db.go -calls exact- db/db.go:connect
            db/db.go -calls exact- db/db.go:init
            db/db.go:pool -calls exact- db/db.go:connect
            db/db.go:init -calls exact- db/db.go:register
            db/db_test.go:TestGet -reads probable- db/db.go:pool
            db/db_test.go:TestGet -calls probable- db/db.go:init
            db/db_test.go:TestGet -calls probable- db/main_test.go:TestMain
            db/db_test.go:TestGet -reads probable- db/main_test.go:fixed
            db/db_test.go:TestGet -tests exact- db/db_test.go:TestGet
            db/main_test.go -calls exact- db/main_test.go:load
            db/main_test.go:fixed -calls exact- db/main_test.go:load
            db/outside_test.go:TestPut -reads probable- db/db.go:pool
            db/outside_test.go:TestPut -calls probable- db/db.go:init
            db/outside_test.go:TestPut -calls probable- db/main_test.go:TestMain
            db/outside_test.go:TestPut -reads probable- db/main_test.go:fixed
            db/outside_test.go:TestPut -tests exact- db/outside_test.go:TestPut
            other/other_test.go -calls exact- other/other_test.go:init
            other/other_test.go:TestOther -calls exact- other/other_test.go:init
            other/other_test.go:TestOther -tests exact- other/other_test.go:TestOther
        "#]],
    );
}

#[test]
fn names_that_only_a_directive_or_a_length_says() {
    check(
        r#"
//- /go.mod
module x
//- /a/a.go
package a
import _ "unsafe"
const Size = 3
type Block [Size]int
//go:linkname local x/b.hidden
func local() int
func use() int { return local() }
//- /b/b.go
package b
func hidden() int { return 1 }
"#,
        &expect![[r#"
            a/a.go:Block -reads exact- a/a.go:Size
            a/a.go:local -calls exact- b/b.go:hidden
            a/a.go:use -calls exact- a/a.go:local
        "#]],
    );
}

#[test]
fn functions_in_tables_of_structs_without_a_name_are_called() {
    check(
        r#"
//- /a/a.go
package a
func one() {}
func two() {}
var table = []struct {
	name string
	run  func()
}{{"one", one}, {name: "two", run: two}}
func all() {
	for _, it := range table {
		it.run()
	}
}
//- /a/a_test.go
package a
import "testing"
func TestAll(t *testing.T) {
	t.Run("sub", func(t *testing.T) { all() })
}
"#,
        &expect![[r#"
            a/a.go -reads exact- a/a.go:one
            a/a.go -reads exact- a/a.go:two
            a/a.go:table -reads exact- a/a.go:one
            a/a.go:table -reads exact- a/a.go:two
            a/a.go:all -calls probable- a/a.go:one
            a/a.go:all -calls probable- a/a.go:two
            a/a.go:all -reads exact- a/a.go:table
            a/a_test.go:TestAll -calls exact- a/a_test.go:TestAll.sub
            a/a_test.go:TestAll.sub -calls exact- a/a.go:all
            a/a_test.go:TestAll -tests exact- a/a_test.go:TestAll
            a/a_test.go:TestAll/sub -tests exact- a/a_test.go:TestAll.sub
        "#]],
    );
}

#[test]
fn the_library_calls_the_methods_of_its_interfaces() {
    check(
        r#"
//- /a/a.go
package a
import (
	"net/http"
	"text/template"
	"example.com/other"
)
type Server struct{}
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
func (s *Server) Start() {}
func serve() { http.ListenAndServe(":80", &Server{}) }
func render(t *template.Template) { template.Must(t, &Server{}) }
func hand() { other.Take(&Server{}) }
"#,
        &expect![[r#"
            a/a.go:Server.ServeHTTP -mentions exact- a/a.go:Server
            a/a.go:Server.Start -mentions exact- a/a.go:Server
            a/a.go:serve -calls exact- a/a.go:Server
            a/a.go:render -calls exact- a/a.go:Server
            a/a.go:render -calls possible- a/a.go:Server.Start
            a/a.go:hand -calls exact- a/a.go:Server
            a/a.go:hand -calls possible- a/a.go:Server.Start
        "#]],
    );
}

#[test]
fn new_of_a_value_is_what_the_value_is() {
    check(
        r#"
//- /go.mod
module app
//- /a.go
package app
type User struct{ Name *string }
func (u *User) Verify() {}
func Make() User { return User{Name: new("x")} }
func Called() { new(Make()).Verify() }
func Written() {
	u := new(User{Name: new("a" + "b")})
	u.Verify()
}
func Typed() { u := new(User); u.Verify() }
"#,
        &expect![[r#"
            a.go:User.Name -writtenby probable- a.go:Make
            a.go:User.Name -writtenby probable- a.go:Written
            a.go:User.Verify -mentions exact- a.go:User
            a.go:Make -calls exact- a.go:User
            a.go:Make -mentions exact- a.go:User
            a.go:Called -calls probable- a.go:User.Verify
            a.go:Called -calls exact- a.go:Make
            a.go:Written -calls exact- a.go:User
            a.go:Written -calls probable- a.go:User.Verify
            a.go:Typed -mentions exact- a.go:User
            a.go:Typed -calls probable- a.go:User.Verify
        "#]],
    );
}

#[test]
fn packages_that_are_called_otherwise_than_their_folder() {
    check(
        r#"
//- /go.mod
module ex
//- /store/v2/s.go
package store2
func Open() {}
type Db struct{}
func (d *Db) Get() {}
//- /go-foo/f.go
package foolib
func Run() {}
//- /main.go
package main
import (
	"ex/store/v2"
	"ex/go-foo"
	"fmt"
)
func one() { store2.Open(); fmt.Println() }
func two(d *store2.Db) { d.Get() }
func three() { foolib.Run(); cfg.Load() }
//- /cfg.go
package main
type Cfg struct{}
func (c Cfg) Load() {}
var cfg Cfg
"#,
        &expect![[r#"
            cfg.go -mentions exact- cfg.go:Cfg
            cfg.go:Cfg.Load -mentions exact- cfg.go:Cfg
            main.go:one -calls exact- store/v2/s.go:Open
            main.go:two -mentions exact- store/v2/s.go:Db
            main.go:two -calls probable- store/v2/s.go:Db.Get
            main.go:three -calls probable- cfg.go:Cfg.Load
            main.go:three -reads exact- cfg.go:cfg
            store/v2/s.go:Db.Get -mentions exact- store/v2/s.go:Db
        "#]],
    );
}

#[test]
fn an_interface_from_outside_holds_what_it_is_given() {
    check(
        r#"
//- /go.mod
module ex
//- /e.go
package e
type Err struct{}
func (e *Err) Error() string { return text() }
func text() string { return "" }
func one() { var e error = &Err{}; e.Error() }
func two() { var s fmt.Stringer = Err{}; s.String() }
func (e Err) String() string { return "" }
func three() { var e error; e = &Err{}; e.Error() }
func make() error { return &Err{} }
func four() { make().Error() }
"#,
        &expect![[r#"
            e.go:Err.Error -mentions exact- e.go:Err
            e.go:Err.Error -calls exact- e.go:text
            e.go:one -calls exact- e.go:Err
            e.go:one -calls probable- e.go:Err.Error
            e.go:two -calls exact- e.go:Err
            e.go:Err.String -mentions exact- e.go:Err
            e.go:three -calls exact- e.go:Err
            e.go:three -calls probable- e.go:Err.Error
            e.go:make -calls exact- e.go:Err
            e.go:four -calls exact- e.go:make
        "#]],
    );
}

#[test]
fn a_type_is_no_interface_of_a_module_that_nothing_brings_to_it() {
    let graph = fixture(
        r#"
//- /a/go.mod
module example.com/a
//- /a/a.go
package a
type Doer interface{ Do() }
//- /b/go.mod
module example.com/b
require example.com/a v0.0.0
//- /b/b.go
package main
import "example.com/a"
type Own struct{}
func (Own) Do() {}
func use(it a.Doer) {}
//- /c/go.mod
module example.com/c
//- /c/c.go
package main
type Other struct{}
func (Other) Do() {}
"#,
    )
    .graph();
    let inherits = graph.edges().filter(|it| it.kind == crate::EdgeKind::Inherits);
    let names = inherits
        .map(|it| format!("{} {}", graph.node(it.from).key.symbol, graph.node(it.to).key.symbol));
    assert_eq!(names.collect::<Vec<_>>(), ["Doer.Do Own.Do", "Own Doer"]);
}
