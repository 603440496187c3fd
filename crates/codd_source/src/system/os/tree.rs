//! Listing a tree without recursion, with a bound on what a hostile tree can unfold to.

use std::collections::{BTreeMap, BTreeSet};

use gix::objs::tree::EntryKind;

use super::repository::broken;
use crate::repository::RepositoryError as Error;
use crate::{ContentId, EntryMode, Touched, TreeEntry};

/// More than any real repository has; nested trees can name 10^20 files in a few kilobytes.
const MOST_ENTRIES: usize = 4_000_000;

/// Deeper paths exist on no file system.
const LONGEST_PATH: usize = 16_384;

/// Every file of the tree below `prefix`, paths relative to it, in byte order.
pub(super) fn list<'repo>(
    root: gix::ObjectId,
    prefix: &str,
    read: &dyn Fn(gix::ObjectId) -> Result<gix::Tree<'repo>, Error>,
) -> Result<Vec<TreeEntry>, Error> {
    let Some(root) = folder(root, prefix, read)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut seen = 0;
    let mut open = vec![(Vec::new(), root)];
    while let Some((path, id)) = open.pop() {
        let tree = read(id)?;
        let decoded = tree.decode().map_err(|it| broken("read a tree", &it))?;
        for entry in &decoded.entries {
            seen += 1;
            let mut path: Vec<u8> = path.clone();
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(entry.filename);
            if seen > MOST_ENTRIES || path.len() > LONGEST_PATH {
                return Err(Error::TooManyEntries { limit: MOST_ENTRIES });
            }
            match mode(entry.mode.kind()) {
                None => open.push((path, entry.oid.to_owned())),
                Some(mode) => {
                    let id = ContentId(super::repository::object_id(entry.oid.to_owned()).0);
                    found.push(TreeEntry { path, mode, id });
                }
            }
        }
    }
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// What the first of these trees has as none of the others has it.
///
/// Folders that are the same in one of the others are not read, nor, once something outside of
/// `folder` is known to differ, is what lies outside.
pub(super) fn touched<'repo>(
    own: gix::ObjectId,
    parents: Vec<gix::ObjectId>,
    folder: &str,
    read: &dyn Fn(gix::ObjectId) -> Result<gix::Tree<'repo>, Error>,
) -> Result<Touched, Error> {
    let mut touched = Touched::default();
    let mut seen = 0;
    let sides = std::iter::once(own).chain(parents).map(Some);
    let mut open = vec![(Vec::new(), sides.collect::<Vec<_>>())];
    while let Some((path, sides)) = open.pop() {
        let sides: Vec<_> =
            sides.into_iter().map(|it| level(it, read)).collect::<Result<_, Error>>()?;
        let names: BTreeSet<&Vec<u8>> = sides.iter().flat_map(BTreeMap::keys).collect();
        for name in names {
            seen += 1;
            let entries: Vec<_> = sides.iter().map(|it| it.get(name).copied()).collect();
            let (own, parents) = (entries[0], &entries[1..]);
            if parents.contains(&own) {
                continue;
            }
            let mut path: Vec<u8> = path.clone();
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            if seen > MOST_ENTRIES || path.len() > LONGEST_PATH {
                return Err(Error::TooManyEntries { limit: MOST_ENTRIES });
            }
            let leads_there =
                folder.as_bytes().starts_with(&path) || path.starts_with(folder.as_bytes());
            if touched.outside && !leads_there {
                continue;
            }
            let file = |it: Option<Entry>| it.filter(|it| it.0.is_some());
            if !parents.iter().any(|it| file(*it) == file(own)) {
                let content = file(own).map(|it| ContentId(super::repository::object_id(it.1).0));
                touched.add(&path, folder, content);
            }
            let folders: Vec<_> =
                entries.iter().map(|it| it.filter(|it| it.0.is_none()).map(|it| it.1)).collect();
            if folders.iter().any(Option::is_some) {
                open.push((path, folders));
            }
        }
    }
    Ok(touched)
}

/// The mode, none for a folder, and the object of an entry.
type Entry = (Option<EntryMode>, gix::ObjectId);

/// What lies directly in a folder; nothing in none.
fn level<'repo>(
    id: Option<gix::ObjectId>,
    read: &dyn Fn(gix::ObjectId) -> Result<gix::Tree<'repo>, Error>,
) -> Result<BTreeMap<Vec<u8>, Entry>, Error> {
    let Some(id) = id else { return Ok(BTreeMap::new()) };
    let tree = read(id)?;
    let decoded = tree.decode().map_err(|it| broken("read a tree", &it))?;
    let entry = |it: &gix::objs::tree::EntryRef<'_>| {
        (it.filename.to_vec(), (mode(it.mode.kind()), it.oid.to_owned()))
    };
    Ok(decoded.entries.iter().map(entry).collect())
}

/// The mode of a file, `None` for a folder.
pub(super) fn mode(kind: EntryKind) -> Option<EntryMode> {
    Some(match kind {
        EntryKind::Tree => return None,
        EntryKind::Blob => EntryMode::Regular,
        EntryKind::BlobExecutable => EntryMode::Executable,
        EntryKind::Link => EntryMode::Symlink,
        EntryKind::Commit => EntryMode::Submodule,
    })
}

fn folder<'repo>(
    root: gix::ObjectId,
    prefix: &str,
    read: &dyn Fn(gix::ObjectId) -> Result<gix::Tree<'repo>, Error>,
) -> Result<Option<gix::ObjectId>, Error> {
    let mut id = root;
    for part in prefix.split('/').filter(|part| !part.is_empty()) {
        let tree = read(id)?;
        let decoded = tree.decode().map_err(|it| broken("read a tree", &it))?;
        let entry = decoded.entries.iter().find(|it| it.filename == part && it.mode.is_tree());
        match entry {
            Some(entry) => id = entry.oid.to_owned(),
            None => return Ok(None),
        }
    }
    Ok(Some(id))
}
