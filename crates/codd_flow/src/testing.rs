//! Text in, text out: small projects and the flows in them.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{
    FileFacts, FlowFacts, ProjectFiles, all_languages, extract, flow, language_of, parse,
};
use codd_graph::{Graph, GraphFile, PlainProject, resolve_file};
use codd_source::{ContentId, LineIndex, RepoPath};
use expect_test::Expect;

use crate::{CLASSES, FlowAnalysis, FlowFile, KnownFlows, Models, analyse};

struct Project {
    files: BTreeMap<RepoPath, (String, FlowFacts, Arc<FileFacts>)>,
    graph: Graph,
}

/// The project of a text with `//- /path` lines.
fn project(text: &str) -> Project {
    let mut texts: BTreeMap<RepoPath, String> = BTreeMap::new();
    let mut current: Option<RepoPath> = None;
    for line in text.trim_start_matches('\n').split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("//- /") {
            let path = RepoPath::from(path.trim());
            texts.insert(path.clone(), String::new());
            current = Some(path);
        } else if let Some(path) = &current {
            texts.get_mut(path).unwrap().push_str(line);
        }
    }
    let mut names = ProjectFiles::default();
    let mut files = BTreeMap::new();
    for (path, text) in texts {
        names.paths.push(path.clone());
        if all_languages().any(|it| it.manifests().contains(&path.file_name())) {
            names.manifests.insert(path.clone(), Arc::from(text.as_str()));
        }
        let Some(language) = language_of(&path) else { continue };
        let parsed = parse(language, &path, text.as_bytes()).unwrap();
        let facts = Arc::new(extract(&parsed));
        files.insert(path, (text, flow(&parsed).unwrap(), facts));
    }
    let project = PlainProject::new(
        &names,
        files.iter().map(|(path, (_, _, facts))| {
            (path, language_of(path).unwrap(), facts.semantics.as_ref())
        }),
    );
    let all: Vec<GraphFile> = files
        .iter()
        .map(|(path, (_, _, facts))| {
            let edges = resolve_file(&project, path, &facts.semantics);
            GraphFile {
                path: path.clone(),
                facts: Some((facts.language.clone(), facts.semantics.clone(), Arc::new(edges))),
                is_authored: true,
            }
        })
        .collect();
    let graph = Graph::build(&all, &ControlSet::default());
    Project { files, graph }
}

fn analysis(project: &Project, known: Option<&dyn KnownFlows>) -> FlowAnalysis {
    let files: Vec<FlowFile<'_>> = project
        .files
        .iter()
        .map(|(path, (text, flow, facts))| {
            let content = ContentId::of(text.as_bytes());
            FlowFile { path, content, flow, facts }
        })
        .collect();
    analyse(&project.graph, &files, &Models::shipped(), known)
}

/// What is found in `//- /path` files where `known` has what was found before.
pub(crate) fn analysed(text: &str, known: Option<&dyn KnownFlows>) -> FlowAnalysis {
    analysis(&project(text), known)
}

/// One line for each flow: its class, its sink, and the lines of its way.
pub(crate) fn flows(text: &str) -> String {
    let project = project(text);
    let line = |path: &RepoPath, at: u32| {
        LineIndex::new(project.files[path].0.as_bytes()).position(at).line
    };
    let mut out = String::new();
    let found = analysis(&project, None);
    for it in &found.findings {
        let class = CLASSES[it.sink.class.0 as usize].name;
        let at = line(&it.sink.path, it.sink.span.start);
        let way = &it.ways[0];
        write!(out, "{class} {}:{at} {}:", it.sink.path, way.source).unwrap();
        for step in &way.steps {
            let at = line(&step.path, step.span.start);
            if step.path == it.sink.path {
                write!(out, " {at}").unwrap();
            } else {
                write!(out, " {}:{at}", step.path).unwrap();
            }
        }
        if it.ways.len() > 1 {
            write!(out, " and {} more", it.ways.len() - 1).unwrap();
        }
        out.push('\n');
    }
    for (path, count) in &found.given_up {
        writeln!(out, "given up in {path}: {count}").unwrap();
    }
    out
}

/// Checks which flows there are in `//- /path` files.
pub(crate) fn check(text: &str, expect: Expect) {
    expect.assert_eq(&flows(text));
}

/// Flows in the body of one Flask route, in which `x` is a parameter of the query.
pub(crate) fn in_route(body: &str) -> String {
    let body = body.trim_matches('\n').replace('\n', "\n    ");
    flows(&format!(
        "//- /app.py\nimport os, re\nfrom flask import Flask, request, abort\napp = Flask(__name__)\n\
         @app.get('/a')\ndef a():\n    x = request.args['x']\n    {body}\n    return {{}}\n"
    ))
}
