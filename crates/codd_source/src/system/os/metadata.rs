//! Metadata of files in codd's form, on each platform.

use std::fs;
use std::path::Path;

use crate::system::{EntryKind, FileIdentity, FileStamp, Metadata};

pub(super) fn of(found: &fs::Metadata) -> Metadata {
    let kind = match found.file_type() {
        it if it.is_file() => EntryKind::File,
        it if it.is_dir() => EntryKind::Folder,
        it if it.is_symlink() => EntryKind::Symlink,
        _ => EntryKind::Special,
    };
    Metadata {
        kind,
        size: found.len(),
        executable: executable(found),
        stamp: stamp(found),
        identity: identity(found),
    }
}

#[cfg(unix)]
fn executable(found: &fs::Metadata) -> Option<bool> {
    use std::os::unix::fs::MetadataExt;
    Some(found.is_file() && found.mode() & 0o100 != 0)
}

#[cfg(unix)]
fn stamp(found: &fs::Metadata) -> Option<FileStamp> {
    use std::os::unix::fs::MetadataExt;
    // Git's index keeps the low 32 bits of each.
    Some(FileStamp {
        modified: (found.mtime(), found.mtime_nsec() as u32),
        changed: (found.ctime(), found.ctime_nsec() as u32),
        inode: found.ino() as u32,
        user: found.uid(),
        group: found.gid(),
        size: found.len() as u32,
    })
}

#[cfg(unix)]
fn identity(found: &fs::Metadata) -> Option<FileIdentity> {
    use std::os::unix::fs::MetadataExt;
    Some(FileIdentity { device: found.dev(), inode: found.ino() })
}

#[cfg(unix)]
pub(super) fn output_identity() -> Option<FileIdentity> {
    use std::os::fd::AsFd;
    let handle = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
    let found = fs::File::from(handle).metadata().ok()?;
    if found.is_file() { identity(&found) } else { None }
}

#[cfg(unix)]
pub(super) fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn executable(_found: &fs::Metadata) -> Option<bool> {
    None
}

#[cfg(not(unix))]
fn stamp(_found: &fs::Metadata) -> Option<FileStamp> {
    None
}

#[cfg(not(unix))]
fn identity(_found: &fs::Metadata) -> Option<FileIdentity> {
    None
}

#[cfg(not(unix))]
pub(super) fn output_identity() -> Option<FileIdentity> {
    None
}

#[cfg(not(unix))]
pub(super) fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}
