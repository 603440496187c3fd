//! The analysis of one family of languages: every function once its callees are known, then
//! what frameworks call, with what they give it.

mod classes;
mod directives;
mod handlers;
mod order;
mod readers;
mod ruby;
mod top_levels;

use self::readers::Readers;
pub(crate) use self::readers::Told;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use codd_facts::{FlowFunctionKind, FunctionId};
use rustc_hash::FxHashMap;

use crate::classes::ClassId;
use crate::models::{Answer, Compiled, SourceUse};
use crate::paths::{PathId, Paths};
use crate::probed::Probed;
use crate::program::{FnIx, Program};
use crate::run::Run;
use crate::summary::Summary;
use crate::trail::{Place, TrailId, Trails};
use crate::value::{Atom, Author, Frozen, Key, Taint, Value};

/// Rounds over functions that call one another in a circle.
const MAX_ROUNDS: usize = 3;
/// Calls within one another that are looked at before their turn.
const MAX_AHEAD: u32 = 6;
/// How deep in other code a function may be looked at before its turn.
const MAX_NESTING_AHEAD: u32 = 40;

/// Where text comes from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: Place,
    pub(crate) label: String,
}

/// One way into a sink: where its text comes from, and the body in which that is seen to get on
/// to the sink.
///
/// The body is part of it, since one source may be read for many: `run(get_input())` in another
/// function is another way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WayIn {
    pub(crate) source: u32,
    pub(crate) body: FnIx,
}

/// An item that is put into a container, by its key where that is known.
type Put = (Option<Key>, Frozen);

/// What one analysis has found out so far.
pub(crate) struct Engine<'a> {
    pub(crate) program: Program<'a>,
    pub(crate) models: Compiled,
    pub(crate) paths: Paths,
    pub(crate) trails: Trails,
    pub(crate) sources: Vec<Source>,
    source_ids: FxHashMap<(Place, String), u32>,
    summaries: Vec<Option<Rc<Summary>>>,
    in_progress: Vec<bool>,
    ahead: u32,
    /// Values and calls within one another that are being computed.
    pub(crate) nesting: u32,
    /// Calls in callees of what only callers know, that are being followed in one another.
    pub(crate) pending: u32,
    /// Variables of top levels, by file and name.
    globals: FxHashMap<(u32, String), Frozen>,
    /// What they are set to beside that, by functions and by other modules.
    set: FxHashMap<(u32, String), Frozen>,
    /// What is put into what they hold.
    put: FxHashMap<(u32, String), Vec<Put>>,
    /// What is set at objects that a framework gives to everyone: `req.user = …`, `g.user = …`.
    at_paths: FxHashMap<PathId, Taint>,
    /// Attributes of classes that are set from outside of them.
    set_attributes: FxHashMap<(FnIx, String), Frozen>,
    modules_done: Vec<ModuleState>,
    /// Attributes of classes.
    pub(crate) attributes: FxHashMap<FnIx, Vec<(String, Frozen)>>,
    bases: FxHashMap<FnIx, Rc<Bases>>,
    /// What names of types mean in files, by the file and the name.
    pub(crate) type_names: FxHashMap<(u32, u32), Option<TypeName>>,
    /// Classes by what they extend, where somebody asked.
    pub(crate) subclasses: Option<FxHashMap<FnIx, Vec<FnIx>>>,
    /// What functions took from around them where they were made last.
    pub(crate) captured: FxHashMap<FnIx, Rc<[(u32, Frozen)]>>,
    /// What frameworks pass to functions, by their place among the parameters.
    pub(crate) entries: BTreeMap<FnIx, Vec<Option<Value>>>,
    /// What those are as sinks that answer routes.
    pub(crate) answers: BTreeMap<FnIx, Vec<Answer>>,
    /// All ways into each sink that something from outside gets to, each at its shortest.
    pub(crate) flows: BTreeMap<(ClassId, Place), BTreeMap<WayIn, TrailId>>,
    pub(crate) sinks: BTreeSet<(ClassId, Place)>,
    /// Functions in which something was given up, by file.
    pub(crate) given_up: BTreeMap<u32, u32>,
    /// Whether flows that are found count.
    pub(crate) is_final: bool,
    pub(crate) probed: Probed,
    /// Whether a variable of a top level was found to be something else than before.
    readers: Readers,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ModuleState {
    Open,
    Running,
    Done,
}

