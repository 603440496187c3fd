//! The outside packages that a manifest declares or a lock file installs, and what code calls
//! them.

use std::collections::BTreeMap;

use codd_source::RepoPath;
use serde::{Deserialize, Serialize};

use crate::locks::locked;
use crate::{Name, all_languages, language_named};

/// What one manifest or lock file says of outside packages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredPackages {
    /// Of the code that imports them, by its name.
    pub language: Name,
    /// It lists what is installed, and what that needs in turn.
    pub is_lock: bool,
    /// By the declared name: what is asked for, or installed.
    pub versions: BTreeMap<String, String>,
}

/// How well a declared package fits what code imports, from bad to good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is another one.
    Other,
    /// Both have that many words in common, and nothing tells more.
    Words(usize),
    /// It is this one.
    Same,
}

impl Fit {
    pub(crate) fn of_words(count: usize) -> Fit {
        if count == 0 { Fit::Other } else { Fit::Words(count) }
    }
}

impl DeclaredPackages {
    /// How well a declared package fits what code imports.
    pub fn fit(&self, declared: &str, imported: &str) -> Fit {
        let language = language_named(&self.language);
        language.map_or(Fit::Other, |it| it.fit_of_package(declared, imported))
    }

    /// What code would import of a declared package, whether it does or not.
    pub fn module_of(&self, declared: &str) -> String {
        let language = language_named(&self.language);
        language.map_or_else(|| declared.to_owned(), |it| it.module_of_package(declared))
    }
}

/// What a manifest declares or a lock file installs; `None` for any other file, and for one
/// that cannot be read.
pub fn declared_packages(path: &RepoPath, bytes: &[u8]) -> Option<DeclaredPackages> {
    let text = std::str::from_utf8(bytes).ok()?;
    if let Some((language, versions)) = locked(path, text) {
        return Some(DeclaredPackages { language: language.into(), is_lock: true, versions });
    }
    all_languages().find_map(|language| {
        let versions = language.declared_packages(path, text)?;
        Some(DeclaredPackages { language: language.name().into(), is_lock: false, versions })
    })
}

/// Whether two spellings are of one name: manifests and imports differ in case and in what
/// joins words, `Flask-Login` and `flask_login`.
pub(crate) fn is_same_package(declared: &str, imported: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> + '_ {
        let kept = text.bytes().filter(|it| !matches!(it, b'-' | b'_' | b'.'));
        kept.map(|it| it.to_ascii_lowercase())
    }
    letters(declared).eq(letters(imported))
}

/// Words that names have whoever made them.
const EMPTY: [&str; 12] =
    ["api", "com", "core", "dev", "io", "java", "javax", "lib", "net", "org", "php", "src"];

/// The fit of a package whose name need not be in what code imports: by the words that both
/// have in common, `com.google.code.gson:gson` and `com.google.gson`.
pub(crate) fn fit_by_words(declared: &str, namespace: &str) -> Fit {
    if is_same_package(declared, namespace) {
        return Fit::Same;
    }
    if namespace.contains(['/', '@']) {
        // The name of a module, as other languages have it.
        return Fit::Other;
    }
    let words = |text: &str| -> Vec<String> {
        let words = text.split(['.', ':', '/', '-', '_']).map(str::to_ascii_lowercase);
        let mut words: Vec<_> = words.filter(|it| !EMPTY.contains(&it.as_str())).collect();
        words.sort();
        words.dedup();
        words
    };
    let declared = words(declared);
    let common = words(namespace).into_iter().filter(|it| declared.binary_search(it).is_ok());
    Fit::of_words(common.count())
}

