//! An outcome that asks someone to act, with an identity that survives moving lines.

use std::collections::BTreeMap;

use codd_controls::ControlId;
use codd_facts::PartHasher;
use codd_graph::NodeKey;
use codd_source::{RepoPath, Span};
use serde::{Deserialize, Serialize};

use crate::Outcome;

/// A place in one file, with the node it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingPlace {
    pub path: RepoPath,
    pub span: Span,
    /// The innermost definition, route or test around it, or the file.
    pub anchor: NodeKey,
}

/// One step of a value's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingStep {
    pub place: FindingPlace,
    /// What happens there, as a lowercase fragment.
    pub text: String,
}

/// One place where a check does not pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub control: ControlId,
    /// The check's ordinal in its control.
    pub check: u32,
    pub kind: String,
    /// `Fail`, `Review` or `Undetermined`.
    pub outcome: Outcome,
    /// `None` where it is about the project as a whole.
    pub place: Option<FindingPlace>,
    /// A lowercase fragment that stands alone in one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What to write instead of the place's text, where the check knows it.
    pub fix: Option<String>,
    /// The path through the graph that shows it, from the place to what it reaches.
    pub witness: Vec<NodeKey>,
    /// The way that a value takes to the place, for findings about flows.
    pub steps: Vec<FindingStep>,
    /// Every way on which a value gets there from outside, for findings about flows.
    pub ways: Vec<FindingWay>,
    /// Where a route lacks what it needs: what else may keep somebody out before it; sorted.
    pub before: Vec<String>,
    /// The tokens of the place, or the name of what is missing.
    pub snippet: String,
    /// Tells findings of one control, kind, anchor and snippet apart, in source order.
    pub ordinal: u32,
    /// Control, kind, anchor, snippet and ordinal, hashed; never the line.
    pub fingerprint: String,
}

/// One way into a place where text from outside gets to, which fails as a whole.
///
/// The place is one finding however many ways lead there, for it is made good in one place and
/// its name must not hang on who else calls it. A way that a change adds is another thing: it is
/// a finding of its own, though the place failed before and may be waived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingWay {
    /// What the text is: `the query string`.
    pub label: String,
    /// What reads it from outside.
    pub source: NodeKey,
    /// What passes it on to the place.
    pub body: NodeKey,
    /// The routes that run that, sorted.
    pub ends: Vec<WayEnd>,
    /// Tells ways of one label, source and body apart.
    pub ordinal: u32,
    /// What is found where this way is new.
    pub finding: Box<Finding>,
}

/// A route from which a way begins, at one of the paths that it is served at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayEnd {
    /// Its method and path: `GET /api/users`.
    pub name: String,
    /// Whether its router is known to be served.
    pub is_served: bool,
    pub route: NodeKey,
    pub place: Option<FindingPlace>,
    /// What answers it.
    pub handlers: Vec<NodeKey>,
    /// What runs before it or around what answers it; sorted.
    pub before: Vec<String>,
}

impl FindingWay {
    /// What is found where the way was there, and one of its ends was not.
    pub fn from_end(&self, end: &WayEnd) -> Finding {
        let mut finding = (*self.finding).clone();
        let own =
            if self.body.symbol.is_empty() { self.body.path.as_str() } else { &self.body.symbol };
        if let Some((message, _)) = finding.message.rsplit_once(", also from ") {
            finding.message = format!("{message}, also from `{}` by `{own}`", end.name);
        }
        if let Some(place) = &end.place {
            let text = format!("`{}` leads here", end.name);
            finding.steps.insert(0, FindingStep { place: place.clone(), text });
        }
        let mut hasher = PartHasher::default();
        hasher.part(&finding.fingerprint);
        hasher.part(&end.name);
        Finding { fingerprint: hasher.hex()[..20].to_owned(), ..finding }
    }
}

impl Finding {
    /// The name of one of its ways, which stays while the finding and both ends of the way do.
    fn fingerprint_of_way(&self, way: &FindingWay) -> String {
        let ordinal = way.ordinal.to_string();
        let mut hasher = PartHasher::default();
        let ends = [&way.source, &way.body].map(|it| [it.path.as_str(), &it.symbol]);
        for text in [&*self.fingerprint, &*way.label, &*ordinal].iter().chain(ends.as_flattened()) {
            hasher.part(text);
        }
        hasher.hex()[..20].to_owned()
    }

    fn fingerprint_of(&self, anchor: Option<&NodeKey>) -> String {
        let mut hasher = PartHasher::default();
        let mut part = |text: &str| hasher.part(text);
        part(&self.control.0);
        part(&self.kind);
        if let Some(anchor) = anchor {
            part(anchor.path.as_str());
            part(&anchor.symbol);
            part(&anchor.ordinal.to_string());
        }
        part(&self.snippet);
        part(&self.ordinal.to_string());
        hasher.hex()[..20].to_owned()
    }
}

/// Gives one control's findings their ordinals and fingerprints.
///
/// Equal ones are numbered in the order of their places, so that the same text twice in one
/// function is two findings, and the second keeps its name while the first is there.
pub(crate) fn identify<'a>(findings: impl Iterator<Item = &'a mut Finding>) {
    let mut findings: Vec<&mut Finding> = findings.collect();
    findings.sort_by(|a, b| (&a.place, a.check).cmp(&(&b.place, b.check)));
    let mut seen: BTreeMap<(String, Option<NodeKey>, String), u32> = BTreeMap::new();
    for finding in findings {
        let anchor = finding.place.as_ref().map(|place| place.anchor.clone());
        let next = seen
            .entry((finding.kind.clone(), anchor.clone(), finding.snippet.clone()))
            .or_insert(0);
        finding.ordinal = *next;
        *next += 1;
        finding.fingerprint = finding.fingerprint_of(anchor.as_ref());
        let mut ways = std::mem::take(&mut finding.ways);
        for way in &mut ways {
            way.finding.ordinal = finding.ordinal;
            way.finding.fingerprint = finding.fingerprint_of_way(way);
        }
        finding.ways = ways;
    }
}
