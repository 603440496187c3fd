//! Values as bytes of the store: compressed where that makes them smaller.
//!
//! The first byte says which. What files say repeats itself, and is read faster from less.

use std::borrow::Cow;

const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;

/// Shorter values gain nothing.
const SHORTEST: usize = 256;

/// A compressed value is at most so many times as long once it is read: more is none.
const MOST: usize = 256;

/// The bytes that stand for a value in the store.
pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() >= SHORTEST {
        let mut packed = vec![COMPRESSED];
        packed.extend(lz4_flex::block::compress_prepend_size(bytes));
        if packed.len() < bytes.len() {
            return packed;
        }
    }
    plain(bytes)
}

fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len() + 1);
    plain.push(PLAIN);
    plain.extend_from_slice(bytes);
    plain
}

/// The value that these bytes stand for; `None` where they stand for none.
pub(crate) fn unpacked(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let (form, rest) = bytes.split_first()?;
    match *form {
        PLAIN => Some(Cow::Borrowed(rest)),
        COMPRESSED => {
            let (length, block) = lz4_flex::block::uncompressed_size(rest).ok()?;
            if length > block.len().saturating_mul(MOST) {
                return None;
            }
            let value = lz4_flex::block::decompress(block, length).ok()?;
            (value.len() == length).then_some(Cow::Owned(value))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_back_as_it_was() {
        let long = b"what repeats itself ".repeat(500);
        assert!(packed(&long).len() * 4 < long.len());
        for bytes in [&b""[..], b"x", &[7; 300], &long] {
            assert_eq!(unpacked(&packed(bytes)).as_deref(), Some(bytes));
            assert_eq!(unpacked(&plain(bytes)).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn what_is_no_value_is_none() {
        let whole = packed(&b"what repeats itself ".repeat(500));
        for at in 0..whole.len() {
            assert_eq!(unpacked(&whole[..at]), None, "{at} bytes");
        }
        assert_eq!(unpacked(&[9, 1, 2]), None);
        // Says that it is gigabytes.
        assert_eq!(unpacked(&[COMPRESSED, 0xff, 0xff, 0xff, 0xff, 0]), None);
    }
}
