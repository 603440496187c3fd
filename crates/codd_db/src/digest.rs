//! Digests of plain values that are the same in every process of one build.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// Tells values apart: nobody finds two that share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Digest([u8; 16]);

impl Digest {
    /// The digest of a value; two builds may disagree about it.
    pub(crate) fn of(value: &(impl Hash + ?Sized)) -> Digest {
        let mut hasher = Digesting::default();
        value.hash(&mut hasher);
        hasher.digest()
    }

    pub(crate) fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Gathers what a value writes of itself, since most of it comes in a few bytes at a time.
#[derive(Default)]
pub(crate) struct Digesting {
    gathered: Vec<u8>,
    hasher: blake3::Hasher,
}

const GATHERED: usize = 1 << 14;

impl Digesting {
    pub(crate) fn digest(mut self) -> Digest {
        self.hasher.update(&self.gathered);
        let mut digest = [0; 16];
        self.hasher.finalize_xof().fill(&mut digest);
        Digest(digest)
    }
}

impl Hasher for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHERED {
            self.hasher.update(&self.gathered);
            self.gathered.clear();
        }
    }

    /// Only for those who want a number: the digest is [`Digesting::digest`].
    fn finish(&self) -> u64 {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.gathered);
        let mut number = [0; 8];
        hasher.finalize_xof().fill(&mut number);
        u64::from_le_bytes(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_digests_and_others_have_not() {
        let long = vec!["a name of some length".to_owned(); 5000];
        assert_eq!(Digest::of(&long), Digest::of(&long.clone()));
        let mut other = long.clone();
        other[4999].push('x');
        assert_ne!(Digest::of(&long), Digest::of(&other));
        assert_ne!(Digest::of(&("ab", "c")), Digest::of(&("a", "bc")));
        assert_ne!(Digest::of(&None::<u32>), Digest::of(&Some(0_u32)));
    }
}
