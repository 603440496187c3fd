//! What Java, Kotlin and Scala share: namespaces, manifests, annotations and well-known names.

pub(super) mod annotations;
pub(crate) mod filter_chains;
pub(super) mod packages;
pub(super) mod test_cases;

use codd_source::RepoPath;

use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

/// The same list for all of them, so that they see one another.
pub(super) const MANIFESTS: &[&str] = &[
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "pom.xml",
    "settings.gradle",
    "settings.gradle.kts",
];

/// The name by which a class's constructors are bound in its scope.
pub(super) const CONSTRUCTOR: &str = "<init>";

/// What instances of a trait of Scala are besides, as it asks of who mixes it in.
pub(super) const SELF_TYPE: &str = "<self type>";

/// Stands for the value that a `switch` or `match` goes by; no source can name it.
pub(super) const SWITCHED: &str = "<switched>";

/// Methods that the language itself and its collections run.
pub(super) const SPECIAL: &[&str] =
    &["clone", "close", "compareTo", "equals", "finalize", "hashCode", "iterator", "toString"];

/// Bases from outside that call nothing of who extends them, beyond those; sorted.
pub(super) const INERT_BASES: &[&str] = &[
    "Any",
    "AnyRef",
    "AnyVal",
    "AutoCloseable",
    "Cloneable",
    "Closeable",
    "Comparable",
    "Enum",
    "Object",
    "Product",
    "Serializable",
    "Throwable",
];

/// Methods of the library's interfaces of one method, by which a function is called.
pub(super) const FUNCTION_METHODS: &[&str] = &[
    "accept",
    "apply",
    "applyAsDouble",
    "applyAsInt",
    "applyAsLong",
    "call",
    "compare",
    "get",
    "getAsBoolean",
    "getAsDouble",
    "getAsInt",
    "getAsLong",
    "run",
    "test",
];

/// Methods of collections and their like that give one of the items.
pub(super) const ITEM_METHODS: &[&str] = &[
    "apply",
    "elementAt",
    "element",
    "first",
    "firstOrNull",
    "get",
    "getFirst",
    "getLast",
    "getOrDefault",
    "getOrElse",
    "getOrNull",
    "getOrThrow",
    "getValue",
    "head",
    "join",
    "last",
    "lastOrNull",
    "next",
    "orElse",
    "orElseGet",
    "orElseThrow",
    "peek",
    "poll",
    "pollFirst",
    "pollLast",
    "pop",
    "previous",
    "random",
    "remove",
    "removeFirst",
    "removeLast",
    "single",
    "singleOrNull",
    "take",
    "await",
    "find",
    "max",
    "min",
    "computeIfAbsent",
    "getOrPut",
    "maxBy",
    "minBy",
    "maxByOrNull",
    "minByOrNull",
    "call",
];

/// Methods of them that give a collection of the same items.
pub(super) const WHOLE_METHODS: &[&str] = &[
    "asIterable",
    "asSequence",
    "collect",
    "descendingIterator",
    "distinct",
    "drop",
    "dropWhile",
    "filter",
    "filterNot",
    "filterNotNull",
    "findAny",
    "findFirst",
    "headOption",
    "iterator",
    "lastOption",
    "limit",
    "listIterator",
    "onEach",
    "parallelStream",
    "reversed",
    "skip",
    "sortBy",
    "sortWith",
    "sorted",
    "sortedBy",
    "sortedByDescending",
    "sortedWith",
    "stream",
    "subList",
    "tail",
    "takeWhile",
    "toList",
    "toMutableList",
    "toSeq",
    "toSet",
    "toVector",
    "values",
    "withFilter",
    "orEmpty",
    "plus",
    "peekAll",
    "also",
    "apply",
    "toArray",
];

/// Methods of them that call a function with each item.
pub(super) const TAKES_ITEMS: &[&str] = &[
    "all",
    "allMatch",
    "any",
    "anyMatch",
    "associate",
    "associateBy",
    "associateWith",
    "collect",
    "count",
    "dropWhile",
    "exists",
    "filter",
    "filterNot",
    "find",
    "first",
    "firstOrNull",
    "flatMap",
    "forEach",
    "forall",
    "foreach",
    "groupBy",
    "ifPresent",
    "ifPresentOrElse",
    "last",
    "lastOrNull",
    "map",
    "mapNotNull",
    "mapToInt",
    "mapToLong",
    "mapToObj",
    "maxBy",
    "maxByOrNull",
    "minBy",
    "minByOrNull",
    "none",
    "noneMatch",
    "onEach",
    "partition",
    "peek",
    "removeIf",
    "single",
    "singleOrNull",
    "sortBy",
    "sortedBy",
    "sortedByDescending",
    "sumBy",
    "sumOf",
    "takeWhile",
    "thenAccept",
    "thenApply",
    "thenCompose",
];

