//! How a value got where it is: steps that are kept once and joined where paths join.

use std::hash::BuildHasher;

use codd_source::Span;
use rustc_hash::FxBuildHasher;

/// Index of a trail in [`Trails`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TrailId(pub(crate) u32);

/// A place in a file of the program, by the file's number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) file: u32,
    pub(crate) span: Span,
}

/// What happens at a step.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum StepKind {
    /// The value comes from outside.
    Source,
    /// It is assigned.
    Assigned,
    /// It is put into a text.
    Joined,
    /// It is put into a text with tags in it.
    Markup,
    /// It is passed to a function.
    Passed,
    /// A function gives it back.
    Returned,
    /// It gets where it must not.
    Sink,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Start {
        place: Place,
    },
    Step {
        before: TrailId,
        place: Place,
        kind: StepKind,
    },
    /// A callee's trail behind the one of the argument that it starts from, which is passed
    /// here; `None` where a framework passes it.
    Through {
        before: TrailId,
        passed: Option<Place>,
        inside: TrailId,
    },
}

/// All trails of one analysis.
#[derive(Debug)]
pub(crate) struct Trails {
    nodes: Vec<Node>,
    /// Steps of each, bounded.
    lengths: Vec<u32>,
    /// By the hash of a node: one that was made lately, for bodies are run again and again.
    /// A table of all would cost more than it saves.
    recent: Vec<TrailId>,
}

/// Steps of a trail that are shown.
const MAX_STEPS: usize = 64;
/// Trails that are remembered, a power of two.
const RECENT: usize = 1 << 13;

impl Default for Trails {
    fn default() -> Trails {
        Trails { nodes: Vec::new(), lengths: Vec::new(), recent: vec![TrailId(0); RECENT] }
    }
}

impl Trails {
    fn push(&mut self, node: Node, length: u32) -> TrailId {
        // The high bits are those that mix well.
        let slot = (FxBuildHasher.hash_one(node) >> 32) as usize % RECENT;
        let recent = self.recent[slot];
        if self.nodes.get(recent.0 as usize) == Some(&node) {
            return recent;
        }
        let id = TrailId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.lengths.push(length);
        self.recent[slot] = id;
        id
    }

    pub(crate) fn start(&mut self, place: Place) -> TrailId {
        self.push(Node::Start { place }, 1)
    }

    pub(crate) fn step(&mut self, before: TrailId, place: Place, kind: StepKind) -> TrailId {
        let is_same = |node: Node| matches!(node, Node::Step { place: last, kind: of, .. } if last == place && of == kind);
        if is_same(self.nodes[before.0 as usize]) {
            return before;
        }
        let length = self.length(before).saturating_add(1);
        self.push(Node::Step { before, place, kind }, length)
    }

    pub(crate) fn through(
        &mut self,
        before: TrailId,
        passed: Option<Place>,
        inside: TrailId,
    ) -> TrailId {
        let passing = u32::from(passed.is_some());
        let length =
            self.length(before).saturating_add(passing).saturating_add(self.length(inside));
        self.push(Node::Through { before, passed, inside }, length)
    }

    pub(crate) fn length(&self, id: TrailId) -> u32 {
        self.lengths[id.0 as usize]
    }

    /// The steps in their order; of a long trail the first and the last.
    pub(crate) fn steps(&self, id: TrailId) -> Vec<(Place, StepKind)> {
        let mut steps = Vec::new();
        // Within a callee's trail, its start is the argument, which the caller's trail shows.
        let mut open = vec![(Ok(id), false)];
        while let Some((at, is_inside)) = open.pop() {
            if steps.len() > 4 * MAX_STEPS {
                break;
            }
            let at = match at {
                Ok(at) => at,
                Err(passed) => {
                    steps.push((passed, StepKind::Passed));
                    continue;
                }
            };
            match self.nodes[at.0 as usize] {
                Node::Start { place } => {
                    if !is_inside {
                        steps.push((place, StepKind::Source));
                    }
                }
                Node::Step { before, place, kind } => {
                    steps.push((place, kind));
                    open.push((Ok(before), is_inside));
                }
                Node::Through { before, passed, inside } => {
                    open.push((Ok(before), is_inside));
                    open.extend(passed.map(|place| (Err(place), is_inside)));
                    open.push((Ok(inside), true));
                }
            }
        }
        steps.reverse();
        if steps.len() > MAX_STEPS {
            let tail = steps.split_off(steps.len() - MAX_STEPS / 2);
            steps.truncate(MAX_STEPS / 2);
            steps.extend(tail);
        }
        steps
    }

    /// Where a trail begins.
    pub(crate) fn start_place(&self, id: TrailId) -> Place {
        let mut at = id;
        loop {
            match self.nodes[at.0 as usize] {
                Node::Start { place } => return place,
                Node::Step { before, .. } | Node::Through { before, .. } => at = before,
            }
        }
    }
}
