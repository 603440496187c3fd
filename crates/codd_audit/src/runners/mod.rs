//! The forms in which test runners take a selection of tests: a line each in [`RUNNERS`].

mod by_file;
mod by_name;
mod quote;

use self::by_file::{BUN, JEST, MOCHA, NODE, PLAYWRIGHT, VITEST};
pub use self::quote::shell_word;
use crate::SelectedTest;

/// A test runner, as the command line names it.
#[derive(Clone, Copy)]
pub struct Runner {
    /// The word on the command line.
    pub name: &'static str,
    /// The command that is given the arguments.
    pub command: &'static str,
    /// Frameworks whose tests it runs, as facts name them.
    accepts: &'static [&'static str],
    /// Languages whose tests it runs where no runner accepts their framework.
    languages: &'static [&'static str],
    /// Groups of arguments, each fit for one call; in the order of the tests.
    lines: Lines,
    /// The arguments of one call for all; the lines one after the other where that is the same.
    arguments: Option<Arguments>,
}

type Arguments = fn(&[&SelectedTest]) -> Vec<String>;
type Lines = fn(&[&SelectedTest]) -> Vec<Vec<String>>;

/// Every runner; the first that accepts a test's framework is its own.
pub const RUNNERS: &[Runner] = &[
    Runner {
        name: "pytest",
        command: "pytest",
        accepts: &["pytest", "unittest"],
        languages: &["python"],
        lines: by_name::pytest,
        arguments: None,
    },
    Runner {
        name: "unittest",
        command: "python -m unittest",
        accepts: &["unittest"],
        languages: &[],
        lines: by_name::unittest,
        arguments: None,
    },
    Runner {
        name: "jest",
        command: "npx jest",
        accepts: &["jest"],
        languages: &["javascript", "typescript", "tsx"],
        lines: |tests| by_file::lines(&JEST, tests),
        arguments: Some(|tests| by_file::arguments(&JEST, tests)),
    },
    Runner {
        name: "vitest",
        command: "npx vitest run",
        accepts: &["vitest", "jest"],
        languages: &[],
        lines: |tests| by_file::lines(&VITEST, tests),
        arguments: Some(|tests| by_file::arguments(&VITEST, tests)),
    },
    Runner {
        name: "mocha",
        command: "npx mocha",
        accepts: &["mocha", "jest"],
        languages: &[],
        lines: |tests| by_file::lines(&MOCHA, tests),
        arguments: Some(|tests| by_file::arguments(&MOCHA, tests)),
    },
    Runner {
        name: "node",
        command: "node --test",
        accepts: &["node:test"],
        languages: &[],
        lines: |tests| by_file::lines(&NODE, tests),
        arguments: Some(|tests| by_file::arguments(&NODE, tests)),
    },
    Runner {
        name: "bun",
        command: "bun test",
        accepts: &["bun", "jest"],
        languages: &[],
        lines: |tests| by_file::lines(&BUN, tests),
        arguments: Some(|tests| by_file::arguments(&BUN, tests)),
    },
    Runner {
        name: "playwright",
        command: "npx playwright test",
        accepts: &["playwright"],
        languages: &[],
        lines: |tests| by_file::lines(&PLAYWRIGHT, tests),
        arguments: Some(|tests| by_file::arguments(&PLAYWRIGHT, tests)),
    },
    Runner {
        name: "cypress",
        command: "npx cypress run",
        accepts: &["cypress"],
        languages: &[],
        lines: |tests| vec![by_file::cypress(tests)],
        arguments: Some(by_file::cypress),
    },
    Runner {
        name: "go",
        command: "go test",
        accepts: &["go"],
        languages: &["go"],
        lines: by_name::go_lines,
        arguments: Some(by_name::go_arguments),
    },
    Runner {
        name: "nextest",
        command: "cargo nextest run",
        accepts: &["cargo", "rust"],
        languages: &["rust"],
        lines: by_name::nextest_lines,
        arguments: Some(by_name::nextest_arguments),
    },
    Runner {
        name: "cargo",
        command: "cargo test",
        accepts: &["cargo", "rust"],
        languages: &["rust"],
        lines: by_name::cargo_lines,
        arguments: Some(by_name::cargo_arguments),
    },
    Runner {
        name: "maven",
        command: "mvn test",
        accepts: &["junit", "testng"],
        languages: &["java"],
        lines: by_name::maven_lines,
        arguments: Some(by_name::maven_arguments),
    },
    Runner {
        name: "gradle",
        command: "gradle test",
        accepts: &["gradle", "junit", "testng", "kotlin.test", "kotest", "spock"],
        languages: &["kotlin", "java", "groovy"],
        lines: by_name::gradle,
        arguments: None,
    },
    Runner {
        name: "dotnet",
        command: "dotnet test",
        accepts: &["xunit", "nunit", "mstest"],
        languages: &["csharp"],
        lines: by_name::dotnet_lines,
        arguments: Some(by_name::dotnet_arguments),
    },
    Runner {
        name: "rspec",
        command: "bundle exec rspec",
        accepts: &["rspec"],
        languages: &[],
        lines: by_name::rspec,
        arguments: None,
    },
    Runner {
        name: "minitest",
        command: "ruby -Ilib -Itest",
        accepts: &["minitest", "test-unit"],
        languages: &["ruby"],
        lines: by_file::minitest_lines,
        arguments: Some(by_file::minitest),
    },
    Runner {
        name: "rails",
        command: "bin/rails test",
        accepts: &["rails", "minitest", "test-unit"],
        languages: &[],
        lines: |tests| by_file::lines(&by_file::RAILS, tests),
        arguments: Some(|tests| by_file::arguments(&by_file::RAILS, tests)),
    },
    Runner {
        name: "phpunit",
        command: "vendor/bin/phpunit",
        accepts: &["phpunit"],
        languages: &["php"],
        lines: |tests| by_file::lines(&by_file::PHPUNIT, tests),
        arguments: Some(by_name::phpunit_arguments),
    },
    Runner {
        name: "pest",
        command: "vendor/bin/pest",
        accepts: &["pest"],
        languages: &[],
        lines: |tests| by_file::lines(&by_file::PEST, tests),
        arguments: Some(|tests| by_file::arguments(&by_file::PEST, tests)),
    },
    Runner {
        name: "swift",
        command: "swift test",
        accepts: &["xctest", "swift-testing"],
        languages: &["swift"],
        lines: by_name::swift,
        arguments: None,
    },
    Runner {
        name: "sbt",
        command: "sbt",
        accepts: &["scalatest", "munit", "specs2"],
        languages: &["scala"],
        lines: by_name::sbt_lines,
        arguments: Some(by_name::sbt_arguments),
    },
    Runner {
        name: "googletest",
        command: "./tests",
        accepts: &["googletest", "gtest"],
        languages: &["c", "cpp"],
        lines: by_name::googletest_lines,
        arguments: Some(by_name::googletest_arguments),
    },
];

