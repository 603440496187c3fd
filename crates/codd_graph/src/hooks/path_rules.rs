//! What an application says of requests by their paths: which rule a route falls under, and which
//! of several filter chains counts for it.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{Certainty, PathPattern, PathRule, PathRules, UNKNOWN_PREFIX};
use codd_source::RepoPath;

use crate::Hook;

/// Segments of a path that are told apart.
const MOST_SEGMENTS: usize = 64;

/// Rules of one application: of more nothing is known.
const MOST_RULES: usize = 2_048;

/// A request to a route, as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'r> {
    /// In capitals; `*` for any.
    pub(super) method: &'r str,
    /// From the root.
    pub(super) path: &'r str,
    /// The application that the route is of.
    pub(super) application: &'r str,
}

/// The paths that routes are served at which are written out: no other route takes these.
#[derive(Debug, Default)]
pub(super) struct Taken<'r>(BTreeSet<(&'r str, &'r str, String)>);

impl<'r> Taken<'r> {
    pub(super) fn add(&mut self, application: &'r str, method: &'r str, path: String) {
        if !path.contains(['{', '*', '…']) {
            self.0.insert((application, method, path));
        }
    }

    fn has(&self, request: &Request<'_>, path: &str) -> bool {
        let mut methods = [request.method, "*"].into_iter();
        methods.any(|it| self.0.contains(&(request.application, it, path.to_owned())))
    }
}

/// What several rules that may fit a request say.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    never: bool,
    perhaps: bool,
    always: bool,
}

impl Answers {
    fn add(&mut self, it: Certainty) {
        match it {
            Certainty::Never => self.never = true,
            Certainty::Perhaps => self.perhaps = true,
            Certainty::Always => self.always = true,
        }
    }

    fn certainty(self) -> Certainty {
        match (self.never, self.perhaps, self.always) {
            (_, false, false) => Certainty::Never,
            (false, false, true) => Certainty::Always,
            _ => Certainty::Perhaps,
        }
    }
}

/// How surely a request is asked by rules that nothing else stands beside.
pub(super) fn asks(rules: &PathRules, request: &Request<'_>, taken: &Taken<'_>) -> Certainty {
    for_methods(request, &|it| asked_by(rules, it, taken).certainty())
}

/// The least of what holds for the methods that a route answers: it answers `HEAD` as it does
/// `GET`.
fn for_methods(request: &Request<'_>, of: &dyn Fn(&Request<'_>) -> Certainty) -> Certainty {
    let own = of(request);
    if request.method != "GET" {
        return own;
    }
    own.min(of(&Request { method: "HEAD", ..*request }))
}

fn asked_by(rules: &PathRules, request: &Request<'_>, taken: &Taken<'_>) -> Answers {
    let mut answers = Answers::default();
    for rule in &rules.rules {
        match fits(rule, request, taken) {
            Certainty::Never => {}
            Certainty::Perhaps => answers.add(rule.asks),
            Certainty::Always => {
                answers.add(rule.asks);
                return answers;
            }
        }
    }
    answers.add(rules.otherwise);
    answers
}

/// How surely a request falls under a rule.
fn fits(rule: &PathRule, request: &Request<'_>, taken: &Taken<'_>) -> Certainty {
    let of_method = match request.method {
        _ if rule.methods.is_empty() => Certainty::Always,
        "*" => Certainty::Perhaps,
        own if rule.methods.iter().any(|it| it == own) => Certainty::Always,
        _ => return Certainty::Never,
    };
    let of_path = match &rule.pattern {
        PathPattern::Any => Certainty::Always,
        PathPattern::Unknown => Certainty::Perhaps,
        PathPattern::Segments(pattern) => {
            // `HEAD` is answered where `GET` is.
            let own = if request.method == "HEAD" { "GET" } else { request.method };
            let is_another = !pattern.contains(['*', '?', '{'])
                && pattern != request.path
                && taken.has(&Request { method: own, ..*request }, pattern);
            if is_another { Certainty::Never } else { fits_pattern(pattern, request.path) }
        }
    };
    let sure = if rule.is_sure { Certainty::Always } else { Certainty::Perhaps };
    of_method.min(of_path).min(sure)
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|it| !it.is_empty()).collect()
}

