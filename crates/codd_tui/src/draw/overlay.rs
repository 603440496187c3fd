//! What lies over a view: the help and the dialogs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::dialog::Dialog;
use crate::draw::paint::Paint;
use crate::draw::panel::{Writer, popup, show_lines, show_list};
use crate::keys::Context;
use crate::state::{List, Overlay, State};
use crate::text::{clean, pad, tail};
use crate::update::help_lines;

pub(crate) fn draw(state: &State, frame: &mut Frame, body: Rect, paint: Paint) {
    match &state.overlay {
        Some(Overlay::Help { filter, selected, context }) => {
            help(frame, body, *context, filter, *selected);
        }
        Some(Overlay::Dialog(dialog)) => self::dialog(frame, body, dialog, paint),
        Some(Overlay::Filter { .. }) | None => {}
    }
}

/// A box in the middle of `body`.
fn centered(body: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(body.width), height.min(body.height));
    Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height) / 2,
        width,
        height,
    }
}

fn help(frame: &mut Frame, body: Rect, context: Context, filter: &str, selected: usize) {
    let bindings = help_lines(context, filter);
    let area = centered(body, 72, bindings.len() as u16 + 2);
    let title = format!("Keys  find: {filter}_");
    let inner = popup(frame, area, &title);
    let list = List { shown: (0..bindings.len()).collect(), selected, ..List::default() };
    show_list(frame, inner, &list, |at| {
        let text = bindings.get(at).map(|it| format!("{} {}", pad(&it.names(), 14), it.help));
        Line::from(text.unwrap_or_default())
    });
}

fn dialog(frame: &mut Frame, body: Rect, dialog: &Dialog, paint: Paint) {
    let width = 72.min(body.width);
    let mut out = Writer::new(usize::from(width).saturating_sub(2));
    for (at, field) in dialog.fields.iter().enumerate() {
        let label = format!("{} ", pad(field.label, 9));
        let typed = clean(&field.text);
        let room = out.columns.saturating_sub(label.len() + 1);
        let mut typed = tail(&typed, room).to_owned();
        if at == dialog.at {
            typed.push('_');
        }
        let style = if at == dialog.at { Paint::strong() } else { Paint::plain() };
        out.line(vec![Span::styled(label, style), Span::raw(typed)]);
    }
    match &dialog.error {
        Some(error) => out.say(&format!("! {error}"), paint.bad()),
        None => out.gap(),
    }
    let area = centered(body, width, out.lines.len() as u16 + 2);
    let inner = popup(frame, area, &format!("{} {}", dialog.title(), dialog.control));
    show_lines(frame, inner, &out.lines, 0);
}
