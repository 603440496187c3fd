//! Whatever was edited before: the incremental answer, the one from the store and the one
//! from scratch are equal.

use std::sync::{Arc, LazyLock};

use codd_source::{CancelToken, MemorySystem, RepoPath};
use codd_store::{Store, StoreOptions};
use proptest::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{CONTROLS, Fixture, OTHER_CONTROLS, difference};
use crate::{Analysis, ContentReader, Engine, Silent, Treatment};

/// Where files may be.
const PATHS: &[&str] = &[
    "a.py",
    "b.py",
    "pkg/__init__.py",
    "pkg/c.py",
    "tests/test_a.py",
    "m.ts",
    "n.ts",
    "lib/index.ts",
    "lib/page.tsx",
    "old.js",
    "package.json",
    "tsconfig.json",
    "notes.txt",
];

/// What may be in a file, of whatever name.
const TEXTS: &[&str] = &[
    "",
    "def check(x):\n    return x\n\nclass Base:\n    def run(self, x):\n        return check(x)\n",
    "def check(x, y):\n    return Base()\n\nclass Base:\n    def walk(self):\n        return self\n",
    "from a import check, Base\n\nclass Mine(Base):\n    def run(self, x):\n        return eval(x)\n",
    "from b import *\nimport pkg.c as c\n\ndef go(it):\n    c.helper(check)\n    return it.run(1)\n",
    "from .c import helper\nfrom a import check\n__all__ = ['helper', 'check']\n",
    "import pkg\nfrom pkg import helper as h\n\ndef helper(f):\n    return f(h)\n\nVALUE = helper(pkg.check)\n",
    "from flask import Flask\nfrom a import check\napp = Flask(__name__)\n\n@app.before_request\ndef guard():\n    check(1)\n\n@app.get('/x')\ndef x():\n    return go(Base())\n",
    "from flask import Flask, request\napp = Flask(__name__)\n\n@app.post('/y')\ndef y():\n    return eval(request.args['y'])\n",
    "from a import check\nfrom pkg import helper\n\ndef test_check():\n    assert check(helper) # FIXME\n",
    "export function load(id: string) { return eval(id); }\nexport class Api { run(x) { return load(x); } }\n",
    "export class Api { walk() { return this; } }\nexport default function load() { return new Api(); }\n",
    "import { load, Api } from './m';\nimport * as lib from './lib';\nexport class Sub extends Api { run(x) { return lib.page(x); } }\n",
    "export * from '../m';\nexport { Sub as Page } from '../n';\nexport const page = (x) => x.run(1);\n",
    "import load from '@/m';\nimport { Page } from '.';\nexport const App = () => <Page on={() => load()} />;\n",
    "const { load } = require('./m');\nmodule.exports = { go: () => load(1).walk() };\n",
    "{\"name\": \"web\", \"exports\": \"./lib/index.ts\"}\n",
    "{\"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@/*\": [\"*\"]}}}\n",
];

/// What may be added to a body, in Python for the most part.
const STATEMENTS: &[&str] = &[
    "check(1)",
    "eval('FIXME')",
    "x.run(2)",
    "Base().walk()",
    "helper(check)",
    "import pkg",
    "print('a')",
    "go(Base)",
    "Mine",
    "c.helper(x)",
];

#[derive(Clone, Debug)]
enum Edit {
    Write {
        path: usize,
        text: usize,
    },
    Delete(usize),
    Rename {
        from: usize,
        to: usize,
    },
    /// Moves every line down, in a comment where the language has `#`.
    MoveLines(usize),
    /// Cuts the file at a share of its length, which breaks its syntax.
    Cut(usize, u8),
    Append {
        path: usize,
        text: usize,
    },
    /// Adds a statement to a body, before the first of its lines that gives something back.
    Insert {
        path: usize,
        statement: usize,
    },
    OtherControls(bool),
    /// Has the configuration say how a file is read.
    Treat(usize, Treatment),
    /// Takes the files, controls and configuration that an earlier step had.
    Back(u8),
    /// Takes what an earlier step had of every second file.
    Merge(u8),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let path = || 0..PATHS.len();
    let text = || 0..TEXTS.len();
    let treatments =
        [Treatment::Ordinary, Treatment::Generated, Treatment::LeftOut, Treatment::Link];
    let treatment = prop::sample::select(treatments.to_vec());
    let edit = prop_oneof![
        6 => (path(), text()).prop_map(|(path, text)| Edit::Write { path, text }),
        1 => path().prop_map(Edit::Delete),
        2 => (path(), path()).prop_map(|(from, to)| Edit::Rename { from, to }),
        4 => path().prop_map(Edit::MoveLines),
        1 => (path(), any::<u8>()).prop_map(|(path, share)| Edit::Cut(path, share)),
        2 => (path(), text()).prop_map(|(path, text)| Edit::Append { path, text }),
        6 => (path(), 0..STATEMENTS.len())
            .prop_map(|(path, statement)| Edit::Insert { path, statement }),
        1 => any::<bool>().prop_map(Edit::OtherControls),
        1 => (path(), treatment).prop_map(|(path, it)| Edit::Treat(path, it)),
        2 => any::<u8>().prop_map(Edit::Back),
        1 => any::<u8>().prop_map(Edit::Merge),
    ];
    prop::collection::vec(edit, 1..10)
}

