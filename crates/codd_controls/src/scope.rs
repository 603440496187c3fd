//! Which part of a project a control governs.

use std::fmt;

use globset::{GlobBuilder, GlobMatcher};

/// What a control applies to; an empty part does not restrict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Of files.
    pub paths: Vec<ScopePattern>,
    /// Names of languages.
    pub languages: Vec<String>,
    /// Dotted names of definitions, with their module: `shop.db.*`.
    pub symbols: Vec<ScopePattern>,
    pub routes: Option<RouteScope>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteScope {
    /// In capitals; empty for all.
    pub methods: Vec<String>,
    pub paths: Vec<ScopePattern>,
}

/// A glob; with a leading `!` it excludes.
#[derive(Clone)]
pub struct ScopePattern {
    pub text: String,
    pub excludes: bool,
    matcher: GlobMatcher,
}

impl fmt::Debug for ScopePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl PartialEq for ScopePattern {
    fn eq(&self, other: &ScopePattern) -> bool {
        self.text == other.text
    }
}

impl Eq for ScopePattern {}

impl ScopePattern {
    /// A pattern over paths: `*` stays within a folder, `**` does not.
    pub fn of_paths(text: &str) -> Result<ScopePattern, globset::Error> {
        ScopePattern::new(text, true)
    }

    /// A pattern over dotted names: `*` takes any characters.
    pub fn of_names(text: &str) -> Result<ScopePattern, globset::Error> {
        ScopePattern::new(text, false)
    }

    fn new(text: &str, separates: bool) -> Result<ScopePattern, globset::Error> {
        let (excludes, glob) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let glob = glob.strip_prefix("./").unwrap_or(glob);
        let matcher =
            GlobBuilder::new(glob).literal_separator(separates).build()?.compile_matcher();
        Ok(ScopePattern { text: text.to_owned(), excludes, matcher })
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }
}

/// Whether `patterns` take `text`: some including one matches, or there is none, and no
/// excluding one matches.
pub(crate) fn takes(patterns: &[ScopePattern], text: &str) -> bool {
    takes_by(patterns, &[text])
}

/// The same for a thing with several names: any may be included, none may be excluded.
fn takes_by(patterns: &[ScopePattern], names: &[&str]) -> bool {
    let matches = |pattern: &ScopePattern| names.iter().any(|name| pattern.matches(name));
    let mut including = patterns.iter().filter(|pattern| !pattern.excludes).peekable();
    (including.peek().is_none() || including.any(matches))
        && !patterns.iter().any(|pattern| pattern.excludes && matches(pattern))
}

impl Scope {
    pub fn takes_path(&self, path: &str) -> bool {
        takes(&self.paths, path)
    }

    /// Whether a file is taken whose language goes by these names; a file of no known language
    /// has none, and is taken only where no language is asked for.
    pub fn takes_language(&self, names: &[&str]) -> bool {
        self.languages.is_empty()
            || names.iter().any(|name| self.languages.iter().any(|it| it == name))
    }

    /// Whether a definition with these dotted names, of which one may have a source root that
    /// another leaves out, is taken.
    pub fn takes_symbol(&self, names: &[&str]) -> bool {
        takes_by(&self.symbols, names)
    }

    /// Whether an including pattern of paths names this file on purpose; generated and
    /// vendored files are governed only then.
    pub fn names_path(&self, path: &str) -> bool {
        self.paths.iter().any(|pattern| !pattern.excludes && pattern.matches(path))
            && takes(&self.paths, path)
    }

    /// Whether only routes or symbols, not whole files, are governed.
    pub fn is_narrower_than_files(&self) -> bool {
        !self.symbols.is_empty() || self.routes.is_some()
    }
}

impl RouteScope {
    pub fn takes(&self, method: &str, path: &str) -> bool {
        let method_fits = self.methods.is_empty()
            || method == "*"
            || self.methods.iter().any(|it| it.eq_ignore_ascii_case(method));
        method_fits && takes(&self.paths, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(patterns: &[&str]) -> Scope {
        let paths = patterns.iter().map(|it| ScopePattern::of_paths(it).unwrap()).collect();
        Scope { paths, ..Scope::default() }
    }

    #[test]
    fn exclusion_wins_and_alone_takes_the_rest() {
        let scope = paths(&["src/**", "!src/vendor/**"]);
        assert!(scope.takes_path("src/a/b.py"));
        assert!(!scope.takes_path("src/vendor/b.py"));
        assert!(!scope.takes_path("docs/b.py"));
        assert!(paths(&["!docs/**"]).takes_path("src/a.py"));
    }

    #[test]
    fn star_of_a_name_crosses_dots() {
        let scope = Scope {
            symbols: vec![ScopePattern::of_names("shop.db.*").unwrap()],
            ..Scope::default()
        };
        assert!(scope.takes_symbol(&["shop.db.users.find"]));
        assert!(!scope.takes_symbol(&["shop.api.find"]));
    }
}
