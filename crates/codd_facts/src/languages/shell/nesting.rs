//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &["a=…\n", "echo …\n", "bash …\n"],
        nests: &["$(…)", "${a:-…}", "\"$(…)\"", "((…))", "`…`", "<(…)", "bash -c \"…\""],
    },
    Nesting {
        frames: &["…\n"],
        nests: &[
            "if a; then …; fi",
            "f() { …; }",
            "( … )",
            "case a in b) …;; esac",
            "while a; do …; done",
        ],
    },
];
