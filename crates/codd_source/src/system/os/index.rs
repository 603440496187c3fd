//! Reading git's index, sparse folders expanded.

use std::path::Path;

use gix::index::entry::{Flags, Mode, Stage};

use super::repository::{broken, object_id};
use super::tree::{self, KnownTrees};
use crate::repository::RepositoryError as Error;
use crate::{ContentId, EntryMode, FileStamp, Index, IndexEntry};

pub(super) fn read<'repo>(
    repo: &gix::Repository,
    read_tree: &dyn Fn(gix::ObjectId) -> Result<gix::Tree<'repo>, Error>,
) -> Result<Index, Error> {
    let path = repo.index_path();
    if !path.exists() {
        return Ok(Index::default());
    }
    let file = repo.open_index().map_err(|it| broken("read the index", &it))?;
    let mut entries = Vec::with_capacity(file.entries().len());
    for entry in file.entries() {
        let path = entry.path(&file).to_vec();
        let flags = entry.flags;
        let found = |path, mode, id| IndexEntry {
            path,
            mode,
            id,
            stage: match entry.stage() {
                Stage::Unconflicted => 0,
                Stage::Base => 1,
                Stage::Ours => 2,
                Stage::Theirs => 3,
            },
            skip_worktree: flags.contains(Flags::SKIP_WORKTREE),
            intent_to_add: flags.contains(Flags::INTENT_TO_ADD),
            stamp: stamp(&entry.stat),
        };
        if entry.mode == Mode::DIR {
            // A folder that a sparse checkout leaves out as a whole.
            let folder: Vec<u8> = path.strip_suffix(b"/").unwrap_or(&path).to_vec();
            for file in tree::list(entry.id, "", &KnownTrees::default(), read_tree)? {
                let path = [folder.as_slice(), b"/", &file.path].concat();
                entries.push(IndexEntry { skip_worktree: true, ..found(path, file.mode, file.id) });
            }
            continue;
        }
        let id = ContentId(object_id(entry.id).0);
        entries.push(found(path, mode(entry.mode), id));
    }
    entries.sort_by(|a, b| (&a.path, a.stage).cmp(&(&b.path, b.stage)));
    let written = file.timestamp();
    Ok(Index {
        written: Some((written.unix_seconds(), written.nanoseconds())),
        may_filter: may_filter(repo),
        entries,
    })
}

/// The trees that an index is; none where some of it is of no tree.
pub(super) fn known_trees(file: &gix::index::File) -> KnownTrees<'_> {
    let entries = file.entries().iter().map(|entry| {
        let is_plain = entry.stage() == Stage::Unconflicted
            && !entry.flags.contains(Flags::INTENT_TO_ADD)
            && entry.mode != Mode::DIR;
        let path: &[u8] = entry.path(file);
        is_plain.then_some((path, mode(entry.mode), entry.id))
    });
    entries.collect::<Option<Vec<_>>>().map_or_else(KnownTrees::default, KnownTrees::new)
}

fn mode(mode: Mode) -> EntryMode {
    match mode {
        Mode::FILE_EXECUTABLE => EntryMode::Executable,
        Mode::SYMLINK => EntryMode::Symlink,
        Mode::COMMIT => EntryMode::Submodule,
        _ => EntryMode::Regular,
    }
}

fn stamp(stat: &gix::index::entry::Stat) -> FileStamp {
    FileStamp {
        modified: (i64::from(stat.mtime.secs), stat.mtime.nsecs),
        changed: (i64::from(stat.ctime.secs), stat.ctime.nsecs),
        inode: stat.ino,
        user: stat.uid,
        group: stat.gid,
        size: stat.size,
    }
}

/// Whether attributes that lie outside of the work tree could name a filter.
///
/// Those inside are looked at with the work tree; everything that is unclear counts as yes,
/// since the price is only that files are hashed.
fn may_filter(repo: &gix::Repository) -> bool {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    let xdg = std::env::var_os("XDG_CONFIG_HOME")
        .map(std::path::PathBuf::from)
        .or_else(|| home.as_ref().map(|it| it.join(".config")));
    let names_attributes = |path: &Path| {
        std::fs::read(path).is_ok_and(|text| {
            String::from_utf8_lossy(&text).to_ascii_lowercase().contains("attributesfile")
        })
    };
    let attributes = [
        Some(repo.common_dir().join("info/attributes")),
        xdg.as_ref().map(|it| it.join("git/attributes")),
        Some("/etc/gitattributes".into()),
    ];
    let configurations = [
        Some(repo.common_dir().join("config")),
        xdg.as_ref().map(|it| it.join("git/config")),
        home.as_ref().map(|it| it.join(".gitconfig")),
        Some("/etc/gitconfig".into()),
    ];
    attributes.iter().flatten().any(|it| it.exists())
        || configurations.iter().flatten().any(|it| names_attributes(it))
}
