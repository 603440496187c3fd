//! The bottom line: what just happened, what is being typed, or the keys that count here.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::draw::paint::Paint;
use crate::draw::panel::put;
use crate::keys::{self, Context};
use crate::state::{Overlay, State};
use crate::text::{clean, tail, width};

pub(crate) fn draw(state: &State, frame: &mut Frame, area: Rect, paint: Paint) {
    let columns = usize::from(area.width);
    if let (Some(Overlay::Filter { .. }), Some(list)) = (&state.overlay, state.list()) {
        let typed = clean(&list.filter);
        let line = format!("/{}_", tail(&typed, columns.saturating_sub(2)));
        put(frame, area, &Line::from(line));
        return;
    }
    if let Some(status) = &state.status {
        let style = if status.is_error { paint.bad() } else { paint.good() };
        let text = if status.is_error { format!("! {}", status.text) } else { status.text.clone() };
        put(frame, area, &Line::from(Span::styled(clean(&text), style)));
        return;
    }
    let mut text = String::new();
    if let (Some(progress), true) = (super::progress(state), state.answer.is_some()) {
        text = format!("{progress}  ");
    }
    text.push_str(&hints(state.context(), columns.saturating_sub(width(&text))));
    put(frame, area, &Line::from(text));
}

/// The keys of the bottom line, as many as fit; help and quit are always among them.
fn hints(context: Context, columns: usize) -> String {
    let hint = |it: &&keys::Binding| {
        let key = it.chords.first().map(|it| it.name()).unwrap_or_default();
        it.short.map(|short| format!("{key} {short}"))
    };
    let all: Vec<String> = keys::bindings(context).filter_map(|it| hint(&it)).collect();
    let kept = match context {
        Context::Typing | Context::Help => 0,
        _ => 2,
    };
    let (first, last) = all.split_at(all.len().saturating_sub(kept));
    let last = last.join("  ");
    let mut line = String::new();
    for hint in first {
        if width(&line) + width(hint) + 2 + width(&last) > columns {
            break;
        }
        line.push_str(hint);
        line.push_str("  ");
    }
    line.push_str(&last);
    line
}
