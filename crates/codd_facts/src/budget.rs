//! Bounds what the parser may do with one text, in steps and bytes and never by the clock.

use std::cell::Cell;
use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

/// Bytes that the parser is handed at a time. A scanner that looks far ahead, or goes back over
/// and over, asks for them again each time, which is how its work is seen.
const CHUNK: usize = 256;

/// How often a text may be read over: ordinary ones are read twice, those with many raw strings
/// up to 25 times.
const READINGS: usize = 128;

/// Steps for each byte: ordinary texts take up to 3.
const STEPS_PER_BYTE: usize = 12;

/// The parser tells of its progress once in as many steps.
const STEPS_PER_REPORT: usize = 100;

/// A short text may take as much as one of this length.
const SHORT: usize = 16 << 10;

/// The tree of a text; `None` where the parser takes more than its budget.
pub(crate) fn tree_within_budget(parser: &mut Parser, text: &str) -> Option<Tree> {
    let length = text.len().max(SHORT);
    let reads_left = Cell::new(length * READINGS / CHUNK);
    let mut reports_left = length * STEPS_PER_BYTE / STEPS_PER_REPORT;
    let mut read = |start: usize, _| match reads_left.get().checked_sub(1) {
        Some(left) => {
            reads_left.set(left);
            let rest = text.as_bytes().get(start..).unwrap_or_default();
            &rest[..rest.len().min(CHUNK)]
        }
        // As if the text ended here, so that a scanner stops too.
        None => &[],
    };
    let mut progress = |_: &ParseState| {
        reports_left = reports_left.saturating_sub(1);
        if reports_left == 0 || reads_left.get() == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let tree = parser.parse_with_options(&mut read, None, Some(options))?;
    (reads_left.get() > 0).then_some(tree)
}
