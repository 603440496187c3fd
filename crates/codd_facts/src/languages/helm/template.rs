//! One template: what it defines and what it takes from its chart.

use codd_source::{RepoPath, Span};

use super::actions::{Action, actions};
use crate::links::{local_key, normalized};
use crate::resources::Resources;
use crate::{LinkKind, LinkRole, Name};

/// Templates of all charts know one another by name.
const PLACE: &str = "helm";

/// The folder of templates in a chart.
const FOLDER: &str = "templates";

/// Charts in charts that are looked at.
const MOST_OUTER: usize = 8;

/// Links of one template.
const MOST: usize = 10_000;

/// The folder of the chart that a template is of.
pub(in crate::languages) fn chart_of(path: &RepoPath) -> Option<&str> {
    let folder = path.parent();
    let at = folder.rfind(FOLDER)?;
    let is_folder = folder[at + FOLDER.len()..].starts_with('/') || folder.ends_with(FOLDER);
    let outer = &folder[..at];
    (is_folder && (outer.is_empty() || outer.ends_with('/'))).then(|| outer.trim_end_matches('/'))
}

/// Whether a file is a template: it lies where they do, and has something to fill in.
pub(in crate::languages) fn is_template(path: &RepoPath, text: &str) -> bool {
    chart_of(path).is_some() && text.contains("{{") && text.contains("}}")
}

/// Whether a file holds the values of the chart in its folder.
pub(in crate::languages) fn is_values(path: &RepoPath) -> bool {
    let stem = path.file_name().split('.').next().unwrap_or_default();
    stem == "values" || stem.starts_with("values-") || stem.starts_with("values_")
}

/// The place by which the values of a chart are known.
pub(in crate::languages) fn values_place(chart: &str) -> Name {
    Name::from(format!("{chart}/helm"))
}

/// Adds what a template of the chart defines and uses.
pub(in crate::languages) fn read(chart: &str, resources: &mut Resources<'_>) {
    let text = std::sync::Arc::clone(&resources.text);
    let actions = actions(&text);
    define(&actions, resources);
    let owners = resources.owners();
    for action in actions.iter().take(MOST) {
        let span = |at: usize| Span::new(at, action.end.max(at));
        for (path, at) in action.values() {
            let owner = owners.of(span(at));
            for keys in value_keys(chart, &path) {
                resources.link(LinkKind::Local, LinkRole::Reads, keys, owner, span(at));
            }
        }
        for word in ["include", "template"] {
            for (name, at) in action.texts_behind(word) {
                let keys = [local_key(PLACE, name)];
                let owner = owners.of(span(at));
                resources.link(LinkKind::Object, LinkRole::Calls, keys, owner, span(at));
            }
        }
        for word in [".Files.Get", ".Files.Lines"] {
            for (path, at) in action.texts_behind(word) {
                let keys = normalized(chart, path).map(Name::from);
                let owner = owners.of(span(at));
                resources.link(LinkKind::File, LinkRole::Reads, keys, owner, span(at));
            }
        }
    }
}

/// Adds the templates that are given a name, up to the `end` of each.
fn define(actions: &[Action<'_>], resources: &mut Resources<'_>) {
    let mut open: Vec<Option<(&str, usize, usize)>> = Vec::new();
    for action in actions {
        match action.word() {
            "if" | "with" | "range" => open.push(None),
            word @ ("define" | "block") => {
                let named = action.texts_behind(word).into_iter().next();
                open.push(named.map(|(name, at)| (name, at, action.start - 2)));
            }
            "end" => {
                let Some(Some((name, at, start))) = open.pop() else { continue };
                let name_span = Span::new(at, at + name.len());
                let own = resources.define(name, Span::new(start, action.end), name_span, None);
                let (kind, key) = (LinkKind::Object, local_key(PLACE, name));
                resources.link(kind, LinkRole::Declares, [key], own, name_span);
            }
            _ => {}
        }
    }
}

/// The keys of a value: in the chart itself, and in each chart around it, which may give
/// another one below its name; of each the whole path, then its sections.
fn value_keys(chart: &str, path: &str) -> Vec<Vec<Name>> {
    let mut found = Vec::new();
    let mut path = path.to_owned();
    let mut chart = chart;
    for _ in 0..MOST_OUTER {
        let place = values_place(chart);
        let mut keys = vec![local_key(&place, &path)];
        let mut section = path.as_str();
        while let Some((outer, _)) = section.rsplit_once('.') {
            keys.push(local_key(&place, outer));
            section = outer;
        }
        found.push(keys);
        let Some((outer, name)) = chart.rsplit_once('/') else { break };
        let Some(outer) = outer.strip_suffix("charts") else { break };
        chart = outer.trim_end_matches('/');
        if !path.starts_with("global.") {
            path = format!("{name}.{path}");
        }
    }
    found
}
