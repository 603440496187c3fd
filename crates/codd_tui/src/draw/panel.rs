//! Boxes, lists and scrolled text: how every view is laid out.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear};

use crate::draw::paint::Paint;
use crate::state::{List, State};
use crate::text::{clean, fit, width, wrap};

/// Lower boxes are drawn without side and bottom lines.
const BOXED: u16 = 6;

/// Where the list and the details of a view are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panes {
    pub(crate) list: Option<Rect>,
    pub(crate) details: Option<Rect>,
}

/// Open details take everything; else they lie beside the list, or below it.
pub(crate) fn panes(state: &State, list: &List, body: Rect) -> Panes {
    if list.is_open {
        return Panes { list: None, details: Some(body) };
    }
    let (list, details) = if state.is_stacked() {
        let height = (body.height * 2 / 5).max(4).min(body.height);
        let below = Rect { y: body.y + height, height: body.height - height, ..body };
        (Rect { height, ..body }, below)
    } else {
        let width = body.width * 9 / 20;
        let beside = Rect { x: body.x + width, width: body.width - width, ..body };
        (Rect { width, ..body }, beside)
    };
    Panes { list: Some(list), details: Some(details) }
}

fn block(area: Rect) -> Block<'static> {
    let borders = if area.height < BOXED { Borders::TOP } else { Borders::ALL };
    Block::new().borders(borders)
}

/// The room inside the box that [`panel`] draws into `area`.
pub(crate) fn inner(area: Rect) -> Rect {
    block(area).inner(area)
}

/// Draws a box and gives the room in it; `title` is made safe and fits.
pub(crate) fn panel(frame: &mut Frame, area: Rect, title: &str, has_focus: bool) -> Rect {
    let style = if has_focus { Paint::strong() } else { Style::new() };
    titled(frame, area, block(area), title, style)
}

/// Draws a box that lies over others, with lines on all sides.
pub(crate) fn popup(frame: &mut Frame, area: Rect, title: &str) -> Rect {
    frame.render_widget(Clear, area);
    titled(frame, area, Block::bordered(), title, Paint::strong())
}

fn titled(frame: &mut Frame, area: Rect, block: Block, title: &str, style: Style) -> Rect {
    let title = fit(&clean(title), usize::from(area.width.saturating_sub(4)));
    let block = block.title(Line::from(Span::styled(format!(" {title} "), style)));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// Puts one line, cut where it is too long.
pub(crate) fn put(frame: &mut Frame, area: Rect, line: &Line) {
    let mut left = usize::from(area.width);
    let mut spans = Vec::new();
    for span in &line.spans {
        let is_last = width(&span.content) > left;
        let text = fit(&span.content, left);
        left = left.saturating_sub(width(&text));
        spans.push(Span::styled(text, span.style));
        if is_last {
            break;
        }
    }
    frame.render_widget(Line::from(spans), area);
}

/// Puts the lines from `scroll` on.
pub(crate) fn show_lines(frame: &mut Frame, area: Rect, lines: &[Line], scroll: usize) {
    let scroll = scroll.min(lines.len().saturating_sub(area.height.into()));
    for (y, line) in (area.top()..area.bottom()).zip(&lines[scroll..]) {
        put(frame, Rect { y, height: 1, ..area }, line);
    }
}

/// Puts the part of a list around its selected line; `line` gives the line of an index.
pub(crate) fn show_list(
    frame: &mut Frame,
    area: Rect,
    list: &List,
    line: impl Fn(usize) -> Line<'static>,
) {
    let height = usize::from(area.height);
    let last_start = list.shown.len().saturating_sub(height);
    let start = list.selected.saturating_sub(height / 2).min(last_start);
    let rows = list.shown.iter().enumerate().skip(start);
    for (y, (place, index)) in (area.top()..area.bottom()).zip(rows) {
        let row = Rect { y, height: 1, ..area };
        put(frame, row, &line(*index));
        if place == list.selected {
            frame.buffer_mut().set_style(row, Paint::selected());
        }
    }
}

/// The title of a list: how many lines there are, and how many the filter leaves.
pub(crate) fn list_title(name: &str, list: &List, all: usize) -> String {
    match (list.filter.is_empty(), list.shown.len()) {
        (true, _) => format!("{name} {all}"),
        (false, shown) => format!("{name} {shown} of {all}  /{}", list.filter),
    }
}

/// Collects wrapped lines of one width.
pub(crate) struct Writer {
    pub(crate) columns: usize,
    pub(crate) lines: Vec<Line<'static>>,
}

impl Writer {
    pub(crate) fn new(columns: usize) -> Writer {
        Writer { columns, lines: Vec::new() }
    }

    /// A paragraph, made safe; line breaks in it stay.
    pub(crate) fn say(&mut self, text: &str, style: Style) {
        for line in text.lines() {
            for line in wrap(&clean(line), self.columns) {
                self.lines.push(Line::from(Span::styled(line, style)));
            }
        }
    }

    /// A line that is cut instead of wrapped, as source is.
    pub(crate) fn line(&mut self, spans: Vec<Span<'static>>) {
        self.lines.push(Line::from(spans));
    }

    pub(crate) fn gap(&mut self) {
        if self.lines.last().is_some_and(|it| it.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.gap();
        self.say(text, Paint::strong());
    }
}
