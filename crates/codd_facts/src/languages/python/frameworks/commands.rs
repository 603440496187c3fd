//! Commands of Click, Typer and Flask: what runs a group, a test's runner above all, may run each
//! of its commands.

use super::arguments::positional;
use super::{Called, Decorator, Framework};
use crate::languages::python::walk::{Cx, Walk};
use crate::{Expr, ExprId, Listener};

pub(super) const COMMANDS: Framework = Framework { decorator, call };

/// Modules whose groups have commands.
const MODULES: [&str; 6] = ["asyncclick", "click", "cloup", "flask", "rich_click", "typer"];

/// `@main.command()`, `@app.cli.command("run")`, `@main.group()`, `@app.callback()`.
fn decorator(walk: &mut Walk<'_, '_>, decorator: &Decorator, _cx: &Cx) -> bool {
    let Expr::Attribute { base, name } = walk.builder.semantics.expr(decorator.callee) else {
        return false;
    };
    let is_command = matches!(name.as_str(), "callback" | "command" | "group" | "result_callback");
    let base = *base;
    if !is_command || !has_groups(walk) {
        return false;
    }
    let function = walk.builder.expr(Expr::Definition(decorator.id));
    let to = walk.group(base);
    walk.builder.listener(Listener::of(to, function));
    true
}

/// `main.add_command(run)`, `app.add_typer(sub)`.
fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, _cx: &Cx) -> bool {
    let ("add_command" | "add_typer", Some(base)) = (called.name, called.base) else {
        return false;
    };
    if !has_groups(walk) {
        return false;
    }
    let Some(function) = positional(walk.arguments(called.call), 0) else { return false };
    let to = walk.group(base);
    walk.builder.listener(Listener::of(to, function));
    true
}

fn has_groups(walk: &Walk<'_, '_>) -> bool {
    MODULES.iter().any(|it| walk.imports(it))
}

impl Walk<'_, '_> {
    /// The application of `app.cli`, or the group itself.
    fn group(&self, base: ExprId) -> ExprId {
        match self.builder.semantics.expr(base) {
            Expr::Attribute { base, name } if name == "cli" => *base,
            _ => base,
        }
    }
}
