//! Paths inside a repository: relative, slash-separated, the same on every platform.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A path relative to the repository's root, with `/` between its parts.
///
/// Never absolute, never with `.` or `..` parts; ordered bytewise, which is the
/// order of every listing codd prints.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct RepoPath(#[schemars(with = "String")] Arc<str>);

/// Two maps by path gone through together: each path once, with what either has there.
///
/// Where much is the same in both, it costs much less than to look each path up.
pub fn paired<'a, A, B>(
    one: &'a BTreeMap<RepoPath, A>,
    other: &'a BTreeMap<RepoPath, B>,
) -> impl Iterator<Item = (&'a RepoPath, Option<&'a A>, Option<&'a B>)> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (one.peek(), other.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match order {
            Ordering::Less => one.next().map(|(path, it)| (path, Some(it), None)),
            Ordering::Greater => other.next().map(|(path, it)| (path, None, Some(it))),
            Ordering::Equal => {
                let ((path, a), (_, b)) = one.next().zip(other.next())?;
                Some((path, Some(a), Some(b)))
            }
        }
    })
}

impl RepoPath {
    /// The path for text that is already in the right form, as paths from git are.
    pub fn new(text: impl Into<Arc<str>>) -> RepoPath {
        RepoPath(text.into())
    }

    /// The path that `text`, relative to the folder `base`, means.
    ///
    /// Resolves `.` and `..`; `None` when the path leaves the repository.
    pub fn joined(base: &str, text: &str) -> Option<RepoPath> {
        let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                name => parts.push(name),
            }
        }
        Some(RepoPath(parts.join("/").into()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        let at = self.0.bytes().rposition(|byte| byte == b'/');
        at.map_or(&self.0, |at| &self.0[at + 1..])
    }

    /// The last part without its last extension (`a/b.test.ts` gives `b.test`).
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(0) | None => name,
            Some(at) => &name[..at],
        }
    }

    /// The last extension, without its dot.
    pub fn extension(&self) -> Option<&str> {
        // Asked for very often, and found after a few bytes.
        let bytes = self.0.as_bytes();
        let at = bytes.iter().rposition(|byte| matches!(byte, b'.' | b'/'))?;
        let is_hidden = at == 0 || bytes[at - 1] == b'/';
        (bytes[at] == b'.' && !is_hidden).then(|| &self.0[at + 1..])
    }

    /// The folder, `""` for a file at the root.
    pub fn parent(&self) -> &str {
        self.0.rfind('/').map_or("", |at| &self.0[..at])
    }
}

/// How many parts two paths, or folders, begin with alike.
pub fn shared_parts(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> RepoPath {
        RepoPath::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_maps_are_gone_through_together() {
        let map = |paths: &str| -> BTreeMap<RepoPath, usize> {
            paths.split_whitespace().enumerate().map(|(at, it)| (it.into(), at)).collect()
        };
        let shown = |one: &str, other: &str| {
            let (one, other) = (map(one), map(other));
            let all =
                paired(&one, &other).map(|(path, one, other)| format!("{path} {one:?} {other:?}"));
            all.collect::<Vec<_>>().join(", ").replace("Some", "")
        };
        assert_eq!(shown("a b d", "b c d"), "a (0) None, b (1) (0), c None (1), d (2) (2)");
        assert_eq!(shown("", "b"), "b None (0)");
        assert_eq!(shown("a", ""), "a (0) None");
    }

    #[test]
    fn joined_resolves_dots_and_refuses_to_leave() {
        let joined = |base, text| RepoPath::joined(base, text).map(|path| path.to_string());
        assert_eq!(joined("src/api", "../db/./users.py").as_deref(), Some("src/db/users.py"));
        assert_eq!(joined("", "a.py").as_deref(), Some("a.py"));
        assert_eq!(joined("src", "../../etc/passwd"), None);
    }

    #[test]
    fn parts_that_two_paths_share() {
        for (a, b, shared) in [("a/b/c.py", "a/b/d.py", 2), ("a", "ab", 0), ("a/x/c", "a/y/c", 1)] {
            assert_eq!(shared_parts(a, b), shared, "{a} {b}");
        }
    }

    #[test]
    fn parts_of_a_path() {
        let path = RepoPath::new("src/api/users.test.ts");
        assert_eq!(
            (path.parent(), path.stem(), path.extension()),
            ("src/api", "users.test", Some("ts"))
        );
        for path in [".gitignore", "a.b/.gitignore", "a.b/c", "c"] {
            assert_eq!(RepoPath::new(path).extension(), None, "{path}");
        }
    }
}
