//! The whole screen: tabs above, one view, the bottom line, and what lies over them.

mod bottom;
mod controls;
mod findings;
mod impact;
mod overlay;
mod overview;
mod paint;
mod panel;
mod records;
#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::draw::paint::Paint;
use crate::draw::panel::{Panes, inner, panes, put, show_lines};
use crate::state::{SMALLEST, State, VIEWS, View};
use crate::text::{clean, fit, width, wrap};
use crate::words;

/// Draws the state; a frame depends on nothing else.
pub(crate) fn draw(state: &State, frame: &mut Frame) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let (columns, rows) = SMALLEST;
        let text = format!("too small: needs {columns}x{rows}, q quits");
        let lines: Vec<Line> = wrap(&text, area.width.into()).into_iter().map(Line::from).collect();
        show_lines(frame, area, &lines, 0);
        return;
    }
    let paint = Paint { color: state.setting.color };
    tabs(state, frame, Rect { height: 1, ..area });
    let body = body(area);
    if state.answer.is_none() {
        waiting(state, frame, body, paint);
    } else {
        match state.view {
            View::Overview => overview::draw(state, frame, body, paint),
            View::Findings => findings::draw(state, frame, body, paint),
            View::Impact => impact::draw(state, frame, body, paint),
            View::Controls => controls::draw(state, frame, body, paint),
        }
    }
    bottom::draw(state, frame, Rect { y: area.bottom() - 1, height: 1, ..area }, paint);
    overlay::draw(state, frame, body, paint);
}

/// What lies between the tabs and the bottom line.
fn body(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area }
}

/// How far the text of the current view can be scrolled.
pub(crate) fn longest_scroll(state: &State) -> usize {
    let (columns, rows) = state.size;
    let body = body(Rect::new(0, 0, columns, rows));
    let Some(answer) = &state.answer else { return 0 };
    let paint = Paint { color: false };
    let beyond = |lines: usize, area: Rect| lines.saturating_sub(area.height.into());
    let Some(list) = state.list() else {
        return overview::columns(state, answer, body, paint)
            .iter()
            .map(|(area, _, lines)| beyond(lines.len(), inner(*area)))
            .max()
            .unwrap_or(0);
    };
    let Panes { details, .. } = panes(state, list, body);
    let Some(area) = details.map(inner) else { return 0 };
    let lines = match state.view {
        View::Findings => findings::details(state, answer, area.width.into(), paint),
        View::Controls => controls::details(state, answer, area.width.into(), paint),
        View::Overview | View::Impact => Vec::new(),
    };
    beyond(lines.len(), area)
}

fn tabs(state: &State, frame: &mut Frame, area: Rect) {
    let columns = usize::from(area.width);
    let mut text = String::new();
    for (at, (view, name)) in VIEWS.iter().enumerate() {
        let label = match (*view == state.view, columns < 60) {
            (true, _) => format!("[{} {name}]", at + 1),
            (false, true) => format!(" {} ", at + 1),
            (false, false) => format!(" {} {name} ", at + 1),
        };
        text.push_str(&label);
        text.push(' ');
    }
    if let Some(answer) = &state.answer {
        let room = columns.saturating_sub(width(&text) + 1);
        let subject = fit(&clean(&answer.assessment.subject.description), room);
        if room > 8 {
            text.push_str(&" ".repeat(room.saturating_sub(width(&subject))));
            text.push_str(&subject);
        }
    }
    put(frame, area, &Line::from(Span::styled(text, Paint::strong())));
}

/// Before the first answer: how the analysis gets on, or why there is none.
fn waiting(state: &State, frame: &mut Frame, area: Rect, paint: Paint) {
    let columns = usize::from(inner(area).width);
    let mut lines = Vec::new();
    let mut say = |text: &str, style| {
        for line in text.split('\n').flat_map(|line| wrap(&clean(line), columns)) {
            lines.push(Line::from(Span::styled(line, style)));
        }
    };
    let title = if let Some(failure) = &state.failure {
        say(&failure.message, paint.bad());
        if let Some(help) = &failure.help {
            say("", Paint::plain());
            say(&format!("help: {help}"), Paint::plain());
        }
        say("", Paint::plain());
        say("r tries again, q quits", Paint::plain());
        "No answer"
    } else {
        say(&progress(state).unwrap_or_default(), Paint::plain());
        "Analysing"
    };
    let inner = panel::panel(frame, area, title, true);
    show_lines(frame, inner, &lines, 0);
}

/// How far the analysis is, in one line.
fn progress(state: &State) -> Option<String> {
    let running = state.running?;
    let stage = words::stage(running.stage);
    Some(match running.steps {
        0 => format!("{stage} …"),
        steps => format!("{stage} {}/{steps}", running.done.min(steps)),
    })
}
