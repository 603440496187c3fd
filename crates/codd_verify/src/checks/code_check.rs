//! What `forbid` and `require` share: compiling code rules and collecting their hits.

use codd_controls::PathStep;
use codd_facts::LanguageRef;
use codd_source::{Diagnostic, suggestion};
use serde::de::DeserializeOwned;
use serde_yaml::Value;

use crate::code::{
    CodeRule, PatternTraits, RuleParts, covered_languages, language_names, rule_field_problems,
    utils_circle,
};
use crate::context::{CheckContext, place};
use crate::settings::CheckSource;
use crate::{CheckOutcome, Finding};

/// The rules of a check that is one rule or a list of them.
///
/// `rule_fields` are the settings that hold a rule object, the first of them the one that
/// finds places.
pub(super) fn compile<T: DeserializeOwned>(
    source: CheckSource<'_>,
    rule_fields: &[&str],
    parts: impl Fn(T) -> RuleParts,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<CodeRule>> {
    let before = diagnostics.len();
    let written: Vec<(Vec<PathStep>, &Value)> = match &source.check.settings {
        Value::Sequence(rules) => {
            rules.iter().enumerate().map(|(at, rule)| (vec![at.into()], rule)).collect()
        }
        rule => vec![(Vec::new(), rule)],
    };
    let mut languages = Vec::new();
    for (path, rule) in &written {
        let found = languages_of(source, path, rule, diagnostics);
        report_fields(source, path, rule, rule_fields, found.first().copied(), diagnostics);
        languages.push(found);
    }
    if diagnostics.len() > before {
        return None;
    }
    let settings: Vec<T> = source.read_list(diagnostics)?;
    let mut rules = Vec::new();
    for (((path, _), settings), languages) in written.iter().zip(settings).zip(languages) {
        let parts = parts(settings);
        for language in languages {
            match CodeRule::compile(&parts, language) {
                Ok(rule) => rules.push(rule),
                Err(reason) => {
                    let message = format!("not a rule for {}: {reason}", language.name());
                    let path = [path.as_slice(), &[rule_fields[0].into()]].concat();
                    let error = source.error("checks::rule", &path, message);
                    diagnostics.push(error.help(help(&reason, language)));
                    break;
                }
            }
        }
    }
    if rules.is_empty() && diagnostics.len() == before {
        let message = format!("`{}` has no rule", source.check.kind);
        let help = format!("add `{}: {{pattern: …}}`", rule_fields[0]);
        diagnostics.push(source.error("checks::rule", &[], message).help(help));
    }
    (diagnostics.len() == before).then_some(rules)
}

fn help(reason: &str, language: LanguageRef) -> String {
    if let Some(kind) = reason.strip_prefix("kind `").and_then(|rest| rest.split('`').next()) {
        let grammar = language.grammar();
        let kinds: Vec<&str> = (0..grammar.node_kind_count() as u16)
            .filter(|id| grammar.node_kind_is_named(*id))
            .filter_map(|id| grammar.node_kind_for_id(id))
            .collect();
        // `call_expression` of one grammar is `call` in another.
        let part = kinds.iter().copied().find(|it| kind.split('_').any(|part| part == *it));
        let near = part.or_else(|| suggestion(kind, kinds.iter().copied()));
        return match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("kinds are those of tree-sitter's grammar for {}", language.name()),
        };
    }
    if reason.contains("ultiple AST nodes") {
        return "a pattern is one piece of code; `all` and `any` join several".to_owned();
    }
    "https://ast-grep.github.io/reference/rule.html has the rule language".to_owned()
}

/// The languages a rule is for, read before its other settings so that errors can name them.
fn languages_of(
    source: CheckSource<'_>,
    path: &[PathStep],
    written: &Value,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<LanguageRef> {
    let one = written["language"].as_str().map(|name| (vec!["language".into()], name));
    let many = written["languages"].as_sequence().into_iter().flatten().enumerate();
    let many =
        many.filter_map(|(at, name)| Some((vec!["languages".into(), at.into()], name.as_str()?)));
    let mut names: Vec<(Vec<PathStep>, &str)> = one.into_iter().chain(many).collect();
    if names.is_empty() {
        let of_scope = &source.control.applies_to.languages;
        names = of_scope.iter().map(|name| (Vec::new(), name.as_str())).collect();
        if names.len() != 1 {
            let message = format!("`{}` does not say its language", source.check.kind);
            let help = "add `language: python`, or `languages: […]` for several";
            diagnostics.push(source.error("checks::language", path, message).help(help));
            return Vec::new();
        }
    }
    let mut languages: Vec<LanguageRef> = Vec::new();
    for (within, name) in names {
        match covered_languages(name) {
            Some(covered) if covered.iter().any(|it| it.0.is_plain_text()) => {
                let path = [path, &within].concat();
                let message = format!(
                    "`{name}` is read as text alone: `{}` has no tree to look through",
                    source.check.kind
                );
                let help = "ask for its text with `text: {pattern: …}`";
                diagnostics.push(source.error("checks::language", &path, message).help(help));
            }
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
                let path = [path, &within].concat();
                let message = format!("unknown language `{name}`");
                diagnostics.push(source.error("checks::language", &path, message).help(help));
            }
        }
    }
    languages
}

fn report_fields(
    source: CheckSource<'_>,
    path: &[PathStep],
    written: &Value,
    rule_fields: &[&str],
    language: Option<LanguageRef>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let traits = language.map_or_else(PatternTraits::default, |language| PatternTraits {
        is_glued_literal: language.expando_char() != '$',
        has_keyword_arguments: language.grammar().id_for_node_kind("keyword_argument", true) != 0,
    });
    let rules = rule_fields.iter().map(|field| (vec![(*field).into()], &written[*field]));
    let named = ["constraints", "utils"].into_iter().flat_map(|group| {
        let rules = written[group].as_mapping().into_iter().flatten();
        rules.map(move |(name, rule)| {
            (vec![group.into(), name.as_str().unwrap_or_default().into()], rule)
        })
    });
    for (within, rule) in rules.chain(named) {
        let path: Vec<PathStep> = [path, &within].concat();
        for problem in rule_field_problems(rule, &path, traits) {
            let check = source.check;
            let mut diagnostic = check.source.label(
                Diagnostic::error("checks::rule_field", problem.message),
                &[&check.path[..], &problem.path].concat(),
                problem.part,
                "",
            );
            diagnostic.help = problem.help;
            diagnostics.push(diagnostic);
        }
    }
    if let Some(circle) = utils_circle(&written["utils"]) {
        let mut way: Vec<String> = circle.iter().map(|name| format!("`{name}`")).collect();
        way.push(way[0].clone());
        let path = [path, &["utils".into(), circle[0].as_str().into()]].concat();
        let message = format!("`utils` name each other in a circle: {}", way.join(" → "));
        diagnostics.push(
            source
                .error("checks::rule", &path, message)
                .help("write out in one of them what it means, without `matches`"),
        );
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
            let place = place(path, file, hit.span);
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
