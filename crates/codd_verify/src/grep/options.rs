//! The options of each matcher that codd knows: a closed table, since an option that is not
//! understood may change everything.

/// What an option does to the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Changes what is printed, never whether something is found.
    Nothing,
    /// As `Nothing`, with a value.
    NothingOf,
    Recursive,
    IgnoreCase,
    RespectCase,
    SmartCase,
    Word,
    WholeLine,
    Invert,
    Basic,
    Extended,
    Fixed,
    Perl,
    Multiline,
    FilesWithout,
    SkipBinary,
    Hidden,
    Pattern,
    Include,
    Exclude,
    ExcludeDir,
    Glob,
    Type,
    /// Never done, with the reason.
    Refused(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matcher {
    Grep,
    Ripgrep,
    GitGrep,
}

type Table = &'static [(&'static [&'static str], Effect)];

const GREP: Table = &[
    (&["-r", "-R", "--recursive", "--dereference-recursive"], Effect::Recursive),
    (&["-i", "-y", "--ignore-case"], Effect::IgnoreCase),
    (&["--no-ignore-case"], Effect::RespectCase),
    (&["-w", "--word-regexp"], Effect::Word),
    (&["-x", "--line-regexp"], Effect::WholeLine),
    (&["-v", "--invert-match"], Effect::Invert),
    (&["-G", "--basic-regexp"], Effect::Basic),
    (&["-E", "--extended-regexp"], Effect::Extended),
    (&["-F", "--fixed-strings"], Effect::Fixed),
    (&["-P", "--perl-regexp"], Effect::Perl),
    (&["-L", "--files-without-match"], Effect::FilesWithout),
    (&["-I"], Effect::SkipBinary),
    (&["-e", "--regexp"], Effect::Pattern),
    (&["--include"], Effect::Include),
    (&["--exclude"], Effect::Exclude),
    (&["--exclude-dir"], Effect::ExcludeDir),
    (
        &[
            "-n",
            "-H",
            "-h",
            "-l",
            "-c",
            "-o",
            "-s",
            "-q",
            "-a",
            "-b",
            "-T",
            "-Z",
            "--line-number",
            "--with-filename",
            "--no-filename",
            "--files-with-matches",
            "--count",
            "--only-matching",
            "--no-messages",
            "--quiet",
            "--silent",
            "--text",
            "--color",
            "--colour",
            "--null",
            "--byte-offset",
            "--initial-tab",
        ],
        Effect::Nothing,
    ),
    (&["-A", "-B", "-C", "--after-context", "--before-context", "--context"], Effect::NothingOf),
    (&["-f", "--file"], Effect::Refused("pattern file")),
];

const RIPGREP: Table = &[
    (&["-i", "--ignore-case"], Effect::IgnoreCase),
    (&["-s", "--case-sensitive"], Effect::RespectCase),
    (&["-S", "--smart-case"], Effect::SmartCase),
    (&["-w", "--word-regexp"], Effect::Word),
    (&["-x", "--line-regexp"], Effect::WholeLine),
    (&["-v", "--invert-match"], Effect::Invert),
    (&["-F", "--fixed-strings"], Effect::Fixed),
    (&["-U", "--multiline"], Effect::Multiline),
    (&["--files-without-match"], Effect::FilesWithout),
    (&["-.", "--hidden"], Effect::Hidden),
    (&["-e", "--regexp"], Effect::Pattern),
    (&["-g", "--glob"], Effect::Glob),
    (&["-t", "--type"], Effect::Type),
    (
        &[
            "-n",
            "-N",
            "-H",
            "-I",
            "-l",
            "-c",
            "-o",
            "-q",
            "--line-number",
            "--no-line-number",
            "--with-filename",
            "--no-filename",
            "--files-with-matches",
            "--count",
            "--only-matching",
            "--quiet",
            "--no-heading",
            "--heading",
            "--column",
            "--no-messages",
        ],
        Effect::Nothing,
    ),
    (
        &["-A", "-B", "-C", "--after-context", "--before-context", "--context", "--color"],
        Effect::NothingOf,
    ),
    (&["-f", "--file"], Effect::Refused("pattern file")),
    (&["-P", "--pcre2"], Effect::Refused("another regular expression engine")),
    (&["--pre", "--pre-glob", "--hostname-bin"], Effect::Refused("runs a program")),
];

const GIT_GREP: Table = &[
    (&["-i", "--ignore-case"], Effect::IgnoreCase),
    (&["-w", "--word-regexp"], Effect::Word),
    (&["-v", "--invert-match"], Effect::Invert),
    (&["-G", "--basic-regexp"], Effect::Basic),
    (&["-E", "--extended-regexp"], Effect::Extended),
    (&["-F", "--fixed-strings"], Effect::Fixed),
    (&["-P", "--perl-regexp"], Effect::Perl),
    (&["-L", "--files-without-match"], Effect::FilesWithout),
    (&["-I"], Effect::SkipBinary),
    (&["-e"], Effect::Pattern),
    (
        &[
            "-n",
            "-H",
            "-h",
            "-l",
            "-c",
            "-o",
            "-q",
            "-r",
            "-a",
            "--line-number",
            "--name-only",
            "--files-with-matches",
            "--count",
            "--only-matching",
            "--quiet",
            "--text",
            "--recursive",
            "--full-name",
            "--color",
            "--no-color",
            "--column",
            "--break",
            "--heading",
        ],
        Effect::Nothing,
    ),
    (&["-A", "-B", "-C", "--after-context", "--before-context", "--context"], Effect::NothingOf),
    (&["-f"], Effect::Refused("pattern file")),
    (&["-O", "--open-files-in-pager"], Effect::Refused("runs a program")),
];

impl Matcher {
    /// What an option does; `None` for one that is not known.
    pub(super) fn effect(self, option: &str) -> Option<Effect> {
        let table = match self {
            Matcher::Grep => GREP,
            Matcher::Ripgrep => RIPGREP,
            Matcher::GitGrep => GIT_GREP,
        };
        table.iter().find(|(names, _)| names.contains(&option)).map(|(_, effect)| *effect)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Matcher::Grep => "grep",
            Matcher::Ripgrep => "rg",
            Matcher::GitGrep => "git grep",
        }
    }
}

impl Effect {
    pub(super) fn takes_value(self) -> bool {
        matches!(
            self,
            Effect::NothingOf
                | Effect::Pattern
                | Effect::Include
                | Effect::Exclude
                | Effect::ExcludeDir
                | Effect::Glob
                | Effect::Type
        )
    }
}
