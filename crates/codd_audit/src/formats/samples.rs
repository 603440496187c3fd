//! Assessments as the formats meet them: a rich change, a hostile one, an empty one, a project.

use std::collections::BTreeMap;

use serde_json::json;

use crate::*;

/// A change that breaks, fixes and endangers something, with gaps in what was read.
pub(super) fn change() -> Assessment {
    Assessment {
        format: ASSESSMENT_FORMAT.to_owned(),
        tool: Tool { name: "codd".to_owned(), version: "0.1.0".to_owned() },
        subject: Subject {
            kind: SubjectKind::Change,
            description: "main to 9a37a5e".to_owned(),
            command: "codd impact d2c9e93..9a37a5e --now 2026-11-25".to_owned(),
            base: Some(snapshot("commit", Some("d2c9e93b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f"))),
            head: snapshot("commit", Some("9a37a5e0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6")),
            commits: vec![CommitRecord {
                id: "9a37a5e0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6".to_owned(),
                author: "Dana <dana@example.com>".to_owned(),
                date: "2026-11-20".to_owned(),
                subject: "Export users".to_owned(),
                assisted_by: vec!["Some Model".to_owned()],
            }],
        },
        as_of: "2026-11-25".to_owned(),
        project: "shop".to_owned(),
        inputs: Inputs {
            controls: "4be1".repeat(16),
            base_controls: Some("4be1".repeat(16)),
            configuration: "77aa".repeat(16),
            judged_by: "the base's controls; the head's are the same".to_owned(),
            control_count: 7,
            fail_on: FailOn::High,
            fails_on_undetermined: false,
        },
        verdict: Some(ChangeVerdict {
            verdict: Verdict::Reject,
            reasons: vec![
                "2 new failures at or above `high`: SEC-014, SEC-002".to_owned(),
                "SEC-003 is at risk: the change reaches `auth.check_token`, which it trusts"
                    .to_owned(),
                "SEC-020 (high) is undetermined".to_owned(),
            ],
        }),
        changes: changes(),
        impact: impact(),
        controls: controls(),
        findings: findings(),
        waivers: vec![
            WaiverRecord {
                target: "SEC-001".to_owned(),
                paths: vec!["src/crypto/**".to_owned()],
                reason: "HSM migration, JIRA-812".to_owned(),
                requested_by: "dana@example.com".to_owned(),
                approved_by: "lee@example.com".to_owned(),
                created: "2026-10-02".to_owned(),
                expires: "2027-01-31".to_owned(),
                state: "active".to_owned(),
                covers: 1,
            },
            WaiverRecord {
                target: "5e5e5e5e5e5e5e5e".to_owned(),
                paths: Vec::new(),
                reason: "legacy login".to_owned(),
                requested_by: "dana@example.com".to_owned(),
                approved_by: "lee@example.com".to_owned(),
                created: "2026-01-02".to_owned(),
                expires: "2026-06-30".to_owned(),
                state: "expired".to_owned(),
                covers: 0,
            },
        ],
        coverage: coverage(),
        score: ScorePair { before: Some(score(87, 3, 2)), after: Some(score(81, 5, 2)) },
        diagnostics: vec![
            diagnostic(json!({
                "severity": "error",
                "code": "controls::unknown_key",
                "message": "unknown key `severty`",
                "location": {
                    "path": "requirements/web.yaml",
                    "line": 12,
                    "column": 5,
                    "end_line": 12,
                    "end_column": 12,
                    "snippet": "    severty: high",
                },
                "help": "did you mean `severity`?",
            })),
            diagnostic(json!({
                "severity": "warning",
                "code": "controls::empty_glob",
                "message": "`--include='.py'` matches no file",
                "help": "write `--include='*.py'`",
            })),
        ],
    }
}

