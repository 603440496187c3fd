//! Which routes a request may mean: by its method, and by its path from the end.

use codd_facts::{OPEN_SEGMENT, UNKNOWN_PREFIX, language_named, route_segments};
use rustc_hash::FxHashMap;

use crate::{Node, NodeId};

/// What is served, by the last part of its path.
#[derive(Default)]
pub(crate) struct Endpoints<'a> {
    by_end: FxHashMap<&'a str, Vec<Endpoint<'a>>>,
    /// What is served whatever the case of its path, by its last part in lower case.
    in_any_case: FxHashMap<String, Vec<Endpoint<'a>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Endpoint<'a> {
    node: NodeId,
    method: &'a str,
    segments: Vec<&'a str>,
    /// More may stand in front of the segments.
    is_open: bool,
    /// The last part stands for all that follows.
    has_rest: bool,
    ignores_case: bool,
}

/// Routes of one ending that a request is compared with.
const MOST: usize = 4096;

impl<'a> Endpoints<'a> {
    /// A route, at every path that it is served at.
    pub(crate) fn add_route(&mut self, node: &'a Node, id: NodeId) {
        let (method, _) = node.method_and_path();
        let language = node.language.as_ref().and_then(|it| language_named(it));
        let ignores_case = language.is_some_and(|it| it.conventions().routes_ignore_case);
        for path in node.paths() {
            // Where nobody knows on what its router is mounted.
            let is_open = path.contains(UNKNOWN_PREFIX) || node.served.is_empty();
            self.add(id, method, path, is_open, ignores_case);
        }
    }

    /// What a key names, `GET /users/{}`.
    pub(crate) fn add_key(&mut self, key: &'a str, node: NodeId) {
        if let Some((method, path)) = key.split_once(' ') {
            self.add(node, method, path, path.starts_with(UNKNOWN_PREFIX), false);
        }
    }

    fn add(
        &mut self,
        node: NodeId,
        method: &'a str,
        path: &'a str,
        is_open: bool,
        ignores_case: bool,
    ) {
        let segments = route_segments(path);
        let end = segments.last().copied().unwrap_or_default();
        let has_rest = path.ends_with(']') && path.contains("[...");
        let endpoint = Endpoint { node, method, segments, is_open, has_rest, ignores_case };
        if ignores_case {
            self.in_any_case.entry(end.to_ascii_lowercase()).or_default().push(endpoint);
        } else {
            self.by_end.entry(end).or_default().push(endpoint);
        }
    }

    pub(crate) fn finish(&mut self) {
        self.by_end.values_mut().chain(self.in_any_case.values_mut()).for_each(|list| {
            list.sort();
            list.dedup();
        });
    }

    /// What a request may be answered by, sorted, and whether all of its path
    /// says so.
    ///
    /// A path that is the whole of a route's goes before one that is its end, since a client
    /// may be given the beginning elsewhere; then the one with more literal parts.
    pub(crate) fn find(&self, method: &str, path: &str) -> (Vec<NodeId>, bool) {
        let is_open = path.starts_with(UNKNOWN_PREFIX);
        let asked = route_segments(path);
        let end = asked.last().copied().unwrap_or_default();
        let ends = if end == OPEN_SEGMENT { [end, end] } else { [end, OPEN_SEGMENT] };
        let mut best: Option<((bool, usize), Vec<NodeId>)> = None;
        let lists = ends.iter().take(if end == OPEN_SEGMENT { 1 } else { 2 });
        let served = lists
            .flat_map(|end| {
                let lower = end.to_ascii_lowercase();
                [self.by_end.get(end), self.in_any_case.get(&lower)].into_iter().flatten()
            })
            .flat_map(|it| it.iter().take(MOST));
        for endpoint in served {
            if !is_method(endpoint.method, method) {
                continue;
            }
            let Some(rank) = endpoint.rank(&asked, is_open) else { continue };
            match &mut best {
                Some((known, nodes)) if *known == rank => nodes.push(endpoint.node),
                Some((known, _)) if *known > rank => {}
                _ => best = Some((rank, vec![endpoint.node])),
            }
        }
        let Some(((is_whole, _), mut nodes)) = best else { return (Vec::new(), false) };
        nodes.sort();
        nodes.dedup();
        (nodes, is_whole)
    }
}

impl Endpoint<'_> {
    /// How well a path fits: whether it is the whole of it, and how many parts are literal.
    fn rank(&self, asked: &[&str], is_open: bool) -> Option<(bool, usize)> {
        let own = self.segments.as_slice();
        let is_same = |own: &str, asked: &str| {
            own == asked || self.ignores_case && own.eq_ignore_ascii_case(asked)
        };
        if self.has_rest && !is_open && !self.is_open && asked.len() >= own.len() {
            let start = &own[..own.len() - 1];
            let fits =
                start.iter().zip(asked).all(|(own, it)| *own == OPEN_SEGMENT || is_same(own, it));
            let literal = start.iter().filter(|it| **it != OPEN_SEGMENT).count();
            return (fits && literal > 0).then_some((false, literal));
        }
        let is_whole = own.len() == asked.len() && !is_open && !self.is_open;
        // The longer of the two must be one that may stand alone.
        if asked.len() > own.len() && !self.is_open {
            return None;
        }
        let mut literal = 0;
        for (own, asked) in own.iter().rev().zip(asked.iter().rev()) {
            match (*own, *asked) {
                (OPEN_SEGMENT, _) => {}
                (own, asked) if is_same(own, asked) => literal += 1,
                _ => return None,
            }
        }
        (is_whole || literal > 0).then_some((is_whole, literal))
    }
}

fn is_method(own: &str, asked: &str) -> bool {
    own == asked || own == "*" || asked == "*" || (own == "GET" && asked == "HEAD")
}
