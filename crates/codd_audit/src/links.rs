//! Symbolic links: what their names promise, and what is read where they lead.

use codd_db::Analysis;
use codd_facts::{LanguageRef, code_language_of};
use codd_source::{FileKind, RepoPath, Snapshot};

/// More links on one way lead in a circle; no system follows more.
const MOST_LINKS: usize = 40;

/// No system has a longer target.
const LONGEST_TARGET: usize = 4096;

/// The path that `link` leads to in its own snapshot, through links to folders too; `None` where
/// it leads out of it or in a circle. Nothing need be there.
pub(crate) fn target(snapshot: &Snapshot, link: &RepoPath) -> Option<RepoPath> {
    let parts = |text: &str| text.split('/').rev().map(str::to_owned).collect::<Vec<_>>();
    let (mut rest, mut here) = (parts(link.as_str()), RepoPath::from(""));
    let mut followed = 0;
    while let Some(part) = rest.pop() {
        let next = RepoPath::joined(here.as_str(), &part)?;
        if snapshot.get(&next).is_none_or(|it| it.kind != FileKind::Symlink) {
            here = next;
            continue;
        }
        let text = snapshot.read(&next).ok().filter(|it| it.len() <= LONGEST_TARGET)?;
        let text = std::str::from_utf8(&text).ok().filter(|it| !it.starts_with('/'))?;
        followed += 1;
        if followed > MOST_LINKS {
            return None;
        }
        rest.extend(parts(text));
    }
    Some(here)
}

/// Where a link leads that is named like code, and the language of its name, unless the file
/// there is read as that: then what runs by the link's name is looked at by no check.
pub(crate) fn misread(
    snapshot: &Snapshot,
    analysis: &Analysis,
    link: &RepoPath,
) -> Option<(RepoPath, LanguageRef)> {
    let language = code_language_of(link)?;
    let target = target(snapshot, link)?;
    let is_file = snapshot.get(&target).is_some_and(|it| it.kind != FileKind::Symlink);
    let facts = analysis.files.get(&target).and_then(|it| it.outline.facts.as_ref());
    let is_read = facts.is_some_and(|it| *it.language == *language.name());
    // An empty file is like any other.
    let is_empty = || snapshot.read(&target).is_ok_and(|it| it.trim_ascii().is_empty());
    (is_file && !is_read && !is_empty()).then_some((target, language))
}

#[cfg(test)]
mod tests {
    use codd_source::OverlayFile;

    use super::*;

    #[test]
    fn a_link_is_followed_through_folders_and_not_in_circles() {
        let link = |path: &str, text: &str| {
            let bytes = text.as_bytes().into();
            (RepoPath::from(path), OverlayFile::Bytes { bytes, kind: FileKind::Symlink })
        };
        let links = [
            link("a.py", "folder/b.py"),
            link("folder", "real/deep"),
            link("real/deep/b.py", "../n.txt"),
            link("x.py", "y.py"),
            link("y.py", "./x.py"),
            link("out.py", "../../n.txt"),
            link("root.py", "/etc/passwd"),
        ];
        let snapshot = Snapshot::in_memory([("real/n.txt", "eval(1)")]).overlaid(links, "links");
        let shown = ["a.py", "x.py", "out.py", "root.py", "real/n.txt"].map(|path| {
            let found = target(&snapshot, &RepoPath::from(path));
            format!("{path}: {}", found.map_or("nowhere".to_owned(), |it| it.to_string()))
        });
        expect_test::expect![[r#"
            a.py: real/n.txt
            x.py: nowhere
            out.py: nowhere
            root.py: nowhere
            real/n.txt: real/n.txt"#]]
        .assert_eq(&shown.join("\n"));
    }
}
