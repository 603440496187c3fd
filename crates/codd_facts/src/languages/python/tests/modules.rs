//! What files take from others and offer.

use expect_test::expect;

use super::check;

#[test]
fn imports_of_every_form() {
    check(
        r##"
from __future__ import annotations
import os, a.b.c
import a.b as ab
from . import sibling
from ..pkg.mod import (one, two as deux)
from star import *
try:
    import fast
except ImportError:
    fast = None

def lazy():
    from late import thing
    import importlib
    m = importlib.import_module("plugins.x")
    return thing, m
"##,
        &["import", "scope", "export", "star"],
        &expect![[r#"
            scope 0 Module
              a -> import a
              ab -> import a.b
              deux -> import ..pkg.mod:two
              fast -> import fast
              fast -> value _
              lazy -> definition lazy
              one -> import ..pkg.mod:one
              os -> import os
              sibling -> import .:sibling
            scope 1 Function of lazy in 0
              importlib -> import importlib
              m -> value <import plugins.x>
              thing -> import late:thing
            import os
            import a
            import a.b.c for its effect
            import a.b
            import .:sibling
            import ..pkg.mod:one
            import ..pkg.mod:two
            import star:*
            import fast
            import late:thing in lazy
            import importlib in lazy
            import plugins.x in lazy
            export star star:*
        "#]],
    );
}

#[test]
fn all_is_read_where_it_is_written_out() {
    check(
        r##"
from .a import x
__all__ = ["x"]
__all__ += ("y", "z")
__all__.extend(["w"])
def y(): pass
"##,
        &["star", "not", "Function", "import"],
        &expect![[r#"
            Function y
            import .a:x
            star names x, y, z, w
            not modelled: operator 1
        "#]],
    );
}

#[test]
fn computed_all_is_counted() {
    check(
        r##"
from . import a
__all__ = ["x"] + a.__all__
"##,
        &["star", "not"],
        &expect![[r#"
            not modelled: computed `__all__` 1
            not modelled: operator 1
        "#]],
    );
}
