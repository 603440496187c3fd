//! What `pyproject.toml`, requirement lists and their older kin declare, and what code calls it.

use std::collections::BTreeMap;

use codd_source::RepoPath;

use crate::packages::{Fit, is_same_package};

/// Modules of distributions whose names do not tell them: what is published and what is
/// imported, as the package index has them.
const MODULES: &[(&str, &str)] = &[
    ("attrs", "attr"),
    ("beautifulsoup4", "bs4"),
    ("biopython", "Bio"),
    ("django-allauth", "allauth"),
    ("django-cors-headers", "corsheaders"),
    ("django-debug-toolbar", "debug_toolbar"),
    ("django-environ", "environ"),
    ("django-filter", "django_filters"),
    ("django-guardian", "guardian"),
    ("django-oauth-toolkit", "oauth2_provider"),
    ("djangorestframework", "rest_framework"),
    ("djangorestframework-simplejwt", "rest_framework_simplejwt"),
    ("dnspython", "dns"),
    ("faiss-cpu", "faiss"),
    ("flask-security-too", "flask_security"),
    ("fpdf2", "fpdf"),
    ("GitPython", "git"),
    ("grpcio", "grpc"),
    ("kafka-python", "kafka"),
    ("mysql-connector-python", "mysql"),
    ("mysqlclient", "MySQLdb"),
    ("opencv-contrib-python", "cv2"),
    ("opencv-python", "cv2"),
    ("opencv-python-headless", "cv2"),
    ("paho-mqtt", "paho"),
    ("Pillow", "PIL"),
    ("psycopg2-binary", "psycopg2"),
    ("pycrypto", "Crypto"),
    ("pycryptodome", "Crypto"),
    ("pycryptodomex", "Cryptodome"),
    ("PyGithub", "github"),
    ("PyJWT", "jwt"),
    ("pyOpenSSL", "OpenSSL"),
    ("pyserial", "serial"),
    ("pysocks", "socks"),
    ("python-telegram-bot", "telegram"),
    ("python3-saml", "onelogin"),
    ("pywin32", "win32api"),
    ("PyYAML", "yaml"),
    ("pyzmq", "zmq"),
    ("scikit-image", "skimage"),
    ("scikit-learn", "sklearn"),
    ("setuptools", "pkg_resources"),
    ("umap-learn", "umap"),
    ("websocket-client", "websocket"),
];

/// Packages whose parts are published each by itself, under names that begin with theirs.
const SHARED: &[&str] =
    &["azure", "backports", "google", "jaraco", "opentelemetry", "ruamel", "sphinxcontrib", "zope"];

/// The packages of a manifest, their names spelt as the index compares them: lower case, `-`,
/// `_` and `.` alike.
pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    match path.file_name() {
        "Pipfile" => pipfile(text),
        "pyproject.toml" => pyproject(text),
        "setup.cfg" => Some(setup_cfg(text)),
        "setup.py" => Some(setup_script(text)),
        _ if is_requirements(path) => Some(requirements(text)),
        _ => None,
    }
}

/// What code would import of a distribution.
pub(super) fn module_of(declared: &str) -> String {
    let known = MODULES.iter().find(|it| is_same_package(it.0, declared));
    known.map_or_else(|| spelled(declared), |it| it.1.to_owned())
}

/// How well a distribution fits what code imports.
pub(super) fn fit(declared: &str, imported: &str) -> Fit {
    let plain = declared
        .get(..7)
        .filter(|it| it.eq_ignore_ascii_case("python-") || it.eq_ignore_ascii_case("python_"));
    let plain = plain.map_or(declared, |prefix| &declared[prefix.len()..]);
    let mut named = MODULES.iter().filter(|it| it.1 == imported);
    if is_same_package(declared, imported)
        || is_same_package(plain, imported)
        || named.any(|it| is_same_package(it.0, declared))
    {
        return Fit::Same;
    }
    let first = declared.split(['-', '_', '.']).next().unwrap_or(declared);
    let is_part =
        first == imported || imported == "google" && is_same_package(declared, "protobuf");
    Fit::of_words(usize::from(is_part && SHARED.contains(&imported)))
}

