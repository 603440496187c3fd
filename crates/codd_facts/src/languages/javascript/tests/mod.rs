//! Facts of small files as text.

mod declarations;
mod expressions;
mod frameworks;
mod hostile;
mod modules;
mod places;

use codd_source::RepoPath;
use expect_test::Expect;

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts_at(path: &str, text: &str) -> FileFacts {
    let path = RepoPath::from(path);
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn facts(extension: &str, text: &str) -> FileFacts {
    facts_at(&format!("src/a.{extension}"), text)
}

fn check(language: &str, text: &str, expected: &Expect) {
    expected.assert_eq(&render(&facts(language, text)));
}

/// The lines of the rendering that start with one of the words.
fn check_only(language: &str, starts: &[&str], text: &str, expected: &Expect) {
    expected.assert_eq(&render_only(&facts(language, text), starts));
}

const REFERENCES: &[&str] = &["Call", "Read", "Write", "Inherit", "Decorate", "Type "];
