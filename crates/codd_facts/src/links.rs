//! What files of any language declare and use by a key, to be joined when the graph is built.
//!
//! A key is what both sides write: the name of an environment variable or a table, the path
//! of a file, the method and path of a request. Resolution of a file never reads the links of
//! another, so that they are no part of an [`interface`](crate::interface()).

use serde::{Deserialize, Serialize};

use crate::{DefinitionId, Name};

/// One declaration or use of something that is found by its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    pub kind: LinkKind,
    pub role: LinkRole,
    /// What it may be called, the likeliest first: the first that is declared counts.
    pub keys: Vec<Name>,
    /// The definition that declares or uses it; `None` for the file.
    pub owner: Option<DefinitionId>,
    /// Said in so many words: no part of the key was guessed.
    pub is_certain: bool,
}

/// What a [`Link`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LinkKind {
    /// A name inside one folder or file, which its key begins with: `infra#var.region`.
    Local,
    /// An object of a manifest or an interface description, `kubernetes#ConfigMap/settings`: a
    /// repository may hold copies of it, of which the nearest is meant.
    Object,
    /// An environment variable.
    Environment,
    /// A key of configuration, by what sets it: `data#server.port`.
    Setting,
    /// A table or view of a database, in lower case.
    Table,
    /// A file of the repository by its path; `folder/` is all below, `folder/**` all below that
    /// is no code, `folder/*.tf` all files of that extension in it.
    File,
    /// A file by the end of its path, as template loaders find it.
    Template,
    /// A request: `GET /users/{}`, with `…` for a part of the path that is not known.
    Endpoint,
    /// An operation of an interface description by its name: `Greeter.SayHello`.
    Operation,
    /// A script of a package, by the folder of its manifest: `web#build`.
    Script,
    /// A definition by its file and name: `app/main.py#app`.
    Definition,
}

/// What a [`Link`] says of its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LinkRole {
    Declares,
    /// Has it from those that declare it, and hands it on to those that use it: a class that
    /// is mapped to a table, a service that is given a variable.
    Adopts,
    /// Reads it as those have it that declare it, and not as others hand it on.
    Forwards,
    Reads,
    Calls,
    /// Is what runs when others call it by the key, which it need not declare: the method that
    /// answers the calls of a service.
    Answers,
}

/// The key of a name that is known in one folder or file alone.
pub(crate) fn local_key(place: &str, name: &str) -> Name {
    Name::from(format!("{place}#{name}"))
}

/// The key of a library of tags for templates.
pub(crate) fn template_library_key(library: &str) -> Name {
    local_key("django library", library)
}

/// The key of a tag or filter of such a library.
pub(crate) fn template_tag_key(library: &str, name: &str) -> Name {
    local_key("django library", &format!("{library}.{name}"))
}

/// A text with `.` for each of the words that stand for its own folder, in as many bytes, so that
/// what follows stands where it stood.
pub(crate) fn in_place(text: &str, own_folders: &[&str]) -> String {
    own_folders.iter().fold(text.to_owned(), |text, it| {
        text.replace(it, &format!(".{}", "/".repeat(it.len() - 1)))
    })
}

/// The paths that `written` may mean for a file in `folder`: from there, then from each folder
/// above it; the one that is written from the root (`/x`) means any of its ends, too.
pub(crate) fn paths_from(folder: &str, written: &str) -> Vec<Name> {
    /// Folders above, and ends of an absolute path, that are looked at.
    const MOST: usize = 16;
    let is_folder = written.ends_with('/');
    let mut found: Vec<Name> = Vec::new();
    let mut add = |folder: &str, written: &str| {
        if let Some(path) = normalized(folder, written) {
            let path = if is_folder { Name::from(format!("{path}/")) } else { Name::from(path) };
            if !found.contains(&path) {
                found.push(path);
            }
        }
    };
    let mut ends = vec![written.trim_start_matches('/')];
    if written.starts_with('/') {
        while let Some((_, end)) = ends[ends.len() - 1].split_once('/') {
            if end.is_empty() || ends.len() >= MOST {
                break;
            }
            ends.push(end);
        }
    }
    for end in ends {
        let mut at = folder;
        for _ in 0..MOST {
            add(at, end);
            if at.is_empty() {
                break;
            }
            at = at.rfind('/').map_or("", |cut| &at[..cut]);
        }
    }
    found
}

/// The path without `.` and `..`; `None` where it leads out of the repository, or to all of it.
pub(crate) fn normalized(folder: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_looked_for_from_the_folder_upwards() {
        let paths = |folder, written| {
            paths_from(folder, written).iter().map(Name::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(paths("a/b", "./c.sh"), "a/b/c.sh a/c.sh c.sh");
        assert_eq!(paths("a", "../c/"), "c/");
        assert_eq!(paths("", "/app/run.sh"), "app/run.sh run.sh");
        assert_eq!(paths("", ".."), "");
        assert_eq!(paths("", "."), "");
    }
}
