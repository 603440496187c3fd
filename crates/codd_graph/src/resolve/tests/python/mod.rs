//! What Python code resolves to.

mod basis;
mod classes;
mod frameworks;
mod mocks;
mod modules;
mod values;
mod writes;

use expect_test::Expect;

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}
