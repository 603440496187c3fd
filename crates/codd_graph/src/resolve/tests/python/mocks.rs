//! What tests put in the place of something by its name.

use expect_test::expect;

use super::check;

#[test]
fn tests_mention_what_they_replace_by_name() {
    check(
        r#"
//- /pkg/__init__.py
from .mod import helper as exported
//- /pkg/mod.py
TABLE = {}
def helper(): pass
class Shop:
    def buy(self): pass
//- /test_mod.py
from unittest import mock
from unittest.mock import patch
import pkg.mod
from pkg.mod import Shop
MODULE = "pkg.mod"
@patch("pkg.mod.helper")
def test_decorated(fake): pass
@patch.object(Shop, "buy")
def test_attribute(fake): pass
@mock.patch.dict("pkg.mod.TABLE", {"a": 1})
def test_table(): pass
def test_with():
    with mock.patch(f"{MODULE}.Shop.buy"), patch(MODULE + ".helper"): pass
def test_reexported(mocker):
    mocker.patch("pkg.exported")
def test_several():
    patch.multiple(pkg.mod, helper=1, TABLE={}).start()
def test_monkeypatch(monkeypatch):
    monkeypatch.setattr("pkg.mod.helper", None)
    monkeypatch.delattr(Shop, "buy")
def test_outside(client):
    client.patch("/pkg.mod.helper")
    patch("os.path.exists")
"#,
        &expect![[r#"
            test_mod.py:test_decorated -mentions exact- pkg/mod.py:helper
            test_mod.py:test_attribute -reads exact- pkg/mod.py:Shop
            test_mod.py:test_attribute -mentions exact- pkg/mod.py:Shop.buy
            test_mod.py:test_table -reads exact- pkg/mod.py:TABLE
            test_mod.py:test_with -mentions exact- pkg/mod.py:helper
            test_mod.py:test_with -mentions exact- pkg/mod.py:Shop
            test_mod.py:test_with -mentions exact- pkg/mod.py:Shop.buy
            test_mod.py:test_with -reads exact- test_mod.py:MODULE
            test_mod.py:test_reexported -mentions exact- pkg/mod.py:helper
            test_mod.py:test_several -mentions exact- pkg/mod.py:TABLE
            test_mod.py:test_several -mentions exact- pkg/mod.py:helper
            test_mod.py:test_monkeypatch -mentions exact- pkg/mod.py:helper
            test_mod.py:test_monkeypatch -reads exact- pkg/mod.py:Shop
            test_mod.py:test_monkeypatch -mentions exact- pkg/mod.py:Shop.buy
            test_mod.py:test_decorated -tests exact- test_mod.py:test_decorated
            test_mod.py:test_attribute -tests exact- test_mod.py:test_attribute
            test_mod.py:test_table -tests exact- test_mod.py:test_table
            test_mod.py:test_with -tests exact- test_mod.py:test_with
            test_mod.py:test_reexported -tests exact- test_mod.py:test_reexported
            test_mod.py:test_several -tests exact- test_mod.py:test_several
            test_mod.py:test_monkeypatch -tests exact- test_mod.py:test_monkeypatch
            test_mod.py:test_outside -tests exact- test_mod.py:test_outside
        "#]],
    );
}

#[test]
fn what_a_class_of_tests_replaces_each_of_them_mentions() {
    check(
        r#"
//- /mod.py
def helper(): pass
//- /test_mod.py
from unittest.mock import patch
@patch("mod.helper")
class TestMod:
    def test_one(self, fake): pass
    @patch("mod.helper", new=1)
    def make(self): pass
"#,
        &expect![[r#"
            test_mod.py:TestMod -mentions exact- mod.py:helper
            test_mod.py:TestMod.test_one -mentions exact- mod.py:helper
            test_mod.py:TestMod.make -mentions exact- mod.py:helper
            test_mod.py:TestMod::test_one -tests exact- test_mod.py:TestMod.test_one
        "#]],
    );
}

#[test]
fn code_that_sets_an_attribute_by_name_mentions_and_writes_it() {
    check(
        r#"
//- /mod.py
def helper(): pass
def run(): helper()
//- /fast.py
import mod
def quick(): pass
def install(): setattr(mod, "helper", quick)
"#,
        &expect![[r#"
            fast.py:install -reads exact- fast.py:quick
            fast.py:install -mentions exact- mod.py:helper
            mod.py:helper -writtenby exact- fast.py:install
            mod.py:run -calls exact- mod.py:helper
        "#]],
    );
}
