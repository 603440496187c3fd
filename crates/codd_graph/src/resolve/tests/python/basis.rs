//! What edges rest on: names in the text, values that flow, or neither.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).bases());
}

#[test]
fn names_are_named_and_callbacks_flow() {
    check(
        r#"
//- /a.py
def one(): pass
def call(it):
    it()
TABLE = {"one": one}
def run(key):
    one()
    call(one)
    TABLE[key]()
"#,
        &expect![[r#"
            a.py -reads exact named- a.py:one
            a.py:call -calls probable flow- a.py:one
            a.py:TABLE -reads exact implied- a.py:one
            a.py:run -calls exact named- a.py:one
            a.py:run -reads exact named- a.py:one
            a.py:run -calls exact named- a.py:call
            a.py:run -reads exact named- a.py:TABLE
        "#]],
    );
}

#[test]
fn a_value_depends_on_what_makes_it_and_its_text_stands_elsewhere() {
    check(
        r#"
//- /a.py
def make(): pass
START = make()
class Box:
    def __init__(self):
        self.content = make()
"#,
        &expect![[r#"
            a.py -calls exact named- a.py:make
            a.py:START -calls exact implied- a.py:make
            a.py:Box.__init__ -calls exact named- a.py:make
            a.py:Box.content -calls exact implied- a.py:make
        "#]],
    );
}

#[test]
fn what_a_test_runner_calls_is_implied() {
    check(
        r#"
//- /conftest.py
import pytest
@pytest.fixture
def shop(): pass
//- /test_a.py
def test_it(shop): pass
"#,
        &expect![[r#"
            conftest.py -imports exact named- package pytest
            test_a.py -imports exact implied- conftest.py
            test_a.py:test_it -imports exact implied- conftest.py
            test_a.py:test_it -imports exact implied- conftest.py:shop
            test_a.py:test_it -calls exact implied- conftest.py:shop
            test_a.py:test_it -tests exact implied- test_a.py:test_it
        "#]],
    );
}

#[test]
fn an_import_in_a_function_is_the_functions_and_a_submodule_runs_its_package() {
    check(
        r#"
//- /shop/__init__.py
//- /shop/cart.py
def fill(): pass
//- /shop/main.py
from . import cart
def later():
    from .cart import fill
"#,
        &expect![[r#"
            shop/main.py -imports exact implied- shop/__init__.py
            shop/main.py -imports exact named- shop/cart.py
            shop/main.py:later -imports exact named- shop/cart.py
            shop/main.py:later -imports exact named- shop/cart.py:fill
        "#]],
    );
}
