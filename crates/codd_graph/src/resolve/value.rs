//! What an expression may stand for, and bounded sets of it.

use std::rc::Rc;

use codd_facts::{DefinitionId, ExprId, Name};
use codd_source::RepoPath;
use smallvec::{SmallVec, smallvec};

use crate::Confidence;

/// A file, by the order in which resolution met it; 0 is the file being resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FileId(pub(super) u32);

/// The file that is being resolved.
pub(super) const OWN: FileId = FileId(0);

/// A definition in some file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At {
    pub(super) file: FileId,
    pub(super) id: DefinitionId,
}

/// The circumstances of a call, see [`Frame`](super::calls::Frame).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FrameId(pub(super) u32);

/// Outside any call that is being followed.
pub(super) const NO_FRAME: FrameId = FrameId(0);

/// What a generic type or function is applied to, see [`Applications`](super::generics).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Types(pub(super) u32);

/// Nothing that is known.
pub(super) const NO_TYPES: Types = Types(0);

/// What a method was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Receiver {
    pub(super) class: At,
    pub(super) is_instance: bool,
    pub(super) types: Types,
}

impl Receiver {
    pub(super) fn instance(class: At, types: Types) -> Receiver {
        Receiver { class, is_instance: true, types }
    }

    /// An instance of a class, or the class itself.
    pub(super) fn of(class: At, is_instance: bool) -> Receiver {
        Receiver { class, is_instance, types: NO_TYPES }
    }
}

/// An expression where it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Site {
    pub(super) file: FileId,
    pub(super) expr: ExprId,
    pub(super) frame: FrameId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Value {
    /// The definition itself; a variable or field stands for what it holds and is opened only
    /// where that matters.
    Definition {
        at: At,
        frame: FrameId,
        /// A function without its decorators.
        is_bare: bool,
    },
    /// A method together with what it was taken from.
    Method {
        at: At,
        receiver: Receiver,
        /// Of a function that a decorator has put in the place of a method.
        frame: FrameId,
        is_bare: bool,
    },
    /// Of a class, and what that was applied to.
    Instance(At, Types),
    /// The classes after `class` in its own resolution order.
    Super {
        class: At,
        is_instance: bool,
    },
    Module(FileId),
    /// Whatever a parameter is given by calls that are not looked at here.
    Parameter {
        function: At,
        index: u32,
    },
    /// A package without a file.
    Folder(RepoPath),
    /// Something from outside the repository, by its dotted name.
    External(Name),
    /// A generic type or function from outside, applied to a class of the repository.
    ExternalOf {
        name: Name,
        of: At,
    },
    /// A member that a class has from a base outside; `of` says of which class, where it is
    /// taken from the class itself, or to which class that base was applied.
    Inherited {
        name: Name,
        of: Option<At>,
    },
    /// What something from outside gave when it was called, with its dotted name: nobody here
    /// knows of which type that is, or it has to do with the class that outside was given.
    Given {
        name: Name,
        of: Option<At>,
    },
    /// A list or dictionary, where it is written.
    Container(Site),
    /// What a function type says of its functions, where it is written.
    Signature(Site),
    /// A method of a container: `registry.get`.
    ContainerMethod {
        of: Site,
        name: Name,
    },
    Text(Name),
    /// A value of a built-in type.
    Literal,
    Unknown,
}

impl Value {
    /// An instance of a class of which nothing else is known.
    pub(super) fn instance(class: At) -> Value {
        Value::Instance(class, NO_TYPES)
    }

    /// A definition by its name.
    pub(super) fn definition(at: At, frame: FrameId) -> Value {
        Value::Definition { at, frame, is_bare: false }
    }

    /// Whether it is no value of the project, as far as is known.
    pub(super) fn is_from_outside(&self) -> bool {
        self.outside_name().is_some()
    }

    /// The dotted name of what comes from outside.
    pub(super) fn outside_name(&self) -> Option<&Name> {
        match self {
            Value::External(name)
            | Value::ExternalOf { name, .. }
            | Value::Inherited { name, .. }
            | Value::Given { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// One possibility and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Flow {
    pub(super) value: Value,
    pub(super) confidence: Confidence,
}

/// What is known of an expression; shared between all who ask.
pub(super) type Flows = Rc<[Flow]>;

/// Whether nothing in it can lead to a definition.
pub(super) fn says_nothing(flows: &[Flow]) -> bool {
    flows
        .iter()
        .all(|it| matches!(it.value, Value::Unknown | Value::Literal | Value::Parameter { .. }))
}

/// More possibilities than this are not told apart: the rest is [`Value::Unknown`].
const MAX_FLOWS: usize = 16;

/// A set of possibilities as it grows, in order of discovery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FlowSet(SmallVec<[Flow; 2]>);

impl FlowSet {
    pub(super) fn of(value: Value, confidence: Confidence) -> FlowSet {
        FlowSet(smallvec![Flow { value, confidence }])
    }

    pub(super) fn unknown() -> FlowSet {
        FlowSet::of(Value::Unknown, Confidence::Exact)
    }

    pub(super) fn shared(flows: &Flows) -> FlowSet {
        FlowSet(SmallVec::from(&flows[..]))
    }

    pub(super) fn push(&mut self, value: Value, confidence: Confidence) {
        if let Value::Instance(class, types) = value {
            // What is known of an instance is known of the same without it.
            let is_same = |it: &&mut Flow| match it.value {
                Value::Instance(other, known) => {
                    other == class && (types == NO_TYPES || known == NO_TYPES)
                }
                _ => false,
            };
            if let Some(known) = self.0.iter_mut().find(is_same) {
                known.confidence = known.confidence.max(confidence);
                if types != NO_TYPES {
                    known.value = value;
                }
                return;
            }
        }
        if let Some(known) = self.0.iter_mut().find(|it| it.value == value) {
            known.confidence = known.confidence.max(confidence);
        } else if self.0.len() < MAX_FLOWS {
            self.0.push(Flow { value, confidence });
        } else if self.0.len() == MAX_FLOWS {
            self.0.push(Flow { value: Value::Unknown, confidence });
        }
    }

    /// Adds `flows`, none of them surer than `limit`.
    pub(super) fn extend(&mut self, flows: &[Flow], limit: Confidence) {
        if self.0.is_empty() && flows.len() <= MAX_FLOWS {
            // What comes from a set holds nothing twice.
            let limited =
                |it: &Flow| Flow { value: it.value.clone(), confidence: it.confidence.min(limit) };
            self.0.extend(flows.iter().map(limited));
            return;
        }
        for flow in flows {
            self.push(flow.value.clone(), flow.confidence.min(limit));
        }
    }

    pub(super) fn limited(mut self, limit: Confidence) -> FlowSet {
        for flow in &mut self.0 {
            flow.confidence = flow.confidence.min(limit);
        }
        self
    }

    pub(super) fn flows(&self) -> &[Flow] {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing in it can lead to a definition.
    pub(super) fn says_nothing(&self) -> bool {
        says_nothing(&self.0)
    }

    pub(super) fn share(self) -> Flows {
        if self.0.spilled() { self.0.into_vec().into() } else { Rc::from(self.0.as_slice()) }
    }
}
