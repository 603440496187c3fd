//! Applying the hunks of one file: exactly, where they say or at the one other place they fit.

use std::fmt;

use super::{Hunk, Side};
use crate::{RepoPath, printable};

/// Which way a patch is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    /// From the new version back to the old one.
    Reverse,
}

/// Why a part of a patch does not fit a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MisfitReason {
    /// The lines it expects are nowhere.
    LinesDiffer,
    /// Not at its place, and at more than one other.
    Ambiguous,
    /// The file it changes is not there.
    FileMissing,
    /// The file it makes is there already.
    FileExists,
    /// The binary file is another one than it says.
    OtherContent,
    /// The file is there but can't be read.
    Unreadable,
}

impl fmt::Display for MisfitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MisfitReason::LinesDiffer => "the lines it expects are not there",
            MisfitReason::Ambiguous => "the lines it expects are in more than one other place",
            MisfitReason::FileMissing => "the file does not exist",
            MisfitReason::FileExists => "the file exists already",
            MisfitReason::OtherContent => "the binary file is another one",
            MisfitReason::Unreadable => "the file can't be read",
        })
    }
}

/// A part of a patch that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub path: RepoPath,
    /// The hunk's header, `None` when the file as a whole does not fit.
    pub header: Option<String>,
    /// The line of the patch.
    pub line: u32,
    pub reason: MisfitReason,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.header {
            Some(header) => write!(f, "`{header}` ")?,
            None => f.write_str("the part ")?,
        }
        let path = printable(self.path.as_str());
        write!(f, "for `{path}` (line {} of the diff): {}", self.line, self.reason)
    }
}

/// More line comparisons than any honest patch needs.
const MOST_WORK: usize = 100_000_000;

/// The text with every hunk applied, or each hunk (by its number) that does not fit.
pub fn apply(
    hunks: &[Hunk],
    text: &[u8],
    direction: Direction,
) -> Result<Vec<u8>, Vec<(usize, MisfitReason)>> {
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let mut applied = Vec::with_capacity(text.len());
    let mut misfits = Vec::new();
    let mut done = 0;
    let mut offset: i64 = 0;
    let mut work = MOST_WORK;
    for (number, hunk) in hunks.iter().enumerate() {
        let (before, after, start, count) = match direction {
            Direction::Forward => (Side::Old, Side::New, hunk.old_start, hunk.old_count),
            Direction::Reverse => (Side::New, Side::Old, hunk.new_start, hunk.new_count),
        };
        let of_side = |side: Side| {
            let lines =
                hunk.lines.iter().filter(move |it| it.side == Side::Both || it.side == side);
            lines.map(|it| it.text.as_slice()).collect::<Vec<&[u8]>>()
        };
        let wanted = of_side(before);
        // A hunk without old lines names the line it comes after.
        let stated = i64::from(start) - i64::from(count > 0);
        match place(&lines, done, &wanted, stated + offset, &mut work) {
            Ok(at) => {
                applied.extend(lines[done..at].iter().copied().flatten());
                applied.extend(of_side(after).into_iter().flatten());
                done = at + wanted.len();
                offset = i64::try_from(at).unwrap_or(i64::MAX) - stated;
            }
            Err(reason) => misfits.push((number, reason)),
        }
    }
    if !misfits.is_empty() {
        return Err(misfits);
    }
    applied.extend(lines[done..].iter().copied().flatten());
    Ok(applied)
}

/// Where `wanted` stands in `lines`, not before `from`.
fn place(
    lines: &[&[u8]],
    from: usize,
    wanted: &[&[u8]],
    stated: i64,
    work: &mut usize,
) -> Result<usize, MisfitReason> {
    let mut fits = |at: usize| {
        let Some(found) = lines.get(at..at + wanted.len()) else { return false };
        found.iter().zip(wanted).all(|(one, two)| {
            *work = work.saturating_sub(1);
            *work > 0 && one == two
        })
    };
    if let Ok(at) = usize::try_from(stated)
        && at >= from
        && at <= lines.len()
        && fits(at)
    {
        return Ok(at);
    }
    if wanted.is_empty() {
        return Err(MisfitReason::LinesDiffer);
    }
    let last = lines.len().checked_sub(wanted.len()).ok_or(MisfitReason::LinesDiffer)?;
    let mut places = (from..=last).filter(|at| fits(*at));
    match (places.next(), places.next()) {
        (Some(at), None) => Ok(at),
        (Some(_), Some(_)) => Err(MisfitReason::Ambiguous),
        (None, _) => Err(MisfitReason::LinesDiffer),
    }
}
