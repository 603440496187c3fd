//! `argument`: what the arguments of calls must be, constants followed to where they are given.

mod flowing;
mod settings;
mod surroundings;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use codd_facts::FlowValue;
use codd_flow::{ProbeCall, ProbePattern, ProbeSeen, ProbeWay};
use codd_source::{Diagnostic, RepoPath};
use schemars::{Schema, SchemaGenerator};

use self::settings::{CompiledArgument, Reading, Settings, Unknown};
use super::config::condition::Truth;
use super::flow::written;
use super::followed::{Followed, arguments_not_followed};
use super::{CheckKind, CompiledCheck};
use crate::context::{CheckContext, place};
use crate::finding::FindingStep;
use crate::settings::CheckSource;
use crate::{CheckOutcome, Finding, Outcome};

pub(super) struct Argument;

/// Calls in one file of which it is asked what their values have to do with.
const MAX_FOLLOWED: u32 = 500;

/// Wrong values of one call that its message names.
const MAX_NAMED: usize = 3;

impl CheckKind for Argument {
    fn name(&self) -> &'static str {
        "argument"
    }

    fn manual(&self) -> &'static str {
        include_str!("../argument.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Settings>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        let settings: Settings = source.read(diagnostics)?;
        Some(Box::new(settings.compile(source, diagnostics)?))
    }
}

/// What one call is to the check.
#[derive(Default)]
struct Judged {
    is_asked: bool,
    /// Values that are wrong, with what they had to be and how they get there.
    wrong: Vec<Wrong>,
    /// Why something of it is not known.
    open: Option<String>,
}

struct Wrong {
    way: Option<ProbeWay>,
    said: String,
    seen: ProbeSeen,
}

impl CompiledCheck for CompiledArgument {
    fn probes(&self) -> &[ProbePattern] {
        &self.probe
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let followed = Followed::of(ctx, &mut outcome, |language| {
            let is_of = |it: &String| it == language.name();
            let is_asked = self.languages.is_empty() || self.languages.iter().any(is_of);
            arguments_not_followed(language).filter(|_| is_asked)
        });
        let mut open: Vec<(&ProbeCall, String)> = Vec::new();
        // Each is followed through all of its function: so many of one file are not excused.
        let mut followed_in: BTreeMap<&RepoPath, u32> = BTreeMap::new();
        for call in ctx.probed(0) {
            let Some(file) = ctx.view.files.get(&call.path) else { continue };
            if !followed.governs(ctx, &call.path, call.span) {
                continue;
            }
            let is_of = |it: &String| file.language == Some(it.as_str());
            if !self.languages.is_empty() && !self.languages.iter().any(is_of) {
                continue;
            }
            if !self.is_named(ctx, call) || !self.is_among(ctx, call) {
                continue;
            }
            let judged = self.judged(call);
            if !judged.is_asked {
                continue;
            }
            let is_decided = judged.wrong.is_empty() && judged.open.is_none();
            let count = followed_in.entry(&call.path).or_default();
            *count += u32::from(!is_decided);
            if !is_decided && *count <= MAX_FOLLOWED && self.is_excused(ctx, call) {
                if !judged.wrong.is_empty() {
                    outcome.excused.push(self.finding(ctx, call, &judged.wrong));
                }
                continue;
            }
            outcome.anchors += 1;
            if !judged.wrong.is_empty() {
                outcome.findings.push(self.finding(ctx, call, &judged.wrong));
            } else if let Some(why) = judged.open.filter(|_| self.unknown != Unknown::Passes) {
                open.push((call, why));
            } else {
                outcome.complies(|| Some(place(&call.path, file, call.span)));
            }
        }
        let what = match &self.subject {
            Some((selected, _)) => format!("the value of `{}`", selected.label),
            None => "whether the conditions of `where` hold".to_owned(),
        };
        for (call, _) in &open {
            outcome.leave_open(&call.path, &what, 1);
        }
        let outcome = outcome.decide("no such call is in scope");
        if outcome.outcome != Outcome::Pass && outcome.outcome != Outcome::NotApplicable {
            return outcome;
        }
        if let Some((first, why)) = open.first() {
            let count = open.len();
            let calls = if count == 1 { "call" } else { "calls" };
            let reason =
                format!("{what} is not known at {count} {calls}, first in `{}`: {why}", first.path);
            return outcome.undetermined(reason);
        }
        match followed.doubt() {
            Some(doubt) => outcome.undetermined(doubt),
            None => outcome,
        }
    }
}

impl CompiledArgument {
    /// Whether a name in the argument, as it is written, is one that is asked for.
    fn is_named(&self, ctx: &CheckContext<'_>, call: &ProbeCall) -> bool {
        let Some(named) = &self.named else { return true };
        let file = ctx.view.files.get(&call.path).and_then(|it| it.hits.flow.as_deref());
        let span = call.arguments.first().copied().flatten();
        let (Some(facts), Some(span)) = (file, span) else { return false };
        facts.spans.iter().zip(&facts.values).any(|(own, value)| {
            let name = match value {
                FlowValue::Name(name) | FlowValue::Attribute { name, .. } => *name,
                _ => return false,
            };
            span.start <= own.start && own.end <= span.end && named.is_match(facts.name(name))
        })
    }

    /// Whether the names around the call are such that it is asked.
    fn is_among(&self, ctx: &CheckContext<'_>, call: &ProbeCall) -> bool {
        let Some(regex) = &self.around else { return true };
        let file = ctx.view.files.get(&call.path);
        file.is_some_and(|file| surroundings::have_name(file, call.span, regex))
    }

