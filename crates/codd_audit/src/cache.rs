//! Where what was found out about files is kept between runs, and whom that trusts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use codd_db::{SharedPlace, Store, StoreOptions, build_name};
use codd_source::{EntryKind, ProjectRoot, RepoPath, System};

use crate::secret;
use crate::sharing::{self, NotShared};

/// Whether and where facts and hits of files are kept between runs.
///
/// Whoever can write there decides what a check sees of a file, so a folder that the
/// repository under audit brings along is never used: not one of which git tracks a file, not
/// one behind a symbolic link, and outside of any repository none but the folder that the
/// user names. Packs that lie within the project are sealed with the secret of this
/// installation besides, since git's index says nothing of what a patch or an archive put there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CacheChoice {
    /// `.codd/cache` of a project that has a `.codd` folder; codd makes none unasked.
    #[default]
    Project,
    /// This folder; relative ones count from the current folder. It is made if needed.
    Folder(PathBuf),
    /// Nowhere.
    Off,
}

/// Why nothing is kept between runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCache {
    #[error("nothing is kept: --no-cache says so")]
    Off,
    #[error("nothing is kept: this project has no `.codd` folder")]
    NoFolder,
    #[error("nothing is kept: `.codd/cache` is no folder, or lies behind a symbolic link")]
    Link,
    #[error("nothing is kept: this folder is in no git repository, and nobody says who wrote it")]
    NoRepository,
    #[error("nothing is kept: this installation has no place for its secret")]
    NoSecret,
    #[error("nothing is kept: git tracks what is in the folder, and nobody says who wrote it")]
    Tracked,
}

impl NoCache {
    /// What to do next.
    pub fn help(self) -> &'static str {
        match self {
            NoCache::Off => "leave out --no-cache",
            NoCache::NoFolder => "`codd init` makes one, or give a folder with --cache-dir",
            NoCache::Link | NoCache::NoRepository => "give a folder with --cache-dir",
            NoCache::NoSecret => {
                "set HOME or CODD_CACHE_SECRET, or give a folder outside of the project with --cache-dir"
            }
            NoCache::Tracked => "`git rm -r` it, or give another with --cache-dir",
        }
    }
}

const FOLDER: &str = ".codd";
const CACHE: &str = ".codd/cache";

/// When packs hold more than this, what is not used any more goes.
pub(crate) const MAX_BYTES: u64 = 1 << 30;

/// What a project keeps between runs and shares with others, and why not more.
pub(crate) struct Opened {
    pub(crate) store: Option<Arc<Store>>,
    /// Why there is no folder.
    pub(crate) no_cache: Option<NoCache>,
    /// The place that is not used, and why.
    pub(crate) not_shared: Option<(String, NotShared)>,
}

/// The store that `choice` means in the project, as far as there is one to trust.
///
/// One that is shared at `place` does without a folder where there is none.
pub(crate) fn open(
    system: &Arc<dyn System>,
    root: &ProjectRoot,
    choice: &CacheChoice,
    place: Option<&Arc<dyn SharedPlace>>,
) -> Opened {
    let folder = folder(system, root, choice);
    let no_cache = folder.as_ref().err().copied();
    let place = place.filter(|_| *choice != CacheChoice::Off);
    let (shared, not_shared) = sharing::trusted(&**system, place)
        .map_or_else(|(place, reason)| (None, Some((place, reason))), |shared| (shared, None));
    let (folder, secret) = folder.map_or((None, None), |it| (Some(it.0), Some(it.1)));
    let open = |folder, secret| {
        let options = StoreOptions { folder, secret, max_bytes: MAX_BYTES };
        Store::open(Arc::clone(system), options)
    };
    let store = match (shared, secret) {
        // One seal for all, so that what was taken is kept as it is.
        (Some((place, secret)), _) => {
            Some(open(folder, secret).sharing_at(Arc::clone(place), &build_name()))
        }
        (None, Some(secret)) => Some(open(folder, secret)),
        (None, None) => None,
    };
    Opened { store: store.map(Arc::new), no_cache, not_shared }
}

