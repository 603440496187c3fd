//! Renderings of an assessment: one file and one line in [`FORMATS`] for each.
//!
//! A format reads the [`Assessment`] alone, so that what people, forges and agents are told
//! is what was written down. Text from the repository is hostile in all of them.

mod agent;
mod gaps;
mod human;
mod json;
mod markdown;
#[cfg(test)]
mod samples;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::fmt;
use std::str::FromStr;

pub use json::assessment_schema;
pub(crate) use words::control_verdict_word;
pub use words::{dependent_phrase, way};

use crate::Assessment;

/// Every format, in the order in which help lists them.
pub const FORMATS: &[Format] = &[
    Format { name: "human", about: "for reading in a terminal", renderer: human::render },
    Format {
        name: "json",
        about: "the assessment itself, with a published schema",
        renderer: json::render,
    },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0 for code scanning and editors",
        renderer: sarif::render,
    },
    Format { name: "markdown", about: "a pull request comment", renderer: markdown::render },
    Format { name: "agent", about: "short plain text for an AI agent", renderer: agent::render },
];

/// A way to write an assessment down.
#[derive(Clone, Copy)]
pub struct Format {
    /// The word on the command line.
    pub name: &'static str,
    /// What it is for, as a fragment.
    pub about: &'static str,
    renderer: fn(&Assessment, &RenderOptions) -> String,
}

/// What the reader's end can take; a format ignores what does not concern it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether escape sequences for the 16 ANSI colours may be written.
    pub color: bool,
    /// Columns of the terminal; at least 40 are used.
    pub width: u16,
    /// How long the answer to an agent may be, at four bytes a token; `None` is no limit.
    pub max_tokens: Option<u32>,
    /// Whether lists that are cut for people are written in full.
    pub verbose: bool,
}

/// Writes `assessment` in `format`; the text ends with a line break.
pub fn render(format: Format, assessment: &Assessment, options: &RenderOptions) -> String {
    (format.renderer)(assessment, options)
}

impl Format {
    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        FORMATS.iter().find(|format| format.name == name).copied()
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Format) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({})", self.name)
    }
}

/// A name that is no format's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no format is called `{name}`; there are {}", format_names())]
pub struct UnknownFormat {
    pub name: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        Format::named(name).ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

fn format_names() -> String {
    let names: Vec<_> = FORMATS.iter().map(|format| format!("`{}`", format.name)).collect();
    names.join(", ")
}
