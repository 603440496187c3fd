//! Same inputs, same bytes: wherever the project lies, however many threads work on it, and
//! whether or not codd has seen it before.

use std::path::Path;

use crate::transcript::Sandbox;

/// What is asked: each form that machines read, of a change and of the project.
const QUESTIONS: &[&str] = &[
    "impact --diff change.patch --format json",
    "impact --diff change.patch --format sarif",
    "impact --diff change.patch --format markdown",
    "audit --diff change.patch",
    "check --format json",
    "check --format sarif",
    "graph export",
    "controls --format json",
];

/// Both examples in one repository, in a folder of this name, its files written in this order.
fn project(name: &str) -> Sandbox {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    Sandbox::repository_of(name, &examples, "services")
}

/// Every answer, by its question.
fn answers(sandbox: &Sandbox, options: &str) -> Vec<(String, Vec<u8>)> {
    let mut answers = Vec::new();
    for example in ["services/orders-python", "services/notes-typescript"] {
        for question in QUESTIONS {
            let command = format!("codd -C {example} {options} {question}");
            let (answer, code) = sandbox.run_raw(&command);
            assert!(code <= 1, "{command}: {}", String::from_utf8_lossy(&answer));
            answers.push((format!("{example} {question}"), answer));
        }
    }
    answers
}

#[track_caller]
fn assert_same(one: &[(String, Vec<u8>)], other: &[(String, Vec<u8>)]) {
    assert_eq!(one.len(), other.len());
    for ((question, one), (_, other)) in one.iter().zip(other) {
        let at = one.iter().zip(other).take_while(|(one, other)| one == other).count();
        let near = |bytes: &[u8]| {
            let part = &bytes[at.saturating_sub(80).min(bytes.len())..bytes.len().min(at + 80)];
            String::from_utf8_lossy(part).into_owned()
        };
        assert!(
            one == other,
            "{question}\n---- one ----\n{}\n---- other ----\n{}",
            near(one),
            near(other)
        );
    }
}

#[test]
fn another_folder_gives_the_same_bytes() {
    let (one, other) = (project("one"), project("another-and-longer"));
    assert_same(&answers(&one, ""), &answers(&other, ""));
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let sandbox = project("threads");
    let one = answers(&sandbox, "--threads 1");
    for threads in ["--threads 2", "--threads 4", "--threads 13"] {
        assert_same(&one, &answers(&sandbox, threads));
    }
}

#[test]
fn without_a_store_with_a_new_one_a_warm_one_and_a_damaged_one_the_bytes_are_the_same() {
    let sandbox = project("warm");
    let none = answers(&sandbox, "--no-cache");
    let with_store = "--cache-dir \"$HOME/store\"";
    assert_same(&none, &answers(&sandbox, with_store));
    let (kept, code) = sandbox.run("find \"$HOME/store\" -type f -size +0");
    assert!(code == 0 && !kept.is_empty(), "nothing was kept: {kept}");
    assert_same(&none, &answers(&sandbox, with_store));
    let (output, code) = sandbox.run(
        "find \"$HOME/store\" -type f | while read -r file; do \
             printf 'damage' | dd of=\"$file\" bs=1 seek=200 conv=notrunc status=none; done",
    );
    assert_eq!((output.as_str(), code), ("", 0));
    let mut told = 0;
    let mut without_notes = answers(&sandbox, with_store);
    for (_, answer) in &mut without_notes {
        let text = String::from_utf8_lossy(answer).into_owned();
        let is_note = |line: &str| line.starts_with("note: what was kept between runs is damaged");
        told += text.lines().filter(|it| is_note(it)).count();
        let lines = text.split_inclusive('\n').filter(|it| !is_note(it));
        *answer = lines.collect::<String>().into_bytes();
    }
    assert_same(&none, &without_notes);
    assert!(told > 0, "that something was lost is told");
}

/// The folder's name is where a project lies, not what it is.
#[test]
fn a_project_without_a_name_gives_the_same_bytes_in_another_folder() {
    let nameless = |name: &str| {
        let sandbox = project(name);
        let (output, code) = sandbox.run(
            "rm services/*/codd.yaml && git commit --quiet --all --message 'no names' && \
             mv services/orders-python/* . && git add --all && git commit --quiet --message top",
        );
        assert_eq!((output.as_str(), code), ("", 0));
        let ask = |question: &str| sandbox.run_raw(&format!("codd {question}")).0;
        ["check --format json", "impact HEAD~1 --format json", "audit"].map(ask)
    };
    assert_eq!(nameless("one"), nameless("another"));
}

/// Every other test names the day.
#[test]
fn without_a_day_it_is_today_in_utc() {
    let sandbox = project("today");
    let (days, code) = sandbox.run(
        "date -u +%F; cd services/orders-python; \
         command codd check --format json | sed -n 's/.*\"as_of\": \"\\(.*\\)\".*/\\1/p'; date -u +%F",
    );
    let days: Vec<&str> = days.lines().collect();
    assert_eq!((days.len(), code), (3, 0));
    assert!(days[1] == days[0] || days[1] == days[2], "{days:?}");
}
