//! The files whose values a check follows, and what of them was too much to follow.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{LanguageRef, is_code_language, language_named};
use codd_source::{RepoPath, Span};

use crate::CheckOutcome;
use crate::context::CheckContext;

/// Why nothing is known of values in a language, if it is not.
pub(super) fn not_followed(language: LanguageRef) -> Option<String> {
    (!language.has_flow()).then(|| format!("values in {} are not followed", language.name()))
}

/// Why nothing is known of what calls are given in a language, if it is not.
pub(super) fn arguments_not_followed(language: LanguageRef) -> Option<String> {
    let unknown = || format!("what calls are given in {} is not followed", language.name());
    not_followed(language).or_else(|| (!language.follows_arguments()).then(unknown))
}

/// The files of one check in which values are followed.
pub(super) struct Followed<'a> {
    paths: BTreeSet<&'a RepoPath>,
    given_up: Vec<&'a RepoPath>,
}

impl<'a> Followed<'a> {
    /// The files in scope that can be followed. The others are skipped, each with its reason, as
    /// are those of languages of which `unknown` says why nothing is known in them.
    pub(super) fn of(
        ctx: &CheckContext<'a>,
        outcome: &mut CheckOutcome,
        unknown: impl Fn(LanguageRef) -> Option<String>,
    ) -> Followed<'a> {
        let mut reasons: BTreeMap<&str, Option<String>> = BTreeMap::new();
        let flows = ctx.flows();
        let mut followed = Followed { paths: BTreeSet::new(), given_up: Vec::new() };
        for (path, file) in
            ctx.files().filter(|(_, file)| file.language.is_some_and(is_code_language))
        {
            let Some(language) = file.language.and_then(language_named) else { continue };
            let reason = reasons.entry(language.name()).or_insert_with(|| unknown(language));
            if let Some(reason) = reason {
                outcome.skip(path, reason.clone());
                continue;
            }
            if !language.has_flow() {
                continue;
            }
            if file.hits.flow.is_none() || file.facts.is_none() {
                outcome.skip(path, file.failure.as_deref().unwrap_or("it was not parsed"));
                continue;
            }
            outcome.files += 1;
            if let Some(reason) = file.hits.undecided_reason(ctx.index) {
                outcome.skip(path, reason);
            }
            if flows.given_up.contains_key(path) {
                outcome.leave_open(path, "code that is too much to follow", 1);
                followed.given_up.push(path);
            }
            followed.paths.insert(path);
        }
        followed
    }

    /// Whether a place is in one of the files, in code that the control governs.
    pub(super) fn governs(&self, ctx: &CheckContext<'_>, path: &RepoPath, span: Span) -> bool {
        self.paths.contains(path)
            && ctx.view.files.get(path).is_some_and(|file| ctx.governs(path, file, span))
    }

    /// Why it is not known whether all was followed, where it is not.
    pub(super) fn doubt(&self) -> Option<String> {
        let first = self.given_up.first()?;
        let more = match self.given_up.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        Some(format!("code of `{first}`{more} is too deep or too much to follow"))
    }
}
