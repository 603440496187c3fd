//! The part of a file that other files can see: a firewall for incremental resolution.

use crate::{
    Added, Argument, Binding, Bound, Definition, DefinitionId, DefinitionKind, Export, Exports,
    Expr, ExprId, Extension, Import, ImportId, Item, Member, Parameter, Scope, ScopeId, ScopeKind,
    Semantics,
};

/// `semantics` without what no other file's resolution can ask for.
///
/// Two versions of a file with equal interfaces resolve every other file alike, so an edit
/// inside a function body that changes no return value re-resolves that file alone. Kept is
/// what can be reached from the names the module offers, its classes and the values its
/// functions return; expressions, scopes and imports are numbered anew, so that what was left
/// out leaves no trace. Definitions keep their ids, since edges name them: adding a function
/// inside a body changes the interface. Those that cannot be reached keep their names, kinds
/// and parameters (a call with an unknown receiver may still mean them) and nothing else.
pub fn interface(semantics: &Semantics) -> Semantics {
    let mut marks = Marks::new(semantics);
    marks.roots();
    marks.follow();
    marks.rebuild()
}

const NOT_KEPT: u32 = u32::MAX;

/// What has been reached; `todo` holds what was reached and not yet looked into.
struct Marks<'s> {
    semantics: &'s Semantics,
    /// The new number of each expression; [`NOT_KEPT`] for what was not reached.
    exprs: Vec<u32>,
    /// Those that are kept, in the order in which they were reached: a language that shares
    /// equal expressions numbers them by their first use, which may be in a body.
    kept_exprs: Vec<ExprId>,
    scopes: Vec<bool>,
    imports: Vec<bool>,
    definitions: Vec<bool>,
    /// By scope, then by binding.
    bindings: Vec<Vec<bool>>,
    /// Members by the class that has them.
    members: Vec<Vec<u32>>,
    todo: Vec<Todo>,
}

enum Todo {
    Expr(ExprId),
    Definition(DefinitionId),
}