/// Whether all requests to a route, some or none are of a pattern.
fn fits_pattern(pattern: &str, path: &str) -> Certainty {
    if path.contains(UNKNOWN_PREFIX) {
        return Certainty::Perhaps;
    }
    let (wanted, own) = (segments(pattern), segments(path));
    if wanted.len() > MOST_SEGMENTS || own.len() > MOST_SEGMENTS {
        return Certainty::Perhaps;
    }
    let has_slash = |it: &str| it.len() > 1 && it.ends_with('/');
    let limit =
        if has_slash(pattern) && !has_slash(path) { Certainty::Perhaps } else { Certainty::Always };
    // From the end: what fits from each segment on.
    let mut next: Vec<Certainty> = (0..=own.len())
        .map(|at| match &own[at..] {
            [] => Certainty::Always,
            [rest] if is_rest(rest) => Certainty::Perhaps,
            _ => Certainty::Never,
        })
        .collect();
    for (nth, part) in wanted.iter().enumerate().rev() {
        let is_last = nth + 1 == wanted.len();
        let mut fits = vec![Certainty::Never; own.len() + 1];
        for at in (0..=own.len()).rev() {
            fits[at] = match own.get(at) {
                _ if is_rest(part) && is_last => Certainty::Always,
                Some(_) if is_rest(part) => next[at].max(fits[at + 1]),
                None if is_rest(part) => next[at],
                None => Certainty::Never,
                Some(own) if is_rest(own) => Certainty::Perhaps,
                Some(own) => fits_segment(part, own).min(next[at + 1]),
            };
        }
        next = fits;
    }
    next[0].min(limit)
}

/// Whether a segment stands for any number of them.
fn is_rest(segment: &str) -> bool {
    segment == "**" || segment.starts_with("{*")
}

fn fits_segment(wanted: &str, own: &str) -> Certainty {
    let is_open = own.contains(['{', '*']);
    let is_name = wanted.starts_with('{') && wanted.ends_with('}') && !wanted.contains(':');
    let is_plain = !wanted.contains(['*', '?', '{']);
    match (is_open, is_plain) {
        _ if wanted == "*" || is_name => Certainty::Always,
        (false, true) if wanted == own => Certainty::Always,
        (false, true) => Certainty::Never,
        _ => Certainty::Perhaps,
    }
}

/// The filter chains of applications.
#[derive(Debug, Default)]
pub(super) struct Chains<'a> {
    /// By application, each with its turn.
    all: BTreeMap<&'a str, Vec<Chain<'a>>>,
}

#[derive(Debug)]
pub(super) struct Chain<'a> {
    pub(super) hook: &'a Hook,
    pub(super) path: &'a RepoPath,
    rules: &'a PathRules,
    turn: i64,
}

