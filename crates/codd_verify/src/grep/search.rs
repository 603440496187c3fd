//! Searches the bytes of one file as the command line would.

use codd_source::Span;
use regex::bytes::{Regex, RegexBuilder};

use super::command::{Command, Refusal, Syntax};
use super::pattern::translate;
use crate::lines::lines;

/// A command's patterns, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    line: Regex,
    /// Over the whole text: without a match here no line matches. `None` where that is not sure.
    prefilter: Option<Regex>,
    invert: bool,
    multiline: bool,
    skips_binary: bool,
}

impl Search {
    pub(crate) fn new(command: &Command) -> Result<Search, Refusal> {
        let mut alternatives = Vec::new();
        for pattern in command.patterns.iter().flat_map(|it| split(it, command.syntax)) {
            let text = translate(pattern, command.syntax)
                .map_err(|reason| Refusal::from(format!("pattern `{pattern}`: {reason}")))?;
            alternatives.push(format!("(?:{text})"));
        }
        let mut text = format!("(?:{})", alternatives.join("|"));
        // A whole line is whole words, whatever stands at its ends.
        if command.word && !command.whole_line {
            text = format!(
                r"(?:^|[^_\p{{Alphabetic}}\p{{Nd}}]){text}(?:[^_\p{{Alphabetic}}\p{{Nd}}]|$)"
            );
        }
        if command.whole_line {
            text = format!("^{text}$");
        }
        let build = |multi_line: bool| {
            RegexBuilder::new(&text)
                .case_insensitive(command.ignore_case)
                .multi_line(multi_line)
                .build()
        };
        let line = build(command.multiline).map_err(|error| refusal(command.syntax, &error))?;
        let names_ends = ["\\A", "\\z", "\\Z", "(?"].iter().any(|it| {
            matches!(command.syntax, Syntax::Perl | Syntax::Rust)
                && command.patterns.iter().any(|pattern| pattern.contains(it))
        });
        let prefilter = (!names_ends && !command.invert && !command.multiline)
            .then(|| build(true).ok())
            .flatten();
        if command.syntax == Syntax::Rust
            && !command.multiline
            && command.patterns.iter().any(|pattern| pattern.contains("\\n"))
        {
            return Err("a line feed in a pattern without -U".to_owned().into());
        }
        Ok(Search {
            line,
            prefilter,
            invert: command.invert,
            multiline: command.multiline,
            skips_binary: command.skips_binary,
        })
    }

    /// The lines that the command selects, at most `most`; with `-U` the matches.
    pub(crate) fn find(&self, bytes: &[u8], most: usize) -> Vec<Span> {
        if self.skips_binary && bytes.contains(&0) {
            return Vec::new();
        }
        if self.multiline && !self.invert {
            let found = self.line.find_iter(bytes).take(most);
            return found.map(|it| Span::new(it.start(), it.end())).collect();
        }
        if self.prefilter.as_ref().is_some_and(|regex| !regex.is_match(bytes)) {
            return Vec::new();
        }
        lines(bytes)
            .filter(|line| self.line.is_match(line.of(bytes)) != self.invert)
            .take(most)
            .collect()
    }
}

/// grep reads each line of a pattern as a pattern of its own.
fn split(pattern: &str, syntax: Syntax) -> Vec<&str> {
    match syntax {
        Syntax::Rust => vec![pattern],
        _ => pattern.split('\n').collect(),
    }
}

fn refusal(syntax: Syntax, error: &regex::Error) -> Refusal {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    let last = last.strip_prefix("error: ").unwrap_or(last);
    let reason = match syntax {
        Syntax::Perl if text.contains("look-around") => {
            "-P: Perl regex with look-around; not supported by the linear-time engine".to_owned()
        }
        Syntax::Perl => format!("-P: Perl regex; not supported by the linear-time engine: {last}"),
        _ => format!("pattern: {last}"),
    };
    reason.into()
}