impl<'s> Marks<'s> {
    fn new(semantics: &'s Semantics) -> Marks<'s> {
        let mut members = vec![Vec::new(); semantics.definitions.len()];
        for (at, member) in semantics.members.iter().enumerate() {
            members[member.class.index()].push(at as u32);
        }
        Marks {
            semantics,
            exprs: vec![NOT_KEPT; semantics.exprs.len()],
            kept_exprs: Vec::new(),
            scopes: vec![false; semantics.scopes.len()],
            imports: vec![false; semantics.imports.len()],
            definitions: vec![false; semantics.definitions.len()],
            bindings: semantics.scopes.iter().map(|it| vec![false; it.bindings.len()]).collect(),
            members,
            todo: Vec::new(),
        }
    }

    fn roots(&mut self) {
        let semantics = self.semantics;
        let exports = &semantics.exports;
        if !semantics.scopes.is_empty() {
            self.scope(crate::MODULE_SCOPE);
            if exports.all_bindings {
                self.all_bindings(crate::MODULE_SCOPE);
            }
        }
        for export in &exports.named {
            self.expr(export.value);
        }
        for star in &exports.stars {
            self.imports[star.index()] = true;
        }
        for offer in &semantics.offers {
            self.definition(offer.definition);
        }
        for extension in &semantics.extensions {
            self.expr(extension.of);
            match extension.added {
                Added::Member(id) | Added::Handler(id) => self.definition(id),
                Added::Base(base) => self.expr(base),
            }
        }
        if let Some(whole) = exports.whole {
            self.expr(whole);
        }
    }

    fn follow(&mut self) {
        while let Some(todo) = self.todo.pop() {
            match todo {
                Todo::Expr(id) => self.visit_expr(id),
                Todo::Definition(id) => self.visit_definition(id),
            }
        }
    }

    fn expr(&mut self, id: ExprId) {
        if self.exprs[id.index()] == NOT_KEPT {
            self.exprs[id.index()] = self.kept_exprs.len() as u32;
            self.kept_exprs.push(id);
            self.todo.push(Todo::Expr(id));
        }
    }

    fn definition(&mut self, id: DefinitionId) {
        if !std::mem::replace(&mut self.definitions[id.index()], true) {
            self.todo.push(Todo::Definition(id));
        }
    }

    /// A scope is kept with all around it.
    fn scope(&mut self, id: ScopeId) {
        let mut at = Some(id);
        while let Some(id) = at {
            if std::mem::replace(&mut self.scopes[id.index()], true) {
                break;
            }
            at = self.semantics.scope(id).parent;
        }
    }

    fn all_bindings(&mut self, scope: ScopeId) {
        for at in 0..self.bindings[scope.index()].len() {
            self.binding(scope, at);
        }
    }

    fn binding(&mut self, scope: ScopeId, at: usize) {
        if std::mem::replace(&mut self.bindings[scope.index()][at], true) {
            return;
        }
        match self.semantics.scope(scope).bindings[at].bound {
            Bound::Definition(id) | Bound::Parameter { function: id, .. } => self.definition(id),
            Bound::Import(id) => self.imports[id.index()] = true,
            Bound::Alias(id)
            | Bound::Value(id)
            | Bound::Typed(id)
            | Bound::Element(id)
            | Bound::Entered(id) => {
                self.expr(id);
            }
            Bound::TypeParameter { of, bound, .. } => {
                self.expr(of);
                if let Some(bound) = bound {
                    self.expr(bound);
                }
            }
            Bound::Outer | Bound::Unknown => {}
        }
    }

    fn visit_expr(&mut self, id: ExprId) {
        let semantics = self.semantics;
        match semantics.expr(id) {
            Expr::Name { scope, name } => self.name(*scope, name),
            Expr::Attribute { base, .. } | Expr::Index { base, .. } => self.expr(*base),
            Expr::Call { callee, arguments } => {
                self.expr(*callee);
                for argument in arguments {
                    self.expr(argument.value);
                }
            }
            Expr::Definition(id) | Expr::This { class: id } | Expr::Super { class: id } => {
                self.definition(*id);
            }
            Expr::Import(id) => self.imports[id.index()] = true,
            Expr::InstanceOf(of) | Expr::Passed { of, .. } => self.expr(*of),
            Expr::Container { items, .. } => {
                for item in items {
                    self.expr(item.value);
                }
            }
            Expr::Applied { of, types } => {
                self.expr(*of);
                for of in types {
                    self.expr(*of);
                }
            }
            Expr::Either(values) | Expr::Joined(values) => {
                for value in values {
                    self.expr(*value);
                }
            }
            Expr::Signature { parameters, result } => {
                for parameter in parameters {
                    self.expr(*parameter);
                }
                self.expr(*result);
            }
            Expr::Decorated { by, of } => {
                self.expr(*by);
                self.expr(*of);
            }
            Expr::Text(_) | Expr::Literal | Expr::Unknown => {}
        }
    }

    /// Keeps what a name may stand for, in every scope in which it may be found.
    fn name(&mut self, scope: ScopeId, name: &str) {
        self.scope(scope);
        let mut at = Some(scope);
        while let Some(id) = at {
            let it = self.semantics.scope(id);
            let start = it.bindings.partition_point(|binding| binding.name.as_str() < name);
            let count = it.bindings_of(name).len();
            for at in start..start + count {
                self.binding(id, at);
            }
            let is_seen = it.kind != ScopeKind::Class || id == scope;
            let is_outer = it.bindings_of(name).iter().any(|it| it.bound == Bound::Outer);
            if count > 0 && is_seen && !is_outer {
                break;
            }
            at = it.parent;
        }
    }

    fn visit_definition(&mut self, id: DefinitionId) {
        let semantics = self.semantics;
        let it = semantics.definition(id);
        self.scope(it.scope);
        // A variable's other values are bound beside it.
        let scope = semantics.scope(it.scope);
        let start = scope.bindings.partition_point(|binding| binding.name < it.name);
        if matches!(it.kind, DefinitionKind::Variable | DefinitionKind::Field) {
            for at in start..start + scope.bindings_of(&it.name).len() {
                self.binding(it.scope, at);
            }
        }
        for expr in it.bases.iter().chain(&it.returns).chain(&it.declared_type).chain(&it.value) {
            self.expr(*expr);
        }
        for parameter in &it.parameters {
            for expr in parameter.annotation.iter().chain(&parameter.default) {
                self.expr(*expr);
            }
        }
        for at in 0..self.members[id.index()].len() {
            let member = &semantics.members[self.members[id.index()][at] as usize];
            self.expr(member.value);
            if let Some(definition) = member.definition {
                self.definition(definition);
            }
        }
        if let Some(parent) = it.parent {
            // A method's receiver and a field's class are asked for through it.
            if matches!(it.kind, DefinitionKind::Method | DefinitionKind::Field) {
                self.definition(parent);
            }
        }
        if let Some(body) = it.body
            && semantics.scope(body).kind != ScopeKind::Function
        {
            self.scope(body);
            self.all_bindings(body);
        }
    }

    fn rebuild(&self) -> Semantics {
        let semantics = self.semantics;
        let scopes = Renumbered::new(&self.scopes);
        let imports = Renumbered::new(&self.imports);
        let expr = |id: ExprId| ExprId(self.exprs[id.index()]);
        // That there is a default counts for the number of arguments.
        let placeholder = ExprId(self.kept_exprs.len() as u32);
        let scope = |id: ScopeId| ScopeId(scopes.of(id.0));
        let import = |id: ImportId| ImportId(imports.of(id.0));
        Semantics {
            managed: Vec::new(),
            handed: Vec::new(),
            definitions: semantics
                .definitions
                .iter()
                .enumerate()
                .map(|(at, it)| {
                    if self.definitions[at] {
                        Definition {
                            scope: scope(it.scope),
                            body: it.body.filter(|body| self.scopes[body.index()]).map(scope),
                            bases: it.bases.iter().copied().map(expr).collect(),
                            decorators: Vec::new(),
                            parameters: parameters(it, |id| Some(expr(id))),
                            returns: it.returns.iter().copied().map(expr).collect(),
                            declared_type: it.declared_type.map(expr),
                            value: it.value.map(expr),
                            ..it.clone()
                        }
                    } else {
                        Definition {
                            scope: crate::MODULE_SCOPE,
                            body: None,
                            bases: Vec::new(),
                            decorators: Vec::new(),
                            parameters: parameters(it, |_| Some(placeholder)),
                            returns: Vec::new(),
                            declared_type: None,
                            value: None,
                            ..it.clone()
                        }
                    }
                })
                .collect(),
            scopes: kept(&semantics.scopes, &self.scopes)
                .map(|(at, it)| Scope {
                    kind: it.kind,
                    parent: it.parent.map(scope),
                    owner: it.owner,
                    bindings: kept(&it.bindings, &self.bindings[at])
                        .map(|(_, binding)| Binding {
                            name: binding.name.clone(),
                            // Who looks from outside looks when all of the file has run.
                            replaced_behind: binding.replaced_behind.map(|_| 0),
                            bound: match binding.bound {
                                Bound::Import(id) => Bound::Import(import(id)),
                                Bound::Value(id) => Bound::Value(expr(id)),
                                Bound::Typed(id) => Bound::Typed(expr(id)),
                                Bound::Alias(id) => Bound::Alias(expr(id)),
                                Bound::Element(id) => Bound::Element(expr(id)),
                                Bound::Entered(id) => Bound::Entered(expr(id)),
                                Bound::TypeParameter { of, index, bound } => {
                                    let (of, bound) = (expr(of), bound.map(expr));
                                    Bound::TypeParameter { of, index, bound }
                                }
                                ref bound => bound.clone(),
                            },
                        })
                        .collect(),
                })
                .collect(),
            exprs: self
                .kept_exprs
                .iter()
                .map(|id| renumbered_expr(semantics.expr(*id), expr, scope, import))
                .chain([Expr::Unknown])
                .collect(),
            imports: kept(&semantics.imports, &self.imports)
                .map(|(_, it)| Import { owner: None, ..it.clone() })
                .collect(),
            exports: Exports {
                all_bindings: semantics.exports.all_bindings,
                named: semantics
                    .exports
                    .named
                    .iter()
                    .map(|it| Export { name: it.name.clone(), value: expr(it.value) })
                    .collect(),
                star_names: semantics.exports.star_names.clone(),
                stars: semantics.exports.stars.iter().copied().map(import).collect(),
                whole: semantics.exports.whole.map(expr),
            },
            members: semantics
                .members
                .iter()
                .filter(|it| self.definitions[it.class.index()])
                .map(|it| Member { value: expr(it.value), ..it.clone() })
                .collect(),
            offers: semantics.offers.clone(),
            opened: semantics.opened.clone(),
            extensions: semantics
                .extensions
                .iter()
                .map(|it| Extension {
                    of: expr(it.of),
                    type_name: it.type_name.clone(),
                    added: match it.added {
                        Added::Member(id) => Added::Member(id),
                        Added::Base(base) => Added::Base(expr(base)),
                        Added::Handler(id) => Added::Handler(id),
                    },
                })
                .collect(),
            links: Vec::new(),
            references: Vec::new(),
            routes: Vec::new(),
            given_routes: Vec::new(),
            changed: semantics
                .changed
                .iter()
                .filter(|(scope, _)| *scope == crate::MODULE_SCOPE)
                .cloned()
                .collect(),
            route_hooks: Vec::new(),
            injections: Vec::new(),
            listeners: Vec::new(),
            router_prefixes: Vec::new(),
            tests: Vec::new(),
        }
    }
}

fn kept<'a, T>(all: &'a [T], marks: &'a [bool]) -> impl Iterator<Item = (usize, &'a T)> {
    all.iter().enumerate().filter(|(at, _)| marks[*at])
}

