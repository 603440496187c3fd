//! Evaluates expressions to what they may stand for: memoised, bounded, safe against cycles.

use std::rc::Rc;
use std::sync::Arc;

use codd_facts::{
    Added, Bound, Conventions, DefinitionId, DefinitionKind, Expr, ExprId, Name, Semantics,
    conventions_of,
};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::answers::{Answer, Answers, Asked, Question};
use super::calls::Frame;
use super::classes::{Ancestry, Member};
use super::followed::{Followed, Read};
use super::generics::Applications;
use super::names::{LATER, find_name, seen};
use super::taking::{Offered, Taking};
use super::value::{
    At, FileId, Flow, FlowSet, Flows, FrameId, NO_FRAME, NO_TYPES, Receiver, Site, Value,
};
use crate::{Confidence, Project};

/// Questions nested in one another; deeper ones are answered with "unknown".
const MAX_DEPTH: u32 = 96;

/// Questions that one file may cost, besides [`STEPS_PER_EXPR`] for each of its expressions.
const BASE_STEPS: u32 = 50_000;
const STEPS_PER_EXPR: u32 = 60;

/// Longer texts that are made of others are of no use as names.
const MAX_TEXT: usize = 400;

pub(super) struct Evaluator<'p> {
    pub(super) project: &'p dyn Project,
    files: Vec<LoadedFile>,
    by_path: FxHashMap<RepoPath, Option<FileId>>,
    answers: Answers,
    /// What every constant without a text is.
    literal: Flows,
    /// The round before: what a question that leads back to itself is answered with.
    previous: FxHashMap<Question, Answer>,
    pub(super) ancestries: FxHashMap<At, (Rc<Ancestry>, bool)>,
    pub(super) open_ancestries: FxHashSet<At>,
    pub(super) found_members: FxHashMap<Member, Answer>,
    pub(super) applications: Applications,
    pub(super) frames: Vec<Frame>,
    pub(super) frame_ids: FxHashMap<Frame, FrameId>,
    /// What was read of each frame's call.
    pub(super) reads: FxHashMap<FrameId, Vec<Read>>,
    pub(super) followed: Followed,
    /// By class and name, what takes an instance of the one.
    pub(super) taking: FxHashMap<(At, Name), Rc<Taking>>,
    /// By namespace and name.
    pub(super) offered_by_type: FxHashMap<(Name, Name), Rc<Offered>>,
    /// What is passed to the parameters of the own file's functions, by its own calls.
    pub(super) passed: FxHashMap<(DefinitionId, u32), FlowSet>,
    met_cycle: bool,
    gave_up: bool,
    /// Of what is being answered.
    pub(super) rests_on: RestsOn,
    depth: u32,
    steps: u32,
}

/// What an answer rests on besides the facts.
#[derive(Clone, Copy, Debug)]
pub(super) struct RestsOn {
    /// Something that another round may change: what is passed by the file's own calls, a
    /// question that was open, a bound that was met.
    pub(super) is_provisional: bool,
    /// The outermost question that was still open, by the number of those around it.
    outermost: usize,
}

impl RestsOn {
    const FACTS: RestsOn = RestsOn { is_provisional: false, outermost: usize::MAX };
}

struct LoadedFile {
    path: RepoPath,
    conventions: &'static Conventions,
    semantics: Arc<Semantics>,
    /// Indices of its members by class and name.
    members: FxHashMap<(DefinitionId, Name), Vec<u32>>,
    /// Definitions that have members.
    with_members: FxHashSet<DefinitionId>,
    /// Methods that the file adds to a type, with the type.
    extended: FxHashMap<DefinitionId, ExprId>,
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
            answers: Answers::for_exprs(semantics.exprs.len()),
            literal: FlowSet::of(Value::Literal, Confidence::Exact).share(),
            previous: FxHashMap::default(),
            ancestries: FxHashMap::default(),
            open_ancestries: FxHashSet::default(),
            found_members: FxHashMap::default(),
            applications: Applications::default(),
            frames: vec![Frame::NONE],
            frame_ids: FxHashMap::default(),
            reads: FxHashMap::default(),
            followed: Followed::default(),
            taking: FxHashMap::default(),
            offered_by_type: FxHashMap::default(),
            passed: FxHashMap::default(),
            met_cycle: false,
            gave_up: false,
            rests_on: RestsOn::FACTS,
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
        let added = semantics.extensions.iter().filter_map(|it| match it.added {
            Added::Member(id) => Some((id, it.of)),
            Added::Base(_) | Added::Handler(_) => None,
        });
        let extended = added.collect();
        self.files.push(LoadedFile {
            path: path.clone(),
            conventions: conventions_of(path),
            semantics,
            members,
            with_members,
            extended,
        });
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

