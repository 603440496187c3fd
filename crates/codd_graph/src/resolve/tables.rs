//! What is registered in a loop over a table, row by row, so that each router is served at its own
//! path: `for (const { path, router } of table) app.use(path, router)`.

use codd_facts::{Bound, ContainerKind, Expr, ExprId, Name, Semantics};

use super::evaluate::Evaluator;
use super::names::find_name;
use super::routers::{prefixes, prefixes_at, routers, routers_at};
use super::value::{Flow, FlowSet, NO_FRAME, OWN, Site, Value};
use crate::{Prefix, Router};

/// Rows that are told apart; of a longer table nothing is.
const MAX_ROWS: usize = 512;

/// Names of names, tables in tables.
const MAX_DEPTH: u32 = 8;

/// Lists that are spread into one table: a list may be spread many times over.
const MAX_LISTS: usize = 64;

/// A table that is written out, and what a loop over it has of each row.
pub(super) struct Table {
    /// What the loop goes over, as its variables name it.
    over: ExprId,
    pub(super) rows: Vec<Row>,
    /// Whether the loop goes over all of it.
    pub(super) is_whole: bool,
}

/// What the loop's variable stands for in one turn.
pub(super) enum Row {
    Value(Site),
    Key(Name),
    /// A key, where it is written, and its value.
    Pair(Option<Name>, Site),
}

/// What an expression stands for in one turn.
enum InRow {
    Site(Site),
    Text(Name),
    Pair(Option<Name>, Site),
    Flows(FlowSet),
    /// It has nothing to do with the table.
    Own,
    Unknown,
}

impl Table {
    /// The table that one of these expressions takes something of, turn by turn.
    pub(super) fn of(evaluator: &mut Evaluator<'_>, exprs: &[ExprId]) -> Option<Table> {
        let semantics = evaluator.semantics(OWN);
        let over = exprs.iter().find_map(|it| looped_over(&semantics, *it, 0))?;
        let mut rows = Vec::new();
        let is_whole = over_rows(evaluator, over, &mut rows, 0)?;
        let is_read = !rows.is_empty() && rows.len() <= MAX_ROWS;
        is_read.then_some(Table { over, rows, is_whole })
    }

    /// The paths that an expression stands for in one turn; `None` where it is no path.
    pub(super) fn prefixes(
        &self,
        evaluator: &mut Evaluator<'_>,
        expr: ExprId,
        row: &Row,
    ) -> Option<Vec<Prefix>> {
        match self.in_row(evaluator, expr, row, 0) {
            InRow::Own => prefixes(evaluator, expr),
            InRow::Site(site) => prefixes_at(evaluator, site),
            InRow::Text(text) => Some(vec![Prefix::Known(text)]),
            InRow::Flows(flows) => {
                let flows = evaluator.open_all(flows.flows());
                match flows.flows() {
                    [Flow { value: Value::Text(text), .. }] => {
                        Some(vec![Prefix::Known(text.clone())])
                    }
                    all if all.iter().any(|it| is_function(&it.value)) => None,
                    _ => Some(vec![Prefix::Unknown]),
                }
            }
            InRow::Pair(..) | InRow::Unknown => Some(vec![Prefix::Unknown]),
        }
    }

    /// The routers that an expression stands for in one turn.
    pub(super) fn routers(
        &self,
        evaluator: &mut Evaluator<'_>,
        expr: ExprId,
        row: &Row,
    ) -> Vec<Router> {
        match self.in_row(evaluator, expr, row, 0) {
            InRow::Own => routers(evaluator, expr),
            InRow::Site(site) => routers_at(evaluator, site.file, site.expr),
            // A field, or what it holds.
            InRow::Flows(flows) => {
                let held = evaluator.open_all(flows.flows());
                let all = flows.flows().iter().chain(held.flows());
                let mut out: Vec<Router> = all
                    .filter_map(|flow| match &flow.value {
                        Value::Definition { at, .. } => {
                            Some(Router::Definition(evaluator.path(at.file).clone(), at.id))
                        }
                        _ => None,
                    })
                    .collect();
                out.sort();
                out.dedup();
                out
            }
            InRow::Text(_) | InRow::Pair(..) | InRow::Unknown => Vec::new(),
        }
    }

    /// What an expression that takes something of the table stands for in one turn; `None` of
    /// any other.
    pub(super) fn flows(
        &self,
        evaluator: &mut Evaluator<'_>,
        expr: ExprId,
        row: &Row,
    ) -> Option<FlowSet> {
        match self.in_row(evaluator, expr, row, 0) {
            InRow::Own => None,
            InRow::Site(site) => {
                let flows = evaluator.expr(site.file, site.expr, site.frame);
                Some(FlowSet::shared(&flows))
            }
            InRow::Flows(flows) => Some(flows),
            InRow::Text(_) | InRow::Pair(..) | InRow::Unknown => Some(FlowSet::unknown()),
        }
    }

