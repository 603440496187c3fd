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

/// Every catalogue, as name and text.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    CATALOGUES.iter().map(|it| (it.name, it.text)).collect()
}

/// What names of catalogues mean.
#[derive(Default)]
pub(crate) struct Named {
    /// Name and text of each.
    pub(crate) found: Vec<(&'static str, &'static str)>,
    /// Names that are none, each with its diagnostic.
    pub(crate) unknown: Vec<(String, Diagnostic)>,
}

/// The catalogues of these names.
pub(crate) fn named(names: &[String]) -> Named {
    let mut named = Named::default();
    for name in names {
        match CATALOGUES.iter().find(|it| it.name == name) {
            Some(it) => named.found.push((it.name, it.text)),
            None => {
                let text = format!("there is no catalogue `{name}`");
                let diagnostic = Diagnostic::error("config::unknown_catalogue", text);
                let diagnostic = match nearest(name, catalogue_names(), 1).first() {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                };
                named.unknown.push((name.clone(), diagnostic));
            }
        }
    }
    named
}

/// The catalogues that fit a project of these languages, as name and text.
pub(crate) fn starters(languages: &[String]) -> Vec<(&'static str, &'static str)> {
    let fits = |it: &&Catalogue| {
        it.languages.is_empty()
            || it.languages.iter().any(|language| languages.iter().any(|own| own == language))
    };
    CATALOGUES.iter().filter(fits).map(|it| (it.name, it.text)).collect()
}
