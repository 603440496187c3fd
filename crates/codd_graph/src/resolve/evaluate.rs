//! Evaluates expressions to what they may stand for: memoised, bounded, safe against cycles.

use std::rc::Rc;
use std::sync::Arc;

use codd_facts::{
    Binding, Bound, DefinitionId, DefinitionKind, Expr, ExprId, ImportId, Item, MODULE_SCOPE, Name,
    ScopeId, ScopeKind, Semantics,
};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::calls::Frame;
use super::classes::Ancestry;
use super::value::{
    At, FileId, Flow, FlowSet, Flows, FrameId, NO_FRAME, OWN, Receiver, Site, Value,
};
use crate::{Confidence, Project};

/// Questions nested in one another; deeper ones are answered with "unknown".
const MAX_DEPTH: u32 = 96;

/// Questions that one file may cost, besides [`STEPS_PER_EXPR`] for each of its expressions.
const BASE_STEPS: u32 = 50_000;
const STEPS_PER_EXPR: u32 = 60;

/// The questions whose answers are kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Expr(Site),
    /// What a variable or field holds.
    Held(At),
    Import(FileId, ImportId),
    Export(FileId, Name),
    /// What calling a function gives.
    Returned(At, FrameId),
}

pub(super) struct Evaluator<'p> {
    pub(super) project: &'p dyn Project,
    files: Vec<LoadedFile>,
    by_path: FxHashMap<RepoPath, Option<FileId>>,
    answers: FxHashMap<Question, Flows>,
    /// The round before: what a question that leads back to itself is answered with.
    previous: FxHashMap<Question, Flows>,
    open: FxHashSet<Question>,
    pub(super) ancestries: FxHashMap<At, Rc<Ancestry>>,
    pub(super) open_ancestries: FxHashSet<At>,
    pub(super) frames: Vec<Frame>,
    pub(super) frame_ids: FxHashMap<Frame, FrameId>,
    /// What is passed to the parameters of the own file's functions, by its own calls.
    pub(super) passed: FxHashMap<(DefinitionId, u32), FlowSet>,
    met_cycle: bool,
    gave_up: bool,
    depth: u32,
    steps: u32,
}

struct LoadedFile {
    path: RepoPath,
    semantics: Arc<Semantics>,
    /// Indices of its members by class and name.
    members: FxHashMap<(DefinitionId, Name), Vec<u32>>,
    /// Definitions that have members.
    with_members: FxHashSet<DefinitionId>,
}

