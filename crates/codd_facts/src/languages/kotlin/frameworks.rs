//! Blocks that frameworks run: Ktor's routes, kotest's tests.

use super::Walk;
use crate::lowering::{Here, New};
use crate::node::{Node, children};
use crate::{DefinitionId, DefinitionKind};

/// What a call with a text and a lambda does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Block {
    /// The lambda holds further ones, below the text.
    Prefix,
    /// The lambda is run; of a route, for the method.
    Code(&'static str),
}

pub(super) fn ktor(word: &str) -> Option<Block> {
    Some(match word {
        "delete" => Block::Code("DELETE"),
        "get" => Block::Code("GET"),
        "head" => Block::Code("HEAD"),
        "options" => Block::Code("OPTIONS"),
        "patch" => Block::Code("PATCH"),
        "post" => Block::Code("POST"),
        "put" => Block::Code("PUT"),
        "route" => Block::Prefix,
        _ => return None,
    })
}

/// The empty word stands for a text that is itself called.
pub(super) fn kotest(word: &str) -> Option<Block> {
    Some(match word {
        "" | "expect" | "it" | "scenario" | "should" | "test" | "then" | "Then" => Block::Code(""),
        "context" | "describe" | "feature" | "given" | "Given" | "when" | "When" | "`when`" => {
            Block::Prefix
        }
        _ => return None,
    })
}

impl<'t> Walk<'_, 't> {
    /// The lambda as a function of its own, which a framework calls.
    pub(super) fn callback(
        &mut self,
        whole: Node<'t>,
        name_node: Node<'t>,
        name: &str,
        lambda: Node<'t>,
        here: Here,
    ) -> DefinitionId {
        let mut new = New::of(DefinitionKind::Callback, whole, name_node, Some(lambda));
        new.name = name.into();
        new.shape.clear();
        let id = self.it.define(new, here);
        let inside = self.it.function_body(id, here);
        for it in children(lambda) {
            self.statement(it, inside);
        }
        id
    }
}
