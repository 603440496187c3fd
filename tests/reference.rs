//! What is generated and committed, and that it is fresh: the reference of the commands, and the
//! published schemas. `UPDATE_EXPECT=1 cargo test` writes them.

use expect_test::expect_file;

use crate::transcript::Sandbox;

/// The help of a command and of each one below it, as Markdown.
fn help_of(sandbox: &Sandbox, command: &str, reference: &mut String) {
    let (help, code) = sandbox.run(&format!("{command} --help"));
    assert_eq!(code, 0, "{help}");
    reference.push_str(&format!("\n## `{command}`\n\n```text\n{help}```\n"));
    let listed = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    let names = listed.lines().take_while(|line| !line.is_empty());
    // Continued lines are indented further than names.
    for name in names.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = name.split_whitespace().next().unwrap();
        if name != "help" {
            help_of(sandbox, &format!("{command} {name}"), reference);
        }
    }
}

#[test]
fn the_reference_of_the_commands_is_fresh() {
    let mut reference = "# Every command and its options\n\n\
                         Generated from the binary by `tests/reference.rs`.\n"
        .to_owned();
    help_of(&Sandbox::empty("reference"), "codd", &mut reference);
    expect_file!["../crates/codd/reference.md"].assert_eq(&reference);
}

#[test]
fn the_published_schemas_are_fresh() {
    let sandbox = Sandbox::empty("schemas");
    let schema = |name: &str| {
        let (schema, code) = sandbox.run(&format!("codd schema {name}"));
        assert_eq!(code, 0, "{schema}");
        schema
    };
    expect_file!["../crates/codd_audit/schemas/controls.schema.json"]
        .assert_eq(&schema("controls"));
    expect_file!["../crates/codd_audit/schemas/pack.schema.json"].assert_eq(&schema("pack"));
    expect_file!["../crates/codd_audit/schemas/decision.schema.json"]
        .assert_eq(&schema("decision"));
    expect_file!["../crates/codd_audit/schemas/edge.schema.json"].assert_eq(&schema("edge"));
    expect_file!["../crates/codd_audit/schemas/assessment.schema.json"]
        .assert_eq(&schema("assessment"));
    expect_file!["../crates/codd_controls/schemas/config.schema.json"].assert_eq(&schema("config"));
    expect_file!["../crates/codd_controls/schemas/waivers.schema.json"]
        .assert_eq(&schema("waivers"));
    // A schema that is added has its line above.
    let (usage, _) = sandbox.run("codd schema nothing");
    let names = usage.split_once("[possible values: ").unwrap().1.split_once(']').unwrap().0;
    assert_eq!(names, "controls, config, waivers, pack, assessment, decision, edge");
}
