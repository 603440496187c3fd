//! Runners that take files, and a pattern of the names of tests in them.

use super::quote::{any_of, escaped, path, title};
use crate::SelectedTest;

/// A longer pattern is left out, so that whole files run: no argument may be as long as a
/// selection can be.
const MAX_PATTERN: usize = 30_000;

/// How a runner of files is told of tests.
pub(super) struct ByFile {
    /// The option that the pattern follows.
    option: &'static str,
    before: &'static str,
    after: &'static str,
    /// The regular expression of one test.
    name: fn(&SelectedTest) -> String,
    /// How the runner takes the path of a file.
    path: fn(&str) -> String,
    /// Options stand before the files.
    is_option_first: bool,
}

const TITLES: ByFile = ByFile {
    option: "-t",
    before: "^",
    after: "$",
    name: |test| title(&test.name.replace(" > ", " ")),
    path,
    is_option_first: false,
};

/// Takes files as regular expressions.
pub(super) const JEST: ByFile = ByFile {
    path: |it| {
        let is_plain = !it.contains(['[', ']', '(', ')', '{', '}', '+', '*', '?', '^', '$', '|']);
        if is_plain { path(it) } else { escaped(it).replace("\\/", "/") }
    },
    ..TITLES
};

pub(super) const VITEST: ByFile = TITLES;
pub(super) const BUN: ByFile = TITLES;
pub(super) const MOCHA: ByFile = ByFile { option: "--grep", ..TITLES };

/// Puts the project's and the file's name before the title.
pub(super) const PLAYWRIGHT: ByFile = ByFile { option: "--grep", before: "", ..TITLES };

/// Looks at each title by itself, and runs a suite for the tests in it.
pub(super) const NODE: ByFile = ByFile {
    option: "--test-name-pattern",
    name: |test| title(last_title(&test.name)),
    is_option_first: true,
    ..TITLES
};

/// Rails' own, of the words that minitest has for tests.
pub(super) const RAILS: ByFile = ByFile {
    option: "-n",
    before: "/^",
    after: "$/",
    name: |test| escaped(last(&test.symbol)),
    path,
    is_option_first: false,
};

pub(super) const PHPUNIT: ByFile = ByFile {
    option: "--filter",
    before: "/::",
    after: "( with data set .*)?$/",
    name: |test| escaped(last(&test.symbol)),
    path,
    is_option_first: false,
};

/// Puts words of its own before what a test says of itself.
pub(super) const PEST: ByFile = ByFile {
    option: "--filter",
    before: "/",
    after: "( with .*)?$/",
    name: |test| title(last_title(&test.name)),
    path,
    is_option_first: false,
};

/// The title of a test without those of the suites around it.
fn last_title(name: &str) -> &str {
    name.rsplit(" > ").next().unwrap_or(name)
}

pub(super) fn last(symbol: &str) -> &str {
    symbol.rsplit('.').next().unwrap_or(symbol)
}

/// One line for each file, in the order of their nearest tests.
pub(super) fn lines(form: &ByFile, tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    files(tests).into_iter().map(|tests| arguments(form, &tests)).collect()
}

pub(super) fn arguments(form: &ByFile, tests: &[&SelectedTest]) -> Vec<String> {
    let files = files(tests);
    let are_whole = files.iter().all(|tests| tests.len() >= tests[0].of_file as usize);
    let names: Vec<String> = tests.iter().map(|test| (form.name)(test)).collect();
    let pattern = any_of(form.before, &names, form.after);
    let options = if are_whole || pattern.len() > MAX_PATTERN {
        Vec::new()
    } else {
        vec![form.option.to_owned(), pattern]
    };
    let files = files.iter().map(|tests| (form.path)(&tests[0].path)).collect();
    if form.is_option_first { [options, files].concat() } else { [files, options].concat() }
}

pub(super) fn minitest_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    files(tests).into_iter().map(|tests| minitest(&tests)).collect()
}

/// The interpreter runs one file and gives it the words behind that, so it is given none: the
/// files are loaded before, and the tests run at the end.
pub(super) fn minitest(tests: &[&SelectedTest]) -> Vec<String> {
    let of_rails = arguments(&RAILS, tests);
    let (files, options) = match of_rails.iter().position(|it| it == RAILS.option) {
        Some(at) => of_rails.split_at(at),
        None => (&of_rails[..], &[][..]),
    };
    let files = files.iter().map(|it| format!("-r./{}", it.trim_start_matches("./")));
    let nothing = ["-e", "", "--"].map(str::to_owned);
    files.chain(nothing).chain(options.iter().cloned()).collect()
}

/// Cypress takes whole files, in one list.
pub(super) fn cypress(tests: &[&SelectedTest]) -> Vec<String> {
    let files: Vec<&str> = files(tests).iter().map(|tests| tests[0].path.as_str()).collect();
    vec!["--spec".to_owned(), files.join(",")]
}

/// The tests by file, in the order of the first of each.
fn files<'a>(tests: &[&'a SelectedTest]) -> Vec<Vec<&'a SelectedTest>> {
    grouped(tests, |test| test.path.as_str())
}

/// The tests by a key, groups and tests in the order in which they come.
pub(super) fn grouped<'a, K: Ord>(
    tests: &[&'a SelectedTest],
    key: impl Fn(&'a SelectedTest) -> K,
) -> Vec<Vec<&'a SelectedTest>> {
    let mut numbers = std::collections::BTreeMap::new();
    let mut groups: Vec<Vec<&SelectedTest>> = Vec::new();
    for test in tests {
        let number = *numbers.entry(key(test)).or_insert(groups.len());
        if number == groups.len() {
            groups.push(Vec::new());
        }
        groups[number].push(test);
    }
    groups
}
