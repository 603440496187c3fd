//! Files by their paths: whole ones, folders, and the ends by which templates are found.

use codd_source::{RepoPath, shared_parts};
use rustc_hash::FxHashMap;

use super::{Found, MOST, one_of};
use crate::{Confidence, NodeId};

/// Files in a folder up to which who uses the folder uses each of them.
const MOST_FILES: usize = 512;

/// Folders of what is rendered, by their names.
const VIEWS: [&str; 2] = ["templates", "views"];

/// Those in which only what is no code is taken for it.
const TEMPLATES: [&str; 7] =
    ["fragments", "layouts", "partials", "snippets", "template", "tmpl", "web-inf"];

/// All files of a project.
pub(super) struct Files<'a> {
    /// Sorted by path; with whether it is code.
    files: Vec<(&'a str, NodeId, bool)>,
    /// Places in `files` by the name of the file, and by that name without its extension.
    by_name: FxHashMap<&'a str, Vec<u32>>,
    by_stem: FxHashMap<&'a str, Vec<u32>>,
}

impl<'a> Files<'a> {
    /// Of files with their nodes and whether they are code, sorted by path.
    pub(super) fn new(files: Vec<(&'a str, NodeId, bool)>) -> Files<'a> {
        let mut by_name: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        let mut by_stem: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (at, (path, ..)) in files.iter().enumerate() {
            let name = path.rsplit('/').next().unwrap_or(path);
            by_name.entry(name).or_default().push(at as u32);
            if let Some((stem, _)) = name.split_once('.') {
                by_stem.entry(stem).or_default().push(at as u32);
            }
        }
        Files { files, by_name, by_stem }
    }

    pub(super) fn at(&self, key: &str, is_certain: bool) -> Found {
        if let Some(folder) = key.strip_suffix("/**") {
            return self.below(folder, |_, is_code| !is_code);
        }
        if let Some(folder) = key.strip_suffix('/') {
            return self.below(folder, |_, _| true);
        }
        if let Some((folder, ending)) = key.rsplit_once("/*.") {
            return self.below(folder, |rest, _| {
                !rest.contains('/') && rest.rsplit_once('.').is_some_and(|(_, it)| it == ending)
            });
        }
        match self.files.binary_search_by(|(path, ..)| (*path).cmp(key)) {
            Ok(at) => one_of(vec![self.files[at].1], is_certain),
            Err(_) => Found::NOTHING,
        }
    }

    /// The files below a folder that are taken by their path in it and by whether they are code.
    fn below(&self, folder: &str, takes: impl Fn(&str, bool) -> bool) -> Found {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = self.files.partition_point(|(path, ..)| *path < prefix.as_str());
        let mut nodes = Vec::new();
        for (path, node, is_code) in &self.files[start..] {
            let Some(rest) = path.strip_prefix(prefix.as_str()) else { break };
            if takes(rest, *is_code) {
                nodes.push(*node);
            }
            if nodes.len() > MOST_FILES {
                return Found::TOO_MUCH;
            }
        }
        Found { nodes, confidence: Confidence::Probable, is_too_many: false }
    }

    /// The files whose path ends with `key`, or would with the ending of a template where `key` has
    /// none; of several those that lie nearest to the user.
    pub(super) fn templates(&self, from: &RepoPath, key: &str, is_certain: bool) -> Found {
        let name = key.rsplit('/').next().unwrap_or(key);
        let ends_so = |path: &str, end: &str| {
            path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<u32> =
            named.iter().copied().filter(|at| ends_so(self.files[*at as usize].0, key)).collect();
        if found.is_empty() && !name.contains('.') {
            let named = self.by_stem.get(name).map_or(&[][..], Vec::as_slice);
            let is_view = |(path, _, is_code): &(&str, NodeId, bool)| {
                let folder = path.rfind('/').map_or("", |at| &path[..at]);
                let without_ending =
                    path.len() - path.rsplit('/').next().map_or(0, str::len) + name.len();
                let is_of_views = |it: &str| {
                    let is = |list: &[&str]| list.iter().any(|own| own.eq_ignore_ascii_case(it));
                    is(&VIEWS) || !is_code && is(&TEMPLATES)
                };
                ends_so(&path[..without_ending], key)
                    && (folder.split('/').any(is_of_views) || !is_code && folder == from.parent())
            };
            found = named.iter().copied().filter(|at| is_view(&self.files[*at as usize])).collect();
        }
        if found.len() > MOST {
            return Found::TOO_MUCH;
        }
        let is_one = found.len() == 1;
        let shared = |at: &u32| shared_parts(self.files[*at as usize].0, from.as_str());
        let most = found.iter().map(shared).max();
        found.retain(|at| Some(shared(at)) == most);
        let nodes = found.iter().map(|at| self.files[*at as usize].1).collect();
        one_of(nodes, is_certain && is_one)
    }
}
