//! Generic types and functions: what their type parameters stand for where they are applied.
//!
//! What a definition is applied to is a list of types, each list kept once. An instance of a
//! class holds on to the list that the class was applied to, and a call to that of its
//! function; a type parameter is looked up there, through the bases of the class where it is
//! one of theirs.

use std::rc::Rc;

use codd_facts::{DefinitionKind, ExprId};
use rustc_hash::FxHashMap;

use super::calls::Frame;
use super::evaluate::Evaluator;
use super::value::{
    At, FileId, FlowSet, Flows, FrameId, NO_FRAME, NO_TYPES, Receiver, Site, Types, Value,
    says_nothing,
};
use crate::Confidence;

/// Types that one definition is applied to, beyond which they are left out.
const MAX_TYPES: usize = 8;

/// Types that are applied to applied types: deeper ones say nothing.
const MAX_NESTED: u32 = 3;

/// Bases behind one another through which a type parameter is looked up.
const MAX_BASES: u32 = 24;

/// Classes among what something from outside is applied to, beyond which it says nothing.
const MAX_CLASSES: usize = 4;

/// What definitions are applied to, each list of types once.
#[derive(Debug, Default)]
pub(super) struct Applications {
    lists: Vec<Application>,
    ids: FxHashMap<Rc<[Flows]>, Types>,
}

#[derive(Debug)]
struct Application {
    types: Rc<[Flows]>,
    /// Lists in one another, this one included.
    nested: u32,
}

impl Applications {
    fn get(&self, of: Types) -> Option<&Application> {
        of.0.checked_sub(1).and_then(|at| self.lists.get(at as usize))
    }

    fn keep(&mut self, types: Rc<[Flows]>, nested: u32) -> Types {
        if let Some(known) = self.ids.get(&types) {
            return *known;
        }
        self.lists.push(Application { types: Rc::clone(&types), nested });
        let id = Types(self.lists.len() as u32);
        self.ids.insert(types, id);
        id
    }
}

