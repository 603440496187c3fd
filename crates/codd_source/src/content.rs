//! The identity of a file's content: the git blob id.

use std::fmt;
use std::str::FromStr;

use sha1::{Digest, Sha1};

/// The SHA-1 git gives a blob of these bytes.
///
/// The same for a committed, a staged and an untracked file of the same content, so that
/// whatever is kept by content id survives `git add`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(pub [u8; 20]);

impl ContentId {
    pub fn of(bytes: &[u8]) -> ContentId {
        let mut hasher = Sha1::new();
        hasher.update(format!("blob {}\0", bytes.len()));
        hasher.update(bytes);
        ContentId(hasher.finalize().into())
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // At once, since the digest of a tree is made of one for each file.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 40];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).expect("digits are text"))
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ContentId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<ContentId, Self::Err> {
        let mut id = [0; 20];
        if text.len() != 40 || !text.is_ascii() {
            return Err("a content id has 40 hexadecimal digits");
        }
        for (at, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16)
                .map_err(|_| "a content id has 40 hexadecimal digits")?;
        }
        Ok(ContentId(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_git_hash_object_prints() {
        let id = ContentId::of(b"hello\n");
        assert_eq!(id.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}
