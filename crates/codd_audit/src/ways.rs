//! The ways into a place that failed before: which of them a change adds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use codd_graph::NodeKey;
use codd_impact::{ChangeKind, ChangeSet};
use codd_verify::{Finding, FindingWay, WayEnd};

use crate::matching::{Moves, renamed};

/// What a change did to the names by which ways are known.
pub(crate) struct Renames<'a> {
    moves: Moves<'a>,
    renamed: BTreeMap<&'a NodeKey, &'a NodeKey>,
    /// Definitions with another body than before.
    rewritten: BTreeSet<&'a NodeKey>,
}

impl<'a> Renames<'a> {
    pub(crate) fn of(changes: &'a ChangeSet) -> Renames<'a> {
        let is_rewritten =
            |kind| matches!(kind, ChangeKind::Added | ChangeKind::Body | ChangeKind::Signature);
        let rewritten = changes.changes.iter().filter(|it| is_rewritten(it.kind));
        Renames {
            moves: Moves::of(changes),
            renamed: renamed(changes),
            rewritten: rewritten.map(|it| &it.node).collect(),
        }
    }

    /// What ran before a place of the base and does not run before it any more.
    pub(crate) fn lost(&self, old: &Finding, new: &Finding) -> Vec<String> {
        let named = |key: &NodeKey| format!("{}#{}", key.path, key.symbol);
        let pairs = self.moves.nodes.iter().chain(&self.renamed);
        let pairs: Vec<_> = pairs.map(|(now, was)| (named(now), named(was))).collect();
        let is_one = |was: &str, now: &str| {
            was == now
                || pairs.iter().any(|(new, old)| new == now && old == was)
                || was.split_once('#').zip(now.split_once('#')).is_some_and(|(was, now)| {
                    was.1 == now.1 && self.moves.is_renamed_file(was.0, now.0)
                })
        };
        let lost = old.before.iter().filter(|was| !new.before.iter().any(|now| is_one(was, now)));
        lost.cloned().collect()
    }

    fn is_same(&self, old: &NodeKey, new: &NodeKey) -> bool {
        *old == *new
            || self.moves.nodes.get(new).is_some_and(|from| **from == *old)
            || self.moves.are_of_one_file(old, new)
    }

    /// Whether two ways are one by what they lead through, wherever they begin.
    fn is_same_way(&self, old: &FindingWay, new: &FindingWay) -> bool {
        // Another function in the place of one that no route runs has taken its place.
        let is_replaced =
            |old: &NodeKey, new: &NodeKey| self.renamed.get(new).is_some_and(|from| **from == *old);
        let has_no_end = old.ends.is_empty() && new.ends.is_empty();
        let is_one = |old: &NodeKey, new: &NodeKey| {
            self.is_same(old, new) || has_no_end && is_replaced(old, new)
        };
        (old.ordinal, &old.label) == (new.ordinal, &new.label)
            && is_one(&old.source, &new.source)
            && is_one(&old.body, &new.body)
    }

    /// Whether only the path of a route is another: the same code answers it, behind no less.
    fn is_moved_route(&self, old: &WayEnd, new: &WayEnd) -> bool {
        let is_kept = |it: &NodeKey| {
            !self.rewritten.contains(it) && old.handlers.iter().any(|was| self.is_same(was, it))
        };
        !new.handlers.is_empty()
            && new.handlers.iter().all(is_kept)
            && old.before.iter().all(|it| new.before.contains(it))
            && (old.is_served || !new.is_served)
    }
}

/// Whether a route was there: one that no router served before is another when it is served.
fn is_same_end(old: &WayEnd, new: &WayEnd) -> bool {
    old.name == new.name && (old.is_served || !new.is_served)
}

/// A way of the base, and what of it was found again.
struct Before<'w> {
    way: &'w FindingWay,
    is_found: bool,
    /// By end: whether a way of the head begins there instead.
    taken: Vec<bool>,
}

impl Before<'_> {
    fn is_untouched(&self) -> bool {
        !self.is_found && !self.taken.iter().any(|it| *it)
    }
}

