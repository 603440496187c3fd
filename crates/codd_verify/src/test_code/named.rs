//! Files that a framework or a manager of processes runs because the program names them in a
//! text: `ROOT_URLCONF = "tests.urls"`, `script: "tests/server.js"`.

use codd_facts::{Bound, Expr, ExprId, FileFacts, MODULE_SCOPE, Semantics};
use codd_source::RepoPath;
use rustc_hash::FxHashSet;

/// Settings of Django whose texts name modules that it loads.
const SETTINGS: &[&str] = &[
    "ASGI_APPLICATION",
    "AUTHENTICATION_BACKENDS",
    "DATABASE_ROUTERS",
    "INSTALLED_APPS",
    "MIDDLEWARE",
    "MIDDLEWARE_CLASSES",
    "ROOT_URLCONF",
    "WSGI_APPLICATION",
];

/// Modules of an application that Django loads by itself.
const OF_APPS: &[&str] = &["__init__", "admin", "apps", "models"];

/// How files of pm2 are called.
const PROCESSES: &[&str] = &["ecosystem.config", "pm2.config", "process.config"];

/// Values in values that are looked through.
const DEEPEST: usize = 8;

/// The ends of paths of such files.
#[derive(Debug, Default)]
pub(super) struct Named {
    ends: FxHashSet<String>,
}

impl Named {
    /// What the files of a program name.
    pub(super) fn by<'a>(files: impl Iterator<Item = (&'a RepoPath, &'a FileFacts)>) -> Named {
        let mut named = Named::default();
        for (path, facts) in files {
            let name = path.file_name();
            if &*facts.language == "python" {
                named.by_settings(&facts.semantics);
            } else if PROCESSES.iter().any(|it| name.starts_with(it)) {
                for expr in &facts.semantics.exprs {
                    if let Expr::Text(text) = expr {
                        named.ends.insert(text.trim_start_matches("./").to_owned());
                    }
                }
            }
        }
        named
    }

    pub(super) fn holds(&self, path: &RepoPath) -> bool {
        let path = path.as_str();
        let starts = path.match_indices('/').map(|(at, _)| at + 1);
        !self.ends.is_empty()
            && std::iter::once(0).chain(starts).any(|start| self.ends.contains(&path[start..]))
    }

    fn by_settings(&mut self, semantics: &Semantics) {
        for setting in SETTINGS {
            for binding in semantics.scope(MODULE_SCOPE).bindings_of(setting) {
                let value = match binding.bound {
                    Bound::Definition(id) => semantics.definition(id).value,
                    Bound::Value(value) => Some(value),
                    _ => None,
                };
                if let Some(value) = value {
                    self.by_value(semantics, value, DEEPEST);
                }
            }
        }
    }

    fn by_value(&mut self, semantics: &Semantics, value: ExprId, room: usize) {
        let Some(room) = room.checked_sub(1) else { return };
        match semantics.expr(value) {
            Expr::Text(module) => self.module(module),
            Expr::Container { items, .. } => {
                for it in items {
                    self.by_value(semantics, it.value, room);
                }
            }
            Expr::Either(parts) | Expr::Joined(parts) => {
                for it in parts {
                    self.by_value(semantics, *it, room);
                }
            }
            _ => {}
        }
    }

    /// A dotted name is one of a module, or of something in it.
    fn module(&mut self, dotted: &str) {
        let path = dotted.replace('.', "/");
        let around = path.rsplit_once('/').map(|it| it.0);
        for path in around.into_iter().chain([path.as_str()]) {
            self.ends.insert(format!("{path}.py"));
            self.ends.extend(OF_APPS.iter().map(|it| format!("{path}/{it}.py")));
        }
    }
}
