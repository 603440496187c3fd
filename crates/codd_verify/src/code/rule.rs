//! One compiled code rule for one language.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use ast_grep_config::{DeserializeEnv, RuleCore, SerializableRule, SerializableRuleCore};
use ast_grep_core::NodeMatch;
use ast_grep_core::matcher::{Matcher, MatcherExt};
use ast_grep_core::replacer::{Replacer, TemplateFix};
use codd_facts::{LanguageRef, all_languages, language_named};
use serde_yaml::Value;

use super::literals::{RuleWords, Word, looks_around, required_words};
use super::{CodeDoc, CodeLanguage, View};

/// What a code rule is made of, as written.
#[derive(Clone)]
pub(crate) struct RuleParts {
    pub(crate) rule: SerializableRule,
    pub(crate) constraints: Option<Rules>,
    pub(crate) utils: Option<Rules>,
    /// What a match must satisfy; without it every match is a violation.
    pub(crate) must: Option<SerializableRule>,
    pub(crate) message: Option<String>,
    pub(crate) fix: Option<String>,
}

/// A rule ready to be asked about the nodes of one language's trees.
pub(crate) struct CodeRule {
    pub(crate) language: LanguageRef,
    matcher: RuleCore,
    must: Option<RuleCore>,
    message: Option<String>,
    fix: Option<TemplateFix>,
    /// The rule with patterns that must stand for all of a node.
    ///
    /// A pattern stands for a node with more in it, too: `$X == None` for `a == None == b`,
    /// of which a fix would drop the rest.
    whole: Option<RuleCore>,
    /// What the rule sees of a tree.
    pub(crate) view: Arc<View>,
    /// Of which at least one stands in every match; `None` if not known.
    pub(crate) literals: Option<Vec<Word>>,
    /// Whether a match depends on what stands beside the statement of the file it is in.
    pub(crate) is_wide: bool,
}

/// The languages whose trees a rule for `name` reads.
///
/// TypeScript's rules read TSX too, which is the same language with one form more; a rule for
/// JavaScript reads no TypeScript, whose trees differ.
pub(crate) fn covered_languages(name: &str) -> Option<Vec<LanguageRef>> {
    let language = language_named(name)?;
    let parts = all_languages().filter(|it| it.0.part_of() == Some(language.0.name()));
    Some(std::iter::once(language).chain(parts).collect())
}

/// Names and aliases of every language.
pub(crate) fn language_names() -> Vec<&'static str> {
    all_languages()
        .flat_map(|it| std::iter::once(it.0.name()).chain(it.0.aliases().iter().copied()))
        .collect()
}

impl CodeRule {
    /// Compiles `parts` for `language`, or says in one line why ast-grep refuses them.
    pub(crate) fn compile(parts: &RuleParts, language: LanguageRef) -> Result<CodeRule, String> {
        let gathering = CodeLanguage::gathering(language);
        matchers(parts, &gathering)?;
        let code = gathering.seeing_what_is_named();
        let (matcher, must) = matchers(parts, &code)?;
        let (fix, whole) = match &parts.fix {
            Some(text) => (Some(fix(text, &matcher, &code)?), Some(whole(parts, &code)?)),
            None => (None, None),
        };
        let rule = written(&parts.rule)?;
        let is_wide = looks_around(&rule, language);
        let words = RuleWords {
            utils: parts.utils.as_ref().map(serde_yaml::to_value).and_then(Result::ok),
            words_of_pattern: &|pattern| {
                let rule: SerializableRule = serde_yaml::from_value(pattern).ok()?;
                let core = core(&rule, None, None, &code).ok()?;
                required_words(&core, language)
            },
        };
        let literals = words.required(&rule);
        let (view, message) = (code.view().clone(), parts.message.clone());
        Ok(CodeRule { language, matcher, must, message, fix, whole, view, literals, is_wide })
    }

    /// The kinds of nodes that can match; `None` for any.
    pub(crate) fn kinds(&self) -> Option<Vec<u16>> {
        self.matcher.potential_kinds().map(|kinds| kinds.iter().map(|kind| kind as u16).collect())
    }

    pub(crate) fn match_node<'t>(
        &self,
        node: ast_grep_core::Node<'t, CodeDoc>,
    ) -> Option<NodeMatch<'t, CodeDoc>> {
        self.matcher.match_node(node)
    }

    /// Whether a match is as it must be, with the meta-variables that the match has bound.
    pub(crate) fn complies(&self, found: &NodeMatch<'_, CodeDoc>) -> bool {
        let Some(must) = &self.must else { return false };
        let mut variables = std::borrow::Cow::Borrowed(found.get_env());
        must.match_node_with_env(found.get_node().clone(), &mut variables).is_some()
    }

    /// The rule's message with the texts of this match.
    pub(crate) fn note(&self, found: &NodeMatch<'_, CodeDoc>) -> Option<String> {
        let message = self.message.as_ref()?;
        Some(filled(message, |name| {
            found.get_env().get_match(name).map(|node| node.text().into_owned()).or_else(|| {
                let nodes = found.get_env().get_multiple_matches(name);
                let (first, last) = (nodes.first()?, nodes.last()?);
                let text = first.get_doc().text();
                text.get(first.range().start..last.range().end).map(str::to_owned)
            })
        }))
    }

    pub(crate) fn fix(&self, found: &NodeMatch<'_, CodeDoc>) -> Option<String> {
        let fix = self.fix.as_ref()?;
        // A rule without patterns of its own says by kinds what it takes away.
        self.whole.as_ref()?.match_node(found.get_node().clone())?;
        Some(String::from_utf8_lossy(&fix.generate_replacement(found)).into_owned())
    }
}

