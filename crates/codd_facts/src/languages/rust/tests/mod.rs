//! What extraction says of Rust, text in and text out.

mod declarations;
mod hostile;

use expect_test::Expect;

use crate::render::render_only;
use crate::{FileFacts, extract, language_named, parse};

fn facts_of(source: &str) -> FileFacts {
    let language = language_named("rust").unwrap();
    extract(&parse(language, &"src/lib.rs".into(), source.as_bytes()).unwrap())
}

/// The lines of the facts that start with one of `starts`.
fn check(source: &str, starts: &[&str], expected: &Expect) {
    expected.assert_eq(&render_only(&facts_of(source), starts));
}