fn parameters(it: &Definition, expr: impl Fn(ExprId) -> Option<ExprId>) -> Vec<Parameter> {
    it.parameters
        .iter()
        .map(|parameter| Parameter {
            annotation: parameter.annotation.and_then(&expr),
            default: parameter.default.and_then(&expr),
            ..parameter.clone()
        })
        .collect()
}

fn renumbered_expr(
    it: &Expr,
    expr: impl Fn(ExprId) -> ExprId,
    scope: impl Fn(ScopeId) -> ScopeId,
    import: impl Fn(ImportId) -> ImportId,
) -> Expr {
    match it {
        Expr::Name { scope: id, name } => Expr::Name { scope: scope(*id), name: name.clone() },
        Expr::Attribute { base, name } => Expr::Attribute { base: expr(*base), name: name.clone() },
        Expr::Call { callee, arguments } => Expr::Call {
            callee: expr(*callee),
            arguments: arguments
                .iter()
                .map(|it| Argument { name: it.name.clone(), value: expr(it.value) })
                .collect(),
        },
        Expr::Index { base, key } => Expr::Index { base: expr(*base), key: key.clone() },
        Expr::Import(id) => Expr::Import(import(*id)),
        Expr::InstanceOf(of) => Expr::InstanceOf(expr(*of)),
        Expr::Container { kind, items } => Expr::Container {
            kind: *kind,
            items: items
                .iter()
                .map(|it| Item { key: it.key.clone(), value: expr(it.value) })
                .collect(),
        },
        Expr::Either(values) => Expr::Either(values.iter().map(|id| expr(*id)).collect()),
        Expr::Joined(parts) => Expr::Joined(parts.iter().map(|id| expr(*id)).collect()),
        Expr::Applied { of, types } => {
            Expr::Applied { of: expr(*of), types: types.iter().map(|id| expr(*id)).collect() }
        }
        Expr::Signature { parameters, result } => Expr::Signature {
            parameters: parameters.iter().map(|id| expr(*id)).collect(),
            result: expr(*result),
        },
        Expr::Passed { of, index } => Expr::Passed { of: expr(*of), index: *index },
        Expr::Decorated { by, of } => Expr::Decorated { by: expr(*by), of: expr(*of) },
        Expr::Definition(_)
        | Expr::This { .. }
        | Expr::Super { .. }
        | Expr::Text(_)
        | Expr::Literal
        | Expr::Unknown => it.clone(),
    }
}

/// New numbers of what is kept, in the old order.
struct Renumbered(Vec<u32>);

impl Renumbered {
    fn new(marks: &[bool]) -> Renumbered {
        let mut next = 0;
        let numbers = marks
            .iter()
            .map(|is_kept| {
                let number = next;
                next += u32::from(*is_kept);
                number
            })
            .collect();
        Renumbered(numbers)
    }

    fn of(&self, old: u32) -> u32 {
        self.0[old as usize]
    }
}