/// The ways of `now` that `before` did not have, as findings.
///
/// A way is known by the routes that it begins from, so that the code between may be written
/// anew, else by the function that reads the text and the one that passes it on. Of several that
/// are alike, those beyond the base's number are new. Where the functions are the same and a
/// route has come to them, that is a finding too.
pub(crate) fn added<'a>(
    before: &Finding,
    now: &'a Finding,
    renames: &Renames<'_>,
) -> Vec<Cow<'a, Finding>> {
    let mut known: Vec<Before<'_>> = before
        .ways
        .iter()
        .map(|way| Before { way, is_found: false, taken: vec![false; way.ends.len()] })
        .collect();
    let mut open: Vec<&FindingWay> = now.ways.iter().collect();
    // As they were, or with fewer routes.
    open.retain(|way| {
        let has_end = |old: &FindingWay, end| old.ends.iter().any(|it| is_same_end(it, end));
        let same = known.iter_mut().find(|it| {
            !it.is_found
                && renames.is_same_way(it.way, way)
                && way.ends.iter().all(|end| has_end(it.way, end))
        });
        same.map(|it| it.is_found = true).is_none()
    });
    // From the same routes by other code.
    open.retain(|way| {
        let mut places = Vec::new();
        for end in &way.ends {
            match free_end(&known, &way.label, end, &places) {
                Some(place) => places.push(place),
                None => return true,
            }
        }
        for (at, end) in &places {
            known[*at].taken[*end] = true;
        }
        places.is_empty()
    });
    let mut found = Vec::new();
    let mut new: Vec<&FindingWay> = Vec::new();
    let mut ends: Vec<(&FindingWay, &WayEnd)> = Vec::new();
    for way in open {
        let same =
            known.iter().position(|it| it.is_untouched() && renames.is_same_way(it.way, way));
        let Some(at) = same else {
            new.push(way);
            continue;
        };
        known[at].is_found = true;
        let old = known[at].way;
        let mut lost: Vec<&WayEnd> =
            old.ends.iter().filter(|it| !way.ends.iter().any(|end| is_same_end(it, end))).collect();
        for end in &way.ends {
            if old.ends.iter().any(|it| is_same_end(it, end)) {
                continue;
            }
            if let Some((at, place)) = free_end(&known, &way.label, end, &[]) {
                known[at].taken[place] = true;
            } else if let Some(at) = lost.iter().position(|it| renames.is_moved_route(it, end)) {
                lost.remove(at);
            } else {
                ends.push((way, end));
            }
        }
    }
    // One route is told once.
    let mut told: BTreeSet<&str> = new.iter().flat_map(|it| &it.ends).map(|it| &*it.name).collect();
    found.extend(new.into_iter().map(|it| Cow::Borrowed(&*it.finding)));
    let ends = ends.into_iter().filter(|(_, end)| told.insert(&end.name));
    found.extend(ends.map(|(way, end)| Cow::Owned(way.from_end(end))));
    found
}