impl<'p> Evaluator<'p> {
    pub(super) fn new(
        project: &'p dyn Project,
        path: &RepoPath,
        semantics: Arc<Semantics>,
    ) -> Evaluator<'p> {
        let steps = (semantics.exprs.len() as u32).saturating_mul(STEPS_PER_EXPR);
        let mut it = Evaluator {
            project,
            files: Vec::new(),
            by_path: FxHashMap::default(),
            answers: FxHashMap::default(),
            previous: FxHashMap::default(),
            open: FxHashSet::default(),
            ancestries: FxHashMap::default(),
            open_ancestries: FxHashSet::default(),
            frames: vec![Frame::NONE],
            frame_ids: FxHashMap::default(),
            passed: FxHashMap::default(),
            met_cycle: false,
            gave_up: false,
            depth: 0,
            steps: BASE_STEPS.saturating_add(steps),
        };
        it.load(path, semantics);
        it
    }

    fn load(&mut self, path: &RepoPath, semantics: Arc<Semantics>) -> FileId {
        let id = FileId(self.files.len() as u32);
        let mut members: FxHashMap<(DefinitionId, Name), Vec<u32>> = FxHashMap::default();
        let mut with_members = FxHashSet::default();
        for (at, member) in semantics.members.iter().enumerate() {
            members.entry((member.class, member.name.clone())).or_default().push(at as u32);
            with_members.insert(member.class);
        }
        self.files.push(LoadedFile { path: path.clone(), semantics, members, with_members });
        self.by_path.insert(path.clone(), Some(id));
        id
    }

    /// The file at `path`, if it has facts.
    pub(super) fn file(&mut self, path: &RepoPath) -> Option<FileId> {
        if let Some(known) = self.by_path.get(path) {
            return *known;
        }
        match self.project.interface(path) {
            Some(semantics) => Some(self.load(path, semantics)),
            None => {
                self.by_path.insert(path.clone(), None);
                None
            }
        }
    }

    pub(super) fn path(&self, file: FileId) -> &RepoPath {
        &self.files[file.0 as usize].path
    }

    pub(super) fn semantics(&self, file: FileId) -> Arc<Semantics> {
        Arc::clone(&self.files[file.0 as usize].semantics)
    }

    pub(super) fn definition(&self, at: At) -> &codd_facts::Definition {
        self.files[at.file.0 as usize].semantics.definition(at.id)
    }

    pub(super) fn members_of(&self, at: At, name: &str) -> Vec<u32> {
        let file = &self.files[at.file.0 as usize];
        if !file.with_members.contains(&at.id) {
            return Vec::new();
        }
        file.members.get(&(at.id, Name::new(name))).cloned().unwrap_or_default()
    }

    pub(super) fn has_members(&self, at: At) -> bool {
        self.files[at.file.0 as usize].with_members.contains(&at.id)
    }

    /// Starts over with what this round found as the answers to what leads back to itself.
    pub(super) fn next_round(&mut self) {
        self.previous = std::mem::take(&mut self.answers);
        self.ancestries.clear();
        self.met_cycle = false;
    }

    /// Whether some answer was cut short.
    pub(super) fn has_given_up(&self) -> bool {
        self.gave_up
    }

    /// Whether a question led back to itself, so that another round may find more.
    pub(super) fn has_met_cycle(&self) -> bool {
        self.met_cycle
    }

    /// Goes one level deeper, unless that is too deep; see [`Evaluator::ascend`].
    pub(super) fn descend(&mut self) -> bool {
        if self.depth >= MAX_DEPTH || self.steps == 0 {
            self.gave_up = true;
            return false;
        }
        self.steps -= 1;
        self.depth += 1;
        true
    }

    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Answers a question once.
    pub(super) fn ask(
        &mut self,
        question: Question,
        answer: impl FnOnce(&mut Self) -> FlowSet,
    ) -> Flows {
        if let Some(known) = self.answers.get(&question) {
            return Rc::clone(known);
        }
        if self.open.contains(&question) {
            self.met_cycle = true;
            return self.previous.get(&question).cloned().unwrap_or_else(|| Rc::new([]));
        }
        if !self.descend() {
            return FlowSet::unknown().share();
        }
        self.open.insert(question.clone());
        let flows = answer(self).share();
        self.open.remove(&question);
        self.ascend();
        self.answers.insert(question, Rc::clone(&flows));
        flows
    }

    /// What an expression may stand for; variables stay closed.
    pub(super) fn expr(&mut self, file: FileId, expr: ExprId, frame: FrameId) -> Flows {
        let site = Site { file, expr, frame };
        self.ask(Question::Expr(site), |it| it.expr_anew(site))
    }

    fn expr_anew(&mut self, site: Site) -> FlowSet {
        let Site { file, expr, frame } = site;
        let semantics = self.semantics(file);
        match semantics.expr(expr) {
            Expr::Name { scope, name } => self.name(file, *scope, name, frame),
            Expr::Attribute { base, name } => {
                let bases = self.opened(file, *base, frame);
                self.attribute(bases.flows(), name)
            }
            Expr::Call { callee, arguments } => {
                let callees = self.opened(file, *callee, frame);
                let mut out = FlowSet::default();
                for flow in callees.flows() {
                    let given = self.call(&flow.value, Some((site, arguments)));
                    out.extend(given.flows(), flow.confidence.min(Confidence::Probable));
                }
                out
            }
            Expr::Index { base, key } => {
                let bases = self.opened(file, *base, frame);
                self.index(bases.flows(), key.as_deref())
            }
            Expr::Definition(id) => {
                let at = At { file, id: *id };
                let frame = self.captured(at, frame);
                FlowSet::of(Value::Definition { at, frame }, Confidence::Exact)
            }
            Expr::Import(id) => {
                let flows = self.import(file, *id);
                let mut out = FlowSet::default();
                out.extend(&flows, Confidence::Exact);
                out
            }
            Expr::This { class } => {
                let class = At { file, id: *class };
                match self.receiver_in(frame, class) {
                    Some(receiver) => FlowSet::of(receiver_value(receiver), Confidence::Exact),
                    None => FlowSet::of(Value::Instance(class), Confidence::Exact),
                }
            }
            Expr::Super { class } => {
                let class = At { file, id: *class };
                FlowSet::of(Value::Super { class, is_instance: true }, Confidence::Exact)
            }
            Expr::InstanceOf(of) => {
                let types = self.opened(file, *of, frame);
                self.instances(types.flows(), 0)
            }
            Expr::Text(text) => FlowSet::of(Value::Text(text.clone()), Confidence::Exact),
            Expr::Literal => FlowSet::of(Value::Literal, Confidence::Exact),
            Expr::Container { .. } => FlowSet::of(Value::Container(site), Confidence::Exact),
            Expr::Either(values) => {
                let limit = match values.len() {
                    1 => Confidence::Exact,
                    _ => Confidence::Probable,
                };
                let mut out = FlowSet::default();
                for value in values {
                    let flows = self.expr(file, *value, frame);
                    out.extend(&flows, limit);
                }
                out
            }
            Expr::Unknown => FlowSet::unknown(),
        }
    }

    /// What an expression may stand for, with variables and properties replaced by what they
    /// hold.
    pub(super) fn opened(&mut self, file: FileId, expr: ExprId, frame: FrameId) -> FlowSet {
        let flows = self.expr(file, expr, frame);
        self.open_all(&flows)
    }

    pub(super) fn open_all(&mut self, flows: &[Flow]) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in flows {
            match self.held_by(&flow.value) {
                Some(held) => out.extend(&held, flow.confidence.min(Confidence::Probable)),
                None => out.push(flow.value.clone(), flow.confidence),
            }
        }
        out
    }

    /// What a variable, field or property gives when read; `None` for any other value.
    pub(super) fn held_by(&mut self, value: &Value) -> Option<Flows> {
        match value {
            Value::Definition { at, .. } => {
                let kind = self.definition(*at).kind;
                matches!(kind, DefinitionKind::Variable | DefinitionKind::Field)
                    .then(|| self.held(*at))
            }
            Value::Method { at, receiver }
                if receiver.is_instance && self.definition(*at).flags.is_property =>
            {
                Some(self.call(value, None).share())
            }
            _ => None,
        }
    }

    fn held(&mut self, at: At) -> Flows {
        self.ask(Question::Held(at), |it| {
            let semantics = it.semantics(at.file);
            let definition = semantics.definition(at.id);
            let mut out = FlowSet::default();
            let mut values = Vec::new();
            values.extend(definition.value);
            if let Some(parent) = definition.parent {
                let class = At { file: at.file, id: parent };
                for index in it.members_of(class, &definition.name) {
                    let member = &semantics.members[index as usize];
                    if member.definition.is_none_or(|it| it == at.id) {
                        values.push(member.value);
                    }
                }
                if semantics.definition(parent).kind == DefinitionKind::Enum {
                    out.push(Value::Instance(class), Confidence::Probable);
                }
            }
            for value in values {
                let flows = it.opened(at.file, value, NO_FRAME);
                out.extend(flows.flows(), Confidence::Probable);
            }
            let bindings = semantics.scope(definition.scope).bindings_of(&definition.name);
            for binding in seen(bindings, true) {
                if !matches!(binding.bound, Bound::Definition(id) if id == at.id) {
                    let flows = it.bound(at.file, &binding.bound, NO_FRAME);
                    let flows = it.open_all(flows.flows());
                    out.extend(flows.flows(), Confidence::Probable);
                }
            }
            if let Some(declared) = definition.declared_type {
                let types = it.opened(at.file, declared, NO_FRAME);
                let flows = it.instances(types.flows(), 0);
                if !flows.says_nothing() || out.is_empty() {
                    out.extend(flows.flows(), Confidence::Probable);
                }
            }
            if out.is_empty() { FlowSet::unknown() } else { out }
        })
    }

    /// A name, looked up from the innermost scope out.
    fn name(&mut self, file: FileId, scope: ScopeId, name: &str, frame: FrameId) -> FlowSet {
        let semantics = self.semantics(file);
        if let Some((bound_in, bindings)) = find_name(&semantics, scope, name) {
            let is_later = runs_later(&semantics, scope, bound_in);
            return self.bindings(file, seen(bindings, is_later), frame);
        }
        if semantics.exports.all_bindings {
            // Names that a star import brought in.
            let flows = self.starred(file, name);
            if !flows.is_empty() {
                return flows;
            }
        }
        // A built-in, or a name that is set from outside.
        FlowSet::of(Value::External(Name::new(name)), Confidence::Exact)
    }

    /// What one name of one scope may stand for.
    pub(super) fn bindings<'s>(
        &mut self,
        file: FileId,
        bindings: impl Iterator<Item = &'s Binding> + Clone,
        frame: FrameId,
    ) -> FlowSet {
        let semantics = self.semantics(file);
        let is_named_value = |bound: &Bound| match bound {
            Bound::Definition(id) => matches!(
                semantics.definition(*id).kind,
                DefinitionKind::Variable | DefinitionKind::Field
            ),
            _ => false,
        };
        // A variable's other values are seen when it is opened.
        let has_variable = bindings.clone().any(|it| is_named_value(&it.bound));
        let shown = |bound: &Bound| {
            !has_variable
                || matches!(
                    bound,
                    Bound::Definition(_) | Bound::Import(_) | Bound::Parameter { .. }
                )
        };
        let count = bindings.clone().filter(|it| shown(&it.bound)).count();
        let are_one_symbol = bindings
            .clone()
            .filter(|it| shown(&it.bound))
            .all(|it| matches!(it.bound, Bound::Definition(_)));
        let limit = match count {
            1 => Confidence::Exact,
            _ if are_one_symbol => Confidence::Exact,
            _ => Confidence::Probable,
        };
        let mut out = FlowSet::default();
        for binding in bindings.clone().filter(|it| shown(&it.bound)) {
            let flows = self.bound(file, &binding.bound, frame);
            out.extend(flows.flows(), limit);
        }
        out
    }

    fn bound(&mut self, file: FileId, bound: &Bound, frame: FrameId) -> FlowSet {
        match bound {
            Bound::Definition(id) => {
                let at = At { file, id: *id };
                let frame = self.captured(at, frame);
                FlowSet::of(Value::Definition { at, frame }, Confidence::Exact)
            }
            Bound::Import(id) => {
                let flows = self.import(file, *id);
                let mut out = FlowSet::default();
                out.extend(&flows, Confidence::Exact);
                out
            }
            Bound::Value(expr) => {
                let flows = self.expr(file, *expr, frame);
                let mut out = FlowSet::default();
                let is_alias = self.is_part_of_import(file, *expr);
                out.extend(&flows, if is_alias { Confidence::Exact } else { Confidence::Probable });
                out
            }
            Bound::Typed(expr) => {
                let types = self.opened(file, *expr, frame);
                self.instances(types.flows(), 0).limited(Confidence::Probable)
            }
            Bound::Parameter { function, index } => {
                self.parameter(At { file, id: *function }, *index, frame)
            }
            Bound::Element(expr) => {
                let flows = self.opened(file, *expr, frame);
                self.elements(flows.flows()).limited(Confidence::Probable)
            }
            Bound::Entered(expr) => {
                let flows = self.opened(file, *expr, frame);
                self.entered(flows.flows()).limited(Confidence::Probable)
            }
            Bound::Outer => FlowSet::default(),
            Bound::Unknown => FlowSet::unknown(),
        }
    }

    /// `const { a } = require("m")` says as much as an import does.
    fn is_part_of_import(&self, file: FileId, expr: ExprId) -> bool {
        let semantics = &self.files[file.0 as usize].semantics;
        match semantics.expr(expr) {
            Expr::Import(_) => true,
            Expr::Attribute { base, .. } => matches!(semantics.expr(*base), Expr::Import(_)),
            _ => false,
        }
    }

    /// Instances of the types that an annotation names.
    pub(super) fn instances(&mut self, types: &[Flow], depth: u32) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in types {
            let limit = flow.confidence.min(Confidence::Probable);
            match &flow.value {
                Value::Definition { at, .. } => {
                    let definition = self.definition(*at);
                    match definition.kind {
                        DefinitionKind::Class
                        | DefinitionKind::Interface
                        | DefinitionKind::Enum => out.push(Value::Instance(*at), limit),
                        DefinitionKind::TypeAlias if depth < 8 => {
                            let named = definition.value.or(definition.declared_type);
                            if let Some(named) = named {
                                let types = self.opened(at.file, named, NO_FRAME);
                                let flows = self.instances(types.flows(), depth + 1);
                                out.extend(flows.flows(), limit);
                            }
                        }
                        _ => out.push(Value::Unknown, limit),
                    }
                }
                Value::External(name) => out.push(Value::External(name.clone()), limit),
                Value::Instance(_) | Value::Container(_) => out.push(flow.value.clone(), limit),
                Value::Literal => out.push(Value::Literal, limit),
                _ => out.push(Value::Unknown, limit),
            }
        }
        out
    }

    /// What a loop over a value sees.
    pub(super) fn elements(&mut self, flows: &[Flow]) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in flows {
            match &flow.value {
                Value::Container(site) => {
                    let items = self.items(*site, None);
                    out.extend(items.flows(), flow.confidence);
                }
                Value::Instance(_) => {
                    let iterated = self.protocol(&flow.value, &["__iter__", "__aiter__"]);
                    match iterated {
                        Some(it) if !matches!(&it.flows(), [only] if only.value == flow.value) => {
                            let next = self.protocol_of(it.flows(), &["__next__", "__anext__"]);
                            out.extend(next.flows(), flow.confidence);
                        }
                        Some(_) => {
                            let next = self.protocol(&flow.value, &["__next__", "__anext__"]);
                            let next = next.unwrap_or_else(FlowSet::unknown);
                            out.extend(next.flows(), flow.confidence);
                        }
                        // What a generator gives is not told from what calling it gives.
                        None => out.push(flow.value.clone(), flow.confidence),
                    }
                }
                Value::Text(_) | Value::Literal => out.push(Value::Literal, flow.confidence),
                _ => out.push(flow.value.clone(), flow.confidence),
            }
        }
        out
    }

    /// What the first of these methods gives for each value; others stay as they are.
    pub(super) fn protocol_of(&mut self, flows: &[Flow], names: &[&str]) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in flows {
            match self.protocol(&flow.value, names) {
                Some(found) => out.extend(found.flows(), flow.confidence),
                None => out.push(flow.value.clone(), flow.confidence),
            }
        }
        out
    }

    /// What calling the first of these methods of an instance gives.
    fn protocol(&mut self, value: &Value, names: &[&str]) -> Option<FlowSet> {
        let Value::Instance(class) = value else { return None };
        let receiver = Receiver { class: *class, is_instance: true };
        names.iter().find_map(|name| {
            let methods = self.class_member(*class, name, receiver)?;
            let mut out = FlowSet::default();
            for flow in methods.flows() {
                let given = self.call(&flow.value, None);
                out.extend(given.flows(), flow.confidence);
            }
            Some(out)
        })
    }

    /// What `with` binds.
    fn entered(&mut self, flows: &[Flow]) -> FlowSet {
        self.protocol_of(flows, &["__enter__", "__aenter__"])
    }

    fn index(&mut self, bases: &[Flow], key: Option<&str>) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in bases {
            match &flow.value {
                Value::Container(site) => {
                    let items = self.items(*site, key);
                    out.extend(items.flows(), flow.confidence.min(Confidence::Probable));
                }
                Value::Instance(_) => match self.protocol(&flow.value, &["__getitem__"]) {
                    Some(found) => out.extend(found.flows(), flow.confidence),
                    None => out.push(flow.value.clone(), flow.confidence),
                },
                Value::Text(_) | Value::Literal => out.push(Value::Literal, flow.confidence),
                // A generic type with its arguments; a member by its constant name.
                value => match key {
                    Some(key) if matches!(value, Value::Module(_)) => {
                        let found = self.attribute(std::slice::from_ref(flow), key);
                        out.extend(found.flows(), flow.confidence);
                    }
                    _ => out.push(value.clone(), flow.confidence),
                },
            }
        }
        out
    }

    /// The items of a container, of one key or of any.
    pub(super) fn items(&mut self, site: Site, key: Option<&str>) -> FlowSet {
        let semantics = self.semantics(site.file);
        let Expr::Container { items, .. } = semantics.expr(site.expr) else {
            return FlowSet::unknown();
        };
        let fits = |item: &&Item| match (key, &item.key) {
            (Some(key), Some(own)) => key == own.as_str(),
            _ => true,
        };
        let is_keyed = items.iter().any(|it| it.key.is_some() && fits(&it)) && key.is_some();
        let mut out = FlowSet::default();
        for item in items.iter().filter(fits) {
            if is_keyed && item.key.is_none() {
                continue;
            }
            let flows = self.expr(site.file, item.value, site.frame);
            out.extend(&flows, Confidence::Exact);
        }
        self.open_all(out.flows())
    }

    /// What `name` of these values stands for.
    pub(super) fn attribute(&mut self, bases: &[Flow], name: &str) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in bases {
            let found = self.attribute_of(&flow.value, name);
            out.extend(found.flows(), flow.confidence);
        }
        out
    }

    fn attribute_of(&mut self, value: &Value, name: &str) -> FlowSet {
        match value {
            Value::Definition { at, .. } => self.definition_attribute(value, *at, name),
            Value::Instance(class) => {
                let receiver = Receiver { class: *class, is_instance: true };
                self.class_member(*class, name, receiver).unwrap_or_else(FlowSet::unknown)
            }
            Value::Super { class, is_instance } => {
                let receiver = Receiver { class: *class, is_instance: *is_instance };
                self.inherited_member(*class, name, receiver).unwrap_or_else(FlowSet::unknown)
            }
            Value::Module(file) => {
                let flows = self.export(*file, name);
                let mut out = FlowSet::default();
                out.extend(&flows, Confidence::Exact);
                if out.is_empty() { FlowSet::unknown() } else { out }
            }
            Value::Folder(path) => {
                let from = self.path(OWN).clone();
                let folder = codd_facts::ModuleTarget::Folder(path.clone());
                let target = self.project.submodule(&from, &folder, name);
                self.module_value(target, name).unwrap_or_else(FlowSet::unknown)
            }
            Value::External(outer) => {
                FlowSet::of(Value::External(dotted(outer, name)), Confidence::Exact)
            }
            Value::Container(site) => {
                let semantics = self.semantics(site.file);
                let Expr::Container { items, .. } = semantics.expr(site.expr) else {
                    return FlowSet::unknown();
                };
                match items.iter().rev().find(|it| it.key.as_deref() == Some(name)) {
                    Some(item) => {
                        let flows = self.expr(site.file, item.value, site.frame);
                        let mut out = FlowSet::default();
                        out.extend(&flows, Confidence::Exact);
                        out
                    }
                    None => FlowSet::of(
                        Value::ContainerMethod { of: *site, name: Name::new(name) },
                        Confidence::Exact,
                    ),
                }
            }
            Value::Method { .. } if matches!(name, "call" | "apply" | "bind") => {
                FlowSet::of(value.clone(), Confidence::Exact)
            }
            Value::Method { .. }
            | Value::ContainerMethod { .. }
            | Value::Text(_)
            | Value::Literal => FlowSet::of(Value::Literal, Confidence::Exact),
            Value::Unknown => FlowSet::unknown(),
        }
    }

    fn definition_attribute(&mut self, value: &Value, at: At, name: &str) -> FlowSet {
        let semantics = self.semantics(at.file);
        let definition = semantics.definition(at.id);
        match definition.kind {
            DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum => {
                let receiver = Receiver { class: at, is_instance: false };
                self.class_member(at, name, receiver).unwrap_or_else(FlowSet::unknown)
            }
            DefinitionKind::Namespace => {
                let body = definition.body.unwrap_or(MODULE_SCOPE);
                let bindings = semantics.scope(body).bindings_of(name);
                match bindings {
                    [] => FlowSet::unknown(),
                    _ => self.bindings(at.file, seen(bindings, true), NO_FRAME),
                }
            }
            _ if matches!(name, "call" | "apply" | "bind") => {
                FlowSet::of(value.clone(), Confidence::Exact)
            }
            _ => match self.own_members(at, name) {
                Some(found) => found,
                None => FlowSet::of(Value::Literal, Confidence::Exact),
            },
        }
    }
}