/// The same change in a repository that means harm.
pub(super) fn hostile() -> Assessment {
    let mut assessment = change();
    let name = "src/a\u{1b}]0;x\u{7}\n| <b>`@octocat`</b> \"q\" #1 \u{202e}.py".to_owned();
    let symbol = "f\u{9b}31m</details>\r\n```\n# h".to_owned();
    assessment.project = "shop\u{1b}[2J".to_owned();
    assessment.subject.description = "a\u{1b}[31m\n| b".to_owned();
    for finding in &mut assessment.findings {
        finding.control_name = format!("{} <script>|@team", finding.control_name);
        finding.message = format!("{}\n\n## \u{1b}[1mowned [x](http://evil)", finding.message);
        finding.help = Some("run `x` | <img src=x>\n- @team \u{2028}now".to_owned());
        if let Some(location) = &mut finding.location {
            location.path.clone_from(&name);
            location.symbol = Some(symbol.clone());
            location.snippet = "\tx = 1 # ````\u{1b}[0m\r\n</details>\n````".to_owned();
        }
    }
    for step in &mut assessment.impact.nodes {
        step.node.path.clone_from(&name);
        step.node.symbol = Some(symbol.clone());
    }
    for change in &mut assessment.changes.nodes {
        change.node.symbol = Some(symbol.clone());
    }
    for file in &mut assessment.changes.files {
        file.path.clone_from(&name);
        file.reach_unknown = Some("binary\u{1b}c".to_owned());
    }
    for control in &mut assessment.controls {
        control.requirement = format!("{} ]( [a](b) </details>\u{1b}", control.requirement);
        control.reasons = vec!["because\u{1b}[5m\n@team".to_owned()];
        control.frameworks.insert("so\u{1b}c2".to_owned(), vec!["C|C\u{1b}".to_owned()]);
    }
    for waiver in &mut assessment.waivers {
        waiver.reason = "because\u{1b}[31m\n</details>".to_owned();
        waiver.target = format!("{}\u{1b}", waiver.target);
    }
    assessment.coverage.unknown.insert(".\u{1b}[1m|".to_owned(), 2);
    for skipped in &mut assessment.coverage.not_analysed {
        skipped.path.clone_from(&name);
    }
    for diagnostic in &mut assessment.diagnostics {
        diagnostic.message = format!("{}\u{1b}[2K\r", diagnostic.message);
    }
    if let Some(verdict) = &mut assessment.verdict {
        verdict.reasons.push("new\u{1b}[31m </details>\n# x".to_owned());
    }
    assessment
}

/// A change of nothing, where no control was loaded.
pub(super) fn empty_change() -> Assessment {
    let mut assessment = change();
    assessment.subject.description = "HEAD (d2c9e93) against the work tree".to_owned();
    assessment.subject.head = snapshot("work tree", None);
    assessment.subject.commits.clear();
    assessment.inputs.control_count = 0;
    assessment.inputs.judged_by = "nothing: neither side has controls".to_owned();
    assessment.verdict = Some(ChangeVerdict {
        verdict: Verdict::Approve,
        reasons: vec!["the change is empty".to_owned()],
    });
    assessment.changes = Changes::default();
    assessment.impact = Impact::default();
    assessment.controls.clear();
    assessment.findings.clear();
    assessment.waivers.clear();
    assessment.coverage =
        Coverage { files: 2, analysed: 2, references: 4, edges: 4, ..Coverage::default() };
    assessment.score = ScorePair::default();
    assessment.diagnostics.clear();
    assessment
}

/// All controls on a whole project.
pub(super) fn project() -> Assessment {
    let mut assessment = change();
    assessment.subject = Subject {
        kind: SubjectKind::Project,
        description: "the work tree".to_owned(),
        command: "codd check --now 2026-11-25".to_owned(),
        base: None,
        head: snapshot("work tree", None),
        commits: Vec::new(),
    };
    assessment.verdict = None;
    assessment.inputs.base_controls = None;
    assessment.inputs.judged_by = "the project's controls".to_owned();
    assessment.changes = Changes::default();
    assessment.impact = Impact::default();
    assessment
        .findings
        .retain(|finding| finding.state != FindingState::Absent && finding.kind != "at_risk");
    for finding in &mut assessment.findings {
        finding.state = FindingState::New;
        finding.reached = None;
        finding.caused_by = None;
    }
    for control in &mut assessment.controls {
        control.base_verdict = None;
        control.touched = None;
        control.at_risk.clear();
        if control.verdict == ControlVerdict::AtRisk {
            control.verdict = ControlVerdict::Satisfied;
            control.reasons.clear();
        }
    }
    assessment.score.before = None;
    assessment
}

