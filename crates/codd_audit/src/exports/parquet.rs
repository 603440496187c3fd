//! Parquet: the tables of nodes and edges.
//!
//! Written here and not by a library: texts by dictionary, numbers plain, one group of rows and
//! no compression is all that is needed, a reader takes it as any other file, and equal graphs
//! give equal bytes.
#![expect(clippy::cast_possible_wrap, reason = "the format's numbers have signs and use none")]

use super::parquet_page::{Chunk, Column};
use super::parquet_thrift::Compact;
use super::{ExportedFile, GraphTables};

const MAGIC: &[u8] = b"PAR1";

pub(super) fn write(tables: &GraphTables) -> Vec<ExportedFile> {
    let (nodes, edges) = (&tables.nodes, &tables.edges);
    let ids = (0..nodes.len() as u32).map(Some).collect();
    let nodes = table(&[
        ("id", Column::Numbers(ids)),
        ("file", Column::Texts(nodes.iter().map(|it| Some(it.file.as_str())).collect())),
        ("symbol", Column::Texts(nodes.iter().map(|it| it.symbol.as_deref()).collect())),
        ("kind", Column::Texts(nodes.iter().map(|it| Some(it.kind.as_str())).collect())),
        ("definition", Column::Texts(nodes.iter().map(|it| it.definition.as_deref()).collect())),
        ("language", Column::Texts(nodes.iter().map(|it| it.language.as_deref()).collect())),
        ("line", Column::Numbers(nodes.iter().map(|it| it.line).collect())),
    ]);
    let edges = table(&[
        ("from", Column::Numbers(edges.iter().map(|it| Some(it.0)).collect())),
        ("to", Column::Numbers(edges.iter().map(|it| Some(it.1)).collect())),
        (
            "from_file",
            Column::Texts(edges.iter().map(|it| Some(it.2.from_file.as_str())).collect()),
        ),
        (
            "from_symbol",
            Column::Texts(edges.iter().map(|it| it.2.from_symbol.as_deref()).collect()),
        ),
        ("from_line", Column::Numbers(edges.iter().map(|it| Some(it.2.from_line)).collect())),
        ("to_file", Column::Texts(edges.iter().map(|it| Some(it.2.to_file.as_str())).collect())),
        ("to_symbol", Column::Texts(edges.iter().map(|it| it.2.to_symbol.as_deref()).collect())),
        ("to_line", Column::Numbers(edges.iter().map(|it| Some(it.2.to_line)).collect())),
        ("kind", Column::Texts(edges.iter().map(|it| Some(it.2.kind.as_str())).collect())),
        (
            "confidence",
            Column::Texts(edges.iter().map(|it| Some(it.2.confidence.as_str())).collect()),
        ),
        ("basis", Column::Texts(edges.iter().map(|it| Some(it.2.basis.as_str())).collect())),
    ]);
    vec![
        ExportedFile { name: Some("nodes.parquet"), bytes: nodes },
        ExportedFile { name: Some("edges.parquet"), bytes: edges },
    ]
}

/// A file of columns of equal length.
fn table(columns: &[(&str, Column<'_>)]) -> Vec<u8> {
    let rows = columns.first().map_or(0, |(_, column)| column.len());
    let mut bytes = MAGIC.to_vec();
    let mut chunks = Vec::new();
    if rows > 0 {
        for (_, column) in columns {
            chunks.push(column.write(&mut bytes));
        }
    }
    let footer = metadata(columns, rows, &chunks);
    bytes.extend_from_slice(&footer);
    bytes.extend_from_slice(&(footer.len() as u32).to_le_bytes());
    bytes.extend_from_slice(MAGIC);
    bytes
}

/// `FileMetaData` of parquet.thrift.
fn metadata(columns: &[(&str, Column<'_>)], rows: usize, chunks: &[Chunk]) -> Vec<u8> {
    let mut out = Compact::default();
    out.i32(1, 1);
    out.list(2, Compact::STRUCT, columns.len() + 1);
    out.begin();
    out.text(4, "schema");
    out.i32(5, columns.len() as i32);
    out.end();
    for (name, column) in columns {
        out.begin();
        out.i32(1, column.physical_type());
        // Every column may be null: readers need not tell them apart.
        out.i32(3, 1);
        out.text(4, name);
        if column.is_text() {
            // UTF8, in the old and the new way of saying it.
            out.i32(6, 0);
            out.field(10, Compact::STRUCT);
            out.begin();
            out.field(1, Compact::STRUCT);
            out.begin();
            out.end();
            out.end();
        }
        out.end();
    }
    out.i64(3, rows as i64);
    out.list(4, Compact::STRUCT, usize::from(!chunks.is_empty()));
    if !chunks.is_empty() {
        out.begin();
        out.list(1, Compact::STRUCT, chunks.len());
        for ((name, column), chunk) in columns.iter().zip(chunks) {
            out.begin();
            out.i64(2, chunk.start as i64);
            out.field(3, Compact::STRUCT);
            out.begin();
            out.i32(1, column.physical_type());
            out.list(2, Compact::I32, column.encodings().len());
            for encoding in column.encodings() {
                out.item_i32(*encoding);
            }
            out.list(3, Compact::BINARY, 1);
            out.item_text(name);
            out.i32(4, 0);
            out.i64(5, rows as i64);
            out.i64(6, chunk.length as i64);
            out.i64(7, chunk.length as i64);
            out.i64(9, chunk.data as i64);
            if let Some(dictionary) = chunk.dictionary {
                out.i64(11, dictionary as i64);
            }
            out.end();
            out.end();
        }
        out.i64(2, chunks.iter().map(|it| it.length as i64).sum());
        out.i64(3, rows as i64);
        out.end();
    }
    out.text(6, "codd");
    out.finish()
}
