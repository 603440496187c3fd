//! Hostile names in each form.

use expect_test::{Expect, expect};

use super::*;

fn tables() -> GraphTables {
    let node = |file: &str, symbol: Option<&str>, kind: &str| ExportNode {
        file: file.to_owned(),
        symbol: symbol.map(str::to_owned),
        kind: kind.to_owned(),
        definition: symbol.map(|_| "function".to_owned()),
        language: Some("python".to_owned()),
        line: symbol.map(|_| 3),
    };
    let nodes = vec![
        node("a.py", None, "file"),
        node("a.py", Some("<f> & \"g\"\u{1b}[31m"), "definition"),
        node("b\\.py", Some("t|x]"), "test"),
    ];
    let edge = EdgeRecord {
        from_file: "b\\.py".to_owned(),
        from_symbol: nodes[2].symbol.clone(),
        from_line: 4,
        to_file: "a.py".to_owned(),
        to_symbol: nodes[1].symbol.clone(),
        to_line: 3,
        kind: "written_by".to_owned(),
        confidence: "probable".to_owned(),
        basis: "named".to_owned(),
    };
    GraphTables { nodes, edges: vec![(2, 1, edge)] }
}

fn check(format: &str, expected: Expect) {
    let Write::Tables(write) = ExportFormat::named(format).expect("a form of the table").write
    else {
        panic!("{format} is made of tables");
    };
    let files = write(&tables());
    expected.assert_eq(std::str::from_utf8(&files[0].bytes).expect("a text"));
}

#[test]
fn graphviz_reads_names_back() {
    check(
        "dot",
        expect![[r#"
        digraph codd {
          rankdir=LR;
          node [shape=box];
          n1 [label="a.py:<f> & \"g\"\\u{1b}[31m"];
          n2 [label="b\\.py:t|x]", shape=oval];
          n2 -> n1 [label="written_by", style=dashed];
        }
    "#]],
    );
}

#[test]
fn nothing_ends_a_label_of_mermaid() {
    check(
        "mermaid",
        expect![[r#"
        flowchart LR
          n1["a.py:#60;f#62; #38; #34;g#34;#92;u#123;1b#125;#91;31m"]
          n2["b#92;.py:t#124;x#93;"]
          n2 -.->|written by| n1
    "#]],
    );
}

#[test]
fn graphml_holds_no_character_that_xml_lacks() {
    check(
        "graphml",
        expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
          <key id="node_file" for="node" attr.name="file" attr.type="string"/>
          <key id="node_symbol" for="node" attr.name="symbol" attr.type="string"/>
          <key id="node_kind" for="node" attr.name="kind" attr.type="string"/>
          <key id="node_definition" for="node" attr.name="definition" attr.type="string"/>
          <key id="node_language" for="node" attr.name="language" attr.type="string"/>
          <key id="node_line" for="node" attr.name="line" attr.type="int"/>
          <key id="edge_kind" for="edge" attr.name="kind" attr.type="string"/>
          <key id="edge_confidence" for="edge" attr.name="confidence" attr.type="string"/>
          <key id="edge_basis" for="edge" attr.name="basis" attr.type="string"/>
          <key id="edge_line" for="edge" attr.name="line" attr.type="int"/>
          <graph id="codd" edgedefault="directed">
            <node id="n0"><data key="node_file">a.py</data><data key="node_language">python</data><data key="node_kind">file</data></node>
            <node id="n1"><data key="node_file">a.py</data><data key="node_symbol">&lt;f&gt; &amp; "g"�[31m</data><data key="node_definition">function</data><data key="node_language">python</data><data key="node_kind">definition</data><data key="node_line">3</data></node>
            <node id="n2"><data key="node_file">b\.py</data><data key="node_symbol">t|x]</data><data key="node_definition">function</data><data key="node_language">python</data><data key="node_kind">test</data><data key="node_line">3</data></node>
            <edge source="n2" target="n1"><data key="edge_kind">written_by</data><data key="edge_confidence">probable</data><data key="edge_basis">named</data><data key="edge_line">4</data></edge>
          </graph>
        </graphml>
    "#]],
    );
}

#[test]
fn a_table_of_parquet_is_framed_and_the_same_each_time() {
    let files = parquet::write(&tables());
    let names: Vec<_> = files.iter().filter_map(|it| it.name).collect();
    assert_eq!(names, ["nodes.parquet", "edges.parquet"]);
    for file in &files {
        let length = file.bytes.len();
        assert_eq!((&file.bytes[..4], &file.bytes[length - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
        let footer = u32::from_le_bytes(file.bytes[length - 8..length - 4].try_into().unwrap());
        assert!((footer as usize) < length - 8);
    }
    assert_eq!(files, parquet::write(&tables()));
    let empty = parquet::write(&GraphTables::default());
    assert!(empty.iter().all(|it| it.bytes.len() > 12));
}
