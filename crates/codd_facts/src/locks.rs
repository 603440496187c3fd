//! Lock files: which versions of outside packages a project has installed.

#![expect(clippy::unnecessary_wraps, reason = "one table holds readers that may fail and others")]

use std::collections::{BTreeMap, BTreeSet};

use codd_source::RepoPath;

/// Versions by name; a name may be installed in several.
type Versions = BTreeMap<String, BTreeSet<String>>;

/// A reader of one kind of file; `None` where it cannot be read.
type Reader = fn(&str) -> Option<Versions>;

/// Each kind of lock file with the language whose code imports what it lists.
const LOCKS: &[(&str, &str, Reader)] = &[
    ("Cargo.lock", "rust", packages_of_toml),
    ("Gemfile.lock", "ruby", gem_lock),
    ("Pipfile.lock", "python", pipfile_lock),
    ("bun.lock", "javascript", bun_lock),
    ("composer.lock", "php", composer_lock),
    ("gems.locked", "ruby", gem_lock),
    ("go.sum", "go", go_sums),
    ("gradle.lockfile", "java", gradle_lock),
    ("npm-shrinkwrap.json", "javascript", npm_lock),
    ("package-lock.json", "javascript", npm_lock),
    ("packages.lock.json", "csharp", nuget_lock),
    ("pdm.lock", "python", packages_of_toml),
    ("pnpm-lock.yaml", "javascript", pnpm_lock),
    ("poetry.lock", "python", packages_of_toml),
    ("uv.lock", "python", packages_of_toml),
    ("yarn.lock", "javascript", yarn_lock),
];

/// The language of a lock file and the versions in it; `None` for any other file, and for one that cannot be read.
pub(crate) fn locked(
    path: &RepoPath,
    text: &str,
) -> Option<(&'static str, BTreeMap<String, String>)> {
    let (_, language, read) = LOCKS.iter().find(|it| it.0 == path.file_name())?;
    // Several versions of one name are sorted, and joined by a blank.
    let joined = |versions: BTreeSet<String>| Vec::from_iter(versions).join(" ");
    let versions = read(text)?.into_iter().map(|(name, versions)| (name, joined(versions)));
    Some((language, versions.collect()))
}

fn add(found: &mut Versions, name: &str, version: &str) {
    if name.is_empty() {
        return;
    }
    found.entry(name.to_owned()).or_default().insert(version.to_owned());
}

/// `[[package]]` with `name` and `version`: Cargo, Poetry, PDM, uv.
fn packages_of_toml(text: &str) -> Option<Versions> {
    let lock: toml::Table = text.parse().ok()?;
    let mut found = Versions::new();
    for package in lock.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
        let source = package.get("source");
        let is_own =
            ["editable", "virtual"].iter().any(|it| source.is_some_and(|s| s.get(it).is_some()));
        if let Some(name) = text("name").filter(|_| !is_own) {
            add(&mut found, name, text("version").unwrap_or_default());
        }
    }
    Some(found)
}

fn json(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok()
}

fn entries(value: Option<&serde_json::Value>) -> impl Iterator<Item = (&str, &serde_json::Value)> {
    let object = value.and_then(serde_json::Value::as_object);
    object.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

fn text_of<'j>(value: &'j serde_json::Value, key: &str) -> &'j str {
    value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// The folders of what is installed from version 2 on, names before that.
fn npm_lock(text: &str) -> Option<Versions> {
    const FOLDER: &str = "node_modules/";
    let lock = json(text)?;
    let mut found = Versions::new();
    for (folder, package) in entries(lock.get("packages")) {
        if let Some((_, name)) = folder.rsplit_once(FOLDER) {
            add(&mut found, name, text_of(package, "version"));
        }
    }
    if found.is_empty() {
        let mut open = vec![lock.get("dependencies")];
        while let Some(packages) = open.pop() {
            for (name, package) in entries(packages) {
                add(&mut found, name, text_of(package, "version"));
                open.extend(package.get("dependencies").map(Some));
            }
        }
    }
    Some(found)
}

