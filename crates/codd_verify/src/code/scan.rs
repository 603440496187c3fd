//! All code rules of one language over one tree, in one walk.

use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use ast_grep_core::AstGrep;
use codd_facts::{LanguageRef, Parsed};
use codd_source::Span;
use tree_sitter::Node;

use super::doubt::doubtful;
use super::language::{MAX_RULE_DEPTH, survey};
use super::literals::Word;
use super::{CodeDoc, CodeRule, tokens};
use crate::Hit;

/// Violations kept for one check and one file: beyond these, more of them tell nobody more.
pub(crate) const MAX_HITS: usize = 1000;

/// The rules of one language, by the literals and the kinds of nodes they need.
#[derive(Default)]
pub(crate) struct RuleTable {
    rules: Vec<TableRule>,
    /// Over the literals of all rules.
    prefilter: Option<AhoCorasick>,
    /// By the automaton's pattern: the rule it wakes, and as what it must stand there.
    awakes: Vec<Awakes>,
}

struct Awakes {
    rule: u32,
    is_name: bool,
    is_called: bool,
}

struct TableRule {
    /// Index of the check in the plan.
    check: u32,
    /// Index among the rules of that check.
    at: u32,
    kinds: Option<Vec<u16>>,
    has_literals: bool,
    is_wide: bool,
}

/// What one file's scan found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    pub(crate) hits: Vec<Hit>,
    /// Checks with a rule whose literals stand in the file, so that it might match there.
    pub(crate) awake: Vec<u32>,
    /// The tree was too deep for the rules to be run.
    pub(crate) is_too_deep: bool,
    /// The rules ask more of the file than there is time for.
    pub(crate) is_too_much: bool,
}

impl RuleTable {
    /// Adds rule `at` of check `check`.
    pub(crate) fn add(&mut self, check: u32, at: u32, rule: &CodeRule) {
        let has_literals = rule.literals.is_some();
        let (kinds, is_wide) = (rule.kinds(), rule.is_wide);
        self.rules.push(TableRule { check, at, kinds, has_literals, is_wide });
    }

    /// Runs every rule on every file, whatever its literals.
    #[cfg(test)]
    pub(crate) fn wake_all(&mut self) {
        for rule in &mut self.rules {
            rule.has_literals = false;
        }
    }

