//! Controls as SARIF rules, and the frameworks they cite as taxonomies.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::printable;

use super::super::markdown::escape::escape;
use super::message;
use super::types::{
    ComponentReference, Configuration, Help, Relationship, Rule, RuleProperties, Taxon,
    TaxonReference, Taxonomy,
};
use crate::{Assessment, ControlResult};

/// Tags of one rule that code scanning takes.
const MAX_TAGS: usize = 20;

/// The level of a failure.
pub(super) fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "low" => "note",
        _ => "warning",
    }
}

/// The middle of the band of CVSS scores that code scanning gives the same name.
fn security_severity(severity: &str) -> &'static str {
    match severity {
        "critical" => "9.5",
        "high" => "8.0",
        "low" => "2.0",
        _ => "5.5",
    }
}

/// A rule for every control, and for controls that only a finding still knows.
pub(super) fn rules(assessment: &Assessment) -> (Vec<Rule>, Vec<Taxonomy>) {
    let taxonomies = taxonomies(assessment);
    let mut rules: BTreeMap<&str, Rule> = BTreeMap::new();
    for control in &assessment.controls {
        rules.insert(&control.id, rule(control, &taxonomies));
    }
    for finding in &assessment.findings {
        rules.entry(&finding.control).or_insert_with(|| Rule {
            id: finding.control.clone(),
            name: friendly(&finding.control_name),
            short_description: message(&finding.control_name),
            full_description: message(&finding.control_name),
            default_configuration: Configuration { level: level(&finding.severity) },
            help: Help {
                text: format!("Run `codd explain {}`.", printable(&finding.control)),
                markdown: escape(&finding.control_name),
            },
            relationships: Vec::new(),
            properties: RuleProperties {
                tags: vec!["security".to_owned()],
                precision: "high",
                security_severity: security_severity(&finding.severity),
            },
        });
    }
    (rules.into_values().collect(), taxonomies)
}

fn rule(control: &ControlResult, taxonomies: &[Taxonomy]) -> Rule {
    let mut text = control.requirement.trim().to_owned();
    let mut markdown = format!(
        "**{} {}**\n\n{}\n",
        escape(&control.id),
        escape(&control.name),
        escape(control.requirement.trim())
    );
    for (framework, ids) in &control.frameworks {
        let line = format!("{}: {}", framework, ids.join(", "));
        text = format!("{text}\n{line}");
        markdown = format!("{markdown}\n- {}", escape(&line));
    }
    let explain = format!("Run `codd explain {}` for more.", printable(&control.id));
    markdown = format!("{markdown}\n\n{}\n", escape(&explain));
    text = format!("{text}\n{explain}");
    let weak = control.checks.iter().any(|check| check.weak_evidence);
    Rule {
        id: control.id.clone(),
        name: friendly(&control.name),
        short_description: message(&control.name),
        full_description: message(control.requirement.trim()),
        default_configuration: Configuration { level: level(&control.severity) },
        help: Help { text: super::printable_lines(&text), markdown },
        relationships: relationships(control, taxonomies),
        properties: RuleProperties {
            tags: tags(control),
            precision: if weak { "medium" } else { "high" },
            security_severity: security_severity(&control.severity),
        },
    }
}

/// `No SQL built from strings` as `NoSqlBuiltFromStrings`: SARIF's friendly name of a rule.
fn friendly(name: &str) -> String {
    let words = name.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters.flat_map(char::to_lowercase)).collect::<String>()
    });
    let joined: String = words.collect();
    if joined.is_empty() { "Control".to_owned() } else { joined }
}

fn tags(control: &ControlResult) -> Vec<String> {
    let mut tags = vec!["security".to_owned()];
    let cited = |wanted_cwe: bool| {
        control
            .frameworks
            .iter()
            .filter(move |(framework, _)| (framework.as_str() == "cwe") == wanted_cwe)
            .flat_map(|(framework, ids)| ids.iter().map(move |id| (framework, id)))
    };
    // Code scanning reads weaknesses from tags of this form.
    tags.extend(cited(true).map(|(_, id)| format!("external/cwe/{}", id.to_lowercase())));
    tags.extend(cited(false).map(|(framework, id)| format!("{framework}/{id}")));
    for tag in &mut tags {
        *tag = printable(tag).into_owned();
    }
    let mut seen = BTreeSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags.truncate(MAX_TAGS);
    tags
}

fn taxonomies(assessment: &Assessment) -> Vec<Taxonomy> {
    let mut cited: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for control in &assessment.controls {
        for (framework, ids) in &control.frameworks {
            cited.entry(framework).or_default().extend(ids.iter().map(String::as_str));
        }
    }
    let taxonomy = |(framework, ids): (&str, BTreeSet<&str>)| {
        let name = taxonomy_name(framework);
        Taxonomy {
            short_description: message(&format!("References to {name}")),
            name,
            taxa: ids.into_iter().map(|id| Taxon { id: id.to_owned() }).collect(),
        }
    };
    cited.into_iter().map(taxonomy).collect()
}

/// Tools know the weakness enumeration by its name in capitals.
fn taxonomy_name(framework: &str) -> String {
    if framework == "cwe" { "CWE".to_owned() } else { printable(framework).into_owned() }
}

pub(super) fn references(taxonomies: &[Taxonomy]) -> Vec<ComponentReference> {
    let names = taxonomies.iter().enumerate();
    names.map(|(index, it)| ComponentReference { name: it.name.clone(), index }).collect()
}

fn relationships(control: &ControlResult, taxonomies: &[Taxonomy]) -> Vec<Relationship> {
    let mut found = Vec::new();
    for (framework, ids) in &control.frameworks {
        let name = taxonomy_name(framework);
        let Some(component) = taxonomies.iter().position(|it| it.name == name) else { continue };
        let ids: BTreeSet<_> = ids.iter().collect();
        for id in ids {
            let taxa = &taxonomies[component].taxa;
            let Some(index) = taxa.iter().position(|taxon| taxon.id == *id) else { continue };
            found.push(Relationship {
                target: TaxonReference {
                    id: id.clone(),
                    index,
                    tool_component: ComponentReference { name: name.clone(), index: component },
                },
                kinds: ["relevant"],
            });
        }
    }
    found
}
