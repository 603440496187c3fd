//! Functions of JavaScript and TypeScript that answer the calls of a service.

use codd_source::Span;

use super::{Reading, text_value};
use crate::builder::SemanticsBuilder;
use crate::node::{Node, children, field};
use crate::resources::unquoted;
use crate::services::operation_key;
use crate::{DefinitionId, LinkKind, LinkRole, Name, Semantics};

/// A function that is said to answer calls, until it is known which one that is.
pub(super) struct Answer<'t> {
    /// What the service may be called.
    services: Vec<&'t str>,
    /// Its operation; that of the function's own name where it is not said.
    operation: Option<String>,
    /// The name of a function of the file; the one around the place where there is none.
    function: Option<&'t str>,
    span: Span,
}

impl<'t> Reading<'t> {
    /// `server.addService(proto.Users.service, { getUser, list: (call, reply) => … })`.
    pub(super) fn served(&mut self, last: &str, arguments: &[Node<'t>]) {
        let [service, implementation, ..] = arguments else { return };
        if last != "addService" || implementation.kind() != "object" {
            return;
        }
        let written = service.text();
        let written = written.strip_suffix(".service").unwrap_or(written);
        let name = written.rsplit('.').next().unwrap_or(written);
        let services: Vec<&str> =
            [Some(name), name.strip_suffix("Service")].into_iter().flatten().collect();
        for part in children(*implementation) {
            let (key, function) = match part.kind() {
                "shorthand_property_identifier" => (Some(part), Some(part.text())),
                "method_definition" => (field(part, "name"), None),
                "pair" => {
                    let value = field(part, "value");
                    let named = value.filter(|it| it.kind() == "identifier");
                    (field(part, "key"), named.map(Node::text))
                }
                _ => (None, None),
            };
            let Some(key) = key else { continue };
            let operation = Some(unquoted(key.text()).to_owned());
            let span = field(part, "value").unwrap_or(part).span();
            self.answers.push(Answer { services: services.clone(), operation, function, span });
        }
    }

    /// `@GrpcMethod("Users", "GetUser")`.
    pub(super) fn decorated(&mut self, function: &str, arguments: &[Node<'t>], span: Span) {
        if !matches!(function, "GrpcMethod" | "GrpcStreamMethod") {
            return;
        }
        let service = arguments.first().filter(|it| it.kind() == "string");
        let Some(service) = service.map(|it| unquoted(it.text())) else { return };
        let operation = arguments.get(1).and_then(|it| text_value(*it)).map(|it| it.text);
        self.answers.push(Answer { services: vec![service], operation, function: None, span });
    }

    /// Adds what answers, now that the functions of the file are known.
    pub(super) fn finish_answers(&mut self, builder: &SemanticsBuilder) {
        for answer in std::mem::take(&mut self.answers) {
            let semantics = &builder.semantics;
            let owner = match answer.function {
                Some(name) => function_named(semantics, name),
                None => self.links.owner(answer.span),
            };
            let Some(owner) = owner else { continue };
            let own_name = semantics.definition(owner).name.as_str();
            let operation = answer.operation.as_deref().unwrap_or(own_name);
            let keys: Vec<Name> =
                answer.services.iter().map(|it| operation_key(it, operation)).collect();
            let (kind, role) = (LinkKind::Operation, LinkRole::Answers);
            self.links.add_for(Some(owner), kind, role, keys, answer.span, true);
        }
    }
}

fn function_named(semantics: &Semantics, name: &str) -> Option<DefinitionId> {
    let mut all = semantics.definitions.iter().enumerate();
    let found = all.find(|(_, it)| it.parent.is_none() && it.name == name);
    found.map(|(at, _)| DefinitionId(at as u32))
}
