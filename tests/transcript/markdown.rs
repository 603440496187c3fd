//! The fenced blocks of a document, and the lines between them.

/// A part of a document, in order.
pub(super) enum Block<'a> {
    /// One line outside of any fence.
    Prose(&'a str),
    Fenced {
        fence: &'a str,
        info: &'a str,
        lines: Vec<&'a str>,
    },
}

pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks < 3 {
            blocks.push(Block::Prose(line));
            continue;
        }
        let (fence, info) = line.split_at(ticks);
        let mut inside = Vec::new();
        loop {
            match lines.next() {
                Some(line) if line == fence => break,
                Some(line) => inside.push(line),
                None => panic!("the block that `{line}` opens is never closed"),
            }
        }
        blocks.push(Block::Fenced { fence, info, lines: inside });
    }
    blocks
}

/// The block as it stands in a document; the text ends with a line break or is empty. The fence
/// is as long as it must be to hold fences in the text.
pub(super) fn fenced(fence: &str, info: &str, text: &str) -> String {
    let ticks = |line: &str| line.len() - line.trim_start_matches('`').len();
    let longest = text.lines().map(ticks).max().unwrap_or(0);
    let fence = if longest < fence.len() { fence.to_owned() } else { "`".repeat(longest + 1) };
    format!("{fence}{info}\n{text}{fence}\n")
}
