//! What `composer.json` declares.

use std::collections::BTreeMap;

use codd_source::RepoPath;

pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    if path.file_name() != "composer.json" {
        return None;
    }
    let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut packages = BTreeMap::new();
    for section in ["require", "require-dev"] {
        let Some(section) = manifest.get(section).and_then(|it| it.as_object()) else { continue };
        for (name, version) in section {
            // `php` and `ext-json` are the platform.
            if name.contains('/') {
                let version = version.as_str().unwrap_or_default();
                packages.entry(name.clone()).or_insert_with(|| version.to_owned());
            }
        }
    }
    Some(packages)
}
