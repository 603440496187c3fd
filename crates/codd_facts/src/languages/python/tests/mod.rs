//! What extraction says of each construct of the language, text in and text out.

mod declarations;
mod expressions;
mod frameworks;
mod hostile;
mod modules;
mod mutations;
mod places;

use expect_test::Expect;

use super::Python;
use crate::render::{render, render_only};
use crate::{FileFacts, LanguageRef, extract, parse};

fn facts_at(path: &str, source: &str) -> FileFacts {
    extract(&parse(LanguageRef(&Python), &path.into(), source.as_bytes()).expect("parses"))
}

fn facts(source: &str) -> FileFacts {
    facts_at("test_sample.py", source)
}

/// Compares the lines of the facts that start with one of `starts`, all if that is empty.
fn check(source: &str, starts: &[&str], expected: &Expect) {
    let facts = facts(source);
    expected.assert_eq(&match starts {
        [] => render(&facts),
        _ => render_only(&facts, starts),
    });
}
