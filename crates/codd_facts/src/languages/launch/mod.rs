//! Files of sections that say what is started: units of systemd, uWSGI's and supervisor's
//! programs, the entry points of `setup.cfg`.

use codd_source::{RepoPath, Span};

use crate::commands::{Shell, read_script};
use crate::languages::NoModules;
use crate::links::paths_from;
use crate::programs;
use crate::resources::{Resources, Token, said_lines, unquoted};
use crate::{
    Conventions, DefinitionId, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules,
    ParseErrors, Parsed, ProjectFiles,
};

pub(super) struct Launch;

impl Language for Launch {
    fn name(&self) -> &'static str {
        "launch"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["service"]
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["setup.cfg", "supervisord.conf", "uwsgi.ini"]
    }

    /// `uwsgi.ini`, `shop-wsgi.prod.ini`, `web.service`.
    fn takes(&self, path: &RepoPath) -> bool {
        let name = path.file_name();
        let is_server = path.extension() == Some("ini") && name.contains("wsgi");
        path.extension() == Some("service") || self.file_names().contains(&name) || is_server
    }

    fn is_code(&self) -> bool {
        false
    }

    /// For code rules alone; each line is read as a key and its value.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_bash::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        let mut reader = Reader { section: "", key: "", own: None };
        let mut tokens = Vec::new();
        for (from, line) in said_lines(&parsed.text) {
            if line.starts_with(';') {
                continue;
            }
            tokens.push(Token::Text(Span::new(from, from + line.len())));
            let is_continued = parsed.text[..from].ends_with([' ', '\t']);
            reader.line(&mut resources, from, line, is_continued);
        }
        resources.finish("launch", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["programs that are started", "entry points of setup.cfg"],
            references: &["modules and scripts that are run", "variables of the environment"],
            not_modelled: &["when a program is started", "settings of servers"],
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

/// Where in the file a line stands.
struct Reader<'t> {
    section: &'t str,
    /// Of the lines that go on below it.
    key: &'t str,
    /// The program that the section is about.
    own: Option<DefinitionId>,
}

