//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &["a: …\n", "a = …\n", "a:\n	echo …\n"],
        nests: &["$(…)", "${a…}", "$(call a,…)", "\"…\""],
    },
    Nesting { frames: &["…\n"], nests: &["ifdef A\n…\nendif\n", "define a\n…\nendef\n"] },
];
