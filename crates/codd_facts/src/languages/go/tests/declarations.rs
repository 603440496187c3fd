//! Packages, types, functions and values.

use expect_test::expect;

use super::{check, facts_of};

#[test]
fn definitions_of_every_kind() {
    check(
        "shop/order.go",
        r#"package shop

// Order is what somebody wants.
type Order struct {
	Base
	*audit.Log
	items []Item
	total, tax int
	each func(*Item) error
}

type Pricer interface {
	fmt.Stringer
	Price(order *Order) (int, error)
}

type Items []Item
type Handler func(o *Order) *Item
type Alias = Order

const (
	Open State = iota
	Closed
)

var first, second = pair()
var _ Pricer = (*Order)(nil)

func New(items ...Item) *Order { return &Order{items: items} }
func (o *Order) Price(other *Order) (int, error) { return o.total, nil }
func (l *List[T]) Add(it T) { l.items = append(l.items, it) }
func init() {}
func Pick[T Pricer, U any](one T, two U) U { return two }
"#,
        &[
            "Function",
            "Method",
            "Class",
            "Interface",
            "TypeAlias",
            "Variable",
            "Field",
            "offer",
            "opened",
            "extension",
        ],
        &expect![[r#"
            Class Order bases [Base, audit.Log]
            Field Order.Base : Base
            Field Order.Log : audit.Log
            Field Order.items : [~Item] private
            Field Order.total : int private
            Field Order.tax : int private
            Field Order.each : (Item) => error private
            Interface Pricer bases [fmt.Stringer]
            Method Pricer.Price(order: Order@3) : [0: ~int@3, 1: ~error@3] abstract
            Class Items
            Class Handler
            TypeAlias Alias = Order
            Variable Open : State
            Variable Closed : State
            Variable first = pair()[0] private
            Variable second = pair()[1] private
            Function New(*items: Item@7) : Order@7
            Method Order.Price(other: Order@8) : [0: ~int@8, 1: ~error@8]
            Method List.Add(it: T@9)
            Function init private
            Function Pick(one: T@11, two: U@11) : U@11 returns [two@11]
            offer Order in go:shop
            offer Pricer in go:shop
            offer Items in go:shop
            offer Handler in go:shop
            offer Alias in go:shop
            offer Open in go:shop
            offer Closed in go:shop
            offer first in go:shop
            offer <made at start> in go:shop
            offer <made at start> in go:shop#test
            offer second in go:shop
            offer <made at start> in go:shop
            offer <made at start> in go:shop#test
            offer New in go:shop
            offer init in go:shop
            offer <run at start> in go:shop
            offer <run at start> in go:shop#test
            offer Pick in go:shop
            opened ["go:shop"]
            extension of List: List.Add
        "#]],
    );
}

#[test]
fn references_of_expressions() {
    check(
        "a.go",
        r#"package a

import (
	"net/http"
	alias "example.com/x/y/v2"
)

func run(s *Server, names []string) (err error) {
	if x, ok := s.find(names[0]); ok {
		x.close()
	}
	for _, name := range names {
		s.add(name, helper(name))
	}
	switch v := s.any().(type) {
	case *Item:
		v.show()
	}
	done := make(chan Item)
	go func() { done <- Item{Name: Default} }()
	defer (<-done).show()
	s.count = len(names)
	return http.ListenAndServe(alias.Address, s.mux)
}
"#,
        &["Call", "Read", "Write", "Type", "import"],
        &expect![[r#"
            import net/http
            import example.com/x/y/v2
            Type Server@1 in run
            Type string@1 in run
            Type error@1 in run
            Call s@2.find/1 in run
            Call x@3.close/0 in run
            Call s@6.add/2 in run
            Call helper@6/1 in run
            Call s@7.any/0 in run
            Type Item@8 in run
            Call v@8.show/0 in run
            Call make@1/1 in run
            Type Item@1 in run
            Call Item@9 in run
            Write ~Item@9.Name in run
            Read Default@9 in run
            Call done@1[?].show/0 in run
            Write s@1.count in run
            Call len@1/1 in run
            Read http@1 in run
            Call http@1.ListenAndServe/2 in run
            Read alias@1 in run
            Read alias@1.Address in run
            Read s@1.mux in run
        "#]],
    );
}

#[test]
fn a_body_edit_of_a_method_is_no_change_of_the_file() {
    let source = "package a\ntype T struct{}\nfunc (t T) M() int { return 1 }\n";
    let (one, two) = (facts_of("a.go", source), facts_of("a.go", &source.replace('1', "2")));
    assert_eq!(one.places.module_hash, two.places.module_hash);
    assert_eq!(one.places.definitions[0].body, two.places.definitions[0].body);
    assert_ne!(one.places.definitions[1].body, two.places.definitions[1].body);
    assert!(!one.places.definitions[0].is_documented);
}
