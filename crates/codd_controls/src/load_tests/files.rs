//! Files whose shape, encoding or syntax is another than expected.

use std::fmt::Write;

use expect_test::expect;

use super::{check, check_bytes, check_in_control, load};

#[test]
fn syntax_error_in_one_control_leaves_the_others() {
    check(
        "version: '1'\ncontrols:\n  - id: A\n    name: \"n\n    requirement: It MUST\n  - id: B\n    name: n: m\n    requirement: It MUST\n  - id: C\n    name: n\n    requirement: It MUST\n",
        &expect![[r#"
            read: C; unreadable: 2
            yaml::syntax: not valid YAML: found unexpected end of stream, while scanning a quoted scalar
              5:24-5:25 "T" here
              help: close the quote, or double it if it is part of the text
            yaml::syntax: not valid YAML: mapping values are not allowed in this context
              7:12-7:13 ":" here
              help: put a text that holds `: ` in quotes, and check the indentation of this line
        "#]],
    );
}

#[test]
fn files_of_another_shape_are_told() {
    check(
        "",
        &expect![[r#"
            read: ; unreadable: 0
            warning yaml::empty: the file is empty
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "# nothing yet\n",
        &expect![[r#"
            read: ; unreadable: 0
            warning yaml::empty: the file is empty
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "- id: A\n",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: the file is a list, not a map with `controls`
          1:1-1:8 "- id: A" 
          help: write `controls:` and its list under it
    "#]],
    );
    check(
        "\nhello\n",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: the file is a single value, not a map with `controls`
          2:1-2:6 "hello" 
          help: write `controls:` and its list under it
    "#]],
    );
    check(
        "controls:\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: `controls` is empty
              1:1-1:9 "controls" 
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "controls: {A: {}}\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: `controls` is a map, not a list
              1:11-1:18 "{A: {}}" 
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "controls: 3\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: `controls` is a single value, not a list
              1:11-1:12 "3" 
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "version: 1\n",
        &expect![[r#"
        read: ; unreadable: 0
        warning yaml::nothing_listed: the file has no `controls`
          help: write `controls:` and its list under it
    "#]],
    );
    check(
        "controls: []\n",
        &expect![[r#"
        read: ; unreadable: 0
    "#]],
    );
    check(
        "---\ncontrols:\n- id: A\n  name: n\n  requirement: It MUST\n---\ncontrols:\n- id: B\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::several_documents: the file holds more than one document
              6:1-6:4 "---" what follows is not read
              help: move it into a file of its own
        "#]],
    );
    check(
        "---\ncontrols:\n- id: A\n  name: n\n  requirement: It MUST\n...\n",
        &expect![[r#"
        read: A; unreadable: 0
    "#]],
    );
}

#[test]
fn syntax_errors_say_what_to_do() {
    check(
        "controls:\n\t- id: A\n",
        &expect![[r#"
            read: ; unreadable: 2
            yaml::syntax: not valid YAML: found character that cannot start any token, while scanning for the next token
              2:1-2:2 "\t" here
              help: YAML is indented with spaces: replace the tab
            yaml::missing_key: the key `name` is missing
              2:4-2:9 "id: A" of this
              help: add `name:` with a value
            yaml::missing_key: the key `requirement` is missing
              2:4-2:9 "id: A" of this
              help: add `requirement:` with a value
        "#]],
    );
    check_in_control(
        "owner: @team",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::syntax: not valid YAML: found character that cannot start any token, while scanning for the next token
          5:12-5:13 "@" here
          help: put the value in quotes: it starts with a character that means something in YAML
    "#]],
    );
    check_in_control(
        "tags: [a, b",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::syntax: not valid YAML: did not find expected ',' or ']', while parsing a flow sequence
              5:15-5:16 "b" here
              help: close the bracket, and put commas between its items
        "#]],
    );
    check_in_control(
        "owner: \"a\\d\"",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::syntax: not valid YAML: found unknown escape character, while parsing a quoted scalar
              5:14-5:15 "\\" here
              help: use single quotes: in double quotes a backslash begins an escape sequence
        "#]],
    );
    check_in_control(
        " owner: b",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::syntax: not valid YAML: mapping values are not allowed in this context
          5:11-5:12 ":" here
          help: put a text that holds `: ` in quotes, and check the indentation of this line
    "#]],
    );
    check(
        "controls: [{id: A]\n",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::syntax: not valid YAML: did not find expected ',' or '}', while parsing a flow mapping
          1:18-1:19 "]" here
          help: close the bracket, and put commas between its items
    "#]],
    );
    check(
        "controls:\n  - {id: A, name: n, requirement: It MUST}\nversion: \"1\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::wrong_type: `version` is not a text
              3:9-3:12 " \"1" expected a text
              help: write `version: "2.0"`
            yaml::syntax: not valid YAML: found unexpected end of stream, while scanning a quoted scalar
              3:11-3:12 "1" here
              help: close the quote, or double it if it is part of the text
        "#]],
    );
}

#[test]
fn other_encodings_are_told() {
    check_bytes(
        b"\xEF\xBB\xBFcontrols:\r\n  - id: A\r\n    nam: n\r\n    requirement: It MUST\r\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::missing_key: the key `name` is missing
              2:5-2:10 "id: A" of this
              help: add `name:` with a value
            yaml::unknown_key: unknown key `nam`
              3:5-3:8 "nam" not a key of this map
              help: did you mean `name`?
        "#]],
    );
    check_bytes(
        b"controls:\n  - id: \xE9t\xE9\n",
        &expect![[r#"
            read: ; unreadable: 0
            yaml::encoding: the file is not valid UTF-8
              2:9-2:10 "�" this is not a character
              help: save it as UTF-8
        "#]],
    );
    let utf_16: Vec<u8> = "controls:\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_bytes(
        &utf_16,
        &expect![[r#"
            read: ; unreadable: 0
            yaml::encoding: the file is in UTF-16 or UTF-32, not in UTF-8
              help: save it as UTF-8
        "#]],
    );
    check_bytes(
        &[&[0xFE, 0xFF], &utf_16[..]].concat(),
        &expect![[r#"
            read: ; unreadable: 0
            yaml::encoding: the file is in UTF-16 or UTF-32, not in UTF-8
              help: save it as UTF-8
        "#]],
    );
    check_bytes(
        b"controls:\r  - id: A\r    name: n\r",
        &expect![[r#"
        read: ; unreadable: 0
        yaml::line_end: a line ends in a carriage return alone
          1:10-1:11 "\r" here
          help: save the file with LF or CRLF line ends
    "#]],
    );
    check_bytes(
        b"controls:\n  - id: A\x1B\n",
        &expect![[r#"
            read: ; unreadable: 0
            yaml::control_character: the character U+001B may not stand in YAML
              2:10-2:11 "\u{1b}" here
              help: remove it, or write it as an escape in double quotes
        "#]],
    );
    check_bytes(
        &vec![b' '; 5 << 20],
        &expect![[r#"
            read: ; unreadable: 0
            yaml::too_large: the file has 5242880 bytes, more than 4194304
              help: split it into several files
        "#]],
    );
}

#[test]
fn flow_style_is_split_too() {
    check(
        "{version: 1, controls: [{id: A, name: n, requirement: It MUST}, {id: B, name: n,\nrequirement: 1}]}\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::wrong_type: `requirement` is the number `1`, not a text
              2:14-2:15 "1" expected a text
              help: put it in quotes: `"1"`
        "#]],
    );
    check(
        "\"controls\": # here\n\n# x\n-   # first\n    id: A\n    name: >\n      n\n      - m\n    requirement: |\n      It MUST\n# end\n- {id: B, name: n, requirement: It MUST}\nversion: 1\n",
        &expect![[r#"
            read: B; unreadable: 1
            yaml::wrong_type: this control is a list, not a map
              4:1-4:12 "-   # first" expected `key: value` lines
        "#]],
    );
    check(
        "controls:\n  - id: A\n    name: \"n\n  - m\"\n    requirement: It MUST\n",
        &expect![[r#"
            read: ; unreadable: 3
            yaml::layout: the entries of `controls` cannot be told apart
              help: write the list in block style: one `- ` per entry, all in the same column
            yaml::syntax: not valid YAML: found unexpected end of stream, while scanning a quoted scalar
              3:12-3:13 "n" here
              help: close the quote, or double it if it is part of the text
            yaml::syntax: not valid YAML: mapping values are not allowed in this context
              5:16-5:17 ":" here
              help: put a text that holds `: ` in quotes, and check the indentation of this line
        "#]],
    );
}

#[test]
fn anchors_work_inside_a_control_only() {
    check(
        "controls:\n  - id: A\n    name: &n n\n    requirement: It MUST\n    owner: *n\n    evidence: [&e {kind: scan}, {<<: *e, max_age_days: 3}]\n  - id: B\n    name: *n\n    requirement: It MUST\n  - id: C\n    name: *nowhere\n    requirement: It MUST\n",
        &expect![[r#"
            read: A; unreadable: 2
            yaml::foreign_anchor: the anchor `n` is defined outside of this entry
              8:11-8:13 "*n" used here
              help: each entry is read on its own: repeat the value here, or define the anchor inside this entry
            yaml::unknown_anchor: the anchor `nowhere` is not defined
              11:11-11:19 "*nowhere" used here
              help: write `&nowhere` before the value that is meant, earlier in the same entry
        "#]],
    );
    check(
        "controls:\n  - id: A\n    name: &n n\n    requirement: It MUST\n  - id: B\n    name: *n\n    requirement: It MUST\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::foreign_anchor: the anchor `n` is defined outside of this entry
              6:11-6:13 "*n" used here
              help: each entry is read on its own: repeat the value here, or define the anchor inside this entry
        "#]],
    );
}

#[test]
fn alias_bombs_and_deep_nesting_are_refused() {
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        writeln!(bomb, "a{level}: &a{level} [*a{below}, *a{below}, *a{below}, *a{below}]").unwrap();
    }
    check_in_control(
        &bomb,
        &expect![[r#"
        read: ; unreadable: 1
        yaml::too_many_aliases: aliases repeat too much
          2:5-2:10 "id: A" in this
          help: write the values out: aliases of aliases multiply
    "#]],
    );
    check_in_control(
        &format!("tags: {}", "[".repeat(300) + &"]".repeat(300)),
        &expect![[r#"
        read: ; unreadable: 1
        yaml::too_deep: nested too deeply
          5:138-5:139 "[" beyond 128 levels here
          help: no control needs this: flatten the value
    "#]],
    );
    for hostile in ["[", "{", "- ", "? ", "- ? ", "{a: ", "&a ", "!a ", "a: "] {
        let loaded = load(format!("controls:\n  - {}", hostile.repeat(60_000)).as_bytes());
        assert!(loaded.set.is_empty() && !loaded.unreadable.is_empty(), "{hostile}");
    }
    // A long list in flow style: each control is short, and the lines tell them apart.
    let many = "  - {id: A, name: n, requirement: It MUST, tags: [a]}\n".repeat(4_000);
    let loaded = load(format!("controls:\n{many}").as_bytes());
    assert_eq!((loaded.set.iter().count(), loaded.unreadable.len()), (1, 3_999));
    check(
        &format!("controls: [{}]\n", many.replace("  -", "").replace('\n', ",")),
        &expect![[r#"
            read: ; unreadable: 1
            yaml::layout: the entries of `controls` cannot be told apart
              1:1-1:204013 "controls: [ {id: A, name: n, requirement: It MUST, tags: [a]" this line is not part of it
              help: write the list in block style: one `- ` per entry, all in the same column
        "#]],
    );
    let stairs: String =
        (0..600).flat_map(|depth| ["  ".repeat(depth), "- a:\n".to_owned()]).collect();
    check(
        &format!("controls:\n{stairs}"),
        &expect![[r#"
        read: ; unreadable: 1
        yaml::too_deep: nested too deeply
          66:131-66:132 "a" beyond 128 levels here
          help: no control needs this: flatten the value
    "#]],
    );
}
