//! The paths of routes that an expression gives, as far as the project says them.

use codd_facts::{
    ComputedPath, DefinitionKind, Expr, Name, UNKNOWN_PREFIX, common_end, known_path, push_part,
};

use super::calls::Frame;
use super::evaluate::Evaluator;
use super::rewritten::is_rewritten;
use super::value::{At, NO_FRAME, OWN, Site, Value};

/// Functions in functions, sums in sums.
const MAX_DEPTH: u32 = 8;

/// Values of one path that are told apart.
const MAX_TEXTS: usize = 8;

/// Expressions that one path may cost: functions that call others several times multiply.
const STEPS: u32 = 512;

/// Longer texts are no path.
const MAX_LENGTH: usize = 2048;

/// The path of a route that its file does not say all of: `…` for what nobody says; `None` where
/// nothing more is known than the file says.
pub(super) fn computed(
    evaluator: &mut Evaluator<'_>,
    path: &str,
    computed: ComputedPath,
) -> Option<Name> {
    let start = path.get(..computed.from as usize)?;
    let site = Site { file: OWN, expr: computed.expr, frame: NO_FRAME };
    let found = common_end(&Search { evaluator, left: STEPS }.texts(site, 0));
    let whole = match start {
        "" => found,
        start => format!("{}/{}", start.trim_end_matches('/'), found.trim_start_matches('/')),
    };
    (whole != known_path(path)).then(|| Name::from(whole))
}

/// Looks for the texts of one path.
struct Search<'e, 'p> {
    evaluator: &'e mut Evaluator<'p>,
    /// Expressions that may still be looked at.
    left: u32,
}

impl Search<'_, '_> {
    /// What an expression may be as a text, each with `…` for what is not known of it.
    fn texts(&mut self, site: Site, depth: u32) -> Vec<String> {
        let unknown = || vec![UNKNOWN_PREFIX.to_owned()];
        let semantics = self.evaluator.semantics(site.file);
        let is_over = self.left == 0 || depth > MAX_DEPTH;
        self.left = self.left.saturating_sub(1);
        if is_over || is_rewritten(&semantics, site.expr) {
            return unknown();
        }
        let at = |expr| Site { expr, ..site };
        let found: Vec<String> = match semantics.expr(site.expr) {
            Expr::Text(text) => vec![text.to_string()],
            Expr::Joined(parts) => {
                let mut whole = String::new();
                for part in parts {
                    push_part(&mut whole, &common_end(&self.texts(at(*part), depth + 1)));
                    if whole.len() > MAX_LENGTH {
                        return unknown();
                    }
                }
                vec![whole]
            }
            Expr::Either(options) => options
                .iter()
                .take(MAX_TEXTS + 1)
                .flat_map(|it| self.texts(at(*it), depth + 1))
                .collect(),
            Expr::Call { callee, .. } => self.returned(site, at(*callee), depth),
            _ => self.held(site, depth),
        };
        let is_known = !found.is_empty()
            && found.len() <= MAX_TEXTS
            && found.iter().all(|it| it.len() <= MAX_LENGTH);
        if is_known { found } else { unknown() }
    }

    /// What a name or a property holds.
    fn held(&mut self, site: Site, depth: u32) -> Vec<String> {
        let opened = self.evaluator.opened(site.file, site.expr, site.frame);
        let are_texts = opened.flows().iter().map(|it| match &it.value {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        });
        if let Some(texts) = are_texts.collect::<Option<Vec<_>>>() {
            return texts;
        }
        let closed = self.evaluator.expr(site.file, site.expr, site.frame);
        let [only] = &closed[..] else { return Vec::new() };
        let Value::Definition { at, .. } = only.value else { return Vec::new() };
        let definition = self.evaluator.definition(at);
        let is_held = matches!(definition.kind, DefinitionKind::Variable | DefinitionKind::Field);
        match definition.value.filter(|_| is_held) {
            Some(expr) => self.texts(Site { file: at.file, expr, frame: NO_FRAME }, depth + 1),
            None => Vec::new(),
        }
    }

    /// What a call of a function of the project gives.
    fn returned(&mut self, call: Site, callee: Site, depth: u32) -> Vec<String> {
        let callees = self.evaluator.opened(callee.file, callee.expr, callee.frame);
        let mut found = Vec::new();
        for flow in callees.flows() {
            let Some(function) = function(self.evaluator, &flow.value) else {
                return Vec::new();
            };
            let around = self.evaluator.frame(call.frame).depth;
            let frame = self.evaluator.frame_id(Frame {
                function: Some(function),
                call: Some(call),
                depth: around + 1,
                ..Frame::NONE
            });
            if frame == NO_FRAME {
                return Vec::new();
            }
            let returns = self.evaluator.definition(function).returns.clone();
            if returns.is_empty() {
                return Vec::new();
            }
            for expr in returns {
                let site = Site { file: function.file, expr, frame };
                found.extend(self.texts(site, depth + 1));
            }
        }
        found
    }
}

/// The function that a value is, where nothing but its own text decides what it gives: not one
/// that is decorated, nor a method, which another class may replace.
fn function(evaluator: &Evaluator<'_>, value: &Value) -> Option<At> {
    let Value::Definition { at, .. } = *value else { return None };
    let definition = evaluator.definition(at);
    (definition.kind.is_function() && definition.decorators.is_empty()).then_some(at)
}
