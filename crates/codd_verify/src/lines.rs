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

/// Bytes before and behind a place beyond which a line is not read: many matches in one long
/// line must not each cost the whole line.
const WINDOW: usize = 4096;

/// The lines a span touches, with runs of white space as one space.
pub(crate) fn snippet_of_line(bytes: &[u8], span: Span) -> String {
    let at = (span.start as usize).min(bytes.len());
    let low = at.saturating_sub(WINDOW);
    let start =
        bytes[low..at].iter().rposition(|byte| *byte == b'\n').map_or(low, |it| low + it + 1);
    let end = (span.end as usize).clamp(at, bytes.len().min(at + WINDOW));
    let high = bytes.len().min(end + WINDOW);
    let end = bytes[end..high].iter().position(|byte| *byte == b'\n').map_or(high, |it| end + it);
    let text = String::from_utf8_lossy(&bytes[start..end]);
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.len() <= MAX_SNIPPET {
        return joined;
    }
    let cut = (0..=MAX_SNIPPET).rev().find(|at| joined.is_char_boundary(*at)).unwrap_or(0);
    let digest = blake3::hash(joined.as_bytes()).to_hex();
    format!("{}… {}", &joined[..cut], &digest[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_an_endless_line_costs_its_surroundings() {
        let mut bytes = b"first\n".to_vec();
        bytes.extend(b"x ".repeat(WINDOW));
        bytes.extend(b"md5");
        bytes.extend(b" y".repeat(WINDOW));
        let at = bytes.windows(3).position(|it| it == b"md5").unwrap();
        let far = [b"z ".repeat(WINDOW), bytes.clone()].concat();
        let snippet = snippet_of_line(&bytes, Span::new(at, at + 3));
        assert_eq!(snippet, snippet_of_line(&far, Span::new(at + 2 * WINDOW, at + 2 * WINDOW + 3)));
        assert_eq!(snippet_of_line(b"a\n b  c\nd", Span::new(3, 4)), "b c");
    }
}