/// Which text stands where at first, so that edits meet files that import one another.
const START: &[(usize, usize)] =
    &[(0, 1), (1, 3), (2, 5), (3, 6), (4, 8), (5, 9), (6, 11), (7, 12), (8, 13), (9, 14), (11, 16)];

fn start() -> Fixture {
    let mut fixture = Fixture::new("");
    for (path, text) in START {
        fixture.set(PATHS[*path], TEXTS[*text]);
    }
    fixture
}

fn apply(fixture: &mut Fixture, edit: &Edit, before: &[Fixture]) {
    let bytes = |fixture: &Fixture, path: usize| {
        fixture.files.get(&RepoPath::new(PATHS[path])).map(|it| it.to_vec()).unwrap_or_default()
    };
    match *edit {
        Edit::Write { path, text } => fixture.set(PATHS[path], TEXTS[text]),
        Edit::Delete(path) => drop(fixture.files.remove(&RepoPath::new(PATHS[path]))),
        Edit::Rename { from, to } => {
            if let Some(bytes) = fixture.files.remove(&RepoPath::new(PATHS[from])) {
                fixture.set(PATHS[to], bytes);
            }
        }
        Edit::MoveLines(path) => {
            let moved = [b"\n# moved\n\n".to_vec(), bytes(fixture, path)].concat();
            fixture.set(PATHS[path], moved);
        }
        Edit::Cut(path, share) => {
            let bytes = bytes(fixture, path);
            fixture.set(PATHS[path], &bytes[..bytes.len() * usize::from(share) / 256]);
        }
        Edit::Append { path, text } => {
            let longer = [bytes(fixture, path), TEXTS[text].into()].concat();
            fixture.set(PATHS[path], longer);
        }
        Edit::Insert { path, statement } => {
            let text = String::from_utf8_lossy(&bytes(fixture, path)).into_owned();
            if let Some(at) = text.find("return ") {
                let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
                let indent = " ".repeat(text[line..at].len());
                let statement = STATEMENTS[statement];
                let longer = format!("{}{indent}{statement}\n{}", &text[..line], &text[line..]);
                fixture.set(PATHS[path], longer);
            }
        }
        Edit::OtherControls(true) => fixture.set_controls(OTHER_CONTROLS),
        Edit::OtherControls(false) => fixture.set_controls(CONTROLS),
        Edit::Treat(path, treatment) => {
            fixture.treatments.insert(RepoPath::new(PATHS[path]), treatment);
        }
        Edit::Back(step) => *fixture = before[usize::from(step) % before.len()].clone(),
        Edit::Merge(step) => {
            let other = &before[usize::from(step) % before.len()];
            for path in PATHS.iter().step_by(2).map(|it| RepoPath::new(*it)) {
                match other.files.get(&path) {
                    Some(bytes) => drop(fixture.files.insert(path, Arc::clone(bytes))),
                    None => drop(fixture.files.remove(&path)),
                }
            }
        }
    }
}

static ONE: LazyLock<ThreadPool> =
    LazyLock::new(|| ThreadPoolBuilder::new().num_threads(1).build().unwrap());
static MANY: LazyLock<ThreadPool> =
    LazyLock::new(|| ThreadPoolBuilder::new().num_threads(4).build().unwrap());

fn on(pool: &ThreadPool, fixture: &Fixture, engine: &mut Engine) -> Analysis {
    // An engine stays on its thread; its work is shared out.
    pool.in_place_scope(|_| fixture.analysed_by(engine))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn incremental_stored_and_from_scratch_are_equal(edits in edits()) {
        let mut fixture = start();
        let (mut one, mut many) = (Engine::default(), Engine::default());
        let options = StoreOptions { folder: None, secret: Vec::new(), max_bytes: 1 << 20 };
        let store = Arc::new(Store::open(Arc::new(MemorySystem::new()), options));
        on(&ONE, &fixture, &mut one);
        on(&MANY, &fixture, &mut many);
        let mut steps = vec![fixture.clone()];
        for edit in &edits {
            let before = fixture.clone();
            apply(&mut fixture, edit, &steps);
            steps.push(fixture.clone());
            let mut both = Engine::with_store(Arc::clone(&store));
            let reader: Arc<dyn ContentReader> = Arc::new(before.reader().with(fixture.reader()));
            let of_both = |fixture: &Fixture, engine: &mut Engine| {
                let request = fixture.request_with(Arc::clone(&reader));
                engine.analyse(&request, &CancelToken::default(), &Silent).unwrap()
            };
            of_both(&before, &mut both);
            let fresh = on(&ONE, &fixture, &mut Engine::default());
            let answers = [
                ("with one thread", on(&ONE, &fixture, &mut one)),
                ("with many threads", on(&MANY, &fixture, &mut many)),
                ("from scratch with many", on(&MANY, &fixture, &mut Engine::default())),
                ("stored, after the step before", of_both(&fixture, &mut both)),
                ("stored", on(&MANY, &fixture, &mut Engine::with_store(Arc::clone(&store)))),
                ("stored, asked again", on(&ONE, &fixture, &mut Engine::with_store(Arc::clone(&store)))),
            ];
            for (name, answer) in &answers {
                let found = difference(&fresh, answer);
                prop_assert!(found.is_none(), "{name}: {} differ in {fixture:?}", found.unwrap());
            }
        }
    }
}
