//! What `forbid` and `require` share: compiling code rules and collecting their hits.

use codd_facts::LanguageRef;
use codd_source::Diagnostic;
use serde_yaml::Value;

use crate::code::{CodeRule, RuleParts, covered_languages, language_names, rule_field_problems};
use crate::context::CheckContext;
use crate::settings::{CheckSource, suggestion};
use crate::{CheckOutcome, Finding};

/// The rules of a check that is one rule or a list of them.
///
/// `rule_fields` are the settings that hold a rule object.
pub(super) fn compile(
    source: CheckSource<'_>,
    rule_fields: &[&str],
    read: &dyn Fn(&Value, &mut Vec<Diagnostic>) -> Option<RuleParts>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<CodeRule>> {
    let settings = &source.check.settings;
    let before = diagnostics.len();
    let written: Vec<&Value> = match settings {
        Value::Sequence(rules) => rules.iter().collect(),
        rule => vec![rule],
    };
    let mut rules = Vec::new();
    for written in written {
        let languages = languages(source, written, diagnostics);
        report_fields(source, written, rule_fields, languages.first().copied(), diagnostics);
        if diagnostics.len() > before {
            continue;
        }
        let Some(parts) = read(written, diagnostics) else { continue };
        for language in languages {
            match CodeRule::compile(&parts, language) {
                Ok(rule) => rules.push(rule),
                Err(reason) => {
                    let kind = &source.check.kind;
                    let message =
                        format!("rule of `{kind}` is not valid for {}: {reason}", language.name());
                    diagnostics.push(source.error("checks::rule", message).help(help(&reason)));
                    break;
                }
            }
        }
    }
    if rules.is_empty() && diagnostics.len() == before {
        let message = format!("`{}` has no rule", source.check.kind);
        diagnostics.push(source.error("checks::rule", message).help("add `rule: {pattern: …}`"));
    }
    (diagnostics.len() == before).then_some(rules)
}

fn help(reason: &str) -> String {
    if reason.contains("Kind `") || reason.contains("invalid kind") {
        "kinds are named by the tree-sitter grammar of the language".to_owned()
    } else if reason.contains("Multiple AST nodes") {
        "a pattern is one piece of code; use `all` or `any` to join several".to_owned()
    } else {
        "see https://ast-grep.github.io/reference/rule.html for the rule language".to_owned()
    }
}

/// The languages a rule is for, read before its other settings so that errors can name them.
fn languages(
    source: CheckSource<'_>,
    written: &Value,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<LanguageRef> {
    let one = written["language"].as_str().into_iter();
    let many = written["languages"].as_sequence().into_iter().flatten().filter_map(Value::as_str);
    let mut names: Vec<&str> = one.chain(many).collect();
    if names.is_empty() {
        names = source.control.applies_to.languages.iter().map(String::as_str).collect();
        if names.len() != 1 {
            let message = format!("`{}` does not say its language", source.check.kind);
            let help = "add `language: python`, or `languages: […]` for several";
            diagnostics.push(source.error("checks::language", message).help(help));
            return Vec::new();
        }
    }
    let mut languages: Vec<LanguageRef> = Vec::new();
    for name in names {
        match covered_languages(name) {
            Some(covered) => {
                for language in covered {
                    if !languages.contains(&language) {
                        languages.push(language);
                    }
                }
            }
            None => {
                let known = language_names();
                let help = match suggestion(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the languages are {}", known.join(", ")),
                };
                let message = format!("unknown language `{name}`");
                diagnostics.push(source.error("checks::language", message).help(help));
            }
        }
    }
    languages
}

fn report_fields(
    source: CheckSource<'_>,
    written: &Value,
    rule_fields: &[&str],
    language: Option<LanguageRef>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let is_glued_literal = language.is_some_and(|language| language.expando_char() != '$');
    let rules = rule_fields.iter().map(|field| ((*field).to_owned(), &written[*field]));
    let named = ["constraints", "utils"].into_iter().flat_map(|group| {
        let rules = written[group].as_mapping().into_iter().flatten();
        rules.map(move |(name, rule)| {
            (format!("{group}.{}", name.as_str().unwrap_or_default()), rule)
        })
    });
    for (place, rule) in rules.chain(named) {
        for problem in rule_field_problems(rule, &place, is_glued_literal) {
            let mut diagnostic = source.error("checks::rule_field", problem.message);
            diagnostic.help = problem.help;
            diagnostics.push(diagnostic);
        }
    }
}

/// The files in scope that the rules are for, with a finding for each violation in them.
///
/// Anchors are the places found, complying or not; `files` those that were read in full.
pub(super) fn collect(ctx: &CheckContext<'_>, rules: &[CodeRule]) -> CheckOutcome {
    let mut outcome = ctx.outcome();
    let is_ours =
        |language: Option<&str>| rules.iter().any(|rule| language == Some(rule.language.name()));
    let is_narrow = ctx.control.applies_to.is_narrower_than_files();
    for (path, file) in ctx.files().filter(|(_, file)| is_ours(file.language)) {
        let hits: Vec<_> =
            ctx.hits(file).iter().filter(|hit| ctx.governs(path, file, hit.span)).collect();
        for hit in &hits {
            outcome.anchors += 1;
            let place = ctx.place(path, file, hit.span);
            if hit.complies {
                outcome.complies(|| Some(place));
                continue;
            }
            let message = hit.note.clone().unwrap_or_else(|| ctx.default_message());
            let mut finding: Finding = ctx.failure(Some(place), hit.snippet.clone(), message);
            finding.fix.clone_from(&hit.fix);
            if let (None, Some(fix)) = (&finding.help, &hit.fix) {
                finding.help = Some(format!("write `{}`", fix.trim()));
            }
            outcome.findings.push(finding);
        }
        if !file.hits.was_read {
            let reason = file.failure.as_deref().unwrap_or("it was not read");
            outcome.skip(path, reason);
        } else if let Some(reason) = file.hits.undecided_reason(ctx.index) {
            outcome.skip(path, reason);
        } else if !is_narrow || ctx.has_governed_code(path) {
            outcome.files += 1;
        }
    }
    outcome
}
