//! What is kept between runs, where, and how to be rid of it.

use codd_db::StoreStatus;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cache::MAX_BYTES;
use crate::workspace::BLOB_SIZES;
use crate::{CacheChoice, NoCache, Workspace, WorkspaceError, counted, sharing};

/// Whoever has so many files waits for what could have been kept, and should know.
const WORTH_KEEPING: usize = 500;

/// What is kept between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CacheReport {
    /// The folder, as it was named; `None` where nothing is kept.
    pub folder: Option<String>,
    /// Why nothing is kept.
    pub reason: Option<String>,
    /// Files that are in use.
    pub packs: usize,
    /// What is known of files, in all packs.
    pub entries: usize,
    /// The size of the packs.
    pub bytes: u64,
    /// Beyond it, what was not used for longest is forgotten.
    pub limit: u64,
    /// Packs that are not used.
    pub unused: Vec<UnusedPack>,
    /// Files that a process began to write and has not finished.
    pub unfinished: usize,
    /// The place where it is shared with other machines.
    pub shared: Option<SharedReport>,
}

/// The place where several machines share what they keep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SharedReport {
    /// Its URL, without credentials.
    pub url: String,
    /// What lies there for this version of codd.
    pub packs: usize,
    /// The size of these packs.
    pub bytes: u64,
    /// Why it is not used.
    pub reason: Option<String>,
}

/// A pack that is not used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnusedPack {
    /// Its name in the folder.
    pub name: String,
    /// Why not.
    pub reason: String,
}

/// What was removed of what is kept between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CacheCleaned {
    /// The folder, as it was named; `None` where there is none.
    pub folder: Option<String>,
    /// How many files went.
    pub removed: usize,
    /// Their size.
    pub bytes: u64,
    /// What could not be removed.
    pub refused: Vec<UnusedPack>,
}

impl Workspace {
    /// What is kept between runs.
    ///
    /// The place where it is shared is asked what it has.
    pub fn cache_report(&self) -> CacheReport {
        let status = self.engine.shared_status();
        let sharing = status.as_ref().and_then(|it| it.sharing.as_ref());
        let shared = sharing.map(|it| SharedReport {
            url: it.place.clone(),
            packs: it.packs,
            bytes: it.bytes,
            reason: it.trouble.map(|it| it.to_string()),
        });
        let refused = self.not_shared.as_ref().map(|(place, reason)| SharedReport {
            url: place.clone(),
            reason: Some(format!("{reason}: {}", reason.help())),
            ..SharedReport::default()
        });
        let shared = shared.or(refused);
        let reason = self.no_cache.map(|it| it.to_string());
        let Some(status) = status.filter(|_| reason.is_none()) else {
            return CacheReport { reason, shared, limit: MAX_BYTES, ..CacheReport::default() };
        };
        let unused = |it: &codd_db::IgnoredSegment| UnusedPack {
            name: it.name.clone(),
            reason: it.fault.to_string(),
        };
        CacheReport {
            folder: self.cache_folder(),
            reason: None,
            packs: status.segments,
            entries: status.entries,
            bytes: status.bytes,
            limit: MAX_BYTES,
            unused: status.ignored.iter().map(unused).collect(),
            unfinished: status.unfinished,
            shared,
        }
    }

    /// Removes what is kept between runs, whichever version of codd wrote it; what is shared with
    /// other machines stays.
    pub fn clean_cache(&self) -> Result<CacheCleaned, WorkspaceError> {
        let removed = match (self.engine.clean_store(), self.no_cache) {
            (Some(removed), None) => removed,
            // Where there is no folder, nothing is in it.
            (_, None | Some(NoCache::NoFolder)) => return Ok(CacheCleaned::default()),
            (_, Some(reason)) => return Err(reason.into()),
        };
        let refused = |(name, reason)| UnusedPack { name, reason };
        Ok(CacheCleaned {
            folder: self.cache_folder(),
            removed: removed.files,
            bytes: removed.bytes,
            refused: removed.refused.into_iter().map(refused).collect(),
        })
    }

    /// Keeps what was found out about files, shares it, and gives what somebody should hear about
    /// that.
    ///
    /// Dropping a workspace does the same, silently.
    pub fn keep(&self) -> Vec<String> {
        let Some(files) = self.engine.most_files() else { return Vec::new() };
        if let Some(sizes) = self.blob_sizes.to_keep() {
            self.engine.keep_aside(BLOB_SIZES, sizes);
        }
        let status = self.engine.flush();
        let mut told = status.as_ref().map_or_else(Vec::new, troubles);
        if let Some((place, reason)) = &self.not_shared {
            told.push(format!("`{place}` is not used: {reason}; {}", reason.help()));
        }
        if let Some(reason) = self.no_cache.filter(|it| *it != NoCache::Off)
            && status.is_none()
            && files >= WORTH_KEEPING
        {
            told.push(format!("{reason}; {}", reason.help()));
        }
        told
    }

    fn cache_folder(&self) -> Option<String> {
        match &self.cache {
            CacheChoice::Off => None,
            CacheChoice::Project => Some(".codd/cache".to_owned()),
            CacheChoice::Folder(folder) => {
                let shown = folder.strip_prefix(".").unwrap_or(folder);
                Some(shown.to_string_lossy().into_owned())
            }
        }
    }
}

