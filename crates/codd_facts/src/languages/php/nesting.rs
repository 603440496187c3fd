//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "<?php $v = …;\n",
            "<?php function f(… $a) {}\n",
            "<?php #[A(…)] class B {}\n",
            "<?php Route::get(\"/a\", …);\n",
        ],
        nests: &[
            "(…)",
            "f(…)",
            "a.…",
            "-…",
            "a[…]",
            "{ … }",
            "a + …",
            "fn() => …",
            "function() { return …; }",
            "match(a) { b => … }",
            "new class { public $b = …; }",
            "a\\…",
            "\"{$a[…]}\"",
            "a->…",
            "$…",
            "@…",
            "(int)…",
            "a ?? …",
            "$a . …",
            "?…",
        ],
    },
    Nesting {
        frames: &["<?php function f() { … }\n"],
        nests: &[
            "{ … }",
            "if (a) …",
            "if (a) {} else …",
            "while (a) { … }",
            "switch (a) { case 1: … }",
            "try { … } finally {}",
            "foreach ($a as $b) …",
            "if (a): … endif;",
            "declare(ticks=1) …",
        ],
    },
    Nesting {
        frames: &["<?php …\n"],
        nests: &["function f() { … }", "namespace A { … }", "class A { function f() { … } }"],
    },
];