impl Runner {
    /// The runner of that name.
    pub fn named(name: &str) -> Option<&'static Runner> {
        RUNNERS.iter().find(|it| it.name == name)
    }

    /// The runner that a test is for where nobody says another.
    pub(crate) fn of(test: &SelectedTest) -> Option<&'static Runner> {
        RUNNERS.iter().find(|it| it.runs(test))
    }

    /// Whether it can run a test.
    pub(crate) fn runs(&self, test: &SelectedTest) -> bool {
        let framework = test.framework.as_str();
        let is_known = RUNNERS.iter().any(|it| it.accepts.contains(&framework));
        self.accepts.contains(&framework)
            || !is_known && self.languages.contains(&test.language.as_str())
    }

    /// Groups of arguments, each fit for one call of the runner, the nearest tests first.
    pub(crate) fn lines(&self, tests: &[&SelectedTest]) -> Vec<Vec<String>> {
        (self.lines)(tests)
    }

    /// The arguments of one call that runs all of the tests.
    pub(crate) fn arguments(&self, tests: &[&SelectedTest]) -> Vec<String> {
        match self.arguments {
            _ if tests.is_empty() => Vec::new(),
            Some(arguments) => arguments(tests),
            None => self.lines(tests).into_iter().flatten().collect(),
        }
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Runner({})", self.name)
    }
}

#[cfg(test)]
mod tests;
