//! `when:` of a control and `context:` of a project: which controls concern it at all.
//!
//! What the code shows (languages, routes, packages) is asked of the graph later; what no code
//! shows (classes of data, exposure, deployment) a project says. What it does not say excludes
//! nothing: a control is left out for a reason, never for want of one.

use codd_source::{Diagnostic, printable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::read::Fields;
use crate::read_scope::{read_patterns, read_texts};
use crate::scope::ScopePattern;
use crate::yaml_text::YamlText;

/// From where a project's running code can be asked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Exposure {
    /// By anybody.
    Internet,
    /// From networks that the organisation runs.
    Internal,
    /// From the machine that it runs on alone.
    Local,
}

/// What a project says of itself that its code does not show; an empty part says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectContext {
    /// Of the web, where codd does not see it.
    pub frameworks: Vec<String>,
    /// Such as `pii`, `credentials`, `cardholder`.
    pub data_classes: Vec<String>,
    pub exposure: Option<Exposure>,
    /// Such as `kubernetes`, `docker`, `lambda`.
    pub deployment: Vec<String>,
}

/// The conditions under which a control concerns a project: each that is given must hold, and
/// of a list any entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applicability {
    pub languages: Vec<String>,
    /// Of the web, by codd's names.
    pub frameworks: Vec<String>,
    /// Outside packages that code imports.
    pub packages: Vec<ScopePattern>,
    /// Files of the project.
    pub paths: Vec<ScopePattern>,
    /// Whether routes are served.
    pub routes: Option<bool>,
    /// Whether tables of a database are used.
    pub storage: Option<bool>,
    pub data_classes: Vec<String>,
    pub exposure: Vec<Exposure>,
    pub deployment: Vec<String>,
    /// What the project says: frameworks that count beside those that are seen.
    pub also_frameworks: Vec<String>,
    /// Why what the project says excludes the control, if it does.
    pub excluded: Option<String>,
    /// What the control asks for and the project does not say.
    pub unsaid: Vec<&'static str>,
}

impl Applicability {
    /// Settles what the context of a project decides.
    pub(crate) fn settle(&mut self, context: &ProjectContext) {
        self.also_frameworks.clone_from(&context.frameworks);
        self.unsaid.clear();
        let lists = [
            ("data_classes", &self.data_classes, &context.data_classes),
            ("deployment", &self.deployment, &context.deployment),
        ];
        let mut reasons = Vec::new();
        for (name, wanted, said) in lists {
            if wanted.is_empty() {
                continue;
            }
            if said.is_empty() {
                self.unsaid.push(name);
            } else if !wanted.iter().any(|it| said.contains(it)) {
                reasons.push(format!("`context.{name}` has no {}", any_of(wanted)));
            }
        }
        match context.exposure {
            None if !self.exposure.is_empty() => self.unsaid.push("exposure"),
            Some(it) if !self.exposure.is_empty() && !self.exposure.contains(&it) => {
                let it = format!("{it:?}").to_lowercase();
                reasons.push(format!("`context.exposure` is `{it}`"));
            }
            _ => {}
        }
        self.excluded = (!reasons.is_empty()).then(|| reasons.join("; "));
    }

    /// Why `head` may concern fewer projects than this, if it may.
    pub(crate) fn narrowed(&self, head: &Applicability) -> Option<String> {
        let asked = |it: &Applicability| Applicability {
            also_frameworks: Vec::new(),
            excluded: None,
            unsaid: Vec::new(),
            ..it.clone()
        };
        if asked(self) != asked(head) && !head.is_always() {
            return Some("`when` changed".to_owned());
        }
        if self.excluded.is_none() && head.excluded.is_some() {
            return head.excluded.clone();
        }
        let lost =
            |it: &&String| self.frameworks.contains(it) && !head.also_frameworks.contains(it);
        let lost = self.also_frameworks.iter().find(lost)?;
        Some(format!("`context.frameworks` has no `{}` any more", printable(lost)))
    }

    /// Whether nothing is asked for.
    pub fn is_always(&self) -> bool {
        *self
            == Applicability {
                also_frameworks: self.also_frameworks.clone(),
                ..Applicability::default()
            }
    }

    /// Whether some of `names` is asked for, or none needs to be.
    pub fn takes<'a>(wanted: &[ScopePattern], mut names: impl Iterator<Item = &'a str>) -> bool {
        wanted.is_empty() || names.any(|name| crate::scope::takes(wanted, name))
    }
}

/// Names as a list in a sentence, each in backticks.
pub fn any_of<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> =
        names.iter().map(|it| format!("`{}`", printable(it.as_ref()))).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.join(""),
    }
}

