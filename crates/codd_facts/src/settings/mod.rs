//! Keys of configuration: in which files they are set, how one is spelled, what reads it.

mod declare;
mod readers;

use codd_source::RepoPath;

pub(crate) use self::declare::{Declaring, Kept};
pub(crate) use self::readers::{Taker, placeholders, read_by};
use crate::Name;

/// Where a key is looked up: what sets it decides, and what reads it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// A file of data: YAML, TOML, JSON, INI, properties.
    Data,
    /// A module of Python, or a class in one, whose names are the settings.
    Python,
    /// The file of PHP that has the name of the key's first part.
    Laravel,
    /// What Ruby code sets on `Rails.configuration`.
    Rails,
}

/// The longest key that is looked at.
const LONGEST: usize = 200;

/// Stems of files that hold settings wherever they lie; what follows a `.`, `-` or `_` is the
/// environment that they are for.
const STEMS: &[&str] =
    &["application", "appsettings", "bootstrap", "config", "configuration", "settings"];

/// Folders whose files hold settings.
pub(crate) const FOLDERS: &[&str] = &["conf", "config", "configs", "configuration", "settings"];

/// Folders whose files are texts for people, or somebody else's.
const OTHER_FOLDERS: &[&str] =
    &["fixtures", "i18n", "lang", "locale", "locales", "node_modules", "translations", "vendor"];

/// Stems of files that configure a tool, and no program of the project.
const TOOLS: &[&str] = &[
    "flake8",
    "gradle",
    "gradle-wrapper",
    "local",
    "log4j",
    "log4j2",
    "lombok",
    "mypy",
    "pylintrc",
    "pytest",
    "sonar-project",
    "tox",
    "tslint",
];

/// Outermost sections that a framework takes for the environment it runs in.
const ENVIRONMENTS: &[&str] = &[
    "default",
    "defaults",
    "dev",
    "development",
    "global",
    "local",
    "prod",
    "production",
    "shared",
    "staging",
    "test",
    "testing",
];

/// Whether a file of data is one that programs read their settings from, by its path.
pub(crate) fn holds_settings(path: &RepoPath) -> bool {
    let folders: Vec<&str> = path.parent().split('/').collect();
    let is_elsewhere =
        |it: &&str| it.starts_with('.') && it.len() > 1 || OTHER_FOLDERS.contains(it);
    if folders.iter().any(is_elsewhere) {
        return false;
    }
    let name = path.file_name().trim_start_matches('.');
    let stem = name.split('.').next().unwrap_or(name);
    if TOOLS.contains(&stem) {
        return false;
    }
    let first = stem.split(['-', '_']).next().unwrap_or(stem).to_ascii_lowercase();
    STEMS.contains(&first.as_str())
        || name.starts_with("secrets.")
        || folders.iter().rev().take(2).any(|it| FOLDERS.contains(it))
        || matches!(path.extension(), Some("ini" | "properties")) && !is_text_for_people(stem)
}

/// `messages.properties`, `messages_de.properties`.
fn is_text_for_people(stem: &str) -> bool {
    ["messages", "labels", "strings", "errors", "i18n", "text"]
        .iter()
        .any(|it| stem.to_ascii_lowercase().starts_with(it))
        || stem.rsplit_once('_').is_some_and(|(_, end)| end.len() == 2)
}

/// The key of a setting by its name: parts are separated by `.`, `:` or `__`, and compared
/// without regard to case, hyphens and underscores, as most frameworks do.
///
/// `None` for what can be no such name.
pub(crate) fn setting_key(family: Family, name: &str) -> Option<Name> {
    let family = match family {
        Family::Data => "data",
        Family::Python => "python",
        Family::Laravel => "laravel",
        Family::Rails => "rails",
    };
    let is_name = |it: char| it.is_alphanumeric() || "._-:".contains(it);
    if name.len() > LONGEST || !name.chars().all(is_name) {
        return None;
    }
    let spelled = name.replace("__", ".");
    let mut key = format!("{family}#");
    let start = key.len();
    for part in spelled.split(['.', ':']) {
        let part: String = part
            .chars()
            .filter(|it| !matches!(it, '_' | '-'))
            .flat_map(char::to_lowercase)
            .collect();
        if part.is_empty() {
            continue;
        }
        if key.len() > start {
            key.push('.');
        }
        key.push_str(&part);
    }
    key[start..].contains(char::is_alphabetic).then(|| Name::from(key))
}

/// Whether the key of a setting is one of a file of data, and not of code.
pub fn is_of_data_file(key: &str) -> bool {
    key.starts_with("data#")
}

/// The keys that something set under `path` may be read by: without its first part, too,
/// where that is the name of an environment.
pub(crate) fn data_keys(path: &str) -> Vec<Name> {
    let inner = path
        .split_once('.')
        .filter(|(first, _)| ENVIRONMENTS.contains(&first.to_ascii_lowercase().as_str()))
        .and_then(|(_, rest)| setting_key(Family::Data, rest));
    setting_key(Family::Data, path).into_iter().chain(inner).collect()
}

/// The folder whose code a file of settings is for.
pub fn setting_home(path: &str) -> &str {
    let mut home = path.rfind('/').map_or("", |at| &path[..at]);
    if let Some(at) = home.find("/src/").or_else(|| home.starts_with("src/").then_some(0)) {
        return &home[..at];
    }
    while !home.is_empty() {
        let (outer, last) = home.rsplit_once('/').unwrap_or(("", home));
        if !FOLDERS.contains(&last) && !matches!(last, "resources" | "environments" | "src") {
            break;
        }
        home = outer;
    }
    home
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_hold_settings() {
        for path in [
            "src/main/resources/application-prod.yml",
            "api/appsettings.Development.json",
            "config/default.json",
            "config/environments/eu.toml",
            "app/settings.toml",
            "alembic.ini",
            ".secrets.toml",
            "src/main/resources/db.properties",
        ] {
            assert!(holds_settings(&RepoPath::new(path)), "{path}");
        }
        for path in [
            ".github/config.yml",
            "config/locales/de.yml",
            "pytest.ini",
            "package.json",
            "messages_de.properties",
            "gradle/wrapper/gradle-wrapper.properties",
            "data/cities.json",
            "jest.config.json",
        ] {
            assert!(!holds_settings(&RepoPath::new(path)), "{path}");
        }
    }

    #[test]
    fn one_key_has_many_spellings() {
        let key =
            |name| setting_key(Family::Data, name).map_or("-".to_owned(), |it| it.to_string());
        for name in ["my-app.dbUrl", "MyApp:DbUrl", "my_app__db_url", "my.-app.db-url."] {
            let wanted =
                if name.starts_with("my.") { "data#my.app.dburl" } else { "data#myapp.dburl" };
            assert_eq!(key(name), wanted);
        }
        assert_eq!(key("not a key"), "-");
        assert_eq!(key("a/b"), "-");
        assert_eq!(key("..."), "-");
        assert_eq!(data_keys("production.db.url"), ["data#production.db.url", "data#db.url"]);
    }

    #[test]
    fn settings_are_for_the_code_beside_their_folder() {
        assert_eq!(setting_home("svc/a/src/main/resources/application.yml"), "svc/a");
        assert_eq!(setting_home("svc/a/config/environments/eu.toml"), "svc/a");
        assert_eq!(setting_home("src/main/resources/application.yml"), "");
        assert_eq!(setting_home("config/default.json"), "");
        assert_eq!(setting_home("shop/shop/settings.py"), "shop/shop");
    }
}
