//! Listing a tree without recursion, with a bound on what a hostile tree can unfold to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use gix::objs::tree::EntryKind;
use sha1::{Digest, Sha1};

use super::repository::broken;
use crate::repository::RepositoryError as Error;
use crate::{ContentId, EntryMode, Touched, TreeEntry};

/// More than any real repository has; nested trees can name 10^20 files in a few kilobytes.
const MOST_ENTRIES: usize = 4_000_000;

/// Deeper paths exist on no file system.
const LONGEST_PATH: usize = 16_384;

/// The trees that the entries of an index are, by folder.
///
/// Most of what was committed last is still in the index as it was. The id of a tree is told by
/// what it holds, so that where a commit has a tree under the same id, it holds the same: nothing
/// has to be read, and nothing taken on trust.
#[derive(Default)]
pub(super) struct KnownTrees<'index> {
    entries: Vec<(&'index [u8], EntryMode, gix::ObjectId)>,
    /// By path: its id, and which entries are below it.
    folders: HashMap<&'index [u8], (gix::ObjectId, Range<usize>)>,
}

/// A folder of which not all entries are known yet.
struct OpenFolder<'index> {
    /// With a slash behind it, unless it is the root.
    path: &'index [u8],
    first: usize,
    tree: Vec<u8>,
}

impl<'index> KnownTrees<'index> {
    /// Those of entries in the order of an index, none of them a folder or unmerged.
    pub(super) fn new(entries: Vec<(&'index [u8], EntryMode, gix::ObjectId)>) -> Self {
        let mut folders = HashMap::new();
        let mut open = vec![OpenFolder { path: b"", first: 0, tree: Vec::new() }];
        for (at, (path, mode, id)) in entries.iter().enumerate() {
            close(&mut open, path, at, &mut folders);
            let inner = open.last().map_or(0, |it| it.path.len());
            let slashes = path.iter().enumerate().skip(inner).filter(|(_, byte)| **byte == b'/');
            for (slash, _) in slashes {
                let path = &path[..=slash];
                open.push(OpenFolder { path, first: at, tree: Vec::new() });
            }
            let mode: &[u8] = match mode {
                EntryMode::Regular => b"100644",
                EntryMode::Executable => b"100755",
                EntryMode::Symlink => b"120000",
                EntryMode::Submodule => b"160000",
            };
            if let Some(folder) = open.last_mut() {
                folder.add(mode, &path[folder.path.len()..], *id);
            }
        }
        close(&mut open, b"", entries.len(), &mut folders);
        if let Some(root) = open.pop() {
            folders.insert(b"".as_slice(), (id_of(&root.tree), 0..entries.len()));
        }
        KnownTrees { entries, folders }
    }

    /// The files below a folder, where its tree has this id; paths from the root.
    fn files(
        &self,
        path: &[u8],
        id: gix::ObjectId,
    ) -> Option<&[(&'index [u8], EntryMode, gix::ObjectId)]> {
        let (known, range) = self.folders.get(path)?;
        self.entries.get(range.clone()).filter(|_| *known == id)
    }
}

/// Closes the folders that `path` is not in: it is the next entry, at `at`.
fn close<'index>(
    open: &mut Vec<OpenFolder<'index>>,
    path: &[u8],
    at: usize,
    folders: &mut HashMap<&'index [u8], (gix::ObjectId, Range<usize>)>,
) {
    while open.last().is_some_and(|it| !path.starts_with(it.path))
        && let Some(folder) = open.pop()
    {
        let (id, path) = (id_of(&folder.tree), &folder.path[..folder.path.len() - 1]);
        if let Some(outer) = open.last_mut() {
            outer.add(b"40000", &path[outer.path.len()..], id);
        }
        folders.insert(path, (id, folder.first..at));
    }
}

impl OpenFolder<'_> {
    fn add(&mut self, mode: &[u8], name: &[u8], id: gix::ObjectId) {
        for part in [mode, b" ", name, b"\0", id.as_slice()] {
            self.tree.extend_from_slice(part);
        }
    }
}

fn id_of(tree: &[u8]) -> gix::ObjectId {
    let mut hasher = Sha1::new();
    hasher.update(format!("tree {}\0", tree.len()));
    hasher.update(tree);
    super::repository::git_id(hasher.finalize().into())
}

/// Every file of the tree below `prefix`, paths relative to it, in byte order.
pub(super) fn list<'repo>(
    root: gix::ObjectId,
    prefix: &str,
    known: &KnownTrees<'_>,
    read: &dyn Fn(gix::ObjectId) -> Result<gix::Tree<'repo>, Error>,
) -> Result<Vec<TreeEntry>, Error> {
    let Some(root) = folder(root, prefix, read)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut seen = 0;
    let mut open = vec![(Vec::new(), root)];
    let prefix = prefix.trim_matches('/').as_bytes();
    while let Some((path, id)) = open.pop() {
        let from_root = match (prefix.is_empty(), path.is_empty()) {
            (true, _) => path.clone(),
            (_, true) => prefix.to_vec(),
            _ => [prefix, b"/", &path].concat(),
        };
        if let Some(files) = known.files(&from_root, id) {
            seen += files.len();
            let above = if prefix.is_empty() { 0 } else { prefix.len() + 1 };
            for (path, mode, id) in files {
                let path = path[above..].to_vec();
                if seen > MOST_ENTRIES || path.len() > LONGEST_PATH {
                    return Err(Error::TooManyEntries { limit: MOST_ENTRIES });
                }
                let id = ContentId(super::repository::object_id(*id).0);
                found.push(TreeEntry { path, mode: *mode, id });
            }
            continue;
        }
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