fn lower(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().map(|it| it.to_lowercase()).collect()
}

/// Reads `when` of a control.
pub(crate) fn read_applicability(
    control: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Applicability {
    let Some(mut fields) = control.map("when", diagnostics) else {
        return Applicability::default();
    };
    let read = |key, fields: &mut Fields<'_>, diagnostics: &mut Vec<Diagnostic>| {
        lower(read_texts(fields, key, source, diagnostics))
    };
    let found = Applicability {
        languages: read("languages", &mut fields, diagnostics),
        frameworks: read("frameworks", &mut fields, diagnostics),
        packages: read_patterns(
            &mut fields,
            "packages",
            ScopePattern::of_names,
            source,
            diagnostics,
        ),
        paths: read_patterns(&mut fields, "paths", ScopePattern::of_paths, source, diagnostics),
        routes: fields.take("routes", diagnostics),
        storage: fields.take("storage", diagnostics),
        data_classes: read("data_classes", &mut fields, diagnostics),
        exposure: fields.take("exposure", diagnostics).unwrap_or_default(),
        deployment: read("deployment", &mut fields, diagnostics),
        ..Applicability::default()
    };
    fields.finish(diagnostics);
    found
}

/// Reads `context` of a configuration.
pub(crate) fn read_context(
    config: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> ProjectContext {
    let Some(mut fields) = config.map("context", diagnostics) else {
        return ProjectContext::default();
    };
    let read = |key, fields: &mut Fields<'_>, diagnostics: &mut Vec<Diagnostic>| {
        lower(read_texts(fields, key, source, diagnostics))
    };
    let context = ProjectContext {
        frameworks: read("frameworks", &mut fields, diagnostics),
        data_classes: read("data_classes", &mut fields, diagnostics),
        exposure: fields.take("exposure", diagnostics),
        deployment: read("deployment", &mut fields, diagnostics),
    };
    fields.finish(diagnostics);
    context
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::testing::render;
    use crate::{load_config, load_controls};

    fn check(when: &str, context: &str, expected: &Expect) {
        let text =
            format!("controls:\n  - {{id: A, name: n, requirement: It MUST, when: {when}}}\n");
        let said = format!("context: {context}\n");
        let mut loaded = load_controls(&[("a.yaml".into(), text.as_bytes().into())], &[]);
        let (config, problems) = load_config(&"codd.yaml".into(), said.as_bytes());
        loaded.settle(&config);
        let mut out = render(&loaded.diagnostics, text.as_bytes());
        out.push_str(&render(&problems, said.as_bytes()));
        for it in loaded.set.iter().map(|it| &it.when) {
            out.push_str(&format!("excluded {:?}, unsaid {:?}\n", it.excluded, it.unsaid));
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn what_the_project_says_excludes_and_what_it_does_not_say_excludes_nothing() {
        let when = "{data_classes: [pii, payment], exposure: [internet], deployment: [kubernetes]}";
        check(
            when,
            "{}",
            &expect![[r#"
            excluded None, unsaid ["data_classes", "deployment", "exposure"]
        "#]],
        );
        check(
            when,
            "{data_classes: [PII], exposure: internet}",
            &expect![[r#"
            excluded None, unsaid ["deployment"]
        "#]],
        );
        check(
            when,
            "{data_classes: [logs], exposure: local}",
            &expect![[r#"
            excluded Some("`context.data_classes` has no `pii` or `payment`; `context.exposure` is `local`"), unsaid ["deployment"]
        "#]],
        );
    }

    #[test]
    fn unknown_words_are_told() {
        check(
            "{exposure: [moon], datas: [x]}",
            "{exposure: everywhere, data: x}",
            &expect![[r#"
                yaml::unknown_value: unknown value `moon`
                  2:62-2:66 "moon" not one of the known values
                  help: allowed: `internet`, `internal`, `local`
                yaml::unknown_key: unknown key `datas`
                  2:69-2:74 "datas" not a key of this map
                  help: known here: `languages`, `frameworks`, `packages`, `paths`, `routes`, `storage`, `data_classes`, `exposure`, `deployment`
                yaml::unknown_value: unknown value `everywhere`
                  1:21-1:31 "everywhere" not one of the known values
                  help: allowed: `internet`, `internal`, `local`
                yaml::unknown_key: unknown key `data`
                  1:33-1:37 "data" not a key of this map
                  help: known here: `frameworks`, `data_classes`, `exposure`, `deployment`
            "#]],
        );
    }
}
