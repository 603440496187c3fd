//! Protocol buffers: messages, enums, services and their calls.

use std::sync::OnceLock;

use codd_source::Span;

use crate::languages::NoModules;
use crate::links::{local_key, paths_from};
use crate::node::{Grammar, Node, child_of_kind, children, field};
use crate::resources::{Resources, tree_tokens, unquoted};
use crate::services::operation_key;
use crate::tree::{NodeRole, SyntaxTree};
use crate::{
    Conventions, DefinitionId, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules, Name,
    Parsed, ProjectFiles,
};

pub(super) struct Protobuf;

/// Full names are known in all the files of a repository.
const PLACE: &str = "protobuf";

/// Messages in messages that are read.
const MAX_DEPTH: usize = 32;

impl Language for Protobuf {
    fn name(&self) -> &'static str {
        "protobuf"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["proto"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["proto"]
    }

    fn is_code(&self) -> bool {
        false
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_proto::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let role = |kind: &str| match kind {
            "comment" => NodeRole::Comment,
            _ => NodeRole::Plain,
        };
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        let tree = SyntaxTree::new(parsed, grammar.roles());
        let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
        let mut resources = Resources::new(parsed);
        let package = child_of_kind(root, "package").and_then(|it| child_of_kind(it, "full_ident"));
        let outer: Vec<&str> = package.map(|it| it.text().split('.').collect()).unwrap_or_default();
        for part in children(root) {
            match part.kind() {
                "import" => imported(part, &mut resources),
                _ => declared(part, &outer, None, &mut resources),
            }
        }
        let tokens = tree_tokens(&tree, |_| false);
        resources.finish("protobuf", &tokens, tree.errors.clone())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["messages", "enums", "services and their calls"],
            references: &["types of fields and calls"],
            modules: &["imports"],
            not_modelled: &["options and extensions"],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(NoModules)
    }
}

fn imported(node: Node<'_>, resources: &mut Resources<'_>) {
    if let Some(path) = field(node, "path") {
        let keys = paths_from(resources.folder(), unquoted(path.text()));
        resources.link(LinkKind::File, LinkRole::Reads, keys, None, path.span());
    }
}

fn declared(
    node: Node<'_>,
    outer: &[&str],
    parent: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    if outer.len() > MAX_DEPTH {
        resources.builder.not_modelled("deeply nested messages");
        return;
    }
    let (name_kind, body_kind) = match node.kind() {
        "message" => ("message_name", "message_body"),
        "enum" => ("enum_name", "enum_body"),
        "service" => ("service_name", ""),
        _ => return,
    };
    let Some(name) = child_of_kind(node, name_kind) else { return };
    let own = resources.define(name.text(), node.span(), name.span(), parent);
    let inner: Vec<&str> = outer.iter().copied().chain([name.text()]).collect();
    let key = local_key(PLACE, &inner.join("."));
    resources.link(LinkKind::Object, LinkRole::Declares, [key], own, name.span());
    match node.kind() {
        "service" => {
            let service = name.text();
            for rpc in children(node).into_iter().filter(|it| it.kind() == "rpc") {
                called(rpc, service, &inner, own, resources);
            }
        }
        _ => {
            for part in child_of_kind(node, body_kind).into_iter().flat_map(children) {
                match part.kind() {
                    "message" | "enum" => declared(part, &inner, own, resources),
                    _ => used(part, &inner, own, resources),
                }
            }
        }
    }
}

/// `rpc SayHello (Request) returns (Reply)`.
fn called(
    node: Node<'_>,
    service: &str,
    outer: &[&str],
    parent: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    let Some(name) = child_of_kind(node, "rpc_name") else { return };
    let own = resources.define(name.text(), node.span(), name.span(), parent);
    let key = operation_key(service, name.text());
    resources.link(LinkKind::Operation, LinkRole::Declares, [key], own, name.span());
    used(node, outer, own, resources);
}

/// The types that fields and calls name, looked for from the inside outwards.
fn used(
    node: Node<'_>,
    outer: &[&str],
    owner: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    for it in node.below().filter(|it| it.kind() == "message_or_enum_type") {
        let text: String = it.text().chars().filter(|it| !it.is_whitespace()).collect();
        let span: Span = it.span();
        let keys: Vec<Name> = match text.strip_prefix('.') {
            Some(full) => vec![local_key(PLACE, full)],
            None => (0..=outer.len())
                .rev()
                .map(|length| {
                    let mut name = outer[..length].join(".");
                    if !name.is_empty() {
                        name.push('.');
                    }
                    local_key(PLACE, &(name + &text))
                })
                .collect(),
        };
        resources.link(LinkKind::Object, LinkRole::Reads, keys, owner, span);
    }
}

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn services_use_messages() {
        check_file(
            "api/greeter.proto",
            r#"syntax = "proto3";
package shop.v1;
import "common/types.proto";
message Order { message Line { string sku = 1; } repeated Line lines = 1; common.Money total = 2; State state = 3; }
enum State { OPEN = 0; }
service Orders { rpc Place (Order) returns (stream .shop.v1.Order); }
"#,
            &expect![[r#"
                Resource Order
                Resource Order.Line
                Resource State
                Resource Orders
                Resource Orders.Place
                link File Reads api/common/types.proto | common/types.proto
                link Object Declares protobuf#shop.v1.Order in Order
                link Object Declares protobuf#shop.v1.Order.Line in Order.Line
                link Object Reads protobuf#shop.v1.Order.Line | protobuf#shop.v1.Line | protobuf#shop.Line | protobuf#Line in Order
                link Object Reads protobuf#shop.v1.Order.common.Money | protobuf#shop.v1.common.Money | protobuf#shop.common.Money | protobuf#common.Money in Order
                link Object Reads protobuf#shop.v1.Order.State | protobuf#shop.v1.State | protobuf#shop.State | protobuf#State in Order
                link Object Declares protobuf#shop.v1.State in State
                link Object Declares protobuf#shop.v1.Orders in Orders
                link Operation Declares Orders.place in Orders.Place
                link Object Reads protobuf#shop.v1.Orders.Order | protobuf#shop.v1.Order | protobuf#shop.Order | protobuf#Order in Orders.Place
                link Object Reads protobuf#shop.v1.Order in Orders.Place
            "#]],
        );
    }
}
