//! What a manifest asks for: version requirements in the notation of each ecosystem.

use super::Ecosystem;
use super::range::Range;
use super::version::Version;

/// Which versions a text asks for, and whether it names one alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    pub(super) range: Range,
    pub(super) is_pinned: bool,
}

/// A requirement as it is written in an ecosystem; `None` for what names no versions: a tag, an
/// address, a variable.
pub(super) fn read(ecosystem: Ecosystem, text: &str) -> Option<Requirement> {
    let text = text.trim();
    let is_pinned = is_pinned(ecosystem, text);
    let range = match ecosystem {
        Ecosystem::Java | Ecosystem::Dotnet if text.starts_with(['[', '(']) => {
            brackets(ecosystem, text)?
        }
        Ecosystem::Java | Ecosystem::Dotnet if text.ends_with('+') || text.ends_with('*') => {
            wildcard(ecosystem, text.trim_end_matches(['+', '*']))?
        }
        Ecosystem::Java | Ecosystem::Dotnet | Ecosystem::Go => {
            Range::exactly(Version::read(ecosystem, text)?)
        }
        _ => alternatives(ecosystem, text)?,
    };
    Some(Requirement { range, is_pinned })
}

/// A range as controls write it: `>=2.0,<3`, `==1.2`, `!=1.5`, with `||` between alternatives.
pub(super) fn of_control(ecosystem: Ecosystem, text: &str) -> Option<Range> {
    let mut range: Option<Range> = None;
    for alternative in text.split("||") {
        let mut all = Range::any();
        for part in alternative.split(',') {
            let (operator, version) = split_operator(part.trim());
            let version = Version::read(ecosystem, version)?;
            let one = comparison(ecosystem, operator, version)?;
            all = all.and(&one);
        }
        range = Some(match range {
            Some(known) => known.or(all),
            None => all,
        });
    }
    range
}

fn is_pinned(ecosystem: Ecosystem, text: &str) -> bool {
    let (operator, version) = split_operator(text);
    let is_whole =
        |least: usize| Version::read(ecosystem, version).is_some_and(|it| it.written >= least);
    match ecosystem {
        Ecosystem::Python => matches!(operator, "==" | "===") && is_whole(1),
        Ecosystem::JavaScript => matches!(operator, "" | "=") && is_whole(3),
        Ecosystem::Rust => operator == "=" && is_whole(3),
        Ecosystem::Ruby | Ecosystem::Php => matches!(operator, "" | "=") && is_whole(1),
        Ecosystem::Java | Ecosystem::Dotnet => {
            let inner = text.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(text);
            Version::read(ecosystem, inner).is_some()
        }
        Ecosystem::Go => true,
    }
}

/// `>=1.2` as `>=` and `1.2`.
fn split_operator(text: &str) -> (&str, &str) {
    let end = text.find(|it: char| !"<>=!~^".contains(it)).unwrap_or(text.len());
    let (operator, rest) = text.split_at(end);
    (operator, rest.trim())
}

/// Alternatives of comparisons that all hold.
fn alternatives(ecosystem: Ecosystem, text: &str) -> Option<Range> {
    let mut found: Option<Range> = None;
    for alternative in text.split('|').filter(|it| !it.is_empty() || !text.contains('|')) {
        let alternative = alternative.trim();
        let one = match alternative.split_once(" - ") {
            Some((low, high)) => {
                let low = Version::read(ecosystem, low)?;
                let high = Version::read(ecosystem, high)?;
                // The end of `1 - 2.3` takes all of `2.3`.
                let end = if high.written < 3 {
                    Range::up_to(high.next(high.written - 1).floor(), false)
                } else {
                    Range::up_to(high, true)
                };
                Range::from(low, true).and(&end)
            }
            None => comparisons(ecosystem, alternative)?,
        };
        found = Some(match found {
            Some(known) => known.or(one),
            None => one,
        });
    }
    found
}

