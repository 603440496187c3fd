//! What a control or configuration says, as a SHA-256, whatever its layout.

use serde_yaml::Value;
use sha2::{Digest as _, Sha256};

use crate::{Control, ControlSet, ScopePattern};

/// Collects values unambiguously: each is written with its kind and length.
pub(crate) struct Digester(Sha256);

impl Digester {
    pub(crate) fn new(what: &str) -> Digester {
        let mut digester = Digester(Sha256::new());
        digester.text(what);
        digester
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.0.update(format!("t{}:", text.len()));
        self.0.update(text);
    }

    pub(crate) fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.0.update("n"),
        }
    }

    /// Announces how many items follow.
    pub(crate) fn list(&mut self, length: usize) {
        self.0.update(format!("l{length}:"));
    }

    pub(crate) fn texts<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a str>) {
        self.list(texts.len());
        texts.for_each(|text| self.text(text));
    }

    pub(crate) fn patterns(&mut self, patterns: &[ScopePattern]) {
        self.texts(patterns.iter().map(|it| it.text.as_str()));
    }

    /// Maps in the order of their keys' own digests, since their order says nothing.
    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.0.update("n"),
            Value::Bool(it) => self.0.update(format!("b{it}")),
            Value::Number(it) => self.text(&format!("number {it}")),
            Value::String(it) => self.text(it),
            Value::Sequence(items) => {
                self.list(items.len());
                for item in items {
                    self.value(item);
                }
            }
            Value::Mapping(entries) => {
                let digest_of = |key: &Value| {
                    let mut digester = Digester::new("key");
                    digester.value(key);
                    digester.finish()
                };
                let mut entries: Vec<_> =
                    entries.iter().map(|(key, value)| (digest_of(key), value)).collect();
                entries.sort_by(|a, b| a.0.cmp(&b.0));
                self.0.update(format!("m{}:", entries.len()));
                for (key, value) in entries {
                    self.text(&key);
                    self.value(value);
                }
            }
            Value::Tagged(tagged) => {
                self.text(&format!("tag {}", tagged.tag));
                self.value(&tagged.value);
            }
        }
    }

    pub(crate) fn finish(self) -> String {
        self.0.finalize().iter().fold(String::new(), |mut hex, byte| {
            let digit = |it: u8| char::from_digit(u32::from(it), 16).unwrap_or_default();
            hex.extend([digit(byte >> 4), digit(byte & 15)]);
            hex
        })
    }
}

impl Control {
    /// The SHA-256, in hexadecimal, of everything the control says; not of where it stands.
    pub fn digest(&self) -> String {
        let mut digester = Digester::new("codd control 1");
        digester.text(&self.id.0);
        digester.text(&self.name);
        digester.text(&self.requirement);
        digester.text(&format!("{:?}", self.severity));
        digester.optional(self.rationale.as_deref());
        digester.optional(self.guidance.general.as_deref());
        digester.list(self.guidance.by_language.len());
        for (language, text) in &self.guidance.by_language {
            digester.text(language);
            digester.text(text);
        }
        digester.optional(self.implementation.as_deref());
        digester.optional(self.owner.as_deref());
        digester.texts(self.tags.iter().map(String::as_str));
        digester.list(self.frameworks.len());
        for (framework, references) in &self.frameworks {
            digester.text(&format!("{framework:?}"));
            digester.list(references.len());
            for reference in references {
                digester.text(&reference.id);
                digester.text(&format!("{:?}", reference.confidence));
            }
        }
        let scope = &self.applies_to;
        digester.patterns(&scope.paths);
        digester.texts(scope.languages.iter().map(String::as_str));
        digester.patterns(&scope.symbols);
        digester.list(usize::from(scope.routes.is_some()));
        if let Some(routes) = &scope.routes {
            digester.texts(routes.methods.iter().map(String::as_str));
            digester.patterns(&routes.paths);
        }
        if scope.leaves_tests_out {
            digester.text("without tests");
        }
        if !self.when.is_always() {
            digester.text(&format!("{:?}", self.when));
        }
        digester.list(self.checks.len());
        for check in &self.checks {
            digester.text(&check.kind);
            digester.value(&check.settings);
        }
        digester.list(self.evidence.len());
        for request in &self.evidence {
            digester.text(&request.kind);
            digester.text(&format!("{:?}", request.max_age_days));
        }
        for examples in [&self.examples.good, &self.examples.bad] {
            digester.list(examples.len());
            for example in examples {
                digester.text(&example.language);
                digester.text(&example.code);
                digester.optional(example.path.as_deref());
                digester.text(&format!("{:?}", example.line));
            }
        }
        digester.finish()
    }
}

impl ControlSet {
    /// The SHA-256, in hexadecimal, of all controls; not of the files they come from.
    pub fn digest(&self) -> String {
        let mut digester = Digester::new("codd control set 1");
        digester.list(self.controls.len());
        for control in self.controls.values() {
            digester.text(&control.digest());
        }
        digester.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::load_controls;

    fn digest(yaml: &str) -> String {
        let loaded = load_controls(&[("a.yaml".into(), Arc::from(yaml.as_bytes()))], &[]);
        assert!(loaded.unreadable.is_empty());
        loaded.set.digest()
    }

    const ONE: &str = "controls:\n- {id: A, name: n, requirement: It MUST, checks: [{text: {a: 1, b: [x, y]}}]}\n";

    #[test]
    fn layout_and_key_order_say_nothing() {
        let other = "version: 2\n\ncontrols:\n  - name: \"n\"\n    requirement: 'It MUST'\n    checks:\n      - text:\n          b:\n            - x\n            - y\n          a: 1\n    id: A\n";
        assert_eq!(digest(ONE), digest(other));
        assert_eq!(digest(ONE).len(), 64);
    }

    #[test]
    fn every_word_counts() {
        for (from, to) in [
            ("n,", "m,"),
            ("[x, y]", "[y, x]"),
            ("[x, y]", "[xy]"),
            ("a: 1", "a: '1'"),
            ("text", "config"),
            ("It MUST", "It MAY"),
            ("id: A", "id: A, severity: high"),
            ("id: A", "id: A, applies_to: {routes: {}}"),
            ("id: A", "id: A, rationale: ''"),
        ] {
            assert!(ONE.contains(from));
            assert_ne!(digest(ONE), digest(&ONE.replacen(from, to, 1)), "{from} to {to}");
        }
    }
}
