//! The audit pack: the assessment sealed with its decisions, reproducible byte for byte.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Assessment, Decision, DecisionKind, FindingState};

/// The version of the pack's JSON form.
pub const PACK_FORMAT: &str = "codd-audit-pack/1";

/// What an auditor is handed; written as canonical JSON (RFC 8785).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditPack {
    /// `codd-audit-pack/1`.
    pub format: String,
    pub assessment: Assessment,
    pub review: Review,
    /// Fingerprints of the findings that the change fixed.
    pub remediation: Vec<String>,
    pub reproduction: Reproduction,
    /// SHA-256, in hexadecimal, of this document in canonical form without this field.
    pub sha256: String,
}

/// What was decided, and what was left open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// One for each finding that is not fixed, in the assessment's order.
    pub items: Vec<ReviewItem>,
    /// Every decision about these findings, by fingerprint and file.
    pub decisions: Vec<Decision>,
}

/// One finding as the review left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewItem {
    pub fingerprint: String,
    pub control: String,
    pub status: ReviewStatus,
}

/// What became of a finding in review.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStatus {
    Affirmed,
    Waived,
    NeedsFix,
    /// Nobody decided.
    Undecided,
    /// Nobody decided, and the pack was made with `--skip-review`.
    Skipped,
}

/// What a pack calls the items that nobody decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenItems {
    Undecided,
    /// As `--skip-review` asks; nothing else of the pack changes.
    Skipped,
}

/// How to make the same bytes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reproduction {
    /// To be run in the project's root, by the same version of codd.
    pub command: String,
    /// What the command cannot bring back by itself, such as uncommitted files; empty when
    /// commits say everything.
    pub needs: Vec<String>,
}

/// Why a pack cannot be read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum PackError {
    #[error("not an audit pack: {0}")]
    #[diagnostic(code(pack::unreadable), help("make one with `codd audit -o FILE`"))]
    Unreadable(String),
    #[error("the pack says its digest is {stated}, its content gives {computed}")]
    #[diagnostic(code(pack::digest), help("it was changed after it was sealed: ask for it again"))]
    Digest { stated: String, computed: String },
}

impl AuditPack {
    /// Seals an assessment with the decisions about its findings.
    pub fn seal(
        assessment: Assessment,
        decisions: Vec<Decision>,
        reproduction: Reproduction,
        open: OpenItems,
    ) -> AuditPack {
        let open = match open {
            OpenItems::Undecided => ReviewStatus::Undecided,
            OpenItems::Skipped => ReviewStatus::Skipped,
        };
        let current = assessment.findings.iter().filter(|it| it.state != FindingState::Absent);
        let items = current.map(|finding| {
            ReviewItem {
                fingerprint: finding.fingerprint.clone(),
                control: finding.control.clone(),
                // A decision that does not count leaves the finding open.
                status: finding.decision.map_or(open, |decision| match decision {
                    DecisionKind::Affirm => ReviewStatus::Affirmed,
                    DecisionKind::Waive => ReviewStatus::Waived,
                    DecisionKind::NeedsFix => ReviewStatus::NeedsFix,
                }),
            }
        });
        let fixed = assessment.findings.iter().filter(|it| it.state == FindingState::Absent);
        let mut pack = AuditPack {
            format: PACK_FORMAT.to_owned(),
            review: Review { items: items.collect(), decisions },
            remediation: fixed.map(|finding| finding.fingerprint.clone()).collect(),
            reproduction,
            assessment,
            sha256: String::new(),
        };
        pack.sha256 = pack.digest();
        pack
    }

    /// The digest that its content has, whatever it says.
    pub fn digest(&self) -> String {
        let mut value = serde_json::to_value(self).expect("a pack has only texts and numbers");
        value.as_object_mut().expect("a pack is an object").remove("sha256");
        hex(&Sha256::digest(canonical(&value)))
    }

    /// The pack as RFC 8785 writes it, without a line break at its end.
    pub fn to_json(&self) -> String {
        canonical(&serde_json::to_value(self).expect("a pack has only texts and numbers"))
    }

    /// A pack from its text, its digest verified.
    pub fn open(text: &str) -> Result<AuditPack, PackError> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| PackError::Unreadable(error.to_string()))?;
        // The digest is of the document as written, also where a later version added fields.
        let mut unsealed = value.clone();
        let stated = unsealed.as_object_mut().and_then(|it| it.remove("sha256"));
        let stated = stated.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        let computed = hex(&Sha256::digest(canonical(&unsealed)));
        let pack: AuditPack = serde_json::from_value(value)
            .map_err(|error| PackError::Unreadable(error.to_string()))?;
        if stated != computed {
            return Err(PackError::Digest { stated: stated.to_owned(), computed });
        }
        Ok(pack)
    }
}

fn canonical(value: &serde_json::Value) -> String {
    serde_json_canonicalizer::to_string(value).expect("a pack has only texts and small integers")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}
