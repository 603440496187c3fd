//! Each stage of a cold run beside its floors, a warm run, and edits; memory as the allocator saw it.
//!
//! `cargo bench -p codd_db`; on another corpus with CODD_BENCH_FOLDER. Ratios within one run mean
//! something, times alone do not.

mod corpus;

use std::sync::Arc;

use codd_db::{Engine, Store, StoreOptions};
use codd_source::MemorySystem;
use corpus::{Corpus, SIZES};
use divan::{AllocProfiler, Bencher, black_box};

/// Counts what is allocated and how much of it lives at once.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The floor of reading: every byte looked at once.
#[divan::bench(args = SIZES, sample_count = 10)]
fn a_read_all_bytes(bencher: Bencher, modules: usize) {
    let corpus = Corpus::new(modules);
    let sum = || {
        let bytes = corpus.files.values().flat_map(|it| it.iter());
        bytes.fold(0_u64, |sum, byte| sum.wrapping_add(u64::from(*byte)))
    };
    bencher.bench_local(sum);
}

/// The floor of everything after it: tree-sitter without codd.
#[divan::bench(args = SIZES, sample_count = 10)]
fn b_parse_bare(bencher: Bencher, modules: usize) {
    let corpus = Corpus::new(modules);
    bencher.bench_local(|| {
        let mut parser = tree_sitter::Parser::new();
        for (path, bytes) in &corpus.files {
            if let Some(language) = codd_facts::language_of(path) {
                parser.set_language(&language.grammar()).expect("grammar and library fit");
                black_box(parser.parse(bytes, None));
            }
        }
    });
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn c_parse_and_extract(bencher: Bencher, modules: usize) {
    let corpus = Corpus::new(modules);
    bencher.bench_local(|| {
        for (path, bytes) in &corpus.files {
            let language = codd_facts::language_of(path);
            let parsed = language.map(|it| codd_facts::parse(it, path, bytes));
            if let Some(Ok(parsed)) = parsed {
                black_box(codd_facts::extract(&parsed));
            }
        }
    });
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn d_cold_graph(bencher: Bencher, modules: usize) {
    let corpus = Corpus::new(modules);
    bencher.bench_local(|| corpus.analysed_by(&mut Engine::default()));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn e_cold_with_all_shipped_controls(bencher: Bencher, modules: usize) {
    let corpus = Corpus::checked(modules);
    bencher.bench_local(|| corpus.analysed_by(&mut Engine::default()));
}

/// An engine on what an earlier one kept.
#[divan::bench(args = SIZES, sample_count = 5)]
fn f_warm_with_all_shipped_controls(bencher: Bencher, modules: usize) {
    let corpus = Corpus::checked(modules);
    let system = MemorySystem::new();
    let engine = || {
        let options =
            StoreOptions { folder: Some("/kept".into()), secret: Vec::new(), max_bytes: u64::MAX };
        Engine::with_store(Arc::new(Store::open(Arc::new(system.clone()), options)))
    };
    let mut first = engine();
    corpus.analysed_by(&mut first);
    first.flush();
    bencher.bench_local(|| corpus.analysed_by(&mut engine()));
}

/// From an edit to the new answer, in an engine that knows all but the edit.
fn edit(bencher: Bencher, modules: usize, change: impl Fn(&str, usize) -> String) {
    let mut corpus = Corpus::checked(modules);
    let mut engine = Engine::default();
    corpus.analysed_by(&mut engine);
    let path = corpus.middle();
    let text = String::from_utf8_lossy(&corpus.files[&path]).into_owned();
    let mut edits = 0;
    bencher.bench_local(|| {
        edits += 1;
        corpus.files.insert(path.clone(), Arc::from(change(&text, edits).into_bytes()));
        corpus.analysed_by(&mut engine)
    });
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn g_edit_of_a_comment(bencher: Bencher, modules: usize) {
    edit(bencher, modules, |text, edits| format!("{text}\n# {edits}\n"));
}

/// The text with `added` below the first function that takes arguments.
fn in_first_body(text: &str, added: &str) -> String {
    let at = text.find("\ndef ").and_then(|def| Some(def + text[def..].find(":\n")? + 2));
    let at = at.unwrap_or(text.len());
    format!("{}    {added}\n{}", &text[..at], &text[at..])
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn h_edit_of_a_body(bencher: Bencher, modules: usize) {
    edit(bencher, modules, |text, edits| in_first_body(text, &format!("edited = {edits}")));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn i_edit_of_a_signature(bencher: Bencher, modules: usize) {
    edit(bencher, modules, |text, edits| {
        text.replacen("\ndef ", &format!("\ndef added(of={edits}): pass\ndef "), 1).replacen(
            "(request, ",
            &format!("(request, edited{edits}=None, "),
            1,
        )
    });
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn j_rename_of_a_definition(bencher: Bencher, modules: usize) {
    edit(bencher, modules, |text, edits| {
        text.replacen("\ndef ", &format!("\ndef renamed{edits}_"), 1)
    });
}
