//! The code of a file without the text around its tags.

use std::borrow::Cow;

use crate::node::Node;

/// What stands for `<?=`, of the same length: it takes all that follows, as `echo` does.
const SHOWN: &str = "$_=";

/// Whether an assignment is what stands for `<?=`.
pub(super) fn is_shown(assignment: Node<'_>) -> bool {
    assignment.text().starts_with(SHOWN)
}

/// The text with blanks for what stands outside of `<?php … ?>`, of the same length; a closing
/// tag ends a statement. A text without any tag has no code: others include it as it is, and
/// what ends in `.inc` may be of no language at all.
pub(super) fn code_alone(text: &str) -> Cow<'_, str> {
    let starts = text.starts_with("<?php");
    let first = text.find("<?").unwrap_or(text.len());
    if starts && !text.contains("?>") {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    blank(&mut out, &bytes[..first]);
    let mut at = first;
    while at < bytes.len() {
        // At an opening tag.
        let rest = &bytes[at..];
        let tag = if starts_with(rest, b"<?php") {
            5
        } else if starts_with(rest, b"<?=") {
            3
        } else {
            2
        };
        if starts_with(rest, b"<?=") {
            out.extend_from_slice(SHOWN.as_bytes());
        } else {
            blank(&mut out, &rest[..tag.min(rest.len())]);
        }
        at = (at + tag).min(bytes.len());
        let end = code_end(bytes, at);
        out.extend_from_slice(&bytes[at..end]);
        at = end;
        if at >= bytes.len() {
            break;
        }
        out.extend_from_slice(b" ;");
        at += 2;
        let next = find(bytes, at, b"<?").unwrap_or(bytes.len());
        blank(&mut out, &bytes[at..next]);
        at = next;
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Where the closing tag of the code that begins at `start` stands.
fn code_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        let rest = &bytes[at..];
        match bytes[at] {
            b'?' if starts_with(rest, b"?>") => return at,
            b'\'' | b'"' | b'`' => at = quoted_end(bytes, at),
            b'#' if starts_with(rest, b"#[") => at += 2,
            b'#' => at = line_comment_end(bytes, at),
            b'/' if starts_with(rest, b"//") => at = line_comment_end(bytes, at),
            b'/' if starts_with(rest, b"/*") => {
                at = find(bytes, at + 2, b"*/").map_or(bytes.len(), |it| it + 2);
            }
            b'<' if starts_with(rest, b"<<<") => at = heredoc_end(bytes, at),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn quoted_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            it if it == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A closing tag ends a line comment, too.
fn line_comment_end(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start..];
    let line = rest.iter().position(|it| *it == b'\n').unwrap_or(rest.len());
    let tag = find(rest, 0, b"?>").unwrap_or(rest.len());
    start + line.min(tag)
}

fn heredoc_end(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start + 3..];
    let is_word = |it: &u8| it.is_ascii_alphanumeric() || *it == b'_' || *it >= 0x80;
    let Some(begin) = rest.iter().position(is_word) else { return start + 3 };
    if !rest[..begin].iter().all(|it| matches!(it, b' ' | b'\t' | b'\'' | b'"')) {
        return start + 3;
    }
    let length = rest[begin..].iter().take_while(|it| is_word(it)).count();
    let label = &rest[begin..begin + length];
    let mut at = start + 3 + begin + length;
    while let Some(line) = find(bytes, at, b"\n") {
        let text = &bytes[line + 1..];
        let indent = text.iter().take_while(|it| matches!(it, b' ' | b'\t')).count();
        let after = text.get(indent + label.len());
        if starts_with(&text[indent..], label) && !after.is_some_and(is_word) {
            return line + 1 + indent + label.len();
        }
        at = line + 1;
    }
    bytes.len()
}

fn find(bytes: &[u8], start: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(start..)?;
    rest.windows(what.len()).position(|it| it == what).map(|it| start + it)
}

fn starts_with(bytes: &[u8], what: &[u8]) -> bool {
    bytes.len() >= what.len() && bytes[..what.len()].eq_ignore_ascii_case(what)
}

fn blank(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(bytes.iter().map(|it| match it {
        b'\n' | b'\r' | b'\t' => *it,
        _ => b' ',
    }));
}

#[cfg(test)]
mod tests {
    use super::code_alone;

    fn check(text: &str, expected: &str) {
        let code = code_alone(text);
        assert_eq!(code, expected);
        assert_eq!(code.len(), text.len());
    }

    #[test]
    fn what_stands_outside_of_tags_is_blank() {
        check("<b>é</b><?= $a ?>\n<?php f();", "         $_= $a  ;\n      f();");
        check("<?php f();\n?>\n", "      f();\n ;\n");
    }

    #[test]
    fn closing_tags_in_strings_close_nothing() {
        check("<?php f('?>', \"\\\"?>\"); // ?>x", "      f('?>', \"\\\"?>\"); //  ; ");
        check("<?php <<<A\n ?>\n A; /* ?> */ ?>", "      <<<A\n ?>\n A; /* ?> */  ;");
    }

    #[test]
    fn code_alone_stays_as_it_is() {
        check("<?php f();", "<?php f();");
    }

    #[test]
    fn a_text_without_tags_has_no_code() {
        check("Title\n=====\n\n.. toctree:: f($a);", "     \n     \n\n                   ");
    }
}