/// The folder that `choice` means and the secret of what lies there.
fn folder(
    system: &Arc<dyn System>,
    root: &ProjectRoot,
    choice: &CacheChoice,
) -> Result<(PathBuf, Vec<u8>), NoCache> {
    let (folder, below) = match choice {
        CacheChoice::Off => return Err(NoCache::Off),
        CacheChoice::Project => {
            let folder = root.path.join(CACHE);
            let is_folder = |path: &Path| match system.link_metadata(path) {
                Ok(metadata) => metadata.kind == EntryKind::Folder,
                Err(error) => error.is_not_found(),
            };
            let has_folder = system.metadata(&root.path.join(FOLDER)).is_ok();
            if !has_folder {
                return Err(NoCache::NoFolder);
            }
            if !is_folder(&root.path.join(FOLDER)) || !is_folder(&folder) {
                return Err(NoCache::Link);
            }
            if root.repository.is_none() {
                return Err(NoCache::NoRepository);
            }
            let below = RepoPath::joined(&root.prefix, CACHE).ok_or(NoCache::NoRepository)?;
            (folder, Some(below.to_string()))
        }
        CacheChoice::Folder(folder) => {
            let current = system.current_directory().map_err(|_| NoCache::NoFolder)?;
            let folder = system.real_path(&current.join(folder));
            let top = root.repository.as_ref().and_then(|it| it.work_tree());
            let top = system.real_path(top.unwrap_or(&root.path));
            let below = folder.strip_prefix(top).ok();
            let below = below.map(|it| it.to_string_lossy().replace('\\', "/"));
            (folder, below)
        }
    };
    let secret = match below {
        Some(below) if is_tracked(root, &below) => return Err(NoCache::Tracked),
        // Where a repository can put packs of its own, they have to show who made them.
        Some(_) => secret::of_installation(&**system).ok_or(NoCache::NoSecret)?,
        None => Vec::new(),
    };
    if *choice == CacheChoice::Project {
        // So that it is nobody's change, whatever else ignores it; mostly it is there already.
        let _ = system.write_new(&folder.join(".gitignore"), b"*\n");
    }
    Ok((folder, secret))
}

/// Whether git tracks anything in the folder, or might.
fn is_tracked(root: &ProjectRoot, below: &str) -> bool {
    let Some(Ok(index)) = root.repository.as_ref().map(|it| it.index()) else { return true };
    // Some file systems do not tell cases apart.
    let below = below.to_lowercase();
    index.entries.iter().any(|entry| {
        let path = String::from_utf8_lossy(&entry.path).to_lowercase();
        let is_within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
        };
        // A submodule brings what lies in it along too.
        path == below || is_within(&path, &below) || is_within(&below, &path)
    })
}

#[cfg(test)]
mod tests {
    use codd_source::MemorySystem;

    use super::*;
    use crate::{AssessOptions, Extent, OpenOptions, Silent, Workspace};

    fn is_used(system: &MemorySystem, choice: &CacheChoice) -> bool {
        let system: Arc<dyn System> = Arc::new(system.clone());
        let root = ProjectRoot::discover(&*system, Path::new(".")).unwrap();
        open(&system, &root, choice, None).store.is_some()
    }

    #[test]
    fn no_folder_is_made_in_a_project_that_does_not_know_codd() {
        let system = MemorySystem::with_files([("a.py", "")]);
        system.commit("first");
        assert!(!is_used(&system, &CacheChoice::Project));
        system.set_file(".codd/.gitignore", "cache/\n");
        assert!(is_used(&system, &CacheChoice::Project));
        assert!(!is_used(&system, &CacheChoice::Off));
    }

    #[test]
    fn what_the_repository_brings_along_is_not_trusted() {
        let system = MemorySystem::with_files([(".codd/reviews/r.yaml", "")]);
        assert!(!is_used(&system, &CacheChoice::Project), "nobody says who wrote it");
        let repository = system.init_repository();
        assert!(is_used(&system, &CacheChoice::Project));
        repository.commit_files("evil", [(".codd/Cache/x.pack", "")]);
        assert!(!is_used(&system, &CacheChoice::Project));
        assert!(!is_used(&system, &CacheChoice::Folder(".codd/cache".into())));
        assert!(is_used(&system, &CacheChoice::Folder("/elsewhere".into())));
    }

