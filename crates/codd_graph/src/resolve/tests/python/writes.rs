//! What changes a value where it stands, and who reads it.

use expect_test::expect;

use super::check;

#[test]
fn who_fills_a_table_of_a_module_is_what_its_readers_depend_on() {
    check(
        r#"
//- /shop.py
TABLE = {}
NAMES = []
def first(): pass
TABLE["a"] = first
NAMES.append(first)
def fill(value):
    TABLE["b"]["c"] = value
    NAMES.extend(value)
    local = {}
    local["d"] = 1
def clear():
    global NAMES
    del TABLE["b"]
    NAMES += []
def read(): return TABLE
//- /more.py
import shop
from shop import NAMES
shop.TABLE["e"] = 1
def more(): NAMES.pop()
"#,
        &expect![[r#"
            more.py -reads exact- shop.py:TABLE
            more.py:more -reads exact- shop.py:NAMES
            shop.py:TABLE -writtenby exact- more.py
            shop.py:NAMES -writtenby exact- more.py:more
            shop.py -reads exact- shop.py:TABLE
            shop.py -reads exact- shop.py:NAMES
            shop.py -reads exact- shop.py:first
            shop.py:TABLE -reads exact- shop.py:first
            shop.py:TABLE -writtenby exact- shop.py:fill
            shop.py:TABLE -writtenby exact- shop.py:clear
            shop.py:NAMES -reads exact- shop.py:first
            shop.py:NAMES -writtenby exact- shop.py:fill
            shop.py:NAMES -writtenby exact- shop.py:clear
            shop.py:fill -reads exact- shop.py:TABLE
            shop.py:fill -reads exact- shop.py:NAMES
            shop.py:clear -reads exact- shop.py:TABLE
            shop.py:read -reads exact- shop.py:TABLE
        "#]],
    );
}

#[test]
fn what_is_put_on_a_class_or_a_function_belongs_to_it() {
    check(
        r#"
//- /shop.py
class Shop:
    size = 1
def buy(): pass
buy.allowed = True
def forbid(): buy.allowed = False
//- /patches.py
from shop import Shop, buy
def patch():
    Shop.size = 2
    Shop.colour = "red"
    buy.price = 3
"#,
        &expect![[r#"
            patches.py:patch -reads exact- shop.py:Shop
            patches.py:patch -reads exact- shop.py:buy
            shop.py:Shop -writtenby exact- patches.py:patch
            shop.py:Shop.size -writtenby exact- patches.py:patch
            shop.py:buy -writtenby exact- patches.py:patch
            shop.py -reads exact- shop.py:buy
            shop.py:buy -writtenby exact- shop.py:forbid
            shop.py:forbid -reads exact- shop.py:buy
        "#]],
    );
}

#[test]
fn what_an_instance_is_given_is_left_to_its_class() {
    check(
        r#"
//- /shop.py
class Cart:
    def __init__(self): self.items = []
    def append(self, item): self.items.append(item)
cart = Cart()
//- /use.py
from flask import Flask
from shop import cart
app = Flask(__name__)
def use():
    cart.append(1)
    cart.owner = 2
    app.config["x"] = 3
"#,
        &expect![[r#"
            shop.py -calls exact- shop.py:Cart
            shop.py -calls exact- shop.py:Cart.__init__
            shop.py:Cart.append -reads exact- shop.py:Cart.items
            shop.py:cart -calls exact- shop.py:Cart
            shop.py:cart -calls exact- shop.py:Cart.__init__
            use.py:app -writtenby exact- use.py:use
            use.py:use -calls probable- shop.py:Cart.append
            use.py:use -reads exact- shop.py:cart
            use.py:use -reads exact- use.py:app
        "#]],
    );
}
