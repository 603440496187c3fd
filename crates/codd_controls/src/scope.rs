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
    /// Whether code that only tests run is left out: their files, unless other code uses them.
    pub leaves_tests_out: bool,
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
    /// What all that it matches begins with.
    beginning: Box<str>,
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
        let special = glob.find(['*', '?', '[', ']', '{', '}', '\\']);
        let beginning = glob[..special.unwrap_or(glob.len())].into();
        Ok(ScopePattern { text: text.to_owned(), excludes, beginning, matcher })
    }

    fn glob(&self) -> &str {
        self.text.strip_prefix('!').unwrap_or(&self.text)
    }

    /// Whether it matches, or is a pattern of all in a folder and this is the folder.
    fn takes_folder(&self, path: &str) -> bool {
        self.matches(path)
            || self.glob().ends_with("/**")
                && self.matches(&format!("{}/.", path.trim_end_matches('/')))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        text.starts_with(&*self.beginning) && self.matcher.is_match(text)
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

/// Stands in a route's path for a beginning that is known only when the code runs.
const UNKNOWN: char = '…';

/// Whether patterns take the path that a route is served at.
///
/// A folder's pattern takes the folder, as `/users` and as `/users/`. A path whose beginning
/// is not known is taken by what may include it, and left out only by what excludes its end.
fn takes_route(patterns: &[ScopePattern], path: &str) -> bool {
    let (start, end) = path.split_once(UNKNOWN).unwrap_or(("", path));
    let end = end.rsplit(UNKNOWN).next().unwrap_or(end);
    let is_known = !path.contains(UNKNOWN);
    let includes = |pattern: &ScopePattern| {
        let glob = pattern.glob();
        pattern.takes_folder(path)
            || !is_known
                && (pattern.takes_folder(end)
                    || glob.ends_with("**")
                    || glob.ends_with(end) && glob.starts_with(start))
    };
    let excludes = |pattern: &ScopePattern| pattern.takes_folder(if is_known { path } else { end });
    let mut including = patterns.iter().filter(|it| !it.excludes).peekable();
    (including.peek().is_none() || including.any(includes))
        && !patterns.iter().any(|it| it.excludes && excludes(it))
}

/// Whether patterns take a path for certain, whatever its unknown part may be.
fn surely_takes_route(patterns: &[ScopePattern], path: &str) -> bool {
    let Some((start, rest)) = path.split_once(UNKNOWN) else { return takes_route(patterns, path) };
    let end = rest.rsplit(UNKNOWN).next().unwrap_or(rest);
    let literal = |pattern: &ScopePattern| {
        let glob = pattern.glob();
        glob.split(['*', '?', '[', '{']).next().unwrap_or(glob).to_owned()
    };
    // All that begins as the known part does.
    let includes = |pattern: &ScopePattern| {
        let is_of_all = pattern.glob().strip_suffix("**").is_some_and(|it| it == literal(pattern));
        is_of_all && start.starts_with(&literal(pattern))
    };
    let may_exclude = |pattern: &ScopePattern| {
        let literal = literal(pattern);
        let begins = literal.starts_with(start) || start.starts_with(&literal);
        begins && (literal != pattern.glob() || literal.ends_with(end))
    };
    let is_all_or_below =
        |pattern: &ScopePattern| matches!(pattern.glob(), "**" | "/**") || includes(pattern);
    let mut including = patterns.iter().filter(|it| !it.excludes).peekable();
    (including.peek().is_none() || including.any(is_all_or_below))
        && !patterns.iter().any(|it| it.excludes && may_exclude(it))
}

impl RouteScope {
    /// Whether a route is taken, also if only perhaps: where its path is not wholly known.
    pub fn takes(&self, method: &str, path: &str) -> bool {
        let method_fits = self.methods.is_empty()
            || method == "*"
            || self.methods.iter().any(|it| it.eq_ignore_ascii_case(method));
        method_fits && takes_route(&self.paths, path)
    }

    /// Whether a route is taken wherever it is served.
    pub fn surely_takes(&self, method: &str, path: &str) -> bool {
        self.takes(method, path) && surely_takes_route(&self.paths, path)
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
    fn routes_of_a_folder_are_the_folder_itself_too() {
        let takes = |patterns: &[&str], path: &str| {
            let paths = patterns.iter().map(|it| ScopePattern::of_paths(it).unwrap()).collect();
            RouteScope { methods: Vec::new(), paths }.takes("GET", path)
        };
        for path in ["/users", "/users/", "/users/{id}", "/users/{id}/items"] {
            assert!(takes(&["/users/**"], path), "{path}");
            assert!(!takes(&["!/users/**"], path), "{path}");
        }
        assert!(!takes(&["/users/**"], "/usersx"));
        assert!(!takes(&["/users/*"], "/users"));
        assert!(takes(&["/**"], "/"));
        assert!(takes(&["/**"], ""));
        // What may begin with anything is governed, and excluded only by its end.
        assert!(takes(&["/api/**"], "…/users"));
        assert!(takes(&["/api/users"], "…/users"));
        assert!(!takes(&["/api/items"], "…/users"));
        assert!(!takes(&["!/health"], "…/health"));
        assert!(takes(&["!/api/**"], "…/users"));
    }

    #[test]
    fn a_path_that_begins_somewhere_is_taken_surely_only_where_it_does_not_matter() {
        let surely = |patterns: &[&str], path: &str| {
            let paths = patterns.iter().map(|it| ScopePattern::of_paths(it).unwrap()).collect();
            RouteScope { methods: Vec::new(), paths }.surely_takes("GET", path)
        };
        assert!(surely(&[], "…/users"));
        assert!(surely(&["/**"], "…/users"));
        assert!(!surely(&["/admin/**"], "…/users"));
        assert!(surely(&["/admin/**"], "/admin/…"));
        assert!(surely(&["!/health"], "…/users"));
        assert!(!surely(&["!/public/**"], "…/users"));
        assert!(surely(&["!/public/**"], "/admin/…/users"));
        assert!(surely(&["/admin/**"], "/admin/users"));
        assert!(!surely(&["/admin/**"], "/users"));
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
