//! Versions in the order of their ecosystem.

use std::cmp::Ordering;

use super::Ecosystem;

/// A version, compared as its ecosystem does.
///
/// Behind the numbers of the release stands a tail of tokens that compare one after the other,
/// and the end of it with rank 0: what comes before the release has a lower rank, what comes
/// behind it a higher one.
#[derive(Clone, Debug)]
pub(super) struct Version {
    epoch: u64,
    /// Without zeros at the end.
    release: Vec<u64>,
    /// How many numbers were written.
    pub(super) written: usize,
    tail: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Token {
    rank: i8,
    number: u64,
    text: String,
}

const END: i8 = 0;

/// Below every other token: the place just before a release and all that leads to it.
const FLOOR: i8 = i8::MIN;

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let end = Token { rank: END, number: 0, text: String::new() };
        let longest = self.tail.len().max(other.tail.len());
        let tails = || {
            (0..longest).map(|at| {
                let (a, b) =
                    (self.tail.get(at).unwrap_or(&end), other.tail.get(at).unwrap_or(&end));
                a.cmp(b)
            })
        };
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| self.release.cmp(&other.release))
            .then_with(|| tails().find(|it| it.is_ne()).unwrap_or(Ordering::Equal))
    }
}

impl Version {
    /// A version as it is written in an ecosystem; `None` for what is none.
    pub(super) fn read(ecosystem: Ecosystem, text: &str) -> Option<Version> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        if text.is_empty() || text.len() > 200 || !text.is_ascii() {
            return None;
        }
        let (epoch, text) = match text.split_once('!') {
            Some((epoch, rest)) if ecosystem == Ecosystem::Python => (epoch.parse().ok()?, rest),
            _ => (0, text),
        };
        // What a build is called does not order it, but for Python's local versions.
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let end = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        if rest.bytes().any(|it| !it.is_ascii_alphanumeric() && !b".-_~".contains(&it)) {
            return None;
        }
        let has_point = numbers.ends_with('.');
        let mut release = Vec::new();
        for part in numbers.trim_end_matches('.').split('.') {
            release.push(part.parse().ok()?);
        }
        if has_point && rest.is_empty() {
            return None;
        }
        let written = release.len();
        while release.last() == Some(&0) {
            release.pop();
        }
        let tail = match ecosystem {
            Ecosystem::Python => python_tail(rest, build)?,
            Ecosystem::JavaScript | Ecosystem::Rust | Ecosystem::Go | Ecosystem::Dotnet => {
                semantic_tail(rest, ecosystem == Ecosystem::Dotnet)?
            }
            Ecosystem::Java | Ecosystem::Php => qualified_tail(rest),
            Ecosystem::Ruby => ruby_tail(rest),
        };
        Some(Version { epoch, release, written, tail })
    }

    /// The place just before this release and everything that leads to it.
    pub(super) fn floor(&self) -> Version {
        let token = Token { rank: FLOOR, number: 0, text: String::new() };
        Version { tail: vec![token], ..self.clone() }
    }

    pub(super) fn is_before_release(&self) -> bool {
        self.tail.first().is_some_and(|it| it.rank < END)
    }

    /// The release in which the number at `at` is one higher and those behind it are gone.
    pub(super) fn next(&self, at: usize) -> Version {
        let mut release: Vec<u64> = (0..=at).map(|it| self.number(it)).collect();
        release[at] = release[at].saturating_add(1);
        Version { epoch: self.epoch, written: release.len(), release, tail: Vec::new() }
    }

    pub(super) fn number(&self, at: usize) -> u64 {
        self.release.get(at).copied().unwrap_or(0)
    }
}

fn token(rank: i8, number: u64, text: &str) -> Token {
    Token { rank, number, text: text.to_ascii_lowercase() }
}

/// Runs of letters and runs of digits.
fn runs(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for at in 0..=bytes.len() {
        let kind =
            |at: usize| bytes.get(at).map(|it| (it.is_ascii_digit(), it.is_ascii_alphabetic()));
        if at == bytes.len() || at > start && kind(at) != kind(start) {
            let run = &text[start..at];
            if run.bytes().any(|it| it.is_ascii_alphanumeric()) {
                found.push(run);
            }
            start = at;
        }
    }
    found
}

/// `a1.dev2`, `rc1`, `.post3`, `+local.1`; PEP 440.
fn python_tail(text: &str, local: Option<&str>) -> Option<Vec<Token>> {
    let mut tail = Vec::new();
    let runs = runs(text);
    let mut at = 0;
    while at < runs.len() {
        let word = runs[at].to_ascii_lowercase();
        let rank = match word.as_str() {
            "dev" => -4,
            "a" | "alpha" => -3,
            "b" | "beta" => -2,
            "c" | "rc" | "pre" | "preview" => -1,
            "post" | "rev" | "r" => 2,
            // `1.0-1` is a post release.
            _ if at == 0 && is_number(&word) && text.starts_with('-') => {
                tail.push(token(2, word.parse().ok()?, ""));
                at += 1;
                continue;
            }
            _ => return None,
        };
        let number = runs.get(at + 1).filter(|it| is_number(it));
        tail.push(token(rank, number.map_or(Some(0), |it| it.parse().ok())?, ""));
        at += 1 + usize::from(number.is_some());
    }
    for part in local.into_iter().flat_map(|it| it.split(['.', '-', '_'])) {
        let number = if is_number(part) { part.parse().ok()? } else { 0 };
        tail.push(token(1, number, if is_number(part) { "" } else { part }));
    }
    Some(tail)
}

