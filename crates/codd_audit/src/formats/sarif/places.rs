//! Places as SARIF has them: relative, percent-encoded URIs and columns in UTF-16 code units.

use std::fmt::Write;

use codd_source::printable;

use super::types::{
    ArtifactLocation, LocationMessage, LogicalLocation, PhysicalLocation, Region, SarifLocation,
    Snippet,
};
use crate::{Location, NodeRecord};

/// What the URIs of a log are relative to.
pub(super) const ROOT: &str = "%SRCROOT%";

/// The place of a finding.
pub(super) fn location(location: &Location) -> SarifLocation {
    SarifLocation {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: artifact(&location.path),
            region: Some(region(location)),
        },
        logical_locations: logical(location.symbol.as_deref()),
        message: None,
    }
}

/// The place of a node, with what to say about it.
pub(super) fn node(node: &NodeRecord, message: &str) -> SarifLocation {
    let region = node.line.map(|line| Region {
        start_line: line.max(1),
        end_line: line.max(1),
        ..Region::default()
    });
    SarifLocation {
        id: None,
        physical_location: PhysicalLocation { artifact_location: artifact(&node.path), region },
        logical_locations: logical(node.symbol.as_deref()),
        message: Some(LocationMessage { text: printable(message).into_owned() }),
    }
}

/// One step of a value's way.
pub(super) fn step(at: &Location, text: &str) -> SarifLocation {
    SarifLocation {
        message: Some(LocationMessage { text: printable(text).into_owned() }),
        ..location(at)
    }
}

/// The first line of a file: for what is about no place in particular.
pub(super) fn file(path: &str) -> SarifLocation {
    SarifLocation {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: artifact(path),
            region: Some(Region { start_line: 1, end_line: 1, ..Region::default() }),
        },
        logical_locations: Vec::new(),
        message: None,
    }
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: relative_uri(path), uri_base_id: ROOT }
}

fn logical(symbol: Option<&str>) -> Vec<LogicalLocation> {
    symbol
        .map(|name| LogicalLocation { fully_qualified_name: printable(name).into_owned() })
        .into_iter()
        .collect()
}

/// `path` as a relative reference of RFC 3986: every byte that is not unreserved is encoded,
/// so that no colon of a name reads as a scheme.
pub(super) fn relative_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => write!(uri, "%{other:02X}").expect("a string takes everything"),
        }
    }
    uri
}

/// The region of a place, its columns counted in UTF-16 code units.
///
/// Places count bytes. The covered lines in the snippet tell how many units stand before
/// each end; where they don't (a long place whose lines were cut), the region is of whole
/// lines: SARIF has a word for that, and none for a column that may be wrong.
pub(super) fn region(location: &Location) -> Region {
    let start_line = location.line.max(1);
    let end_line = location.end_line.max(start_line);
    let lines: Vec<&str> = location.snippet.split('\n').collect();
    let last = (end_line - start_line) as usize;
    let all_shown = lines.len() > last;
    let ends = lines
        .first()
        .zip(lines.get(last))
        .and_then(|(first, end)| {
            Some((utf16_column(first, location.column)?, utf16_column(end, location.end_column)?))
        })
        .filter(|(start, end)| last > 0 || start <= end);
    let Some((start_column, end_column)) = ends else {
        let text = lines.get(..=last).map(|shown| shown.join("\n"));
        let snippet = text.filter(|text| !text.is_empty()).map(|text| Snippet { text });
        return Region { start_line, end_line, snippet, ..Region::default() };
    };
    let snippet = all_shown.then(|| Snippet { text: covered(&lines[..=last], location) });
    Region {
        start_line,
        start_column: Some(start_column),
        end_line,
        end_column: Some(end_column),
        snippet: snippet.filter(|snippet| !snippet.text.is_empty()),
    }
}

/// The column in UTF-16 code units of a byte column, both from 1; nothing when the column
/// is not in the line or not between two characters.
fn utf16_column(line: &str, column: u32) -> Option<u32> {
    // The mark of a replaced byte: what stood there was of another length.
    if line.contains('\u{fffd}') {
        return None;
    }
    let before = line.get(..(column as usize).checked_sub(1)?)?;
    Some(before.encode_utf16().count() as u32 + 1)
}

/// The text from the first to the last column of `lines`, both known to be in them.
fn covered(lines: &[&str], location: &Location) -> String {
    let text = lines.join("\n");
    let cut = lines.last().map_or(0, |line| line.len() + 1 - location.end_column as usize);
    text.get(location.column as usize - 1..text.len() - cut).unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(column: u32, end_line: u32, end_column: u32, snippet: &str) -> Region {
        region(&Location {
            path: "a.py".to_owned(),
            line: 3,
            column,
            end_line,
            end_column,
            symbol: None,
            snippet: snippet.to_owned(),
        })
    }

    #[test]
    fn columns_count_utf16_code_units() {
        // Two bytes and one unit for `é`, four bytes and two units for the emoji.
        let region = place(11, 3, 17, "é = '🙂' + eval(x)");
        assert_eq!((region.start_column, region.end_column), (Some(8), Some(14)));
        assert_eq!(region.snippet.map(|it| it.text).as_deref(), Some("' + ev"));
    }

    #[test]
    fn a_place_over_lines_is_cut_at_both_ends() {
        let region = place(5, 4, 3, "a = f(\n  x)\n");
        assert_eq!((region.start_column, region.end_column), (Some(5), Some(3)));
        assert_eq!(region.snippet.map(|it| it.text).as_deref(), Some("f(\n  "));
    }

    #[test]
    fn a_column_that_cannot_be_known_is_left_out() {
        for region in [
            place(5, 9, 2, "only = the_first_line"),
            place(40, 3, 44, "short"),
            place(2, 3, 4, "é inside a character"),
            place(0, 3, 1, "x"),
            place(9, 3, 10, "x = '\u{fffd}'"),
        ] {
            assert_eq!((region.start_column, region.end_column), (None, None));
        }
    }

    #[test]
    fn names_are_percent_encoded() {
        assert_eq!(relative_uri("src/a b\n\"c\"%.py"), "src/a%20b%0A%22c%22%25.py");
        assert_eq!(relative_uri("c:/é"), "c%3A/%C3%A9");
    }
}
