//! Makefiles: targets, what they need and run, variables, included files.

mod lines;
mod read;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use codd_source::RepoPath;

use crate::languages::NoModules;
use crate::resources::{Resources, Token};
use crate::{
    Conventions, FileFacts, Language, Modelled, Modules, ParseErrors, Parsed, ProjectFiles,
};

pub(super) struct Make;

impl Language for Make {
    fn name(&self) -> &'static str {
        "make"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["makefile"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mak", "mk"]
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["BSDmakefile", "GNUmakefile", "Makefile", "Makefile.am", "makefile"]
    }

    fn is_code(&self) -> bool {
        false
    }

    /// For code rules alone: it gives up on much of what make takes, so that facts are read
    /// line by line, as make does.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_make::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        let lines = lines::lines(&parsed.text);
        read::read(&lines, &mut resources);
        let tokens: Vec<Token> = lines.iter().map(|it| Token::Text(it.span)).collect();
        resources.finish("make", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["targets", "variables"],
            references: &[
                "prerequisites",
                "variables and the environment",
                "scripts, files and targets that recipes run",
            ],
            modules: &["include with a constant name"],
            not_modelled: &[
                "which files a pattern rule makes",
                "names made when it runs (eval, wildcard, patsubst)",
                "conditionals: every branch counts",
            ],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(NoModules)
    }
}

/// Whether a file is the one that make reads where nothing else is said.
fn is_main(path: &RepoPath) -> bool {
    Make.file_names().contains(&path.file_name())
}