impl Evaluator<'_> {
    /// A type or function applied to types, where that says something.
    pub(super) fn applied(&mut self, site: Site, of: ExprId, types: &[ExprId]) -> FlowSet {
        let flows = self.expr(site.file, of, site.frame);
        let is_generic = |it: &Self, value: &Value| match value {
            Value::Definition { at, .. } | Value::Method { at, .. } => {
                it.definition(*at).type_parameters > 0
            }
            value => value.is_from_outside(),
        };
        if !flows.iter().any(|it| is_generic(self, &it.value)) {
            return FlowSet::shared(&flows);
        }
        let types = self.types_named(site, types);
        if types == NO_TYPES {
            return FlowSet::shared(&flows);
        }
        let mut out = FlowSet::default();
        for flow in flows.iter() {
            if !is_generic(self, &flow.value) {
                out.push(flow.value.clone(), flow.confidence);
                continue;
            }
            let mut value = flow.value.clone();
            match &mut value {
                Value::Definition { at, frame, .. } | Value::Method { at, frame, .. } => {
                    *frame = self.frame_of(*at, types, *frame);
                    out.push(value, flow.confidence);
                }
                _ => {
                    self.apply_outside(&value, flow.confidence, types, &mut out);
                    if let Some(wrapped) = self.wrapped(site.file, &value, types) {
                        out.extend(&wrapped, flow.confidence.min(Confidence::Probable));
                    }
                }
            }
        }
        out
    }

    /// Something from outside that is applied to classes of the repository has to do with them.
    fn apply_outside(
        &self,
        value: &Value,
        confidence: Confidence,
        types: Types,
        out: &mut FlowSet,
    ) {
        let classes = self.classes_among(types);
        let limit = match classes.len() {
            1 => confidence,
            _ => {
                out.push(value.clone(), confidence);
                Confidence::Possible
            }
        };
        for class in classes {
            let of = Some(class);
            let value = match value {
                Value::External(name) => Value::ExternalOf { name: name.clone(), of: class },
                Value::Inherited { name, .. } => Value::Inherited { name: name.clone(), of },
                Value::Given { name, .. } => Value::Given { name: name.clone(), of },
                other => other.clone(),
            };
            out.push(value, limit);
        }
    }

    /// What something from outside is used like when it is applied to that alone.
    fn wrapped(&self, file: FileId, wrapper: &Value, types: Types) -> Option<Flows> {
        let name = wrapper.outside_name()?.rsplit('.').next()?;
        let [only] = &self.applications.get(types)?.types[..] else { return None };
        self.conventions(file).wrappers.contains(&name).then(|| Rc::clone(only))
    }

    /// The classes of the repository in a list of types; none where there are many.
    fn classes_among(&self, types: Types) -> Vec<At> {
        let mut classes: Vec<At> = Vec::new();
        let list = self.applications.get(types).map_or(&[][..], |it| &it.types[..]);
        for flow in list.iter().flat_map(|it| it.iter()) {
            if let Value::Definition { at, .. } | Value::Instance(at, _) = flow.value
                && self.definition(at).kind.is_type()
                && !classes.contains(&at)
            {
                classes.push(at);
            }
        }
        if classes.len() > MAX_CLASSES { Vec::new() } else { classes }
    }

    /// The list of types that expressions name.
    fn types_named(&mut self, site: Site, types: &[ExprId]) -> Types {
        let mut list: Vec<Flows> = Vec::new();
        for named in types.iter().take(MAX_TYPES) {
            list.push(self.opened(site.file, *named, site.frame).share());
        }
        if list.iter().all(|it| says_nothing(it)) {
            return NO_TYPES;
        }
        let values = list.iter().flat_map(|it| it.iter());
        let nested = values.map(|it| self.nested(&it.value)).max().unwrap_or(0) + 1;
        if nested > MAX_NESTED {
            return NO_TYPES;
        }
        self.applications.keep(list.into(), nested)
    }

    /// Lists of types in one another that a value holds on to.
    fn nested(&self, value: &Value) -> u32 {
        let depth = |types: Types| self.applications.get(types).map_or(0, |it| it.nested);
        let frame = match value {
            Value::Instance(_, types) => return depth(*types),
            Value::Definition { frame, .. } | Value::Method { frame, .. } => *frame,
            Value::Container(site) | Value::Signature(site) => site.frame,
            _ => return 0,
        };
        let around = self.lexical_frames(frame);
        let lists = around.map(|(_, it)| {
            depth(it.types).max(it.receiver.map_or(0, |receiver| depth(receiver.types)))
        });
        lists.max().unwrap_or(0)
    }

    /// The circumstances of a definition that is applied to types.
    fn frame_of(&mut self, at: At, types: Types, lexical: FrameId) -> FrameId {
        let depth = self.frame(lexical).depth;
        self.frame_id(Frame { function: Some(at), types, lexical, depth, ..Frame::NONE })
    }

    /// What a definition was applied to where it was met.
    pub(super) fn types_in(&self, frame: FrameId, at: At) -> Types {
        let mut around = self.lexical_frames(frame);
        let found = around.find(|(_, it)| it.function == Some(at) && it.types != NO_TYPES);
        found.map_or(NO_TYPES, |(_, it)| it.types)
    }

    /// The circumstances of a field that is taken from an object of a generic class.
    pub(super) fn of_object(&mut self, field: At, receiver: Receiver) -> FrameId {
        let parent = self.definition(field).parent.map(|id| At { file: field.file, id });
        let Some(class) = parent.filter(|it| self.definition(*it).type_parameters > 0) else {
            return NO_FRAME;
        };
        if receiver.types == NO_TYPES && receiver.class == class {
            return NO_FRAME;
        }
        self.frame_id(Frame { receiver: Some(receiver), ..Frame::NONE })
    }

    /// Whether a function or the class it is in can be applied to types.
    pub(super) fn sees_types(&self, function: At) -> bool {
        let it = self.definition(function);
        let parent = it.parent.map(|id| self.definition(At { file: function.file, id }));
        it.type_parameters > 0 || parent.is_some_and(|it| it.type_parameters > 0)
    }

    /// The circumstances of a method that is taken from an object of a generic class.
    pub(super) fn of_method(&mut self, method: At, receiver: Option<Receiver>) -> FrameId {
        match receiver {
            Some(_) if self.sees_types(method) => {
                self.frame_id(Frame { function: Some(method), receiver, ..Frame::NONE })
            }
            _ => NO_FRAME,
        }
    }

    /// Whether these are the circumstances of a field of an object.
    pub(super) fn is_of_object(&self, frame: FrameId) -> bool {
        let it = self.frame(frame);
        it.function.is_none() && it.receiver.is_some()
    }

    /// What the type parameter of a definition stands for.
    pub(super) fn type_parameter(
        &mut self,
        file: FileId,
        of: ExprId,
        index: u32,
        bound: Option<ExprId>,
        frame: FrameId,
    ) -> FlowSet {
        if frame != NO_FRAME {
            let definitions = self.expr(file, of, NO_FRAME);
            for flow in definitions.iter() {
                if let Value::Definition { at, .. } = flow.value
                    && let Some(found) = self.type_given(at, index, frame)
                {
                    return found;
                }
            }
        }
        match bound {
            Some(bound) => {
                let flows = self.expr(file, bound, frame);
                FlowSet::shared(&flows).limited(Confidence::Probable)
            }
            None => FlowSet::unknown(),
        }
    }

    fn type_given(&mut self, of: At, index: u32, frame: FrameId) -> Option<FlowSet> {
        let around: Vec<Frame> = self.lexical_frames(frame).map(|it| it.1).collect();
        for it in around {
            let mut types = NO_TYPES;
            if it.function == Some(of) {
                types = it.types;
            } else if let Some(receiver) = it.receiver {
                types = self.types_as(receiver.class, receiver.types, of, 0);
            }
            if let Some(found) = self.type_at(types, index) {
                return Some(found);
            }
        }
        None
    }

    fn type_at(&self, types: Types, index: u32) -> Option<FlowSet> {
        let found = self.applications.get(types)?.types.get(index as usize)?;
        (!says_nothing(found)).then(|| FlowSet::shared(found).limited(Confidence::Probable))
    }

    /// What a class or a base of it, `of`, is applied to, where the class is applied to `types`.
    fn types_as(&mut self, class: At, types: Types, of: At, depth: u32) -> Types {
        if class == of {
            return types;
        }
        let is_base = |it: &mut Self, base: At| {
            it.ancestry(base).order.iter().any(|(ancestor, _)| *ancestor == of)
        };
        if depth >= MAX_BASES || !is_base(self, class) || !self.descend() {
            return NO_TYPES;
        }
        let frame = match types {
            NO_TYPES => NO_FRAME,
            types => {
                let receiver = Some(Receiver::instance(class, types));
                self.frame_id(Frame { receiver, ..Frame::NONE })
            }
        };
        let semantics = self.semantics(class.file);
        let mut found = NO_TYPES;
        for base in &semantics.definition(class.id).bases {
            let flows = self.opened(class.file, *base, frame);
            for flow in flows.flows() {
                if let Value::Definition { at, frame, .. } = flow.value
                    && at != class
                    && matches!(
                        self.definition(at).kind,
                        DefinitionKind::Class | DefinitionKind::Interface
                    )
                {
                    let types = self.types_in(frame, at);
                    found = self.types_as(at, types, of, depth + 1);
                    if found != NO_TYPES {
                        self.ascend();
                        return found;
                    }
                }
            }
        }
        self.ascend();
        found
    }
}
