//! A folder of its own for each run of a document, and a shell in which nothing of this machine
//! shows: no configuration of git, no home, no terminal, the same author and day everywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The day of every run, of commits as of assessments.
const DAY: &str = "2026-01-15";

/// `codd` as documents call it: on that day, unless they say `--now` themselves.
const PRELUDE: &str = r#"
codd() {
    case " $* " in
        *" --now "*) command codd "$@" ;;
        *) command codd --now "$DAY" "$@" ;;
    esac
}
"#;

pub(crate) struct Sandbox {
    // Holds the folder for as long as the sandbox is there.
    _home: TempDir,
    home: PathBuf,
    name: String,
}

impl Sandbox {
    /// An empty folder of this name; the name is what codd calls a project without a name.
    pub(crate) fn empty(name: &str) -> Sandbox {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().canonicalize().unwrap();
        fs::create_dir(path.join(name)).unwrap();
        Sandbox { home: path, _home: home, name: name.to_owned() }
    }

    /// A copy of this folder, committed to a new repository at `place` in it.
    pub(crate) fn repository_of(name: &str, folder: &Path, place: &str) -> Sandbox {
        let sandbox = Sandbox::empty(name);
        copy(folder, &sandbox.folder().join(place));
        let (output, code) =
            sandbox.run("git init --quiet && git add --all && git commit --quiet --message base");
        assert_eq!((output.as_str(), code), ("", 0));
        sandbox
    }

    /// Another sandbox with the same content.
    pub(super) fn fork(&self) -> Sandbox {
        let fork = Sandbox::empty(&self.name);
        copy(&self.folder(), &fork.folder());
        fork
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.home.join(&self.name)
    }

    /// Writes files in the form `//- /PATH`, each followed by its lines.
    pub(super) fn write_files(&self, lines: &[&str]) {
        let text = lines.iter().map(|it| format!("{it}\n")).collect::<String>();
        for part in text.split("//- /").filter(|it| !it.is_empty()) {
            let (path, content) = part.split_once('\n').unwrap();
            let path = self.folder().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    /// What the command prints, errors included, and its exit code.
    pub(crate) fn run(&self, command: &str) -> (String, i32) {
        let (output, code) = self.run_raw(command);
        (normalised(&String::from_utf8(output).unwrap()), code)
    }

    /// The same, to the byte.
    pub(crate) fn run_raw(&self, command: &str) -> (Vec<u8>, i32) {
        let binaries = Path::new(env!("CARGO_BIN_EXE_codd")).parent().unwrap();
        let others = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("{PRELUDE}{{ {command}\n}} 2>&1")])
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", format!("{}:{others}", binaries.display()))
            .env("DAY", DAY)
            .env("HOME", &self.home)
            .env("LC_ALL", "C")
            .env("TMPDIR", &self.home)
            .env("GIT_CEILING_DIRECTORIES", &self.home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "init.defaultBranch")
            .env("GIT_CONFIG_VALUE_0", "main");
        for who in ["AUTHOR", "COMMITTER"] {
            shell
                .env(format!("GIT_{who}_NAME"), "Ada")
                .env(format!("GIT_{who}_EMAIL"), "ada@example.org")
                .env(format!("GIT_{who}_DATE"), format!("{DAY}T12:00:00Z"));
        }
        let output = shell.output().unwrap();
        (output.stdout, output.status.code().unwrap_or(-1))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The text with what differs from run to run or from version to version written alike: the
/// times of `scan`, and digests of packs, which cover codd's version.
pub(super) fn normalised(text: &str) -> String {
    let mut lines = String::new();
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |it| (it, "\n"));
        let line = without_time(line).unwrap_or_else(|| line.to_owned());
        lines.push_str(&without_pack_digest(&line));
        lines.push_str(end);
    }
    lines
}

fn without_time(line: &str) -> Option<String> {
    let rest = line.strip_suffix(" ms")?;
    let text = rest.trim_end_matches(|it: char| it.is_ascii_digit());
    let digits = rest.len() - text.len();
    (digits > 0 && text.ends_with("  ")).then(|| format!("{text}{:>digits$} ms", "N"))
}

fn without_pack_digest(line: &str) -> String {
    match line.split_once("sha256:") {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|it: char| it.is_ascii_hexdigit());
            if after.len() - rest.len() == 64 {
                format!("{before}sha256:…{rest}")
            } else {
                line.to_owned()
            }
        }
        None => line.to_owned(),
    }
}