fn snapshot(kind: &str, commit: Option<&str>) -> SnapshotRecord {
    SnapshotRecord {
        kind: kind.to_owned(),
        commit: commit.map(str::to_owned),
        digest: "91ac".repeat(16),
        files: 43,
    }
}

fn diagnostic(record: serde_json::Value) -> DiagnosticRecord {
    serde_json::from_value(record).expect("a diagnostic")
}

fn node(kind: &str, path: &str, symbol: &str, line: u32) -> NodeRecord {
    NodeRecord {
        kind: kind.to_owned(),
        path: path.to_owned(),
        symbol: Some(symbol.to_owned()),
        line: Some(line),
    }
}

fn place(
    path: &str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    symbol: Option<&str>,
    snippet: &str,
) -> Location {
    Location {
        path: path.to_owned(),
        line,
        column,
        end_line,
        end_column,
        symbol: symbol.map(str::to_owned),
        snippet: snippet.to_owned(),
    }
}

fn changes() -> Changes {
    let file = |path: &str, kind: &str| FileChangeRecord {
        path: path.to_owned(),
        kind: kind.to_owned(),
        renamed_from: None,
        reach_unknown: None,
    };
    let change = |node: NodeRecord, kind: &str| ChangeRecord {
        node,
        kind: kind.to_owned(),
        moved_from: None,
        versions: None,
    };
    Changes {
        files: vec![
            FileChangeRecord {
                reach_unknown: Some("no known language".to_owned()),
                ..file("deploy/gateway.lua", "modified")
            },
            file("src/auth/token.py", "modified"),
            FileChangeRecord {
                renamed_from: Some("src/db/people.py".to_owned()),
                ..file("src/db/users.py", "renamed")
            },
            file("src/format.py", "formatting"),
        ],
        nodes: vec![
            change(node("definition", "src/auth/token.py", "auth.check_token", 12), "body"),
            ChangeRecord {
                moved_from: Some(node("definition", "src/db/people.py", "people.find", 40)),
                ..change(node("definition", "src/db/users.py", "users.find", 40), "moved")
            },
            change(node("definition", "src/db/users.py", "users.search", 52), "added"),
            change(node("definition", "src/auth/token.py", "auth.old_token", 30), "removed"),
        ],
    }
}

fn impact() -> Impact {
    let step =
        |node: NodeRecord, distance, confidence: &str, via, edge: Option<&str>| ReachedRecord {
            node,
            side: "head".to_owned(),
            distance,
            confidence: confidence.to_owned(),
            via,
            edge: edge.map(str::to_owned),
        };
    let token = node("definition", "src/auth/token.py", "auth.check_token", 12);
    let find = node("definition", "src/db/users.py", "users.find", 40);
    let search = node("definition", "src/db/users.py", "users.search", 52);
    let old = node("definition", "src/auth/token.py", "auth.old_token", 30);
    let require = node("definition", "src/api/mw.py", "api.require_auth", 8);
    let export = node("definition", "src/api/export.py", "api.export_user", 18);
    let route = node("route", "src/api/export.py", "GET /export", 17);
    let test = node("test", "tests/test_export.py", "test_export_needs_a_token", 5);
    let plugin = node("definition", "src/plugins.py", "plugins.run", 61);
    Impact {
        nodes: vec![
            step(token, 0, "exact", None, None),
            step(find, 0, "exact", None, None),
            step(search, 0, "exact", None, None),
            ReachedRecord { side: "base".to_owned(), ..step(old, 0, "exact", None, None) },
            step(require, 1, "exact", Some(0), Some("calls")),
            step(export, 2, "exact", Some(4), Some("calls")),
            step(route, 3, "exact", Some(5), Some("contains")),
            step(test, 3, "probable", Some(5), Some("tests")),
            step(plugin, 1, "possible", Some(1), Some("calls")),
        ],
        is_precise: false,
        counts: ImpactCounts {
            changed: 4,
            exact: 3,
            probable: 1,
            possible: 1,
            files: 3,
            routes: 1,
            tests: 1,
        },
    }
}

