//! The analysis of one family of languages: every function once its callees are known, then
//! what frameworks call, with what they give it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use codd_facts::{FlowFunctionKind, FlowParameterKind, FlowValue, ValueId};
use codd_graph::Graph;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use crate::classes::{ClassId, Mask};
use crate::models::{Answer, Compiled, HandlerModel, SourceUse};
use crate::paths::{PathId, Paths, Segment};
use crate::probed::Probed;
use crate::program::{FlowFile, FnIx, Program, handlers};
use crate::run::Run;
use crate::summary::Summary;
use crate::trail::{Place, TrailId, Trails};
use crate::value::{Atom, Author, Frozen, Key, Taint, Thing, Value};

/// Rounds over functions that call one another in a circle.
const MAX_ROUNDS: usize = 3;
/// Items that functions put into one variable of a top level, told apart.
const MAX_PUT: usize = 32;
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

/// A flow that was found, by its class and sink.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    pub(crate) source: u32,
    pub(crate) trail: TrailId,
}

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
    put: FxHashMap<(u32, String), Vec<(Option<Key>, Frozen)>>,
    /// What is set at objects that a framework gives to everyone: `req.user = …`, `g.user = …`.
    at_paths: FxHashMap<PathId, Taint>,
    /// Attributes of classes that are set from outside of them.
    set_attributes: FxHashMap<(FnIx, String), Frozen>,
    modules_done: Vec<ModuleState>,
    /// Attributes of classes.
    pub(crate) attributes: FxHashMap<FnIx, Vec<(String, Frozen)>>,
    bases: FxHashMap<FnIx, Rc<Bases>>,
    /// Classes by what they extend, where somebody asked.
    pub(crate) subclasses: Option<FxHashMap<FnIx, Vec<FnIx>>>,
    /// What functions took from around them where they were made last.
    pub(crate) captured: FxHashMap<FnIx, Rc<[(u32, Frozen)]>>,
    /// What frameworks pass to functions, by their place among the parameters.
    pub(crate) entries: BTreeMap<FnIx, Vec<Option<Value>>>,
    /// What those are as sinks that answer routes.
    pub(crate) answers: BTreeMap<FnIx, Vec<Answer>>,
    pub(crate) flows: BTreeMap<(ClassId, Place), Flow>,
    pub(crate) sinks: BTreeSet<(ClassId, Place)>,
    /// Functions in which something was given up, by file.
    pub(crate) given_up: BTreeMap<u32, u32>,
    /// Whether flows that are found count.
    pub(crate) is_final: bool,
    pub(crate) probed: Probed,
    /// Whether a variable of a top level was found to be something else than before.
    is_global_set: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ModuleState {
    Open,
    Running,
    Done,
}

