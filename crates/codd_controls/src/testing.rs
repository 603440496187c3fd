//! How tests show diagnostics: as text, with what each label covers.

use std::fmt::Write;

use codd_source::{Diagnostic, DiagnosticSeverity, LineIndex, Span};

/// One line per diagnostic, label and help; `bytes` is the file they are about.
pub(crate) fn render(diagnostics: &[Diagnostic], bytes: &[u8]) -> String {
    let index = LineIndex::new(bytes);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let severity = match diagnostic.severity {
            DiagnosticSeverity::Error => "",
            DiagnosticSeverity::Warning => "warning ",
            DiagnosticSeverity::Note => "note ",
        };
        writeln!(out, "{severity}{}: {}", diagnostic.code, diagnostic.message).unwrap();
        for label in &diagnostic.labels {
            let Span { start, end } = label.span;
            assert!(start <= end && end as usize <= bytes.len(), "the span lies in the file");
            let (start, end) = (index.position(start), index.position(end));
            writeln!(
                out,
                "  {}:{}-{}:{} {:?} {}",
                start.line,
                start.column,
                end.line,
                end.column,
                String::from_utf8_lossy(label.span.of(bytes)).chars().take(60).collect::<String>(),
                label.text
            )
            .unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    out
}
