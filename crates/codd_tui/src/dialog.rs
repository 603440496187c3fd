//! Asking for what a decision still lacks: the reviewer's name, a waiver's reason and end.

use codd_audit::{Date, Decision, DecisionKind, FindingRecord};

/// How many days a waiver is proposed for.
const PROPOSED_DAYS: i64 = 90;

/// A decision being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialog {
    pub(crate) kind: DecisionKind,
    pub(crate) fingerprint: String,
    pub(crate) control: String,
    pub(crate) fields: Vec<Field>,
    /// Which field is being typed in.
    pub(crate) at: usize,
    /// What is wrong with what was typed.
    pub(crate) error: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) label: &'static str,
    pub(crate) text: String,
}

const REASON: &str = "reason";
const EXPIRES: &str = "until";
const REVIEWER: &str = "reviewer";

impl Dialog {
    /// What a decision of this kind asks for; no field when everything is known.
    pub(crate) fn new(
        kind: DecisionKind,
        finding: &FindingRecord,
        reviewer: Option<&str>,
        today: Date,
    ) -> Dialog {
        let mut fields = Vec::new();
        let mut ask = |label, text: String| fields.push(Field { label, text });
        if kind == DecisionKind::Waive {
            let end = today.plus_days(PROPOSED_DAYS);
            ask(REASON, String::new());
            ask(EXPIRES, end.map(|it| it.to_string()).unwrap_or_default());
        }
        if reviewer.is_none_or(|it| it.trim().is_empty()) {
            ask(REVIEWER, String::new());
        }
        Dialog {
            kind,
            fingerprint: finding.fingerprint.clone(),
            control: finding.control.clone(),
            fields,
            at: 0,
            error: None,
        }
    }

    pub(crate) fn next_field(&mut self) {
        self.at = (self.at + 1) % self.fields.len().max(1);
    }

    pub(crate) fn text_mut(&mut self) -> Option<&mut String> {
        self.error = None;
        self.fields.get_mut(self.at).map(|it| &mut it.text)
    }

    fn value(&self, label: &str) -> Option<String> {
        let field = self.fields.iter().find(|it| it.label == label)?;
        Some(field.text.trim().to_owned())
    }

    /// The decision, or what it lacks, checked as `codd review decide` does.
    pub(crate) fn decision(
        &self,
        reviewer: Option<&str>,
        today: Date,
    ) -> Result<Decision, (usize, String)> {
        let filled = |label| self.value(label).filter(|it| !it.is_empty());
        let decision = Decision {
            fingerprint: self.fingerprint.clone(),
            control: self.control.clone(),
            decision: self.kind,
            reviewer: filled(REVIEWER).or(reviewer.map(str::to_owned)).unwrap_or_default(),
            date: today.to_string(),
            reason: filled(REASON),
            expires: filled(EXPIRES),
        };
        decision.checked(today).map_err(|error| {
            use codd_audit::DecisionError as E;
            let label = match error {
                E::NoReason => REASON,
                E::NoExpiry | E::NotADate(_) | E::Expired(_) => EXPIRES,
                // The dialog is opened on a finding, so it names one and its control.
                E::NoReviewer
                | E::SeveralReviewers
                | E::NoFinding
                | E::NoControl
                | E::Violation(_) => REVIEWER,
            };
            let field = self.fields.iter().position(|it| it.label == label).unwrap_or(self.at);
            (field, error.to_string())
        })
    }

    pub(crate) fn title(&self) -> &'static str {
        match self.kind {
            DecisionKind::Affirm => "Affirm",
            DecisionKind::Waive => "Waive",
            DecisionKind::NeedsFix => "Needs fix",
        }
    }
}
