//! Git repositories through `gix`: nothing is checked out, fetched or executed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gix::bstr::BStr;
use gix::traverse::commit::simple::CommitTimeOrder;

use super::{index, tree};
use crate::repository::RepositoryError as Error;
use crate::{
    CommitInfo, ContentId, Date, Head, Index, ObjectId, Repository, Touched, TreeEntry, printable,
};

/// The repository `from` lies in.
///
/// Discovery is our own walk, since codd must neither read the environment nor change its
/// answer by who owns a folder: it executes nothing, so ownership protects nothing.
pub(super) fn discover(from: &Path) -> Result<Option<Arc<dyn Repository>>, Error> {
    for folder in from.ancestors() {
        let inner = folder.join(".git");
        let candidate = match gix::discover::is_git(&inner) {
            Ok(_) => inner,
            // As for git, an empty folder of that name is nothing; one that holds part of a
            // repository is a damaged one.
            Err(error) if inner.is_file() || holds_anything(&inner) => {
                return Err(broken("open the repository", &error));
            }
            Err(_) if gix::discover::is_git(folder).is_ok() => folder.to_path_buf(),
            Err(_) => continue,
        };
        return open(&candidate).map(Some);
    }
    Ok(None)
}

fn holds_anything(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut it| it.next().is_some())
}

fn open(path: &Path) -> Result<Arc<dyn Repository>, Error> {
    let options = gix::open::Options::isolated()
        .with(gix::sec::Trust::Full)
        .open_path_as_is(true)
        // An object is what its name says: a replacement would show us another history than
        // the one that is judged.
        .config_overrides(["core.useReplaceRefs=false"]);
    let repository = options.open(path).map_err(|error| {
        let config = std::fs::read_to_string(path.join("config")).unwrap_or_default();
        let is_sha256 =
            config.to_lowercase().replace([' ', '\t'], "").contains("objectformat=sha256");
        if is_sha256 { Error::Sha256 } else { broken("open the repository", &error) }
    })?;
    let mut local = repository.to_thread_local();
    if local.object_hash() != gix::hash::Kind::Sha1 {
        return Err(Error::Sha256);
    }
    local.object_cache_size_if_unset(4 * 1024 * 1024);
    let partial_clone = is_partial_clone(&local);
    Ok(Arc::new(GitRepository {
        work_tree: local
            .workdir()
            .map(|it| std::path::absolute(it).unwrap_or_else(|_| it.to_path_buf())),
        shallow: local.is_shallow().unwrap_or(false),
        partial_clone,
        shared: local.clone().into_sync(),
        idle: Mutex::new(vec![local]),
    }))
}

fn is_partial_clone(repository: &gix::Repository) -> bool {
    let config = repository.config_snapshot();
    let mut remotes = config.sections_by_name("remote").into_iter().flatten();
    config.string("extensions.partialClone").is_some()
        || remotes.any(|it| it.value("promisor").is_some())
}

struct GitRepository {
    work_tree: Option<PathBuf>,
    shallow: bool,
    partial_clone: bool,
    shared: gix::ThreadSafeRepository,
    /// Handles with warm caches, one for each thread that reads at the same time.
    idle: Mutex<Vec<gix::Repository>>,
}

impl std::fmt::Debug for GitRepository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitRepository").field("work_tree", &self.work_tree).finish_non_exhaustive()
    }
}

pub(super) fn broken(action: &'static str, error: &dyn std::fmt::Display) -> Error {
    let message = error.to_string();
    let line = message.lines().next().unwrap_or_default();
    // gitoxide appends `, path="…"`: what is written out must not depend on the folder.
    let line = line.split(", path=\"").next().unwrap_or_default();
    Error::Broken { action, message: printable(line).into_owned() }
}