/// A type that a name means.
#[derive(Clone, Debug)]
pub(crate) enum TypeName {
    Own(FnIx),
    /// A type in one of the project's.
    Nested(FnIx, Rc<str>),
    Outside(PathId),
}

/// What a class has of others.
#[derive(Debug, Default)]
pub(crate) struct Bases {
    pub(crate) own: Vec<FnIx>,
    pub(crate) outside: Vec<PathId>,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(program: Program<'a>, models: Compiled) -> Engine<'a> {
        let count = program.functions.len();
        let modules = program.files.len();
        let mut engine = Engine {
            program,
            models,
            paths: Paths::default(),
            trails: Trails::default(),
            sources: Vec::new(),
            source_ids: FxHashMap::default(),
            summaries: vec![None; count],
            in_progress: vec![false; count],
            ahead: 0,
            nesting: 0,
            pending: 0,
            globals: FxHashMap::default(),
            set: FxHashMap::default(),
            put: FxHashMap::default(),
            at_paths: FxHashMap::default(),
            set_attributes: FxHashMap::default(),
            modules_done: vec![ModuleState::Open; modules],
            attributes: FxHashMap::default(),
            bases: FxHashMap::default(),
            type_names: FxHashMap::default(),
            subclasses: None,
            captured: FxHashMap::default(),
            entries: BTreeMap::new(),
            answers: BTreeMap::new(),
            flows: BTreeMap::new(),
            sinks: BTreeSet::new(),
            given_up: BTreeMap::new(),
            is_final: false,
            probed: Probed::default(),
            readers: Readers::default(),
        };
        for file in 0..modules as u32 {
            let given_up = engine.program.files[file as usize].flow.given_up;
            if given_up > 0 {
                engine.given_up.insert(file, given_up);
            }
        }
        for file in std::mem::take(&mut engine.program.given_up) {
            *engine.given_up.entry(file).or_insert(0) += 1;
        }
        engine.note_routes();
        engine.note_directives();
        engine.note_classes();
        engine
    }

    pub(crate) fn run(&mut self) {
        let modules = 0..self.program.files.len() as u32;
        for file in modules.clone() {
            self.ensure_module(file);
        }
        self.is_final = true;
        let order = self.order();
        let all: BTreeSet<FnIx> = (0..self.program.functions.len() as u32).map(FnIx).collect();
        let mut open = all;
        self.readers.stale.clear();
        for _ in 0..MAX_ROUNDS {
            let seen = self.summarize_all(&order, open);
            for file in modules.clone() {
                if seen.contains(&self.program.in_file(file, FunctionId(0))) {
                    self.run_module(file);
                }
            }
            let given = std::mem::take(&mut self.readers.given);
            for ix in seen.union(&given) {
                self.enter(*ix);
            }
            open = std::mem::take(&mut self.readers.stale);
            if open.is_empty() && self.readers.given.is_empty() {
                break;
            }
            for file in modules.clone() {
                if open.contains(&self.program.in_file(file, FunctionId(0))) {
                    self.modules_done[file as usize] = ModuleState::Open;
                }
            }
        }
        for ix in 0..self.program.functions.len() as u32 {
            let Some(summary) = self.summaries[ix as usize].clone() else { continue };
            if !summary.probes.is_empty() {
                Run::enter_probes(self, FnIx(ix), &summary);
            }
        }
    }

    /// Looks at these functions, and at those that go by a summary that is another than before;
    /// gives all bodies that were looked at or, being no functions, are to be.
    fn summarize_all(&mut self, order: &[Vec<FnIx>], mut open: BTreeSet<FnIx>) -> BTreeSet<FnIx> {
        let mut is_passed = vec![false; self.program.functions.len()];
        for component in order {
            let is_circle = component.len() > 1;
            for _ in 0..if is_circle { MAX_ROUNDS } else { 1 } {
                let mut is_changed = false;
                for ix in component {
                    if open.contains(ix) && self.summarize(*ix) {
                        is_changed = true;
                        for caller in self.callers(*ix) {
                            if is_passed[caller.0 as usize] {
                                self.readers.stale.insert(caller);
                            } else {
                                open.insert(caller);
                            }
                        }
                    }
                }
                if !is_changed {
                    break;
                }
            }
            for ix in component {
                is_passed[ix.0 as usize] = self.is_function(*ix);
            }
        }
        open
    }

    fn is_function(&self, ix: FnIx) -> bool {
        matches!(self.program.body(ix).kind, FlowFunctionKind::Function | FlowFunctionKind::Lambda)
    }

    /// Looks at a function again; says whether its summary is another than before.
    fn summarize(&mut self, ix: FnIx) -> bool {
        if !self.is_function(ix) || self.in_progress[ix.0 as usize] {
            return false;
        }
        self.in_progress[ix.0 as usize] = true;
        let summary = self.looking_at(ix, |engine| Run::summary(engine, ix));
        self.in_progress[ix.0 as usize] = false;
        let slot = &mut self.summaries[ix.0 as usize];
        let is_changed = slot.as_deref() != Some(&summary);
        *slot = Some(Rc::new(summary));
        is_changed
    }

    /// What calling a function does; `None` where that is not known (yet).
    pub(crate) fn summary_of(&mut self, ix: FnIx) -> Option<Rc<Summary>> {
        if let Some(known) = self.summaries[ix.0 as usize].clone() {
            self.reads(Told::Summary(ix));
            return Some(known);
        }
        if self.ahead >= MAX_AHEAD || self.nesting > MAX_NESTING_AHEAD || !self.is_final {
            return None;
        }
        self.ahead += 1;
        self.summarize(ix);
        self.ahead -= 1;
        let found = self.summaries[ix.0 as usize].clone();
        if found.is_some() {
            self.reads(Told::Summary(ix));
        }
        found
    }

    pub(crate) fn source(&mut self, place: Place, known: &SourceUse) -> Atom {
        let key = (place, known.label.clone());
        let id = match self.source_ids.get(&key) {
            Some(id) => *id,
            None => {
                let id = self.sources.len() as u32;
                self.sources.push(Source { place, label: known.label.clone() });
                self.source_ids.insert(key, id);
                id
            }
        };
        let trail = self.trails.start(place);
        Atom { author: Author::Source(id), safe: known.safe, trail }
    }

    /// Notes that text from outside gets to a sink; of each way in, the shortest trail is kept.
    pub(crate) fn found(&mut self, class: ClassId, place: Place, way: WayIn, trail: TrailId) {
        if !self.is_final {
            return;
        }
        let ways = self.flows.entry((class, place)).or_default();
        let known = ways.entry(way).or_insert(trail);
        if self.trails.length(trail) < self.trails.length(*known) {
            *known = trail;
        }
    }

    /// Runs a function with what whoever calls it from outside gives.
    fn enter(&mut self, ix: FnIx) {
        if !self.is_function(ix) {
            return;
        }
        let Some(summary) = self.summary_of(ix) else { return };
        let given = self.entries.get(&ix).cloned().unwrap_or_default();
        if summary.is_quiet() && summary.writes.is_empty() && !self.answers.contains_key(&ix) {
            return;
        }
        self.looking_at(ix, |engine| Run::enter(engine, ix, &given, &summary));
    }
}
