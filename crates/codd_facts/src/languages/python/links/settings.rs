//! Variables of the environment and settings that Python code reads and sets.

use codd_source::Span;

use super::{Call, LONGEST_CALLEE, Reading, statements, text_value};
use crate::builder::SemanticsBuilder;
use crate::code_links::{CodeLinks, TextValue, is_upper};
use crate::links::paths_from;
use crate::node::{Node, children, field};
use crate::settings::{FOLDERS, Family, setting_key};
use crate::{DefinitionId, DefinitionKind, LinkKind, LinkRole};

/// What may hold a setting that Python code asks for by one name.
const FAMILIES: &[Family] = &[Family::Python, Family::Data];

/// Methods that sections of a configuration parser are asked with, by section and key.
const PARSING: &[&str] = &["get", "getboolean", "getfloat", "getint"];

/// Subscripts one behind another that make up one key.
const MOST_PARTS: usize = 8;

impl<'t> Reading<'t> {
    /// A call that is given the name of a variable or a setting.
    pub(super) fn asked(&mut self, call: &Call<'t>) {
        let Call { callee, root, last, .. } = *call;
        let receiver = callee.rsplit_once('.').map_or("", |(it, _)| it);
        if matches!(last, "update" | "from_mapping") && is_configuration(receiver) {
            self.set_by(call);
        }
        if matches!(last, "getattr" | "hasattr")
            && call.positional.first().is_some_and(|it| self.settings.contains(&it.text()))
            && let Some(name) = call.text(1)
            && let Some(text) = name.constant()
        {
            self.links.setting(FAMILIES, text, LinkRole::Reads, name.span, true);
        }
        let Some(first) = call.text(0) else { return };
        let Some(name) = first.constant() else { return };
        let is_read = matches!(last, "getenv" | "setenv" | "delenv")
            || callee.ends_with("environ.get")
            || callee.ends_with("environ.pop")
            || callee.ends_with("environ.setdefault")
            || matches!(root, "env" | "config" | "environ") && is_upper(name);
        if is_read {
            self.links.environment(name, first.span);
        }
        let second = call.text(1);
        if name == "DJANGO_SETTINGS_MODULE"
            && let Some(module) = second.as_ref().and_then(TextValue::constant)
        {
            let path = module.replace('.', "/");
            let ends = [format!("{path}.py"), format!("{path}/__init__.py")];
            let keys = ends.iter().flat_map(|it| paths_from(self.path.parent(), it)).collect();
            self.links.add(LinkKind::File, LinkRole::Reads, keys, first.span, true);
        }
        if !is_configuration(receiver) {
            return;
        }
        if PARSING.contains(&last)
            && let Some(key) = second.as_ref().and_then(TextValue::constant)
            && let Some(keys) = setting_key(Family::Data, &format!("{name}.{key}"))
        {
            let role = LinkRole::Reads;
            self.links.add(LinkKind::Setting, role, vec![keys], first.span, true);
            return;
        }
        if matches!(last, "get" | "pop" | "setdefault" | "getint" | "getboolean") {
            let is_certain = is_upper(name) || name.contains('.');
            self.links.setting(FAMILIES, name, LinkRole::Reads, first.span, is_certain);
        }
    }

    /// `app.config.update(KEY=…)`.
    fn set_by(&mut self, call: &Call<'t>) {
        for it in call.positional.iter().filter(|it| it.kind() == "dictionary") {
            for pair in children(*it) {
                if let Some(key) = field(pair, "key").and_then(text_value)
                    && let Some(name) = key.constant().filter(|it| is_upper(it))
                {
                    let role = LinkRole::Declares;
                    self.links.setting(&[Family::Python], name, role, key.span, true);
                }
            }
        }
        for (name, _) in call.keywords() {
            if is_upper(name.text()) {
                let (role, span) = (LinkRole::Declares, name.span());
                self.links.setting(&[Family::Python], name.text(), role, span, true);
            }
        }
    }

