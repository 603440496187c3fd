//! The things in the graph.

use codd_facts::{DefinitionId, DefinitionKind, Name, UNKNOWN_PREFIX, known_path, written_path};
use codd_source::RepoPath;
use schemars::JsonSchema;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Index of a node in one [`Graph`](crate::Graph); never kept across graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A file, and the code of its top level.
    File,
    Definition,
    Route,
    Test,
    /// A package from outside the repository.
    Package,
    Control,
}

/// The identity of a node across snapshots: nothing in it moves when lines move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
pub struct NodeKey {
    /// Of the file; a package's or a control's own name for those.
    pub path: RepoPath,
    pub kind: NodeKind,
    /// A definition's qualified name, `GET /users` of a route, a test's name; empty for a
    /// file, a package and a control.
    #[schemars(with = "String")]
    pub symbol: Name,
    /// Tells nodes of the same name in one file apart.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ordinal: u32,
}

/// For people, the ordinal is left out where it is zero; for machines, nothing ever is.
impl Serialize for NodeKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let NodeKey { path, kind, symbol, ordinal } = self;
        if !serializer.is_human_readable() {
            return (path, kind, symbol, ordinal).serialize(serializer);
        }
        let fields = 3 + usize::from(!is_zero(ordinal));
        let mut written = serializer.serialize_struct("NodeKey", fields)?;
        written.serialize_field("path", path)?;
        written.serialize_field("kind", kind)?;
        written.serialize_field("symbol", symbol)?;
        if is_zero(ordinal) {
            written.skip_field("ordinal")?;
        } else {
            written.serialize_field("ordinal", ordinal)?;
        }
        written.end()
    }
}

impl<'de> Deserialize<'de> for NodeKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NodeKey, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename = "NodeKey")]
        struct Fields {
            path: RepoPath,
            kind: NodeKind,
            symbol: Name,
            #[serde(default)]
            ordinal: u32,
        }
        if !deserializer.is_human_readable() {
            let (path, kind, symbol, ordinal) = Deserialize::deserialize(deserializer)?;
            return Ok(NodeKey { path, kind, symbol, ordinal });
        }
        let Fields { path, kind, symbol, ordinal } = Fields::deserialize(deserializer)?;
        Ok(NodeKey { path, kind, symbol, ordinal })
    }
}

impl NodeKey {
    /// A definition's own name: the last part of its qualified one.
    pub fn own_name(&self) -> &str {
        self.symbol.rsplit('.').next().unwrap_or(&self.symbol)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(ordinal: &u32) -> bool {
    *ordinal == 0
}

/// A node with what resolution and rendering need of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub key: NodeKey,
    /// Where the facts of a file, definition, route or test are found.
    pub place: NodePlace,
    pub definition_kind: Option<DefinitionKind>,
    /// The dotted name with its module, which scopes of controls match: `shop.db.find`. A
    /// route's method and the path that it is served at: `GET /api/users`.
    pub dotted: Name,
    /// Of a known language.
    pub language: Option<Name>,
    /// A method that has nothing to run of its own: what overrides it runs.
    pub is_abstract: bool,
    /// The paths that a route is served at, sorted; what is not known of one is `…`. Empty
    /// where its router is not known, and for all that is no route.
    pub served: Vec<Name>,
}

/// Paths of one route that its name lists.
const MAX_NAMED_PATHS: usize = 3;

impl Node {
    /// Whether it is a named value: reading it runs nothing.
    pub fn is_value(&self) -> bool {
        matches!(
            self.definition_kind,
            Some(DefinitionKind::Variable | DefinitionKind::Field | DefinitionKind::Resource)
        )
    }

    /// Whether it is a member of a class that another class can replace.
    pub(crate) fn is_member(&self) -> bool {
        self.definition_kind.is_some_and(DefinitionKind::is_member)
    }

    /// Says at which paths a route is served.
    pub(crate) fn serve_at(&mut self, paths: Vec<Name>) {
        let (method, _) = self.method_and_path();
        let is_unknown = paths.iter().any(|it| it.ends_with(UNKNOWN_PREFIX));
        let written = written_path(&self.key.symbol).filter(|_| is_unknown);
        let mut dotted = format!("{method} ");
        for (at, path) in paths.iter().take(MAX_NAMED_PATHS).enumerate() {
            let separator = if at > 0 { ", " } else { "" };
            dotted.push_str(separator);
            dotted.push_str(path);
        }
        if paths.len() > MAX_NAMED_PATHS {
            dotted.push_str(", …");
        }
        if let Some(written) = written {
            dotted.push_str(&format!(" {written}"));
        }
        self.dotted = Name::from(dotted);
        self.served = paths;
    }

    /// A route's method, and its path as its file writes it, `…` for what it does not say.
    pub fn method_and_path(&self) -> (&str, &str) {
        let symbol = self.key.symbol.as_str();
        let (method, path) = symbol.split_once(' ').unwrap_or(("*", symbol));
        (method, known_path(path))
    }

    /// The paths that a route is served at; its own where no more is known.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let own = self.served.is_empty().then(|| self.method_and_path().1);
        self.served.iter().map(Name::as_str).chain(own)
    }

    /// Whether its own code runs when it is called.
    pub fn is_function(&self) -> bool {
        self.definition_kind.is_some_and(DefinitionKind::is_function)
    }
}

/// Where in the facts of its file a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodePlace {
    File,
    Definition(DefinitionId),
    /// Index into the file's routes.
    Route(u32),
    /// Index into the file's tests.
    Test(u32),
    /// Of a test that the class has by what it extends.
    InheritedTest {
        class: DefinitionId,
        /// Index into those of the file.
        at: u32,
    },
    /// No place in the code.
    Outside,
}
