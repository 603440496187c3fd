//! Problems with codd's own input, drawn with the text they are about.

use std::fmt;

use codd_audit::{DiagnosticRecord, printable};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};

/// The diagnostic as a person reads it in a terminal.
pub(crate) fn text(record: &DiagnosticRecord, color: bool, width: u16) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(usize::from(width));
    let mut text = String::new();
    let drawn = Drawn::new(record);
    match handler.render_report(&mut text, &drawn) {
        Ok(()) => text.trim_end().to_owned() + "\n",
        Err(_) => format!("{}: {drawn}\n", record.severity),
    }
}

/// A record with its lines of source, in the form miette draws.
#[derive(Debug)]
struct Drawn<'a> {
    record: &'a DiagnosticRecord,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

/// Some lines out of the middle of a file.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    first_line: usize,
    /// In `text`.
    span: SourceSpan,
}

impl<'a> Drawn<'a> {
    fn new(record: &'a DiagnosticRecord) -> Drawn<'a> {
        let safe = |text: &str| {
            text.split('\n').map(|line| printable(line).into_owned()).collect::<Vec<_>>().join("\n")
        };
        let excerpt = record.location.as_ref().filter(|it| !it.snippet.is_empty()).map(|it| {
            let first = it.snippet.lines().next().unwrap_or_default();
            // Columns count bytes of the line as it is; an escaped line has other ones.
            let text = safe(&it.snippet);
            let start = (it.column as usize - 1).min(first.len());
            let end = if it.end_line == it.line { it.end_column as usize - 1 } else { first.len() };
            let is_same = text == it.snippet;
            let length = end.min(first.len()).saturating_sub(start);
            let span = if is_same { (start, length).into() } else { (0, 0).into() };
            Excerpt { name: safe(&it.path), text, first_line: it.line as usize - 1, span }
        });
        let place = match (&record.location, &excerpt) {
            (Some(location), None) => format!("{}: ", safe(&location.path)),
            _ => String::new(),
        };
        Drawn {
            record,
            message: place + &safe(&record.message),
            help: record.help.as_deref().map(safe),
            excerpt,
        }
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(&self.record.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.record.severity.as_str() {
            "warning" => Severity::Warning,
            "note" => Severity::Advice,
            _ => Severity::Error,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        let label = self.record.label.as_deref().filter(|label| !label.is_empty());
        let label = label.map(|label| printable(label).into_owned());
        let label = LabeledSpan::new_with_span(label, excerpt.span);
        Some(Box::new(std::iter::once(label)))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without lines of context miette asks for the place alone, to name it.
        let column = if context_lines_before == 0 { self.span.offset() } else { 0 };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            self.first_line,
            column,
            self.text.lines().count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use codd_audit::Location;
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_place_in_the_middle_of_a_file_keeps_its_line_numbers() {
        let record = DiagnosticRecord {
            severity: "error".to_owned(),
            code: "controls::unknown_key".to_owned(),
            message: "unknown key `severty`".to_owned(),
            location: Some(Location {
                path: "requirements/a.yaml".to_owned(),
                line: 14,
                column: 5,
                end_line: 14,
                end_column: 12,
                symbol: None,
                snippet: "    severty: high".to_owned(),
            }),
            label: Some("here".to_owned()),
            help: Some("did you mean `severity`?".to_owned()),
        };
        expect![[r#"
            controls::unknown_key

              × unknown key `severty`
                ╭─[requirements/a.yaml:14:5]
             14 │     severty: high
                ·     ───┬───
                ·        ╰── here
                ╰────
              help: did you mean `severity`?
        "#]]
        .assert_eq(&text(&record, false, 80));
    }
}
