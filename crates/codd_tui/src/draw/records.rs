//! Parts of details that several views show: source, paths, frameworks.

use codd_audit::{Location, NodeRecord};
use ratatui::text::Span;

use crate::answer::{Answer, node_text};
use crate::draw::paint::Paint;
use crate::draw::panel::Writer;
use crate::text::clean;
use crate::words;

/// Deeper steps of a path are indented no further.
const DEEPEST: usize = 8;

/// Where it is, and the source there with line numbers.
pub(crate) fn source(out: &mut Writer, location: &Location, paint: Paint) {
    let mut place = format!("{}:{}:{}", location.path, location.line, location.column);
    if let Some(symbol) = &location.symbol {
        place.push_str(&format!(" in {symbol}"));
    }
    out.say(&place, paint.name());
    let lines: Vec<&str> = location.snippet.lines().collect();
    let last = u64::from(location.line) + lines.len() as u64;
    let digits = last.to_string().len();
    for (line, number) in lines.iter().zip(u64::from(location.line)..) {
        let number = format!("  {number:>digits$} | ");
        out.line(vec![Span::raw(number), Span::raw(clean(line))]);
    }
}

/// The path from the change to the node of this index.
pub(crate) fn path(out: &mut Writer, answer: &Answer, index: u32) {
    let (steps, is_cut) = answer.path_to(index);
    if is_cut {
        out.say("  …", Paint::plain());
    }
    for (depth, step) in steps.iter().enumerate() {
        let mut text = match answer.change_of(&step.reached.node) {
            Some(kind) => format!("* {} ({})", node_text(&step.reached.node), clean(kind)),
            None => node_text(&step.reached.node),
        };
        if let Some(edge) = &step.reached.edge {
            text = format!("{}└ {} {text}", indent(depth), words::edge(edge));
        }
        if step.reached.confidence != "exact" {
            text.push_str(&format!(" ({})", clean(&step.reached.confidence)));
        }
        out.say(&format!("  {text}"), Paint::plain());
    }
}

/// A path that the check itself found.
pub(crate) fn witness(out: &mut Writer, nodes: &[NodeRecord]) {
    for (depth, node) in nodes.iter().enumerate() {
        let arrow = if depth == 0 { String::new() } else { format!("{}└ ", indent(depth)) };
        out.say(&format!("  {arrow}{}", node_text(node)), Paint::plain());
    }
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth.saturating_sub(1).min(DEEPEST))
}
