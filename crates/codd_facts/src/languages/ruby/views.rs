//! The views of actions and mails: what a method renders, and what Rails renders for it by its
//! name; the templates of Sinatra.

use codd_source::Span;

use super::methods::{plain_text, symbol_text};
use crate::code_links::CodeLinks;
use crate::node::{Node, children, field};
use crate::{DefinitionId, DefinitionKind, LinkKind, LinkRole, Name, Semantics};

/// The folders of the classes whose methods have views, and how their files end.
const FOLDERS: [(&str, &str); 2] =
    [("app/controllers/", "_controller.rb"), ("app/mailers/", ".rb")];

/// The functions of Sinatra that render a template, by its language.
const SINATRA: [&str; 7] = ["builder", "erb", "haml", "liquid", "markdown", "mustache", "slim"];

/// The folder of the views of the class that a file holds: `admin/orders` of
/// `app/controllers/admin/orders_controller.rb`.
pub(super) fn folder_of(path: &str) -> Option<&str> {
    FOLDERS.iter().find_map(|(folder, ending)| {
        let at = path.find(folder).filter(|at| *at == 0 || path[..*at].ends_with('/'))?;
        path[at + folder.len()..].strip_suffix(ending)
    })
}

/// Each method may have a view of its own name.
pub(super) fn of_actions(
    links: &mut CodeLinks<'_>,
    folder: &str,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    for (span, id) in spans {
        let it = semantics.definition(*id);
        let is_action = it.kind == DefinitionKind::Method
            && it.parent.is_some_and(|it| semantics.definition(it).kind == DefinitionKind::Class);
        if is_action {
            let keys = vec![Name::from(format!("{folder}/{}", it.name))];
            let (kind, role) = (LinkKind::Template, LinkRole::Reads);
            links.add_for(Some(*id), kind, role, keys, *span, false);
        }
    }
}

/// What a call renders: `render :new`, `render "orders/new", layout: "plain"`, `erb :index`.
pub(super) fn rendered<'t>(links: &mut CodeLinks<'t>, folder: Option<&str>, call: Node<'t>) {
    let word = field(call, "method").map_or("", Node::text);
    let Some(list) = field(call, "arguments") else { return };
    let arguments = children(list);
    if SINATRA.contains(&word) && field(call, "receiver").is_none() {
        if let Some(first) = arguments.first().filter(|it| it.kind() == "simple_symbol") {
            links.template(symbol_text(*first), first.span());
        }
        return;
    }
    let Some(folder) = folder else { return };
    if !matches!(word, "render" | "render_to_string" | "layout" | "mail") {
        return;
    }
    let within = |name: &str| {
        if name.contains('/') { name.to_owned() } else { format!("{folder}/{name}") }
    };
    for (at, argument) in arguments.iter().enumerate() {
        let (key, value) = match argument.kind() {
            "pair" => {
                let key = field(*argument, "key").map_or("", Node::text);
                let Some(value) = field(*argument, "value") else { continue };
                (key.trim_matches(':'), value)
            }
            _ if at == 0 && word != "mail" => (word, *argument),
            _ => continue,
        };
        let text = plain_text(value).unwrap_or_else(|| symbol_text(value));
        if text.is_empty() {
            continue;
        }
        let name = match key {
            "render" | "render_to_string" | "action" | "template" | "template_name" => within(text),
            "partial" => match text.rsplit_once('/') {
                Some((folder, last)) => format!("{folder}/_{last}"),
                None => format!("{folder}/_{text}"),
            },
            "layout" => format!("layouts/{}", text.trim_start_matches("layouts/")),
            _ => continue,
        };
        links.template(&name, value.span());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_links;

    #[test]
    fn actions_have_the_views_that_they_render_and_that_are_called_like_them() {
        check_links(
            "app/controllers/admin/orders_controller.rb",
            "class Admin::OrdersController < ApplicationController\n  layout \"plain\"\n  def show\n  end\n  def create\n    render :new, status: :bad\n    render partial: \"row\", locals: { a: \"no\" }\n    render \"shared/done\", layout: \"wide\"\n    render json: \"no\"\n  end\nend\n",
            &expect![[r#"
                link Template Reads layouts/plain in Admin.OrdersController
                link Template Reads admin/orders/show in Admin.OrdersController.show (guess)
                link Template Reads admin/orders/create in Admin.OrdersController.create (guess)
                link Template Reads admin/orders/new in Admin.OrdersController.create
                link Template Reads admin/orders/_row in Admin.OrdersController.create
                link Template Reads shared/done in Admin.OrdersController.create
                link Template Reads layouts/wide in Admin.OrdersController.create
            "#]],
        );
        check_links(
            "app/mailers/order_mailer.rb",
            "class OrderMailer < ApplicationMailer\n  def paid\n    mail(to: \"a\", template_name: \"done\")\n  end\nend\n",
            &expect![[r#"
                link Template Reads order_mailer/paid in OrderMailer.paid (guess)
                link Template Reads order_mailer/done in OrderMailer.paid
            "#]],
        );
    }

    #[test]
    fn sinatra_renders_by_symbols() {
        check_links(
            "app.rb",
            "get '/' do\n  erb :index, layout: :main\nend\ndef a\n  slim \"no\"\n  x.erb :no\nend\n",
            &expect![[r#"
                link Template Reads index
            "#]],
        );
    }
}
