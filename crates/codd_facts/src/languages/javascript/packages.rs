//! What `package.json` declares.

use std::collections::BTreeMap;

use codd_source::RepoPath;

pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    if path.file_name() == "package.json" { package_json(text) } else { None }
}

fn package_json(text: &str) -> Option<BTreeMap<String, String>> {
    const SECTIONS: [&str; 4] =
        ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
    let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut packages = BTreeMap::new();
    for section in SECTIONS.iter().filter_map(|section| manifest.get(section)?.as_object()) {
        for (name, version) in section {
            let version = version.as_str().unwrap_or_default();
            packages.entry(name.clone()).or_insert_with(|| version.to_owned());
        }
    }
    Some(packages)
}
