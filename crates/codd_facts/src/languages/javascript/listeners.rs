//! Listeners to the events of an emitter: who has the emitter may run them.

use super::walker::{Here, Walker};
use crate::{Expr, ExprId, Listener};

/// Methods that are given the name of an event and what runs then.
const LISTENING: [&str; 5] = ["addEventListener", "addListener", "on", "once", "prependListener"];

impl Walker<'_> {
    /// `bus.on("paid", ship)`, `this.on("paid", this.ship.bind(this))`.
    pub(super) fn note_listener(&mut self, callee: ExprId, values: &[ExprId], here: Here) {
        let semantics = self.semantics();
        let Expr::Attribute { base, name } = semantics.expr(callee) else { return };
        let [event, .., given] = values else { return };
        if !LISTENING.contains(&name.as_str()) || !matches!(semantics.expr(*event), Expr::Text(_)) {
            return;
        }
        let of_class = match semantics.expr(*base) {
            Expr::This { class } => Some(*class),
            _ => None,
        };
        let base = *base;
        let to = of_class.map_or(base, |class| self.add(Expr::Definition(class)));
        let function = match self.semantics().expr(*given).clone() {
            Expr::Name { .. } | Expr::Attribute { .. } | Expr::Definition(_) => *given,
            Expr::Call { callee, .. } => match *self.semantics().expr(callee) {
                Expr::Attribute { base, ref name } if name == "bind" => base,
                _ => return,
            },
            Expr::Text(_) | Expr::Literal | Expr::Container { .. } => return,
            // A function written in place is part of the one around it.
            _ => match here.owner {
                Some(owner) => self.add(Expr::Definition(owner)),
                None => return,
            },
        };
        self.builder.listener(Listener { is_certain: false, ..Listener::of(to, function) });
    }
}
