//! Libraries that others publish, as a project keeps a copy among what it serves: their first
//! comment says what they are, in which version and whose.

use codd_source::RepoPath;

/// Folders of what a server gives to browsers as it is.
const SERVED_FOLDERS: &[&str] = &["assets", "public", "static", "webroot", "wwwroot"];

/// Bytes in which such a comment begins and ends.
const BANNER_WINDOW: usize = 2048;

/// Parts of a file's name that say which form of a library it is.
const FORMS: &[&str] = &[
    "all",
    "bundle",
    "cjs",
    "core",
    "dev",
    "development",
    "esm",
    "full",
    "global",
    "js",
    "min",
    "prod",
    "production",
    "slim",
    "umd",
];

/// What says whose it is.
const RIGHTS: &[&str] = &["license", "licence", "copyright", "(c)", "©"];

/// Whether a file is a published library's, and not of those who keep it: where it stands, its
/// name, and a comment that build tools leave in, all say so. A file of one's own that says all of it
/// of itself is taken for one too.
pub(crate) fn is_library(path: &RepoPath, bytes: &[u8]) -> bool {
    let name = path.file_name();
    if ![".js", ".cjs", ".mjs"].iter().any(|end| name.ends_with(end))
        || !path.parent().split('/').any(|part| SERVED_FOLDERS.contains(&part))
    {
        return false;
    }
    let Some(banner) = banner(bytes) else { return false };
    if !RIGHTS.iter().any(|it| banner.contains(it)) {
        return false;
    }
    let own = library_name(name);
    banner.lines().any(|line| {
        let Some(named) = named_with_version(line) else { return false };
        own.len() > 1 && (named == own || named.strip_suffix("js") == Some(&own))
    })
}

/// The first comment of a file, in small letters, where it is one that is kept: `/*! … */`, or
/// one that says `@license` or `@preserve`.
fn banner(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(BANNER_WINDOW)]).to_lowercase();
    let inner = head.trim_start_matches('\u{feff}').trim_start().strip_prefix("/*")?;
    let (inner, _) = inner.split_once("*/")?;
    let is_kept =
        inner.starts_with('!') || inner.contains("@license") || inner.contains("@preserve");
    is_kept.then(|| inner.to_owned())
}

/// `jquery` of `jquery-3.2.1.min.js`, `jqueryui` of `jquery-ui.js`.
fn library_name(file: &str) -> String {
    let file = file.to_lowercase();
    let parts = file.split(['.', '-', '_']);
    let is_name = |it: &&str| {
        !FORMS.contains(it)
            && !it.strip_prefix('v').unwrap_or(it).bytes().all(|it| it.is_ascii_digit())
    };
    parts.filter(is_name).collect()
}

/// What stands before a version in a line, its letters and digits alone: `jqueryui` of
/// `jQuery UI - v1.12.1`.
fn named_with_version(line: &str) -> Option<String> {
    let mut name = String::new();
    for word in line.split([' ', '\t']) {
        if is_version(word) {
            return (!name.is_empty()).then_some(name);
        }
        if !matches!(word, "@license" | "@preserve") {
            name.extend(word.chars().filter(|it| it.is_alphanumeric()));
        }
    }
    None
}

/// `v3.2.1`, `1.10`, `4.0.0-beta.2`.
fn is_version(word: &str) -> bool {
    let word = word.trim_end_matches([',', ';', ':', ')']);
    let mut parts = word.strip_prefix('v').unwrap_or(word).splitn(3, '.');
    let is_number = |it: Option<&str>| {
        it.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
    };
    let (major, minor, rest) = (parts.next(), parts.next(), parts.next());
    is_number(major)
        && match rest {
            None => is_number(minor),
            Some(rest) => is_number(minor) && rest.starts_with(|it: char| it.is_ascii_digit()),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_says_what_it_is_where_it_is_served() {
        let is = |path: &str, text: &str| is_library(&path.into(), text.as_bytes());
        let materialize = "/*!\n * Materialize v0.100.1 (http://materializecss.com)\n * Copyright \
                           2014-2017 Materialize\n * MIT License\n */\nvar a;\n";
        assert!(is("app/static/js/materialize.js", materialize));
        let jquery = "\u{feff}/*! jQuery v3.2.1 | (c) JS Foundation | jquery.org/license */\n";
        for name in ["jquery.js", "jquery-3.2.1.js", "jquery.slim.js", "jQuery-3.2.1.min.js"] {
            assert!(is(&format!("public/{name}"), jquery), "{name}");
        }
        assert!(is("public/jquery-ui.js", "/*! jQuery UI - v1.12.1 - 2016\n* Copyright jQuery */"));
        assert!(is(
            "wwwroot/chart.js",
            "/*!\n * Chart.js v3.9.1\n * Released under the MIT License\n */"
        ));
        assert!(is("static/angular.js", "/**\n * @license AngularJS v1.5.8\n * License: MIT\n */"));
        // Written where people write code, or under another name.
        assert!(!is("src/materialize.js", materialize));
        assert!(!is("static/js/app.js", materialize));
        assert!(!is("static/materialize.py", materialize));
        // Says nothing of its version or its owner, or is no comment that is kept.
        for text in [
            "/*!\n * Materialize\n * MIT License\n */",
            "/*! Materialize v1.0.0 */",
            "/* Materialize v1.0.0, MIT License */",
            "var a;\n/*! Materialize v1.0.0 MIT License */",
            "/*! Materialize v1.0.0 MIT License",
            "/*! For the site of Materialize v1.0.0 MIT License */",
            "/*! Materialize version two MIT License */",
        ] {
            assert!(!is("static/materialize.js", text), "{text}");
        }
        assert!(!is("static/1.js", "/*! v1.0.0 MIT License */"));
    }
}
