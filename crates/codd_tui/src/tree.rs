//! The impact as a foldable tree: change to control, or flipped, control to change.

use std::collections::BTreeSet;

use codd_audit::{ControlResult, counted};

use crate::answer::{Answer, contains, node_text};
use crate::text::clean;
use crate::words;

/// Larger trees start with every branch folded that leads to no control.
const UNFOLDED_ROWS: usize = 400;

/// All rows in the order in which they are drawn, folded ones included.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) rows: Vec<Row>,
    pub(crate) is_flipped: bool,
    /// Rows whose branch is hidden.
    folded: BTreeSet<usize>,
    /// Rows that hold the filter themselves, and are not only on the way to one that does.
    matches: BTreeSet<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) depth: usize,
    pub(crate) thing: Thing,
    parent: Option<usize>,
    /// How many rows of its branch, itself not counted, follow it.
    branch: usize,
    /// How many of them are nodes, and how many controls.
    pub(crate) nodes: usize,
    pub(crate) controls: usize,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    /// An index into `impact.nodes`.
    Node(u32),
    /// An index into `controls`; whether it is here that the change puts it at risk.
    Control { index: usize, is_at_risk: bool },
    /// An index into `changes.files`: nobody knows what it reaches.
    Unknown(usize),
    /// The way goes on, further than is shown.
    Cut,
}

impl Tree {
    pub(crate) fn new(answer: &Answer, is_flipped: bool) -> Tree {
        let mut rows =
            if is_flipped { control_to_change(answer) } else { change_to_control(answer) };
        let files = answer.assessment.changes.files.iter().enumerate();
        for (at, _) in files.filter(|(_, it)| it.reach_unknown.is_some()) {
            rows.push(Row::new(Thing::Unknown(at), None, 0));
        }
        count_branches(&mut rows);
        let mut folded = BTreeSet::new();
        if rows.len() > UNFOLDED_ROWS {
            let is_dead_end = |row: &Row| row.branch > 0 && row.controls == 0;
            let dead_ends = rows.iter().enumerate().filter(|(_, row)| is_dead_end(row));
            folded = dead_ends.map(|(at, _)| at).collect();
        }
        Tree { rows, is_flipped, folded, matches: BTreeSet::new() }
    }

    pub(crate) fn is_folded(&self, row: usize) -> bool {
        self.folded.contains(&row)
    }

    pub(crate) fn has_branch(&self, row: usize) -> bool {
        self.rows.get(row).is_some_and(|it| it.branch > 0)
    }

    /// Folds or unfolds the row's branch; of a row without one, the branch it is in.
    ///
    /// Gives the row that now stands for it.
    pub(crate) fn fold(&mut self, row: usize) -> usize {
        let own = self.has_branch(row).then_some(row);
        let row = own.or_else(|| self.rows.get(row)?.parent).unwrap_or(row);
        if self.has_branch(row) && !self.folded.remove(&row) {
            self.folded.insert(row);
        }
        row
    }

    /// The rows to show: those that hold `filter` and the ways to them, else what is unfolded.
    pub(crate) fn shown(&mut self, answer: &Answer, filter: &str) -> Vec<usize> {
        self.matches.clear();
        if filter.is_empty() {
            return self.unfolded();
        }
        let mut shown = BTreeSet::new();
        for at in 0..self.rows.len() {
            if !contains(&self.text(answer, at), filter) {
                continue;
            }
            self.matches.insert(at);
            let mut way = Some(at);
            while let Some(row) = way
                && shown.insert(row)
            {
                way = self.rows[row].parent;
            }
        }
        shown.into_iter().collect()
    }

    /// Whether moving from match to match stops at the row.
    pub(crate) fn is_match(&self, row: usize) -> bool {
        self.matches.contains(&row)
    }

    fn unfolded(&self) -> Vec<usize> {
        let mut shown = Vec::new();
        let mut at = 0;
        while let Some(row) = self.rows.get(at) {
            shown.push(at);
            at += 1 + if self.is_folded(at) { row.branch } else { 0 };
        }
        shown
    }

    /// A row in one line, without its indent.
    pub(crate) fn text(&self, answer: &Answer, row: usize) -> String {
        let Some(row) = self.rows.get(row) else { return String::new() };
        let assessment = &answer.assessment;
        match row.thing {
            Thing::Control { index, is_at_risk } => {
                let Some(control) = assessment.controls.get(index) else { return String::new() };
                let here = if is_at_risk { "  trusts the line above" } else { "" };
                let here = if self.is_flipped { "" } else { here };
                format!("{}{here}", control_text(control))
            }
            Thing::Cut => "… and on to the change".to_owned(),
            Thing::Unknown(index) => {
                let Some(file) = assessment.changes.files.get(index) else { return String::new() };
                let why = file.reach_unknown.as_deref().unwrap_or_default();
                format!("? {}  reach unknown: {}", clean(&file.path), clean(why))
            }
            Thing::Node(index) => {
                let Some(reached) = assessment.impact.nodes.get(index as usize) else {
                    return String::new();
                };
                let mut text = node_text(&reached.node);
                if let Some(kind) = answer.change_of(&reached.node) {
                    let sign = match kind {
                        "added" => '+',
                        "removed" => '-',
                        _ => '~',
                    };
                    text = format!("{sign} {text}  {}", change_words(kind));
                }
                if let Some(edge) = &reached.edge {
                    // Flipped, the line below is what this one depends on.
                    let edge = if self.is_flipped { clean(edge) } else { words::edge(edge) };
                    text.push_str(&format!("  {edge}"));
                }
                if reached.confidence != "exact" {
                    text.push_str(&format!("  ({})", clean(&reached.confidence)));
                }
                if row.parent.is_none() && row.branch > 0 {
                    text.push_str(&format!(
                        "   {} reached, {}",
                        row.nodes,
                        counted(row.controls, "control")
                    ));
                }
                text
            }
        }
    }
}

