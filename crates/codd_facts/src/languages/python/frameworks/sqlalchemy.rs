//! SQLAlchemy: functions that listen to what happens to a model.

use super::arguments::positional;
use super::{Called, Decorator, Framework};
use crate::languages::python::walk::{Cx, Walk};
use crate::{Expr, Listener};

pub(super) const SQLALCHEMY: Framework = Framework { decorator, call };

/// `@event.listens_for(Model, "before_insert")`.
fn decorator(walk: &mut Walk<'_, '_>, decorator: &Decorator, _cx: &Cx) -> bool {
    if walk.last_name(decorator.callee) != "listens_for" {
        return false;
    }
    if let Some(to) = positional(walk.arguments(decorator.expr), 0) {
        let function = walk.builder.expr(Expr::Definition(decorator.id));
        walk.builder.listener(Listener::of(to, function));
    }
    true
}

/// `event.listen(Model, "before_insert", function)`.
fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, _cx: &Cx) -> bool {
    if called.name != "listen" || !walk.is_from("sqlalchemy", called.callee) {
        return false;
    }
    let arguments = walk.arguments(called.call);
    if let (Some(to), Some(function)) = (positional(arguments, 0), positional(arguments, 2)) {
        walk.builder.listener(Listener::of(to, function));
    }
    true
}
