//! Records of Rails: what they belong to, what is kept of them, and who calls them back.

use super::Walk;
use super::macros::{camelized, singular};
use super::methods::{method_kind, plain_text, symbol_text};
use crate::lowering::{Here, New};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionKind, ExprId, Name};

impl<'t> Walk<'_, 't> {
    /// `create_table "orders" do |t| … end` of a schema: what is in it belongs to the table.
    pub(super) fn table(
        &mut self,
        node: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let is_schema = here.function.is_none() && here.class.is_none();
        let named = list.and_then(Node::first_child).filter(|_| is_schema)?;
        let name = symbol_text(named);
        if name.is_empty() {
            return None;
        }
        let mut new = New::of(DefinitionKind::Resource, node, named, block);
        new.name = Name::new(name);
        let id = self.define(new, here);
        let inside = Here { owner: Some(id), ..here };
        self.arguments(list, inside);
        self.block_of(block, None, inside);
        Some(self.literal())
    }

    /// `has_many :comments`: a method that gives records of another class.
    pub(super) fn association(
        &mut self,
        word: &str,
        list: Node<'t>,
        block: Option<Node<'t>>,
        here: Here,
    ) {
        let all = children(list);
        let Some(symbol) = all.first().filter(|it| it.kind() == "simple_symbol").copied() else {
            self.arguments(Some(list), here);
            return;
        };
        let name = symbol_text(symbol);
        let is_many = word.starts_with("has_m") || word.contains("and");
        let mut class_name = camelized(&if is_many { singular(name) } else { name.to_owned() });
        for it in all.iter().skip(1) {
            let is_class = field(*it, "key").is_some_and(|it| symbol_text(it) == "class_name");
            if is_class && let Some(text) = field(*it, "value").and_then(plain_text) {
                text.clone_into(&mut class_name);
            }
            self.expr(*it, here);
        }
        let mut new = New::of(method_kind(here), symbol, symbol, None);
        new.name = Name::new(name);
        new.shape = vec![symbol];
        let id = self.define(new, here);
        self.bind(here, name, Bound::Definition(id));
        self.bind(here, format!("{name}="), Bound::Definition(id));
        let mut parts = class_name.trim_start_matches("::").split("::");
        let mut class = self.name(here.scope, parts.next().unwrap_or(""));
        for part in parts {
            class = self.attribute(class, part);
        }
        let owned = Here { owner: Some(id), ..here };
        self.refer(class, symbol, crate::lowering::TYPE, owned);
        let record = self.instance_of(class);
        self.definition(id).returns.push(record);
        if is_many {
            let records = self.records_of(class);
            self.definition(id).returns.push(records);
        }
        self.block_of(block, None, here);
    }

    /// `scope :active, -> { … }`: a method of the class.
    pub(super) fn scope_method(&mut self, list: Node<'t>, here: Here) {
        let all = children(list);
        let Some(symbol) = all.first().filter(|it| it.kind() == "simple_symbol").copied() else {
            self.arguments(Some(list), here);
            return;
        };
        let body = all.get(1).copied();
        let mut new = New::of(method_kind(here), list, symbol, body);
        new.name = Name::new(symbol_text(symbol));
        new.flags.is_class_method = true;
        let id = self.define_bound(new, here);
        let inside = self.inside_method(id, here);
        for it in all.into_iter().skip(1) {
            self.expr(it, inside);
        }
        if let Some(class) = here.class {
            let class = self.definition_value(class);
            let record = self.instance_of(class);
            let records = self.records_of(class);
            self.definition(id).returns.extend([record, records]);
        }
    }

    /// What a framework gives for records of a class: it has the methods of the class itself.
    fn records_of(&mut self, class: ExprId) -> ExprId {
        let all = self.attribute(class, "all");
        self.call(all, Vec::new())
    }

    /// `create(:user)`, `build_list(:comment, 2)` of a factory: instances of the class that
    /// the symbol names.
    pub(super) fn made_by_factory(
        &mut self,
        method: Node<'t>,
        list: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        if FACTORY.binary_search(&method.text()).is_err() {
            return None;
        }
        let symbol = list?.first_child().filter(|it| it.kind() == "simple_symbol")?;
        let name = camelized(symbol_text(symbol));
        let class = self.name(here.scope, name);
        Some(self.instance_of(class))
    }
}

/// Methods of factories that make instances, or a list of them; sorted.
const FACTORY: [&str; 7] =
    ["build", "build_list", "build_pair", "build_stubbed", "create", "create_list", "create_pair"];

/// Methods of a record that run what it names by this word; `None` where it names no callbacks
/// of records.
pub(super) fn kept_by(word: &str) -> Option<&'static [&'static str]> {
    let of = word.split_once('_').map_or(word, |it| it.1);
    match of {
        "save" | "commit" | "save_commit" | "rollback" => Some(&KEEPING),
        "validation" | "validate" => Some(&VALIDATING),
        "create" | "create_commit" => Some(&CREATING),
        "update" | "update_commit" => Some(&UPDATING),
        "destroy" | "destroy_commit" => Some(&DESTROYING),
        _ => None,
    }
}

const KEEPING: [&str; 17] = [
    "create",
    "create!",
    "destroy",
    "destroy!",
    "destroy_all",
    "find_or_create_by",
    "find_or_create_by!",
    "first_or_create",
    "first_or_create!",
    "save",
    "save!",
    "toggle!",
    "touch",
    "update",
    "update!",
    "update_attribute",
    "update_attributes",
];
const VALIDATING: [&str; 14] = [
    "create",
    "create!",
    "find_or_create_by",
    "find_or_create_by!",
    "first_or_create",
    "first_or_create!",
    "invalid?",
    "save",
    "save!",
    "update",
    "update!",
    "update_attributes",
    "valid?",
    "validate",
];
const CREATING: [&str; 8] = [
    "create",
    "create!",
    "find_or_create_by",
    "find_or_create_by!",
    "first_or_create",
    "first_or_create!",
    "save",
    "save!",
];
const UPDATING: [&str; 8] = [
    "save",
    "save!",
    "toggle!",
    "touch",
    "update",
    "update!",
    "update_attribute",
    "update_attributes",
];
const DESTROYING: [&str; 3] = ["destroy", "destroy!", "destroy_all"];
