//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "v = …\n",
            "get … do end\n",
            "resources … do end\n",
            "class A < …; end\n",
            "attr_accessor …\n",
        ],
        nests: &[
            "(…)",
            "f(…)",
            "a.…",
            "-…",
            "a[…]",
            "{ … }",
            "a + …",
            "-> { … }",
            "a { … }",
            "\"#{…}\"",
            "*…",
            "a ? b : …",
            "not …",
            "{a: …}",
            "a.b …",
            "begin; …; end",
            "A::…",
        ],
    },
    Nesting {
        frames: &["…\n"],
        nests: &[
            "module A; …; end",
            "def f; …; end",
            "if a; …; end",
            "resources :a do …; end",
            "namespace :a do …; end",
            "case a; when b; …; end",
            "describe \"a\" do …; end",
            "class << self; …; end",
        ],
    },
];