impl Row {
    fn new(thing: Thing, parent: Option<usize>, depth: usize) -> Row {
        Row { depth, thing, parent, branch: 0, nodes: 0, controls: 0 }
    }
}

/// A control in one line.
pub(crate) fn control_text(control: &ControlResult) -> String {
    format!("{} {} {}", words::verdict(control.verdict), clean(&control.id), clean(&control.name))
}

fn change_words(kind: &str) -> String {
    match kind {
        "added" | "removed" | "moved" => kind.to_owned(),
        "module_code" => "top-level code changed".to_owned(),
        other => format!("{} changed", clean(other).replace('_', " ")),
    }
}

/// Each changed node, what it reaches below it, and the controls at the nodes they govern.
fn change_to_control(answer: &Answer) -> Vec<Row> {
    let nodes = &answer.assessment.impact.nodes;
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    let mut controls: Vec<Vec<Thing>> = vec![Vec::new(); nodes.len()];
    let mut stack = Vec::new();
    for (at, reached) in nodes.iter().enumerate() {
        // A pack may say anything; only steps back make a tree.
        match reached.via.map(|via| via as usize).filter(|via| *via < at) {
            Some(via) => children[via].push(at as u32),
            None => stack.push((at as u32, None, 0)),
        }
    }
    for (index, control) in answer.assessment.controls.iter().enumerate() {
        let at_risk = control.at_risk.iter().map(|at| (*at, true));
        let touched = control.touched.iter().filter(|it| !control.at_risk.contains(it));
        for (at, is_at_risk) in at_risk.chain(touched.map(|at| (*at, false))) {
            if let Some(here) = controls.get_mut(at as usize) {
                here.push(Thing::Control { index, is_at_risk });
            }
        }
    }
    // A control that is reached is a node too: where it has a row of its own, one is enough.
    for (children, controls) in children.iter_mut().zip(&controls) {
        let has_row = |id: &str| {
            controls.iter().any(|it| match it {
                Thing::Control { index, .. } => answer.assessment.controls[*index].id == id,
                _ => false,
            })
        };
        children.retain(|child| {
            let node = &nodes[*child as usize].node;
            node.kind != "control" || !node.symbol.as_deref().is_some_and(has_row)
        });
    }
    // What reaches something before what reaches nothing, code before whole files of text.
    stack.sort_by_key(|(at, ..)| {
        let at = *at as usize;
        (children[at].is_empty() && controls[at].is_empty(), nodes[at].node.symbol.is_none())
    });
    stack.reverse();
    let mut rows: Vec<Row> = Vec::new();
    // A stack of our own: a path through a large project is deeper than a thread's stack.
    while let Some((at, parent, depth)) = stack.pop() {
        let own = rows.len();
        rows.push(Row::new(Thing::Node(at), parent, depth));
        let at = at as usize;
        rows.extend(controls[at].iter().map(|it| Row::new(*it, Some(own), depth + 1)));
        stack.extend(children[at].iter().rev().map(|child| (*child, Some(own), depth + 1)));
    }
    rows
}

/// Each control that the change touches or puts at risk, and below it the way back.
fn control_to_change(answer: &Answer) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, control) in answer.assessment.controls.iter().enumerate() {
        let mut ends: Vec<u32> = control.at_risk.clone();
        ends.extend(control.touched.iter().filter(|it| !control.at_risk.contains(it)));
        if ends.is_empty() {
            continue;
        }
        let is_at_risk = !control.at_risk.is_empty();
        let own = rows.len();
        rows.push(Row::new(Thing::Control { index, is_at_risk }, None, 0));
        for end in ends {
            let (steps, is_cut) = answer.path_to(end);
            let (mut parent, mut depth) = (own, 1);
            for step in steps.iter().rev() {
                rows.push(Row::new(Thing::Node(step.index), Some(parent), depth));
                (parent, depth) = (rows.len() - 1, depth + 1);
            }
            if is_cut {
                rows.push(Row::new(Thing::Cut, Some(parent), depth));
            }
        }
    }
    rows
}

/// Fills in what each branch holds; a row lies after its parent.
fn count_branches(rows: &mut [Row]) {
    for at in (0..rows.len()).rev() {
        let row = rows[at];
        let Some(parent) = row.parent else { continue };
        let parent = &mut rows[parent];
        parent.branch += 1 + row.branch;
        parent.nodes += row.nodes + usize::from(matches!(row.thing, Thing::Node(_)));
        parent.controls += row.controls + usize::from(matches!(row.thing, Thing::Control { .. }));
    }
}
