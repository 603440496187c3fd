//! What the commands of scripts, workflows and images run and read.

mod managers;
mod requests;
mod words;

use codd_source::Span;
use rustc_hash::FxHashSet;

pub(crate) use self::managers::make_key;
use self::managers::{MAKES, MANAGERS, charts, make, manager};
use self::requests::{SENDING, requested};
use self::words::MOST_WORDS;
pub(crate) use self::words::{Word, assignment, commands, is_path, plain_path};
use crate::links::{normalized, paths_from};
use crate::programs;
use crate::resources::{expanded_names, is_environment_name, unquoted};
use crate::{DefinitionId, Link, LinkKind, LinkRole, Name};

/// Levels of commands inside the strings of others, as in `bash -c "…"`.
const DEEPEST: u32 = 3;

/// Programs whose first argument is a script to run.
const INTERPRETERS: &[&str] = &[
    ".", "bash", "bun", "dash", "deno", "ksh", "node", "nodemon", "perl", "php", "python",
    "python3", "Rscript", "ruby", "sh", "source", "ts-node", "tsx", "zsh",
];

/// Programs that are given `module:attribute` to serve.
const SERVERS: &[&str] = &["celery", "daphne", "gunicorn", "hypercorn", "uvicorn"];

/// Programs that move files about, and neither run them nor read what is in them.
const MOVING: &[&str] = &[
    "chmod", "chown", "cp", "du", "echo", "find", "git", "ln", "ls", "mkdir", "mv", "printf", "rm",
    "rmdir", "rsync", "tar", "test", "touch", "zip", "[", "[[",
];

/// Where commands run, and who runs them.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    /// Where the commands are started, or a folder below that.
    folder: String,
    /// Where they have gone from there: `""`, `backend/`.
    within: String,
    pub(crate) owner: Option<DefinitionId>,
    depth: u32,
}

impl Shell {
    pub(crate) fn new(folder: &str, owner: Option<DefinitionId>) -> Shell {
        Shell { folder: folder.to_owned(), within: String::new(), owner, depth: 0 }
    }

    /// The paths that a word may mean here.
    fn paths(&self, written: &str) -> Vec<Name> {
        if written.starts_with('/') {
            return paths_from(&self.folder, written);
        }
        paths_from(&self.folder, &format!("{}{written}", self.within))
    }

    fn go_to(&mut self, written: &str) {
        /// Going round in circles is not followed for long.
        const LONGEST: usize = 256;
        if self.within.len() + written.len() < LONGEST {
            self.within = format!("{}{written}/", self.within);
        }
    }

    /// The folder as far as it is known.
    fn here(&self) -> String {
        normalized(&self.folder, &self.within).unwrap_or_default()
    }
}

/// Where links are put as they are found.
pub(crate) trait LinkSink {
    fn put(&mut self, link: Link, span: Span);
}

fn put_certain(
    sink: &mut dyn LinkSink,
    kind: LinkKind,
    role: LinkRole,
    keys: impl IntoIterator<Item = Name>,
    owner: Option<DefinitionId>,
    span: Span,
) {
    let keys = keys.into_iter().collect();
    sink.put(Link { kind, role, keys, owner, is_certain: true }, span);
}

fn put_guess(
    sink: &mut dyn LinkSink,
    kind: LinkKind,
    role: LinkRole,
    keys: impl IntoIterator<Item = Name>,
    owner: Option<DefinitionId>,
    span: Span,
) {
    let keys = keys.into_iter().collect();
    sink.put(Link { kind, role, keys, owner, is_certain: false }, span);
}

/// Reads a text of commands that stands at `start` of its file.
pub(crate) fn read_script(sink: &mut dyn LinkSink, text: &str, start: u32, shell: &Shell) {
    let mut shell = shell.clone();
    let mut assigned: FxHashSet<&str> = FxHashSet::default();
    for words in commands(text, start) {
        for word in &words {
            assigned.extend(assignment(word.text).map(|(name, _)| name));
        }
        read_command(sink, &words, &mut shell);
    }
    read_environment(sink, text, start, &assigned, shell.owner);
}

/// Notes the environment variables that a text expands, but for those it sets itself.
pub(crate) fn read_environment(
    sink: &mut dyn LinkSink,
    text: &str,
    start: u32,
    assigned: &FxHashSet<&str>,
    owner: Option<DefinitionId>,
) {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for name in expanded_names(text).filter(|it| !assigned.contains(it)) {
        if seen.len() < MOST_WORDS && seen.insert(name) {
            let at = start + (name.as_ptr() as usize - text.as_ptr() as usize) as u32;
            let span = Span { start: at, end: at + name.len() as u32 };
            put_certain(
                sink,
                LinkKind::Environment,
                LinkRole::Reads,
                [Name::new(name)],
                owner,
                span,
            );
        }
    }
}

