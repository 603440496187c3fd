//! An assessment made up for tests, and frames as text.

use std::collections::BTreeMap;

use codd_audit::{
    Assessment, AuditPack, ChangeRecord, ChangeVerdict, CheckRecord, ControlResult, ControlVerdict,
    Decision, DecisionKind, FileChangeRecord, FindingRecord, FindingState, Impact, ImpactCounts,
    Location, NodeRecord, OpenItems, ReachedRecord, Reproduction, Score, ScorePair, ScoreTerm,
    SkippedRecord, SubjectKind, Verdict, WaiverRecord,
};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::answer::Answer;
use crate::draw::draw;
use crate::state::{Effect, Msg, Setting, State};
use crate::update::{answered, update};

pub(crate) fn node(path: &str, symbol: &str, line: u32) -> NodeRecord {
    NodeRecord {
        kind: "definition".to_owned(),
        path: path.to_owned(),
        symbol: Some(symbol.to_owned()),
        line: Some(line),
    }
}

fn control_node(id: &str) -> NodeRecord {
    NodeRecord {
        kind: "control".to_owned(),
        path: String::new(),
        symbol: Some(id.to_owned()),
        line: None,
    }
}

fn reached(node: NodeRecord, distance: u32, via: Option<(u32, &str)>) -> ReachedRecord {
    ReachedRecord {
        node,
        side: "head".to_owned(),
        distance,
        confidence: if distance > 2 { "probable" } else { "exact" }.to_owned(),
        via: via.map(|(at, _)| at),
        edge: via.map(|(_, edge)| edge.to_owned()),
    }
}

pub(crate) fn finding(
    control: &str,
    severity: &str,
    state: FindingState,
    message: &str,
    place: (&str, u32, &str),
) -> FindingRecord {
    let (path, line, snippet) = place;
    FindingRecord {
        fingerprint: format!("{:016x}", u64::from(line).wrapping_mul(0x9e37_79b9_7f4a)),
        control: control.to_owned(),
        control_name: format!("Name of {control}"),
        severity: severity.to_owned(),
        check: Some(0),
        kind: "reach".to_owned(),
        state,
        outcome: "fail".to_owned(),
        message: message.to_owned(),
        help: Some("call `require_auth(req)` before `get_user`".to_owned()),
        location: Some(Location {
            path: path.to_owned(),
            line,
            column: 1,
            end_line: line.saturating_add(1),
            end_column: 1,
            symbol: Some("export_user".to_owned()),
            snippet: snippet.to_owned(),
        }),
        witness: Vec::new(),
        steps: Vec::new(),
        reached: None,
        caused_by: None,
        decision: None,
        decided_by: Vec::new(),
        waived_by: None,
    }
}

fn control(id: &str, name: &str, severity: &str, verdict: ControlVerdict) -> ControlResult {
    ControlResult {
        id: id.to_owned(),
        name: name.to_owned(),
        requirement: format!("What {id} asks for, in a sentence that has to be wrapped."),
        severity: severity.to_owned(),
        origin: "requirements/api.yaml".to_owned(),
        verdict,
        base_verdict: Some(ControlVerdict::Satisfied),
        reasons: Vec::new(),
        is_less_decided: false,
        is_out_of_reach: false,
        touched: None,
        at_risk: Vec::new(),
        checks: vec![CheckRecord {
            ordinal: 0,
            kind: "reach".to_owned(),
            outcome: if verdict == ControlVerdict::NotSatisfied { "fail" } else { "pass" }
                .to_owned(),
            reason: None,
            anchors: 12,
            files: 3,
            skipped: Vec::new(),
            passing: Vec::new(),
            weak_evidence: false,
        }],
        frameworks: BTreeMap::from([
            ("ASVS".to_owned(), vec!["4.1.1".to_owned()]),
            ("SOC2".to_owned(), vec!["CC6.1".to_owned(), "CC6.6".to_owned()]),
        ]),
    }
}

