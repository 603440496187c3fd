//! To which target a file belongs, as far as its path tells.

use crate::Name;

/// Folders that SwiftPM looks for targets in.
const SOURCES: &[&str] = &["Sources", "Source", "src", "srcs", "Tests", "Plugins"];

/// What stands for a file's own target in the import that every file has without saying so.
pub(super) const OWN: &str = ".";

/// The namespaces that a file's names are offered in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Namespaces {
    /// The target: the folder below `Sources` or `Tests`, else the topmost folder.
    pub(super) target: Name,
    /// All that lies in the same `Sources`, which may be one target, as a manifest says.
    pub(super) all: Option<Name>,
}

/// The namespaces of a file.
pub(super) fn namespaces(path: &str) -> Namespaces {
    let parts: Vec<&str> = path.split('/').collect();
    let folders = parts.len().saturating_sub(1);
    let is_sources = |at: &usize| SOURCES.contains(&parts[*at]);
    let all = |at: usize| Name::from(format!("{}/", parts[..=at].join("/")));
    // The innermost that has a folder inside.
    match (0..folders.saturating_sub(1)).rfind(is_sources) {
        Some(at) => Namespaces { target: parts[at + 1].into(), all: Some(all(at)) },
        None => match (0..folders).rfind(is_sources) {
            Some(at) => Namespaces { target: all(at), all: None },
            None if folders == 0 => Namespaces { target: Name::default(), all: None },
            None => Namespaces { target: parts[0].into(), all: None },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::namespaces;

    #[test]
    fn targets_by_layout() {
        let check = |path: &str, target: &str, all: Option<&str>| {
            let found = namespaces(path);
            assert_eq!((found.target.as_str(), found.all.as_deref()), (target, all), "{path}");
        };
        check("Sources/Core/Models/A.swift", "Core", Some("Sources/"));
        check("Packages/Net/Tests/NetTests/A.swift", "NetTests", Some("Packages/Net/Tests/"));
        check("Sources/A.swift", "Sources/", None);
        check("App/Views/A.swift", "App", None);
        check("main.swift", "", None);
    }
}
