//! Places in files: byte spans, and the lines and columns people read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::RepoPath;

/// A range of bytes in one file, end excluded.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// The bytes of `text` this span covers, cut at its end if it reaches beyond.
    pub fn of(self, text: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(text.len());
        &text[(self.start as usize).min(end)..end]
    }
}

/// The bytes behind a byte order mark: spans count from there.
pub fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// A line and a column, both counted from 1; columns count UTF-8 bytes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// A position in a file of the repository: what a person can open.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Place {
    pub path: RepoPath,
    pub start: Position,
    pub end: Position,
}

/// Where each line of a text starts; turns offsets into positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
}

impl Default for LineIndex {
    /// The lines of an empty text.
    fn default() -> LineIndex {
        LineIndex::new(b"")
    }
}

impl LineIndex {
    pub fn new(text: &[u8]) -> LineIndex {
        // Most lines are longer than this: it grows once or not at all.
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1));
        starts.shrink_to_fit();
        LineIndex { starts, length: text.len() as u32 }
    }

    /// The position of a byte offset; offsets beyond the end give the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.length);
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        Position { line: line as u32 + 1, column: offset - self.starts[line] + 1 }
    }

    /// The bytes of a line counted from 1, its line break included.
    pub fn line(&self, line: u32) -> Option<Span> {
        let at = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).copied().unwrap_or(self.length);
        Some(Span { start, end })
    }

    pub fn place(&self, path: &RepoPath, span: Span) -> Place {
        Place { path: path.clone(), start: self.position(span.start), end: self.position(span.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_and_stop_at_the_end() {
        let index = LineIndex::new(b"ab\ncd");
        assert_eq!(index.position(0), Position { line: 1, column: 1 });
        assert_eq!(index.position(2), Position { line: 1, column: 3 });
        assert_eq!(index.position(3), Position { line: 2, column: 1 });
        assert_eq!(index.position(99), Position { line: 2, column: 3 });
        assert_eq!(index.line(2), Some(Span { start: 3, end: 5 }));
        assert_eq!(index.line(3), None);
        assert_eq!(LineIndex::default().position(7), Position { line: 1, column: 1 });
    }
}