    pub(super) fn conventions(&self, file: FileId) -> &'static Conventions {
        self.files[file.0 as usize].conventions
    }

    /// Methods that a file adds to types, with the type.
    pub(super) fn extended(&self, file: FileId) -> &FxHashMap<DefinitionId, ExprId> {
        &self.files[file.0 as usize].extended
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
        self.previous = self.answers.take_provisional();
        self.ancestries.retain(|_, (_, is_provisional)| !*is_provisional);
        self.found_members.retain(|_, it| !it.is_provisional);
        self.taking.retain(|_, it| !it.is_provisional);
        self.offered_by_type.retain(|_, it| !it.is_provisional);
        self.reads.clear();
        self.followed.clear();
        self.met_cycle = false;
    }

    /// Whether some answer was cut short.
    pub(super) fn has_given_up(&self) -> bool {
        self.gave_up
    }

    /// Notes that an answer leaves out what it might hold.
    pub(super) fn give_up(&mut self) {
        self.gave_up = true;
    }

    /// Whether a question led back to itself, so that another round may find more.
    pub(super) fn has_met_cycle(&self) -> bool {
        self.met_cycle
    }

    /// Goes one level deeper, unless that is too deep; see [`Evaluator::ascend`].
    pub(super) fn descend(&mut self) -> bool {
        if self.depth >= MAX_DEPTH || self.steps == 0 {
            self.gave_up = true;
            self.rest_on_open(0);
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
        match self.answers.of(&question) {
            Some(Asked::Answered(known)) => {
                self.rests_on.is_provisional |= known.is_provisional;
                return Rc::clone(&known.flows);
            }
            Some(Asked::Open(around)) => {
                let around = *around;
                self.met_cycle = true;
                self.rest_on_open(around);
                let nothing = || FlowSet::default().share();
                let before = self.previous.get(&question);
                return before.map_or_else(nothing, |it| Rc::clone(&it.flows));
            }
            None => {}
        }
        let frame = match question {
            Question::Returned(_, frame) if frame != NO_FRAME => Some(frame),
            _ => None,
        };
        if let Some(known) = frame.and_then(|it| self.followed_before(it)) {
            self.rest_on(&known);
            self.answers.keep(question, known.clone());
            return known.flows;
        }
        if !self.descend() {
            return FlowSet::unknown().share();
        }
        self.answers.open(question.clone());
        let (answer, is_whole) = self.answered(|it| {
            let flows = answer(it);
            it.answers.close();
            flows
        });
        self.ascend();
        if let Some(frame) = frame.filter(|_| is_whole) {
            self.keep_followed(frame, answer.clone());
        }
        self.answers.keep(question, answer.clone());
        answer.flows
    }

    /// Evaluates something apart from what is being answered, and says whether it was found
    /// without a question that is still open.
    pub(super) fn answered(&mut self, answer: impl FnOnce(&mut Self) -> FlowSet) -> (Answer, bool) {
        let around = std::mem::replace(&mut self.rests_on, RestsOn::FACTS);
        let flows = answer(self).share();
        let own = std::mem::replace(&mut self.rests_on, around);
        let answer = Answer { flows, is_provisional: own.is_provisional };
        self.rest_on(&answer);
        let is_whole = own.outermost >= self.answers.open_count();
        if !is_whole {
            self.rest_on_open(own.outermost);
        }
        (answer, is_whole)
    }

    /// What is being answered rests on this as well.
    pub(super) fn rest_on(&mut self, answer: &Answer) {
        self.rests_on.is_provisional |= answer.is_provisional;
    }

    /// What is being answered rests on a question that is still open.
    pub(super) fn rest_on_open(&mut self, around: usize) {
        self.rests_on.is_provisional = true;
        self.rests_on.outermost = self.rests_on.outermost.min(around);
    }

    /// What an expression may stand for; variables stay closed.
    pub(super) fn expr(&mut self, file: FileId, expr: ExprId, frame: FrameId) -> Flows {
        if matches!(self.files[file.0 as usize].semantics.expr(expr), Expr::Literal) {
            return Rc::clone(&self.literal);
        }
        let site = Site { file, expr, frame };
        self.ask(Question::Expr(site), |it| it.expr_anew(site))
    }

    fn expr_anew(&mut self, site: Site) -> FlowSet {
        let Site { file, expr, frame } = site;
        let semantics = self.semantics(file);
        match semantics.expr(expr) {
            Expr::Name { scope, name } => self.name(file, expr, (*scope, name), frame),
            Expr::Attribute { base, name } => {
                let bases = self.expr(file, *base, frame);
                let bases = if names_member(&semantics, *base) {
                    self.fitting(file, &bases, false).share()
                } else {
                    bases
                };
                let bases = self.open_all(&bases);
                self.attribute(bases.flows(), name)
            }
            Expr::Call { callee, arguments } => {
                if let Some(bound) = self.bound_function(site, *callee) {
                    return bound;
                }
                let callees = self.expr(file, *callee, frame);
                let callees = self.fitting(file, &callees, true);
                let callees = self.open_all(callees.flows());
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
                FlowSet::of(Value::Definition { at, frame, is_bare: true }, Confidence::Exact)
            }
            Expr::Applied { of, types } => self.applied(site, *of, types),
            Expr::Decorated { by, of } => self.decorated(site, *by, *of),
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
                    None => FlowSet::of(Value::instance(class), Confidence::Exact),
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
            Expr::Joined(parts) => FlowSet::of(self.joined(file, parts, frame), Confidence::Exact),
            Expr::Signature { .. } => FlowSet::of(Value::Signature(site), Confidence::Exact),
            Expr::Passed { of, index } => {
                let functions = self.opened(file, *of, frame);
                self.passed_to(functions.flows(), *index as usize)
            }
            Expr::Unknown => FlowSet::unknown(),
        }
    }

    /// What parts make one behind the other: a text, where each is known to be one.
    fn joined(&mut self, file: FileId, parts: &[ExprId], frame: FrameId) -> Value {
        let mut text = Some(String::new());
        let mut has_constant = false;
        for part in parts {
            let flows = self.opened(file, *part, frame);
            match flows.flows() {
                [Flow { value: Value::Text(part), .. }] => {
                    has_constant = true;
                    if let Some(text) = &mut text {
                        text.push_str(part);
                    }
                }
                all => {
                    has_constant |= all.iter().any(|it| it.value == Value::Literal);
                    text = None;
                }
            }
        }
        match text.filter(|it| it.len() <= MAX_TEXT) {
            Some(text) => Value::Text(text.into()),
            // With a text it is one, with a number another.
            None if has_constant => Value::Literal,
            None => Value::Unknown,
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
                None => {
                    let replaced = self.replaced(&flow.value);
                    out.push(flow.value.clone(), flow.confidence);
                    let limit = flow.confidence.min(Confidence::Probable);
                    out.extend(replaced.as_deref().unwrap_or_default(), limit);
                }
            }
        }
        out
    }

    /// What a variable, field or property gives when read; `None` for any other value.
    pub(super) fn held_by(&mut self, value: &Value) -> Option<Flows> {
        match value {
            Value::Definition { at, frame, .. } => {
                let kind = self.definition(*at).kind;
                if matches!(kind, DefinitionKind::Variable | DefinitionKind::Field) {
                    let frame = if self.is_of_object(*frame) { *frame } else { NO_FRAME };
                    return Some(self.held(*at, frame));
                }
                // A getter of an object, or of a class itself.
                self.is_own_getter(*at).then(|| self.call(value, None).share())
            }
            Value::Method { at, receiver, .. } if receiver.is_instance && self.is_property(*at) => {
                Some(self.call(value, None).share())
            }
            _ => None,
        }
    }

    pub(super) fn is_own_getter(&self, at: At) -> bool {
        let it = self.definition(at);
        let parent = it.parent.map(|id| self.definition(At { file: at.file, id }).kind);
        let is_of_class = matches!(parent, Some(DefinitionKind::Class | DefinitionKind::Interface));
        it.kind == DefinitionKind::Method
            && it.flags.is_property
            && (it.flags.is_static || !is_of_class)
    }

    fn held(&mut self, at: At, frame: FrameId) -> Flows {
        self.ask(Question::Held(at, frame), |it| {
            let semantics = it.semantics(at.file);
            let conventions = it.conventions(at.file);
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
                    out.push(Value::instance(class), Confidence::Probable);
                }
            }
            for value in values {
                let flows = it.opened(at.file, value, frame);
                out.extend(flows.flows(), Confidence::Probable);
            }
            let bindings = semantics.scope(definition.scope).bindings_of(&definition.name);
            for binding in seen(bindings, LATER) {
                let is_other = match binding.bound {
                    // A method of the same name is no value of the field.
                    Bound::Definition(_) if conventions.methods_are_apart => false,
                    Bound::Definition(id) => id != at.id,
                    _ => true,
                };
                if is_other {
                    let flows = it.bound(at.file, &binding.bound, frame);
                    let flows = it.open_all(flows.flows());
                    out.extend(flows.flows(), Confidence::Probable);
                }
            }
            if let Some(declared) = definition.declared_type {
                let types = it.opened(at.file, declared, frame);
                let flows = it.instances(types.flows(), 0);
                if !flows.says_nothing() || out.is_empty() {
                    out.extend(flows.flows(), Confidence::Probable);
                }
            }
            if out.is_empty() { FlowSet::unknown() } else { out }
        })
    }

    /// Instances of the types that an annotation names.
    pub(super) fn instances(&mut self, types: &[Flow], depth: u32) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in types {
            let limit = flow.confidence.min(Confidence::Probable);
            match &flow.value {
                Value::Definition { at, frame, .. } => {
                    let types = self.types_in(*frame, *at);
                    let definition = self.definition(*at);
                    match definition.kind {
                        DefinitionKind::Class
                        | DefinitionKind::Interface
                        | DefinitionKind::Enum => out.push(Value::Instance(*at, types), limit),
                        DefinitionKind::TypeAlias if depth < 8 => {
                            let named = definition.value.or(definition.declared_type);
                            if let Some(named) = named {
                                let frame = if types == NO_TYPES { NO_FRAME } else { *frame };
                                let types = self.opened(at.file, named, frame);
                                let flows = self.instances(types.flows(), depth + 1);
                                out.extend(flows.flows(), limit);
                            }
                        }
                        // `typeof f`.
                        DefinitionKind::Function | DefinitionKind::Method => {
                            out.push(flow.value.clone(), limit);
                        }
                        _ => out.push(Value::Unknown, limit),
                    }
                }
                Value::External(_)
                | Value::ExternalOf { .. }
                | Value::Inherited { .. }
                | Value::Given { .. }
                | Value::Instance(..)
                | Value::Container(_)
                | Value::Signature(_) => out.push(flow.value.clone(), limit),
                Value::Literal => out.push(Value::Literal, limit),
                _ => out.push(Value::Unknown, limit),
            }
        }
        out
    }
}

pub(super) fn receiver_value(receiver: Receiver) -> Value {
    if receiver.is_instance {
        Value::Instance(receiver.class, receiver.types)
    } else {
        Value::definition(receiver.class, NO_FRAME)
    }
}

/// Whether the text names what may be a member of a class: neither a local variable nor what a
/// call or a container gives, which may be a function.
fn names_member(semantics: &Semantics, at: ExprId) -> bool {
    match semantics.expr(at) {
        Expr::Name { scope, name } => find_name(semantics, *scope, name).is_none_or(|(_, all)| {
            all.iter().any(|it| {
                matches!(it.bound, Bound::Definition(_) | Bound::Import(_) | Bound::Alias(_))
            })
        }),
        Expr::Attribute { .. } => true,
        _ => false,
    }
}
