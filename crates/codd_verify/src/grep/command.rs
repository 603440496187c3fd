//! One grep command line as a value: what is searched, where, and what is expected.

use codd_source::RepoPath;

use super::files::FileChoice;
use super::options::{Effect, Matcher};
use super::words::{Word, words};

/// Why a command line is not evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// `shell operator |`, `-f: pattern file`.
    pub(crate) reason: String,
    /// What to write instead.
    pub(crate) help: Option<&'static str>,
}

impl From<String> for Refusal {
    fn from(reason: String) -> Refusal {
        Refusal { reason, help: None }
    }
}

/// How the pattern is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Basic,
    Extended,
    Fixed,
    /// As much of Perl's as the engine has.
    Perl,
    /// ripgrep's own.
    Rust,
}

/// What must be true for the command to succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    Present,
    /// The command starts with `!`.
    Absent,
    /// `-L`: the list of files without a match is to be empty.
    PresentInEveryFile,
}

/// A command line that codd can evaluate.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) syntax: Syntax,
    pub(crate) patterns: Vec<String>,
    pub(crate) ignore_case: bool,
    pub(crate) word: bool,
    pub(crate) whole_line: bool,
    pub(crate) invert: bool,
    pub(crate) multiline: bool,
    /// A file with a zero byte is not searched.
    pub(crate) skips_binary: bool,
    pub(crate) expectation: Expectation,
    pub(crate) files: FileChoice,
}

/// Whether a `verification:` is a sentence for people and no command.
pub(crate) fn is_prose(text: &str) -> bool {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    let looks_like_options =
        text.split_whitespace().any(|word| word.starts_with('-') && word.len() > 1);
    let words = text.split_whitespace().count();
    first.starts_with(|char: char| char.is_uppercase())
        && !first.contains(['/', '=', '.'])
        && !looks_like_options
        && words > 1
}

/// Reads a command line, or says why it cannot be evaluated.
pub(crate) fn parse_command(text: &str) -> Result<Command, Refusal> {
    let words = words(text)?;
    let mut rest = words.as_slice();
    let mut negated = false;
    if let Some((first, after)) = rest.split_first()
        && first.text == "!"
    {
        negated = true;
        rest = after;
    }
    let (matcher, mut syntax, arguments) = match rest {
        [first, rest @ ..] => match first.text.as_str() {
            "grep" => (Matcher::Grep, Syntax::Basic, rest),
            "egrep" => (Matcher::Grep, Syntax::Extended, rest),
            "fgrep" => (Matcher::Grep, Syntax::Fixed, rest),
            "rg" => (Matcher::Ripgrep, Syntax::Rust, rest),
            "git" if rest.first().is_some_and(|word| word.text == "grep") => {
                (Matcher::GitGrep, Syntax::Basic, &rest[1..])
            }
            other => return Err(not_a_matcher(other)),
        },
        [] => return Err("empty".to_owned().into()),
    };
    let mut command = Command {
        syntax,
        patterns: Vec::new(),
        ignore_case: false,
        word: false,
        whole_line: false,
        invert: false,
        multiline: false,
        skips_binary: matcher == Matcher::Ripgrep,
        expectation: if negated { Expectation::Absent } else { Expectation::Present },
        files: FileChoice::new(matcher),
    };
    let mut operands: Vec<&Word> = Vec::new();
    let mut pathspecs: Vec<&Word> = Vec::new();
    let mut recursive = matcher != Matcher::Grep;
    let mut smart_case = false;
    let mut files_without = false;
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        at += 1;
        let text = word.text.as_str();
        if text == "--" {
            let after = arguments[at..].iter();
            if matcher == Matcher::GitGrep && !(operands.is_empty() && command.patterns.is_empty())
            {
                pathspecs.extend(after);
            } else {
                operands.extend(after);
            }
            break;
        }
        if text == "-" {
            return Err("reads standard input".to_owned().into());
        }
        for (option, value) in options(matcher, text) {
            let Some(effect) = matcher.effect(&option) else {
                let reason = format!("{option}: not an option of {} that is known", matcher.name());
                return Err(reason.into());
            };
            let value = match (effect.takes_value(), value) {
                (true, Some(value)) => value,
                (true, None) => match arguments.get(at) {
                    Some(word) => {
                        at += 1;
                        word.text.clone()
                    }
                    None => return Err(format!("{option}: needs a value").into()),
                },
                (false, value) => value.unwrap_or_default(),
            };
            match effect {
                Effect::Nothing | Effect::NothingOf => {}
                Effect::Recursive => recursive = true,
                Effect::IgnoreCase => command.ignore_case = true,
                Effect::RespectCase => command.ignore_case = false,
                Effect::SmartCase => smart_case = true,
                Effect::Word => command.word = true,
                Effect::WholeLine => command.whole_line = true,
                Effect::Invert => command.invert = true,
                Effect::Basic => syntax = Syntax::Basic,
                Effect::Extended => syntax = Syntax::Extended,
                Effect::Fixed => syntax = Syntax::Fixed,
                Effect::Perl => syntax = Syntax::Perl,
                Effect::Multiline => command.multiline = true,
                Effect::FilesWithout => files_without = true,
                Effect::SkipBinary => command.skips_binary = true,
                Effect::Hidden => command.files.reads_hidden = true,
                Effect::Pattern => command.patterns.push(value),
                Effect::Include => command.files.select(true, &value)?,
                Effect::Exclude => command.files.select(false, &value)?,
                Effect::ExcludeDir => command.files.exclude_folder(&value)?,
                Effect::Glob => command.files.glob(&value)?,
                Effect::Type => command.files.file_type(&value)?,
                Effect::Refused(reason) => return Err(refused(matcher, &option, reason)),
            }
        }
        if !is_option(text) {
            operands.push(word);
        }
    }
    command.syntax = syntax;
    if command.patterns.is_empty() {
        if operands.is_empty() {
            return Err("no pattern".to_owned().into());
        }
        command.patterns.push(operands.remove(0).text.clone());
    }
    if files_without {
        if negated || command.invert {
            return Err("-L together with ! or -v".to_owned().into());
        }
        command.expectation = Expectation::PresentInEveryFile;
    }
    if smart_case && !command.patterns.iter().any(|it| it.contains(char::is_uppercase)) {
        command.ignore_case = true;
    }
    if !recursive && operands.is_empty() {
        return Err("reads standard input (no -r and no file)".to_owned().into());
    }
    command.files.is_recursive = recursive;
    for operand in operands {
        root(operand, &mut command.files)?;
    }
    for pathspec in pathspecs {
        command.files.pathspec(&pathspec.text)?;
    }
    Ok(command)
}

