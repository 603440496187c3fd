//! The frameworks a control may refer to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A published framework of requirements; its ids are cited, its texts never copied.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    Soc2,
    Iso27001,
    #[serde(rename = "nist-800-53")]
    Nist80053,
    PciDss,
    EuAiAct,
    Asvs,
    Cwe,
    Ssdf,
}

/// How sure the author is that the reference fits.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum MappingConfidence {
    Low,
    Medium,
    High,
}

#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct FrameworkReference {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<MappingConfidence>,
}
