//! Every key there is: one table that input, bottom line and help all read.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    Down,
    Up,
    HalfDown,
    HalfUp,
    Top,
    Bottom,
    Overview,
    Findings,
    Impact,
    Controls,
    NextView,
    PreviousView,
    Filter,
    NextMatch,
    PreviousMatch,
    Open,
    Fold,
    Flip,
    ControlFindings,
    Affirm,
    Waive,
    NeedsFix,
    Edit,
    Copy,
    Rerun,
    Help,
    Back,
    Suspend,
    Quit,
    /// While typing.
    Accept,
    Cancel,
    Erase,
    EraseAll,
    NextField,
}

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Context {
    Overview,
    Findings,
    Impact,
    Controls,
    /// In a line of text: a filter or a field of a dialog.
    Typing,
    /// In the help, which is a line of text above a list.
    Help,
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chord {
    code: KeyCode,
    control: bool,
}

/// One line of the key table.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) action: Action,
    pub(crate) chords: &'static [Chord],
    /// For the bottom line; `None` keeps it to the help.
    pub(crate) short: Option<&'static str>,
    pub(crate) help: &'static str,
    pub(crate) contexts: &'static [Context],
}

const fn key(character: char) -> Chord {
    Chord { code: KeyCode::Char(character), control: false }
}

const fn ctrl(character: char) -> Chord {
    Chord { code: KeyCode::Char(character), control: true }
}

const fn named(code: KeyCode) -> Chord {
    Chord { code, control: false }
}

const LISTS: &[Context] = &[Context::Findings, Context::Impact, Context::Controls];
const VIEWS: &[Context] =
    &[Context::Overview, Context::Findings, Context::Impact, Context::Controls];
const FINDINGS: &[Context] = &[Context::Findings];
const TEXTS: &[Context] = &[Context::Typing, Context::Help];
const EVERYWHERE: &[Context] = &[
    Context::Overview,
    Context::Findings,
    Context::Impact,
    Context::Controls,
    Context::Typing,
    Context::Help,
];

const fn binding(
    action: Action,
    chords: &'static [Chord],
    contexts: &'static [Context],
    short: Option<&'static str>,
    help: &'static str,
) -> Binding {
    Binding { action, chords, short, help, contexts }
}

/// The table, in the order of the bottom line and the help.
pub(crate) static BINDINGS: &[Binding] = {
    use Action as A;
    use KeyCode as C;
    &[
        binding(A::Down, &[key('j'), named(C::Down)], VIEWS, None, "move down"),
        binding(A::Up, &[key('k'), named(C::Up)], VIEWS, None, "move up"),
        binding(
            A::HalfDown,
            &[ctrl('d'), named(C::PageDown)],
            VIEWS,
            None,
            "move down half a screen",
        ),
        binding(A::HalfUp, &[ctrl('u'), named(C::PageUp)], VIEWS, None, "move up half a screen"),
        binding(A::Top, &[key('g'), named(C::Home)], VIEWS, None, "go to the top"),
        binding(A::Bottom, &[key('G'), named(C::End)], VIEWS, None, "go to the bottom"),
        binding(A::Overview, &[key('1')], VIEWS, None, "show the overview"),
        binding(A::Findings, &[key('2')], VIEWS, None, "show the findings"),
        binding(A::Impact, &[key('3')], VIEWS, None, "show what the change reaches"),
        binding(A::Controls, &[key('4')], VIEWS, None, "show the controls"),
        binding(A::NextView, &[named(C::Tab)], VIEWS, Some("view"), "show the next view"),
        binding(A::PreviousView, &[named(C::BackTab)], VIEWS, None, "show the view before"),
        binding(
            A::Fold,
            &[key(' ')],
            &[Context::Impact],
            Some("fold"),
            "fold or unfold the branch",
        ),
        binding(
            A::Flip,
            &[key('t')],
            &[Context::Impact],
            Some("flip"),
            "flip between change to control and control to change",
        ),
        binding(
            A::Affirm,
            &[key('a')],
            FINDINGS,
            Some("affirm"),
            "affirm: looked at and found in order",
        ),
        binding(
            A::Waive,
            &[key('w')],
            FINDINGS,
            Some("waive"),
            "waive: accept the risk, with a reason and an end",
        ),
        binding(A::NeedsFix, &[key('x')], FINDINGS, Some("needs fix"), "send back: needs a fix"),
        binding(
            A::ControlFindings,
            &[key('f')],
            &[Context::Controls],
            Some("findings"),
            "show the findings of this control",
        ),
        binding(
            A::Open,
            &[named(C::Enter)],
            LISTS,
            Some("open"),
            "open the details, or what the line names",
        ),
        binding(
            A::Back,
            &[named(C::Esc)],
            VIEWS,
            None,
            "close the details, clear the filter, drop a message",
        ),
        binding(
            A::Filter,
            &[key('/')],
            LISTS,
            Some("filter"),
            "show only lines that hold some text",
        ),
        binding(A::NextMatch, &[key('n')], LISTS, None, "go to the next match of the filter"),
        binding(A::PreviousMatch, &[key('N')], LISTS, None, "go to the match before"),
        binding(A::Edit, &[key('e')], LISTS, Some("edit"), "open the place in $VISUAL or $EDITOR"),
        binding(
            A::Copy,
            &[key('y')],
            LISTS,
            None,
            "copy the place to the clipboard of the terminal",
        ),
        binding(A::Rerun, &[key('r')], VIEWS, Some("run again"), "analyse again"),
        binding(A::Help, &[key('?')], VIEWS, Some("help"), "show all keys; type to find one"),
        binding(A::Quit, &[key('q')], VIEWS, Some("quit"), "quit"),
        binding(A::Accept, &[named(C::Enter)], TEXTS, Some("accept"), "accept what was typed"),
        binding(A::Cancel, &[named(C::Esc)], TEXTS, Some("cancel"), "leave without a change"),
        binding(A::Erase, &[named(C::Backspace)], TEXTS, None, "erase a character"),
        binding(A::EraseAll, &[ctrl('u')], TEXTS, None, "erase the line"),
        binding(
            A::NextField,
            &[named(C::Tab), named(C::BackTab)],
            &[Context::Typing],
            Some("next field"),
            "go to the other field",
        ),
        binding(A::Down, &[named(C::Down)], &[Context::Help], None, "go to the next key"),
        binding(A::Up, &[named(C::Up)], &[Context::Help], None, "go to the key before"),
        binding(A::Suspend, &[ctrl('z')], EVERYWHERE, None, "suspend to the shell; `fg` resumes"),
        binding(A::Quit, &[ctrl('c')], EVERYWHERE, None, "quit from anywhere"),
    ]
};