    /// `os.environ["X"]`, `app.config["KEY"]`, `config["a"]["b"]`.
    pub(super) fn subscript(&mut self, node: Node<'t>) {
        let Some(value) = field(node, "value") else { return };
        let key = field(node, "subscript").and_then(text_value);
        if matches!(value.text(), "os.environ" | "environ") {
            if let Some(key) = &key
                && let Some(name) = key.constant()
            {
                self.links.environment(name, key.span);
            }
            return;
        }
        if node.span().start < self.read_to {
            return;
        }
        let mut parts: Vec<String> = Vec::new();
        let mut at = node;
        for _ in 0..MOST_PARTS {
            if at.kind() != "subscript" {
                break;
            }
            let key = field(at, "subscript").and_then(text_value);
            match key.as_ref().and_then(TextValue::constant) {
                Some(key) => parts.push(key.to_owned()),
                None => parts.clear(),
            }
            match field(at, "value") {
                Some(value) => at = value,
                None => return,
            }
        }
        if parts.is_empty() || !is_configuration(at.text()) {
            return;
        }
        self.read_to = node.span().end;
        parts.reverse();
        let name = parts.join(".");
        let is_certain = is_upper(&name) || parts.len() > 1;
        let role =
            if self.written == Some(node.span()) { LinkRole::Declares } else { LinkRole::Reads };
        let families = if role == LinkRole::Reads { FAMILIES } else { &FAMILIES[..1] };
        self.links.setting(families, &name, role, node.span(), is_certain);
    }

    /// `from django.conf import settings`: its attributes are the names of the settings module.
    pub(super) fn imported(&mut self, node: Node<'t>) {
        let module = field(node, "module_name").map_or("", Node::text);
        if !matches!(module, "django.conf" | "dynaconf") {
            return;
        }
        for name in node.fields_named("name") {
            let (own, alias) = match name.kind() {
                "aliased_import" => (field(name, "name"), field(name, "alias")),
                _ => (Some(name), Some(name)),
            };
            if own.is_some_and(|it| it.text() == "settings") {
                self.settings.extend(alias.map(Node::text));
            }
        }
    }

    /// `settings.KEY`.
    pub(super) fn attribute(&mut self, node: Node<'t>) {
        let (Some(object), Some(name)) = (field(node, "object"), field(node, "attribute")) else {
            return;
        };
        if is_upper(name.text()) && self.settings.contains(&object.text()) {
            self.links.setting(FAMILIES, name.text(), LinkRole::Reads, name.span(), true);
        }
    }

    /// The fields of a class that is filled from the environment.
    pub(super) fn filled_from_environment(&mut self, body: Node<'t>) {
        let prefix = statements(body)
            .iter()
            .filter_map(|it| field(*it, "right"))
            .find_map(|it| it.text().split_once("env_prefix"))
            .and_then(|(_, rest)| rest.split(['"', '\'']).nth(1))
            .unwrap_or_default();
        for statement in statements(body) {
            let Some(left) = field(statement, "left").filter(|it| it.kind() == "identifier") else {
                continue;
            };
            if field(statement, "type").is_none() {
                continue;
            }
            let name = format!("{prefix}{}", left.text()).to_uppercase();
            self.links.environment(&name, left.span());
            for call in field(statement, "right").into_iter().flat_map(Node::below) {
                let is_alias = call.kind() == "keyword_argument"
                    && field(call, "name").is_some_and(|it| {
                        matches!(it.text(), "alias" | "validation_alias" | "env")
                    });
                if is_alias && let Some(alias) = field(call, "value").and_then(text_value) {
                    self.links.environment(&alias.text.to_uppercase(), alias.span);
                }
            }
        }
    }
}

/// Whether something is the configuration of an application, by what it is called.
fn is_configuration(text: &str) -> bool {
    if text.len() > LONGEST_CALLEE {
        return false;
    }
    let last = text.rsplit('.').next().unwrap_or(text);
    matches!(last, "config" | "cfg" | "conf" | "configuration" | "parser" | "settings")
        || last.ends_with("_config")
        || last.ends_with("_settings")
}

/// The names in capitals of a module of settings, and of its classes, are settings.
pub(super) fn declared(
    links: &mut CodeLinks<'_>,
    builder: &SemanticsBuilder,
    spans: &[(Span, DefinitionId)],
) {
    for (span, id) in spans {
        let it = builder.semantics.definition(*id);
        let is_value = matches!(it.kind, DefinitionKind::Variable | DefinitionKind::Field);
        if is_value
            && is_upper(&it.name)
            && let Some(key) = setting_key(Family::Python, &it.name)
        {
            let (kind, role) = (LinkKind::Setting, LinkRole::Declares);
            links.add_for(Some(*id), kind, role, vec![key], *span, true);
        }
    }
}

/// Whether a module's names are settings, by its path.
pub(super) fn is_settings_module(path: &codd_source::RepoPath) -> bool {
    let stem = path.stem();
    let words = |it: &str| it.split('_').any(|it| matches!(it, "settings" | "config" | "conf"));
    let folder = path.parent().rsplit('/').next().unwrap_or_default();
    words(stem) || FOLDERS.contains(&folder)
}
