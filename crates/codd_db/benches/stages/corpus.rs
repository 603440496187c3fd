//! What is measured: a generated project of any size, or the folder that CODD_BENCH_FOLDER names.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use codd_controls::{ControlSet, load_controls};
use codd_db::{
    Analysis, ContentReader, Engine, ReadFailure, Request, RequestFile, Silent, Treatment,
};
use codd_source::{CancelToken, ContentId, OsSystem, READ_LIMIT, RepoPath, System};
use codd_verify::CheckPlan;

/// The modules of a generated project, from small to as large as a benchmark may take.
pub(crate) const SIZES: [usize; 3] = [100, 300, 1000];

/// Files in memory, and the shipped controls.
#[derive(Clone)]
pub(crate) struct Corpus {
    pub(crate) files: BTreeMap<RepoPath, Arc<[u8]>>,
    controls: Arc<ControlSet>,
    plans: Arc<[Arc<CheckPlan>]>,
}

#[derive(Debug)]
struct Memory(BTreeMap<ContentId, Arc<[u8]>>);

impl ContentReader for Memory {
    fn read(&self, _path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure> {
        self.0.get(&content).cloned().ok_or_else(|| ReadFailure("nobody wrote it".to_owned()))
    }
}

impl Corpus {
    /// A generated project of so many modules, without checks; or the folder that is named, of
    /// which `modules` says nothing.
    pub(crate) fn new(modules: usize) -> Corpus {
        let system = OsSystem::new();
        let files = match system.variable("CODD_BENCH_FOLDER") {
            Some(folder) => read(&system, Path::new(&folder)),
            None => generated(modules),
        };
        Corpus { files, controls: Arc::default(), plans: Arc::new([]) }
    }

    /// The same, checked for everything that codd ships.
    pub(crate) fn checked(modules: usize) -> Corpus {
        let system = OsSystem::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../requirements/catalogue");
        let files: Vec<(RepoPath, Arc<[u8]>)> = read(&system, &folder).into_iter().collect();
        let loaded = load_controls(&files, &[]);
        let (plan, _) = CheckPlan::compile(&loaded.set);
        let (controls, plans) = (Arc::new(loaded.set), Arc::new([Arc::new(plan)]));
        Corpus { controls, plans, ..Corpus::new(modules) }
    }

    pub(crate) fn analysed_by(&self, engine: &mut Engine) -> Analysis {
        let file = |(path, bytes): (&RepoPath, &Arc<[u8]>)| RequestFile {
            path: path.clone(),
            content: ContentId::of(bytes),
            treatment: Treatment::Ordinary,
        };
        let reader =
            Memory(self.files.values().map(|it| (ContentId::of(it), Arc::clone(it))).collect());
        let request = Request {
            files: self.files.iter().map(file).collect(),
            reader: Arc::new(reader),
            controls: Arc::clone(&self.controls),
            plans: Arc::clone(&self.plans),
        };
        engine.analyse(&request, &CancelToken::default(), &Silent).expect("nobody cancels")
    }

    /// The source file in the middle of those of the language that has most.
    pub(crate) fn middle(&self) -> RepoPath {
        let mut by_language: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
        for path in self.files.keys() {
            if let Some(language) = codd_facts::code_language_of(path) {
                by_language.entry(language.name()).or_default().push(path);
            }
        }
        let most = by_language.into_values().max_by_key(Vec::len).expect("there is some code");
        most[most.len() / 2].clone()
    }
}

fn read(system: &dyn System, folder: &Path) -> BTreeMap<RepoPath, Arc<[u8]>> {
    let walked = system.walk(folder).expect("the folder can be read");
    let read = |path: RepoPath| {
        let bytes = system.read(&folder.join(path.as_str()), READ_LIMIT).ok()?;
        Some((path, Arc::from(bytes)))
    };
    walked.files.into_iter().filter_map(|it| read(it.path)).collect()
}

/// Modules that import the two before them, with classes, routes, tests and calls among them.
fn generated(modules: usize) -> BTreeMap<RepoPath, Arc<[u8]>> {
    let mut files = BTreeMap::new();
    for at in 0..modules {
        let (one, two) = (at.saturating_sub(1), at.saturating_sub(2));
        let mut text = String::new();
        let _ = writeln!(text, "from app.m{one} import Store{one}, load{one}_0");
        let _ = writeln!(text, "from app.m{two} import load{two}_1\n\n");
        let _ = writeln!(text, "class Store{at}(Store{one}):\n    limit = {at}\n");
        for method in 0..8 {
            let _ = writeln!(
                text,
                "    def save{method}(self, value, *, key=None):\n        rows = \
                 self.query(\"select * from t{at} where id = ?\", [value])\n        for row in rows:\n            \
                 if row.key == key:\n                load{one}_0(row)\n        return rows\n"
            );
        }
        for function in 0..12 {
            let _ = writeln!(
                text,
                "def load{at}_{function}(request, store=None):\n    store = store or Store{at}()\n    \
                 found = store.save{}(request, key=\"k{function}\")\n    return \
                 load{two}_1(found) if found else None\n\n",
                function % 8
            );
        }
        files.insert(RepoPath::new(format!("app/m{at}.py")), Arc::from(text.into_bytes()));
    }
    files
}