    /// Builds the automaton; `literals` gives those of a rule added as `(check, at)`.
    pub(crate) fn finish<'a>(&mut self, literals: impl Fn(u32, u32) -> Option<&'a [Word]>) {
        let mut texts: Vec<&str> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            for word in literals(rule.check, rule.at).unwrap_or_default() {
                texts.push(&word.text);
                let (is_name, is_called) = (word.is_name, word.is_called);
                self.awakes.push(Awakes { rule: index as u32, is_name, is_called });
            }
        }
        self.prefilter = AhoCorasick::new(&texts).ok();
        if self.prefilter.is_none() {
            // Never lose a match to a filter that could not be built.
            for rule in &mut self.rules {
                rule.has_literals = false;
            }
        }
    }

    /// The rules, as indexes, that `takes` wants and whose literals stand in `bytes`.
    fn awake(&self, bytes: &[u8], takes: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let mut is_awake: Vec<bool> =
            self.rules.iter().map(|rule| !rule.has_literals && takes(rule.check)).collect();
        let mut asleep =
            self.rules.iter().filter(|rule| rule.has_literals && takes(rule.check)).count();
        if let Some(prefilter) = &self.prefilter
            && asleep > 0
        {
            for found in prefilter.find_overlapping_iter(bytes) {
                let awakes = &self.awakes[found.pattern().as_usize()];
                let at = awakes.rule as usize;
                if !is_awake[at]
                    && takes(self.rules[at].check)
                    && (!awakes.is_name || stands_alone(bytes, found.range()))
                    && (!awakes.is_called || can_be_called(bytes, found.end()))
                {
                    is_awake[at] = true;
                    asleep -= 1;
                }
                if asleep == 0 {
                    break;
                }
            }
        }
        (0..self.rules.len() as u32).filter(|index| is_awake[*index as usize]).collect()
    }

    /// The rules whose literals stand in `bytes`, or do where names are written plainly.
    fn awake_in(
        &self,
        language: LanguageRef,
        bytes: &[u8],
        takes: &dyn Fn(u32) -> bool,
    ) -> Vec<u32> {
        let mut awake = self.awake(bytes, takes);
        if let Some(plain) =
            std::str::from_utf8(bytes).ok().and_then(|text| language.canonical_names(text))
        {
            awake.extend(self.awake(plain.as_bytes(), takes));
            awake.sort_unstable();
            awake.dedup();
        }
        awake
    }

    /// All checks with a rule in the table that `takes` wants; sorted.
    pub(crate) fn checks(&self, takes: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let mut checks: Vec<u32> =
            self.rules.iter().map(|rule| rule.check).filter(|check| takes(*check)).collect();
        checks.dedup();
        checks
    }

    /// The checks with a rule that might match somewhere in `bytes`; sorted.
    pub(crate) fn awake_checks(
        &self,
        language: LanguageRef,
        bytes: &[u8],
        takes: &dyn Fn(u32) -> bool,
    ) -> Vec<u32> {
        let mut checks: Vec<u32> = self
            .awake_in(language, bytes, takes)
            .into_iter()
            .map(|index| self.rules[index as usize].check)
            .collect();
        checks.dedup();
        checks
    }

    /// The checks of a scan that the tree's syntax errors leave open; sorted.
    pub(crate) fn open_checks(&self, parsed: &Parsed, takes: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let places = doubtful(&parsed.tree, &parsed.text);
        // A rule without words could match anything.
        let mut open: Vec<u32> = self
            .awake_in(parsed.language, parsed.text.as_bytes(), takes)
            .into_iter()
            .filter(|index| {
                let rule = &self.rules[*index as usize];
                !rule.has_literals || rule.is_wide
            })
            .collect();
        for place in places {
            let code = parsed.text.as_bytes().get(place).unwrap_or_default();
            open.extend(self.awake_in(parsed.language, code, takes));
        }
        let mut checks: Vec<u32> =
            open.into_iter().map(|index| self.rules[index as usize].check).collect();
        checks.sort_unstable();
        checks.dedup();
        checks
    }

    /// Runs the rules of the checks that `takes` wants over a file.
    ///
    /// `rule_of` gives the rule that was added as `(check, at)`.
    pub(crate) fn scan<'a>(
        &self,
        parsed: &Parsed,
        takes: &dyn Fn(u32) -> bool,
        rule_of: &dyn Fn(u32, u32) -> &'a CodeRule,
    ) -> Scan {
        let awake = self.awake_in(parsed.language, parsed.text.as_bytes(), takes);
        let mut scan = Scan::default();
        if awake.is_empty() {
            return scan;
        }
        scan.awake = awake.iter().map(|index| self.rules[*index as usize].check).collect();
        scan.awake.dedup();
        let mut by_kind: Vec<Vec<u32>> = Vec::new();
        let mut of_any_kind: Vec<u32> = Vec::new();
        for (at, index) in awake.iter().enumerate() {
            match &self.rules[*index as usize].kinds {
                None => of_any_kind.push(at as u32),
                Some(kinds) => {
                    for kind in kinds {
                        let kind = *kind as usize;
                        if by_kind.len() <= kind {
                            by_kind.resize_with(kind + 1, Vec::new);
                        }
                        by_kind[kind].push(at as u32);
                    }
                }
            }
        }
        let of_kind =
            |node: Node<'_>| by_kind.get(node.kind_id() as usize).map_or(&[][..], Vec::as_slice);
        // The one walk over the file: it tells how deep it is before any rule looks into it.
        let tree = Arc::new(parsed.tree.clone());
        let mut nodes: Vec<Node<'_>> = Vec::new();
        let survey = survey(&tree, parsed.language, &parsed.text, MAX_RULE_DEPTH, |node| {
            if !of_any_kind.is_empty() || !of_kind(node).is_empty() {
                nodes.push(node);
            }
        });
        let Some(survey) = survey.map(Arc::new) else {
            scan.is_too_deep = true;
            return scan;
        };
        // One document for each way of looking at the same tree; most rules share one.
        let mut documents: Vec<CodeDoc> = Vec::new();
        let mut rules: Vec<(u32, &CodeRule, usize)> = Vec::new();
        for index in &awake {
            let rule = &self.rules[*index as usize];
            let (check, rule) = (rule.check, rule_of(rule.check, rule.at));
            let known = documents.iter().position(|it| it.view().shown == rule.view.shown);
            let document = known.unwrap_or(documents.len());
            if known.is_none() {
                documents.push(CodeDoc::surveyed(parsed, &tree, &survey, &rule.view));
            }
            rules.push((check, rule, document));
        }
        let roots: Vec<AstGrep<CodeDoc>> = documents.into_iter().map(AstGrep::doc).collect();
        let mut found: Vec<usize> = vec![0; rules.len()];
        'nodes: for node in nodes {
            for at in of_kind(node).iter().chain(&of_any_kind) {
                let (check, rule, document) = rules[*at as usize];
                let root = &roots[document];
                let node = root.adopt(root.root().get_doc().node(node));
                let Some(it) = rule.match_node(node) else { continue };
                let range = it.range();
                let complies = rule.complies(&it);
                // What was not looked at is no sign that it is not there.
                if survey.is_too_much() {
                    break 'nodes;
                }
                if !complies {
                    found[*at as usize] += 1;
                    if found[*at as usize] > MAX_HITS {
                        continue;
                    }
                }
                let span = Span::new(range.start, range.end);
                let (snippet, note, fix) = if complies {
                    (String::new(), None, None)
                } else {
                    (
                        tokens(it.get_inner_node().node, root.root().get_doc()),
                        rule.note(&it),
                        rule.fix(&it),
                    )
                };
                scan.hits.push(Hit { check, span, complies, snippet, note, fix });
            }
        }
        scan.is_too_much = survey.is_too_much();
        scan.hits.sort();
        // Two rules of one check may find the same place.
        scan.hits.dedup_by(|a, b| {
            (a.check, a.span, a.complies, &a.snippet) == (b.check, b.span, b.complies, &b.snippet)
        });
        scan
    }
}

/// Whether what is found is no part of a longer name.
///
/// A `$` and what is not ASCII may be something else than a part of one.
fn stands_alone(bytes: &[u8], range: Range<usize>) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
    !before.is_some_and(is_word) && !bytes.get(range.end).is_some_and(is_word)
}

/// Whether a call of what ends there may follow: by parentheses, perhaps with type arguments, a
/// comment, an assertion, `?.` or the end of a line's continuation before them.
fn can_be_called(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..).unwrap_or_default().trim_ascii_start();
    // One of these ends a type or an operand, after which the name itself is not called.
    !rest.first().is_some_and(|byte| b",;|&>]}=:{".contains(byte))
}
