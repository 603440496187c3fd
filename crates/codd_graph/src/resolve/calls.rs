//! Calls: what they give, and which functions they run.

use codd_facts::{Argument, DefinitionKind, Expr, ExprId, MODULE_SCOPE};

use super::answers::Question;
use super::evaluate::Evaluator;
use super::names::{root_of, runs_later};
use super::value::{
    At, Flow, FlowSet, FrameId, NO_FRAME, NO_TYPES, OWN, Receiver, Site, Types, Value,
};
use crate::Confidence;

/// One call that is being followed into a function: where its parameters get their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Frame {
    pub(super) function: Option<At>,
    /// The call expression, and the circumstances of its arguments.
    pub(super) call: Option<Site>,
    pub(super) receiver: Option<Receiver>,
    /// Of a function defined inside another: the call of that one.
    pub(super) lexical: FrameId,
    /// What the function, or a type, is applied to.
    pub(super) types: Types,
    pub(super) depth: u32,
}

impl Frame {
    pub(super) const NONE: Frame = Frame {
        function: None,
        call: None,
        receiver: None,
        lexical: NO_FRAME,
        types: NO_TYPES,
        depth: 0,
    };

    /// What the frames of all calls have in common that pass the same.
    pub(super) fn without_call(self) -> Frame {
        let nowhere = Site { file: OWN, expr: ExprId(u32::MAX), frame: NO_FRAME };
        Frame { call: self.call.map(|_| nowhere), ..self }
    }
}

/// Calls followed inside calls; beyond, parameters are what their annotations say.
const MAX_FRAME_DEPTH: u32 = 2;

pub(super) type Call<'a> = Option<(Site, &'a [Argument])>;

