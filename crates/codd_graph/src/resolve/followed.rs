//! Calls of one function that pass the same to it are followed once.
//!
//! What a call gives depends on the call by what evaluation reads of it and nothing else: its
//! receiver, and the parameters that are looked at, one after the other. Calls that agree in
//! all that was read so far read the same next. So the reads make a tree, at whose leaves the
//! results are. A result that holds on to its call, as a list of what was passed does, holds on
//! to the other call instead.

use rustc_hash::FxHashMap;

use super::answers::Answer;
use super::calls::Frame;
use super::evaluate::Evaluator;
use super::value::{FlowSet, Flows, FrameId, NO_FRAME, Site, Value};

/// What a parameter was found to be passed by the call of a frame.
#[derive(Clone, Debug)]
pub(super) struct Read {
    parameter: u32,
    passed: Answer,
}

/// The calls that were followed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// By all of a frame but its call.
    roots: FxHashMap<Frame, usize>,
    steps: Vec<Step>,
    next: FxHashMap<(usize, Flows), usize>,
}

#[derive(Clone, Debug)]
enum Step {
    Unknown,
    Reads(u32),
    Gives { result: Answer, frame: FrameId },
}

/// A step more, of which nothing is known yet.
fn unknown(steps: &mut Vec<Step>) -> usize {
    steps.push(Step::Unknown);
    steps.len() - 1
}

impl Followed {
    pub(super) fn clear(&mut self) {
        self.roots.clear();
        self.steps.clear();
        self.next.clear();
    }

    fn insert(&mut self, kind: Frame, reads: &[Read], result: Answer, frame: FrameId) {
        let steps = &mut self.steps;
        let mut at = *self.roots.entry(kind).or_insert_with(|| unknown(steps));
        for read in reads {
            match &self.steps[at] {
                Step::Unknown => self.steps[at] = Step::Reads(read.parameter),
                Step::Reads(parameter) if *parameter == read.parameter => {}
                // Where a bound was met, another way was taken.
                _ => return,
            }
            let steps = &mut self.steps;
            let passed = read.passed.flows.clone();
            at = *self.next.entry((at, passed)).or_insert_with(|| unknown(steps));
        }
        if matches!(self.steps[at], Step::Unknown) {
            self.steps[at] = Step::Gives { result, frame };
        }
    }
}

impl Evaluator<'_> {
    /// What a call gave that passes the same to the same function as the call of `frame`.
    pub(super) fn followed_before(&mut self, frame: FrameId) -> Option<Answer> {
        let mut at = *self.followed.roots.get(&self.frame(frame).without_call())?;
        loop {
            match &self.followed.steps[at] {
                Step::Unknown => return None,
                Step::Gives { result, frame: other } => {
                    let (result, other) = (result.clone(), *other);
                    return Some(self.moved(result, other, frame));
                }
                Step::Reads(parameter) => {
                    let parameter = *parameter;
                    let passed = self.passed_by(frame, parameter).flows;
                    at = *self.followed.next.get(&(at, passed))?;
                }
            }
        }
    }

    /// Keeps what the call of `frame` gives for others.
    pub(super) fn keep_followed(&mut self, frame: FrameId, result: Answer) {
        let kind = self.frame(frame).without_call();
        let reads = self.reads.get(&frame).map_or(&[][..], Vec::as_slice);
        self.followed.insert(kind, reads, result, frame);
    }

    /// A result that holds on to the call `to` where it held on to the call `from`.
    fn moved(&mut self, result: Answer, from: FrameId, to: FrameId) -> Answer {
        if !result.flows.iter().any(|it| self.is_inside(frame_of(&it.value), from)) {
            return result;
        }
        let mut out = FlowSet::default();
        for flow in result.flows.iter() {
            let mut value = flow.value.clone();
            if let Some(frame) = frame_in(&mut value) {
                *frame = self.moved_frame(*frame, from, to);
            }
            out.push(value, flow.confidence);
        }
        Answer { flows: out.share(), ..result }
    }

    fn moved_frame(&mut self, frame: FrameId, from: FrameId, to: FrameId) -> FrameId {
        if frame == from {
            return to;
        }
        if !self.is_inside(frame, from) {
            return frame;
        }
        let mut it = self.frame(frame);
        if let Some(call) = &mut it.call {
            call.frame = self.moved_frame(call.frame, from, to);
        }
        it.lexical = self.moved_frame(it.lexical, from, to);
        self.frame_id(it)
    }

    /// What the call of `frame` passes to a parameter of its function.
    pub(super) fn passed_by(&mut self, frame: FrameId, parameter: u32) -> Answer {
        let known = self.reads.get(&frame).and_then(|reads| {
            reads.iter().find(|it| it.parameter == parameter).map(|it| it.passed.clone())
        });
        if let Some(passed) = known {
            self.rest_on(&passed);
            return passed;
        }
        let (passed, _) = self.answered(|it| it.argument(frame, parameter));
        let read = Read { parameter, passed: passed.clone() };
        self.reads.entry(frame).or_default().push(read);
        passed
    }

    /// Whether a frame is `outer`, or was made by following calls out of it.
    fn is_inside(&self, frame: FrameId, outer: FrameId) -> bool {
        // A frame is made after those that it refers to.
        if frame.0 <= outer.0 {
            return frame == outer;
        }
        let it = self.frame(frame);
        it.call.is_some_and(|it| self.is_inside(it.frame, outer))
            || self.is_inside(it.lexical, outer)
    }
}

/// The circumstances that a value remembers.
fn frame_in(value: &mut Value) -> Option<&mut FrameId> {
    match value {
        Value::Definition { frame, .. }
        | Value::Method { frame, .. }
        | Value::Container(Site { frame, .. })
        | Value::Signature(Site { frame, .. })
        | Value::ContainerMethod { of: Site { frame, .. }, .. } => Some(frame),
        Value::Instance(..)
        | Value::Super { .. }
        | Value::Module(_)
        | Value::Parameter { .. }
        | Value::Folder(_)
        | Value::External(_)
        | Value::ExternalOf { .. }
        | Value::Inherited { .. }
        | Value::Given { .. }
        | Value::Text(_)
        | Value::Literal
        | Value::Unknown => None,
    }
}

fn frame_of(value: &Value) -> FrameId {
    frame_in(&mut value.clone()).map_or(NO_FRAME, |it| *it)
}
