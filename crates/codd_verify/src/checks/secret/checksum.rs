//! What a token says of itself: checksums and structure that a made-up one does not have.

/// GitHub's tokens end in the CRC-32 of what stands between the prefix and it, in base 62.
///
/// Longer ones than the usual are of a form without a public checksum.
pub(super) fn github(token: &[u8]) -> bool {
    const USUAL: usize = 36;
    let Some(body) = token.get(4..).filter(|it| it.len() == USUAL) else { return true };
    let (random, checksum) = body.split_at(USUAL - 6);
    base62(crc32(random)) == checksum
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// Six digits, the highest first.
fn base62(number: u32) -> [u8; 6] {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut left = number;
    let mut out = [b'0'; 6];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[(left % 62) as usize];
        left /= 62;
    }
    out
}

/// Whether the first part of a token is a header that names an algorithm, and one that signs.
pub(super) fn jwt(token: &[u8]) -> bool {
    let Some(header) = token.split(|it| *it == b'.').next().and_then(decoded) else { return false };
    let header = String::from_utf8_lossy(&header);
    let without_space: String = header.chars().filter(|it| !it.is_whitespace()).collect();
    without_space.starts_with('{')
        && without_space.contains("\"alg\":\"")
        && !without_space.contains("\"alg\":\"none\"")
}

/// Base 64 of URLs, without padding.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

/// Whether a key's block holds a key, and not only its first and last line.
pub(super) fn key_body(block: &[u8]) -> bool {
    const LEAST: usize = 60;
    let is_letter = |it: &&u8| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/');
    let behind = block.windows(5).skip(11).position(|it| it == b"-----").map_or(0, |it| it + 16);
    let inner = block.get(behind..block.len().saturating_sub(20)).unwrap_or_default();
    let count = inner.iter().filter(is_letter).count();
    let mut seen = [false; 256];
    for it in inner.iter().filter(is_letter) {
        seen[usize::from(*it)] = true;
    }
    // A body of `xxxx` or `MIIE...` says where a key would stand.
    count >= LEAST && seen.iter().filter(|it| **it).count() >= 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_of_tokens() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        let mut token = b"ghp_".to_vec();
        token.extend(b"Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3");
        token.extend(base62(crc32(b"Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3Ab3")));
        assert!(github(&token));
        let last = token.len() - 1;
        token[last] = if token[last] == b'x' { b'y' } else { b'x' };
        assert!(!github(&token));
    }

    #[test]
    fn a_web_token_has_a_header_with_an_algorithm() {
        // {"alg":"HS256"}, {"typ":"JWT"} and {"alg":"none"}
        assert!(jwt(b"eyJhbGciOiJIUzI1NiJ9.e30.x"));
        assert!(!jwt(b"eyJ0eXAiOiJKV1QifQ.e30.x"));
        assert!(!jwt(b"eyJhbGciOiJub25lIn0.e30.x"));
        assert!(!jwt(b"ey!.e30.x"));
    }
}