impl Evaluator<'_> {
    /// What calling a value gives.
    pub(super) fn call(&mut self, value: &Value, call: Call<'_>) -> FlowSet {
        if !self.descend() {
            return FlowSet::unknown();
        }
        let given = self.call_within(value, call);
        self.ascend();
        given
    }

    fn call_within(&mut self, value: &Value, call: Call<'_>) -> FlowSet {
        match value {
            Value::Definition { at, frame, .. } => match self.definition(*at).kind {
                DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum => {
                    let types = self.types_in(*frame, *at);
                    let mut out = FlowSet::of(Value::Instance(*at, types), Confidence::Probable);
                    let given = self.given_by_object(*at, call);
                    out.extend(given.flows(), Confidence::Probable);
                    out
                }
                kind if kind.is_function() => {
                    let mut out = self.returned(*at, call.map(|it| it.0), None, *frame);
                    if self.has_members(*at) {
                        let mut instances = FlowSet::of(Value::instance(*at), Confidence::Probable);
                        if !out.says_nothing() {
                            instances.extend(out.flows(), Confidence::Probable);
                        }
                        out = instances;
                    }
                    out
                }
                _ => FlowSet::unknown(),
            },
            Value::Method { at, receiver, frame, .. } => {
                self.returned(*at, call.map(|it| it.0), Some(*receiver), *frame)
            }
            Value::Instance(class, types) => {
                let receiver = Receiver::instance(*class, *types);
                let conventions = self.conventions(class.file);
                if conventions.methods_are_apart && conventions.calling.is_none() {
                    // A record's component is read by a call.
                    return FlowSet::of(value.clone(), Confidence::Probable);
                }
                let calling = conventions.calling;
                let methods = calling.and_then(|name| self.class_member(*class, name, receiver));
                let is_method = |it: &Flow| matches!(it.value, Value::Method { .. });
                let are_known = methods.as_ref().is_some_and(|it| it.flows().iter().any(is_method));
                if conventions.reads_by_getters && !are_known {
                    // What a getter gives, to those who call it.
                    return FlowSet::of(value.clone(), Confidence::Probable);
                }
                let Some(methods) = methods else { return FlowSet::unknown() };
                let mut out = FlowSet::default();
                for flow in methods.flows() {
                    let given = self.call(&flow.value, call);
                    out.extend(given.flows(), flow.confidence);
                }
                out
            }
            Value::External(name) => match self.call_outside(name, call) {
                Some(given) => given,
                None if self.gives_its_own(name, call) => {
                    FlowSet::of(Value::External(name.clone()), Confidence::Probable)
                }
                None => self.given_by_call(name, None, call),
            },
            Value::ExternalOf { name, of } => match self.call_outside(name, call) {
                Some(given) => given,
                None if self.gives_its_own(name, call) => {
                    FlowSet::of(value.clone(), Confidence::Probable)
                }
                None => self.given_by_call(name, Some(*of), call),
            },
            Value::Inherited { name, of } | Value::Given { name, of } => {
                self.given_by_call(name, *of, call)
            }
            Value::Signature(site) => {
                let semantics = self.semantics(site.file);
                let Expr::Signature { result, .. } = semantics.expr(site.expr) else {
                    return FlowSet::unknown();
                };
                let types = self.opened(site.file, *result, site.frame);
                self.instances(types.flows(), 0)
            }
            Value::ContainerMethod { of, name } => self.call_container(*of, name, call),
            Value::Literal => FlowSet::of(Value::Literal, Confidence::Exact),
            Value::Parameter { .. } => FlowSet::default(),
            _ => FlowSet::unknown(),
        }
    }

    /// What a decorator gives where the expression at `site` applies it.
    pub(super) fn call_decorator(&mut self, value: &Value, site: Site) -> FlowSet {
        match value {
            // What their results are made of is read off calls alone.
            Value::External(_)
            | Value::ExternalOf { .. }
            | Value::Inherited { .. }
            | Value::Given { .. }
            | Value::ContainerMethod { .. } => FlowSet::unknown(),
            value => self.call(value, Some((site, &[]))),
        }
    }

    /// What calling an object gives whose own calling method stands among its constructors.
    fn given_by_object(&mut self, at: At, call: Call<'_>) -> FlowSet {
        let conventions = self.conventions(at.file);
        let mut out = FlowSet::default();
        let (Some(calling), [constructor, ..]) = (conventions.calling, conventions.constructors)
        else {
            return out;
        };
        for flow in self.own_members(at, constructor).iter().flat_map(FlowSet::flows) {
            if let Value::Definition { at, .. } = flow.value
                && self.definition(at).name == calling
            {
                let given = self.returned(at, call.map(|it| it.0), None, NO_FRAME);
                out.extend(given.flows(), flow.confidence);
            }
        }
        out
    }

    fn returned(
        &mut self,
        at: At,
        call: Option<Site>,
        receiver: Option<Receiver>,
        lexical: FrameId,
    ) -> FlowSet {
        let definition = self.definition(at);
        let takes_arguments = definition.parameters.iter().any(|it| !it.is_receiver);
        let call = call.filter(|_| takes_arguments);
        let around = call.map_or(NO_FRAME, |it| it.frame);
        let call = call.filter(|it| self.is_worth_following(*it));
        let is_plain = call.is_none() && receiver.is_none() && lexical == NO_FRAME;
        let frame = if is_plain || self.is_followed_in(at, around) {
            NO_FRAME
        } else {
            let depth = self.frame(around).depth.max(self.frame(lexical).depth) + 1;
            let function = Some(at);
            self.frame_id(Frame { function, call, receiver, lexical, depth, ..Frame::NONE })
        };
        let flows = self.ask(Question::Returned(at, frame), |it| {
            let semantics = it.semantics(at.file);
            let definition = semantics.definition(at.id);
            let mut out = FlowSet::default();
            for value in &definition.returns {
                let flows = it.opened(at.file, *value, frame);
                out.extend(flows.flows(), Confidence::Probable);
            }
            if let Some(declared) = definition.declared_type {
                let types = it.opened(at.file, declared, frame);
                let flows = it.instances(types.flows(), 0);
                if !flows.says_nothing() {
                    if out.says_nothing() {
                        out = FlowSet::default();
                    }
                    out.extend(flows.flows(), Confidence::Probable);
                }
            }
            if out.is_empty() { FlowSet::of(Value::Literal, Confidence::Probable) } else { out }
        });
        let mut out = FlowSet::default();
        out.extend(&flows, Confidence::Probable);
        out
    }

    /// Whether a call, or the first of those that led to it, stands in the own file or outside
    /// of functions.
    ///
    /// What a function of another file passes to others whenever it runs is not followed into
    /// them: it costs every file that calls the function as much, and tells little of its result.
    fn is_worth_following(&self, call: Site) -> bool {
        let mut first = call;
        while first.frame != NO_FRAME {
            let frame = self.frame(first.frame);
            match frame.call {
                Some(outer) => first = outer,
                None => return frame.function.is_some_and(|it| it.file == OWN),
            }
        }
        first.file == OWN || !self.stands_in_function(first)
    }

    /// Whether the name from which the callee of a call is reached is one of a function's code.
    fn stands_in_function(&self, call: Site) -> bool {
        let semantics = self.semantics(call.file);
        match semantics.expr(root_of(&semantics, call.expr)) {
            Expr::This { .. } | Expr::Super { .. } => true,
            Expr::Name { scope, .. } => runs_later(&semantics, *scope, MODULE_SCOPE),
            _ => false,
        }
    }

    pub(super) fn frame(&self, id: FrameId) -> Frame {
        self.frames[id.0 as usize]
    }

    /// Whether a call of the function is being followed already, in the circumstances of
    /// another: recursion is not followed any deeper.
    fn is_followed_in(&self, function: At, frame: FrameId) -> bool {
        let mut at = frame;
        while at != NO_FRAME {
            let it = self.frame(at);
            if it.function == Some(function) {
                return true;
            }
            at = it.call.map_or(NO_FRAME, |it| it.frame);
        }
        false
    }

    pub(super) fn frame_id(&mut self, frame: Frame) -> FrameId {
        if frame.depth > MAX_FRAME_DEPTH {
            return NO_FRAME;
        }
        if let Some(known) = self.frame_ids.get(&frame) {
            return *known;
        }
        let id = FrameId(self.frames.len() as u32);
        self.frames.push(frame);
        self.frame_ids.insert(frame, id);
        id
    }

    /// The frames around a function's code, innermost first.
    pub(super) fn lexical_frames(
        &self,
        frame: FrameId,
    ) -> impl Iterator<Item = (FrameId, Frame)> + '_ {
        let mut at = frame;
        std::iter::from_fn(move || {
            if at == NO_FRAME {
                return None;
            }
            let (id, frame) = (at, self.frame(at));
            at = frame.lexical;
            Some((id, frame))
        })
    }

    /// The frame that a definition met in `frame` keeps hold of: that of a function around it.
    pub(super) fn captured(&self, at: At, frame: FrameId) -> FrameId {
        let definition = |id| self.definition(At { file: at.file, id });
        let is_around = |outer: At| {
            let mut parent = definition(at.id).parent;
            while let Some(id) = parent {
                if outer == (At { file: at.file, id }) {
                    return true;
                }
                parent = definition(id).parent;
            }
            false
        };
        if self.lexical_frames(frame).any(|(_, it)| it.function.is_some_and(is_around)) {
            frame
        } else {
            NO_FRAME
        }
    }

    /// What a method of `class` was called on, if that is being followed.
    pub(super) fn receiver_in(&self, frame: FrameId, class: At) -> Option<Receiver> {
        self.lexical_frames(frame).find_map(|(_, it)| {
            let function = it.function?;
            let parent = self.definition(function).parent?;
            (function.file == class.file && parent == class.id).then_some(it.receiver?)
        })
    }

    /// The functions that run when a value is called, and how many of their first parameters
    /// are filled already.
    pub(super) fn called(&mut self, value: &Value) -> Vec<(At, usize)> {
        match value {
            Value::Definition { at, .. } => {
                let kind = self.definition(*at).kind;
                if kind.is_type() {
                    let receiver = Receiver::of(*at, true);
                    let mut out = Vec::new();
                    for name in self.conventions(at.file).constructors {
                        let found = self.class_member(*at, name, receiver);
                        for flow in found.iter().flat_map(FlowSet::flows) {
                            if let Value::Method { .. } = flow.value {
                                out.extend(self.called(&flow.value));
                            }
                        }
                    }
                    return out;
                }
                match kind {
                    DefinitionKind::Function
                    | DefinitionKind::Method
                    | DefinitionKind::Callback => vec![(*at, 0)],
                    _ => Vec::new(),
                }
            }
            Value::Method { at, .. } => {
                let first = self.definition(*at).parameters.first();
                vec![(*at, usize::from(first.is_some_and(|it| it.is_receiver)))]
            }
            Value::Instance(class, types) => {
                let receiver = Receiver::instance(*class, *types);
                let calling = self.conventions(class.file).calling;
                let found = calling.and_then(|name| self.class_member(*class, name, receiver));
                let mut out = Vec::new();
                for flow in found.iter().flat_map(FlowSet::flows) {
                    if let Value::Method { .. } = flow.value {
                        out.extend(self.called(&flow.value));
                    }
                }
                out
            }
            _ => Vec::new(),
        }
    }
}
