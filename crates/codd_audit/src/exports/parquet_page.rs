//! Columns of a Parquet file: a page of data each, texts with a page of what they may be.
#![expect(clippy::cast_possible_wrap, reason = "the format's numbers have signs and use none")]

use std::collections::BTreeMap;

use super::parquet_thrift::{Compact, varint};

const DATA_PAGE: i32 = 0;
const DICTIONARY_PAGE: i32 = 2;

const PLAIN: i32 = 0;
const RLE: i32 = 3;
const RLE_DICTIONARY: i32 = 8;

/// The values of a column, `None` where there is none.
#[derive(Clone, Debug)]
pub(super) enum Column<'a> {
    Texts(Vec<Option<&'a str>>),
    Numbers(Vec<Option<u32>>),
}

/// Where the pages of a column are in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    pub(super) start: usize,
    pub(super) data: usize,
    pub(super) dictionary: Option<usize>,
    pub(super) length: usize,
}

impl Column<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Column::Texts(values) => values.len(),
            Column::Numbers(values) => values.len(),
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Column::Texts(_))
    }

    /// `BYTE_ARRAY` or `INT32`.
    pub(super) fn physical_type(&self) -> i32 {
        if self.is_text() { 6 } else { 1 }
    }

    pub(super) fn encodings(&self) -> &'static [i32] {
        if self.is_text() { &[PLAIN, RLE, RLE_DICTIONARY] } else { &[PLAIN, RLE] }
    }

    /// Writes the pages at the end of `bytes`.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) -> Chunk {
        let start = bytes.len();
        let (dictionary, encoding, data) = match self {
            Column::Texts(values) => {
                let mut numbers: BTreeMap<&str, u32> =
                    values.iter().flatten().map(|text| (*text, 0)).collect();
                let mut page = Vec::new();
                for (at, (text, number)) in numbers.iter_mut().enumerate() {
                    *number = at as u32;
                    page.extend_from_slice(&(text.len() as u32).to_le_bytes());
                    page.extend_from_slice(text.as_bytes());
                }
                page_header(bytes, DICTIONARY_PAGE, page.len(), |out| {
                    out.field(7, Compact::STRUCT);
                    out.begin();
                    out.i32(1, numbers.len() as i32);
                    out.i32(2, PLAIN);
                    out.end();
                });
                bytes.extend_from_slice(&page);
                let mut data = levels(values.iter().map(Option::is_some));
                let width = bits(numbers.len().saturating_sub(1) as u32);
                data.push(width);
                let indices: Vec<u32> = values.iter().flatten().map(|it| numbers[it]).collect();
                packed(&mut data, &indices, width);
                (Some(start), RLE_DICTIONARY, data)
            }
            Column::Numbers(values) => {
                let mut data = levels(values.iter().map(Option::is_some));
                for value in values.iter().flatten() {
                    data.extend_from_slice(&value.to_le_bytes());
                }
                (None, PLAIN, data)
            }
        };
        let at = bytes.len();
        page_header(bytes, DATA_PAGE, data.len(), |out| {
            out.field(5, Compact::STRUCT);
            out.begin();
            out.i32(1, self.len() as i32);
            out.i32(2, encoding);
            out.i32(3, RLE);
            out.i32(4, RLE);
            out.end();
        });
        bytes.extend_from_slice(&data);
        Chunk { start, data: at, dictionary, length: bytes.len() - start }
    }
}

/// `PageHeader`; `inner` adds what is particular to its kind.
fn page_header(bytes: &mut Vec<u8>, kind: i32, size: usize, inner: impl FnOnce(&mut Compact)) {
    let mut out = Compact::default();
    out.i32(1, kind);
    out.i32(2, size as i32);
    out.i32(3, size as i32);
    inner(&mut out);
    bytes.extend_from_slice(&out.finish());
}

/// Which values are there: definition levels of one bit, with their length before them.
fn levels(are_there: impl Iterator<Item = bool>) -> Vec<u8> {
    let levels: Vec<u32> = are_there.map(u32::from).collect();
    let mut data = Vec::new();
    packed(&mut data, &levels, 1);
    let mut bytes = (data.len() as u32).to_le_bytes().to_vec();
    bytes.extend_from_slice(&data);
    bytes
}

/// How many bits hold the numbers up to `largest`.
fn bits(largest: u32) -> u8 {
    (u32::BITS - largest.leading_zeros()).max(1) as u8
}

/// The hybrid encoding of small numbers, as one run of packed bits in groups of eight.
fn packed(bytes: &mut Vec<u8>, values: &[u32], width: u8) {
    if values.is_empty() {
        return;
    }
    let groups = values.len().div_ceil(8);
    varint(bytes, (groups as u64) << 1 | 1);
    let (mut held, mut count) = (0_u64, 0);
    let padded = values.iter().copied().chain(std::iter::repeat(0)).take(groups * 8);
    for value in padded {
        held |= u64::from(value) << count;
        count += u32::from(width);
        while count >= 8 {
            bytes.push(held as u8);
            held >>= 8;
            count -= 8;
        }
    }
}
