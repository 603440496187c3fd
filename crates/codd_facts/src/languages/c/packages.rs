//! What `vcpkg.json` and `conanfile.txt` declare.

use std::collections::BTreeMap;

use codd_source::RepoPath;

pub(super) const MANIFESTS: &[&str] = &["vcpkg.json", "conanfile.txt"];

pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    match path.file_name() {
        "vcpkg.json" => vcpkg(text),
        "conanfile.txt" => Some(conan(text)),
        _ => None,
    }
}

fn vcpkg(text: &str) -> Option<BTreeMap<String, String>> {
    let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
    let list = manifest.get("dependencies").and_then(|it| it.as_array());
    let mut packages = BTreeMap::new();
    for it in list.into_iter().flatten() {
        let name = it.as_str().or_else(|| it.get("name")?.as_str());
        let version = it.get("version>=").and_then(|it| it.as_str()).unwrap_or_default();
        if let Some(name) = name {
            packages.insert(name.to_owned(), version.to_owned());
        }
    }
    Some(packages)
}

fn conan(text: &str) -> BTreeMap<String, String> {
    let mut packages = BTreeMap::new();
    let mut is_inside = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_inside = line == "[requires]";
        } else if is_inside
            && !line.starts_with('#')
            && let Some((name, version)) = line.split_once('/')
        {
            let version = version.split(['@', '#']).next().unwrap_or_default();
            packages.insert(name.to_owned(), version.to_owned());
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn packages_of_both_managers() {
        let text = r#"{"dependencies": ["fmt", {"name": "zlib", "version>=": "1.3"}]}"#;
        let found = declared(&"vcpkg.json".into(), text).unwrap();
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [("fmt".to_owned(), String::new()), ("zlib".to_owned(), "1.3".to_owned())]
        );
        let text = "[requires]\nfmt/10.1.0@x/y\n[generators]\na/b\n";
        let found = declared(&"conanfile.txt".into(), text).unwrap();
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [("fmt".to_owned(), "10.1.0".to_owned())]
        );
    }
}