pub(super) fn receiver_value(receiver: Receiver) -> Value {
    if receiver.is_instance {
        Value::Instance(receiver.class)
    } else {
        Value::Definition { at: receiver.class, frame: NO_FRAME }
    }
}

/// Longer dotted names of outside things are cut: they come from loops, not from people.
const MAX_DOTTED: usize = 120;

fn dotted(outer: &Name, name: &str) -> Name {
    if outer.len() + name.len() > MAX_DOTTED {
        return outer.clone();
    }
    Name::new(format!("{outer}.{name}"))
}

/// The bindings that count: code that runs later does not see those that were replaced.
pub(super) fn seen(bindings: &[Binding], is_later: bool) -> impl Iterator<Item = &Binding> + Clone {
    bindings.iter().filter(move |it| !(is_later && it.is_replaced))
}

/// Whether code in `scope` runs after all of the scope `bound_in` around it has run.
fn runs_later(semantics: &Semantics, scope: ScopeId, bound_in: ScopeId) -> bool {
    let mut at = Some(scope);
    while let Some(id) = at.filter(|id| *id != bound_in) {
        let it = semantics.scope(id);
        if it.kind == ScopeKind::Function {
            return true;
        }
        at = it.parent;
    }
    false
}

/// The scope in which a name used in `scope` is bound, and what binds it there.
pub(super) fn find_name<'s>(
    semantics: &'s Semantics,
    scope: ScopeId,
    name: &str,
) -> Option<(ScopeId, &'s [Binding])> {
    let mut at = Some(scope);
    while let Some(id) = at {
        let it = semantics.scope(id);
        if it.kind != ScopeKind::Class || id == scope {
            let bindings = it.bindings_of(name);
            let is_outer = bindings.iter().any(|it| it.bound == Bound::Outer);
            if !bindings.is_empty() && !is_outer {
                return Some((id, bindings));
            }
        }
        at = it.parent;
    }
    None
}
