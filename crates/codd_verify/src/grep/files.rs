//! Which files of a snapshot a command line searches.

use codd_source::RepoPath;
use globset::{GlobBuilder, GlobMatcher};

use super::options::Matcher;

/// The files that a command line names, by its own program's rules.
#[derive(Clone, Debug)]
pub(crate) struct FileChoice {
    matcher: Matcher,
    pub(super) is_recursive: bool,
    pub(super) reads_hidden: bool,
    roots: Vec<Root>,
    /// `--include` and `--exclude` of grep in their order: the last that fits counts.
    selections: Vec<(bool, GlobMatcher)>,
    excluded_folders: Vec<GlobMatcher>,
    /// `-g` of ripgrep in their order.
    globs: Vec<(bool, GlobMatcher)>,
    types: Vec<GlobMatcher>,
    pathspecs: Vec<(bool, Pathspec)>,
    /// As written, for tests and messages.
    pub(crate) written: Written,
}

/// The parts as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) roots: Vec<String>,
    pub(crate) include: Vec<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) exclude_dir: Vec<String>,
    pub(crate) glob: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) pathspec: Vec<String>,
}

#[derive(Clone, Debug)]
enum Root {
    /// A file or a folder; `""` is the whole repository.
    Path(RepoPath),
    /// What a shell would have made paths of.
    Glob(GlobMatcher),
}

#[derive(Clone, Debug)]
struct Pathspec {
    glob: GlobMatcher,
    folder: String,
}

/// ripgrep's types, as far as people name them in requirements.
const TYPES: &[(&str, &[&str])] = &[
    ("c", &["*.[chH]", "*.cats"]),
    ("cpp", &["*.cpp", "*.hpp", "*.cc", "*.hh", "*.cxx", "*.hxx", "*.inl", "*.[CH]"]),
    ("cs", &["*.cs"]),
    ("css", &["*.css", "*.scss"]),
    ("docker", &["*Dockerfile*"]),
    ("go", &["*.go"]),
    ("html", &["*.htm", "*.html", "*.ejs"]),
    ("java", &["*.java", "*.jsp", "*.jspx", "*.properties"]),
    ("js", &["*.js", "*.jsx", "*.vue", "*.cjs", "*.mjs"]),
    ("json", &["*.json", "*.sarif", "composer.lock"]),
    ("kotlin", &["*.kt", "*.kts"]),
    ("md", &["*.markdown", "*.md", "*.mdown", "*.mdwn", "*.mkd", "*.mkdn", "*.mdx"]),
    ("php", &["*.php", "*.php3", "*.php4", "*.php5", "*.php7", "*.php8", "*.pht", "*.phtml"]),
    ("py", &["*.py", "*.pyi"]),
    ("python", &["*.py", "*.pyi"]),
    ("ruby", &["*.rb", "Gemfile", "*.gemspec", "Rakefile", "config.ru", ".irbrc"]),
    ("rust", &["*.rs"]),
    ("sh", &["*.bash", "*.csh", "*.ksh", "*.sh", "*.tcsh", "*.zsh"]),
    ("sql", &["*.sql", "*.psql"]),
    ("swift", &["*.swift"]),
    ("tf", &["*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json"]),
    ("toml", &["*.toml", "Cargo.lock"]),
    ("ts", &["*.ts", "*.tsx", "*.cts", "*.mts"]),
    ("xml", &["*.xml", "*.xml.dist", "*.dtd", "*.xsl", "*.xslt", "*.xsd", "*.xjb", "*.rng"]),
    ("yaml", &["*.yaml", "*.yml"]),
];

impl FileChoice {
    pub(super) fn new(matcher: Matcher) -> FileChoice {
        FileChoice {
            matcher,
            is_recursive: false,
            reads_hidden: false,
            roots: Vec::new(),
            selections: Vec::new(),
            excluded_folders: Vec::new(),
            globs: Vec::new(),
            types: Vec::new(),
            pathspecs: Vec::new(),
            written: Written::default(),
        }
    }

    pub(super) fn root(
        &mut self,
        written: &str,
        path: &RepoPath,
        is_glob: bool,
    ) -> Result<(), String> {
        self.written.roots.push(written.to_owned());
        let root =
            if is_glob { Root::Glob(glob(path.as_str(), true)?) } else { Root::Path(path.clone()) };
        self.roots.push(root);
        Ok(())
    }

    pub(super) fn select(&mut self, includes: bool, text: &str) -> Result<(), String> {
        let list = if includes { &mut self.written.include } else { &mut self.written.exclude };
        list.push(text.to_owned());
        self.selections.push((includes, glob(text, false)?));
        Ok(())
    }

    pub(super) fn exclude_folder(&mut self, text: &str) -> Result<(), String> {
        self.written.exclude_dir.push(text.to_owned());
        self.excluded_folders.push(glob(text.trim_end_matches('/'), false)?);
        Ok(())
    }