impl<'a> Chains<'a> {
    /// The rules of a hook that are of a chain.
    pub(super) fn rules(hook: &'a Hook) -> Option<&'a PathRules> {
        let rules = hook.limits.as_ref()?.rules.as_deref()?;
        rules.by.as_ref().map(|_| rules)
    }

    pub(super) fn of(
        hooks: &[(&'a Hook, &'a RepoPath)],
        application: &dyn Fn(&'a RepoPath) -> &'a str,
    ) -> Chains<'a> {
        let mut chains = Chains::default();
        for (hook, path) in hooks {
            let Some(rules) = Chains::rules(hook) else { continue };
            let turn = rules.turn.unwrap_or_default();
            let chain = Chain { hook, path, rules, turn };
            chains.all.entry(application(path)).or_default().push(chain);
        }
        for all in chains.all.values_mut() {
            // Where one may come at any time, no turn says anything.
            let is_known = all.iter().all(|it| it.rules.turn.is_some());
            all.sort_by_key(|it| (if is_known { it.turn } else { 0 }, it.path, it.hook.owner));
            if !is_known {
                for it in all {
                    it.turn = 0;
                }
            }
        }
        chains
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The applications that have some.
    pub(super) fn applications(&self) -> impl Iterator<Item = (&'a str, &[Chain<'a>])> {
        self.all.iter().map(|(application, all)| (*application, all.as_slice()))
    }
}

/// How surely a request is asked by the chains of one application, and how many of them may be come
/// to for that, from the first.
pub(super) fn asks_of_chains(
    chains: &[Chain<'_>],
    request: &Request<'_>,
    taken: &Taken<'_>,
) -> Certainty {
    let count: usize = chains
        .iter()
        .map(|it| 1 + it.rules.rules.len() + it.rules.of.as_ref().map_or(0, Vec::len))
        .sum();
    if count > MOST_RULES {
        return Certainty::Perhaps;
    }
    for_methods(request, &|it| asked_by_chains(chains, it, taken).certainty())
}

fn asked_by_chains(chains: &[Chain<'_>], request: &Request<'_>, taken: &Taken<'_>) -> Answers {
    let mut answers = Answers::default();
    for of_turn in chains.chunk_by(|one, other| one.turn == other.turn) {
        let mut is_taken = false;
        for chain in of_turn {
            let fits = is_for(chain, request, taken);
            if fits == Certainty::Never {
                continue;
            }
            is_taken |= fits == Certainty::Always;
            let own = asked_by(chain.rules, request, taken);
            answers.never |= own.never;
            answers.perhaps |= own.perhaps;
            answers.always |= own.always;
        }
        if is_taken {
            return answers;
        }
    }
    answers.add(Certainty::Never);
    answers
}

/// Whether a chain takes a request that comes to it.
fn is_for(chain: &Chain<'_>, request: &Request<'_>, taken: &Taken<'_>) -> Certainty {
    let of = match &chain.rules.of {
        None => Certainty::Always,
        Some(of) => of.iter().map(|it| fits(it, request, taken)).max().unwrap_or(Certainty::Never),
    };
    if chain.hook.is_conditional { of.min(Certainty::Perhaps) } else { of }
}

#[cfg(test)]
mod tests {
    use codd_facts::Certainty::{self, Always, Never, Perhaps};

    use super::fits_pattern;

    #[test]
    fn patterns_and_the_paths_of_routes() {
        let all: &[(&str, &str, Certainty)] = &[
            ("/a", "/a", Always),
            ("/a", "/b", Never),
            ("/a/**", "/a", Always),
            ("/a/**", "/a/b/{id}", Always),
            ("/a/**", "/ab", Never),
            ("/a/*", "/a/{id}", Always),
            ("/a/*", "/a/b/c", Never),
            ("/a/{x}", "/a/b", Always),
            ("/a/{x:[0-9]+}", "/a/b", Perhaps),
            ("/a/me", "/a/{id}", Perhaps),
            ("/*/b", "/{x}/b", Always),
            ("/**/b", "/x/y/b", Always),
            ("/**/b", "/x/y/c", Never),
            ("/**/b", "/x/{y}", Perhaps),
            ("/a/**/d/**", "/a/b/c/d", Always),
            ("/a/*.html", "/a/{x}", Perhaps),
            ("/a", "/**", Perhaps),
            ("/a/**", "/a/**", Always),
            ("/a/**", "/{x}", Perhaps),
            ("/a/", "/a", Perhaps),
            ("/a", "…/a", Perhaps),
            ("/a/{*rest}", "/a/b/c", Always),
        ];
        for (pattern, path, expected) in all {
            assert_eq!(fits_pattern(pattern, path), *expected, "{pattern} {path}");
        }
    }
}
