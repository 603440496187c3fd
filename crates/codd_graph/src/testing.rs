//! Fixtures as text, for the tests of this crate: files in, edges out.

use std::fmt::Write;
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{
    FileFacts, LanguageRef, Name, ProjectFiles, all_languages, extract, language_of, parse,
};
use codd_source::RepoPath;

use crate::{
    EdgeKind, EdgeSource, EdgeTarget, FileEdge, FileEdges, Graph, GraphFile, Node, NodeKind,
    PlainProject, resolve_file,
};

pub(crate) struct Fixture {
    pub(crate) names: ProjectFiles,
    pub(crate) files: Vec<(RepoPath, LanguageRef, FileFacts)>,
}

/// Files as `//- /path` followed by their text.
pub(crate) fn fixture(text: &str) -> Fixture {
    let mut names = ProjectFiles::default();
    let mut files = Vec::new();
    let mut parts: Vec<(RepoPath, String)> = Vec::new();
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("//- /") {
            parts.push((RepoPath::new(path.trim()), String::new()));
        } else if let Some((_, text)) = parts.last_mut() {
            let _ = writeln!(text, "{line}");
        }
    }
    parts.sort();
    for (path, text) in parts {
        names.paths.push(path.clone());
        if all_languages().any(|it| it.manifests().contains(&path.file_name())) {
            names.manifests.insert(path.clone(), Arc::from(text.as_str()));
        }
        if let Some(language) = language_of(&path) {
            let parsed = parse(language, &path, text.as_bytes()).unwrap();
            files.push((path, language, extract(&parsed)));
        }
    }
    Fixture { names, files }
}

impl Fixture {
    pub(crate) fn project(&self) -> PlainProject {
        let files =
            self.files.iter().map(|(path, language, facts)| (path, *language, &*facts.semantics));
        PlainProject::new(&self.names, files)
    }

    pub(crate) fn graph_files(&self) -> Vec<GraphFile> {
        let project = self.project();
        let others = self.names.paths.iter().filter(|path| language_of(path).is_none());
        let others =
            others.map(|path| GraphFile { path: path.clone(), facts: None, is_authored: true });
        self.files
            .iter()
            .map(|(path, language, facts)| {
                let edges = resolve_file(&project, path, &facts.semantics);
                let language = Name::new(language.name());
                GraphFile {
                    path: path.clone(),
                    facts: Some((language, Arc::clone(&facts.semantics), Arc::new(edges))),
                    is_authored: true,
                }
            })
            .chain(others)
            .collect()
    }

    pub(crate) fn graph(&self) -> Graph {
        Graph::build(&self.graph_files(), &ControlSet::default())
    }

    /// Edges of every file, one a line, without what imports make of files and packages.
    pub(crate) fn edges(&self) -> String {
        self.lines_of_edges(|edge| {
            (edge.kind != EdgeKind::Imports).then(|| words(edge.kind, edge.confidence))
        })
    }

    /// The same with what each edge rests on, and with what imports make of files.
    pub(crate) fn bases(&self) -> String {
        self.lines_of_edges(|edge| {
            let basis = format!("{:?}", edge.basis).to_lowercase();
            Some(format!("{} {basis}", words(edge.kind, edge.confidence)))
        })
    }

    fn lines_of_edges(&self, words: impl Fn(&FileEdge) -> Option<String>) -> String {
        let project = self.project();
        let mut out = String::new();
        for (path, _, facts) in &self.files {
            let edges = resolve_file(&project, path, &facts.semantics);
            self.render(path, &edges, &words, &mut out);
        }
        out
    }

    fn render(
        &self,
        path: &RepoPath,
        edges: &FileEdges,
        words: &impl Fn(&FileEdge) -> Option<String>,
        out: &mut String,
    ) {
        for edge in &edges.edges {
            let from = match &edge.from {
                EdgeSource::File => path.to_string(),
                EdgeSource::Definition(id) => self.symbol(path, id.index()),
                EdgeSource::Elsewhere(path, id) => self.symbol(path, id.index()),
                EdgeSource::Route(at) => {
                    let facts = self.facts(path);
                    let route = &facts.semantics.routes[*at as usize];
                    format!("{path}:{} {}", route.method, route.path)
                }
                EdgeSource::Test(at) => {
                    format!("{path}:{}", self.facts(path).semantics.tests[*at as usize].name)
                }
            };
            let to = match &edge.to {
                EdgeTarget::File(path) => path.to_string(),
                EdgeTarget::Definition(path, id) => self.symbol(path, id.index()),
                EdgeTarget::Package(name) => format!("package {name}"),
            };
            if let Some(words) = words(edge) {
                let _ = writeln!(out, "{from} -{words}- {to}");
            }
        }
        for it in &edges.unresolved {
            let _ = writeln!(out, "{path}: {:?} {}", it.reason, it.name);
        }
    }

    pub(crate) fn facts(&self, path: &RepoPath) -> &FileFacts {
        self.files.iter().find(|(it, _, _)| it == path).map(|(_, _, facts)| facts).unwrap()
    }

    fn symbol(&self, path: &RepoPath, at: usize) -> String {
        let definition = &self.facts(path).semantics.definitions[at];
        match definition.ordinal {
            0 => format!("{path}:{}", definition.qualified_name),
            ordinal => format!("{path}:{}#{ordinal}", definition.qualified_name),
        }
    }
}

pub(crate) fn words(kind: EdgeKind, confidence: crate::Confidence) -> String {
    format!("{kind:?} {confidence:?}").to_lowercase()
}

pub(crate) fn label(node: &Node) -> String {
    let path = &node.key.path;
    match node.key.kind {
        NodeKind::File => path.to_string(),
        NodeKind::Package => format!("package {path}"),
        NodeKind::Control => format!("control {path}"),
        _ => format!("{path}:{}", node.key.symbol),
    }
}