fn controls() -> Vec<ControlResult> {
    let control = |id: &str, name: &str, severity: &str, verdict: ControlVerdict| ControlResult {
        id: id.to_owned(),
        name: name.to_owned(),
        requirement: format!("{name} MUST hold."),
        severity: severity.to_owned(),
        origin: "requirements/web.yaml".to_owned(),
        verdict,
        base_verdict: Some(ControlVerdict::Satisfied),
        reasons: Vec::new(),
        is_out_of_reach: false,
        is_less_decided: false,
        touched: None,
        at_risk: Vec::new(),
        checks: vec![CheckRecord {
            ordinal: 0,
            kind: "forbid".to_owned(),
            outcome: "pass".to_owned(),
            reason: None,
            anchors: 3,
            files: 2,
            skipped: Vec::new(),
            passing: Vec::new(),
            weak_evidence: false,
        }],
        frameworks: BTreeMap::new(),
    };
    let mut keys = control("SEC-001", "AES keys are rotated", "medium", ControlVerdict::Waived);
    keys.checks[0].kind = "text".to_owned();
    keys.checks[0].weak_evidence = true;
    let mut auth =
        control("SEC-002", "Endpoints verify the caller", "high", ControlVerdict::NotSatisfied);
    auth.touched = Some(5);
    auth.frameworks = BTreeMap::from([
        ("asvs".to_owned(), vec!["V4.1.1".to_owned()]),
        ("soc2".to_owned(), vec!["CC6.1".to_owned()]),
    ]);
    let mut audit =
        control("SEC-003", "Reads of personal data are logged", "high", ControlVerdict::AtRisk);
    audit.touched = Some(5);
    audit.at_risk = vec![4];
    let mut secrets =
        control("SEC-010", "No secrets in source", "critical", ControlVerdict::Satisfied);
    secrets.base_verdict = Some(ControlVerdict::NotSatisfied);
    secrets.origin = "catalogue web".to_owned();
    let mut sql =
        control("SEC-014", "No SQL built from strings", "critical", ControlVerdict::NotSatisfied);
    sql.touched = Some(2);
    sql.frameworks = BTreeMap::from([
        ("cwe".to_owned(), vec!["CWE-89".to_owned()]),
        ("soc2".to_owned(), vec!["CC8.1".to_owned()]),
    ]);
    let mut release =
        control("SEC-020", "Releases are signed by two", "high", ControlVerdict::Undetermined);
    release.reasons = vec!["no check of it can be decided by code".to_owned()];
    release.checks[0].outcome = "undetermined".to_owned();
    release.checks[0].skipped = vec![SkippedRecord {
        path: "src/legacy/gen.py".to_owned(),
        reason: "syntax error".to_owned(),
    }];
    let mobile =
        control("SEC-030", "Mobile tokens are short", "low", ControlVerdict::NotApplicable);
    vec![keys, auth, audit, secrets, sql, release, mobile]
}

