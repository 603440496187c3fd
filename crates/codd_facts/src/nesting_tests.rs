//! Every language against text that nests as deep as nobody writes: whatever walks a tree by
//! calling itself must know when to stop.

use std::sync::Mutex;
use std::thread;

use codd_source::RepoPath;

use crate::{FileFacts, LanguageRef, all_languages, extract, parse};

/// Syntax that may stand in itself, and where it may stand; `…` is what goes inside.
///
/// Each nest is tried in each frame: also where it makes no sense, as files may hold anything.
#[derive(Debug)]
pub struct Nesting {
    pub frames: &'static [&'static str],
    pub nests: &'static [&'static str],
}

/// Deep enough for even a small function that calls itself to run out of the stack.
const DEEP: usize = 2500;

/// Less than what the workers have.
const STACK: usize = 3 << 19;

#[test]
fn nothing_overflows_the_stack_by_deep_nesting() {
    let mut texts = Vec::new();
    for language in all_languages() {
        let groups = language.nesting();
        assert!(!groups.is_empty(), "{language:?} says nothing of what nests in it");
        for group in groups {
            for nest in group.nests {
                texts.extend(group.frames.iter().map(|frame| (language, *frame, *nest)));
            }
        }
    }
    let texts = Mutex::new(texts.into_iter());
    let next = || texts.lock().expect("no thread panics with it").next();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((language, frame, nest)) = next() {
                    // An overflow tells the name of the thread, and nothing else.
                    let name = format!("{language:?}: {nest:?} in {frame:?}").replace('\0', "");
                    let worker = thread::Builder::new().name(name).stack_size(STACK);
                    let run = move || check(language, &nested(frame, nest));
                    worker.spawn(run).expect("starts").join().expect("does not panic");
                }
            });
        }
    });
}

fn nested(frame: &str, nest: &str) -> String {
    let (open, close) = nest.split_once('…').expect("has a hole");
    frame.replace('…', &format!("{}x{}", open.repeat(DEEP), close.repeat(DEEP)))
}

fn check(language: LanguageRef, text: &str) {
    if let Ok(parsed) = parse(language, &path_of(language), text.as_bytes()) {
        has_a_place_for_each(&extract(&parsed));
    }
}

/// A file of the language.
fn path_of(language: LanguageRef) -> RepoPath {
    const OTHERS: [&str; 2] = ["a/templates/_a.tpl", "a/src/main/resources/application.properties"];
    let named = language.file_names().iter().map(|name| RepoPath::from(*name));
    let ending = language.extensions().iter().map(|it| RepoPath::from(format!("a.{it}").as_str()));
    let mut paths = ending.chain(named).chain(OTHERS.map(RepoPath::from));
    paths.find(|path| language.takes(path)).expect("has files")
}

/// What any text must give.
fn has_a_place_for_each(facts: &FileFacts) {
    let (semantics, places) = (&facts.semantics, &facts.places);
    assert_eq!(semantics.definitions.len(), places.definitions.len());
    assert_eq!(semantics.references.len(), places.references.len());
    assert_eq!(semantics.imports.len(), places.imports.len());
    assert_eq!(semantics.routes.len(), places.routes.len());
    assert_eq!(semantics.links.len(), places.links.len());
}