/// Those of which what the function gives is in what they give.
pub(super) const MAPS_ITEMS: &[&str] =
    &["map", "mapNotNull", "mapToObj", "thenApply", "associateWith"];

/// Generic types whose last argument is what they hold.
const HOLDERS: &[&str] = &[
    "ArrayBuffer",
    "ArrayDeque",
    "ArrayList",
    "Array",
    "BlockingQueue",
    "Callable",
    "Collection",
    "CompletableFuture",
    "CompletionStage",
    "ConcurrentHashMap",
    "ConcurrentMap",
    "CopyOnWriteArrayList",
    "Deferred",
    "Deque",
    "EnumMap",
    "Flow",
    "Flux",
    "Future",
    "HashMap",
    "HashSet",
    "ImmutableList",
    "ImmutableMap",
    "ImmutableSet",
    "IndexedSeq",
    "Iterable",
    "Iterator",
    "LinkedHashMap",
    "LinkedHashSet",
    "LinkedList",
    "List",
    "ListBuffer",
    "ListIterator",
    "Map",
    "Mono",
    "MutableCollection",
    "MutableList",
    "MutableMap",
    "MutableSet",
    "NavigableMap",
    "NavigableSet",
    "Option",
    "Optional",
    "PriorityQueue",
    "Queue",
    "Seq",
    "Sequence",
    "Set",
    "SortedMap",
    "SortedSet",
    "Stack",
    "StateFlow",
    "Stream",
    "Supplier",
    "TreeMap",
    "TreeSet",
    "Try",
    "Vector",
    "LiveData",
    "MutableLiveData",
    "MutableState",
    "MutableStateFlow",
    "SharedFlow",
    "State",
    "Lazy",
    "Provider",
    "ObjectProvider",
    "Instance",
];

pub(super) fn holds_items(name: &str) -> bool {
    HOLDERS.contains(&name)
}

/// The content of a string literal without interpolation and escapes.
pub(super) fn plain_text(literal: &str) -> Option<&str> {
    let inner = match literal.strip_prefix("\"\"\"") {
        Some(rest) => rest.strip_suffix("\"\"\"")?,
        None => literal.strip_prefix('"')?.strip_suffix('"')?,
    };
    (!inner.contains('\\')).then_some(inner)
}

/// Every import names a package, a class or a member of one; who offers it is found by that.
pub(super) struct JvmModules {
    /// Groups of declared packages, which are how names from outside mostly begin.
    groups: Vec<(Name, Name)>,
}

impl JvmModules {
    pub(super) fn new(project: &ProjectFiles) -> JvmModules {
        let mut groups = Vec::new();
        for (path, text) in &project.manifests {
            for name in packages::declared(path, text).unwrap_or_default().into_keys() {
                if let Some((group, _)) = name.split_once(':') {
                    groups.push((Name::from(group), Name::from(name.as_str())));
                }
            }
        }
        groups.sort();
        groups.dedup();
        JvmModules { groups }
    }

    /// The declared package that a namespace belongs to, as far as its name tells.
    fn package_of(&self, namespace: &str) -> Option<&Name> {
        let is_in = |group: &str| {
            namespace
                .strip_prefix(group)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let fitting = self.groups.iter().filter(|(group, _)| is_in(group));
        let longest = fitting.clone().map(|(group, _)| group.len()).max()?;
        let mut best = fitting.filter(|(group, _)| group.len() == longest);
        let only = best.next()?;
        // Several packages of one group are told apart by nothing in the name.
        best.next().is_none().then_some(&only.1)
    }
}

impl Modules for JvmModules {
    fn resolve(&self, _from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        match self.package_of(&request.module) {
            Some(package) => ModuleTarget::External(package.clone()),
            None => ModuleTarget::Namespace(request.module.clone()),
        }
    }

    fn submodule(&self, module: &ModuleTarget, name: &str) -> ModuleTarget {
        match module {
            ModuleTarget::Namespace(outer) => {
                ModuleTarget::Namespace(Name::from(format!("{outer}.{name}")))
            }
            _ => ModuleTarget::Missing,
        }
    }
}