    fn in_row(&self, evaluator: &mut Evaluator<'_>, expr: ExprId, row: &Row, depth: u32) -> InRow {
        if depth > MAX_DEPTH {
            return InRow::Unknown;
        }
        let semantics = evaluator.semantics(OWN);
        if looped_over(&semantics, expr, 0) != Some(self.over) {
            return InRow::Own;
        }
        match semantics.expr(expr) {
            Expr::Name { scope, name } => match only_bound(&semantics, *scope, name) {
                Some(Bound::Element(_)) => row.whole(),
                Some(Bound::Value(value)) => self.in_row(evaluator, *value, row, depth + 1),
                _ => InRow::Unknown,
            },
            Expr::Index { base, key: None } if *base == self.over => row.whole(),
            Expr::Index { base, key: Some(key) } => {
                let base = self.in_row(evaluator, *base, row, depth + 1);
                match (base, key.as_str()) {
                    (InRow::Pair(Some(key), _), "0") => InRow::Text(key),
                    (InRow::Pair(_, site), "1") => InRow::Site(site),
                    (base, key) => part(evaluator, base, key),
                }
            }
            Expr::Attribute { base, name } => {
                let base = self.in_row(evaluator, *base, row, depth + 1);
                part(evaluator, base, name)
            }
            // A default is for rows that lack it.
            Expr::Either(options) => {
                for option in options {
                    match self.in_row(evaluator, *option, row, depth + 1) {
                        InRow::Unknown => {}
                        found => return found,
                    }
                }
                InRow::Unknown
            }
            Expr::Joined(parts) => {
                let mut text = String::new();
                for part in parts {
                    match self.prefixes(evaluator, *part, row).as_deref() {
                        Some([Prefix::Known(part)]) => text.push_str(part),
                        _ => return InRow::Unknown,
                    }
                }
                InRow::Text(text.into())
            }
            // `route.router.routes()`.
            Expr::Call { callee, arguments } if arguments.is_empty() => {
                match semantics.expr(*callee) {
                    Expr::Attribute { base, name }
                        if matches!(name.as_str(), "routes" | "middleware") =>
                    {
                        self.in_row(evaluator, *base, row, depth + 1)
                    }
                    _ => InRow::Unknown,
                }
            }
            _ => InRow::Unknown,
        }
    }
}

impl Row {
    fn whole(&self) -> InRow {
        match self {
            Row::Value(site) => InRow::Site(*site),
            Row::Key(key) => InRow::Text(key.clone()),
            Row::Pair(key, site) => InRow::Pair(key.clone(), *site),
        }
    }
}

/// What a row has by a name or at a place.
fn part(evaluator: &mut Evaluator<'_>, of: InRow, key: &str) -> InRow {
    let flows = match of {
        InRow::Site(site) => evaluator.opened(site.file, site.expr, site.frame),
        InRow::Flows(flows) => evaluator.open_all(flows.flows()),
        InRow::Own | InRow::Text(_) | InRow::Pair(..) | InRow::Unknown => return InRow::Unknown,
    };
    match flows.flows() {
        [Flow { value: Value::Container(site), .. }] => {
            let semantics = evaluator.semantics(site.file);
            let Expr::Container { kind, items } = semantics.expr(site.expr) else {
                return InRow::Unknown;
            };
            let item = match kind {
                ContainerKind::Mapping => {
                    items.iter().rev().find(|it| it.key.as_deref() == Some(key))
                }
                ContainerKind::Sequence => key.parse().ok().and_then(|at: usize| items.get(at)),
            };
            item.map_or(InRow::Unknown, |it| InRow::Site(Site { expr: it.value, ..*site }))
        }
        [Flow { value: Value::Instance(..) | Value::Module(_), .. }] => {
            InRow::Flows(evaluator.attribute(flows.flows(), key))
        }
        _ => InRow::Unknown,
    }
}

fn is_function(value: &Value) -> bool {
    matches!(value, Value::Definition { .. } | Value::Method { .. } | Value::Given { .. })
}

/// What the loop goes over of whose turn an expression takes something.
fn looped_over(semantics: &Semantics, expr: ExprId, depth: u32) -> Option<ExprId> {
    if depth > MAX_DEPTH {
        return None;
    }
    match semantics.expr(expr) {
        Expr::Name { scope, name } => match only_bound(semantics, *scope, name)? {
            Bound::Element(over) => Some(*over),
            Bound::Value(value) => looped_over(semantics, *value, depth + 1),
            _ => None,
        },
        Expr::Index { base, key: None } => looped_over(semantics, *base, depth + 1).or(Some(*base)),
        Expr::Index { base, .. } | Expr::Attribute { base, .. } => {
            looped_over(semantics, *base, depth + 1)
        }
        Expr::Either(all) | Expr::Joined(all) => {
            all.iter().find_map(|it| looped_over(semantics, *it, depth + 1))
        }
        Expr::Call { callee, arguments } if arguments.is_empty() => {
            looped_over(semantics, *callee, depth + 1)
        }
        _ => None,
    }
}

