//! Names of nodes as people write them, and the nodes that people mean.

use codd_facts::{Name, conventions_of};
use codd_source::RepoPath;

use crate::{Graph, Node, NodeId, NodeKind};

/// Folders that hold packages without being one.
const SOURCE_ROOTS: [&str; 2] = ["src/", "lib/"];

/// Names offered where a symbol is not found.
const MAX_NEAREST: usize = 5;

/// The dotted name of a file: `src/shop/db/__init__.py` is `shop.db`, `web/index.ts` is `web`.
pub(crate) fn dotted_module(path: &RepoPath, is_code: bool) -> Name {
    if !is_code {
        return Name::new(path.as_str());
    }
    let text = path.as_str();
    let text = SOURCE_ROOTS.iter().find_map(|it| text.strip_prefix(it)).unwrap_or(text);
    Name::new(dotted_path(text))
}

/// The dotted name with the source root that [`dotted_module`] leaves out, if there is one.
pub(crate) fn also_dotted(node: &Node) -> Option<String> {
    let text = node.key.path.as_str();
    SOURCE_ROOTS.iter().any(|it| text.starts_with(it)).then(|| {
        let module = dotted_path(text);
        match node.key.symbol.as_str() {
            "" => module,
            symbol => format!("{module}.{symbol}"),
        }
    })
}

fn dotted_path(text: &str) -> String {
    let path = RepoPath::new(text);
    let folder = path.parent();
    let stem = path.stem();
    let is_folder_itself = conventions_of(&path).folder_file == Some(stem);
    match (folder, is_folder_itself) {
        ("", _) => stem.to_owned(),
        (folder, true) => folder.replace('/', "."),
        (folder, false) => format!("{}.{stem}", folder.replace('/', ".")),
    }
}

impl Graph {
    /// The nodes that `text` may mean: `FILE`, `FILE:SYMBOL`, a dotted name with or without
    /// its module, a bare name, `GET /path`, a control's id, a package; names as their language
    /// writes them: `User#save`, `User::save`, `(*Store).Save`, `store.Save` by its package.
    ///
    /// The most exact reading that finds anything counts; where it finds several nodes, all
    /// are given, in node order.
    pub fn find_symbol(&self, text: &str) -> Vec<NodeId> {
        let text = text.trim();
        let respelled = dotted_spelling(text);
        let readings: [&dyn Fn(&Node) -> bool; 7] = [
            &|node| node.key.path.as_str() == text && node.key.symbol.is_empty(),
            &|node| is_file_and_symbol(node, text),
            &|node| node.key.symbol == text || node.dotted == text || is_served_at(node, text),
            &|node| also_dotted(node).is_some_and(|it| it == text),
            &|node| {
                is_code(node)
                    && (ends_with_name(&node.dotted, text, '.')
                        || ends_with_name(node.key.path.as_str(), text, '/')
                            && node.key.kind == NodeKind::File)
            },
            &|node| is_code(node) && ends_with_name(&node.dotted, &respelled, '.'),
            &|node| is_code(node) && is_named_by_folder(node, &respelled),
        ];
        if text.is_empty() {
            return Vec::new();
        }
        let found = self.find_in_file(text);
        if !found.is_empty() {
            return found;
        }
        for reading in readings {
            let found: Vec<NodeId> =
                self.nodes().filter(|(_, node)| reading(node)).map(|(id, _)| id).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The nodes of `FILE:SYMBOL` where both are written in full, without looking at others.
    fn find_in_file(&self, text: &str) -> Vec<NodeId> {
        let named = text.match_indices(':').flat_map(|(at, _)| {
            let (file, symbol) = (&text[..at], text[at + 1..].trim_start_matches(':'));
            let start = self.nodes.partition_point(|node| node.key.path.as_str() < file);
            let of_file =
                self.nodes[start..].iter().take_while(move |it| it.key.path.as_str() == file);
            let is_named = move |node: &Node| !symbol.is_empty() && node.key.symbol == symbol;
            let of_file = of_file.enumerate().filter(move |(_, node)| is_named(node));
            of_file.map(move |(at, _)| NodeId((start + at) as u32))
        });
        let mut found: Vec<NodeId> = named.collect();
        found.sort();
        found
    }

    /// Names like `text`, nearest first, for where [`Graph::find_symbol`] finds nothing.
    pub fn nearest_symbols(&self, text: &str) -> Vec<Name> {
        let wanted = text.rsplit([':', '.', '/']).next().unwrap_or(text).to_lowercase();
        let mut ranked: Vec<(f64, &Name)> = self
            .nodes()
            .filter(|(_, node)| is_code(node))
            .filter_map(|(_, node)| {
                let last = node.dotted.rsplit('.').next().unwrap_or(&node.dotted).to_lowercase();
                let likeness = strsim::jaro_winkler(&wanted, &last);
                (likeness > 0.75).then_some((likeness, &node.dotted))
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        ranked.dedup();
        ranked.into_iter().take(MAX_NEAREST).map(|(_, name)| name.clone()).collect()
    }
}

/// `GET /api/users`, a path at which a route is served.
fn is_served_at(node: &Node, text: &str) -> bool {
    text.split_once(' ').is_some_and(|(method, path)| {
        node.served.iter().any(|it| it == path) && node.method_and_path().0 == method
    })
}

/// A name with the separators of any language as one with dots.
fn dotted_spelling(text: &str) -> String {
    let bare = text.replace("(*", "").replace(['(', ')'], "");
    bare.replace("::", ".").replace(['#', '\\'], ".")
}

/// Whether the text names a symbol by its package where that is the folder, not the file.
fn is_named_by_folder(node: &Node, text: &str) -> bool {
    let (symbol, folder) = (node.key.symbol.as_str(), node.key.path.parent());
    let of_folder = text.strip_suffix(symbol).and_then(|it| it.strip_suffix('.'));
    let is_of = |it: &str| ends_with_name(&folder.replace('/', "."), it, '.');
    // What Composer gives a folder for its first part, no folder is called.
    let is_below = |it: &str| {
        node.language.as_deref() == Some("php")
            && it.split_once('.').is_some_and(|(_, below)| is_of(below))
    };
    !symbol.is_empty() && of_folder.is_some_and(|it| is_of(it) || is_below(it))
}

fn is_code(node: &Node) -> bool {
    matches!(node.key.kind, NodeKind::File | NodeKind::Definition)
}

/// `FILE:SYMBOL`, the file by the end of its path, the symbol by the end of its name.
fn is_file_and_symbol(node: &Node, text: &str) -> bool {
    text.match_indices(':').any(|(at, _)| {
        let (file, symbol) = (&text[..at], text[at + 1..].trim_start_matches(':'));
        let path = node.key.path.as_str();
        !symbol.is_empty()
            && !node.key.symbol.is_empty()
            && (path == file || ends_with_name(path, file, '/'))
            && (node.key.symbol == symbol
                || node.key.kind == NodeKind::Definition
                    && ends_with_name(&node.key.symbol, symbol, '.'))
    })
}

fn ends_with_name(whole: &str, end: &str, separator: char) -> bool {
    whole == end || whole.strip_suffix(end).is_some_and(|rest| rest.ends_with(separator))
}
