//! The impact: a foldable tree from the change to what it reaches to the controls, or back.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::draw::paint::Paint;
use crate::draw::panel::{panel, show_lines, show_list};
use crate::state::State;
use crate::text::wrap;
use crate::tree::Thing;

/// Deeper rows are indented no further; a number says how deep they are.
const DEEPEST: usize = 12;

pub(crate) fn draw(state: &State, frame: &mut Frame, body: Rect, paint: Paint) {
    let Some(answer) = &state.answer else { return };
    let (tree, list) = (&state.tree, &state.impact);
    let counts = &answer.assessment.impact.counts;
    let direction = if tree.is_flipped { "control > change" } else { "change > control" };
    let mut title = format!(
        "Impact: {direction}  {} changed, {} exact, {} probable, {} possible",
        counts.changed, counts.exact, counts.probable, counts.possible
    );
    if !list.filter.is_empty() {
        title = format!("Impact: {direction}  /{}", list.filter);
    }
    let inner = panel(frame, body, &title, true);
    if list.shown.is_empty() {
        let text = if !list.filter.is_empty() {
            "no line holds the filter"
        } else if answer.assessment.verdict.is_none() {
            "the whole project was assessed: there is no change to follow"
        } else if tree.is_flipped && !answer.assessment.impact.nodes.is_empty() {
            "the change touches no control"
        } else {
            "nothing changed that could reach anything"
        };
        let lines: Vec<Line> = wrap(text, inner.width.into()).into_iter().map(Line::from).collect();
        show_lines(frame, inner, &lines, 0);
    }
    show_list(frame, inner, list, |at| {
        let Some(row) = tree.rows.get(at) else { return Line::default() };
        let mut indent = "  ".repeat(row.depth.min(DEEPEST));
        if row.depth > DEEPEST {
            indent.push_str(&format!("{} ", row.depth));
        }
        let fold = match (tree.has_branch(at), tree.is_folded(at) && list.filter.is_empty()) {
            (false, _) => "  ",
            (true, true) => "▶ ",
            (true, false) => "▼ ",
        };
        let mut text = tree.text(answer, at);
        if tree.is_folded(at) && list.filter.is_empty() && row.depth > 0 {
            text.push_str(&format!("  … {} more", row.nodes + row.controls));
        }
        let style = match row.thing {
            Thing::Control { is_at_risk: true, .. } | Thing::Unknown(_) => paint.unsure(),
            Thing::Control { index, .. } => {
                let control = answer.assessment.controls.get(index);
                control.map_or(Paint::plain(), |it| paint.verdict(it.verdict))
            }
            Thing::Node(_) | Thing::Cut => Paint::plain(),
        };
        Line::from(vec![Span::raw(format!("{indent}{fold}")), Span::styled(text, style)])
    });
}
