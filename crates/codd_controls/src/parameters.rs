//! Values that controls name and projects set: in a check's settings `{parameter: NAME}`
//! stands for one.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::{Diagnostic, suggestion};
use serde_yaml::Value;

use crate::control::Control;
use crate::load::{LoadedControls, UnreadableControl};
use crate::locate::PathStep;
use crate::read::kind_of;
use crate::{Check, Origin, ProjectConfig};

/// The one key of a map that stands for a parameter.
const KEY: &str = "parameter";

impl LoadedControls {
    /// Puts the values of the configuration, else the controls' own, in the place of their
    /// names, and settles what its context excludes.
    ///
    /// A control with a name that has no value anywhere, or one of another kind than its own,
    /// is unreadable. Gives the configured names that no control uses.
    pub fn settle(&mut self, config: &ProjectConfig) -> Vec<String> {
        let configured = &config.parameters;
        let mut used = BTreeSet::new();
        let mut broken = Vec::new();
        for control in self.set.controls.values_mut() {
            control.when.settle(&config.context);
            let mut found = Vec::new();
            settle(control, configured, &mut used, &mut found);
            if !found.is_empty() {
                broken.push(control.id.clone());
                self.diagnostics.extend(found);
            }
        }
        for id in broken {
            let Some(control) = self.set.controls.remove(&id) else { continue };
            if let Origin::Project { path } = control.origin {
                self.unreadable.push(UnreadableControl { path, span: control.span, id: Some(id) });
            }
        }
        self.unreadable.sort();
        configured.keys().filter(|it| !used.contains(*it)).cloned().collect()
    }
}

fn settle(
    control: &mut Control,
    configured: &BTreeMap<String, Value>,
    used: &mut BTreeSet<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (name, own) in &mut control.parameters {
        let Some(set) = configured.get(name) else { continue };
        used.insert(name.clone());
        if std::mem::discriminant(set) == std::mem::discriminant(own) {
            own.clone_from(set);
            continue;
        }
        let message = format!(
            "the parameter `{name}` is {} in `codd.yaml` and {} here",
            kind_of(set),
            kind_of(own)
        );
        let path = ["parameters".into(), name.as_str().into()];
        let error = control.source.diagnostic("controls::parameter", &path, message);
        diagnostics.push(error.help(format!("give {} in `codd.yaml`", kind_of(own))));
    }
    let mut checks = std::mem::take(&mut control.checks);
    for check in &mut checks {
        let settings = std::mem::take(&mut check.settings);
        let mut path = Vec::new();
        let mut value = |name: &str, path: &[PathStep], check: &Check| {
            if let Some(value) = control.parameters.get(name).or_else(|| configured.get(name)) {
                used.insert(name.to_owned());
                return value.clone();
            }
            let message = format!("the parameter `{name}` has no value");
            let error = check.diagnostic("controls::parameter", path, message);
            let known = control.parameters.keys().chain(configured.keys());
            diagnostics.push(match suggestion(name, known.map(String::as_str)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!(
                    "give one below `parameters:` of the control or in `codd.yaml`, such as \
                     `{name}: …`"
                )),
            });
            Value::Null
        };
        check.settings = with_values(settings, check, &mut path, &mut value);
    }
    control.checks = checks;
}

/// The settings with each `{parameter: NAME}` replaced by what `value` gives for it.
fn with_values(
    settings: Value,
    check: &Check,
    path: &mut Vec<PathStep>,
    value: &mut dyn FnMut(&str, &[PathStep], &Check) -> Value,
) -> Value {
    match settings {
        Value::Mapping(entries) => {
            if let (1, Some(Value::String(name))) = (entries.len(), entries.get(KEY)) {
                return value(name, path, check);
            }
            let entries = entries.into_iter().map(|(key, inner)| {
                path.push(key.as_str().unwrap_or_default().into());
                let inner = with_values(inner, check, path, value);
                path.pop();
                (key, inner)
            });
            Value::Mapping(entries.collect())
        }
        Value::Sequence(items) => {
            let items = items.into_iter().enumerate().map(|(at, inner)| {
                path.push(at.into());
                let inner = with_values(inner, check, path, value);
                path.pop();
                inner
            });
            Value::Sequence(items.collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::render;
    use crate::{ProjectConfig, load_controls};

    fn check(control: &str, configured: &str, expected: &Expect) {
        let text = format!("controls:\n  - {{id: A, name: n, requirement: It MUST, {control}}}\n");
        let mut loaded = load_controls(&[("a.yaml".into(), text.as_bytes().into())], &[]);
        let parameters = serde_yaml::from_str(configured).unwrap();
        let unused = loaded.settle(&ProjectConfig { parameters, ..ProjectConfig::default() });
        let mut out = String::new();
        for it in loaded.set.iter().flat_map(|it| &it.checks) {
            out.push_str(&format!("{:?}\n", it.settings));
        }
        out.push_str(&render(&loaded.diagnostics, text.as_bytes()));
        out.push_str(&format!("unreadable {}, unused {unused:?}\n", loaded.unreadable.len()));
        expected.assert_eq(&out);
    }

    #[test]
    fn a_projects_value_comes_before_the_controls_own() {
        let control = "parameters: {most: 900, ciphers: [a]}, checks: [{x: {must: {at_most: {parameter: most}, in: {parameter: ciphers}}}}]";
        check(
            control,
            "{}",
            &expect![[r#"
            Mapping {"must": Mapping {"at_most": Number(900), "in": Sequence [String("a")]}}
            unreadable 0, unused []
        "#]],
        );
        check(
            control,
            "{most: 300, other: 1}",
            &expect![[r#"
            Mapping {"must": Mapping {"at_most": Number(300), "in": Sequence [String("a")]}}
            unreadable 0, unused ["other"]
        "#]],
        );
    }

    #[test]
    fn a_name_without_a_value_and_a_value_of_another_kind_are_told() {
        let control = "parameters: {most: 900}, checks: [{x: [{parameter: mosst}]}]";
        check(
            control,
            "{most: many}",
            &expect![[r#"
            controls::parameter: the parameter `most` is a text in `codd.yaml` and a number here
              2:63-2:66 "900" 
              help: give a number in `codd.yaml`
            controls::parameter: the parameter `mosst` has no value
              2:83-2:101 "{parameter: mosst}" 
              help: did you mean `most`?
            unreadable 1, unused []
        "#]],
        );
    }
}
