//! How templates name one another: texts in their tags, and the keys that they are found by.

use crate::Name;
use crate::links::normalized;

/// The key of a template that is named inside a file.
pub(crate) fn part_key(name: &str) -> Name {
    Name::from(format!("template#{name}"))
}

/// The first text in quotes.
pub(super) fn first_text(text: &str) -> Option<&str> {
    texts(text).next()
}

/// The texts in quotes.
pub(super) fn texts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\'', '`'])?;
        let quote = rest[start..].chars().next()?;
        let inside = &rest[start + 1..];
        let end = inside.find(quote)?;
        rest = &inside[end + 1..];
        Some(&inside[..end])
    })
}

/// The end of the path of a template, without what only says where it is looked for; `None` where
/// it is no name of a file.
pub(super) fn path_end(name: &str) -> Option<&str> {
    let name = name.trim();
    // `@App/x.twig` and `app::x` are names of places that configuration knows.
    let name = name.strip_prefix('@').and_then(|it| it.split_once('/')).map_or(name, |it| it.1);
    let name = name.trim_start_matches("~/");
    let name = name.trim_start_matches(['.', '/']);
    let is_name = !name.is_empty()
        && name.len() < 200
        && name.chars().any(char::is_alphanumeric)
        && !name.contains(|it: char| it.is_whitespace() || "{}$<>()#*?:|,;=".contains(it));
    is_name.then_some(name)
}

/// The names of a template that is written relative to its own folder, where it says so.
pub(super) fn beside(folder: &str, name: &str) -> Option<Name> {
    name.starts_with('.').then(|| normalized(folder, name).map(Name::from)).flatten()
}

/// What a partial of Rails is called in its folder: `shared/menu` is `shared/_menu`, and `form` is
/// beside the template that names it.
pub(super) fn partial(folder: &str, name: &str) -> Option<String> {
    let name = path_end(name)?;
    if let Some((folder, last)) = name.rsplit_once('/') {
        return Some(format!("{folder}/_{}", last.trim_start_matches('_')));
    }
    let last = name.trim_start_matches('_');
    let own = views_folder(folder);
    Some(if own.is_empty() { format!("_{last}") } else { format!("{own}/_{last}") })
}

/// A folder from the one of all views on.
pub(super) fn views_folder(folder: &str) -> &str {
    if folder == "views" || folder.ends_with("/views") {
        return "";
    }
    let mut named = folder.match_indices("views/");
    match named.find(|(at, _)| *at == 0 || folder[..*at].ends_with('/')) {
        Some((at, word)) => &folder[at + word.len()..],
        None => folder.rsplit('/').next().unwrap_or(folder),
    }
}
