//! What is read of a SCIP index, which anybody may have written.

use super::OWN_NAME;
use super::wire::{Fields, Malformed, Value};

/// Why a file is not read as an index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IndexError {
    #[error("not a SCIP index, or cut short: byte {at} is not part of a message")]
    Malformed { at: usize },
    #[error("it is no SCIP index: it has no document")]
    Empty,
    /// Its guesses would come back as facts.
    #[error("codd itself made it, and it says nothing that codd does not know")]
    Own,
}

/// What columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Units {
    Utf8,
    Utf16,
    /// Characters.
    Utf32,
}

/// Lines and columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct IndexRange {
    pub(crate) start: (u32, u32),
    pub(crate) end: (u32, u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexOccurrence<'a> {
    pub(crate) range: IndexRange,
    pub(crate) symbol: &'a str,
    pub(crate) roles: u64,
}

/// A symbol that stands in for another: it overrides or implements it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexRelationship<'a> {
    pub(crate) symbol: &'a str,
    pub(crate) implements: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexDocument<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: Option<&'a str>,
    pub(crate) units: Units,
    pub(crate) occurrences: Vec<IndexOccurrence<'a>>,
    pub(crate) relationships: Vec<IndexRelationship<'a>>,
    /// Occurrences without a symbol or a range that makes sense.
    pub(crate) unreadable: u32,
}

/// The documents of an index; nothing is read deeper than its few kinds of messages.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<IndexDocument<'_>>, IndexError> {
    let mut documents = Vec::new();
    let mut fields = Fields(bytes);
    loop {
        let at = bytes.len() - fields.0.len();
        let malformed = |_: Malformed| IndexError::Malformed { at };
        let Some(field) = fields.next().map_err(malformed)? else { break };
        match field {
            (1, Value::Bytes(inner)) if tool(inner).map_err(malformed)? == OWN_NAME => {
                return Err(IndexError::Own);
            }
            (2, Value::Bytes(inner)) => documents.push(document(inner).map_err(malformed)?),
            _ => {}
        }
    }
    if documents.is_empty() { Err(IndexError::Empty) } else { Ok(documents) }
}

/// The name of the tool that made an index, from its metadata; empty where it says none.
fn tool(bytes: &[u8]) -> Result<&str, Malformed> {
    let (mut metadata, mut name) = (Fields(bytes), "");
    while let Some(field) = metadata.next()? {
        let (2, Value::Bytes(info)) = field else { continue };
        let mut info = Fields(info);
        while let Some(field) = info.next()? {
            if let (1, Value::Bytes(it)) = field {
                name = text(it)?;
            }
        }
    }
    Ok(name)
}

fn document(bytes: &[u8]) -> Result<IndexDocument<'_>, Malformed> {
    let mut out = IndexDocument {
        path: "",
        text: None,
        units: Units::Utf8,
        occurrences: Vec::new(),
        relationships: Vec::new(),
        unreadable: 0,
    };
    let (mut encoding, mut language) = (0, "");
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Bytes(it)) => out.path = text(it)?,
            (2, Value::Bytes(it)) => match occurrence(it)? {
                Some(occurrence) => out.occurrences.push(occurrence),
                None => out.unreadable += 1,
            },
            (3, Value::Bytes(it)) => relationships(it, &mut out.relationships)?,
            (4, Value::Bytes(it)) => language = text(it)?,
            (5, Value::Bytes(it)) => out.text = Some(text(it)?),
            (6, Value::Number(it)) => encoding = it,
            _ => {}
        }
    }
    // Older indexers do not say it: each counts as its own language does.
    out.units = match (encoding, language.to_ascii_lowercase().as_str()) {
        (1, _) | (0, "go" | "rust" | "c" | "cpp" | "ruby") => Units::Utf8,
        (3, _) | (0, "python") => Units::Utf32,
        _ => Units::Utf16,
    };
    Ok(out)
}

fn text(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|_| Malformed)
}

fn occurrence(bytes: &[u8]) -> Result<Option<IndexOccurrence<'_>>, Malformed> {
    let (mut numbers, mut symbol, mut roles) = (Vec::new(), "", 0);
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Number(it)) => numbers.push(it),
            (1, Value::Bytes(it)) => {
                let mut packed = Fields(it);
                while !packed.0.is_empty() && numbers.len() <= 4 {
                    numbers.push(packed.varint()?);
                }
            }
            (2, Value::Bytes(it)) => symbol = text(it)?,
            (3, Value::Number(it)) => roles = it,
            // A line, a start and an end; both lines and columns.
            (8, Value::Bytes(it)) => numbers = by_field::<3>(it)?.to_vec(),
            (9, Value::Bytes(it)) => {
                let [line, start, end_line, end] = by_field::<4>(it)?;
                numbers = vec![line, start, end_line, end];
            }
            _ => {}
        }
    }
    let number = |at: usize| i32::try_from(numbers[at]).ok().and_then(|it| u32::try_from(it).ok());
    let range = || {
        Some(match numbers.len() {
            3 => IndexRange { start: (number(0)?, number(1)?), end: (number(0)?, number(2)?) },
            4 => IndexRange { start: (number(0)?, number(1)?), end: (number(2)?, number(3)?) },
            _ => return None,
        })
    };
    let range = range().filter(|it| it.start <= it.end && !symbol.is_empty());
    Ok(range.map(|range| IndexOccurrence { range, symbol, roles }))
}

/// The numbers of fields 1 to `N`; one that is not said is 0.
fn by_field<const N: usize>(bytes: &[u8]) -> Result<[u64; N], Malformed> {
    let mut numbers = [0; N];
    let mut fields = Fields(bytes);
    while let Some((field, value)) = fields.next()? {
        if let Value::Number(value) = value
            && let Some(place) =
                usize::try_from(field).ok().and_then(|it| numbers.get_mut(it.wrapping_sub(1)))
        {
            *place = value;
        }
    }
    Ok(numbers)
}

fn relationships<'a>(
    bytes: &'a [u8],
    out: &mut Vec<IndexRelationship<'a>>,
) -> Result<(), Malformed> {
    let (mut symbol, mut others) = ("", Vec::new());
    let mut fields = Fields(bytes);
    while let Some(field) = fields.next()? {
        match field {
            (1, Value::Bytes(it)) => symbol = text(it)?,
            (4, Value::Bytes(it)) => {
                let (mut other, mut implements) = ("", false);
                let mut inner = Fields(it);
                while let Some(field) = inner.next()? {
                    match field {
                        (1, Value::Bytes(it)) => other = text(it)?,
                        (3, Value::Number(it)) => implements = it != 0,
                        _ => {}
                    }
                }
                if implements {
                    others.push(other);
                }
            }
            _ => {}
        }
    }
    let own = symbol;
    out.extend(others.into_iter().map(|it| IndexRelationship { symbol: own, implements: it }));
    Ok(())
}
