//! Code rules in ast-grep's rule language, on the tree that extraction has parsed already.
//!
//! The matchers are ast-grep's; the walk is ours: one for all rules of a language, by a table
//! from the kind of a node to the rules that can match it, over those rules alone whose
//! literals occur in the file. ast-grep's own scan also honours `ast-grep-ignore` comments,
//! with which audited code could silence its audit; here nothing in the code is obeyed.

mod doubt;
mod fields;
mod language;
mod literals;
mod node;
mod preorder;
#[cfg(test)]
mod property_tests;
mod rule;
mod scan;
mod steps;
mod tokens;
mod utils;
mod view;

pub(crate) use fields::{PatternTraits, rule_field_problems};
pub(crate) use language::{CodeDoc, CodeLanguage, MAX_RULE_DEPTH};
pub(crate) use rule::{CodeRule, RuleParts, covered_languages, language_names};
pub(crate) use scan::{MAX_HITS, RuleTable};
pub(crate) use tokens::tokens;
pub(crate) use utils::utils_circle;
pub(crate) use view::View;
