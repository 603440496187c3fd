//! What a change can affect, each with the path that shows why.

use codd_graph::{Confidence, EdgeKind, NodeKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far impact is traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImpactOptions {
    /// Weaker edges are not followed.
    pub floor: Confidence,
    /// The longest path, in steps; `None` for any.
    pub depth: Option<u32>,
}

/// Everything the change can affect: always holds the changed nodes themselves, save those of
/// which only comments or layout changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactSet {
    /// Sorted by node key, each node once.
    pub reached: Vec<Reached>,
}

/// In whose graph a node was reached: removed code is traced in the base.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ReachSide {
    Base,
    Head,
}

/// What of a node differs; it decides along which edges the change goes on.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// Whether it is there, under this name; with it, for those who name it, its behaviour.
    Existence,
    /// What it offers: parameters, bases, decorators; with it, its behaviour.
    Interface,
    /// What it does.
    #[default]
    Behaviour,
    /// What it is given: values that the changed code leaves for it, types whose code it does
    /// not run itself.
    ///
    /// No test is reached by it: one that runs the changed code has a way of its own, and one
    /// that does not cannot tell the difference.
    Input,
    /// What only stands beside: a file's top level, the set of a class's methods, the place of
    /// a member that moved with its class.
    Surroundings,
}

/// A node of the impact set with its best predecessor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reached {
    pub node: NodeKey,
    pub side: ReachSide,
    /// What of it may differ.
    #[serde(default, skip_serializing_if = "is_default")]
    pub aspect: Aspect,
    /// Steps of the witness; 0 for a changed node.
    pub distance: u32,
    /// The weakest step of the witness.
    pub confidence: Confidence,
    /// The step before this one; `None` for a changed node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<WitnessStep>,
    /// Other ways to this node that witnesses of further nodes take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<OtherWay>,
}

/// One step of a witness: this node depends on `node`, so a change of `node` reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WitnessStep {
    pub node: NodeKey,
    pub edge: EdgeKind,
    /// How surely the change takes this step: never above the edge's own confidence.
    pub confidence: Confidence,
    pub side: ReachSide,
    /// What of `node` differs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub aspect: Aspect,
}

/// A way to a node that is not its best, and part of another node's best.
///
/// A path of the highest confidence and fewest steps may run through a node on a weaker but
/// shorter way than that node's own witness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OtherWay {
    pub side: ReachSide,
    #[serde(default, skip_serializing_if = "is_default")]
    pub aspect: Aspect,
    /// Of the witnesses that take it.
    pub confidence: Confidence,
    pub distance: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<WitnessStep>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_default(aspect: &Aspect) -> bool {
    *aspect == Aspect::default()
}

impl Aspect {
    /// This aspect and those that differ with it.
    pub(crate) fn implied(self) -> &'static [Aspect] {
        match self {
            Aspect::Existence => &[Aspect::Existence, Aspect::Behaviour],
            Aspect::Interface => &[Aspect::Interface, Aspect::Behaviour],
            Aspect::Behaviour => &[Aspect::Behaviour],
            Aspect::Input => &[Aspect::Input],
            Aspect::Surroundings => &[Aspect::Surroundings],
        }
    }
}

impl ImpactSet {
    /// How a node was reached; `None` when the change cannot affect it.
    pub fn get(&self, node: &NodeKey) -> Option<&Reached> {
        let at = self.reached.binary_search_by(|reached| reached.node.cmp(node)).ok()?;
        Some(&self.reached[at])
    }

    /// The path from `node` back to a changed node, nearest step first.
    ///
    /// Empty for a changed node, and for one that is not in the set.
    pub fn witness(&self, node: &NodeKey) -> Vec<WitnessStep> {
        let Some(reached) = self.get(node) else { return Vec::new() };
        let mut steps = Vec::new();
        let mut via = reached.via.as_ref();
        // A set that was read from a file may lie; its steps are counted, so it cannot loop.
        while let Some(step) = via.filter(|_| steps.len() < reached.distance as usize) {
            steps.push(step.clone());
            via = self.get(&step.node).and_then(|before| before.way(step, reached.confidence));
        }
        steps
    }
}

impl Reached {
    /// The first step of its witness, from the node back; `None` for a changed node.
    pub fn step_before(&self) -> Option<&WitnessStep> {
        self.via.as_ref().filter(|_| self.distance > 0)
    }

    /// Whether this reach may move a verdict.
    pub fn is_sure(&self) -> bool {
        self.confidence >= Confidence::Probable
    }

    /// The step before, on the way that a witness of `confidence` takes through this node.
    fn way(&self, step: &WitnessStep, confidence: Confidence) -> Option<&WitnessStep> {
        let other = self.also.iter().find(|other| {
            other.side == step.side && other.aspect == step.aspect && other.confidence == confidence
        });
        other.map_or(self.via.as_ref(), |other| other.via.as_ref())
    }
}
