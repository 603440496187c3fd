//! All code rules of one language over one tree, in one walk.

use aho_corasick::AhoCorasick;
use ast_grep_core::AstGrep;
use codd_facts::Parsed;
use codd_source::Span;

use super::{CodeDoc, CodeRule, MAX_RULE_DEPTH, is_deeper_than};
use crate::Hit;

/// Violations kept for one check and one file: beyond these, more of them tell nobody more.
pub(crate) const MAX_HITS: usize = 1000;

/// The rules of one language, by the literals and the kinds of nodes they need.
#[derive(Default)]
pub(crate) struct RuleTable {
    rules: Vec<TableRule>,
    /// Over the literals of all rules.
    prefilter: Option<AhoCorasick>,
    /// By the automaton's pattern: the rules it wakes.
    awakes: Vec<Vec<u32>>,
}

struct TableRule {
    /// Index of the check in the plan.
    check: u32,
    /// Index among the rules of that check.
    at: u32,
    kinds: Option<Vec<u16>>,
    has_literals: bool,
}

/// What one file's scan found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    pub(crate) hits: Vec<Hit>,
    /// Checks with a rule whose literals stand in the file, so that it might match there.
    pub(crate) awake: Vec<u32>,
    /// The tree was too deep for the rules to be run.
    pub(crate) is_too_deep: bool,
}

impl RuleTable {
    /// Adds rule `at` of check `check`.
    pub(crate) fn add(&mut self, check: u32, at: u32, rule: &CodeRule) {
        let has_literals = rule.literals.is_some();
        self.rules.push(TableRule { check, at, kinds: rule.kinds(), has_literals });
    }

    /// Runs every rule on every file, whatever its literals.
    #[cfg(test)]
    pub(crate) fn wake_all(&mut self) {
        for rule in &mut self.rules {
            rule.has_literals = false;
        }
    }

    /// Builds the automaton; `literals` gives those of a rule added as `(check, at)`.
    pub(crate) fn finish<'a>(&mut self, literals: impl Fn(u32, u32) -> Option<&'a [String]>) {
        let mut texts: Vec<&str> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            for text in literals(rule.check, rule.at).unwrap_or_default() {
                texts.push(text);
                self.awakes.push(vec![index as u32]);
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
                for index in &self.awakes[found.pattern().as_usize()] {
                    let at = *index as usize;
                    if !is_awake[at] && takes(self.rules[at].check) {
                        is_awake[at] = true;
                        asleep -= 1;
                    }
                }
                if asleep == 0 {
                    break;
                }
            }
        }
        (0..self.rules.len() as u32).filter(|index| is_awake[*index as usize]).collect()
    }

    /// All checks with a rule in the table that `takes` wants; sorted.
    pub(crate) fn checks(&self, takes: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let mut checks: Vec<u32> =
            self.rules.iter().map(|rule| rule.check).filter(|check| takes(*check)).collect();
        checks.dedup();
        checks
    }

    /// The checks with a rule that might match somewhere in `bytes`; sorted.
    pub(crate) fn awake_checks(&self, bytes: &[u8], takes: &dyn Fn(u32) -> bool) -> Vec<u32> {
        let mut checks: Vec<u32> = self
            .awake(bytes, takes)
            .into_iter()
            .map(|index| self.rules[index as usize].check)
            .collect();
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
        let awake = self.awake(parsed.text.as_bytes(), takes);
        let mut scan = Scan::default();
        if awake.is_empty() {
            return scan;
        }
        scan.awake = awake.iter().map(|index| self.rules[*index as usize].check).collect();
        scan.awake.dedup();
        if is_deeper_than(&parsed.tree, MAX_RULE_DEPTH) {
            scan.is_too_deep = true;
            return scan;
        }
        let rules: Vec<(u32, &CodeRule)> = awake
            .iter()
            .map(|index| {
                let rule = &self.rules[*index as usize];
                (rule.check, rule_of(rule.check, rule.at))
            })
            .collect();
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
        let root = AstGrep::doc(CodeDoc::of(parsed));
        let mut found: Vec<usize> = vec![0; rules.len()];
        for node in root.root().dfs() {
            let of_kind = by_kind.get(node.kind_id() as usize).map_or(&[][..], Vec::as_slice);
            for at in of_kind.iter().chain(&of_any_kind) {
                let (check, rule) = rules[*at as usize];
                let Some(it) = rule.match_node(node.clone()) else { continue };
                let range = it.range();
                let complies = rule.complies(&it);
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
                    (tokens(it.get_inner_node(), &parsed.text), rule.note(&it), rule.fix(&it))
                };
                scan.hits.push(Hit { check, span, complies, snippet, note, fix });
            }
        }
        scan.hits.sort();
        // Two rules of one check may find the same place.
        scan.hits.dedup_by(|a, b| {
            (a.check, a.span, a.complies, &a.snippet) == (b.check, b.span, b.complies, &b.snippet)
        });
        scan
    }
}

/// The tokens of a node with one space between them, without comments: the same text however
/// it is laid out.
fn tokens(node: tree_sitter::Node<'_>, text: &str) -> String {
    const LONGEST: usize = 400;
    let mut joined = String::new();
    let mut cursor = node.walk();
    'walk: loop {
        let it = cursor.node();
        let is_leaf = it.child_count() == 0;
        if is_leaf && !it.is_extra() {
            let token = text.get(it.byte_range()).unwrap_or_default();
            // Layout is not a token, and a comma before a closing bracket is layout.
            if !token.trim().is_empty() {
                if matches!(token, ")" | "]" | "}") && joined.ends_with(',') {
                    joined.truncate(joined.trim_end_matches([',', ' ']).len());
                }
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(token);
            }
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'walk;
            }
        }
    }
    if joined.len() <= LONGEST {
        return joined;
    }
    let digest = blake3::hash(joined.as_bytes()).to_hex();
    let cut = (0..=LONGEST).rev().find(|at| joined.is_char_boundary(*at)).unwrap_or(0);
    format!("{}… {}", &joined[..cut], &digest[..16])
}
