//! What `Package.swift` says: targets with their folders, packages with their versions.

use std::collections::BTreeMap;

pub(super) const MANIFEST: &str = "Package.swift";

/// A target of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) name: String,
    /// Its folder inside of the package, where it is said.
    pub(super) path: Option<String>,
    pub(super) is_test: bool,
}

/// How targets are declared; the second says that these hold tests.
const TARGETS: &[(&str, bool)] = &[
    (".executableTarget(", false),
    (".macro(", false),
    (".plugin(", false),
    (".target(", false),
    (".testTarget(", true),
];

/// The targets that a manifest declares, not those that it names as dependencies.
pub(super) fn targets(text: &str) -> Vec<Target> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, is_test)) = next_of(text, at, TARGETS) {
        let (arguments, end) = arguments(text, start);
        at = end;
        if let Some(name) = arguments.get("name") {
            let path = arguments.get("path").cloned();
            found.push(Target { name: name.clone(), path, is_test });
        }
    }
    found
}

/// Packages from outside by the names of what is imported from them, with versions as written.
pub(super) fn declared(text: &str) -> BTreeMap<String, String> {
    let mut versions: BTreeMap<String, String> = BTreeMap::new();
    let mut at = 0;
    while let Some((start, _)) = next_of(text, at, &[(".package(", false)]) {
        let (arguments, end) = arguments(text, start);
        at = end;
        let place = ["url", "id"].iter().find_map(|it| arguments.get(*it));
        let Some(place) = place else { continue };
        let last = place.trim_end_matches(".git").rsplit(['/', '.']).next().unwrap_or(place);
        let version = ["from", "exact", "branch", "revision", ""]
            .iter()
            .find_map(|it| arguments.get(*it))
            .cloned();
        versions.insert(last.to_owned(), version.unwrap_or_default());
    }
    let mut out = BTreeMap::new();
    let mut named = Vec::new();
    let mut at = 0;
    while let Some((start, _)) = next_of(text, at, &[(".product(", false)]) {
        let (arguments, end) = arguments(text, start);
        at = end;
        let (Some(name), Some(package)) = (arguments.get("name"), arguments.get("package")) else {
            continue;
        };
        if let Some(version) = versions.get(package) {
            out.insert(name.clone(), version.clone());
            named.push(package.clone());
        }
    }
    out.extend(versions.into_iter().filter(|(name, _)| !named.contains(name)));
    out
}

/// The place behind the first of these words after `at`.
fn next_of(text: &str, at: usize, words: &[(&str, bool)]) -> Option<(usize, bool)> {
    let rest = text.get(at..)?;
    let found = words.iter().filter_map(|(word, flag)| {
        let start = rest.find(word)?;
        Some((at + start + word.len(), *flag))
    });
    found.min()
}

/// The arguments that are texts, by their labels, of the list that starts here, and its end.
///
/// Texts without a label, as in `.upToNextMajor(from: "1.0")` inside of it, go by `""`.
fn arguments(text: &str, start: usize) -> (BTreeMap<String, String>, usize) {
    let mut found = BTreeMap::new();
    let (mut depth, mut label) = (0_u32, String::new());
    let mut chars = text[start..].char_indices();
    while let Some((at, it)) = chars.next() {
        match it {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => return (found, start + at + 1),
            ')' | ']' => depth -= 1,
            ',' => label.clear(),
            '/' if text[start + at..].starts_with("//") => {
                for (_, skipped) in chars.by_ref() {
                    if skipped == '\n' {
                        break;
                    }
                }
            }
            ':' if depth == 0 => {
                let before = text[start..start + at].trim_end();
                let from = before.rfind(|it: char| !it.is_alphanumeric()).map_or(0, |it| it + 1);
                // What is not one byte long is no label.
                before.get(from..).unwrap_or("").clone_into(&mut label);
            }
            '"' => {
                let mut value = String::new();
                for (_, it) in chars.by_ref() {
                    if it == '"' {
                        break;
                    }
                    value.push(it);
                }
                let key = if depth == 0 { std::mem::take(&mut label) } else { String::new() };
                found.entry(key).or_insert(value);
            }
            _ => {}
        }
    }
    (found, text.len())
}

#[cfg(test)]
mod tests {
    use super::{declared, targets};

    const TEXT: &str = r#"let package = Package(name: "shop", dependencies: [
  .package(url: "https://github.com/vapor/vapor.git", from: "4.0.0"),
  .package(url: "https://x.org/apple/swift-log", .upToNextMajor(from: "1.5.0")), // .target(
  .package(path: "../Core"),
], targets: [
  .target(name: "Shop", dependencies: [.product(name: "Vapor", package: "vapor"), .target(name: "Own")], path: "Source"),
  .testTarget(name: "ShopTests", dependencies: ["Shop"]),
])"#;

    #[test]
    fn targets_of_a_manifest() {
        let found = targets(TEXT);
        let found: Vec<_> =
            found.iter().map(|it| (it.name.as_str(), it.path.as_deref(), it.is_test)).collect();
        assert_eq!(found, [("Shop", Some("Source"), false), ("ShopTests", None, true)]);
    }

    #[test]
    fn packages_by_what_is_imported() {
        let found = declared(TEXT);
        let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, [("Vapor", "4.0.0"), ("swift-log", "1.5.0")]);
    }

    #[test]
    fn broken_manifests_end() {
        for text in [".target(", ".target(name: \"", ".package(url: \"é", "é: .target(é: \"a\""]
        {
            targets(text);
            declared(text);
        }
    }
}
