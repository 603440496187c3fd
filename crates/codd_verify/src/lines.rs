//! Lines of a file as text checks see them.

use codd_source::Span;

/// Longest part of a line that goes into a fingerprint as it is.
const MAX_SNIPPET: usize = 200;

/// The lines of a file without their line feeds; a final line feed starts no further line.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = Span> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let length = bytes[start..].iter().position(|byte| *byte == b'\n');
        let end = length.map_or(bytes.len(), |length| start + length);
        let line = Span::new(start, end);
        start = end + 1;
        Some(line)
    })
}

/// The lines a span touches, with runs of white space as one space.
pub(crate) fn snippet_of_line(bytes: &[u8], span: Span) -> String {
    let at = (span.start as usize).min(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
    let end = (span.end as usize).clamp(at, bytes.len());
    let end =
        bytes[end..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |it| end + it);
    let text = String::from_utf8_lossy(&bytes[start..end]);
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.len() <= MAX_SNIPPET {
        return joined;
    }
    let cut = (0..=MAX_SNIPPET).rev().find(|at| joined.is_char_boundary(*at)).unwrap_or(0);
    let digest = blake3::hash(joined.as_bytes()).to_hex();
    format!("{}… {}", &joined[..cut], &digest[..16])
}
