//! What each kind of node of a grammar means here, read from the grammar once.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tree_sitter::Language;

use super::words::{BLOCKS, Role, role};

/// One kind of node.
#[derive(Debug, Default)]
pub(super) struct Kind {
    pub(super) word: Box<str>,
    pub(super) role: Role,
    /// Whether it is a list of statements.
    pub(super) is_block: bool,
    pub(super) is_call: bool,
    pub(super) is_yield: bool,
    /// Whether it is an operator that may choose between classes: Python's `|` and `~`.
    pub(super) may_choose: bool,
}

impl Kind {
    fn of(word: &str) -> Kind {
        Kind {
            word: word.into(),
            role: role(word),
            is_block: BLOCKS.contains(&word),
            is_call: matches!(word, "call" | "call_expression" | "invocation_expression"),
            is_yield: matches!(word, "yield" | "yield_expression" | "yield_statement"),
            may_choose: matches!(word, "binary_operator" | "unary_operator"),
        }
    }
}

/// The kinds and fields of one grammar, by its numbers.
#[derive(Debug)]
pub(super) struct Kinds {
    kinds: Vec<Kind>,
    fields: Vec<Box<str>>,
    /// What a number outside the grammar is: an error's.
    unknown: Kind,
}

impl Kinds {
    pub(super) fn of(grammar: &Language) -> Arc<Kinds> {
        static READ: LazyLock<RwLock<FxHashMap<Language, Arc<Kinds>>>> =
            LazyLock::new(RwLock::default);
        if let Some(kinds) = READ.read().unwrap_or_else(PoisonError::into_inner).get(grammar) {
            return Arc::clone(kinds);
        }
        let mut read = READ.write().unwrap_or_else(PoisonError::into_inner);
        let kinds = read.entry(grammar.clone()).or_insert_with(|| Arc::new(Kinds::read(grammar)));
        Arc::clone(kinds)
    }

    fn read(grammar: &Language) -> Kinds {
        let kinds = 0..grammar.node_kind_count() as u16;
        let fields = 0..=grammar.field_count() as u16;
        Kinds {
            kinds: kinds
                .map(|id| Kind::of(grammar.node_kind_for_id(id).unwrap_or_default()))
                .collect(),
            fields: fields
                .map(|id| grammar.field_name_for_id(id).unwrap_or_default().into())
                .collect(),
            unknown: Kind::default(),
        }
    }

    pub(super) fn kind(&self, id: u16) -> &Kind {
        self.kinds.get(id as usize).unwrap_or(&self.unknown)
    }

    /// The word of a field, empty where a node stands in none.
    pub(super) fn field(&self, id: u16) -> &str {
        self.fields.get(id as usize).map_or("", |word| word)
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.kinds.iter().any(|kind| &*kind.word == word)
    }
}