/// `-alpha.1`; semantic versioning.
fn semantic_tail(text: &str, has_old_form: bool) -> Option<Vec<Token>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let identifiers = match text.strip_prefix('-') {
        Some(identifiers) => identifiers,
        // `1.0.0rc1`, which tools take loosely.
        None if has_old_form || text.starts_with(|it: char| it.is_ascii_alphabetic()) => text,
        None => return None,
    };
    // The mark of what leads to a release, then identifiers, of which more are higher.
    let mut tail = vec![token(-1, 0, "")];
    for part in identifiers.split('.') {
        if part.is_empty() || !part.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') {
            return None;
        }
        tail.push(match part.parse() {
            Ok(number) => token(1, number, ""),
            Err(_) => token(2, 0, part),
        });
    }
    Some(tail)
}

/// `-alpha-1`, `.Final`, `-SNAPSHOT`, `-jre`; Maven, and Composer's stabilities.
fn qualified_tail(text: &str) -> Vec<Token> {
    let mut tail: Vec<Token> = runs(text)
        .into_iter()
        .map(|run| {
            let word = run.to_ascii_lowercase();
            match word.as_str() {
                "dev" => token(-6, 0, ""),
                "alpha" | "a" => token(-5, 0, ""),
                "beta" | "b" => token(-4, 0, ""),
                "milestone" | "m" => token(-3, 0, ""),
                "rc" | "cr" => token(-2, 0, ""),
                "snapshot" => token(-1, 0, ""),
                "final" | "ga" | "release" | "stable" => token(END, 0, ""),
                "sp" | "p" | "pl" | "patch" => token(1, 0, ""),
                _ => match word.parse() {
                    Ok(number) => token(3, number, ""),
                    Err(_) => token(2, 0, &word),
                },
            }
        })
        .collect();
    while tail.last().is_some_and(|it| it.rank == END) {
        tail.pop();
    }
    tail
}

/// `.pre1`, `.rc.2`: letters lead to a release.
fn ruby_tail(text: &str) -> Vec<Token> {
    let part = |run: &str| match run.parse() {
        Ok(number) => token(1, number, ""),
        Err(_) => token(-1, 0, run),
    };
    runs(text).into_iter().map(part).collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that versions, separated by spaces, are in ascending order.
    fn ascending(ecosystem: Ecosystem, text: &str) {
        let versions: Vec<(&str, Version)> =
            text.split(' ').map(|it| (it, Version::read(ecosystem, it).unwrap())).collect();
        for pair in versions.windows(2) {
            assert!(pair[0].1 < pair[1].1, "{} < {}", pair[0].0, pair[1].0);
        }
    }

    #[test]
    fn the_order_of_each_ecosystem() {
        ascending(
            Ecosystem::Python,
            "0.9 1.0.dev1 1.0a1.dev1 1.0a1 1.0a1.post1 1.0b2 1.0rc1 1.0 1.0+abc.5 1.0.post1.dev1 1.0.post1 1.1 1!0.1",
        );
        ascending(
            Ecosystem::JavaScript,
            "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1",
        );
        ascending(
            Ecosystem::Java,
            "1.0-alpha-1 1.0-beta 1.0-M1 1.0-rc1 1.0-SNAPSHOT 1.0 1.0-sp 1.0-jre 1.0-1 1.0.1 31.1-jre",
        );
        ascending(Ecosystem::Ruby, "1.0.a 1.0.a.1 1.0.b 1.0.rc1 1.0 1.0.1 1.10");
        ascending(Ecosystem::Php, "1.0-dev 1.0-alpha1 1.0-beta2 1.0-RC1 1.0 1.0-p1 1.1");
        ascending(Ecosystem::Dotnet, "1.0.0-preview.1 1.0.0 1.0.0.1 1.2");
    }

    #[test]
    fn what_is_the_same_and_what_is_no_version() {
        for (ecosystem, a, b) in [
            (Ecosystem::Python, "1.0", "1.0.0"),
            (Ecosystem::Python, "1.0alpha1", "1.0a1"),
            (Ecosystem::Go, "v1.2.3", "1.2.3+incompatible"),
            (Ecosystem::Java, "1.0.Final", "1"),
        ] {
            let read = |text| Version::read(ecosystem, text).unwrap();
            assert_eq!(read(a).cmp(&read(b)), Ordering::Equal, "{a} {b}");
        }
        for text in ["", "latest", "1..2", "1.", "x.1", "99999999999999999999999"] {
            assert_eq!(Version::read(Ecosystem::JavaScript, text), None, "{text}");
        }
    }
}
