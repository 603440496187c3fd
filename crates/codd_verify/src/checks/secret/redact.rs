//! How a secret is named without telling it.

use sha2::{Digest, Sha256};

/// Characters of a long secret that are shown.
const SHOWN: usize = 4;

/// The first characters, at most a quarter of all, and the start of the SHA-256 digest.
///
/// It is the same wherever the secret stands, so that a waiver or an allow-list can name it.
pub(super) fn redacted(secret: &[u8]) -> String {
    let shown = SHOWN.min(secret.len() / 4);
    let start: String = secret
        .iter()
        .take(shown)
        .map(|it| if it.is_ascii_graphic() { char::from(*it) } else { '.' })
        .collect();
    format!("{start}… (sha256 {})", digest(secret))
}

/// The first eight digits of the SHA-256 digest.
pub(super) fn digest(secret: &[u8]) -> String {
    whole_digest(secret)[..8].to_owned()
}

/// The whole SHA-256 digest in hexadecimal.
pub(super) fn whole_digest(secret: &[u8]) -> String {
    Sha256::digest(secret).iter().map(|it| format!("{it:02x}")).collect()
}

/// Bits for each byte, by how often each occurs.
pub(super) fn entropy(text: &[u8]) -> f32 {
    let mut counts = [0_u32; 256];
    for it in text {
        counts[usize::from(*it)] += 1;
    }
    let length = text.len() as f32;
    counts
        .iter()
        .filter(|it| **it > 0)
        .map(|it| {
            let share = *it as f32 / length;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_of_a_short_secret_is_shown() {
        assert_eq!(redacted(b"abcdefghijklmnopqrstuvwxyz"), "abcd… (sha256 71c480df)");
        assert_eq!(redacted(b"hunter22"), "hu… (sha256 20d2fe5e)");
        assert_eq!(redacted(b"abc"), "… (sha256 ba7816bf)");
    }

    #[test]
    fn entropy_of_texts() {
        assert!(entropy(b"aaaa") < 0.01);
        assert!((entropy(b"abcdabcd") - 2.0).abs() < 0.01);
    }
}