fn findings() -> Vec<FindingRecord> {
    let finding = |fingerprint: &str, control: &str, name: &str, severity: &str| FindingRecord {
        fingerprint: fingerprint.to_owned(),
        control: control.to_owned(),
        control_name: name.to_owned(),
        severity: severity.to_owned(),
        check: Some(0),
        kind: "forbid".to_owned(),
        state: FindingState::New,
        outcome: "fail".to_owned(),
        message: String::new(),
        help: None,
        location: None,
        witness: Vec::new(),
        steps: Vec::new(),
        reached: None,
        caused_by: None,
        decision: None,
        decided_by: Vec::new(),
        waived_by: None,
    };
    let export = node("definition", "src/api/export.py", "api.export_user", 18);
    vec![
        FindingRecord {
            message: "the statement is built by an f-string".to_owned(),
            help: Some(
                "pass values as parameters:\ncur.execute(\"… WHERE name = ?\", (name,))".to_owned(),
            ),
            location: Some(place(
                "src/db/users.py",
                54,
                12,
                54,
                68,
                Some("users.search"),
                "    return cur.execute(f\"SELECT * FROM users WHERE n = '{n}'\").fetchall()",
            )),
            reached: Some(2),
            ..finding("7f3a9c2144d0e1b2", "SEC-014", "No SQL built from strings", "critical")
        },
        FindingRecord {
            outcome: "review".to_owned(),
            kind: "manual".to_owned(),
            message: "read every new query with its caller".to_owned(),
            ..finding("0f0e0d0c0b0a0908", "SEC-014", "No SQL built from strings", "critical")
        },
        FindingRecord {
            kind: "reach".to_owned(),
            message: "the route reaches personal data and no longer its guard".to_owned(),
            help: Some("call `require_auth` before `get_user`".to_owned()),
            location: Some(place(
                "src/api/export.py",
                18,
                1,
                20,
                25,
                Some("api.export_user"),
                "def export_user(req):\n    user = get_user(req.args[\"id\"])\n    return jsonify(user)",
            )),
            witness: vec![export, node("definition", "src/db/users.py", "users.find", 40)],
            reached: Some(5),
            caused_by: Some(node("definition", "src/auth/token.py", "auth.check_token", 12)),
            ..finding("a1b2c3d4e5f60718", "SEC-002", "Endpoints verify the caller", "high")
        },
        FindingRecord {
            kind: "at_risk".to_owned(),
            check: None,
            outcome: "review".to_owned(),
            message: "`api.require_auth`, which this control trusts, depends on \
                      `auth.check_token`, which was changed"
                .to_owned(),
            help: Some("read the change and affirm that the control still holds".to_owned()),
            location: Some(place(
                "src/api/mw.py",
                8,
                1,
                9,
                26,
                Some("api.require_auth"),
                "def require_auth(req):\n    check_token(req.token)",
            )),
            reached: Some(4),
            caused_by: Some(node("definition", "src/auth/token.py", "auth.check_token", 12)),
            ..finding("9999aaaabbbbcccc", "SEC-003", "Reads of personal data are logged", "high")
        },
        FindingRecord {
            kind: "text".to_owned(),
            state: FindingState::Unchanged,
            message: "no rotation is configured".to_owned(),
            location: Some(place("src/crypto/keys.py", 9, 1, 9, 20, None, "KEY = load(\"é\", 2)")),
            decision: None,
            decided_by: Vec::new(),
            waived_by: Some(0),
            ..finding("1212121212121212", "SEC-001", "AES keys are rotated", "medium")
        },
        FindingRecord {
            state: FindingState::Unchanged,
            message: "the caller's name is logged".to_owned(),
            location: Some(place("src/api/log.py", 3, 5, 3, 14, None, "    log(name)")),
            ..finding("3434343434343434", "SEC-002", "Endpoints verify the caller", "high")
        },
        FindingRecord {
            state: FindingState::Absent,
            message: "a password is written in the source".to_owned(),
            location: Some(place("src/settings.py", 4, 1, 4, 22, None, "PASSWORD = \"hunter22\"")),
            ..finding("5656565656565656", "SEC-010", "No secrets in source", "critical")
        },
    ]
}

fn coverage() -> Coverage {
    let skipped = |path: &str, reason: &str| SkippedRecord {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let counts = |entries: &[(&str, u32)]| {
        entries.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
    };
    Coverage {
        files: 43,
        analysed: 36,
        languages: counts(&[("python", 36)]),
        unknown: counts(&[(".lua", 1), (".md", 4), ("Makefile", 1)]),
        generated: 1,
        vendored: 0,
        minified: 1,
        not_analysed: vec![skipped("src/legacy/gen.py", "not UTF-8")],
        parse_errors: vec![skipped("src/legacy/old.py", "syntax error at line 88")],
        references: 412,
        edges: 365,
        unresolved: counts(&[("dynamic attribute", 31), ("name not found", 16)]),
        not_modelled: counts(&[("eval of a string", 2)]),
    }
}

fn score(value: u32, violations: u32, documentation_gaps: u32) -> Score {
    Score {
        value,
        violations,
        documentation_gaps,
        terms: vec![ScoreTerm {
            name: "violations".to_owned(),
            explanation: format!("{violations} failures that are not waived"),
            cost: (100 - value) * 100,
        }],
    }
}