impl Chord {
    /// The chord of a key press; shift is in the character already.
    pub(crate) fn of(event: &KeyEvent) -> Option<Chord> {
        let others = KeyModifiers::CONTROL | KeyModifiers::SHIFT;
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        others.contains(event.modifiers).then_some(Chord { code: event.code, control })
    }

    /// How people write it.
    pub(crate) fn name(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(character) => character.to_string(),
            KeyCode::Down => "down".to_owned(),
            KeyCode::Up => "up".to_owned(),
            KeyCode::PageDown => "pgdn".to_owned(),
            KeyCode::PageUp => "pgup".to_owned(),
            KeyCode::BackTab => "shift-tab".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        if self.control { format!("ctrl-{name}") } else { name }
    }
}

/// The action of a key press, `None` where the key has no meaning there.
pub(crate) fn action(context: Context, event: &KeyEvent) -> Option<Action> {
    let chord = Chord::of(event)?;
    let owns = |it: &&Binding| it.contexts.contains(&context) && it.chords.contains(&chord);
    BINDINGS.iter().find(owns).map(|it| it.action)
}

/// The bindings of a context, in the order of the table.
pub(crate) fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |it| it.contexts.contains(&context))
}

impl Binding {
    /// Its keys in words.
    pub(crate) fn names(&self) -> String {
        self.chords.iter().map(|it| it.name()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    /// The chords that more than one binding claims in one of `contexts`.
    fn contested(contexts: &[Context]) -> Vec<String> {
        let mut owners: Vec<(Chord, &Binding)> = Vec::new();
        let mut contested = Vec::new();
        for binding in BINDINGS.iter().filter(|it| contexts.iter().any(|c| it.contexts.contains(c)))
        {
            for chord in binding.chords {
                if owners.iter().any(|(owned, _)| owned == chord) {
                    contested.push(chord.name());
                }
                owners.push((*chord, binding));
            }
        }
        contested
    }

    #[test]
    fn a_chord_has_one_owner() {
        // All views together, so that a key means the same in each.
        assert_eq!(contested(VIEWS), Vec::<String>::new());
        assert_eq!(contested(&[Context::Typing]), Vec::<String>::new());
        assert_eq!(contested(&[Context::Help]), Vec::<String>::new());
        assert_ne!(contested(EVERYWHERE), Vec::<String>::new(), "the check can fail");
    }

    #[test]
    fn every_key_reaches_its_action() {
        for binding in BINDINGS {
            for (context, chord) in
                binding.contexts.iter().flat_map(|it| binding.chords.iter().map(move |c| (it, c)))
            {
                let control =
                    if chord.control { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
                let event = KeyEvent::new(chord.code, control);
                assert_eq!(action(*context, &event), Some(binding.action), "{}", chord.name());
            }
        }
    }

    #[test]
    fn shift_is_part_of_the_character_and_alt_means_nothing() {
        let press = |code, modifiers| action(Context::Findings, &KeyEvent::new(code, modifiers));
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), Some(Action::Bottom));
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Action::PreviousView));
        assert_eq!(press(KeyCode::Char('a'), KeyModifiers::ALT), None);
        assert_eq!(press(KeyCode::Char('a'), KeyModifiers::CONTROL), None);
    }

    #[test]
    fn keys_of_the_findings() {
        let table: String = bindings(Context::Findings)
            .map(|it| format!("{:<14} {}", it.names(), it.help))
            .collect::<Vec<_>>()
            .join("\n")
            + "\n";
        expect![[r#"
            j down         move down
            k up           move up
            ctrl-d pgdn    move down half a screen
            ctrl-u pgup    move up half a screen
            g home         go to the top
            G end          go to the bottom
            1              show the overview
            2              show the findings
            3              show what the change reaches
            4              show the controls
            tab            show the next view
            shift-tab      show the view before
            a              affirm: looked at and found in order
            w              waive: accept the risk, with a reason and an end
            x              send back: needs a fix
            enter          open the details, or what the line names
            esc            close the details, clear the filter, drop a message
            /              show only lines that hold some text
            n              go to the next match of the filter
            N              go to the match before
            e              open the place in $VISUAL or $EDITOR
            y              copy the place to the clipboard of the terminal
            r              analyse again
            ?              show all keys; type to find one
            q              quit
            ctrl-z         suspend to the shell; `fg` resumes
            ctrl-c         quit from anywhere
        "#]]
        .assert_eq(&table);
    }
}
