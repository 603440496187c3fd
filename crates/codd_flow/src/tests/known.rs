//! Flows that were found before stand for those of the same code, and for no other's.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::testing::analysed;
use crate::{FlowAnalysis, KnownFlows};

#[derive(Default)]
struct Kept(Mutex<BTreeMap<[u8; 32], FlowAnalysis>>);

impl Kept {
    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl KnownFlows for Kept {
    fn find(&self, key: &[u8; 32]) -> Option<FlowAnalysis> {
        self.0.lock().unwrap().get(key).cloned()
    }

    fn keep(&self, key: &[u8; 32], flows: &FlowAnalysis) {
        self.0.lock().unwrap().insert(*key, flows.clone());
    }
}

const APP: &str = "
//- /app.py
from flask import Flask, request
from helper import clean
app = Flask(__name__)
@app.get('/a')
def a():
    return str(eval(clean(request.args['x'])))
//- /helper.py
def clean(text):
    return text
//- /web.js
const x = 1;
";

#[test]
fn the_same_code_is_looked_at_once() {
    let kept = Kept::default();
    let found = analysed(APP, Some(&kept));
    assert_eq!(found, analysed(APP, None));
    assert!(!found.findings.is_empty());
    assert_eq!(kept.count(), 2, "one answer a family of languages");
    assert_eq!(analysed(APP, Some(&kept)), found);

    // What no analysis gives is given where it is kept.
    for flows in kept.0.lock().unwrap().values_mut() {
        *flows = FlowAnalysis::default();
    }
    assert_eq!(analysed(APP, Some(&kept)), FlowAnalysis::default());
    let other = APP.replace("const x = 1", "const x = 2");
    assert_eq!(analysed(&other, Some(&kept)), FlowAnalysis::default(), "scripts alone differ");
    assert_eq!(kept.count(), 3);
}

#[test]
fn other_code_is_looked_at_anew() {
    let kept = Kept::default();
    let flows = |text: &str| {
        let before = kept.count();
        let found = analysed(text, Some(&kept));
        assert_eq!(found, analysed(text, None), "{text}");
        (found.findings.len(), kept.count() - before)
    };
    assert_eq!(flows(APP), (2, 2));
    let other = |from: &str, to: &str| {
        assert!(APP.contains(from));
        APP.replace(from, to)
    };
    assert_eq!(flows(&other("return text", "return int(text)")), (0, 1), "a body");
    assert_eq!(flows(&other("/app.py", "/main.py")), (2, 1), "a path");
    assert_eq!(flows(&other("@app.get('/a')", "")), (1, 1), "no route answers");
    // The text of the importing file is the same: only the graph says what it means.
    let moved = other("/helper.py", "/other.py");
    assert_eq!(flows(&moved), (2, 1), "the import leads elsewhere");
    let both = format!("{APP}//- /helper/__init__.py\ndef clean(text):\n    return int(text)\n");
    assert_eq!(flows(&both).1, 1, "and here to a package");
}