impl GitRepository {
    fn with<T>(&self, work: impl FnOnce(&gix::Repository) -> Result<T, Error>) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = idle.unwrap_or_else(|| {
            let mut handle = self.shared.to_thread_local();
            handle.object_cache_size_if_unset(4 * 1024 * 1024);
            handle
        });
        let result = work(&handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    /// The error for an object that could not be read: absent or damaged.
    fn unreadable(&self, repo: &gix::Repository, id: gix::ObjectId, error: &gix::Error) -> Error {
        if repo.has_object(id) {
            return broken("read an object", error);
        }
        Error::MissingObject {
            id: id.to_string(),
            partial_clone: self.partial_clone,
            shallow: self.shallow,
        }
    }

    fn commit_info(&self, repo: &gix::Repository, id: gix::ObjectId) -> Result<CommitInfo, Error> {
        let object = repo.find_object(id).map_err(|it| self.unreadable(repo, id, &it))?;
        let commit =
            object.try_into_commit().map_err(|_| Error::NotACommit { revision: id.to_string() })?;
        let decoded = commit.decode().map_err(|it| broken("read a commit", &it))?;
        let text = |it: &BStr| String::from_utf8_lossy(it).into_owned();
        let author = decoded.author().map_err(|it| broken("read a commit", &it))?.trim();
        let committer = decoded.committer().map_err(|it| broken("read a commit", &it))?.trim();
        Ok(CommitInfo {
            id: object_id(id),
            tree: object_id(decoded.tree()),
            parents: decoded.parents().map(object_id).collect(),
            author_name: text(author.name),
            author_email: text(author.email),
            committer_name: text(committer.name),
            committer_email: text(committer.email),
            date: committer.time().ok().and_then(|it| Date::from_unix_seconds(it.seconds)),
            message: text(decoded.message),
        })
    }

    fn unknown(&self, repo: &gix::Repository, revision: &str) -> Error {
        let mut names = Vec::new();
        if let Ok(references) = repo.references()
            && let Ok(all) = references.all()
        {
            for reference in all.flatten().take(10_000) {
                let name = String::from_utf8_lossy(reference.name().shorten()).into_owned();
                if !name.starts_with("refs/") {
                    names.push(name);
                }
            }
        }
        Error::UnknownRevision {
            revision: printable(revision).into_owned(),
            suggestions: crate::nearest::nearest(revision, names.iter().map(String::as_str), 3),
            shallow: self.shallow,
        }
    }
}

pub(super) fn object_id(id: gix::ObjectId) -> ObjectId {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(id.as_slice());
    ObjectId(bytes)
}

pub(super) fn git_id(id: [u8; 20]) -> gix::ObjectId {
    gix::ObjectId::from_bytes_or_panic(&id)
}

impl Repository for GitRepository {
    fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    fn head(&self) -> Result<Head, Error> {
        self.with(|repo| {
            let mut head = repo.head().map_err(|it| broken("read HEAD", &it))?;
            if head.is_unborn() {
                return Ok(Head::Unborn);
            }
            let branch =
                head.referent_name().map(|it| String::from_utf8_lossy(it.shorten()).into_owned());
            let commit = head.peel_to_commit().map_err(|it| broken("read HEAD", &it))?;
            Ok(Head::Commit { id: object_id(commit.id), branch })
        })
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, Error> {
        self.with(|repo| {
            let parsed = repo.rev_parse_single(revision);
            let id = parsed.map_err(|error| {
                if error.to_string().to_lowercase().contains("ambiguous") {
                    Error::AmbiguousRevision { revision: printable(revision).into_owned() }
                } else {
                    self.unknown(repo, revision)
                }
            })?;
            let id = id.detach();
            let object = repo.find_object(id).map_err(|it| self.unreadable(repo, id, &it))?;
            let commit = object
                .peel_to_commit()
                .map_err(|_| Error::NotACommit { revision: printable(revision).into_owned() })?;
            Ok(object_id(commit.id))
        })
    }

    fn merge_base(&self, one: ObjectId, two: ObjectId) -> Result<ObjectId, Error> {
        self.with(|repo| {
            let short = |id: ObjectId| id.to_string()[..12].to_owned();
            let found = repo
                .merge_base(git_id(one.0), git_id(two.0))
                .map_err(|it| broken("find the merge base", &it))?;
            found.map(|id| object_id(id.detach())).ok_or_else(|| Error::NoMergeBase {
                one: short(one),
                two: short(two),
                shallow: self.shallow,
            })
        })
    }

    fn commit(&self, id: ObjectId) -> Result<CommitInfo, Error> {
        self.with(|repo| self.commit_info(repo, git_id(id.0)))
    }

    fn commits_between(
        &self,
        base: Option<ObjectId>,
        head: ObjectId,
        limit: usize,
    ) -> Result<Vec<CommitInfo>, Error> {
        self.with(|repo| {
            let order = gix::revision::walk::Sorting::ByCommitTime(CommitTimeOrder::default());
            let walk = repo
                .rev_walk([git_id(head.0)])
                .sorting(order)
                .with_hidden(base.map(|it| git_id(it.0)))
                .all()
                .map_err(|it| broken("list commits", &it))?;
            let mut commits = Vec::new();
            for step in walk.take(limit) {
                let step = step.map_err(|it| broken("list commits", &it))?;
                commits.push(self.commit_info(repo, step.id)?);
            }
            Ok(commits)
        })
    }

    fn tree(&self, commit: ObjectId, prefix: &str) -> Result<Vec<TreeEntry>, Error> {
        self.with(|repo| {
            let info = self.commit_info(repo, git_id(commit.0))?;
            let read = |id| {
                let object = repo.find_object(id).map_err(|it| self.unreadable(repo, id, &it))?;
                object.try_into_tree().map_err(|it| broken("read a tree", &it))
            };
            // What cannot be read tells nothing that the tree itself does not.
            let index = repo.index_path().exists().then(|| repo.open_index().ok()).flatten();
            let known = index.as_ref().map(index::known_trees).unwrap_or_default();
            tree::list(git_id(info.tree.0), prefix, &known, &read)
        })
    }

    fn touched(&self, commit: ObjectId, folder: &str) -> Result<Touched, Error> {
        self.with(|repo| {
            let info = self.commit_info(repo, git_id(commit.0))?;
            let tree_of = |id: &ObjectId| Ok(git_id(self.commit_info(repo, git_id(id.0))?.tree.0));
            let parents = info.parents.iter().map(tree_of).collect::<Result<_, Error>>()?;
            let read = |id| {
                let object = repo.find_object(id).map_err(|it| self.unreadable(repo, id, &it))?;
                object.try_into_tree().map_err(|it| broken("read a tree", &it))
            };
            tree::touched(git_id(info.tree.0), parents, folder, &read)
        })
    }

    fn blob(&self, id: ContentId, limit: u64) -> Result<Arc<[u8]>, Error> {
        self.with(|repo| {
            let git = git_id(id.0);
            // The header first, so that a huge blob is refused before it is inflated.
            let header = repo.find_header(git).map_err(|it| self.unreadable(repo, git, &it))?;
            if header.size() > limit {
                return Err(Error::TooLarge { id, size: header.size(), limit });
            }
            let object = repo.find_object(git).map_err(|it| self.unreadable(repo, git, &it))?;
            // What is kept about content is kept by its id, so the bytes must be what it names.
            if ContentId::of(&object.data) != id {
                let message = format!("object {git} holds something else than its name says");
                return Err(Error::Broken { action: "read an object", message });
            }
            Ok(Arc::from(object.data.as_slice()))
        })
    }

    fn blob_size(&self, id: ContentId) -> Result<Option<u64>, Error> {
        self.with(|repo| {
            let header = repo.try_find_header(git_id(id.0));
            Ok(header.map_err(|it| broken("read an object", &it))?.map(|it| it.size()))
        })
    }

    fn is_partial(&self) -> bool {
        self.partial_clone
    }

    fn index(&self) -> Result<Index, Error> {
        self.with(|repo| {
            let read = |id| {
                let object = repo.find_object(id).map_err(|it| self.unreadable(repo, id, &it))?;
                object.try_into_tree().map_err(|it| broken("read a tree", &it))
            };
            index::read(repo, &read)
        })
    }
}