/// What went wrong with a store, and what that means.
fn troubles(status: &StoreStatus) -> Vec<String> {
    let mut told = Vec::new();
    let packs = status.damaged_packs();
    let mut lost = Vec::new();
    if packs > 0 {
        lost.push(counted(packs, "pack"));
    }
    if status.damaged_values > 0 {
        lost.push(counted(status.damaged_values as usize, "entry"));
    }
    if !lost.is_empty() {
        told.push(format!(
            "what was kept between runs is damaged ({}): it is found out again where it is needed",
            lost.join(", ")
        ));
    }
    if let Some(reason) = &status.read_only {
        told.push(format!("nothing new is kept for the next run: {reason}"));
    }
    told.extend(status.sharing.as_ref().and_then(sharing::troubles));
    told
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use codd_source::{CancelToken, MemorySystem, System, Watched};
    use expect_test::expect;

    use super::*;
    use crate::{OpenOptions, Silent};

    fn project() -> MemorySystem {
        let system = MemorySystem::with_files([
            ("a.py", "def f():\n    return 1\n"),
            ("codd.yaml", ""),
            (".codd/.gitignore", "cache/\n"),
        ]);
        system.commit("first");
        system
    }

    fn open(system: &MemorySystem, cache: CacheChoice) -> Workspace {
        let (cancel, watched) = (CancelToken::default(), Watched::default());
        let options =
            OpenOptions { folder: ".".into(), as_of: None, cache, shared: None, cancel, watched };
        Workspace::open(Arc::new(system.clone()), options).unwrap()
    }

    fn packs(system: &MemorySystem) -> Vec<String> {
        let names = system.list(Path::new(".codd/cache")).unwrap_or_default();
        names.into_iter().filter(|it| it.ends_with(".pack")).collect()
    }

    #[test]
    fn what_is_kept_is_told_and_can_be_removed() {
        let system = project();
        open(&system, CacheChoice::Project).scan(&Silent).unwrap();
        let workspace = open(&system, CacheChoice::Project);
        let report = workspace.cache_report();
        assert_eq!(report.folder.as_deref(), Some(".codd/cache"));
        assert_eq!((report.packs, report.unused.len(), report.unfinished), (1, 0, 0));
        assert!(report.entries > 0 && report.bytes > 0);
        let cleaned = workspace.clean_cache().unwrap();
        assert_eq!((cleaned.removed, cleaned.bytes), (1, report.bytes));
        drop(workspace);
        assert_eq!(packs(&system), [""; 0]);
        assert!(system.read(Path::new(".codd/cache/.gitignore"), 10).is_ok());
        assert_eq!(open(&system, CacheChoice::Project).clean_cache().unwrap().removed, 0);
    }

    #[test]
    fn damage_is_told_once_and_mended() {
        let system = project();
        open(&system, CacheChoice::Project).scan(&Silent).unwrap();
        let path = Path::new(".codd/cache").join(&packs(&system)[0]);
        let bytes = system.read(&path, u64::MAX).unwrap();
        system.set_file(&path, &bytes[..bytes.len() / 2]);
        let mut workspace = open(&system, CacheChoice::Project);
        assert_eq!(workspace.cache_report().unused.len(), 1);
        workspace.scan(&Silent).unwrap();
        expect![[r#"
            [
                "what was kept between runs is damaged (1 pack): it is found out again where it is needed",
            ]
        "#]]
        .assert_debug_eq(&workspace.keep());
        drop(workspace);
        let mut workspace = open(&system, CacheChoice::Project);
        workspace.scan(&Silent).unwrap();
        assert_eq!(workspace.keep(), [""; 0]);
        assert_eq!(workspace.cache_report().unused, []);
    }

    #[test]
    fn that_nothing_is_kept_of_many_files_is_said() {
        let said = |files: usize, choice| {
            let system = MemorySystem::new();
            (0..files).for_each(|at| system.set_file(format!("f{at}.py"), ""));
            system.commit("first");
            let mut workspace = open(&system, choice);
            assert_eq!(workspace.keep(), [""; 0], "before anything was asked");
            workspace.scan(&Silent).unwrap();
            workspace.keep()
        };
        let hint = "nothing is kept: this project has no `.codd` folder; \
                    `codd init` makes one, or give a folder with --cache-dir";
        assert_eq!(said(WORTH_KEEPING, CacheChoice::Project), [hint]);
        assert_eq!(said(WORTH_KEEPING, CacheChoice::Off), [""; 0], "somebody said so");
        assert_eq!(said(2, CacheChoice::Project), [""; 0]);
    }

    #[test]
    fn why_nothing_is_kept_is_told() {
        let system = MemorySystem::with_files([("a.py", "")]);
        system.commit("first");
        let none = open(&system, CacheChoice::Project);
        let reason = none.cache_report().reason.unwrap();
        assert_eq!(reason, "nothing is kept: this project has no `.codd` folder");
        assert_eq!(none.clean_cache().unwrap(), CacheCleaned::default());
        let repository = system.init_repository();
        repository.commit_files("evil", [(".codd/cache/x.pack", "")]);
        system.set_file(".codd/cache/x.pack", "");
        let tracked = open(&system, CacheChoice::Project);
        assert!(tracked.cache_report().reason.unwrap().contains("git tracks"));
        assert!(tracked.clean_cache().is_err(), "what is tracked is not codd's to remove");
        assert_eq!(packs(&system), ["x.pack"]);
    }
}