    pub(super) fn glob(&mut self, text: &str) -> Result<(), String> {
        self.written.glob.push(text.to_owned());
        let (includes, pattern) = match text.strip_prefix('!') {
            Some(rest) => (false, rest),
            None => (true, text),
        };
        let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
        // As in a .gitignore: without a slash, at any depth.
        let anchored = match pattern.strip_prefix('/') {
            Some(rest) => rest.to_owned(),
            None if pattern.contains('/') => pattern.to_owned(),
            None => format!("**/{pattern}"),
        };
        self.globs.push((includes, compiled(&anchored, true)?));
        Ok(())
    }

    pub(super) fn file_type(&mut self, name: &str) -> Result<(), String> {
        self.written.types.push(name.to_owned());
        let (_, globs) = TYPES
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("-t {name}: not a file type that is known"))?;
        for text in *globs {
            self.types.push(glob(text, false)?);
        }
        Ok(())
    }

    pub(super) fn pathspec(&mut self, text: &str) -> Result<(), String> {
        self.written.pathspec.push(text.to_owned());
        let (includes, pattern) = match text.strip_prefix(":!").or_else(|| text.strip_prefix(":^"))
        {
            Some(rest) => (false, rest),
            None if text.starts_with(':') => {
                return Err(format!("pathspec {text}: its magic is not known"));
            }
            None => (true, text),
        };
        let path = RepoPath::joined("", pattern).ok_or("path leaves the repository")?;
        let folder = path.as_str().to_owned();
        self.pathspecs.push((includes, Pathspec { glob: glob(&folder, false)?, folder }));
        Ok(())
    }

    /// Whether the command says this very path.
    pub(crate) fn names(&self, path: &RepoPath) -> bool {
        self.roots.iter().any(|root| matches!(root, Root::Path(root) if root == path))
    }

    /// Whether the file is searched.
    pub(crate) fn takes(&self, path: &RepoPath) -> bool {
        let is_named = |root: &Root| match root {
            Root::Path(root) => root == path,
            Root::Glob(glob) => glob.is_match(path.as_str()),
        };
        let in_root = if self.roots.is_empty() {
            Some(path.as_str())
        } else if self.roots.iter().any(is_named) {
            Some(path.file_name())
        } else {
            self.roots.iter().find_map(|root| self.below(root, path))
        };
        let Some(within) = in_root else { return false };
        let name = path.file_name();
        let mut folders = within.split('/').rev().skip(1);
        if folders.any(|folder| self.excluded_folders.iter().any(|glob| glob.is_match(folder))) {
            return false;
        }
        if self.matcher == Matcher::Ripgrep
            && !self.reads_hidden
            && within.split('/').any(|part| part.starts_with('.'))
            && !self.roots.iter().any(is_named)
        {
            return false;
        }
        let selected = match self.selections.iter().rev().find(|(_, glob)| glob.is_match(name)) {
            Some((includes, _)) => *includes,
            None => self.selections.first().is_none_or(|(includes, _)| !includes),
        };
        selected
            && self.takes_by_glob(path)
            && (self.types.is_empty() || self.types.iter().any(|glob| glob.is_match(name)))
            && self.takes_by_pathspec(path)
    }

    /// The rest of the path below a root that is a folder.
    fn below<'p>(&self, root: &Root, path: &'p RepoPath) -> Option<&'p str> {
        if !self.is_recursive {
            return None;
        }
        let text = path.as_str();
        match root {
            Root::Path(root) if root.as_str().is_empty() => Some(text),
            Root::Path(root) => text.strip_prefix(root.as_str())?.strip_prefix('/'),
            Root::Glob(glob) => text
                .match_indices('/')
                .find(|(at, _)| glob.is_match(&text[..*at]))
                .map(|(at, _)| &text[at + 1..]),
        }
    }

    fn takes_by_glob(&self, path: &RepoPath) -> bool {
        let text = path.as_str();
        let prefixes =
            || text.match_indices('/').map(|(at, _)| &text[..at]).chain(std::iter::once(text));
        let last = self.globs.iter().rev().find(|(includes, glob)| {
            if *includes { glob.is_match(text) } else { prefixes().any(|it| glob.is_match(it)) }
        });
        match last {
            Some((includes, _)) => *includes,
            None => !self.globs.iter().any(|(includes, _)| *includes),
        }
    }

    fn takes_by_pathspec(&self, path: &RepoPath) -> bool {
        let text = path.as_str();
        let fits = |spec: &Pathspec| {
            spec.folder.is_empty()
                || spec.glob.is_match(text)
                || text.strip_prefix(&spec.folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let mut including = self.pathspecs.iter().filter(|(includes, _)| *includes).peekable();
        (including.peek().is_none() || including.any(|(_, spec)| fits(spec)))
            && !self.pathspecs.iter().any(|(includes, spec)| !includes && fits(spec))
    }
}

/// A shell's, grep's or git's glob; with `separates`, `*` stays within a folder.
fn glob(text: &str, separates: bool) -> Result<GlobMatcher, String> {
    // Braces are no part of these globs, as they are of ripgrep's.
    compiled(&text.replace('{', "[{]").replace('}', "[}]"), separates)
}

fn compiled(text: &str, separates: bool) -> Result<GlobMatcher, String> {
    GlobBuilder::new(text)
        .literal_separator(separates)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| format!("glob {text}: {}", error.kind()))
}
