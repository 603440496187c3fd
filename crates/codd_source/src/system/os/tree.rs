//! Listing a tree without recursion, with a bound on what a hostile tree can unfold to.

use gix::objs::tree::EntryKind;

use super::repository::broken;
use crate::repository::RepositoryError as Error;
use crate::{ContentId, EntryMode, TreeEntry};

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