impl<'t> Reader<'t> {
    fn line(
        &mut self,
        resources: &mut Resources<'_>,
        from: usize,
        line: &'t str,
        is_continued: bool,
    ) {
        let whole = Span::new(from, from + line.len());
        if let Some(section) = line.strip_prefix('[').and_then(|it| it.split(']').next()) {
            (self.section, self.key, self.own) = (section, "", None);
            let is_program = section == "Service" || section == "uwsgi";
            if is_program || section.starts_with("program:") {
                let name = Span::new(from + 1, from + 1 + section.len());
                self.own = resources.define(section, whole, name, None);
            }
            return;
        }
        let (key, value) = match line.split_once('=') {
            Some((key, value)) => (key.trim(), value),
            None => (self.key, line),
        };
        let start = from + (value.as_ptr() as usize - line.as_ptr() as usize);
        match self.section {
            "options.entry_points" => {
                // `console_scripts =` stands above the points, which are further in.
                if !is_continued {
                    self.key = key;
                } else if line.contains('=') {
                    let name = format!("entry-points.{key}");
                    let own =
                        resources.define(&name, whole, Span::new(from, from + key.len()), None);
                    entry_point(resources, value, own, Span::new(start, start + value.len()));
                }
            }
            "Service" if key.starts_with("Exec") => {
                let command = value.trim_start_matches(['-', '@', ':', '+', '!', ' ']);
                let start = start + (value.len() - command.len());
                self.run(resources, command, start);
            }
            "Service" if key == "Environment" => self.variable(resources, value, start),
            "uwsgi" => match key {
                "module" | "wsgi" | "mount" | "manage-script-name" | "import" | "shared-import" => {
                    let module = value.rsplit('=').next().unwrap_or(value).trim();
                    self.serve(resources, module, start, value.len());
                }
                "wsgi-file" | "file" | "mule" | "pythonpath" => {
                    let keys = paths_from(resources.folder(), value.trim());
                    let span = Span::new(start, start + value.len());
                    resources.guess(LinkKind::File, LinkRole::Calls, keys, self.own, span);
                }
                "env" => self.variable(resources, value, start),
                "attach-daemon" | "exec-as-root" | "exec-pre-app" | "smart-attach-daemon" => {
                    self.run(resources, value, start);
                }
                _ => {}
            },
            section if section.starts_with("program:") => match key {
                "command" => self.run(resources, value, start),
                "environment" => {
                    for part in value.split(',') {
                        self.variable(resources, part, start);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn run(&self, resources: &mut Resources<'_>, command: &str, start: usize) {
        // Units name programs by whole paths: `/opt/shop/bin/gunicorn`.
        let program = command.split_whitespace().next().unwrap_or_default();
        let is_installed = program.starts_with('/') && program.contains("/bin/");
        let folders = program.rfind('/').map_or(0, |at| at + 1);
        let skipped = if is_installed && command.starts_with('/') { folders } else { 0 };
        let (command, start) = (&command[skipped..], start + skipped);
        let shell = Shell::new(resources.folder(), self.own);
        read_script(resources, command, start as u32, &shell);
    }

    fn serve(&self, resources: &mut Resources<'_>, module: &str, start: usize, length: usize) {
        let folder = resources.folder();
        let mut keys = programs::served(folder, module);
        if keys.is_empty() {
            keys = programs::module_files(folder, module);
        }
        let span = Span::new(start, start + length);
        resources.guess(LinkKind::File, LinkRole::Calls, keys, self.own, span);
    }

    /// `NAME=value`, in quotes or not.
    fn variable(&self, resources: &mut Resources<'_>, text: &str, start: usize) {
        let Some((name, value)) = unquoted(text.trim()).split_once('=') else { return };
        let keys = programs::of_variable(resources.folder(), name.trim(), value);
        let span = Span::new(start, start + text.len());
        resources.guess(LinkKind::File, LinkRole::Calls, keys, self.own, span);
    }
}

/// The function of `package.module:function`, and its file.
fn entry_point(resources: &mut Resources<'_>, text: &str, own: Option<DefinitionId>, span: Span) {
    let point = programs::entry_point(resources.folder(), text);
    resources.link(LinkKind::Definition, LinkRole::Calls, point.functions, own, span);
    resources.guess(LinkKind::File, LinkRole::Calls, point.files, own, span);
}

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn units_start_programs() {
        check_file(
            "deploy/web.service",
            "[Unit]\nDescription=Web\n[Service]\nEnvironment=\"FLASK_APP=shop.web\"\n\
             ExecStart=-/usr/bin/gunicorn shop.web:app\n",
            &expect![[r#"
                Resource Service
                link File Calls deploy/shop/web.py | shop/web.py | deploy/shop/web/__init__.py | shop/web/__init__.py in Service (guess)
                link File Calls deploy/shop/web.py | shop/web.py | deploy/shop/web/__init__.py | shop/web/__init__.py in Service (guess)
            "#]],
        );
    }

    #[test]
    fn servers_are_given_modules_and_files() {
        check_file(
            "uwsgi.ini",
            "[uwsgi]\n; all\nmodule = shop.web:app\nwsgi-file = jobs/web.py\nenv = FLASK_APP=shop\n",
            &expect![[r#"
                Resource uwsgi
                link File Calls shop/web.py | shop/web/__init__.py in uwsgi (guess)
                link File Calls jobs/web.py in uwsgi (guess)
                link File Calls shop.py | shop/__init__.py in uwsgi (guess)
            "#]],
        );
        check_file(
            "supervisord.conf",
            "[program:web]\ncommand=python jobs/run.py\n",
            &expect![[r#"
                Resource program:web
                link File Calls jobs/run.py in program:web
            "#]],
        );
    }

    #[test]
    fn packages_have_entry_points() {
        check_file(
            "setup.cfg",
            "[metadata]\nname = shop\n[options.entry_points]\nconsole_scripts =\n    \
             serve = shop.cli:main\n",
            &expect![[r#"
                Resource entry-points.serve
                link File Calls shop/cli.py | src/shop/cli.py | lib/shop/cli.py | shop/cli/__init__.py | src/shop/cli/__init__.py | lib/shop/cli/__init__.py in entry-points.serve (guess)
                link Definition Calls shop/cli.py#main | src/shop/cli.py#main | lib/shop/cli.py#main | shop/cli/__init__.py#main | src/shop/cli/__init__.py#main | lib/shop/cli/__init__.py#main in entry-points.serve
            "#]],
        );
    }
}