/// A route of the base that no way of the head begins from yet, with what reads the same text.
fn free_end(
    known: &[Before<'_>],
    label: &str,
    end: &WayEnd,
    but: &[(usize, usize)],
) -> Option<(usize, usize)> {
    let free = known.iter().enumerate().filter(|(_, it)| !it.is_found && it.way.label == label);
    free.flat_map(|(at, it)| it.way.ends.iter().enumerate().map(move |(nth, end)| (at, nth, end)))
        .find(|(at, nth, own)| {
            !known[*at].taken[*nth] && !but.contains(&(*at, *nth)) && is_same_end(own, end)
        })
        .map(|(at, nth, _)| (at, nth))
}

#[cfg(test)]
mod tests {
    use codd_controls::ControlId;
    use codd_graph::NodeKind;
    use codd_verify::Outcome;

    use super::*;

    /// A finding whose ways are lines of `label body: route < guard, route`.
    fn finding(ways: &str) -> Finding {
        let node = |kind, symbol: &str| NodeKey {
            path: "app.py".into(),
            kind,
            symbol: symbol.into(),
            ordinal: 0,
        };
        let end = |text: &str, body: &str| {
            let (name, before) = text.split_once(" < ").unwrap_or((text, ""));
            let is_served = !name.starts_with('?');
            WayEnd {
                name: name.trim_start_matches('?').to_owned(),
                is_served,
                route: node(NodeKind::Route, name),
                place: None,
                handlers: vec![node(NodeKind::Definition, body)],
                before: before.split_whitespace().map(str::to_owned).collect(),
            }
        };
        let bare = |message: &str| Finding {
            control: ControlId("A".into()),
            check: 0,
            kind: "flow".to_owned(),
            outcome: Outcome::Fail,
            place: None,
            message: message.to_owned(),
            help: None,
            fix: None,
            witness: Vec::new(),
            steps: Vec::new(),
            ways: Vec::new(),
            before: Vec::new(),
            snippet: String::new(),
            ordinal: 0,
            fingerprint: String::new(),
        };
        let mut whole = bare("it gets there");
        for line in ways.lines() {
            let (head, ends) = line.split_once(':').unwrap();
            let (label, body) = head.trim().split_once(' ').unwrap();
            let ends = ends.split(',').map(str::trim).filter(|it| !it.is_empty());
            let key = node(NodeKind::Definition, body);
            let ordinal = whole.ways.iter().filter(|it| it.body == key && it.label == label);
            let ordinal = ordinal.count() as u32;
            whole.ways.push(FindingWay {
                label: label.to_owned(),
                source: key.clone(),
                body: key,
                ends: ends.map(|it| end(it, body)).collect(),
                ordinal,
                finding: Box::new(bare(&format!("it gets there, also from `{body}`"))),
            });
        }
        whole
    }

    #[test]
    fn what_ran_before_and_does_not_is_lost() {
        let mut old = finding("");
        old.before = vec!["a.py#need".to_owned(), "flask_login.login_required".to_owned()];
        let mut new = old.clone();
        let none = ChangeSet::default();
        assert_eq!(Renames::of(&none).lost(&old, &new), Vec::<String>::new());
        new.before.remove(0);
        assert_eq!(Renames::of(&none).lost(&old, &new), ["a.py#need"]);
        new.before.push("b.py#need".to_owned());
        assert_eq!(Renames::of(&none).lost(&old, &new), ["a.py#need"]);
        let file = codd_impact::FileChange {
            path: "b.py".into(),
            kind: codd_impact::FileChangeKind::Renamed,
            renamed_from: Some("a.py".into()),
            reach_unknown: None,
        };
        let moved = ChangeSet { files: vec![file], ..ChangeSet::default() };
        assert_eq!(Renames::of(&moved).lost(&old, &new), Vec::<String>::new());
    }

    #[track_caller]
    fn check(before: &str, now: &str, expected: &[&str]) {
        let changes = ChangeSet::default();
        let now = finding(now);
        let found = added(&finding(before), &now, &Renames::of(&changes));
        let found: Vec<&str> = found
            .iter()
            .filter_map(|it| it.message.split_once("also from "))
            .map(|it| it.1)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_way_with_the_routes_that_it_had_is_known() {
        check("args old: GET /old", "args old: GET /old", &[]);
        check("args old: GET /old, GET /more", "args old: GET /old", &[]);
        check("args main:", "args main:", &[]);
    }

    #[test]
    fn another_function_and_text_is_another_way() {
        check("args old: GET /old", "args old: GET /old\nform new: POST /new", &["`new`"]);
        check("args old: GET /old", "form old: GET /old", &["`old`"]);
        check("args old: GET /old", "args old: GET /old\nargs old: GET /old", &["`old`"]);
        check("args main:", "args main:\nargs other:", &["`other`"]);
    }

    #[test]
    fn a_route_that_comes_to_known_functions_is_told() {
        check("args mid: GET /old", "args mid: GET /old, POST /new", &["`POST /new` by `mid`"]);
        check("args mid: ?GET /old", "args mid: GET /old", &["`GET /old` by `mid`"]);
        check(
            "args mid: GET /old",
            "args mid: GET /old, POST /new\nform new: POST /new",
            &["`new`"],
        );
        // It takes nobody's place: another function answers it.
        check("args mid: GET /old < login", "args mid: POST /new", &["`POST /new` by `mid`"]);
    }

    #[test]
    fn code_behind_the_same_routes_may_be_written_anew() {
        check("args old: GET /old", "args Old.get: GET /old", &[]);
        check("args a: GET /a\nargs b: GET /b", "args mid: GET /a, GET /b", &[]);
        check("args a: GET /a\nargs b: GET /b", "args a2: GET /a\nargs b2: GET /b", &[]);
        // A route that comes in front of another, where functions have no names.
        check("args []: GET /old", "args []: GET /new\nargs []#1: GET /old", &["`[]`"]);
        check("args old: GET /old", "args public: POST /public", &["`public`"]);
    }

    #[test]
    fn a_path_may_change_in_front_of_the_same_code() {
        check("args old: GET /old < login", "args old: GET /new < login", &[]);
        let less = ["`GET /new` by `old`"];
        check("args old: GET /old < login", "args old: GET /new", &less);
    }
}