/// A change that breaks a control through another file.
pub(crate) fn assessment() -> Assessment {
    let token = node("src/auth/token.py", "auth.check_token", 12);
    let mut unguarded = finding(
        "SEC-002",
        "high",
        FindingState::New,
        "the route `GET /export` no longer reaches `require_auth`",
        ("src/api/export.py", 18, "def export_user(req):\n\tuser = get_user(req.args[\"id\"])"),
    );
    unguarded.reached = Some(2);
    unguarded.caused_by = Some(token.clone());
    unguarded.witness = vec![node("src/api/export.py", "api.export_user", 18)];
    let mut waived = finding(
        "SEC-001",
        "medium",
        FindingState::Unchanged,
        "the key has no rotation",
        ("src/crypto/keys.py", 9, "KEY = load()"),
    );
    waived.waived_by = Some(0);
    let mut undetermined =
        control("SEC-020", "Release signing", "low", ControlVerdict::Undetermined);
    undetermined.reasons = vec!["no file is in its scope".to_owned()];
    let mut at_risk = control("SEC-003", "Audit logging", "high", ControlVerdict::AtRisk);
    at_risk.at_risk = vec![1];
    at_risk.reasons = vec!["`require_auth`, which it trusts, is reached".to_owned()];
    let mut violated =
        control("SEC-002", "API authentication", "high", ControlVerdict::NotSatisfied);
    violated.touched = Some(2);
    let mut assessment = Assessment {
        as_of: "2025-01-01".to_owned(),
        project: "shop".to_owned(),
        verdict: Some(ChangeVerdict {
            verdict: Verdict::Reject,
            reasons: vec![
                "SEC-002 is violated anew (high)".to_owned(),
                "SEC-003 is at risk".to_owned(),
            ],
        }),
        controls: vec![
            control("SEC-001", "Encryption at rest", "medium", ControlVerdict::Waived),
            violated,
            at_risk,
            undetermined,
        ],
        findings: vec![
            unguarded,
            waived,
            finding(
                "SEC-014",
                "critical",
                FindingState::Absent,
                "SQL is built by string interpolation",
                ("src/db/users.py", 42, "cur.execute(f\"select {x}\")"),
            ),
        ],
        waivers: vec![WaiverRecord {
            target: "SEC-001".to_owned(),
            paths: Vec::new(),
            reason: "the HSM comes in spring".to_owned(),
            requested_by: "eve".to_owned(),
            approved_by: "dana".to_owned(),
            created: "2024-11-01".to_owned(),
            expires: "2025-06-30".to_owned(),
            state: "active".to_owned(),
            covers: 1,
        }],
        ..Assessment::default()
    };
    assessment.tool.name = "codd".to_owned();
    assessment.tool.version = "1.2.3".to_owned();
    assessment.subject.kind = SubjectKind::Change;
    assessment.subject.description = "d2c9e93 against the work tree".to_owned();
    assessment.subject.base = Some(codd_audit::SnapshotRecord::default());
    assessment.inputs.judged_by = "judged by the controls of the base".to_owned();
    assessment.changes.nodes = vec![ChangeRecord {
        node: token.clone(),
        kind: "body".to_owned(),
        moved_from: None,
        versions: None,
    }];
    assessment.changes.files = vec![FileChangeRecord {
        path: "src/legacy/gen.xyz".to_owned(),
        kind: "modified".to_owned(),
        renamed_from: None,
        reach_unknown: Some("no known language".to_owned()),
    }];
    assessment.impact = Impact {
        nodes: vec![
            reached(token, 0, None),
            reached(node("src/api/mw.py", "api.require_auth", 8), 1, Some((0, "calls"))),
            reached(node("src/api/export.py", "api.export_user", 18), 2, Some((1, "calls"))),
            reached(node("tests/test_export.py", "test_export", 5), 3, Some((2, "tests"))),
            reached(control_node("SEC-002"), 3, Some((2, "governs"))),
        ],
        is_precise: false,
        counts: ImpactCounts {
            changed: 1,
            exact: 2,
            probable: 1,
            files: 4,
            routes: 1,
            tests: 1,
            possible: 0,
        },
    };
    let coverage = &mut assessment.coverage;
    (coverage.files, coverage.analysed, coverage.references) = (43, 40, 512);
    coverage.unknown = BTreeMap::from([(".md".to_owned(), 2), (".xyz".to_owned(), 1)]);
    coverage.unresolved = BTreeMap::from([("unknown receiver".to_owned(), 17)]);
    coverage.parse_errors = vec![SkippedRecord {
        path: "src/broken.py".to_owned(),
        reason: "syntax error in line 88".to_owned(),
    }];
    let score = |value, cost| Score {
        value,
        violations: 1,
        documentation_gaps: 1,
        terms: vec![ScoreTerm {
            name: "violations".to_owned(),
            explanation: "1 high violation".to_owned(),
            cost,
        }],
    };
    assessment.score = ScorePair { before: Some(score(87, 1300)), after: Some(score(81, 1850)) };
    assessment
}

/// The pack of an assessment with a decision about its second finding.
pub(crate) fn pack(assessment: Assessment) -> AuditPack {
    let decision = assessment.findings.get(1).map(|finding| Decision {
        fingerprint: finding.fingerprint.clone(),
        control: finding.control.clone(),
        decision: DecisionKind::Waive,
        reviewer: "dana@example.com".to_owned(),
        date: "2024-12-30".to_owned(),
        reason: Some("the HSM comes in spring".to_owned()),
        expires: Some("2025-06-30".to_owned()),
    });
    let reproduction = Reproduction { command: "codd audit".to_owned(), needs: Vec::new() };
    AuditPack::seal(assessment, decision.into_iter().collect(), reproduction, OpenItems::Undecided)
}

/// The state before any answer.
pub(crate) fn empty_state(size: (u16, u16)) -> State {
    let setting = Setting {
        color: true,
        today: "2025-01-01".parse().unwrap(),
        reviewer: Some("eve".to_owned()),
        can_decide: true,
        can_analyse: true,
    };
    State::new(setting, size)
}

/// A state that shows this assessment.
pub(crate) fn state_of(assessment: Assessment, size: (u16, u16)) -> State {
    let mut state = empty_state(size);
    answered(&mut state, Answer::new(pack(assessment)));
    state
}

/// A key as people write it: `j`, `ctrl-d`, `enter`, `tab`.
pub(crate) fn key(name: &str) -> KeyEvent {
    let (name, modifiers) = match name.strip_prefix("ctrl-") {
        Some(name) => (name, KeyModifiers::CONTROL),
        None => (name, KeyModifiers::NONE),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "down" => KeyCode::Down,
        "up" => KeyCode::Up,
        "end" => KeyCode::End,
        name => KeyCode::Char(name.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

/// Presses keys that stand between spaces; gives all effects.
pub(crate) fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    let keys = keys.split_whitespace();
    keys.flat_map(|name| update(state, Msg::Key(key(name)))).collect()
}

/// Types a text.
pub(crate) fn write(state: &mut State, text: &str) {
    for character in text.chars() {
        let event = KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE);
        update(state, Msg::Key(event));
    }
}

/// The frame that a state gives.
pub(crate) fn buffer(state: &State) -> Buffer {
    let (columns, rows) = state.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| draw(state, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The same as text, without blanks at the ends of lines.
pub(crate) fn frame(state: &State) -> String {
    text(&buffer(state))
}

pub(crate) fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        let mut skip = 0;
        for x in buffer.area.left()..buffer.area.right() {
            // A wide character covers the cell after it.
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            skip = crate::text::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