fn pipfile_lock(text: &str) -> Option<Versions> {
    let lock = json(text)?;
    let mut found = Versions::new();
    for section in ["default", "develop"] {
        for (name, package) in entries(lock.get(section)) {
            add(&mut found, name, text_of(package, "version"));
        }
    }
    Some(found)
}

fn composer_lock(text: &str) -> Option<Versions> {
    let lock = json(text)?;
    let mut found = Versions::new();
    for section in ["packages", "packages-dev"] {
        let packages = lock.get(section).and_then(serde_json::Value::as_array);
        for package in packages.into_iter().flatten() {
            add(&mut found, text_of(package, "name"), text_of(package, "version"));
        }
    }
    Some(found)
}

/// By target framework, then by name.
fn nuget_lock(text: &str) -> Option<Versions> {
    let lock = json(text)?;
    let mut found = Versions::new();
    for (_, packages) in entries(lock.get("dependencies")) {
        for (name, package) in entries(Some(packages)) {
            add(&mut found, name, text_of(package, "resolved"));
        }
    }
    Some(found)
}

/// `name@range, name@range:` with a line `version "1.0"`, or `version: 1.0` since version 2.
fn yarn_lock(text: &str) -> Option<Versions> {
    let mut found = Versions::new();
    let mut name = None;
    for line in text.lines() {
        if !line.starts_with([' ', '#']) {
            let first = line.split(',').next().unwrap_or(line).trim_matches(['"', ':', ' ']);
            name = name_before_at(first);
        } else if let Some(version) = line.strip_prefix("  version")
            && let Some(name) = name.take()
        {
            add(&mut found, name, version.trim_matches([' ', '"', ':']));
        }
    }
    Some(found)
}

/// `name@version` without the version; scopes begin with an `@` of their own.
fn name_before_at(text: &str) -> Option<&str> {
    let end = text.get(1..)?.find('@')? + 1;
    Some(&text[..end])
}

/// The keys of `packages:`, `name@1.0(peer@2)` or `/name@1.0`, `/name/1.0` in older versions.
fn pnpm_lock(text: &str) -> Option<Versions> {
    let mut found = Versions::new();
    let mut is_inside = false;
    for line in text.lines() {
        if !line.starts_with(' ') {
            is_inside |= line.trim_end() == "packages:";
            is_inside &= line.trim_end() == "packages:" || line.trim().is_empty();
            continue;
        }
        let Some(key) = line.strip_prefix("  ").filter(|_| is_inside) else { continue };
        let Some(key) = key.strip_suffix(':').filter(|it| !it.starts_with(' ')) else { continue };
        let key = key.trim_matches(['\'', '"']).trim_start_matches('/');
        let key = key.split('(').next().unwrap_or(key);
        if let Some(name) = name_before_at(key) {
            add(&mut found, name, &key[name.len() + 1..]);
        } else if let Some((name, version)) = key.rsplit_once('/') {
            add(&mut found, name, version);
        }
    }
    Some(found)
}

/// JSON with trailing commas; a package a line, `"name": ["name@1.0", …]`.
fn bun_lock(text: &str) -> Option<Versions> {
    let mut found = Versions::new();
    for line in text.lines() {
        let Some((_, rest)) = line.split_once(": [\"") else { continue };
        let Some((package, _)) = rest.split_once('"') else { continue };
        if let Some(name) = name_before_at(package) {
            add(&mut found, name, &package[name.len() + 1..]);
        }
    }
    Some(found)
}

/// `name (1.0)`, four deep; what each needs stands deeper.
fn gem_lock(text: &str) -> Option<Versions> {
    let mut found = Versions::new();
    for line in text.lines() {
        let Some(line) = line.strip_prefix("    ").filter(|it| !it.starts_with(' ')) else {
            continue;
        };
        if let Some((name, version)) = line.split_once(" (") {
            add(&mut found, name, version.trim_end_matches(')'));
        }
    }
    Some(found)
}

/// `module version hash`; the same version with another hash is other code.
fn go_sums(text: &str) -> Option<Versions> {
    let mut found = Versions::new();
    for line in text.lines() {
        if let [module, version, hash] = *line.split_whitespace().collect::<Vec<_>>()
            && !version.ends_with("/go.mod")
        {
            add(&mut found, module, &format!("{version} {hash}"));
        }
    }
    Some(found)
}

