//! A machine of a fleet: a project that was checked out anew, and codd run on it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) const SECRET: &str = "the secret of the fleet";

const CONTROLS: &str = "controls:\n  - {id: NO-EVAL, name: No eval, requirement: Never., severity: \
                        high, checks: [{forbid: {language: python, rule: {pattern: eval($A)}}}]}\n";

pub(crate) struct Machine {
    folder: TempDir,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) output: String,
    pub(crate) error: String,
    pub(crate) code: i32,
}

impl Run {
    /// Whether `--timings` has a line of parsing.
    pub(crate) fn has_parsed(&self) -> bool {
        self.error.lines().any(|line| line.trim_start().starts_with("parse "))
    }

    pub(crate) fn notes(&self) -> String {
        self.error
            .lines()
            .filter(|it| it.starts_with("note: "))
            .map(|it| format!("{it}\n"))
            .collect()
    }
}

impl Machine {
    pub(crate) fn with_files(files: &[(&str, &str)]) -> Machine {
        let machine = Machine { folder: tempfile::tempdir().unwrap() };
        machine.write("requirements/controls.yaml", CONTROLS);
        for (path, text) in files {
            machine.write(path, text);
        }
        for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-qm", "all"]] {
            let status = machine.command("git").args(arguments).status().unwrap();
            assert!(status.success());
        }
        machine
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.project().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let home = self.folder.path();
        command
            .current_dir(self.project())
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", home);
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ada");
            command.env(format!("GIT_{who}_EMAIL"), "ada@example.org");
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str], variables: &[(String, String)]) -> Run {
        let mut command = self.command(env!("CARGO_BIN_EXE_codd"));
        command.args(["--now", "2026-01-15", "--timings"]).args(arguments);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let output = command.output().unwrap();
        Run {
            output: String::from_utf8(output.stdout).unwrap(),
            error: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }
}
