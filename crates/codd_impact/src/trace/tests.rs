//! What a change reaches, by which path; and that this holds on any graph.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionKind, Name};
use codd_graph::{Node, NodeKind, NodePlace};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::rules::Rules;
use super::*;
use crate::fixture::{show, show_impact, side};
use crate::{Change, ChangeKind, ChangeOptions, change_set};

const ALL: ImpactOptions = ImpactOptions { floor: Confidence::Possible, depth: None };

fn check(base: &str, head: &str, expected: Expect) {
    let (base, head) = (side(base), side(head));
    let changes = change_set(&base, &head, &ChangeOptions { claimed: &[], changed_controls: &[] });
    expected.assert_eq(&show_impact(&impact(&base.graph, &head.graph, &changes, &ALL)));
}

/// Checks an edit of `a.py:f`, whose body is written `BODY`.
fn check_edit(text: &str, expected: Expect) {
    check(&text.replace("BODY", "old()"), &text.replace("BODY", "new()"), expected);
}

#[test]
fn a_body_reaches_callers_routes_tests_and_controls() {
    check_edit(
        "//- a.py top
         function f | | | BODY
         //- b.py top
         function g | | | f()
         g calls a.py:f
         route GET /g = g
         !SEC-1 governs g
         //- test_b.py top
         function test_g | | | g()
         test_g calls~ b.py:g
         test test_g = test_g",
        expect![[r#"
            !SEC-1  Exact <- Governs b.py:g <- Calls a.py:f
            b.py:g  Exact <- Calls a.py:f
            b.py GET /g  Exact <- Calls b.py:g <- Calls a.py:f
            test_b.py:test_g  Probable <- Calls b.py:g <- Calls a.py:f
            test_b.py test test_g  Probable <- Tests test_b.py:test_g <- Calls b.py:g <- Calls a.py:f
        "#]],
    );
}

#[test]
fn formatting_reaches_nothing() {
    let text = "//- a.py top\nfunction f | | | run()\n//- b.py top\nfunction g\ng calls a.py:f";
    check(text, &text.replace("//- a.py top", "//- a.py top\n# why"), expect![[""]]);
}

#[test]
fn a_removed_function_is_traced_in_the_base() {
    check(
        "//- a.py top
         function f | | | run()
         //- b.py top
         function g | | | f()
         g calls a.py:f
         imports a.py:f",
        "//- a.py top
         //- b.py top
         function g | | | f()",
        expect![[r#"
            b.py  Exact <- Imports a.py:f
            b.py:g  Exact <- Calls a.py:f
        "#]],
    );
}

#[test]
fn top_level_code_possibly_reaches_importing_files_one_step() {
    check(
        "//- a.py setup
         //- b.py top
         imports a.py:
         function g | | | run()
         //- c.py top
         imports b.py:",
        "//- a.py other setup
         //- b.py top
         imports a.py:
         function g | | | run()
         //- c.py top
         imports b.py:",
        expect![[r#"
            b.py  Possible <- Imports a.py
        "#]],
    );
}

#[test]
fn another_version_of_a_package_possibly_reaches_what_is_defined_where_it_is_imported() {
    let text = "//- requirements.txt
         packages net=VERSION
         //- a.py top
         imports %net
         function f | | | get()
         class C | | | run
         method C.run | | | get()
         //- b.py top
         function g | | | f()
         g calls a.py:f
         //- c.py top
         imports b.py:g
         function h | | | g()
         h calls b.py:g
         function apart | | | run()";
    check(
        &text.replace("VERSION", "1"),
        &text.replace("VERSION", "2"),
        expect![[r#"
        a.py  Exact <- Imports %net
        a.py:C  Possible <- Contains a.py <- Imports %net
        a.py:C.run  Possible <- Contains a.py:C <- Contains a.py <- Imports %net
        a.py:f  Possible <- Contains a.py <- Imports %net
        b.py:g  Possible <- Calls a.py:f <- Contains a.py <- Imports %net
        c.py:h  Possible <- Calls b.py:g <- Calls a.py:f <- Contains a.py <- Imports %net
    "#]],
    );
}

#[test]
fn new_bases_of_a_class_reach_members_and_subclasses() {
    let text = "//- a.py top
         class C | BASES | | run
         method C.run | | | work()
         class D | (C) | | go
         method D.go | | | run()
         D inherits C
         //- b.py top
         function use | | | go()
         use calls a.py:D.go";
    check(
        &text.replace("BASES", "(A)"),
        &text.replace("BASES", "(B)"),
        expect![[r#"
            a.py:C.run  Probable <- Contains a.py:C
            a.py:D  Exact <- Inherits a.py:C
            a.py:D.go  Probable <- Contains a.py:D <- Inherits a.py:C
            b.py:use  Probable <- Calls a.py:D.go <- Contains a.py:D <- Inherits a.py:C
        "#]],
    );
}

#[test]
fn a_class_in_a_new_place_surely_reaches_who_names_it_alone() {
    let rest = "
         method C.run | (self) | | work()
         //- b.py top
         function make
         function run
         run calls PLACE:C.run
         make calls PLACE:C";
    let text =
        |place: &str| format!("//- {place} top\nclass C | | | run{}", rest.replace("PLACE", place));
    check(
        &text("a.py"),
        &text("c.py"),
        expect![[r#"
            b.py:make  Exact <- Calls c.py:C
            b.py:run  Possible <- Calls c.py:C.run
        "#]],
    );
}

#[test]
fn a_member_does_not_reach_its_class() {
    check_edit(
        "//- a.py top
         class C | | | f
         method C.f | | | BODY
         class D | (C) | |
         D inherits C",
        expect![[""]],
    );
}

#[test]
fn a_function_reaches_what_it_encloses() {
    check_edit(
        "//- a.py top
         function f | | | BODY
         function f.inner | | | run()
         route GET /x = f.inner",
        expect![[r#"
            a.py:f.inner  Probable <- Contains a.py:f
            a.py GET /x  Probable <- Calls a.py:f.inner <- Contains a.py:f
        "#]],
    );
}

#[test]
fn a_configuration_reaches_what_it_configures_and_a_document_does_not() {
    check(
        "//- app.toml\nconfigures a.py:f\n//- a.py top\nfunction f | | | run()\n//- x.md\ndocuments a.py:f",
        "//- app.toml\n# edited\nconfigures a.py:f\n//- a.py top\nfunction f | | | run()\n//- x.md\n# edited\ndocuments a.py:f",
        expect![[r#"
            a.py:f  Exact <- Configures app.toml
        "#]],
    );
}

#[test]
fn the_surest_path_wins_over_the_shortest_and_the_shortest_of_the_surest_is_shown() {
    check_edit(
        "//- a.py top
         function f | | | BODY
         function g
         function h
         function sure
         function weak
         g calls f
         h calls g
         sure calls? f
         sure calls h
         weak calls? sure",
        expect![[r#"
            a.py:g  Exact <- Calls a.py:f
            a.py:h  Exact <- Calls a.py:g <- Calls a.py:f
            a.py:sure  Exact <- Calls a.py:h <- Calls a.py:g <- Calls a.py:f
            a.py:weak  Possible <- Calls a.py:sure <- Calls a.py:f
        "#]],
    );
}

#[test]
fn depth_and_floor_limit_the_search() {
    let text = "//- a.py top
         function f | | | BODY
         function g
         function h
         g calls f
         h calls g
         h calls? f";
    let (base, head) = (side(&text.replace("BODY", "1()")), side(&text.replace("BODY", "2()")));
    let options = ChangeOptions { claimed: &[], changed_controls: &[] };
    let changes = change_set(&base, &head, &options);
    let check = |floor, depth, expected: Expect| {
        let options = ImpactOptions { floor, depth };
        let impact = impact(&base.graph, &head.graph, &changes, &options);
        expected.assert_eq(&show_impact(&impact));
    };
    check(
        Confidence::Possible,
        None,
        expect![[r#"
            a.py:g  Exact <- Calls a.py:f
            a.py:h  Exact <- Calls a.py:g <- Calls a.py:f
        "#]],
    );
    check(
        Confidence::Possible,
        Some(1),
        expect![[r#"
            a.py:g  Exact <- Calls a.py:f
            a.py:h  Possible <- Calls a.py:f
        "#]],
    );
    check(
        Confidence::Exact,
        Some(1),
        expect![[r#"
            a.py:g  Exact <- Calls a.py:f
        "#]],
    );
}

#[test]
fn a_set_read_from_a_file_cannot_make_a_witness_loop() {
    let text = "//- a.py top\nfunction f | | | BODY\nfunction g\ng calls f";
    let (base, head) = (side(&text.replace("BODY", "1()")), side(&text.replace("BODY", "2()")));
    let options = ChangeOptions { claimed: &[], changed_controls: &[] };
    let changes = change_set(&base, &head, &options);
    let mut impact = impact(&base.graph, &head.graph, &changes, &ALL);
    let last = impact.reached.last_mut().expect("g is reached");
    last.via.as_mut().expect("by a call").node = last.node.clone();
    let node = last.node.clone();
    assert_eq!(impact.witness(&node).len(), 1);
}

#[test]
fn what_a_function_leaves_for_others_reaches_no_test_that_does_not_run_it() {
    check_edit(
        "//- a.py top
         function f | | | BODY
         class C | | | x
         field C.x
         C.x written_by f
         function reads | | | x()
         reads reads C.x
         route GET /x = reads
         //- test_a.py top
         function test_reads | | | reads()
         test_reads calls a.py:reads
         test test_reads = test_reads
         function test_both | | | f()
         test_both calls a.py:f
         test_both calls a.py:reads
         test test_both = test_both",
        expect![[r#"
            a.py:C.x  Exact <- WrittenBy a.py:f
            a.py:reads  Exact <- Reads a.py:C.x <- WrittenBy a.py:f
            a.py GET /x  Exact <- Calls a.py:reads <- Reads a.py:C.x <- WrittenBy a.py:f
            test_a.py:test_both  Exact <- Calls a.py:f
            test_a.py test test_both  Exact <- Tests test_a.py:test_both <- Calls a.py:f
        "#]],
    );
}

#[test]
fn what_runs_as_files_load_reaches_tests_through_the_variables_it_writes() {
    check_edit(
        "//- a.py top
         calls setup
         function setup | | | f()
         setup calls f
         function f | | | BODY
         variable LIMIT
         LIMIT written_by f
         //- test_a.py top
         function test_limit | | | f()
         test_limit reads a.py:LIMIT
         test test_limit = test_limit",
        expect![[r#"
            a.py  Exact <- Calls a.py:setup <- Calls a.py:f
            a.py:LIMIT  Exact <- WrittenBy a.py:f
            a.py:setup  Exact <- Calls a.py:f
            test_a.py:test_limit  Exact <- Reads a.py:LIMIT <- WrittenBy a.py:f
            test_a.py test test_limit  Exact <- Tests test_a.py:test_limit <- Reads a.py:LIMIT <- WrittenBy a.py:f
        "#]],
    );
}

#[test]
fn a_decorated_function_does_not_reach_its_wrapper_and_the_wrapper_reaches_it() {
    let text = "//- a.py top
         function deco | | | DECO
         function deco.wrapper | | | WRAPPER
         deco reads deco.wrapper
         deco.wrapper calls~ f
         deco.wrapper calls~ g
         function f | | @deco | BODY
         f decorates deco
         function g | | @deco | old()
         g decorates deco
         function uses_f
         uses_f calls f
         function uses_g
         uses_g calls g";
    check_edit(
        text,
        expect![[r#"
            a.py:uses_f  Exact <- Calls a.py:f
        "#]],
    );
    check(
        &text.replace("WRAPPER", "old()"),
        &text.replace("WRAPPER", "new()"),
        expect![[r#"
            a.py:deco  Exact <- Reads a.py:deco.wrapper
            a.py:f  Exact <- Decorates a.py:deco <- Reads a.py:deco.wrapper
            a.py:g  Exact <- Decorates a.py:deco <- Reads a.py:deco.wrapper
            a.py:uses_f  Exact <- Calls a.py:f <- Decorates a.py:deco <- Reads a.py:deco.wrapper
            a.py:uses_g  Exact <- Calls a.py:g <- Decorates a.py:deco <- Reads a.py:deco.wrapper
        "#]],
    );
}

#[test]
fn a_class_that_a_function_only_names_reaches_no_test_through_it() {
    check(
        "//- a.py top
         class C | | | old()
         function takes | C | | run()
         takes mentions C
         function makes | | | C()
         makes calls C
         //- test_a.py top
         function test_takes
         test_takes calls a.py:takes
         test test_takes = test_takes
         function test_makes
         test_makes calls a.py:makes
         test test_makes = test_makes",
        "//- a.py top
         class C | | | new()
         function takes | C | | run()
         takes mentions C
         function makes | | | C()
         makes calls C
         //- test_a.py top
         function test_takes
         test_takes calls a.py:takes
         test test_takes = test_takes
         function test_makes
         test_makes calls a.py:makes
         test test_makes = test_makes",
        expect![[r#"
            a.py:makes  Exact <- Calls a.py:C
            a.py:takes  Exact <- Mentions a.py:C
            test_a.py:test_makes  Exact <- Calls a.py:makes <- Calls a.py:C
            test_a.py test test_makes  Exact <- Tests test_a.py:test_makes <- Calls a.py:makes <- Calls a.py:C
        "#]],
    );
}

/// `Base.run` is called by `use`, and overridden by `Sub.run`, whose body is edited.
const OVERRIDDEN: &str = "//- a.py top
         class Base | | | run
         method Base.run | | | old()
         class Sub | (Base) | | run
         Sub inherits Base
         method Sub.run | | | BODY
         Base.run inherits~ Sub.run
         function use | it | | run()
         use calls Base.run
         function make | | | Sub()
         make calls Sub
         //- test_a.py top
         MORE
         function test_base | | | use()
         test_base calls a.py:use
         test_base calls a.py:Base
         test test_base = test_base
         function test_sub | | | use()
         test_sub calls a.py:use
         test_sub calls a.py:make
         test test_sub = test_sub";

/// The tests that an edit of `BODY` reaches.
fn tests_of(text: &str) -> Vec<String> {
    let (base, head) = (side(&text.replace("BODY", "old()")), side(&text.replace("BODY", "new()")));
    let changes = change_set(&base, &head, &ChangeOptions { claimed: &[], changed_controls: &[] });
    let impact = impact(&base.graph, &head.graph, &changes, &ALL);
    let tests = impact.reached.iter().filter(|it| it.node.kind == NodeKind::Test);
    tests.map(|it| it.node.symbol.to_string()).collect()
}

#[test]
fn an_overriding_method_reaches_the_tests_that_come_by_an_instance() {
    check_edit(
        &OVERRIDDEN.replace("MORE", ""),
        expect![[r#"
            a.py:Base.run  Probable <- Inherits a.py:Sub.run
            a.py:use  Probable <- Calls a.py:Base.run <- Inherits a.py:Sub.run
            test_a.py:test_sub  Probable <- Calls a.py:use <- Calls a.py:Base.run <- Inherits a.py:Sub.run
            test_a.py test test_sub  Probable <- Tests test_a.py:test_sub <- Calls a.py:use <- Calls a.py:Base.run <- Inherits a.py:Sub.run
        "#]],
    );
}

#[test]
fn where_a_top_level_makes_instances_every_test_has_them() {
    check_edit(
        &OVERRIDDEN.replace("MORE", "calls a.py:Sub"),
        expect![[r#"
            a.py:Base.run  Probable <- Inherits a.py:Sub.run
            a.py:use  Probable <- Calls a.py:Base.run <- Inherits a.py:Sub.run
            test_a.py:test_base  Probable <- Calls a.py:use <- Calls a.py:Base.run <- Inherits a.py:Sub.run
            test_a.py:test_sub  Probable <- Calls a.py:use <- Calls a.py:Base.run <- Inherits a.py:Sub.run
            test_a.py test test_base  Probable <- Tests test_a.py:test_base <- Calls a.py:use <- Calls a.py:Base.run <- Inherits a.py:Sub.run
            test_a.py test test_sub  Probable <- Tests test_a.py:test_sub <- Calls a.py:use <- Calls a.py:Base.run <- Inherits a.py:Sub.run
        "#]],
    );
}

#[test]
fn where_nobody_is_seen_to_run_what_makes_an_instance_every_test_may_have_it() {
    // `provide` is run by something from outside, if at all; `main` by no test.
    for (maker, is_chosen) in [("provide", false), ("main", true)] {
        let more = format!("function {maker} | | | Sub()\n{maker} calls a.py:Sub");
        let reached = tests_of(&OVERRIDDEN.replace("MORE", &more));
        assert_eq!(reached.contains(&"test_base".to_owned()), !is_chosen, "{maker}");
    }
}

#[test]
fn what_keeps_each_class_that_extends_it_may_make_instances() {
    let hook = "method Base.__init_subclass__ | | | keep\n         function use";
    let reached = tests_of(&OVERRIDDEN.replace("MORE", "").replace("function use", hook));
    assert!(reached.contains(&"test_base".to_owned()));
}

#[test]
fn who_names_the_type_of_what_it_is_given_may_have_an_instance() {
    let text = OVERRIDDEN
        .replace("MORE", "")
        .replace("function test_sub", "test_base mentions a.py:Sub\n         function test_sub");
    assert!(tests_of(&text).contains(&"test_base".to_owned()));
}

#[test]
fn who_names_an_object_for_another_part_of_it_is_possibly_reached() {
    check_edit(
        "//- a.js top
         function parse | | | BODY
         function insert | | | insert()
         variable api | | | parse
         field api.enabled | | | true
         api reads parse
         api reads insert
         //- b.js top
         function asks | | | api
         asks mentions a.js:api
         asks reads a.js:api.enabled
         function inserts | | | api()
         inserts mentions a.js:api
         inserts calls~ a.js:insert
         function parses | | | api()
         parses mentions a.js:api
         parses calls~ a.js:parse
         function hands | | | api
         hands reads a.js:api
         variable Api | | | api
         Api mentions a.js:api",
        expect![[r#"
            a.js:api  Exact <- Reads a.js:parse
            b.js:Api  Exact <- Mentions a.js:api <- Reads a.js:parse
            b.js:asks  Possible <- Mentions a.js:api <- Reads a.js:parse
            b.js:hands  Exact <- Reads a.js:api <- Reads a.js:parse
            b.js:inserts  Possible <- Mentions a.js:api <- Reads a.js:parse
            b.js:parses  Probable <- Calls a.js:parse
        "#]],
    );
}

/// Checks which changes each of `targets` is reached from.
fn check_origins(base: &str, head: &str, targets: &[&str], expected: Expect) {
    let (base, head) = (side(base), side(head));
    let changes = change_set(&base, &head, &ChangeOptions { claimed: &[], changed_controls: &[] });
    let nodes = head.graph.nodes().map(|(_, node)| &node.key);
    let targets = nodes.filter(|key| targets.contains(&show(key).as_str())).collect();
    let mut text = String::new();
    for (target, origins) in Trace::new(&base.graph, &head.graph, &changes).origins(&targets) {
        let origins: Vec<String> = origins.iter().map(show).collect();
        text += &format!("{} <- {}\n", show(&target), origins.join(", "));
    }
    expected.assert_eq(&text);
}

#[test]
fn a_changed_node_is_reached_from_what_changed_below_it_too() {
    let base = "//- a.py top
         function guard | | | user(old())
         guard calls b.py:user
         guard calls? b.py:maybe
         //- b.py top
         function user | | | token(old())
         function token | | | old()
         function maybe | | | old()
         function other | | | old()
         user calls~ b.py:token";
    check_origins(
        base,
        &base.replace("old()", "new()"),
        &["a.py:guard", "b.py:user"],
        expect![[r#"
            a.py:guard <- a.py:guard, b.py:token, b.py:user
            b.py:user <- b.py:token, b.py:user
        "#]],
    );
}

// What follows holds on any graph.

const NODES: u8 = 9;
const EDGES: [EdgeKind; 12] = [
    EdgeKind::Contains,
    EdgeKind::Imports,
    EdgeKind::Calls,
    EdgeKind::Reads,
    EdgeKind::Inherits,
    EdgeKind::Decorates,
    EdgeKind::Tests,
    EdgeKind::Mentions,
    EdgeKind::WrittenBy,
    EdgeKind::Governs,
    EdgeKind::Documents,
    EdgeKind::Configures,
];
const KINDS: [ChangeKind; 12] = [
    ChangeKind::Added,
    ChangeKind::Removed,
    ChangeKind::Moved,
    ChangeKind::Signature,
    ChangeKind::Decorators,
    ChangeKind::Body,
    ChangeKind::Members,
    ChangeKind::Rebound,
    ChangeKind::ModuleCode,
    ChangeKind::Content,
    ChangeKind::PackageVersion,
    ChangeKind::Formatting,
];

type Edges = Vec<(u8, u8, usize, usize)>;

/// The `at`-th node: files, functions, classes, a control.
fn node(at: u8) -> Node {
    let (kind, definition_kind) = match at {
        0 | 1 => (NodeKind::File, None),
        2..=4 => (NodeKind::Definition, Some(DefinitionKind::Function)),
        5..=7 => (NodeKind::Definition, Some(DefinitionKind::Class)),
        _ => (NodeKind::Control, None),
    };
    let key = NodeKey {
        path: format!("{at}").as_str().into(),
        kind,
        symbol: Name::default(),
        ordinal: 0,
    };
    let (place, dotted) = (NodePlace::Outside, Name::default());
    Node {
        key,
        place,
        definition_kind,
        dotted,
        language: None,
        is_abstract: false,
        served: Vec::new(),
    }
}

fn graph(edges: &Edges) -> Graph {
    let edges = edges.iter().map(|(from, to, kind, level)| {
        (node(*from).key, node(*to).key, EDGES[*kind], LEVELS[*level])
    });
    Graph::from_parts((0..NODES).map(node).collect(), edges)
}

fn changes(changed: &BTreeMap<u8, usize>) -> ChangeSet {
    let changes = changed.iter().map(|(at, kind)| Change {
        node: node(*at).key,
        kind: KINDS[*kind],
        moved_from: None,
        versions: None,
    });
    ChangeSet { files: Vec::new(), changes: changes.collect() }
}

fn edges() -> impl Strategy<Value = Edges> {
    prop::collection::vec((0..NODES, 0..NODES, 0..EDGES.len(), 0..LEVELS.len()), 0..30)
}

fn changed() -> impl Strategy<Value = BTreeMap<u8, usize>> {
    prop::collection::btree_map(0..NODES, 0..KINDS.len(), 0..4)
}

/// Confidence and steps of every node by relaxing all edges until nothing improves.
fn naive(base: &Graph, head: &Graph, changes: &ChangeSet) -> BTreeMap<NodeKey, (Confidence, u32)> {
    let seeds = seeds::seeds(base, head, changes);
    let graph_of = |side| if side == ReachSide::Base { base } else { head };
    let mut best: BTreeMap<NodeKey, (Confidence, u32)> = BTreeMap::new();
    for level in LEVELS {
        let mut distances: BTreeMap<State, u32> =
            seeds.states.iter().map(|state| (*state, 0)).collect();
        loop {
            let before = distances.clone();
            for (from, distance) in &before {
                let rules = Rules::new(graph_of(from.side));
                for step in rules.steps(from.node, from.aspect) {
                    for aspect in step.aspect.implied().iter().filter(|_| step.confidence >= level)
                    {
                        let to = State { side: from.side, node: step.to, aspect: *aspect };
                        let known = distances.entry(to).or_insert(u32::MAX);
                        *known = (*known).min(distance + 1);
                    }
                }
            }
            if before == distances {
                break;
            }
        }
        let mut at_level: BTreeMap<NodeKey, u32> = BTreeMap::new();
        for (state, distance) in distances {
            let key = graph_of(state.side).node(state.node).key.clone();
            let known = at_level.entry(key).or_insert(distance);
            *known = (*known).min(distance);
        }
        for (key, distance) in at_level {
            best.entry(key).or_insert((level, distance));
        }
    }
    best
}

proptest! {
    #[test]
    fn impact_is_what_relaxing_every_edge_gives(base in edges(), head in edges(), changed in changed()) {
        let (base, head, changes) = (graph(&base), graph(&head), changes(&changed));
        let impact = impact(&base, &head, &changes, &ALL);
        let found: BTreeMap<NodeKey, (Confidence, u32)> = impact
            .reached
            .iter()
            .map(|reached| (reached.node.clone(), (reached.confidence, reached.distance)))
            .collect();
        prop_assert_eq!(found, naive(&base, &head, &changes));
    }

    #[test]
    fn a_body_reaches_the_same_asked_alone_or_in_a_row(
        edges in edges(), asked in prop::collection::vec(0..NODES, 1..4), depth in 0..5_u32,
    ) {
        let graph = graph(&edges);
        let traces = BodyTraces::new(&graph);
        let mut room = traces.room();
        for depth in [None, Some(depth)] {
            for floor in LEVELS {
                let options = ImpactOptions { floor, depth };
                for nodes in asked.chunks(2) {
                    let nodes: Vec<NodeId> = nodes
                        .iter()
                        .map(|at| graph.find(&node(*at).key).expect("every node is there"))
                        .collect();
                    let alone =
                        impact(&graph, &graph, &ChangeSet::of_bodies(&graph, &nodes), &options);
                    let alone: Vec<_> =
                        alone.reached.iter().map(|it| (&it.node, it.distance, it.confidence)).collect();
                    let mut in_a_row = traces.reached(&nodes, &options, &mut room);
                    in_a_row.sort_by_key(|it| it.node);
                    let in_a_row: Vec<_> = in_a_row
                        .iter()
                        .map(|it| (&graph.node(it.node).key, it.distance, it.confidence))
                        .collect();
                    prop_assert_eq!(in_a_row, alone);
                }
            }
        }
    }

    #[test]
    fn impact_holds_every_change_but_formatting(base in edges(), head in edges(), changed in changed()) {
        let changes = changes(&changed);
        let impact = impact(&graph(&base), &graph(&head), &changes, &ALL);
        for change in changes.changes.iter().filter(|change| change.kind != ChangeKind::Formatting) {
            prop_assert_eq!(impact.get(&change.node).map(|reached| reached.distance), Some(0));
        }
    }

    #[test]
    fn more_changes_or_edges_never_reach_less(
        edges in edges(),
        more_edges in edges(),
        changed in changed(),
        more in changed(),
    ) {
        let head = graph(&edges);
        let fewer = impact(&head, &head, &changes(&changed), &ALL);
        let mut all = more;
        all.extend(changed.clone());
        let more_changes = impact(&head, &head, &changes(&all), &ALL);
        // What a node is part of, what it is decorated with and whether it is a test say what
        // of it a change reaches.
        // Of two uses the stronger counts, and a decorator that calls what it is given is not
        // reached by it.
        let decorates = |it: &(u8, u8, usize, usize)| EDGES[it.2] == EdgeKind::Decorates;
        let more_edges = more_edges.iter().filter(|(from, to, kind, _)| {
            !matches!(EDGES[*kind], EdgeKind::Contains | EdgeKind::Decorates | EdgeKind::Tests)
                && !edges.iter().any(|it| decorates(it) && (it.0, it.1) == (*to, *from))
        });
        let both: Edges = edges.iter().chain(more_edges).copied().collect();
        let wider = graph(&both);
        let more_edges = impact(&wider, &wider, &changes(&changed), &ALL);
        for reached in &fewer.reached {
            for larger in [&more_changes, &more_edges] {
                let same = larger.get(&reached.node);
                prop_assert!(same.is_some_and(|same| same.confidence >= reached.confidence));
            }
        }
    }

    #[test]
    fn a_witness_is_a_path_of_the_stated_length_and_confidence(
        base in edges(), head in edges(), changed in changed(),
    ) {
        let (base, head, changes) = (graph(&base), graph(&head), changes(&changed));
        let impact = impact(&base, &head, &changes, &ALL);
        for reached in &impact.reached {
            let witness = impact.witness(&reached.node);
            prop_assert_eq!(witness.len(), reached.distance as usize);
            let weakest = witness.iter().map(|step| step.confidence).min();
            prop_assert_eq!(weakest.unwrap_or(Confidence::Exact), reached.confidence);
            let mut at = &reached.node;
            for step in &witness {
                let graph = if step.side == ReachSide::Base { &base } else { &head };
                let (from, to) = (graph.find(&step.node).unwrap(), graph.find(at).unwrap());
                let steps = Rules::new(graph).steps(from, step.aspect);
                prop_assert!(steps.iter().any(|known| known.to == to
                    && known.edge == step.edge
                    && known.confidence == step.confidence));
                at = &step.node;
            }
            prop_assert!(changes.changes.iter().any(|change| change.node == *at));
        }
    }

    #[test]
    fn origins_are_the_changes_that_reach_a_node_each_by_itself(
        base in edges(), head in edges(), changed in changed(),
    ) {
        let (base, head, all) = (graph(&base), graph(&head), changes(&changed));
        let nodes: Vec<Node> = (0..NODES).map(node).collect();
        let targets = nodes.iter().map(|it| &it.key).collect();
        let mut expected: BTreeMap<NodeKey, BTreeSet<NodeKey>> = BTreeMap::new();
        for (at, kind) in &changed {
            let one = impact(&base, &head, &changes(&BTreeMap::from([(*at, *kind)])), &ALL);
            for reached in one.reached.into_iter().filter(Reached::is_sure) {
                expected.entry(reached.node).or_default().insert(node(*at).key);
            }
        }
        prop_assert_eq!(Trace::new(&base, &head, &all).origins(&targets), expected);
    }
}
