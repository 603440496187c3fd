//! Command lines of grep and its relatives, read and evaluated without starting anything.

mod command;
#[cfg(test)]
mod command_tests;
mod files;
mod options;
mod pattern;
mod search;
#[cfg(test)]
mod search_tests;
mod words;

pub(crate) use command::{Command, Expectation, Refusal, is_prose, parse_command};
pub(crate) use search::Search;
