//! What `package.json` declares, and what the lock files of npm, Yarn and pnpm settle on.

use std::collections::BTreeMap;

use codd_source::RepoPath;
use serde_json::Value;

pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    match path.file_name() {
        "package.json" => package_json(text),
        "package-lock.json" | "npm-shrinkwrap.json" => npm_lock(text),
        "yarn.lock" => Some(yarn_lock(text)),
        "pnpm-lock.yaml" => Some(pnpm_lock(text)),
        _ => None,
    }
}

fn package_json(text: &str) -> Option<BTreeMap<String, String>> {
    const SECTIONS: [&str; 4] =
        ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
    let manifest: Value = serde_json::from_str(text).ok()?;
    let mut packages = BTreeMap::new();
    for section in SECTIONS.iter().filter_map(|section| manifest.get(section)?.as_object()) {
        for (name, version) in section {
            let version = version.as_str().unwrap_or_default();
            packages.entry(name.clone()).or_insert_with(|| version.to_owned());
        }
    }
    Some(packages)
}

/// All versions of each package, whoever asks for them.
#[derive(Default)]
struct Locked(BTreeMap<String, String>);

impl Locked {
    fn add(&mut self, name: &str, version: &str) {
        let versions = self.0.entry(name.to_owned()).or_default();
        if !versions.is_empty() {
            versions.push(' ');
        }
        versions.push_str(version);
    }
}

fn npm_lock(text: &str) -> Option<BTreeMap<String, String>> {
    let lock: Value = serde_json::from_str(text).ok()?;
    let mut locked = Locked::default();
    let section = |key| lock.get(key).and_then(Value::as_object).into_iter().flatten();
    let version = |it: &Value| it.get("version").and_then(Value::as_str).map(str::to_owned);
    for (place, it) in section("packages") {
        if let (Some((_, name)), Some(version)) = (place.rsplit_once("node_modules/"), version(it))
        {
            locked.add(name, &version);
        }
    }
    // Of the first form, those that stand in others are left out.
    if locked.0.is_empty() {
        for (name, it) in section("dependencies") {
            locked.add(name, &version(it).unwrap_or_default());
        }
    }
    Some(locked.0)
}

/// Both forms: `version "1.2.3"` of the first, `version: 1.2.3` of the later ones.
fn yarn_lock(text: &str) -> BTreeMap<String, String> {
    let mut locked = Locked::default();
    let mut name = None;
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        if !line.is_empty() && !line.starts_with(' ') {
            let first = line.split(',').next().unwrap_or_default();
            name = name_before(first.trim_matches(['"', ':']));
        } else if let Some(version) = line.trim_start().strip_prefix("version")
            && let Some(name) = name.take()
        {
            locked.add(name, version.trim_matches(['"', ' ', ':']));
        }
    }
    locked.0
}

/// The keys below `packages:`, `/express@4.18.0:` or `express@4.18.0(peer@1):`.
fn pnpm_lock(text: &str) -> BTreeMap<String, String> {
    let mut locked = Locked::default();
    let lines = text.lines().skip_while(|it| *it != "packages:").skip(1);
    for line in lines.take_while(|it| it.is_empty() || it.starts_with(' ')) {
        let Some(key) = line.strip_prefix("  ").filter(|it| !it.starts_with(' ')) else { continue };
        let key = key.trim_end_matches(':').trim_matches('\'').trim_start_matches('/');
        let key = key.split('(').next().unwrap_or_default();
        if let Some(name) = name_before(key) {
            locked.add(name, key[name.len()..].trim_start_matches('@'));
        }
    }
    locked.0
}

/// The name of `name@version`, where the name may begin with a scope's `@`.
fn name_before(text: &str) -> Option<&str> {
    let at = text.get(1..)?.find('@')? + 1;
    Some(&text[..at])
}