/// Comparisons, between commas or white space.
fn comparisons(ecosystem: Ecosystem, text: &str) -> Option<Range> {
    let mut all = Range::any();
    let mut operator = String::new();
    for word in text.split([',', ' ', '\t']).filter(|it| !it.is_empty()) {
        // `>= 1.0`: an operator may stand apart.
        let (own, version) = split_operator(word);
        operator.push_str(own);
        if version.is_empty() {
            continue;
        }
        let version = version.split('@').next().unwrap_or(version);
        let one = one(ecosystem, &operator, version)?;
        all = all.and(&one);
        operator.clear();
    }
    operator.is_empty().then_some(all)
}

fn one(ecosystem: Ecosystem, operator: &str, text: &str) -> Option<Range> {
    if matches!(text, "*" | "x" | "X") {
        return Some(Range::any());
    }
    let prefix = ["*", "x", "X"].iter().find_map(|it| text.strip_suffix(it));
    if let Some(prefix) = prefix.map(|it| it.trim_end_matches(".x").trim_end_matches('.')) {
        let range = wildcard(ecosystem, prefix)?;
        return match operator {
            "" | "=" | "==" | "^" | "~" => Some(range),
            _ => None,
        };
    }
    let version = Version::read(ecosystem, text)?;
    match (ecosystem, operator) {
        (Ecosystem::Rust, "") | (_, "^") => Some(caret(&version)),
        (Ecosystem::JavaScript, "" | "=") if version.written < 3 => {
            Some(Range::between(version.floor(), version.next(version.written - 1).floor()))
        }
        (Ecosystem::Python, "~=") | (Ecosystem::Ruby, "~>") | (Ecosystem::Php, "~") => {
            let at = version.written.saturating_sub(2);
            Some(Range::between(version.clone(), version.next(at).floor()))
        }
        (_, "~" | "~>") => {
            let at = version.written.min(2) - 1;
            Some(Range::between(version.clone(), version.next(at).floor()))
        }
        _ => comparison(ecosystem, operator, version),
    }
}

fn comparison(ecosystem: Ecosystem, operator: &str, version: Version) -> Option<Range> {
    Some(match operator {
        "" | "=" | "==" | "===" => Range::exactly(version),
        "!=" => Range::except(version),
        ">=" => Range::from(version, true),
        ">" => Range::from(version, false),
        "<=" => Range::up_to(version, true),
        // PEP 440: what leads to a release is not below it.
        "<" if ecosystem == Ecosystem::Python && !version.is_before_release() => {
            Range::up_to(version.floor(), false)
        }
        "<" => Range::up_to(version, false),
        "~=" | "~>" => {
            let at = version.written.saturating_sub(2);
            Range::between(version.clone(), version.next(at).floor())
        }
        "^" => caret(&version),
        _ => return None,
    })
}

/// Up to the next change of the first number that is not zero.
fn caret(version: &Version) -> Range {
    let last = version.written.clamp(1, 3) - 1;
    let first = (0..last).find(|it| version.number(*it) > 0).unwrap_or(last);
    Range::between(version.clone(), version.next(first).floor())
}

/// All versions that begin with these numbers.
fn wildcard(ecosystem: Ecosystem, prefix: &str) -> Option<Range> {
    let prefix = prefix.trim_end_matches('.');
    if prefix.is_empty() {
        return Some(Range::any());
    }
    let version = Version::read(ecosystem, prefix)?;
    Some(Range::between(version.floor(), version.next(version.written - 1).floor()))
}