fn only_bound<'s>(
    semantics: &'s Semantics,
    scope: codd_facts::ScopeId,
    name: &str,
) -> Option<&'s Bound> {
    match find_name(semantics, scope, name)? {
        (_, [only]) => Some(&only.bound),
        _ => None,
    }
}

/// Adds the rows that a loop over an expression goes through; says whether these are all it
/// writes out, and `None` where they are not written out.
fn over_rows(
    evaluator: &mut Evaluator<'_>,
    over: ExprId,
    rows: &mut Vec<Row>,
    depth: u32,
) -> Option<bool> {
    if depth > MAX_DEPTH {
        return None;
    }
    let semantics = evaluator.semantics(OWN);
    match semantics.expr(over) {
        // What a method of a list gives is lowered as either of two.
        Expr::Either(options) => {
            let call = options.iter().find(|it| is_call(&semantics, **it))?;
            over_rows(evaluator, *call, rows, depth + 1)
        }
        Expr::Call { callee, arguments } => {
            let Expr::Attribute { base, name } = semantics.expr(*callee) else { return None };
            let is_of_object =
                matches!(semantics.expr(*base), Expr::Name { name, .. } if name == "Object");
            match (name.as_str(), &arguments[..]) {
                ("entries" | "keys" | "values", [table]) if is_of_object => {
                    keyed(evaluator, table.value, name, rows)
                }
                ("slice" | "filter", _) => {
                    over_rows(evaluator, *base, rows, depth + 1).map(|_| false)
                }
                ("reverse" | "sort" | "toSorted" | "toReversed", _) => {
                    over_rows(evaluator, *base, rows, depth + 1)
                }
                _ => None,
            }
        }
        _ => {
            let flows = evaluator.opened(OWN, over, NO_FRAME);
            let mut left = MAX_LISTS;
            listed(evaluator, flows.flows(), rows, &mut left)
        }
    }
}

fn is_call(semantics: &Semantics, expr: ExprId) -> bool {
    matches!(semantics.expr(expr), Expr::Call { .. })
}

/// Adds the items of lists that are written out; whether all are.
fn listed(
    evaluator: &mut Evaluator<'_>,
    flows: &[Flow],
    rows: &mut Vec<Row>,
    left: &mut usize,
) -> Option<bool> {
    *left = left.checked_sub(1)?;
    let mut is_whole = true;
    for flow in flows {
        let Value::Container(site) = flow.value else {
            is_whole = false;
            continue;
        };
        let semantics = evaluator.semantics(site.file);
        let Expr::Container { items, .. } = semantics.expr(site.expr) else { return None };
        for item in items {
            match (semantics.expr(item.value), &item.key) {
                // `...others`.
                (Expr::Index { base, key: None }, None) => {
                    let others = evaluator.opened(site.file, *base, site.frame);
                    let is_all = listed(evaluator, others.flows(), rows, left);
                    is_whole &= is_all == Some(true);
                }
                (_, None) => rows.push(Row::Value(Site { expr: item.value, ..site })),
                // A loop over a dictionary goes over its keys.
                (_, Some(key)) => rows.push(Row::Key(key.clone())),
            }
            if rows.len() > MAX_ROWS {
                return None;
            }
        }
    }
    Some(is_whole)
}

/// Adds what `Object.entries` and the like give of an object that is written out.
fn keyed(
    evaluator: &mut Evaluator<'_>,
    table: ExprId,
    method: &str,
    rows: &mut Vec<Row>,
) -> Option<bool> {
    let flows = evaluator.opened(OWN, table, NO_FRAME);
    let [Flow { value: Value::Container(site), .. }] = flows.flows() else { return None };
    let semantics = evaluator.semantics(site.file);
    let Expr::Container { items, .. } = semantics.expr(site.expr) else { return None };
    let mut is_whole = true;
    for item in items.iter().take(MAX_ROWS + 1) {
        let value = Site { expr: item.value, ..*site };
        match (method, &item.key) {
            ("values", _) => rows.push(Row::Value(value)),
            ("keys", Some(key)) => rows.push(Row::Key(key.clone())),
            ("entries", key) => rows.push(Row::Pair(key.clone(), value)),
            _ => is_whole = false,
        }
    }
    Some(is_whole)
}
