//! What a cold run cannot be quicker than: reads, parses and extracts every file of a folder, one
//! thread, each stage alone, and prints the processor time of each as JSON.
//!
//! The folder is the variable CODD_BENCH_FOLDER; files are those that codd would read there.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use codd_facts::LanguageRef;
use codd_source::{OsSystem, READ_LIMIT, RepoPath, System};

/// Each stage is run so often, and its best time counts: other work on the machine only adds.
const ROUNDS: usize = 3;

#[expect(clippy::print_stdout, reason = "it is a program of its own")]
fn main() {
    let system = OsSystem::new();
    let folder = system.variable("CODD_BENCH_FOLDER").expect("CODD_BENCH_FOLDER names a folder");
    let folder = Path::new(&folder);
    let walked = system.walk(folder).expect("the folder can be read");
    let paths: Vec<(RepoPath, LanguageRef)> = walked
        .files
        .into_iter()
        .filter_map(|file| Some((file.path.clone(), codd_facts::language_of(&file.path)?)))
        .collect();
    let timed = |work: &mut dyn FnMut()| -> Duration {
        let once = |work: &mut dyn FnMut()| {
            let began = system.thread_time();
            work();
            system.thread_time().saturating_sub(began)
        };
        (0..ROUNDS).map(|_| once(work)).min().expect("there is a round")
    };
    let mut files = Vec::new();
    let read = timed(&mut || {
        let read = |(path, language): &(RepoPath, LanguageRef)| {
            let bytes = system.read(&folder.join(path.as_str()), READ_LIMIT).ok()?;
            Some((path.clone(), *language, bytes))
        };
        files = paths.iter().filter_map(read).collect();
    });
    let mut parsers = parsers(&files);
    let bare = timed(&mut || {
        for (_, language, bytes) in &files {
            let parser = parsers.get_mut(language.name()).expect("each language has its parser");
            std::hint::black_box(parser.parse(bytes, None));
        }
    });
    let parse = timed(&mut || {
        for (path, language, bytes) in &files {
            let _ = std::hint::black_box(codd_facts::parse(*language, path, bytes));
        }
    });
    let both = timed(&mut || {
        for (path, language, bytes) in &files {
            if let Ok(parsed) = codd_facts::parse(*language, path, bytes) {
                std::hint::black_box(codd_facts::extract(&parsed));
            }
        }
    });
    let bytes: usize = files.iter().map(|it| it.2.len()).sum();
    let ms = |it: Duration| it.as_secs_f64() * 1000.0;
    println!(
        "{{\"files\": {}, \"bytes\": {bytes}, \"read\": {:.1}, \"bare_parse\": {:.1}, \
         \"parse\": {:.1}, \"parse_and_extract\": {:.1}}}",
        files.len(),
        ms(read),
        ms(bare),
        ms(parse),
        ms(both)
    );
}

/// One parser a language, as nobody could do with fewer.
fn parsers(
    files: &[(RepoPath, LanguageRef, Vec<u8>)],
) -> BTreeMap<&'static str, tree_sitter::Parser> {
    let mut parsers = BTreeMap::new();
    for (_, language, _) in files {
        parsers.entry(language.name()).or_insert_with(|| {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&language.grammar()).expect("grammar and library fit");
            parser
        });
    }
    parsers
}