/// The rule with every pattern in the strictness that leaves no named node over.
fn whole(parts: &RuleParts, language: &CodeLanguage) -> Result<RuleCore, String> {
    let mut rule = written(&parts.rule)?;
    make_strict(&mut rule);
    let rule = serde_yaml::from_value(rule).map_err(|error| reason(&error))?;
    core(&rule, parts.constraints.as_ref(), parts.utils.as_ref(), language)
}

// The depth is bounded by what the loader of requirement files takes.
fn make_strict(rule: &mut Value) {
    const STRICT: &str = "relaxed";
    match rule.get_mut("pattern") {
        Some(pattern @ Value::String(_)) => {
            let context = std::mem::take(pattern);
            *pattern = Value::Mapping(
                [("context".into(), context), ("strictness".into(), STRICT.into())]
                    .into_iter()
                    .collect(),
            );
        }
        Some(Value::Mapping(fields)) if fields.get("strictness").is_none_or(Value::is_null) => {
            fields.insert("strictness".into(), STRICT.into());
        }
        _ => {}
    }
    for list in ["all", "any"] {
        for part in rule.get_mut(list).and_then(Value::as_sequence_mut).into_iter().flatten() {
            make_strict(part);
        }
    }
}

/// A rule as its author wrote it.
fn written(rule: &SerializableRule) -> Result<Value, String> {
    serde_yaml::to_value(rule).map_err(|error| reason(&error))
}

/// What finds places, and what they must be.
fn matchers(
    parts: &RuleParts,
    language: &CodeLanguage,
) -> Result<(RuleCore, Option<RuleCore>), String> {
    let constraints = parts.constraints.as_ref();
    let matcher = core(&parts.rule, constraints, parts.utils.as_ref(), language)?;
    let must = match &parts.must {
        Some(must) => Some(core(must, None, parts.utils.as_ref(), language)?),
        None => None,
    };
    Ok((matcher, must))
}

type Rules = BTreeMap<String, SerializableRule>;

fn core(
    rule: &SerializableRule,
    constraints: Option<&Rules>,
    utils: Option<&Rules>,
    language: &CodeLanguage,
) -> Result<RuleCore, String> {
    let attempt = |constraints: Option<Rules>, utils: Option<Rules>| {
        let core = SerializableRuleCore {
            rule: rule.clone(),
            constraints: constraints.map(|it| it.into_iter().collect()),
            utils: utils.map(|it| it.into_iter().collect()),
            transform: None,
        };
        core.get_matcher(DeserializeEnv::new(language.clone())).map_err(|error| reason(&error))
    };
    attempt(constraints.cloned(), utils.cloned()).map_err(|error| {
        // ast-grep reads the named rules in any order: of several errors, say always the same.
        let Some(stand_in) = stand_in() else { return error };
        let stand_ins = || utils.map(|it| it.keys().map(|it| (it.clone(), stand_in.clone())));
        let alone = |name: &String, rule: &SerializableRule| {
            let mut utils: Rules = stand_ins().into_iter().flatten().collect();
            utils.insert(name.clone(), rule.clone());
            attempt(None, Some(utils)).err()
        };
        let constrained = |name: &String, rule: &SerializableRule| {
            attempt(Some(Rules::from([(name.clone(), rule.clone())])), utils.cloned()).err()
        };
        attempt(None, stand_ins().map(Iterator::collect))
            .err()
            .or_else(|| utils?.iter().find_map(|(name, rule)| alone(name, rule)))
            .or_else(|| constraints?.iter().find_map(|(name, rule)| constrained(name, rule)))
            .unwrap_or(error)
    })
}

/// A rule without an error in it.
fn stand_in() -> Option<SerializableRule> {
    serde_yaml::from_str("regex: a").ok()
}

fn fix(text: &str, matcher: &RuleCore, language: &CodeLanguage) -> Result<TemplateFix, String> {
    let fix = TemplateFix::try_new(text, language).map_err(|error| reason(&error))?;
    let defined = matcher.defined_vars();
    let mut undefined: Vec<&str> = fix.used_vars().difference(&defined).copied().collect();
    undefined.sort_unstable();
    match undefined.first() {
        Some(name) => Err(format!("`fix` uses `${name}`, which the rule does not bind")),
        None => Ok(fix),
    }
}

/// The innermost of an error's reasons, in one line and in our punctuation.
///
/// The outer ones of ast-grep say only in which field of a rule it stands.
fn reason(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    let text = text
        .strip_prefix("Fails to parse the pattern query: `")
        .and_then(|rest| rest.strip_suffix('`'))
        .unwrap_or(&text);
    let line = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    let mut chars = line.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => "not understood".to_owned(),
    }
}

/// `template` with `$NAME` and `$$$NAME` replaced by what `value` gives, in one line.
fn filled(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    const LONGEST: usize = 80;
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let after = rest[at..].trim_start_matches('$');
        let length = after
            .find(|char: char| !char.is_ascii_uppercase() && !char.is_ascii_digit() && char != '_')
            .unwrap_or(after.len());
        match value(&after[..length]).filter(|_| length > 0) {
            Some(value) => {
                let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
                text.extend(value.chars().take(LONGEST));
                if value.chars().count() > LONGEST {
                    text.push('…');
                }
            }
            None => text.push_str(&rest[at..rest.len() - after.len() + length]),
        }
        rest = &after[length..];
    }
    text.push_str(rest);
    text
}