/// `[1.0,2.0)`, `(,1.0]`, `[1.0]`, several between commas.
fn brackets(ecosystem: Ecosystem, text: &str) -> Option<Range> {
    let mut found: Option<Range> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find([']', ')'])?;
        let (open, inner, close) = (rest.get(..1)?, rest.get(1..end)?, rest.get(end..=end)?);
        let one = match inner.split_once(',') {
            None => Range::exactly(Version::read(ecosystem, inner)?),
            Some((low, high)) => {
                let mut range = Range::any();
                if !low.trim().is_empty() {
                    range = range.and(&Range::from(Version::read(ecosystem, low)?, open == "["));
                }
                if !high.trim().is_empty() {
                    range = range.and(&Range::up_to(Version::read(ecosystem, high)?, close == "]"));
                }
                range
            }
        };
        found = Some(match found {
            Some(known) => known.or(one),
            None => one,
        });
        rest = rest[end + 1..].trim_start_matches([',', ' ']);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a requirement takes each version: `+` in front of those it does.
    fn check(ecosystem: Ecosystem, requirement: &str, versions: &str) {
        let read = read(ecosystem, requirement).unwrap();
        for it in versions.split(' ') {
            let version = Version::read(ecosystem, &it[1..]).unwrap();
            assert_eq!(read.range.contains(&version), it.starts_with('+'), "{requirement} {it}");
        }
    }

    #[test]
    fn requirements_of_each_ecosystem() {
        use Ecosystem::{Dotnet, Java, JavaScript, Php, Python, Ruby, Rust};
        check(Python, ">=2.0,<3,!=2.5", "-1.9 +2.0 -2.5 +2.9 -3.0 -3.0rc1");
        check(Python, "~=1.4.2", "-1.4.1 +1.4.2 +1.4.9 -1.5");
        check(Python, "==1.4.*", "+1.4 +1.4.9 -1.5");
        check(Python, "== 1.4", "+1.4.0 -1.4.1");
        check(JavaScript, "^1.2.3", "-1.2.2 +1.2.3 +1.9.0 -2.0.0 -2.0.0-rc.1");
        check(JavaScript, "^0.2.3", "+0.2.9 -0.3.0");
        check(JavaScript, "~1.2", "+1.2.9 -1.3.0");
        check(JavaScript, "1.x || >=3.0.0 <3.1.0", "+1.5.0 -2.0.0 +3.0.5 -3.1.0");
        check(JavaScript, "1.2 - 2.3", "-1.1.9 +1.2.0 +2.3.9 -2.4.0");
        check(JavaScript, "1.2.3", "+1.2.3 -1.2.4");
        check(JavaScript, "*", "+9.9.9");
        check(Rust, "1.2", "-1.1.0 +1.2.0 +1.9.0 -2.0.0");
        check(Rust, "=1.2.3", "+1.2.3 -1.2.4");
        check(Ruby, "~> 1.2.3", "+1.2.9 -1.3");
        check(Ruby, ">= 1.0, < 2", "+1.5 -2.0");
        check(Php, "~1.2", "+1.9 -2.0");
        check(Php, "^1.0|^2.0", "+1.5 +2.5 -3.0");
        check(Java, "[1.0,2.0)", "+1.0 +1.9 -2.0");
        check(Java, "1.+", "+1.9 -2.0");
        check(Java, "1.2", "+1.2 -1.3");
        check(Dotnet, "[1.2]", "+1.2.0 -1.3.0");
    }

    #[test]
    fn what_is_pinned_and_what_names_no_version() {
        let pinned = |ecosystem, text| read(ecosystem, text).map(|it| it.is_pinned);
        assert_eq!(pinned(Ecosystem::Python, "==1.2"), Some(true));
        assert_eq!(pinned(Ecosystem::Python, ">=1.2"), Some(false));
        assert_eq!(pinned(Ecosystem::Python, "==1.*"), Some(false));
        assert_eq!(pinned(Ecosystem::JavaScript, "1.2"), Some(false));
        assert_eq!(pinned(Ecosystem::JavaScript, "1.2.0"), Some(true));
        assert_eq!(pinned(Ecosystem::Rust, "1.2.3"), Some(false));
        for text in ["latest", "git+https://x.org/y", "workspace:*", "file:../x", "$version"] {
            assert_eq!(read(Ecosystem::JavaScript, text), None, "{text}");
        }
    }

    #[test]
    fn ranges_within_and_apart() {
        let range = |text| of_control(Ecosystem::Python, text).unwrap();
        assert!(range(">=2.1,<2.5").is_within(&range(">=2,<3")));
        assert!(!range(">=1").is_within(&range(">=2,<3")));
        assert!(range("<2").is_disjoint(&range(">=2")));
        assert!(!range("<=2").is_disjoint(&range(">=2")));
        assert!(range("<1 || >=2").contains(&Version::read(Ecosystem::Python, "2.1").unwrap()));
        assert_eq!(of_control(Ecosystem::Python, "two"), None);
    }
}
