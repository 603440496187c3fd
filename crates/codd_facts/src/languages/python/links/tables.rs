//! Tables that Python code is mapped to, asks and changes.

use super::{Call, Reading, statements, text_value};
use crate::node::{Node, children, field};
use crate::{LinkKind, LinkRole, Name};

/// Calls of migrations that change a table, with where its name stands among the arguments.
const MIGRATING: &[(&str, usize)] = &[
    ("add_column", 0),
    ("alter_column", 0),
    ("batch_alter_table", 0),
    ("create_check_constraint", 1),
    ("create_foreign_key", 1),
    ("create_index", 1),
    ("create_primary_key", 1),
    ("create_table", 0),
    ("create_unique_constraint", 1),
    ("drop_column", 0),
    ("drop_constraint", 1),
    ("drop_table", 0),
    ("rename_table", 1),
];

impl<'t> Reading<'t> {
    pub(super) fn tables(&mut self, call: &Call<'t>) {
        let Call { callee, root, last, .. } = *call;
        if matches!(root, "op" | "batch_op") {
            if let Some((_, at)) = MIGRATING.iter().find(|it| it.0 == last)
                && let Some(name) = call.text(*at)
            {
                self.links.table(&name.text, LinkRole::Declares, name.span);
            }
        } else if last == "Table" && call.positional.len() > 1 {
            if let Some(name) = call.text(0) {
                self.links.table(&name.text, LinkRole::Adopts, name.span);
            }
        } else if last == "ForeignKey" || call.keyword("foreign_key").is_some() {
            let target = call.text(0).filter(|_| last == "ForeignKey");
            let target = target.or_else(|| call.named_text("foreign_key"));
            if let Some(target) = target
                && let Some((table, _)) = target.text.rsplit_once('.')
            {
                // Django names a model, and never in lower case.
                if table.to_lowercase() == table {
                    self.links.table(table, LinkRole::Reads, target.span);
                }
            }
        } else if callee.starts_with("migrations.") {
            let name = call.named_text("model_name").or_else(|| call.named_text("name"));
            let is_model = call.keyword("model_name").is_some() || last.ends_with("Model");
            if let Some(name) = name.filter(|_| is_model) {
                let table = self.django_table(&name.text);
                self.links.table(&table, LinkRole::Declares, name.span);
            }
        }
    }

    /// Classes that are mapped to tables or filled from the environment, by their bases.
    pub(super) fn class(&mut self, node: Node<'t>) {
        let Some(name) = field(node, "name") else { return };
        let Some(bases) = field(node, "superclasses") else { return };
        let Some(body) = field(node, "body") else { return };
        let owner = self.links.owner(name.span());
        let bases = children(bases);
        let base = |test: &dyn Fn(&str) -> bool| {
            bases.iter().any(|it| test(it.text().split(['[', '(']).next().unwrap_or_default()))
        };
        let is_mapped = bases.iter().any(|it| it.text().replace(' ', "") == "table=True");
        let own_name = |wanted: &str| {
            statements(body).into_iter().find_map(|it| {
                field(it, "left").filter(|it| it.text() == wanted)?;
                field(it, "right").and_then(text_value)
            })
        };
        let own_table = own_name("__tablename__");
        let mut table = own_table.map(|it| it.text);
        if table.is_none() && is_mapped {
            table = Some(name.text().to_lowercase());
        }
        if base(&|it| it == "models.Model" || it.ends_with(".models.Model")) {
            let meta = children(body).into_iter().find(|it| {
                it.kind() == "class_definition"
                    && field(*it, "name").is_some_and(|it| it.text() == "Meta")
            });
            let named = meta.and_then(|it| field(it, "body")).and_then(|meta| {
                statements(meta).into_iter().find_map(|it| {
                    field(it, "left").filter(|it| it.text() == "db_table")?;
                    field(it, "right").and_then(text_value)
                })
            });
            table = Some(named.map_or_else(|| self.django_table(name.text()), |it| it.text));
        }
        if let Some(table) = table {
            let keys = vec![Name::from(table.to_lowercase())];
            let (kind, role) = (LinkKind::Table, LinkRole::Adopts);
            self.links.add_for(owner, kind, role, keys, name.span(), true);
        }
        if base(&|it| it.rsplit('.').next() == Some("BaseSettings")) {
            self.filled_from_environment(body);
        }
    }

    /// The table that Django gives to a model of this file's application.
    fn django_table(&self, model: &str) -> String {
        let mut folders = self.path.parent().rsplit('/');
        let folder = folders.next().unwrap_or_default();
        let folder = match folder {
            "models" | "migrations" => folders.next().unwrap_or_default(),
            folder => folder,
        };
        format!("{folder}_{}", model.to_lowercase())
    }
}
