//! What JavaScript and TypeScript code resolves to.

mod callbacks;
mod classes;
mod modules;
mod objects;
mod types;
mod values;

use expect_test::Expect;

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}
