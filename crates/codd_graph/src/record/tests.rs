//! What is written down is read back as it was, or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;

use super::*;
use crate::testing::fixture;

fn graph() -> Graph {
    fixture(
        "//- /src/shop/__init__.py\nfrom shop.api import app\n\
         //- /src/shop/api.py\nfrom flask import Flask\nimport functools\nfrom shop.base import Base, check\n\
         app = Flask(__name__)\n@app.before_request\ndef guard(): check(1)\n\
         @app.get('/users')\n@functools.wraps\ndef users(): return Mine().run(missing.value)\n\
         class Mine(Base):\n    def run(self, x): return check(x)\n\
         def users(): pass\n\
         //- /src/shop/base.py\nclass Base:\n    def run(self, x): pass\ndef check(x): return x\n\
         //- /tests/test_base.py\nimport unittest\nclass Shared(unittest.TestCase):\n    def setUp(self): pass\n    def test_one(self): pass\n\
         class TestMore(Shared):\n    pass\n\
         //- /notes.txt\nhello\n\
         //- /web/m.ts\nexport function load(id: string) { return id; }\n",
    )
    .graph()
}

fn read(record: &GraphRecord) -> Option<Graph> {
    Graph::of_record(&record.tables, &record.text, &record.numbers)
}

#[test]
fn a_graph_is_read_back_as_it_was() {
    let graph = graph();
    assert!(graph.node_count() > 15 && graph.edge_count() > 15);
    assert!(!graph.inherited_tests.is_empty() && !graph.handlers.is_empty());
    let again = read(&graph.record()).unwrap();
    assert!(again == graph);
    assert_eq!(again.record(), graph.record());
}

#[test]
fn a_graph_is_read_when_somebody_asks() {
    let (whole, asked) = (graph(), Arc::new(AtomicU32::new(0)));
    let (record, count) = (whole.record(), Arc::clone(&asked));
    let later = Graph::when_asked(whole.edge_count(), move || {
        count.fetch_add(1, Ordering::Relaxed);
        read(&record)
    });
    assert_eq!(later.edge_count(), whole.edge_count());
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert!(later == whole && later.node_count() == whole.node_count());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[test]
fn an_empty_graph_is_one_too() {
    let graph = Graph::from_parts(Vec::new(), []);
    assert!(read(&graph.record()).unwrap() == graph);
}

#[test]
fn what_is_cut_off_is_no_graph() {
    let whole = graph().record();
    for length in 0..whole.numbers.len() {
        let mut record = whole.clone();
        record.numbers.truncate(length);
        assert!(read(&record).is_none(), "{length} bytes");
    }
    let mut record = whole.clone();
    record.text.pop();
    assert!(read(&record).is_none());
    let mut record = whole;
    record.tables.shapes.pop();
    assert!(read(&record).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Seals tell damage apart; this is for what they let through.
    #[test]
    fn no_numbers_make_it_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut record = graph().record();
        let at = at.index(record.numbers.len());
        record.numbers[at] = byte;
        if let Some(graph) = read(&record) {
            for (id, _) in graph.nodes() {
                prop_assert!(graph.dependencies(id).len() + graph.dependents(id).len() < 1 << 20);
            }
        }
    }
}
