//! Both sides of a change analysed, and what differs between them.

use std::collections::BTreeSet;
use std::sync::Arc;

use codd_controls::{Control, ControlSet};
use codd_db::{Analysis, ContentReader, Engine, Progress};
use codd_facts::Name;
use codd_impact::{ChangeOptions, ChangeSet, Trace};
use codd_source::{Activity, CancelToken, Cancelled, Comparison, Date, RepoPath, Snapshot, paired};

use super::request::{Snapshots, request};
use crate::rules::Rules;
use crate::{elsewhere, hidden, imports};

/// A change, before anything is judged.
pub(crate) struct Compared {
    pub(crate) own_base: Rules,
    pub(crate) head_rules: Rules,
    pub(crate) base_analysis: Analysis,
    pub(crate) head_analysis: Analysis,
    /// Files that people wrote, by what they were in the base.
    pub(crate) authored: BTreeSet<RepoPath>,
    pub(crate) changes: ChangeSet,
    /// The base has no controls: the head's judge both sides.
    pub(crate) is_first: bool,
    /// One plan judges both sides.
    pub(crate) is_same: bool,
}

impl Compared {
    /// The rules that judge the base.
    pub(crate) fn base_rules(&self) -> &Rules {
        if self.is_first { &self.head_rules } else { &self.own_base }
    }

    /// Where the changes go.
    pub(crate) fn trace(&self) -> Trace<'_> {
        Trace::new(&self.base_analysis.graph, &self.head_analysis.graph, &self.changes)
    }
}

/// Analyses both sides and says what differs.
pub(crate) fn compared(
    engine: &mut Engine,
    comparison: &Comparison,
    today: Date,
    cancel: &CancelToken,
    progress: &dyn Progress,
) -> Result<Compared, Cancelled> {
    let own_base = Rules::read(&comparison.base);
    let head_rules = Rules::read_beside(&comparison.head, Some(&own_base));
    // Where the base has no controls there is nothing to protect: the head's judge both sides.
    let is_first = own_base.controls.is_empty() && !own_base.is_unread();
    let base_rules = if is_first { &head_rules } else { &own_base };
    let is_same = base_rules.plan == head_rules.plan;
    let plans: Arc<[_]> = if is_same {
        Arc::from([Arc::new(head_rules.plan.on(today))])
    } else {
        Arc::from([base_rules.plan.on(today), head_rules.plan.on(today)].map(Arc::new))
    };
    let reader: Arc<dyn ContentReader> =
        Arc::new(Snapshots(vec![comparison.head.clone(), comparison.base.clone()]));
    let configurations = [&base_rules.config, &head_rules.config];
    let attributes = [&comparison.base, &comparison.head].map(Snapshot::generated_by_attributes);
    let attributes = attributes.each_ref();
    let mut side = |snapshot: &Snapshot, rules: &Rules, authored: &BTreeSet<RepoPath>| {
        let request = request(
            snapshot,
            &reader,
            &rules.controls,
            &plans,
            &configurations,
            &attributes,
            authored,
        );
        engine.analyse(&request, cancel, progress)
    };
    let mut base_analysis = side(&comparison.base, base_rules, &BTreeSet::new())?;
    let authored = hidden::authored_before(&base_analysis, &comparison.head);
    let mut head_analysis = side(&comparison.head, &head_rules, &authored)?;

    let _at = engine.at(Activity::Trace);
    // Only now: what checks are decided by is what the code itself says.
    for analysis in [&mut base_analysis, &mut head_analysis] {
        imports::join(&[&comparison.head, &comparison.base], analysis);
    }

    let changed_controls = changed_controls(&base_rules.controls, &head_rules.controls);
    let claimed: Vec<RepoPath> =
        comparison.claimed.iter().filter(|it| it.whole_file).map(|it| it.path.clone()).collect();
    let mut changes = codd_impact::change_set(
        &impact_side(&base_analysis, &head_analysis, &claimed),
        &impact_side(&head_analysis, &base_analysis, &claimed),
        &ChangeOptions { claimed: &claimed, changed_controls: &changed_controls },
    );
    changes.files.extend(elsewhere::unread_changes(comparison));
    changes.files.extend(elsewhere::decision_changes(comparison));
    changes.files.sort_by(|a, b| a.path.cmp(&b.path));
    // What a change of the rules reaches is known: the controls that differ are in the set.
    for file in &mut changes.files {
        let is_kept = file.path.parent() == imports::IMPORTS_FOLDER;
        if is_kept || base_rules.holds(&file.path) || head_rules.holds(&file.path) {
            file.reach_unknown = None;
        }
    }
    cancel.check()?;
    Ok(Compared {
        own_base,
        head_rules,
        base_analysis,
        head_analysis,
        authored,
        changes,
        is_first,
        is_same,
    })
}

fn changed_controls(base: &ControlSet, head: &ControlSet) -> Vec<Name> {
    let ids: BTreeSet<_> = base.controls.keys().chain(head.controls.keys()).collect();
    let digest = |set: &ControlSet, id| set.controls.get(id).map(Control::digest);
    ids.into_iter()
        .filter(|id| digest(base, id) != digest(head, id))
        .map(|id| Name::new(&*id.0))
        .collect()
}

/// One side with the files that are not as they are on the other, or are said not to be.
fn impact_side(analysis: &Analysis, other: &Analysis, claimed: &[RepoPath]) -> codd_impact::Side {
    let files = paired(&analysis.files, &other.files).filter_map(|(path, file, there)| {
        let file = file?;
        let is_same = there.is_some_and(|it| it.content == file.content);
        (!is_same || claimed.contains(path)).then_some((path, file))
    });
    let files = files.map(|(path, file)| {
        let file = codd_impact::SideFile {
            content: file.content,
            facts: file.facts().cloned(),
            packages: file.outline.packages.clone(),
        };
        (path.clone(), file)
    });
    codd_impact::Side { graph: Arc::clone(&analysis.graph), files: Arc::new(files.collect()) }
}
