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

/// Everything the change can affect: always holds the changed nodes themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImpactSet {
    /// Sorted by node key.
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

/// A node of the impact set with its best predecessor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reached {
    pub node: NodeKey,
    pub side: ReachSide,
    /// Steps from the nearest change; 0 for a changed node.
    pub distance: u32,
    /// The weakest edge of the witness path.
    pub confidence: Confidence,
    /// The step before this one; `None` for a changed node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<WitnessStep>,
}

/// One step of a witness: this node depends on `node`, so a change of `node` reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WitnessStep {
    pub node: NodeKey,
    pub edge: EdgeKind,
    pub confidence: Confidence,
}
