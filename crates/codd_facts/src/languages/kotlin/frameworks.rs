//! Blocks that frameworks run: Ktor's routes, kotest's tests.

use super::super::jvm;
use super::Walk;
use super::calls::first_argument;
use crate::lowering::{Here, New, Use};
use crate::node::{Node, children};
use crate::{Certainty, DefinitionId, DefinitionKind, ExprId};

/// What a call with a text and a lambda does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Block {
    /// The lambda holds further ones, below the text.
    Prefix,
    /// The lambda is run; of a route, for the method.
    Code(&'static str),
    /// The lambda holds further ones, before which it is asked who sends a request.
    Asking,
}

/// By which name a check knows what asks that.
const ASKING: &str = "io.ktor.server.auth.authenticate";

pub(super) fn ktor(word: &str) -> Option<Block> {
    Some(match word {
        "authenticate" => Block::Asking,
        "delete" => Block::Code("DELETE"),
        "get" => Block::Code("GET"),
        "head" => Block::Code("HEAD"),
        "options" => Block::Code("OPTIONS"),
        "patch" => Block::Code("PATCH"),
        "post" => Block::Code("POST"),
        "put" => Block::Code("PUT"),
        // Of the routes around, for the methods that those say.
        "handle" => Block::Code("*"),
        "route" | "routing" => Block::Prefix,
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
    /// A block of Ktor's routing; `None` where it is something else of that name.
    ///
    /// A route without a path of its own answers at that of the block around.
    pub(super) fn ktor_call(
        &mut self,
        block: Block,
        (node, callee): (Node<'t>, Node<'t>),
        list: Option<Node<'t>>,
        lambda: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        if matches!(block, Block::Asking) {
            return self.unit.uses_ktor_auth.then(|| {
                let count = list.map_or(0, |it| children(it).len() as u32) + 1;
                self.expression(callee, Use::Called(Some(count)), here);
                self.arguments(list, None, None, here);
                // All of several blocks have to let somebody in.
                let asks = self.asks.max(asks(list));
                let outer = std::mem::replace(&mut self.asks, asks);
                let value = self.lambda(lambda, None, None, here);
                self.asks = outer;
                value
            });
        }
        let is_root = callee.text() == "routing";
        let path_node = first_argument(list).filter(|_| !is_root);
        let path = match path_node {
            Some(it) => jvm::plain_text(it.text()).filter(|it| !it.contains('$'))?,
            None if is_root || !self.prefix.is_empty() => "",
            None => return None,
        };
        let whole = match path.trim_matches('/') {
            "" if !self.prefix.is_empty() => self.prefix.to_string(),
            _ => jvm::annotations::joined(&self.prefix, path),
        };
        Some(match block {
            Block::Prefix | Block::Asking => {
                let count = u32::from(path_node.is_some()) + 1;
                self.expression(callee, Use::Called(Some(count)), here);
                let outer = std::mem::replace(&mut self.prefix, whole.into());
                let value = self.lambda(lambda, None, None, here);
                self.prefix = outer;
                value
            }
            Block::Code(method) => {
                let name = format!("{method} {whole}");
                let id = self.callback(node, path_node.unwrap_or(callee), &name, lambda, here);
                let handler = self.it.definition_value(id);
                let mut route = crate::Route::plain(method, whole, "ktor", handler);
                route.middleware.extend(self.asking());
                self.it.route(route, node.span());
                handler
            }
        })
    }

    /// What stands before a route for the blocks around it.
    fn asking(&mut self) -> Option<ExprId> {
        if self.asks == Certainty::Never {
            return None;
        }
        let name = self.it.text_constant(ASKING);
        if self.asks == Certainty::Always {
            return Some(name);
        }
        let other = self.it.unknown();
        Some(self.it.either(vec![name, other]))
    }

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

/// Whether `authenticate("jwt", optional = true) { … }` turns away who is not known.
fn asks(list: Option<Node<'_>>) -> Certainty {
    let mut asks = Certainty::Always;
    for argument in list.into_iter().flat_map(children) {
        let parts = children(argument);
        let [name, value] = parts.as_slice() else { continue };
        let last = value.text().rsplit('.').next().unwrap_or_default();
        asks = asks.min(match (name.text(), last) {
            ("optional", "false") | ("strategy", "FirstSuccessful" | "Required") => {
                Certainty::Always
            }
            ("optional", "true") | ("strategy", "Optional") => Certainty::Never,
            ("optional" | "strategy", _) => Certainty::Perhaps,
            _ => Certainty::Always,
        });
    }
    asks
}
