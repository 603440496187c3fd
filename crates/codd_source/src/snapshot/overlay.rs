//! A snapshot with some files replaced: a patch applied, a claimed deletion.

use std::sync::Arc;

use super::{FileKind, Origin, SkipReason, Skipped, Snapshot, SnapshotFile, SnapshotKind};
use crate::{ContentId, RepoPath};

/// What a path holds in the new snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverlayFile {
    Absent,
    Bytes {
        bytes: Arc<[u8]>,
        kind: FileKind,
    },
    /// It differs, but nobody knows what it holds; `id` tells one such content from another.
    Unknown {
        id: ContentId,
        kind: FileKind,
    },
    /// What `from` holds in the snapshot the overlay lies on (a rename, a copy, a new mode).
    Same {
        from: RepoPath,
        kind: FileKind,
    },
}

impl Snapshot {
    /// The snapshot with `changes` laid over it; `how` describes them, as in `with the patch`.
    pub fn overlaid(
        &self,
        changes: impl IntoIterator<Item = (RepoPath, OverlayFile)>,
        how: &str,
    ) -> Snapshot {
        let mut files = self.files().clone();
        let mut skipped = self.skipped().to_vec();
        let mut sources = self.0.sources.share();
        for (path, change) in changes {
            let file = match change {
                OverlayFile::Absent => {
                    files.remove(&path);
                    continue;
                }
                OverlayFile::Bytes { bytes, kind } => {
                    let content = ContentId::of(&bytes);
                    let size = Some(bytes.len() as u64);
                    sources.memory.insert(content, bytes);
                    SnapshotFile { content, kind, size, origin: Origin::Memory }
                }
                OverlayFile::Unknown { id, kind } => {
                    skipped.push(Skipped::at(&path, SkipReason::BinaryPatch));
                    SnapshotFile { content: id, kind, size: None, origin: Origin::Unknown }
                }
                OverlayFile::Same { from, kind } => {
                    let Some(file) = self.get(&from) else { continue };
                    let mut file = SnapshotFile { kind, ..file.clone() };
                    if file.origin == Origin::Disk && from != path {
                        // Bytes on disk are found by path, so a moved file takes them along.
                        file.origin = Origin::Unknown;
                        if let Ok(bytes) = self.read(&from) {
                            sources.memory.insert(file.content, bytes);
                            file.origin = Origin::Memory;
                        }
                    }
                    file
                }
            };
            files.insert(path, file);
        }
        let kind = SnapshotKind::Patched { of: Box::new(self.kind().clone()), how: how.to_owned() };
        Snapshot::new(kind, files, skipped, sources)
    }

    /// The snapshot with more to count as not analysed.
    pub(crate) fn also_skipping(&self, more: impl IntoIterator<Item = Skipped>) -> Snapshot {
        let skipped = self.skipped().iter().cloned().chain(more).collect();
        let (kind, files) = (self.kind().clone(), self.files().clone());
        Snapshot::new(kind, files, skipped, self.0.sources.share())
    }

    /// The snapshot with other content where nothing is read.
    pub(crate) fn with_unread(
        &self,
        changed: impl IntoIterator<Item = (String, ContentId)>,
    ) -> Snapshot {
        let mut sources = self.0.sources.share();
        sources.unread.extend(changed);
        Snapshot::new(self.kind().clone(), self.files().clone(), self.skipped().to_vec(), sources)
    }

    /// The snapshot without these files.
    pub fn without(&self, paths: &[RepoPath], how: &str) -> Snapshot {
        self.overlaid(paths.iter().map(|path| (path.clone(), OverlayFile::Absent)), how)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_replaces_removes_and_admits_what_it_does_not_know() {
        let base = Snapshot::in_memory([("a.py", "1"), ("b.py", "2")]);
        let unknown = OverlayFile::Unknown { id: ContentId::of(b"?"), kind: FileKind::Regular };
        let bytes = OverlayFile::Bytes { bytes: b"3"[..].into(), kind: FileKind::Executable };
        let changes = [
            (RepoPath::from("a.py"), OverlayFile::Absent),
            (RepoPath::from("b.py"), bytes),
            (RepoPath::from("logo.png"), unknown),
        ];
        let head = base.overlaid(changes, "with the patch");
        assert_eq!(head.kind().to_string(), "memory with the patch");
        assert_eq!(head.get(&"a.py".into()), None);
        assert_eq!(&*head.read(&"b.py".into()).unwrap(), b"3");
        assert_eq!(head.read(&"logo.png".into()).unwrap_err().code(), "snapshot::unknown_content");
        assert_eq!(&*base.read(&"b.py".into()).unwrap(), b"2");
    }
}
