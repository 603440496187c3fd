//! Metadata of files in codd's form, on each platform.

use std::fs;
use std::path::Path;

use crate::system::{EntryKind, FileIdentity, FileStamp, Metadata};

/// What only some platforms know of a file.
type Platform = (Option<bool>, Option<FileStamp>, Option<FileIdentity>);

pub(super) fn of(found: &fs::Metadata) -> Metadata {
    let kind = match found.file_type() {
        it if it.is_file() => EntryKind::File,
        it if it.is_dir() => EntryKind::Folder,
        it if it.is_symlink() => EntryKind::Symlink,
        _ => EntryKind::Special,
    };
    let (executable, stamp, identity) = platform(found);
    Metadata { kind, size: found.len(), executable, stamp, identity }
}

#[cfg(unix)]
fn platform(found: &fs::Metadata) -> Platform {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |it: i64| u32::try_from(it).unwrap_or_default();
    // Git's index keeps the low 32 bits of each.
    let stamp = FileStamp {
        modified: (found.mtime(), nanoseconds(found.mtime_nsec())),
        changed: (found.ctime(), nanoseconds(found.ctime_nsec())),
        inode: found.ino() as u32,
        user: found.uid(),
        group: found.gid(),
        size: found.len() as u32,
    };
    let executable = found.is_file() && found.mode() & 0o100 != 0;
    let identity = FileIdentity { device: found.dev(), inode: found.ino() };
    (Some(executable), Some(stamp), Some(identity))
}

#[cfg(not(unix))]
fn platform(_found: &fs::Metadata) -> Platform {
    (None, None, None)
}

#[cfg(unix)]
pub(super) fn output_identity() -> Option<FileIdentity> {
    use std::os::fd::AsFd;
    let handle = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
    let found = fs::File::from(handle).metadata().ok()?;
    of(&found).identity.filter(|_| found.is_file())
}

#[cfg(not(unix))]
pub(super) fn output_identity() -> Option<FileIdentity> {
    None
}

#[cfg(unix)]
pub(super) fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
pub(super) fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}
