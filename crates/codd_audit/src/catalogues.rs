//! The catalogues that codd ships: controls a project takes by name in `codd.yaml`.

use codd_source::{Diagnostic, nearest};

/// A file of `requirements/catalogue`, embedded when codd is built.
struct Catalogue {
    name: &'static str,
    text: &'static str,
    /// The languages it is for; empty for every project.
    languages: &'static [&'static str],
}

static CATALOGUES: &[Catalogue] = &[
    Catalogue {
        name: "javascript",
        text: include_str!("../../../requirements/catalogue/javascript.yaml"),
        languages: &["javascript", "typescript", "tsx"],
    },
    Catalogue {
        name: "python",
        text: include_str!("../../../requirements/catalogue/python.yaml"),
        languages: &["python"],
    },
    Catalogue {
        name: "repository",
        text: include_str!("../../../requirements/catalogue/repository.yaml"),
        languages: &[],
    },
];

/// The names of all catalogues, in order.
fn catalogue_names() -> impl Iterator<Item = &'static str> {
    CATALOGUES.iter().map(|it| it.name)
}

/// The catalogues of these names, and a diagnostic for each name that is none.
pub(crate) fn named(names: &[String]) -> (Vec<(&'static str, &'static str)>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for name in names {
        match CATALOGUES.iter().find(|it| it.name == name) {
            Some(it) => found.push((it.name, it.text)),
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

/// The catalogues that fit a project of these languages, as name and text.
pub(crate) fn starters(languages: &[String]) -> Vec<(&'static str, &'static str)> {
    let fits = |it: &&Catalogue| {
        it.languages.is_empty()
            || it.languages.iter().any(|language| languages.iter().any(|own| own == language))
    };
    CATALOGUES.iter().filter(fits).map(|it| (it.name, it.text)).collect()
}
