//! Which files the names of modules and packages mean.

use codd_facts::{FlowFacts, FlowName, FlowStatement};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

use super::{Family, Program};

impl<'a> Program<'a> {
    /// Gives each file what all files below a folder bring in; of many, the nearest, each once,
    /// for every name is looked up in all of them.
    pub(super) fn share_stars(&mut self) {
        // As `languages::csharp` says it of a directive.
        const STATIC: u32 = 1;
        const GLOBAL: u32 = 2;
        const MOST: usize = 256;
        let mut seen: FxHashSet<(&str, u32, &str)> = FxHashSet::default();
        let mut shared: BTreeMap<&str, Vec<(u32, &'a str)>> = BTreeMap::new();
        for file in self.files.iter().filter(|it| it.family == Family::CSharp) {
            let stars = file.stars.iter().filter(|(level, _)| level & GLOBAL != 0);
            for (level, module) in stars {
                let folder = folder_of(file.path.as_str());
                let all = shared.entry(folder).or_default();
                if all.len() < MOST && seen.insert((folder, *level, *module)) {
                    all.push((*level, *module));
                }
            }
        }
        for file in self.files.iter_mut().filter(|it| it.family == Family::CSharp) {
            let mut folder = folder_of(file.path.as_str());
            loop {
                file.stars.extend(shared.get(folder).into_iter().flatten());
                if folder.is_empty() {
                    break;
                }
                folder = folder_of(folder);
            }
            let mut known: FxHashSet<(u32, &str)> = FxHashSet::default();
            file.stars.retain(|(level, module)| {
                known.len() < MOST && known.insert((level & STATIC, *module))
            });
        }
    }

    /// The files that include one, or bring in something of it; bounded.
    pub(crate) fn importers(&self, file: u32) -> Vec<u32> {
        const MOST: usize = 32;
        self.importers.get(&file).into_iter().flatten().copied().take(MOST).collect()
    }

    /// The files of a folder.
    pub(crate) fn files_in(&self, folder: &str) -> Vec<u32> {
        self.folders.get(folder).cloned().unwrap_or_default()
    }

    /// The folder of a package that a file imports, where it is one of the project's.
    pub(crate) fn package(&self, from: u32, module: &str) -> Option<&str> {
        let is_it = |folder: &str| {
            module == folder || module.strip_suffix(folder).is_some_and(|rest| rest.ends_with('/'))
        };
        let folders = self.folders.iter().filter(|(folder, _)| !folder.is_empty());
        let mut fitting: Vec<(&String, &Vec<u32>)> =
            folders.filter(|(folder, _)| is_it(folder)).collect();
        fitting.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        let imported = &self.files[from as usize].imported;
        // The graph knows which; a name with a host in it is nobody else's.
        let is_own = |files: &Vec<u32>| files.iter().any(|it| imported.contains(it));
        let has_host = module.split('/').next().is_some_and(|it| it.contains('.'));
        let found = fitting.iter().find(|(_, files)| is_own(files));
        let found = found.or_else(|| fitting.first().filter(|_| has_host));
        if let Some((folder, _)) = found {
            return Some(folder);
        }
        // A project that is a part of the repository.
        let mut own = imported.iter().map(|it| self.files[*it as usize].path.as_str());
        let last = module.rsplit('/').next().unwrap_or(module);
        own.find_map(|path| {
            let (folder, _) = path.rsplit_once('/')?;
            let name = folder.rsplit('/').next().unwrap_or(folder);
            (name == last).then_some(folder)
        })
    }

    /// The packages that types of a file are part of, each once; bounded.
    pub(crate) fn packages(&self, file: u32) -> Vec<&'a str> {
        const MOST: usize = 64;
        const MOST_TYPES: usize = 4096;
        let flow = self.files[file as usize].flow;
        let others = flow.packages.iter().map(|(_, it)| *it).take(MOST_TYPES);
        let mut names: Vec<FlowName> = Vec::new();
        for name in flow.package.into_iter().chain(others) {
            if names.len() >= MOST {
                break;
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.into_iter().map(|it| flow.name(it).as_str()).collect()
    }

    /// Whether a file imports a package or something of it.
    pub(crate) fn imports(&self, file: u32, package: &str) -> bool {
        self.files[file as usize].modules.iter().any(|own| {
            own.strip_prefix(package)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
        })
    }

    /// Whether a module is a folder, of which a file imports something.
    pub(crate) fn is_package(&self, from: u32, module: &str) -> bool {
        let folder = format!("{}/", module.replace('.', "/"));
        let inner = format!("/{folder}");
        self.files[from as usize].imported.iter().any(|at| {
            let path = self.files[*at as usize].path.as_str();
            path.starts_with(&folder) || path.contains(&inner)
        })
    }

    /// The file that an import written in `from` means; `item` where that may be a module.
    pub(crate) fn module(
        &self,
        from: u32,
        module: &str,
        level: u32,
        item: Option<&str>,
    ) -> Option<u32> {
        let file = &self.files[from as usize];
        let is_python = file.facts.language == "python";
        let folder = file.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut stem = if is_python {
            let mut base = folder.to_owned();
            for _ in 1..level {
                base = base.rsplit_once('/').map_or(String::new(), |(up, _)| up.to_owned());
            }
            let own = module.replace('.', "/");
            if level == 0 {
                own
            } else {
                [base, own]
                    .iter()
                    .filter(|it| !it.is_empty())
                    .cloned()
                    .collect::<Vec<_>>()
                    .join("/")
            }
        } else if module.starts_with('.') {
            joined(folder, module)
        } else {
            module.trim_start_matches(['@', '~', '/']).to_owned()
        };
        if let Some(item) = item {
            if !stem.is_empty() {
                stem.push('/');
            }
            stem.push_str(item);
        }
        if stem.is_empty() && !is_python {
            return None;
        }
        let is_exact = level > 0 || module.starts_with('.');
        let endings: &[&str] = if is_python {
            &[".py", "/__init__.py", ".pyi"]
        } else {
            &[
                "",
                ".js",
                ".ts",
                ".tsx",
                ".jsx",
                ".mjs",
                ".cjs",
                ".mts",
                ".cts",
                ".vue",
                "/index.js",
                "/index.ts",
                "/index.tsx",
                "/index.mjs",
                "/index.jsx",
            ]
        };
        for ending in endings {
            let path = format!("{stem}{ending}");
            let path = path.trim_start_matches('/');
            if let Some(at) = self.by_path.get(path)
                && (is_exact || file.imported.contains(at))
            {
                return Some(*at);
            }
        }
        if is_exact {
            // `./x.js` may be what `x.ts` is compiled to.
            let stem = stem.strip_suffix(".js")?;
            return [".ts", ".tsx"]
                .iter()
                .find_map(|ending| self.by_path.get(format!("{stem}{ending}").as_str()).copied());
        }
        // From some root of the project's: the graph knows which.
        let ends_with = |stem: &str| {
            file.imported.iter().copied().find(|at| {
                let path = self.files[*at as usize].path.as_str();
                endings.iter().any(|ending| {
                    path.strip_suffix(&format!("{stem}{ending}"))
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
                })
            })
        };
        ends_with(&stem).or_else(|| {
            // A name that the project gave to a folder stands for its path: `@shop/api/items`.
            let mut rest = stem.as_str();
            while !is_python && let Some((_, below)) = rest.split_once('/') {
                rest = below;
                if !rest.contains('/') {
                    break;
                }
                if let Some(found) = ends_with(rest) {
                    return Some(found);
                }
            }
            None
        })
    }
}

pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Names that a file gives to types of modules.
pub(super) fn aliases_of(flow: &FlowFacts) -> FxHashMap<&str, (&str, &str)> {
    let mut aliases = FxHashMap::default();
    for statement in flow.functions.first().into_iter().flat_map(|it| &it.body) {
        if let FlowStatement::Bring { name, module, item: Some(item), .. } = statement
            && flow.name(*item) != "*"
        {
            let of = (flow.name(*module).as_str(), flow.name(*item).as_str());
            aliases.insert(flow.name(*name).as_str(), of);
        }
    }
    aliases
}

/// Collects the modules that statements bring in, wherever in them.
pub(super) fn brought<'a>(
    flow: &'a FlowFacts,
    body: &'a [FlowStatement],
    modules: &mut Vec<&'a str>,
    stars: &mut Vec<(u32, &'a str)>,
) {
    let mut open: Vec<&FlowStatement> = body.iter().collect();
    while let Some(statement) = open.pop() {
        match statement {
            FlowStatement::Bring { module, level, item, .. } => {
                modules.push(flow.name(*module));
                if item.is_some_and(|it| flow.name(it) == "*") {
                    stars.push((*level, flow.name(*module)));
                }
            }
            FlowStatement::Branch { then, otherwise, .. } => {
                open.extend(then);
                open.extend(otherwise);
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                open.extend(body);
                open.extend(handlers.iter().flatten());
                open.extend(otherwise);
                open.extend(finally);
            }
            _ => {}
        }
    }
}

/// A relative path from a folder, without dots.
pub(super) fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
