//! Every format over every sample: what is written, and that hostile text stays text.

use expect_test::{ExpectFile, expect, expect_file};
use unicode_width::UnicodeWidthStr;

use super::{FORMATS, Format, RenderOptions, assessment_schema, render, samples};
use crate::Assessment;

const OPTIONS: RenderOptions =
    RenderOptions { color: false, width: 90, max_tokens: None, verbose: false };

fn written(format: &str, assessment: &Assessment) -> String {
    render(Format::named(format).expect("a format"), assessment, &OPTIONS)
}

fn check(format: &str, assessment: &Assessment, expected: &ExpectFile) {
    expected.assert_eq(&written(format, assessment));
}

fn every_sample() -> [(&'static str, Assessment); 4] {
    [
        ("change", samples::change()),
        ("hostile", samples::hostile()),
        ("empty change", samples::empty_change()),
        ("project", samples::project()),
    ]
}

#[test]
fn a_change_for_people() {
    check("human", &samples::change(), &expect_file!["snapshots/change.human.txt"]);
    check("human", &samples::empty_change(), &expect_file!["snapshots/empty_change.human.txt"]);
}

#[test]
fn a_project_for_people() {
    check("human", &samples::project(), &expect_file!["snapshots/project.human.txt"]);
}

#[test]
fn what_could_not_be_decided_at_many_places_is_one_block() {
    let mut assessment = samples::project();
    let found = assessment.findings.iter().find(|it| !it.witness.is_empty()).cloned();
    let one = crate::FindingRecord { outcome: "undetermined".to_owned(), ..found.unwrap() };
    let count = |text: &str| text.matches("codd explain").count();
    assessment.findings = vec![one.clone(); 2];
    let before = count(&written("human", &assessment));
    assessment.findings = vec![one.clone(); 40];
    assert_eq!(before - count(&written("human", &assessment)), 1);
    let decided = crate::FindingRecord { outcome: "fail".to_owned(), ..one };
    assessment.findings = vec![decided; 40];
    assert!(count(&written("human", &assessment)) >= 40);
}

#[test]
fn findings_that_say_the_same_are_one_block_with_their_places() {
    let mut assessment = samples::project();
    let of = |control: &str| {
        let found = assessment.findings.iter().find(|it| it.control == control);
        found.expect("a finding").clone()
    };
    let (first, other) = (of("SEC-014"), of("SEC-002"));
    let mut findings = Vec::new();
    for (at, route) in ["GET /a", "GET /b", "POST /c"].into_iter().enumerate() {
        let mut one = first.clone();
        if let Some(location) = &mut one.location {
            location.line += at as u32;
        }
        findings.push(one);
        findings.push(crate::FindingRecord {
            message: format!("no guard runs before `{route}`"),
            help: None,
            witness: Vec::new(),
            ..other.clone()
        });
    }
    findings[0].message.push_str(", twice");
    assessment.findings = findings;
    let text = written("human", &assessment);
    let start = text.find("Findings (").expect("findings");
    let end = text.find("\nUndetermined (").expect("the next heading");
    expect![[r#"
        Findings (6)

        CRIT  SEC-014 No SQL built from strings
              src/db/users.py:54:12 · in users.search
              54 │ return cur.execute(f"SELECT * FROM users WHERE n = '{n}'").fetchall()
              the statement is built by an f-string, twice
              fix    pass values as parameters:
                     cur.execute("… WHERE name = ?", (name,))
              more   codd explain 7f3a9c2144d0e1b2

        HIGH  SEC-002 Endpoints verify the caller · 3 places
              src/api/export.py:18:1 · no guard runs before `GET /a` · a1b2c3d4e5f60718
              src/api/export.py:18:1 · no guard runs before `GET /b` · a1b2c3d4e5f60718
              src/api/export.py:18:1 · no guard runs before `POST /c` · a1b2c3d4e5f60718
              more   codd explain a1b2c3d4e5f60718

        CRIT  SEC-014 No SQL built from strings
              src/db/users.py:55:12 · in users.search
              55 │ return cur.execute(f"SELECT * FROM users WHERE n = '{n}'").fetchall()
              the statement is built by an f-string
              fix    pass values as parameters:
                     cur.execute("… WHERE name = ?", (name,))
              more   codd explain 7f3a9c2144d0e1b2

        CRIT  SEC-014 No SQL built from strings
              src/db/users.py:56:12 · in users.search
              56 │ return cur.execute(f"SELECT * FROM users WHERE n = '{n}'").fetchall()
              the statement is built by an f-string
              fix    pass values as parameters:
                     cur.execute("… WHERE name = ?", (name,))
              more   codd explain 7f3a9c2144d0e1b2
    "#]]
    .assert_eq(&text[start..end]);
}

#[test]
fn a_change_for_a_pull_request() {
    check("markdown", &samples::change(), &expect_file!["snapshots/change.md"]);
    check("markdown", &samples::hostile(), &expect_file!["snapshots/hostile.md"]);
    check("markdown", &samples::empty_change(), &expect_file!["snapshots/empty_change.md"]);
}

#[test]
fn a_change_for_an_agent() {
    check("agent", &samples::change(), &expect_file!["snapshots/change.agent.txt"]);
    check("agent", &samples::project(), &expect_file!["snapshots/project.agent.txt"]);
}

#[test]
fn a_change_for_code_scanning() {
    check("sarif", &samples::change(), &expect_file!["snapshots/change.sarif"]);
    check("sarif", &samples::hostile(), &expect_file!["snapshots/hostile.sarif"]);
    check("sarif", &samples::project(), &expect_file!["snapshots/project.sarif"]);
    check("sarif", &samples::empty_change(), &expect_file!["snapshots/empty_change.sarif"]);
}

#[test]
fn json_reads_back_as_the_same_assessment() {
    for (name, assessment) in every_sample() {
        let read: Assessment =
            serde_json::from_str(&written("json", &assessment)).expect("an assessment");
        assert_eq!(read, assessment, "{name}");
    }
}

#[test]
fn the_published_schema_is_fresh() {
    expect_file!["../../schemas/assessment.schema.json"].assert_eq(&assessment_schema());
}

#[test]
fn hostile_text_is_shown_escaped_in_every_format() {
    for (name, assessment) in every_sample() {
        for format in FORMATS {
            for verbose in [false, true] {
                let options = RenderOptions { verbose, ..OPTIONS };
                let text = render(*format, &assessment, &options);
                let hostile = text.chars().find(|it| {
                    (it.is_control() && *it != '\n') || matches!(it, '\u{202e}' | '\u{2028}')
                });
                assert_eq!(hostile, None, "{} of {name}", format.name);
                assert!(text.ends_with('\n'), "{} of {name}", format.name);
            }
        }
    }
}

#[test]
fn a_page_is_never_wider_than_the_terminal() {
    for (name, mut assessment) in every_sample() {
        for control in &mut assessment.controls {
            control.id = format!("{}-{}", control.id, "LONG".repeat(20));
        }
        for finding in &mut assessment.findings {
            finding.severity = "unheard-of".repeat(9);
        }
        for width in [40, 61, 80, 200] {
            let options = RenderOptions { width, verbose: true, ..OPTIONS };
            let text = render(Format::named("human").expect("a format"), &assessment, &options);
            for line in text.lines() {
                assert!(line.width() <= usize::from(width), "{name} at {width}: {line}");
            }
        }
    }
}

#[test]
fn colour_changes_nothing_but_the_escape_sequences() {
    for (_, assessment) in every_sample() {
        let human = Format::named("human").expect("a format");
        let colored = render(human, &assessment, &RenderOptions { color: true, ..OPTIONS });
        assert!(colored.contains("\u{1b}["));
        let mut stripped = String::new();
        for (at, part) in colored.split("\u{1b}[").enumerate() {
            stripped.push_str(if at == 0 { part } else { part.split_once('m').expect("an end").1 });
        }
        assert_eq!(stripped, render(human, &assessment, &OPTIONS));
    }
}

#[test]
fn an_answer_to_an_agent_keeps_its_limit_and_its_findings_whole() {
    let assessment = samples::change();
    let agent = Format::named("agent").expect("a format");
    let full = render(agent, &assessment, &OPTIONS);
    for tokens in [350, 450, 600, 800, 5_000] {
        let options = RenderOptions { max_tokens: Some(tokens), ..OPTIONS };
        let text = render(agent, &assessment, &options);
        assert!(text.len() <= tokens as usize * 4, "{tokens}: {}", text.len());
        for block in text.split("\n\n") {
            let known = block.starts_with("omitted for length") || full.contains(block.trim_end());
            assert!(known, "cut at {tokens}: {block}");
        }
    }
    let options = RenderOptions { max_tokens: Some(1), ..OPTIONS };
    let text = render(agent, &assessment, &options);
    let last = text.lines().last().unwrap_or_default();
    expect!["omitted for length: 4 findings (2 critical, 2 high), 5 reached nodes, 1 undetermined control, 1 fixed finding (--format json has all)"].assert_eq(last);
    assert!(text.starts_with("subject: "));
}

#[test]
fn a_comment_fits_the_forge_and_says_what_was_left_out() {
    let mut assessment = samples::change();
    let finding = assessment.findings[0].clone();
    assessment.findings = vec![finding; 3_000];
    for verbose in [false, true] {
        let markdown = Format::named("markdown").expect("a format");
        let text = render(markdown, &assessment, &RenderOptions { verbose, ..OPTIONS });
        assert!(text.encode_utf16().count() <= 60_000);
        assert!(text.contains("Reproduce: "));
        assert_eq!(text.contains("Left out to fit: How to fix"), verbose);
    }
}

#[test]
fn more_results_than_code_scanning_takes_are_counted() {
    let mut assessment = samples::change();
    let finding = assessment.findings[0].clone();
    assessment.findings = vec![finding; 25_003];
    let log: serde_json::Value =
        serde_json::from_str(&written("sarif", &assessment)).expect("a log");
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(25_000));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let text = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(text.contains("3 results did not fit"));
}

#[test]
fn a_broken_record_ends_the_path_instead_of_running_in_circles() {
    let mut assessment = samples::change();
    for node in &mut assessment.impact.nodes {
        node.via = Some(u32::MAX);
    }
    assessment.impact.nodes[1].via = Some(2);
    assessment.impact.nodes[2].via = Some(1);
    for finding in &mut assessment.findings {
        finding.reached = Some(if finding.caused_by.is_some() { 1 } else { 1_000 });
        finding.waived_by = Some(1_000);
    }
    for format in FORMATS {
        assert!(!render(*format, &assessment, &OPTIONS).is_empty());
    }
}

#[test]
fn an_unknown_format_names_the_known_ones() {
    let error = "yaml".parse::<Format>().expect_err("not a format");
    expect!["no format is called `yaml`; there are `human`, `json`, `sarif`, `markdown`, `agent`"]
        .assert_eq(&error.to_string());
}
