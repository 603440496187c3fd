//! Tests of RSpec, minitest and test-unit.

use codd_source::{RepoPath, Span};

use super::Walk;
use super::methods::{plain_text, symbol_text};
use crate::lowering::{CALL, Here, New, READ};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name};

/// The name by which hooks of all specs are offered; no source can name it.
const AROUND_SPECS: &str = "<around specs>";

/// What examples say of their subject without naming it.
const IS_EXPECTED: &str = "is_expected";

/// What asks for the factory of a name, in specs.
const MAKING: &[&str] = &[
    "attributes_for",
    "build",
    "build_list",
    "build_pair",
    "build_stubbed",
    "create",
    "create_list",
    "create_pair",
];

/// The blocks around, and what is to be linked at the end.
#[derive(Debug, Default)]
pub(super) struct Suites {
    is_spec_file: bool,
    /// Its suites are those of minitest, which knows the same words.
    is_minitest: bool,
    titles: Vec<String>,
    /// Numbers of the blocks around, to tell them apart.
    blocks: Vec<u32>,
    count: u32,
    tests: Vec<(Vec<u32>, DefinitionId, Span)>,
    hooks: Vec<(Vec<u32>, DefinitionId)>,
    /// Examples that are shared by name, and where they are asked for.
    shared: Vec<(String, DefinitionId)>,
    asked: Vec<Asked>,
    /// Shared examples around.
    shared_depth: u32,
}

/// Examples or a context that is asked for by its name.
#[derive(Debug)]
struct Asked {
    title: String,
    name: String,
    blocks: Vec<u32>,
    at: Span,
    /// What stands for what is asked for, where it is.
    place: DefinitionId,
    /// Its helpers and hooks are for the examples around; it has none of its own.
    is_context: bool,
}

impl Suites {
    pub(super) fn of(path: &RepoPath) -> Suites {
        let text = path.as_str();
        let is_spec_file =
            path.stem().ends_with("_spec") || text.starts_with("spec/") || text.contains("/spec/");
        let is_minitest = !is_spec_file && super::test_classes::is_test_file(path);
        let is_spec_file = is_spec_file || is_minitest;
        Suites { is_spec_file, is_minitest, ..Suites::default() }
    }

    fn framework(&self) -> &'static str {
        if self.is_minitest { "minitest" } else { "rspec" }
    }

    pub(super) fn is_suite_word(&self, word: &str) -> bool {
        matches!(
            word,
            "describe"
                | "context"
                | "feature"
                | "shared_examples"
                | "shared_examples_for"
                | "shared_context"
        )
    }
}