    #[test]
    fn what_a_submodule_brings_along_is_not_trusted() {
        let system = MemorySystem::with_files([("a.py", "")]);
        let repository = system.init_repository();
        repository.stage(vec![(".codd".into(), codd_source::EntryMode::Submodule, [].into())]);
        repository.commit_index("evil");
        system.set_file(".codd/cache/x.pack", "");
        assert!(!is_used(&system, &CacheChoice::Project));
    }

    fn assessed(system: &MemorySystem, cache: CacheChoice) -> String {
        let options = OpenOptions {
            folder: ".".into(),
            as_of: None,
            cache,
            shared: None,
            cancel: codd_source::CancelToken::default(),
            watched: codd_source::Watched::default(),
        };
        let mut workspace = Workspace::open(Arc::new(system.clone()), options).unwrap();
        let options = AssessOptions { fail_on: None, extent: Extent::Safe };
        let arguments = codd_source::ChangeArguments::default();
        let change = workspace.assess_change(&arguments, options, &Silent).unwrap();
        let project = workspace.assess_project(options, &Silent).unwrap();
        serde_json::to_string(&(change, project)).unwrap()
    }

    #[test]
    fn what_is_kept_changes_no_answer() {
        let system = MemorySystem::with_files([
            (
                "requirements/c.yaml",
                "controls:\n  - {id: T-1, name: No eval, requirement: Never., checks: [{forbid: \
                 {language: python, rule: {pattern: eval($A)}}}]}\n",
            ),
            ("a.py", "eval(1)\n"),
            ("codd.yaml", ""),
            (".codd/.gitignore", "cache/\n"),
        ]);
        system.commit("first");
        system.set_file("a.py", "eval(1)\neval(2)\n");
        let without = assessed(&system, CacheChoice::Off);
        assert!(without.contains("T-1"));
        assert_eq!(system.list(Path::new(CACHE)).unwrap_or_default(), [""; 0]);
        assert_eq!(assessed(&system, CacheChoice::Project), without, "cold");
        assert_eq!(assessed(&system, CacheChoice::Project), without, "warm");
        let packs = system.list(Path::new(CACHE)).unwrap();
        let packs = packs.iter().filter(|name| name.ends_with(".pack"));
        assert_eq!(packs.count(), 1, "nothing was new the second time");
    }

    #[test]
    fn a_link_is_not_followed() {
        let system = MemorySystem::with_files([(".codd/.gitignore", "cache/\n")]);
        system.commit("first");
        system.set_link(".codd/cache", "../packs");
        assert!(!is_used(&system, &CacheChoice::Project));
    }

    #[test]
    fn packs_that_another_installation_made_are_not_believed() {
        let system = MemorySystem::with_files([("a.py", ""), (".codd/.gitignore", "cache/\n")]);
        system.commit("first");
        assessed(&system, CacheChoice::Folder("/elsewhere".into()));
        let made = system.list(Path::new("/elsewhere")).unwrap();
        let pack = made.iter().find(|name| name.ends_with(".pack")).unwrap();
        let bytes = system.read(&Path::new("/elsewhere").join(pack), 1 << 20).unwrap();
        system.set_file(Path::new(CACHE).join(pack), bytes);
        // Also where the folder is named by another way to it.
        for choice in [CacheChoice::Project, CacheChoice::Folder("x/../.codd/./cache".into())] {
            let shared: Arc<dyn System> = Arc::new(system.clone());
            let root = ProjectRoot::discover(&*shared, Path::new(".")).unwrap();
            let status = open(&shared, &root, &choice, None).store.unwrap().status();
            assert_eq!((status.segments, status.ignored.len()), (0, 1), "{choice:?}");
        }
    }
}