/// `group:artifact:version=configurations`.
fn gradle_lock(text: &str) -> Option<Versions> {
    let mut found = Versions::new();
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        let package = line.split('=').next().unwrap_or(line);
        if let Some((name, version)) = package.rsplit_once(':') {
            add(&mut found, name, version);
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::locked;

    fn check(path: &str, text: &str, expected: &[(&str, &str)]) {
        let (_, found) = locked(&path.into(), text).unwrap();
        let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn each_kind_of_lock_file() {
        let toml = "[[package]]\nname = \"PyYAML\"\nversion = \"6.0\"\n";
        for path in ["a/uv.lock", "poetry.lock", "pdm.lock", "Cargo.lock"] {
            check(path, toml, &[("PyYAML", "6.0")]);
        }
        check(
            "package-lock.json",
            r#"{"packages": {"": {"name": "own"}, "node_modules/a": {"version": "1.0"},
                "node_modules/b/node_modules/@s/a": {"version": "2.0"},
                "node_modules/b/node_modules/a": {"version": "2.0"}}}"#,
            &[("@s/a", "2.0"), ("a", "1.0 2.0")],
        );
        check(
            "npm-shrinkwrap.json",
            r#"{"dependencies": {"a": {"version": "1", "dependencies": {"b": {"version": "2"}}}}}"#,
            &[("a", "1"), ("b", "2")],
        );
        check(
            "yarn.lock",
            "# v1\n\n\"@s/a@^1\", \"@s/a@^1.2\":\n  version \"1.3\"\n  dependencies:\n    b \"^2\"\n\nb@^2:\n  version \"2.1\"\n",
            &[("@s/a", "1.3"), ("b", "2.1")],
        );
        check("yarn.lock", "\"a@npm:^1\":\n  version: 1.3.0\n", &[("a", "1.3.0")]);
        check(
            "pnpm-lock.yaml",
            "importers:\n  .:\n    x: y\n\npackages:\n\n  '@s/a@1.0(b@2)':\n    resolution: {}\n  b@2.0:\n    x: y\n  /c/3.0:\n    x: y\nsnapshots:\n  d@1:\n",
            &[("@s/a", "1.0"), ("b", "2.0"), ("c", "3.0")],
        );
        check(
            "bun.lock",
            "{\n  \"packages\": {\n    \"a\": [\"a@1.0\", \"\"],\n  }\n}",
            &[("a", "1.0")],
        );
        check("Pipfile.lock", r#"{"default": {"a": {"version": "==1"}}}"#, &[("a", "==1")]);
        check(
            "composer.lock",
            r#"{"packages": [{"name": "v/a", "version": "1"}]}"#,
            &[("v/a", "1")],
        );
        check(
            "packages.lock.json",
            r#"{"dependencies": {"net8.0": {"A.B": {"resolved": "1.0"}}}}"#,
            &[("A.B", "1.0")],
        );
        check(
            "Gemfile.lock",
            "GEM\n  specs:\n    a (1.0)\n      b (~> 2)\n    b (2.1)\n\nDEPENDENCIES\n  a\n",
            &[("a", "1.0"), ("b", "2.1")],
        );
        check("go.sum", "m/a v1 h1:x=\nm/a v1/go.mod h1:y=\n", &[("m/a", "v1 h1:x=")]);
        check("gradle.lockfile", "# x\ng:a:1.0=compile\nempty=\n", &[("g:a", "1.0")]);
    }

    #[test]
    fn the_project_itself_is_no_package_of_its_lock_file() {
        let own = "[[package]]\nname = \"own\"\nversion = \"1\"\nsource = { editable = \".\" }\n";
        check("uv.lock", own, &[]);
    }

    #[test]
    fn what_is_no_lock_file_or_broken_has_none() {
        assert!(locked(&"package.json".into(), "{}").is_none());
        assert!(locked(&"package-lock.json".into(), "{").is_none());
        assert!(locked(&"uv.lock".into(), "[[package]").is_none());
    }
}
