//! Programs that run what a manifest names: managers of packages, make.

use codd_source::Span;

use super::words::{Word, assignment, is_path};
use super::{LinkSink, Shell, put_certain};
use crate::links::{local_key, normalized};
use crate::resources::unquoted;
use crate::{LinkKind, LinkRole, Name};

/// Managers of packages that run the scripts of a manifest.
pub(super) const MANAGERS: &[&str] = &["bun", "npm", "pnpm", "yarn"];

/// Words of managers that are no script's name.
const MANAGER_WORDS: &[&str] = &[
    "add",
    "audit",
    "cache",
    "ci",
    "config",
    "create",
    "dlx",
    "exec",
    "i",
    "init",
    "install",
    "link",
    "list",
    "login",
    "outdated",
    "pack",
    "publish",
    "remove",
    "unlink",
    "update",
    "upgrade",
    "version",
    "view",
    "why",
    "workspaces",
    "x",
];

/// The script of a package that a manager runs.
pub(super) fn manager(sink: &mut dyn LinkSink, words: &[Word<'_>], shell: &Shell, span: Span) {
    let mut folder = shell.here();
    let mut package = None;
    let mut name = None;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let text = unquoted(word.text);
        let (flag, given) = match text.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (text, None),
        };
        if matches!(flag, "--filter" | "-F" | "-w" | "--workspace" | "--prefix" | "--cwd" | "-C") {
            let value = given.or_else(|| {
                at += 1;
                words.get(at - 1).map(|it| unquoted(it.text))
            });
            let Some(value) = value else { return };
            if matches!(flag, "--prefix" | "--cwd" | "-C") || value.starts_with('.') {
                folder = normalized(&folder, value).unwrap_or_default();
            } else {
                package = Some(value);
            }
        } else if text == "workspace" {
            package = words.get(at).map(|it| unquoted(it.text));
            at += 1;
        } else if text.starts_with('-') || matches!(text, "run" | "run-script") {
            if text == "--" {
                break;
            }
        } else if MANAGER_WORDS.contains(&text) || is_path(text) {
            return;
        } else {
            name = Some(text);
            break;
        }
    }
    let Some(name) = name.filter(|it| !it.contains('$')) else { return };
    let keys: Vec<Name> = match package {
        Some(package) => vec![local_key(&format!("@{package}"), name)],
        None => ancestors(&folder).map(|it| local_key(it, name)).collect(),
    };
    put_certain(sink, LinkKind::Script, LinkRole::Calls, keys, shell.owner, span);
}

/// The folder and those above it, the root last.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |at| {
        (!at.is_empty()).then(|| at.rfind('/').map_or("", |cut| &at[..cut]))
    })
}

/// The programs that make targets: make's own names, and that of itself in a makefile.
pub(super) const MAKES: &[&str] = &["$(MAKE)", "${MAKE}", "gmake", "make"];

/// Flags of make that take the next word.
const MAKE_FLAGS: &[&str] = &["-I", "-W", "-j", "-l", "-o", "--jobs"];

/// The key of a target by the folder in which make runs, or by its makefile; `""` is the one
/// that is made where none is named.
pub(crate) fn make_key(place: &str, target: &str) -> Name {
    local_key(&format!("make:{place}"), target)
}

/// The targets that make is given.
pub(super) fn make(sink: &mut dyn LinkSink, words: &[Word<'_>], shell: &Shell, span: Span) {
    let mut folder = shell.here();
    let mut file = None;
    let mut is_moved = false;
    let mut targets: Vec<(&str, Span)> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let text = unquoted(word.text);
        let (flag, given) = match text.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value)),
            _ => (text, None),
        };
        let mut value = || {
            given.or_else(|| {
                at += 1;
                words.get(at - 1).map(|it| unquoted(it.text))
            })
        };
        match flag {
            "-C" | "--directory" => {
                let Some(to) = value().filter(|it| !it.contains('$')) else { return };
                folder = normalized(&folder, to).unwrap_or_default();
                is_moved = true;
            }
            "-f" | "--file" | "--makefile" => {
                let Some(path) = value().filter(|it| !it.contains('$')) else { return };
                file = normalized(&folder, path);
            }
            _ if MAKE_FLAGS.contains(&flag) => {
                let is_number = |it: &Word<'_>| it.text.chars().all(|it| it.is_ascii_digit());
                if words.get(at).is_some_and(is_number) || !matches!(flag, "-j" | "--jobs") {
                    at += 1;
                }
            }
            _ if flag.starts_with('-') || assignment(text).is_some() => {}
            _ => targets.push((text, word.span)),
        }
    }
    if targets.is_empty() {
        targets.push(("", span));
    }
    for (target, span) in targets.into_iter().filter(|(it, _)| !it.contains(['$', '*'])) {
        let keys: Vec<Name> = match &file {
            Some(file) => vec![make_key(file, target)],
            None if is_moved => vec![make_key(&folder, target)],
            None => ancestors(&folder).map(|it| make_key(it, target)).collect(),
        };
        put_certain(sink, LinkKind::Script, LinkRole::Calls, keys, shell.owner, span);
    }
}

/// The folders of charts that helm is given.
pub(super) fn charts(sink: &mut dyn LinkSink, words: &[Word<'_>], shell: &Shell) {
    for word in words {
        let text = unquoted(word.text);
        let is_folder = text == "." || text.contains('/') && !text.contains([':', '$', '*']);
        let is_file = text.rsplit('/').next().is_some_and(|it| it.contains('.')) && text != ".";
        if is_folder && !is_file && !text.starts_with('-') {
            let keys = shell.paths(&format!("{}/", text.trim_end_matches('/')));
            let (kind, role) = (LinkKind::File, LinkRole::Reads);
            put_certain(sink, kind, role, keys, shell.owner, word.span);
        }
    }
}
