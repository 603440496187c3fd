//! Settings that JavaScript and TypeScript code reads by their names.

use super::{Reading, text_value};
use crate::code_links::is_upper;
use crate::node::{Node, child_of_kind, field};
use crate::resources::unquoted;
use crate::settings::{Family, setting_key};
use crate::{LinkKind, LinkRole, Name};

/// The package that reads `config/default.json` and those beside it.
const PACKAGE: &str = "config";

/// Methods that ask for a setting by its name.
const ASKING: &[&str] = &["get", "getOrThrow", "has"];

/// Names one behind another that are read.
const MOST_NAMES: usize = 8;

impl<'t> Reading<'t> {
    /// `config.get("db.host")`, `this.configService.get("PORT")`.
    pub(super) fn setting_by_text(
        &mut self,
        receiver: &'t str,
        method: &str,
        arguments: &[Node<'t>],
    ) {
        let owner = receiver.rsplit('.').next().unwrap_or(receiver).to_ascii_lowercase();
        let is_known = matches!(owner.as_str(), "conf" | "nconf" | "settings" | "config")
            || owner.ends_with("config")
            || owner.ends_with("configservice");
        if !(is_known && ASKING.contains(&method)) {
            return;
        }
        let Some(first) = arguments.first().and_then(|it| text_value(*it)) else { return };
        let Some(name) = first.constant() else { return };
        if is_upper(name) {
            self.links.environment(name, first.span);
        }
        let is_certain = name.contains(['.', ':']) || self.settings.contains(&receiver);
        self.links.setting(&[Family::Data], name, LinkRole::Reads, first.span, is_certain);
    }

    /// `import config from "config"`.
    pub(super) fn imported(&mut self, node: Node<'t>) {
        let is_package = field(node, "source").is_some_and(|it| unquoted(it.text()) == PACKAGE);
        let Some(clause) = child_of_kind(node, "import_clause").filter(|_| is_package) else {
            return;
        };
        self.settings.extend(child_of_kind(clause, "identifier").map(Node::text));
        let namespace = child_of_kind(clause, "namespace_import");
        self.settings.extend(namespace.and_then(Node::first_child).map(Node::text));
    }

    /// `const config = require("config")`.
    pub(super) fn required(&mut self, node: Node<'t>) {
        let Some(value) = field(node, "value").filter(|it| it.kind() == "call_expression") else {
            return;
        };
        let is_require = field(value, "function").is_some_and(|it| it.text() == "require");
        let asked = field(value, "arguments").and_then(Node::first_child);
        if is_require && asked.is_some_and(|it| unquoted(it.text()) == PACKAGE) {
            self.settings.extend(field(node, "name").map(Node::text));
        }
    }

    /// `config.db.host` of that package: what it leads to is the longest name that is set.
    pub(super) fn setting_by_names(&mut self, node: Node<'t>) {
        if self.settings.is_empty() || node.span().start < self.read_to {
            return;
        }
        let mut names: Vec<&str> = Vec::new();
        let mut at = node;
        while at.kind() == "member_expression" && names.len() < MOST_NAMES {
            names.extend(field(at, "property").map(Node::text));
            match field(at, "object") {
                Some(object) => at = object,
                None => return,
            }
        }
        if at.kind() != "identifier" || !self.settings.contains(&at.text()) {
            return;
        }
        self.read_to = node.span().end;
        names.reverse();
        if names.first().is_some_and(|it| ASKING.contains(it)) {
            return;
        }
        let ends = (1..=names.len()).rev();
        let keys: Vec<Name> =
            ends.filter_map(|end| setting_key(Family::Data, &names[..end].join("."))).collect();
        self.links.add(LinkKind::Setting, LinkRole::Reads, keys, node.span(), true);
    }
}
