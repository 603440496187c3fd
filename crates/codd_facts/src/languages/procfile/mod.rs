//! Procfiles: the processes of a program, and the commands that start them.

use codd_source::{RepoPath, Span};

use crate::commands::{Shell, read_script};
use crate::languages::NoModules;
use crate::resources::{Resources, Token, said_lines};
use crate::{
    Conventions, FileFacts, Language, Modelled, Modules, ParseErrors, Parsed, ProjectFiles,
};

pub(super) struct Procfile;

impl Language for Procfile {
    fn name(&self) -> &'static str {
        "procfile"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["Procfile"]
    }

    /// `Procfile`, `Procfile.dev`.
    fn takes(&self, path: &RepoPath) -> bool {
        let name = path.file_name();
        name == "Procfile" || name.starts_with("Procfile.")
    }

    fn takes_any_extension(&self) -> bool {
        true
    }

    fn is_code(&self) -> bool {
        false
    }

    /// For code rules alone; each line is read as a process and its command.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_bash::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        let mut tokens = Vec::new();
        for (from, text) in said_lines(&parsed.text) {
            let whole = Span::new(from, from + text.len());
            tokens.push(Token::Text(whole));
            let Some((name, command)) = text.split_once(':') else { continue };
            let own = resources.define(name, whole, Span::new(from, from + name.len()), None);
            let command_start = (from + name.len() + 1) as u32;
            let shell = Shell::new(resources.folder(), own);
            read_script(&mut resources, command, command_start, &shell);
        }
        resources.finish("procfile", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["processes"],
            references: &["modules and scripts that are run", "variables of the environment"],
            not_modelled: &["which process is started where"],
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

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn a_process_runs_what_its_command_names() {
        check_file(
            "Procfile",
            "# all\nweb: gunicorn --port $PORT shop.web:app\nworker: python jobs/run.py\n",
            &expect![[r#"
                Resource web
                Resource worker
                link Environment Reads PORT in web
                link File Calls shop/web.py | shop/web/__init__.py in web (guess)
                link File Calls jobs/run.py in worker
            "#]],
        );
    }
}