/// What a class has of others.
#[derive(Debug, Default)]
pub(crate) struct Bases {
    pub(crate) own: Vec<FnIx>,
    pub(crate) outside: Vec<PathId>,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(graph: &Graph, files: &[FlowFile<'a>], models: Compiled) -> Engine<'a> {
        let program = Program::new(graph, files);
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
            subclasses: None,
            captured: FxHashMap::default(),
            entries: BTreeMap::new(),
            answers: BTreeMap::new(),
            flows: BTreeMap::new(),
            sinks: BTreeSet::new(),
            given_up: BTreeMap::new(),
            is_final: false,
            probed: Probed::default(),
            is_global_set: false,
        };
        for file in 0..modules as u32 {
            let given_up = engine.program.files[file as usize].flow.given_up;
            if given_up > 0 {
                engine.given_up.insert(file, given_up);
            }
        }
        engine.note_routes(graph);
        engine
    }

    pub(crate) fn run(&mut self) {
        for file in 0..self.program.files.len() as u32 {
            self.ensure_module(file);
        }
        self.is_final = true;
        let order = self.order();
        for round in 0..MAX_ROUNDS {
            self.summarize_all(&order);
            for file in 0..self.program.files.len() as u32 {
                self.run_module(file);
            }
            for ix in 0..self.program.functions.len() as u32 {
                self.enter(FnIx(ix));
            }
            if !std::mem::take(&mut self.is_global_set) || round + 1 == MAX_ROUNDS {
                break;
            }
            // What was looked at before has seen another value.
            self.summaries.fill(None);
            self.modules_done.fill(ModuleState::Open);
        }
        for ix in 0..self.program.functions.len() as u32 {
            let Some(summary) = self.summaries[ix as usize].clone() else { continue };
            if !summary.probes.is_empty() {
                Run::enter_probes(self, FnIx(ix), &summary);
            }
        }
    }

    fn summarize_all(&mut self, order: &[Vec<FnIx>]) {
        for component in order {
            let is_circle = component.len() > 1;
            for _ in 0..if is_circle { MAX_ROUNDS } else { 1 } {
                let mut is_changed = false;
                for ix in component {
                    is_changed |= self.summarize(*ix);
                }
                if !is_changed {
                    break;
                }
            }
        }
    }

    /// Functions, those that are called before those that call them.
    fn order(&self) -> Vec<Vec<FnIx>> {
        let mut calls: DiGraph<FnIx, ()> = DiGraph::new();
        for ix in 0..self.program.functions.len() as u32 {
            calls.add_node(FnIx(ix));
        }
        let node = |ix: FnIx| NodeIndex::new(ix.0 as usize);
        for ix in 0..self.program.functions.len() as u32 {
            let ix = FnIx(ix);
            for call in &self.program.function(ix).calls {
                let target = call.target;
                let runs = match self.program.body(target).kind {
                    FlowFunctionKind::Class => {
                        let methods = &self.program.function(target).methods;
                        methods.get("__init__").or_else(|| methods.get("constructor")).copied()
                    }
                    _ => Some(target),
                };
                if let Some(runs) = runs {
                    calls.update_edge(node(ix), node(runs), ());
                }
            }
            if let Some(parent) = self.program.parent(ix) {
                calls.update_edge(node(parent), node(ix), ());
            }
        }
        let components = petgraph::algo::kosaraju_scc(&calls);
        components
            .into_iter()
            .map(|component| {
                let mut all: Vec<FnIx> = component.into_iter().map(|it| calls[it]).collect();
                all.sort_unstable();
                all
            })
            .collect()
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
        let summary = Run::summary(self, ix);
        self.in_progress[ix.0 as usize] = false;
        let slot = &mut self.summaries[ix.0 as usize];
        let is_changed = slot.as_deref() != Some(&summary);
        *slot = Some(Rc::new(summary));
        is_changed
    }

    /// What calling a function does; `None` where that is not known (yet).
    pub(crate) fn summary_of(&mut self, ix: FnIx) -> Option<Rc<Summary>> {
        if let Some(known) = &self.summaries[ix.0 as usize] {
            return Some(Rc::clone(known));
        }
        if self.ahead >= MAX_AHEAD || self.nesting > MAX_NESTING_AHEAD || !self.is_final {
            return None;
        }
        self.ahead += 1;
        self.summarize(ix);
        self.ahead -= 1;
        self.summaries[ix.0 as usize].clone()
    }

    /// Runs a top level for what its names stand for, once.
    pub(crate) fn ensure_module(&mut self, file: u32) {
        if self.modules_done[file as usize] != ModuleState::Open {
            return;
        }
        self.modules_done[file as usize] = ModuleState::Running;
        if self.ahead < MAX_AHEAD && self.nesting <= MAX_NESTING_AHEAD {
            self.ahead += 1;
            self.run_module(file);
            self.ahead -= 1;
            self.modules_done[file as usize] = ModuleState::Done;
        } else {
            self.modules_done[file as usize] = ModuleState::Open;
        }
    }

    fn run_module(&mut self, file: u32) {
        let ix = self.program.in_file(file, codd_facts::FunctionId(0));
        let names = Run::top_level(self, ix);
        for (name, value) in names {
            self.globals.insert((file, name), value);
        }
    }

    /// A variable of a file's top level.
    pub(crate) fn global(&mut self, file: u32, name: &str) -> Option<Frozen> {
        self.ensure_module(file);
        let place = (file, name.to_owned());
        let known = match (self.globals.get(&place), self.set.get(&place)) {
            (Some(known), Some(set)) => Some(known.join(set)),
            (known, set) => known.or(set).cloned(),
        };
        if let Some(known) = known {
            let put = self.put.get(&place).map_or(&[][..], Vec::as_slice);
            return Some(
                put.iter().fold(known, |known, (key, item)| with_item(known, key.as_ref(), item)),
            );
        }
        let flow = self.program.files[file as usize].flow;
        // Functions and classes are there before their top level has run.
        let at = flow.functions.iter().position(|function| {
            function.parent == Some(codd_facts::FunctionId(0))
                && function.name.is_some_and(|own| flow.name(own) == name)
        })?;
        let ix = self.program.in_file(file, codd_facts::FunctionId(at as u32));
        Some(Frozen { value: Value::thing(self.thing_of(ix)), shape: None })
    }

    /// A variable of a file's top level may be this, too.
    pub(crate) fn join_global(&mut self, file: u32, name: &str, value: &Frozen) {
        let place = (file, name.to_owned());
        // What nobody goes by need not be looked at again.
        let is_constant = |it: &Frozen| it.value.constant.is_some() || it.value.thing.is_some();
        let matters = self.globals.get(&place).is_some_and(is_constant) || self.matters(value);
        self.is_global_set |= join_into(self.set.entry(place), value) && matters;
    }

    /// An attribute of a class may be this, too.
    pub(crate) fn join_attribute(&mut self, class: FnIx, name: &str, value: &Frozen) {
        let known = self.set_attributes.entry((class, name.to_owned()));
        self.is_global_set |= join_into(known, value);
    }

    /// Whether a value that is told to other bodies may change what is found in them.
    fn matters(&self, value: &Frozen) -> bool {
        !self.models.probes.is_empty() || !value.whole_taint().is_empty()
    }

    /// What is found at a path from outside may be text of these, too.
    pub(crate) fn join_at_path(&mut self, path: PathId, taint: &Taint) {
        let known = self.at_paths.entry(path).or_default();
        let joined = known.union(taint);
        self.is_global_set |= joined != *known;
        *known = joined;
    }

    pub(crate) fn set_at_path(&self, path: PathId) -> Option<&Taint> {
        self.at_paths.get(&path)
    }

    pub(crate) fn set_attribute(&self, class: FnIx, name: &str) -> Option<&Frozen> {
        self.set_attributes.get(&(class, name.to_owned()))
    }

    /// An item of a variable of a file's top level may be this, too.
    pub(crate) fn join_item(&mut self, file: u32, name: &str, key: Option<&Key>, item: &Frozen) {
        let matters = self.matters(item);
        let put = self.put.entry((file, name.to_owned())).or_default();
        let mut is_changed = false;
        match put.iter().position(|(own, _)| own.as_ref() == key) {
            Some(at) => {
                let joined = put[at].1.join(item);
                is_changed |= joined != put[at].1;
                put[at].1 = joined;
            }
            // Beyond these, an item is any of them.
            None if put.len() >= MAX_PUT => {
                let (own, known) = &mut put[0];
                let joined = known.join(item);
                is_changed |= joined != *known || own.is_some();
                (*own, *known) = (None, joined);
            }
            None => {
                put.push((key.cloned(), item.clone()));
                is_changed = true;
            }
        }
        self.is_global_set |= is_changed && matters;
    }

    pub(crate) fn thing_of(&self, ix: FnIx) -> Thing {
        match self.program.body(ix).kind {
            FlowFunctionKind::Class => Thing::Class(ix),
            _ => Thing::Function { function: ix, captured: Rc::from([]) },
        }
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

    /// Notes that text of this author gets to a sink; the shortest way is kept.
    pub(crate) fn found(&mut self, class: ClassId, place: Place, source: u32, trail: TrailId) {
        if !self.is_final {
            return;
        }
        let rank = |flow: &Flow| {
            (self.trails.length(flow.trail), self.sources[flow.source as usize].place)
        };
        let flow = Flow { source, trail };
        let is_better = match self.flows.get(&(class, place)) {
            Some(known) => rank(&flow) < rank(known),
            None => true,
        };
        if is_better {
            self.flows.insert((class, place), flow);
        }
    }

    /// The bases of a class, as its file names them.
    pub(crate) fn bases(&mut self, class: FnIx) -> Rc<Bases> {
        if let Some(known) = self.bases.get(&class) {
            return Rc::clone(known);
        }
        // Reserved, for classes that say they are their own base.
        self.bases.insert(class, Rc::default());
        let mut bases = Bases::default();
        let body = self.program.body(class);
        for base in &body.bases {
            let value = Run::outside_value(self, class, *base);
            match value.thing.as_deref() {
                Some(Thing::Class(own)) => bases.own.push(*own),
                _ => bases.outside.extend(value.path),
            }
        }
        let bases = Rc::new(bases);
        self.bases.insert(class, Rc::clone(&bases));
        bases
    }

    /// Finds in a class and those it extends; the nearest counts.
    pub(crate) fn in_class<T>(
        &mut self,
        class: FnIx,
        mut find: impl FnMut(&mut Engine<'a>, FnIx) -> Option<T>,
    ) -> Option<T> {
        let mut open = vec![class];
        let mut seen = Vec::new();
        while let Some(at) = open.pop() {
            if seen.contains(&at) || seen.len() > 64 {
                continue;
            }
            seen.push(at);
            if let Some(found) = find(self, at) {
                return Some(found);
            }
            open.extend(self.bases(at).own.iter().rev());
        }
        None
    }

    pub(crate) fn method(&mut self, class: FnIx, name: &str) -> Option<FnIx> {
        self.in_class(class, |engine, at| engine.program.function(at).methods.get(name).copied())
    }

    /// What instances of a class are to the outside: those of its nearest base from there.
    pub(crate) fn outside_base(&mut self, class: FnIx) -> Option<PathId> {
        let path = self.in_class(class, |engine, at| engine.bases(at).outside.first().copied())?;
        self.paths.extend(path, Segment::Called, &self.models)
    }

    fn note_routes(&mut self, graph: &Graph) {
        for (ix, framework, path) in handlers(graph, &self.program) {
            self.note_answer(ix, framework);
            let models: Vec<HandlerModel> = self
                .models
                .handlers
                .iter()
                .filter(|it| it.framework.as_deref() == Some(framework))
                .cloned()
                .collect();
            for model in models {
                self.note_handler(ix, &model, path);
            }
        }
    }

    /// Notes that a function answers for a framework.
    pub(crate) fn note_answer(&mut self, ix: FnIx, framework: &str) {
        let answers = self.models.answers.iter().filter(|(of, _)| of == framework);
        let answers: Vec<Answer> = answers.map(|(_, answer)| *answer).collect();
        if !answers.is_empty() {
            self.answers.insert(ix, answers);
        }
    }

    /// Notes what a framework gives to a function that it calls.
    pub(crate) fn note_handler(&mut self, ix: FnIx, model: &HandlerModel, route: &str) {
        let body = self.program.body(ix);
        let file = self.program.function(ix).file;
        let flow = self.program.files[file as usize].flow;
        let mut given = self.entries.remove(&ix).unwrap_or_default();
        given.resize(body.parameters.len().max(given.len()), None);
        let own = body.parameters.iter().filter(|it| it.kind != FlowParameterKind::Receiver);
        let before = model.before.as_ref().filter(|it| it.parameters == own.count());
        let mut is_first = before.is_some();
        let mut at = 0;
        for (place, parameter) in body.parameters.iter().enumerate() {
            if parameter.kind == FlowParameterKind::Receiver {
                continue;
            }
            let name = match flow.value(parameter.target) {
                FlowValue::Name(name) => flow.name(*name).as_str(),
                _ => "",
            };
            if std::mem::take(&mut is_first)
                && let Some(before) = before
            {
                let path = self.paths.of_text(&before.is, &self.models);
                given[place] = Some(Value { path: Some(path), ..Value::default() });
                continue;
            }
            let is = model.parameters.iter().find(|it| {
                it.at == Some(at)
                    || it
                        .name
                        .as_ref()
                        .is_some_and(|names| names.as_slice().iter().any(|own| own == name))
            });
            at += 1;
            if given[place].is_some() {
                continue;
            }
            if let Some(is) = is {
                let path = self.paths.of_text(&is.is, &self.models);
                given[place] = Some(Value { path: Some(path), ..Value::default() });
            } else if let Some(label) = &model.others
                && !is_checked(route, name)
                && self.is_filled(ix, &parameter.decorators)
                && self.may_be_text(ix, parameter.annotation, parameter.default)
            {
                let place_of = Place { file, span: flow.span(parameter.target) };
                // What checks add as classes has sources of its own.
                let safe = Mask::of_shipped().others();
                let known = SourceUse { label: label.clone(), safe };
                let atom = self.source(place_of, &known);
                given[place] = Some(Value::tainted(Taint::of(atom)));
            }
        }
        self.entries.insert(ix, given);
    }

    /// Whether a parameter that a framework fills may hold any text, by its type and default.
    fn may_be_text(
        &mut self,
        ix: FnIx,
        annotation: Option<ValueId>,
        default: Option<ValueId>,
    ) -> bool {
        let file = self.program.function(ix).file;
        let flow = self.program.files[file as usize].flow;
        if let Some(default) = default
            && let FlowValue::Call { callee, .. } = flow.value(default)
        {
            // `Depends(get_db)`: what the function gives, and nothing of the request.
            let callee = Run::outside_value(self, ix, *callee);
            let text = callee.path.map(|it| Rc::clone(self.paths.text(it)));
            if text.is_none_or(|text| text.ends_with(".Depends") || text.ends_with(".Security")) {
                return false;
            }
        }
        let Some(annotation) = annotation else { return true };
        if self.program.files[file as usize].family.is_typed() {
            // Texts, and objects that are filled with texts; a library's own are neither.
            let class = Run::outside_value(self, ix, annotation);
            return matches!(class.thing.as_deref(), Some(Thing::Class(_)));
        }
        let mut words = vec![annotation];
        let mut is_text = false;
        let mut is_known = false;
        while let Some(id) = words.pop() {
            match flow.value(id) {
                FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
                    let word = flow.name(*name).as_str();
                    is_text |= matches!(word, "str" | "Any" | "bytes" | "dict" | "list" | "object");
                    is_known |= matches!(
                        word,
                        "int"
                            | "float"
                            | "bool"
                            | "UUID"
                            | "datetime"
                            | "date"
                            | "Decimal"
                            | "PositiveInt"
                            | "Session"
                            | "AsyncSession"
                            | "BackgroundTasks"
                            | "Response"
                            | "Request"
                            | "WebSocket"
                    );
                }
                FlowValue::Unknown(parts) | FlowValue::Sequence(parts) => words.extend(parts),
                FlowValue::Index { base, key } => words.extend([*base, *key]),
                FlowValue::Binary { left, right, .. } => words.extend([*left, *right]),
                FlowValue::Call { arguments, .. } => {
                    words.extend(arguments.iter().map(|it| it.value));
                }
                _ => {}
            }
        }
        is_text || !is_known
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
        Run::enter(self, ix, &given, &summary);
    }
}

/// Joins a value into what is known already; says whether that is another than before.
fn join_into<K: std::hash::Hash + Eq>(
    known: std::collections::hash_map::Entry<'_, K, Frozen>,
    value: &Frozen,
) -> bool {
    match known {
        std::collections::hash_map::Entry::Occupied(mut known) => {
            let joined = known.get().join(value);
            let is_changed = joined != *known.get();
            known.insert(joined);
            is_changed
        }
        std::collections::hash_map::Entry::Vacant(place) => {
            place.insert(value.clone());
            true
        }
    }
}

/// A container in which an item may be this, too.
fn with_item(known: Frozen, key: Option<&Key>, item: &Frozen) -> Frozen {
    let mut shape = known.shape.as_deref().cloned().unwrap_or_default();
    let at = key.map(|key| shape.items.binary_search_by(|(own, _)| own.cmp(key)));
    match (at, key) {
        (Some(Ok(at)), _) => shape.items[at].1 = shape.items[at].1.join(item),
        (Some(Err(at)), Some(key)) => {
            let value = item.value.or_missing(shape.is_whole && shape.rest.is_none());
            shape.items.insert(at, (key.clone(), Frozen { value, ..item.clone() }));
        }
        _ => {
            shape.rest = Some(match &shape.rest {
                Some(rest) => rest.join(item),
                None => item.clone(),
            });
        }
    }
    Frozen { value: known.value, shape: Some(Rc::new(shape)) }
}

/// Whether a route says that this part of its path is no text: `<int:id>`.
fn is_checked(route: &str, name: &str) -> bool {
    ["int", "float", "uuid"].iter().any(|kind| route.contains(&format!("<{kind}:{name}>")))
}
