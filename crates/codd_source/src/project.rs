//! Where the project is: the folder all paths of an answer are relative to.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::{RepoPath, Repository, SourceError, System};

/// The name of the configuration file that marks a project's root.
pub const CONFIGURATION_FILE: &str = "codd.yaml";

/// Where decisions are kept, relative to the project's root.
pub const DECISIONS_FOLDER: &str = ".codd/reviews";

/// The root of a project and the repository it lies in.
#[derive(Clone, Debug)]
pub struct ProjectRoot {
    /// Absolute. For a bare repository, the folder codd was started in.
    pub path: PathBuf,
    /// The root's folder inside the repository, `""` when it is the repository's root.
    pub prefix: String,
    /// The folder codd was started in, relative to the root; `""` for the root itself.
    pub folder: String,
    /// `None` outside of any repository.
    pub repository: Option<Arc<dyn Repository>>,
}

impl ProjectRoot {
    /// The project that the folder `from` lies in.
    ///
    /// Its root is the nearest folder upwards with a `codd.yaml`; without one it is the root
    /// of the repository, or `from` itself outside of any repository.
    pub fn discover(system: &dyn System, from: &Path) -> Result<ProjectRoot, SourceError> {
        let from = normalised(&system.current_directory()?.join(from));
        let repository = system.discover_repository(&from)?;
        let work_tree = repository.as_ref().and_then(|it| it.work_tree()).map(Path::to_path_buf);
        let work_tree = match (&repository, work_tree) {
            (Some(_), None) => {
                let (prefix, folder) = (String::new(), String::new());
                return Ok(ProjectRoot { path: from, prefix, folder, repository });
            }
            (_, work_tree) => work_tree.map(|it| normalised(&it)),
        };
        // Started inside `.git`, or the work tree lies elsewhere: its root is meant.
        let from = match &work_tree {
            Some(root) if !from.starts_with(root) || from.starts_with(root.join(".git")) => {
                root.clone()
            }
            _ => from,
        };
        let top = work_tree.as_deref();
        let mut path = top.unwrap_or(&from).to_path_buf();
        for folder in from.ancestors() {
            let is_marked = system.metadata(&folder.join(CONFIGURATION_FILE)).is_ok();
            // Outside of a repository the file system's root is nobody's project.
            if is_marked && (top.is_some() || folder.parent().is_some()) {
                path = folder.to_path_buf();
                break;
            }
            if Some(folder) == top {
                break;
            }
        }
        let prefix = match top {
            Some(top) => slashed(path.strip_prefix(top).unwrap_or(Path::new("")))?,
            None => String::new(),
        };
        let folder = slashed(from.strip_prefix(&path).unwrap_or(Path::new("")))?;
        Ok(ProjectRoot { path, prefix, folder, repository })
    }

    /// Whether there is no work tree to look at.
    pub fn is_bare(&self) -> bool {
        self.repository.as_ref().is_some_and(|it| it.work_tree().is_none())
    }

    /// The path of a file of the project, `None` for one outside or a path that is not UTF-8.
    pub fn path_in_project(&self, path: &Path) -> Option<RepoPath> {
        let absolute = normalised(&self.path.join(&self.folder).join(path));
        let below = slashed(absolute.strip_prefix(&self.path).ok()?).ok()?;
        (!below.is_empty()).then(|| RepoPath::new(below))
    }
}

fn normalised(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

fn slashed(path: &Path) -> Result<String, SourceError> {
    let mut text = String::new();
    for part in path.components() {
        let part = part.as_os_str().to_str();
        let part = part.ok_or_else(|| SourceError::RootNotUtf8 { path: path.to_path_buf() })?;
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(part);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySystem;

    fn root(system: &MemorySystem, from: &str) -> (String, String, String) {
        let found = ProjectRoot::discover(system, Path::new(from)).unwrap();
        (found.path.to_string_lossy().into_owned(), found.prefix, found.folder)
    }

    #[test]
    fn the_nearest_configuration_marks_the_root_inside_a_repository() {
        let system = MemorySystem::with_files([
            ("web/codd.yaml", ""),
            ("web/src/a.ts", ""),
            ("api/b.py", ""),
        ]);
        system.init_repository();
        let owned = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(root(&system, "web/src"), owned("/project/web", "web", "src"));
        assert_eq!(root(&system, "api"), owned("/project", "", "api"));
        assert_eq!(root(&system, "."), owned("/project", "", ""));
    }

    #[test]
    fn outside_of_a_repository_the_folder_itself_is_the_root() {
        let system = MemorySystem::with_files([("a/b/c.py", "")]);
        assert_eq!(root(&system, "a/b").0, "/project/a/b");
        system.set_file("a/codd.yaml", "");
        assert_eq!(root(&system, "a/b").0, "/project/a");
    }
}
