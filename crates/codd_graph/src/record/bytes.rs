//! Numbers as bytes: small ones take one.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that are written as one piece and not one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Whole)
    }
}

impl Bytes {
    /// Seven bits a byte, the least first; the top bit says that there are more.
    pub(super) fn push(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub(super) fn numbers(&self) -> Numbers<'_> {
        Numbers::of(&self.0)
    }
}

/// Numbers that are read one after another.
pub(super) struct Numbers<'a>(&'a [u8]);

impl<'a> Numbers<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Numbers<'a> {
        Numbers(bytes)
    }

    /// The next one; `None` where there is none.
    pub(super) fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        if first < 0x80 {
            return Some(u32::from(first));
        }
        let mut number = u64::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).ok();
            }
        }
        None
    }

    /// How many things follow: each of them takes a byte at least.
    pub(super) fn count(&mut self) -> Option<usize> {
        let count = self.next()? as usize;
        (count <= self.0.len()).then_some(count)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        let all = [0, 1, 127, 128, 300, 16_383, 16_384, 1 << 21, 1 << 28, u32::MAX];
        let mut bytes = Bytes::default();
        for it in all {
            bytes.push(it);
        }
        let mut numbers = bytes.numbers();
        let read: Vec<u32> = std::iter::from_fn(|| numbers.next()).collect();
        assert_eq!(read, all);
        assert!(numbers.is_at_end());
    }

    #[test]
    fn what_is_cut_off_or_too_large_is_no_number() {
        for bytes in [&[][..], &[0x80], &[0xff; 4], &[0xff; 5], &[0xff, 0xff, 0xff, 0xff, 0x10]] {
            assert_eq!(Bytes(bytes.to_vec()).numbers().next(), None, "{bytes:?}");
        }
        assert_eq!(Bytes(vec![3, 0, 0]).numbers().count(), None);
        assert_eq!(Bytes(vec![2, 0, 0]).numbers().count(), Some(2));
    }
}