fn pyproject(text: &str) -> Option<BTreeMap<String, String>> {
    let manifest: toml::Table = text.parse().ok()?;
    let project = manifest.get("project").and_then(toml::Value::as_table);
    let list = |value: Option<&toml::Value>| {
        value.and_then(toml::Value::as_array).cloned().unwrap_or_default()
    };
    let mut lines = list(project.and_then(|project| project.get("dependencies")));
    let optional = project.and_then(|project| project.get("optional-dependencies"));
    for group in optional.and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values)
    {
        lines.extend(list(Some(group)));
    }
    let groups = manifest.get("dependency-groups").and_then(toml::Value::as_table);
    for group in groups.into_iter().flat_map(toml::Table::values) {
        lines.extend(list(Some(group)));
    }
    let mut found: BTreeMap<_, _> =
        lines.iter().filter_map(|line| requirement(line.as_str()?)).collect();
    let poetry = manifest.get("tool").and_then(|it| it.get("poetry"));
    if let Some(poetry) = poetry {
        let groups = poetry.get("group").and_then(toml::Value::as_table);
        let groups = groups.into_iter().flat_map(toml::Table::values);
        let own = ["dependencies", "dev-dependencies"].map(|it| poetry.get(it));
        let tables = own.into_iter().chain(groups.map(|it| it.get("dependencies")));
        for table in tables.flatten() {
            add_table(table, &mut found);
        }
        // What runs the code is no package.
        found.remove("python");
    }
    Some(found)
}

/// `name = "1.0"` or `name = { version = "1.0" }`.
fn add_table(table: &toml::Value, found: &mut BTreeMap<String, String>) {
    for (name, value) in table.as_table().into_iter().flatten() {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        found.entry(spelled(name)).or_insert_with(|| version.unwrap_or_default().to_owned());
    }
}

fn pipfile(text: &str) -> Option<BTreeMap<String, String>> {
    let manifest: toml::Table = text.parse().ok()?;
    let mut found = BTreeMap::new();
    for section in ["packages", "dev-packages"].iter().filter_map(|it| manifest.get(*it)) {
        add_table(section, &mut found);
    }
    Some(found)
}

/// `install_requires =` and the lists of extras, each a requirement a line.
fn setup_cfg(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let (mut is_extras, mut is_list) = (false, false);
    for line in text.lines() {
        if let Some(section) = line.strip_prefix('[') {
            is_extras = section.starts_with("options.extras_require");
            is_list = false;
        } else if line.starts_with([' ', '\t']) {
            found.extend(requirement(line).filter(|_| is_list));
        } else if let Some((key, first)) = line.split_once('=') {
            let key = key.trim();
            let is_elsewhere = first.trim_start().starts_with("file:");
            is_list =
                !is_elsewhere && (is_extras || matches!(key, "install_requires" | "tests_require"));
            found.extend(requirement(first).filter(|_| is_list));
        }
    }
    found
}

/// The texts written out in the lists of `install_requires` and its kind.
fn setup_script(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for key in ["install_requires", "tests_require", "extras_require"] {
        for (at, _) in text.match_indices(key) {
            let rest = text[at + key.len()..].trim_start();
            let Some(rest) = rest.strip_prefix('=') else { continue };
            let rest = rest.trim_start();
            let close = match rest.chars().next() {
                Some('[') => ']',
                Some('{') => '}',
                _ => continue,
            };
            let list = &rest[..end_of_list(rest, close)];
            for line in list.lines() {
                let parts: Vec<&str> = line.split(['"', '\'']).collect();
                for quoted in parts.chunks(2).zip(parts.iter().skip(2).step_by(2)) {
                    // The name of an extra stands before a colon.
                    if let ([_, text], next) = quoted
                        && !next.trim_start().starts_with(':')
                    {
                        found.extend(requirement(text));
                    }
                }
            }
        }
    }
    found
}

fn requirements(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(requirement).collect()
}

/// The longest list that is looked at.
const LONGEST_LIST: usize = 64 * 1024;

/// Where a list ends, past brackets in texts and in comments.
fn end_of_list(text: &str, close: char) -> usize {
    let (mut quote, mut is_comment) = (None, false);
    for (at, it) in text.char_indices().take_while(|it| it.0 < LONGEST_LIST) {
        match (quote, it) {
            _ if is_comment => is_comment = it != '\n',
            (Some(open), _) if it == open => quote = None,
            (None, '"' | '\'') => quote = Some(it),
            (None, '#') => is_comment = true,
            (None, _) if it == close => return at,
            _ => {}
        }
    }
    // It does not end, or not soon.
    0
}

/// One requirement in the form of PEP 508, without its marker.
fn requirement(line: &str) -> Option<(String, String)> {
    let line = line.split('#').next()?.split(';').next()?.trim();
    let end = line
        .find(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.')))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if !name.starts_with(|it: char| it.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = match rest.trim_start().strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    Some((spelled(name), rest.trim().to_owned()))
}

/// A name as imports spell it, as far as it tells.
fn spelled(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '.'], "_")
}

/// Lists as pip takes them: `requirements-dev.txt`, `requirements/base.in`, `constraints.txt`.
fn is_requirements(path: &RepoPath) -> bool {
    let name = path.file_name();
    let is_list = name.ends_with(".txt") || name.ends_with(".in");
    let is_named = name.contains("requirements") || name.starts_with("constraints");
    is_list && (is_named || path.parent().rsplit('/').next() == Some("requirements"))
}