impl<'t> Walk<'_, 't> {
    /// Takes a call of RSpec's words; `None` where it is none.
    pub(super) fn suite_call(
        &mut self,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let word = method.text();
        self.asks_for_factory(word, list, method.span(), here);
        if self.suites.shared_depth > 0 {
            return self.shared_call(word, list, block, here);
        }
        if !self.suites.is_spec_file || here.function.is_some() {
            return self.declared_test(method, list, block, here);
        }
        let is_inside = !self.suites.blocks.is_empty();
        match word {
            "describe" | "context" | "feature" | "xdescribe" | "fdescribe" => {
                self.describe(list, block?, here);
            }
            "it" | "specify" | "example" | "scenario" | "fit" if is_inside => {
                let block = block?;
                let title = title_of(list).unwrap_or_else(|| "example".to_owned());
                let name = self.full_title(&title);
                let id = self.callback(&name, block, here);
                let framework = self.suites.framework();
                self.test(name, framework, id);
                let blocks = self.suites.blocks.clone();
                self.suites.tests.push((blocks, id, method.span()));
            }
            "before" | "after" | "around" if is_inside => {
                let name = self.full_title(word);
                let id = self.callback(&name, block?, here);
                let blocks = self.suites.blocks.clone();
                self.suites.hooks.push((blocks, id));
            }
            "let" | "let!" | "subject" | "subject!" if is_inside => {
                let block = block?;
                let named = Self::first_text(list);
                let name = named.unwrap_or("subject");
                let id = self.named_block(name, block, DefinitionKind::Function, here);
                self.bind(here, name, Bound::Definition(id));
                if word.starts_with("subject") {
                    if named.is_some() {
                        self.bind(here, "subject", Bound::Definition(id));
                    }
                    self.bind(here, IS_EXPECTED, Bound::Definition(id));
                }
                if word.ends_with('!') {
                    let blocks = self.suites.blocks.clone();
                    self.suites.hooks.push((blocks, id));
                }
            }
            "shared_examples" | "shared_examples_for" | "shared_context" => {
                let title = title_of(list)?;
                let id = self.shared_block(&title, block?, here);
                if let Some(specs) = specs_of(self.path) {
                    self.offer_as(specs, shared_name(&title), id);
                }
                self.suites.shared.push((title, id));
            }
            "it_behaves_like"
            | "include_examples"
            | "include_context"
            | "it_should_behave_like" => {
                let title = title_of(list)?;
                let blocks = self.suites.blocks.clone();
                let name = self.full_title(&format!("behaves like {title}"));
                let new = New::of(DefinitionKind::Callback, method, method, None);
                let place = self.define(New { name: Name::new(&name), ..new }, here);
                let is_context = word == "include_context";
                let at = method.span();
                let asked = Asked { title, name, blocks, at, place, is_context };
                self.suites.asked.push(asked);
                self.arguments(list, here);
                self.block_of(block, None, here);
            }
            _ => return self.declared_test(method, list, block, here),
        }
        Some(self.literal())
    }

    /// `config.before { … }` of `RSpec.configure`, which runs for every example of the folder.
    pub(super) fn configured_hook(
        &mut self,
        receiver: Node<'t>,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        let is_hook = self.suites.is_spec_file
            && self.suites.blocks.is_empty()
            && here.function.is_none()
            && receiver.kind() == "identifier"
            && matches!(
                method.text(),
                "after"
                    | "append_after"
                    | "append_before"
                    | "around"
                    | "before"
                    | "prepend_after"
                    | "prepend_before"
            );
        if !is_hook {
            return None;
        }
        let specs = specs_of(self.path)?;
        self.arguments(list, here);
        let id = self.callback(method.text(), block, here);
        self.offer_as(specs, AROUND_SPECS, id);
        Some(self.literal())
    }

    /// An example runs what is configured for all of its folder.
    fn runs_configured(&mut self, test: DefinitionId, at: Span) {
        if let Some(specs) = specs_of(self.path) {
            self.open(specs);
            let hooks = self.name(MODULE_SCOPE, AROUND_SPECS);
            self.implied_call(test, hooks, at);
        }
    }

    fn describe(&mut self, list: Option<Node<'t>>, block: Node<'t>, here: Here) {
        let first = list.and_then(Node::first_child);
        self.arguments(list, here);
        let class = first.filter(|it| matches!(it.kind(), "constant" | "scope_resolution"));
        self.suites.titles.push(title_of(list).unwrap_or_default());
        self.suites.count += 1;
        let number = self.suites.count;
        self.suites.blocks.push(number);
        let inside = self.block(here);
        if let Some(class) = class {
            let class = self.constant(class, READ, here);
            self.bind(inside, "described_class", Bound::Value(class));
            let made = self.call(class, Vec::new());
            self.bind(inside, "subject", Bound::Value(made));
            // A view that has the methods of the helper that is described.
            if self.path.parent().split('/').any(|it| it == "helpers") {
                let view = self.instance_of(class);
                self.bind(inside, "helper", Bound::Value(view));
            }
        }
        let tested = class.map(|it| it.text().trim_start_matches("::").to_owned());
        let is_tested = tested.is_some();
        self.routing.tested.extend(tested);
        if let Some(body) = field(block, "body") {
            self.statements(body, inside);
        }
        if is_tested {
            self.routing.tested.pop();
        }
        self.suites.titles.pop();
        self.suites.blocks.pop();
    }

    fn shared_block(&mut self, title: &str, block: Node<'t>, here: Here) -> DefinitionId {
        self.suites.titles.push(title.to_owned());
        self.suites.count += 1;
        let number = self.suites.count;
        self.suites.blocks.push(number);
        self.suites.shared_depth += 1;
        let id = self.callback(title, block, here);
        self.suites.shared_depth -= 1;
        self.suites.titles.pop();
        self.suites.blocks.pop();
        id
    }

    /// What shared examples say runs where they are asked for.
    fn shared_call(
        &mut self,
        word: &str,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        match word {
            "describe" | "context" | "it" | "specify" | "example" | "before" | "after"
            | "around" => {
                self.arguments(list, here);
                self.block_of(block, None, here);
            }
            "let" | "let!" | "subject" | "subject!" => {
                let name = Self::first_text(list).unwrap_or("subject");
                let block = block?;
                let id = self.named_block(name, block, DefinitionKind::Function, here);
                self.bind(here, name, Bound::Definition(id));
                // Examples of other files use it by its name alone: they are told of all that
                // they ask for.
                if let Some(shared) = here.owner {
                    let helper = self.definition_value(id);
                    self.implied_call(shared, helper, block.span());
                }
            }
            _ => return None,
        }
        Some(self.literal())
    }

    /// `create(:user)`: the factory of that name runs.
    fn asks_for_factory(&mut self, word: &str, list: Option<Node<'t>>, at: Span, here: Here) {
        let (true, Some(owner)) = (MAKING.contains(&word), here.owner) else { return };
        let Some(specs) = specs_of(self.path) else { return };
        if let Some(name) = Self::first_text(list) {
            self.open(specs);
            let factory = self.name(MODULE_SCOPE, factory_name(name));
            self.implied_call(owner, factory, at);
        }
    }

    /// `factory :user do … end` in a file of factories, and `matcher` of RSpec: a definition
    /// that specs find by its name.
    pub(super) fn offered_to_specs(
        &mut self,
        receiver: Option<Node<'t>>,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let word = method.text();
        let is_factory = receiver.is_none() && word == "factory";
        let is_matcher =
            receiver.is_some_and(|it| it.text() == "RSpec::Matchers") && word == "define";
        if !(is_factory || is_matcher) || here.function.is_some() {
            return None;
        }
        let specs = specs_of(self.path)?;
        let (name, block) = (Self::first_text(list)?.to_owned(), block?);
        self.arguments(list, here);
        let id = self.callback(&name, block, here);
        let offered = if is_factory { factory_name(&name) } else { Name::from(name) };
        self.offer_as(specs, offered, id);
        Some(self.literal())
    }

    /// A block that a framework calls, as a definition of its own.
    pub(super) fn callback(&mut self, name: &str, block: Node<'t>, here: Here) -> DefinitionId {
        self.named_block(name, block, DefinitionKind::Callback, here)
    }

    pub(super) fn named_block(
        &mut self,
        name: &str,
        block: Node<'t>,
        kind: DefinitionKind,
        here: Here,
    ) -> DefinitionId {
        let mut new = New::of(kind, block, block, Some(block));
        new.name = Name::new(name);
        new.name_node = block.all_children().next().unwrap_or(block);
        new.shape.clear();
        let id = self.define(new, here);
        let inside = self.function_body(id, here);
        self.parameters(field(block, "parameters"), inside);
        if let Some(body) = field(block, "body") {
            let value = self.statements(body, inside);
            self.returned(value, inside);
        }
        id
    }

    fn full_title(&self, title: &str) -> String {
        let titles = self.suites.titles.iter().map(String::as_str);
        titles.filter(|it| !it.is_empty()).chain([title]).collect::<Vec<_>>().join(" ")
    }

    /// Tests call the hooks of the blocks around them, and the examples they share.
    pub(super) fn finish_suites(&mut self) {
        let tests = std::mem::take(&mut self.suites.tests);
        let hooks = std::mem::take(&mut self.suites.hooks);
        let shared = std::mem::take(&mut self.suites.shared);
        for asked in std::mem::take(&mut self.suites.asked) {
            let Asked { title, name, blocks, at, place, is_context } = asked;
            let own = shared.iter().filter(|(it, _)| *it == title).map(|(_, id)| *id);
            let mut targets: Vec<ExprId> = own.map(|it| self.lower.definition_value(it)).collect();
            if targets.is_empty()
                && let Some(specs) = specs_of(self.path)
            {
                self.open(specs);
                targets.push(self.name(MODULE_SCOPE, shared_name(&title)));
            }
            for target in targets {
                self.implied_call(place, target, at);
            }
            if is_context {
                for (_, test, at) in tests.iter().filter(|(it, ..)| it.starts_with(&blocks)) {
                    let target = self.lower.definition_value(place);
                    self.lower.implied_call(*test, target, *at);
                }
                continue;
            }
            let framework = self.suites.framework();
            self.test(name.as_str(), framework, place);
            self.runs_configured(place, at);
            // What runs before those around runs before these.
            for (_, hook) in hooks.iter().filter(|(it, _)| blocks.starts_with(it)) {
                let target = self.lower.definition_value(*hook);
                let owned = Here { owner: Some(place), ..Here::TOP };
                self.lower.refer_at(target, at, CALL, owned);
            }
        }
        for (blocks, test, at) in tests {
            self.runs_configured(test, at);
            for (around, hook) in &hooks {
                if blocks.starts_with(around) {
                    let target = self.definition_value(*hook);
                    let owned = Here { owner: Some(test), ..Here::TOP };
                    self.refer_at(target, at, CALL, owned);
                }
            }
        }
    }
}

fn shared_name(title: &str) -> Name {
    Name::from(format!("<shared {title}>"))
}

fn factory_name(name: &str) -> Name {
    Name::from(format!("<factory {name}>"))
}

/// The namespace in which hooks of all specs below a folder `spec` are offered.
fn specs_of(path: &RepoPath) -> Option<Name> {
    let text = path.as_str();
    let root = match text.find("/spec/") {
        _ if text.starts_with("spec/") => "",
        Some(at) => &text[..at],
        None => return None,
    };
    Some(Name::from(format!("<specs of {root}>")))
}

pub(super) fn title_of(list: Option<Node<'_>>) -> Option<String> {
    let mut parts = Vec::new();
    for it in list.map(children).unwrap_or_default() {
        match it.kind() {
            "string" => parts.push(plain_text(it).unwrap_or("…").to_owned()),
            "constant" | "scope_resolution" => parts.push(it.text().to_owned()),
            "simple_symbol" if parts.is_empty() => parts.push(symbol_text(it).to_owned()),
            _ => {}
        }
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}
