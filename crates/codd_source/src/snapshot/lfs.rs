//! Git LFS pointers: small files that stand for content kept elsewhere.

use std::fmt::Write;

use sha2::{Digest, Sha256};

const FIRST_LINE: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// Pointers are smaller, by the LFS specification.
pub(super) const LARGEST_POINTER: u64 = 1024;

/// Whether these bytes are a Git LFS pointer, not the content itself.
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    target(bytes).is_some()
}

/// The SHA-256 in hexadecimal and the size that a pointer stands for.
fn target(bytes: &[u8]) -> Option<(&str, u64)> {
    if bytes.len() as u64 >= LARGEST_POINTER {
        return None;
    }
    let text = std::str::from_utf8(bytes.strip_prefix(FIRST_LINE)?).ok()?;
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let hash = field("oid")?.strip_prefix("sha256:")?;
    let size = field("size")?.parse().ok()?;
    (hash.len() == 64).then_some((hash, size))
}

/// Whether `content` is what `pointer` stands for.
pub(super) fn is_content_of(pointer: &[u8], content: &[u8]) -> bool {
    let Some((hash, size)) = target(pointer) else { return false };
    if content.len() as u64 != size {
        return false;
    }
    let mut found = String::with_capacity(64);
    for byte in Sha256::digest(content) {
        write!(found, "{byte:02x}").expect("a string takes everything");
    }
    found == hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_told_from_a_text_about_pointers() {
        let pointer = "version https://git-lfs.github.com/spec/v1\n\
            oid sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\nsize 6\n";
        assert!(is_lfs_pointer(pointer.as_bytes()));
        assert!(is_content_of(pointer.as_bytes(), b"hello\n"));
        assert!(!is_content_of(pointer.as_bytes(), b"other\n"));
        assert!(!is_lfs_pointer(
            b"version https://git-lfs.github.com/spec/v1\nis the first line\n"
        ));
    }
}