/// Reads one command of these words.
pub(crate) fn read_command(sink: &mut dyn LinkSink, words: &[Word<'_>], shell: &mut Shell) {
    let mut at = 0;
    while let Some((name, value)) = words.get(at).and_then(|it| assignment(it.text)) {
        let run = programs::of_variable(&shell.here(), name, value);
        if !run.is_empty() {
            let (kind, role) = (LinkKind::File, LinkRole::Calls);
            put_guess(sink, kind, role, run, shell.owner, words[at].span);
        }
        let keys = [Name::new(name)];
        // Without a command behind it, it is a variable of the shell.
        if words.len() > 1 && is_environment_name(name) {
            let (kind, role) = (LinkKind::Environment, LinkRole::Declares);
            put_certain(sink, kind, role, keys, shell.owner, words[at].span);
        }
        at += 1;
    }
    let words = &words[at..];
    let Some(first) = words.first() else { return };
    if first.text == "cd" {
        if let Some(to) = words.get(1).and_then(|it| plain_path(it.text))
            && !to.0.starts_with(['/', '~', '-'])
        {
            shell.go_to(to.0);
        }
        return;
    }
    if unquoted(first.text) == "helm" {
        charts(sink, &words[1..], shell);
    }
    let is_moving = MOVING.contains(&unquoted(first.text));
    let mut is_runner = true;
    let mut run_next = false;
    let mut index = 0;
    while index < words.len() {
        let word = words[index];
        let text = unquoted(word.text);
        index += 1;
        if INTERPRETERS.contains(&text) && (run_next || is_runner || index == 1) {
            let before = index;
            index = interpreter(sink, words, index, text, shell);
            if MANAGERS.contains(&text) && index == before {
                manager(sink, &words[index..], shell, word.span);
            }
            is_runner = false;
            continue;
        }
        if SERVERS.contains(&text) {
            for word in &words[index..] {
                served(sink, *word, shell);
            }
        }
        if MAKES.contains(&text) && is_runner {
            make(sink, &words[index..], shell, word.span);
            return;
        }
        if MANAGERS.contains(&text) && is_runner {
            manager(sink, &words[index..], shell, word.span);
            is_runner = false;
            continue;
        }
        if SENDING.contains(&text) && is_runner {
            requested(sink, text, &words[index..], shell);
            return;
        }
        let role = if is_runner { LinkRole::Calls } else { LinkRole::Reads };
        if is_moving && text.ends_with('/') {
            continue;
        }
        path_word(sink, word, role, shell);
        // What stands behind a flag or a runner may be the next program: `uv run python x.py`.
        run_next = !text.starts_with('-');
        is_runner = is_runner && is_prefix(text) || RUNNERS.contains(&text);
    }
}

/// Programs, and their words, behind which another program is named.
const RUNNERS: &[&str] = &[
    "-exec", "bunx", "compose", "dotenv", "entr", "env", "exec", "nohup", "npx", "pipenv",
    "poetry", "run", "sudo", "time", "tini", "uv", "xargs",
];

/// Words of the shell in front of a command.
fn is_prefix(word: &str) -> bool {
    matches!(word, "if" | "then" | "else" | "elif" | "while" | "until" | "do" | "!" | "{")
        || word.starts_with('-')
        || assignment(word).is_some()
}

/// Reads the arguments of an interpreter from `index` on; gives the first that is not read.
fn interpreter(
    sink: &mut dyn LinkSink,
    words: &[Word<'_>],
    mut index: usize,
    program: &str,
    shell: &Shell,
) -> usize {
    while let Some(word) = words.get(index) {
        let text = unquoted(word.text);
        match text {
            "-m" => {
                if let Some(module) = words.get(index + 1) {
                    run_module(sink, *module, shell);
                }
                return index + 2;
            }
            "-c" | "-e" | "-ec" | "-lc" | "-exc" => {
                if let Some(script) = words.get(index + 1)
                    && shell.depth < DEEPEST
                    && program.ends_with("sh")
                {
                    let shell = Shell { depth: shell.depth + 1, ..shell.clone() };
                    read_script(sink, unquoted(script.text), script.span.start, &shell);
                }
                return index + 2;
            }
            _ if text.starts_with(['-', '+']) => index += 1,
            // `deno run x.ts`, `bun run x.ts`; a script of that name is the manager's business.
            "run" if matches!(program, "deno" | "bun") => {
                let is_file = words.get(index + 1).is_some_and(|it| is_path(unquoted(it.text)));
                if !is_file {
                    return index;
                }
                index += 1;
            }
            _ => {
                if program == "bun" && !is_path(text) {
                    return index;
                }
                path_link(sink, *word, LinkRole::Calls, shell);
                return index + 1;
            }
        }
    }
    index
}

/// The module of `python -m`.
fn run_module(sink: &mut dyn LinkSink, word: Word<'_>, shell: &Shell) {
    let module = unquoted(word.text).replace('.', "/");
    if module.is_empty() || module.contains(['$', '*']) {
        return;
    }
    let ends = [format!("{module}.py"), format!("{module}/__main__.py")];
    let keys = ends.iter().flat_map(|end| {
        let mut keys = shell.paths(end);
        keys.extend(shell.paths(&format!("src/{end}")));
        keys
    });
    let keys: Vec<Name> = keys.collect();
    put_guess(sink, LinkKind::File, LinkRole::Calls, keys, shell.owner, word.span);
}

/// `package.module:attribute` of a server.
fn served(sink: &mut dyn LinkSink, word: Word<'_>, shell: &Shell) {
    let keys = programs::served(&shell.here(), unquoted(word.text));
    if !keys.is_empty() {
        put_guess(sink, LinkKind::File, LinkRole::Calls, keys, shell.owner, word.span);
    }
}

fn path_word(sink: &mut dyn LinkSink, word: Word<'_>, role: LinkRole, shell: &Shell) {
    let text = unquoted(word.text);
    let text = match text.strip_prefix('-') {
        Some(flag) => match flag.split_once('=') {
            Some((_, value)) => value,
            None => return,
        },
        None => text,
    };
    if is_path(text) {
        path_link(sink, Word { text, ..word }, role, shell);
    }
}

fn path_link(sink: &mut dyn LinkSink, word: Word<'_>, role: LinkRole, shell: &Shell) {
    let Some((path, is_whole)) = plain_path(word.text) else { return };
    // A test is selected with what stands behind its file.
    let path = path.split("::").next().unwrap_or(path);
    let keys = shell.paths(path);
    if is_whole {
        put_certain(sink, LinkKind::File, role, keys, shell.owner, word.span);
    } else {
        put_guess(sink, LinkKind::File, role, keys, shell.owner, word.span);
    }
}