/// Files, relative to its own folder, that the configuration of a test runner says run around
/// all tests; none for any other file.
pub fn set_up_files(path: &RepoPath, bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let named = all_languages().map(|language| language.set_up_files(path, text));
    named.into_iter().find(|it| !it.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[(&str, &str)]) {
        let packages = declared_packages(&path.into(), text.as_bytes()).unwrap().versions;
        let packages: Vec<_> = packages.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(packages, expected);
    }

    #[test]
    fn requirement_lines_with_extras_markers_and_options() {
        check(
            "requirements-dev.txt",
            "Flask[async]>=3,<4  # web\n-r base.txt\nruamel.yaml == 1 ; python_version < '4'\n",
            &[("flask", ">=3,<4"), ("ruamel_yaml", "== 1")],
        );
    }

    #[test]
    fn manifests_of_both_worlds() {
        check("web/package.json", r#"{"dependencies": {"express": "^5"}}"#, &[("express", "^5")]);
        check(
            "pyproject.toml",
            "[project]\ndependencies = ['requests~=2.0']\n[dependency-groups]\ndev = ['pytest']\n",
            &[("pytest", ""), ("requests", "~=2.0")],
        );
    }

    #[test]
    fn older_manifests_of_python() {
        check(
            "Pipfile",
            "[packages]\na = '==1'\n[dev-packages]\nb = { version = '*' }\n",
            &[("a", "==1"), ("b", "*")],
        );
        check(
            "pyproject.toml",
            "[tool.poetry.dependencies]\npython = '^3'\na = '^1'\n[tool.poetry.group.dev.dependencies]\nb = { version = '2' }\n",
            &[("a", "^1"), ("b", "2")],
        );
        check(
            "setup.cfg",
            "[metadata]\nname = x\n[options]\ninstall_requires =\n    a>=1\n    b\npython_requires = >=3\n[options.extras_require]\ntest = c\n",
            &[("a", ">=1"), ("b", ""), ("c", "")],
        );
        check(
            "setup.py",
            "setup(\n    install_requires=['a[x]>=1', \"b\"],  # 'no'\n    extras_require={'x': ['c==2']},\n    name='n')\n",
            &[("a", ">=1"), ("b", ""), ("c", "==2")],
        );
    }

    #[test]
    fn lists_that_stand_elsewhere_or_never_end_declare_nothing() {
        check("setup.cfg", "[options]\ninstall_requires = file: requirements.txt\n", &[]);
        check("setup.py", &"install_requires=['a',\n".repeat(2000), &[]);
    }

    #[test]
    fn other_and_broken_files_declare_nothing() {
        assert_eq!(declared_packages(&"notes.txt".into(), b"flask"), None);
        assert_eq!(declared_packages(&"package.json".into(), b"{"), None);
    }

    #[test]
    fn declared_names_fit_what_code_imports() {
        let fit = |path: &str, declared: &str, imported: &str| {
            let text = match path {
                "pom.xml" | "a.csproj" => "<a/>",
                "composer.json" | "package-lock.json" => "{}",
                _ => "",
            };
            let packages = declared_packages(&path.into(), text.as_bytes()).unwrap();
            packages.fit(declared, imported)
        };
        assert_eq!(fit("requirements.txt", "PyYAML", "yaml"), Fit::Same);
        assert_eq!(fit("uv.lock", "pillow", "PIL"), Fit::Same);
        assert_eq!(fit("uv.lock", "python-dateutil", "dateutil"), Fit::Same);
        assert_eq!(fit("requirements.txt", "flask_login", "flask"), Fit::Other);
        assert_eq!(fit("requirements.txt", "google_cloud_storage", "google"), Fit::Words(1));
        assert_eq!(fit("requirements.txt", "protobuf", "google"), Fit::Words(1));
        assert_eq!(fit("requirements.txt", "python_json_logger", "json"), Fit::Other);
        assert_eq!(fit("pom.xml", "com.google.code.gson:gson", "com.google.gson"), Fit::Words(2));
        assert_eq!(fit("pom.xml", "com.google.guava:guava", "com.google.gson"), Fit::Words(1));
        assert_eq!(fit("pom.xml", "com.google.guava:guava", "org.junit"), Fit::Other);
        assert_eq!(fit("a.csproj", "Newtonsoft.Json", "Newtonsoft.Json.Linq"), Fit::Words(2));
        assert_eq!(fit("composer.json", "guzzlehttp/guzzle", "GuzzleHttp"), Fit::Words(1));
        assert_eq!(fit("Gemfile.lock", "activesupport", "active_support"), Fit::Same);
        assert_eq!(fit("package-lock.json", "lodash-es", "lodash"), Fit::Other);
    }
}
