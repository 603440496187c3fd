//! Whatever bytes a requirement file holds, loading it ends, and its spans lie in it.

use std::sync::Arc;

use codd_source::RepoPath;
use proptest::prelude::*;

use crate::load_tests::{FULL, SEED};
use crate::testing::render;
use crate::{load_config, load_controls, load_waivers};

/// Pieces of YAML that change what is around them.
const PIECES: &[&str] = &[
    "\n",
    "\t",
    "  ",
    "- ",
    "? ",
    ": ",
    ":",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "#",
    "&a ",
    "*a",
    "!t ",
    "|\n",
    ">-\n",
    "---\n",
    "...\n",
    "%",
    "\r\n",
    "\u{FEFF}",
    "é",
    "\u{1}",
    "<<: ",
    "controls:",
    "\n  - id: A\n",
    ", ",
    "@",
    "`",
    "~",
    "\\",
];

fn mutated(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let edit = (0..text.len(), 0..40_usize, proptest::option::of(0..PIECES.len()), any::<u8>());
    proptest::collection::vec(edit, 1..6).prop_map(move |edits| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, removed, piece, byte) in edits {
            let at = at.min(bytes.len());
            let end = (at + removed).min(bytes.len());
            let inserted = piece.map_or(vec![byte], |piece| PIECES[piece].as_bytes().to_vec());
            bytes.splice(at..end, inserted);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_a_good_file_loads(bytes in prop_oneof![mutated(FULL), mutated(SEED)]) {
        let path = RepoPath::new("a.yaml");
        let loaded = load_controls(&[(path.clone(), Arc::from(&bytes[..]))], &[]);
        // Rendering asserts that every label lies in the file.
        render(&loaded.diagnostics, &bytes);
        for control in loaded.set.iter() {
            prop_assert!(control.span.end as usize <= bytes.len());
            for check in &control.checks {
                check.raw(&[]);
            }
        }
        render(&load_config(&path, &bytes).1, &bytes);
        render(&load_waivers(&path, &bytes).1, &bytes);
    }

    #[test]
    fn order_of_files_does_not_matter(first in mutated(FULL), second in mutated(SEED)) {
        let file = |name: &str, bytes: &[u8]| (RepoPath::new(name), Arc::from(bytes));
        let files = [file("a.yaml", &first), file("b.yaml", &second), file("c.yaml", FULL.as_bytes())];
        let mut turned = files.clone();
        turned.reverse();
        prop_assert_eq!(load_controls(&files, &[]), load_controls(&turned, &[]));
    }
}
