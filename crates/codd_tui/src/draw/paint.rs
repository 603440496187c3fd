//! Colours: the 16 of the terminal, never blue, and nothing that only a colour says.

use codd_audit::{ControlVerdict, Verdict};
use ratatui::style::{Color, Modifier, Style};

/// Chooses styles; without colour they are attributes only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) color: bool,
}

impl Paint {
    pub(crate) fn strong() -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(crate) fn selected() -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(crate) fn plain() -> Style {
        Style::new()
    }

    fn of(self, color: Color) -> Style {
        if self.color { Style::new().fg(color) } else { Style::new() }
    }

    pub(crate) fn bad(self) -> Style {
        self.of(Color::Red)
    }

    pub(crate) fn unsure(self) -> Style {
        self.of(Color::Yellow)
    }

    pub(crate) fn good(self) -> Style {
        self.of(Color::Green)
    }

    pub(crate) fn name(self) -> Style {
        self.of(Color::Cyan)
    }

    pub(crate) fn severity(self, severity: &str) -> Style {
        match severity {
            "critical" => self.bad().add_modifier(Modifier::BOLD),
            "high" => self.bad(),
            "medium" => self.unsure(),
            _ => Paint::plain(),
        }
    }

    pub(crate) fn verdict(self, verdict: ControlVerdict) -> Style {
        match verdict {
            ControlVerdict::Satisfied => self.good(),
            ControlVerdict::NotSatisfied => self.bad(),
            ControlVerdict::AtRisk | ControlVerdict::Undetermined => self.unsure(),
            ControlVerdict::Waived | ControlVerdict::NotApplicable => Paint::plain(),
        }
    }

    pub(crate) fn change_verdict(self, verdict: Verdict) -> Style {
        let style = match verdict {
            Verdict::Approve => self.good(),
            Verdict::Conditional => self.unsure(),
            Verdict::Reject => self.bad(),
        };
        style.add_modifier(Modifier::BOLD)
    }
}