    /// Whether the names that the call's value has to do with say that it is not asked.
    fn is_excused(&self, ctx: &CheckContext<'_>, call: &ProbeCall) -> bool {
        let Some(regex) = &self.not_around else { return false };
        let flow = ctx.view.files.get(&call.path).and_then(|it| it.hits.flow.as_deref());
        flow.is_some_and(|flow| flowing::has_name(flow, call.span, regex))
    }

    fn judged(&self, call: &ProbeCall) -> Judged {
        let mut judged = Judged::default();
        for seen in &call.seen {
            let skipped = usize::from(self.subject.is_some());
            let mut is_out = false;
            let mut doubt = None;
            for (at, (selected, condition)) in self.conditions.iter().enumerate() {
                let Some(value) = seen.values.get(at + skipped) else { continue };
                let is_written = call.arguments.get(at + skipped).is_some_and(Option::is_some);
                let is_there = is_written && selected.path.is_empty();
                let mut may_hold = false;
                for value in values::at(value, &selected.path) {
                    for way in &value.ways {
                        match values::holds_where(condition, way, Reading::Value, is_there) {
                            Truth::Yes => may_hold = true,
                            Truth::No(_) => {}
                            Truth::Unknown(why) => {
                                may_hold = true;
                                doubt = Some(format!("`{}`: {why}", selected.label));
                            }
                        }
                    }
                }
                is_out |= !may_hold;
            }
            if is_out {
                continue;
            }
            judged.is_asked = true;
            let is_written = call.arguments.first().is_some_and(Option::is_some);
            let (wrong, open) = self.wrong(seen, is_written);
            match doubt {
                // It may be none of those that are asked.
                Some(why) if !wrong.is_empty() => judged.open = Some(why),
                _ => judged.wrong.extend(wrong),
            }
            judged.open = judged.open.or(open);
        }
        judged
    }

    /// What is wrong with the subject as one caller gives it, and what of it is not known.
    fn wrong(&self, seen: &ProbeSeen, is_written: bool) -> (Vec<Wrong>, Option<String>) {
        let Some((selected, condition)) = &self.subject else {
            let wrong = Wrong { way: None, said: String::new(), seen: seen.clone() };
            return (vec![wrong], None);
        };
        let Some(value) = seen.values.first() else { return (Vec::new(), None) };
        let mut wrong = Vec::new();
        let mut open = None;
        for value in values::at(value, &selected.path) {
            for way in &value.ways {
                let is_there = is_written && selected.path.is_empty();
                match values::holds_where(condition, way, self.read, is_there) {
                    Truth::Yes => {}
                    Truth::No(said) => {
                        let way = Some(way.clone());
                        wrong.push(Wrong { way, said, seen: seen.clone() });
                    }
                    Truth::Unknown(why) => open = Some(why),
                }
            }
        }
        (wrong, open)
    }

    fn finding(&self, ctx: &CheckContext<'_>, call: &ProbeCall, wrong: &[Wrong]) -> Finding {
        let files = ctx.view.files;
        let at = |path: &RepoPath, span| files.get(path).map(|file| place(path, file, span));
        let facts = files.get(&call.path).and_then(|it| it.hits.flow.as_deref());
        let snippet = facts.map_or_else(String::new, |facts| written(facts, call.span));
        let label = self.subject.as_ref().map_or("", |(selected, _)| &selected.label);
        let span = call.arguments.first().copied().flatten().unwrap_or(call.span);
        let mut finding = ctx.failure(
            at(&call.path, span),
            format!("{label} {snippet}").trim().to_owned(),
            self.said(call, wrong),
        );
        let Some(first) = wrong.first() else { return finding };
        let mut steps = Vec::new();
        if let Some(ProbeWay { origin: Some(origin), what }) = &first.way {
            steps.push((
                origin.path.clone(),
                origin.span,
                format!("{} is written", values::shown(what)),
            ));
        }
        for step in &first.seen.steps {
            steps.push((step.path.clone(), step.span, "it is passed".to_owned()));
        }
        if !steps.is_empty() {
            steps.push((call.path.clone(), span, "it is used".to_owned()));
        }
        steps.dedup_by(|next, kept| (&next.0, next.1) == (&kept.0, kept.1));
        if steps.len() > 1 {
            finding.steps = steps
                .into_iter()
                .filter_map(|(path, span, text)| {
                    Some(FindingStep { place: at(&path, span)?, text })
                })
                .collect();
        }
        finding
    }

    /// What is wrong, in one line.
    fn said(&self, call: &ProbeCall, wrong: &[Wrong]) -> String {
        let mut found: Vec<String> = Vec::new();
        for wrong in wrong {
            let Some(way) = &wrong.way else { continue };
            let mut text = values::shown(&way.what);
            if let Some(origin) = &way.origin
                && origin.path != call.path
            {
                text.push_str(&format!(", from `{}`", origin.path));
            }
            if !found.contains(&text) {
                found.push(text);
            }
        }
        let more = found.len().saturating_sub(MAX_NAMED);
        found.truncate(MAX_NAMED);
        let mut found = found.join(" or ");
        if more > 0 {
            found.push_str(&format!(" or {more} more"));
        }
        let Some((selected, _)) = &self.subject else {
            return self.message.clone().unwrap_or_else(|| "this must not be called".to_owned());
        };
        let name = selected.label.split('|').next_back().unwrap_or(&selected.label);
        let name = match name.parse::<u32>() {
            Ok(at) => format!("argument {}", at + 1),
            Err(_) => format!("`{name}`"),
        };
        match &self.message {
            Some(message) => format!("{message}: {name} is {found}"),
            None => {
                let said = wrong.first().map_or("", |it| &it.said);
                format!("{name} is {found} and {said}")
            }
        }
    }
}
