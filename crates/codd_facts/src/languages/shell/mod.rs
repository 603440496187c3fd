//! Shell scripts: functions, their calls, what is sourced, run and exported.

mod walk;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use codd_source::{RepoPath, Span};

use crate::links::paths_from;
use crate::{
    Conventions, FileFacts, ImportRequest, Language, Modelled, ModuleTarget, Modules, Name, Parsed,
    ProjectFiles,
};

pub(super) struct Shell;

impl Language for Shell {
    fn name(&self) -> &'static str {
        "shell"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["bash", "sh", "zsh"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sh", "bash", "zsh", "ksh", "bats"]
    }

    fn file_names(&self) -> &'static [&'static str] {
        &[".bashrc", ".profile", ".envrc"]
    }

    fn directive(&self, text: &str, comment: Span) -> Option<Span> {
        (comment.start == 0 && text.starts_with("#!")).then_some(comment)
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_bash::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        walk::extract(parsed)
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["functions"],
            references: &[
                "calls of functions",
                "scripts and files that are run",
                "variables of the environment",
                "requests of curl and wget",
            ],
            modules: &["source with a constant name"],
            not_modelled: &[
                "commands and file names made when it runs (eval)",
                "aliases",
                "functions of the script that sources a file",
            ],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(Sourced { paths: project.paths.clone() })
    }
}

/// Files by what `source` is given.
struct Sourced {
    /// Sorted.
    paths: Vec<RepoPath>,
}

impl Modules for Sourced {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let is_there =
            |path: &Name| self.paths.binary_search_by(|it| it.as_str().cmp(path)).is_ok();
        match paths_from(from.parent(), &request.module).iter().find(|it| is_there(it)) {
            Some(path) => ModuleTarget::File(RepoPath::new(path.as_str())),
            // Of the machine that it runs on, or found along its path.
            None => ModuleTarget::External(request.module.clone()),
        }
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}
