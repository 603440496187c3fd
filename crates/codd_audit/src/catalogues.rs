//! The catalogues that codd ships: controls a project takes by name in `codd.yaml`.

use codd_source::{Diagnostic, nearest};

/// Name and text of each, embedded when codd is built.
static CATALOGUES: &[(&str, &str)] = &[];

/// The names of all catalogues, in order.
pub fn catalogue_names() -> impl Iterator<Item = &'static str> {
    CATALOGUES.iter().map(|(name, _)| *name)
}

/// The catalogues of these names, and a diagnostic for each name that is none.
pub(crate) fn named(names: &[String]) -> (Vec<(&'static str, &'static str)>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for name in names {
        match CATALOGUES.iter().find(|(known, _)| known == name) {
            Some(catalogue) => found.push(*catalogue),
            None => {
                let text = format!("there is no catalogue `{name}`");
                let diagnostic = Diagnostic::error("config::unknown_catalogue", text);
                diagnostics.push(match nearest(name, catalogue_names(), 1).first() {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                });
            }
        }
    }
    (found, diagnostics)
}