fn is_option(text: &str) -> bool {
    text.starts_with('-') && text.len() > 1
}

/// The options in one word, with the value that is glued to the last: `-rnw`, `-efoo`, `--a=b`.
fn options(matcher: Matcher, text: &str) -> Vec<(String, Option<String>)> {
    if !is_option(text) {
        return Vec::new();
    }
    if text.starts_with("--") {
        return vec![match text.split_once('=') {
            Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
            None => (text.to_owned(), None),
        }];
    }
    let mut options = Vec::new();
    let letters = &text[1..];
    for (at, letter) in letters.char_indices() {
        let option = format!("-{letter}");
        let takes_value = matcher.effect(&option).is_some_and(Effect::takes_value);
        let rest = &letters[at + letter.len_utf8()..];
        if takes_value && !rest.is_empty() {
            options.push((option, Some(rest.to_owned())));
            break;
        }
        // `-3` is three lines of context.
        if !letter.is_ascii_digit() {
            options.push((option, None));
        }
    }
    options
}

fn refused(matcher: Matcher, option: &str, reason: &str) -> Refusal {
    let reason = if matcher == Matcher::GitGrep && reason == "runs a program" {
        format!("git grep -O / --open-files-in-pager: {reason}")
    } else {
        format!("{option}: {reason}")
    };
    reason.into()
}

fn root(operand: &Word, files: &mut FileChoice) -> Result<(), Refusal> {
    let text = &operand.text;
    if operand.has_open_tilde {
        return Err("tilde path".to_owned().into());
    }
    if text.starts_with('/') || text.starts_with('\\') || text.get(1..2) == Some(":") {
        return Err("absolute path".to_owned().into());
    }
    let path = RepoPath::joined("", text)
        .ok_or_else(|| Refusal::from("path leaves the repository".to_owned()))?;
    files.root(text, &path, operand.has_open_glob).map_err(Refusal::from)
}

fn not_a_matcher(word: &str) -> Refusal {
    let (reason, help) = match word {
        "ag" | "ack" | "ugrep" => {
            (format!("{word}: not a known matcher (grep, egrep, fgrep, rg, git grep)"), None)
        }
        "find" => (
            "not a matcher: find".to_owned(),
            Some("`grep -r --include='…' PATTERN FOLDER` searches files by name"),
        ),
        "pytest" | "npm" | "jest" | "vitest" | "tox" | "make" | "cargo" | "go" | "mvn" => (
            format!("not a matcher: {word}"),
            Some("nothing is executed: declare the result as evidence, or use a `tested` check"),
        ),
        _ => (format!("not a matcher: {word}"), None),
    };
    Refusal { reason, help }
}
